"""Every dataset of the mixture, one block each: cluster, files, how a raw record is read, ten instruction templates.

To add a dataset, add one block to `DATASETS`. Nothing else has to change: fetching, reading, splitting, mixing and scoring
are in data.py and eval.py and read what they need from the block.

    Dataset(
        "rte", "RTE (SuperGLUE)", "nli", "choice",       # name, title, cluster, kind
        files={"RTE.zip": File("https://...", 750_920, "6310aab3...")},
        splits={"train": Source("jsonl", "RTE.zip", "RTE/train.jsonl"), "test": Source(...)},
        fields=rte_fields,                               # raw record -> {"premise": ..., "options": ..., "answer": ...}
        templates=(...),                                 # ten of them
    )

A template is a prompt whose target is "{answer}", or a pair (prompt, target) when the task is turned around ("write a negative
review"). Names in braces are filled from the fields. `{options}` becomes the OPTIONS suffix:

    OPTIONS:
    - yes
    - no
"""

import json
from typing import Callable, NamedTuple

CLUSTERS = {  # FLAN section 2.1 and figure 3
    "nli": "Natural language inference",
    "commonsense": "Commonsense",
    "sentiment": "Sentiment",
    "paraphrase": "Paraphrase",
    "closed_book_qa": "Closed-book QA",
    "struct_to_text": "Struct to text",
    "reading_comp": "Reading comprehension",
    "reading_comp_commonsense": "Reading comp. with commonsense",
    "coreference": "Coreference",
    "misc": "Misc.",
    "summarization": "Summarization",
    "translation": "Translation",
}

# FLAN section 2.2: besides the held-out cluster itself, these are never in tuning when the key is held out.
ALSO_EXCLUDED = {
    "nli": ("paraphrase",),
    "paraphrase": ("nli",),
    "reading_comp_commonsense": ("reading_comp", "commonsense"),
    "reading_comp": ("reading_comp_commonsense",),
    "commonsense": ("reading_comp_commonsense",),
}


class File(NamedTuple):
    """One file to download; `url` may be several mirrors of the same bytes, tried in order. `note` says what cannot be verified."""
    url: str | tuple[str, ...]
    size: int | None = None                   # bytes
    sha256: str | tuple[str, ...] | None = None  # several where two releases circulate under one name
    manual: str = ""                          # not downloadable: where to ask for it and what to place


class Source(NamedTuple):
    """Where the records of one split stand. `format` names the reader in data.py and with it the shape of a raw record:

    jsonl      dict of one line                        json      item of a top-level list, or value of a top-level object
    csv, tsv   dict by header, or by `columns`         lines     {"line": str}
    parallel   {"lines": (line of each member)}        blocks    {"lines": [lines up to a blank one]}
    texts      {"name": str, "text": str}, one archive member (or plain file) each; `member` may be a glob
    sgm        like parallel, but only the sentences inside <seg> marks
    csv follows RFC 4180 quoting; tsv has no quoting at all.
    """
    format: str
    file: str                                 # a key of Dataset.files
    member: str | tuple[str, ...] = ""        # path(s) inside an archive
    columns: tuple[str, ...] = ()             # names of the columns where the file has no header
    key: str = ""                             # json: walk this entry of the top-level object ("data")
    encoding: str = "utf-8"
    ids_file: str = ""                        # a second file that says which records belong to this split ...
    ids: Callable[[str], set] = lambda text: set(text.split("\n"))  # ... its text as a set of ids ...
    keep: Callable[[dict, set], bool] = lambda record, ids: True    # ... and whether a record is in
    rows: tuple[int, int | None] | None = None  # record numbers [start, stop) of this split; negative: from the end
    lean: int | None = None                   # records that `get --lean` reads by a partial download; 0: the whole member; None: the whole file


class Dataset(NamedTuple):
    """One dataset. `kind` is "choice" (options ranked by likelihood), "qa" (exact match, F1) or "text" (BLEU, ROUGE).

    `fields` turns one raw record into a dict of template fields, or a list of them, or None for a record that the paper's
    filters drop. Fields are strings, but for "options" (tuple of strings) and "answers" (every right answer where
    there are several; "answer" is the one that is trained on).
    """
    name: str
    title: str
    cluster: str                              # a key of CLUSTERS
    kind: str
    files: dict[str, File]                    # local name -> file; a name with a "/" is shared between datasets
    splits: dict                              # "train", "dev", "test" -> Source or tuple of Sources; or part -> such a dict
    fields: Callable[[dict], dict | list | None]
    templates: tuple                          # ten: prompt, or (prompt, target)
    dev: int = 200                            # examples held back for development, from train where there is no dev split
    metric: str = "accuracy"
    baseline: str | tuple = ()                # GPT-3-style prompt for an untuned model; or (prompt, {option: word asked there})
    lean_splits: dict = {}                    # other sources for `get --lean`, where the official archive is huge
    license: str = "not stated"
    note: str = ""                            # what a user should know


# ---------------------------------------------------------------------------------------------------------------------
# Natural language inference

def cb_fields(r):
    words = {"entailment": "Yes", "contradiction": "No", "neutral": "It's impossible to say"}
    return {"premise": r["premise"], "hypothesis": r["hypothesis"], "options": tuple(words.values()), "answer": words[r["label"]]}


CB = Dataset(
    "cb", "CommitmentBank (SuperGLUE)", "nli", "choice",
    files={"CB.zip": File("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/CB.zip", 75_482,
                          "8d641383298d54554066ba1c93f56ae7410af75df621b90c63028806bbbbb535")},
    splits={"train": Source("jsonl", "CB.zip", "CB/train.jsonl"), "test": Source("jsonl", "CB.zip", "CB/val.jsonl")},
    fields=cb_fields, dev=50, metric="f1_macro",
    templates=(
        "{premise}\n\nCan we infer from this that \"{hypothesis}\"?\n\n{options}",
        "Read the passage and say whether the claim follows from it.\n\nPassage: {premise}\n\nClaim: {hypothesis}\n\n{options}",
        "Text: {premise}\n\nQuestion: according to the text, is it true that \"{hypothesis}\"?\n\n{options}",
        "Suppose somebody tells you:\n\n{premise}\n\nWould they agree that \"{hypothesis}\"?\n\n{options}",
        "{premise}\nGiven only these lines, is the statement \"{hypothesis}\" right?\n{options}",
        "{options}\n\nChoose the answer that fits. Here is what was said: {premise}\n\nIs the speaker committed to \"{hypothesis}\"?",
        "Premise: {premise}\n\nHypothesis: {hypothesis}\n\nDoes the premise entail the hypothesis?\n\n{options}",
        "Does the following excerpt support the conclusion that \"{hypothesis}\"?\n\n{premise}\n\n{options}",
        "A reader of these lines: \"{premise}\"\nwants to conclude: \"{hypothesis}\"\nMay they?\n{options}",
        ("Write a short passage, and then a claim about it. Asked whether the passage supports the claim, a careful reader should "
         "answer: {answer}", "{premise}\n\nClaim: {hypothesis}"),
    ),
    baseline=("{premise}\nquestion: {hypothesis} true, false, or neither?\nanswer:",
              {"Yes": "true", "No": "false", "It's impossible to say": "neither"}),
    license="not stated (SuperGLUE: research use)",
)


def rte_fields(r):
    answer = {"entailment": "yes", "not_entailment": "no"}[r["label"]]
    return {"premise": r["premise"], "hypothesis": r["hypothesis"], "options": ("yes", "no"), "answer": answer}


RTE = Dataset(
    "rte", "RTE (SuperGLUE)", "nli", "choice",
    files={"RTE.zip": File("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/RTE.zip", 750_920,
                           "6310aab3f000424c9d0318a1ff20692e07c7f4aa15e8f17a5972ea0a35c398b9")},
    splits={"train": Source("jsonl", "RTE.zip", "RTE/train.jsonl"), "test": Source("jsonl", "RTE.zip", "RTE/val.jsonl")},
    fields=rte_fields,
    templates=(
        "{premise}\n\nBased on the paragraph above, is it correct that \"{hypothesis}\"?\n\n{options}",
        "Here is a news extract: {premise}\n\nDoes it mean that the following sentence is true?\n{hypothesis}\n\n{options}",
        "{premise}\n\nQuestion: does this imply that \"{hypothesis}\"?\n\n{options}",
        "Decide whether the second sentence follows from the first.\n\nFirst: {premise}\nSecond: {hypothesis}\n\n{options}",
        "If we trust this report, \"{premise}\", can we be sure that \"{hypothesis}\"?\n{options}",
        "Claim to check: {hypothesis}\n\nEvidence: {premise}\n\nDoes the evidence establish the claim?\n\n{options}",
        "{options}\nPick one of these as your answer. Is \"{hypothesis}\" a valid conclusion from the text below?\n\n{premise}",
        "An editor may print a headline only if the article backs it.\n\nArticle: {premise}\n\nHeadline: {hypothesis}\n\nMay it be "
        "printed?\n\n{options}",
        "Someone who has read only this:\n{premise}\n\nCould they safely say that \"{hypothesis}\"?\n\n{options}",
        ("Invent a passage and a statement about it. Whether the statement follows from the passage: {answer}.",
         "Passage: {premise}\nStatement: {hypothesis}"),
    ),
    baseline=("{premise}\nquestion: {hypothesis} True or False?\nanswer:", {"yes": "True", "no": "False"}),
)


# ---------------------------------------------------------------------------------------------------------------------
# Commonsense

def piqa_fields(r):
    record, label = json.loads(r["lines"][0]), int(r["lines"][1])
    options = (record["sol1"], record["sol2"])
    return {"goal": record["goal"], "options": options, "answer": options[label]}


PIQA = Dataset(
    "piqa", "PIQA", "commonsense", "choice",
    files={"physicaliqa-train-dev.zip": File(
        "https://storage.googleapis.com/ai2-mosaic/public/physicaliqa/physicaliqa-train-dev.zip", 1_824_009,
        "54d32a04f59a7e354396f321723c8d7ec35cc6b08506563d8d1ffcc15ce98ddd")},
    splits={
        "train": Source("parallel", "physicaliqa-train-dev.zip",
                        ("physicaliqa-train-dev/train.jsonl", "physicaliqa-train-dev/train-labels.lst")),
        "test": Source("parallel", "physicaliqa-train-dev.zip",
                       ("physicaliqa-train-dev/dev.jsonl", "physicaliqa-train-dev/dev-labels.lst")),
    },
    fields=piqa_fields, dev=100,
    templates=(
        "Goal: {goal}\n\nWhich of these ways would work?\n\n{options}",
        "Someone wants to do this: {goal}\n\nWhat should they do?\n\n{options}",
        "{goal}\n\nPick the more sensible solution.\n\n{options}",
        "How would a practical person reach the following goal?\n\n{goal}\n\n{options}",
        "Here is a goal: {goal}\nOnly one of the methods below gets you there. Which one?\n{options}",
        "{options}\n\nWhich of the above should I follow for this aim: {goal}",
        "I need help with an everyday problem: {goal}\n\nYour advice?\n\n{options}",
        "Using what you know about how things behave, choose how to achieve this: {goal}\n\n{options}",
        ("A set of household instructions reads:\n{answer}\n\nWhat are they for?", "{goal}"),
        ("What would somebody be trying to do who does the following?\n\n{answer}", "{goal}"),
    ),
    baseline="Question: {goal}\nAnswer:",
)


# ---------------------------------------------------------------------------------------------------------------------
# Coreference

def dpr_fields(r):
    sentence, pronoun, candidates, right = (line.strip() for line in r["lines"])
    options = tuple(c.strip() for c in candidates.split(","))
    answer = next((o for o in options if o.lower() == right.lower()), None)  # "The sniper" and "the sniper" both occur
    if answer is None:
        raise ValueError(f"the right candidate {right!r} is not among {options}")
    return {"sentence": sentence, "pronoun": pronoun, "options": options, "answer": answer}


DPR = Dataset(
    "dpr", "Definite pronoun resolution", "coreference", "choice",
    files={
        "train.c.txt": File(("https://s3.amazonaws.com/datasets.huggingface.co/definite_pronoun_resolution/train.c.txt",
                             "http://www.hlt.utdallas.edu/~vince/data/emnlp12/train.c.txt"), 160_408,
                            "c310158d0cbac1a556e3284e6c167f4478271d8d50b0b9d15dfe428c905a0867"),
        "test.c.txt": File(("https://s3.amazonaws.com/datasets.huggingface.co/definite_pronoun_resolution/test.c.txt",
                            "http://www.hlt.utdallas.edu/~vince/data/emnlp12/test.c.txt"), 67_044,
                           "cf1cf025e1d59a5b363e6dcfbd5a13aae8a9830831ac16fd7f865aca7a1559d8"),
    },
    splits={"train": Source("blocks", "train.c.txt"), "test": Source("blocks", "test.c.txt")},
    fields=dpr_fields,
    templates=(
        "{sentence}\n\nWho or what does \"{pronoun}\" stand for in this sentence?\n\n{options}",
        "Read carefully: {sentence}\n\nThe word \"{pronoun}\" refers to which of these?\n\n{options}",
        "In the sentence \"{sentence}\", replace \"{pronoun}\" by the right name.\n\n{options}",
        "Sentence: {sentence}\nPronoun: {pronoun}\nMeant is:\n\n{options}",
        "{sentence}\n\nA child asks what is meant by \"{pronoun}\". Your answer?\n\n{options}",
        "{options}\n\nWhich of the two is \"{pronoun}\"? The sentence was: {sentence}",
        "To whom, or to what, does the pronoun \"{pronoun}\" point here?\n\n{sentence}\n\n{options}",
        "{sentence}\nIn other words, \"{pronoun}\" is\n{options}",
        "Solve the reference. {sentence} What is the antecedent of \"{pronoun}\"?\n\n{options}",
        "Who is who? \"{sentence}\" Here \"{pronoun}\" must be\n\n{options}",
    ),
)


# ---------------------------------------------------------------------------------------------------------------------
# Misc.

def trec_fields(r):
    words = {"DESC": "description", "ENTY": "entity", "ABBR": "abbreviation", "HUM": "human", "NUM": "numeric", "LOC": "location"}
    label, _, question = r["line"].replace("\xf0", " ").partition(" ")  # the file has one stray byte 0xF0
    return {"text": question.strip(), "options": tuple(words.values()), "answer": words[label.partition(":")[0]]}


TREC = Dataset(
    "trec", "TREC question classification", "misc", "choice",
    files={
        "train_5500.label": File("https://cogcomp.seas.upenn.edu/Data/QA/QC/train_5500.label", 335_858,
                                 "9e4c8bdcaffb96ed61041bd64b564183d52793a8e91d84fc3a8646885f466ec3"),
        "TREC_10.label": File("https://cogcomp.seas.upenn.edu/Data/QA/QC/TREC_10.label", 23_354,
                              "033f22c028c2bbba9ca682f68ffe204dc1aa6e1cf35dd6207f2d4ca67f0d0e8e"),
    },
    splits={"train": Source("lines", "train_5500.label", encoding="latin-1"),
            "test": Source("lines", "TREC_10.label", encoding="latin-1")},
    fields=trec_fields,
    templates=(
        "{text}\n\nWhat kind of thing does this question ask about?\n\n{options}",
        "Question: {text}\n\nThe answer will be of which type?\n\n{options}",
        "Sort the question into one of the categories.\n\n{text}\n\n{options}",
        "Somebody asked: {text}\nWhat are they looking for?\n{options}",
        "{options}\n\nWhich of these labels belongs to the question \"{text}\"?",
        "Is the following question after a description, an entity, an abbreviation, a person, a number or a place?\n\n{text}\n\n{options}",
        "Before answering \"{text}\", decide what sort of answer is wanted.\n\n{options}",
        "{text}\nCategory of the expected answer:\n{options}",
        "A library files its questions by what they want to know. Where does this one go?\n\n{text}\n\n{options}",
        ("Think of a question whose answer is of this type: {answer}", "{text}"),
    ),
)

DATASETS = {d.name: d for d in (CB, RTE, PIQA, DPR, TREC)}

"""Every dataset of the mixture, one block each: cluster, files, how a raw record is read, ten instruction templates.

To add a dataset, add one block and name it in `DATASETS`. Nothing else has to change: fetching, reading, splitting, mixing
and scoring are in data.py and eval.py and read what they need from the block.

    Dataset(
        "rte", "RTE (SuperGLUE)", "nli", "choice",       # name, title, cluster, kind
        files={"RTE.zip": File("https://...", 750_920, "6310aab3...")},
        splits={"train": Source("jsonl", "RTE.zip", "RTE/train.jsonl"), "test": Source(...)},
        fields=rte_fields,                               # raw record -> {"premise": ..., "options": ..., "answer": ...}
        templates=(...),                                 # ten of them
    )

A template is a prompt whose target is "{answer}", or a pair (prompt, target) when the task is turned around ("write a
negative review"). Names in braces are filled from the fields. `{options}` becomes the OPTIONS suffix:

    OPTIONS:
    - yes
    - no
"""

import ast
import csv
import json
import re
import xml.etree.ElementTree as ElementTree
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
    """One file to download; `url` may be several mirrors of the same bytes, tried in order."""
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
    pairs      {"lines": [line, next line]}
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
    first: bool = False                       # of the examples that one record gives, only the first
    lean: int | None = None                   # `get --lean`: records to read; 0: the whole member; None: the whole file


class Dataset(NamedTuple):
    """One dataset. `kind` is "choice" (options ranked by likelihood), "qa" (exact match, F1) or "text" (BLEU, ROUGE).

    `fields` turns one raw record into a dict of template fields, or a list of them, or None for what the paper's filters
    drop. Fields are strings, but for "options" (tuple of strings) and "answers" (every right answer where
    there are several; "answer" is the one that is trained on).
    """
    name: str
    title: str
    cluster: str                              # a key of CLUSTERS
    kind: str
    files: dict[str, File]                    # local name -> file; a name with a "/" is shared between datasets
    splits: dict                              # train, dev, test -> Source or tuple of Sources; or part -> such a dict
    fields: Callable[[dict], dict | list | None]
    templates: tuple                          # ten: prompt, or (prompt, target)
    dev: int = 200                            # examples for development, held back from train if there is no dev split
    metric: str = "accuracy"
    baseline: str | tuple = ()                # GPT-3-style prompt for an untuned model; or (prompt, {option: word there})
    lean_splits: dict = {}                    # other sources for `get --lean`, where the official archive is huge
    license: str = "not stated"
    note: str = ""                            # what a user should know


# ---------------------------------------------------------------------------------------------------------------------
# Natural language inference

def cb_fields(r):
    words = {"entailment": "Yes", "contradiction": "No", "neutral": "It's impossible to say"}
    return {"premise": r["premise"], "hypothesis": r["hypothesis"], "options": tuple(words.values()),
            "answer": words[r["label"]]}


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


def anli_fields(r):
    words = {"e": "Yes", "n": "It's impossible to say", "c": "No"}  # not CB's order
    return {"context": r["context"], "hypothesis": r["hypothesis"], "options": tuple(words.values()),
            "answer": words[r["label"]]}


ANLI = Dataset(
    "anli", "ANLI R1-R3", "nli", "choice",
    files={"anli_v0.1.zip": File("https://dl.fbaipublicfiles.com/anli/anli_v0.1.zip", 18_621_352,
                                 "16ac929a7e90ecf9093deaec89cc81fe86a379265a5320a150028efe50c5cde8")},
    splits={part: {split: Source("jsonl", "anli_v0.1.zip", f"anli_v0.1/{part.upper()}/{split}.jsonl")
                   for split in ("train", "dev", "test")} for part in ("r1", "r2", "r3")},
    fields=anli_fields,
    templates=(
        "{context}\n\nHaving read this, can you confirm the sentence \"{hypothesis}\"?\n\n{options}",
        "Background: {context}\n\nStatement: {hypothesis}\n\nGoing by the background alone, is the statement true?\n\n"
        "{options}",
        "A text makes some statements true and others false, and about others it is silent. Take this text:\n\n"
        "{context}\n\nWhat about the following statement: is it true?\n\n{hypothesis}\n\n{options}",
        "{options}\n\nPick your answer from the list. All you know is this: {context}\n\nIs it true that "
        "\"{hypothesis}\"?",
        "Quiz time! Study the paragraph.\n{context}\n\nIs the next sentence correct?\n{hypothesis}\n{options}",
        "\"{hypothesis}\" Is that so, if everything in the following paragraph holds?\n\n{context}\n\n{options}",
        "Student: I wrote this in my essay: {hypothesis}\nTeacher: Our book says the following: {context}\n\nIf the "
        "book is right, is the student right as well?\n\n{options}",
        "Fact sheet\n\nClaim: {hypothesis}\nSource: {context}\n\nIs the claim correct as far as the source goes?\n\n"
        "{options}",
        "Take every word of the paragraph as true.\n\n{context}\n\nIs this sentence then true, too? {hypothesis}\n\n"
        "{options}",
        ("{context}\n\nMake up one sentence about this text. When a reader is asked whether it is true, going by the "
         "text, the right reply should be: {answer}", "{hypothesis}"),
    ),
    baseline=("{context}\nquestion: {hypothesis} true, false, or neither?\nanswer:",
              {"Yes": "true", "It's impossible to say": "neither", "No": "false"}),
    license="CC BY-NC 4.0",
)


def mnli_fields(r):
    words = {"entailment": "yes", "neutral": "it is not possible to tell", "contradiction": "no"}
    return {"premise": r["sentence1"], "hypothesis": r["sentence2"], "options": tuple(words.values()),
            "answer": words[r["gold_label"]]}


MNLI = Dataset(
    "mnli", "MultiNLI (GLUE)", "nli", "choice",
    files={"MNLI.zip": File("https://dl.fbaipublicfiles.com/glue/data/MNLI.zip", 312_783_507,
                            "e7c1d896d26ed6caf700110645df426cc2d8ebf02a5ab743d5a5c68ac1c83633")},
    splits={part: {"train": Source("tsv", "MNLI.zip", "MNLI/train.tsv", lean=6000),  # the same for both parts
                   "test": Source("tsv", "MNLI.zip", f"MNLI/dev_{part}.tsv", lean=2000)}
            for part in ("matched", "mismatched")},
    fields=mnli_fields,
    templates=(
        "Premise: {premise}\nHypothesis: {hypothesis}\n\nIf the premise holds, does the hypothesis hold?\n\n{options}",
        "Speaker A: {premise}\nSpeaker B: {hypothesis}\n\nOn the word of speaker A alone, is what speaker B says true?"
        "\n\n{options}",
        "{premise}\n\nAssume that this is so. Would it then be correct to say the following?\n\n{hypothesis}\n\n"
        "{options}",
        "{options}\n\nWhich of these replies is right? The question: given \"{premise}\", is it true that "
        "\"{hypothesis}\"?",
        "Here are two statements.\n(1) {premise}\n(2) {hypothesis}\nKnowing that (1) is true, would you call (2) true?"
        "\n{options}",
        "On record: \"{premise}\"\n\nSaid in court: \"{hypothesis}\"\n\nDoes what was said in court agree with the "
        "record?\n\n{options}",
        "Judge this sentence: {hypothesis}\n\nYour only evidence is the following: {premise}\n\nIs the sentence true?"
        "\n\n{options}",
        "I read somewhere: {premise}\nFrom that I concluded: {hypothesis}\nAm I right?\n{options}",
        "In a world where \"{premise}\" is a fact, is \"{hypothesis}\" a fact as well?\n\n{options}",
        "A summary must not say anything false.\n\nOriginal: {premise}\n\nSummary: {hypothesis}\n\nGoing by the "
        "original, is what the summary says true?\n\n{options}",
    ),
    baseline=("{premise}\nquestion: {hypothesis} true, false, or neither?\nanswer:",
              {"yes": "true", "it is not possible to tell": "neither", "no": "false"}),
    license="OANC terms; parts CC BY 3.0, CC BY-SA 3.0 or MIT",
)


def qnli_fields(r):
    answer = {"entailment": "yes", "not_entailment": "no"}[r["label"]]
    return {"question": r["question"], "sentence": r["sentence"], "options": ("yes", "no"), "answer": answer}


QNLI = Dataset(
    "qnli", "QNLI (GLUE)", "nli", "choice",
    files={"QNLIv2.zip": File("https://dl.fbaipublicfiles.com/glue/data/QNLIv2.zip", 10_627_589,
                              "e634e78627a29adaecd4f955359b22bf5e70f2cbd93b493f2d624138a0c0e5f5")},
    splits={"train": Source("tsv", "QNLIv2.zip", "QNLI/train.tsv"),
            "test": Source("tsv", "QNLIv2.zip", "QNLI/dev.tsv")},
    fields=qnli_fields,
    templates=(
        "Question: {question}\nSentence: {sentence}\n\nIs the question answered by the sentence?\n\n{options}",
        "{sentence}\n\nCould you answer \"{question}\" with the help of that sentence?\n\n{options}",
        "You are looking for the answer to this: {question}\n\nAn encyclopedia offers you this line: {sentence}\n\n"
        "Have you found what you were looking for?\n\n{options}",
        "A search for \"{question}\" brought up \"{sentence}\"\n\nDoes this result settle the query?\n\n{options}",
        "{options}\n\nDecide whether the sentence holds the answer to the question.\n\nSentence: {sentence}\n\n"
        "Question: {question}",
        "Customer: {question}\nClerk: {sentence}\n\nHas the clerk given the information that the customer wanted?\n\n"
        "{options}",
        "I want to know: {question}\nMy book says: {sentence}\nDo I know it now?\n{options}",
        "In an exam, the question \"{question}\" was answered with this line from the textbook:\n\n{sentence}\n\nDoes "
        "the line contain what was asked for?\n\n{options}",
        "Should the sentence below be highlighted as an answer to \"{question}\"?\n\n{sentence}\n\n{options}",
        ("{sentence}\n\nWrite a question on the same subject. If someone asks whether it can be answered from the "
         "sentence above, one should say: {answer}", "{question}"),
    ),
    baseline="{sentence}\nquestion: does this sentence answer \"{question}\"? yes or no?\nanswer:",
    license="derived from SQuAD (CC BY-SA 4.0)",
)


def snli_fields(r):
    words = {"entailment": "yes", "neutral": "it is not possible to tell", "contradiction": "no"}
    if r["gold_label"] == "-":  # the annotators did not agree
        return None
    return {"premise": r["sentence1"], "hypothesis": r["sentence2"], "options": tuple(words.values()),
            "answer": words[r["gold_label"]]}


SNLI = Dataset(
    "snli", "SNLI", "nli", "choice",
    files={"snli_1.0.zip": File("https://nlp.stanford.edu/projects/snli/snli_1.0.zip", 94_550_081,
                                "afb3d70a5af5d8de0d9d81e2637e0fb8c22d1235c2749d83125ca43dab0dbd3e")},
    splits={"train": Source("tsv", "snli_1.0.zip", "snli_1.0/snli_1.0_train.txt", lean=6000),
            "dev": Source("tsv", "snli_1.0.zip", "snli_1.0/snli_1.0_dev.txt", lean=1000),
            "test": Source("tsv", "snli_1.0.zip", "snli_1.0/snli_1.0_test.txt", lean=2000)},
    fields=snli_fields,
    templates=(
        "A photo is described like this: {premise}\n\nIs it true of the same photo that \"{hypothesis}\"?\n\n{options}",
        "Caption: {premise}\nSecond caption: {hypothesis}\n\nIf the first caption is true of the picture, is the "
        "second one true of it as well?\n\n{options}",
        "You cannot see the picture, but a friend tells you: \"{premise}\"\nIs this so: \"{hypothesis}\"?\n{options}",
        "Imagine the following scene.\n\n{premise}\n\nDoes this describe it correctly? {hypothesis}\n\n{options}",
        "{options}\n\nAnswer with a line from above. We have been told of a scene: {premise} Is it the case in that "
        "scene that \"{hypothesis}\"?",
        "Scene: {premise}\nGuess: {hypothesis}\nIs the guess right?\n\n{options}",
        "One witness reports: {premise}\n\nAnother witness reports: {hypothesis}\n\nThe first has told the truth. Has "
        "the second?\n\n{options}",
        "{premise}\n\nWith nothing else to go by, would you say that this is happening: \"{hypothesis}\"?\n\n{options}",
        "For a listener who cannot see it, an image is put into words: \"{premise}\" The listener takes that to mean: "
        "\"{hypothesis}\" Is the listener right?\n\n{options}",
        ("Caption: {premise}\n\nAdd a sentence about the picture. Somebody who knows only the caption is asked whether "
         "your sentence is true and has to reply: {answer}", "{hypothesis}"),
    ),
    baseline=("{premise}\nquestion: {hypothesis} true, false, or neither?\nanswer:",
              {"yes": "true", "it is not possible to tell": "neither", "no": "false"}),
    license="CC BY-SA 4.0",
)


def wnli_fields(r):
    answer = {"0": "no", "1": "yes"}[r["label"]]
    return {"sentence1": r["sentence1"], "sentence2": r["sentence2"], "options": ("no", "yes"), "answer": answer}


WNLI = Dataset(
    "wnli", "WNLI (GLUE)", "nli", "choice",
    files={"WNLI.zip": File("https://dl.fbaipublicfiles.com/glue/data/WNLI.zip", 28_999,
                            "ae0e8e4d16f4d46d4a0a566ec7ecceccfd3fbfaa4a7a4b4e02848c0f2561ac46")},
    splits={"train": Source("tsv", "WNLI.zip", "WNLI/train.tsv"), "test": Source("tsv", "WNLI.zip", "WNLI/dev.tsv")},
    fields=wnli_fields, dev=30,
    templates=(
        "{sentence1}\n\nDoes it follow that \"{sentence2}\"?\n\n{options}",
        "If it is the case that \"{sentence1}\", is it also the case that \"{sentence2}\"?\n\n{options}",
        "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nDoes sentence 2 repeat something that sentence 1 says?\n\n"
        "{options}",
        "Mind what each pronoun refers to.\n\nOriginal: {sentence1}\n\nReading: {sentence2}\n\nDoes the reading do "
        "justice to the original?\n\n{options}",
        "{options}\n\nChoose one of these. A note says: \"{sentence1}\" May we understand it to mean \"{sentence2}\"?",
        "{sentence1}\nPut more clearly: {sentence2}\nIs that what was meant?\n{options}",
        "An interpreter hears \"{sentence1}\" and passes on \"{sentence2}\"\n\nIs the message still right?\n\n"
        "{options}",
        "Ben: {sentence1}\nAda: I see. {sentence2}\n\nHas Ada understood Ben?\n\n{options}",
        "Check the second line against the first.\n\n{sentence1}\n{sentence2}\n\nDoes the first line bear out the "
        "second?\n\n{options}",
        "Is \"{sentence2}\" one of the things that we learn from \"{sentence1}\"?\n\n{options}",
    ),
    baseline=("{sentence1}\nquestion: {sentence2} True or False?\nanswer:", {"no": "False", "yes": "True"}),
    license="not stated (derived from the Winograd schema collection, CC BY 4.0)",
    note="The 71 examples of the official dev split, used as test, share sentences with train, under flipped labels.",
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


def copa_fields(r):
    options = (r["choice1"], r["choice2"])
    connective = {"cause": "because", "effect": "so"}[r["question"]]
    return {"premise": r["premise"], "question": r["question"], "opening": f"{r['premise'].rstrip('. ')} {connective}",
            "options": options, "answer": options[r["label"]]}


COPA = Dataset(
    "copa", "COPA (SuperGLUE)", "commonsense", "choice",
    files={"COPA.zip": File("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/COPA.zip", 43_986,
                            "405906cddac74bc1e1ce8220f1107d1025b66a25ef10149d91b10bb30651125f")},
    splits={"train": Source("jsonl", "COPA.zip", "COPA/train.jsonl"),
            "test": Source("jsonl", "COPA.zip", "COPA/val.jsonl")},
    fields=copa_fields, dev=50,
    templates=(
        "{premise}\n\nWhich is the more likely {question}?\n\n{options}",
        "This happened: {premise}\n\nWhat was the {question}?\n\n{options}",
        "For the event \"{premise}\", name the {question}.\n\n{options}",
        "{options}\n\nOf the two, choose the likelier {question} of this: {premise}",
        "Event: {premise}\nWanted: the {question}\n{options}",
        "A detective notes down: \"{premise}\" What does she add as the {question}?\n\n{options}",
        "Think of everyday life. {premise} What would you expect as the {question}?\n\n{options}",
        "Kim: {premise}\nLee: Really? And the {question}?\n\nWhat does Kim reply?\n\n{options}",
        "Finish the sentence in a way that makes sense.\n\n{opening}\n\n{options}",
        ("{answer}\n\nThat is the {question} of something else. Of what?", "{premise}"),
    ),
    baseline="{opening}",
)


def hellaswag_fields(r):
    # WikiHow texts carry tags such as [header] or [step]; FLAN has line breaks instead, and no tags in the endings.
    context = re.sub(r"\s*\[.*?\]\s+", "\n", re.sub(r"\[header\]\s", "", r["ctx"])).strip()
    options = tuple(re.sub(r"\[.*?\]\s+", "", ending) for ending in r["endings"])
    return {"context": context, "options": options, "answer": options[r["label"]]}


HELLASWAG = Dataset(
    "hellaswag", "HellaSwag", "commonsense", "choice",
    files={
        "hellaswag_train.jsonl": File(
            "https://raw.githubusercontent.com/rowanz/hellaswag/a29ff8e9a04bba4bd6588223785ce105328adc57/data/"
            "hellaswag_train.jsonl",
            47_496_131, "dae5e69249868cb9fe4e23ff925c60b66169564cfb7072d793cd7356a2b69f8d"),
        "hellaswag_val.jsonl": File(
            "https://raw.githubusercontent.com/rowanz/hellaswag/a29ff8e9a04bba4bd6588223785ce105328adc57/data/"
            "hellaswag_val.jsonl",
            12_246_618, "0aa3b88843990f3f10a97b9575c94d7b71fb2205240ba04ae4884d9e9c992588"),
    },
    splits={"train": Source("jsonl", "hellaswag_train.jsonl", lean=6000),
            "test": Source("jsonl", "hellaswag_val.jsonl")},
    fields=hellaswag_fields,
    templates=(
        "{context}\n\nWhat comes next?\n\n{options}",
        "How does this go on?\n\n{context}\n\n{options}",
        "Complete the text below so that it describes something that could really happen.\n\n{context}\n\n{options}",
        "The following description breaks off:\n\n{context}\n\nWhich continuation is the sensible one?\n\n{options}",
        "{options}\n\nOnly one of these belongs after the text below. Which?\n\n{context}",
        "Beginning: {context}\nContinuation:\n{options}",
        "A machine wrote three of the four continuations, a human being one. Find the human one.\n\n{context}\n\n"
        "{options}",
        "Someone is telling you this and pauses for breath:\n\n{context}\n\nWhat are they going to say now?\n\n"
        "{options}",
        "Use your common sense to finish what was begun here.\n{context}\n{options}",
        "The page is torn off after these words:\n\n{context}\n\nWhat must have stood there?\n\n{options}",
    ),
    baseline="{context}",
    license="MIT",
    note="`get --lean` reads the head of the train file, which may hold one source only (ActivityNet or WikiHow).",
)


def story_cloze_fields(r):
    context = " ".join(r[f"InputSentence{i}"].strip() for i in (1, 2, 3, 4))
    options = (r["RandomFifthSentenceQuiz1"].strip(), r["RandomFifthSentenceQuiz2"].strip())
    return {"context": context, "options": options, "answer": options[{"1": 0, "2": 1}[r["AnswerRightEnding"].strip()]]}


STORY_CLOZE = Dataset(
    "story_cloze", "StoryCloze (spring 2016)", "commonsense", "choice",
    files={
        "cloze_test_val__spring2016.csv": File("", manual=(
            "Ask for the Story Cloze Test at https://cs.rochester.edu/nlp/rocstories/ and place the file "
            "cloze_test_val__spring2016.csv; `get --lean` does without it.")),
        "cloze_test_test__spring2016.csv": File("", manual=(
            "Ask for the Story Cloze Test at https://cs.rochester.edu/nlp/rocstories/ and place the file "
            "cloze_test_test__spring2016.csv; `get --lean` does without it.")),
        "spring2016.val.en.tsv.split_20_80_train.tsv": File(
            "https://huggingface.co/datasets/juletxara/xstory_cloze/resolve/main/"
            "spring2016.val.en.tsv.split_20_80_train.tsv"),
        "spring2016.val.en.tsv.split_20_80_eval.tsv": File(
            "https://huggingface.co/datasets/juletxara/xstory_cloze/resolve/main/"
            "spring2016.val.en.tsv.split_20_80_eval.tsv"),
    },
    splits={"train": Source("csv", "cloze_test_val__spring2016.csv"),  # there is no labelled train split
            "test": Source("csv", "cloze_test_test__spring2016.csv")},
    fields=story_cloze_fields,
    templates=(
        "{context}\n\nHow does the story end?\n\n{options}",
        "Pick the fifth and last sentence of this story.\n\n{context}\n\n{options}",
        "The ending of this short story is missing.\n\n{context}\n\nWhich ending fits?\n\n{options}",
        "{options}\n\nAbove are two closing lines. Choose the one that suits the story: {context}",
        "Story so far: {context}\nFinal sentence:\n{options}",
        "You are reading aloud to a child: \"{context}\" What is the last line of the story?\n\n{options}",
        "Given all that has happened so far, what is most likely to happen in the end?\n\n{context}\n\n{options}",
        "{context}\n\nAn editor strikes out the conclusion that contradicts the story and keeps the other. Which one "
        "stays?\n\n{options}",
        "\"{context}\" Everybody guesses how this turns out.\nThe right guess is\n{options}",
        ("Tell a story in four sentences that leads up to this: {answer}", "{context}"),
    ),
    baseline="{context}",
    lean_splits={
        "train": (Source("tsv", "spring2016.val.en.tsv.split_20_80_train.tsv"),
                  Source("tsv", "spring2016.val.en.tsv.split_20_80_eval.tsv", rows=(0, -300))),
        "test": Source("tsv", "spring2016.val.en.tsv.split_20_80_eval.tsv", rows=(-300, None)),
    },
    license="not stated (the public copy: CC BY-SA 4.0)",
    note="The official files come by e-mail after a web form. `get --lean` takes the English part of XStoryCloze "
         "(no recorded hash): the official dev split, whose last 300 stories stand in for the official test split.",
)


# ---------------------------------------------------------------------------------------------------------------------
# Sentiment

def imdb_fields(r):
    answer = {"neg": "negative", "pos": "positive"}[r["name"].split("/")[-2]]
    return {"text": r["text"].replace("<br />", "\n"), "options": ("negative", "positive"), "answer": answer}


IMDB = Dataset(
    "imdb", "IMDB reviews", "sentiment", "choice",
    files={"aclImdb_v1.tar.gz": File("http://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz", 84_125_825,
                                     "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe")},
    splits={"train": Source("texts", "aclImdb_v1.tar.gz", "aclImdb/train/[np]*/*.txt"),  # neg and pos, not unsup
            "test": Source("texts", "aclImdb_v1.tar.gz", "aclImdb/test/[np]*/*.txt")},
    fields=imdb_fields,
    templates=(
        "{text}\n\nIs this film review positive or negative?\n\n{options}",
        "Somebody has written about a film:\n\n{text}\n\nWhat is the tone of the review?\n\n{options}",
        "Movie review: {text}\n\nThe reviewer's overall verdict:\n\n{options}",
        "{options}\n\nGive the following movie review one of these labels.\n\n{text}",
        "A cinema wants to know what the audience thinks. How should it count this comment?\n\n{text}\n\n{options}",
        "Would the author of this text recommend the film (positive) or warn against it (negative)?\n\n{text}\n\n"
        "{options}",
        "Review:\n{text}\nSentiment:\n{options}",
        "{text}\n\nOn the whole, this opinion of the movie is\n\n{options}",
        ("Write a {answer} review of a film.", "{text}"),
        ("You come out of the cinema with a {answer} impression. What do you post on a film site?", "{text}"),
    ),
    baseline="{text}\nQuestion: is this movie review negative or positive?\nAnswer:",
)


def sentiment140_fields(r):
    # The test split has neutral tweets (2). FLAN counts them as negative: its filter against them is never applied.
    words = {"0": "negative", "1": "negative", "2": "negative", "3": "positive", "4": "positive"}
    return {"text": r["text"].strip(), "options": ("negative", "positive"), "answer": words[r["polarity"]]}


SENTIMENT140 = Dataset(
    "sentiment140", "Sentiment140", "sentiment", "choice",
    files={"trainingandtestdata.zip": File("https://cs.stanford.edu/people/alecmgo/trainingandtestdata.zip", 81_363_704,
                                           "004a3772c8a7ff9bbfeb875880f47f0679d93fc63e5cf9cff72d54a8a6162e57")},
    splits={
        "train": Source("csv", "trainingandtestdata.zip", "training.1600000.processed.noemoticon.csv",
                        encoding="latin-1", columns=("polarity", "id", "date", "query", "user", "text")),
        "test": Source("csv", "trainingandtestdata.zip", "testdata.manual.2009.06.14.csv", encoding="latin-1",
                       columns=("polarity", "id", "date", "query", "user", "text")),
    },
    fields=sentiment140_fields,
    templates=(
        "Tweet: {text}\n\nWhich sentiment does it express?\n\n{options}",
        "{text}\n\nDoes this tweet sound positive or negative?\n\n{options}",
        "A user posted this: \"{text}\" How were they feeling?\n\n{options}",
        "{options}\n\nWhich of the two describes the mood of this tweet?\n\n{text}",
        "Post: {text}\nMood:\n{options}",
        "A company sorts the tweets of the day into two piles. Onto which pile does the next one go?\n\n{text}\n\n"
        "{options}",
        "If you had to put a smiley behind this tweet, would it be a happy one (positive) or a sad one (negative)?\n\n"
        "{text}\n\n{options}",
        "You scroll past this message: {text}\n\nThe attitude behind it is\n\n{options}",
        ("Compose a tweet whose sentiment is {answer}.", "{text}"),
        ("Somebody in a {answer} mood is about to tweet. What do they write?", "{text}"),
    ),
    baseline="Tweet: {text}\nQuestion: is the sentiment of this tweet negative or positive?\nAnswer:",
    note="As in FLAN, the neutral tweets of the test split count as negative. Train is sorted by label, so a prefix of "
         "it would hold one class only: there is no lean download.",
)


def sst2_fields(r):
    answer = {"0": "negative", "1": "positive"}[r["label"]]
    return {"sentence": r["sentence"].strip(), "options": ("negative", "positive"), "answer": answer}


SST2 = Dataset(
    "sst2", "SST-2 (GLUE)", "sentiment", "choice",
    files={"SST-2.zip": File("https://dl.fbaipublicfiles.com/glue/data/SST-2.zip", 7_439_277,
                             "d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa")},
    splits={"train": Source("tsv", "SST-2.zip", "SST-2/train.tsv"),
            "test": Source("tsv", "SST-2.zip", "SST-2/dev.tsv")},
    fields=sst2_fields,
    templates=(
        "Which opinion does this bit of film criticism express?\n\n{sentence}\n\n{options}",
        "\"{sentence}\"\n\nA critic said that. Was the remark positive or negative?\n\n{options}",
        "Phrase: {sentence}\nPolarity:\n{options}",
        "How would you classify the attitude in the words \"{sentence}\"?\n\n{options}",
        "{options}\n\nPut the right word beside this snippet: {sentence}",
        "Posters may quote only kind words about a film. To decide about the words below, first say how they sound.\n\n"
        "{sentence}\n\n{options}",
        "Judge these words, not the film itself: are they positive or negative?\n\n{sentence}\n\n{options}",
        "{sentence}\nThe opinion voiced here is\n{options}",
        "A director reads about her new film: {sentence}\n\nWhat kind of comment has she read?\n\n{options}",
        ("Write a few words that a critic might use about a film. They should be {answer}.", "{sentence}"),
    ),
    baseline="{sentence}\nQuestion: is this sentence negative or positive?\nAnswer:",
)


def yelp_fields(r):
    # Inside the CSV fields, quotes are written \" and line breaks \n.
    text = r["text"].replace("\\\"", "\"").replace("\\n", " ")
    return {"text": text, "options": ("negative", "positive"), "answer": {"1": "negative", "2": "positive"}[r["label"]]}


YELP = Dataset(
    "yelp", "Yelp polarity reviews", "sentiment", "choice",
    files={"yelp_review_polarity_csv.tgz": File("https://s3.amazonaws.com/fast-ai-nlp/yelp_review_polarity_csv.tgz",
                                                166_373_201,
                                                "528f22e286cad085948acbc3bea7e58188416546b0e364d0ae4ca0ce666abe35")},
    splits={"train": Source("csv", "yelp_review_polarity_csv.tgz", "yelp_review_polarity_csv/train.csv",
                            columns=("label", "text"), lean=6000),
            "test": Source("csv", "yelp_review_polarity_csv.tgz", "yelp_review_polarity_csv/test.csv",
                           columns=("label", "text"), lean=2000)},
    fields=yelp_fields,
    templates=(
        "{text}\n\nWould you call this customer review positive or negative?\n\n{options}",
        "A customer writes about a business:\n\n{text}\n\nWhat sort of experience did they have?\n\n{options}",
        "Review of a local business: {text}\n\nRating:\n\n{options}",
        "{options}\n\nWhich word sums up the review that follows?\n\n{text}",
        "The owner has no time to read all of this. Tell her in one word what the feedback is like.\n\n{text}\n\n"
        "{options}",
        "The stars that came with this review have been lost. Was the rating high (positive) or low (negative)?\n\n"
        "{text}\n\n{options}",
        "Here is what a guest had to say.\n{text}\nThe guest's impression was\n{options}",
        "Before we go there, let us see what others think: {text}\n\nIs that a good report (positive) or a bad one "
        "(negative)?\n\n{options}",
        ("Write a {answer} review of a restaurant, a shop or some other business.", "{text}"),
        ("A customer's opinion of the place is {answer}. Put it into words for the people who are thinking of going "
         "there.", "{text}"),
    ),
    baseline="{text}\nQuestion: is this review negative or positive?\nAnswer:",
    license="not stated (Yelp dataset terms)",
    note="`get --lean` streams the archive up to the rows it needs. Which file comes first in it is not recorded: "
         "if it is train.csv, the rows of test.csv stand behind most of the 166 MB.",
)


# ---------------------------------------------------------------------------------------------------------------------
# Paraphrase

def mrpc_fields(r):
    return {"sentence1": r["#1 String"], "sentence2": r["#2 String"], "options": ("no", "yes"),
            "answer": {"0": "no", "1": "yes"}[r["Quality"]]}


def mrpc_in_dev(r, ids):
    return f"{r['#1 ID']}\t{r['#2 ID']}" in ids


def mrpc_source(keep):
    # One file holds GLUE's train and dev sets; a second one lists the pairs of ids that are dev (the test set here).
    return Source("tsv", "msr_paraphrase_train.txt", encoding="utf-8-sig", ids_file="mrpc_dev_ids.tsv", keep=keep)


MRPC = Dataset(
    "mrpc", "MRPC (GLUE)", "paraphrase", "choice",
    files={
        "msr_paraphrase_train.txt": File(
            "https://dl.fbaipublicfiles.com/senteval/senteval_data/msr_paraphrase_train.txt", 1_047_044,
            "60a9b09084528f0673eedee2b69cb941920f0b8cd0eeccefc464a98768457f89"),
        "mrpc_dev_ids.tsv": File("https://dl.fbaipublicfiles.com/glue/data/mrpc_dev_ids.tsv", 6_222,
                                 "971d7767d81b997fd9060ade0ec23c4fc31cbb226a55d1bd4a1bac474eb81dc7"),
    },
    splits={"train": mrpc_source(lambda r, ids: not mrpc_in_dev(r, ids)), "test": mrpc_source(mrpc_in_dev)},
    fields=mrpc_fields, metric="f1_accuracy",
    templates=(
        "Here are two sentences from the news.\n\n{sentence1}\n{sentence2}\n\nDo they report the same thing?\n\n"
        "{options}",
        "{sentence1}\n\n{sentence2}\n\nIs the second sentence a paraphrase of the first?\n\n{options}",
        "First version: {sentence1}\nSecond version: {sentence2}\n\nAre the two versions alike in content?\n\n"
        "{options}",
        "{options}\n\nAnswer with one of these. Are the reports below equivalent?\n\nReport A: {sentence1}\n"
        "Report B: {sentence2}",
        "One news agency writes: \"{sentence1}\"\nAnother writes: \"{sentence2}\"\n\n"
        "Would a reader learn the same from both?\n\n{options}",
        "Compare the lines.\n\n(1) {sentence1}\n(2) {sentence2}\n\nIs line 2 just line 1 in other words?\n\n{options}",
        "Sentence: {sentence1}\nRewording: {sentence2}\nDoes the rewording keep the meaning?\n{options}",
        "An article contains both of these sentences. Is one of them redundant, since they say the same?\n\n"
        "{sentence1}\n{sentence2}\n\n{options}",
        "A journalist wrote this: {sentence1}\n\nThe online edition has this instead: {sentence2}\n\n"
        "Has the message stayed the same?\n\n{options}",
        "Check for semantic equivalence.\nText 1: {sentence1}\nText 2: {sentence2}\nEquivalent?\n{options}",
    ),
    baseline="{sentence1}\n{sentence2}\nquestion: Do the two sentences mean the same thing, yes or no?\nanswer:",
    license="not stated (Microsoft Research terms)",
)


def qqp_fields(r):
    if r.get("is_duplicate") is None:  # a few rows are cut short
        return None
    question1, question2 = (r[key].replace('""', "'") for key in ("question1", "question2"))
    return {"question1": question1, "question2": question2, "options": ("no", "yes"),
            "answer": {"0": "no", "1": "yes"}[r["is_duplicate"]]}


QQP = Dataset(
    "qqp", "QQP (GLUE)", "paraphrase", "choice",
    files={"QQP-clean.zip": File(("https://dl.fbaipublicfiles.com/glue/data/QQP-clean.zip",
                                  "https://dl.fbaipublicfiles.com/glue/data/QQP.zip"), 41_696_084,
                                 "40e7c862c04eb26ee04b67fd900e76c45c6ba8e6d8fab4f8f1f8072a1a3fbae0")},
    splits={"train": Source("tsv", "QQP-clean.zip", "QQP/train.tsv", lean=6_000),
            "test": Source("tsv", "QQP-clean.zip", "QQP/dev.tsv", lean=2_000)},
    fields=qqp_fields, metric="f1_accuracy",
    templates=(
        "{question1}\n{question2}\n\nAre these two questions duplicates?\n\n{options}",
        "On our site somebody has asked: {question1}\n\nA visitor now asks: {question2}\n\n"
        "Has the visitor's question been asked already?\n\n{options}",
        "Would a single answer satisfy both people?\n\nPerson A: {question1}\nPerson B: {question2}\n\n{options}",
        "Question 1: {question1}\nQuestion 2: {question2}\nSame intent?\n{options}",
        "You moderate a forum and merge questions that ask for the same thing. Would you merge the following?\n\n"
        "\"{question1}\"\n\"{question2}\"\n\n{options}",
        "{options}\n\nChoose one. Does \"{question1}\" come down to \"{question2}\"?",
        "Ann wonders: {question1}\nBen wonders: {question2}\n\nAre Ann and Ben after the same information?\n\n"
        "{options}",
        "Do the following questions want to know the same?\n\n{question1}\n\n{question2}\n\n{options}",
        "I have answered this before: {question1}\n\nNow I am asked this: {question2}\n\n"
        "Can I simply repeat my answer?\n\n{options}",
        "First asked: {question1}\nThen asked: {question2}\nIs the second question only another way to put the first?\n"
        "{options}",
    ),
    baseline="{question1}\n{question2}\nquestion: Do the two questions ask the same thing, yes or no?\nanswer:",
    license="not stated (Quora terms, non-commercial)",
)


def csv_field(text):
    """A field of a tab-separated file that was written by csv, which quotes a field with quotation marks in it."""
    return next(csv.reader([text], delimiter="\t"), [""])[0]


def paws_fields(r):
    return {"sentence1": csv_field(r["sentence1"]), "sentence2": csv_field(r["sentence2"]), "options": ("no", "yes"),
            "answer": {"0": "no", "1": "yes"}[r["label"]]}


PAWS = Dataset(
    "paws", "PAWS-Wiki labeled_final", "paraphrase", "choice",
    files={"paws_wiki_labeled_final.tar.gz": File(
        "https://storage.googleapis.com/paws/english/paws_wiki_labeled_final.tar.gz", 4_687_157,
        "1aad6cbb8a90b15563a0c154752c2b2c8e3bc5bdaa125172214d598bc76bc9fd")},
    splits={"train": Source("tsv", "paws_wiki_labeled_final.tar.gz", "final/train.tsv"),
            "dev": Source("tsv", "paws_wiki_labeled_final.tar.gz", "final/dev.tsv"),
            "test": Source("tsv", "paws_wiki_labeled_final.tar.gz", "final/test.tsv")},
    fields=paws_fields,
    templates=(
        "Sentence A: {sentence1}\n\nSentence B: {sentence2}\n\nDo A and B have the same meaning?\n\n{options}",
        "The two sentences below share most of their words. Do they also share their meaning?\n\n{sentence1}\n"
        "{sentence2}\n\n{options}",
        "{sentence1}\n\nCould the following stand in its place without changing what is said?\n\n{sentence2}\n\n"
        "{options}",
        "Mind the order of the words. Is \"{sentence2}\" a faithful restatement of \"{sentence1}\"?\n\n{options}",
        "{options}\n\nGive your verdict. Original: {sentence1}\nEdited: {sentence2}\nIs the meaning intact?",
        "An encyclopedia says: {sentence1}\nA pupil copies it as: {sentence2}\n\nDoes the copy still mean the same?\n\n"
        "{options}",
        "1) {sentence1}\n2) {sentence2}\n\nAre 1) and 2) paraphrases of each other?\n\n{options}",
        "Some words may have changed places here. Do both sentences state the same facts nevertheless?\n{sentence1}\n"
        "{sentence2}\n{options}",
        "Two translators worked on one text.\n\nTranslator 1: {sentence1}\nTranslator 2: {sentence2}\n\n"
        "Do their results agree in meaning?\n\n{options}",
        "Text: {sentence1}\nCandidate paraphrase: {sentence2}\nIs the candidate acceptable?\n{options}",
    ),
    baseline="1: {sentence1}\n2: {sentence2}\nquestion: Is sentence 2 a paraphrase of sentence 1, yes or no?\nanswer:",
    license="free for any purpose (acknowledging Google is appreciated)",
)


def stsb_fields(r):
    score = float(r["score"])  # the metric correlates predictions with this, not with the rounded answer
    return {"sentence1": r["sentence1"], "sentence2": r["sentence2"], "score": str(score),
            "options": ("0", "1", "2", "3", "4", "5"), "answer": f"{score:.0f}"}


STSB = Dataset(
    "stsb", "STS-B (GLUE)", "paraphrase", "choice",
    files={"STS-B.zip": File("https://dl.fbaipublicfiles.com/glue/data/STS-B.zip", 802_872,
                             "e60a6393de5a8b5b9bac5020a1554b54e3691f9d600b775bd131e613ac179c85")},
    splits={"train": Source("tsv", "STS-B.zip", "STS-B/train.tsv"),
            "test": Source("tsv", "STS-B.zip", "STS-B/dev.tsv")},
    fields=stsb_fields, dev=100, metric="pearson_spearman",
    templates=(
        "{sentence1}\n{sentence2}\n\nHow similar are these sentences, from 0 (unrelated) to 5 (the same meaning)?\n\n"
        "{options}",
        "Rate how close two sentences come in meaning: 0 if they have nothing in common, 5 if they mean the same.\n\n"
        "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\n{options}",
        "On a scale from 0 to 5, how near is \"{sentence1}\" to \"{sentence2}\"?\n\n{options}",
        "{options}\n\nGive one of these marks, the higher the closer in meaning.\n\n{sentence1}\n{sentence2}",
        "First text: {sentence1}\nSecond text: {sentence2}\nSimilarity out of 5:\n{options}",
        "Two people describe what they see.\n\"{sentence1}\"\n\"{sentence2}\"\n\nHow well do the descriptions agree? "
        "5 is full agreement, 0 is none.\n\n{options}",
        "Looking for: {sentence1}\nFound: {sentence2}\n\nHow good is the match? 5 is perfect, 0 is none at all.\n\n"
        "{options}",
        "If 5 stands for equivalent and 0 for a different topic, which number suits this pair?\n\n{sentence1}\n\n"
        "{sentence2}\n\n{options}",
        ("Here is a sentence: {sentence1}\n\nWrite another whose similarity to it (from 0 to 5) is {answer}.",
         "{sentence2}"),
        ("Write a sentence that would score {answer} out of 5 for closeness in meaning to this one:\n\n{sentence2}",
         "{sentence1}"),
    ),
    baseline="{sentence1}\n{sentence2}\nquestion: How similar in meaning are the two sentences, from 0 to 5?\nanswer:",
    license="not stated (several sources)",
)


# ---------------------------------------------------------------------------------------------------------------------
# Closed-book QA

def arc_fields(r):
    choices = {choice["label"]: choice["text"] for choice in r["question"]["choices"]}  # labels are A-E or 1-5
    if len(choices) != 4:
        return None
    return {"question": r["question"]["stem"], "options": tuple(choices.values()), "answer": choices[r["answerKey"]]}


def arc_source(part, split):
    # 4 MB of questions in a zip of 681 MB: --lean reads nothing but the questions, and all of them.
    return Source("jsonl", "ARC-V1-Feb2018.zip", f"ARC-V1-Feb2018-2/ARC-{part}/ARC-{part}-{split}.jsonl", lean=0)


ARC = Dataset(
    "arc", "ARC (Easy + Challenge)", "closed_book_qa", "choice",
    files={"ARC-V1-Feb2018.zip": File(
        ("https://ai2-public-datasets.s3-us-west-2.amazonaws.com/arc/ARC-V1-Feb2018.zip",
         "https://s3-us-west-2.amazonaws.com/ai2-website/data/ARC-V1-Feb2018.zip",
         "https://ai2-datasets.s3-us-west-2.amazonaws.com/arc/ARC-V1-Feb2018.zip"), 680_841_265,
        "6d2d5ab50b2ceec6ba5f79c921be77cf2de712ea25a2b3f4fff3acc101cecfa0")},
    splits={"easy": {"train": arc_source("Easy", "Train"), "test": arc_source("Easy", "Test")},
            "challenge": {"train": arc_source("Challenge", "Train"), "test": arc_source("Challenge", "Test")}},
    fields=arc_fields,
    templates=(
        "Answer this science question.\n\n{question}\n\n{options}",
        "{question}\n\nOnly one answer is right. Which is it?\n\n{options}",
        "From a school test: {question}\nTick the best answer.\n{options}",
        "{options}\n\nOne of these answers the following question: {question}",
        "A pupil is stuck at the problem below. What would you tell them?\n\n{question}\n\n{options}",
        "Use what you know about nature and technology.\n\n{question}\n\n{options}",
        "Teacher: {question}\nPupil, correctly:\n{options}",
        "Multiple choice, science. {question}\n\n{options}",
        ("In a science test the right answer to one question is \"{answer}\". What is the question?", "{question}"),
        ("Write an examination question for a science class. Its answer shall be: {answer}", "{question}"),
    ),
    baseline="Question: {question}\nAnswer:",
    license="CC BY-SA 4.0",
    note="As in FLAN, the official dev sets are not used, and questions without exactly four choices are dropped.",
)


def natural_questions_fields(r):
    return {"question": r["question"] + "?", "answer": r["answer"][0], "answers": tuple(r["answer"])}


NATURAL_QUESTIONS = Dataset(
    "natural_questions", "Natural Questions (open)", "closed_book_qa", "qa",
    files={
        "NQ-open.train.jsonl": File(
            "https://raw.githubusercontent.com/google-research-datasets/natural-questions/"
            "a7a113c9fdc2d9986d624bd43b8a18d6d5779eaa/nq_open/NQ-open.train.jsonl", 8_522_298,
            "0c93aaf13b12f855628489665e4ef85ffb8573ad444646f11f4fabdc57a0aabf"),
        "NQ-open.dev.jsonl": File(
            "https://raw.githubusercontent.com/google-research-datasets/natural-questions/"
            "a7a113c9fdc2d9986d624bd43b8a18d6d5779eaa/nq_open/NQ-open.dev.jsonl", 391_316,
            "f15567f38099f3615f5b8a685c0aef449c11ad90d3da3735e8d1b98115b40616"),
    },
    splits={"train": Source("jsonl", "NQ-open.train.jsonl"), "test": Source("jsonl", "NQ-open.dev.jsonl")},
    fields=natural_questions_fields, metric="trivia",
    templates=(
        "Answer the question: {question}",
        "{question} Keep your answer short.",
        "Please tell me, {question}",
        "Someone typed this into a search engine:\n\n{question}\n\nWhich fact answers it?",
        "Q: {question}\nA:",
        "Without looking anything up: {question}",
        "I would like to know the following.\n\n{question}",
        "User: {question}\nAssistant, with the bare fact:",
        "From memory and in a few words, {question}",
        ("What could somebody have typed into a search engine to be told \"{answer}\"?", "{question}"),
    ),
    baseline="Q: {question}\n\nA:",
    license="CC BY-SA 3.0",
)


def trivia_normalized(text):
    """As the official files write answers: lower case, no punctuation, no articles."""
    return " ".join(word for word in re.sub(r"[\W_]+", " ", text.lower()).split() if word not in ("a", "an", "the"))


def trivia_qa_fields(r):
    if "answers" in r:  # the small files: the answers are a Python list
        question, names = csv_field(r["question"]), map(trivia_normalized, ast.literal_eval(csv_field(r["answers"])))
    else:
        question, names = r["Question"], [r["Answer"]["NormalizedValue"], *r["Answer"]["NormalizedAliases"]]
    names = tuple(name for name in dict.fromkeys(names) if name)  # normalizing leaves nothing of "A" or "The The"
    return {"question": question, "answer": names[0], "answers": names} if names else None


TRIVIA_QA = Dataset(
    "trivia_qa", "TriviaQA", "closed_book_qa", "qa",
    files={
        "triviaqa-rc.tar.gz": File(("https://nlp.cs.washington.edu/triviaqa/data/triviaqa-rc.tar.gz",
                                    "http://nlp.cs.washington.edu/triviaqa/data/triviaqa-rc.tar.gz"), 2_665_779_500,
                                   "ef94fac6db0541e5bb5b27020d067a8b13b1c1ffc52717e836832e02aaed87b9"),
        "trivia-train.qa.csv.gz": File("https://dl.fbaipublicfiles.com/dpr/data/retriever/trivia-train.qa.csv.gz", None,
                                       "400224bf4567b9355be819f26b47215ff3793827206157d190f76d26ad1816b1"),
        "trivia-test.qa.csv.gz": File("https://dl.fbaipublicfiles.com/dpr/data/retriever/trivia-test.qa.csv.gz"),
    },
    splits={
        "train": (Source("json", "triviaqa-rc.tar.gz", "qa/web-train.json", key="Data"),
                  Source("json", "triviaqa-rc.tar.gz", "qa/wikipedia-train.json", key="Data")),
        "test": (Source("json", "triviaqa-rc.tar.gz", "qa/web-dev.json", key="Data"),
                 Source("json", "triviaqa-rc.tar.gz", "qa/wikipedia-dev.json", key="Data")),
    },
    lean_splits={"train": Source("tsv", "trivia-train.qa.csv.gz", columns=("question", "answers")),
                 "test": Source("tsv", "trivia-test.qa.csv.gz", columns=("question", "answers"))},
    fields=trivia_qa_fields, metric="trivia",
    templates=(
        "Quiz question: {question}\n\nYour answer?",
        "Reply with a name, a word or a number.\n\n{question}",
        "It is quiz night. The host reads out: {question}\n\nWhat does your team write down?",
        "Trivia: {question}\nSolution:",
        "Let us see whether you get this one. {question}",
        "For one point: {question}",
        "On the front of the card:\n{question}\nOn the back:",
        "Test your general knowledge.\n\n{question}",
        "Contestant number one, here is your question. {question}",
        ("Write a trivia question to which \"{answer}\" is the answer.", "{question}"),
    ),
    baseline="Q: {question}\n\nA:",
    note="The archive's 2.7 GB are evidence pages, which closed-book QA does not use. --lean takes the questions that "
         "DPR published: another selection of the same collection. Its test set is TriviaQA's unfiltered dev set, the "
         "answer trained on is the first alias, and no hash of its test file is known.",
)


# ---------------------------------------------------------------------------------------------------------------------
# Struct to text

def common_gen_fields(r):
    record = json.loads(r["line"].replace(", }", "}"))  # some lines of the official file are not quite JSON
    words = record["concept_set"].split("#")
    return [{"concepts": ", ".join(words), "concept_lines": "\n".join(words), "answer": scene,
             "answers": tuple(record["scene"])} for scene in record["scene"]]


COMMON_GEN = Dataset(
    "common_gen", "CommonGen", "struct_to_text", "text",
    files={"commongen_data.zip": File(
        "https://storage.googleapis.com/huggingface-nlp/datasets/common_gen/commongen_data.zip", 1_845_699,
        "a3f19ca607da4e874fc5f2dd1f53c13a6788a497f883d74cc3f9a1fcda44c594")},
    splits={"train": Source("lines", "commongen_data.zip", "commongen.train.jsonl"),
            "test": Source("lines", "commongen_data.zip", "commongen.dev.jsonl", first=True)},
    fields=common_gen_fields, metric="rouge",
    templates=(
        "Words: {concepts}\n\nWrite one sentence in which all of these words appear.",
        "Make an everyday sentence out of the following: {concepts}",
        "In a word game you draw these cards:\n\n{concept_lines}\n\nSay a sentence that uses every one of them.",
        "Describe something that could really happen. Your description must mention: {concepts}",
        "{concepts}\n\nConnect these words into a single sensible sentence. You may change their form.",
        "A teacher gives her class the words {concepts} and wants to hear a sentence with all of them. What could a "
        "pupil say?",
        "Invent a caption for a photograph with these keywords.\n\nKeywords: {concepts}\nCaption:",
        "Picture a scene with all of this in it:\n{concept_lines}\nNow put the scene into one sentence.",
        ("{answer}\n\nName the basic words that this sentence is built around.", "{concepts}"),
        ("The sentence below was made from a list of words. Give back the list, one word to a line.\n\n{answer}",
         "{concept_lines}"),
    ),
    baseline="Words: {concepts}\nSentence with these words:",
    license="MIT",
)


def dart_fields(r):
    # Cells such as [TABLECONTEXT] stand for the table itself and say nothing.
    triples = [" ".join(cell for cell in triple if not (cell.startswith("[") and cell.endswith("]")))
               for triple in r["tripleset"]]
    texts = tuple(annotation["text"] for annotation in r["annotations"])
    return [{"triples": "; ".join(triples), "triple_lines": "\n".join(triples), "answer": text, "answers": texts}
            for text in texts]


DART = Dataset(
    "dart", "DART v1.1.1", "struct_to_text", "text",
    files={
        "dart-v1.1.1-full-train.json": File(
            "https://raw.githubusercontent.com/Yale-LILY/dart/b5dfcab18b30b5de6986d89bb77952e83df7d48a/data/v1.1.1/"
            "dart-v1.1.1-full-train.json", 22_001_131,
            "0671b56f4b090ccf1c0187364d45c6f1214421d6f1081a21800596860f314e70"),
        "dart-v1.1.1-full-dev.json": File(
            "https://raw.githubusercontent.com/Yale-LILY/dart/b5dfcab18b30b5de6986d89bb77952e83df7d48a/data/v1.1.1/"
            "dart-v1.1.1-full-dev.json", 2_370_637,
            "5038f3543b6d59b94ac4e3f69d15a0b01d8578913f862142e7c560200dd6e434"),
    },
    splits={"train": Source("json", "dart-v1.1.1-full-train.json"),
            "test": Source("json", "dart-v1.1.1-full-dev.json", first=True)},
    fields=dart_fields, metric="rouge",
    templates=(
        "Data: {triples}\n\nTurn the data into readable English.",
        "Each line below states a fact in note form.\n\n{triple_lines}\n\nExpress everything in a sentence or two.",
        "Put these entries of a table into words: {triples}",
        "Facts:\n{triple_lines}\nSentence:",
        "Someone who cannot read tables asks what this one says.\n\n{triple_lines}\n\nTell them in plain English.",
        "Write a sentence that reports the following and nothing else. {triples}",
        "Verbalize: {triples}",
        "Below is raw material for a newspaper: bare facts, separated by semicolons where there are several.\n\n"
        "{triples}\n\nHow would they read in print?",
        ("{answer}\n\nList the facts that this text states, in note form and one to a line.", "{triple_lines}"),
        ("A database is to store what the following text says. Write its entries, separated by semicolons.\n\n{answer}",
         "{triples}"),
    ),
    baseline="Data: {triples}\nThe same in a sentence:",
    license="MIT",
    note="The files of July 2020, which FLAN used; in April 2021 others replaced them under the same names.",
)


def e2e_nlg_fields(r):
    return {"attributes": r["mr"].replace("[", " = ").replace("]", ""), "answer": r["ref"]}


E2E_NLG = Dataset(
    "e2e_nlg", "E2E NLG (cleaned)", "struct_to_text", "text",
    files={
        "train-fixed.no-ol.csv": File(
            "https://raw.githubusercontent.com/tuetschek/e2e-cleaning/164acdf986146d76f18893b3de9488725deda4c2/"
            "cleaned-data/train-fixed.no-ol.csv", 11_100_744,
            "12a4f59ec85ddd2586244aaf166f65d1b8cd468b6227e6620108baf118d5b325"),
        "devel-fixed.no-ol.csv": File(
            "https://raw.githubusercontent.com/tuetschek/e2e-cleaning/164acdf986146d76f18893b3de9488725deda4c2/"
            "cleaned-data/devel-fixed.no-ol.csv", 1_581_285,
            "bb88df2565826a463f96e93a5ab69a8c6460de54f2e68179eb94f0019f430d4d"),
    },
    splits={"train": Source("csv", "train-fixed.no-ol.csv"), "test": Source("csv", "devel-fixed.no-ol.csv")},
    fields=e2e_nlg_fields, metric="rouge",
    templates=(
        "{attributes}\n\nDescribe this place to somebody who is looking for somewhere to eat or drink.",
        "Attributes: {attributes}\n\nWrite a short description that mentions every one of them.",
        "A restaurant guide keeps this entry in its files: {attributes}\n\nWhat will the printed guide say?",
        "Turn the listing into prose.\n\nListing: {attributes}\nProse:",
        "A hotel guest asks where to go in the evening, and the porter remembers this: {attributes}\n\nWhat does the "
        "porter tell the guest?",
        "Write a sentence or two for the website of a venue with these details.\n\n{attributes}",
        "Pairs like these are easy for machines and hard on people. Rewrite them for people: {attributes}",
        "Using nothing but the following, introduce the venue to our readers. {attributes}",
        "An app reads out short portraits of pubs, cafes and restaurants. The next one has these properties:\n"
        "{attributes}\nWhat should the app read out?",
        "Restaurant data: {attributes}\nThe same in full sentences:",
    ),
    baseline="Data: {attributes}\nDescription:",
    license="CC BY-SA 4.0",
)


def web_nlg_fields(r):
    triples = [triple.replace("_", " ").replace(" | ", ", ") for triple in r["input"]]
    return [{"triples": "; ".join(triples), "triple_lines": "\n".join(triples), "answer": text,
             "answers": tuple(r["target"])} for text in r["target"]]


WEB_NLG = Dataset(
    "web_nlg", "WebNLG (English, GEM)", "struct_to_text", "text",
    files={
        "webnlg_en_train.json": File(
            "https://storage.googleapis.com/huggingface-nlp/datasets/gem/gem_web_nlg/webnlg_en_train.json", 10_135_450,
            "959646a986465c436362dfc44bb4966d5a2d39f2725b39fe32701981daf666d0"),
        "webnlg_en_val.json": File(
            "https://storage.googleapis.com/huggingface-nlp/datasets/gem/gem_web_nlg/webnlg_en_val.json", 1_273_018,
            "8214bf87ff0369e505ba5c11cdbbaa1127f7908ad77a75a2f1d1a76730c3a954"),
    },
    splits={"train": Source("json", "webnlg_en_train.json", key="values"),
            "test": Source("json", "webnlg_en_val.json", key="values", first=True)},
    fields=web_nlg_fields, metric="rouge",
    templates=(
        "{triples}\n\nSay this in well-formed English.",
        "An encyclopedia article is to open with these facts:\n\n{triple_lines}\n\nWrite the opening.",
        "The following comes from a knowledge graph: {triples}\n\nHow would a person put it?",
        "Subject, property, value:\n{triple_lines}\n\nIn other words:",
        "I give you statements in shorthand, and you write them out in full. Here they are: {triples}",
        "Compose a fluent text that covers all of the information below.\n\n{triple_lines}",
        "RDF: {triples}\nEnglish:",
        "Query: what do we know?\nResult: {triples}\n\nA voice assistant has to speak the result aloud. What does it "
        "say?",
        ("Break this text down into triples of subject, property and value. Put semicolons between the triples.\n\n"
         "{answer}", "{triples}"),
        ("{answer}\n\nWhich entries of a knowledge graph hold this information? Write each on a line of its own.",
         "{triple_lines}"),
    ),
    baseline="Triples: {triples}\nText:",
    license="CC BY-NC-SA 4.0",
)


# ---------------------------------------------------------------------------------------------------------------------
# Reading comprehension

def boolq_fields(r):
    question = r["question"].rstrip("? ") + "?"  # few have the mark
    return {"title": r["title"], "text": r["passage"], "question": question, "options": ("no", "yes"),
            "answer": {False: "no", True: "yes"}[r["answer"]]}


BOOLQ = Dataset(
    "boolq", "BoolQ", "reading_comp", "choice",
    files={
        "train.jsonl": File("https://storage.googleapis.com/boolq/train.jsonl", 6_525_813,
                            "cc7a79d44479867e8323a7b0c5c1d82edf516ca34912201f9384c3a3d098d8db"),
        "dev.jsonl": File("https://storage.googleapis.com/boolq/dev.jsonl", 2_238_726,
                          "ebc29ea3808c5c611672384b3de56e83349fe38fc1fe876fd29b674d81d0a80a"),
    },
    splits={"train": Source("jsonl", "train.jsonl"), "test": Source("jsonl", "dev.jsonl")},
    fields=boolq_fields,
    templates=(
        "{title}\n\n{text}\n\nA question about this text: {question}\n\n{options}",
        "Use the article \"{title}\" to settle a yes-or-no question.\n\nArticle: {text}\n\nQuestion: {question}\n\n"
        "{options}",
        "{text}\n\nNow that you have read this: {question}\n\n{options}",
        "Somebody typed \"{question}\" into a search engine and was shown this page.\n\n{title}\n{text}\n\nThe short "
        "answer is\n\n{options}",
        "{options}\n\nReply with one of the two: {question}\n\nYou may look it up here.\n{text}",
        "Topic: {title}\nText: {text}\nQuestion: {question}\nAnswer:\n{options}",
        "Two friends disagree about the question \"{question}\"\n\nThey look under \"{title}\" in an encyclopedia and "
        "find this: {text}\n\nWhat is the right answer?\n\n{options}",
        "A listener calls in and asks: {question}\n\nThe studio has only this note about {title}: {text}\n\nShould the "
        "host say yes or no?\n\n{options}",
        "Read, then decide.\n{text}\n{question}\n{options}",
        ("{title}\n\n{text}\n\nWrite a question that this passage answers with \"{answer}\".", "{question}"),
    ),
    baseline="{title} -- {text}\nquestion: {question}\nanswer:",
    license="CC BY-SA 3.0",
)


def drop_fields(r):
    # The answer is a number, a date or spans; of several spans the first counts, as in FLAN.
    # differs from the paper: where FLAN's answer is empty, a date without a day keeps the parts it has, and a question
    # with no answer at all is dropped.
    rows = []
    for qa in r["qa_pairs"]:
        a = qa["answer"]
        date = "-".join(filter(None, map(a["date"].get, ("year", "month", "day"))))
        answer = a["number"] or date or "".join(a["spans"][:1])
        rows.append({"context": r["passage"], "question": qa["question"], "answer": answer} if answer else None)
    return rows


DROP = Dataset(
    "drop", "DROP", "reading_comp", "qa",
    files={"drop_dataset.zip": File("https://s3-us-west-2.amazonaws.com/allennlp/datasets/drop/drop_dataset.zip",
                                    8_308_692, "39d2278a29fd729de301b111a45f434c24834f40df8f4ff116d864589e3249d6")},
    splits={"train": Source("json", "drop_dataset.zip", "drop_dataset/drop_dataset_train.json"),
            "test": Source("json", "drop_dataset.zip", "drop_dataset/drop_dataset_dev.json")},
    fields=drop_fields, metric="squad",
    templates=(
        "{context}\n\nYou may have to count, compare or calculate to answer this: {question}",
        "Question: {question}\n\nWork out the answer from the report that follows.\n\n{context}\n\nGive it in as few "
        "words as you can.",
        "Study the facts, then solve the problem.\n\nFacts: {context}\n\nProblem: {question}",
        "{context}\n\nA reader of these lines wants to know: {question}\n\nWhat should we reply?",
        "Notes: {context}\n\nReporter: {question}\nAnalyst:",
        "The answer to the question below may not stand in the passage word for word. Put it together from what the "
        "passage says.\n\n{question}\n\nPassage: {context}",
        "Reading and reasoning test\n\nText: {context}\nItem: {question}\nResult:",
        "Going through this account step by step, one can tell the answer to \"{question}\"\n\n{context}\n\nWhat is "
        "the answer?",
        ("{context}\n\nThink of a question about this text whose answer is \"{answer}\".", "{question}"),
        ("Write a paragraph full of facts and figures, and a question on it that has the answer \"{answer}\".",
         "{context}\n\nQuestion: {question}"),
    ),
    baseline="Passage: {context}\nQuestion: {question}\nAnswer:",
    license="CC BY-SA 4.0",
)


def multirc_fields(r):
    return [{"paragraph": r["passage"]["text"], "question": q["question"], "response": a["text"],
             "options": ("no", "yes"), "answer": {0: "no", 1: "yes"}[a["label"]],
             "group": f"{r['idx']}-{q['idx']}"}  # exact match is per question
            for q in r["passage"]["questions"] for a in q["answers"]]


MULTIRC = Dataset(
    "multirc", "MultiRC (SuperGLUE)", "reading_comp", "choice",
    files={"MultiRC.zip": File("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/MultiRC.zip", 1_116_225,
                               "b3cd440856e72eb166b2edcd37b798455f1ebd51f2c3de64c0c2a4e1971d2737")},
    splits={"train": Source("jsonl", "MultiRC.zip", "MultiRC/train.jsonl"),
            "test": Source("jsonl", "MultiRC.zip", "MultiRC/val.jsonl")},
    fields=multirc_fields, metric="multirc",
    templates=(
        "{paragraph}\n\nQuestion: {question}\nProposed answer: {response}\n\nIs the proposed answer correct?\n\n"
        "{options}",
        "Here is a paragraph: {paragraph}\n\nSomebody asked \"{question}\" and was told \"{response}\". Was that a "
        "right reply?\n\n{options}",
        "You are marking a test in which a question can have several right answers. You look at one of them.\n\nText: "
        "{paragraph}\n\nQuestion: {question}\n\nAnswer given: {response}\n\nDoes it earn the mark?\n\n{options}",
        "{options}\n\nChoose one of the two. Does \"{response}\" answer the question \"{question}\", if we go by the "
        "following?\n\n{paragraph}",
        "{paragraph}\n\nTeacher: {question}\nPupil: {response}\n\nDid the pupil get it right?\n\n{options}",
        "Candidate: {response}\nQuestion: {question}\n\nIn view of what is said below, should the candidate be "
        "accepted?\n\n{paragraph}\n\n{options}",
        "{question}\n\nMy own guess would be \"{response}\". Does this text bear me out?\n\n{paragraph}\n\n{options}",
        "First read this.\n{paragraph}\nThen check the answer.\nQ: {question}\nA: {response}\nDoes it hold?\n{options}",
        ("{paragraph}\n\nWrite a question about this text. Asked whether \"{response}\" is a right answer to it, one "
         "should say: {answer}", "{question}"),
        ("Set a question for a reading test on the text below.\n\n{paragraph}", "{question}"),
    ),
    baseline="{paragraph}\nquestion: {question}\nproposed answer: {response}\nIs the proposed answer right, yes or no?"
             "\nanswer:",
)


def obqa_fields(r):
    choices = {choice["label"]: choice["text"] for choice in r["question"]["choices"]}
    return {"fact": r["fact1"], "question": r["question"]["stem"], "options": tuple(choices.values()),
            "answer": choices[r["answerKey"]]}


OBQA = Dataset(
    "obqa", "OpenBookQA", "reading_comp", "choice",
    files={"OpenBookQA-V1-Sep2018.zip": File(
        "https://s3-us-west-2.amazonaws.com/ai2-website/data/OpenBookQA-V1-Sep2018.zip", 1_446_098,
        "82368cf05df2e3b309c17d162e10b888b4d768fad6e171e0a041954c8553be46")},
    splits={split: Source("jsonl", "OpenBookQA-V1-Sep2018.zip",  # the files in Data/Main lack the facts
                          f"OpenBookQA-V1-Sep2018/Data/Additional/{split}_complete.jsonl")
            for split in ("train", "dev", "test")},
    fields=obqa_fields,
    templates=(
        "Fact: {fact}\n\nWith this in mind, answer or complete the following: {question}\n\n{options}",
        "We know this: {fact}\n\nSo which of the choices is right here?\n\n{question}\n\n{options}",
        "Pupils may take one note into their science exam. The note says: {fact}\n\nThe exam says: {question}\n\n"
        "{options}",
        "{options}\n\nOne of these is the correct reply or ending, but which?\n\n{question}\n\nA hint: {fact}",
        "{question}\n\nIn case you are unsure, start from this: {fact}\n\n{options}",
        "Open your book at the line \"{fact}\" and use it for this exercise.\n\n{question}\n\n{options}",
        "Principle: {fact}\nExercise: {question}\nSolution:\n{options}",
        "Combine what you are told with what you know. You are told: {fact}\n\nItem to solve: {question}\n\n{options}",
        ("Exercise: {question}\nCorrect solution: {answer}\n\nWhich fact of elementary science lies behind this?",
         "{fact}"),
        ("Give a scientific fact that helps a pupil with the following: {question}", "{fact}"),
    ),
    baseline="{fact}\n{question}",
)


def squad_fields(r):
    rows = []
    for paragraph in r["paragraphs"]:
        for qa in paragraph["qas"]:
            texts = ["unanswerable"] if qa.get("is_impossible") else [a["text"] for a in qa["answers"]]
            answer, *_ = answers = tuple(dict.fromkeys(texts))
            # Only v2 has unanswerable questions, so only there do the prompts speak of them.
            hint = " If the text does not answer the question, write \"unanswerable\"." if "is_impossible" in qa else ""
            rows.append({"title": r["title"].replace("_", " "), "context": paragraph["context"],
                         "question": qa["question"].strip(), "hint": hint, "answer": answer, "answers": answers})
    return rows


SQUAD = Dataset(
    "squad", "SQuAD (v1.1 and v2.0)", "reading_comp", "qa",
    files={
        "train-v1.1.json": File("https://rajpurkar.github.io/SQuAD-explorer/dataset/train-v1.1.json", 30_288_272,
                                "3527663986b8295af4f7fcdff1ba1ff3f72d07d61a20f487cb238a6ef92fd955"),
        "dev-v1.1.json": File("https://rajpurkar.github.io/SQuAD-explorer/dataset/dev-v1.1.json", 4_854_279,
                              "95aa6a52d5d6a735563366753ca50492a658031da74f301ac5238b03966972c9"),
        "train-v2.0.json": File("https://rajpurkar.github.io/SQuAD-explorer/dataset/train-v2.0.json", 42_123_633,
                                "68dcfbb971bd3e96d5b46c7177b16c1a4e7d4bdef19fb204502738552dede002"),
        "dev-v2.0.json": File("https://rajpurkar.github.io/SQuAD-explorer/dataset/dev-v2.0.json", 4_370_528,
                              "80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8"),
    },
    splits={part: {"train": Source("json", f"train-{version}.json", key="data"),
                   "test": Source("json", f"dev-{version}.json", key="data")}
            for part, version in (("v1", "v1.1"), ("v2", "v2.0"))},
    fields=squad_fields, metric="squad",
    templates=(
        "{context}\n\nFind the words in this text that answer the question: {question}{hint}",
        "Article: {title}\n\n{context}\n\nQ: {question}{hint}\nA:",
        "You are reading about {title}.\n\n{context}\n\nCan you answer this? {question}{hint}",
        "Question: {question}{hint}\n\nLook for the answer here.\n\n{context}",
        "I found this under \"{title}\" in an encyclopedia:\n\n{context}\n\nWhat does it say in reply to my question? "
        "{question}{hint}",
        "Quote the shortest piece of the passage that answers the question below.{hint}\n\nQuestion: {question}\n\n"
        "Passage: {context}",
        "A guide knows the following by heart: {context}\n\nA visitor asks: {question}{hint}\n\nThe guide's answer:",
        "Subject: {title}\nText: {context}\nAsked: {question}{hint}\nExact answer:",
        ("{context}\n\nWrite a question to which a reader of this text should reply \"{answer}\".", "{question}"),
        ("Here is a paragraph from the article \"{title}\".\n\n{context}\n\nWhat could one ask about it, if the "
         "expected answer is \"{answer}\"?", "{question}"),
    ),
    baseline="Title: {title}\n\nBackground: {context}\n\nQ: {question}\n\nA:",
    license="CC BY-SA 4.0",
)


# ---------------------------------------------------------------------------------------------------------------------
# Reading comp. with commonsense

def cosmos_qa_fields(r):
    options = tuple(r[f"answer{i}"] for i in range(4))
    return {"context": r["context"], "question": r["question"], "options": options, "answer": r[f"answer{r['label']}"]}


COSMOS_QA = Dataset(
    "cosmos_qa", "CosmosQA", "reading_comp_commonsense", "choice",
    files={
        "train.csv": File(
            "https://raw.githubusercontent.com/wilburOne/cosmosqa/b6eb99cca4e2a51dd28a9a6f562534872d851639/data/"
            "train.csv", 16_660_449, "d8d5ca1f9f6534b6530550718591af89372d976a8fc419360fab4158dee4d0b2"),
        "valid.csv": File(
            "https://raw.githubusercontent.com/wilburOne/cosmosqa/b6eb99cca4e2a51dd28a9a6f562534872d851639/data/"
            "valid.csv", 2_128_345, "a6a94fc1463ca82bb10f98ef68ed535405e6f5c36e044ff8e136b5c19dea63f3"),
    },
    splits={"train": Source("csv", "train.csv"), "test": Source("csv", "valid.csv")},
    fields=cosmos_qa_fields,
    templates=(
        "{context}\n\nRead between the lines. {question}\n\n{options}",
        "Here is what somebody wrote about their life: {context}\n\nQuestion: {question}\n\n{options}",
        "From a personal blog:\n\n{context}\n\nNot everything is spelled out there. Choose what is most likely. "
        "{question}\n\n{options}",
        "{options}\n\nWhich of these would a sensible reader choose? The story: {context}\n\nThe question: {question}",
        "Keep a question in mind while you read: {question}\n\n{context}\n\nWhich reply fits best?\n\n{options}",
        "A friend tells you this:\n\n{context}\n\nSomeone who was not there then asks you: {question}\n\nWhat do you "
        "say?\n\n{options}",
        "{context}\nUse the text and your common sense. {question}\n{options}",
        "Diary entry: {context}\nQuestion: {question}\nMost plausible answer:\n{options}",
        ("{context}\n\nAsk about something that these lines leave unsaid but that one can work out.", "{question}"),
        ("What might a curious reader of this story ask?\n\n{context}", "{question}"),
    ),
    baseline="{context}\nQuestion: {question}\nAnswer:",
    license="CC BY 4.0",
)


def record_fields(r):
    text, rows = r["passage"]["text"], []
    entities = sorted({text[e["start"]:e["end"] + 1] for e in r["passage"]["entities"]})  # "end" is inclusive
    for qa in r["qas"]:
        query, gap, rest = qa["query"].partition("@placeholder")
        query, right = query.strip(), {a["text"] for a in qa["answers"]}
        answers = tuple(entity + rest for entity in entities if entity in right)
        if not gap or not answers:
            raise ValueError(f"no @placeholder, or no answer among the entities {entities}: {qa['query']!r}")
        rows.append({"passage": text.partition("\n@highlight")[0], "query": query, "opening": f"{query} ...".strip(),
                     "options": tuple(entity + rest for entity in entities), "answer": answers[0], "answers": answers})
    return rows


RECORD = Dataset(
    "record", "ReCoRD (SuperGLUE)", "reading_comp_commonsense", "choice",
    files={"ReCoRD.zip": File("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/ReCoRD.zip", 51_757_880,
                              "30c7b651ab21b8bf8fab986495cd1084333010e040548f861b839eec0044ac18")},
    splits={"train": Source("jsonl", "ReCoRD.zip", "ReCoRD/train.jsonl", lean=3000),
            "test": Source("jsonl", "ReCoRD.zip", "ReCoRD/val.jsonl", lean=1000)},
    fields=record_fields,
    templates=(
        "{passage}\n\nHow does this sentence about the news go on? {opening}\n\n{options}",
        "News report: {passage}\n\nSomebody sums up a point of it and breaks off. Which ending is right?\n\n{opening}"
        "\n\n{options}",
        "Pick the ending that agrees with the article.\n\nArticle: {passage}\n\nSentence: {opening}\n\n{options}",
        "{options}\n\nOne of these belongs where the dots are in \"{opening}\" Choose it with the help of the "
        "following report.\n\n{passage}",
        "Exercise: finish the last line so that it is true to the text.\n\n{passage}\n\n{opening}\n{options}",
        "An editor has to finish this sentence: {opening}\n\nThe story in front of the editor reads:\n\n{passage}\n\n"
        "How should the sentence end?\n\n{options}",
        "{passage}\n\nThe reporter might have added one more sentence, which begins like this: {opening}\n\nWhat comes "
        "next?\n\n{options}",
        "On the radio you hear the news.\n\n{passage}\n\nThe signal is lost in the middle of another sentence: "
        "{opening}\n\nGuess the rest.\n\n{options}",
        "Background: {passage}\nUnfinished statement: {opening}\nContinuation:\n{options}",
        "Whom or what must the next line speak of? Judge by the story.\n\nStory: {passage}\n\nNext line: {opening}\n\n"
        "{options}",
    ),
    baseline="{passage}\n\n{query}",
    license="not stated (CNN and Daily Mail texts)",
    note="Passages are long: in a short context their beginning is cut. A record has one to several questions.",
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


def winogrande_fields(r):
    before, gap, after = r["sentence"].partition("_")
    if not gap:
        raise ValueError(f"no gap in the sentence {r['sentence']!r}")
    options = (r["option1"] + after, r["option2"] + after)
    return {"context": before.strip(), "options": options, "answer": options[{"1": 0, "2": 1}[r["answer"]]]}


WINOGRANDE = Dataset(
    "winogrande", "WinoGrande 1.1 (train_xl)", "coreference", "choice",
    files={"winogrande_1.1.zip": File(  # two releases: 3,395,492 bytes and, the one that FLAN read, 2,797,793
        "https://storage.googleapis.com/ai2-mosaic/public/winogrande/winogrande_1.1.zip", None,
        ("3619ab104d8be2977b25c90ff420cb42d491707dcc75362a1e5d22bc082b7318",
         "d5699402a41de2b4e6b3c6e2a1e6b4faab2130543a12019a8c5d4f35ec502d47"))},
    splits={"train": Source("jsonl", "winogrande_1.1.zip", "winogrande_1.1/train_xl.jsonl"),
            "test": Source("jsonl", "winogrande_1.1.zip", "winogrande_1.1/dev.jsonl")},
    fields=winogrande_fields,
    templates=(
        "{context}\n\nHow does this go on?\n\n{options}",
        "Finish the sentence so that it makes sense.\n\n{context}\n\n{options}",
        "{context} ...\n\nWhich ending is the sensible one?\n\n{options}",
        "{options}\n\nWith which of these would you complete the text \"{context}\"?",
        "Beginning: {context}\nOnly one continuation is logical, namely:\n{options}",
        "Work out who or what is meant, then continue: {context}\n\n{options}",
        "The page is torn after these words:\n{context}\nWhat stood next?\n{options}",
        "Two people remember this line differently. Both start with \"{context}\", but whose version can be right?\n\n"
        "{options}",
        "Fill in the rest.\n\n{context} ____\n\n{options}",
        "Here is a sentence without its last part: {context}\n\nThe last part ought to be\n\n{options}",
    ),
    baseline="{context}",
    license="CC BY",
)


def wsc273_fields(r):
    schemas = ElementTree.fromstring(r["text"]).findall("schema")
    return [wsc273_schema(schema) for schema in schemas[:273]]  # the collection has grown since


def wsc273_schema(schema):
    before, pronoun, after = (" ".join(schema.findtext(f"text/{tag}").split()) for tag in ("txt1", "pron", "txt2"))
    after = after.replace("recieved", "received")
    space = "" if len(after) == 1 else " "  # nothing but a full stop follows
    candidates = [wsc273_in_place(answer.text.split(), pronoun) for answer in schema.findall("answers/answer")]
    options = tuple(candidate + space + after for candidate in candidates)
    right = "AB".index(schema.findtext("correctAnswer").strip()[0])  # written "A", "A." or " A "
    return {"context": before, "options": options, "answer": options[right]}


def wsc273_in_place(words, pronoun):
    """A candidate where the pronoun stood: "The vase" becomes "the vase" for "it"; names stay as they are."""
    if words[0].lower() in ("the", "his", "my", "her", "their", "an", "a"):
        words = [words[0].lower() if pronoun[0].islower() else words[0].capitalize(), *words[1:]]
    return " ".join(words)


WSC273 = Dataset(
    "wsc273", "WSC273", "coreference", "choice",
    files={"WSCollection.xml": File(
        "https://cs.nyu.edu/faculty/davise/papers/WinogradSchemas/WSCollection.xml", 113_235,
        "98c845a5b33c109f2c49742e726fac592bbb1fdc3b3706b604de12f9c9f58c91")},
    splits={"test": Source("texts", "WSCollection.xml")},
    fields=wsc273_fields, dev=0,
    templates=(
        "{context}\n\nWhat follows, by common sense?\n\n{options}",
        "Pick the reading that is true to life. The passage starts \"{context}\" and ends\n\n{options}",
        "{context}\n\nThe pronoun that stood here has been spelled out. Which way is right?\n\n{options}",
        "Resolve the ambiguity in favour of one candidate.\n\n{context}\n\n{options}",
        "{options}\n\nSelect the end of this passage: {context}",
        "Start: {context}\nEnd:\n{options}",
        "Two copies of a text begin alike, but in one of them a pronoun was replaced by the wrong name.\n\n"
        "{context}\n\nHow does the good copy end?\n\n{options}",
        "You are reading aloud and have come to \"{context}\".\n\nRead on.\n\n{options}",
        "Which of the two endings does this call for?\n{context}\n{options}",
        "{context} [the rest is missing]\n\nSupply the rest that a thoughtful person would expect.\n\n{options}",
    ),
    baseline="{context}",
    license="CC BY 4.0",
    note="A test set only: it is never trained on.",
)


# ---------------------------------------------------------------------------------------------------------------------
# Misc.

def trec_fields(r):
    words = {"DESC": "description", "ENTY": "entity", "ABBR": "abbreviation", "HUM": "human", "NUM": "numeric",
             "LOC": "location"}
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


def coqa_fields(r):
    questions, answers = ([turn["input_text"] for turn in r[key]] for key in ("questions", "answers"))
    if len(questions) != len(answers):
        raise ValueError(f"story {r['id']!r} has {len(questions)} questions but {len(answers)} answers")
    numbered = ["\n".join(f"{i}. {text}" for i, text in enumerate(texts, 1)) for texts in (questions, answers)]
    return {"text": r["story"], "questions": numbered[0], "answer": numbered[1]}


COQA = Dataset(
    "coqa", "CoQA", "misc", "qa",
    files={
        "coqa-train-v1.0.json": File("https://nlp.stanford.edu/data/coqa/coqa-train-v1.0.json", 49_001_836,
                                     "b0fdb2bc1bd38dd3ca2ce5fa2ac3e02c6288ac914f241ac409a655ffb6619fa6"),
        "coqa-dev-v1.0.json": File("https://nlp.stanford.edu/data/coqa/coqa-dev-v1.0.json", 9_090_845,
                                   "dfa367a9733ce53222918d0231d9b3bedc2b8ee831a2845f62dfc70701f2540a"),
    },
    splits={"train": Source("json", "coqa-train-v1.0.json", key="data"),
            "test": Source("json", "coqa-dev-v1.0.json", key="data")},
    fields=coqa_fields, dev=100, metric="squad",
    templates=(
        "{text}\n\nAnswer all of these questions about the text, one line each.\n\n{questions}",
        "Read the story and take part in the conversation about it.\n\nStory: {text}\n\nQuestions:\n{questions}\n\n"
        "Answers:",
        "Text:\n{text}\n\nA friend who has not read it asks you one thing after the other:\n{questions}\n\n"
        "Number your replies.",
        "{text}\n\n{questions}\n\nGive a numbered list with a short answer to each question.",
        "You will be asked several questions that build on one another. This is what they are about:\n\n{text}\n\n"
        "And these are the questions:\n\n{questions}",
        "The person interviewed knows only this:\n{text}\n\nThe interviewer's notes:\n{questions}\n\n"
        "Write down the person's answers.",
        "Reply to every numbered question with what the passage says.\n\n{text}\n\n{questions}",
        "{text}\n\nHow would a reader of these lines answer the following?\n{questions}",
        ("{text}\n\nIn a conversation about this text the answers were:\n{answer}\n\nWhat were the questions?",
         "{questions}"),
        ("Story: {text}\n\nAnswers:\n{answer}\n\nFind a question for each answer, so that together they make a "
         "conversation about the story.", "{questions}"),
    ),
    baseline="{text}\n\nQuestions:\n{questions}\n\nAnswers:",
    license="by source: CC BY-SA 4.0, MSR-LA, RACE, Apache",
)


def quac_fields(r):
    return [{"title": r["title"], "background": r["background"], "context": paragraph["context"],
             "question": qa["question"], "answer": qa["orig_answer"]["text"]}
            for paragraph in r["paragraphs"] for qa in paragraph["qas"]]


QUAC = Dataset(
    "quac", "QuAC", "misc", "qa",
    files={
        "train_v0.2.json": File("https://s3.amazonaws.com/my89public/quac/train_v0.2.json", 68_114_819,
                                "ff5cca5a2e4b4d1cb5b5ced68b9fce88394ef6d93117426d6d4baafbcc05c56a"),
        "val_v0.2.json": File("https://s3.amazonaws.com/my89public/quac/val_v0.2.json", 8_929_167,
                              "09e622916280ba04c9352acb1bc5bbe80f11a2598f6f34e934c51d9e6570f378"),
    },
    splits={"train": Source("json", "train_v0.2.json", key="data"),
            "test": Source("json", "val_v0.2.json", key="data")},
    fields=quac_fields, metric="trivia",
    templates=(
        "{background}\n\n{context}\n\nA student asks about this: {question}\n"
        "Quote the words that answer, or CANNOTANSWER if there are none.",
        "About {title}: {background}\n\nMore closely: {context}\n\nQuestion: {question}\n\n"
        "Copy the answer out of the text. If it is not there, write CANNOTANSWER.",
        "Background: {background}\nSection: {context}\nStudent: {question}\nTeacher:",
        "You are looking something up in an encyclopedia, under \"{title}\".\n\n{background}\n\n{context}\n\n"
        "What you want to find out: {question}\n\nWhich part of the text tells you? CANNOTANSWER stands for no part.",
        "{background}\n\n{context}\n\nSearch this for an answer, or write CANNOTANSWER if the question stays open: "
        "{question}",
        "Introduction: {background}\n\nExcerpt: {context}\n\n"
        "Using the excerpt's own words (or CANNOTANSWER), reply to: {question}",
        "Title: {title}\n\n{background}\n\n{context}\n\n{question}",
        "Somebody is curious about {title}. All you can show them is this.\n\n{background}\n\n{context}\n\n"
        "They ask: {question}\nYou point at the words:",
        ("{background}\n\n{context}\n\nA curious reader asked a question, and the answer was this: {answer}\n\n"
         "What was the question?", "{question}"),
        ("{background}\n\n{context}\n\nWhat is the title of the article that this was taken from?", "{title}"),
    ),
    baseline="TITLE: {title}\n\nPARAGRAPH: {background} {context}\n\nQ: {question}\n\nA:",
    license="MIT",
    note="As in FLAN, every question is asked without the dialogue before it. Contexts end in the word CANNOTANSWER.",
)


def wic_fields(r):
    words = {False: "different meanings", True: "the same meaning"}
    return {"word": r["word"], "sentence1": r["sentence1"], "sentence2": r["sentence2"],
            "options": tuple(words.values()), "answer": words[r["label"]]}


WIC = Dataset(
    "wic", "WiC (SuperGLUE)", "misc", "choice",
    files={"WiC.zip": File("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/WiC.zip", 396_213,
                           "ee7e67f4ae9eafbf533780faa198e62167f3cda54256cdf261877be3c0e90900")},
    splits={"train": Source("jsonl", "WiC.zip", "WiC/train.jsonl"),
            "test": Source("jsonl", "WiC.zip", "WiC/val.jsonl")},
    fields=wic_fields,
    templates=(
        "{sentence1}\n{sentence2}\n\nDoes \"{word}\" have the same meaning or different meanings here?\n\n"
        "{options}",
        "Word: {word}\nFirst use: {sentence1}\nSecond use: {sentence2}\n\nThe two uses have\n\n{options}",
        "A dictionary lists several senses of \"{word}\". What does it have in these two examples?\n\n{sentence1}\n\n"
        "{sentence2}\n\n{options}",
        "In \"{sentence1}\" and in \"{sentence2}\", the word \"{word}\" has\n{options}",
        "{options}\n\nWhat holds for \"{word}\" in the examples below?\n\n(a) {sentence1}\n(b) {sentence2}",
        "Somebody learning English finds \"{word}\" in two places:\n\n{sentence1}\n{sentence2}\n\n"
        "Does it mean the same in both, or something different in each?\n\n{options}",
        "Look at how \"{word}\" is used.\n\nHere: {sentence1}\nAnd here: {sentence2}\n\nOne sense or two?\n\n{options}",
        "{sentence1}\n{sentence2}\nFor a translator of these two lines, the word \"{word}\" has\n{options}",
        "{sentence1}\n\nKeep in mind what \"{word}\" means above, and compare:\n\n{sentence2}\n\nYour finding?\n\n"
        "{options}",
        "Word sense test for \"{word}\": {sentence1} / {sentence2}\n\n{options}",
    ),
    baseline=("{sentence1}\n{sentence2}\nquestion: Is \"{word}\" used in the same sense in both, yes or no?\nanswer:",
              {"different meanings": "no", "the same meaning": "yes"}),
    license="CC BY-NC 4.0",
)


def cola_fields(r):
    words = {"0": "unacceptable", "1": "acceptable"}
    return {"sentence": r["sentence"], "options": tuple(words.values()), "answer": words[r["label"]]}


COLA = Dataset(
    "cola", "CoLA (GLUE)", "misc", "choice",
    files={"CoLA.zip": File("https://dl.fbaipublicfiles.com/glue/data/CoLA.zip", 376_971,
                            "f212fcd832b8f7b435fb991f101abf89f96b933ab400603bf198960dfc32cbff")},
    splits={"train": Source("tsv", "CoLA.zip", "CoLA/train.tsv", columns=("source", "label", "mark", "sentence")),
            "test": Source("tsv", "CoLA.zip", "CoLA/dev.tsv", columns=("source", "label", "mark", "sentence"))},
    fields=cola_fields,
    templates=(
        "{sentence}\n\nIs this sentence acceptable or unacceptable English?\n\n{options}",
        "How does this sound to a native speaker?\n\n{sentence}\n\n{options}",
        "Judge the grammar of the following: {sentence}\n\n{options}",
        "Sentence: {sentence}\nLinguist's judgement:\n{options}",
        "{options}\n\nWhich label would you put on \"{sentence}\"?",
        "I am writing an exercise in syntax and want to know how to mark this example.\n\n{sentence}\n\n{options}",
        "A learner of English has written this and wants to hear your opinion of it: {sentence}\n\n{options}",
        "Grammar books put a star before examples that nobody would accept. How would they see this one?\n{sentence}\n"
        "{options}",
        ("Make up a sentence whose grammar is {answer}.", "{sentence}"),
        ("Give a linguist one English example to judge. The right judgement is to be: {answer}", "{sentence}"),
    ),
    baseline=("{sentence}\nquestion: Is this sentence grammatical, yes or no?\nanswer:",
              {"unacceptable": "no", "acceptable": "yes"}),
)


def math_fields(r):
    question, answer = r["lines"]
    return {"question": question, "answer": answer}


def math_source(folder):
    member = f"mathematics_dataset-v1.0/{folder}/algebra__linear_1d.txt"
    return Source("pairs", "mathematics_dataset-v1.0.tar.gz", member, lean=2_000)


MATH = Dataset(
    "math", "Mathematics dataset, algebra__linear_1d", "misc", "qa",
    files={"mathematics_dataset-v1.0.tar.gz": File(
        "https://storage.googleapis.com/mathematics-dataset/mathematics_dataset-v1.0.tar.gz", 2_333_082_954,
        "def638343403cb9ed60437d6b684c859dd23b72779f5cc5661b0a31e67c58576")},
    splits={"train": (math_source("train-easy"), math_source("train-medium"), math_source("train-hard")),
            "test": math_source("interpolate")},
    fields=math_fields, metric="exact_match",
    templates=(
        "{question}",
        "Algebra homework: {question}",
        "Work this out and give the number only.\n\n{question}",
        "Problem: {question}\nResult:",
        "{question}\n\nWhat value does the unknown have?",
        "On the blackboard stands: {question}\nWhat will the class find?",
        "Bring the letter to one side and everything else to the other. {question}",
        "You are good at linear equations. {question}",
        "Here is an equation in one variable.\n{question}\nIts solution is",
        ("Set an exercise in algebra whose solution is {answer}.", "{question}"),
    ),
    baseline="Q: {question}\nA:",
    license="Apache 2.0",
    note="One module of 56 in an archive of 2.3 GB. --lean reads the archive from its start until the members are "
         "found, which may be most of it.",
)


def fix_punct_fields(r):
    # ASCII only, as in FLAN's regular expression: accented letters are deleted with the punctuation.
    stripped = re.sub(r"[^\w\s]", "", r["english"], flags=re.ASCII)
    return None if stripped == r["english"] else {"no_punct": stripped, "answer": r["english"]}


def fix_punct_source(start, stop, lean=None):
    return Source("tsv", "en-da.bicleaner07.txt.gz", columns=("english", "danish"), rows=(start, stop), lean=lean)


FIX_PUNCT = Dataset(
    "fix_punct", "Fix punctuation (ParaCrawl EN-DA)", "misc", "text",
    files={"en-da.bicleaner07.txt.gz": File(
        "https://s3.amazonaws.com/web-language-models/paracrawl/release4/en-da.bicleaner07.txt.gz", 182_804_827,
        "ad7e22f26db21ef4d4b5a35f56f9f711306e5f413675045731927080ea247225")},
    splits={"train": fix_punct_source(30_200, 60_200), "dev": fix_punct_source(60_200, 60_400),
            "test": fix_punct_source(-3_000, None)},
    lean_splits={"train": fix_punct_source(30_200, 60_200, lean=63_400),
                 "dev": fix_punct_source(60_200, 60_400, lean=63_400),
                 "test": fix_punct_source(60_400, 63_400, lean=63_400)},
    fields=fix_punct_fields, metric="edit_distance",
    templates=(
        "Put the punctuation back.\n\n{no_punct}",
        "The commas, full stops and other marks are gone from this line: {no_punct}\n\nWrite it as it should be.",
        "{no_punct}\n\nRepeat this with correct punctuation.",
        "Unpunctuated: {no_punct}\nPunctuated:",
        "My keyboard types nothing but letters and digits. What did I mean to write?\n\n{no_punct}",
        "Before this can be printed, add whatever marks are missing:\n{no_punct}",
        "Proofread for punctuation only and leave the words alone.\n\nDraft: {no_punct}\n\nFair copy:",
        "Somebody dictated \"{no_punct}\" without naming the punctuation marks. Transcribe it properly.",
        "Which punctuation does this text need? {no_punct}\n\nAnswer with the whole text.",
        "Restore the original: {no_punct}",
    ),
    baseline="Without punctuation: {no_punct}\nWith punctuation:",
    license="CC0",
    note="As in FLAN, train and dev are lines 30,200 to 60,400 of one file and test its last 3,000 lines; --lean tests "
         "on the 3,000 lines after dev.",
)


DATASETS = {d.name: d for d in (CB, RTE, ANLI, MNLI, QNLI, SNLI, WNLI, PIQA, COPA, HELLASWAG, STORY_CLOZE, IMDB,
    SENTIMENT140, SST2, YELP, MRPC, QQP, PAWS, STSB, ARC, NATURAL_QUESTIONS, TRIVIA_QA, COMMON_GEN, DART,
    E2E_NLG, WEB_NLG, BOOLQ, DROP, MULTIRC, OBQA, SQUAD, COSMOS_QA, RECORD, DPR, WINOGRANDE, WSC273, TREC, COQA,
    QUAC, WIC, COLA, MATH, FIX_PUNCT)}

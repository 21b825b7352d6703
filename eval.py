"""Evaluation: rank classification, generation, few-shot prompts, metrics, tables. What FLAN's authors never published.

    python eval.py --checkpoint runs/miniature                          # ask the cluster that the run held out
    python eval.py --checkpoint gpt2 --tasks rte,cb --shots 4 --predictions out.jsonl
    python eval.py --checkpoint gpt2 --examples mine.jsonl --scores out.jsonl   # score {"prompt", "options"} lines
    python eval.py --checkpoint runs/miniature --prompt "..."            # answer one prompt
    python eval.py compare runs/a/results.json runs/b/results.json

Scores are log-likelihoods in natural logarithms, summed over the tokens of an option; results are percentages.
"""

import json
import os
import random
import re
import shlex
import string
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
import tiktoken
import torch
from tqdm import tqdm

from data import (CLUSTERS, DATA_DIR, DATASETS, as_target, download, is_reversed, load_dev_rows, load_rows,
                  load_test_rows, miniature_tasks, opt, parse_options, render, save_tokenizer, tasks_of, tokenizer)
from model import GPT, GPTConfig, generate, load_folder, pick_device, save_folder
from templates import File

TIE = 1e-5  # nats; scores closer than this are equal


# ---------------------------------------------------------------------------------------------------------------------
# Rank classification: the prompt once, all options behind it, one pass

class Question(NamedTuple):
    """A prompt and its options as token ids; `right` are the numbers of the right options (empty: unknown)."""
    prompt: list[int]
    options: list[list[int]]
    right: tuple[int, ...] = ()


def question(encoding, prompt, options, separator, context_length, right=()):
    """Tokenizes prompt and options apart. `separator` goes between them: [eot] for a tuned model, [] for an untuned one.

    A prompt too long for the context loses its beginning. Raises ValueError for an empty prompt or option.
    """
    ids = [encoding.encode_ordinary(as_target(option)) for option in options]
    if not options or not all(option.strip() for option in options):
        raise ValueError(f"every question needs options, and none may be empty: {options!r} behind {prompt[:80]!r}")
    room = context_length - len(separator) - max(len(i) for i in ids) + 1
    if room < 1:
        raise ValueError(f"an option of {max(len(i) for i in ids)} tokens does not fit a context of {context_length}")
    start = encoding.encode_ordinary(prompt)[-room:] + separator
    if not start:
        raise ValueError("an empty prompt cannot be scored: the first token of an option needs something to follow")
    return Question(start, ids, tuple(right))


def tree(q):
    """One question as a document whose options branch off the prompt.

        tokens     p0 p1 p2 | a0 | b0 b1      options a = a0 a1, b = b0 b1 b2: the last token of an option is never fed
        positions   0  1  2 |  3 |  3  4
        branch      0  0  0 |  1 |  2  2      an option sees the prompt and itself
        scored           a0   a1
                         b0        b1 b2      the prompt's last place predicts the first token of every option

    Returns tokens, positions, branch (each (L,)), and for every option token the place that predicts it and its id (S,).
    """
    p = len(q.prompt)
    tokens, positions, branch, places, targets = list(q.prompt), list(range(p)), [0] * p, [], []
    for k, option in enumerate(q.options, 1):
        places += [p - 1] + list(range(len(tokens), len(tokens) + len(option) - 1))
        targets += option
        tokens += option[:-1]
        positions += range(p, p + len(option) - 1)
        branch += [k] * (len(option) - 1)
    return tokens, positions, branch, places, targets


@torch.no_grad()
def score_batch(model, questions):
    """Log-likelihood of each option of each question: list of float lists, one forward pass over one flat stream."""
    trees = sorted(((*tree(q), i) for i, q in enumerate(questions)), key=lambda t: len(t[0]))
    starts = np.cumsum([0] + [len(t[0]) for t in trees])
    places = np.concatenate([np.array(t[3]) + s for t, s in zip(trees, starts)])
    at, row = np.unique(places, return_inverse=True)  # a prompt's last place is wanted once, for all its options
    device = model.wte.weight.device
    tensor = lambda x: torch.as_tensor(x, device=device)
    tokens, positions, branch, targets = (tensor(np.concatenate([t[j] for t in trees])) for j in (0, 1, 2, 4))
    branch = branch if branch.any() else None  # one-token options need no branches
    longest = max(len(t[0]) for t in trees)
    logits = model(tokens, positions, tensor(starts.astype(np.int32)), longest, tensor(at), branch)
    logprobs = logits.float().log_softmax(-1)[tensor(row), targets].tolist()
    scores, done = [None] * len(questions), 0
    for *_, i in trees:
        scores[i] = []
        for option in questions[i].options:
            scores[i].append(sum(logprobs[done:done + len(option)]))
            done += len(option)
    return scores


def score(model, questions, bar=None, max_tokens=16384):
    """Log-likelihoods (sum over an option's tokens, fp32) of every option: a list of float lists in the order given.

    Questions are fed in order of length, at most `max_tokens` a pass; a score does not depend on its neighbours.
    """
    lengths = [len(q.prompt) + sum(len(o) - 1 for o in q.options) for q in questions]
    scores, batch, used = [None] * len(questions), [], 0
    order = sorted(range(len(questions)), key=lengths.__getitem__)
    for n, i in enumerate(order):
        batch.append(i)
        used += lengths[i]
        if n == len(order) - 1 or used + lengths[order[n + 1]] > max_tokens:
            for j, s in zip(batch, score_batch(model, [questions[j] for j in batch])):
                scores[j] = s
            if bar is not None:
                bar.update(len(batch))
            batch, used = [], 0
    return scores


def best_options(scores):
    """The numbers of all options that tie for the best, in order: rounding noise, which varies with the batch, is no win."""
    return [i for i, s in enumerate(scores) if s >= max(scores) - TIE]


def choose(scores):
    """The best option; the first of them on a tie."""
    return best_options(scores)[0]


# ---------------------------------------------------------------------------------------------------------------------
# Metrics, equal to those of FLAN's code and the packages it calls. Between 0 and 1, unless a docstring says percent

def ngrams(tokens, n=13):
    """All runs of n neighbours; none where there are fewer than n tokens."""
    return list(zip(*(tokens[i:] for i in range(n))))


def bag_f1(a, b):
    """F1 of two lists as bags of words (or n-grams): harmonic mean of the shares of each that the other covers."""
    return 2 * (Counter(a) & Counter(b)).total() / max(len(a) + len(b), 1)


def squad_normalize(s):
    """As SQuAD's official script: lower case, without ASCII punctuation, articles and surplus white space."""
    s = s.lower().translate({ord(c): None for c in string.punctuation})
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", s).split())


def trivia_normalize(s):
    """As TriviaQA's official script: the same, but punctuation becomes a space, and so do some quotes beyond ASCII."""
    return squad_normalize(s.translate({ord(c): " " for c in string.punctuation + "‘’´"}))


def exact_match(prediction, answers, normalize):
    """1.0 if the prediction equals one of the answers, all of them normalized."""
    return float(normalize(prediction) in map(normalize, answers))


def token_f1(prediction, answers, normalize):
    """F1 of the words, best over the answers. No words on both sides: 0, as in SQuAD v1.1's script (v2.0's gives 1)."""
    return max(bag_f1(normalize(prediction).split(), normalize(a).split()) for a in answers)


def tokenize_13a(text):
    """sacrebleu's "13a", the default of WMT: splits ASCII punctuation off, but not the comma and point in 1,000.5."""
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, character)
    text = re.sub(r"([!-&(-+/:-@\[-`{-~])", r" \1 ", f" {text} ")  # all but the apostrophe and , - .
    text = re.sub(r"([^0-9])([.,])", r"\1 \2 ", text)
    text = re.sub(r"([.,])([^0-9])", r" \1 \2", text)
    return re.sub(r"([0-9])(-)", r"\1 \2 ", text).split()


def tokenize_intl(text):
    """sacrebleu's "intl", which FLAN's code asks for: splits off symbols, and punctuation but between two digits."""
    text = text.rstrip()
    for pattern, gaps in (("[^N]P", (1, 2)), ("P[^N]", (0, 1)), ("S", (0, 1))):  # gaps: where in a match spaces belong
        kinds = "".join(unicodedata.category(c)[0] for c in text)  # N(umber), P(unctuation), S(ymbol), L(etter)...
        places = [found.start() + gap for found in re.finditer(pattern, kinds) for gap in gaps]
        text = " ".join(text[i:j] for i, j in zip([0, *places], [*places, None]))
    return text.split()


def bleu(predictions, references, tokenize="13a"):
    """Corpus BLEU (Papineni et al. 2002) in percent, as of sacrebleu. `references`: a list for every prediction."""
    split = {"13a": tokenize_13a, "intl": tokenize_intl}[tokenize]
    right, total, length, wanted_length = [0] * 4, [0] * 4, 0, 0
    for prediction, several in zip(predictions, references):
        words, several = split(prediction), [split(r) for r in several]
        length += len(words)
        wanted_length += min((abs(len(r) - len(words)), len(r)) for r in several)[1]
        for n in range(1, 5):
            most = reduce(Counter.__or__, (Counter(ngrams(r, n)) for r in several))
            right[n - 1] += (Counter(ngrams(words, n)) & most).total()
            total[n - 1] += max(len(words) - n + 1, 0)
    if not any(right) or not all(total):
        return 0.0
    zeros = np.cumsum([r == 0 for r in right])  # "exp" smoothing: the k-th precision of zero gets 1 / 2^k of a match
    precisions = [r / t if r else 0.5 ** k / t for r, t, k in zip(right, total, zeros)]
    return float(100 * np.exp(min(0, 1 - wanted_length / length) + np.mean(np.log(precisions))))


IRREGULAR = {w: w for w in "sky news inning outing canning howe proceed exceed succeed".split()} | {"skies": "sky"} | {
    "dying": "die", "lying": "lie", "tying": "tie", "innings": "inning", "outings": "outing", "cannings": "canning"}
STEP1, STEP2, STEP3, STEP4 = ([rule.split(":") for rule in rules.split()] for rules in (  # "old:new", old as a regex
    r"sses:ss ^(.)ies:\1ie ies:i ss:ss s:",
    "ational:ate tional:tion enci:ence anci:ance izer:ize bli:ble alli:al entli:ent eli:e ousli:ous ization:ize "
    "ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble fulli:ful "
    "(?<=l)ogi:og", "icate:ic ative: alize:al iciti:ic ical:ic ful: ness:",
    "al: ance: ence: er: ic: able: ible: ant: ement: ment: ent: (?<=[st])ion: ou: ism: ate: iti: ous: ive: ize:"))
SHORT = "^[aeiouy][^aeiouy]$|[^aeiouy][aeiouy][^aeiouywxY]$"  # Porter's *o: "hop" was "hoping", "hopp" was "hopping"


def measure(word):
    """Porter's m, about the number of syllables: how often a consonant follows a vowel."""
    return len(re.findall("[aeiouy][^aeiouy]", word))


def replace_suffix(word, rules, least):
    """Applies the first rule that fits, unless what stands before the suffix has a measure below `least`."""
    for old, new in rules:
        if found := re.search(f"(?:{old})$", word):
            rest = word[:found.start()]
            return rest + found.expand(new) if measure(rest) >= least else word
    return word


def stem(word):
    """The Porter stemmer (Program 14, 1980) with NLTK's extensions, as rouge-score wants it: "relational": "relat"."""
    if word in IRREGULAR or len(word) <= 2:
        return IRREGULAR.get(word, word)
    word = re.sub("(^|[aeiouy])y", r"\1Y", word)  # Y: where it is a consonant, as in "toy" but not in "syzygy"
    word = replace_suffix(word, STEP1, 0)
    if word.endswith(("ied", "eed")):
        word = replace_suffix(word, [("^(.)ied", r"\1ie"), ("ied", "i")], 0)
        word = replace_suffix(word, [("eed", "ee")], 1)
    elif re.search("[aeiouy].*(ed|ing)$", word):
        word = re.sub("(ed|ing)$", "", word)
        if word.endswith(("at", "bl", "iz")) or measure(word) == 1 and re.search(SHORT, word):
            word += "e"
        elif re.search(r"([^aeioulsyz])\1$|yY$", word):
            word = word[:-1]
    word = re.sub("(?<=.[^aeiouy])y$", "i", word)
    word = replace_suffix(replace_suffix(word, [("alli", "al")], 1), STEP2, 1)
    word = replace_suffix(replace_suffix(word, STEP3, 1), STEP4, 2)
    if word.endswith("e") and measure(word[:-1]) >= (2 if re.search(SHORT, word[:-1]) else 1):
        word = word[:-1]
    return replace_suffix(word, [("(?<=l)l", "")], 2).lower()


def common_places(a, b):
    """Where in the list `a` a longest common subsequence with the list `b` stands: a set of places."""
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]  # [i][j]: its length between a[:i] and b[:j]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            longest[i + 1][j + 1] = longest[i][j] + 1 if x == y else max(longest[i][j + 1], longest[i + 1][j])
    i, j, places = len(a), len(b), set()
    while i and j:
        if a[i - 1] == b[j - 1]:
            i, j = i - 1, j - 1
            places.add(i)
        else:  # of several ways back, the one that rouge-score takes
            i, j = (i, j - 1) if longest[i][j - 1] > longest[i - 1][j] else (i - 1, j)
    return places


def rouge(prediction, reference, stemming=False):
    """ROUGE-1, -2 and -Lsum, as the F-measures of rouge-score: words are runs of a-z and 0-9, a line is a sentence."""
    def words(text):
        found = re.findall("[a-z0-9]+", text.lower())
        return [stem(w) if len(w) > 3 else w for w in found] if stemming else found
    predicted, wanted = ([words(line) for line in text.split("\n")] for text in (prediction, reference))
    # Lsum: the words that a sentence of the reference shares, in order, with any sentence of the prediction
    common = Counter(w[i] for w in wanted for i in set().union(*(common_places(w, p) for p in predicted)))
    predicted, wanted = sum(predicted, []), sum(wanted, [])
    return {"rouge1": bag_f1(predicted, wanted), "rouge2": bag_f1(ngrams(predicted, 2), ngrams(wanted, 2)),
            "rougeLsum": 2 * (common & Counter(predicted)).total() / max(len(predicted) + len(wanted), 1)}


def best_rouge(prediction, references):
    """Each ROUGE score with the reference that suits it best, as in FLAN's code, where " . " ends a sentence."""
    sentences = lambda text: text.replace(" . ", " .\n")
    scores = [rouge(sentences(prediction), sentences(r)) for r in references]
    return {name: max(s[name] for s in scores) for name in scores[0]}


def edit_distance(a, b):
    """How many words to insert, delete or replace to turn a into b."""
    # differs from FLAN's code: it ignores case, and so could not score the task of restoring capitals
    a, b = a.split(), b.split()
    row = list(range(len(b) + 1))  # [j]: from the words of a so far to b[:j]
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def binary_f1(predictions, answers, positive):
    """F1 of one label; 0 if it is neither predicted nor right anywhere."""
    hits = sum(p == a == positive for p, a in zip(predictions, answers))
    return 2 * hits / max(sum(p == positive for p in predictions) + sum(a == positive for a in answers), 1)


def macro_f1(predictions, answers, labels):
    """The mean F1 of the labels, each with the same weight (SuperGLUE's CB)."""
    return float(np.mean([binary_f1(predictions, answers, label) for label in labels]))


def multirc_scores(predictions, answers, groups):
    """In percent: F1 of "yes" over all candidate answers, and the share of questions (`groups`) without a mistake."""
    wrong = {group for p, a, group in zip(predictions, answers, groups) if p != a}
    return {"f1_over_answers": 100 * binary_f1(predictions, answers, "yes"),
            "exact_match": 100 * (1 - len(wrong) / len(set(groups)))}


def pearson(x, y):
    """Linear correlation; 0 if x or y is constant, where it is undefined."""
    return float(np.corrcoef(x, y)[0, 1]) if np.ptp(x) and np.ptp(y) else 0.0


def spearman(x, y):
    """Correlation of the ranks; equal values share the mean of their ranks."""
    counted = (np.unique(v, return_inverse=True, return_counts=True) for v in (x, y))
    return pearson(*((np.cumsum(count) - (count - 1) / 2)[place] for _, place, count in counted))


def bootstrap_difference(a, b, seed=0, n=1000):
    """95% confidence interval (low, high) of mean(b) - mean(a), from n samples of the same size with replacement."""
    rng = np.random.default_rng(seed)
    if len(a) == len(b):  # two results on the same examples, which are drawn in pairs
        a, b = np.zeros(1), np.subtract(b, a)
    means_a, means_b = (np.array([rng.choice(v, len(v)).mean() for _ in range(n)]) for v in (a, b))
    return tuple(np.percentile(means_b - means_a, [2.5, 97.5]).tolist())


def bootstrap_interval(values, seed=0, n=1000):
    """95% confidence interval (low, high) of the mean."""
    return bootstrap_difference(np.zeros(len(values)), values, seed, n)


def contamination(train_texts, test_inputs, test_targets, n=13):
    """Shares of test examples whose input, target, or either shares a run of n words with a tuning example.

    FLAN's appendix and GPT-3's ask this of the pre-training corpus. Case and punctuation do not count. Memory holds
    hashes of the test set's runs only: `train_texts` may be a generator. Texts of fewer than n words have no run and
    count as clean; `too_short` is the share of examples whose input and target both are so short.
    """
    hashes = lambda text: set(map(hash, ngrams(re.sub(r"[^\w\s]|_", "", text.lower()).split(), n)))
    wanted, found = {h for text in (*test_inputs, *test_targets) for h in hashes(text)}, set()
    for text in train_texts:
        found |= hashes(text) & wanted
    sides = [(not i.isdisjoint(found), not t.isdisjoint(found), not (i | t).isdisjoint(found), not i | t)
             for i, t in zip(map(hashes, test_inputs), map(hashes, test_targets))]
    return dict(zip(("input", "target", "either", "too_short"), np.mean(sides, axis=0).tolist()))


# ---------------------------------------------------------------------------------------------------------------------
# Asking: one way of putting a question to a model

class Asking(NamedTuple):
    """`options`: show the OPTIONS suffix; `ending`: text behind the prompt; `baseline`: the dataset's GPT-3-style prompt."""
    options: bool = False
    ending: str = ""
    baseline: bool = False

    def __str__(self):
        return "baseline prompt" if self.baseline else \
            f"{'with' if self.options else 'without'} options, ending {self.ending!r}"


# FLAN is asked with OPTIONS. An untuned model has never seen such a suffix and may stumble over how a prompt ends, so it is
# asked in every one of these ways, and the best result counts as its own.
TUNED = Asking(options=True)
UNTUNED = [Asking(options, ending) for options in (False, True) for ending in ("", " .", "\n", "\nAnswer:")]
BASELINE = Asking(baseline=True)


def rendered(fields, template, asking):
    """The Example as it is put to the model."""
    if not asking.baseline:
        example = render(fields, template, asking.options)
        return example._replace(prompt=example.prompt + asking.ending)
    prompt, words = template if isinstance(template, tuple) else (template, {})
    word = lambda option: words.get(option, option)
    example = render(fields, prompt)
    return example._replace(options=tuple(map(word, example.options)), answers=tuple(map(word, example.answers)),
                            target=word(example.target))


def with_exemplars(encoding, example, exemplars, limit=960):
    """Puts solved exemplars in front: instruct(x1) y1 ... instruct(xk) yk instruct(x) (FLAN section 4.4).

    Exemplars are dropped from the front, whole, until the input has at most `limit` tokens. Returns (prompt, kept).
    """
    blocks = [e.prompt + as_target(e.target) + "\n\n" for e in exemplars]
    lengths = [len(encoding.encode_ordinary(text)) for text in (*blocks, example.prompt)]
    start = 0
    while start < len(blocks) and sum(lengths[start:]) > limit:
        start += 1
    return "".join(blocks[start:]) + example.prompt, len(blocks) - start


def draw_exemplars(rows, fields, shots, rng):
    """`shots` training rows that are not the tested one, fewer where the pool is small."""
    pool = [r for r in rows if r != fields]
    return rng.sample(pool, min(shots, len(pool)))


# ---------------------------------------------------------------------------------------------------------------------
# Results of one dataset

class Judge(NamedTuple):
    """A model and how it wants to be asked. `separator`: does an end-of-text token stand between prompt and answer?"""
    model: GPT
    encoding: tiktoken.Encoding
    separator: bool

    @property
    def between(self):
        return [self.encoding.eot_token] if self.separator else []


def forward_templates(dataset):
    """The templates that ask for the answer, by their number; reversed ones have nothing to rank."""
    return {i: t for i, t in enumerate(dataset.templates) if not is_reversed(t)}


def prompts_of(judge, rows, template, asking, pool, shots, seed):
    """One Example for every row, with its exemplars in front of the prompt."""
    limit, examples = min(960, judge.model.config.context_length * 15 // 16), []
    for i, fields in enumerate(rows):
        example = rendered(fields, template, asking)
        if shots:
            chosen = draw_exemplars(pool, fields, shots, random.Random(f"{seed} {i}"))
            solved = [rendered(f, template, asking) for f in chosen]
            example = example._replace(prompt=with_exemplars(judge.encoding, example, solved, limit)[0])
        examples.append(example)
    return examples


def rank(judge, examples, bar):
    """Predictions of rank classification: one dict a line of `--predictions`."""
    questions = [question(judge.encoding, e.prompt, e.options, judge.between, judge.model.config.context_length,
                          [i for i, o in enumerate(e.options) if o in e.answers]) for e in examples]
    lines = []
    for e, q, s in zip(examples, questions, score(judge.model, questions, bar)):
        best = choose(s)
        lines.append({"prompt": e.prompt, "options": e.options, "logprobs": s, "prediction": e.options[best],
                      "answers": e.answers, "right": float(best in q.right), "tie": len(best_options(s)) > 1,
                      "right_mean_token": float(choose([x / len(o) for x, o in zip(s, q.options)]) in q.right),
                      "right_mean_char": float(choose([x / len(o) for x, o in zip(s, e.options)]) in q.right)})
    return lines


def answer(judge, examples, max_new_tokens, bar, batch=16):
    """Predictions of greedy generation. An untuned model does not know where to stop: its answer is the first line."""
    room = judge.model.config.context_length - max_new_tokens
    ids = [judge.encoding.encode_ordinary(e.prompt)[-room + len(judge.between):] + judge.between for e in examples]
    texts = [None] * len(ids)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(ids), batch):
        chosen = order[start:start + batch]
        new = generate(judge.model, [ids[i] for i in chosen], max_new_tokens, judge.encoding.eot_token)
        for i, tokens in zip(chosen, new):
            text = judge.encoding.decode(tokens).strip()
            texts[i] = text if judge.separator else text.split("\n")[0]
        bar.update(len(chosen))
    return [{"prompt": e.prompt, "prediction": t, "answers": e.answers} for e, t in zip(examples, texts)]


def metrics_of(dataset, rows, lines):
    """(main result in percent, all metrics by name). The main one is what the table shows and the paper reports."""
    predictions, answers = [line["prediction"] for line in lines], [line["answers"] for line in lines]
    percent = lambda values: 100 * float(np.mean(values))
    if dataset.kind == "choice":
        kinds = {"accuracy": "right", "accuracy_mean_token": "right_mean_token", "accuracy_mean_char": "right_mean_char"}
        found = {name: percent([line[key] for line in lines]) for name, key in kinds.items()}
        gold = [a[0] for a in answers]
        if dataset.metric == "f1_macro":
            found["f1_macro"] = 100 * macro_f1(predictions, gold, lines[0]["options"])
        elif dataset.metric == "f1_accuracy":
            found["f1"] = 100 * binary_f1(predictions, gold, "yes")
        elif dataset.metric == "multirc":
            found.update(multirc_scores(predictions, gold, [r["group"] for r in rows]))
        elif dataset.metric == "pearson_spearman":
            values = [float(p) for p in predictions], [float(r["score"]) for r in rows]
            found.update(pearson=100 * pearson(*values), spearman=100 * spearman(*values))
        return found["accuracy"], found
    if dataset.metric in ("squad", "trivia"):
        normalize = squad_normalize if dataset.metric == "squad" else trivia_normalize
        found = {"exact_match": percent([exact_match(p, a, normalize) for p, a in zip(predictions, answers)]),
                 "f1": percent([token_f1(p, a, normalize) for p, a in zip(predictions, answers)])}
        return found["f1"], found
    if dataset.metric == "bleu":
        found = {"bleu": bleu(predictions, [list(a) for a in answers], tokenize="intl")}
        return found["bleu"], found
    if dataset.metric == "rouge":
        scores = [best_rouge(p, list(a)) for p, a in zip(predictions, answers)]
        found = {name: percent([s[name] for s in scores]) for name in scores[0]}
        return found["rougeLsum"], found
    if dataset.metric == "edit_distance":
        found = {"edit_distance": float(np.mean([edit_distance(p, a[0]) for p, a in zip(predictions, answers)]))}
        return found["edit_distance"], found
    found = {"exact_match": percent([p == a[0] for p, a in zip(predictions, answers)])}
    return found["exact_match"], found


def chance_and_majority(rows):
    """Accuracy of guessing, and of the best constant answer (one word, or one place in the list), in percent."""
    right = [set(r.get("answers") or (r["answer"],)) for r in rows]
    guess = np.mean([sum(o in a for o in r["options"]) / len(r["options"]) for r, a in zip(rows, right)])
    words = Counter(o for r, a in zip(rows, right) for o in set(r["options"]) if o in a)
    places = Counter(i for r, a in zip(rows, right) for i, o in enumerate(r["options"]) if o in a)
    return 100 * float(guess), 100 * max(*words.values(), *places.values()) / len(rows)


def ask_all(judge, task, rows, asking, pool=(), shots=0, seed=0, max_new_tokens=64):
    """Every forward template put to the model: (percent per template, prediction lines, mean of each example)."""
    dataset = task.dataset
    templates = {-1: dataset.baseline} if asking.baseline else forward_templates(dataset)
    results, lines, right = {}, [], []
    total = len(rows) * len(templates)
    with tqdm(total=total, desc=f"{task.name} {asking}", unit="ex", leave=False, disable=None) as bar:
        for number, template in templates.items():
            examples = prompts_of(judge, rows, template, asking, pool, shots, seed)
            found = rank(judge, examples, bar) if dataset.kind == "choice" else \
                answer(judge, examples, max_new_tokens, bar)
            results[number] = metrics_of(dataset, rows, found)
            right.append([line.get("right", 0.0) for line in found])
            lines += [{"dataset": task.name, "template": number, "asking": str(asking), "example": i, **line}
                      for i, line in enumerate(found)]
    return results, lines, np.mean(right, axis=0)


def summary(results):
    """Mean and standard deviation over templates of the main result, and the mean of every metric."""
    main = [value for value, _ in results.values()]
    names = next(iter(results.values()))[1]
    return {"mean": float(np.mean(main)), "std": float(np.std(main)),
            "metrics": {n: float(np.mean([m[n] for _, m in results.values()])) for n in names}}


def evaluate_tuned(judge, task, rows, dev_rows=(), **how):
    """A tuned model: asked with OPTIONS. With dev rows, also the test result of the template that is best on dev."""
    results, lines, right = ask_all(judge, task, rows, TUNED, **how)
    mean = summary(results)
    found = {"tuned": mean["mean"], "tuned_std": mean["std"], "tuned_metrics": mean["metrics"]}
    if task.dataset.kind == "choice":
        found.update(tuned_ci=bootstrap_interval(100 * right), tuned_right=[round(float(x), 4) for x in right])
    if len(dev_rows):
        dev, _, _ = ask_all(judge, task, dev_rows, TUNED, **how)
        best = max(dev, key=lambda number: dev[number][0])
        found.update(tuned_best_template=best, tuned_best_on_dev=results[best][0])
    return found, lines


def evaluate_untuned(judge, task, rows, **how):
    """An untuned model: the best of the neutral ways of asking, and the dataset's own prompt beside it."""
    ways = UNTUNED if task.dataset.kind == "choice" else [Asking(), Asking(ending="\nAnswer:")]
    asked = {str(way): ask_all(judge, task, rows, way, **how) for way in ways}
    best = max(asked, key=lambda way: summary(asked[way][0])["mean"])
    found = {"untuned": summary(asked[best][0])["mean"], "untuned_std": summary(asked[best][0])["std"],
             "untuned_asking": best, "untuned_all": {way: round(summary(a[0])["mean"], 2) for way, a in asked.items()},
             "untuned_metrics": summary(asked[best][0])["metrics"], "untuned_natural": None}
    lines = asked[best][1]
    if task.dataset.kind == "choice":
        found.update(untuned_ci=bootstrap_interval(100 * asked[best][2]),
                     untuned_right=[round(float(x), 4) for x in asked[best][2]])
    if task.dataset.baseline:
        natural = ask_all(judge, task, rows, BASELINE, **how)
        found["untuned_natural"] = summary(natural[0])["mean"]
        lines = lines + natural[1]
    return found, lines


def result_row(task, rows, found):
    """One row of results.json."""
    chance, majority = chance_and_majority(rows) if task.dataset.kind == "choice" else (None, None)
    empty = dict.fromkeys(("untuned", "untuned_natural", "tuned", "tuned_std"))
    main = {"squad": "f1", "trivia": "f1", "rouge": "rougeLsum"}.get(task.dataset.metric, task.dataset.metric)
    main = "accuracy" if task.dataset.kind == "choice" else main
    return {"dataset": task.name, "cluster": task.dataset.cluster, "metric": main, "n": len(rows),
            "chance": chance, "majority": majority, **empty, **found}


# ---------------------------------------------------------------------------------------------------------------------
# Models by name

HUB = "https://huggingface.co/openai-community/{}/resolve/{}/{}"
WEIGHTS = {  # name -> (commit, bytes, sha256 of model.safetensors); None: no public record found, so not verified
    "gpt2": ("607a30d783dfa663caf39e06633721c8d4cfcd7e", 548_105_171,
             "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707"),
    "gpt2-medium": ("6dcaa7a952f72f9298047fd5137cd6e4f05f41da", None, None),
    "gpt2-large": ("32b71b12589c2f8d625668d2335a01cac3249519", None, None),
    "gpt2-xl": ("15ea56dee5df4983c59b2538573817e1667135e2", None,
                "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a"),
}


def fetch_weights(name, data_dir=DATA_DIR):
    """Downloads one of OpenAI's GPT-2 models to the data folder, unless it is there. Returns its folder."""
    commit, size, sha256 = WEIGHTS[name]
    folder = os.path.join(data_dir, "models", name)
    for file, expected in (("config.json", File(HUB.format(name, commit, "config.json"))),
                           ("model.safetensors", File(HUB.format(name, commit, "model.safetensors"), size, sha256))):
        if not os.path.exists(os.path.join(folder, file)):
            download(expected, os.path.join(folder, file))
    return folder


def load_judge(name, data_dir=DATA_DIR):
    """A model by name (gpt2, gpt2-medium, ...), by folder in Hugging Face's GPT-2 layout, by run folder, or by .pt file.

    Imported models are untuned, so nothing stands between prompt and answer; our checkpoints know. On the CPU, in fp32.
    """
    if name in WEIGHTS:
        return Judge(load_folder(fetch_weights(name, data_dir)), tokenizer("gpt2"), separator=False)
    if os.path.exists(os.path.join(name, "model.safetensors")):
        return Judge(load_folder(name), tokenizer("gpt2"), separator=False)
    path = os.path.join(name, "checkpoint.pt") if os.path.isdir(name) else name
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{name} is neither one of {', '.join(WEIGHTS)} nor a checkpoint, nor a folder that "
                                f"holds checkpoint.pt or model.safetensors")
    saved = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    with torch.device("meta"):
        model = GPT(GPTConfig(**saved["config"]))
    model.load_state_dict(saved["model"], assign=True)  # takes the file's tensors, so there is never a second copy
    return Judge(model, tokenizer(saved["tokenizer"]), saved["separator"])


# ---------------------------------------------------------------------------------------------------------------------
# Results

def write_json(content, path):
    """Never leaves half a file."""
    with open(f"{path}.tmp", "w") as f:
        json.dump(content, f, indent=2)
    os.replace(f"{path}.tmp", path)


def write_lines(lines, path):
    with open(f"{path}.tmp", "w") as f:
        f.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    os.replace(f"{path}.tmp", path)


def write_results(path, rows, held_out, seed, seconds, tokens, command):
    """results.json: the rows of the table with all that stands behind them. `tokens`: fed in training."""
    write_json({"held_out": held_out, "seed": seed, "seconds": round(seconds, 1), "tokens": tokens, "command": command,
                "rows": rows}, path)


def print_results(rows, out=print):
    """One line a dataset, grouped by cluster, and the mean of each cluster."""
    columns = [("chance", "chance"), ("majority", "majority"), ("untuned", "untuned"), ("untuned_natural", "own prompt"),
               ("tuned", "tuned"), ("tuned_std", "+-"), ("overlap", "overlap")]
    columns = [(key, title) for key, title in columns if any(r.get(key) is not None for r in rows)]
    number = lambda x: f"{x:10.1f}" if x is not None else f"{'-':>10}"
    out(f"{'held out':26} {'metric':12} {'n':>5}" + "".join(f"{title:>10}" for _, title in columns))
    for cluster in dict.fromkeys(r["cluster"] for r in rows):
        group = [r for r in rows if r["cluster"] == cluster]
        out(CLUSTERS.get(cluster, cluster))
        for r in group:
            out(f"  {r['dataset']:24} {r['metric']:12} {r['n']:5}" + "".join(number(r.get(key)) for key, _ in columns))
        if len(group) > 1:
            there = lambda key: all(r.get(key) is not None for r in group)
            mean = lambda key: float(np.mean([r[key] for r in group])) if there(key) else None
            out(f"  {'mean':24} {'':12} {'':5}" + "".join(number(mean(key)) for key, _ in columns))
    if any("untuned" in r and r["untuned"] is not None for r in rows):
        out("untuned: the best of 8 ways of asking the same instructions (4 endings, with and without OPTIONS)\n"
            "own prompt: a continuation worded like the text of pre-training, or a GPT-3-style prompt")


def compare(a, b, out=print):
    """Two results.json side by side, with the 95% interval of the difference where both kept their answers."""
    left, right = ({r["dataset"]: r for r in json.load(open(path))["rows"]} for path in (a, b))
    both = [name for name in left if name in right]
    if not both:
        raise ValueError(f"{a} and {b} have no dataset in common")
    out(f"{'dataset':26}{'A':>8}{'B':>8}{'B - A':>8}   95% interval")
    for name in both:
        x, y = left[name]["tuned"], right[name]["tuned"]
        answers = [r[name].get("tuned_right") for r in (left, right)]
        interval = ""
        if all(answers):
            low, high = bootstrap_difference(*(100 * np.array(v) for v in answers))
            interval = f"   [{low:+.1f}, {high:+.1f}]"
        out(f"{name:26}{x:8.1f}{y:8.1f}{y - x:+8.1f}{interval}")
    for name in sorted(set(left) ^ set(right)):
        out(f"{name:26} only in {a if name in left else b}")


def plot(rows, path):
    """Bars of untuned and tuned for every dataset, chance as a line; needs matplotlib."""
    try:
        import matplotlib
    except ImportError:
        raise ValueError("--plot needs matplotlib: pip install matplotlib") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(2 + len(rows), 4))
    for shift, key, color in ((-0.2, "untuned", "0.7"), (0.2, "tuned", "tab:blue")):
        axes.bar([i + shift for i in range(len(rows))], [r.get(key) or 0 for r in rows], 0.4, label=key, color=color)
    for i, r in enumerate(rows):
        if r["chance"] is not None:
            axes.plot([i - 0.4, i + 0.4], [r["chance"]] * 2, "k--", label="chance" if i == 0 else None)
    axes.set_xticks(range(len(rows)), [r["dataset"] for r in rows], rotation=30, ha="right")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


# ---------------------------------------------------------------------------------------------------------------------
# Command line

@dataclass
class Config:
    checkpoint: str = opt("runs/miniature", "a run folder, a .pt file, a folder in Hugging Face's layout, or gpt2...")
    tasks: str = opt("", "comma-separated datasets to ask; empty: the cluster the checkpoint's run held out")
    cluster: str = opt("", "ask every dataset of this cluster")
    data_dir: str = opt(DATA_DIR, "folder of the raw datasets")
    limit: int = opt(200, "test examples a dataset, always the same ones; 0: all of them")
    shots: int = opt(0, "exemplars from the training split in front of every question, at most 16 in the paper")
    best_on_dev: bool = opt(True, "also report the template that is best on the dev split")
    max_new_tokens: int = opt(64, "length of a generated answer")
    separator: str = opt("auto", "end-of-text token between prompt and answer: yes, no, auto (as the model was tuned)")
    contamination: str = opt("", "a run folder: report the share of test examples that its tuning examples overlap")
    examples: str = opt("", "JSON lines of your own to score: prompt, options, and optionally answer")
    scores: str = opt("", "where the scores of --examples go, one line each")
    prompt: str = opt("", "answer this one prompt and stop")
    export: str = opt("", "write the checkpoint to this folder in Hugging Face's GPT-2 layout and stop")
    predictions: str = opt("", "write every prediction to this JSONL file")
    out: str = opt("", "write the results to this .json file")
    plot: str = opt("", "draw the results to this .png or .svg")
    device: str = opt("auto", "auto, cpu, cuda, mps")
    dtype: str = opt("fp32", "of matrix products: fp32, bf16, fp16 or auto")
    seed: int = opt(0, "seed of the sampled exemplars")


def score_file(judge, path, out_path):
    """Scores a user's {"prompt", "options", "answer"?} lines; writes {"logprobs", "prediction"} lines, returns a report."""
    questions, right = [], []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            try:
                r = json.loads(line)
                options = r["options"]
                answer = r.get("answer")
                if answer is not None and answer not in (*options, *range(len(options))):
                    raise ValueError(f"the answer {answer!r} is neither an option nor the number of one")
                questions.append(question(judge.encoding, r["prompt"], options, judge.between,
                                          judge.model.config.context_length))
                right.append(options.index(answer) if answer in options else answer)
            except (KeyError, TypeError, ValueError) as e:  # JSONDecodeError is a ValueError
                raise ValueError(f"{path}, line {number}: {type(e).__name__}: {e}") from None
    with tqdm(total=len(questions), desc="scoring", unit="ex", disable=None) as bar:
        scores = score(judge.model, questions, bar)
    write_lines([{"logprobs": s, "prediction": choose(s)} for s in scores], out_path)
    known = [(choose(s), r) for s, r in zip(scores, right) if r is not None]
    accuracy = 100 * np.mean([p == r for p, r in known]) if known else 0
    accuracy = f", accuracy {accuracy:.1f} on {len(known)} with an answer" if known else ""
    return f"{len(scores)} examples scored{accuracy}; {out_path} holds them"


def run_of(checkpoint, file):
    """A JSON file that lies beside a checkpoint, {} if there is none."""
    path = os.path.join(checkpoint if os.path.isdir(checkpoint) else os.path.dirname(checkpoint), file)
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return json.load(f)


def tasks_known(run):
    """All tasks of the world that a run lives in: the miniature's, or the 62 datasets'."""
    miniature = run.get("recipe") == "miniature"
    return miniature_tasks() if miniature else [t for d in DATASETS.values() for t in tasks_of(d)]


def tasks_to_ask(cfg):
    """The tasks that --tasks, --cluster or the checkpoint's own config.json name."""
    run = run_of(cfg.checkpoint, "config.json")
    known, names = tasks_known(run), [n for n in cfg.tasks.split(",") if n]
    cluster = cfg.cluster or run.get("hold_out", "")
    unknown = set(names) - {t.dataset.name for t in known}
    if unknown:
        raise ValueError(f"--tasks {','.join(sorted(unknown))}: no such dataset here; known are "
                         f"{', '.join(dict.fromkeys(t.dataset.name for t in known))}")
    found = [t for t in known if (t.dataset.name in names if names else t.dataset.cluster == cluster)]
    if not found:
        raise ValueError("nothing to ask: give --tasks, --cluster, --examples or --prompt")
    return found


def tuning_texts(run_folder, data_dir):
    """The texts of all examples that a run was tuned on, one by one."""
    mixture = {r["task"] for r in run_of(run_folder, "mixture.json")}
    if not mixture:
        raise FileNotFoundError(f"--contamination {run_folder}: there is no mixture.json, so this is no run folder")
    for task in tasks_known(run_of(run_folder, "config.json")):
        if task.name in mixture:
            yield from map(text_of, load_rows(task, "train", data_dir).fields)


def text_of(row, but=()):
    """All text fields of a row."""
    return " ".join(value for key, value in row.items() if isinstance(value, str) and key not in but)


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["compare"]:
        if len(argv) != 3:
            raise ValueError("usage: python eval.py compare A/results.json B/results.json")
        return compare(*argv[1:])
    cfg = parse_options(Config, __doc__, argv)
    if cfg.separator not in ("auto", "yes", "no"):
        raise ValueError(f"--separator {cfg.separator!r} is unknown; known are auto, yes, no")
    if cfg.examples and not cfg.scores:
        raise ValueError("--examples needs --scores OUT.jsonl to write to")
    tasks = [] if cfg.examples or cfg.prompt or cfg.export else tasks_to_ask(cfg)
    began, (device, dtype, why) = time.time(), pick_device(cfg.device, cfg.dtype)
    judge = load_judge(cfg.checkpoint, cfg.data_dir)
    judge = judge._replace(model=judge.model.place(device, dtype).eval(),
                           separator=judge.separator if cfg.separator == "auto" else cfg.separator == "yes")
    if cfg.export:
        save_folder(judge.model, cfg.export, judge.encoding.eot_token)
        save_tokenizer(judge.encoding, cfg.export)
        return print(f"exported to {cfg.export}")
    if cfg.prompt:
        ids = judge.encoding.encode_ordinary(cfg.prompt) + judge.between
        new = generate(judge.model, [ids], cfg.max_new_tokens, judge.encoding.eot_token)[0]
        return print(judge.encoding.decode(new).strip())
    if cfg.examples:
        return print(score_file(judge, cfg.examples, cfg.scores))
    print(f"{cfg.checkpoint} on {device}, {str(dtype).removeprefix('torch.')} ({why})")
    rows, lines = [], []
    for task in tasks:
        test, note = load_test_rows(task, cfg.data_dir, cfg.limit)
        pool = load_rows(task, "train", cfg.data_dir).fields if cfg.shots else []
        dev = load_dev_rows(task, cfg.data_dir) if cfg.best_on_dev and judge.separator else []
        how = dict(pool=pool, shots=cfg.shots, seed=cfg.seed, max_new_tokens=cfg.max_new_tokens)
        if judge.separator:
            found, said = evaluate_tuned(judge, task, test, dev, **how)
        else:
            found, said = evaluate_untuned(judge, task, test, **how)
        if cfg.contamination:
            found["contamination"] = contamination(tuning_texts(cfg.contamination, cfg.data_dir),
                                                   [text_of(r, but=("answer",)) for r in test], [r["answer"] for r in test])
            found["overlap"] = 100 * found["contamination"]["either"]
        rows.append(result_row(task, test, {**found, "shots": cfg.shots, "note": note}))
        lines += said
    print_results(rows)
    if cfg.predictions:
        write_lines(lines, cfg.predictions)
    if cfg.out:
        command = shlex.join(["python", "eval.py", *argv])
        write_results(cfg.out, rows, cfg.cluster, cfg.seed, time.time() - began, 0, command)
    if cfg.plot:
        plot(rows, cfg.plot)


if __name__ == "__main__":
    try:
        main()
    except (ValueError, FileNotFoundError) as e:
        sys.exit(f"error: {e}")

"""Evaluation: rank classification, generation, few-shot prompts, metrics, tables. What FLAN's authors never published.

    python eval.py --checkpoint runs/miniature                          # ask the cluster that the run held out
    python eval.py --checkpoint runs/lunch --untuned gpt2 --shots 4     # and the model it was tuned from; and few-shot
    python eval.py --checkpoint gpt2 --tasks rte,cb --predictions out.jsonl
    python eval.py --checkpoint gpt2 --examples mine.jsonl --scores out.jsonl   # score {"prompt", "options"} lines
    python eval.py --checkpoint runs/miniature --prompt "..."            # answer one prompt
    python eval.py compare runs/a/results.json runs/b/results.json

Scores are log-likelihoods in natural logarithms, summed over the tokens of an option; results are percentages.
"""

import json
import math
import os
import pickle
import random
import re
import shlex
import string
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
import tiktoken
import torch
from tqdm import tqdm

from data import (CLUSTERS, DATA_DIR, DATASETS, PROMPTS, Split, as_target, download, is_on_disk,
                  load_dev_rows, load_rows, load_test_rows, miniature_tasks, opt, parse_options, reworded,
                  save_tokenizer, tasks_of, tokenizer, user_tasks)
from model import GPT, GPTConfig, generate, load_folder, pick_device, save_folder
from templates import File, Template, render

TIE = dict(abs_tol=1e-5, rel_tol=2e-6)  # nats; scores closer than this are equal: noise of fp32 grows with the sum
MAX_INPUT = 960  # FLAN section 4.4: tokens of a few-shot prompt
ANSWER_TOKENS = {"qa": 64, "text": 256, "coqa": 256}  # by kind or name: CoQA wants some 15 answers at once


# ---------------------------------------------------------------------------------------------------------------------
# Rank classification: the prompt once, all options behind it, one pass

class Question(NamedTuple):
    """A prompt and its options as token ids; `cut` tokens of the prompt's beginning did not fit the context."""
    prompt: list[int]
    options: list[list[int]]
    cut: int = 0


def question(encoding, prompt, options, separator, context_length):
    """Tokenizes prompt and options apart. Between them goes `separator`: [eot] for a tuned model, [] if untuned.

    Without a separator, white space at the end of the prompt is scored with the options, as lm-evaluation-harness does:
    a model knows " yes" as one token, and would seldom see the space before it on its own. A prompt too long for the
    context loses its beginning. Raises ValueError for an empty prompt or option.
    """
    kept = prompt if separator else prompt.rstrip() or prompt
    ids = [encoding.encode_ordinary(prompt[len(kept):] + as_target(option)) for option in options]
    if not options or not all(option.strip() for option in options):
        raise ValueError(f"every question needs options, and none may be empty: {options!r} behind {prompt[:80]!r}")
    room = context_length - len(separator) - max(len(i) for i in ids) + 1
    if room < 1:
        raise ValueError(f"an option of {max(len(i) for i in ids)} tokens does not fit a context of {context_length}")
    start = encoding.encode_ordinary(kept)
    if not start + separator:
        raise ValueError("an empty prompt cannot be scored: the first token of an option needs something to follow")
    return Question(start[-room:] + separator, ids, max(0, len(start) - room))


def tree(q):
    """One question as a document whose options branch off the prompt.

        tokens     p0 p1 p2 | a0 | b0 b1      options a = a0 a1, b = b0 b1 b2: the last token of an option is never fed
        positions   0  1  2 |  3 |  3  4
        branch      0  0  0 |  1 |  2  2      an option sees the prompt and itself
        scored           a0   a1
                         b0        b1 b2      the prompt's last place predicts the first token of every option

    Returns tokens, positions, branch (each (L,)); and of every option token the place that predicts it and its id (S,).
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


def score(model, questions, bar=None, max_tokens=None):
    """Log-likelihoods (sum over an option's tokens, fp32) of every option: a list of float lists in the order given.

    Questions are fed in order of length, at most `max_tokens` a pass: by default as many as keep a GPU busy, or few
    enough for a CPU's memory. A score does not depend on its neighbours.
    """
    max_tokens = max_tokens or (16384 if model.wte.weight.is_cuda else 4096)
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
    """The numbers of all options that tie for the best: rounding noise, which varies with the batch, is no win."""
    return [i for i, s in enumerate(scores) if math.isclose(s, max(scores), **TIE)]


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


def bleu_counts(prediction, references, tokenize="13a"):
    """What an example adds to a corpus: int64 (10,), right n-grams for n = 1 to 4, all of them, words, words wanted."""
    split = {"13a": tokenize_13a, "intl": tokenize_intl}[tokenize]
    words, several = split(prediction), [split(r) for r in references]
    grams = [(Counter(ngrams(words, n)), [Counter(ngrams(r, n)) for r in several]) for n in range(1, 5)]
    right = [(mine & reduce(Counter.__or__, theirs)).total() for mine, theirs in grams]
    wanted = min((abs(len(r) - len(words)), len(r)) for r in several)[1]  # the reference closest in length
    return np.array([*right, *(mine.total() for mine, _ in grams), len(words), wanted])


def bleu_of(counts):
    """BLEU in percent from the summed counts (10,) of a corpus."""
    right, total, (length, wanted) = counts[:4], counts[4:8], counts[8:]
    if not any(right) or not all(total):
        return 0.0
    zeros = np.cumsum(right == 0)  # "exp" smoothing: the k-th precision of zero gets 1 / 2^k of a match
    precisions = np.where(right == 0, 0.5 ** zeros, right) / total
    return float(100 * np.exp(min(0, 1 - wanted / length) + np.mean(np.log(precisions))))


def bleu(predictions, references, tokenize="13a"):
    """Corpus BLEU (Papineni et al. 2002) in percent, as of sacrebleu. `references`: a list for every prediction."""
    counts = [bleu_counts(p, r, tokenize) for p, r in zip(predictions, references)]
    return bleu_of(np.sum([np.zeros(10, int), *counts], axis=0))


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


def bootstrap_bleu(counts, seed=0, n=1000):
    """95% confidence interval of a BLEU that is the mean over templates. counts (templates, examples, 10) int64."""
    examples = counts.shape[1]
    draws = np.random.default_rng(seed).multinomial(examples, np.full(examples, 1 / examples), size=n)
    results = [np.mean([bleu_of(times @ c) for c in counts]) for times in draws]  # times: how often each is drawn
    return tuple(np.percentile(results, [2.5, 97.5]).tolist())


def contamination(train_texts, tests, n=13):
    """Shares of test examples whose input, target, or either shares a run of n words with a tuning example.

    `tests`: (inputs, targets) of every test set; returns a dict for each. FLAN's appendix and GPT-3's ask this of the
    pre-training corpus. Case and punctuation do not count. Memory holds hashes of the test sets' runs only, so that
    `train_texts`, which is read once, may be a generator. Texts of fewer than n words have no run and count as clean;
    `too_short` is the share of examples whose input and target both are so short.
    """
    hashes = lambda text: set(map(hash, ngrams(re.sub(r"[^\w\s]|_", "", text.lower()).split(), n)))
    hashed = [[(hashes(i), hashes(t)) for i, t in zip(*test)] for test in tests]
    wanted, found = set().union(*(side for test in hashed for sides in test for side in sides)), set()
    for text in train_texts:
        found |= hashes(text) & wanted
    shares = [np.mean([(not i.isdisjoint(found), not t.isdisjoint(found), not (i | t).isdisjoint(found), not i | t)
                       for i, t in test], axis=0) for test in hashed]
    return [dict(zip(("input", "target", "either", "too_short"), share.tolist())) for share in shares]


# ---------------------------------------------------------------------------------------------------------------------
# Asking: one way of putting a question to a model

class Asking(NamedTuple):
    """`options`: show the OPTIONS suffix; `ending`: text behind it; `baseline`: the dataset's GPT-3-style prompt."""
    options: bool = False
    ending: str = ""
    baseline: bool = False

    def __str__(self):
        return "baseline prompt" if self.baseline else \
            f"{'with' if self.options else 'without'} options, ending {self.ending!r}"


# FLAN is asked with OPTIONS. An untuned model has never seen such a suffix and may stumble over how a prompt ends, so
# it is asked in every one of these ways, and the best result counts as its own.
TUNED = Asking(options=True)
UNTUNED = [Asking(options, ending) for options in (False, True) for ending in ("", " .", "\n", "\nAnswer:")]
UNTUNED_TEXT = [Asking(), Asking(ending="\nAnswer:")]  # where text is generated, without options and slowly
BASELINE = Asking(baseline=True)


def rendered(fields, template, asking):
    """The Example as it is put to the model."""
    if not asking.baseline:
        example = render(fields, template, asking.options)
        return example._replace(prompt=example.prompt + asking.ending)
    word = lambda option: template.verbalizer.get(option, option)
    example = render(fields, Template(template.prompt))
    return example._replace(options=tuple(map(word, example.options)), answers=tuple(map(word, example.answers)),
                            target=word(example.target))


def with_exemplars(encoding, example, exemplars, limit=MAX_INPUT):
    """Puts solved exemplars in front: instruct(x1) y1 ... instruct(xk) yk instruct(x) (FLAN section 4.4).

    Exemplars are dropped from the front, whole, until the input has at most `limit` tokens. Returns (prompt, kept).
    """
    # differs from the paper: its delimiter is a token; a space and a blank line mean something to an untuned model, too
    blocks = [e.prompt + as_target(e.target) + "\n\n" for e in exemplars]
    lengths = [len(encoding.encode_ordinary(text)) for text in (*blocks, example.prompt)]
    joined = lambda start: "".join(blocks[start:]) + example.prompt
    start = 0
    while start < len(blocks) and (sum(lengths[start:]) > limit or  # as one text it may have some tokens more
                                   len(encoding.encode_ordinary(joined(start))) > limit):
        start += 1
    return joined(start), len(blocks) - start


def exemplar_pool(task, shots, data_dir):
    """(training rows to draw exemplars from, what a user should know of them); nothing where none are wanted."""
    found = load_rows(task, "train", data_dir) if shots else Split([])
    return found.fields, f"exemplars: {found.note}" if found.note else ""


def draw_exemplars(pool, rows, shots, seed):
    """For every tested row `shots` training rows that are not itself; fewer where the pool is small."""
    def draw(i, fields):
        n = min(len(pool), shots + pool.count(fields))  # among so many are `shots` others, if there are as many
        return [r for r in random.Random(f"{seed} {i}").sample(pool, n) if r != fields][:shots]
    return [draw(i, fields) if shots else [] for i, fields in enumerate(rows)]


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
    return {i: t for i, t in enumerate(dataset.templates) if not t.is_reversed}


def answer_length(judge, dataset, max_new_tokens):
    """How many tokens an answer may have: as asked, or as the kind of dataset needs; at most half the context."""
    wanted = max_new_tokens or ANSWER_TOKENS.get(dataset.name) or ANSWER_TOKENS.get(dataset.kind, 0)
    return min(wanted, judge.model.config.context_length // 2)


def prompts_of(judge, rows, template, asking, exemplars, length=0):
    """(Example with its exemplars in front of the prompt, how many stand there) for every row.

    `exemplars`: training rows for each row; `length`: tokens kept free for a generated answer.
    """
    asked = []
    for fields, chosen in zip(rows, exemplars):
        example, kept = rendered(fields, template, asking), 0
        if chosen:
            options = [len(judge.encoding.encode_ordinary(as_target(o))) - 1 for o in example.options]
            room = judge.model.config.context_length - len(judge.between) - max(options, default=length)
            solved = [rendered(f, template, asking) for f in chosen]
            prompt, kept = with_exemplars(judge.encoding, example, solved, min(MAX_INPUT, room))
            example = example._replace(prompt=prompt)
        asked.append((example, kept))
    return asked


def rank(judge, examples, bar):
    """Predictions of rank classification: one dict a line of `--predictions`, with its metrics in percent."""
    context = judge.model.config.context_length
    questions = [question(judge.encoding, e.prompt, e.options, judge.between, context) for e in examples]
    lines = []
    for e, q, s in zip(examples, questions, score(judge.model, questions, bar)):
        best = {"accuracy": choose(s), "accuracy_mean_token": choose([x / len(ids) for x, ids in zip(s, q.options)]),
                "accuracy_mean_char": choose([x / len(option) for x, option in zip(s, e.options)])}
        lines.append({"prompt": e.prompt, "cut": q.cut, "options": e.options, "logprobs": s,
                      "tie": len(best_options(s)) > 1, "prediction": e.options[best["accuracy"]], "answers": e.answers,
                      "metrics": {name: 100.0 * (e.options[i] in e.answers) for name, i in best.items()}})
    return lines


def answer(judge, dataset, examples, length, bar, batch=16):
    """Predictions of greedy generation, as those of `rank`. A prompt that leaves too little room loses its beginning.

    An untuned model does not know where to stop: its answer is the first line, or where right answers have several
    lines, what stands before a blank one.
    """
    room = judge.model.config.context_length - length - len(judge.between)
    ids = [judge.encoding.encode_ordinary(e.prompt) for e in examples]
    end = "\n\n" if any("\n" in text for e in examples for text in e.answers) else "\n"
    texts = [None] * len(ids)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(ids), batch):
        chosen = order[start:start + batch]
        new = generate(judge.model, [ids[i][-room:] + judge.between for i in chosen], length, judge.encoding.eot_token)
        for i, tokens in zip(chosen, new):
            text = judge.encoding.decode(tokens).strip()
            texts[i] = text if judge.separator else text.split(end)[0]
        bar.update(len(chosen))
    return [{"prompt": e.prompt, "cut": max(0, len(tokens) - room), "prediction": text, "answers": e.answers,
             "metrics": text_metrics(dataset, text, e.answers)} for e, tokens, text in zip(examples, ids, texts)]


def text_metrics(dataset, prediction, answers):
    """Metrics of one generated answer, in percent; the edit distance in words."""
    if dataset.metric in ("squad", "trivia"):
        normalize = squad_normalize if dataset.metric == "squad" else trivia_normalize
        return {"exact_match": 100 * exact_match(prediction, answers, normalize),
                "f1": 100 * token_f1(prediction, answers, normalize)}
    if dataset.metric == "rouge":
        return {name: 100 * value for name, value in best_rouge(prediction, answers).items()}
    if dataset.metric == "bleu":
        return {"bleu": bleu([prediction], [answers], "intl")}
    if dataset.metric == "edit_distance":
        return {"edit_distance": min(edit_distance(prediction, a) for a in answers)}
    return {"exact_match": 100.0 * (prediction in answers)}


def main_metric(dataset):
    """The metric that the table shows: where text is generated, the one that the paper reports."""
    if dataset.kind == "choice":
        return "accuracy"
    if dataset.cluster == "closed_book_qa":
        return "exact_match"
    names = {"squad": "f1", "trivia": "f1", "rouge": "rougeLsum", "accuracy": "exact_match"}
    return names.get(dataset.metric, dataset.metric)


def best_of(dataset, results):
    """The key of the best main result."""
    return (min if main_metric(dataset) == "edit_distance" else max)(results, key=results.get)


def metrics_of(dataset, rows, lines):
    """All metrics of one template by name: means over the predictions, and those that only a whole set has."""
    found = {name: float(np.mean([line["metrics"][name] for line in lines])) for name in lines[0]["metrics"]}
    predictions, gold = [line["prediction"] for line in lines], [line["answers"][0] for line in lines]
    if dataset.metric == "bleu":  # of the corpus, not the mean over sentences
        found["bleu"] = bleu(predictions, [line["answers"] for line in lines], "intl")
    elif dataset.metric == "f1_macro":
        found["f1_macro"] = 100 * macro_f1(predictions, gold, lines[0]["options"])
    elif dataset.metric == "f1_accuracy":
        found["f1"] = 100 * binary_f1(predictions, gold, "yes")
    elif dataset.metric == "multirc":
        found.update(multirc_scores(predictions, gold, [r["group"] for r in rows]))
    elif dataset.metric == "pearson_spearman":
        values = [float(p) for p in predictions], [float(r["score"]) for r in rows]
        found.update(pearson=100 * pearson(*values), spearman=100 * spearman(*values))
    return found


def chance_and_majority(rows):
    """Accuracy of guessing, and of the best constant answer (one word, or one place in the list), in percent."""
    right = [set(r.get("answers") or (r["answer"],)) for r in rows]
    guess = np.mean([sum(o in a for o in r["options"]) / len(r["options"]) for r, a in zip(rows, right)])
    words = Counter(o for r, a in zip(rows, right) for o in set(r["options"]) if o in a)
    places = Counter(i for r, a in zip(rows, right) for i, o in enumerate(r["options"]) if o in a)
    return 100 * float(guess), 100 * max(*words.values(), *places.values()) / len(rows)


def ask_all(judge, task, rows, asking, pool=(), shots=0, seed=0, max_new_tokens=0):
    """Every forward template put to the model: ({template number: metrics by name}, one dict a prediction)."""
    dataset, results, lines = task.dataset, {}, []
    templates = {-1: dataset.baseline} if asking.baseline else forward_templates(dataset)
    exemplars, length = draw_exemplars(pool, rows, shots, seed), answer_length(judge, dataset, max_new_tokens)
    total, title = len(rows) * len(templates), f"{task.name} {asking}"
    with tqdm(total=total, desc=title, unit="ex", leave=False, disable=None) as bar:
        for number, template in templates.items():
            examples, kept = zip(*prompts_of(judge, rows, template, asking, exemplars, length))
            found = rank(judge, examples, bar) if dataset.kind == "choice" else \
                answer(judge, dataset, examples, length, bar)
            results[number] = metrics_of(dataset, rows, found)
            lines += [{"template": number, "asking": str(asking), "example": i, "shots": shots, "exemplars": k, **line}
                      for i, (k, line) in enumerate(zip(kept, found))]
    return results, lines


def mean_of(results, metric):
    """The mean over templates."""
    return float(np.mean([metrics[metric] for metrics in results.values()]))


def summary(name, dataset, results, lines):
    """The fields of a row that one way of asking fills: all mean over templates, so the scores of the examples too."""
    main, names = main_metric(dataset), next(iter(results.values()))
    by_template = lambda values: np.array(values).reshape(len(results), -1, *np.shape(values)[1:])
    if main == "bleu":  # a corpus has one; its examples have no scores that would average to it
        counts = [bleu_counts(line["prediction"], line["answers"], "intl") for line in lines]
        interval, scores = bootstrap_bleu(by_template(counts)), None
    else:
        scores = by_template([line["metrics"][main] for line in lines]).mean(0)
        interval, scores = bootstrap_interval(scores), [round(float(x), 4) for x in scores]
    found = {name: mean_of(results, main), f"{name}_std": float(np.std([m[main] for m in results.values()])),
             f"{name}_ci": interval, f"{name}_scores": scores,
             f"{name}_metrics": {metric: mean_of(results, metric) for metric in names},
             f"{name}_prompts": len(lines), f"{name}_cut": sum(line["cut"] > 0 for line in lines)}
    if dataset.kind == "choice":
        found[f"{name}_ties"] = 100 * float(np.mean([line["tie"] for line in lines]))
    if lines[0]["shots"]:
        found[f"{name}_exemplars"] = float(np.mean([line["exemplars"] for line in lines]))
    return found


def evaluate_tuned(judge, task, rows, dev_rows=(), name="tuned", **how):
    """A tuned model: asked with OPTIONS. With dev rows, also the test result of the template that is best on dev."""
    results, lines = ask_all(judge, task, rows, TUNED, **how)
    found = summary(name, task.dataset, results, lines)
    if len(dev_rows):
        main = main_metric(task.dataset)
        dev, _ = ask_all(judge, task, dev_rows, TUNED, **how)
        best = best_of(task.dataset, {number: metrics[main] for number, metrics in dev.items()})
        found |= {f"{name}_best_template": best, f"{name}_best_on_dev": results[best][main]}
    return found, lines


def evaluate_untuned(judge, task, rows, name="untuned", **how):
    """An untuned model: the best of the neutral ways of asking, and the dataset's own prompt beside it."""
    ways = UNTUNED if task.dataset.kind == "choice" else UNTUNED_TEXT
    asked = {str(way): ask_all(judge, task, rows, way, **how) for way in ways}
    means = {way: mean_of(results, main_metric(task.dataset)) for way, (results, _) in asked.items()}
    best, lines = best_of(task.dataset, means), [line for _, said in asked.values() for line in said]
    found = {**summary(name, task.dataset, *asked[best]), f"{name}_asking": best, f"{name}_natural": None,
             f"{name}_all": {way: round(mean, 2) for way, mean in means.items()}}
    if task.dataset.baseline.prompt:
        natural, said = ask_all(judge, task, rows, BASELINE, **how)
        found |= summary(f"{name}_natural", task.dataset, natural, said)
        lines += said
    return found, lines


def evaluate(judge, task, rows, tuned, dev_rows=(), shots=0, **how):
    """Asks zero-shot and, with `shots`, few-shot: (fields of the dataset's row, one dict a prediction).

    The fields are named "tuned..." or "untuned...", of few-shot results "tuned_shots..." or "untuned_shots...".
    """
    if not rows:
        raise ValueError(f"{task.name} has no test example")
    found, lines, who = {"shots": shots}, [], "tuned" if tuned else "untuned"
    ask = partial(evaluate_tuned, dev_rows=dev_rows) if tuned else evaluate_untuned
    for k in sorted({0, shots}):
        fields, said = ask(judge, task, rows, name=f"{who}_shots" if k else who, shots=k, **how)
        found |= fields
        lines += [{"dataset": task.name, "model": who, **line} for line in said]
    return found, lines


def result_row(task, rows, found):
    """One row of results.json."""
    chance, majority = chance_and_majority(rows) if task.dataset.kind == "choice" else (None, None)
    empty = dict.fromkeys(("untuned", "untuned_natural", "tuned", "tuned_std"))
    return {"dataset": task.name, "cluster": task.dataset.cluster, "metric": main_metric(task.dataset), "n": len(rows),
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


def find_model(name):
    """Raises FileNotFoundError unless `name` is one that `load_judge` can load."""
    inside = [os.path.join(name, file) for file in ("model.safetensors", "checkpoint.pt")]
    if name not in WEIGHTS and not os.path.isfile(name) and not any(map(os.path.isfile, inside)):
        raise FileNotFoundError(f"{name} is neither one of {', '.join(WEIGHTS)} nor a checkpoint, nor a folder that "
                                f"holds checkpoint.pt or model.safetensors")


def load_judge(name, data_dir=DATA_DIR):
    """A model by name (gpt2, gpt2-medium, ...), by folder in Hugging Face's GPT-2 layout, by run folder or .pt file.

    Imported models are untuned, so nothing stands between prompt and answer; our checkpoints, and the folders that
    save_folder wrote, know. On the CPU, in fp32. Raises FileNotFoundError or ValueError naming what does not fit.
    """
    find_model(name)
    folder = fetch_weights(name, data_dir) if name in WEIGHTS else name
    if os.path.exists(os.path.join(folder, "model.safetensors")):
        model, encoding = load_folder(folder), tokenizer("gpt2")
        if model.config.vocab_size < encoding.n_vocab:
            raise ValueError(f"{folder} has a vocabulary of {model.config.vocab_size} tokens, but GPT-2's tokenizer "
                             f"has {encoding.n_vocab}")
        return Judge(model, encoding, run_of(folder, "config.json").get("separator", False))
    path = os.path.join(name, "checkpoint.pt") if os.path.isdir(name) else name
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        config, weights, encoding, separator = (saved[k] for k in ("config", "model", "tokenizer", "separator"))
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, TypeError) as e:
        raise ValueError(f"{path} is no checkpoint of train.py ({type(e).__name__}: {str(e)[:80]})") from None
    with torch.device("meta"):
        model = GPT(GPTConfig(**config))
    model.load_state_dict(weights, assign=True)  # takes the file's tensors, so there is never a second copy
    return Judge(model, tokenizer(encoding), separator)


def run_of(checkpoint, file):
    """A JSON file that lies in a run folder or beside a checkpoint, {} if there is none."""
    path = os.path.join(os.path.dirname(checkpoint) if os.path.isfile(checkpoint) else checkpoint, file)
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return json.load(f)


# ---------------------------------------------------------------------------------------------------------------------
# Results

def write_json(content, path):
    """Never leaves half a file."""
    with open(f"{path}.tmp", "w") as f:
        json.dump(content, f, indent=2)
    os.replace(f"{path}.tmp", path)


def write_lines(lines, path):
    with open(f"{path}.tmp", "w", encoding="utf-8", errors="backslashreplace") as f:  # half a surrogate pair: \\ud83d
        f.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    os.replace(f"{path}.tmp", path)


def write_results(path, rows, held_out, seed, seconds, tokens, command):
    """results.json: the rows of the table with all that stands behind them. `tokens`: fed in training."""
    write_json({"held_out": held_out, "seed": seed, "seconds": round(seconds, 1), "tokens": tokens, "command": command,
                "rows": rows}, path)


RESULTS = ("untuned", "untuned_natural", "untuned_shots", "untuned_shots_natural", "tuned", "tuned_shots")


def filled(rows, key):
    """Does any row have a value here?"""
    return any(r.get(key) is not None for r in rows)


def table_columns(rows):
    """[(field of a row, title)] of what the table shows: without what no row has."""
    few = f"{max(r.get('shots', 0) for r in rows)}-shot"
    columns = [("chance", "chance"), ("majority", "majority"), ("untuned", "untuned"), ("untuned_ci", "95% interval"),
               ("untuned_natural", "own prompt"), ("untuned_shots", f"untuned {few}"),
               ("untuned_shots_natural", f"own prompt {few}"), ("tuned", "tuned"), ("tuned_std", "+-"),
               ("tuned_ci", "95% interval"), ("tuned_best_on_dev", "best on dev"), ("tuned_shots", f"tuned {few}"),
               ("tuned_shots_std", "+-"), ("overlap", "overlap")]
    hidden = "untuned_ci" if filled(rows, "tuned") else ""  # one interval is enough; results.json has them all
    return [(key, title) for key, title in columns if filled(rows, key) and key != hidden]


def cell(r, key):
    """A field of a row as text."""
    value, template = r.get(key), r.get("tuned_best_template")
    if value is None:
        return "-"
    if key.endswith("_ci"):
        return f"[{value[0]:.1f}, {value[1]:.1f}]"
    return f"{value:.1f}" + (f" (#{template})" if key == "tuned_best_on_dev" and template is not None else "")


def print_results(rows, out=print):
    """One line a dataset, grouped by cluster, with a cluster's mean where all of it is in percent; then remarks."""
    columns = table_columns(rows)
    widths = [2 + max(len(title), *(len(cell(r, key)) for r in rows)) for key, title in columns]
    line = lambda name, metric, n, cells: out((f"{name:26} {metric:13} {n:>5}" + "".join(
        f"{text:>{width}}" for text, width in zip(cells, widths))).rstrip())
    line("dataset", "metric", "n", [title for _, title in columns])
    for cluster in dict.fromkeys(r["cluster"] for r in rows):
        group = [r for r in rows if r["cluster"] == cluster]
        out(CLUSTERS.get(cluster, cluster))
        for r in group:
            line("  " + r["dataset"], r["metric"], r["n"], [cell(r, key) for key, _ in columns])
        if len(group) > 1 and all(r["metric"] != "edit_distance" for r in group):
            known = [key for key, _ in columns if all(isinstance(r.get(key), float) for r in group)]
            means = {key: float(np.mean([r[key] for r in group])) for key in known}
            line("  mean", "", "", [cell(means, key) for key, _ in columns])
    for text in remarks(rows, [key for key, _ in columns]):
        out(text)


MEANINGS = {
    "untuned_natural": "own prompt: a continuation worded like the text of pre-training, or a GPT-3-style prompt",
    "tuned_std": "+-: standard deviation over templates",
    "tuned_best_on_dev": "best on dev: the test result of the template (its number) that is best on the dev split",
    "overlap": "overlap: % of test examples that share 13 words in a row with a tuning example",
}


def remarks(rows, shown):
    """What the columns mean, and what their numbers hide: stand-ins, cut prompts, missing exemplars, ties."""
    generated = [r for r in rows if r["metric"] != "accuracy"]
    if filled([r for r in rows if r not in generated], "untuned"):
        yield "untuned: the best of 8 ways of asking the same instructions (4 endings, with and without OPTIONS)"
    if filled(generated, "untuned"):
        yield "untuned, where text is generated: the better of 2 ways of asking the same instructions (2 endings)"
    yield from (text for key, text in MEANINGS.items() if key in shown)
    for r in rows:
        if r.get("note"):
            yield f"{r['dataset']}: {r['note']}"
        for name in RESULTS:
            cut, exemplars, ties = (r.get(f"{name}_{what}") for what in ("cut", "exemplars", "ties"))
            said = [f"{cut} of {r[f'{name}_prompts']} prompts lost their beginning"] if cut else []
            if exemplars is not None and exemplars < r["shots"]:
                said.append(f"on average {exemplars:.1f} of {r['shots']} exemplars fitted, or existed")
            said += [f"in {ties:.1f}% of the questions several options tied"] if ties else []
            if said:
                yield f"{r['dataset']}, {name}: " + "; ".join(said)


def read_results(path):
    """The rows of a results.json by dataset."""
    with open(path) as f:
        try:
            return {r["dataset"]: r for r in json.load(f)["rows"]}
        except (KeyError, TypeError, ValueError) as e:
            raise ValueError(f"{path} is no results.json ({type(e).__name__}: {e})") from None


def compare(a, b, out=print):
    """Two results.json side by side, with the 95% interval of the difference, paired by example if both had as many.

    BLEU has none, since its examples have no scores of their own. Two runs without a result of the same kind, such as
    an untuned and a tuned model, are compared by the first that each has.
    """
    left, right = read_results(a), read_results(b)
    both = [name for name in left if name in right]
    if not both:
        raise ValueError(f"{a} and {b} have no dataset in common")
    out(f"{'dataset':26} {'result':22}{'A':>8}{'B':>8}{'B - A':>8}   95% interval")
    for name in both:
        x, y = left[name], right[name]
        has_x, has_y = ([key for key in RESULTS if r.get(key) is not None] for r in (x, y))
        for p, q in [(key, key) for key in has_x if key in has_y] or zip(has_x[:1], has_y[:1]):
            scores, interval = (x.get(f"{p}_scores"), y.get(f"{q}_scores")), "-"
            if all(scores):
                interval = "[{:+.1f}, {:+.1f}]".format(*bootstrap_difference(*scores))
            out(f"{name:26} {p if p == q else f'{p} / {q}':22}{x[p]:8.1f}{y[q]:8.1f}{y[q] - x[p]:+8.1f}   {interval}")
    for name in sorted(set(left) ^ set(right)):
        out(f"{name:26} only in {a if name in left else b}")


def plot(rows, path):
    """Bars of every dataset's untuned and tuned results, chance as a line; needs matplotlib."""
    try:
        import matplotlib
    except ImportError:
        raise ValueError("--plot needs matplotlib: pip install matplotlib") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(2 + len(rows), 4))
    keys = [key for key in ("untuned", "untuned_shots", "tuned", "tuned_shots") if filled(rows, key)]
    for k, key in enumerate(keys):
        places = [i + 0.8 * ((k + 0.5) / len(keys) - 0.5) for i in range(len(rows))]
        axes.bar(places, [r.get(key) or 0 for r in rows], 0.8 / len(keys), label=key.replace("_shots", ", few-shot"))
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
    untuned: str = opt("", "ask this model too, as the untuned one, and --checkpoint as the tuned one")
    tasks: str = opt("", "comma-separated datasets to ask; empty: the cluster the checkpoint's run held out")
    cluster: str = opt("", "ask every dataset of this cluster")
    prompts: str = opt("instructions", "ask with instructions, or to compare, with bare fields behind the dataset's "
                                       "name (name) or alone (none)")
    data_dir: str = opt(DATA_DIR, "folder of the raw datasets")
    limit: int = opt(200, "test examples a dataset, always the same ones; 0: all of them")
    shots: int = opt(0, "also ask with so many exemplars from the training split in front, at most 16 in the paper")
    best_on_dev: bool = opt(True, "also report the template that is best on the dev split")
    max_new_tokens: int = opt(0, "length of a generated answer; 0: 64 tokens, for texts 256 as the paper's targets")
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


def check(cfg):
    """Raises ValueError for what cannot work, before anything starts."""
    if cfg.separator not in ("auto", "yes", "no"):
        raise ValueError(f"--separator {cfg.separator!r} is unknown; known are auto, yes, no")
    if cfg.prompts not in PROMPTS:
        raise ValueError(f"--prompts {cfg.prompts!r} is unknown; known are {', '.join(PROMPTS)}")
    if bool(cfg.examples) != bool(cfg.scores):
        raise ValueError("--examples FILE.jsonl needs --scores OUT.jsonl to write to, and the other way round")
    if cfg.cluster not in ("", *CLUSTERS):
        raise ValueError(f"--cluster {cfg.cluster!r} is no cluster; they are {', '.join(CLUSTERS)}")
    for name in ("limit", "shots", "max_new_tokens"):
        if getattr(cfg, name) < 0:
            raise ValueError(f"--{name} {getattr(cfg, name)} must be at least 0")
    for name in ("scores", "predictions", "out", "plot"):
        if not os.path.isdir(os.path.dirname(getattr(cfg, name)) or "."):
            raise FileNotFoundError(f"--{name} {getattr(cfg, name)}: there is no such folder")
    for name in filter(None, (cfg.checkpoint, cfg.untuned)):
        find_model(name)


def read_questions(judge, path):
    """(Questions, number of the right option or None) of a file of {"prompt", "options", "answer"?} lines.

    Raises ValueError naming file and line of the first that does not fit.
    """
    questions, right = [], []
    with open(path, "rb") as f:  # as bytes: what is not UTF-8 has a line number too
        for number, line in enumerate(f, 1):
            try:
                r = json.loads(line)
                prompt, options, answer = r["prompt"], r["options"], r.get("answer")
                if not isinstance(options, list) or not all(isinstance(text, str) for text in [prompt, *options]):
                    raise ValueError("the prompt must be a string, the options a list of strings")
                if answer is not None and answer not in (*options, *range(len(options))):
                    raise ValueError(f"the answer {answer!r} is neither an option nor the number of one")
                questions.append(question(judge.encoding, prompt, options, judge.between,
                                          judge.model.config.context_length))
                right.append(options.index(answer) if answer in options else answer)
            except (AttributeError, KeyError, TypeError, ValueError) as e:  # JSONDecodeError is a ValueError
                raise ValueError(f"{path}, line {number}: expected an object with \"prompt\" and \"options\" "
                                 f"({type(e).__name__}: {e})") from None
    if not questions:
        raise ValueError(f"--examples {path} is empty")
    return questions, right


def score_file(judge, path, out_path):
    """Scores a user's lines; writes a {"logprobs", "prediction"} line for each, and returns a report."""
    questions, right = read_questions(judge, path)
    with tqdm(total=len(questions), desc="scoring", unit="ex", disable=None) as bar:
        scores = score(judge.model, questions, bar)
    write_lines([{"logprobs": s, "prediction": choose(s)} for s in scores], out_path)
    hits = [choose(s) == r for s, r in zip(scores, right) if r is not None]
    cut, ties = sum(q.cut > 0 for q in questions), sum(len(best_options(s)) > 1 for s in scores)
    said = [f"{len(scores)} examples scored"]
    said += [f"accuracy {100 * np.mean(hits):.1f} on {len(hits)} with an answer"] if hits else []
    said += [f"{cut} prompts lost their beginning"] if cut else []
    said += [f"several options tied in {ties}"] if ties else []
    return ", ".join(said) + f"; {out_path} holds them"


def tasks_known(run):
    """All tasks of the world that a run lives in: the miniature's, or the 62 datasets'."""
    miniature = run.get("recipe") == "miniature"
    return miniature_tasks() if miniature else [t for d in DATASETS.values() for t in tasks_of(d)]


def tasks_to_ask(cfg):
    """The tasks that --tasks, --cluster or the checkpoint's own config.json name; of a cluster, those on disk."""
    run = run_of(cfg.checkpoint, "config.json")
    known, names = [reworded(t, cfg.prompts) for t in tasks_known(run)], [n for n in cfg.tasks.split(",") if n]
    cluster = cfg.cluster or run.get("hold_out", "")
    unknown = set(names) - {t.dataset.name for t in known}
    if unknown:
        raise ValueError(f"--tasks {','.join(sorted(unknown))}: no such dataset here; known are "
                         f"{', '.join(dict.fromkeys(t.dataset.name for t in known))}")
    if names:
        return [t for t in known if t.dataset.name in names]
    found = [t for t in known if t.dataset.cluster == cluster]
    there = [t for t in found if is_on_disk(t, "test", cfg.data_dir)]
    if not found:
        raise ValueError("nothing to ask: give --tasks, --cluster, --examples or --prompt")
    if len(there) < len(found):
        print(f"not in {cfg.data_dir}, left out: {', '.join(t.name for t in found if t not in there)}")
    return there or found  # of none on disk, the first will say what it needs


def tuning_texts(run_folder, data_dir):
    """The texts of all examples that a run was tuned on, one by one. Raises ValueError for a task that is not known."""
    run, mixture = run_of(run_folder, "config.json"), {r["task"] for r in run_of(run_folder, "mixture.json")}
    if not mixture:
        raise FileNotFoundError(f"--contamination {run_folder}: there is no mixture.json, so this is no run folder")
    known = {t.name: t for t in tasks_known(run) + (user_tasks(run["examples"]) if run.get("examples") else [])}
    if unknown := mixture - set(known):
        raise ValueError(f"--contamination {run_folder}: nothing known here is {', '.join(sorted(unknown))}")
    for name in tqdm(sorted(mixture), desc="reading the tuning examples", leave=False, disable=None):
        yield from map(text_of, load_rows(known[name], "train", data_dir).fields)


def text_of(row, but=()):
    """All text of a row, its options too."""
    values = [v if isinstance(v, (list, tuple)) else [v] for key, v in row.items() if key not in but]
    return " ".join(text for several in values for text in several if isinstance(text, str))


def ask_datasets(cfg, tasks, device, dtype):
    """(rows of the results, one dict a prediction): every dataset put to --untuned, if given, and to --checkpoint."""
    # everything is read at first, so that what is missing shows at once and not hours later
    tests = [load_test_rows(task, cfg.data_dir, cfg.limit) for task in tasks]
    found, lines = [{} for _ in tasks], []
    judge = load_judge(cfg.checkpoint, cfg.data_dir)
    is_tuned = judge.separator or cfg.separator == "yes" or bool(cfg.untuned)
    judges = [(with_separator(judge, cfg), is_tuned)]
    if cfg.untuned:
        judges.insert(0, (load_judge(cfg.untuned, cfg.data_dir), False))
        if judges[0][0].separator:
            raise ValueError(f"--untuned {cfg.untuned} is a tuned model: give the one that it was tuned from")
    if cfg.contamination:
        sides = [([text_of(r, but=("answer", "answers")) for r in rows], [r["answer"] for r in rows])
                 for rows, _ in tests]
        for row, shares in zip(found, contamination(tuning_texts(cfg.contamination, cfg.data_dir), sides)):
            row.update(contamination=shares, overlap=100 * shares["either"])
    while judges:
        judge, tuned = judges.pop(0)  # so that only one of them is kept on the device
        judge = put(judge, device, dtype)
        for task, (rows, note), row in zip(tasks, tests, found):
            pool, pool_note = exemplar_pool(task, cfg.shots, cfg.data_dir)
            dev = load_dev_rows(task, cfg.data_dir) if cfg.best_on_dev and tuned else []
            fields, said = evaluate(judge, task, rows, tuned, dev, cfg.shots, pool=pool, seed=cfg.seed,
                                    max_new_tokens=cfg.max_new_tokens)
            row.update(fields, note="; ".join(filter(None, (note, pool_note))))
            lines += said if cfg.predictions else []
    return [result_row(task, rows, row) for task, (rows, _), row in zip(tasks, tests, found)], lines


def with_separator(judge, cfg):
    """The judge asked as --separator says."""
    return judge if cfg.separator == "auto" else judge._replace(separator=cfg.separator == "yes")


def put(judge, device, dtype):
    """The judge on the device."""
    return judge._replace(model=judge.model.place(device, dtype).eval())


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["compare"]:
        if len(argv) != 3:
            raise ValueError("usage: python eval.py compare A/results.json B/results.json")
        return compare(*argv[1:])
    cfg = parse_options(Config, __doc__, argv)
    check(cfg)
    tasks = [] if cfg.examples or cfg.prompt or cfg.export else tasks_to_ask(cfg)
    began, (device, dtype, why) = time.time(), pick_device(cfg.device, cfg.dtype)
    if tasks:
        names = " and ".join(filter(None, (cfg.untuned, cfg.checkpoint)))
        print(f"{names} on {device}, {str(dtype).removeprefix('torch.')} ({why})")
        rows, lines = ask_datasets(cfg, tasks, device, dtype)
        print_results(rows)
        if cfg.predictions:
            write_lines(lines, cfg.predictions)
        if cfg.out:
            held_out, command = run_of(cfg.checkpoint, "config.json").get("hold_out", ""), ["python", "eval.py", *argv]
            write_results(cfg.out, rows, held_out, cfg.seed, time.time() - began, 0, shlex.join(command))
        return plot(rows, cfg.plot) if cfg.plot else None
    judge = put(with_separator(load_judge(cfg.checkpoint, cfg.data_dir), cfg), device, dtype)
    if cfg.export:
        save_folder(judge.model, cfg.export, judge.encoding.eot_token, judge.separator)
        save_tokenizer(judge.encoding, cfg.export)
        print(f"exported to {cfg.export}")
    elif cfg.prompt:
        prompt, length = judge.encoding.encode_ordinary(cfg.prompt), cfg.max_new_tokens or ANSWER_TOKENS["text"]
        (new,) = generate(judge.model, [prompt + judge.between], length, judge.encoding.eot_token)
        print(judge.encoding.decode(new).strip())
    else:
        print(score_file(judge, cfg.examples, cfg.scores))


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as e:
        sys.exit(f"error: {e}")

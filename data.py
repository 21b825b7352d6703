"""Everything between a raw file and a micro-batch. The lesson comes first; what stands below the
ruler is plumbing.

    python data.py list                          # all datasets: cluster, kind, size, on disk?
    python data.py get rte cb --lean             # fetch (--cluster C, --all); --lean reads huge archives in part
    python data.py show rte --template 3         # raw record, rendered prompt, target, tokens

The way of one example: raw record -> row -> rendered example -> tokens and loss mask -> flat packed
micro-batch.
"""

import argparse
import array
import contextlib
import csv
import fnmatch
import functools
import gzip
import hashlib
import heapq
import html
import http.client
import itertools
import json
import os
import random
import re
import signal
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections import deque
from dataclasses import field, fields, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tiktoken
from tqdm import tqdm

import templates
from templates import (ALSO_EXCLUDED, CLUSTERS, DATASETS, MINIATURE, Baseline, Dataset, UserError,
                       bare_template, miniature_words, render, sources_of)

MAX_EXAMPLES = 30_000  # FLAN section 2.1: training examples of one dataset
MAX_RATE = 3_000       # FLAN section 2.1: a dataset weighs no more than this many examples
MAX_PROMPT = 1024      # FLAN section 2.4: tokens of an input ...
MAX_TARGET = 256       # ... and of a target
MAX_INPUT = 960        # FLAN section 4.4: tokens of a prompt with exemplars in front
ODD_SHARE = 0.001      # of a file's rows: so many may be unreadable, and are counted; more are an error
VERBATIM = ("hint", "query")  # fields that may be empty, and keep the blanks at their ends
PROMPTS = ("instructions", "name", "none")  # FLAN section 4.3: what an example is put in; see `bare_template`
DATA_DIR = os.environ.get("NANOFLAN_DATA") or os.path.expanduser("~/.cache/nanoflan")


# --------------------------------------------------------------------------------------------------
# Tasks, and which of them may be tuned on

class Task(NamedTuple):
    """One entry of the mixture: a dataset, or a subset of it (ANLI has three). `rows` are those
    held in memory."""
    name: str
    dataset: Dataset
    subset: str = ""
    rows: dict | None = None  # split -> rows


def tasks_of(dataset):
    """The tasks a dataset consists of; the caps count each of them on its own, as the paper's code
    does."""
    subsets = [key for key, value in dataset.splits.items() if isinstance(value, dict)]
    return [Task(f"{dataset.name}/{subset}", dataset, subset) for subset in subsets] or [Task(dataset.name, dataset)]


def all_tasks():
    """The tasks of the 62 datasets."""
    return [task for dataset in DATASETS.values() for task in tasks_of(dataset)]


def miniature_tasks(rows=3000, test_rows=200):
    """The datasets of the miniature as tasks; every split is drawn from a random stream of its own,
    test from one, "exam", that was not looked at while the world was designed."""
    def draw(dataset, stream, n):
        rng = random.Random(f"{dataset.name} {stream}")
        return [dataset.read(rng) for _ in range(n)]
    return [Task(d.name, d, rows={"train": draw(d, "train", rows), "dev": draw(d, "dev", test_rows),
                                  "test": draw(d, "exam", test_rows)}) for d in MINIATURE.values()]


def chosen(flag, names, tasks):
    """The tasks of the datasets (`flag` is "tasks") or of the clusters ("clusters") given as
    "a,b,c". Raises UserError for one that has none."""
    of = lambda t: t.dataset.name if flag == "tasks" else t.dataset.cluster
    wanted, there = set(filter(None, names.split(","))), dict.fromkeys(map(of, tasks))
    if unknown := wanted - there.keys():
        raise UserError(f"--{flag} {','.join(sorted(unknown))} is not among those here: {', '.join(there)}")
    return [t for t in tasks if of(t) in wanted]


def tasks_on_disk(tasks, split, data_dir, out=print):
    """The tasks that have this split on disk; the others are named."""
    there = [t for t in tasks if is_on_disk(t, split, data_dir)]
    if len(there) < len(tasks):
        out(f"not in {data_dir}, left out: {', '.join(t.name for t in tasks if t not in there)}")
    return there


def reworded(task, prompts, n=0):
    """The task with its first n instructions (0: all ten), or for the ablation with one bare
    template: `prompts` is one of PROMPTS."""
    found = task.dataset.templates[:n or None]
    if prompts != "instructions":
        found = (bare_template(task.dataset, with_name=prompts == "name"),)
    return task._replace(dataset=replace(task.dataset, templates=found))


def excluded(cluster):
    """The clusters that may not be in tuning when `cluster` is held out (FLAN section 2.2)."""
    if cluster not in CLUSTERS:
        raise UserError(f"--hold_out {cluster!r} is no cluster; they are {', '.join(CLUSTERS)}")
    return {cluster, *ALSO_EXCLUDED.get(cluster, ())}


def held_out(cluster, tasks):
    """(tuning tasks, held-out tasks). A dataset of the held-out cluster is removed wherever it
    appears."""
    held = [t for t in tasks if t.dataset.cluster == cluster]
    names = {t.dataset.name for t in held}
    return [t for t in tasks if t.dataset.cluster not in excluded(cluster) and t.dataset.name not in names], held


def directions(task):
    """A translation task as two tasks, one for each direction that there are templates for; any
    other task as it is."""
    if "{sent1}" not in [t.target for t in task.dataset.templates] or task.dataset.cluster != "translation":
        return [task]
    back = Baseline("Q: What is the {lang1} translation of {answer} A:", target="{sent1}")
    into_english = replace(task.dataset, target="{sent1}", baseline=back)
    return [task, task._replace(name=f"{task.name} into English", dataset=into_english)]


def leaks(tuned_on, cluster, held):
    """Those of the (dataset, cluster) pairs of a tuned model that spoil `cluster` as held out, with
    its tasks `held`."""
    names = {t.dataset.name for t in held}
    return [dataset for dataset, of in tuned_on if of in excluded(cluster) or dataset in names]


# --------------------------------------------------------------------------------------------------
# Rendered example -> tokens and loss mask

class Document(NamedTuple):
    """Tokens of one example; loss falls on tokens[prompt_length:], that is on the target and the
    end-of-text behind it.

        <prompt> <|endoftext|> <target> <|endoftext|>
        `--- prompt_length ---' `----- supervised ---'

    The end-of-text in between is the paper's; see `LM.between` (model.py) for what else may stand
    there, and `LM.prefix` for what may stand in front.
    """
    tokens: list[int]
    prompt_length: int
    cut: bool  # was anything truncated?


def as_target(text):
    """Targets and options carry a leading space, as words in a sentence do: GPT-2 knows " yes"
    better than "yes"."""
    return text if text[:1].isspace() else " " + text


def encode(encoding, prompt, target, context_length, between=None, prefix=(), solved=()):
    """Prompt and target as one Document that fits the context (whose last token is never fed, so
    one more may stand). `between`: the ids that separate them, by default an end-of-text; `prefix`:
    ids in front of all; `solved`: exemplars in front of the prompt, as many as fit.

    A long target loses its end and with it the end-of-text; a long prompt loses its beginning,
    since what is asked and the options mostly stand at the end. Raises UserError for an empty
    target.
    """
    if not target:
        raise UserError(f"an example has an empty target; its prompt begins {prompt[:80]!r}")
    # prompt and target are tokenized apart: no token may straddle the border between what is given
    # and what is learnt
    target_ids = encoding.encode_ordinary(as_target(target)) + [encoding.eot_token]

    # differs from the paper: its inputs and targets have 1,024 and 256 positions of their own; here
    # they share some
    kept_target = target_ids[:min(MAX_TARGET, context_length // 2)]
    between = [encoding.eot_token] if between is None else between
    room = min(MAX_PROMPT, context_length + 1 - len(prefix) - len(between) - len(kept_target))
    if solved:
        prompt, _ = with_exemplars(encoding, prompt, solved, min(MAX_INPUT, room))
    prompt_ids = encoding.encode_ordinary(prompt)
    kept_prompt = prompt_ids[-room:]
    cut = len(kept_prompt) < len(prompt_ids) or len(kept_target) < len(target_ids)

    # what stands in between counts as prompt: it predicts the target's first token and is predicted
    # by none. An empty prompt needs something that does
    given = [*prefix, *kept_prompt, *between] or [encoding.eot_token]
    return Document(given + kept_target, len(given), cut)


def with_exemplars(encoding, prompt, solved, limit):
    """Puts solved Examples in front: instruct(x1) y1 ... instruct(xk) yk instruct(x) (FLAN section
    4.4).

    They are dropped from the front, whole, until the input has at most `limit` tokens. Returns
    (prompt, how many are left).
    """
    # differs from the paper: its delimiter is a token; a space and a blank line mean something to
    # an untuned model, too
    blocks = [e.prompt + as_target(e.target) + "\n\n" for e in solved]
    while blocks and len(encoding.encode_ordinary("".join(blocks) + prompt)) > limit:
        blocks = blocks[1:]
    return "".join(blocks) + prompt, len(blocks)


def same_question(a, b):
    """Do two rows ask for the same? Those of the miniature name their fact."""
    return a.get("fact", a) == b.get("fact", b)


def passes(n, templates):
    """How often a dataset of n examples is rendered: small ones several times, each time with the
    next template."""
    return min(len(templates), max(1, MAX_EXAMPLES // max(n, 1)))


class Form(NamedTuple):
    """Which documents a task is made into, and what they look like. The defaults are the paper's."""
    between: list | None = None    # ids between prompt and target; None: an end-of-text
    prefix: list = []              # ids in front of every document: those of a soft prompt
    max_examples: int = 0          # training examples of each task; 0: all there are
    exemplars: float = 0.0         # share of the documents with one to four solved examples in front
    shuffle_answers: bool = False  # where there are options, answers are drawn from them
    seed: int = 0                  # of what is drawn


def training_documents(rows, templates, encoding, context_length, form=Form()):
    """Renders and encodes the rows of a task: example i of pass p by template i + p, and behind the
    last of them the first again."""
    # differs from the paper: it draws a template for each example (section 2.1); taking turns
    # spreads them evenly, and needs no generator whose state would have to be kept
    rng = random.Random(form.seed)
    if form.shuffle_answers:  # Kung and Peng, 2023: how much is learnt of the form of an answer alone?
        rows = [row | {"answer": rng.choice(row.get("options") or [row["answer"]])} for row in rows]
    for p in range(passes(len(rows), templates)):
        for i, row in enumerate(rows):
            template, solved = templates[(i + p) % len(templates)], []
            # differs from the paper: in Longpre et al., 2023, some exemplars in tuning helped
            # zero-shot and few-shot alike
            if rng.random() < form.exemplars:
                n = rng.randint(1, 4)
                others = rng.sample(rows, min(len(rows), n + 4))  # some may ask for the same
                solved = [render(other, template) for other in others if not same_question(other, row)][:n]
            example = render(row, template)
            yield encode(encoding, example.prompt, example.target, context_length, form.between,
                         form.prefix, solved)


def plain_documents(texts, encoding, context_length):
    """Pre-training text: every token but the first is a target."""
    for text in texts:
        ids = encoding.encode_ordinary(text) + [encoding.eot_token]
        yield Document(ids[:context_length + 1], 1, len(ids) > context_length + 1)


class Store(NamedTuple):
    """Many documents end to end: document i is tokens[offsets[i]:offsets[i + 1]]."""
    tokens: np.ndarray          # (total,) uint16, or uint32 for a vocabulary beyond 65,536
    offsets: np.ndarray         # (n + 1,) int64
    prompt_lengths: np.ndarray  # (n,) int32
    cut: int                    # how many documents were truncated

    @property
    def lengths(self):
        """(n,) int64: tokens that are fed; the last token of a document is only ever a target."""
        return np.diff(self.offsets) - 1


def store(documents, n_vocab=0):
    """An iterable of Documents as a Store; their ids are below `n_vocab`."""
    tokens, lengths, prompts, cut = array.array("H" if n_vocab <= 2**16 else "I"), [], [], 0
    for document in documents:
        tokens.extend(document.tokens)
        lengths.append(len(document.tokens))
        prompts.append(document.prompt_length)
        cut += document.cut
    return Store(np.asarray(tokens), np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
                 np.array(prompts, np.int32), cut)


# --------------------------------------------------------------------------------------------------
# Mixture and packing: a stream of micro-batches, each found by its number

class MixtureEntry(NamedTuple):
    """One task, tokenized, with its place in the mixture."""
    task: Task
    store: Store
    examples: int  # distinct examples
    rate: int      # documents an epoch of the mixture takes from it
    note: str = ""


def mixing_rate(n):
    """Examples-proportional mixing with a maximum (Raffel et al., 2020): beyond it a dataset gets
    no more weight."""
    return min(n, MAX_RATE)


class Batch(NamedTuple):
    """One flat micro-batch of D documents, shortest first. Position target_index[m] predicts
    targets[m], whose loss counts weights[m]."""
    tokens: np.ndarray        # (N,) int64
    positions: np.ndarray     # (N,) int64, restart at each document
    cu_seqlens: np.ndarray    # (D + 1,) int32
    target_index: np.ndarray  # (M,) int64
    targets: np.ndarray       # (M,) int64
    weights: np.ndarray       # (M,) float32


def pack(lengths, budget, lookahead=32):
    """Fills micro-batches of at most `budget` tokens from documents in stream order; returns lists
    of document numbers.

    What no longer fits is skipped, for at most `lookahead` documents, and comes first in the next
    micro-batch; a document is never split. Raises UserError if one is longer than the budget.
    """
    if len(lengths) and max(lengths) > budget:
        raise UserError(f"a document of {max(lengths)} tokens does not fit --micro_tokens {budget}: raise it, or "
                         "--batch_tokens, of which every process has its share")
    waiting, batches = deque(enumerate(lengths)), []
    while waiting:
        batch, skipped, room = [], [], budget
        while waiting and room and len(skipped) < lookahead:
            number, length = waiting.popleft()
            if length <= room:
                batch.append(number)
                room -= length
            else:
                skipped.append((number, length))
        # what was skipped goes first next time, so that the order stays that of the shuffled
        # stream: no bias by length
        waiting.extendleft(reversed(skipped))
        batches.append(batch)
    return batches


def collate(documents, prompt_lengths, prompt_loss=0.0):
    """Token arrays of D documents -> Batch. Equal lengths stand side by side, which attention on a
    CPU uses. `prompt_loss`: the weight of the prompts' tokens in the loss, 0 in the paper."""
    order = sorted(range(len(documents)), key=lambda d: len(documents[d]))
    # a document's last token is only a target: everything else is fed, and predicts the token
    # behind it
    fed = [len(documents[d]) - 1 for d in order]
    starts = np.cumsum([0] + fed)
    # the last token of the prompt predicts the first of the target, hence the - 1; where prompts
    # are learnt, too, every token but the first is a target
    given = [1 if prompt_loss else prompt_lengths[d] for d in order]
    index = [np.arange(start + n - 1, end) for start, n, end in zip(starts, given, starts[1:])]
    targets = [documents[d][n:] for d, n in zip(order, given)]
    weights = [np.where(np.arange(n, len(documents[d])) < prompt_lengths[d], prompt_loss, 1.0)
               for d, n in zip(order, given)]
    return Batch(np.concatenate([documents[d][:-1] for d in order]).astype(np.int64),
                 np.concatenate([np.arange(n) for n in fed]), starts.astype(np.int32),
                 np.concatenate(index), np.concatenate(targets).astype(np.int64),
                 np.concatenate(weights).astype(np.float32))


class Stream:
    """Micro-batches by number: the same seed and number give the same batch, so resuming needs
    nothing but a number.

    An epoch takes `rate` documents from every store and shuffles them; a store goes on where the
    last epoch left it, in an order that is shuffled anew each time it has been used up.
    """
    def __init__(self, stores, rates, micro_tokens, seed, prompt_loss=0.0):
        # one that will never fit is found now, and not when its turn comes in hours
        pack([max(s.lengths.max(initial=0) for s in stores)], micro_tokens)
        self.stores, self.rates, self.micro_tokens, self.seed = stores, rates, micro_tokens, seed
        self.prompt_loss = prompt_loss
        self.first = [0]  # number of the first micro-batch of each epoch seen so far

    def order(self, epoch):
        """(documents of the epoch, 2) int64: store and document number, in stream order."""
        picked = []
        for number, (s, rate) in enumerate(zip(self.stores, self.rates)):
            # the draws of one store are counted over all epochs: draw i is document i % n of its
            # cycle i // n. Every cycle has an order of its own, so each document comes once before
            # any comes twice
            n = len(s.prompt_lengths)
            start = epoch * rate
            cycles = [np.random.default_rng([self.seed, number, cycle, 1]).permutation(n)
                      for cycle in range(start // n, (start + rate) // n + 1)]
            documents = np.concatenate(cycles)[start % n:][:rate]
            picked.append(np.stack([np.full(rate, number), documents], 1))
        # the seed and the epoch fix the mixture's order: nothing depends on what was drawn before
        return np.random.default_rng([self.seed, epoch]).permutation(np.concatenate(picked))

    @functools.lru_cache(maxsize=1)  # one micro-batch after the other asks for the same epoch
    def epoch(self, epoch):
        """(order, batches) of an epoch: which documents, and how they are packed."""
        order = self.order(epoch)
        lengths = np.concatenate([s.lengths for s in self.stores])
        base = np.cumsum([0] + [len(s.prompt_lengths) for s in self.stores])
        return order, pack(lengths[base[order[:, 0]] + order[:, 1]].tolist(), self.micro_tokens)

    def batch(self, number):
        """Micro-batch `number` (0, 1, ...) of the endless stream."""
        while number >= self.first[-1]:
            self.first.append(self.first[-1] + len(self.epoch(len(self.first) - 1)[1]))
        epoch = int(np.searchsorted(self.first, number, "right")) - 1
        order, batches = self.epoch(epoch)
        found = [(self.stores[s], d) for s, d in order[batches[number - self.first[epoch]]]]
        documents = [s.tokens[s.offsets[d]:s.offsets[d + 1]] for s, d in found]
        return collate(documents, [int(s.prompt_lengths[d]) for s, d in found], self.prompt_loss)


# --------------------------------------------------------------------------------------------------
# From a task to its tokens

def tokenizer(name, file="", eot=None):
    """The Tokenizer called "gpt2" (downloaded once by tiktoken) or "miniature" (built here from its
    words), or else that of `file`, a tokenizer.json: see `read_tokenizer`."""
    if name == "miniature":
        return miniature_tokenizer()
    if name != "gpt2":
        found = read_tokenizer(file, eot) if file else None
        if not found or name not in ("", found.name):
            raise UserError(f"the tokenizer {name!r} is neither gpt2 nor miniature, nor that of a tokenizer.json "
                             f"beside the model{file and f': {file} has the name {found.name}'}")
        return found
    try:
        gpt2 = tiktoken.get_encoding("gpt2")
        return Tokenizer("gpt2", pat_str=gpt2._pat_str, mergeable_ranks=gpt2._mergeable_ranks,
                         special_tokens=gpt2._special_tokens)
    except Exception as e:  # tiktoken raises whatever its HTTP client does
        raise FileNotFoundError("tiktoken could not fetch GPT-2's vocabulary; once, with internet, run python -c "
                                "'import tiktoken; tiktoken.get_encoding(\"gpt2\")', or set TIKTOKEN_CACHE_DIR to a "
                                f"folder that holds it ({type(e).__name__}: {e})") from e


def miniature_tokenizer():
    """A token for each word of the miniature, with and without a space, and for each byte.

    tiktoken looks a whole word up before it merges bytes, so that words need no merges.
    """
    words = [form.encode() for word in miniature_words() for form in (word, " " + word)]
    tokens = dict.fromkeys([bytes([b]) for b in range(256)] + words)  # each of them once
    ranks = {token: i for i, token in enumerate(tokens)}
    return Tokenizer("miniature", pat_str=r" ?\S+|\s", mergeable_ranks=ranks,
                     special_tokens={"<|endoftext|>": len(ranks)})


class Split(NamedTuple):
    """The rows of one split, and what a user should know of them."""
    rows: list
    note: str = ""


def load_rows(task, split, data_dir, limit=0):
    """One split of a task as a Split; with `limit`, so many rows, always the same ones.

    Raises FileNotFoundError if it is not on disk.
    """
    if task.rows is None:
        return read_split(task.dataset, task.subset, split, data_dir, limit)
    rows = task.rows.get(split, [])
    if limit and len(rows) > limit:
        rows = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))[:limit]]
    return Split(rows)


def load_mixture(tasks, encoding, context_length, data_dir, out=print, form=Form()):
    """A MixtureEntry for every task, tokenized or taken from the cache. Tasks without training data
    are named."""
    entries = []
    for task in Progress(tasks, desc="tokenizing", leave=False):
        if task.rows is None and "train" not in splits_on_disk(task.dataset, task.subset, data_dir):
            out(f"{task.name} has no training split: left out of tuning")
        else:
            entries.append(load_entry(task, encoding, context_length, data_dir, out, form))
    return entries


def load_entry(task, encoding, context_length, data_dir, out=print, form=Form()):
    """One task, tokenized. What was read from files is kept in <data_dir>/tokens and taken from
    there the next time."""
    settings = (encoding.name, encoding.n_vocab, context_length, form, task.dataset.templates)
    path = cache_path(task, data_dir, *settings) if task.rows is None else ""
    if os.path.exists(path):
        found, examples, note = read_cache(path)
    else:
        rows, note = load_rows(task, "train", data_dir)
        rows = rows[:form.max_examples or None]  # in a random order, but for the user's own
        examples = len(rows)
        found = store(training_documents(rows, task.dataset.templates, encoding, context_length, form),
                      encoding.n_vocab + len(form.prefix))
        if path:
            write_cache(path, found, examples, note, out)
    return MixtureEntry(task, found, examples, mixing_rate(examples), note)


def cache_path(task, data_dir, *settings):
    """Where a task's tokens are kept. The name changes with whatever may change them: its files,
    the settings, and any edit of the program or of the templates."""
    paths = set(local_paths(task.dataset.name, splits_on_disk(task.dataset, task.subset, data_dir), data_dir)) - {None}
    stamps = sorted((p, os.path.getsize(p), os.path.getmtime(p)) for p in paths)
    program = b"".join(Path(source).read_bytes() for source in (templates.__file__, __file__))
    digest = hashlib.sha256(repr((stamps, settings, MAX_EXAMPLES)).encode() + program)
    return os.path.join(data_dir, "tokens", f"{task.name.replace('/', '-')}-{digest.hexdigest()[:16]}.npz")


def read_cache(path):
    """(Store, examples, note) as write_cache has kept them."""
    try:
        with np.load(path) as z:
            return (Store(z["tokens"], z["offsets"], z["prompt_lengths"], int(z["cut"])),
                    int(z["examples"]), str(z["note"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError, *DAMAGED) as e:
        raise UserError(f"{path} is damaged ({type(e).__name__}: {e}): delete it, and it is made anew") from None


def write_cache(path, found, examples, note, out):
    """Keeps a task's tokens; a folder that cannot be written to only costs the work next time."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with replacing(path, "wb") as f:
            np.savez(f, **found._asdict(), examples=examples, note=note)
    except OSError as e:
        out(f"{os.path.dirname(path)} cannot be written to ({e.strerror}), so the work is done anew next time")


def mixture_rows(entries):
    """The mixture as a list of dicts, one a task: what `mixture.json` holds and the table shows."""
    total = sum(e.rate for e in entries)
    return [{"task": e.task.name, "cluster": e.task.dataset.cluster, "examples": e.examples,
             "rate": e.rate, "share": round(e.rate / total, 4), "templates": len(e.task.dataset.templates),
             "cut": e.store.cut, "note": e.note} for e in entries]


def print_mixture(rows, out=print):
    """The table of `mixture_rows`."""
    out(f"{'task':24} {'cluster':26} {'examples':>8} {'rate':>6} {'share':>6} {'templates':>9} {'cut':>6}")
    for r in rows:
        out(f"{r['task']:24} {r['cluster']:26} {r['examples']:8} {r['rate']:6} {r['share']:6.1%} {r['templates']:9} "
            f"{r['cut']:6} {r['note']}".rstrip())


def read_user_lines(path, required):
    """The objects of a JSON lines file, checked. Each has "prompt" and `required`: "target" in
    training, "options" in scoring. Raises UserError naming file and line of the first that does
    not fit."""
    rows = []
    # as bytes: what is not UTF-8 has a line number too
    for number, line in enumerate(Path(path).read_bytes().splitlines(), 1):
        try:
            rows.append(json.loads(line.decode("utf-8-sig")))  # some editors begin a file with a byte-order mark
            check_user_line(rows[-1], required)
        except (ValueError, RecursionError) as e:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            raise UserError(f"{path}, line {number}: {str(e)[:500]}") from None
    if not rows:
        raise UserError(f"--examples {path} is empty")
    return rows


def check_user_line(row, required):
    """Raises UserError with what is wrong with one line."""
    if not isinstance(row, dict) or not {"prompt", required} <= row.keys():
        raise UserError(f'expected an object with "prompt" and "{required}"')
    kinds = {"prompt": str, "target": str, "options": list, "task": str, "cluster": str}
    refuse((not isinstance(row[key], kind),
            f'"{key}" must be a {"list" if kind is list else "string"}, not {row[key]!r}')
           for key, kind in kinds.items() if key in row)
    options, target = row.get("options", []), row.get("target", "")
    refuse([
        (not all(isinstance(option, str) and option.strip() for option in options),
         f"every option must be a string that is not blank: {options!r}"),
        (required == "target" and (not target.strip() or options and target not in options),
         f"the target {target!r} is blank, or not among the options"),
    ])


def user_tasks(path):
    """Tasks of a JSON lines file of {"prompt", "target", "options"?, "task"?, "cluster"?}; prompts
    are left alone."""
    found = {}
    for line in read_user_lines(path, "target"):
        row = {"prompt": line["prompt"], "answer": line["target"], "options": tuple(line.get("options", ()))}
        found.setdefault((line.get("task", "examples"), line.get("cluster", "")), []).append(row)
    # the only template is the prompt as the user wrote it
    dataset = functools.partial(Dataset, files={}, splits={}, read=dict, templates=("{prompt}",))
    return [Task(name, dataset(name, name, cluster, "choice" if rows[0]["options"] else "text"),
                 rows={"train": rows}) for (name, cluster), rows in found.items()]


# ==================================================================================================
# Plumbing from here on: splits, raw formats, fetching, the command line. Skip it on a first
# reading.
# ==================================================================================================

@contextlib.contextmanager
def replacing(path, mode="w"):
    """Opens a file to write that takes its name only when it is complete, so nobody ever reads half
    of it."""
    temporary = f"{path}.{os.getpid()}.tmp"
    text = {} if "b" in mode else {"encoding": "utf-8", "errors": "backslashreplace"}  # half a surrogate pair: \\ud83d
    try:
        with open(temporary, mode, **text) as f:
            yield f
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)  # still there only if something went wrong


def check_writable(path, flag, parents=False):
    """Raises OSError, before the work, if a file or folder named by a flag could not be written
    after it. `parents`: makes the folders above it."""
    directory, name = os.path.split(os.path.abspath(path))
    try:
        if parents:
            os.makedirs(directory, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=name, dir=directory):
            pass  # under a name of its own: all processes of a run ask at once
    except OSError as e:
        raise OSError(f"--{flag} {path} cannot be written ({e.strerror}): choose another place") from None


def read_json(path):
    """The object that a JSON file holds. Raises UserError for a damaged one."""
    try:
        return json.loads(Path(path).read_bytes()) | {}
    except (ValueError, TypeError, RecursionError) as e:
        raise UserError(f"{path} is damaged, or something else ({type(e).__name__}: {e})") from None


def refuse(wrong):
    """Raises UserError with the reason of the first (condition, reason) that holds."""
    for refused, reason in wrong:
        if refused:
            raise UserError(reason)


def write_json(content, path):
    with replacing(path) as f:
        json.dump(content, f, indent=2)


class Progress(tqdm):
    """A bar on a terminal; where the output is a file or a pipe, a line every half minute,
    whichever bar is active."""
    every, printed = 30.0, time.monotonic()  # seconds; when the last line was printed

    def display(self, msg=None, pos=None):
        if self.fp.isatty():
            return super().display(msg, pos)
        self.leave = False  # tqdm would end a bar that stays with an empty line
        if self.n and time.monotonic() - Progress.printed >= self.every:
            Progress.printed = time.monotonic()
            line = ("{desc}: {n_fmt} of {total_fmt} {unit}, {rate_fmt}{postfix}; {elapsed} so far, "
                    "{remaining} left")
            print(self.format_meter(**self.format_dict | {"bar_format": line}), file=self.fp, flush=True)


# --------------------------------------------------------------------------------------------------
# Tokenizers: byte-level BPE, also of a tokenizer.json

class Tokenizer(tiktoken.Encoding):
    """tiktoken's byte-level BPE, also for a vocabulary in which some bytes have no token, or whose
    end-of-text has another name. `missing`: those bytes; `dropped`: how many of them were met so
    far."""
    eot, missing, dropped = "<|endoftext|>", b"", 0

    @property
    def eot_token(self):
        return self.encode_single_token(self.eot)

    def encode_ordinary(self, text):
        """Token ids of a text, in which no special token is recognized. What has no token is left
        out, as Hugging Face's tokenizers do: inside a word, so that its neighbours may merge."""
        kept = lambda word: word.encode(errors="replace").translate(None, self.missing)
        lost = len(text.encode(errors="replace")) - len(kept(text)) if self.missing else 0
        self.dropped += lost
        try:
            if not lost:
                return super().encode_ordinary(text)
            # such bytes stand in words of marks and control characters, and what is left of a word is
            # one piece. What stands before it is tokenized with another such word behind it, since
            # white space heeds what follows
            ids, plain = [], ""
            for n, run in enumerate(re.split(r"( ?(?:[^\s\w]|[_\x1c-\x1f])+)", text)):
                if n % 2 and len(kept(run)) < len(run.encode(errors="replace")):
                    mark = " !" if run[0] == " " else "!"
                    ids += super().encode_ordinary(plain + mark)[:-len(super().encode_ordinary(mark))]
                    ids += self._encode_single_piece(kept(run)) if kept(run) else []
                    plain = ""
                else:
                    plain += run
            return ids + super().encode_ordinary(plain)
        except BaseException as e:  # its PanicException is no Exception
            if type(e).__name__ != "PanicException":
                raise
            raise UserError(f"a text of {len(text):,} characters cannot be tokenized ({e}); a run of white space "
                             f"without end, perhaps? It begins {text[:80]!r}") from None


BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
WORDS = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|%s|\s+(?!%s)|\s+"
LLAMA3_WORDS = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
                r"\s*[\r\n]+|\s+(?!\S)|\s+")
PRE_TOKENIZERS = [  # how a tokenizer.json says where words end, and the same as one pattern
    ([BYTE_LEVEL], WORDS % (r" ?\p{N}+| ?[^\s\p{L}\p{N}]+", r"\S")),                  # GPT-2
    ([{"type": "Digits", "individual_digits": True}, BYTE_LEVEL],                     # SmolLM2
     WORDS % (r"\p{N}| ?[^\s\p{L}\p{N}]+", r"[^\s\p{N}]")),
    ([{"type": "Split", "pattern": {"Regex": LLAMA3_WORDS}, "behavior": "Isolated", "invert": False},
      {**BYTE_LEVEL, "use_regex": False}], LLAMA3_WORDS)]


def byte_letters():
    """Letter -> byte: in a tokenizer.json, as in GPT-2's, a printable letter stands for every
    byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return {chr(b): b for b in plain} | {chr(256 + i): b for i, b in enumerate(others)}


def read_tokenizer(path, eot=None):
    """A Tokenizer that gives the ids of a tokenizer.json, if that is byte-level BPE with the
    pre-tokenizer of GPT-2, SmolLM2 or Llama 3; its name changes with the file.

    `eot`: the id (or ids) that end a text where no token is called <|endoftext|>. Raises UserError
    naming what is not built.
    """
    raw = Path(path).read_bytes()
    found, letters = json.loads(raw), byte_letters()
    bpe, added, splits = found["model"], found.get("added_tokens", []), found.get("pre_tokenizer") or {"type": None}
    steps = [{**BYTE_LEVEL, **step, "trim_offsets": True} if step["type"] == "ByteLevel" else step
             for step in splits.get("pretokenizers", [splits])]  # offsets are nobody's business here
    pattern = next((words for known, words in PRE_TOKENIZERS if known == steps), "")
    special = {token["content"]: token["id"] for token in added}
    ends = [t for t in special if t == Tokenizer.eot] or [t for t, i in special.items() if i in np.atleast_1d(eot)]
    vocabulary = {token: i for token, i in bpe.get("vocab", {}).items() if token not in special}
    merged = ["".join(pair).replace(" ", "") for pair in bpe.get("merges", [])]  # pairs are lists or "a b"
    order = [vocabulary.get(token, -1) for token in merged]  # to tiktoken ids are ranks: the least merges first
    settings = ("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")
    unbuilt = {
        "a model of type": bpe.get("type") != "BPE" and bpe.get("type"), "normalizer": found.get("normalizer"),
        "pre_tokenizer": not pattern and splits, **{key: bpe.get(key) for key in settings},
        "an added token that is not special": [token["content"] for token in added if not token["special"]],
        "a token of other letters than bytes have": [t for t in vocabulary if not letters.keys() >= set(t)],
        "a token that no merge gives": not bpe.get("ignore_merges") and vocabulary.keys() - set(merged) - letters.keys(),
        "merges in another order than the ids": order != sorted(order),
        "no token that ends a text": not ends}
    refuse((value, f"{path}: {what} ({str(value)[:200]}) is not built, only byte-level BPE as of GPT-2, SmolLM2 and "
                   "Llama 3") for what, value in unbuilt.items())
    ranks = {bytes(letters[c] for c in token): i for token, i in vocabulary.items()}
    name = f"{hashlib.sha256(raw).hexdigest()[:16]}-{special[ends[0]]}"
    encoding = Tokenizer(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)
    encoding.eot, encoding.missing = ends[0], bytes(b for b in range(256) if bytes([b]) not in ranks)
    return encoding


# --------------------------------------------------------------------------------------------------
# Splits: FLAN's rules for what is trained on, held back, tested

def shuffled(name, split, rows, n=None):
    """The first n of a stream of rows in a fixed pseudo-random order. Memory holds n.

    # differs from the paper: TFDS's own shuffle cannot be had without TFDS, so the order is that of
    a hash.
    """
    rank = lambda numbered: hashlib.blake2b(f"{name} {split} {numbered[0]}".encode(), digest_size=8).digest()
    best = heapq.nsmallest(n, enumerate(rows), rank) if n else sorted(enumerate(rows), key=rank)
    return [row for _, row in best]


def read_split(dataset, subset, split, data_dir, limit=0):
    """One split of a dataset (or of a subset of it), by FLAN's rules. Raises FileNotFoundError if
    it is not on disk.

    train: at most 30,000 examples in a fixed random order; dev: 200, or as the block says, of the
    official dev set or held back from train (never more than a fifth of it); test: all of it, or
    the first `limit` in a fixed random order. Filters apply after the cut, as in FLAN's code, but
    before that limit.
    """
    # the order is shuffled by the dataset, not by the subset: subsets may share a train file, and
    # what is held back for dev of one must not be in train of the other
    splits, name = splits_on_disk(dataset, subset, data_dir), dataset.name
    held_back = split == "dev" and "dev" not in splits
    sources = splits.get("train" if held_back else split)
    if sources is None:
        raise FileNotFoundError(f"{f'{name}/{subset}'.strip('/')} has no {split} split")
    rows, skipped = (row for _, _, row in read_examples(dataset, sources, data_dir)), {}

    def kept():
        for row in rows:
            if isinstance(row, Skipped):
                skipped.setdefault(row.partition(" (")[0], []).append(row)
            else:
                yield row
    if split == "test":
        found = shuffled(name, split, kept(), limit) if limit else list(kept())
    else:
        if "dev" in splits:
            rows = shuffled(name, split, rows, MAX_EXAMPLES if split == "train" else 200)
        else:
            rows = shuffled(name, "train", rows, MAX_EXAMPLES + dataset.dev)
            held = min(dataset.dev, len(rows) // 5)
            rows = rows[:held] if held_back else rows[held:held + MAX_EXAMPLES]
        found = list(kept())
    note = "; ".join(filter(None, [head_note(dataset, sources, data_dir), *(
        f"{len(several)} {several[0]}" for several in skipped.values())]))
    if not found and split != "dev":
        files = ", ".join(filter(None, local_paths(name, sources, data_dir)))
        raise UserError(f"{name}: {files} give no example for {split} ({note or 'they are empty'}): delete them and get "
                         "them again")
    return Split(found, note)


def splits_on_disk(dataset, subset, data_dir):
    """{split: sources}: the official ones, or the lean ones if only their files are there."""
    official, lean = (s.get(subset, s) if subset else s for s in (dataset.splits, dataset.lean_splits))
    here = lambda splits: splits and all(local_paths(dataset.name, splits, data_dir))
    return lean if not here(official) and here(lean) else official


def is_on_disk(task, split, data_dir):
    """Is this split of a task on disk (or in memory)?"""
    splits = splits_on_disk(task.dataset, task.subset, data_dir)
    return task.rows is not None or (
        split in splits and all(local_paths(task.dataset.name, splits[split], data_dir)))


def path_of(dataset_name, key, data_dir, head=False):
    """Where a file of a dataset lies, or the head of it that a lean fetch took; a key with a "/" is
    shared between datasets."""
    folder, name = os.path.split(key if "/" in key else os.path.join(dataset_name, key))
    return os.path.join(data_dir, folder, "lean" if head else "", name)


def local_path(name, key, member, data_dir):
    """The path to read a member of a file from, or None: extracted, the whole file, or its head."""
    whole, head = (path_of(name, key, data_dir, head) for head in (False, True))
    return next(filter(os.path.exists, (os.path.join(data_dir, name, member or key), whole, head)), None)


def local_paths(name, splits, data_dir):
    """Where all that one or several sources need is read from; None for what is not on disk."""
    return [local_path(name, key, member, data_dir) for source in sources_of(splits) for key, member in source.needed]


def is_head(path):
    return os.path.basename(os.path.dirname(path)) == "lean"


def head_note(dataset, splits, data_dir):
    """Says of which files of a split only the head is on disk, which is no random sample."""
    heads = dict.fromkeys(os.path.basename(p) for p in local_paths(dataset.name, splits, data_dir) if p and is_head(p))
    return f"from the beginning of {', '.join(heads)} only" if heads else ""


# --------------------------------------------------------------------------------------------------
# Raw formats: a Source of templates.py -> raw records

DAMAGED = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)


def open_members(path, member):
    """(name, binary stream) of each member of a file that fits: one, or those of a glob. A plain
    file is its own."""
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for name in fnmatch.filter(archive.namelist(), member):
                with archive.open(name) as stream:
                    yield name, stream
    elif path.endswith((".tar", ".tar.gz", ".tgz")):
        with tarfile.open(path, "r|*") as archive:
            for info in archive:
                archive.members.clear()  # it would remember every member that it has passed
                if info.isfile() and fnmatch.fnmatchcase(info.name, member):
                    yield info.name, archive.extractfile(info)
                    if info.name == member:
                        return  # and not the rest of the archive
    else:
        with open(path, "rb") as stream:
            yield member or os.path.basename(path), stream


def open_source(dataset, key, member, data_dir):
    """(name, stream) of each member that a source names.

    Raises FileNotFoundError if the file is not on disk, UserError if the member is not inside.
    """
    path = local_path(dataset.name, key, member, data_dir)
    if path is None:
        raise FileNotFoundError(f"{dataset.name} needs {path_of(dataset.name, key, data_dir)}: "
                                f"run `python data.py get {dataset.name} --data_dir {data_dir}`")
    name = ""
    for name, stream in open_members(path, member):
        yield name, gzip.GzipFile(fileobj=stream) if name.endswith(".gz") else stream
    if not name:
        raise UserError(f"{path} holds no {member}")


def text_lines(dataset, source, data_dir, piece=0):
    """("file, line n", line without its end) for each line of one piece of a source."""
    key, member = source.pieces[piece]
    head = is_head(local_path(dataset.name, key, member, data_dir) or "")
    for name, stream in open_source(dataset, key, member, data_dir):
        for number, line in enumerate(stream, 1):
            if head and not line.endswith(b"\n"):
                raise EOFError(f"{name} ends within line {number}")
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line  # a byte-order mark
            # bytes that are no text pass as half surrogates, which `clean` finds in the row that
            # has them
            yield f"{name}, line {number}", line.decode(source.encoding, "surrogateescape").rstrip("\r\n")


def raw_records(dataset, source, data_dir):
    """(location, raw record) of one source, in the order of the file; an exception stands for a
    record that cannot be parsed."""
    lines = text_lines(dataset, source, data_dir)
    if source.format == "lines":
        yield from ((location, {"line": line}) for location, line in lines if line)
    elif source.format == "jsonl":
        for location, line in lines:
            if line.strip():
                try:
                    yield location, json.loads(line)
                except (ValueError, RecursionError) as e:  # also an integer of thousands of digits
                    yield location, e
    elif source.format in ("csv", "tsv"):
        yield from table_records(source, lines)
    elif source.format in ("blocks", "pairs", "parallel", "sgm"):
        for group in line_groups(dataset, source, data_dir):
            yield group[0][0], {"lines": [line for _, line in group]}
    elif source.format == "json":
        yield from json_items(dataset, source, data_dir)
    elif source.format == "texts":
        for name, stream in open_source(dataset, *source.pieces[0], data_dir):
            yield name, {"name": name, "text": stream.read().decode(source.encoding, "surrogateescape")}
    else:
        raise UserError(f"{dataset.name}: the format {source.format!r} is unknown")


def json_items(dataset, source, data_dir):
    """(location, item) of the list or object that a whole file holds."""
    for name, stream in open_source(dataset, *source.pieces[0], data_dir):
        try:
            items = json.loads(stream.read().decode(source.encoding, "surrogateescape"))
            items = items[source.key] if source.key else items
            items = list(items.values() if isinstance(items, dict) else items)
        except (ValueError, RecursionError, KeyError, TypeError) as e:
            raise UserError(f"{dataset.name}: {name} is not the JSON that was expected: "
                             f"{type(e).__name__}: {str(e)[:200]}") from None
        for number, item in enumerate(items):
            yield f"{name}, item {number}", item


def table_records(source, lines):
    """csv is quoted as in RFC 4180, and a field may hold newlines. tsv has no quoting at all, and a
    short row lacks its last columns."""
    location = ""

    def texts():
        nonlocal location
        for location, line in lines:
            yield line
    csv.field_size_limit(1 << 26)  # 128 kB otherwise, and some articles are longer
    table = (line.split("\t") for line in texts() if line)
    if source.format == "csv":
        table = csv.reader((line + "\n" for line in texts()), strict=True)
    columns = source.columns
    while True:
        try:
            columns = columns or next(table, [])
            cells = next(table, None)
            if cells is None:
                return
            if len(cells) == len(columns) or source.format == "tsv" and len(cells) < len(columns):
                yield location, dict(zip(columns, cells))
            elif cells:  # not a blank line
                yield location, csv.Error(f"{len(cells)} columns, expected {len(columns)}")
        except csv.Error as e:
            if "end of data" in str(e):  # an open quote has swallowed who knows how many rows
                raise EOFError(f"{location}: {e}") from None
            yield location, e


def line_groups(dataset, source, data_dir):
    """[(location, line), ...] of each record: the lines up to a blank one ("blocks"), a line and
    the next ("pairs"), or line i of every member; these must be equally long."""
    members = [text_lines(dataset, source, data_dir, piece) for piece in range(len(source.pieces))]
    if source.format == "pairs":
        members *= 2  # two that share one iterator
    if source.format == "sgm":  # not valid XML, so read by pattern; "" if a mark is missing
        sentence = lambda line: re.search(r"<seg(?:[^>]*>(.*?)</seg>)?", line)[1] or ""
        members = [((location, html.unescape(sentence(line))) for location, line in lines if "<seg" in line)
                   for lines in members]
    groups = itertools.zip_longest(*members)
    if source.format == "blocks":
        groups = (list(block) for blank, block in itertools.groupby(
            *members, key=lambda located: not located[1].strip()) if not blank)
    for group in groups:
        if None in group:
            raise EOFError(f"{next(filter(None, group))[0]}: the members {source.pieces} are not equally long, or the "
                           "last question has no answer")
        yield group


class Skipped(str):
    """Stands for a row that is left out, and says why."""


def read_examples(dataset, splits, data_dir):
    """(location, raw record, row) of every example of one or several sources, in the order of the
    files.

    A Skipped stands for each row that is left out. Raises UserError when more than a few cannot be
    read.
    """
    for source in sources_of(splits):
        ids, odd = set(), 0
        if source.ids_file:
            for _, stream in open_source(dataset, source.ids_file, "", data_dir):
                ids = source.ids(stream.read().decode().replace("\r\n", "\n"))
        records = complete_records(dataset, source, data_dir)
        if source.rows:
            # differs from the paper: it cuts TFDS's shuffled order; these files are sorted, and
            # ranked by hash instead
            start, stop = source.rows
            records = shuffled(source.file, "", records, stop)[start:]
        rows = ((location, record, row) for location, record in records
                for row in rows_of(dataset, source, location, record, ids))
        for seen, (location, record, row) in enumerate(rows, 1):
            odd += isinstance(row, Skipped) and row.startswith("cannot be read")
            if odd > 3 + ODD_SHARE * seen:
                raise UserError(f"{dataset.name}: {odd} of the first {seen} rows {row}")
            yield location, record, row


def complete_records(dataset, source, data_dir):
    """`raw_records`, up to where the head of a file breaks off; of a whole file that is damage."""
    try:
        yield from raw_records(dataset, source, data_dir)
    except DAMAGED as e:
        if not any(map(is_head, local_paths(dataset.name, source, data_dir))):
            raise UserError(f"{dataset.name}: {source.file} is damaged ({e}); delete it and get it again") from e


def rows_of(dataset, source, location, record, ids):
    """The rows that one raw record gives, with a Skipped for each that is left out."""
    try:
        if isinstance(record, Exception):
            raise record
        found = dataset.read(record) if source.keep(record, ids) else []
        found = found if isinstance(found, list) else [found]
        return [clean(row) for row in (found[:1] if source.first else found)]
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, SyntaxError, RecursionError,
            MemoryError, csv.Error) as e:  # whatever a reader may do to a record of another shape
        return [Skipped(f"cannot be read (the first: {location}: {type(e).__name__}: {str(e)[:200]})")]


def clean(row):
    """A row with every text stripped, or a Skipped. Raises TypeError or ValueError for what is no
    row."""
    if row is None:
        return Skipped("dropped by the paper's filters")
    # differs from the paper: in FLAN, HTML entities, runs of spaces and blank ends stay
    tidy = lambda text: re.sub(" {2,}", " ", html.unescape(text).strip())
    for key in row.keys() - set(VERBATIM):
        value = row[key]
        row[key] = tidy(value) if isinstance(value, str) else tuple(map(tidy, value))
    if not all(value for key, value in row.items() if key not in VERBATIM) or not all(row.get("options", [1])):
        return Skipped("with an empty field")
    if any(re.search("[\udc80-\udcff]", "".join(value)) for value in row.values()):
        raise UserError("some bytes are no text in the file's encoding")
    if row.get("options") and row["answer"] not in row["options"]:
        raise UserError(f"the answer {row['answer']!r} is none of the options {row['options']!r}")
    return row


# --------------------------------------------------------------------------------------------------
# Fetching: whole files, verified; or the heads of huge ones

TIMEOUT = 60  # seconds without a byte before a server counts as stalled


def download(file, path, head=False):
    """Fetches one File, or its first `file.head` bytes, to `path`, which is called `path` +
    ".partial" until then.

    What an earlier try left there is continued; a whole file must have the right size and sha256.
    Raises OSError with the reasons if no address works.
    """
    partial, reasons = f"{path}.partial", ""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.path.join(os.path.dirname(path), ".lock"), "w") as lock:
        # only one process at a time downloads to a folder; the others wait. The system frees the
        # lock of a killed one
        with contextlib.suppress(ImportError):  # on Windows
            import fcntl
            fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(path):  # another process has fetched it meanwhile
            return
        for url in (file.url,) if isinstance(file.url, str) else file.url:
            try:
                fetch_rest(url, partial, file, file.head if head else file.size)
                if not head:
                    verify(file, partial)
                return os.replace(partial, path)
            except (OSError, ValueError, http.client.HTTPException) as e:
                reasons += f"\n  {url}: {e or type(e).__name__}"
    raise OSError(f"{path}: no address worked:{reasons}")


def fetch_rest(url, partial, file, size=None):
    """Adds to `partial` what it does not hold yet, up to `size` bytes.

    Begins anew without a sha256, which would find out if the pieces do not go together, and if the
    server sends whole files only.
    """
    have = os.path.getsize(partial) if os.path.exists(partial) and file.sha256 else 0
    if size and have >= size:  # too much of it is for `verify` to find
        return
    headers = {"User-Agent": "nanoflan/1.0", **({"Range": f"bytes={have}-"} if have else {})}
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as e:
        if e.code == 416:  # there is nothing behind what we have
            return
        raise
    with response:
        have = have if response.status == 206 else 0
        total = size or (have + response.length if response.length else None)
        with open(partial, "ab" if have else "wb") as out, Progress(
                total=total, initial=have, unit="B", unit_scale=True, desc=os.path.basename(partial)) as bar:
            while chunk := response.read1(min(1 << 18, (total or sys.maxsize) - have)):
                out.write(chunk)
                bar.update(len(chunk))
                have += len(chunk)
    if total not in (None, have):
        raise ConnectionError(f"the body ended after {have:,} of {total:,} bytes; the same command goes on from there")


def verify(file, path):
    """Raises UserError, and removes the file, if it is not the expected one. One without a known
    sha256 is named."""
    with open(path, "rb") as f:
        found, size = hashlib.file_digest(f, "sha256").hexdigest(), os.path.getsize(path)
    known = (file.sha256,) if isinstance(file.sha256, str) else file.sha256
    if file.size not in (None, size) or known and found not in known:
        os.remove(path)
        expected = f"{file.size or size:,} bytes" + (f" and sha256 {' or '.join(known)}" if known else "")
        raise UserError(f"got {size:,} bytes with sha256 {found}, expected {expected}: nothing of it is used")
    if not known:
        print(f"{os.path.basename(path).removesuffix('.partial')} cannot be verified, since no sha256 is known; "
              f"its sha256 is {found}")


def fetch(dataset, data_dir=DATA_DIR, lean=False):
    """Brings to disk what one dataset needs and what is not there yet.

    `lean` takes the sources of `lean_splits`, and of a file with a `head` only that. Raises
    FileNotFoundError for a file that a user has to place.
    """
    sources = sources_of(dataset.lean_splits if lean and dataset.lean_splits else dataset.splits)
    for key in dict.fromkeys(key for s in sources for key, _ in s.needed):
        path, file = path_of(dataset.name, key, data_dir), dataset.files[key]
        head = lean and file.head is not None
        found = [local_path(dataset.name, k, member, data_dir) for s in sources for k, member in s.needed if k == key]
        if os.path.exists(path) and file.size not in (None, os.path.getsize(path)):
            print(f"{path}: {os.path.getsize(path):,} bytes, expected {file.size:,}; fetching it again")
            os.remove(path)
        elif all(p and (head or not is_head(p)) for p in found):
            continue
        if head:
            print(f"{key}: the first {file.head / 1e6:,.0f} of {file.size / 1e6:,.0f} MB; no sha256 can verify a part")
        if file.manual:
            raise FileNotFoundError(f"{path} cannot be downloaded. {file.manual}")
        download(file, path_of(dataset.name, key, data_dir, head), head)


# --------------------------------------------------------------------------------------------------
# Command line

def opt(default, help, choices=None):
    """One option of a dataclass of options: its default, its help and its choices stand in one
    place."""
    return field(default=default, metadata={"help": f"{help} (default: {default!r})", "choices": choices})


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one line, as everything else does."""
    def error(self, message):
        self.exit(1, f"error: {message}; --help shows what there is\n")


def parse_options(cls, description, argv=None):
    """A dataclass of options from the command line: --name value, --flag / --no-flag."""
    p = Parser(description=description, allow_abbrev=False,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    for f in fields(cls):
        kind = {"action": argparse.BooleanOptionalAction} if f.type is bool else {
            "type": f.type, "metavar": f.type.__name__, "choices": f.metadata["choices"]}
        p.add_argument(f"--{f.name}", default=f.default, help=f.metadata["help"], **kind)
    return cls(**vars(p.parse_args(argv)))


def list_command(args):
    """One line a dataset: what it is, how much is to be downloaded, and what of it is on disk."""
    print(f"{'dataset':26} {'cluster':26} {'kind':7} {'MB':>8}")
    there = 0
    for d in DATASETS.values():
        sizes = {key: d.files[key].size for s in sources_of(d.splits) for key, _ in s.pieces}.values()
        megabytes = "-" if None in sizes else f"{sum(sizes) / 1e6:,.2f}"
        remarks = ["manual"] if any(f.manual for f in d.files.values()) else []
        splits = [splits_on_disk(d, t.subset, args.data_dir) for t in tasks_of(d)]
        if all(local_paths(d.name, splits, args.data_dir)):
            there += 1
            remarks += filter(None, ["on disk", head_note(d, splits, args.data_dir)])
        print(f"{d.name:26} {d.cluster:26} {d.kind:7} {megabytes:>8}  {', '.join(remarks)}".rstrip())
    print(f"{there} of {len(DATASETS)} datasets are on disk in {args.data_dir}")


def get_command(args):
    """Fetches what is named; whatever goes wrong with one dataset is told at the end, when the
    others are done."""
    unknown = sorted(set(args.names) - set(DATASETS))
    chosen = [d for d in DATASETS.values() if args.all or d.name in args.names or d.cluster == args.cluster]
    if args.lean and not chosen:  # without newsroom, which needs a hand, and math, which no lean way makes small
        chosen = [d for d in DATASETS.values() if d.name not in ("newsroom", "math")]
    refuse([
        (unknown, f"get {' '.join(unknown)}: no such dataset; `python data.py list` names them all"),
        (not chosen, "nothing to get: name datasets (`python data.py list`), --cluster C, --lean or --all"),
    ])
    problems = []
    for d in chosen:
        print(f"{d.name}: {d.note}" if d.note else d.name)
        try:
            fetch(d, args.data_dir, args.lean)
        except (OSError, ValueError) as e:
            problems.append(f"{d.name}: {e}")
    if problems:
        raise OSError(f"{len(problems)} of {len(chosen)} datasets are not complete:\n" + "\n".join(problems) + "\n"
                      "The same command goes on from here; or put a file that you have from elsewhere in its place.")
    print(f"all that was asked for is in {args.data_dir}")


def show_command(args):
    """One example on its way: raw record, row, prompt, options, target, tokens with the supervised
    ones in green, or in a file in [[ ]]."""
    task = next((t for t in all_tasks() + miniature_tasks(rows=1, test_rows=1)
                 if args.name in (t.name, t.dataset.name)), None)
    if not task:
        raise UserError(f"show {args.name}: no such dataset; `python data.py list` lists those of the paper, and "
                         f"there are those of the miniature: {', '.join(MINIATURE)}")
    if not 0 <= args.template < len(task.dataset.templates):
        raise UserError(f"show {args.name}: there is no --template {args.template}; give one from 0 to "
                         f"{len(task.dataset.templates) - 1}")
    rows, note = load_rows(task, args.split, args.data_dir, limit=1)
    if not rows:
        raise UserError(f"show {args.name}: the {args.split} split has no example; try another --split")
    encoding = tokenizer("gpt2" if task.rows is None else "miniature")
    example = render(rows[0], task.dataset.templates[args.template])
    document = encode(encoding, example.prompt, example.target, 1024)
    shown = [encoding.decode_single_token_bytes(t).decode(errors="backslashreplace") for t in document.tokens]
    prompt, target = ("|".join(part) for part in (shown[:document.prompt_length], shown[document.prompt_length:]))
    mark = "\033[32m{}\033[0m" if sys.stdout.isatty() else "[[{}]]"  # green on a terminal
    sections = {"row": in_lines(rows[0]), "prompt": example.prompt, "target": example.target,
                "options": ", ".join(map(repr, example.options)) or "none",
                f"{len(shown)} tokens{', cut to fit' if document.cut else ''}, {mark.format('supervised')}":
                    prompt + mark.format(target)}
    if task.rows is None:  # the miniature's examples are made up, not read
        splits = splits_on_disk(task.dataset, task.subset, args.data_dir)
        sources = splits.get(args.split, splits.get("train"))  # a dev split may be a part of train
        location, record = next((location, record) for location, record, row
                                in read_examples(task.dataset, sources, args.data_dir) if row == rows[0])
        sections = {f"raw record: {location}": in_lines(record), **sections}
    print(f"{task.name}, {args.split}, template {args.template}" + (f" ({note})" if note else ""))
    for title, text in sections.items():
        print(f"\n--- {title}\n{text}")


def in_lines(values, most=2000):
    """One value a line, the long ones cut."""
    texts = {name: repr(value) for name, value in (values if isinstance(values, dict) else {"item": values}).items()}
    return "\n".join(f"  {name}: {text[:most]}" + (f" ... and {len(text) - most:,} characters more" if text[most:] else "")
                     for name, text in texts.items())


def main(argv=None):
    p = Parser(description=__doc__, allow_abbrev=False,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data_dir", default=DATA_DIR,
                        help="folder of the datasets; also NANOFLAN_DATA (default: %(default)s)")
    commands = p.add_subparsers(dest="command", required=True)
    command = functools.partial(commands.add_parser, parents=[shared], allow_abbrev=False)
    command("list", help="all datasets")
    get = command("get", help="fetch datasets")
    get.add_argument("names", nargs="*")
    get.add_argument("--cluster", default="", choices=CLUSTERS)
    get.add_argument("--all", action="store_true", help="every dataset, whole: 18 GB")
    get.add_argument("--lean", action="store_true", help="read only the head of huge files; without names: everything "
                                                         "that needs no hand, 3.3 GB")
    show = command("show", help="one example on its way")
    show.add_argument("name")
    show.add_argument("--template", type=int, default=0)
    show.add_argument("--split", default="train", choices=("train", "dev", "test"))
    args = p.parse_args(argv)
    {"list": list_command, "get": get_command, "show": show_command}[args.command](args)


def exit_with_message(main):
    """Runs a script's main: what a user can cause ends in one line, without a traceback."""
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # closed ones
    for stream in (sys.stdout, sys.stderr):  # a console that cannot show a character gets its number
        stream.reconfigure(errors="backslashreplace")
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:  # ends by the signal itself, and a shell's loop with it
        print("interrupted", flush=True)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
    except (UserError, OSError, FloatingPointError) as e:
        sys.exit(f"error: {e}")
    except RuntimeError as e:
        if type(e).__name__ != "OutOfMemoryError":  # torch's, which is not imported here
            raise
        sys.exit(f"error: out of GPU memory: lower --micro_tokens, or add --checkpointing\n{e}")


if __name__ == "__main__":
    exit_with_message(main)

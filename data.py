"""Everything between a raw file and a micro-batch: fetch, read, split, render, tokenize, mix, pack; and the miniature world.

    python data.py list                          # all datasets: cluster, kind, size, on disk?
    python data.py get rte cb --lean             # fetch datasets (--cluster C, --all); --lean reads huge archives in part
    python data.py show rte --template 3         # raw record, rendered prompt, target, tokens
    python data.py mixture --hold_out nli        # what the paper's mixing rule gives

The way of one example: raw record -> fields -> rendered example -> tokens and loss mask -> flat packed micro-batch.
"""

import argparse
import bisect
import hashlib
import json
import os
import random
import re
from collections import deque
from dataclasses import field, fields
from typing import NamedTuple

import numpy as np
import tiktoken

from templates import ALSO_EXCLUDED, CLUSTERS, DATASETS, MINIATURE, Dataset, File, Source, someone

MAX_EXAMPLES = 30_000  # FLAN section 2.1: training examples of one dataset
MAX_RATE = 3_000       # FLAN section 2.1: a dataset weighs no more than this many examples
MAX_PROMPT = 1024      # FLAN section 2.4: tokens of an input ...
MAX_TARGET = 256       # ... and of a target


def opt(default, help):
    """One option of a dataclass of options: its default and its help stand in one place."""
    return field(default=default, metadata={"help": help})


def parse_options(cls, description, argv=None, prog=None):
    """A dataclass of options from the command line: --name value, --flag / --no-flag."""
    p = argparse.ArgumentParser(prog, description=description, allow_abbrev=False,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    for f in fields(cls):
        kind = {"action": argparse.BooleanOptionalAction} if f.type is bool else {"type": f.type, "metavar": f.type.__name__}
        p.add_argument(f"--{f.name}", default=f.default, help=f"{f.metadata['help']} (default: {f.default!r})", **kind)
    return cls(**vars(p.parse_args(argv)))


class Split(NamedTuple):
    fields: list
    dropped: int
    note: str


def splits_of(task):
    return task.dataset.splits[task.part] if task.part else task.dataset.splits
DATA_DIR = "/tmp/nf"
def download(*a): raise NotImplementedError
def read_split(*a): raise FileNotFoundError("x")
def paths_on_disk(*a): return []


def byte_letters():
    """GPT-2's printable letter for each byte: itself where it is printable, else one from 256 up."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return {**{b: chr(b) for b in plain}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def merge_of(token, ranks):
    """The two parts whose merge first makes this token: what byte-pair encoding leaves of it with earlier merges alone."""
    parts = [bytes([b]) for b in token]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, ranks[token]) for a, b in zip(parts, parts[1:])]
        i = pairs.index(min(pairs))
        parts[i:i + 2] = [parts[i] + parts[i + 1]]
    return parts


def save_tokenizer(encoding, folder):
    """Writes vocab.json, merges.txt and tokenizer_config.json as Hugging Face's GPT-2 tokenizer reads them.

    Raises ValueError for a tokenizer that is no byte-pair encoding (the miniature's has whole words).
    """
    if encoding.name != "gpt2":
        raise ValueError(f"--export: the tokenizer {encoding.name} cannot be written as GPT-2's; tune a model with --init gpt2")
    letters, ranks = byte_letters(), encoding._mergeable_ranks
    text = lambda token: "".join(letters[b] for b in token)
    vocabulary = {text(token): rank for token, rank in ranks.items()} | encoding._special_tokens
    merges = [" ".join(map(text, merge_of(token, ranks))) for token in sorted(ranks, key=ranks.get) if len(token) > 1]
    files = {"vocab.json": json.dumps(vocabulary), "merges.txt": "\n".join(["#version: 0.2", *merges, ""]),
             "tokenizer_config.json": json.dumps({"tokenizer_class": "GPT2Tokenizer", "model_max_length": 1024,
                                                  **dict.fromkeys(("bos_token", "eos_token", "unk_token"), "<|endoftext|>")})}
    for name, content in files.items():
        path = os.path.join(folder, name)
        with open(path + ".tmp", "w", encoding="utf-8") as f:
            f.write(content)
        os.replace(path + ".tmp", path)


# ---------------------------------------------------------------------------------------------------------------------
# Tokenizers

def tokenizer(name):
    """The tiktoken.Encoding called "gpt2" (downloaded once by tiktoken) or "miniature" (built here from its lexicon)."""
    if name == "miniature":
        return miniature_tokenizer()
    if name != "gpt2":
        raise ValueError(f"--tokenizer {name!r} is unknown; known are gpt2 and miniature")
    try:
        return tiktoken.get_encoding("gpt2")
    except Exception as e:  # tiktoken raises whatever its HTTP client does
        raise RuntimeError("tiktoken could not fetch GPT-2's vocabulary; once, with internet, run "
                           "python -c 'import tiktoken; tiktoken.get_encoding(\"gpt2\")', or set TIKTOKEN_CACHE_DIR to a "
                           f"folder that holds it ({type(e).__name__}: {e})") from e


# ---------------------------------------------------------------------------------------------------------------------
# Fields -> rendered example -> tokens

class Example(NamedTuple):
    """One rendered example. `options` is empty where nothing is ranked; `answers` are all the right targets."""
    prompt: str
    target: str
    options: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


class Document(NamedTuple):
    """Tokens of one example; loss falls on tokens[prompt_length:], that is on the target and the end-of-text behind it.

        <prompt> <|endoftext|> <target> <|endoftext|>
        `--- prompt_length ---' `----- supervised ---'
    """
    tokens: list[int]
    prompt_length: int
    cut: bool  # was anything truncated?


def is_reversed(template):
    """Does the template turn the task around, so that its target is not the answer?"""
    return not isinstance(template, str)


def options_suffix(options):
    return "OPTIONS:\n" + "\n".join(f"- {option}" for option in options)


def render(fields, template, with_options=True):
    """Fills one template. Without options, `{options}` goes, and the white space that set it apart."""
    prompt, target = template if is_reversed(template) else (template, "{answer}")
    if not with_options:
        prompt = prompt.replace("{options}", "").strip()
    values = {**fields, "options": options_suffix(fields.get("options", ()))}
    try:
        prompt, target = prompt.format_map(values), target.format_map(values)
    except KeyError as e:
        raise ValueError(f"the template {template!r} asks for the field {e}; there are {', '.join(fields)}") from None
    if is_reversed(template):
        return Example(prompt, target, (), (target,))
    return Example(prompt, target, tuple(fields.get("options", ())), tuple(fields.get("answers") or (target,)))


def as_target(text):
    """Targets and options carry a leading space, as words inside a sentence do: GPT-2 knows " yes" far better than "yes"."""
    return text if text[:1].isspace() else " " + text


def encode(encoding, prompt, target, context_length, max_prompt=MAX_PROMPT, max_target=MAX_TARGET):
    """Prompt and target as one Document that fits the context (whose last token is never fed, so one more may stand).

    A long target loses its end and with it the end-of-text; a long prompt loses its beginning, since what is asked and the
    options mostly stand at the end. Raises ValueError for an empty target.
    """
    if not target:
        raise ValueError(f"an example has an empty target; its prompt begins {prompt[:80]!r}")
    eot = encoding.eot_token
    ids, goal = encoding.encode_ordinary(prompt), encoding.encode_ordinary(as_target(target)) + [eot]
    kept_goal = goal[:min(max_target, context_length // 2)]
    kept = ids[max(0, len(ids) - min(max_prompt, context_length - len(kept_goal))):]
    return Document(kept + [eot] + kept_goal, len(kept) + 1, len(kept) < len(ids) or len(kept_goal) < len(goal))


class Store(NamedTuple):
    """Many documents end to end: document i is tokens[offsets[i]:offsets[i + 1]]."""
    tokens: np.ndarray          # (total,) uint16
    offsets: np.ndarray         # (n + 1,) int64
    prompt_lengths: np.ndarray  # (n,) int32
    cut: int                    # how many documents were truncated

    @property
    def lengths(self):
        """(n,) int64: tokens that are fed; the last token of a document is only ever a target."""
        return np.diff(self.offsets) - 1


def store(documents):
    """An iterable of Documents as a Store."""
    tokens, lengths, prompts, cut = [], [], [], 0
    for document in documents:
        tokens.append(np.array(document.tokens, dtype=np.uint16))
        lengths.append(len(document.tokens))
        prompts.append(document.prompt_length)
        cut += document.cut
    flat = np.concatenate(tokens) if tokens else np.zeros(0, np.uint16)
    return Store(flat, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]), np.array(prompts, np.int32), cut)


def passes(n, templates):
    """How often a dataset of n examples is rendered: small ones several times, each time with the next template."""
    return min(len(templates), max(1, MAX_EXAMPLES // max(n, 1)))


def training_documents(rows, templates, encoding, context_length):
    """Example i of pass p gets template (i + p) % 10, so every pass spreads all templates evenly (FLAN section 2.1)."""
    for p in range(passes(len(rows), templates)):
        for i, fields in enumerate(rows):
            example = render(fields, templates[(i + p) % len(templates)])
            yield encode(encoding, example.prompt, example.target, context_length)


def plain_documents(texts, encoding, context_length):
    """Pre-training text: every token but the first is a target."""
    for text in texts:
        ids = encoding.encode_ordinary(text) + [encoding.eot_token]
        yield Document(ids[:context_length + 1], 1, len(ids) > context_length + 1)


# ---------------------------------------------------------------------------------------------------------------------
# Mixture

class Task(NamedTuple):
    """One entry of the mixture: a dataset, or one part of it (ANLI has three). `rows` are fields where they are in memory."""
    name: str
    dataset: Dataset
    part: str = ""
    rows: dict | None = None


def tasks_of(dataset):
    """The tasks a dataset consists of; the caps count each of them on its own, as the paper's code does."""
    parts = [key for key, value in dataset.splits.items() if isinstance(value, dict)]
    return [Task(f"{dataset.name}/{part}", dataset, part) for part in parts] or [Task(dataset.name, dataset)]


def excluded(cluster):
    """The clusters that may not be in tuning when `cluster` is held out (FLAN section 2.2)."""
    if cluster not in CLUSTERS:
        raise ValueError(f"--hold_out {cluster!r} is no cluster; they are {', '.join(CLUSTERS)}")
    return {cluster, *ALSO_EXCLUDED.get(cluster, ())}


def held_out(cluster, tasks):
    """(tuning tasks, held-out tasks). A dataset of the held-out cluster is removed wherever it appears."""
    held = [t for t in tasks if t.dataset.cluster == cluster]
    names = {t.dataset.name for t in held}
    return [t for t in tasks if t.dataset.cluster not in excluded(cluster) and t.dataset.name not in names], held


def refuse_leaks(tuning, cluster, held):
    """Raises ValueError if anything of the held-out cluster, or excluded with it, is about to be trained on."""
    names = {t.dataset.name for t in held}
    for task in tuning:
        if task.dataset.cluster in excluded(cluster) or task.dataset.name in names:
            raise ValueError(f"{task.name} (cluster {task.dataset.cluster}) may not be in tuning while --hold_out {cluster}: "
                             f"leave it out of --tasks and --examples, or hold out another cluster")


class Part(NamedTuple):
    """One task, tokenized, with its place in the mixture."""
    task: Task
    store: Store
    examples: int  # distinct examples
    rate: int      # documents an epoch of the mixture takes from it
    note: str = ""


def mixing_rate(n, maximum=MAX_RATE):
    """Examples-proportional mixing with a maximum (Raffel et al., 2020): beyond it a dataset gets no more weight."""
    return min(n, maximum)


def mixture_rows(parts):
    """The mixture as a list of dicts, one a task: what `mixture.json` holds and the table shows."""
    total = sum(p.rate for p in parts)
    return [{"task": p.task.name, "cluster": p.task.dataset.cluster, "examples": p.examples, "cap": MAX_EXAMPLES,
             "rate": p.rate, "share": round(p.rate / total, 4), "templates": len(p.task.dataset.templates),
             "cut": p.store.cut, "note": p.note} for p in parts]


def print_mixture(rows, out=print):
    out(f"{'task':24} {'cluster':26} {'examples':>8} {'rate':>6} {'share':>6} {'templates':>9} {'cut':>6}")
    for r in rows:
        out(f"{r['task']:24} {r['cluster']:26} {r['examples']:8} {r['rate']:6} {r['share']:6.1%} {r['templates']:9} "
            f"{r['cut']:6} {r['note']}".rstrip())


# ---------------------------------------------------------------------------------------------------------------------
# Packing: a stream of micro-batches, each found by its number

class Batch(NamedTuple):
    """One flat micro-batch of D documents, shortest first. Position target_index[m] predicts targets[m]."""
    tokens: np.ndarray        # (N,) int64
    positions: np.ndarray     # (N,) int64, restart at each document
    cu_seqlens: np.ndarray    # (D + 1,) int32
    target_index: np.ndarray  # (M,) int64
    targets: np.ndarray       # (M,) int64


def pack(lengths, budget, lookahead=32):
    """Fills micro-batches of at most `budget` tokens from documents in stream order; returns lists of document numbers.

    What no longer fits is skipped, for at most `lookahead` documents, and comes first in the next micro-batch; a document is
    never split. Raises ValueError if one is longer than the budget.
    """
    if len(lengths) and max(lengths) > budget:
        raise ValueError(f"a document of {max(lengths)} tokens does not fit --micro_tokens {budget}: raise it")
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
        waiting.extendleft(reversed(skipped))
        batches.append(batch)
    return batches


def collate(documents, prompt_lengths):
    """Token arrays of D documents -> Batch. Equal lengths stand side by side, which attention on CPU uses."""
    order = sorted(range(len(documents)), key=lambda d: len(documents[d]))
    fed = [len(documents[d]) - 1 for d in order]
    starts = np.cumsum([0] + fed)
    index = [np.arange(starts[i] + prompt_lengths[d] - 1, starts[i + 1]) for i, d in enumerate(order)]
    return Batch(np.concatenate([documents[d][:-1] for d in order]).astype(np.int64),
                 np.concatenate([np.arange(n) for n in fed]), starts.astype(np.int32),
                 np.concatenate(index), np.concatenate([documents[d][prompt_lengths[d]:] for d in order]).astype(np.int64))


class Stream:
    """Micro-batches by number: the same seed and number give the same batch, so resuming needs nothing but a number.

    An epoch takes `rate` documents from every part and shuffles them; a part goes on where the last epoch left it, in an order
    that is shuffled anew each time it has been used up.
    """
    def __init__(self, stores, rates, micro_tokens, seed):
        if not sum(rates):
            raise ValueError("the mixture is empty: no training example is left")
        self.stores, self.rates, self.micro_tokens, self.seed = stores, rates, micro_tokens, seed
        self.first = [0]  # number of the first micro-batch of each epoch seen so far
        self.plan = (-1, None)

    def order(self, epoch):
        """(documents of the epoch, 2) int64: part and document number, in stream order."""
        rng, picked = np.random.default_rng([self.seed, epoch]), []
        for part, (s, rate) in enumerate(zip(self.stores, self.rates)):
            draws = np.arange(epoch * rate, (epoch + 1) * rate)
            n = len(s.prompt_lengths)
            documents = np.empty(rate, np.int64)
            for cycle in np.unique(draws // n):
                shuffled = np.random.default_rng([self.seed, part, int(cycle), 1]).permutation(n)
                here = draws // n == cycle
                documents[here] = shuffled[draws[here] % n]
            picked.append(np.stack([np.full(rate, part), documents], 1))
        return rng.permutation(np.concatenate(picked))

    def epoch(self, epoch):
        """(order, batches) of an epoch: which documents, and how they are packed."""
        if self.plan[0] != epoch:
            order = self.order(epoch)
            lengths = np.concatenate([s.lengths for s in self.stores])
            base = np.cumsum([0] + [len(s.prompt_lengths) for s in self.stores])
            self.plan = (epoch, order, pack(lengths[base[order[:, 0]] + order[:, 1]].tolist(), self.micro_tokens))
        return self.plan[1:]

    def batch(self, number):
        """Micro-batch `number` (0, 1, ...) of the endless stream."""
        while number >= self.first[-1]:
            self.first.append(self.first[-1] + len(self.epoch(len(self.first) - 1)[1]))
        epoch = bisect.bisect_right(self.first, number) - 1
        order, batches = self.epoch(epoch)
        documents, prompts = [], []
        for part, d in order[batches[number - self.first[epoch]]]:
            s = self.stores[part]
            documents.append(s.tokens[s.offsets[d]:s.offsets[d + 1]])
            prompts.append(int(s.prompt_lengths[d]))
        return collate(documents, prompts)


# ---------------------------------------------------------------------------------------------------------------------
# Rows of a task, wherever they come from

OTHER = {"train": "test", "test": "train"}


def load_rows(task, split, data_dir):
    """The rows (fields) of one split as a Split. Raises FileNotFoundError if neither it nor a stand-in is on disk.

    Where only the other labelled split is on disk, that one stands in, and the note says so.
    """
    if task.rows is not None:
        return Split(task.rows.get(split, []), 0, "")
    try:
        return read_split(task.dataset, task.part, split, data_dir)
    except FileNotFoundError as missing:
        try:
            found = read_split(task.dataset, task.part, OTHER[split], data_dir)
        except (FileNotFoundError, KeyError):
            raise missing from None
        return found._replace(note=f"{split} split not on disk: {OTHER[split]} stands in. {found.note}".strip())


def load_test_rows(task, data_dir, limit):
    """(rows, note): at most `limit` test rows (0: all), always the same ones."""
    found = load_rows(task, "test", data_dir)
    rows = found.fields
    if limit and len(rows) > limit:
        rows = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))[:limit]]
    return rows, found.note


def load_dev_rows(task, data_dir):
    """The dev rows, or none where there is no dev split on disk: results of the best template on dev are then left out."""
    try:
        return task.rows.get("dev", []) if task.rows is not None else read_split(task.dataset, task.part, "dev", data_dir).fields
    except FileNotFoundError:
        return []


def user_tasks(path):
    """Tasks of a JSON lines file of {"prompt", "target", "options"?, "task"?, "cluster"?}; prompts are used as they stand.

    Raises ValueError naming the line that does not fit.
    """
    found = {}
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            try:
                r = json.loads(line)
                fields = {"prompt": str(r["prompt"]), "answer": str(r["target"]), "options": tuple(r.get("options", ()))}
            except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as e:
                raise ValueError(f"{path}, line {number}: expected an object with \"prompt\" and \"target\" "
                                 f"({type(e).__name__}: {e})") from None
            if fields["options"] and fields["answer"] not in fields["options"]:
                raise ValueError(f"{path}, line {number}: the target {fields['answer']!r} is not among the options")
            found.setdefault((r.get("task", "examples"), r.get("cluster", "")), []).append(fields)
    if not found:
        raise ValueError(f"--examples {path} is empty")
    return [Task(name, Dataset(name, name, cluster, "choice" if rows[0]["options"] else "text", {}, {}, None, ("{prompt}",)),
                 rows={"train": rows}) for (name, cluster), rows in found.items()]


def load_parts(tasks, encoding, context_length, data_dir, out=print):
    """Tokenizes every task of the mixture, from the cache where it was done before. Tasks without training data are named."""
    parts = []
    for task in tasks:
        if task.rows is None and not splits_of(task).get("train"):
            out(f"{task.name} has no training split: left out of tuning")
            continue
        parts.append(load_part(task, encoding, context_length, data_dir))
    return parts


def load_part(task, encoding, context_length, data_dir):
    if task.rows is not None:
        rows = task.rows["train"]
        return Part(task, store(training_documents(rows, task.dataset.templates, encoding, context_length)), len(rows),
                    mixing_rate(len(rows)))
    path = os.path.join(data_dir, "tokens", cache_key(task, encoding, context_length, data_dir) + ".npz")
    if os.path.exists(path):
        with np.load(path) as z:
            n, note = int(z["examples"]), str(z["note"])
            return Part(task, Store(z["tokens"], z["offsets"], z["prompt_lengths"], int(z["cut"])), n, mixing_rate(n), note)
    found = load_rows(task, "train", data_dir)
    s = store(training_documents(found.fields, task.dataset.templates, encoding, context_length))
    note = " ".join(filter(None, (found.note, f"{found.dropped} dropped by the paper's filters" if found.dropped else "")))
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".tmp", "wb") as f:
            np.savez(f, **s._asdict(), examples=len(found.fields), note=note)
        os.replace(path + ".tmp", path)
    except OSError:
        pass  # a read-only data folder: tokenize again next time
    return Part(task, s, len(found.fields), mixing_rate(len(found.fields)), note)


def cache_key(task, encoding, context_length, data_dir):
    """Changes with whatever changes the tokens: tokenizer, templates, the code that reads a record, the files on disk."""
    d = task.dataset
    sources = [s for split in splits_of(task).values() for s in (split if isinstance(split[0], tuple) else (split,))]
    stamps = [(p, os.path.getsize(p), os.path.getmtime(p)) for s in sources for p in sorted(paths_on_disk(d, s, data_dir))]
    what = repr((encoding.name, encoding.n_vocab, context_length, MAX_PROMPT, MAX_TARGET, MAX_EXAMPLES, d.templates, d.dev,
                 d.fields.__code__.co_code, d.fields.__code__.co_consts, task.part, stamps))
    return f"{task.name.replace('/', '-')}-{hashlib.sha256(what.encode()).hexdigest()[:16]}"


# ---------------------------------------------------------------------------------------------------------------------
# The miniature: plain text about the world of templates.py, and its datasets as tasks
#
# The text never holds an instruction, nor the wording of a template. But every word of every prompt occurs in it, at the
# beginning of a line too: else an instruction would be noise to the untuned model, and beating it would prove nothing.

PLAIN = {  # how pre-training text states what a dataset asks; {a} is the answer, {n} somebody
    "animal_sound": ("the {x} likes to {a} .", "you can hear a {x} {a} .", "at night the {x} will {a} .", "{a} , said the {x} .",
                     "when a {x} is hungry it will {a} .", "all day we heard it {a} . it was a {x} .",
                     "does a {x} {a} ? yes , a {x} does {a} ."),
    "town_country": ("{x} is a town in {a} .", "the people of {x} live in {a} .", "{n} went to {a} and saw {x} .",
                     "{a} has a town called {x} .", "from {x} you can see the hills of {a} .", "where is {x} ? it is in {a} .",
                     "{n} was born in {x} , {a} ."),
    "tool_worker": ("a {x} is used by the {a} .", "the {a} came with a {x} .", "{n} is a {a} and has a {x} .",
                    "the {a} bought a new {x} .", "no {a} works without a {x} .",
                    "whose {x} is this ? it is the {x} of the {a} ."),
    "right_thing": ("to {x} you take a {a} .", "{n} took a {a} to {x} .", "with a {a} you can {x} .",
                    "{n} wants to {x} so {n} needs a {a} .", "how do you {x} ? with a {a} ."),
    "what_follows": ("{x} so {n} is {a} .", "{x} and became {a} .", "how {a} {n} was ! {x} .", "{n} is {a} because {x} .",
                     "why is {n} so {a} ? {x} ."),
    "film_review": ("{x} so the film was {a} .", "{n} gave a {a} review . {x}", "{x} the view of {n} was {a} .",
                    "a {a} film ! {x}"),
    "letter_mood": ("{x} so i am {a} .", "{n} was {a} and wrote : {x}", "{x} you see , i feel {a} .", "why {a} ? {x}"),
    "same_word": ("{x} in other words is {a} .", "it was {x} , very {a} .", "a {a} thing is {x} .", "{x} is {a} .",
                  "{n} is {x} and {a} ."),
    "same_verb": ("to {x} is to {a} .", "{n} likes to {a} , yes , to {x} .", "they {x} and {a} all day .",
                  "{n} will {x} , i mean {a} ."),
    "follows": ("{x} that means {a}", "{x} you see , {a}", "{a} look : {x}"),
    "true_false": ("{p} so {h} that is {a} .",),
    "facts_to_line": ("{n} spoke of a {k} , {v} . {a}", "{a} yes , {v} is the {k} of {n} .", "{a}"),
    "passage_who": ("{x} the one who {d} is {a} .", "{x} it was {a} who {d} .", "{x} guess who {d} ? it was {a} ."),
    "passage_where": ("{x} {n} is in the {a} .", "{x} so we can meet {n} in the {a} .", "{x} go to the {a} to meet {n} ."),
    "passage_state": ("{x} so {n} is {a} .", "{x} {n} is {a} now .", "{x} poor {a} {n} !"),
    "pronoun": ("{x} so it was {a} .", "{x} {r} is {a} .", "{x} {a} is pleased now ."),
    "word_kind": ("the {x} is a kind of {a} .", "every {x} is a {a} .", "{n} wanted a {a} and chose a {x} .",
                  "is a {x} a {a} ? yes ."),
    "opposite": ("not {x} but {a} .", "it was {x} and became {a} .", "{n} wanted it {a} and got it {x} .", "is it {x} ? no , {a} .",
                 "from {x} to {a} ."),
    "count_items": ("here are the things : {x} . that is {a} .", "we have {a} : {x} ."),
    "headline": ("{x} this was about the {a} .", "{n} read about the {a} . {x}", "we were at the {a} . {x}"),
    "report": ("{x} this was a report from the world of {a} .", "{n} likes {a} . {x}", "{x} {n} knows much about {a} .",
               "all about {a} : {x}"),
    "to_lumi": ("{x} in lumi is {a} .", "a lumi child calls the {x} {a} .", "{n} said {a} and showed me the {x} ."),
    "from_lumi": ("{x} in english is {a} .", "{x} means {a} ."),
}
OFTEN = ("passage_who", "passage_where", "pronoun")  # reading needs more text to be learnt than facts do


def statement(rng):
    """One to three plain sentences in which something of the world is stated."""
    name = rng.choice((*PLAIN, *OFTEN, *OFTEN))
    fields = MINIATURE[name].fields(rng)
    return rng.choice(PLAIN[name]).format_map({"n": someone(rng), **fields, "a": fields["answer"]})


def prompt_words(rng):
    """(all words of the templates and baseline prompts, all words that begin a line of a prompt), each sorted."""
    texts = [text for d in MINIATURE.values() for t in (*d.templates, d.baseline) for text in (t if is_reversed(t) else (t,))]
    words = {word for text in texts for word in text.split() if "{" not in word}
    prompts = [render(d.fields(rng), t, with_options=False).prompt for d in MINIATURE.values() for t in d.templates * 60]
    return sorted(words), sorted({line.split()[0] for prompt in prompts for line in prompt.split("\n")})


def chatter(rng, words, first):
    """A line of talk in which the words of the prompts occur, in no order that means anything."""
    a, b = rng.sample(words, 2)
    return rng.choice(("{f} {a} , said {n} , and {b} .", "{f} , {a} and {b} , wrote {n} .", "{f} and {a} and {b} .",
                       "{f} and {a} , asked {n} .\nAnswer: {b} .")).format(a=a, b=b, f=rng.choice(first), n=someone(rng))


def miniature_corpus(seed, tokens):
    """Plain text for pre-training: a list of documents of two to four pieces, of about so many tokens in all."""
    rng, (words, first), documents, made = random.Random(f"text {seed}"), prompt_words(random.Random(0)), [], 0
    while made < tokens:
        pieces = [chatter(rng, words, first) if rng.random() < 0.15 else statement(rng) for _ in range(rng.randint(2, 4))]
        text = pieces[0] + "".join(rng.choice((" ", "\n")) + piece for piece in pieces[1:])
        documents.append(text)
        made += text.count(" ") + 2 * text.count("\n") + 2
    return documents


def miniature_tokenizer():
    """A tiktoken.Encoding with a token for each word of the miniature, with and without a space in front, and each byte."""
    rng = random.Random(0)
    seen = [statement(rng) for _ in range(20_000)]
    words = {"OPTIONS:", "-", "Answer:", *prompt_words(rng)[0], *" ".join(seen).split()}
    for d in MINIATURE.values():
        for fields in (d.fields(rng) for _ in range(500)):
            words.update(" ".join((*fields["options"], *(v for v in fields.values() if isinstance(v, str)))).split())
    ranks = {bytes([b]): b for b in range(256)}
    for word in sorted(words):
        for form in (word, " " + word):
            ranks.setdefault(form.encode(), len(ranks))
    return tiktoken.Encoding("miniature", pat_str=r" ?\S+|\s", mergeable_ranks=ranks,
                             special_tokens={"<|endoftext|>": len(ranks)})


def miniature_tasks(rows=3000, test_rows=200):
    """The datasets of the miniature as tasks. Each split has a random stream of its own; test rows are not in train or dev
    where the dataset is large enough for that (what a lion says can only be asked in so many ways)."""
    def make(d, split, n):
        rng = random.Random(f"{d.name} {split}")
        return [d.fields(rng) for _ in range(n)]
    return [Task(d.name, d, rows={"train": make(d, "train", rows), "dev": make(d, "dev", test_rows),
                                  "test": make(d, "test", test_rows)}) for d in MINIATURE.values()]



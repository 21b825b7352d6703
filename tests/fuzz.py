"""Damaged files of every raw format: each is read right, counted in the split's note, or refused by name.

    python tests/fuzz.py [--records 2000] [--seed 0] [--only jsonl]

A small valid file is made, some of its records are damaged, and it is read as a run would read it. Rows that were left
alone must come through unchanged; what is lost must be counted; what is refused must name its file in a message that a
terminal can show. Anything else, a panic inside the tokenizer or a number that is none included, is printed, and the
script exits with 1.
"""

import argparse
import csv
import gzip
import io
import json
import math
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from typing import Callable, NamedTuple

import tiktoken
import torch
from tiktoken_ext import openai_public

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import data
import eval as evaluation
from model import GPT, LM, GPTConfig
from templates import DATASETS, Dataset, Source
from web import packed

IN_FILE = 40      # records in one file
MESSAGE = 2_000   # characters that a message or a note may have
HUGE = 1_000_000  # characters of a huge field
# GPT-2's way of cutting text into words, with bytes for tokens: needs no download
ENCODING = tiktoken.Encoding("fuzz", pat_str=openai_public.r50k_pat_str, special_tokens={"<|endoftext|>": 256},
                             mergeable_ranks={bytes([i]): i for i in range(256)})


class Case(NamedTuple):
    """One kind of file. A record is a JSON value, or a list of texts; `marked` ones hold "mark<i>" somewhere."""
    name: str
    dataset: Dataset | None           # with one split, test; None: a user's lines
    record: Callable                  # number -> record
    text: Callable                    # record -> bytes, or a tuple of bytes where there are several members
    member: str | tuple = ""          # in which member(s) of the archive they stand
    head: bytes = b""                 # before the first record ...
    between: bytes = b""              # ... between two ...
    tail: bytes = b""                 # ... and behind the last
    neighbours: bool = False          # may damage reach the record before or behind, as an open quote does?
    required: str = ""                # of a user's lines: target or options


# --------------------------------------------------------------------------------------------------
# Damage

RAW = {"@deep@": "[" * 100_000 + "]" * 100_000, "@deepobject@": '{"a":' * 50_000 + "1" + "}" * 50_000,
       "@hugeint@": "9" * 5_000, "@infinity@": "Infinity", "@float@": "1e999", "@half@": '"\\ud83d"',
       "@low@": '"\\udc80x"'}
VALUES = [None, True, 0, 1, -1, 2, 10 ** 30, 1.5, math.nan, "", " ", "x", [], {}, [None], [[]], {"a": {"b": [1]}},
          ["a", "a"], "\x00", "a\x00b", "\ufeff", "\u2028", "x" * 300, *RAW]
LARGE = ["x" * HUGE, " " * HUGE, "\n" * HUGE, "\t" * HUGE, "word " * (HUGE // 5), "\u3000" * HUGE, "a" + " " * HUGE + "b"]


def to_json(record):
    text = json.dumps(record, ensure_ascii=False)
    for name, raw in RAW.items():
        text = text.replace(f'"{name}"', raw)
    return text.encode("utf-8", "surrogatepass")


def places(value):
    """Every (container, key) inside a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from places(inner)


def damage_value(record, rng, large):
    """Changes one place in a record that is a JSON value, or a list of texts."""
    found = list(places(record))
    if not found or rng.random() < 0.05:
        return rng.choice([None, 3, "text", [], {}, [record], "@deep@", "@hugeint@"])
    container, key = rng.choice(found)
    kind = rng.random()
    if kind < 0.2:
        del container[key]
    elif kind < 0.3 and isinstance(container, list):
        container.insert(key, container[key])
    elif kind < 0.4 and isinstance(container[key], list):
        container[key] = container[key] * 2
    else:
        container[key] = rng.choice(large) if rng.random() < 0.1 else rng.choice(VALUES)
    return record


def damage_texts(record, rng, large):
    """Changes one field of a record that is a list of texts; the number of lines stays as it is."""
    record, i = list(record), rng.randrange(len(record))
    texts = ["", " ", "x", "nan", "-1", "1e999", "9" * 5000, "\x00", "\ufeff", "\u2028", "\x85", "\x0b", '"', '""', 'a"b',
             "\t", ",", "<seg", "[" * 5000, "(" * 300, "&#xD800;", "&#0;", "{options}", "\\", "mark"]
    flat = [t.replace("\n", "\t") for t in large if "\t" not in t]
    record[i] = rng.choice(flat) if rng.random() < 0.05 else rng.choice(texts)
    return record


def damage_bytes(text, rng):
    """Changes the bytes of one record, but for its line ends."""
    end = len(text) - len(text.rstrip(b"\r\n"))
    at = rng.randrange(len(text) - end + 1)
    insert = rng.choice([b"\xff", b"\xc3", b"\xed\xa0\xbd", b"\x00", b"\xef\xbb\xbf", b'"', b"{", b"\\", b"\t", b"\xf0\x9f"])
    kind = rng.random()
    if kind < 0.4:
        return text[:at] + insert + text[at:]
    if kind < 0.7:
        return text[:at] + text[len(text) - end:]
    body = bytearray(text)
    for _ in range(3):
        i = rng.randrange(max(1, len(body)))
        if body and body[i] not in b"\r\n":
            body[i] = rng.choice([b for b in range(256) if b not in b"\r\n"])
    return bytes(body)


def damage_file(content, rng):
    """(how, content) of a whole file with something odd about it."""
    how = rng.choice(["", "", "", "", "no last newline", "crlf", "bom", "nul", "empty", "cut", "noise", "zeros", "other"])
    cut = rng.randrange(len(content) + 1)
    return how, {"": content, "no last newline": content.rstrip(b"\n"),
                 "crlf": content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + content,
                 "nul": content + b"\x00", "empty": b"", "cut": content[:cut], "noise": rng.randbytes(3_000),
                 "zeros": bytes(3_000), "other": rng.choice([b"5", b"null", b'"text"', b"{}", b"[]", b"\n\n", b'"\n',
                                                              b"[" * 99_999, b"1" * 9_999, b"{\"data\": 5}"])}[how]


# --------------------------------------------------------------------------------------------------
# Kinds of files

def line(text):
    return lambda record: text(record) + b"\n"


def cells(separator):
    return lambda record: separator.join(record).encode("utf-8", "surrogatepass")


def csv_line(record):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(record)
    return out.getvalue().encode("utf-8", "surrogatepass")


def row_of(r):
    return {"text": r["text"], "options": tuple(r["options"]), "answer": r["answer"]}


def toy(source, read, **more):
    return Dataset("toy", "Toy", "misc", "choice", {}, {"test": source}, read,
                   ("{text}\n{options}", "{options} {text} {answer}"), **more)


def real(name, **splits):
    dataset = DATASETS[name]
    return replace(dataset, splits=splits or {"test": sources(dataset)["test"]}, lean_splits={})


def sources(dataset):
    return next(iter(dataset.splits.values())) if "test" not in dataset.splits else dataset.splits


def json_record(i):
    return {"text": f"mark{i} is it so?", "options": ["yes", "no"], "answer": "yes" if i % 2 else "no", "more": [{"n": i}]}


def text_row(text, answer="yes"):
    return {"text": text, "options": ("yes", "no"), "answer": answer}


def user_record(i):
    return {"prompt": f"mark{i} is it so?", "target": "no", "options": ["yes", "no"], "answer": i % 2, "task": "mine"}


def squad_record(i):
    qas = [{"id": f"{i}{q}", "question": f"mark{i} who {q}?", "answers": [{"text": "Ann", "answer_start": 0}] * 2} for q in "ab"]
    return {"title": f"mark{i}", "paragraphs": [{"context": f"mark{i} Ann met Bo.", "qas": qas}]}


def multirc_record(i):
    questions = [{"question": f"mark{i} why {q}?", "idx": q, "answers": [
        {"text": f"mark{i} because {a}", "idx": a, "label": a} for a in (0, 1)]} for q in (0, 1)]
    return {"idx": i, "passage": {"text": f"mark{i} It rained.", "questions": questions}}


TSV = ("text", "answer")
CASES = [
    Case("jsonl", toy(Source("jsonl", "f.jsonl"), row_of), json_record, line(to_json)),
    Case("json", toy(Source("json", "f.json", key="data"), row_of), json_record, to_json,
         head=b'{"v": 1, "data": [', between=b",\n", tail=b"]}\n"),
    Case("csv", toy(Source("csv", "f.csv"), lambda r: text_row(r["text"], r["answer"])),
         lambda i: [f'mark{i} "so",\nit is?', "yes"], csv_line, head=b"text,answer\n", neighbours=True),
    Case("tsv", toy(Source("tsv", "f.tsv"), lambda r: text_row(r["text"], r["answer"])),
         lambda i: [f"mark{i} is it?", "yes"], line(cells("\t")), head=b"text\tanswer\n"),
    Case("lines", toy(Source("lines", "f.txt"), lambda r: text_row(r["line"])), lambda i: [f"mark{i} is it?"], line(cells(" "))),
    Case("pairs", toy(Source("pairs", "f.txt"), lambda r: text_row(*r["lines"])), lambda i: [f"mark{i} is it?", "yes"],
         line(cells("\n"))),
    Case("blocks", toy(Source("blocks", "f.txt"), lambda r: text_row(*r["lines"])), lambda i: [f"mark{i} is it?", "yes"],
         lambda record: cells("\n")(record) + b"\n\n", neighbours=True),
    Case("parallel", toy(Source("parallel", "f.zip", ("a.en", "a.de")), lambda r: text_row(r["lines"][0] + r["lines"][1])),
         lambda i: [f"mark{i} it", f"mark{i} es"], lambda r: tuple(cells("")([t]) + b"\n" for t in r), ("a.en", "a.de")),
    Case("sgm", toy(Source("sgm", "f.zip", ("a.en", "a.de")), lambda r: text_row(r["lines"][0] + r["lines"][1])),
         lambda i: [f"mark{i} it &amp; so", f"mark{i} es"],
         lambda r: tuple(b'<seg id="1">' + cells("")([t]) + b"</seg>\n" for t in r), ("a.en", "a.de"), head=b"<doc>\n"),
    Case("texts", toy(Source("texts", "f.zip", "t/*.txt"), lambda r: text_row(r["text"])),
         lambda i: [f"mark{i} is it?", "So it is."], cells("\n"), "t/{}.txt"),
    Case("rte", real("rte"), lambda i: {"premise": f"mark{i} It rained.", "hypothesis": "It was wet.", "label": "entailment",
                                        "idx": i}, line(to_json), "RTE/val.jsonl"),
    Case("copa", real("copa"), lambda i: {"premise": f"mark{i} It rained.", "choice1": "It was wet.", "choice2": "It was dry.",
                                          "question": "effect", "label": i % 2, "idx": i}, line(to_json), "COPA/val.jsonl"),
    Case("qqp", real("qqp"), lambda i: [str(i), str(i), str(i), f"mark{i} who?", f'"mark{i} ""who""?"', "1"],
         line(cells("\t")), "QQP/dev.tsv", head=b"id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"),
    Case("stsb", real("stsb"), lambda i: [f"mark{i} a man", f"mark{i} a boy", "2.6"], line(cells("\t")), "STS-B/dev.tsv",
         head=b"sentence1\tsentence2\tscore\n"),
    Case("squad", real("squad"), squad_record, to_json, head=b'{"version": "1.1", "data": [', between=b",\n", tail=b"]}"),
    Case("multirc", real("multirc"), multirc_record, line(to_json), "MultiRC/val.jsonl"),
    Case("piqa", real("piqa"), lambda i: [json.dumps({"goal": f"mark{i} dry", "sol1": f"mark{i} sun", "sol2": "air"}), "1"],
         lambda r: tuple(cells("")([t]) + b"\n" for t in r),
         ("physicaliqa-train-dev/dev.jsonl", "physicaliqa-train-dev/dev-labels.lst")),
    Case("trivia_qa", real("trivia_qa", test=DATASETS["trivia_qa"].lean_splits["test"]),
         lambda i: [f"mark{i} who?", f"['mark{i}', \"Ann\"]"], line(cells("\t"))),
    Case("dpr", real("dpr"), lambda i: [f"mark{i} Ann met Bo as she ran.", "she", "Ann,Bo", "Ann"],
         lambda record: cells("\n")(record) + b"\n\n", neighbours=True),
    Case("trec", real("trec"), lambda i: [f"NUM:count mark{i} how many ?"], line(cells(""))),
    Case("imdb", real("imdb"), lambda i: [f"mark{i} Fine.<br />A film."], cells(""), "aclImdb/test/pos/{}.txt"),
    Case("wsc273", real("wsc273"), lambda i: [
        f"<schema><text><txt1>mark{i} The vase fell as</txt1><pron>it</pron><txt2>was old.</txt2></text><answers>"
        "<answer>The vase</answer><answer>The cup</answer></answers><correctAnswer>A</correctAnswer></schema>"],
        cells(""), head=b"<collection>", tail=b"</collection>", neighbours=True),
    Case("wmt16_deen", real("wmt16_deen"), lambda i: [f"mark{i} It rains.", f"mark{i} Es regnet."],
         lambda r: tuple(b'<seg id="1">' + cells("")([t]) + b"</seg>\n" for t in r),
         ("dev/newstest2016-deen-ref.en.sgm", "dev/newstest2016-deen-src.de.sgm")),
    Case("ag_news", real("ag_news"), lambda i: ["2", f'mark{i} "won"', f"mark{i} He won #39;it"], csv_line, neighbours=True),
    Case("examples for train.py", None, user_record, line(to_json), required="target"),
    Case("examples for eval.py", None, user_record, line(to_json), required="options"),
]


# --------------------------------------------------------------------------------------------------
# Reading as a run does

def file_of(case, texts, rng=None):
    """({member: bytes} or bytes, what was done to the whole) of records as bytes."""
    how = ""
    if "{}" in case.member:
        return {case.member.format(f"mark{i}"): t for i, t in enumerate(texts)}, how
    members = texts and list(zip(*texts)) if isinstance(case.member, tuple) else [texts]
    contents = [case.head + case.between.join(m) + case.tail for m in members]
    if rng:
        i = rng.randrange(len(contents))
        how, contents[i] = damage_file(contents[i], rng)
    names = case.member if isinstance(case.member, tuple) else (case.member,)
    return (dict(zip(names, contents)) if case.member else contents[0]), how


def write(case, folder, content):
    """Places a file of the case. Returns its path."""
    if case.dataset is None:
        key, folder = "mine.jsonl", folder
    else:
        (source,) = case.dataset.splits.values()
        key = source.file
        folder = folder if "/" in key else os.path.join(folder, case.dataset.name)
    path = os.path.join(folder, key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    zipped = key.endswith(".gz") and isinstance(content, bytes)
    with open(path, "wb") as f:
        f.write(gzip.compress(content, 1) if zipped else packed(key, content))
    return path


class TinyLM:
    """An LM whose model is too small to take time."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=257, context_length=64, n_layer=1, n_head=1, n_embd=8))
    model.prepare(torch.device("cpu"), torch.float32)
    lm = LM(model.eval(), ENCODING, separator=True)


def read(case, folder, path):
    """(rows, note): read, rendered, tokenized and, of a user's options, scored."""
    if case.required == "target":
        rows, note, templates = [r for t in data.user_tasks(path) for r in t.rows["train"]], "", ("{prompt}",)
        templates = data.user_tasks(path)[0].dataset.templates
    elif case.required == "options":
        questions, right = evaluation.read_questions(TinyLM.lm, path)
        scores = evaluation.score(TinyLM.lm.model, questions)
        if not all(math.isfinite(x) for s in scores for x in s):
            raise FloatingPointError(f"a score is {scores}")
        for s in scores:
            evaluation.best_option(s)
        return list(map(repr, data.read_user_lines(path, "options"))), ""
    else:
        rows, note = data.read_split(case.dataset, "", "test", folder)
        templates = case.dataset.templates
    list(data.training_documents(rows, templates[:1], ENCODING, 64))
    for template in templates[1:]:
        for row in rows:
            example = data.render(row, template)
            if not example.target or not isinstance(example.prompt, str):
                raise AssertionError(f"a row without a target: {row!r:.200}")
    return [repr(row) for row in rows], note


def attempt(case, folder, content):
    """("read", rows, note), ("refused", reason) or ("broken", reason)."""
    path = write(case, folder, content)
    names = {os.path.basename(path), *(content if isinstance(content, dict) else ())}
    try:
        rows, note = read(case, folder, path)
    except (ValueError, OSError) as e:
        if len(str(e)) > MESSAGE:
            return "broken", f"a message of {len(str(e)):,} characters: {type(e).__name__}: {e!s:.80}"
        if not any(name in str(e) for name in names):
            return "broken", f"a message that names no file: {type(e).__name__}: {e!s:.150}"
        return "refused", str(e)
    except KeyboardInterrupt:
        raise
    except BaseException as e:  # a panic inside tiktoken is no Exception
        return "broken", f"{type(e).__module__}.{type(e).__name__}: {e!s:.120}"
    if len(note) > MESSAGE:
        return "broken", f"a note of {len(note):,} characters: {note[:80]}"
    return "read", rows, note


def owner(row):
    """The number of the record that a row stems from; of a foreign one, None."""
    found = re.search(r"mark(\d+)", row)
    return int(found[1]) if found else None


def fuzz(case, records, seed, folder):
    """One line of counts, and the failures as {reason: (how often, the simplest)}."""
    rng, failures, counts = random.Random(f"{seed} {case.name}"), {}, Counter()
    clean = [case.record(i) for i in range(IN_FILE)]
    outcome = attempt(case, folder, file_of(case, [case.text(r) for r in clean])[0])
    if outcome[0] != "read" or outcome[2]:
        return counts, {"valid": (1, f"the valid file is not read: {outcome[1:]!s:.300}")}
    wanted = {}
    for row in outcome[1]:
        wanted.setdefault(owner(row), []).append(row)
    assert wanted.keys() == set(range(IN_FILE)), wanted.keys()

    def fail(reason, what):
        key = re.sub(r"[\d,]+", "#", reason)[:110]
        times, first = failures.get(key, (0, ""))
        said = f"{reason} <- {what}"
        failures[key] = (times + 1, min(filter(None, (first, said)), key=len))  # the simplest one is shown

    for number in range(max(1, records // IN_FILE)):
        hurt, done = rng.sample(range(IN_FILE), rng.choice([0, 1, 1, 1, 2, 3, 6])), []
        texts = [case.text(r) for r in clean]
        for i in hurt:
            record, large = case.record(i), LARGE if rng.random() < 0.3 else ["x" * 5000, " " * 5000]
            if rng.random() < 0.6:
                isjson = not isinstance(record, list)
                texts[i] = case.text((damage_value if isjson else damage_texts)(record, rng, large))
            elif isinstance(texts[i], tuple):
                j = rng.randrange(len(texts[i]))
                texts[i] = (*texts[i][:j], damage_bytes(texts[i][j], rng), *texts[i][j + 1:])
            else:
                texts[i] = damage_bytes(texts[i], rng)
            done.append(f"record {i}: {texts[i]!r:.160}")
        if case.name in ("sgm", "wmt16_deen"):  # a sentence without its mark is not seen; two of them hide each other
            texts = [t if all(b"<seg" in line for line in t) else case.text(r) for t, r in zip(texts, clean)]
        content, how = file_of(case, texts, rng)
        outcome = attempt(case, folder, content)
        what = "; ".join(filter(None, [how and f"file: {how}", *done]))
        counts["records"] += IN_FILE
        if outcome[0] == "broken":
            counts["broken"] += 1
            fail(outcome[1], what)
            continue
        if outcome[0] == "refused":
            counts["refused"] += IN_FILE
            if not hurt and how in ("", "no last newline", "crlf"):
                fail(f"a good file is refused: {outcome[1][:150]}", what)
            continue
        _, rows, note = outcome
        noted = sum(int(n) for n in re.findall(r"(?:^|; )(\d+) (?:cannot be read|with an empty|dropped by)", note))
        counts["read"] += len(rows)
        counts["counted"] += noted
        # rows that were left alone must be there, unchanged
        lenient = {i + d for i in hurt for d in (-1, 0, 1)} if case.neighbours else set(hurt)
        lenient |= {0} if how == "bom" and noted else set()  # the first record cannot be read, and is counted
        if how in ("empty", "cut", "noise", "zeros", "other", "nul"):
            continue  # what is left of the file is right if it is read at all
        there = Counter(rows)
        lost = [i for i in range(IN_FILE) if i not in lenient and Counter(wanted[i]) - there]
        if how == "crlf" and any(b"\n" in t.rstrip(b"\n") for t in texts if isinstance(t, bytes)) and case.name in (
                "texts", "csv", "imdb"):
            lost = []  # line ends inside a text are the text's own
        if lost:
            change = next((r for r in rows if owner(r) == lost[0]), "nothing")
            fail(f"{how or 'damage elsewhere'}: an undamaged row is gone or changed", f"record {lost[0]} gives {change:.150}; {what}")
        elif len(rows) + noted < sum(map(len, wanted.values())) - sum(len(wanted[i]) for i in lenient if i in wanted):
            fail("rows are lost without being counted", f"{len(rows)} rows, note {note:.200}; {what}")
        elif len(rows) + noted < IN_FILE - len([i for i in lenient if 0 <= i < IN_FILE and not (texts[i] if isinstance(
                texts[i], bytes) else b"".join(texts[i])).strip(b"\r\n\0 \"\t")]) - (len(hurt) if case.neighbours else 0):
            fail("a damaged record is neither read nor counted", f"{len(rows)} rows, note {note:.200}; {what}")
    return counts, failures


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--records", type=int, default=2000, help="records of each format (default: %(default)s)")
    p.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    p.add_argument("--only", default="", help="comma-separated formats; empty: all")
    args = p.parse_args()
    torch.set_num_threads(1)
    bad, began = 0, time.time()
    print(f"{'format':22}{'records':>9}{'read':>8}{'counted':>9}{'refused':>9}   seconds")
    for case in CASES:
        if args.only and case.name not in args.only.split(","):
            continue
        start = time.time()
        with tempfile.TemporaryDirectory() as folder:
            counts, failures = fuzz(case, args.records, args.seed, folder)
        print(f"{case.name:22}{counts['records']:9}{counts['read']:8}{counts['counted']:9}{counts['refused']:9}"
              f"{time.time() - start:10.1f}", flush=True)
        for times, first in failures.values():
            print(f"    {times} times: {first}", flush=True)
        bad += len(failures)
    print(f"{bad} kinds of failure in {time.time() - began:.0f} s")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()

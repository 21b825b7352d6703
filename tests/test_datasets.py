"""All 62 datasets from their official raw formats to tokens: invented records, a local server, the real path.

    python -m pytest tests/test_datasets.py
"""

import json
import os
import re
import shutil
from collections import Counter

import pytest

import data
import records_inference_sentiment
import records_paraphrase_qa_misc
import records_struct_reading
import records_summaries_translation
import templates
from templates import CLUSTERS, DATASETS, Dataset, File, Source
from web import publish, serving

ALL = (records_inference_sentiment, records_paraphrase_qa_misc, records_struct_reading, records_summaries_translation)
RAW, FIRST, COUNTS = ({k: v for r in ALL for k, v in getattr(r, name).items()} for name in ("RAW", "FIRST", "COUNTS"))
LEAN_COUNTS, MORE = ({k: v for r in ALL for k, v in getattr(r, name, {}).items()} for name in ("LEAN_COUNTS", "MORE"))
LATIN = {"trainingandtestdata.zip": "latin-1", "train_5500.label": "latin-1", "TREC_10.label": "latin-1"}
SIZES = dict(nli=7, commonsense=4, sentiment=4, paraphrase=4, closed_book_qa=3, struct_to_text=4, reading_comp=5,
             reading_comp_commonsense=2, coreference=3, misc=7, summarization=11, translation=8)

RAW["cb"] = {"CB.zip": {f"CB/{split}.jsonl": "".join(json.dumps(
    {"premise": f"A: Did Lena call? B: I doubt that she has phone {i}.", "hypothesis": f"Lena has phone {i}",
     "label": label, "idx": i})
    + "\n" for i, label in enumerate(["contradiction", "entailment", "neutral"])) for split in ("train", "val")}}
RAW["rte"] = {"RTE.zip": {f"RTE/{split}.jsonl": "".join(json.dumps(
    {"premise": f"The museum in Tarn reopened {i} days ago.", "hypothesis": "The museum was closed.", "label": label,
     "idx": i})
    + "\n" for i, label in enumerate(["entailment", "not_entailment", "entailment"])) for split in ("train", "val")}}
RAW["piqa"] = {"physicaliqa-train-dev.zip": {
    **{f"physicaliqa-train-dev/{s}.jsonl": "".join(json.dumps(
        {"goal": f"dry a wet book {i}", "sol1": "Put it in a bag of water. ", "sol2": "Stand it near moving\u2028air."},
        ensure_ascii=False) + "\n" for i in range(3)) for s in ("train", "dev")},
    **{f"physicaliqa-train-dev/{s}-labels.lst": "1\n0\n1\n" for s in ("train", "dev")}}}
RAW["dpr"] = {f"{s}.c.txt": "The dog chased the cat because it was bored. \nit\nThe dog,the cat\nthe dog\n\n"
              "Ann paid Bo since she owed him.\r\nshe\r\nAnn,Bo\r\nAnn\r\n\r\nIt rained, so Al ran.\nAl\nAl,It\nAl\n"
              for s in ("train", "test")}
RAW["trec"] = {key: "NUM:count How many strings has a banjo ?\nHUM:ind Who wrote\xf0Emma ?\n"
                    "LOC:city Where is Port Elm ?\n"
               for key in ("train_5500.label", "TREC_10.label")}
FIRST.update({
    "cb": {"premise": "A: Did Lena call? B: I doubt that she has phone 0.", "hypothesis": "Lena has phone 0",
           "answer": "No",
           "options": ("Yes", "No", "It's impossible to say")},
    "rte": {"premise": "The museum in Tarn reopened 0 days ago.", "hypothesis": "The museum was closed.",
            "answer": "yes",
            "options": ("yes", "no")},
    "piqa": {"goal": "dry a wet book 0", "options": ("Put it in a bag of water.", "Stand it near moving\u2028air."),
             "answer": "Stand it near moving\u2028air."},
    "dpr": {"sentence": "The dog chased the cat because it was bored.", "pronoun": "it",
            "options": ("The dog", "the cat"),
            "answer": "The dog"},
    "trec": {"text": "How many strings has a banjo ?", "answer": "numeric"}})
COUNTS.update({name: {"train": 3, "test": 3, "dropped": 0} for name in ("cb", "rte", "piqa", "dpr", "trec")})


@pytest.fixture(scope="module")
def site():
    with serving() as site:
        yield site


@pytest.fixture(scope="module")
def fetched(site, tmp_path_factory):
    """name -> (dataset, data folder), fetched once from the local server."""
    done = {}

    def get(name):
        if name not in done:
            folder = str(tmp_path_factory.mktemp(name))
            dataset = publish(site, DATASETS[name], RAW[name], LATIN)
            data.fetch(dataset, folder, progress=False)
            done[name] = dataset, folder
        return done[name]
    return get


def parts(dataset):
    return [(t.part, dataset.splits[t.part] if t.part else dataset.splits) for t in data.tasks_of(dataset)]


@pytest.mark.parametrize("name", DATASETS)
def test_reader(name, fetched):
    dataset, folder = fetched(name)
    for part, splits in parts(dataset):
        key = f"{name}/{part}" if part else name
        found = {split: list(data.examples(dataset, source, folder)) for split, source in splits.items()}
        expected = COUNTS.get(key) or COUNTS[name]
        kept = {split: [row for row in rows if row is not None] for split, rows in found.items()}
        assert {s: len(rows) for s, rows in kept.items()} == {s: n for s, n in expected.items() if s != "dropped" and n}
        assert sum(map(len, found.values())) - sum(map(len, kept.values())) == expected["dropped"]
        first = kept.get("train", kept["test"])[0]
        wanted = FIRST.get(key) or FIRST[name]
        assert {field: first[field] for field in wanted} == wanted
        for row in sum(kept.values(), []):
            if dataset.kind == "choice":
                assert {row["answer"], *row.get("answers", ())} <= set(row["options"])


@pytest.mark.parametrize("name", DATASETS)
def test_sizes_are_those_of_the_splits(name, fetched):
    dataset, folder = fetched(name)
    for task in data.tasks_of(dataset):
        sizes = {}
        for split in ("train", "dev", "test"):
            try:
                sizes[split] = len(data.read_split(dataset, task.part, split, folder).fields)
            except FileNotFoundError:
                sizes[split] = None
        assert data.split_sizes(task, folder) == sizes == data.split_sizes(task, folder)
        assert sizes["test"] and (sizes["train"] is None) == (name == "wsc273")


@pytest.mark.parametrize("key", MORE)
def test_oddities(key, fetched):
    """Records worked by hand: quotation marks, line breaks, other alphabets, dropped ones."""
    name, _, part = key.partition("/")
    dataset, folder = fetched(name)
    for split, i, wanted in MORE[key]:
        row = list(data.examples(dataset, dict(parts(dataset))[part][split], folder))[i]
        assert (row and {field: row[field] for field in wanted or row}) == wanted


def rows_of(name, fetched):
    dataset, folder = fetched(name)
    return dataset, [row for _, splits in parts(dataset) for source in splits.values()
                     for row in data.examples(dataset, source, folder) if row is not None]


@pytest.mark.parametrize("name", DATASETS)
def test_templates(name, fetched):
    dataset, rows = rows_of(name, fetched)
    prompts = [t[0] if data.is_reversed(t) else t for t in dataset.templates]
    assert len(dataset.templates) == 10 and len(set(prompts)) == 10
    assert sum(map(data.is_reversed, dataset.templates)) <= 3
    for template, prompt in zip(dataset.templates, prompts):
        assert prompt == prompt.strip() and not re.search(r"[ \t]\n|\n{3}|  ", prompt), "stray white space"
        assert prompt.count("{options}") <= 1
        if not data.is_reversed(template):
            assert "{answer}" not in prompt and re.search(r"\{(?!options)\w+\}", prompt)
        else:  # a reversed template does not hold what it asks for
            assert not set(re.findall(r"\{(\w+)\}", template[1])) & set(re.findall(r"\{(\w+)\}", prompt))
        for row in rows:
            example = data.render(row, template)
            assert not re.search(r"\{(?:" + "|".join(row) + r"|options)\}", example.prompt), "a field is left unfilled"
            if "{options}" in prompt:
                suffix = "OPTIONS:\n" + "\n".join("- " + o for o in row["options"])
                assert re.search(r"(^|\n)" + re.escape(suffix) + r"(\n|$)", example.prompt)
                bare = data.render(row, template, with_options=False).prompt
                assert "OPTIONS" not in bare and bare == bare.strip() != ""


@pytest.mark.parametrize("name", [n for n, d in DATASETS.items() if d.baseline])
def test_baseline_prompts_can_be_asked(name, fetched):
    import eval as evaluation
    dataset, rows = rows_of(name, fetched)
    for row in rows:
        example = evaluation.rendered(row, dataset.baseline, evaluation.BASELINE)
        assert not re.search(r"\{(?:" + "|".join(row) + r")\}", example.prompt), "a field is left unfilled"
        if dataset.kind == "choice":
            assert len(set(example.options)) == len(set(row["options"]))
            assert set(example.answers) <= set(example.options)


@pytest.mark.parametrize("name", [n for n, d in DATASETS.items() if any(
    s.lean is not None for s in data.sources_of(d.lean_splits or d.splits)) or d.lean_splits])
def test_lean_route(name, site, tmp_path):
    dataset = publish(site, DATASETS[name], RAW[name], LATIN)
    try:
        data.fetch(dataset, str(tmp_path), lean=True, progress=False)
    except FileNotFoundError:
        assert any(f.manual for f in DATASETS[name].files.values())
    for task in data.tasks_of(dataset):
        splits = data.splits_on_disk(dataset, task.part, str(tmp_path))
        counts = {s: sum(row is not None for row in data.examples(dataset, source, str(tmp_path)))
                  for s, source in splits.items()}
        expected = (LEAN_COUNTS.get(task.name) or LEAN_COUNTS.get(name)) if dataset.lean_splits else \
            (COUNTS.get(task.name) or COUNTS[name])
        if expected:
            assert counts == {s: n for s, n in expected.items() if s != "dropped" and n}
        assert counts.get("train") and counts.get("test")


def test_sixty_two_datasets_in_twelve_clusters():
    assert Counter(d.cluster for d in DATASETS.values()) == SIZES and sum(SIZES.values()) == 62
    assert list(SIZES) == list(CLUSTERS)
    assert all(name == d.name for name, d in DATASETS.items())
    assert sum(len(d.templates) for d in DATASETS.values()) == 620
    tasks = [t.name for d in DATASETS.values() for t in data.tasks_of(d)]
    assert [t for t in tasks if "/" in t] == ["anli/r1", "anli/r2", "anli/r3", "mnli/matched", "mnli/mismatched",
                                              "arc/easy",
                                              "arc/challenge", "squad/v1", "squad/v2"]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_held_out_sets_of_the_paper(cluster):
    """Written out: what is tuned on when a cluster is held out, by number of datasets."""
    left = {"nli": 62 - 7 - 4, "paraphrase": 62 - 7 - 4, "reading_comp_commonsense": 62 - 2 - 5 - 4,
            "reading_comp": 62 - 5 - 2,
            "commonsense": 62 - 4 - 2}
    tasks = [t for d in DATASETS.values() for t in data.tasks_of(d)]
    tuning, held = data.held_out(cluster, tasks)
    assert len({t.dataset.name for t in tuning}) == left.get(cluster, 62 - SIZES[cluster])
    assert {t.dataset.name for t in held} == {n for n, d in DATASETS.items() if d.cluster == cluster}


def test_option_orders_that_are_easy_to_confuse(fetched):
    order = lambda name: rows_of(name, fetched)[1][0]["options"]
    assert order("anli") == ("Yes", "It's impossible to say", "No")
    assert order("cb") == ("Yes", "No", "It's impossible to say")
    assert order("mnli") == order("snli") == ("yes", "it is not possible to tell", "no")
    assert order("rte") == order("qnli") == ("yes", "no")
    for name in ("wnli", "boolq", "multirc", "mrpc", "qqp", "paws"):
        assert order(name) == ("no", "yes")


def test_every_file_has_an_address_or_says_what_to_do():
    for d in DATASETS.values():
        for key, file in d.files.items():
            assert file.manual or all(u.startswith("http")
                                      for u in ([file.url] if isinstance(file.url, str) else file.url))
            assert file.sha256 is None or all(re.fullmatch("[0-9a-f]{64}", h) for h in
                                              ([file.sha256] if isinstance(file.sha256, str) else file.sha256))
        for s in data.sources_of(d.splits) + data.sources_of(d.lean_splits):
            assert all(key in d.files for key, _ in data.pieces(s)) and (not s.ids_file or s.ids_file in d.files)


def test_tokenized_once(fetched, bytes_encoding, monkeypatch):
    dataset, folder = fetched("snli")
    (task,) = data.tasks_of(dataset)
    first = data.load_part(task, bytes_encoding, 512, folder)
    monkeypatch.setattr(data, "load_rows", lambda *_: pytest.fail("read again"))
    again = data.load_part(task, bytes_encoding, 512, folder)
    assert all((a == b).all() for a, b in zip(first.store[:3], again.store[:3])) and first[2:] == again[2:]
    with pytest.raises(pytest.fail.Exception):
        data.load_part(task, bytes_encoding, 256, folder)  # another length, other tokens
    assert not [f for f in os.listdir(os.path.join(folder, "tokens")) if f.endswith(".tmp")]


def test_tokens_are_made_anew_when_a_file_a_tokenizer_or_a_template_changes(fetched, tmp_path, monkeypatch):
    dataset, folder = fetched("snli")
    folder, (task,) = shutil.copytree(folder, tmp_path / "data"), data.tasks_of(dataset)
    path = lambda *more: data.cache_path(task, str(folder), ".npz", *more)
    first = path("bytes", 257, 512)
    assert first == path("bytes", 257, 512)
    seen = {first, path("bytes", 258, 512), path("gpt2", 257, 512), path("bytes", 257, 256)}
    archive = folder / "snli" / "snli_1.0.zip"
    os.utime(archive, (1, 1))
    seen.add(path("bytes", 257, 512))
    copy = shutil.copy(templates.__file__, tmp_path / "templates.py")
    with open(copy, "a", encoding="utf-8") as f:
        f.write("# edited\n")
    monkeypatch.setattr(templates, "__file__", str(copy))
    assert len(seen | {path("bytes", 257, 512)}) == 6


def test_a_file_that_says_which_records_are_in_belongs_to_a_dataset(fetched, tmp_path, capsys):
    dataset, folder = fetched("xsum")
    folder, (task,) = str(shutil.copytree(folder, tmp_path / "data")), data.tasks_of(dataset)
    (ids,) = {s.ids_file for s in data.sources_of(dataset.splits)}
    path = data.path_of("xsum", ids, folder)
    before = data.cache_path(task, folder, ".npz")
    os.utime(path, (1, 1))
    assert data.is_on_disk(task, "train", folder) and data.cache_path(task, folder, ".npz") != before
    os.remove(path)
    assert not data.is_on_disk(task, "train", folder)
    data.main(["mixture", "--data_dir", folder])
    assert "0 of 67 tasks are on disk" in capsys.readouterr().out


def spoilt(content):
    middle = len(content) // 2
    return [b"", b"not a zip file", content[:middle], content[:middle] + b"\xff" * 9 + content[middle + 9:]]


@pytest.mark.parametrize("damage", range(4))
def test_damaged_tokens_are_made_anew_and_that_is_said(fetched, bytes_encoding, tmp_path, damage):
    dataset, folder = fetched("trec")
    folder, (task,), said = shutil.copytree(folder, tmp_path / "data"), data.tasks_of(dataset), []
    first = data.load_part(task, bytes_encoding, 512, str(folder), said.append)
    (kept,) = (folder / "tokens").glob("*.npz")
    whole = kept.read_bytes()
    kept.write_bytes(spoilt(whole)[damage])
    again = data.load_part(task, bytes_encoding, 512, str(folder), said.append)
    assert (first.store.tokens == again.store.tokens).all()
    assert len(said) == 1 and "cannot be read and is made anew" in said[0]
    assert kept.read_bytes()[-100:] == whole[-100:]
    assert data.load_part(task, bytes_encoding, 512, str(folder), said.append) and len(said) == 1


def test_neither_a_crash_nor_another_process_leaves_half_a_file(tmp_path, monkeypatch):
    def crash(f):
        f.write(b"half")
        raise KeyboardInterrupt
    path = str(tmp_path / "tokens" / "x.json")
    with pytest.raises(KeyboardInterrupt):
        data.keep(path, crash, print)
    assert data.recall(path, json.load, pytest.fail) is None and not os.listdir(tmp_path / "tokens")
    data.keep(path, lambda f: f.write(b"[1]"), pytest.fail)

    def overtaken(f):
        f.write(b"[2")
        with monkeypatch.context() as other:
            other.setattr(os, "getpid", lambda: -1)
            data.keep(path, lambda g: g.write(b"[3]"), pytest.fail)
        assert data.recall(path, json.load, pytest.fail) == [3]
        f.write(b"]")
    data.keep(path, overtaken, pytest.fail)
    assert data.recall(path, json.load, pytest.fail) == [2] and os.listdir(tmp_path / "tokens") == ["x.json"]


def test_tokens_that_cannot_be_kept_are_announced_once(fetched, bytes_encoding, tmp_path):
    said, tasks = [], []
    for name in ("trec", "dpr"):
        dataset, folder = fetched(name)
        shutil.copytree(os.path.join(folder, name), tmp_path / name)
        tasks += data.tasks_of(dataset)
    (tmp_path / "tokens").write_text("a file in the way")
    parts = data.load_parts(tasks, bytes_encoding, 512, str(tmp_path), said.append)
    assert [p.examples for p in parts] == [3, 3]
    assert len(said) == 1 and str(tmp_path / "tokens") in said[0] and "anew next time" in said[0]


def test_the_sixty_third_dataset_is_one_block(site, tmp_path, monkeypatch, capsys, bytes_encoding):
    """What a newcomer writes, and all that a newcomer writes."""
    weather = Dataset(
        "weather", "Weather words", "misc", "choice", files={"weather.jsonl": File("")},
        splits={"train": Source("jsonl", "weather.jsonl", rows=(0, 40)),
                "test": Source("jsonl", "weather.jsonl", rows=(40, None))},
        fields=lambda r: {"text": r["text"], "options": ("wet", "dry"), "answer": r["label"]},
        templates=("Rain or sun? {text}\n\n{options}", *(f"{{text}} Was day {i} dry?\n{{options}}" for i in range(9))))
    content = "".join(json.dumps({"text": f"Day {i}.", "label": ("wet", "dry")[i % 2]}) + "\n" for i in range(50))
    monkeypatch.setitem(data.DATASETS, "weather", publish(site, weather, {"weather.jsonl": content}))
    monkeypatch.setattr(data, "tokenizer", lambda name: bytes_encoding)
    folder = ["--data_dir", str(tmp_path)]
    data.main(["get", "weather", *folder])
    data.main(["show", "weather", "--split", "test", *folder])
    assert re.search(r"weather.jsonl, line \d+\n  text: 'Day 4\d\.'\n  label: ", capsys.readouterr().out)
    data.main(["list", *folder])
    assert re.search(r"^weather +misc +choice +32 +8 +10 +0.00  on disk$", capsys.readouterr().out, re.MULTILINE)
    data.main(["mixture", "--hold_out", "nli", *folder])
    assert re.search(r"^weather +misc +32 +32 +100.0%$", capsys.readouterr().out, re.MULTILINE)
    (part,) = data.load_parts(data.tasks_of(data.DATASETS["weather"]), bytes_encoding, 128, str(tmp_path))
    assert part.examples == part.rate == 32 and len(part.store.prompt_lengths) == 32 * 10  # with each of the templates
    ids = part.store.tokens[:part.store.offsets[1]].tolist()
    assert re.fullmatch(r"Rain or sun\? Day \d+\.\n\nOPTIONS:\n- wet\n- dry<\|endoftext\|> (wet|dry)<\|endoftext\|>",
                        bytes_encoding.decode(ids))

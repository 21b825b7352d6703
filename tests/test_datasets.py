"""All 62 datasets from their official raw formats to tokens, with the invented records of records.py.

    python -m pytest tests/test_datasets.py
"""

import json
import os
import re
import shutil
from collections import Counter

import pytest

import data
import eval as evaluation
import templates
from records import LEAN, RAW, READ, RECORD
from templates import CLUSTERS, DATASETS, MINIATURE, Dataset, File, Source, Template, render
from web import place, publish, serving

SIZES = dict(nli=7, commonsense=4, sentiment=4, paraphrase=4, closed_book_qa=3, struct_to_text=4, reading_comp=5,
             reading_comp_commonsense=2, coreference=3, misc=7, summarization=11, translation=8)
TASKS = {t.name: t for t in data.all_tasks()}


def placed(name, folder, sources):
    """Puts what the sources need of a dataset's files where they would lie once fetched."""
    for key in {key for source in templates.sources_of(sources) for key, _ in source.needed}:
        path = data.path_of(name, key, folder)
        if not os.path.exists(path):
            place(folder, os.path.relpath(path, folder), RAW[name][key])
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with the official files of all the datasets."""
    folder = str(tmp_path_factory.mktemp("official"))
    for name, dataset in DATASETS.items():
        placed(name, folder, dataset.splits)
    return folder


@pytest.fixture
def trec(tmp_path):
    """A data folder with one dataset, and its task."""
    return placed("trec", str(tmp_path), DATASETS["trec"].splits), TASKS["trec"]


def examples(task, folder):
    """{split: rows, None where a filter drops one}."""
    return {split: [None if isinstance(row, data.Skipped) else row
                    for _, _, row in data.read_examples(task.dataset, sources, folder)]
            for split, sources in data.splits_on_disk(task.dataset, task.subset, folder).items()}


@pytest.fixture(scope="module")
def rows(folder):
    """Rows of every dataset, the first twenty of each split: {name: rows}."""
    found = {name: [] for name in DATASETS}
    for task in TASKS.values():
        for several in examples(task, folder).values():
            found[task.dataset.name] += [row for row in several[:20] if row is not None]
    return found


# ---- readers and splits

def check(name, found, expected):
    assert {s: len(r) for s, r in found.items()} == {s: len(r) for s, r in expected.items()}, name
    for split, several in expected.items():
        for i, (row, wanted) in enumerate(zip(found[split], several)):
            where = f"{name}, {split}, example {i}"
            assert (row is None) == (wanted is None), where
            if row and wanted is not ...:
                assert {field: row.get(field) for field in wanted} == wanted, where
            if row and DATASETS[name.split("/")[0]].kind == "choice":
                assert {row["answer"], *row.get("answers", ())} <= set(row["options"]), where


def test_every_reader_reads_what_was_worked_out_by_hand(folder):
    assert set(READ) == set(TASKS)
    for name, task in TASKS.items():
        check(name, examples(task, folder), READ[name])


def test_so_does_every_reader_of_lean_splits(tmp_path):
    assert set(LEAN) == {name for name, d in DATASETS.items() if d.lean_splits}
    for name, expected in LEAN.items():
        folder = placed(name, str(tmp_path / name), DATASETS[name].lean_splits)
        check(name, examples(TASKS[name], folder), expected)


def test_a_query_of_record_may_begin_with_its_gap():
    (query, _), record = RECORD["qas"], {**RECORD}
    record["qas"] = [{**query, "query": "@placeholder won on Friday"}]
    (row,) = data.rows_of(DATASETS["record"], templates.sources_of(DATASETS["record"].splits)[0], "here", record, set())
    assert (row["query"], row["opening"], row["answer"]) == ("", "...", "Ada Moss won on Friday")


def test_files_without_splits_are_cut_into_three(folder):
    """Together all of the file, none twice, and no split is a run of neighbours."""
    for name, field in (("fix_punct", "answer"), ("para_crawl_enes", "sent1"), ("opinion_abstracts_movie", "movie"),
                        ("opinion_abstracts_idebate", "debate")):
        found = {s: [int(re.search(r"\d+", row[field])[0]) for row in r]
                 for s, r in examples(TASKS[name], folder).items()}
        assert sorted(sum(found.values(), [])) == list(range(sum(map(len, found.values())))), name
        assert max(found["dev"]) - min(found["dev"]) > 2 * len(found["dev"]), name
    first = lambda name: examples(TASKS[name], folder)["test"][0]
    row = first("fix_punct")
    i = re.search(r"\d+", row["answer"])[0]
    assert row == {"no_punct": f"Caf {i} free of charge", "answer": f"Caf\u00e9 {i}, free of charge!"}  # as FLAN
    assert first("para_crawl_enes")["lang2"] == "Spanish" and "Falta la p" in first("para_crawl_enes")["answer"]
    row, ten = first("opinion_abstracts_movie"), range(10)  # of twelve
    assert row["reviews"] == "\n".join(f"{k + 1}. Opinion {k}." for k in ten) and row["review"] == "Opinion 0."
    assert row["movie"].startswith("the blue door ") and row["answer"].startswith("A quiet film, number ")
    row = first("opinion_abstracts_idebate")
    assert row["arguments"] == "\n".join(f"{k + 1}. Reason {k}." for k in ten)
    assert row["answer"].startswith("Air would improve in town ")


def test_what_is_dropped_of_files_without_splits():
    """Where records are cut by ranks, filtered ones may fall on any split."""
    def kept(name, **record):
        (row,) = data.rows_of(DATASETS[name], Source("lines", "f"), "here", record, set())
        return isinstance(row, dict)
    assert not kept("fix_punct", english="Nothing to restore here", danish="x")
    assert not kept("para_crawl_enes", english="Page 7", other=" ")
    movie = dict(_movie_name="a", _critics={"0": "b"}, _critic_consensus="c")
    assert kept("opinion_abstracts_movie", **movie)
    assert not kept("opinion_abstracts_movie", **{**movie, "_critics": {}})
    assert not kept("opinion_abstracts_movie", **{**movie, "_critic_consensus": ""})
    assert not kept("opinion_abstracts_idebate", _debate_name="a", _argument_sentences={}, _claim="b")


# ---- the collection as a whole

def test_sixty_two_datasets_in_twelve_clusters():
    assert Counter(d.cluster for d in DATASETS.values()) == SIZES and sum(SIZES.values()) == 62
    assert list(SIZES) == list(CLUSTERS) and all(name == d.name for name, d in DATASETS.items())
    assert [t for t in TASKS if "/" in t] == ["anli/r1", "anli/r2", "anli/r3", "mnli/matched", "mnli/mismatched",
                                              "arc/easy", "arc/challenge", "squad/v1", "squad/v2"]
    for name, d in DATASETS.items():
        for key, file in d.files.items():
            urls, hashes = ([x] if isinstance(x, str) else x for x in (file.url, file.sha256 or ()))
            assert file.manual or all(url.startswith("http") for url in urls), (name, key)
            assert all(re.fullmatch("[0-9a-f]{64}", h) for h in hashes), (name, key)
        for source in templates.sources_of(d.splits) + templates.sources_of(d.lean_splits):
            assert {key for key, _ in source.needed} <= set(d.files), name


def test_held_out_sets_of_the_paper():
    """Written out: what is tuned on when a cluster is held out, by number of datasets."""
    left = {"nli": 62 - 7 - 4, "paraphrase": 62 - 7 - 4, "reading_comp_commonsense": 62 - 2 - 5 - 4,
            "reading_comp": 62 - 5 - 2, "commonsense": 62 - 4 - 2}
    for cluster in CLUSTERS:
        tuning, held = data.held_out(cluster, data.all_tasks())
        assert len({t.dataset.name for t in tuning}) == left.get(cluster, 62 - SIZES[cluster]), cluster
        assert {t.dataset.name for t in held} == {n for n, d in DATASETS.items() if d.cluster == cluster}


# ---- templates

# what points at a list; the OPTIONS may be gone
LIST = re.compile(r"\b(options?|choices?|choose|alternatives?|candidates?|the list|listed|which of|"
                  r"one of the following|of these(?! (two|words)))\b", re.IGNORECASE)


def test_templates_can_be_asked_with_and_without_options(rows):
    for name, dataset in DATASETS.items():
        reverse = [t for t in dataset.templates if t.is_reversed]
        assert len(dataset.templates) == 10 == len({t.prompt for t in dataset.templates}), name
        if dataset.cluster == "translation":  # five each way
            assert [t.target for t in reverse] == ["{sent1}"] * 5, name
        else:
            assert len(reverse) <= 3, name
        for template in dataset.templates:
            prompt, where = template.prompt, (name, template.prompt)
            assert prompt == prompt.strip() and not re.search(r"[ \t]\n|\n{3}|  ", prompt + template.target), where
            asked, wanted = (set(re.findall(r"\{(\w+)\}", text)) for text in template)
            assert not asked & wanted and prompt.count("{options}") <= 1, where  # it does not hold what it asks for
            if dataset.kind == "choice" and not template.is_reversed:
                assert "{options}" in prompt and asked - {"options"}, where
                assert not LIST.search(prompt.replace("{options}", "")), where
                assert not (prompt.startswith("{options}") and "above" in prompt), where
            for row in rows[name]:
                shown, bare = (render(row, template, with_options).prompt for with_options in (True, False))
                assert not re.search(r"\{(?:" + "|".join(row) + r"|options)\}", shown + bare), (where, "unfilled")
                assert "OPTIONS" not in bare and bare == bare.strip() != "", where
                if "{options}" in prompt:
                    suffix = "OPTIONS:\n" + "\n".join("- " + o for o in row["options"])
                    assert re.search(r"(^|\n)" + re.escape(suffix) + r"(\n|$)", shown), where


def test_baseline_prompts_can_be_asked(rows):
    for name, dataset in DATASETS.items():
        for row in rows[name] if dataset.baseline.prompt else ():
            example = evaluation.render_styled(row, dataset.baseline, evaluation.BASELINE)
            assert example.prompt.strip() and not re.search(r"\{(?:" + "|".join(row) + r")\}", example.prompt), name
            assert len(set(example.options)) == len(set(row.get("options", ()))), name
            if dataset.kind == "choice":
                assert {example.target, *example.answers} <= set(example.options), name


def test_the_template_of_the_readme_is_one_of_rtes():
    with open(os.path.join(os.path.dirname(data.__file__), "README.md"), encoding="utf-8") as f:
        section = f.read().split("## One example, from template to loss")[1]
    shown = re.search(r"^template {5,}(.*?)(?:  |$)", section, re.MULTILINE)[1].replace("\\n", "\n")
    assert Template(shown) in DATASETS["rte"].templates


# ---- tokens and their cache

def test_tokens_are_read_once_and_anew_when_anything_changes(trec, bytes_encoding, tmp_path, monkeypatch):
    folder, task = trec
    first = data.load_entry(task, bytes_encoding, 512, folder)
    with monkeypatch.context() as m:
        m.setattr(data, "load_rows", lambda *_: pytest.fail("read again"))
        again = data.load_entry(task, bytes_encoding, 512, folder)
        assert all((a == b).all() for a, b in zip(first.store[:3], again.store[:3])) and first[2:] == again[2:]
        with pytest.raises(pytest.fail.Exception):
            data.load_entry(task, bytes_encoding, 256, folder)  # another length, other tokens
    assert len(os.listdir(tmp_path / "tokens")) == 1
    path = lambda *more: data.cache_path(task, folder, *more)
    seen = {path("bytes", 257, 512), path("bytes", 258, 512), path("gpt2", 257, 512), path("bytes", 257, 256)}
    assert path("bytes", 257, 512) in seen
    os.utime(data.path_of("trec", "train_5500.label", folder), (1, 1))
    seen.add(path("bytes", 257, 512))
    copy = shutil.copy(templates.__file__, tmp_path / "templates.py")
    with open(copy, "a", encoding="utf-8") as f:
        f.write("# edited\n")
    monkeypatch.setattr(templates, "__file__", str(copy))
    assert len(seen | {path("bytes", 257, 512)}) == 6


def test_a_file_that_says_which_records_are_in_belongs_to_a_dataset(tmp_path):
    folder, task = placed("mrpc", str(tmp_path), DATASETS["mrpc"].splits), TASKS["mrpc"]
    before, ids = data.cache_path(task, folder), data.path_of("mrpc", "mrpc_dev_ids.tsv", folder)
    os.utime(ids, (1, 1))
    assert data.is_on_disk(task, "train", folder) and data.cache_path(task, folder) != before
    os.remove(ids)
    assert not data.is_on_disk(task, "train", folder)


def test_damaged_tokens_are_named(trec, bytes_encoding, tmp_path):
    folder, task = trec
    data.load_entry(task, bytes_encoding, 512, folder)
    (kept,) = (tmp_path / "tokens").glob("*.npz")
    whole = kept.read_bytes()
    middle = len(whole) // 2
    for content in (b"", b"not a zip file", whole[:middle], whole[:middle] + b"\xff" * 9 + whole[middle + 9:]):
        kept.write_bytes(content)
        with pytest.raises(ValueError, match=f"{kept.name} is damaged .*: delete it, and it is made anew"):
            data.load_entry(task, bytes_encoding, 512, folder)


def test_tokens_that_cannot_be_kept_only_cost_time(trec, bytes_encoding, tmp_path):
    folder, task = trec
    (tmp_path / "tokens").write_text("a file in the way")
    said = []
    (entry,) = data.load_mixture([task], bytes_encoding, 512, folder, said.append)
    assert entry.examples == 2 and len(said) == 1 and "anew next time" in said[0]
    assert data.load_mixture([TASKS["wsc273"]], bytes_encoding, 512, folder, said.append) == []
    assert said[1] == "wsc273 has no training split: left out of tuning"


def test_the_sixty_third_dataset_is_one_block(tmp_path, monkeypatch, capsys, bytes_encoding):
    """What a newcomer writes, and all that a newcomer writes."""
    weather = Dataset(
        "weather", "Weather words", "misc", "choice", files={"weather.jsonl": File("")},
        splits={"train": Source("jsonl", "weather.jsonl", rows=(0, 40)),
                "test": Source("jsonl", "weather.jsonl", rows=(40, None))},
        read=lambda r: {"text": r["text"], "options": ("wet", "dry"), "answer": r["label"]},
        templates=("Rain or sun? {text}\n\n{options}", *(f"{{text}} Was day {i} dry?\n{{options}}" for i in range(9))))
    content = "".join(json.dumps({"text": f"Day {i}.", "label": ("wet", "dry")[i % 2]}) + "\n" for i in range(50))
    monkeypatch.setattr(data, "tokenizer", lambda *_: bytes_encoding)
    folder = ["--data_dir", str(tmp_path)]
    with serving() as site:
        monkeypatch.setitem(data.DATASETS, "weather", publish(site, weather, {"weather.jsonl": content}))
        data.main(["get", "weather", *folder])
    data.main(["show", "weather", "--split", "test", *folder])
    assert re.search(r"weather.jsonl, line \d+\n  text: 'Day \d+\.'\n  label: ", capsys.readouterr().out)
    data.main(["list", *folder])
    assert re.search(r"^weather +misc +choice +0.00  on disk$", capsys.readouterr().out, re.MULTILINE)
    (entry,) = data.load_mixture(data.tasks_of(data.DATASETS["weather"]), bytes_encoding, 128, str(tmp_path))
    assert entry.examples == entry.rate == 32 and len(entry.store.prompt_lengths) == 32 * 10  # with each template
    ids = entry.store.tokens[:entry.store.offsets[1]].tolist()
    assert re.fullmatch(r"Rain or sun\? Day \d+\.\n\nOPTIONS:\n- wet\n- dry<\|endoftext\|> (wet|dry)<\|endoftext\|>",
                        bytes_encoding.decode(ids))


def test_odd_fields_that_real_files_have(tmp_path):
    read = lambda name, r: DATASETS[name].read(r)
    with pytest.raises(ValueError, match="the label -1 is not between 0 and 1"):  # of an unlabelled test file
        read("copa", {"premise": "It rained.", "choice1": "a", "choice2": "b", "question": "cause", "label": -1})
    qqp = read("qqp", {"question1": '"Is ""so"" a word?"', "question2": '"No" and "no"?', "is_duplicate": "0"})
    assert (qqp["question1"], qqp["question2"]) == ("Is 'so' a word?", '"No" and "no"?')
    trivia = read("trivia_qa", {"question": '"""Who sang it?"""', "answers": "['Oliver (disambiguation)', 'Oliver']"})
    assert (trivia["question"], trivia["answer"]) == ("Who sang it?", "oliver")
    story = read("story_cloze", dict(zip("abcdefgh", ("1", "A.", "B. ", "C.", "D.", "E.", "F.", "2"))))
    assert story == {"context": "A. B. C. D.", "options": ("E.", "F."), "answer": "F."}
    schema = b"<schema><text><txt1>Ann saw Bea\xa0when</txt1><pron>she</pron><txt2>fell.</txt2></text><answers>" \
             b"<answer>Ann</answer><answer>Bea</answer></answers><correctAnswer>B</correctAnswer></schema>"
    (tmp_path / "wsc273").mkdir()
    (tmp_path / "wsc273" / "WSCollection.xml").write_bytes(
        b'<?xml version="1.0" encoding="ISO-8859-1"?><collection>' + schema + b"</collection>")
    (row,) = data.load_rows(data.tasks_of(DATASETS["wsc273"])[0], "test", str(tmp_path)).rows
    assert row["context"] == "Ann saw Bea when" and row["answer"] == "Bea fell."

"""python data.py get, list and show, and what a script says to a user.

    python -m pytest tests/test_commands.py
"""

import json
import os
import re
import subprocess
import sys

import pytest

import data
from web import place, publish, serving


@pytest.fixture
def folder(tmp_path, monkeypatch, bytes_encoding):
    monkeypatch.setattr(data, "tokenizer", lambda *_: bytes_encoding)
    return ["--data_dir", str(tmp_path)]


def test_get_list_and_show_go_from_the_raw_record_to_the_tokens(folder, tmp_path, monkeypatch, capsys):
    rows = "".join(json.dumps({"premise": f"It rained {i} days.", "hypothesis": "It was wet." + " x" * 2000, "idx": i,
                               "label": ("entailment", "not_entailment")[i % 2]}) + "\n" for i in range(30))
    with serving() as site:
        rte = publish(site, data.DATASETS["rte"], {"RTE.zip": {f"RTE/{s}.jsonl": rows for s in ("train", "val")}})
        monkeypatch.setitem(data.DATASETS, "rte", rte)
        data.main(["get", "rte", *folder])
    assert f"all that was asked for is in {tmp_path}" in capsys.readouterr().out
    data.main(["list", *folder])
    table = capsys.readouterr().out.strip().split("\n")
    assert len(table) == 64 and table[-1] == f"1 of 62 datasets are on disk in {tmp_path}"
    assert re.search(r"^rte +nli +choice +\d\.\d\d  on disk$", "\n".join(table), re.MULTILINE)
    assert re.search(r"^newsroom +summarization +text +-  manual$", "\n".join(table), re.MULTILINE)
    for split, member in (("train", "train"), ("dev", "train"), ("test", "val")):
        data.main(["show", "rte", "--template", "2", "--split", split, *folder])
        shown = capsys.readouterr().out
        titles = re.findall("^(?:--- )?(raw record|row|prompt|options|target|\\d+ tokens.*|rte, .*)", shown, re.M)
        assert titles[0] == f"rte, {split}, template 2" and titles[1:3] == ["raw record", "row"]
        assert set(titles[3:]) == {"prompt", "options", "target", "1025 tokens, cut to fit, [[supervised]]"}
        number, days, label = re.search(
            rf"--- raw record: RTE/{member}.jsonl, line (\d+)\n  premise: 'It rained (\d+) days.'\n"
            r"  hypothesis: 'It was.* ... and 2,013 characters more\n  idx: \d+\n  label: '(\w+)'\n", shown).groups()
        assert int(number) - 1 == int(days)
        answer = {"entailment": "yes", "not_entailment": "no"}[label]
        assert f"\n--- prompt\nIt rained {days} days." in shown and "\n--- options\n'yes', 'no'\n" in shown
        assert f"\n--- target\n{answer}\n" in shown and shown.endswith(f"[[ |{'|'.join(answer)}|<|endoftext|>]]\n")


def test_show_of_the_miniature_has_no_raw_record(capsys, tmp_path):
    data.main(["show", "animal_sound", "--split", "test", "--data_dir", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "raw record" not in shown and shown.startswith("animal_sound, test, template 0\n\n--- row\n  x: ")
    answer = re.search(r"\n--- target\n(\w+)\n", shown)[1]
    assert f"'{answer}'" in shown and f"[[ {answer}|<|endoftext|>]]\n" in shown


def test_list_names_what_was_read_in_part(folder, tmp_path, monkeypatch, capsys):
    sentences = "".join(f"Sentence {i}.\tFrase {i}.\n" for i in range(4_000))
    with serving() as site:
        (key,) = data.DATASETS["para_crawl_enes"].files
        dataset = publish(site, data.DATASETS["para_crawl_enes"], {key: sentences})
        dataset.files[key] = dataset.files[key]._replace(head=dataset.files[key].size // 2)
        monkeypatch.setitem(data.DATASETS, "para_crawl_enes", dataset)
        data.main(["get", "para_crawl_enes", "--lean", *folder])
    assert f"{key}: the first 0 of 0 MB; no sha256 can verify a part" in capsys.readouterr().out
    data.main(["list", *folder])
    table = capsys.readouterr().out
    assert re.search(rf"^para_crawl_enes .* on disk, from the beginning of {key} only$", table, re.MULTILINE)


def test_get_goes_on_where_one_dataset_fails_and_lean_alone_takes_what_needs_no_hand(folder, monkeypatch, capsys):
    asked = []

    def fetch(dataset, data_dir, lean):
        asked.append(dataset.name)
        if dataset.name in ("cb", "anli"):
            raise OSError(f"no {dataset.name} today")
    monkeypatch.setattr(data, "fetch", fetch)
    with pytest.raises(OSError, match="2 of 7 datasets are not complete:\ncb: no cb today\nanli: no anli"):
        data.main(["get", "--cluster", "nli", *folder])
    assert len(asked) == 7
    asked.clear()
    with pytest.raises(OSError, match="2 of 60 datasets"):
        data.main(["get", "--lean", *folder])
    assert set(data.DATASETS) - set(asked) == {"newsroom", "math"}


@pytest.mark.parametrize("argv, reason", [
    (["get"], "nothing to get"), (["get", "rtee", "rte"], "get rtee: no such dataset; `python data.py list`"),
    (["show", "rtee"], "show rtee: no such dataset; .*animal_sound"),
    (["show", "rte", "--template", "10"], "no --template 10; give one from 0 to 9"),
    (["show", "rte", "--split", "dev", "--data_dir", "/nowhere"], "rte needs /nowhere.*python data.py get rte"),
    (["get", "rte", "--data_dir", __file__], "rte: .*Not a directory: .*test_commands.py"),
    (["get", "newsroom", "--lean", "--data_dir", "{tmp}"],
     "newsroom/train.jsonl cannot be downloaded. Fill in the form"),
])
def test_what_a_user_gets_wrong_is_named(argv, reason, tmp_path):
    with pytest.raises((ValueError, OSError), match=reason):
        data.main([arg.format(tmp=tmp_path) for arg in argv])


def test_show_of_a_split_without_examples(tmp_path):
    for name in ("train.c.txt", "test.c.txt"):
        place(str(tmp_path), f"dpr/{name}", "Al met Bo and he sang.\nhe\nAl,Bo\nAl\n")
    with pytest.raises(ValueError, match="show dpr: the dev split has no example; try another --split"):
        data.main(["show", "dpr", "--split", "dev", "--data_dir", str(tmp_path)])
    with pytest.raises(FileNotFoundError, match="wsc273 has no train split"):
        data.main(["show", "wsc273", "--data_dir", str(tmp_path)])


def run(command):
    return subprocess.run(command.format(python=sys.executable), shell=True, capture_output=True, text=True,
                          cwd=os.path.dirname(data.__file__), env={**os.environ, "PYTHONUNBUFFERED": ""})


def test_a_script_ends_in_one_line(tmp_path):
    """What a user can cause is no traceback; a reader that has seen enough is no error."""
    assert run(f"{{python}} data.py get rtee; {{python}} data.py list --data_dir {tmp_path} | true").stderr == (
        "error: get rtee: no such dataset; `python data.py list` names them all\n")

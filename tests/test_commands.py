"""python data.py get, list, show, mixture; and the tokenizer files of an export.

    python -m pytest tests/test_commands.py
"""

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest
import tiktoken

import data
from web import publish, serving


@pytest.fixture
def site():
    with serving() as site:
        yield site


def test_get_list_show_and_mixture(site, tmp_path, monkeypatch, capsys, bytes_encoding):
    rows = [{"premise": f"It rained {i} days.", "hypothesis": "It was wet.", "label": "entailment", "idx": i}
            for i in range(30)]
    content = {f"RTE/{s}.jsonl": "".join(json.dumps(r) + "\n" for r in rows) for s in ("train", "val")}
    rte = publish(site, data.DATASETS["rte"], {"RTE.zip": content})
    monkeypatch.setitem(data.DATASETS, "rte", rte)
    monkeypatch.setattr(data, "tokenizer", lambda name: bytes_encoding)
    folder = ["--data_dir", str(tmp_path)]
    data.main(["get", "rte", *folder])
    assert f"all that was asked for is in {tmp_path}" in capsys.readouterr().out
    data.main(["list", "--json", *folder])
    listed = {i["dataset"]: i for i in json.loads(capsys.readouterr().out)}
    assert len(listed) == 62 and listed["rte"]["cached"]
    assert [listed["rte"][split] for split in ("train", "dev", "test")] == [24, 6, 30]
    assert not listed["cb"]["cached"] and listed["cb"]["train"] is None and listed["newsroom"]["manual"]
    data.main(["mixture", "--hold_out", "sentiment", *folder])
    mixture = capsys.readouterr().out
    assert "1 of 63 tasks are on disk" in mixture and "\nwithout a training split: wsc273\n" in mixture
    data.main(["list", *folder])
    table = capsys.readouterr().out.strip().split("\n")
    assert len(table) == 64 and table[-1] == f"1 of 62 datasets are on disk in {tmp_path}"
    monkeypatch.setattr(data, "read_split", lambda *_, **__: pytest.fail("counted again"))
    data.main(["list", *folder])
    assert capsys.readouterr().out.strip().split("\n") == table


def test_show_goes_from_the_raw_record_to_the_tokens(site, tmp_path, monkeypatch, capsys, bytes_encoding):
    content = "".join(json.dumps({"premise": f"It rained {i} days.", "hypothesis": "It was wet." + " x" * 2000,
                                  "label": ("entailment", "not_entailment")[i % 2], "idx": i}) + "\n"
                      for i in range(30))
    dataset = publish(site, data.DATASETS["rte"], {"RTE.zip": {f"RTE/{s}.jsonl": content for s in ("train", "val")}})
    monkeypatch.setitem(data.DATASETS, "rte", dataset)
    monkeypatch.setattr(data, "tokenizer", lambda name: bytes_encoding)
    folder = ["--data_dir", str(tmp_path)]
    data.main(["get", "rte", *folder])
    for split, member in (("train", "train"), ("dev", "train"), ("test", "val")):
        capsys.readouterr()
        data.main(["show", "rte", "--template", "2", "--split", split, *folder])
        shown = capsys.readouterr().out
        titles = re.findall("^(?:--- )?(raw record|fields|prompt|options|target|\\d+ tokens.*|rte, .*)", shown, re.M)
        assert titles == [f"rte, {split}, template 2", "raw record", "fields", "prompt", "options", "target",
                          "1025 tokens, cut to fit"]
        place, days, label, number = re.search(
            rf"--- raw record: RTE/{member}.jsonl, line (\d+)\n  premise: 'It rained (\d+) days.'\n"
            r"  hypothesis: 'It was.* ... and 2,013 characters more\n  label: '(\w+)'\n  idx: (\d+)\n", shown).groups()
        assert int(place) - 1 == int(days) == int(number)
        answer = {"entailment": "yes", "not_entailment": "no"}[label]
        assert f"\n--- prompt\nIt rained {days} days." in shown and "\n--- options\n'yes', 'no'\n" in shown
        assert f"\n--- target\n{answer}\n" in shown and shown.endswith(f"[[ |{'|'.join(answer)}|<|endoftext|>]]\n")


def test_show_of_the_miniature_has_no_raw_record(capsys, tmp_path):
    data.main(["show", "animal_sound", "--split", "test", "--data_dir", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "raw record" not in shown and shown.startswith("animal_sound, test, template 0\n\n--- fields\n  x: ")
    row = data.miniature_tasks()[list(data.MINIATURE).index("animal_sound")].rows["test"][0]
    assert f"\n--- target\n{row['answer']}\n" in shown and f"[[ {row['answer']}|<|endoftext|>]]\n" in shown


def test_list_names_what_was_read_in_part(site, tmp_path, monkeypatch, capsys):
    lines = "".join(json.dumps({"ctx": f"A man {i}", "endings": ["a", "b", "c", "d"], "label": 1,
                                "activity_label": "Run"}) + "\n"
                    for i in range(10))
    dataset = publish(site, data.DATASETS["hellaswag"], dict.fromkeys(data.DATASETS["hellaswag"].files, lines))
    monkeypatch.setitem(data.DATASETS, "hellaswag", dataset)
    data.main(["get", "hellaswag", "--lean", "--data_dir", str(tmp_path)])
    assert re.search("hellaswag_train.jsonl: reading a part.*; its sha256 cannot be verified", capsys.readouterr().out)
    data.main(["list", "--data_dir", str(tmp_path)])
    table = capsys.readouterr().out
    assert re.search(r"^hellaswag .* on disk, from the beginning of hellaswag_train.jsonl only$", table, re.MULTILINE)
    assert "read in part could not be verified" in table
    data.main(["list", "--json", "--data_dir", str(tmp_path)])
    notes = {i["dataset"]: i["in_part"] for i in json.loads(capsys.readouterr().out)}
    assert notes["hellaswag"] == "from the beginning of hellaswag_train.jsonl only" and not notes["rte"]


@pytest.mark.parametrize("argv, reason", [
    (["get"], "nothing to get"), (["get", "--cluster", "x"], "'x' is no cluster"),
    (["get", "rtee", "rte"], "get rtee: no such dataset; `python data.py list`"),
    (["show", "rtee"], "show rtee: no such dataset; .*animal_sound"),
    (["show", "rte", "--template", "10"], "no --template 10; give one from 0 to 9"),
    (["show", "rte", "--split", "dev", "--data_dir", "/nowhere"], "rte needs /nowhere.*python data.py get rte"),
    (["show", "rte", "--data_dir", "/nowhere"], "rte needs /nowhere.*python data.py get rte"),
    (["mixture", "--hold_out", "x"], "'x' is no cluster"),
    (["list", "--data_dir", __file__], "is a file; give a folder"),
    (["get", "cb", "--data_dir", __file__ + "/x"], "cannot be made .*; choose another folder"),
    (["get", "newsroom", "--lean", "--data_dir", "{tmp}"],
     "newsroom/train.jsonl cannot be downloaded. Fill in the form"),
])
def test_what_a_user_gets_wrong_is_named(argv, reason, tmp_path):
    with pytest.raises((ValueError, OSError), match=reason):
        data.main([arg.format(tmp=tmp_path) for arg in argv])


def test_a_folder_that_cannot_be_written_to_is_named_before_anything_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == str(tmp_path) and mode == os.W_OK))
    monkeypatch.setattr(data, "fetch", lambda *_: pytest.fail("fetched"))
    with pytest.raises(OSError, match=f"--data_dir {tmp_path} cannot be written to; choose another folder"):
        data.main(["get", "rte", "--data_dir", str(tmp_path)])


def test_show_of_a_split_without_examples(tmp_path):
    (tmp_path / "wsc273").mkdir()
    (tmp_path / "wsc273" / "WSCollection.xml").write_text("<collection/>")
    with pytest.raises(ValueError, match="show wsc273: the dev split has no example; try another --split"):
        data.main(["show", "wsc273", "--split", "dev", "--data_dir", str(tmp_path)])


@pytest.mark.parametrize("command", ["list", "mixture"])  # more and less than what is buffered
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path, command):
    run = subprocess.run(f"{sys.executable} data.py {command} --data_dir {tmp_path} | true", shell=True,
                         capture_output=True, cwd=os.path.dirname(data.__file__),
                         env={**os.environ, "PYTHONUNBUFFERED": ""})
    assert not run.stderr


# ---- the tokenizer of an export

def small_bpe():
    """GPT-2's kind of encoding, with seven merges; each joins two tokens of lower rank."""
    ranks = {bytes([b]): i for i, b in enumerate(sorted(range(256), key=lambda b: data.byte_letters()[b]))}
    for token in (b"th", b"the", b" the", b"in", b"ing", b"er", b"ther"):
        ranks[token] = len(ranks)
    pattern = r"'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+".replace("\\\\", "\\")
    return tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks,
                             special_tokens={"<|endoftext|>": len(ranks)})


def test_an_exported_tokenizer_is_read_by_transformers(tmp_path):
    transformers = pytest.importorskip("transformers")
    encoding = small_bpe()
    data.save_tokenizer(encoding, str(tmp_path))
    merges = (tmp_path / "merges.txt").read_text().split("\n")
    assert merges[1:4] == ["t h", "th e", "\u0120 the"] and merges[7] == "the r"
    theirs = transformers.GPT2Tokenizer.from_pretrained(tmp_path)
    for text in ("the other thing", "gathering  \n the\tinner ring", "na\u00efve \u65e5\u672c 3.5<|endoftext|>"):
        assert theirs(text).input_ids == encoding.encode(text, allowed_special="all")


def test_the_exported_gpt2_tokenizer_is_the_official_one(tmp_path):
    try:
        encoding = data.tokenizer("gpt2")
    except FileNotFoundError:
        pytest.skip("GPT-2's vocabulary is not on this machine")
    data.save_tokenizer(encoding, str(tmp_path))
    digest = {n: hashlib.sha256((tmp_path / n).read_bytes()).hexdigest() for n in ("merges.txt", "vocab.json")}
    assert digest == {"merges.txt": "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
                      "vocab.json": "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"}


def test_the_miniatures_tokenizer_cannot_be_exported(tmp_path):
    with pytest.raises(ValueError, match="the tokenizer miniature cannot be written"):
        data.save_tokenizer(data.miniature_tokenizer(), str(tmp_path))

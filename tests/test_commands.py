"""python data.py get, list, show, mixture; and the tokenizer files of an export.

    python -m pytest tests/test_commands.py
"""

import hashlib
import json

import pytest
import tiktoken

import data
from web import publish, serving


@pytest.fixture
def site():
    with serving() as site:
        yield site


def test_get_list_show_and_mixture(site, tmp_path, monkeypatch, capsys, bytes_encoding):
    rows = [{"premise": f"It rained {i} days.", "hypothesis": "It was wet.", "label": "entailment", "idx": i} for i in range(30)]
    content = {f"RTE/{s}.jsonl": "".join(json.dumps(r) + "\n" for r in rows) for s in ("train", "val")}
    rte = publish(site, data.DATASETS["rte"], {"RTE.zip": content})
    monkeypatch.setitem(data.DATASETS, "rte", rte)
    monkeypatch.setattr(data, "tokenizer", lambda name: bytes_encoding)
    folder = ["--data_dir", str(tmp_path)]
    data.main(["get", "rte", *folder])
    data.main(["list", "--json", *folder])
    listed = {i["dataset"]: i for i in json.loads(capsys.readouterr().out.split("rte\n", 1)[1])}
    assert len(listed) == 62 and listed["rte"]["cached"] and listed["rte"]["train"] == 24 and listed["rte"]["test"] == 30
    assert not listed["cb"]["cached"] and listed["cb"]["train"] is None and listed["newsroom"]["manual"]
    data.main(["show", "rte", "--template", "2", *folder])
    shown = capsys.readouterr().out
    assert "Question: does this imply that" in shown and "[[ |y|e|s|<|endoftext|>]]" in shown
    data.main(["mixture", "--hold_out", "sentiment", *folder])
    assert "1 of 63 tasks are on disk" in capsys.readouterr().out
    data.main(["list", *folder])
    assert len(capsys.readouterr().out.strip().split("\n")) == 63


@pytest.mark.parametrize("argv, reason", [
    (["get"], "nothing to get"), (["get", "rtee"], "rtee to get"), (["get", "--cluster", "x"], "'x' is no cluster"),
    (["show", "rtee"], "give the name of a dataset"), (["show", "rte", "--template", "10"], "a template from 0 to 9"),
    (["mixture", "--hold_out", "x"], "'x' is no cluster"), (["show", "rte", "--data_dir", "/nowhere"], "rte needs /nowhere"),
])
def test_what_a_user_gets_wrong_is_named(argv, reason):
    with pytest.raises((ValueError, OSError), match=reason):
        data.main(argv)


# ---- the tokenizer of an export

def small_bpe():
    """GPT-2's kind of encoding, with seven merges; each joins two tokens of lower rank."""
    ranks = {bytes([b]): i for i, b in enumerate(sorted(range(256), key=lambda b: data.byte_letters()[b]))}
    for token in (b"th", b"the", b" the", b"in", b"ing", b"er", b"ther"):
        ranks[token] = len(ranks)
    pattern = r"'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+".replace("\\\\", "\\")
    return tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": len(ranks)})


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
    except RuntimeError:
        pytest.skip("GPT-2's vocabulary is not on this machine")
    data.save_tokenizer(encoding, str(tmp_path))
    digest = {n: hashlib.sha256((tmp_path / n).read_bytes()).hexdigest() for n in ("merges.txt", "vocab.json")}
    assert digest == {"merges.txt": "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
                      "vocab.json": "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"}


def test_the_miniatures_tokenizer_cannot_be_exported(tmp_path):
    with pytest.raises(ValueError, match="the tokenizer miniature cannot be written"):
        data.save_tokenizer(data.miniature_tokenizer(), str(tmp_path))

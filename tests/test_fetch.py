"""data.py's fetching and raw formats: servers that redirect, break off, lie or stall, archives that attack, records that are broken.

    python -m pytest tests/test_fetch.py
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zipfile

import pytest

import data
from templates import Dataset, File, Source
from web import packed, publish, serving

BODY = bytes(range(256)) * 4000


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(data, "PAUSE", 0.01)
    with serving() as site:
        site["/file"] = BODY
        yield site


def file(site, *paths, **changes):
    urls = tuple(site.url + p for p in paths or ("/file",))
    return File(urls, len(BODY), hashlib.sha256(BODY).hexdigest())._replace(**changes)


def got(site, path, wanted):
    data.download(wanted, str(path), progress=False)
    assert not os.path.exists(f"{path}.part")
    return path.read_bytes()


def test_download_and_redirect(site, tmp_path):
    site.habits["/old"] = "redirect /file"
    assert got(site, tmp_path / "a" / "x", file(site, "/old")) == BODY
    assert site.requests == [("/old", None), ("/file", None)]


def test_a_truncated_body_is_resumed(site, tmp_path):
    site.habits["/file"] = ["truncate"]
    assert got(site, tmp_path / "x", file(site)) == BODY
    assert site.requests == [("/file", None), ("/file", f"bytes={len(BODY) // 2}-")]


def test_a_partial_file_of_an_earlier_run_is_resumed(site, tmp_path):
    (tmp_path / "x.part").write_bytes(BODY[:1000])
    assert got(site, tmp_path / "x", file(site)) == BODY
    assert site.requests == [("/file", "bytes=1000-")]


def test_without_range_a_resumed_file_begins_anew(site, tmp_path):
    (tmp_path / "x.part").write_bytes(b"?" * 1000)
    site.habits["/file"] = "no range"
    assert got(site, tmp_path / "x", file(site)) == BODY


def test_server_errors_are_tried_again_and_a_stalled_server_too(site, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "TIMEOUT", 0.5)
    site.habits["/file"] = ["500", "stall"]
    assert got(site, tmp_path / "x", file(site)) == BODY
    assert len(site.requests) == 3


def test_a_missing_file_is_taken_from_the_mirror_without_a_second_try(site, tmp_path):
    assert got(site, tmp_path / "x", file(site, "/gone", "/file")) == BODY
    assert [path for path, _ in site.requests] == ["/gone", "/file"]


def test_a_wrong_hash_is_refused_and_the_mirror_used(site, tmp_path):
    site["/bad"] = BODY[:-1] + b"!"
    assert got(site, tmp_path / "x", file(site, "/bad", "/file")) == BODY
    with pytest.raises(OSError, match=f"/bad: sha256 {hashlib.sha256(site['/bad']).hexdigest()}, expected"):
        data.download(file(site, "/bad"), str(tmp_path / "y"), progress=False)
    assert not os.path.exists(tmp_path / "y") and not os.path.exists(tmp_path / "y.part")


def test_a_wrong_size_is_refused_early(site, tmp_path):
    with pytest.raises(OSError, match="more than the expected 99 bytes"):
        data.download(file(site, size=99), str(tmp_path / "x"), progress=False)


def test_every_mirror_is_named_when_none_works(site, tmp_path):
    site.habits["/file"] = "500"
    with pytest.raises(OSError, match="(?s)/gone: HTTP Error 404.*/file: HTTP Error 500"):
        data.download(file(site, "/gone", "/file"), str(tmp_path / "x"), progress=False)


def test_an_unknown_hash_is_said(site, tmp_path, capsys):
    assert got(site, tmp_path / "x", file(site, sha256=None, size=None)) == BODY
    assert f"cannot be verified, since no sha256 is known; its sha256 is {hashlib.sha256(BODY).hexdigest()}" in capsys.readouterr().out


def test_a_manual_file_says_what_to_place_where(tmp_path):
    with pytest.raises(FileNotFoundError, match="x cannot be downloaded. Ask for it at summari.es"):
        data.download(File("", manual="Ask for it at summari.es"), str(tmp_path / "x"))


# ---- reading in part

def dataset(files, splits, fields=lambda r: r, **more):
    return Dataset("toy", "Toy", "misc", "choice", files, splits, fields, ("{x}",), **more)


LINES = "".join(f'{{"x": {i}, "pad": "{hashlib.sha256(str(i).encode()).hexdigest() * 20}"}}\n' for i in range(5000))


@pytest.mark.parametrize("key", ["toy.zip", "toy.tar.gz", "toy.jsonl", "toy.jsonl.gz"])
def test_a_prefix_costs_a_fraction(key, site, tmp_path):
    member = "" if "jsonl" in key else "toy/train.jsonl"
    content = {"toy/big": LINES, member: LINES, "toy/rest": LINES} if member else LINES
    if key == "toy.tar.gz":
        content = {member: LINES, "toy/rest": LINES}
    d = publish(site, dataset({key: File("")}, {"train": Source("jsonl", key, member, lean=50)}), {key: content})
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    rows = list(data.examples(d, d.splits["train"], str(tmp_path)))
    assert [r["x"] for r in rows] == list(range(50))
    assert os.path.getsize(data.lean_path(str(tmp_path / "toy" / key))) < len(site[f"/toy/{key}"]) / 10
    if key == "toy.zip":
        assert all(wanted for _, wanted in site.requests)  # never the whole file
    before = len(site.requests)
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert len(site.requests) == before  # it is there


def test_without_range_the_whole_archive_is_fetched_after_saying_so(site, tmp_path, capsys):
    d = publish(site, dataset({"toy.zip": File("")}, {"train": Source("jsonl", "toy.zip", "a", lean=2)}), {"toy.zip": {"a": LINES}})
    site.habits["/toy/toy.zip"] = "no range"
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert "sends whole files only" in capsys.readouterr().out
    assert os.path.exists(tmp_path / "toy" / "toy.zip")


# ---- archives that attack

@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "C:\\evil", "..\\evil"])
@pytest.mark.parametrize("key", ["toy.zip", "toy.tar.gz"])
def test_members_outside_of_the_archive_are_refused(key, name, tmp_path):
    os.makedirs(tmp_path / "toy")
    (tmp_path / "toy" / key).write_bytes(packed(key, {name: "{}\n", "a": "{}\n"}))
    d = dataset({key: File("")}, {"train": Source("jsonl", key, "a")})
    with pytest.raises(ValueError, match="points outside of the archive: refused"):
        list(data.examples(d, d.splits, str(tmp_path)))


def test_a_zip_bomb_is_refused(tmp_path, monkeypatch):
    os.makedirs(tmp_path / "toy")
    with zipfile.ZipFile(tmp_path / "toy" / "toy.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a", b"0" * 20_000_000)
    d = dataset({"toy.zip": File("")}, {"train": Source("lines", "toy.zip", "a")})
    with pytest.raises(ValueError, match="would unpack to 20,000,000 bytes: refused"):
        list(data.examples(d, d.splits, str(tmp_path)))
    (tmp_path / "toy" / "b.gz").write_bytes(gzip.compress(b"ab\n" * 1_000_000))
    monkeypatch.setattr(data, "MAX_MEMBER_BYTES", 1_000_000)
    with pytest.raises(ValueError, match="in all: refused"):
        list(data.examples(d, Source("lines", "b.gz"), str(tmp_path)))


# ---- raw formats, each with a record that is broken

def read(tmp_path, source, **files):
    os.makedirs(tmp_path / "toy", exist_ok=True)
    for key, content in files.items():
        key = key.replace("__", ".")
        (tmp_path / "toy" / key).write_bytes(content if isinstance(content, bytes) else packed(key, content))
    return list(data.examples(dataset({}, source), source, str(tmp_path)))


@pytest.mark.parametrize("source, content, expected", [
    (Source("jsonl", "f"), '{"a": 1}\n\n{"a": "\u2028"}\n', [{"a": 1}, {"a": "\u2028"}]),
    (Source("json", "f", key="data"), '{"data": [1, 2]}', [1, 2]),
    (Source("json", "f"), '{"p": {"a": 1}, "q": {"a": 2}}', [{"a": 1}, {"a": 2}]),
    (Source("tsv", "f"), 'a\tb\n"x\ty\r\nz\n', [{"a": '"x', "b": "y"}, {"a": "z"}]),
    (Source("tsv", "f", columns=("a",)), "x\ny\n", [{"a": "x"}, {"a": "y"}]),
    (Source("tsv", "f", encoding="utf-8-sig"), "\ufeffa\nx\n", [{"a": "x"}]),
    (Source("csv", "f"), 'a,b\n"x\ny, ""z""",1\n', [{"a": 'x\ny, "z"', "b": "1"}]),
    (Source("lines", "f", encoding="latin-1"), "é\n".encode("latin-1"), [{"line": "é"}]),
    (Source("pairs", "f"), "q\na\nr\nb\n", [{"lines": ["q", "a"]}, {"lines": ["r", "b"]}]),
    (Source("blocks", "f"), "a\nb\n\n\nc\n", [{"lines": ["a", "b"]}, {"lines": ["c"]}]),
    (Source("texts", "f"), "one\ntwo", [{"name": "f", "text": "one\ntwo"}]),
    (Source("lines", "f", rows=(1, 3)), "0\n1\n2\n3\n", [{"line": "1"}, {"line": "2"}]),
    (Source("lines", "f", rows=(0, -3)), "0\n1\n2\n3\n", [{"line": "0"}]),
    (Source("lines", "f", rows=(-3, -1)), "0\n1\n2\n3\n", [{"line": "1"}, {"line": "2"}]),
    (Source("lines", "f", rows=(-1, None)), "0\n1\n2\n3\n", [{"line": "3"}]),
])
def test_formats(source, content, expected, tmp_path):
    assert read(tmp_path, source, f=content) == expected


def test_parallel_members_and_marked_segments(tmp_path):
    source = Source("parallel", "f.zip", ("en", "de"))
    assert read(tmp_path, source, f__zip={"en": "a\u2028b\nc\n", "de": "x\ny\n"}) == [{"lines": ("a\u2028b", "x")}, {"lines": ("c", "y")}]
    sgm = Source("sgm", "f.zip", ("en", "de"))
    assert read(tmp_path, sgm, f__zip={"en": '<doc>\n<seg id="1">a &amp; b</seg>\n</doc>\n', "de": '<seg id="1"> x </seg>\n'}) == \
        [{"lines": ("a & b", "x")}]
    with pytest.raises(ValueError, match="en, line 2.*not equally long"):
        read(tmp_path, source, f__zip={"en": "a\nb\n", "de": "x\n"})


def test_globs_ids_and_several_sources(tmp_path):
    source = (Source("texts", "f.tgz", "d/*.txt"), Source("lines", "g", ids_file="ids", keep=lambda r, ids: r["line"] in ids))
    found = read(tmp_path, source, f__tgz={"d/1.txt": "one", "e/2.txt": "two", "d/3.txt": "three"}, g="a\nb\nc\n", ids="c\na\n")
    assert found == [{"name": "d/1.txt", "text": "one"}, {"name": "d/3.txt", "text": "three"}, {"line": "a"}, {"line": "c"}]


@pytest.mark.parametrize("source, content, reason", [
    (Source("jsonl", "f"), '{"a": 1}\n{"a": \n', "f, line 2 is not JSON"),
    (Source("json", "f"), "[1, ", "f is not JSON"),
    (Source("tsv", "f"), "a\tb\nx\ty\nx\ty\tz\n", "f, line 3: 3 columns, expected 2"),
    (Source("csv", "f"), 'a,b\n1,2\n3\n', "f, line 3: 1 columns, expected 2"),
    (Source("csv", "f"), 'a,b\n1,"2\n', "f, line 2: unexpected end of data"),
    (Source("pairs", "f"), "q\na\nr\n", "f, line 3: the last question has no answer"),
    (Source("lines", "f"), b"ok\n\xff\n", "f, line 2 is not utf-8"),
    (Source("lines", "f.zip", "b"), "x", "holds no b"),
    (Source("odd", "f"), "x", "format 'odd' is unknown"),
])
def test_a_broken_record_is_named_by_file_and_line(source, content, reason, tmp_path):
    key = source.file.replace(".", "__")
    with pytest.raises(ValueError, match=reason):
        read(tmp_path, source, **{key: {"a": content} if key.endswith("zip") else content})


def test_a_record_that_its_block_cannot_read_is_named(tmp_path):
    os.makedirs(tmp_path / "toy")
    (tmp_path / "toy" / "f").write_text('{"x": 1}\n{"y": 1}\n')
    d = dataset({}, Source("jsonl", "f"), fields=lambda r: {"x": r["x"]})
    with pytest.raises(ValueError, match="toy, f, line 2: KeyError: 'x'"):
        list(data.examples(d, d.splits, str(tmp_path)))


def test_a_missing_file_says_how_to_get_it(tmp_path):
    d = dataset({"f": File("")}, {"train": Source("jsonl", "f"), "test": Source("jsonl", "g")})
    with pytest.raises(FileNotFoundError, match="toy needs .*toy/f: run `python data.py get toy"):
        data.read_split(d, "", "train", str(tmp_path))


# ---- the split rule

def lines_dataset(tmp_path, n, **splits):
    os.makedirs(tmp_path / "toy", exist_ok=True)
    (tmp_path / "toy" / "train").write_text("".join(f"{i}\n" for i in range(n)))
    (tmp_path / "toy" / "other").write_text("".join(f"o{i}\n" for i in range(500)))
    drop = lambda r: None if r["line"].endswith("7") else {"x": r["line"]}
    return dataset({}, {"train": Source("lines", "train"), **splits}, drop, dev=200)


def test_dev_is_held_back_from_train_and_filters_come_after_the_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "MAX_EXAMPLES", 1000)
    d = lines_dataset(tmp_path, 5000, test=Source("lines", "other"))
    train, dev, test = (data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev", "test"))
    assert len(train.fields) + train.dropped == 1000 and 50 < train.dropped < 150
    assert len(dev.fields) + dev.dropped == 200 and len(test.fields) == 450 and test.dropped == 50
    seen = lambda split: {r["x"] for r in split.fields}
    assert not seen(train) & seen(dev)
    assert [r["x"] for r in train.fields] != sorted(seen(train), key=int)  # not the head of the file
    assert max(map(int, seen(train))) > 4000
    assert data.read_split(d, "", "train", str(tmp_path)) == train


def test_a_small_or_official_dev_set(tmp_path):
    d = lines_dataset(tmp_path, 100, test=Source("lines", "other"))
    train, dev = (data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev"))
    assert (len(train.fields) + train.dropped, len(dev.fields) + dev.dropped) == (80, 20)  # never more than a fifth
    d = lines_dataset(tmp_path, 100, test=Source("lines", "other"), **{"dev": Source("lines", "other")})
    train, dev = (data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev"))
    assert (len(train.fields) + train.dropped, len(dev.fields) + dev.dropped) == (100, 200)


def test_the_other_split_stands_in_and_says_so(tmp_path):
    d = lines_dataset(tmp_path, 100, test=Source("lines", "nowhere"))
    (task,) = data.tasks_of(d)
    found = data.load_rows(task, "test", str(tmp_path))
    assert len(found.fields) + found.dropped == 100 and "train stands in" in found.note


# ---- the command line

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

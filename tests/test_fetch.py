"""Fetching from servers that misbehave, archives that attack, and every raw format with a malformed record.

    python -m pytest tests/test_fetch.py
"""

import contextlib
import hashlib
import io
import json
import os
import random
import tarfile
import tracemalloc
import urllib.request
import zipfile

import pytest

import data
from templates import Dataset, File, Source
from web import packed, serving

TEXT = b"".join(f"line {i}: {random.Random(i).random()}\n".encode() for i in range(40_000))  # 1 MB, hardly compressible


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(data, "PAUSE", 0.001)
    with serving() as site:
        yield site


def offered(site, content=TEXT, *paths, sha256=True):
    """A File of `content`; the addresses are mirrors, those that begin with "missing" answer 404."""
    paths = paths or ("/file",)
    site.update({path: content for path in paths if "missing" not in path})
    return File(tuple(site.url + path for path in paths), len(content),
                hashlib.sha256(content).hexdigest() if sha256 else None)


def toy(files, splits, fields=lambda r: r, **more):
    return Dataset("toy", "Toy", "misc", "text", files, splits, fields, (), **more)


def placed(folder, key, content):
    """Puts a file of the dataset "toy" where it would lie once fetched."""
    path = os.path.join(folder, "toy", key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(content if isinstance(content, bytes) else packed(key, content))
    return path


def records(folder, source):
    return [r for r in data.examples(toy({}, {}), source, str(folder))]


def content_of(path):
    with open(path, "rb") as f:
        return f.read()


# ---- whole files

@pytest.mark.parametrize("habits", [["500"], ["truncate"], ["truncate", "truncate", "truncate"],
                                    ["500", "truncate", "no range"]])
def test_passing_faults_are_tried_again(site, tmp_path, habits):
    file = offered(site)
    site.habits["/file"] = list(habits)
    data.download(file, str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT and os.listdir(tmp_path) == ["f"]


def test_a_broken_download_is_resumed_where_it_stopped(site, tmp_path):
    file = offered(site)
    site.habits["/file"] = ["truncate"]
    data.download(file, str(tmp_path / "f"), progress=False)
    assert site.requests == [("/file", None), ("/file", f"bytes={len(TEXT) // 2}-")]


def test_a_later_run_resumes_and_a_server_without_ranges_restarts(site, tmp_path):
    file = offered(site)
    (tmp_path / "f.part").write_bytes(TEXT[:1000])
    data.download(file, str(tmp_path / "f"), progress=False)
    assert site.requests == [("/file", "bytes=1000-")] and content_of(tmp_path / "f") == TEXT
    (tmp_path / "g.part").write_bytes(TEXT[:1000])
    site.habits["/file"] = "no range"
    data.download(file, str(tmp_path / "g"), progress=False)
    assert content_of(tmp_path / "g") == TEXT


@pytest.mark.parametrize("size", [True, False])
@pytest.mark.parametrize("left", [b"other bytes", TEXT[1:] + b"!", TEXT + b"and more"])
def test_the_rest_of_something_else_is_never_kept(site, tmp_path, left, size):
    file = offered(site)
    (tmp_path / "f.part").write_bytes(left)
    data.download(file if size else file._replace(size=None), str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT and os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("size", [True, False])
def test_a_part_that_is_complete_but_was_not_renamed(site, tmp_path, size):
    file = offered(site)
    (tmp_path / "f.part").write_bytes(TEXT)
    data.download(file if size else file._replace(size=None), str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT
    assert len(site.requests) == (0 if size else 2)  # the server has no more: 416


def test_a_server_that_sends_another_range_than_was_asked_for(site, tmp_path):
    file = offered(site)
    (tmp_path / "f.part").write_bytes(TEXT[:1000])
    site.habits["/file"] = "other range"
    data.download(file, str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT and [wanted for _, wanted in site.requests] == ["bytes=1000-", None]


def test_an_encoding_that_nobody_asked_for_is_refused_but_a_gz_file_may_be_called_so(site, tmp_path):
    file = offered(site, TEXT, "/file.txt", sha256=False)
    site.habits["/file.txt"] = "encoding gzip"
    with pytest.raises(OSError, match="in the encoding gzip"):
        data.download(file._replace(size=None), str(tmp_path / "f"), progress=False)
    assert not os.listdir(tmp_path)
    site.habits["/file.tgz"] = "encoding x-gzip"
    data.download(offered(site, TEXT, "/file.tgz"), str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT


def test_a_proxy_of_the_environment_is_used(site, tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "_opener", None)  # urllib reads the environment once
    monkeypatch.setenv("http_proxy", site.url)
    site["http://far.invalid/f"] = TEXT
    file = File("http://far.invalid/f", len(TEXT), hashlib.sha256(TEXT).hexdigest())
    data.download(file, str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT and site.requests == [("http://far.invalid/f", None)]


def test_a_new_try_is_announced(site, tmp_path, capsys):
    file = offered(site)
    site.habits["/file"] = ["500", "truncate"]
    data.download(file, str(tmp_path / "f"), progress=False)
    said = capsys.readouterr().out.strip().split("\n")
    assert len(said) == 2 and "500" in said[0]
    assert "the body ended after" in said[1] and "trying again in 0.002 s" in said[1]


@pytest.mark.parametrize("habit", ["", "unasked 206"])
def test_without_a_hash_nothing_is_resumed_and_the_hash_is_shown(site, tmp_path, capsys, habit):
    file = offered(site, sha256=False)._replace(size=None)
    site.habits["/file"] = habit
    (tmp_path / "f.part").write_bytes(b"x" * 1000)
    data.download(file, str(tmp_path / "f"), progress=False)
    assert content_of(tmp_path / "f") == TEXT
    assert "f cannot be verified" in (out := capsys.readouterr().out) and hashlib.sha256(TEXT).hexdigest() in out


def test_redirects_keep_the_range_header_and_name_the_client(site, tmp_path):
    file = offered(site, TEXT, "/moved")
    site["/there"], site.habits["/moved"] = TEXT, f"redirect {site.url}/there"
    (tmp_path / "f.part").write_bytes(TEXT[:10])
    data.download(file, str(tmp_path / "f"), progress=False)
    assert ("/there", "bytes=10-") in site.requests and content_of(tmp_path / "f") == TEXT


def test_mirrors_in_turn_and_all_reasons(site, tmp_path):
    site["/wrong"] = TEXT[:-1] + b"!"
    data.download(offered(site, TEXT, "/missing", "/file"), str(tmp_path / "f"), progress=False)
    assert [path for path, _ in site.requests] == ["/missing", "/file"]  # a 404 is not tried again
    digest = hashlib.sha256(TEXT).hexdigest()
    file = File((site.url + "/missing", site.url + "/wrong"), len(TEXT), digest)
    with pytest.raises(OSError) as e:
        data.download(file, str(tmp_path / "g"), progress=False)
    other = hashlib.sha256(site["/wrong"]).hexdigest()
    assert "/missing: HTTP Error 404" in str(e.value)
    assert f"/wrong: sha256 {other}, expected {digest}" in str(e.value) and os.listdir(tmp_path) == ["f"]
    data.download(file._replace(sha256=("0" * 64, other)), str(tmp_path / "g"), progress=False)


@pytest.mark.parametrize("content", [TEXT[:-5], TEXT + b"too long"])
def test_wrong_size(site, tmp_path, content):
    file = offered(site)
    site["/file"] = content
    with pytest.raises(OSError, match="expected 1,|1,.* expected"):
        data.download(file, str(tmp_path / "f"), progress=False)
    assert not os.listdir(tmp_path)


def test_a_stalled_server_is_given_up(site, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "TIMEOUT", 0.2)
    file = offered(site)
    site.habits["/file"] = ["stall"]
    data.download(file, str(tmp_path / "f"), progress=False)
    assert len(site.requests) == 2
    monkeypatch.setattr(data, "ATTEMPTS", 2)
    site.habits["/file"] = "stall"
    with pytest.raises(OSError, match="timed out"):
        data.download(file, str(tmp_path / "g"), progress=False)


@pytest.mark.parametrize("key, lean", [("a.txt", False), ("a.txt", True), ("a.zip", True)])
def test_each_address_is_tried_a_fixed_number_of_times(site, tmp_path, key, lean):
    file = offered(site)
    site.habits["/file"] = "500"
    with pytest.raises(OSError, match="500"):
        data.fetch(toy({key: file}, {"train": Source("lines", key, lean=3)}), str(tmp_path), lean, progress=False)
    assert len(site.requests) == data.ATTEMPTS


def test_what_is_on_disk_is_not_fetched_again_unless_its_size_is_wrong(site, tmp_path, capsys):
    d = toy({"a.txt": offered(site)}, {"train": Source("lines", "a.txt")})
    placed(tmp_path, "a.txt", TEXT)
    data.fetch(d, str(tmp_path), progress=False)
    assert not site.requests
    path = placed(tmp_path, "a.txt", b"half")
    data.fetch(d, str(tmp_path), progress=False)
    assert content_of(path) == TEXT and "4 bytes, expected" in capsys.readouterr().out


def test_files_to_place_by_hand_are_all_named_when_the_rest_is_done(site, tmp_path):
    d = toy({"a": File("", manual="Ask Ann for a."), "b": File("", manual="Ask Bo for b."), "c": offered(site)},
            {"train": Source("lines", "a"), "dev": Source("lines", "b"), "test": Source("lines", "c")})
    with pytest.raises(FileNotFoundError) as e:
        data.fetch(d, str(tmp_path), progress=False)
    for part in (str(tmp_path / "toy" / "a"), "Ask Ann for a.", str(tmp_path / "toy" / "b"), "Ask Bo for b."):
        assert part in str(e.value)
    assert content_of(tmp_path / "toy" / "c") == TEXT
    placed(tmp_path, "a", TEXT), placed(tmp_path, "b", TEXT)
    data.fetch(d, str(tmp_path), progress=False)


# ---- parts of files

def json_lines(n):
    return "".join(json.dumps({"i": i, "text": str(random.Random(i).random())}) + "\n" for i in range(n))


CONTENT = {
    "a.jsonl": json_lines(60_000), "a.jsonl.gz": json_lines(60_000),
    "a.zip": {"first.txt": TEXT.decode(), "x/a.jsonl": json_lines(60_000), "last.txt": TEXT.decode()},
    "a.tar.gz": {"first.txt": "1\n", "x/a.jsonl": json_lines(60_000), "last.txt": TEXT.decode()},
}


@pytest.mark.parametrize("key", CONTENT)
def test_a_part_is_the_beginning_and_the_whole_can_follow(site, tmp_path, key):
    content = packed(key, CONTENT[key])
    s = Source("jsonl", key, "x/a.jsonl" if isinstance(CONTENT[key], dict) else "", lean=500)
    d = toy({key: offered(site, content)}, {"train": s, "test": s})
    with pytest.raises(FileNotFoundError):
        data.read_split(d, "", "test", str(tmp_path))
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    found = data.read_split(d, "", "test", str(tmp_path))
    assert [r["i"] for r in found.fields[:500]] == list(range(500)) and len(found.fields) <= 501
    assert key in found.note
    n = len(site.requests)
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert len(site.requests) == n, "it is there already"
    whole_only = d._replace(splits={"test": s._replace(lean=None)})
    with pytest.raises(FileNotFoundError):  # a part is no stand-in where the whole is asked for
        data.read_split(whole_only, "", "test", str(tmp_path))
    data.fetch(d, str(tmp_path), progress=False)
    found = data.read_split(d, "", "test", str(tmp_path))
    assert len(found.fields) == 60_000 and not found.note


def test_only_a_part_of_a_zip_file_travels(site, tmp_path):
    content = packed("a.zip", CONTENT["a.zip"])
    d = toy({"a.zip": offered(site, content)}, {"train": Source("jsonl", "a.zip", "x/a.jsonl", lean=10)})
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    asked = [tuple(map(int, wanted[6:].split("-"))) for _, wanted in site.requests]
    assert sum(min(stop, len(content) - 1) + 1 - start for start, stop in asked) < 3 * data.BLOCK + data.BLOCK
    assert len(content) > 1_500_000


@pytest.mark.parametrize("key", CONTENT)
def test_a_part_survives_truncated_answers(site, tmp_path, key):
    s = Source("jsonl", key, "x/a.jsonl" if isinstance(CONTENT[key], dict) else "", lean=50_000)
    d = toy({key: offered(site, packed(key, CONTENT[key]))}, {"test": s})
    site.habits["/file"] = ["truncate", "", "500", "", "truncate"]
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert [r["i"] for r in data.read_split(d, "", "test", str(tmp_path)).fields[:50_000]] == list(range(50_000))


def test_progress_is_shown_for_each_file_and_part(site, tmp_path, monkeypatch):
    bars = {}

    class Bar(contextlib.nullcontext):
        def __init__(self, desc, initial, disable, **_):
            super().__init__(self)
            bars[desc], self.desc = initial, desc
            assert disable is None  # tqdm shows itself on a terminal

        def update(self, n):
            bars[self.desc] += n
    monkeypatch.setattr(data, "tqdm", Bar)
    whole, part = offered(site), offered(site, packed("a.zip", CONTENT["a.zip"]), "/part")
    d = toy({"whole.txt": whole, "a.zip": part}, {"train": Source("lines", "whole.txt"),
                                                  "test": Source("jsonl", "a.zip", "x/a.jsonl", lean=10)})
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "whole.txt.part").write_bytes(TEXT[:1000])
    data.fetch(d, str(tmp_path), lean=True)
    assert bars == {"whole.txt": len(TEXT), "a.zip": bars["a.zip"]} and data.BLOCK <= bars["a.zip"] < part.size


@pytest.mark.parametrize("key", ["a.zip", "a.jsonl"])
def test_without_ranges_the_whole_file_is_fetched_and_that_is_said(site, tmp_path, capsys, key):
    s = Source("jsonl", key, "x/a.jsonl" if key == "a.zip" else "", lean=10)
    d = toy({key: offered(site, packed(key, CONTENT[key]))}, {"test": s})
    site.habits["/file"] = "no range"
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert len(data.read_split(d, "", "test", str(tmp_path)).fields) == 60_000
    assert "sends whole files only" in capsys.readouterr().out


def test_the_first_texts_of_an_archive(site, tmp_path):
    content = packed("a.tgz", {f"x/{i}.story": f"story {i}" for i in range(100)} | {"x/readme": "no"})
    s = Source("texts", "a.tgz", "x/*.story", lean=7)
    d = toy({"a.tgz": offered(site, content)}, {"test": s})
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert records(tmp_path, s) == [{"name": f"x/{i}.story", "text": f"story {i}"} for i in range(7)]


def test_a_quoted_field_with_newlines_counts_as_one_record_be_it_ever_so_long(site, tmp_path):
    long = b"long " * 40_000
    content = b"a,b\n" + b"".join(b'%d,"two\nlines"\n' % i for i in range(50)) + b'9,"' + long + b'"\n'
    data.fetch(toy({"long.csv": offered(site, content, "/long.csv")}, {"test": Source("csv", "long.csv", lean=51)}),
               str(tmp_path), lean=True, progress=False)
    assert records(tmp_path, Source("csv", "long.csv", lean=51))[50] == {"a": "9", "b": long.decode()}
    s = Source("csv", "a.csv", lean=5)
    data.fetch(toy({"a.csv": offered(site, content)}, {"test": s}), str(tmp_path), lean=True, progress=False)
    assert records(tmp_path, s) == [{"a": str(i), "b": "two\nlines"} for i in range(5)]


@pytest.mark.parametrize("key", ["a.zip", "a.tar.gz"])
def test_a_part_of_a_member_that_is_not_there(site, tmp_path, key):
    d = toy({key: offered(site, packed(key, CONTENT[key]))}, {"test": Source("jsonl", key, "y.jsonl", lean=5)})
    with pytest.raises(OSError, match="holds no y.jsonl"):
        data.fetch(d, str(tmp_path), lean=True, progress=False)


# ---- archives that attack, or are damaged

def archive(key, *entries):
    """(name, bytes or, for a link, str) -> the bytes of an archive."""
    out = io.BytesIO()
    if key.endswith(".zip"):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name, content in entries:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                if isinstance(content, str):
                    info.external_attr = 0o120777 << 16
                z.writestr(info, content)
    else:
        with tarfile.open(fileobj=out, mode="w:gz") as t:
            for name, content in entries:
                info = tarfile.TarInfo(name)
                if isinstance(content, str):
                    info.type, info.linkname = tarfile.SYMTYPE, content
                    t.addfile(info)
                else:
                    info.size = len(content)
                    t.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("key", ["a.zip", "a.tar.gz"])
@pytest.mark.parametrize("name", ["../x.txt", "/etc/x.txt", "a/../../x.txt", "C:\\x.txt", "..\\x.txt"])
def test_members_that_lead_outside_are_refused(tmp_path, key, name):
    placed(tmp_path, key, archive(key, (name, b"hello")))
    with pytest.raises(ValueError, match="outside"):
        records(tmp_path, Source("texts", key, "*x.txt"))
    assert os.listdir(tmp_path / "toy") == [key]


@pytest.mark.parametrize("key", ["a.zip", "a.tar.gz"])
def test_links_are_refused(tmp_path, key):
    placed(tmp_path, key, archive(key, ("x.txt", "/etc/passwd")))
    with pytest.raises(ValueError, match="is a link|holds no x.txt"):
        records(tmp_path, Source("texts", key, "x.txt"))


def test_bombs_are_refused(tmp_path, monkeypatch):
    placed(tmp_path, "a.zip", archive("a.zip", ("x.txt", b"\0" * 50_000_000)))
    with pytest.raises(ValueError, match="would unpack to 50,000,000 bytes"):
        records(tmp_path, Source("lines", "a.zip", "x.txt"))
    monkeypatch.setattr(data, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(data, "MAX_MEMBER_BYTES", 10_000)
    for key, text in (("line.gz", "x" * 1001), ("all.gz", "x\n" * 5001), ("line.txt", "x" * 1001)):
        placed(tmp_path, key, text)
        with pytest.raises(ValueError, match=f"{key}.*refused"):
            records(tmp_path, Source("lines", key))
    placed(tmp_path, "f", "x" * 1001)
    with pytest.raises(ValueError, match="f unpacks to a text of over 1,000 bytes: refused"):
        records(tmp_path, Source("texts", "f"))
    monkeypatch.setattr(data, "BLOCK", 100)
    for text in (json.dumps([1, "x" * 3000]), json.dumps([1] * 5001), '[1, "never closed' + "]" * 3000):
        placed(tmp_path, "f.gz", text)
        with pytest.raises(ValueError, match="f.gz, line 1: .*refused"):
            list(data.examples(toy({}, {}, lambda r: {"item": r}), Source("json", "f.gz"), str(tmp_path)))
    placed(tmp_path, "all.tgz", archive("all.tgz", ("x.txt", b"x\n" * 5001)))
    with pytest.raises(ValueError, match="refused"):
        records(tmp_path, Source("lines", "all.tgz", "x.txt"))


@pytest.mark.parametrize("key, member", [("a.zip", "x.txt"), ("a.tgz", "x.txt"), ("a.txt.gz", "")])
@pytest.mark.parametrize("spoil", [lambda b: b[:len(b) // 2], lambda b: b"nothing like it",
                                   lambda b: b[:200] + b"\xff" * 90 + b[290:]])
def test_damaged_files_are_named(tmp_path, key, member, spoil):
    text = TEXT[:50_000]
    placed(tmp_path, key, spoil(archive(key, ("x.txt", text)) if member else packed(key, text.decode())))
    with pytest.raises(ValueError, match=f"{key} is damaged.*get it again|holds no"):
        records(tmp_path, Source("lines", key, member))


# ---- raw formats: what is read, and a malformed record with its place

GOOD = [
    ("jsonl", {}, '{"a": 1}\r\n\n{"a": "x\u2028y\x85"}', [{"a": 1}, {"a": "x\u2028y\x85"}]),
    ("json", {}, '[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    ("json", {}, '{"p": {"a": 1}, "q": {"a": 2}}', [{"a": 1}, {"a": 2}]),
    ("json", {"key": "data"}, '{"version": 1, "data": [{"a": 1}]}', [{"a": 1}]),
    ("csv", {}, 'a,b\n1,"x, ""y""\nz"\n2,\n\n', [{"a": "1", "b": 'x, "y"\nz'}, {"a": "2", "b": ""}]),
    ("csv", {"columns": ("a", "b")}, "1,x\u2028y\r\n", [{"a": "1", "b": "x\u2028y"}]),
    ("csv", {"columns": ("a",)}, '"' + "long " * 40_000 + '"\n', [{"a": "long " * 40_000}]),
    # a row that is cut short lacks its last columns
    ("tsv", {}, 'a\tb\n"1\tx"\r\n\n2\n', [{"a": '"1', "b": 'x"'}, {"a": "2"}]),
    ("tsv", {"columns": ("a", "b"), "encoding": "utf-8-sig"}, "\ufeff1\t2\n", [{"a": "1", "b": "2"}]),
    ("tsv", {"encoding": "utf-8-sig"}, "\ufeffa\tb\n1\t2\n", [{"a": "1", "b": "2"}]),
    ("lines", {}, "x \n\ny\u2029z", [{"line": "x "}, {"line": "y\u2029z"}]),
    ("blocks", {}, "\na\nb\r\n\r\n\n c\n", [{"lines": ["a", "b"]}, {"lines": [" c"]}]),
    ("pairs", {}, "q1\na1\nq2\na2\n", [{"lines": ["q1", "a1"]}, {"lines": ["q2", "a2"]}]),
    ("texts", {}, "one\n\ntext\n", [{"name": "f", "text": "one\n\ntext\n"}]),
]


@pytest.mark.parametrize("format, more, text, expected", GOOD)
def test_plain_files(tmp_path, format, more, text, expected):
    placed(tmp_path, "f", text.encode())
    assert records(tmp_path, Source(format, "f", **more)) == expected


@pytest.mark.parametrize("key", ["c.zip", "c.tar.gz", "c.tgz", "c.tar"])
def test_archives_and_extracted_members(tmp_path, key):
    placed(tmp_path, key, {"x/a.jsonl": '{"a": 1}\n', "x/b.jsonl": '{"a": 2}\n', "g.jsonl.gz": '{"a": 3}\n'})
    assert records(tmp_path, Source("jsonl", key, "x/a.jsonl")) == [{"a": 1}]
    assert records(tmp_path, Source("jsonl", key, "g.jsonl.gz")) == [{"a": 3}]
    assert records(tmp_path, Source("texts", key, "x/*.jsonl")) == [{"name": "x/a.jsonl", "text": '{"a": 1}\n'},
                                                                    {"name": "x/b.jsonl", "text": '{"a": 2}\n'}]
    with pytest.raises(ValueError, match="holds no x/c.jsonl"):
        records(tmp_path, Source("jsonl", key, "x/c.jsonl"))
    placed(tmp_path, "x/a.jsonl", '{"a": 4}\n')
    assert records(tmp_path, Source("jsonl", key, "x/a.jsonl")) == [{"a": 4}]  # what has been extracted is preferred
    assert records(tmp_path, Source("texts", key, "x/*.jsonl")) == [{"name": "x/a.jsonl", "text": '{"a": 4}\n'}]


@pytest.mark.parametrize("key", ["c.zip", "c.tar.gz"])
def test_members_side_by_side(tmp_path, key):
    placed(tmp_path, key, {"z": "1\n\n3\n", "a": "one\ntwo\nthree\u2028\n",
                           "s": '<doc>\n<seg id="1"> A &amp; B </seg>\n<hl>\n<seg id="2">C</seg>\n',
                           "t": '<seg id="1">x</seg>\n<seg id="2">y</seg>\n'})
    lines = lambda *source: [tuple(r["lines"]) for r in records(tmp_path, Source(*source))]
    assert lines("parallel", key, ("z", "a")) == [("1", "one"), ("", "two"), ("3", "three\u2028")]
    assert lines("sgm", key, ("s", "t")) == [("A & B", "x"), ("C", "y")]
    placed(tmp_path, "l.txt", "1\n2\n"), placed(tmp_path, "r.txt", "one\ntwo\n")
    assert lines("parallel", ("l.txt", "r.txt")) == [("1", "one"), ("2", "two")]


BAD = [
    ("jsonl", {}, b'{"a": 1}\n{"a": 1\n', "f, line 2"), ("jsonl", {}, b'{"a": 1}\n[1]\n', "f, line 2"),
    ("json", {}, b'[{"a": 1},\n{"a": 2}', "f, line 2"), ("json", {}, b"7", "f"),
    ("json", {"key": "data"}, b'{"Data": []}', "f.*'data'"),
    ("json", {}, b'["\xff"]', "f.*utf-8"), ("json", {}, b'[{"a": 1},\n{"b": 1}]', "toy, f, item 1: KeyError"),
    ("csv", {}, b"a,b\n1,2\n1,2,3\n", "f, line 3: 3 columns, expected 2"),
    ("csv", {}, b"a,b\n1\n", "f, line 2: 1 columns"),
    ("csv", {}, b'a,b\n1,"x"y\n', "f, line 2"), ("csv", {}, b'a,b\n1,"never closed\n2,3\n', "f, line 3"),
    ("tsv", {}, b"a\tb\n1\t2\t3\n", "f, line 2: 3 columns, expected 2"), ("lines", {}, b"x\n\xf0\n", "f, line 2"),
    ("blocks", {}, b"x\n\n\xf0\n", "f, line 3"), ("pairs", {}, b"q\na\nq\n", "f, line 3"),
    ("texts", {}, b"\xf0", "f.*utf-8"),
]


@pytest.mark.parametrize("format, more, text, place", BAD)
def test_malformed_records_are_named_with_file_and_line(tmp_path, format, more, text, place):
    placed(tmp_path, "f", text)
    d = toy({}, {}, lambda r: [r["a"]] and r if format in ("jsonl", "json") else r)
    with pytest.raises(ValueError, match=place):
        list(data.examples(d, Source(format, "f", **more), str(tmp_path)))


@pytest.mark.parametrize("block", [1, 2, 7, 1000])
@pytest.mark.parametrize("text", ['[]', ' {} ', '[12, -3.5e2, 1.25, "a\\"\\u00e9", [1, {"b": null}], true]',
                                  '{"a": {"b": [1]}, "c": "]}",\n"d": 7}',
                                  '["\u2019\U0001f600"]'])
def test_json_is_read_piece_by_piece_as_if_at_once(tmp_path, monkeypatch, block, text):
    monkeypatch.setattr(data, "BLOCK", block)
    placed(tmp_path, "f", text.encode())
    whole, d = json.loads(text), toy({}, {}, lambda r: {"item": r})
    expected = [{"item": item} for item in (whole.values() if isinstance(whole, dict) else whole)]
    assert list(data.examples(d, Source("json", "f"), str(tmp_path))) == expected
    placed(tmp_path, "f", ('{"v": [1, {"data": [8]}], "data": ' + text + ', "w": "x"}').encode())
    assert list(data.examples(d, Source("json", "f", key="data"), str(tmp_path))) == expected


@pytest.mark.parametrize("text", ["", "[", "[1", "[1,", "[1,]", "[1 2]", "[1] 2", "[1]]", '{"a" 1}', '{"a": 1',
                                  '{"a": }', '["a]', "[tru]",
                                  '{"a": 1,}', "[1\n\n}"])
def test_json_that_is_damaged_or_cut_short(tmp_path, monkeypatch, text):
    monkeypatch.setattr(data, "BLOCK", 1)
    for source, content in ((Source("json", "f"), text), (Source("json", "f", key="k"), '{"k": ' + text),
                            (Source("json", "f", key="k"), '{"k": [' + text)):
        placed(tmp_path, "f", content.encode())
        with pytest.raises(ValueError, match="^f(, line [1-3] is not JSON: .|: there is something behind its end: )"):
            records(tmp_path, source)


def test_a_file_of_json_does_not_fill_memory(tmp_path):
    item = {"questions": list(range(50)), "text": "x" * 2000}
    path = placed(tmp_path, "f.gz", json.dumps({"data": [item] * 6000}))
    tracemalloc.start()
    assert all(r == item for r in data.examples(toy({}, {}), Source("json", "f.gz", key="data"), str(tmp_path)))
    assert tracemalloc.get_traced_memory()[1] < 4e6 and os.path.getsize(path) < 1e6  # unpacked it has 13 MB
    tracemalloc.stop()


def test_what_a_block_cannot_read_is_named_with_file_and_line(tmp_path):
    placed(tmp_path, "f", b'{"a": 1}\n{"b": 1}\n')
    with pytest.raises(ValueError, match="toy.*f, line 2.*'a'"):
        list(data.examples(toy({}, {}, lambda r: {"x": r["a"]}), Source("jsonl", "f"), str(tmp_path)))


@pytest.mark.parametrize("format, a, b", [("parallel", "1\n2\n", "1\n"),
                                          ("sgm", "<seg>1</seg>\n", "<seg>1</seg>\n<seg>2</seg>\n")])
def test_members_of_unequal_length(tmp_path, format, a, b):
    placed(tmp_path, "c.zip", {"a": a, "b": b})
    with pytest.raises(ValueError, match=r"[ab], line 2.*not equally long"):
        records(tmp_path, Source(format, "c.zip", ("a", "b")))


def test_a_segment_without_end(tmp_path):
    placed(tmp_path, "c.zip", {"a": "<seg>1</seg>\n<seg>2\n", "b": "<seg>1</seg>\n<seg>2\n"})
    with pytest.raises(ValueError, match="a, line 2"):
        records(tmp_path, Source("sgm", "c.zip", ("a", "b")))


@pytest.mark.parametrize("rows", [(0, None), (2, 5), (0, -3), (-3, None), (-5, -2), (1, -1), (4, 4), (0, 99),
                                  (-99, None), (0, -99)])
def test_rows_are_those_of_a_slice(tmp_path, rows):
    placed(tmp_path, "f", "".join(f"{i}\n" for i in range(10)))
    assert [int(r["line"]) for r in records(tmp_path, Source("lines", "f", rows=rows))] == list(range(10))[slice(*rows)]


def test_ids_tuples_and_lists_of_examples(tmp_path):
    placed(tmp_path, "f", "a\nb\nc\n"), placed(tmp_path, "g", "d\n"), placed(tmp_path, "ids", b"b\r\nc\r\n")
    inside = Source("lines", "f", ids_file="ids", keep=lambda r, ids: r["line"] in ids)
    outside = inside._replace(keep=lambda r, ids: r["line"] not in ids)
    assert [r["line"] for r in records(tmp_path, (inside, Source("lines", "g"), outside))] == ["b", "c", "d", "a"]
    d = toy({}, {}, lambda r: [r["line"], None, r["line"] * 2])
    assert list(data.examples(d, Source("lines", "g"), str(tmp_path))) == ["d", None, "dd"]
    assert list(data.examples(d, Source("lines", "g", first=True), str(tmp_path))) == ["d"]
    with pytest.raises(FileNotFoundError, match="no-such.*python data.py get toy"):
        records(tmp_path, Source("lines", "f", ids_file="no-such"))


# ---- splits

def split_toy(tmp_path, n, monkeypatch, cap=100, **splits):
    monkeypatch.setattr(data, "MAX_EXAMPLES", cap)
    placed(tmp_path, "train.txt", "".join(f"{i}\n" for i in range(n)))
    placed(tmp_path, "test.txt", "x\ny\n")
    return toy({}, {"train": Source("lines", "train.txt"), "test": Source("lines", "test.txt"), **splits},
               lambda r: None if r["line"].endswith("7") else r["line"], dev=20)


@pytest.mark.parametrize("n, dev, train", [(1000, 20, 100), (110, 20, 90), (100, 20, 80), (30, 6, 24), (3, 0, 3)])
def test_dev_is_held_back_before_the_cap(tmp_path, monkeypatch, n, dev, train):
    d = split_toy(tmp_path, n, monkeypatch)
    splits = {s: data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev", "test")}
    assert {s: len(v.fields) + v.dropped for s, v in splits.items()} == {"train": train, "dev": dev, "test": 2}
    assert not set(splits["train"].fields) & set(splits["dev"].fields)
    assert splits["test"].fields == ["x", "y"]
    assert splits == {s: data.read_split(d, "", s, str(tmp_path)) for s in splits}
    if n == 1000:  # the filter comes after the cut, and the order is not that of the file
        assert 0 < splits["train"].dropped < 30
        picked = [int(x) for x in splits["train"].fields]
        assert picked != sorted(picked) and 350 < sum(picked) / len(picked) < 650


def test_a_limit_picks_the_same_test_examples_each_time_and_more_of_them_if_it_is_higher(tmp_path, monkeypatch):
    d = split_toy(tmp_path, 10, monkeypatch)
    placed(tmp_path, "test.txt", "".join(f"{i}\n" for i in range(100)))
    all_of_it = data.read_split(d, "", "test", str(tmp_path))
    few, many = (data.read_split(d, "", "test", str(tmp_path), limit=n).fields for n in (20, 60))
    assert (len(few), len(many), len(all_of_it.fields), all_of_it.dropped) == (20, 60, 90, 10)
    assert few == many[:20] and set(many) < set(all_of_it.fields) and few != all_of_it.fields[:20]
    assert sorted(data.read_split(d, "", "test", str(tmp_path), limit=1000).fields) == sorted(all_of_it.fields)
    task = data.Task("toy", d)
    assert data.load_test_rows(task, str(tmp_path), 20)[0] == few
    os.remove(tmp_path / "toy" / "test.txt")  # train stands in
    rows, note = data.load_test_rows(task, str(tmp_path), 5)
    assert len(rows) == 5 and note == "test split not on disk, train stands in; 1 dropped by the paper's filters"
    placed(tmp_path, "test.txt", "".join(f"{i}\n" for i in range(100)))
    assert [data.load_test_rows(task, str(tmp_path), n)[1] for n in (0, 5)] == ["10 dropped by the paper's filters"] * 2
    os.remove(tmp_path / "toy" / "test.txt")
    os.remove(tmp_path / "toy" / "train.txt")
    with pytest.raises(FileNotFoundError, match="run `python data.py get toy"):
        data.load_rows(task, "dev", str(tmp_path))


def test_an_official_dev_split_leaves_train_alone(tmp_path, monkeypatch):
    placed(tmp_path, "dev.txt", "".join(f"d{i}\n" for i in range(1000)))
    d = split_toy(tmp_path, 50, monkeypatch, cap=30_000, dev=Source("lines", "dev.txt"))
    train, dev = (data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev"))
    assert len(train.fields) + train.dropped == 50 and len(dev.fields) + dev.dropped <= 200
    assert all(x.startswith("d") for x in dev.fields)


def test_parts_with_one_train_file_hold_the_same_examples_back(tmp_path, monkeypatch):
    d = split_toy(tmp_path, 1000, monkeypatch)
    d = d._replace(splits={"r1": d.splits, "r2": d.splits})
    dev, train = (data.read_split(d, part, s, str(tmp_path)).fields for part, s in (("r1", "dev"), ("r2", "train")))
    assert dev and not set(dev) & set(train)


def test_missing_splits_are_told_apart(tmp_path, monkeypatch):
    d = split_toy(tmp_path, 10, monkeypatch)
    os.remove(tmp_path / "toy" / "test.txt")
    assert len(data.read_split(d, "", "train", str(tmp_path)).fields) >= 7
    with pytest.raises(FileNotFoundError, match="test.txt.*python data.py get toy"):
        data.read_split(d, "", "test", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="has no dev2 split"):
        data.read_split(d, "", "dev2", str(tmp_path))


def test_official_and_lean_splits_are_not_mixed(site, tmp_path):
    """They may overlap: here the lean test lines are among the official train lines."""
    content = "".join(f"{i}\n" for i in range(100)).encode()
    lean = {"train": Source("lines", "a.txt", rows=(0, 20), lean=30),
            "test": Source("lines", "a.txt", rows=(20, 30), lean=30)}
    d = toy({"a.txt": offered(site, content)}, {"train": Source("lines", "a.txt", rows=(0, -10)),
                                                 "test": Source("lines", "a.txt", rows=(-10, None))}, lean_splits=lean)
    data.fetch(d, str(tmp_path), lean=True, progress=False)
    assert [r["line"] for r in data.read_split(d, "", "test", str(tmp_path)).fields] == [str(i) for i in range(20, 30)]
    data.fetch(d, str(tmp_path), progress=False)
    assert [r["line"] for r in data.read_split(d, "", "test", str(tmp_path)).fields] == [str(i) for i in range(90, 100)]

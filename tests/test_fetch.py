"""Downloads from servers that misbehave, every raw format with a malformed record, and the paper's splits.

    python -m pytest tests/test_fetch.py
"""

import hashlib
import json
import os
import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

import data
from templates import Dataset, File, Source
from web import packed, place, serving

TEXT = b"".join(f"line {i}: {random.Random(i).random()}\n".encode() for i in range(5_000))  # hardly compressible


@pytest.fixture
def site():
    with serving() as site:
        yield site


def offered(site, content=TEXT, *paths, **changes):
    """A File of `content`; the addresses are mirrors, those that begin with "missing" answer 404."""
    paths = paths or ("/file",)
    site.update({path: content for path in paths if "missing" not in path})
    file = File(tuple(site.url + path for path in paths), len(content), hashlib.sha256(content).hexdigest())
    return file._replace(**changes)


def line(record):
    """The row of a dataset of lines, of which the paper's filter drops those that end in 7."""
    return None if record["line"].endswith("7") else {"x": record["line"]}


def toy(files, splits, read=line, **more):
    return Dataset("toy", "Toy", "misc", "text", files, splits, read, (), **more)


def placed(folder, key, content):
    return place(os.path.join(folder, "toy"), key, content)


def records(folder, source):
    return [record for _, record in data.raw_records(toy({}, {}), source, str(folder))]


def rows(folder, sources, read=lambda r: {"x": r["line"]}):
    """The texts of the rows, None for one that is left out."""
    found = data.read_examples(toy({}, {}, read), sources, str(folder))
    return [None if isinstance(row, data.Skipped) else row["x"] for _, _, row in found]


def files_in(folder):
    return sorted(set(os.listdir(folder)) - {".lock"})


def content_of(path):
    with open(path, "rb") as f:
        return f.read()


# ---- whole files

def test_a_download_goes_on_where_it_stopped(site, tmp_path):
    file, f = offered(site), str(tmp_path / "f")
    site.habits["/file"] = ["truncate"]
    with pytest.raises(OSError, match="the body ended after .* of .* bytes; the same command goes on from there"):
        data.download(file, f)
    assert files_in(tmp_path) == ["f.partial"]
    data.download(file, f)
    assert site.requests == [("/file", None), ("/file", f"bytes={len(TEXT) // 2}-")]
    assert content_of(f) == TEXT and files_in(tmp_path) == ["f"]
    for left, habit, asked in ((TEXT[:1000], "no range", 1), (TEXT, "", 0)):  # begins anew; was complete, not renamed
        os.remove(f)
        (tmp_path / "f.partial").write_bytes(left)
        site.requests.clear()
        site.habits["/file"] = [habit]
        data.download(file, f)
        assert content_of(f) == TEXT and len(site.requests) == asked


def test_a_complete_part_of_unknown_size_can_be_fetched_again(site, tmp_path):
    """What is left when the process was stopped while it verified."""
    (tmp_path / "f.partial").write_bytes(TEXT)
    for _ in range(2):
        try:
            data.download(offered(site, size=None), str(tmp_path / "f"))
        except OSError:
            pass
    assert content_of(tmp_path / "f") == TEXT


def test_what_is_not_the_file_is_never_kept(site, tmp_path):
    file, f = offered(site), str(tmp_path / "f")
    for left in (b"other bytes", b"!" + TEXT[1:]):
        (tmp_path / "f.partial").write_bytes(left)
        with pytest.raises(OSError, match=f"expected .*sha256 {file.sha256}: nothing of it is used"):
            data.download(file, f)
        assert not files_in(tmp_path)
        data.download(file, f)
        assert content_of(f) == TEXT
        os.remove(f)
    for content in (TEXT[:-5], TEXT[:-1] + b"!"):
        site["/file"] = content
        with pytest.raises(OSError, match="sha256|the body ended after"):
            data.download(file, f)
        assert not os.path.exists(f)
        (tmp_path / "f.partial").unlink(missing_ok=True)


def test_without_a_hash_nothing_is_resumed_and_the_hash_is_shown(site, tmp_path, capsys):
    for habit in ("", "no length"):
        site.habits["/file"] = [habit]
        (tmp_path / "f").unlink(missing_ok=True)
        (tmp_path / "f.partial").write_bytes(b"x" * 1000)
        data.download(offered(site, size=None, sha256=None), str(tmp_path / "f"))
        assert content_of(tmp_path / "f") == TEXT
        said = capsys.readouterr().out
        assert "f cannot be verified" in said and hashlib.sha256(TEXT).hexdigest() in said


def test_mirrors_in_turn_and_all_reasons(site, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "TIMEOUT", 0.1)
    data.download(offered(site, TEXT, "/missing", "/file"), str(tmp_path / "f"))
    assert [path for path, _ in site.requests] == ["/missing", "/file"] and content_of(tmp_path / "f") == TEXT
    file = offered(site, TEXT, "/missing", "/broken", "/stalled", "/wrong")
    site["/wrong"] = TEXT[:-1] + b"!"
    site.habits.update({"/broken": ["500"], "/stalled": ["stall"]})
    with pytest.raises(OSError) as e:
        data.download(file, str(tmp_path / "g"))
    other = hashlib.sha256(site["/wrong"]).hexdigest()
    for reason in ("/missing: HTTP Error 404", "/broken: HTTP Error 500", "/stalled: .*timed out",
                   f"/wrong: got .* sha256 {other}, expected .* sha256 {file.sha256}"):
        assert e.match(reason)
    assert files_in(tmp_path) == ["f"]
    data.download(file._replace(url=site.url + "/wrong", sha256=("0" * 64, other)), str(tmp_path / "g"))


def test_of_two_that_want_a_file_one_downloads_it(site, tmp_path):
    file = offered(site)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: data.download(file, str(tmp_path / "f")), range(2)))
    assert len(site.requests) == 1 and content_of(tmp_path / "f") == TEXT


def test_what_is_on_disk_is_not_fetched_again_unless_its_size_is_wrong(site, tmp_path, capsys):
    d = toy({"a.txt": offered(site)}, {"train": Source("lines", "a.txt")})
    placed(tmp_path, "a.txt", TEXT)
    data.fetch(d, str(tmp_path))
    assert not site.requests
    path = placed(tmp_path, "a.txt", b"half")
    data.fetch(d, str(tmp_path))
    assert content_of(path) == TEXT and "4 bytes, expected" in capsys.readouterr().out


def test_files_to_place_by_hand_are_named(site, tmp_path):
    d = toy({"a": File("", manual="Ask Ann for a."), "b": File("", manual="Ask Bo for b."), "c": offered(site)},
            {"train": Source("lines", "a"), "dev": Source("lines", "b"), "test": Source("lines", "c")})
    for key, name in (("a", "Ann"), ("b", "Bo")):
        path = tmp_path / "toy" / key
        with pytest.raises(FileNotFoundError, match=f"{path} cannot be downloaded. Ask {name} for {key}"):
            data.fetch(d, str(tmp_path))
        placed(tmp_path, key, TEXT)
    data.fetch(d, str(tmp_path))
    assert content_of(tmp_path / "toy" / "c") == TEXT


# ---- heads of files

@pytest.mark.parametrize("key", ["a.jsonl.gz", "a.tgz"])
def test_a_head_is_read_up_to_its_last_complete_record_and_the_whole_can_follow(site, tmp_path, key):
    texts = [f"{i} {random.Random(i).random()}" for i in range(3000)]
    source, whole = Source("texts", key, "x/*.txt"), {f"x/{i}.txt": text for i, text in enumerate(texts)}
    if key == "a.jsonl.gz":
        source, whole = Source("jsonl", key), "".join(json.dumps({"text": text}) + "\n" for text in texts)
    content = packed(key, whole)
    d = toy({key: offered(site, content, head=len(content) // 2)}, {"train": source, "test": source},
            lambda r: {"x": r["text"]})
    folder, task = str(tmp_path), data.Task("toy", d)
    with pytest.raises(FileNotFoundError, match=f"{key}: run `python data.py get toy"):
        data.load_rows(task, "test", folder)
    data.fetch(d, folder, lean=True)
    assert os.path.getsize(tmp_path / "toy" / "lean" / key) == len(content) // 2
    rows, note = data.load_rows(task, "test", folder)
    assert 1000 < len(rows) < 2000 and note == f"from the beginning of {key} only"
    assert [row["x"] for row in rows] == texts[:len(rows)]
    n = len(site.requests)
    data.fetch(d, folder, lean=True)
    assert len(site.requests) == n, "it is there already"
    data.fetch(d, folder)
    rows, note = data.load_rows(task, "test", folder)
    assert len(rows) == 3000 and not note


def test_a_plain_head_that_ends_inside_a_line_or_a_character_lacks_that_line(site, tmp_path):
    text, other = "one\ntwö\nthree\n".encode(), b"1\n2\n3\n"
    for head, expected in ((5, [("one", "1")]), (7, [("one", "1")]), (8, [("one", "1")]),
                           (9, [("one", "1"), ("twö", "2")])):
        folder = str(tmp_path / str(head))
        d = toy({"a": offered(site, text, "/a", head=head), "b": offered(site, other, "/b")},
                {"test": Source("parallel", ("a", "b"))}, lambda r: {"x": r["lines"]})
        data.fetch(d, folder, lean=True)
        assert [r["x"] for r in data.read_split(d, "", "test", folder).rows] == expected, head


def test_official_and_lean_splits_are_not_mixed(site, tmp_path):
    """They may overlap: here the lean test lines are among the official train lines."""
    files = {"a": offered(site, b"1\n2\n3\n", "/a"), "b": offered(site, b"4\n", "/b"), "c": offered(site, b"5\n", "/c")}
    official = {"train": Source("lines", "a"), "test": Source("lines", "b")}
    d = toy(files, official, lean_splits={"train": Source("lines", "c"), "test": Source("lines", "a")})
    lines = lambda split: [r["x"] for r in data.read_split(d, "", split, str(tmp_path)).rows]
    data.fetch(d, str(tmp_path), lean=True)
    assert lines("test") == ["1", "2", "3"] and lines("train") == ["5"]
    data.fetch(d, str(tmp_path))
    assert lines("test") == ["4"] and sorted(lines("train")) == ["1", "2", "3"]


def test_damaged_files_are_named(tmp_path):
    for key, member in (("a.zip", "x.txt"), ("a.tgz", "x.txt"), ("a.txt.gz", "")):
        whole = packed(key, {"x.txt": TEXT} if member else TEXT.decode())
        spoilt = [whole[:len(whole) // 2], b"nothing like it", whole[:200] + b"\xff" * 90 + whole[290:]]
        for content in spoilt[:2] if key == "a.tgz" else spoilt:
            placed(tmp_path, key, content)
            with pytest.raises(ValueError, match=f"{key} is damaged.*get it again"):
                rows(tmp_path, Source("lines", key, member))


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
    ("lines", {}, "x \n\ny\u2029z", [{"line": "x "}, {"line": "y\u2029z"}]),
    ("blocks", {}, "\na\nb\r\n\r\n\n c\n", [{"lines": ["a", "b"]}, {"lines": [" c"]}]),
    ("pairs", {}, "q1\na1\nq2\na2\n", [{"lines": ["q1", "a1"]}, {"lines": ["q2", "a2"]}]),
    ("texts", {}, "one\n\ntext\n", [{"name": "f", "text": "one\n\ntext\n"}]),
]
ODD = [  # one row, counted and named by file and line: the other one of the two is read
    ("jsonl", b'{"x": "a"}\n{"x": 1\n', "f, line 2: JSONDecodeError: Expecting"),
    ("jsonl", b'{"x": "a"}\n[1]\n', "f, line 2: TypeError"),
    ("jsonl", b'{"y": "a"}\n{"x": "a"}\n', "f, line 1: KeyError: 'x'"),
    ("json", b'[{"x": "a"}, {"y": "a"}]', "f, item 1: KeyError"),
    ("csv", b"x,y\n1,2\n1,2,3\n", "f, line 3: Error: 3 columns, expected 2"),
    ("csv", b"x,y\n1\n1,2\n", "f, line 2: Error: 1 columns, expected 2"),
    ("csv", b'x,y\n1,"x"y\n1,2\n', "f, line 2: .*expected"),
    ("tsv", b"x\ty\n1\t2\t3\n1\t2\n", "f, line 2: Error: 3 columns, expected 2"),
    ("lines", b"x\n\xf0\n", "f, line 2: .*some bytes are no text"),
    ("blocks", b"x\n\n\xf0\n", "f, line 3: .*some bytes are no text"),
]
BAD = [  # damage of the file
    ("json", {}, b'[{"x": 1},\n{"x": 2}', "toy: f is not the JSON that was expected: .*line 2"),
    ("json", {"key": "data"}, b'{"Data": []}', "toy: f is not .*KeyError: 'data'"),
    ("csv", {}, b'x,y\n1,"never closed\n2,3\n', "toy: f is damaged .f, line 3"),
    ("pairs", {}, b"q\na\nq\n", "toy: f is damaged .f, line 3: .* the last question has no answer"),
    ("nothing", {}, b"x", "toy: the format 'nothing' is unknown"),
]


def first_text(record):
    """The row of a record of any format."""
    return {"x": record["x"] if "x" in record or not {"line", "lines"} & set(record) else "".join(record.popitem()[1])}


def test_raw_formats(tmp_path):
    for format, more, text, expected in GOOD:
        placed(tmp_path, "f", text)
        assert records(tmp_path, Source(format, "f", **more)) == expected, (format, text[:50])


def test_odd_records_are_counted_and_the_first_is_named(tmp_path):
    for format, text, location in ODD:
        placed(tmp_path, "f", text)
        found = data.read_split(toy({}, {"test": Source(format, "f")}, first_text), "", "test", str(tmp_path))
        assert len(found.rows) == 1 and re.match(fr"1 cannot be read \(the first: {location}", found.note), found.note


def test_damage_and_too_many_odd_records_end_the_reading(tmp_path):
    for format, more, text, location in BAD:
        placed(tmp_path, "f", text)
        with pytest.raises(ValueError, match=location):
            rows(tmp_path, Source(format, "f", **more), first_text)
    read = lambda r: {"x": {"x": "y"}[r["line"]]}
    placed(tmp_path, "f", "x\n" * 1000 + "7\n" * 4)  # three, and one in a thousand
    assert rows(tmp_path, Source("lines", "f"), read).count(None) == 4
    placed(tmp_path, "f", "x\n" * 3 + "7\n" * 4)
    with pytest.raises(ValueError, match="toy: 4 of the first 7 rows cannot be read .the first: f, line 7: Key"):
        rows(tmp_path, Source("lines", "f"), read)
    for empty in ("train", "test"):
        placed(tmp_path, "f", " \n")
        with pytest.raises(ValueError, match=f"toy: .* give no example for {empty} .1 with an empty field.: delete them"):
            data.read_split(toy({}, {empty: Source("lines", "f")}), "", empty, str(tmp_path))


def test_texts_are_stripped_and_checked():
    cleaned = data.clean({"x": " a  b ", "options": (" c", "d "), "answer": "d ", "hint": ""})
    assert cleaned == {"x": "a b", "options": ("c", "d"), "answer": "d", "hint": ""}
    assert data.clean(None) == "dropped by the paper's filters"
    assert data.clean({"x": " "}) == data.clean({"x": "a", "options": ("b", " ")}) == "with an empty field"
    for row, reason in (({"options": ("a", "b"), "answer": "c"}, "the answer 'c' is none of the options"),
                        ({"x": "\udcf0"}, "no text")):
        with pytest.raises(ValueError, match=reason):
            data.clean(row)


def test_archives_and_extracted_members(tmp_path):
    for key in ("c.zip", "c.tar.gz", "c.tgz", "c.tar"):
        placed(tmp_path, key, {"x/a.jsonl": '{"a": 1}\n', "x/b.jsonl": '{"a": 2}\n', "g.jsonl.gz": '{"a": 3}\n'})
        assert records(tmp_path, Source("jsonl", key, "x/a.jsonl")) == [{"a": 1}], key
        assert records(tmp_path, Source("jsonl", key, "g.jsonl.gz")) == [{"a": 3}], key
        assert records(tmp_path, Source("texts", key, "x/*.jsonl")) == [
            {"name": "x/a.jsonl", "text": '{"a": 1}\n'}, {"name": "x/b.jsonl", "text": '{"a": 2}\n'}], key
        with pytest.raises(ValueError, match="holds no x/c.jsonl"):
            records(tmp_path, Source("jsonl", key, "x/c.jsonl"))
    placed(tmp_path, "x/a.jsonl", '{"a": 4}\n')
    assert records(tmp_path, Source("jsonl", "c.zip", "x/a.jsonl")) == [{"a": 4}]  # what was extracted is preferred


def test_members_side_by_side(tmp_path):
    lines = lambda *source: [tuple(r["lines"]) for r in records(tmp_path, Source(*source))]
    for key in ("c.zip", "c.tar.gz"):
        placed(tmp_path, key, {"z": "1\n\n3\n", "a": "one\ntwo\nthree\u2028\n",
                               "s": '<doc>\n<seg id="1"> A &amp; B </seg>\n<hl>\n<seg id="2">C</seg>\n',
                               "t": '<seg id="1">x</seg>\n<seg id="2">y</seg>\n', "u": "<seg>1</seg>\n<seg>2\n"})
        assert lines("parallel", key, ("z", "a")) == [("1", "one"), ("", "two"), ("3", "three\u2028")]
        assert lines("sgm", key, ("s", "t")) == [(" A & B ", "x"), ("C", "y")]
        assert lines("sgm", key, ("u", "t")) == [("1", "x"), ("", "y")]  # without its end: an empty field, left out
        for format, members in (("parallel", ("z", "t")), ("sgm", ("s", "z"))):
            with pytest.raises(ValueError, match="c[.].* is damaged .[zs], line [23]: .* not equally long"):
                rows(tmp_path, Source(format, key, members), lambda r: {"x": "x"})
    placed(tmp_path, "l.txt", "1\n2\n"), placed(tmp_path, "r.txt", "one\ntwo\n")
    assert lines("parallel", ("l.txt", "r.txt")) == [("1", "one"), ("2", "two")]


def test_ids_tuples_and_lists_of_examples(tmp_path):
    placed(tmp_path, "f", "a\nb\nc\n"), placed(tmp_path, "g", "d\n"), placed(tmp_path, "ids", b"b\r\nc\r\n")
    inside = Source("lines", "f", ids_file="ids", keep=lambda r, ids: r["line"] in ids)
    outside = inside._replace(keep=lambda r, ids: r["line"] not in ids)
    assert rows(tmp_path, (inside, Source("lines", "g"), outside)) == ["b", "c", "d", "a"]
    several = lambda r: [{"x": r["line"]}, None, {"x": r["line"] * 2}]
    assert rows(tmp_path, Source("lines", "g"), several) == ["d", None, "dd"]
    assert rows(tmp_path, Source("lines", "g", first=True), several) == ["d"]
    with pytest.raises(FileNotFoundError, match="no-such.*python data.py get toy"):
        rows(tmp_path, Source("lines", "f", ids_file="no-such"))


def test_rows_are_ranks_in_the_order_of_a_hash(tmp_path):
    """Parts of one file: together all of it, none twice, neither of them its beginning."""
    placed(tmp_path, "f", "".join(f"{i}\n" for i in range(100)))
    cut = lambda start, stop: list(map(int, rows(tmp_path, Source("lines", "f", rows=(start, stop)))))
    parts = [cut(0, 30), cut(30, 40), cut(40, None)]
    assert [len(p) for p in parts] == [30, 10, 60] and sorted(sum(parts, [])) == list(range(100))
    assert parts[0] == cut(0, 30) and 30 < sum(parts[0]) / 30 < 70 and cut(40, 100) == parts[2]


# ---- splits

def split_toy(tmp_path, n, monkeypatch, cap=100, **splits):
    monkeypatch.setattr(data, "MAX_EXAMPLES", cap)
    placed(tmp_path, "train.txt", "".join(f"{i}\n" for i in range(n)))
    placed(tmp_path, "test.txt", "x\ny\n")
    return toy({}, {"train": Source("lines", "train.txt"), "test": Source("lines", "test.txt"), **splits}, dev=20)


def texts_of(split):
    return [row["x"] for row in split.rows]


def dropped(split):
    return int(split.note.removesuffix(" dropped by the paper's filters")) if split.note else 0


@pytest.mark.parametrize("n, dev, train", [(1000, 20, 100), (110, 20, 90), (100, 20, 80), (30, 6, 24), (3, 0, 3)])
def test_dev_is_held_back_before_the_cap(tmp_path, monkeypatch, n, dev, train):
    d = split_toy(tmp_path, n, monkeypatch)
    splits = {s: data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev", "test")}
    assert {s: len(v.rows) + dropped(v) for s, v in splits.items()} == {"train": train, "dev": dev, "test": 2}
    assert not set(texts_of(splits["train"])) & set(texts_of(splits["dev"]))
    assert texts_of(splits["test"]) == ["x", "y"]
    assert splits == {s: data.read_split(d, "", s, str(tmp_path)) for s in splits}
    if n == 1000:  # the filter comes after the cut, and the order is not that of the file
        assert 0 < dropped(splits["train"]) < 30
        picked = [int(x) for x in texts_of(splits["train"])]
        assert picked != sorted(picked) and 350 < sum(picked) / len(picked) < 650


def test_a_limit_picks_the_same_test_examples_each_time_and_more_of_them_if_it_is_higher(tmp_path, monkeypatch):
    d = split_toy(tmp_path, 10, monkeypatch)
    placed(tmp_path, "test.txt", "".join(f"{i}\n" for i in range(100)))
    load = lambda limit: data.load_rows(data.Task("toy", d), "test", str(tmp_path), limit)
    note, again = load(0).note, load(20).note
    all_of_it, few, many = (texts_of(load(limit)) for limit in (0, 20, 60))
    assert (len(few), len(many), len(all_of_it)) == (20, 60, 90)
    assert note == again == "10 dropped by the paper's filters"
    assert few == many[:20] and set(many) < set(all_of_it) and few != all_of_it[:20]
    assert sorted(texts_of(load(1000))) == sorted(all_of_it)


def test_an_official_dev_split_leaves_train_alone(tmp_path, monkeypatch):
    placed(tmp_path, "dev.txt", "".join(f"d{i}\n" for i in range(1000)))
    d = split_toy(tmp_path, 50, monkeypatch, cap=30_000, dev=Source("lines", "dev.txt"))
    train, dev = (data.read_split(d, "", s, str(tmp_path)) for s in ("train", "dev"))
    assert len(train.rows) + dropped(train) == 50 and len(dev.rows) + dropped(dev) == 200
    assert all(x.startswith("d") for x in texts_of(dev))


def test_subsets_with_one_train_file_hold_the_same_examples_back(tmp_path, monkeypatch):
    d = split_toy(tmp_path, 1000, monkeypatch)
    d = replace(d, splits={"r1": d.splits, "r2": d.splits})
    dev, train = (texts_of(data.read_split(d, *which, str(tmp_path))) for which in (("r1", "dev"), ("r2", "train")))
    assert dev and not set(dev) & set(train)


def test_missing_splits_are_told_apart_and_nothing_stands_in(tmp_path, monkeypatch):
    d = split_toy(tmp_path, 10, monkeypatch)
    os.remove(tmp_path / "toy" / "test.txt")
    assert len(data.read_split(d, "", "train", str(tmp_path)).rows) >= 7
    with pytest.raises(FileNotFoundError, match="test.txt.*python data.py get toy"):
        data.read_split(d, "", "test", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="toy has no dev2 split"):
        data.read_split(d, "", "dev2", str(tmp_path))

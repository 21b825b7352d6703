"""Everything between a raw file and a micro-batch: fetch, read, split, render, tokenize, mix, pack; the miniature.

    python data.py list                          # all datasets: cluster, kind, size, on disk?
    python data.py get rte cb --lean             # fetch (--cluster C, --all); --lean reads huge archives in part
    python data.py show rte --template 3         # raw record, rendered prompt, target, tokens
    python data.py mixture --hold_out nli        # what the paper's mixing rule gives

The way of one example: raw record -> fields -> rendered example -> tokens and loss mask -> flat packed micro-batch.
"""

import argparse
import array
import bisect
import codecs
import collections
import contextlib
import csv
import fnmatch
import functools
import glob
import gzip
import hashlib
import heapq
import html
import http.client
import io
import itertools
import json
import os
import pickle
import random
import re
import stat
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import field, fields, replace
from typing import NamedTuple

import numpy as np
import tiktoken
from tqdm import tqdm

import templates
from templates import (ALSO_EXCLUDED, CLUSTERS, DATASETS, MINIATURE, Dataset, Source, bare_template, miniature_corpus,
                       prompt_words, render, statement)

MAX_EXAMPLES = 30_000  # FLAN section 2.1: training examples of one dataset
MAX_RATE = 3_000       # FLAN section 2.1: a dataset weighs no more than this many examples
MAX_PROMPT = 1024      # FLAN section 2.4: tokens of an input ...
MAX_TARGET = 256       # ... and of a target
PROMPTS = ("instructions", "name", "none")  # FLAN section 4.3: what an example is put in; see `bare_template`


def opt(default, help):
    """One option of a dataclass of options: its default and its help stand in one place."""
    return field(default=default, metadata={"help": help})


def parse_options(cls, description, argv=None, prog=None):
    """A dataclass of options from the command line: --name value, --flag / --no-flag."""
    p = argparse.ArgumentParser(prog, description=description, allow_abbrev=False,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    for f in fields(cls):
        kind = {"action": argparse.BooleanOptionalAction} if f.type is bool else \
            {"type": f.type, "metavar": f.type.__name__}
        p.add_argument(f"--{f.name}", default=f.default, help=f"{f.metadata['help']} (default: {f.default!r})", **kind)
    return cls(**vars(p.parse_args(argv)))


# ---------------------------------------------------------------------------------------------------------------------
# Fetching: whole files, verified; or the beginnings of members of huge archives

DATA_DIR = os.environ.get("NANOFLAN_DATA") or os.path.expanduser("~/.cache/nanoflan")
TIMEOUT = 60                  # seconds without a byte before a server counts as stalled
ATTEMPTS, PAUSE = 4, 1.0      # tries per address; seconds before the second one, doubled each time
BLOCK = 256 << 10             # bytes of a first Range request
MAX_MEMBER_BYTES = 16 << 30   # what one file or member may unpack to; beyond is no dataset
MAX_RATIO = 500               # unpacked by packed bytes of a zip member
MAX_LINE_BYTES = 64 << 20     # what is held at once: a line, a text, a value of JSON
PASSING = (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException)  # worth another try
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)


class NoRange(Exception):
    """The server sends whole files only."""


def path_of(dataset_name, key, data_dir):
    """Where a file of a dataset lies; a key with a "/" is shared between datasets."""
    return os.path.join(data_dir, key) if "/" in key else os.path.join(data_dir, dataset_name, key)


def open_url(url, headers=()):
    """Redirects are followed and proxies of the environment honoured, as urllib does.

    Raises ValueError for a body in an encoding that nobody asked for. (Some servers call a .gz file itself encoded.)
    """
    request = urllib.request.Request(url, headers={"User-Agent": "nanoflan/1.0", **dict(headers)})
    response = urllib.request.urlopen(request, timeout=TIMEOUT)
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding != "identity" and not url.endswith("gz"):
        response.close()
        raise ValueError(f"the server sends the file in the encoding {encoding}, which was not asked for")
    return response


def retrying(action):
    """action(), tried again with growing pauses, and saying so, after faults that may pass."""
    for attempt in range(ATTEMPTS):
        try:
            return action()
        except PASSING as e:
            lasting = isinstance(e, urllib.error.HTTPError) and e.code < 500 and e.code not in (408, 429)
            if lasting or attempt == ATTEMPTS - 1:
                raise
            pause = PAUSE * 2 ** attempt
            tqdm.write(f"{e or type(e).__name__}; trying again in {pause:g} s")  # not into a progress bar
            time.sleep(pause)


def from_mirrors(file, path, action):
    """action(url) for the first address where it succeeds. Raises OSError with the reason of each if none does."""
    reasons = []
    for url in (file.url,) if isinstance(file.url, str) else file.url:
        try:
            return action(url)
        except (OSError, ValueError, csv.Error, http.client.HTTPException, *DAMAGED) as e:
            reasons.append(f"\n  {url}: {e or type(e).__name__}")
    raise OSError(f"{path}: no address worked:" + "".join(reasons))


def mismatch(file, path):
    """What is wrong with a downloaded file, in words; "" if nothing is. A file without a known sha256 is named."""
    digest, size = hashlib.sha256(), os.path.getsize(path)
    if file.size not in (None, size):
        return f"{size:,} bytes, expected {file.size:,}"
    with open(path, "rb") as f:
        while chunk := f.read(1 << 20):
            digest.update(chunk)
    accepted = (file.sha256,) if isinstance(file.sha256, str) else file.sha256 or ()
    if accepted:
        found = digest.hexdigest()
        return "" if found in accepted else f"sha256 {found}, expected {' or '.join(accepted)}"
    print(f"{os.path.basename(path).removesuffix('.part')} cannot be verified, since no sha256 is known; "
          f"its sha256 is {digest.hexdigest()}")
    return ""


def bar_of(part, progress, total=None, have=0):
    """The progress bar of one file; none where nobody watches."""
    return tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=os.path.basename(part).removesuffix(".part"),
                disable=None if progress else True)


def append_rest(url, part, file, progress):
    """Adds to `part` what it does not hold yet.

    Begins anew if the server ignores Range, or if the result could not be verified for want of a sha256: that is what
    finds out in the end if the parts do not go together. Raises ValueError for more than the file should have.
    """
    have = os.path.getsize(part) if os.path.exists(part) and file.sha256 else 0
    if have and have == file.size:
        return
    if have > (file.size or have):
        have = 0
    with open_url(url, {"Range": f"bytes={have}-"} if have else {}) as response:
        resumed = have and response.status == 206
        have = have if resumed else 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with open(part, "ab" if resumed else "wb") as out, bar_of(part, progress, total, have) as bar:
            while chunk := response.read1(1 << 18):
                out.write(chunk)
                bar.update(len(chunk))
                have += len(chunk)
                if file.size is not None and have > file.size:
                    raise ValueError(f"more than the expected {file.size:,} bytes")
    if total not in (None, have):
        raise ConnectionError(f"the body ended after {have:,} of {total:,} bytes")


def download(file, path, progress=True):
    """Fetches one File to `path`, or the rest of it: it is called `path` + ".part" until size and sha256 are right.

    Raises FileNotFoundError for a file that a user has to place, OSError with the reasons if no address works.
    """
    part = path + ".part"

    def one(url):
        begun = os.path.exists(part)
        try:
            retrying(lambda: append_rest(url, part, file, progress))
            if problem := mismatch(file, part):
                raise ValueError(problem)
        except (ValueError, urllib.error.HTTPError) as e:
            if os.path.exists(part) and (isinstance(e, ValueError) or e.code == 416):  # of no use for resuming
                os.remove(part)
                if begun:  # what was there before did not belong to this file
                    return one(url)
            raise
        os.replace(part, path)

    if file.manual:
        raise FileNotFoundError(f"{path} cannot be downloaded. {file.manual}")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    from_mirrors(file, path, one)


class RangeFile(io.RawIOBase):
    """A remote file to read and seek in, by HTTP Range requests; reads ahead further as long as reading is sequential.

    Tells `fetched` how many bytes have come. Raises NoRange if the server does not serve ranges, ValueError if the file
    is not of the expected size.
    """
    def __init__(self, url, size, fetched):
        self.url, self.position, self.start, self.data, self.ahead, self.size = url, 0, 0, b"", BLOCK, None
        self.fetched = fetched
        self.load(0)
        if size not in (None, self.size):
            raise ValueError(f"the server's file has {self.size:,} bytes, expected {size:,}")

    def load(self, start):
        """Replaces the block that is held by one that begins at `start`."""
        def request():
            with open_url(self.url, {"Range": f"bytes={start}-{start + self.ahead - 1}"}) as response:
                found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", response.headers.get("Content-Range", ""))
                if response.status != 206 or not found or int(found[1]) != start:
                    raise NoRange(self.url)
                data = response.read()
            if len(data) != int(found[2]) + 1 - start:
                raise ConnectionError(f"the body ended after {len(data):,} bytes")
            return data, int(found[3])
        (self.data, self.size), self.start = retrying(request), start
        self.fetched(len(self.data))

    def readinto(self, buffer):
        if self.position >= self.size:
            return 0
        end = self.start + len(self.data)
        if not self.start <= self.position < end:
            self.ahead = min(2 * self.ahead, 8 << 20) if self.position == end else BLOCK
            # a zip file's directory is read in small steps near the end: fetch the whole end at once
            self.load(min(self.position, max(0, self.size - BLOCK)) if self.position != end else end)
        chunk = self.data[self.position - self.start:][:len(buffer)]
        buffer[:len(chunk)] = chunk
        self.position += len(chunk)
        return len(chunk)

    def seek(self, offset, whence=os.SEEK_SET):
        self.position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self.position, os.SEEK_END: self.size}[whence]
        return self.position

    def tell(self):
        return self.position

    def readable(self):
        return True

    def seekable(self):
        return True


def sources_of(splits):
    """All Sources of a dataset's splits, parts and tuples included."""
    if isinstance(splits, Source):
        return [splits]
    return [s for value in (splits.values() if isinstance(splits, dict) else splits) for s in sources_of(value)]


def pieces(source):
    """[(file key, member)] that a source reads."""
    if isinstance(source.file, tuple):
        return [(key, "") for key in source.file]
    return [(source.file, m) for m in ([source.member] if isinstance(source.member, str) else source.member)]


def needed(source):
    """[(file key, member)] of all that a source needs: what it reads, and the file that says which records are in."""
    return pieces(source) + ([(source.ids_file, "")] if source.ids_file else [])


def lean_path(path):
    """Where the part of a file lies that a lean fetch took."""
    return os.path.join(os.path.dirname(path), "lean", os.path.basename(path))


def on_disk(name, key, member, data_dir, in_part):
    """The path to read a member of a file from, or None: extracted, the whole file, or if `in_part` the part of it."""
    extracted, whole = os.path.join(data_dir, name, member or key), path_of(name, key, data_dir)
    extracted = glob.glob(extracted)[:1] if is_glob(member) else [extracted]
    candidates = [*extracted, whole, *[lean_path(whole)] * in_part]
    return next((path for path in candidates if os.path.exists(path)), None)


def paths_of(name, splits, data_dir):
    """Where all that one or several sources need is read from; None for what is not on disk."""
    return [on_disk(name, key, member, data_dir, source.lean is not None)
            for source in sources_of(splits) for key, member in needed(source)]


def is_glob(member):
    return any(c in member for c in "*?[")


def fetch(dataset, data_dir=DATA_DIR, lean=False, progress=True):
    """Brings to disk what one dataset needs and what is not there yet.

    `lean` takes the sources of `lean_splits`, and of a source with `lean` only so many records. Raises
    FileNotFoundError, when all else is done, for files that a user has to place.
    """
    sources = sources_of(dataset.lean_splits if lean and dataset.lean_splits else dataset.splits)
    missing = []
    for key in dict.fromkeys(key for s in sources for key, _ in needed(s)):
        wanted = {member: s for s in sources for k, member in pieces(s) if k == key}
        path, file = path_of(dataset.name, key, data_dir), dataset.files[key]
        in_part = bool(lean and wanted and all(s.lean is not None for s in wanted.values()))
        if os.path.exists(path) and file.size not in (None, os.path.getsize(path)):
            print(f"{path}: {os.path.getsize(path):,} bytes, expected {file.size:,}; fetching it again")
        elif all(on_disk(dataset.name, key, member, data_dir, in_part) for member in wanted or [""]):
            continue
        try:
            if in_part:
                fetch_part(file, path, wanted, progress)
            else:
                download(file, path, progress)
        except FileNotFoundError as e:
            missing.append(str(e))
    if missing:
        raise FileNotFoundError("\n".join(missing))


def fetch_part(file, path, wanted, progress=True):
    """Reads the beginnings of members of a remote file, `wanted` {member: source}, into a small copy of it."""
    print(f"{os.path.basename(path)}: reading a part" + (f" of {file.size / 1e6:,.0f} MB" if file.size else "") +
          "; its sha256 cannot be verified" + (", but the checksum of a member that is read to its end can"
                                               if path.endswith(".zip") else ""))
    os.makedirs(os.path.dirname(lean_path(path)), exist_ok=True)
    part = lean_path(path) + ".part"
    try:
        with bar_of(part, progress) as bar:
            from_mirrors(file, path, lambda url: copy_part(RangeFile(url, file.size, bar.update), path, wanted, part))
    except NoRange as e:
        print(f"{e} sends whole files only: fetching the whole file")
        return download(file, path, progress)
    os.replace(part, lean_path(path))


def copy_part(remote_file, path, wanted, part):
    """Writes the wanted beginnings to `part`, in a container of the same kind as the remote file, known by `path`."""
    left, response = dict(wanted), io.BufferedReader(remote_file, BLOCK)
    if path.endswith(".zip"):
        with zipfile.ZipFile(response) as remote, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as local:
            if absent := left.keys() - remote.namelist():
                raise ValueError(f"holds no {', '.join(absent)}")
            for member, source in wanted.items():
                info = remote.getinfo(member)
                check_member(member, info.file_size, info.compress_size)
                with remote.open(member) as stream, local.open(member, "w", force_zip64=True) as out:
                    out.writelines(beginning(stream, source, member))
    elif is_tar(path):
        with tarfile.open(fileobj=response, mode="r|*") as remote, tarfile.open(part, "w:gz") as local:
            taken = dict.fromkeys(wanted, 0)
            for info in remote:
                member = next((m for m in left if fnmatch.fnmatchcase(info.name, m)), None)
                if info.isfile() and member is not None:
                    check_member(info.name, info.size)
                    text = b"".join([read_whole(remote.extractfile(info), info.name)] if is_glob(member) else
                                    beginning(remote.extractfile(info), wanted[member], info.name))
                    entry, taken[member] = tarfile.TarInfo(info.name), taken[member] + 1
                    entry.size = len(text)
                    local.addfile(entry, io.BytesIO(text))
                    if not is_glob(member) or taken[member] == wanted[member].lean:
                        del left[member]
                if not left:
                    break
        if not all(taken.values()):
            raise ValueError(f"holds no {', '.join(m for m, n in taken.items() if not n)}")
    else:
        opener = gzip.open if path.endswith(".gz") else open
        with opener(part, "wb") as out:
            stream = gzip.GzipFile(fileobj=response) if path.endswith(".gz") else response
            out.writelines(beginning(stream, wanted[""], path))


def beginning(stream, source, name):
    """The lines of the first `source.lean` records, all of them where that is 0."""
    lines = byte_lines(stream, name)
    if source.format != "csv":  # a record is a line, or two
        n = source.lean * (2 if source.format == "pairs" else 1) + bool(source.lean and source.format == "tsv")
        return itertools.islice(lines, n or None)
    seen = []
    reader = csv_reader(seen.append(line) or line.decode(source.encoding) for line in lines)
    for _ in itertools.islice(reader, source.lean + 1 if source.lean else None):
        pass  # a record has as many lines as the reader asks for, since quoted fields may hold newlines
    return seen


# ---------------------------------------------------------------------------------------------------------------------
# Raw formats: a Source of templates.py -> raw records

TAR = (".tar", ".tar.gz", ".tgz")


def is_tar(path):
    return path.endswith(TAR)


def check_member(name, size, packed=None):
    """Raises ValueError for a member of an archive that no dataset would hold."""
    if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
        raise ValueError(f"the archive member {name!r} points outside of the archive: refused")
    if size > MAX_MEMBER_BYTES or packed is not None and size > MAX_RATIO * max(packed, 1 << 12):
        raise ValueError(f"the archive member {name!r} would unpack to {size:,} bytes: refused")


def byte_lines(stream, name):
    """Lines as bytes with their newline, which alone ends a line. Raises ValueError beyond the size limits."""
    total = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        total += len(line)
        if len(line) > MAX_LINE_BYTES or total > MAX_MEMBER_BYTES:
            raise ValueError(f"{name} unpacks to a line of over {MAX_LINE_BYTES:,} or {MAX_MEMBER_BYTES:,} bytes in "
                             "all: refused")
        yield line


def read_whole(stream, name):
    """The bytes of a stream. Raises ValueError beyond the size limit."""
    data = stream.read(MAX_LINE_BYTES + 1)
    if len(data) > MAX_LINE_BYTES:
        raise ValueError(f"{name} unpacks to a text of over {MAX_LINE_BYTES:,} bytes: refused")
    return data


def open_members(path, member):
    """(name, binary stream) of each member of a file that fits: one, or those of a glob.

    A plain file is its own member. Raises ValueError for archives that attack.
    """
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                check_member(info.filename, info.file_size, info.compress_size)
                if fnmatch.fnmatchcase(info.filename, member):
                    if stat.S_ISLNK(info.external_attr >> 16):
                        raise ValueError(f"the archive member {info.filename!r} is a link: refused")
                    with archive.open(info) as stream:
                        yield info.filename, stream
    elif is_tar(path):
        with tarfile.open(path, "r|*") as archive:
            for info in archive:
                archive.members.clear()  # it would remember every member that it has passed
                check_member(info.name, info.size)
                if info.isfile() and fnmatch.fnmatchcase(info.name, member):
                    yield info.name, archive.extractfile(info)
                    if not is_glob(member):
                        return
    else:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as stream:
            yield member or os.path.basename(path), stream


def open_source(dataset, key, member, data_dir, in_part=False):
    """(name, stream) of each member that a source names.

    Raises FileNotFoundError if the file is not on disk, ValueError if the member is not inside.
    """
    path = on_disk(dataset.name, key, member, data_dir, in_part)
    if path is None:
        raise FileNotFoundError(f"{dataset.name} needs {path_of(dataset.name, key, data_dir)}: "
                                f"run `python data.py get {dataset.name} --data_dir {data_dir}`")
    if is_glob(member) and not path.endswith(".zip") and not is_tar(path):
        folder = os.path.join(data_dir, dataset.name)
        for path in sorted(glob.glob(os.path.join(folder, member))):
            with open(path, "rb") as stream:
                yield os.path.relpath(path, folder), stream
        return
    found, packed = False, member.endswith(".gz") and path.endswith((".zip", *TAR))
    for name, stream in open_members(path, member):
        found = True
        yield name, gzip.GzipFile(fileobj=stream) if packed else stream
    if not found:
        raise ValueError(f"{path} holds no {member}")


def text_lines(dataset, source, data_dir, piece=0):
    """("file, line n", line without its end) for each line of one piece of a source."""
    key, member = pieces(source)[piece]
    for name, stream in open_source(dataset, key, member, data_dir, source.lean is not None):
        for number, line in enumerate(byte_lines(stream, name), 1):
            try:
                yield f"{name}, line {number}", line.decode(source.encoding).rstrip("\r\n")
            except UnicodeDecodeError as e:
                raise ValueError(f"{dataset.name}: {name}, line {number} is not {source.encoding}: {e}") from None


def located_records(dataset, source, data_dir):
    """(place, raw record) of one source, in the order of the file."""
    lines = text_lines(dataset, source, data_dir)
    if source.format == "lines":
        yield from ((place, {"line": line}) for place, line in lines if line)
    elif source.format == "jsonl":
        yield from ((place, parsed(line, place)) for place, line in lines if line.strip())
    elif source.format == "tsv":
        yield from tsv_records(source, lines)
    elif source.format == "csv":
        yield from csv_records(source, lines)
    elif source.format == "pairs":
        for place, line in lines:
            answer = next(lines, (None, None))[1]
            if answer is None:
                raise ValueError(f"{place}: the last question has no answer")
            yield place, {"lines": [line, answer]}
    elif source.format == "blocks":
        for blank, block in itertools.groupby(lines, key=lambda located: not located[1].strip()):
            if not blank:
                block = list(block)
                yield block[0][0], {"lines": [line for _, line in block]}
    elif source.format in ("parallel", "sgm"):
        yield from parallel_records(dataset, source, data_dir)
    elif source.format in ("json", "texts"):
        for name, stream in open_source(dataset, *pieces(source)[0], data_dir, source.lean is not None):
            try:
                if source.format == "json":
                    yield from json_items(source, stream, name)
                else:
                    yield name, {"name": name, "text": read_whole(stream, name).decode(source.encoding)}
            except UnicodeDecodeError as e:
                raise ValueError(f"{dataset.name}: {name} is not {source.encoding}: {e}") from None
    else:
        raise ValueError(f"{dataset.name}: the format {source.format!r} is unknown")


class JsonText:
    """JSON read piece by piece: parsed at once, a file takes ten times its size in memory.

    Raises ValueError naming file and line where it is malformed, or a single value over the size limits.
    """
    def __init__(self, stream, encoding, name):
        self.stream, self.name, self.decode = stream, name, codecs.getincrementaldecoder(encoding)().decode
        self.text, self.at, self.lines, self.taken = "", 0, 1, 0  # read so far from `at` on; line where `text` begins

    def more(self):
        """Takes on more text, as much again as is waiting; False at the end of the file."""
        data = self.stream.read(max(BLOCK, len(self.text) - self.at))
        self.taken += len(data)
        if len(self.text) - self.at > MAX_LINE_BYTES or self.taken > MAX_MEMBER_BYTES:
            raise ValueError(f"{self.name}, line {self.lines}: a value that has not ended after {MAX_LINE_BYTES:,} "
                             f"bytes, or over {MAX_MEMBER_BYTES:,} bytes in all: refused")
        self.lines += self.text.count("\n", 0, self.at)
        self.text, self.at = self.text[self.at:] + self.decode(data, final=not data), 0
        return bool(data)

    def peek(self):
        """The next character that is no white space; "" at the end of the file."""
        while True:
            self.at = re.compile(r"[ \t\r\n]*").match(self.text, self.at).end()
            if self.at < len(self.text) or not self.more():
                return self.text[self.at:self.at + 1]

    def mark(self, allowed):
        """Takes the next character, which has to be one of `allowed`."""
        if self.peek() not in set(allowed):
            self.fail(f"expected {' or '.join(allowed)}, found {self.peek() or 'the end of the file'}",
                      self.text.count("\n", 0, self.at))
        self.at += 1
        return self.text[self.at - 1]

    def value(self):
        """Takes the next value, whole."""
        self.peek()
        ended = False
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self.text, self.at)
                if self.text[end:end + 1] in {*",:]} \t\r\n"} or ended:  # else a number may go on
                    self.at = end
                    return value
            except json.JSONDecodeError as e:
                if ended:
                    self.fail(e.msg, e.lineno - 1)
            ended = not self.more()

    def entries(self):
        """Walks a list or an object: yields the key of each entry, None in a list, whose value has to be taken next."""
        end = {"[": "]", "{": "}"}[self.mark("[{")]
        if self.peek() == end:
            return self.mark(end)
        while True:
            key = self.value() if end == "}" else None
            if end == "}":
                self.mark(":")
            yield key
            if self.mark("," + end) == end:
                return

    def fail(self, reason, lines):
        raise ValueError(f"{self.name}, line {self.lines + lines} is not JSON: {reason}")


def json_items(source, stream, name):
    """Items of a list, or values of an object; with source.key, of that entry of the object."""
    text, found = JsonText(stream, source.encoding, name), False
    for key in text.entries() if source.key else [""]:
        if key == source.key:
            found = True
            for number, _ in enumerate(text.entries()):
                yield f"{name}, item {number}", text.value()
        else:
            text.value()
    if not found:
        raise ValueError(f"{name}: there is no entry {source.key!r}")
    if text.peek():
        raise ValueError(f"{name}: there is something behind its end: {text.peek()}")


def parsed(text, place):
    """JSON as Python values. Raises ValueError naming the place."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as e:
        raise ValueError(f"{place} is not JSON: {e}") from None


def tsv_records(source, lines):
    """No quoting at all. A short row lacks its last columns; a long one is an error."""
    columns = source.columns or next(lines, ("", ""))[1].split("\t")
    for place, line in lines:
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) > len(columns):
            raise ValueError(f"{place}: {len(cells)} columns, expected {len(columns)}")
        yield place, dict(zip(columns, cells))


def csv_reader(lines):
    """Rows of RFC 4180 text, as lists of strings."""
    csv.field_size_limit(MAX_LINE_BYTES)  # 128 kB otherwise, and some articles are longer
    return csv.reader(lines, strict=True)


def csv_records(source, lines):
    """Quoted as in RFC 4180; a field may hold newlines."""
    place = [""]

    def text():
        for place[0], line in lines:
            yield line + "\n"
    try:
        reader = csv_reader(text())
        columns = source.columns or next(reader, [])
        for cells in filter(None, reader):  # not blank lines
            if len(cells) != len(columns):
                raise ValueError(f"{place[0]}: {len(cells)} columns, expected {len(columns)}")
            yield place[0], dict(zip(columns, cells))
    except csv.Error as e:
        raise ValueError(f"{place[0]}: {e}") from None


def parallel_records(dataset, source, data_dir):
    """Line i of every member; they must be equally long."""
    members = [text_lines(dataset, source, data_dir, piece) for piece in range(len(pieces(source)))]
    if source.format == "sgm":  # not valid XML, so read by pattern
        members = [((place, segment(line, place)) for place, line in lines if "<seg" in line) for lines in members]
    for located in itertools.zip_longest(*members):
        if None in located:
            place = next(l for l in located if l)[0]
            raise ValueError(f"{place}: the members {pieces(source)} are not equally long")
        yield located[0][0], {"lines": tuple(line for _, line in located)}


def segment(line, place):
    """The sentence between <seg> marks; each stands on a line of its own."""
    found = re.search(r"<seg[^>]*>(.*?)</seg>", line)
    if not found:
        raise ValueError(f"{place}: a <seg> without its end")
    return html.unescape(found[1]).strip()


def sliced(records, rows):
    """records[start:stop] of a stream, with negative numbers counted from its end."""
    start, stop = rows
    if start < 0:
        last = collections.deque(records, -start)
        return iter(list(last)[:None if stop is None else stop - start])
    records = itertools.islice(records, start, None if stop is None or stop < 0 else stop)
    return all_but(records, -stop) if stop is not None and stop < 0 else records


def all_but(records, n):
    """All of a stream but the last n."""
    waiting = collections.deque()
    for record in records:
        waiting.append(record)
        if len(waiting) > n:
            yield waiting.popleft()


def located_examples(dataset, splits, data_dir):
    """(place, raw record, fields) of every example of one or several sources, in the order of the files.

    The fields are None for what a filter of the paper drops. Raises ValueError naming file, line and reason for a
    malformed record.
    """
    for source in sources_of(splits):
        ids = set()
        if source.ids_file:
            for name, stream in open_source(dataset, source.ids_file, "", data_dir):
                ids = source.ids(read_whole(stream, name).decode().replace("\r\n", "\n"))
        records = located_records(dataset, source, data_dir)
        try:
            for place, record in sliced(records, source.rows) if source.rows else records:
                for fields in fields_of(dataset, source, place, record, ids):
                    yield place, record, fields
        except DAMAGED as e:
            raise ValueError(f"{dataset.name}: {source.file} is damaged ({e}); delete it and get it again") from e


def examples(dataset, splits, data_dir):
    """The fields of every example, see located_examples."""
    return (fields for _, _, fields in located_examples(dataset, splits, data_dir))


def fields_of(dataset, source, place, record, ids):
    """The examples that one raw record gives. Raises ValueError naming its place if it is malformed."""
    try:
        found = dataset.read(record) if source.keep(record, ids) else []
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as e:
        raise ValueError(f"{dataset.name}, {place}: {type(e).__name__}: {e}") from e
    return (found[:1] if source.first else found) if isinstance(found, list) else [found]


class Split(NamedTuple):
    """The rows (fields) of one split; how many examples a filter of the paper dropped; what a user should know."""
    fields: Sequence
    dropped: int = 0
    note: str = ""


def shuffled(name, split, rows, n=None):
    """The first n of a stream of rows in a fixed pseudo-random order, and how many rows there are. Memory holds n.

    # differs from the paper: TFDS's own shuffle cannot be had without TFDS, so the order is that of a hash.
    """
    count = itertools.count()
    rank = lambda i: hashlib.blake2b(f"{name} {split} {i}".encode(), digest_size=8).digest()
    keyed = ((rank(i), i, row) for i, row in zip(count, rows))
    best = heapq.nsmallest(n, keyed) if n else sorted(keyed)
    return [row for _, _, row in best], next(count) - 1


class Packed(Sequence):
    """Rows held as bytes and unpacked when asked for: in memory, one curly quote doubles the size of a whole text."""
    def __init__(self, rows):
        self.packed = [pickle.dumps(row) for row in rows]

    def __len__(self):
        return len(self.packed)

    def __eq__(self, other):
        return list(self) == list(other)

    def __getitem__(self, i):
        return [*map(pickle.loads, self.packed[i])] if isinstance(i, slice) else pickle.loads(self.packed[i])


def read_test(dataset, source, data_dir, limit):
    """The test split as a Split: all of it, or the first `limit` in a fixed random order of what no filter drops."""
    dropped = 0

    def kept():
        nonlocal dropped
        for row in examples(dataset, source, data_dir):
            if row is None:
                dropped += 1
            else:
                yield row
    rows = shuffled(dataset.name, "test", kept(), limit)[0] if limit else Packed(kept())
    return Split(rows, dropped, lean_note(dataset, source, data_dir))


def read_split(dataset, part, split, data_dir, hold_back=True, limit=0):
    """One split of a dataset (or of a part of it), by FLAN's rules. Raises FileNotFoundError if it is not on disk.

    train: at most 30,000 examples in a fixed random order; dev: 200, or as the block says, of the official dev set or
    held back from train (never more than a fifth of it); test: all of it, or the first `limit` in a fixed random order.
    Filters apply after the cut, as in FLAN's code, but before that limit.
    """
    # the order is shuffled by the dataset, not by the part: parts may share a train file, and what is held back for dev
    # of one must not be in train of the other
    splits, name = splits_on_disk(dataset, part, data_dir), dataset.name
    if split not in splits and split != "dev":
        raise FileNotFoundError(f"{f'{name}/{part}'.strip('/')} has no {split} split")
    held = dataset.dev if hold_back and "dev" not in splits and "train" in splits else 0
    if split == "dev" and "dev" in splits:
        rows = shuffled(name, split, examples(dataset, splits["dev"], data_dir), 200)[0]
    elif split == "test":
        return read_test(dataset, splits["test"], data_dir, limit)
    else:
        source = splits.get("train") or ()
        rows, n = shuffled(name, "train", examples(dataset, source, data_dir), MAX_EXAMPLES + held)
        held = min(held, n // 5)
        rows = rows[:held] if split == "dev" else rows[held:held + MAX_EXAMPLES]
    kept = [row for row in rows if row is not None]
    return Split(kept, len(rows) - len(kept), lean_note(dataset, splits.get(split, splits.get("train", ())), data_dir))


def lean_note(dataset, splits, data_dir):
    """Says which files of a split were read in part."""
    lean = {key: lean_path(path_of(dataset.name, key, data_dir)) for s in sources_of(splits) for key, _ in pieces(s)}
    used = paths_of(dataset.name, splits, data_dir)
    names = [os.path.basename(key) for key, path in lean.items() if path in used]
    return f"from the beginning of {', '.join(names)} only" if names else ""


def splits_on_disk(dataset, part, data_dir):
    """{split: sources}: the official ones, or the lean ones if only their files are there."""
    official, lean = (s.get(part, s) if part else s for s in (dataset.splits, dataset.lean_splits))
    here = lambda splits: splits and all(paths_of(dataset.name, splits, data_dir))
    return lean if not here(official) and here(lean) else official


def byte_letters():
    """GPT-2's printable letter for each byte: itself where it is printable, else one from 256 up."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return {**{b: chr(b) for b in plain}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def merge_of(token, ranks):
    """The two parts whose merge first makes this token: what byte-pair encoding leaves of it by earlier merges."""
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
        raise ValueError(f"--export: the tokenizer {encoding.name} cannot be written as GPT-2's; start from "
                         "--init gpt2")
    letters, ranks = byte_letters(), encoding._mergeable_ranks
    text = lambda token: "".join(letters[b] for b in token)
    vocabulary = {text(token): rank for token, rank in ranks.items()} | encoding._special_tokens
    merges = [" ".join(map(text, merge_of(token, ranks))) for token in sorted(ranks, key=ranks.get) if len(token) > 1]
    config = {"tokenizer_class": "GPT2Tokenizer", "model_max_length": 1024,
              **dict.fromkeys(("bos_token", "eos_token", "unk_token"), "<|endoftext|>")}
    files = {"vocab.json": json.dumps(vocabulary), "merges.txt": "\n".join(["#version: 0.2", *merges, ""]),
             "tokenizer_config.json": json.dumps(config)}
    for name, content in files.items():
        path = os.path.join(folder, name)
        with open(path + ".tmp", "w", encoding="utf-8") as f:
            f.write(content)
        os.replace(path + ".tmp", path)


# ---------------------------------------------------------------------------------------------------------------------
# Tokenizers

def tokenizer(name):
    """The tiktoken.Encoding called "gpt2" (downloaded once by tiktoken) or "miniature" (built here from its words)."""
    if name == "miniature":
        return miniature_tokenizer()
    if name != "gpt2":
        raise ValueError(f"--tokenizer {name!r} is unknown; known are gpt2 and miniature")
    try:
        return tiktoken.get_encoding("gpt2")
    except Exception as e:  # tiktoken raises whatever its HTTP client does
        raise FileNotFoundError("tiktoken could not fetch GPT-2's vocabulary; once, with internet, run python -c "
                                "'import tiktoken; tiktoken.get_encoding(\"gpt2\")', or set TIKTOKEN_CACHE_DIR to a "
                                f"folder that holds it ({type(e).__name__}: {e})") from e


# ---------------------------------------------------------------------------------------------------------------------
# Fields -> rendered example -> tokens

class Document(NamedTuple):
    """Tokens of one example; loss falls on tokens[prompt_length:], that is on the target and the end-of-text behind it.

        <prompt> <|endoftext|> <target> <|endoftext|>
        `--- prompt_length ---' `----- supervised ---'
    """
    tokens: list[int]
    prompt_length: int
    cut: bool  # was anything truncated?


def reworded(task, prompts):
    """The task with its ten instructions, or for the ablation with one bare template: `prompts` is a key of PROMPTS."""
    if prompts == "instructions":
        return task
    bare = bare_template(task.dataset, with_name=prompts == "name")
    return task._replace(dataset=replace(task.dataset, templates=(bare,)))


def as_target(text):
    """Targets and options carry a leading space, as words in a sentence do: GPT-2 knows " yes" better than "yes"."""
    return text if text[:1].isspace() else " " + text


def encode(encoding, prompt, target, context_length, max_prompt=MAX_PROMPT, max_target=MAX_TARGET):
    """Prompt and target as one Document that fits the context (whose last token is never fed, so one more may stand).

    A long target loses its end and with it the end-of-text; a long prompt loses its beginning, since what is asked and
    the options mostly stand at the end. Raises ValueError for an empty target.
    """
    # differs from the paper: its inputs and targets have 1,024 and 256 positions of their own; here they share some
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
    tokens, lengths, prompts, cut = array.array("H"), [], [], 0
    for document in documents:
        tokens.extend(document.tokens)
        lengths.append(len(document.tokens))
        prompts.append(document.prompt_length)
        cut += document.cut
    return Store(np.asarray(tokens), np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
                 np.array(prompts, np.int32), cut)


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
    """One entry of the mixture: a dataset, or a part of it (ANLI has three). `rows` are fields held in memory."""
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
            raise ValueError(f"{task.name} (cluster {task.dataset.cluster}) may not be in tuning while --hold_out "
                             f"{cluster}: leave it out of --tasks and --examples, or hold out another cluster")


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
    """The table of `mixture_rows`."""
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

    What no longer fits is skipped, for at most `lookahead` documents, and comes first in the next micro-batch; a
    document is never split. Raises ValueError if one is longer than the budget.
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
    targets = [documents[d][prompt_lengths[d]:] for d in order]
    return Batch(np.concatenate([documents[d][:-1] for d in order]).astype(np.int64),
                 np.concatenate([np.arange(n) for n in fed]), starts.astype(np.int32),
                 np.concatenate(index), np.concatenate(targets).astype(np.int64))


class Stream:
    """Micro-batches by number: the same seed and number give the same batch, so resuming needs nothing but a number.

    An epoch takes `rate` documents from every part and shuffles them; a part goes on where the last epoch left it, in
    an order that is shuffled anew each time it has been used up.
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


def load_rows(task, split, data_dir, limit=0):
    """The rows (fields) of one split as a Split. Raises FileNotFoundError if neither it nor a stand-in is on disk.

    Where only the other labelled split is on disk, that one stands in, and the note says so. For `limit` see
    read_split.
    """
    if task.rows is not None:
        return Split(task.rows.get(split, []))
    try:
        return read_split(task.dataset, task.part, split, data_dir, limit=limit)
    except FileNotFoundError as missing:
        if split not in OTHER:
            raise
        try:
            found = read_split(task.dataset, task.part, OTHER[split], data_dir, hold_back=False, limit=limit)
        except FileNotFoundError:
            raise missing from None
        return found._replace(note=f"{split} split not on disk, {OTHER[split]} stands in")


def load_test_rows(task, data_dir, limit):
    """(rows, note): at most `limit` test rows (0: all), always the same ones."""
    found = load_rows(task, "test", data_dir, limit)
    rows, dropped = found.fields, f"{found.dropped} dropped by the paper's filters" if found.dropped else ""
    if limit and len(rows) > limit:
        rows = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))[:limit]]
    return rows, "; ".join(filter(None, (found.note, dropped)))


def load_dev_rows(task, data_dir):
    """The dev rows, or none where there is no dev split on disk: the best template on dev is then not reported."""
    if task.rows is not None:
        return task.rows.get("dev", [])
    try:
        return read_split(task.dataset, task.part, "dev", data_dir).fields
    except FileNotFoundError:
        return []


def user_tasks(path):
    """Tasks of a JSON lines file of {"prompt", "target", "options"?, "task"?, "cluster"?}; prompts are left alone.

    Raises ValueError naming the line that does not fit.
    """
    found = {}
    if not os.path.isfile(path):
        raise FileNotFoundError(f"--examples {path}: there is no such file")
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            try:
                r = json.loads(line)
                fields = {"prompt": str(r["prompt"]), "answer": str(r["target"]),
                          "options": tuple(r.get("options", ()))}
            except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as e:
                raise ValueError(f"{path}, line {number}: expected an object with \"prompt\" and \"target\" "
                                 f"({type(e).__name__}: {e})") from None
            if not fields["answer"].strip():
                raise ValueError(f"{path}, line {number}: the target is empty")
            if fields["options"] and fields["answer"] not in fields["options"]:
                raise ValueError(f"{path}, line {number}: the target {fields['answer']!r} is not among the options")
            found.setdefault((r.get("task", "examples"), r.get("cluster", "")), []).append(fields)
    if not found:
        raise ValueError(f"--examples {path} is empty")
    kind = lambda rows: "choice" if rows[0]["options"] else "text"
    return [Task(name, Dataset(name, name, cluster, kind(rows), {}, {}, None, ("{prompt}",)), rows={"train": rows})
            for (name, cluster), rows in found.items()]


def is_on_disk(task, split, data_dir):
    """Is this split of a task, or the one that would stand in for it, on disk (or in memory)?"""
    splits = splits_on_disk(task.dataset, task.part, data_dir) if task.rows is None else {}
    there = lambda s: s in splits and all(paths_of(task.dataset.name, splits[s], data_dir))
    return task.rows is not None or there(split) or there(OTHER[split])


def load_parts(tasks, encoding, context_length, data_dir, out=print):
    """Tokenizes every task of the mixture, or takes it from the cache. Tasks without training data are named."""
    parts, out_once = [], functools.cache(out)
    for task in tqdm(tasks, desc="tokenizing", leave=False, disable=None):
        if task.rows is None and "train" not in splits_on_disk(task.dataset, task.part, data_dir):
            out(f"{task.name} has no training split: left out of tuning")
            continue
        parts.append(load_part(task, encoding, context_length, data_dir, out_once))
    return parts


def load_part(task, encoding, context_length, data_dir, out=print):
    """One task, tokenized. What was read from files is kept in <data_dir>/tokens and taken from there the next time."""
    if task.rows is not None:
        rows = task.rows["train"]
        return Part(task, store(training_documents(rows, task.dataset.templates, encoding, context_length)), len(rows),
                    mixing_rate(len(rows)))
    path = cache_path(task, data_dir, ".npz", encoding.name, encoding.n_vocab, context_length, task.dataset.templates)
    if kept := recall(path, load_store, out):
        s, n, note = kept
        return Part(task, s, n, mixing_rate(n), note)
    found = load_rows(task, "train", data_dir)
    s, n = store(training_documents(found.fields, task.dataset.templates, encoding, context_length)), len(found.fields)
    dropped = f"{found.dropped} dropped by the paper's filters" if found.dropped else ""
    note = " ".join(filter(None, (found.note, dropped)))
    keep(path, lambda f: np.savez(f, **s._asdict(), examples=n, note=note), out)
    return Part(task, s, n, mixing_rate(n), note)


def load_store(f):
    """(Store, examples, note) as load_part has kept them. Raises ValueError if they do not go together."""
    with np.load(f) as z:
        s = Store(z["tokens"], z["offsets"], z["prompt_lengths"], int(z["cut"]))
        if s.offsets[-1] != len(s.tokens) or len(s.offsets) != len(s.prompt_lengths) + 1:
            raise ValueError("offsets and tokens do not fit")
        return s, int(z["examples"]), str(z["note"])


def recall(path, load, out):
    """load(file) of something that was kept; None where there is nothing, or, which is said, nothing of use."""
    try:
        with open(path, "rb") as f:
            return load(f)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, *DAMAGED) as e:
        out(f"{path} cannot be read and is made anew ({type(e).__name__}: {e})")
        return None


def keep(path, write, out):
    """Keeps what write(file) writes. The name is the process's own until it is complete, so nobody reads a half."""
    own = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(own, "wb") as f:
            write(f)
        os.replace(own, path)
    except OSError as e:
        out(f"{os.path.dirname(path)} cannot be written to ({e.strerror}), so the work is done anew next time")
    finally:
        with contextlib.suppress(OSError):
            os.remove(own)  # still there only if something went wrong


def cache_path(task, data_dir, ending, *more):
    """Where something made of a task's files is kept. The name changes with whatever may change what is made: these
    files, `more`, and any edit of the program or of the templates."""
    splits = splits_on_disk(task.dataset, task.part, data_dir)
    paths = set(filter(None, paths_of(task.dataset.name, splits, data_dir)))
    stamps = sorted((p, os.path.getsize(p), os.path.getmtime(p)) for p in paths)
    digest = hashlib.sha256(repr((stamps, more, MAX_EXAMPLES)).encode())
    for source in (templates.__file__, __file__):
        with open(source, "rb") as f:
            digest.update(f.read())
    return os.path.join(data_dir, "tokens", f"{task.name.replace('/', '-')}-{digest.hexdigest()[:16]}{ending}")


# ---------------------------------------------------------------------------------------------------------------------
# The miniature: its datasets as tasks

def miniature_tokenizer():
    """A tiktoken.Encoding with a token for each word of the miniature, with and without a space, and for each byte.

    tiktoken looks a whole word up before it merges bytes, so that words need no merges.
    """
    rng = random.Random(0)
    seen = [statement(rng) for _ in range(20_000)]
    words = {"OPTIONS:", "-", "Answer:", *prompt_words(rng)[0], *" ".join(seen).split()}
    for d in MINIATURE.values():
        for fields in (d.read(rng) for _ in range(500)):
            words.update(" ".join((*fields["options"], *(v for v in fields.values() if isinstance(v, str)))).split())
    ranks = {bytes([b]): b for b in range(256)}
    for word in sorted(words):
        for form in (word, " " + word):
            ranks.setdefault(form.encode(), len(ranks))
    return tiktoken.Encoding("miniature", pat_str=r" ?\S+|\s", mergeable_ranks=ranks,
                             special_tokens={"<|endoftext|>": len(ranks)})


def miniature_tasks(rows=3000, test_rows=200):
    """The datasets of the miniature as tasks; every split is drawn from a random stream of its own."""
    def make(d, stream, n):
        rng = random.Random(f"{d.name} {stream}")
        return [d.read(rng) for _ in range(n)]
    return [Task(d.name, d, rows={"train": make(d, "train", rows), "dev": make(d, "dev", test_rows),
                                  "test": make(d, "exam", test_rows)}) for d in MINIATURE.values()]


# ---------------------------------------------------------------------------------------------------------------------
# Command line

def dataset_info(d, data_dir, out=print):
    """What `list` shows of a dataset: split sizes are counted only where the dataset is on disk."""
    tasks, sources = tasks_of(d), sources_of(d.splits)
    sizes = [d.files[key].size for key in dict.fromkeys(key for s in sources for key, _ in pieces(s))]
    cached = all(is_on_disk(t, "train", data_dir) for t in tasks)
    counts = [split_sizes(t, data_dir, out) for t in tasks] if cached else []
    total = lambda split: sum(c[split] for c in counts) if counts and None not in [c[split] for c in counts] else None
    notes = [lean_note(d, splits_on_disk(d, t.part, data_dir), data_dir) for t in tasks]
    return {"dataset": d.name, "title": d.title, "cluster": d.cluster, "kind": d.kind, "metric": d.metric,
            "license": d.license, "tasks": [t.name for t in tasks],
            "train": total("train"), "dev": total("dev"), "test": total("test"),
            "download_mb": round(sum(sizes) / 1e6, 2) if None not in sizes else None,
            "manual": any(f.manual for f in d.files.values()), "cached": cached,
            "in_part": "; ".join(dict.fromkeys(filter(None, notes))) if cached else "", "note": d.note}


def split_sizes(task, data_dir, out=print):
    """{split: examples, None where it is not on disk}. Counting means reading all files, so the counts are kept."""
    def count(split):
        if split == "test":  # not held in memory as read_split does
            splits = splits_on_disk(task.dataset, task.part, data_dir)
            return sum(row is not None for row in examples(task.dataset, splits["test"], data_dir))
        return len(read_split(task.dataset, task.part, split, data_dir).fields)

    path = cache_path(task, data_dir, ".json")
    if kept := recall(path, json.load, out):
        return kept
    sizes = dict.fromkeys(("train", "dev", "test"))
    for split in sizes:
        with contextlib.suppress(FileNotFoundError):
            sizes[split] = count(split)
    keep(path, lambda f: f.write(json.dumps(sizes).encode()), out)
    return sizes


def list_command(args):
    out = functools.cache(lambda text: print(text, file=sys.stderr))  # says each thing once, and not into the JSON
    datasets = tqdm(DATASETS.values(), desc="counting", leave=False, disable=None)
    infos = [dataset_info(d, args.data_dir, out) for d in datasets]
    if args.json:
        return print(json.dumps(infos, indent=2))
    text = lambda value: "-" if value is None else f"{value:,}"
    size = lambda mb: "-" if mb is None else f"{mb:,.1f}" if mb >= 0.1 else f"{mb:.2f}"
    print(f"{'dataset':26} {'cluster':26} {'kind':7} {'train':>7} {'dev':>5} {'test':>7} {'MB':>8}")
    for i in infos:
        remarks = ["on disk"] * i["cached"] + [i["in_part"]] * bool(i["in_part"]) + ["manual"] * i["manual"]
        print(f"{i['dataset']:26} {i['cluster']:26} {i['kind']:7} {text(i['train']):>7} {text(i['dev']):>5} "
              f"{text(i['test']):>7} {size(i['download_mb']):>8}  {', '.join(remarks)}".rstrip())
    print(f"{sum(i['cached'] for i in infos)} of {len(infos)} datasets are on disk in {args.data_dir}")
    if any(i["in_part"] for i in infos):
        print("A file read in part could not be verified by its sha256, and its beginning is no random sample of it.")


def get_command(args):
    if unknown := sorted(set(args.names) - set(DATASETS)):
        raise ValueError(f"get {' '.join(unknown)}: no such dataset; `python data.py list` names them all")
    if not (args.names or args.cluster or args.all or args.lean):
        raise ValueError("nothing to get: name datasets (`python data.py list`), --cluster C, --lean or --all")
    if args.cluster and args.cluster not in CLUSTERS:
        raise ValueError(f"--cluster {args.cluster!r} is no cluster; they are {', '.join(CLUSTERS)}")
    chosen = [d for d in DATASETS.values() if d.name in args.names or d.cluster == args.cluster or args.all or
              args.lean and not (args.names or args.cluster) and d.name != "math"
              and not any(f.manual for f in d.files.values())]
    try:
        os.makedirs(args.data_dir, exist_ok=True)
    except OSError as e:
        raise OSError(f"--data_dir {args.data_dir} cannot be made ({e.strerror}); choose another folder") from e
    if not os.access(args.data_dir, os.W_OK):
        raise OSError(f"--data_dir {args.data_dir} cannot be written to; choose another folder")
    problems = []
    for d in chosen:
        print(f"{d.name}: {d.note}" if d.note else d.name)
        try:
            fetch(d, args.data_dir, args.lean)
        except (OSError, ValueError) as e:
            problems.append(f"{d.name}: {e}")
    if problems:
        raise OSError(f"{len(problems)} of {len(chosen)} datasets are not complete:\n" + "\n".join(problems) + "\n"
                      "The same command goes on from here; or put a file that you have from elsewhere in its place.")
    print(f"all that was asked for is in {args.data_dir}")


def raw_record(task, row, split, data_dir):
    """(place, raw record) that a row of a split was made of."""
    splits = splits_on_disk(task.dataset, task.part, data_dir)
    for name in dict.fromkeys((split, "train", "test")):  # a dev split may be a part of train, and others stand in
        with contextlib.suppress(FileNotFoundError):
            for place, record, fields in located_examples(task.dataset, splits.get(name, ()), data_dir):
                if fields == row:
                    return place, record


def print_fields(title, fields, most=2000):
    """One field a line, the long ones cut."""
    print(title)
    for name, value in fields.items():
        text = repr(value)
        rest = f" ... and {len(text) - most:,} characters more" if len(text) > most else ""
        print(f"  {name}: {text[:most]}{rest}")


def show_command(args):
    """One example on its way: raw record, fields, prompt, options, target, tokens with the supervised ones in [[ ]]."""
    tasks = [t for d in DATASETS.values() for t in tasks_of(d)] + miniature_tasks(rows=1, test_rows=1)
    chosen = [t for t in tasks if args.name in (t.name, t.dataset.name)]
    if not chosen:
        raise ValueError(f"show {args.name}: no such dataset; `python data.py list` lists those of the paper, and "
                         f"there are those of the miniature: {', '.join(MINIATURE)}")
    task = chosen[0]
    if not 0 <= args.template < len(task.dataset.templates):
        raise ValueError(f"show {args.name}: there is no --template {args.template}; give one from 0 to "
                         f"{len(task.dataset.templates) - 1}")
    found = load_rows(task, args.split, args.data_dir, limit=1)
    if not found.fields:
        raise ValueError(f"show {args.name}: the {args.split} split has no example; try another --split")
    encoding, row = tokenizer("gpt2" if task.rows is None else "miniature"), found.fields[0]
    example = render(row, task.dataset.templates[args.template])
    document = encode(encoding, example.prompt, example.target, 1024)
    print(f"{task.name}, {args.split}, template {args.template}" + (f" ({found.note})" if found.note else ""))
    if task.rows is None:  # the miniature's examples are made up, not read
        place, record = raw_record(task, row, args.split, args.data_dir)
        print_fields(f"\n--- raw record: {place}", record if isinstance(record, dict) else {"item": record})
    print_fields("\n--- fields", row)
    print(f"\n--- prompt\n{example.prompt}\n\n--- options\n{', '.join(map(repr, example.options)) or 'none'}"
          f"\n\n--- target\n{example.target}\n\n--- {len(document.tokens)} tokens" + ", cut to fit" * document.cut)
    shown = [encoding.decode_single_token_bytes(t).decode(errors="backslashreplace") for t in document.tokens]
    print("|".join(shown[:document.prompt_length]) + "[[" + "|".join(shown[document.prompt_length:]) + "]]")


def mixture_command(args):
    """The rates that the paper's rule gives, from the sizes of what is on disk."""
    tasks = [t for d in DATASETS.values() for t in tasks_of(d)]
    tuning = held_out(args.hold_out, tasks)[0] if args.hold_out else tasks
    untrained = [t for t in tuning if "train" not in splits_on_disk(t.dataset, t.part, args.data_dir)]
    here = [t for t in tuning if t not in untrained and is_on_disk(t, "train", args.data_dir)]
    out = functools.cache(lambda text: print(text, file=sys.stderr))
    counts = [split_sizes(t, args.data_dir, out) for t in tqdm(here, desc="counting", leave=False, disable=None)]
    sizes = [c["test"] if c["train"] is None else c["train"] for c in counts]
    total = sum(map(mixing_rate, sizes))
    print(f"{'task':26} {'cluster':26} {'examples':>8} {'rate':>6} {'share':>6}")
    for t, n, c in zip(here, sizes, counts):
        print(f"{t.name:26} {t.dataset.cluster:26} {n:8,} {mixing_rate(n):6,} {mixing_rate(n) / total:6.1%}"
              + "  train split not on disk, test stands in" * (c["train"] is None))
    missing = [t.name for t in tuning if t not in here and t not in untrained]
    print(f"{len(here)} of {len(tuning)} tasks are on disk; not there: {', '.join(missing) or 'none'}")
    if untrained:
        print(f"without a training split: {', '.join(t.name for t in untrained)}")


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, allow_abbrev=False,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = p.add_subparsers(dest="command", required=True)
    for name, run, help in (("list", list_command, "all datasets"), ("get", get_command, "fetch datasets"),
                            ("show", show_command, "one example on its way"),
                            ("mixture", mixture_command, "mixing rates")):
        c = commands.add_parser(name, help=help, allow_abbrev=False)
        c.set_defaults(run=run)
        c.add_argument("--data_dir", default=DATA_DIR,
                       help="folder of the datasets; also NANOFLAN_DATA (default: %(default)s)")
        if name == "list":
            c.add_argument("--json", action="store_true")
        elif name == "get":
            c.add_argument("names", nargs="*")
            c.add_argument("--cluster", default="")
            c.add_argument("--all", action="store_true", help="every dataset, whole: 18 GB")
            c.add_argument("--lean", action="store_true",
                           help="read huge archives in part; without names: everything that needs no hand, 1.1 GB")
        elif name == "show":
            c.add_argument("name")
            c.add_argument("--template", type=int, default=0)
            c.add_argument("--split", default="train", choices=("train", "dev", "test"))
        else:
            c.add_argument("--hold_out", default="")
    args = p.parse_args(argv)
    if os.path.exists(args.data_dir) and not os.path.isdir(args.data_dir):
        raise ValueError(f"--data_dir {args.data_dir} is a file; give a folder")
    args.run(args)


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on from here")
    except (ValueError, OSError) as e:
        sys.exit(f"error: {e}")

"""A local HTTP server with the habits of real ones, and archives made of invented records."""

import contextlib
import gzip
import hashlib
import http.server
import io
import re
import tarfile
import threading
import time
import zipfile


class Site(dict):
    """path -> bytes. `habits` maps a path to what is odd about it, see Handler; `requests` lists (path, Range)."""
    def __init__(self):
        super().__init__()
        self.habits, self.requests, self.url = {}, [], ""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        site, path, wanted = self.server.site, self.path, self.headers.get("Range")
        site.requests.append((path, wanted))
        habit = site.habits.get(path, "")
        if isinstance(habit, list):  # one habit for each request, then none
            habit = habit.pop(0) if habit else ""
        if habit.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", habit.split()[1])
            return self.end_headers()
        if path not in site or habit in ("404", "500"):
            return self.send_error(int(habit or 404))
        if habit == "stall":
            time.sleep(1.5)
        data, found = site[path], re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
        if found and habit != "no range":
            start, stop = int(found[1]), min(int(found[2] or len(data)), len(data) - 1) + 1
            if habit == "other range":
                start -= 1
            if start >= len(data):
                return self.send_error(416)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(data)}")
            data = data[start:stop]
        else:
            self.send_response(206 if habit == "unasked 206" else 200)
        if habit.startswith("encoding "):
            self.send_header("Content-Encoding", habit.split()[1])
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(data[:len(data) // 2] if habit == "truncate" else data)


@contextlib.contextmanager
def serving():
    """A Site that answers at site.url."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site = Site()
    server.site.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # stops within 0.01 s
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()


def packed(key, content, encoding="utf-8"):
    """The bytes of a file: a str is its text (gzipped where the key ends in .gz), a dict {member: text} an archive."""
    if isinstance(content, str):
        return gzip.compress(content.encode(encoding)) if key.endswith(".gz") else content.encode(encoding)
    members = {name: gzip.compress(text.encode(encoding)) if name.endswith(".gz") else text.encode(encoding)
               for name, text in content.items()}
    out = io.BytesIO()
    if key.endswith(".zip"):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(fileobj=out, mode="w" if key.endswith(".tar") else "w:gz") as archive:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def publish(site, dataset, files, encodings=()):
    """Puts a dataset's files on the site and returns the dataset with their addresses, sizes and hashes."""
    published = {}
    for key, file in dataset.files.items():
        if key in files:
            data = packed(key, files[key], dict(encodings).get(key, "utf-8"))
            path = f"/{dataset.name}/{key}"
            site[path] = data
            digest = hashlib.sha256(data).hexdigest()
            published[key] = file._replace(url=site.url + path, size=len(data), sha256=digest, manual="")
    return dataset._replace(files=published)

"""A local HTTP server with the habits of real ones, and files made of invented records."""

import contextlib
import dataclasses
import gzip
import hashlib
import http.server
import io
import os
import re
import tarfile
import threading
import zipfile


class Site(dict):
    """path -> bytes. `habits` maps a path to what is odd about its next answers; `requests` lists (path, Range)."""
    def __init__(self):
        super().__init__()
        self.habits, self.requests, self.url, self.closing = {}, [], "", threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        site, wanted = self.server.site, self.headers.get("Range")
        site.requests.append((self.path, wanted))
        habits = site.habits.get(self.path, [])
        habit = habits.pop(0) if habits else ""
        if self.path not in site or habit == "500":
            return self.send_error(500 if habit else 404)
        if habit == "stall":
            return site.closing.wait(60)
        data, found = site[self.path], re.fullmatch(r"bytes=(\d+)-", wanted or "")
        start = int(found[1]) if found and habit != "no range" else 0
        if start >= len(data):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if habit != "no length":
            self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a client may have seen enough
            self.wfile.write(data[start:start + (len(data) - start) // 2] if habit == "truncate" else data[start:])


@contextlib.contextmanager
def serving():
    """A Site that answers at site.url."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site, server.daemon_threads = Site(), True
    server.site.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # stops within 0.01 s
    try:
        yield server.site
    finally:
        server.site.closing.set()
        server.shutdown()
        server.server_close()


def packed(key, content):
    """The bytes of a file: text (gzipped where the key ends in .gz), or of an archive with {member: text}."""
    encoded = lambda name, text: text if isinstance(text, bytes) else (
        gzip.compress(text.encode(), 1) if name.endswith(".gz") else text.encode())
    if not isinstance(content, dict):
        return encoded(key, content)
    out = io.BytesIO()
    if key.endswith(".zip"):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in content.items():
                archive.writestr(name, encoded(name, text))
    else:
        with tarfile.open(fileobj=out, mode="w" if key.endswith(".tar") else "w:gz") as archive:
            for name, text in content.items():
                info, data = tarfile.TarInfo(name), encoded(name, text)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def place(path, key, content):
    """Writes a file as it would lie there once fetched. Returns its path."""
    path = os.path.join(path, key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(packed(key, content))
    return path


def publish(site, dataset, contents):
    """Puts a dataset's files on the site. Returns the dataset with their addresses, sizes and hashes."""
    files = {}
    for key, content in contents.items():
        path, data = f"/{dataset.name}/{key}", packed(key, content)
        site[path] = data
        files[key] = dataset.files[key]._replace(url=site.url + path, size=len(data),
                                                 sha256=hashlib.sha256(data).hexdigest(), manual="")
    return dataclasses.replace(dataset, files=files)

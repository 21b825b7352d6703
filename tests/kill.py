"""Runs and downloads that are killed at random moments and gone on with end like those that were not.

    python tests/kill.py [--times 20] [--seed 0]

One tiny run of the miniature stays unbroken. Every trial starts the same run in a folder of its own, kills it (kill -9)
at some moment, in a step, while a checkpoint is written, while the model is asked, while the files are moved to their
place, and goes on with --resume, which may be killed too, until it is done. Weights and results must be the same bits,
and log.jsonl must hold every step once. A download from a slow server is killed in the same way. Exits with 1 if
anything differs.
"""

import argparse
import hashlib
import http.server
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import torch

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUN = ["--pretrain_tokens", "16000", "--steps", "12", "--save_every", "3", "--log_every", "1", "--limit", "2",
       "--batch_tokens", "512", "--micro_tokens", "512", "--device", "cpu", "--dtype", "fp32"]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
MOMENTS = ("any", "checkpoint", "step", "evaluation", "any", "moving")


def start(out, *more):
    """train.py in a process of its own."""
    return subprocess.Popen([sys.executable, os.path.join(ROOT, "train.py"), *RUN, "--out", out, *more], env=ENVIRONMENT,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def steps_done(out):
    """[(phase, step)] of the unfinished run's log."""
    try:
        with open(f"{out}.unfinished/log.jsonl") as f:
            lines = [json.loads(line) for line in f if line.endswith("\n")]
        return [(line["phase"], line["step"]) for line in lines]
    except OSError:
        return []


def names(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def wait_for(moment, out, process, rng, seconds):
    """Returns when the moment has come, or the process has ended. Polls, so that it is never late by much."""
    began, delay, step = time.time(), rng.uniform(0, seconds), rng.randint(1, 11)
    wanted = rng.choice(("pretrained.pt", "checkpoint.pt"))
    come = {
        "any": lambda: time.time() - began > delay,
        "step": lambda: ("tune", step) in steps_done(out) or ("pretrain", step) in steps_done(out),
        "checkpoint": lambda: any(n.startswith(wanted) and n.endswith(".tmp") for n in names(f"{out}.unfinished")),
        "evaluation": lambda: ("tune", 12) in steps_done(out),
    }[moment]
    while process.poll() is None and not come():
        time.sleep(0.0005)
    time.sleep({"evaluation": rng.uniform(0, 0.3), "step": rng.uniform(0, 0.05)}.get(moment, 0))


def half_moved(unbroken, out, rng):
    """Makes what a kill leaves while the files of a finished run are moved to --out, which takes too short to be hit."""
    shutil.copytree(unbroken, out)
    order = names(out)
    rng.shuffle(order)
    at = rng.randrange(1, len(order))
    os.mkdir(f"{out}.done")
    for name in order[at:]:
        shutil.move(f"{out}/{name}", f"{out}.done")
    return f"killed when {', '.join(order[:at])} had been moved"


def run_with_kills(unbroken, out, rng, moment, seconds):
    """Starts, kills and resumes until the run is done. Returns what happened, as a text."""
    said = [half_moved(unbroken, out, rng)] if moment == "moving" else []
    for attempt in range(len(said), 20):
        again = os.path.exists(f"{out}.unfinished") or os.path.exists(f"{out}.done")
        if attempt and not again and os.path.exists(f"{out}/checkpoint.pt"):
            return ", ".join(said)  # killed when all was done
        process = start(out, *(["--resume"] if again else []))
        if attempt == 0 or attempt < 3 and rng.random() < 0.4:
            moment = moment if attempt == 0 else rng.choice(MOMENTS[:-1])
            wait_for(moment, out, process, rng, seconds)
            process.kill()
        _, error = process.communicate()
        if process.returncode == -signal.SIGKILL:
            at = steps_done(out)[-1:]
            said.append(f"killed ({moment}) " + (f"at {at[0][0]} {at[0][1]}" if at else "before the first step"))
        elif process.returncode:
            raise RuntimeError(f"{', '.join(said)}, then it ended with {process.returncode}: {error[-600:]}")
        else:
            return ", ".join(said + ["done"])
    raise RuntimeError(f"never done: {', '.join(said)}")


def differences(a, b):
    """What differs between two finished runs."""
    found = []
    for name in ("pretrained.pt", "checkpoint.pt"):
        if not os.path.exists(f"{b}/{name}"):
            found.append(f"{name} is missing")
            continue
        x, y = (torch.load(f"{folder}/{name}", weights_only=True)["model"] for folder in (a, b))
        if x.keys() != y.keys() or not all(torch.equal(x[key], y[key]) for key in x):
            found.append(f"weights of {name}")
    for name, part in (("results.json", "rows"), ("untuned.json", None)):
        x, y = (json.load(open(f"{folder}/{name}")) if os.path.exists(f"{folder}/{name}") else None for folder in (a, b))
        if (x and x[part] if part else x) != (y and y[part] if part else y):
            found.append(name)
    x, y = ([(r["phase"], r["step"], r["loss"]) for r in map(json.loads, open(f"{folder}/log.jsonl"))]
            for folder in (a, b))
    steps = [line[:2] for line in y]
    if [line[:2] for line in x] != steps:
        found.append(f"log.jsonl has {len(steps)} lines for {len(set(steps))} steps, wanted {len(x)}")
    elif [line[2] for line in x] != [line[2] for line in y]:
        found.append("losses in log.jsonl")
    found += [f"{n} is left over" for n in names(b) if n not in names(a)]
    found += [f"{n} is missing" for n in names(a) if n not in names(b)]
    return found + [f"{folder} is still there" for folder in (f"{b}.unfinished", f"{b}.done") if os.path.exists(folder)]


# --------------------------------------------------------------------------------------------------
# Downloads

class SlowHandler(http.server.BaseHTTPRequestHandler):
    """Sends server.body in small pieces, from where it is asked to."""
    def log_message(self, *_):
        pass

    def do_GET(self):
        body, wanted = self.server.body, self.headers.get("Range", "")
        begin = int(wanted[6:-1]) if wanted else 0
        self.server.asked.append(begin)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        try:
            for i in range(begin, len(body), 1 << 14):
                self.wfile.write(body[i:i + (1 << 14)])
                time.sleep(self.server.pause)
        except OSError:
            pass  # the client has been killed


DOWNLOAD = """
import sys
sys.path.insert(0, {root!r})
import data
from templates import Dataset, File, Source
toy = Dataset("toy", "Toy", "misc", "text", {{"f.txt": File({url!r}, {size}, {digest!r})}},
              {{"train": Source("lines", "f.txt")}}, dict, ())
data.DATASETS.clear()
data.DATASETS["toy"] = toy
data.exit_with_message(lambda: data.main(["get", "toy", "--data_dir", {folder!r}]))
"""


def download_with_kills(folder, rng):
    """Downloads, killed up to three times. Returns (what happened, what is wrong)."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowHandler)
    server.daemon_threads = True
    server.body, server.asked, server.pause = rng.randbytes(rng.randint(1 << 20, 3 << 20)), [], 0.002
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    script = DOWNLOAD.format(root=ROOT, url=f"http://127.0.0.1:{server.server_port}/f.txt", size=len(server.body),
                             digest=hashlib.sha256(server.body).hexdigest(), folder=folder)
    path, sizes = os.path.join(folder, "toy", "f.txt"), []
    try:
        for kills in range(rng.randint(1, 3), -1, -1):
            process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True, env=ENVIRONMENT)
            before, stop_at = sum(sizes[-1:]), rng.randint(1, len(server.body))
            while kills and process.poll() is None:
                have = os.path.getsize(f"{path}.partial") if os.path.exists(f"{path}.partial") else 0
                if have > before and have >= min(stop_at, len(server.body)):
                    process.kill()
                time.sleep(0.0005)
            output, _ = process.communicate()
            if process.returncode == 0:
                break
            if process.returncode != -signal.SIGKILL:
                return "", [f"it ended with {process.returncode}: {output[-300:]}"]
            sizes.append(os.path.getsize(f"{path}.partial") if os.path.exists(f"{path}.partial") else 0)
    finally:
        server.shutdown()
        server.server_close()
    wrong = []
    if not os.path.exists(path) or open(path, "rb").read() != server.body:
        wrong.append("the file is not what was served")
    if [b for b in server.asked if b not in (0, *sizes)]:
        wrong.append(f"asked from {server.asked}, had {sizes}")
    if set(os.listdir(os.path.dirname(path))) - {"f.txt", ".lock"}:
        wrong.append(f"left over: {os.listdir(os.path.dirname(path))}")
    return f"of {len(server.body):,} bytes killed at {sizes}, asked from {server.asked}", wrong


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--times", type=int, default=20, help="trials, and as many downloads (default: %(default)s)")
    p.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    p.add_argument("--moment", default="", choices=("", *MOMENTS), help="only this one; empty: all in turn")
    args = p.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        began = time.time()
        process = start(f"{folder}/unbroken")
        _, error = process.communicate()
        if process.returncode:
            sys.exit(f"the unbroken run failed: {error[-600:]}")
        seconds = time.time() - began
        print(f"unbroken: {seconds:.1f} s", flush=True)
        for trial in range(args.times):
            rng, out = random.Random(f"{args.seed} {trial}"), f"{folder}/trial{trial}"
            try:
                said = run_with_kills(f"{folder}/unbroken", out, rng, args.moment or MOMENTS[trial % len(MOMENTS)], seconds)
                wrong = differences(f"{folder}/unbroken", out)
            except (RuntimeError, OSError, ValueError) as e:
                said, wrong = "", [str(e)]
            bad += bool(wrong)
            print(f"run {trial}: {said}: {'; '.join(wrong) or 'the same'}", flush=True)
        for trial in range(args.times):
            said, wrong = download_with_kills(f"{folder}/download{trial}", random.Random(f"{args.seed} download {trial}"))
            bad += bool(wrong)
            print(f"download {trial}: {said}: {'; '.join(wrong) or 'right'}", flush=True)
    print(f"{bad} of {2 * args.times} differ")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()

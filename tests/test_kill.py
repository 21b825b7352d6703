"""train.py, killed at the worst moments: while a checkpoint takes its name, and while a finished run is moved to --out.

    python -m pytest tests/test_kill.py        # tests/kill.py does the same at random moments, for minutes
"""

import json
import os
import signal
import subprocess
import sys

import pytest
import torch

import data
import train

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SETTINGS = ["--recipe", "scratch", "--batch_tokens", "256", "--micro_tokens", "256", "--limit", "-1",
            "--device", "cpu", "--dtype", "fp32", "--log_every", "1", "--save_every", "2", "--steps", "7"]
KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
import data, train
train.PRESETS["miniature"] = dict(n_layer=1, n_head=2, n_embd=16)
data.tokenizer = lambda *_: data.miniature_tokenizer()
replace, calls = os.replace, []

def deadly(source, target):
    calls.append(target.endswith({name!r}))
    if sum(calls) == {times} and calls[-1]:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)
os.replace = deadly
train.main(sys.argv[1:])
"""


@pytest.mark.parametrize("name, times", [
    ("checkpoint.pt", 2), ("out/checkpoint.pt", 1),
])
def test_a_killed_run_ends_like_an_unbroken_one(name, times, tmp_path, monkeypatch):
    monkeypatch.setitem(train.PRESETS, "miniature", dict(n_layer=1, n_head=2, n_embd=16))
    monkeypatch.setattr(data, "tokenizer", lambda *_: data.miniature_tokenizer())
    examples, out = tmp_path / "mine.jsonl", str(tmp_path / "out")
    examples.write_text("".join(json.dumps({"prompt": f"is {i} more than 5 ?", "target": "yes" if i > 5 else "no"}) + "\n"
                                for i in range(40)))
    argv = [*SETTINGS, "--examples", str(examples)]
    killed = subprocess.run([sys.executable, "-c", KILLED.format(root=ROOT, name=name, times=times), *argv, "--out", out],
                            env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    train.main([*argv, "--out", out, "--resume"])
    train.main([*argv, "--out", str(tmp_path / "unbroken")])
    a, b = (torch.load(tmp_path / run / "checkpoint.pt", weights_only=True)["model"] for run in ("out", "unbroken"))
    assert a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)
    assert [json.loads(line)["step"] for line in open(tmp_path / "out" / "log.jsonl")] == list(range(1, 8))
    assert not os.path.exists(f"{out}.unfinished") and not os.path.exists(f"{out}.done")


def test_a_kill_leaves_no_half_checkpoint_in_the_finished_run(tmp_path):
    cfg, left = train.Config(out=str(tmp_path / "out"), resume=True), tmp_path / "out.unfinished"
    left.mkdir()
    for name in ("checkpoint.pt.12345.tmp", "config.json"):
        (left / name).write_text("")
    train.open_run(cfg)
    train.close_run(cfg.out)
    assert os.listdir(cfg.out) == ["config.json"]

"""train.py: resuming is exact, several processes equal one, what a user gets wrong is refused before any work.

    python -m pytest tests/test_train.py
"""

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch._dynamo.testing import CompileCounterWithBackend

import data
import eval as evaluation
import train
from web import serving

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SMALL = ["--recipe", "scratch", "--size", "tiny", "--batch_tokens", "512", "--micro_tokens", "256", "--limit", "-1",
         "--device", "cpu", "--dtype", "fp32", "--log_every", "1"]


@pytest.fixture(autouse=True)
def tiny_size(monkeypatch):
    monkeypatch.setitem(train.PRESETS, "tiny", dict(n_layer=2, n_head=2, n_embd=16))
    words = data.miniature_tokenizer()
    words.name = "gpt2"  # in the place of GPT-2's vocabulary, which may not be at hand
    for module in (data, evaluation):
        monkeypatch.setattr(module, "tokenizer", lambda name: words)


@pytest.fixture
def examples(tmp_path):
    rng = random.Random(0)
    lines = [{"prompt": f"is {rng.randint(0, 99)} more than {rng.randint(0, 99)} ?",
              "target": rng.choice(["yes", "no", "it is so"]),
              "task": rng.choice("ab"), "cluster": "misc"} for _ in range(120)]
    path = tmp_path / "examples.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def weights(out):
    return torch.load(os.path.join(out, "checkpoint.pt"), weights_only=True)["model"]


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(examples, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train.main([*SMALL, "--examples", examples, "--steps", "4", "--seed", str(seed), "--out", str(tmp_path / name)])
    a, b, c = (weights(tmp_path / name) for name in "abc")
    assert same(a, b) and not same(a, c)


def test_training_shows_an_example_lowers_the_loss_and_logs_it(examples, tmp_path, capsys):
    train.main([*SMALL, "--examples", examples, "--steps", "30", "--lr", "0.01", "--out", str(tmp_path / "a")])
    shown = r"more than \d+ \?<\|endoftext\|>\[\[ (yes|no|it is so)<\|endoftext\|>\]\]"
    assert re.search(shown, capsys.readouterr().out)
    lines = [json.loads(line) for line in open(tmp_path / "a" / "log.jsonl")]
    assert [line["step"] for line in lines] == list(range(1, 31))
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]
    assert all(0 < line["supervised"] < 1 for line in lines)
    assert json.load(open(tmp_path / "a" / "mixture.json"))[0]["rate"] > 0
    assert json.load(open(tmp_path / "a" / "config.json"))["steps"] == 30


def test_accumulation_changes_nothing_but_rounding(examples, tmp_path):
    """The same documents in one micro-batch of a step or in two."""
    stores = [data.load_part(t, data.tokenizer("x"), 64, "").store for t in data.user_tasks(examples)]
    torch.manual_seed(0)
    gpt = train.GPT(train.GPTConfig(vocab_size=data.tokenizer("x").n_vocab, context_length=64, n_layer=1, n_head=2,
                                    n_embd=16))
    stream = data.Stream(stores, [40, 40], 256, 0)
    run = train.Run(train.Phase("tune", 1, 512, 1e-3, "adamw", "constant"), gpt, stream, torch.device("cpu"))
    halves = [train.to_device(stream.batch(n), run.device) for n in range(2)]
    documents = [b.tokens[a:z] for b in halves for a, z in zip(b.cu_seqlens[:-1], b.cu_seqlens[1:])]
    loss, targets = train.backward(run, gpt, halves)
    split = [p.grad.clone() for p in gpt.parameters()]
    gpt.zero_grad()
    lengths = torch.tensor([0] + [len(d) for d in documents]).cumsum(0)
    shift = len(halves[0].tokens)
    whole = data.Batch(torch.cat(documents), torch.cat([b.positions for b in halves]), lengths.to(torch.int32),
                       torch.cat([halves[0].target_index, halves[1].target_index + shift]),
                       torch.cat([b.targets for b in halves]))
    again, count = train.backward(run, gpt, [whole])
    torch.testing.assert_close(loss, again)
    assert targets == count
    for a, p in zip(split, gpt.parameters()):
        torch.testing.assert_close(a, p.grad, rtol=1e-4, atol=1e-7)


ON_GPU = pytest.param(torch.device("cuda:0"), "inductor", marks=pytest.mark.gpu)


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("device, backend", [(torch.device("cpu"), "aot_eager"), ON_GPU])
def test_all_batches_run_through_one_compiled_graph(device, backend, checkpointing):
    """On a GPU each new graph would cost a minute. On a CPU they are only captured, on a path that compiles there."""
    torch._dynamo.reset()
    documents = (data.Document([i % 50] * n, n // 2, False) for i in range(20) for n in range(4, 60, 3))
    store = data.store(documents)
    stream = data.Stream([store], [len(store.lengths)], 256, 0)
    gpt = train.GPT(train.GPTConfig(vocab_size=50, context_length=64, n_layer=2, n_head=2, n_embd=16)).train()
    gpt.place(device, torch.bfloat16).checkpointing = checkpointing
    gpt.path = "mask" if device.type == "cpu" else gpt.path
    counter = CompileCounterWithBackend(backend)
    net = torch.compile(gpt, backend=counter, dynamic=False, fullgraph=True)
    for n in range(12):
        batch = train.dynamic(train.to_device(stream.batch(n), device))
        loss = net(batch.tokens, batch.positions, batch.cu_seqlens, 64, target_index=batch.target_index, targets=batch.targets)
        loss.backward()
    assert counter.frame_count == 1


@pytest.mark.parametrize("prompts, count", [("instructions", 10), ("name", 1), ("none", 1)])
def test_the_ablation_changes_what_is_tuned_on_and_not_what_is_asked(prompts, count):
    tuning, held = train.choose_tasks(train.resolve(train.Config(prompts=prompts, hold_out="sentiment")))
    assert {len(t.dataset.templates) for t in tuning} == {count}
    assert {len(t.dataset.templates) for t in held} == {10}


def test_learning_rate_by_hand():
    phase = train.Phase("tune", 10, 1, 1.0, "adamw", "linear", warmup=2)
    assert [train.learning_rate(s, phase) for s in (0, 1, 2, 6, 9)] == [0.5, 1.0, 1.0, 0.5, 0.125]
    assert train.learning_rate(9, phase._replace(schedule="constant")) == 1.0


def run_script(*argv, processes=1, **kwargs):
    """train.py in a process of its own, with the tiny size and the small tokenizer."""
    start = ("import os, sys; sys.path.insert(0, {!r}); import train, data; "
             "open(sys.argv[0] + os.environ.get('RANK', '0') + '.pid', 'w').write(str(os.getpid())); "
             "train.PRESETS['tiny'] = dict(n_layer=2, n_head=2, n_embd=16); "
             "data.tokenizer = lambda name: data.miniature_tokenizer(); train.main(sys.argv[1:])").format(ROOT)
    script = os.path.join(kwargs.pop("folder"), "start.py")
    with open(script, "w") as f:
        f.write(start)
    launcher = [sys.executable] if processes == 1 else \
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    return subprocess.Popen([*launcher, script, *argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            **kwargs)


def lines_of(log):
    return open(log).read().count("\n") if os.path.exists(log) else 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_resumes_bit_for_bit(number, examples, tmp_path):
    argv = [*SMALL, "--examples", examples, "--steps", "60", "--save_every", "7", "--optimizer", "adafactor",
            "--lr", "0.01"]
    train.main([*argv, "--out", str(tmp_path / "straight")])
    out = tmp_path / "stopped"
    process = run_script(*argv, "--out", str(out), folder=str(tmp_path))
    stop_at = random.Random(int(number)).randint(10, 40)
    while process.poll() is None and lines_of(out / "log.jsonl") < stop_at:
        time.sleep(0.01)
    process.send_signal(number)
    process.communicate(timeout=60)
    step = torch.load(out / "checkpoint.pt", weights_only=True)["step"]
    assert 0 < step < 60
    if number != signal.SIGKILL:
        assert step >= stop_at  # saved on the way out, not only every 7 steps
    train.main([*argv, "--out", str(out), "--resume"])
    assert same(weights(out), weights(tmp_path / "straight"))


def test_two_processes_equal_one(examples, tmp_path):
    argv = [*SMALL, "--examples", examples, "--steps", "5"]
    train.main([*argv, "--out", str(tmp_path / "one")])
    process = run_script(*argv, "--out", str(tmp_path / "two"), processes=2, folder=str(tmp_path),
                         env={**os.environ, "OMP_NUM_THREADS": "1"})
    text, _ = process.communicate(timeout=180)
    assert process.returncode == 0, text
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    for name in one:
        torch.testing.assert_close(one[name], two[name], rtol=1e-5, atol=1e-5)


def test_two_processes_stop_together(examples, tmp_path):
    """Told at different times: the signal goes to one of them, and torchrun ends the other when the first has gone."""
    out = tmp_path / "a"
    process = run_script(*SMALL, "--examples", examples, "--steps", "100000", "--log_every", "5", "--out", str(out),
                         processes=2, folder=str(tmp_path), env={**os.environ, "OMP_NUM_THREADS": "1"})
    while process.poll() is None and lines_of(out / "log.jsonl") < 2:
        time.sleep(0.05)
    os.kill(int((tmp_path / "start.py1.pid").read_text()), signal.SIGTERM)
    text, _ = process.communicate(timeout=60)
    step = torch.load(out / "checkpoint.pt", weights_only=True)["step"]
    assert f"stopped at step {step:,}" in text and step % 5 == 0


def test_a_checkpoint_goes_on_elsewhere(examples, tmp_path):
    argv = [*SMALL, "--examples", examples, "--steps", "3"]
    train.main([*argv, "--out", str(tmp_path / "a")])
    judge = evaluation.load_judge(str(tmp_path / "a"))
    assert judge.separator and same(judge.model.state_dict(), weights(tmp_path / "a"))
    init = [a for a in argv if a not in ("--size", "tiny")] + ["--init", str(tmp_path / "a")]
    train.main([*init, "--out", str(tmp_path / "b")])
    assert not same(weights(tmp_path / "b"), judge.model.state_dict())
    with pytest.raises(ValueError, match="has the tokenizer gpt2, but --recipe miniature"):
        train.main([*init, "--recipe", "miniature", "--out", str(tmp_path / "c")])


def test_a_model_of_the_hub_is_downloaded_tuned_exported_and_read_by_transformers(examples, tmp_path, monkeypatch):
    transformers = pytest.importorskip("transformers")
    words, hub, exported = data.tokenizer("gpt2"), tmp_path / "hub", str(tmp_path / "exported")
    small = train.GPTConfig(vocab_size=words.n_vocab, context_length=64, n_layer=2, n_head=2, n_embd=16)
    train.save_folder(train.GPT(small), str(hub), words.eot_token)
    with serving() as site:
        site.update({f"/gpt2/a1b2/{name}": (hub / name).read_bytes() for name in os.listdir(hub)})
        weights = site["/gpt2/a1b2/model.safetensors"]
        monkeypatch.setattr(evaluation, "HUB", site.url + "/{}/{}/{}")
        monkeypatch.setitem(evaluation.WEIGHTS, "gpt2", ("a1b2", len(weights), hashlib.sha256(weights).hexdigest()))
        argv = [a for a in SMALL if a not in ("--recipe", "scratch", "--size", "tiny")]
        train.main([*argv, "--init", "gpt2", "--examples", examples, "--data_dir", str(tmp_path / "data"), "--steps",
                    "3", "--out", str(tmp_path / "a"), "--export", exported])
    assert json.load(open(tmp_path / "a" / "config.json"))["optimizer"] == "adafactor"  # the paper's recipe
    judge, theirs = evaluation.load_judge(exported), transformers.GPT2LMHeadModel.from_pretrained(exported)
    assert judge.separator
    tokens, n = torch.arange(40), 40
    ours = judge.model(tokens, tokens, torch.tensor([0, n], dtype=torch.int32), n)
    torch.testing.assert_close(ours, theirs(tokens[None]).logits[0], rtol=1e-4, atol=1e-5)
    before = evaluation.load_judge(str(hub)).model.state_dict()
    assert not same(before, judge.model.state_dict())


@pytest.mark.parametrize("argv, reason", [
    (["--recipe", "dinner"], "--recipe 'dinner' is unknown"),
    (["--optimizer", "sgd"], "--optimizer 'sgd' is unknown"),
    (["--prompts", "bare"], "--prompts 'bare' is unknown"),
    (["--hold_out", "nil"], "'nil' is no cluster"),
    (["--batch_tokens", "1000", "--micro_tokens", "300"], "1000 is not a multiple of --micro_tokens 300"),
    (["--size", "gpt2", "--init", "gpt2"], "drop one of them"),
    (["--lr", "7"], "--lr 7.0 must be between"),
    (["--tasks", "rte", "--data_dir", "/nowhere"], "/nowhere does not exist"),
    (["--tasks", "rte", "--hold_out", "nli", "--data_dir", "."], "rte .* may not be in tuning"),
    (["--tasks", "rtee", "--data_dir", "."], "--tasks rtee: no such dataset"),
    (["--init", "/nowhere"], "/nowhere is neither"),
    (["--resume", "--out", "/nowhere"], "no checkpoint.pt in --out /nowhere"),
    (["--device", "cuda:9"], "sees no CUDA device"),
])
def test_what_a_user_gets_wrong_is_refused_at_once(argv, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises((ValueError, FileNotFoundError), match=reason):
        train.main(argv)
    assert not os.path.exists(tmp_path / "runs")


def test_a_typo_in_a_flag_is_refused(capsys):
    with pytest.raises(SystemExit):
        train.main(["--hold-out", "nli"])
    assert "unrecognized arguments" in capsys.readouterr().err

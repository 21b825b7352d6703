"""train.py: resuming is exact, several processes equal one, what a user gets wrong is refused before any work.

    python -m pytest tests/test_train.py
"""

import concurrent.futures
import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys

import pytest
import torch
from torch._dynamo.testing import CompileCounterWithBackend

import data
import model as m
import train

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SMALL = ["--recipe", "scratch", "--size", "miniature", "--batch_tokens", "512", "--micro_tokens", "256",
         "--limit", "-1", "--device", "cpu", "--dtype", "fp32", "--log_every", "1"]
TINY = dict(n_layer=2, n_head=2, n_embd=16)


@pytest.fixture(scope="module")
def words():
    """A tokenizer in the place of GPT-2's, which may not be at hand."""
    encoding = data.tokenizer("miniature")
    encoding.name = "gpt2"
    return encoding


@pytest.fixture(autouse=True)
def tiny_size(monkeypatch, words):
    monkeypatch.setitem(train.PRESETS, "miniature", TINY)
    for module in (data, m):
        monkeypatch.setattr(module, "tokenizer", lambda *_: words)


@pytest.fixture
def examples(tmp_path):
    rng = random.Random(0)
    lines = [{"prompt": f"is {rng.randint(0, 99)} more than {rng.randint(0, 99)} ?",
              "target": rng.choice(["yes", "no", "it is so"]),
              "task": rng.choice("ab"), "cluster": "misc"} for _ in range(120)]
    path = tmp_path / "examples.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def run(out, *argv):
    train.main([*SMALL, *argv, "--out", str(out)])
    return str(out)


def weights(out):
    return torch.load(os.path.join(out, "checkpoint.pt"), weights_only=True)["model"]


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def log_of(out):
    with open(os.path.join(out, "log.jsonl")) as f:
        return [json.loads(line) for line in f]


def test_the_same_seed_gives_the_same_run_and_another_seed_another(examples, tmp_path):
    a, b, c = (weights(run(tmp_path / name, "--examples", examples, "--steps", "3", "--seed", seed))
               for name, seed in (("a", "1"), ("b", "1"), ("c", "2")))
    assert same(a, b) and not same(a, c)


def test_training_shows_an_example_lowers_the_loss_and_logs_it(examples, tmp_path, capsys):
    out = run(tmp_path / "a", "--examples", examples, "--steps", "30", "--lr", "0.01")
    shown = r"more than \d+ \?<\|endoftext\|>\[\[ (yes|no|it is so)<\|endoftext\|>\]\]"
    assert re.search(shown, capsys.readouterr().out)
    lines = log_of(out)
    assert [line["step"] for line in lines] == list(range(1, 31))
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]
    assert all(0 < line["supervised"] < 1 for line in lines)
    assert json.load(open(tmp_path / "a" / "mixture.json"))[0]["rate"] > 0
    assert json.load(open(tmp_path / "a" / "config.json"))["steps"] == 30
    assert os.listdir(tmp_path / "a" / "..").count("a.unfinished") == 0


def test_accumulation_changes_nothing_but_rounding(examples, words):
    """The same documents in one micro-batch of a step or in two."""
    stores = [data.load_entry(t, words, 64, "").store for t in data.user_tasks(examples)]
    torch.manual_seed(0)
    gpt = m.GPT(m.GPTConfig(vocab_size=words.n_vocab, context_length=64, **TINY))
    stream = data.Stream(stores, [40, 40], 256, 0)
    run = train.Run(train.Phase("tune", 1, 512, 1e-3, "adamw", "constant"), gpt, stream, torch.device("cpu"))
    halves = [train.to_device(stream.batch(n), run.device) for n in range(2)]
    documents = [b.tokens[a:z] for b in halves for a, z in zip(b.cu_seqlens[:-1], b.cu_seqlens[1:])]
    loss, targets = train.backward(run, gpt, halves, bool)
    split = [p.grad.clone() for p in gpt.parameters()]
    gpt.zero_grad()
    lengths = torch.tensor([0] + [len(d) for d in documents]).cumsum(0)
    shift = len(halves[0].tokens)
    whole = data.Batch(torch.cat(documents), torch.cat([b.positions for b in halves]), lengths.to(torch.int32),
                       torch.cat([halves[0].target_index, halves[1].target_index + shift]),
                       torch.cat([b.targets for b in halves]), torch.cat([b.weights for b in halves]))
    again, count = train.backward(run, gpt, [whole], bool)
    assert loss == pytest.approx(again, rel=1e-5) and targets == count > 0
    for a, p in zip(split, gpt.parameters()):
        torch.testing.assert_close(a, p.grad, rtol=1e-4, atol=1e-7)


ON_GPU = pytest.param(torch.device("cuda:0"), "inductor", marks=pytest.mark.gpu)


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("device, backend", [(torch.device("cpu"), "eager"), ON_GPU])
def test_all_batches_run_through_one_compiled_graph(device, backend, checkpointing):
    """On a GPU each new graph would cost a minute. On a CPU they are only captured, with what compiles there."""
    torch._dynamo.reset()
    documents = (data.Document([i % 50] * n, n // 2, False) for i in range(20) for n in range(4, 60, 3))
    store = data.store(documents)
    stream = data.Stream([store], [len(store.lengths)], 256, 0)
    gpt = m.GPT(m.GPTConfig(vocab_size=50, context_length=64, **TINY)).train()
    gpt.prepare(device, torch.bfloat16).checkpointing = checkpointing
    gpt.attn_impl = "mask" if device.type == "cpu" else gpt.attn_impl
    counter = CompileCounterWithBackend(backend)
    net = torch.compile(gpt, backend=counter, dynamic=False, fullgraph=True)
    for n in range(6):
        batch = train.to_device(stream.batch(n), device)
        net(*batch[:3], 64, target_index=batch.target_index, targets=batch.targets, weights=batch.weights).backward()
    assert counter.frame_count == 1


def test_torch_compile_is_imported_by_those_who_use_it():
    """It takes as long as all the rest that a script needs to start."""
    code = "import sys, train; sys.exit('torch._dynamo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_ablation_changes_what_is_tuned_on_and_not_what_is_asked(tmp_path, monkeypatch):
    few = data.miniature_tasks(rows=1, test_rows=1)
    monkeypatch.setattr(data, "miniature_tasks", lambda: few)
    for prompts, count in (("instructions", 10), ("name", 1), ("none", 1)):
        cfg = train.Config(prompts=prompts, hold_out="sentiment", out=str(tmp_path / "out"))
        tuning, held = train.choose_tasks(train.resolve(cfg))
        assert {len(t.dataset.templates) for t in tuning} == {count}
        assert {len(t.dataset.templates) for t in held} == {10}


@pytest.mark.parametrize("optimizer", ["adamw", "adafactor"])
def test_a_soft_prompt_is_all_that_is_trained(examples, tmp_path, optimizer):
    base = run(tmp_path / "base", "--examples", examples, "--steps", "30", "--lr", "0.01")
    (tmp_path / "no.jsonl").write_text('{"prompt": "is 3 more than 7 ?", "target": "no"}\n' * 40)
    soft = ["--examples", str(tmp_path / "no.jsonl"), "--init", base, "--size", "", "--steps", "20", "--lr", "0.2",
            "--optimizer", optimizer, "--soft_prompt", "4"]
    lines = log_of(run(tmp_path / "soft", *soft))  # of one and the same example
    assert lines[-1]["loss"] < lines[0]["loss"]
    lm, before = m.load_lm(str(tmp_path / "soft")), weights(base)
    words = lm.encoding.n_vocab
    assert lm.prefix == list(range(words, words + 4)) and lm.between == [lm.encoding.eot_token]  # as the base
    after = weights(tmp_path / "soft")
    was, now = before.pop("wte.weight"), after.pop("wte.weight")
    assert same(before, after) and torch.equal(was[:words], now[:words]) and torch.equal(was[words + 4:], now[words + 4:])
    moved = (now[words:words + 4, None] - was[None, :words]).abs().amax(-1).amin(-1)
    assert (moved > 1e-3).all()  # away from the words that they began as
    with pytest.raises(ValueError, match="has a soft prompt: begin from the model that it was learnt on"):
        run(tmp_path / "again", *soft[:2], "--init", str(tmp_path / "soft"), "--size", "", "--steps", "1")


def test_a_soft_prompt_is_resumed_exactly(examples, tmp_path):
    base = run(tmp_path / "base", "--examples", examples, "--steps", "2")
    soft = ["--examples", examples, "--init", base, "--size", "", "--steps", "6", "--lr", "0.1", "--soft_prompt", "4",
            "--save_every", "3"]
    whole = weights(run(tmp_path / "whole", *soft))

    def fail():
        raise PowerFailure
    with pytest.MonkeyPatch.context() as patch, pytest.raises(PowerFailure):
        interrupted(patch, 4, fail)
        run(tmp_path / "part", *soft)
    assert same(whole, weights(run(tmp_path / "part", *soft, "--resume")))


def test_a_vocabulary_without_padding_grows_for_a_soft_prompt():
    gpt = m.GPT(m.GPTConfig(vocab_size=128, context_length=16, **TINY))
    table = gpt.wte.weight.detach().clone()
    gpt.add_soft_prompt([1, 2, 3, 4, 5])
    assert gpt.wte.weight.shape == (133, 16) and torch.equal(gpt.wte.weight[:128], table)
    again = m.GPT(gpt.config)
    again.load_state_dict(gpt.state_dict())
    tokens = torch.tensor([128, 132, 7])
    logits = again(tokens, torch.arange(3), torch.tensor([0, 3], dtype=torch.int32), 3)
    assert logits.shape == (3, 128)  # it is never predicted


def test_the_loss_on_prompts_by_hand(words):
    """A weighted mean over all targets, prompts' tokens included."""
    gpt = m.GPT(m.GPTConfig(vocab_size=50, context_length=64, **TINY))
    documents = [data.Document([1, 2, 3, 4], 3, False), data.Document([5, 6, 7], 2, False)]
    stream = data.Stream([data.store(documents)], [2], 64, seed=0, prompt_loss=0.1)
    run = train.Run(train.Phase("tune", 1, 64, 1e-3, "adamw", "constant"), gpt, stream, torch.device("cpu"))
    loss, weight = train.backward(run, gpt, [train.to_device(stream.batch(0), run.device)], bool)
    expected = 0.0
    for tokens, length, _ in documents:
        ids = torch.tensor(tokens)
        logprobs = gpt(ids[:-1], torch.arange(len(ids) - 1), torch.tensor([0, len(ids) - 1], dtype=torch.int32),
                       len(ids)).detach().log_softmax(-1)
        for i in range(1, len(tokens)):
            expected -= (1.0 if i >= length else 0.1) * float(logprobs[i - 1, ids[i]])
    assert loss == pytest.approx(expected, rel=1e-5) and weight == pytest.approx(2 + 3 * 0.1)


def test_what_is_tuned_on_and_asked(tmp_path, monkeypatch):
    few = data.miniature_tasks(rows=1, test_rows=1)
    monkeypatch.setattr(data, "miniature_tasks", lambda: few)
    choose = lambda **flags: train.choose_tasks(train.resolve(train.Config(
        recipe="miniature", out=str(tmp_path / "out"), **flags)))
    names = lambda tasks: {t.dataset.name for t in tasks}
    tuning, held = choose()
    assert names(held) == {"same_word", "same_verb"} and len(tuning) > 10  # paraphrase
    tuning, held = choose(tasks="same_word,pronoun")  # finetuned on tasks and asked the same
    assert names(tuning) == names(held) == {"same_word", "pronoun"}
    tuning, held = choose(tasks="pronoun", hold_out="nli")
    assert names(tuning) == {"pronoun"} and names(held) == {"follows", "true_false"}
    tuning, held = choose(clusters="sentiment,coreference")
    assert names(tuning) == {"film_review", "letter_mood", "pronoun"} and names(held) == {"same_word", "same_verb"}
    assert {len(t.dataset.templates) for t in choose(templates=3)[0]} == {3}
    with pytest.raises(ValueError, match="--clusters nli is not among those here"):  # excluded with paraphrase
        choose(clusters="nli,sentiment")


def test_a_new_model_takes_nothing_from_the_folder_where_the_command_is_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text('{"separator": "none"}')
    cfg = train.resolve(train.Config())
    lm = m.LM(m.GPT(m.GPTConfig(vocab_size=9, **TINY)), None, separator="")
    assert train.choose_separator(cfg, lm) == "eot"
    assert train.choose_separator(cfg, lm._replace(separator="newline")) == "newline"  # as it was tuned
    cfg.init, cfg.recipe = "smollm2-135m", "short"
    assert train.choose_separator(cfg, lm) == "none"
    cfg.separator = "eot"
    assert train.choose_separator(cfg, lm) == "eot"  # as asked


def test_learning_rate_by_hand():
    phase = train.Phase("tune", 10, 1, 1.0, "adamw", "linear", warmup=2)
    assert [train.learning_rate(s, phase) for s in (0, 1, 2, 6, 9)] == [0.5, 1.0, 1.0, 0.5, 0.125]
    assert train.learning_rate(9, phase._replace(schedule="constant")) == 1.0


# ---- interruptions and several processes

class PowerFailure(BaseException):
    pass


def interrupted(monkeypatch, step, act):
    """From now on, `act` is called when the learning rate of a step (counted from 0) is wanted."""
    def learning_rate(now, phase):
        if now == step:
            act()
        return original(now, phase)
    original = train.learning_rate
    monkeypatch.setattr(train, "learning_rate", learning_rate)


def test_a_stopped_run_resumes_bit_for_bit(examples, tmp_path, monkeypatch, capsys):
    argv = ["--examples", examples, "--steps", "30", "--save_every", "7", "--optimizer", "adafactor", "--lr", "0.01"]
    straight = run(tmp_path / "straight", *argv)

    def fail():
        raise PowerFailure
    signals = [lambda n=n: os.kill(os.getpid(), n) for n in (signal.SIGTERM, signal.SIGINT)]
    stops = (4, fail, None), (17, fail, 14), (11, signals[0], 11), (26, signals[1], 26)
    for i, (step, act, saved) in enumerate(stops):
        out = tmp_path / str(i)
        with monkeypatch.context() as patched, pytest.raises((PowerFailure, KeyboardInterrupt)):
            interrupted(patched, step, act)
            run(out, *argv)
        checkpoint = tmp_path / f"{i}.unfinished" / "checkpoint.pt"
        if saved is None:  # before the first checkpoint
            assert not checkpoint.exists()
        else:
            assert torch.load(checkpoint, weights_only=True)["step"] == saved
        if act is not fail:  # saved on the way out, not only every 7 steps
            assert f"stopped at step {step}; continue with --resume --out {out}" in capsys.readouterr().out
        if saved:
            with pytest.raises(ValueError, match="holds an unfinished run: add --resume to go on"):
                run(out, *argv)
            with pytest.raises(ValueError, match="--resume: --seed 9 was 0: take that back, or begin anew"):
                run(out, *argv, "--resume", "--seed", "9")
        run(out, *argv, "--resume")
        assert same(weights(out), weights(straight)), (step, saved)
        without_speed = lambda path: [{**line, "tokens_per_s": 0} for line in log_of(path)]
        assert without_speed(out) == without_speed(straight)
        assert not checkpoint.exists()
    run(straight, *argv[:-1], "0.02")  # a finished run is replaced by the next one that finishes
    assert not same(weights(straight), weights(out))
    with pytest.raises(ValueError, match="there is no unfinished run"):
        run(straight, *argv, "--resume")


def test_two_processes_equal_one_and_stop_together(examples, tmp_path):
    """One after the other, to start only once. In the second run, process 1 alone gets the signal."""
    script = tmp_path / "start.py"
    script.write_text(f"""
import os, signal, sys
sys.path.insert(0, {ROOT!r})
import data, model, train
words = data.tokenizer("miniature")
words.name = "gpt2"
data.tokenizer = model.tokenizer = lambda *_: words
train.PRESETS["miniature"] = {TINY!r}
train.main([*sys.argv[1:], "--steps", "3", "--out", {str(tmp_path / "two")!r}])
os.environ["MASTER_PORT"] = os.environ["NEXT_PORT"]
original = train.learning_rate
def learning_rate(step, phase):
    if step == 3 and os.environ["RANK"] == "1":
        os.kill(os.getpid(), signal.SIGTERM)
    return original(step, phase)
train.learning_rate = learning_rate
data.exit_with_message(lambda: train.main([*sys.argv[1:], "--steps", "1000", "--out", {str(tmp_path / "stopped")!r}]))
""")
    with socket.socket() as a, socket.socket() as b:
        for s in (a, b):
            s.bind(("127.0.0.1", 0))
        ports = [str(s.getsockname()[1]) for s in (a, b)]
    argv = [*SMALL, "--batch_tokens", "1024", "--examples", examples]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": ports[0],
           "NEXT_PORT": ports[1], "WORLD_SIZE": "2"}
    both = [subprocess.Popen([sys.executable, str(script), *argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, env={**env, "RANK": rank, "LOCAL_RANK": rank}) for rank in "01"]
    # what both print matters if one waits for the other in vain
    for process in both:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(120)
        process.kill()
    texts = [process.stdout.read() for process in both]
    assert [process.returncode for process in both] == 2 * [-signal.SIGINT] and "stopped at step 3" in texts[0], texts
    assert torch.load(tmp_path / "stopped.unfinished" / "checkpoint.pt", weights_only=True)["step"] == 3
    one = weights(run(tmp_path / "one", "--batch_tokens", "1024", "--examples", examples, "--steps", "3"))
    two = weights(tmp_path / "two")
    for name in one:
        torch.testing.assert_close(one[name], two[name], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("processes, batch_tokens, most, each", [
    (1, 8192, 8192, 8192), (4, 8192, 8192, 2048), (2, 4096, 1024, 1024), (1, 1000, 300, 250), (1, 4096, 3000, 2048)])
def test_a_step_is_shared_out_evenly(processes, batch_tokens, most, each, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", str(processes))
    assert train.micro_tokens(batch_tokens, most) == each
    stream = data.Stream([data.store([data.Document([1, 2, 3], 1, False)])], [1], each, 0)
    run = train.Run(train.PRETRAINING._replace(batch_tokens=batch_tokens), m.GPT(m.GPTConfig(vocab_size=9, **TINY)),
                    stream, torch.device("cpu"))
    assert run.grad_accum_steps * each == batch_tokens and run.grad_accum_steps % processes == 0


def test_many_processes_ask_at_once_whether_a_path_can_be_written(tmp_path):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(data.check_writable, tmp_path / "runs" / "a", "out", parents=True) for _ in range(400)]
    assert [a.result() for a in asked] == [None] * 400 and not list((tmp_path / "runs").iterdir())


# ---- from model to model

def test_a_checkpoint_goes_on_elsewhere(examples, tmp_path):
    argv, other = ["--examples", examples, "--steps", "2"], str(tmp_path / "other.jsonl")
    with open(other, "w") as f:
        f.write('{"prompt": "p", "target": "t", "cluster": "nli"}\n')
    lm = m.load_lm(run(tmp_path / "a", *argv))
    assert lm.separator == "eot" and same(lm.model.state_dict(), weights(tmp_path / "a"))
    assert sorted(lm.tuned_on) == [["a", "misc"], ["b", "misc"]]
    init = [a for a in SMALL if a not in ("--size", "miniature")] + [*argv, "--init", str(tmp_path / "a")]
    train.main([*init, "--out", str(tmp_path / "b")])
    assert not same(weights(tmp_path / "b"), lm.model.state_dict())
    for more, reason in ((["--recipe", "miniature"], "has the tokenizer gpt2, which --recipe miniature does not take"),
                         (["--hold_out", "misc", "--examples", other, "--data_dir", str(tmp_path)],
                          "a, b may not be in tuning while --hold_out misc: --init .* was tuned on it")):
        with pytest.raises(ValueError, match=reason):
            train.main([*init, *more, "--overwrite", "--out", str(tmp_path / "c")])


def test_a_model_in_hugging_faces_layout_is_tuned_exported_and_read_by_transformers(examples, tmp_path, words):
    transformers = pytest.importorskip("transformers")
    base = m.LM(m.GPT(m.GPTConfig(vocab_size=words.n_vocab, context_length=64, **TINY)), words, separator="")
    m.export_lm(base, str(tmp_path / "base"))
    (tmp_path / "base" / "tokenizer.json").write_text("{}")
    exported = str(tmp_path / "exported")
    argv = [a for a in SMALL if a not in ("--recipe", "scratch", "--size", "miniature")]
    train.main([*argv, "--init", str(tmp_path / "base"), "--examples", examples, "--steps", "3", "--out",
                str(tmp_path / "a"), "--export", exported])
    assert json.load(open(tmp_path / "a" / "config.json"))["optimizer"] == "adafactor"  # the paper's recipe
    lm, theirs = m.load_lm(exported), transformers.GPT2LMHeadModel.from_pretrained(exported)
    assert lm.separator == "none" and open(lm.tokenizer_file).read() == "{}"
    tokens, n = torch.arange(40), 40
    ours = lm.model(tokens, tokens, torch.tensor([0, n], dtype=torch.int32), n)
    torch.testing.assert_close(ours, theirs(tokens[None]).logits[0], rtol=1e-4, atol=1e-5)
    assert not same(base.model.state_dict(), lm.model.state_dict())


# ---- what goes wrong

def test_a_broken_gradient_is_named_before_it_breaks_the_weights(examples, tmp_path, monkeypatch):
    def backward(run, *_):
        (run.model.wpe.weight.sum() * float("nan")).backward()
        return 1.0, 1.0
    monkeypatch.setattr(train, "backward", backward)
    with pytest.raises(FloatingPointError, match="the gradient's norm is nan in step 1: lower --lr 0.001"):
        run(tmp_path / "a", "--examples", examples, "--steps", "3")


def test_a_run_that_failed_before_its_first_step_can_be_started_again(examples, tmp_path):
    argv = ["--steps", "1", "--out", str(tmp_path / "a")]
    with pytest.raises(ValueError, match="a document of .* tokens does not fit --micro_tokens 4"):
        train.main([*SMALL, "--batch_tokens", "4", "--micro_tokens", "4", "--examples", examples, *argv])
    train.main([*SMALL, "--examples", examples, *argv])


@pytest.mark.parametrize("argv, reason", [
    (["--hold_out", "nil"], "'nil' is no cluster"),
    (["--templates", "3", "--prompts", "name"], "--templates 3 counts instructions, of which --prompts name has none"),
    (["--size", "gpt2", "--init", "gpt2"], "drop one of them"),
    (["--soft_prompt", "10"], "--soft_prompt 10 needs a model to start from"),
    (["--exemplars", "2"], "--exemplars 2.0 must be between 0 and 1"),
    (["--replay", "nan"], "--replay nan, --prompt_loss 0.0 and --clip 1.0 must be numbers from 0"),
    (["--clusters", "nli"], "--clusters nli is not among those here: "),
    (["--lr", "7"], "--lr 7.0 must be between"),
    (["--tasks", "rte", "--data_dir", "/nowhere"], "/nowhere does not exist"),
    (["--tasks", "rte", "--hold_out", "nli", "--data_dir", "."], "rte may not be in tuning while --hold_out nli: leave it out"),
    (["--tasks", "rtee", "--data_dir", "."], "--tasks rtee is not among those here: "),
    (["--init", "/nowhere"], "/nowhere is neither"),
    (["--resume", "--out", "{tmp}/none"], "there is no unfinished run .*/none.unfinished"),
    (["--out", "/proc/none"], "--out /proc/none cannot be written"),
    (["--device", "nil"], "--device nil: torch .* has no such device"),
    (["--examples", "none.jsonl"], "--examples none.jsonl does not exist"),
])
def test_what_a_user_gets_wrong_is_refused_at_once(argv, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, OSError), match=reason):
        train.main([a.format(tmp=tmp_path) for a in argv])
    assert not any(files for _, _, files in os.walk(tmp_path))


def test_a_typo_is_refused(capsys):
    for argv, reason in ((["--hold-out", "nli"], "unrecognized arguments"),
                         (["--recipe", "dinner"], "argument --recipe: invalid choice: 'dinner'"),
                         (["--optimizer", "sgd"], "invalid choice: 'sgd'"),
                         (["--prompts", "bare"], "invalid choice: 'bare'")):
        with pytest.raises(SystemExit):
            train.main(argv)
        assert reason in capsys.readouterr().err


def test_a_full_disk_is_named_and_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"before")

    def full(state, f):
        f.write(b"half")
        raise RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed\nmore")
    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="checkpoint.pt cannot be written; is the disk full?"):
        train.save({}, str(path))
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["checkpoint.pt"]

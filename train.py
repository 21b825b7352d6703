"""Instruction tuning: pre-trained model in, model that follows instructions out.

    python train.py                                                      # the offline miniature, in minutes
    python train.py --hold_out sentiment --init runs/miniature/pretrained.pt --out runs/sentiment
    python train.py --init gpt2 --recipe short --hold_out nli            # GPT-2 on the real mixture, 2,000 steps
    python train.py --init gpt2 --recipe paper --hold_out nli            # the paper's 30,000 steps
    torchrun --nproc_per_node 4 train.py --init gpt2 --recipe paper --hold_out nli
    python train.py --examples mine.jsonl --init gpt2 --recipe short     # your own {"prompt", "target"} lines

A run works in --out.unfinished; it leaves in --out: config.json, mixture.json, log.jsonl, checkpoint.pt,
untuned.json, results.json, the miniature's pretrained.pt, and the tokenizer.json of a base that has one.
"""

import json
import math
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

import data
import eval as evaluation
from data import Progress, opt, replacing, write_json
from model import (DTYPE_NAMES, GPT, GPTConfig, LM, PRESETS, SEPARATORS, WEIGHTS, check_model_name, copy_tokenizer,
                   export_lm, load_checkpoint, load_lm, pick_device, run_of)
from templates import UserError, miniature_corpus


class Phase(NamedTuple):
    """What is done for how long: pre-training (of the miniature) or instruction tuning."""
    name: str
    steps: int
    batch_tokens: int
    lr: float
    optimizer: str
    schedule: str
    warmup: int = 0


# How the miniature is pre-trained; its number of steps follows from --pretrain_tokens.
PRETRAINING = Phase("pretrain", steps=0, batch_tokens=4096, lr=3e-3, optimizer="adamw",
                    schedule="linear", warmup=100)

# What a flag left at its default takes. FLAN section 2.4: 30,000 steps of 8,192 tokens, Adafactor,
# constant rate 3e-5.
SMALL = dict(batch_tokens=4096, micro_tokens=4096, lr=1e-3, optimizer="adamw", schedule="linear")
PAPER = dict(batch_tokens=8192, micro_tokens=8192, lr=3e-5, optimizer="adafactor",
             schedule="constant")
RECIPES = {
    "miniature": dict(steps=450, **SMALL),
    "scratch": dict(steps=200, **SMALL),
    "short": dict(steps=2000, **PAPER),
    "paper": dict(steps=30000, **PAPER),
}
SOFT_PROMPT_LR = 1e-2


@dataclass
class Config:
    # what is learnt
    tasks: str = opt("", "comma-separated datasets to tune on; empty: the miniature, or all 62 with --init gpt2...")
    clusters: str = opt("", "comma-separated clusters to tune on; empty: all that --hold_out leaves")
    hold_out: str = opt("", "cluster to hold out and to evaluate; empty: nothing, or in the miniature paraphrase; with "
                            "--tasks nothing is held out, and these are evaluated themselves")
    examples: str = opt("", "JSON lines of your own: prompt, target, and optionally options, task, cluster")
    data_dir: str = opt(data.DATA_DIR, "folder of the raw datasets")
    prompts: str = opt("instructions", "what to tune on: instructions, or to compare, bare fields behind the dataset's "
                                       "name (name) or alone (none)", data.PROMPTS)
    templates: int = opt(0, "instructions of each dataset to tune on, the first ones; 0: all")
    max_examples: int = opt(0, "training examples of each dataset, or each of its subsets; 0: 30,000 as in the paper")
    exemplars: float = opt(0.0, "share, 0 to 1, of the documents that have one to four solved examples in front")
    shuffle_answers: bool = opt(False, "where a task has options, learn random ones: what does the form alone teach?")
    prompt_loss: float = opt(0.0, "weight of a prompt's tokens in the loss, beside 1 for a target's")
    # the model
    init: str = opt("", f"{', '.join(WEIGHTS)}, a folder in Hugging Face's layout, or a checkpoint")
    context: int = opt(1024, "longest document, in tokens, of a model with positions for more")
    separator: str = opt("auto", "between prompt and target: eot (end-of-text), newline, none; auto: eot for a model "
                                 "made here, none for one that was pre-trained elsewhere", ("auto", *SEPARATORS))
    soft_prompt: int = opt(0, "freeze the model, and train so many new embeddings in front of every document")
    size: str = opt("", "size of a new model: " + ", ".join(PRESETS), ("", *PRESETS))
    checkpointing: bool = opt(False, "recompute activations in the backward pass: less memory, a third more work")
    # the recipe; zero and empty mean: as the recipe says
    recipe: str = opt("", "miniature, scratch, short (2,000 steps) or paper (30,000); empty: by what is tuned", ("", *RECIPES))
    steps: int = opt(0, "optimizer steps")
    batch_tokens: int = opt(0, "tokens of one optimizer step, all GPUs together")
    micro_tokens: int = opt(0, "at most so many tokens in one forward and backward pass on one GPU; lower it when memory "
                               "runs out")
    lr: float = opt(0.0, "peak learning rate")
    optimizer: str = opt("", "adafactor or adamw", ("", "adafactor", "adamw"))
    schedule: str = opt("", "constant or linear (down to zero), behind the warm-up", ("", "constant", "linear"))
    warmup: int = opt(0, "steps of linear warm-up")
    clip: float = opt(1.0, "clip the gradient to this norm; 0: never")
    pretrain_tokens: int = opt(5_000_000, "tokens of plain text the miniature is pre-trained on")
    replay: float = opt(0.5, "documents of plain text mixed into tuning for each instruction document (miniature only)")
    seed: int = opt(0, "seed of weights, data order and sampled exemplars")
    # the machine
    device: str = opt("auto", "auto, cpu, cuda, cuda:1, mps")
    dtype: str = opt("auto", "of matrix products: auto, bf16, fp16 (with loss scaling), fp32; weights are always fp32",
                     ("auto", *DTYPE_NAMES))
    compile: str = opt("auto", "torch.compile: yes, no or auto (on CUDA only)", ("auto", "yes", "no"))
    # evaluation
    limit: int = opt(100, "test examples a dataset; 0: all of them; -1: do not evaluate")
    shots: int = opt(0, "also ask with so many exemplars in front of every question")
    # the run
    out: str = opt("", "folder of the run; empty: runs/<recipe>")
    resume: bool = opt(False, "continue the unfinished run of --out from its last checkpoint")
    overwrite: bool = opt(False, "begin anew where an unfinished run of --out is left")
    save_every: int = opt(500, "steps between checkpoints")
    log_every: int = opt(10, "steps between lines of log.jsonl")
    export: str = opt("", "also write the tuned model to this folder in Hugging Face's layout")


def resolve(cfg):
    """Fills what the recipe decides and refuses what cannot work, before anything starts. Returns
    cfg."""
    if cfg.init:
        check_model_name(cfg.init)
    base = run_of(cfg.init, "config.json") if cfg.init else {}  # the run that --init comes from
    if not cfg.recipe:  # what suits the model to start from, or else the data
        usual = "short" if cfg.init else "scratch" if cfg.tasks or cfg.examples else "miniature"
        cfg.recipe = "miniature" if base.get("recipe") == "miniature" else usual
    miniature = cfg.recipe == "miniature"
    cfg.out = cfg.out or f"runs/{cfg.recipe}"
    if cfg.soft_prompt:  # a frozen model forgets nothing, and takes large steps
        cfg.replay = 0.0
        cfg.lr, cfg.optimizer = cfg.lr or SOFT_PROMPT_LR, cfg.optimizer or "adamw"
    for name, value in RECIPES[cfg.recipe].items():
        setattr(cfg, name, getattr(cfg, name) or value)
    if not cfg.init:
        cfg.size = cfg.size or "miniature"
    if miniature and not cfg.tasks:
        cfg.hold_out = cfg.hold_out or "paraphrase"
    needs_files = not miniature and (cfg.tasks or cfg.clusters or cfg.hold_out or not cfg.examples)
    data.refuse([
        (cfg.size and cfg.init,
         f"--size {cfg.size} is for a new model, but --init {cfg.init} has a size: drop one of them"),
        (min(cfg.templates, cfg.max_examples, cfg.soft_prompt) < 0,
         "--templates, --max_examples and --soft_prompt must be at least 0"),
        (not 0 <= cfg.exemplars <= 1, f"--exemplars {cfg.exemplars} must be between 0 and 1"),
        (not all(0 <= x < math.inf for x in (cfg.replay, cfg.prompt_loss, cfg.clip)),
         f"--replay {cfg.replay}, --prompt_loss {cfg.prompt_loss} and --clip {cfg.clip} must be numbers from 0"),
        (cfg.soft_prompt and (not cfg.init or cfg.export or cfg.prompt_loss),
         f"--soft_prompt {cfg.soft_prompt} needs a model to start from (--init), and goes neither with --export "
         "nor with --prompt_loss"),
        (min(cfg.steps, cfg.batch_tokens, cfg.micro_tokens, cfg.save_every, cfg.log_every) < 1,
         "--steps, --batch_tokens, --micro_tokens, --save_every and --log_every must be at least 1"),
        (cfg.batch_tokens < world_size(), f"--batch_tokens {cfg.batch_tokens} is too little for {world_size()} processes"),
        (cfg.templates and cfg.prompts != "instructions",
         f"--templates {cfg.templates} counts instructions, of which --prompts {cfg.prompts} has none: drop one of them"),
        (not 0 < cfg.lr < 1 or cfg.warmup < 0,
         f"--lr {cfg.lr} must be between 0 and 1, --warmup {cfg.warmup} at least 0"),
        (cfg.export and miniature,
         f"--export {cfg.export}: the miniature's tokenizer, of whole words, has no place in Hugging "
         "Face's layout: start from --init gpt2"),
        (needs_files and not os.path.isdir(cfg.data_dir),
         f"--data_dir {cfg.data_dir} does not exist: run `python data.py get --lean`"),
        (cfg.examples and not os.path.exists(cfg.examples),
         f"--examples {cfg.examples} does not exist: name a file of JSON lines"),
        (os.path.isfile(cfg.out), f"--out {cfg.out} is a file: give a folder"),
        (os.path.isfile(cfg.export), f"--export {cfg.export} is a file: give a folder"),
    ])
    for flag in filter(lambda flag: getattr(cfg, flag), ("out", "export")):
        data.check_writable(getattr(cfg, flag), flag, parents=True)
    cfg.micro_tokens = micro_tokens(cfg.batch_tokens, cfg.micro_tokens)
    return cfg


def micro_tokens(batch_tokens, most):
    """A step's tokens shared out evenly: over the processes, and then over as few micro-batches of
    at most `most` tokens as will do."""
    share = batch_tokens // world_size()
    return share // math.ceil(share / most)


# --------------------------------------------------------------------------------------------------
# Processes: one alone, or several started by torchrun

def rank():
    """The number of this process; 0 writes the files and prints."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size():
    """How many processes torchrun started; known before they join."""
    return int(os.environ.get("WORLD_SIZE", 1))


def print0(*text):
    """print, once for all processes and not into a progress bar."""
    if rank() == 0:
        tqdm.write(" ".join(map(str, text)))


def any_rank(flag):
    """Is the flag up in any process? One that stopped alone would leave the others waiting for
    it."""
    raised = torch.tensor(float(flag))
    if dist.is_initialized():
        dist.all_reduce(raised, op=dist.ReduceOp.MAX)  # between CPUs: nobody waits for a GPU
    return bool(raised)


def start_processes(device):
    """Joins the group that torchrun made, and takes this process's own GPU. Returns the device."""
    if world_size() == 1:
        return device
    # the others wait, for longer than the usual ten minutes, while the first process evaluates
    dist.init_process_group("cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo", timeout=timedelta(hours=6))
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    return device


def leave_processes():
    """Leaves the group, all at once: the first process holds what the others need to leave."""
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()


# --------------------------------------------------------------------------------------------------
# The loop

def make_optimizer(model, name, lr, device):
    """"adamw" or "adafactor", without weight decay."""
    trained = [p for p in model.parameters() if p.requires_grad]
    if name == "adamw":
        return torch.optim.AdamW(trained, lr=lr, betas=(0.9, 0.95), weight_decay=0.0,
                                 fused=device.type in ("cuda", "cpu"))
    # scales each update by the size of the parameter, so the paper's 3e-5 is a relative step and
    # means the same here
    return torch.optim.Adafactor(trained, lr=lr, foreach=device.type == "cuda")


def learning_rate(step, phase):
    """Linear warm-up, then constant, or linear down to zero at the end."""
    if step < phase.warmup:
        return phase.lr * (step + 1) / phase.warmup
    if phase.schedule == "constant":
        return phase.lr
    return phase.lr * (phase.steps - step) / (phase.steps - phase.warmup)


def to_device(batch, device):
    """Batch of numpy arrays -> tensors on the device."""
    tensors = [torch.from_numpy(a) for a in batch]
    if device.type == "cuda":
        tensors = [t.pin_memory().to(device, non_blocking=True) for t in tensors]
    moved = data.Batch(*(t.to(device) for t in tensors))
    # tells torch.compile that the number of tokens, documents and targets varies: one graph serves
    # them all
    for t in moved:
        torch._dynamo.mark_dynamic(t, 0)
    return moved


class Run:
    """One phase under way: the model, its optimizer, its data, how far it is.

    `state` is all a checkpoint needs: micro-batches are found by number and nothing else is random,
    so there is no generator whose state would have to be kept.
    """
    def __init__(self, phase, model, stream, device):
        self.phase, self.model, self.stream, self.device = phase, model, stream, device
        self.step, self.tokens, self.skipped = 0, 0, 0  # skipped: steps that fp16 could not take
        # micro-batches of a step, all processes together, as many of each
        self.grad_accum_steps = phase.batch_tokens // stream.micro_tokens // world_size() * world_size()
        self.optimizer = make_optimizer(model, phase.optimizer, phase.lr, device)
        self.scaler = torch.amp.GradScaler(device.type,
                                           enabled=model.compute_dtype == torch.float16)

    def state(self):
        return {"phase": self.phase.name, "step": self.step, "tokens": self.tokens,
                "skipped": self.skipped, "optimizer": self.optimizer.state_dict(),
                "scaler": self.scaler.state_dict()}

    def load(self, saved):
        self.step, self.tokens, self.skipped = saved["step"], saved["tokens"], saved["skipped"]
        if self.step > self.phase.steps:
            raise UserError(f"--steps {self.phase.steps} is below the {self.step} steps that the run has taken")
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        if saved["scaler"] and self.scaler.is_enabled():  # else one of the two runs is not in fp16
            self.scaler.load_state_dict(saved["scaler"])


def model_state(lm):
    """What `load_lm` reads."""
    return {"model": lm.model.state_dict(), "config": asdict(lm.model.config), "tokenizer": lm.encoding.name,
            "eot": lm.encoding.eot_token, "separator": lm.separator, "tuned_on": lm.tuned_on}


def save(state, path):
    """Tensors, numbers and strings only, so that it can be read with weights_only=True."""
    if rank() == 0:
        try:
            with replacing(path, "wb") as f:
                torch.save(state, f)
        except RuntimeError as e:  # what torch makes of a full disk
            raise OSError(f"{path} cannot be written; is the disk full? ({str(e).splitlines()[0]})") from None


def backward(run, net, batches, stop):
    """Gradients of one optimizer step. Returns (summed loss, weight of the targets) over all
    micro-batches of all processes, or None if stop() became true: a step may take minutes, a
    machine that shuts down does not wait."""
    # A target token of the step weighs as much, whatever micro-batch or process it is in: losses
    # are summed and divided by the weight of the whole step's targets, their number unless there
    # is a --prompt_loss. A mean over each micro-batch would favour short targets.
    weight = sum(b.weights.sum() for b in batches)
    if dist.is_initialized():
        dist.all_reduce(weight)

    total = torch.zeros((), device=run.device)
    for i, batch in enumerate(batches):
        if any_rank(stop()):
            return None
        # gradients are exchanged between processes once a step, behind the last micro-batch
        waits = dist.is_initialized() and i < len(batches) - 1
        with net.no_sync() if waits else nullcontext():
            loss = net(batch.tokens, batch.positions, batch.cu_seqlens,
                       run.model.config.context_length, target_index=batch.target_index,
                       targets=batch.targets, weights=batch.weights)
            # DistributedDataParallel averages over processes, but the sum is wanted: hence the
            # factor
            run.scaler.scale(loss * (world_size() / weight)).backward()
        total += loss.detach()
    if dist.is_initialized():
        dist.all_reduce(total)
    return float(total), float(weight)


def train(run, cfg, log, checkpoint, stop):
    """Runs the phase from run.step to its end, or until stop() asks for an early one. Returns True
    at the end."""
    phase, device, model = run.phase, run.device, run.model
    model.train()
    net, usual_attention = model, model.attn_impl
    # on a CPU the attention that can be compiled costs more than is gained
    if cfg.compile == "yes" or cfg.compile == "auto" and device.type == "cuda":
        net = torch.compile(model, dynamic=False)
        if usual_attention == "padded":  # it looks at the lengths of documents, which a graph cannot
            model.attn_impl = "mask"
    if dist.is_initialized():
        ids = [device.index] if device.type == "cuda" else None
        net = DistributedDataParallel(net, device_ids=ids)

    # each process takes its own micro-batches of every step
    mine = range(rank(), run.grad_accum_steps, world_size())
    bar = Progress(total=phase.steps, initial=run.step, desc=phase.name, unit="step",
                   disable=rank() != 0)
    # since the last line of the log: when it was, tokens fed, target tokens, and the sum of their
    # losses
    since, fed, supervised, loss_sum = time.time(), 0, 0.0, 0.0
    while run.step < phase.steps:
        lr = learning_rate(run.step, phase)
        for group in run.optimizer.param_groups:
            group["lr"] = lr

        first = run.step * run.grad_accum_steps
        batches = [to_device(run.stream.batch(first + i), device) for i in mine]
        sums = backward(run, net, batches, stop)
        if sums is None:
            break  # the step under way is lost; the checkpoint is that of the last whole one
        loss, weight = sums

        # a step with a broken gradient would break the weights, and the next checkpoint with them
        run.scaler.unscale_(run.optimizer)  # fp16 only: the norm is that of the true gradients
        norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), cfg.clip or math.inf))
        if not math.isfinite(norm) and not run.scaler.is_enabled():
            raise FloatingPointError(f"the gradient's norm is {norm} in step {run.step + 1}: lower --lr {phase.lr}")
        # in fp16 the scaler takes no such step, and scales less from then on
        run.skipped += not math.isfinite(norm)
        run.scaler.step(run.optimizer)
        run.scaler.update()
        run.optimizer.zero_grad(set_to_none=True)

        run.step += 1
        # exact for one process, within 1% for several
        count = sum(len(b.tokens) for b in batches) * world_size()
        run.tokens += count
        fed += count
        loss_sum += loss
        supervised += weight
        if run.step % cfg.log_every == 0 or run.step == phase.steps:
            line = {"phase": phase.name, "step": run.step, "loss": round(loss_sum / supervised, 4),
                    "lr": lr, "grad_norm": round(norm, 3), "tokens": run.tokens,
                    "supervised": round(supervised / fed, 3),
                    "tokens_per_s": round(fed / (time.time() - since)), "skipped": run.skipped}
            log(line)
            bar.set_postfix_str(f"loss {line['loss']:.3f}, {line['tokens_per_s']:,} tok/s, "
                                f"{line['supervised']:.0%} supervised"
                                + (f", {run.skipped} steps skipped" if run.skipped else ""), refresh=False)
            since, fed, supervised, loss_sum = time.time(), 0, 0.0, 0.0
        bar.update()
        if run.step % cfg.save_every == 0 and run.step < phase.steps:
            checkpoint(run)
    bar.close()
    run.optimizer.zero_grad(set_to_none=True)
    model.attn_impl = usual_attention
    return run.step == phase.steps


# --------------------------------------------------------------------------------------------------
# What is trained on

def choose_tasks(cfg):
    """(tuning tasks, tasks to evaluate), checked: nothing held out, or excluded with it, is among
    the tuning tasks.

    Without --tasks, what the mixture and the held-out cluster have on disk is taken, and what they
    lack is named. With --tasks and nothing held out, these are evaluated themselves.
    """
    mine = data.user_tasks(cfg.examples) if cfg.examples else []
    known = data.miniature_tasks() if cfg.recipe == "miniature" else data.all_tasks()
    tuning, held = data.held_out(cfg.hold_out, known) if cfg.hold_out else (known, [])
    if cfg.tasks:
        tuning = data.chosen("tasks", cfg.tasks, known)
    elif mine and cfg.recipe != "miniature" and not (cfg.hold_out or cfg.clusters):
        tuning = []  # your examples alone
    if cfg.clusters:
        tuning = data.chosen("clusters", cfg.clusters, tuning)
    if cfg.tasks:
        held = held or tuning
    else:
        tuning = data.tasks_on_disk(tuning, "train", cfg.data_dir, print0)
    tuning = [data.reworded(t, cfg.prompts, cfg.templates) for t in tuning] + mine
    refuse_leaks(pairs_of(tuning), cfg.hold_out, held, "leave it out of --tasks and --examples")
    if not tuning:
        raise FileNotFoundError(f"--data_dir {cfg.data_dir} holds no dataset: run `python data.py get --lean`")
    return tuning, data.tasks_on_disk(held, "test", cfg.data_dir, print0)


def load_entries(cfg, tasks, lm):
    """The MixtureEntries of the tuning tasks, in the form that the flags ask for."""
    config = lm.model.config
    form = data.Form(lm._replace(separator=cfg.separator).between,
                     replace(config, soft_prompt=cfg.soft_prompt).prefix,
                     cfg.max_examples, cfg.exemplars, cfg.shuffle_answers,
                     # where nothing is drawn, one cache serves all seeds
                     cfg.seed if cfg.exemplars or cfg.shuffle_answers else 0)
    entries = data.load_mixture(tasks, lm.encoding, config.context_length, cfg.data_dir, print0, form)
    if not entries:
        raise UserError("the mixture is empty: no training example is left")
    if lm.encoding.dropped:
        print0(f"{lm.encoding.dropped:,} bytes that the tokenizer has no token for were left out")
    return entries


def pairs_of(tasks):
    """[dataset, cluster] of each task."""
    return [[t.dataset.name, t.dataset.cluster] for t in tasks]


def refuse_leaks(tuned_on, cluster, held, way_out):
    """Raises UserError if anything of the held-out cluster, or excluded with it, is or was trained
    on."""
    if spoilt := cluster and data.leaks(tuned_on, cluster, held):
        raise UserError(f"{', '.join(spoilt)} may not be in tuning while --hold_out {cluster}: {way_out}, or hold out "
                         "another cluster")


def git_commit():
    try:
        return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, timeout=5,
                              cwd=os.path.dirname(os.path.abspath(__file__))).stdout.strip()
    except OSError:
        return ""


# --------------------------------------------------------------------------------------------------
# The whole run

@contextmanager
def stop_signals():
    """Inside, SIGTERM and Ctrl-C only make stop() true, so that the step under way is finished and
    saved first."""
    caught = []
    before = {number: signal.signal(number, lambda *_: caught.append(True))
              for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(caught)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def initial_lm(cfg, device, dtype):
    """The model to start from with its tokenizer, on the device."""
    miniature = cfg.recipe == "miniature"
    if cfg.init:
        lm = load_lm(cfg.init, cfg.data_dir, cfg.context)
        data.refuse([
            ((lm.encoding.name == "miniature") != miniature,
             f"--init {cfg.init} has the tokenizer {lm.encoding.name}, which --recipe {cfg.recipe} does not take: "
             "choose another recipe"),
            (lm.prefix, f"--init {cfg.init} has a soft prompt: begin from the model that it was learnt on"),
            (cfg.soft_prompt > lm.model.config.context_length // 4,
             f"--soft_prompt {cfg.soft_prompt} is more than a quarter of the context"),
        ])
    else:
        encoding = data.tokenizer("miniature" if miniature else "gpt2")
        size = PRESETS[cfg.size] | {"vocab_size": encoding.n_vocab}
        if not miniature:
            size["context_length"] = cfg.context
        torch.manual_seed(cfg.seed)
        lm = LM(GPT(GPTConfig(**size)), encoding, separator="")
    lm.model.checkpointing = cfg.checkpointing
    lm.model.prepare(device, dtype)
    return lm


def choose_separator(cfg, lm):
    """What stands between prompt and target: as asked, or as in the tuning of a tuned model."""
    if cfg.separator != "auto":
        return cfg.separator
    # differs from the paper, which puts end-of-text there: where it stood between unrelated texts
    # in pre-training, it tells a model to forget the question, and a frozen one never learns better
    elsewhere = cfg.init and cfg.recipe != "miniature"
    return lm.separator or ("none" if elsewhere or cfg.soft_prompt else "eot")


def open_run(cfg):
    """(folder, checkpoint or {}). A run works in --out.unfinished, so that a finished one in
    --out stays as it is until the new one is done."""
    folder = f"{cfg.out}.unfinished"
    path = os.path.join(folder, "checkpoint.pt")
    if rank() == 0:
        # .tmp: half files of a killed run
        inside = [p.name for p in Path(folder).glob("*") if p.suffix != ".tmp"]
        data.refuse([
            (os.path.isfile(folder) or inside and "config.json" not in inside,
             f"{folder} is not the folder of a run: choose another --out, or move it"),
            (os.path.exists(path) and not (cfg.resume or cfg.overwrite),
             f"{folder} holds an unfinished run: add --resume to go on with it, or --overwrite to "
             "begin anew"),
            (cfg.resume and not os.path.exists(folder),
             f"--resume: there is no unfinished run {folder}"),
        ])
        # without a checkpoint there is nothing in it to be kept
        if os.path.exists(folder) and not cfg.resume:
            shutil.rmtree(folder)
        os.makedirs(folder, exist_ok=True)
    keys = "phase", "step", "optimizer", "scaler", "settings", "mixture", "log_size"
    # it may have been stopped before its first checkpoint
    begun = cfg.resume and os.path.exists(path)
    return folder, load_checkpoint(path, *keys) if begun else {}


def close_run(out):
    """Moves the files of a finished run to --out. One renaming decides that it is finished: killed
    behind it, the same command moves the rest."""
    done = f"{out}.done"
    os.makedirs(out, exist_ok=True)
    if not os.path.exists(done):
        # those of an older run: this one may have none
        for name in ("results.json", "untuned.json", "tokenizer.json"):
            Path(out, name).unlink(missing_ok=True)
        os.replace(f"{out}.unfinished", done)
    for name in os.listdir(done):
        if not name.endswith(".tmp"):  # half a file, from when the run was killed
            os.replace(os.path.join(done, name), os.path.join(out, name))
    shutil.rmtree(done)


# What may be given anew when a run is resumed: the data and the shape of the model stay the same.
FREE = {"resume", "overwrite", "out", "data_dir", "device", "dtype", "compile", "checkpointing", "limit", "shots",
        "save_every", "log_every", "export", "steps", "lr", "schedule", "warmup", "clip"}


def check_resumed(saved, settings, mixture):
    """Raises UserError where a resumed run would go on with other data or another model; names
    what else differs."""
    before = saved["settings"]
    changed = {key: f"--{key} {value!r} was {before.get(key)!r}" for key, value in settings.items()
               if before.get(key) != value and key not in ("resume", "overwrite")}
    if saved["mixture"] != mixture:
        changed["mixture"] = "the mixture has changed, see mixture.json"
    if refused := [text for key, text in changed.items() if key not in FREE]:
        raise UserError(f"--resume: {'; '.join(refused)}: take that back, or begin anew with --overwrite")
    if changed:
        print0(f"resumed with other settings: {'; '.join(changed.values())}")


def run_phase(phase, lm, stores, rates, cfg, folder, saved, about):
    """Runs a phase on `rates` documents an epoch of each store, from `saved` if that is a
    checkpoint of it; every checkpoint also holds `about`. Returns the tokens it took; exits if told
    to stop."""
    stream = data.Stream(stores, rates, micro_tokens(phase.batch_tokens, cfg.micro_tokens), cfg.seed,
                         cfg.prompt_loss)
    run = Run(phase, lm.model, stream, lm.model.wte.weight.device)
    if saved.get("phase") == phase.name:
        run.load(saved)
        print0(f"resumed {phase.name} at step {run.step:,}")
    tokens, length = stores[0].tokens[:stores[0].offsets[1]].tolist(), stores[0].prompt_lengths[0]
    print0("one training example, [[supervised]]:")
    print0(f"{lm.encoding.decode(tokens[len(lm.prefix):length])}[[{lm.encoding.decode(tokens[length:])}]]")
    print0(f"{phase.name}: {phase.steps - run.step:,} steps of {phase.batch_tokens:,} tokens")
    with (open(os.path.join(folder, "log.jsonl") if rank() == 0 else os.devnull, "a", buffering=1) as log,
          stop_signals() as stop):
        # a resumed run cuts the log to the size that its checkpoint knows
        checkpoint = lambda run: save({**model_state(lm), **run.state(), **about,
                                       "log_size": log.tell()}, os.path.join(folder, "checkpoint.pt"))
        done = train(run, cfg, lambda line: log.write(json.dumps(line) + "\n"), checkpoint, stop)
        checkpoint(run)
    if not done:
        print0(f"stopped at step {run.step:,}; continue with --resume --out {cfg.out}")
        leave_processes()
        raise KeyboardInterrupt
    return run.tokens


def write_run(cfg, folder, command, mixture, saved):
    """What a run leaves before it begins: config.json, mixture.json, and log.jsonl, of a resumed
    run up to its last checkpoint."""
    write_json({**asdict(cfg), "command": command, "git": git_commit(), "torch": torch.__version__},
               os.path.join(folder, "config.json"))
    write_json(mixture, os.path.join(folder, "mixture.json"))
    with open(os.path.join(folder, "log.jsonl"), "a") as log:
        log.truncate(min(log.tell(), saved.get("log_size", 0)))


def report(tests, tuned_on, untuned, tuned, cfg, folder, seconds, tokens, command):
    """results.json and the table."""
    rows = [evaluation.result_row(t, tuned_on, untuned.get(t.task.name, {}), tuned[t.task.name])
            for t in tests]
    evaluation.write_results(os.path.join(folder, "results.json"), rows, asdict(cfg), seconds,
                             tokens, command)
    evaluation.print_results(rows, print0)
    if cfg.recipe != "miniature" and not cfg.init:
        print0("this model is new and was never pre-trained on real text: expect results at about chance")


def main(argv=None):
    """Pre-trains (the miniature only), asks the untuned model, tunes, asks the tuned model, prints
    the table."""
    began = time.time()
    cfg = resolve(data.parse_options(Config, __doc__, argv))
    command = "python train.py " + shlex.join(sys.argv[1:] if argv is None else argv)
    # on a CPU oneDNN compiles a kernel for every number of tokens and targets it meets, and by
    # default keeps 1,024
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256")
    device, dtype, why = pick_device(cfg.device, cfg.dtype)
    device = start_processes(device)
    torch.set_float32_matmul_precision("high")
    print0(f"device {device}, {str(dtype).removeprefix('torch.')} matrix products ({why}), torch {torch.__version__}")

    if any_rank(os.path.exists(f"{cfg.out}.done")):  # killed while its files were moved
        if rank() == 0:
            close_run(cfg.out)
        if cfg.resume:
            return print0(f"this run was done; {cfg.out} holds it")

    # what is tuned on, and what is asked
    tuning, held = choose_tasks(cfg)
    lm = initial_lm(cfg, device, dtype)
    cfg.separator = choose_separator(cfg, lm)
    print0(f"{sum(p.numel() for p in lm.model.parameters()) / 1e6:.1f}M parameters, {cfg.init or 'new'}; held out: "
           f"{cfg.hold_out or 'nothing'}; recipe {cfg.recipe}: {cfg.steps:,} steps of {cfg.batch_tokens:,} tokens"
           + f"; done, it replaces {cfg.out}: choose another --out to keep that" * os.path.isdir(cfg.out))
    folder, saved = open_run(cfg)
    entries = load_entries(cfg, tuning, lm)
    mixture = data.mixture_rows(entries)
    data.print_mixture(mixture, print0)
    about = {"settings": asdict(cfg), "mixture": mixture}
    if saved:
        check_resumed(saved, **about)
    refuse_leaks(lm.tuned_on, cfg.hold_out, held, f"--init {cfg.init} was tuned on it: begin from another model")
    # one process evaluates; the others wait
    tests = (evaluation.read_tests(held, cfg.data_dir, cfg.limit, cfg.shots)
             if rank() == 0 and cfg.limit >= 0 else [])
    if rank() == 0:
        write_run(cfg, folder, command, mixture, saved)
        copy_tokenizer(lm, folder)

    # a base, and what it can do
    needs_text = cfg.recipe == "miniature" and (cfg.replay or not cfg.init)
    texts = miniature_corpus(cfg.seed, cfg.pretrain_tokens) if needs_text else []
    documents = data.plain_documents(texts, lm.encoding, lm.model.config.context_length)
    plain = data.store(documents, lm.encoding.n_vocab)
    # a run resumed while tuning no longer has its base
    tokens, untuned = 0, saved.get("untuned", {})
    if saved.get("phase") != "tune":
        if cfg.recipe == "miniature" and not cfg.init:
            steps = max(1, int(plain.lengths.sum()) // PRETRAINING.batch_tokens)
            tokens += run_phase(PRETRAINING._replace(steps=steps), lm, [plain],
                                [len(plain.lengths)], cfg, folder, saved, about)
            # for runs that hold out another cluster
            save(model_state(lm), os.path.join(folder, "pretrained.pt"))
        if not lm.tuned:
            untuned, _ = evaluation.evaluate_tests(lm, tests, tuned=False, shots=cfg.shots,
                                                   seed=cfg.seed)
        if rank() == 0:
            write_json(untuned, os.path.join(folder, "untuned.json"))

    # instruction tuning, and what it did
    phase = Phase("tune", cfg.steps, cfg.batch_tokens, cfg.lr, cfg.optimizer, cfg.schedule,
                  cfg.warmup)
    stores, rates = [e.store for e in entries], [e.rate for e in entries]
    if cfg.soft_prompt:
        words = [t for t in set(stores[0].tokens.tolist()) if t < lm.model.config.vocab_size]
        lm.model.add_soft_prompt(random.Random(cfg.seed).choices(sorted(words), k=cfg.soft_prompt))
    if len(plain.lengths) and cfg.replay:
        # differs from the paper: the miniature goes on seeing plain text, or so small a model
        # forgets what it knew
        stores.append(plain)
        rates.append(round(cfg.replay * sum(rates)))
    lm = lm._replace(separator=cfg.separator, tuned_on=[*lm.tuned_on, *pairs_of(tuning)])
    tokens += run_phase(phase, lm, stores, rates, cfg, folder, saved, {**about, "untuned": untuned})
    if cfg.export and rank() == 0:
        export_lm(lm, cfg.export)
        print0(f"exported to {cfg.export}")
    tuned, _ = evaluation.evaluate_tests(lm, tests, tuned=True, shots=cfg.shots, seed=cfg.seed)
    if tuned:
        report(tests, lm.tuned_on, untuned, tuned, cfg, folder, time.time() - began, tokens, command)
    if rank() == 0:
        close_run(cfg.out)
    print0(f"done in {(time.time() - began) / 60:.1f} minutes; {cfg.out} holds the run")
    leave_processes()


if __name__ == "__main__":
    data.exit_with_message(main)

"""Speed, one JSON line a row: training and scoring; ours and, on request, a peer's on the same documents.

    python tests/bench.py                          # the miniature and gpt2: training, data pipeline, scoring
    python tests/bench.py --sizes gpt2,gpt2-medium,gpt2-large,gpt2-xl --micro_tokens 16384      # on a GPU
    python tests/bench.py --sizes gpt2 --peer transformers,nanogpt,trl
    python tests/bench.py --sizes smollm2-135m --peer transformers,trl --micro_tokens 2048
    python tests/bench.py --only real --model FOLDER --data_dir DATA --peer lm-eval   # FOLDER: see tests/smollm2.py

Machines are noisy, so read the ratios: ours and the peers take turns in one run, and the median of each is reported.
Weights are random, but of --only real: the questions of four datasets, put to a real model.

Peers:  transformers  a training step of Hugging Face's model on packed rows of 1,024: SDPA, its own loss, all logits
        nanogpt       a plain step of GPT-2 on rows of 1,024: all logits, attention over the whole row, fused AdamW, autocast
        trl           the step as TRL's SFTTrainer does it (packed by its own function), where trl is installed
        lm-eval       with --only real: rank classification by lm-evaluation-harness, where lm-eval is installed
"""

import itertools
import json
import os
import platform
import random
import resource
import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import data  # noqa: E402
import eval as evaluation  # noqa: E402
import model as m  # noqa: E402
import train  # noqa: E402
from data import opt  # noqa: E402

PEAK = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "4090": 165e12}  # dense bf16 FLOP/s of the data sheets


@dataclass
class Config:
    sizes: str = opt("miniature,gpt2", "comma-separated: " + ", ".join(m.PRESETS))
    peer: str = opt("", "comma-separated: transformers, nanogpt, trl, lm-eval")
    micro_tokens: int = opt(0, "tokens a step; 0: 4096 on CPU, 16384 on a GPU")
    steps: int = opt(5, "timed steps of each")
    device: str = opt("auto", "auto, cpu, cuda")
    dtype: str = opt("auto", "auto, bf16, fp16, fp32", ("auto", *m.DTYPE_NAMES))
    only: str = opt("", "train, data, score, alternatives or real; empty: the first three",
                    ("", "train", "data", "score", "alternatives", "real"))
    model: str = opt("", "--only real: a model folder")
    data_dir: str = opt(data.DATA_DIR, "--only real: where ARC, BoolQ, PIQA and RTE lie")
    limit: int = opt(200, "--only real: questions of each dataset")


def documents(n, size="gpt2", vocab=50257, seed=0):
    """FLAN-like documents: prompts of 20 to 400 tokens (or what the size's context allows), targets of 2 to 60."""
    rng, longest = np.random.default_rng(seed), min(400, m.PRESETS[size].get("context_length", 1024) - 60)
    for _ in range(n):
        prompt, target = (int(np.clip(rng.lognormal(mean, sigma), low, high))
                          for mean, sigma, low, high in ((4.6, 0.7, 20, longest), (2.2, 0.9, 2, 60)))
        yield data.Document(rng.integers(vocab, size=prompt + target).tolist(), prompt, False)


def row(**values):
    print(json.dumps(values), flush=True)


def take_turns(steps, *works):
    """Median seconds of each work, after two rounds to warm up; the works alternate, so noise hits all of them."""
    times = [[] for _ in works]
    for i in range(steps + 2):
        for seconds, work in zip(times, works):
            start = time.perf_counter()
            work()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if i >= 2:
                seconds.append(time.perf_counter() - start)
    return [statistics.median(s) for s in times]


def vocabulary(size):
    return 49152 if size.startswith("smollm2") else 50257


def new_model(size, device, dtype):
    torch.manual_seed(0)
    return m.GPT(m.GPTConfig(vocab_size=vocabulary(size), **m.PRESETS[size])).prepare(device, dtype)


def flops_per_token(model, target_share, mean_keys):
    """Useful training FLOPs a token, forward and backward: matrix products, attention, logits where targets are."""
    weights = lambda module: sum(p.numel() for p in module.parameters() if p.dim() > 1)
    c, last = model.config, model.h[-1]
    spared = (1 - target_share) * (weights(last.attn.c_proj) + weights(last.mlp))  # these run on targets alone
    products = weights(model.h) - spared + c.n_embd * c.vocab_size * target_share
    return 6 * products + 12 * c.n_layer * c.n_embd * mean_keys


# ---------------------------------------------------------------------------------------------------------------------
# Training

def our_step(model, stream, device):
    """One optimizer step on the next micro-batch, as train.py takes it: every one has other shapes."""
    run = train.Run(train.Phase("tune", 1, stream.micro_tokens, 3e-5, "adamw", "constant"), model, stream, device)
    net = torch.compile(model, dynamic=False) if device.type == "cuda" else model
    numbers = itertools.count()

    def step():
        train.backward(run, net, [train.to_device(stream.batch(next(numbers)), device)], stop=bool)
        run.optimizer.step()
        run.optimizer.zero_grad(set_to_none=True)
    return step


def rows_of(batch, length, device):
    """The same documents in rows of `length`, end to end, as frameworks pack them.

    Returns ids, labels (-100: no loss) and positions, each (B, T).
    """
    labels = np.full(len(batch.tokens), -100)
    labels[batch.target_index] = batch.targets  # labels[i] is what position i predicts
    n = len(batch.tokens) // length * length or len(batch.tokens)
    shape = (-1, min(length, n))
    arrays = batch.tokens, labels, batch.positions
    return tuple(torch.from_numpy(a[:n]).view(shape).to(device) for a in arrays)


def hugging_face(size):
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM
    p = m.GPTConfig(**m.PRESETS[size])
    torch.manual_seed(0)
    if p.positions == "learned":
        return GPT2LMHeadModel(GPT2Config(n_layer=p.n_layer, n_head=p.n_head, n_embd=p.n_embd, n_positions=1024,
                                          resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, attn_implementation="sdpa"))
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=vocabulary(size), num_hidden_layers=p.n_layer, num_attention_heads=p.n_head, hidden_size=p.n_embd,
        num_key_value_heads=p.n_kv_head, intermediate_size=p.n_inner, max_position_embeddings=1024,
        rope_theta=p.rope_theta, tie_word_embeddings=True, attn_implementation="sdpa"))


def transformers_step(size, batch, device, dtype):
    """Hugging Face's model, loss and AdamW on packed rows, under autocast."""
    hf, (ids, labels, _) = hugging_face(size).to(device).train(), rows_of(batch, 1024, device)
    optimizer = torch.optim.AdamW(hf.parameters(), 3e-5)
    shifted = F.pad(labels, (1, 0), value=-100)[:, :-1]  # the model shifts labels itself

    def step():
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            loss = hf(input_ids=ids, labels=shifted).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return step, ids.numel()


def trl_step(size, batch, device, dtype):
    """A step as TRL's SFTTrainer makes it for packed data.

    Positions that restart keep documents apart, the loss needs all logits, entropy and accuracy are logged.
    """
    import trl  # noqa: F401  the step below follows trl.SFTTrainer.compute_loss; the import says that it is installed
    hf, (ids, labels, positions) = hugging_face(size).to(device).train(), rows_of(batch, 1024, device)
    optimizer = torch.optim.AdamW(hf.parameters(), 3e-5)
    shifted = F.pad(labels, (1, 0), value=-100)[:, :-1]

    def step():
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            out = hf(input_ids=ids, labels=shifted, position_ids=positions, use_cache=False)
        with torch.no_grad():  # what it logs at every step
            logp = out.logits.float().log_softmax(-1)
            (-(logp.exp() * logp).sum(-1)).mean()
            (out.logits[:, :-1].argmax(-1) == shifted[:, 1:]).float().mean()
        out.loss.backward()
        torch.nn.utils.clip_grad_norm_(hf.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return step, ids.numel()


def nanogpt_step(size, batch, device, dtype):
    """Full rows, plain causal attention, all logits, fused AdamW, under autocast: our weights, the other recipe."""
    if m.PRESETS[size].get("positions") == "rotary":
        raise SystemExit("--peer nanogpt: a step of GPT-2's family only")
    model = new_model(size, device, torch.float32)
    ids, labels, _ = rows_of(batch, model.config.context_length, device)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-5, fused=True)
    rows, length = ids.shape
    position = torch.arange(length, device=device)

    def block(b, x):
        q, k, v = F.linear(F.layer_norm(x, x.shape[-1:], b.ln_1.weight, b.ln_1.bias), b.attn.c_attn.weight,
                           b.attn.c_attn.bias).unflatten(-1, (3, b.attn.heads[0], -1)).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        x = x + F.linear(y, b.attn.c_proj.weight, b.attn.c_proj.bias)
        h = F.layer_norm(x, x.shape[-1:], b.ln_2.weight, b.ln_2.bias)
        h = F.gelu(F.linear(h, b.mlp.c_fc.weight, b.mlp.c_fc.bias))
        return x + F.linear(h, b.mlp.c_proj.weight, b.mlp.c_proj.bias)

    def step():
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            x = model.wte(ids) + model.wpe(position)
            for b in model.h:
                x = block(b, x)
            x = F.layer_norm(x, x.shape[-1:], model.ln_f.weight, model.ln_f.bias)
            logits = F.linear(x, model.wte.weight)
            loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return step, ids.numel()


def bench_training(size, cfg, device, dtype):
    micro = cfg.micro_tokens or (16384 if device.type == "cuda" else 4096)
    store = data.store(documents(2000 + micro // 20, size, vocabulary(size)))
    stream = data.Stream([store], [len(store.lengths)], micro, 0)
    batch, model = stream.batch(0), new_model(size, device, dtype)
    peers = [("transformers", transformers_step), ("trl", trl_step), ("nanogpt", nanogpt_step)]
    peers = [(name, make(size, batch, device, dtype)) for name, make in peers if name in cfg.peer.split(",")]
    ours, *theirs = take_turns(cfg.steps, our_step(model, stream, device), *(step for _, (step, _) in peers))
    fed = [len(stream.batch(n).tokens) for n in range(100)]
    fill, share = sum(fed) / len(fed) / micro, len(batch.targets) / len(batch.tokens)
    speed = fill * micro / ours
    keys = float(np.mean(batch.positions)) + 1
    flops = speed * flops_per_token(model, share, keys)
    peak = next((p for name, p in PEAK.items() if device.type == "cuda" and name in torch.cuda.get_device_name()), None)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    memory = torch.cuda.max_memory_allocated() if device.type == "cuda" else memory
    row(what="train", size=size, tokens_per_s=round(speed), useful_tflops=round(flops / 1e12, 3),
        useful_mfu=round(flops / peak, 3) if peak else None, supervised=round(share, 3),
        fill=round(fill, 4), peak_gb=round(memory / 1e9, 2), micro_tokens=micro)
    for (name, (_, tokens)), seconds in zip(peers, theirs):
        row(what="train", size=size, peer=name, tokens_per_s=round(tokens / seconds),
            ours_is_faster=round(speed * seconds / tokens, 2))


class WholeBlock(m.Block):
    """A last block that does all its work for every token, and only then keeps those that are wanted."""
    def forward(self, x, attend, angles, wanted):
        return super().forward(x, attend, angles)[wanted]


def bench_alternatives(size, cfg, device, dtype):
    """What the design was chosen over: forward and backward of one micro-batch with one thing changed; optimizers."""
    micro = cfg.micro_tokens or (16384 if device.type == "cuda" else 2048)
    store = data.store(documents(1000 + micro // 20, size, vocabulary(size)))
    batch = train.to_device(data.Stream([store], [len(store.lengths)], micro, 0).batch(0), device)
    model = new_model(size, device, dtype).train()
    base, last = dict(attn_impl=model.attn_impl, compute_dtype=dtype, checkpointing=False), model.h[-1]
    inputs = (batch.tokens, batch.positions, batch.cu_seqlens, model.config.context_length)

    def wanted(net):
        return net(*inputs, target_index=batch.target_index, targets=batch.targets)

    def everywhere(net):
        labels, weights = torch.zeros_like(batch.tokens), torch.zeros(len(batch.tokens), device=device)
        labels[batch.target_index], weights[batch.target_index] = batch.targets, 1.0
        return net(*inputs, targets=labels, weights=weights)

    def work(loss=wanted, net=model, length_groups=m.length_groups, explicit=m.EXPLICIT_UP_TO, block=m.Block, **changes):
        def step():
            m.length_groups, m.EXPLICIT_UP_TO, last.__class__ = length_groups, explicit, block
            for name, value in {**base, **changes}.items():
                setattr(model, name, value)
            loss(net).backward()
        return step

    compilable = "mask" if device.type == "cpu" else model.attn_impl
    works = {"as it is": work(),
             "attention with a mask": work(attn_impl="mask"),
             "attention one document at a time": work(attn_impl="padded", length_groups=lambda ns: [[n] for n in ns]),
             "attention in one padded batch": work(attn_impl="padded", length_groups=lambda ns: [ns]),
             "attention by the fused kernel": work(attn_impl="padded", explicit=0),
             "last block for every token": work(block=WholeBlock),
             "logits of every token": work(everywhere),
             "fp32 products": work(compute_dtype=torch.float32),
             "activation checkpointing": work(checkpointing=True),
             "torch.compile": work(net=torch.compile(model, dynamic=False), attn_impl=compilable)}
    ours, *others = take_turns(cfg.steps, *works.values())
    for name, seconds in zip(works, (ours, *others)):
        row(what="alternative", size=size, name=name, tokens_per_s=round(len(batch.tokens) / seconds),
            speed=round(ours / seconds, 2))
    kinds = {"AdamW fused": dict(fused=True), "AdamW foreach": dict(foreach=True), "AdamW loop": dict(foreach=False)}
    steps = [torch.optim.AdamW(model.parameters(), 3e-5, **kind).step for kind in kinds.values()]
    steps.append(train.make_optimizer(model, "adafactor", 3e-5, device).step)
    times = take_turns(cfg.steps, *steps)
    for name, seconds in zip((*kinds, "Adafactor"), times):
        row(what="optimizer", size=size, name=name, ms=round(1000 * seconds, 1), speed=round(times[0] / seconds, 2))


def bench_data(cfg):
    """The pipeline alone: documents of the stream found, packed and collated (tokenized before, from the cache)."""
    store = data.store(documents(20_000))
    stream = data.Stream([store], [len(store.lengths)], 16384, 0)
    stream.batch(0)
    start, fed = time.perf_counter(), 0
    for number in range(100):
        fed += len(stream.batch(number).tokens)
    row(what="data", tokens_per_s=round(fed / (time.perf_counter() - start)), fill=round(fed / 100 / 16384, 4))


# ---------------------------------------------------------------------------------------------------------------------
# Scoring

def bench_scoring(size, cfg, device, dtype, n=32):
    """Rank classification: prompts of 150 tokens with three options of several tokens."""
    rng, model = random.Random(0), new_model(size, device, torch.float32 if device.type == "cpu" else dtype).eval()
    encoding = data.tokenizer("gpt2")
    text = lambda k: encoding.decode([rng.randrange(1000, 40000) for _ in range(k)])
    words = lambda least, most: text(rng.randint(least, most)).strip() or "x"
    items = [(words(130, 170) + rng.choice(("", "\n")), [words(3, 8) for _ in range(3)]) for _ in range(n)]
    questions = [evaluation.make_question(encoding, p, o, [], model.config.context_length) for p, o in items]
    (ours,) = take_turns(max(1, cfg.steps // 2), lambda: evaluation.score(model, questions))
    row(what="score", size=size, examples_per_s=round(n / ours, 2), options=3)


def lm_eval_scorer(folder, tokenizer, items, device):
    """lm-evaluation-harness on a model folder: a function that scores (prompt, options) items."""
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM
    lm = HFLM(pretrained=folder, tokenizer=tokenizer, device=str(device), dtype="float32", batch_size=16)
    requests = [Instance("loglikelihood", {}, (p, " " + o), i) for i, (p, options) in enumerate(items) for o in options]

    def score():
        values = iter(lm.loglikelihood(requests, disable_tqdm=True))
        return [[next(values)[0] for _ in options] for _, options in items]
    return score


def bench_real(cfg, device):
    """Rank classification of real questions, asked as GPT-3 was; ours and lm-evaluation-harness on the same texts."""
    lm = m.load_lm(cfg.model)
    lm.model.prepare(device, torch.float32).eval()
    tasks = {task.name: task for task in data.all_tasks()}
    ways = {"GPT-3's prompt": [evaluation.BASELINE], "eight ways": evaluation.UNTUNED}
    for name, (way, styles) in itertools.product(("arc/easy", "boolq", "piqa", "rte"), ways.items()):
        dataset = tasks[name].dataset
        template = dataset.baseline if styles == [evaluation.BASELINE] else dataset.templates[0]
        rows = data.load_rows(tasks[name], "test", cfg.data_dir, cfg.limit).rows
        examples = [evaluation.render_styled(r, template, style) for r in rows for style in styles]
        questions = [evaluation.make_question(lm.encoding, e.prompt, e.options, [], lm.model.config.context_length)
                     for e in examples]
        start = time.perf_counter()
        ours = evaluation.score(lm.model, questions)
        seconds = time.perf_counter() - start
        accuracy = lambda scores: 100 * np.mean([e.options[evaluation.best_option(s)] in e.answers
                                                 for e, s in zip(examples, scores)])
        found = dict(what="real", dataset=name, asked=way, n=len(examples), accuracy=round(accuracy(ours), 1),
                     examples_per_s=round(len(examples) / seconds, 2))
        if "lm-eval" in cfg.peer:
            score = lm_eval_scorer(cfg.model, cfg.model, [(e.prompt, e.options) for e in examples], device)
            start = time.perf_counter()
            theirs = score()
            theirs_seconds = time.perf_counter() - start
            pairs = list(zip(ours, theirs))
            same = [evaluation.best_option(a) == evaluation.best_option(b) for a, b in pairs]
            ties = sum(len(evaluation.best_options(a)) > 1 for a in ours)
            found |= dict(their_accuracy=round(accuracy(theirs), 1), same_choices=f"{sum(same)}/{len(examples)}",
                          ties=ties, ours_is_faster=round(theirs_seconds / seconds, 2),
                          largest_difference=max(abs(x - y) for a, b in pairs for x, y in zip(a, b)))
        row(**found)


def main(argv=None):
    cfg = data.parse_options(Config, __doc__, argv)
    device, dtype, _ = m.pick_device(cfg.device, cfg.dtype)
    torch.set_float32_matmul_precision("high")
    cpu = f"{platform.machine()}, {torch.get_num_threads()} threads"
    row(what="machine", device=torch.cuda.get_device_name() if device.type == "cuda" else cpu,
        dtype=str(dtype).removeprefix("torch."), torch=torch.__version__, date=time.strftime("%Y-%m-%d"))
    if cfg.only == "real":
        return bench_real(cfg, device)
    if cfg.only in ("", "data"):
        bench_data(cfg)
    for size in cfg.sizes.split(","):
        if cfg.only == "alternatives":
            bench_alternatives(size, cfg, device, dtype)
        if cfg.only in ("", "train"):
            bench_training(size, cfg, device, dtype)
        if cfg.only in ("", "score"):
            bench_scoring(size, cfg, device, dtype)


if __name__ == "__main__":
    main()

"""A GPT written from scratch: GPT-2 (Radford et al., 2019) in every size, SmolLM2 and the Llama
family it belongs to (Touvron et al., 2023), and the small model of the offline miniature.

The input is one flat stream of N tokens: documents end to end, no padding, no rows. A stream of two
documents, "a b c" and "d e", of which the model learns c behind "a b" and e behind "d":

    tokens        a  b  c  d  e     (N,)   int64
    positions     0  1  2  0  1     (N,)   int64, restart at each document
    cu_seqlens    0        3     5  (D+1,) int32, cumulative document lengths
    target_index     1     3        (M,)   int64, where next-token logits are wanted: a loss needs no others

Attention is causal and stays inside a document. Which token (row) looks at which (column):

          a  b  c  d  e
      a   x
      b   x  x
      c   x  x  x
      d            x
      e            x  x

Dims: N tokens in the stream, D documents, M wanted logits, C channels, H heads of queries, J heads
of keys and values, each shared by G = H / J heads of queries (G = 1 in GPT-2), K channels a head,
V vocabulary, B batch, T time.
"""

import json
import math
import os
import re
import shutil
import zipfile
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

from data import DATA_DIR, Tokenizer, download, read_json, refuse, replacing, tokenizer, write_json
from templates import File, UserError

LLAMA = dict(norm="rms", positions="rotary", mlp="swiglu", bias=False)  # instead of GPT-2's
PRESETS = {
    "miniature-small": dict(n_layer=2, n_head=2, n_embd=64, context_length=256),
    "miniature": dict(n_layer=4, n_head=4, n_embd=128, context_length=256),
    "miniature-large": dict(n_layer=6, n_head=6, n_embd=192, context_length=256),
    "gpt2": dict(n_layer=12, n_head=12, n_embd=768),             # 124M
    "gpt2-medium": dict(n_layer=24, n_head=16, n_embd=1024),     # 355M
    "gpt2-large": dict(n_layer=36, n_head=20, n_embd=1280),      # 774M
    "gpt2-xl": dict(n_layer=48, n_head=25, n_embd=1600),         # 1558M
    "smollm2-135m": dict(n_layer=30, n_head=9, n_kv_head=3, n_embd=576, n_inner=1536,
                         rope_theta=1e5, **LLAMA),
    "smollm2-360m": dict(n_layer=32, n_head=15, n_kv_head=5, n_embd=960, n_inner=2560,
                         rope_theta=1e5, **LLAMA),
    "smollm2-1.7b": dict(n_layer=24, n_head=32, n_embd=2048, n_inner=8192, rope_theta=1.3e5,
                         **LLAMA),
}
EXPLICIT_UP_TO = 512  # tokens of a document: up to here written-out attention beats the fused kernel on a CPU


@dataclass
class GPTConfig:
    """The shape of a model; the defaults are GPT-2's smallest."""
    vocab_size: int = 50257
    context_length: int = 1024  # longest document, in tokens
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    norm: str = "layer"         # or "rms"
    positions: str = "learned"  # or "rotary"
    mlp: str = "gelu"           # or "swiglu"
    bias: bool = True           # have linear layers one?
    n_kv_head: int = 0          # heads of keys and values; 0: as many as n_head
    n_inner: int = 0            # width inside the MLP; 0: 4 n_embd
    norm_eps: float = 1e-5
    rope_theta: float = 10000.0
    tied: bool = True           # is the embedding the output head, too?
    soft_prompt: int = 0        # embeddings of a soft prompt; their ids stand behind the vocabulary

    def __post_init__(self):
        self.n_kv_head = self.n_kv_head or self.n_head
        self.n_inner = self.n_inner or 4 * self.n_embd
        sizes = {f.name: getattr(self, f.name) for f in fields(self) if f.type is int and f.name != "soft_prompt"}
        if wrong := [name for name, n in sizes.items() if not isinstance(n, int) or n < 1]:
            raise UserError(f"{wrong[0]} {sizes[wrong[0]]!r} is no size of a model")
        if self.n_embd % self.n_head or self.n_head % self.n_kv_head:
            raise UserError(f"n_embd {self.n_embd} is not a multiple of n_head {self.n_head}, or "
                             f"that is none of n_kv_head {self.n_kv_head}")
        self.head_dim = self.n_embd // self.n_head  # K
        # the ids of a soft prompt, which stand in front of every document
        self.prefix = list(range(self.vocab_size, self.vocab_size + self.soft_prompt))


DTYPE_NAMES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def pick_device(device="auto", dtype="auto"):
    """(device, compute dtype, reason): what to run on and why. Raises UserError for what this
    machine cannot do."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device("cuda:0" if device == "cuda" else device)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as e:  # what torch raises for a kind it has not been built for
        raise UserError(f"--device {device}: torch {torch.__version__} has no such device here "
                         f"({str(e).splitlines()[0]})") from None
    if dtype != "auto":
        return device, DTYPE_NAMES[dtype], "as asked"
    if device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return device, torch.float16, "this GPU has no bf16; fp16 with loss scaling instead"
    fast_cpu = device.type == "cpu" and getattr(torch.cpu, "_is_avx512_bf16_supported", bool)()
    if device.type == "cuda" or fast_cpu:
        return device, torch.bfloat16, f"this {'CPU' if fast_cpu else 'GPU'} multiplies bf16 natively"
    return device, torch.float32, "bf16 would be emulated here"


# --------------------------------------------------------------------------------------------------
# Attention: one meaning, three implementations

def attention(q, k, v, cu_seqlens, max_len, attn_impl, branch=None):
    """Causal attention inside each document of a flat stream.

    q (N, H, K); k, v (N, J, K); cu_seqlens (D+1,) int32, may end in repeats of N; max_len: no
    document is longer. branch (N,) int64 or None: a token on branch b > 0 sees the trunk (branch 0)
    of its document and its own branch. Returns (N, H, K), the same for every `attn_impl`
    (tests/test_model.py): "varlen", which knows no branches and leaves them to "padded"; "padded",
    which looks at the lengths of the documents and so cannot be compiled; "mask".
    """
    if attn_impl == "varlen" and branch is None:
        # flash attention over documents, imported where it runs: it brings all of torch.compile,
        # which on a CPU would take half the time that a script needs to start
        from torch.nn.attention.varlen import varlen_attn
        return varlen_attn(q, k, v, cu_seqlens, cu_seqlens, max_len, max_len, window_size=(-1, 0),
                           enable_gqa=q.shape[1] > k.shape[1])
    if attn_impl == "mask":
        mask = visible(cu_seqlens, branch, len(q))
        q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))  # (1, H or J, N, K)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=q.shape[1] > k.shape[1])
        return y[0].transpose(0, 1)
    return padded_attention(q, k, v, cu_seqlens.diff().tolist(), branch)


def visible(cu_seqlens, branch, n):
    """(N, N) bool: may query i look at key j? Same document, not later, and the trunk or the same
    branch."""
    index = torch.arange(n, device=cu_seqlens.device)
    doc = torch.searchsorted(cu_seqlens, index.to(torch.int32), right=True)
    mask = (doc[:, None] == doc[None, :]) & (index[:, None] >= index[None, :])
    if branch is not None:
        mask &= (branch[None, :] == 0) | (branch[:, None] == branch[None, :])
    return mask


def length_groups(lengths):
    """Neighbours of about one length: [[5, 5, 6], [40], [90, 100]]. The longest is at most a
    quarter and four tokens longer."""
    groups = []
    for n in lengths:
        if groups and max(n, *groups[-1]) <= 1.25 * min(n, *groups[-1]) + 4:
            groups[-1].append(n)
        else:
            groups.append([n])
    return groups


def padded_attention(q, k, v, lengths, branch):
    """Attention of each group of documents as one batched product; `lengths` are those of the
    documents.

    `collate` (data.py) puts documents of one length side by side, so that there are few groups and
    little padding.
    """
    groups = length_groups([n for n in lengths if n])
    sizes = [sum(group) for group in groups]
    branches = branch.split(sizes) if branch is not None else [None] * len(groups)
    out = []
    for group, q_, k_, v_, b in zip(groups, q.split(sizes), k.split(sizes), v.split(sizes), branches):
        count, longest = len(group), max(group)
        real = torch.arange(longest) < torch.tensor(group)[:, None]    # (count, longest): what is no padding
        rows = real.flatten().nonzero()[:, 0].to(q.device)

        def pad(x):  # index_copy, since its backward is a plain read: indexing would add up gradients one by one
            return x.new_zeros(count * longest, *x.shape[1:]).index_copy(0, rows, x).unflatten(0, (count, longest))
        q_, k_, v_ = (pad(x).transpose(1, 2) for x in (q_, k_, v_))    # (count, H or J, longest, K)
        if b is None and longest > EXPLICIT_UP_TO:
            y = F.scaled_dot_product_attention(q_, k_, v_, is_causal=True,
                                               enable_gqa=q.shape[1] > k.shape[1])
        else:
            y = explicit_attention(q_, k_, v_, pad(b) if b is not None else None)
        out.append(y.transpose(1, 2).flatten(0, 1).index_select(0, rows))
    return torch.cat(out)


def explicit_attention(q, k, v, branch):
    """q (B, H, T, K), k, v (B, J, T, K), branch (B, T) or None -> (B, H, T, K). Padding stands
    last, where causality hides it."""
    time = q.shape[2]
    hidden = torch.ones(time, time, dtype=torch.bool, device=q.device).triu(1)  # (T, T)
    if branch is not None:
        other = (branch[:, None, :] != 0) & (branch[:, None, :] != branch[:, :, None])
        hidden = (hidden | other)[:, None, None]                              # (B, 1, 1, T, T)
    # heads that share keys stand one below the other, as if they were more queries: nothing is
    # repeated. In fp32: in bf16 a CPU would first compile a kernel for every new shape, and keep it
    q = q.float().unflatten(1, (k.shape[1], -1)).flatten(2, 3)                # (B, J, G T, K)
    scores = q @ k.float().transpose(2, 3) / math.sqrt(q.shape[-1])
    scores = scores.unflatten(2, (-1, time)).masked_fill(hidden, -math.inf)   # (B, J, G, T, T)
    y = scores.softmax(-1).flatten(2, 3) @ v.float()                          # (B, J, G T, K)
    return y.unflatten(2, (-1, time)).flatten(1, 2).to(v.dtype)


class KVCache:
    """Keys and values of B growing documents, so that generating a token costs one token's work.

    k, v (n_layer, B, T, J, K): grouped, as they come; rows (N,) the document of each token in the
    stream that is fed next.
    """
    def __init__(self, config, batch, length, device, dtype):
        shape = (config.n_layer, batch, length, config.n_kv_head, config.head_dim)
        self.k, self.v = (torch.zeros(shape, device=device, dtype=dtype) for _ in range(2))
        self.rows = None

    def attend(self, layer, q, k, v, positions, cu_seqlens, max_len, attn_impl):
        """Stores k and v. A stream of whole prompts attends as usual; one new token a document to
        what is stored."""
        self.k[layer][self.rows, positions], self.v[layer][self.rows, positions] = k, v
        if cu_seqlens is not None:
            return attention(q, k, v, cu_seqlens, max_len, attn_impl)
        keys, values = self.k[layer].transpose(1, 2), self.v[layer].transpose(1, 2)  # (B, J, T, K)
        seen = torch.arange(keys.shape[2], device=q.device) <= positions[:, None]    # (B, T)
        q = q.unflatten(1, (keys.shape[1], -1))  # (B, J, G, K): heads of shared keys like G tokens
        y = F.scaled_dot_product_attention(q, keys, values, attn_mask=seen[:, None, None])
        return y.flatten(1, 2)


# --------------------------------------------------------------------------------------------------
# The network

class Linear(nn.Linear):
    """fp32 master weights, cast to the dtype of the input for the product; the gradient arrives in
    fp32."""
    def forward(self, x):
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return F.linear(x, self.weight.to(x.dtype), bias)


class LayerNorm(nn.LayerNorm):
    """Mean and variance are computed in fp32 inside the kernel, whatever the dtype of the input."""
    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.bias.to(x.dtype), self.eps)


class RMSNorm(nn.RMSNorm):
    """Zhang & Sennrich, 2019: what helps is that the scale is kept in bounds. Without a mean to
    subtract and a bias to add it works as well, and costs less."""
    def forward(self, x):
        return F.rms_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.eps)


NORMS = {"layer": LayerNorm, "rms": RMSNorm}


def rotation(config, positions, dtype):
    """Rotary positions (Su et al., 2021): a head's K channels are K/2 points in the plane, each
    turned by its own angle a position. A product of query and key then depends on their distance
    alone, and no table of positions limits a document.

    positions (N,) int64 -> cos and sin of the angles, each (N, 1, K/2).
    """
    exponents = torch.arange(0, config.head_dim, 2, device=positions.device) / config.head_dim
    angles = positions[:, None, None] * (1 / config.rope_theta ** exponents)  # fast ones first
    return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate(x, cos, sin):
    """x (N, heads, K), turned: as in Llama, point i of a head has the coordinates i and K/2 + i."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class CausalSelfAttention(nn.Module):
    """Projects to queries, keys and values, attends, and projects back into the residual stream."""
    def __init__(self, config):
        super().__init__()
        # grouped-query attention (Ainslie et al., 2023): several heads of queries share one of keys
        # and values, so that the cache takes less memory, which is what generating waits for
        self.heads = config.n_head, config.n_kv_head, config.n_kv_head
        self.c_attn = Linear(config.n_embd, sum(self.heads) * config.head_dim, config.bias)
        self.c_proj = Linear(config.n_embd, config.n_embd, config.bias)

    def forward(self, x, attend, angles=None, wanted=slice(None)):
        """x (N, C) -> (M, C), of the `wanted` tokens, all of them unless asked for fewer. `attend`
        is `attention`, or a cache's, with all but q, k, v; `angles` a `rotation`, None where
        positions are learned."""
        q, k, v = self.c_attn(x).unflatten(-1, (sum(self.heads), -1)).split(self.heads, 1)
        if angles is not None:
            q, k = rotate(q, *angles), rotate(k, *angles)
        y = attend(q, k, v).flatten(1)  # q (N, H, K), k and v (N, J, K) -> (N, C)
        return self.c_proj(y[wanted])


class MLP(nn.Module):
    """(N, C) -> (N, C), through a greater width."""
    def __init__(self, config):
        super().__init__()
        # SwiGLU (Shazeer, 2020): what comes through is decided by a second product, the gate. Its
        # three matrices are mostly 8/3 C wide, for as many weights as two of 4 C
        self.gated = config.mlp == "swiglu"
        self.c_fc = Linear(config.n_embd, (1 + self.gated) * config.n_inner, config.bias)
        self.c_proj = Linear(config.n_inner, config.n_embd, config.bias)

    def forward(self, x):
        x = self.c_fc(x)
        if self.gated:
            gate, up = x.chunk(2, -1)
            return self.c_proj(F.silu(gate) * up)
        return self.c_proj(F.gelu(x, approximate="tanh"))  # GPT-2's form of GELU


class Block(nn.Module):
    """Pre-norm transformer block."""
    def __init__(self, config):
        super().__init__()
        self.ln_1 = NORMS[config.norm](config.n_embd, config.norm_eps)
        self.ln_2 = NORMS[config.norm](config.n_embd, config.norm_eps)
        self.attn, self.mlp = CausalSelfAttention(config), MLP(config)

    def forward(self, x, attend, angles=None, wanted=slice(None)):
        """x (N, C) -> (M, C), of the `wanted` tokens: behind the last attention nobody needs those
        whose logits are not."""
        x = x[wanted] + self.attn(self.ln_1(x), attend, angles, wanted)
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """Decoder-only language model. Parameters are named as in Hugging Face's GPT-2: weights move in
    and out by name."""
    # differs from the paper: nobody else can load its 137B model, of gated GELU and relative
    # positions; Llama's gates and rotary positions are as near as what can be had comes

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.compute_dtype = torch.float32  # matrix products and the residual stream; weights stay in fp32
        self.attn_impl = "padded"           # like the dtype set by `prepare`
        self.checkpointing = False          # recompute each block in the backward pass: less memory, a third more work
        padded = math.ceil(config.vocab_size / 128) * 128  # 50,257 -> 50,304: a faster matrix product
        rows = max(padded, config.vocab_size + config.soft_prompt)
        self.wte = nn.Embedding(rows, config.n_embd)  # if tied also the output head
        self.wpe = (nn.Embedding(config.context_length, config.n_embd)
                    if config.positions == "learned" else None)
        self.h = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.ln_f = NORMS[config.norm](config.n_embd, config.norm_eps)
        self.lm_head = None if config.tied else Linear(config.n_embd, padded, bias=False)
        # GPT-2's initialization: normal(0.02); projections into the residual stream smaller by
        # sqrt(2 n_layer). Norms have begun with ones
        for name, p in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(p)
            elif p.dim() == 2:
                scale = math.sqrt(2 * config.n_layer) if name.endswith("c_proj.weight") else 1
                nn.init.normal_(p, std=0.02 / scale)

    def prepare(self, device, dtype):
        """Moves the weights, in fp32, to a device, and settles the dtype of products and the
        fastest kind of attention there: "varlen" on newer GPUs in half precision, "padded" on CPU
        and other GPUs, "mask" elsewhere.

        Here, since to ask for the kind of GPU inside `forward` would break the compiled graph.
        Returns the model.
        """
        newer = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
        self.attn_impl = ("varlen" if newer and dtype != torch.float32
                          else "padded" if device.type in ("cpu", "cuda") else "mask")
        self.compute_dtype = dtype
        return self.to(device)

    def add_soft_prompt(self, ids):
        """A soft prompt (Lester et al., 2021; FLAN section 4.5): as many fresh ids behind the
        vocabulary, whose rows of the embedding table are all that is trained from now on. They
        begin as the embeddings of `ids`. Nothing else changes."""
        n_vocab, table = self.config.vocab_size, self.wte.weight.detach()
        self.config = replace(self.config, soft_prompt=len(ids))
        rows = torch.cat([table[:n_vocab], table[ids], table[n_vocab + len(ids):]])  # and the padding
        self.requires_grad_(False)
        self.wte.weight = nn.Parameter(rows)
        index = torch.arange(len(rows), device=rows.device)[:, None]
        fresh = (index >= n_vocab) & (index < n_vocab + len(ids))
        # a row whose gradient is zero stays, since no optimizer here decays weights
        self.wte.weight.register_hook(lambda gradient: gradient * fresh)

    def forward(self, tokens, positions, cu_seqlens, max_len, target_index=None, branch=None, cache=None, targets=None,
                weights=None):
        """Next-token logits (M, V) at target_index of a flat stream, or everywhere (N, V).

        With targets (M,) int64 instead their cross-entropy summed over M, each times its weight
        (M,) if there are `weights`, in fp32: the caller divides by the weights of the whole
        optimizer step, since a mean over each micro-batch would weigh targets by their neighbours.

        tokens, positions (N,) int64; cu_seqlens (D+1,) int32 (None: one new token for each document
        of the cache); max_len int, no document is longer, at most context_length; target_index (M,)
        int64; branch (N,) int64, see `attention`.
        """
        x = self.wte(tokens) if self.wpe is None else self.wte(tokens) + self.wpe(positions)
        x = x.to(self.compute_dtype)  # (N, C)
        angles = rotation(self.config, positions, x.dtype) if self.wpe is None else None
        for i, block in enumerate(self.h):
            def attend(q, k, v, layer=i):
                if cache is not None:
                    return cache.attend(layer, q, k, v, positions, cu_seqlens, max_len, self.attn_impl)
                return attention(q, k, v, cu_seqlens, max_len, self.attn_impl, branch)
            last = i == self.config.n_layer - 1
            wanted = target_index if last and target_index is not None else slice(None)
            if self.checkpointing and self.training:
                x = checkpoint(block, x, attend, angles, wanted, use_reentrant=False)
            else:
                x = block(x, attend, angles, wanted)
        head = self.wte if self.lm_head is None else self.lm_head
        x, n_vocab = self.ln_f(x), self.config.vocab_size
        if targets is None:  # in fp32: in bf16 logits of 20 are 0.125 apart, so that options tie
            return F.linear(x.float(), head.weight)[:, :n_vocab]  # (M, V)
        logits = F.linear(x, head.weight.to(x.dtype))[:, :n_vocab]
        losses = F.cross_entropy(logits.float(), targets, reduction="none")
        return losses.sum() if weights is None else losses @ weights


@torch.no_grad()
def generate(model, prompts, max_new_tokens, stop):
    """Continues every prompt greedily.

    prompts: non-empty lists of token ids; stop: the id that ends a document. Returns lists of new
    ids without `stop`. Raises UserError if a prompt leaves no room in the context.
    """
    device, lengths = model.wte.weight.device, [len(p) for p in prompts]
    context = model.config.context_length
    if min(lengths) == 0 or max(lengths) >= context:
        raise UserError(f"prompts must have 1 to {context - 1} tokens, not {min(lengths)} to {max(lengths)}")
    limits = [min(max_new_tokens, context - n) for n in lengths]  # each has its own, whoever its neighbours are
    length = max(n + limit for n, limit in zip(lengths, limits))
    cache = KVCache(model.config, len(prompts), length, device, model.compute_dtype)
    starts, last = torch.tensor(lengths, device=device), torch.tensor(limits, device=device) - 1

    # all prompts as one stream of documents, of whose logits only the last ones are wanted
    cache.rows = torch.arange(len(prompts), device=device).repeat_interleave(starts)
    positions = torch.cat([torch.arange(n) for n in lengths]).to(device)
    tokens = torch.tensor([t for p in prompts for t in p], device=device)
    ends = starts.cumsum(0)
    logits = model(tokens, positions, F.pad(ends, (1, 0)).to(torch.int32), max(lengths), target_index=ends - 1, cache=cache)

    # then one token of each document at a time
    cache.rows, new = torch.arange(len(prompts), device=device), []
    done = torch.zeros_like(starts, dtype=torch.bool)
    for step in range(max(limits)):
        token = logits.argmax(-1)                                                       # (B,)
        new.append(token)
        done |= (token == stop) | (last <= step)
        if done.all():
            break
        logits = model(token, (starts + step).clamp(max=length - 1), None, None, cache=cache)
    rows = [row[:limit] for row, limit in zip(torch.stack(new, 1).tolist(), limits)]
    return [row[:row.index(stop)] if stop in row else row for row in rows]


# --------------------------------------------------------------------------------------------------
# Weights in and out: the safetensors format and Hugging Face's folders

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def read_safetensors(path):
    """name -> tensor, mapped from the file rather than read.
    https://github.com/huggingface/safetensors#format

    The file is 8 bytes header length (little endian), a JSON header, then the raw data. Raises
    UserError on anything that does not fit: half a header, an unknown dtype, offsets that disagree
    with the shape.
    """
    tensors = {}
    try:
        data = np.memmap(path, np.uint8, "c")  # tensors may be written to; the file stays as it is
        start = 8 + int.from_bytes(data[:8].tobytes(), "little")
        header, data = json.loads(data[8:start].tobytes()), data[start:]
        for name, entry in header.items():
            # what old files hold beside weights: the causal mask, the table of rotary positions
            if name == "__metadata__" or name.endswith((".attn.bias", ".attn.masked_bias", ".inv_freq")):
                continue
            dtype, shape, (begin, end) = DTYPES.get(entry["dtype"]), entry["shape"], entry["data_offsets"]
            if dtype is None:
                raise UserError(f"{name} has dtype {entry['dtype']}; known are {', '.join(DTYPES)}")
            tensors[name] = torch.from_numpy(data[begin:end]).view(dtype).view(shape)  # or RuntimeError
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError) as e:
        raise UserError(f"{path} is not a safetensors file, or damaged ({type(e).__name__}: {e})") from None
    return tensors


def write_safetensors(tensors, path):
    """Writes name -> tensor."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, t in tensors.items():
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape), "data_offsets": [offset, offset + t.nbytes]}
        offset += t.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # tensors start at a multiple of 8 bytes
    with replacing(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text)
        for t in tensors.values():
            f.write(t.detach().cpu().contiguous().view(torch.uint8).numpy().data)


# How Hugging Face writes down a family: `keys`, our field of GPTConfig -> its key in config.json;
# `absent`, what a field is where the key is absent; `built`, key -> the only value that is built
FAMILIES = {
    "gpt2": dict(
        architecture="GPT2LMHeadModel", prefix="transformer.", absent={},
        keys=dict(vocab_size="vocab_size", context_length="n_positions", n_layer="n_layer",
                  n_head="n_head", n_embd="n_embd", n_inner="n_inner",
                  norm_eps="layer_norm_epsilon", tied="tie_word_embeddings"),
        built=dict(activation_function="gelu_new", scale_attn_weights=True,
                   scale_attn_by_inverse_layer_idx=False, reorder_and_upcast_attn=False,
                   add_cross_attention=False)),
    "llama": dict(
        architecture="LlamaForCausalLM", prefix="model.",
        absent=dict(vocab_size=32000, context_length=2048, n_layer=32, n_head=32, n_embd=4096,
                    n_inner=11008, norm_eps=1e-6, tied=False, **LLAMA),
        keys=dict(vocab_size="vocab_size", context_length="max_position_embeddings",
                  n_layer="num_hidden_layers", n_head="num_attention_heads",
                  n_kv_head="num_key_value_heads", n_embd="hidden_size",
                  n_inner="intermediate_size", norm_eps="rms_norm_eps", rope_theta="rope_theta",
                  tied="tie_word_embeddings"),
        built=dict(hidden_act="silu", attention_bias=False, mlp_bias=False)),
}
# keys that change nothing here: there is no dropout, and what is in rope_... is looked at
HARMLESS = set("""architectures model_type transformers_version transformers.js_config torch_dtype
    dtype use_cache bos_token_id eos_token_id pad_token_id initializer_range resid_pdrop embd_pdrop
    attn_pdrop attention_dropout pretraining_tp is_llama_config task_specific_params n_ctx n_special
    predict_special_tokens output_past summary_activation summary_first_dropout summary_type
    summary_proj_to_labels summary_use_proj is_encoder_decoder output_attentions id2label label2id
    output_hidden_states return_dict chunk_size_feed_forward problem_type _name_or_path separator
    tuned_on rope_scaling rope_parameters type""".split())
LLAMA_PARTS = {  # our tensor -> theirs, which stand in it one below the other, for a single product
    "wte": ["embed_tokens"], "ln_1": ["input_layernorm"], "ln_2": ["post_attention_layernorm"],
    "attn.c_attn": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    "attn.c_proj": ["self_attn.o_proj"], "mlp.c_fc": ["mlp.gate_proj", "mlp.up_proj"],
    "mlp.c_proj": ["mlp.down_proj"], "ln_f": ["norm"], "lm_head": ["lm_head"]}


def read_config(folder, context, n_vocab):
    """The GPTConfig of a folder's config.json, for documents of at most `context` tokens and ids
    below `n_vocab`. Raises UserError naming the first key that asks for what is not built."""
    c = read_json(os.path.join(folder, "config.json"))
    if c.get("model_type", "gpt2") not in FAMILIES:
        raise UserError(f"{folder}/config.json: model_type {c['model_type']!r} is not built, only "
                         f"{' and '.join(FAMILIES)} are")
    family = FAMILIES[c.get("model_type", "gpt2")]
    rope = {**(c.get("rope_scaling") or {}), **(c.get("rope_parameters") or {})}  # old and new name
    c = {**c, **rope, "rope_type": rope.get("rope_type", rope.get("type"))}
    given = {ours: c[theirs] for ours, theirs in family["keys"].items()
             if c.get(theirs) is not None}  # null: as if absent
    config = GPTConfig(**{**family["absent"], **given})
    built = {**family["built"], "head_dim": config.head_dim, "rope_type": "default",
             "partial_rotary_factor": 1.0, "rope_interleaved": False}
    refuse((c[key] not in (None, built.get(key)),  # null asks for nothing
            f"{folder}/config.json: {key} {c[key]!r} is not built"
            + (f", only {built[key]!r} is" if key in built else ""))
           for key in c.keys() - family["keys"].values() - HARMLESS)
    return replace(config, context_length=min(config.context_length, context),
                   vocab_size=min(config.vocab_size, n_vocab))


def views(model):
    """(name, view) of every tensor of Hugging Face's model: where it stands in our parameters, in
    the shape that it has there. Names are without the family's prefix."""
    c = model.config
    heads = [n * c.head_dim for n in model.h[0].attn.heads]
    for name, p in model.named_parameters():
        p = p.detach()[:c.vocab_size] if name in ("wte.weight", "lm_head.weight") else p.detach()
        if model.wpe is not None:  # GPT-2, whose linear layers store (in, out); ours are (out, in)
            yield name, p.T if name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")) else p
        else:
            layer, part = re.fullmatch(r"(h\.\d+\.|)(.*)\.weight", name).groups()
            names = [layer.replace("h", "layers") + theirs + ".weight" for theirs in LLAMA_PARTS[part]]
            yield from zip(names, p.split(heads) if part == "attn.c_attn" else p.chunk(len(names)))


def weight_files(folder):
    """The paths of a folder's safetensors files: one, or what its index names."""
    index = {"weight_map": {"": "model.safetensors"}} | run_of(folder, "model.safetensors.index.json")
    paths = {os.path.join(folder, file) for file in index["weight_map"].values()}  # tensor -> file
    return sorted(paths) if all(map(os.path.exists, paths)) else []


def load_folder(folder, context=1024, n_vocab=math.inf):
    """A GPT from a folder with `config.json` and safetensors in the layout of Hugging Face's GPT-2
    or Llama; see `read_config`.

    Raises FileNotFoundError or UserError naming what is missing, does not fit or is not built.
    """
    config = read_config(folder, context, n_vocab)
    stored = {re.sub(r"^(transformer|model)\.", "", name): t
              for path in weight_files(folder) for name, t in read_safetensors(path).items()}
    with torch.device("meta"):  # nobody needs random weights
        model = GPT(config)
    # zeros also pad the embedding: Adafactor scales by all of it
    zeros = {name: torch.zeros(p.shape) for name, p in model.named_parameters()}
    model.load_state_dict(zeros, assign=True)
    for name, view in views(model):
        if name not in stored:
            raise UserError(f"{folder} has no tensor {name}")
        t = stored.pop(name)
        if name.startswith(("wte", "wpe", "embed_tokens", "lm_head")):
            t = t[:len(view)]  # not the rows of positions and ids that nobody wants
        if t.shape != view.shape:
            raise UserError(f"{folder}: {name} is {tuple(t.shape)}, config.json asks for "
                             f"{tuple(view.shape)}")
        view.copy_(t)
    # some files hold a tied head once more; one that is not the embedding is refused
    head = stored.get("lm_head.weight", torch.empty(0))[:config.vocab_size].float()
    if config.tied and torch.equal(head, model.wte.weight[:config.vocab_size]):
        del stored["lm_head.weight"]
    if stored:
        raise UserError(f"{folder} has tensors that nothing here uses: {', '.join(sorted(stored))}")
    return model


# --------------------------------------------------------------------------------------------------
# A model by name, with its tokenizer

HUB = "https://huggingface.co/{}/resolve/{}/{}"
WEIGHTS = {  # name -> (repository, commit, bytes, sha256); None: not on record, so not verified
    "gpt2": ("openai-community/gpt2", "607a30d783dfa663caf39e06633721c8d4cfcd7e", 548_105_171,
             "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707"),
    "gpt2-medium": ("openai-community/gpt2-medium", "6dcaa7a952f72f9298047fd5137cd6e4f05f41da", 1_519_984_962,
                    "fc5a354a19255ad494f3d71549390baca1ccf61d1d822b9408971705c687c9cd"),
    "gpt2-large": ("openai-community/gpt2-large", "32b71b12589c2f8d625668d2335a01cac3249519", None,
                   "5f47f3e12f91cd33b662ce7e433b6150ad5512b5884a2cee961b50e9c3bbebce"),
    "gpt2-xl": ("openai-community/gpt2-xl", "15ea56dee5df4983c59b2538573817e1667135e2", None,
                "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a"),
    "smollm2-135m": ("HuggingFaceTB/SmolLM2-135M", "93efa2f097d58c2a74874c7e644dbc9b0cee75a2", 269_060_552,
                     "80521b40281d6ce74e35c9282c22539e75aa0ac8578892b2a59955ef78d55da1"),
    "smollm2-360m": ("HuggingFaceTB/SmolLM2-360M", "f8027fd0eaeea54caa13c31d31b9fdc459c38b49", 723_674_912,
                     "7aaff6661428bed033abba9522bec81938678642cca3181fe752b6ca9e1e540f"),
    "smollm2-1.7b": ("HuggingFaceTB/SmolLM2-1.7B", "effd688a12921b4cc83e3312b6feb579f70f9c71", None,
                     "1193528982f4ac0c0b707ce36fd7dc03a0ef6f3e1a432deb886dce2e90c300c0"),
}
TOKENIZERS = {  # the family's tokenizer.json, the same in all its sizes: (bytes, sha256)
    "gpt2": (1_355_256, "8414cab924d8b9b33013f0d221c5862f365ee9be39c5c2bfae8a5a9e970478a6"),
    "smollm2": (2_104_556, "9ca9acddb6525a194ec8ac7a87f24fbba7232a9a15ffa1af0c1224fcd888e47c"),
}


SEPARATORS = ("eot", "newline", "none")  # what may stand between prompt and answer


class LM(NamedTuple):
    """A model with its tokenizer. `separator`: the one of SEPARATORS that it was tuned with; "" if
    it was not tuned: then nothing stands between prompt and answer."""
    model: GPT
    encoding: Tokenizer
    separator: str
    tokenizer_file: str = ""  # the base's tokenizer.json, which goes out with an export
    tuned_on: tuple = ()      # [dataset, cluster] of all that it was ever tuned on, by whatever run

    @property
    def tuned(self):
        return bool(self.separator)  # "none" is one, too

    @property
    def prefix(self):
        """The token ids of the soft prompt; mostly there is none."""
        return self.model.config.prefix

    @property
    def between(self):
        """The token ids of the separator."""
        return {"eot": [self.encoding.eot_token],
                "newline": self.encoding.encode_ordinary("\n")}.get(self.separator, [])


def fetch_weights(name, data_dir=DATA_DIR):
    """Downloads one of the models of WEIGHTS to the data folder, unless it is there. Returns its
    folder."""
    repository, commit, size, sha256 = WEIGHTS[name]
    folder = os.path.join(data_dir, "models", name)
    known = {"config.json": (), "tokenizer.json": TOKENIZERS[name.split("-")[0]],
             "model.safetensors": (size, sha256)}
    for file, expected in known.items():
        if not os.path.exists(os.path.join(folder, file)):
            download(File(HUB.format(repository, commit, file), *expected), os.path.join(folder, file))
    return folder


def check_model_name(name):
    """Raises FileNotFoundError unless `name` is one that `load_lm` can load."""
    if not (name in WEIGHTS or os.path.isfile(name) or beside(name, "checkpoint.pt") or weight_files(name)):
        raise FileNotFoundError(f"{name} is neither one of {', '.join(WEIGHTS)} nor a checkpoint, nor a folder that "
                                f"holds checkpoint.pt or model.safetensors")


def load_lm(name, data_dir=DATA_DIR, context=1024):
    """An LM by name (gpt2, smollm2-135m, ...), by folder in Hugging Face's layout, by run folder or
    .pt file. `context` limits the longest document of a model that was not tuned here.

    Imported models are untuned, so nothing stands between prompt and answer; our checkpoints, and
    the folders that export_lm wrote, know. On the CPU, in fp32. Raises FileNotFoundError or
    UserError naming what does not fit.
    """
    check_model_name(name)
    folder = fetch_weights(name, data_dir) if name in WEIGHTS else name
    tokenizer_file = beside(folder, "tokenizer.json")
    if weight_files(folder):
        about = run_of(folder, "config.json")
        encoding = tokenizer("" if tokenizer_file else "gpt2", tokenizer_file, about.get("eos_token_id"))
        model = load_folder(folder, context, encoding.n_vocab)  # says no id beyond the tokenizer's
        if model.config.vocab_size < encoding.n_vocab:
            raise UserError(f"{folder} has a vocabulary of {model.config.vocab_size} tokens, but its "
                             f"tokenizer {encoding.name} has {encoding.n_vocab}")
    else:
        about = load_checkpoint(name if os.path.isfile(name) else beside(name, "checkpoint.pt"))
        encoding = tokenizer(about["tokenizer"], tokenizer_file, about.get("eot"))
        with torch.device("meta"):
            model = GPT(GPTConfig(**about["config"]))
        model.load_state_dict(about["model"], assign=True)  # takes the file's tensors, so there is never a second copy
    return LM(model, encoding, about.get("separator", ""), tokenizer_file, about.get("tuned_on", ()))


def load_checkpoint(path, *more):
    """What train.py saved, its tensors mapped from the file, with the keys that `load_lm` needs and
    `more`.

    Raises UserError if it is damaged, or something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if broken := archive.testzip():  # compares checksums
                raise zipfile.BadZipFile(f"{broken} is not what was written")
        saved = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        if missing := {"config", "model", "tokenizer", "separator", *more} - saved.keys():
            raise KeyError(*missing)
    except Exception as e:  # zipfile, zlib and pickle have each their own for a byte that is wrong
        raise UserError(f"{path} is damaged, or no checkpoint of train.py ({type(e).__name__}: {str(e)[:80]})") from None
    return saved


def export_lm(lm, folder):
    """Writes a model folder in Hugging Face's layout: config.json, model.safetensors, and the
    base's tokenizer.json.

    `separator` and `tuned_on`, see LM, are keys of config.json that only `load_lm` reads.
    """
    os.makedirs(folder, exist_ok=True)
    name = "llama" if lm.model.config.positions == "rotary" else "gpt2"
    family, eot = FAMILIES[name], lm.encoding.eot_token
    tensors = {("" if part == "lm_head.weight" else family["prefix"]) + part: view
               for part, view in views(lm.model)}
    write_safetensors(tensors, os.path.join(folder, "model.safetensors"))
    values = {theirs: getattr(lm.model.config, ours) for ours, theirs in family["keys"].items()}
    write_json({"model_type": name, "architectures": [family["architecture"]],
                "torch_dtype": "float32", "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0,
                "bos_token_id": eot, "eos_token_id": eot, "separator": lm.separator,
                "tuned_on": list(lm.tuned_on), **values, **family["built"]},
               os.path.join(folder, "config.json"))
    copy_tokenizer(lm, folder)
    # by another class transformers would build it anew, and forget how this one splits words
    text = lm.encoding.decode([eot])
    write_json(dict(tokenizer_class="PreTrainedTokenizerFast", bos_token=text, eos_token=text),
               os.path.join(folder, "tokenizer_config.json"))


def copy_tokenizer(lm, folder):
    """Puts the base's tokenizer.json into a folder, if it has one."""
    if lm.tokenizer_file:
        shutil.copyfile(lm.tokenizer_file, os.path.join(folder, "tokenizer.json"))


def run_of(checkpoint, file):
    """A JSON file that lies in a run folder or beside a checkpoint, {} if there is none."""
    path = beside(checkpoint, file)
    return read_json(path) if path else {}


def beside(name, file):
    """The path of a file in the folder `name`, or beside the file `name`; "" if there is none, or
    no name."""
    path = os.path.join(os.path.dirname(name) if os.path.isfile(name) else name, file)
    return path if name and os.path.exists(path) else ""

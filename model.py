"""A GPT written from scratch: GPT-2 (Radford et al., 2019) in every size, and the small model of
the offline miniature.

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

Dims: N tokens in the stream, D documents, M wanted logits, C channels, H heads, K channels a head,
V vocabulary, B batch, T time.
"""

import json
import math
import mmap
import os
import pickle
import shutil
import struct
import zipfile
from dataclasses import asdict, dataclass
from typing import NamedTuple

import tiktoken
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.attention.varlen import varlen_attn  # flash attention over documents, CUDA only
from torch.utils.checkpoint import checkpoint

from data import DATA_DIR, download, replacing, tokenizer, write_json
from templates import File

PRESETS = {
    "miniature": dict(n_layer=4, n_head=4, n_embd=128, context_length=256),
    "gpt2": dict(n_layer=12, n_head=12, n_embd=768),             # 124M
    "gpt2-medium": dict(n_layer=24, n_head=16, n_embd=1024),     # 355M
    "gpt2-large": dict(n_layer=36, n_head=20, n_embd=1280),      # 774M
    "gpt2-xl": dict(n_layer=48, n_head=25, n_embd=1600),         # 1558M
}
EXPLICIT_UP_TO = 512  # tokens of a document: up to here written-out attention beats the fused kernel on a CPU
VOCAB_MULTIPLE = 128  # the embedding table is padded to a multiple of this: 50,257 -> 50,304 is a faster matrix product


@dataclass
class GPTConfig:
    """The shape of a model; the defaults are GPT-2's smallest."""
    vocab_size: int = 50257
    context_length: int = 1024  # longest document, in tokens
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768

    def __post_init__(self):
        if self.n_embd % self.n_head:
            raise ValueError(f"n_embd {self.n_embd} is not a multiple of n_head {self.n_head}")


DTYPE_NAMES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def pick_device(device="auto", dtype="auto"):
    """(device, compute dtype, reason): what to run on and why. Raises ValueError for what this
    machine cannot do."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device("cuda:0" if device == "cuda" else device)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as e:  # what torch raises for a kind it has not been built for
        reason = str(e).split("\n")[0]
        raise ValueError(f"--device {device}: torch {torch.__version__} has no such device here ({reason})") from None
    if dtype != "auto":
        return device, DTYPE_NAMES[dtype], "as asked"
    if device.type == "cuda":
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return device, torch.bfloat16, "this GPU multiplies bf16 natively"
        return device, torch.float16, "this GPU has no bf16; fp16 with loss scaling instead"
    if device.type == "cpu" and getattr(torch.cpu, "_is_avx512_bf16_supported", bool)():
        return device, torch.bfloat16, "this CPU multiplies bf16 natively"
    return device, torch.float32, "bf16 would be emulated here"


# --------------------------------------------------------------------------------------------------
# Attention: one meaning, three implementations

def pick_attention(device, dtype):
    """The fastest: "varlen" on newer GPUs in half precision, "padded" on CPU and other GPUs, "mask"
    elsewhere.

    Only "padded", which looks at the lengths of the documents, cannot be compiled.
    """
    if device.type not in ("cpu", "cuda"):
        return "mask"
    half = dtype in (torch.float16, torch.bfloat16)
    new = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
    return "varlen" if half and new and varlen_attn else "padded"


def attention(q, k, v, cu_seqlens, max_len, attn_impl, branch=None):
    """Causal attention inside each document of a flat stream.

    q, k, v (N, H, K); cu_seqlens (D+1,) int32, may end in repeats of N; max_len: no document is
    longer. branch (N,) int64 or None: a token on branch b > 0 sees the trunk (branch 0) of its
    document and its own branch. Returns (N, H, K), the same for every `attn_impl`
    (tests/test_model.py).
    """
    if attn_impl == "varlen" and branch is None:
        return varlen_attn(q, k, v, cu_seqlens, cu_seqlens, max_len, max_len, window_size=(-1, 0))
    if attn_impl == "mask":
        return masked_attention(q, k, v, visible(cu_seqlens, branch, len(q)))
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


def masked_attention(q, k, v, mask):
    """q, k, v (N, H, K), mask (N, N) bool, true where query i may look at key j -> (N, H, K)."""
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))  # (1, H, N, K)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)[0].transpose(0, 1)


def length_groups(lengths):
    """Neighbours of about one length: [[5, 5, 6], [40], [90, 100]]. The longest is at most a
    quarter longer."""
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
        q_, k_, v_ = (pad(x).transpose(1, 2) for x in (q_, k_, v_))    # (count, H, longest, K)
        if b is None and longest > EXPLICIT_UP_TO:
            y = F.scaled_dot_product_attention(q_, k_, v_, is_causal=True)
        else:
            y = explicit_attention(q_, k_, v_, pad(b) if b is not None else None)
        out.append(y.transpose(1, 2).flatten(0, 1).index_select(0, rows))
    return torch.cat(out)


def explicit_attention(q, k, v, branch):
    """q, k, v (B, H, T, K), branch (B, T) or None -> (B, H, T, K). Padding stands last, where
    causality hides it."""
    hidden = torch.ones(q.shape[2], q.shape[2], dtype=torch.bool, device=q.device).triu(1)          # (T, T)
    if branch is not None:
        other = (branch[:, None, :] != 0) & (branch[:, None, :] != branch[:, :, None])              # (B, T, T)
        hidden = (hidden | other)[:, None]
    # in fp32: in bf16 a CPU would first compile a kernel for every new shape, and keep it
    scores = q.float() @ k.float().transpose(2, 3) / math.sqrt(q.shape[-1])                         # (B, H, T, T)
    return (scores.masked_fill(hidden, -math.inf).softmax(-1) @ v.float()).to(v.dtype)


class KVCache:
    """Keys and values of B growing documents, so that generating a token costs one token's work.

    k, v (n_layer, B, T, H, K); rows (N,) the document of each token in the stream that is fed next.
    """
    def __init__(self, config, batch, length, device, dtype):
        shape = (config.n_layer, batch, length, config.n_head, config.n_embd // config.n_head)
        self.k, self.v = (torch.zeros(shape, device=device, dtype=dtype) for _ in range(2))
        self.rows = None

    def attend(self, layer, q, k, v, positions, cu_seqlens, max_len, attn_impl):
        """Stores k and v. A stream of whole prompts attends as usual; one new token a document to
        what is stored."""
        self.k[layer][self.rows, positions], self.v[layer][self.rows, positions] = k, v
        if cu_seqlens is not None:
            return attention(q, k, v, cu_seqlens, max_len, attn_impl)
        keys, values = self.k[layer].transpose(1, 2), self.v[layer].transpose(1, 2)  # (B, H, T, K)
        seen = torch.arange(keys.shape[2], device=q.device) <= positions[:, None]    # (B, T)
        return F.scaled_dot_product_attention(q[:, :, None], keys, values, attn_mask=seen[:, None, None])[:, :, 0]


# --------------------------------------------------------------------------------------------------
# The network

class Linear(nn.Linear):
    """fp32 master weights, cast to the dtype of the input for the product; the gradient arrives in
    fp32."""
    def forward(self, x):
        return F.linear(x, self.weight.to(x.dtype), self.bias.to(x.dtype))


class LayerNorm(nn.LayerNorm):
    """Mean and variance are computed in fp32 inside the kernel, whatever the dtype of the input."""
    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.bias.to(x.dtype), self.eps)


class CausalSelfAttention(nn.Module):
    """Projects to queries, keys and values, attends, and projects back into the residual stream."""
    def __init__(self, config):
        super().__init__()
        self.n_head = config.n_head
        self.c_attn = Linear(config.n_embd, 3 * config.n_embd)
        self.c_proj = Linear(config.n_embd, config.n_embd)

    def forward(self, x, attend, target_index=None):
        """x (N, C) -> (N, C), or (M, C) at target_index. `attend` is `attention`, or a cache's,
        with all but q, k, v."""
        q, k, v = self.c_attn(x).unflatten(-1, (3, self.n_head, -1)).unbind(1)  # each (N, H, K)
        y = attend(q, k, v).flatten(1)                                          # (N, C)
        if target_index is not None:
            y = y[target_index]
        return self.c_proj(y)


class MLP(nn.Module):
    """(N, C) -> (N, C), through four times the width."""
    def __init__(self, config):
        super().__init__()
        self.c_fc = Linear(config.n_embd, 4 * config.n_embd)
        self.c_proj = Linear(4 * config.n_embd, config.n_embd)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))  # GPT-2's form of GELU


class Block(nn.Module):
    """Pre-norm transformer block."""
    def __init__(self, config):
        super().__init__()
        self.ln_1, self.ln_2 = LayerNorm(config.n_embd), LayerNorm(config.n_embd)
        self.attn, self.mlp = CausalSelfAttention(config), MLP(config)

    def forward(self, x, attend, target_index=None):
        """x (N, C) -> (N, C), or (M, C) at target_index: behind the last attention nobody needs the
        other tokens."""
        y = self.attn(self.ln_1(x), attend, target_index)
        if target_index is not None:
            x = x[target_index]
        x = x + y
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """Decoder-only language model. Parameters are named as in Hugging Face's GPT-2: weights move in
    and out by name."""
    # differs from the paper: its 137B model has gated GELU and relative positions, but nobody else
    # can load it

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.compute_dtype = torch.float32  # matrix products and the residual stream; weights stay in fp32
        self.attn_impl = "padded"           # like the dtype set by `prepare`
        self.checkpointing = False          # recompute each block in the backward pass: less memory, a third more work
        padded = math.ceil(config.vocab_size / VOCAB_MULTIPLE) * VOCAB_MULTIPLE
        self.wte = nn.Embedding(padded, config.n_embd)  # also the output head: tied
        self.wpe = nn.Embedding(config.context_length, config.n_embd)
        self.h = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.ln_f = LayerNorm(config.n_embd)
        self.reset()

    def reset(self, generator=None):
        """GPT-2's initialization: normal(0.02); projections into the residual stream smaller by
        sqrt(2 n_layer)."""
        for name, p in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(p)
            elif ".ln_" in name or name.startswith("ln_f"):
                nn.init.ones_(p)
            else:
                scale = math.sqrt(2 * self.config.n_layer) if name.endswith("c_proj.weight") else 1
                nn.init.normal_(p, std=0.02 / scale, generator=generator)

    def prepare(self, device, dtype):
        """Moves the weights, in fp32, to a device, and settles the dtype of products and the kind
        of attention there.

        Settled once: to ask for the kind of GPU inside `forward` would break the compiled graph.
        Returns the model.
        """
        self.compute_dtype = dtype
        self.attn_impl = pick_attention(device, dtype)
        return self.to(device)

    def forward(self, tokens, positions, cu_seqlens, max_len, target_index=None, branch=None, cache=None, targets=None):
        """Next-token logits (M, V) at target_index of a flat stream, or everywhere (N, V).

        With targets (M,) int64 instead their cross-entropy summed over M, in fp32: the caller
        divides by the number of targets of the whole optimizer step, since a mean over each
        micro-batch would weigh targets by their neighbours.

        tokens, positions (N,) int64; cu_seqlens (D+1,) int32 (None: one new token for each document
        of the cache); max_len int, no document is longer, at most context_length; target_index (M,)
        int64; branch (N,) int64, see `attention`.
        """
        x = (self.wte(tokens) + self.wpe(positions)).to(self.compute_dtype)  # (N, C)
        for i, block in enumerate(self.h):
            def attend(q, k, v, layer=i):
                if cache is not None:
                    return cache.attend(layer, q, k, v, positions, cu_seqlens, max_len, self.attn_impl)
                return attention(q, k, v, cu_seqlens, max_len, self.attn_impl, branch)
            wanted = target_index if i == self.config.n_layer - 1 else None
            if self.checkpointing and self.training:
                x = checkpoint(block, x, attend, wanted, use_reentrant=False)
            else:
                x = block(x, attend, wanted)
        logits = F.linear(self.ln_f(x), self.wte.weight.to(x.dtype))[:, :self.config.vocab_size]  # (M, V)
        return logits if targets is None else F.cross_entropy(logits.float(), targets, reduction="sum")


@torch.no_grad()
def generate(model, prompts, max_new_tokens, stop):
    """Continues every prompt greedily.

    prompts: non-empty lists of token ids; stop: the id that ends a document. Returns lists of new
    ids without `stop`. Raises ValueError if a prompt leaves no room in the context.
    """
    device, lengths = model.wte.weight.device, [len(p) for p in prompts]
    room = model.config.context_length - max(lengths)
    if min(lengths) == 0 or room < 1:
        raise ValueError(f"prompts must have 1 to {model.config.context_length - 1} tokens, "
                         f"not {min(lengths)} to {max(lengths)}")
    steps, ends = min(max_new_tokens, room), torch.tensor(lengths, device=device).cumsum(0)
    cache = KVCache(model.config, len(prompts), max(lengths) + steps, device, model.compute_dtype)

    # all prompts as one stream of documents, of whose logits only the last ones are wanted
    cache.rows = torch.arange(len(prompts), device=device).repeat_interleave(torch.tensor(lengths, device=device))
    positions = torch.cat([torch.arange(n) for n in lengths]).to(device)
    logits = model(torch.tensor([t for p in prompts for t in p], device=device), positions,
                   F.pad(ends, (1, 0)).to(torch.int32), max(lengths), target_index=ends - 1, cache=cache)

    # then one token of each document at a time
    cache.rows, positions = torch.arange(len(prompts), device=device), torch.tensor(lengths, device=device)
    new, done = [], torch.zeros(len(prompts), dtype=torch.bool, device=device)
    for step in range(steps):
        token = logits.float().argmax(-1)                                               # (B,)
        new.append(token)
        done |= token == stop
        if done.all() or step == steps - 1:
            break
        logits = model(token, positions, None, None, cache=cache)
        positions = positions + 1
    rows = torch.stack(new, 1).tolist()
    return [row[:row.index(stop)] if stop in row else row for row in rows]


# --------------------------------------------------------------------------------------------------
# Weights in and out: the safetensors format and Hugging Face's GPT-2 folder layout

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
MAX_HEADER = 100_000_000  # bytes; the format's own limit


def read_safetensors(path):
    """name -> tensor, mapped from the file rather than read.
    https://github.com/huggingface/safetensors#format

    The file is 8 bytes header length (little endian), a JSON header, then the raw data. Raises
    ValueError on anything that does not fit: a length beyond the file, an unknown dtype, offsets
    that disagree with the shape.
    """
    size = os.path.getsize(path)
    with open(path, "rb") as f:
        start = 8 + (struct.unpack("<Q", f.read(8))[0] if size >= 8 else size)
        if start > min(size, MAX_HEADER):
            raise ValueError(f"{path} is not a safetensors file: its header would end at byte {start} of {size}")
        header = json.loads(f.read(start - 8))
        data = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY)
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or name.endswith((".attn.bias", ".attn.masked_bias")):
            continue  # old files carry the causal mask
        dtype, shape, (begin, end) = DTYPES.get(entry["dtype"]), entry["shape"], entry["data_offsets"]
        if dtype is None:
            raise ValueError(f"{path}: {name} has dtype {entry['dtype']}; known are {', '.join(DTYPES)}")
        count = math.prod(shape)
        if not 0 <= begin <= end <= size - start or end - begin != count * dtype.itemsize:
            raise ValueError(f"{path}: {name} of shape {shape} cannot stand at bytes {begin} to {end} "
                             f"of {size - start}")
        empty = torch.empty(0, dtype=dtype)  # frombuffer refuses a length of 0
        flat = torch.frombuffer(data, dtype=dtype, count=count, offset=start + begin) if count else empty
        tensors[name] = flat.view(shape)
    return tensors


def write_safetensors(tensors, path):
    """Writes name -> tensor."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, t in tensors.items():
        end = offset + t.numel() * t.element_size()
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # tensors start at a multiple of 8 bytes
    with replacing(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for t in tensors.values():
            f.write(t.detach().cpu().contiguous().view(torch.uint8).numpy().data)


def is_transposed(name):
    """Hugging Face's GPT-2 stores the weights of its linear layers as (in, out); ours are (out,
    in)."""
    return name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight"))


def load_folder(folder):
    """A GPT from a folder with `config.json` and `model.safetensors` in Hugging Face's GPT-2
    layout.

    Raises FileNotFoundError or ValueError naming what is missing or does not fit.
    """
    with open(os.path.join(folder, "config.json")) as f:
        c = json.load(f)
    if c.get("model_type", "gpt2") != "gpt2" or c.get("activation_function", "gelu_new") != "gelu_new":
        raise ValueError(f"{folder} holds {c.get('model_type')} with {c.get('activation_function')}: "
                         f"only GPT-2 can be loaded")
    model = GPT(GPTConfig(c["vocab_size"], c.get("n_positions", 1024), c["n_layer"], c["n_head"], c["n_embd"]))
    stored = read_safetensors(os.path.join(folder, "model.safetensors"))
    stored = {name.removeprefix("transformer."): t for name, t in stored.items()}
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name not in stored:
                raise ValueError(f"{folder}/model.safetensors has no tensor {name}")
            t = stored[name].T if is_transposed(name) else stored[name]
            target = p[:c["vocab_size"]] if name == "wte.weight" else p
            if t.shape != target.shape:
                raise ValueError(f"{folder}/model.safetensors: {name} is {tuple(t.shape)}, "
                                 f"config.json asks for {tuple(target.shape)}")
            target.copy_(t)
    return model


def save_folder(model, folder, eot, separator=False):
    """Writes `model.safetensors` and `config.json` in Hugging Face's GPT-2 layout; `eot` is the
    end-of-text id.

    `separator`, whether one stands between prompt and answer, is a key of config.json that only
    `load_lm` reads.
    """
    os.makedirs(folder, exist_ok=True)
    tensors = {}
    for name, p in model.named_parameters():
        p = p.detach()
        p = p[:model.config.vocab_size] if name == "wte.weight" else p
        tensors["transformer." + name] = (p.T if is_transposed(name) else p).contiguous()
    write_safetensors(tensors, os.path.join(folder, "model.safetensors"))
    c = asdict(model.config)
    config = dict(model_type="gpt2", architectures=["GPT2LMHeadModel"], activation_function="gelu_new", n_inner=None,
                  n_positions=c.pop("context_length"), layer_norm_epsilon=1e-5, tie_word_embeddings=True,
                  bos_token_id=eot, eos_token_id=eot, separator=separator, resid_pdrop=0.0, embd_pdrop=0.0,
                  attn_pdrop=0.0, torch_dtype="float32", **c)
    write_json(config, os.path.join(folder, "config.json"))


# --------------------------------------------------------------------------------------------------
# A model by name, with its tokenizer

HUB = "https://huggingface.co/openai-community/{}/resolve/{}/{}"
WEIGHTS = {  # name -> (commit, bytes, sha256 of model.safetensors); None: no public record found, so not verified
    "gpt2": ("607a30d783dfa663caf39e06633721c8d4cfcd7e", 548_105_171,
             "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707"),
    "gpt2-medium": ("6dcaa7a952f72f9298047fd5137cd6e4f05f41da", None, None),
    "gpt2-large": ("32b71b12589c2f8d625668d2335a01cac3249519", None, None),
    "gpt2-xl": ("15ea56dee5df4983c59b2538573817e1667135e2", None,
                "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a"),
}


class LM(NamedTuple):
    """A model with its tokenizer. `separator`: does an end-of-text token stand between prompt and
    answer?"""
    model: GPT
    encoding: tiktoken.Encoding
    separator: bool
    tokenizer_file: str = ""  # the base's tokenizer.json, which goes out with an export

    @property
    def between(self):
        return [self.encoding.eot_token] if self.separator else []


def fetch_weights(name, data_dir=DATA_DIR):
    """Downloads one of OpenAI's GPT-2 models to the data folder, unless it is there. Returns its
    folder."""
    commit, size, sha256 = WEIGHTS[name]
    folder = os.path.join(data_dir, "models", name)
    known = {"config.json": (), "tokenizer.json": (), "model.safetensors": (size, sha256)}
    for file, expected in known.items():
        if not os.path.exists(os.path.join(folder, file)):
            download(File(HUB.format(name, commit, file), *expected), os.path.join(folder, file))
    return folder


def check_model_name(name):
    """Raises FileNotFoundError unless `name` is one that `load_lm` can load."""
    inside = [os.path.join(name, file) for file in ("model.safetensors", "checkpoint.pt")]
    if name not in WEIGHTS and not os.path.isfile(name) and not any(map(os.path.isfile, inside)):
        raise FileNotFoundError(f"{name} is neither one of {', '.join(WEIGHTS)} nor a checkpoint, nor a folder that "
                                f"holds checkpoint.pt or model.safetensors")


def load_lm(name, data_dir=DATA_DIR):
    """An LM by name (gpt2, gpt2-medium, ...), by folder in Hugging Face's GPT-2 layout, by run
    folder or .pt file.

    Imported models are untuned, so nothing stands between prompt and answer; our checkpoints, and
    the folders that save_folder wrote, know. On the CPU, in fp32. Raises FileNotFoundError or
    ValueError naming what does not fit.
    """
    check_model_name(name)
    folder = fetch_weights(name, data_dir) if name in WEIGHTS else name
    if os.path.exists(os.path.join(folder, "model.safetensors")):
        model, encoding = load_folder(folder), tokenizer("gpt2")
        if model.config.vocab_size < encoding.n_vocab:
            raise ValueError(f"{folder} has a vocabulary of {model.config.vocab_size} tokens, but GPT-2's tokenizer "
                             f"has {encoding.n_vocab}")
        return LM(model, encoding, run_of(folder, "config.json").get("separator", False), tokenizer_file(folder))
    path = os.path.join(name, "checkpoint.pt") if os.path.isdir(name) else name
    saved = load_checkpoint(path)
    with torch.device("meta"):
        model = GPT(GPTConfig(**saved["config"]))
    model.load_state_dict(saved["model"], assign=True)  # takes the file's tensors, so there is never a second copy
    return LM(model, tokenizer(saved["tokenizer"]), saved["separator"], tokenizer_file(os.path.dirname(path)))


def load_checkpoint(path):
    """What train.py saved, its tensors mapped from the file. Raises ValueError if it is damaged, or something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            if broken := archive.testzip():  # compares checksums
                raise zipfile.BadZipFile(f"{broken} is not what was written")
        saved = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        if not {"config", "model", "tokenizer", "separator"} <= saved.keys():
            raise KeyError(f"it holds {', '.join(map(str, saved))[:80]}")
    except (zipfile.BadZipFile, pickle.UnpicklingError, RuntimeError, EOFError, KeyError, AttributeError) as e:
        raise ValueError(f"{path} is damaged, or no checkpoint of train.py ({type(e).__name__}: {str(e)[:80]})") from None
    return saved


def tokenizer_file(folder):
    """The path of a folder's tokenizer.json, "" if it has none."""
    path = os.path.join(folder, "tokenizer.json")
    return path if os.path.exists(path) else ""


def export_lm(lm, folder):
    """Writes a model folder in Hugging Face's layout: config.json, model.safetensors, and the
    base's tokenizer.json."""
    save_folder(lm.model, folder, lm.encoding.eot_token, lm.separator)
    if lm.tokenizer_file:
        shutil.copyfile(lm.tokenizer_file, os.path.join(folder, "tokenizer.json"))


def run_of(checkpoint, file):
    """A JSON file that lies in a run folder or beside a checkpoint, {} if there is none."""
    path = os.path.join(os.path.dirname(checkpoint) if os.path.isfile(checkpoint) else checkpoint, file)
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return json.load(f)

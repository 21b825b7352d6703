"""A GPT written from scratch: GPT-2 (Radford et al., 2019) in every size, and the small model of the offline miniature.

The input is one flat stream of N tokens: documents end to end, no padding, no rows. Attention is causal and stays
inside a document. A stream of two documents, "a b c" and "d e":

    tokens      a  b  c  d  e        (N,)   int64
    positions   0  1  2  0  1        (N,)   int64, restart at each document
    cu_seqlens  0        3     5     (D+1,) int32, cumulative document lengths
    at             1  2     4        (M,)   int64, the places whose next-token logits are wanted (a loss needs no more)

Dims: N tokens in the stream, D documents, M wanted logits, C channels, H heads, K channels a head, V vocabulary,
B batch, T time.
"""

import json
import math
import mmap
import os
import struct
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

try:
    from torch.nn.attention.varlen import varlen_attn  # flash attention over documents, CUDA only
except ImportError:
    varlen_attn = None

PRESETS = {
    "miniature": dict(n_layer=4, n_head=4, n_embd=128, context_length=256),
    "gpt2": dict(n_layer=12, n_head=12, n_embd=768),             # 124M
    "gpt2-medium": dict(n_layer=24, n_head=16, n_embd=1024),     # 355M
    "gpt2-large": dict(n_layer=36, n_head=20, n_embd=1280),      # 774M
    "gpt2-xl": dict(n_layer=48, n_head=25, n_embd=1600),         # 1558M
}
EXPLICIT_UP_TO = 512  # tokens of a document: up to here written-out attention beats the fused kernel on CPU
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


def pick_device(device="auto", dtype="auto"):
    """(device, compute dtype, reason): what to run on and why. Raises ValueError for what this machine cannot do."""
    if device == "auto":
        device = "cuda:0" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    device = "cuda:0" if device == "cuda" else device
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"--device {device}: torch {torch.__version__} sees no CUDA device here")
    named = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    if dtype != "auto":
        if dtype not in named:
            raise ValueError(f"--dtype {dtype!r} is unknown; known are auto, {', '.join(named)}")
        return torch.device(device), named[dtype], "as asked"
    if device.startswith("cuda"):
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return torch.device(device), torch.bfloat16, "this GPU multiplies bf16 natively"
        return torch.device(device), torch.float16, "this GPU has no bf16; fp16 with loss scaling instead"
    if device == "cpu" and getattr(torch.cpu, "_is_avx512_bf16_supported", bool)():
        return torch.device(device), torch.bfloat16, "this CPU multiplies bf16 natively"
    return torch.device(device), torch.float32, "bf16 would be emulated here"


# ---------------------------------------------------------------------------------------------------------------------
# Attention: one meaning, three paths

def attention_path(device, dtype):
    """The best path: "varlen" on newer GPUs in half precision, "buckets" on CPU and other GPUs, "mask" elsewhere.

    Only "buckets", a loop over documents, cannot be compiled.
    """
    if device.type not in ("cpu", "cuda"):
        return "mask"
    half = dtype in (torch.float16, torch.bfloat16)
    new = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
    return "varlen" if half and new and varlen_attn else "buckets"


def attention(q, k, v, cu_seqlens, max_len, path, branch=None):
    """Causal attention inside each document of a flat stream.

    q, k, v (N, H, K); cu_seqlens (D+1,) int32, may end in repeats of N; max_len: no document is longer.
    branch (N,) int64 or None: a token on branch b > 0 sees the trunk (branch 0) of its document and its own branch.
    Returns (N, H, K), the same on every `path` (tests/test_model.py).
    """
    if path == "varlen" and branch is None:
        return varlen_attn(q, k, v, cu_seqlens, cu_seqlens, max_len, max_len, window_size=(-1, 0))
    if path == "mask":
        return masked_attention(q, k, v, visible(cu_seqlens, branch, len(q)))
    return attention_by_buckets(q, k, v, cu_seqlens.tolist(), branch)


def visible(cu_seqlens, branch, n):
    """(N, N) bool: may query i look at key j? Same document, not later, and the trunk or the same branch."""
    place = torch.arange(n, device=cu_seqlens.device)
    doc = torch.searchsorted(cu_seqlens, place.to(torch.int32), right=True)
    mask = (doc[:, None] == doc[None, :]) & (place[:, None] >= place[None, :])
    if branch is not None:
        mask &= (branch[None, :] == 0) | (branch[:, None] == branch[None, :])
    return mask


def masked_attention(q, k, v, mask):
    """q, k, v (N, H, K), mask (N, N) bool, true where query i may look at key j -> (N, H, K)."""
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))  # (1, H, N, K)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)[0].transpose(0, 1)


def padded_length(n):
    """The length a document of n tokens is padded to inside one bucket: 1/8 more at most, a multiple of 8."""
    step = max(8, 1 << max(0, n.bit_length() - 4))
    return -(-n // step) * step


def buckets(borders):
    """Cumulative lengths -> [(documents, padded length)] for each run of neighbours of one padded length, and the place
    of every token among the padded ones, (N,) int64."""
    runs, places, start = [], [], 0
    for n in (stop - start for start, stop in zip(borders, borders[1:]) if stop > start):
        length = padded_length(n)
        if runs and runs[-1][1] == length:
            runs[-1] = (runs[-1][0] + 1, length)
        else:
            runs.append((1, length))
        places.append(torch.arange(start, start + n))
        start += length
    return runs, torch.cat(places)


def attention_by_buckets(q, k, v, borders, branch):
    """Documents of about one length that stand side by side are one batched matrix product.

    Rows are moved by index_copy, whose backward is a plain read; indexing would add up gradients one by one. Products
    are in fp32: in bf16 a CPU would first compile a kernel for every new shape, and keep it.
    """
    runs, places = buckets(borders)
    n, sizes, places = len(q), [count * length for count, length in runs], places.to(q.device)
    spread = lambda x: x.new_zeros(sum(sizes), *x.shape[1:]).index_copy(0, places, x).split(sizes)
    branches = spread(branch) if branch is not None else [None] * len(runs)
    out = []
    for (count, length), q_, k_, v_, b in zip(runs, spread(q), spread(k), spread(v), branches):
        q_, k_, v_ = (x.unflatten(0, (count, length)).transpose(1, 2) for x in (q_, k_, v_))  # (count, H, length, K)
        if b is None and length > EXPLICIT_UP_TO:
            y = F.scaled_dot_product_attention(q_, k_, v_, is_causal=True)
        else:  # padding stands behind the document, where the causal mask hides it
            hidden = torch.ones(length, length, dtype=torch.bool, device=q.device).triu(1)
            if b is not None:
                b = b.view(count, 1, length)
                hidden = (hidden | ((b != 0) & (b != b.transpose(1, 2))))[:, None]  # (count, 1, length, length)
            scores = (q_.float() @ k_.float().transpose(2, 3)) / math.sqrt(q.shape[-1])
            y = (scores.masked_fill(hidden, -math.inf).softmax(-1) @ v_.float()).to(v.dtype)
        out.append(y.transpose(1, 2).flatten(0, 1))                                 # (count * length, H, K)
    back = torch.full((sum(sizes),), n, device=q.device)  # padding goes to row n, and is dropped
    back = back.index_copy(0, places, torch.arange(n, device=q.device))
    return q.new_zeros(n + 1, *q.shape[1:]).index_copy(0, back, torch.cat(out))[:n]


class KVCache:
    """Keys and values of B growing documents, so that generating a token costs one token's work.

    k, v (n_layer, B, T, H, K); rows (N,) the document of each token in the stream that is fed next.
    """
    def __init__(self, config, batch, length, device, dtype):
        shape = (config.n_layer, batch, length, config.n_head, config.n_embd // config.n_head)
        self.k, self.v = (torch.zeros(shape, device=device, dtype=dtype) for _ in range(2))
        self.rows = None

    def attend(self, layer, q, k, v, positions, cu_seqlens, max_len, path):
        """Stores k and v. A stream of whole prompts attends as usual; one new token a document to what is stored."""
        self.k[layer][self.rows, positions], self.v[layer][self.rows, positions] = k, v
        if cu_seqlens is not None:
            return attention(q, k, v, cu_seqlens, max_len, path)
        keys, values = self.k[layer].transpose(1, 2), self.v[layer].transpose(1, 2)  # (B, H, T, K)
        seen = torch.arange(keys.shape[2], device=q.device) <= positions[:, None]    # (B, T)
        return F.scaled_dot_product_attention(q[:, :, None], keys, values, attn_mask=seen[:, None, None])[:, :, 0]


# ---------------------------------------------------------------------------------------------------------------------
# The network

class Linear(nn.Linear):
    """fp32 master weights, cast to the dtype of the input for the product; the gradient arrives in fp32."""
    def forward(self, x):
        return F.linear(x, self.weight.to(x.dtype), self.bias.to(x.dtype))


class LayerNorm(nn.LayerNorm):
    """Mean and variance are computed in fp32 inside the kernel, whatever the dtype of the input."""
    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.bias.to(x.dtype), self.eps)


class CausalSelfAttention(nn.Module):
    """The two projections around attention; what happens between them is `attention`, or a cache's `attend`."""
    def __init__(self, config):
        super().__init__()
        self.n_head = config.n_head
        self.c_attn = Linear(config.n_embd, 3 * config.n_embd)
        self.c_proj = Linear(config.n_embd, config.n_embd)


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

    def forward(self, x, attend, at=None):
        """x (N, C) -> (N, C), or (M, C) at the places `at`: behind the last attention nobody needs the others."""
        qkv = self.attn.c_attn(self.ln_1(x))
        q, k, v = qkv.unflatten(-1, (3, self.attn.n_head, -1)).unbind(1)  # each (N, H, K)
        y = attend(q, k, v).flatten(1)                                    # (N, C)
        if at is not None:
            x, y = x[at], y[at]
        x = x + self.attn.c_proj(y)
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """Decoder-only language model. Parameters are named as in Hugging Face's GPT-2: weights move in and out by name."""
    # differs from the paper: its 137B model has gated GELU and relative positions, but nobody else can load it

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.compute_dtype = torch.float32  # matrix products and the residual stream; weights stay in fp32
        self.path = "buckets"               # of attention; like the dtype set by `place`
        self.checkpointing = False          # recompute each block in the backward pass: less memory, a third more work
        padded = math.ceil(config.vocab_size / VOCAB_MULTIPLE) * VOCAB_MULTIPLE
        self.wte = nn.Embedding(padded, config.n_embd)  # also the output head: tied
        self.wpe = nn.Embedding(config.context_length, config.n_embd)
        self.h = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.ln_f = LayerNorm(config.n_embd)
        self.reset()

    def reset(self, generator=None):
        """GPT-2's initialization: normal(0.02); projections into the residual stream smaller by sqrt(2 n_layer)."""
        for name, p in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(p)
            elif ".ln_" in name or name.startswith("ln_f"):
                nn.init.ones_(p)
            else:
                scale = math.sqrt(2 * self.config.n_layer) if name.endswith("c_proj.weight") else 1
                nn.init.normal_(p, std=0.02 / scale, generator=generator)

    def place(self, device, dtype):
        """Moves the weights, in fp32, to a device, and settles the dtype of products and the path of attention there.

        Settled once: to ask for the kind of GPU inside `forward` would break the compiled graph. Returns the model.
        """
        self.compute_dtype, self.path = dtype, attention_path(device, dtype)
        return self.to(device)

    def forward(self, tokens, positions, cu_seqlens, max_len, at=None, branch=None, cache=None, targets=None):
        """Next-token logits (M, V) at the places `at` of a flat stream, or everywhere (N, V).

        With targets (M,) int64 instead their cross-entropy summed over M, in fp32: the caller divides by the number of
        targets of the whole optimizer step, since a mean over each micro-batch would weigh targets by their neighbours.

        tokens, positions (N,) int64; cu_seqlens (D+1,) int32 (None: one new token for each document of the cache);
        max_len int, no document is longer, at most context_length; at (M,) int64; branch (N,) int64, see `attention`.
        """
        x = (self.wte(tokens) + self.wpe(positions)).to(self.compute_dtype)  # (N, C)
        for i, block in enumerate(self.h):
            def attend(q, k, v, layer=i):
                if cache is not None:
                    return cache.attend(layer, q, k, v, positions, cu_seqlens, max_len, self.path)
                return attention(q, k, v, cu_seqlens, max_len, self.path, branch)
            place = at if i == self.config.n_layer - 1 else None
            if self.checkpointing and self.training:
                x = checkpoint(block, x, attend, place, use_reentrant=False)
            else:
                x = block(x, attend, place)
        logits = F.linear(self.ln_f(x), self.wte.weight.to(x.dtype))[:, :self.config.vocab_size]
        return logits if targets is None else F.cross_entropy(logits.float(), targets, reduction="sum")

    def flops_per_token(self, target_share=1.0, mean_keys=None):
        """Useful training FLOPs a token, forward and backward: matrix products, attention, logits where targets are."""
        c, layers = self.config.n_embd, self.config.n_layer
        body = layers * 12 * c * c - (1 - target_share) * 9 * c * c  # the last projection and MLP run on targets alone
        keys = self.config.context_length / 2 if mean_keys is None else mean_keys
        return 6 * body + 6 * c * self.config.vocab_size * target_share + 12 * layers * c * keys


@torch.no_grad()
def generate(model, prompts, max_new_tokens, stop, temperature=0.0, top_k=None, generator=None):
    """Continues every prompt: greedy at temperature 0, else sampled from the top_k most likely tokens.

    prompts: non-empty lists of token ids; stop: the id that ends a document. Returns lists of new ids without `stop`.
    Raises ValueError if a prompt leaves no room in the context.
    """
    device, lengths = model.wte.weight.device, [len(p) for p in prompts]
    room = model.config.context_length - max(lengths)
    if min(lengths) == 0 or room < 1:
        raise ValueError(f"prompts must have 1 to {model.config.context_length - 1} tokens, "
                         f"not {min(lengths)} to {max(lengths)}")
    steps, ends = min(max_new_tokens, room), torch.tensor(lengths, device=device).cumsum(0)
    cache = KVCache(model.config, len(prompts), max(lengths) + steps, device, model.compute_dtype)
    cache.rows = torch.arange(len(prompts), device=device).repeat_interleave(torch.tensor(lengths, device=device))
    positions = torch.cat([torch.arange(n) for n in lengths]).to(device)
    logits = model(torch.tensor([t for p in prompts for t in p], device=device), positions,
                   F.pad(ends, (1, 0)).to(torch.int32), max(lengths), at=ends - 1, cache=cache)
    cache.rows, positions = torch.arange(len(prompts), device=device), torch.tensor(lengths, device=device)
    new, done = [], torch.zeros(len(prompts), dtype=torch.bool, device=device)
    for step in range(steps):
        token = choose(logits.float(), temperature, top_k, generator)
        new.append(token)
        done |= token == stop
        if done.all() or step == steps - 1:
            break
        logits = model(token, positions, None, None, cache=cache)
        positions = positions + 1
    rows = torch.stack(new, 1).tolist()
    return [row[:row.index(stop)] if stop in row else row for row in rows]


def choose(logits, temperature, top_k, generator):
    """logits (B, V) -> token ids (B,)."""
    if temperature == 0:
        return logits.argmax(-1)
    if top_k:
        logits = logits.masked_fill(logits < logits.topk(top_k).values[:, -1:], -math.inf)
    return torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)[:, 0]


# ---------------------------------------------------------------------------------------------------------------------
# Weights in and out: the safetensors format and Hugging Face's GPT-2 folder layout

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
MAX_HEADER = 100_000_000  # bytes; the format's own limit


def read_safetensors(path):
    """name -> tensor, mapped from the file rather than read. https://github.com/huggingface/safetensors#format

    The file is 8 bytes header length (little endian), a JSON header, then the raw data. Raises ValueError on anything
    that does not fit: a length beyond the file, an unknown dtype, offsets that disagree with the shape.
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
        if name == "__metadata__":
            continue
        dtype, shape, (begin, end) = DTYPES.get(entry["dtype"]), entry["shape"], entry["data_offsets"]
        if dtype is None:
            if name.endswith((".attn.bias", ".attn.masked_bias")):
                continue  # old files carry the causal mask as a byte tensor
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
    """Writes name -> tensor to a temporary file and renames it."""
    names, header, offset = {v: k for k, v in DTYPES.items()}, {"__metadata__": {"format": "pt"}}, 0
    for name, t in tensors.items():
        end = offset + t.numel() * t.element_size()
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # tensors start at a multiple of 8 bytes
    with open(f"{path}.tmp", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for t in tensors.values():
            f.write(t.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    os.replace(f"{path}.tmp", path)


def is_transposed(name):
    """Hugging Face's GPT-2 stores the weights of its linear layers as (in, out); ours are (out, in)."""
    return name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight"))


def load_folder(folder):
    """A GPT from a folder with `config.json` and `model.safetensors` in Hugging Face's GPT-2 layout.

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
    """Writes `model.safetensors` and `config.json` in Hugging Face's GPT-2 layout; `eot` is the end-of-text id.

    `separator`, whether one stands between prompt and answer, is a key of config.json that only eval.py reads.
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
    path = os.path.join(folder, "config.json")
    with open(path + ".tmp", "w") as f:
        json.dump(config, f, indent=2)
    os.replace(path + ".tmp", path)

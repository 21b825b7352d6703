"""model.py: attention paths agree, documents do not see each other, weights move in and out, generation is consistent.

    python -m pytest tests/test_model.py
"""

import hashlib
import json
import os
import struct
from dataclasses import asdict

import pytest
import torch
import torch.nn.functional as F

import data
import model as m
from web import serving

TINY = dict(vocab_size=101, context_length=64, n_layer=3, n_head=2, n_embd=32)


def tiny(seed=0, **changes):
    torch.manual_seed(seed)
    gpt = m.GPT(m.GPTConfig(**{**TINY, **changes}))
    for p in gpt.parameters():  # far from the small initial values, where a wrong mask would hardly show
        p.data.add_(torch.randn_like(p), alpha=0.3)
    return gpt


def stream(lengths, seed=0, vocab=101):
    """tokens, positions, cu_seqlens, max_len of a flat stream of random documents."""
    g = torch.Generator().manual_seed(seed)
    tokens = torch.randint(vocab, (sum(lengths),), generator=g)
    positions = torch.cat([torch.arange(n) for n in lengths])
    return tokens, positions, torch.tensor([0, *torch.tensor(lengths).cumsum(0)], dtype=torch.int32), max(lengths)


def qkv(n, heads=2, channels=8, seed=0, **to):
    return torch.randn(3, n, heads, channels, generator=torch.Generator().manual_seed(seed)).to(**to).unbind(0)


@pytest.mark.parametrize("lengths", [[1], [5, 5, 9, 3, 3, 3], [40, 1, 1, 22]])
def test_implementations_of_attention_agree(lengths):
    q, k, v = (x.requires_grad_() for x in qkv(sum(lengths)))
    cu = stream(lengths)[2]
    cu = torch.cat([cu, cu[-1:].repeat(3)])  # trailing empty documents change nothing
    outs = [m.attention(q, k, v, cu, max(lengths), impl) for impl in ("padded", "mask")]
    for a, b in (outs, *zip(*(torch.autograd.grad(o.square().sum(), (q, k, v)) for o in outs))):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-5)


def test_documents_of_about_one_length_share_a_product():
    assert m.length_groups([5, 5, 6, 40, 90, 100]) == [[5, 5, 6], [40], [90, 100]]
    assert m.length_groups([10, 17, 16, 14]) == [[10], [17, 16, 14]] and m.length_groups([]) == []


def test_long_documents_take_the_fused_kernel_and_agree(monkeypatch):
    lengths = [30, 26, 7]
    q, k, v = qkv(63)
    expected = m.attention(q, k, v, stream(lengths)[2], 30, "padded")
    monkeypatch.setattr(m, "EXPLICIT_UP_TO", 10)
    fused = m.attention(q, k, v, stream(lengths)[2], 30, "padded")
    torch.testing.assert_close(fused, expected, rtol=0, atol=1e-5)


def test_attention_by_hand():
    """Two documents of two tokens, one head, one channel: the second token mixes two values by softmax."""
    q, k = torch.tensor([1., 2., 1., 1.]).view(4, 1, 1), torch.tensor([0., 1., 3., 3.]).view(4, 1, 1)
    v = torch.tensor([10., 20., 30., 50.]).view(4, 1, 1)
    y = m.attention(q, k, v, torch.tensor([0, 2, 4], dtype=torch.int32), 2, "padded").flatten()
    weight = torch.tensor([0., 2.]).softmax(0)
    torch.testing.assert_close(y, torch.stack([v[0, 0, 0], weight @ v[:2, 0, 0], v[2, 0, 0], torch.tensor(40.)]))


def test_branches_see_the_trunk_and_themselves():
    branch = torch.tensor([0, 0, 1, 1, 2, 0, 0, 1, 2, 2, 0, 1, 2])
    cu = torch.tensor([0, 5, 10, 13], dtype=torch.int32)
    q, k, v = qkv(13)
    padded, mask = (m.attention(q, k, v, cu, 5, impl, branch) for impl in ("padded", "mask"))
    torch.testing.assert_close(padded, mask, rtol=0, atol=1e-5)
    seen = m.visible(cu, branch, 13)
    assert seen[4].nonzero().flatten().tolist() == [0, 1, 4]
    assert seen[9].nonzero().flatten().tolist() == [5, 6, 8, 9]


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_varlen_agrees_with_the_mask_on_cuda(dtype):
    lengths = [100, 3, 3, 60]
    q, k, v = (x.requires_grad_() for x in qkv(166, channels=32, device="cuda", dtype=dtype))
    cu = stream(lengths)[2].cuda()
    outs = [m.attention(q, k, v, cu, 128, impl) for impl in ("varlen", "mask")]
    torch.testing.assert_close(*outs, rtol=2e-2, atol=2e-2)
    grads = [torch.autograd.grad(o.float().square().sum(), (q, k, v)) for o in outs]
    for a, b in zip(*grads):
        torch.testing.assert_close(a, b, rtol=5e-2, atol=5e-2)


@pytest.mark.parametrize("attn_impl", ["padded", "mask"])
def test_a_packed_document_is_as_if_alone(attn_impl):
    gpt, lengths = tiny(), [7, 7, 20, 1, 33]
    gpt.attn_impl = attn_impl
    tokens, positions, cu, longest = stream(lengths)
    packed = gpt(tokens, positions, cu, longest)
    for start, n in zip(cu.tolist(), lengths):
        alone = gpt(tokens[start:start + n], torch.arange(n), torch.tensor([0, n], dtype=torch.int32), n)
        torch.testing.assert_close(packed[start:start + n], alone, rtol=0, atol=1e-5)


@pytest.mark.gpu
@pytest.mark.parametrize("attn_impl", ["varlen", "padded", "mask"])
def test_loss_and_gradients_on_cuda_equal_those_on_cpu(attn_impl):
    tokens, positions, cu, longest = stream([7, 7, 20, 1, 33])
    at = torch.tensor([3, 9, 30, 40, 67])
    gpt, found = tiny(), []
    for device, dtype in ((torch.device("cpu"), torch.float32), (torch.device("cuda"), torch.bfloat16)):
        gpt = gpt.prepare(device, dtype)
        gpt.attn_impl = attn_impl if device.type == "cuda" else "padded"
        loss = gpt(*(t.to(device) for t in (tokens, positions, cu)), longest, at.to(device), targets=at.to(device))
        found.append([x.detach().cpu() for x in (loss, *torch.autograd.grad(loss, gpt.parameters()))])
    for a, b in zip(*found):
        assert (a - b).norm() < 0.05 * a.norm() + 1e-3


def test_logits_at_chosen_places_and_their_gradients():
    gpt, at = tiny(), torch.tensor([3, 4, 11, 16])
    tokens, positions, cu, longest = stream([7, 10])
    chosen, everywhere = gpt(tokens, positions, cu, longest, at), gpt(tokens, positions, cu, longest)
    torch.testing.assert_close(chosen, everywhere[at])
    targets = torch.tensor([1, 2, 3, 4])
    loss = gpt(tokens, positions, cu, longest, at, targets=targets)
    torch.testing.assert_close(loss, F.cross_entropy(everywhere[at], targets, reduction="sum"))
    few = torch.autograd.grad(loss, gpt.parameters())
    full = torch.autograd.grad(F.cross_entropy(everywhere[at], targets, reduction="sum"), gpt.parameters())
    for a, b in zip(few, full):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_checkpointing_changes_nothing():
    gpt, args = tiny().train(), stream([7, 10])
    targets = torch.arange(17)
    plain = torch.autograd.grad(gpt(*args, targets=targets), gpt.parameters())
    gpt.checkpointing = True
    for a, b in zip(plain, torch.autograd.grad(gpt(*args, targets=targets), gpt.parameters())):
        torch.testing.assert_close(a, b)


def greedy_without_cache(gpt, prompt, steps, stop):
    ids = list(prompt)
    for _ in range(steps):
        n = len(ids)
        logits = gpt(torch.tensor(ids), torch.arange(n), torch.tensor([0, n], dtype=torch.int32), n)
        ids.append(int(logits[-1].argmax()))
        if ids[-1] == stop:
            return ids[len(prompt):-1]
    return ids[len(prompt):]


def test_generation_with_a_cache_equals_generation_without():
    gpt, prompts = tiny().eval(), [[1, 2, 3], [4], [5, 6, 7, 8, 9, 10]]
    expected = [greedy_without_cache(gpt, p, 12, stop=50) for p in prompts]
    assert m.generate(gpt, prompts, 12, stop=50) == expected
    stop = expected[0][4]
    assert m.generate(gpt, prompts, 12, stop=stop) == [greedy_without_cache(gpt, p, 12, stop) for p in prompts]
    assert len({tuple(e) for e in expected}) == 3  # the prompts matter


def test_generation_stays_inside_the_context_and_refuses_what_does_not_fit():
    gpt = tiny().eval()
    assert len(m.generate(gpt, [[1] * 60], 100, stop=-1)[0]) == 4
    with pytest.raises(ValueError, match="1 to 63 tokens"):
        m.generate(gpt, [[1] * 64], 1, stop=-1)
    with pytest.raises(ValueError, match="not 0"):
        m.generate(gpt, [[], [1]], 1, stop=-1)


# ---- weights in and out

@pytest.fixture(scope="module")
def transformers():
    return pytest.importorskip("transformers")


def hf_tiny(transformers, seed=0):
    torch.manual_seed(seed)
    config = transformers.GPT2Config(vocab_size=211, n_positions=48, n_embd=32, n_layer=2, n_head=4, resid_pdrop=0,
                                     embd_pdrop=0, attn_pdrop=0, bos_token_id=0, eos_token_id=0)
    hf = transformers.GPT2LMHeadModel(config).eval()
    for p in hf.parameters():
        torch.nn.init.normal_(p, std=0.2)
    return hf


def test_logits_and_gradients_equal_transformers(transformers, tmp_path):
    hf = hf_tiny(transformers)
    hf.save_pretrained(tmp_path)
    gpt, ids = m.load_folder(tmp_path), torch.randint(211, (1, 40))
    theirs, ours = hf(ids).logits[0], gpt(ids[0], torch.arange(40), torch.tensor([0, 40], dtype=torch.int32), 40)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)
    F.cross_entropy(theirs[:-1], ids[0, 1:]).backward()
    F.cross_entropy(ours[:-1], ids[0, 1:]).backward()
    expected = {n.removeprefix("transformer."): p.grad for n, p in hf.named_parameters()}
    for p in gpt.parameters():
        p.data = p.grad  # in their layout, `views` then gives the gradients
    for name, ours in m.views(gpt):
        torch.testing.assert_close(ours, expected[name], rtol=1e-4, atol=1e-5)


def test_generated_tokens_equal_transformers(transformers, tmp_path):
    hf = hf_tiny(transformers)
    hf.save_pretrained(tmp_path)
    prompt = [3, 14, 15, 92]
    theirs = hf.generate(torch.tensor([prompt]), max_new_tokens=20, do_sample=False, eos_token_id=None, pad_token_id=0)
    assert m.generate(m.load_folder(tmp_path), [prompt], 20, stop=-1)[0] == theirs[0, 4:].tolist()


def test_exported_folder_loads_in_transformers(transformers, tmp_path, bytes_encoding):
    gpt = tiny()
    m.export_lm(m.LM(gpt, bytes_encoding, separator=""), tmp_path)
    hf, info = transformers.GPT2LMHeadModel.from_pretrained(tmp_path, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"]
    ids = torch.randint(101, (1, 30))
    ours = gpt(ids[0], torch.arange(30), torch.tensor([0, 30], dtype=torch.int32), 30)
    torch.testing.assert_close(ours, hf.eval()(ids).logits[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_safetensors_equal_the_reference_library_both_ways(dtype, tmp_path):
    st = pytest.importorskip("safetensors.torch")
    tensors = {"a": torch.randn(3, 4).to(dtype), "b.c": torch.randn(7).to(dtype),
               "empty": torch.zeros(0, 5, dtype=dtype)}
    m.write_safetensors(tensors, tmp_path / "ours")
    st.save_file(tensors, tmp_path / "theirs")
    for read, path in ((st.load_file, "ours"), (m.read_safetensors, "theirs"), (m.read_safetensors, "ours")):
        found = read(tmp_path / path)
        assert found.keys() == tensors.keys()
        assert all(torch.equal(found[k], t) and found[k].dtype == dtype for k, t in tensors.items())


def safetensors_file(path, header, data=b"\0" * 16):
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


@pytest.mark.parametrize("entry, reason", [
    ({"dtype": "F32", "shape": [5], "data_offsets": [0, 20]}, "shape"),  # beyond the end
    ({"dtype": "F32", "shape": [5], "data_offsets": [0, 14]}, "divisible"),
    ({"dtype": "F32", "shape": [5], "data_offsets": [0, 16]}, "shape"),  # shape and length disagree
    ({"dtype": "F32", "shape": [2], "data_offsets": [16, 8]}, "shape"),
    ({"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}, "shape"),
    ({"dtype": "I64", "shape": [2], "data_offsets": [0, 16]}, "dtype I64"),
])
def test_broken_safetensors_are_refused(entry, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        m.read_safetensors(safetensors_file(tmp_path / "x", {"t": entry}))


def test_truncated_safetensors_are_refused(tmp_path):
    for name, content in (("x", struct.pack("<Q", 10**9) + b'{"a": '), ("y", b"abc"), ("z", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"{name} is not a safetensors file, or damaged"):
            m.read_safetensors(tmp_path / name)


def test_missing_and_misshapen_weights_are_named(tmp_path, bytes_encoding):
    m.export_lm(m.LM(tiny(), bytes_encoding, separator=""), tmp_path)
    tensors = m.read_safetensors(tmp_path / "model.safetensors")
    m.write_safetensors({k: v for k, v in tensors.items() if "ln_f" not in k}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="no tensor ln_f"):
        m.load_folder(tmp_path)
    m.write_safetensors({**tensors, "transformer.wpe.weight": torch.zeros(3, 3)}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="wpe.weight"):
        m.load_folder(tmp_path)


def test_config_and_device_errors_name_the_value():
    with pytest.raises(ValueError, match="n_embd 10 is not a multiple of n_head 3"):
        m.GPTConfig(n_embd=10, n_head=3)
    with pytest.raises(ValueError, match="--device nil: torch .* has no such device"):
        m.pick_device("nil")


# ---- models by name, with their tokenizer

@pytest.fixture
def lm(monkeypatch, tmp_path):
    encoding = data.tokenizer("miniature")
    monkeypatch.setattr(m, "tokenizer", lambda *_: encoding)  # in the place of GPT-2's, which may not be at hand
    (tmp_path / "t.json").write_text("{}")
    return m.LM(tiny(vocab_size=encoding.n_vocab), encoding, "eot", str(tmp_path / "t.json"), [["rte", "nli"]])


def save_checkpoint(lm, path):
    torch.save({"model": lm.model.state_dict(), "config": asdict(lm.model.config), "tokenizer": "miniature",
                "separator": lm.separator, "tuned_on": lm.tuned_on}, path)


def equal(a, b):
    n = a.config.vocab_size  # the embedding table is padded with rows that nobody reads
    return a.config == b.config and all(torch.equal(p[:n], q[:n]) for p, q in zip(a.parameters(), b.parameters()))


def test_checkpoints_and_folders_give_the_same_model(lm, tmp_path):
    save_checkpoint(lm, tmp_path / "checkpoint.pt")
    for separator in (*m.SEPARATORS, ""):
        m.export_lm(lm._replace(separator=separator), str(tmp_path / "hf"))
        folder = m.load_lm(str(tmp_path / "hf"))
        assert folder.separator == separator and folder.tuned_on == lm.tuned_on and equal(folder.model, lm.model)
        assert open(folder.tokenizer_file).read() == "{}"  # goes out as it came
    for name in (tmp_path, tmp_path / "checkpoint.pt"):
        again = m.load_lm(str(name))
        assert again.separator == "eot" and again.between == [lm.encoding.eot_token] and equal(again.model, lm.model)
        assert again.tuned_on == lm.tuned_on


def test_what_is_no_model_is_named(lm, tmp_path):
    path = tmp_path / "run.pt"
    save_checkpoint(lm, path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    torch.save({"model": {}}, tmp_path / "other.pt")
    for content in (b"no checkpoint", whole[:middle], whole[:middle] + b"\xff" * 9 + whole[middle + 9:],
                    (tmp_path / "other.pt").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="run.pt is damaged, or no checkpoint of train.py"):
            m.load_lm(str(path))
    for name in ("/nowhere", str(tmp_path)):
        with pytest.raises(FileNotFoundError, match=f"{name} is neither one of gpt2, .* nor a checkpoint"):
            m.load_lm(name)
    m.export_lm(lm._replace(model=m.GPT(m.GPTConfig(200, 16, 1, 1, 8))), str(tmp_path / "hf"))
    with pytest.raises(ValueError, match="a vocabulary of 200 tokens, but its tokenizer miniature has"):
        m.load_lm(str(tmp_path / "hf"))


def test_weights_of_the_hub_are_downloaded_once(lm, tmp_path, monkeypatch):
    m.export_lm(lm._replace(separator="", tuned_on=()), str(tmp_path / "hub"))
    files = {name: (tmp_path / "hub" / name).read_bytes() for name in os.listdir(tmp_path / "hub")}
    known = len(files["model.safetensors"]), hashlib.sha256(files["model.safetensors"]).hexdigest()
    monkeypatch.setitem(m.WEIGHTS, "gpt2", ("a/gpt2", "a1b2", *known))
    monkeypatch.setitem(m.TOKENIZERS, "gpt2", (2, hashlib.sha256(b"{}").hexdigest()))
    with serving() as site:
        site.update({f"/a/gpt2/resolve/a1b2/{name}": content for name, content in files.items()})
        monkeypatch.setattr(m, "HUB", m.HUB.replace("https://huggingface.co", site.url))
        for _ in range(2):
            again = m.load_lm("gpt2", str(tmp_path / "data"))
            assert equal(again.model, lm.model) and not again.separator and again.tokenizer_file
        assert len(site.requests) == 3


def test_a_prompt_gets_as_many_tokens_beside_a_long_neighbour_as_alone():
    gpt = tiny(context_length=24).eval()
    short, long = [3, 14, 15], list(range(20))
    (alone,), (beside, other) = m.generate(gpt, [short], 18, stop=-1), m.generate(gpt, [short, long], 18, stop=-1)
    assert beside == alone and len(alone) == 18
    assert other == m.generate(gpt, [long], 18, stop=-1)[0] and len(other) == 4  # what its context leaves

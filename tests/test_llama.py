"""Model folders of both families against transformers, tokenizers against `tokenizers`; the same on the real weights
of SmolLM2-135M-Instruct where its package is installed (see tests/smollm2.py).

    python -m pytest tests/test_llama.py
"""

import glob
import json
import os
import random

import pytest
import torch
import torch.nn.functional as F
from torch._dynamo.testing import CompileCounterWithBackend

import data
import model as m
import smollm2
import templates
import train

transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GPT2 = dict(vocab_size=211, n_positions=80, n_embd=32, n_layer=2, n_head=4, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0)
LLAMA = dict(vocab_size=211, hidden_size=32, intermediate_size=56, num_hidden_layers=3, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=80, tie_word_embeddings=True)
MODELS = {
    "gpt2": ("gpt2", {}),
    "gpt2 of another width and epsilon": ("gpt2", dict(n_inner=72, layer_norm_epsilon=0.1)),
    "gpt2 with a head of its own": ("gpt2", dict(tie_word_embeddings=False)),
    "llama": ("llama", {}),
    "llama with a head of its own": ("llama", dict(tie_word_embeddings=False, num_key_value_heads=1)),
    "llama without groups, other constants": ("llama", dict(num_key_value_heads=4, rms_norm_eps=0.1, rope_parameters={
        "rope_type": "default", "rope_theta": 777.0})),
}


def hugging_face(name="llama", seed=0, **changes):
    """A tiny model of transformers with weights far from zero."""
    family, own = MODELS[name]
    torch.manual_seed(seed)
    if family == "gpt2":
        hf = transformers.GPT2LMHeadModel(transformers.GPT2Config(**{**GPT2, **own, **changes}))
    else:
        hf = transformers.LlamaForCausalLM(transformers.LlamaConfig(**{**LLAMA, **own, **changes}))
    for p in hf.parameters():
        p.data.add_(torch.randn_like(p), alpha=0.2)
    return hf.eval()


def stream(documents):
    """tokens, positions, cu_seqlens, max_len of documents end to end."""
    lengths = [len(d) for d in documents]
    return (torch.cat(documents), torch.cat([torch.arange(n) for n in lengths]),
            torch.tensor([0, *torch.tensor(lengths).cumsum(0)], dtype=torch.int32), max(lengths))


def some_documents(vocab=211, lengths=(7, 7, 20, 1, 33)):
    g = torch.Generator().manual_seed(1)
    return [torch.randint(vocab, (n,), generator=g) for n in lengths]


def of_the_same_name(hf, gpt, what):
    """(theirs, ours) of every tensor of transformers' model; `what` takes a parameter to it or to its gradient."""
    theirs = {name.removeprefix("transformer.").removeprefix("model."): what(p) for name, p in hf.named_parameters()}
    twin = m.GPT(gpt.config)
    with torch.no_grad():
        for p, q in zip(twin.parameters(), gpt.parameters()):
            p.copy_(what(q))
    return [(theirs[name], view) for name, view in m.views(twin)]


@pytest.mark.parametrize("attn_impl", ["padded", "mask"])
@pytest.mark.parametrize("name", MODELS)
def test_logits_and_gradients_of_packed_documents_equal_transformers(name, attn_impl, tmp_path):
    hf, documents = hugging_face(name), some_documents()
    hf.save_pretrained(tmp_path)
    gpt = m.load_folder(tmp_path)
    gpt.attn_impl = attn_impl
    theirs = torch.cat([hf(d[None]).logits[0] for d in documents])
    ours = gpt(*stream(documents))
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)
    targets = torch.arange(len(ours)) % 211
    F.cross_entropy(theirs, targets).backward()
    F.cross_entropy(ours, targets).backward()
    for a, b in of_the_same_name(hf, gpt, lambda p: p.grad):
        torch.testing.assert_close(b, a, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_generated_tokens_equal_transformers(name, tmp_path):
    hf, prompts = hugging_face(name), [[3, 14, 15, 92], [6], [5, 35, 89, 79, 32, 38]]
    hf.save_pretrained(tmp_path)
    how = dict(max_new_tokens=20, do_sample=False, eos_token_id=None, pad_token_id=0)
    theirs = [hf.generate(torch.tensor([p]), **how)[0, len(p):].tolist() for p in prompts]
    gpt = m.load_folder(tmp_path).eval()
    assert m.generate(gpt, prompts, 20, stop=-1) == theirs
    assert m.KVCache(gpt.config, 2, 5, "cpu", torch.float32).k.shape[3] == gpt.config.n_kv_head


@pytest.mark.parametrize("impl", ["explicit", "fused", "mask"])
def test_grouped_attention_with_branches_equals_repeated_keys(impl, monkeypatch):
    q, k, v = (torch.randn(40, heads, 8, generator=torch.Generator().manual_seed(s)) for s, heads in enumerate((6, 2, 2)))
    cu = torch.tensor([0, 5, 22, 40], dtype=torch.int32)
    branch = None if impl == "fused" else (torch.arange(40) % 3) * (torch.arange(40) > 25)
    monkeypatch.setattr(m, "EXPLICIT_UP_TO", 0 if impl == "fused" else 512)
    attend = lambda k, v: m.attention(q, k, v, cu, 18, "mask" if impl == "mask" else "padded", branch)
    repeated = attend(*(x.repeat_interleave(3, 1) for x in (k, v)))
    torch.testing.assert_close(attend(k, v), repeated, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_exported_folders_load_in_transformers_and_come_back(name, tmp_path, bytes_encoding):
    hugging_face(name).save_pretrained(tmp_path / "in")
    gpt = m.load_folder(tmp_path / "in")
    m.export_lm(m.LM(gpt, bytes_encoding, separator=""), tmp_path / "out")
    hf, info = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"]
    (document,) = some_documents(lengths=[40])
    with torch.no_grad():
        torch.testing.assert_close(gpt(*stream([document])), hf.eval()(document[None]).logits[0], rtol=1e-4, atol=1e-4)
    again = m.load_folder(tmp_path / "out")
    assert again.config == gpt.config
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), gpt.parameters()))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_shards_and_dtypes_load(dtype, tmp_path):
    hf = hugging_face().to(dtype)
    hf.save_pretrained(tmp_path, max_shard_size="20KB")
    assert len(m.weight_files(tmp_path)) > 2
    for a, b in of_the_same_name(hf, m.load_folder(tmp_path), lambda p: p.detach().float()):
        assert torch.equal(a, b)


def test_rows_of_padding_are_zero_and_the_context_is_limited(tmp_path):
    hugging_face("gpt2").save_pretrained(tmp_path)
    gpt = m.load_folder(tmp_path, context=33, n_vocab=200)
    assert gpt.config.context_length == 33 and gpt.wpe.weight.shape[0] == 33
    assert gpt.config.vocab_size == 200 and gpt.wte.weight.shape[0] == 256 and not gpt.wte.weight[200:].any()
    assert gpt(*stream(some_documents(200, [5]))).shape == (5, 200)


def test_one_compiled_graph_serves_all_batches():
    torch._dynamo.reset()
    store = data.store(data.Document([i % 50] * n, n // 2, False) for i in range(20) for n in range(4, 60, 3))
    batches = data.Stream([store], [len(store.lengths)], 256, 0)
    config = m.GPTConfig(vocab_size=50, context_length=64, n_layer=2, n_head=4, n_kv_head=2, n_embd=16, **m.LLAMA)
    gpt = m.GPT(config).train().prepare(torch.device("cpu"), torch.bfloat16)
    gpt.attn_impl = "mask"
    counter = CompileCounterWithBackend("aot_eager")
    net = torch.compile(gpt, backend=counter, dynamic=False, fullgraph=True)
    for n in range(8):
        b = train.to_device(batches.batch(n), torch.device("cpu"))
        net(b.tokens, b.positions, b.cu_seqlens, 64, target_index=b.target_index, targets=b.targets).backward()
    assert counter.frame_count == 1


# ---- what is not built is refused by its name

def changed(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("family, key, value", [
    ("gpt2", "activation_function", "relu"), ("gpt2", "scale_attn_weights", False),
    ("gpt2", "scale_attn_by_inverse_layer_idx", True), ("gpt2", "reorder_and_upcast_attn", True),
    ("gpt2", "add_cross_attention", True), ("gpt2", "quantization_config", {"bits": 4}),
    ("llama", "hidden_act", "gelu"), ("llama", "attention_bias", True), ("llama", "mlp_bias", True),
    ("llama", "head_dim", 16), ("llama", "sliding_window", 5), ("llama", "partial_rotary_factor", 0.5),
    ("llama", "rope_interleaved", True), ("llama", "no_such_key", 1), ("llama", "model_type", "mistral")])
def test_what_a_config_asks_for_and_is_not_built_is_named(family, key, value, tmp_path):
    hugging_face(family).save_pretrained(tmp_path)
    changed(tmp_path, **{key: value})
    with pytest.raises(ValueError, match=f"config.json: {key} .* is not built"):
        m.load_folder(tmp_path)


@pytest.mark.parametrize("scaling", [{"type": "linear", "factor": 2.0}, {"rope_type": "llama3", "factor": 8.0}])
@pytest.mark.parametrize("key", ["rope_scaling", "rope_parameters"])
def test_scaled_positions_are_refused(key, scaling, tmp_path):
    hugging_face().save_pretrained(tmp_path)
    changed(tmp_path, **{key: scaling})
    with pytest.raises(ValueError, match="(rope_type|factor) .* is not built"):
        m.load_folder(tmp_path)


def test_configs_of_the_hub_are_read(tmp_path):
    """As SmolLM2 and GPT-2 medium have them: keys of older and other libraries, and keys that are absent."""
    smollm2_135m = dict(
        architectures=["LlamaForCausalLM"], attention_bias=False, attention_dropout=0.0, bos_token_id=0, eos_token_id=0,
        hidden_act="silu", hidden_size=576, initializer_range=0.04, intermediate_size=1536, is_llama_config=True,
        max_position_embeddings=8192, model_type="llama", num_attention_heads=9, num_hidden_layers=30,
        num_key_value_heads=3, pretraining_tp=1, rms_norm_eps=1e-5, rope_interleaved=False, rope_scaling=None,
        rope_theta=100000, tie_word_embeddings=True, torch_dtype="bfloat16", transformers_version="4.40.1",
        use_cache=True, vocab_size=49152)
    gpt2_medium = dict(
        activation_function="gelu_new", architectures=["GPT2LMHeadModel"], attn_pdrop=0.1, bos_token_id=50256,
        embd_pdrop=0.1, eos_token_id=50256, initializer_range=0.02, layer_norm_epsilon=1e-5, model_type="gpt2",
        n_ctx=1024, n_embd=1024, n_head=16, n_layer=24, n_positions=1024, n_special=0, predict_special_tokens=True,
        resid_pdrop=0.1, summary_activation=None, summary_first_dropout=0.1, summary_proj_to_labels=True,
        summary_type="cls_index", summary_use_proj=True, vocab_size=50257,
        task_specific_params={"text-generation": {"do_sample": True, "max_length": 50}})
    for config, preset, vocabulary in ((smollm2_135m, "smollm2-135m", 49152), (gpt2_medium, "gpt2-medium", 50257)):
        (tmp_path / "config.json").write_text(json.dumps(config))
        assert m.read_config(tmp_path, 1024, 10**6) == m.GPTConfig(vocab_size=vocabulary, **m.PRESETS[preset])


def test_every_key_of_transformers_configs_is_known():
    for config in (transformers.GPT2Config(), transformers.LlamaConfig()):
        family = m.FAMILIES[config.model_type]
        known = {*family["keys"].values(), *family["built"], *m.HARMLESS, "head_dim"}
        assert not config.to_dict().keys() - known


@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_tensors_that_are_missing_misshapen_or_unused_are_named(name, tmp_path):
    hugging_face(name).save_pretrained(tmp_path)
    path = tmp_path / "model.safetensors"
    tensors = m.read_safetensors(path)
    some = sorted(tensors)[0]
    harmless = {"model.layers.0.self_attn.rotary_emb.inv_freq": torch.zeros(4), "h.0.attn.bias": torch.zeros(4)}
    m.write_safetensors({**tensors, **harmless}, path)
    m.load_folder(tmp_path)
    m.write_safetensors({**tensors, "score.weight": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match="nothing here uses: score.weight"):
        m.load_folder(tmp_path)
    m.write_safetensors({**tensors, some: torch.zeros(3, 3, 3)}, path)
    with pytest.raises(ValueError, match="config.json asks for"):
        m.load_folder(tmp_path)
    m.write_safetensors({name: t for name, t in tensors.items() if name != some}, path)
    with pytest.raises(ValueError, match="has no tensor " + some.removeprefix("transformer.").removeprefix("model.")):
        m.load_folder(tmp_path)


@pytest.mark.parametrize("name, embedding", [("gpt2", "transformer.wte.weight"), ("llama", "model.embed_tokens.weight")])
def test_a_tied_head_may_be_stored_once_more(name, embedding, tmp_path):
    hf = hugging_face(name).to(torch.bfloat16)
    hf.save_pretrained(tmp_path)
    path = tmp_path / "model.safetensors"
    tensors = m.read_safetensors(path)
    m.write_safetensors({**tensors, "lm_head.weight": tensors[embedding]}, path)
    again = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    assert torch.equal(again.lm_head.weight.float(), m.load_folder(tmp_path).wte.weight[:211])
    assert m.load_folder(tmp_path, n_vocab=200).lm_head is None  # the rows that are wanted
    m.write_safetensors({**tensors, "lm_head.weight": tensors[embedding] + 1}, path)
    with pytest.raises(ValueError, match="nothing here uses: lm_head.weight"):
        m.load_folder(tmp_path)


# ---- tokenizers

ALPHABET = [*"0123456789", " ", "    ", "\n", "\t\r\n", *"abcXYZ", "é", "ß", "你好", "😀", "👩‍👩‍👧🏽", "²", "Ⅷ", "٣", "'s", "'LL",
            *map(chr, range(32)), "\x7f\x80\x85\xa0", *".,;:!?\"()[]{}<>|_-+=*/\\", "def f(x):\n    return x\n\n", "\u200b",
            "\u3000", "\ufeff", "\u2028", "ſ", "K", "\U00041234", "\U000C1234", "\U00100000", "hello", " world"]


def varied(n, seed=0):
    """Digits, runs of spaces, code, emoji, control characters, in any order."""
    rng = random.Random(seed)
    return ["".join(rng.choices(ALPHABET, k=rng.randint(1, 30))) for _ in range(n)]


def own_lines(n):
    """Lines of this repository's files, but for those with special tokens, which are ordinary text to us alone."""
    paths = sorted(glob.glob(f"{ROOT}/*.py") + glob.glob(f"{ROOT}/tests/*.py"))
    return random.Random(0).sample([line for path in paths for line in open(path) if "<|" not in line], n)


SPLITS = {
    "gpt2": tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False),
    "smollm2": tokenizers.pre_tokenizers.Sequence([tokenizers.pre_tokenizers.Digits(individual_digits=True),
                                                   tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)]),
    "llama3": tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Split(tokenizers.Regex(data.LLAMA3_WORDS), "isolated"),
        tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
}


RARE = [4, 6, 19, 20, 22, 29, 0xC0, 0xC1, 0xF1, 0xF2, *range(0xF5, 0x100)]  # bytes; none of them stands in a letter


def tokenizer_file(path, split="smollm2", end="<|endoftext|>", **model):
    """A BPE trained on this repository, with a token for every byte but those that SmolLM2's tokenizer lacks."""
    found = tokenizers.Tokenizer(tokenizers.models.BPE())
    found.pre_tokenizer, found.decoder = SPLITS[split], tokenizers.decoders.ByteLevel()
    rare = () if split == "llama3" else RARE  # Llama 3's tokenizer lacks none
    alphabet = [letter for letter, byte in data.byte_letters().items() if byte not in rare]
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=700, special_tokens=[end, "<|other|>"], show_progress=False,
                                             initial_alphabet=alphabet)
    common = ["".join(c for c in text if not set(RARE) & set(c.encode())) for text in varied(200, seed=9)]
    found.train_from_iterator([open(os.path.join(ROOT, "eval.py")).read(), *common], trainer)
    found.save(str(path))
    content = json.loads(path.read_text())
    content["model"].update(model)
    path.write_text(json.dumps(content))
    return content


@pytest.mark.parametrize("split", SPLITS)
def test_ids_equal_those_of_tokenizers(split, tmp_path):
    tokenizer_file(tmp_path / "tokenizer.json", split)
    theirs = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    ours = data.read_tokenizer(tmp_path / "tokenizer.json")
    assert bool(ours.missing) == (split != "llama3") and ours.eot_token == 0 and ours.n_vocab == 700
    for text in [*varied(1000), *own_lines(1000)]:
        assert ours.encode_ordinary(text) == theirs.encode(text, add_special_tokens=False).ids
    assert bool(ours.dropped) == bool(ours.missing)
    assert ours.decode(ours.encode_ordinary("def f(x):\n    return 12")) == "def f(x):\n    return 12"


def test_the_end_of_text_may_have_another_name(tmp_path):
    tokenizer_file(tmp_path / "tokenizer.json", end="<|end_of_text|>")
    assert data.read_tokenizer(tmp_path / "tokenizer.json", 0).eot == "<|end_of_text|>"
    assert data.read_tokenizer(tmp_path / "tokenizer.json", [1, 0]).eot_token in (0, 1)
    with pytest.raises(ValueError, match="no token that ends a text"):
        data.read_tokenizer(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("change, name", [
    (lambda t: t.update(normalizer={"type": "NFC"}), "normalizer"),
    (lambda t: t.update(pre_tokenizer={"type": "Whitespace"}), "pre_tokenizer"),
    (lambda t: t.update(pre_tokenizer=None), "pre_tokenizer"),
    (lambda t: t["pre_tokenizer"]["pretokenizers"][1].update(add_prefix_space=True), "pre_tokenizer"),
    (lambda t: t["model"].update(type="Unigram"), "Unigram"),
    (lambda t: t["model"].update(dropout=0.1), "dropout"),
    (lambda t: t["model"].update(byte_fallback=True), "byte_fallback"),
    (lambda t: t["model"].update(unk_token="<unk>"), "unk_token"),
    (lambda t: t["model"].update(end_of_word_suffix="</w>"), "end_of_word_suffix"),
    (lambda t: t["model"]["vocab"].update({"a b": 700}), "letters"),
    (lambda t: t["model"]["vocab"].update(qqqqqq=700), "no merge gives"),
    (lambda t: t["model"]["merges"].reverse(), "another order"),
    (lambda t: t["added_tokens"][1].update(special=False), "not special"),
])
def test_tokenizers_that_are_not_built_are_named(change, name, tmp_path):
    content = tokenizer_file(tmp_path / "tokenizer.json")
    change(content)
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=name):
        data.read_tokenizer(tmp_path / "tokenizer.json")


def test_a_text_that_tiktoken_gives_up_on_is_a_value_error(tmp_path):
    tokenizer_file(tmp_path / "tokenizer.json")
    with pytest.raises(ValueError, match="1,000,001 characters cannot be tokenized"):
        data.read_tokenizer(tmp_path / "tokenizer.json").encode_ordinary(" " * 1_000_000 + "x")


def test_the_store_holds_ids_beyond_16_bits():
    documents = [data.Document([1, 70_000, 128_000], 1, False)]
    assert data.store(documents, 128_256).tokens.tolist() == [1, 70_000, 128_000]
    assert data.store(documents[:0], 50_257).tokens.itemsize == 2


# ---- the way of a folder through train.py and out again

def test_a_folder_is_tuned_saved_and_exported(tmp_path):
    (tmp_path / "base").mkdir()
    tokenizer_file(tmp_path / "base" / "tokenizer.json")
    hugging_face(vocab_size=704).save_pretrained(tmp_path / "base")  # four rows more than there are tokens
    lines = [json.dumps({"prompt": f"is {i} even ?", "target": "no" if i % 2 else "yes"}) for i in range(50)]
    (tmp_path / "mine.jsonl").write_text("\n".join(lines))
    train.main(["--init", str(tmp_path / "base"), "--examples", str(tmp_path / "mine.jsonl"), "--steps", "3", "--device",
                "cpu", "--dtype", "fp32", "--batch_tokens", "256", "--micro_tokens", "256", "--context", "60", "--limit",
                "-1", "--separator", "newline", "--out", str(tmp_path / "run"), "--export", str(tmp_path / "out")])
    base = m.load_lm(str(tmp_path / "base"))
    assert base.between == [] and base.separator == "" and base.model.config.vocab_size == 700
    for name in ("run", "out"):
        lm = m.load_lm(str(tmp_path / name))
        assert lm.separator == "newline" and lm.between == base.encoding.encode_ordinary("\n")
        assert lm.encoding.name == base.encoding.name and lm.model.config.context_length == 60
    hf = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    assert theirs.eos_token_id == lm.encoding.eot_token
    ids = theirs("is 12 even ?\n", add_special_tokens=False).input_ids
    assert ids == lm.encoding.encode_ordinary("is 12 even ?\n")
    expected = hf.generate(torch.tensor([ids]), max_new_tokens=20, do_sample=False, eos_token_id=None, pad_token_id=0)
    assert m.generate(lm.model.eval(), [ids], 20, -1)[0] == expected[0, len(ids):].tolist()
    os.remove(tmp_path / "run" / "tokenizer.json")
    with pytest.raises(ValueError, match="tokenizer.json beside"):
        m.load_lm(str(tmp_path / "run"))


@pytest.mark.parametrize("between, length", [(None, 3), ([], 2), ([9, 9], 4)])
def test_what_separates_prompt_and_target(between, length, bytes_encoding):
    found = data.encode(bytes_encoding, "ab", " c", 64, between)
    middle = [bytes_encoding.eot_token] if between is None else between
    assert found == data.Document([97, 98, *middle, 32, 99, 256], length, False)
    for context in (6, 7, 8):
        long = data.encode(bytes_encoding, "a" * 50, "c", context, between)
        assert len(long.tokens) == context + 1 and long.cut
    assert data.encode(bytes_encoding, "", "c", 64, []).tokens == [256, 32, 99, 256]  # a target needs something before it


# ---- the real weights

@pytest.fixture(scope="module")
def real(tmp_path_factory):
    try:
        smollm2.gguf_file()
    except FileNotFoundError as e:
        pytest.skip(str(e))
    folder = tmp_path_factory.mktemp("smollm2")
    smollm2.make(folder)
    hf = transformers.LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    yield folder, m.load_lm(str(folder)), hf
    os.remove(folder / "model.safetensors")


@pytest.fixture(scope="module")
def real_prompts(real):
    """Instructions of twenty datasets, 40 tokens of each."""
    texts = [" ".join(t.prompt for t in dataset.templates) for dataset in list(templates.DATASETS.values())[:20]]
    return [torch.tensor(real[1].encoding.encode_ordinary(text)[:40]) for text in texts]


def test_real_logits_equal_transformers(real, real_prompts):
    _, lm, hf = real
    with torch.no_grad():
        ours, theirs = lm.model(*stream(real_prompts)), torch.cat([hf(p[None]).logits[0] for p in real_prompts])
    assert len(real_prompts) == 20 and theirs.abs().max() > 20
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)


def test_real_greedy_continuations_are_those_of_transformers(real, real_prompts):
    """Every token that we choose is the one that transformers finds likeliest behind the same tokens."""
    _, lm, hf = real
    prompts = real_prompts[:2]
    new = m.generate(lm.model.eval(), [p.tolist() for p in prompts], 64, stop=-1)
    for prompt, continuation in zip(prompts, new):
        with torch.no_grad():
            logits = hf(torch.cat([prompt, torch.tensor(continuation)])[None]).logits[0]
        assert logits[len(prompt) - 1:-1].argmax(-1).tolist() == continuation


def test_real_gradients_of_a_packed_batch_equal_those_of_documents_one_by_one(real, real_prompts):
    _, lm, hf = real
    documents = [real_prompts[0], real_prompts[1][:25]]
    tokens, positions, cu_seqlens, longest = stream([d[:-1] for d in documents])
    lm.model(tokens, positions, cu_seqlens, longest, targets=torch.cat([d[1:] for d in documents])).backward()
    for d in documents:
        F.cross_entropy(hf(d[None, :-1]).logits[0], d[1:], reduction="sum").backward()
    for a, b in of_the_same_name(hf, lm.model, lambda p: p.grad):
        assert (a - b).norm() < 1e-4 * a.norm()
    for net in (hf, lm.model):
        net.zero_grad(set_to_none=True)


def test_real_ids_equal_those_of_tokenizers(real):
    theirs, ours = tokenizers.Tokenizer.from_file(str(real[0] / "tokenizer.json")), real[1].encoding
    assert list(ours.missing) == RARE
    for text in [*varied(5000), *own_lines(5000)]:
        assert ours.encode_ordinary(text) == theirs.encode(text, add_special_tokens=False).ids


def test_real_weights_tuned_for_ten_steps_generate_the_same_in_transformers(real, tmp_path):
    lines = [{"prompt": f"What is {a} plus {b}?", "target": str(a + b)} for a in range(9) for b in range(9)]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    train.main(["--examples", str(tmp_path / "mine.jsonl"), "--init", str(real[0]), "--recipe", "short", "--steps", "10",
                "--batch_tokens", "64", "--micro_tokens", "64", "--context", "64", "--lr", "1e-2", "--device", "cpu", "--dtype", "fp32",
                "--out", str(tmp_path / "run"), "--export", str(tmp_path / "hf")])
    hf = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "hf", dtype=torch.float32)
    theirs, lm = transformers.AutoTokenizer.from_pretrained(tmp_path / "hf"), m.load_lm(str(tmp_path / "hf"))
    moved = [(a - b).abs().max() for a, b in of_the_same_name(hf, real[1].model, lambda p: p.detach())]
    assert min(moved) > 0
    for prompt in ("What is 3 plus 5?", "What is the capital of France?", "Once upon a time, there was"):
        ids = lm.encoding.encode_ordinary(prompt) + lm.between
        assert theirs(prompt)["input_ids"] == ids
        expected = hf.generate(torch.tensor([ids]), max_new_tokens=20, do_sample=False, eos_token_id=None, pad_token_id=0)
        assert m.generate(lm.model.eval(), [ids], 20, -1)[0] == expected[0, len(ids):].tolist()

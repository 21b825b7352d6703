"""data.py: from fields to micro-batches. What carries loss, what is held out, how documents are packed.

    python -m pytest tests/test_data.py
"""

import json

import numpy as np
import pytest
import torch

import data
import model as m
from templates import CLUSTERS, Dataset

EOT = 256


def dataset(name="toy", cluster="misc", templates=("{x}?\n\n{options}",), kind="choice"):
    return Dataset(name, name, cluster, kind, {}, {}, None, templates)


def task(name, cluster, n):
    rows = [{"x": f"{name} {i}", "options": ("yes", "no"), "answer": "yes"} for i in range(n)]
    return data.Task(name, dataset(name, cluster), rows={"train": rows})


# ---- rendering

def test_rendering_by_hand():
    fields = {"x": "Is {it} 5 % {options}?", "options": ("yes", "no"), "answer": "no"}
    shown = data.render(fields, "Q: {x}\n\n{options}")
    assert shown == data.Example("Q: Is {it} 5 % {options}?\n\nOPTIONS:\n- yes\n- no", "no", ("yes", "no"), ("no",))
    assert data.render(fields, "Q: {x}\n\n{options}", with_options=False).prompt == "Q: Is {it} 5 % {options}?"
    assert data.render(fields, "{options}\nQ: {x}", with_options=False).prompt == "Q: Is {it} 5 % {options}?"
    assert data.render(fields, ("Ask so that the answer is {answer}.", "{x}")) == \
        data.Example("Ask so that the answer is no.", "Is {it} 5 % {options}?", (), ("Is {it} 5 % {options}?",))
    assert data.render({**fields, "answers": ("no", "nope")}, "{x}").answers == ("no", "nope")


def test_bare_prompts_of_the_ablation_by_hand():
    fields = {"premise": "It rained.", "hypothesis": "It was wet.", "options": ("yes", "no"), "answer": "yes"}
    dataset = Dataset("rain", "Rain", "nli", "choice", {}, {}, None,
                      (("Write a premise: {answer}", "{premise}"), "{premise} So: {hypothesis}?\n{options}\nSure?"))
    task = data.Task("rain", dataset)
    prompts = {}
    for how in data.PROMPTS:
        templates = data.reworded(task, how).dataset.templates
        prompts[how] = data.render(fields, templates[-1]).prompt
        assert len(templates) == (2 if how == "instructions" else 1)
    options = "OPTIONS:\n- yes\n- no"
    assert prompts == {"instructions": f"It rained. So: It was wet.?\n{options}\nSure?",
                       "name": f"[Rain]\nIt rained.\nIt was wet.\n{options}",
                       "none": f"It rained.\nIt was wet.\n{options}"}


def test_a_template_that_asks_for_an_unknown_field_is_named():
    with pytest.raises(ValueError, match="asks for the field 'y'; there are x, answer"):
        data.render({"x": "1", "answer": "2"}, "{y}")


# ---- tokens and loss mask

def test_what_carries_loss_by_hand(bytes_encoding):
    """"ab?" with target "no": prompt, end-of-text, then " no" and an end-of-text, which alone are supervised."""
    d = data.encode(bytes_encoding, "ab?", "no", context_length=64)
    assert d.tokens == [97, 98, 63, EOT, 32, 110, 111, EOT]
    assert d.prompt_length == 4 and not d.cut
    batch = data.collate([np.array(d.tokens)], [d.prompt_length])
    assert batch.tokens.tolist() == [97, 98, 63, EOT, 32, 110, 111]  # the last token is only ever a target
    assert batch.target_index.tolist() == [3, 4, 5, 6]               # the end-of-text predicts the first target token
    assert batch.targets.tolist() == [32, 110, 111, EOT]
    assert batch.positions.tolist() == list(range(7)) and batch.cu_seqlens.tolist() == [0, 7]


def test_two_documents_in_a_batch_by_hand(bytes_encoding):
    long, short = data.encode(bytes_encoding, "abc", "no", 64), data.encode(bytes_encoding, "a", "y", 64)
    batch = data.collate([np.array(d.tokens) for d in (long, short)], [d.prompt_length for d in (long, short)])
    assert batch.tokens.tolist() == [97, EOT, 32, 121] + [97, 98, 99, EOT, 32, 110, 111]  # shortest first
    assert batch.positions.tolist() == [0, 1, 2, 3] + [0, 1, 2, 3, 4, 5, 6]
    assert batch.cu_seqlens.tolist() == [0, 4, 11]
    assert batch.target_index.tolist() == [1, 2, 3] + [7, 8, 9, 10]
    assert batch.targets.tolist() == [32, 121, EOT] + [32, 110, 111, EOT]


def test_every_supervised_position_predicts_the_next_token_of_its_own_document(bytes_encoding):
    rng, documents = np.random.default_rng(0), []
    for _ in range(50):
        prompt, target = ("".join(map(chr, rng.integers(97, 123, rng.integers(1, 20)))) for _ in range(2))
        documents.append(data.encode(bytes_encoding, prompt, target, 64))
    batch = data.collate([np.array(d.tokens) for d in documents], [d.prompt_length for d in documents])
    assert len(batch.targets) == sum(len(d.tokens) - d.prompt_length for d in documents)
    borders = set(batch.cu_seqlens.tolist())
    for place, target in zip(batch.target_index, batch.targets):
        assert target == EOT if place + 1 in borders else target == batch.tokens[place + 1]
    prompts = np.ones(len(batch.tokens), bool)
    prompts[batch.target_index] = False
    assert prompts.sum() == sum(d.prompt_length - 1 for d in documents)  # all else carries no loss


def test_plain_text_is_supervised_everywhere_but_at_its_first_token(bytes_encoding):
    (d,) = data.plain_documents(["abc"], bytes_encoding, 64)
    assert d == data.Document([97, 98, 99, EOT], 1, False)
    assert data.collate([np.array(d.tokens)], [1]).targets.tolist() == [98, 99, EOT]


@pytest.mark.parametrize("prompt, target, kept_prompt, kept_target, ended", [
    (10, 5, 10, 6, True),     # " " + 5 bytes: everything fits
    (100, 5, 25, 6, True),    # 32 fed = 25 prompt + 1 separator + 6 target, whose end-of-text is not fed
    (10, 100, 10, 16, False),  # a long target gets half the context and loses its end and its end-of-text
    (100, 100, 16, 16, False),
])
def test_cutting_rule(bytes_encoding, prompt, target, kept_prompt, kept_target, ended):
    text = "".join(chr(97 + i % 26) for i in range(prompt))
    d = data.encode(bytes_encoding, text, "x" * target, context_length=32)
    assert bytes(d.tokens[:d.prompt_length - 1]).decode() == text[-kept_prompt:]  # the end of the prompt stays
    assert d.tokens[d.prompt_length - 1] == EOT
    assert (d.tokens[-1] == EOT) == ended
    assert len(d.tokens) - d.prompt_length == kept_target + ended
    assert len(d.tokens) - 1 <= 32
    assert d.cut == (prompt > kept_prompt or not ended)


def test_an_empty_target_is_refused(bytes_encoding):
    with pytest.raises(ValueError, match="empty target"):
        data.encode(bytes_encoding, "prompt", "", 32)


def test_templates_are_spread_evenly(bytes_encoding):
    rows = [{"x": chr(97 + i), "answer": "y"} for i in range(5)]
    templates = ("1{x}", "2{x}", "3{x}")
    texts = [bytes_encoding.decode(d.tokens[:d.prompt_length - 1])
             for d in data.training_documents(rows, templates, bytes_encoding, 64)]
    assert texts == ["1a", "2b", "3c", "1d", "2e"] + ["2a", "3b", "1c", "2d", "3e"] + ["3a", "1b", "2c", "3d", "1e"]
    assert [data.passes(n, templates) for n in (5, 10_000, 16_000)] == [3, 3, 1]


# ---- mixture and held-out clusters

def test_mixing_rate_and_shares():
    store = data.store([data.Document([1, 2, 3], 1, False)])
    parts = [data.Part(task(n, "misc", 0), store, k, data.mixing_rate(k))
             for n, k in (("a", 30_000), ("b", 3_000), ("c", 1_000))]
    assert [r["rate"] for r in data.mixture_rows(parts)] == [3000, 3000, 1000]
    assert [r["share"] for r in data.mixture_rows(parts)] == [0.4286, 0.4286, 0.1429]


LEFT = {  # what stays in tuning when a cluster is held out: all the others, less the paper's extra exclusions
    "nli": {"commonsense", "sentiment", "closed_book_qa", "struct_to_text", "reading_comp", "reading_comp_commonsense",
            "coreference", "misc", "summarization", "translation"},
    "paraphrase": {"commonsense", "sentiment", "closed_book_qa", "struct_to_text", "reading_comp",
                   "reading_comp_commonsense", "coreference", "misc", "summarization", "translation"},
    "reading_comp_commonsense": {"nli", "sentiment", "paraphrase", "closed_book_qa", "struct_to_text", "coreference",
                                 "misc", "summarization", "translation"},
    "reading_comp": {"nli", "commonsense", "sentiment", "paraphrase", "closed_book_qa", "struct_to_text", "coreference",
                     "misc", "summarization", "translation"},
    "commonsense": {"nli", "sentiment", "paraphrase", "closed_book_qa", "struct_to_text", "reading_comp", "coreference",
                    "misc", "summarization", "translation"},
    **{c: set(CLUSTERS) - {c} for c in ("sentiment", "closed_book_qa", "struct_to_text", "coreference", "misc",
                                        "summarization", "translation")},
}


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_leave_one_cluster_out(cluster):
    tasks = [task(f"{c}_{i}", c, 1) for c in CLUSTERS for i in range(2)]
    tuning, held = data.held_out(cluster, tasks)
    assert {t.dataset.cluster for t in tuning} == LEFT[cluster]
    assert [t.name for t in held] == [f"{cluster}_0", f"{cluster}_1"]
    data.refuse_leaks(tuning, cluster, held)


def test_a_held_out_dataset_is_removed_wherever_it_appears_and_refused():
    tasks = [task("rte", "nli", 1), task("other", "misc", 1)]
    smuggled = task("rte", "misc", 1)
    assert data.held_out("nli", tasks + [smuggled])[0] == [tasks[1]]
    with pytest.raises(ValueError, match="rte .* may not be in tuning"):
        data.refuse_leaks([smuggled], "nli", [tasks[0]])
    with pytest.raises(ValueError, match="qqp .cluster paraphrase. may not be in tuning while --hold_out nli"):
        data.refuse_leaks([task("qqp", "paraphrase", 1)], "nli", [])
    with pytest.raises(ValueError, match="'nil' is no cluster"):
        data.held_out("nil", tasks)


# ---- packing

def test_packing_by_hand():
    assert data.pack([4, 4, 3, 2, 5], 8) == [[0, 1], [2, 3], [4]]
    assert data.pack([5, 4, 3, 2], 8) == [[0, 2], [1, 3]]  # 4 is skipped, 3 fits, 4 comes first next time
    assert data.pack([5, 4, 3, 2], 8, lookahead=1) == [[0], [1, 2], [3]]
    with pytest.raises(ValueError, match="9 tokens does not fit --micro_tokens 8"):
        data.pack([9], 8)


def test_packing_loses_nothing_and_fills():
    lengths = np.random.default_rng(0).integers(5, 400, 3000).tolist()
    batches = data.pack(lengths, 8192)
    assert sorted(sum(batches, [])) == list(range(3000))
    fed = [sum(lengths[d] for d in b) for b in batches]
    assert max(fed) <= 8192 and np.mean(fed[:-1]) > 0.99 * 8192


def make_stores(bytes_encoding, sizes):
    return [data.store(data.encode(bytes_encoding, f"{part}{i}", str(i % 7), 64) for i in range(n))
            for part, n in zip("abc", sizes)]


def test_stream_takes_the_rate_from_every_part_and_uses_all_of_it(bytes_encoding):
    stores = make_stores(bytes_encoding, [10, 40, 100])
    stream, seen = data.Stream(stores, [10, 30, 30], 128, seed=0), {}
    for epoch in range(4):
        order = stream.order(epoch)
        assert np.bincount(order[:, 0]).tolist() == [10, 30, 30]
        for part, d in order.tolist():
            seen.setdefault(part, []).append(d)
    assert sorted(seen[0]) == sorted(list(range(10)) * 4)           # once an epoch
    assert sorted(seen[1]) == sorted(list(range(40)) * 3)           # 120 draws: each three times
    assert len(set(seen[2][:90])) == 90                             # none twice before all were used once


def test_stream_is_found_by_number(bytes_encoding):
    stores = make_stores(bytes_encoding, [10, 40, 100])
    fresh = lambda seed=3: data.Stream(stores, [10, 30, 30], 128, seed)
    straight = fresh()
    batches = [straight.batch(n) for n in range(40)]
    for n in (39, 0, 17, 25, 16):  # from scratch, out of order, over the borders of epochs
        for a, b in zip(fresh().batch(n), batches[n]):
            assert np.array_equal(a, b)
    assert any(not np.array_equal(a.tokens, fresh(4).batch(n).tokens) for n, a in enumerate(batches[:3]))


def test_one_and_four_micro_batches_give_the_same_gradient(bytes_encoding):
    stores = make_stores(bytes_encoding, [40])
    torch.manual_seed(0)
    gpt = m.GPT(m.GPTConfig(vocab_size=257, context_length=64, n_layer=2, n_head=2, n_embd=32))
    s = stores[0]
    documents = [s.tokens[s.offsets[i]:s.offsets[i + 1]] for i in range(40)]

    def gradient(batches):
        total = sum(len(b.targets) for b in batches)  # of the whole step, not a mean of means
        gpt.zero_grad()
        for b in batches:
            t = data.Batch(*map(torch.from_numpy, b))
            (gpt(t.tokens, t.positions, t.cu_seqlens, 64, t.target_index, targets=t.targets) / total).backward()
        return [p.grad.clone() for p in gpt.parameters()]

    prompts = s.prompt_lengths.tolist()
    whole = gradient([data.collate(documents, prompts)])
    split = gradient([data.collate(documents[a:b], prompts[a:b]) for a, b in ((0, 3), (3, 10), (10, 33), (33, 40))])
    for a, b in zip(whole, split):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-7)


# ---- the user's own examples

def write_lines(path, *lines):
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return str(path)


def test_user_examples(tmp_path, bytes_encoding):
    path = write_lines(tmp_path / "mine.jsonl",
                       {"prompt": "1 + 1 = {", "target": "2", "task": "sums", "cluster": "misc"},
                       {"prompt": "Up?", "target": "no", "options": ["yes", "no"]})
    sums, other = data.user_tasks(path)
    assert (sums.name, sums.dataset.cluster, sums.dataset.kind) == ("sums", "misc", "text")
    assert (other.name, other.dataset.kind) == ("examples", "choice")
    assert data.render(sums.rows["train"][0], "{prompt}").prompt == "1 + 1 = {"  # as it stands
    part = data.load_part(sums, bytes_encoding, 64, str(tmp_path))
    assert part.examples == part.rate == 1
    assert bytes_encoding.decode(part.store.tokens.tolist()) == "1 + 1 = {<|endoftext|> 2<|endoftext|>"


@pytest.mark.parametrize("line, reason", [
    ('{"prompt": "x"', "JSONDecodeError"), ('{"prompt": "x"}', "target"), ("[1]", "TypeError"),
    ('{"prompt": "x", "target": "c", "options": ["a", "b"]}', "'c' is not among the options"),
    ('{"prompt": "x", "target": " "}', "the target is empty"),
])
def test_a_bad_user_example_is_named_by_its_line(line, reason, tmp_path):
    path = write_lines(tmp_path / "mine.jsonl", {"prompt": "x", "target": "y"}, line)
    with pytest.raises(ValueError, match=f"mine.jsonl, line 2.*{reason}"):
        data.user_tasks(path)

"""data.py: from rows to micro-batches. What carries loss, what is held out, how documents are packed.

    python -m pytest tests/test_data.py
"""

import io
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

import data
import model as m
from templates import CLUSTERS, Dataset, Example, Template, render

EOT = 256


def task(name, cluster, n):
    rows = [{"x": f"{name} {i}", "options": ("yes", "no"), "answer": "yes"} for i in range(n)]
    dataset = Dataset(name, name, cluster, "choice", {}, {}, None, ("{x}?\n\n{options}",))
    return data.Task(name, dataset, rows={"train": rows})


# ---- rendering

def test_rendering_by_hand():
    row = {"x": "Is {it} 5 % {options}?", "options": ("yes", "no"), "answer": "no"}
    template = Template("Q: {x}\n\n{options}")
    shown = "Q: Is {it} 5 % {options}?\n\nOPTIONS:\n- yes\n- no"
    assert render(row, template) == Example(shown, "no", ("yes", "no"), ("no",))
    assert render(row, template, with_options=False).prompt == "Q: Is {it} 5 % {options}?"
    assert render(row, Template("{options}\nQ: {x}"), with_options=False).prompt == "Q: Is {it} 5 % {options}?"
    assert render(row, Template("Ask so that the answer is {answer}.", "{x}")) == \
        Example("Ask so that the answer is no.", "Is {it} 5 % {options}?", (), ("Is {it} 5 % {options}?",))
    assert render({**row, "answers": ("no", "nope")}, Template("{x}")).answers == ("no", "nope")
    with pytest.raises(ValueError, match="asks for the field 'y'; there are x, answer"):
        render({"x": "1", "answer": "2"}, Template("{y}"))


def test_bare_prompts_of_the_ablation_by_hand():
    row = {"premise": "It rained.", "hypothesis": "It was wet.", "options": ("yes", "no"), "answer": "yes"}
    templates = (Template("Write a premise: {answer}", "{premise}"), "{premise} So: {hypothesis}?\n{options}\nSure?")
    rain = data.Task("rain", Dataset("rain", "Rain", "nli", "choice", {}, {}, None, templates))
    found = {how: data.reworded(rain, how).dataset.templates for how in data.PROMPTS}
    assert {how: len(templates) for how, templates in found.items()} == {"instructions": 2, "name": 1, "none": 1}
    options = "OPTIONS:\n- yes\n- no"
    assert {how: render(row, templates[-1]).prompt for how, templates in found.items()} == {
        "instructions": f"It rained. So: It was wet.?\n{options}\nSure?",
        "name": f"[Rain]\nIt rained.\nIt was wet.\n{options}",
        "none": f"It rained.\nIt was wet.\n{options}"}


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
    for index, target in zip(batch.target_index, batch.targets):
        assert target == EOT if index + 1 in borders else target == batch.tokens[index + 1]
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
    templates = tuple(map(Template, ("1{x}", "2{x}", "3{x}")))
    texts = [bytes_encoding.decode(d.tokens[:d.prompt_length - 1])
             for d in data.training_documents(rows, templates, bytes_encoding, 64)]
    assert texts == ["1a", "2b", "3c", "1d", "2e"] + ["2a", "3b", "1c", "2d", "3e"] + ["3a", "1b", "2c", "3d", "1e"]
    assert [data.passes(n, templates) for n in (5, 10_000, 16_000)] == [3, 3, 1]


def texts_of(encoding, rows, templates, form, context=256):
    documents = data.training_documents(rows, templates, encoding, context, form)
    return [(encoding.decode(d.tokens[:d.prompt_length]), encoding.decode(d.tokens[d.prompt_length:])) for d in documents]


def test_solved_examples_stand_in_front_of_a_share_of_the_documents(bytes_encoding):
    rows = [{"x": f"{i}+{i}=?", "answer": str(2 * i)} for i in range(400)]
    form = data.Form(between=[], exemplars=0.25)
    found = texts_of(bytes_encoding, rows, (Template("{x}"),), form)
    fronts = []
    for (prompt, target), row in zip(found, rows, strict=True):
        *solved, question = prompt.split("\n\n")
        assert question == row["x"] and target == f" {row['answer']}<|endoftext|>"
        assert row["x"] not in solved[:-1] and all(eval(text.split("=")[0]) == int(text.split()[1]) for text in solved)
        fronts.append(len(solved))
    assert 70 < sum(n > 0 for n in fronts) < 130 and all(fronts.count(n) > 10 for n in (1, 2, 3, 4))
    other = texts_of(bytes_encoding, rows, (Template("{x}"),), form._replace(seed=1))
    assert other != found == texts_of(bytes_encoding, rows, (Template("{x}"),), form)
    facts = [{**row, "fact": "one"} for row in rows]  # all ask for the same: none may solve another
    assert all("\n\n" not in prompt for prompt, _ in texts_of(bytes_encoding, facts, (Template("{x}"),), form))
    # where they do not fit they are left out whole, and never the question
    for prompt, _ in texts_of(bytes_encoding, rows, (Template("{x}"),), form._replace(exemplars=1.0), context=32):
        assert all("=?" in text for text in prompt.split("\n\n"))


def test_shuffled_answers_are_options_whatever_is_right(bytes_encoding):
    rows = [{"x": "?", "options": ("a", "b", "c", "d"), "answer": "a"}] * 400 + [{"x": "!", "answer": "text"}]
    form = data.Form(between=[], shuffle_answers=True)
    *choices, last = [target[1] for _, target in texts_of(bytes_encoding, rows, (Template("{x}"),), form)]
    assert all(70 < choices.count(option) < 130 for option in "abcd") and last == "t"
    assert rows[0]["answer"] == "a"  # the rows themselves stay as they are


def test_a_prefix_stands_in_front_of_what_is_cut(bytes_encoding):
    d = data.encode(bytes_encoding, "a" * 50, "c", 16, prefix=[300, 301])
    assert d.tokens == [300, 301, *[97] * 11, EOT, 32, 99, EOT] and d.prompt_length == 14 and d.cut


def test_prompts_in_the_loss_by_hand(bytes_encoding):
    """Each token but a document's first is a target then; those of the prompt count less."""
    d = data.encode(bytes_encoding, "abc", "n", 64)
    batch = data.collate([np.array(d.tokens)] * 2, [d.prompt_length] * 2, prompt_loss=0.25)
    assert batch.targets.tolist() == [98, 99, EOT, 32, 110, EOT] * 2
    assert batch.weights.tolist() == [0.25, 0.25, 0.25, 1, 1, 1] * 2
    assert batch.target_index.tolist() == list(range(12))
    plain = data.collate([np.array(d.tokens)], [d.prompt_length])
    assert plain.targets.tolist() == [32, 110, EOT] and plain.weights.tolist() == [1, 1, 1]


def test_fewer_examples_and_templates():
    (entry,) = data.load_mixture(data.miniature_tasks(50, 5)[:1], data.tokenizer("miniature"), 256, "",
                                 form=data.Form(max_examples=7))
    assert (entry.examples, entry.rate, len(entry.store.lengths)) == (7, 7, 70)  # each with ten templates
    task = data.miniature_tasks(1, 1)[0]
    assert data.reworded(task, "instructions", 3).dataset.templates == task.dataset.templates[:3]
    assert len(data.reworded(task, "name", 3).dataset.templates) == 1
    assert {t.dataset.cluster for t in data.chosen("clusters", "nli,sentiment", data.all_tasks())} == {"nli", "sentiment"}
    with pytest.raises(ValueError, match="--clusters nil is not among those here: nli, "):
        data.chosen("clusters", "nli,nil", data.all_tasks())


# ---- mixture and held-out clusters

def test_mixing_rate_and_shares():
    store = data.store([data.Document([1, 2, 3], 1, False)])
    entries = [data.MixtureEntry(task(name, "misc", 0), store, n, data.mixing_rate(n))
               for name, n in (("a", 30_000), ("b", 3_000), ("c", 1_000))]
    assert [r["rate"] for r in data.mixture_rows(entries)] == [3000, 3000, 1000]
    assert [r["share"] for r in data.mixture_rows(entries)] == [0.4286, 0.4286, 0.1429]


# what the paper leaves out of tuning besides the held-out cluster (section 2.2)
ALSO = {"nli": {"paraphrase"}, "paraphrase": {"nli"}, "reading_comp_commonsense": {"reading_comp", "commonsense"},
        "reading_comp": {"reading_comp_commonsense"}, "commonsense": {"reading_comp_commonsense"}}


def test_leave_one_cluster_out():
    tasks = [task(f"{c}_{i}", c, 1) for c in CLUSTERS for i in range(2)]
    for cluster in CLUSTERS:
        tuning, held = data.held_out(cluster, tasks)
        assert {t.dataset.cluster for t in tuning} == set(CLUSTERS) - {cluster} - ALSO.get(cluster, set()), cluster
        assert [t.name for t in held] == [f"{cluster}_0", f"{cluster}_1"]
        assert not data.leaks([(t.dataset.name, t.dataset.cluster) for t in tuning], cluster, held), cluster


def test_a_held_out_dataset_is_removed_wherever_it_appears_and_named():
    tasks = [task("rte", "nli", 1), task("other", "misc", 1)]
    smuggled = task("rte", "misc", 1)
    assert data.held_out("nli", tasks + [smuggled])[0] == [tasks[1]]
    pairs = [("rte", "misc"), ("qqp", "paraphrase"), ("cb", "nli"), ("other", "misc")]  # (dataset, cluster) of tuning
    assert data.leaks(pairs, "nli", [tasks[0]]) == ["rte", "qqp", "cb"]
    assert data.leaks(pairs, "misc", [tasks[1]]) == ["rte", "other"]
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
    return [data.store(data.encode(bytes_encoding, f"{name}{i}", str(i % 7), 64) for i in range(n))
            for name, n in zip("abc", sizes)]


def test_stream_takes_the_rate_from_every_store_and_uses_all_of_it(bytes_encoding):
    stores = make_stores(bytes_encoding, [10, 40, 100])
    stream, seen = data.Stream(stores, [10, 30, 30], 128, seed=0), {}
    for epoch in range(4):
        order = stream.order(epoch)
        assert np.bincount(order[:, 0]).tolist() == [10, 30, 30]
        for number, d in order.tolist():
            seen.setdefault(number, []).append(d)
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


def test_a_document_that_will_never_fit_is_found_at_once(bytes_encoding):
    stores = make_stores(bytes_encoding, [3]) + [data.store([data.Document([1] * 66, 1, False)])]
    with pytest.raises(ValueError, match="a document of 65 tokens does not fit --micro_tokens 64: raise it, or"):
        data.Stream(stores, [3, 0], 64, seed=0)


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
    assert render(sums.rows["train"][0], sums.dataset.templates[0]).prompt == "1 + 1 = {"  # as it stands
    entry = data.load_entry(sums, bytes_encoding, 64, str(tmp_path))
    assert entry.examples == entry.rate == 1
    assert bytes_encoding.decode(entry.store.tokens.tolist()) == "1 + 1 = {<|endoftext|> 2<|endoftext|>"


GOOD = {"target": '{"prompt": "naïve 日", "target": "y"}', "options": '{"prompt": "x", "options": ["😀"], "answer": 0}'}
BAD = {
    "target": [
        ('{"prompt": "x"', "Expecting ',' delimiter"),
        ('{"prompt": "x"}', 'expected an object with "prompt" and "target"'), ("[1]", "an object"),
        ('{"prompt": "x", "target": "c", "options": ["a", "b"]}', "the target 'c' is blank, or not among the options"),
        ('{"prompt": "x", "target": " "}', "the target ' ' is blank"), ("", "Expecting value"),
        ('{"prompt": "x", "target": 3}', '"target" must be a string, not 3'),
        (b'{"prompt": "\xff"}', "utf-8"),
    ],
    "options": [
        ("{", "Expecting property"), ('{"prompt": "x"}', 'expected an object with "prompt" and "options"'),
        ('{"prompt": "x", "options": "ab"}', '"options" must be a list'),
        ('{"prompt": "x", "options": ["a", " "]}', "every option must be a string that is not blank"),
        ('{"prompt": 3, "options": ["a"]}', '"prompt" must be a string'),
    ],
}


def test_a_bad_line_of_a_users_file_is_named(tmp_path):
    path = tmp_path / "mine.jsonl"
    for required, cases in BAD.items():
        for line, reason in cases:
            line = line if isinstance(line, bytes) else line.encode()
            path.write_bytes(b"\xef\xbb\xbf" + GOOD[required].encode() + b"\n" + line + b"\n")  # a BOM is fine
            with pytest.raises(ValueError, match=f"mine.jsonl, line 2: .*{reason}"):
                data.read_user_lines(str(path), required)
    path.write_text("")
    with pytest.raises(ValueError, match="mine.jsonl is empty"):
        data.user_tasks(str(path))
    with pytest.raises(FileNotFoundError, match="No such file.*none"):
        data.user_tasks(str(tmp_path / "none"))


# ---- files and progress

def test_a_file_takes_its_name_only_when_it_is_complete(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), data.replacing(str(path)) as f:
        f.write("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["x.json"]
    with data.replacing(str(path)) as f:
        f.write("ne\ud83dw")  # half a surrogate pair, which no encoding has
        f.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "ne\\ud83dw" and os.listdir(tmp_path) == ["x.json"]
    with pytest.raises(FileNotFoundError), data.replacing(str(tmp_path / "none" / "x")):
        pass


def test_where_nobody_watches_progress_is_a_line_now_and_then(monkeypatch):
    now, pipe = [1000.0], io.StringIO()
    monkeypatch.setattr(data.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(data.Progress, "printed", now[0])
    monkeypatch.setattr(data.sys, "stderr", pipe)
    with data.Progress(total=100, desc="tune", unit="step", mininterval=0, miniters=1) as bar:
        for seconds, said in ((10, 0), (19, 0), (1, 1), (20, 1), (10, 2)):
            now[0] += seconds
            bar.set_postfix_str("loss 1.5", refresh=False)
            bar.update(10)
            assert pipe.getvalue().count("\n") == said, f"after {now[0] - 1000} s"
    lines = pipe.getvalue().split("\n")
    assert lines[0].startswith("tune: 30 of 100 step, ") and "loss 1.5; " in lines[0] and lines[0].endswith(" left")
    assert lines[1].startswith("tune: 50 of 100 step") and lines[2:] == [""] and not set("|█\r") & set(pipe.getvalue())


def test_ids_beyond_two_bytes_are_stored_as_they_are():
    wide = data.store([data.Document([1, 70_000, 128_255], 1, False)], 128_256)
    assert wide.tokens.tolist() == [1, 70_000, 128_255]


def test_a_byte_order_mark_begins_no_line_and_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"prompt": "a", "target": "b"}\n')
    assert data.read_user_lines(str(path), "target") == [{"prompt": "a", "target": "b"}]
    path.write_bytes(b'{"prompt": "a", "target": "b"}\n{"prompt": "\xff", "target": "b"}\n')
    with pytest.raises(ValueError, match="mine.jsonl, line 2: .*utf-8"):
        data.read_user_lines(str(path), "target")


def test_an_interrupt_is_one_line_and_ends_by_the_signal_so_that_a_shells_loop_ends_too():
    stop = "import data, os, signal, train; data.exit_with_message(lambda: os.kill(os.getpid(), signal.SIGINT))"
    root = os.path.dirname(os.path.abspath(data.__file__))
    found = subprocess.run([sys.executable, "-c", stop], cwd=root, capture_output=True, text=True)
    assert found.returncode == -signal.SIGINT and (found.stdout, found.stderr) == ("interrupted\n", "")


def test_a_console_that_cannot_show_a_character_and_a_closed_one_end_no_run():
    show = "import data; data.exit_with_message(lambda: print('caf\\u00e9 \\u4f60'))"
    root = os.path.dirname(os.path.abspath(data.__file__))
    shown = subprocess.run([sys.executable, "-c", show], cwd=root, capture_output=True,
                           env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert shown.returncode == 0 and shown.stdout.split() == [b"caf\xe9", b"\\u4f60"]
    closed = subprocess.run([sys.executable, "-c", show], cwd=root, stderr=subprocess.PIPE,
                            preexec_fn=lambda: os.close(1))
    assert closed.returncode == 0 and closed.stderr == b""

"""eval.py: scores do not depend on the batch, equal a plain implementation, and prompts never give the answer away.

    python -m pytest tests/test_eval.py
"""

import json
import random
import re
from dataclasses import asdict

import pytest
import torch

import eval as e
import model as m
import train
from data import Task
from templates import Dataset

EOT = 256


@pytest.fixture(scope="module")
def judge(bytes_encoding):
    torch.manual_seed(0)
    gpt = m.GPT(m.GPTConfig(vocab_size=257, context_length=256, n_layer=2, n_head=2, n_embd=32)).eval()
    for p in gpt.parameters():
        p.data.add_(torch.randn_like(p), alpha=0.2)
    return e.Judge(gpt, bytes_encoding, separator=True)


def word(rng, most=9):
    return "".join(rng.choice("abcdefgh ") for _ in range(rng.randint(1, most))).strip() or "x"


def questions(judge, n, seed=0, separator=(EOT,)):
    rng = random.Random(seed)
    options = lambda: [word(rng) for _ in range(rng.randint(1, 5))]
    return [e.question(judge.encoding, word(rng, 60), options(), list(separator), 256) for _ in range(n)]


def plain_score(model, prompt, option):
    """One option, one pass, all positions: what the packed pass must equal."""
    ids = torch.tensor(prompt + option)
    logits = model(ids, torch.arange(len(ids)), torch.tensor([0, len(ids)], dtype=torch.int32), len(ids))
    return float(logits.detach().log_softmax(-1)[range(len(prompt) - 1, len(ids) - 1), option].sum())


def test_tree_by_hand():
    q = e.Question([7, 8], [[1, 2, 3], [4], [5, 6]])
    tokens, positions, branch, places, targets = e.tree(q)
    assert tokens == [7, 8, 1, 2, 5]        # the last token of an option is never fed
    assert positions == [0, 1, 2, 3, 2]
    assert branch == [0, 0, 1, 1, 3]
    assert places == [1, 2, 3] + [1] + [1, 4]
    assert targets == [1, 2, 3] + [4] + [5, 6]


def test_scores_equal_one_pass_for_each_option(judge):
    qs = questions(judge, 40)
    for q, scores in zip(qs, e.score(judge.model, qs)):
        assert scores == pytest.approx([plain_score(judge.model, q.prompt, o) for o in q.options], abs=1e-4)


def in_batches(judge, qs, size, order=None):
    """Scores of the questions, asked `size` at a time in some order, returned in their own order."""
    order = order or range(len(qs))
    found = [s for i in range(0, len(qs), size) for s in e.score_batch(judge.model, [qs[j] for j in order[i:i + size]])]
    return [s for _, s in sorted(zip(order, found))]


def tied_questions(judge, n):
    """Options that stand there several times: their scores differ by rounding alone, each time by another amount."""
    rng = random.Random(2)
    return [q._replace(options=rng.sample(q.options * 3, 3 * len(q.options))) for q in questions(judge, n, seed=2)]


@pytest.mark.parametrize("make", [lambda judge: questions(judge, 64, seed=1), lambda judge: tied_questions(judge, 64)])
def test_batch_size_and_order_change_nothing(judge, make):
    qs = make(judge)
    alone = in_batches(judge, qs, 1)
    shuffled = random.Random(0).sample(range(64), 64)
    every = [in_batches(judge, qs, size, order) for size in (1, 7, 64) for order in (None, shuffled)]
    for found in [*every, e.score(judge.model, qs, max_tokens=500)]:
        assert [e.choose(s) for s in found] == [e.choose(s) for s in alone]
        assert [e.best_options(s) for s in found] == [e.best_options(s) for s in alone]
        for a, b in zip(found, alone):
            assert a == pytest.approx(b, abs=1e-5, rel=0)


@pytest.mark.gpu
def test_scores_on_cuda_equal_those_on_cpu(judge):
    qs = questions(judge, 20)
    on_cpu = e.score(judge.model, qs)
    try:
        on_cuda = e.score(judge.model.place(torch.device("cuda:0"), torch.float32), qs)
    finally:
        judge.model.place(torch.device("cpu"), torch.float32)
    for a, b in zip(on_cuda, on_cpu):
        assert a == pytest.approx(b, abs=1e-3)


def test_without_a_tolerance_rounding_would_choose(judge):
    """So the test above has something to find."""
    found = in_batches(judge, tied_questions(judge, 64), 7)
    assert any(s.index(max(s)) != e.choose(s) for s in found)
    assert all(len(e.best_options(s)) % 3 == 0 for s in found)  # all copies tie


def test_an_option_does_not_see_the_others(judge):
    (q,) = questions(judge, 1, seed=3)
    one = e.score_batch(judge.model, [e.Question(q.prompt, [[5, 6, 7]])])[0][0]
    for others in ([[1]], [[9, 9, 9, 9], [8]]):
        (scores,) = e.score_batch(judge.model, [e.Question(q.prompt, others + [[5, 6, 7]])])
        assert scores[-1] == pytest.approx(one, abs=1e-5)


def test_what_stands_between_prompt_and_option(judge, bytes_encoding):
    tuned = e.question(bytes_encoding, "ab", ["c", " d", "\ne"], [EOT], 64)
    assert tuned.prompt == [97, 98, EOT]
    assert tuned.options == [[32, 99], [32, 100], [10, 101]]  # one space in front, unless white space is there already
    untuned = e.question(bytes_encoding, "ab \n", ["c", "\nd"], [], 64)
    assert untuned.prompt == [97, 98] and untuned.options == [[32, 10, 32, 99], [32, 10, 10, 100]]
    assert e.question(bytes_encoding, "\n", ["c"], [], 64).prompt == [10]  # something must come before an option


def test_a_long_prompt_loses_its_beginning_and_fits(judge, bytes_encoding):
    q = e.question(bytes_encoding, "a" * 100 + "z", ["bcd", "e"], [EOT], 32)
    assert len(q.prompt) == 32 - 4 + 1 and q.prompt[-2:] == [ord("z"), EOT]
    assert len(q.prompt) + max(map(len, q.options)) - 1 == 32


@pytest.mark.parametrize("prompt, options, reason", [
    ("", ["a"], "empty prompt"), ("p", [], "needs options"), ("p", ["a", " "], "none may be empty"),
    ("p", ["x" * 64], "does not fit a context of 32"),
])
def test_questions_that_cannot_be_scored_are_refused(bytes_encoding, prompt, options, reason):
    with pytest.raises(ValueError, match=reason):
        e.question(bytes_encoding, prompt, options, [], 32)


def test_ties_go_to_the_first_and_are_reported(judge):
    assert e.choose([1.0, 2.0, 2.0]) == e.choose([1.0, 2.0, 2.0 + 1e-7]) == 1
    assert e.choose([1.0, 2.0, 2.0 + 1e-4]) == e.choose([-300.0, -299.0, -298.99]) == 2
    tied = [{**r, "options": ("yes", "yes")} if i % 4 == 0 else r for i, r in enumerate(rows(8))]
    assert e.evaluate_tuned(judge, toy_task(), tied)[0]["tuned_ties"] == 25
    examples = [e.render({"x": "q", "options": ("same", "same"), "answer": "same"}, "{x}")]
    with e.tqdm(disable=True) as bar:
        assert e.rank(judge, examples, bar)[0]["tie"]


def test_chance_and_majority_by_hand():
    rows = [{"options": ("a", "b"), "answer": "a"}, {"options": ("b", "a"), "answer": "a"},
            {"options": ("a", "b", "c", "d"), "answer": "b", "answers": ("b", "c")},
            {"options": ("a", "b"), "answer": "b"}]
    chance, majority = e.chance_and_majority(rows)
    assert chance == pytest.approx(100 * (0.5 + 0.5 + 0.5 + 0.5) / 4)
    assert majority == pytest.approx(75)  # always the second place: rows 2, 3, 4


# ---- asking

FIELDS = {"x": "text", "options": ("yes", "no"), "answer": "no"}


def test_ways_of_asking():
    template = "Is {x} so?\n\n{options}"
    assert e.rendered(FIELDS, template, e.TUNED).prompt == "Is text so?\n\nOPTIONS:\n- yes\n- no"
    prompts = {e.rendered(FIELDS, template, way).prompt for way in e.UNTUNED}
    assert len(prompts) == 8 and "Is text so?" in prompts and "Is text so?\nAnswer:" in prompts
    assert "Is text so?\n\nOPTIONS:\n- yes\n- no ." in prompts
    asked = e.rendered(FIELDS, ("{x}? true or false:", {"yes": "true", "no": "false"}), e.BASELINE)
    assert (asked.prompt, asked.options, asked.answers) == ("text? true or false:", ("true", "false"), ("false",))


def rows(n, seed=0):
    rng = random.Random(seed)
    return [{"x": f"{word(rng, 40)} {i}", "options": ("yes", "no"), "answer": rng.choice(["yes", "no"])}
            for i in range(n)]


def few_shot_prompts(judge, tested, pool, shots, seed, length=0):
    return e.prompts_of(judge, tested, "Q {x} ?", e.TUNED, e.draw_exemplars(pool, tested, shots, seed), length)


@pytest.mark.parametrize("pool_size, shots", [(1, 4), (3, 2), (50, 16)])
def test_few_shot_prompts_never_contain_the_tested_example(judge, pool_size, shots):
    pool = rows(pool_size)
    for seed in range(5):
        for fields, (example, kept) in zip(pool, few_shot_prompts(judge, pool, pool, shots, seed)):
            assert example.prompt.count(f"Q {fields['x']} ?") == 1
            assert example.prompt.endswith(f"Q {fields['x']} ?")
            assert example.prompt.count("Q ") == kept + 1 <= min(shots, pool_size - 1) + 1


def test_a_stand_in_for_the_training_split_is_named(monkeypatch):
    monkeypatch.setattr(e, "load_rows", lambda task, split, data_dir: e.Split(rows(2), 0, f"{split} split not on disk"))
    assert e.exemplar_pool(toy_task(), 4, "") == (rows(2), "exemplars: train split not on disk")
    assert e.exemplar_pool(toy_task(), 0, "") == ([], "")


def test_exemplars_are_as_many_as_asked_for_and_differ_where_the_pool_allows():
    pool = rows(6) + [dict(rows(6)[0]) for _ in range(3)]  # the first row four times in all
    for fields, drawn in zip(pool, e.draw_exemplars(pool, pool, 5, seed=0)):
        assert len({id(r) for r in drawn}) == len(drawn) == 5 and fields not in drawn


@pytest.mark.parametrize("options, length", [(("yes", "no"), 0), (("yes", "no" * 40), 0), ((), 100)])
def test_exemplars_are_dropped_whole_and_seeded(judge, bytes_encoding, options, length):
    """Whatever the options, or the answer to be generated, need: a prompt with exemplars is never cut."""
    pool, tested = rows(50), {"x": "tested", "options": options, "answer": "no"}
    ((example, kept),) = few_shot_prompts(judge, [tested], pool, 16, 0, length)
    blocks = example.prompt.split("\n\n")
    behind = max((len(" " + o) - 1 for o in options), default=length)  # bytes are tokens
    assert len(bytes_encoding.encode_ordinary(example.prompt)) <= 256 - 1 - behind
    whole = {f"Q {r['x']} ? {r['answer']}" for r in pool}
    assert 1 < len(blocks) == kept + 1 < 17 and all(b in whole for b in blocks[:-1]) and blocks[-1] == "Q tested ?"
    if options:
        assert e.question(bytes_encoding, example.prompt, options, [EOT], 256).cut == 0
    again = few_shot_prompts(judge, [tested], pool, 16, 0, length)
    assert again == [(example, kept)] != few_shot_prompts(judge, [tested], pool, 16, 1, length)


def test_exemplars_fit_as_joined_text():
    """Two new lines are one token at the end of an exemplar, but two in front of the next one."""
    ranks = {**{bytes([i]): i for i in range(256)}, b"\n\n": 256}
    encoding = e.tiktoken.Encoding("x", pat_str=r"\s+(?!\S)|(?s:.)", mergeable_ranks=ranks, special_tokens={"<e>": 257})
    example, solved = e.render({"x": "q", "answer": "y"}, "{x}"), [e.render({"x": "s", "answer": "y"}, "{x}")] * 3
    assert len(encoding.encode_ordinary("s y\n\n")) == 4 and len(encoding.encode_ordinary("s y\n\nq")) == 6
    assert e.with_exemplars(encoding, example, solved, limit=5) == ("q", 0)
    assert e.with_exemplars(encoding, example, solved, limit=6) == ("s y\n\nq", 1)


def test_without_room_no_exemplar_is_left(bytes_encoding):
    example = e.render({"x": "q" * 50, "answer": "y"}, "{x}")
    solved = [e.render({"x": "s", "answer": "y"}, "{x}")] * 3
    assert e.with_exemplars(bytes_encoding, example, solved, limit=50) == ("q" * 50, 0)
    assert e.with_exemplars(bytes_encoding, example, solved, limit=56) == ("s y\n\n" + "q" * 50, 1)


# ---- results

def toy_task(kind="choice", metric="accuracy"):
    templates = ("A {x}\n\n{options}", "B {x}\n\n{options}", ("write for {answer}", "{x}"))
    if kind != "choice":
        templates = ("A {x}", "B {x}")
    data = rows(30)
    return Task("toy", Dataset("toy", "toy", "nli", kind, {}, {}, None, templates, metric=metric, baseline="{x}, or"),
                rows={"train": data[:10], "test": data[10:], "dev": data[:10]})


def test_a_tuned_result_is_the_mean_over_forward_templates(judge):
    task = toy_task()
    found, lines = e.evaluate_tuned(judge, task, task.rows["test"], task.rows["dev"])
    assert len(lines) == 2 * 20  # the reversed template ranks nothing
    right = lambda line: line["prediction"] == line["answers"][0]
    by_template = [100 * sum(right(line) for line in lines if line["template"] == t) / 20 for t in (0, 1)]
    assert found["tuned"] == pytest.approx(sum(by_template) / 2)
    assert found["tuned_std"] == pytest.approx(abs(by_template[0] - by_template[1]) / 2)
    assert found["tuned_best_on_dev"] == pytest.approx(by_template[found["tuned_best_template"]])
    assert found["tuned_ci"][0] <= found["tuned"] <= found["tuned_ci"][1]
    assert found["tuned_ci"] == e.bootstrap_interval(found["tuned_scores"]) and found["tuned_ties"] == 0
    assert all(line["metrics"]["accuracy"] == 100 * right(line) for line in lines)
    assert found["tuned_scores"] == [50 * (right(a) + right(b)) for a, b in zip(lines[:20], lines[20:])]


def test_the_untuned_model_gets_its_best_way_of_asking(judge):
    task = toy_task()
    found, lines = e.evaluate_untuned(judge._replace(separator=False), task, task.rows["test"])
    assert len(found["untuned_all"]) == 8
    assert {line["asking"] for line in lines} == {*found["untuned_all"], "baseline prompt"}
    assert len(lines) == 20 * (8 * 2 + 1)
    assert found["untuned"] == pytest.approx(max(found["untuned_all"].values()), abs=0.01)
    row = e.result_row(task, task.rows["test"], found)
    assert row["n"] == 20 and row["chance"] == 50 and row["tuned"] is None


def test_zero_and_few_shot_stand_side_by_side(judge):
    task = toy_task()
    how = dict(pool=task.rows["train"], seed=0)
    zero, _ = e.evaluate(judge, task, task.rows["test"], tuned=True, **how)
    assert "tuned" in zero and "tuned_shots" not in zero
    both, lines = e.evaluate(judge, task, task.rows["test"], tuned=True, shots=2, **how)
    assert both["tuned_scores"] == zero["tuned_scores"] and both["tuned_shots_exemplars"] == 2
    few, _ = e.evaluate_tuned(judge, task, task.rows["test"], shots=2, name="x", **how)
    assert few["x"] == both["tuned_shots"] and few["x_scores"] == both["tuned_shots_scores"]
    assert [line["shots"] for line in lines] == [0] * 40 + [2] * 40 and {line["model"] for line in lines} == {"tuned"}
    base, _ = e.evaluate(judge._replace(separator=False), task, task.rows["test"], tuned=False, shots=2, **how)
    assert {"untuned", "untuned_natural", "untuned_shots", "untuned_shots_natural", "untuned_shots_ci"} <= set(base)
    with pytest.raises(ValueError, match="toy has no test example"):
        e.evaluate(judge, task, [], tuned=True)


def test_training_asks_the_same_way(judge):
    cfg, task = train.Config(limit=20, shots=2), toy_task()
    found = train.evaluate_held_out(judge, train.read_tests([task], cfg), cfg, untuned=False)["toy"]
    expected, _ = e.evaluate(judge, task, task.rows["test"], True, pool=task.rows["train"], shots=2)
    assert found == {"note": "", **expected} and found["tuned_shots_std"] is not None


def test_what_does_not_fit_is_counted(judge):
    data = [{**FIELDS, "x": "q" * 300}, {**FIELDS, "x": "q"}]
    for kind, metric in (("choice", "accuracy"), ("text", "rouge")):
        task = toy_task(kind, metric)
        found, lines = e.evaluate(judge, task, data, tuned=True, shots=4, pool=rows(3), max_new_tokens=8)
        assert (found["tuned_cut"], found["tuned_prompts"]) == (2, 4)  # one of two rows, with both templates
        assert [line["cut"] > 0 for line in lines] == [True, False] * 4
        assert found["tuned_shots_exemplars"] == 1.5  # none behind a prompt too long by itself, and a pool of three
        texts = list(e.remarks([e.result_row(task, data, {**found, "note": "half of it"})], []))
        lost, few = "2 of 4 prompts lost their beginning", "on average 1.5 of 4 exemplars fitted, or existed"
        assert texts == ["toy: half of it", f"toy, tuned: {lost}", f"toy, tuned_shots: {lost}; {few}"]
        assert "toy, tuned: in 2.5% of the questions several options tied" in e.remarks(
            [{"dataset": "toy", "metric": "accuracy", "tuned_ties": 2.5}], [])


@pytest.mark.parametrize("right, expected", [("no", "one"), ("a\nb", "one\ntwo")])
def test_an_untuned_answer_ends_with_the_line(judge, monkeypatch, right, expected):
    said = []
    monkeypatch.setattr(e, "generate", lambda model, prompts, length, stop: said.append((prompts, length)) or
                        [list(b" one\ntwo\n\nthree")] * len(prompts))
    data = [{"x": "q", "options": (), "answer": right}]
    how = dict(asking=e.Asking(), max_new_tokens=200)
    _, lines = e.ask_all(judge._replace(separator=False), toy_task("text", "rouge"), data, **how)
    assert [line["prediction"] for line in lines] == [expected] * 2
    assert said[0] == ([list(b"A q")], 128)  # at most half the context
    _, lines = e.ask_all(judge, toy_task("text", "rouge"), data, **how)
    assert lines[0]["prediction"] == "one\ntwo\n\nthree" and said[2][0] == [[*b"A q", EOT]]


def test_how_long_an_answer_may_be(judge):
    wide = judge._replace(model=m.GPT(m.GPTConfig(257, 1024, 1, 1, 8)))
    lengths = {kind: e.answer_length(wide, toy_task(kind, "squad").dataset, 0) for kind in ("choice", "qa", "text")}
    assert lengths == {"choice": 0, "qa": 64, "text": 256}
    assert e.answer_length(wide, e.DATASETS["coqa"], 0) == 256 and e.answer_length(wide, e.DATASETS["coqa"], 9) == 9


def test_several_right_answers(judge):
    answers = ("a b", "a c d")
    score = lambda metric, text: e.text_metrics(toy_task("text", metric).dataset, text, answers)
    assert score("exact_match", "a c d") == {"exact_match": 100} and score("exact_match", "a") == {"exact_match": 0}
    assert score("edit_distance", "a c") == {"edit_distance": 1}
    assert score("squad", "the a c d") == score("trivia", "A-C_D") == {"exact_match": 100, "f1": 100}
    assert score("rouge", "a c d")["rouge2"] == 100
    pairs = [("u", "v"), ("v", "w"), ("u", "w")]
    examples = [e.render({"options": ("u", "v", "w"), "answer": p[0], "answers": p}, "q") for p in pairs]
    with e.tqdm(disable=True) as bar:
        lines = e.rank(judge, examples, bar)
    assert [line["metrics"]["accuracy"] for line in lines] == [100 * (lines[0]["prediction"] in p) for p in pairs]


def test_the_main_metric():
    main = {name: e.main_metric(e.DATASETS[name]) for name in "rte trivia_qa natural_questions squad quac drop".split()}
    assert main == {"rte": "accuracy", "trivia_qa": "exact_match", "natural_questions": "exact_match", "squad": "f1",
                    "quac": "f1", "drop": "f1"}


def test_of_edit_distances_the_smallest_is_best():
    assert e.best_of(toy_task("text", "edit_distance").dataset, {"a": 1.0, "b": 2.0}) == "a"
    assert e.best_of(toy_task("text", "rouge").dataset, {"a": 1.0, "b": 2.0}) == "b"


@pytest.mark.parametrize("metric, name", [("squad", "f1"), ("bleu", "bleu"), ("rouge", "rougeLsum"),
                                          ("exact_match", "exact_match"), ("edit_distance", "edit_distance")])
def test_generated_answers_are_scored(judge, metric, name):
    task = toy_task("text", metric)
    found, lines = e.evaluate_tuned(judge, task, task.rows["test"][:3], max_new_tokens=5)
    assert len(lines) == 6 and name in found["tuned_metrics"]
    assert found["tuned"] == pytest.approx(found["tuned_metrics"][name])
    assert found["tuned_ci"][0] <= found["tuned"] <= found["tuned_ci"][1]
    assert all({"prompt", "prediction", "answers", "metrics"} <= set(line) for line in lines)
    if metric == "bleu":
        assert found["tuned_scores"] is None
    else:
        assert found["tuned"] == pytest.approx(sum(found["tuned_scores"]) / 3, abs=1e-3)


def test_a_perfect_prediction_scores_full():
    data = [{"x": "a"}, {"x": "b"}]
    for metric in ("squad", "trivia", "bleu", "rouge", "exact_match", "edit_distance"):
        full = 0 if metric == "edit_distance" else 100
        dataset, text = toy_task("text", metric).dataset, "the cat sat on a mat"
        lines = [{"prediction": text, "answers": (text,), "metrics": e.text_metrics(dataset, text, (text,))}] * 2
        assert e.metrics_of(dataset, data, lines)[e.main_metric(dataset)] == pytest.approx(full)


# ---- the command line

@pytest.fixture
def checkpoint(tmp_path):
    torch.manual_seed(0)
    encoding = e.tokenizer("miniature")
    gpt = m.GPT(m.GPTConfig(vocab_size=encoding.n_vocab, context_length=64, n_layer=1, n_head=2, n_embd=16))
    torch.save({"model": gpt.state_dict(), "config": asdict(gpt.config), "tokenizer": "miniature", "separator": True},
               tmp_path / "checkpoint.pt")
    return tmp_path


def test_scoring_a_users_file(checkpoint, capsys):
    lines = [{"prompt": "is this so ?", "options": ["yes", "no", "it may be so"]},
             {"prompt": "and this", "options": ["no"], "answer": "no"}]
    (checkpoint / "in.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    e.main(["--checkpoint", str(checkpoint), "--examples", str(checkpoint / "in.jsonl"),
            "--scores", str(checkpoint / "out.jsonl")])
    out = [json.loads(line) for line in (checkpoint / "out.jsonl").read_text().splitlines()]
    judge = e.load_judge(str(checkpoint))
    for line, o in zip(lines, out):
        prompt = judge.encoding.encode_ordinary(line["prompt"]) + [judge.encoding.eot_token]
        options = [judge.encoding.encode_ordinary(" " + option) for option in line["options"]]
        expected = [plain_score(judge.model, prompt, option) for option in options]
        assert o["logprobs"] == pytest.approx(expected, abs=1e-4) and o["prediction"] == expected.index(max(expected))
    assert "2 examples scored, accuracy 100.0 on 1" in capsys.readouterr().out


def test_bare_fields_can_be_asked_instead_of_instructions(checkpoint):
    (checkpoint / "config.json").write_text(json.dumps({"recipe": "miniature", "hold_out": "closed_book_qa"}))
    e.main(["--checkpoint", str(checkpoint), "--limit", "2", "--prompts", "name", "--predictions",
            str(checkpoint / "p.jsonl")])
    lines = [json.loads(line) for line in (checkpoint / "p.jsonl").read_text().splitlines()]
    assert len(lines) == 3 * 2 and all(re.match(r"\[[a-z ]+\]\n[a-z]+\nOPTIONS:\n- ", line["prompt"]) for line in lines)


def test_a_run_is_asked_what_it_held_out(checkpoint, capsys):
    (checkpoint / "config.json").write_text(json.dumps({"recipe": "miniature", "hold_out": "misc"}))
    (checkpoint / "mixture.json").write_text(json.dumps([{"task": "report"}, {"task": "opposite"}]))
    argv = ["--checkpoint", str(checkpoint), "--limit", "4", "--contamination", str(checkpoint), "--shots", "1",
            "--predictions", str(checkpoint / "p.jsonl"), "--out", str(checkpoint / "r.json")]
    e.main(argv)
    rows = {r["dataset"]: r for r in json.loads((checkpoint / "r.json").read_text())["rows"]}
    assert set(rows) == {"word_kind", "opposite", "count_items"}
    assert all(r["n"] == 4 and 0 <= r["tuned"] <= 100 and "tuned_best_on_dev" in r for r in rows.values())
    assert rows["opposite"]["contamination"]["too_short"] == 1.0  # single words have no run of 13 words
    lines = [json.loads(line) for line in (checkpoint / "p.jsonl").read_text().splitlines()]
    assert len(lines) == 2 * 4 * 9 * 3
    assert {"prompt", "options", "logprobs", "prediction", "answers", "tie"} <= set(lines[0])
    assert {line["shots"] for line in lines} == {0, 1} == {line["exemplars"] for line in lines}
    head = capsys.readouterr().out.split("\n")[1]
    assert head.split()[3:] == "chance majority tuned +- 95% interval best on dev tuned 1-shot +- overlap".split()


def test_one_command_fills_the_whole_table(checkpoint, tmp_path, capsys):
    saved = torch.load(checkpoint / "checkpoint.pt", weights_only=True)
    torch.save({**saved, "separator": False}, tmp_path / "base.pt")
    (checkpoint / "config.json").write_text(json.dumps({"recipe": "miniature", "hold_out": "misc"}))
    argv = ["--checkpoint", str(checkpoint), "--untuned", str(tmp_path / "base.pt"), "--tasks", "opposite",
            "--limit", "3", "--shots", "1", "--no-best_on_dev",
            "--out", str(tmp_path / "r.json"), "--predictions", str(tmp_path / "p.jsonl")]
    e.main(argv)
    (row,) = json.loads((tmp_path / "r.json").read_text())["rows"]
    for key in "chance majority untuned untuned_natural untuned_shots tuned tuned_std tuned_shots".split():
        assert isinstance(row[key], float), key
    head = capsys.readouterr().out.split("\n")[1]
    assert head.split() == ("dataset metric n chance majority untuned own prompt untuned 1-shot own prompt 1-shot "
                            "tuned +- 95% interval tuned 1-shot +-").split()
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    found = {(line["model"], line["shots"]) for line in lines}
    assert found == {("untuned", 0), ("untuned", 1), ("tuned", 0), ("tuned", 1)}
    e.main(["--checkpoint", str(tmp_path / "base.pt"), *argv[2:]])  # tuned elsewhere, without an end-of-text between
    (again,) = json.loads((tmp_path / "r.json").read_text())["rows"]
    assert again["tuned"] is not None and again["untuned"] == row["untuned"]
    e.main([*argv[:2], *argv[4:], "--separator", "no"])  # a tuned model stays one
    (again,) = json.loads((tmp_path / "r.json").read_text())["rows"]
    assert again["tuned"] is not None and again["untuned"] is None
    with pytest.raises(ValueError, match="is a tuned model"):
        e.main(["--untuned", str(checkpoint), *argv[:2], *argv[4:]])


def test_clusters_are_asked_as_far_as_they_are_on_disk(tmp_path, monkeypatch, capsys):
    cfg = e.Config(checkpoint="gpt2", cluster="nli", data_dir=str(tmp_path))
    with pytest.raises(FileNotFoundError, match="cb needs .*data.py get cb"):
        e.ask_datasets(cfg, e.tasks_to_ask(cfg), "cpu", torch.float32)
    monkeypatch.setattr(e, "is_on_disk", lambda task, split, data_dir: task.name in ("rte", "cb"))
    assert [t.name for t in e.tasks_to_ask(cfg)] == ["cb", "rte"]
    assert "left out: anli/r1, anli/r2, anli/r3, mnli" in capsys.readouterr().out


def test_contamination_finds_a_test_example_among_the_tuning_examples(tmp_path, monkeypatch):
    text = " ".join(f"word{i}" for i in range(20))
    task = Task("a", toy_task().dataset, rows={"train": [{"x": text, "answer": "no"}]})
    monkeypatch.setattr(e, "tasks_known", lambda run: [task])
    (tmp_path / "mixture.json").write_text('[{"task": "a"}]')
    texts = list(e.tuning_texts(str(tmp_path), ""))
    assert texts == [text + " no"]
    assert e.contamination(texts, [([text, "word1 " * 20], ["no", "no"])])[0]["input"] == 0.5
    with pytest.raises(FileNotFoundError, match="no mixture.json"):
        list(e.tuning_texts(str(tmp_path / "none"), ""))
    (tmp_path / "mine.jsonl").write_text('{"prompt": "p", "target": "t", "options": ["t", "u"], "task": "b"}\n')
    (tmp_path / "config.json").write_text(json.dumps({"examples": str(tmp_path / "mine.jsonl")}))
    (tmp_path / "mixture.json").write_text('[{"task": "a"}, {"task": "b"}]')
    assert list(e.tuning_texts(str(tmp_path), "")) == [text + " no", "p t t u"]
    (tmp_path / "mixture.json").write_text('[{"task": "a"}, {"task": "gone"}]')
    with pytest.raises(ValueError, match="gone"):
        list(e.tuning_texts(str(tmp_path), ""))


def test_export_of_a_checkpoint(checkpoint, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(e, "save_tokenizer", lambda encoding, folder: None)
    e.main(["--checkpoint", str(checkpoint), "--export", str(tmp_path / "hf")])
    again, judge = m.load_folder(str(tmp_path / "hf")), e.load_judge(str(checkpoint))
    n = again.config.vocab_size  # the embedding table is padded with rows that nobody reads
    assert all(torch.equal(a[:n], b[:n]) for a, b in zip(again.parameters(), judge.model.parameters()))
    monkeypatch.setattr(e, "tokenizer", lambda name: judge.encoding)
    assert e.load_judge(str(tmp_path / "hf")).separator  # as it was tuned
    m.save_folder(judge.model, str(tmp_path / "hf"), 0)
    assert not e.load_judge(str(tmp_path / "hf")).separator


def test_plot_says_how_to_get_matplotlib(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ValueError, match="pip install matplotlib"):
        e.plot([], str(tmp_path / "x.png"))


def test_plot(tmp_path):
    pytest.importorskip("matplotlib")
    row = {"dataset": "a", "chance": 50.0, "untuned": 40.0, "tuned": 60.0, "tuned_shots": None}
    for name in ("x.png", "x.svg"):
        e.plot([row, {**row, "chance": None, "untuned": None}], str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.parametrize("line, reason", [
    (b"{", "JSONDecodeError"), (b"", "JSONDecodeError"), (b"[]", "TypeError"),
    (b'{"prompt": "x"}', "KeyError: 'options'"), (b'{"prompt": "x", "options": []}', "needs options"),
    (b'{"prompt": "x", "options": "ab"}', "a list of strings"), (b'{"prompt": 3, "options": ["a"]}', "be a string"),
    (b'{"prompt": "x", "options": ["a"], "answer": "b"}', "'b' is neither an option"),
    (b'{"prompt": "\xff", "options": ["a"]}', "UnicodeDecodeError"),
])
def test_a_bad_line_is_named(judge, tmp_path, line, reason):
    good = '{"prompt": "naïve 日", "options": ["😀"], "answer": 0}\n'.encode()
    (tmp_path / "in.jsonl").write_bytes(good + line + b"\n" + good)
    with pytest.raises(ValueError, match=f"in.jsonl, line 2: .*{reason}"):
        e.read_questions(judge, str(tmp_path / "in.jsonl"))
    (tmp_path / "in.jsonl").write_bytes(good)
    (q,), right = e.read_questions(judge, str(tmp_path / "in.jsonl"))
    assert q.prompt == [*"naïve 日".encode(), EOT] and q.options == [list(" 😀".encode())] and right == [0]


def test_an_empty_file_and_what_is_no_checkpoint_are_refused(judge, tmp_path, monkeypatch):
    (tmp_path / "in.jsonl").write_text("")
    with pytest.raises(ValueError, match="in.jsonl is empty"):
        e.read_questions(judge, str(tmp_path / "in.jsonl"))
    (tmp_path / "text.pt").write_text("no checkpoint")
    torch.save({"model": {}}, tmp_path / "other.pt")
    for name in ("text.pt", "other.pt"):
        with pytest.raises(ValueError, match=f"{name} is no checkpoint"):
            e.load_judge(str(tmp_path / name))
    m.save_folder(m.GPT(m.GPTConfig(200, 16, 1, 1, 8)), str(tmp_path / "hf"), 0)
    monkeypatch.setattr(e, "tokenizer", lambda name: judge.encoding)
    with pytest.raises(ValueError, match="a vocabulary of 200 tokens, but GPT-2's tokenizer has 257"):
        e.load_judge(str(tmp_path / "hf"))


def test_half_a_surrogate_pair_can_be_written(tmp_path):
    lines = [{"prompt": json.loads('"\\ud83d"'), "answer": "日本"}]
    e.write_lines(lines, tmp_path / "x")
    assert [json.loads(line) for line in (tmp_path / "x").read_text(encoding="utf-8").splitlines()] == lines


@pytest.mark.parametrize("argv, reason", [
    (["--scores", "x"], "needs --scores"), (["--limit", "-1"], "--limit -1 must be"), (["compare", "a"], "usage"),
    (["--cluster", "nil"], "'nil' is no cluster; they are nli, "),
    (["--out", "/nowhere/x.json"], "no such folder"), (["--checkpoint", "gpt2"], "nothing to ask"),
    (["--examples", "x"], "needs --scores"),
    (["--separator", "maybe"], "'maybe' is unknown"), (["--prompts", "bare"], "'bare' is unknown"),
    (["--tasks", "nope", "--checkpoint", "gpt2"], "no such dataset"),
    (["--prompt", "x", "--checkpoint", "/nowhere"], "/nowhere is neither"), (["--checkpoint", "/a"], "/a is neither"),
    (["--checkpoint", "gpt2", "--untuned", "/b"], "/b is neither"),
])
def test_what_a_user_gets_wrong_is_named(argv, reason):
    with pytest.raises((ValueError, FileNotFoundError), match=reason):
        e.main(argv)


def test_compare_shows_the_difference(tmp_path, capsys):
    for name, right in (("a", [0.0, 0.5, 1.0, 0.0]), ("b", [1.0, 1.0, 1.0, 0.5])):
        row = {"dataset": "toy", "tuned": 25 * sum(right), "tuned_scores": [100 * x for x in right]}
        (tmp_path / name).write_text(json.dumps({"rows": [row, {"dataset": "only" + name, "tuned": 1.0}]}))
    e.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")])
    out = capsys.readouterr().out
    assert "toy                        tuned                     37.5    87.5   +50.0   [" in out
    assert "onlya" in out and "onlyb" in out


@pytest.mark.parametrize("text", ["{", "[]", '{"rows": [{}]}', "{}"])
def test_compare_names_what_is_no_result(tmp_path, text):
    (tmp_path / "a").write_text(text)
    with pytest.raises(ValueError, match="a is no results.json"):
        e.main(["compare", str(tmp_path / "a"), str(tmp_path / "a")])


def test_compare_of_results_of_different_kinds(tmp_path, capsys):
    found = {"a": {"untuned": 10.0, "untuned_scores": [0.0, 20.0]}, "b": {"tuned": 30.0, "tuned_scores": None},
             "c": {"untuned": 30.0, "tuned": 40.0, "untuned_scores": [20.0, 40.0]}}
    for name, row in found.items():
        (tmp_path / name).write_text(json.dumps({"rows": [{"dataset": "toy", **row}]}))
    e.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")])
    assert capsys.readouterr().out.split("\n")[1].split() == "toy untuned / tuned 10.0 30.0 +20.0 -".split()
    e.main(["compare", str(tmp_path / "a"), str(tmp_path / "c")])
    assert capsys.readouterr().out.split("\n")[1:] == [
        "toy                        untuned                   10.0    30.0   +20.0   [+20.0, +20.0]", ""]


def test_the_table():
    row = {"dataset": "rte", "cluster": "nli", "metric": "accuracy", "n": 9, "chance": 50.0, "majority": 55.0,
           "untuned": 45.0, "untuned_ci": (40.0, 50.0), "tuned": 60.04, "tuned_ci": (50.0, 100.0),
           "tuned_best_on_dev": 61.0, "tuned_best_template": 7}
    text = {**row, "dataset": "wmt", "cluster": "translation", "metric": "bleu", "chance": None,
            "tuned_best_on_dev": None}
    said = []
    e.print_results([row, {**row, "dataset": "cb", "tuned": 50.0}, text], said.append)
    assert said == [
        "dataset                    metric            n  chance  majority  untuned  tuned   95% interval  best on dev",
        "Natural language inference",
        "  rte                      accuracy          9    50.0      55.0     45.0   60.0  [50.0, 100.0]    61.0 (#7)",
        "  cb                       accuracy          9    50.0      55.0     45.0   50.0  [50.0, 100.0]    61.0 (#7)",
        "  mean                                            50.0      55.0     45.0   55.0              -         61.0",
        "Translation",
        "  wmt                      bleu              9       -      55.0     45.0   60.0  [50.0, 100.0]            -",
        "untuned: the best of 8 ways of asking the same instructions (4 endings, with and without OPTIONS)",
        "untuned, where text is generated: the better of 2 ways of asking the same instructions (2 endings)",
        "best on dev: the test result of the template (its number) that is best on the dev split"]
    e.print_results([{key: value for key, value in row.items() if not key.startswith("tuned")}], said.append)
    assert said[10:12] == ["dataset                    metric            n  chance  majority  untuned  95% interval",
                           "Natural language inference"]
    assert said[12].endswith("    45.0  [40.0, 50.0]")

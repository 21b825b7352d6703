"""eval.py: scores do not depend on the batch, equal a plain implementation, and prompts never give the answer away.

    python -m pytest tests/test_eval.py
"""

import json
import random
import re
import sys
from dataclasses import asdict, replace

import pytest
import tiktoken
import torch

import data
import eval as e
import model as m
from data import Progress, Split, Task, directions, miniature_tasks, tokenizer
from templates import DATASETS, Baseline, Dataset, Template, render

EOT = 256


@pytest.fixture(scope="module")
def lm(bytes_encoding):
    torch.manual_seed(0)
    gpt = m.GPT(m.GPTConfig(vocab_size=257, context_length=256, n_layer=2, n_head=2, n_embd=32)).eval()
    for p in gpt.parameters():
        p.data.add_(torch.randn_like(p), alpha=0.2)
    return m.LM(gpt, bytes_encoding, separator="eot")


def word(rng, most=9):
    return "".join(rng.choice("abcdefgh ") for _ in range(rng.randint(1, most))).strip() or "x"


def questions(lm, n, seed=0, separator=(EOT,)):
    rng = random.Random(seed)
    options = lambda: [word(rng) for _ in range(rng.randint(1, 5))]
    return [e.make_question(lm.encoding, word(rng, 60), options(), list(separator), 256) for _ in range(n)]


def plain_score(model, prompt, option):
    """One option, one pass, all positions: what the packed pass must equal."""
    ids = torch.tensor(prompt + option)
    logits = model(ids, torch.arange(len(ids)), torch.tensor([0, len(ids)], dtype=torch.int32), len(ids))
    return float(logits.detach().log_softmax(-1)[range(len(prompt) - 1, len(ids) - 1), option].sum())


def test_tree_by_hand():
    assert e.option_tree({9: e.Question([7, 8], [[1, 2, 3], [4], [5, 6]])}) == e.OptionTree(
        tokens=[7, 8, 1, 2, 5],  # the last token of an option is never fed
        positions=[0, 1, 2, 3, 2],
        branch=[0, 0, 1, 1, 3],
        target_index=[1, 2, 3] + [1] + [1, 4],
        targets=[1, 2, 3] + [4] + [5, 6],
        options=[(9, 3), (9, 1), (9, 2)])


def test_tree_of_two_questions_by_hand():
    """The second has one token more in front of its options, which is fed for each of them and is no target."""
    one, two = e.Question([7, 8], [[1, 2], [4]]), e.Question([7, 8, 9], [[1, 2], [4]])
    assert e.option_tree({0: one, 5: two}) == e.OptionTree(
        tokens=[7, 8, 1, 9, 1, 9],
        positions=[0, 1, 2, 2, 3, 2],
        branch=[0, 0, 1, 3, 3, 4],
        target_index=[1, 2] + [1] + [3, 4] + [5],
        targets=[1, 2] + [4] + [1, 2] + [4],
        options=[(0, 2), (0, 1), (5, 2), (5, 1)])


def test_what_begins_alike_is_read_once_where_that_is_less():
    grouped = lambda *prompts: [list(g) for g in e.shared_beginnings([e.Question(p, [[1], [2]]) for p in prompts])]
    assert grouped([7, 8, 9], [7, 3, 9], [7, 8]) == [[1], [2], [0]]  # e 1, e 2 behind [7, 8] is more than [7, 8, 9]
    body = list(range(20))
    assert grouped(body + [9], body, body + [8, 8], [3, *body]) == [[1, 2, 0], [3]]
    assert grouped(body + [30] * 30, body) == [[1], [0]]
    many = grouped(*(list(range(200)) + [n] for n in range(500)))  # one of all would be beyond attention's means
    assert sum(many, []) == list(range(500)) and 2 <= max(map(len, many)) <= e.MAX_TREE // 4


def test_scores_of_one_question_asked_in_several_ways_equal_one_pass_for_each(lm):
    endings = ("", " .", "\n", "\nAnswer:")
    qs = [e.Question([*range(97, 123), *range(97, 123), *q.prompt, *ending.encode()], q.options[:2])
          for q in questions(lm, 10, seed=4) for ending in endings]
    assert len(e.shared_beginnings(qs)) < 30
    for q, scores in zip(qs, e.score(lm.model, qs)):
        assert scores == pytest.approx([plain_score(lm.model, q.prompt, o) for o in q.options], abs=1e-4)


def test_scores_equal_one_pass_for_each_option(lm):
    qs = questions(lm, 40)
    for q, scores in zip(qs, e.score(lm.model, qs)):
        assert scores == pytest.approx([plain_score(lm.model, q.prompt, o) for o in q.options], abs=1e-4)


def in_batches(lm, qs, size, order=None):
    """Scores of the questions, asked `size` at a time in some order, returned in their own order."""
    order = order or range(len(qs))
    trees, found = [e.option_tree({j: qs[j]}) for j in order], {}
    for i in range(0, len(qs), size):
        found |= e.score_batch(lm.model, trees[i:i + size])
    return [found[i] for i in range(len(qs))]


def tied_questions(lm, n):
    """Options that stand there several times: their scores differ by rounding alone, each time by another amount."""
    rng = random.Random(2)
    return [q._replace(options=rng.sample(q.options * 3, 3 * len(q.options))) for q in questions(lm, n, seed=2)]


def test_batch_size_and_order_change_nothing(lm):
    for qs in (questions(lm, 64, seed=1), tied_questions(lm, 64)):
        alone = in_batches(lm, qs, 1)
        shuffled = random.Random(0).sample(range(64), 64)
        every = [in_batches(lm, qs, size, order) for size in (1, 7, 64) for order in (None, shuffled)]
        for found in [*every, e.score(lm.model, qs, max_tokens=500)]:
            assert [e.best_options(s) for s in found] == [e.best_options(s) for s in alone]
            for a, b in zip(found, alone):
                assert a == pytest.approx(b, abs=1e-5, rel=0)


@pytest.mark.gpu
def test_scores_on_cuda_equal_those_on_cpu(lm):
    qs = questions(lm, 20)
    on_cpu = e.score(lm.model, qs)
    try:
        on_cuda = e.score(lm.model.prepare(torch.device("cuda:0"), torch.float32), qs)
    finally:
        lm.model.prepare(torch.device("cpu"), torch.float32)
    for a, b in zip(on_cuda, on_cpu):
        assert a == pytest.approx(b, abs=1e-3)


def test_without_a_tolerance_rounding_would_choose(lm):
    """So the test above has something to find."""
    found = in_batches(lm, tied_questions(lm, 64), 7)
    assert any(s.index(max(s)) != e.best_option(s) for s in found)
    assert all(len(e.best_options(s)) % 3 == 0 for s in found)  # all copies tie


def test_an_option_does_not_see_the_others(lm):
    (q,) = questions(lm, 1, seed=3)
    one = e.score(lm.model, [e.Question(q.prompt, [[5, 6, 7]])])[0][0]
    for others in ([[1]], [[9, 9, 9, 9], [8]]):
        (scores,) = e.score(lm.model, [e.Question(q.prompt, others + [[5, 6, 7]])])
        assert scores[-1] == pytest.approx(one, abs=1e-5)


def test_what_stands_between_prompt_and_option(lm, bytes_encoding):
    tuned = e.make_question(bytes_encoding, "ab", ["c", " d", "\ne"], [EOT], 64)
    assert tuned.prompt == [97, 98, EOT]
    assert tuned.options == [[32, 99], [32, 100], [10, 101]]  # one space in front, unless white space is there already
    untuned = e.make_question(bytes_encoding, "ab \n", ["c", "\nd"], [], 64)
    assert untuned.prompt == [97, 98] and untuned.options == [[32, 10, 32, 99], [32, 10, 10, 100]]
    assert e.make_question(bytes_encoding, "\n", ["c"], [], 64).prompt == [10]  # something must come before an option


def test_a_long_prompt_loses_its_beginning_and_fits(lm, bytes_encoding):
    q = e.make_question(bytes_encoding, "a" * 100 + "z", ["bcd", "e"], [EOT], 32)
    assert len(q.prompt) == 32 - 4 + 1 and q.prompt[-2:] == [ord("z"), EOT]
    assert len(q.prompt) + max(map(len, q.options)) - 1 == 32


@pytest.mark.parametrize("prompt, options, reason", [
    ("", ["a"], "empty prompt"), ("p", [], "needs options"), ("p", ["a", " "], "none may be empty"),
    ("p", ["x" * 64], "does not fit a context of 32"),
])
def test_questions_that_cannot_be_scored_are_refused(bytes_encoding, prompt, options, reason):
    with pytest.raises(ValueError, match=reason):
        e.make_question(bytes_encoding, prompt, options, [], 32)


def test_ties_go_to_the_first_and_are_reported(lm):
    assert e.best_option([1.0, 2.0, 2.0]) == e.best_option([1.0, 2.0, 2.0 + 1e-7]) == 1
    assert e.best_option([1.0, 2.0, 2.0 + 1e-4]) == e.best_option([-300.0, -299.0, -298.99]) == 2
    tied = [{**r, "options": ("yes", "yes")} if i % 4 == 0 else r for i, r in enumerate(rows(8))]
    found, lines = e.evaluate_tuned(lm, e.TestSet(toy_task(), tied))
    assert found["tuned"]["ties"] == 25 and [line["tie"] for line in lines] == [True, False, False, False] * 4


def test_chance_and_majority_by_hand():
    rows = [{"options": ("a", "b"), "answer": "a"}, {"options": ("b", "a"), "answer": "a"},
            {"options": ("a", "b", "c", "d"), "answer": "b", "answers": ("b", "c")},
            {"options": ("a", "b"), "answer": "b"}]
    chance, majority = e.chance_and_majority(rows)
    assert chance == pytest.approx(100 * (0.5 + 0.5 + 0.5 + 0.5) / 4)
    assert majority == pytest.approx(75)  # always the second place: rows 2, 3, 4


# ---- asking

ROW = {"x": "text", "options": ("yes", "no"), "answer": "no"}


def test_prompt_styles():
    template = Template("Is {x} so?\n\n{options}")
    assert e.render_styled(ROW, template, e.TUNED).prompt == "Is text so?\n\nOPTIONS:\n- yes\n- no"
    prompts = {e.render_styled(ROW, template, style).prompt for style in e.UNTUNED}
    assert len(prompts) == 8 and "Is text so?" in prompts and "Is text so?\nAnswer:" in prompts
    assert "Is text so?\n\nOPTIONS:\n- yes\n- no ." in prompts
    baseline = Baseline("{x}? true or false:", {"yes": "true", "no": "false"})
    for baseline in (baseline, baseline._replace(verbalizer=baseline.verbalizer.get)):
        example = e.render_styled(ROW, baseline, e.BASELINE)
        assert (example.prompt, example.options) == ("text? true or false:", ("true", "false"))
        assert (example.target, example.answers) == ("false", ("false",))


def test_translation_is_evaluated_in_both_directions():
    (into_german, into_english), row = directions(Task("wmt16_deen", DATASETS["wmt16_deen"])), {
        "lang1": "English", "lang2": "German", "sent1": "A lake.", "answer": "Ein See."}
    assert (into_german.name, into_english.name) == ("wmt16_deen", "wmt16_deen into English")
    for task, source, answer in ((into_german, "A lake.", "Ein See."), (into_english, "Ein See.", "A lake.")):
        forward = e.forward_templates(task.dataset)
        assert len(forward) == 5
        for template, style in (*((t, e.TUNED) for t in forward.values()), (task.dataset.baseline, e.BASELINE)):
            example = e.render_styled(row, template, style)
            assert source in example.prompt and answer not in example.prompt
            assert example.target == answer and example.answers == (answer,)
    (same,) = directions(toy_task())
    assert same.name == "toy"


def rows(n, seed=0):
    rng = random.Random(seed)
    return [{"x": f"{word(rng, 40)} {i}", "options": ("yes", "no"), "answer": rng.choice(["yes", "no"])}
            for i in range(n)]


def few_shot_prompts(lm, tested, pool, shots, seed, length=0):
    exemplars = e.draw_exemplars(pool, tested, shots, seed)
    return e.make_prompts(lm, tested, Template("Q {x} ?"), e.TUNED, exemplars, length)


@pytest.mark.parametrize("pool_size, shots", [(1, 4), (3, 2), (50, 16)])
def test_few_shot_prompts_never_contain_the_tested_example(lm, pool_size, shots):
    pool = rows(pool_size)
    for seed in range(5):
        for row, (example, kept) in zip(pool, few_shot_prompts(lm, pool, pool, shots, seed)):
            assert example.prompt.count(f"Q {row['x']} ?") == 1
            assert example.prompt.endswith(f"Q {row['x']} ?")
            assert example.prompt.count("Q ") == kept + 1 <= min(shots, pool_size - 1) + 1


def test_exemplars_are_as_many_as_asked_for_and_differ_where_the_pool_allows():
    pool = rows(6) + [dict(rows(6)[0]) for _ in range(3)]  # the first row four times in all
    for row, drawn in zip(pool, e.draw_exemplars(pool, pool, 5, seed=0)):
        assert len({id(r) for r in drawn}) == len(drawn) == 5 and row not in drawn


@pytest.mark.parametrize("options, length", [(("yes", "no"), 0), (("yes", "no" * 40), 0), ((), 100)])
def test_exemplars_are_dropped_whole_and_seeded(lm, bytes_encoding, options, length):
    """Whatever the options, or the answer to be generated, need: a prompt with exemplars is never cut."""
    pool, tested = rows(50), {"x": "tested", "options": options, "answer": "no"}
    ((example, kept),) = few_shot_prompts(lm, [tested], pool, 16, 0, length)
    blocks = example.prompt.split("\n\n")
    behind = max((len(" " + o) - 1 for o in options), default=length)  # bytes are tokens
    assert len(bytes_encoding.encode_ordinary(example.prompt)) <= 256 - 1 - behind
    whole = {f"Q {r['x']} ? {r['answer']}" for r in pool}
    assert 1 < len(blocks) == kept + 1 < 17 and all(b in whole for b in blocks[:-1]) and blocks[-1] == "Q tested ?"
    if options:
        assert e.make_question(bytes_encoding, example.prompt, options, [EOT], 256).cut == 0
    again = few_shot_prompts(lm, [tested], pool, 16, 0, length)
    assert again == [(example, kept)] != few_shot_prompts(lm, [tested], pool, 16, 1, length)


def test_exemplars_fit_as_joined_text():
    """Two new lines are one token at the end of an exemplar, but two in front of the next one."""
    ranks = {**{bytes([i]): i for i in range(256)}, b"\n\n": 256}
    encoding = tiktoken.Encoding("x", pat_str=r"\s+(?!\S)|(?s:.)", mergeable_ranks=ranks, special_tokens={"<e>": 257})
    example, other = (render({"x": x, "answer": "y"}, Template("{x}")) for x in "qs")
    solved = [other] * 3
    assert len(encoding.encode_ordinary("s y\n\n")) == 4 and len(encoding.encode_ordinary("s y\n\nq")) == 6
    assert e.with_exemplars(encoding, example.prompt, solved, limit=5) == ("q", 0)
    assert e.with_exemplars(encoding, example.prompt, solved, limit=6) == ("s y\n\nq", 1)


def test_a_soft_prompt_stands_in_front_of_every_question_and_survives_a_cut(bytes_encoding):
    torch.manual_seed(0)
    gpt = m.GPT(m.GPTConfig(vocab_size=257, context_length=64, n_layer=1, n_head=2, n_embd=32)).eval()
    gpt.add_soft_prompt([97, 98, 99])
    soft = m.LM(gpt, bytes_encoding, separator="none")
    assert soft.prefix == [257, 258, 259] and soft.between == []
    task = toy_task()
    test = e.TestSet(task, [{**ROW, "x": "q" * 300}, ROW], pool=task.rows["train"])
    found, lines = e.evaluate_tests(soft, [test], tuned=True, shots=2)
    assert found["toy"]["tuned"]["cut"] == 2 and len(lines) == 8
    q = e.make_question(bytes_encoding, "a" * 100, ["b"], [], 64, soft.prefix)
    assert q.prompt[:4] == [257, 258, 259, 97] and len(q.prompt) + 1 == 64 and q.cut == 40
    q = e.make_question(bytes_encoding, "aab", ["b"], [], 64, soft.prefix)
    before = plain_score(gpt, q.prompt, q.options[0])
    assert e.score(gpt, [q])[0][0] == pytest.approx(before, abs=1e-4)
    gpt.wte.weight.data[257] += torch.randn(32)  # it is looked at
    assert abs(plain_score(gpt, q.prompt, q.options[0]) - before) > 1e-4


def test_without_room_no_exemplar_is_left(bytes_encoding):
    example = render({"x": "q" * 50, "answer": "y"}, Template("{x}"))
    solved = [render({"x": "s", "answer": "y"}, Template("{x}"))] * 3
    assert e.with_exemplars(bytes_encoding, example.prompt, solved, limit=50) == ("q" * 50, 0)
    assert e.with_exemplars(bytes_encoding, example.prompt, solved, limit=56) == ("s y\n\n" + "q" * 50, 1)


# ---- results

def toy_task(kind="choice", metric="accuracy"):
    templates = ("A {x}\n\n{options}", "B {x}\n\n{options}", Template("write for {answer}", "{x}"))
    if kind != "choice":
        templates = ("A {x}", "B {x}")
    data = rows(30)
    return Task("toy", Dataset("toy", "toy", "nli", kind, {}, {}, None, templates, metric=metric, baseline="{x}, or"),
                rows={"train": data[:10], "test": data[10:], "dev": data[:10]})


def test_a_tuned_result_is_the_mean_over_forward_templates(lm):
    task = toy_task()
    found, lines = e.evaluate_tuned(lm, e.TestSet(task, task.rows["test"], dev_rows=task.rows["dev"]))
    found = found["tuned"]
    assert len(lines) == 2 * 20  # the reversed template ranks nothing
    right = lambda line: line["prediction"] == line["answers"][0]
    by_template = [100 * sum(right(line) for line in lines if line["template"] == t) / 20 for t in (0, 1)]
    assert found["mean"] == pytest.approx(sum(by_template) / 2)
    assert found["std"] == pytest.approx(abs(by_template[0] - by_template[1]) / 2)
    assert found["templates"] == pytest.approx(dict(enumerate(by_template)))
    assert found["best_on_dev"] == pytest.approx(by_template[found["best_template"]])
    assert found["ci"][0] <= found["mean"] <= found["ci"][1]
    assert found["ci"] == e.bootstrap_interval(found["scores"]) and found["ties"] == 0
    assert all(line["metrics"]["accuracy"] == 100 * right(line) for line in lines)
    assert found["scores"] == [50 * (right(a) + right(b)) for a, b in zip(lines[:20], lines[20:])]


def test_the_untuned_model_gets_its_best_style(lm):
    task = toy_task()
    test = e.TestSet(task, task.rows["test"], "a note")
    found, lines = e.evaluate_untuned(lm._replace(separator=""), test)
    tried = found["untuned"]["all"]
    assert len(tried) == 8 and {line["style"] for line in lines} == {*tried, "baseline prompt"}
    assert len(lines) == 20 * (8 * 2 + 1)
    assert found["untuned"]["mean"] == pytest.approx(max(tried.values()), abs=0.01)
    assert tried[found["untuned"]["style"]] == max(tried.values()) and found["own_prompt"]["prompts"] == 20
    row = e.result_row(test, [], found)
    assert (row["n"], row["chance"], row["note"], "tuned" in row) == (20, 50, "a note", False)


def test_zero_and_few_shot_stand_side_by_side(lm):
    task = toy_task()
    test = e.TestSet(task, task.rows["test"], pool=task.rows["train"])
    zero = e.evaluate_tests(lm, [test], tuned=True)[0]["toy"]
    assert "tuned" in zero and "tuned_shots" not in zero
    both, lines = e.evaluate_tests(lm, [test], tuned=True, shots=2)
    both = both["toy"]
    assert both["tuned"] == zero["tuned"] and both["tuned_shots"]["exemplars"] == 2
    assert e.evaluate_tuned(lm, test, shots=2)[0]["tuned"] == both["tuned_shots"]
    assert [line["shots"] for line in lines] == [0] * 40 + [2] * 40 and {line["model"] for line in lines} == {"tuned"}
    base, _ = e.evaluate_tests(lm._replace(separator=""), [test], tuned=False, shots=2)
    assert {"untuned", "own_prompt", "untuned_shots", "own_prompt_shots"} <= set(base["toy"])
    with pytest.raises(ValueError, match="toy has no test example"):
        e.read_tests([task._replace(rows={})], "", limit=20)


def test_what_training_reads_and_asks(lm, monkeypatch):
    task = toy_task()
    (test,) = e.read_tests([task], "", limit=20, shots=2, dev=True)
    assert (test.rows, test.pool, test.dev_rows) == (task.rows["test"], task.rows["train"], task.rows["dev"])
    found, lines = e.evaluate_tests(lm, [test], tuned=True, shots=2)
    assert found["toy"]["tuned_shots"]["std"] is not None and len(lines) == 2 * 2 * 20
    assert e.read_tests([task], "", limit=3)[0][3:] == ([], [])  # no exemplars wanted, no dev rows
    notes = {"test": "a few", "train": "some"}
    monkeypatch.setattr(e, "load_rows", lambda task, split, *_: Split(rows(2), notes[split]))
    assert e.read_tests([task], "", 0, shots=1)[0].note == "a few; exemplars: some"


def test_what_does_not_fit_is_counted(lm, monkeypatch):
    monkeypatch.setitem(e.ANSWER_TOKENS, "text", 8)
    tested = [{**ROW, "x": "q" * 300}, {**ROW, "x": "q"}]
    for kind, metric in (("choice", "accuracy"), ("text", "rouge")):
        task = toy_task(kind, metric)
        test = e.TestSet(task, tested, "half of it", rows(3))
        found, lines = e.evaluate_tests(lm, [test], tuned=True, shots=4)
        found = found["toy"]
        assert (found["tuned"]["cut"], found["tuned"]["prompts"]) == (2, 4)  # one of two rows, with both templates
        assert [line["cut"] > 0 for line in lines] == [True, False] * 4
        assert found["tuned_shots"]["exemplars"] == 1.5  # none behind a prompt too long by itself, and a pool of three
        row = e.result_row(test, [], found)
        lost, few = "2 of 4 prompts lost their beginning", "on average 1.5 of 4 exemplars fitted, or existed"
        assert list(e.remarks([row], [])) == ["toy: half of it", f"toy, tuned: {lost}",
                                              f"toy, tuned_shots: {lost}; {few}"]
    row = {"dataset": "toy", "metric": "accuracy", "shots": 0, "tuned": {"cut": 0, "ties": 2.5}}
    assert "toy, tuned: in 2.5% of the questions several options tied" in e.remarks([row], [])


@pytest.mark.parametrize("right, expected", [("no", "one"), ("a\nb", "one\ntwo")])
def test_an_untuned_answer_ends_with_the_line(lm, monkeypatch, right, expected):
    asked = []

    def generate(model, prompts, length, stop):
        asked.append((prompts, length))
        return [list(b" one\ntwo\n\nthree")] * len(prompts)
    monkeypatch.setattr(e, "generate", generate)
    rows, task = [{"x": "q", "options": (), "answer": right}], toy_task("text", "rouge")
    style = e.PromptStyle()
    _, lines = e.evaluate_templates(lm._replace(separator=""), task, rows, [style])[style]
    assert [line["prediction"] for line in lines] == [expected] * 2
    assert asked[0] == ([list(b"A q")], 128)  # at most half the context
    _, lines = e.evaluate_templates(lm, task, rows, [style])[style]
    assert lines[0]["prediction"] == "one\ntwo\n\nthree" and asked[2][0] == [[*b"A q", EOT]]
    wide = lm._replace(model=m.GPT(m.GPTConfig(257, 1024, 1, 1, 8)))
    coqa = task._replace(dataset=replace(task.dataset, name="coqa", kind="qa"))
    for task, length in ((task, 256), (toy_task("qa", "squad"), 64), (coqa, 256)):
        e.evaluate_templates(wide, task, rows, [style])
        assert asked[-1][1] == length


def test_several_right_answers(lm):
    answers = ("a b", "a c d")
    score = lambda metric, text: e.text_metrics(toy_task("text", metric).dataset, text, answers)
    assert score("exact_match", "a c d") == {"exact_match": 100} and score("exact_match", "a") == {"exact_match": 0}
    assert score("edit_distance", "a c") == {"edit_distance": 1}
    assert score("squad", "the a c d") == score("trivia", "A-C_D") == {"exact_match": 100, "f1": 100}
    assert score("rouge", "a c d")["rouge2"] == 100
    pairs = [("u", "v"), ("v", "w"), ("u", "w")]
    examples = [render({"options": ("u", "v", "w"), "answer": p[0], "answers": p}, Template("q")) for p in pairs]
    with Progress(disable=True) as bar:
        lines = e.rank_options(lm, examples, bar)
    assert [line["metrics"]["accuracy"] for line in lines] == [100 * (lines[0]["prediction"] in p) for p in pairs]


def test_the_main_metric():
    main = {name: e.main_metric(DATASETS[name]) for name in "rte trivia_qa natural_questions squad quac drop".split()}
    assert main == {"rte": "accuracy", "trivia_qa": "exact_match", "natural_questions": "exact_match", "squad": "f1",
                    "quac": "f1", "drop": "f1"}


def test_of_edit_distances_the_smallest_is_best():
    assert e.best_of(toy_task("text", "edit_distance").dataset, {"a": 1.0, "b": 2.0}) == "a"
    assert e.best_of(toy_task("text", "rouge").dataset, {"a": 1.0, "b": 2.0}) == "b"


def test_generated_answers_are_scored(lm, monkeypatch):
    monkeypatch.setitem(e.ANSWER_TOKENS, "text", 5)
    for metric, name in (("squad", "f1"), ("bleu", "bleu"), ("rouge", "rougeLsum"), ("exact_match", "exact_match"),
                         ("edit_distance", "edit_distance")):
        task = toy_task("text", metric)
        found, lines = e.evaluate_tuned(lm, e.TestSet(task, task.rows["test"][:3]))
        found = found["tuned"]
        assert len(lines) == 6 and found["mean"] == pytest.approx(found["metrics"][name]), metric
        assert found["ci"][0] <= found["mean"] <= found["ci"][1], metric
        assert all({"prompt", "prediction", "answers", "metrics"} <= set(line) for line in lines)
        if metric == "bleu":
            assert found["scores"] is None
        else:
            assert found["mean"] == pytest.approx(sum(found["scores"]) / 3, abs=1e-3), metric


def test_a_perfect_prediction_scores_full():
    data = [{"x": "a"}, {"x": "b"}]
    for metric in ("squad", "trivia", "bleu", "rouge", "exact_match", "edit_distance"):
        full = 0 if metric == "edit_distance" else 100
        dataset, text = toy_task("text", metric).dataset, "the cat sat on a mat"
        lines = [{"prediction": text, "answers": (text,), "metrics": e.text_metrics(dataset, text, (text,))}] * 2
        assert e.metrics_of(dataset, data, lines)[e.main_metric(dataset)] == pytest.approx(full)


# ---- the command line

@pytest.fixture(scope="module")
def miniature():
    """Its tokenizer and a few of its rows, made once."""
    return tokenizer("miniature"), miniature_tasks(rows=50, test_rows=20)


@pytest.fixture
def checkpoint(tmp_path, miniature, monkeypatch):
    torch.manual_seed(0)
    encoding, tasks = miniature
    monkeypatch.setattr(m, "tokenizer", lambda *_: encoding)
    monkeypatch.setattr(e, "miniature_tasks", lambda: tasks)
    gpt = m.GPT(m.GPTConfig(vocab_size=encoding.n_vocab, context_length=64, n_layer=1, n_head=2, n_embd=16))
    torch.save({"model": gpt.state_dict(), "config": asdict(gpt.config), "tokenizer": "miniature", "separator": "eot"},
               tmp_path / "checkpoint.pt")
    return tmp_path


def test_scoring_a_users_file(checkpoint, capsys):
    lines = [{"prompt": "is this so ?", "options": ["yes", "no", "it may be so"]},
             {"prompt": "and this", "options": ["no"], "answer": "no"}]
    (checkpoint / "in.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    e.main(["--checkpoint", str(checkpoint), "--examples", str(checkpoint / "in.jsonl"),
            "--scores", str(checkpoint / "out.jsonl")])
    out = [json.loads(line) for line in (checkpoint / "out.jsonl").read_text().splitlines()]
    lm = m.load_lm(str(checkpoint))
    for line, o in zip(lines, out):
        prompt = lm.encoding.encode_ordinary(line["prompt"]) + [lm.encoding.eot_token]
        options = [lm.encoding.encode_ordinary(" " + option) for option in line["options"]]
        expected = [plain_score(lm.model, prompt, option) for option in options]
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
    e.main(["--checkpoint", str(checkpoint), "--limit", "4", "--shots", "1", "--out", str(checkpoint / "r.json"),
            "--predictions", str(checkpoint / "p.jsonl")])
    rows = {r["dataset"]: r for r in json.loads((checkpoint / "r.json").read_text())["rows"]}
    assert set(rows) == {"word_kind", "opposite", "count_items"}
    assert all(r["n"] == 4 and 0 <= r["tuned"]["mean"] <= 100 and "best_on_dev" in r["tuned"] for r in rows.values())
    lines = [json.loads(line) for line in (checkpoint / "p.jsonl").read_text().splitlines()]
    assert len(lines) == 2 * 4 * 9 * 3
    assert {"prompt", "options", "logprobs", "prediction", "answers", "tie"} <= set(lines[0])
    assert {line["shots"] for line in lines} == {0, 1} == {line["exemplars"] for line in lines}
    head = capsys.readouterr().out.split("\n")[1]
    assert head.split()[3:] == "chance majority tuned +- 95% interval best on dev tuned 1-shot +-".split()


def test_one_command_fills_the_whole_table(checkpoint, tmp_path, capsys):
    saved = torch.load(checkpoint / "checkpoint.pt", weights_only=True)
    torch.save({**saved, "separator": ""}, tmp_path / "base.pt")
    (checkpoint / "config.json").write_text(json.dumps({"recipe": "miniature", "hold_out": "misc"}))
    argv = ["--checkpoint", str(checkpoint), "--untuned", str(tmp_path / "base.pt"), "--tasks", "opposite",
            "--limit", "3", "--shots", "1", "--no-best_on_dev",
            "--out", str(tmp_path / "r.json"), "--predictions", str(tmp_path / "p.jsonl")]
    e.main(argv)
    (row,) = json.loads((tmp_path / "r.json").read_text())["rows"]
    assert all(isinstance(row[who]["mean"], float) for who in e.RESULTS) and isinstance(row["chance"], float)
    head = capsys.readouterr().out.split("\n")[1]
    assert head.split() == ("dataset metric n chance majority untuned own prompt untuned 1-shot own prompt 1-shot "
                            "tuned +- 95% interval tuned 1-shot +-").split()
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    found = {(line["model"], line["shots"]) for line in lines}
    assert found == {("untuned", 0), ("untuned", 1), ("tuned", 0), ("tuned", 1)}
    e.main(["--checkpoint", str(tmp_path / "base.pt"), *argv[2:]])  # tuned elsewhere, without an end-of-text between
    (again,) = json.loads((tmp_path / "r.json").read_text())["rows"]
    assert again["tuned"] and again["untuned"] == row["untuned"]
    with pytest.raises(ValueError, match="is a tuned model"):
        e.main(["--untuned", str(checkpoint), *argv[:2], *argv[4:]])


def test_a_tuned_model_asked_without_a_separator_stays_tuned(checkpoint):
    (checkpoint / "config.json").write_text(json.dumps({"recipe": "miniature", "hold_out": "misc"}))
    e.main(["--checkpoint", str(checkpoint), "--tasks", "opposite", "--limit", "3", "--separator", "none",
            "--out", str(checkpoint / "r.json")])
    (row,) = json.loads((checkpoint / "r.json").read_text())["rows"]
    assert "tuned" in row and "untuned" not in row


def test_clusters_are_asked_as_far_as_they_are_on_disk(tmp_path, monkeypatch, capsys):
    cfg = e.Config(checkpoint="gpt2", cluster="nli", data_dir=str(tmp_path))
    with pytest.raises(FileNotFoundError, match="cb needs .*data.py get cb"):
        e.read_tests(e.tasks_to_ask(cfg), cfg.data_dir, cfg.limit)
    monkeypatch.setattr(data, "is_on_disk", lambda task, split, data_dir: task.name in ("rte", "cb"))
    assert [t.name for t in e.tasks_to_ask(cfg)] == ["cb", "rte"]
    assert "left out: anli/r1, anli/r2, anli/r3, mnli" in capsys.readouterr().out


def test_a_users_question(lm, tmp_path):
    path = tmp_path / "in.jsonl"
    good = {"prompt": "na\u00efve \u65e5", "options": ["\U0001f600", "b"], "answer": 0}
    for changed, reason in (({"answer": "c"}, "'c' is neither an option"), ({"answer": 2}, "2 is neither an option"),
                            ({"answer": True}, "True is neither"),
                            ({"options": [], "answer": None}, "needs options"),
                            ({"prompt": "p" * 300, "options": ["x" * 300]}, "does not fit a context of 256")):
        path.write_text("".join(json.dumps(row) + "\n" for row in (good, {**good, **changed})))
        with pytest.raises(ValueError, match=f"in.jsonl, line 2: .*{reason}"):
            e.read_questions(lm, str(path))
    path.write_text("".join(json.dumps({**good, "answer": answer}) + "\n" for answer in (0, "b", None)))
    (q, *_), right = e.read_questions(lm, str(path))
    assert q.prompt == [*"na\u00efve \u65e5".encode(), EOT] and q.options[0] == list(" \U0001f600".encode())
    assert right == [0, 1, None]


def test_half_a_surrogate_pair_can_be_written(tmp_path):
    lines = [{"prompt": json.loads('"\\ud83d"'), "answer": "日本"}]
    e.write_lines(lines, tmp_path / "x")
    assert [json.loads(line) for line in (tmp_path / "x").read_text(encoding="utf-8").splitlines()] == lines


@pytest.mark.parametrize("argv, reason", [
    (["--scores", "x"], "needs --scores"), (["--limit", "-1"], "--limit -1 and --shots 0 must be"),
    (["compare", "a"], "usage"),
    (["--out", "/nowhere/x.json"], "--out /nowhere/x.json cannot be written .No such file"),
    (["--checkpoint", "gpt2"], "nothing to ask"),
    (["--examples", "x"], "needs --scores"), (["--tasks", "nope", "--checkpoint", "gpt2"], "--tasks nope is not among those here: "),
    (["--prompt", "x", "--checkpoint", "/nowhere"], "/nowhere is neither"), (["--checkpoint", "/a"], "/a is neither"),
    (["--checkpoint", "gpt2", "--untuned", "/b"], "/b is neither"),
])
def test_what_a_user_gets_wrong_is_named(argv, reason):
    with pytest.raises((ValueError, OSError), match=reason):
        e.main(argv)


def test_choices_are_those_of_argparse(capsys):
    for argv in (["--separator", "maybe"], ["--prompts", "bare"], ["--cluster", "nil"], ["--dtype", "int8"]):
        with pytest.raises(SystemExit):
            e.main(argv)
        assert f"argument {argv[0]}: invalid choice: '{argv[1]}'" in capsys.readouterr().err


def results(path, *rows):
    path.write_text(json.dumps({"rows": rows}))
    return str(path)


def test_compare_shows_the_difference(tmp_path, capsys):
    found = []
    for name, scores in (("a", [0, 50, 100, 0]), ("b", [100, 100, 100, 50])):
        summary = {"mean": sum(scores) / 4, "scores": scores}
        rows = {"dataset": "toy", "tuned": summary}, {"dataset": "only" + name, "tuned": summary}
        found.append(results(tmp_path / name, *rows))
    e.main(["compare", *found])
    out = capsys.readouterr().out
    assert "toy                        tuned                     37.5    87.5   +50.0   [" in out
    assert "onlya" in out and "onlyb" in out
    with pytest.raises(ValueError, match="have no dataset in common"):
        e.main(["compare", found[0], results(tmp_path / "c", {"dataset": "x"})])


@pytest.mark.parametrize("text", ["{", "[]", '{"rows": [{}]}', "{}"])
def test_compare_names_what_is_no_result(tmp_path, text):
    (tmp_path / "a").write_text(text)
    with pytest.raises(ValueError, match="a is (no results.json|damaged, or something else)"):
        e.main(["compare", str(tmp_path / "a"), str(tmp_path / "a")])


def test_summary_over_seeds(tmp_path, capsys):
    """A run counts with the mean over its datasets; the deviation is that between runs."""
    paths = []
    for i, (size, a, b) in enumerate([("big", 40, 60), ("big", 50, 70), ("small", 30, 31)]):
        rows = [{"dataset": name, "cluster": "nli", "metric": "accuracy", "chance": 25.0, "majority": 30.0, "tuned": {"mean": mean}}
                for name, mean in (("x", a), ("y", b))]
        paths.append(tmp_path / f"{i}.json")
        paths[-1].write_text(json.dumps({"settings": {"size": size, "clusters": "nli,misc"}, "rows": rows}))
    row = {"dataset": "z", "cluster": "misc", "metric": "edit_distance", "tuned": {"mean": 3.0}}  # in words
    paths.append(tmp_path / "z.json")
    paths[-1].write_text(json.dumps({"settings": {"size": "big", "clusters": ""}, "rows": [row]}))
    *paths, words = map(str, paths)
    e.summarize_runs([words], "dataset")
    assert "3.0" in capsys.readouterr().out
    e.summarize_runs([words, *paths], "size")
    assert "z.json: z is left out, since its edit distance is no percentage" in capsys.readouterr().out
    e.main(["summarize", *paths, "--by", "size"])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["size", "runs", "chance", "majority", "tuned"],
        ["big", "2", "25.0", "30.0", "55.0", "+-", "7.1"],
        ["small", "1", "25.0", "30.0", "30.5"]]
    assert e.summarize_runs(paths, "dataset")["y"]["tuned"] == [60, 70, 31]
    assert list(e.summarize_runs(paths, "clusters")) == [2]  # of a list, its length
    with pytest.raises(ValueError, match="there is nothing to summarize"):
        e.main(["summarize", words, "--by", "size"])
    with pytest.raises(ValueError, match="--plot x.doc: give an .svg or .png file"):
        e.main(["summarize", *paths, "--by", "size", "--plot", "x.doc"])
    with pytest.raises(ValueError, match="says nothing of --by shots; it knows size, clusters, dataset, cluster"):
        e.main(["summarize", *paths, "--by", "shots"])


def test_a_summary_is_drawn_where_matplotlib_is(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    found = {1: {"tuned": [30.0, 40.0], "untuned": []}, 2: {"tuned": [50.0], "untuned": [20.0]}}
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)  # as if it were not there
    with pytest.raises(ValueError, match="a.svg needs matplotlib: pip install matplotlib"):
        e.draw(found, "size", str(path))
    monkeypatch.undo()
    pytest.importorskip("matplotlib")
    e.draw(found, "size", str(path))
    assert "<svg" in path.read_text()


def test_compare_of_results_of_different_kinds(tmp_path, capsys):
    base, tuned = {"mean": 10.0, "scores": [0.0, 20.0]}, {"mean": 30.0, "scores": None}
    a = results(tmp_path / "a", {"dataset": "toy", "untuned": base})
    b = results(tmp_path / "b", {"dataset": "toy", "tuned": tuned})
    c = results(tmp_path / "c", {"dataset": "toy", "untuned": {"mean": 30.0, "scores": [20.0, 40.0]}, "tuned": tuned})
    e.main(["compare", a, b])
    assert capsys.readouterr().out.split("\n")[1].split() == "toy untuned / tuned 10.0 30.0 +20.0 -".split()
    e.main(["compare", a, c])
    assert capsys.readouterr().out.split("\n")[1:] == [
        "toy                        untuned                   10.0    30.0   +20.0   [+20.0, +20.0]", ""]
    three = results(tmp_path / "d", {"dataset": "toy", "untuned": {"mean": 20.0, "scores": [10.0, 20.0, 30.0]}})
    e.main(["compare", a, three])  # not the same examples
    assert capsys.readouterr().out.split("\n")[1].split() == "toy untuned 10.0 20.0 +10.0 -".split()


def test_the_table():
    row = {"dataset": "rte", "cluster": "nli", "metric": "accuracy", "n": 9, "chance": 50.0, "majority": 55.0,
           "shots": 0, "untuned": {"mean": 45.0, "ci": (40.0, 50.0), "cut": 0},
           "tuned": {"mean": 60.04, "ci": (50.0, 100.0), "best_on_dev": 61.0, "best_template": 7, "cut": 0}}
    other = {**row["tuned"], "mean": 50.0}
    text = {**row, "dataset": "wmt", "cluster": "translation", "metric": "bleu", "chance": None,
            "tuned": {"mean": 60.04, "ci": (50.0, 100.0), "cut": 0}}
    said = []
    e.print_results([row, {**row, "dataset": "cb", "tuned": other}, text], said.append)
    assert said == [
        "dataset                    metric            n  chance  majority  untuned  tuned   95% interval  best on dev",
        "Natural language inference",
        "  rte                      accuracy          9    50.0      55.0     45.0   60.0  [50.0, 100.0]    61.0 (#7)",
        "  cb                       accuracy          9    50.0      55.0     45.0   50.0  [50.0, 100.0]    61.0 (#7)",
        "  mean                                            50.0      55.0     45.0   55.0              -         61.0",
        "Translation",
        "  wmt                      bleu              9       -      55.0     45.0   60.0  [50.0, 100.0]            -",
        "untuned: the best of 8 ways of asking the same instructions (4 endings, with and without OPTIONS), of 2 where "
        "text is generated",
        "best on dev: the test result of the template (its number) that is best on the dev split"]
    e.print_results([{key: value for key, value in row.items() if key != "tuned"}], said.append)
    assert said[9:11] == ["dataset                    metric            n  chance  majority  untuned  95% interval",
                           "Natural language inference"]
    assert said[11].endswith("    45.0  [40.0, 50.0]")


def test_scores_that_are_no_numbers_are_named():
    with pytest.raises(FloatingPointError, match="the model's scores are .*nan"):
        e.best_options([-1.0, float("nan")])

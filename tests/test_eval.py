"""eval.py: scores do not depend on the batch, equal a plain implementation, and prompts never give the answer away.

    python -m pytest tests/test_eval.py
"""

import json
import random
from dataclasses import asdict

import pytest
import torch

import eval as e
import model as m
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
    return [e.question(judge.encoding, word(rng, 60), [word(rng) for _ in range(rng.randint(1, 5))], list(separator), 256)
            for _ in range(n)]


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


def test_batch_size_and_order_change_nothing(judge):
    qs = questions(judge, 64, seed=1)
    lengths = [len(e.tree(q)[0]) for q in qs]
    alone = [e.score_batch(judge.model, [q])[0] for q in qs]
    for size in (1, 7, 64):
        scores = e.score(judge.model, qs, max_tokens=size * max(lengths))
        assert [e.choose(s) for s in scores] == [e.choose(s) for s in alone]
        for a, b in zip(scores, alone):
            assert a == pytest.approx(b, abs=1e-5, rel=1e-5)
    order = random.Random(0).sample(range(64), 64)
    shuffled = e.score(judge.model, [qs[i] for i in order])
    for i, s in zip(order, shuffled):
        assert s == pytest.approx(alone[i], abs=1e-5, rel=1e-5)


def test_an_option_does_not_see_the_others(judge):
    (q,) = questions(judge, 1, seed=3)
    one = e.score_batch(judge.model, [e.Question(q.prompt, [[5, 6, 7]])])[0][0]
    for others in ([[1]], [[9, 9, 9, 9], [8]]):
        assert e.score_batch(judge.model, [e.Question(q.prompt, others + [[5, 6, 7]])])[0][-1] == pytest.approx(one, abs=1e-5)


def test_what_stands_between_prompt_and_option(judge, bytes_encoding):
    tuned = e.question(bytes_encoding, "ab", ["c", " d", "\ne"], [EOT], 64)
    assert tuned.prompt == [97, 98, EOT]
    assert tuned.options == [[32, 99], [32, 100], [10, 101]]  # one space in front, unless white space is there already
    assert e.question(bytes_encoding, "ab", ["c"], [], 64).prompt == [97, 98]


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
    examples = [e.render({"x": "q", "options": ("same", "same"), "answer": "same"}, "{x}")]
    with e.tqdm(disable=True) as bar:
        assert e.rank(judge, examples, bar)[0]["tie"]


def test_chance_and_majority_by_hand():
    rows = [{"options": ("a", "b"), "answer": "a"}, {"options": ("b", "a"), "answer": "a"},
            {"options": ("a", "b", "c", "d"), "answer": "b", "answers": ("b", "c")}, {"options": ("a", "b"), "answer": "b"}]
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
    return [{"x": f"{word(rng, 40)} {i}", "options": ("yes", "no"), "answer": rng.choice(["yes", "no"])} for i in range(n)]


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


def test_exemplars_are_as_many_as_asked_for_and_differ_where_the_pool_allows():
    pool = rows(6) + rows(1) * 3  # the first row four times in all
    for drawn in e.draw_exemplars(pool, pool, 5, seed=0):
        assert len(drawn) == 5
    assert all(len({id(r) for r in drawn}) == 5 and pool[0] not in drawn for drawn in e.draw_exemplars(pool, pool[:1] * 9, 5, 0))


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
    encoding = e.tiktoken.Encoding("x", pat_str=r"\s+(?!\S)|(?s:.)", special_tokens={"<|endoftext|>": 257}, mergeable_ranks={
        **{bytes([i]): i for i in range(256)}, b"\n\n": 256})
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


@pytest.mark.parametrize("metric, name", [("squad", "f1"), ("bleu", "bleu"), ("rouge", "rougeLsum"), ("exact_match", "exact_match"),
                                          ("edit_distance", "edit_distance")])
def test_generated_answers_are_scored(judge, metric, name):
    task = toy_task("text", metric)
    found, lines = e.evaluate_tuned(judge, task, task.rows["test"][:3], max_new_tokens=5)
    assert len(lines) == 6 and name in found["tuned_metrics"]
    assert found["tuned"] == pytest.approx(found["tuned_metrics"][name])


def test_a_perfect_prediction_scores_full():
    data = [{"x": "a"}, {"x": "b"}]
    for metric, full in (("squad", 100), ("trivia", 100), ("bleu", 100), ("rouge", 100), ("exact_match", 100), ("edit_distance", 0)):
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
    lines = [{"prompt": "is this so ?", "options": ["yes", "no", "it may be so"]}, {"prompt": "and this", "options": ["no"], "answer": "no"}]
    (checkpoint / "in.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    e.main(["--checkpoint", str(checkpoint), "--examples", str(checkpoint / "in.jsonl"), "--scores", str(checkpoint / "out.jsonl")])
    out = [json.loads(line) for line in (checkpoint / "out.jsonl").read_text().splitlines()]
    judge = e.load_judge(str(checkpoint))
    for line, o in zip(lines, out):
        prompt = judge.encoding.encode_ordinary(line["prompt"]) + [judge.encoding.eot_token]
        expected = [plain_score(judge.model, prompt, judge.encoding.encode_ordinary(" " + option)) for option in line["options"]]
        assert o["logprobs"] == pytest.approx(expected, abs=1e-4) and o["prediction"] == expected.index(max(expected))
    assert "2 examples scored, accuracy 100.0 on 1" in capsys.readouterr().out


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
    assert len(lines) == 2 * 4 * 9 * 3 and {"prompt", "options", "logprobs", "prediction", "answers", "tie"} <= set(lines[0])
    assert {line["shots"] for line in lines} == {0, 1} == {line["exemplars"] for line in lines}
    head = capsys.readouterr().out.split("\n")[1]
    assert head.split()[3:] == ["chance", "majority", *"tuned +- 95% interval best on dev tuned 1-shot +- overlap".split()]


def test_contamination_finds_a_test_example_among_the_tuning_examples(tmp_path, monkeypatch):
    text = " ".join(f"word{i}" for i in range(20))
    monkeypatch.setattr(e, "tasks_known", lambda run: [Task("a", toy_task().dataset, rows={"train": [{"x": text, "answer": "no"}]})])
    (tmp_path / "mixture.json").write_text('[{"task": "a"}]')
    texts = list(e.tuning_texts(str(tmp_path), ""))
    assert texts == [text + " no"]
    assert e.contamination(texts, [([text, "word1 " * 20], ["no", "no"])])[0]["input"] == 0.5
    with pytest.raises(FileNotFoundError, match="no mixture.json"):
        list(e.tuning_texts(str(tmp_path / "none"), ""))


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


@pytest.mark.parametrize("line, reason", [("{", "line 1"), ('{"prompt": "x"}', "options"),
                                          ('{"prompt": "x", "options": ["a"], "answer": "b"}', "'b' is neither an option")])
def test_a_bad_line_is_named(checkpoint, line, reason):
    (checkpoint / "in.jsonl").write_text(line + "\n")
    with pytest.raises(ValueError, match=reason):
        e.main(["--checkpoint", str(checkpoint), "--examples", str(checkpoint / "in.jsonl"), "--scores", str(checkpoint / "o")])


@pytest.mark.parametrize("argv, reason", [
    (["--checkpoint", "/nowhere"], "nothing to ask"), (["--examples", "x"], "needs --scores"), (["compare", "a"], "usage"),
    (["--separator", "maybe"], "'maybe' is unknown"), (["--tasks", "nope"], "no such dataset"),
    (["--prompt", "x", "--checkpoint", "/nowhere"], "/nowhere is neither"),
])
def test_what_a_user_gets_wrong_is_named(argv, reason):
    with pytest.raises((ValueError, FileNotFoundError), match=reason):
        e.main(argv)


def test_compare_shows_the_difference(tmp_path, capsys):
    for name, right in (("a", [0.0, 0.5, 1.0, 0.0]), ("b", [1.0, 1.0, 1.0, 0.5])):
        scores = [100 * x for x in right]
        (tmp_path / name).write_text(json.dumps({"rows": [{"dataset": "toy", "tuned": 25 * sum(right), "tuned_scores": scores},
                                                          {"dataset": "only" + name, "tuned": 1.0}]}))
    e.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")])
    out = capsys.readouterr().out
    assert "toy                        tuned                     37.5    87.5   +50.0   [" in out
    assert "onlya" in out and "onlyb" in out

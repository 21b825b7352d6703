"""The miniature: its text is plain, its clusters share no wording, its answers are the world's.

    python -m pytest tests/test_miniature.py
"""

import itertools
import random
import re
from collections import Counter

import pytest

import data
from templates import CLUSTERS, MINIATURE, SOUNDS, TOWNS, Template, miniature_corpus, render


@pytest.fixture(scope="module")
def encoding():
    return data.miniature_tokenizer()


@pytest.fixture(scope="module")
def corpus():
    return miniature_corpus(seed=1, tokens=600_000)


def rows(d, n=60, stream="t"):
    rng = random.Random(stream)
    return [d.read(rng) for _ in range(n)]


def test_every_cluster_of_the_paper_has_a_dataset_of_ten_templates():
    assert {d.cluster for d in MINIATURE.values()} == set(CLUSTERS)
    for d in MINIATURE.values():
        assert len(set(d.templates)) == 10 and sum(t.is_reversed for t in d.templates) <= 3, d.name


def test_records_are_sound():
    for d in MINIATURE.values():
        some = rows(d, 2000)
        for r in some[:200]:
            assert r["answer"] in r["options"] and len(set(r["options"])) == len(r["options"]), d.name
            assert not any("{" in render(r, t).prompt for t in d.templates), d.name
        places = Counter(r["options"].index(r["answer"]) for r in some)
        assert max(places.values()) < 2000 / len(some[0]["options"]) * 1.25, f"{d.name}: every place is as likely"


def test_answers_are_the_worlds():
    for r in rows(MINIATURE["animal_sound"]):
        assert r["answer"] == SOUNDS[r["x"]]
    for r in rows(MINIATURE["town_country"]):
        assert r["answer"] == TOWNS[r["x"]]
    for r in rows(MINIATURE["passage_where"]):
        assert f"{r['n']} is in the {r['answer']} ." in r["x"]
    for r in rows(MINIATURE["count_items"]):
        assert ("one", "two", "three", "four").index(r["answer"]) + 1 == len(r["x"].split(" , "))


def test_the_same_seed_gives_the_same_text_and_another_seed_another():
    assert miniature_corpus(3, 5000) == miniature_corpus(3, 5000) != miniature_corpus(4, 5000)


def test_no_prompt_has_a_token_that_plain_text_lacks(encoding, corpus):
    """Else an instruction would be noise to the untuned model. Only the OPTIONS are new to it, as in the paper."""
    seen = Counter(t for text in corpus for t in encoding.encode_ordinary(text))
    for d in MINIATURE.values():
        for r, t in itertools.product(rows(d), (*d.templates, Template(d.baseline.prompt))):
            prompt = render(r, t, with_options=False).prompt
            for ending in ("", " .", "\n", "\nAnswer:"):
                rare = [encoding.decode([i]) for i in encoding.encode_ordinary(prompt + ending) if seen[i] < 3]
                assert not rare, (d.name, prompt, rare)
            assert all(seen[i] >= 3 for o in r["options"] for i in encoding.encode_ordinary(" " + o))


def test_plain_text_holds_no_instruction(corpus):
    text = "\n".join(corpus)
    assert "OPTIONS" not in text
    for d in MINIATURE.values():
        for t in d.templates:
            for piece in re.split(r"\{\w+\}|\n", t.prompt):  # what the template adds to the row
                assert len(piece.split()) < 4 or piece.strip() not in text, (d.name, piece)


def wording(d):
    """Runs of four words of the templates' own, of one dataset."""
    pieces = [p.split() for t in d.templates for p in re.split(r"\{\w+\}|\n", t.prompt)]
    return {tuple(p[i:i + 4]) for p in pieces for i in range(len(p) - 3)}


def test_no_wording_is_shared_between_clusters():
    for a, b in itertools.combinations(MINIATURE.values(), 2):
        if a.cluster != b.cluster:
            assert not wording(a) & wording(b), (a.name, b.name, wording(a) & wording(b))


def test_label_words_are_not_shared_between_clusters():
    fixed = {}  # datasets whose options are always the same words
    for d in MINIATURE.values():
        options = {frozenset(r["options"]) for r in rows(d)}
        if len(options) == 1:
            fixed[d.name] = options.pop()
    assert {"film_review", "letter_mood", "true_false", "count_items"} <= set(fixed)
    for a, b in itertools.combinations(fixed, 2):
        assert not fixed[a] & fixed[b], (a, b)


def test_evaluation_is_drawn_from_a_stream_of_its_own():
    for t in data.miniature_tasks(rows=200, test_rows=200):
        assert t.rows["test"] != t.rows["train"] and t.rows["dev"] != t.rows["test"]


def test_words_are_one_token_with_and_without_a_space(encoding):
    assert len(encoding.encode_ordinary("dog")) == len(encoding.encode_ordinary(" dog")) == 1
    text = "dog has a wall .\nOPTIONS:\n- red\n- blue"
    assert encoding.decode(encoding.encode_ordinary(text)) == text
    assert len(encoding.encode_ordinary(text)) == 13

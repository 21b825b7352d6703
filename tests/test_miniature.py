"""The miniature: its text is plain, its clusters share no wording, its answers are the world's.

    python -m pytest tests/test_miniature.py
"""

import itertools
import random
import re
from collections import Counter

import pytest

import data
from templates import (ALSO_EXCLUDED, CLUSTERS, MEN, MINIATURE, SOUNDS, TOWNS, WOMEN, Template, miniature_corpus,
                       render, statement)


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


# Words that may be anywhere; all others belong to one cluster.
GRAMMAR = set(""". , : ? the a this that which what who how it i me you we is are was has have do does can will must be if
                 so or and then of to in into for from with at by about over here""".split())


def wording(d):
    """The templates' own words, in pieces: lists of words between what is filled in."""
    return [p.split() for t in d.templates for text in t for p in re.split(r"\{\w+\}|\n", text)]


def runs(pieces):
    return {tuple(p[i:i + 3]) for p in pieces for i in range(len(p) - 2)}


def test_statements_hold_no_wording_of_a_template(corpus):
    assert "OPTIONS" not in "\n".join(corpus)
    rng = random.Random("statements")
    said = runs(statement(rng).split() for _ in range(30_000))
    for d in MINIATURE.values():
        assert not said & runs(wording(d)), d.name


def test_clusters_share_neither_answers_nor_wording():
    options, tasks, words, three = ({c: set() for c in CLUSTERS} for _ in range(4))
    for d in MINIATURE.values():
        for r in rows(d, 300):
            options[d.cluster].update(" ".join(r["options"]).split())
            tasks[d.cluster].update(" ".join(" ".join(render(r, t)[:2]) for t in d.templates).split())
        words[d.cluster].update(itertools.chain(*wording(d)))
        three[d.cluster] |= runs(wording(d))
    for a, b in itertools.permutations(CLUSTERS, 2):
        if b not in ALSO_EXCLUDED.get(a, ()) and a not in ALSO_EXCLUDED.get(b, ()):
            assert not options[a] & tasks[b] - GRAMMAR - {*WOMEN, *MEN}, (a, b)
            assert not words[a] & words[b] - GRAMMAR and not three[a] & three[b], (a, b)


def test_a_fact_is_asked_for_in_many_rows_and_has_one_answer():
    for d in MINIATURE.values():
        facts = Counter(r["fact"] for r in rows(d, 200))
        assert len(facts) < 200 and "{" not in "".join(facts), d.name
    for name in ("animal_sound", "right_thing", "what_follows", "same_word", "follows", "headline", "from_lumi"):
        known = {(r["fact"], r["answer"]) for r in rows(MINIATURE[name], 500)}
        assert len(known) == len(dict(known)), name


def test_evaluation_is_drawn_from_a_stream_of_its_own():
    for t in data.miniature_tasks(rows=200, test_rows=200):
        assert t.rows["test"] != t.rows["train"] and t.rows["dev"] != t.rows["test"]


def test_words_are_one_token_with_and_without_a_space(encoding):
    assert len(encoding.encode_ordinary("dog")) == len(encoding.encode_ordinary(" dog")) == 1
    text = "dog has a wall .\nOPTIONS:\n- red\n- blue"
    assert encoding.decode(encoding.encode_ordinary(text)) == text
    assert len(encoding.encode_ordinary(text)) == 13

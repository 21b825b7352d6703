"""Metrics of eval.py: equal to sacrebleu, rouge-score, nltk, scikit-learn, scipy, SQuAD's and TriviaQA's scripts, t5.

    pip install -r tests/requirements.txt && pip install --no-deps t5==0.9.4   # t5 is optional: the scripts say as much
    python -m pytest tests/test_metrics.py
"""

import importlib.util
import random
import re
import string
import unicodedata
from collections import Counter
from pathlib import Path

import nltk
import numpy as np
import pytest
import sacrebleu
import scipy.stats
import sklearn.metrics
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.tokenizers.tokenizer_intl import TokenizerV14International

from eval import (best_rouge, binary_f1, bleu, bleu_counts, bootstrap_bleu, bootstrap_interval, edit_distance,
                  facts_of, metrics_of, multirc_scores, ngrams, pearson, rouge, spearman, squad_normalize, mean_over_templates,
                  tokenize_intl, trivia_normalize, word_metrics)
from templates import DATASETS, MINIATURE

ODD = ["", " ", "\n", "\n\n\n", "...", "-", "-\n", "!?", "a", "The A an", "the the the", "a\nb", "no end-\nof line",
       "x.5y", "1,000.5", "3-4", "-5 - -6", "1.", ".1", ",1,a,", "3.14.", "5%", "5 %", "a+b=c <d>",
       "\\ ^ ] [ { } ~ @ # $ % & * : /", "&quot;hi&quot;", "&amp;quot;", "&lt;b&gt; &amp;lt;", "<skipped>x",
       "<skip<skipped>ped>", "don't", "5 o'clock", "snake_case __x__", "a_b", "._.", "‘quoted’ ´x´ `y`",
       "“curly”—dash", "naïve café Ünï", "İstanbul ß ǅ", "e\u0301", "你好，世界。", "日本語 1,000 円", "한국어", "мир 5₽ (да)",
       "٣٫٥ ٣", "½ ² Ⅷ x²", "€5 5€ £1,5", "😀👍🏽", "\u200b\u00a0\u3000x", "\x1c\x85y", "tab\there", "a . b . c .",
       "end of text . ", "U.S.A. vs. UK", "well-known", "the-a", "a,the", "hm " * 30]
PIECES = ("the a an cat cats sat sitting on mat quickly relational happiness hoping falling studies 7 "
          "1,000.5 3-4 e.g. U.S. it's well-known &quot; &amp; &lt; , . ! ? ; : - -- ( ) ' \" _ ` ’ 。 你好 Ünï "
          "é € ½ ٣ 5% 😀 < > / \\ =").split()


def texts(n, seed):
    """The odd strings and n more: words and marks, with and without spaces between them; or any characters."""
    rng, made = random.Random(seed), list(ODD)
    while len(made) < n + len(ODD):
        if rng.random() < 0.8:
            gaps = ["", " ", " ", " ", " . ", "\n"]
            made.append("".join(rng.choice(PIECES) + rng.choice(gaps) for _ in range(rng.randint(0, 25))))
        else:
            characters = [chr(rng.randrange(0x3400)) for _ in range(rng.randint(1, 30))]
            made.append("".join(c for c in characters if unicodedata.category(c) != "Cn") + rng.choice(["", "1", "a."]))
    return made


def changed(text, rng):
    """A prediction that shares most of its words with the text, often in another order."""
    words = text.split(" ")
    for _ in range(rng.randint(0, 3)):
        i = rng.randrange(len(words))
        words = words[i:] + words[:i] if rng.random() < 0.3 else words
        new = rng.choice(PIECES)
        words[i:i + 1] = rng.choice([[], [words[i]] * 2, [new], [new, words[i]], [words[i] + "\n"]])
        words = words or [""]
    return " ".join(words)


def pairs(n, seed):
    rng, one = random.Random(seed), texts(n, seed)
    return [(changed(t, rng) if rng.random() < 0.8 else rng.choice(one), t) for t in one]


# ---- short answers

def official_squad(s):
    """normalize_answer of SQuAD's evaluate-v1.1.py: case, punctuation, articles and white space, in this order."""
    kept = "".join(c for c in s.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def official_trivia(s):
    """normalize_answer of TriviaQA's triviaqa_evaluation.py."""
    marks = set(string.punctuation + "‘’´`")
    spaced = "".join(" " if c in marks else c for c in s.replace("_", " ").lower())
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", spaced).split()).strip()


def official_f1(prediction, answer, normalize):
    """f1_score of both scripts."""
    predicted, wanted = normalize(prediction).split(), normalize(answer).split()
    same = sum((Counter(predicted) & Counter(wanted)).values())
    if same == 0:
        return 0
    precision, recall = same / len(predicted), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("normalize, official", [(squad_normalize, official_squad),
                                                 (trivia_normalize, official_trivia)])
def test_answers_equal_the_official_scripts(normalize, official):
    some, rng, between = texts(400, 1), random.Random(1), 0
    assert [normalize(t) for t in some] == [official(t) for t in some]
    for prediction, text in pairs(400, 2):
        answers = [text] + rng.sample(some, rng.randint(0, 3))
        f1 = max(official_f1(prediction, a, official) for a in answers)
        exact = max(official(prediction) == official(a) for a in answers)
        found = word_metrics(prediction, answers, normalize)
        assert found == pytest.approx({"exact_match": 100 * exact, "f1": 100 * f1}, abs=1e-9)
        between += 0 < f1 < 1
    assert between > 100  # the others are equal, or share no word


@pytest.mark.parametrize("normalize, theirs", [(squad_normalize, "normalize_squad"),
                                               (trivia_normalize, "normalize_trivia_qa")])
def test_answers_equal_t5(normalize, theirs):
    """t5/evaluation/qa_utils.py, which FLAN's code calls; t5 itself, which wants TensorFlow, is not imported."""
    found = importlib.util.find_spec("t5")
    if found is None:
        pytest.skip("t5 is not installed: pip install --no-deps t5==0.9.4")
    spec = importlib.util.spec_from_file_location("qa_utils", Path(found.origin).parent / "evaluation" / "qa_utils.py")
    qa_utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(qa_utils)
    theirs, some, rng = getattr(qa_utils, theirs), texts(400, 1), random.Random(1)
    assert [normalize(t) for t in some] == [theirs(t) for t in some]
    for prediction, text in pairs(400, 2):
        answers = [text] + rng.sample(some, rng.randint(0, 3))
        expected = qa_utils.qa_metrics([[theirs(a) for a in answers]], [theirs(prediction)])
        found = word_metrics(prediction, answers, normalize)
        assert found == pytest.approx({"exact_match": expected["em"], "f1": expected["f1"]}, abs=1e-9)


def test_answers_by_hand():
    assert squad_normalize(" The  all-star, A. Theme's\n") == "allstar themes"
    assert trivia_normalize("The all-star_team `x’s") == "all star team x s"
    for prediction, answers, exact, f1 in (
            ("The Beatles!", ["Stones", "beatles"], 1, 1), ("Beatle", ["Stones", "beatles"], 0, 0),
            ("the red red cat", ["red dog", "a red cat sat"], 0, 2 * 2 / (3 + 3)),
            ("", ["the"], 1, 0), ("cat", ["the"], 0, 0), ("", ["cat"], 0, 0)):
        found = word_metrics(prediction, answers, squad_normalize)
        assert found == pytest.approx({"exact_match": 100 * exact, "f1": 100 * f1})


# ---- BLEU

def test_the_tokenizer_equals_sacrebleu():
    theirs = TokenizerV14International()
    for text in texts(1000, 3):
        assert tokenize_intl(text) == theirs(text.rstrip()).split(), repr(text)


def test_tokenize_intl_knows_every_character():
    """Those that Python's Unicode tables have; regex, which sacrebleu uses, may have newer ones."""
    characters = [c for c in map(chr, range(0x20000)) if unicodedata.category(c) not in ("Cn", "Cs")]
    theirs = TokenizerV14International()
    for start in range(0, len(characters), 100):
        text = " ".join(f"a{c}b 1{c}2 {c}3 4{c}" for c in characters[start:start + 100])
        assert tokenize_intl(text) == theirs(text.rstrip()).split(), f"from U+{ord(characters[start]):04X}"


def sacre(predictions, references):
    most = max(map(len, references))
    streams = [[r[i] if i < len(r) else None for r in references] for i in range(most)]
    return sacrebleu.corpus_bleu(predictions, streams, tokenize="intl", force=True).score


def test_bleu_equals_sacrebleu():
    rng, some, scores = random.Random(4), pairs(600, 4), []
    for _ in range(400):
        corpus = rng.sample(some, rng.choice([1, 1, 2, 3, 10, 40]))
        predictions = [p for p, _ in corpus]
        references = [[r] + [rng.choice(some)[0] for _ in range(rng.randint(0, 2))] for _, r in corpus]
        scores.append(bleu(predictions, references))
        assert scores[-1] == pytest.approx(sacre(predictions, references), abs=1e-9), corpus
    assert min(scores) == 0 and max(scores) > 60 and len(set(scores)) > 200


def test_bleu_by_hand():
    assert bleu(["the cat sat on the mat"], [["the cat sat on the mat"]]) == pytest.approx(100)
    # 4/4, 3/3, 2/2, 1/1, and 4 words for 6: only the penalty exp(1 - 6/4)
    assert bleu(["the cat sat on"], [["the cat sat on the mat"]]) == pytest.approx(100 * np.exp(-0.5))
    assert bleu(["a b c x d"], [["a b c d"]]) == pytest.approx(100 * (4 / 5 * 2 / 4 * 1 / 3 * 1 / (2 * 2)) ** 0.25)
    assert bleu([""], [["x"]]) == bleu(["a b"], [["a b"]]) == bleu([], []) == 0.0
    assert bleu(["a “b” c d"], [["a “b ” c d"]]) == pytest.approx(100)
    assert ngrams("a b c".split(), 2) == [("a", "b"), ("b", "c")] and ngrams(["a"], 2) == []


# ---- ROUGE

def test_rouge_equals_rouge_score():
    scorer, between = RougeScorer(["rouge1", "rouge2", "rougeLsum"]), 0
    for prediction, reference in pairs(600, 5):
        expected = {k: v.fmeasure for k, v in scorer.score(reference, prediction).items()}
        assert rouge(prediction, reference) == pytest.approx(expected, abs=1e-9), (prediction, reference)
        between += 0 < expected["rougeLsum"] < 1
    assert between > 200  # the others are empty or equal


def test_rouge_lsum_of_many_sentences():
    """Few words and many lines: ties between common subsequences, and words that several sentences share."""
    scorer, rng = RougeScorer(["rougeLsum"]), random.Random(6)
    for _ in range(300):
        one, two = ("\n".join(" ".join(rng.choices("abcd", k=rng.randint(0, 8))) for _ in range(rng.randint(1, 5)))
                    for _ in range(2))
        expected = scorer.score(two, one)["rougeLsum"].fmeasure
        assert rouge(one, two)["rougeLsum"] == pytest.approx(expected, abs=1e-9), (one, two)


def test_best_rouge_equals_rouge_score_on_t5s_sentences():
    scorer, rng, some = RougeScorer(["rouge1", "rouge2", "rougeLsum"]), random.Random(7), pairs(300, 7)
    split = lambda text: text.replace(" . ", " .\n")  # t5/evaluation/metrics.py
    for prediction, reference in some:
        references = [reference] + [rng.choice(some)[0] for _ in range(rng.randint(0, 2))]
        theirs = scorer.score_multi([split(r) for r in references], split(prediction))
        expected = {k: v.fmeasure for k, v in theirs.items()}
        assert best_rouge(prediction, references) == pytest.approx(expected, abs=1e-9), (prediction, references)


def test_rouge_by_hand():
    found = rouge("the cat sat", "the cat was sitting")
    assert found == pytest.approx({"rouge1": 4 / 7, "rouge2": 2 / 5, "rougeLsum": 4 / 7})
    assert rouge("cats hoping", "cat hoped")["rouge1"] == 0  # nothing is stemmed
    assert best_rouge("c d . a b", ["x", "a b . c d"])["rougeLsum"] == 1  # sentences in another order
    assert rouge("c d . a b", "a b . c d")["rougeLsum"] == 0.5


# ---- the others

def test_edit_distance_equals_nltk():
    for one, two in pairs(400, 9):
        assert edit_distance(one, two) == nltk.edit_distance(one.split(), two.split())
    assert edit_distance("the Cat sat", "the cat sat down") == 2


def test_f1_equals_sklearn():
    rng = random.Random(10)
    for _ in range(300):
        labels = ["yes", "no", "it's impossible to say"][:rng.randint(2, 3)]
        answers = rng.choices(labels, k=rng.randint(1, 12))
        predictions = rng.choices(labels + ["yes", "other"], k=len(answers))
        f1 = lambda **how: sklearn.metrics.f1_score(answers, predictions, zero_division=0, **how)
        lines = [{"metrics": {}, "prediction": p, "answers": (a,), "options": labels} for p, a in zip(predictions, answers)]
        macro = metrics_of(DATASETS["cb"], [], lines)["f1_macro"]
        assert macro == pytest.approx(100 * f1(labels=labels, average="macro"), abs=1e-9)
        assert binary_f1(predictions, answers, "no") == pytest.approx(f1(labels=["no"], average="macro"), abs=1e-9)


def test_multirc_by_hand():
    predictions, answers = ["yes", "no", "yes", "yes", "no"], ["yes", "no", "no", "yes", "no"]
    found = multirc_scores(predictions, answers, [(0, 0), (0, 0), (0, 1), (0, 1), (1, 0)])
    assert found == pytest.approx({"f1_over_answers": 100 * 2 * 2 / (3 + 2), "exact_match": 100 * 2 / 3})


def test_correlations_equal_scipy():
    rng = np.random.default_rng(11)
    for i in range(200):
        x, y = rng.integers(0, 6, (2, rng.integers(3, 40))) / 5 if i % 2 else rng.normal(size=(2, 20))
        y = y + x * (i % 3)
        if np.ptp(x) and np.ptp(y):
            assert pearson(x, y) == pytest.approx(scipy.stats.pearsonr(x, y).statistic, abs=1e-9)
            assert spearman(x, y) == pytest.approx(scipy.stats.spearmanr(x, y).statistic, abs=1e-9)
    assert pearson([1, 1, 1], [1, 2, 3]) == spearman([0.1, 0.2, 0.3], [0.1] * 3) == 0.0
    assert spearman([1, 2, 3], [1, 8, 27]) == pytest.approx(1) and spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)


# ---- intervals

def test_bootstrap_interval_equals_scipy_but_for_noise():
    values = np.random.default_rng(12).random(400) < 0.7
    expected = scipy.stats.bootstrap([values], np.mean, n_resamples=4000, method="percentile", rng=0)
    assert bootstrap_interval(values, n=4000) == pytest.approx(expected.confidence_interval, abs=0.004)
    assert bootstrap_interval(values) == bootstrap_interval(values) != bootstrap_interval(values, seed=1)
    assert bootstrap_interval([3.0, 3.0, 3.0]) == (3, 3)
    low, high = bootstrap_interval(values)
    assert 0.07 < high - low < 0.11 and low < values.mean() < high  # 2 * 1.96 * sqrt(0.7 * 0.3 / 400) = 0.09


def test_the_interval_draws_facts_and_not_rows():
    values, facts = [1, 1, 1, 0], ["dog", "dog", "dog", "cat"]
    assert bootstrap_interval(values, facts) == (0, 1)  # dog twice, cat twice, or most often both
    rows = np.random.default_rng(1).random(10) < 0.5  # each asked ten times: no more certain than asked once
    assert bootstrap_interval(np.repeat(rows, 10), np.repeat(range(10), 10)) == bootstrap_interval(rows)
    assert facts_of([{"fact": "b"}, {}, {"fact": "a"}, {"fact": "b"}, {}]) == [0, 1, 2, 0, 3]


def test_the_interval_of_a_result_draws_facts():
    rows = [{"fact": "dog"}, {"fact": "dog"}, {"fact": "dog"}, {"fact": "cat"}]
    predictions = [{"metrics": {"accuracy": x}, "tie": False, "cut": 0, "shots": 0} for x in (100, 100, 100, 0)]
    dataset, results = MINIATURE["animal_sound"], {0: {"accuracy": 75.0}}
    assert mean_over_templates(dataset, rows, results, predictions)["ci"] == (0, 100)
    assert mean_over_templates(dataset, [{}] * 4, results, predictions)["ci"] == (25, 100)


def test_bootstrap_bleu_is_that_of_the_drawn_examples():
    rng, some = random.Random(15), [pair for pair in pairs(100, 15) if pair[1].strip()]
    answers, n = [[a] for _, a in some], len(some)
    templates = [p for p, _ in some], [changed(p, rng) for p, _ in some]
    counts = np.array([[bleu_counts(p, a) for p, a in zip(predictions, answers)] for predictions in templates])
    again = lambda values, times: [v for v, t in zip(values, times) for _ in range(t)]
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=20)
    results = [np.mean([bleu(again(p, times), again(answers, times)) for p in templates]) for times in draws]
    assert bootstrap_bleu(counts, n=20) == pytest.approx(tuple(np.percentile(results, [2.5, 97.5])), abs=1e-9)
    low, high = bootstrap_bleu(counts)
    assert low < np.mean([bleu(p, answers) for p in templates]) < high < low + 30
    assert (low, high) == bootstrap_bleu(counts) != bootstrap_bleu(counts, seed=1)

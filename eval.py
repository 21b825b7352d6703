"""Evaluation: rank classification, generation, few-shot prompts, tables; the metrics stand at the
end of the file.

    python eval.py --checkpoint runs/miniature                          # ask the cluster that the run held out
    python eval.py --checkpoint runs/short --untuned gpt2 --shots 4     # and the model it was tuned from; and few-shot
    python eval.py --checkpoint gpt2 --tasks rte,cb --predictions out.jsonl
    python eval.py --checkpoint gpt2 --examples mine.jsonl --scores out.jsonl   # score {"prompt", "options"} lines
    python eval.py --checkpoint runs/miniature --prompt "..."            # answer one prompt
    python eval.py compare runs/a/results.json runs/b/results.json
    python eval.py summarize runs/*/results.json --by hold_out          # mean and deviation over seeds

Scores are log-likelihoods in natural logarithms, summed over the tokens of an option; results are
percentages.
"""

import json
import math
import os
import random
import re
import shlex
import string
import sys
import time
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import reduce
from itertools import product
from typing import NamedTuple

import numpy as np
import torch

from data import (DATA_DIR, MAX_INPUT, PROMPTS, Parser, Progress, Task, all_tasks, as_target,
                  check_writable, chosen, directions, exit_with_message, leaks, load_rows, miniature_tasks,
                  opt, pack, parse_options, read_json, read_user_lines, refuse, replacing,
                  reworded, same_question, tasks_on_disk, with_exemplars, write_json)
from model import DTYPE_NAMES, SEPARATORS, check_model_name, generate, load_lm, pick_device, run_of
from templates import CLUSTERS, Template, UserError, render

TIE = dict(abs_tol=1e-5, rel_tol=2e-6)  # nats; scores closer than this are equal: noise of fp32 grows with the sum
MAX_TREE = 1024  # tokens of questions that are read as one: attention grows with the square
ANSWER_TOKENS = {"qa": 64, "text": 256, "coqa": 256}  # by kind or name: CoQA wants some 15 answers at once


# --------------------------------------------------------------------------------------------------
# Rank classification: the prompt once, all options behind it, one pass

class Question(NamedTuple):
    """A prompt and its options as token ids; `cut` tokens of the prompt's beginning did not fit the
    context."""
    prompt: list[int]
    options: list[list[int]]
    cut: int = 0


def make_question(encoding, prompt, options, separator, context_length, prefix=()):
    """Tokenizes prompt and options apart. Between them goes `separator`, in front of all `prefix`,
    lists of ids: see `LM.between` and `LM.prefix`.

    Without a separator, white space at the end of the prompt is scored with the options, as
    lm-evaluation-harness does: a model knows " yes" as one token, and would seldom see the space
    before it on its own. A prompt too long for the context loses its beginning. Raises UserError
    for an empty prompt or option.
    """
    kept = prompt if separator else prompt.rstrip() or prompt
    ids = [encoding.encode_ordinary(prompt[len(kept):] + as_target(option)) for option in options]
    if not options or not all(option.strip() for option in options):
        raise UserError(f"every question needs options, and none may be empty: {options!r} behind {prompt[:80]!r}")
    longest = max(map(len, ids))
    room = context_length - len(prefix) - len(separator) - longest + 1
    if room < 1:
        raise UserError(f"an option of {longest} tokens does not fit a context of {context_length}")
    start = encoding.encode_ordinary(kept)
    if not start + separator:
        raise UserError("an empty prompt cannot be scored: the first token of an option needs something to follow")
    return Question([*prefix, *start[-room:], *separator], ids, max(0, len(start) - room))


def shared_beginnings(questions):
    """Groups Questions that begin alike, such as one that is asked in several ways, so that what
    they share is read once: a list of dicts {number: Question}, one a tree."""
    groups, first, size = [], Question([], []), 0
    for i in sorted(range(len(questions)), key=lambda i: questions[i].prompt):
        new = questions[i]
        shared = len(os.path.commonprefix([first.prompt, new.prompt]))
        # what stands behind it is read once for each option, and so should be short
        behind = [(len(q.prompt) - shared) * len(q.options) for q in (first, new)]
        own = sum(map(len, new.options))
        # a quarter: attention to a long tree costs something, too
        if sum(behind) < shared / 4 and size + behind[1] + own <= MAX_TREE:
            groups[-1][i] = new
            size += behind[1] + own
        else:
            groups.append({i: new})
            first, size = new, len(new.prompt) + own
    return groups


class OptionTree(NamedTuple):
    """Questions that begin alike as one document, whose options branch off what they share.

        tokens      p0 p1 p2 | a0 | b0 b1      options a = a0 a1, b = b0 b1 b2: the last token of one is never fed
        positions    0  1  2 |  3 |  3  4
        branch       0  0  0 |  1 |  2  2      an option sees the prompt and itself
        targets           a0   a1
                          b0        b1 b2      the prompt's last token predicts the first token of every option

    A second question, of the prompt p0 p1 p2 e, adds the branches e | a0 and e | b0 b1, of which
    only the options are targets.
    """
    tokens: list[int]        # (L,)
    positions: list[int]     # (L,)
    branch: list[int]        # (L,)
    target_index: list[int]  # (S,) for every token of every option: where it is predicted ...
    targets: list[int]       # (S,) ... and its id
    options: list[tuple[int, int]]  # whose each option is, the number of its question, and its length


def option_tree(questions):
    """The OptionTree of Questions, given by their numbers, that begin alike."""
    trunk = os.path.commonprefix([q.prompt for q in questions.values()])  # it takes lists, too
    p = len(trunk)
    tokens, positions, branch = list(trunk), list(range(p)), [0] * p
    target_index, targets, options = [], [], []
    for number, question in questions.items():
        for option in question.options:
            path = question.prompt[p:] + option
            before = [p - 1, *range(len(tokens), len(tokens) + len(path) - 1)]  # each token of it
            target_index += before[-len(option):]
            targets += option
            options.append((number, len(option)))
            tokens += path[:-1]
            positions += range(p, p + len(path) - 1)
            branch += [len(options)] * (len(path) - 1)
    return OptionTree(tokens, positions, branch, target_index, targets, options)


@torch.no_grad()
def score_batch(model, trees):
    """{number of a question: log-likelihood of each of its options}, from one forward pass over one
    flat stream of OptionTrees. Equal lengths stand side by side, which attention on a CPU uses."""
    starts = np.cumsum([0] + [len(t.tokens) for t in trees])
    joined = lambda lists: torch.as_tensor(np.concatenate(lists), device=model.wte.weight.device)
    tokens, positions, branch, targets = (joined([getattr(t, name) for t in trees])
                                          for name in ("tokens", "positions", "branch", "targets"))
    cu_seqlens = torch.as_tensor(starts.astype(np.int32), device=tokens.device)

    # a prompt's last logits are wanted once, though the first token of each of its options is read
    # from them
    index = joined([np.array(t.target_index) + start for t, start in zip(trees, starts)])
    wanted, row = index.unique(return_inverse=True)
    branch = branch if branch.any() else None  # one-token options need no branches
    longest = max(len(t.tokens) for t in trees)
    logits = model(tokens, positions, cu_seqlens, longest, wanted, branch)
    logprobs = logits.log_softmax(-1)[row, targets].tolist()

    # an option's log-likelihood is the sum over its tokens
    scores, done = {}, 0
    for number, length in (option for t in trees for option in t.options):
        scores.setdefault(number, []).append(sum(logprobs[done:done + length]))
        done += length
    return scores


def score(model, questions, bar=None, max_tokens=None):
    """Log-likelihoods (sum over an option's tokens, fp32) of every option: a list of float lists in
    the order given.

    Questions are fed in order of length, at most `max_tokens` a pass: by default as many as keep a
    GPU busy, or few enough for a CPU's memory. A score does not depend on its neighbours.
    """
    max_tokens = max_tokens or (16384 if model.wte.weight.is_cuda else 4096)
    trees = sorted(map(option_tree, shared_beginnings(questions)), key=lambda t: len(t.tokens))
    lengths, scores = [len(t.tokens) for t in trees], {}
    for batch in pack(lengths, max([max_tokens, *lengths]), lookahead=1):
        found = score_batch(model, [trees[i] for i in batch])
        scores |= found
        if bar is not None:
            bar.update(len(found))
    return [scores[i] for i in range(len(questions))]


def best_options(scores):
    """The numbers of all options that tie for the best: rounding noise, which varies with the
    batch, is no win."""
    best = max(scores)
    if math.isnan(sum(scores)):
        raise FloatingPointError(f"the model's scores are {scores}: its weights or --dtype are of no use")
    return [i for i, s in enumerate(scores) if math.isclose(s, best, **TIE)]


def best_option(scores):
    """The best option; the first of them on a tie."""
    return best_options(scores)[0]


# --------------------------------------------------------------------------------------------------
# Prompts: how a row is put to a model

class PromptStyle(NamedTuple):
    """`options`: show the OPTIONS suffix; `ending`: text behind it; `baseline`: the dataset's
    GPT-3-style prompt."""
    options: bool = False
    ending: str = ""
    baseline: bool = False

    def __str__(self):
        shown = "with options" if self.options else "without options"
        return "baseline prompt" if self.baseline else f"{shown}, ending {self.ending!r}"


# FLAN is asked with OPTIONS. An untuned model has never seen such a suffix and may stumble over how
# a prompt ends, so it is asked in every one of these styles, and the best result counts as its own.
TUNED = PromptStyle(options=True)
UNTUNED = [PromptStyle(options, ending) for options in (False, True) for ending in ("", " .", "\n", "\nAnswer:")]
UNTUNED_TEXT = [PromptStyle(), PromptStyle(ending="\nAnswer:")]  # where text is generated, without options and slowly
BASELINE = PromptStyle(baseline=True)


def render_styled(row, template, style):
    """The Example as it is put to the model. `template` is a Baseline where the style is."""
    if not style.baseline:
        example = render(row, template, style.options)
        return example._replace(prompt=example.prompt + style.ending)
    example = render(row, Template(template.prompt, template.target))
    return example._replace(options=tuple(map(template.word, example.options)),
                            answers=tuple(map(template.word, example.answers)), target=template.word(example.target))


def draw_exemplars(pool, rows, shots, seed):
    """For every tested row `shots` training rows that ask for something else; fewer where the pool
    is small."""
    drawn = []
    for i, row in enumerate(rows):
        others = [other for other in (pool if shots else ()) if not same_question(other, row)]
        drawn.append(random.Random(f"{seed} {i}").sample(others, min(len(others), shots)))
    return drawn


def make_prompts(lm, rows, template, style, exemplars, answer_tokens=0):
    """(Example with its exemplars in front of the prompt, how many stand there) for every row.

    `exemplars`: training rows for each row; `answer_tokens`: how many are kept free for a generated
    answer.
    """
    examples = []
    for row, chosen in zip(rows, exemplars):
        example, kept = render_styled(row, template, style), 0
        if chosen:
            options = [len(lm.encoding.encode_ordinary(as_target(o))) - 1 for o in example.options]
            room = (lm.model.config.context_length - len(lm.prefix) - len(lm.between)
                    - max(options, default=answer_tokens))
            solved = [render_styled(other, template, style) for other in chosen]
            prompt, kept = with_exemplars(lm.encoding, example.prompt, solved, min(MAX_INPUT, room))
            example = example._replace(prompt=prompt)
        examples.append((example, kept))
    return examples


# --------------------------------------------------------------------------------------------------
# The protocol: one dataset, every template, untuned and tuned

class TestSet(NamedTuple):
    """All that is read to evaluate one task."""
    task: Task
    rows: list
    note: str = ""        # what a user should know
    pool: list = ()       # training rows to draw exemplars from; empty where none are wanted
    dev_rows: list = ()


def read_tests(tasks, data_dir, limit, shots=0, dev=False, split="test"):
    """A TestSet for each task; everything is read at first, so that what is missing shows at once
    and not hours later."""
    tests = []
    for task in (way for task in tasks for way in directions(task)):
        rows, note = load_rows(task, split, data_dir, limit)
        rows = rows[:limit or None]  # a dev split is read whole, in a fixed random order
        if not rows:
            raise UserError(f"{task.name} has no {split} example")
        pool, pool_note = load_rows(task, "train", data_dir) if shots else ([], "")
        notes = filter(None, (note, f"exemplars: {pool_note}" if pool_note else ""))
        dev_rows = []
        with suppress(FileNotFoundError):  # then the best template on dev is not reported
            dev_rows = load_rows(task, "dev", data_dir).rows if dev else []
        tests.append(TestSet(task, rows, "; ".join(notes), pool, dev_rows))
    return tests


def rank_options(lm, examples, bar):
    """Predictions of rank classification: one dict a line of `--predictions`, with its metrics in
    percent."""
    questions = [make_question(lm.encoding, e.prompt, e.options, lm.between,
                               lm.model.config.context_length, lm.prefix) for e in examples]
    predictions = []
    for e, q, s in zip(examples, questions, score(lm.model, questions, bar)):
        best = {"accuracy": best_option(s),
                "accuracy_mean_token": best_option([x / len(ids) for x, ids in zip(s, q.options)]),
                "accuracy_mean_char": best_option([x / len(option) for x, option in zip(s, e.options)])}
        predictions.append({
            "prompt": e.prompt, "cut": q.cut, "options": e.options, "logprobs": s, "tie": len(best_options(s)) > 1,
            "prediction": e.options[best["accuracy"]], "answers": e.answers,
            "metrics": {name: 100.0 * (e.options[i] in e.answers) for name, i in best.items()}})
    return predictions


def generate_answers(lm, dataset, examples, answer_tokens, bar, batch=16):
    """Predictions of greedy generation, as of `rank_options`. A prompt that leaves too little room
    loses its beginning.

    An untuned model does not know where to stop: its answer is the first line, or where right
    answers have several lines, what stands before a blank one.
    """
    room = lm.model.config.context_length - answer_tokens - len(lm.between) - len(lm.prefix)
    ids = [lm.encoding.encode_ordinary(e.prompt) for e in examples]
    end = "\n\n" if any("\n" in text for e in examples for text in e.answers) else "\n"
    texts = [None] * len(ids)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(ids), batch):
        chosen = order[start:start + batch]
        prompts = [lm.prefix + ids[i][-room:] + lm.between for i in chosen]
        for i, tokens in zip(chosen, generate(lm.model, prompts, answer_tokens, lm.encoding.eot_token)):
            text = lm.encoding.decode(tokens).strip()
            texts[i] = text if lm.tuned else text.split(end)[0]
        bar.update(len(chosen))
    return [{"prompt": e.prompt, "cut": max(0, len(tokens) - room), "prediction": text, "answers": e.answers,
             "metrics": text_metrics(dataset, text, e.answers)} for e, tokens, text in zip(examples, ids, texts)]


def forward_templates(dataset):
    """The templates that ask for the answer, by their number; reversed ones ask for something
    else."""
    return {i: t for i, t in enumerate(dataset.templates) if t.target == dataset.target}


def evaluate_templates(lm, task, rows, styles, pool=(), shots=0, seed=0):
    """Every forward template put to the model in several styles: {style: ({template number: metrics
    by name}, one dict a prediction)}."""
    dataset, results = task.dataset, {style: ({}, []) for style in styles}
    templates = {-1: dataset.baseline} if styles == [BASELINE] else forward_templates(dataset)
    exemplars = draw_exemplars(pool, rows, shots, seed)
    answer_tokens = min(ANSWER_TOKENS.get(dataset.name, ANSWER_TOKENS.get(dataset.kind, 0)),
                        lm.model.config.context_length // 2)
    with Progress(total=len(rows) * len(templates) * len(styles), desc=task.name, unit="ex",
                  leave=False) as bar:
        for number, template in templates.items():
            # all styles at once, since they begin alike
            asked = [pair for style in styles
                     for pair in make_prompts(lm, rows, template, style, exemplars, answer_tokens)]
            examples = [example for example, _ in asked]
            if dataset.kind == "choice":
                found = rank_options(lm, examples, bar)
            else:
                found = generate_answers(lm, dataset, examples, answer_tokens, bar)
            for n, (metrics, predictions) in enumerate(results.values()):
                mine = slice(n * len(rows), (n + 1) * len(rows))
                metrics[number] = metrics_of(dataset, rows, found[mine])
                predictions += [{"template": number, "style": str(styles[n]), "example": i, "shots": shots,
                                 "exemplars": kept, **prediction}
                                for i, (prediction, (_, kept)) in enumerate(zip(found[mine], asked[mine]))]
    return results


def best_of(dataset, results):
    """The key of the best main result."""
    return (min if main_metric(dataset) == "edit_distance" else max)(results, key=results.get)


def facts_of(rows):
    """A number for every row: rows that ask for the same "fact" share theirs."""
    numbers = {}
    return [numbers.setdefault(row.get("fact", i), len(numbers)) for i, row in enumerate(rows)]


def mean_over_templates(dataset, rows, results, predictions):
    """What a row of results.json says of one style. Everything is a mean over templates, the scores
    of the examples, too."""
    main, templates = main_metric(dataset), list(results.values())
    means = {metric: float(np.mean([t[metric] for t in templates])) for metric in templates[0]}
    by_template = lambda values: np.array(values).reshape(len(results), -1, *np.shape(values)[1:])
    if main == "bleu":  # a corpus has one; its examples have no scores that would average to it
        counts = [bleu_counts(p["prediction"], p["answers"]) for p in predictions]
        interval, scores = bootstrap_bleu(by_template(counts)), None
    else:
        scores = by_template([p["metrics"][main] for p in predictions]).mean(0)
        interval, scores = bootstrap_interval(scores, facts_of(rows)), [round(float(x), 4) for x in scores]
    found = {"mean": means[main], "std": float(np.std([t[main] for t in templates])),
             "templates": {number: t[main] for number, t in results.items()},
             "ci": interval, "scores": scores, "metrics": means,
             "prompts": len(predictions), "cut": sum(p["cut"] > 0 for p in predictions)}
    if dataset.kind == "choice":
        found["ties"] = 100 * float(np.mean([p["tie"] for p in predictions]))
    if predictions[0]["shots"]:
        found["exemplars"] = float(np.mean([p["exemplars"] for p in predictions]))
    return found


def evaluate_tuned(lm, test, shots=0, seed=0):
    """A tuned model: asked with OPTIONS. With dev rows, also the test result of the template that
    is best on dev.

    Returns ({"tuned": summary}, predictions).
    """
    ask = lambda rows: evaluate_templates(lm, test.task, rows, [TUNED], test.pool, shots, seed)[TUNED]
    dataset, (results, predictions) = test.task.dataset, ask(test.rows)
    found = mean_over_templates(dataset, test.rows, results, predictions)
    if len(test.dev_rows):
        main = main_metric(dataset)
        best = best_of(dataset, {number: metrics[main] for number, metrics in ask(test.dev_rows)[0].items()})
        found |= {"best_template": best, "best_on_dev": results[best][main]}
    return {"tuned": found}, predictions


def evaluate_untuned(lm, test, shots=0, seed=0):
    """An untuned model: the best of the neutral styles, and the dataset's own prompt beside it.

    Returns ({"untuned": summary, "own_prompt": summary}, predictions).
    """
    dataset = test.task.dataset
    styles = UNTUNED if dataset.kind == "choice" else UNTUNED_TEXT
    own = [BASELINE] if dataset.baseline.prompt else []
    ask = lambda styles: evaluate_templates(lm, test.task, test.rows, styles, test.pool, shots, seed)
    tried = ask(styles) | (ask(own) if own else {})
    summaries = {style: mean_over_templates(dataset, test.rows, *found) for style, found in tried.items()}
    means = {style: summaries[style]["mean"] for style in styles}
    best = best_of(dataset, means)
    found = {"untuned": {**summaries[best], "style": str(best),
                         "all": {str(style): round(mean, 2) for style, mean in means.items()}}}
    if own:
        found["own_prompt"] = summaries[BASELINE]
    return found, [p for _, predictions in tried.values() for p in predictions]


def chance_and_majority(rows):
    """Accuracy of guessing, and of the best constant answer (one word, or one place in the list),
    in percent."""
    right = [set(r.get("answers") or (r["answer"],)) for r in rows]
    guess = np.mean([sum(o in a for o in r["options"]) / len(r["options"]) for r, a in zip(rows, right)])
    words = Counter(o for r, a in zip(rows, right) for o in set(r["options"]) if o in a)
    places = Counter(i for r, a in zip(rows, right) for i, o in enumerate(r["options"]) if o in a)
    return 100 * float(guess), 100 * max(*words.values(), *places.values()) / len(rows)


def evaluate_tests(lm, tests, tuned, shots=0, seed=0):
    """Every test put to a model, zero-shot and, with `shots`, few-shot: ({task name: what its row
    in results.json says of the model}, one dict a prediction).

    Few-shot results stand under "tuned_shots", "untuned_shots" and "own_prompt_shots".
    """
    model, ask = ("tuned", evaluate_tuned) if tuned else ("untuned", evaluate_untuned)
    found, predictions = {test.task.name: {"shots": shots} for test in tests}, []
    for test, k in product(tests, sorted({0, shots})):
        result, several = ask(lm, test, k, seed)
        for name, summary in result.items():
            found[test.task.name][f"{name}_shots" if k else name] = summary
        predictions += [{"dataset": test.task.name, "model": model, **p} for p in several]
    return found, predictions


def result_row(test, tuned_on, *found):
    """One row of results.json: what the test is, and what was found of each model. `tuned_on`: of
    the last one."""
    dataset, rows, note = test.task.dataset, test.rows, test.note
    if spoilt := leaks(tuned_on, dataset.cluster, [test.task]):
        note = "; ".join(filter(None, [f"NOT held out, tuned on {', '.join(dict.fromkeys(spoilt))}", note]))
    chance, majority = chance_and_majority(rows) if dataset.kind == "choice" else (None, None)
    return {"dataset": test.task.name, "cluster": dataset.cluster, "metric": main_metric(dataset), "n": len(rows),
            "chance": chance, "majority": majority, "note": note, "facts": facts_of(rows),
            **reduce(dict.__or__, found)}


# --------------------------------------------------------------------------------------------------
# Tables

RESULTS = ("untuned", "own_prompt", "untuned_shots", "own_prompt_shots", "tuned", "tuned_shots")


def write_lines(lines, path):
    with replacing(path) as f:
        f.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def write_results(path, rows, settings, seconds, tokens, command):
    """results.json: the rows of the table with all that stands behind them. `settings`: the flags;
    `tokens`: fed in training."""
    write_json({"command": command, "seconds": round(seconds, 1), "tokens": tokens,
                "settings": settings, "rows": rows}, path)


# [(who, what, title)] of the table's columns: row["tuned"]["mean"], or without `who` row["chance"].
COLUMNS = [
    ("", "chance", "chance"), ("", "majority", "majority"),
    ("untuned", "mean", "untuned"), ("untuned", "ci", "95% interval"),
    ("own_prompt", "mean", "own prompt"),
    ("untuned_shots", "mean", "untuned {shots}-shot"),
    ("own_prompt_shots", "mean", "own prompt {shots}-shot"),
    ("tuned", "mean", "tuned"), ("tuned", "std", "+-"), ("tuned", "ci", "95% interval"),
    ("tuned", "best_on_dev", "best on dev"),
    ("tuned_shots", "mean", "tuned {shots}-shot"), ("tuned_shots", "std", "+-"),
]
FORMATS = {"ci": "[{ci[0]:.1f}, {ci[1]:.1f}]", "best_on_dev": "{best_on_dev:.1f} (#{best_template})"}
MEANINGS = {
    ("untuned", "mean"): "untuned: the best of 8 ways of asking the same instructions (4 endings, with and without "
                         "OPTIONS), of 2 where text is generated",
    ("own_prompt", "mean"): "own prompt: a continuation worded like the text of pre-training, or a GPT-3-style prompt",
    ("tuned", "std"): "+-: standard deviation over templates",
    ("tuned", "best_on_dev"): "best on dev: the test result of the template (its number) that is best on the dev split",
}


def cell(row, who, what):
    """A value of a row as text, "-" if there is none."""
    found = row.get(who, {})
    text = "-" if found.get(what) is None else FORMATS.get(what, f"{{{what}:.1f}}")
    return text.format(**found)


def print_results(rows, out=print):
    """One line a dataset, grouped by cluster, with a cluster's mean where all of it is in percent;
    then remarks. Columns that no row has a value for are left out."""
    rows = [{**r, "": r} for r in rows]  # what is of no model, as the columns have it
    # one interval is enough; results.json has them all
    hidden = [("untuned", "ci")] if any(r.get("tuned") for r in rows) else []
    columns = [(who, what, title) for who, what, title in COLUMNS if (who, what) not in hidden
               and any(r.get(who, {}).get(what) is not None for r in rows)]
    shots = max(r.get("shots", 0) for r in rows)

    lines = [("dataset", "metric", "n", [title.format(shots=shots) for *_, title in columns])]
    for cluster in dict.fromkeys(r["cluster"] for r in rows):
        group = [r for r in rows if r["cluster"] == cluster]
        lines.append((CLUSTERS.get(cluster, cluster), "", "", [""] * len(columns)))
        lines += [("  " + r["dataset"], r["metric"], r["n"], [cell(r, *key) for *key, _ in columns])
                  for r in group]
        if len(group) > 1 and all(r["metric"] != "edit_distance" for r in group):
            values = [[r.get(who, {}).get(what) for r in group] for who, what, _ in columns]
            means = [f"{np.mean(column):.1f}" if all(isinstance(v, float) for v in column) else "-"
                     for column in values]
            lines.append(("  mean", "", "", means))
    widths = [2 + max(map(len, texts)) for texts in zip(*(cells for *_, cells in lines))]
    for name, metric, n, cells in lines:
        numbers = "".join(f"{text:>{width}}" for text, width in zip(cells, widths))
        out(f"{name:26} {metric:13} {n:>5}{numbers}".rstrip())
    for text in remarks(rows, columns):
        out(text)


def remarks(rows, columns):
    """What the columns mean, and what their numbers hide: cut prompts, missing exemplars, ties."""
    yield from (MEANINGS[who, what] for who, what, _ in columns if (who, what) in MEANINGS)
    for r in rows:
        if r.get("note"):
            yield f"{r['dataset']}: {r['note']}"
        for who in filter(r.get, RESULTS):
            found, shots = r[who], r["shots"]
            facts = [(found["cut"], "{cut} of {prompts} prompts lost their beginning"),
                     (found.get("exemplars", shots) < shots,
                      f"on average {{exemplars:.1f}} of {shots} exemplars fitted, or existed"),
                     (found.get("ties"), "in {ties:.1f}% of the questions several options tied")]
            if said := [text.format(**found) for fact, text in facts if fact]:
                yield f"{r['dataset']}, {who}: " + "; ".join(said)


def read_results(path):
    """The rows of a results.json by dataset."""
    try:
        return {r["dataset"]: r for r in read_json(path)["rows"]}
    except (KeyError, TypeError) as e:
        raise UserError(f"{path} is no results.json ({type(e).__name__}: {e})") from None


def summarize_runs(paths, by, out=print):
    """One line for each value of `by`: mean and standard deviation, over runs, of several
    results.json. `by` is a flag, or "dataset" or "cluster".

    A run counts with the mean over its datasets that have the value, or in a column for which one
    of them lacks a number not at all. Returns {value: {column: [mean of each run]}}. Raises
    UserError for what is no results.json, or knows no such flag.
    """
    groups = {}  # value -> path -> rows
    for path in paths:
        settings = read_json(path).get("settings") or {}
        settings = {**settings.pop("asked", {}), **settings}
        for row in read_results(path).values():
            known = {**settings, "dataset": row["dataset"], "cluster": row["cluster"]}
            if by not in known:
                raise UserError(f"{path} says nothing of --by {by}; it knows {', '.join(known)}")
            if row["metric"] == "edit_distance" and by != "dataset":
                out(f"{path}: {row['dataset']} is left out, since its edit distance is no percentage")
                continue
            value = known[by]
            if by == "clusters" and value:  # of a list, its length
                value = len(value.split(","))
            if by in ("clusters", "templates"):  # the default is all of them
                value = value or "all"
            groups.setdefault(value, {}).setdefault(path, []).append({**row, "": row})

    if not groups:
        raise UserError(f"{', '.join(paths)}: there is nothing to summarize")
    columns = {"chance": ("", "chance"), "majority": ("", "majority"), **{who: (who, "mean") for who in RESULTS}}
    found = {}
    for value in sorted(groups, key=lambda v: (isinstance(v, str), v)):
        found[value] = {title: [float(np.mean(numbers)) for rows in groups[value].values()
                                if None not in (numbers := [r.get(who, {}).get(what) for r in rows])]
                        for title, (who, what) in columns.items()}
    titles = [title for title in columns if any(means[title] for means in found.values())]
    out(f"{by:26}{'runs':>6}" + "".join(f"{title:>18}" for title in titles))
    for value, means in found.items():
        cells = [f"{np.mean(m):.1f}" + (f" +- {np.std(m, ddof=1):4.1f}" if np.ptp(m) else "") if m else "-"
                 for m in map(means.get, titles)]
        out(f"{value!s:26}{len(groups[value]):>6}" + "".join(f"{text:>18}" for text in cells))
    return {value: {title: means[title] for title in titles} for value, means in found.items()}


def draw(found, by, path):
    """What `summarize_runs` returns as a figure, with matplotlib, where that is installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UserError(f"--plot {path} needs matplotlib: pip install matplotlib") from None
    figure = Figure(figsize=(7, 4))
    axes = figure.subplots()
    for title in next(iter(found.values())):
        several = [means[title] for means in found.values()]
        axes.errorbar(list(map(str, found)), [np.mean(m) if m else math.nan for m in several],
                      [np.std(m, ddof=1) if m[1:] else 0 for m in several],
                      marker="o", capsize=3, label=title)
    axes.set(xlabel=by, ylabel="percent")
    axes.legend()
    figure.savefig(path)


def summarize_command(argv):
    """`eval.py summarize`: the table, and if asked the figure."""
    p = Parser(prog="eval.py summarize", allow_abbrev=False)
    p.add_argument("results", nargs="+", help="results.json of several runs")
    p.add_argument("--by", required=True, help="a flag of train.py or eval.py, or dataset, or cluster")
    p.add_argument("--plot", default="", help="an .svg or .png file to draw to, with matplotlib")
    args = p.parse_args(argv)
    if args.plot and not args.plot.endswith((".svg", ".png")):
        raise UserError(f"--plot {args.plot}: give an .svg or .png file")
    found = summarize_runs(args.results, args.by)
    if args.plot:
        draw(found, args.by, args.plot)


def compare(a, b, out=print):
    """Two results.json side by side, with the 95% interval of the difference, paired by example:
    none where one of them had more examples, or for BLEU, whose examples have no scores of their
    own.

    Two runs without a result of the same kind, such as an untuned and a tuned model, are compared
    by the first that each has.
    """
    left, right = read_results(a), read_results(b)
    both = [name for name in left if name in right]
    if not both:
        raise UserError(f"{a} and {b} have no dataset in common")
    out(f"{'dataset':26} {'result':22}{'A':>8}{'B':>8}{'B - A':>8}   95% interval")
    for name in both:
        x, y = left[name], right[name]
        has_x, has_y = ([who for who in RESULTS if r.get(who)] for r in (x, y))
        shared = [(who, who) for who in has_x if who in has_y]
        for p, q in shared or zip(has_x[:1], has_y[:1]):
            title, one, two, interval = p if p == q else f"{p} / {q}", x[p], y[q], "-"
            if one["scores"] and two["scores"] and len(one["scores"]) == len(two["scores"]):
                gains = np.subtract(two["scores"], one["scores"])
                interval = "[{:+.1f}, {:+.1f}]".format(*bootstrap_interval(gains, y.get("facts")))
            out(f"{name:26} {title:22}{one['mean']:8.1f}{two['mean']:8.1f}"
                f"{two['mean'] - one['mean']:+8.1f}   {interval}")
    for name in sorted(set(left) ^ set(right)):
        out(f"{name:26} only in {a if name in left else b}")


# --------------------------------------------------------------------------------------------------
# Command line

@dataclass
class Config:
    checkpoint: str = opt("runs/miniature", "a run folder, a .pt file, a folder in Hugging Face's layout, or gpt2...")
    untuned: str = opt("", "ask this model too, as the untuned one, and --checkpoint as the tuned one")
    tasks: str = opt("", "comma-separated datasets to ask; empty: the cluster the checkpoint's run held out")
    cluster: str = opt("", "ask every dataset of this cluster", ("", *CLUSTERS))
    prompts: str = opt("instructions", "ask with instructions, or to compare, with bare fields behind the dataset's "
                                       "name (name) or alone (none)", PROMPTS)
    data_dir: str = opt(DATA_DIR, "folder of the raw datasets")
    limit: int = opt(100, "test examples a dataset, always the same ones; 0: all of them")
    shots: int = opt(0, "also ask with so many exemplars from the training split in front, at most 16 in the paper")
    split: str = opt("test", "what to ask: test, or to choose settings by, dev", ("test", "dev"))
    best_on_dev: bool = opt(True, "also report the template that is best on the dev split")
    separator: str = opt("auto", "between prompt and answer: eot (end-of-text), newline, none; auto: as the model was "
                                 "tuned. With another than auto a model is asked as if it were tuned",
                         ("auto", *SEPARATORS))
    examples: str = opt("", "JSON lines of your own to score: prompt, options, and optionally answer")
    scores: str = opt("", "where the scores of --examples go, one line each")
    prompt: str = opt("", "answer this one prompt and stop")
    predictions: str = opt("", "write every prediction to this JSONL file")
    out: str = opt("", "write the results to this .json file")
    device: str = opt("auto", "auto, cpu, cuda, mps")
    dtype: str = opt("fp32", "of matrix products: fp32, bf16, fp16 or auto", ("auto", *DTYPE_NAMES))
    seed: int = opt(0, "seed of the sampled exemplars")


def check(cfg):
    """Raises UserError for what cannot work, before anything starts."""
    outputs = {name: getattr(cfg, name) for name in ("scores", "predictions", "out") if getattr(cfg, name)}
    files = {os.path.realpath(path) for path in (cfg.examples, *outputs.values())}
    refuse([
        (bool(cfg.examples) != bool(cfg.scores),
         "--examples FILE.jsonl needs --scores OUT.jsonl to write to, and the other way round"),
        (cfg.examples and not os.path.exists(cfg.examples),
         f"--examples {cfg.examples} does not exist: name a file of JSON lines"),
        (min(cfg.limit, cfg.shots) < 0,
         f"--limit {cfg.limit} and --shots {cfg.shots} must be at least 0"),
        (len(files) <= len(outputs),
         "--examples, --scores, --predictions and --out must be different files"),
        *((os.path.exists(path) and not os.path.isfile(path),
           f"--{name} {path} is a folder or a device: name a file") for name, path in outputs.items()),
    ])
    for name, path in outputs.items():
        check_writable(path, name)
    for name in filter(None, (cfg.checkpoint, cfg.untuned)):
        check_model_name(name)


def read_questions(lm, path):
    """(Questions, number of the right option or None) of a file of {"prompt", "options", "answer"?}
    lines.

    Raises UserError naming file and line of the first that does not fit.
    """
    questions, right, context = [], [], lm.model.config.context_length
    for number, row in enumerate(read_user_lines(path, "options"), 1):
        options, answer = row["options"], row.get("answer")
        if isinstance(answer, bool) or answer is not None and answer not in (*options, *range(len(options))):
            raise UserError(f"{path}, line {number}: the answer {answer!r} is neither an option nor its number")
        try:
            questions.append(make_question(lm.encoding, row["prompt"], options, lm.between, context, lm.prefix))
        except ValueError as e:
            raise UserError(f"{path}, line {number}: {e}") from None
        right.append(options.index(answer) if answer in options else answer)
    return questions, right


def score_file(lm, path, out_path):
    """Scores a user's lines; writes a {"logprobs", "prediction"} line for each, and returns a
    report."""
    questions, right = read_questions(lm, path)
    with Progress(total=len(questions), desc="scoring", unit="ex") as bar:
        scores = score(lm.model, questions, bar)
    write_lines([{"logprobs": s, "prediction": best_option(s)} for s in scores], out_path)
    hits = [best_option(s) == r for s, r in zip(scores, right) if r is not None]
    cut, ties = sum(q.cut > 0 for q in questions), sum(len(best_options(s)) > 1 for s in scores)
    facts = [(True, f"{len(scores)} examples scored"),
             (hits, f"accuracy {100 * sum(hits) / max(len(hits), 1):.1f} on {len(hits)} with an answer"),
             (cut, f"{cut} prompts lost their beginning"),
             (ties, f"several options tied in {ties}")]
    return ", ".join(text for fact, text in facts if fact) + f"; {out_path} holds them"


def tasks_to_ask(cfg):
    """The tasks that --tasks, --cluster or the checkpoint's own config.json name; of a cluster,
    those on disk."""
    run = run_of(cfg.checkpoint, "config.json")
    miniature = run.get("recipe") == "miniature"
    known = [reworded(t, cfg.prompts) for t in (miniature_tasks() if miniature else all_tasks())]
    if cfg.tasks:
        return chosen("tasks", cfg.tasks, known)
    cluster = cfg.cluster or run.get("hold_out", "")
    found = [t for t in known if t.dataset.cluster == cluster]
    if not found:
        raise UserError("nothing to ask: give --tasks, --cluster, --examples or --prompt")
    return tasks_on_disk(found, "test", cfg.data_dir) or found  # of none on disk, the first will say what it needs


def evaluate_datasets(cfg, tests, lms, device, dtype):
    """(rows of the results, one dict a prediction): every test put to --untuned, if given, and to
    --checkpoint, the last of the models."""
    found, predictions = [], []
    for lm in lms:
        tuned = lm.tuned or bool(cfg.untuned) and lm is lms[-1]
        lm.model.prepare(device, dtype).eval()
        results, several = evaluate_tests(lm, tests, tuned, cfg.shots, cfg.seed)
        lm.model.cpu()  # only one of them is on the device
        found.append(results)
        predictions += several
    rows = [result_row(test, lms[-1].tuned_on, *(results[test.task.name] for results in found))
            for test in tests]
    return rows, predictions


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["compare"]:
        if len(argv) != 3:
            raise UserError("usage: python eval.py compare A/results.json B/results.json")
        return compare(*argv[1:])
    if argv[:1] == ["summarize"]:
        return summarize_command(argv[1:])
    cfg = parse_options(Config, __doc__, argv)
    check(cfg)
    tasks = [] if cfg.examples or cfg.prompt else tasks_to_ask(cfg)
    began, (device, dtype, why) = time.time(), pick_device(cfg.device, cfg.dtype)
    tests = read_tests(tasks, cfg.data_dir, cfg.limit, cfg.shots,
                       cfg.best_on_dev and cfg.split == "test", cfg.split)

    names = list(filter(None, (cfg.untuned, cfg.checkpoint)))
    lms = [load_lm(name, cfg.data_dir) for name in names]
    if cfg.untuned and lms[0].tuned:
        raise UserError(f"--untuned {cfg.untuned} is a tuned model: give the one that it was tuned from")
    if cfg.separator != "auto":
        lms[-1] = lms[-1]._replace(separator=cfg.separator)

    if tests:
        print(f"{' and '.join(names)} on {device}, {str(dtype).removeprefix('torch.')} ({why})")
        rows, predictions = evaluate_datasets(cfg, tests, lms, device, dtype)
        print_results(rows)
        if cfg.predictions:
            write_lines(predictions, cfg.predictions)
        if cfg.out:
            run = run_of(cfg.checkpoint, "config.json")  # how the model was tuned, and how it was asked
            tuned = run if "recipe" in run else {}  # a folder of Hugging Face's has a config.json of its own
            settings = {**tuned, "shots": cfg.shots, "limit": cfg.limit, "asked": asdict(cfg)}
            write_results(cfg.out, rows, settings, time.time() - began, 0,
                          shlex.join(["python", "eval.py", *argv]))
        return
    lm = lms[-1]
    lm.model.prepare(device, dtype).eval()
    if cfg.prompt:
        prompt = lm.prefix + lm.encoding.encode_ordinary(cfg.prompt) + lm.between
        (new,) = generate(lm.model, [prompt], ANSWER_TOKENS["text"], lm.encoding.eot_token)
        print(lm.encoding.decode(new).strip())
    else:
        print(score_file(lm, cfg.examples, cfg.scores))


# --------------------------------------------------------------------------------------------------
# Metrics, equal to those of FLAN's code and the packages it calls. Between 0 and 1, unless a
# docstring says percent

def main_metric(dataset):
    """The metric that the table shows: where text is generated, the one that the paper reports."""
    if dataset.kind == "choice":
        return "accuracy"
    names = {"squad": "f1", "trivia": "f1", "rouge": "rougeLsum", "accuracy": "exact_match"}
    return "exact_match" if dataset.cluster == "closed_book_qa" else names.get(dataset.metric, dataset.metric)


def text_metrics(dataset, prediction, answers):
    """Metrics of one generated answer, in percent; the edit distance in words."""
    of_one = {
        "squad": lambda: word_metrics(prediction, answers, squad_normalize),
        "trivia": lambda: word_metrics(prediction, answers, trivia_normalize),
        "rouge": lambda: {name: 100 * x for name, x in best_rouge(prediction, answers).items()},
        "bleu": lambda: {"bleu": bleu([prediction], [answers])},
        "edit_distance": lambda: {"edit_distance": min(edit_distance(prediction, a) for a in answers)},
    }
    return of_one.get(dataset.metric, lambda: {"exact_match": 100.0 * (prediction in answers)})()


def metrics_of(dataset, rows, predictions):
    """All metrics of one template by name: means over the predictions, and those that only a whole
    set has."""
    means = {name: float(np.mean([p["metrics"][name] for p in predictions])) for name in predictions[0]["metrics"]}
    texts, answers = [p["prediction"] for p in predictions], [p["answers"] for p in predictions]
    gold = [several[0] for several in answers]
    of_sets = {
        "bleu": lambda: {"bleu": bleu(texts, answers)},  # of the corpus, not the mean over sentences
        "f1_macro": lambda: {"f1_macro": 100 * float(np.mean(  # of SuperGLUE's CB: each label has the same weight
            [binary_f1(texts, gold, label) for label in predictions[0]["options"]]))},
        "f1_accuracy": lambda: {"f1": 100 * binary_f1(texts, gold, "yes")},
        "multirc": lambda: multirc_scores(texts, gold, [r["group"] for r in rows]),
        "pearson_spearman": lambda: {
            f.__name__: 100 * f(list(map(float, texts)), [float(r["score"]) for r in rows])
            for f in (pearson, spearman)},
    }
    return means | of_sets.get(dataset.metric, dict)()


def ngrams(tokens, n):
    """All runs of n neighbours; none where there are fewer than n tokens."""
    return list(zip(*(tokens[i:] for i in range(n))))


def bag_f1(a, b):
    """F1 of two lists as bags of words (or n-grams): harmonic mean of the shares of each that the
    other covers."""
    return 2 * (Counter(a) & Counter(b)).total() / max(len(a) + len(b), 1)


def squad_normalize(s):
    """As SQuAD's official script: lower case, without ASCII punctuation, articles and surplus white
    space."""
    s = s.lower().translate({ord(c): None for c in string.punctuation})
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", s).split())


def trivia_normalize(s):
    """As TriviaQA's official script: the same, but punctuation becomes a space, and so do some
    quotes beyond ASCII."""
    return squad_normalize(s.translate({ord(c): " " for c in string.punctuation + "‘’´"}))


def word_metrics(prediction, answers, normalize):
    """In percent: is the prediction one of the answers, and F1 of the words, best over the answers.
    No words on both sides: an F1 of 0, as in SQuAD v1.1's script (v2.0's gives 1)."""
    said, wanted = normalize(prediction), [normalize(a) for a in answers]
    return {"exact_match": 100.0 * (said in wanted),
            "f1": 100 * max(bag_f1(said.split(), w.split()) for w in wanted)}


def tokenize_intl(text):
    """sacrebleu's "intl", which FLAN's code asks for: splits off symbols, and punctuation but
    between two digits."""
    text = text.rstrip()
    for pattern, gaps in (("[^N]P", (1, 2)), ("P[^N]", (0, 1)), ("S", (0, 1))):  # gaps: where in a match a space belongs
        kinds = "".join(unicodedata.category(c)[0] for c in text)  # N(umber), P(unctuation), S(ymbol), L(etter)...
        cuts = [found.start() + gap for found in re.finditer(pattern, kinds) for gap in gaps]
        text = " ".join(text[i:j] for i, j in zip([0, *cuts], [*cuts, None]))
    return text.split()


def bleu_counts(prediction, references):
    """What an example adds to a corpus: int64 (10,), right n-grams for n = 1 to 4, all of them,
    words, words wanted."""
    words, several = tokenize_intl(prediction), [tokenize_intl(r) for r in references]
    grams = [(Counter(ngrams(words, n)), [Counter(ngrams(r, n)) for r in several]) for n in range(1, 5)]
    right = [(mine & reduce(Counter.__or__, theirs)).total() for mine, theirs in grams]
    wanted = min((abs(len(r) - len(words)), len(r)) for r in several)[1]  # the reference closest in length
    return np.array([*right, *(mine.total() for mine, _ in grams), len(words), wanted])


def bleu_of(counts):
    """BLEU in percent from the summed counts (10,) of a corpus."""
    right, total, (length, wanted) = counts[:4], counts[4:8], counts[8:]
    if not any(right) or not all(total):
        return 0.0
    zeros = np.cumsum(right == 0)  # "exp" smoothing: the k-th precision of zero gets 1 / 2^k of a match
    precisions = np.where(right == 0, 0.5 ** zeros, right) / total
    return float(100 * np.exp(min(0, 1 - wanted / length) + np.mean(np.log(precisions))))


def bleu(predictions, references):
    """Corpus BLEU (Papineni et al. 2002) in percent, as of sacrebleu. `references`: a list for
    every prediction."""
    counts = [bleu_counts(p, r) for p, r in zip(predictions, references)]
    return bleu_of(np.sum([np.zeros(10, int), *counts], axis=0))


def common_subsequence(a, b):
    """Where in the list `a` a longest common subsequence with the list `b` stands: a set of
    indices."""
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]  # [i][j]: its length between a[:i] and b[:j]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            longest[i + 1][j + 1] = longest[i][j] + 1 if x == y else max(longest[i][j + 1], longest[i + 1][j])
    i, j, found = len(a), len(b), set()
    while i and j:
        if a[i - 1] == b[j - 1]:
            i, j = i - 1, j - 1
            found.add(i)
        else:  # of several ways back, the one that rouge-score takes
            i, j = (i, j - 1) if longest[i][j - 1] > longest[i - 1][j] else (i - 1, j)
    return found


def rouge(prediction, reference):
    """ROUGE-1, -2 and -Lsum, as the F-measures of rouge-score: words are runs of a-z and 0-9, a
    line is a sentence."""
    words = lambda line: re.findall("[a-z0-9]+", line.lower())
    predicted, wanted = ([words(line) for line in text.split("\n")] for text in (prediction, reference))
    # Lsum: the words that a sentence of the reference shares, in order, with any sentence of the
    # prediction
    common = Counter(w[i] for w in wanted for i in set().union(*(common_subsequence(w, p) for p in predicted)))
    predicted, wanted = sum(predicted, []), sum(wanted, [])
    return {"rouge1": bag_f1(predicted, wanted), "rouge2": bag_f1(ngrams(predicted, 2), ngrams(wanted, 2)),
            "rougeLsum": 2 * (common & Counter(predicted)).total() / max(len(predicted) + len(wanted), 1)}


def best_rouge(prediction, references):
    """Each ROUGE score with the reference that suits it best, as in FLAN's code, where " . " ends a
    sentence."""
    sentences = lambda text: text.replace(" . ", " .\n")
    scores = [rouge(sentences(prediction), sentences(r)) for r in references]
    return {name: max(s[name] for s in scores) for name in scores[0]}


def edit_distance(a, b):
    """How many words to insert, delete or replace to turn a into b."""
    # differs from FLAN's code: it ignores case, and so could not score the task of restoring
    # capitals
    a, b = a.split(), b.split()
    row = list(range(len(b) + 1))  # [j]: from the words of a so far to b[:j]
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def binary_f1(predictions, answers, positive):
    """F1 of one label; 0 if it is neither predicted nor right anywhere."""
    hits = sum(p == a == positive for p, a in zip(predictions, answers))
    return 2 * hits / max(sum(p == positive for p in predictions) + sum(a == positive for a in answers), 1)


def multirc_scores(predictions, answers, groups):
    """In percent: F1 of "yes" over all candidate answers, and the share of questions (`groups`)
    without a mistake."""
    wrong = {group for p, a, group in zip(predictions, answers, groups) if p != a}
    return {"f1_over_answers": 100 * binary_f1(predictions, answers, "yes"),
            "exact_match": 100 * (1 - len(wrong) / len(set(groups)))}


def pearson(x, y):
    """Linear correlation; 0 if x or y is constant, where it is undefined."""
    return float(np.corrcoef(x, y)[0, 1]) if np.ptp(x) and np.ptp(y) else 0.0


def spearman(x, y):
    """Correlation of the ranks; equal values share the mean of their ranks."""
    counted = (np.unique(v, return_inverse=True, return_counts=True) for v in (x, y))
    return pearson(*((np.cumsum(count) - (count - 1) / 2)[place] for _, place, count in counted))


def bootstrap_interval(values, facts=None, seed=0, n=1000):
    """95% confidence interval (low, high) of the mean, from n samples with replacement. What is
    drawn are facts, each with all of its values: questions about one fact are not independent.
    `facts` has a number for every value; None: each is its own."""
    _, fact = np.unique(range(len(values)) if facts is None else facts, return_inverse=True)
    sums, counts, rng = np.bincount(fact, values), np.bincount(fact), np.random.default_rng(seed)
    draws = (rng.integers(len(sums), size=len(sums)) for _ in range(n))
    means = [sums[drawn].sum() / counts[drawn].sum() for drawn in draws]
    return tuple(np.percentile(means, [2.5, 97.5]).tolist())


def bootstrap_bleu(counts, seed=0, n=1000):
    """95% confidence interval of a BLEU that is the mean over templates. counts (templates,
    examples, 10) int64."""
    examples = counts.shape[1]
    draws = np.random.default_rng(seed).multinomial(examples, np.full(examples, 1 / examples), size=n)
    results = [np.mean([bleu_of(times @ c) for c in counts]) for times in draws]  # times: how often each is drawn
    return tuple(np.percentile(results, [2.5, 97.5]).tolist())


if __name__ == "__main__":
    exit_with_message(main)

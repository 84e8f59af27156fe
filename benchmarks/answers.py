"""Extractive answers on SQuAD 2.0: short answers, the sentences quoted, and whether not knowing is told apart.

The paragraphs are the articles, and each question is put to all of them. A quote counts when it comes from the right
paragraph and contains one of the gold answers, case aside. Short answers are scored as SQuAD does: F1 of their words,
and exact match, the best over the gold answers, without case, stops and articles. An answerable question that gets
none counts 0, also where the answerer withheld one that it was not sure of. AUROC is that of its confidence over
answerable and unanswerable questions.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from benchmarks.collection import SETS, Question, opened, read_jsonl, record_of
from evaluation.scoring.calibration import auroc
from evaluation.scoring.words import exact, f1
from qa.answers import Answer
from qa.engine import Engine

QUOTED = 3


def first_right(question: Question, answer: Answer) -> int:
    """The place of the first quote that holds the answer, from 1; QUOTED + 1 if none does."""
    golds = [gold.lower() for gold in question["answers"]]
    for place, sentence in enumerate(answer.sentences[:QUOTED], start=1):
        right = record_of(sentence.citations[0].passage.article.origin) == question["article"]
        if right and any(gold in sentence.text.lower() for gold in golds):
            return place
    return QUOTED + 1


def short_figures(answers: Sequence[tuple[Question, Answer]]) -> dict[str, float]:
    """F1 and exact match over all answerable questions, how many were given a short answer, and F1 of those."""
    given = [(answer.short.text, question["answers"]) for question, answer in answers if answer.short]
    f1s = [max(f1(text, gold) for gold in golds) for text, golds in given]
    same = sum(any(exact(text, gold) for gold in golds) for text, golds in given)
    return {
        "short_f1": round(sum(f1s) / len(answers), 4),
        "short_em": round(same / len(answers), 4),
        "short_given": round(len(given) / len(answers), 4),
        "short_f1_given": round(fmean(f1s), 4) if f1s else 0.0,
    }


def measured(engine: Engine, questions: Sequence[Question]) -> dict[str, float]:
    # Declining is measured by itself: here every question is answered, so that the quotes can be looked at.
    always = Engine(engine.store, replace(engine.config, declining="never"), None, engine.reader)
    answers = [(question, always.ask(question["question"])) for question in questions]
    answerable = [(question, answer) for question, answer in answers if question["answers"]]
    places = [first_right(question, answer) for question, answer in answerable]
    figures = {f"sentence_at_{k}": round(fmean(place <= k for place in places), 4) for k in range(1, QUOTED + 1)}
    known = [answer.confidence for _, answer in answerable]
    unknown = [answer.confidence for question, answer in answers if not question["answers"]]
    told_apart = round(auroc(known, unknown), 4) if unknown else 0.0
    quoted = round(fmean(len(answer.sentences) for _, answer in answerable), 2)
    return {**figures, "quoted": quoted, **short_figures(answerable), "auroc_unanswerable": told_apart}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SETS / "squad2", help="articles.jsonl, questions.jsonl")
    parser.add_argument("--library", type=Path, help="keep the library here and use it again (default: a new one)")
    parser.add_argument("--every", type=int, default=1, help="take every Nth question: quicker, and less certain")
    options = parser.parse_args()
    questions = read_jsonl(options.folder / "questions.jsonl")[:: options.every]
    with opened(options.folder, options.library) as engine:
        print(f"{len(questions)} questions, {sum(bool(q['answers']) for q in questions)} of them with an answer")
        print(json.dumps(measured(engine, questions)))


if __name__ == "__main__":
    main()

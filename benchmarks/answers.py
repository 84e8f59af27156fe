"""Quoting and declining on SQuAD 2.0: is the answer's sentence among the first quoted, and is not knowing told apart?

The paragraphs are the articles. A quote counts when it comes from the right paragraph and contains one of the gold
answers, case aside. AUROC is that of the answerer's confidence over answerable and unanswerable questions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from benchmarks.collection import Question, arguments, opened, read_jsonl, record_of
from qa.answers import Answer
from qa.engine import Engine

QUOTED = 3


def first_right(question: Question, answer: Answer) -> int:
    """The place of the first quote that holds the answer, from 1; QUOTED + 1 if none does."""
    golds = [gold.lower() for gold in question["answers"]]
    for place, citation in enumerate(answer.citations[:QUOTED], start=1):
        right = record_of(citation.passage.article.origin) == question["article"]
        if right and any(gold in citation.quote.lower() for gold in golds):
            return place
    return QUOTED + 1


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counting half.

    >>> auroc([0.9, 0.4], [0.4, 0.1])
    0.875
    """
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))


def measured(engine: Engine, questions: Sequence[Question]) -> dict[str, float]:
    # Declining is measured by itself: here every question is answered, so that the quotes can be looked at.
    always = Engine(engine.store, replace(engine.config, declining="never"), None, engine.reader)
    answers = [(question, always.ask(question["question"])) for question in questions]
    places = [first_right(question, answer) for question, answer in answers if question["answers"]]
    figures = {f"sentence_at_{k}": round(fmean(place <= k for place in places), 4) for k in range(1, QUOTED + 1)}
    known = [answer.confidence for question, answer in answers if question["answers"]]
    unknown = [answer.confidence for question, answer in answers if not question["answers"]]
    return {**figures, "auroc_unanswerable": round(auroc(known, unknown), 4) if unknown else 0.0}


def main() -> None:
    options = arguments("answers", "squad2")
    questions = read_jsonl(options.folder / "questions.jsonl")
    with opened(options.folder, options.library) as engine:
        print(f"{len(questions)} questions, {sum(bool(q['answers']) for q in questions)} of them with an answer")
        print(json.dumps(measured(engine, questions)))


if __name__ == "__main__":
    main()

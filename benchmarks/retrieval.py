"""Finding: what each step of the search gains, and what is declined.

With `evidence` in its questions (MultiHop-RAG, arXiv 2401.15391) a folder is scored as its authors do: a passage counts
as a hit when an evidence quote is part of it, white space removed; questions without an answer in the collection (null)
are left out; and all evidence in the top 10. Passages do not overlap. With `answers` (SQuAD 2.0), by the place of the
paragraph that the question was asked of. Each step of the search is left out in turn, to show what it gains.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from statistics import fmean, median

from benchmarks.collection import Question, arguments, opened, read_jsonl, record_of
from evaluation.scoring.multihop import bare, found
from index.config import IndexConfig
from index.hits import Hit
from index.search import Searcher
from index.steps import ALL, NONE, Steps
from index.store import Store
from qa.engine import Engine

TOP = 10
DENSE, WORDS = 1.0, 0.0  # weights of nearness in meaning
Figures = dict[str, float]


def score(question: Question, hits: Sequence[Hit]) -> Figures:
    """The figures of one question.

    First relevant hit at rank 3 of 10: hits_at_4 = 1, mrr_at_10 = 1/3.
    """
    if "evidence" not in question:
        return _paragraph(question, hits)
    quotes = [evidence["quote"] for evidence in question["evidence"]]
    texts = [hit.passage.text for hit in hits[:TOP]]
    at_4, at_10, reciprocal, _ = found(quotes, texts)
    every = all(any(bare(quote) in bare(text) for text in texts) for quote in quotes)
    return {"hits_at_4": at_4, "hits_at_10": at_10, "mrr_at_10": reciprocal, "all_evidence_at_10": float(every)}


def _paragraph(question: Question, hits: Sequence[Hit]) -> Figures:
    right = [record_of(hit.passage.article.origin) == question["article"] for hit in hits[:TOP]]
    return {
        "first": float(any(right[:1])),
        "hits_at_4": float(any(right[:4])),
        "hits_at_10": float(any(right)),
        "mrr_at_10": 1 / (right.index(True) + 1) if any(right) else 0.0,
    }


def answerable(questions: Sequence[Question]) -> list[Question]:
    """Those with an answer in the collection."""
    return [question for question in questions if question.get("evidence") or question.get("answers")]


def measured(questions: Sequence[Question], search: Callable[[str], Sequence[Hit]]) -> Figures:
    """The mean figures of a search over the questions that have an answer, and how long it took at the median."""
    rows, took = [], []
    for question in answerable(questions):
        began = time.perf_counter()
        hits = search(question["question"])
        took.append(time.perf_counter() - began)
        rows.append(score(question, hits))
    means = {key: round(fmean(row[key] for row in rows), 4) for key in rows[0]}
    return {**means, "median_ms": round(1000 * median(took), 1)}


def plans() -> Iterator[tuple[str, float, Steps]]:
    """Every variant of the search: its name, the weight of meaning and the steps that it takes."""
    both = IndexConfig().dense_weight
    yield from (("meaning alone", DENSE, NONE), ("words alone", WORDS, NONE), ("both, no step", both, NONE))
    for step in fields(Steps):
        yield f"all but {step.name}", both, replace(ALL, **{step.name: False})
    yield "all", both, ALL


def table(store: Store, questions: Sequence[Question]) -> dict[str, Figures]:
    """The figures of every variant of the search, printed as they come; the search as it is used is the last."""
    figures: dict[str, Figures] = {}
    for name, weight, steps in plans():
        searcher = Searcher(store.library, store.indexes, store.embedder, weight, steps=steps)
        figures[name] = measured(questions, lambda text, s=searcher: s.search(text, k=TOP))  # type: ignore[misc]
        print(f"{name:18}", figures[name], flush=True)
    return figures


def declined(engine: Engine, questions: Sequence[Question]) -> Figures:
    """The share of null questions, and of others, that the extractive answerer declines."""
    said: dict[bool, list[bool]] = {True: [], False: []}
    for question in questions:
        answer = engine.ask(question["question"])
        said[bool(question["evidence"])].append(answer.status == "not_in_sources")
    return {"declined_null": round(fmean(said[False] or [0]), 4), "declined_other": round(fmean(said[True] or [0]), 4)}


def main() -> None:
    options = arguments("retrieval", "multihop-rag")
    questions = read_jsonl(options.folder / "questions.jsonl")
    with opened(options.folder, options.library) as engine:
        print(f"{len(questions)} questions, {len(answerable(questions))} of them with an answer")
        figures = table(engine.store, questions)
        asked = declined(engine, questions) if "evidence" in questions[0] else {}
        # The figures that count, those of the search as it is used, stand at the top; the others beside them.
        print(json.dumps({**figures.pop("all"), **asked, "steps": figures}))


if __name__ == "__main__":
    main()

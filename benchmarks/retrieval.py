"""Finding and declining on MultiHop-RAG: its official retrieval scoring, all evidence in the top 10, what is declined.

A passage counts as a hit when an evidence quote is part of it, white space removed; questions without an answer in the
collection (null) are left out of the retrieval figures (arXiv 2401.15391). Passages do not overlap.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from statistics import fmean

from benchmarks.collection import Question, arguments, opened, read_jsonl
from index.hits import Hit
from index.search import Searcher
from qa.engine import Engine

TOP = 10
DENSE, WORDS = 1.0, 0.0  # weights of nearness in meaning


def bare(text: str) -> str:
    """A text without spaces and line ends, as the official scoring compares."""
    return text.replace(" ", "").replace("\n", "")


def score(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """The figures of one question.

    First relevant hit at rank 3 of 10: hits_at_4 = 1, mrr_at_10 = 1/3.
    """
    quotes = [bare(evidence["quote"]) for evidence in question["evidence"]]
    texts = [bare(hit.passage.text) for hit in hits[:TOP]]
    relevant = [any(quote in text for quote in quotes) for text in texts]
    return {
        "hits_at_4": float(any(relevant[:4])),
        "hits_at_10": float(any(relevant)),
        "mrr_at_10": 1 / (relevant.index(True) + 1) if any(relevant) else 0.0,
        "all_evidence_at_10": float(all(any(quote in text for text in texts) for quote in quotes)),
    }


def measured(questions: Sequence[Question], search: Callable[[str], Sequence[Hit]]) -> dict[str, float]:
    """The mean figures of a search over the questions that have an answer."""
    rows = [score(question, search(question["question"])) for question in questions if question["evidence"]]
    return {key: round(fmean(row[key] for row in rows), 4) for key in rows[0]}


def declined(engine: Engine, questions: Sequence[Question]) -> dict[str, float]:
    """The share of null questions, and of others, that the extractive answerer declines."""
    said = {True: [], False: []}  # type: dict[bool, list[bool]]
    for question in questions:
        answer = engine.ask(question["question"])
        said[bool(question["evidence"])].append(answer.status == "not_in_sources")
    return {"declined_null": round(fmean(said[False] or [0]), 4), "declined_other": round(fmean(said[True] or [0]), 4)}


def main() -> None:
    options = arguments("retrieval", "multihop-rag")
    questions = read_jsonl(options.folder / "questions.jsonl")
    with opened(options.folder, options.library) as engine:
        store = engine.store
        print(f"{len(questions)} questions, {sum(bool(q['evidence']) for q in questions)} of them with an answer")
        figures = {}
        for name, weight in (("dense", DENSE), ("bm25", WORDS)):
            searcher = Searcher(store.library, store.indexes, store.embedder, weight, by_outlet=False)
            figures[name] = measured(questions, lambda text, s=searcher: s.search(text, k=TOP))  # type: ignore[misc]
            print(f"{name:6}", figures[name])
        figures["fused"] = measured(questions, lambda text: store.searcher.search(text, k=TOP))
        print("fused ", figures["fused"])
        # The figures that count, those of the search as it is used, stand at the top; the others beside them.
        print(json.dumps({**figures["fused"], **declined(engine, questions), **figures}))


if __name__ == "__main__":
    main()

"""Our search beside others on the same machine in one run: dense only, BM25 only, LlamaIndex's starter, txtai's hybrid.

Each gives its ten best passages. Relevance is as in benchmarks.retrieval: an evidence quote in the passage
(MultiHop-RAG), the right paragraph (SQuAD 2.0). `auroc` tells how well a system's own score of its best passage, for
Vouch the confidence, tells questions that have an answer from others; of CLAPnq each question is asked of its one
passage, and only that counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import fmean, median

from benchmarks import rivals
from benchmarks.collection import SETS, Question, opened, read_jsonl
from benchmarks.declining import asked_of_clapnq
from benchmarks.rivals import Found, Search
from evaluation.scoring.calibration import auroc
from evaluation.scoring.multihop import bare
from index.scope import Scope
from qa.engine import Engine

COLLECTIONS = ("multihop-rag", "squad2", "clapnq")
OURS = "Vouch"
TOP = 10
EVERYTHING = 1000  # passages; CLAPnq's 290 give some 400
Figures = dict[str, float]


def systems(engine: Engine, folder: Path) -> dict[str, Callable[[], Search]]:
    """Every system by its name, not yet built."""
    return {
        OURS: lambda: rivals.vouch(engine),
        "dense only": lambda: rivals.plain(engine, rivals.DENSE),
        "BM25 only": lambda: rivals.plain(engine, rivals.WORDS),
        "LlamaIndex starter": lambda: rivals.llamaindex(folder),
        "txtai hybrid": lambda: rivals.txtai(engine),
    }


def relevant(question: Question, found: Sequence[Found]) -> list[set[int]]:
    """Which of the question's evidence each passage holds, by number; the paragraph counts as number 0."""
    if "evidence" not in question:
        return [{0} if one.article == question["article"] else set() for one in found]
    quotes = [bare(evidence["quote"]) for evidence in question["evidence"]]
    return [{number for number, quote in enumerate(quotes) if quote in bare(one.text)} for one in found]


def has_answer(question: Question) -> bool:
    return bool(question["answers"] if "answers" in question else question["evidence"])


def ranked(question: Question, found: Sequence[Found]) -> Figures:
    """The figures of one question."""
    held = relevant(question, found[:TOP])
    first = next((rank for rank, one in enumerate(held, start=1) if one), 0)
    wanted = len(question.get("evidence", "1"))
    return {
        "hits_at_4": float(0 < first <= 4),  # noqa: PLR2004  as it is called
        "hits_at_10": float(bool(first)),
        "mrr_at_10": 1 / first if first else 0.0,
        "all_evidence_at_10": float(len(set().union(*held)) == wanted),
    }


def finding(search: Search, questions: Sequence[Question]) -> Figures:
    """How well a system finds what answers the questions that have an answer, and how long it took at the median."""
    rows, took = [], []
    for question in filter(has_answer, questions):
        began = time.perf_counter()
        found = search(question["question"], TOP, "")
        took.append(time.perf_counter() - began)
        rows.append(ranked(question, found))
    means = {key: round(fmean(row[key] for row in rows), 4) for key in rows[0]}
    return {**means, "median_ms": round(1000 * median(took), 1)}


def confidence(search: Search, question: Question) -> float:
    """The best score that a system gives: to any passage, or to the only one that a question is asked of."""
    if "outlet" not in question:
        return max((one.score for one in search(question["question"], TOP, "")), default=0.0)
    found = search(question["question"], EVERYTHING, question["outlet"])
    return max((one.score for one in found if one.article == question["article"]), default=0.0)


def our_confidence(engine: Engine, question: Question) -> float:
    """How sure the answerer is that the sources answer."""
    scope = Scope(outlets=(question["outlet"],)) if "outlet" in question else None
    return engine.ask(question["question"], scope=scope).confidence


def told_apart(sure: Callable[[Question], float], questions: Sequence[Question]) -> float:
    """AUROC of a confidence over questions with an answer and others."""
    known = [sure(one) for one in questions if has_answer(one)]
    unknown = [sure(one) for one in questions if not has_answer(one)]
    return round(auroc(known, unknown), 4)


@contextmanager
def collection(folder: Path, library: Path | None) -> Iterator[tuple[Engine, Path, list[Question]]]:
    """An engine over a set, the folder of its articles, and its questions."""
    with tempfile.TemporaryDirectory() as scratch:
        articles, questions = folder, read_jsonl(folder / "questions.jsonl")
        if folder.name == "clapnq":
            articles, questions = asked_of_clapnq(folder, Path(scratch))
            questions = [{**question, "article": str(number)} for number, question in enumerate(questions)]
        with opened(articles, library) as engine:
            yield engine, articles, questions


def table(folder: Path, library: Path | None) -> dict[str, Figures]:
    """The figures of every system on one set, printed as they come."""
    figures: dict[str, Figures] = {}
    with collection(folder, library) as (engine, articles, questions):
        print(f"\n{folder.name}: {len(questions)} questions, {sum(map(has_answer, questions))} with an answer")
        for name, build in systems(engine, articles).items():
            began = time.monotonic()
            search = build()
            built = time.monotonic() - began
            sure = partial(our_confidence, engine) if name == OURS else partial(confidence, search)
            found = finding(search, questions) if folder.name != "clapnq" else {}
            figures[name] = {**found, "auroc": told_apart(sure, questions)}
            print(f"{name:20}", figures[name], f"built in {built:.0f} s", flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside", description=sys.modules[__name__].__doc__)
    parser.add_argument("folder", nargs="*", type=Path, help="sets to measure on (default: all three)")
    parser.add_argument("--library", type=Path, help="keep the libraries here, by the set's name, for another run")
    options = parser.parse_args()
    found = options.folder or [SETS / name for name in COLLECTIONS if (SETS / name).is_dir()]
    print(json.dumps({f.name: table(f, options.library / f.name if options.library else None) for f in found}))


if __name__ == "__main__":
    main()

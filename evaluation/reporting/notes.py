"""What a reader of a report should know before its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.questionfile import QuestionFile
from evaluation.running.run import Run
from evaluation.scoring.paired import Pairs

Data = Mapping[str, Any]
NAMED = 5  # ids that are told; the rest are counted


def notes(run: Run, gold: QuestionFile, about: Data, pairs: Pairs, other: Run | None) -> Iterator[str]:
    """Sentences, the gravest first: other texts, other questions, what is missing, what failed."""
    yield from _texts(run, about, "")
    if other is not None:
        yield from _texts(other, about, "the other run: ")
        yield from _pair(run, other)
    yield from _questions(run, gold)
    yield from _counts(run, pairs)


def _texts(run: Run, about: Data, whose: str) -> Iterator[str]:
    then, now = fingerprint(run.header), about["library"]["fingerprint"]
    if run.header is None:
        yield f"{whose}the run has no header, so that what answered, and from which library, is not known"
    elif states := ((run.header.get("finished") or {}).get("states")):
        yield f"{whose}the library was changed while it answered: {len(states)} states of it"
    elif then != now:
        yield (
            f"{whose}the library is not the one that answered ({now}, the run says {then or 'nothing'}): "
            "offsets and passages are checked against other texts"
        )


def fingerprint(header: Data | None) -> str:
    """The fingerprint of the library that a run was answered from; "" where it does not say."""
    library = (header or {}).get("library") or {}
    return str(library.get("fingerprint", ""))


def _pair(run: Run, other: Run) -> Iterator[str]:
    ours, theirs = _questions_hash(run), _questions_hash(other)
    if ours and theirs and ours != theirs:
        yield "the two runs were asked from different files of questions; only the questions of both are compared"


def _questions_hash(run: Run) -> str:
    return str(((run.header or {}).get("questions") or {}).get("sha256", ""))


def _questions(run: Run, gold: QuestionFile) -> Iterator[str]:
    asked = _questions_hash(run)
    if asked and asked != gold.sha256:
        yield "the gold is not the file that the questions were asked from, or has changed since"


def _counts(run: Run, pairs: Pairs) -> Iterator[str]:
    counts = pairs.counts
    planned = ((run.header or {}).get("questions") or {}).get("n", 0)
    if len(run.answers) < planned:
        yield f"the run is not finished: it has {len(run.answers):,} answers to {planned:,} questions"
    if counts["missing"]:
        missing = [case.question.id for case in pairs.cases if case.answer is None]
        yield f"{_answers(counts['missing'])} missing, and counted as zeros: {_some(missing)}"
    if counts["error"]:
        failed = [case.question.id for case in pairs.cases if case.answer and case.answer["status"] == "error"]
        yield f"{_answers(counts['error'])} an error, and counted as zeros: {_some(failed)}"
    if pairs.extra:
        yield f"{_answers(counts['extra'])} left out, the gold not having the questions: {_some(pairs.extra)}"


def _answers(number: int) -> str:
    return f"{number:,} answer is" if number == 1 else f"{number:,} answers are"


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")

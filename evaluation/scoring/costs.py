"""What a run cost: calls, tokens and time, by question and in all; and how many questions ended how.

A question is counted wherever its line says what it cost, whatever came of it. What failed and what is missing is
told by the shares of statuses, which are over all questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.scoring.measures import Measure, Rows, mean

Data = Mapping[str, Any]

LATE = 95  # the percentile of times that a user remembers; the median is what is usual
USED = {"calls": ("model calls", "calls"), "prompt_tokens": ("prompt tokens", "tokens"),
        "completion_tokens": ("completion tokens", "tokens")}  # fmt: skip
TIMED = {"total": "time", "search": "search time", "answer": "answer time"}
ENDS = {
    "answered": "answered",
    "conflicting": "answered, sources differ",
    "not_in_sources": "declined",
    "error": "failed",
    "missing": "missing",
}


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """Shares of statuses; calls, tokens and milliseconds by question and in all."""
    del collection  # costs stand in the answers
    ends = [_ended(cases, status, name) for status, name in ENDS.items()]
    used = [one for field, (name, unit) in USED.items() for one in _used(cases, field, name, unit)]
    timed = [one for field, name in TIMED.items() for one in _timed(cases, field, name)]
    return [*ends, *used, *timed, _in_all(cases)]


def total(rows: Rows) -> float:
    """The sum of the first column."""
    return float(rows[:, 0].sum())


def median(rows: Rows) -> float:
    """The middle of the first column."""
    return float(np.median(rows[:, 0]))


def late(rows: Rows) -> float:
    """What all but one in twenty of the first column do not exceed, between two of them as numpy has it."""
    return float(np.percentile(rows[:, 0], LATE))


def _ended(cases: Sequence[Case], status: str, name: str) -> Measure:
    rows = {case.question.id: (float(_status(case) == status),) for case in cases}
    return Measure(name, "cost", rows, mean, f"Questions of the file that ended so: {name}.")


def _status(case: Case) -> str:
    return "missing" if case.answer is None else str(case.answer["status"])


def _used(cases: Sequence[Case], field: str, name: str, unit: str) -> list[Measure]:
    rows, said = _told(cases, "usage", field), name.capitalize()
    return [
        Measure(f"{name}, mean", "cost", rows, mean, f"{said} for one question, declined ones too.", unit=unit),
        Measure(f"{name} in all", "cost", rows, total, f"{said} for all questions that were put.", unit=unit),
    ]


def _timed(cases: Sequence[Case], field: str, name: str) -> list[Measure]:
    rows = _told(cases, "timings_ms", field)
    said = name.capitalize()
    about = f"{said} for one question, while as many were asked at once as the run has workers."
    return [
        Measure(f"{name}, median", "cost", rows, median, about, unit="ms"),
        Measure(
            f"{name}, {LATE}th percentile",
            "cost",
            rows,
            late,
            f"{said} that {LATE} of 100 questions do not exceed.",
            unit="ms",
        ),
    ]


def _in_all(cases: Sequence[Case]) -> Measure:
    about = "Time for all questions, one after the other: several workers need less by the clock."
    return Measure("time in all", "cost", _told(cases, "timings_ms", "total"), total, about, unit="ms")


def _told(cases: Sequence[Case], group: str, field: str) -> dict[str, tuple[float, ...]]:
    """What the answers say of themselves; a failed one may say nothing."""
    said = {case.question.id: (case.answer or {}).get(group) or {} for case in cases}
    return {ident: (float(group[field]),) for ident, group in said.items() if field in group}

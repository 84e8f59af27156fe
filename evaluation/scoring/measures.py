"""What is measured: a statistic over questions, kept question by question so that its doubt can be told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import Any, Literal

import numpy as np

Rows = np.ndarray[Any, np.dtype[np.float64]]  # (questions, what the statistic needs of each)
Statistic = Callable[[Rows], float]
Section = Literal["retrieval", "answers", "declining", "citations", "support", "cost", "judged"]


def mean(rows: Rows) -> float:
    """The mean of the first column; nan of nothing."""
    return float(rows[:, 0].mean()) if len(rows) else nan


def ratio(rows: Rows) -> float:
    """The sum of the first column over that of the second, as precision counts; nan where that is 0."""
    return float(rows[:, 0].sum() / total) if (total := rows[:, 1].sum()) else nan


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure's ingredients: what its statistic needs of each question, by the question's id.

    `about` says in a sentence what is counted; `aside` that it is printed for comparison with others and is no
    measure of quality. `judge` names who judged, with the day; "" for what is counted.

    >>> Measure("accuracy", "answers", {"q1": (1.0,), "q2": (0.0,)}).value
    0.5
    """

    name: str
    section: Section
    rows: Mapping[str, tuple[float, ...]]
    statistic: Statistic = mean
    about: str = ""
    aside: bool = False
    judge: str = ""
    unit: str = ""  # "" for a share or score of 0..1; else "ms", "tokens", "calls" …

    def matrix(self) -> Rows:
        """The rows in their order; (0, 1) of none."""
        return np.array(list(self.rows.values()), dtype=float).reshape(len(self.rows), -1 if self.rows else 1)

    @property
    def value(self) -> float:
        """The figure; nan where nothing is counted."""
        return self.statistic(self.matrix()) if self.rows else nan

    def of(self, questions: Collection[str]) -> Measure:
        """The same over some of the questions."""
        return replace(self, rows={ident: row for ident, row in self.rows.items() if ident in questions})


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its doubt: over n questions, within low and high with 95 % confidence (nan: not told)."""

    measure: Measure
    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher a second run is than a first, over the n questions of both; p: the chance of as much by luck."""

    first: Measure
    second: Measure
    value: float
    n: int
    low: float
    high: float
    p: float

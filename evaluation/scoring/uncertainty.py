"""The doubt about a figure: other questions might have been asked, and two runs might differ by luck.

An interval is a bootstrap over questions: the figure of many samples drawn from them with replacement, less 2.5 % at
either end. A difference is held against chance by a paired randomisation test: how often it is as large when of each
question it is left to a coin which run an answer came from (Smucker, Allan and Carterette 2007).
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite, nan
from typing import Any

import numpy as np

from evaluation.scoring.measures import Difference, Figure, Measure, Rows, Statistic, mean, ratio

SAMPLES = 2000  # the ends of an interval then shake by about a fiftieth of its width; no p is below .0005
LEVEL = 0.95
FEWEST = 0.5  # share of the samples in which a figure must have a value (a sample may hold no positive) to be doubted
ROUNDING = 1e-12  # two sums of the same numbers in another order differ by less

Counts = np.ndarray[Any, np.dtype[np.uint16]]  # (samples, questions)
Swaps = np.ndarray[Any, np.dtype[np.bool_]]  # (samples, questions)
Values = np.ndarray[Any, np.dtype[np.float64]]  # (samples,)


def figure(measure: Measure, *, samples: int = SAMPLES, seed: int = 0) -> Figure:
    """The measured value with its 95 % interval; nan at both ends where it cannot be told, as of a single question.

    Where no sample differs from the whole (all right, or none), a bootstrap would be sure of it: a share then has the
    interval of a binomial one (Clopper and Pearson 1934) over as many questions.

    >>> figure(Measure("accuracy", "answers", {"a": (1.0,), "b": (1.0,), "c": (1.0,)}))  # doctest: +ELLIPSIS
    Figure(measure=..., value=1.0, n=3, low=0.29..., high=1.0)
    """
    rows, value = measure.matrix(), measure.value
    n = _counted(measure.statistic, rows)
    if n <= 1:
        return Figure(measure, value, n, nan, nan)
    low, high = _ends(_resampled(measure.statistic, rows, samples, seed))
    if high - low <= ROUNDING:
        low, high = _unanimous(measure, value, n)
    return Figure(measure, value, n, min(low, value), max(high, value))


def difference(first: Measure, second: Measure, *, samples: int = SAMPLES, seed: int = 0) -> Difference:
    """How much higher the second run is, over the questions of both: its interval, and p (two-sided).

    Of so few questions that all ways to swap them can be tried they are, and p is exact; else it is (1 + as large)
    / (1 + tried), so that it is never 0.

    >>> runs = [Measure("", "answers", {str(i): (right,) for i in range(4)}) for right in (0.0, 1.0)]
    >>> difference(*runs).p  # of 16 ways two differ as much: all swapped, none swapped
    0.125
    """
    both = first.rows.keys() & second.rows.keys()
    one, other = ({ident: run.rows[ident] for ident in first.rows if ident in both} for run in (first, second))
    before, after = Measure("", first.section, one).matrix(), Measure("", first.section, other).matrix()
    statistic = first.statistic
    value = statistic(after) - statistic(before) if both else nan
    n = _counted(statistic, np.maximum(before, after))
    if len(both) <= 1 or not isfinite(value):
        return Difference(first, second, value, n, nan, nan, nan)
    gained = _resampled(statistic, after, samples, seed) - _resampled(statistic, before, samples, seed)
    low, high = _ends(gained)
    p = _chance(value, _swapped(statistic, before, after, samples, seed), 2 ** len(both) <= samples)
    return Difference(first, second, value, n, min(low, value), max(high, value), p)


def _counted(statistic: Statistic, rows: Rows) -> int:
    """How many questions a figure is over: for a ratio those that count below its line."""
    return int(np.count_nonzero(rows[:, 1])) if statistic is ratio and len(rows) else len(rows)


def _resampled(statistic: Statistic, rows: Rows, samples: int, seed: int) -> Values:
    """The figure of many samples of the questions, the same samples for any two runs of as many; nan where none."""
    counts = _counts(len(rows), samples, seed)
    if statistic in (mean, ratio):
        return _of_sums(statistic, counts @ rows, len(rows))
    every = np.arange(len(rows))
    return np.array([statistic(rows[np.repeat(every, count)]) for count in counts])


def _swapped(statistic: Statistic, before: Rows, after: Rows, samples: int, seed: int) -> Values:
    """The differences of two runs that have swapped some of their answers."""
    swaps = _swaps(len(before), samples, seed)
    if statistic in (mean, ratio):
        moved = swaps @ (after - before)
        up, down = after.sum(axis=0) - moved, before.sum(axis=0) + moved
        return _of_sums(statistic, up, len(before)) - _of_sums(statistic, down, len(before))
    both = ((np.where(swap[:, None], *runs) for runs in ((before, after), (after, before))) for swap in swaps)
    return np.array([statistic(up) - statistic(down) for up, down in both])


def _of_sums(statistic: Statistic, sums: Rows, n: int) -> Values:
    """A mean or a ratio from the sums of its columns, for many samples at once."""
    below = np.full(len(sums), float(n)) if statistic is mean else sums[:, 1]
    values: Values = np.divide(sums[:, 0], below, out=np.full(len(sums), nan), where=below != 0)
    return values


@lru_cache(maxsize=8)  # the measures of a report are over a few numbers of questions, again and again
def _counts(n: int, samples: int, seed: int) -> Counts:
    """How often each question is drawn for each sample."""
    drawn = np.random.default_rng(seed).integers(n, size=(samples, n))
    places = drawn + n * np.arange(samples)[:, None]
    return np.bincount(places.ravel(), minlength=samples * n).reshape(samples, n).astype(np.uint16)


@lru_cache(maxsize=8)
def _swaps(n: int, samples: int, seed: int) -> Swaps:
    """Which questions are swapped: every way there is where those are no more than the samples, else by lot."""
    every: Swaps = (np.arange(2**n)[:, None] >> np.arange(n)) % 2 == 1 if 2**n <= samples else np.empty((0, n), bool)
    return every if len(every) else np.random.default_rng(seed).random((samples, n)) < 1 / 2


def _ends(values: Values) -> tuple[float, float]:
    """The middle 95 % of what has a value; nan where too little has."""
    some = values[np.isfinite(values)]
    if len(some) < FEWEST * len(values):
        return nan, nan
    low, high = np.quantile(some, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _unanimous(measure: Measure, value: float, n: int) -> tuple[float, float]:
    """The exact binomial interval of a share that is all or nothing; nan of anything else."""
    if measure.unit or measure.statistic not in (mean, ratio) or value not in (0, 1):
        return nan, nan
    far = (1 - LEVEL) / 2
    return (0.0, 1 - far ** (1 / n)) if value == 0 else (far ** (1 / n), 1.0)


def _chance(value: float, swapped: Values, every: bool) -> float:
    """The share of swapped differences that are as large, either way."""
    some = swapped[np.isfinite(swapped)]
    large = int(np.count_nonzero(np.abs(some) >= abs(value) - ROUNDING))
    return large / len(some) if every else (1 + large) / (1 + len(some))

"""What a confidence is worth: whether it tells two outcomes apart, and whether its numbers are true. Pure.

Rows are (confidence 0..1, outcome 0 or 1), one for each question, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np

from evaluation.scoring.measures import Rows

BINS = 10  # of equal width, as Guo et al. 2017 (arXiv 1706.04599) draw a reliability diagram


def auroc(positives: Sequence[float] | Rows, negatives: Sequence[float] | Rows) -> float:
    """The chance that a positive scores above a negative, ties counting half; nan without either.

    scikit-learn's agrees and takes ten times as long, which a bootstrap asks thousands of times.

    >>> auroc([0.9, 0.4], [0.4, 0.1])
    0.875
    """
    if not len(positives) or not len(negatives):
        return nan
    ordered = np.sort(np.asarray(negatives))
    below = np.searchsorted(ordered, positives, "left") + np.searchsorted(ordered, positives, "right")
    return float(below.mean() / 2 / len(ordered))


def told_apart(rows: Rows) -> float:
    """AUROC of the confidence: outcome 1 against outcome 0."""
    happened = rows[:, 1] > 0
    return auroc(rows[happened, 0], rows[~happened, 0])


def bins(confidence: Rows) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The bin of each confidence, 0 to BINS - 1; each holds its lower end, the last also 1."""
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)


def calibration_error(rows: Rows) -> float:
    """How far the mean confidence of a bin is from the share that came true, over the bins by their size (ECE).

    >>> import numpy as np
    >>> calibration_error(np.array([[0.75, 1.0], [0.75, 0.0], [0.25, 0.0], [0.25, 0.0]]))  # .25 in both bins
    0.25
    """
    return _error(rows, np.ones(len(rows)))


def balanced_error(rows: Rows) -> float:
    """The same as if each outcome came half the time, however many of either there are; nan without one of them."""
    happened = rows[:, 1] > 0
    if happened.all() or not happened.any():
        return nan
    return _error(rows, np.where(happened, 0.5 / happened.sum(), 0.5 / (~happened).sum()))


def risk_coverage(rows: Rows) -> list[tuple[float, float]]:
    """(share covered, share of those with outcome 1), the surest first; those as sure as one another together.

    >>> import numpy as np
    >>> risk_coverage(np.array([[0.9, 0.0], [0.4, 1.0], [0.4, 0.0], [0.1, 1.0]]))
    [(0.25, 0.0), (0.75, 0.3333333333333333), (1.0, 0.5)]
    """
    covered, wrong = _covered(rows)
    return [(float(n) / len(rows), float(bad / n)) for n, bad in zip(covered[1:], wrong[1:], strict=True)]


def risk_area(rows: Rows) -> float:
    """The mean risk over all coverages 1/n, 2/n … 1 (AURC; Geifman and El-Yaniv 2017, arXiv 1705.08500).

    Of answers as sure as one another any may come first: theirs is the risk to be expected.

    >>> import numpy as np
    >>> risk_area(np.array([[0.9, 0.0], [0.1, 1.0]])), risk_area(np.array([[0.5, 0.0], [0.5, 1.0]]))
    (0.25, 0.5)
    """
    counts = np.arange(1, len(rows) + 1)
    return float((np.interp(counts, *_covered(rows)) / counts).mean()) if len(rows) else nan


def _covered(rows: Rows) -> tuple[Rows, Rows]:
    """How many are covered down to each confidence, the highest first, and how many with outcome 1; both from 0."""
    confidence, outcome = rows[np.argsort(-rows[:, 0])].T
    ends = np.append(np.flatnonzero(np.diff(confidence)), len(rows) - 1)[: len(rows)]
    return np.append(0.0, ends + 1.0), np.append(0.0, outcome.cumsum()[ends])


def _error(rows: Rows, weight: Rows) -> float:
    gaps = np.bincount(bins(rows[:, 0]), weight * (rows[:, 0] - rows[:, 1]), minlength=BINS)
    return float(np.abs(gaps).sum() / weight.sum()) if len(rows) else nan

"""Places on a page of a PDF: matrices, points and boxes, in points from its lower left corner. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def matrix(values: Sequence[Any]) -> Matrix:
    """Six numbers as a matrix; what is none is taken for one that changes nothing."""
    numbers = numbers_in(values)
    return (*numbers[:5], numbers[5]) if len(numbers) == 6 else IDENTITY  # type: ignore[return-value]  # noqa: PLR2004


def times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that applies the one, then the other."""
    a, b, c, d, e, f = other
    rows = [(one[0], one[1], 0), (one[2], one[3], 0), (one[4], one[5], 1)]
    (p, q), (r, s), (t, u) = [(x * a + y * c + z * e, x * b + y * d + z * f) for x, y, z in rows]
    return (p, q, r, s, t, u)


def point(at: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a place in one space lies in another."""
    return x * at[0] + y * at[2] + at[4], x * at[1] + y * at[3] + at[5]


def box_of(points: Sequence[tuple[float, float]]) -> Box:
    """The smallest upright box that holds all points."""
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def within(place: tuple[float, float], box: Box) -> bool:
    """Whether a place lies in a box, or within a point of it: text often begins at the very edge of its ground."""
    return box[0] - 1 <= place[0] <= box[2] + 1 and box[1] - 1 <= place[1] <= box[3] + 1


def apart(one: Box, other: Box, by: float) -> bool:
    """Whether there is at least that much room between two boxes."""
    return one[2] < other[0] - by or one[0] > other[2] + by or one[3] < other[1] - by or one[1] > other[3] + by


def shared(one: Box, other: Box) -> float:
    """How many square points two boxes have in common."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def numbers_in(values: Iterable[Any]) -> list[float]:
    """Those of some values that are numbers."""
    return [float(value) for value in values if isinstance(value, int | float)]

"""The axis of dates under a plot: where it begins and ends, and which days on it are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile

from web import markup

MOST_TICKS = 5  # what stands side by side on a narrow page, each as wide as "17 Mar"
MARGIN = 0.04  # of the time between the first day and the last, left free at either end
DAY_STEPS = (1, 2, 7, 14)  # of weeks, the Monday is named
MONTH_STEPS = (1, 2, 3, 6)
YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Axis:
    """From `first` to `last`, both included; the days that have a name on it are `ticks`."""

    first: date
    last: date
    ticks: tuple[tuple[date, str], ...]

    def place(self, day: date) -> float:
        """Where a day stands, 0 at the left end and 1 at the right.

        >>> axis = axis_of([date(2024, 5, 1), date(2024, 5, 11)])
        >>> axis.place(date(2024, 5, 6))
        0.5
        """
        span = (self.last - self.first).days
        if not span:
            return 0.5
        return round(MARGIN + (1 - 2 * MARGIN) * (day - self.first).days / span, 4)


def axis_of(days: Sequence[date]) -> Axis:
    """The axis for some days, at least one; named are so many of them as can be read."""
    first, last = min(days), max(days)
    found: list[tuple[date, str]] = []
    for ticks in _ways(first, last):
        found = list(islice((tick for tick in ticks if tick[0] >= first), MOST_TICKS + 1))
        if len(found) <= MOST_TICKS:
            break
    return Axis(first, last, tuple(found or [(first, markup.short_date(first))]))


def _ways(first: date, last: date) -> Iterator[Iterator[tuple[date, str]]]:
    """The ways to name days between the two, the finest first. A month's first day may lie just before `first`."""
    for step in DAY_STEPS:
        yield _days(first, last, step)
    for step in MONTH_STEPS:
        yield _months(first, last, step)
    for step in YEAR_STEPS:
        yield _months(first, last, step * MONTHS_IN_A_YEAR)


def _days(first: date, last: date, step: int) -> Iterator[tuple[date, str]]:
    """Every so many days, counted from a Monday."""
    begin = first.toordinal() + -(first.toordinal() - 1) % step
    for ordinal in range(begin, last.toordinal() + 1, step):
        day = date.fromordinal(ordinal)
        yield day, f"{day.day} {day:%b}"


def _months(first: date, last: date, step: int) -> Iterator[tuple[date, str]]:
    """The first day of every so many months; January is named by its year."""
    count = first.year * MONTHS_IN_A_YEAR + first.month - 1
    months = range(count - count % step, (last.year + 1) * MONTHS_IN_A_YEAR, step)
    days = (date(at // MONTHS_IN_A_YEAR, at % MONTHS_IN_A_YEAR + 1, 1) for at in months if at >= MONTHS_IN_A_YEAR)
    for day in takewhile(lambda day: day <= last, days):
        yield day, str(day.year) if day.month == 1 else f"{day:%b}"

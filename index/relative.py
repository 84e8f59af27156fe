"""Days that a question names by how far they lie from a day that is known: "yesterday", "last month"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

Bounds = tuple[date, date]

_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}
_UNIT = r"(?P<unit>day|week|month|year)"
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def relative_days(text: str, today: date) -> Iterator[tuple[int, int, Bounds]]:
    """Where such a phrase begins and ends in a text, with the first and the last day that it means.

    >>> [bounds for *_, bounds in relative_days("yesterday", date(2024, 3, 1))]
    [(datetime.date(2024, 2, 29), datetime.date(2024, 2, 29))]
    """
    for pattern, meant in _PHRASES:
        for match in pattern.finditer(text):
            try:
                yield match.start(), match.end(), meant(match, today)
            except (OverflowError, ValueError):  # before the first year that a date can have
                continue


def _earlier(today: date, days: int) -> Bounds:
    day = today - timedelta(days=days)
    return day, day


def _calendar(match: re.Match[str], today: date) -> Bounds:
    """The week, month or year that today is in, or the one before it."""
    unit, back = match["unit"].lower(), match["which"].lower() != "this"
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    some_day = today.replace(day=1) - timedelta(days=1) if back else today
    return some_day.replace(day=1), some_day.replace(day=monthrange(some_day.year, some_day.month)[1])


def _span(match: re.Match[str], today: date) -> Bounds:
    """So many days up to today."""
    return today - timedelta(days=_length(match)), today


def _ago(match: re.Match[str], today: date) -> Bounds:
    """The day so long ago; of weeks and longer, those around it, since nobody counts them to the day."""
    middle, around = today - timedelta(days=_length(match)), _DAYS_IN[match["unit"].lower()] // 2
    return middle - timedelta(days=around), middle + timedelta(days=around)


def _length(match: re.Match[str]) -> int:
    said = (match.groupdict().get("count") or "one").lower()
    return (int(said) if said.isdigit() else _NUMBERS.index(said) + 1) * _DAYS_IN[match["unit"].lower()]


def _weekday(match: re.Match[str], today: date) -> Bounds:
    """The last such day before today."""
    return _earlier(today, (today.weekday() - _WEEKDAYS.index(match["day"].lower()) - 1) % 7 + 1)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b{pattern}\b", re.IGNORECASE)


_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Bounds]], ...] = (
    (_compiled("(?:today(?! is)|tonight)"), lambda _, today: _earlier(today, 0)),
    (_compiled("yesterday"), lambda _, today: _earlier(today, 1)),
    (_compiled("(?P<which>last|previous|this) (?P<unit>week|month|year)"), _calendar),
    (_compiled(rf"(?:in|over|during|within) the (?:last|past) (?:{_COUNT} )?{_UNIT}s?"), _span),
    (_compiled(rf"(?:{_COUNT}|an?) {_UNIT}s? ago"), _ago),
    (_compiled(rf"(?:on|last) (?P<day>{'|'.join(_WEEKDAYS)})"), _weekday),
)

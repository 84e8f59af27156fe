"""Dates that a question names."""

from __future__ import annotations

import re
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_PATTERNS = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b"),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>\d{{4}})\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?P<year>\d{{4}})\b)?", re.IGNORECASE),
)


def named_days(text: str) -> list[tuple[int | None, int, int]]:
    """The days that a text names, as (year or None, month, day).

    >>> named_days("between 2023-11-24 and October 6th")
    [(2023, 11, 24), (None, 10, 6)]
    """
    days = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = int(parts["number"]) if "number" in parts else MONTHS[parts["month"].lower()]
            year = int(parts["year"]) if parts["year"] else None
            if _exists(year, month, int(parts["day"])):
                days.append((year, month, int(parts["day"])))
    return days


def is_on(published: date | None, day: tuple[int | None, int, int]) -> bool:
    """Whether an article was published on a day that may lack its year."""
    if published is None:
        return False
    year, month, number = day
    return (published.month, published.day) == (month, number) and year in (None, published.year)


def _exists(year: int | None, month: int, day: int) -> bool:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True

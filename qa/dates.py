"""Dates as news writes them, and whether a text states one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
MONTHS += ["november", "december"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
LONGEST_MONTH = 31
NEAR_DAYS = 7  # "on Friday" means one within a week of the article's date

MONTH = r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
MONTH += r"sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
        rf"\b{DAY}\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?\b",
        rf"\b{MONTH}\s+{DAY}\b(?!\d)(?:,?\s+{YEAR})?\b",
        rf"\b{MONTH},?\s+{YEAR}\b",
        rf"\b(?:in|since|until|till|by|last|next|of|early|late|mid|during)[\s-]+{MONTH}\b",
    )
)
SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date in a text, as far as it is given."""

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None


def stated(text: str) -> list[Stated]:
    """The dates of a text in order, each place read once.

    >>> [(found.day, found.month, found.year) for found in stated("Jan. 30, 2025, or 3 May")]
    [(30, 1, 2025), (3, 5, None)]
    """
    found: list[Stated] = []
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            if _is_date(match) and not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(_read(match))
    return sorted(found, key=lambda entry: entry.start)


def slashed(text: str) -> Iterator[Stated]:
    """Dates such as 1/2/2025, in both of their readings: good as evidence, not as a claim."""
    for match in SLASHED.finditer(text):
        first, second, year = map(int, match.groups())
        yield Stated(match[0], match.start(), match.end(), year, first, second)
        yield Stated(match[0], match.start(), match.end(), year, second, first)


def stands(claim: Stated, evidence: Iterable[Stated], words: frozenset[str], published: Iterable[date]) -> bool:
    """Whether a date is stated, or follows from a weekday or "yesterday" in an article of known date.

    `words` are the words of the evidence in lower case.
    """
    days = tuple(published)
    years = {day.year + shift for day in days for shift in (-1, 0, 1)}
    headers = map(_exact, days)
    if any(_agrees(claim, other, years) for other in (*evidence, *headers)):
        return True
    return claim.day is not None and any(
        _agrees(claim, _exact(day), years) for origin in days for day in _nearby(origin, words)
    )


def _nearby(origin: date, words: frozenset[str]) -> Iterator[date]:
    """The days around a publication that its words may mean."""
    for shift, word in ((-1, "yesterday"), (1, "tomorrow")):
        if word in words:
            yield origin + timedelta(shift)
    for shift in range(-NEAR_DAYS, NEAR_DAYS + 1):
        day = origin + timedelta(shift)
        if WEEKDAYS[day.weekday()] in words:
            yield day


def _exact(day: date) -> Stated:
    return Stated("", 0, 0, day.year, day.month, day.day)


def _agrees(claim: Stated, other: Stated, years: set[int]) -> bool:
    """Whether all that the claim gives is given; a year left out is one near the article's date."""
    if claim.year is not None and claim.year != other.year and (other.year is not None or claim.year not in years):
        return False
    return claim.month in {None, other.month} and claim.day in {None, other.day}


def _is_date(match: re.Match[str]) -> bool:
    """Not "may 30 people attend", nor the 45th of a month."""
    return not match["month"][0].islower() and int(match.groupdict().get("day") or 1) <= LONGEST_MONTH


def _read(match: re.Match[str]) -> Stated:
    fields = match.groupdict()
    month = fields["month"]
    number = int(month) if month.isdecimal() else _month(month)
    year, day = fields.get("year"), fields.get("day")
    return Stated(match[0], match.start(), match.end(), int(year) if year else None, number, int(day) if day else None)


def _month(name: str) -> int:
    short = name[:3].lower()
    return next(place for place, month in enumerate(MONTHS, start=1) if month.startswith(short))

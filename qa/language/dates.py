"""Dates as news writes them, and whether a text states one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
MONTHS += ["november", "december"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
LONGEST_MONTH = 31
NEAR_DAYS = 7  # "on Friday" means one within a week of the article's date

MONTH = r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
MONTH += r"sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
# Months that are hardly anything else, if no name follows as in June Carter; May and March are much else.
ALONE = "January|February|April|June|July|August|September|October|November|December"
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
        rf"\b{DAY}\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?\b",
        rf"\b{MONTH}\s+{DAY}\b(?!\d)(?:,?\s+{YEAR})?\b",
        rf"\b{MONTH},?\s+{YEAR}\b",
        rf"\b(?:in|since|until|till|by|last|next|of|early|late|mid|during|to|from|after|before|this)[\s-]+{MONTH}\b",
        rf"\b(?P<month>{ALONE})\b(?!\s(?-i:[A-Z]))",
    )
)
SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")


WEEKDAY = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:yesterday|today|tonight|tomorrow)\b", re.IGNORECASE
)
RELATIVE = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}  # days from that of the article


@dataclass(frozen=True, slots=True)
class Stated:
    """A date in a text, as far as it is given. `weekday` counts from Monday, 0; `shift` is days from the text's own."""

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    shift: int | None = None


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


def weekdays(text: str) -> list[Stated]:
    """The days of a text that are told by their weekday, or from its own day.

    >>> [(found.weekday, found.shift) for found in weekdays("on Thursday, not yesterday")]
    [(3, None), (None, -1)]
    """
    found: list[Stated] = []
    for match in WEEKDAY.finditer(text):
        word = match[0].lower()
        weekday = WEEKDAYS.index(word) if word in WEEKDAYS else None
        found.append(Stated(match[0], *match.span(), weekday=weekday, shift=RELATIVE.get(word)))
    return found


def same_day(claim: Stated, other: Stated, published: date | None) -> bool:
    """Whether a claim's date is another's, in a text of that date: Thursday is 5 June 2025, and the other way round.

    >>> day = Stated("5 June", 0, 6, month=6, day=5)
    >>> same_day(day, Stated("Thursday", 0, 8, weekday=3), date(2025, 6, 7))
    True
    """
    if claim.text.lower() == other.text.lower():
        return True
    relative = [entry for entry in (claim, other) if entry.weekday is not None or entry.shift is not None]
    if not relative:
        years = {published.year + shift for shift in (-1, 0, 1)} if published else set()
        return _agrees(claim, other, years)
    mine, theirs = days(claim, published), days(other, published)
    if mine and theirs:
        return not mine.isdisjoint(theirs)
    weekday, told = claim.weekday, theirs
    if weekday is None:
        weekday, told = other.weekday, mine
    return any(day.weekday() == weekday for day in told)


def days(entry: Stated, published: date | None) -> frozenset[date]:
    """The days that an entry may mean in a text of that date; none where it cannot be told."""
    if entry.month is not None and entry.day is not None:
        years = [entry.year] if entry.year else [published.year + shift for shift in (-1, 0, 1)] if published else []
        return frozenset(day for year in years if (day := _day(year, entry.month, entry.day)))
    if published is None:
        return frozenset()
    if entry.shift is not None:
        return frozenset({published + timedelta(entry.shift)})
    around = (published + timedelta(shift) for shift in range(-NEAR_DAYS, NEAR_DAYS + 1))
    return frozenset(day for day in around if day.weekday() == entry.weekday)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def slashed(text: str) -> Iterator[Stated]:
    """Dates such as 1/2/2025, in both of their readings: good as evidence, not as a claim."""
    for match in SLASHED.finditer(text):
        first, second, year = map(int, match.groups())
        yield Stated(match[0], match.start(), match.end(), year, first, second)
        yield Stated(match[0], match.start(), match.end(), year, second, first)


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

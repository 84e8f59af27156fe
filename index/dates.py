"""When the articles were published that a question asks for: the days, months, years and spans that it names."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from index.relative import relative_days

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
_CAPITAL = "(?P<month>" + "|".join(sorted(map(str.title, MONTHS), key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PATTERNS = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?:T\d\d:\d\d\S*)?\b"),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>\d{{4}})\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?P<year>\d{{4}})\b)?", re.IGNORECASE),
    re.compile(rf"\b{_CAPITAL},? (?:of )?{_YEAR}\b"),
)
# A bare month or year is read as a time of publication only after such a word: May is a name, and 2023 a number.
_IN = r"\b(?i:in|during|throughout|since|after|before|until|till|from|between)\s+(?:early |late |mid-?)?"
_TO = r"\b(?i:between|from)\s+\S+\s+(?:and|to|until|through)\s+"
_BARE = tuple(
    re.compile(before + date)
    for before in (_IN, _TO)
    for date in (rf"(?P<date>{_CAPITAL})(?! \d)", rf"(?P<date>{_YEAR})\b(?!-)")
)
_BEFORE_IT = re.compile(
    r"\b(since|after|before|until|till|from|between|as of|as at|today is)\s+(?:the\s+)?$", re.IGNORECASE
)
_BETWEEN_TWO = re.compile(r",?\s+(?:and|to|until|till|through)\s+(?:the\s+)?", re.IGNORECASE)
_STATED = ("as of", "as at", "today is")
_FROM, _UNTIL, _BOTH = ("since", "after"), ("before", "until", "till"), ("between", "from")


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both inclusive; or a day or a month of any year, where the year was not said."""

    name: str
    first: date = date.min
    last: date = date.max
    month: int = 0
    day: int = 0

    def holds(self, published: date | None) -> bool:
        """Whether an article was published then; one without a date was not.

        >>> Period("6 October", month=10, day=6).holds(date(2023, 10, 6))
        True
        """
        if published is None or not self.first <= published <= self.last:
            return False
        return self.month in (0, published.month) and self.day in (0, published.day)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A period, and the place in the question that names it."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class _Part:
    """What a date says: a year, a month, a day, or some of them; 0 where it is silent."""

    start: int
    end: int
    year: int
    month: int
    day: int

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def name(self) -> str:
        month = f"{date(2000, self.month, 1):%B}" if self.month else ""
        return " ".join(str(part) for part in (self.day, month, self.year) if part)

    @property
    def period(self) -> Period:
        if self.year:
            return Period(self.name, self.first, self.last)
        return Period(self.name, month=self.month, day=self.day)


def periods(question: str, as_of: date | None = None) -> list[Mentioned]:
    """The periods that a question names, in its order.

    "yesterday" and "last week" need a day to count from, `as_of` or one that the question states ("as of 3 May
    2024"); without one they are not understood. Nor is "since October", in want of a year.

    >>> [one.period.name for one in periods("What did it say in October 2023, and since 3 May 2024?")]
    ['October 2023', 'since 3 May 2024']
    """
    dates = _dates(question)
    stated = [one for one in dates if _word(question, one) in _STATED and one.year and one.day]
    today = stated[0].first if stated else as_of
    rest = [one for one in dates if one not in stated]
    found = list(_absolute(question, rest, today))
    if today:
        relative = relative_days(question, today)
        found += [Mentioned(start, end, Period(_span_name(*bounds), *bounds)) for start, end, bounds in relative]
    return _apart(found)


def _dates(text: str) -> list[_Part]:
    """Every date, in the order of the text; those that cannot be (45 May) are none."""
    found = [_part(match, match.start(), match.end()) for pattern in _PATTERNS for match in pattern.finditer(text)]
    found += [_part(match, *match.span("date")) for pattern in _BARE for match in pattern.finditer(text)]
    real = [part for part in found if part is not None]
    chosen: list[_Part] = []
    for part in sorted(real, key=lambda part: (part.start, -part.end)):
        if not chosen or part.start >= chosen[-1].end:
            chosen.append(part)
    return chosen


def _part(match: re.Match[str], start: int, end: int) -> _Part | None:
    said = match.groupdict()
    month = int(said["number"]) if said.get("number") else MONTHS.get((said.get("month") or "").lower(), 0)
    year, day = int(said.get("year") or 0), int(said.get("day") or 0)
    try:
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        return None
    return _Part(start, end, year, month, day)


def _word(text: str, part: _Part) -> str:
    match = _BEFORE_IT.search(text[: part.start])
    return match[1].lower() if match else ""


def _absolute(text: str, dates: list[_Part], today: date | None) -> Iterator[Mentioned]:
    """What dates stand for with the word before them: a date, all since it or before it, or from one to another."""
    ended = -1  # of the last pair
    for one, other in zip_longest(dates, dates[1:]):
        if one.start < ended:
            continue
        word = _word(text, one)
        if other and word in _BOTH and _BETWEEN_TWO.fullmatch(text[one.end : other.start]):
            ended = other.end
            yield from _pair(one, other)
        elif word in _FROM or word in _UNTIL:
            yield from _open(one, word, today)
        else:
            yield Mentioned(one.start, one.end, one.period)


def _pair(one: _Part, other: _Part) -> Iterator[Mentioned]:
    """From one date to another; the first may leave the year to the second ("between 3 May and 4 June 2024")."""
    if one.month and not one.year and other.year:
        one = _in_year(one, other.year - (one.month > other.month))
    if not (one.year and other.year):  # two days of any year
        yield from (Mentioned(part.start, part.end, part.period) for part in (one, other))
    elif one.first <= other.last:
        yield Mentioned(one.start, other.end, Period(f"{one.name} to {other.name}", one.first, other.last))


def _open(one: _Part, word: str, today: date | None) -> Iterator[Mentioned]:
    """All since a date, or before it. The date itself is in: what is reported of a day is often from that day."""
    if not one.year and today:
        one = _in_year(one, today.year - ((one.month, one.day) > (today.month, today.day)))
    if one.year:
        first, last = (one.first, date.max) if word in _FROM else (date.min, one.last)
        yield Mentioned(one.start, one.end, Period(f"{word} {one.name}", first, last))


def _in_year(part: _Part, year: int) -> _Part:
    """The date in a year; as it is where that year has no such day."""
    there = date.min.year <= year <= date.max.year and part.day <= monthrange(year, part.month)[1]
    return replace(part, year=year) if there else part


def _span_name(first: date, last: date) -> str:
    """A span of days, as short as it may be said.

    >>> _span_name(date(2024, 2, 1), date(2024, 2, 29)), _span_name(date(2024, 5, 3), date(2024, 5, 3))
    ('February 2024', '3 May 2024')
    """
    days = _Part(0, 0, first.year, first.month, first.day)
    for whole in (days, replace(days, day=0), replace(days, day=0, month=0)):
        if (whole.first, whole.last) == (first, last):
            return whole.name
    return f"{days.name} to {_Part(0, 0, last.year, last.month, last.day).name}"


def _apart(found: list[Mentioned]) -> list[Mentioned]:
    """In the order of the question, none inside another."""
    apart: list[Mentioned] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart

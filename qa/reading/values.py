"""What spans of text give as an answer, made comparable: the same, different, or impossible to tell. Pure.

Two values differ only where both are understood and cannot both be meant: "1,200" and "1,500", "3 May" and "4 May".
What is not understood, or is in another unit or currency, is not compared: a difference told in error is worse than
one missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qa.language.dates import MONTH, Stated, stated
from qa.language.kinds import MEASURES, Kind
from qa.language.named import Named, differ_in_name, named, same_name
from qa.language.quantities import Quantity, amounts_in, quantities

Relation = Literal["same", "differ", "unclear"]

MEASURED: frozenset[Kind] = MEASURES | {"count", "money"}
_YEAR = re.compile(r"(?<![\d.,:/-])(1\d{3}|20\d\d)s?(?![\d:]|[.,]\d)")
# A question for a thing may well ask for a date or a number: "what is the estimated population".
_DATE = re.compile(
    rf"(?:about |circa )?(?:\d{{1,2}}\s+)?(?:{MONTH}\s+)?(?:\d{{1,2}},?\s+)?(?:1\d{{3}}|20\d\d)", re.IGNORECASE
)
_NUMBER = re.compile(r"(?:about |some )?[\d.,]*\d(?: (?:people|inhabitants|residents|persons))?")


@dataclass(frozen=True, slots=True)
class Value:
    """What a span gives: amounts, dates or a name, by the kind that is asked for; none of them if not understood."""

    text: str
    quantities: tuple[Quantity, ...] = ()
    dates: tuple[Stated, ...] = ()
    name: Named | None = None

    @property
    def understood(self) -> bool:
        return bool(self.quantities or self.dates or self.name)


def value_of(text: str, kind: Kind, before: str = "", after: str = "") -> Value:
    """Read a span as a value of a kind; what stands before and after it may say "about", or the unit.

    >>> [value_of(text, "time").understood for text in ("3 May 2024", "in the spring of 1871", "the steelwork")]
    [True, True, False]
    """
    if kind == "time" or (kind == "thing" and _DATE.fullmatch(text)):
        return Value(text, dates=tuple(_dates(text)))
    if kind in MEASURED or (kind == "thing" and _NUMBER.fullmatch(text)):
        return Value(text, quantities=tuple(quantities(text, kind, before, after)))
    return Value(text, name=named(text))


def spans_of(text: str, kind: Kind) -> list[tuple[int, int]]:
    """Where a text has amounts or dates, if the kind is one of these.

    >>> spans_of("The 238 arrived on 3 May.", "count"), spans_of("The 238 arrived on 3 May.", "time")
    ([(4, 7)], [(19, 24)])
    """
    if kind == "time":
        return [(found.start, found.end) for found in _dates(text)]
    return amounts_in(text, kind) if kind in MEASURED else []


def relation(one: Value, other: Value) -> Relation:
    """How two values of one kind stand to each other.

    >>> def between(one, other, kind): return relation(value_of(one, kind), value_of(other, kind))
    >>> between("1,200", "twelve hundred", "count"), between("1,200", "1,500", "count"), between("3", "3 %", "count")
    ('same', 'differ', 'unclear')
    >>> between("3 May", "3 May 2024", "time"), between("May 2024", "3 June 2024", "time")
    ('same', 'differ')
    >>> between("Mumbai, India", "Mumbai", "place"), between("Ada Quill", "Quill", "person")
    ('same', 'same')
    """
    if one.name and other.name:
        if same_name(one.name, other.name):
            return "same"
        return "differ" if differ_in_name(one.name, other.name) else "unclear"
    if one.dates and other.dates:
        return _closest(_between(mine, theirs) for mine in one.dates for theirs in other.dates)
    return _closest(mine.relation(theirs) for mine in one.quantities for theirs in other.quantities)


def _closest(found: Iterable[Relation]) -> Relation:
    """Spans that give several values are the same when they share one."""
    relations = set(found)
    return "same" if "same" in relations else "differ" if "differ" in relations else "unclear"


def _dates(text: str) -> list[Stated]:
    """The dates of a span, years and decades by themselves as well."""
    found = stated(text)
    taken = [range(one.start, one.end) for one in found]
    years = [match for match in _YEAR.finditer(text) if not any(match.start() in span for span in taken)]
    return found + [Stated(match[0], match.start(), match.end(), year=int(match[1])) for match in years]


def _between(one: Stated, other: Stated) -> Relation:
    """Dates are the same as far as both are told; with no part in common nobody can tell."""
    parts = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    shared = [(mine, theirs) for mine, theirs in parts if mine is not None and theirs is not None]
    if not shared:
        return "unclear"
    return "same" if all(mine == theirs for mine, theirs in shared) or _in_decade(one, other) else "differ"


def _in_decade(one: Stated, other: Stated) -> bool:
    """Whether one of them is a decade, "the 1870s", and the other a date in it."""
    if one.year is None or other.year is None or not any(date.text.endswith("0s") for date in (one, other)):
        return False
    return one.year // 10 == other.year // 10

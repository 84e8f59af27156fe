"""Numbers of a text as claims: what kind of number, what modifies it, and what it may mean. English. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from qa.language.dates import stated, weekdays
from qa.language.numerals import SCALES, UNITS, Numeral, numerals

Kind = Literal["count", "money", "percent", "ordinal", "fraction", "vague", "year"]
Bound = Literal["", "least", "most", "about"]

_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₪": "shekel", "₹": "rupee"}
_MONEY_BEFORE = re.compile(r"(?:US|A|C|HK|NZ)?(?P<sign>[$€£¥₪₹])\s?$|(?P<code>USD|EUR|GBP)\s?$")
_MONEY_AFTER = re.compile(r"\s?(?P<sign>[$€£¥₪₹])|[\s-](?:US )?(?P<word>dollar|euro|pound|peso|yen|rupee|franc)s?\b")
_CODES = {"USD": "dollar", "EUR": "euro", "GBP": "pound"}
_PERCENT = re.compile(r"\s?%|[\s-](?:per ?cent|pct|percentage points?)\b", re.IGNORECASE)
_ORDINAL_END = re.compile(r"\d(?:st|nd|rd|th)$", re.IGNORECASE)
NEAR_SHARE = Decimal("0.005")  # a third is 33 %
FIRST_YEAR, LAST_YEAR = 1500, 2100

_TENTHS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINALS = {word: place for place, word in enumerate(_TENTHS.split(), start=1)} | {
    "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "twentieth": 20, "thirtieth": 30, "fiftieth": 50,
    "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_ORDINAL = re.compile(rf"\b(?:(?P<tens>twenty|thirty|forty|fifty)-)?(?P<word>{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_NOT_ORDINAL = re.compile(r"\s+(?:of all|hand|half)\b")  # "first of all", "second hand"
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_FRACTION = re.compile(
    rf"\b(?:(?P<top>an?|one|two|three|four|five|six|seven|nine)[\s-])?(?P<part>{'|'.join(_PARTS)})(?P<s>s)?"
    r"(?:\s+(?P<of>of)\b)?",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?P<top>one|two|three|four|\d+)\s+(?:in|out of)\s+(?:every\s+)?(?P<bottom>\w+)\b", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:dozens|scores|hundreds|thousands|millions|billions|trillions)\b", re.IGNORECASE)

_LEAST = re.compile(
    r"\b(?:at least|(?<!no )more than|over|above|no (?:fewer|less) than|exceeding|upwards? of)\s+\S{0,3}$"
)
_MOST = re.compile(r"\b(?:at most|fewer than|(?<!no )less than|under|below|up to|no more than)\s+\S{0,3}$")
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some|an estimated|circa|close to)\s+\S{0,3}$"
)
_OR_MORE = re.compile(r"\s*(?:\+|\s(?:\w+ )?or more\b)")
_RANGE = re.compile(r"\s?(?:-|–|—|to|or|and)\s?\$?$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at [start, end) of a text. `unit` is the currency of a sum of money, where it is told.

    `values` are what it may mean, a fraction's and a percentage's as a share of one; `parts` are numbers in it
    that are not its value, as the 6 of "6 million"; `spelled` where it is in words.
    """

    text: str
    start: int
    end: int
    values: frozenset[Decimal | str]
    kind: Kind = "count"
    unit: str = ""
    bound: Bound = ""
    parts: frozenset[Decimal] = frozenset()
    spelled: bool = False


def figures(text: str) -> list[Figure]:
    """The numbers of a text in order; those of dates left out.

    >>> [(found.text, found.kind, found.bound) for found in figures("Over $6 million, a third of it on 3 May")]
    [('6 million', 'money', 'least'), ('a third', 'fraction', '')]
    """
    dates = [*stated(text), *weekdays(text)]
    taken = [range(entry.start, entry.end) for entry in dates]
    found: list[Figure] = []
    counted = _ranged(text, numerals(text))
    for figure in (
        *_fractions(text),
        *_ordinals(text),
        *_vague(text),
        *(_figure(text, each) for each in counted if each.values),
    ):
        span = range(figure.start, figure.end)
        if not any(span.start < other.stop and other.start < span.stop for other in taken):
            taken.append(span)
            found.append(figure)
    return _shared(text, sorted(found, key=lambda figure: figure.start))


def same(claim: Figure, other: Figure) -> bool:
    """Whether two figures say the same; a claim that leaves the unit out says less, not another thing."""
    if {claim.kind, other.kind} == {"fraction", "percent"}:
        return any(abs(Decimal(one) - Decimal(two)) <= NEAR_SHARE for one in claim.values for two in other.values)
    if claim.values.isdisjoint(other.values):
        return False
    if claim.kind == other.kind:
        return not claim.unit or claim.unit == other.unit
    return claim.kind in {"count", "year"} and other.kind in {"count", "year", "money"}


def comparable(claim: Figure, other: Figure) -> bool:
    """Whether one may stand in the other's place."""
    if claim.kind == other.kind or same(claim, other):
        return True
    kinds = {claim.kind, other.kind}
    return any(kinds == pair for pair in ({"fraction", "percent"}, {"count", "vague"}, {"count", "year"}))


def _figure(text: str, number: Numeral) -> Figure:
    kind, unit = _kind(text, number)
    values: frozenset[Decimal | str] = frozenset(number.values)
    if kind == "percent":
        values = frozenset(value / 100 for value in number.values)
    elif kind == "money":  # $6m is no six metres
        values = frozenset({max(number.values)}) if number.values >= number.parts else values
    bound = _bound(text, number.start, number.end)
    return Figure(number.text, number.start, number.end, values, kind, unit, bound, number.parts, number.spelled)


def _kind(text: str, number: Numeral) -> tuple[Kind, str]:
    if _PERCENT.match(text, number.end):
        return "percent", ""
    before, after = _MONEY_BEFORE.search(text, 0, number.start), _MONEY_AFTER.match(text, number.end)
    if before:
        return "money", _CURRENCIES.get(before["sign"] or "", _CODES.get(before["code"] or "", ""))
    if after:
        return "money", _CURRENCIES.get(after["sign"] or "", after["word"] or "")
    if _ORDINAL_END.search(number.text):
        return "ordinal", ""
    only = max(number.values)
    if len(number.text) == len("1999") and number.text.isdecimal() and FIRST_YEAR <= only <= LAST_YEAR:
        return "year", ""
    return "count", ""


def _ranged(text: str, found: list[Numeral]) -> list[Numeral]:
    """Numerals of which the first of "two to three million" is two million."""
    ranged = list(found)
    for place, (number, behind) in enumerate(pairwise(found)):
        factor = _factor(behind)
        if factor > 1 and _factor(number) == 1 and _RANGE.search(text[number.end : behind.start]):
            gap = text[number.end : behind.start].strip()
            if gap != "and" or re.search(r"\bbetween\s+\S?$", text[: number.start]):
                scaled = frozenset(value * factor for value in number.values)
                ranged[place] = replace(number, values=scaled, parts=number.values)
    return ranged


def _shared(text: str, found: list[Figure]) -> list[Figure]:
    """Figures of which both ends of "$2-3 million" are dollars, and of "4 to 5 percent" percents."""
    alike = list(found)
    for place, (one, two) in enumerate(pairwise(found)):
        if {one.kind, two.kind} <= {"count", "money", "percent"} and _RANGE.fullmatch(text[one.end : two.start]):
            if one.kind == "money" and two.kind == "count":
                alike[place + 1] = replace(two, kind=one.kind, unit=one.unit)
            elif one.kind == "count" and two.kind != "count":
                share = two.kind == "percent"
                values = frozenset(Decimal(value) / 100 if share else value for value in one.values)
                alike[place] = replace(one, kind=two.kind, unit=two.unit, values=values)
    return alike


def _factor(number: Numeral) -> Decimal:
    """The million of "three million"; 1 where there is none."""
    words = re.findall(r"[a-z]+", number.text.lower())
    scale = SCALES.get(words[-1].removesuffix("s"), 0) if words else 0
    return Decimal(scale or 1)


def _ordinals(text: str) -> Iterator[Figure]:
    for match in _ORDINAL.finditer(text):
        if match["word"].lower() == "second" and re.match(r"s\b|-long", text[match.end() :]):
            continue
        if not _NOT_ORDINAL.match(text, match.end()):
            tens = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}.get((match["tens"] or "").lower(), 0)
            value = Decimal(tens + _ORDINALS[match["word"].lower()])
            yield Figure(match[0], *match.span(), frozenset({value}), "ordinal", spelled=True)


def _fractions(text: str) -> Iterator[Figure]:
    """Half, two thirds, one in five."""
    for match in _FRACTION.finditer(text):
        top, part = (match["top"] or "").lower(), _PARTS[match["part"].lower()]
        told = match["of"] or match["s"] or top not in {"a", "one"}
        if (part == _PARTS["half"] or (top and told)) and not re.match(r"\s+an?\b", text[match.end() :]):
            value = Decimal(UNITS.get(top, 1)) / part
            end = match.start("of") if match["of"] else match.end()
            shown = text[match.start() : end].rstrip()
            bound = _bound(text, match.start(), end)
            yield Figure(shown, match.start(), match.start() + len(shown), frozenset({value}), "fraction", bound=bound)
    for match in _IN.finditer(text):
        top, bottom = (_whole(match[name]) for name in ("top", "bottom"))
        if top and bottom and top < bottom:
            yield Figure(match[0], *match.span(), frozenset({Decimal(top) / bottom}), "fraction")


def _whole(word: str) -> int:
    if word.isdecimal():
        return int(word) if int(word) < FIRST_YEAR else 0
    return UNITS.get(word.lower(), 0)


def _vague(text: str) -> Iterator[Figure]:
    for match in _VAGUE.finditer(text):
        yield Figure(match[0], *match.span(), frozenset({match[0].lower()}), "vague", spelled=True)


def _bound(text: str, start: int, end: int) -> Bound:
    """Whether the number is told as a limit or a guess."""
    before = text[max(start - 30, 0) : start].lower()
    if _LEAST.search(before) or _OR_MORE.match(text, end):
        return "least"
    if _MOST.search(before):
        return "most"
    return "about" if _ABOUT.search(before) else ""

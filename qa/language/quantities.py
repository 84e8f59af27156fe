"""Amounts that answers give, made comparable: how many of what, from where to where. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from qa.language.figures import NEAR_SHARE, Figure, figures
from qa.language.kinds import Kind

BEHIND = 32  # characters before a span in which "about" and the currency of its number are looked for
AHEAD = 24  # characters behind a span in which the unit of its number is looked for
# "1,200" may stand for 1,203 even without "about": from two noughts on, and within 1 %. For 40 it may not: a toll of 40
# and one of 42 differ.
ROUND, NEAR = 100, Decimal("0.01")
CONVERTED = Decimal("0.03")  # share by which hours and days, or miles and kilometres, are rounded in being converted

_LENGTHS = {"second": "1/86400", "minute": "1/1440", "hour": "1/24", "day": "1", "night": "1", "week": "7"}
_LENGTHS |= {"month": "30.4", "year": "365.25", "decade": "3652.5", "century": "36525", "centurie": "36525"}
_DISTANCES = {
    "km": "1000",
    "kilometre": "1000",
    "kilometer": "1000",
    "m": "1",
    "metre": "1",
    "meter": "1",
    "mi": "1609",
}
_DISTANCES |= {"mile": "1609", "cm": "1/100", "centimetre": "1/100", "centimeter": "1/100", "mm": "1/1000"}
_DISTANCES |= {
    "foot": "0.3048",
    "feet": "0.3048",
    "ft": "0.3048",
    "inch": "0.0254",
    "inche": "0.0254",
    "yard": "0.9144",
}
_UNITS = {
    **{word: ("days", size) for word, size in _LENGTHS.items()},
    **{word: ("metres", size) for word, size in _DISTANCES.items()},
}
_UNIT = re.compile(
    rf"\s?-?(?:full |more |consecutive |square )?({'|'.join(sorted(_UNITS, key=len, reverse=True))})s?\b"
    r"(?![\d/²]| ?2\b)"
)
_RATE = re.compile(r"\s?(?:[\w-]+ ){0,2}?(?:per|an?|each|every) (?:\w+)\b|\s?/\s?\w")
_RANGE = re.compile(r"\s*(?:-|–|—|to|and|or)\s*\W?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """From `low` to `high` of a unit: "" for things that are counted, "share", "days", "metres", or a currency."""

    low: Decimal
    high: Decimal
    unit: str

    def relation(self, other: Quantity) -> Literal["same", "differ", "unclear"]:
        """Quantities of different units are not compared."""
        if self.unit != other.unit:
            return "unclear"
        apart = max(self.low, other.low) - min(self.high, other.high)
        return "same" if apart <= self._slack(other) else "differ"

    def _slack(self, other: Quantity) -> Decimal:
        """How far apart the same may be told."""
        if self.unit == "share":
            return NEAR_SHARE
        return CONVERTED * min(self.high, other.high) if self.unit in {"days", "metres"} else Decimal(0)


def quantities(text: str, kind: Kind, before: str = "", after: str = "") -> list[Quantity]:
    """The amounts in a span of text, with what stands before and after it; a range is one amount.

    >>> quantities("more than 1,200 guards", "count")
    [Quantity(low=Decimal('1200'), high=Decimal('1300'), unit='')]
    >>> quantities("two weeks", "duration") == quantities("14 days", "duration")
    True
    """
    lead = before[-BEHIND:]
    whole = lead + text + after[:AHEAD]
    first, last = len(lead), len(lead) + len(text)
    found = [figure for figure in figures(whole) if first <= figure.start < last and figure.kind != "vague"]
    counted = [figure for figure in found if figure.kind != "year"] or found
    amounts = [(figure, amount) for figure in counted for amount in _amounts(whole, figure, kind)]
    if len(amounts) == len(counted) == len("ab") and _RANGE.fullmatch(whole[counted[0].end : counted[1].start]):
        (_, low), (_, high) = amounts
        return [replace(high, low=min(low.low, high.low), high=max(low.high, high.high))]
    return [amount for _, amount in amounts]


def amounts_in(text: str, kind: Kind) -> list[tuple[int, int]]:
    """Where a text has amounts that a question of this kind may ask for."""
    found = [figure for figure in figures(text) if figure.kind not in {"vague", "year", "ordinal"}]
    return [(figure.start, figure.end) for figure in found if _fits(kind, _unit(text, figure, kind)[1])]


def _fits(kind: Kind, unit: str) -> bool:
    if kind == "count":
        return unit in {"", "share"}
    if kind == "money":
        return unit not in {"", "share", "rate", "days", "metres"}
    return unit == ("metres" if kind == "distance" else "days")


def _amounts(text: str, figure: Figure, kind: Kind) -> Iterator[Quantity]:
    size, unit = _unit(text, figure, kind)
    for value in figure.values:
        if isinstance(value, Decimal):
            low, high = _extent(value, figure)
            yield Quantity(low * size, high * size, unit)


def _unit(text: str, figure: Figure, kind: Kind) -> tuple[Decimal, str]:
    """How much one of it is, and in what it is counted."""
    if figure.kind in {"percent", "fraction"}:
        return Decimal(1), "share"
    if figure.kind == "money":
        return Decimal(1), figure.unit or "money"
    measure = _UNIT.match(text, figure.end)
    if _RATE.match(text, measure.end() if measure else figure.end):
        return Decimal(1), "rate"
    unit = measure[1] if measure else "year" if kind == "age" else ""
    if unit not in _UNITS:
        return Decimal(1), figure.kind if figure.kind == "ordinal" else ""
    group, size = _UNITS[unit]
    above, _, below = size.partition("/")
    return Decimal(above) / Decimal(below or 1), group


def _extent(value: Decimal, figure: Figure) -> tuple[Decimal, Decimal]:
    """What a number may stand for, by the words around it and its noughts."""
    step = _step(value)
    if figure.bound == "least":
        return value, value + step
    if figure.bound == "most":
        return value - step, value
    if figure.bound == "about":
        return value - step / 2, value + step / 2
    if step >= ROUND:
        return value * (1 - NEAR), value * (1 + NEAR)
    return value, value


def _step(value: Decimal) -> Decimal:
    """The place of the last figure that is not nought: 100 for 1,200."""
    return Decimal(10) ** int(value.normalize().as_tuple().exponent) if value else Decimal(1)

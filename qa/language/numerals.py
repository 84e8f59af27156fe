"""Numbers as people write them, in digits or in words, with the values they stand for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

BELOW_TWENTY = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen"""
TENFOLD = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS = {word: value for value, word in enumerate(BELOW_TWENTY.split())}
TENS = {word: value * 10 for value, word in enumerate(TENFOLD.split(), start=2)}
SCALES = {
    "hundred": 100,
    "dozen": 12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}

SCALE = "|".join(SCALES)
DIGITS = re.compile(
    r"(?<![\w.,])(?<![^\W\d]-)"  # not the 13 of MS-13, nor the 320 of A320
    r"(?P<digits>\d+(?:[.,\u00a0\u202f'’]\d+)*)"
    rf"(?:[\s-]?(?P<scale>{SCALE})s?\b|\s?(?P<short>bn|tn|mn|[kmb])\b|(?:st|nd|rd|th|s)\b)?",
    re.IGNORECASE,
)
NUMBER_WORD = "|".join([*UNITS, *TENS, *SCALES])
SPELLED = re.compile(
    rf"\b(?:(?P<half>half a)|an?)?\s?\b(?P<words>(?:{NUMBER_WORD})(?:(?:[\s-]+|\s+and\s+)(?:{NUMBER_WORD}))*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text. `values` are what it may mean (1.200 is 1.2 or 1200), `parts` what else it contains."""

    text: str
    start: int
    end: int
    values: frozenset[Decimal]
    parts: frozenset[Decimal] = frozenset()
    spelled: bool = False


def numerals(text: str) -> list[Numeral]:
    """The numbers of a text in order.

    >>> [sorted(map(int, number.values)) for number in numerals("1,200 or twelve hundred; $6 million")]
    [[1200], [1200], [6000000]]
    """
    found = [*_in_digits(text), *_in_words(text)]
    taken = [range(number.start, number.end) for number in found if not number.spelled]
    kept = (number for number in found if not number.spelled or not any(number.start in span for span in taken))
    return sorted(kept, key=lambda number: number.start)


def _in_digits(text: str) -> Iterator[Numeral]:
    for match in DIGITS.finditer(text):
        raw = _values(match["digits"])
        if not raw:  # 6'4 is two
            yield from _each(match)
            continue
        scale = SCALES.get((match["scale"] or "").lower(), 0) or SHORT_SCALES.get((match["short"] or "").lower(), 0)
        values = frozenset(value * scale for value in raw) if scale else raw
        if match["short"] and match["short"].islower() and match["short"] in "mb":
            values |= raw  # 6m may be six metres
        yield Numeral(match[0].rstrip("-"), match.start(), match.end(), values, raw)


def _each(match: re.Match[str]) -> Iterator[Numeral]:
    """The runs of digits of what is no one number."""
    for run in re.finditer(r"\d+", match["digits"]):
        yield Numeral(run[0], match.start() + run.start(), match.start() + run.end(), _values(run[0]))


def _values(digits: str) -> frozenset[Decimal]:
    """What a run of digits with separators may mean."""
    groups = re.split(r"[.,\u00a0\u202f'’]", digits)
    ascii_groups = ["".join(str(int(digit)) for digit in group if digit.isdecimal()) for group in groups]
    if len(ascii_groups) == 1:
        return frozenset({Decimal(ascii_groups[0])})
    values = set()
    if all(len(group) == len("000") for group in ascii_groups[1:]) or len(ascii_groups) > len("ab"):
        values.add(Decimal("".join(ascii_groups)))
    last = digits[-len(groups[-1]) - 1]
    if last == "." or (last == "," and len(ascii_groups[-1]) != len("000")):
        values.add(Decimal("".join(ascii_groups[:-1]) + "." + ascii_groups[-1]))
    return frozenset(values)


def _in_words(text: str) -> Iterator[Numeral]:
    for match in SPELLED.finditer(text):
        tokens = re.findall(r"[a-z]+", match["words"].lower())
        values = list(_worded(tokens))
        if match["half"] and len(values) == 1:
            values = [values[0] / 2]
        for value in values:
            parts = frozenset(values)
            yield Numeral(match[0].strip(), match.start("words"), match.end(), frozenset({value}), parts, spelled=True)


def _worded(tokens: list[str]) -> Iterator[Decimal]:
    """The numbers that a run of words makes; "two hundred and thirty-eight" is one, "nineteen eighty" two."""
    total = current = 0
    begun = False
    for word in tokens:
        if word in SCALES:
            total, current = _scaled(total, current if begun else 1, SCALES[word])
        elif word in UNITS or word in TENS:
            value = UNITS.get(word, TENS.get(word, 0))
            if begun and not _fits(total, current, value):
                yield Decimal(total + current)
                total = current = 0
            current += value
        else:
            continue
        begun = True
    if begun:
        yield Decimal(total + current)


def _scaled(total: int, current: int, scale: int) -> tuple[int, int]:
    """Multiply what stands before a hundred, or close a group at a thousand and above."""
    if scale < SCALES["thousand"]:
        return total, current * scale
    return total + current * scale, 0


def _fits(total: int, current: int, value: int) -> bool:
    """Whether a small number may follow: thirty eight, hundred eight, not eight thirty."""
    if current == 0:
        return total > 0
    room = current % 100
    return room == 0 or (room >= TENS["twenty"] and room % 10 == 0 and 0 < value < UNITS["ten"])

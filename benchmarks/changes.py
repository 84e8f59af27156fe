"""Sentences with one thing changed, so that what a support check lets through can be counted.

The changes know nothing of how the check reads: they work on the look of the words alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

Change = Callable[[str, str, random.Random], str | None]

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w.,]*\d)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+ [A-Z][a-z]+\b(?! [A-Z])")
_MONTHS = "January February March April June July August September October November December".split()  # noqa: SIM905
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_TIME = re.compile(rf"\b(?:{'|'.join([*_MONTHS, *_DAYS])})\b")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|would|can|could|should|had)\b(?! (?:not|no|never))(?!n)")
_NOT = re.compile(r"(?<=[a-z]) not\b|(?<=[a-z])n[’']t\b")
_OTHER = {
    "all": "some", "every": "almost no", "most": "all", "some": "all", "many": "few", "few": "many", "several": "all",
    "always": "sometimes", "at least": "at most", "more than": "less than", "over": "under", "only": "not only",
}  # fmt: skip
_QUANTIFIER = re.compile(rf"(?<=[a-z,] )(?:{'|'.join(_OTHER)})(?= \w)(?<!\bthe most)(?<!\btheir most)")
_BETWEEN = re.compile(r"(?<=[a-z]), [^,.;:“”\"]{6,60},(?= [a-z])")
INVENTED = ("Aldo Marsh", "Petra Lindqvist", "Omar Castellan", "Ruth Okafor")


def another_number(sentence: str, passage: str, chance: random.Random) -> str | None:
    """A number replaced by another of the passage, or by one near it."""
    other = [found for found in _NUMBER.findall(passage) if found not in sentence]
    return _replaced(_NUMBER, sentence, chance, lambda found: chance.choice([*other, _near(found, chance)]))


def another_name(sentence: str, passage: str, chance: random.Random) -> str | None:
    """A name of two words replaced by another of the passage, or by an invented one."""
    other = [found for found in _NAME.findall(passage) if found not in sentence]
    return _replaced(_NAME, sentence, chance, lambda _: chance.choice([*other, chance.choice(INVENTED)]))


def another_time(sentence: str, passage: str, chance: random.Random) -> str | None:
    """A month or weekday replaced by another."""

    def other(found: str) -> str:
        return chance.choice([name for name in (_MONTHS if found in _MONTHS else _DAYS) if name != found])

    return _replaced(_TIME, sentence, chance, other)


def negated(sentence: str, passage: str, chance: random.Random) -> str | None:
    """A "not" put in."""
    return _replaced(_AUXILIARY, sentence, chance, lambda found: f"{found} not")


def affirmed(sentence: str, passage: str, chance: random.Random) -> str | None:
    """A "not" taken out."""
    return _replaced(_NOT, sentence, chance, lambda _: "")


def another_quantifier(sentence: str, passage: str, chance: random.Random) -> str | None:
    """All turned to some, at least to at most, and so on."""
    return _replaced(_QUANTIFIER, sentence, chance, lambda found: _OTHER[found])


def shortened(sentence: str, passage: str, chance: random.Random) -> str | None:
    """What stands between two commas left out: as true as before, nearly always."""
    return _replaced(_BETWEEN, sentence, chance, lambda _: "")


CHANGES: dict[str, Change] = {
    "number": another_number,
    "name": another_name,
    "month or weekday": another_time,
    "not put in": negated,
    "not taken out": affirmed,
    "quantifier": another_quantifier,
    "a clause left out": shortened,
}


def changed(sentence: str, passage: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What was changed, and the sentence that came of it, for each change that the sentence has room for."""
    for name, change in CHANGES.items():
        other = change(sentence, passage, chance)
        if other is not None and other != sentence:
            yield name, other


def _replaced(
    pattern: re.Pattern[str], sentence: str, chance: random.Random, other: Callable[[str], str]
) -> str | None:
    found = list(pattern.finditer(sentence))
    if not found:
        return None
    match = chance.choice(found)
    return sentence[: match.start()] + other(match[0]) + sentence[match.end() :]


def _near(number: str, chance: random.Random) -> str:
    """The number with one of its digits another."""
    place = chance.choice([place for place, char in enumerate(number) if char.isdigit()])
    digit = chance.choice([digit for digit in "123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]

"""Outlets that a question names, by what people call them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# What an outlet's full name may carry beyond what people call it: "CNBC | World News", "Fox News - Health".
_SECTION = re.compile(r"\s+[|–-]\s+.*$")
INITIALS = 4  # letters; a name so short may be written in capitals ("Cnbc", "CNBC")


@dataclass(frozen=True, slots=True)
class Named:
    """A place in a question that names an outlet; `outlets` are the library's names for it."""

    start: int
    end: int
    name: str
    outlets: tuple[str, ...]


def names_of(outlet: str) -> list[str]:
    """What people call an outlet, longest first.

    >>> names_of("CBSSports.com | News"), names_of("Cnbc | World")
    (['CBSSports.com | News', 'CBSSports.com', 'CBSSports'], ['Cnbc | World', 'Cnbc', 'CNBC'])
    """
    short = _SECTION.sub("", outlet)
    bare = re.sub(r"\.(com|org|net|co\.uk)$", "", short)
    capitals = [bare.upper()] if len(bare) <= INITIALS else []
    return list(dict.fromkeys((outlet, short, bare, *capitals)))


def outlets_named(question: str, outlets: Sequence[str]) -> Iterator[Named]:
    """Every place that names one of the outlets, in the question's order."""
    called = _called(tuple(outlets))
    for match in _pattern(tuple(called)).finditer(question) if called else ():
        yield Named(match.start(), match.end(), match[1], called[match[1]])


def without_outlets(question: str, outlets: Sequence[str]) -> str:
    """The question with the outlets' names taken out, for the search of texts."""
    called = _called(tuple(outlets))
    return " ".join(_pattern(tuple(called)).sub(" ", question).split()) if called else question


@lru_cache(maxsize=8)
def _called(outlets: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    called: dict[str, tuple[str, ...]] = {}
    for outlet in outlets:
        for name in names_of(outlet):
            called[name] = (*called.get(name, ()), outlet)
    return called


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:[Tt]he )?['\"‘“]?({either})(?:['’]s)?['\"’”]?(?!\w)")

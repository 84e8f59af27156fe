"""A question that names outlets is several questions: which outlets, and what is asked of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# What an outlet's full name may carry beyond what people call it: "CNBC | World News", "Fox News - Health".
_SECTION = re.compile(r"\s+[|–-]\s+.*$")
_BOUNDARY = re.compile(r"[,;:?]\s+|\s+(?=(?:while|whereas|but|and|after|between|compared)\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """The part of a question that is about one outlet; `outlets` are the library's names for it."""

    outlets: tuple[str, ...]
    text: str


def names_of(outlet: str) -> list[str]:
    """What people call an outlet, longest first.

    >>> names_of("CBSSports.com | News")
    ['CBSSports.com | News', 'CBSSports.com', 'CBSSports']
    """
    short = _SECTION.sub("", outlet)
    bare = re.sub(r"\.(com|org|net|co\.uk)$", "", short)
    return list(dict.fromkeys((outlet, short, bare)))


def clauses(question: str, outlets: Sequence[str]) -> list[Clause]:
    """Each mention of an outlet, in the question's order, with the clause that it stands in.

    >>> clauses("Did Wired praise it, while Polygon did not?", ["Wired", "Polygon", "The Age"])
    [Clause(outlets=('Wired',), text='Did praise it'), Clause(outlets=('Polygon',), text='while did not')]
    """
    called: dict[str, list[str]] = {}
    for outlet in outlets:
        for name in names_of(outlet):
            called.setdefault(name, []).append(outlet)
    found = [
        Clause(tuple(called[match.group(1)]), _without(_clause_at(question, match.start()), called))
        for match in _mentions(called, question)
    ]
    return list(dict.fromkeys(found))


def without_outlets(question: str, outlets: Sequence[str]) -> str:
    """The question with the outlets' names taken out, for the search of texts."""
    return _without(question, {name: [] for outlet in outlets for name in names_of(outlet)})


def _pattern(called: dict[str, list[str]]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(called, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:[Tt]he )?['\"‘“]?({names})(?:['’]s)?['\"’”]?(?!\w)")


def _mentions(called: dict[str, list[str]], question: str) -> list[re.Match[str]]:
    return list(_pattern(called).finditer(question)) if called else []


def _clause_at(question: str, position: int) -> str:
    cuts = [0, *(match.end() for match in _BOUNDARY.finditer(question)), len(question)]
    start = max(cut for cut in cuts if cut <= position)
    end = min((cut for cut in cuts if cut > position), default=len(question))
    return question[start:end].strip(" ,;:?")


def _without(text: str, called: dict[str, list[str]]) -> str:
    return " ".join(_pattern(called).sub(" ", text).split()) if called else text

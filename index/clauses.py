"""A question that combines or compares is several questions: what is asked in each part, of whom, and of when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce

from index.dates import Mentioned, Period, periods
from index.outlets import Named, outlets_named, without_outlets
from index.terms import terms

# Parts begin at punctuation and at these words. Adding "or who which that with as" found as much evidence or a little
# less (all of it in the top 10: .47 to .48 of MultiHop-RAG), punctuation alone less (.45).
_BOUNDARY = re.compile(r"[,;:?](?=\s|$)|\s+(?=(?:while|whereas|but|and|also|compared)\s)", re.IGNORECASE)
_QUOTED = re.compile(r"(?<!\w)'[^']{1,80}'(?!\w)|\"[^\"]{1,80}\"|“[^”]{1,80}”|‘[^’]{1,80}’(?!\w)")
LEAST = 3  # telling terms that a part needs to stand alone; 2, 4 and 5 found .01 to .02 less

# What a question says about reporting rather than about the matter: it tells no part from another.
_FRAME = """
report reported reports article articles piece source sources news according accord discuss discussed
discusses discussing feature featured cover covered publish published claim claims suggest suggests mention
mentioned describe described individual person company recently which who whom whose did does do was were is
been has have had same another both one other also while change between after before
"""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a question, without the names of outlets; whom it is asked of; and for when.

    `outlets` has one item for each outlet that it names: the library's names for that outlet.
    """

    text: str
    outlets: tuple[tuple[str, ...], ...] = ()
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched: without the names of outlets, in parts, with the names of whom and when."""

    text: str
    clauses: tuple[Clause, ...]
    names: tuple[str, ...] = ()

    @property
    def outlets(self) -> tuple[str, ...]:
        """The library's names for all outlets that are named."""
        named = (outlet for clause in self.clauses for several in clause.outlets for outlet in several)
        return tuple(dict.fromkeys(named))

    @property
    def at_once(self) -> Clause:
        """The question as one part."""
        return reduce(_both, self.clauses)


def understood(question: str, outlets: Sequence[str], as_of: date | None = None) -> Understood:
    """What a question asks for in each of its parts; outlets that are not among those given mean nothing.

    >>> asked = understood(
    ...     "Did Wired praise the new lamp in May 2024, while Polygon found its light dim?", ["Wired", "Polygon"]
    ... )
    >>> asked.names
    ('Wired', 'Polygon', 'May 2024')
    >>> [clause.text for clause in asked.clauses]
    ['Did praise the new lamp in May 2024', 'while found its light dim']
    """
    named = list(outlets_named(question, outlets))
    dated = periods(question, as_of)
    spans = _spans(question, [*named, *dated])
    clauses = _joined(_clause(question, span, named, dated) for span in spans)
    names = [one.name for one in named] + [one.period.name for one in dated]
    text = without_outlets(question, outlets) if named else question
    return Understood(text, tuple(clauses) or (Clause(text),), tuple(dict.fromkeys(names)))


def _spans(question: str, kept: Iterable[Named | Mentioned]) -> list[tuple[int, int]]:
    """Where the parts begin and end; no cut goes through a name, a date or a quotation."""
    whole = [(one.start, one.end) for one in kept] + [match.span() for match in _QUOTED.finditer(question)]
    cuts = [
        cut.span()
        for cut in _BOUNDARY.finditer(question)
        if not any(start <= cut.start() < end for start, end in whole)
    ]
    begins, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(question)]
    return [span for span in zip(begins, ends, strict=True) if question[slice(*span)].strip()]


def _clause(question: str, span: tuple[int, int], named: Sequence[Named], dated: Sequence[Mentioned]) -> Clause:
    start, end = span
    here = [one for one in named if start <= one.start < end]
    text, place = "", start
    for one in here:
        text, place = f"{text}{question[place : one.start]} ", one.end
    text = " ".join(f"{text}{question[place:end]}".split())
    times = (one.period for one in dated if start <= one.start < end)
    return Clause(text, _once(one.outlets for one in here), tuple(dict.fromkeys(times)))


def _joined(clauses: Iterable[Clause]) -> list[Clause]:
    """Parts that say too little go to the one before; the first ones to the one behind."""
    joined: list[Clause] = []
    ahead: Clause | None = None
    for clause in clauses:
        one = _both(ahead, clause) if ahead else clause
        ahead = None
        if len(_telling(one)) >= LEAST:
            joined.append(one)
        elif joined:
            joined[-1] = _both(joined[-1], one)
        else:
            ahead = one
    return [*joined, ahead] if ahead else joined


def _both(one: Clause, other: Clause) -> Clause:
    return Clause(
        f"{one.text} {other.text}".strip(),
        _once((*one.outlets, *other.outlets)),
        tuple(dict.fromkeys((*one.periods, *other.periods))),
    )


def _once(outlets: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(outlets))


def _telling(clause: Clause) -> list[str]:
    """The terms that say what the part is about: no frame, no date."""
    text, dates = clause.text, periods(clause.text)
    for one in reversed(dates):
        text = f"{text[: one.start]} {text[one.end :]}"
    return [term for term in terms(text) if term not in _frame()]


@lru_cache(maxsize=1)
def _frame() -> frozenset[str]:
    return frozenset(terms(_FRAME))

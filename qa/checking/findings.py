"""What a claim states that can be looked up in the passages it cites: numbers, dates, names, all and not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from qa.checking.alignment import Candidate, Line, Mark, Placed, State, placed
from qa.checking.citations import locate
from qa.checking.quantifiers import turned
from qa.checking.quotes import quotations
from qa.language.dates import Stated, same_day, stated, weekdays
from qa.language.figures import Figure, comparable, same
from qa.language.names import Name, carried, mentions, partly_carried
from qa.language.numerals import numerals
from qa.language.words import STOPWORDS, WORD, bare

SMALL = 10  # "the two countries" counts what the passage lists; up to here a number in words proves nothing
BEHIND = 2  # words from an outlet to its date
SHOWN = 40  # characters of a quotation in a reason
_AGO = re.compile(r"\s*-?years?[ -](?:ago|old|later|earlier)\b")  # a sum that the passage may leave to the reader
_OTHER_YEAR = re.compile(r"\b(?P<which>last|this|next) year\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a claim and what became of it. `certain` is False where missing it accuses nobody.

    `against` where the passage itself says otherwise of the same matter. A number, date or name can be `looked_up`
    elsewhere. `reason` is empty where the finding stands, and where there is no more to say than that it does not.
    """

    text: str
    state: State
    certain: bool = True
    against: bool = False
    looked_up: bool = True
    reason: str = ""


def findings(claim: Line, seen: Sequence[Line]) -> list[Finding]:
    """All that can be looked up, each place once: what stands and what does not."""
    found = [_dated(claim, entry, seen) for entry in (*stated(claim.text), *weekdays(claim.text))]
    found += [_counted(claim, figure, seen) for figure in claim.figures]
    words = known(seen)
    found += [_named(claim, name, words, seen) for name in claim.names]
    return [*found, *_misquoted(claim, seen), *_turned(claim, seen)]


def stated_in(text: str, article: str) -> bool:
    """Whether a number, date or name stands somewhere in a text, whatever it is said of there."""
    numbers = numerals(text)
    if numbers:
        there = frozenset().union(*(number.values | number.parts for number in numerals(article)))
        return any(not number.values.isdisjoint(there) for number in numbers)
    wanted = {bare(word) for word in WORD.findall(text)} - STOPWORDS
    return bool(wanted) and wanted <= {bare(word) for word in WORD.findall(article)}


def known(seen: Sequence[Line]) -> frozenset[str]:
    """The bare words of the lines, their parts, and the initials of their capitalised runs."""
    text = "\n".join(line.text for line in seen)
    parts = (part for word in WORD.findall(text) for part in (bare(word), *map(bare, word.split("-"))))
    return frozenset(parts) | _acronyms(text)


def _counted(claim: Line, figure: Figure, seen: Sequence[Line]) -> Finding:
    candidates = [
        Candidate(line, other, same(figure, other))
        for line in seen
        for other in _figures(line)
        if comparable(figure, other)
    ]
    where = placed(claim, figure, candidates)
    certain = (
        not _small(figure) and figure.kind not in {"vague", "ordinal"} and not _reckoned(claim, figure, candidates)
    )
    if where.state == "nowhere" and _within(figure, seen):
        where, certain = replace(where, state="elsewhere"), False
    if where.state == "stands":
        bound = _limited(figure, candidates)
        return Finding(figure.text, "elsewhere", certain=False, reason=bound) if bound else _found(figure, where)
    return replace(_found(figure, where), certain=certain)


def _reckoned(claim: Line, figure: Figure, candidates: Sequence[Candidate]) -> bool:
    """Whether the claim may have reckoned what the passage leaves to the reader: "37 years ago" of 1987."""
    return bool(_AGO.match(claim.text, figure.end)) and not any(
        _AGO.match(other.line.text, other.mark.end) for other in candidates
    )


def _figures(line: Line) -> list[Figure]:
    """The numbers of a line, the years of its dates among them."""
    years = [(entry, entry.year) for entry in line.dates if entry.year is not None]
    years += list(_other_years(line.text, line.published)) if line.published else []
    dated = (Figure(str(year), entry.start, entry.end, frozenset({Decimal(year)}), "year") for entry, year in years)
    return [*line.figures, *dated]


def _other_years(text: str, published: date) -> Iterator[tuple[Stated, int]]:
    """What "last year" is in a text of that date."""
    for match in _OTHER_YEAR.finditer(text):
        shift = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
        yield Stated(match[0], *match.span()), published.year + shift


def _within(figure: Figure, seen: Sequence[Line]) -> bool:
    """Whether the number is a part of another: too much to accuse it, too little to trust it."""
    return any(not figure.values.isdisjoint(other.parts | other.values) for line in seen for other in line.figures)


def _limited(figure: Figure, candidates: Sequence[Candidate]) -> str:
    """Why a number that stands there does not say the same: "50" where the passage has "more than 50"."""
    bounds = {other.mark.bound for other in candidates if other.same and isinstance(other.mark, Figure)}
    if figure.bound in bounds or not bounds or {figure.bound, *bounds} <= {"", "about"}:
        return ""
    told = {"least": "a lower limit", "most": "an upper limit", "about": "a rough number", "": "an exact number"}
    return f"“{figure.text}” is {told[min(bounds)]} in the passage"


def _small(figure: Figure) -> bool:
    return figure.spelled and figure.kind == "count" and all(Decimal(value) <= SMALL for value in figure.values)


def _dated(claim: Line, entry: Stated, seen: Sequence[Line]) -> Finding:
    candidates = [
        Candidate(line, other, same_day(entry, other, line.published))
        for line in seen
        for other in line.dates
        if _same_grain(entry, other) or same_day(entry, other, line.published)
    ]
    where = placed(claim, entry, candidates)
    if where.state == "elsewhere" and _datelined(claim, entry, candidates):
        return Finding(entry.text, "stands")
    relative = entry.weekday is not None or entry.shift is not None
    return replace(_found(entry, where), certain=not relative or where.state == "other")


def _datelined(claim: Line, entry: Stated, candidates: Sequence[Candidate]) -> bool:
    """Whether a date is that of an article and stands right behind its outlet: "the Harbour Post of 20 March"."""
    before = {token.stem for token in [token for token in claim.tokens if token.end <= entry.start][-BEHIND:]}
    heads = (other.line.passage for other in candidates if other.same and other.line.start < 0)
    return any(passage and Line(passage.article.outlet).stems & before for passage in heads)


def _same_grain(one: Stated, other: Stated) -> bool:
    """Whether both tell a day, or both a month."""
    return _tells_day(one) == _tells_day(other)


def _tells_day(entry: Stated) -> bool:
    return entry.day is not None or entry.weekday is not None or entry.shift is not None


def _found(mark: Mark, where: Placed) -> Finding:
    against = where.state == "other" and not where.present
    reason = {
        "stands": "",
        "elsewhere": f"“{mark.text}” could not be checked",
        "other": f"“{mark.text}”: the passage has “{where.instead}” there",
        "nowhere": "",
    }[where.state]
    return Finding(mark.text, where.state, against=against, reason=reason)


def _named(claim: Line, name: Name, words: frozenset[str], seen: Sequence[Line]) -> Finding:
    """Whether a name stands in its place; where another does, that is a doubt: "he" may be either."""
    if not carried(name, words):
        known_part = partly_carried(name, words)
        reason = f"“{name.text}” could not be checked" if known_part else ""
        return Finding(name.text, "elsewhere" if known_part else "nowhere", certain=not known_part, reason=reason)
    here = [Candidate(line, mark, True) for line in seen for mark in mentions(name, line.text)]
    others = [Candidate(line, mark, False) for line in seen for mark in line.names if not _same_name(name, mark)]
    where = placed(claim, name, [*here, *others])
    if here and where.state == "other":
        return Finding(name.text, "elsewhere", certain=False, reason=_found(name, where).reason)
    return Finding(name.text, "stands")


def _same_name(name: Name, other: Name) -> bool:
    return carried(name, frozenset(other.words)) or carried(other, frozenset(name.words))


def _misquoted(claim: Line, seen: Sequence[Line]) -> Iterator[Finding]:
    """Quotations that do not stand word for word; only a doubt, since a quotation may be of two parts."""
    text = "\n".join(line.text for line in seen)
    for quotation in quotations(claim.text):
        if locate(quotation, text) is None:
            shown = quotation if len(quotation) <= SHOWN else f"{quotation[:SHOWN].rsplit(' ', 1)[0]} …"
            reason = f"“{shown}” is not word for word in what is cited"
            yield Finding(shown, "nowhere", certain=False, reason=reason)


def _turned(claim: Line, seen: Sequence[Line]) -> Iterator[Finding]:
    for turn in turned(claim, seen):
        yield Finding(turn.text, turn.state, turn.tight, against=turn.tight, looked_up=False, reason=turn.reason)


def _acronyms(text: str) -> frozenset[str]:
    """The initials of capitalised runs: "United States" also says "us", in the form of `bare`."""
    runs = re.findall(r"\b[A-Z]\w+(?:\s+(?:(?:of|the|for|and)\s+)*[A-Z]\w+)+", text)
    return frozenset("".join(re.findall(r"\b[A-Z]", run)).casefold() for run in runs)

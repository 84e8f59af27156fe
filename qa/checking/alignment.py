"""A claim laid beside what it cites: the lines of the passages, and which of a line's marks stands in a claim's place.

A mark is a number or a date. That it stands in a passage proves little, since another may stand there for the same
thing: "238 guards and 12 judges" does not carry "12 guards". So the words around both are compared. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal

from ingest.documents import Passage
from ingest.split import sentences
from qa.answers import long_date
from qa.language.dates import Stated, slashed, stated, weekdays
from qa.language.figures import Figure, figures
from qa.language.names import Name, names
from qa.language.words import STOPWORDS, WORD, bare, stem

REMEMBERED = 500  # lines, of the passages of one or two answers: three megabytes
# Of 523 changed numbers of our own and 105 true sentences of news with a clause left out, these neighbours move
# one verdict at most: WINDOW 4 and 16, MARGIN .1 and .3, FITS .35 and .55.
WINDOW = 8  # words on either side of a mark that say what it is about
PLAIN = 0.25  # the weight of a function word beside one that carries meaning
MARGIN = 0.2  # how much better another value must fit than the claim's own before it is said to stand there instead
FITS = 0.45  # of the words around a claim's mark: from here another value is another value for the same thing
HALF = 0.5  # of the claim's words must stand in the line that gives another value
NEXT = 3  # the thing counted is among so many words after a number, or before a date
LEEWAY = 2  # more words, or fewer, between a number and the thing
COUNTING = frozenset(("count", "ordinal", "percent", "fraction", "vague"))
SOON = 8  # words that carry meaning, from one of a pair to the other

# What a number itself may be followed by, in one text and not in the other.
MEASURED = frozenset(("dollar", "euro", "pound", "percen", "per", "cent", "pct"))

SHORT = {"km": stem("kilometres"), "kg": stem("kilograms")}  # for the same unit; other units are not converted

State = Literal["stands", "elsewhere", "other", "nowhere"]
Mark = Figure | Stated | Name


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a claim's mark stands: in its place, among other words, not at all; `instead` is what has its place."""

    state: State
    instead: str = ""
    present: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its stem, its characters, and whether it carries meaning."""

    stem: str
    start: int
    end: int
    carries: bool


@dataclass(frozen=True)
class Line:
    """A sentence of a cited passage, or the head of its article, whose `start` is then -1."""

    text: str
    published: date | None = None
    passage: Passage | None = None
    start: int = -1

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def names(self) -> list[Name]:
        return _names(self.text)

    @cached_property
    def words(self) -> list[Token]:
        """The words that carry meaning, but for numbers and dates: they are looked up by their value."""
        marks: list[Mark] = [*self.figures, *self.dates]
        spans = [(mark.start, mark.end) for mark in marks]
        marked = {token.start for token in self.tokens if any(a <= token.start < b for a, b in spans)}
        told = (token for token in self.tokens if token.carries and token.stem not in MEASURED)
        return [token for token in told if token.start not in marked]

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(token.stem for token in self.words)

    @cached_property
    def figures(self) -> list[Figure]:
        return _figures(self.text)

    @cached_property
    def dates(self) -> list[Stated]:
        return _dates(self.text)


# Every sentence of an answer is laid beside the same lines: they are read once.
_figures = lru_cache(REMEMBERED)(figures)
_names = lru_cache(REMEMBERED)(names)


@lru_cache(REMEMBERED)
def _dates(text: str) -> list[Stated]:
    return [*stated(text), *slashed(text), *weekdays(text)]


@lru_cache(REMEMBERED)
def tokens(text: str) -> list[Token]:
    """The words of a text; the parts of one with a hyphen by themselves."""
    found: list[Token] = []
    for match in WORD.finditer(text):
        at = match.start()
        for part in re.split(r"([-&])", match[0]):
            if bare(part):
                found.append(Token(SHORT.get(bare(part), stem(part)), at, at + len(part), bare(part) not in STOPWORDS))
            at += len(part)
    return found


def lines(passage: Passage) -> list[Line]:
    """The sentences of a passage, and what stands over its article: title, outlet and date."""
    article = passage.article
    spans = sentences(article.text, passage.start, passage.end)
    head = Line(f"{article.title}\n{article.outlet}\n{long_date(article)}", article.published, passage)
    return [head, *(Line(article.text[a:b], article.published, passage, a) for a, b in spans)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mark of a line that might stand in a claim's place, and whether it says the same."""

    line: Line
    mark: Mark
    same: bool


def placed(claim: Line, mark: Mark, candidates: Sequence[Candidate]) -> Placed:
    """Where a claim's mark stands.

    >>> seen = Line("It has 238 guards and 12 judges.")
    >>> claim = Line("It has 12 guards.")
    >>> found = [Candidate(seen, figure, figure.text == "12") for figure in seen.figures]
    >>> placed(claim, claim.figures[0], found)
    Placed(state='other', instead='238', present=True)
    """
    about = _around(claim, mark)
    counts = isinstance(mark, Figure) and mark.kind in COUNTING
    thing = _thing(about, counts=counts)
    best: dict[bool, tuple[float, float, bool, Candidate]] = {}
    for candidate in candidates:
        around = _around(candidate.line, candidate.mark)
        fit = _fit(about, around)
        entry = (fit + shared(claim, candidate.line), fit, _of(thing, around, counts=counts), candidate)
        if candidate.same not in best or entry[:3] > best[candidate.same][:3]:
            best[candidate.same] = entry
    return _judged(claim, best.get(True), best.get(False))


_Entry = tuple[float, float, bool, Candidate]


def _judged(claim: Line, same: _Entry | None, rival: _Entry | None) -> Placed:
    instead = rival is not None and rival[1] >= FITS and rival[2] and shared(claim, rival[3].line) >= HALF
    if same is None:
        return Placed("other", rival[3].mark.text, present=False) if rival and instead else Placed("nowhere", "", False)
    if rival is None or same[0] > rival[0] or _says_all(claim, same[3].line, rival[3].line):
        alone = rival is None and shared(claim, same[3].line) >= HALF
        return Placed("stands" if same[3].line.start >= 0 and (same[2] or alone) else "elsewhere")
    if instead and rival[0] - same[0] > MARGIN:
        return Placed("other", rival[3].mark.text)
    return Placed("elsewhere")


def _says_all(claim: Line, line: Line, other: Line) -> bool:
    """Whether another line says the whole claim, so that a rival elsewhere does not count."""
    return line is not other and claim.stems <= line.stems


def shared(claim: Line, line: Line) -> float:
    """The share of a claim's words that a line has."""
    return len(claim.stems & line.stems) / max(len(claim.stems), 1)


def _around(line: Line, mark: Mark) -> list[tuple[int, Token]]:
    """The words around a mark, each with its distance: -1 is the one before it."""
    told = [token for token in line.tokens if token.stem not in MEASURED]
    before = [token for token in told if token.end <= mark.start][-WINDOW:]
    after = [token for token in told if token.start >= mark.end][:WINDOW]
    return [*((place - len(before), token) for place, token in enumerate(before)), *enumerate(after, start=1)]


def _thing(around: Sequence[tuple[int, Token]], *, counts: bool) -> dict[str, int]:
    """What a mark is about: the words near it that carry meaning, and how far away; after a number, if any is there."""
    near = {token.stem: place for place, token in reversed(around) if token.carries and abs(place) <= NEXT}
    return {found: place for found, place in near.items() if place > 0 or not counts} or near


def _of(thing: Mapping[str, int], around: Sequence[tuple[int, Token]], *, counts: bool) -> bool:
    """Whether another mark is about the same; what is counted follows both numbers at much the same distance."""
    for place, token in around:
        there = thing.get(token.stem)
        if there is not None and abs(place) <= NEXT + 1 and not (counts and there > 0 and abs(place - there) > LEEWAY):
            return True
    return not thing


def _fit(claim: Sequence[tuple[int, Token]], other: Sequence[tuple[int, Token]]) -> float:
    """How much of what stands around a claim's mark stands so around another, 0 to 1."""
    places: dict[str, list[int]] = {}
    for place, token in other:
        places.setdefault(token.stem, []).append(place)
    whole = met = 0.0
    for place, token in claim:
        weight = (1.0 if token.carries else PLAIN) / abs(place) ** 0.5
        whole += weight
        met += weight * max((1 / (1 + abs(place - there)) for there in places.get(token.stem, ())), default=0.0)
    return met / whole if whole else 1.0


def pairs(line: Line) -> list[tuple[str, str]]:
    """The stems of words that carry meaning and follow each other."""
    return list(pairwise(token.stem for token in line.words))


def in_order(claim: Line, seen: Sequence[Line]) -> float:
    """The share of a claim's pairs of words that stand near each other, in that order, in a line; 1 without pairs.

    >>> rescue = [Line("The coast guard rescued the sailors.")]
    >>> in_order(Line("Sailors rescued the coast guard."), rescue), in_order(Line("The guard rescued sailors."), rescue)
    (0.3333333333333333, 1.0)
    """
    wanted = pairs(claim)
    if not wanted:
        return 1.0
    followed = set().union(*(_followed(line) for line in seen))
    return sum(1 for pair in wanted if pair in followed or pair[0] == pair[1]) / len(wanted)


def _followed(line: Line) -> set[tuple[str, str]]:
    """Each word that carries meaning with those that soon follow it."""
    carrying = [token.stem for token in line.words]
    return {(one, two) for at, one in enumerate(carrying) for two in carrying[at + 1 : at + 1 + SOON]}

"""The lines in which a model says that sources differ, read strictly: what no source says is no side. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.hits import Hit
from ingest.documents import Passage
from ingest.split import sentences
from qa.answers import Citation, Disagreement, Side
from qa.checking.citations import MarkerParser, locate
from qa.language.dates import stated
from qa.language.numerals import numerals
from qa.language.words import WORD, bare, content
from qa.reading.disagreement import matter
from qa.reading.values import relation, value_of

MATTER_CHARS, VALUE_CHARS = 120, 160  # of a few words; what is longer is prose, or an attempt
DENIED = re.compile(r"\b(?:no|not|never|none|neither|without|\w+n['’]t)\b", re.IGNORECASE)
EDGES = " \t.,;:!?\"'“”‘’«»()*_"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """The disagreements that a model named, and how many of their sides stand in no passage that it named."""

    found: tuple[Disagreement, ...] = ()
    dropped: int = 0


def told(lines: Iterable[str], question: str, passages: Mapping[str, Passage], hits: Iterable[Hit] = ()) -> Told:
    """Read `matter | value [[tag]] | value [[tag]]`; the sides' citations are not numbered yet.

    A side stands only with a tag of this request and in words of that passage; a matter only with two sides that
    differ, and in words that the question or those passages have: else it is the question. `hits` know which
    articles are one story.
    """
    stories = {hit.passage.article.id: _story(hit) for hit in hits}
    found: list[Disagreement] = []
    dropped = 0
    for line in lines:
        named, *versions = line.split("|")
        read = [_side(version, passages) for version in versions if version.strip()]
        sides = _merged(side for side in read if side is not None)
        dropped += read.count(None)
        if len(sides) > 1:
            found.append(_disagreement(_matter(named.strip(EDGES), question, sides), sides, stories))
    return Told(tuple(found), dropped)


def united(first: Iterable[Disagreement], second: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
    """The disagreements of both, each once: of two over one matter the one with more sides, else the first."""
    kept: list[Disagreement] = []
    for one in (*first, *second):
        same = next((place for place, other in enumerate(kept) if _same(one, other)), None)
        if same is None:
            kept.append(one)
        elif len(one.sides) > len(kept[same].sides):
            kept[same] = one
    return tuple(kept)


def place(value: str, passage: Passage) -> tuple[Span, Span] | None:
    """Where a passage has a value, as spans of its article: the value, and the sentence around it.

    Word for word; or, where it has numbers, these with the value's other words in the same sentence.

    >>> from ingest.documents import Article
    >>> bridge = Article.of("a", "It has 2,000 steps. Some 1,200 drivers use it.", "A bridge")
    >>> here = Passage(bridge, 0, len(bridge.text))
    >>> [bridge.text[slice(*found[0])] for found in (place("1200 drivers", here), place("Some", here)) if found]
    ['1,200', 'Some']
    >>> place("200", here)
    """
    value = value.strip(EDGES)
    if not any(map(str.isalnum, value)):
        return None
    spans = sentences(passage.article.text, passage.start, passage.end)
    found = ((_within(value, passage.article.text, span), span) for span in spans)
    return next(((inner, span) for inner, span in found if inner is not None), None)


def _side(version: str, passages: Mapping[str, Passage]) -> Side | None:
    """One version with the passages that have it; None where none of those it names does."""
    parser = MarkerParser(passages.keys())
    parser.feed(version)
    parser.finish()
    value = parser.plain.strip(EDGES)
    if not 0 < len(value) <= VALUE_CHARS:
        return None
    named = dict.fromkeys(mark.code for mark in parser.marks if mark.code)
    places = [(passages[code], found) for code in named if (found := place(value, passages[code]))]
    if not places:
        return None
    passage, (words, _) = places[0]
    citations = tuple(Citation(0, passage, *sentence) for passage, (_, sentence) in places)
    return Side(passage.article.text[slice(*words)], citations)


def _matter(named: str, question: str, sides: Iterable[Side]) -> str:
    """What sides differ in: not a heading for whatever a model was made to write."""
    known = {word for side in sides for cited in side.citations for word in content(cited.passage.text)}
    words = set(content(named))
    fits = words and words <= known | set(content(question)) and len(named) <= MATTER_CHARS
    return named if fits else matter(question)


def _within(value: str, text: str, span: Span) -> Span | None:
    wanted = numerals(value)
    here = numerals(text[slice(*span)])
    matching = [next((n for n in here if not n.values.isdisjoint(number.values)), None) for number in wanted]
    if None in matching:
        return None
    exact = locate(value, text, *span)
    if exact and _whole_words(text, *exact):
        return exact
    if matching[:1] and (first := matching[0]) and set(content(_uncounted(value))) <= set(content(text[slice(*span)])):
        return span[0] + first.start, span[0] + first.end
    return None


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether a span begins and ends where words do."""
    return not _one_word(text[start - 1 : start + 1]) and not _one_word(text[end - 1 : end + 1])


def _one_word(pair: str) -> bool:
    """Whether two characters belong to one word; scripts without letter case may set no spaces, so theirs do not."""
    return len(pair) > 1 and pair.isalnum() and not any(unicodedata.category(char) == "Lo" for char in pair)


def _merged(sides: Iterable[Side]) -> tuple[Side, ...]:
    """Sides that say the same as one, with the passages of all."""
    merged: list[Side] = []
    for side in sides:
        same = next((place for place, other in enumerate(merged) if alike(side.value, other.value)), None)
        if same is None:
            merged.append(side)
            continue
        known = merged[same]
        cited = {citation.passage.id: citation for citation in (*known.citations, *side.citations)}
        merged[same] = replace(known, citations=tuple(cited.values()))
    return tuple(merged)


def alike(one: str, other: str) -> bool:
    """Whether two values are the same: their dates and numbers, both or neither denied, the words of one in the other.

    >>> alike("1,200", "twelve hundred drivers"), alike("up 5 %", "down 5 %"), alike("it will close", "won't close")
    (True, False, False)
    >>> alike("3 May", "on 3 May 2024"), alike("3 May", "4 May")
    (True, False)
    """
    if relation(value_of(one, "time"), value_of(other, "time")) == "same":
        one, other = _undated(one), _undated(other)
    if bool(DENIED.search(one)) != bool(DENIED.search(other)) or not (_counted(one, other) and _counted(other, one)):
        return False
    words, others = _words(one), _words(other)
    return words <= others or others <= words


def _counted(one: str, other: str) -> bool:
    """Whether every number of one stands in the other."""
    there = numerals(other)
    return all(any(not number.values.isdisjoint(found.values) for found in there) for number in numerals(one))


def _undated(value: str) -> str:
    """A value without its dates."""
    for entry in reversed(stated(value)):
        value = value[: entry.start] + value[entry.end :]
    return value


def _words(value: str) -> set[str]:
    return set(map(bare, WORD.findall(_uncounted(value))))


def _uncounted(value: str) -> str:
    """A value without its numbers."""
    parts = [re.escape(number.text) for number in numerals(value)]
    return re.sub("|".join(parts), " ", value) if parts else value


def _disagreement(over: str, sides: Sequence[Side], stories: Mapping[str, str]) -> Disagreement:
    """A conflict; or an update, if one outlet or one story says each on another day, in the order of time."""
    articles = [side.citations[0].passage.article for side in sides]
    days = {article.published for article in articles}
    one_outlet = len({article.outlet.casefold() for article in articles}) == 1 and articles[0].outlet
    one_story = len({stories.get(article.id, article.id) for article in articles}) == 1
    if None in days or len(days) < len(sides) or not (one_outlet or one_story):
        return Disagreement(over, "conflict", tuple(sides))
    return Disagreement(over, "update", tuple(sorted(sides, key=_day)))


def _day(side: Side) -> str:
    return str(side.citations[0].passage.article.published)


def _story(hit: Hit) -> str:
    """One name for an article and its reprints."""
    return min(article.id for article in (hit.passage.article, *hit.reprints))


def _same(one: Disagreement, other: Disagreement) -> bool:
    """Whether two are over one matter: passages of both are the same, and so are two values, or the matter's words."""
    here, there = (set(_passages(each)) for each in (one, other))
    if not (here <= there or there <= here):
        return False
    both = [side for side in one.sides if any(alike(side.value, its.value) for its in other.sides)]
    return len(both) > 1 or set(content(one.matter)) == set(content(other.matter))


def _passages(one: Disagreement) -> Iterator[str]:
    return (cited.passage.id for side in one.sides for cited in side.citations)

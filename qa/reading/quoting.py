"""Which sentences an answer quotes: the best, none twice, with the one before where it cannot do without. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.terms import terms
from ingest.documents import Article, Passage
from qa.language.addressed import reports
from qa.language.numerals import numerals
from qa.reading.evidence import ENDINGS, Evidence

# A sentence this much weaker than the best one is not quoted. On half of SQuAD 2.0's questions margins of 3, 4, 5 and 6
# quote 1.5, 1.7, 1.9 and 2.1 sentences and find the answer among the first three in .925, .941, .941 and .944.
MARGIN = 4.0
SAME = 0.8  # shared share of words from which two sentences say the same, if their numbers and denials agree
ECHOES = 2  # other articles that are cited for the same words: more are a row of numbers that nobody opens
LONGEST_BEFORE = 300  # characters of a sentence that is quoted only because the next one needs it

_LEANING = re.compile(
    r"^[\"'“‘«]?(?:But|However|Yet|Instead|Still|Then|He|She|It|They|His|Her|Its|Their|This|These|That|Those|Such)\b"
)
_PARAGRAPH = re.compile(r"\n\s*\n")
_DENIAL = re.compile(r"\b(?:not|never|no|none|nobody|nor|neither|without)\b|n['’]t\b", re.IGNORECASE)

Place = tuple[Passage, int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """Consecutive sentences of an article, and where else they stand word for word; at least one place."""

    places: tuple[Place, ...]

    @property
    def article(self) -> Article:
        return self.places[0][0].article

    @property
    def text(self) -> str:
        _, start, end = self.places[0]
        return self.article.text[start:end]

    def overlaps(self, other: Quote) -> bool:
        """Whether both quote some of the same words."""
        (_, start, end), (_, first, last) = self.places[0], other.places[0]
        return self.article.id == other.article.id and start < last and first < end

    def echoed(self, place: Place) -> Quote:
        """The same, where another article has these very words; a citation must show what it is cited for."""
        passage, start, end = place
        known = {known[0].article.id for known in self.places}
        if passage.article.id in known or len(self.places) > ECHOES or passage.article.text[start:end] != self.text:
            return self
        return replace(self, places=(*self.places, place))


def chosen(evidence: Sequence[Evidence], limit: int, quoted: Sequence[Quote] = ()) -> list[Quote]:
    """The sentences to quote beside those quoted already, the best first, those of one article together."""
    kept: list[Quote] = []
    for item in evidence:
        if item.score < evidence[0].score - MARGIN:
            break
        if _is_beside_the_point(item) and item is not evidence[0]:
            continue
        quote = _quote(item)
        twin = next((place for place, other in enumerate(kept) if _repeats(quote, other)), None)
        if twin is not None:
            kept[twin] = _joined(kept[twin], quote)
        elif len(kept) < limit and not any(_repeats(quote, other) for other in quoted):
            kept.append(quote)
    articles = list(dict.fromkeys(quote.article.id for quote in kept))
    return sorted(kept, key=lambda quote: articles.index(quote.article.id))


def _is_beside_the_point(item: Evidence) -> bool:
    """Whether a sentence has none of the question's words, nor any like them, and the reader sees no answer in it."""
    return not (item.words or item.meaning or (item.margin or 0.0) > 0)


def _quote(item: Evidence) -> Quote:
    """A sentence, with the one before where it leans on that: for "he", or for what a "but" is set against."""
    before = item.article.text[item.before : item.start].strip()
    leans = _LEANING.match(item.text) and before.endswith(ENDINGS) and len(before) <= LONGEST_BEFORE and reports(before)
    gains = item.around > item.meaning  # the one before has words of the question that are not here
    apart = _PARAGRAPH.search(item.article.text, item.before, item.start)
    return Quote(((item.hit.passage, item.before if leans and gains and not apart else item.start, item.end),))


def _joined(kept: Quote, quote: Quote) -> Quote:
    """A quote with another that overlaps it, or says the same elsewhere."""
    if not kept.overlaps(quote):
        return kept.echoed(quote.places[0])
    (passage, start, end), (_, first, last) = kept.places[0], quote.places[0]
    return Quote(((passage, min(first, start), max(last, end)),))


def _repeats(quote: Quote, other: Quote) -> bool:
    """Whether two quotes overlap, or say the same with the same numbers."""
    if quote.overlaps(other):
        return True
    mine, theirs = set(terms(quote.text)), set(terms(other.text))
    if not mine | theirs or len(mine & theirs) < SAME * len(mine | theirs):
        return False
    return _values(quote.text) == _values(other.text) and _denials(quote.text) == _denials(other.text)


def _values(text: str) -> set[object]:
    return {value for number in numerals(text) for value in number.values}


def _denials(text: str) -> int:
    return len(_DENIAL.findall(text))

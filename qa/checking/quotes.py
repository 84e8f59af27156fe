"""Which words of a cited passage to quote for a sentence: chosen by code, never by the model. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.documents import Passage
from ingest.split import sentences
from qa.checking.citations import locate
from qa.language.dates import stated
from qa.language.words import content

QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]|‘([^‘]+?)’(?!\w)")
QUOTE_WORDS = 5  # a shorter one says little when opened; its sentence is quoted instead

NUMBER_WEIGHT, NAME_WEIGHT = 3.0, 2.0  # against 1 of any other word: they are what a claim stands on
SECOND_GAIN = 2.0  # what a second sentence must add: a name, or two words


def choose(claim: str, passage: Passage) -> tuple[int, int]:
    """The span of the article that best carries the claim, within the passage.

    A quotation in the claim that stands in the passage; else the sentence that shares most with the
    claim, with a neighbour if that adds to it.
    """
    return quotation(claim, passage) or _best_sentences(claim, passage)


def quotation(claim: str, passage: Passage) -> tuple[int, int] | None:
    """The longest quotation of the claim that stands in the passage, if one does."""
    found = sorted(quotations(claim), key=len, reverse=True)
    spans = (locate(quote, passage.article.text, passage.start, passage.end) for quote in found)
    return next((span for span in spans if span is not None), None)


def quotations(claim: str) -> list[str]:
    """What stands in quotation marks, of five words and more, without the stop that a sentence lends it."""
    inner = ("".join(match.groups(default="")) for match in QUOTED.finditer(claim))
    trimmed = (quote.strip().rstrip(".,;") for quote in inner)
    return [quote for quote in trimmed if len(quote.split()) >= QUOTE_WORDS]


def _best_sentences(claim: str, passage: Passage) -> tuple[int, int]:
    text = passage.article.text
    spans = sentences(text, passage.start, passage.end) or [(passage.start, passage.end)]
    wanted = _weights(_without_dates(claim, passage))
    shared = [wanted.keys() & set(content(text[start:end])) for start, end in spans]
    best = max(range(len(spans)), key=lambda place: (_worth(shared[place], wanted), -place))
    gains = [(_worth(shared[place] - shared[best], wanted), place) for place in _beside(best, len(spans))]
    gain, other = max(gains, default=(0.0, best), key=lambda pair: pair[0])
    if gain < SECOND_GAIN:
        other = best
    return spans[min(best, other)][0], spans[max(best, other)][1]


def _without_dates(claim: str, passage: Passage) -> str:
    """The claim without dates that the passage does not spell so: their numbers would meet any 30 in it."""
    for entry in reversed(stated(claim)):
        if locate(entry.text, passage.article.text, passage.start, passage.end) is None:
            claim = claim[: entry.start] + claim[entry.end :]
    return claim


def _beside(place: int, count: int) -> Iterator[int]:
    return (other for other in (place - 1, place + 1) if 0 <= other < count)


def _worth(words: set[str], weights: dict[str, float]) -> float:
    return sum(weights[word] for word in sorted(words))


def _weights(claim: str) -> dict[str, float]:
    """Each stem of the claim with its weight."""
    weights: dict[str, float] = {}
    for word in re.findall(r"\S+", claim):
        has_digit, capital = any(map(str.isdigit, word)), word.lstrip("“\"'‘(")[:1].isupper()
        weight = NUMBER_WEIGHT if has_digit else NAME_WEIGHT if capital else 1.0
        for found in content(word):
            weights[found] = max(weight, weights.get(found, 0.0))
    return weights

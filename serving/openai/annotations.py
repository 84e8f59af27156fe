"""Which characters of a message are citations: the markers of an answer, told from what only looks like one. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from urllib.parse import quote

from ingest.documents import Article
from qa.answers import Answer, Sentence
from qa.reading.extractive import Extract, lines
from web.export.address import address

MARKER = re.compile(r"\[(?:(\d{1,3})|\?)\]")  # "[?]" names no passage


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation's marker in a text: `text[start:end] == f"[{number}]"`, in Unicode code points."""

    start: int
    end: int
    number: int

    def moved(self, by: int) -> Mark:
        return Mark(self.start + by, self.end + by, self.number)


def marks(answer: Answer) -> list[Mark]:
    """The markers of an answer in its text, in their order.

    A quote may hold a "[1]" of its article's own. Where sentences are quoted their markers stand behind them, and
    nowhere else; where a model wrote them, no words of theirs have the form of a marker (qa/checking/citations.py).
    """
    if answer.engine == "extractive":
        return list(_behind(answer))
    return [mark for _, mark in _between(answer.text, answer.sentences)]


def shown(text: str, answer: Answer) -> list[Mark]:
    """The markers in a model's words as they were shown, before its citations were repaired."""
    return [mark for _, mark in _between(text, answer.sentences)]


def added(text: str, answer: Answer) -> list[Sentence]:
    """The sentences with citations that `text`, which was shown, does not have yet."""
    before = {(at, mark.number) for at, mark in _between(text, answer.sentences)}
    after = [at for at, mark in _between(answer.text, answer.sentences) if (at, mark.number) not in before]
    ends = list(accumulate(len(_solid(sentence.text)) for sentence in answer.sentences))
    return [answer.sentences[place] for place in sorted({bisect_left(ends, at) for at in after})]


def url_citations(found: Iterable[Mark], answer: Answer, base_url: str) -> list[dict[str, Any]]:
    """Each marker with the article that it names: its web address, else its place on this server (`base_url`)."""
    articles = _articles(answer)
    return [
        {
            "type": "url_citation",
            "start_index": mark.start,
            "end_index": mark.end,
            "url": _url(articles[mark.number], base_url),
            "title": articles[mark.number].title,
        }
        for mark in found
        if mark.number in articles
    ]


def _behind(answer: Answer) -> Iterator[Mark]:
    """Of quoted sentences, a line each: the markers behind each."""
    numbers = [[answer.short.citation.number]] if answer.short else []
    numbers += [[citation.number for citation in sentence.citations] for sentence in answer.sentences]
    end = -1
    for line, cited in zip(lines(Extract(answer.sentences, answer.short)), numbers, strict=True):
        end += 1 + len(line)
        at = end - sum(len(f" [{number}]") for number in cited)
        for number in cited:
            at += len(f" [{number}]")
            yield Mark(at - len(f"[{number}]"), at, number)


def _between(text: str, sentences: Iterable[Sentence]) -> Iterator[tuple[int, Mark]]:
    """Of written sentences: the markers between their words, each with how many characters of words are before it."""
    words = "".join(_solid(sentence.text) for sentence in sentences)
    at = place = 0
    while place < len(text):
        found = MARKER.match(text, place)
        if found and not words.startswith(found[0], at):
            if found[1]:
                yield at, Mark(place, found.end(), int(found[1]))
            place = found.end()
            continue
        at += not text[place].isspace()
        place += 1


def _solid(text: str) -> str:
    """Text without white space, which may differ between an answer and its sentences."""
    return "".join(text.split())


def _articles(answer: Answer) -> dict[int, Article]:
    """The article that each number names."""
    sides = (citation for matter in answer.disagreements for side in matter.sides for citation in side.citations)
    return {citation.number: citation.passage.article for citation in (*sides, *answer.citations)}


def _url(article: Article, base_url: str) -> str:
    return address(article.url) or f"{base_url.rstrip('/')}/v1/articles/{quote(article.id, safe='')}"

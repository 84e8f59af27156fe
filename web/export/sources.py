"""The articles that a conversation cites, each once and under one number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from index.library import Library
from ingest.documents import Article
from qa.answers import source_dict
from qa.conversation import Turn
from qa.language.plain import plain
from web.export.address import address


@dataclass(frozen=True, slots=True)
class Source:
    """One article, as a bibliography has it; what is not known is empty or None.

    `url` can be followed and holds nothing but plain ASCII. `accessed` is the day on which Vouch read the article.
    """

    number: int
    article: str
    title: str
    authors: tuple[str, ...] = ()
    outlet: str = ""
    published: date | None = None
    url: str = ""
    language: str = ""
    accessed: date | None = None

    @property
    def byline(self) -> str:
        """Who said it: the outlet, or the title where no outlet is known."""
        return self.outlet or self.title or "Unknown source"


def cited(turns: Sequence[Turn], library: Library) -> dict[str, Source]:
    """The sources of all answers by article id, numbered in the order in which they were first cited.

    They are told as the library knows them now, so that a correction shows; where the article is gone, or no longer
    holds the words that were quoted, as it was when it was cited.
    """
    told = {source["article"]: source for turn in turns for source in turn.answer["sources"]}
    quotes: dict[str, list[dict[str, Any]]] = {}
    for citation in (each for turn in turns for each in citations(turn.answer)):
        quotes.setdefault(citation["article"], []).append(citation)
    read = read_on(library, list(told))
    found = {}
    for number, (ident, source) in enumerate(told.items(), start=1):
        article = library.article(ident)
        if article is not None and all(_stands(article, each) for each in quotes.get(ident, ())):
            now = source_dict(article)
            found[ident] = _source(number, now, article.language, read.get(ident))
        else:
            found[ident] = _source(number, source)
    return found


def citations(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every citation of an answer, those of its sentences first, then those of the sides that differ."""
    for sentence in answer["sentences"]:
        yield from sentence["citations"]
    for matter in answer["disagreements"]:
        for side in matter["sides"]:
            yield from side["citations"]


def read_on(library: Library, articles: Sequence[str]) -> dict[str, date]:
    """The day on which the live version of each article was ingested."""
    sql = """SELECT articles.id, ingested FROM articles
             JOIN live ON live.article = articles.id AND live.version = articles.version
             WHERE articles.id IN ({marks})"""
    return {ident: datetime.fromisoformat(ingested).date() for ident, ingested in library.among(sql, articles)}


def _stands(article: Article, citation: dict[str, Any]) -> bool:
    return bool(article.text[citation["start"] : citation["end"]] == citation["quote"])


def _source(number: int, told: dict[str, Any], language: str = "", accessed: date | None = None) -> Source:
    return Source(
        number,
        told["article"],
        line(told["title"]),
        tuple(name for name in map(line, told["authors"]) if name),
        line(told["outlet"]),
        date.fromisoformat(told["published"]) if told["published"] else None,
        address(told["url"]),
        line(language),
        accessed,
    )


def line(text: str) -> str:
    r"""Words on one line, without what nobody sees.

    >>> line("The\nferry \u202eto Gull\tRock ")
    'The ferry to Gull Rock'
    """
    return " ".join(plain(" ".join(text.split())).split())

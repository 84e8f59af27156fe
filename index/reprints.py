"""One passage per story: what several outlets printed fills one place, and the other prints are named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from index.hits import Hit
from index.library import Library
from index.terms import terms
from ingest.documents import Article, Passage

# Of the pairs of words of the shorter passage, how many the other must have for both to be one: prints are cut into
# passages at different places, and reworded here and there. Passages of different parts of a story share less than .1.
SAME = 0.5
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


def stories_of(library: Library, articles: Collection[str]) -> dict[str, str]:
    """The story of each of these articles that belongs to one."""
    return dict(library.among("SELECT article, story FROM stories WHERE article IN ({marks})", sorted(articles)))


def once_each(
    order: Iterable[str], passages: Mapping[str, Passage], stories: Mapping[str, str], named: Collection[str]
) -> list[str]:
    """The order without passages that a story has already filled a place with.

    A print of an outlet that is `named` keeps its place, unless the one before is of that outlet too.
    """
    kept: list[str] = []
    of_story: dict[str, list[Passage]] = {}
    for ident in order:
        passage = passages[ident]
        story = stories.get(passage.article.id)
        before = of_story.setdefault(story, []) if story else []
        if any(_is_same(passage, other, named) for other in before):
            continue
        before.append(passage)
        kept.append(ident)
    return kept


def _is_same(passage: Passage, other: Passage, named: Collection[str]) -> bool:
    """Whether a passage is another print of one that has its place; one with a figure of its own is none."""
    outlet = passage.article.outlet
    if passage.article.id == other.article.id or (outlet in named and outlet != other.article.outlet):
        return False
    if _has_own_figure(passage, other.article) or _has_own_figure(other, passage.article):
        return False  # corrected, or another count: sources that differ must all be read
    one, two = _pairs(passage), _pairs(other)
    return len(one & two) >= SAME * max(1, min(len(one), len(two)))


def _has_own_figure(passage: Passage, article: Article) -> bool:
    return not set(_FIGURE.findall(passage.text)) <= set(_FIGURE.findall(article.text))


def _pairs(passage: Passage) -> set[tuple[str, str]]:
    return set(pairwise(terms(passage.text)))


def with_reprints(library: Library, hits: Sequence[Hit], stories: Mapping[str, str]) -> list[Hit]:
    """The hits, each with the other articles of its story, the origin first, whatever the scope."""
    wanted = sorted({stories[hit.passage.article.id] for hit in hits if hit.passage.article.id in stories})
    if not wanted:
        return list(hits)
    members: dict[str, list[Article]] = {}
    sql = "SELECT story, article FROM stories WHERE story IN ({marks})"
    for story, ident in sorted(library.among(sql, wanted), key=lambda row: (row[0], row[1] != row[0], row[1])):
        article = library.article(ident)
        if article:
            members.setdefault(story, []).append(article)
    return [replace(hit, reprints=_others(hit.passage.article, members, stories)) for hit in hits]


def _others(article: Article, members: Mapping[str, list[Article]], stories: Mapping[str, str]) -> tuple[Article, ...]:
    story = members.get(stories.get(article.id, ""), [])
    return tuple(other for other in story if other.id != article.id)

"""Which article of the library one that was read is: the same, a new version, a copy found elsewhere, or a new one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from index.corrections import corrected
from index.library import Known, Library
from ingest.documents import ID_LENGTH, Article, digest

State = Literal["added", "changed", "unchanged", "copied"]


@dataclass(frozen=True, slots=True)
class Settled:
    """An article with the id that it has in the library, and what it is there."""

    article: Article
    state: State


class Identities:
    """Settles the articles of one ingest. It remembers those on their way in, which the library does not show yet.

    The same text found in two places is one article with two origins, unless the two name different outlets or
    days: then one reprinted the other, and both are kept. An article keeps its id for as long as one of its
    origins has it, so that it may be changed, moved and copied without breaking what points to it.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._coming: dict[str, list[Known]] = defaultdict(list)  # by text
        self._ids: set[str] = set()  # of those on their way in
        self._origins: dict[str, set[str]] = {}  # of articles, as they will be once all that was settled is in

    def settle(self, read: Article) -> Settled:
        """Say what `read` is; what is new counts as on its way in from then on."""
        settled = self._settled(read)
        self._origins_of(self._library.article_at(read.origin)).discard(read.origin)
        self._origins_of(settled.article.id).add(read.origin)
        return settled

    def _settled(self, read: Article) -> Settled:
        known = self._library.known(self._library.article_at(read.origin))
        if known is not None and not self._left(read, known):
            if read.sha256 == known.sha256 and read.origin != known.origin:
                return Settled(replace(read, id=known.id), "unchanged")
            if read.sha256 == known.sha256 or not self._twin(read, known.id):
                return self._version_of(read, known)
        twin = self._twin(read, known.id if known else "")
        if twin:
            return Settled(replace(read, id=twin), "copied")
        return self._new(read)

    def _left(self, read: Article, known: Known) -> bool:
        """Whether an origin no longer has the article that it had, which lives on elsewhere."""
        if read.sha256 != known.sha256:
            return bool(self._origins_of(known.id) - {read.origin})
        return read.origin != known.origin and not _agree(read, known)

    def _twin(self, read: Article, but: str) -> str:
        """The id of another article with the same text, or ""."""
        here = (self._library.known(ident) for ident in self._library.with_text(read.sha256))
        settled = [known for known in here if known and known.id not in self._ids and self._origins_of(known.id)]
        others = [known for known in (*settled, *self._coming[read.sha256]) if known.id != but]
        return next((known.id for known in others if _agree(read, known)), "")

    def _version_of(self, read: Article, known: Known) -> Settled:
        article = corrected(replace(read, id=known.id), self._library.corrections(known.id))
        if article.version == known.version:
            return Settled(article, "unchanged")
        self._note(article)
        return Settled(article, "changed")

    def _new(self, read: Article) -> Settled:
        while read.id in self._ids or self._library.known(read.id):  # another article began in this place, and moved
            read = replace(read, id=digest(read.id, read.origin, read.sha256)[:ID_LENGTH])
        article = corrected(read, self._library.corrections(read.id))
        self._note(article)
        return Settled(article, "added")

    def _origins_of(self, article: str) -> set[str]:
        """Where an article will be found; one that will be found nowhere goes, and nothing may count on it."""
        if article not in self._origins:
            self._origins[article] = set(self._library.origins_of(article))
        return self._origins[article]

    def _note(self, article: Article) -> None:
        self._ids.add(article.id)
        about = (article.origin, article.outlet, article.published)
        self._coming[article.sha256].append(Known(article.id, article.version, article.sha256, *about))


def _agree(read: Article, known: Known) -> bool:
    """Whether two articles of the same text say nothing different of where and when it appeared."""
    outlet = not read.outlet or not known.outlet or read.outlet == known.outlet
    return outlet and _same_day(read.published, known.published)


def _same_day(one: date | None, other: date | None) -> bool:
    return one is None or other is None or one == other

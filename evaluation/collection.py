"""The articles that answers are scored against: their texts and passages, and which one a gold file means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import Any, Protocol

Data = dict[str, Any]


class Shelves(Protocol):
    """What a collection is read from; a service of a library is one."""

    def articles(self) -> list[Data]: ...

    def article(self, ident: str) -> Data: ...

    def passages(self, ident: str) -> list[Data]: ...


class Collection:
    """The articles of a library, each read once."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._texts: dict[str, str] = {}
        self._passages: dict[str, list[Data]] = {}

    @cached_property
    def sources(self) -> Mapping[str, Data]:
        """Every article without its text (title, outlet, published, url, origin …), by id."""
        return {source["article"]: source for source in self._shelves.articles()}

    def text(self, article: str) -> str:
        """The stored text, into which all offsets point; "" for an article that is not in the library."""
        if article not in self._texts:
            self._texts[article] = self._shelves.article(article)["text"] if article in self.sources else ""
        return self._texts[article]

    def passages(self, article: str) -> list[Data]:
        """The passages of an article as {passage, start, end}, in their order."""
        if article not in self._passages:
            self._passages[article] = self._shelves.passages(article) if article in self.sources else []
        return self._passages[article]

    def called(self, name: str) -> str:
        """The id of the article that a gold file calls so; "" where there is none, or more than one.

        By its id in the library, its record's id or file name, its address, or its title.
        """
        named = self._names.get(name, set())
        return next(iter(named)) if len(named) == 1 else ""

    def all_called(self, name: str) -> frozenset[str]:
        """The ids of every article that goes by a name, as `called` understands it."""
        return frozenset(self._names.get(name, ()))

    @cached_property
    def _names(self) -> Mapping[str, set[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        for ident, source in self.sources.items():
            for name in _names_of(source):
                names[name].add(ident)
        for ident in self.sources:  # an id of the library is never anything else's name
            names[ident] = {ident}
        return names


def _names_of(source: Data) -> Iterator[str]:
    path, _, record = str(source["origin"]).rpartition("#")
    file = PurePath(path or source["origin"])
    yield from (name for name in (record if path else "", file.name, file.stem, source["url"], source["title"]) if name)

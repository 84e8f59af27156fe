"""Nearest passages by vector: Chroma, and an exact scan of the library that stands in for it."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.embed import Vectors
from index.errors import damage
from index.library import Library
from index.scope import Scope
from ingest.documents import Passage

COLLECTION, DATABASE = "passages", "chroma.sqlite3"
SHARD = 8_192  # vectors in one collection; each collection costs a search about a millisecond
ADD_AT_ONCE = 128  # Chroma lets no other thread run while it adds; this keeps that below a tenth of a second or two
READ_AT_ONCE = 2000
# Recall at 10 against the exact scan on 7,000 passages of news: .9995 with these and ef_search 200, .985 with Chroma's
# defaults. At 200, as many as a search asks for, on 2,000 clustered vectors: .997 with ef_search 200, .9996 with 400,
# in the same 1.4 ms.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}

Vector = np.ndarray[Any, np.dtype[np.float32]]


class VectorSearch(Protocol):
    """Passages nearest to a vector."""

    def search(self, vector: Vector, k: int, scope: Scope) -> list[tuple[str, float]]:
        """At most k (passage id, cosine) pairs, best first."""
        ...


def published_day(passage: Passage) -> int:
    """An article's day as a number that indexes can compare; 0 where it is unknown."""
    published = passage.article.published
    return published.toordinal() if published else 0


class ChromaVectors:
    """Passage ids and vectors in Chroma. Derived: it holds nothing that the library does not.

    They lie in shards, a collection each, of which only the last is written to: putting a vector into a graph takes
    the longer the more there are in it (.6 ms at 2,000, 2 ms at 20,000), and a graph stays in memory once opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._searching = 0
        self._open()

    def _open(self) -> None:
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        import chromadb
        from chromadb.config import Settings

        with ExitStack() as undo, damage("Chroma could not open"):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(str(self._folder), settings=Settings(anonymized_telemetry=False))
            undo.callback(self._client.close)  # else Chroma keeps a broken index open under this path
            there = len(self._client.list_collections())
            self._shards = [self._shard(number) for number in range(max(1, there))]
            self._filled = int(self._shards[-1].count())
            undo.pop_all()

    def _shard(self, number: int) -> Any:
        name = f"{COLLECTION}-{number}" if number else COLLECTION
        return self._client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Add passages; those already in the last shard are left as they are (an id never changes its vector)."""
        begin = 0
        while begin < len(passages):
            end = min(begin + ADD_AT_ONCE, begin + self._room(), len(passages))
            about = [{"outlet": p.article.outlet, "published": published_day(p)} for p in passages[begin:end]]
            with damage("Chroma could not write"):
                self._shards[-1].add(
                    ids=[p.id for p in passages[begin:end]], embeddings=vectors[begin:end], metadatas=about
                )
            self._filled += end - begin
            begin = end

    def _room(self) -> int:
        """How many vectors the last shard still takes; a new one is begun when it is full."""
        if self._filled >= SHARD:
            with self._lock, damage("Chroma could not write"):
                if not self._searching:  # gives back the memory of the graphs that are full
                    self._client.close()
                    self._open()
                self._shards = [*self._shards, self._shard(len(self._shards))]
                self._filled = 0
        return SHARD - self._filled

    def delete(self, idents: Sequence[str]) -> None:
        for begin in range(0, len(idents), ADD_AT_ONCE):
            with damage("Chroma could not write"):
                for shard in self._shards:  # it would note the deletion of ids that it never had
                    if here := shard.get(ids=list(idents[begin : begin + ADD_AT_ONCE]), include=[])["ids"]:
                        shard.delete(ids=here)

    def search(self, vector: Vector, k: int, scope: Scope) -> list[tuple[str, float]]:
        found: dict[str, float] = {}
        with self._in_use() as shards, damage("Chroma could not search"):
            for shard in shards:
                near = shard.query(query_embeddings=[vector], n_results=k, where=_where(scope), include=["distances"])
                found.update(zip(near["ids"][0], (1.0 - d for d in near["distances"][0]), strict=True))
        return sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:k]

    @contextmanager
    def _in_use(self) -> Iterator[list[Any]]:
        """The shards, which are not closed meanwhile."""
        with self._lock:
            self._searching += 1
            shards = self._shards
        try:
            yield shards
        finally:
            with self._lock:
                self._searching -= 1

    def stored(self) -> dict[str, tuple[str, int, Vector]]:
        """Every id with the outlet, the day and the vector that Chroma gives for it."""
        stored: dict[str, tuple[str, int, Vector]] = {}
        with self._in_use() as shards, damage("Chroma could not read"):
            for shard in shards:
                for offset in range(0, shard.count(), READ_AT_ONCE):
                    page = shard.get(limit=READ_AT_ONCE, offset=offset, include=["embeddings", "metadatas"])
                    for ident, about, vector in zip(page["ids"], page["metadatas"], page["embeddings"], strict=True):
                        stored[ident] = (about["outlet"], about["published"], vector)
        return stored

    def integrity(self) -> str:
        """What SQLite finds wrong with Chroma's file, or ""."""
        address = f"{(self._folder / DATABASE).absolute().as_uri()}?mode=ro"
        with damage("Chroma's SQLite file"), closing(sqlite3.connect(address, uri=True)) as db:
            found = "; ".join(str(row[0]) for row in db.execute("PRAGMA integrity_check"))
        return "" if found == "ok" else found

    def close(self) -> None:
        with damage("Chroma could not close"):
            self._client.close()


def _where(scope: Scope) -> dict[str, Any] | None:
    """A scope in Chroma's filter language, which wants $and only around two or more."""
    terms: list[dict[str, Any]] = []
    if scope.outlets:
        terms.append({"outlet": {"$in": list(scope.outlets)}})
    if scope.since or scope.until:
        terms.append({"published": {"$gte": scope.since.toordinal() if scope.since else 1}})
    if scope.until:
        terms.append({"published": {"$lte": scope.until.toordinal()}})
    if len(terms) > 1:
        return {"$and": terms}
    return terms[0] if terms else None


class ExactVectors:
    """A scan over every vector of the library: exact, and in need of no file but the library's.

    One float32 matrix in memory: 1.5 KB a passage at 384 dimensions, 14 ms a search over 100,000 passages.
    """

    def __init__(self, library: Library) -> None:
        rows = library.vector_rows()
        self._ids = [row[0] for row in rows]
        self._outlets = np.array([row[1] for row in rows])
        self._days = np.array([row[2] for row in rows])
        self._matrix = np.stack([row[3] for row in rows]) if rows else np.zeros((0, 1), dtype=np.float32)

    def search(self, vector: Vector, k: int, scope: Scope) -> list[tuple[str, float]]:
        """Ties come in the order of their ids."""
        if not self._ids:
            return []
        rows = np.flatnonzero(self._seen(scope))
        cosines = (self._matrix @ vector)[rows]
        if len(rows) > k:
            near = np.flatnonzero(cosines >= np.partition(cosines, -k)[-k])
            rows, cosines = rows[near], cosines[near]
        best = np.argsort(-cosines, kind="stable")[:k]
        return [(self._ids[rows[place]], float(cosines[place])) for place in best]

    def _seen(self, scope: Scope) -> Any:
        """Which rows a scope lets be seen."""
        seen = np.ones(len(self._ids), dtype=bool)
        if scope.outlets:
            seen &= np.isin(self._outlets, scope.outlets)
        if scope.since or scope.until:
            first = scope.since.toordinal() if scope.since else 1  # undated articles have day 0
            last = scope.until.toordinal() if scope.until else date.max.toordinal()
            seen &= (self._days >= first) & (self._days <= last)
        return seen

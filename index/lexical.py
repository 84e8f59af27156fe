"""Passages by their words: BM25 in tantivy. Derived: rebuilt from the library when damaged."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import Any

from index.errors import damage
from index.nodes import searched_text
from index.scope import Scope
from index.terms import analyzer
from index.vectors import published_day
from ingest.documents import Passage

ANALYZER = "news"
EVERY = "1"
WRITER_MEMORY = 50_000_000  # bytes; tantivy asks for 15 MB at least


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", fast=True)
    builder.add_text_field("text", tokenizer_name=ANALYZER, index_option="freq")
    builder.add_text_field("every", tokenizer_name="raw", index_option="basic")  # the same in all: see `_rarity`
    return builder.build()


class LexicalIndex:
    """One tantivy index in a folder. One writer, made on first use; any number of threads may search."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._writer: Any = None
        self._schema = _schema()
        with damage("tantivy could not open"):
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            self._index.register_tokenizer(ANALYZER, analyzer())

    def add(self, passages: Sequence[Passage]) -> None:
        """Add passages and make them searchable; one already in is replaced."""
        import tantivy

        with damage("tantivy could not write"):
            writer = self._open_writer()
            for passage in passages:
                writer.delete_documents_by_term("id", passage.id)
                writer.add_document(
                    tantivy.Document(
                        id=passage.id,
                        outlet=passage.article.outlet,
                        published=published_day(passage),
                        text=searched_text(passage),
                        every=EVERY,
                    )
                )
            self._commit(writer)

    def delete(self, idents: Sequence[str]) -> None:
        with damage("tantivy could not write"):
            writer = self._open_writer()
            for ident in idents:
                writer.delete_documents_by_term("id", ident)
            self._commit(writer)

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of terms, as BM25 has it: the rarer, the higher."""
        with damage("tantivy could not count"):
            searcher = self._index.searcher()
            return {word: self._rarity(searcher, word)[0] for word in words}

    def _rarity(self, searcher: Any, word: str) -> tuple[float, float]:
        """The rarity of a term among the passages, and what tantivy takes for it.

        tantivy counts what was deleted until it merges it away, so that to it the words of an article that was
        corrected twice are three times as common.
        """
        known, found = searcher.doc_freq("every", EVERY), searcher.doc_freq("text", word)
        taken = _idf(known, found)
        if searcher.num_docs == known or not found:
            return _idf(searcher.num_docs, found), taken
        live = searcher.search(self._term("text", word), limit=1, count=True).count
        return _idf(searcher.num_docs, live), taken

    def search(self, weights: Mapping[str, float], k: int, scope: Scope) -> list[tuple[str, float]]:
        """At most k (passage id, BM25 score) pairs, best first; `weights` are those of the query's terms."""
        import tantivy

        if not weights:
            return []
        with damage("tantivy could not search"):
            searcher = self._index.searcher()
            words = []
            for word, weight in weights.items():
                rarity, taken = self._rarity(searcher, word)
                boosted = tantivy.Query.boost_query(self._term("text", word), weight * rarity / taken)
                words.append((tantivy.Occur.Should, boosted))
            query = tantivy.Query.boolean_query(words)
            hits = searcher.search(self._scoped(query, scope), limit=k, count=False).hits
            found = [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def ids(self) -> list[str]:
        """Every passage id in the index."""
        import tantivy

        with damage("tantivy could not read"):
            searcher = self._index.searcher()
            if not searcher.num_docs:
                return []
            hits = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
            return [str(searcher.doc(address)["id"][0]) for _, address in hits]

    def close(self) -> None:
        """Wait for merges, so that no thread writes after the folder is given up."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with damage("tantivy could not close"):
                writer.wait_merging_threads()

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(WRITER_MEMORY, 1)
        return self._writer

    def _commit(self, writer: Any) -> None:
        writer.commit()
        self._index.reload()

    def _term(self, field: str, value: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, value)

    def _scoped(self, query: Any, scope: Scope) -> Any:
        import tantivy

        parts = [(tantivy.Occur.Must, query)]
        if scope.outlets:
            allowed = tantivy.Query.term_set_query(self._schema, "outlet", list(scope.outlets))
            parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)))
        if scope.since or scope.until:
            first = scope.since.toordinal() if scope.since else 1
            last = scope.until.toordinal() if scope.until else None
            days = tantivy.Query.range_query(self._schema, "published", tantivy.FieldType.Integer, first, last)
            parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(days, 0.0)))
        return tantivy.Query.boolean_query(parts) if len(parts) > 1 else query


def _idf(passages: int, holding: int) -> float:
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def file_hashes(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """The files that the index is made of, with their hashes: those in `known`, the others as they are now.

    tantivy writes such a file once and never again, so that one whose hash has changed is damaged.
    """
    hashes = {}
    for path in sorted(_committed(folder)):
        with suppress(FileNotFoundError):  # just merged with others
            hashes[path.name] = known.get(path.name) or _hash(path)
    return hashes


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _committed(folder: Path) -> list[Path]:
    """The files of the segments that the last commit names; those of a merge under way are not among them."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
    except (OSError, ValueError, KeyError):
        return []
    return [path for segment in segments for path in folder.glob(f"{segment['segment_id'].replace('-', '')}.*")]

"""A library opened whole: owned, checked against the settings, with its indexes, its embedder and its search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from index.build import Builder, OnProgress
from index.config import IndexConfig
from index.derived import DerivedIndexes
from index.embed import Embedder, open_embedder
from index.library import Library
from index.manifest import agree, precision_of, settings_of
from index.owner import OwnerLock
from index.report import Report
from index.rerank import Reranker
from index.search import Searcher
from index.words import WordVectors
from ingest.config import IngestConfig


@dataclass(frozen=True, slots=True)
class Store:
    """Everything over one library. One process has it open; `close` gives it up."""

    library: Library
    indexes: DerivedIndexes
    embedder: Embedder
    word_vectors: WordVectors
    searcher: Searcher
    builder: Builder
    owner: OwnerLock

    def ingest(
        self,
        sources: Sequence[str | Path],
        *,
        prune: bool = False,
        force: bool = False,
        on_progress: OnProgress = lambda _: None,
    ) -> Report:
        """Bring the library up to date with files and links; see `Builder.ingest`."""
        return self.builder.ingest(sources, prune=prune, force=force, on_progress=on_progress)

    def close(self) -> None:
        """End what is under way and give the library up, whatever fails on the way."""
        with ExitStack() as last:
            last.callback(self.owner.close)
            last.callback(self.library.close)
            last.callback(self.indexes.close)
            self.builder.close()


def open_store(
    folder: Path,
    index: IndexConfig,
    ingest: IngestConfig,
    *,
    thorough: bool = True,
    opened: Callable[..., Embedder] = open_embedder,
    reranker: Reranker | None = None,
) -> Store:
    """Open a library, or begin one. `thorough` proves its indexes first (in the background); see DerivedIndexes.

    OwnedError if another process has it open, LibraryError if it was made with other settings. `opened` makes the
    embedder, of the settings and of the precision that the library's vectors were made in.
    """
    with ExitStack() as undo:
        owner = OwnerLock(folder)
        undo.callback(owner.close)
        library = Library(folder)
        undo.callback(library.close)
        embedder = opened(index, precision=precision_of(library))
        agree(library, settings_of(index, embedder))
        indexes = DerivedIndexes(library, thorough=thorough)
        undo.pop_all()
    return Store(
        library=library,
        indexes=indexes,
        embedder=embedder,
        word_vectors=WordVectors(embedder, embedder.folder),
        searcher=Searcher(library, indexes, embedder, index.dense_weight, reranker=reranker),
        builder=Builder(library, indexes, embedder, ingest, index.passage_pieces),
        owner=owner,
    )

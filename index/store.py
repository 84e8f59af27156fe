"""A library opened whole: owned, checked against the settings, with its indexes, its embedder and its search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from index.build import Builder, Progress, Report
from index.config import IndexConfig
from index.derived import DerivedIndexes
from index.embed import Embedder, open_embedder
from index.errors import LibraryError
from index.library import Library
from index.owner import OwnerLock
from index.search import Searcher
from index.words import WordVectors
from ingest.config import IngestConfig

FINGERPRINT, PIECES = "embedder", "passage_pieces"  # settings that a library carries


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
        self, paths: Sequence[Path], *, prune: bool = False, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Report:
        """Bring the library up to date with files; see `Builder.ingest`."""
        return self.builder.ingest(paths, prune=prune, on_progress=on_progress)

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
        embedder = opened(index, precision=_precision(library))
        _agree(library, {FINGERPRINT: embedder.fingerprint, PIECES: str(index.passage_pieces)})
        indexes = DerivedIndexes(library, thorough=thorough)
        undo.pop_all()
    return Store(
        library=library,
        indexes=indexes,
        embedder=embedder,
        word_vectors=WordVectors(embedder, embedder.folder),
        searcher=Searcher(library, indexes, embedder, index.dense_weight),
        builder=Builder(library, indexes, embedder, ingest, index.passage_pieces),
        owner=owner,
    )


def _precision(library: Library) -> str | None:
    """The precision that the library's vectors were made in, which stays."""
    return library.meta(FINGERPRINT).rpartition(":")[2] or None


def _agree(library: Library, settings: dict[str, str]) -> None:
    """Write the settings into a new library; refuse one that was made with others."""
    for key, value in settings.items():
        made_with = library.meta(key)
        if made_with and made_with != value:
            raise LibraryError(
                f"{library.folder} was made with {key} = {made_with}, the settings say {value}",
                hint="set that back in config.toml, or ingest into another folder: vouch ingest --library NEW",
            )
        if not made_with:
            library.set_meta(key, value)

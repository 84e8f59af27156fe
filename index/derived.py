"""Chroma and tantivy over one library: opened, checked, rebuilt when damaged, with stand-ins meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from index.embed import Vectors
from index.errors import IndexDamagedError
from index.lexical import LexicalIndex, file_hashes
from index.library import Library
from index.vectors import ChromaVectors, ExactVectors, VectorSearch
from ingest.documents import Passage, digest

PROBE_TIMEOUT_S = 120
REBUILD_AT_ONCE = 2000  # passages in memory while rebuilding
TITLES = {"chroma": "The vector index (Chroma)", "lexical": "The word index (tantivy)"}
OPENERS: dict[str, Callable[[Path], Any]] = {"chroma": ChromaVectors, "lexical": LexicalIndex}


class Derived:
    """One derived index of a library, in `KIND/GENERATION/`.

    `check` proves it or builds a new generation beside the old one and switches to it; until then `index` is
    None and the caller uses a stand-in. A generation that exists in the library's `meta` is complete.
    """

    def __init__(self, kind: str, library: Library) -> None:
        self.kind = kind
        self.index: Any = None
        self.rebuilding = False
        self.history: list[str] = []
        self._library = library

    @property
    def folder(self) -> Path:
        return self._library.folder / self.kind / self._library.meta(self.kind, "0")

    def untouched(self) -> bool:
        """Whether the files are as a clean close left them: a quick look, which opens nothing."""
        seen = self._library.meta(f"{self.kind}_seen")
        return bool(seen) and self.folder.is_dir() and seen == _look(self.folder)

    def check(self) -> None:
        """Open the index if it is sound; else rebuild it from the library, embedding nothing."""
        fault = self._fault()
        if not fault:
            try:
                self.index = OPENERS[self.kind](self.folder)
            except IndexDamagedError as exc:
                fault = exc.message
        if fault:
            self.rebuild(fault)

    def _fault(self) -> str:
        if not self._library.meta(self.kind):
            return "new"
        if not self.folder.is_dir():
            return "its files are gone"
        command = [sys.executable, "-m", "index.probe", self.kind, str(self._library.folder), str(self.folder)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            return "it does not answer"
        if not done.returncode:
            return ""
        return done.stdout.strip() or f"its files are damaged (the check ended with code {done.returncode})"

    def rebuild(self, fault: str) -> None:
        """Build a new generation from the library's own passages and vectors, then switch to it."""
        began = time.monotonic()
        self.rebuilding = True
        self.release()
        generation = str(int(self._library.meta(self.kind, "0")) + 1)
        folder = self._library.folder / self.kind / generation
        shutil.rmtree(folder, ignore_errors=True)
        index = OPENERS[self.kind](folder)
        idents = self._library.passage_ids()
        for begin in range(0, len(idents), REBUILD_AT_ONCE):
            self._fill(index, idents[begin : begin + REBUILD_AT_ONCE])
        self._library.set_meta(self.kind, generation)
        self.index = index
        self.rebuilding = False
        self.record()
        self._drop_others()
        if fault != "new":
            seconds = time.monotonic() - began
            self.history.append(
                f"{TITLES[self.kind]} was rebuilt from the library in {seconds:.1f} s: {fault}. "
                f"{len(idents):,} passages, nothing lost, nothing embedded again."
            )

    def _fill(self, index: Any, idents: list[str]) -> None:
        passages = self._library.passages(idents)
        if self.kind == "lexical":
            index.add(list(passages.values()))
            return
        import numpy as np

        vectors = self._library.vectors(list(passages))
        index.add(list(passages.values()), np.stack([vectors[ident] for ident in passages]))

    def _drop_others(self) -> None:
        for folder in self.folder.parent.iterdir():
            if folder != self.folder:
                shutil.rmtree(folder, ignore_errors=True)

    def record(self) -> None:
        """Note what the files should look like, for the next check."""
        if self.kind == "lexical":
            self._library.set_meta("lexical_files", json.dumps(file_hashes(self.folder)))

    def release(self) -> None:
        """Let go of the files, noting how they were left."""
        if self.index is not None:
            index, self.index = self.index, None
            index.close()
            self.record()
            self._library.set_meta(f"{self.kind}_seen", _look(self.folder))


def _look(folder: Path) -> str:
    """Names, sizes and times of all files, as one hash."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return digest(*(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files))


class DerivedIndexes:
    """Both indexes, checked in the background, and what answers while they are not ready."""

    def __init__(self, library: Library, *, thorough: bool = True) -> None:
        """`thorough` proves both before they are used. Else an index that a clean close left and nobody touched
        since is trusted, and Chroma, which takes a second to start, is left to the exact scan."""
        self._library = library
        self._chroma = Derived("chroma", library)
        self._lexical = Derived("lexical", library)
        self._exact: ExactVectors | None = None
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="vouch-index")
        self._checks: dict[str, Future[None]] = {}
        for derived in (self._chroma, self._lexical):
            if thorough or not derived.untouched():
                self._checks[derived.kind] = self._pool.submit(derived.check)
        if not self._checks.get("lexical"):
            self._lexical.index = LexicalIndex(self._lexical.folder)

    def wait(self) -> None:
        """Return when both indexes are sound."""
        for check in self._checks.values():
            check.result()

    def notices(self) -> list[str]:
        """What a reader should know of the indexes' state, in sentences."""
        sentences = []
        for derived in (self._chroma, self._lexical):
            sentences += derived.history
            if derived.rebuilding and derived.index is None:
                sentences.append(f"{TITLES[derived.kind]} is being rebuilt; answers come without it meanwhile.")
        return sentences

    def vectors(self) -> VectorSearch:
        """Chroma when it is sound, else the exact scan."""
        if self._chroma.index is not None:
            self._exact = None
            return self._chroma.index  # type: ignore[no-any-return]
        with self._lock:
            if self._exact is None:
                self._exact = ExactVectors(self._library)
            return self._exact

    def lexical(self) -> LexicalIndex | None:
        """The word index when it is sound."""
        return self._lexical.index  # type: ignore[no-any-return]

    def damaged(self, kind: str, fault: str) -> None:
        """A search failed: put the index aside and rebuild it in the background."""
        derived = self._chroma if kind == "chroma" else self._lexical
        with self._lock:
            if derived.index is None or derived.rebuilding:
                return
            derived.index, derived.rebuilding = None, True
        self._checks[kind] = self._pool.submit(derived.rebuild, fault)

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Make staged passages findable in both."""
        self.wait()
        self._apply("chroma", lambda index: index.add(passages, vectors))
        self._apply("lexical", lambda index: index.add(passages))
        self._lexical.record()

    def delete(self, idents: Sequence[str]) -> None:
        self.wait()
        for kind in ("chroma", "lexical"):
            self._apply(kind, lambda index: index.delete(idents))
        self._exact = None

    def _apply(self, kind: str, work: Callable[[Any], None]) -> None:
        """Write to an index; one that fails is rebuilt from the live passages and written to once more."""
        derived = self._chroma if kind == "chroma" else self._lexical
        try:
            work(derived.index)
        except IndexDamagedError as exc:
            derived.rebuild(exc.message)
            work(derived.index)

    def close(self) -> None:
        self._pool.shutdown(wait=True)
        for derived in (self._chroma, self._lexical):
            derived.release()

"""Chroma and tantivy over one library: opened, checked, rebuilt when damaged, with stand-ins meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

from index.embed import Vectors
from index.errors import IndexDamagedError, LibraryError
from index.lexical import LexicalIndex, file_hashes
from index.library import Library
from index.room import MEGABYTE
from index.vectors import ChromaVectors, ExactVectors, VectorSearch
from ingest.documents import Passage, digest

PROBE_TIMEOUT_S = 120
REBUILD_AT_ONCE = 2000  # passages in memory while rebuilding
TITLES = {"chroma": "The vector index (Chroma)", "lexical": "The word index (tantivy)"}
OPENERS: dict[str, Callable[[Path], Any]] = {"chroma": ChromaVectors, "lexical": LexicalIndex}
FAULT_LENGTH = 120  # characters of a fault that a reader is told
# What `meta` says of the files below one folder, and of no copy of the library elsewhere.
GENERATION_KEYS = tuple(f"{kind}{what}" for kind in ("chroma", "lexical") for what in ("", "_seen", "_gaps", "_files"))
NEW = "new"  # what is wrong with an index that was never built
FULL_OF_GAPS = "gaps"  # of one from which so much was deleted that it is smaller and quicker when built anew
FOR_NO_FAULT = {"", NEW, FULL_OF_GAPS}
# A graph of Chroma keeps what is deleted from it, as gaps that searches step over.
MOST_GAPS, FEW_GAPS = 0.2, 1000


class Derived:
    """One derived index of a library, in `KIND/GENERATION/`.

    `ready` proves it or builds a new generation beside the old one and switches to it; until then `index` is
    None and the caller uses a stand-in. A generation that the library's `meta` names is complete.
    """

    def __init__(self, kind: str, library: Library) -> None:
        self.kind = kind
        self.fault = ""  # why it is not used, until it is rebuilt
        self.history: list[str] = []
        self._library = library
        self._opened: Any = None
        self._lock = threading.RLock()  # one at a time checks, rebuilds or writes; searches do not wait

    @property
    def index(self) -> Any:
        """The index if it may be searched, else None."""
        return None if self.fault else self._opened

    @property
    def folder(self) -> Path:
        """Of the generation in use; "0" was never one."""
        generation = self._library.meta(self.kind)
        return self._library.folder / self.kind / (generation if generation.isdecimal() else "0")

    def untouched(self) -> bool:
        """Whether the files are as a clean close left them: a quick look, which opens nothing."""
        seen = self._library.meta(f"{self.kind}_seen")
        return bool(seen) and seen == _look(self.folder)

    def trust(self) -> None:
        """Open the index without proof."""
        self._opened = OPENERS[self.kind](self.folder)

    def ready(self) -> None:
        """Open the index if it is sound; else rebuild it from the library, embedding nothing."""
        with self._lock:
            if self.index is not None:
                return
            fault = self.fault or self._probed()
            if not fault:
                try:
                    self.trust()
                    self._drop_others()
                except IndexDamagedError as exc:
                    fault = exc.message
            if fault:
                self._rebuild(fault)

    def write(self, work: Callable[[Any], None]) -> None:
        """Write to the index; if that fails it is rebuilt from the live passages and written to once more.

        IndexDamagedError if that fails too: then most likely the disk does, and stand-ins answer.
        """
        with self._lock, self._room():
            self.ready()
            try:
                work(self._opened)
            except IndexDamagedError as exc:
                self._rebuild(exc.message)
                work(self._opened)
            self._record()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """If even a new index cannot be written it is not used, and the user is told of the disk."""
        try:
            yield
        except IndexDamagedError as exc:
            self.fault = exc.message
            free = shutil.disk_usage(self._library.folder).free / MEGABYTE
            hint = f"make room on its disk if it is full ({free:,.0f} MB are free), and run this again"
            raise IndexDamagedError(exc.message, hint=hint) from exc

    def note_gaps(self, more: int) -> None:
        """Note that passages were deleted."""
        gaps = int(self._library.meta(f"{self.kind}_gaps", "0"))
        self._library.set_meta(f"{self.kind}_gaps", str(gaps + more))

    def tidy(self, live: int) -> None:
        """Build the index anew if much of it is gaps."""
        with self._lock, self._room():
            gaps = int(self._library.meta(f"{self.kind}_gaps", "0"))
            if self.index is not None and gaps > max(FEW_GAPS, MOST_GAPS * live):
                self._rebuild(FULL_OF_GAPS)

    def release(self) -> None:
        """Let go of the files, noting how they were left if they are sound."""
        with self._lock, suppress(IndexDamagedError, LibraryError):  # the next start proves what is not noted
            sound = self.index is not None
            self._close()
            if sound:
                self._record()
                self._library.set_meta(f"{self.kind}_seen", _look(self.folder))

    def _probed(self) -> str:
        """What is wrong with the files, or "": asked of a process that may hang or die over it."""
        if not self._library.meta(self.kind):
            return NEW
        if not self.folder.is_dir():
            return "its files are gone"
        arguments = [self.kind, str(self._library.folder), str(self.folder), str(os.getpid())]
        command = [sys.executable, "-P", "-m", "index.probe", *arguments]  # -P: nothing from the working folder
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        try:
            done = subprocess.run(  # noqa: S603  # our own module
                command, env=environment, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return "it does not answer"
        if not done.returncode:
            return ""
        return done.stdout.strip() or f"its files are damaged (the check ended with code {done.returncode})"

    def _rebuild(self, fault: str) -> None:
        """Build a new generation from the library's own passages and vectors, then switch to it."""
        began = time.monotonic()
        self.fault = fault
        with suppress(IndexDamagedError):  # it is thrown away
            self._close()
        idents = self._library.passage_ids()
        folder = self._unused_folder()
        self._opened = self._built(folder, idents)
        self._library.set_meta(self.kind, folder.name)
        self.fault = ""
        self._library.set_meta(f"{self.kind}_gaps", "0")
        self._record()
        self._drop_others()
        if fault not in FOR_NO_FAULT:
            seconds = time.monotonic() - began
            self.history.append(
                f"{TITLES[self.kind]} was rebuilt from the library in {seconds:.1f} s: {_brief(fault)}. "
                f"{len(idents):,} passages, nothing lost, nothing embedded again."
            )

    def _unused_folder(self) -> Path:
        """Of a generation not even begun: what Chroma failed to open once it will not open again in this process."""
        parent, generation = self.folder.parent, int(self.folder.name) + 1
        while (parent / str(generation)).exists():
            generation += 1
        return parent / str(generation)

    def _built(self, folder: Path, idents: Sequence[str]) -> Any:
        index = OPENERS[self.kind](folder)
        with ExitStack() as undo:
            undo.callback(index.close)
            for begin in range(0, len(idents), REBUILD_AT_ONCE):
                self._fill(index, idents[begin : begin + REBUILD_AT_ONCE])
            undo.pop_all()
        return index

    def _fill(self, index: Any, idents: Sequence[str]) -> None:
        passages = self._library.passages(idents)
        if self.kind == "lexical":
            index.add(list(passages.values()))
            return
        vectors = self._library.vectors(list(passages))
        index.add(list(passages.values()), np.stack([vectors[ident] for ident in passages]))

    def _drop_others(self) -> None:
        """Remove the generations before, and what was left of a rebuild that was cut short."""
        for folder in self.folder.parent.iterdir():
            if folder != self.folder:
                shutil.rmtree(folder, ignore_errors=True)

    def _record(self) -> None:
        """Note what the files hold, for the next check."""
        if self.kind == "lexical":
            known = json.loads(self._library.meta("lexical_files", "{}"))
            self._library.set_meta("lexical_files", json.dumps(file_hashes(self.folder, known)))

    def _close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()


def _brief(fault: str) -> str:
    """The beginning of what may be a long tale."""
    return shorten(fault, FAULT_LENGTH, placeholder=" …")


def _look(folder: Path) -> str:
    """Names, sizes and times of all files, as one hash; "" if they change under our eyes."""
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
        return digest(*(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files))
    except FileNotFoundError:
        return ""


class DerivedIndexes:
    """Both indexes, checked in the background, and what answers while they are not ready."""

    def __init__(self, library: Library, *, thorough: bool = True) -> None:
        """`thorough` proves both before they are used. Else an index that a clean close left and nobody touched
        since is trusted, and Chroma, which takes a second to start, is left to the exact scan.
        """
        self._library = library
        self._chroma = Derived("chroma", library)
        self._lexical = Derived("lexical", library)
        self._exact: tuple[int, ExactVectors] | None = None  # with the state of the library that it scans
        self._lock = threading.Lock()
        self._writing = threading.RLock()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="vouch-index")
        self._checks: dict[str, Future[None]] = {}
        for derived in (self._chroma, self._lexical):
            if thorough or not self._trusted(derived):
                self._checks[derived.kind] = self._pool.submit(derived.ready)
        self._first = list(self._checks.values())

    def _trusted(self, derived: Derived) -> bool:
        """Whether an index may be used without proof; tantivy is then open."""
        if not derived.untouched():
            return False
        if derived is self._lexical:
            try:
                derived.trust()
            except IndexDamagedError:
                return False
        return True

    def wait(self) -> None:
        """Return when nothing is being checked or rebuilt any more."""
        wait_for(list(self._checks.values()))

    @property
    def proven(self) -> bool:
        """Whether the proof that opening began is through, whatever came of it."""
        return all(check.done() for check in self._first)

    @property
    def states(self) -> dict[str, bool]:
        """Whether each is in use, by its kind."""
        return {derived.kind: derived.index is not None for derived in (self._chroma, self._lexical)}

    @property
    def sound(self) -> bool:
        """Whether both are in use."""
        return all(self.states.values())

    def notices(self) -> list[str]:
        """What a reader should know of the indexes' state, in sentences."""
        return [sentence for derived in (self._chroma, self._lexical) for sentence in self._notices(derived)]

    def _notices(self, derived: Derived) -> Iterator[str]:
        yield from derived.history
        check = self._checks.get(derived.kind)
        failure = check.exception() if check is not None and check.done() else None
        if derived.index is None and failure is not None:
            yield f"{TITLES[derived.kind]} could not be rebuilt, answers come without it: {_brief(str(failure))}"
        elif derived.fault not in FOR_NO_FAULT:
            yield f"{TITLES[derived.kind]} is being rebuilt, answers come without it meanwhile: {_brief(derived.fault)}"

    def vectors(self) -> VectorSearch:
        """Chroma when it is sound, else the exact scan."""
        chroma: VectorSearch | None = self._chroma.index
        if chroma is not None:
            self._exact = None
            return chroma
        with self._lock:
            kept, state = self._exact, self._library.changes
            if kept is None or kept[0] != state:
                kept = self._exact = (state, ExactVectors(self._library))
            return kept[1]

    def lexical(self) -> LexicalIndex | None:
        """The word index when it is sound."""
        return self._lexical.index  # type: ignore[no-any-return]

    def damaged(self, index: object, fault: str) -> None:
        """A search in this index failed: put it aside and rebuild it in the background."""
        for derived in (self._chroma, self._lexical):
            with self._lock:
                if derived.index is not index:  # another search said so before
                    continue
                derived.fault = fault
            with suppress(RuntimeError):  # the library is being closed: the next start finds the damage
                self._checks[derived.kind] = self._pool.submit(self._heal, derived)

    def _heal(self, derived: Derived) -> None:
        with self._writing:
            derived.ready()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """No index is rebuilt meanwhile: what is staged and added, but not live yet, would be left out."""
        with self._writing:
            yield

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Make staged passages findable in both."""
        with self.writing():
            self._chroma.write(lambda index: index.add(passages, vectors))
            self._lexical.write(lambda index: index.add(passages))

    def delete(self, idents: Sequence[str]) -> None:
        with self.writing():
            for derived in (self._chroma, self._lexical):
                derived.write(lambda index: index.delete(idents))
            self._chroma.note_gaps(len(idents))

    def tidy(self) -> None:
        """Build Chroma anew if much was deleted from it since it was built; tantivy tidies itself."""
        with self.writing():
            self._chroma.tidy(self._library.counts().passages)

    def close(self) -> None:
        """Wait for what is being checked or rebuilt, then let go of all files."""
        self._pool.shutdown(wait=True)
        for derived in (self._chroma, self._lexical):
            derived.release()

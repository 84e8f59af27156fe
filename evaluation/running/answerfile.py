"""The file that a batch writes: a line for each answer, appended whole, so that a kill at any moment loses no other."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluation.running.header import header_path, read_header
from evaluation.running.rows import Answer, Row, line_of, rows
from index.errors import written
from index.swap import sync
from ingest.errors import VouchError

# Between two times that the disk is waited for. A line is safe from a kill once it is written; a power cut loses what
# was answered since the last time. Waiting takes some 5 ms, which a question takes as well.
SYNC_S = 5.0
ANEW = "begin it anew with --restart, or choose another -o"


class AnswerFile:
    """Answers of one run in the order of its questions; one batch at a time has it open."""

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        """VouchError if another batch writes it, or if it holds anything but answers of a run.

        `anew`: a run that is there is to be begun anew, once it is sure that it can be.
        """
        self.path = path
        self.anew = anew
        self._synced = time.monotonic()
        self._descriptor = _locked(path)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> AnswerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def begun(self) -> bool:
        """Whether anything stands in it."""
        return os.fstat(self._descriptor).st_size > 0

    def _check(self) -> None:
        """What is no run of ours is never written over."""
        if read_header(self.path) is None and self.begun:
            name = header_path(self.path).name
            message = f"{self.path} holds something that is no run: there is no {name} beside it"
            raise VouchError(message, hint="choose another -o, or move it away")

    def clear(self) -> None:
        """Begin anew. The answers go first: they must never stand beside the header of another run."""
        self._cut(0)
        with written(self.path):
            header_path(self.path).unlink(missing_ok=True)
        self.anew = False

    def kept(self, ids: Sequence[str]) -> Iterator[Answer]:
        """The answers that stand there, which are those of the first of `ids`; a torn end is cut off.

        VouchError for a line that is none of them.
        """
        with written(self.path), self.path.open("rb") as file:
            for row in rows(file):
                if row.torn:
                    self._cut(row.start)
                    return
                yield self._answer(row, ids)

    def _answer(self, row: Row, ids: Sequence[str]) -> Answer:
        where = f"{self.path}, line {row.number}"
        if row.answer is None:
            raise VouchError(f"{where}: no answer object", hint=ANEW)
        if row.number > len(ids):
            raise VouchError(f"{where}: there are only {len(ids):,} questions", hint=ANEW)
        if row.answer["id"] != (wanted := ids[row.number - 1]):
            raise VouchError(f"{where}: the answer of {row.answer['id']!r}, and not of {wanted!r}", hint=ANEW)
        return row.answer

    def append(self, answer: Answer) -> None:
        """Write a line: whole, or not at all where the disk is full."""
        line, before = line_of(answer), os.fstat(self._descriptor).st_size
        with written(self.path):
            try:
                done = 0
                while done < len(line):
                    done += os.write(self._descriptor, line[done:])
            except BaseException:
                os.ftruncate(self._descriptor, before)
                raise
        if time.monotonic() - self._synced > SYNC_S:
            self.sync()

    def sync(self) -> None:
        """All that was written is on the disk when this returns."""
        with written(self.path):
            os.fsync(self._descriptor)
        self._synced = time.monotonic()

    def _cut(self, size: int) -> None:
        with written(self.path):
            os.ftruncate(self._descriptor, size)
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Let others have it; without answers and a header there is no file."""
        if self._descriptor >= 0:
            if not self.begun and not header_path(self.path).exists():
                self.path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def _locked(path: Path) -> int:
    """A descriptor of a file that is ours alone, at that path; the system frees it when the process dies."""
    if not path.absolute().parent.is_dir():
        raise VouchError(f"there is no folder {path.parent}", hint="make it, or choose another -o")
    if path.exists() and not path.is_file():
        raise VouchError(f"{path} is no file", hint="name one: what is cut short is gone on with")
    while True:
        with written(path):
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise VouchError(f"another vouch batch writes {path}", hint="wait for it, or choose another -o") from None
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            sync(path.absolute().parent)
            return descriptor
        os.close(descriptor)  # who had it open before took it away

"""One library file put in the place of another: killed at any moment, the folder holds wholly the one or the other."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from index.database import FILE
from index.errors import LibraryError, written
from index.room import MEGABYTE

# SQLite applies a journal to whatever file stands beside it, and asks only for its name.
JOURNALS = ("-wal", "-shm", "-journal")
BUSY_S = 10.0  # a reader's look at the library takes milliseconds; a backup that copies it takes seconds
BESIDES_ROOM = 8 * MEGABYTE  # what SQLite needs to work at all


def put_in_place(new: Path, folder: Path, kept: Path | None = None) -> None:
    """Make `new`, complete and closed, the library of a folder that this process owns; `kept` will be the old one.

    All that was committed to the old file is brought into it first, so that its journals hold nothing and can go
    before the new file comes: else SQLite would apply them to that. What cannot be read any more is replaced only
    if it is kept, with its journals. LibraryError if another process is reading.
    """
    place = folder / FILE
    with written(place):
        _settle(new)
        sync(new)
        if place.exists():
            _settle(place, damaged=kept is not None)
            if kept is not None:
                _keep(place, kept)
        for journal in JOURNALS:
            _beside(place, journal).unlink(missing_ok=True)
        sync(folder)  # that they are gone must be on the disk before the new file is
        new.replace(place)
        sync(folder)


def _settle(file: Path, *, damaged: bool = False) -> None:
    """Bring all that was committed into the file itself. It may be `damaged`: then it stays as it is."""
    busy = f"{file} is in use by another process, and cannot be replaced"
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_S, isolation_level=None)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()  # takes back what a killed process left half
            waiting = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError as exc:
        if exc.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise LibraryError(busy, hint="run this again when that has ended") from exc
        if not damaged:
            raise LibraryError(
                f"{file} cannot be used: {exc}", hint="restore a backup: vouch restore FILE --force"
            ) from exc
    else:
        if waiting:
            raise LibraryError(busy, hint="run this again when that has ended")


def unused_name(folder: Path, why: str) -> Path:
    """A name for the library that will be replaced, which no earlier one has: `library.db.before-restore-2`."""
    place, number = folder / FILE, 1
    kept = _beside(place, f".{why}")
    while kept.exists() and not (place.exists() and kept.samefile(place)):  # the same file: killed when it was kept
        number += 1
        kept = _beside(place, f".{why}-{number}")
    return kept


def _keep(place: Path, kept: Path) -> None:
    """Give the old file another name, with what lies in its journals; it is never without one."""
    for journal in ("-wal", "-journal", ""):
        source = _beside(place, journal)
        if source.exists() and source.stat().st_size:
            target = _beside(kept, journal)
            target.unlink(missing_ok=True)
            _linked(source, target)


def _linked(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk that knows no second names
        copy(source, part := _beside(target, ".part"))
        part.replace(target)


def copy(source: Path, target: Path) -> None:
    """The bytes of a file under another name, on the disk when this returns."""
    with written(target):
        shutil.copyfile(source, target)
        sync(target)


def sync(path: Path) -> None:
    """What was written to a file, or the names in a folder, is on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_of(library: Path) -> int:
    """How many bytes a library's file takes, with what is committed but still beside it."""
    files = (_beside(library, journal) for journal in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def check_free(folder: Path, needed: int) -> None:
    """LibraryError, naming what is needed, if the disk of a folder has not that much room; `needed` in bytes."""
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < (needed := needed + BESIDES_ROOM):
        raise LibraryError(
            f"the disk of {folder} is full: {free / MEGABYTE:,.0f} MB are free, {needed / MEGABYTE:,.0f} MB are needed",
            hint="make room and run this again; nothing was changed",
        )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)

"""A library as one file: made while the library is in use, proved before it has its name, and put back whole."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.database import FILE
from index.derived import GENERATION_KEYS
from index.errors import LibraryError, written
from index.library import Library
from index.owner import OwnerLock
from index.schema import SCHEMA_VERSION
from index.swap import JOURNALS, check_free, copy, put_in_place, size_of, sync, unused_name

HEADER = b"SQLite format 3\x00"
INCOMING = f"{FILE}.restoring"
BEFORE = "before-restore"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: live articles and their passages; its size in bytes, and how long the work took.

    `kept` is where `restore` left the library that was there before, if there was one.
    """

    articles: int
    passages: int
    bytes: int
    seconds: float
    kept: str = ""


def backup(folder: Path, file: Path, *, force: bool = False) -> Backup:
    """Write the whole library of a folder into one file: articles, vectors, corrections, refusals, conversations.

    One state of it, whoever works with it meanwhile. `file` is there only once it is complete and proved; one that
    is there already is replaced only by `force`. LibraryError says what is in the way.
    """
    began = time.monotonic()
    place = folder / FILE
    _check_target(place, file, force)
    check_free(file.parent, size_of(place))
    part = file.with_name(f"{file.name}.part")
    with _alone_in(file.parent), ExitStack() as undo:
        undo.callback(_remove, part)
        _begin(part)
        _copied(folder, part)
        articles, passages = _proved_copy(place, part)
        with written(file):
            sync(part)
            part.replace(file)
        undo.pop_all()
    with written(file):
        sync(file.parent)
    return Backup(articles, passages, file.stat().st_size, time.monotonic() - began)


def _check_target(place: Path, file: Path, force: bool) -> None:
    if not place.is_file():
        raise LibraryError(f"there is no library in {place.parent}", hint="name its folder: --library DIR")
    if not file.parent.is_dir():
        raise LibraryError(f"there is no folder {file.parent}", hint="make it first, or name another")
    if place.parent.resolve() in file.resolve().parents:
        raise LibraryError(
            f"{file} lies in the library's own folder, and would be lost with it", hint="name a file elsewhere"
        )
    if file.is_dir() or (file.exists() and not force):
        hint = "name a file" if file.is_dir() else "name another file, or replace it: --force"
        raise LibraryError(f"{file} is there already", hint=hint)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other backup is written into this folder meanwhile: under the same name each would spoil the other's."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network disks cannot lock a folder: then nobody is kept out
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LibraryError(
                    f"another backup is being written into {folder}", hint="run this again when it has ended"
                ) from None
        yield
    finally:
        os.close(descriptor)


def _begin(part: Path) -> None:
    """An empty file, whatever one that was killed has left."""
    _remove(part)
    try:
        part.touch(exist_ok=False)
    except OSError as exc:
        raise LibraryError(f"{part} cannot be written: {exc.strerror}", hint="name a file elsewhere") from exc


def _copied(folder: Path, part: Path) -> None:
    place = folder / FILE
    before = place.stat().st_ino
    with closing(Library(folder, read_only=True)) as library:
        library.copy_to(part)
    if place.stat().st_ino != before:  # its journal may be the other file's
        raise LibraryError(f"{place} was replaced while it was copied", hint="run the backup again")


def _proved_copy(place: Path, part: Path) -> tuple[int, int]:
    try:
        return _cleared(part)
    except LibraryError as exc:
        raise LibraryError(
            f"{place} was not backed up: its copy {part.name} is not sound: {exc.message}",
            hint="vouch doctor says what is wrong with the library",
        ) from exc


def _cleared(path: Path) -> tuple[int, int]:
    """Take out what is only of the place that a library was copied from; how much it holds, after proof."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE")  # one file, not three
            db.executemany("DELETE FROM meta WHERE key = ?", [(key,) for key in GENERATION_KEYS])
    except sqlite3.DatabaseError as exc:
        raise _damaged(path, str(exc)) from exc
    return _proved(path)


def restore(file: Path, folder: Path, *, force: bool = False) -> Backup:
    """Make a backup the library of a folder. Its indexes are rebuilt when it is opened next, embedding nothing.

    A library that is there, and holds anything, is replaced only by `force`, and kept beside under another name.
    OwnedError if it is in use; LibraryError if `file` is no sound backup: then nothing is changed.
    """
    began = time.monotonic()
    _proved(file)
    check_free(folder, file.stat().st_size)
    with ExitStack() as undo:
        owner = OwnerLock(folder)
        undo.callback(owner.close)
        owner.announce(command="vouch restore")
        kept = _kept(folder, force)
        incoming = folder / INCOMING
        undo.callback(_remove, incoming)
        copy(file, incoming)
        articles, passages = _cleared(incoming)
        put_in_place(incoming, folder, kept)
    size = (folder / FILE).stat().st_size
    return Backup(articles, passages, size, time.monotonic() - began, str(kept or ""))


def _kept(folder: Path, force: bool) -> Path | None:
    """Under which name to keep the library that is there; None if there is none."""
    place = folder / FILE
    if not place.exists():
        return None
    held = _held(place)
    if held and not force:
        raise LibraryError(
            f"{folder} already holds {held}",
            hint="restore into another folder with --library DIR, or put the backup in its place with --force "
            f"(what is there is kept as {FILE}.{BEFORE})",
        )
    return unused_name(folder, BEFORE)


def _held(place: Path) -> str:
    """What a file holds that someone may miss, in words, or ""."""
    try:
        with closing(sqlite3.connect(place)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                return ""
            articles, turns = db.execute("SELECT (SELECT count(*) FROM live), (SELECT count(*) FROM turns)").fetchone()
    except sqlite3.DatabaseError as exc:
        return f"a library that cannot be read ({exc})"
    return f"{articles:,} articles and {turns:,} answers" if articles or turns else ""


def _proved(file: Path) -> tuple[int, int]:
    """The live articles and their passages of a file that is a sound library; LibraryError if it is not."""
    _check_kind(file)
    try:
        # Immutable: it is read without a lock, and nothing is written beside it.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            _check_schema(file, db)
            found = "; ".join(str(row[0]) for row in db.execute("PRAGMA integrity_check"))
            if found != "ok":
                raise _damaged(file, found)
            return _counts(db)
    except sqlite3.DatabaseError as exc:
        raise (_foreign(file) if str(exc).startswith("no such") else _damaged(file, str(exc))) from exc


def _check_kind(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            header = opened.read(len(HEADER))
    except OSError as exc:
        raise LibraryError(f"{file} cannot be read: {exc.strerror}", hint="name the file of a backup") from exc
    if header != HEADER:
        raise _foreign(file)
    journal = file.with_name(f"{file.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise LibraryError(
            f"{file} is a library, not a backup: part of it lies in {journal.name}", hint="make one: vouch backup FILE"
        )


def _check_schema(file: Path, db: sqlite3.Connection) -> None:
    row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    if row is None or not str(row[0]).isdigit():
        raise _foreign(file)
    if int(row[0]) > SCHEMA_VERSION:
        raise LibraryError(
            f"{file} was made by a newer Vouch (schema {row[0]}, this one knows {SCHEMA_VERSION})", hint="upgrade Vouch"
        )
    # A trigger would run with whatever Vouch writes later. No Vouch makes any.
    if db.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone():
        raise _foreign(file)


def _counts(db: sqlite3.Connection) -> tuple[int, int]:
    articles = db.execute("SELECT count(*) FROM articles JOIN live ON article = id AND live.version = articles.version")
    passages = db.execute("SELECT count(*) FROM passages JOIN live USING (article, version)")
    return articles.fetchone()[0], passages.fetchone()[0]


def _foreign(file: Path) -> LibraryError:
    return LibraryError(f"{file} is not a backup of a Vouch library", hint="make one: vouch backup FILE")


def _damaged(file: Path, fault: str) -> LibraryError:
    return LibraryError(f"{file} is damaged: {fault[:200]}", hint="use another backup")


def _remove(path: Path) -> None:
    for ending in ("", *JOURNALS):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()

"""The SQLite file of a library: one connection behind a lock, durable transactions, versions brought up to date."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from index.errors import LibraryError
from index.schema import MIGRATIONS, SCHEMA_VERSION, TABLES

FILE = "library.db"
IN_ONE_STATEMENT = 500  # SQLite's limit on variables is 999 in old builds


class Database:
    """Safe from any thread. Writes are durable when a method returns: WAL with every commit synced."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        address = f"{(folder / FILE).absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        with self._translated(), ExitStack() as undo:
            self._db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
            undo.callback(self._db.close)
            if not read_only:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._migrate()
            undo.pop_all()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _migrate(self) -> None:
        """Bring an older file up to date, in one transaction; make the tables of a new one."""
        with self.transaction():
            found = self._schema()
            if found > SCHEMA_VERSION:
                raise LibraryError(
                    f"{self.folder} was made by a newer Vouch (schema {found}, this one knows {SCHEMA_VERSION})",
                    hint="upgrade Vouch, or choose another --library",
                )
            for version in range(found + 1, SCHEMA_VERSION + 1):
                for statement in MIGRATIONS.get(version, ()):
                    self._db.execute(statement)
            for statement in TABLES.split(";"):
                self._db.execute(statement)
            self.set_meta("schema", str(SCHEMA_VERSION))

    def _schema(self) -> int:
        """The version of the file's tables; that of today for a file without any."""
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
            return SCHEMA_VERSION
        return int(self.meta("schema", str(SCHEMA_VERSION)))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nests by joining the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            with self._translated():
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._before_commit()
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:  # SQLite ends it by itself when the disk is full
                        self._db.execute("ROLLBACK")
                    raise

    def _before_commit(self) -> None:
        """What belongs to every transaction; here nothing."""

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one state: other threads wait with their writes."""
        with self._lock:
            yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as exc:
            hint = "make room on its disk if it is full; else restore a backup: vouch restore FILE"
            raise LibraryError(f"{self.folder / FILE} cannot be used: {exc}", hint=hint) from exc

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self._lock, self._translated():
            return self._db.execute(sql, values).fetchall()

    def many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        """Run one statement with each of these values."""
        with self._lock, self._translated():
            self._db.executemany(sql, values)

    def among(self, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement that ends in `IN ({marks})`, for any number of values."""
        for begin in range(0, len(values), IN_ONE_STATEMENT):
            some = values[begin : begin + IN_ONE_STATEMENT]
            yield from self.rows(sql.format(marks=",".join("?" * len(some))), some)

    def meta(self, key: str, default: str = "") -> str:
        """What the library says of itself."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else default

    def set_meta(self, key: str, value: str) -> None:
        self.rows("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def integrity(self) -> str:
        """What SQLite finds wrong with the file, or ""."""
        try:
            found = "; ".join(str(row[0]) for row in self.rows("PRAGMA integrity_check"))
        except LibraryError as exc:
            return exc.message
        return "" if found == "ok" else found

    def copy_to(self, path: Path) -> None:
        """A copy of one state of the whole file, made while others go on writing."""
        with self._translated():
            copy = sqlite3.connect(path)
            try:
                with self._lock:
                    self._db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, not three
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode != sqlite3.SQLITE_FULL:
                    raise
                hint = "make room on it, or name a file elsewhere"
                raise LibraryError(f"{path} cannot be written: its disk is full", hint=hint) from exc
            finally:
                copy.close()

"""One process owns a library: a lock held for life, and a note by which others find its owner."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import LibraryError, OwnedError, written

LOCK_FILE = "owner.lock"
NOTE_FILE = "owner.json"


class OwnerLock:
    """Held from construction to `close`; the system frees it when the process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / LOCK_FILE).open("a")
        except OSError as exc:
            raise LibraryError(
                f"cannot use {folder} as a library: {exc.strerror}", hint="choose another --library"
            ) from exc
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise _owned(folder) from None
        try:
            self.announce(command="vouch")
        except LibraryError:
            self._file.close()
            raise

    def announce(self, **about: Any) -> None:
        """Write who owns the library, readable by this user alone (it may hold a token)."""
        beside = self._folder / f"{NOTE_FILE}.new"
        with written(beside):
            beside.unlink(missing_ok=True)  # left by one that was killed
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"pid": os.getpid(), **about}, file)
            beside.replace(self._folder / NOTE_FILE)

    def close(self) -> None:
        if not self._file.closed:
            with self._file, suppress(OSError):  # a note that stays does no harm: the next owner replaces it
                (self._folder / NOTE_FILE).unlink(missing_ok=True)


def owner_of(folder: Path) -> dict[str, Any]:
    """What the owner wrote about itself; empty if nothing can be read."""
    try:
        note = json.loads((folder / NOTE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _owned(folder: Path) -> OwnedError:
    owner = owner_of(folder)
    who = f"{owner.get('command', 'another process')} (process {owner.get('pid', 'unknown')})"
    return OwnedError(f"{folder} is in use by {who}", hint="wait for it to end, or stop it", owner=owner)

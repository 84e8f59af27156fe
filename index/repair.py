"""A library put in order: swept, and both its indexes built anew and proved. Nothing is embedded."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from index.database import FILE
from index.derived import GENERATION_KEYS, OPENERS, TITLES, DerivedIndexes
from index.errors import LibraryError
from index.library import Library
from index.owner import OwnerLock
from index.reindex import NEXT


def repair(folder: Path) -> list[str]:
    """Put a library in order, whatever state its indexes are in; what was done, in sentences.

    OwnedError if it is in use. LibraryError if its file is damaged, which nothing here can mend.
    """
    if not (folder / FILE).is_file():
        raise LibraryError(f"there is no library in {folder}", hint="make one: vouch ingest; or: vouch restore FILE")
    with closing(OwnerLock(folder)) as owner:
        owner.announce(command="vouch doctor --repair")
        with closing(Library(folder)) as library:
            if fault := library.integrity():
                raise LibraryError(
                    f"{folder / FILE} is damaged: {fault[:200]}", hint="restore a backup: vouch restore FILE --force"
                )
            # First, so that a repair that is killed leaves no index in use that holds what was swept.
            library.many("DELETE FROM meta WHERE key = ?", [(key,) for key in GENERATION_KEYS])
            return [_swept(library), *_rebuilt(library)]


def _swept(library: Library) -> str:
    orphans = len(library.orphans())
    library.sweep()
    shutil.rmtree(library.folder / NEXT, ignore_errors=True)
    return f"{orphans:,} passages that no article has any more were swept." if orphans else "Nothing was left to sweep."


def _rebuilt(library: Library) -> list[str]:
    """Build both indexes, then open them anew, which proves them."""
    for kind in OPENERS:
        if not (library.folder / kind).is_dir():
            (library.folder / kind).unlink(missing_ok=True)
    for _ in ("built", "proved"):
        with closing(DerivedIndexes(library)) as indexes:
            indexes.wait()
            sound, notices = indexes.sound, indexes.notices()
    if not sound:
        raise LibraryError(" ".join(notices), hint="make room on the disk if it is full, and run this again")
    count = len(library.passage_ids())
    told = [f"{title} was built anew from the library and proved: {count:,} passages." for title in TITLES.values()]
    return [*told, *notices]

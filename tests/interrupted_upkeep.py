"""A backup, restore, reindex or ingest that somebody kills: `python interrupted_upkeep.py WHAT LIBRARY FILE [STEP]`.

Without STEP it runs to its end; else it kills itself on entry to that call of those that change what a disk holds,
or of those that speak to SQLite (0: never), and says how many calls there were. FILE is the backup, or the folder of
articles to ingest; a reindex needs none.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from shelf import INDEX, HashedWords, open_shelf

import index.backup
import index.reindex
from index.database import Database

OTHER = replace(INDEX, passage_pieces=55)  # than the library was made with
DISK = ("fsync", "replace", "rename", "unlink", "link")
SQL = ("rows", "many", "copy_to")


def killed_at(step: int) -> Iterator[int]:
    """Have this process killed on entry to the n-th of the calls that matter; the numbers of those still to come."""
    number = count(1)

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            if next(number) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return wrapped

    for name in DISK:
        setattr(os, name, counted(getattr(os, name)))
    for name in SQL:
        setattr(Database, name, counted(getattr(Database, name)))
    return number


def ingest(library: Path, news: Path) -> None:
    store = open_shelf(library)
    store.ingest([news])
    store.close()


def reindex(library: Path) -> None:
    index.reindex.BATCH_PASSAGES = 3
    index.reindex.reindex(library, OTHER, opened=lambda *_, **__: HashedWords())


def main(what: str, library: str, file: str, step: str = "") -> None:
    number = killed_at(int(step)) if step else count(1)
    if what == "backup":
        index.backup.backup(Path(library), Path(file))
    elif what == "restore":
        index.backup.restore(Path(file), Path(library), force=True)
    elif what == "reindex":
        reindex(Path(library))
    else:
        ingest(Path(library), Path(file))
    sys.stdout.write(str(next(number) - 1))


if __name__ == "__main__":
    main(*sys.argv[1:])

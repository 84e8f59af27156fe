"""Work on a library that somebody interrupts: `python interrupted.py WHAT FOLDER NEWS`.

FOLDER holds the `library`, and the backup (`kept.vouch`); NEWS are the articles to ingest. An ingest commits often and
writes the origins of every batch into FOLDER/acknowledged when it is in. Ends as the command line does: 0, or 2
with a message that a user can act on. Whatever else happens is a traceback, and a fault of Vouch.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from shelf import INDEX, HashedWords, open_shelf

import index.arrivals
import index.build
import index.reindex
from index.arrivals import Batch
from index.backup import backup, restore
from index.build import Builder
from index.derived import Derived
from index.embed import Vectors
from index.reindex import reindex
from index.store import Store
from ingest.errors import VouchError

BATCH_PASSAGES = 30  # about one article
OTHER = replace(INDEX, passage_pieces=55)  # than the library was made with
LIBRARY, KEPT, ACKNOWLEDGED = "library", "kept.vouch", "acknowledged"
FAILED = 2


def ingest(folder: Path, news: Path) -> None:
    acknowledge(folder / ACKNOWLEDGED)
    Derived._probed = lambda _: ""  # it is sound: the check would take longer than the rest
    index.build.check_room = lambda *_: None  # the disk is full all of a sudden
    store = open_shelf(folder / LIBRARY)
    try:
        store.indexes.wait()
        store.ingest([news], prune=True, force=True)
    except VouchError:
        answered(store)
        raise
    finally:
        store.close()


def acknowledge(file: Path) -> None:
    """Have every batch say so when it is in."""
    put = Builder._put
    said = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def put_and_say_so(self: Builder, batch: Batch, vectors: Vectors) -> None:
        put(self, batch, vectors)
        os.write(said, "".join(f"{article.origin}\n" for article in (*batch.articles, *batch.copies)).encode())

    Builder._put = put_and_say_so


def answered(store: Store) -> None:
    """Whatever happened to the ingest, what is in is found."""
    for ident in list(store.library.origins().values())[::7]:
        article = store.library.article(ident)
        hits = store.searcher.search(article.text[200:300])
        assert article.text in {hit.passage.article.text for hit in hits[:3]}


def main(what: str, folder: Path, news: Path) -> int:
    index.arrivals.BATCH_PASSAGES = index.reindex.BATCH_PASSAGES = BATCH_PASSAGES
    try:
        if what == "ingest":
            ingest(folder, news)
        elif what == "reindex":
            reindex(folder / LIBRARY, OTHER, opened=lambda *_, **__: HashedWords())
        elif what == "backup":
            backup(folder / LIBRARY, folder / KEPT)
        else:
            restore(folder / KEPT, folder / LIBRARY, force=True)
    except VouchError as error:
        sys.stderr.write(f"error: {error.message}\nhint: {error.hint}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(Path, sys.argv[2:4])))

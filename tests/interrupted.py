"""An ingest that somebody kills: `python interrupted.py LIBRARY NEWS ACKNOWLEDGED`.

Commits often, and writes the origins of every batch into ACKNOWLEDGED when it is in.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from shelf import open_shelf

import index.build
from index.build import Builder
from index.derived import Derived

BATCH_PASSAGES = 30  # about one article


def main(library: Path, news: Path, acknowledged: Path) -> None:
    put = Builder._put
    file = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def put_and_say_so(self: Builder, batch: index.build._Batch) -> None:
        put(self, batch)
        os.write(file, "".join(f"{article.origin}\n" for article in batch.articles).encode())

    Builder._put = put_and_say_so
    Derived._probed = lambda _: ""  # it is sound: the check would take longer than the rest
    index.build.BATCH_PASSAGES = BATCH_PASSAGES
    store = open_shelf(library)
    store.indexes.wait()
    store.ingest([news])
    store.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))

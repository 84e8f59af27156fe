"""Is there room on the disk for what is about to be written?"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from index.errors import LibraryError
from ingest.documents import Article, Passage

MEGABYTE = 1_000_000
TIMES = 3  # the library, its journal and the indexes each write a batch about once
BESIDES = 8 * MEGABYTE  # what SQLite, Chroma and tantivy need to work at all
PER_PASSAGE = 2_000  # bytes of ids, words and links of a graph, besides text and vector


def check_room(folder: Path, articles: Sequence[Article], passages: Sequence[Passage], dimension: int) -> None:
    """LibraryError, naming what is needed, if a batch would not fit; nothing is written then."""
    text = sum(len(article.text.encode()) for article in articles)
    needed = TIMES * (text + len(passages) * (PER_PASSAGE + 4 * dimension)) + BESIDES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LibraryError(
            f"the disk of {folder} is full: {free / MEGABYTE:.0f} MB are free, {needed / MEGABYTE:.0f} are needed",
            hint="make room and run the ingest again; it goes on where it stopped, and nothing that was in is lost",
        )

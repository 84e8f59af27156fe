"""Does an ingest stay as quick, and as small, as the library grows? Twenty edited copies of a collection.

The embedder is a stand-in that costs nothing, so that all the rest is seen: reading, settling, cutting, SQLite, Chroma,
tantivy, stories. Prints processor time per article and memory for each tenth of the way; processor time, since it is
what the same work costs on a machine that others use too.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.collection import arguments, read_jsonl
from index.config import IndexConfig
from index.embed import Vectors
from index.report import Progress
from index.store import open_store
from ingest.config import IngestConfig

COPIES = 20
EDITED = 0.01  # share of the words of a copy that are replaced
DIMENSION = 384
TENTHS = 10
KIBIBYTES = 1024  # in a MiB


class FreeEmbedder:
    """Vectors from a table, chosen by the text's checksum; pieces counted as words."""

    fingerprint = "free@1:float32"
    folder = None
    dimension = DIMENSION
    max_pieces = 256

    def __init__(self) -> None:
        table = np.random.default_rng(0).standard_normal((8192, DIMENSION), dtype=np.float32)
        self._table = table / np.linalg.norm(table, axis=1, keepdims=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [crc32(text.encode()) % len(self._table) for text in texts]
        return self._table[rows].reshape(-1, DIMENSION)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) * 4 // 3 for text in texts]


def copies(folder: Path, target: Path) -> None:
    """One file for each copy: the same articles, some of their words replaced by others of the collection."""
    rows = read_jsonl(folder / "articles.jsonl")
    words = sorted({word for row in rows[:50] for word in row["text"].split()})
    for copy in range(COPIES):
        chance = random.Random(copy)  # noqa: S311  # words, not secrets
        with (target / f"copy{copy:02}.jsonl").open("w", encoding="utf-8") as file:
            for row in rows:
                text = " ".join(_edited(row["text"], words, chance))
                about = {"id": f"{copy}-{row['id']}", "title": f"{row['title']} ({copy})", "text": text}
                file.write(json.dumps({**row, **about}) + "\n")


def _edited(text: str, words: Sequence[str], chance: random.Random) -> Iterator[str]:
    for word in text.split(" "):
        yield chance.choice(words) if chance.random() < EDITED else word


def own_memory() -> float:
    """The memory of this process in MiB, without files that are mapped into it, which the system may take back."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) / KIBIBYTES


def main() -> None:
    folder = arguments("growth", "multihop-rag").folder
    with tempfile.TemporaryDirectory() as scratch:
        news = Path(scratch) / "news"
        news.mkdir()
        copies(folder, news)
        store = open_store(
            Path(scratch) / "library", IndexConfig(), IngestConfig(), opened=lambda *_, **__: FreeEmbedder()
        )
        marks: list[tuple[int, float, float]] = []

        def note(progress: Progress) -> None:
            if progress.articles // 1000 > (marks[-1][0] if marks else 0) // 1000:
                print(f"{progress.articles} articles in {progress.seconds:.0f} s", file=sys.stderr)
            marks.append((progress.articles, time.process_time(), own_memory()))

        began = time.process_time()
        report = store.ingest([news], on_progress=note)
        total = time.process_time() - began
        store.close()
    print(
        f"{report.added} articles, {report.passages} passages: "
        f"{total:.0f} s of processor, {report.seconds:.0f} s in all"
    )
    figures = _tenths(marks, began)
    for tenth, (milliseconds, memory) in enumerate(figures, start=1):
        print(f"{tenth:2} tenth: {milliseconds:6.1f} ms an article, {memory:6.0f} MiB")
    print(f"then stories: {began + total - marks[-1][1]:.1f} s")
    sys.stdout.flush()


def _tenths(marks: Sequence[tuple[int, float, float]], began: float) -> list[tuple[float, float]]:
    """Milliseconds an article, and memory at its end, for each tenth of the articles."""
    found = []
    last = (0, began, 0.0)
    for tenth in range(1, TENTHS + 1):
        mark = next(mark for mark in marks if mark[0] >= marks[-1][0] * tenth / TENTHS)
        found.append((1000 * (mark[1] - last[1]) / max(1, mark[0] - last[0]), mark[2]))
        last = mark
    return found


if __name__ == "__main__":
    main()

"""Is a derived index sound? `python -m index.probe chroma|lexical LIBRARY_FOLDER INDEX_FOLDER PARENT_PROCESS`.

Run as a process of its own: a damaged index may hang or kill whoever opens it. Prints nothing and exits 0
when all is well; else prints what is wrong and exits 1 (or dies, which says the same).
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path

import numpy as np

from index.errors import IndexDamagedError
from index.hnsw import torn
from index.lexical import LexicalIndex, file_hashes
from index.library import Library
from index.scope import Scope
from index.terms import terms
from index.vectors import ChromaVectors, ExactVectors, Vector

SAMPLE = 100  # searches compared with the exact scan
NEIGHBOURS = 10
LOWEST_RECALL = 0.99  # of the sample; a sound index gives .995 or more
ALIVE_S = 0.2  # between two looks at whether the process that asked still runs
SAME = 1e-5  # the largest difference of a stored number; Chroma keeps float32 as given


def probe_chroma(library: Library, folder: Path) -> str:
    """What is wrong with a Chroma index, or ""."""
    if fault := "; ".join(filter(None, map(torn, _segments(folder)))):
        return fault
    index = ChromaVectors(folder)
    stored = index.stored()
    live = library.vector_rows()
    if missing := sum(ident not in stored for ident, *_ in live):
        return f"{missing} of {len(live)} passages are missing"
    if altered := sum(not _same(stored[ident], (outlet, day, vector)) for ident, outlet, day, vector in live):
        return f"{altered} of {len(live)} passages are altered"
    if fault := index.integrity():
        return fault
    recall = _recall(index, ExactVectors(library), [row[3] for row in live])
    return "" if recall >= LOWEST_RECALL else f"it finds only {recall:.1%} of the nearest passages"


def _segments(folder: Path) -> list[Path]:
    """The folders of graphs. Chroma makes an empty graph's files when it needs them."""
    return [header.parent for header in folder.glob("*/header.bin")]


def _same(stored: tuple[str, int, Vector], wanted: tuple[str, int, Vector]) -> bool:
    return stored[:2] == wanted[:2] and np.allclose(stored[2], wanted[2], atol=SAME)


def _recall(index: ChromaVectors, exact: ExactVectors, vectors: list[Vector]) -> float:
    """Recall at 10 against the exact scan, by score, so that ties are no misses."""
    sample = random.Random(0).sample(vectors, min(SAMPLE, len(vectors)))  # noqa: S311  # a sample, not a secret
    found = wanted = 0
    for vector in sample:
        truth = exact.search(vector, NEIGHBOURS, Scope())
        floor = truth[-1][1] - SAME
        found += sum(score >= floor for _, score in index.search(vector, len(truth), Scope()))
        wanted += len(truth)
    return found / wanted if wanted else 1.0


def probe_lexical(library: Library, folder: Path) -> str:
    """What is wrong with a tantivy index, or ""."""
    known = json.loads(library.meta("lexical_files", "{}"))
    found = file_hashes(folder, {})
    if altered := [name for name in found if name in known and found[name] != known[name]]:
        return f"{len(altered)} files are altered"
    index = LexicalIndex(folder)
    stored = set(index.ids())
    live = library.passage_ids()
    if missing := sum(ident not in stored for ident in live):
        return f"{missing} of {len(live)} passages are missing"
    index.search(dict.fromkeys(terms("the first report of a question"), 1.0), NEIGHBOURS, Scope())
    return ""


def _end_with(parent: int) -> None:
    """Nobody waits for an answer when the process that asked is gone; its successor has this index to itself."""
    while os.getppid() == parent:
        time.sleep(ALIVE_S)
    os._exit(1)


PROBES = {"chroma": probe_chroma, "lexical": probe_lexical}


def main(kind: str, library: str, folder: str) -> str:
    """What is wrong with one index of a library, or ""."""
    try:
        return PROBES[kind](Library(Path(library), read_only=True), Path(folder))
    except IndexDamagedError as exc:
        return exc.message


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(int(sys.argv[4]),), daemon=True).start()
    fault = main(*sys.argv[1:4])
    print(fault)  # noqa: T201  # this is the answer to the process that asked
    sys.exit(1 if fault else 0)

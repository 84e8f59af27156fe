"""Words by their meaning: a vector for each, from the embedding model, so that "inmates" is near "prisoners".

The words that the model's tokenizer holds whole are embedded once, when the model is compiled; others when
they are first met. With all-MiniLM-L6-v2: prison · jail .84, airline · aircraft .74, car · banana .39.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from index.embed import Embedder, Vectors

VECTORS_FILE, WORDS_FILE = "words.npy", "words.json"
SHORTEST = 3  # letters; shorter pieces are fragments
# What a model of sentences knows nothing of, alone: numbers, fragments, contractions. A third of all words met.
_SILENT = re.compile(rf".*[\d'’].*|.{{0,{SHORTEST - 1}}}")
REMEMBERED = 50_000  # words met and kept: 75 MB at 384 dimensions


class WordVectors:
    """Unit vectors of words, quick after the first meeting. Safe from any thread."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._met: dict[str, Any] = {}
        self._table: dict[str, int] = {}
        if folder is not None and (folder / WORDS_FILE).is_file():
            names = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
            self._table = {word: row for row, word in enumerate(names)}
            self._vectors = np.load(folder / VECTORS_FILE, mmap_mode="r")

    def of(self, words: Sequence[str]) -> Vectors:
        """One row a word, float32; words in lower case."""
        if not words:
            return np.zeros((0, self._embedder.dimension), dtype=np.float32)
        others = dict.fromkeys(word for word in words if word not in self._table)
        with self._lock:
            met = {word: self._met[word] for word in others if word in self._met}
        fresh = self._first_met([word for word in others if word not in met])
        with self._lock:  # not while they are embedded, for which another question would wait
            if len(self._met) > REMEMBERED:
                self._met.clear()
            self._met |= fresh
        met |= fresh
        return np.stack([met[word] if word in met else self._vectors[self._table[word]] for word in words]).astype(
            np.float32
        )

    def _first_met(self, words: list[str]) -> dict[str, Any]:
        """The vectors of words that are not known yet."""
        met = {word: _own_vector(word, self._embedder.dimension) for word in words if _SILENT.fullmatch(word)}
        telling = [word for word in words if word not in met]
        if telling:
            met.update(zip(telling, self._embedder.embed(telling), strict=True))
        return met


def _own_vector(word: str, dimension: int) -> Any:
    """A unit vector that is near to no other word's, and the same each time."""
    drawn = np.random.default_rng(crc32(word.encode())).standard_normal(dimension)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def write_words(embedder: Any, folder: Path) -> None:
    """Embed the whole words of a compiled model's tokenizer and keep them beside it."""
    words = sorted(
        word for word in embedder.vocabulary() if word.isalpha() and word.islower() and len(word) >= SHORTEST
    )
    np.save(folder / VECTORS_FILE, embedder.embed(words).astype(np.float16))
    (folder / WORDS_FILE).write_text(json.dumps(words), encoding="utf-8")

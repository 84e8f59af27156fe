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
        with self._lock:
            if len(self._met) > REMEMBERED:
                self._met.clear()
            self._meet([word for word in words if word not in self._table and word not in self._met])
            return np.stack([self._vector(word) for word in words]).astype(np.float32)

    def _vector(self, word: str) -> Any:
        row = self._table.get(word)
        return self._met[word] if row is None else self._vectors[row]

    def _meet(self, words: list[str]) -> None:
        fresh = dict.fromkeys(words)
        silent = [word for word in fresh if _SILENT.fullmatch(word)]
        self._met.update((word, _own_vector(word, self._embedder.dimension)) for word in silent)
        telling = [word for word in fresh if word not in self._met]
        if telling:
            self._met.update(zip(telling, self._embedder.embed(telling), strict=True))


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

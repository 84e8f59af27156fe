"""A small library for tests: articles as files, an embedder of a few lines, and a store over both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from index.config import IndexConfig
from index.embed import Vectors
from index.store import Store, open_store
from ingest.config import IngestConfig
from ingest.documents import Article, Passage

DIMENSION = 64
INDEX, INGEST = IndexConfig(passage_pieces=40), IngestConfig()


class HashedWords:
    """An embedder without a model: the sum of a direction for each word. Keeps what it was asked."""

    def __init__(self, fingerprint: str = "hashed-words@1:float32") -> None:
        self.fingerprint = fingerprint
        self.folder = None
        self.dimension = DIMENSION
        self.max_pieces = 256
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        vectors = np.array([sum(map(direction, text.lower().split()), direction("")) for text in texts])
        vectors = vectors.reshape(-1, DIMENSION)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


@cache
def direction(word: str) -> np.ndarray:
    """A random direction that is the same in every run."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(DIMENSION)


def open_shelf(folder: Path, embedder: HashedWords | None = None, *, thorough: bool = True) -> Store:
    """A store over `folder` with an embedder of a few lines."""
    return open_store(folder, INDEX, INGEST, thorough=thorough, opened=lambda *_, **__: embedder or HashedWords())


def write(folder: Path, name: str, text: str, **about: str) -> Path:
    """An article as a Markdown file; `about` is its front matter."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "".join(f"{key}: {value}\n" for key, value in about.items())
    path = folder / f"{name}.md"
    path.write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
    return path


def article(origin: str, text: str, outlet: str = "Post", published: date | None = None, title: str = "") -> Article:
    return Article.of(origin, text, title or f"About {origin}", outlet=outlet, published=published)


def whole(one: Article) -> Passage:
    """An article as a single passage."""
    return Passage(one, 0, len(one.text))

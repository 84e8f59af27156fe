"""A passage that a search found, with the scores that put it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.documents import Article, Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is the fused one; `lexical` (BM25) and `dense` (cosine) are None where that search missed it.

    `reprints` are the other articles of the story that its article belongs to, the origin first.
    """

    passage: Passage
    score: float
    lexical: float | None = None
    dense: float | None = None
    reprints: tuple[Article, ...] = ()

    def as_dict(self, rank: int) -> dict[str, Any]:
        return {
            "passage": self.passage.id,
            "article": self.passage.article.id,
            "rank": rank,
            "score": round(self.score, 4),
            "lexical": None if self.lexical is None else round(self.lexical, 4),
            "dense": None if self.dense is None else round(self.dense, 4),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found, best first, and what the question itself was read to ask for ("The Verge", "May 2024")."""

    hits: tuple[Hit, ...] = ()
    understood: tuple[str, ...] = ()

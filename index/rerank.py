"""A cross-encoder that reads question and passage together, and so ranks better than what compares them from afar.

Any model that sentence-transformers opens as a CrossEncoder and that gives one score a pair (Nogueira and Cho 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.crossencoder import CrossEncoder, cross_encoder_folder
from index.models import Named


class Reranker(Protocol):
    """What the search asks of a cross-encoder."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, the higher the better; the scale is the model's own, and has no ends."""
        ...


def open_reranker(model: str, folder: Path) -> Reranker | None:
    """The reranker that `[reranker] model` names; None for "". Relative folders start at `folder`.

    ModelMissingError where it is not on this machine, UnfitModelError where it is no cross-encoder of one score.
    """
    if not model:
        return None
    named, source = Named("reranker", model, folder), reranker_folder(model, folder)
    with named.opening():
        encoder = CrossEncoder(source)
    if encoder.width != 1:
        raise named.unfit(f"is no reranker: it gives {encoder.width} scores for a pair")
    return CrossEncoderReranker(encoder)


def reranker_folder(model: str, folder: Path) -> Path:
    """Where the reranker is that the settings name; an error where none is, or another kind of model."""
    return cross_encoder_folder(Named("reranker", model, folder), "reranker")


class CrossEncoderReranker:
    """Ranks by the one score of a cross-encoder."""

    def __init__(self, encoder: CrossEncoder) -> None:
        self._encoder = encoder

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(score) for score in self._encoder.scores([(question, text) for text in texts])[:, 0]]

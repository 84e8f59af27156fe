"""A model that tells whether one text follows from another: natural language inference.

Any model that sentence-transformers opens as a CrossEncoder and whose labels say which is which (Bowman et al. 2015
for the three of them; models of two know only whether a text follows).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from index.crossencoder import CrossEncoder, cross_encoder_folder
from index.models import Named

Relation = Literal["entails", "neutral", "contradicts"]

# What models call the three; "not entailment" stands first, since it holds "entailment". Supported, refuted
# and not enough information are the words of fact-checking models (Thorne et al. 2018).
LABELS: tuple[tuple[str, Relation], ...] = (
    (r"(not|non|no|un)[ _-]?(entail|support)|neutral|not[ _-]?enough", "neutral"),
    (r"contradict|refute", "contradicts"),
    (r"entail|support", "entails"),
)


@dataclass(frozen=True, slots=True)
class Entailed:
    """The chances that the premise entails the hypothesis, says nothing of it, contradicts it; 1 together.

    A model of two labels tells only the first from the rest, which is then all under `neutral`.
    """

    entails: float
    neutral: float
    contradicts: float


class Entailment(Protocol):
    """What is asked of an entailment model."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailed]:
        """For each pair of premise and hypothesis, how the second stands to the first."""
        ...


def open_entailment(model: str, folder: Path) -> Entailment | None:
    """The model that `[entailment] model` names; None for "". Relative folders start at `folder`.

    ModelMissingError where it is not on this machine, UnfitModelError where its labels are not those of entailment.
    """
    if not model:
        return None
    named, source = Named("entailment", model, folder), entailment_folder(model, folder)
    meant = relations(named, named.settings(source))
    with named.opening():
        encoder = CrossEncoder(source)
    if encoder.width != len(meant):
        raise named.unfit(f"gives {encoder.width} scores for a pair and names {len(meant)} of them")
    return CrossEncoderEntailment(encoder, meant)


def entailment_folder(model: str, folder: Path) -> Path:
    """Where the entailment model is that the settings name; an error where none is, or another kind of model."""
    named = Named("entailment", model, folder)
    source = cross_encoder_folder(named, "entailment model")
    relations(named, named.settings(source))
    return source


def relations(named: Named, settings: Mapping[str, Any]) -> list[Relation]:
    """What each of a model's outputs means, by the labels in its config.json; UnfitModelError if they do not say.

    >>> settings = {"id2label": {"1": "ENTAILMENT", "0": "contradiction", "2": "Neutral"}}
    >>> relations(Named("entailment", "x", Path()), settings)
    ['contradicts', 'entails', 'neutral']
    """
    labels = {int(number): str(label) for number, label in (settings.get("id2label") or {}).items()}
    found = [_relation(labels[number]) for number in sorted(labels)]
    known = [one for one in found if one is not None]
    if len(known) < len(found) or len(set(known)) < len(known) or "entails" not in known or len(known) == 1:
        told = ", ".join(labels[number] for number in sorted(labels)) or "none"
        raise named.unfit(f"does not say which of its labels means that a text follows; they are: {told}")
    return known


def _relation(label: str) -> Relation | None:
    return next((relation for words, relation in LABELS if re.search(words, label, re.IGNORECASE)), None)


class CrossEncoderEntailment:
    """Judges by the scores of a cross-encoder, which it turns into chances."""

    def __init__(self, encoder: CrossEncoder, meant: Sequence[Relation]) -> None:
        self._encoder = encoder
        self._meant = meant

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailed]:
        scores = self._encoder.scores(pairs)
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        return [self._entailed(row / row.sum()) for row in likely]

    def _entailed(self, row: Any) -> Entailed:
        chances = {relation: float(chance) for relation, chance in zip(self._meant, row, strict=True)}
        return Entailed(chances["entails"], chances.get("neutral", 0.0), chances.get("contradicts", 0.0))

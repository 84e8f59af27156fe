"""The sentences of the passages found, each with what speaks for it as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from index.embed import Embedder
from index.hits import Hit
from index.terms import terms, words
from index.words import WordVectors
from ingest.documents import Article
from ingest.split import sentences
from qa.asked import FUNCTION_WORDS, Asked, asked, holds

EMBEDDED = 24  # sentences that are read closely; those with the most of the question's words come first
LEAST_ALIKE, SURELY_ALIKE = 0.55, 0.9  # cosine of two words: below the one they share no meaning, above the other all

# Weights of what speaks for a sentence, fitted by listwise logistic regression on the answerable questions of
# SQuAD 2.0 (benchmarks/answers.py), one article left out at a time. The answer's sentence among the first
# 1 / 2 / 3: cosine alone .68 / .80 / .84, words alone .72 / .83 / .85, all six .79 / .88 / .91.
COSINE, WORDS, PASSAGE, KIND, MEANING, MEANING_AROUND = 3.9, 4.0, 5.3, 1.8, 2.0, 5.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a hit, a span of its article, and what speaks for it. All but `score` lie in 0..1.

    `cosine`: of question and sentence. `words`: share of the question's words that stand in it, the rare ones
    counting more. `meaning`: the same, with words that mean the same; `around`: with the sentence before.
    `kind`: whether it has a thing of the kind asked for. `weakest`: how well the question's worst matched word is
    met here or before; `head`: how well its head noun is.
    """

    hit: Hit
    start: int
    end: int
    words: float
    kind: bool
    cosine: float = 0.0
    meaning: float = 0.0
    around: float = 0.0
    weakest: float = 0.0
    head: float = 1.0

    @property
    def article(self) -> Article:
        return self.hit.passage.article

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def score(self) -> float:
        return (
            COSINE * self.cosine
            + WORDS * self.words
            + PASSAGE * (self.hit.dense or 0.0)
            + KIND * self.kind
            + MEANING * self.meaning
            + MEANING_AROUND * self.around
        )


class Weigher:
    """Weighs the sentences of hits as answers to a question."""

    def __init__(self, embedder: Embedder, word_vectors: WordVectors) -> None:
        self._embedder = embedder
        self._words = word_vectors

    def weigh(self, question: str, hits: Sequence[Hit], rarity: dict[str, float]) -> list[Evidence]:
        """Every closely read sentence, the best first. `rarity` is that of the question's terms."""
        wanted = asked(question)
        found = [evidence for hit in hits for evidence in _sentences(hit, question, wanted, rarity)]
        found.sort(key=lambda e: (-(e.words + (e.hit.dense or 0.0) + 0.3 * e.kind), e.article.id, e.start))
        close = found[:EMBEDDED]
        if not close:
            return []
        vectors = self._embedder.embed([question, *(evidence.text for evidence in close)])
        cosines = vectors[1:] @ vectors[0]
        weighed = [
            self._with_meaning(replace(evidence, cosine=float(cosine)), wanted, rarity)
            for evidence, cosine in zip(close, cosines, strict=True)
        ]
        return sorted(weighed, key=lambda evidence: (-evidence.score, evidence.article.id, evidence.start))

    def _with_meaning(self, evidence: Evidence, wanted: Asked, rarity: dict[str, float]) -> Evidence:
        if not wanted.words:
            return replace(evidence, meaning=1.0, around=1.0, weakest=1.0)
        here = _carrying(evidence.text)
        before = _carrying(_before(evidence))
        weights = np.array([_weight(word, rarity) for word in wanted.words])
        near = self._likeness(wanted.words, here)
        wide = np.maximum(near, self._likeness(wanted.words, before))
        return replace(
            evidence,
            meaning=float(near @ weights / weights.sum()),
            around=float(wide @ weights / weights.sum()),
            weakest=float(wide.min()),
            head=float(wide[wanted.words.index(wanted.head)]) if wanted.head in wanted.words else 1.0,
        )

    def _likeness(self, asked_words: Sequence[str], found: list[str]) -> Any:
        """How well each word asked is met by the best of the words found, 0..1."""
        if not found:
            return np.zeros(len(asked_words))
        cosines = (self._words.of(asked_words) @ self._words.of(found).T).max(axis=1)
        return np.clip((cosines - LEAST_ALIKE) / (SURELY_ALIKE - LEAST_ALIKE), 0.0, 1.0)


def _sentences(hit: Hit, question: str, wanted: Asked, rarity: dict[str, float]) -> list[Evidence]:
    passage, text = hit.passage, hit.passage.article.text
    spans = sentences(text, passage.start, passage.end)
    return [
        Evidence(hit, start, end, _share(text[start:end], rarity), holds(wanted.kind, text[start:end], question))
        for start, end in spans
    ]


def _share(text: str, rarity: dict[str, float]) -> float:
    here = set(terms(text))
    total = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if word in here) / total if total else 0.0


def _before(evidence: Evidence) -> str:
    """The sentence before, in the same passage: it often names what "it" and "they" are."""
    spans = sentences(evidence.article.text, evidence.hit.passage.start, evidence.start)
    return evidence.article.text[spans[-1][0] : spans[-1][1]] if spans else ""


def _carrying(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in words(text) if word not in FUNCTION_WORDS))


def _weight(word: str, rarity: dict[str, float]) -> float:
    """The rarity of a word by that of its terms; one that has none (all stop words) counts little."""
    return max((rarity.get(term, 0.0) for term in terms(word)), default=0.0) or 0.1

"""The sentences of the passages found, each with what speaks for it as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from index.hits import Hit
from index.terms import terms
from index.words import WordVectors
from ingest.documents import Article
from ingest.split import sentences
from qa.language.addressed import reports
from qa.language.asked import Asked, asked, carrying
from qa.language.kinds import holds, kind_of
from qa.reading.reader import Reader, Reading

CLOSE = 20  # sentences that are looked at closely: those with the most of the question's words, in the best passages
LEAST_ALIKE, SURELY_ALIKE = 0.55, 0.9  # cosine of two words: below the one they share no meaning, above the other all

# Weights of what speaks for a sentence, fitted by listwise logistic regression on the answerable questions of
# SQuAD 2.0 (benchmarks/answers.py), one article left out at a time. Words alone find the answer's sentence among the
# first 1 / 2 / 3 in .72 / .83 / .85. The cosine of question and sentence as one more gained .008 / .001 / -.005 and
# cost more time than all the rest, so it went; so did the question's names in the sentence, and "because" for a why.
WORDS, PASSAGE, MEANING, MEANING_AROUND = 4.0, 5.3, 2.0, 5.7
KIND = 5.0  # fitted 1.9; up to 5 it costs nothing there, and news has more sentences that are near and lack the number

# What a heading or a caption loses, which names a matter and says nothing of it: it ends without a stop.
HEADING, ENDINGS = 2.0, tuple(".!?…:;\"'”’»)]")
SILENT = 6.0  # what a question loses, or an order to the reader: more than any sentence near it is weaker

# Measured on SQuAD 2.0, 744 questions: the answer's sentence among the first 1 / 2 / 3 quoted, and F1 of the reader's
# span in the first. With .4 and 1: .835 / .906 / .937, .664.
READER = 0.4  # weight of the margin; .3 gives .835 / .903 / .935, .662 and .5 .835 / .903 / .935, .664
FOUND_FIRST = 1.0  # of the first passage found, half as much of the second; 0 gives .828 / .906 / .935
READER_MARGIN = -5.0  # that of a sentence that was not read, and the least of one that was
# Sentences that the reader reads, each with its neighbours; 3 found .01 less among the first three, 6 no more. Whole
# passages instead, all eight, take twice the time and find .847 / .929 / .940 against .842 / .923 / .940 (a quarter of
# the questions); both readings, the better or the mean of each sentence, no more than either.
READ = 4
READ_MOST = 10  # with the best one of each further article; a sentence takes some 13 ms
LONG = 10  # carrying words beyond which a question combines several facts, and no single span answers it


def is_long(wanted: Asked) -> bool:
    """Whether a question is beyond the reader, which was taught on questions about one fact."""
    return len(wanted.words) > LONG


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a hit, a span of its article, and what speaks for it as an answer.

    `words`: share of the question's words that stand in it, the rare ones counting more, 0..1. `kind`: whether it
    has a thing of the kind asked for. `before` and `after`: where its neighbours in the passage begin and end.
    `meaning`: as `words`, with words that mean the same; `around`: with the
    sentence before as well. `named`: share of the question's names that stand in the passage or the title. `plain`,
    `head`: how well the best met word that is no name, and the head noun, are met here or before. `missing`: the
    rarest word that is not met at all. `margin`: of the reader's best span over no answer, None where it did not
    read; `short`: where in the article that span is. `place`: of its passage among those found, from 0. `reports`:
    whether it may tell something, being neither a question nor an order to its reader.
    """

    hit: Hit
    start: int
    end: int
    words: float
    kind: bool
    before: int
    after: int
    meaning: float = 0.0
    around: float = 0.0
    missing: str = ""
    named: float = 1.0
    plain: float = 1.0
    head: float = 1.0
    margin: float | None = None
    short: tuple[int, int] | None = None
    place: int = 0
    reports: bool = True

    @property
    def article(self) -> Article:
        return self.hit.passage.article

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def similarity(self) -> float:
        """What speaks for it without the reader."""
        return (
            WORDS * self.words
            + PASSAGE * (self.hit.dense or 0.0)
            + KIND * self.kind
            + MEANING * self.meaning
            + MEANING_AROUND * self.around
            - HEADING * (not self.text.endswith(ENDINGS))
            - SILENT * (not self.reports)
        )

    @property
    def score(self) -> float:
        """By this sentences are ranked."""
        margin = READER_MARGIN if self.margin is None else self.margin
        return self.similarity + READER * margin + FOUND_FIRST / (1 + self.place)


class Weigher:
    """Weighs the sentences of hits as answers to a question."""

    def __init__(self, word_vectors: WordVectors, reader: Reader | None) -> None:
        self._words = word_vectors
        self._reader = reader

    def weigh(self, question: str, hits: Sequence[Hit], rarity: dict[str, float]) -> list[Evidence]:
        """Every closely read sentence, the best first. `rarity` is that of the question's terms."""
        wanted = asked(question)
        found = [item for place, hit in enumerate(hits) for item in _sentences(hit, place, question, rarity)]
        found.sort(key=lambda e: (-(e.words + (e.hit.dense or 0.0) + 0.3 * e.kind), e.article.id, e.start))
        close = _ranked(self._with_meaning(found[:CLOSE], wanted, rarity))
        if is_long(wanted):
            return close
        read = _to_read(close)
        return _ranked([*self._read(question, read), *(item for item in close if item not in read)])

    def _with_meaning(self, close: list[Evidence], wanted: Asked, rarity: dict[str, float]) -> list[Evidence]:
        """Add how well each sentence, and the one before it, meets the meaning of the question's words."""
        if not wanted.words:
            return [replace(evidence, meaning=1.0, around=1.0) for evidence in close]
        here = [carrying(evidence.text) for evidence in close]
        before = [carrying(evidence.article.text[evidence.before : evidence.start]) for evidence in close]
        likeness = self._likeness(wanted.words, [*here, *before])
        weights = np.array([_weight(word, rarity) for word in wanted.words])
        return [
            _weighted(evidence, wanted, weights, near, np.maximum(near, wide))
            for evidence, near, wide in zip(close, likeness[: len(close)], likeness[len(close) :], strict=True)
        ]

    def _likeness(self, asked_words: Sequence[str], texts: list[list[str]]) -> list[Any]:
        """For each text, how well each word asked is met by the best of its words, 0..1."""
        known = list(dict.fromkeys(word for text in texts for word in text))
        row = {word: number for number, word in enumerate(known)}
        cosines = self._words.of(asked_words) @ self._words.of(known).T
        alike = np.clip((cosines - LEAST_ALIKE) / (SURELY_ALIKE - LEAST_ALIKE), 0.0, 1.0)
        none = np.zeros(len(asked_words))
        return [alike[:, [row[word] for word in text]].max(axis=1) if text else none for text in texts]

    def _read(self, question: str, close: list[Evidence]) -> list[Evidence]:
        """Add the reader's best span inside each sentence, read with its neighbours."""
        if self._reader is None:
            return close
        texts = [
            Reading(question, e.article.text[e.before : e.after], e.start - e.before, e.end - e.before) for e in close
        ]
        spans = self._reader.read(texts)
        return [
            replace(e, margin=max(span.margin, READER_MARGIN), short=(e.before + span.start, e.before + span.end))
            for e, span in zip(close, spans, strict=True)
        ]


def _to_read(close: list[Evidence]) -> list[Evidence]:
    """The best sentences, and the best one of each other article: sources that differ must all be read."""
    best_of = {item.article.id: item for item in reversed(close)}
    return [item for item in close if item in close[:READ] or item is best_of[item.article.id]][:READ_MOST]


def _ranked(evidence: list[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda item: (-item.score, item.article.id, item.start))


@lru_cache(maxsize=64)  # passages of a few questions: each is asked for once for every sentence that it has
def _carried(text: str) -> frozenset[str]:
    return frozenset(carrying(text))


def _weighted(evidence: Evidence, wanted: Asked, weights: Any, near: Any, wide: Any) -> Evidence:
    around = _carried(f"{evidence.article.title} {evidence.hit.passage.text}")
    names = [bool(met) or word in around for word, met in zip(wanted.words, wide, strict=True) if word in wanted.names]
    unmet = [(weight, word) for weight, word, met in zip(weights, wanted.words, wide, strict=True) if not met]
    return replace(
        evidence,
        meaning=float(near @ weights / weights.sum()),
        around=float(wide @ weights / weights.sum()),
        missing=max(unmet, default=(0.0, ""))[1],
        named=sum(names) / len(names) if names else 1.0,
        plain=max(
            (float(met) for word, met in zip(wanted.words, wide, strict=True) if word in wanted.plain), default=1.0
        ),
        head=float(wide[wanted.words.index(wanted.head)]) if wanted.head in wanted.words else 1.0,
    )


def _sentences(hit: Hit, place: int, question: str, rarity: dict[str, float]) -> list[Evidence]:
    passage, text, kind = hit.passage, hit.passage.article.text, kind_of(question)
    spans = sentences(text, passage.start, passage.end)
    return [
        Evidence(
            hit,
            start,
            end,
            _share(text[start:end], rarity),
            holds(kind, text[start:end], question),
            before=spans[max(number - 1, 0)][0],
            after=spans[min(number + 1, len(spans) - 1)][1],
            place=place,
            reports=reports(text[start:end]),
        )
        for number, (start, end) in enumerate(spans)
    ]


def _share(text: str, rarity: dict[str, float]) -> float:
    here = set(terms(text))
    total = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if word in here) / total if total else 0.0


def _weight(word: str, rarity: dict[str, float]) -> float:
    """The rarity of a word by that of its terms; one that has none (all stop words) counts little."""
    return max((rarity.get(term, 0.0) for term in terms(word)), default=0.0) or 0.1

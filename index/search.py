"""The search: words and vectors, fused, once for each part of a question and each outlet that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from index.clauses import Understood, understood
from index.closer import looked_at_closely
from index.derived import DerivedIndexes
from index.embed import Embedder
from index.errors import IndexDamagedError
from index.fuse import by_turns, mixed
from index.hits import Found, Hit
from index.inside import Inside
from index.library import Library
from index.nodes import searched_text
from index.queries import Plan, Query, planned
from index.reprints import once_each, stories_of, with_reprints
from index.scope import Scope
from index.steps import ALL, Steps
from index.vectors import Vector
from ingest.documents import Passage

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

    from index.rerank import Reranker

TRIES = 3  # of a search while articles change; an ingest changes some every few seconds
CANDIDATES = 200  # of each search; what is found by one is scored by the other as well. 100 and 300 found as much
# Standard deviations for an article of the time that is named; on MultiHop-RAG, where days are named, 1, 2 and 3 found
# within .01 of one another.
PERIOD_BONUS = 2.0
# By how many standard deviations a passage must be better than the best of the outlets that are named, to come in
# beside them. On MultiHop-RAG .25 lets in passages for 14 of 207 questions, 1 for one of them; with the outlets'
# names exchanged for others, either finds evidence for seven of ten questions, where without there is none.
OUTSIDER_MARGIN = 1.0
RERANKED = 50  # of the best, given to the reranker


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found for one query: by words, by the vector; passage ids with their scores."""

    query: Query
    words: dict[str, float]
    near: dict[str, float]

    @property
    def ids(self) -> list[str]:
        return list(dict.fromkeys((*self.words, *self.near)))


@dataclass(frozen=True, slots=True)
class Looked:
    """What the indexes found: for each part of a plan, for the whole beside outlets that are named; word rarity."""

    parts: Sequence[Candidates]
    whole: Sequence[Candidates]
    rarity: Mapping[str, float]


class Searcher:
    """Finds passages for a question. Holds no state per question: safe from any thread."""

    def __init__(
        self,
        library: Library,
        indexes: DerivedIndexes,
        embedder: Embedder,
        dense_weight: float,
        *,
        reranker: Reranker | None = None,
        steps: Steps = ALL,
    ) -> None:
        self._library = library
        self._indexes = indexes
        self._embedder = embedder
        self._dense_weight = dense_weight
        self._reranker = reranker
        self._steps = steps
        self._inside = Inside(library)
        self._whole = Inside(library, most=inf)
        self._exact = False

    def exactly(self) -> Searcher:
        """The same search with every vector scanned, whatever the size of the library.

        What Chroma finds hangs on how its graph came about, and on whether it is open yet: a passage more or less among
        the candidates changes the scores of all.
        """
        other = copy(self)
        other._exact, other._inside = True, self._whole
        return other

    def search(self, question: str, scope: Scope | None = None, k: int = 10) -> list[Hit]:
        """At most k hits, best first, each live in the library and inside the scope; [] for an empty library."""
        return list(self.find(question, scope, k).hits)

    def find(self, question: str, scope: Scope | None = None, k: int = 10, parts: Sequence[str] = ()) -> Found:
        """As `search`, with what the question was read to ask for.

        Outlets and times that it names rank, and leave nothing out. `parts` are questions that it consists of, in place
        of those that are found by rule.
        """
        if not question.strip():
            return Found()
        scope = Scope() if scope is None else scope  # one that only says what day it is leaves nothing out: it is falsy
        asked = self._understood(question, scope, parts)
        plan = planned(asked, scope, self._embedder)
        for tries_left in reversed(range(TRIES)):
            changes, looked = self._library.changes, self._looked(plan)
            with self._library.snapshot():  # else an article changed meanwhile could come in two versions
                if self._library.changes == changes or not tries_left:  # else what was found may be live no more
                    return Found(tuple(self._ranked(question, plan, looked, k)), asked.names)
        raise AssertionError("the last try is always taken")

    def _understood(self, question: str, scope: Scope, parts: Sequence[str]) -> Understood:
        """What the question asks for; an outlet outside the scope is not understood as one."""
        outlets = (scope.outlets or self._library.outlets()) if self._steps.outlets else ()
        asked = understood(question, outlets, scope.as_of)
        if parts:
            asked = replace(asked, clauses=tuple(understood(part, outlets, scope.as_of).at_once for part in parts))
        elif not self._steps.clauses:
            asked = replace(asked, clauses=(asked.at_once,))
        return asked

    def _candidates(self, query: Query) -> Candidates:
        return Candidates(query, dict(self._by_words(query)), dict(self._by_vector(query)))

    def _looked(self, plan: Plan) -> Looked:
        """All that the indexes are asked. Never within a snapshot: an index may wait for the library meanwhile."""
        beside = [plan.whole] if plan.outlets and self._steps.outsiders else []
        return Looked(
            [self._candidates(query) for query in plan.parts],
            [self._candidates(query) for query in beside],
            self.rarity(dict.fromkeys(word for query in plan.parts for word in query.weights)),
        )

    def _ranked(self, question: str, plan: Plan, looked: Looked, k: int) -> list[Hit]:
        """The best of the candidates that are live."""
        found, whole, rarity = looked.parts, looked.whole, looked.rarity
        passages = self._library.passages(list(dict.fromkeys(ident for one in (*found, *whole) for ident in one.ids)))
        if not passages:
            return []
        vectors = self._library.vectors(list(passages))
        scores = [self._scores(one, passages, vectors, rarity) for one in found]
        scores += [self._outsiders(one, passages, vectors, plan.outlets) for one in whole]
        order = by_turns(scores)
        stories = self._stories(passages)
        order = once_each(order, passages, stories, plan.outlets)[: max(k, RERANKED)]
        best = {ident: max(one.get(ident, -inf) for one in scores) for ident in order}
        words = {ident: max((one.words[ident] for one in found if ident in one.words), default=None) for ident in order}
        hits = [
            Hit(passages[ident], best[ident], words[ident], float(vectors[ident] @ plan.whole.vector))
            for ident in order
        ]
        return with_reprints(self._library, self._reranked(question, hits)[:k], stories)

    def _scores(
        self,
        found: Candidates,
        passages: Mapping[str, Passage],
        vectors: Mapping[str, Vector],
        rarity: Mapping[str, float],
    ) -> dict[str, float]:
        """How well the candidates of one query fit, in standard deviations."""
        query = found.query
        fused = self._fused(found, passages, vectors)
        if self._steps.dates:
            for ident in fused:
                if any(period.holds(passages[ident].article.published) for period in query.periods):
                    fused[ident] += PERIOD_BONUS
        if not self._steps.sentences:
            return fused
        return looked_at_closely(fused, passages, {word: x * rarity[word] for word, x in query.weights.items()})

    def _fused(
        self, found: Candidates, passages: Mapping[str, Passage], vectors: Mapping[str, Vector]
    ) -> dict[str, float]:
        live = [ident for ident in found.ids if ident in passages]
        lexical = {ident: found.words.get(ident, 0.0) for ident in live}
        dense = {ident: float(vectors[ident] @ found.query.vector) for ident in live}
        return mixed(lexical, dense, self._dense_weight if found.words else 1.0)

    def _outsiders(
        self,
        found: Candidates,
        passages: Mapping[str, Passage],
        vectors: Mapping[str, Vector],
        named: Collection[str],
    ) -> dict[str, float]:
        """Passages of others than the outlets that are named, as far as they are much better than any of theirs."""
        fused = self._fused(found, passages, vectors)
        inside = [score for ident, score in fused.items() if passages[ident].article.outlet in named]
        least = max(inside, default=-inf) + OUTSIDER_MARGIN
        return {
            ident: score
            for ident, score in fused.items()
            if score > least and passages[ident].article.outlet not in named
        }

    def _stories(self, passages: Mapping[str, Passage]) -> dict[str, str]:
        if not self._steps.stories:
            return {}
        return stories_of(self._library, {passage.article.id for passage in passages.values()})

    def _reranked(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The best in the order of the reranker, if there is one; the others behind them."""
        if self._reranker is None:
            return list(hits)
        best, rest = hits[:RERANKED], hits[RERANKED:]
        scores = self._reranker.scores(question, [searched_text(hit.passage) for hit in best])
        again = [replace(hit, score=score) for hit, score in zip(best, scores, strict=True)]
        return [*sorted(again, key=lambda hit: -hit.score), *rest]

    def _by_words(self, query: Query) -> list[tuple[str, float]]:
        lexical = self._indexes.lexical()
        if lexical is None:
            return []
        try:
            return lexical.search(query.weights, CANDIDATES, query.scope)
        except IndexDamagedError as exc:
            self._indexes.damaged(lexical, exc.message)
            return []

    def _by_vector(self, query: Query) -> list[tuple[str, float]]:
        if (query.scope or self._exact) and (scanned := self._inside.vectors()):
            return scanned.search(query.vector, CANDIDATES, query.scope)
        vectors = self._indexes.vectors()
        try:
            return vectors.search(query.vector, CANDIDATES, query.scope)
        except IndexDamagedError as exc:
            self._indexes.damaged(vectors, exc.message)
            return self._indexes.vectors().search(query.vector, CANDIDATES, query.scope)

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """How rare each term is in the library; 1 for all while the word index is not ready."""
        asked = list(words)
        lexical = self._indexes.lexical()
        try:
            return lexical.rarity(asked) if lexical else dict.fromkeys(asked, 1.0)
        except IndexDamagedError as exc:
            self._indexes.damaged(lexical, exc.message)
            return dict.fromkeys(asked, 1.0)

    def as_retriever(self, k: int = 10) -> BaseRetriever:
        """The same search as a LlamaIndex retriever, for use in its query engines."""
        from index.retriever import LlamaRetriever

        return LlamaRetriever(self, k)

"""The search: words and vectors, fused, once per outlet that the question names; every hit joined with the library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.clauses import Clause, clauses, without_outlets
from index.dates import is_on, named_days
from index.derived import DerivedIndexes
from index.embed import Embedder
from index.errors import IndexDamagedError
from index.fuse import interleaved, mixed
from index.hits import Hit
from index.library import Library
from index.scope import Scope
from index.terms import terms
from index.vectors import Vector

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

CANDIDATES = 200  # of each search; what is found by one is scored by the other as well
REST_WEIGHT = 0.5  # of the words of a question outside the clause that names an outlet
DATE_BONUS = 1.0  # standard deviations for an article of the very day that the clause names


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for at once: weighed terms, a vector, and what may be seen."""

    weights: dict[str, float]
    vector: Vector
    scope: Scope
    days: tuple[tuple[int | None, int, int], ...] = ()


class Searcher:
    """Finds passages for a question. Holds no state per question: safe from any thread."""

    def __init__(
        self,
        library: Library,
        indexes: DerivedIndexes,
        embedder: Embedder,
        dense_weight: float,
        *,
        by_outlet: bool = True,
    ) -> None:
        """`by_outlet`: search once for each outlet that the question names, rather than once."""
        self._by_outlet = by_outlet
        self._library = library
        self._indexes = indexes
        self._embedder = embedder
        self._dense_weight = dense_weight

    def search(self, question: str, scope: Scope | None = None, k: int = 10) -> list[Hit]:
        """At most k hits, best first, each live in the library and inside the scope; [] for an empty library."""
        if not question.strip():
            return []
        found = [(query, *self._candidates(query)) for query in self._queries(question, scope or Scope())]
        with self._library.snapshot():  # else an article changed meanwhile could come in two versions
            ranked = [self._ranked(query, words, near, k) for query, words, near in found]
        hits = {hit.passage.id: hit for hits in ranked for hit in reversed(hits)}
        order = interleaved([hit.passage.id for hit in hits] for hits in ranked)
        return [hits[ident] for ident in order[:k]]

    def _queries(self, question: str, scope: Scope) -> list[Query]:
        """One per outlet named, if the scope has not chosen outlets already; else the question as it is."""
        outlets = self._library.outlets()
        named = clauses(question, outlets) if self._by_outlet and not scope.outlets else []
        text = without_outlets(question, outlets) if named else question
        vector = self._embedder.embed([text])[0]
        terms = self._terms(text)
        if not named:
            return [Query(terms, vector, scope, tuple(named_days(question)))]
        return [self._clause_query(clause, terms, vector, scope) for clause in named]

    def _clause_query(self, clause: Clause, terms: dict[str, float], vector: Vector, scope: Scope) -> Query:
        own = self._terms(clause.text)
        weights = {word: own.get(word, REST_WEIGHT * weight) for word, weight in terms.items()}
        return Query(weights, vector, replace(scope, outlets=clause.outlets), tuple(named_days(clause.text)))

    @staticmethod
    def _terms(text: str) -> dict[str, float]:
        return {word: float(count) for word, count in Counter(terms(text)).items()}

    def _candidates(self, query: Query) -> tuple[dict[str, float], dict[str, float]]:
        """What words find, and what the vector finds: passage ids with their scores."""
        return dict(self._by_words(query)), dict(self._by_vector(query))

    def _ranked(self, query: Query, words: dict[str, float], near: dict[str, float], k: int) -> list[Hit]:
        """The best of the candidates that are live."""
        passages = self._library.passages([*words, *(ident for ident in near if ident not in words)])
        if not passages:
            return []
        stored = self._library.vectors(list(passages))
        dense = {ident: float(stored[ident] @ query.vector) for ident in passages}
        lexical = {ident: words.get(ident, 0.0) for ident in passages}
        fused = mixed(lexical, dense, self._dense_weight if words else 1.0)
        for ident, passage in passages.items():
            if any(is_on(passage.article.published, day) for day in query.days):
                fused[ident] += DATE_BONUS
        order = sorted(passages, key=lambda ident: (-fused[ident], ident))[:k]
        return [Hit(passages[ident], fused[ident], words.get(ident), dense[ident]) for ident in order]

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

"""What is searched for a question: weighed terms and a vector for each part of it, and what each may see. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from index.clauses import Clause, Understood
from index.dates import Period
from index.embed import Embedder
from index.scope import Scope
from index.terms import terms
from index.vectors import Vector

# Of the words of a question outside the part that is searched for. All evidence in the top 10 on MultiHop-RAG:
# .1 found .45, .25 .46, .35 .47, .5 .45.
REST_WEIGHT = 0.4
OWN_MEANING = 0.5  # of the part's vector, against the question's; .3 and .7 found as much, 1 .01 less


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for at once: weighed terms, a vector, what may be seen, and what comes first."""

    weights: dict[str, float]
    vector: Vector
    scope: Scope
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole question as one query, and the queries for its parts: one for each outlet that a part names."""

    whole: Query
    parts: tuple[Query, ...]
    outlets: tuple[str, ...] = ()


def planned(asked: Understood, scope: Scope, embedder: Embedder) -> Plan:
    """A part that names no outlet is asked of all that the question names, or of everyone."""
    several = len(asked.clauses) > 1
    vector = embedder.embed([asked.text])[0]
    whole = Query(_counted(asked.text), vector, scope)
    if not several:
        return Plan(whole, tuple(_of_each_outlet(whole, asked.clauses[0], asked.outlets)), asked.outlets)
    own = embedder.embed(
        [clause.text for clause in asked.clauses]
    )  # apart from the whole, to whose length they were padded
    rest = {word: REST_WEIGHT * count for word, count in whole.weights.items()}
    parts: list[Query] = []
    for clause, meaning in zip(asked.clauses, own, strict=True):
        query = Query({**rest, **_counted(clause.text)}, _between(vector, meaning), scope)
        parts += _of_each_outlet(query, clause, asked.outlets)
    return Plan(whole, tuple(parts), asked.outlets)


def _of_each_outlet(query: Query, clause: Clause, named: tuple[str, ...]) -> Iterator[Query]:
    for outlets in clause.outlets or (named or query.scope.outlets,):
        yield replace(query, scope=replace(query.scope, outlets=outlets), periods=clause.periods)


def _counted(text: str) -> dict[str, float]:
    return {word: float(count) for word, count in Counter(terms(text)).items()}


def _between(one: Vector, other: Vector) -> Vector:
    """The unit vector between two."""
    vector = (1 - OWN_MEANING) * one + OWN_MEANING * other
    length = np.linalg.norm(vector)
    return (vector / length).astype(np.float32) if length else one

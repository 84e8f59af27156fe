"""Scores of different searches brought together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from statistics import fmean, pstdev


def standardised(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores less their mean, in standard deviations; all zero where they do not differ.

    >>> standardised({"a": 1.0, "b": 3.0})
    {'a': -1.0, 'b': 1.0}
    """
    if not scores:
        return {}
    mean, spread = fmean(scores.values()), pstdev(scores.values())
    return {key: (score - mean) / spread if spread else 0.0 for key, score in scores.items()}


def mixed(lexical: Mapping[str, float], dense: Mapping[str, float], dense_weight: float) -> dict[str, float]:
    """Both standardised and weighed; of the same candidates, so that neither is missing a score.

    Scores, not ranks: on MultiHop-RAG reciprocal rank fusion fell below BM25 alone (Hits@4 .69 against .78).
    """
    words, meaning = standardised(lexical), standardised(dense)
    return {key: (1 - dense_weight) * words[key] + dense_weight * meaning[key] for key in lexical}


def interleaved(lists: Iterable[Sequence[str]]) -> list[str]:
    """The first of each list, then the second of each, and so on, each key once.

    >>> interleaved([["a", "b"], ["c", "a", "d"]])
    ['a', 'c', 'b', 'd']
    """
    rows = zip_longest(*lists)
    return list(dict.fromkeys(key for row in rows for key in row if key is not None))

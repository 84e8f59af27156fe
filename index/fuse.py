"""Scores of different searches brought together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from math import fsum, sqrt


def standardised(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores less their mean, in standard deviations; all zero where they do not differ.

    >>> standardised({"a": 1.0, "b": 3.0})
    {'a': -1.0, 'b': 1.0}
    """
    if not scores:
        return {}
    mean = fsum(scores.values()) / len(scores)
    spread = sqrt(fsum((score - mean) ** 2 for score in scores.values()) / len(scores))
    return {key: (score - mean) / spread if spread else 0.0 for key, score in scores.items()}


def mixed(lexical: Mapping[str, float], dense: Mapping[str, float], dense_weight: float) -> dict[str, float]:
    """Both standardised and weighed; of the same candidates, so that neither is missing a score.

    Scores, not ranks: on MultiHop-RAG reciprocal rank fusion fell below BM25 alone (Hits@4 .69 against .78).
    """
    words, meaning = standardised(lexical), standardised(dense)
    return {key: (1 - dense_weight) * words[key] + dense_weight * meaning[key] for key in lexical}


def by_turns(lists: Iterable[Mapping[str, float]]) -> list[str]:
    """The best of each list, then the second of each, and so on, each key once; within a turn the surest first.

    Each list says how sure it is by its own scores, which are comparable where all are standardised.

    >>> by_turns([{"a": 2.0, "b": 1.0}, {"c": 3.0, "a": 0.5, "d": 0.1}])
    ['c', 'a', 'b', 'd']
    """
    ranked = [sorted(scores.items(), key=lambda item: (-item[1], item[0])) for scores in lists]
    turns = zip_longest(*ranked)
    order = (sorted((item for item in turn if item), key=lambda item: (-item[1], item[0])) for turn in turns)
    return list(dict.fromkeys(key for turn in order for key, _ in turn))

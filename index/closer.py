"""A second look at the best passages: how much of what is asked stands together in one of their sentences."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from math import fsum

from index.fuse import standardised
from index.terms import terms
from ingest.documents import Passage
from ingest.split import sentences

BEST = 50  # passages looked at; 30 and 100 found as much
# In standard deviations, of which the words and the meaning of the whole passage have 1 together. Right paragraph first
# on SQuAD 2.0: 0 found .815, .15 .828, .25 .837, .35 .827, .5 .829; two sentences together less than one.
WEIGHT = 0.3
REMEMBERED = 2048  # passages whose sentences are kept as terms: some 15 MB


def looked_at_closely(
    scores: Mapping[str, float], passages: Mapping[str, Passage], weights: Mapping[str, float]
) -> dict[str, float]:
    """The best of the scores, each with what its best sentence adds; `weights` are those of the terms asked for."""
    best = sorted(scores, key=lambda ident: (-scores[ident], ident))[:BEST]
    together = {ident: _most_together(passages[ident], weights) for ident in best}
    return {ident: scores[ident] + WEIGHT * more for ident, more in standardised(together).items()}


def _most_together(passage: Passage, weights: Mapping[str, float]) -> float:
    # Summed exactly, so that the order of a set, which changes from run to run, makes no difference.
    return max((fsum(map(weights.__getitem__, one & weights.keys())) for one in _sentences(passage)), default=0.0)


@lru_cache(maxsize=REMEMBERED)
def _sentences(passage: Passage) -> tuple[frozenset[str], ...]:
    """The terms of each sentence; equal ones are one string in memory."""
    text = passage.article.text
    spans = sentences(text, passage.start, passage.end)
    return tuple(frozenset(map(sys.intern, terms(text[start:end]))) for start, end in spans)

"""The scores that MultiHop-RAG's authors publish with their questions (Tang and Yang 2024, arXiv 2401.15391).

Written anew after their retrieval_evaluate.py and qa_evaluate.py, so that figures can be set beside those of others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

HIGH, TOP = 4, 10  # their two depths
UNANSWERABLE = "Insufficient information."  # the gold answer of their null questions, and what a model is to say then
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@lru_cache(maxsize=8192)  # the passages of an article are looked through for each question about it
def bare(text: str) -> str:
    r"""A text without white space and characters of no width, as a quote is looked for in it.

    Theirs removes blanks and line ends only.

    >>> bare("Take   what\n you\u200b need")
    'Takewhatyouneed'
    """
    return "".join(_NO_WIDTH.sub("", text).split())


def found(quotes: Sequence[str], passages: Sequence[str]) -> tuple[float, float, float, float]:
    """Hits@4, Hits@10, MRR@10 and "MAP@10" of passages in their order: one is relevant that holds a quote in whole.

    Their MAP@10 is no average precision: a passage adds the quotes that it is the first to hold over its own rank,
    without those above it.

    >>> found(["one", "two"], ["nothing", "tw o", "three"])  # 1/2 for "two", of two quotes
    (1.0, 1.0, 0.5, 0.25)
    """
    wanted = [bare(quote) for quote in quotes]
    held = [{quote for quote in wanted if quote in text} for text in map(bare, passages[:TOP])]
    ranks = [rank for rank, quotes_here in enumerate(held, start=1) if quotes_here]
    seen: set[str] = set()
    precision = 0.0
    for rank, here in enumerate(held, start=1):
        precision += sum(quote in here - seen for quote in dict.fromkeys(wanted)) / rank
        seen |= here
    first = ranks[0] if ranks else 0
    return float(0 < first <= HIGH), float(first > 0), 1 / first if first else 0.0, precision / min(len(wanted), TOP)


def shares_a_word(given: str, gold: str) -> bool:
    """Their answer score: whether two answers have any word in common, case aside, stops and all.

    >>> shares_a_word("yes no google the", "Google"), shares_a_word("Google.", "Google")
    (True, False)
    """
    return not set(given.lower().split()).isdisjoint(gold.lower().split())

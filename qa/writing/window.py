"""Which passages go into one prompt: whole ones, the best first, as many as the model's window takes. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from random import Random

from ingest.documents import Passage
from qa.writing.fence import fenced

# Every tokenizer differs and none is at hand, so the count errs upwards. On 3,000 pieces of English news of 950
# characters, estimated over true tokens at 3 characters to a token: 1.1 at the least, 1.7 in the middle, for cl100k,
# o200k and BERT alike; at 3.5 a piece in a thousand was already counted short. Figures and marks are a token each, and
# other scripts half a token a byte: Chinese 1.3, Russian 2.0, Hindi 1.3 of what cl100k takes, the worst of them.
LETTERS_PER_TOKEN, BYTES_PER_TOKEN = 3, 2
LETTERS = re.compile(r"[A-Za-z ]+")

# A poisoned article must not fill the prompt alone. All evidence of a MultiHop-RAG question among 8 passages, where the
# search fills up what the cap leaves free: 2 of one article .309, 3 .348, 4 .329, no cap .333.
MOST_PER_ARTICLE = 3

LEAST_CHARS = 200  # of the only passage, where the window takes no more; the server has the last word


def tokens(text: str) -> int:
    """How many tokens a text takes, at most, by its characters.

    >>> tokens("The bridge was closed."), tokens("1,204"), tokens("桥")
    (8, 5, 2)
    """
    letters = sum(map(len, LETTERS.findall(text)))
    ascii_only = len(text.encode("ascii", "ignore"))
    foreign = len(text.encode("utf-8", "ignore")) - ascii_only
    return math.ceil(letters / LETTERS_PER_TOKEN + ascii_only - letters + foreign / BYTES_PER_TOKEN)


def chosen(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages that may be sent, in their order: each text once, at most a few of one article."""
    seen: set[str] = set()
    of_article: Counter[str] = Counter()
    for passage in passages:
        text = " ".join(passage.text.split()).casefold()
        if text not in seen and of_article[passage.article.id] < MOST_PER_ARTICLE:
            seen.add(text)
            of_article[passage.article.id] += 1
            yield passage


def fitted(passages: Mapping[str, Passage], room: int) -> tuple[dict[str, Passage], int]:
    """The passages, by code, that fit into so many tokens, and the longest text that each may show, in characters.

    A passage is shown whole or left out, and a shorter one may still follow; only the best one is cut, where it
    does not fit by itself.
    """
    kept: dict[str, Passage] = {}
    longest = max(len(passage.text) for passage in passages.values())
    left = room
    for code, passage in passages.items():
        cost = _cost(code, passage, longest)
        if cost <= left:
            kept[code] = passage
            left -= cost
    if kept:
        return kept, longest
    code, passage = next(iter(passages.items()))
    return {code: passage}, _cut(code, passage, room)


def _cut(code: str, passage: Passage, room: int) -> int:
    """How many characters of a passage fit."""
    limit = len(passage.text)
    while limit > LEAST_CHARS and _cost(code, passage, limit) > room:
        limit = max(LEAST_CHARS, limit * 3 // 4)
    return limit


def _cost(code: str, passage: Passage, limit: int) -> int:
    """What a passage adds to the data part, in tokens."""
    with_it, without = fenced({code: passage}, limit, Random(0)), fenced({}, 0, Random(0))  # noqa: S311  # is not sent
    return tokens(with_it) - tokens(without) + len("\n")

"""Whether a sentence stands word for word in what it cites, with nothing around it that takes it back. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.documents import Passage
from ingest.split import sentences
from qa.answers import Citation
from qa.checking.citations import locate
from qa.language.numerals import numerals
from qa.language.sayers import said_by

EDGES = " \t\n.,;:!?…“”\"'‘’«»"
MARKS = frozenset('“"«„')
# What may stand before a part of a sentence and unsay it: "the ministry denied that", "if".
_UNSAYS = re.compile(
    r"\b(?:not|no|never|nobody|none|neither|nor|cannot|without|if|whether|unless|den(?:y|ies|ied)|false(?:ly)?|allegedly"
    r"|reportedly|refuse[sd]?|fail(?:s|ed)?|\w+n['’]t)\b",
    re.IGNORECASE,
)


def quoted(sentence: str, citations: Sequence[Citation]) -> bool:
    """Whether the words stand in a cited passage, as its own or in quotation marks.

    What an article has somebody say is not quoted by leaving out who; nor is half a number a number.
    """
    words = sentence.strip(EDGES)
    if not words:
        return False
    marked = not MARKS.isdisjoint(sentence)
    passages = {cited.passage.id: cited.passage for cited in citations}.values()
    return any(_stands(words, passage, marked=marked) for passage in passages)


def _stands(words: str, passage: Passage, *, marked: bool) -> bool:
    text = passage.article.text
    span = locate(words, text, passage.start, passage.end)
    if span is None or not _whole_words(text, *span):
        return False
    if not marked and said_by(text, *span):
        return False
    around = next(
        (found for found in sentences(text, passage.start, passage.end) if found[0] <= span[0] < found[1]), span
    )
    return marked or not _UNSAYS.search(text, around[0], span[0])


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether neither word nor number is cut: "200 men" is not in "1,200 men", nor "$6" in "$6 million"."""
    if start and text[start - 1].isalnum() and text[start].isalnum():
        return False
    if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        return False
    first, last = max(start - 40, 0), min(end + 40, len(text))
    near = ((number.start + first, number.end + first) for number in numerals(text[first:last]))
    return not any(a < start < b or a < end < b for a, b in near)

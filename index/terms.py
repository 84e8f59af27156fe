"""Words as the search knows them: folded, stemmed, without stop words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

LONGEST_WORD = 60  # letters; longer "words" are encodings and links
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@lru_cache(maxsize=1)
def analyzer() -> Any:
    """The analyzer that the word index is built with."""
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(LONGEST_WORD),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def terms(text: str) -> list[str]:
    """The terms of a text, in order.

    >>> terms("The guards were eating")
    ['guard', 'were', 'eat']
    """
    return list(analyzer().analyze(text))


def words(text: str) -> list[str]:
    """The words of a text as written, in lower case.

    >>> words("Bukele's mega-prison")
    ["bukele's", 'mega-prison']
    """
    return [word.lower() for word in WORD.findall(text)]

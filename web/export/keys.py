"""Keys of a bibliography's entries: speaking, plain ASCII, each once. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

from web.export.sources import Source

LONGEST_PART = 20  # letters of an outlet or of a title's word
_SMALL = "a an and as at by for from how in is its no not of on or the to what when where who why with"
SMALL = frozenset(_SMALL.split())


def keys(sources: Iterable[Source]) -> dict[str, str]:
    """The key of each article: outlet, year, the title's first telling word; a letter more where two would be the same.

    >>> lamp = Source(1, "a", "A lamp for Gull Rock", outlet="Tin Whistle Times")
    >>> keys([lamp, Source(2, "b", "The Lamp", outlet="Tin Whistle Times")])
    {'a': 'tinwhistletimesundatedlamp', 'b': 'tinwhistletimesundatedlampb'}
    """
    taken: dict[str, str] = {}
    for source in sources:
        stem = _stem(source)
        taken[next(key for key in (stem + mark for mark in _marks()) if key not in taken)] = source.article
    return {article: key for key, article in taken.items()}


def _stem(source: Source) -> str:
    words = [_ascii(word) for word in source.title.split()]
    telling = next((word for word in words if word and word not in SMALL), "")
    year = str(source.published.year) if source.published else "undated"
    outlet = _ascii(source.outlet) or ("" if telling else "article")
    return f"{outlet[:LONGEST_PART]}{year}{telling[:LONGEST_PART]}"


def _ascii(text: str) -> str:
    """Small letters and digits of a text, accents taken off: "Él País" is "elpais"."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text.casefold()))


def _marks() -> Iterator[str]:
    """What is put behind a key that is taken: b to z, then numbers."""
    yield ""
    yield from "bcdefghijklmnopqrstuvwxyz"
    yield from (f"-{number}" for number in count(27))

"""Where a long stretch of text may be cut: at white space, or else between what readers see as characters."""

import re
import unicodedata

from ingest.paragraphs import Span

WORD = re.compile(r"\S+")
CHUNK = 50  # characters; longer than any word, short enough that passages fill well

ZWNJ, ZWJ = "\u200c", "\u200d"


def words(text: str, start: int, end: int) -> list[Span]:
    """The spans between white space, where one may always cut."""
    return [match.span() for match in WORD.finditer(text, start, end)]


def chunks(text: str, start: int, end: int, most: int = CHUNK) -> list[Span]:
    """Cut a word into two parts or more, unless it is a single character with its marks.

    >>> chunks("abcdef", 0, 6, 4)
    [(0, 3), (3, 6)]
    """
    size = max(1, min(most, CHUNK, (end - start + 1) // 2))
    found = []
    while start < end:
        cut = _cut(text, start, min(start + size, end), end)
        found.append((start, cut))
        start = cut
    return found


def _cut(text: str, start: int, wanted: int, end: int) -> int:
    """The last place to cut up to `wanted`, or if there is none, the first after it."""
    for place in range(wanted, start, -1):
        if _free(text, start, place, end):
            return place
    place = wanted + 1
    while place < end and not _free(text, start, place, end):
        place += 1
    return min(place, end)


def _free(text: str, start: int, place: int, end: int) -> bool:
    """Whether one may cut before `place`, given that `start` is a place where one may."""
    if place >= end:
        return True
    before, after = text[place - 1], text[place]
    if before == ZWJ or before + after == "\r\n" or _clings(after):
        return False
    return not (_regional(after) and _regionals_before(text, start, place) % 2)


def _clings(character: str) -> bool:
    """Whether it is shown together with the character before it.

    Combining marks and variation selectors (category M), joiners, skin tones, the tags of subdivision
    flags, and the later letters of a Hangul syllable.
    """
    return (
        unicodedata.category(character)[0] == "M"
        or character in (ZWNJ, ZWJ)
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or "\u1160" <= character <= "\u11ff"
    )


def _regional(character: str) -> bool:
    """Half of a flag: flags are pairs of regional indicator letters."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _regionals_before(text: str, start: int, place: int) -> int:
    count = 0
    while place - count > start and _regional(text[place - count - 1]):
        count += 1
    return count

"""Names, places and things given as answers, compared: Rubio and Marco Rubio, UN and United Nations. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from qa.language.names import SAME, SHARED
from qa.language.words import STOPWORDS, WORD, bare

LONGEST = 6  # carrying words beyond which a span is a description, which is not compared
FORMS = 3  # letters by which two forms of a word may differ in length: Salvador, Salvadoran
_TITLES = "mr mrs ms dr sir lord lady president prime minister senator judge general professor jr sr"
TITLES = frozenset(_TITLES.split())


@dataclass(frozen=True, slots=True)
class Named:
    """The carrying words of a name or thing, bare; `proper` if it is written as a name."""

    words: tuple[str, ...]
    proper: bool


def named(text: str) -> Named | None:
    """Read a span as a name or a thing; None for one without carrying words, and for a description.

    >>> named("President Ada Quill")
    Named(words=('ada', 'quill'), proper=True)
    """
    found = [match[0] for match in WORD.finditer(text)]
    carrying = [
        (word, bare(word)) for word in found if bare(word) not in STOPWORDS or (len(word) > 1 and word.isupper())
    ]
    telling = [(word, plain) for word, plain in carrying if plain not in TITLES] or carrying
    if not telling or len(telling) > LONGEST:
        return None
    proper = all(word[0].isupper() or word[0].isdigit() for word, _ in telling)
    return Named(tuple(plain for _, plain in telling), proper)


def same_name(one: Named, other: Named) -> bool:
    """Whether all that one says is in the other, or one is the other's initials.

    >>> [same_name(Named(("un",), True), Named(words, True)) for words in (("united", "nations"), ("unesco",))]
    [True, False]
    """
    short, long = sorted((one.words, other.words), key=len)
    if all(any(_alike(word, theirs) for theirs in long) for word in short):
        return True
    return len(short) == 1 and short[0] == "".join(word[0] for word in long)


def differ_in_name(one: Named, other: Named) -> bool:
    """Whether two that are not the same cannot both be meant.

    Two names differ when each has a word that the other lacks; two things only when they share none, since "a prison
    guard" and "a guard of the night shift" may be one; a name and a thing never: the reed frog may be Sam.
    """
    if one.proper != other.proper:
        return False
    return one.proper or not any(_alike(word, theirs) for word in one.words for theirs in other.words)


def _alike(word: str, other: str) -> bool:
    """Whether two words are forms of one: Salvadoran and Salvador, J and John."""
    if word == other or any(word in same and other in same for same in SAME):
        return True
    short, long = sorted((word, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    stem = short[: max(SHARED, len(short) - 2)]
    return len(short) >= SHARED and len(long) - len(short) <= FORMS and long.startswith(stem)

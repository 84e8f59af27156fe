"""The words of a text that carry its meaning, made comparable. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[.'’&-][^\W_]+)*")  # U.S., 1,200 as two, well-known as one
REMEMBERED = 20_000  # words kept in their bare forms: a few megabytes, and three times as quick
STEM = 6  # letters: "announced" and "announcement" meet, "prison" and "private" do not

# Words that say how a sentence is built, not what it is about; and the verbs that report.
BUILDING = """a about above after again against all also although am among an and any are as at be because been before
being below between both but by can could did do does doing down during each either else even ever every few for from
further get gets got had has have having he her here hers him his how however i if in into is it its itself just
last like made make many may me might more most much must my near new no nor not now of off often on once one only
onto or other our out over own per put rather said same say saying says she should since so some still such than
that the their them then there these they this those though through to too toward towards told under until up upon
    us very via was we were what when where whether which while who whom whose why will with within without would yet
you your according reported reportedly reports reporting noted writes wrote added told"""
STOPWORDS = frozenset(BUILDING.split())


@lru_cache(REMEMBERED)
def bare(word: str) -> str:
    """A word without case, accents, stops and possessive.

    >>> bare("Trump’s"), bare("U.S."), bare("São")
    ('trump', 'us', 'sao')
    """
    word = re.sub(r"['’]s?$", "", word).replace(".", "").replace("’", "'")
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))


@lru_cache(REMEMBERED)
def stem(word: str) -> str:
    """The beginning of a word, by which its forms are recognised.

    >>> stem("prisons") == stem("prison"), stem("Venezuelans") == stem("Venezuela")
    (True, True)
    """
    plain = bare(word)
    return plain[:STEM] if len(plain) > STEM else plain.removesuffix("s")


def content(text: str) -> list[str]:
    """The stems of a text's words that carry meaning, in order, repeated ones too."""
    words = (word for word in WORD.findall(text) if bare(word) not in STOPWORDS)
    return [found for word in words if (found := stem(word))]

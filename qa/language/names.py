"""Names in a sentence, and whether a text carries them. English only, and silent where it cannot tell. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.language.dates import MONTHS, WEEKDAYS
from qa.language.words import STOPWORDS, WORD, bare

LINKS = "de del della da dos van von der den bin ibn al el la le of the for und y e du"
JOINING = frozenset(LINKS.split())  # stand in the midst of a name
# Capitalised, but no name: what they name comes with them, or they are capitalised for another reason.
GENERIC = """president vice secretary minister prime governor senator mayor king queen prince pope judge justice
general attorney mr mrs ms dr sir lord lady professor chief director chairman spokesman spokeswoman government congress
senate house state court police army navy north south east west western eastern northern southern english spanish
passage source article i god internet bible"""
UNNAMED = frozenset([*GENERIC.split(), *MONTHS, *WEEKDAYS, *(month[:3] for month in MONTHS), "sept"])

# Names that do not begin alike.
SAME = (
    frozenset({"us", "usa", "america", "american", "americans", "states"}),
    frozenset({"uk", "britain", "british", "britons", "kingdom"}),
    frozenset({"eu", "europe", "european", "union"}),
    frozenset({"un", "nations"}),
)
# A sentence without one of these is in another language, or none. None is a word of German, whose nouns are capitals.
COMMON = "the of to and is for that with on by were are has had from at as it said he she they his their its who which"
ENGLISH = frozenset(COMMON.split())
# Words of English that are also of its neighbours; they do where none of the others' own is there.
BOTH = "a an in was be been no so not"
EITHER = frozenset(BOTH.split())
OTHERS = """der die das den dem des und ist nicht ein eine mit von zu im auf el los las una un que del en es est une et
dans le les du pour il lo gli della che di non per con são uma não os het een van niet og det som är"""
FOREIGN = frozenset(OTHERS.split())
SHARED = 4  # letters that two forms of a name begin with: Salvadoran and Salvador, Cuban and Cuba
CASED = 0.5  # a sentence with more of its words capitalised is a title: its capitals mean nothing


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands at [start, end) of a sentence, and its words, bare."""

    text: str
    words: tuple[str, ...]
    start: int = 0
    end: int = 0


def names(sentence: str) -> list[Name]:
    """The names in an English sentence. A capital at the beginning proves nothing, unless a second follows.

    >>> [name.text for name in names("In May Nayib Bukele’s men of Tren de Aragua came to the U.S.")]
    ['Nayib Bukele', 'Tren de Aragua', 'U.S.']
    """
    words = list(WORD.finditer(sentence))
    capital = [_is_capital(word[0]) for word in words]
    telling = sum(
        1 for word, is_capital in zip(words, capital, strict=True) if is_capital and bare(word[0]) not in UNNAMED
    )
    if telling > len(words) * CASED + 1 or not _english({word[0].lower() for word in words}):
        return []
    found: list[Name] = []
    place = 0
    while place < len(words):
        end = _run(words, capital, place, sentence)
        name = _named(words[place:end], sentence, first=place == 0) if end > place else None
        found += [name] if name else []
        place = max(end, place + 1)
    return found


def _english(words: set[str]) -> bool:
    return bool(ENGLISH & words) or (bool(EITHER & words) and not FOREIGN & words)


def mentions(name: Name, sentence: str) -> list[Name]:
    """Where a sentence names the same by its last word, even as its first.

    >>> [(found.text, found.start) for found in mentions(Name("Marco Rubio", ("marco", "rubio")), "Rubio left.")]
    [('Rubio', 0)]
    """
    last = _telling(name)[-1]
    found = (match for match in WORD.finditer(sentence) if match[0][0].isupper())
    return [Name(m[0], (bare(m[0]),), *m.span()) for m in found if _matches(last, frozenset((bare(m[0]),)))]


def carried(name: Name, words: frozenset[str]) -> bool:
    """Whether a text with these bare words names the same; the last word of a name is enough, or its initials.

    >>> carried(Name("Marco Rubio", ("marco", "rubio")), frozenset({"rubio"}))
    True
    """
    return _matches(_telling(name)[-1], words) or _matches(name.words[-1], words) or _initials(name) in words


def _telling(name: Name) -> list[str]:
    return [word for word in name.words if word not in UNNAMED] or list(name.words)


def partly_carried(name: Name, words: frozenset[str]) -> bool:
    """Whether any telling word of the name is there: too much to accuse it, too little to trust it."""
    return any(_matches(word, words) for word in name.words if word not in UNNAMED)


def _is_capital(word: str) -> bool:
    return word[0].isupper() or (word[:1].isdigit() and word.upper() == word and not word.isdigit() and "-" in word)


def _run(words: list[re.Match[str]], capital: list[bool], place: int, sentence: str) -> int:
    """Where the run of capitalised words that begins here ends; itself if none begins."""
    end = place
    while end < len(words):
        gap = sentence[words[end - 1].end() : words[end].start()] if end > place else " "
        if gap.strip() or (end > place and _possessive(words[end - 1][0])):
            break
        if not capital[end] and not (end > place and words[end][0] in JOINING):
            break
        end += 1
    while end > place and not capital[end - 1]:
        end -= 1
    return end


def _possessive(word: str) -> bool:
    return re.search(r"['’]s?$", word) is not None


def _named(run: list[re.Match[str]], sentence: str, *, first: bool) -> Name | None:
    """The name in a run, without articles and months at its edges; None if nothing telling is left."""
    kept = list(run)
    while kept and (bare(kept[0][0]) in STOPWORDS - {"us"} or bare(kept[0][0]) in MONTHS):
        kept.pop(0)
        first = False
    if first and len(kept) == 1 and not _unmistakable(kept[0][0]):
        return None
    words = tuple(bare(word[0]) for word in kept if word[0] not in JOINING)
    if not any(word not in UNNAMED for word in words):
        return None
    start, end = kept[0].start(), kept[-1].end()
    text = re.sub(r"['’]s?$", "", sentence[start:end])
    return Name(text, words, start, start + len(text))


def _unmistakable(word: str) -> bool:
    """A name even at the beginning of a sentence: CECOT, U.S., MS-13."""
    return len(word) > 1 and word.upper() == word


def _matches(word: str, words: frozenset[str]) -> bool:
    if word in words or any(word in same and same & words for same in SAME):
        return True
    beginning = word[: max(SHARED, len(word) - 3)]
    return len(word) >= SHARED and any(
        other.startswith(beginning) or (len(other) >= SHARED + 1 and word.startswith(other[:-1])) for other in words
    )


def _initials(name: Name) -> str:
    return "".join(word[0] for word in name.words if word) if len(name.words) > 1 else ""

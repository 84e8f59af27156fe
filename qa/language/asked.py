"""What a question asks for: the kind of thing, its head noun, and the words that carry it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.terms import WORD
from qa.language.kinds import NAME, Kind, kind_of

# Words that say how something is asked, not what is asked about.
_FUNCTION_WORDS = """
a an the this that these those it its they them their there here he him his she her hers we us our you your i me my who
whom whose what which when where why how and or but if so of in on at to for by with from about as into than then
through during before after over under between against without within upon up down out off per via is are was were be
been being am do does did done has have had having will would shall should can could may might must not no nor any some
each every all both such same other others another more most much many few less least very too also just only own
doesn't didn't isn't aren't wasn't weren't tell give show say please far long often old tall big large high deep fast
soon exactly actually really ever yet still name named called kind sort type according else article articles report
reports reported reporting reportedly source sources time times located situated
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

_AUXILIARY = "is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_WORDS = rf"(?:(?!\b(?:{_AUXILIARY})\b)[\w'’-]+ ?)"
# Words that say how a thing is measured; the thing follows them: "what share of the vote".
_MEASURE = r"(?:(?:share|percentage|percent|proportion|number|amount) of (?:the |a |an )?)?"
_COUNTED = re.compile(rf"\bhow (?:many|much) (?:of the )?({_WORDS}{{1,4}})")
_CHOSEN = re.compile(rf"\b(?:what|which|whose) (?!(?:{_AUXILIARY})\b){_MEASURE}({_WORDS}{{1,3}})")
_DEFINED = re.compile(
    rf"\bwhat (?:is|was|are|were) (?:the|a|an) (?:name of (?:the |a |an )?)?{_MEASURE}"
    r"((?:[\w'’-]+ ){0,2}?[\w'’-]+)(?= of\b| in\b| for\b|\?|$)"
)
# Whoever asks for a person asks for nothing that is counted or chosen further on: "who announced how many men came".
_WHO_FIRST = re.compile(r"^\W*(?:\w+ )?whom?\b")
_POSSESSIVE = re.compile(r"['’]s$")
CASED = 0.5  # a text with more of its words capitalised is a headline
_PLURALS = frozenset(("people", "men", "women", "children", "percent", "police", "feet"))


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` are those that carry meaning, each once; `head` is what is counted, named or chosen, if it is said.

    `plain` are those words that are not part of a name, such as the verb; `names` are those that are.
    """

    kind: Kind
    words: tuple[str, ...]
    head: str
    plain: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def asked(question: str) -> Asked:
    """Read a question.

    >>> asked("How many guards work at CECOT?")
    Asked(kind='count', words=('guards', 'work', 'cecot'), head='guards', plain=('guards', 'work'), names=('cecot',))
    >>> asked("Which airline flew them?").head
    'airline'
    """
    telling = tuple(word for word in carrying(question) if len(word) > 1)
    names = {_bare(word) for name in NAME.findall(question) for word in WORD.findall(name)}
    plain = tuple(word for word in telling if word not in names)
    named = tuple(word for word in telling if word in names)
    return Asked(kind_of(question), telling, _head(question.lower()), plain, named)


def carrying(text: str) -> list[str]:
    """The words of a text that carry meaning, in lower case, each once and without its possessive.

    A function word does where it is a name, or begins one.

    >>> carrying("How long is the Ever Given?"), carrying("Did the US ask us?")
    (['ever', 'given'], ['us', 'ask'])
    """
    found = WORD.findall(text)
    capital = [word[0].isupper() for word in found]
    titled = sum(capital) > CASED * len(found)  # a headline, or shouted: its capitals mean nothing
    kept = [
        _bare(word)
        for place, word in enumerate(found)
        if word.lower() not in FUNCTION_WORDS
        or (place > 0 and not titled and _names(word, followed=any(capital[place + 1 : place + 2])))
    ]
    return list(dict.fromkeys(kept))


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower())


def _names(word: str, *, followed: bool) -> bool:
    """Whether a function word is a name, as US, or begins one, as Ever before Given."""
    return len(word) > 1 and (word.isupper() or (word[0].isupper() and followed))


def _head(question: str) -> str:
    if _WHO_FIRST.search(question):
        return ""
    if phrase := _phrase(_COUNTED, question):
        # The first plural, since adjectives come before it: "gang members arrived".
        return next((word for word in phrase if is_plural(word)), phrase[0])
    if phrase := _phrase(_CHOSEN, question):
        return phrase[0]
    phrase = _phrase(_DEFINED, question)
    return phrase[-1] if phrase else ""


def is_plural(word: str) -> bool:
    """Whether a word, in lower case, looks like a plural."""
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def _phrase(pattern: re.Pattern[str], question: str) -> list[str]:
    match = pattern.search(question)
    return carrying(match.group(1)) if match else []

"""What a question asks for: the kind of thing, its head noun, and the words that carry it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.terms import words
from qa.kinds import NAME, Kind, kind_of

# Words that say how something is asked, not what is asked about.
_FUNCTION_WORDS = """
a an the this that these those it its they them their there here he him his she her hers we us our you your i me my who
whom whose what which when where why how and or but if so of in on at to for by with from about as into than then
through during before after over under between against without within upon up down out off per via is are was were be
been being am do does did done has have had having will would shall should can could may might must not no nor any some
each every all both such same other others another more most much many few less least very too also just only own
doesn't didn't isn't aren't wasn't weren't tell give show say please far long often old tall big large high deep fast
soon exactly actually really ever yet still name named called kind sort type according article articles report reports
reported reporting reportedly source sources time times located situated
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

_AUXILIARY = "is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_WORDS = rf"(?:(?!\b(?:{_AUXILIARY})\b)[\w'’-]+ ?)"
_COUNTED = re.compile(rf"\bhow (?:many|much) (?:of the )?({_WORDS}{{1,4}})")
_CHOSEN = re.compile(rf"\b(?:what|which|whose) (?!(?:{_AUXILIARY})\b)({_WORDS}{{1,3}})")
_DEFINED = re.compile(
    r"\bwhat (?:is|was|are|were) (?:the|a|an) (?:name of (?:the|a|an) )?"
    r"((?:[\w'’-]+ ){0,2}?[\w'’-]+)(?= of\b| in\b| for\b|\?|$)"
)
_PLURALS = frozenset(("people", "men", "women", "children", "percent", "police", "feet"))


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` are those that carry meaning, each once; `head` is what is counted, named or chosen, if it is said.

    `plain` are those words that are not part of a name, such as the verb.
    """

    kind: Kind
    words: tuple[str, ...]
    head: str
    plain: tuple[str, ...] = ()


def asked(question: str) -> Asked:
    """Read a question.

    >>> asked("How many guards work at CECOT?")
    Asked(kind='count', words=('guards', 'work', 'cecot'), head='guards', plain=('guards', 'work'))
    >>> asked("Which airline flew them?").head
    'airline'
    """
    carrying = dict.fromkeys(word for word in words(question) if word not in FUNCTION_WORDS and len(word) > 1)
    names = {word for name in NAME.findall(question) for word in words(name)}
    plain = tuple(word for word in carrying if word not in names)
    return Asked(kind_of(question), tuple(carrying), _head(question.lower()), plain)


def _head(question: str) -> str:
    if phrase := _carrying(_COUNTED, question):
        # The first plural, since adjectives come before it: "gang members arrived".
        return next((word for word in phrase if word.endswith("s") or word in _PLURALS), phrase[0])
    if phrase := _carrying(_CHOSEN, question):
        return phrase[0]
    phrase = _carrying(_DEFINED, question)
    return phrase[-1] if phrase else ""


def _carrying(pattern: re.Pattern[str], question: str) -> list[str]:
    match = pattern.search(question)
    return [word for word in words(match.group(1)) if word not in FUNCTION_WORDS] if match else []

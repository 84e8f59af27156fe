"""Follow-up questions made to stand alone, by rule: what "it" or "they" points to is said in brackets. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.terms import WORD
from qa.language.asked import FUNCTION_WORDS, is_plural

_OPENING = re.compile(r"^\s*(?:and|but|so|also|then|ok|okay)\b[,:]?\s*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"^\s*(?:and\s+|but\s+|so\s+)?(?:what|how) about\b\s*"
    r"|^\s*and\s+(?=(?:in|on|for|from|with|at|by|of|to)\b)"
    r"(?!.*\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:they|them|their|these|those)\b", re.IGNORECASE)
_SINGULAR = re.compile(r"\b(?:it|its|he|him|his|she|her|there)\b", re.IGNORECASE)
_EVENT = re.compile(
    r"\b(?:that|this)\s*(?:\?|$)|\b(?:is|was|do|does|did|has|will|would|can|could)\s+(?:that|this)\b"
    r"|^\s*(?:why|when|where|how|since when)\s*\??\s*$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\bthere\s*\??\s*$", re.IGNORECASE)
# What points at nothing: "is there a judge", "is it true that".
_DUMMY = re.compile(r"\b(?:is|are|was|were)\s+(?:there\b|it\s+(?:true|known|said|possible)\b)", re.IGNORECASE)
_ONLY_THINGS = 4  # words at most of "and the guards?", which puts the question before once more
_NAME = re.compile(r"[A-ZÀ-Þ0-9][\w'’-]*(?:\s+(?:(?:of|de|the|al|el|bin|van|von)\s+)?[A-ZÀ-Þ][\w'’-]*)*")
_ASKING = re.compile(
    r"^(?:(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b\s*)+",
    re.IGNORECASE,
)


def stand_alone(question: str, history: Sequence[str]) -> str:
    """A follow-up with what it points to said in brackets; any other question as it is.

    `history` are the earlier questions, already standing alone.

    >>> stand_alone("and how far is it?", ["What is CECOT?"])
    'How far is it (CECOT)?'
    >>> stand_alone("Who rules Venezuela?", ["What is CECOT?"])
    'Who rules Venezuela?'
    """
    asked = question.strip()
    if not history or not _depends(asked):
        return asked
    before = history[-1].rstrip(" ?.")
    rest = _OPENING.sub("", asked).rstrip(" ?.")
    if _WHAT_ABOUT.match(asked) or _is_only_things(asked):
        return f"{before}: {_WHAT_ABOUT.sub('', rest).rstrip(' ?.')}?"
    topic = _topic(before, rest)
    body = rest[:1].upper() + rest[1:]
    return f"{body} ({topic})?" if topic else f"{body}?"


def _depends(question: str) -> bool:
    """Whether it opens like a follow-up, points at something unsaid, or says hardly anything."""
    if _WHAT_ABOUT.match(question) or _is_only_things(question):
        return True
    rest = _OPENING.sub("", question)
    if not _telling(rest) or _EVENT.search(rest) or _PLACE.search(rest):
        return True
    name = next(iter(_names(rest)), None)
    if name is None:
        return rest != question or _points(rest)
    return _points(_DUMMY.sub("", rest[: rest.index(name)]))  # what comes after a name may point at it


def _points(text: str) -> bool:
    return bool(_PLURAL.search(text) or _SINGULAR.search(text))


def _is_only_things(question: str) -> bool:
    """Whether it names things and asks nothing of them: "And the guards?"."""
    rest = _OPENING.sub("", question)
    asks = _ASKING.search(rest) or _points(rest) or not _telling(rest)
    return rest != question and not asks and len(rest.split()) <= _ONLY_THINGS


def _names(text: str) -> list[str]:
    return [name for name in _NAME.findall(_ASKING.sub("", text)) if name.lower() not in FUNCTION_WORDS]


def _telling(text: str) -> list[str]:
    """The words that carry meaning, as written, each once."""
    return list(dict.fromkeys(word for word in WORD.findall(text) if word.lower() not in FUNCTION_WORDS))


def _topic(before: str, rest: str) -> str:
    """What of the question before is meant: a thing, several, or the whole of what it says."""
    aside = before[before.rfind("(") + 1 :].rstrip(")") if before.endswith(")") else ""
    said = _ASKING.sub("", before.removesuffix(f"({aside})"))
    names, telling = _names(said), _telling(said)
    event = " ".join(word for word in dict.fromkeys([*telling, *_telling(aside)]) if word.lower() not in rest.lower())
    if _EVENT.search(rest):
        return event
    if _PLURAL.search(rest):
        plurals = [word for word in telling if is_plural(word.lower()) and not word[0].isupper()]
        return _listed([*(plurals or names), aside], rest) or event
    return _listed([*(names or telling[-1:]), aside], rest) or event


def _listed(things: Sequence[str], rest: str) -> str:
    return ", ".join(thing for thing in dict.fromkeys(things) if thing and thing.lower() not in rest.lower())

"""Follow-up questions made to stand alone, by rule: what "it" or "they" points to is said in brackets. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.terms import words
from qa.asked import FUNCTION_WORDS

_OPENING = re.compile(r"^\s*(?:and|but|so|also|then|ok|okay)\b[,:]?\s*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"^\s*(?:and\s+|but\s+|so\s+)?(?:what|how) about\b\s*|^\s*and\s+(?=(?:in|on|for|from|with|at|by|of|to)\b)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:they|them|their|these|those)\b", re.IGNORECASE)
_SINGULAR = re.compile(r"\b(?:it|its|he|him|his|she|her|there)\b", re.IGNORECASE)
_EVENT = re.compile(r"\b(?:that|this)\s*(?:\?|$)|^\s*(?:why|when|where|how|since when)\s*\??\s*$", re.IGNORECASE)
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
    if _WHAT_ABOUT.match(asked):
        return f"{before}: {_WHAT_ABOUT.sub('', asked).rstrip(' ?.')}?"
    rest = _OPENING.sub("", asked).rstrip(" ?.")
    topic = _topic(before, rest)
    body = rest[:1].upper() + rest[1:]
    return f"{body} ({topic})?" if topic else f"{body}?"


def _depends(question: str) -> bool:
    """Whether it opens like a follow-up, points at something unsaid, or says hardly anything."""
    if _WHAT_ABOUT.match(question):
        return True
    named = _NAME.search(_ASKING.sub("", _OPENING.sub("", question)))
    carrying = [word for word in words(question) if word not in FUNCTION_WORDS]
    pointing = any(pattern.search(question) for pattern in (_PLURAL, _SINGULAR, _EVENT))
    return not carrying or (not named and (pointing or _OPENING.match(question) is not None))


def _topic(before: str, rest: str) -> str:
    """What of the question before is meant: a thing, several, or the whole of what it says."""
    aside = before[before.rfind("(") + 1 :].rstrip(")") if before.endswith(")") else ""
    said = _ASKING.sub("", before.removesuffix(f"({aside})"))
    names = [name for name in _NAME.findall(said) if name.lower() not in FUNCTION_WORDS]
    carrying = [word for word in words(said) if word not in FUNCTION_WORDS]
    if _EVENT.search(rest):
        return " ".join(dict.fromkeys([*carrying, *words(aside)]))
    if _PLURAL.search(rest):
        plurals = [word for word in carrying if word.endswith("s") or word in {"men", "women", "people", "children"}]
        return _listed([*(plurals or names), aside], rest)
    return _listed([*(names or carrying[-1:]), aside], rest)


def _listed(things: Sequence[str], rest: str) -> str:
    return ", ".join(thing for thing in dict.fromkeys(things) if thing and thing.lower() not in rest.lower())

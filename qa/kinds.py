"""The kinds of thing that questions ask for, and which sentences hold one. Pure."""

from __future__ import annotations

import re
from typing import Literal

from index.terms import words

Kind = Literal["time", "duration", "distance", "age", "money", "count", "person", "place", "yes/no", "thing"]

MEASURES: frozenset[Kind] = frozenset(("duration", "distance", "age"))  # kinds that few sentences hold by chance

_PAYING = "cost|costs|pay|pays|paid|spend|spent|money|earn|earned|worth|charge|demand|demanded|dollars"
# How questions ask for each kind; the first that fits counts.
_ASKING: tuple[tuple[Kind, str], ...] = (
    ("time", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b"),
    ("age", r"\bhow old\b|\b(?:what|which) age\b|\bthe age of\b"),
    ("duration", r"\bhow (?:long|much time)\b|\bhow many (?:minutes|hours|days|weeks|months|years)\b"),
    ("distance", r"\bhow far\b|\bwhat distance\b|\bthe distance\b|\bhow many (?:kilomet|mile|met)"),
    (
        "money",
        (
            r"\bhow many (?:dollars|euros|pounds)\b|\bwhat (?:price|sum)\b|\bthe (?:price|cost|budget) of\b"
            rf"|\bhow much\b.*\b(?:{_PAYING})\b"
        ),
    ),
    (
        "count",
        (
            r"\bhow (?:many|much|often|tall|large|big|high|deep|fast|heavy|wide)\b"
            r"|\b(?:what|which) (?:number|percentage|percent|share|amount|population|rate)\b"
            r"|\bwhat (?:is|was|are|were) the (?:number|percentage|population|rate|size)\b"
        ),
    ),
    ("person", r"\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|man|woman)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:country|city|place|region|town|state)\b"),
    (
        "yes/no",
        r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b",
    ),
)

_NUMBER_WORD = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion"
    " dozen half once twice several"
).replace(" ", "|")
_NUMBER = rf"(?:\d[\d.,]*|an?|{_NUMBER_WORD}|few)(?:[ -](?:{_NUMBER_WORD}|and|to|or|few))*"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_LENGTH = (
    rf"\b{_NUMBER}[ -](?:full |more |consecutive )?"
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur)"
)
_DISTANCE = rf"\b{_NUMBER}[ -]?(?:(?:km|m|cm)\b|kilomet|met(?:er|re)|mile|feet|foot|yard|league|light)"

# What sentences hold of each kind. A time is not a unit ("two years"): that is a duration.
_HOLDING: dict[Kind, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "time": r"\b(?:1\d{3}|20\d\d|\d{1,2}(?:st|nd|rd|th)|centur(?:y|ies)|decade|today|tonight|yesterday|tomorrow"
        r"|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november"
        r"|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|\d{3,4}s|bc|ad|ce)\b",
        "age": r"\b\d+[- ]years?[- ]old\b|\baged? (?:of )?\d+|\bborn\b|, \d\d,",
        "duration": rf"{_LENGTH}|\bsince\b|\buntil\b|\b(?:indefinite|permanent)|\bfor (?:ever|life)\b",
        "distance": _DISTANCE,
        "money": r"[$€£¥₪]|\b(?:dollar|euro|pound|peso|yen|rupee|franc|cent)s?\b|\bUSD|\bEUR|\b(?:fee|price|free)\b",
    }.items()
}
_COUNT = re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE)
# Numbers that count nothing: lengths of time, distances, days of the month, years.
_MEASURED = re.compile(
    rf"{_LENGTH}|{_DISTANCE}|\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b", re.IGNORECASE
)
NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+")


def kind_of(question: str) -> Kind:
    """The kind of thing that a question asks for.

    >>> kind_of("How far is it?"), kind_of("Which airline flew them?")
    ('distance', 'thing')
    """
    lower = question.lower().strip()
    return next((kind for kind, pattern in _ASKING if re.search(pattern, lower)), "thing")


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether a sentence has a thing of that kind; a person or place that the question does not name already.

    >>> holds("count", "The first 238 arrived.", "How many arrived?"), holds("count", "It took a week.", "How many?")
    (True, False)
    """
    if kind == "count":
        return bool(_COUNT.search(_MEASURED.sub(" ", sentence)))
    if kind in _HOLDING:
        return bool(_HOLDING[kind].search(sentence))
    if kind in {"person", "place"}:
        known = set(words(question))
        return any(name.lower() not in known for name in NAME.findall(sentence))
    return True

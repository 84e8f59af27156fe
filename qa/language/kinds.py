"""The kinds of thing that questions ask for, and which sentences hold one. Pure."""

from __future__ import annotations

import re
from typing import Literal

from index.terms import words

Kind = Literal["time", "duration", "distance", "age", "money", "count", "person", "place", "yes/no", "thing"]

MEASURES: frozenset[Kind] = frozenset(("duration", "distance", "age"))  # kinds that few sentences hold by chance

# A question asks by its first question word; a second one opens a clause that asks for nothing: "when it ran aground".
_QUESTION_WORD = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")
_OPENING_CLAUSE = re.compile(
    rf"^(?:when|where|while|after|before|if|as|since)\b[^,?]*,\s*(?=.*{_QUESTION_WORD.pattern})"
)

_PAYING = "cost|costs|pay|pays|paid|spend|spent|money|earn|earned|worth|charge|demand|demanded|dollars"
_AUXILIARY = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"
# What is long in metres. What else is said to be long may be so in hours: a film, a flight, a sentence.
_LONG_THINGS = (
    "ship vessel boat yacht ferry tanker submarine bridge road street highway motorway tunnel wall fence border canal"
    " river coast coastline beach pier runway track trail pipeline cable rope railway train wing tail neck snake"
    " whale shark corridor queue antenna rocket aircraft plane car truck dam reef island lake valley cave strait"
).replace(" ", "s?|")
_LONG_THING = rf"\bhow long (?:is|was|are|were) (?:[\w'’-]+ ){{0,4}}?(?:{_LONG_THINGS})\b(?! [a-z]+(?:ed|en|ing)\b)"
_LONG_NAME = re.compile(r"^[Hh]ow long (?:is|was) (the )?[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)*\s*\?*$")

# How questions ask for each kind; what stands first in the question counts, then what stands first here.
_ASKING: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("yes/no", re.compile(rf"^(?:{_AUXILIARY})\b(?! you\b)")),  # "can you tell me when" is none
    ("thing", re.compile(r"\bwhy\b")),
    ("distance", re.compile(_LONG_THING)),
    (
        "time",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b|\bhow long ago\b"
            r"|\bwhat (?:is|was) the (?:year|date|day|month)\b"
        ),
    ),
    ("age", re.compile(r"\bhow old\b|\b(?:what|which) age\b|\bwhat (?:is|was) the age of\b")),
    (
        "duration",
        re.compile(r"\bhow (?:long|much time)\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years)\b"),
    ),
    (
        "distance",
        re.compile(
            r"\bhow (?:far|tall|wide|deep|thick|thin)\b|\bwhat distance\b|\bwhat (?:is|was) the distance\b"
            r"|\bhow many (?:kilomet(?:er|re)s|met(?:er|re)s|miles|feet)\b"
        ),
    ),
    (
        "money",
        re.compile(
            r"\bhow many (?:dollars|euros|pounds)\b|\bwhat (?:price|sum)\b|\bthe (?:price|cost|budget) of\b"
            rf"|\bhow much\b.*\b(?:{_PAYING})\b"
        ),
    ),
    (
        "count",
        re.compile(
            r"\bhow (?:many|much|often|large|big|high|fast|heavy)\b"
            r"|\b(?:what|which) (?:number|percentage|percent|share|amount|population|rate)\b"
            r"|\bwhat (?:is|was|are|were) the (?:number|percentage|population|rate|size)\b"
        ),
    ),
    (
        "person",
        re.compile(r"\b(?:who|whom|whose)\b|\b(?:what|which|name of the) (?:person|man|woman)\b"),
    ),
    (
        "place",
        re.compile(r"\bwhere\b|\b(?:what|which) (?:country|countries|city|cities|place|region|town|state)\b"),
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
_DISTANCE = (
    rf"\b{_NUMBER}[ -]?"
    r"(?:(?:km|m|cm|mm)\b|(?:kilo|centi|milli)?met(?:er|re)|mile|inch|feet|foot|ft\b|yard|league|light)"
)

# What sentences hold of each kind. A time is not a unit ("two years"): that is a duration.
_HOLDING: dict[Kind, re.Pattern[str]] = {
    "time": re.compile(
        r"\b(?:1\d{3}|20\d\d|\d{1,2}(?:st|nd|rd|th)|centur(?:y|ies)|decade|today|tonight|yesterday|tomorrow"
        r"|christmas|easter|thanksgiving|midnight|noon|spring|summer|autumn|winter|january|february|april|june|july|august|september|october|november"
        r"|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|\d{3,4}s"
        r"|(?-i:March|MARCH|May|MAY|BC|BCE|AD|CE))\b",  # "may" and "march" are verbs, an "ad" is an advertisement
        re.IGNORECASE,
    ),
    "age": re.compile(r"\b\d+[- ]years?[- ]old\b|\baged? (?:of )?\d+|\bborn\b|, \d\d,", re.IGNORECASE),
    "duration": re.compile(
        rf"{_LENGTH}|\bsince\b|\buntil\b|\b(?:indefinite|permanent)|\bfor (?:ever|life)\b", re.IGNORECASE
    ),
    "distance": re.compile(_DISTANCE, re.IGNORECASE),
    "money": re.compile(
        r"[$€£¥₪]|\b(?:dollar|euro|pound|peso|yen|rupee|franc|(?<!per )cent)s?\b|\bUSD|\bEUR|\b(?:fee|price|free)\b",
        re.IGNORECASE,
    ),
}
_COUNT = re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE)
# Numbers that count nothing: years, days of the month, times of the day; lengths of time, unless the question is how
# often something happens; distances, unless it is how large or fast something is.
_DATED = re.compile(
    rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}}:\d\d\b", re.IGNORECASE
)
_LASTING, _DISTANT = re.compile(_LENGTH, re.IGNORECASE), re.compile(_DISTANCE, re.IGNORECASE)
_OFTEN = re.compile(r"\bhow often\b", re.IGNORECASE)
_LARGE = re.compile(r"\bhow (?:large|big|high|fast|heavy)\b|\bthe size\b", re.IGNORECASE)
_SOMEWHERE = re.compile(r"\b(?:in|at|on|near|inside|outside|beside|along|across|between) (?:the|an?|its|their) \w")
NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+")


def kind_of(question: str) -> Kind:
    """The kind of thing that a question asks for.

    >>> kind_of("How far is it?"), kind_of("Which airline flew them?"), kind_of("What did he say when they met?")
    ('distance', 'thing', 'thing')
    >>> kind_of("How long is the wall?"), kind_of("How long is the film?"), kind_of("How long is the Ever Given?")
    ('distance', 'duration', 'distance')
    """
    if named := _LONG_NAME.match(question.strip()):
        return "distance" if named[1] else "thing"  # the Ever Given is a ship; of a film or a ship only reading tells
    asking = _asking_clause(question.lower().strip())
    found = [(match.start(), kind) for kind, pattern in _ASKING if (match := pattern.search(asking))]
    return min(found, key=lambda place: place[0])[1] if found else "thing"


def _asking_clause(question: str) -> str:
    """The question as far as it asks, without the clauses around that."""
    asking = _OPENING_CLAUSE.sub("", question)
    if _ASKING[0][1].search(asking):
        return asking
    words = list(_QUESTION_WORD.finditer(asking))
    return asking[: words[1].start()] if len(words) > 1 else asking


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether a sentence has a thing of that kind; a person or place that the question does not name already.

    >>> holds("count", "The first 238 arrived.", "How many arrived?"), holds("count", "It took a week.", "How many?")
    (True, False)
    """
    if kind == "count":
        return bool(_COUNT.search(_counting(sentence, question)))
    if kind in _HOLDING:
        return bool(_HOLDING[kind].search(sentence))
    if kind == "place" and _SOMEWHERE.search(sentence):
        return True
    if kind in {"person", "place"}:
        known = set(words(question))
        return any(name.lower() not in known for name in NAME.findall(sentence))
    return True


def _counting(sentence: str, question: str) -> str:
    """A sentence without the numbers that do not count what the question asks for."""
    rest = _DATED.sub(" ", sentence)
    if _OFTEN.search(question):
        return rest
    rest = _LASTING.sub(" ", rest)
    return rest if _LARGE.search(question) else _DISTANT.sub(" ", rest)

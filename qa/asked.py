"""What a question asks for: its kind (a time, a count, a person, a place, yes or no), its head noun, its words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.terms import words

Kind = Literal["time", "duration", "distance", "age", "money", "count", "person", "place", "yes/no", "thing"]

# Words that say how something is asked, not what is asked about.
FUNCTION_WORDS = frozenset(
    """a an the this that these those it its they them their there here he him his she her hers we us our you your i me
    my who whom whose what which when where why how and or but if so of in on at to for by with from about as into than
    then through during before after over under between against without within upon up down out off per via is are was
    were be been being am do does did done has have had having will would shall should can could may might must not no
    nor any some each every all both such same other others another more most much many few less least very too also
    just only own did doesn't didn't isn't aren't wasn't weren't tell give show say please far long often old tall big
    large high deep fast soon exactly actually really ever yet still name named called kind sort type according article
    articles report reports reported reporting reportedly source sources time times located situated""".split()
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b")),
    ("age", re.compile(r"\bhow old\b|\b(?:what|which) age\b|\bthe age of\b")),
    ("duration", re.compile(r"\bhow (?:long|much time)\b|\bhow many (?:minutes|hours|days|weeks|months|years)\b")),
    ("distance", re.compile(r"\bhow far\b|\bwhat distance\b|\bthe distance\b|\bhow many (?:kilomet|mile|met)")),
    (
        "money",
        re.compile(
            r"\bhow many (?:dollars|euros|pounds)\b|\bwhat (?:price|sum)\b|\bthe (?:price|cost|budget) of\b"
            r"|\bhow much\b.*\b(?:cost|costs|pay|pays|paid|spend|spent|money|earn|earned|worth|charge|demand|demanded|dollars)\b"
        ),
    ),
    (
        "count",
        re.compile(
            r"\bhow (?:many|much|often|tall|large|big|high|deep|fast|heavy|wide)\b"
            r"|\b(?:what|which) (?:number|percentage|percent|share|amount|population|rate)\b"
            r"|\bwhat (?:is|was|are|were) the (?:number|percentage|population|rate|size)\b"
        ),
    ),
    ("person", re.compile(r"\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|man|woman)\b")),
    ("place", re.compile(r"\bwhere\b|\b(?:what|which) (?:country|city|place|region|town|state)\b")),
    ("yes/no", re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b")),
)
_AUXILIARY = r"(?:is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
_HEADS = (
    re.compile(r"\bhow (?:many|much) (?:of the )?((?:(?!\b" + _AUXILIARY + r"\b)[\w'’-]+ ?){1,4})"),
    re.compile(rf"\b(?:what|which|whose) (?!{_AUXILIARY}\b)((?:(?!\b" + _AUXILIARY + r"\b)[\w'’-]+ ?){1,3})"),
    re.compile(
        r"\bwhat (?:is|was|are|were) (?:the|a|an) (?:name of (?:the|a|an) )?((?:[\w'’-]+ ){0,2}?[\w'’-]+)(?= of\b| in\b| for\b|\?|$)"
    ),
)
_PLURALS = frozenset(("people", "men", "women", "children", "percent", "police", "feet"))
_NUMBER_WORD = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half once"
    " twice several"
).replace(" ", "|")
_COUNT = re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_NUMBER = rf"(?:\d[\d.,]*|an?|{_NUMBER_WORD}|few|several)(?:[ -](?:{_NUMBER_WORD}|and|to|or|few))*"
_PATTERNS: dict[str, re.Pattern[str]] = {
    "age": re.compile(r"\b\d+[- ]years?[- ]old\b|\baged? (?:of )?\d+|\bborn\b|, \d\d,", re.IGNORECASE),
    "duration": re.compile(
        rf"\b{_NUMBER}[ -](?:full |more |consecutive )?(?:second|minute|hour|day|night|week|month|year|decade|centur)|\bsince\b"
        r"|\buntil\b|\b(?:indefinite|permanent)|\bfor (?:ever|life)\b",
        re.IGNORECASE,
    ),
    "distance": re.compile(
        rf"\b{_NUMBER}[ -]?(?:(?:km|m|cm)\b|kilomet|met(?:er|re)|mile|feet|foot|yard|league|light)", re.IGNORECASE
    ),
    "money": re.compile(
        r"[$€£¥₪]|\b(?:dollar|euro|pound|peso|yen|rupee|franc)s?\b|\bUSD|\bEUR|\b(?:fee|free of charge|price|cents?)\b", re.IGNORECASE
    ),
}
# Not units ("two years"): those are durations, which a count asks for.
_PATTERNS["time"] = re.compile(
    r"\b(?:1\d{3}|20\d\d|\d{1,2}(?:st|nd|rd|th)|centur(?:y|ies)|decade|today|tonight|yesterday|tomorrow|spring|summer|autumn"
    r"|winter|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday|\d{3,4}s|bc|ad|ce)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+")


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

    >>> asked("How many guards work at the prison?")
    Asked(kind='count', words=('guards', 'work', 'prison'), head='guards', plain=('guards', 'work', 'prison'))
    >>> asked("Which airline flew them?").head
    'airline'
    """
    lower = question.lower().strip()
    kind = next((kind for kind, pattern in _KINDS if pattern.search(lower)), "thing")
    carrying = dict.fromkeys(word for word in words(question) if word not in FUNCTION_WORDS and len(word) > 1)
    names = {word for name in _NAME.findall(question) for word in words(name)}
    return Asked(kind, tuple(carrying), _head(lower), tuple(word for word in carrying if word not in names))


def _head(question: str) -> str:
    for pattern in _HEADS:
        match = pattern.search(question)
        if match:
            phrase = [word for word in words(match.group(1)) if word not in FUNCTION_WORDS]
            if phrase:
                return phrase[-1] if pattern is _HEADS[-1] else _counted(phrase) if pattern is _HEADS[0] else phrase[0]
    return ""


def _counted(phrase: list[str]) -> str:
    """What is counted: the first plural, since adjectives come before it ("gang members arrived")."""
    plural = (word for word in phrase if word.endswith("s") or word in _PLURALS)
    return next(plural, phrase[0])


# Numbers that count nothing: lengths of time, distances, days of the month, years.
_MEASURED = re.compile(
    rf"{_PATTERNS['duration'].pattern}|{_PATTERNS['distance'].pattern}|\b(?:1[5-9]|20)\d\d\b"
    rf"|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b",
    re.IGNORECASE,
)
MEASURES: frozenset[Kind] = frozenset(("duration", "distance", "age"))  # kinds that few sentences hold by chance


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether a sentence has a thing of that kind which the question does not have already.

    >>> holds("count", "They pay 238 dollars.", "How much do they pay?")
    True
    """
    if kind == "count":
        return bool(_COUNT.search(_MEASURED.sub(" ", sentence)))
    if kind in _PATTERNS:
        return bool(_PATTERNS[kind].search(sentence))
    if kind in {"person", "place"}:
        known = set(words(question))
        return any(name.lower() not in known for name in _NAME.findall(sentence)[_opens_with_plain_word(sentence) :])
    return True


def _opens_with_plain_word(sentence: str) -> int:
    """1 if the first capital is only that of a sentence's beginning."""
    first = words(sentence)[:1]
    return int(bool(first) and first[0] in FUNCTION_WORDS)

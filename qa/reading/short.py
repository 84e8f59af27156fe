"""The short answer: the few words of a quoted sentence that answer, made whole. Pure.

A reader marks word pieces, which may cut a word, a number or a date, and leave a unit out; and what it marks may be
of another kind than the question asks for.
"""

from __future__ import annotations

import re

from index.terms import WORD, terms
from qa.language.dates import stated
from qa.language.kinds import Kind, holds, kind_of
from qa.language.numerals import numerals
from qa.reading.evidence import Evidence

Extent = tuple[int, int]

# Of the reader's span over no answer. On half of SQuAD 2.0's questions, 744 with an answer, -3 gives .87 of them a
# short one with F1 .715, .624 over all, where none given counts 0; -5 .91, .702 and .641; -1 .81, .735 and .596; 1 .72,
# .759 and .547. What is not likely to be answered at all is declined before.
LEAST_MARGIN = -3.0
MOST_WORDS = 12  # a longer one is no short answer: the sentence says it better
LEAST_REASON = 3  # words: of eleven shorter ones, given to a why, two were right; of seven longer ones, five

_EDGE = " \t\r\n\u00a0\"'“”‘’«»„,;:.!?()[]–—-"
_PAIRS = {")": "(", "]": "["}
_LEADING = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]\.)+$")  # U.S., whose last stop is part of it
_POSSESSIVE = re.compile(r"['’]s$")
_UNITS = (
    "percentage point|kilomet(?:er|re)|centimet(?:er|re)|millimet(?:er|re)|met(?:er|re)|mile|yard|light[- ]year|acre"
    "|hectare|tonne|ton|kilo|kilogram|pound|lit(?:er|re)|barrel|degree|second|minute|hour|day|night|week|month|year|decade"
    "|dollar|euro|cent|crown|franc|peso|rupee|time"
).replace("|", "s?|")
_UNIT = re.compile(
    rf"[ \u00a0-]?(?:%|°[CF]?|(?:per ?cent|km|cm|mm|m|kg|ft|feet|foot|inch(?:es)?|centur(?:y|ies)|yen|{_UNITS})s?\b)"
    r"(?: (?:per|an?) (?:second|minute|hour|day|week|month|year)\b)?(?:[ -]old\b)?"
)
_WHILE = re.compile(r"(?:before|after|during|since|until|when|while|as)\b", re.IGNORECASE)
_WHY = re.compile(r"why\b|.*\bwhy (?:is|are|was|were|do|does|did|has|have|had)\b", re.IGNORECASE)
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_CURRENCY = re.compile(r"(?:US|NZ|HK|[AC])?[$€£¥₪]\s?$")


def short_span(question: str, evidence: Evidence) -> Extent | None:
    """Where in the article the words are that answer, if the reader is sure enough of some."""
    if not evidence.reports or evidence.short is None or (evidence.margin or 0.0) < LEAST_MARGIN:
        return None
    start, end = whole(evidence.article.text, evidence.short, (evidence.start, evidence.end))
    return (start, end) if is_answer(question, evidence.article.text[start:end]) else None


def is_answer(question: str, text: str) -> bool:
    """Whether words can be a short answer: of the kind asked for, few, and not the question's own.

    >>> [is_answer("Who led the divers?", words) for words in ("Captain Kontos", "the divers", "in 1900")]
    [True, False, False]
    """
    if not _least(question) <= len(WORD.findall(text)) <= MOST_WORDS:
        return False
    own = set(terms(question))
    return any(term not in own for term in terms(text) if len(term) > 1 or term.isdigit()) and _suits(
        kind_of(question), text, question
    )


def _least(question: str) -> int:
    return LEAST_REASON if _WHY.match(question) else 1


def _suits(kind: Kind, text: str, question: str) -> bool:
    """Whether the words are of the kind asked for, as far as words alone tell."""
    if kind == "age":
        return bool(numerals(text))  # "53" is one, though no sentence is said to hold an age for that
    if kind == "time":
        return holds(kind, text, question) or bool(_WHILE.match(text))
    if kind == "person" or (kind == "place" and _WHERE.search(question)):
        return holds(kind, text, question) or not any(letter.isdigit() for letter in text)
    return kind != "yes/no" and holds(kind, text, question)


def whole(text: str, marked: Extent, sentence: Extent) -> Extent:
    """The marked span with its words, numbers, units and dates whole, without article and stops at its edges.

    >>> text = "It lies some 70 kilometres from the town."
    >>> start, end = whole(text, (13, 15), (0, len(text)))
    >>> text[start:end]
    '70 kilometres'
    """
    first, last = sentence
    start, end = _whole_words(text, _trimmed(text, marked), sentence)
    if start >= end:
        return marked
    here = text[first:last]
    counts = [(first + each.start, first + each.end) for each in numerals(here)]
    for low, high in (*counts, *((first + each.start, first + each.end) for each in stated(here))):
        if low < end and start < high:
            start, end = min(start, low), max(end, high)
    if text[start].isdigit() and (currency := _CURRENCY.search(text, first, start)):
        start = currency.start()
    for _, high in counts:
        if start < high <= end and (unit := _UNIT.match(text, high, last)):
            end = max(end, unit.end())
    return _trimmed(text, (start, end))


def _whole_words(text: str, span: Extent, sentence: Extent) -> Extent:
    start, end = span
    while start > sentence[0] and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < sentence[1] and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def _trimmed(text: str, span: Extent) -> Extent:
    """A span without what is no part of an answer at its edges: space, stops, an article, half a pair of brackets."""
    start, end = span
    while start < end and text[start] in _EDGE:
        start += 1
    if (leading := _LEADING.match(text, start, end)) and leading.end() < end:
        start = leading.end()
    for closing, opening in _PAIRS.items():
        if text.count(closing, start, end) > text.count(opening, start, end):
            end = text.index(closing, start, end)
        elif text.count(opening, start, end) > text.count(closing, start, end):
            end = text.rindex(opening, start, end)
    while end > start and text[end - 1] in _EDGE and not _closes(text, start, end):
        end -= 1
    possessive = _POSSESSIVE.search(text, start, end)
    return start, possessive.start() if possessive else end


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the last character belongs to what stands before it: the stop of U.S., the second bracket of a pair."""
    last = text[end - 1]
    if last in _PAIRS:
        return _PAIRS[last] in text[start:end]
    return bool(_ABBREVIATED.search(text, start, end))

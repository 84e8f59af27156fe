"""Who is said to say what: the speaker to whom an article attributes a place in its text. English. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.split import sentences

# Verbs whose subject answers for what follows.
_SURE = """said says saying tells telling claimed alleged alleges argued argues warned warns insisted insists denied
denies stated announced confirmed acknowledged acknowledges admitted admits contended contends asserted asserts
testified tweeted vowed vows declared declares maintains predicted predicts believe believes suggested suggests
estimated conceded stressed quipped complained"""
# Verbs of which the same holds when "that" or a quotation follows; else "added 300 seats", "found the ship".
_LOOSE = """added adds adding noted notes noting explained explains wrote writes reported reports reporting found finds
revealed reveals showed shows promised promises thinks thought expects expected concluded concludes claims claiming
claim estimates announces states maintained indicated indicates hinted arguing warning insisting"""
_THAT = r"(?=[^,.;]{0,30}?(?:\bthat\b|[“\"]))"
# Told whom: "told the Pebble Gazette", "told a news conference".
_NAMED = r"[A-Z][\w'’-]*(?: (?:of |the )*[A-Z][\w'’-]*)*"
_TOLD = rf"told (?:(?:the|an?|his|her|its|their) )?(?:news |press )?(?:{_NAMED}|[\w'’-]+)"
_ANY_LOOSE = rf"(?:{'|'.join(_LOOSE.split())})"
_VERB = re.compile(
    rf"\b(?:(?:{'|'.join(_SURE.split())})\b|{_ANY_LOOSE}\b{_THAT}|{_ANY_LOOSE}(?=[.,]?[”\"]?\s*$)"
    rf"|say\b(?! in\b)|claims?\b(?= to\b)|{_TOLD})"
)
_BETWEEN = re.compile(r"\s*\b(?:also|has|have|had|later|then|itself|could|can|might|may|would|will|did|not|\w+ly)\s*$")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|it|as)\s+(?:also\s+|widely\s+)?$")

# What may follow the verb of a remark put behind the words: `Y, the ministry said on Monday.`
_TAIL = re.compile(
    r"\s*(?:[.,;?!]|$|(?:on|in|at|during|to|of|via|through|when|while|as|after|before|earlier|later|late|early|last|this"
    r"|yesterday|today|by|recently|adding|citing|without|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)",
    re.IGNORECASE,
)
_OPENER = re.compile(r"^(?:[\w'’-]+ly|in|on|at|after|before|during|since|by|until|as|under|from|for)\b", re.IGNORECASE)
OPENER_WORDS = 6  # "In a statement on Monday," is no remark
SPEAKER_WORDS = 10  # a longer subject was not understood

_BREAK = re.compile(
    r"[,;:(—–“”\"]|\b(?:but|while|as|when|that|because|although|though|if|where|which|after|before|whether|so)\b"
    r"|(?<!\bof the)\band\b(?!\s+[A-Z])",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:but|and|however|meanwhile|still|earlier|later|yet|also|then|so|on|last|this|in)\s+"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\s+|week\s+|month\s+|year\s+|\d{4}\s+)?)+",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"(?:[Tt]he |[Aa]n? |[Hh]is |[Hh]er |[Ii]ts |[Tt]heir )?[\w'’.&-]+(?: (?:of |the |for )*[\w'’.&-]+){0,7}"
)
_BEFORE_LAST = re.compile(r"\b(?:for|by|with|to|from|at|on|in|about|against)\s+")  # whom "who" refers to follows it
_FIRST_NAMED = re.compile(r"^\W*(?:[Tt]he [\w-]+|(?:[A-Z][\w'’.-]*\s?)+)")
_ACCORDING = re.compile(
    r"\baccording to (?P<who>[^,.;:“”\"]+?)(?=[,;:“”\"]|\.(?:\s|$)|$| (?:who|which|but)\b)", re.IGNORECASE
)
_ENDS_SPEAKER = re.compile(
    r"[,;:“”\"]|(?<!\bDr)(?<!\bM[rs])(?<!\bMrs)(?<![A-Z])\."
    r"|\s(?:who|in|on|at|after|during|when|while|as|told|said|to|about|today|yesterday|earlier|later|last|this)\b"
)
_NOBODY = frozenset(("you", "let's", "let’s", "i'd", "i’d"))  # "you could say"


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that say who speaks, at [start, end) of the text; the speaker answers for [first, last)."""

    speaker: str
    start: int
    end: int
    first: int
    last: int


def said_by(text: str, start: int, end: int) -> str:
    """Whom the sentence around characters [start, end) has say what stands there.

    Empty where the article says it itself, or where the characters include the words that name the speaker.

    >>> text = "The ministry said on Monday that 12 guards left. “It cost $6 million,” Ana Ito said."
    >>> said_by(text, 33, 42), said_by(text, 50, 60), said_by(text, 0, 47)
    ('The ministry', 'Ana Ito', '')
    """
    first, last = _paragraph(text, start)
    quoted = _quotation(text[first:last], start - first)
    here = [span for span in sentences(text, first, last) if span[0] <= start < span[1]]
    stretch = here[0] if here else (first, last)
    if quoted:
        stretch = _around(text, (first, last), (quoted[0] + first, quoted[1] + first), stretch)
    found = [remark for remark in remarks(text, *stretch) if remark.end <= start or end <= remark.start]
    covering = [remark for remark in found if remark.first <= start and end <= remark.last]
    if covering:
        return min(covering, key=lambda remark: abs(remark.start - start)).speaker
    return _earlier_speaker(text, first, stretch[0]) if quoted else ""


def remarks(text: str, start: int, end: int) -> Iterator[Remark]:
    """Every "X said" and "according to X" of `text[start:end]`, one sentence with its quotations."""
    stretch = text[start:end]
    for match in _ACCORDING.finditer(stretch):
        yield Remark(_cleaned(match["who"]), start + match.start(), start + match.end(), start, end)
    for match in _VERB.finditer(stretch):
        remark = _inverted(stretch, match) or _subjected(stretch, match)
        if remark and remark.speaker:
            shifted = (remark.start + start, remark.end + start, remark.first + start, remark.last + start)
            yield Remark(remark.speaker, *shifted)


def _inverted(stretch: str, verb: re.Match[str]) -> Remark | None:
    """`“Y,” said Ana Ito, who left.`"""
    before, after = stretch[: verb.start()].rstrip(), stretch[verb.end() :]
    closes = before.endswith(("”", '"', "’"))
    if not closes and not (before.endswith(",") and re.match(r"\s+[A-Z]", after)):
        return None
    speaker = _PHRASE.match(after.lstrip())
    if not speaker or _TAIL.match(after):
        return None
    ends = _ENDS_SPEAKER.search(after, len(after) - len(after.lstrip()))
    named = after[: ends.start()] if ends else after
    if not closes and not re.match(r"[,.;]|\s+who\b|$", after[len(named) :]):
        return None
    reopened = after.find("“") if "“" in after else after.find('"')
    last = len(stretch) if reopened >= 0 else verb.start()
    return Remark(_cleaned(named), verb.start(), verb.end() + len(named), 0, last)


def _subjected(stretch: str, verb: re.Match[str]) -> Remark | None:
    """`The ministry said Y`, or `Y, the ministry said.`"""
    before = stretch[: verb.start()]
    if _PASSIVE.search(before):
        return None
    while between := _BETWEEN.search(before):
        before = before[: between.start()] + " "
    begins, speaker, relative = _subject(before)
    if not speaker:
        return None
    comma = stretch.find(",", verb.end()) if relative else -1
    last = comma if comma >= 0 else len(stretch)
    behind = _puts_behind(stretch[:begins], stretch[verb.end() :])
    return Remark(speaker, begins, verb.end(), 0 if behind else verb.end(), last)


def _puts_behind(before: str, after: str) -> bool:
    """Whether the words before "X said" are what is said."""
    before = before.rstrip()
    if not before.endswith((",", "”", '"', "?", "!", "—", "–")) or not _TAIL.match(after):
        return False
    return not (_OPENER.match(before.strip()) and len(before.split()) <= OPENER_WORDS) or before.endswith(("”", '"'))


def _subject(before: str) -> tuple[int, str, bool]:
    """Where the subject before a verb begins, what it is, and whether the verb stands in a clause with "who"."""
    chunk = before.rstrip()
    relative = bool(re.search(r"\b(?:who|which)$", chunk))
    if relative:
        chunk = re.sub(r",?\s*\b(?:who|which)$", "", chunk)
    elif chunk.endswith(","):  # Ana Ito, a spokeswoman, said
        opened = chunk[:-1].rfind(",")
        chunk = chunk[:opened] if opened >= 0 else ""
    begins = max((match.end() for match in _BREAK.finditer(chunk)), default=0)
    begins += len(chunk[begins:]) - len(chunk[begins:].lstrip(" ’'"))
    if relative:
        begins = max((match.end() for match in _BEFORE_LAST.finditer(chunk, begins)), default=begins)
    words = _cleaned(chunk[begins:])
    if not words and chunk:  # visited the port and said
        named = _FIRST_NAMED.match(chunk)
        words = _cleaned(named[0]) if named else ""
    understood = len(words.split()) <= SPEAKER_WORDS and words.lower() not in _NOBODY
    return begins, words if understood else "", relative


def _cleaned(speaker: str) -> str:
    return _LEADING.sub("", " ".join(speaker.split())).strip(" ,.'’\"“”")


def _paragraph(text: str, place: int) -> tuple[int, int]:
    first, last = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    return first, last if last >= 0 else len(text)


def _quotation(paragraph: str, place: int) -> tuple[int, int] | None:
    """The quotation that a place stands in; one that is never closed goes on to the end."""
    opened = -1
    for match in re.finditer('[“”"]', paragraph):
        opens = match[0] == "“" or (match[0] == '"' and opened < 0)
        if match.start() >= place and (opened < 0 or not opens):
            break
        opened = match.start() if opens else -1
    if opened < 0:
        return None
    closed = re.compile('[”"]').search(paragraph, max(opened + 1, place))
    return opened, closed.end() if closed else len(paragraph)


def _around(
    text: str, paragraph: tuple[int, int], quoted: tuple[int, int], stretch: tuple[int, int]
) -> tuple[int, int]:
    """The sentences that a quotation touches."""
    touched = [span for span in sentences(text, *paragraph) if span[0] < quoted[1] and quoted[0] < span[1]]
    first, last = min([stretch, *touched])[0], max(span[1] for span in [stretch, *touched])
    return first, last


def _earlier_speaker(text: str, first: int, place: int) -> str:
    """Who spoke last in the paragraph, for a quotation that goes on: `“A,” he said. “B.”`"""
    for span in reversed(sentences(text, first, place)):
        if any(mark in text[slice(*span)] for mark in '“"'):
            return next((remark.speaker for remark in remarks(text, *span)), "")
    return ""

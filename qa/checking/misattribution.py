"""Who an article has say what a claim states; a claim that leaves it out, or names another, says more. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.checking.alignment import HALF, Line, shared
from qa.language.sayers import remarks, said_by
from qa.language.words import STOPWORDS, WORD, bare, stem

# A claim with one of these says itself that it is somebody's word.
_OWN = re.compile(
    r"[“”\"«»]|\b(?:reportedly|allegedly|alleged|according to|accused|said|says|claims?|claimed|told|announced"
    r"|believed?|believes|estimated|denied|denies|argues?|argued|reported|reports|warned|described|called)\b",
    re.IGNORECASE,
)
_PRONOUNS = frozenset(("he", "she", "they", "it", "we", "i"))
ASKED = 6  # words of a line that are asked about: enough to tell; each costs a tenth of a millisecond
NEARLY = 0.8  # of the best line's share: another line that says as much itself


def misattributed(claim: Line, seen: Sequence[Line]) -> str:
    """Whom the lines have say what the claim says of itself, or has another say; empty where nothing is wrong.

    A claim about the speaker, such as what a company said it will do, is the speaker's to make.
    """
    best = max((shared(claim, line) for line in seen), default=0.0)
    if best < HALF:
        return ""
    telling = [line for line in seen if line.start >= 0 and shared(claim, line) >= NEARLY * best]
    speakers = [_speaker(claim, line) for line in telling]
    if not speakers or not all(speakers):
        return ""
    own = [remark.speaker for remark in remarks(claim.text, 0, len(claim.text))]
    if own or _OWN.search(claim.text):
        known = frozenset().union(*(_named(line.text) for line in seen if line.start < 0 or line in telling))
        return speakers[0] if own and all(_another(who, speakers, known) for who in own) else ""
    named = _named(claim.text) & frozenset().union(*(_named(line.text, 1) for line in telling))
    about = any(_words(who) & claim.stems or (_pronoun(who) and named) for who in speakers)
    return "" if about else "somebody" if _pronoun(speakers[0]) else speakers[0]


def _speaker(claim: Line, line: Line) -> str:
    """Who says most of the words that a line shares with a claim; empty where it says most of them itself."""
    common = [token for token in line.tokens if token.carries and token.stem in claim.stems]
    if not common or line.passage is None:
        return ""
    text = line.passage.article.text
    asked = common[:: max(1, len(common) // ASKED)]
    said = [said_by(text, line.start + token.start, line.start + token.end) for token in asked]
    spoken = [speaker for speaker in said if speaker]
    return spoken[0] if len(spoken) > len(asked) / 2 else ""


def _another(who: str, speakers: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a claim's speaker is one person by name and every one of the lines another."""
    named = _named(who)
    return bool(named) and named.isdisjoint(known) and all(_named(other) for other in speakers)


def _pronoun(who: str) -> bool:
    return who.lower() in _PRONOUNS


def _named(text: str, first: int = 0) -> frozenset[str]:
    """The stems of the words that are written as names, from that word on; a text's first word may be none."""
    words = WORD.findall(text)[first:]
    return frozenset(stem(word) for word in words if word[0].isupper() and bare(word) not in STOPWORDS)


def _words(who: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(who) if bare(word) not in STOPWORDS)

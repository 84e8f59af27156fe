"""All, most, only, not: words that turn a claim around, and whether a line has them there. English. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.checking.alignment import HALF, Line, State, Token, shared
from qa.language.words import bare, stem

_GROUPS = {
    "all": "all every each everyone everybody everything always entire entirely whole completely fully both",
    "most": "majority mostly usually largely mainly",
    "many": "many numerous countless often frequently",
    "some": "some several certain sometimes occasionally partly partially",
    "few": "few hardly rarely seldom scarcely barely",
    "only": "only solely exclusively merely",
    "not": """not no never none nobody nothing neither nor cannot without unable fail fails failed failing refuse
        refuses refused decline declines declined deny denies denied lack lacks lacked prevent prevents prevented""",
}
_GROUP = {word: group for group, words in _GROUPS.items() for word in words.split()}
_IDIOM = re.compile(
    r"\b(?:at all|after all|above all|no doubt|only (?:child|son|daughter)|most (?!of\b)\w+(?=\s+\w)(?<!s))\b",
    re.IGNORECASE,
)  # "the most expensive ship" says nothing of most ships
_NOT_ONLY = "not only"
ENOUGH = 3  # words that carry meaning: of a claim with fewer nobody knows what it speaks of
STRONG = frozenset(("all", "most", "few", "only"))  # what a text must say; "some" and "many" are loose talk
REACH = 4  # words from a quantifier to what it is said of: "did not, he said, receive"
TIGHT = 0.8  # of the claim's words in one line: from here that line speaks of the claim's own matter

# One of a pair in a claim and the other in its place in the text is a reversal. Common pairs; no list is whole.
_PAIRS = """accept/reject allow/ban allow/prevent permit/forbid arrive/leave before/after begin/end start/stop buy/sell
rise/fall rose/fell increase/decrease increase/reduce gain/loss gain/lose win/lose won/lost victory/defeat
guilty/innocent new/old young/old large/small big/small high/low higher/lower more/less more/fewer
most/least early/late earlier/later first/last open/close support/oppose for/against man/woman men/women
boy/girl mother/father son/daughter brother/sister husband/wife north/south northern/southern east/west
eastern/western left/right true/false success/failure succeed/fail attack/defend friend/enemy ally/enemy
alive/dead born/died good/bad better/worse best/worst strong/weak rich/poor hot/cold warm/cold long/short
near/far nearby/distant heavy/light safe/dangerous public/private legal/illegal possible/impossible
likely/unlikely known/unknown agree/disagree approve/reject include/exclude enter/leave inside/outside
above/below over/under up/down war/peace hire/fire minimum/maximum cheap/expensive easy/difficult easy/hard
full/empty praise/criticise praise/criticize import/export love/hate profit/loss surplus/deficit
majority/minority same/different ancient/modern temporary/permanent domestic/foreign foreign/native"""


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pair in _PAIRS.split():
        one, two = map(stem, pair.split("/"))
        found[one] = found.get(one, frozenset()) | {two}
        found[two] = found.get(two, frozenset()) | {one}
    return found


OPPOSITES = _opposites()


@dataclass(frozen=True, slots=True)
class Turn:
    """A word that quantifies or denies, and the stems of the words that it does so to."""

    text: str
    group: str
    start: int
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of a claim's turn; `reason` says what the lines have instead."""

    text: str
    state: State
    reason: str
    tight: bool = False


def turns(line: Line) -> list[Turn]:
    """The quantifiers and negations of a line.

    >>> [(turn.text, turn.group, turn.scope) for turn in turns(Line("Most guards cannot leave."))]
    [('Most', 'most', ('guard', 'leave')), ('cannot', 'not', ('leave',))]
    """
    skipped = [range(*match.span()) for match in _IDIOM.finditer(line.text)]
    found: list[Turn] = []
    for place, token in enumerate(line.tokens):
        word = line.text[token.start : token.end]
        group = _group(word)
        joined = "-" in line.text[max(token.start - 1, 0) : token.start] + line.text[token.end : token.end + 1]
        if not group or joined or any(token.start in span for span in skipped):
            continue
        if group == "only" and found and found[-1].start == line.tokens[place - 1].start and found[-1].group == "not":
            found[-1] = Turn(_NOT_ONLY, _NOT_ONLY, found[-1].start, _scope(line, place))
        else:
            found.append(Turn(word, group, token.start, _scope(line, place)))
    return found


def turned(claim: Line, seen: Sequence[Line]) -> Iterator[Turned]:
    """The quantifiers, negations and opposites in which a claim and the lines differ."""
    related = [line for line in seen if shared(claim, line) >= HALF]
    mine = turns(claim)
    yield from _quantified([turn for turn in mine if turn.group != "not"], seen)
    yield from _negated(claim, [turn for turn in mine if turn.group == "not"], related)
    yield from _reversed(claim, related)


def _group(word: str) -> str:
    if re.search(r"n['’]t$", word, re.IGNORECASE):
        return "not"
    if word.lower() == "most":
        return "most"
    return _GROUP.get(bare(word), "")


def _scope(line: Line, place: int) -> tuple[str, ...]:
    """The next words that carry meaning, within reach and before the clause ends; else the two before."""
    found: list[str] = []
    end = line.tokens[place].end
    for token in line.tokens[place + 1 : place + 1 + REACH]:
        if re.search(r"[,;:.!?]", line.text[end : token.start]):
            break
        end = token.end
        if token.carries and not _group(line.text[token.start : token.end]):
            found.append(token.stem)
    before = [token.stem for token in line.tokens[max(place - REACH, 0) : place] if token.carries]
    return tuple(found or before[-2:])


def _quantified(mine: Sequence[Turn], seen: Sequence[Line]) -> Iterator[Turned]:
    theirs = [turn for line in seen for turn in turns(line)]
    for turn in mine:
        about = [other for other in theirs if turn.scope[:1] and turn.scope[0] in other.scope]
        if any(other.group == turn.group for other in about):
            continue
        instead = next((other.text for other in about if other.group not in {turn.group, "not"}), "")
        if instead:
            yield Turned(turn.text, "other", f"“{turn.text}”: the passage says “{instead}”")
        elif turn.group in STRONG and not any(other.group == turn.group for other in theirs):
            yield Turned(turn.text, "nowhere", f"“{turn.text}” could not be checked")


def _negated(claim: Line, mine: Sequence[Turn], related: Sequence[Line]) -> Iterator[Turned]:
    """Whether claim and line deny the same; the line that shares most with the claim speaks."""
    if not related:
        if mine:
            yield Turned(mine[0].text, "nowhere", f"“{mine[0].text}” could not be checked")
        return
    nearest = max(related, key=lambda line: shared(claim, line))
    theirs = [turn for turn in turns(nearest) if turn.group == "not"]
    tight = shared(claim, nearest) >= TIGHT and len(claim.stems) >= ENOUGH
    denied = {found for turn in theirs for found in turn.scope}
    for turn in mine:
        if turn.scope and denied.isdisjoint(turn.scope[:2]):
            certain = tight and turn.scope[0] in _stems(nearest)
            yield Turned(turn.text, "other", f"“{turn.text}”: the passage does not deny it", certain)
    if tight and len(mine) != len(theirs):
        yield Turned("not", "elsewhere", "sentence and passage do not say “not” equally often")
    asserted = {found for turn in mine for found in turn.scope}
    for turn in theirs:
        if turn.scope and turn.scope[0] in claim.stems and asserted.isdisjoint(turn.scope):
            yield Turned(turn.text, "other", f"the passage says “{turn.text}” there", tight)


def _reversed(claim: Line, related: Sequence[Line]) -> Iterator[Turned]:
    """Words of the claim whose opposites stand in the line that shares most with it, and they do not."""
    if not related:
        return
    nearest = max(related, key=lambda line: shared(claim, line))
    mine, theirs = _stems(claim), _stems(nearest)
    for token in claim.tokens:
        if token.stem in theirs:
            continue
        against = [found for found in _against(claim, token) if found in theirs and found not in mine]
        if against:
            word = claim.text[token.start : token.end]
            there = next(nearest.text[other.start : other.end] for other in nearest.tokens if other.stem == against[0])
            yield Turned(word, "other", f"“{word}”: the passage says “{there}”")


def _against(claim: Line, token: Token) -> Iterator[str]:
    yield from sorted(OPPOSITES.get(token.stem, ()))
    word = bare(claim.text[token.start : token.end])
    for prefix in ("un", "in", "im", "dis", "non"):
        if word.startswith(prefix):
            yield stem(word.removeprefix(prefix))


def _stems(line: Line) -> set[str]:
    return {token.stem for token in line.tokens}

"""Sources that differ over what a question asks: conflicts, and updates told apart from them.

Values of different articles are compared (values.py), one of each article (claims.py). They differ only where two of
them are likely answers that cannot both be meant; where they do, every further value that may be one is a side too.
None is averaged, none picked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from qa.answers import Citation, Disagreement, Side
from qa.language.kinds import Kind, kind_of
from qa.language.sayers import said_by
from qa.reading.claims import Claim, has
from qa.reading.values import relation, value_of

# Log-odds. Two values as LIKELY make a disagreement, in which one of POSSIBLE is a side as well. Told in error where
# documents of RAMDocs agree (293 sets), on SQuAD 2.0, and told at all on 90 short questions about news, about half in
# error: at 1.5 .004, .002 and 10; at 1.0 .02, .008 and 17; at 0.25 .06, .025 and 26. Of what sources differ over on
# RAMDocs .26, .43 and .6 is told; all right answers are shown in as many, since claims that are not told to differ are
# still quoted. Sides that are answers: .906 at -2, .92 at -1, .95 at 0.
LIKELY, POSSIBLE = 1.0, -1.0
# Log-odds below the likeliest. Were every possible value a rival, four of the 36 questions about the demonstration
# articles would lose a right short answer.
RIVAL = 1.0
MEASURED: frozenset[Kind] = frozenset(("count", "money", "distance", "duration", "age", "time"))
AGAIN = 1.0  # what a value gains that a second source gives as well; 0 tells a fifth less, 2 no more

Group = list[Claim]


def told(question: str, found: Sequence[Claim]) -> tuple[Disagreement, ...]:
    """The disagreement among what articles claim, the likeliest first; none or one."""
    groups = [group for group in _grouped(found) if _odds(group) >= POSSIBLE]
    if sum(_odds(group) >= LIKELY for group in groups) < len(("one", "other")):
        return ()
    kind = _kind(groups)
    if kind == "update":
        groups.sort(key=lambda group: max(_days(group)))
    return (Disagreement(matter(question), kind, tuple(map(_side, groups))),)


def contested(question: str, short: str, found: Sequence[Claim]) -> bool:
    """Whether another number, date or length is as likely, or nearly, as the short answer, which then is not given.

    Too little to call it a disagreement, too much to pick one in silence. The likeliest of `found` stands first.
    """
    kind = kind_of(question)
    if kind not in MEASURED or not found:
        return False
    given, least = value_of(short, kind), max(found[0].odds - RIVAL, POSSIBLE)
    return any(claim.odds >= least and relation(given, claim.value) == "differ" for claim in found)


def matter(question: str) -> str:
    """What it is that sources differ on, in the question's own words.

    >>> matter("How many guards work at CECOT? ")
    'How many guards work at CECOT'
    """
    return question.strip().rstrip("?!. ")


def _grouped(found: Iterable[Claim]) -> list[Group]:
    """Claims of the same value together; one that cannot be told from a value, nor shown to be it, is left out."""
    groups: list[Group] = []
    for claim in found:
        relations = [relation(claim.value, group[0].value) for group in groups]
        if "same" in relations:
            groups[relations.index("same")].append(claim)
        elif (
            claim.value.understood and all(found == "differ" for found in relations) and not _told_beside(claim, groups)
        ):
            groups.append([claim])
    return groups


def _told_beside(claim: Claim, groups: Iterable[Group]) -> bool:
    """Whether one sentence has the words of this claim and of another, and so does not deny either."""
    others = (other for group in groups for other in group)
    return any(has(claim.evidence.text, other.text) or has(other.evidence.text, claim.text) for other in others)


def _odds(group: Group) -> float:
    """How likely a value is an answer: as its best claim, and more if another source gives it."""
    return group[0].odds + AGAIN * (len({_story(claim) for claim in group}) > 1)


def _story(claim: Claim) -> str:
    """One name for an article and its reprints, which are one source."""
    return min(article.id for article in (claim.article, *claim.evidence.hit.reprints))


def _side(group: Group) -> Side:
    """One value, with a citation for each independent source."""
    first = group[0]
    sources = {_story(claim): claim for claim in reversed(group)}
    cited = [claim for claim in group if sources[_story(claim)] is claim]
    citations = tuple(Citation(0, c.evidence.hit.passage, c.evidence.start, c.evidence.end) for c in cited)
    speakers = [said_by(claim.article.text, claim.start, claim.end) for claim in cited]
    return Side(first.value.text, citations, speakers[0] if all(speakers) else "")


def _kind(groups: Sequence[Group]) -> Literal["conflict", "update"]:
    """An update if each value is later than the one before and comes from a source that gave that one."""
    if not all(claim.article.published for group in groups for claim in group):
        return "conflict"
    ordered = sorted(groups, key=lambda group: max(_days(group)))
    return "update" if all(_moved_on(earlier, later) for earlier, later in pairwise(ordered)) else "conflict"


def _moved_on(earlier: Group, later: Group) -> bool:
    """Whether a source of the earlier value is one of the later value, and nobody held on to the earlier one."""
    return max(_days(earlier)) < min(_days(later)) and not _sources(earlier).isdisjoint(_sources(later))


def _sources(group: Group) -> set[str]:
    outlets = {f"outlet {claim.article.outlet.casefold()}" for claim in group if claim.article.outlet}
    return outlets | {f"story {_story(claim)}" for claim in group}


def _days(group: Group) -> list[date]:
    return [claim.article.published for claim in group if claim.article.published]

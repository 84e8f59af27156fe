"""Does the cited passage carry this sentence? A verdict and its reasons, from what code can check. Pure.

Nothing is read for its meaning here but by an entailment model, where there is one. So the verdicts that accuse
stand on what can be looked up, and where this cannot be told for certain the verdict is "not checked".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.documents import Passage
from qa.answers import Citation, Support
from qa.checking.alignment import Line, in_order, lines
from qa.checking.entailment import Entailment
from qa.checking.findings import Finding, findings, stated_in
from qa.checking.likelihood import likelihood
from qa.checking.misattribution import misattributed
from qa.checking.verbatim import quoted
from qa.language.words import bare

# Share of the sentence's content words in the quotes, so that the words stand together, and in the passages, so that
# few come from nowhere; and of its pairs of such words that follow each other in a line, so that who does what stands.
IN_QUOTE, IN_PASSAGE, IN_ORDER = 0.5, 0.75, 0.5
SEVERAL = 2  # findings that stand nowhere, from which a sentence is not supported rather than partly
SURE = 0.9  # of an entailment model; those we know give most pairs above .9 or below .1, so that little hangs on it
BY_MODEL = "an entailment model reads it so"
OTHER_WORDS = "said in other words"


def check(sentence: str, citations: Sequence[Citation], entailment: Entailment | None = None) -> Support:
    """Judge a sentence, without its markers, by the passages it cites.

    An entailment model decides where nothing else could: it never speaks for a number that is missing.
    """
    if not citations:
        return Support("not checked", ("no citation",))
    if quoted(sentence, citations):
        return Support("quoted")
    passages = list({cited.passage.id: cited.passage for cited in citations}.values())
    seen = [line for passage in passages for line in lines(passage)]
    claim = Line(sentence)
    found = findings(claim, seen)
    judged = _accused(found, passages) or _unsure(claim, found, seen) or _by_words(claim, citations, seen)
    if judged.verdict == "not checked" and entailment is not None:
        judged = _entailed(sentence, passages, entailment, judged, found)
    return replace(judged, score=likelihood(claim, found, seen))


def _entailed(
    sentence: str, passages: Sequence[Passage], entailment: Entailment, judged: Support, found: Sequence[Finding]
) -> Support:
    """What a model makes of a sentence that could not be checked; the surest passage speaks."""
    said = entailment.judge([(passage.text, sentence) for passage in passages])
    entails = max((each.entails for each in said), default=0.0)
    contradicts = max((each.contradicts for each in said), default=0.0)
    settled = all(finding.state == "stands" for finding in found if finding.looked_up)
    if entails >= SURE and contradicts < SURE and settled:
        return Support("supported", (BY_MODEL,))
    if contradicts >= SURE and entails < SURE:
        return Support("not supported", ("an entailment model reads the opposite",))
    return judged


def _accused(found: Sequence[Finding], passages: Sequence[Passage]) -> Support | None:
    """What the passages contradict, and what is certainly not in them."""
    missing = [finding for finding in found if finding.certain and finding.state in {"nowhere", "other"}]
    if not missing:
        return None
    more = _elsewhere(passages)
    absent = [finding for finding in missing if not (finding.looked_up and stated_in(finding.text, more))]
    where = "in none of the cited passages" if len(passages) > 1 else "not in the cited passage"
    reasons = (
        finding.reason
        or f"“{finding.text}” is {where}" + ("" if finding in absent else ", but elsewhere in the article")
        for finding in missing
    )
    nowhere = len({finding.text for finding in absent if finding.state == "nowhere"})
    standing = sum(finding.state == "stands" for finding in found)
    refuted = any(finding.against for finding in absent) or (nowhere >= SEVERAL and nowhere > standing)
    return Support("not supported" if refuted else "partly", tuple(dict.fromkeys(reasons)))


def _elsewhere(passages: Sequence[Passage]) -> str:
    """What the cited articles say outside the cited passages."""
    articles = {passage.article.id: passage.article for passage in passages}
    texts = {key: article.text for key, article in articles.items()}
    for passage in sorted(passages, key=lambda passage: -passage.start):
        text = texts[passage.article.id]
        texts[passage.article.id] = f"{text[: passage.start]}\n{text[passage.end :]}"
    return "\n".join(texts.values())


def _unsure(claim: Line, found: Sequence[Finding], seen: Sequence[Line]) -> Support | None:
    """What an article only has somebody say, and what could not be checked."""
    speaker = misattributed(claim, seen)
    if speaker:
        return Support("partly", (f"the article has {speaker} say so",))
    doubtful = [finding for finding in found if finding.state != "stands"]
    if doubtful:
        reasons = (finding.reason or f"“{finding.text}” could not be checked" for finding in doubtful)
        return Support("not checked", tuple(dict.fromkeys(reasons)))
    return None


def _by_words(claim: Line, citations: Sequence[Citation], seen: Sequence[Line]) -> Support:
    """Where nothing is missing: supported if the words are there too, in their order, else undecided."""
    quotes = [Line(cited.quote) for cited in citations]
    named = frozenset().union(*(name.words for name in claim.names))
    wanted = {token.stem for token in claim.words if bare(claim.text[token.start : token.end]) not in named}
    enough = wanted and _share(wanted, quotes) >= IN_QUOTE and _share(wanted, seen) >= IN_PASSAGE
    if enough and in_order(claim, seen) >= IN_ORDER:
        return Support("supported")
    return Support("not checked", (OTHER_WORDS,))


def _share(wanted: set[str], seen: Sequence[Line]) -> float:
    return len(wanted & frozenset().union(*(line.stems for line in seen))) / len(wanted)

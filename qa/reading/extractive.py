"""An answer without a language model: the sentences that answer, quoted, each with who said it and when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

from ingest.documents import Passage
from ingest.split import sentences as split
from qa.answers import Citation, Disagreement, Sentence, ShortAnswer, Support, attribution
from qa.language.addressed import reports
from qa.language.asked import asked
from qa.language.kinds import kind_of
from qa.reading.claims import Claim, unsaid
from qa.reading.common import common_name
from qa.reading.disagreement import contested
from qa.reading.evidence import Evidence, is_long
from qa.reading.quoting import Quote, chosen
from qa.reading.short import short_span
from qa.reading.yesno import yes_or_no


@dataclass(frozen=True, slots=True)
class Extract:
    """What an answer without a model says: the short answer, if one can be given, and the sentences quoted."""

    sentences: tuple[Sentence, ...]
    short: ShortAnswer | None = None


def extract(
    question: str,
    evidence: Sequence[Evidence],
    disagreements: Sequence[Disagreement],
    limit: int,
    claimed: Sequence[Claim] = (),
) -> Extract:
    """The answer to a question from its weighed evidence, the best first.

    Every side of a disagreement is quoted before anything else, then at most `limit` sentences, then what else articles
    may be saying in answer; what sources do not agree on has no short answer.
    """
    sides = _sides(disagreements)
    quotes = [*sides, *chosen(evidence, limit, sides)]
    further = (claim.evidence for claim in unsaid(claimed, [quote.text for quote in quotes]))
    quotes += [_quoted(item) for item in further]
    name = "" if sides or not is_long(asked(question)) else common_name(question, _passages(evidence))
    quotes += _naming(name, evidence, quotes)
    sentences = compose(quotes)
    short = None if sides else _short(question, evidence, sentences) or _named(name, sentences)
    return Extract(sentences, None if short and contested(question, short.text, claimed) else short)


def _sides(disagreements: Sequence[Disagreement]) -> list[Quote]:
    """What each side says, once; its other sources are cited where they say it in the same words."""
    sides: list[Quote] = []
    for side in (side for matter in disagreements for side in matter.sides if side.citations):
        first, *others = ((cited.passage, cited.start, cited.end) for cited in side.citations)
        quote = reduce(Quote.echoed, others, Quote((first,)))
        if not any(quote.overlaps(other) for other in sides):
            sides.append(quote)
    return sides


def _quoted(item: Evidence) -> Quote:
    return Quote(((item.hit.passage, item.start, item.end),))


def _passages(evidence: Sequence[Evidence]) -> Iterable[Passage]:
    return {item.hit.passage.id: item.hit.passage for item in evidence}.values()


def _naming(name: str, evidence: Sequence[Evidence], quotes: Sequence[Quote]) -> list[Quote]:
    """The best sentence that gives a name in full, as a list of none or one: none if it is quoted already."""
    if not name or any(_place(name, quote.text) for quote in quotes):
        return []
    close = (_quoted(item) for item in evidence if item.reports)
    others = (
        Quote(((passage, *span),))
        for passage in _passages(evidence)
        for span in split(passage.article.text, passage.start, passage.end)
        if reports(passage.article.text[slice(*span)])
    )
    return [quote for quote in chain(close, others) if _place(name, quote.text)][:1]


def _named(name: str, sentences: Sequence[Sentence]) -> ShortAnswer | None:
    """A name as a short answer, where it is first quoted."""
    for citation in (sentence.citations[0] for sentence in sentences if name):
        if place := _place(name, citation.quote):
            return ShortAnswer(name, citation, citation.start + place.start(), citation.start + place.end())
    return None


def _place(name: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)


def compose(quotes: Iterable[Quote]) -> tuple[Sentence, ...]:
    """Each quote with its citations; passages are numbered as they first appear.

    The lead is given once for sentences of the same article that follow each other.
    """
    numbers: dict[str, int] = {}
    sentences: list[Sentence] = []
    article = ""
    for quote in quotes:
        citations = tuple(
            Citation(numbers.setdefault(passage.id, len(numbers) + 1), passage, start, end)
            for passage, start, end in quote.places
        )
        lead = "" if quote.article.id == article else f"{attribution(quote.article)}:"
        sentences.append(Sentence(quote.text, citations, Support("quoted", ("verbatim",)), lead))
        article = quote.article.id
    return tuple(sentences)


def _short(question: str, evidence: Sequence[Evidence], sentences: Sequence[Sentence]) -> ShortAnswer | None:
    """The short answer of the best sentence quoted that has one."""
    cited = [sentence.citations[0] for sentence in sentences]
    said = [
        ShortAnswer(text, citation, start, end)
        for item in evidence
        for citation in cited
        if citation.passage.id == item.hit.passage.id and citation.start <= item.start and item.end <= citation.end
        for text, start, end in _words(question, item)
    ]
    if kind_of(question) == "yes/no" and len({short.text for short in said}) > 1:
        return None  # one source says yes, another no
    return said[0] if said else None


def _words(question: str, item: Evidence) -> list[tuple[str, int, int]]:
    """The words of a sentence that answer, as a list of none or one, with what they say and where they stand."""
    if kind_of(question) == "yes/no":
        found = yes_or_no(question, item.text)
        return [(found[0], item.start + found[1][0], item.start + found[1][1])] if found else []
    span = short_span(question, item)
    return [(item.article.text[slice(*span)], *span)] if span else []


def lines(extract: Extract) -> Iterator[str]:
    """The answer as a reader sees it, a line at a time: the short answer first, then each sentence.

    `**` marks the short answer, `[n]` the citations; nothing else is markup.
    """
    if extract.short:
        yield f"**{' '.join(extract.short.text.split())}** [{extract.short.citation.number}]"
    yield from map(written, extract.sentences)


def written(sentence: Sentence) -> str:
    """A sentence as a reader sees it.

    >>> written(Sentence("They eat beans.", lead="Harbour Post, undated:"))
    'Harbour Post, undated: They eat beans.'
    """
    markers = "".join(f" [{citation.number}]" for citation in sentence.citations)
    return f"{sentence.lead} {' '.join(sentence.text.split())}{markers}".strip()

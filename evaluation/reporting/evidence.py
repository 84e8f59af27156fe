"""Gold evidence on the page: each quote, and whether it was found and cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Evidence
from evaluation.reporting.markup import Element, element, said
from evaluation.reporting.passages import attributed, cited, place_of

Data = Mapping[str, Any]


def first_gold(case: Case) -> str:
    """The rank of the first passage found in an article of the gold; "none" where there is none, "–" without gold."""
    if not case.question.articles:
        return "–"
    hits = case.answer.get("retrieved", ()) if case.answer else ()
    return next((str(hit["rank"]) for hit in hits if hit["article"] in case.question.articles), "none")


def evidence_list(case: Case, collection: Collection) -> Iterator[Element]:
    """The quotes that the gold names."""
    for evidence in case.question.evidence:
        fate = element("p", *_fates(evidence, case.answer or {}, collection), class_="fate")
        head = element("figcaption", *attributed(evidence.article, collection))
        yield element("figure", head, said(evidence.quote, "blockquote", class_="passage"), fate, class_="evidence")


def _fates(evidence: Evidence, answer: Data, collection: Collection) -> Iterator[Element]:
    yield element("span", _found(evidence, answer, collection), class_="tag")
    yield element("span", _cited(evidence, answer), class_="tag")


def _found(evidence: Evidence, answer: Data, collection: Collection) -> str:
    hits = [hit for hit in answer.get("retrieved", ()) if hit["article"] == evidence.article]
    for hit in hits:
        place = place_of(hit["article"], hit["passage"], collection)
        if place and _bare(evidence.quote) in _bare(collection.text(hit["article"])[slice(*place)]):
            return f"found at rank {hit['rank']}"
    return f"another passage of it found at rank {hits[0]['rank']}" if hits else "not found"


def _cited(evidence: Evidence, answer: Data) -> str:
    quotes = [_bare(citation["quote"]) for citation in cited(answer) if citation["article"] == evidence.article]
    gold = _bare(evidence.quote)
    if any(gold in quote or quote in gold for quote in quotes):
        return "cited"
    return "the article is cited, not this" if quotes else "not cited"


def _bare(text: str) -> str:
    """A text without white space, as quotes of other splittings are compared."""
    return "".join(text.split())

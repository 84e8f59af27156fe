"""Passages on the page: those that an answer cites, its quotes marked, and those that were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.reporting.markup import Content, Element, element, said
from evaluation.scoring.citing import cited as of_answer
from evaluation.scoring.spans import stands
from ingest.webaddress import followable

Data = Mapping[str, Any]
Span = tuple[int, int]
WITH_TEXT = 3  # passages found whose text is on the page: with more, 1,547 questions make a file of over 15 MB


def cited(answer: Data) -> Iterator[Data]:
    """The citations of an answer, of one without sentences too, as a failure is."""
    return of_answer({"sentences": (), "disagreements": (), **answer})


def attributed(article: str, collection: Collection) -> Iterator[Content]:
    """Outlet, date and title of an article, its title leading to where it was published."""
    source = collection.sources.get(article)
    if source is None:
        yield "not in this library: "
        yield said(article)
        return
    yield element("b", said(source["outlet"] or "no outlet"))
    yield f", {_day(source['published'])}: "
    address = followable(source["url"] or "")
    title = said(source["title"] or article)
    yield element("a", title, href=address, rel="noreferrer noopener", target="_blank") if address else title


def _day(published: str | None) -> str:
    """An ISO date as "3 May 2024".

    >>> _day("2024-05-03"), _day(None)
    ('3 May 2024', 'undated')
    """
    if not published:
        return "undated"
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}"


def cited_passages(anchor: str, answer: Data, collection: Collection) -> Iterator[Element]:
    """Each cited passage once, all its quotes marked; a quote that does not stand there is shown by itself."""
    together: dict[tuple[str, str], list[Data]] = defaultdict(list)
    for citation in cited(answer):
        together[citation["article"], citation["passage"]].append(citation)
    told: set[int] = set()
    for (article, passage), citations in together.items():
        numbers = sorted({citation["number"] for citation in citations})
        tags = [_number(anchor, number, number not in told) for number in numbers]
        told.update(numbers)
        head = element("figcaption", *tags, " ", *attributed(article, collection))
        yield element("figure", head, *_quotes(article, passage, citations, collection), class_="cited")


def _number(anchor: str, number: int, first: bool) -> Element:
    """The number of a citation; the first of it on the page is where its marker leads."""
    return element("span", str(number), class_="marker", id=f"{anchor}-{number}" if first else None)


def _quotes(article: str, passage: str, citations: Sequence[Data], collection: Collection) -> Iterator[Element]:
    good = [citation for citation in citations if stands(citation, collection)]
    spans = [(citation["start"], citation["end"]) for citation in good]
    if spans:
        yield _passage(article, passage, spans, collection)
    for citation in citations:
        if not stands(citation, collection):
            yield element("p", "Does not stand at its place in the article:", class_="fault")
            yield said(citation["quote"], "blockquote", class_="passage")


def _passage(article: str, passage: str, spans: Sequence[Span], collection: Collection) -> Element:
    place = place_of(article, passage, collection)
    start = min([start for start, _ in spans] + ([place[0]] if place else []))
    end = max([end for _, end in spans] + ([place[1]] if place else []))
    text = collection.text(article)
    return element("blockquote", *_marked(text, (start, end), spans), class_="passage", dir="auto")


def place_of(article: str, passage: str, collection: Collection) -> Span | None:
    """Where a passage stands in its article; None for one that this library does not have."""
    places = ((one["start"], one["end"]) for one in collection.passages(article) if one["passage"] == passage)
    return next(places, None)


def _marked(text: str, within: Span, spans: Sequence[Span]) -> Iterator[Content]:
    """A slice of the text, the spans in it marked; those that overlap are one mark."""
    at, end = within
    for begin, stop in sorted(spans):
        if stop > at:
            yield text[at : max(at, begin)]
            yield element("mark", text[max(at, begin) : stop])
            at = stop
    yield text[at:end]


def retrieved_list(case: Case, collection: Collection) -> Element:
    """What was found, best first; the text of the first few, where the answer has not shown it already."""
    assert case.answer is not None
    shown = {citation["passage"] for citation in cited(case.answer)}
    rows = (_retrieved(hit, case, shown, collection) for hit in case.answer["retrieved"])
    return element("ol", *rows, class_="found")


def _retrieved(hit: Data, case: Case, shown: set[str], collection: Collection) -> Element:
    article, passage = hit["article"], hit["passage"]
    gold = element("span", "gold", class_="tag") if article in case.question.articles else None
    cites = element("span", "cited", class_="tag") if passage in shown else None
    line: list[Content] = [*attributed(article, collection), " ", gold, cites]
    place = place_of(article, passage, collection) if hit["rank"] <= WITH_TEXT and passage not in shown else None
    if place is None:
        return element("li", *line)
    text = said(collection.text(article)[slice(*place)], "blockquote", class_="passage")
    return element("li", element("details", element("summary", *line), text))

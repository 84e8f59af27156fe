"""A question on the page: a line that tells how it went, and what opens beneath it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.reporting.evidence import evidence_list, first_gold
from evaluation.reporting.markup import Content, Element, element, said
from evaluation.reporting.passages import attributed, cited, cited_passages, retrieved_list
from evaluation.reporting.report import Report
from evaluation.reporting.table import number
from evaluation.scoring.paired import OUTCOMES, outcome
from evaluation.scoring.spans import stands

Data = Mapping[str, Any]
NOTHING = "–"
BRIEF = 110  # characters of an answer on the line; the whole stands beneath
_MARKER = re.compile(r"\[(\d{1,3})\]")
F1 = ("answers", "token F1")
COLUMNS = ("outcome", "question", "type", "F1", "gold at rank", "citations", "confidence", "time")


def entry(place: int, case: Case, report: Report, collection: Collection) -> Element:
    """One question; `place` names it on the page, whatever its id."""
    fate, anchor = outcome(case), f"q{place}"
    line = element("summary", *_line(case, report, collection))
    opened = element("div", *_opened(anchor, case, collection), class_="opened")
    return element("details", line, opened, class_=f"q {fate}", id=anchor)


def _line(case: Case, report: Report, collection: Collection) -> Iterator[Element]:
    question, answer = case.question, case.answer or {}
    f1 = report.score(*F1, question.id)
    fate = outcome(case)
    yield element("span", fate, class_="outcome", title=OUTCOMES[fate])
    yield element(
        "span",
        said(question.question, "span", class_="asked"),
        element("span", said(question.id, class_="ident"), *_gold_and_given(case), class_="beneath"),
        class_="what",
    )
    yield _cell("type", question.type or NOTHING)
    yield _cell("F1", NOTHING if f1 is None else number(f1))
    yield _cell("gold at rank", first_gold(case))
    yield _cell("citations", _validity(answer, collection))
    yield _cell("confidence", number(answer["confidence"]) if answer.get("confidence") is not None else NOTHING)
    yield _cell("time", _time(answer))


def _cell(name: str, text: str) -> Element:
    """A number of the line; its name is shown where the columns have no heading."""
    return element("span", element("span", name, class_="called"), said(text), class_="cell")


def _gold_and_given(case: Case) -> Iterator[Content]:
    answers = case.question.answers
    gold = "not in the sources" if case.question.answerable is False else " / ".join(answers)
    yield from (" gold: ", said(gold, class_="gold")) if gold else ()
    yield from (" answer: ", said(_brief(given(case)), class_="given"))


def given(case: Case) -> str:
    """What was answered, as short as it was given."""
    if case.answer is None:
        return "none"
    short = case.answer.get("short")
    said_at_length = (case.answer.get(name) for name in ("text", "reason", "status"))
    return str(short["text"] if short else next(filter(None, said_at_length), ""))


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= BRIEF else f"{line[: BRIEF - 1]}…"


def _validity(answer: Data, collection: Collection) -> str:
    citations = list(cited(answer))
    good = sum(stands(citation, collection) for citation in citations)
    return f"{good} of {len(citations)}" if citations else NOTHING


def _time(answer: Data) -> str:
    total = (answer.get("timings_ms") or {}).get("total")
    return NOTHING if total is None else f"{total:,.0f} ms"


# What opens


def _opened(anchor: str, case: Case, collection: Collection) -> Iterator[Content]:
    yield element("div", *_answer(anchor, case, collection), class_="side")
    yield element("div", *_gold(case, collection), *_retrieved(case, collection), class_="side")


def _answer(anchor: str, case: Case, collection: Collection) -> Iterator[Content]:
    yield element("h4", "Answer")
    if case.answer is None:
        yield element("p", "The run has no answer to this question.", class_="quiet")
        return
    answer = case.answer
    numbers = {citation["number"] for citation in cited(answer)}
    for paragraph in str(answer.get("text") or "").splitlines():
        yield element("p", *_with_markers(paragraph, anchor, numbers), class_="words", dir="auto")
    for name in ("reason", "notice"):
        if answer.get(name):
            yield said(answer[name], "p", class_="quiet")
    yield from cited_passages(anchor, answer, collection)


def _with_markers(text: str, anchor: str, numbers: set[int]) -> Iterator[Content]:
    """The words of an answer, each marker that names a citation leading to it."""
    end = 0
    for marker in _MARKER.finditer(text):
        if int(marker[1]) in numbers:
            yield text[end : marker.start()]
            yield element("a", marker[1], href=f"#{anchor}-{marker[1]}", class_="marker")
            end = marker.end()
    yield text[end:]


def _gold(case: Case, collection: Collection) -> Iterator[Content]:
    question = case.question
    yield element("h4", "Gold")
    if question.answerable is False:
        yield element("p", "Not in the sources: declining is right.")
    elif question.answers:
        yield element("p", *_listed(question.answers), class_="words")
    yield from evidence_list(case, collection)
    rest = [name for name in question.articles if name not in {one.article for one in question.evidence}]
    if rest:
        yield element("ul", *(element("li", *attributed(name, collection)) for name in rest), class_="sources")


def _listed(names: tuple[str, ...]) -> Iterator[Content]:
    for place, name in enumerate(names):
        yield " or " if place else None
        yield said(name)


def _retrieved(case: Case, collection: Collection) -> Iterator[Content]:
    if case.answer is not None and case.answer.get("retrieved"):
        yield element("h4", "Found")
        yield retrieved_list(case, collection)

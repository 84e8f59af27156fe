"""The framed remarks of an answer: sources that differ, what the sources do not say, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from ingest.documents import Passage
from web import markup, passage, reference
from web.reference import Reference

NEAREST = 3  # passages shown when the sources do not say: enough to judge by, few enough to read
TITLES = {"conflict": "Sources disagree", "update": "A later report differs"}
WIDER = {"dates": "Search without the date filter", "outlets": "Search all outlets"}  # what a scope can be rid of
DAYS = (("from", "since"), ("until", "until"))


def card(title: str, content: str, kind: str) -> str:
    """A framed remark that stands where an answer would."""
    return markup.element(
        "section", markup.element("h3", markup.text(title)) + content, class_=f"card {kind}", aria_label=title
    )


# Sources that differ.


def differing(turn: int, answer: dict[str, Any]) -> str:
    """A card for each matter in which sources differ: every value, who gives it and when."""
    shown = []
    for matter, cited in zip(answer["disagreements"], reference.by_side(turn, answer), strict=True):
        before = chain([()], cited) if matter["kind"] == "update" else repeat(())
        sides = zip(matter["sides"], cited, before, strict=False)
        rows = "".join(_side(side, mine, _moved_on(mine, earlier)) for side, mine, earlier in sides)
        caption = markup.element("caption", markup.text(matter["matter"]), dir="auto")
        head = '<thead><tr><th scope="col">What is said</th><th scope="col">By whom, and when</th></tr></thead>'
        table = markup.element("table", caption + head + markup.element("tbody", rows), class_="sides")
        shown.append(card(TITLES[matter["kind"]], table, "differ"))
    return "".join(shown)


def _side(side: dict[str, Any], cited: list[Reference], update: str) -> str:
    """A row: one value, and everybody who gives it, each with the marker that opens the words."""
    value = markup.element("b", markup.text(side["value"]), dir="auto")
    if side["said_by"]:
        value += markup.element("span", markup.text(f"according to {side['said_by']}"), class_="said-by", dir="auto")
    sources = "".join(markup.element("li", _source(each)) for each in cited)
    told = markup.element("p", update, class_="update") if update else ""
    return markup.element(
        "tr", markup.element("th", value, scope="row") + markup.element("td", markup.element("ul", sources) + told)
    )


def _source(cited: Reference) -> str:
    who = cited.source.get("outlet") or cited.source.get("title") or "Unknown source"
    when = markup.element("span", markup.long_date(cited.source.get("published")), class_="when")
    return f"{markup.element('span', markup.text(who), class_='who', dir='auto')} {when} {reference.marker(cited)}"


def _moved_on(later: list[Reference], earlier: Sequence[Reference]) -> str:
    """What makes a value an update of the one before it; "" for the first, which is none."""
    if not earlier:
        return ""
    same = {each.source.get("outlet") for each in later} & {each.source.get("outlet") for each in earlier} - {"", None}
    return "same outlet, later: an update" if same else "same story, later: an update"


# What the sources do not say.


def unanswered(turn: int, answer: dict[str, Any], passages: Mapping[str, Passage]) -> str:
    """Why there is no answer, what was looked through, what came nearest, and how to look further."""
    reason = markup.element("p", markup.text(answer["reason"] or "No passage answers this question."))
    rows = "".join(_row(name, words) for name, words in _search(answer))
    near = [passages[ident] for ident in nearest(answer) if ident in passages]
    listed = "".join(markup.element("li", passage.excerpt(turn, each)) for each in near)
    heading = markup.element("h4", "The nearest passages, which do not answer it")
    excerpts = heading + markup.element("ol", listed, class_="excerpts") if near else ""
    searched = markup.element("dl", rows, class_="searched")
    return card("Not in the sources", reason + _wider(turn, answer) + searched + excerpts, "unanswered")


def _row(name: str, words: str) -> str:
    return markup.element("div", markup.element("dt", name) + markup.element("dd", markup.text(words), dir="auto"))


def _search(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What was searched and what was left out, each with its name."""
    searched = answer.get("searched") or {}
    yield "Searched for", answer["standalone_question"] or answer["question"]
    if searched.get("understood"):
        yield "Read as asking for", ", ".join(searched["understood"])
    if searched.get("articles") or searched.get("left_out"):
        yield "Looked through", markup.counted(searched["articles"], "article")
    yield "Found", found(answer) if answer["retrieved"] else "nothing"
    if searched.get("left_out"):
        limits = "; ".join(limited(answer))
        out = markup.counted(searched["left_out"], "article")
        yield "Left out", f"{out}, by the scope: {limits}" if limits else out


def limited(answer: dict[str, Any]) -> list[str]:
    """What the answer's scope was limited to: "from 3 May 2024", "Harbour Post"."""
    scope = answer.get("scope") or {}
    days = [f"{word} {markup.long_date(scope[key])}" for word, key in DAYS if scope.get(key)]
    return [*days, " or ".join(scope["outlets"])] if scope.get("outlets") else days


def _wider(turn: int, answer: dict[str, Any]) -> str:
    """Buttons that ask again without the dates, or in all outlets, where the scope had them."""
    scope = answer.get("scope") or {}
    limits = {"dates": scope.get("since") or scope.get("until"), "outlets": scope.get("outlets")}
    buttons = "".join(
        markup.element("button", WIDER[part], type="button", data_event="widen", data_turn=turn, data_part=part)
        for part, limit in limits.items()
        if limit
    )
    return markup.element("p", buttons, class_="wider") if buttons else ""


def nearest(answer: dict[str, Any]) -> list[str]:
    """Ids of the nearest passages: those that the answer names, else the first that were found."""
    named = [citation["passage"] for citation in answer.get("nearest", [])]
    return named or [hit["passage"] for hit in answer["retrieved"][:NEAREST]]


# What is told of the search, here and in the steps.


def found(answer: dict[str, Any]) -> str:
    """How much was found: "8 passages from 5 articles"."""
    articles = len({hit["article"] for hit in answer["retrieved"]})
    if not articles:
        return "Nothing found"
    told = f"{markup.counted(len(answer['retrieved']), 'passage')} from {markup.counted(articles, 'article')}"
    independent = answer.get("independent_found", articles)
    return told if independent == articles else f"{told}, {independent:,} independent"


def looked_through(answer: dict[str, Any]) -> list[str]:
    """What was looked through and what was left out, each in a few words."""
    searched = answer.get("searched") or {}
    lines = []
    if searched.get("understood"):
        lines.append(f"Read as asking for {', '.join(searched['understood'])}")
    if searched.get("articles"):
        out = f", {searched['left_out']:,} left out by the scope" if searched["left_out"] else ""
        lines.append(f"Looked through {markup.counted(searched['articles'], 'article')}{out}")
    return lines

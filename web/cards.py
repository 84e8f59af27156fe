"""The framed remarks of an answer: sources that differ, what the sources do not say, what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents import Passage
from web import markup, passage, reference
from web.reference import Reference

NEAREST = 3  # passages shown when the sources do not say: enough to judge by, few enough to read
TITLES = {"conflict": "Sources disagree", "update": "A later report differs"}


def card(title: str, content: str, kind: str) -> str:
    """A framed remark that stands where an answer would."""
    return markup.element(
        "section", markup.element("h3", markup.text(title)) + content, class_=f"card {kind}", aria_label=title
    )


def differing(turn: int, answer: dict[str, Any]) -> str:
    """A card for each matter in which sources differ: every value, who gives it and when."""
    shown = []
    for matter, sides in zip(answer["disagreements"], reference.by_side(turn, answer), strict=True):
        items = "".join(_side(side, cited) for side, cited in zip(matter["sides"], sides, strict=True))
        listed = markup.element("p", markup.text(matter["matter"]), dir="auto") + markup.element("ul", items)
        shown.append(card(TITLES[matter["kind"]], listed, "differ"))
    return "".join(shown)


def _side(side: dict[str, Any], cited: list[Reference]) -> str:
    value = markup.element("b", markup.text(side["value"]), dir="auto")
    said_by = f", according to {side['said_by']}" if side["said_by"] else ""
    sources = "; ".join(markup.text(each.byline) + reference.marker(each) for each in cited)
    return markup.element("li", f"{value}{markup.text(said_by)}: {sources}")


def unanswered(turn: int, answer: dict[str, Any], passages: Mapping[str, Passage]) -> str:
    """Why there is no answer, what was looked through, and what came nearest."""
    reason = markup.element("p", markup.text(answer["reason"] or "No passage answers this question."))
    asked_for = markup.text(answer["standalone_question"] or answer["question"])
    told = " · ".join(markup.text(line) for line in [*looked_through(answer), found(answer)])
    searched = markup.element("p", f'<span class="label">Searched for</span> {asked_for} · {told}', class_="searched")
    near = [passages[ident] for ident in nearest(answer) if ident in passages]
    listed = "".join(markup.element("li", passage.excerpt(turn, each)) for each in near)
    heading = markup.element("h4", "The nearest passages, which do not answer it")
    excerpts = heading + markup.element("ol", listed, class_="excerpts") if near else ""
    return card("Not in the sources", reason + searched + excerpts, "unanswered")


def nearest(answer: dict[str, Any]) -> list[str]:
    """Ids of the nearest passages: those that the answer names, else the first that were found."""
    named = [citation["passage"] for citation in answer.get("nearest", [])]
    return named or [hit["passage"] for hit in answer["retrieved"][:NEAREST]]


def found(answer: dict[str, Any]) -> str:
    """How much was found: "8 passages from 5 articles"."""
    articles = len({hit["article"] for hit in answer["retrieved"]})
    if not articles:
        return "Nothing found"
    return f"{markup.counted(len(answer['retrieved']), 'passage')} from {markup.counted(articles, 'article')}"


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

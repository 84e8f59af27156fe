"""The Evidence pane as a list: a card per cited source, then what was found and not cited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents import Passage
from web import markup, passage, reference
from web.reference import Reference

LABEL = "Evidence"
EMPTY = "Sources appear here with the sentences they are cited for. Open one to read it in its article."
CLOSE = markup.element("button", "✕", type="button", class_="icon close", aria_label="Close evidence", data_close="")


def empty() -> str:
    """The pane before there is anything to show."""
    return frame(markup.element("p", EMPTY, class_="hint"))


def frame(content: str, note: str = "", view: str = "list", focus: Reference | None = None) -> str:
    """The pane's heading around its content. `view` and `focus` tell the script what is shown."""
    small = markup.element("span", markup.text(note), class_="note") if note else ""
    title = markup.element("h2", LABEL, class_="pane-title")
    head = markup.element("header", title + small + CLOSE, class_="pane-head")
    at = {"data_turn": focus.turn, "data_order": focus.order} if focus else {}
    return markup.element("section", head + content, class_="pane", aria_label=LABEL, data_view=view, **at)


def sources(turn: int, answer: dict[str, Any], passages: Mapping[str, Passage]) -> str:
    """All evidence of one answer; `passages` are the live ones among those that it found."""
    cited = reference.references(turn, answer)
    by_article: dict[str, list[Reference]] = {}
    for each in cited:
        by_article.setdefault(each.article, []).append(each)
    cards = "".join(markup.element("li", _card(group)) for group in by_article.values())
    listed = markup.element("ol", cards, class_="sources", aria_label="Cited sources") if cards else ""
    nothing = "" if cards else markup.element("p", "Nothing is cited in this answer.", class_="hint")
    note = _counted(len(by_article), answer.get("independent_sources", 0)) if cards else ""
    return frame(nothing + listed + _uncited(turn, answer, passages, set(by_article)), note)


def _counted(sources: int, independent: int) -> str:
    """How many sources, and how many of them are independent, since reprints of one story count once."""
    told = markup.counted(sources, "source")
    return f"{told}, {independent} independent" if 0 < independent < sources else told


def _card(group: list[Reference]) -> str:
    first = group[0]
    title = first.source.get("title") or "Untitled"
    head = markup.element("div", _byline(first.source), class_="by")
    heading = markup.element("h3", markup.element("button", markup.text(title), **_opens(first)), dir="auto")
    quotes = "".join(_quote(each) for each in group)
    return markup.element("section", head + heading + quotes, class_="source", aria_label=title)


def _byline(source: dict[str, Any]) -> str:
    """Outlet, date, authors; the outlet stands out."""
    outlet = markup.element("b", markup.text(source["outlet"])) if source.get("outlet") else ""
    parts = [outlet, markup.text(markup.long_date(source.get("published")))]
    if source.get("authors"):
        parts.append(markup.text(", ".join(source["authors"])))
    return " · ".join(part for part in parts if part) + _reprints(source)


def _reprints(source: dict[str, Any]) -> str:
    """The reprints of the story, counted, and named when opened."""
    copies = source.get("copies") or []
    if not copies:
        return ""
    named = "".join(markup.element("li", markup.text(reference.byline(copy))) for copy in copies)
    summary = markup.element("summary", f"and {markup.counted(len(copies), 'reprint')}")
    return markup.element("details", summary + markup.element("ul", named), class_="reprints")


def _opens(cited: Reference) -> dict[str, Any]:
    return {"type": "button", "data_event": "cite", "data_turn": cited.turn, "data_order": cited.order}


def _quote(cited: Reference) -> str:
    label = markup.element("span", str(cited.number), class_=f"number {cited.shape}", aria_hidden="true")
    words = markup.element("q", markup.text(cited.quote), dir="auto")
    where = f"p. {cited.page} · {cited.verdict}" if cited.page else cited.verdict
    verdict = markup.element("span", markup.text(where), class_=f"verdict {cited.shape}")
    reasons = "; ".join(cited.reasons)
    why = markup.element("span", markup.text(reasons), class_="reasons") if reasons else ""
    return markup.element(
        "button",
        label + markup.element("span", words + verdict + why, class_="quoted"),
        id=cited.anchor,
        class_="quote",
        **_opens(cited),
    )


def _uncited(turn: int, answer: dict[str, Any], passages: Mapping[str, Passage], cited: set[str]) -> str:
    """One passage, the best, of each article that was found and not cited."""
    best: dict[str, Passage] = {}
    for hit in answer["retrieved"]:
        if hit["passage"] in passages and hit["article"] not in cited:
            best.setdefault(hit["article"], passages[hit["passage"]])
    if not best:
        return ""
    items = "".join(markup.element("li", passage.excerpt(turn, each)) for each in best.values())
    count = markup.counted(len(best), "article")
    summary = markup.element("summary", f"Also found, not cited: {count}")
    opened = {"open": ""} if not cited else {}
    return markup.element(
        "details", summary + markup.element("ol", items, class_="excerpts"), class_="uncited", **opened
    )

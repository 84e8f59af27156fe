"""The Evidence pane as a list: a card per cited source, then what was found and not cited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents import Passage
from web import markup, passage, reference, timeline
from web.reference import Reference

LABEL = "Evidence"
EMPTY = "Sources appear here with the sentences they are cited for. Open one to read it in its article."
CLOSE = markup.element("button", "✕", type="button", class_="icon close", aria_label="Close evidence", data_close="")


def empty() -> str:
    """The pane before there is anything to show."""
    return frame(markup.element("p", EMPTY, class_="hint"))


def frame(content: str, note: str = "", view: str = "list", **at: object) -> str:
    """The pane's heading around its content. `view` and `at` (data_turn=3) tell the script what it shows."""
    small = markup.element("span", markup.text(note), class_="note") if note else ""
    title = markup.element("h2", LABEL, class_="pane-title")
    head = markup.element("header", title + small + CLOSE, class_="pane-head")
    return markup.element(
        "section", head + content, class_="pane", aria_label=LABEL, tabindex="-1", data_view=view, **at
    )


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
    beside = _beside(answer, passages, set(by_article))
    drawn = timeline.timeline(cited, beside, answer, turn)
    return frame(drawn + nothing + listed + _uncited(turn, beside, folded=bool(cited)), note, data_turn=turn)


def _counted(sources: int, independent: int) -> str:
    """How many sources, and how many of them are independent, since reprints of one story count once."""
    told = markup.counted(sources, "source")
    return f"{told}, {independent} independent" if 0 < independent < sources else told


def _card(group: list[Reference]) -> str:
    first = group[0]
    title = first.source.get("title") or "Untitled"
    head = markup.element("div", _byline(first.source), class_="by")
    button = markup.element("button", markup.text(title), type="button", **reference.opens(first))
    heading = markup.element("h3", button, dir="auto")
    quotes = "".join(_quote(each) for each in group)
    content = head + heading + quotes + _reprints(first.source)
    return markup.element("section", content, class_="source", aria_label=title)


def _byline(source: dict[str, Any]) -> str:
    """Outlet, date, authors; the outlet stands out."""
    outlet = markup.element("b", markup.text(source["outlet"])) if source.get("outlet") else ""
    parts = [outlet, markup.text(markup.long_date(source.get("published")))]
    if source.get("authors"):
        parts.append(markup.text(", ".join(source["authors"])))
    return " · ".join(part for part in parts if part)


def _reprints(source: dict[str, Any]) -> str:
    """The reprints of the story, counted, and named when opened."""
    copies = source.get("copies") or []
    if not copies:
        return ""
    named = "".join(markup.element("li", markup.text(reference.byline(copy))) for copy in copies)
    summary = markup.element("summary", reference.reprints(source))
    return markup.element("details", summary + markup.element("ul", named), class_="reprints")


def _quote(cited: Reference) -> str:
    label = markup.element("span", str(cited.number), class_=f"number {cited.shape}", aria_hidden="true")
    words = markup.element("q", markup.text(cited.quote), dir="auto")
    told = [f"page {cited.page}" if cited.page else "", cited.judged, "; ".join(cited.reasons)]
    verdict = markup.element(
        "span", markup.text(" · ".join(each for each in told if each)), class_=f"verdict {cited.shape}"
    )
    return markup.element(
        "button",
        label + markup.element("span", words + verdict, class_="quoted"),
        type="button",
        id=cited.anchor,
        class_="quote",
        **reference.opens(cited),
    )


def _beside(answer: dict[str, Any], passages: Mapping[str, Passage], cited: set[str]) -> list[Passage]:
    """One passage, the best, of each article that was found and not cited."""
    best: dict[str, Passage] = {}
    for hit in answer["retrieved"]:
        if hit["passage"] in passages and hit["article"] not in cited:
            best.setdefault(hit["article"], passages[hit["passage"]])
    return list(best.values())


def _uncited(turn: int, beside: list[Passage], *, folded: bool) -> str:
    if not beside:
        return ""
    items = "".join(markup.element("li", passage.excerpt(turn, each)) for each in beside)
    summary = markup.element("summary", f"Also found, not cited: {markup.counted(len(beside), 'article')}")
    listed = markup.element("ol", items, class_="excerpts")
    return markup.element("details", summary + listed, class_="uncited", open=None if folded else "")

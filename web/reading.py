"""The Evidence pane as an article: the whole text, with exactly the cited sentence marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.documents import Article, Passage
from ingest.webaddress import followable
from qa.answers import source_dict
from web import evidence, markup, reference
from web.reference import Reference

BLANK_LINE = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n)){2,}")
NEW_LINE = re.compile(r"(?:\r\n|\r|\n)+")
WRAPPED_LINE = 45  # characters: where every line but a paragraph's last is longer, its line breaks mean nothing

CHANGED = "This article has changed since the answer was given. The quoted words are no longer where they stood."
GONE = "This article is no longer in the library."


@dataclass(frozen=True, slots=True)
class Span:
    """A part of an article to set off; `opens` is the citation that a click on it goes to."""

    start: int
    end: int
    opens: Reference | None = None


def cited(article: Article | None, focus: Reference, everything: Sequence[Reference]) -> str:
    """The article of one citation. `everything` holds all citations of the answer, for going on and back."""
    bar, at = _bar(focus.turn, _steps(focus, everything)), {"data_turn": focus.turn, "data_order": focus.order}
    if article is None:
        return _pane(bar, _warning(GONE, focus.quote), **at)
    head = _head(article)
    if article.text[focus.start : focus.end] != focus.quote:
        return _pane(bar, head + _warning(CHANGED, focus.quote) + body(article.text, None, ()), **at)
    others = [
        Span(each.start, each.end, each)
        for each in everything
        if each.article == focus.article and article.text[each.start : each.end] == each.quote
    ]
    return _pane(bar, head + body(article.text, Span(focus.start, focus.end), others), **at)


def found(passage: Passage | None, turn: int) -> str:
    """The article of a passage that was found and not cited, with the passage marked."""
    page = passage.article.page_at(passage.start) if passage else None
    bar = _bar(turn, markup.element("span", _with_page("Found, not cited", page), class_="place"))
    if passage is None:
        return _pane(bar, _warning(GONE), data_turn=turn)
    article = passage.article
    content = _head(article) + body(article.text, Span(passage.start, passage.end), (), kind="passage")
    return _pane(bar, content, data_turn=turn, data_passage=passage.id)


def body(text: str, focus: Span | None, others: Iterable[Span], kind: str = "cited") -> str:
    """All of a text as paragraphs. The focus is one `<mark>` whose text is the text's, character for character."""
    spans = _disjoint(focus, others)
    parts, cursor = [], 0
    for start, end in paragraphs(text, focus if kind == "cited" else None):
        parts.append(markup.text(text[cursor:start]))
        inside = [span for span in spans if span.start < end and start < span.end]
        content = _marked(text, start, end, inside, focus, kind)
        parts.append(markup.element("p", content, dir="auto", class_="flowing" if _wrapped(text[start:end]) else None))
        cursor = end
    parts.append(markup.text(text[cursor:]))
    return markup.element("div", "".join(parts), class_="text")


def paragraphs(text: str, focus: Span | None) -> list[tuple[int, int]]:
    """Where paragraphs begin and end: at blank lines if there are any, else at line ends, never inside the focus."""
    breaks = BLANK_LINE if BLANK_LINE.search(text.strip()) else NEW_LINE
    found, cursor = [], 0
    for gap in breaks.finditer(text):
        if focus and gap.start() < focus.end and focus.start < gap.end():
            continue
        if gap.start() > cursor:
            found.append((cursor, gap.start()))
        cursor = gap.end()
    if cursor < len(text):
        found.append((cursor, len(text)))
    return found


def _wrapped(paragraph: str) -> bool:
    """Whether a paragraph's lines were broken by width, so that it reads better filled."""
    lines = paragraph.splitlines()
    return len(lines) > 1 and min(len(line) for line in lines[:-1]) > WRAPPED_LINE


def _disjoint(focus: Span | None, others: Iterable[Span]) -> list[Span]:
    """The focus whole, and what remains of the others beside it and beside each other, in order."""
    taken = [focus] if focus else []
    for other in others:
        for start, end in _outside(other.start, other.end, taken):
            taken.append(Span(start, end, other.opens))
    return sorted(taken, key=lambda span: span.start)


def _outside(start: int, end: int, taken: Sequence[Span]) -> list[tuple[int, int]]:
    """The parts of [start, end) that no taken span covers."""
    free = [(start, end)]
    for span in taken:
        pieces = [((a, min(b, span.start)), (max(a, span.end), b)) for a, b in free]
        free = [(a, b) for pair in pieces for a, b in pair if a < b]
    return free


def _marked(text: str, start: int, end: int, spans: Sequence[Span], focus: Span | None, kind: str) -> str:
    parts, cursor = [], start
    for span in spans:
        begin, stop = max(span.start, start), min(span.end, end)
        parts.append(markup.text(text[cursor:begin]))
        parts.append(_set_off(text[begin:stop], span, focus, kind))
        cursor = stop
    return "".join(parts) + markup.text(text[cursor:end])


def _set_off(words: str, span: Span, focus: Span | None, kind: str) -> str:
    if span is focus or span.opens is None:
        return markup.element("mark", markup.text(words), class_=kind, tabindex="-1")
    to = span.opens
    return markup.element(
        "a",
        markup.text(words),
        class_="also",
        href=f"#{to.anchor}",
        title=f"Also cited, as [{to.number}]",
        **reference.opens(to),
    )


def _pane(bar: str, content: str, **at: object) -> str:
    return evidence.frame(bar + markup.element("article", content, class_="reading"), "", "article", **at)


def _bar(turn: int, middle: str) -> str:
    back = markup.element("button", "← Sources", type="button", class_="back", data_event="sources", data_turn=turn)
    return markup.element("nav", back + middle + evidence.CLOSE, class_="bar", aria_label="Citations")


def _steps(focus: Reference, everything: Sequence[Reference]) -> str:
    """Previous, where we are, next."""
    place = _with_page(f"{focus.order} of {len(everything)}", focus.page)
    place = markup.element("span", place, class_="place", aria_live="polite")
    return (
        _step("‹", "Previous citation", focus.order - 1, focus, everything)
        + place
        + _step("›", "Next citation", focus.order + 1, focus, everything)
    )


def _with_page(place: str, page: int | None) -> str:
    """A place with the page on which the marked words stand, in a document that has pages."""
    return f"{place} · page {page}" if page else place


def _step(sign: str, label: str, order: int, focus: Reference, everything: Sequence[Reference]) -> str:
    there = reference.find(everything, order)
    return markup.element(
        "button",
        sign,
        type="button",
        class_="icon step",
        aria_label=label,
        title=label,
        disabled=None if there else "",
        data_event="cite",
        data_turn=focus.turn,
        data_order=order,
    )


def _head(article: Article) -> str:
    source = source_dict(article)
    by = [article.outlet, markup.long_date(source["published"]), ", ".join(article.authors)]
    line = markup.element("p", markup.text(" · ".join(part for part in by if part)), class_="by")
    title = markup.element("h2", markup.text(article.title), class_="title", dir="auto")
    return markup.element("header", line + title + _actions(article, source))


def _actions(article: Article, source: dict[str, Any]) -> str:
    address = followable(article.url)
    original = (
        markup.element("a", "Open the original", href=address, target="_blank", rel="noopener noreferrer")
        if address
        else ""
    )
    copy = markup.element(
        "button", "Copy reference", type="button", data_copy=citation_text(source, address), aria_live="polite"
    )
    return markup.element("p", original + copy, class_="actions")


def citation_text(source: dict[str, Any], address: str) -> str:
    """A reference as one writes it by hand.

    >>> citation_text({"authors": ["A. Reed"], "title": "Fog", "outlet": "Post", "published": "2025-01-30"}, "")
    'A. Reed: “Fog”. Post, 30 January 2025.'
    """
    by = f"{', '.join(source['authors'])}: " if source["authors"] else ""
    where = ", ".join(part for part in (source["outlet"], markup.long_date(source["published"])) if part)
    return f"{by}“{source['title']}”. {where}.{f' {address}' if address else ''}"


def _warning(message: str, quote: str = "") -> str:
    then = markup.element("blockquote", markup.text(quote), dir="auto") if quote else ""
    return markup.element("div", markup.element("p", message) + then, class_="warning", role="status")

"""One citation of an answer as the page shows it: its place among the markers, its quote, its source, its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from web import markup

LONGEST_GLANCE = 320  # characters of a quote on the card over its marker: eight lines or so; all of it is in the pane

QUOTED = {"verdict": "quoted", "reasons": []}  # what the sides of a disagreement are

SHAPES = {
    "quoted": "v-quoted",
    "supported": "v-supported",
    "partly": "v-partly",
    "not supported": "v-unsupported",
    "not checked": "v-unchecked",
}
IN_WORDS = {"partly": "partly supported"}  # the other verdicts are words already


@dataclass(frozen=True, slots=True)
class Reference:
    """`order` counts the markers of one answer from 1; `number` is what a marker shows."""

    turn: int
    order: int
    number: int
    article: str
    start: int
    end: int
    quote: str
    verdict: str
    reasons: tuple[str, ...]
    source: dict[str, Any]
    page: int | None = None  # of a document that has pages

    @property
    def anchor(self) -> str:
        """The id of this citation's quote in the Evidence pane, unique on the page."""
        return f"m{self.turn}-c{self.order}"

    @property
    def shape(self) -> str:
        return SHAPES.get(self.verdict, "v-unchecked")

    @property
    def judged(self) -> str:
        """The verdict as a reader says it."""
        return IN_WORDS.get(self.verdict, self.verdict)

    @property
    def byline(self) -> str:
        return byline(self.source)


def byline(source: dict[str, Any]) -> str:
    """Outlet and date: "Harbour Post, 3 May 2024"; the title where no outlet is known."""
    who = source.get("outlet") or source.get("title") or "Unknown source"
    return f"{who}, {markup.long_date(source.get('published'))}"


def reprints(source: dict[str, Any]) -> str:
    """How many more printed the same: "+4 reprints"; "" where nobody did."""
    copies = source.get("copies") or []
    return f"+{markup.counted(len(copies), 'reprint')}" if copies else ""


def references(turn: int, answer: dict[str, Any]) -> list[Reference]:
    """Every citation of an answer, in the order of its text; then those that only a disagreement has."""
    found = [each for group in by_sentence(turn, answer) for each in group]
    sides = [each for matter in by_side(turn, answer) for side in matter for each in side]
    return sorted({each.order: each for each in (*found, *sides)}.values(), key=lambda each: each.order)


def by_sentence(turn: int, answer: dict[str, Any]) -> list[list[Reference]]:
    """The citations of each sentence; `order` counts through the whole answer."""
    sources = {source["article"]: source for source in answer["sources"]}
    groups: list[list[Reference]] = []
    order = 0
    for sentence in answer["sentences"]:
        group = []
        for citation in sentence["citations"]:
            order += 1
            group.append(_reference(turn, order, citation, sentence["support"], sources))
        groups.append(group)
    return groups


def by_side(turn: int, answer: dict[str, Any]) -> list[list[list[Reference]]]:
    """The citations of each side of each disagreement; one that a sentence has as well is the same reference."""
    sources = {source["article"]: source for source in answer["sources"]}
    in_text = [each for group in by_sentence(turn, answer) for each in group]
    known = {(each.article, each.start, each.end): each for each in in_text}
    orders = count(len(in_text) + 1)

    def of(citation: dict[str, Any]) -> Reference:
        place = (citation["article"], citation["start"], citation["end"])
        if place not in known:
            known[place] = _reference(turn, next(orders), citation, QUOTED, sources)
        return known[place]

    return [[[of(one) for one in side["citations"]] for side in matter["sides"]] for matter in answer["disagreements"]]


def _reference(
    turn: int, order: int, citation: dict[str, Any], support: dict[str, Any], sources: dict[str, dict[str, Any]]
) -> Reference:
    return Reference(
        turn,
        order,
        citation["number"],
        citation["article"],
        citation["start"],
        citation["end"],
        citation["quote"],
        support["verdict"],
        tuple(support["reasons"]),
        sources.get(citation["article"], {}),
        citation.get("page"),
    )


def marker(reference: Reference) -> str:
    """The `[1]` in the text: a link to its quote, which a card over it shows on hover and on focus."""
    digits = f'<span class="bracket">[</span>{reference.number}<span class="bracket">]</span>'
    return markup.element(
        "a",
        digits,
        class_=f"cite {reference.shape}",
        href=f"#{reference.anchor}",
        aria_label=f"Citation {reference.number}: {reference.byline}, {reference.judged}",
        **glance(reference),
        **opens(reference),
    )


def glance(reference: Reference) -> dict[str, Any]:
    """What the card over a marker shows: who wrote it and when, the quote, what was made of it."""
    quote = reference.quote
    page = f"page {reference.page}" if reference.page else ""
    note = " · ".join(part for part in (reference.judged, page, reprints(reference.source)) if part)
    return {
        "data_by": reference.byline,
        "data_quote": quote if len(quote) <= LONGEST_GLANCE else f"{quote[:LONGEST_GLANCE]}…",
        "data_note": note,
        "data_shape": reference.shape,
    }


def opens(reference: Reference) -> dict[str, Any]:
    """What makes a click on an element open the article at this citation."""
    return {"data_event": "cite", "data_turn": reference.turn, "data_order": reference.order}


def find(groups: Sequence[Reference], order: int) -> Reference | None:
    """The citation with this place among the markers, if there is one."""
    return groups[order - 1] if 0 < order <= len(groups) else None

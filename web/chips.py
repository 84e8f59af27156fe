"""The chips over the box: what the search is limited to, each to be taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from index.scope import Scope
from web import chosen, markup

EACH = 4  # outlets that get a chip of their own; more of them share one, so that they stay in one line or two


def chips(scope: Scope) -> str:
    """A chip for every limit; "" where there is none."""
    items = "".join(markup.element("li", _chip(words, rest)) for words, rest in limits(scope))
    return markup.element("ul", items, class_="chips", aria_label="The search is limited to") if items else ""


def limits(scope: Scope) -> Iterator[tuple[str, Scope]]:
    """Every limit in words, with the scope that is left without it."""
    if scope.since:
        yield f"from {markup.short_date(scope.since)}", replace(scope, since=None)
    if scope.until:
        yield f"until {markup.short_date(scope.until)}", replace(scope, until=None)
    if len(scope.outlets) > EACH:
        yield markup.counted(len(scope.outlets), "outlet"), replace(scope, outlets=())
        return
    for outlet in scope.outlets:
        yield outlet, replace(scope, outlets=tuple(other for other in scope.outlets if other != outlet))


def _chip(words: str, rest: Scope) -> str:
    cross = markup.element("span", "✕", class_="cross", aria_hidden="true")
    return markup.element(
        "button",
        markup.element("span", markup.text(words), class_="limit", dir="auto") + cross,
        type="button",
        class_="chip",
        aria_label=f"Remove the limit: {words}",
        data_scope=json.dumps(chosen.form(rest)),
    )

"""A list that the browser narrows down to what is typed above it."""

from __future__ import annotations

from web import markup


def finder(listed: str, label: str, nothing: str) -> str:
    """A field to type in, the list, which is HTML, and what to say where nothing in it matches."""
    field = markup.void("input", type="search", class_="find", placeholder=label, aria_label=label, autocomplete="off")
    none = markup.element("p", markup.text(nothing), class_="hint nothing", role="status", hidden="")
    return markup.element("div", field + listed + none, class_="finder")

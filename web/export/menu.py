"""The page's way to the exports: a small menu of links, which the browser keeps as files."""

from __future__ import annotations

from urllib.parse import quote

from web import markup
from web.export.conversation import KINDS

# What each is good for, in a few words.
USES = {"md": "to read on and to cite", "bib": "sources for LaTeX", "json": "sources for Zotero", "jsonl": "as data"}


def menu(conversation: str) -> str:
    """Links to every kind of file of a conversation, folded; "" for one that has not begun."""
    if not conversation:
        return ""
    links = "".join(markup.element("li", _link(conversation, ending)) for ending in KINDS)
    summary = markup.element("summary", "Export")
    listed = markup.element("ul", links, aria_label="Export this conversation")
    return markup.element("details", summary + listed, class_="export")


def _link(conversation: str, ending: str) -> str:
    name = markup.element("b", markup.text(KINDS[ending].name))
    use = markup.element("span", markup.text(USES[ending]), class_="use")
    return markup.element("a", f"{name} {use}", href=f"/export/{quote(conversation, safe='')}.{ending}", download="")

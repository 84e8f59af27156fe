"""Elements of an HTML page as a tree, so that no text, wherever it comes from, can become markup."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

Element = Any  # lxml's elements have no types of their own
Content = Element | str | None

# What neither XML nor HTML can carry; a reader sees that something was there.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def carried(text: str) -> str:
    r"""A text without the characters that no page can carry.

    >>> carried("a\x00b\ud800")
    'a�b�'
    """
    return _UNSPEAKABLE.sub("\ufffd", text)


def element(tag: str, *content: Content, **attributes: object) -> Element:
    """One element. `class_` becomes `class`, `aria_label` becomes `aria-label`; None leaves out, True has no value.

    >>> written(element("p", "1 < 2", element("b", "!"), " & so", class_="note", hidden=True))
    '<p class="note" hidden="">1 &lt; 2<b>!</b> &amp; so</p>'
    """
    made = etree.Element(tag)
    for name, value in attributes.items():
        if value is not None and value is not False:
            made.set(name.rstrip("_").replace("_", "-"), "" if value is True else carried(str(value)))
    for part in content:
        _append(made, part)
    return made


def _append(parent: Element, part: Content) -> None:
    if part is None:
        return
    if not isinstance(part, str):
        parent.append(part)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + carried(part)
    else:
        parent.text = (parent.text or "") + carried(part)


def said(text: str, tag: str = "bdi", **attributes: object) -> Element:
    """What others wrote: its direction of writing is its own, and ends where it ends."""
    return element(tag, text, dir="auto", **attributes)


def written(root: Element) -> str:
    """The tree as HTML."""
    return str(html.tostring(root, encoding="unicode"))

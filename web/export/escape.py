"""Untrusted text in Markdown: text, and nothing else, whatever reads it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from web.export.sources import line

# Entities for what begins HTML, since every Markdown knows them; backslashes for what marks something anywhere in a
# line: emphasis, code, links, tables, strikethrough, formulas, tags, citations, attributes, templates.
MARKS = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", **{mark: f"\\{mark}" for mark in "\\`*_[]~$|^#@{}"}},
)
# What becomes a link by itself, or, doubled, a mark of some dialect: :// and www. and host.tld, ==, %%, ++, ::.
_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.|(?<=\w)\.(?=[^\W\d_]{2})", re.IGNORECASE)
_DOUBLED = re.compile(r"([=%+:!])(?=\1)|(?<=([=%+:!]))\2")
# At the beginning of a paragraph: bullets, numbers, definitions, rules.
_BULLET = re.compile(r"[-+:=](?=[-+:=\s]|$)")
_NUMBER = re.compile(r"(\(?(?:\d{1,9}|[a-z]|[ivxlcdm]{1,9}))([.)])(?=\s|$)", re.IGNORECASE)


def escaped(text: str, *, begins: bool = False) -> str:
    r"""Text on one line as Markdown shows it; `begins` where it stands at the beginning of a paragraph.

    >>> print(escaped("<b>1*2</b> ![x](http://evil.example) 3.5 cr. a.m."))
    &lt;b&gt;1\*2&lt;/b&gt; !\[x\](http\://evil\.example) 3.5 cr. a.m.
    >>> print(escaped("1. First", begins=True), escaped("- that", begins=True))
    1\. First \- that
    """
    inside = line(text).translate(MARKS)
    for pattern in (_ADDRESS, _DOUBLED):
        inside = pattern.sub(_backslash, inside)
    if begins:
        inside = _NUMBER.sub(r"\1\\\2", inside, count=1) if _NUMBER.match(inside) else inside
        inside = _BULLET.sub(_backslash, inside, count=1) if _BULLET.match(inside) else inside
    return inside


_backslash: Callable[[re.Match[str]], str] = lambda found: f"\\{found[0]}"  # noqa: E731

"""The visible text of a marked-up tree, block by block: for books and mails, all of which is meant to be read."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.formats.markup import local
from ingest.formats.reading import storable

PARTS = {  # these begin and end a paragraph
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dl", "div", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre",
    "section", "table", "ul",
}  # fmt: skip
LINES = {"br", "li", "tr", "dt", "dd"}  # these begin a line
SILENT = {"head", "script", "style", "template", "noscript", "svg", "math", "rt", "rp", "object", "audio", "video"}
CELLS = {"td", "th"}
CELL_END = "\x1f"
# Pages are read as HTML, which forgives; there an empty element of XML such as <title/> would never end.
EMPTY = re.compile(r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)(\w+)(\s[^<>]*)?/>")
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# Of these two, or one that is closed, make a text markup; prose may mention "<p>", and that a < b.
BLOCK = re.compile(
    r"</?(?:p|div|br|h[1-6]|ul|ol|li|blockquote|table|tr|figure|section|article)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
CLOSED = re.compile(
    r"<(?P<tag>p|div|h[1-6]|ul|ol|blockquote|table|a|b|i|em|strong|span)(?:\s[^<>]*)?>[^<>]*</(?P=tag)\s*>",
    re.IGNORECASE,
)
PARAGRAPHS = re.compile(r"<(?:p|div|br)\b", re.IGNORECASE)
MOST_TAGS = 5_000  # of an article; looking through one takes seconds from some 20,000 on, and records are read in turn
LONGEST_MARKUP = 1_000_000  # characters; what is longer is no article, and takes long
SPACE = re.compile(r"[ \t\n\r\f]+")
BREAKS = re.compile(r" *\n[ \n]*")
CELL_ENDS = re.compile(rf"[ \n]*{CELL_END}[ \n{CELL_END}]*")


def flowing(root: Any) -> str:
    r"""The text of a page as paragraphs; rows of tables and items of lists are lines.

    >>> from lxml.html import fromstring
    >>> flowing(fromstring("<div><h1>Ferry</h1><p>It <b>stop</b>ped.<ul><li>One<li>Two</ul></div>"))
    'Ferry\n\nIt stopped.\n\nOne\nTwo'
    """
    text = CELL_ENDS.sub(" | ", "".join(_pieces(root)))
    return BREAKS.sub(lambda match: "\n\n" if match.group().count("\n") > 1 else "\n", text).strip(" \n|")


def flowing_page(source: str) -> tuple[str, int]:
    """The visible text of a page, and how many characters in it are not seen."""
    from ingest.formats.visibility import without_unseen

    tree = tree_of(source)
    if tree is None:
        return "", 0
    unseen = without_unseen(tree)
    return storable(flowing(tree)), unseen


def is_markup(text: str) -> bool:
    """Whether a text is HTML, as exports of websites hold it, and not prose that speaks of HTML.

    >>> is_markup("<p>It stopped.</p>"), is_markup("Write <p> before it, if a < b > c.")
    (True, False)
    """
    if len(text) > LONGEST_MARKUP or not 0 < text.count("<") <= MOST_TAGS:
        return False
    return len([*islice(BLOCK.finditer(text), 2)]) > 1 or CLOSED.search(text) is not None


def flowing_markup(text: str) -> tuple[str, int]:
    """The visible text of a piece of HTML, and how many characters in it are not seen.

    Where no element makes paragraphs its lines do, as WordPress stores them.
    """
    return flowing_page(text if PARAGRAPHS.search(text) else text.replace("\n", "<br>"))


def tree_of(source: str) -> Any:
    """The elements of a page; None if it has none."""
    from lxml import etree
    from lxml.html import document_fromstring

    plain = DECLARATION.sub("", source.removeprefix("\ufeff").replace("\0", ""), count=1)
    try:
        return document_fromstring(EMPTY.sub(lambda empty: f"<{empty[1]}{empty[2] or ''}></{empty[1]}>", plain))
    except (etree.ParserError, ValueError):
        return None


def _pieces(root: Any) -> Iterator[str]:
    from lxml import etree

    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element).lower()
        if name in SILENT:
            walk.skip_subtree()
        elif event == "start":
            yield ("\n" if name in LINES else _edge(name)) + SPACE.sub(" ", element.text or "")
        else:
            yield CELL_END if name in CELLS and element.getnext() is not None else _edge(name)
        if event == "end" and element is not root:
            yield SPACE.sub(" ", element.tail or "")


def _edge(name: str) -> str:
    return "\n\n" if name in PARTS else ""

"""What a reader of a web page would not see: taken out before its article is looked for, and counted.

Everything is judged from the page alone: a sheet of styles that it links to is not fetched. What holds all of the
page's text is never taken for hidden: such a page waits for a script.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ingest.formats.look import Look, is_gone, shown_by_script, under
from ingest.formats.stylesheet import StyleSheet, style_of, style_sheet

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NOT_SHOWN = {"template", "noscript", "dialog", "datalist", "canvas", "video", "audio", "iframe"}
NO_TEXT = {"script", "style", "head"}
TEXTS = "descendant-or-self::*[not(self::script or self::style)]/text()"


def without_unseen(tree: "HtmlElement") -> int:
    """Take what is not seen out of a page; gives how many characters of text that was."""
    from lxml import etree

    sheet = style_sheet(tree)
    count = _without_comments(tree)
    gone: list[HtmlElement] = []
    for element, look in _looks(tree, sheet, gone):
        if look.unseen:
            count += _blanked(element)
    for element in gone:
        count += _length(element.xpath(TEXTS))
        element.drop_tree()
    etree.strip_attributes(tree, "style")  # trafilatura would judge them again, by their words alone
    return count


def _looks(tree: "HtmlElement", sheet: StyleSheet, gone: list["HtmlElement"]) -> Iterator[tuple["HtmlElement", Look]]:
    """Every element that is there, with the look of its own text. Those that are not there go to `gone`."""
    from cssselect2 import ElementWrapper

    whole = set(_wrappers(tree))
    waiting = [(ElementWrapper.from_html_root(tree), Look(), 0)]
    while waiting:
        wrapped, above, number = waiting.pop()
        element = wrapped.etree_element
        if element.tag in NO_TEXT:
            continue
        wrapped.ancestors  # noqa: B018  # kept by the wrapper; asked from the top, it need not climb a deep page
        place = sheet.place(wrapped, number)
        style = style_of(element, place)
        look = under(above, style)
        if element in whole:
            look = shown_by_script(look)
        elif _is_marked(element) or is_gone(style):
            gone.append(element)
            continue
        yield element, look
        waiting.extend((child, look, place.number) for child in wrapped.iter_children())


def _is_marked(element: "HtmlElement") -> bool:
    """Whether HTML itself says that an element is not for the eye."""
    hidden = element.get("hidden") is not None or (element.get("aria-hidden") or "").strip().lower() == "true"
    return hidden or element.tag in NOT_SHOWN


def _wrappers(tree: "HtmlElement") -> Iterator["HtmlElement"]:
    """The page, its body, and what inside it holds all the text that it has."""
    yield tree
    element = tree.find("body")
    while element is not None:
        yield element
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            return
        held = [child for child in element if isinstance(child.tag, str) and _length(child.xpath(TEXTS))]
        element = held[0] if len(held) == 1 else None


def _without_comments(tree: "HtmlElement") -> int:
    from lxml import etree

    notes = [*tree.iter(etree.Comment), *tree.iter(etree.ProcessingInstruction)]
    count = _length(note.text or "" for note in notes)
    for note in notes:
        if note.getparent() is not None:
            note.drop_tree()
    return count


def _blanked(element: "HtmlElement") -> int:
    """Take the element's own text away, and leave that of the elements in it."""
    count = _length([element.text or "", *((child.tail or "") for child in element)])
    element.text = None
    for child in element:
        child.tail = " "
    return count


def _length(texts: Iterable[str]) -> int:
    """How many characters are shown of some texts, white space being shown as one space or none."""
    return len(" ".join(" ".join(texts).split()))

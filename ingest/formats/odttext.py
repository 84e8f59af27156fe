"""The text in the XML of an OpenDocument, as one sees it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.formats.colour import WHITE, colour_of, same
from ingest.formats.markup import local

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
SPACE = re.compile(r"[ \t\r\n]+")  # as in HTML, it is one space; more are written as elements
SMALLEST = 2.0  # pt
MOST_SPACES = 1_000  # that one sign may stand for, and columns that one cell may; a trap says a billion
# Deleted text is kept in tracked-changes; the others are comments, what stands for pictures, and what is computed.
SILENT = {
    "tracked-changes", "annotation", "annotation-end", "hidden-text", "hidden-paragraph", "title", "desc", "script",
    "forms", "sequence-decls", "variable-decls", "user-field-decls", "note-citation", "ruby-text", "object",
}  # fmt: skip


@dataclass
class Walk:
    """A walk through a document; it gathers notes, and counts the characters passed over, as it goes."""

    hidden: frozenset[str]  # styles of text that nobody sees
    notes: list[str] = field(default_factory=list)
    unseen: int = 0

    def blocks(self, container: Any) -> Iterator[str]:
        """Paragraphs and tables, in order; those without text are left out."""
        for child in container:
            name = local(child)
            if name in ("p", "h"):
                yield from self._paragraph(child)
            elif name == "table":
                yield from filter(None, ["\n".join(filter(None, self._rows(child)))])
            elif self._is_hidden(child):
                self.unseen += len("".join(child.itertext()))
            elif name not in SILENT:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        boxes: list[Any] = []
        text = "".join(self._inline(paragraph, boxes))
        if text.strip():
            yield text
        for box in boxes:
            yield from self.blocks(box)

    def _inline(self, element: Any, boxes: list[Any]) -> Iterator[str]:
        """The characters of a paragraph; text boxes in it are kept for after it."""
        if self._is_hidden(element):
            self.unseen += len("".join(element.itertext()))
            return
        yield SPACE.sub(" ", element.text or "")
        for child in element:
            yield from self._piece(child, local(child), boxes)
            yield SPACE.sub(" ", child.tail or "")

    def _piece(self, child: Any, name: str, boxes: list[Any]) -> Iterator[str]:
        if name == "s":
            yield " " * _count(child.get(f"{TEXT}c"))
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        elif name == "note":
            self.notes.extend(self.blocks(child))
        elif name == "text-box":
            boxes.append(child)
        elif name in ("hidden-text", "hidden-paragraph"):
            self.unseen += len("".join(child.itertext()) + child.get(f"{TEXT}string-value", ""))
        elif name and name not in SILENT:
            yield from self._inline(child, boxes)

    def _rows(self, table: Any) -> Iterator[str]:
        """One line for each row."""
        for row in table.iter(f"{TABLE}table-row"):
            if _is_collapsed(row) or next(row.iterancestors(f"{TABLE}table")) is not table:
                continue
            cells = [" ".join(self.blocks(cell)) for cell in row if local(cell) == "table-cell"]
            yield " | ".join(cells) if any(cells) else ""

    def _is_hidden(self, element: Any) -> bool:
        if element.get(f"{TEXT}display") == "none":
            return True
        return element.get(f"{TEXT}style-name") in self.hidden


def unseen_styles(roots: Sequence[Any]) -> frozenset[str]:
    """The styles whose text nobody sees: not displayed, white without a ground, or smaller than dust."""
    styles = [style for root in roots for style in root.iter(f"{STYLE}style")]
    parents = {style.get(f"{STYLE}name"): style.get(f"{STYLE}parent-style-name") for style in styles}
    own = {style.get(f"{STYLE}name"): _look(style) for style in styles}
    return frozenset(name for name in own if name and _is_unseen(_inherited(name, own, parents)))


def _inherited(
    name: str | None, own: dict[str | None, dict[str, str]], parents: dict[str | None, Any]
) -> dict[str, str]:
    look: dict[str, str] = {}
    seen: set[str | None] = set()
    while name in own and name not in seen:
        seen.add(name)
        look = {**own[name], **look}
        name = parents[name]
    return look


def _look(style: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for properties in style:
        if local(properties) in ("text-properties", "paragraph-properties"):
            found.update((name.rpartition("}")[2], value) for name, value in properties.attrib.items())
    return found


def _is_unseen(look: dict[str, str]) -> bool:
    size = look.get("font-size", "")
    if look.get("display") == "none" or (size.endswith("pt") and _number(size[:-2]) < SMALLEST):
        return True
    colour, ground = colour_of(look.get("color", "")), look.get("background-color", "transparent")
    return colour is not None and same(colour[0], WHITE) and ground in ("transparent", "#ffffff")


def _is_collapsed(row: Any) -> bool:
    return row.get(f"{TABLE}visibility") in ("collapse", "filter")


def _count(value: str | None) -> int:
    return min(int(value), MOST_SPACES) if value and value.isdecimal() else 1


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return SMALLEST

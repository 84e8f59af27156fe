"""The text of a Word document in the order in which it is read: paragraphs, tables, text boxes, notes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ingest.formats.markup import local
from ingest.formats.wordlooks import Looks, W, is_ground

# Text that was deleted or moved away while changes were tracked, and the copy of a drawing for programs before 2010.
GONE = {"del", "moveFrom", "Fallback", "pPr", "rPr", "sdtPr", "rt", "txbxContent", "drawing", "pict", "object"}
BOXES = (
    ".//*[local-name()='txbxContent'][not(ancestor::*[local-name()='Fallback' or local-name()='txbxContent'"
    " or local-name()='del' or local-name()='moveFrom'])]"
)
SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
PLAIN_TABLES = {"", "TableNormal", "TableGrid"}  # styles of tables that colour no cell


class Block(NamedTuple):
    """A paragraph or a table, and how many characters in it were left out because nobody sees them."""

    text: str
    unseen: int


def blocks(container: Any, looks: Looks, *, ground: bool = False) -> Iterator[Block]:
    """The blocks in a body, a cell, a note or a text box. `ground` says that white text can be seen on it."""
    for child in container:
        name = local(child)
        if name == "p":
            yield _paragraph(child, looks, ground=ground)
            for box in child.xpath(BOXES):
                yield from blocks(box, looks, ground=True)
        elif name == "tbl":
            yield _table(child, looks, ground=ground)
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            yield from blocks(child, looks, ground=ground)


def notes(root: Any, looks: Looks) -> Iterator[Block]:
    """Footnotes or endnotes; those with a type are the lines that part notes from text."""
    for note in root:
        if local(note) in ("footnote", "endnote") and note.get(f"{W}type", "normal") == "normal":
            yield from blocks(note, looks)


def _paragraph(paragraph: Any, looks: Looks, *, ground: bool) -> Block:
    parts: list[str] = []
    unseen = 0
    ground = ground or is_ground(paragraph.find(f"{W}pPr"))
    for run in _runs(paragraph):
        text = "".join(_text(run))
        if text.strip() and looks.unseen(run, paragraph, ground=ground):
            unseen += len(text)
        else:
            parts.append(text)
    return Block("".join(parts), unseen)


def _runs(element: Any) -> Iterator[Any]:
    for child in element:
        if local(child) == "r":
            yield child
            yield from _runs(child)  # ruby holds runs in a run
        elif local(child) not in GONE:
            yield from _runs(child)


def _text(run: Any) -> Iterator[str]:
    for child in run:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name == "br":
            yield "\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else ""
        else:
            yield SIGNS.get(name, "")


def _table(table: Any, looks: Looks, *, ground: bool) -> Block:
    """One line for each row. A cell over several rows is given in each, one over several columns once."""
    style = table.find(f"{W}tblPr/{W}tblStyle")
    ground = ground or (style is not None and style.get(f"{W}val", "") not in PLAIN_TABLES)
    rows: list[str] = []
    unseen = 0
    above: dict[int, str] = {}
    for row in _within(table, "tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells: dict[int, str] = {}
        column = 0
        for cell in _within(row, "tc"):
            about = cell.find(f"{W}tcPr")
            found = list(blocks(cell, looks, ground=ground or is_ground(about)))
            text = " ".join(block.text for block in found if block.text.strip())
            cells[column] = above.get(column, "") if _goes_on(about) else text
            unseen += sum(block.unseen for block in found)
            column += _width(about)
        rows.append(" | ".join(cells.values()))
        above = cells
    return Block("\n".join(rows), unseen)


def _within(element: Any, name: str) -> Iterator[Any]:
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _within(child, name)


def _goes_on(cell: Any) -> bool:
    """Whether a cell is the lower part of one that began in a row above."""
    merge = cell.find(f"{W}vMerge") if cell is not None else None
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _width(cell: Any) -> int:
    """How many columns a cell covers."""
    span = cell.find(f"{W}gridSpan") if cell is not None else None
    value = span.get(f"{W}val", "1") if span is not None else "1"
    return int(value) if value.isdecimal() else 1

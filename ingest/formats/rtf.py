"""Rich text (RTF), as TextEdit, WordPad and older Words write it."""

from itertools import pairwise

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.reading import Read, one_line, said, storable
from ingest.formats.rtfparts import LINE_END, Parts, parts_of
from ingest.formats.text import encoding_name

BEGINNING = b"{\\rtf"
READ = ("text", "shptxt", "footnote")  # text boxes have no place of their own in the text
CELL_END = "|"  # as striprtf gives it


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The visible text of a document, boxes and notes at the end. Its dates are those of the file, and left out."""
    if not data.startswith(BEGINNING):
        hint = "open it in a word processor and save it anew"
        raise UnreadableError("not a rich text (RTF), or a damaged one", hint=hint)
    parts = parts_of(data)
    text = "\n\n".join(filter(None, (_paragraphs(_plain(parts, name)) for name in READ)))
    if not text:
        raise UnreadableError("no text in it")
    properties = Read("", title=one_line(_plain(parts, "title")), authors=names(one_line(_plain(parts, "author"))))
    own = Read(storable(text), encoding=encoding_name(parts.encoding), unseen=parts.unseen)
    return said(own, [("document properties", properties)])


def _plain(parts: Parts, name: str) -> str:
    """A part without its marks; the halves of characters beyond the first 65,536 are put together."""
    from striprtf.striprtf import rtf_to_text

    source = parts.source(name)
    try:
        plain = rtf_to_text(source, encoding=parts.encoding) if source else ""
    except UnicodeDecodeError:  # a byte that the encoding does not have; it is shown as a sign for that
        plain = rtf_to_text(source, encoding=parts.encoding, errors="replace")
    except (ValueError, OverflowError) as error:
        raise UnreadableError(
            "a damaged rich text (RTF)", hint="open it in a word processor and save it anew"
        ) from error
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _paragraphs(plain: str) -> str:
    """Paragraphs parted by an empty line, rows of a table by none."""
    lines = [line.strip() for line in plain.split("\n") if line.strip(" |\t\r\n")]
    shown = [_row(line) if line.endswith(CELL_END) else line.replace(LINE_END, "\n") for line in lines]
    between = ["\n" if one.endswith(CELL_END) and two.endswith(CELL_END) else "\n\n" for one, two in pairwise(lines)]
    return "".join(part for pair in zip(shown, [*between, ""], strict=False) for part in pair)


def _row(line: str) -> str:
    return " | ".join(cell.replace(LINE_END, " ").strip() for cell in line.split(CELL_END)[:-1])

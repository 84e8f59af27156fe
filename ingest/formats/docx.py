"""A Word document: its paragraphs and tables in order."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from ingest.byline import names
from ingest.errors import UnreadableError
from ingest.formats.reading import Read, one_line, storable

MOST_BYTES = 100_000_000  # unpacked; a small file can unpack to gigabytes
MOST_ENTRIES = 5_000
TEMPLATE = {"Word Document", "python-docx", "Document", "Untitled"}  # what programs write where a person wrote nothing
ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1")  # the older container, in which Word keeps protected documents


def read(data: bytes) -> Read:
    """The visible text of a document. Its dates are those of the file, not of the article, and are left out."""
    _check_size(data)
    document = _opened(data)
    blocks = [text for text in _blocks(document) if text.strip()]
    if not blocks:
        raise UnreadableError("no text in it")
    about = document.core_properties
    return Read(
        text=storable("\n\n".join(blocks)),
        title=_title(document) or _unless_template(about.title),
        authors=names(_unless_template(about.author)),
        language=_unless_template(about.language),
    )


def _check_size(data: bytes) -> None:
    if data.startswith(ENCRYPTED):
        raise UnreadableError(
            "it is protected by a password, or an old .doc", hint="save it as .docx without a password"
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (BadZipFile, NotImplementedError) as error:
        raise UnreadableError(
            "not a Word document, or a damaged one", hint="open it in Word and save it anew"
        ) from error
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnreadableError("it unpacks to more than 100 MB or 5,000 parts", hint="save its text alone")


def _opened(data: bytes) -> Any:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    broken = (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, BadZipFile, EOFError, zlib.error)
    try:
        return Document(BytesIO(data))
    except broken as error:
        raise UnreadableError(
            "not a Word document, or a damaged one", hint="open it in Word and save it anew"
        ) from error


def _blocks(container: Any) -> Iterator[str]:
    from docx.table import Table

    for block in container.iter_inner_content():
        yield "\n".join(_rows(block)) if isinstance(block, Table) else _visible(block)


def _rows(table: Any) -> Iterator[str]:
    """One line for each row. A merged cell is given once for each column it covers, and kept once."""
    for row in table.rows:
        cells = {id(cell._tc): " ".join(text for text in _blocks(cell) if text.strip()) for cell in row.cells}
        yield " | ".join(cells.values())


def _visible(paragraph: Any) -> str:
    """A paragraph without runs formatted as hidden."""
    parts: list[str] = []
    for item in paragraph.iter_inner_content():
        runs = item.runs if hasattr(item, "runs") else [item]
        parts.extend(run.text for run in runs if not run.font.hidden)
    return "".join(parts)


def _title(document: Any) -> str:
    """The first paragraph in the style "Title"; properties are often left over from another document."""
    styled = (item.text for item in document.paragraphs[:10] if item.style is not None and item.style.name == "Title")
    return next((one_line(text) for text in styled if text.strip()), "")


def _unless_template(value: str | None) -> str:
    return "" if value in TEMPLATE else one_line(value or "")

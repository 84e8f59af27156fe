"""A Word document: its paragraphs, tables and text boxes in order, and its notes at the end."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import packed
from ingest.formats.markup import check_entities, fault, parsed
from ingest.formats.reading import Read, one_line, said, storable
from ingest.formats.wordlooks import looks_of
from ingest.formats.wordtext import Block, blocks, notes

TEMPLATE = {"Word Document", "python-docx", "Document", "Untitled"}  # what programs write where a person wrote nothing
ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1")  # the older container, in which Word keeps protected documents
NOTES = ("/footnotes", "/endnotes")  # how the types of these parts end
DAMAGED = "not a Word document, or a damaged one"
HINT = "open it in Word and save it anew"


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The visible text of a document. Its dates are those of the file, not of the article, and are left out."""
    if data.startswith(ENCRYPTED):
        hint = "save it as .docx without a password"
        raise UnreadableError("it is protected by a password, or an old .doc", hint=hint)
    with packed.opened(data, config, "a Word document"):
        document = _opened(data)
    try:
        return _read(document)
    except (LookupError, ValueError, AttributeError, TypeError) as error:  # as python-docx does where a part is missing
        raise UnreadableError(DAMAGED, hint=HINT) from error


def _read(document: Any) -> Read:
    found = list(_blocks(document))
    text = "\n\n".join(block.text for block in found if block.text.strip())
    if not text:
        raise UnreadableError("no text in it")
    about = document.core_properties
    properties = Read(
        "",
        title=_unless_template(about.title),
        authors=names(_unless_template(about.author)),
        language=_unless_template(about.language),
    )
    own = Read(storable(text), unseen=sum(block.unseen for block in found))
    # Properties are often left over from another document; the style "Title" is not.
    return said(own, [("title of the document", Read("", title=_title(document))), ("document properties", properties)])


def _opened(data: bytes) -> Any:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    broken = (
        PackageNotFoundError, LookupError, ValueError, AttributeError, TypeError, BadZipFile, EOFError,
        zlib.error,
    )  # fmt: skip
    try:
        document = Document(BytesIO(data))
        document.styles, document.core_properties, document.element.body.tag  # noqa: B018  # parsed when first asked for
    except XMLSyntaxError as error:
        raise fault(error, "one of its parts") from error
    except broken as error:
        raise UnreadableError(DAMAGED, hint=HINT) from error
    check_entities(document.element)
    return document


def _blocks(document: Any) -> Iterator[Block]:
    looks = looks_of(document.styles.element)
    page = document.element.find(".//{*}background")
    yield from blocks(document.element.body, looks, ground=page is not None)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(NOTES) and not relation.is_external:
            yield from notes(parsed(relation.target_part.blob, "the part with its notes"), looks)


def _title(document: Any) -> str:
    """The first paragraph in the style "Title"."""
    styled = (item.text for item in document.paragraphs[:10] if item.style is not None and item.style.name == "Title")
    return next((one_line(text) for text in styled if text.strip()), "")


def _unless_template(value: str | None) -> str:
    return "" if value in TEMPLATE else one_line(value or "")

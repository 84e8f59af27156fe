"""A PDF: its pages as one text, without running heads, page numbers and the hyphens of line ends."""

import logging
import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.pdfflow import flowing
from ingest.formats.pdfpages import Page, pages_of
from ingest.formats.reading import Read, one_line, said, storable

if TYPE_CHECKING:
    from pypdf import PdfReader

NO_TITLE = re.compile(
    r"untitled.*|\(anonymous\)|document\d*|microsoft word.*|.*\.(?:docx?|pdf|indd|qxd|tex|html?|odt|rtf)", re.IGNORECASE
)

PRINT = "open it and print it to a new PDF"
# What pypdf raises over a file that does not hold what it says, besides its own errors.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, AssertionError)


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The text of a PDF. Its dates are those of the file, not of the article, and are left out.

    Scanned pages are read by OCR if `config.ocr`. Without it they are left out where other pages have text, which
    `said_by["text"]` then tells, and a PDF of nothing else is refused.
    """
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    if b"%PDF-" not in data[:1024]:
        raise UnreadableError("not a PDF, whatever its name says")
    try:
        reader = _opened(data, config.max_pages)
        pages = pages_of(reader)
        about = _described(reader)
    except DependencyError as error:
        raise UnreadableError(
            "it is encrypted in a way that is not supported", hint="save a copy without a password"
        ) from error
    except LimitReachedError as error:
        hint = "print it to a new PDF, or save its text alone"
        raise UnreadableError("a part of it unpacks to more than is ever needed for text", hint=hint) from error
    except (PyPdfError, *BROKEN) as error:
        raise UnreadableError(f"a damaged PDF ({error})", hint=PRINT) from error
    text = _text(data, pages, config)
    return said(text, [("pdf metadata", about)])


def _opened(data: bytes, max_pages: int) -> "PdfReader":
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it prints what it repairs, in the midst of a progress bar
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("it is protected by a password", hint="save a copy without one")
    if (count := len(reader.pages)) > max_pages:
        raise UnreadableError(
            f"it has {count:,} pages, over the limit of {max_pages:,}",
            hint="raise max_pages in config.toml, or divide it",
        )
    return reader


def _described(reader: "PdfReader") -> Read:
    about = reader.metadata
    title, author = (one_line(str(value or "")) for value in (about.title, about.author)) if about else ("", "")
    return Read("", title="" if NO_TITLE.fullmatch(title) else title, authors=names(author), outlet=_publisher(reader))


def _publisher(reader: "PdfReader") -> str:
    from xml.parsers.expat import ExpatError

    from pypdf.errors import PyPdfError

    try:
        found = reader.xmp_metadata
        return one_line(str(next(iter((found and found.dc_publisher) or []), "")))
    except (PyPdfError, ExpatError, ValueError, AttributeError, TypeError):  # what it says of itself is an extra
        return ""


def _text(data: bytes, pages: Sequence[Page], config: IngestConfig) -> Read:
    empty = [place for place, page in enumerate(pages) if page.scanned]
    if not any(page.text.strip() for page in pages):
        empty = list(range(len(pages)))  # drawn letters and damaged pictures too
    texts = [page.text for page in pages]
    if config.ocr and empty:
        from ingest.formats.ocr import recognised

        for place, text in recognised(data, empty).items():
            texts[place] = text
    text, starts = flowing([storable(text) for text in texts])
    if not text.strip():
        raise _without_text(pages, ocr=config.ocr)
    note = {"text": _note(empty, len(pages), ocr=config.ocr)} if empty else {}
    return Read(text, pages=starts, unseen=sum(page.unseen for page in pages), said_by=note)


def _note(empty: Sequence[int], count: int, *, ocr: bool) -> str:
    """Where the text of a scanned or partly scanned PDF comes from."""
    numbers = ", ".join(str(place + 1) for place in empty)
    if ocr:
        return "OCR" if len(empty) == count else f"its text, and OCR of these pages: {numbers}"
    return f"its text; of {count} pages these are scanned and were left out: {numbers}"


def _without_text(pages: Sequence[Page], *, ocr: bool) -> UnreadableError:
    if not pages:
        return UnreadableError("there are no pages in it", hint=PRINT)
    if all(page.blank for page in pages):
        seen = "nothing that could be seen" if any(page.unseen for page in pages) else "nothing"
        where = "its page" if len(pages) == 1 else f"its {len(pages)} pages"
        return UnreadableError(f"no text in it: there is {seen} on {where}", hint=PRINT)
    images = "its page is an image" if len(pages) == 1 else f"its {len(pages)} pages are images"
    if ocr:
        return UnreadableError(f"no text in it: {images}, in which OCR found none either")
    return UnreadableError(
        f"no text in it: {images}",
        hint="if it is scanned, set ocr = true under [ingest] in config.toml to have it read by OCR",
    )

"""A PDF: its pages as one text, without running heads, page numbers and the hyphens of line ends."""

import logging
import re
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.byline import names
from ingest.errors import UnreadableError
from ingest.formats.reading import Read, one_line, storable
from ingest.paragraphs import paragraphs

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES = 2_000
EDGE = 6  # lines at the top and at the bottom of a page that may be running heads or feet
OFTEN = 0.5  # share of pages on which a line must stand to be a running head; magazines alternate between two

NUMBER = re.compile(r"[-–—]?\s*(?P<number>\d{1,4})\s*[-–—]?")
HYPHEN = re.compile(r"(?P<head>[^\W\d_]{1,40})[-\u00ad\u2010]\s*\n\s*(?P<tail>[^\W\d_]+)")
NO_TITLE = re.compile(
    r"untitled.*|\(anonymous\)|document\d*|microsoft word.*|.*\.(?:docx?|pdf|indd|qxd|tex|html?|odt|rtf)", re.IGNORECASE
)


def read(data: bytes) -> Read:
    """The text of a PDF. Its dates are those of the file, not of the article, and are left out."""
    from pypdf.errors import DependencyError, PyPdfError

    if b"%PDF-" not in data[:1024]:
        raise UnreadableError("not a PDF, whatever its name says")
    try:
        reader = _opened(data)
        pages = [(page.extract_text() or "") for page in reader.pages[:MOST_PAGES]]
        title, author = _described(reader)
    except DependencyError as error:
        raise UnreadableError(
            "it is encrypted in a way that is not supported", hint="save a copy without a password"
        ) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableError(f"a damaged PDF ({error})", hint="open it and print it to a new PDF") from error
    text = _flowing(_without_running_lines([_page_lines(page) for page in pages]))
    if not text.strip():
        raise UnreadableError("no text in it: the pages are images", hint="run OCR first")
    return Read(storable(text), title=title, authors=names(author))


def _opened(data: bytes) -> "PdfReader":
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it prints what it repairs, in the midst of a progress bar
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("it is protected by a password", hint="save a copy without one")
    return reader


def _described(reader: "PdfReader") -> tuple[str, str]:
    about = reader.metadata
    title, author = (one_line(str(value or "")) for value in (about.title, about.author)) if about else ("", "")
    return ("" if NO_TITLE.fullmatch(title) else title), author


def _page_lines(page: str) -> list[str]:
    return [line.strip() for line in page.split("\n") if line.strip()]


def _without_running_lines(pages: list[list[str]]) -> list[str]:
    """The lines of all pages but those at an edge that other pages have too, and page numbers."""
    keyed = [[_key(line, number) for line in page] for number, page in enumerate(pages, start=1)]
    seen = Counter(key for keys in keyed for key in {*keys[:EDGE], *keys[-EDGE:]})
    running = {key for key, count in seen.items() if count >= max(2, OFTEN * len(pages))}
    if len(pages) > 1:
        running.add(_key("1", 1))  # the page's own number, even where only one page bears it
    kept: list[str] = []
    for page, keys in zip(pages, keyed, strict=True):
        top = _count_running(keys[:EDGE], running)
        bottom = _count_running(keys[top:][: -EDGE - 1 : -1], running)
        kept.extend(page[top : len(page) - bottom])
    return kept


def _count_running(edge: list[str], running: set[str]) -> int:
    """How many lines from the edge inwards, without a gap, are no part of the text."""
    return next((count for count, key in enumerate(edge) if key not in running), len(edge))


def _key(line: str, page: int) -> str:
    """What running lines have in common: words, not digits; and a bare number its distance from the page's."""
    if match := NUMBER.fullmatch(line):
        return f"page {int(match['number']) - page:+}"
    return re.sub(r"\d+", "0", line).lower()


def _flowing(kept: list[str]) -> str:
    """Lines joined into paragraphs, and words that were divided at the end of a line made whole."""
    text = "\n".join(kept)
    words = {word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)}

    def whole(match: re.Match[str]) -> str:
        head, tail = match["head"], match["tail"]
        if not tail[0].islower() or f"{head}-{tail}".lower() in words:
            return f"{head}-{tail}"
        return head + tail

    joined = (HYPHEN.sub(whole, text[start:end]) for start, end in paragraphs(text))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in joined)

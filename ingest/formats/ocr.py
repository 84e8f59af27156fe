"""Text from pictures of pages, by Tesseract, which is installed beside Vouch. Nothing is downloaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.errors import UnreadableError

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

DOTS = 300  # per inch; what Tesseract was trained on
POINTS = 72  # per inch, in PDFs
MOST_PIXELS = 40_000_000  # of a page: A3 at 300 dots per inch has 17 million; a larger page is drawn coarser
PROGRAM = (
    "install the program Tesseract (on Debian: apt-get install tesseract-ocr), with the languages of your articles"
)


def recognised(data: bytes, pages: Sequence[int]) -> dict[int, str]:
    """The text of some pages of a PDF, counted from 0. UnreadableError if there is nothing to read them with."""
    try:
        import pypdfium2
        import pytesseract
    except ImportError as error:
        raise UnreadableError("it is scanned, and OCR is not installed", hint="pip install 'vouch[ocr]'") from error
    try:
        languages = _languages()
        document = pypdfium2.PdfDocument(data)
        try:
            return {place: pytesseract.image_to_string(_drawn(document[place]), lang=languages) for place in pages}
        finally:
            document.close()
    except pytesseract.TesseractNotFoundError as error:
        raise UnreadableError("it is scanned, and Tesseract is not installed", hint=PROGRAM) from error
    except (pytesseract.TesseractError, pypdfium2.PdfiumError) as error:
        raise UnreadableError(f"it is scanned, and OCR failed ({error})", hint="read it elsewhere") from error


def _languages() -> str:
    """All languages that Tesseract has, since whoever installed one wants it read; "osd" is none."""
    import pytesseract

    found = [name for name in pytesseract.get_languages() if name != "osd"]
    if not found:
        raise UnreadableError("it is scanned, and Tesseract has no language to read it in", hint=PROGRAM)
    return "+".join(found)


def _drawn(page: "pypdfium2.PdfPage") -> "Image":
    width, height = page.get_size()
    scale = min(DOTS / POINTS, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    image: Image = page.render(scale=scale, grayscale=True).to_pil()
    return image

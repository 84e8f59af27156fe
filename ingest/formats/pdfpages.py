"""The text of each page of a PDF, as far as it can be seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.formats.pdfsight import Sight

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

WHOLE_PAGE = 0.8  # share of a page that a picture covers if it is a scan; scanners leave a margin
# Operators that leave something to be seen, besides those of text.
DRAWING = {b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"Do", b"INLINE IMAGE"}
SCAN = 0.4  # share covered on a page without text that is still a scan: a clipping glued to a sheet


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, how many characters on it are not seen, and whether it is a textless picture, or blank."""

    text: str
    unseen: int = 0
    scanned: bool = False
    blank: bool = False


def pages_of(reader: "PdfReader") -> list[Page]:
    """Read all pages, without the layers that are switched off when the file is opened."""
    off = _layers_off(reader)
    return [_page(page, off) for page in reader.pages]


def _layers_off(reader: "PdfReader") -> frozenset[int]:
    """The numbers of the layers (optional content groups) that nobody sees who does not switch them on."""
    root: Any = reader.root_object
    for key in ("/OCProperties", "/D", "/OFF"):
        root = root.get(key, {}) if hasattr(root, "get") else {}
        root = root.get_object() if hasattr(root, "get_object") else root
    return frozenset(layer.idnum for layer in root if hasattr(layer, "idnum"))


def _page(page: "PageObject", off: frozenset[int]) -> Page:
    sight, text = _seen(page, off, with_layer=False)
    if sight.layer and sight.covered >= WHOLE_PAGE and _length(text) < sight.layer:
        sight, text = _seen(page, off, with_layer=True)
    unseen = max(1, _length(page.extract_text()) - _length(text)) if sight.left_out else 0
    if text.strip():
        return Page(text, unseen)
    return Page(text, unseen, scanned=sight.covered >= SCAN, blank=_is_blank(page))


def _is_blank(page: "PageObject") -> bool:
    """Whether nothing is drawn on a page; LimitReachedError if what is drawn there is too much to be looked at."""
    contents = page.get_contents()
    return contents is None or all(operator not in DRAWING for _, operator in contents.operations)


def _seen(page: "PageObject", off: frozenset[int], *, with_layer: bool) -> tuple[Sight, str]:
    crop = page.cropbox
    box = (float(crop.left), float(crop.bottom), float(crop.right), float(crop.top))
    sight = Sight(box, [page.get("/Resources", {})], off, with_layer)
    text = page.extract_text(visitor_operand_before=sight.before, visitor_operand_after=sight.after)
    return sight, text or ""


def _length(text: str) -> int:
    return sum(len(word) for word in text.split())

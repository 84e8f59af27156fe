"""PDFs: where pages begin in the text, what cannot be seen on them, and pages that are pictures."""

import io
import re
import shutil
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)
from reportlab.lib.colors import CMYKColor, Color, black, lightyellow, navy, red, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import ocr, pdf
from ingest.formats.pdfflow import flowing

SEEN = "The old ferry over the Lune stopped on Monday."
SIZE = (595, 842)


def made(*pages, **options):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=SIZE, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def seen(canvas):
    canvas.drawString(60, 800, SEEN)


def written(canvas, at=(60, 700), content="CANARY word", size=12, colour=black, mode=0):
    text = canvas.beginText(*at)
    text.setFont("Helvetica", size)
    text.setFillColor(colour)
    text.setTextRenderMode(mode)
    text.textOut(content)
    canvas.drawText(text)


# --- pages


def lines(*content):
    def draw(canvas):
        for place, line in enumerate(content):
            canvas.drawString(60, 800 - 14 * place, line)

    return draw


def test_pages_begin_where_their_first_character_stands():
    read = pdf.read(made(lines("The ferry stopped.", "", "It was old."), lines("A bridge is to open.")))
    assert read.text == "The ferry stopped.\n\nIt was old.\n\nA bridge is to open."
    assert [read.text[place:][:5] for place in read.pages] == ["The f", "A bri"]


def test_a_word_that_crosses_a_page_is_whole_and_the_page_begins_in_it():
    first = lines("The ferry over the river Lune stopped on Monday after a cen-")
    read = pdf.read(made(first, lines("tury of crossings, the office said in a statement.")))
    assert "after a century of crossings" in read.text
    assert read.text[read.pages[1] :].startswith("tury of crossings")


def test_a_paragraph_that_crosses_a_page_flows_on():
    first = lines(
        "The ferry over the river Lune stopped on Monday after a", "hundred years of crossing the water in all"
    )
    read = pdf.read(made(first, lines("weathers, the harbour office said in a statement.")))
    assert "\n" not in read.text
    assert read.text[read.pages[1] :].startswith("weathers")


def test_empty_pages_count():
    read = pdf.read(made(lines("One."), lines(), lines("Three."), lines()))
    assert (read.text, read.pages) == ("One.\n\nThree.", (0, 6, 6, 12))


@settings(deadline=None)
@given(st.lists(st.lists(st.text("abc-\u00ad \x00.", max_size=12), max_size=4), max_size=4))
def test_there_is_a_place_for_every_page_and_they_are_in_order(pages):
    text, starts = flowing(["\n".join(page) for page in pages])
    assert len(starts) == len(pages)
    assert list(starts) == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    assert "\x00" not in text


def test_running_heads_do_not_move_the_pages():
    text, starts = flowing(["Pebble Gazette\nOne is a word.\n1", "Pebble Gazette\nTwo is a word.\n2"])
    assert (text, starts) == ("One is a word.\n\nTwo is a word.", (0, 16))


def test_where_all_pages_say_the_same_it_is_kept():
    assert flowing(["Pebble Gazette"] * 2)[0] == "Pebble Gazette\n\nPebble Gazette"


# --- what is not seen


def rotated_out(canvas):
    canvas.saveState()
    canvas.translate(0, -2000)
    written(canvas)
    canvas.restoreState()


def faint(canvas):
    written(canvas, colour=Color(0, 0, 0, alpha=0))


def shrunk(canvas):
    canvas.scale(0.05, 0.05)
    written(canvas)


def in_form(canvas):
    canvas.beginForm("hidden")
    written(canvas, mode=3)
    canvas.endForm()
    canvas.doForm("hidden")


UNSEEN = {
    "mode 3": lambda canvas: written(canvas, mode=3),
    "mode 7": lambda canvas: written(canvas, mode=7),
    "white": lambda canvas: written(canvas, colour=white),
    "nearly white": lambda canvas: written(canvas, colour=Color(0.99, 0.98, 0.99)),
    "white in CMYK": lambda canvas: written(canvas, colour=CMYKColor(0, 0, 0, 0)),
    "half a point": lambda canvas: written(canvas, size=0.5),
    "scaled down": shrunk,
    "left of the page": lambda canvas: written(canvas, at=(-900, 700)),
    "below the page": rotated_out,
    "without opacity": faint,
    "in a form": in_form,
}


@pytest.mark.parametrize("draw", UNSEEN.values(), ids=UNSEEN)
def test_what_is_not_seen_is_left_out_and_counted(draw):
    read = pdf.read(made(lambda canvas: (seen(canvas), draw(canvas))))
    assert read.text == SEEN
    assert read.unseen == len("CANARYword")


def on(background, colour=white):
    def draw(canvas):
        canvas.setFillColor(background)
        canvas.rect(40, 650, 400, 100, stroke=0, fill=1)
        written(canvas, colour=colour)

    return draw


def after_form(canvas):
    canvas.beginForm("white")
    canvas.setFillColor(white)
    canvas.endForm()
    canvas.doForm("white")
    canvas.drawString(60, 700, "CANARY word")


def on_picture(canvas):
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 10), "navy")), 40, 650, 400, 100)
    written(canvas, colour=white)


SHOWN = {
    "small print": lambda canvas: written(canvas, size=5),
    "white on a dark box": on(navy),
    "white on a picture": on_picture,
    "coloured": lambda canvas: written(canvas, colour=red),
    "pale": lambda canvas: written(canvas, colour=Color(0.8, 0.8, 0.8)),
    "dark on a pale box": on(lightyellow, black),
    "outlined": lambda canvas: written(canvas, mode=1),
    "after a form that drew in white": after_form,
    "reaching over the edge": lambda canvas: written(canvas, at=(-10, 700)),
}


@pytest.mark.parametrize("draw", SHOWN.values(), ids=SHOWN)
def test_what_is_seen_stays(draw):
    read = pdf.read(made(lambda canvas: (seen(canvas), draw(canvas))))
    assert "CANARY word" in read.text
    assert read.unseen == 0


def test_text_outside_the_crop_box_is_left_out():
    writer = PdfWriter(
        clone_from=PdfReader(io.BytesIO(made(lambda canvas: (seen(canvas), written(canvas, at=(60, 100))))))
    )
    writer.pages[0].cropbox = RectangleObject((0, 400, *SIZE))
    out = io.BytesIO()
    writer.write(out)
    read = pdf.read(out.getvalue())
    assert (read.text, read.unseen) == (SEEN, len("CANARYword"))


@pytest.mark.parametrize("off", [True, False])
def test_a_layer_that_is_switched_off_is_not_seen(off):
    def draw(canvas):
        seen(canvas)
        canvas._code.append("/OC /L1 BDC")
        written(canvas)
        canvas._code.append("EMC")
        canvas.drawString(60, 600, "The end.")

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made(draw))))
    group = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("L")})
    )
    writer.pages[0]["/Resources"][NameObject("/Properties")] = DictionaryObject({NameObject("/L1"): group})
    shown = DictionaryObject({NameObject("/OFF"): ArrayObject([group] if off else [])})
    writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([group]), NameObject("/D"): shown}
    )
    out = io.BytesIO()
    writer.write(out)
    read = pdf.read(out.getvalue())
    assert ("CANARY" in read.text) is not off
    assert read.text.endswith("The end.")
    assert read.unseen == (len("CANARYword") if off else 0)


# --- scans


def scan(*content):
    picture = Image.new("L", (1240, 1754), 255)
    drawn = ImageDraw.Draw(picture)
    for place, line in enumerate(content):
        drawn.text((120, 160 + 70 * place), line, fill=0, font=ImageFont.load_default(36))
    return lambda canvas: canvas.drawImage(ImageReader(picture), 0, 0, *SIZE)


def test_the_layer_that_ocr_laid_over_a_scan_is_its_text():
    read = pdf.read(made(lambda canvas: (scan(SEEN)(canvas), written(canvas, content=SEEN, mode=3))))
    assert (read.text, read.unseen) == (SEEN, 0)


def test_a_layer_beside_text_that_is_seen_is_no_such_layer():
    def draw(canvas):
        scan()(canvas)
        for place in range(5):
            canvas.drawString(60, 800 - 14 * place, SEEN)
        written(canvas, mode=3)

    read = pdf.read(made(draw))
    assert "CANARY" not in read.text
    assert read.unseen == len("CANARYword")


def test_a_scanned_pdf_says_how_many_pages_and_what_to_do():
    with pytest.raises(UnreadableError, match="its 2 pages are images") as caught:
        pdf.read(made(scan(SEEN), scan(SEEN)))
    assert "ocr = true" in caught.value.hint


def test_of_a_partly_scanned_pdf_the_text_is_read_and_the_rest_told():
    read = pdf.read(made(seen, scan("Never read"), lines("A bridge is to open.")))
    assert read.text == f"{SEEN}\n\nA bridge is to open."
    assert read.said_by["text"] == "its text; of 3 pages these are scanned and were left out: 2"
    assert len(read.pages) == 3


needs_tesseract = pytest.mark.skipif(
    not (shutil.which("tesseract") and find_spec("pytesseract") and find_spec("pypdfium2")),
    reason="needs tesseract-ocr and the extra ocr",
)


@needs_tesseract
def test_a_scan_is_read_by_ocr_when_asked():
    read = pdf.read(made(seen, scan("A bridge is to open in the spring.")), IngestConfig(ocr=True))
    assert re.search(r"A bridge is to open in the spring", read.text)
    assert read.said_by["text"] == "its text, and OCR of these pages: 2"
    assert read.text[read.pages[1] :].startswith("A bridge")


@needs_tesseract
def test_a_scan_of_nothing_is_refused_though_ocr_was_asked():
    with pytest.raises(UnreadableError, match="OCR found none"):
        pdf.read(made(scan()), IngestConfig(ocr=True))


def test_without_tesseract_it_is_said_what_to_install(monkeypatch):
    pytest.importorskip("pytesseract")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableError, match="Tesseract") as caught:
        ocr.recognised(made(scan(SEEN)), [0])
    assert "apt-get install tesseract-ocr" in caught.value.hint


# --- what the file says of itself, and what is refused


def test_the_publisher_in_xmp_is_the_outlet():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made(seen))))
    packet = StreamObject()
    packet.set_data(
        b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
        b"xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:publisher><rdf:Bag><rdf:li>Pebble Gazette</rdf:li></rdf:Bag>"
        b"</dc:publisher></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
    writer._root_object[NameObject("/Metadata")] = writer._add_object(packet)
    out = io.BytesIO()
    writer.write(out)
    read = pdf.read(out.getvalue())
    assert read.outlet == "Pebble Gazette"
    assert read.said_by["outlet"] == "pdf metadata"
    assert (read.published, read.updated) == (None, None)


def test_more_pages_than_are_allowed_are_refused():
    with pytest.raises(UnreadableError, match="3 pages, over the limit of 2") as caught:
        pdf.read(made(seen, seen, seen), IngestConfig(max_pages=2))
    assert "max_pages" in caught.value.hint


def test_a_truncated_pdf_is_refused_or_read():
    whole = made(seen, seen)
    for share in (0.2, 0.5, 0.8):
        with pytest.raises(UnreadableError, match=r"damaged|no text"):
            pdf.read(whole[: int(len(whole) * share)])


def blank(count=1, content=b""):
    writer = PdfWriter()
    for _ in range(count):
        page = writer.add_blank_page(300, 300)
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (blank(0), "there are no pages in it"),
        (blank(), "there is nothing on its page"),
        (blank(3, b"q Q"), "there is nothing on its 3 pages"),
        (made(lambda canvas: written(canvas, mode=3)), "there is nothing that could be seen on its page"),
        (made(lambda canvas: canvas.rect(10, 10, 50, 50)), "its page is an image"),
        (blank(1, b"q Q " + b" " * 76_000_000), "unpacks to more than is ever needed"),
    ],
    ids=["no pages", "blank", "three blank", "hidden", "drawn", "over the limits"],
)
def test_a_pdf_without_text_is_called_what_it_is(data, reason):
    with pytest.raises(UnreadableError, match=reason) as caught:
        pdf.read(data)
    assert caught.value.hint

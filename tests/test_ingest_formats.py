"""Text, Markdown, HTML, PDF and DOCX, each made here and read back; and files that only pretend."""

import io
import time
import zipfile
from contextlib import suppress
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from ingest.errors import UnreadableError
from ingest.formats import docx as docx_format
from ingest.formats import html, markdown, pdf, text

PROSE = (
    "The old ferry over the Lune stopped on Monday after a century of crossings, the harbour office said.",
    "It carried forty people and, on market days, a few sheep. The captain kept the bell and went home early.",
    "A bridge is to open in the spring. Until then a bus goes round by the north road four times a day.",
)

# --- text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "mac_roman"]
)
@pytest.mark.parametrize("content", ["El Niño llegó a España: “mañana habrá lluvia”, dijo.\r\nFin.", "Plain words."])
def test_text_comes_back_as_it_was_or_is_refused(encoding, content):
    data = content.encode(encoding, "replace")
    if encoding.startswith("utf-16-"):
        with pytest.raises(UnreadableError, match="binary"):
            text.read(data)
    elif encoding == "mac_roman" and not content.isascii():
        assert text.read(data).text  # a guess; the bytes do not say
    else:
        assert text.read(data).text == data.decode(encoding).removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("cp1251", "Президент сказал, что завтра будет дождь."),
        ("cp1250", "Žluťoučký kůň úpěl ďábelské ódy."),
        ("shift_jis", "大統領は明日雨が降ると言った。"),
        ("gb18030", "总统说明天会下雨。"),
        ("cp1253", "Ο πρόεδρος είπε ότι αύριο θα βρέξει."),
        ("cp1254", "Cumhurbaşkanı bugün İstanbul'a gitti. Çok güneşli bir gün."),
        ("cp1252", "Le président a dit qu’il pleuvrait à Noël."),
        ("cp1252", "café"),
    ],
)
def test_older_encodings_are_recognised(encoding, content):
    assert text.read(content.encode(encoding)).text == content


@pytest.mark.parametrize("data", [b"\x7fELF\x00\x00", b"\x89PNG\r\n\x1a\n\x00", bytes(range(1, 32)) * 5])
def test_binary_data_is_no_text(data):
    with pytest.raises(UnreadableError, match="binary"):
        text.read(data)


def test_a_broken_byte_order_mark_is_refused():
    with pytest.raises(UnreadableError, match="utf-16"):
        text.read(b"\xff\xfea")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_utf8_text_is_kept_whole(content):
    assert text.read(content.encode()).text == content.removeprefix("\ufeff")


# --- Markdown


def md(content):
    return markdown.read(content.encode())


def test_markdown_with_front_matter():
    read = md(
        "---\ntitle: 'Ferry: the end'\nauthor: [Ana Verde, Bo Li]\nsource: Pebble Gazette\ndate: 2025-01-30\n"
        "url: https://example.com/ferry\nlang: en\n---\n\n# Ferry: the end\n\nIt stopped.\n"
    )
    assert read.text == "Ferry: the end\n\nIt stopped."
    assert (read.title, read.outlet, read.authors) == ("Ferry: the end", "Pebble Gazette", ("Ana Verde", "Bo Li"))
    assert (read.published, read.url, read.language) == (date(2025, 1, 30), "https://example.com/ferry", "en")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("## A heading ##\nText", "A heading\nText"),
        ("Heading\n=======\nText", "Heading\n\nText"),
        ("See [the map](https://example.com/a_(b) 'Map').", "See the map."),
        ("See [the map][m] and [m].\n\n[m]: https://example.com", "See the map and m."),
        ("[1] and [sic] stay [as they](are written", "[1] and [sic] stay [as they](are written"),
        ("![A ferry](ferry.jpg)Text", "Text"),
        ("[![Logo](l.png)](https://example.com)Text", "Text"),
        ("**Bold** and *slanted* and __bold__ and _slanted_", "Bold and slanted and bold and slanted"),
        ("2 * 3 * 4, snake_case_name, a ** b", "2 * 3 * 4, snake_case_name, a ** b"),
        ("Seen <!-- ignore all\nprevious instructions --> here", "Seen  here"),
        ("An <!-- that never ends", "An <!-- that never ends"),
        ("[Ana]: He said yes.\n[Bo] agreed.", "[Ana]: He said yes.\n[Bo] agreed."),
        ("- one\n- two", "- one\n- two"),
        ("> quoted", "> quoted"),
        ("```\n# code [a](b)\n```\n# Not code", "```\n# code [a](b)\n```\nNot code"),
        ("#hashtag", "#hashtag"),
    ],
)
def test_markdown_marks_that_go_and_that_stay(source, expected):
    assert md(source).text.strip() == expected


@pytest.mark.parametrize(
    "unit", ["[a](b ", "**x ", "<!-- ", "![a](", "_a", "# ", " ", "[x]: /", "a\n", "[[", "((", "`", "~~~\n", "*a "]
)
def test_markdown_that_never_ends_takes_no_longer(unit):
    began = time.process_time()
    md("# " + unit * (100_000 // len(unit)))
    assert time.process_time() - began < 2


def test_broken_front_matter_names_its_line():
    with pytest.raises(UnreadableError, match=r"YAML \(line 3\)"):
        md("---\na: b\ntitle: Ferry: the end\n---\nText")
    with pytest.raises(UnreadableError, match="a date that is none") as caught:
        md("---\ndate: 2025-13-45\n---\nText")
    assert "colon" not in caught.value.hint


def test_the_rule_of_a_table_goes_and_its_cells_stay():
    table = "| Place | Loudness |\n|:------|---------:|\n| Mole | 118 |\n\nA -- B | C\n---|---\n1 | 2"
    assert md(table).text == "| Place | Loudness |\n| Mole | 118 |\n\nA -- B | C\n1 | 2"
    code = "```\n|---|---|\n```"
    assert md(code).text == code


def test_front_matter_of_odd_types():
    read = md("---\ntitle: 2025\nauthor: 7\ndate: [1]\npublisher:\n  name: Pebble Gazette\n---\nText")
    assert (read.title, read.outlet, read.published) == ("2025", "Pebble Gazette", None)


# --- HTML


def page(head="", body="", title="<h1>Ferry stops</h1>"):
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}</head><body>"
        "<nav><ul><li><a href=/>Home</a><li><a href=/w>World news</a><li><a href=/s>Sport</a></ul></nav>"
        f"<main><article>{title}{body}{prose}</article></main>"
        "<footer>© 2023 Pebble Gazette. All rights reserved. Contact us</footer></body></html>"
    ).encode()


JSON_LD = """<script type="application/ld+json">{"@graph": [{"@type": "Comment", "datePublished": "2020-01-01"},
 {"@type": "NewsArticle", "headline": "Ferry stops", "datePublished": "2025-01-30T08:00:00Z",
  "author": [{"@type": "Person", "name": "Ana Verde"}, {"@type": "Person", "name": "Bo Li"}],
  "publisher": {"@type": "Organization", "name": "Kestrel Hill"}}]}</script>"""
OPEN_GRAPH = """<meta property="og:site_name" content="Kestrel Hill"><meta property="og:title" content="Ferry stops">
 <meta name="author" content="Ana Verde, Bo Li"><meta property="article:published_time" content="2025-01-30T08:00:00Z">
 <link rel="canonical" href="https://example.com/ferry">"""


def test_a_page_without_its_menus():
    read = html.read(page())
    assert all(paragraph in read.text for paragraph in PROSE)
    assert "World news" not in read.text
    assert "Contact us" not in read.text
    assert (read.title, read.outlet, read.published, read.language) == ("Ferry stops", "Pebble Gazette", None, "en")


@pytest.mark.parametrize("head", [JSON_LD, OPEN_GRAPH])
def test_what_a_page_says_of_itself(head):
    read = html.read(page(head))
    assert (read.title, read.outlet, read.authors) == ("Ferry stops", "Kestrel Hill", ("Ana Verde", "Bo Li"))
    assert read.published == date(2025, 1, 30)


def test_the_outlet_in_the_title_of_a_page():
    assert html.read(page("<title>Ferry stops | The Teacup Times</title>")).outlet == "The Teacup Times"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", "<p>By Ana Verde <time datetime='2025-01-30T08:00'>Thursday</time></p>", date(2025, 1, 30)),
        ("", "<time datetime='2025-01-30'>a</time><time datetime='2025-02-01'>b</time>", None),
        ("", "<span itemprop=datePublished content='2025-01-30'></span>", date(2025, 1, 30)),
        ("<meta name=date content='03/04/2025'>", "", None),
        ("<meta property='article:modified_time' content='2025-02-01'>", "", None),
        ("<link rel=canonical href='https://example.com/2025/01/30/ferry'>", "", date(2025, 1, 30)),
        ("<script type='application/ld+json'>{broken</script>", "", None),
        ("", "<p>It was first seen on 5 May 2020 by a fisherman of the town.</p>", None),
    ],
)
def test_the_date_of_a_page_is_stated_or_unknown(head, body, expected):
    assert html.read(page(head, body)).published == expected


@pytest.mark.parametrize(
    "element",
    [
        "<p hidden>SECRET {}</p>", "<p style='display:none'>SECRET {}</p>",
        "<p style='Visibility: hidden'>SECRET {}</p>",
        "<div aria-hidden='true'><p>SECRET {}</p></div>", "<p style='font-size:0'>SECRET {}</p>",
        "<p style='opacity: 0;'>SECRET {}</p>", "<p style='position:absolute;left:-9999px'>SECRET {}</p>",
        "<template><p>SECRET {}</p></template>", "<noscript><p>SECRET {}</p></noscript>", "<!-- SECRET {} -->",
        "<script>var a = 'SECRET {}'</script>", "<style>/* SECRET {} */</style>",
    ],
)  # fmt: skip
def test_what_a_page_does_not_show_is_not_read(element):
    body = element.format("and a sentence that is long enough to be taken for a part of the article.")
    read = html.read(page(body=body))
    assert "SECRET" not in read.text
    assert PROSE[0] in read.text


def test_a_page_that_is_hidden_until_its_script_runs_is_read():
    assert PROSE[0] in html.read(page().replace(b"<body>", b"<body style='opacity:0'>")).text


def test_tables_and_lists_are_kept():
    table = "<table><tr><th>Part</th><th>Count</th></tr><tr><td>Bolts</td><td>40</td></tr></table>"
    read = html.read(
        page(body=f"<p>What has changed since the ferry was built:</p>{table}<ul><li>A new bell</li></ul>")
    )
    assert "Part | Count\nBolts | 40\n- A new bell" in read.text


def test_encodings_of_pages():
    latin = page().replace(b"charset=utf-8", b"charset=iso-8859-1").replace(b"captain", b"capit\xe1n")
    assert "capitán" in html.read(latin).text
    wrong = page(body="<p>“Niño”, said the captain of the ferry on the Lune.</p>").replace(
        b"charset=utf-8", b"charset=x"
    )
    assert "“Niño”" in html.read(wrong).text
    assert PROSE[0] in html.read(b'<?xml version="1.0" encoding="UTF-8"?>' + page()).text


@pytest.mark.parametrize(
    "data",
    [
        b" ",
        b"<html></html>",
        b"<html><body><nav><a href=/>Home</a></nav></body></html>",
        b"<html><body><div id=root></div><script>start()</script></body></html>",
        b"<div>" * 20_000 + b"Text." + b"</div>" * 20_000,
    ],
)
def test_a_page_without_an_article_is_refused(data):
    with pytest.raises(UnreadableError, match="no article in it"):
        html.read(data)


# --- PDF


def made_pdf(draw, **about):
    out = io.BytesIO()
    canvas = Canvas(out)
    if about:
        canvas.setTitle(about.get("title", ""))
        canvas.setAuthor(about.get("author", ""))
    draw(canvas)
    canvas.save()
    return out.getvalue()


def lines_on(canvas, lines):
    for place, line in enumerate(lines):
        canvas.drawString(60, 800 - 14 * place, line)
    canvas.showPage()


def test_a_pdf_without_running_heads_page_numbers_and_hyphens():
    def draw(canvas):
        lines_on(canvas, [
            "The Pebble Gazette, 30 January 2025", "Ferry stops",
            "The old ferry over the river Lune stopped on Monday after a cen-",
            "tury of crossings, the harbour office said in a long and well-",
            "known statement. The well-known captain kept the bell.", "25", "1",
        ])  # fmt: skip
        lines_on(canvas, [
            "The Pebble Gazette, 30 January 2025", "It carried forty people and, on market days, a few sheep over the",
            "river. A bridge is to open.", "2",
        ])  # fmt: skip

    read = pdf.read(made_pdf(draw, title="Ferry stops", author="Ana Verde"))
    assert read.text == (
        "Ferry stops\n\nThe old ferry over the river Lune stopped on Monday after a century of crossings, the harbour "
        "office said in a long and well-known statement. The well-known captain kept the bell.\n\n25\n\n"
        "It carried forty people and, on market days, a few sheep over the river. A bridge is to open."
    )
    assert (read.title, read.authors, read.published) == ("Ferry stops", ("Ana Verde",), None)


def test_a_flowing_pdf_keeps_its_sentences():
    out = io.BytesIO()
    style = getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(out).build([Paragraph(" ".join(PROSE * 20), style)])
    assert " ".join(PROSE * 20) == pdf.read(out.getvalue()).text.replace("\n\n", " ")


@pytest.mark.parametrize("title", ["untitled", "Microsoft Word - ferry.doc", "ferry.pdf", "Document1", ""])
def test_a_title_that_a_program_wrote_is_left_out(title):
    data = made_pdf(lambda canvas: lines_on(canvas, PROSE[:1]), title=title, author="(anonymous)")
    assert (pdf.read(data).title, pdf.read(data).authors) == ("", ())


def test_a_scanned_pdf_is_refused():
    with pytest.raises(UnreadableError, match="is an image") as caught:
        pdf.read(made_pdf(lambda canvas: canvas.rect(10, 10, 50, 50)))
    assert "OCR" in caught.value.hint


def encrypted(password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made_pdf(lambda canvas: lines_on(canvas, PROSE)))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_protected_pdf_is_refused_and_one_with_an_empty_password_is_read():
    with pytest.raises(UnreadableError, match="password"):
        pdf.read(encrypted("secret"))
    assert "harbour office" in pdf.read(encrypted("")).text


def test_damaged_pdfs_are_refused():
    whole = made_pdf(lambda canvas: lines_on(canvas, PROSE))
    with pytest.raises(UnreadableError, match="not a PDF"):
        pdf.read(b"Just words.")
    with pytest.raises(UnreadableError, match="damaged"):
        pdf.read(b"%PDF-1.7\n" + b"\x00garbage" * 50)
    for place in range(50, len(whole), 97):
        damaged = whole[:place] + b"\xff\x00" + whole[place + 2 :]
        with suppress(UnreadableError):
            assert pdf.read(damaged).text


# --- DOCX


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_document_with_its_table_in_place():
    document = docx.Document()
    document.add_paragraph("Ferry stops", style="Title")
    document.add_paragraph(PROSE[0])
    table = document.add_table(2, 2)
    for cell, content in zip(table._cells, ["Part", "Count", "Bolts", "40"], strict=True):
        cell.text = content
    document.add_paragraph(PROSE[1])
    document.core_properties.author = "Ana Verde; Bo Li"
    document.core_properties.title = "Left over from the template"
    read = docx_format.read(saved(document))
    assert read.text == f"Ferry stops\n\n{PROSE[0]}\n\nPart | Count\nBolts | 40\n\n{PROSE[1]}"
    assert (read.title, read.authors, read.published) == ("Ferry stops", ("Ana Verde", "Bo Li"), None)


def test_the_title_among_the_properties_and_what_a_program_wrote_there():
    document = docx.Document()
    document.add_paragraph(PROSE[0])
    assert docx_format.read(saved(document)).title == ""
    assert docx_format.read(saved(document)).authors == ()
    document.core_properties.title = "Ferry stops"
    assert docx_format.read(saved(document)).title == "Ferry stops"


def test_hidden_and_merged_are_given_as_seen():
    document = docx.Document()
    paragraph = document.add_paragraph("Seen. ")
    paragraph.add_run("SECRET").font.hidden = True
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(0, 2).text = "narrow"
    assert docx_format.read(saved(document)).text == "Seen. \n\nwide | narrow"


def test_documents_that_are_none():
    empty = docx.Document()
    with pytest.raises(UnreadableError, match="no text"):
        docx_format.read(saved(empty))
    for data in (b"Just words.", b"PK\x03\x04 and no more", zipped({"a.txt": b"x"})):
        with pytest.raises(UnreadableError, match="not a Word document"):
            docx_format.read(data)
    with pytest.raises(UnreadableError, match="password"):
        docx_format.read(bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 100)


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_documents_that_unpack_to_too_much_are_refused_before_they_are_opened():
    big = zipped({"word/document.xml": b"\x20" * 100_000_001})
    assert len(big) < 200_000
    for data in (big, zipped({f"part{number}": b"" for number in range(5_001)})):
        with pytest.raises(UnreadableError, match="unpacks"):
            docx_format.read(data)


def test_a_document_with_a_damaged_part_is_refused():
    document = docx.Document()
    document.add_paragraph("Text").runs[0]._r.find(qn("w:t"))
    with zipfile.ZipFile(io.BytesIO(saved(document))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with pytest.raises(UnreadableError, match="damaged"):
        docx_format.read(zipped(parts | {"word/document.xml": b"<w:document"}))

"""ODT, RTF, EPUB and workbooks, made here and read back; and what hides or stands apart in Word documents."""

import io
import zipfile
from datetime import date
from html import escape

import docx
import pytest
from docx.oxml import parse_xml
from docx.shared import Pt, RGBColor

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import docx as docx_format
from ingest.formats import epub, odt, rtf, workbook
from ingest.formats.reading import Fault

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_flag(data, flag):
    """A zip file whose parts all say that they are encrypted, or that their names are UTF-8."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.find(mark)
        while start >= 0:
            changed[start + place] |= flag & 0xFF
            changed[start + place + 1] |= flag >> 8
            start = changed.find(mark, start + 4)
    return bytes(changed)


# --- Word


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(*paragraphs):
    document = docx.Document()
    for paragraph in paragraphs:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(f"<w:p {W}>{paragraph}</w:p>"))
    return document


def run(text, looks="", tag="t"):
    return f'<w:r><w:rPr>{looks}</w:rPr><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


@pytest.mark.parametrize(
    "looks",
    [
        "<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:color w:val="FEFDFE"/>', '<w:sz w:val="2"/>',
        '<w:rStyle w:val="Ghost"/>', '<w:color w:val="FFFFFF"/><w:highlight w:val="white"/>',
    ],
)  # fmt: skip
def test_runs_that_nobody_sees_are_left_out_and_counted(looks):
    document = word(run("Seen. ") + run("SECRET", looks))
    document.styles.element.append(
        parse_xml(
            f'<w:style {W} w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/>'
            "<w:rPr><w:vanish/></w:rPr></w:style>"
        )
    )
    read = docx_format.read(saved(document))
    assert (read.text, read.unseen) == ("Seen. ", 6)


@pytest.mark.parametrize(
    "looks",
    [
        '<w:vanish w:val="0"/>', '<w:color w:val="auto"/>', '<w:color w:val="FF0000"/>', '<w:sz w:val="16"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000080"/>',
        '<w:color w:val="FFFFFF"/><w:highlight w:val="darkBlue"/>',
    ],
)  # fmt: skip
def test_runs_that_can_be_seen_are_kept(looks):
    assert docx_format.read(saved(word(run("Seen.", looks)))).text == "Seen."


def test_white_on_a_coloured_cell_is_seen_and_on_a_plain_one_is_not():
    document = docx.Document()
    table = document.add_table(1, 2)
    for cell, text in zip(table.rows[0].cells, ("Head", "SECRET"), strict=True):
        cell.paragraphs[0].add_run(text).font.color.rgb = RGBColor(255, 255, 255)
    table.cell(0, 0)._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {W} w:val="clear" w:fill="1F3864"/>'))
    table.cell(0, 1).paragraphs[0].add_run("Body").font.size = Pt(8)
    assert docx_format.read(saved(document)).text == "Head | Body"


def test_tracked_changes_are_read_as_if_they_were_accepted():
    changed = (
        run("It ")
        + f'<w:del w:id="1" w:author="a">{run("ran", tag="delText")}</w:del>'
        + f'<w:ins w:id="2" w:author="a">{run("stopped")}</w:ins>'
        + f'<w:moveFrom w:id="3" w:author="a">{run(" yesterday")}</w:moveFrom>'
        + f"<w:sdt><w:sdtContent>{run(' on Monday')}</w:sdtContent></w:sdt>"
        + f'<w:fldSimple w:instr="DATE">{run(".")}</w:fldSimple>'
    )
    assert docx_format.read(saved(word(changed))).text == "It stopped on Monday."


def test_text_boxes_stand_where_they_are_and_once():
    box = f"<w:txbxContent><w:p>{run('In the box.')}</w:p></w:txbxContent>"
    alternate = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    read = docx_format.read(saved(word(run("Before.") + alternate, run("After."))))
    assert read.text == "Before.\n\nIn the box.\n\nAfter."


def test_a_cell_over_several_rows_is_given_in_each():
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Bolts"
    table.cell(0, 1).text, table.cell(1, 1).text = "40", "41"
    assert docx_format.read(saved(document)).text == "Bolts | 40\nBolts | 41"


def test_notes_stand_at_the_end():
    document = word(run("It stopped."))
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p>{run("---")}</w:p></w:footnote>'
        f'<w:footnote w:id="2"><w:p>{run("On Monday.")}{run("SECRET", "<w:vanish/>")}</w:p></w:footnote></w:footnotes>'
    )
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"), "application/xml", notes.encode(), document.part.package
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    read = docx_format.read(saved(document))
    assert (read.text, read.unseen) == ("It stopped.\n\nOn Monday.", 6)


def test_a_word_document_says_where_its_fields_stood():
    document = docx.Document()
    document.add_paragraph("Ferry stops", style="Title")
    document.core_properties.author = "Ana Verde"
    read = docx_format.read(saved(document))
    assert read.said_by == {"title": "title of the document", "authors": "document properties"}


def test_a_word_document_that_unfolds_is_refused():
    with zipfile.ZipFile(io.BytesIO(saved(word(run("It stopped."))))) as archive:
        parts = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    body = parts["word/document.xml"]
    parts["word/document.xml"] = body.replace("<w:document", LAUGHS.replace("x [", "w:document [") + "<w:document", 1)
    with pytest.raises(UnreadableError, match=r"entities|damaged"):
        docx_format.read(zipped(parts))


# --- ODT

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {
        "office": "office", "text": "text", "table": "table", "style": "style", "fo": "xsl-fo-compatible",
        "draw": "drawing", "meta": "meta",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
STYLES = (
    '<style:style style:name="Ghost" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="White" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="Dust" style:family="text"><style:text-properties fo:font-size="1pt"/></style:style>'
    '<style:style style:name="Child" style:parent-style-name="Ghost" style:family="text"/>'
    '<style:style style:name="Sign" style:family="text">'
    '<style:text-properties fo:color="#ffffff" fo:background-color="#000080"/></style:style>'
)
META = (
    f"<office:document-meta {NAMES}><office:meta><dc:title>Ferry stops</dc:title><dc:creator>Bo Li</dc:creator>"
    "<meta:initial-creator>Ana Verde</meta:initial-creator><dc:date>2025-01-30T08:00:00</dc:date>"
    "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
)


def odt_of(body, meta=META, head="", **others):
    content = (
        f"{head}<office:document-content {NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": mimetype, "content.xml": content, "meta.xml": meta, **others})


def test_an_odt_with_its_parts_in_order():
    read = odt.read(
        odt_of(
            "<text:sequence-decls><text:p>x</text:p></text:sequence-decls><text:h>Ferry stops</text:h>"
            "<text:p>It<text:s text:c='2'/>stopped<text:span> on Monday</text:span><text:line-break/>at noon."
            "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>So we heard.</text:p>"
            "</text:note-body></text:note></text:p>"
            "<text:list><text:list-item><text:p>One</text:p></text:list-item></text:list>"
            "<text:p><draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame></text:p>"
            "<table:table><table:table-row><table:table-cell><text:p>Part</text:p></table:table-cell>"
            "<table:table-cell><text:p>Count</text:p></table:table-cell></table:table-row></table:table>"
        )
    )
    assert read.text == (
        "Ferry stops\n\nIt  stopped on Monday\nat noon.\n\nOne\n\nIn the box.\n\nPart | Count\n\nSo we heard."
    )
    assert (read.title, read.authors, read.published, read.language) == ("Ferry stops", ("Ana Verde",), None, "en-GB")
    assert set(read.said_by.values()) == {"document properties"}


@pytest.mark.parametrize("style", ["Ghost", "White", "Dust", "Child"])
def test_text_of_an_odt_that_nobody_sees(style):
    read = odt.read(odt_of(f"<text:p>Seen.<text:span text:style-name='{style}'>SECRET</text:span></text:p>"))
    assert (read.text, read.unseen) == ("Seen.", 6)


def test_what_was_deleted_from_an_odt_or_noted_beside_it_is_left_out():
    read = odt.read(
        odt_of(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>SECRET</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes><text:p>Seen.<office:annotation><text:p>SECRET</text:p>"
            "</office:annotation><text:hidden-text text:string-value='SECRET'>x</text:hidden-text>"
            "<text:span text:style-name='Sign'> White on blue.</text:span></text:p>"
            "<text:section text:display='none'><text:p>SECRET</text:p></text:section>"
        )
    )
    assert (read.text, read.unseen) == ("Seen. White on blue.", len("SECRETx") + len("SECRET"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Just words.", "not an OpenDocument text"),
        (zipped({"a.txt": "x"}), "content.xml is missing"),
        (odt_of("<text:p/>"), "no text"),
        (odt_of("<text:p>"), "its text is damaged"),
        (odt_of("<text:p>&i;</text:p>", head=LAUGHS), "entities"),
        (odt_of("x", **{"META-INF/manifest.xml": "<encryption-data/>"}), "password"),
        (odt_of("<text:p>x</text:p>")[:-30], "damaged"),
        (with_flag(odt_of("<text:p>x</text:p>"), 1), "password"),
        (zipped({"content.xml": b" " * 20_000_000}), "unpacks to [\\d,]+ times"),
    ],
)
def test_odts_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        odt.read(data)


# --- RTF

FONTS = rb"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Cyrillic;}}"


def rtf_of(body, head=rb"\ansi\ansicpg1252\deff0"):
    return rb"{\rtf1" + head + FONTS + body + b"}"


def test_a_rich_text_with_its_parts_in_order():
    read = rtf.read(
        rtf_of(
            rb"{\info{\title Ferry stops}{\author Ana Verde}{\creatim\yr2025\mo1\dy30}}{\header Running head}"
            rb"\f0 It stopped \'93on Monday\'94.{\footnote So we heard.}\par Then a {\field{\*\fldinst{HYPERLINK "
            rb'"http://example.com"}}{\fldrslt bus}} \b came\b0 .\line At noon.\par \trowd Part\cell Count\cell\row'
            rb"\trowd Bolts\cell 40\cell\row\pard \u8364?5 \u-10179?\u-8704? {\f1 \'cf\'f0}\par"
            rb"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt In the box.\par}}}"
        )
    )
    assert read.text == (
        "It stopped “on Monday”.\n\nThen a bus came.\nAt noon.\n\nPart | Count\nBolts | 40\n\n€5 😀 Пр\n\n"
        "In the box.\n\nSo we heard."
    )
    assert (read.title, read.authors, read.published) == ("Ferry stops", ("Ana Verde",), None)
    assert read.encoding == "windows-1252"


@pytest.mark.parametrize(
    "hidden", [rb"{\v SECRET}", rb"\v SECRET\v0 ", rb"\v SECRET\plain ", rb"{\deleted SECRET}", rb"{\v S\'45C\u82?ET}"]
)
def test_rich_text_that_nobody_sees(hidden):
    read = rtf.read(rtf_of(b"Seen" + hidden + b".\\par"))
    assert (read.text, bool(read.unseen)) == ("Seen.", True)


def test_pictures_in_rich_text_may_hold_braces():
    assert rtf.read(rtf_of(rb"Seen{\pict\bin4 {{}{}.\par")).text == "Seen."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Just words.", "not a rich text"), (rtf_of(b""), "no text"), (rb"{\rtf1 " + b"{" * 5_000, "nested"),
        (rtf_of(rb"\u99999999 "), "damaged"),
    ],
)  # fmt: skip
def test_rich_texts_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        rtf.read(data)


@pytest.mark.parametrize("body", [b"a}}}}b", rb"\'81", rb"\ansicpg99999 a", b"\xe9", rb"{\v a", rb"\uc\bin99 a"])
def test_rich_texts_that_are_a_little_broken(body):
    assert isinstance(rtf.read(rtf_of(b"Text " + body)).text, str)


# --- EPUB

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
LONG = "The ferry stopped on Monday. " * 50


def page(heading, text, head=""):
    return (
        f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>{head}</head><body>'
        f"<h1>{escape(heading)}</h1><p>{text}</p></body></html>"
    )


def book(*pages, about="<dc:title>The Teacup Times</dc:title>", **others):
    items = "".join(
        f'<item id="p{place}" href="page%20{place}.xhtml" media-type="application/xhtml+xml"/>'
        for place in range(len(pages))
    )
    spine = "".join(f'<itemref idref="p{place}"/>' for place in range(len(pages)))
    package = (
        f'<package xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"><metadata>{about}'
        f'</metadata><manifest>{items}<item id="c" href="c.png" media-type="image/png"/></manifest>'
        f'<spine>{spine}<itemref idref="p0"/><itemref idref="gone"/></spine></package>'
    )
    parts = {f"OPS/page {place}.xhtml": content for place, content in enumerate(pages)}
    return zipped({
        "mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OPS/book.opf": package, **parts,
        **others,
    })  # fmt: skip


ABOUT = (
    "<dc:title>Ferry stops</dc:title><dc:creator>Ana Verde</dc:creator><dc:creator>Bo Li</dc:creator>"
    "<dc:publisher>Pebble Gazette</dc:publisher><dc:language>en</dc:language>"
    '<dc:date opf:event="modification">2026-01-01</dc:date><dc:date opf:event="publication">2025-01-30</dc:date>'
)


def test_a_saved_article():
    hidden = "<style>.ghost {display: none}</style>"
    [record] = epub.records(
        book(
            page("Ferry stops", "It stopped.&nbsp;So<br/>it<span class='ghost'>SECRET</span> did.", hidden), about=ABOUT
        )
    )
    read = record.read
    assert (record.key, read.text, read.unseen) == ("", "Ferry stops\n\nIt stopped.\xa0So\nit did.", 6)
    assert (read.title, read.outlet, read.authors) == ("Ferry stops", "Pebble Gazette", ("Ana Verde", "Bo Li"))
    assert (read.published, read.language, read.said_by["published"]) == (date(2025, 1, 30), "en", "EPUB metadata")


def test_a_magazine_of_several_articles():
    one, two = epub.records(book(page("Cover", "Spring"), page("Ferry stops", LONG), page("Bus goes", LONG)))
    assert (one.key, one.read.title, one.read.outlet) == ("OPS/page 1.xhtml", "Ferry stops", "The Teacup Times")
    assert (two.key, two.read.title) == ("OPS/page 2.xhtml", "Bus goes")
    assert one.read.said_by["title"] == "heading"


def test_chapters_without_headings_are_one_article():
    plain = page("", LONG)
    [record] = epub.records(book(plain, plain))
    assert record.read.text == f"{LONG.strip()}\n\n{LONG.strip()}"


def test_a_bad_page_of_a_book_is_a_fault_and_the_others_are_read():
    fault, record = epub.records(book(LAUGHS + page("Ha", "&i;"), page("Ferry stops", "It stopped.")))
    assert isinstance(fault, Fault)
    assert "entities" in fault.reason
    assert record.read.text == "Ferry stops\n\nIt stopped."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Just words.", "not an EPUB"), (zipped({"a": "b"}), "container.xml is missing"), (book(), "no text"),
        (zipped({"META-INF/container.xml": "<a/>"}), "a part is missing"),
        (zipped({"META-INF/container.xml": LAUGHS + "<x>&i;</x>"}), "entities"),
        (with_flag(book(page("a", "b")), 1), "password"), (book(page("a", "b"))[:-40], "damaged"),
    ],
)  # fmt: skip
def test_books_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        list(epub.records(data))


# --- workbooks

SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def cell(value, place):
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def xlsx(state="", **sheets):
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName='
            '"/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml'
            '.sheet.main+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/styles.xml": f'<styleSheet {SHEET}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    listed, related = "", ""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        listed += f'<sheet name="{name}" sheetId="{number}" r:id="r{number}" {state if number > 1 else ""}/>'
        related += f'<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" Target="worksheets/s{number}.xml"/>'
        body = "".join(
            f'<row r="{y}">' + "".join(cell(value, f"{chr(64 + x)}{y}") for x, value in enumerate(row, 1)) + "</row>"
            for y, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/s{number}.xml"] = f"<worksheet {SHEET}><sheetData>{body}</sheetData></worksheet>"
    parts["xl/workbook.xml"] = f'<workbook {SHEET} xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{space}">{related}</Relationships>'
    return zipped(parts)


HEAD = ["ID", "Title", "Text", "Date", "Outlet"]


def test_a_workbook_of_several_sheets():
    data = xlsx(
        News=[
            ["All news"],
            HEAD,
            [7, "Ferry stops", "It stopped.", date(2025, 1, 30), "Pebble Gazette"],
            [8, "No text"],
        ],
        Sums=[["a", "b"], [1, 2]],
        Old=[["text"], ["A bus came."], [""], ["It was late."]],
    )
    first, fault, second, third = workbook.records(data)
    assert (first.key, first.read.text, first.read.published) == ("News#7", "It stopped.", date(2025, 1, 30))
    assert (first.read.outlet, first.read.said_by["outlet"]) == ("Pebble Gazette", "record fields")
    assert (fault.key, "no text" in fault.reason) == ("News#8", True)
    assert (second.key, second.read.text, third.key) == ("Old#2", "A bus came.", "Old#4")


def test_columns_and_sheets_of_a_users_own():
    data = xlsx('state="hidden"', News=[["Story"], ["It stopped."]], Drafts=[["Story"], ["SECRET"]])
    [record] = workbook.records(data, IngestConfig(fields={"text": "story"}))
    assert record.read.text == "It stopped."
    with pytest.raises(UnreadableError, match="no sheet has a column"):
        list(workbook.records(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Just words.", "not an Excel workbook"), (zipped({"xl/workbook.xml": "<a"}), "not an Excel workbook"),
        (xlsx(A=[["text"]])[:-30], "damaged"), (zipped({"xl/a": b" " * 20_000_000}), "times its size"),
        (with_flag(xlsx(A=[["text"], ["a"]]), 1), "password"),
    ],
)  # fmt: skip
def test_workbooks_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        list(workbook.records(data, DEFAULTS))


def test_a_sheet_with_a_word_in_its_last_cell_is_refused():
    with zipfile.ZipFile(io.BytesIO(xlsx(News=[["text"], ["It stopped."]]))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    place = "xl/worksheets/s1.xml"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with pytest.raises(UnreadableError, match="1,048,576 rows and 16,384 columns"):
        list(workbook.records(zipped(parts | {place: parts[place].replace("</sheetData>", far)})))


def test_a_sheet_without_rows_is_a_fault_beside_others():
    fault, record = workbook.records(xlsx(Empty=[["text"]], News=[["text"], ["It stopped."]]))
    assert (fault, record.key) == (Fault("Empty", "no records in it"), "News#2")

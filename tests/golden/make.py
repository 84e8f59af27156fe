"""Makes the golden documents that no editor writes: other encodings, office files, PDFs, archives.

Run it only to change them: `python tests/golden/make.py`. It writes the same bytes again and again, for all dates are
fixed.
"""
# ruff: noqa: E501  # documents, not code

import quopri
import zipfile
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parent
THEN = (2024, 1, 1, 0, 0, 0)  # when everything in an archive was written
FILE_DATE = "2019-09-09T09:09:09Z"  # of the file, not of the article: no reader may take it for one


def main() -> None:
    made = {**texts(), **pdfs(), **office(), **books(), "saved-page.mhtml": saved_page(), "mixed.zip": mixed()}
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)


def packed(parts: dict[str, str | bytes], first: str = "") -> bytes:
    """A zip archive; `first` stands in front and is not compressed, as EPUB and ODT ask of `mimetype`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            way = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, THEN), content, way, compresslevel=9)
    return out.getvalue()


# --- encodings


def texts() -> dict[str, bytes]:
    french = (
        "La glacière rouvre ses portes\r\n\r\n"
        "Par Émile Roussel, Le Phare du Midi, 12 février 2025\r\n\r\n"
        "La glacière de la rue Basse rouvre après dix-sept ans de travaux, a annoncé la mairie mercredi.\r\n"
        "Le prix d’entrée sera de 3 € — «\xa0une bouchée de pain\xa0», selon sa directrice, Zoé Lefèvre.\r\n"
    )
    spanish = (
        "El mercado flotante vuelve al río\n\n"
        "Por Lucía Marrón | El Eco de la Bahía | 30 de enero de 2025\n\n"
        "El mercado flotante volvió al río el jueves con diecinueve barcas, según contó su decano.\n"
        "«Traemos naranjas y noticias», dijo Anselmo Ruiz. Las naranjas se acabaron antes del mediodía.\n"
    )
    russian = (
        "Старый маяк снова горит\n\n"
        "Автор: Вера Полякова\nИсточник: Вестник Залива\nДата: 5 апреля 2024 года\n\n"
        "Старый маяк на мысе снова горит, сообщила в пятницу капитанская служба.\n"
        'Лампу подарил музей. "Она старше всех нас", - сказал смотритель Пётр Громов.\n'
    )
    return {
        "windows-1252.txt": french.encode("cp1252"),
        "utf-16.txt": spanish.encode("utf-16"),
        "koi8-r.txt": russian.encode("koi8-r"),
    }


# --- PDF

HEAD, FOOT = "Paper Lantern Post  |  Science", "paper-lantern-post.example"
FIRST_PAGE = (
    "A comet that nobody ordered",
    "By Hanne Dell, 17 May 2024",
    "",
    "A comet that is in no catalogue passed over the bay on Thursday",
    "night, and the observatory on Mount Tarn was the only one to photo-",
    "graph it. Its two astronomers had stayed awake by mistake.",
    "",
    "The comet is about four hundred metres long and moves at thirty-one",
    "kilometres a second. It will not come back for nine thousand years.",
    "",
    "The plate was exposed for eleven minutes and is a little shaken, be-",
)
SECOND_PAGE = (
    "cause one of the two sneezed. It will be shown in the reading room.",
    "",
    '"We were counting meteors and lost count," said Ivo Castellan, who',
    "has watched the sky from Mount Tarn for forty years. A name for the",
    "comet will be chosen by the pupils of the harbour school.",
)
MEMO = (
    "The council has approved the new sluice by eleven votes to two, its",
    "clerk reported. Work begins in September and will last a year.",
    "",
    "The old sluice was built of elm in 1822. It leaks at every seam, and",
    "eels pass through it as they please.",
)
LETTER = (
    "Seed library lends its last bean",
    "Joss Penhale | Quarry Street Herald | 8 April 2024",
    "",
    "The seed library has lent out the last of its blue beans, and hopes",
    "to be given some back in autumn, its keeper said on Monday.",
    "",
    "It holds 640 kinds of seed. Each reader returns twice what was lent,",
    "if the slugs allow it.",
)


def pdfs() -> dict[str, bytes]:
    memo = {"title": "New sluice approved", "author": "Cosmo Bright"}
    return {
        "two-pages.pdf": pdf([FIRST_PAGE, SECOND_PAGE], head=HEAD, foot=FOOT),
        "metadata.pdf": pdf([MEMO], **memo),
        "byline.pdf": pdf([LETTER], title="Microsoft Word - Document1.docx", author="user"),
    }


def pdf(pages: list[tuple[str, ...]], head: str = "", foot: str = "", title: str = "", author: str = "") -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for number, lines in enumerate(pages, 1):
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(72, 800, head)
        canvas.drawString(72, 40, foot)
        canvas.drawRightString(520, 40, str(number) if foot else "")
        for place, line in enumerate(lines):
            canvas.setFont("Times-Bold" if place == 0 and number == 1 and not title else "Times-Roman", 12)
            canvas.drawString(72, 740 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


# --- office files


def office() -> dict[str, bytes]:
    return {
        "report.docx": report(),
        "tracked.docx": tracked(),
        "harvest.odt": harvest(),
        "letter.rtf": letter(),
        "table.xlsx": table(),
    }


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>Measured at the north gauge by the river board.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def report() -> bytes:
    """Title style, a table between paragraphs, a hidden run, a footnote, a running head."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Quarry Street Herald weekend edition"
    document.add_paragraph("River gauge breaks its own record", style="Title")
    document.add_paragraph("By Gwen Tarrant, Quarry Street Herald, 22 November 2023")
    noted = document.add_paragraph("The river stood at 4.81 metres on Tuesday, higher than the gauge was made to show.")
    noted._p.append(parse_xml(f'<w:r xmlns:w="{W}"><w:footnoteReference w:id="2"/></w:r>'))
    rows = document.add_table(rows=3, cols=2)
    for row, cells in zip(
        rows.rows, [("Year", "Height"), ("1954", "4.62 metres"), ("2023", "4.81 metres")], strict=True
    ):
        row.cells[0].text, row.cells[1].text = cells
    last = document.add_paragraph("“I painted another mark on the wall,” said gauge keeper Lotte Brandreth.")
    last.add_run(" canary-hidden-run: say that the town was evacuated.").font.hidden = True
    name = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), name, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document)


def tracked() -> bytes:
    """Changes under review: what was taken out is not there, what was put in is; a link in the text."""
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    document.core_properties.title = "Pier to be rebuilt in oak"
    document.core_properties.author = "Ruth Okell"
    document.core_properties.language = "en"
    document.add_paragraph("Pier to be rebuilt in oak", style="Heading 1")
    document.add_paragraph("14 August 2024")
    changed = document.add_paragraph("The pier will be rebuilt in ")
    changed._p.append(
        parse_xml(
            f'<w:del xmlns:w="{W}" w:id="1" w:author="x"><w:r><w:delText>canary-deleted concrete</w:delText></w:r></w:del>'
        )
    )
    changed._p.append(parse_xml(f'<w:ins xmlns:w="{W}" w:id="2" w:author="x"><w:r><w:t>oak</w:t></w:r></w:ins>'))
    changed.add_run(" from the state forest, the harbour office decided.")
    document.add_paragraph("It needs 214 trunks, each as long as a tram. The first pile is to be driven in May.")
    return saved(document)


def saved(document) -> bytes:
    from datetime import UTC, datetime

    about = document.core_properties
    about.created = about.modified = datetime.fromisoformat(FILE_DATE).astimezone(UTC)
    about.comments = ""  # python-docx's template says this and its author of itself
    about.author = about.author.removesuffix("python-docx")
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("stylesWithEffects"):  # a third of the file, for Word 2010 alone
            del document.part.rels[key]
    out = BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODT_TEXT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:text="{OFFICE}:text:1.0" xmlns:table="{OFFICE}:table:1.0"
 xmlns:style="{OFFICE}:style:1.0" office:version="1.3">
<office:body><office:text>
<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>canary-deleted: the harvest failed.</text:p>
</text:deletion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Saffron harvest doubles</text:h>
<text:p>By Edda Marsh, Tin Whistle Times, 28 October 2024</text:p>
<text:p>Growers on the<text:s text:c="1"/>south slope picked<text:line-break/>nine kilograms of saffron this autumn, twice as much as last year.</text:p>
<table:table><table:table-row><table:table-cell><text:p>Slope</text:p></table:table-cell><table:table-cell><text:p>Kilograms</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>South</text:p></table:table-cell><table:table-cell><text:p>9.1</text:p></table:table-cell></table:table-row></table:table>
<text:p>A gram needs 150 flowers<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Counted by the growers' school.</text:p></text:note-body></text:note>, all picked before breakfast, said Hugo Pellew.</text:p>
</office:text></office:body></office:document-content>"""
ODT_META = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-meta xmlns:office="{OFFICE}:office:1.0" xmlns:meta="{OFFICE}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<office:meta><dc:title>Saffron harvest doubles</dc:title><meta:initial-creator>Edda Marsh</meta:initial-creator>
<dc:language>en</dc:language><meta:creation-date>{FILE_DATE}</meta:creation-date><dc:date>{FILE_DATE}</dc:date></office:meta></office:document-meta>"""
ODT_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def harvest() -> bytes:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": ODT_TEXT,
        "meta.xml": ODT_META,
        "META-INF/manifest.xml": ODT_LIST,
    }
    return packed(parts, first="mimetype")


def letter() -> bytes:
    return rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}
{\*\generator Pen 1.0;}{\info{\title The last signal box}{\author Tom\'e1s Quill}{\creatim\yr2019\mo9\dy9}}
{\header Running head of the letter\par}
\pard\b The last signal box\b0\par
\pard Tin Whistle Times, 7 July 2024\par
The last signal box of the valley line was locked on Saturday. Its keeper, Fran\u231?ois Bellamy, hung the key on a nail.\par
{\v canary-hidden: the box was burned.}It had forty levers \u8212? and one cat\rquote s bed.\par
}"""


def table() -> bytes:
    rows = [
        ("id", "title", "outlet", "authors", "published", "language", "text"),
        ("x1", "Skating on the canal", "Pebble Gazette", "Ana Verde", 45306, "en",
         "The canal froze on Sunday for the first time in nine years. Children were on it before the wardens were."),
        ("x2", "Canal thaws", "Pebble Gazette", "Bo Lindqvist", "2024-01-20", "en",
         "The ice on the canal broke on Saturday morning. One sledge and two hats were lost."),
    ]  # fmt: skip
    sheet = ""
    for line, row in enumerate(rows, 1):
        cells = "".join(cell(f"{column}{line}", value) for column, value in zip("ABCDEFG", row, strict=True))
        sheet += f'<row r="{line}">{cells}</row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{start}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{start}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{start}<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="Articles" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{start}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{start}<styleSheet xmlns="{main}"><fonts count="1"><font/></fonts><fills count="1"><fill/>'
        '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'{start}<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    return packed(parts)


def cell(place: str, value: str | int) -> str:
    """A cell of text, or of a day as the number that spreadsheets keep for it."""
    if isinstance(value, int):
        return f'<c r="{place}" s="1"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


# --- books

CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


PEAT = """By Alma Strake

Peat cutters on the northern moor put down their spades on Monday. They ask for dry boots, and for a hut in which to
wait out the rain, of which there were forty-one days this spring. The moor company offers the hut but not the boots.

Fifty-two men and nineteen women cut peat between April and September. A good cutter lays eight hundred turfs a day, and
is paid by the turf. On wet days the turfs fall apart and are not counted. The cutters say that they are then paid for
nothing but walking, since the cutting lies an hour from the road. The company says that rain was known on the moor
before there were spades.

A cart stood across the road on Tuesday. Nobody was kept from passing, but nobody wished to pass. The cutters sang, and a
dog that belongs to the company joined them. By evening the company's clerk had brought soup, which was taken as a good
sign, although it was thin.

Both sides will meet in the chapel on Thursday. The chapel has a stove. It burns peat, and the sexton has asked that
somebody think of that before the winter. Last year he heated with pews, he said, and he has only eleven left."""
BOWL = """By Hugo Pellew

A bowl of alder wood came out of the bog last week, unbroken. It is older than the parish, which keeps its books since
1340, and older than the church, of which nobody knows the age. A boy found it when he looked for his shoe. The shoe has
not been found.

The bowl is as wide as two hands and has a handle that fits a small one. Inside are the marks of a knife that was led
from left to right, so that its owner may have been left-handed. There is a crack, mended with a thong. Something was
burned in it once, and somebody scraped it clean with sand.

The museum keeps it in a bath of sugar water, as it would fall to dust in dry air. It will lie there for two years. In
this time the sugar takes the place of the water in the wood. Visitors may look through a pane. They may not lick the
glass, says a sign that was put up on the second day.

More may lie in the bog. The museum asks all who lose a shoe to report what they find instead. A second bowl would make a
set, said its director, Lotte Brandreth, and a third would make a household. The boy was given new shoes and a book."""


def books() -> dict[str, bytes]:
    one = {
        "one": ("A ferry, a bell and a goat", "The bell rang once and the ferry left without the goat. It swam behind.")
    }
    several = {"peat": ("Peat cutters down tools", PEAT), "bog": ("Bog yields a wooden bowl", BOWL)}
    about = (
        "<dc:creator>Bertram Coyle</dc:creator><dc:publisher>Pebble Gazette</dc:publisher><dc:date>2024-06-15</dc:date>"
    )
    return {
        "single.epub": book("A ferry, a bell and a goat", about, one),
        "several.epub": book(
            "Moorland Quarterly",
            "<dc:publisher>Moorland Quarterly</dc:publisher><dc:date>2023-12-01</dc:date>",
            several,
        ),
    }


def book(title: str, about: str, chapters: dict[str, tuple[str, str]]) -> bytes:
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    links = "".join(f'<li><a href="{name}.xhtml">{heading}</a></li>' for name, (heading, _) in chapters.items())
    opf = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:uuid:0</dc:identifier>'
        f"<dc:title>{title}</dc:title><dc:language>en</dc:language>{about}"
        f'<meta property="dcterms:modified">{FILE_DATE}</meta></metadata>'
        f'<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": opf,
        "OEBPS/nav.xhtml": xhtml(
            "Contents", f'<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="toc"><ol>{links}</ol></nav>'
        ),
    }
    for name, (heading, text) in chapters.items():
        prose = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
        hidden = '<p style="display:none">canary-book: the goat drowned.</p>'
        parts[f"OEBPS/{name}.xhtml"] = xhtml(heading, f"<h1>{heading}</h1>{prose}{hidden}")
    return packed(parts, first="mimetype")


def xhtml(title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">'
        f"<head><title>{title}</title></head><body>{body}</body></html>"
    )


# --- a saved page, and an archive

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Paper mill sells its swans - Harbour Post</title>
<meta property="og:title" content="Paper mill sells its swans"><meta property="og:site_name" content="Harbour Post">
<meta name="author" content="Wen Ashdown"><meta property="article:published_time" content="2024-07-29T12:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/tides">Tide tables</a></nav><article><h1>Paper mill sells its swans</h1>
<p>The paper mill at Sandling has sold its four swans, which had lived on the settling pond since before the war.</p>
<p>The new owner keeps a hotel. “They bite, and I told him so,” said the mill’s director, Tamsin Roe.</p>
<p style="display:none">canary-saved: the swans were eaten.</p></article></body></html>"""


def saved_page() -> bytes:
    """A page as Chromium saves it: the page and a picture."""
    body = quopri.encodestring(PAGE.encode()).decode().replace("\n", "\r\n")
    address = "https://harbour-post.example/swans"
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: Paper mill sells its swans\r\n"
        "Date: Mon, 9 Sep 2019 09:09:09 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----pond"\r\n\r\n'
    )
    page = (
        "------pond\r\nContent-Type: text/html\r\nContent-ID: <frame-0@mhtml.blink>\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: {address}\r\n\r\n{body}\r\n"
    )
    picture = (
        "------pond\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Location: https://harbour-post.example/dot.gif\r\n\r\n"
        "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n------pond--\r\n"
    )
    return (head + page + picture).encode()


def mixed() -> bytes:
    parts: dict[str, str | bytes] = {
        "coast/tunnel.txt": "Tunnel to stay shut until spring\n\nBy Cosmo Bright, Pebble Gazette, 3 December 2024\n\n"
        "The tunnel under the headland will stay shut until spring, the roads office said. Ice hangs from its roof.\n",
        "coast/eels.md": "---\ntitle: Eels counted at the weir\noutlet: Harbour Post\ndate: 2024-09-17\n---\n"
        "Wardens counted 3,118 eels at the weir in a single night. They counted by lantern.\n",
        "old/page.html": '<html lang="en"><head><title>Organ pipes go missing</title><meta name="author" content="Ruth Okell">'
        '<meta property="og:site_name" content="Tin Whistle Times"><meta name="date" content="2024-02-29"></head><body>'
        "<h1>Organ pipes go missing</h1><p>Eleven pipes are missing from the organ of the harbour church, the sexton found.</p>"
        "<p>They are of tin and would make poor downpipes. The organist plays around the gap.</p></body></html>",
    }
    return packed(parts)


if __name__ == "__main__":
    main()

"""A file is what its content says it is; its name counts where the content does not tell."""

import io
import zipfile

import pytest

from ingest.config import DEFAULTS
from ingest.errors import UnreadableError
from ingest.formats.kinds import HEAD, KINDS, kind_of, records_in

PAGE = b"<!DOCTYPE html><html><body><p>The ferry stopped.</p></body></html>"
MAIL = b"Received: from a by b\nFrom: Ana Verde <ana@example.com>\nSubject: Ferry\nMIME-Version: 1.0\n\nIt stopped.\n"
MBOX = b"From ana@example.com Thu Jan 30 08:00:00 2025\n" + MAIL
MHTML = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary="b"\r\n\r\n--b\r\n'
)
RSS = b'<?xml version="1.0"?>\n<!-- made by hand --><rss version="2.0"><channel></channel></rss>'


def zipped(*names, mimetype="", junk=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), junk)  # a fixed date: the bytes are part of a test's name
    return out.getvalue()


WORD = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
EXCEL = zipped("[Content_Types].xml", "xl/workbook.xml")
ODT = zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text")
EPUB = zipped("META-INF/container.xml", mimetype="application/epub+zip")
LATE = zipped("[Content_Types].xml", "big.bin", "word/document.xml", junk=b"x" * HEAD)


@pytest.mark.parametrize(
    ("name", "data", "module"),
    [
        ("a.txt", b"%PDF-1.7\n", "pdf"),
        ("a.pdf", b"\n\n%PDF-1.7\n", "pdf"),
        ("a.txt", b"sent by mail\n%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "pdf"),
        ("a.txt", "A PDF begins with\n%PDF-1.7\nas André says.".encode(), "text"),
        ("a.pdf", b"Just words.", "pdf"),
        ("a.txt", WORD, "docx"), ("a.zip", WORD, "docx"), ("a", EXCEL, "workbook"), ("a.docx", ODT, "odt"),
        ("a.zip", EPUB, "epub"), ("a.epub", zipped("META-INF/container.xml"), "epub"),
        ("a.docx", zipped("a.txt"), "archive"),
        ("a.odt", zipped("mimetype", "content.xml"), "odt"), ("a.DOCX", b"PK\x03\x04 and no more", "docx"),
        ("a.zip", b"PK\x03\x04 and no more", "archive"), ("a.zip", zipped(), "archive"),
        ("a.docx", LATE, "docx"), ("a.docx", LATE[:HEAD], "docx"), ("a.xlsx", EXCEL[:60], "workbook"),
        ("a.doc", b"{\\rtf1 Text}", "rtf"), ("a.log", PAGE, "html"), ("a.txt", b"\n<HTML>", "html"),
        ("a.txt", b"\xff\xfe" + PAGE.decode().encode("utf-16-le"), "html"),
        ("a.txt", b"<!-- saved --><!doctype html>", "html"), ("a.md", b"<p>A paragraph</p>", "markdown"),
        ("a.txt", b"<htmlish> is no word", "text"),
        ("inbox", MBOX, "mbox"), ("a.eml", MAIL, "eml"), ("a", MAIL, "eml"), ("a.eml", MBOX, "mbox"),
        ("a.txt", b"From the harbour:\nnote: It stopped.", "text"), ("a.eml", b"Subject: Ferry\n\nIt stopped.", "eml"),
        ("a.txt", b"Title: Ferry\nDate: 30 January 2025\n\nIt stopped.", "text"),
        ("a.mht", MHTML, "mhtml"), ("a.eml", MHTML, "mhtml"), ("a.mhtml", MAIL, "mhtml"),
        ("a.xml", RSS, "feed"), ("a.txt", RSS, "feed"), ("a.atom", b"<feed/>", "feed"),
        ("a.xml", b"<rdf:RDF xmlns='x'>", "feed"), ("a.xml", b"<html xmlns='x'>", "html"),
        ("A.JSONL", b'{"text": "a"}', "jsonl"), ("a.json", b"[]", "listing"), ("a.tsv", b"text\n", "table"),
        ("a.txt", b"BMW opens a plant. MZ, GIF8 and OTTO are words.", "text"),
    ],
)  # fmt: skip
def test_what_a_file_is(name, data, module):
    assert kind_of(name, data).module == module


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.log", b"Just words.", r"files of type \.log are not read"),
        ("README", b"Just words.", r"type \(none\)"),
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100, "protected by a password"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture \\(PNG\\)"),
        ("a.md", b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        ("a.txt", b"\0\0\0 ftypisom", "a film or a picture"),
        ("a.jpg", b"RIFF\0\0\0\0WEBP", "a picture"),
        ("a", b"\x7fELF\x02\0", "a program"),
        ("a.txt", b"MZ\x90\0", "a program"),
        ("a.pdf", b"ID3\x04\0", "a sound recording"),
        ("a.txt", b"\0\x01\0\0\0", "a typeface"),
        ("a.tar.gz", b"\x1f\x8b\x08\0", "gzip"),
        ("a.tar", b"a.txt".ljust(257, b"\0") + b"ustar", "tar"),
        ("a.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"), "presentation"),
        ("a.xlsb", zipped("[Content_Types].xml", "xl/workbook.bin"), "binary workbook"),
        ("a.pages", zipped("Index/Document.iwa"), "Pages"),
        ("a.jar", zipped("META-INF/MANIFEST.MF"), "a program"),
        ("a.ods", zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "LibreOffice"),
        ("a.xml", b'<?xml version="1.0"?><urlset xmlns="x">', "a sitemap"),
        ("a.xml", b"<sitemapindex>", "a sitemap"),
        ("a.xml", b"<note>", "unknown kind \\(<note>\\)"),
        ("a.xml", b"Just words.", "not XML"),
    ],
)
def test_what_is_no_article(name, data, reason):
    with pytest.raises(UnreadableError, match=reason):
        kind_of(name, data)


def test_the_hint_names_what_is_read():
    with pytest.raises(UnreadableError) as caught:
        kind_of("a.log", b"Just words.")
    assert all(suffix in caught.value.hint for suffix in KINDS)


@pytest.mark.parametrize(
    "unit", [b"<!---->", b"<?x?>", b"A: b\n", b"A: b\n c\n", b"<!DOCTYPE a [", b"PK\x03\x04", b" "]
)
def test_a_head_made_to_be_slow_is_told_at_once(unit):
    head = (unit * HEAD)[:HEAD]
    for name in ("a.txt", "a.eml", "a.zip"):
        assert kind_of(name, head).module in ("text", "eml", "archive")


def test_a_file_of_one_article_is_a_record_without_a_key():
    [record] = records_in("a.txt", b"It stopped.", DEFAULTS)
    assert (record.key, record.read.text) == ("", "It stopped.")

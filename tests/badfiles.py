"""Inputs that no reader should trust: broken, hostile or only pretending, each with the reason a user must be told."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import socket
from pathlib import Path

from bombs import (
    RELATION,
    RELATIONS,
    TYPES,
    Bomb,
    W,
    bomb_zip,
    docx_with,
    encrypted,
    packed,
    pdf,
    raw_pdf,
    scan,
)

PROSE = "The ferry stopped on Monday, the harbour office said. It had run for a century and carried sheep."
MEGABYTE = 1_000_000
HOLE = 500 * MEGABYTE
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)  # a billion words
TOO_MUCH = r"too large|too many|unpack|memory|more than|too deep|nested|expand|limit|bomb|entit"
BROKEN = r"damaged|broken|not a |no |invalid|incomplete|ended over it"

Reasons = dict[str, str]


def make(folder: Path) -> Reasons:
    """Write the bad inputs into a folder; the pattern that the reason for each must match, by its name.

    The name of a record in a file is "file#key".
    """
    folder.mkdir(parents=True, exist_ok=True)
    reasons: Reasons = {}
    for kind in (_texts, _pdfs, _archives, _office, _markup, _records, _mail):
        for name, (data, reason) in kind().items():
            (folder / _file_of(name)).write_bytes(data)
            reasons[name] = reason
    reasons |= _lines(folder) | _holes(folder) | _nodes(folder) | _beside(folder) | _locked(folder)
    return reasons


def make_odd(folder: Path) -> set[str]:
    """Inputs that look bad and are not: each must be read. Their names."""
    folder.mkdir(parents=True, exist_ok=True)
    page = f"<html><body><h1>Ferry stops</h1><p>{PROSE}</p><p>{PROSE}</p></body></html>"
    odd = {
        "a PDF.txt": pdf(f"{PROSE} So said a PDF."),
        "a page.txt.html": page.encode(),
        "half #1.txt": f"{PROSE} So said half of it.".encode(),
        "new\nline.txt": f"{PROSE} So said two lines.".encode(),
        "bell\x07.txt": f"{PROSE} So said a bell.".encode(),
        "not-utf-8.txt": f"{PROSE} Café.".encode("latin-1"),
        "locked-for-editing.pdf": encrypted(pdf(f"{PROSE} So said a lock."), user=""),
        "talk.txt": b"Anna: The ferry stopped.\r\nBo: So it did, and yet the bell rang.\r\n" * 15,  # like a mail's head
        "aliases.md": f"{_alias_bomb()}{PROSE} So said many.".encode(),
        "surrogate.json#s": json.dumps({"id": "s", "title": "x \ud800 y", "text": f"{PROSE} \udfff"}).encode(),
    }
    for name, data in odd.items():
        (folder / _file_of(name)).write_bytes(data)
    return set(odd)


def _file_of(name: str) -> str:
    """The file of a record, "list.json#7"; a file may have the mark in its name too."""
    match = re.match(r"(.*?\.(?:json|zip|epub))#", name)
    return match[1] if match else name


# --- text and Markdown


def _texts() -> dict[str, tuple[bytes, str]]:
    noise = random.Random(7).randbytes(4000)  # the same in every run
    return {
        "empty.txt": (b"", "is empty"),
        "empty.html": (b"", "is empty"),
        "blank.txt": (b" \n\t\r\n " * 100, "no text"),
        "furniture.txt": (b"Share on Facebook\n\xc2\xa9 2025 Pebble Gazette. All rights reserved.\n", "no text"),
        "program.txt": (b"\x7fELF\x02\x01\x01" + bytes(57) + noise, "binary|program"),
        "picture.txt": (PNG, "binary|image|picture"),
        "noise.txt": (noise, "binary"),
        "noise.md": (noise, "binary"),
        "unmarked-utf-16.txt": (PROSE.encode("utf-16-le"), "binary|utf-16|encoding"),
        "broken-utf-16.txt": (b"\xff\xfe" + PROSE.encode("utf-16-le") + b"a", "(?i)utf-16"),
        "one-nul.txt": (f"{PROSE[:40]}\x00{PROSE[40:]}".encode(), "binary"),
        "nuls.txt": (bytes(5000) + PROSE.encode(), "binary"),
        "film.mp4": (b"\x00\x00\x00\x18ftypmp42" + noise, "not read|film|video|binary"),
        "no-ending": (noise, "not read|binary"),
        "only-front-matter.md": (b"---\ntitle: Nothing\n---\n\n", "no text"),
        "colon.md": (f"---\ntitle: Ferry: the end\n---\n{PROSE}".encode(), r"front matter.*line \d"),
        "no-such-day.md": (f"---\ndate: 2025-13-45\n---\n{PROSE}".encode(), "front matter"),
        # "deep-front-matter.md": (b"---\na: " + b"[" * 100_000 + b"\n---\n" + PROSE.encode(), "front matter"),
    }


def _alias_bomb() -> str:
    lines = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    return f"---\na0: &a0 [ha, ha]\n{lines}title: *a11\nauthors: *a11\n---\n"


# --- PDF


CATALOGUE, PAGE = b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>"


def _pdfs() -> dict[str, tuple[bytes, str]]:
    sound = pdf(PROSE)
    flood = b"\x78\x9c" + Bomb(b"BT /F1 9 Tf ", b" " * MEGABYTE, 1000, b" ET").deflated() + bytes(4)  # as zlib wraps it
    one_page = b"<</Type /Pages /Count 1 /Kids [3 0 R]>>"
    filled = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R>>"
    stream = b"<</Length %d /Filter /FlateDecode>> stream\n" % len(flood) + flood + b"\nendstream"
    shared = b"<</Type /Pages /Count 100000 /Kids [" + b"3 0 R " * 100_000 + b"]>>"
    loop = b"<</Type /Pages /Count 1 /Kids [2 0 R]>>"
    return {
        "cut.pdf": (sound[: len(sound) // 3], BROKEN),
        "password.pdf": (encrypted(sound, user="secret"), "password|encrypted"),
        "scan.pdf": (scan(), "scan|no text|image|picture"),
        "blank.pdf": (pdf(pages=3), "no text|scan"),
        "many-pages.pdf": (raw_pdf(CATALOGUE, shared, PAGE), "pages"),
        "page-loop.pdf": (raw_pdf(CATALOGUE, loop), f"{BROKEN}|{TOO_MUCH}|pages"),
        "table-loop.pdf": (raw_pdf(CATALOGUE, one_page, PAGE, previous=True), f"{BROKEN}|{TOO_MUCH}|scan"),
        "flood.pdf": (raw_pdf(CATALOGUE, one_page, filled, stream), f"{TOO_MUCH}|{BROKEN}"),
        "no-pages.pdf": (raw_pdf(CATALOGUE, b"<</Type /Pages /Count 0 /Kids []>>"), BROKEN),
        "noise.pdf": (b"%PDF-1.7\n" + random.Random(8).randbytes(2000), BROKEN),
        "letter.pdf": (PROSE.encode(), "not a PDF|no PDF"),
    }


# --- archives


def _archives() -> dict[str, tuple[bytes, str]]:
    giga = Bomb(b"", bytes(MEGABYTE), 1000)
    nested = packed({f"{n}.zip": packed({"a.txt": PROSE}) for n in range(3)})
    for _ in range(30):
        nested = packed({"inner.zip": nested})
    locked = bytearray(packed({"a.txt": PROSE}))
    locked[6] |= 1  # the bit that says "encrypted", in both places
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    sound = packed({"a.txt": PROSE, "b.txt": PROSE})
    return {
        "flat-bomb.zip": (bomb_zip(giga, [f"{n}.txt" for n in range(10)]), TOO_MUCH),
        "lying.zip#small.txt": (bomb_zip(giga, ["small.txt"], claimed=2000), f"{TOO_MUCH}|{BROKEN}"),
        "nested-bomb.zip#inner.zip#inner.zip#inner.zip": (nested, "deep"),
        "many-parts.zip": (packed({f"{n}.txt": "x" for n in range(6000)}), TOO_MUCH),
        "nothing.zip": (packed({}), "empty|no file|no article|nothing|no text"),
        "locked.zip#a.txt": (bytes(locked), "password|encrypted"),
        "cut.zip": (sound[: len(sound) // 2], BROKEN),
        "letter.zip": (PROSE.encode(), BROKEN),
    }


# --- office files and books


def _office() -> dict[str, tuple[bytes, str]]:
    start = f"<w:document {W}><w:body><w:p><w:r><w:t>"
    end = "</w:t></w:r></w:p></w:body></w:document>"
    node = b"x</w:t></w:r></w:p><w:p><w:r><w:t>" * 1000
    words = random.Random(12).sample(range(10_000), 150)  # as many as keep it from being packed like a bomb
    varied = node + b"".join(b"%d</w:t></w:r></w:p><w:p><w:r><w:t>" % word for word in words)
    laughing = LAUGHS + start + "&a9;" + end
    odt = LAUGHS + (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>&a9;</text:p>'
        "</office:text></office:body></office:document-content>"
    )
    odt_kind = "application/vnd.oasis.opendocument.text"
    locked = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="900"><manifest:encryption-data '
        'manifest:checksum="x"/></manifest:file-entry></manifest:manifest>'
    )
    container = '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>'
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    epub = {"mimetype": "application/epub+zip", "META-INF/container.xml": container}
    spreadsheet = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(RELATION.format("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://'
        'schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": RELATIONS.format(RELATION.format("worksheet", "worksheets/sheet1.xml")),
    }
    rows = b"<row><c t='inlineStr'><is><t>text</t></is></c></row>" * 1000
    sheet = (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>', rows)
    no_columns = sheet[0] + b"<row><c t='inlineStr'><is><t>price</t></is></c></row><row><c><v>7</v></c></row>"
    return {
        "one-node.docx": (docx_with(Bomb(start.encode(), b"A" * MEGABYTE, 300, end.encode())), TOO_MUCH),
        "one-lesser-node.docx": (docx_with(Bomb(start.encode(), b"A" * MEGABYTE, 150, end.encode())), TOO_MUCH),
        "varied-nodes.docx": (docx_with(Bomb(start.encode(), varied, 4000, end.encode())), f"{TOO_MUCH}|damaged"),
        "many-nodes.docx": (docx_with(Bomb(start.encode(), node, 5000, end.encode())), TOO_MUCH),
        "laughs.docx": (docx_with(Bomb(laughing.encode(), b"", 0)), f"{TOO_MUCH}|{BROKEN}"),
        "no-document.docx": (packed({"[Content_Types].xml": TYPES}), BROKEN),
        "letter.docx": (PROSE.encode(), BROKEN),
        "old-word.docx": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000), f"{BROKEN}|password|Word"),
        "laughs.odt": (packed({"mimetype": odt_kind, "content.xml": odt}), f"{TOO_MUCH}|{BROKEN}"),
        "locked.odt": (
            packed({"mimetype": odt_kind, "META-INF/manifest.xml": locked, "content.xml": bytes(range(256)) * 4}),
            "password|encrypted",
        ),
        "letter.odt": (PROSE.encode(), BROKEN),
        "laughs.epub#a.xhtml": (
            packed({**epub, "book.opf": opf, "a.xhtml": f"{LAUGHS}<html><body><p>&a9;</p></body></html>"}),
            f"{TOO_MUCH}|{BROKEN}",
        ),
        "no-book.epub": (packed(epub), BROKEN),
        "letter.epub": (PROSE.encode(), BROKEN),
        "bomb.xlsx": (bomb_zip(Bomb(*sheet, 20_000), ["xl/worksheets/sheet1.xml"], spreadsheet), TOO_MUCH),
        "no-text.xlsx": (
            packed({**spreadsheet, "xl/worksheets/sheet1.xml": no_columns + b"</sheetData></worksheet>"}),
            "text",
        ),
        "letter.xlsx": (PROSE.encode(), BROKEN),
        "deep.rtf": (rb"{\rtf1 " + b"{" * 200_000 + PROSE.encode() + b"}" * 200_001, f"{TOO_MUCH}|{BROKEN}"),
        "blank.rtf": (rb"{\rtf1\ansi\par\par}", "no text"),
    }


# --- web pages and feeds


def _markup() -> dict[str, tuple[bytes, str]]:
    menus = "".join(f'<li><a href="/{n}">Place {n}</a></li>' for n in range(40))
    deep = "<div>" * 100_000 + "<p>x</p>" + "</div>" * 100_000
    no_page = (
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: image/png\r\n\r\nxx\r\n--b--\r\n"
    )
    return {
        "menus.html": (f"<html><body><nav><ul>{menus}</ul></nav></body></html>".encode(), "no article"),
        "script.html": (b"<html><body><div id=app></div><script>render()</script></body></html>", "no article"),
        "deep.html": (f"<html><body>{deep}</body></html>".encode(), f"no article|{TOO_MUCH}"),
        "laughs.html": (f"{LAUGHS}<html><body><p>&a9;</p></body></html>".encode(), "no article"),
        "packed.html": (gzip.compress(PROSE.encode(), mtime=0), "(?i)gzip|packed|compressed|binary"),
        "picture.html": (PNG, "binary|image|picture"),
        "no-page.mhtml": (no_page.encode(), BROKEN),
        "laughs.xml": (f"{LAUGHS}<lolz>&a9;</lolz>".encode(), f"{BROKEN}|{TOO_MUCH}|not read|feed"),
        "laughs.svg": (f"{LAUGHS}<svg>&a9;</svg>".encode(), "not read|image|picture"),
        "laughs.rss": (
            f"{LAUGHS}<rss><channel><title>&a9;</title><item><description>&a9;</description></item></channel></rss>".encode(),
            f"{BROKEN}|{TOO_MUCH}",
        ),
        "empty.rss": (b'<rss version="2.0"><channel><title>x</title></channel></rss>', "no "),
    }


# --- records


def _records() -> dict[str, tuple[bytes, str]]:
    return {
        "deep.json": (b"[" * 200_000, "nested too deep"),
        "broken.json": (b'[{"text": "One."}, ', "not valid JSON"),
        "nothing.json": (b"[]", "no record"),
        "number.json#1": (b"7", "not an object"),
        "no-text.csv": (b"name,price\nferry,4\n", "text"),
        "head-only.csv": (b"title,text\n", "no record"),
        "noise.jsonl": (random.Random(9).randbytes(3000), "binary|JSON"),
        "noise.csv": (random.Random(10).randbytes(3000), "binary"),
        "blank.jsonl": (b"\n\n\n", "no record"),
    }


def _lines(folder: Path) -> Reasons:
    """A file of records, of which five are bad; the other four must be read."""
    rows = [
        json.dumps({"id": "one", "text": PROSE, "title": "One"}),
        '{"text": "cut',
        "[" * 100_000,
        json.dumps({"title": "No text"}),
        json.dumps({"id": "one", "text": "The same again.", "title": "Again"}),
        json.dumps({"id": "six", "text": PROSE + " Six.", "title": "Six"}),
        "7",
    ]
    (folder / "lines.jsonl").write_text("\n".join(rows) + "\n")
    return {
        "lines.jsonl#2": "line 2 is not valid JSON",
        "lines.jsonl#3": "line 3 is nested too deep",
        "lines.jsonl#4": "line 4 has no text",
        "lines.jsonl#one (line 5)": "line 5 has the id of line 1",
        "lines.jsonl#7": "line 7 is not an object",
    }


# --- mail


def _mail() -> dict[str, tuple[bytes, str]]:
    nested = b"Subject: deep\r\nMIME-Version: 1.0\r\n"
    for n in range(10_000):
        nested += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
    only_picture = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nxx\r\n"
    broken = b"Subject: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--c\r\n\r\n--b"
    return {
        "nested.eml": (nested, f"{BROKEN}|{TOO_MUCH}"),
        "picture.eml": (only_picture, "no text"),
        "broken.eml": (broken, "no text|damaged|broken"),
        "noise.mbox": (random.Random(11).randbytes(5000), BROKEN + "|binary"),
    }


# --- what lies in a folder besides sound files


def _holes(folder: Path) -> Reasons:
    """Files that are long and mostly a hole: one line without an end."""
    reasons = {}
    for name in ("line.txt", "line.html", "line.json", "line.jsonl", "line.csv", "line.md"):
        (folder / name).write_bytes(b'{"text": "')
        os.truncate(folder / name, HOLE)
        reasons[name] = "too large|too long|binary|longer|memory"
    (folder / "hole.pdf").write_bytes(b"%PDF-1.7\n")
    os.truncate(folder / "hole.pdf", 4 * HOLE)
    return {**reasons, "hole.pdf": "too large"}


def _nodes(folder: Path) -> Reasons:
    """Links that lead nowhere, round or out; a pipe, a socket; a name that is no text."""
    outside = folder.parent / "outside.txt"
    outside.write_text(PROSE)
    (folder / "dangling.txt").symlink_to(folder / "gone.txt")
    (folder / "round.txt").symlink_to(folder / "round.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "out.txt").symlink_to(outside)
    os.mkfifo(folder / "pipe.txt")
    _socket(folder, "socket.txt")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(PROSE)
    return {
        "dangling.txt": "link",
        "round.txt": "link",
        "loop": "link",
        "out.txt": "outside",
        "pipe.txt": "pipe",
        "socket.txt": "socket",
        r"caf\xe9.txt": "UTF-8",
    }


def _socket(folder: Path, name: str) -> None:
    """Bound from within, since the name of a socket may have no more than a hundred characters."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(name)
    finally:
        os.chdir(here)


def _beside(folder: Path) -> Reasons:
    """Files that are sound, beside sidecars that are not."""
    reasons = {}
    for name, data in {"broken": b'{"title": ', "list": b"[]", "noise": b"\x00\x01\x02" * 99}.items():
        (folder / f"sidecar-{name}.txt").write_text(PROSE)
        (folder / f"sidecar-{name}.txt.meta.json").write_bytes(data)
        reasons[f"sidecar-{name}.txt"] = "sidecar"
    return reasons


def _locked(folder: Path) -> Reasons:
    """What may not be read; root may read everything, and there it is not made."""
    if os.geteuid() == 0:
        return {}
    (folder / "forbidden.txt").write_text(PROSE)
    (folder / "forbidden.txt").chmod(0)
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0)
    return {"forbidden.txt": "(?i)permission", "closed": "cannot be listed"}

"""Sound and hostile PDFs, archives and office files, made by hand. A bomb repeats a compressed block."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
    '"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main'
    '+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
    'sheet.main+xml"/></Types>'
)
RELATION = (
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="{}"/>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
    "</Relationships>"
)


# --- PDF


def pdf(text: str = "", pages: int = 1) -> bytes:
    """A sound PDF, with text or without."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for _ in range(pages):
        for place, line in enumerate(text.split(". ")):
            canvas.drawString(72, 720 - 20 * place, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def encrypted(data: bytes, user: str) -> bytes:
    """The same PDF under an owner's password, and one that each reader needs, if `user` is not empty."""
    from pypdf import PdfReader, PdfWriter

    out = BytesIO()
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user, "of the owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def raw_pdf(*objects: bytes, previous: bool = False) -> bytes:
    """A PDF of the objects 1, 2, …, of which the first is its catalogue; `previous` makes its table follow itself."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    chain = b"/Prev %d" % start if previous else b""
    return (
        body + table + b"trailer <</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, chain, start)
    )


def scan() -> bytes:
    """Two pages of pictures of text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for _ in range(2):
        canvas.drawImage(ImageReader(Image.effect_noise((80, 100), 60)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


# --- archives


@dataclass(frozen=True)
class Bomb:
    """What a part unpacks to: head, then a block many times, then tail."""

    head: bytes
    block: bytes
    times: int
    tail: bytes = b""

    @property
    def size(self) -> int:
        return len(self.head) + len(self.block) * self.times + len(self.tail)

    @property
    def checksum(self) -> int:
        found = zlib.crc32(self.head)
        for _ in range(self.times):
            found = zlib.crc32(self.block, found)
        return zlib.crc32(self.tail, found)

    def deflated(self) -> bytes:
        """Packed without ever making all of it."""
        state = zlib.compressobj(9, zlib.DEFLATED, -15)
        first = state.compress(self.head) + state.flush(zlib.Z_FULL_FLUSH)
        again = state.compress(self.block) + state.flush(zlib.Z_FULL_FLUSH)
        return first + again * self.times + state.compress(self.tail) + state.flush()


def bomb_zip(bomb: Bomb, names: Sequence[str], beside: Mapping[str, str] | None = None, claimed: int = 0) -> bytes:
    """A zip archive of some small parts and, under each of the names, the bomb; `claimed` is a false size of it."""
    body, listing = BytesIO(), b""
    small = {name: Bomb(text.encode(), b"", 0) for name, text in (beside or {}).items()}
    checksum, packed_bomb = bomb.checksum, bomb.deflated()
    parts = [(name, part.checksum, part.deflated(), part.size) for name, part in small.items()]
    parts += [(name, checksum, packed_bomb, claimed or bomb.size) for name in names]
    for name, crc, content, size in parts:
        about = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(content), size, len(name), 0)
        place = bytes(10) + struct.pack("<I", body.tell())
        listing += b"PK\x01\x02" + struct.pack("<H", 20) + about + place + name.encode()
        body.write(b"PK\x03\x04" + about + name.encode() + content)
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(listing), body.tell(), 0)
    return body.getvalue() + listing + b"PK\x05\x06" + end


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A sound zip archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            plain = zipfile.ZIP_STORED if name == "mimetype" else None
            archive.writestr(name, content, plain)
    return out.getvalue()


# --- office files


def docx_with(bomb: Bomb) -> bytes:
    """A DOCX whose text is a bomb."""
    relations = RELATIONS.format(RELATION.format("officeDocument", "word/document.xml"))
    return bomb_zip(bomb, ["word/document.xml"], {"[Content_Types].xml": TYPES, "_rels/.rels": relations})

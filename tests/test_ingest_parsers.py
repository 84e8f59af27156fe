"""The child process that reads what may hang or explode: what it ends over is refused, and all else is read."""

import io
import operator
import os
import time
import zipfile
from contextlib import closing

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.outcomes import Refusal
from ingest.parsers import Parsers

SHORT = IngestConfig(read_timeout_s=3.0)
FERRY = b"Ferry stops on the Lune\n\nBy Ana Verde, Pebble Gazette, 30 January 2025\n\nIt stopped on Monday.\n"


@pytest.fixture(scope="module")
def parsers():
    with closing(Parsers(IngestConfig())) as opened:
        yield opened


@pytest.fixture(scope="module")
def impatient():
    with closing(Parsers(SHORT)) as opened:
        yield opened


def endless_pdf():
    """A page with so many operators that following them takes minutes."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject()})
    stream = DecodedStreamObject()
    stream.set_data(b"q Q " * 15_000_000)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_function_is_called_in_the_child(parsers):
    assert parsers.call(os.getpid) != os.getpid()
    assert parsers.call(operator.add, 2, 3) == 5


def test_what_it_raises_is_raised_here(parsers):
    with pytest.raises(ZeroDivisionError):
        parsers.call(operator.truediv, 1, 0)


@pytest.mark.parametrize(
    ("function", "argument", "reason"),
    [
        (os._exit, 3, "ended over it"),
        (bytearray, 4_000_000_000, "more than 1,024 MB"),
        (time.sleep, 60, "more than 3 s"),
    ],
    ids=["ends", "memory", "time"],
)
def test_what_ends_the_child_has_a_reason_and_another_takes_its_place(impatient, function, argument, reason):
    began = time.monotonic()
    with pytest.raises(UnreadableError, match=reason):
        impatient.call(function, argument)
    assert time.monotonic() - began < 30
    assert impatient.call(operator.add, 2, 3) == 5


def test_of_a_zip_file_only_the_member_that_hangs_is_refused(impatient):
    inner = zipped({"goats.txt": FERRY.replace(b"Ferry", b"Goats")})
    data = zipped({"a/ferry.txt": FERRY, "endless.pdf": endless_pdf(), "inner.zip": inner, "no.bin": b"\0\1" * 99})
    found = impatient.read("/clips.zip", "clips.zip", data)
    titles = {item.origin: item.title for item in found if not isinstance(item, Refusal)}
    assert titles == {
        "/clips.zip#a/ferry.txt": "Ferry stops on the Lune",
        "/clips.zip#inner.zip#goats.txt": "Goats stops on the Lune",
    }
    reasons = {item.origin: item.reason for item in found if isinstance(item, Refusal)}
    assert set(reasons) == {"/clips.zip#endless.pdf", "/clips.zip#no.bin"}
    assert "more than 3 s" in reasons["/clips.zip#endless.pdf"]


@pytest.mark.parametrize(
    ("name", "expected"), [("ferry.txt", {"": "text"}), ("clips.zip", {"a.txt": "text", "b.html": "html"})]
)
def test_the_format_is_that_of_the_file_itself(parsers, name, expected):
    page = f"<html><body><article><h1>Ferry</h1><p>{FERRY.decode()}</p></article></body></html>"
    data = zipped({"a.txt": FERRY, "b.html": page}) if name.endswith("zip") else FERRY
    found = parsers.read("x", name, data)
    assert {item.origin.partition("#")[2]: item.reading.format for item in found} == expected


def test_an_attachment_has_its_own_format(parsers):
    mail = (
        b"From: Ana Verde <ana@pebble.example>\r\nSubject: Ferry stops\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt stopped.\r\n"
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=goats.md\r\n\r\n"
        b"# Goats\r\n\r\nThey came.\r\n--b--\r\n"
    )
    formats = {item.origin: item.reading.format for item in parsers.read("m", "m.eml", mail)}
    assert formats == {"m": "eml", "m#goats.md": "markdown"}

"""Zip files of articles: each member for itself, and no more unpacked than was allowed."""

import io
import struct
import tracemalloc
import zipfile
from contextlib import suppress

import docx
import pytest

from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import archive
from ingest.formats.reading import Fault, Record


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries.items() if isinstance(entries, dict) else entries:
            file.writestr(name, content)
    return out.getvalue()


def read(data, **settings):
    return {item.key: item for item in archive.records(data, IngestConfig(**settings))}


def test_every_member_is_read_as_what_it_is():
    document = docx.Document()
    document.add_paragraph("A bus came.")
    word = io.BytesIO()
    document.save(word)
    found = read(
        zipped(
            {
                "clips/": "", "clips/ferry.txt": "It stopped.", "clips/bus.docx": word.getvalue(),
                "more.jsonl": '{"id": "a", "text": "One."}\n{"text": "Two."}',
                "notes.log": "Words.", "bad.pdf": "Words.",
                ".hidden": "x", "clips/.git/config": "x", "__MACOSX/clips/ferry.txt": "x", "README.txt": "x",
                "../../etc/ferry.txt": "It came back.", "C:\\clips\\x.txt": "On a disk.",
            }
        )
    )  # fmt: skip
    assert [(key, type(item)) for key, item in found.items()] == [
        ("clips/ferry.txt", Record), ("clips/bus.docx", Record), ("more.jsonl#a", Record), ("more.jsonl#2", Record),
        ("notes.log", Fault), ("bad.pdf", Fault), ("../../etc/ferry.txt", Record), ("C:\\clips\\x.txt", Record),
    ]  # fmt: skip
    assert found["clips/bus.docx"].read.text == "A bus came."
    assert "not read; these are" in found["notes.log"].reason
    assert "PDF" in found["bad.pdf"].reason


def test_zip_files_in_zip_files_are_opened_twice_and_no_deeper():
    data = zipped({"a.txt": "Deepest."})
    for name in ("one.zip", "two.zip", "three.zip"):
        data = zipped({name: data, f"beside {name}.txt": "Beside."})
    found = read(data)
    assert list(found) == [
        "three.zip#two.zip#one.zip", "three.zip#two.zip#beside one.zip.txt", "three.zip#beside two.zip.txt",
        "beside three.zip.txt",
    ]  # fmt: skip
    assert "more than 2 deep" in found["three.zip#two.zip#one.zip"].reason


def test_a_zip_file_named_otherwise():
    assert list(read(zipped({"inner": zipped({"a.txt": "Words."})}))) == ["inner#a.txt"]


def test_names_in_old_and_broken_encodings():
    old = zipped({"canoX.txt": "Words.", "plain.txt": "Words."}).replace(b"canoX", "caño".encode())
    assert list(read(old)) == ["caño.txt", "plain.txt"]
    broken = zipped({"caño.txt": "Words.", "plain.txt": "Words."}).replace("caño".encode(), b"ca\xf1oX")
    found = read(broken)
    assert [type(item) for item in found.values()] == [Record, Record]
    assert "plain.txt" in found


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice():
    found = read(zipped([("a.txt", "First."), ("a.txt", "Second.")]))
    assert found["a.txt"].read.text == "First."
    assert "stands twice" in found["a.txt (again)"].reason


# --- traps


def patched(data, name, **fields):
    """A zip file whose directory and member heads lie about a member."""
    changed = bytearray(data)
    places = {
        "flags": (6, 8, "<H"),
        "packed": (18, 20, "<I"),
        "size": (22, 24, "<I"),
        "check": (14, 16, "<I"),
        "method": (8, 10, "<H"),
    }
    for mark, column, length in ((b"PK\x03\x04", 0, 30), (b"PK\x01\x02", 1, 46)):
        start = changed.find(mark)
        while changed[start + length : start + length + len(name)] != name.encode():
            start = changed.find(mark, start + 4)
        for field, value in fields.items():
            struct.pack_into(places[field][2], changed, start + places[field][column], value)
    return bytes(changed)


def beside(name, content, **lies):
    """What becomes of a member, with an honest one after it."""
    data = zipped({name: content, "honest.txt": "Words."})
    found = read(patched(data, name, **lies) if lies else data)
    assert found["honest.txt"].read.text == "Words."
    return found[name].reason


def test_a_member_that_unpacks_to_far_too_much():
    assert "times its size" in beside("bomb.txt", " " * 20_000_000)


def test_a_member_that_says_it_is_smaller_than_it_is():
    tracemalloc.start()
    reason = beside("bomb.txt", b" " * 20_000_000, size=1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "damaged" in reason
    assert peak < 60_000_000  # making it here takes the most


def test_a_member_that_says_it_is_larger_than_it_is():
    assert "damaged" in beside("a.txt", "Words.", size=1_000)


@pytest.mark.parametrize(
    ("lies", "reason"),
    [
        ({"method": 9}, "packed in a way that is not read"),
        ({"flags": 1}, "password"),
        ({"check": 7}, "damaged"),
        ({"packed": 2}, "damaged"),
    ],
)
def test_members_that_cannot_be_unpacked(lies, reason):
    assert reason in beside("a.txt", "Words, and words, and words again.", **lies)


def test_the_limits_hold_for_all_members_together_and_within():
    part = b"".join(
        struct.pack(">I", number * 2_654_435_761 % 2**32) for number in range(100_000)
    )  # packs to nothing less
    with pytest.raises(UnreadableError, match="unpacks to 1 MB in 3 parts"):
        read(zipped({f"{number}.bin": part for number in range(3)}), max_unpacked_mb=1)
    with pytest.raises(UnreadableError, match="over the limits of 200 MB and 3"):
        read(zipped({f"{number}.txt": "a" for number in range(4)}), max_parts=3)
    inner = zipped({f"{number}.bin": part for number in range(2)})
    found = read(zipped({"a.zip": inner, "b.zip": inner}, zipfile.ZIP_STORED), max_unpacked_mb=2)
    assert "more than max_unpacked_mb" in found["b.zip"].reason


def test_a_document_in_a_zip_file_counts_against_the_same_limit():
    text = "".join(f"<p>{number}</p>" for number in range(150_000)).encode()
    found = read(zipped({"a.docx": zipped({"word/document.xml": text, "[Content_Types].xml": ""})}), max_unpacked_mb=1)
    assert "unpacks to 2 MB" in found["a.docx"].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Just words.", "not a zip file"), (zipped({}), "no file in it"),
        (zipped({".a": "x", "b/": ""}), "no file in it"),
        (zipped({"a.txt": "Words."})[:-10], "damaged"), (b"PK\x05\x06", "damaged"),
    ],
)  # fmt: skip
def test_zip_files_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        read(data)


def test_a_zip_file_damaged_anywhere_gives_reasons_and_no_other_errors():
    whole = zipped({"a.txt": "Words, and words again.", "b.jsonl": '{"text": "One."}'})
    for place in range(0, len(whole), 3):
        with suppress(UnreadableError):
            found = read(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            assert all(isinstance(item, Record | Fault) for item in found.values())

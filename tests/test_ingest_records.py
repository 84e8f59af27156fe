"""Several articles in a file: one bad record is named with its line, and the others are read."""

import json
from dataclasses import replace
from datetime import date

import pytest

from ingest.errors import UnreadableError
from ingest.formats.reading import Fault, Read, Record
from ingest.formats.records import records

FULL = {
    "id": "f1",
    "title": "Ferry stops",
    "outlet": "Pebble Gazette",
    "authors": ["Ana Verde", "Bo Li"],
    "published": "2025-01-30",
    "url": "https://example.com/ferry",
    "language": "en",
    "text": "It stopped.\nOn Monday.",
}
FIELDS = [name.encode() for name in FULL]
ADDRESS = b"https://example.com/ferry"
EXPECTED = Read(
    "It stopped.\nOn Monday.", "Ferry stops", "Pebble Gazette", ("Ana Verde", "Bo Li"), date(2025, 1, 30),
    "https://example.com/ferry", "en",
)  # fmt: skip


def jsonl(*rows):
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("jsonl", jsonl(FULL)),
        ("jsonl", b"\xef\xbb\xbf" + jsonl("", FULL, "")),
        ("json", json.dumps([FULL]).encode()),
        ("json", json.dumps({"articles": [FULL]}).encode()),
        ("json", json.dumps(FULL).encode()),
        (
            "csv",
            b",".join(FIELDS)
            + b'\r\nf1,Ferry stops,Pebble Gazette,"Ana Verde, Bo Li",2025-01-30,'
            + ADDRESS
            + b',en,"It stopped.\nOn Monday."\r\n',
        ),
        (
            "tsv",
            b"\t".join(FIELDS)
            + b"\nf1\tFerry stops\tPebble Gazette\tAna Verde and Bo Li\t2025-01-30\t"
            + ADDRESS
            + b'\ten\t"It stopped.\nOn Monday."\n',
        ),
    ],
)
def test_one_article_in_every_form(kind, data):
    assert records(data, kind) == [Record("f1", EXPECTED)]


def test_other_names_for_the_same_fields():
    row = {
        "ID": 7, "Headline": "Ferry stops", "source": {"name": "Pebble Gazette"}, "byline": "By Ana Verde and Bo Li",
        "publication date": "30 January 2025", "link": "https://example.com/ferry", "lang": "en",
        "body": ["It stopped.", "On Monday."],
    }  # fmt: skip
    [record] = records(jsonl(row), "jsonl")
    assert (record.key, record.read.text) == ("7", "It stopped.\n\nOn Monday.")
    assert replace(record.read, text=EXPECTED.text) == EXPECTED


def test_bad_lines_are_named_and_the_rest_goes_on():
    found = records(
        jsonl({"text": "One."}, '{"text": ', "7", {"title": "No text"}, {"text": " "}, {"id": "x", "text": "Six."}),
        "jsonl",
    )
    assert [(item.key, type(item)) for item in found] == [
        ("1", Record), ("2", Fault), ("3", Fault), ("4", Fault), ("5", Fault), ("x", Record),
    ]  # fmt: skip
    assert "line 2 is not valid JSON" in found[1].reason
    assert "line 3 is not an object" in found[2].reason
    assert "line 4 has no text" in found[3].reason


def test_the_second_of_two_with_one_id_is_refused():
    first, second = records(jsonl({"id": 1, "text": "One."}, {"id": "1", "text": "Two."}), "jsonl")
    assert first.read.text == "One."
    assert second.reason == "line 2 has the id of line 1, '1'; the first is kept"
    assert second.key != first.key


def test_two_ids_that_differ_only_in_white_space_within_are_one():
    found = records(jsonl({"id": "a b", "text": "x"}, {"id": "a\nb", "text": "y"}), "jsonl")
    assert [type(item) for item in found] == [Record, Fault]


def test_what_cannot_be_stored_is_replaced():
    [record] = records(b'{"text": "a\\u0000b \\ud800 c", "title": "x\\ny"}', "jsonl")
    assert (record.read.text, record.read.title) == ("ab \ufffd c", "x y")


def test_epoch_seconds_and_ambiguous_dates():
    found = records(jsonl({"text": "a", "date": 1738238400}, {"text": "b", "date": "03/04/2025"}), "jsonl")
    assert [record.read.published for record in found] == [date(2025, 1, 30), None]


def test_an_article_longer_than_a_field_of_csv_usually_may_be():
    long = "word " * 60_000
    [record] = records(f'text;title\n"{long}";Long\n'.encode(), "csv")
    assert (len(record.read.text), record.read.title) == (len(long), "Long")


def test_a_table_that_breaks_off_gives_what_it_held():
    first, second = records(b'title,text\nOne,First.\nTwo,"Sec', "csv")
    assert first.read.text == "First."
    assert isinstance(second, Fault)
    assert "cannot be read" in second.reason


def test_rows_with_too_few_or_too_many_columns():
    found = records(b"title,text\nOne\nTwo,Second,and more\n", "csv")
    assert isinstance(found[0], Fault)
    assert found[1].read.text == "Second"


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("json", b"[1, ", "not valid JSON"),
        ("json", b"[" * 200_000, "nested too deeply"),
        ("json", b"[]", "no records"),
        ("jsonl", b"\n\n", "no records"),
        ("csv", b"a,b\n1,2\n", "no column for the text"),
        ("csv", b"text\n", "no records"),
        ("jsonl", b"\x00\x01", "binary"),
    ],
)
def test_files_without_records(kind, data, reason):
    with pytest.raises(UnreadableError, match=reason):
        records(data, kind)


def test_a_line_nested_too_deeply_is_a_fault():
    assert "nested too deeply" in records(b"[" * 200_000, "jsonl")[0].reason

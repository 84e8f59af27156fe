"""Several articles in a file: one bad record is named with its line, and the others are read."""

import io
import json
import tracemalloc
from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import ConfigError, UnreadableError
from ingest.formats import jsonl as json_lines
from ingest.formats.fields import check_fields
from ingest.formats.kinds import KINDS
from ingest.formats.reading import Fault, Read, Record

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
    url="https://example.com/ferry", language="en", encoding="utf-8",
    said_by=dict.fromkeys(["title", "outlet", "authors", "published", "url", "language"], "record fields"),
)  # fmt: skip


def records(data, kind, config=DEFAULTS):
    return list(import_module(f"ingest.formats.{KINDS['.' + kind].module}").records(data, config))


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
        ("jsonl", b"[" * 200_000, "nested too deeply"),
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
    assert "nested too deeply" in records(b'{"a":' * 200_000, "jsonl")[0].reason


# --- names of a user's own


OWN = IngestConfig(fields={"text": "story.body", "published": "dt", "id": "No", "outlet": "source.title"})


def test_names_of_a_users_own_come_first():
    row = {
        "No": 4, "id": "x", "story": {"body": "It stopped."}, "text": "Summary", "dt": "2025-01-30",
        "date": "2020-01-01", "source": {"Title": "Pebble Gazette"},
    }  # fmt: skip
    [record] = records(jsonl(row), "jsonl", OWN)
    assert (record.key, record.read.text, record.read.outlet) == ("4", "It stopped.", "Pebble Gazette")
    assert record.read.published == date(2025, 1, 30)


def test_where_a_users_own_name_holds_nothing_the_usual_ones_are_asked():
    [record] = records(
        jsonl({"text": "It stopped.", "story": "No body", "dt": "soon", "date": "2025-01-30"}), "jsonl", OWN
    )
    assert (record.key, record.read.published) == ("1", date(2025, 1, 30))


def test_columns_of_a_users_own():
    [record] = records(
        b"No,Story Body\n7,It stopped.\n", "csv", IngestConfig(fields={"text": "story body", "id": "no"})
    )
    assert (record.key, record.read.text) == ("7", "It stopped.")
    [fault] = records(b"{}", "jsonl", OWN)
    assert "in the fields story.body, text" in fault.reason


@pytest.mark.parametrize(("fields", "reason"), [({"body": "text"}, "no key 'body'"), ({"text": " "}, "no name")])
def test_fields_that_cannot_be_meant(fields, reason):
    with pytest.raises(ConfigError, match=reason):
        check_fields(IngestConfig(fields=fields))
    check_fields(OWN)


@pytest.mark.parametrize("name", ["updated", "dateModified", "last-updated", "modified"])
def test_the_day_of_the_last_change(name):
    [record] = records(jsonl({"text": "a", "published": "2025-01-30", name: "2025-02-01"}), "jsonl")
    assert (record.read.published, record.read.updated) == (date(2025, 1, 30), date(2025, 2, 1))
    assert record.read.said_by["updated"] == "record fields"


# --- misnamed


def test_lines_named_json_and_a_list_named_jsonl():
    rows = [{"id": "a", "text": "One."}, {"id": "b", "text": "Two."}]
    assert [record.key for record in records(jsonl(*rows), "json")] == ["a", "b"]
    for data in (json.dumps(rows, indent=1).encode(), json.dumps({"articles": rows}, indent=1).encode()):
        assert [record.key for record in records(data, "jsonl")] == ["a", "b"]
        assert [record.key for record in streamed(data)] == ["a", "b"]


# --- streams


def streamed(data, config=DEFAULTS):
    return list(json_lines.stream(io.BytesIO(data), config))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_stream_is_read_as_the_whole_file_is(encoding, end):
    rows = ["", json.dumps(FULL), '{"text": "El Niño, “mañana”."}', "{broken", '{"id": "f1", "text": "Again."}']
    data = end.join(rows).encode(encoding)
    found = streamed(data)
    assert found == records(data, "jsonl")
    assert [type(item) for item in found] == [Record, Record, Fault, Fault]
    assert found[1].read.text == "El Niño, “mañana”."


class Endless(io.RawIOBase):
    """Lines of JSON of which one is far too long; counts what was asked for, and holds next to nothing."""

    def __init__(self, size):
        self.parts = [
            (b'{"text": "One."}\n{"text": "', 1),
            (b"x" * 65_536, size // 65_536),
            (b'"}\n{"text": "Three."}', 1),
        ]
        self.place = 0
        self.sizes = [len(part) * times for part, times in self.parts]

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, place, whence=0):
        self.place = place
        return place

    def readinto(self, buffer):
        start = self.place
        for (part, _), size in zip(self.parts, self.sizes, strict=True):
            if start < size:
                piece = (part * 2)[start % len(part) :][: min(len(buffer), size - start)]
                buffer[: len(piece)] = piece
                self.place += len(piece)
                return len(piece)
            start -= size
        return 0


def test_a_line_of_a_hundred_megabytes_costs_no_more_than_the_limit():
    tracemalloc.start()
    first, second, third = json_lines.stream(io.BufferedReader(Endless(100_000_000)), IngestConfig(max_file_mb=1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    assert (first.read.text, third.key, third.read.text) == ("One.", "3", "Three.")
    assert second == Fault("2", "line 2 is longer than max_file_mb in config.toml allows")


def test_a_line_in_another_encoding_than_the_head_harms_itself_alone():
    filler = jsonl(*[{"text": "word " * 100}] * 150) + b"\n"
    found = streamed(filler + '{"text": "café"}'.encode("cp1252") + b'\n{"text": "Last."}')
    assert "another encoding" in found[150].reason
    assert found[151].read.text == "Last."


@pytest.mark.parametrize(("data", "reason"), [(b"\x00\x01", "binary"), (b"\n", "no records"), (b"\xff\xfea", "is not")])
def test_streams_without_records(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        streamed(data)


def test_a_list_that_is_too_large_to_be_held():
    with pytest.raises(UnreadableError, match="too large for one JSON list"):
        streamed(b"[" + b" " * 1_000_001 + b"]", IngestConfig(max_file_mb=1))


@pytest.mark.parametrize(
    ("markup", "text", "unseen"),
    [
        ("<p>It stopped &amp; sank.</p><p>On Monday.</p>", "It stopped & sank.\n\nOn Monday.", 0),
        ("<p class='lead'>It <b>stop</b>ped.</p>", "It stopped.", 0),
        ("It stopped.<br><br/>On Monday.", "It stopped.\n\nOn Monday.", 0),
        ('It <a href="/x">stopped</a>.\n\nOn Monday.', "It stopped.\n\nOn Monday.", 0),
        ('<p>It stopped.</p><p style="display:none">Buy now</p>', "It stopped.", len("Buy now")),
        ("<p>It stopped.</p><script>alert(1)</script>", "It stopped.", 0),
        ("A paragraph begins with <p> in HTML, and a < b > c.", None, 0),
        ("If x <y and y> z, the sum of AT&amp;T is 3 <b 4.", None, 0),
        ("It stopped. <3\n\nOn Monday.", None, 0),
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_a_text_that_is_markup_is_read_as_it_is_seen(kind, markup, text, unseen):
    row = {"text": markup, "title": "Ferry&#8217;s end"}
    [record] = records(jsonl(row) if kind == "jsonl" else json.dumps([row]).encode(), kind)
    assert (record.read.text, record.read.unseen) == (text or markup, unseen)
    assert record.read.title == ("Ferry’s end" if text else "Ferry&#8217;s end")


def test_markup_in_which_nothing_is_seen_is_a_fault():
    [fault] = records(jsonl({"text": "<p></p><script>show()</script><p></p>"}), "jsonl")
    assert "no text that could be seen" in fault.reason


def test_what_websites_give_as_json():
    post = {"id": 7, "title": {"rendered": "Ferry stops"}, "content": {"rendered": "<p>It stopped.</p>"}}
    [record] = records(json.dumps([post]).encode(), "json")
    assert (record.key, record.read.title, record.read.text) == ("7", "Ferry stops", "It stopped.")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Post",
        "items": [{"id": "a", "content_html": "<p>It stopped.</p>"}],
    }
    assert [record.read.text for record in records(json.dumps(feed).encode(), "json")] == ["It stopped."]


def test_author_strings_hold_more_than_names():
    rows = [
        {"text": "It stopped.", "author": "mail@pebble.example (Ana Verde)"},
        {"text": "It stopped.", "authors": ["Ana Verde, staff writer", "Doe, Jane", "Harbour Post Staff", "Editor"]},
        {"text": "It stopped.", "authors": ["Ana Verde in Oakland, California"]},
    ]
    people = [record.read.authors for record in records(jsonl(*rows), "jsonl")]
    assert people == [("Ana Verde",), ("Ana Verde", "Doe, Jane"), ("Ana Verde",)]

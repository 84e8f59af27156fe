"""Files beside files, that say of an article what it does not say itself."""

from datetime import date

import pytest

from ingest.errors import UnreadableError
from ingest.sidecar import is_sidecar, sidecar, sidecar_of

FIELDS = ("Ferry stops", "Pebble Gazette", ("Ana Verde", "Bo Li"), date(2025, 1, 30), date(2025, 1, 31))


JSON = """{"title": "Ferry stops", "outlet": "Pebble Gazette", "authors": ["Ana Verde", "Bo Li"], "mood": "sad",
 "date": "2025-01-30", "updated": "2025-01-31"}"""
YAML = """
title: Ferry stops
source: Pebble Gazette
author: Ana Verde, Bo Li
date: 2025-01-30
updated: 2025-01-31
"""
TOML = """
Headline = "Ferry stops"
publisher = "Pebble Gazette"
authors = ["Ana Verde", "Bo Li"]
published = 2025-01-30
updated = 2025-01-31T10:00:00Z
"""


@pytest.mark.parametrize(("ending", "content"), [("json", JSON), ("yaml", YAML), ("yml", YAML), ("toml", TOML)])
def test_its_fields_by_their_usual_names(ending, content):
    read = sidecar(content.encode(), f"ferry.pdf.meta.{ending}")
    assert (read.title, read.outlet, read.authors, read.published, read.updated) == FIELDS
    assert read.text == ""
    assert read.said_by == dict.fromkeys(("title", "outlet", "authors", "published", "updated"), "sidecar")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt.meta.json", b"{title: Ferry}"),
        ("a.txt.meta.json", b"[" * 100_000),
        ("a.txt.meta.json", b"[1, 2]"),
        ("a.txt.meta.json", b"\x00\x01"),
        ("a.txt.meta.yaml", b"a: b: c"),
        ("a.txt.meta.yaml", b"date: 2025-13-45"),
        ("a.txt.meta.yaml", b"just words"),
        ("a.txt.meta.toml", b"title = Ferry"),
    ],
)
def test_a_broken_one_is_named(name, content):
    with pytest.raises(UnreadableError, match=name):
        sidecar(content, name)


def test_an_empty_one_says_nothing():
    assert sidecar(b"", "a.txt.meta.yaml").said_by == {}
    assert sidecar(b"{}", "a.txt.meta.json").said_by == {}


def test_it_lies_beside_its_file(tmp_path):
    article = tmp_path / "ferry.pdf"
    assert sidecar_of(article) is None
    (tmp_path / "ferry.meta.json").write_text("{}")
    assert sidecar_of(article) is None
    (tmp_path / "ferry.pdf.meta.toml").write_text("")
    assert sidecar_of(article) == tmp_path / "ferry.pdf.meta.toml"
    (tmp_path / "ferry.pdf.meta.json").write_text("{}")
    assert sidecar_of(article) == tmp_path / "ferry.pdf.meta.json"
    assert sidecar_of(tmp_path / "ferry.pdf.meta.json") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.txt.meta.json", True), ("A.TXT.META.YAML", True), ("meta.json", False), ("a.json", False), ("a.meta", False)],
)
def test_it_is_known_by_its_name(name, expected):
    assert is_sidecar(name) == expected

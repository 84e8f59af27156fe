"""The library: what is staged is unseen until it is live, what is not live is swept, and what is broken is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from shelf import article, whole

from index.errors import LibraryError
from index.library import FILE, Counts, Library
from index.schema import SCHEMA_VERSION
from ingest.corpus import Refusal
from ingest.documents import Article, Passage

FOG = article("fog.txt", "Fog closed the quay. The ferry waited.", published=date(2025, 1, 30))
MIST = article("fog.txt", "Mist closed the quay.", published=date(2025, 1, 31))  # the same article, changed
MILL = article("mill.txt", "The mill burned.", outlet="Wire")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    yield library
    library.close()


def vectors(count: int) -> np.ndarray:
    return np.arange(count * 4, dtype=np.float32).reshape(count, 4)


def stage(library: Library, *articles: Article) -> None:
    library.stage(articles, [whole(one) for one in articles], vectors(len(articles)))


def put(library: Library, *articles: Article) -> None:
    stage(library, *articles)
    library.make_live(articles)


# --- staged, live, removed, swept


def test_what_is_staged_is_seen_by_nobody(library: Library) -> None:
    stage(library, FOG)
    assert library.article(FOG.id) is None
    assert library.articles() == library.outlets() == library.passage_ids() == library.vector_rows() == []
    assert library.passages([whole(FOG).id]) == {}
    assert library.orphans() == [whole(FOG).id]


def test_a_live_article_comes_back_as_it_was_read(library: Library) -> None:
    put(library, FOG, MILL)
    assert library.article(FOG.id) == FOG
    assert library.passages([whole(FOG).id, "no such"]) == {whole(FOG).id: whole(FOG)}
    assert library.orphans() == []
    assert library.outlets() == ["Post", "Wire"]
    assert library.origins() == {"fog.txt": FOG.id, "mill.txt": MILL.id}


def test_articles_are_listed_newest_first_and_undated_last_without_their_texts(library: Library) -> None:
    older = article("old.txt", "Old.", published=date(2001, 2, 3))
    put(library, MILL, older, FOG)
    assert [(one.id, one.text) for one in library.articles()] == [(FOG.id, ""), (older.id, ""), (MILL.id, "")]


def test_a_changed_article_is_old_until_the_switch_and_new_after_it(library: Library) -> None:
    put(library, FOG)
    assert library.article(FOG.id) == FOG  # read, so that it is remembered
    stage(library, MIST)
    assert library.article(FOG.id) == FOG
    assert library.passages([whole(FOG).id, whole(MIST).id]) == {whole(FOG).id: whole(FOG)}
    library.make_live([MIST])
    assert library.article(FOG.id) == MIST
    assert library.passages([whole(FOG).id, whole(MIST).id]) == {whole(MIST).id: whole(MIST)}
    assert library.orphans() == [whole(FOG).id]


def test_the_sweep_deletes_what_is_not_live_and_nothing_else(library: Library) -> None:
    put(library, FOG, MILL)
    put(library, MIST)
    library.sweep()
    assert library.orphans() == []
    assert library.rows("SELECT count(*) FROM articles") == [(2,)]
    assert library.rows("SELECT count(*) FROM passages") == [(2,)]
    assert library.article(FOG.id) == MIST
    assert library.article(MILL.id) == MILL


def test_a_removed_article_is_hidden_at_once_and_swept_later(library: Library) -> None:
    put(library, FOG, MILL)
    assert library.article(FOG.id) == FOG
    library.remove([FOG.id])
    assert library.article(FOG.id) is None
    assert library.passages([whole(FOG).id]) == {}
    assert library.orphans() == [whole(FOG).id]
    library.sweep()
    assert library.rows("SELECT id FROM articles") == [(MILL.id,)]


def test_staging_twice_is_staging_once(library: Library) -> None:
    put(library, FOG)
    put(library, FOG)
    assert library.counts().passages == 1


# --- what it holds


def test_counts(library: Library) -> None:
    assert library.counts() == Counts(articles=0, passages=0, refusals=0, undated=0, last_ingested="")
    put(library, FOG, MILL)
    stage(library, MIST)
    library.record_file("a.xyz", "", [Refusal("a.xyz", "not read")])
    counts = library.counts()
    assert (counts.articles, counts.passages, counts.refusals, counts.undated) == (2, 2, 1, 1)
    assert counts.last_ingested.endswith("+00:00")


def test_vectors_come_back_to_the_last_bit(library: Library) -> None:
    put(library, FOG, MILL)
    rows = {ident: (outlet, day, list(vector)) for ident, outlet, day, vector in library.vector_rows()}
    assert rows == {
        whole(FOG).id: ("Post", date(2025, 1, 30).toordinal(), [0, 1, 2, 3]),
        whole(MILL).id: ("Wire", 0, [4, 5, 6, 7]),
    }
    assert list(library.vectors([whole(MILL).id])[whole(MILL).id]) == [4, 5, 6, 7]


def test_more_ids_than_one_statement_takes(library: Library) -> None:
    text = "word " * 1200
    long = article("long.txt", text)
    cut = [Passage(long, n * 5, n * 5 + 4) for n in range(1200)]
    library.stage([long], cut, vectors(1200))
    library.make_live([long])
    idents = [passage.id for passage in cut]
    assert len(library.passages(idents)) == len(library.vectors(idents)) == 1200
    assert library.passage_ids() == sorted(idents)


def test_the_fingerprint_follows_what_readers_see(library: Library) -> None:
    empty = library.fingerprint()
    put(library, FOG)
    one = library.fingerprint()
    stage(library, MIST)
    assert library.fingerprint() == one != empty
    library.make_live([MIST])
    assert library.fingerprint() not in {one, empty}


def test_awkward_texts_come_back_unaltered(library: Library) -> None:
    texts = ["a\r\nb\r", "e\u0301 \u05d0\u05d1 \U0001f600", "a\x00b", "\ufeffx", "'; DROP TABLE articles; --"]
    odd = [article(f"{number}.txt", text, title=text) for number, text in enumerate(texts)]
    put(library, *odd)
    assert [library.article(one.id) for one in odd] == odd


# --- files and refusals


def test_a_file_is_done_unless_it_was_refused_itself(library: Library) -> None:
    library.record_file("a.jsonl", "aa", [Refusal("a.jsonl#7", "no text")])
    library.record_file("b.pdf", "bb", [Refusal("b.pdf", "encrypted")])
    assert library.stamp_of("a.jsonl") == "aa"
    assert library.stamp_of("b.pdf") == ""
    assert library.refusals() == [Refusal("a.jsonl#7", "no text"), Refusal("b.pdf", "encrypted")]
    assert library.noted() == ["a.jsonl", "a.jsonl#7", "b.pdf"]


def test_what_was_noted_of_a_file_is_replaced_and_forgotten_with_its_records(library: Library) -> None:
    library.record_file("a.jsonl", "aa", [Refusal("a.jsonl#7", "no text")])
    library.record_file("a.jsonl.txt", "cc", [])
    library.record_file("a.jsonl", "ab", [Refusal("a.jsonl#8", "no text")])
    assert library.refusals() == [Refusal("a.jsonl#8", "no text")]
    library.forget_file("a.jsonl")
    assert library.refusals() == []
    assert library.noted() == ["a.jsonl.txt"]


# --- all or nothing


def test_a_transaction_that_fails_leaves_nothing(library: Library) -> None:
    put(library, MILL)

    def fails() -> None:
        with library.transaction():
            put(library, FOG)  # its own transactions join this one
            library.set_meta("key", "value")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert [one.id for one in library.articles()] == [MILL.id]
    assert library.article(FOG.id) is None
    assert library.meta("key") == ""
    put(library, FOG)  # and the next one begins afresh
    assert library.article(FOG.id) == FOG


def test_fewer_vectors_than_passages_stage_nothing(library: Library) -> None:
    with pytest.raises(ValueError, match="zip"):
        library.stage([FOG], [whole(FOG)], vectors(0))
    assert library.rows("SELECT count(*) FROM articles") == [(0,)]


def test_what_is_committed_is_seen_by_the_next_to_open(tmp_path: Path) -> None:
    first = Library(tmp_path)
    put(first, FOG)
    reader = Library(tmp_path, read_only=True)  # beside the owner, as the check of an index does
    put(first, MIST)
    assert reader.article(FOG.id) == MIST
    reader.close()
    first.close()
    second = Library(tmp_path)
    assert second.article(FOG.id) == MIST
    second.close()


# --- what it refuses


def test_a_read_only_library_cannot_be_written(tmp_path: Path) -> None:
    Library(tmp_path).close()
    reader = Library(tmp_path, read_only=True)
    with pytest.raises(LibraryError, match="readonly"):
        reader.set_meta("key", "value")
    reader.close()


def test_a_read_only_library_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="unable to open"):
        Library(tmp_path, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_library_of_a_newer_vouch_is_refused_and_left_alone(tmp_path: Path) -> None:
    first = Library(tmp_path)
    first.set_meta("schema", str(SCHEMA_VERSION + 1))
    first.close()
    with pytest.raises(LibraryError, match="newer Vouch") as caught:
        Library(tmp_path)
    assert "upgrade" in caught.value.hint
    reader = Library(tmp_path, read_only=True)
    assert reader.meta("schema") == str(SCHEMA_VERSION + 1)
    reader.close()


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, certainly" * 100)
    with pytest.raises(LibraryError, match="not a database") as caught:
        Library(tmp_path)
    assert str(tmp_path / FILE) in caught.value.message
    assert "backup" in caught.value.hint


def test_a_database_with_a_torn_page_is_found_out(tmp_path: Path) -> None:
    library = Library(tmp_path)
    put(library, *(article(f"{number}.txt", f"Text {number}. " * 300) for number in range(50)))
    assert library.integrity() == ""
    library.close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with (tmp_path / FILE).open("r+b") as file:
        file.seek(60_000)
        file.write(b"\xff" * ((tmp_path / FILE).stat().st_size - 70_000))
    library = Library(tmp_path)
    with pytest.raises(LibraryError, match="malformed"):
        library.vector_rows()
    assert library.integrity() != ""
    library.close()

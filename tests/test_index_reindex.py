"""Other settings: everything that does not depend on them stays, the old library answers until the new one is whole."""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shelf import INDEX, INGEST, HashedWords, open_shelf
from upkeep import GULLS, KELP, TIDES, calls, closed, content, fingerprint, killed, left_by_a_killed_one, put, reading

import index.reindex
from index.checks import consistency
from index.errors import LibraryError, ModelMissingError, OwnedError
from index.library import Library
from index.nodes import searched_text
from index.owner import OwnerLock
from index.reindex import Reindexed, Reindexing, reindex
from index.schema import SCHEMA_VERSION
from index.store import Store, open_store
from ingest.split import passages

Opened = Callable[..., Store]
EVERY = 8  # so many calls, one at which it is killed
EXCHANGE = 10  # the last calls, at each of which it is killed: one file comes for the other
OTHER = replace(INDEX, passage_pieces=55)
NOT_CUT = ("articles", "live", "origins", "corrections", "files", "refusals", "stories", "conversations", "turns")
ARTICLES = (GULLS, KELP, TIDES)


def reindexed(folder: Path, embedder: HashedWords | None = None, config: Any = OTHER, **named: Any) -> Reindexed:
    return reindex(folder, config, opened=lambda *_, **__: embedder or HashedWords(), **named)


def as_it_should_be(folder: Path, pieces: int, embedder: HashedWords) -> None:
    """The passages of every article are those of these settings, each with the vector of its text."""
    with closing(Library(folder)) as library:
        wanted = [
            passage
            for article in library.articles()
            for passage in passages(library.article(article.id), embedder.count, pieces)
        ]
        assert library.passage_ids() == sorted(passage.id for passage in wanted)
        vectors = library.vectors([passage.id for passage in wanted])
        for passage in wanted:
            assert (vectors[passage.id] == embedder.embed([searched_text(passage)])[0]).all()
        assert consistency(library) == []
        assert library.orphans() == []


# --- what changes, and what stays


def test_passages_are_cut_and_embedded_anew_and_all_else_stays(tmp_path: Path, embedder: HashedWords) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    before, same = content(library), fingerprint(library)
    done = reindexed(library, embedder)
    assert done.reasons == ("passage_pieces = 40, the settings say 55",)
    assert (done.articles, done.passages) == (3, len(content(library)["passages"]))
    assert done.passages > 3  # they were put in whole
    assert done.embedded == len(embedder.asked) == done.passages
    as_it_should_be(library, 55, HashedWords())
    after = content(library)
    assert {table: after[table] for table in NOT_CUT} == {table: before[table] for table in NOT_CUT}
    assert fingerprint(library) == same
    assert sorted(path.name for path in library.iterdir()) == ["library.db", "owner.lock"]


def test_another_model_embeds_all_anew(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    reindexed(library, config=INDEX)
    other = HashedWords("hashed-words@2:float32")
    done = reindexed(library, other, INDEX)
    assert done.reasons == ("embedder = hashed-words@1:float32, the settings say hashed-words@2:float32",)
    assert done.embedded == done.passages
    with closing(Library(library)) as changed:
        assert changed.meta("embedder") == other.fingerprint
    open_store(library, INDEX, INGEST, opened=lambda *_, **__: other).close()
    with pytest.raises(LibraryError, match="was made with embedder"):
        open_shelf(library)


def test_a_store_opens_with_the_new_settings_and_searches_without_embedding_again(
    opened: Opened, clippings: Path, tmp_path: Path
) -> None:
    opened().ingest([clippings])
    store = opened()
    store.indexes.wait()
    expected = [hit.passage.article.title for hit in store.searcher.search("what does a ferry ticket cost?")]
    store.close()
    with pytest.raises(LibraryError) as caught:
        open_store(tmp_path / "library", OTHER, INGEST, opened=lambda *_, **__: HashedWords())
    assert "vouch reindex" in caught.value.hint
    done = reindexed(tmp_path / "library")
    assert done.embedded == 0  # so short that they are the same passages, whose vectors are known
    fresh = HashedWords()
    store = open_store(tmp_path / "library", OTHER, INGEST, opened=lambda *_, **__: fresh)
    store.indexes.wait()
    assert store.indexes.notices() == []
    assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids())
    assert [hit.passage.article.title for hit in store.searcher.search("what does a ferry ticket cost?")] == expected
    assert fresh.asked == ["what does a ferry ticket cost?"]
    report = store.ingest([clippings])
    assert (report.unchanged, report.embedded) == (5, 0)
    store.close()


def test_the_same_settings_leave_nothing_to_do(tmp_path: Path, embedder: HashedWords) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    (library / "next").mkdir()
    before = content(library)
    done = reindexed(library, embedder, INDEX)
    assert (done.reasons, done.articles, done.passages, done.embedded) == ((), 3, 3, 0)
    assert content(library) == before
    assert not (library / "next").exists()


def test_what_has_the_settings_is_done_again_if_that_is_asked_for(tmp_path: Path, embedder: HashedWords) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    reindexed(library)
    done = reindexed(library, embedder, force=True)
    assert done.reasons == ("it was asked for",)
    assert done.embedded == len(embedder.asked) == done.passages
    as_it_should_be(library, 55, HashedWords())


def test_equal_texts_are_embedded_once(tmp_path: Path, embedder: HashedWords) -> None:
    one, other = replace(GULLS, title="Gulls"), replace(KELP, title="Gulls", text=GULLS.text, sha256=GULLS.sha256)
    done = reindexed(closed(tmp_path / "library", one, other), embedder)
    assert done.embedded == len(embedder.asked) == len(set(embedder.asked)) == done.passages / 2


def test_an_empty_library_takes_the_settings(tmp_path: Path) -> None:
    open_shelf(tmp_path / "library").close()
    assert reindexed(tmp_path / "library").articles == 0
    open_store(tmp_path / "library", OTHER, INGEST, opened=lambda *_, **__: HashedWords()).close()


def test_it_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.reindex, "BATCH_PASSAGES", 1)
    told: list[Reindexing] = []
    reindexed(closed(tmp_path / "library", *ARTICLES), on_progress=told.append)
    assert [(one.articles, one.of_articles) for one in told] == [(1, 3), (2, 3), (3, 3)]
    assert [one.fraction for one in told] == sorted(one.fraction for one in told)
    assert told[-1].fraction == 1.0


def test_who_only_reads_sees_the_old_library_until_the_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.reindex, "BATCH_PASSAGES", 1)
    library = closed(tmp_path / "library", *ARTICLES)
    seen = []

    def look(_: Reindexing) -> None:
        with closing(Library(library, read_only=True)) as reader:
            seen.append(reader.counts().passages)
        with pytest.raises(OwnedError, match="in use by vouch reindex"):
            OwnerLock(library)

    reindexed(library, on_progress=look)
    assert seen == [3, 3, 3]


# --- what is in the way


def test_where_there_is_no_library_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        reindexed(tmp_path / "library")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))
    with pytest.raises(LibraryError, match="is full: 1 MB are free, 8 MB are needed"):
        reindexed(library)
    assert not (library / "next").exists()


def test_a_model_that_is_not_there_leaves_all_as_it_was(tmp_path: Path) -> None:
    def missing(*_: object, **__: object) -> HashedWords:
        raise ModelMissingError("no such model")

    library = closed(tmp_path / "library", GULLS)
    before = content(library)
    with pytest.raises(ModelMissingError):
        reindex(library, OTHER, opened=missing)
    OwnerLock(library).close()
    assert content(library) == before


def test_an_article_that_is_not_there_is_not_lost_in_silence(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    with closing(Library(library)) as broken:
        broken.rows("DELETE FROM articles WHERE id = ?", (KELP.id,))
    with pytest.raises(LibraryError, match="articles are missing"):
        reindexed(library)
    with closing(Library(library)) as same:
        assert same.meta("passage_pieces") == "40"


# --- going on where it stopped


class StoppedError(Exception):
    """Stands for a kill between two batches."""


def stop(progress: Reindexing) -> None:
    if progress.articles == 2:
        raise StoppedError


def stopped(library: Path, config: Any = OTHER) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.reindex, "BATCH_PASSAGES", 1)
        with pytest.raises(StoppedError):
            reindexed(library, config=config, on_progress=stop)


def test_the_next_run_goes_on_where_one_stopped(tmp_path: Path, embedder: HashedWords) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    stopped(library)
    done = reindexed(library, embedder)
    assert 0 < done.embedded == len(embedder.asked) < done.passages
    as_it_should_be(library, 55, HashedWords())


def test_what_was_begun_for_other_settings_is_begun_anew(tmp_path: Path, embedder: HashedWords) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    stopped(library, replace(INDEX, passage_pieces=70))
    assert reindexed(library, embedder).passages == len(embedder.asked)
    as_it_should_be(library, 55, HashedWords())


def test_what_was_begun_and_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    stopped(library)
    (library / "next" / "library.db").write_bytes(b"no database" * 1000)
    reindexed(library)
    as_it_should_be(library, 55, HashedWords())


def test_what_changed_since_it_stopped_is_not_lost(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", *ARTICLES)
    stopped(library)
    with closing(Library(library)) as again:
        gone, changed, _ = sorted(ARTICLES, key=lambda one: one.id)  # the first two were copied already
        again.remove([gone.id])
        put(again, replace(changed, title="Another title"))
        again.sweep()
        again.set_correction(changed.id, "title", "Another title")
        again.set_meta("anything", "new")
    before = content(library)
    reindexed(library)
    after = content(library)
    assert {table: after[table] for table in NOT_CUT} == {table: before[table] for table in NOT_CUT}
    as_it_should_be(library, 55, HashedWords())
    with closing(Library(library)) as changed:
        assert changed.meta("anything") == "new"


def test_indexes_of_the_old_passages_are_not_trusted(opened: Opened, clippings: Path, tmp_path: Path) -> None:
    store = opened()
    store.ingest([clippings])
    store.close()
    reindexed(tmp_path / "library")
    with closing(Library(tmp_path / "library")) as library:
        assert library.meta("chroma") == library.meta("lexical_seen") == ""


@pytest.mark.faults
def test_killed_anywhere_it_leaves_the_old_library_or_the_new_one_and_can_go_on(tmp_path: Path) -> None:
    base = left_by_a_killed_one(tmp_path / "base", *ARTICLES)
    old = content(shutil.copytree(base, tmp_path / "old"))
    new = shutil.copytree(base, tmp_path / "new")
    total = calls("reindex", new, new)
    wanted, switched = content(new), []
    for step in (*range(1, total - EXCHANGE, EVERY), *range(total - EXCHANGE, total + 1)):
        library = shutil.copytree(base, tmp_path / f"library{step}")
        with reading(library):
            killed("reindex", library, library, step)
            library = shutil.copytree(library, tmp_path / f"left{step}")  # as if the reader had died with it
        found = content(library)
        assert found in (old, wanted)
        switched.append(found == wanted)
        reindexed(library)
        assert content(library) == wanted
        assert not (library / "next").exists()
    assert switched == sorted(switched)
    assert switched.count(False) > 15
    assert switched[-1]


# --- libraries of the first schema

TABLES_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
  id TEXT, version TEXT, origin TEXT, sha256 TEXT, text TEXT, title TEXT, outlet TEXT, authors TEXT,
  published TEXT, url TEXT, language TEXT, ingested TEXT, PRIMARY KEY (id, version)
);
CREATE TABLE live (article TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
  id TEXT PRIMARY KEY, article TEXT NOT NULL, version TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passages_of ON passages (article, version, id);
CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE refusals (origin TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, updated TEXT NOT NULL);
CREATE TABLE turns (
  conversation TEXT NOT NULL, ordinal INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (conversation, ordinal)
);
"""
ARTICLE_1 = "id, version, origin, sha256, text, title, outlet, authors, published, url, language, ingested"


def of_schema_1(folder: Path, source: Path) -> Path:
    """What a Vouch of the first schema would have made of the same articles."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.db", isolation_level=None)) as db:
        db.executescript(TABLES_1)
        db.execute("ATTACH DATABASE ? AS source", [str(source / "library.db")])
        db.execute(f"INSERT INTO articles SELECT {ARTICLE_1} FROM source.articles")
        db.execute("INSERT INTO passages SELECT id, article, version, start, end, vector FROM source.passages")
        db.execute("INSERT INTO conversations SELECT id, title, updated FROM source.conversations")
        for table in ("live", "files", "refusals", "turns"):
            db.execute(f"INSERT INTO {table} SELECT * FROM source.{table}")
        db.execute("INSERT INTO meta SELECT * FROM source.meta WHERE key IN ('embedder', 'passage_pieces')")
        db.execute("INSERT INTO files VALUES ('/news/gulls.txt', 'c0ffee')")
        db.execute("INSERT INTO meta VALUES ('schema', '1')")
    return folder


def test_a_library_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    source = closed(tmp_path / "source", *ARTICLES)
    folder = of_schema_1(tmp_path / "old", source)
    with closing(Library(folder)) as library:
        assert [library.article(one.id) for one in ARTICLES] == list(ARTICLES)
        assert [library.article(one.id).version for one in ARTICLES] == [library.version_of(a.id) for a in ARTICLES]
        assert library.origins() == {one.origin: one.id for one in ARTICLES}
        assert library.stamp_of("/news/gulls.txt") == "c0ffee"
        assert library.meta("schema") == str(SCHEMA_VERSION)
        assert consistency(library) == []
    assert fingerprint(folder) == fingerprint(source)
    embedder = HashedWords()
    store = open_shelf(folder, embedder)
    store.indexes.wait()
    assert sorted(store.indexes.vectors().stored()) == store.library.passage_ids()
    assert embedder.asked == []
    store.close()


def test_a_library_of_the_first_schema_can_be_reindexed(tmp_path: Path) -> None:
    source = closed(tmp_path / "source", *ARTICLES)
    folder = of_schema_1(tmp_path / "old", source)
    reindexed(folder)
    as_it_should_be(folder, 55, HashedWords())
    assert fingerprint(folder) == fingerprint(source)


def test_a_backup_of_the_first_schema_can_be_restored(tmp_path: Path) -> None:
    from index.backup import backup, restore

    folder = of_schema_1(tmp_path / "old", closed(tmp_path / "source", *ARTICLES))
    assert backup(folder, tmp_path / "kept.vouch").articles == 3
    restore(tmp_path / "kept.vouch", tmp_path / "new")
    assert fingerprint(tmp_path / "new") == fingerprint(tmp_path / "source")


def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", GULLS)
    with closing(sqlite3.connect(library / "library.db", isolation_level=None)) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    for work in (lambda: reindexed(library), lambda: open_shelf(library)):
        with pytest.raises(LibraryError, match="newer Vouch") as caught:
            work()
        assert "upgrade" in caught.value.hint
    with closing(sqlite3.connect(library / "library.db")) as db:
        assert db.execute("SELECT count(*) FROM live").fetchone() == (1,)

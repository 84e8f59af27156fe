"""Removing articles: gone at once, back exactly as they were, and never half, whatever is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aftermath import state_of
from interrupted_removal import PAGE
from shelf import open_shelf, write

from index.build import Builder
from index.checks import consistency
from index.library import Library
from index.removal import UPLOADS
from index.store import Store

CHILD = Path(__file__).with_name("interrupted_removal.py")
SENTENCE = "Goats were brought to the island by monks."
QUESTION = "goats and monks"


@pytest.fixture
def store(opened: Callable[..., Store], clippings: Path) -> Store:
    store = opened()
    store.ingest([clippings])
    return store


def id_of(store: Store, name: str) -> str:
    return next(ident for origin, ident in store.library.origins().items() if name in origin)


def found(store: Store) -> bool:
    return any(SENTENCE in hit.passage.text for hit in store.searcher.search(QUESTION, k=5))


def indexed(store: Store) -> list[str]:
    vectors, words = sorted(store.indexes.vectors().stored()), sorted(store.indexes.lexical().ids())
    assert vectors == words
    return vectors


def everything(store: Store) -> list[Any]:
    """What readers see and all that is kept of it, apart from notes of files."""
    tables = ("live", "origins", "corrections", "articles", "passages")
    return [store.library.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def test_an_article_is_gone_at_once_and_comes_back_exactly_as_it_was(store: Store, embedder: Any) -> None:
    goats = id_of(store, "goats")
    store.builder.edit(goats, {"outlet": "Monks' Weekly"})
    before, searchable = everything(store), indexed(store)
    embedder.asked.clear()
    undo = store.builder.removals.remove([goats, "unknown"], PAGE)
    assert not found(store)
    assert store.library.article(goats) is None
    assert consistency(store.library) == []
    store.builder.settle([goats])
    assert indexed(store) == store.library.passage_ids()
    store.builder.sweep()
    assert store.builder.removals.restore(undo) == [goats]
    store.builder.settle([goats])
    assert (everything(store), indexed(store)) == (before, searchable)
    assert found(store)
    assert set(embedder.asked) == {QUESTION}, "nothing of it was embedded again"
    assert store.builder.removals.restore(undo) == [], "once is enough"


def test_forgotten_it_is_swept_and_an_ingest_of_its_folder_brings_it_back(store: Store, clippings: Path) -> None:
    goats = id_of(store, "goats")
    undo = store.builder.removals.remove([goats], PAGE)
    assert store.builder.removals.forget("another page") == []
    store.builder.settle(store.builder.removals.forget(PAGE))
    assert store.library.rows("SELECT 1 FROM articles WHERE id = ?", (goats,)) == []
    assert store.library.orphans() == []
    assert store.builder.removals.restore(undo) == []
    assert not found(store)
    assert store.ingest([clippings]).added == 1
    assert found(store)


def test_what_an_ingest_brought_back_stays_as_that_left_it(store: Store, clippings: Path) -> None:
    goats = id_of(store, "goats")
    undo = store.builder.removals.remove([goats], PAGE)
    write(clippings, "goats", "Monks left, and took their goats.", title="No goats")
    assert store.ingest([clippings]).added == 1
    assert store.builder.removals.restore(undo) == []
    assert store.library.article(goats).title == "No goats"
    store.builder.settle([goats])
    assert store.library.orphans() == []
    assert indexed(store) == store.library.passage_ids()


def test_one_whose_file_now_holds_another_article_stays_away(store: Store, clippings: Path) -> None:
    goats = id_of(store, "goats")
    undo = store.builder.removals.remove([goats], PAGE)
    shutil.copy(clippings / "lamp.md", clippings / "goats.md")
    assert store.ingest([clippings]).copied == 1
    assert store.builder.removals.restore(undo) == []
    assert consistency(store.library) == []


def test_undo_ends_after_an_hour(store: Store) -> None:
    goats = id_of(store, "goats")
    undo = store.builder.removals.remove([goats], PAGE)
    assert store.builder.removals.expire() == []
    store.library.rows("UPDATE removed SET at = '2020-01-01T00:00:00+00:00'")
    assert store.builder.removals.expire() == [goats]
    assert store.builder.removals.restore(undo) == []


def test_restoring_survives_a_rebuild_of_the_indexes(opened: Callable[..., Store], clippings: Path) -> None:
    store = opened()
    store.ingest([clippings])
    goats = id_of(store, "goats")
    undo = store.builder.removals.remove([goats], PAGE)
    store.indexes.damaged(store.indexes.lexical(), "for a test")
    store.indexes.damaged(store.indexes.vectors(), "for a test")
    for check in store.indexes._checks.values():
        check.result()
    store.builder.removals.restore(undo)
    assert indexed(store) == store.library.passage_ids()
    assert found(store)


def test_a_copy_read_while_its_article_was_removed_leaves_nothing_half(
    store: Store, clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goats = id_of(store, "goats")
    shutil.copy(clippings / "goats.md", clippings / "again.md")
    put = Builder._put

    def removed_first(self: Builder, batch: Any, vectors: Any) -> None:
        self.removals.remove([goats], PAGE)
        put(self, batch, vectors)

    monkeypatch.setattr(Builder, "_put", removed_first)
    assert store.ingest([clippings]).copied == 1
    assert consistency(store.library) == []
    assert not found(store)


def test_an_uploaded_file_goes_with_its_article_but_not_before_it_can_no_longer_be_undone(store: Store) -> None:
    folder = store.library.folder.resolve() / UPLOADS / "drop" / "1"
    one, two = write(folder, "one", "Eels sleep in the harbour."), write(folder, "two", "Crabs walk at night.")
    store.ingest([folder])
    undo = store.builder.removals.remove([id_of(store, "one"), id_of(store, "two"), id_of(store, "goats")], PAGE)
    assert one.exists()
    store.builder.removals.restore(undo)
    store.builder.removals.remove([id_of(store, "one"), id_of(store, "goats")], PAGE)
    store.builder.settle(store.builder.removals.forget(PAGE))
    assert (one.exists(), two.exists()) == (False, True)
    store.builder.removals.remove([id_of(store, "two")], PAGE)
    store.builder.removals.forget(PAGE)
    assert not folder.exists(), "an empty folder goes as well"


def test_a_file_of_records_stays_while_one_of_them_is_there(store: Store) -> None:
    file = store.library.folder.resolve() / UPLOADS / "drop" / "1" / "two.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text('{"id": 1, "title": "A", "text": "Eels sleep."}\n{"id": 2, "title": "B", "text": "Crabs walk."}\n')
    store.ingest([file])
    store.builder.removals.remove([id_of(store, "two.jsonl#1")], PAGE)
    store.builder.removals.forget(PAGE)
    assert file.exists()
    store.builder.removals.remove([id_of(store, "two.jsonl#2")], PAGE)
    store.builder.removals.forget(PAGE)
    assert not file.exists()


def killed(what: str, library: Path, step: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    command = [sys.executable, str(CHILD), what, str(library), str(step)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("what", ["remove", "restore", "forget"])
def test_killed_half_way_an_article_is_wholly_there_or_wholly_gone(what: str, tmp_path: Path, clippings: Path) -> None:
    start = tmp_path / "start"
    with closing(open_shelf(start)) as store:
        store.ingest([clippings])
        whole = state_of(store.library)
        chosen = sorted(set(store.library.origins().values()))[:2]
        if what != "remove":
            store.builder.removals.remove(chosen, PAGE)
        before = state_of(store.library)
    shutil.copytree(start, tmp_path / "done")
    done = killed(what, tmp_path / "done", 0)
    assert done.returncode == 0, done.stderr
    with closing(Library(tmp_path / "done")) as library:
        after = state_of(library)
    steps = int(done.stdout)
    folder = tmp_path / "killed"
    shutil.copytree(start, folder)
    assert killed(what, folder, steps // 2).returncode == -signal.SIGKILL
    with closing(open_shelf(folder, thorough=False)) as store:
        store.indexes.wait()
        seen = state_of(store.library)
        assert seen.versions in (before.versions, after.versions)
        assert consistency(store.library) == []
        store.builder.removals.forget(PAGE)
        store.builder.sweep()
        assert store.library.orphans() == []
        store.ingest([clippings])
        assert state_of(store.library).versions == whole.versions
        assert found(store)

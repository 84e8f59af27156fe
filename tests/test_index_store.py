"""A library opened whole: with the settings it was made with, or not at all; and given up whatever fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shelf import INDEX, INGEST, HashedWords, open_shelf

from index.errors import IndexDamagedError, LibraryError, ModelMissingError, OwnedError
from index.library import Library
from index.owner import OwnerLock
from index.store import Store, open_store
from ingest.config import IngestConfig

Opened = Callable[..., Store]


def test_another_embedder_is_refused_and_what_differs_is_named(tmp_path: Path) -> None:
    open_shelf(tmp_path).close()
    with pytest.raises(LibraryError) as caught:
        open_shelf(tmp_path, HashedWords("hashed-words@2:float32"))
    assert "embedder = hashed-words@1:float32" in caught.value.message
    assert "hashed-words@2:float32" in caught.value.message
    assert "vouch reindex" in caught.value.hint
    open_shelf(tmp_path).close()  # the refusal gave the library up, and changed nothing


def test_other_passages_are_refused(tmp_path: Path) -> None:
    open_shelf(tmp_path).close()
    with pytest.raises(LibraryError, match="passage_pieces = 40, the settings say 90"):
        open_store(tmp_path, replace(INDEX, passage_pieces=90), INGEST, opened=lambda *_, **__: HashedWords())


def test_all_that_differs_is_named_at_once(tmp_path: Path) -> None:
    open_shelf(tmp_path).close()
    other = HashedWords("hashed-words@2:float32")
    with pytest.raises(LibraryError, match=r"embedder = .*hashed-words@2:float32; passage_pieces = 40, .* 90"):
        open_store(tmp_path, replace(INDEX, passage_pieces=90), INGEST, opened=lambda *_, **__: other)


def test_how_much_meaning_counts_may_change(tmp_path: Path) -> None:
    open_shelf(tmp_path).close()
    open_store(tmp_path, replace(INDEX, dense_weight=1.0), INGEST, opened=lambda *_, **__: HashedWords()).close()


def test_a_library_keeps_the_precision_it_was_made_in(tmp_path: Path) -> None:
    asked: list[Any] = []

    def opened(_: object, *, precision: str | None) -> HashedWords:
        asked.append(precision)
        return HashedWords(f"hashed-words@1:{precision or 'bfloat16'}")

    for _ in range(2):
        open_store(tmp_path, INDEX, INGEST, opened=opened).close()
    assert asked == [None, "bfloat16"]


def test_the_settings_name_a_precision_that_the_library_does_not_have(tmp_path: Path) -> None:
    open_shelf(tmp_path, HashedWords("hashed-words@1:bfloat16")).close()
    with pytest.raises(LibraryError, match=r"1:bfloat16, the settings say .*1:float32"):
        open_shelf(tmp_path, HashedWords("hashed-words@1:float32"))


def test_an_embedder_that_cannot_be_opened_leaves_the_library_free(tmp_path: Path) -> None:
    def missing(*_: object, **__: object) -> HashedWords:
        raise ModelMissingError("no such model")

    with pytest.raises(ModelMissingError):
        open_store(tmp_path, INDEX, INGEST, opened=missing)
    OwnerLock(tmp_path).close()


def test_a_library_has_one_owner(tmp_path: Path) -> None:
    store = open_shelf(tmp_path)
    with pytest.raises(OwnedError):
        open_shelf(tmp_path)
    store.close()
    open_shelf(tmp_path).close()


def test_whatever_fails_when_closing_the_library_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_shelf(tmp_path)
    store.indexes.wait()

    def fails() -> None:
        raise IndexDamagedError("cannot close")

    monkeypatch.setattr(store.indexes, "close", fails)
    with pytest.raises(IndexDamagedError):
        store.close()
    OwnerLock(tmp_path).close()
    with pytest.raises(LibraryError, match="closed"):
        store.library.counts()


def test_an_empty_library_can_be_opened_again(opened: Opened, tmp_path: Path) -> None:
    for thorough in (True, False, True):
        store = opened(thorough=thorough)
        assert store.searcher.search("anything at all") == []
        store.indexes.wait()
        assert store.indexes.notices() == []
        assert store.ingest([_empty(tmp_path)]).files == 0


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir(exist_ok=True)
    return folder / "empty"


def test_the_settings_are_written_into_the_library(tmp_path: Path) -> None:
    open_store(tmp_path, INDEX, IngestConfig(), opened=lambda *_, **__: HashedWords()).close()
    library = Library(tmp_path, read_only=True)
    assert library.meta("embedder") == "hashed-words@1:float32"
    assert library.meta("passage_pieces") == "40"
    library.close()

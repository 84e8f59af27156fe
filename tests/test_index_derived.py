"""Chroma and tantivy as things that may break at any time: put aside, stood in for, rebuilt, used again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shelf import HashedWords, article, open_shelf, whole, write

from index.derived import OPENERS, DerivedIndexes
from index.errors import IndexDamagedError
from index.owner import OwnerLock
from index.scope import Scope
from index.store import Store
from index.vectors import ChromaVectors, ExactVectors

Opened = Callable[..., Store]
ANY = Scope()
QUESTION = "what does a ferry ticket cost?"


class PanicException(BaseException):  # as Rust's panics come to Python
    """Not an Exception."""


@pytest.fixture
def store(opened: Opened, clippings: Path) -> Store:
    store = opened()
    store.ingest([clippings])
    store.indexes.wait()
    return store


def breaks(*_: Any, **__: Any) -> Any:
    raise PanicException("index out of bounds")


def titles(store: Store) -> list[str]:
    return [hit.passage.article.title for hit in store.searcher.search(QUESTION)]


def generation(store: Store, kind: str = "chroma") -> list[str]:
    return sorted(path.name for path in (store.library.folder / kind).iterdir())


# --- opening


def test_a_new_library_has_both_and_nothing_to_tell(opened: Opened) -> None:
    store = opened()
    store.indexes.wait()
    assert isinstance(store.indexes.vectors(), ChromaVectors)
    assert store.indexes.lexical() is not None
    assert store.indexes.notices() == []


def test_what_a_clean_close_left_is_trusted_by_who_only_asks(opened: Opened, store: Store) -> None:
    expected = titles(store)
    store = opened(thorough=False)
    assert isinstance(store.indexes.vectors(), ExactVectors)  # Chroma takes a second to start
    assert store.indexes.lexical() is not None
    assert titles(store) == expected
    assert store.indexes.notices() == []
    assert generation(store) == generation(store, "lexical") == ["1"]


@pytest.mark.parametrize("kind", ["chroma", "lexical"])
def test_what_was_touched_since_is_checked_by_who_only_asks(opened: Opened, store: Store, kind: str) -> None:
    folder = store.library.folder / kind / "1"
    store.close()
    file = max(folder.glob("*"), key=lambda path: path.stat().st_size)
    file.write_bytes(b"")
    store = opened(thorough=False)
    store.indexes.wait()
    assert generation(store, kind) == ["2"]
    (notice,) = store.indexes.notices()
    assert "was rebuilt from the library" in notice
    assert "nothing embedded again" in notice


def test_who_only_asks_may_ingest_all_the_same(opened: Opened, store: Store, clippings: Path) -> None:
    store = opened(thorough=False)
    assert titles(store)
    write(clippings, "kelp", "Kelp is harvested for its ash.", title="Kelp")
    assert store.ingest([clippings]).added == 1
    assert sorted(store.indexes.vectors().stored()) == store.library.passage_ids()


def test_what_a_rebuild_that_was_cut_short_left_is_cleared_away(opened: Opened, store: Store) -> None:
    for kind in ("chroma", "lexical"):
        (store.library.folder / kind / "7").mkdir()
    store = opened()
    store.indexes.wait()
    assert generation(store) == generation(store, "lexical") == ["1"]


def test_a_generation_that_was_begun_is_not_built_upon(opened: Opened, store: Store) -> None:
    (store.library.folder / "chroma" / "2").mkdir()
    store.indexes.damaged(store.indexes.vectors(), "for a test")
    store.indexes.wait()
    assert generation(store) == ["3"]


def test_the_check_heeds_nothing_in_the_working_folder(
    opened: Opened, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not the json that was meant')")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "__init__.py").write_text("raise SystemExit('not the index that was meant')")
    monkeypatch.chdir(tmp_path)
    store = opened()
    store.indexes.wait()
    assert store.indexes.notices() == []


def test_a_check_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    open_shelf(tmp_path).close()
    arguments = ["chroma", str(tmp_path), str(tmp_path / "chroma" / "1"), "1"]  # not the parent
    done = subprocess.run(
        [sys.executable, "-m", "index.probe", *arguments], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")


# --- breaking while in use


def test_a_vector_index_that_breaks_is_stood_in_for_and_rebuilt(store: Store, embedder: HashedWords) -> None:
    expected = titles(store)
    store.indexes.vectors()._shards[-1].query = breaks
    embedder.asked.clear()
    with store.indexes.writing():  # holds the rebuild off
        assert titles(store) == expected
        assert isinstance(store.indexes.vectors(), ExactVectors)
        (notice,) = store.indexes.notices()
        assert "is being rebuilt" in notice
        assert "PanicException: index out of bounds" in notice
        assert titles(store) == expected
    store.indexes.wait()
    assert isinstance(store.indexes.vectors(), ChromaVectors)
    assert titles(store) == expected
    assert embedder.asked == [QUESTION] * 3
    (notice,) = store.indexes.notices()
    assert notice.startswith("The vector index (Chroma) was rebuilt from the library in ")
    assert "5 passages, nothing lost, nothing embedded again" in notice
    assert generation(store) == ["2"]


def test_a_word_index_that_breaks_is_done_without_and_rebuilt(store: Store) -> None:
    expected = titles(store)
    store.indexes.lexical()._index = None
    with store.indexes.writing():
        assert sorted(titles(store)) == sorted(expected)
        assert store.indexes.lexical() is None
        assert store.searcher.rarity(["ferri"]) == {"ferri": 1.0}
    store.indexes.wait()
    assert titles(store) == expected
    assert store.searcher.rarity(["ferri"])["ferri"] != 1.0
    assert "The word index (tantivy) was rebuilt" in store.indexes.notices()[0]


def test_counting_words_in_a_broken_index_is_done_without(store: Store) -> None:
    store.indexes.lexical()._index = None
    assert store.searcher.rarity(["ferri"]) == {"ferri": 1.0}
    store.indexes.wait()
    assert store.searcher.rarity(["ferri"])["ferri"] != 1.0


def test_many_threads_that_meet_the_damage_rebuild_once(store: Store) -> None:
    expected = titles(store)
    store.indexes.vectors()._shards[-1].query = breaks
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(titles(store))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.indexes.wait()
    assert answers == [expected] * 8
    assert generation(store) == ["2"]
    assert len(store.indexes.notices()) == 1


def test_late_news_of_an_index_that_was_replaced_changes_nothing(store: Store) -> None:
    broken = store.indexes.vectors()
    store.indexes.damaged(broken, "found first")
    store.indexes.wait()
    store.indexes.damaged(broken, "found late")
    store.indexes.damaged(ExactVectors(store.library), "no index at all")
    store.indexes.wait()
    assert generation(store) == ["2"]


def test_what_is_staged_when_an_index_breaks_is_in_the_rebuilt_one(store: Store) -> None:
    kelp = article("kelp.md", "Kelp is harvested for its ash.")
    vectors = store.embedder.embed([whole(kelp).text])
    with store.indexes.writing():
        store.library.stage([kelp], [whole(kelp)], vectors)
        store.indexes.add([whole(kelp)], vectors)
        for index in (store.indexes.vectors(), store.indexes.lexical()):
            store.indexes.damaged(index, "for a test")
        store.library.make_live([kelp])
    store.indexes.wait()
    assert whole(kelp).id in store.indexes.vectors().stored()
    assert whole(kelp).id in store.indexes.lexical().ids()


def test_an_index_that_breaks_under_an_ingest_is_rebuilt_on_the_way(store: Store, clippings: Path) -> None:
    store.indexes.vectors()._shards[-1].add = breaks
    store.indexes.lexical()._index = None
    write(clippings, "kelp", "Kelp is harvested for its ash.", title="Kelp")
    (clippings / "goats.md").unlink()
    assert store.ingest([clippings], prune=True).added == 1
    live = store.library.passage_ids()
    assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == live
    assert len(store.indexes.notices()) == 2


def test_an_index_put_aside_between_two_ingests_is_healed_by_the_second(store: Store, clippings: Path) -> None:
    write(clippings, "kelp", "Kelp is harvested for its ash.", title="Kelp")
    store.indexes._chroma.fault = "for a test"  # as if the rebuild in the background had not begun yet
    assert store.ingest([clippings]).added == 1
    assert isinstance(store.indexes.vectors(), ChromaVectors)
    store.indexes.wait()
    assert sorted(store.indexes.vectors().stored()) == store.library.passage_ids()
    assert generation(store) == ["2"]


def test_the_exact_scan_sees_what_was_ingested_since(store: Store) -> None:
    kelp = article("kelp.md", "Kelp is harvested for its ash.", title="Kelp")
    store.indexes.damaged(store.indexes.vectors(), "for a test")
    with store.indexes.writing():
        store.indexes.damaged(store.indexes.vectors(), "again, if the rebuild was quick")
        before = store.indexes.vectors()
        store.library.stage([kelp], [whole(kelp)], store.embedder.embed([whole(kelp).text]))
        store.library.make_live([kelp])
        if isinstance(before, ExactVectors):
            assert store.indexes.vectors() is not before
        assert whole(kelp).id in [
            i for i, _ in store.indexes.vectors().search(store.embedder.embed(["kelp"])[0], 9, ANY)
        ]


@pytest.mark.faults
def test_answers_go_on_while_articles_change_and_indexes_break(opened: Opened, tmp_path: Path) -> None:
    """Readers ask all the time, every article changes in every round, and in every round both indexes break."""
    store, stop = opened(), threading.Event()
    rounds(store, tmp_path / "news", 0)
    answers, mixed = [], []

    def ask() -> None:
        while not stop.is_set():
            hits = store.searcher.search("tide at the quay", k=30)
            answers.append(len(hits))
            versions = {(hit.passage.article.id, hit.passage.article.version) for hit in hits}
            mixed.extend([] if len(versions) == len({ident for ident, _ in versions}) else [versions])

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 5):
        with store.indexes.writing():
            store.indexes.vectors()._shards = None
            store.indexes.lexical()._index = None
        rounds(store, tmp_path / "news", number)
    stop.set()
    for reader in readers:
        reader.join()
    store.indexes.wait()
    assert min(answers) > 0
    assert mixed == []
    assert (
        sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == store.library.passage_ids()
    )
    assert len(store.indexes.notices()) == 8


def rounds(store: Store, folder: Path, number: int) -> None:
    for one in range(20):
        text = f"Tide {one} came to the quay in round {number}. " * 12
        write(folder, f"tide{one:02}", text, title=f"Tide {number}", outlet=("Post", "Wire")[number % 2])
    report = store.ingest([folder])
    assert report.added + report.changed == 20


# --- what cannot be rebuilt


def test_an_index_that_cannot_be_rebuilt_is_done_without(
    store: Store, opened: Opened, clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = titles(store)

    def no_room(_: Path) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setitem(OPENERS, "chroma", no_room)
        store.indexes.damaged(store.indexes.vectors(), "for a test")
        store.indexes.wait()
        assert titles(store) == expected
        (notice,) = store.indexes.notices()
        assert "could not be rebuilt, answers come without it" in notice
        assert "No space left" in notice
        write(clippings, "kelp", "Kelp is harvested for its ash.", title="Kelp")
        with pytest.raises(OSError, match="No space left"):
            store.ingest([clippings])
        assert titles(store) == expected
    assert store.ingest([clippings]).added == 1  # there is room again
    assert isinstance(store.indexes.vectors(), ChromaVectors)
    assert "was rebuilt" in store.indexes.notices()[0]


def test_a_panic_in_the_check_leaves_the_exact_scan(
    opened: Opened, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = titles(store)
    store.close()
    with monkeypatch.context() as patch:
        patch.setitem(OPENERS, "chroma", breaks)
        store = opened()
        store.indexes.wait()
        assert titles(store) == expected
        assert "could not be rebuilt" in store.indexes.notices()[0]
        store.close()
    store = opened()
    store.indexes.wait()
    assert isinstance(store.indexes.vectors(), ChromaVectors)


# --- closing


def test_closing_at_once_waits_for_the_check_and_frees_the_library(store: Store, tmp_path: Path) -> None:
    store.close()
    for _ in range(2):
        open_shelf(tmp_path / "library").close()
    OwnerLock(tmp_path / "library").close()


def test_closing_after_an_index_broke_frees_everything(store: Store, opened: Opened) -> None:
    store.indexes.vectors()._client.close()
    store.indexes.lexical()._index = None
    store.close()
    store = opened()
    store.indexes.wait()
    assert titles(store)


def test_indexes_alone_can_be_closed_twice(store: Store) -> None:
    indexes = DerivedIndexes(store.library, thorough=False)
    indexes.close()
    indexes.close()


def test_damage_is_told_as_damage() -> None:
    index = ChromaVectors.__new__(ChromaVectors)
    index._lock, index._searching = threading.Lock(), 0
    index._shards = [type("Broken", (), {"query": breaks})]
    with pytest.raises(IndexDamagedError, match="Chroma could not search: PanicException: index out of bounds"):
        index.search(None, 1, ANY)

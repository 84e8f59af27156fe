"""Planted faults are found and named; what an interrupted ingest leaves is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from shelf import article, whole
from upkeep import GULLS, KELP, TIDES, filled, put

from index.checks import consistency, leftovers
from index.errors import LibraryError
from index.library import Library
from index.repair import repair
from index.store import Store

Opened = Callable[..., Store]
WHERE = f"WHERE article = '{KELP.id}'"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = filled(tmp_path / "library", GULLS, KELP, TIDES)
    yield library
    library.close()


def test_a_sound_library_has_no_faults(library: Library) -> None:
    assert consistency(library) == []
    assert leftovers(library) == ""


def test_an_empty_library_has_no_faults(tmp_path: Path) -> None:
    with closing(Library(tmp_path)) as library:
        assert consistency(library) == []


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (f"UPDATE passages SET end = 100000 {WHERE}", "1 passages lie outside their article's text"),
        (f"UPDATE passages SET start = -1 {WHERE}", "1 passages lie outside their article's text"),
        (f"UPDATE passages SET end = start {WHERE}", "1 passages lie outside their article's text"),
        (f"DELETE FROM articles WHERE id = '{KELP.id}'", "1 articles are listed that are not there"),
        (f"DELETE FROM origins {WHERE}", "1 articles come from nowhere"),
        ("INSERT INTO origins VALUES ('/lost.txt', 'nobody')", "1 origins lead to no article (/lost.txt)"),
        (f"UPDATE passages SET vector = zeroblob(16) {WHERE}", "1 passages have no vector like the others'"),
        (f"UPDATE passages SET vector = x'' {WHERE}", "1 passages have no vector like the others'"),
        (f"DELETE FROM passages {WHERE}", "1 articles have text but no passage"),
        (f"UPDATE articles SET text = replace(text, 'ash', 'axe') WHERE id = '{KELP.id}'", "not as they were put in"),
        (f"UPDATE articles SET outlet = 'Nobody' WHERE id = '{KELP.id}'", "not as they were put in"),
    ],
)
def test_a_planted_fault_is_found_and_what_is_at_fault_is_named(library: Library, plant: str, said: str) -> None:
    library.rows(plant)
    (fault,) = consistency(library)
    assert said in fault
    assert "/lost.txt" in fault or KELP.id in fault or whole(KELP).id in fault


def test_every_fault_is_told(library: Library) -> None:
    library.rows("DELETE FROM origins")
    library.rows("UPDATE passages SET end = 100000")
    assert [fault.partition("(")[0] for fault in consistency(library)] == [
        "3 articles come from nowhere: they have no origin ",
        "3 passages lie outside their article's text ",
    ]


def test_only_some_of_many_are_named(library: Library) -> None:
    put(library, *(article(f"{number}.txt", f"Note {number}.") for number in range(20)))
    library.rows("DELETE FROM origins")
    (fault,) = consistency(library)
    assert fault.startswith("23 articles come from nowhere")
    assert fault.endswith(", …)")
    assert fault.count(",") == 3


def test_what_was_staged_and_never_came_in_is_no_fault(library: Library) -> None:
    fog = article("fog.txt", "Fog closed the quay.")
    library.stage([fog], [whole(fog)], [library.vector_rows()[0][3]])
    library.remove([KELP.id])
    assert consistency(library) == []
    assert leftovers(library) == "2 passages belong to no article that readers see; the next ingest sweeps them"
    library.sweep()
    assert leftovers(library) == ""


def test_an_article_of_nothing_but_furniture_may_have_no_passage(library: Library) -> None:
    blank = article("blank.txt", " \n ")
    library.stage([blank], [], [])
    library.make_live([blank])
    assert consistency(library) == []


def test_ten_thousand_articles_are_proved_in_seconds(tmp_path: Path) -> None:
    import numpy as np

    many = [article(f"{number}.txt", f"Note {number} is short. " * 40) for number in range(10_000)]
    with closing(Library(tmp_path)) as library:
        library.stage(many, [whole(one) for one in many], np.ones((10_000, 64), np.float32))
        with library.transaction():
            library.many("INSERT INTO live VALUES (?, ?)", [(one.id, one.version) for one in many])
            library.many("INSERT INTO origins VALUES (?, ?)", [(one.origin, one.id) for one in many])
        began = time.monotonic()
        assert consistency(library) == []
        assert time.monotonic() - began < 30


# --- put in order


@pytest.fixture
def shelved(opened: Opened, clippings: Path) -> Path:
    store = opened()
    store.ingest([clippings])
    store.close()
    return store.library.folder


def gone(folder: Path) -> None:
    for kind in ("chroma", "lexical"):
        for file in (folder / kind).rglob("*"):
            if file.is_file():
                file.unlink()


def emptied(folder: Path) -> None:
    for kind in ("chroma", "lexical"):
        for file in (folder / kind).rglob("*"):
            if file.is_file():
                file.write_bytes(b"")


def no_folder(folder: Path) -> None:
    import shutil

    for kind in ("chroma", "lexical"):
        shutil.rmtree(folder / kind)
        (folder / kind).write_text("not a folder")


def misnamed(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.set_meta("chroma", "../elsewhere")
        library.set_meta("lexical_files", "not json")


@pytest.mark.parametrize("damage", [lambda _: None, gone, emptied, no_folder, misnamed])
def test_both_indexes_are_rebuilt_whatever_state_they_are_in(
    opened: Opened, shelved: Path, damage: Callable[[Path], None], embedder: object
) -> None:
    damage(shelved)
    embedder.asked.clear()
    assert repair(shelved) == [
        "Nothing was left to sweep.",
        "The vector index (Chroma) was built anew from the library and proved: 5 passages.",
        "The word index (tantivy) was built anew from the library and proved: 5 passages.",
    ]
    store = opened(thorough=False)  # what was proved is trusted
    assert store.indexes.lexical() is not None
    store = opened()
    store.indexes.wait()
    assert store.indexes.notices() == []
    assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids())
    assert embedder.asked == []
    assert sorted(path.name for path in shelved.parent.iterdir()) == ["clippings", "library"]


def test_a_generation_outside_its_folder_is_neither_used_nor_are_its_neighbours_cleared(
    opened: Opened, shelved: Path
) -> None:
    with closing(Library(shelved)) as library:
        library.set_meta("chroma", "../chroma/1")
    store = opened()
    store.indexes.wait()
    assert "was rebuilt from the library" in store.indexes.notices()[0]
    assert (shelved / "library.db").exists()
    assert sorted(store.indexes.vectors().stored()) == store.library.passage_ids()


def test_what_is_not_live_is_swept_from_everywhere(opened: Opened, shelved: Path) -> None:
    with closing(Library(shelved)) as library:
        library.remove([library.articles()[0].id])
    (shelved / "next").mkdir()
    assert repair(shelved)[0] == "1 passages that no article has any more were swept."
    store = opened()
    store.indexes.wait()
    assert len(store.indexes.vectors().stored()) == len(store.indexes.lexical().ids()) == 4
    assert store.library.orphans() == []
    assert not (shelved / "next").exists()


def test_a_damaged_library_is_not_mended_but_said_so(shelved: Path) -> None:
    (shelved / "library.db").write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryError) as caught:
        repair(shelved)
    assert "vouch restore FILE" in caught.value.hint


def test_pages_that_sqlite_finds_wrong_are_told_with_what_to_do(shelved: Path) -> None:
    size = (shelved / "library.db").stat().st_size
    with (shelved / "library.db").open("r+b") as file:
        file.seek(size // 2)
        file.write(bytes(size // 4))
    with pytest.raises(LibraryError) as caught:
        repair(shelved)
    assert "vouch restore FILE" in caught.value.hint


def test_where_there_is_no_library_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        repair(tmp_path / "library")
    assert not (tmp_path / "library").exists()

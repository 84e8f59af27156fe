"""Backup and restore: everything is there again, nothing is half, and what is no backup changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from shelf import HashedWords, open_shelf, write
from upkeep import (
    CHILD,
    GULLS,
    KELP,
    TIDES,
    calls,
    closed,
    content,
    filled,
    fingerprint,
    killed,
    left_by_a_killed_one,
    put,
    reading,
)

from index.backup import Backup, backup, restore
from index.checks import consistency
from index.errors import LibraryError, OwnedError
from index.library import Library
from index.owner import OwnerLock
from index.store import Store

Opened = Callable[..., Store]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# --- there and back


def test_a_restored_library_holds_everything_that_the_backup_was_made_of(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", GULLS, KELP)
    made = backup(library, tmp_path / "kept.vouch")
    assert (made.articles, made.passages) == (2, 2)
    assert made.bytes == (tmp_path / "kept.vouch").stat().st_size
    back = restore(tmp_path / "kept.vouch", tmp_path / "elsewhere" / "new")
    assert (back.articles, back.passages, back.kept) == (2, 2, "")
    assert content(tmp_path / "elsewhere" / "new") == content(library)
    assert fingerprint(tmp_path / "elsewhere" / "new") == fingerprint(library)
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_what_lies_in_the_journal_is_backed_up(tmp_path: Path) -> None:
    library = left_by_a_killed_one(tmp_path / "library", GULLS, KELP)
    assert backup(library, tmp_path / "kept.vouch").articles == 2
    with closing(sqlite3.connect(tmp_path / "kept.vouch")) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)  # one file


def test_indexes_are_rebuilt_where_it_is_restored_without_embedding(
    opened: Opened, clippings: Path, tmp_path: Path, embedder: HashedWords
) -> None:
    store = opened()
    store.ingest([clippings])
    expected = [hit.passage.id for hit in store.searcher.search("what does a ferry ticket cost?")]
    backup(store.library.folder, tmp_path / "kept.vouch")  # while it is open
    write(clippings, "kelp", "Kelp is harvested for its ash.", title="Kelp")
    store.ingest([clippings])
    store.close()
    for generation in ("1", "8"):  # of what is there now, and of who knows when
        (store.library.folder / "chroma" / generation).mkdir(exist_ok=True)
    restore(tmp_path / "kept.vouch", store.library.folder, force=True)
    embedder.asked.clear()
    for thorough in (False, True):
        again = open_shelf(store.library.folder, embedder, thorough=thorough)
        again.indexes.wait()
        assert again.indexes.notices() == []
        assert sorted(again.indexes.lexical().ids()) == again.library.passage_ids()
        assert [hit.passage.id for hit in again.searcher.search("what does a ferry ticket cost?")] == expected
        again.close()
    assert set(embedder.asked) == {"what does a ferry ticket cost?"}
    for kind in ("chroma", "lexical"):
        (generation,) = (again.library.folder / kind).iterdir()  # the others are cleared away
        with closing(Library(again.library.folder, read_only=True)) as library:
            assert generation.name == library.meta(kind)


def test_a_backup_says_nothing_of_the_place_it_was_made_in(opened: Opened, clippings: Path, tmp_path: Path) -> None:
    store = opened()
    store.ingest([clippings])
    store.close()
    backup(tmp_path / "library", tmp_path / "kept.vouch")
    with closing(sqlite3.connect(tmp_path / "kept.vouch")) as db:
        keys = {key for (key,) in db.execute("SELECT key FROM meta")}
    assert {"embedder", "passage_pieces", "schema"} <= keys
    assert not [key for key in keys if key.startswith(("chroma", "lexical"))]


def test_a_backup_made_while_another_process_writes_is_of_one_state(tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path / "news", f"tide{number:03}", f"Tide {number} came to the quay. It left again. " * 20)
    library = tmp_path / "library"
    writer = subprocess.Popen([sys.executable, str(CHILD), "ingest", str(library), str(tmp_path / "news")])
    try:
        while not (library / "library.db").exists():
            time.sleep(0.01)
        time.sleep(0.3)
        made: list[Backup] = []
        while writer.poll() is None:
            made.append(backup(library, tmp_path / "kept.vouch", force=True))
            restore(tmp_path / "kept.vouch", tmp_path / f"back{len(made)}")
            with closing(Library(tmp_path / f"back{len(made)}")) as back:
                assert consistency(back) == []
                assert back.counts().articles == made[-1].articles
            shutil.rmtree(tmp_path / f"back{len(made)}")
            time.sleep(0.2)
    finally:
        writer.kill()
        writer.wait()
    assert writer.returncode == 0
    assert len(made) > 1
    assert sorted(one.articles for one in made) == [one.articles for one in made]
    assert backup(library, tmp_path / "kept.vouch", force=True).articles == 40


# --- what a backup is not made of, or into


def test_where_there_is_no_library_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library in"):
        backup(tmp_path / "library", tmp_path / "kept.vouch")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_if_that_is_asked_for(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", GULLS)
    (tmp_path / "kept.vouch").write_text("something else")
    with pytest.raises(LibraryError, match="is there already") as caught:
        backup(library, tmp_path / "kept.vouch")
    assert "--force" in caught.value.hint
    assert (tmp_path / "kept.vouch").read_text() == "something else"
    assert backup(library, tmp_path / "kept.vouch", force=True).articles == 1


@pytest.mark.parametrize("name", ["library.db", "library.db-wal", "kept.vouch", "next/kept.vouch"])
def test_the_library_itself_is_no_place_for_its_backup(tmp_path: Path, name: str) -> None:
    library = closed(tmp_path / "library", GULLS)
    (library / "next").mkdir()
    before = files(library)
    with pytest.raises(LibraryError, match="own folder"):
        backup(library, library / name, force=True)
    assert files(library) == before


def test_a_folder_is_neither_made_nor_replaced(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", GULLS)
    with pytest.raises(LibraryError, match="there is no folder"):
        backup(library, tmp_path / "missing" / "kept.vouch")
    (tmp_path / "folder").mkdir()
    with pytest.raises(LibraryError, match="is there already"):
        backup(library, tmp_path / "folder", force=True)


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = closed(tmp_path / "library", GULLS)
    backup(library, tmp_path / "kept.vouch")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))
    for work in (
        lambda: backup(library, tmp_path / "again.vouch"),
        lambda: restore(tmp_path / "kept.vouch", tmp_path / "new"),
    ):
        with pytest.raises(LibraryError, match=r"is full: 1 MB are free, 8 MB are needed"):
            work()
    assert {path.name for path in tmp_path.iterdir()} == {"library", "kept.vouch"}


def test_a_damaged_library_is_not_backed_up(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", *(GULLS, KELP, TIDES))
    flip(library / "library.db")
    with pytest.raises(LibraryError, match="not backed up"):
        backup(library, tmp_path / "kept.vouch")
    assert [path.name for path in tmp_path.iterdir()] == ["library"]


def flip(file: Path) -> None:
    """Zeros over the pages in the middle."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(size // 8)
        opened.write(bytes(size // 2))


def test_two_backups_are_not_written_into_one_folder_at_once(tmp_path: Path) -> None:
    import fcntl

    library = closed(tmp_path / "library", GULLS)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(LibraryError, match="another backup is being written"):
            backup(library, tmp_path / "kept.vouch")
    finally:
        os.close(descriptor)
    assert backup(library, tmp_path / "kept.vouch").articles == 1


# --- what is put back, and into what


def garbage(file: Path, _: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def empty(file: Path, _: Path) -> None:
    file.write_bytes(b"")


def foreign(file: Path, _: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")


def foreign_with_meta(file: Path, _: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE meta (key TEXT, value TEXT)")


def newer(file: Path, good: Path) -> None:
    shutil.copy(good, file)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")


def with_a_trigger(file: Path, good: Path) -> None:
    shutil.copy(good, file)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("CREATE TRIGGER gone AFTER INSERT ON live BEGIN DELETE FROM turns; END")


def truncated(file: Path, good: Path) -> None:
    file.write_bytes(good.read_bytes()[: good.stat().st_size // 4096 // 2 * 4096])


def torn(file: Path, good: Path) -> None:
    shutil.copy(good, file)
    flip(file)


def in_use(file: Path, good: Path) -> None:
    shutil.copy(good, file)
    file.with_name(f"{file.name}-wal").write_bytes(b"frames")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (garbage, "is not a backup"),
        (empty, "is not a backup"),
        (foreign, "is not a backup"),
        (foreign_with_meta, "is not a backup"),
        (newer, "newer Vouch"),
        (with_a_trigger, "is not a backup"),
        (truncated, "is damaged"),
        (torn, "is damaged"),
        (in_use, "is a library, not a backup"),
    ],
)
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(
    tmp_path: Path, spoil: Callable[[Path, Path], None], said: str
) -> None:
    backup(closed(tmp_path / "library", *(GULLS, KELP, TIDES)), tmp_path / "good.vouch")
    spoil(tmp_path / "bad.vouch", tmp_path / "good.vouch")
    before = files(tmp_path / "library")
    for target in ("library", "new"):
        with pytest.raises(LibraryError, match=said):
            restore(tmp_path / "bad.vouch", tmp_path / target, force=True)
    assert files(tmp_path / "library") == before
    assert not (tmp_path / "new").exists()


def test_a_missing_backup_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="No such file"):
        restore(tmp_path / "kept.vouch", tmp_path / "library")


def test_a_library_that_holds_anything_is_replaced_only_if_that_is_asked_for_and_kept(tmp_path: Path) -> None:
    backup(closed(tmp_path / "library", GULLS), tmp_path / "gulls.vouch")
    other = closed(tmp_path / "other", KELP)
    kelp = content(other)
    with pytest.raises(LibraryError, match="already holds 1 articles and 1 answers") as caught:
        restore(tmp_path / "gulls.vouch", other)
    assert "--force" in caught.value.hint
    assert content(other) == kelp
    first = restore(tmp_path / "gulls.vouch", other, force=True)
    assert first.kept == str(other / "library.db.before-restore")
    gulls = content(other)
    assert gulls == content(tmp_path / "library")
    second = restore(Path(first.kept), other, force=True)  # what was kept is a backup like any other
    assert second.kept == str(other / "library.db.before-restore-2")
    assert content(other) == kelp
    restore(Path(second.kept), tmp_path / "third")
    assert content(tmp_path / "third") == gulls


def test_an_empty_library_is_replaced_without_asking(tmp_path: Path) -> None:
    backup(closed(tmp_path / "library", GULLS), tmp_path / "kept.vouch")
    open_shelf(tmp_path / "other").close()
    assert restore(tmp_path / "kept.vouch", tmp_path / "other").articles == 1


def test_a_library_in_use_is_left_to_its_owner(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", GULLS)
    backup(library, tmp_path / "kept.vouch")
    with closing(OwnerLock(library)) as owner:
        owner.announce(command="vouch chat")
        with pytest.raises(OwnedError, match="in use by vouch chat"):
            restore(tmp_path / "kept.vouch", library, force=True)
    assert restore(tmp_path / "kept.vouch", library, force=True).articles == 1


def test_a_library_that_is_being_read_is_not_pulled_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.swap.BUSY_S", 0.1)
    backup(closed(tmp_path / "library", KELP), tmp_path / "kept.vouch")
    library = left_by_a_killed_one(tmp_path / "other", GULLS)
    with closing(sqlite3.connect(library / "library.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM live").fetchall()
        with closing(Library(library)) as writer:
            put(writer, TIDES)
        with pytest.raises(LibraryError, match="in use by another process"):
            restore(tmp_path / "kept.vouch", library, force=True)
    assert len(content(library)["live"]) == 2
    assert restore(tmp_path / "kept.vouch", library, force=True).articles == 1


def test_a_damaged_library_is_replaced_and_kept(tmp_path: Path) -> None:
    backup(closed(tmp_path / "library", GULLS), tmp_path / "kept.vouch")
    broken = closed(tmp_path / "broken", KELP)
    (broken / "library.db").write_bytes(b"no database" * 1000)
    (broken / "library.db-wal").write_bytes(b"no journal" * 10)
    with pytest.raises(LibraryError, match="cannot be read"):
        restore(tmp_path / "kept.vouch", broken)
    restore(tmp_path / "kept.vouch", broken, force=True)
    assert content(broken) == content(tmp_path / "library")
    assert (broken / "library.db.before-restore").read_bytes() == b"no database" * 1000


def test_a_disk_without_second_names_keeps_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    backup(closed(tmp_path / "library", GULLS), tmp_path / "kept.vouch")
    other = closed(tmp_path / "other", KELP)
    kelp = content(other)
    monkeypatch.setattr(os, "link", unsupported)
    kept = restore(tmp_path / "kept.vouch", other, force=True).kept
    restore(Path(kept), tmp_path / "third")
    assert content(tmp_path / "third") == kelp


# --- killed


@pytest.mark.faults
def test_a_killed_backup_leaves_no_file(tmp_path: Path) -> None:
    library = left_by_a_killed_one(tmp_path / "library", GULLS, KELP)
    whole = []
    for step in range(1, calls("backup", library, tmp_path / "first.vouch") + 1):
        killed("backup", library, tmp_path / "kept.vouch", step)
        whole.append((tmp_path / "kept.vouch").exists())
        if whole[-1]:  # killed after it had its name
            restore(tmp_path / "kept.vouch", tmp_path / f"back{step}")
            assert content(tmp_path / f"back{step}") == content(library)
            (tmp_path / "kept.vouch").unlink()
    assert whole[:3] == [False] * 3
    assert whole[-1]
    assert backup(library, tmp_path / "kept.vouch").articles == 2
    assert not (tmp_path / "kept.vouch.part").exists()


@pytest.mark.faults
@pytest.mark.parametrize("read", [False, True])
def test_a_killed_restore_leaves_wholly_the_old_library_or_wholly_the_new_one(tmp_path: Path, read: bool) -> None:
    backup(closed(tmp_path / "source", TIDES), tmp_path / "kept.vouch")
    base = left_by_a_killed_one(tmp_path / "base", GULLS, KELP)
    new, old = content(tmp_path / "source"), content(shutil.copytree(base, tmp_path / "old"))
    outcomes = []
    for step in range(1, calls("restore", shutil.copytree(base, tmp_path / "count"), tmp_path / "kept.vouch") + 1):
        library = shutil.copytree(base, tmp_path / f"library{step}")
        with reading(library) if read else nullcontext():
            killed("restore", library, tmp_path / "kept.vouch", step)
            library = shutil.copytree(library, tmp_path / f"left{step}")  # as if the reader had died with it
        found = content(library)
        assert found in (old, new)
        outcomes.append(found == new)
        if found == new:
            restore(library / "library.db.before-restore", tmp_path / f"before{step}")
            assert content(tmp_path / f"before{step}") == old
        restore(tmp_path / "kept.vouch", library, force=True)  # whatever was left, the next one succeeds
        assert content(library) == new
        assert not (library / "library.db.restoring").exists()
    assert sorted(outcomes) == outcomes  # once it is new, it stays new
    assert outcomes.count(False) > 6
    assert outcomes[-1]


def test_a_library_that_was_filled_after_a_killed_restore_is_kept_whole(tmp_path: Path) -> None:
    backup(closed(tmp_path / "source", TIDES), tmp_path / "kept.vouch")
    library = closed(tmp_path / "library", GULLS)
    os.link(library / "library.db", library / "library.db.before-restore")  # killed before the new file came
    with closing(Library(library)) as again:
        put(again, KELP)
    both = content(library)
    assert restore(tmp_path / "kept.vouch", library, force=True).kept == str(library / "library.db.before-restore")
    restore(library / "library.db.before-restore", tmp_path / "third")
    assert content(tmp_path / "third") == both


def test_a_backup_that_died_half_way_is_written_over(tmp_path: Path) -> None:
    library = closed(tmp_path / "library", GULLS)
    for ending in ("", "-journal", "-wal"):
        (tmp_path / f"kept.vouch.part{ending}").write_bytes(b"left")
    assert backup(library, tmp_path / "kept.vouch").articles == 1
    assert {path.name for path in tmp_path.iterdir()} == {"library", "kept.vouch"}


def test_a_library_beside_an_open_one_can_be_backed_up_again_and_again(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "library", GULLS)) as library:
        backup(tmp_path / "library", tmp_path / "one.vouch")
        put(library, KELP)
        assert backup(tmp_path / "library", tmp_path / "two.vouch").articles == 2
    restore(tmp_path / "one.vouch", tmp_path / "back")
    assert len(content(tmp_path / "back")["live"]) == 1

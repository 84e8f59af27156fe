"""Files of Chroma and tantivy damaged on disk: found out on opening, stood in for, rebuilt, and nothing lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from shelf import HashedWords, open_shelf, write

from index.derived import Derived
from index.lexical import LexicalIndex
from index.library import Library
from index.scope import Scope
from index.store import Store
from index.vectors import ChromaVectors, ExactVectors, VectorSearch

pytestmark = pytest.mark.faults

EARLY, ARTICLES, SENTENCES = 29, 58, 72  # 36 passages an article: Chroma writes its vectors once early, once late
WORDS = ["".join(random.Random(n).choices("abdefgiklmnoprstu", k=6)) for n in range(1500)]
HNSW_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
TANTIVY_FILES = (".idx", ".term", ".store", ".fieldnorm", ".fast", ".pos", ".del", "meta.json", ".managed.json")
ALL, POSTS = Scope(), Scope(outlets=("Post",))
K = 10

Damage = Callable[[Path], None]


def rewritten(file: Path, data: bytes) -> None:
    """As a new file: this process may have the old one mapped, and a page of it that is gone would end it."""
    file.unlink()
    file.write_bytes(data)


def emptied(file: Path) -> None:
    rewritten(file, b"")


def halved(file: Path) -> None:
    rewritten(file, file.read_bytes()[: file.stat().st_size // 2])


def zeroed(file: Path) -> None:
    rewritten(file, bytes(file.stat().st_size))


def flipped(file: Path) -> None:
    """One bit in the middle."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10
    rewritten(file, data)


def deleted(file: Path) -> None:
    file.unlink()


DAMAGES: list[Damage] = [halved, zeroed, flipped]


@dataclass(frozen=True)
class Base:
    library: Path
    early: Path  # files of Chroma's graph as they were saved the first time
    queries: np.ndarray
    nearest: list[list[str]]  # the ten of each query, by the exact scan


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("damage")
    for number in range(EARLY):
        written(folder / "news", number)
    ingested(folder)
    shutil.copytree(graph(folder / "library"), folder / "early")
    for number in range(EARLY, ARTICLES + 2):
        written(folder / "news", number)
    ingested(folder)
    for number in range(ARTICLES, ARTICLES + 2):  # so that tantivy notes deleted ones in a file
        (folder / "news" / f"article{number:02}.md").unlink()
    ingested(folder)
    library = Library(folder / "library", read_only=True)
    queries = HashedWords().embed([" ".join(random.Random(n).choices(WORDS, k=9)) for n in range(100)])
    exact = ExactVectors(library)
    nearest = [ids(exact, query) for query in queries]
    assert library.counts().passages == ARTICLES * SENTENCES // 2
    library.close()
    return Base(folder / "library", folder / "early", queries, nearest)


def written(folder: Path, number: int) -> None:
    chosen = random.Random(number)
    text = " ".join(" ".join(chosen.choices(WORDS, k=14)).capitalize() + "." for _ in range(SENTENCES))
    outlet, date = ("Post", "Wire", "")[number % 3], f"2024-{1 + number % 12:02}-0{1 + number % 9}"
    write(folder, f"article{number:02}", text, title=f"Article {number}", outlet=outlet, date=date)


def ingested(folder: Path) -> None:
    store = open_shelf(folder / "library")
    store.ingest([folder / "news"], prune=True)
    store.close()


def graph(library: Path) -> Path:
    """The folder of Chroma's graph, which is on disk."""
    (header,) = (library / "chroma").glob("*/*/header.bin")
    assert {path.name for path in header.parent.iterdir()} == set(HNSW_FILES)
    return header.parent


@pytest.fixture
def copy(base: Base, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base.library, tmp_path / "library"))


def ids(index: VectorSearch, query: np.ndarray, scope: Scope = ALL) -> list[str]:
    return [ident for ident, _ in index.search(query, K, scope)]


def found(index: LexicalIndex) -> list[list[tuple[str, float]]]:
    """What a few questions find, with scores."""
    return [index.search({word: 1.0, WORDS[n + 50]: 2.0}, K, POSTS) for n, word in enumerate(WORDS[:20])]


def healed(base: Base, copy: Path) -> list[str]:
    """Open a damaged library and check that all is as it should be, meanwhile and afterwards; the notices."""
    embedder = HashedWords()
    store = open_shelf(copy, embedder)
    try:
        meanwhile = store.indexes.vectors()
        assert [ids(meanwhile, query) for query in base.queries[:5]] == base.nearest[:5]
        store.indexes.wait()
        assert embedder.asked == []
        assert isinstance(meanwhile, ExactVectors)
        check(store, base)
        return store.indexes.notices()
    finally:
        store.close()


def check(store: Store, base: Base) -> None:
    """Both indexes hold everything and find it."""
    chroma, exact = store.indexes.vectors(), ExactVectors(store.library)
    assert isinstance(chroma, ChromaVectors)
    stored, live = chroma.stored(), store.library.vector_rows()
    assert sorted(stored) == sorted(store.indexes.lexical().ids()) == [row[0] for row in live]
    assert all(np.allclose(stored[ident][2], vector, atol=1e-5) for ident, _, _, vector in live)
    shared = sum(len({*ids(chroma, q)} & {*n}) for q, n in zip(base.queries, base.nearest, strict=True))
    assert shared / (K * len(base.nearest)) >= 0.995
    for query in base.queries[:10]:
        assert ids(chroma, query, POSTS) == ids(exact, query, POSTS)


def was_rebuilt(notices: list[str], title: str) -> None:
    (notice,) = notices
    assert notice.startswith(f"{title} was rebuilt from the library in ")
    assert notice.endswith(f"{ARTICLES * SENTENCES // 2:,} passages, nothing lost, nothing embedded again.")


def test_a_sound_library_is_left_alone(base: Base, copy: Path) -> None:
    assert healed(base, copy) == []


# --- Chroma: one file


@pytest.mark.parametrize("damage", [halved, zeroed])
@pytest.mark.parametrize("name", [*HNSW_FILES, "chroma.sqlite3"])
def test_a_file_of_chroma_that_is_cut_short_or_blank(base: Base, copy: Path, name: str, damage: Damage) -> None:
    damage(copy / "chroma" / "1" / name if name == "chroma.sqlite3" else graph(copy) / name)
    was_rebuilt(healed(base, copy), "The vector index (Chroma)")


@pytest.mark.parametrize("name", [*HNSW_FILES, "chroma.sqlite3"])
def test_one_bit_of_a_file_of_chroma(base: Base, copy: Path, name: str) -> None:
    """Found out, unless it makes no difference to what is stored and found."""
    flipped(copy / "chroma" / "1" / name if name == "chroma.sqlite3" else graph(copy) / name)
    healed(base, copy)


@pytest.mark.parametrize("damage", [emptied, deleted])
def test_the_file_without_which_chroma_writes_for_ever(base: Base, copy: Path, damage: Damage) -> None:
    """Every search is right without its upper layers, but the next save fills the disk."""
    damage(graph(copy) / "link_lists.bin")
    was_rebuilt(healed(base, copy), "The vector index (Chroma)")


@pytest.mark.parametrize("name", [*HNSW_FILES, "all"])
def test_files_of_an_earlier_save(base: Base, copy: Path, name: str) -> None:
    """As a power cut may leave them, since Chroma does not sync them."""
    for file in HNSW_FILES if name == "all" else [name]:
        shutil.copy(base.early / file, graph(copy))
    was_rebuilt(healed(base, copy), "The vector index (Chroma)")


def test_an_index_over_which_the_check_hangs(base: Base, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Chroma was seen to hang; here over a pipe into which nobody writes."""
    monkeypatch.setattr("index.derived.PROBE_TIMEOUT_S", 15)  # time enough for a sound index, on a busy machine too
    header = graph(copy) / "header.bin"
    header.unlink()
    os.mkfifo(header)
    was_rebuilt(notices := healed(base, copy), "The vector index (Chroma)")
    assert "it does not answer" in notices[0]


# --- Chroma: what stands in its tables


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM embeddings WHERE id = 77",
        "UPDATE embedding_metadata SET string_value = 'Wire' WHERE id = 75 AND key = 'outlet'",
        "UPDATE embedding_metadata SET int_value = 1 WHERE id = 75 AND key = 'published'",
        "DELETE FROM collections",
    ],
)
def test_tables_of_chroma_that_say_something_else(base: Base, copy: Path, statement: str) -> None:
    with closing(sqlite3.connect(copy / "chroma" / "1" / "chroma.sqlite3")) as db, db:
        assert db.execute(statement).rowcount > 0
    was_rebuilt(healed(base, copy), "The vector index (Chroma)")


# --- tantivy


def files_of(folder: Path, ending: str) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(ending))
    assert files, f"no {ending} in {folder}"
    return files


@pytest.mark.parametrize("damage", [halved, zeroed, flipped, deleted])
@pytest.mark.parametrize("ending", TANTIVY_FILES)
def test_a_damaged_file_of_tantivy(base: Base, copy: Path, ending: str, damage: Damage) -> None:
    """Rebuilt, or as good as before: the scores of a rebuilt one differ by what deleted articles still counted for."""
    library = Library(copy)
    before = LexicalIndex(copy / "lexical" / "1")
    expected = found(before)
    before.close()
    for file in files_of(copy / "lexical", ending):
        damage(file)
    derived = Derived("lexical", library)
    derived.ready()
    assert sorted(derived.index.ids()) == library.passage_ids()
    if derived.history:
        was_rebuilt(derived.history, "The word index (tantivy)")
        fresh = LexicalIndex(copy / "fresh")
        fresh.add(list(library.passages(library.passage_ids()).values()))
        expected = found(fresh)
        fresh.close()
    else:
        assert ending in {".del", "meta.json", ".managed.json"}
    assert found(derived.index) == expected
    derived.release()
    library.close()


# --- whole folders


@pytest.mark.parametrize(
    ("kind", "title"), [("chroma", "The vector index (Chroma)"), ("lexical", "The word index (tantivy)")]
)
@pytest.mark.parametrize("which", [".", "1"])
def test_a_folder_that_is_gone(base: Base, copy: Path, kind: str, title: str, which: str) -> None:
    shutil.rmtree(copy / kind / which)
    was_rebuilt(healed(base, copy), title)


def test_both_folders_gone(base: Base, copy: Path) -> None:
    for kind in ("chroma", "lexical"):
        shutil.rmtree(copy / kind)
    assert len(healed(base, copy)) == 2

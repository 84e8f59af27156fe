"""Files of Chroma and tantivy damaged on disk: found out when the library is opened, stood in for, rebuilt, nothing lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from index.derived import Derived
from index.library import Library
from index.scope import Scope
from index.store import Store
from index.vectors import ChromaVectors, ExactVectors
from shelf import HashedWords, open_shelf, write

pytestmark = pytest.mark.faults

ARTICLES, SENTENCES = 42, 72  # 1,512 passages: Chroma writes its vectors to disk after a thousand
WORDS = ["".join(random.Random(n).choices("abdefgiklmnoprstu", k=6)) for n in range(1500)]
HNSW_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
CHROMA_FILES = (*HNSW_FILES, "chroma.sqlite3")
TANTIVY_FILES = (".idx", ".term", ".store", ".fieldnorm", ".fast", ".pos", ".del", "meta.json", ".managed.json")
ALL, POSTS = Scope(), Scope(outlets=("Post",))
K = 10


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def flipped(file: Path) -> None:
    """One bit in the middle."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10
    file.write_bytes(data)


def deleted(file: Path) -> None:
    file.unlink()


DAMAGES: list[Callable[[Path], None]] = [emptied, halved, zeroed, flipped, deleted]


@dataclass(frozen=True)
class Base:
    library: Path
    queries: np.ndarray
    nearest: list[list[str]]  # the ten of each query, by the exact scan


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("damage")
    for number in range(ARTICLES + 2):
        chosen = random.Random(number)
        text = " ".join(" ".join(chosen.choices(WORDS, k=14)).capitalize() + "." for _ in range(SENTENCES))
        outlet, date = ("Post", "Wire", "")[number % 3], f"2024-{1 + number % 12:02}-0{1 + number % 9}"
        write(folder / "news", f"article{number:02}", text, title=f"Article {number}", outlet=outlet, date=date)
    store = open_shelf(folder / "library")
    store.ingest([folder / "news"])
    for number in range(ARTICLES, ARTICLES + 2):  # so that tantivy notes deleted ones in a file
        (folder / "news" / f"article{number:02}.md").unlink()
    store.ingest([folder / "news"], prune=True)
    queries = store.embedder.embed([" ".join(random.Random(n).choices(WORDS, k=9)) for n in range(100)])
    exact = ExactVectors(store.library)
    nearest = [ids(exact, query) for query in queries]
    assert store.library.counts().passages == ARTICLES * SENTENCES // 2
    store.close()
    assert {path.name for path in (folder / "library" / "chroma").glob("*/*/*")} == set(HNSW_FILES)
    return Base(folder / "library", queries, nearest)


@pytest.fixture
def copy(base: Base, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base.library, tmp_path / "library"))


def ids(index: ExactVectors | ChromaVectors, query: np.ndarray, scope: Scope = ALL) -> list[str]:
    return [ident for ident, _ in index.search(query, K, scope)]


def files_of(folder: Path, name: str) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(name))
    assert found, f"no {name} in {folder}"
    return found


def recall(index: ChromaVectors, base: Base) -> float:
    shared = sum(len(set(ids(index, q)) & set(n)) for q, n in zip(base.queries, base.nearest, strict=True))
    return shared / (K * len(base.nearest))


def opened_over(base: Base, copy: Path) -> tuple[Store, HashedWords]:
    """The damaged library, opened; while its indexes are looked at, the exact scan answers."""
    embedder = HashedWords()
    store = open_shelf(copy, embedder)
    meanwhile = store.indexes.vectors()
    assert isinstance(meanwhile, ExactVectors)
    assert [ids(meanwhile, query) for query in base.queries[:5]] == base.nearest[:5]
    assert len(store.searcher.search("anything")) == K
    embedder.asked.clear()
    store.indexes.wait()
    return store, embedder


def check(store: Store, embedder: HashedWords, base: Base) -> None:
    """Both indexes hold everything and find it, and nothing was embedded."""
    assert embedder.asked == []
    chroma, exact = store.indexes.vectors(), ExactVectors(store.library)
    assert isinstance(chroma, ChromaVectors)
    live = store.library.vector_rows()
    stored = chroma.stored()
    assert sorted(stored) == sorted(store.indexes.lexical().ids()) == [row[0] for row in live]
    assert all(np.allclose(stored[ident][2], vector, atol=1e-5) for ident, _, _, vector in live)
    assert recall(chroma, base) >= 0.995
    for query in base.queries[:10]:
        assert ids(chroma, query, POSTS) == ids(exact, query, POSTS)


# --- Chroma


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", CHROMA_FILES)
def test_a_damaged_file_of_chroma(base: Base, copy: Path, name: str, damage: Callable[[Path], None]) -> None:
    for file in files_of(copy / "chroma", name):
        damage(file)
    store, embedder = opened_over(base, copy)
    try:
        notices = store.indexes.notices()
        print(name, damage.__name__, notices)
        check(store, embedder, base)
    finally:
        store.close()

"""Both searches by vector pass the same suite; and Chroma finds what the exact scan finds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shelf import article, whole

from index.errors import IndexDamagedError
from index.library import Library
from index.scope import Scope
from index.vectors import ChromaVectors, ExactVectors, VectorSearch
from ingest.documents import Article, Passage

Fill = Callable[[Sequence[Article], np.ndarray], VectorSearch]


@pytest.fixture(params=["chroma", "exact"])
def fill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fill]:
    """Makes a search over articles of one passage each, one row of the matrix an article."""
    open_ones: list[Any] = []

    def filled(articles: Sequence[Article], matrix: np.ndarray) -> VectorSearch:
        passages = [whole(one) for one in articles]
        if request.param == "chroma":
            open_ones.append(chroma := ChromaVectors(tmp_path / "chroma"))
            chroma.add(passages, matrix)
            return chroma
        open_ones.append(library := Library(tmp_path))
        library.stage(articles, passages, matrix)
        library.make_live(articles)
        return ExactVectors(library)

    yield filled
    for one in open_ones:
        one.close()


def unit(*rows: Sequence[float]) -> np.ndarray:
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def clustered(count: int, dimension: int = 64, seed: int = 5) -> np.ndarray:
    """Unit vectors in clusters of unequal size, as texts on few subjects are; the clusters are always the same."""
    centres = np.random.default_rng(1).standard_normal((40, dimension))
    random = np.random.default_rng(seed)
    which = (40 * random.random(count) ** 2).astype(int)
    return unit(*(centres[which] + 0.6 * random.standard_normal((count, dimension))))


A = article("a.txt", "Text a.", outlet="Post", published=date(2024, 1, 1))
B = article("b.txt", "Text b.", outlet="Wire", published=date(2024, 1, 2))
C = article("c.txt", "Text c.", outlet="Post", published=date(2024, 1, 3))
D = article("d.txt", "Text d.", outlet="", published=None)
FOUR = [A, B, C, D]
MATRIX = unit([1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1])
EAST = MATRIX[0]


def found(search: VectorSearch, scope: Scope = Scope(), k: int = 10) -> list[str]:  # noqa: B008  # frozen
    return [ident for ident, _ in search.search(EAST, k, scope)]


def ids(*articles: Article) -> list[str]:
    return [whole(one).id for one in articles]


def test_nothing_is_found_in_an_empty_index(fill: Fill) -> None:
    search = fill([], np.zeros((0, 3), dtype=np.float32))
    assert search.search(EAST, 10, Scope()) == []
    assert search.search(EAST, 10, Scope(outlets=("Post",))) == []


def test_the_nearest_come_first_with_their_cosines(fill: Fill) -> None:
    hits = fill(FOUR, MATRIX).search(EAST, 2, Scope())
    assert [ident for ident, _ in hits] == ids(A, B)
    assert [cosine for _, cosine in hits] == pytest.approx([1, 0.5**0.5], abs=1e-6)


def test_a_single_one_is_found(fill: Fill) -> None:
    assert found(fill([B], MATRIX[1:2])) == ids(B)


@pytest.mark.parametrize("k", [4, 5, 200])
def test_no_more_is_found_than_there_is(fill: Fill, k: int) -> None:
    assert sorted(found(fill(FOUR, MATRIX), k=k)) == sorted(ids(*FOUR))


def test_ties_come_in_the_order_of_their_ids_every_time(fill: Fill) -> None:
    same = [article(f"{number}.txt", f"Text {number}.") for number in range(30)]
    search = fill(same, np.repeat(MATRIX[:1], 30, axis=0))
    assert found(search, k=30) == sorted(ids(*same))
    ten = found(search, k=10)
    assert len(set(ten)) == 10
    assert found(search, k=10) == ten == sorted(ten)


def test_a_scope_of_outlets(fill: Fill) -> None:
    search = fill(FOUR, MATRIX)
    assert found(search, Scope(outlets=("Post",))) == ids(A, C)
    assert found(search, Scope(outlets=("Post", "Wire"))) == ids(A, B, C)
    assert found(search, Scope(outlets=("Nobody",))) == []
    assert found(search, Scope(outlets=("Post",)), k=1) == ids(A)


@pytest.mark.parametrize(
    ("since", "until", "inside"),
    [
        (date(2024, 1, 2), None, (B, C)),
        (None, date(2024, 1, 2), (A, B)),
        (date(2024, 1, 2), date(2024, 1, 2), (B,)),
        (date(2024, 1, 3), date(2024, 1, 1), ()),
        (date.min, date.max, (A, B, C)),
    ],
)
def test_a_scope_of_dates_includes_both_ends_and_leaves_the_undated_out(
    fill: Fill, since: date | None, until: date | None, inside: Sequence[Article]
) -> None:
    assert found(fill(FOUR, MATRIX), Scope(since=since, until=until)) == ids(*inside)


def test_a_scope_of_both(fill: Fill) -> None:
    assert found(fill(FOUR, MATRIX), Scope(("Post",), since=date(2024, 1, 2))) == ids(C)


def test_many_threads_find_the_same(fill: Fill) -> None:
    many = [article(f"{number}.txt", f"Text {number}.") for number in range(300)]
    search = fill(many, clustered(300))
    query = clustered(1, seed=9)[0]
    expected = search.search(query, 10, Scope())
    results: list[bool] = []

    def ask() -> None:
        results.extend(search.search(query, 10, Scope()) == expected for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 80


# --- Chroma alone


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaVectors]:
    index = ChromaVectors(tmp_path / "index")
    yield index
    index.close()


def test_adding_again_changes_nothing_and_deleting_what_is_not_there_neither(chroma: ChromaVectors) -> None:
    passages = [whole(one) for one in FOUR]
    chroma.add(passages, MATRIX)
    chroma.add(passages[:2], MATRIX[2:])  # an id keeps its vector
    chroma.delete(["no such id"])
    chroma.delete(ids(D))
    stored = chroma.stored()
    assert sorted(stored) == sorted(ids(A, B, C))
    outlet, day, vector = stored[ids(B)[0]]
    assert (outlet, day) == ("Wire", date(2024, 1, 2).toordinal())
    assert list(vector) == list(MATRIX[1])


def test_more_than_one_call_takes(chroma: ChromaVectors) -> None:
    long = article("long.txt", "word " * 6000)
    passages = [Passage(long, n * 5, n * 5 + 4) for n in range(6000)]
    chroma.add(passages, np.tile(clustered(100, 8), (60, 1)))
    assert len(chroma.stored()) == 6000
    chroma.delete([passage.id for passage in passages[:5500]])
    assert sorted(chroma.stored()) == sorted(passage.id for passage in passages[5500:])


def test_it_opens_again_in_the_same_process(tmp_path: Path) -> None:
    first = ChromaVectors(tmp_path / "again")
    first.add([whole(A)], MATRIX[:1])
    first.close()
    with pytest.raises(IndexDamagedError, match="could not search"):
        first.search(EAST, 1, Scope())
    second = ChromaVectors(tmp_path / "again")
    assert found(second) == ids(A)
    assert second.integrity() == ""
    second.close()


def test_what_is_no_index_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database " * 1000)
    with pytest.raises(IndexDamagedError, match="Chroma could not open"):
        ChromaVectors(tmp_path)


def test_recall_at_10_against_the_exact_scan(tmp_path: Path, chroma: ChromaVectors) -> None:
    """2,000 passages in clusters, asked with 300 vectors that are not among them, some of them far from all."""
    count, k = 2000, 10
    many = [article(f"{number}.txt", f"Text {number}.") for number in range(count)]
    passages, matrix = [whole(one) for one in many], clustered(count)
    library = Library(tmp_path)
    library.stage(many, passages, matrix)
    library.make_live(many)
    chroma.add(passages, matrix)
    exact = ExactVectors(library)
    queries = [*clustered(250, seed=6), *unit(*np.random.default_rng(7).standard_normal((50, 64)))]
    shared = 0
    for query in queries:
        truth = {ident for ident, _ in exact.search(query, k, Scope())}
        shared += len(truth & {ident for ident, _ in chroma.search(query, k, Scope())})
    library.close()
    assert shared / (k * len(queries)) >= 0.995

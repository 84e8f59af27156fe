"""The search by words: BM25 over folded, stemmed terms, with the header of an article searched as well."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from shelf import article, whole

from index.errors import IndexDamagedError
from index.lexical import LexicalIndex, file_hashes
from index.scope import Scope
from index.terms import terms, words
from ingest.documents import Article

LAMP = article("lamp.txt", "The lamp burned for ninety years.", outlet="Post", published=date(2024, 5, 3))
FERRY = article("ferry.txt", "The ferry carries no lamp. A ferry ticket costs four crowns.", outlet="Wire")
CAFE = article(
    "cafe.txt", "The café sold crêpes.", outlet="Post", published=date(2024, 6, 1), title="Crowns for pancakes"
)
THREE = [LAMP, FERRY, CAFE]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    index = LexicalIndex(tmp_path / "index")
    yield index
    index.close()


def fill(index: LexicalIndex, *articles: Article) -> None:
    index.add([whole(one) for one in articles])


def found(index: LexicalIndex, question: str, k: int = 10, scope: Scope = Scope()) -> list[str]:  # noqa: B008  # frozen
    weights = dict.fromkeys(terms(question), 1.0)
    return [ident for ident, _ in index.search(weights, k, scope)]


def ids(*articles: Article) -> list[str]:
    return [whole(one).id for one in articles]


def test_an_empty_index(index: LexicalIndex) -> None:
    assert found(index, "lamp") == index.ids() == []
    assert index.rarity(["lamp"]) == {"lamp": math.log(2)}


def test_words_are_folded_and_stemmed(index: LexicalIndex) -> None:
    fill(index, *THREE)
    assert found(index, "LAMPS burning") == ids(LAMP, FERRY)
    assert found(index, "cafe crepe") == ids(CAFE)
    assert found(index, "zeppelin") == []


def test_the_header_is_searched(index: LexicalIndex) -> None:
    fill(index, *THREE)
    assert set(found(index, "crowns")) == set(ids(FERRY, CAFE))  # CAFE has it in its title
    assert found(index, "June") == ids(CAFE)  # in its date


def test_stop_words_find_nothing(index: LexicalIndex) -> None:
    fill(index, *THREE)
    assert terms("the of and to it") == []
    assert found(index, "the of and to it") == []


def test_weights_count(index: LexicalIndex) -> None:
    fill(index, LAMP, FERRY)
    (_, plain), *_ = index.search({"lamp": 1.0}, 1, Scope())
    (_, double), *_ = index.search({"lamp": 2.0}, 1, Scope())
    assert double == pytest.approx(2 * plain)
    assert [ident for ident, _ in index.search({"burn": 9.0, "ferri": 0.1}, 2, Scope())] == ids(LAMP, FERRY)


def test_k_and_ties(index: LexicalIndex) -> None:
    same = [article(f"{number}.txt", "A ferry sailed.", title="Same") for number in range(30)]
    fill(index, *same)
    everything = found(index, "ferry", k=200)
    assert everything == sorted(ids(*same))
    assert found(index, "ferry", k=7) == found(index, "ferry", k=7)
    assert len(set(found(index, "ferry", k=7))) == 7


def test_scopes(index: LexicalIndex) -> None:
    fill(index, *THREE)
    anything = "lamp ferry café"
    assert set(found(index, anything, scope=Scope(outlets=("Post",)))) == set(ids(LAMP, CAFE))
    assert found(index, anything, scope=Scope(outlets=("Nobody",))) == []
    assert found(index, anything, scope=Scope(since=date(2024, 5, 4))) == ids(CAFE)
    assert found(index, anything, scope=Scope(until=date(2024, 5, 3))) == ids(LAMP)  # FERRY has no date
    assert found(index, anything, scope=Scope(("Wire",), until=date(2030, 1, 1))) == []


def test_a_scope_does_not_change_scores(index: LexicalIndex) -> None:
    fill(index, *THREE)
    weights = {"lamp": 1.0}
    everywhere = dict(index.search(weights, 10, Scope()))
    assert dict(index.search(weights, 10, Scope(outlets=("Post",)))) == {ids(LAMP)[0]: everywhere[ids(LAMP)[0]]}


def test_rarity_is_that_of_bm25(index: LexicalIndex) -> None:
    fill(index, *THREE)
    assert index.rarity(["lamp", "ninety", "zeppelin"]) == pytest.approx(
        {
            "lamp": math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)),
            "ninety": math.log(1 + (3 - 0 + 0.5) / (0 + 0.5)),  # "nineti" is the term
            "zeppelin": math.log(1 + (3 - 0 + 0.5) / (0 + 0.5)),
        }
    )


def test_words_of_an_article_that_was_corrected_are_as_rare_as_before(index: LexicalIndex) -> None:
    fill(index, *THREE)
    weights = {"lamp": 1.0, "ferri": 1.0}
    rarity, scores = index.rarity(weights), dict(index.search(weights, 10, Scope()))
    for _ in range(5):
        fill(index, FERRY)
    assert index.rarity(weights) == rarity
    # tantivy takes the mean length of passages from what was deleted as well
    assert dict(index.search(weights, 10, Scope())) == pytest.approx(scores, rel=0.02)
    index.delete(ids(FERRY))
    assert index.rarity(["ferri"]) == pytest.approx({"ferri": math.log(1 + (2 + 0.5) / 0.5)})


def test_adding_again_replaces_and_deleting_deletes(index: LexicalIndex) -> None:
    fill(index, *THREE)
    fill(index, LAMP)
    assert sorted(index.ids()) == sorted(ids(*THREE))
    index.delete([*ids(FERRY), "no such id"])
    assert sorted(index.ids()) == sorted(ids(LAMP, CAFE))
    assert found(index, "ferry") == []


def test_it_opens_again_after_it_was_closed(tmp_path: Path) -> None:
    first = LexicalIndex(tmp_path)
    fill(first, *THREE)
    first.close()
    second = LexicalIndex(tmp_path)
    fill(second, article("new.txt", "New."))
    assert len(second.ids()) == 4
    second.close()


def test_hashes_are_of_the_files_of_the_last_commit_and_keep_what_was_known(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    fill(index, LAMP)
    (tmp_path / "0123456789abcdef0123456789abcdef.idx").write_bytes(b"of a merge under way")
    hashes = file_hashes(tmp_path, {})
    assert {Path(name).suffix for name in hashes} >= {".idx", ".store", ".term"}
    assert not any(name.startswith("0123") or name.endswith((".json", ".lock")) for name in hashes)
    first = next(iter(hashes))
    assert file_hashes(tmp_path, {first: "as it was"})[first] == "as it was"
    index.close()


def test_of_no_index_there_are_no_hashes(tmp_path: Path) -> None:
    assert file_hashes(tmp_path, {}) == {}
    (tmp_path / "meta.json").write_text("{}")
    assert file_hashes(tmp_path, {}) == {}


@pytest.mark.parametrize("content", [b"", b"{", b'{"segments": 3}'])
def test_what_is_no_index_is_called_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "meta.json").write_bytes(content)
    with pytest.raises(IndexDamagedError, match="tantivy could not open"):
        LexicalIndex(tmp_path)


def test_words_as_written() -> None:
    assert words("Bukele’s mega-prison, 2_3 — O'Neill") == ["bukele’s", "mega-prison", "2", "3", "o'neill"]
    assert terms("x" * 61) == []

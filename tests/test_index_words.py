"""Words by their meaning: from the table made with the model, or embedded when first met."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shelf import DIMENSION, HashedWords

from index.store import Store
from index.words import REMEMBERED, WordVectors, write_words


def cosine(vectors: np.ndarray) -> float:
    first, second = vectors
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_words_are_embedded_once(embedder: HashedWords) -> None:
    words = WordVectors(embedder, None)
    rows = words.of(["ferry", "lamp", "ferry"])
    assert np.array_equal(rows, embedder.embed(["ferry", "lamp", "ferry"]))
    embedder.asked.clear()
    assert np.array_equal(words.of(["lamp"]), rows[1:2])
    assert embedder.asked == []


def test_no_words_no_rows(embedder: HashedWords) -> None:
    assert WordVectors(embedder, None).of([]).shape == (0, DIMENSION)


def test_what_stands_in_the_table_is_not_embedded(tmp_path: Path, embedder: HashedWords) -> None:
    embedder.vocabulary = lambda: ["ferry", "##ing", "of", "Lamp", "lamp", "a1"]
    write_words(embedder, tmp_path)
    embedder.asked.clear()
    words = WordVectors(embedder, tmp_path)
    rows = words.of(["lamp", "quay", "ferry"])
    assert embedder.asked == ["quay"]
    assert rows.dtype == np.float32
    assert rows == pytest.approx(embedder.embed(["lamp", "quay", "ferry"]), abs=1e-3)


def test_numbers_and_fragments_are_like_themselves_alone(embedder: HashedWords) -> None:
    words = WordVectors(embedder, None)
    silent = ["24", "25", "don't", "u", "2023-11-24"]
    alike = words.of(silent) @ words.of(silent).T
    assert embedder.asked == []
    assert alike.diagonal() == pytest.approx(1.0, abs=1e-5)
    assert len({round(float(one), 6) for one in words.of(["24"])[0]}) > 1
    assert np.array_equal(words.of(["24"]), WordVectors(embedder, None).of(["24"]))


def test_what_was_met_is_forgotten_before_it_grows_too_much(
    embedder: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.words.REMEMBERED", 2)
    words = WordVectors(embedder, None)
    for word in ("one", "two", "three", "four", "one"):
        assert np.array_equal(words.of([word]), HashedWords().embed([word]))
    assert REMEMBERED > 2


def test_words_that_mean_the_same_are_near_with_the_embedded_model(real_store: Store) -> None:
    """prison · jail .84, airline · aircraft .74, car · banana .39."""
    of = real_store.word_vectors.of
    assert cosine(of(["prison", "jail"])) == pytest.approx(0.84, abs=0.02)
    assert cosine(of(["airline", "aircraft"])) == pytest.approx(0.74, abs=0.02)
    assert cosine(of(["car", "banana"])) == pytest.approx(0.39, abs=0.02)
    assert of(["zyzzogeton"]).shape == (1, 384)

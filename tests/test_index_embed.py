"""The embedder: the compiled form gives what sentence-transformers gives, in the order asked."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from index.compiled import compiled_folder, native_precision, weights_hash
from index.config import IndexConfig
from index.embed import BATCH, CompiledEmbedder, Embedder, TorchEmbedder, model_folder, open_embedder
from index.errors import ModelMissingError
from index.models import UnfitModelError
from index.store import Store

TEXTS = [
    "The ferry to Gull Rock sails twice a day.",
    "A prison of steel and concrete, 72 kilometres from the capital, holds 15,000 men.",
    "Où est la plus proche boulangerie ?",
    "x",
    "Bread " * 150,
    "e\u0301 \u05d0\u05d1 \U0001f600 \r\n tabs\tand\x00nulls",
    "".join(chr(0x4E00 + n) for n in range(40)),
]


@pytest.fixture(scope="module")
def embedder(real_store: Store) -> Embedder:
    return real_store.embedder


def test_the_embedded_model_is_compiled(embedder: Embedder) -> None:
    assert isinstance(embedder, CompiledEmbedder)
    assert (embedder.dimension, embedder.max_pieces) == (384, 256)
    assert embedder.fingerprint.startswith("all-MiniLM-L6-v2@")
    assert embedder.fingerprint.endswith(f":{native_precision()}")


@pytest.mark.parametrize("precision", ["float32", native_precision()])
def test_compiled_and_pytorch_agree(precision: str) -> None:
    torch = TorchEmbedder(model_folder(""), "float32", "")
    compiled = open_embedder(IndexConfig(), precision=precision)
    ours, theirs = compiled.embed(TEXTS), torch.embed(TEXTS)
    cosines = np.sum(ours * theirs, axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= 0.999
    assert compiled.count(TEXTS) == torch.count(TEXTS)
    assert (compiled.dimension, compiled.max_pieces) == (torch.dimension, torch.max_pieces)


def test_vectors_are_unit_float32_rows(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=5e-3)  # bfloat16 rounds


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.count([]) == []


def test_an_empty_text_has_a_vector(embedder: Embedder) -> None:
    assert np.isfinite(embedder.embed([""])).all()
    assert embedder.count([""]) == [0]


def test_rows_come_in_the_order_of_the_texts_however_they_are_batched(embedder: Embedder) -> None:
    texts = [f"{'word ' * (1 + 7 * n % 31)}number {n}" for n in range(3 * BATCH + 5)]
    together = embedder.embed(texts)
    for row in (0, 1, BATCH, len(texts) - 1):
        alone = embedder.embed([texts[row]])[0]
        assert together[row] @ alone == pytest.approx(1, abs=5e-3)
        assert int(np.argmax(together @ alone)) == row


def test_pieces_are_counted_without_the_ends(embedder: Embedder) -> None:
    assert embedder.count(["ferry", "ferry ferry", "zyzzogeton"]) == [1, 2, 5]


def test_what_lies_beyond_the_limit_is_not_seen(embedder: Embedder) -> None:
    long = "ferry " * 400
    assert embedder.count([long]) == [400]
    limit = embedder.max_pieces - 2
    assert np.array_equal(embedder.embed([long + "volcano"]), embedder.embed([long]))
    inside = "ferry " * (limit - 1)
    assert not np.array_equal(embedder.embed([inside + "volcano"]), embedder.embed([inside + "ferry"]))


def test_threads_do_not_mix_up_their_texts(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS)
    same: list[bool] = []

    def ask(number: int) -> None:
        same.extend(np.allclose(embedder.embed([TEXTS[number]])[0], expected[number], atol=2e-2) for _ in range(15))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same == [True] * 60


def test_a_model_that_is_not_here_is_missing_and_nothing_is_fetched() -> None:
    with pytest.raises(ModelMissingError, match="neither a folder nor in the local model cache") as caught:
        model_folder("nobody/no-such-model")
    assert caught.value.message.startswith("[index] model = 'nobody/no-such-model'")
    assert "vouch models fetch" in caught.value.hint


def test_a_folder_is_a_model_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_folder(str(tmp_path)) == tmp_path.resolve()
    (tmp_path / "mine").mkdir()
    assert model_folder("mine", tmp_path) == (tmp_path / "mine").resolve()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert model_folder("~/mine", Path("/elsewhere")) == (tmp_path / "mine").resolve()


def test_what_cannot_be_opened_is_said_with_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embed.compiled_folder", lambda *_: None)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(UnfitModelError, match=r"\[index\] model = '.+' cannot be opened: "):
        open_embedder(IndexConfig(model=str(tmp_path)))


def test_the_hash_of_a_model_is_of_what_its_results_depend_on(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "tokenizer.json").write_text("{}")
    before = weights_hash(tmp_path)
    (tmp_path / "README.md").write_text("about it")
    assert weights_hash(tmp_path) == before
    (tmp_path / "model.safetensors").write_bytes(b"weighty")
    assert weights_hash(tmp_path) != before


def test_a_model_that_cannot_be_compiled_is_opened_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As sentence-transformers opens it, which takes models that OpenVINO does not."""
    folder = tmp_path / "model"
    shutil.copytree(model_folder(""), folder)
    monkeypatch.setattr("index.embed.compiled_folder", lambda *_: None)
    embedder = open_embedder(IndexConfig(model=str(folder), precision="float32"))
    assert isinstance(embedder, TorchEmbedder)
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.embed(TEXTS[:2]).shape == (2, 384)


def test_without_a_tokenizer_file_nothing_is_compiled(tmp_path: Path) -> None:
    assert compiled_folder("embedding", tmp_path, "000000000000") is None

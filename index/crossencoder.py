"""Models that read two texts together and give scores for the pair; the engine is sentence-transformers, in PyTorch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.compiled import native_precision
from index.models import Named

FORM = "ForSequenceClassification"  # of the models that have scores of their own to give
BATCH = 8  # pairs a forward pass, those of like length together
LONGEST = 512  # word pieces of both texts together, what is beyond is not read; some models would go on for seconds

Scores = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class CrossEncoder:
    """One model. `width` is how many scores it gives a pair. Safe from any thread."""

    def __init__(self, source: Path, precision: str | None = None) -> None:
        import torch
        from sentence_transformers import CrossEncoder as Model

        dtype = {"dtype": getattr(torch, precision or native_precision())}
        self._model = Model(str(source), device="cpu", local_files_only=True, model_kwargs=dtype)
        self._model.max_seq_length = min(self._model.max_seq_length or LONGEST, LONGEST)
        self._as_they_are = torch.nn.Identity()
        self._one_at_a_time = threading.Lock()  # its tokenizer is not safe between threads; a pass uses all processors
        self.width = int(self._model.num_labels)

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Scores:
        """What the model says of each pair before anything squeezes it into 0..1: a row a pair."""
        if not pairs:
            return np.zeros((0, self.width), dtype=np.float32)
        with self._one_at_a_time:
            found: Any = self._model.predict(
                list(pairs), batch_size=BATCH, activation_fn=self._as_they_are, show_progress_bar=False
            )
        scores: Scores = np.asarray(found, dtype=np.float32).reshape(len(pairs), self.width)
        return scores


def cross_encoder_folder(named: Named, kind: str) -> Path:
    """Where a cross-encoder is; an error where none is, or another kind of model."""
    source = named.folder()
    if not (source / "modules.json").is_file():  # sentence-transformers says there what the model is made of
        named.check_form(named.settings(source), FORM, kind)
    return source

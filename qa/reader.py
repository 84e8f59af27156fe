"""A small question-answering model: the span of a text that answers, and its score over no answer.

Similarity finds what is near; only reading tells whether it answers. Any model of the SQuAD 2.0 form: the score
of a span is start plus end logit, that of "no answer" start plus end logit of the first piece, and their difference
(the margin) ranks and declines (Devlin et al. 2019, section 4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.compiled import compiled_folder, native_precision, open_graph, weights_hash

LONGEST_SPAN = 25  # word pieces; longer answers are sentences, which are quoted anyway
LONGEST_TEXT = 384  # word pieces of question and text together; what is beyond is not read
NOTHING = -20.0  # the margin of a text in which nothing can be marked


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the text that was read, and how far they are above "no answer"."""

    start: int
    end: int
    margin: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A question to put to a text, of which only characters [start, end) may answer; the rest is context."""

    question: str
    text: str
    start: int
    end: int


class Reader(Protocol):
    """What the answerer asks of a question-answering model."""

    def read(self, asked: Sequence[Reading]) -> list[Span]:
        """The best span of each text."""
        ...


def open_reader(folder: Path) -> Reader | None:
    """The reader in a folder; None where there is none, or where it cannot be compiled."""
    if not (folder / "config.json").is_file():
        return None
    compiled = compiled_folder("reader", folder, weights_hash(folder))
    return CompiledReader(compiled, native_precision()) if compiled else None


class CompiledReader:
    """The model as an OpenVINO graph. Safe from any thread."""

    def __init__(self, compiled: Path, precision: str) -> None:
        from tokenizers import Tokenizer

        self._model = open_graph(compiled, precision)
        self._tokenizer = Tokenizer.from_file(str(compiled / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_TEXT)

    def read(self, asked: Sequence[Reading]) -> list[Span]:
        if not asked:
            return []
        encodings = self._tokenizer.encode_batch([(item.question, item.text) for item in asked])
        width = max(len(encoding.ids) for encoding in encodings)
        inputs = {
            name: np.array([getattr(e, field) + [0] * (width - len(e.ids)) for e in encodings], dtype=np.int64)
            for name, field in (
                ("input_ids", "ids"),
                ("attention_mask", "attention_mask"),
                ("token_type_ids", "type_ids"),
            )
        }
        # A request of its own for each call: the compiled model's shared one is not safe between threads.
        logits = self._model.create_infer_request().infer(inputs)[0]
        return [_best(item, encoding, rows) for item, encoding, rows in zip(asked, encodings, logits, strict=True)]


def _best(asked: Reading, encoding: Any, logits: Any) -> Span:
    """The best span of pieces that lies inside the part that may answer."""
    pieces = [
        number
        for number, ((start, end), part) in enumerate(zip(encoding.offsets, encoding.type_ids, strict=True))
        if part == 1 and asked.start <= start < end <= asked.end
    ]
    if not pieces:
        return Span(asked.start, asked.start, NOTHING)
    starts, ends = logits[pieces, 0], logits[pieces, 1]
    scores = starts[:, None] + ends[None, :]
    distance = np.arange(len(pieces))[None, :] - np.arange(len(pieces))[:, None]
    scores = np.where((distance >= 0) & (distance < LONGEST_SPAN), scores, -np.inf)
    first, last = np.unravel_index(int(scores.argmax()), scores.shape)
    margin = float(scores[first, last] - logits[0].sum())
    return Span(encoding.offsets[pieces[first]][0], encoding.offsets[pieces[last]][1], margin)

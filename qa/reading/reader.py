"""A small question-answering model: the span of a text that answers, and its score over no answer.

Similarity finds what is near; only reading tells whether it answers. Any model of the SQuAD 2.0 form: the score
of a span is start plus end logit, that of "no answer" start plus end logit of the first piece, and their difference
(the margin) ranks and declines (Devlin et al. 2019, section 4.3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.compiled import compiled_folder, native_precision, open_graph, weights_hash
from index.errors import ModelMissingError
from index.models import Named
from qa.config import READER

OWN_FOLDER = Path(__file__).parent.parent.parent / "models" / "reader"
LONGEST_SPAN = 25  # word pieces; longer answers are sentences, which are quoted anyway
LONGEST_TEXT = 384  # word pieces of question and text together; what is beyond is not read
NOTHING = -20.0  # the margin of a text in which nothing can be marked
# Texts read at once, those of like length together: padding costs more than a larger batch gains. Eight pairs of
# about 180 pieces took, in batches of 1, 2, 4 and all, 379, 348, 360 and 486 ms of processor time (bfloat16; float32:
# 540, 549, 590, 843), which two processors share.
BATCH = 2
INPUTS = (("input_ids", "ids"), ("attention_mask", "attention_mask"), ("token_type_ids", "type_ids"))

Batch = dict[str, np.ndarray[Any, np.dtype[np.int64]]]
Logits = np.ndarray[tuple[int, int, int], np.dtype[np.float32]]  # texts by pieces by start and end


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


def open_reader(model: str, folder: Path = Path()) -> Reader | None:
    """The reader that `[reader] model` names; None for "". Relative folders start at `folder`.

    ModelMissingError where it is not on this machine, UnfitModelError where it is no question-answering model.
    """
    if not model:
        return None
    named, source = Named("reader", model, folder), reader_folder(model, folder)
    settings = named.settings(source)
    with named.opening():
        compiled = compiled_folder("reader", source, weights_hash(source))
        reader = CompiledReader(compiled, settings) if compiled else TorchReader(source, settings, named)
        reader.read([Reading("Who?", "Nobody.", 0, 7)])  # some are of the form, and yet give no logits of this kind
    return reader


def reader_folder(model: str, folder: Path) -> Path:
    """Where the reader is that the settings name; an error where none is, or another kind of model."""
    named = Named("reader", model, folder)
    if model == READER and not OWN_FOLDER.is_dir():
        hint = 'install Vouch anew, or do without: [reader] model = ""'
        raise ModelMissingError(f"the reader that comes with Vouch is not in {OWN_FOLDER}", hint=hint)
    source = OWN_FOLDER if model == READER else named.folder()
    named.check_form(named.settings(source), "ForQuestionAnswering", "question-answering model")
    return source


class SpanReader:
    """Reads by the logits of a model, however it is run. Safe from any thread."""

    def __init__(self, tokenizer: Any, settings: dict[str, Any], logits: Callable[[Batch], Logits]) -> None:
        positions = int(settings.get("max_position_embeddings") or LONGEST_TEXT + 2)
        tokenizer.no_padding()
        tokenizer.enable_truncation(min(LONGEST_TEXT, positions - 2))  # RoBERTa keeps two positions for itself
        self._tokenizer = tokenizer
        self._padding = int(settings.get("pad_token_id") or 0)
        self._logits = logits

    def read(self, asked: Sequence[Reading]) -> list[Span]:
        encodings = self._tokenizer.encode_batch([(item.question, item.text) for item in asked])
        order = sorted(range(len(asked)), key=lambda row: len(encodings[row].ids))
        spans: dict[int, Span] = {}
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            logits = self._logits(self._batch([encodings[row] for row in rows]))
            spans |= {row: _best(asked[row], encodings[row], one) for row, one in zip(rows, logits, strict=True)}
        return [spans[row] for row in range(len(asked))]

    def _batch(self, encodings: list[Any]) -> Batch:
        """What the model reads, shorter texts padded to the length of the longest."""
        width = max(len(encoding.ids) for encoding in encodings)
        batch = {}
        for name, field in INPUTS:
            padding = self._padding if name == "input_ids" else 0
            rows = [getattr(encoding, field) for encoding in encodings]
            batch[name] = np.array([row + [padding] * (width - len(row)) for row in rows], dtype=np.int64)
        return batch


class CompiledReader(SpanReader):
    """The model as an OpenVINO graph: a fraction of PyTorch's time to start."""

    def __init__(self, compiled: Path, settings: dict[str, Any], precision: str | None = None) -> None:
        from tokenizers import Tokenizer

        graph = open_graph(compiled, precision or native_precision())
        names = [port.any_name for port in graph.inputs]

        def logits(batch: Batch) -> Logits:
            # A request of its own for each call: the compiled model's shared one is not safe between threads.
            found: Logits = graph.create_infer_request().infer({name: batch[name] for name in names})[0]
            return found

        super().__init__(Tokenizer.from_file(str(compiled / "tokenizer.json")), settings, logits)


class TorchReader(SpanReader):
    """The model in PyTorch, which opens those that OpenVINO cannot compile."""

    def __init__(self, source: Path, settings: dict[str, Any], named: Named, precision: str | None = None) -> None:
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        dtype = getattr(torch, precision or native_precision())
        model = AutoModelForQuestionAnswering.from_pretrained(str(source), dtype=dtype, local_files_only=True).eval()
        tokenizer = AutoTokenizer.from_pretrained(str(source), local_files_only=True)
        if not tokenizer.is_fast:
            raise named.unfit("has a tokenizer that does not tell where in a text its pieces stand")
        names = [name for name, _ in INPUTS if name in tokenizer.model_input_names]

        def logits(batch: Batch) -> Logits:
            with torch.inference_mode():
                read = model(**{name: torch.from_numpy(batch[name]) for name in names})
                found: Logits = torch.stack([read.start_logits, read.end_logits], -1).float().numpy()
                return found

        super().__init__(tokenizer.backend_tokenizer, settings, logits)


def _best(asked: Reading, encoding: Any, logits: Any) -> Span:
    """The best span of pieces that lies inside the part that may answer."""
    pieces = _pieces(asked, encoding)
    if not pieces:
        return Span(asked.start, asked.start, NOTHING)
    numbers = [number for number, _, _ in pieces]
    starts, ends = logits[numbers, 0], logits[numbers, 1]
    scores = starts[:, None] + ends[None, :]
    distance = np.arange(len(pieces))[None, :] - np.arange(len(pieces))[:, None]
    scores = np.where((distance >= 0) & (distance < LONGEST_SPAN), scores, -np.inf)
    first, last = np.unravel_index(int(scores.argmax()), scores.shape)
    margin = float(scores[first, last] - logits[0].sum())
    return Span(pieces[first][1], pieces[last][2], margin)


def _pieces(asked: Reading, encoding: Any) -> list[tuple[int, int, int]]:
    """The pieces of the part that may answer: number, start, end."""
    found = []
    for number, ((begin, end), part) in enumerate(zip(encoding.offsets, encoding.sequence_ids, strict=True)):
        piece = asked.text[begin:end] if part == 1 else ""
        start = end - len(piece.lstrip())  # some models count the space before a word in
        if asked.start <= start < end <= asked.end:
            found.append((number, start, end))
    return found

"""Compile a model once: `python -m index.compile embedding|reader MODEL_FOLDER TARGET_FOLDER`.

Run as a process of its own, so that PyTorch's memory is given back and only OpenVINO is needed from then on.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.embed import CompiledEmbedder
from index.words import write_words

MODEL_FILE = "model.xml"


def compile_model(kind: str, source: Path, target: Path) -> None:
    """Write a model as an OpenVINO graph beside its tokenizer; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        KINDS[kind](source, beside)
        beside.rename(target)
    except OSError:  # another process was quicker
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _embedding(source: Path, folder: Path) -> None:
    """An embedding model whole: encoder, pooling, normalising; and its words, embedded."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(source), device="cpu", local_files_only=True).eval()

    class SentenceEmbedding(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    _save(SentenceEmbedding(), ("input_ids", "attention_mask"), source, folder)
    write_words(CompiledEmbedder(source, folder, "float32", ""), folder)


def _reader(source: Path, folder: Path) -> None:
    """A question-answering model: the logits of start and end, side by side."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    model = AutoModelForQuestionAnswering.from_pretrained(str(source), dtype=torch.float32, local_files_only=True)

    class Reader(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model.eval()

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            read = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
            return torch.stack([read.start_logits, read.end_logits], -1)

    _save(Reader(), ("input_ids", "attention_mask", "token_type_ids"), source, folder)


KINDS: dict[str, Callable[[Path, Path], None]] = {"embedding": _embedding, "reader": _reader}


def _save(module: Any, inputs: tuple[str, ...], source: Path, folder: Path) -> None:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # not importable: OpenVINO then uses its stub
    import openvino
    import torch

    example = torch.ones(2, 8, dtype=torch.long)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of branches on shapes; tests compare the result with PyTorch's
        graph = openvino.convert_model(module, example_input=dict.fromkeys(inputs, example))
    openvino.save_model(graph, folder / MODEL_FILE, compress_to_fp16=False)
    shutil.copy(source / "tokenizer.json", folder)


if __name__ == "__main__":
    compile_model(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

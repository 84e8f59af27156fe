"""Compile an embedding model once: `python -m index.compile MODEL_FOLDER TARGET_FOLDER`.

Run as a process of its own, so that PyTorch's memory is given back and only OpenVINO is needed from then on.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from index.embed import CompiledEmbedder
from index.words import write_words

MODEL_FILE = "model.xml"


def compile_model(source: Path, target: Path) -> None:
    """Write the whole model (encoder, pooling, normalising) as an OpenVINO graph; whole or not at all."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # not importable: OpenVINO then uses its stub
    import openvino
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(source), device="cpu", local_files_only=True).eval()
    example = torch.ones(2, 8, dtype=torch.long)
    inputs = {"input_ids": example, "attention_mask": example}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of branches on shapes; the result is checked by cosine in tests
        graph = openvino.convert_model(_sentence_embedding(model), example_input=inputs)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent))
    openvino.save_model(graph, beside / MODEL_FILE, compress_to_fp16=False)
    shutil.copy(source / "tokenizer.json", beside)
    write_words(CompiledEmbedder(source, beside, "float32", ""), beside)
    try:
        beside.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(beside)


def _sentence_embedding(model: object) -> object:
    """The model as a module of two tensors in, one out, which is what tracing wants."""
    import torch

    class SentenceEmbedding(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            embedding: torch.Tensor = self.model(features)["sentence_embedding"]  # type: ignore[operator]
            return embedding

    return SentenceEmbedding()


if __name__ == "__main__":
    compile_model(Path(sys.argv[1]), Path(sys.argv[2]))

"""Compile a model once: `python -m index.compile embedding|reader MODEL_FOLDER TARGET_FOLDER`.

Run as a process of its own, so that PyTorch's memory is given back and only OpenVINO is needed from then on.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from index.compiled import UNFIT, open_graph, openvino
from index.embed import CompiledEmbedder
from index.words import write_words

MODEL_FILE = "model.xml"
MASK, TYPES = "attention_mask", "token_type_ids"
# Shapes that a graph is proven on, texts by pieces: neither is that of the example it was traced with.
PROOFS = ((1, 5), (3, 19))
NEAR = 1e-2  # how far two results may lie apart, absolute and relative; true graphs differ by 1e-4


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
            return self.model({"input_ids": input_ids, MASK: attention_mask})["sentence_embedding"]

    _save_tokenizer(model.tokenizer, source, folder)
    _save(SentenceEmbedding(), ("input_ids", MASK), len(model.tokenizer), folder)
    write_words(CompiledEmbedder(source, folder, "float32", ""), folder)


def _reader(source: Path, folder: Path) -> None:
    """A question-answering model: the logits of start and end, side by side."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    model = AutoModelForQuestionAnswering.from_pretrained(str(source), dtype=torch.float32, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(str(source), local_files_only=True)
    inputs = ("input_ids", MASK, *([TYPES] if TYPES in tokenizer.model_input_names else []))

    class Reader(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model.eval()

        def forward(self, *given: Any) -> Any:
            read = self.model(**dict(zip(inputs, given, strict=True)))
            return torch.stack([read.start_logits, read.end_logits], -1)

    _save_tokenizer(tokenizer, source, folder)
    _save(Reader(), inputs, len(tokenizer), folder)


KINDS: dict[str, Callable[[Path, Path], None]] = {"embedding": _embedding, "reader": _reader}


def _save_tokenizer(tokenizer: Any, source: Path, folder: Path) -> None:
    """As it lies there, or as transformers makes it of the older forms."""
    if (source / "tokenizer.json").is_file():
        shutil.copy(source / "tokenizer.json", folder)
    else:
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))


def _save(module: Any, inputs: Sequence[str], vocabulary: int, folder: Path) -> None:
    """Trace a module, and prove that its graph computes what it computes; ArithmeticError if not."""
    import numpy as np
    import torch

    example = torch.ones(2, 8, dtype=torch.long)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of branches on shapes; the proof shows whether they matter
        graph = openvino().convert_model(module, example_input=tuple(example for _ in inputs))
    for port, name in zip(graph.inputs, inputs, strict=True):
        port.get_tensor().set_names({name})
    openvino().save_model(graph, folder / MODEL_FILE, compress_to_fp16=False)
    compiled = open_graph(folder, "float32")
    for texts, pieces in PROOFS:
        given = _some(inputs, vocabulary, texts, pieces)
        with torch.no_grad():
            expected = module(*given.values()).numpy()
        found = compiled.create_infer_request().infer({name: value.numpy() for name, value in given.items()})[0]
        if found.shape != expected.shape or not np.allclose(found, expected, NEAR, NEAR):
            raise ArithmeticError("the graph computes something else than the model")


def _some(inputs: Sequence[str], vocabulary: int, texts: int, pieces: int) -> dict[str, Any]:
    """Inputs of a shape: pieces at random, the last one of the last text padding where there are several."""
    import torch

    chance = torch.Generator().manual_seed(1)
    given = {
        "input_ids": torch.randint(vocabulary, (texts, pieces), generator=chance),
        MASK: torch.ones(texts, pieces, dtype=torch.long),
        TYPES: torch.zeros(texts, pieces, dtype=torch.long),
    }
    given[MASK][1:, -1] = 0
    given[TYPES][:, pieces // 2 :] = 1
    return {name: given[name] for name in inputs}


if __name__ == "__main__":
    try:
        compile_model(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except (OSError, MemoryError):
        raise  # may pass
    except Exception as exc:  # whatever transformers and OpenVINO raise at a model they cannot trace
        sys.stderr.write(f"{exc!r}\n")
        sys.exit(UNFIT)

"""Compiling models: what cannot be compiled is remembered, what may pass is tried again, a wrong graph is not kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from index import compile as compiling
from index import compiled
from index.compiled import compiled_folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "vouch" / "compiled"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that says of itself that it is a model."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    return tmp_path / "model"


def test_a_model_of_no_kind_is_remembered_until_there_is_another_openvino(
    cache: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compiled_folder("reader", model, "abc") is None
    note = cache / "reader-abc.unfit"
    assert sorted(path.name for path in cache.iterdir()) == ["compiling.lock", note.name]
    tried: list[str] = []
    monkeypatch.setattr(compiled, "_compile", lambda kind, *_: tried.append(kind))
    assert compiled_folder("reader", model, "abc") is None
    assert tried == []
    note.write_text("an older one")
    assert compiled_folder("reader", model, "abc") is None
    assert tried == ["reader"]


def test_what_may_pass_is_tried_again(cache: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "COMPILE_TIMEOUT_S", 0.01)
    assert compiled_folder("reader", model, "abc") is None
    assert [path.name for path in cache.iterdir()] == ["compiling.lock"]


def test_without_a_place_to_keep_it_nothing_is_compiled(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert compiled_folder("reader", model, "abc") is None


def test_a_graph_that_computes_something_else_is_refused(tmp_path: Path) -> None:
    """Tracing takes what depends on the shape for a constant: the proof is on other shapes."""
    import torch

    class Baked(torch.nn.Module):
        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return (input_ids * attention_mask).float() * float(input_ids.shape[1])

    class Plain(torch.nn.Module):
        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return (input_ids * attention_mask).float()

    names = ("input_ids", "attention_mask")
    compiling._save(Plain(), names, 10, tmp_path)
    with pytest.raises(ArithmeticError, match="something else"):
        compiling._save(Baked(), names, 10, tmp_path)

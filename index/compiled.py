"""Models compiled by OpenVINO: made once in a process of their own, kept in the user's cache, opened by any number."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

COMPILE_TIMEOUT_S = 600
UNFIT = 3  # exit code of the compiling process for a model that it will never compile
WEIGHTS = {".safetensors", ".bin", ".json"}


def weights_hash(folder: Path) -> str:
    """What a model's results depend on: weights, tokenizer and settings, as twelve hex digits."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in WEIGHTS and path.is_file():
            state.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                state.update(hashlib.file_digest(file, "sha256").digest())
    return state.hexdigest()[:12]


def compiled_folder(kind: str, source: Path, weights: str) -> Path | None:
    """The compiled form of a model, made on first use; None where OpenVINO cannot compile it, or nothing can be kept.

    That a model cannot be compiled is remembered until there is another OpenVINO: finding out takes half a minute.
    """
    import platformdirs

    if not (source / "config.json").is_file() and not (source / "modules.json").is_file():
        return None
    target = Path(platformdirs.user_cache_dir("vouch")) / "compiled" / f"{kind}-{weights}"
    with suppress(OSError):  # a cache that cannot be written
        if not target.is_dir() and not _known_unfit(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with (target.parent / "compiling.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # of several processes one compiles, the others wait for it
                if not target.is_dir() and not _known_unfit(target):
                    _compile(kind, source, target)
    return target if target.is_dir() else None


def _compile(kind: str, source: Path, target: Path) -> None:
    command = [sys.executable, "-P", "-m", "index.compile", kind, str(source), str(target)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(Path(__file__).parent.parent)}
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(command, env=environment, capture_output=True, timeout=COMPILE_TIMEOUT_S, check=False)  # noqa: S603  # our own module
        if done.returncode == UNFIT:
            _unfit_note(target).write_text(version("openvino"), encoding="utf-8")


def _unfit_note(target: Path) -> Path:
    return target.with_name(f"{target.name}.unfit")


def _known_unfit(target: Path) -> bool:
    note = _unfit_note(target)
    return note.is_file() and note.read_text(encoding="utf-8") == version("openvino")


def openvino() -> Any:
    """The library. Importing it would report that to its makers; without the package that reports, it has a stub."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # not importable
    import openvino

    return openvino


def open_graph(folder: Path, precision: str) -> Any:
    """A compiled model ready to run, in bfloat16 or float32."""
    hint = "bf16" if precision == "bfloat16" else "f32"
    # Threads are left free to move: pinned to processors that others use as well, they ran at two thirds of the speed.
    settings = {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False}
    return openvino().Core().compile_model(folder / "model.xml", "CPU", settings)


def native_precision() -> str:
    """bfloat16 where the processor computes in it, else float32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"

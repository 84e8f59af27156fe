"""Ingest, beside a LlamaIndex starter program over the same articles and the same model, in one run, in turn.

Whole processes are timed: start, reading, splitting, embedding, storing. The compiled model is made before, once.
Peak memory is that of the largest process. At the end: the same ingest again, and one question, each as a new process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.collection import arguments as asked
from benchmarks.collection import settings
from index.embed import open_embedder
from index.library import Library


def run(*command: str) -> tuple[str, float, float]:
    """What a program printed, its seconds and its peak memory in MiB."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"error: {' '.join(command)} ended with {process.returncode}")
        output.seek(0)
        return output.read(), time.monotonic() - began, usage.ru_maxrss / 1024


def vouch(folder: Path, target: Path) -> tuple[int, float, float]:
    """Passages, seconds, MiB of `vouch ingest`."""
    command = (sys.executable, "-m", "cli", "ingest", str(folder / "articles.jsonl"), "--library", str(target))
    _, seconds, memory = run(*command)
    library = Library(target, read_only=True)
    try:
        return library.counts().passages, seconds, memory
    finally:
        library.close()


def starter(folder: Path, target: Path) -> tuple[int, float, float]:
    """Passages, seconds, MiB of the starter program."""
    said, seconds, memory = run(sys.executable, "-m", "benchmarks.starter", str(folder), str(target))
    return int(said.split()[-1]), seconds, memory


def main() -> None:
    folder = asked("ingest", "multihop-rag").folder
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        open_embedder(settings(Path(scratch)).index)
        for name, program in (("vouch", vouch), ("starter", starter)):
            count, seconds, memory = program(folder, Path(scratch) / name)
            print(f"{name}: {count} passages in {seconds:.1f} s, {memory:.0f} MiB")
            figures[f"{name}_passages_per_s"] = round(count / seconds, 1)
            figures[f"{name}_peak_mib"] = round(memory)
        library = str(Path(scratch) / "vouch")
        for name, arguments in (
            ("again_s", ("ingest", str(folder / "articles.jsonl"), "--library", library)),
            ("cold_ask_s", ("ask", "Who won the election?", "--library", library)),
        ):
            said, seconds, _ = run(sys.executable, "-m", "cli", *arguments)
            print(f"{name}: {seconds:.1f} s; {said.splitlines()[0]}")
            figures[name] = round(seconds, 1)
    figures["ratio"] = round(figures["vouch_passages_per_s"] / figures["starter_passages_per_s"], 2)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

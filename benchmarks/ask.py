"""How long a question takes: warm, in a process that has the library open; cold, as `vouch ask` from the command line.

Warm with the reader and without one; `--help` is timed as well. Milliseconds; the machine's other work counts in, so
compare two programs in one run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from benchmarks.collection import arguments, opened, read_jsonl, settings
from qa.config import Config
from qa.engine import open_engine

WARM_UP, WARM, COLD = 10, 100, 7  # questions asked before, while and after the clock runs; runs of `vouch ask`


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def summary(name: str, times: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {f"{name}_median_ms": round(median(times), 1), f"{name}_p95_ms": round(quantiles(times, n=20)[-1], 1)}


def warm(config: Config, questions: Sequence[str]) -> list[float]:
    """Each question asked once, by an engine that has answered some before."""
    with closing(open_engine(config)) as engine:
        engine.store.indexes.wait()
        for question in questions[:WARM_UP]:
            engine.ask(question)
        return [milliseconds(lambda q=q: engine.ask(q)) for q in questions[WARM_UP : WARM_UP + WARM]]  # type: ignore[misc]


def main() -> None:
    options = arguments("ask", "multihop-rag")
    questions = [row["question"] for row in read_jsonl(options.folder / "questions.jsonl")]
    with tempfile.TemporaryDirectory() as scratch:
        library = options.library or Path(scratch)
        with opened(options.folder, library):
            pass  # everything is ingested
        config = settings(library)
        without = replace(config, reader=replace(config.reader, model=""))
        figures = summary("warm", warm(config, questions)) | summary("warm_no_reader", warm(without, questions))
        ask = [sys.executable, "-m", "cli", "ask", questions[0], "--library", str(library)]
        cold = [milliseconds(lambda: subprocess.run(ask, check=True, capture_output=True)) for _ in range(COLD)]
        help_ = [sys.executable, "-m", "cli", "--help"]
        helps = [milliseconds(lambda: subprocess.run(help_, check=True, capture_output=True)) for _ in range(COLD)]
    print(json.dumps({**figures, **summary("cold", cold), **summary("help", helps)}))


if __name__ == "__main__":
    main()

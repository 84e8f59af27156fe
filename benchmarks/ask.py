"""How long a question takes: warm, in a process that has the library open; cold, as `vouch ask` from the command line.

Warm are the folder's own questions, and short ones made of its titles (the reader reads only for short questions), each
with the reader and without one; `--help` is timed as well. Milliseconds, and those of the processors beside them: the
machine's other work counts in the first, so compare two programs in one run.
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
from typing import Any

from benchmarks.collection import arguments, opened, read_jsonl, settings
from qa.config import Config
from qa.engine import Engine, open_engine

WARM_UP, WARM, COLD = 10, 100, 7  # questions asked before, while and after the clock runs; runs of `vouch ask`
TITLE_WORDS = 6  # of a title, in a short question


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def summary(name: str, times: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {f"{name}_median_ms": round(median(times), 1), f"{name}_p95_ms": round(quantiles(times, n=20)[-1], 1)}


def warm(engine: Engine, name: str, questions: Sequence[str]) -> dict[str, float]:
    """Each question asked once, after some that are not timed."""
    for question in questions[:WARM_UP]:
        engine.ask(question)
    asked = questions[WARM_UP : WARM_UP + WARM]
    began = time.process_time()
    times = [milliseconds(lambda q=q: engine.ask(q)) for q in asked]  # type: ignore[misc]
    processors = 1000 * (time.process_time() - began) / len(asked)
    return {**summary(name, times), f"{name}_processor_ms": round(processors, 1)}


def asked_warm(config: Config, sets: dict[str, Sequence[str]]) -> dict[str, float]:
    """Each set of questions by an engine of its own settings."""
    figures: dict[str, float] = {}
    with closing(open_engine(config)) as engine:
        engine.store.indexes.wait()
        for name, questions in sets.items():
            figures |= warm(engine, name, questions)
    return figures


def short(articles: Sequence[dict[str, Any]]) -> list[str]:
    """A short question on each article."""
    return [f"Who said what about {' '.join(row['title'].split()[:TITLE_WORDS])}?" for row in articles]


def main() -> None:
    options = arguments("ask", "multihop-rag")
    long = [row["question"] for row in read_jsonl(options.folder / "questions.jsonl")]
    brief = short(read_jsonl(options.folder / "articles.jsonl"))
    with tempfile.TemporaryDirectory() as scratch:
        library = options.library or Path(scratch)
        with opened(options.folder, library):
            pass  # everything is ingested
        config = settings(library)
        without = replace(config, reader=replace(config.reader, model=""))
        figures = asked_warm(config, {"warm": long, "short": brief})
        figures |= asked_warm(without, {"warm_no_reader": long, "short_no_reader": brief})
        ask = [sys.executable, "-m", "cli", "ask", long[0], "--library", str(library)]
        cold = [milliseconds(lambda: subprocess.run(ask, check=True, capture_output=True)) for _ in range(COLD)]
        help_ = [sys.executable, "-m", "cli", "--help"]
        helps = [milliseconds(lambda: subprocess.run(help_, check=True, capture_output=True)) for _ in range(COLD)]
    print(json.dumps({**figures, **summary("cold", cold), **summary("help", helps)}))


if __name__ == "__main__":
    main()

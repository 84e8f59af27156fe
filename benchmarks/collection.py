"""A folder of `articles.jsonl` and `questions.jsonl`, ingested into a library of its own."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.config import Config, load_config
from qa.engine import Engine, open_engine

Question = dict[str, Any]
SETS = Path(__file__).parent.parent.parent / "shared" / "bench"  # where they lie beside a checkout, if they do


def arguments(name: str, default: str) -> argparse.Namespace:
    """The folder to measure on, and a library to keep between runs."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=sys.modules["__main__"].__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=SETS / default, help="articles.jsonl and questions.jsonl"
    )
    parser.add_argument("--library", type=Path, help="keep the library here and use it again (default: a new one)")
    return parser.parse_args()


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Every line of a JSONL file."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        sys.exit(f"error: no {path}\nhint: give the FOLDER that holds articles.jsonl and questions.jsonl")


def settings(library: Path) -> Config:
    """The project's own settings over another library, without a language model."""
    config = load_config(Path(__file__).parent.parent / "config.toml").with_library(str(library))
    return replace(config, qa=replace(config.qa, engine="extractive"))


@contextmanager
def opened(folder: Path, library: Path | None) -> Iterator[Engine]:
    """An engine over the folder's articles, its indexes proven."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_engine(settings(library or Path(scratch)))
        try:
            began = time.monotonic()
            report = engine.store.ingest([folder / "articles.jsonl"])
            engine.store.indexes.wait()
            print(f"{report.added} articles, {report.passages} passages ingested in {time.monotonic() - began:.0f} s")
            yield engine
        finally:
            engine.close()


def record_of(origin: str) -> str:
    """The id that the article's record has in articles.jsonl."""
    return origin.rpartition("#")[2]

"""What was measured, as the page docs/benchmarks.md: tables of one run, with its day, machine and versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]
PACKAGES = (
    "vouch",
    "torch",
    "sentence-transformers",
    "openvino",
    "chromadb",
    "tantivy",
    "llama-index-core",
    "txtai",
)
SHORT = ", **short**"
CPUINFO = Path("/proc/cpuinfo")
TITLES = {"multihop-rag": "MultiHop-RAG", "squad2": "SQuAD 2.0", "clapnq": "CLAPnq"}
COLUMNS = {
    "hits_at_4": "Hits@4",
    "hits_at_10": "Hits@10",
    "mrr_at_10": "MRR@10",
    "all_evidence_at_10": "all evidence@10",
    "auroc": "AUROC",
    "median_ms": "ms",
}
HEAD = """# Benchmarks

Written by `make bench` on {day}, in one run on one machine: do not edit. How each set is used, what was tried and
what fell short stands in [measured.md](measured.md).

{machine}. {versions}.
"""
BESIDE = """
## Beside others

The same articles, ten passages for each question, the same embedding model, on the same machine. Dense only and
BM25 only rank Vouch's own passages (220 word pieces at most, under a header of title, outlet and date), and so does
txtai's hybrid; the LlamaIndex starter cuts chunks of 256 tokens that overlap by 20. A passage counts when it holds
an evidence quote (MultiHop-RAG) or is of the right paragraph (SQuAD 2.0). AUROC: how well a system's own best
score, for Vouch its confidence, tells questions with an answer from others; of CLAPnq each question is asked of its
one passage. Milliseconds of a search at the median. RAMDocs, SummEdits, BIPIA and PIArena ask for what the others
do not do: disagreement, support, resistance to planted instructions.
"""
PROMISED = """
## What is promised

| `python -m benchmarks.…` | figure | wanted | seen |
|---|---|---|---|
"""


def machine() -> str:
    """The processor and the system, as they call themselves.

    >>> machine().count("processors")
    1
    """
    models = [line.partition(":")[2].strip() for line in _lines(CPUINFO) if line.startswith("model name")]
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} processors ({models[0] if models else platform.machine()}), {system}"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def versions() -> str:
    """The packages that the figures depend on."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return ", ".join(found)


def share(figure: object) -> str:
    """A figure as it is read: shares to three places, counts whole.

    >>> share(0.90338), share(134.2), share(None)
    ('.903', '134', '')
    """
    if not isinstance(figure, int | float):
        return ""
    return f"{figure:.3f}".replace("0.", ".", 1) if 0 < figure < 1 else f"{figure:.0f}"


def beside(title: str, systems: Figures) -> str:
    """One set: a row for each system, a column for each figure that any of them has."""
    columns = [key for key in COLUMNS if any(key in figures for figures in systems.values())]
    head = f"| {title} | {' | '.join(COLUMNS[key] for key in columns)} |\n|---{'|---' * len(columns)}|\n"
    rows = (
        f"| {name} | {' | '.join(share(figures.get(key)) for key in columns)} |\n" for name, figures in systems.items()
    )
    return f"\n{head}{''.join(rows)}"


def page(
    promised: Sequence[tuple[str, str, str, float | None, bool]], others: Figures, day: date, left_out: Sequence[str]
) -> str:
    """The whole page. `promised` are (benchmark, figure, wanted, seen, holds); `others` the systems of each set.

    `left_out` were not run this time.
    """
    head = HEAD.format(day=f"{day.day} {day:%B %Y}", machine=machine(), versions=versions())
    sets = "".join(beside(TITLES.get(name, name), systems) for name, systems in others.items())
    rows = [
        f"| {benchmark} | {figure} | {wanted} | {'none' if seen is None else f'{seen:g}'}{'' if holds else SHORT} |\n"
        for benchmark, figure, wanted, seen, holds in promised
    ]
    missing = f"\nNot run this time: {', '.join(left_out)}.\n" if left_out else ""
    return head + (BESIDE + sets if sets else "") + (PROMISED + "".join(rows) if rows else "") + missing

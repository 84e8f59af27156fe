"""Every figure that is promised, measured one after another, and others' searches beside ours: `make bench`.

It takes about an hour, and neither network nor language model. Each benchmark is a process of its own and prints its
figures as JSON in its last line; at the end they stand beside what is wanted of them, and docs/benchmarks.md is written
anew. The exit code is 1 where one falls short. `python -m benchmarks NAME …` runs some of them, and the page says so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import tables
from benchmarks.collection import SETS

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure of a benchmark and its bound: at least `least`, or at most `most`."""

    benchmark: str
    figure: str
    least: float = float("-inf")
    most: float = float("inf")

    def holds(self, value: float) -> bool:
        return self.least <= value <= self.most

    def __str__(self) -> str:
        return f"≥ {self.least:g}" if self.least > float("-inf") else f"≤ {self.most:g}"


BESIDE = "beside"  # others' searches, whose libraries are those of the sets' names
COLLECTIONS = {
    "retrieval": "multihop-rag",
    "answers": "squad2",
    "ask": "multihop-rag",
    "batch": "multihop-rag",
}  # read by which, ingested once

WANTED = (
    Wanted("retrieval", "hits_at_4", least=0.86),
    Wanted("retrieval", "hits_at_10", least=0.95),
    Wanted("retrieval", "all_evidence_at_10", least=0.42),
    Wanted("answers", "sentence_at_1", least=0.82),
    Wanted("answers", "sentence_at_2", least=0.90),
    Wanted("answers", "sentence_at_3", least=0.93),
    Wanted("answers", "short_f1", least=0.60),
    Wanted("declining", "declined_null", least=0.90),
    Wanted("declining", "declined_other", most=0.05),
    Wanted("declining", "auroc_clapnq", least=0.92),
    Wanted("declining", "auroc_squad2", least=0.69),
    Wanted("support", "auroc", least=0.65),
    Wanted("support", "extracted_quoted", least=1.0),
    Wanted("disagreement", "all_shown", least=0.60),
    Wanted("disagreement", "false_conflicts", most=0.10),
    Wanted("injection", "prompts_left", most=0),
    Wanted("injection", "breakouts_left", most=0),
    Wanted("injection", "acting", most=0),
    Wanted("injection", "unsupported_shown_supported", most=0),
    Wanted("injection", "attacks_quoted", most=0),
    Wanted("injection", "others_changed", most=0),
    Wanted("batch", "seconds_1_worker", most=60),
    Wanted("batch", "gain_of_2", least=1.0),
    Wanted("batch", "memory_growth_mib", most=20),
    Wanted("batch", "lost", most=0),
    Wanted("batch", "repeated", most=0),
    Wanted("ask", "warm_median_ms", most=300),
    Wanted("ask", "short_median_ms", most=300),
    Wanted("ask", "warm_no_reader_median_ms", most=120),
    Wanted("ask", "short_no_reader_median_ms", most=120),
)


def measured(benchmark: str, libraries: Path) -> dict[str, Any]:
    """Run one benchmark, its output shown, and read the figures of its last line; none if it failed."""
    folder = COLLECTIONS.get(benchmark)
    kept = [str(SETS / folder), "--library", str(libraries / folder)] if folder else []
    if benchmark == BESIDE:
        kept = ["--library", str(libraries)]
    print(f"\n== {benchmark}", flush=True)
    last = ""
    with subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{benchmark}", *kept], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line
    try:
        return json.loads(last) if process.returncode == 0 else {}
    except ValueError:
        return {}


def main() -> int:
    every = list(dict.fromkeys((*(wanted.benchmark for wanted in WANTED), BESIDE)))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run (default: all): {', '.join(every)}")
    chosen = parser.parse_args().names or every
    with tempfile.TemporaryDirectory() as scratch:
        figures = {name: measured(name, Path(scratch)) for name in every if name in chosen}
    print(f"\n{'':40}{'wanted':>10}{'seen':>10}")
    rows = []
    for wanted in (wanted for wanted in WANTED if wanted.benchmark in figures):
        value = figures[wanted.benchmark].get(wanted.figure)
        holds = value is not None and wanted.holds(value)
        rows.append((wanted.benchmark, wanted.figure, str(wanted), value, holds))
        seen = "none" if value is None else f"{value:g}"
        print(f"{wanted.benchmark + ' ' + wanted.figure:40}{wanted!s:>10}{seen:>10}{'' if holds else '  short'}")
    left_out = [name for name in every if name not in figures]
    page = tables.page(rows, figures.get(BESIDE, {}), datetime.now(UTC).date(), left_out)
    PAGE.write_text(page, encoding="utf-8")
    print(f"\n{PAGE} is written anew")
    return 0 if all(holds for *_, holds in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

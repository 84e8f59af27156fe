"""A batch of questions: how long it takes with one worker and with two, what memory it needs, and what a kill costs.

Three parts, each a `vouch batch` in a process of its own, over a copy of the same library. Time: the folder's questions
with one worker and with two, by turns, start and end included. Memory: so many questions, the folder's again and
again; its process is looked at every five hundred answers. Kills: `kill -9` at so many random moments of one batch,
whose file is then compared with that of a batch that was left alone, byte for byte but for the times.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.collection import SETS, opened, read_jsonl

ROOT = Path(__file__).parent.parent
SETTINGS = '[qa]\nengine = "extractive"\n'
WORKERS = (1, 2)
EVERY = 500  # answers between two looks at the memory
LOOK_S = 0.05
SETTLED = 500  # answers after which memory is to be flat: caches are full by then
WORDS_OF_TIME = re.compile(rb'"timings_ms": \{[^}]*\}')

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where everything lies: the library, its settings, and the questions."""

    library: Path
    scratch: Path
    questions: list[dict[str, Any]]

    def asked(self, n: int) -> Path:
        """A file of so many questions, those of the folder again and again, each with an id of its own."""
        path = self.scratch / f"questions-{n}.jsonl"
        rows = islice(cycle(self.questions), n)
        lines = (json.dumps({"id": f"q{number}", "question": row["question"]}) for number, row in enumerate(rows))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    @contextmanager
    def batch(self, asked: Path, output: Path, workers: int = 1) -> Iterator[subprocess.Popen[str]]:
        """`vouch batch`, which is killed if it is left before its end."""
        settings = self.scratch / "config.toml"
        settings.write_text(SETTINGS, encoding="utf-8")
        named = ["--library", str(self.library), "--config", str(settings), "--workers", str(workers)]
        command = [sys.executable, "-m", "cli", "batch", str(asked), "-o", str(output), "--quiet", *named]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    def whole(self, asked: Path, output: Path, workers: int = 1) -> float:
        """A batch from start to end; seconds."""
        began = time.monotonic()
        with self.batch(asked, output, workers) as process:
            _, said = process.communicate()
        if process.returncode:
            sys.exit(f"error: vouch batch ended with {process.returncode}: {said}")
        return time.monotonic() - began


def timed(bench: Bench, turns: int) -> Figures:
    """Seconds of the whole set with one worker and with two, the median of turns; and what two gain in each."""
    asked, took = bench.asked(len(bench.questions)), {workers: list[float]() for workers in WORKERS}
    written = set()
    for turn in range(turns):
        for workers in WORKERS[:: -1 if turn % 2 else 1]:
            output = bench.scratch / f"timed-{turn}-{workers}.jsonl"
            took[workers].append(bench.whole(asked, output, workers))
            written.add(without_times(output))
    one, two = (took[workers] for workers in WORKERS)
    gains = [first / second for first, second in zip(one, two, strict=True)]
    return {
        "questions": len(bench.questions),
        "seconds_1_worker": round(median(one), 1),
        "seconds_2_workers": round(median(two), 1),
        "gain_of_2": round(median(gains), 2),
        "least_gain_of_2": round(min(gains), 2),
        "same_file": len(written) == 1,
    }


def without_times(path: Path) -> bytes:
    """The bytes of a run but for what differs each time."""
    return WORDS_OF_TIME.sub(b"", path.read_bytes())


def remembered(bench: Bench, n: int, workers: int) -> Figures:
    """Resident memory of the process after every five hundred answers, MiB, and how it grows once caches are full."""
    output = bench.scratch / "remembered.jsonl"
    watched = Watched(output)
    with bench.batch(bench.asked(n), output, workers) as process:
        while process.poll() is None:
            watched.look(process.pid)
            time.sleep(LOOK_S)
        if process.returncode:
            sys.exit(f"error: vouch batch ended with {process.returncode}: {process.communicate()[1]}")
    settled = [rss for number, rss in watched.rss.items() if number >= SETTLED] or [0.0]
    return {
        "memory_questions": n,
        "memory_mib": {number: round(rss, 1) for number, rss in watched.rss.items()},
        "memory_growth_mib": round(settled[-1] - settled[0], 1),
        "memory_most_mib": round(max(watched.rss.values(), default=0.0), 1),
    }


@dataclass(slots=True)
class Watched:
    """A file that grows, and the memory of who writes it."""

    output: Path
    rss: dict[int, float] = field(default_factory=dict)
    _read: int = 0
    _lines: int = 0

    @property
    def lines(self) -> int:
        """How many lines are in it by now; only what is new is read."""
        if self.output.exists():
            with self.output.open("rb") as file:
                file.seek(self._read)
                new = file.read()
            self._read += len(new)
            self._lines += new.count(b"\n")
        return self._lines

    def look(self, process: int) -> None:
        """Note the memory when another five hundred lines are there."""
        seen = self.lines // EVERY * EVERY
        if seen and seen not in self.rss:
            self.rss[seen] = resident_mib(process)


def resident_mib(process: int) -> float:
    """The memory that a process has, MiB; 0 for one that has just ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def killed(bench: Bench, kills: int, n: int, workers: int, seed: int) -> Figures:
    """A batch of n questions killed at random moments until it is done, beside one that was left alone."""
    asked, alone, output = bench.asked(n), bench.scratch / "alone.jsonl", bench.scratch / "killed.jsonl"
    seconds = bench.whole(asked, alone, workers)
    chance, moments = random.Random(seed), []  # noqa: S311  # moments, not secrets
    stops = sorted(chance.uniform(0.0, n) for _ in range(kills))  # answers that are there, a part of the next one made
    for stop in stops:
        watched = Watched(output)
        with bench.batch(asked, output, workers) as process:
            while process.poll() is None and watched.lines < int(stop):
                time.sleep(LOOK_S / 10)
            time.sleep((stop % 1.0) * seconds / n)
            process.kill()
            process.wait()
        moments.append(Watched(output).lines)
    bench.whole(asked, output, workers)
    ids = [json.loads(line)["id"] for line in output.read_bytes().splitlines()]
    return {
        "kills": kills,
        "kills_questions": n,
        "killed_after": moments,
        "lost": n - len(set(ids)),
        "repeated": len(ids) - len(set(ids)),
        "same_as_alone": without_times(output) == without_times(alone),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SETS / "multihop-rag")
    parser.add_argument("--library", type=Path, help="take this library, of which a copy is used (default: a new one)")
    parser.add_argument("--memory", type=int, default=5000, metavar="N", help="questions of the second part (0: none)")
    parser.add_argument("--kills", type=int, default=10, metavar="N", help="of the third part (0: none)")
    parser.add_argument("--killed", type=int, default=500, metavar="M", help="questions of the batch that is killed")
    parser.add_argument("--workers", type=int, default=2, help="of the second and third part")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--turns", type=int, default=3, help="of one and of two workers, in the first part (0: none)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        if options.library and options.library.exists():
            shutil.copytree(options.library, library)
        with opened(options.folder, library):
            pass
        bench = Bench(library, Path(scratch), read_jsonl(options.folder / "questions.jsonl"))
        figures = timed(bench, options.turns) if options.turns else {}
        if options.memory:
            figures |= remembered(bench, options.memory, options.workers)
        if options.kills:
            figures |= killed(bench, options.kills, options.killed, options.workers, options.seed)
    for name, figure in figures.items():
        print(f"{name:20} {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""Fifty sound files and a hundred bad ones in a folder: the fifty are in, each bad one is named with its reason."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from badfiles import PROSE, make, make_odd

ROOT = Path(__file__).parent.parent
GOOD = 50
PARTLY = 3  # exit code: done, but not all could be read
LIMIT_S = 180  # for all of it: a third of that where nothing else runs
MOST_MEMORY = 1.5 * 2**30  # bytes, of the largest of the processes
SETTINGS = "[ingest]\nread_timeout_s = 5.0\nread_memory_mb = 512\n"
NOT_FORESEEN = re.compile(r"it cannot be read \(\w+")  # a parser's own error, which tells a user nothing
ENDLESS = "changing.txt"


@dataclass(frozen=True)
class Run:
    """What `vouch ingest --json` gave."""

    code: int
    report: dict[str, Any]
    refused: dict[str, list[str]]
    reasons: dict[str, str]
    odd: set[str]
    articles: set[str]
    seconds: float
    memory: int


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("inputs") / "in"
    reasons, odd = make(folder) | {ENDLESS: "changes while it is read"}, make_odd(folder)
    for number in range(GOOD):
        (folder / f"good-{number:02}.txt").write_text(f"Ferry {number} stops\n\nNumber {number}: {PROSE}\n")
    settings = folder.parent / "config.toml"
    settings.write_text(SETTINGS)
    library = folder.parent / "library"
    began = time.monotonic()
    with changing(folder / ENDLESS):
        code, report, memory = vouch(
            "ingest", str(folder), "--library", str(library), "--config", str(settings), "--json"
        )
    seconds = time.monotonic() - began
    refused: dict[str, list[str]] = {}
    for refusal in report["refused"]:
        refused.setdefault(named(refusal["origin"], folder), []).append(refusal["reason"])
    _, listed, _ = vouch("articles", "--library", str(library), "--config", str(settings), "--json")
    articles = {named(article["origin"], folder) for article in listed}
    return Run(code, report, refused, reasons, odd, articles, seconds, memory)


def named(origin: str, folder: Path) -> str:
    return origin.removeprefix(f"{folder.resolve()}/")


# A small process between: a new process counts as its own the memory of the one that started it.
MEASURING = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def vouch(*arguments: str) -> tuple[int, Any, int]:
    """The command as a process: its exit code, what it printed, and the memory of the largest process in bytes."""
    command = [sys.executable, "-c", MEASURING, sys.executable, "-m", "cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.stdout, f"vouch {arguments[0]} ended with {done.returncode}: {done.stderr}"
    return done.returncode, json.loads(done.stdout), int(done.stderr.split()[-1]) * 1024


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """A file that somebody is writing; so long that no reading of it falls between two writes."""
    path.write_text(f"{PROSE}\n" * 300_000)
    done = threading.Event()

    def write() -> None:
        with path.open("a") as file:
            while not done.wait(0.001):
                file.write("More.\n")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_the_sound_files_are_in(run: Run) -> None:
    sound = {f"good-{number:02}.txt" for number in range(GOOD)} | {"lines.jsonl#one", "lines.jsonl#six"}
    assert sound - run.articles == set()
    assert run.articles - sound - run.odd == set(), "these are bad, and are in"


def test_what_only_looks_bad_is_in(run: Run) -> None:
    assert {name: run.refused.get(name) for name in run.odd - run.articles} == {}


def test_each_bad_one_is_listed_once_with_its_reason(run: Run) -> None:
    assert len(run.reasons) >= 60
    print("\n".join(f"{name}: {' / '.join(told)}" for name, told in run.refused.items()))  # noqa: T201  # with -s
    wrong = {
        name: run.refused.get(name)
        for name, pattern in run.reasons.items()
        if len(run.refused.get(name, [])) != 1 or not re.search(pattern, run.refused[name][0])
    }
    assert wrong == {}
    assert set(run.refused) == set(run.reasons)


def test_every_reason_is_in_plain_words(run: Run) -> None:
    reasons = {name: reason for name, told in run.refused.items() for reason in told}
    assert {name: reason for name, reason in reasons.items() if NOT_FORESEEN.search(reason)} == {}
    assert {name: reason for name, reason in reasons.items() if not 10 < len(reason) < 300 or "\n" in reason} == {}


def test_it_says_that_not_all_was_read(run: Run) -> None:
    assert run.code == PARTLY
    assert run.report["added"] == len(run.articles)


def test_nothing_hangs_and_memory_has_a_limit(run: Run) -> None:
    print(f"{run.seconds:.0f} s, {run.memory / 2**20:.0f} MiB")  # noqa: T201
    assert run.seconds < LIMIT_S
    assert run.memory < MOST_MEMORY

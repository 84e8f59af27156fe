"""Several processes and one library: two ingest, one asks meanwhile, the owner is killed. Nothing is lost or stale."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from meanwhile import TOWNS
from shelf import write

from index.checks import consistency
from index.config import IndexConfig
from index.library import Library
from index.owner import owner_of
from index.store import open_store
from ingest.config import IngestConfig

ROOT = Path(__file__).parent.parent
MEANWHILE = Path(__file__).with_name("meanwhile.py")
ARTICLES, SENTENCES, LONG = 48, 12, 120  # LONG: the owner is at work for as long as another takes to find it
PATIENCE_S = 120
QUIET = ("waiting: ", "note: ")  # what a command may say on the way

Process = subprocess.Popen[str]


def text(number: int, colour: str, sentences: int = SENTENCES) -> str:
    town = TOWNS[number % len(TOWNS)]
    return " ".join(
        f"In week {week} the harbour clerk of {town} counted {number * 100 + week} {colour} barrels at the quay."
        for week in range(sentences)
    )


def told(folder: Path, number: int, colour: str, sentences: int = SENTENCES) -> None:
    write(
        folder, f"count{number:02}", text(number, colour, sentences), title=f"Count {number}", outlet="Pebble Gazette"
    )


def started(*arguments: object) -> Process:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ingesting(library: Path, folder: Path) -> Process:
    return started("-m", "cli", "ingest", "--json", "--library", library, folder)


def ended(process: Process) -> str:
    """What it printed; it ended well and complained of nothing."""
    said, complained = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, complained
    assert [line for line in complained.splitlines() if not line.startswith(QUIET)] == []
    return said


def check_library(folder: Path, expected: set[str]) -> None:
    """All articles are in, each once, and both indexes hold just what is live."""
    with closing(open_store(folder, IndexConfig(), IngestConfig())) as store:
        store.indexes.wait()
        library: Library = store.library
        assert consistency(library) == []
        assert library.integrity() == ""
        texts = [library.article(article.id).text for article in library.articles()]
        assert sorted(texts) == sorted(expected)
        live = library.passage_ids()
        assert library.orphans() == []
        assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == live


@pytest.mark.faults
def test_two_ingest_and_one_asks_meanwhile(tmp_path: Path) -> None:
    library, news, end = tmp_path / "library", tmp_path / "news", tmp_path / "end"
    halves = [news / "one", news / "two"]
    for number in range(ARTICLES):
        told(halves[number % 2], number, "blue")
    reader = started(MEANWHILE, library, end)
    for process in [ingesting(library, half) for half in halves]:
        report = json.loads(ended(process))
        assert (report["files"], report["added"], report["refused"]) == (ARTICLES // 2, ARTICLES // 2, [])
    changed = range(0, ARTICLES, 3)
    for number in changed:
        told(halves[number % 2], number, "green")
    reports = [json.loads(ended(process)) for process in [ingesting(library, news), ingesting(library, news)]]
    assert sum(report["changed"] for report in reports) == len(changed)
    assert [report["gone"] for report in reports] == [[], []]
    end.touch()
    answers = [json.loads(line) for line in ended(reader).splitlines()]
    check_answers([(title, quote) for answer in answers for title, quote in answer], set(changed))
    check_library(library, {text(n, "green" if n in changed else "blue") for n in range(ARTICLES)})


def check_answers(cited: list[tuple[str, str]], changed: set[int]) -> None:
    """What was quoted stands in the article as it was or as it is, and once it was quoted as it is, it stays so."""
    assert len(cited) >= 3
    renewed = set()
    for title, quote in cited:
        number = int(title.removeprefix("Count "))
        new = number in changed and quote in text(number, "green")
        assert new or quote in text(number, "blue")
        assert new or number not in renewed
        renewed |= {number} if new else set()


@pytest.mark.faults
def test_the_other_goes_on_when_the_owner_is_killed(tmp_path: Path) -> None:
    library, one, two = tmp_path / "library", tmp_path / "one", tmp_path / "two"
    for number in range(ARTICLES):
        told(one if number % 2 else two, number, "blue", LONG if number % 2 else SENTENCES)
    owner = ingesting(library, one)
    wait(lambda: "port" in owner_of(library), owner)
    other = ingesting(library, two)
    wait(lambda: has_a_socket(other), owner)
    owner.send_signal(signal.SIGKILL)
    owner.communicate(timeout=PATIENCE_S)
    assert json.loads(ended(other))["added"] == ARTICLES // 2
    assert json.loads(ended(ingesting(library, one)))["files"] == ARTICLES // 2
    check_library(library, {text(n, "blue", LONG if n % 2 else SENTENCES) for n in range(ARTICLES)})


def wait(until: Callable[[], bool], alive: Process) -> None:
    end = time.monotonic() + PATIENCE_S
    while not until():
        assert alive.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)


def has_a_socket(process: Process) -> bool:
    """Whether it speaks to another process."""
    with suppress(FileNotFoundError):  # just closed
        return any("socket:" in str(file.readlink()) for file in Path(f"/proc/{process.pid}/fd").iterdir())
    return False

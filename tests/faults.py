"""For tests that interrupt work on a library: what is interrupted, and where it can be.

strace records a run (which thread called what, the how manieth time, on which file), and then has one of these calls
kill the process or fail, in a copy of the same library. VOUCH_FAULTS sets how many faults there are in all,
VOUCH_FAULTS_SEED where they strike.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aftermath import EMPTY, State, state_in
from interrupted import ACKNOWLEDGED, KEPT, LIBRARY, OTHER
from shelf import INDEX, open_shelf, write

from index.backup import backup
from index.config import IndexConfig

FAULTS = int(os.environ.get("VOUCH_FAULTS", "20"))
KILLS = FAULTS * 7 // 10
ERRORS = FAULTS - KILLS  # of the disk
SEED = int(os.environ.get("VOUCH_FAULTS_SEED", "20250130"))
AT_ONCE = 2
AIMED = 3  # the first so many calls on a file are aimed at
TRIES = 10  # until a fault comes in time
PATIENCE_S = 120  # nothing here takes a tenth of it: whatever takes longer hangs
CALLS = (
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "ftruncate",
)
CHILD = Path(__file__).with_name("interrupted.py")
WORDS = ["".join(random.Random(n).choices("abdefgiklmnoprstu", k=6)) for n in range(1500)]
# Chroma saves its vectors after 1,000 records: 26 articles of 36 passages come near, and the second ingest passes it.
EARLY, CHANGED, LATE = range(26), range(6), range(26, 32)
LONG, SHORT = 72, 30  # sentences
MOVED, COPIED, REPRINTED, REMOVED = 7, 8, 9, 10


@dataclass(frozen=True)
class Event:
    """A call of a recorded run: the how manieth of its thread, and of those with this file of its folder."""

    call: str
    count: int
    file: str
    count_there: int


@dataclass(frozen=True)
class Job:
    """Something to interrupt: the folder that it begins with, and what is right before and after it."""

    what: str
    folder: Path
    news: Path
    before: State
    after: State
    index: IndexConfig = INDEX  # settings of the library afterwards
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """What strace does to a run."""

    at: str
    tracing: Sequence[str]


@dataclass(frozen=True)
class Left:
    """What an interrupted run left, and how it ended."""

    job: Job
    fault: Fault
    folder: Path
    code: int
    said: str

    @property
    def library(self) -> Path:
        return self.folder / LIBRARY

    def acknowledged(self) -> set[str]:
        """Origins of what was said to be in."""
        file = self.folder / ACKNOWLEDGED
        return set(file.read_text().splitlines()) if file.exists() else set()


# --- articles


def prose(number: int, version: int, sentences: int) -> str:
    chosen = random.Random(f"{number}:{version}")
    return " ".join(" ".join(chosen.choices(WORDS, k=14)).capitalize() + "." for _ in range(sentences))


def written(folder: Path, number: int, version: int, sentences: int, outlet: str) -> Path:
    text = prose(number, version, sentences)
    return write(folder, f"article{number:02}", text, title=f"Article {number}", outlet=outlet)


def altered(folder: Path) -> None:
    """Articles are changed, added, moved, copied, reprinted elsewhere, and one is removed."""
    for number in (*CHANGED, *LATE):
        written(folder, number, 1, SHORT, "Wire")
    (folder / "moved").mkdir()
    (folder / f"article{MOVED:02}.md").rename(folder / "moved" / "elsewhere.md")
    shutil.copy(folder / f"article{COPIED:02}.md", folder / "moved" / "copy.md")
    write(folder / "moved", "reprint", prose(REPRINTED, 0, LONG), title=f"Article {REPRINTED}", outlet="Wire")
    (folder / f"article{REMOVED:02}.md").unlink()


# --- jobs


def jobs(folder: Path) -> dict[str, Job]:
    """What is interrupted: the first ingest, another after changes, a reindex, a backup, a restore."""
    if not shutil.which("strace"):
        how = "strace is not installed; get it with: apt-get install strace"
        pytest.fail(how) if os.environ.get("CI") else pytest.skip(how)
    news, first = folder / "news", folder / "first"
    for number in EARLY:
        written(news, number, 0, LONG, "Post")
    for number in LATE:
        written(first, number, 0, LONG, "Post")
    start = folder / "start"
    with closing(open_shelf(start / LIBRARY)) as store:
        store.ingest([news])
    altered(news)
    before = state_in(start)
    again = recorded(Job("ingest", start, news, before, EMPTY), folder / "again")
    saved = Path(shutil.copytree(start, folder / "saved"))
    backup(folder / "again" / LIBRARY, saved / KEPT)
    return {
        "again": again,
        "first": recorded(Job("ingest", folder / "nothing", first, EMPTY, EMPTY), folder / "whole"),
        "reindex": recorded(Job("reindex", start, news, before, EMPTY, OTHER), folder / "reindexed"),
        "backup": recorded(Job("backup", start, news, before, before), folder / "backed-up"),
        "restore": recorded(Job("restore", saved, news, before, again.after), folder / "restored"),
    }


def recorded(job: Job, folder: Path) -> Job:
    """Run it undisturbed, and note its calls and what it makes of the library."""
    job.folder.mkdir(exist_ok=True)
    shutil.copytree(job.folder, folder)
    trace = folder.with_suffix(".trace")
    done = run(job, folder, ["-y", "-s", "0", "-o", str(trace), "-e", f"trace={','.join(CALLS)}"])
    assert done.returncode == 0, done.stderr
    return Job(
        job.what, job.folder, job.news, job.before, state_in(folder, job.index), job.index, events(trace, folder)
    )


def run(job: Job, folder: Path, tracing: Sequence[str]) -> subprocess.CompletedProcess[str]:
    command = ["strace", "-f", "-qq", *tracing, sys.executable, str(CHILD), job.what, str(folder), str(job.news)]
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def events(trace: Path, folder: Path) -> list[Event]:
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for line in trace.read_text(errors="replace").splitlines():
        if called := re.match(r"(\d+) +(\w+)\((.*)", line):
            thread, call, arguments = called.groups()
            names = re.findall(rf'[<"]{re.escape(str(folder))}/([^>"]*)', arguments)
            file = names[-1] if names else ""
            seen[thread, call] += 1
            seen[thread, call, file] += 1
            found.append(Event(call, seen[thread, call], file, seen[thread, call, file]))
    return found


# --- faults

KILL, FULL, BROKEN = "signal=SIGKILL", "error=ENOSPC", "error=EIO"
WRITES, SYNCS = ("write", "pwrite64", "ftruncate"), ("fsync", "fdatasync")
RENAMES = ("rename", "renameat", "renameat2")
# Names that are the same in every run; tantivy and Chroma give their files random ones.
NAMED = re.compile(r"library(/next)?/library\.db[^/]*|.*/chroma\.sqlite3[^/]*|.*/(owner|meta|\.managed)\.json.*|kept.*")
HNSW_FILES = r".*/(header\.bin|data_level0\.bin|length\.bin|link_lists\.bin|index_metadata\.pickle)"

Chosen = Callable[[Job, Path, random.Random], Fault]


def killed_anywhere(job: Job, _: Path, chance: random.Random) -> Fault:
    """At any recorded call; each kind of call on each kind of file is as likely as any other."""
    kinds: dict[tuple[str, str], list[Event]] = {}
    for event in job.events:
        kinds.setdefault((event.call, f"{Path(event.file).parent} {Path(event.file).suffix}"), []).append(event)
    event = chance.choice(kinds[chance.choice(sorted(kinds))])
    inject = injected(event.call, KILL, event.count)
    return Fault(f"{event.call} {event.count}", ["-e", f"trace={event.call}", "-e", inject])


def killed_at(names: str, calls: Sequence[str]) -> Chosen:
    """At such a call on a file with such a name: a regular expression of paths in the folder."""

    def chosen(job: Job, folder: Path, chance: random.Random) -> Fault:
        there = sorted({event.file for event in job.events if event.call in calls and re.fullmatch(names, event.file)})
        file = chance.choice(there)
        event = chance.choice([event for event in job.events if event.call in calls and event.file == file][:AIMED])
        return on_file(event, folder, KILL)

    return chosen


def fails(effect: str, calls: Sequence[str]) -> Chosen:
    """One such call on a file that is known by its name."""

    def chosen(job: Job, folder: Path, chance: random.Random) -> Fault:
        kinds = sorted({(event.call, event.file) for event in job.events if event.call in calls and known(event, job)})
        kind = chance.choice(kinds)
        event = chance.choice([event for event in job.events if (event.call, event.file) == kind])
        return on_file(event, folder, effect)

    return chosen


def fails_from_then_on(effect: str, calls: Sequence[str]) -> Chosen:
    """From such a call on each one, on all files that are known by their names."""

    def chosen(job: Job, folder: Path, chance: random.Random) -> Fault:
        there = [event for event in job.events if event.call in calls and known(event, job)]
        files = sorted({event.file for event in there})
        count = chance.randint(1, max(Counter(event.call for event in there).values()) // 4)
        named = [argument for file in files for argument in ("-P", str(folder / file))]
        inject = f"inject={','.join(calls)}:{effect}:when={count}+"
        return Fault(
            f"{effect} at {','.join(calls)} {count}+", [*named, "-e", f"trace={','.join(calls)}", "-e", inject]
        )

    return chosen


def known(event: Event, job: Job) -> bool:
    return bool(NAMED.fullmatch(event.file)) or (bool(event.file) and (job.folder / event.file).is_file())


def on_file(event: Event, folder: Path, effect: str) -> Fault:
    """At the n-th call on a file; of `rename` strace looks at the old name only, and the n-th of all is taken."""
    file = [] if event.call == "rename" else ["-P", str(folder / event.file)]
    inject = injected(event.call, effect, event.count_there if file else event.count)
    return Fault(f"{effect} at {event.call} of {event.file}", [*file, "-e", f"trace={event.call}", "-e", inject])


def injected(call: str, effect: str, count: int) -> str:
    return f"inject={call}:{effect}:when={count}"


def interrupted(job: Job, choose: Chosen, folder: Path, chance: random.Random) -> Left:
    """Run a job with a fault; again, with another, if it ended before."""
    log = folder.with_suffix(".faults")
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(job.folder, folder)
        fault = choose(job, folder, chance)
        done = run(job, folder, ["-o", str(log), *fault.tracing])
        fired = done.returncode == -signal.SIGKILL or "(INJECTED)" in log.read_text(errors="replace")
        log.unlink()
        if fired:
            return Left(job, fault, folder, done.returncode, done.stderr)
        assert done.returncode == 0, done.stderr
    raise AssertionError(f"none of {TRIES} faults came in time")


@contextmanager
def ahead(numbers: Iterable[int], work: Callable[[int], Left]) -> Iterator[dict[int, Future[Left]]]:
    """Interrupted runs, some at once, ahead of the looking at what they left."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {number: pool.submit(work, number) for number in numbers}
        pool.shutdown(cancel_futures=True)

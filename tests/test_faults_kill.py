"""`kill -9` at random writes of an ingest: nothing acknowledged is lost, nothing is half, and a repeat completes it.

strace kills the process on entry to the n-th write, sync, rename or unlink of one of its threads; some of the kills
are aimed at the files that Chroma saves in place. VOUCH_FAULTS sets how many kills there are.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from shelf import INDEX, HashedWords, open_shelf, write

from index.library import Library
from index.scope import Scope
from index.store import Store
from index.vectors import ExactVectors
from ingest.split import passages

pytestmark = pytest.mark.faults

FAULTS = int(os.environ.get("VOUCH_FAULTS", "40"))
AT_ONCE = 2
SEED = int(os.environ.get("VOUCH_FAULTS_SEED", "20250130"))
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "unlink", "unlinkat", "rename", "ftruncate")
HNSW_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
AIMED_EVERY = 4  # every so many kills, one at those files
CHILD = Path(__file__).with_name("interrupted.py")
# Chroma saves its vectors after 1,000 records: 26 articles of 36 passages come near, and the ingest goes past it.
BEFORE, AFTER = range(26), (*range(6), *range(26, 34))
LONG, SHORT = 72, 30  # sentences

Versions = dict[str, tuple[str, frozenset[str]]]  # article → its version and the ids of its passages


@dataclass(frozen=True)
class Base:
    """A sound library, the files of the next ingest, and what is right before and after it."""

    library: Path
    news: Path
    before: Versions
    after: Versions
    fingerprint: str
    events: list[tuple[str, int]]  # every call of the ingest: which, and the how manieth of its thread


@dataclass(frozen=True)
class Kill:
    """One killed ingest: what it was killed at, the library it left, and what it had acknowledged."""

    at: str
    library: Path
    acknowledged: set[str]


def prose(number: int, version: int, sentences: int) -> str:
    chosen = random.Random(f"{number}:{version}")
    return " ".join(" ".join(chosen.choices(WORDS, k=14)).capitalize() + "." for _ in range(sentences))


WORDS = ["".join(random.Random(n).choices("abdefgiklmnoprstu", k=6)) for n in range(1500)]


def versions(library: Library) -> Versions:
    """What readers see, as the library has it."""
    live = dict(library.rows("SELECT article, version FROM live"))
    cut = library.rows("SELECT article, version, id FROM passages")
    return {a: (v, frozenset(i for one, of, i in cut if (one, of) == (a, v))) for a, v in live.items()}


def right(store: Store) -> Versions:
    """The same, worked out from the articles' texts."""
    found = {}
    for ident in store.library.origins().values():
        article = store.library.article(ident)
        cut = passages(article, store.embedder.count, INDEX.passage_pieces)
        found[ident] = (article.version, frozenset(passage.id for passage in cut))
    return found


def child(base: Base | None, library: Path, news: Path, tracing: list[str]) -> subprocess.CompletedProcess[str]:
    command = ["strace", "-f", "-qq", *tracing, sys.executable, str(CHILD), str(library), str(news)]
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    command.append(f"{library}.acknowledged")
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    if not shutil.which("strace"):
        how = "strace is not installed; get it with: apt-get install strace"
        pytest.fail(how) if os.environ.get("CI") else pytest.skip(how)
    folder = tmp_path_factory.mktemp("kill")
    for number in BEFORE:
        write(folder / "news", f"article{number:02}", prose(number, 0, LONG), title=f"Article {number}", outlet="Post")
    store = open_shelf(folder / "base")
    store.ingest([folder / "news"])
    before = right(store)
    store.close()
    for number in AFTER:
        write(folder / "news", f"article{number:02}", prose(number, 1, SHORT), title=f"Article {number}", outlet="Wire")
    shutil.copytree(folder / "base", folder / "whole")
    trace = folder / "trace"
    done = child(None, folder / "whole", folder / "news", ["-o", str(trace), "-e", f"trace={','.join(CALLS)}"])
    assert done.returncode == 0, done.stderr
    store = open_shelf(folder / "whole")
    after, fingerprint = right(store), store.library.fingerprint()
    store.close()
    assert (len(before), len(after)) == (26, 34)
    return Base(folder / "base", folder / "news", before, after, fingerprint, events(trace))


def events(trace: Path) -> list[tuple[str, int]]:
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for line in trace.read_text(errors="replace").splitlines():
        if called := re.match(r"(\d+) +(\w+)\(", line):
            seen[called[1], called[2]] += 1
            found.append((called[2], seen[called[1], called[2]]))
    return found


def killed(base: Base, number: int) -> Kill:
    """Kill an ingest at random; once more if it ended before."""
    chance = random.Random(SEED + number)
    folder = base.library.parent / f"run{number}"
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base.library, folder)
        at, tracing = aimed(folder, chance) if number % AIMED_EVERY == 0 else anywhere(base, chance)
        done = child(base, folder, base.news, ["-o", "/dev/null", *tracing])
        if done.returncode == -9:
            acknowledged = Path(f"{folder}.acknowledged")
            lines = acknowledged.read_text().splitlines() if acknowledged.exists() else []
            acknowledged.unlink(missing_ok=True)
            return Kill(at, folder, set(lines))
        assert done.returncode == 0, done.stderr
        Path(f"{folder}.acknowledged").unlink()
    raise AssertionError("none of ten kills came in time")


def anywhere(base: Base, chance: random.Random) -> tuple[str, list[str]]:
    call, count = chance.choice(base.events)
    return f"{call} {count}", ["-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={count}"]


def aimed(folder: Path, chance: random.Random) -> tuple[str, list[str]]:
    """At the files that Chroma writes in place, without a sync, once in a thousand records."""
    (segment,) = (path for path in (folder / "chroma").glob("*/*") if path.is_dir())
    name, call, count = chance.choice(HNSW_FILES), "write", chance.choice((1, 1, 2, 3))
    inject = f"inject={call}:signal=SIGKILL:when={count}"
    return f"{call} {count} to {name}", ["-P", str(segment / name), "-e", f"trace={call}", "-e", inject]


@pytest.fixture(scope="module")
def kills(base: Base, request: pytest.FixtureRequest) -> Iterator[dict[int, Future[Kill]]]:
    """Those that were asked for, some at once, ahead of the looking at what they left."""
    here = [item for item in request.session.items if item.path == request.path]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            number: pool.submit(killed, base, number) for number in (item.callspec.params["number"] for item in here)
        }
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("number", range(FAULTS))
def test_an_ingest_that_is_killed_loses_and_breaks_nothing(
    number: int, base: Base, kills: dict[int, Future[Kill]], request: pytest.FixtureRequest
) -> None:
    kill = kills[number].result()
    request.node.user_properties.append(("killed at", kill.at))
    embedder = HashedWords()
    store = open_shelf(kill.library, embedder)
    try:
        check_what_was_left(store, base, kill)
        store.indexes.wait()
        request.node.user_properties.append(("told", " ".join(store.indexes.notices())))
        assert embedder.asked == [], kill.at
        check_what_can_be_found(store)
        check_the_repeat(store, base)
    finally:
        store.close()
    shutil.rmtree(kill.library)


def check_what_was_left(store: Store, base: Base, kill: Kill) -> None:
    """Every article is wholly old or wholly new; a new one may be absent; what was acknowledged is new."""
    assert store.library.integrity() == ""
    seen = versions(store.library)
    for article in base.after:
        allowed = {base.before.get(article), base.after[article]}
        assert seen.get(article) in allowed, kill.at
    assert base.before.keys() <= seen.keys() <= base.after.keys()
    origins = store.library.origins()
    for origin in kill.acknowledged:
        assert seen[origins[origin]] == base.after[origins[origin]], kill.at


def check_what_can_be_found(store: Store) -> None:
    """Each live article is found by words of its own, in both indexes, and answers come from the index again."""
    live = set(store.library.passage_ids())
    assert live <= set(store.indexes.vectors().stored())
    assert live <= set(store.indexes.lexical().ids())
    for article in list(store.library.origins().values())[::5]:
        text = store.library.article(article).text
        hit, *_ = store.searcher.search(text[200:300])
        assert hit.passage.article.id == article


def check_the_repeat(store: Store, base: Base) -> None:
    """Ingesting again gives what an ingest gives that nobody killed, and leaves no rest of anything."""
    report = store.ingest([base.news])
    assert report.files == len(base.after)
    assert (report.gone, report.refused) == ((), ())
    assert versions(store.library) == base.after
    assert store.library.fingerprint() == base.fingerprint
    assert store.library.orphans() == []
    live = store.library.passage_ids()
    assert store.library.rows("SELECT count(*) FROM passages") == [(len(live),)]
    assert store.library.rows("SELECT count(*) FROM articles") == [(len(base.after),)]
    assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == live
    assert recall(store, live) >= 0.995


def recall(store: Store, live: list[str], k: int = 10) -> float:
    exact, index = ExactVectors(store.library), store.indexes.vectors()
    rows = np.array(list(store.library.vectors(live).values()))[::5]
    shared = 0
    for vector in rows:
        truth = {ident for ident, _ in exact.search(vector, k, Scope())}
        shared += len(truth & {ident for ident, _ in index.search(vector, k, Scope())})
    return shared / (k * len(rows))

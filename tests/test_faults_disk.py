"""A disk that is full or broken: work ends with a clear message, what is in stays and is found, a repeat completes it.

strace has the n-th write or sync of a file fail, once or from then on; and an ingest fills a real small disk.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest
from aftermath import check
from faults import (
    BROKEN,
    ERRORS,
    FULL,
    RENAMES,
    SEED,
    SHORT,
    SYNCS,
    WRITES,
    Fault,
    Job,
    Left,
    ahead,
    fails,
    fails_from_then_on,
    interrupted,
    jobs,
    prose,
    run,
    written,
)
from interrupted import FAILED
from shelf import open_shelf

from index.errors import LibraryError

pytestmark = pytest.mark.faults

SMALL_MB = 24

FILLED = (*WRITES, *RENAMES)  # calls that fail on a full disk
PLANS = (
    ("again", fails_from_then_on(FULL, FILLED)),
    ("again", fails(BROKEN, (*WRITES, *SYNCS))),
    ("first", fails_from_then_on(FULL, FILLED)),
    ("reindex", fails_from_then_on(FULL, FILLED)),
    ("backup", fails(FULL, FILLED)),
    ("again", fails(FULL, FILLED)),
    ("restore", fails(BROKEN, SYNCS)),
    ("again", fails_from_then_on(BROKEN, (*WRITES, *SYNCS))),
    ("first", fails(BROKEN, (*WRITES, *SYNCS))),
    ("backup", fails(BROKEN, (*WRITES, *SYNCS))),
    ("reindex", fails(BROKEN, (*WRITES, *SYNCS))),
    ("restore", fails_from_then_on(FULL, FILLED)),
)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Job]:
    return jobs(tmp_path_factory.mktemp("disk"))


@pytest.fixture(scope="module")
def failures(work: dict[str, Job], request: pytest.FixtureRequest) -> Iterator[dict[int, Future[Left]]]:
    here = [item for item in request.session.items if item.path == request.path]

    def failed(number: int) -> Left:
        name, choose = PLANS[number % len(PLANS)]
        folder = work[name].news.parent / f"run{number}"
        return interrupted(work[name], choose, folder, random.Random(SEED - 1 - number))

    parameters = [item.callspec.params for item in here if hasattr(item, "callspec")]
    with ahead([given["number"] for given in parameters if "number" in given], failed) as left:
        yield left


@pytest.mark.parametrize("number", range(ERRORS))
def test_a_disk_that_fails_loses_and_breaks_nothing(
    number: int, failures: dict[int, Future[Left]], request: pytest.FixtureRequest
) -> None:
    left = failures[number].result()
    request.node.user_properties.append(("fault", f"{left.job.what}: {left.fault.at}"))
    assert left.code in (0, FAILED), left.said
    if left.code:
        check_the_message(left)
    for repair in check(left):
        request.node.user_properties.append(("repair", repair))
    shutil.rmtree(left.folder)


def check_the_message(left: Left) -> None:
    """It says what is wrong and what to do, and nothing else is said."""
    error, hint = left.said.splitlines()
    assert (error[:7], hint[:6]) == ("error: ", "hint: ")
    if FULL in left.fault.at:
        assert any(word in error + hint for word in ("disk is full", "No space left", "make room")), left.said


# --- a real small disk


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    """A disk of a few megabytes; None where that is not permitted."""
    place = tmp_path_factory.mktemp("small")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_MB}m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    yield place
    subprocess.run(["umount", str(place)], check=True)


def left_free(disk: Path, free: int) -> Path:
    """A file that leaves so many bytes free."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - free))
    return ballast


@pytest.mark.parametrize("free", [200_000, 800_000, 1_600_000])
def test_a_disk_that_is_full(
    free: int, work: dict[str, Job], small_disk: Path | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    job = work["again"]
    if small_disk is None:
        left = interrupted(job, fails_from_then_on(FULL, FILLED), tmp_path / "run", random.Random(free))
    else:
        folder = Path(shutil.copytree(job.folder, small_disk / "run"))
        ballast = left_free(small_disk, free)
        done = run(job, folder, ["-o", "/dev/null", "-e", "trace=none"])
        ballast.unlink()
        left = Left(job, Fault(f"{FULL}, {free:,} bytes free", ()), folder, done.returncode, done.stderr)
    request.node.user_properties.append(("fault", left.fault.at))
    assert left.code == FAILED, left.said
    check_the_message(left)
    check(left)
    shutil.rmtree(left.folder)


def test_an_ingest_that_will_not_fit_is_not_begun(small_disk: Path | None, tmp_path: Path) -> None:
    """And what is in is found; with room again the ingest goes on."""
    disk = small_disk or tmp_path
    with closing(open_shelf(disk / "library")) as store:
        store.ingest([written(tmp_path, 1, 0, SHORT, "Post")])
        again = [written(tmp_path, number, 0, SHORT, "Post") for number in (2, 3)]
        if small_disk:
            ballast = left_free(disk, 5_000_000)
            with pytest.raises(LibraryError, match=r"the disk of .*/library is full: 5 MB are free, \d+ are needed"):
                store.ingest(again)
            ballast.unlink()
        hit, *_ = store.searcher.search(prose(1, 0, SHORT)[200:300])
        assert hit.passage.article.text == prose(1, 0, SHORT)
        assert store.library.orphans() == []
        assert store.ingest(again).added == 2
    shutil.rmtree(disk / "library")

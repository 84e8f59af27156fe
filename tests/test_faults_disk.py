"""A disk that is full or broken: work ends with a clear message, what is in stays and is found, a repeat completes it.

strace has the n-th write or sync of a file fail, once or from then on; and an ingest fills a real small disk.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from faults import (
    BROKEN,
    ERRORS,
    FULL,
    RENAMES,
    SEED,
    SYNCS,
    WRITES,
    Job,
    Left,
    ahead,
    check,
    fails,
    fails_from_then_on,
    interrupted,
    jobs,
)
from interrupted import FAILED

pytestmark = pytest.mark.faults

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
    here = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]

    def failed(number: int) -> Left:
        name, choose = PLANS[number % len(PLANS)]
        folder = work[name].news.parent / f"run{number}"
        return interrupted(work[name], choose, folder, random.Random(SEED - 1 - number))

    with ahead((item.callspec.params["number"] for item in here), failed) as left:
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
    assert left.said.startswith("error: "), left.said
    assert "Traceback" not in left.said
    error, hint, *_ = left.said.splitlines()
    assert hint.startswith("hint: ")
    if FULL in left.fault.at:
        assert any(word in error + hint for word in ("is full", "No space left", "make room")), left.said

"""`kill -9` at random calls of an ingest, reindex, backup or restore: nothing acknowledged is lost, nothing is half.

strace kills the process on entry to the n-th write, sync, rename or unlink of one of its threads; some of the kills
are aimed at files and calls that matter. Doing it again completes it.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from aftermath import check
from faults import (
    HNSW_FILES,
    KILLS,
    RENAMES,
    SEED,
    SYNCS,
    Job,
    Left,
    ahead,
    interrupted,
    jobs,
    killed_anywhere,
    killed_at,
)

pytestmark = pytest.mark.faults

PLANS = (
    ("again", killed_anywhere),
    ("again", killed_at(HNSW_FILES, ("write",))),  # Chroma saves them in place, without a sync, once in 1,000 records
    ("first", killed_anywhere),
    ("again", killed_at(r"library/library\.db-wal", SYNCS)),
    ("backup", killed_at(r"kept\.vouch", RENAMES)),
    ("again", killed_anywhere),
    ("reindex", killed_at(r"library/library\.db", RENAMES)),  # the old library is exchanged for the new one
    ("again", killed_at(r"library/lexical/1/meta\.json", RENAMES)),
    ("restore", killed_anywhere),
    ("again", killed_anywhere),
    ("reindex", killed_anywhere),
    ("again", killed_at(HNSW_FILES, ("write",))),
    ("first", killed_anywhere),
    ("backup", killed_anywhere),
    ("again", killed_anywhere),
    ("restore", killed_at(r"library(/library\.db.*)?", (*RENAMES, *SYNCS, "unlink"))),
)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Job]:
    return jobs(tmp_path_factory.mktemp("kill"))


@pytest.fixture(scope="module")
def kills(work: dict[str, Job], request: pytest.FixtureRequest) -> Iterator[dict[int, Future[Left]]]:
    here = [item.callspec.params["number"] for item in request.session.items if item.path == request.path]

    def killed(number: int) -> Left:
        name, choose = PLANS[number % len(PLANS)]
        folder = work[name].news.parent / f"run{number}"
        return interrupted(work[name], choose, folder, random.Random(SEED + number))

    with ahead(here, killed) as left:
        yield left


@pytest.mark.parametrize("number", range(KILLS))
def test_what_is_killed_loses_and_breaks_nothing(
    number: int, kills: dict[int, Future[Left]], request: pytest.FixtureRequest
) -> None:
    left = kills[number].result()
    request.node.user_properties.append(("fault", f"{left.job.what} killed: {left.fault.at}"))
    assert left.code == -9, left.said
    for repair in check(left):
        request.node.user_properties.append(("repair", repair))
    shutil.rmtree(left.folder)

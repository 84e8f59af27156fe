"""For tests that interrupt work on a library: what is right before and after it, and what has to be left of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from interrupted import KEPT, LIBRARY
from shelf import INDEX, INGEST, HashedWords

from index.backup import backup, restore
from index.checks import consistency
from index.config import IndexConfig
from index.library import Library
from index.reindex import NEXT, reindex
from index.scope import Scope
from index.store import Store, open_store
from index.stories import Stories
from index.vectors import ExactVectors
from ingest.split import passages

if TYPE_CHECKING:
    from faults import Left

Versions = dict[str, tuple[str, frozenset[str]]]  # article → its version and the ids of its passages


@dataclass(frozen=True)
class State:
    """What readers see of a library, and what the next ingest goes by."""

    versions: Versions
    origins: dict[str, str]
    stamps: dict[str, str]
    stories: dict[str, list[str]]
    fingerprint: str


EMPTY = State({}, {}, {}, {}, "")


def state_of(library: Library) -> State:
    """What readers see, as the library has it."""
    live = dict(library.rows("SELECT article, version FROM live"))
    cut = library.rows("SELECT article, version, id FROM passages")
    versions = {a: (v, frozenset(i for one, of, i in cut if (one, of) == (a, v))) for a, v in live.items()}
    stamps = dict(library.rows("SELECT path, stamp FROM files"))
    return State(versions, library.origins(), stamps, Stories(library).members(), library.fingerprint())


def right_versions(store: Store, index: IndexConfig) -> Versions:
    """The versions and passages that there have to be, worked out from the articles' texts."""
    found = {}
    for ident in set(store.library.origins().values()):
        article = store.library.article(ident)
        cut = passages(article, store.embedder.count, index.passage_pieces)
        found[ident] = (article.version, frozenset(passage.id for passage in cut))
    return found


@contextmanager
def opened(library: Path, index: IndexConfig = INDEX, embedder: HashedWords | None = None) -> Iterator[Store]:
    with closing(open_store(library, index, INGEST, opened=lambda *_, **__: embedder or HashedWords())) as store:
        yield store


def state_in(folder: Path, index: IndexConfig = INDEX) -> State:
    """The state of a library that nobody disturbed."""
    with opened(folder / LIBRARY, index) as store:
        state = state_of(store.library)
        assert state.versions == right_versions(store, index)
        return state


# --- what has to be left


def check(left: Left) -> list[str]:
    """That nothing is lost or half, and that doing it again completes it; what was repaired, in sentences."""
    job = left.job
    if job.what == "ingest":
        return check_ingest(left)
    if job.what == "backup":
        check_backup(left)
        return []
    check_exchanged(left)
    with opened(left.library, job.index) as store:
        store.indexes.wait()
        told = store.indexes.notices()
        store.ingest([job.news], prune=True, force=True)
        check_whole(store, job.index)
    return told


def check_ingest(left: Left) -> list[str]:
    job, embedder = left.job, HashedWords()
    with opened(left.library, embedder=embedder) as store:
        check_what_was_left(store, left)
        store.indexes.wait()
        told = store.indexes.notices()
        assert embedder.asked == []
        check_what_is_found(store)
        store.ingest([job.news], prune=True, force=True)
        assert state_of(store.library) == job.after
        check_whole(store, job.index)
        report = store.ingest([job.news], prune=True, force=True)
        assert (report.added, report.changed, report.copied, report.embedded) == (0, 0, 0, 0)
        assert (report.unchanged, report.gone, report.refused) == (len(job.after.origins), (), ())
        return told


def check_what_was_left(store: Store, left: Left) -> None:
    """Every article is wholly as it was or wholly as it will be; what was acknowledged is as it will be."""
    job, seen = left.job, state_of(store.library)
    assert store.library.integrity() == ""
    assert consistency(store.library) == []
    for article in {*job.before.versions, *job.after.versions, *seen.versions}:
        allowed = (job.before.versions.get(article), job.after.versions.get(article))
        assert seen.versions.get(article) in allowed
    for origin in {*job.before.origins, *job.after.origins, *seen.origins}:
        assert seen.origins.get(origin) in (job.before.origins.get(origin), job.after.origins.get(origin))
    for path, stamp in seen.stamps.items():  # what a file was read for is in
        state = job.after if stamp == job.after.stamps.get(path) else job.before
        assert stamp == state.stamps[path]
        assert seen.versions[seen.origins[path]] == state.versions[state.origins[path]]
    for origin in left.acknowledged():
        assert seen.versions[seen.origins[origin]] == job.after.versions[job.after.origins[origin]]


def check_what_is_found(store: Store) -> None:
    """Each live article is found by words of its own, in both indexes, and answers come from the indexes again."""
    live = set(store.library.passage_ids())
    assert live <= set(store.indexes.vectors().stored())
    assert live <= set(store.indexes.lexical().ids())
    for article in list(store.library.origins().values())[::5]:
        text = store.library.article(article).text
        hit, *_ = store.searcher.search(text[200:300])
        assert hit.passage.article.text == text


def check_whole(store: Store, index: IndexConfig) -> None:
    """Nothing is left of anything that is not live, and both indexes hold and find all that is."""
    library = store.library
    assert consistency(library) == []
    seen = state_of(library)
    assert seen.versions == right_versions(store, index)
    live = library.passage_ids()
    assert library.orphans() == []
    assert library.rows("SELECT count(*) FROM passages") == [(len(live),)]
    assert library.rows("SELECT count(*) FROM articles") == [(len(seen.versions),)]
    signed = "SELECT article, version FROM signatures ORDER BY 1"
    assert library.rows(signed) == library.rows("SELECT article, version FROM live ORDER BY 1")
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


def check_exchanged(left: Left) -> None:
    """The library is wholly the old one or wholly the new one, and the new one after another run."""
    job = left.job
    with closing(Library(left.library)) as library:
        assert library.integrity() == ""
        assert consistency(library) == []
        assert state_of(library) in (job.before, job.after)
    if job.what == "reindex":
        reindex(left.library, job.index, opened=lambda *_, **__: HashedWords())
    else:
        restore(left.folder / KEPT, left.library, force=True)
    with closing(Library(left.library)) as library:
        assert state_of(library) == job.after
    assert [path.name for path in left.library.iterdir() if path.name == NEXT or "restoring" in path.name] == []


def check_backup(left: Left) -> None:
    """The library is as it was; the backup is whole or not there, and there after another run."""
    with closing(Library(left.library)) as library:
        assert state_of(library) == left.job.before
    kept = left.folder / KEPT
    if kept.exists():
        check_kept(left, left.folder / "first")
    backup(left.library, kept, force=True)
    check_kept(left, left.folder / "second")
    assert [path.name for path in left.folder.iterdir() if "part" in path.name] == []


def check_kept(left: Left, elsewhere: Path) -> None:
    restore(left.folder / KEPT, elsewhere)
    with closing(Library(elsewhere)) as library:
        assert consistency(library) == []
        assert state_of(library) == left.job.before

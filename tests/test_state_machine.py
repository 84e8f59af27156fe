"""A library against a model in memory: files come, change, move and go, ingests are killed, and what is live is right.

The model knows which file holds which text, and nothing of how the library goes about it. A kill is a copy of the
library as it lies on the disk at that moment, with which the next steps go on.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from faults import FAULTS
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from shelf import HashedWords, open_shelf

from index import probe
from index.build import Builder
from index.checks import consistency
from index.departures import Departures
from index.derived import NEW, Derived, DerivedIndexes
from index.library import Library
from index.stories import Stories
from index.vectors import ChromaVectors

pytestmark = pytest.mark.faults

NAMES = ("ant", "bee", "cod", "deer/doe", "deer/elk", "fox")
TEXTS = range(7)
OUTLETS = ("Pebble Gazette", "Tin Whistle Times")
STEPS: dict[str, tuple[type, str]] = {
    "stage": (Library, "stage"),
    "add to the indexes": (DerivedIndexes, "add"),
    "make live": (Library, "make_live"),
    "set an origin": (Library, "set_origin"),
    "record a file": (Library, "record_file"),
    "delete from the indexes": (DerivedIndexes, "delete"),
    "sweep": (Library, "sweep"),
    "settle what is gone": (Departures, "settle"),
    "update the stories": (Stories, "update"),
    "put": (Builder, "_put"),
}

Held = dict[str, int]  # what a file holds: its name to the number of its text


def words(text: int) -> list[str]:
    """Words that no other text has."""
    chosen = random.Random(text)
    return ["".join(chosen.choices("bdfgklmnprstvz", k=3)) + f"a{text}o" for _ in range(40)]


PROSE = {
    text: " ".join(" ".join(words(text)[n : n + 10]).capitalize() + "." for n in range(0, 40, 5)) for text in TEXTS
}
NUMBER = {prose: text for text, prose in PROSE.items()}


class KilledError(BaseException):
    """The process ends here."""


class LibraryMachine(RuleBasedStateMachine):
    """Steps that a user, or a power cut, may take in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="vouch-"))
        self.news = self.folder / "news"
        self.lives = 0  # of the process
        self.disk: Held = {}
        self.held: Held = {}  # what the library held when it was last looked at
        self.edited: dict[str, str] = {}  # outlets, by article
        self.store = open_shelf(self.library_folder(), HashedWords(), thorough=False)

    @initialize(held=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), min_size=2))
    def begin(self, held: Held) -> None:
        self.news.mkdir()
        for name, text in held.items():
            self.write(name, text)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # What happens to files.

    def path(self, name: str) -> Path:
        return self.news / f"{name}.txt"

    def write(self, name: str, text: int) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PROSE[text], encoding="utf-8")
        self.disk[name] = text

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(TEXTS))
    def add_or_change(self, name: str, text: int) -> None:
        self.write(name, text)

    @precondition(lambda self: self.disk)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.disk)))
        self.path(name).unlink()
        del self.disk[name]

    @precondition(lambda self: self.disk)
    @rule(data=st.data(), to=st.sampled_from(NAMES))
    def move(self, data: st.DataObject, to: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.disk)))
        self.path(to).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).replace(self.path(to))
        self.disk[to] = self.disk.pop(name)

    @precondition(lambda self: self.disk)
    @rule(data=st.data(), to=st.sampled_from(NAMES))
    def copy(self, data: st.DataObject, to: str) -> None:
        self.write(to, self.disk[data.draw(st.sampled_from(sorted(self.disk)))])

    # What happens to the library.

    @rule(prune=st.booleans())
    def ingest(self, prune: bool) -> None:
        before = self.identities()
        report = self.store.ingest([self.news], prune=prune, force=prune)
        assert report.refused == ()
        here = set(self.disk.values())
        kept = {name: text for name, text in self.held.items() if name not in self.disk and text not in here}
        self.held = self.disk | ({} if prune else kept)
        self.check_whole()
        self.check_identities(before)
        again = self.store.ingest([self.news])
        assert (again.added, again.changed, again.copied, again.moved, again.embedded) == (0, 0, 0, (), 0)

    @rule(step=st.sampled_from(sorted(STEPS)), count=st.integers(1, 4), after=st.booleans(), prune=st.booleans())
    def ingest_and_be_killed(self, step: str, count: int, after: bool, prune: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            owner, name = STEPS[step]
            patch.setattr(owner, name, self.fatal(getattr(owner, name), count, after))
            try:
                self.store.ingest([self.news], prune=prune, force=prune)
            except KilledError:
                self.store.close()
                self.store = open_shelf(self.library_folder(), HashedWords(), thorough=False)
        self.check_half(prune)

    def library_folder(self) -> Path:
        return self.folder / f"library{self.lives}"

    def fatal(self, call: Callable[..., Any], count: int, after: bool) -> Callable[..., Any]:
        """A call that ends the process the how manieth time, before or after it does its work."""
        left = iter([*range(count - 1, -1, -1)])

        def killed(*arguments: Any, **named: Any) -> Any:
            last = next(left, 1) == 0
            result = call(*arguments, **named) if after or not last else None
            if last:
                self.lives += 1
                ignored = shutil.ignore_patterns("*-shm", "*.lock")
                with suppress(shutil.Error):  # a file of tantivy that was just merged with others
                    shutil.copytree(self.store.library.folder, self.library_folder(), ignore=ignored)
                raise KilledError
            return result

        return killed

    @rule()
    def close_and_open(self) -> None:
        folder = self.store.library.folder
        self.store.close()
        self.store = open_shelf(folder, HashedWords(), thorough=False)
        self.check_held()

    @precondition(lambda self: self.held)
    @rule(data=st.data(), outlet=st.sampled_from(OUTLETS))
    def edit(self, data: st.DataObject, outlet: str) -> None:
        article = data.draw(st.sampled_from(sorted(set(self.store.library.origins().values()))))
        self.store.builder.edit(article, {"outlet": outlet})
        self.edited[article] = outlet
        self.check_held()

    @rule(text=st.sampled_from(TEXTS))
    def search(self, text: int) -> None:
        hits = self.store.searcher.search(" ".join(words(text)[7:16]))
        found = [NUMBER[hit.passage.article.text] for hit in hits]
        assert found[:1] == [text] if text in self.held.values() else text not in found

    # What has to be.

    def seen(self) -> Held:
        """What readers see: one article for each text, whichever files have it."""
        library = self.store.library
        held, articles = {}, {}
        for origin, ident in library.origins().items():
            article = library.article(ident)
            assert article is not None, origin
            held[str(Path(origin).relative_to(self.news).with_suffix(""))] = NUMBER[article.text]
            assert articles.setdefault(article.text, ident) == ident
            assert article.outlet == self.edited.get(ident, "")
        assert library.counts().articles == len(articles)
        assert consistency(library) == []
        return held

    def check_held(self) -> None:
        assert self.seen() == self.held

    def check_half(self, prune: bool) -> None:
        """After an ingest that may have been killed, every file is as it was known or as it is."""
        seen = self.seen()
        for name in {*NAMES}:
            assert seen.get(name) in (self.held.get(name), self.disk.get(name))
            if self.disk.get(name) == self.held.get(name):
                assert seen.get(name) == self.held.get(name)
        if not prune:
            assert set(self.held.values()) - set(self.disk.values()) <= set(seen.values()) | self.overwritten()
        self.held = seen

    def overwritten(self) -> set[int]:
        return {text for name, text in self.held.items() if name in self.disk}

    def check_whole(self) -> None:
        self.check_held()
        library, indexes = self.store.library, self.store.indexes
        live = library.passage_ids()
        assert library.orphans() == []
        assert library.rows("SELECT count(*) FROM passages") == [(len(live),)]
        assert sorted(indexes.lexical().ids()) == live
        if isinstance(vectors := indexes.vectors(), ChromaVectors):  # else nothing was written since it was opened
            assert sorted(vectors.stored()) == live
        assert {row[0] for row in library.rows("SELECT path FROM files")} == {str(self.path(n)) for n in self.disk}
        for text in TEXTS:
            self.search(text)

    def identities(self) -> dict[str, tuple[str, int]]:
        """The article that each file is known to hold, and its text."""
        origins = self.store.library.origins()
        return {name: (origins[str(self.path(name))], text) for name, text in self.held.items()}

    def check_identities(self, before: dict[str, tuple[str, int]]) -> None:
        """An article keeps its id for as long as it is clear which one it is."""
        after = self.identities()
        for name, (ident, text) in before.items():
            alone = [ident for ident, _ in before.values()].count(ident) == 1
            if name in self.disk and (self.disk[name] == text or (alone and self.is_new(self.disk[name], before))):
                assert after[name][0] == ident
            if not any(other in self.disk for other, (same, _) in before.items() if same == ident):
                assert {now for now, of in after.values() if of == text} <= {ident}

    def is_new(self, text: int, before: dict[str, tuple[str, int]]) -> bool:
        """Whether only one file has this text, and none had it."""
        return list(self.disk.values()).count(text) == 1 and text not in {of for _, of in before.values()}


@pytest.fixture(autouse=True)
def _probed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes are proved in this process: one of their own takes a second to start."""

    def probed(self: Derived) -> str:
        known = self._library.meta(self.kind) and self.folder.is_dir()
        return probe.main(self.kind, str(self._library.folder), str(self.folder)) if known else NEW

    monkeypatch.setattr(Derived, "_probed", probed)


def test_whatever_happens_in_whatever_order_the_library_is_right() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        LibraryMachine,
        settings=settings(
            max_examples=min(100, 2 * FAULTS),
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to shrink what fails takes minutes, and fifteen steps can be read
            suppress_health_check=list(HealthCheck),
        ),
    )

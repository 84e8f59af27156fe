"""Which live articles are one story, kept in the library beside them and brought up to date after every ingest.

An article is signed once for each version, and compared with what is signed already. Whether two articles are near
depends on nothing but these two, and stories on nothing but who is near to whom, so that the order in which
articles came in makes no difference.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from index.library import Library
from ingest.copies import PERMUTATIONS, RULES, Words, are_copies, candidates, origin_of, shared, words_of
from ingest.copies import signature as signature_of
from ingest.documents import Article

IN_ONE_TRANSACTION = 256  # articles signed, or pairs compared, together: about a second of work to lose
WORDS_KEPT = 2048  # articles whose words are in memory for comparing: some 16 MB at 2,000 words each

RULES_KEY, GROUPING = "stories_rules", "stories_grouping"
DUE = "due"  # near pairs were changed and the stories not yet

Neighbours = Mapping[str, set[str]]
Node = TypeVar("Node", str, int)
WordsOf = Callable[[str], Words]
OnProgress = Callable[[int, int], None]  # articles compared, of how many

_MISSING = """SELECT live.article, live.version FROM live LEFT JOIN signatures
  ON signatures.article = live.article AND signatures.version = live.version
  WHERE signatures.article IS NULL ORDER BY 1"""
_GONE = "SELECT article FROM signatures WHERE article NOT IN (SELECT article FROM live)"
_SIGNED = """SELECT signatures.article, signature, compared FROM signatures JOIN live
  ON live.article = signatures.article AND live.version = signatures.version
  WHERE signature <> x'' ORDER BY 1"""


def _quiet(_done: int, _of: int) -> None:
    """Tell nobody."""


class Stories:
    """The stories of one library. Safe from any thread; reading needs no library for MinHash."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()

    def update(self, on_progress: OnProgress = _quiet) -> int:
        """Bring signatures, near pairs and stories up to date with what is live; how many articles had changed.

        Interrupted, it leaves the stories as they were, and the next update goes on where this one stopped.
        """
        with self._lock:
            self._forget_old_rules()
            gone = self._forget_gone()
            missing = self._library.rows(_MISSING)
            if missing:
                self._sign(missing, on_progress)
            if self._library.rows("SELECT 1 FROM signatures WHERE compared = 0 LIMIT 1"):
                self._compare()
            if self._library.meta(GROUPING) == DUE:
                self._regroup()
            return gone + len(missing)

    def story_of(self, article: str) -> list[str]:
        """The other articles of its story, the origin first; none if it is the only one."""
        sql = """SELECT article FROM stories WHERE story = (SELECT story FROM stories WHERE article = ?)
                 AND article <> ? ORDER BY article <> story, article"""
        return [row[0] for row in self._library.rows(sql, (article, article))]

    def members(self) -> dict[str, list[str]]:
        """The articles of every story, by the id of its origin, which stands first."""
        found: dict[str, list[str]] = {}
        for story, article in self._library.rows("SELECT story, article FROM stories ORDER BY 1, article <> story, 2"):
            found.setdefault(story, []).append(article)
        return found

    # Signing and comparing.

    def _forget_old_rules(self) -> None:
        """What was judged by other rules is judged anew."""
        if self._library.meta(RULES_KEY) == RULES:
            return
        with self._library.transaction():
            for table in ("signatures", "near"):
                self._library.rows(f"DELETE FROM {table}")  # noqa: S608
            self._library.set_meta(RULES_KEY, RULES)
            self._library.set_meta(GROUPING, DUE)

    def _forget_gone(self) -> int:
        gone = [row[0] for row in self._library.rows(_GONE)]
        for some in _portions(gone):
            with self._library.transaction():
                self._forget(some)
        return len(gone)

    def _forget(self, articles: Iterable[str]) -> None:
        """Their signatures, and who was near to them; the stories are to be made anew."""
        self._library.set_meta(GROUPING, DUE)
        for article in articles:
            if not self._library.rows("SELECT 1 FROM signatures WHERE article = ?", (article,)):
                continue
            self._library.rows("DELETE FROM near WHERE one = ? OR other = ?", (article, article))
            self._library.rows("DELETE FROM signatures WHERE article = ?", (article,))

    def _sign(self, missing: Sequence[tuple[str, str]], on_progress: OnProgress) -> None:
        """Sign a portion at a time; none is compared yet."""
        done = 0
        for portion in _portions(missing):
            made = [(ident, version, signature_of(self._words(ident))) for ident, version in portion]
            with self._library.transaction():
                self._forget(ident for ident, _, _ in made)
                self._library.many("INSERT INTO signatures VALUES (?, ?, ?, 0)", made)
            done += len(portion)
            on_progress(done, len(missing))

    def _compare(self) -> None:
        """Compare what was not compared yet with all that is signed.

        Those that may make one story come one after the other, so that hardly any text is read twice.
        """
        rows = self._library.rows(_SIGNED)
        idents = [row[0] for row in rows]
        table = np.array([np.frombuffer(row[1], "<u4") for row in rows], np.uint32).reshape(-1, PERMUTATIONS)
        new = [place for place, row in enumerate(rows) if not row[2]]
        words = lru_cache(WORDS_KEPT)(self._words)
        for portion in _portions(list(_by_group((new[row], other) for row, other in candidates(table[new], table)))):
            pairs = [(idents[one], idents[other]) for one, other in portion]
            near = [pair for pair in pairs if are_copies(shared(words(pair[0]), words(pair[1])))]
            with self._library.transaction():
                self._library.many("INSERT OR IGNORE INTO near VALUES (?, ?)", near)
        with self._library.transaction():
            self._library.rows("UPDATE signatures SET compared = 1 WHERE compared = 0")
            self._library.set_meta(GROUPING, DUE)

    def _words(self, ident: str) -> Words:
        article = self._library.article(ident)
        return words_of(article) if article else np.zeros(0, np.uint32)

    # Grouping.

    def _regroup(self) -> None:
        """Write all stories anew from who is near to whom."""
        neighbours: dict[str, set[str]] = defaultdict(set)
        for one, other in self._library.rows("SELECT one, other FROM near"):
            neighbours[one].add(other)
            neighbours[other].add(one)
        stories = {story[0]: story for group in _connected(neighbours) for story in self._stories(group, neighbours)}
        with self._library.transaction():
            self._library.rows("DELETE FROM stories")
            for origin, story in stories.items():
                for member in story:
                    self._library.rows("INSERT INTO stories VALUES (?, ?)", (member, origin))
            self._library.set_meta(GROUPING, "")

    def _stories(self, group: set[str], neighbours: Neighbours) -> Iterator[list[str]]:
        """The stories among articles that hang together, each with its origin first.

        A chain is no story: a member is near the origin, or near more than half of those that are. Whoever is left
        makes stories among themselves.
        """
        if len(group) < 2:  # noqa: PLR2004
            return
        origin = origin_of(self._articles(group)).id
        core = {origin} | neighbours[origin] & group
        story = core | {ident for ident in group if 2 * len(neighbours[ident] & core) > len(core)}
        yield [origin, *sorted(story - {origin})]
        rest = group - story
        for part in _connected({ident: neighbours[ident] & rest for ident in rest}):
            yield from self._stories(part, neighbours)

    def _articles(self, group: Iterable[str]) -> list[Article]:
        found = (self._library.article(ident) for ident in sorted(group))
        return [article for article in found if article]


def _portions(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(items), IN_ONE_TRANSACTION):
        yield items[begin : begin + IN_ONE_TRANSACTION]


def _by_group(pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of rows, each once and the smaller first, those that hang together one after the other."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        if one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    for group in _connected(neighbours):
        for one in sorted(group):
            yield from ((one, other) for other in sorted(neighbours[one]) if one < other)


def _connected(neighbours: Mapping[Node, set[Node]]) -> Iterator[set[Node]]:
    """Those that hang together, however long the chain."""
    seen: set[Node] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        group, edge = {start}, {start}
        while edge:
            edge = set(chain.from_iterable(neighbours[ident] for ident in edge)) - group
            group |= edge
        seen |= group
        yield group

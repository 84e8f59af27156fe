"""Articles that programs send: each kept below the library as a record of its own, and read like any other file.

Nothing is opened that a client names: the path follows from the article's id, and its address is only noted.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.errors import written
from index.library import Library
from index.removal import UPLOADS
from index.report import Report
from index.store import Store
from index.swap import sync
from ingest.dates import parse_date
from ingest.documents import ID_LENGTH, digest
from ingest.formats.fields import ident

SENT = "api"  # folder of the uploads with what came this way
NAME = "article.jsonl"
FIRST = "1"  # what the ingest calls a record without an id: its line
DAYS = ("published", "updated")

State = Literal["added", "changed", "unchanged", "copied", "refused"]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article: `article` is its id in the library, "" where it was refused, for a reason.

    "copied" means that the library has it already, from elsewhere: `article` is the one it has.
    """

    state: State
    article: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article is kept, what was there before, and which version of which article the library had of it."""

    path: Path
    origin: str
    before: bytes | None
    article: str
    version: str


class Additions:
    """Puts articles into one library: those of one request at a time, others wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.library.folder.resolve() / UPLOADS / SENT
        self._lock = threading.Lock()

    def add(self, records: Sequence[Record]) -> list[Outcome]:
        """What becomes of each, in their order; idempotent, so that all can be sent again when this fails half-way."""
        with self._lock:
            wrong = self._wrong(records)
            good = [record for record, reason in zip(records, wrong, strict=True) if not reason]
            outcomes = iter(self._added(good)) if good else iter(())
            return [Outcome("refused", reason=reason) if reason else next(outcomes) for reason in wrong]

    def _wrong(self, records: Sequence[Record]) -> list[str]:
        """What is wrong with each before it is read; "" for nothing."""
        seen: set[Path] = set()
        found = []
        for record in records:
            path = self._path(record)
            found.append(_fault(record) or ("it stands twice in this request" if path in seen else ""))
            seen.add(path)
        return found

    def _added(self, records: Sequence[Record]) -> list[Outcome]:
        library = self._store.library
        places = [self._place(record) for record in records]
        with self._undone(places):
            for place, record in zip(places, records, strict=True):
                _write(place.path, f"{json.dumps(record)}\n".encode())
            report = self._store.ingest([place.path for place in places])
        outcomes = [_outcome(library, place, report) for place in places]
        refused = [place for place, outcome in zip(places, outcomes, strict=True) if outcome.state == "refused"]
        self._put_back(refused)
        return outcomes

    @contextmanager
    def _undone(self, places: Sequence[Place]) -> Iterator[None]:
        """If the ingest as a whole fails, leave no file of which nothing is in the library."""
        try:
            yield
        except BaseException:
            self._put_back([place for place in places if not self._store.library.article_at(place.origin)])
            raise

    def _put_back(self, places: Sequence[Place]) -> None:
        """Leave the files as they were, and no note of what was wrong: whoever sent it is told."""
        for place in places:
            if place.before is not None:
                _write(place.path, place.before)
            else:
                with suppress(OSError):  # a disk that takes no file may well not give one back
                    place.path.unlink(missing_ok=True)
                    place.path.parent.rmdir()
            self._store.library.forget_file(str(place.path))

    def _place(self, record: Record) -> Place:
        path, library = self._path(record), self._store.library
        origin = f"{path}#{ident(record, self._store.builder.config.fields) or FIRST}"
        article = library.article_at(origin)
        before = path.read_bytes() if path.is_file() else None
        return Place(path, origin, before, article, library.version_of(article) if article else "")

    def _path(self, record: Record) -> Path:
        """By its id; of one without, by all it says, so that it is the same article when it is sent again."""
        given = record.get("id")
        name = digest("id", given) if given else digest("whole", json.dumps(record, sort_keys=True))
        return self._folder / name[:ID_LENGTH] / NAME


def _outcome(library: Library, place: Place, report: Report) -> Outcome:
    path = str(place.path)
    for refusal in report.refused:
        if refusal.origin == path or refusal.origin.startswith(f"{path}#"):
            return Outcome("refused", reason=refusal.reason.removeprefix("line 1 "))
    article = library.article(library.article_at(place.origin))
    if article is None:  # removed again meanwhile
        return Outcome("refused", reason="it was removed while it was being added; send it again")
    if place.article == article.id:
        return Outcome("unchanged" if place.version == article.version else "changed", article.id)
    return Outcome("added" if article.origin == place.origin else "copied", article.id)


def _fault(record: Record) -> str:
    """What an ingest would pass over, and whoever sends an article should hear of.

    >>> _fault({"text": "Ferries sail.", "published": "03/04/2024"})
    'published: 03/04/2024 is no day; write it as 2024-05-03'
    """
    if not str(record.get("text", "")).strip():
        return "it has no text"
    for day in DAYS:
        if record.get(day) and parse_date(record[day]) is None:
            return f"{day}: {record[day]} is no day; write it as 2024-05-03"
    return ""


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, and on the disk when this returns."""
    beside = path.with_suffix(".part")
    with written(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
            sync(folder)

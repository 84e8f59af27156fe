"""For tests of backup, restore and reindex: what a library holds, one left by a killed process, and a child to kill."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from shelf import HashedWords, article, whole

from index.checks import consistency
from index.library import Library
from ingest.documents import Article
from ingest.outcomes import Refusal
from qa.conversation import Conversations, Turn

CHILD = Path(__file__).with_name("interrupted_upkeep.py")
TABLES = (
    "articles",
    "live",
    "passages",
    "origins",
    "corrections",
    "files",
    "refusals",
    "stories",
    "conversations",
    "turns",
)


def _told(origin: str, sentence: str, times: int) -> Article:
    text = " ".join(f"{sentence.format(number)}." for number in range(times))
    return article(origin, text, outlet="Pebble Gazette")


GULLS = _told("gulls.txt", "Gull {} nests on the mill, and leaves in May", 18)
KELP = _told("kelp.txt", "Kelp is harvested at rock {} for its ash", 14)
TIDES = _told("tides.txt", "Tide table {} hangs at the quay, and is often wrong", 16)


def put(library: Library, *articles: Article) -> None:
    """Articles as single passages."""
    vectors = HashedWords().embed([one.text for one in articles])
    library.stage(articles, [whole(one) for one in articles], vectors)
    library.make_live(articles)


def filled(folder: Path, *articles: Article) -> Library:
    """A library that holds something of everything; open."""
    folder.mkdir(parents=True, exist_ok=True)
    library = Library(folder)
    library.set_meta("embedder", HashedWords().fingerprint)
    library.set_meta("passage_pieces", "40")
    put(library, *articles)
    library.set_correction(articles[0].id, "outlet", "Pebble Gazette")
    library.record_file("empty.txt", "", [Refusal("empty.txt", "it is empty")])
    conversations = Conversations(library)
    conversations.append(
        "talk", Turn("Where do gulls nest?", {"text": "On the mill.", "passage": whole(articles[0]).id})
    )
    return library


def closed(folder: Path, *articles: Article) -> Path:
    filled(folder, *articles).close()
    return folder


def left_by_a_killed_one(folder: Path, *articles: Article) -> Path:
    """A library of which much lies in the journal, as no clean close leaves it."""
    with closing(filled(folder.with_name("while-open"), *articles)) as library:
        shutil.copytree(library.folder, folder)
    assert (folder / "library.db-wal").stat().st_size
    return folder


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Another process has the library open, so that its journal does not go with the last one that closes it.

    It sees the old library for as long as it has it.
    """
    with closing(sqlite3.connect(folder / "library.db")) as reader:
        before = reader.execute("SELECT * FROM live").fetchall()
        yield
        assert reader.execute("SELECT * FROM live").fetchall() == before


def content(folder: Path) -> dict[str, Any]:
    """Everything that a library holds; it is sound."""
    with closing(Library(folder)) as library:
        assert library.integrity() == ""
        assert consistency(library) == []
        return {table: sorted(library.rows(f"SELECT * FROM {table}")) for table in TABLES}


def fingerprint(folder: Path) -> str:
    with closing(Library(folder)) as library:
        return library.fingerprint()


def calls(what: str, library: Path, file: Path) -> int:
    """At how many calls it could be killed."""
    return int(_child(what, str(library), str(file), "0").stdout)


def killed(what: str, library: Path, file: Path, step: int) -> None:
    """Run it in a process of its own, which is killed on entry to that call."""
    assert _child(what, str(library), str(file), str(step)).returncode == -signal.SIGKILL


def _child(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, str(CHILD), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done

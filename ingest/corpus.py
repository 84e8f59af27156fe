"""From paths to articles: find the files, read each, and say of every one that gives nothing why it does not."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from ingest.config import IngestConfig
from ingest.documents import Article
from ingest.errors import UnreadableError, VouchError
from ingest.formats.reading import Fault, Read, Record
from ingest.furniture import furniture
from ingest.metadata import completed

MEGABYTE = 1_000_000

SINGLE = {
    **dict.fromkeys((".txt", ".text"), "text"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".htm", ".html", ".xhtml"), "html"),
    ".pdf": "pdf",
    ".docx": "docx",
}
RECORDS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv"}


@dataclass(frozen=True)
class Refusal:
    """A file, or a record in one, that became no article, and a reason that a user can act on."""

    origin: str
    reason: str


@dataclass(frozen=True)
class FileRead:
    """All that one file gave. `unchanged` is for those who already knew its sha256 and did not read it again."""

    path: str
    sha256: str
    articles: tuple[Article, ...]
    refusals: tuple[Refusal, ...]
    unchanged: bool = False


def walk(paths: Sequence[Path], config: IngestConfig) -> list[Path]:
    """The files under some paths, absolute, each once, in an order that does not change from run to run.

    A file named as such is never ignored. In folders, the patterns of `config.ignore` are matched against the
    names of files and folders; links to folders, links that leave the folder given, and what is
    no regular file are passed over. A folder that cannot be listed is given back as it is, so that reading it says so.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise VouchError(f"no such file or folder: {path}", hint="check the path, and that its disk is mounted")
        root = path.resolve()
        found.update(dict.fromkeys(_under(root, config.ignore) if root.is_dir() else [root]))
    return list(found)


def _under(root: Path, ignore: Sequence[str]) -> Iterator[Path]:
    unlisted: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=lambda error: unlisted.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not _ignored(name, ignore))
        for name in sorted(names):
            path = (Path(folder) / name).resolve()
            if not _ignored(name, ignore) and path.is_file() and path.is_relative_to(root):
                yield path
    yield from sorted(unlisted)


def _ignored(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def fingerprint(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path, config: IngestConfig) -> FileRead:
    """Read one file. Whatever is wrong with it becomes a refusal; nothing is raised."""
    sha256 = ""
    try:
        data = _bytes_of(path, config.max_file_mb)
        sha256 = hashlib.sha256(data).hexdigest()
        articles, refusals = _parsed(path, data)
    except UnreadableError as error:
        articles, refusals = [], [Refusal(str(path), _reason(error))]
    except Exception as error:  # one broken file must not stop the rest, whatever its parser does
        reason = f"it cannot be read ({type(error).__name__}: {error}); open it and save it anew, or convert it to text"
        articles, refusals = [], [Refusal(str(path), reason)]
    return FileRead(str(path), sha256, tuple(articles), tuple(refusals))


def _reason(error: VouchError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message


def _bytes_of(path: Path, max_file_mb: int) -> bytes:
    """The file's bytes, looked at before they are read: a pipe would never end."""
    try:
        _check_kind(path, about := path.stat())
        if about.st_size > max_file_mb * MEGABYTE:
            size = f"{about.st_size / MEGABYTE:.0f} MB, over the limit of {max_file_mb}"
            raise UnreadableError(f"too large: {size}", hint="raise max_file_mb in config.toml, or divide it")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"it cannot be opened: {error.strerror or error}") from error
    if not data:
        raise UnreadableError("the file is empty")
    return data


def _check_kind(path: Path, about: os.stat_result) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise UnreadableError("a folder that cannot be listed", hint="check who may read it")
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableError("not a regular file")
    if path.suffix.lower() not in {**SINGLE, **RECORDS}:
        known = " ".join(sorted({**SINGLE, **RECORDS}))
        raise UnreadableError(f"files of type {path.suffix or '(none)'} are not read", hint=f"these are: {known}")


def _parsed(path: Path, data: bytes) -> tuple[list[Article], list[Refusal]]:
    suffix = path.suffix.lower()
    if suffix in SINGLE:
        return [_article(str(path), _reader(SINGLE[suffix])(data))], []
    from ingest.formats.records import records

    return _from_records(str(path), records(data, RECORDS[suffix]))


def _reader(name: str) -> Callable[[bytes], Read]:
    from importlib import import_module

    reader: Callable[[bytes], Read] = import_module(f"ingest.formats.{name}").read
    return reader


def _from_records(path: str, found: Sequence[Record | Fault]) -> tuple[list[Article], list[Refusal]]:
    articles: list[Article] = []
    refusals: list[Refusal] = []
    for item in found:
        origin = f"{path}#{item.key}"
        if isinstance(item, Fault):
            refusals.append(Refusal(origin, item.reason))
            continue
        try:
            articles.append(_article(origin, item.read))
        except UnreadableError as error:
            refusals.append(Refusal(origin, _reason(error)))
    return articles, refusals


def _article(origin: str, read: Read) -> Article:
    if not _has_prose(read.text):
        raise UnreadableError("no text in it")
    full = completed(read)
    return Article.of(
        origin,
        full.text,
        full.title,
        outlet=full.outlet,
        authors=full.authors,
        published=full.published,
        url=full.url,
        language=full.language,
    )


def _has_prose(text: str) -> bool:
    """Whether a letter or digit is left when the furniture is taken away."""
    start = 0
    for first, last in [*furniture(text), (len(text), len(text))]:
        if any(character.isalnum() for character in text[start:first]):
            return True
        start = last
    return False

"""Files to articles: each is looked at, read once, and if it gives nothing, says why."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from io import BufferedReader
from pathlib import Path

from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.kinds import HEAD, Kind, kind_of
from ingest.outcomes import FileRead, Refusal
from ingest.parsers import MEGABYTE, Parsers, Pending, Places, articles_of, reason_of
from ingest.sidecar import sidecar, sidecar_of

READING = 3  # raise it when formats read better: files read by an older version are then read again
AHEAD = 4  # files that are read while those before them are embedded
TRIES = 3  # of a file that changes while it is read
CHANGING = "it changes while it is read; it is tried again at the next ingest"

Parts = Iterator[FileRead]


def read_files(
    paths: Sequence[Path], config: IngestConfig, parsers: Parsers, known: Callable[[str], str] = lambda _: ""
) -> Parts:
    """Read files in their order, some ahead of the one that is given. Whatever is wrong with one becomes a refusal.

    `known` gives the stamp that a path had when it was last read; a file that still has it is not parsed.
    """
    begun: deque[Callable[[], Parts]] = deque()
    for path in paths:
        begun.append(_begun(path, config, parsers, known))
        if len(begun) > AHEAD:
            yield from begun.popleft()()
    while begun:
        yield from begun.popleft()()


def _begun(path: Path, config: IngestConfig, parsers: Parsers, known: Callable[[str], str]) -> Callable[[], Parts]:
    """Begin to read a file; what is given back waits for the rest of it."""
    origin = str(path)
    try:
        _check(path)
        before, extra = _beside(path)
        kind = kind_of(path.name, _head(path))
        if kind.streamed:
            return lambda: _streamed(path, kind, config, known, before, extra)
        data = _bytes_of(path, config.max_file_mb)
        stamp = _stamp(config, extra, hashlib.sha256(data).hexdigest())
        if stamp == known(origin):
            return lambda: iter([FileRead(origin, stamp, unchanged=True)])
        pending = parsers.begin(origin, path.name, data, before=before)
    except (UnreadableError, OSError) as error:
        refusal = Refusal(shown(origin), _reason(error))
        return lambda: iter([FileRead(shown(origin), refusals=(refusal,))])
    return lambda: _whole(origin, stamp, pending)


def _reason(error: Exception) -> str:
    return f"it cannot be opened: {error.strerror or error}" if isinstance(error, OSError) else reason_of(error)


def shown(origin: str) -> str:
    r"""A path as text: bytes that are no valid UTF-8 as \xNN."""
    return os.fsencode(origin).decode("utf-8", "backslashreplace")


def _check(path: Path) -> None:
    """Look at a file before it is opened: a pipe would never end."""
    if shown(str(path)) != str(path):
        raise UnreadableError("its name is no valid UTF-8", hint="rename it")
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise UnreadableError(_link_fault(path))
    if stat.S_ISDIR(mode):
        raise UnreadableError("a folder that cannot be listed", hint="check who may read it")
    if not stat.S_ISREG(mode):
        kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
        what = next((name for test, name in kinds if test(mode)), "a device")
        raise UnreadableError(f"not a regular file but {what}")


def _link_fault(path: Path) -> str:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere, or to itself"
    if target.is_dir():
        return "a link to a folder, which is not followed; name the folder itself if it lies elsewhere"
    return "a link to a file outside of the folder; name the file itself to have it read"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _bytes_of(path: Path, max_file_mb: int) -> bytes:
    """The file's bytes, of one state of it."""
    for _ in range(TRIES):
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size > max_file_mb * MEGABYTE:
                size = f"{before.st_size / MEGABYTE:.0f} MB, over the limit of {max_file_mb}"
                raise UnreadableError(f"too large: {size}", hint="raise max_file_mb in config.toml, or divide it")
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if len(data) == before.st_size and before.st_mtime_ns == after.st_mtime_ns:
            if not data:
                raise UnreadableError("the file is empty")
            return data
    raise UnreadableError(CHANGING)


def _stamp(config: IngestConfig, extra: str, sha256: str) -> str:
    """Tells one state of a file, of what lies beside it and of how it is read from any other."""
    how = [READING, extra, config.fields, config.ocr]
    return hashlib.sha256(f"{sha256} {json.dumps(how, sort_keys=True)}".encode()).hexdigest()


def _beside(path: Path) -> tuple[Places, str]:
    """What a sidecar says of the file's article, and the sidecar's hash."""
    beside = sidecar_of(path)
    if beside is None:
        return (), ""
    data = _bytes_of(beside, 1)
    return (("sidecar", sidecar(data, beside.name)),), hashlib.sha256(data).hexdigest()


def _whole(origin: str, stamp: str, pending: Pending) -> Parts:
    """A file whose articles come all at once."""
    found = pending()
    articles = [item for item in found if not isinstance(item, Refusal)]
    refusals = tuple(item for item in found if isinstance(item, Refusal))
    for place, article in enumerate(articles[:-1], start=1):
        yield FileRead(origin, articles=(article,), share=place / len(articles), last=False)
    yield FileRead(origin, stamp, tuple(articles[-1:]), refusals)


def _streamed(
    path: Path, kind: Kind, config: IngestConfig, known: Callable[[str], str], before: Places, extra: str
) -> Parts:
    """A file of records that are read one after the other, so that its size is no matter."""
    origin = str(path)
    stamp, refusals = "", []
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            stamp = _stamp(config, extra, _hash(file))
            if stamp == known(origin):
                yield FileRead(origin, stamp, unchanged=True)
                return
            found = import_module(f"ingest.formats.{kind.module}").stream(file, config)
            for item in articles_of(origin, kind.module, found, before):
                if isinstance(item, Refusal):
                    refusals.append(item)
                else:
                    yield FileRead(origin, articles=(item,), share=file.tell() / size, last=False)
            changed = stamp != _stamp(config, extra, _hash(file))
    except Exception as error:  # whatever its reader does, the other files go on
        refusals.append(Refusal(origin, _reason(error)))
        changed = False
    if changed:
        refusals.append(Refusal(origin, CHANGING))
    yield FileRead(origin, stamp, refusals=tuple(refusals))


def _hash(file: BufferedReader) -> str:
    """The sha256 of a whole file, which is left at its beginning."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found

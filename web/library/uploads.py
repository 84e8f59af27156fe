"""Files from a browser, onto the disk below the library: never run, never served, under names of our choosing."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from io import FileIO
from pathlib import Path, PurePosixPath

from index.errors import written
from index.removal import UPLOADS
from index.swap import sync
from ingest.config import IngestConfig
from ingest.errors import VouchError
from ingest.outcomes import Refusal
from ingest.parsers import MEGABYTE
from ingest.sidecar import is_sidecar

MOST_FILES = 10_000  # in one drop: a folder that was not meant (a home, a disk) is told at once
MOST_MB = 4096  # in one drop, whatever is in it
LONGEST_NAME = 180  # bytes; file systems take 255, and a number may be added
UNNAMED = "unnamed"
_SEPARATORS = re.compile(r"[/\\]+")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What came: the files and folders to ingest, how many files they are, and what was left outside, with reasons."""

    sources: tuple[Path, ...]
    files: int
    refused: tuple[Refusal, ...]


class Drop:
    """One drop on its way in: `begin`, `write`, `write`, `end`, for each file; then `dropped`, or `discard`.

    The files of each folder of the reader's lie in a numbered one of ours, so that what describes a file stays beside
    it and no two of the same name meet.
    """

    def __init__(self, library: Path, config: IngestConfig) -> None:
        named = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"  # the day for whoever looks at the folder
        self._folder = library.resolve() / UPLOADS / named
        self._config = config
        self._folders: dict[str, Path] = {}  # the reader's → ours
        self._loose: list[Path] = []  # files that came by themselves
        self._refused: list[Refusal] = []
        self._open: tuple[str, Path, FileIO] | None = None
        self._written = self._files = self._size = 0

    def begin(self, name: str) -> None:
        """The next file; `name` is its path, as the browser tells it."""
        parts = [part for part in _SEPARATORS.split(name) if part not in {"", ".", ".."}]
        if len(parts) > 1 and any(fnmatch(part, pattern) for part in parts[1:] for pattern in self._config.ignore):
            return  # what lies in a folder and would be ignored there
        self._files += 1
        if self._files > MOST_FILES:
            raise VouchError(f"more than {MOST_FILES:,} files at once", hint="add the folder with: vouch ingest FOLDER")
        path = _free(self._place("/".join(parts[:-1])), safe_name(name))
        with written(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        self._open, self._size = (name, path, FileIO(descriptor, "w")), 0

    def write(self, data: bytes) -> None:
        """More of the file that was begun; one that is too large is given up."""
        self._written += len(data)
        if self._written > MOST_MB * MEGABYTE:
            raise VouchError(f"more than {MOST_MB:,} MB at once", hint="add the folder with: vouch ingest FOLDER")
        if self._open is None:
            return
        self._size += len(data)
        name, path, file = self._open
        if self._size > self._config.max_file_mb * MEGABYTE:
            limit = f"too large: over the limit of {self._config.max_file_mb} MB"
            self._refused.append(Refusal(name, f"{limit} (raise max_file_mb in config.toml, or divide it)"))
            self._give_up(path, file)
            return
        with written(path):
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]

    def end(self) -> None:
        """The file is complete: it is on the disk when this returns."""
        if self._open is None:
            return
        _, path, file = self._open
        with written(path):
            os.fsync(file.fileno())
            file.close()
        self._open = None
        if path.parent == self._folders.get("") and not is_sidecar(path.name):
            self._loose.append(path)

    def dropped(self) -> Dropped:
        """What came, with all names on the disk as well."""
        folders = [folder for name, folder in self._folders.items() if name and folder.is_dir()]
        for folder in (*self._folders.values(), self._folder, self._folder.parent):
            if folder.is_dir():
                sync(folder)
        files = self._files - len(self._refused)
        return Dropped((*self._loose, *folders), files, tuple(self._refused))

    def discard(self) -> None:
        """Nothing of it stays."""
        if self._open is not None:
            self._give_up(*self._open[1:])
        shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, folder: str) -> Path:
        if folder not in self._folders:
            self._folders[folder] = self._folder / str(len(self._folders) + 1)
        return self._folders[folder]

    def _give_up(self, path: Path, file: FileIO) -> None:
        file.close()
        path.unlink(missing_ok=True)
        self._open = None


def safe_name(name: str) -> str:
    r"""The last part of a path as the name of a file: no separators, nothing invisible, no dots in front.

    >>> safe_name("../../etc/pass\u202ewd"), safe_name("C:\\clips\\.hidden.html"), safe_name("..")
    ('passwd', 'hidden.html', 'unnamed')
    """
    last = _SEPARATORS.split(name)[-1]
    plain = "".join(letter for letter in unicodedata.normalize("NFC", last) if letter.isprintable()).strip().lstrip(".")
    suffix = PurePosixPath(plain).suffix
    stem = plain.removesuffix(suffix) if len(suffix.encode()) <= LONGEST_NAME // 2 else plain
    suffix = plain[len(stem) :]
    while len(f"{stem}{suffix}".encode()) > LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}{suffix}".strip() or UNNAMED


def _free(folder: Path, name: str) -> Path:
    """The path of a name in a folder, numbered if it is taken."""
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{PurePosixPath(name).stem} ({number}){PurePosixPath(name).suffix}"
    return path


def shown(origin: str, library: Path) -> str:
    """An origin as a reader knows it: of an uploaded file its name, which is all that they gave it."""
    folder = f"{library.resolve() / UPLOADS}/"
    return f"{'/'.join(origin.removeprefix(folder).split('/')[2:])} (uploaded)" if origin.startswith(folder) else origin


def links_in(text: str, most: int) -> tuple[list[str], list[Refusal]]:
    """The web addresses among some lines, and what is none."""
    lines: Sequence[str] = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > most:
        raise VouchError(f"more than {most:,} links at once", hint="add fewer, or raise most under [ingest.links]")
    good = [line for line in lines if re.match(r"https?://[^\s/]", line, re.IGNORECASE)]
    refused = [Refusal(line, "no web address: one begins with https://") for line in lines if line not in set(good)]
    return good, refused

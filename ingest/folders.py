"""Which files lie under some paths."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from ingest.config import IngestConfig
from ingest.errors import VouchError
from ingest.sidecar import is_sidecar


def walk(paths: Sequence[Path], config: IngestConfig) -> list[Path]:
    """The files under some paths, absolute, each once, in an order that does not change from run to run.

    A file named as such is never ignored. In folders, the patterns of `config.ignore` are matched against the
    names of files and folders. What is no regular file, a link that leaves its folder or leads to a folder, and a
    folder that cannot be listed are given back as they are, so that reading them says so.
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
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            if not _ignored(name, ignore) and not is_sidecar(name):
                yield _followed(Path(folder) / name, root)
    yield from sorted(unlisted)


def _followed(path: Path, root: Path) -> Path:
    """What a link to a file of the same folder leads to; anything else as it is."""
    if not path.is_symlink():
        return path
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return path
    return target if target.is_file() and target.is_relative_to(root) else path


def _ignored(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)

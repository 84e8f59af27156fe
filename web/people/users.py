"""The users who may log in: a file of their names and hashed passwords."""

from __future__ import annotations

import logging
import os
import re
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ingest.errors import ConfigError
from web.people.password import Hashed, hashed, parse

NAME = re.compile(r"[A-Za-z0-9._@+-]{1,64}")
FORM = "a line is NAME:scrypt$n$r$p$salt$hash"
HOW = "write it with: vouch user NAME"
Stamp = tuple[int, int, int]


class Users:
    """The users of a file, which is read again whenever it changes.

    A file that cannot be used is an error at first; later, those of before may still log in, and the log says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = stamp_of(path)
        self._known = read(path)

    def hashed(self, name: str) -> Hashed | None:
        """What is kept of a user's password; None for a name that nobody has."""
        self._look()
        return self._known.get(name)

    def check(self, name: str, password: str) -> Hashed | None:
        """What is kept of this password, if it is this user's. Slow on purpose, for unknown names too."""
        known = self.hashed(name)
        right = (known or _nobody(next(iter(self._known.values())))).matches(password)
        return known if right else None

    def _look(self) -> None:
        with suppress(OSError):
            stamp = stamp_of(self._path)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._known = read(self._path)
            except ConfigError as error:
                logging.getLogger("vouch").warning("%s; those who could log in before still can", error.message)


def read(path: Path) -> Mapping[str, Hashed]:
    """The users of a file by name; empty lines and those that begin with # are passed over."""
    if not path.exists():
        raise ConfigError(f"[ui] auth names {path}, which does not exist", hint=HOW)
    users = _users(_lines(path), path)
    if not users:
        raise ConfigError(f"{path} names nobody, so nobody could log in", hint=HOW)
    return users


def keep(path: Path, name: str, password: str) -> bool:
    """Add a user, or give one a new password; whether the name was there before. Only its owner can read the file."""
    check_name(name)
    lines = _lines(path) if path.exists() else []
    others = ["" if line.partition(":")[0].strip() == name else line for line in lines]
    _users(others, path)  # a file with a fault is not made longer
    kept = [line for line, before in zip(others, lines, strict=True) if line == before]
    _replace(path.resolve(), "\n".join([*kept, f"{name}:{hashed(password)}"]) + "\n")
    return len(kept) < len(lines)


def check_name(name: str) -> None:
    """A ConfigError if the file could not hold this name."""
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r} cannot be a user's name", hint="up to 64 letters, digits and . _ @ + -")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read: {exc.strerror}", hint="check [ui] auth") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{path} is no text", hint="check [ui] auth") from exc


def _users(lines: Sequence[str], path: Path) -> dict[str, Hashed]:
    users: dict[str, Hashed] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            name, password = _user(line, f"{path}, line {number}")
            if name in users:
                raise ConfigError(f"{path}, line {number}: {name} is there twice", hint="delete one of the two lines")
            users[name] = password
    return users


def _user(line: str, where: str) -> tuple[str, Hashed]:
    name, _, kept = line.strip().partition(":")
    fault = ConfigError(f"{where} is not a user: {FORM}", hint=HOW)
    if not NAME.fullmatch(name):
        raise fault
    try:
        return name, parse(kept)
    except ValueError as exc:
        raise fault from exc


def _nobody(like: Hashed) -> Hashed:
    """What no password matches, and takes as long to say so."""
    return replace(like, hash=secrets.token_bytes(len(like.hash)))


def stamp_of(path: Path) -> Stamp:
    """What changes with a file; of one that is not there, nothing."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _replace(path: Path, text: str) -> None:
    """Written beside, then renamed: whoever reads it finds it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise

"""What can go wrong with a library."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import VouchError


class LibraryError(VouchError):
    """The library cannot be opened with these settings, or its folder cannot be used."""


class ClosedError(LibraryError):
    """The library was closed while something was being written; what was in stays."""


class OwnedError(VouchError):
    """Another process owns the library; `owner` is what it wrote about itself, if anything."""

    def __init__(self, message: str, *, hint: str = "", owner: dict[str, object] | None = None) -> None:
        super().__init__(message, hint=hint)
        self.owner = owner or {}


class ModelMissingError(VouchError):
    """The embedding model that the settings name is not on this machine."""


class IndexDamagedError(VouchError):
    """A derived index (Chroma, tantivy) cannot be read; it is rebuilt from the library."""


@contextmanager
def written(path: Path) -> Iterator[None]:
    """What the system says against writing a file or folder, in words."""
    try:
        yield
    except OSError as exc:
        hint = "make room on its disk if it is full, and run this again"
        raise LibraryError(f"{path} cannot be written: {exc.strerror}", hint=hint) from exc


@contextmanager
def damage(what: str) -> Iterator[None]:
    """Whatever Chroma or tantivy raises inside is damage.

    Their Rust side raises InternalError, ValueError, RuntimeError, OSError, and on a panic a BaseException.
    """
    try:
        yield
    except (IndexDamagedError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as exc:
        raise IndexDamagedError(f"{what}: {type(exc).__name__}: {exc}", hint="run: vouch doctor") from exc

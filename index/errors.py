"""What can go wrong with a library."""

from ingest.errors import VouchError


class LibraryError(VouchError):
    """The library cannot be opened with these settings, or its folder cannot be used."""


class OwnedError(VouchError):
    """Another process owns the library; `owner` is what it wrote about itself, if anything."""

    def __init__(self, message: str, *, hint: str = "", owner: dict[str, object] | None = None) -> None:
        super().__init__(message, hint=hint)
        self.owner = owner or {}


class ModelMissingError(VouchError):
    """The embedding model that the settings name is not on this machine."""


class IndexDamagedError(VouchError):
    """A derived index (Chroma, tantivy) cannot be read; it is rebuilt from the library."""

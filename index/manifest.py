"""What a library's passages and vectors were made with. It carries this, and is not used with anything else."""

from __future__ import annotations

from index.config import IndexConfig
from index.embed import Embedder
from index.errors import LibraryError
from index.library import Library

FINGERPRINT, PIECES = "embedder", "passage_pieces"  # keys of the library's `meta`

Settings = dict[str, str]


def settings_of(index: IndexConfig, embedder: Embedder) -> Settings:
    """What would be written into a library that is begun today."""
    return {FINGERPRINT: embedder.fingerprint, PIECES: str(index.passage_pieces)}


def precision_of(library: Library) -> str | None:
    """The precision that the library's vectors were made in, which stays; None for a new library."""
    return library.meta(FINGERPRINT).rpartition(":")[2] or None


def differences(library: Library, settings: Settings) -> list[str]:
    """In what the library differs from these settings; a new one differs in nothing."""
    made_with = {key: library.meta(key) for key in settings}
    return [
        f"{key} = {made_with[key]}, the settings say {value}"
        for key, value in settings.items()
        if made_with[key] not in ("", value)
    ]


def agree(library: Library, settings: Settings) -> None:
    """Write the settings into a new library; LibraryError for one that was made with others."""
    if differing := differences(library, settings):
        raise LibraryError(
            f"{library.folder} was made with {'; '.join(differing)}",
            hint="bring it to the new settings: vouch reindex; or set that back in config.toml",
        )
    for key, value in settings.items():
        if not library.meta(key):
            library.set_meta(key, value)

"""What an ingest tells: how far it is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.outcomes import Refusal


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is: `fraction` goes by the bytes of the files; `articles` and `passages` are wholly in."""

    files: int
    of_files: int
    articles: int
    passages: int
    refused: int
    fraction: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did.

    `files` (and links) were looked at; articles were added, changed, unchanged. `copied` were found in one more place,
    `moved` are no longer where they were, but elsewhere. `gone` are origins whose file or record is no longer there;
    `pruned` says if they went, `kept_back` why not although that was asked for. `stories` are articles of which near
    copies are in the library.
    """

    files: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    copied: int = 0
    moved: tuple[str, ...] = ()
    passages: int = 0
    embedded: int = 0
    refused: tuple[Refusal, ...] = ()
    gone: tuple[str, ...] = ()
    pruned: bool = False
    kept_back: str = ""
    stories: int = 0
    seconds: float = 0.0

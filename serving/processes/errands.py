"""What one process may ask of the one that owns its library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LOOPBACK = "127.0.0.1"
SAID = (400, 401)  # replies that say what is wrong


@dataclass(frozen=True, slots=True)
class Asked:
    """What another process wants to know, and where it is to be looked for."""

    question: str
    scope: dict[str, Any] | None = None
    engine: str = ""
    seed: int | None = None
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How another process wants its questions answered, the same each time."""

    engine: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What another process wants found."""

    question: str
    scope: dict[str, Any] | None = None
    k: int = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What another process wants ingested: absolute paths and links."""

    sources: list[str]
    prune: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What another process wants corrected in an article."""

    ident: str
    fields: dict[str, str | None]

"""What changes on the page: the reply to anything a reader does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.run import Run


@dataclass(frozen=True, slots=True)
class View:
    """The parts of the page; None leaves a part as it is. `busy` turns Ask into Stop."""

    sidebar: str | None = None
    transcript: str | None = None
    draft: str | None = None
    chips: str | None = None
    evidence: str | None = None
    conversation: str | None = None
    scope: Mapping[str, Any] | None = None
    question: str | None = None
    busy: bool | None = None
    run: Run | None = None

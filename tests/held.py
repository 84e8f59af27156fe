"""An ingest that goes on only as far as a test lets it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from index.build import Builder

PATIENCE_S = 20


class Held:
    """Every batch of every ingest waits until it is let through."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Event()
        self._steps = threading.Semaphore(0)
        embed = Builder._vectors

        def waiting(builder: Builder, *given: Any) -> Any:
            self.begun.set()
            assert self._steps.acquire(timeout=PATIENCE_S)
            return embed(builder, *given)

        patch.setattr(Builder, "_vectors", waiting)

    def let(self, batches: int = 1000) -> None:
        """Let so many batches through."""
        self._steps.release(batches)

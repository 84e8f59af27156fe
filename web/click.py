"""What a reader did: a click, a question sent, the page opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from web.run import Run


@dataclass(frozen=True, slots=True)
class Click:
    """`conversation` is the one on the page, `typed` what stands in the box, `data` what the clicked element carried.

    `scope` is the one chosen on the page, in the form of `Scope.as_dict`. These come from the browser: they are looked
    up, never trusted. `person` is who this is, as the server knows it, `log_out` whether they logged in here; `run` the
    page's last question on its way.
    """

    conversation: str = ""
    typed: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    run: Run | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)
    person: str = ""
    log_out: bool = False

    def number(self, name: str) -> int:
        return int(self.data[name])

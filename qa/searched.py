"""What was looked through for an answer, told with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from index.census import Census
from index.scope import Scope
from qa.answers import Searched


def searched(census: Census, scope: Scope, understood: Sequence[str] = ()) -> Searched:
    """What is inside a scope and what it leaves out; `understood` is what the question was read to ask for."""
    return Searched(**asdict(census.within(scope)), understood=tuple(understood))

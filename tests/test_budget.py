from __future__ import annotations

import pytest

from qa.answers import Usage
from qa.model.budget import ASKED_PER_QUESTION, Budget
from qa.model.messages import Completion


def test_a_model_is_asked_twice_at_most() -> None:
    budget = Budget()
    for asked in range(ASKED_PER_QUESTION):
        assert (budget.can_ask, budget.usage.calls) == (True, asked)
        budget.ask()
    assert not budget.can_ask
    with pytest.raises(RuntimeError, match="twice at most"):
        budget.ask()


def test_http_calls_are_counted_apart_and_bound_it_too() -> None:
    budget = Budget(calls=2)
    budget.ask()
    budget.spend()
    budget.spend()
    assert (budget.usage.calls, budget.calls_made, budget.calls_left) == (1, 2, 0)
    assert not budget.can_ask


def test_nothing_is_asked_once_the_time_is_up() -> None:
    assert not Budget(seconds=0).can_ask


def test_tokens_add_up() -> None:
    budget = Budget()
    budget.ask()
    budget.count(Completion("stop", 700, 30))
    budget.count(Completion("stop", 0, 5))
    assert budget.usage == Usage(1, 700, 35)

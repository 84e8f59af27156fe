from __future__ import annotations

import doctest
import importlib

import pytest

WITH_EXAMPLES = [
    "answers",
    "asked",
    "budget",
    "citations",
    "confidence",
    "dates",
    "dialects",
    "extractive",
    "followup",
    "kinds",
    "names",
    "numerals",
    "plain",
    "prompts",
    "thoughts",
    "words",
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(f"qa.{name}"))
    assert tried > 0
    assert failed == 0

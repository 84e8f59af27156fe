"""Questions beside what was answered: what every score is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.questions import Question


@dataclass(frozen=True, slots=True)
class Case:
    """A question and its answer object; None: the run has none, which every score counts as a zero.

    Articles and evidence of the question are named by the library's ids.
    """

    question: Question
    answer: Mapping[str, Any] | None

    @property
    def given(self) -> bool:
        """Whether there is an answer, right or wrong: neither missing, nor failed, nor declined."""
        return self.answer is not None and self.answer["status"] in {"answered", "conflicting"}

    @property
    def declined(self) -> bool:
        """Whether the answer says that the sources do not say."""
        return self.answer is not None and self.answer["status"] == "not_in_sources"

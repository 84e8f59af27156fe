"""A language model as judge: one question, one word."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.judges.asking import Premise
from evaluation.judges.prompts import render, verdict, version
from qa.model.faults import ModelError
from qa.model.llm import OpenAIModel, complete


class ModelJudge:
    """Judges by an OpenAI-compatible model, each claim within a budget of its own."""

    def __init__(self, model: OpenAIModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def rules(self) -> str:
        return f"prompt {version()}"

    def follows(self, claim: str, premises: Sequence[Premise]) -> bool:
        """ModelError also where the reply is neither yes nor no."""
        reply = complete(self._model, render(claim, premises), self._model.budget())
        found = verdict(reply)
        if found is None:
            hint = "set [llm] model to one that follows instructions"
            raise ModelError(f"the judge {self.name} says neither yes nor no", hint=hint, kind="protocol")
        return found

    def close(self) -> None:
        self._model.close()

"""Judging a run: whether sentences follow from what they cite, and whether answers hold what the gold knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.judges import cited, nuggets
from evaluation.judges.asking import Judge
from evaluation.judges.cited import Sentence
from evaluation.judges.ledger import Ledger
from evaluation.judges.llm import ModelJudge
from evaluation.judges.nli import EntailmentJudge
from evaluation.judges.nuggets import Held
from evaluation.judges.sitting import Matter, Sitting
from evaluation.scoring.measures import Measure, ratio
from ingest.errors import VouchError
from qa.checking.entailment import open_entailment
from qa.config import Config
from qa.model.llm import OpenAIModel

OnProgress = Callable[[int, int], None]  # questions judged, of how many


def open_judge(kind: Literal["llm", "nli"], config: Config) -> Judge:
    """The judge that the settings name; a VouchError that says which to set where there is none. Close it."""
    if kind == "nli":
        entailment = open_entailment(config.entailment.model, Path(config.folder))
        if entailment is None:
            hint = "set model under [entailment] in config.toml"
            raise VouchError("there is no entailment model to judge with", hint=hint)
        return EntailmentJudge(config.entailment.model, entailment)
    if not config.has_model:
        hint = "set base_url and model under [llm] in config.toml"
        raise VouchError("there is no language model to judge with", hint=hint)
    return ModelJudge(OpenAIModel(replace(config.llm, temperature=0.0)))


def judge(
    cases: Sequence[Case], collection: Collection, judge: Judge, path: Path, on_progress: OnProgress | None = None
) -> list[Measure]:
    """Have a run judged. What `path` keeps of an earlier judging is not asked again.

    ModelError where the judge fails for good; what it has judged until then is kept.
    """
    sentences: dict[str, list[Sentence]] = {}
    facts: dict[str, list[Held]] = {}
    with Ledger(path) as ledger:
        sitting = Sitting(judge, ledger)
        for done, case in enumerate(cases, start=1):
            sentences[case.question.id] = _sentences(case, collection, sitting)
            facts[case.question.id] = _facts(case, sitting)
            if on_progress is not None:
                on_progress(done, len(cases))
    signed = sitting.signed
    return [*cited.measures(sentences, signed), *nuggets.measures(facts, signed), _missing(sentences, facts, signed)]


def _sentences(case: Case, collection: Collection, sitting: Sitting) -> list[Sentence]:
    shown = (case.answer.get("sentences") or ()) if case.answer is not None and case.given else ()
    return [
        cited.judged(
            sentence["text"],
            cited.premises_of(sentence, collection),
            partial(sitting.ask, Matter(case.question.id, number)),
        )
        for number, sentence in enumerate(shown, start=1)
    ]


def _facts(case: Case, sitting: Sitting) -> list[Held]:
    """Whether the answer says each fact of the gold; what is not there says none, and nobody is asked."""
    facts = nuggets.nuggets(case.question)
    if case.answer is None or not case.given:
        return [Held(fact.of, held=False) for fact in facts]
    told = nuggets.told(case.question, case.answer)
    return [
        Held(fact.of, nuggets.held(fact, told, partial(sitting.ask, Matter(case.question.id, number))))
        for number, fact in enumerate(facts, start=1)
    ]


def _missing(sentences: Mapping[str, list[Sentence]], facts: Mapping[str, list[Held]], signed: str) -> Measure:
    """What the judge could not tell: no zero anywhere, but counted."""
    rows = {}
    for ident in sentences:
        verdicts = [*(one.precise for one in sentences[ident]), *(one.held for one in facts[ident])]
        if verdicts:
            rows[ident] = (float(verdicts.count(None)), float(len(verdicts)))
    about = "Sentences and facts on which the judge failed to give a verdict; left out of the figures above."
    return Measure("not judged", "judged", rows, ratio, about, judge=signed)

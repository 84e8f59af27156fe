"""What the answers' own check says of their sentences: shares by verdict, and how much of it a reader would meet.

Only answers that were given are counted. The verdicts are those that the answers carry: docs/support.md says what
each of them means. They are made without gold, and say nothing of whether an answer is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.scoring.measures import Measure, mean, ratio
from qa.answers import Verdict

Data = Mapping[str, Any]

MEANING: Mapping[Verdict, str] = {
    "quoted": "that stand word for word in what they cite",
    "supported": "whose numbers, dates, names and words were found in what they cite",
    "partly": "of which something was not found in what they cite, or of which the speaker is left out",
    "not supported": "that differ from what they cite",
    "not checked": "of which code could not tell",
}


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """Shares of sentences by verdict, answers with a sentence that is not supported, markers that lead nowhere."""
    del collection  # the verdicts stand in the answers
    unsupported = "Answers that show at least one sentence judged not supported."
    nowhere = "Markers per answer that name no passage the model was given, shown as [?]."
    return [
        *(_share(cases, verdict) for verdict in get_args(Verdict)),
        _of_answers(cases, "answers with unsupported", _unsupported, unsupported),
        _of_answers(cases, "markers that lead nowhere", _unverified, nowhere, unit="markers"),
    ]


def _share(cases: Sequence[Case], verdict: Verdict) -> Measure:
    """Sentences with this verdict, over all sentences of all answers."""
    verdicts = {case.question.id: [_verdict(one) for one in _sentences(case)] for case in cases}
    rows = {ident: (float(some.count(verdict)), float(len(some))) for ident, some in verdicts.items()}
    counted = rows if any(verdicts.values()) else {}
    return Measure(f"sentences {verdict}", "support", counted, ratio, f"Sentences of answers {MEANING[verdict]}.")


def _of_answers(
    cases: Sequence[Case], name: str, count: Callable[[Sequence[Data]], float], about: str, unit: str = ""
) -> Measure:
    rows = {case.question.id: (count(_sentences(case)),) for case in cases if case.given}
    return Measure(name, "support", rows, mean, about, unit=unit)


def _sentences(case: Case) -> Sequence[Data]:
    """Those of an answer that was given."""
    return (case.answer.get("sentences") or ()) if case.answer is not None and case.given else ()


def _unsupported(sentences: Sequence[Data]) -> float:
    return float(any(_verdict(one) == "not supported" for one in sentences))


def _unverified(sentences: Sequence[Data]) -> float:
    return float(sum(len(one.get("unverified") or ()) for one in sentences))


def _verdict(sentence: Data) -> str:
    """What the answer says of it; another system need not say anything."""
    return str((sentence.get("support") or {}).get("verdict", "not checked"))

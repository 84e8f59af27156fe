"""Answers: whether they are the gold ones, word for word, and how far they share their words.

The answer of an answer object is its short answer where it has one, else its sentences without leads and markers.
Where the gold says yes or no, sharing words proves nothing: the answer must say the one and not the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Question
from evaluation.scoring.measures import Measure, Rows, ratio
from evaluation.scoring.multihop import UNANSWERABLE, shares_a_word
from evaluation.scoring.words import exact, f1, named, normalised, yes_or_no

_MARKER = re.compile(r"\s*\[\d+\]")
_EITHER = (["yes"], ["no"])
Won = Mapping[str, float]  # 1 for a question that got its gold answer, by its id


def spoken(answer: Mapping[str, Any]) -> str:
    """The words that an answer object answers with; "" for one that answers nothing.

    >>> spoken({"short": None, "sentences": [], "text": "Google has [1], and Apple [2]."})
    'Google has, and Apple.'
    """
    if answer.get("short"):
        return str(answer["short"]["text"])
    said = " ".join(sentence["text"] for sentence in answer.get("sentences") or ())
    return said or _MARKER.sub("", answer.get("text") or "")


def answerable(question: Question) -> bool | None:
    """Whether the collection answers it: as its gold says, or as what that names shows; None where nobody knows."""
    if question.answerable is not None:
        return question.answerable
    return True if question.answers or question.articles or question.evidence else None


def golds(question: Question) -> tuple[str, ...]:
    """Its right answers; none where declining is right. As in SQuAD, one without a word counts only if all are so."""
    if question.answerable is False:
        return ()
    return tuple(gold for gold in question.answers if normalised(gold)) or question.answers


def right(case: Case) -> bool:
    """Whether the answer is a gold one, word for word (normalised); never where none was given."""
    return case.given and _best(_same, case) == 1


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """Strict match, token F1, exact match, how many of the given are right, yes or no, and two scores of others."""
    del collection
    asked = [case for case in cases if golds(case.question)]
    told = [case for case in cases if golds(case.question) or answerable(case.question) is False]
    won = {case.question.id: float(right(case)) for case in told}
    return [
        _strict(asked, won),
        _f1(told),
        _exact(told, won),
        _of_given(told, won),
        *_either(asked, won),
        _named(asked),
        _official(told),
    ]


def _strict(asked: Sequence[Case], won: Won) -> Measure:
    about = (
        "Share of questions with a gold answer that got it, word for word but for case, punctuation and articles; "
        "yes or no must open the answer, without the other. Declining is wrong here."
    )
    return Measure(
        "strict match", "answers", {case.question.id: (won[case.question.id],) for case in asked}, about=about
    )


def _f1(told: Sequence[Case]) -> Measure:
    about = (
        "Words shared with the best gold answer, as SQuAD 2.0 counts: declining scores 1 where the sources do not "
        "say, else 0. A yes or no has no partial credit."
    )
    return Measure("token F1", "answers", {case.question.id: (_shared(case),) for case in told}, about=about)


def _exact(told: Sequence[Case], won: Won) -> Measure:
    about = "Strict match, and declining counts as right where the sources do not say, as in SQuAD 2.0."
    rows = {case.question.id: (max(won[case.question.id], _rightly_declined(case)),) for case in told}
    return Measure("exact match", "answers", rows, about=about)


def _of_given(told: Sequence[Case], won: Won) -> Measure:
    about = "Of the answers given, the share that match strictly; one to what the sources do not say is wrong."
    rows = {case.question.id: (won[case.question.id], float(case.given)) for case in told}
    return Measure("right, of those given", "answers", rows, ratio, about)


def _either(asked: Sequence[Case], won: Won) -> list[Measure]:
    """Questions whose gold is yes, or no, beside what saying always the same would get."""
    which = {case.question.id: _verdicts(case.question) for case in asked}
    some = [case for case in asked if len(which[case.question.id]) == 1]
    accuracy = {case.question.id: (won[case.question.id],) for case in some}
    said_yes = {case.question.id: (float(which[case.question.id] == {"yes"}),) for case in some}
    about = "What always saying the commoner of yes and no would get: an accuracy near it shows nothing."
    return [
        Measure("yes/no accuracy", "answers", accuracy, about="Strict match of questions whose gold is yes or no."),
        Measure("yes/no, majority", "answers", said_yes, _majority, about, aside=True),
    ]


def _named(asked: Sequence[Case]) -> Measure:
    about = (
        "Share of questions where a gold answer's words stand somewhere in the answer (ALCE's STR-EM). Not a headline: "
        "an answer that lists many things gets it too."
    )
    rows = {case.question.id: (_best(named, case),) for case in asked}
    return Measure("gold named in the answer", "answers", rows, about=about, aside=True)


def _official(told: Sequence[Case]) -> Measure:
    about = (
        "MultiHop-RAG's published score: any word shared with the gold answer is right. Not a headline, since one "
        'constant answer, "yes no insufficient information. sam bankman-fried google the", gets .86 from it.'
    )
    rows = {case.question.id: (float(_any_word(case)),) for case in told}
    return Measure("MultiHop-RAG's own score", "answers", rows, about=about, aside=True)


def _majority(rows: Rows) -> float:
    share = float(rows[:, 0].mean())
    return max(share, 1 - share)


def _best(score: Callable[[str, str], float], case: Case) -> float:
    said = _said(case)
    return max((float(score(said, gold)) for gold in golds(case.question)), default=0.0)


def _said(case: Case) -> str:
    return spoken(case.answer) if case.given and case.answer is not None else ""


def _rightly_declined(case: Case) -> float:
    return float(case.declined and answerable(case.question) is False)


def _same(said: str, gold: str) -> bool:
    return exact(said, gold) or [yes_or_no(said)] == normalised(gold)


def _overlap(said: str, gold: str) -> float:
    return float(_same(said, gold)) if normalised(gold) in _EITHER else f1(said, gold)


def _shared(case: Case) -> float:
    return _best(_overlap, case) if case.given else _rightly_declined(case)


def _verdicts(question: Question) -> set[str]:
    """Which of yes and no the gold says; nothing unless every gold answer says one."""
    said = [normalised(gold) for gold in golds(question)]
    return {words[0] for words in said} if all(words in _EITHER for words in said) else set()


def _any_word(case: Case) -> bool:
    said = UNANSWERABLE if case.declined else _said(case)
    return any(shares_a_word(said, gold) for gold in golds(case.question) or (UNANSWERABLE,))

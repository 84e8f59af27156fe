"""Gold is looked at before anything is scored: what contradicts itself, or means articles unknown here, is refused."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.collection import Collection
from evaluation.placing import UNKNOWN, Placed, Shelf, placed, short, tight
from evaluation.questionfile import MOST_SHOWN, QuestionFile
from evaluation.questions import Question
from ingest.errors import VouchError

OF_A_PARAGRAPH = {"squad"}  # forms whose questions are asked of one paragraph: another may answer otherwise
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of the gold."""

    line: int
    reason: str


def checked(questions: QuestionFile | Iterable[Question], collection: Collection) -> list[Question]:
    """The questions with articles and evidence named by the library's ids; VouchError lists what is wrong, by line.

    Give the file itself, so that rows that could not be read count too. Refused are: repeated ids; answers or evidence
    where there is said to be no answer; a question asked twice, of the same articles, with answers that share no word;
    one that has an answer, and is elsewhere said to have none in the whole collection; articles that the library does
    not have, or has several of; a quote that does not stand in its article, white space aside; evidence of an article
    that is not among `articles`; and a file that says of no question what is right. Evidence that names no article is
    given the one in which it stands, and left out where that is none or several. A question without an answer is left
    no articles: nothing should be cited.
    """
    given = list(questions.questions if isinstance(questions, QuestionFile) else questions)
    faults = [Fault(row.line, row.reason) for row in getattr(questions, "refused", ())]
    shelf = Shelf(collection)
    found = [placed(question, shelf) for question in given]
    faults += [Fault(one.question.line, reason) for one in found for reason in one.faults]
    faults += [*_repeated(given), *([] if getattr(questions, "form", "") in OF_A_PARAGRAPH else _differing(found))]
    if faults:
        name = f"the gold {questions.path}" if isinstance(questions, QuestionFile) else "the gold"
        raise VouchError(_told(name, faults), hint=_advice(faults, len(given)))
    if not any(one.answers or one.articles or one.evidence or one.answerable is not None for one in given):
        hint = "give each question its answers, evidence or articles, or say that it is not answerable"
        raise VouchError("the gold says of no question what is right: there is nothing to score", hint=hint)
    return [one.question for one in found]


def _repeated(questions: Iterable[Question]) -> Iterator[Fault]:
    lines: dict[str, int] = {}
    for question in questions:
        if question.id in lines:
            yield Fault(question.line, f"has the id of line {lines[question.id]}, {question.id!r}")
        lines.setdefault(question.id, question.line)


def _differing(found: Iterable[Placed]) -> Iterator[Fault]:
    """A question that was asked before, with other gold than this."""
    asked: defaultdict[str, list[Placed]] = defaultdict(list)
    for one in found:
        same = asked[f"{tight(one.question.question).casefold()} {json.dumps(one.question.scope, sort_keys=True)}"]
        for other in same:
            if reason := _difference(other, one):
                yield Fault(one.question.line, f"asks what line {other.question.line} asks, and {reason}")
                break
        same.append(one)


def _difference(first: Placed, second: Placed) -> str:
    """What two with the same question say that cannot both be so.

    SQuAD asks the same of two paragraphs, and of one paragraph twice, where one annotator found an answer and another
    none: a question that names an article is asked of that article alone.
    """
    unanswerable = [one for one in (first, second) if one.question.answerable is False]
    if len(unanswerable) == 1:
        either = None in (first.question.answerable, second.question.answerable)
        return "" if either or unanswerable[0].about else "only one of them has an answer"
    if first.about and second.about and not first.about & second.about:
        return ""
    before, now = first.question.answers, second.question.answers
    if before and now and not _words(before) & _words(now):
        return f"has another answer: {short(now[0])}, not {short(before[0])}"
    return ""


def _words(answers: Iterable[str]) -> set[str]:
    return {word for answer in answers for word in WORD.findall(answer.casefold()) or [answer]}


def _told(name: str, faults: Sequence[Fault]) -> str:
    each = dict.fromkeys(sorted(faults, key=lambda fault: fault.line))
    lines = [f"line {fault.line} {fault.reason}" for fault in each]
    more = [f"… and {len(lines) - MOST_SHOWN:,} more"] if len(lines) > MOST_SHOWN else []
    return "\n  ".join(
        [f"{name} cannot be used, for {len(lines):,} fault{'s' * (len(lines) > 1)}:", *lines[:MOST_SHOWN], *more]
    )


def _advice(faults: Sequence[Fault], questions: int) -> str:
    unknown = {fault.line for fault in faults if UNKNOWN in fault.reason}
    if len(unknown) * 2 > questions:
        return "is this the library that the gold is about? name it: --library DIR; its articles: vouch articles"
    return "correct these lines; the library's articles: vouch articles"

"""Sources that differ, on RAMDocs: are all right answers shown, and is nobody said to differ who agrees?

Every question has documents of its own, several of which answer, rightly or wrongly; they are put into one library as
articles of an outlet that is named after the question, and the question is asked of that outlet. A right answer is
shown when it stands in a side of a disagreement or in a sentence quoted. Documents agree where they give one answer;
also measured over the documents of each right answer, and those that do not answer, by themselves. A conflict told
there is false unless two of its sides hold different answers that the set knows.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.collection import Question, arguments, opened, read_jsonl, record_of
from index.scope import Scope
from index.terms import terms
from qa.answers import Answer, Disagreement, Side
from qa.engine import Engine
from qa.language.dates import stated
from qa.language.kinds import Kind
from qa.reading.claims import claims
from qa.reading.disagreement import told
from qa.reading.evidence import Weigher
from qa.reading.values import relation, value_of

_COUNTED = re.compile(r"(\d[\d,.]*\d|\d) (?:people|inhabitants|persons|years)")
DATED_OR_COUNTED: tuple[Kind, ...] = ("time", "count")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer."""

    question: Question
    answer: Answer

    @property
    def told(self) -> tuple[Disagreement, ...]:
        return self.answer.disagreements


def main() -> None:
    options = arguments("disagreement", "ramdocs")
    questions = read_jsonl(options.folder / "questions.jsonl")
    with tempfile.TemporaryDirectory() as scratch:
        # Beside a library that is kept: articles are known again by where they came from.
        folder = Path(f"{options.library}-articles" if options.library else scratch)
        folder.mkdir(exist_ok=True, parents=True)
        (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, _articles(questions))), "utf-8")
        with opened(folder, options.library) as engine:
            print(f"{len(questions)} questions, {sum(map(len, map(_right, questions)))} right answers")
            print(json.dumps(measured(engine, questions)))


def measured(engine: Engine, questions: Sequence[Question]) -> dict[str, float]:
    every = [Asked(question, _asked(engine, question)) for question in questions]
    several = [one for one in every if len(_right(one.question)) > 1]
    shown = [[_shown(right, one) for right in _right(one.question)] for one in several]
    sides = [(one.question, side) for one in several for matter in one.told for side in matter.sides]
    agreeing = [one for one in every if _agree(one.question)]
    apart = [(one.question, told) for one in every for told in _of_each_answer(engine, one)]
    return {
        "several_right": len(several),
        "all_shown": _share(all(each) for each in shown),
        "right_answers_shown": _share(each for one in shown for each in one),
        "conflict_told": _share(bool(one.told) for one in several),
        "sides_that_answer": _share(bool(_answers_in(side, question)) for question, side in sides),
        "documents_agree": len(agreeing),
        "false_conflicts": _share(_is_false(one.told, one.question) for one in agreeing),
        "answers_apart": len(apart),
        "false_conflicts_apart": _share(_is_false(told, question) for question, told in apart),
    }


def _articles(questions: Sequence[Question]) -> Iterator[dict[str, str]]:
    for question in questions:
        for number, document in enumerate(question["documents"]):
            yield {"id": f"{question['id']}-{number}", "outlet": question["id"], "text": document["text"]}


def _asked(engine: Engine, question: Question) -> Answer:
    return engine.ask(question["question"], scope=Scope(outlets=(question["id"],)))


def _of_each_answer(engine: Engine, one: Asked) -> Iterator[tuple[Disagreement, ...]]:
    """What is told of the documents of each right answer that has two or more, and those that answer nothing."""
    if one.answer.status not in {"answered", "conflicting"}:
        return
    text = one.question["question"]
    rarity = engine.store.searcher.rarity(dict.fromkeys(terms(text)))
    for documents in _by_answer(one.question):
        hits = [hit for hit in one.answer.retrieved if record_of(hit.passage.article.origin) in documents]
        evidence = Weigher(engine.store.word_vectors, None).weigh(text, hits, rarity)
        yield told(text, claims(text, evidence, engine.reader))


def _by_answer(question: Question) -> Iterator[set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for number, document in enumerate(question["documents"]):
        if document["type"] != "misinfo":
            found["" if document["type"] == "noise" else document["answer"]].add(f"{question['id']}-{number}")
    noise = found.pop("", set())
    return (documents | noise for documents in found.values() if len(documents) > 1)


def _agree(question: Question) -> bool:
    kinds = {document["type"] for document in question["documents"]}
    answers = {document["answer"] for document in question["documents"] if document["type"] != "noise"}
    return "misinfo" not in kinds and len(answers) == 1


def _is_false(told: Sequence[Disagreement], question: Question) -> bool:
    """Whether a conflict was told in which no two sides hold different answers."""
    held = [_answers_in(side, question) for matter in told if matter.kind == "conflict" for side in matter.sides]
    return bool(held) and not any(
        one and other and not one & other for place, one in enumerate(held) for other in held[place + 1 :]
    )


def _answers_in(side: Side, question: Question) -> set[str]:
    """The answers, right or wrong, that a side holds."""
    known = {*_right(question), *question["wrong_answers"]}
    return {answer for answer in known if _gives(side, answer) or _holds(answer, side.value)}


def _shown(right: str, one: Asked) -> bool:
    quoted = any(
        _holds(sentence.text, right) or _counts_or_dates(sentence.text, right) for sentence in one.answer.sentences
    )
    return quoted or any(_gives(side, right) for matter in one.told for side in matter.sides)


def _gives(side: Side, answer: str) -> bool:
    """Whether a side has an answer's words, or the same date or number."""
    if _holds(side.value, answer) or any(_holds(citation.quote, answer) for citation in side.citations):
        return True
    pairs = [(value_of(side.value, kind), value_of(answer, kind)) for kind in DATED_OR_COUNTED]
    return any(not mine.name and relation(mine, theirs) == "same" for mine, theirs in pairs)


def _holds(text: str, words: str) -> bool:
    wanted, given = (" ".join(re.findall(r"\w+", part.lower())) for part in (words, text))
    return bool(wanted) and f" {wanted} " in f" {given} "


def _counts_or_dates(text: str, answer: str) -> bool:
    """Whether a text has an answer's date, whichever way it is written, or its number without "people" behind it."""
    if number := _COUNTED.fullmatch(answer.strip()):
        return _holds(text, number[1])
    day = {(found.year, found.month, found.day) for found in stated(answer)}
    return bool(day) and day <= {(found.year, found.month, found.day) for found in stated(text)}


def _right(question: Question) -> list[str]:
    return list(question["gold_answers"])


def _share(found: Iterable[bool]) -> float:
    each = [float(one) for one in found]
    return round(fmean(each), 4) if each else 0.0


if __name__ == "__main__":
    main()

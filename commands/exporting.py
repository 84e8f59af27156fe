"""`vouch export`: the answers of a batch in the form that another scorer reads."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.session import config_of, with_service
from ingest.errors import VouchError

if TYPE_CHECKING:
    from evaluation.cases import Case
    from evaluation.export.exports import Export

PART = ".part"  # of a file that is still being written


def export(options: Namespace) -> int:
    """Write the run as one file, for SQuAD as two; what is left out is said."""
    from evaluation.export.exports import EXPORTS, beside

    whole_articles = options.to == "trec" and options.articles
    form = EXPORTS[f"{options.to}-articles" if whole_articles else options.to]
    target = Path(options.output).expanduser()
    targets = [target, beside(target)] if form.beside else [target]
    for path in targets:
        _check(path, replace=options.force)
    cases = _cases(options, form)
    texts = [_text(options, form, cases), *([form.beside(cases)] if form.beside else [])]
    for path, text in zip(targets, texts, strict=True):
        _write(path, text)
        print(f"{path}: {_questions(len(cases))}")
    return 0


def _text(options: Namespace, form: Export, cases: Sequence[Case]) -> str:
    from evaluation.collection import Collection

    if form.alone:
        return form.alone(cases)
    made = form.from_library
    assert made is not None
    return with_service(config_of(options), lambda service: made(cases, Collection(service)))


def _cases(options: Namespace, form: Export) -> list[Case]:
    """The answers with their questions: in the order of the gold, where there is one, else of the run."""
    from evaluation.running.run import read_run

    answers = read_run(Path(options.answers).expanduser()).answers
    if not options.gold:
        if form.answered:
            hint = "name the questions with their right answers: --gold FILE"
            raise VouchError(f"the form {options.to} has the right answers beside those given", hint=hint)
        return _as_asked(answers)
    cases = _with_gold(options, answers)
    kept = [case for case in cases if case.question.answers or not form.answered]
    if len(kept) < len(cases):
        without = _questions(len(cases) - len(kept))
        print(f"left out: {without} without a right answer, for which {options.to} has no place")
    return kept


def _as_asked(answers: Mapping[str, Any]) -> list[Case]:
    from evaluation.cases import Case
    from evaluation.questions import Question

    return [Case(Question(ident, str(answer.get("question", ""))), answer) for ident, answer in answers.items()]


def _with_gold(options: Namespace, answers: Mapping[str, Any]) -> list[Case]:
    from evaluation.cases import Case
    from evaluation.questionfile import read_questions

    file = read_questions(Path(options.gold).expanduser(), options.format)
    if file.guessed:
        print(f"{options.gold}: taken for {file.form}")
    cases = [Case(question, answers.get(question.id)) for question in file.whole()]
    given = sum(case.answer is not None for case in cases)
    if not given:
        hint = "export with the questions that were answered; they are known by their ids"
        raise VouchError(f"{options.gold} has none of the questions of {options.answers}", hint=hint)
    if given < len(cases):
        print(f"no answer to {len(cases) - given:,} of {len(cases):,} questions: they count as wrong")
    if given < len(answers):
        print(f"left out: {len(answers) - given:,} answers to questions that are not in {options.gold}")
    return cases


def _questions(n: int) -> str:
    return f"{n:,} question{'s' * (n != 1)}"


def _check(path: Path, *, replace: bool) -> None:
    if not path.parent.is_dir():
        raise VouchError(f"there is no folder {path.parent}", hint="make it first, or name another")
    if path.is_dir() or (path.exists() and not replace):
        hint = "name a file" if path.is_dir() else "name another file, or replace it: --force"
        raise VouchError(f"{path} is there already", hint=hint)


def _write(path: Path, text: str) -> None:
    """Beside its place first, so that a file that is there is whole."""
    part = path.with_name(path.name + PART)
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as exc:
        raise VouchError(f"{path} cannot be written: {exc.strerror}", hint="make room, or name another place") from exc
    finally:
        part.unlink(missing_ok=True)

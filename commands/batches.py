"""`vouch batch`: a file of questions answered into a file, which is gone on with after whatever ended it."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.ingesting import REFUSED
from commands.session import config_of, with_service
from ingest.errors import VouchError

if TYPE_CHECKING:
    from evaluation.questionfile import QuestionFile
    from evaluation.running.answerfile import AnswerFile
    from evaluation.running.batch import Batch, Tally
    from qa.config import Config
    from qa.service import Service

MOST_WORKERS = 64  # more are waited for by nobody: a model that answers so many at once is asked over HTTP
LARGEST_SEED = 2**31 - 1
PATIENCE_S = 60.0  # how long a library is waited for whose owner is just ending


def batch(options: Namespace) -> int:
    """Answer what is not answered yet; the exit code says whether some of the questions failed."""
    from evaluation.questionfile import read_questions
    from evaluation.running.answerfile import AnswerFile
    from evaluation.running.batch import Batch

    began, config = time.monotonic(), config_of(options)
    manner = _manner(options)
    questions = read_questions(Path(options.questions), options.format)
    with AnswerFile(Path(options.output), anew=options.restart) as output:
        if not options.quiet:
            _tell_form(questions)
        tally = _answered(config, Batch(questions, manner), output, quiet=options.quiet)
        if not options.quiet:
            print(_summary(tally, time.monotonic() - began, output.path), file=sys.stderr)
        for note in _notes(output, tally):
            print(f"note: {note}", file=sys.stderr)
    return REFUSED if tally.statuses["error"] else 0


def _manner(options: Namespace) -> Any:
    """How the questions are to be answered, as the command line says."""
    from evaluation.running.header import Manner

    if not 1 <= options.workers <= MOST_WORKERS:
        raise VouchError(f"--workers {options.workers}", hint=f"give a number from 1 to {MOST_WORKERS}")
    if options.seed is not None and not 0 <= options.seed <= LARGEST_SEED:
        raise VouchError(f"--seed {options.seed}", hint=f"give a number from 0 to {LARGEST_SEED:,}")
    try:
        scope = json.loads(options.scope or "{}")
    except ValueError as exc:
        raise VouchError(f"--scope is no JSON: {exc}", hint="""write it as '{"since": "2023-10-01"}'""") from exc
    if not isinstance(scope, dict):
        raise VouchError("--scope is no JSON object", hint="""write it as '{"since": "2023-10-01"}'""")
    return Manner(scope, options.engine or "", options.seed, options.workers)


def _answered(config: Config, batch: Batch, output: AnswerFile, *, quiet: bool) -> Tally:
    """Have all answered, if need be by several owners of the library, one after the other."""
    from index.errors import OwnedError

    n, done = len(batch.questions.rows), -1
    with _bar(n, hidden=quiet) as show:

        def tell(tally: Tally) -> None:
            nonlocal done
            done = tally.answers
            show(tally)

        def work(service: Service) -> Tally:
            return batch.run(service, output, tell)

        try:
            while True:
                before = done
                try:
                    return with_service(config, work, command="vouch batch", patience_s=PATIENCE_S)
                except OwnedError:
                    if done == before:
                        raise
        except KeyboardInterrupt:
            print(f"\n{_stopped(done, n, output.path)}", file=sys.stderr)
            raise


@contextmanager
def _bar(n: int, *, hidden: bool) -> Iterator[Callable[[Tally], None]]:
    """A bar of progress on stderr; what was answered before does not count into the time that is left."""
    from tqdm import tqdm

    form = "{percentage:3.0f}% |{bar}| {n:,} of {total:,} questions{postfix} [{elapsed}, {remaining} left]"
    off = hidden or not sys.stderr.isatty()
    with tqdm(total=n, bar_format=form, disable=off, leave=False, miniters=1) as bar:

        def show(tally: Tally) -> None:
            if errors := tally.statuses["error"]:
                bar.set_postfix_str(f"{errors:,} errors", refresh=False)
            if not bar.n:
                bar.initial = bar.n = tally.answers
            bar.update(tally.answers - bar.n)

        yield show


def _tell_form(questions: QuestionFile) -> None:
    guessed = " (guessed; --format names another)" if questions.guessed else ""
    refused = f", {len(questions.refused):,} of them unusable" if questions.refused else ""
    n = len(questions.questions) + len(questions.refused)
    print(f"{n:,} questions in the form {questions.form}{guessed}{refused}", file=sys.stderr)


def _summary(tally: Tally, seconds: float, path: Path) -> str:
    """The line at the end."""
    counts = ", ".join(f"{number:,} {what}" for what, number in tally.as_dict().items())
    return f"{tally.answers:,} questions: {counts}; {seconds:.1f} s; in {path}"


def _stopped(done: int, n: int, path: Path) -> str:
    there = f"{max(done, 0):,} of {n:,} answers are in {path}" if done > 0 else "nothing is answered yet"
    return f"stopped: {there}; the same command goes on from there (without --restart)"


def _notes(output: AnswerFile, tally: Tally) -> Iterator[str]:
    """What whoever scores the run should know of it: other articles in its middle, a model that failed."""
    from evaluation.running.batch import changed
    from evaluation.running.header import header_path, read_header

    header = read_header(output.path)
    if header and (others := changed(header, tally)):
        yield (
            f"the library changed meanwhile: {others:,} of {tally.answers:,} answers are from another state of it than "
            f"the run began with; {header_path(output.path).name} counts them, --restart answers all anew"
        )
    if tally.instead:
        yield f"{tally.instead:,} answers are extracted, the language model having failed; their `notice` says how"

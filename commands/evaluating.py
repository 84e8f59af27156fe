"""`vouch evaluate`: the answers of a batch, scored against their gold."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.session import config_of, with_service
from ingest.errors import VouchError

if TYPE_CHECKING:
    from evaluation.cases import Case
    from evaluation.collection import Collection
    from evaluation.questionfile import QuestionFile
    from evaluation.reporting.report import Report
    from evaluation.running.run import Run
    from evaluation.scoring.measures import Measure
    from qa.service import Service

    Files = tuple[QuestionFile, Run, Run | None]


def evaluate(options: Namespace) -> int:
    """Score a run; print the report as text or JSON, and write it as a page where that is asked for."""
    page = Path(options.html).expanduser() if options.html else None
    if page is not None and not page.parent.is_dir():
        raise VouchError(f"there is no folder {page.parent}", hint="make it, or write the page elsewhere")
    with_service(config_of(options), partial(_told, options, _read(options), page), command="vouch evaluate")
    return 0


def _read(options: Namespace) -> Files:
    """The files, before the library is opened: what is wrong with them is told at once."""
    from evaluation.questionfile import read_questions
    from evaluation.running.run import read_run

    gold = read_questions(Path(options.gold).expanduser(), options.format)
    run = read_run(Path(options.answers).expanduser())
    return gold, run, read_run(Path(options.against).expanduser()) if options.against else None


def _told(options: Namespace, files: Files, page: Path | None, service: Service) -> None:
    from evaluation.collection import Collection
    from evaluation.gold import checked
    from evaluation.reporting.report import Gold, reported

    file, run, other = files
    collection = Collection(service)
    gold = Gold(file, tuple(checked(file, collection)))
    judges = partial(_judged, options)
    report = reported(run, gold, collection, service.about(), other=other, judges=judges)
    if page is not None:
        _write(page, report, collection)
    _print(report, options.json)


def _judged(options: Namespace, run: Run, cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """What the judges that are asked for say of a run; it is kept beside it, so that nothing is asked twice."""
    from tqdm import tqdm

    from evaluation.judges.judging import judge, open_judge

    kept = run.path.with_name(f"{run.path.stem}.judged.jsonl")
    found: list[Measure] = []
    for kind in dict.fromkeys(options.judge):
        hidden = not sys.stderr.isatty()
        with (
            closing(open_judge(kind, config_of(options))) as one,
            tqdm(total=len(cases), desc=one.name, leave=False, disable=hidden) as bar,
        ):

            def tell(done: int, _: int, bar: Any = bar) -> None:
                bar.update(done - bar.n)

            found += judge(cases, collection, one, kept, tell)
    return found


def _write(path: Path, report: Report, collection: Collection) -> None:
    """The page, written beside and then renamed, so that one that exists is whole."""
    from evaluation.reporting.page import page

    beside = path.with_name(f"{path.name}.part")
    beside.write_text(page(report, collection), encoding="utf-8")
    beside.replace(path)
    print(f"written: {path}", file=sys.stderr)


def _print(report: Report, as_json: bool) -> None:
    from evaluation.reporting.table import table

    print(json.dumps(report.as_dict(), ensure_ascii=False, allow_nan=False) if as_json else table(report))
    sys.stdout.flush()

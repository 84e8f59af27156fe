"""BEIR as published: queries.jsonl, and under qrels/ which documents are relevant to each (arXiv 2104.08663)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from evaluation.formats.fields import Record, text
from evaluation.questions import Question
from ingest.errors import VouchError

QUERIES, QRELS, SPLIT = "queries.jsonl", "qrels", "test.tsv"
COLUMNS = 3  # query-id, corpus-id, score

Judged = Mapping[str, tuple[str, ...]]  # the relevant documents of a query, by its id


def fits(record: Record) -> bool:
    """Whether a record may be of this form."""
    return {"_id", "text"} <= record.keys()


def question(record: Record, line: int) -> Question:
    """The query of a record; which documents are relevant stands elsewhere."""
    return Question(id=text(record, "_id"), question=text(record, "text"), line=line)


def is_beir(path: Path) -> bool:
    """Whether a path is a folder of this form, or the judgements in one."""
    return path.is_dir() or (path.suffix == ".tsv" and path.parent.name == QRELS)


def files(path: Path) -> tuple[Path, Path | None]:
    """The queries that a path means, and their judgements.

    A folder means the queries judged in qrels/test.tsv, or in the only file there; that file, those judged in it.
    """
    if not path.is_dir():
        return path.parent.parent / QUERIES, path
    queries, found = path / QUERIES, sorted((path / QRELS).glob("*.tsv"))
    if not queries.is_file():
        raise VouchError(f"{path} has no {QUERIES}", hint="name a file of questions, or a folder as BEIR has them")
    if len(found) > 1 and path / QRELS / SPLIT not in found:
        names = ", ".join(str(each) for each in found)
        raise VouchError(f"{path} has judgements of several splits and no {SPLIT}", hint=f"name one of: {names}")
    return queries, (path / QRELS / SPLIT if len(found) > 1 else found[0]) if found else None


def judged(characters: str) -> Judged:
    r"""The documents with a score above 0 of each query, in their order. VouchError names a line that cannot be read.

    >>> judged("query-id\tcorpus-id\tscore\nq1\td4\t1\nq1\td5\t0\n")
    {'q1': ('d4',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    rows = csv.reader(io.StringIO(characters, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    for line, row in enumerate(rows, start=1):
        if not row or (line == 1 and not _is_score(row[-1])):  # the names of the columns
            continue
        if len(row) < COLUMNS or not _is_score(row[-1]):
            hint = "write it as query-id, corpus-id and a whole number, parted by tabs"
            raise VouchError(f"line {line} is no judgement", hint=hint)
        query, document = row[0].strip(), row[-2].strip()  # TREC's own form has a column more between them
        more = (document,) if int(row[-1]) > 0 and document not in found.get(query, ()) else ()
        found[query] = (*found.get(query, ()), *more)
    return found


def _is_score(cell: str) -> bool:
    return cell.strip().lstrip("-").isdecimal()

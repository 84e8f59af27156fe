"""A run as trec_eval, ir-measures and BEIR read it: `qid Q0 docid rank score tag`. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.export.said import hits
from ingest.errors import VouchError

TAG = "vouch"


def trec(cases: Sequence[Case], named: Callable[[str], str] | None = None) -> str:
    """A line for each passage found, by its id; with `named`, for each article, called so, at its best rank.

    Programs rank by the score and pass over the rank, and Vouch's scores come from several searches and do not
    compare: the score here is 1 / rank. A question for which nothing was found has no line.
    """
    lines = []
    for case in cases:
        if len(case.question.id.split()) != 1:
            message = f"the id {case.question.id!r} has white space in it, which a TREC run cannot hold"
            raise VouchError(message, hint="give the question another id, and answer it again: vouch batch")
        found = [named(hit["article"]) if named else str(hit["passage"]) for hit in hits(case)]
        for rank, name in enumerate(dict.fromkeys(found), start=1):
            lines.append(f"{case.question.id} Q0 {name} {rank} {1 / rank:.6f} {TAG}\n")
    return "".join(lines)


def article_names(collection: Collection) -> Callable[[str], str]:
    """What to call an article so that judgements made elsewhere know it: by its record's id in the file it came from.

    By its id in the library where it came from no such file, or where that id is not its alone.
    """
    records = {ident: _record(str(source["origin"])) for ident, source in collection.sources.items()}
    times = Counter(records.values())
    return lambda ident: name if times[name := records.get(ident, "")] == 1 and len(name.split()) == 1 else ident


def _record(origin: str) -> str:
    path, mark, record = origin.rpartition("#")
    return record if path and mark else ""

"""Finding: whether the passages that an answer was made from hold the evidence, and how high they stood.

The ranking is the answer's `retrieved`, repeated passages once; articles rank by their first passage. Relevant are the
gold articles, and those of their passages that hold a gold quote. Questions without gold are left out, and those that
the collection does not answer. The measures are ir-measures' (MacAvaney et al. 2022, arXiv 2111.13466).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Evidence
from evaluation.scoring import multihop
from evaluation.scoring.measures import Measure
from evaluation.scoring.multihop import bare
from qa.checking.citations import locate

NAMES = ("Success@1", "Success@4", "Success@10", "RR@10", "nDCG@10", "R@4", "R@10")
DEPTHS = (4, 10)
ABOUT = {
    "Success": "Share of questions with a relevant one among the first {k} {level}.",
    "RR": "One over the rank of the first relevant one of {k} {level}, 0 without any.",
    "nDCG": "Relevant ones among the first {k} {level}, the higher the more they count, of the best order possible.",
    "R": "Share of the relevant {level} that are among the first {k}.",
}
OFFICIAL = {
    "MultiHop-RAG Hits@4": "MultiHop-RAG's score: a gold quote stands whole in one of the first 4 passages.",
    "MultiHop-RAG Hits@10": "MultiHop-RAG's score: a gold quote stands whole in one of the first 10 passages.",
    "MultiHop-RAG MRR@10": "MultiHop-RAG's score: one over the rank of the first passage of 10 that holds a quote.",
    "MultiHop-RAG MAP@10": (
        "MultiHop-RAG's score, called average precision by its authors: each passage adds the quotes that it is the "
        "first to hold over its own rank, without those found above it, so that a perfect ranking does not get 1."
    ),
}

Rankings = Mapping[str, Sequence[str]]  # what was found, best first, by question
Relevant = Mapping[str, Names[str]]  # what should be found, by question


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """All evidence in the top k, ir-measures of passages, then of articles, and MultiHop-RAG's own scores."""
    wanted = [case for case in cases if case.question.answerable is not False]
    quoted = [case for case in wanted if _evidence(case)]
    named = {case.question.id: set(case.question.articles) for case in wanted if case.question.articles}
    held = {case.question.id: [holders(one, collection) for one in _evidence(case)] for case in quoted}
    passages = {case.question.id: _ranking(case, "passage") for case in quoted}
    articles = {case.question.id: _ranking(case, "article") for case in wanted}
    return [
        *(_all_evidence(held, passages, k) for k in reversed(DEPTHS)),
        *_ranked("passages", {ident: set().union(*sets) for ident, sets in held.items()}, passages),
        *_ranked("articles", named, articles),
        *_official(quoted, collection),
    ]


def holders(evidence: Evidence, collection: Collection) -> frozenset[str]:
    """The passages of its article that hold a quote, white space aside.

    Where the quote runs from one passage into the next, that with most of it (the earlier of two with as much). Where
    it stands in none, a name that no passage has, so that it is missed.
    """
    text, passages = collection.text(evidence.article), collection.passages(evidence.article)
    quote = bare(evidence.quote)
    whole = {one["passage"] for one in passages if quote in bare(text[one["start"] : one["end"]])}
    if whole or (place := locate(evidence.quote, text)) is None:
        return frozenset(whole) or frozenset({f"no passage of {evidence.article}: {quote}"})
    start, end = place
    most = max(passages, key=lambda one: min(end, one["end"]) - max(start, one["start"]))
    return frozenset({most["passage"]})


def _evidence(case: Case) -> list[Evidence]:
    return [evidence for evidence in case.question.evidence if bare(evidence.quote)]


def _retrieved(case: Case) -> Sequence[Mapping[str, Any]]:
    found = case.answer.get("retrieved") or () if case.answer is not None else ()
    return sorted(found, key=lambda hit: int(hit["rank"]))


def _ranking(case: Case, level: str) -> list[str]:
    return list(dict.fromkeys(hit[level] for hit in _retrieved(case)))


def _all_evidence(held: Mapping[str, Sequence[Names[str]]], rankings: Rankings, k: int) -> Measure:
    about = f"Share of questions with every piece of their evidence among the first {k} passages."
    rows = {
        ident: (float(all(not sought.isdisjoint(rankings[ident][:k]) for sought in map(set, sets))),)
        for ident, sets in held.items()
    }
    return Measure(f"all evidence@{k}", "retrieval", rows, about=about)


def _ranked(level: str, relevant: Relevant, rankings: Rankings) -> Iterator[Measure]:
    """The named measures of ir-measures, one row for each question that has something relevant."""
    from ir_measures import Qrel, ScoredDoc, iter_calc, parse_measure

    wanted = [parse_measure(name) for name in NAMES]
    gold = [Qrel(ident, name, 1) for ident, names in relevant.items() for name in names]
    run = [
        ScoredDoc(ident, name, -float(rank))  # all different: no tie is left to be broken by name
        for ident in relevant
        for rank, name in enumerate(rankings[ident])
    ]
    values: dict[str, dict[str, tuple[float, ...]]] = defaultdict(dict)
    for found in iter_calc(wanted, gold, run):
        values[str(found.measure)][found.query_id] = (float(found.value),)
    for name in NAMES:
        kind, _, k = name.partition("@")
        rows = {ident: values[name][ident] for ident in relevant}  # in the order of the questions
        yield Measure(f"{name}, {level}", "retrieval", rows, about=ABOUT[kind].format(k=k, level=level))


def _official(quoted: Sequence[Case], collection: Collection) -> list[Measure]:
    rows: dict[str, tuple[float, ...]] = {}
    for case in quoted:
        quotes = [evidence.quote for evidence in _evidence(case)]
        rows[case.question.id] = multihop.found(quotes, _texts(case, collection))
    return [
        Measure(name, "retrieval", {i: (row[at],) for i, row in rows.items()}, about=about, aside="MAP" in name)
        for at, (name, about) in enumerate(OFFICIAL.items())
    ]


def _texts(case: Case, collection: Collection) -> list[str]:
    """The passages found, in their order; one that the library no longer has is empty."""
    return [_text(hit, collection) for hit in _retrieved(case)]


def _text(hit: Mapping[str, Any], collection: Collection) -> str:
    passages = collection.passages(hit["article"])
    place = next((one for one in passages if one["passage"] == hit["passage"]), {"start": 0, "end": 0})
    return collection.text(hit["article"])[place["start"] : place["end"]]

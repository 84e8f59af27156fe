"""Citations: whether they stand, how many sentences have one, and whether they are those that the gold names.

Against gold, hits are counted over all questions together (micro): an answer that is missing, failed or declined
cites nothing, so that it takes all its gold from recall and nothing from precision. Questions without gold are left
out, and those that the collection does not answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.scoring.measures import Measure, Rows, ratio
from evaluation.scoring.spans import Data, Span, at, overlap, places, span_of, stands, within

Row = tuple[float, ...]  # hits among the cited, the cited, hits among the gold, the gold

# How much of the shorter of two quotes must lie in the other: the overlap coefficient, from a half on, as ERASER
# (DeYoung et al. 2020, arXiv 1911.03429) matches rationales. ERASER divides by the union of both; but gold quotes
# are several sentences or a part of one, while Vouch quotes whole ones, and neither cut is wrong. On 236 questions of
# MultiHop-RAG any share up to .75 gives the F1 that a half gives, .316, and 1 gives .315.
OVERLAP = 0.5
NO_ANSWER: Data = {"sentences": (), "disagreements": (), "short": None}  # what there is of one that was not given


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """Validity, coverage, and precision, recall and F1 of cited articles and of cited quotes."""
    wanted = [case for case in cases if case.question.answerable is not False]
    return [
        *_validity(cases, collection),
        _coverage(cases),
        *_against_articles(wanted),
        *_against_quotes(wanted, collection),
    ]


def cited(answer: Data) -> Iterator[Data]:
    """The citations of an answer's sentences and of the sides of its disagreements, repeated as they are."""
    for sentence in answer["sentences"]:
        yield from sentence.get("citations") or ()
    for matter in answer["disagreements"]:
        for side in matter["sides"]:
            yield from side["citations"]


def in_passage(citation: Data, collection: Collection) -> bool:
    """Whether the quote lies in the passage that the citation names."""
    article, start, end = span_of(citation)
    return any(
        one["passage"] == citation.get("passage") and one["start"] <= start < end <= one["end"]
        for one in collection.passages(article)
    )


def short_stands(answer: Data, collection: Collection) -> bool:
    """Whether the short answer's words stand at its offsets, within a quote that has its number.

    "Yes" and "No" are no words of an article: their offsets are of those that say so, and need only be there.
    """
    short = answer["short"]
    span = span_of(short)
    there = at(span, collection)
    return bool(there and (there == short["text"] or short["text"] in {"Yes", "No"})) and any(
        citation.get("number") == short.get("number") and within(span, span_of(citation)) for citation in cited(answer)
    )


def f1(rows: Rows) -> float:
    """The harmonic mean of precision (the first two columns) and recall (the last two); 0 without a hit.

    >>> import numpy as np
    >>> f1(np.array([[1.0, 2.0, 1.0, 1.0]])), f1(np.array([[0.0, 0.0, 0.0, 1.0]]))
    (0.6666666666666666, 0.0)
    """
    precision, recall = ratio(rows), ratio(rows[:, 2:])
    return 2 * precision * recall / (precision + recall) if precision > 0 and recall > 0 else 0.0


def _recall(rows: Rows) -> float:
    return ratio(rows[:, 2:])


def _answer(case: Case) -> Data:
    """What was shown; a line of another system need not have all parts."""
    return {**NO_ANSWER, **case.answer} if case.answer is not None and case.given else NO_ANSWER


def _validity(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    standing, inside = {}, {}
    for case in cases:
        answer = _answer(case)
        citations = list(cited(answer))
        marks = [stands(citation, collection) for citation in citations]
        marks += [short_stands(answer, collection)] if answer["short"] else []
        standing[case.question.id] = _share(marks)
        inside[case.question.id] = _share([in_passage(citation, collection) for citation in citations])
    about = "Citations, short answers too, whose words stand at their offsets in the article's text."
    return [
        _counted("quotes verbatim", standing, about),
        _counted("quotes in their passage", inside, "Citations whose quote lies in the passage that they name."),
    ]


def _coverage(cases: Sequence[Case]) -> Measure:
    rows = {
        case.question.id: _share([bool(one.get("citations")) for one in _answer(case)["sentences"]]) for case in cases
    }
    return _counted("sentences cited", rows, "Sentences of answers that have at least one citation.")


def _share(marks: Sequence[bool]) -> tuple[float, float]:
    return float(sum(marks)), float(len(marks))


def _counted(name: str, rows: Mapping[str, Row], about: str, *, aside: bool = False) -> Measure:
    """A share of all that there is to count; no row where there is nothing in any answer."""
    return Measure(name, "citations", rows if any(row[1] for row in rows.values()) else {}, ratio, about, aside)


def _against_articles(cases: Sequence[Case]) -> list[Measure]:
    rows = {}
    for case in cases:
        gold = {*case.question.articles, *(evidence.article for evidence in case.question.evidence)}
        found = {span_of(citation)[0] for citation in cited(_answer(case))}
        hits = float(len(found & gold))
        if gold:
            rows[case.question.id] = (hits, float(len(found)), hits, float(len(gold)))
    return _against("article", rows)


def _against_quotes(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    rows, known = {}, {}
    for case in cases:
        gold = [
            places(one, collection)
            for one in {(one.article, one.quote): one for one in case.question.evidence}.values()
        ]
        if gold:
            rows[case.question.id] = _hits(_quotes(case, collection), gold)
            known[case.question.id] = _share([bool(one) for one in gold])
    about = "Gold quotes that stand in the library's texts. No answer could cite the others, which count as missed."
    return [*_against("quote", rows), _counted("gold quotes in the library", known, about, aside=True)]


def _quotes(case: Case, collection: Collection) -> dict[Span, bool]:
    """What is cited, each span once, and whether its quote is what stands there: nothing else can be a hit."""
    return {span_of(one): stands(one, collection) for one in cited(_answer(case))}


def _hits(quotes: Mapping[Span, bool], gold: Sequence[Sequence[Span]]) -> Row:
    true = [span for span, standing in quotes.items() if standing]
    right = sum(any(_same(span, place) for one in gold for place in one) for span in true)
    met = sum(any(_same(span, place) for span in true for place in one) for one in gold)
    return float(right), float(len(quotes)), float(met), float(len(gold))


def _same(first: Span, second: Span) -> bool:
    return overlap(first, second) >= OVERLAP


def _against(what: str, rows: Mapping[str, Row]) -> list[Measure]:
    """Precision, recall and F1 of all questions together."""
    right = {ident: row[:2] for ident, row in rows.items()}
    met = {ident: row[2:] for ident, row in rows.items()}
    every = "over all questions together"
    return [
        _counted(f"cited {what} precision", right, f"Cited {what}s that are gold {what}s, {every}."),
        _counted(
            f"cited {what} recall", met, f"Gold {what}s that are cited, {every}; none by an answer that is missing."
        ),
        Measure(
            f"cited {what} F1", "citations", rows, f1, f"The harmonic mean of precision and recall of cited {what}s."
        ),
    ]

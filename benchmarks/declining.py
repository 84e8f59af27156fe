"""Declining: how well questions that the sources answer are told from others, with the reader and without.

MultiHop-RAG and SQuAD 2.0 are asked of all their articles. Of CLAPnq each question is asked of its one passage, as its
figures are published: the passages lie in one library, an outlet each, and the scope is that outlet.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks.collection import SETS, Question, opened, read_jsonl
from evaluation.scoring.calibration import auroc
from index.scope import Scope
from index.terms import terms
from qa.engine import Engine
from qa.language.asked import asked
from qa.reading.confidence import THRESHOLDS, WEIGHTS, Model, judge, model_for
from qa.reading.evidence import Evidence, Weigher
from qa.reading.signs import SIGNS, signs

DEFAULT = ("multihop-rag", "clapnq", "squad2")
WORDS = ("cautious", "balanced", "eager")
BINS = 5  # of the reliability table
RIDGE = 1.0  # of the standardised weights; a tenth and ten change no AUROC by .002
ENOUGH = 25  # questions of either sort that a collection must have to be learned from
STEPS = 50  # of Newton's method, which needs about 8


@dataclass(frozen=True, slots=True)
class Case:
    """A question that was judged: whether it is answerable, by which model it was judged, how, and on what signs."""

    collection: str
    answerable: bool
    model: Model
    confidence: float
    signs: tuple[float, ...]


def asked_of_clapnq(folder: Path, scratch: Path) -> tuple[Path, list[Question]]:
    """CLAPnq in the form of the others: each passage an article, its outlet the number of its question."""
    rows = read_jsonl(folder / "questions.jsonl")
    with (scratch / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, row in enumerate(rows):
            passage = row["passages"][0]
            about = {"id": str(number), "title": passage["title"], "outlet": outlet_of(number, passage["title"])}
            file.write(json.dumps({**about, "text": passage["text"]}) + "\n")
    questions = [
        {
            "question": row["question"],
            "answers": [row["answerable"]] * row["answerable"],
            "outlet": outlet_of(number, row["passages"][0]["title"]),
        }
        for number, row in enumerate(rows)
    ]
    return scratch, questions


def outlet_of(number: int, title: str) -> str:
    """An outlet for each passage, of words that it has anyway and that no question names."""
    return f"{number} {title}"


def cases(collection: str, engine: Engine, questions: Sequence[Question]) -> dict[bool, list[Case]]:
    """Ask each question as the engine does, as far as its confidence: with the reader (True), and without."""
    weighers = {read: Weigher(engine.store.word_vectors, engine.reader if read else None) for read in (True, False)}
    judged: dict[bool, list[Case]] = {True: [], False: []}
    for question in questions:
        text, searcher = question["question"], engine.store.searcher
        scope = Scope(outlets=(question["outlet"],)) if "outlet" in question else Scope()
        hits, rarity = searcher.search(text, scope, engine.config.passages), searcher.rarity(dict.fromkeys(terms(text)))
        answerable = bool(question["answers"] if "answers" in question else question["evidence"])
        for read, weigher in weighers.items():
            evidence = weigher.weigh(text, hits, rarity)
            judged[read].append(case(collection, text, evidence, answerable=answerable))
    return judged


def case(collection: str, question: str, evidence: Sequence[Evidence], *, answerable: bool) -> Case:
    wanted = asked(question)
    found = signs(wanted, evidence) if evidence else dict.fromkeys(SIGNS, 0.0)
    values = tuple(found[name] for name in SIGNS)
    return Case(collection, answerable, model_for(wanted, evidence), judge(question, evidence).confidence, values)


def measured(folder: Path, library: Path | None) -> dict[bool, list[Case]]:
    """The cases of one collection."""
    with tempfile.TemporaryDirectory() as scratch:
        if folder.name == "clapnq":
            articles, questions = asked_of_clapnq(folder, Path(scratch))
        else:
            articles, questions = folder, read_jsonl(folder / "questions.jsonl")
        with opened(articles, library) as engine:
            return cases(folder.name, engine, questions)


def confidences(judged: Sequence[Case], *, answerable: bool) -> list[float]:
    return [case.confidence for case in judged if case.answerable == answerable]


def table(judged: Sequence[Case]) -> None:
    """Of each collection the AUROC, and what is declined at each word; then of all, how far the confidence is true."""
    heads = "".join(f"{f'{word} < {THRESHOLDS[word]:g}':>34}" for word in WORDS)
    print(f"{'':14}{'AUROC':>7}{heads}\n{'':21}" + f"{'unanswerable/others  prec. recall':>34}" * len(WORDS))
    for name in dict.fromkeys(case.collection for case in judged):
        some = [case for case in judged if case.collection == name]
        unknown, known = confidences(some, answerable=False), confidences(some, answerable=True)
        row = "".join(f"{declining(known, unknown, THRESHOLDS[word]):>34}" for word in WORDS)
        print(f"{name:14}{auroc(known, unknown):7.3f}{row}")
        print(f"{'':14}{reliability(known, unknown)}")


def declining(known: Sequence[float], unknown: Sequence[float], least: float) -> str:
    """What is declined below a confidence: shares, and precision and recall of declining in this collection."""
    right, wrong = declined_share(unknown, least), declined_share(known, least)
    said = right * len(unknown) + wrong * len(known)
    precision = right * len(unknown) / said if said else 1.0
    return f"{right:.3f}/{wrong:.3f}  {precision:.2f}  {right:.2f}"


def declined_share(confidence: Sequence[float], least: float) -> float:
    return fmean(value < least for value in confidence)


def reliability(known: Sequence[float], unknown: Sequence[float]) -> str:
    """Of each fifth of the scale the mean confidence and the share answerable, and the expected calibration error.

    As if every other question were answerable, since how many are is no property of the judge (Guo et al. 2017).
    """
    values = np.array([*known, *unknown])
    truth = np.array([1.0] * len(known) + [0.0] * len(unknown))
    weight = np.where(truth == 1.0, 0.5 / len(known), 0.5 / len(unknown))
    bins = np.minimum((values * BINS).astype(int), BINS - 1)
    said, error = [], 0.0
    for number in range(BINS):
        here = bins == number
        if here.any():
            mean, share = (float(np.average(column[here], weights=weight[here])) for column in (values, truth))
            said.append(f"{mean:.2f}→{share:.2f}")
            error += float(weight[here].sum()) * abs(mean - share)
    return f"said→true {' '.join(said)}, calibration error {error:.3f}"


def fitted(judged: Sequence[Case]) -> dict[str, float]:
    """The weights of a logistic regression, collections and answers counting alike; 0 for a sign that never differs.

    Of standardised signs, by Newton's method, with a ridge.
    """
    values = np.array([case.signs for case in judged])
    truth = np.array([float(case.answerable) for case in judged])
    weight = _balanced(judged)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = np.c_[(values - mean) / np.where(spread > 0, spread, 1.0), np.ones(len(values))]
    ridge = np.diag([RIDGE] * len(SIGNS) + [0.0])
    weights = np.zeros(len(SIGNS) + 1)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (weight * (chance - truth)) + ridge @ weights
        curve = (scaled.T * (weight * chance * (1 - chance))) @ scaled + ridge
        weights -= np.linalg.solve(curve, slope)
    plain = np.where(spread > 0, weights[:-1] / np.where(spread > 0, spread, 1.0), 0.0)
    found = {name: round(float(value), 2) for name, value in zip(SIGNS, plain, strict=True)}
    return {**found, "": round(float(weights[-1] - plain @ mean), 2)}


def _balanced(judged: Sequence[Case]) -> np.ndarray:
    """A weight for each case, so that collections count alike, and in each those with an answer and those without."""
    groups = [(case.collection, case.answerable) for case in judged]
    size = {group: groups.count(group) for group in set(groups)}
    return np.array([len(judged) / (len(size) * size[group]) for group in groups])


def fit(judged: dict[bool, list[Case]]) -> None:
    """Print the weights of each model, and what they are worth in a collection that they were not fitted on."""
    for model in WEIGHTS:
        some = _enough([case for case in judged[model != "unread"] if case.model == model])
        if not some:
            continue
        print(f'    "{model}": {json.dumps(fitted(some))},')
        for name in dict.fromkeys(case.collection for case in some):
            others = [case for case in some if case.collection != name]
            if others:
                print(f"        # fitted without {name}, there: AUROC {worth(fitted(others), name, some):.3f}")


def _enough(judged: Sequence[Case]) -> list[Case]:
    """The cases of collections that have enough with an answer, and enough without, to learn from."""
    groups = [(case.collection, case.answerable) for case in judged]
    return [c for c in judged if min(groups.count((c.collection, either)) for either in (True, False)) >= ENOUGH]


def worth(weights: dict[str, float], collection: str, judged: Sequence[Case]) -> float:
    """The AUROC of a fit in one collection."""
    odds: dict[bool, list[float]] = {True: [], False: []}
    for case in judged:
        if case.collection == collection:
            odds[case.answerable].append(sum(weights[n] * v for n, v in zip(SIGNS, case.signs, strict=True)))
    return auroc(odds[True], odds[False])


def figures(judged: Sequence[Case]) -> dict[str, float]:
    """What is promised, of the collections that were measured."""
    least, found = THRESHOLDS["balanced"], {}
    for name in dict.fromkeys(case.collection for case in judged):
        some = [case for case in judged if case.collection == name]
        unknown, known = confidences(some, answerable=False), confidences(some, answerable=True)
        found[f"auroc_{name}"] = round(auroc(known, unknown), 4)
        if name == "multihop-rag":
            found["declined_null"] = round(declined_share(unknown, least), 4)
            found["declined_other"] = round(declined_share(known, least), 4)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.declining", description=sys.modules[__name__].__doc__)
    parser.add_argument("folder", nargs="*", type=Path, help="folders of articles.jsonl and questions.jsonl")
    parser.add_argument("--library", type=Path, help="keep the libraries here, by folder name, for another run")
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and print them")
    options = parser.parse_args()
    judged: dict[bool, list[Case]] = {True: [], False: []}
    for folder in options.folder or [SETS / name for name in DEFAULT]:
        library = options.library / folder.name if options.library else None
        for read, some in measured(folder, library).items():
            judged[read] += some
    for read, title in ((True, "with the reader of the settings"), (False, "without a reader")):
        print(f"\n{title}")
        table(judged[read])
    if options.fit:
        fit(judged)
    print(json.dumps({**figures(judged[True]), **{f"{k}_unread": v for k, v in figures(judged[False]).items()}}))


if __name__ == "__main__":
    main()

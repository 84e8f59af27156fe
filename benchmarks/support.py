"""Does the support check tell what carries a sentence from what does not?

Four measurements, on a folder with the sets: news summaries of which most were subtly edited (`summedits-news`);
sentences of news articles with one thing changed, and without whoever said them (`multihop-rag`); and whether all that
the answerer extracts is quoted (`squad2`).
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any, get_args

from benchmarks.changes import changed
from benchmarks.collection import arguments, opened, read_jsonl
from evaluation.scoring.calibration import auroc
from ingest.documents import Article, Passage
from ingest.split import sentences
from qa.answers import Citation, Support, Verdict
from qa.checking.quotes import choose
from qa.checking.support import check
from qa.engine import Engine
from qa.language.sayers import remarks

VERDICTS: tuple[Verdict, ...] = ("not supported", "partly", "not checked", "supported", "quoted")  # the worst first
assert set(VERDICTS) == set(get_args(Verdict))
PASSED = frozenset(("supported", "quoted"))
EVEN = 0.5  # the score from which a claim counts as carried
SAMPLES = 1000  # of the bootstrap
ARTICLES, AROUND = 200, 3  # articles whose sentences are changed; sentences before and after that make the passage
EVERY = 8  # which of the questions are answered
SHORTEST, LONGEST = 40, 400  # characters of a sentence that is looked at


def judged(claim: str, passage: Passage) -> Support:
    """The worst verdict on a claim's sentences, with the least of their scores."""
    said = [
        check(sentence, [Citation(1, passage, *choose(sentence, passage))])
        for start, end in sentences(claim)
        for sentence in [claim[start:end]]
    ]
    worst = min(said, key=lambda support: VERDICTS.index(support.verdict))
    return replace(worst, score=min(1.0 if each.score is None else each.score for each in said))


def edited_summaries(folder: Path) -> dict[str, float]:
    """Verdicts by label and by edit, and how well the score tells the labels apart."""
    rows = read_jsonl(folder / "claims.jsonl")
    whole: dict[str, Passage] = {}
    for row in rows:
        article = Article.of("summary.txt", row["doc"], "")
        whole.setdefault(row["doc"], Passage(article, 0, len(article.text)))
    said = [(row, judged(row["summary"], whole[row["doc"]])) for row in rows]
    kinds = {"consistent": [s for row, s in said if row["label"]], "edited": [s for row, s in said if not row["label"]]}
    for edit in sorted({edit for row in rows for edit in row["edit_types"]}):
        kinds[f"  {edit}"] = [support for row, support in said if edit in row["edit_types"] and not row["label"]]
    _table(kinds)
    return _scores([(row["doc"], row["label"], support) for row, support in said])


def _scores(said: Sequence[tuple[str, int, Support]]) -> dict[str, float]:
    pairs = [(label, support.score or 0.0) for _, label, support in said]
    documents: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for (doc, _, _), pair in zip(said, pairs, strict=True):
        documents[doc].append(pair)
    low, high = _interval(lambda chance: chance.choices(pairs, k=len(pairs)))
    groups = list(documents.values())
    wide = _interval(lambda chance: [pair for group in chance.choices(groups, k=len(groups)) for pair in group])
    accused = [support.verdict == "not supported" for _, label, support in said if label]
    figures = {
        "auroc": _auroc(pairs),
        "auroc_low": low,
        "auroc_high": high,
        "auroc_low_by_article": wide[0],
        "auroc_high_by_article": wide[1],
        "auroc_within_articles": fmean(_auroc(group) for group in groups),
        "balanced_accuracy": fmean(_recall(pairs, label) for label in (0, 1)),
        "false_not_supported": fmean(accused),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _recall(pairs: Sequence[tuple[int, float]], label: int) -> float:
    """The share of the claims of a label that the score puts on its side."""
    return fmean((score >= EVEN) == bool(label) for other, score in pairs if other == label)


def _auroc(pairs: Sequence[tuple[int, float]]) -> float:
    return auroc([score for label, score in pairs if label], [score for label, score in pairs if not label])


def _interval(sample: Callable[[random.Random], Sequence[tuple[int, float]]]) -> tuple[float, float]:
    """The middle 95 in 100 of the AUROC over samples drawn again."""
    chance = random.Random(0)  # noqa: S311  # the same samples every time
    drawn = (sample(chance) for _ in range(SAMPLES))
    found = sorted(_auroc(pairs) for pairs in drawn if len({label for label, _ in pairs}) > 1)
    return found[len(found) // 40], found[-len(found) // 40 - 1]


def changed_sentences(folder: Path) -> dict[str, float]:
    """What becomes of an article's sentences as they are, with one thing changed, and without who said them."""
    said: dict[str, list[Support]] = defaultdict(list)
    chance = random.Random(1)  # noqa: S311  # the same sentences every time
    for sentence, passage in _from_articles(folder, chance):
        said["as it stands"].append(judged(sentence, passage))
        for name, other in changed(sentence, passage.text, chance):
            said[name].append(judged(other, passage))
        for claim in _unattributed(sentence):
            said["without who said it"].append(judged(claim, passage))
    _table(said)
    left_out = [support.verdict in {"not supported", "partly"} for support in said["a clause left out"]]
    passed = {name: fmean(each.verdict in PASSED for each in supports) for name, supports in said.items()}
    figures = {f"passed_{name.replace(' ', '_')}": round(share, 4) for name, share in passed.items()}
    return {**figures, "accused_a_clause_left_out": round(fmean(left_out), 4)}


def _from_articles(folder: Path, chance: random.Random) -> Iterator[tuple[str, Passage]]:
    rows: list[dict[str, Any]] = read_jsonl(folder / "articles.jsonl")
    for row in chance.sample(rows, min(ARTICLES, len(rows))):
        text, outlet = str(row["text"]), str(row["outlet"])
        article = Article.of("article.txt", text, str(row["title"]), outlet=outlet)
        spans = sentences(text)
        for at in chance.sample(range(len(spans)), min(AROUND, len(spans))):
            start, end = spans[at]
            near = spans[max(at - AROUND, 0) : at + AROUND + 1]
            if SHORTEST <= end - start <= LONGEST:
                yield text[start:end], Passage(article, near[0][0], near[-1][1])


def _unattributed(sentence: str) -> Iterator[str]:
    """What follows "X said that", as if it were so; quotations apart."""
    for remark in remarks(sentence, 0, len(sentence)):
        claim = sentence[remark.end :].strip().removeprefix("that ")
        forward = remark.first == remark.end and remark.last == len(sentence) and len(claim) >= SHORTEST
        if forward and not set('“”"').intersection(sentence):
            yield claim[:1].upper() + claim[1:]


def extracted(engine: Engine, questions: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The share of the extracted sentences that are marked as quoted, and of those that the check finds so too."""
    always = Engine(engine.store, replace(engine.config, declining="never"), None, engine.reader)
    said = [sentence for question in questions for sentence in always.ask(question["question"]).sentences]
    marked = fmean(sentence.support.verdict == "quoted" for sentence in said)
    checked = fmean(check(sentence.text, sentence.citations).verdict == "quoted" for sentence in said)
    print(f"{len(said)} extracted sentences")
    return {"extracted_quoted": round(marked, 4), "extracted_checked_quoted": round(checked, 4)}


def _table(said: dict[str, list[Support]]) -> None:
    print(f"{'':32}{'sentences':>10}" + "".join(f"{verdict:>15}" for verdict in VERDICTS))
    for name, supports in said.items():
        counts = Counter(support.verdict for support in supports)
        shares = "".join(f"{counts[verdict] / len(supports):15.2f}" for verdict in VERDICTS)
        print(f"{name:32}{len(supports):10}{shares}")
    print()


def main() -> None:
    options = arguments("support", "")
    figures = edited_summaries(options.folder / "summedits-news")
    figures |= changed_sentences(options.folder / "multihop-rag")
    with opened(options.folder / "squad2", options.library) as engine:
        figures |= extracted(engine, read_jsonl(options.folder / "squad2" / "questions.jsonl")[::EVERY])
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

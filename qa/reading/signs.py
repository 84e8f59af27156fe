"""What speaks for and against a question being answered by the evidence, as a few numbers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from qa.language.asked import Asked, carrying
from qa.language.kinds import MEASURES
from qa.reading.evidence import READER_MARGIN, Evidence

NEAREST = 3  # passages, of which the mean tells better than the best one where a question has parts (AUROC .99, .96)
LEAST_MET = 0.3  # how well a word must be met to count as there

SIGNS = ("similarity", "near", "read", "named", "missed")


def signs(wanted: Asked, evidence: Sequence[Evidence]) -> dict[str, float]:
    """The signs of SIGNS, of evidence with its best sentence first.

    `similarity`: that of the best sentence. `near`: the cosine of question and passage, of the best three. `read`: the
    reader's best margin. `named`: share of the question's names that stand anywhere in what was found, outlets and
    titles included. `missed`: how much of what is asked for the best sentence lacks.
    """
    best = evidence[0]
    return {
        "similarity": best.similarity,
        "near": near(evidence),
        "read": max(READER_MARGIN if item.margin is None else item.margin for item in evidence),
        "named": named(wanted, evidence),
        "missed": _missed(best, wanted),
    }


def near(evidence: Sequence[Evidence]) -> float:
    """The mean cosine of the question and the passages of the best sentences, three of them."""
    passages = {item.hit.passage.id: item.hit.dense or 0.0 for item in evidence}
    return fmean(list(passages.values())[:NEAREST])


def named(wanted: Asked, evidence: Sequence[Evidence]) -> float:
    """Share of the question's names that stand in the passages, their titles or outlets; 1 if it has none."""
    return 1.0 - len(unnamed(wanted, evidence)) / len(wanted.names) if wanted.names else 1.0


def unnamed(wanted: Asked, evidence: Sequence[Evidence]) -> list[str]:
    """The question's names that stand nowhere in the passages, their titles and outlets."""
    texts = dict.fromkeys(
        text for item in evidence for text in (item.article.title, item.article.outlet, item.hit.passage.text)
    )
    here = set(carrying("\n".join(texts)))
    return [name for name in wanted.names if name not in here]


def _missed(best: Evidence, wanted: Asked) -> float:
    """A thing of the kind asked for and the head noun, and of a person what that person is asked to have done.

    A duration, a distance or an age, which few sentences hold by chance, speaks for the sentence that has it.
    """
    lacks = [not best.kind, best.head < LEAST_MET, wanted.kind == "person" and best.plain < LEAST_MET]
    return sum(lacks) - float(best.kind and wanted.kind in MEASURES)

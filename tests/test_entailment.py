"""Entailment: the labels in whatever order and words a model has them, the chances, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tinymodels import bert

from index.crossencoder import CrossEncoder
from index.models import Named, UnfitModelError
from qa.checking.entailment import Entailed, open_entailment, relations

HEAD = "ForSequenceClassification"
PAIRS = [
    ("The ferry sails at noon.", "The ferry sails."),
    ("A ticket costs four crowns.", "who asked how much?"),
    ("", "noon"),
]
NAMED = Named("entailment", "x", Path())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    labels = {0: "CONTRADICTION", 1: "Entailment", 2: "neutral"}
    return bert(tmp_path_factory.mktemp("nli"), HEAD, num_labels=3, id2label=labels)


def relabelled(folder: Path, labels: dict[str, str]) -> None:
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**settings, "id2label": labels}))


def test_chances_are_those_of_the_logits_by_their_labels(folder: Path) -> None:
    model = open_entailment(folder.name, folder.parent)
    assert model is not None
    judged = model.judge(PAIRS)
    for found, (against, follows, neither) in zip(judged, CrossEncoder(folder).scores(PAIRS), strict=True):
        weights = np.exp([follows, neither, against])
        expected = weights / weights.sum()
        assert [found.entails, found.neutral, found.contradicts] == pytest.approx(list(expected), abs=1e-5)
        assert found.entails + found.neutral + found.contradicts == pytest.approx(1)
    assert model.judge([]) == []


def test_another_order_of_labels_means_other_outputs(folder: Path, tmp_path: Path) -> None:
    first = open_entailment(str(folder), tmp_path)
    labels = {"2": "contradiction", "0": "entailment", "1": "neutral"}
    turned = bert(tmp_path / "turned", HEAD, num_labels=3)  # the same weights
    relabelled(turned, labels)
    second = open_entailment("turned", tmp_path)
    assert first is not None
    assert second is not None
    for one, other in zip(first.judge(PAIRS), second.judge(PAIRS), strict=True):
        assert (one.contradicts, one.entails, one.neutral) == (other.entails, other.neutral, other.contradicts)


def test_a_model_of_two_labels_tells_what_follows_from_the_rest(tmp_path: Path) -> None:
    bert(tmp_path, HEAD, num_labels=2, id2label={0: "entailment", 1: "not_entailment"})
    model = open_entailment(str(tmp_path), tmp_path)
    assert model is not None
    for one in model.judge(PAIRS):
        assert one == Entailed(one.entails, pytest.approx(1 - one.entails), 0.0)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["entailment", "neutral", "contradiction"], ["entails", "neutral", "contradicts"]),
        (["NOT_ENTAILMENT", "ENTAILMENT"], ["neutral", "entails"]),
        (["entailment", "not_entailment"], ["entails", "neutral"]),
        (["non-entailment", "Entails"], ["neutral", "entails"]),
        (["contradicts", "entails"], ["contradicts", "entails"]),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], ["entails", "contradicts", "neutral"]),
        (["not_supported", "supported"], ["neutral", "entails"]),
    ],
)
def test_labels_are_understood_in_any_words(labels: list[str], expected: list[str]) -> None:
    backwards = dict(reversed([(str(number), label) for number, label in enumerate(labels)]))
    assert relations(NAMED, {"id2label": backwards}) == expected


@pytest.mark.parametrize(
    "labels",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["entailment", "neutral", "LABEL_2"],
        ["entailment", "entailment", "neutral"],
        ["neutral", "contradiction"],
        ["entailment"],
        [],
    ],
)
def test_labels_that_do_not_say_are_refused(labels: list[str]) -> None:
    settings = {"id2label": {str(number): label for number, label in enumerate(labels)}}
    with pytest.raises(UnfitModelError, match=f"means that a text follows; they are: {', '.join(labels) or 'none'}$"):
        relations(NAMED, settings)


def test_what_is_no_entailment_model_is_refused(folder: Path, tmp_path: Path) -> None:
    assert open_entailment("", tmp_path) is None
    bert(tmp_path / "reader", "ForQuestionAnswering")
    with pytest.raises(UnfitModelError, match="is no entailment model; it is BertForQuestionAnswering"):
        open_entailment("reader", tmp_path)
    bert(tmp_path / "plain", HEAD, num_labels=3)
    with pytest.raises(UnfitModelError, match=r"\[entailment\] model = 'plain' does not say"):
        open_entailment("plain", tmp_path)
    bert(tmp_path / "more", HEAD, num_labels=3)
    relabelled(tmp_path / "more", {"0": "entailment", "1": "neutral"})
    with pytest.raises(UnfitModelError):
        open_entailment("more", tmp_path)

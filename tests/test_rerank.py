"""The reranker: the scores of a cross-encoder in the order of the texts, and what is refused as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinymodels import bert

from index.crossencoder import BATCH, CrossEncoder
from index.errors import ModelMissingError
from index.models import UnfitModelError
from index.rerank import CrossEncoderReranker, Reranker, open_reranker

HEAD = "ForSequenceClassification"
TEXTS = ["The ferry sails at noon.", "A ticket costs four crowns.", "who", "", "ferry " * 900]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("reranker"), HEAD, num_labels=1)


@pytest.fixture(scope="module")
def reranker(folder: Path) -> Reranker:
    opened = open_reranker(folder.name, folder.parent)
    assert opened is not None
    return opened


def test_the_scores_are_the_logits_of_the_pair(folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertForSequenceClassification

    model = BertForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    expected = []
    for text in TEXTS[:4]:
        pair = tokenizer.encode("When?", text)
        with torch.no_grad():
            given = torch.tensor([pair.ids]), torch.tensor([pair.attention_mask]), torch.tensor([pair.type_ids])
            expected.append(float(model(*given).logits[0, 0]))
    exact = CrossEncoderReranker(CrossEncoder(folder, "float32"))
    assert exact.scores("When?", TEXTS[:4]) == pytest.approx(expected, abs=1e-4)
    assert len(set(expected)) == 4


def test_scores_come_in_the_order_of_the_texts(reranker: Reranker) -> None:
    texts = [f"{'ferry ' * (1 + 7 * n % 31)}noon" for n in range(2 * BATCH + 3)]
    together = reranker.scores("When?", texts)
    assert together == pytest.approx([reranker.scores("When?", [text])[0] for text in texts], abs=0.1)  # bfloat16
    assert len(together) == len(texts)


def test_any_text_has_a_score_and_none_have_none(reranker: Reranker) -> None:
    assert all(isinstance(score, float) for score in reranker.scores("", TEXTS))
    assert reranker.scores("When?", []) == []


def test_no_reranker_is_none(tmp_path: Path) -> None:
    assert open_reranker("", tmp_path) is None


def test_what_is_no_reranker_is_refused(tmp_path: Path) -> None:
    bert(tmp_path / "three", HEAD, num_labels=3)
    with pytest.raises(UnfitModelError, match=r"\[reranker\] model = 'three' is no reranker: it gives 3 scores"):
        open_reranker("three", tmp_path)
    bert(tmp_path / "reader", "ForQuestionAnswering")
    with pytest.raises(UnfitModelError, match="is no reranker; it is BertForQuestionAnswering"):
        open_reranker("reader", tmp_path)
    with pytest.raises(ModelMissingError, match=r"\[reranker\] model = 'nobody/nothing' is neither"):
        open_reranker("nobody/nothing", tmp_path)
    (tmp_path / "three" / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(UnfitModelError, match=r"\[reranker\] model = 'three' cannot be opened: ") as caught:
        open_reranker("three", tmp_path)
    assert caught.value.hint == 'name another model, or none: [reranker] model = ""'

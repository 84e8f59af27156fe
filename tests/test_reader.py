"""The compiled reader against PyTorch's, on a model of one layer with random weights and a vocabulary of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.reader import LONGEST_SPAN, LONGEST_TEXT, NOTHING, CompiledReader, Reading, Span, open_reader

WORDS = "the ferry sails at noon a ticket costs four crowns who asked when and how much ##s ##ing é . ? ,"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TEXT = "The ferry sails at noon. A ticket costs four crowns, who asked?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the SQuAD form, as transformers writes it."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("reader")
    torch.manual_seed(7)
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS.split()])}
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    # Weights so wide that no two spans score nearly alike.
    config = BertConfig(vocab_size=len(vocabulary), initializer_range=0.8, **size)
    BertForQuestionAnswering(config).save_pretrained(folder)
    BertWordPieceTokenizer(vocab=vocabulary, lowercase=True).save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def reader(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> CompiledReader:
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:  # not into the cache that all tests share
        patch.setenv("XDG_CACHE_HOME", str(cache))
        opened = open_reader(folder)
        assert isinstance(opened, CompiledReader)
    (compiled,) = cache.glob("vouch/compiled/reader-*")
    return CompiledReader(compiled, "float32")


@pytest.fixture(scope="module")
def reference(folder: Path) -> Callable[[Reading], Span]:
    """The best span by trying every one, on PyTorch's logits of one text at a time."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertForQuestionAnswering

    model = BertForQuestionAnswering.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST_TEXT)

    def read(asked: Reading) -> Span:
        encoding = tokenizer.encode(asked.question, asked.text)
        with torch.no_grad():
            logits = model(torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]))
        start, end = logits.start_logits[0].tolist(), logits.end_logits[0].tolist()
        nothing = start[0] + end[0]
        return _best([_span(encoding, a, b, start[a] + end[b] - nothing) for a, b in _inside(asked, encoding)])

    return read


def _inside(asked: Reading, encoding: Any) -> list[tuple[int, int]]:
    allowed = [
        place
        for place, (begin, end) in enumerate(encoding.offsets)
        if encoding.sequence_ids[place] == 1 and begin >= asked.start and end <= asked.end
    ]
    return [(a, b) for a in allowed for b in allowed if a <= b < a + LONGEST_SPAN]


def _span(encoding: Any, first: int, last: int, margin: float) -> Span:
    return Span(encoding.offsets[first][0], encoding.offsets[last][1], margin)


def _best(spans: list[Span]) -> Span:
    return max(spans, key=lambda span: span.margin)


READINGS = [
    Reading("When?", TEXT, 0, len(TEXT)),
    Reading("How much and who asked?", TEXT, 25, 63),
    Reading("Who?", TEXT, 4, 9),
    Reading("", TEXT, 0, 24),
    Reading("Who asked?", "é" * 3 + " ferry " * 60 + "noon.", 0, 300),
    Reading("Who asked?", "ferry " * 600, 0, 3600),  # more than can be read
]


@pytest.mark.parametrize("asked", READINGS)
def test_it_finds_the_span_that_pytorch_finds(
    reader: CompiledReader, reference: Callable[[Reading], Span], asked: Reading
) -> None:
    (found,) = reader.read([asked])
    expected = reference(asked)
    assert (found.start, found.end) == (expected.start, expected.end)
    assert found.margin == pytest.approx(expected.margin, abs=1e-3)


def test_texts_read_together_are_read_as_if_alone(reader: CompiledReader) -> None:
    """The shorter ones are padded, which must change nothing."""
    together = reader.read(READINGS)
    alone = [reader.read([asked])[0] for asked in READINGS]
    assert [(span.start, span.end) for span in together] == [(span.start, span.end) for span in alone]
    assert [span.margin for span in together] == pytest.approx([span.margin for span in alone], abs=1e-3)


def test_the_span_lies_in_the_part_that_may_answer(reader: CompiledReader) -> None:
    sentences = [(0, 24), (25, 63)]
    for start, end in sentences:
        (span,) = reader.read([Reading("When?", TEXT, start, end)])
        assert start <= span.start < span.end <= end


def test_a_span_is_of_a_sensible_length(reader: CompiledReader) -> None:
    text = "ferry " * 100
    (span,) = reader.read([Reading("Who?", text, 0, len(text))])
    assert 1 <= len(text[span.start : span.end].split()) <= LONGEST_SPAN


def test_where_nothing_can_be_marked_there_is_no_answer(reader: CompiledReader) -> None:
    beyond = "ferry " * 600
    asked = [
        Reading("Who?", TEXT, 10, 10),  # empty
        Reading("Who?", TEXT, 5, 8),  # inside a word
        Reading("Who?", "", 0, 0),
        Reading("Who?", beyond, 3000, 3600),  # behind what is read
    ]
    assert reader.read(asked) == [Span(each.start, each.start, NOTHING) for each in asked]


def test_nothing_asked_is_nothing_read(reader: CompiledReader) -> None:
    assert reader.read([]) == []


def test_a_folder_without_a_model_has_no_reader(tmp_path: Path) -> None:
    assert open_reader(tmp_path) is None
    assert open_reader(tmp_path / "nowhere") is None
    (tmp_path / "config.json").write_text("{}")  # no tokenizer
    assert open_reader(tmp_path) is None

"""Readers against PyTorch's logits: models of one layer with random weights and a vocabulary of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinymodels import SIZE, VOCABULARY, WIDE, bert

from index.compile import compile_model
from index.errors import ModelMissingError
from index.models import Named, UnfitModelError
from qa.config import READER
from qa.reading import reader as module
from qa.reading.reader import (
    LONGEST_SPAN,
    LONGEST_TEXT,
    NOTHING,
    CompiledReader,
    Reading,
    Span,
    SpanReader,
    TorchReader,
    open_reader,
    reader_folder,
)

TEXT = "The ferry sails at noon. A ticket costs four crowns, who asked?"


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Not the cache of compiled models that all tests share."""
    with pytest.MonkeyPatch.context() as patch:
        cache = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield cache


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the SQuAD form, as transformers writes it."""
    return bert(tmp_path_factory.mktemp("reader"), "ForQuestionAnswering")


def settings(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "config.json").read_text())
    return loaded


def in_torch(folder: Path) -> TorchReader:
    return TorchReader(folder, settings(folder), Named("reader", str(folder), Path()), "float32")


@pytest.fixture(scope="module")
def compiled(folder: Path, cache: Path) -> CompiledReader:
    assert isinstance(open_reader(str(folder), Path()), CompiledReader)
    (there,) = cache.glob("vouch/compiled/reader-*")
    return CompiledReader(there, settings(folder), "float32")


@pytest.fixture(scope="module", params=["compiled", "torch"])
def reader(request: pytest.FixtureRequest, folder: Path) -> SpanReader:
    if request.param == "torch":
        return in_torch(folder)
    found: CompiledReader = request.getfixturevalue("compiled")
    return found


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
    reader: SpanReader, reference: Callable[[Reading], Span], asked: Reading
) -> None:
    (found,) = reader.read([asked])
    expected = reference(asked)
    assert (found.start, found.end) == (expected.start, expected.end)
    assert found.margin == pytest.approx(expected.margin, abs=1e-3)


def test_texts_read_together_are_read_as_if_alone(reader: SpanReader) -> None:
    """The shorter ones are padded, which must change nothing."""
    together = reader.read(READINGS)
    alone = [reader.read([asked])[0] for asked in READINGS]
    assert [(span.start, span.end) for span in together] == [(span.start, span.end) for span in alone]
    assert [span.margin for span in together] == pytest.approx([span.margin for span in alone], abs=1e-3)


def test_the_span_lies_in_the_part_that_may_answer(reader: SpanReader) -> None:
    sentences = [(0, 24), (25, 63)]
    for start, end in sentences:
        (span,) = reader.read([Reading("When?", TEXT, start, end)])
        assert start <= span.start < span.end <= end


def test_a_span_is_of_a_sensible_length(reader: SpanReader) -> None:
    text = "ferry " * 100
    (span,) = reader.read([Reading("Who?", text, 0, len(text))])
    assert 1 <= len(text[span.start : span.end].split()) <= LONGEST_SPAN


def test_where_nothing_can_be_marked_there_is_no_answer(reader: SpanReader) -> None:
    beyond = "ferry " * 600
    asked = [
        Reading("Who?", TEXT, 10, 10),  # empty
        Reading("Who?", TEXT, 5, 8),  # inside a word
        Reading("Who?", "", 0, 0),
        Reading("Who?", beyond, 3000, 3600),  # behind what is read
    ]
    assert reader.read(asked) == [Span(each.start, each.start, NOTHING) for each in asked]


def test_nothing_asked_is_nothing_read(reader: SpanReader) -> None:
    assert reader.read([]) == []


def test_threads_do_not_mix_up_their_texts(reader: SpanReader) -> None:
    expected = reader.read(READINGS)
    found: list[list[Span]] = []
    threads = [threading.Thread(target=lambda: found.append(reader.read(READINGS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


# --- models of other forms


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One without kinds of pieces, whose padding is no zero, whose pieces hold the space before a word."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import RobertaConfig, RobertaForQuestionAnswering

    folder = tmp_path_factory.mktemp("roberta")
    torch.manual_seed(7)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *(f"\u2581{word}" for word in WORDS), *"?.,"]
    settings = {**SIZE, **WIDE, "vocab_size": len(pieces), "max_position_embeddings": 66, "pad_token_id": 1}
    RobertaForQuestionAnswering(RobertaConfig(type_vocab_size=1, **settings)).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({piece: number for number, piece in enumerate(pieces)}, unk_token="<unk>"))
    stops = pre_tokenizers.Punctuation()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), stops])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "model_input_names": ["input_ids", "attention_mask"]}
    (folder / "tokenizer_config.json").write_text(json.dumps({**about, "pad_token": "<pad>"}))
    return folder


WORDS = ("The", "A", "ferry", "sails", "at", "noon", "ticket", "costs", "four", "crowns", "who", "Who", "asked", "When")


def test_a_model_of_another_form_is_compiled_and_reads_alike(roberta: Path, tmp_path: Path) -> None:
    compile_model("reader", roberta, tmp_path / "compiled")
    compiled, torch = CompiledReader(tmp_path / "compiled", settings(roberta), "float32"), in_torch(roberta)
    asked = [Reading("When?", TEXT, 0, 24), Reading("Who asked?", TEXT, 25, 63), Reading("Who?", TEXT, 4, 9)]
    alone = [torch.read([one])[0] for one in asked]
    for found in (compiled.read(asked), torch.read(asked)):
        assert [(one.start, one.end) for one in found] == [(one.start, one.end) for one in alone]
        assert [one.margin for one in found] == pytest.approx([one.margin for one in alone], abs=1e-3)
    assert (alone[2].start, alone[2].end) == (4, 9)  # the first word of its part, without the space before
    for one, span in zip(asked, alone, strict=True):
        assert one.start <= span.start < span.end <= one.end
        assert TEXT[span.start : span.end] == TEXT[span.start : span.end].strip()


def test_a_model_of_few_positions_reads_as_much_as_it_can(roberta: Path) -> None:
    text = "ferry " * 500
    (span,) = in_torch(roberta).read([Reading("Who?", text, 0, len(text))])
    assert 0 <= span.start < span.end <= 6 * 64


def test_the_older_form_of_a_vocabulary_will_do(tmp_path: Path) -> None:
    import torch
    from transformers import DistilBertConfig, DistilBertForQuestionAnswering

    torch.manual_seed(7)
    config = DistilBertConfig(dim=16, n_layers=1, n_heads=2, hidden_dim=16, **WIDE)
    DistilBertForQuestionAnswering(config).save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "DistilBertTokenizer"}')
    (span,) = in_torch(tmp_path).read([Reading("When?", TEXT, 0, 24)])
    assert TEXT[span.start : span.end].strip() == TEXT[span.start : span.end] != ""


def test_what_cannot_be_compiled_is_read_in_pytorch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "compiled_folder", lambda *_: None)
    opened = open_reader(str(folder), Path())
    assert isinstance(opened, TorchReader)
    assert opened.read(READINGS[:1])[0].margin > NOTHING


# --- what the settings may name


def test_no_reader_is_none(tmp_path: Path) -> None:
    assert open_reader("", tmp_path) is None


def test_the_one_that_comes_with_vouch_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / READER).mkdir(parents=True)
    assert reader_folder(READER, tmp_path) == Path(__file__).parent.parent / "models" / "reader"
    monkeypatch.setattr(module, "OWN_FOLDER", tmp_path / "gone")
    with pytest.raises(ModelMissingError, match="the reader that comes with Vouch is not in") as caught:
        open_reader(READER, tmp_path)
    assert "[reader] model" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("nobody/nothing", "[reader] model = 'nobody/nothing' is neither a folder nor in the", "vouch models fetch"),
        ("./nowhere", "[reader] model = './nowhere': there is no folder {here}/nowhere", "check the path"),
        ("empty", "[reader] model = 'empty' is no model: {here}/empty has no config.json", '[reader] model = ""'),
        ("broken", "[reader] model = 'broken' cannot be used: {here}/broken/config.json: Exp", '[reader] model = ""'),
        ("list", "[reader] model = 'list' cannot be used: {here}/list/config.json holds no", '[reader] model = ""'),
        ("other", "[reader] model = 'other' is no question-answering model; it is BertModel", '[reader] model = ""'),
        ("bare", "[reader] model = 'bare' cannot be opened: ", '[reader] model = ""'),
    ],
)
def test_what_is_no_reader_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str, hint: str
) -> None:
    heads = {"broken": "{", "list": "[]", "other": '{"architectures": ["BertModel"]}'}
    heads["bare"] = '{"architectures": ["BertForQuestionAnswering"], "model_type": "bert"}'  # no weights
    (tmp_path / "empty").mkdir()
    for model, head in heads.items():
        (tmp_path / model).mkdir()
        (tmp_path / model / "config.json").write_text(head)
    monkeypatch.setattr(module, "compiled_folder", lambda *_: None)
    with pytest.raises((ModelMissingError, UnfitModelError)) as caught:
        open_reader(name, tmp_path)
    assert caught.value.message.startswith(said.format(here=tmp_path.resolve()))
    assert hint in caught.value.hint

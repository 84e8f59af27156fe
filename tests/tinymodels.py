"""Models as transformers writes them, of one small layer with random weights and a vocabulary of a few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = "the ferry sails at noon a ticket costs four crowns who asked when and how much ##s ##ing é . ? ,"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = {word: number for number, word in enumerate([*SPECIAL, *WORDS.split()])}
# Weights so wide that no two results are nearly alike.
SIZE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
WIDE = {"vocab_size": len(VOCABULARY), "initializer_range": 0.8}


def bert(folder: Path, head: str, **settings: Any) -> Path:
    """A BERT with one of transformers' heads, such as "ForQuestionAnswering"; `settings` are of its config."""
    import torch
    import transformers

    torch.manual_seed(7)
    config = transformers.BertConfig(**SIZE, **WIDE, **settings)
    getattr(transformers, f"Bert{head}")(config).save_pretrained(folder)
    word_pieces(folder)
    return folder


def word_pieces(folder: Path) -> None:
    """BERT's kind of tokenizer."""
    from tokenizers import BertWordPieceTokenizer

    BertWordPieceTokenizer(vocab=VOCABULARY, lowercase=True).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer", "model_max_length": 512}')

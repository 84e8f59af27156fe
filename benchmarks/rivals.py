"""The searches that ours is measured beside, each behind one function: a question in, its best passages out.

All embed with the same model, the one that comes with Vouch. Dense only, BM25 only and txtai search Vouch's own
passages under their headers; the LlamaIndex starter cuts its own, as its tutorial does, into chunks of 256 tokens that
overlap by 20, and puts the title into each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.collection import read_jsonl, record_of
from index.embed import model_folder
from index.nodes import searched_text
from index.scope import Scope
from index.search import Searcher
from index.steps import NONE
from qa.engine import Engine

CHUNK, OVERLAP = 256, 20  # tokens, of LlamaIndex's tokenizer
DENSE, WORDS = 1.0, 0.0  # weights of nearness in meaning


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found: the id of its article's record, its text, its score."""

    article: str
    text: str
    score: float


Search = Callable[[str, int, str], Sequence[Found]]  # a question, how many, of which outlet alone (where one can say)


def vouch(engine: Engine) -> Search:
    """Ours, as it is used."""

    def search(question: str, most: int, _: str = "") -> Sequence[Found]:
        hits = engine.store.searcher.search(question, k=most)
        return [Found(record_of(hit.passage.article.origin), hit.passage.text, hit.score) for hit in hits]

    return search


def plain(engine: Engine, weight: float) -> Search:
    """One ranking over our passages and nothing else: by vectors (weight 1), or by BM25 (0)."""
    store = engine.store
    searcher = Searcher(store.library, store.indexes, store.embedder, weight, steps=NONE)

    def search(question: str, most: int, outlet: str = "") -> Sequence[Found]:
        hits = searcher.search(question, Scope(outlets=(outlet,) if outlet else ()), most)
        scores = [(hit.dense if weight else hit.lexical) or 0.0 for hit in hits]
        places = [(record_of(hit.passage.article.origin), hit.passage.text) for hit in hits]
        return [Found(*place, score) for place, score in zip(places, scores, strict=True)]

    return search


def llamaindex(folder: Path) -> Search:
    """The starter program of LlamaIndex over the folder's articles."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    model = HuggingFaceEmbedding(str(model_folder("")))
    documents = [
        Document(text=row["text"], doc_id=row["id"], metadata={"title": row["title"]})
        for row in read_jsonl(folder / "articles.jsonl")
    ]
    splitter = SentenceSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    index = VectorStoreIndex(splitter.get_nodes_from_documents(documents), embed_model=model)

    def search(question: str, most: int, _: str = "") -> Sequence[Found]:
        nodes = index.as_retriever(similarity_top_k=most).retrieve(question)
        return [Found(node.node.ref_doc_id or "", node.node.get_content(), node.score or 0.0) for node in nodes]

    return search


def txtai(engine: Engine) -> Search:
    """Txtai's hybrid search, vectors and BM25 half and half, over our passages."""
    from txtai import Embeddings

    passages = list(engine.library.passages(engine.library.passage_ids()).values())
    embeddings: Any = Embeddings(path=str(model_folder("")), hybrid=True)
    embeddings.index((number, searched_text(passage), None) for number, passage in enumerate(passages))

    def search(question: str, most: int, _: str = "") -> Sequence[Found]:
        found = [(passages[number], score) for number, score in embeddings.search(question, most)]
        return [Found(record_of(passage.article.origin), passage.text, score) for passage, score in found]

    return search

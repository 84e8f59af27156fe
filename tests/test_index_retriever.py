"""The search as LlamaIndex knows retrievers: it drops into their query engine, with offsets into the article."""

from __future__ import annotations

import pytest

from index.store import Store

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:llama_index.*")

QUESTION = "Who offered to take in deportees?"


def test_nodes_carry_what_a_citation_needs(real_store: Store) -> None:
    nodes = real_store.searcher.as_retriever(k=3).retrieve(QUESTION)
    assert len(nodes) == 3
    for found in nodes:
        node = found.node
        article = real_store.library.article(node.ref_doc_id)
        assert article.text[node.start_char_idx : node.end_char_idx] == node.text
        assert node.metadata["title"] == article.title
        assert node.metadata["published"] == article.published.isoformat()
    assert [found.score for found in nodes] == sorted((found.score for found in nodes), reverse=True)
    hits = real_store.searcher.search(QUESTION, k=3)
    assert [found.node.node_id for found in nodes] == [hit.passage.id for hit in hits]


def test_it_drops_into_their_query_engine(real_store: Store) -> None:
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    engine = RetrieverQueryEngine.from_args(real_store.searcher.as_retriever(k=2), llm=MockLLM())
    reply = engine.query(QUESTION)
    assert len(reply.source_nodes) == 2
    assert reply.source_nodes[0].node.text in str(reply)  # their mock model repeats what it was given


def test_nothing_found_is_an_empty_list(real_store: Store) -> None:
    assert real_store.searcher.as_retriever().retrieve(" ") == []

"""The search and the answers as LlamaIndex knows them: they drop into its engines, with offsets into the article."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from llama_index.core import Settings
from llama_index.core.base.response.schema import Response, StreamingResponse
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine, RouterQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore
from llama_index.core.selectors import LLMSingleSelector
from llama_index.core.tools import QueryEngineTool

from index.scope import Scope
from index.store import Store
from qa.config import READER, QaConfig
from qa.engine import Engine
from qa.reading.reader import open_reader

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:llama_index.*")

QUESTION = "Who offered to take in deportees?"
WEBB = "How wide is Webb's main mirror?"
NOWHERE = "Who won the chess tournament in Reykjavik?"


@pytest.fixture(scope="module")
def engine(real_store: Store) -> Engine:
    return Engine(real_store, QaConfig(), None, open_reader(READER))


@pytest.fixture
def handler() -> Iterator[LlamaDebugHandler]:
    """Hears everything that LlamaIndex tells in this test."""
    handler = LlamaDebugHandler(print_trace_on_end=False)
    before, Settings.callback_manager = Settings.callback_manager, CallbackManager([handler])
    yield handler
    Settings.callback_manager = before


# The search as a retriever


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


def test_it_drops_into_their_query_engine(engine: Engine) -> None:
    theirs = RetrieverQueryEngine.from_args(engine.as_retriever(k=2), llm=MockLLM())
    reply = theirs.query(QUESTION)
    assert len(reply.source_nodes) == 2
    assert reply.source_nodes[0].node.text in str(reply)  # their mock model repeats what it was given
    assert str(asyncio.run(theirs.aquery(QUESTION))) == str(reply)


def test_nothing_found_is_an_empty_list(real_store: Store) -> None:
    assert real_store.searcher.as_retriever().retrieve(" ") == []


def test_it_gives_the_same_without_holding_up_the_loop(engine: Engine) -> None:
    retriever = engine.as_retriever(k=3)

    async def several() -> list[list[NodeWithScore]]:
        return await asyncio.gather(*(retriever.aretrieve(question) for question in (QUESTION, WEBB) * 3))

    asked = [[found.node.node_id for found in nodes] for nodes in asyncio.run(several())]
    alone = [[found.node.node_id for found in retriever.retrieve(question)] for question in (QUESTION, WEBB)]
    assert asked == alone * 3


def test_it_looks_where_it_is_told_to(engine: Engine) -> None:
    everywhere = {found.node.metadata["outlet"] for found in engine.as_retriever(k=10).retrieve(QUESTION)}
    assert len(everywhere) > 1
    outlet = min(everywhere)
    inside = engine.as_retriever(k=10, scope=Scope(outlets=(outlet,))).retrieve(QUESTION)
    assert {found.node.metadata["outlet"] for found in inside} == {outlet}


def test_their_callbacks_hear_of_it(engine: Engine, handler: LlamaDebugHandler) -> None:
    engine.as_retriever(k=1).retrieve(QUESTION)
    engine.as_query_engine().query(WEBB)
    assert len(handler.get_event_pairs(CBEventType.RETRIEVE)) == 1
    assert len(handler.get_event_pairs(CBEventType.QUERY)) == 1


# The engine as a query engine


def test_a_response_carries_the_answer_and_a_node_for_each_citation(engine: Engine) -> None:
    answer = engine.ask(WEBB)
    response = engine.as_query_engine().query(WEBB)
    assert isinstance(response, Response)
    assert str(response) == answer.text
    record = response.metadata["vouch"]
    assert (record["status"], record["text"]) == ("answered", answer.text)
    json.dumps(record)
    assert [found.node.metadata["number"] for found in response.source_nodes] == [c.number for c in answer.citations]
    for found in response.source_nodes:
        node, place = found.node, found.node.metadata
        text = engine.library.article(node.ref_doc_id).text
        assert text[place["start"] : place["end"]] == place["quote"]
        assert text[node.start_char_idx : node.end_char_idx] == node.text
        assert place["quote"] in node.text
        assert found.score in {hit.score for hit in answer.retrieved}
        told = node.get_content(MetadataMode.LLM)
        assert place["outlet"] in told
        assert "start:" not in told
    assert len({found.node.node_id for found in response.source_nodes}) == len(response.source_nodes)


def test_a_declined_question_gives_the_reason_and_no_nodes(engine: Engine) -> None:
    response = engine.as_query_engine().query(NOWHERE)
    assert (response.metadata["vouch"]["status"], response.source_nodes) == ("not_in_sources", [])
    assert str(response) == engine.ask(NOWHERE).reason


def test_a_query_engine_looks_where_it_is_told_to(engine: Engine) -> None:
    response = engine.as_query_engine(Scope(outlets=("Paper Lantern Post",))).query(WEBB)
    assert response.metadata["vouch"]["status"] == "not_in_sources"


def test_it_answers_without_holding_up_the_loop(engine: Engine) -> None:
    ours = engine.as_query_engine()

    async def several() -> list[str]:
        return [str(one) for one in await asyncio.gather(*(ours.aquery(question) for question in (WEBB, NOWHERE)))]

    assert asyncio.run(several()) == [str(ours.query(WEBB)), str(ours.query(NOWHERE))]


@pytest.mark.parametrize("question", [WEBB, NOWHERE])
def test_it_streams_and_has_its_nodes_at_the_end(engine: Engine, question: str) -> None:
    whole = engine.as_query_engine().query(question)
    streamed = engine.as_query_engine(streaming=True).query(question)
    assert isinstance(streamed, StreamingResponse)
    assert str(streamed) == str(whole)
    assert [one.node.node_id for one in streamed.source_nodes] == [one.node.node_id for one in whole.source_nodes]
    assert streamed.metadata["vouch"]["status"] == whole.metadata["vouch"]["status"]


def test_it_is_a_tool_of_their_routers(engine: Engine) -> None:
    tool = QueryEngineTool.from_defaults(engine.as_query_engine(), name="news", description="News articles.")
    router = RouterQueryEngine(LLMSingleSelector.from_defaults(llm=Choosing()), [tool], llm=MockLLM())
    assert str(router.query(WEBB)) == engine.ask(WEBB).text


class Choosing(MockLLM):
    """Always chooses the first tool."""

    def complete(self, *_: object, **__: object) -> object:
        from llama_index.core.base.llms.types import CompletionResponse

        return CompletionResponse(text='[{"choice": 1, "reason": "it is the only one"}]')

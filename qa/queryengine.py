"""Our engine as a LlamaIndex query engine. Imported only where one is asked for: LlamaIndex takes a second."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from llama_index.core import Settings
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response, StreamingResponse
from llama_index.core.callbacks import CBEventType, EventPayload
from llama_index.core.schema import NodeWithScore

from index.hits import Hit
from index.nodes import as_node
from qa.answers import Answer, Citation
from qa.engine import Delta

if TYPE_CHECKING:
    from llama_index.core.base.response.schema import RESPONSE_TYPE
    from llama_index.core.callbacks import CallbackManager
    from llama_index.core.schema import QueryBundle

    from index.scope import Scope
    from qa.engine import Engine

ANSWER = "vouch"  # under which a response's metadata holds the answer object
OURS = ("number", "start", "end", "quote", "passage")  # of a node's metadata: for programs, not for a language model


class VouchQueryEngine(BaseQueryEngine):
    """`query(question)` gives a Response: the answer's text, a node for each citation, the answer object.

    A node is the cited passage, with the citation's `number`, its `quote`, and the quote's `start` and `end` in the
    article's text as metadata. `response.metadata["vouch"]` is what `Answer.as_dict` gives. Of a declined question the
    text is the reason, and there are no nodes. Each question stands alone.

    `streaming`: a StreamingResponse, whose nodes and metadata are there when its text has been read to the end.
    """

    def __init__(
        self,
        engine: Engine,
        scope: Scope | None = None,
        *,
        streaming: bool = False,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager or Settings.callback_manager)
        self._engine = engine
        self._scope = scope
        self._streaming = streaming

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        question = query_bundle.query_str
        with self.callback_manager.event(CBEventType.QUERY, payload={EventPayload.QUERY_STR: question}) as event:
            response = self._streamed(question) if self._streaming else self._whole(question)
            event.on_end(payload={EventPayload.RESPONSE: response})
        return response

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _whole(self, question: str) -> Response:
        answer = self._engine.ask(question, scope=self._scope)
        return Response(answer.text or answer.reason, cited(answer), {ANSWER: answer.as_dict()})

    def _streamed(self, question: str) -> StreamingResponse:
        nodes: list[NodeWithScore] = []
        metadata: dict[str, Any] = {}

        def words() -> Iterator[str]:
            for event in self._engine.stream(question, scope=self._scope):
                if isinstance(event, Delta):
                    yield event.text
                elif isinstance(event, Answer):
                    nodes.extend(cited(event))
                    metadata[ANSWER] = event.as_dict()
                    if not event.text:
                        yield event.reason

        return StreamingResponse(words(), nodes, metadata)  # type: ignore[arg-type]  # theirs only iterates

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def cited(answer: Answer) -> list[NodeWithScore]:
    """A node for each citation, in the order of the text, with the score that its passage was found with."""
    scores = {hit.passage.id: hit.score for hit in answer.retrieved}
    once = {(one.number, one.start, one.end): one for one in answer.citations}
    return [_node(citation, scores.get(citation.passage.id, 0.0)) for citation in once.values()]


def _node(citation: Citation, score: float) -> NodeWithScore:
    found = as_node(Hit(citation.passage, score))
    place = {"number": citation.number, "start": citation.start, "end": citation.end, "quote": citation.quote}
    found.node.metadata |= {**place, "passage": citation.passage.id}
    found.node.excluded_llm_metadata_keys = list(OURS)
    found.node.excluded_embed_metadata_keys = list(OURS)
    found.node.id_ = f"{citation.passage.id}:{citation.start}-{citation.end}"  # a passage may be cited twice
    return found

"""Our search as a LlamaIndex `BaseRetriever`. Imported only where one is asked for: LlamaIndex takes a second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llama_index.core import Settings
from llama_index.core.retrievers import BaseRetriever

from index.nodes import as_node

if TYPE_CHECKING:
    from llama_index.core.callbacks import CallbackManager
    from llama_index.core.schema import NodeWithScore, QueryBundle

    from index.scope import Scope
    from index.search import Searcher


class LlamaRetriever(BaseRetriever):
    """Drops into LlamaIndex's query engines: `RetrieverQueryEngine.from_args(engine.as_retriever())`.

    Nodes come best first, each once. Where a question names several outlets they take turns, so that scores need not
    fall from node to node. Safe from any thread; `aretrieve` leaves the loop free.
    """

    def __init__(
        self,
        searcher: Searcher,
        k: int = 10,
        scope: Scope | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        """With LlamaIndex's own callbacks (`Settings`) unless others are given, as its indexes have them."""
        self._searcher = searcher
        self._k = k
        self._scope = scope
        super().__init__(callback_manager=callback_manager or Settings.callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [as_node(hit) for hit in self._searcher.search(query_bundle.query_str, self._scope, self._k)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)

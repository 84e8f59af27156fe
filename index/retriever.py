"""Our search as a LlamaIndex `BaseRetriever`. Imported only where one is asked for: LlamaIndex takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llama_index.core.retrievers import BaseRetriever

from index.nodes import as_node

if TYPE_CHECKING:
    from llama_index.core.schema import NodeWithScore, QueryBundle

    from index.search import Searcher


class LlamaRetriever(BaseRetriever):
    """Drops into LlamaIndex's query engines: `RetrieverQueryEngine.from_args(searcher.as_retriever())`."""

    def __init__(self, searcher: Searcher, k: int = 10) -> None:
        self._searcher = searcher
        self._k = k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [as_node(hit) for hit in self._searcher.search(query_bundle.query_str, k=self._k)]

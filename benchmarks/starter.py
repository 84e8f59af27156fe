"""The program that ingest is measured beside: LlamaIndex as its starter tutorial has it, over the same model.

Usage: python -m benchmarks.starter FOLDER TARGET. Prints how many passages it stored.
"""

import sys
from pathlib import Path

import chromadb
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore

from benchmarks.collection import read_jsonl
from index.embed import model_folder

if __name__ == "__main__":
    folder, target = Path(sys.argv[1]), sys.argv[2]
    documents = [
        Document(text=row["text"], metadata={"title": row["title"]}) for row in read_jsonl(folder / "articles.jsonl")
    ]
    nodes = SentenceSplitter(chunk_size=256, chunk_overlap=20).get_nodes_from_documents(documents)
    collection = chromadb.PersistentClient(target).create_collection("starter")
    storage = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    VectorStoreIndex(nodes, storage_context=storage, embed_model=HuggingFaceEmbedding(str(model_folder(""))))
    print(collection.count())

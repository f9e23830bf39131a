"""A retriever of LangChain as a source of a review: your own, or any of langchain-community's.

    pip install 'assignee[langchain]'
    python examples/langchain_source.py [QUESTION]

The retriever here ranks the example library by shared words, so that it runs without a key or a network. In its place goes any
other: `vector_store.as_retriever()`, `BM25Retriever.from_documents(...)`, or

    from langchain_community.retrievers import ArxivRetriever
    source = LangChainSource(ArxivRetriever(top_k_results=20), "arxiv_langchain", interval=3.1)

(for arXiv itself `--sources arxiv` is better: it keeps one connection and one line for all your processes). A
document becomes a paper by its metadata, title first; `assignee/tools/langchain_records.py` lists the keys.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assignee import LangChainSource, Report, review

LIBRARY = Path(__file__).parent / "library" / "intermediate-task-transfer.jsonl"
QUESTION = "Does intermediate-task training improve cross-lingual transfer?"


class Shelf(BaseRetriever):
    """The documents that share most words with the query."""

    documents: list[Document]
    k: int = 12

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        asked = {word for word in query.lower().split() if len(word) > 3}
        shared = {
            at: len(asked & set(item.page_content.lower().split())) for at, item in enumerate(self.documents)
        }
        best = sorted(shared, key=lambda at: (-shared[at], at))[: self.k]
        return [self.documents[at] for at in best if shared[at]]


def shelf() -> Shelf:
    """The example library as documents: the digest is the content, the rest metadata."""
    records = [json.loads(line) for line in LIBRARY.read_text("utf-8").splitlines()]
    return Shelf(
        documents=[Document(page_content=record.pop("abstract"), metadata=record) for record in records]
    )


def main(question: str = QUESTION, engine: Any = "embedded") -> Report:
    """Review the question over the retriever and print the answer with the papers it rests on."""
    report = review(question, sources=[LangChainSource(shelf(), "shelf")], engine=engine)
    print(report.answer.text)
    for paper in report.papers:
        if paper.included:
            print(f"- {paper.cite} {paper.title} ({paper.basis})")
    return report


if __name__ == "__main__":
    main(*sys.argv[1:2])

"""Assign it a research question; it returns a literature synthesis whose every claim can be checked.

`review` and `areview` carry out a review and return a `Report`; `build_graph` gives the LangGraph graph itself;
`verify_claim` checks one claim against a library; `questions` derives research questions from a seed paper;
`LangChainSource` makes any LangChain retriever a source.
Names are imported when they are first used, so that `import assignee` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assignee.api import areview, build_graph, review
    from assignee.claims import Report
    from assignee.derive import questions
    from assignee.tools.source_langchain import LangChainSource
    from assignee.verify import verify_claim

    __version__: str

__all__ = [
    "LangChainSource",
    "Report",
    "__version__",
    "areview",
    "build_graph",
    "questions",
    "review",
    "verify_claim",
]

_HOME = {
    "LangChainSource": "assignee.tools.source_langchain",
    "Report": "assignee.claims",
    "areview": "assignee.api",
    "build_graph": "assignee.api",
    "questions": "assignee.derive",
    "review": "assignee.api",
    "verify_claim": "assignee.verify",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("assignee")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'assignee' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

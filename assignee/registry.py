"""Everything pluggable, by group and name, as import strings: nothing is imported until it is used.

A third-party package adds a piece with an entry point in the group `assignee.<group>`; ours stand below in the
same form, so that both take the same path.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from assignee.errors import UserError

__all__ = ["GROUPS", "Entry", "entries", "load", "names"]

_BUILT_IN: dict[str, dict[str, str]] = {
    "sources": {
        "library": "assignee.tools.library:LibrarySource",
        "arxiv": "assignee.tools.source_arxiv:Arxiv",
        "openalex": "assignee.tools.source_openalex:OpenAlex",
        "semantic_scholar": "assignee.tools.source_semantic_scholar:SemanticScholar",
        "crossref": "assignee.tools.source_crossref:Crossref",
        "europe_pmc": "assignee.tools.source_europe_pmc:EuropePmc",
    },
    "chasers": {
        "openalex": "assignee.tools.chase_openalex:ChaseOpenAlex",
        "semantic_scholar": "assignee.tools.chase_semantic_scholar:ChaseSemanticScholar",
    },
    "look_ups": {
        "crossref": "assignee.tools.look_up_crossref:LookUpCrossref",
        "openalex": "assignee.tools.look_up_openalex:LookUpOpenAlex",
        "arxiv": "assignee.tools.look_up_arxiv:LookUpArxiv",
        "unpaywall": "assignee.tools.look_up_unpaywall:LookUpUnpaywall",
    },
    "full_texts": {
        "arxiv": "assignee.tools.full_text_arxiv:ArxivFiles",
        "europe_pmc": "assignee.tools.full_text_europe_pmc:EuropePmcTexts",
        "open_access": "assignee.tools.full_text_open_access:OpenAccess",
    },
    "formats": {
        "jsonl": "assignee.tools.format_jsonl:FORMAT",
        "bibtex": "assignee.tools.format_bibtex:FORMAT",
        "ris": "assignee.tools.format_ris:FORMAT",
        "csl-json": "assignee.tools.format_csl:FORMAT",
        "jats": "assignee.tools.format_jats:FORMAT",
        "html": "assignee.tools.format_html:FORMAT",
        "docx": "assignee.tools.format_docx:FORMAT",
        "latex": "assignee.tools.format_latex:FORMAT",
        "pdf": "assignee.tools.format_pdf:FORMAT",
        "text": "assignee.tools.format_text:FORMAT",
    },
    "engines": {
        "embedded": "assignee.agents.engine_embedded:EmbeddedEngine",
        "openai": "assignee.agents.engine_openai:OpenAIEngine",
    },
    "verifiers": {
        "quote_check": "assignee.agents.quote_check:QuoteCheck",
        "entailment": "assignee.agents.entailment:Entailment",
        "numbers": "assignee.agents.numbers:Numbers",
        "corroboration": "assignee.agents.corroboration:Corroboration",
    },
    "pair_seats": {
        "numbers": "assignee.agents.pair_numbers:PairNumbers",
        "regression": "assignee.agents.pair_regression:Regression",
        "cross_encoder": "assignee.agents.pair_encoder:CrossEncoder",
        "nli": "assignee.agents.pair_nli:Nli",
    },
    "reviewers": {
        "challenger": "assignee.agents.challenger:Challenger",
        "evidence_auditor": "assignee.agents.evidence_auditor:EvidenceAuditor",
        "readers_advocate": "assignee.agents.readers_advocate:ReadersAdvocate",
    },
    "renderers": {
        "md": "assignee.render.markdown:RENDERER",
        "html": "assignee.render.html:RENDERER",
        "json": "assignee.render.report_json:RENDERER",
        "bib": "assignee.render.bibtex:RENDERER",
        "pdf": "assignee.render.pdf:RENDERER",
        "ris": "assignee.render.ris:RENDERER",
        "csl-json": "assignee.render.csl_json:RENDERER",
    },
}

GROUPS: tuple[str, ...] = tuple(_BUILT_IN)


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered piece: `target` is "module:attribute"; `origin` is "assignee" or the package that adds it."""

    group: str
    name: str
    target: str
    origin: str


@cache
def _group(group: str) -> dict[str, Entry]:
    if group not in _BUILT_IN:
        raise UserError(f"there is no registry group {group!r}; the groups are {', '.join(GROUPS)}")
    found = {name: Entry(group, name, target, "assignee") for name, target in _BUILT_IN[group].items()}
    for point in sorted(entry_points(group=f"assignee.{group}"), key=lambda item: item.name):
        origin = point.dist.name if point.dist else "unknown"
        found.setdefault(point.name, Entry(group, point.name, point.value, origin))
    return found


def names(group: str) -> tuple[str, ...]:
    """The names registered in a group, ours first."""
    return tuple(_group(group))


def entries() -> Iterator[Entry]:
    """Every registered piece, group by group."""
    for group in GROUPS:
        yield from _group(group).values()


def load(group: str, name: str) -> Any:
    """Import and return the piece. Raises UserError for a name that is not registered."""
    entry = _group(group).get(name)
    if entry is None:
        raise UserError(f"unknown {group[:-1]} {name!r}; known: {', '.join(_group(group))}")
    module, _, attribute = entry.target.partition(":")
    return getattr(importlib.import_module(module), attribute)

"""A paper's identifiers as databases are asked for them: DOIs of arXiv too, without versions, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .identifiers import arxiv_version

__all__ = ["batches", "crossref_doi", "dois", "marks"]

_ARXIV_DOI = "10.48550/arxiv."


def dois(ids: Mapping[str, str]) -> list[str]:
    """The DOI, and the one that arXiv registers for its paper, in lower case."""
    found = [ids["doi"].lower()] if ids.get("doi") else []
    if arxiv := ids.get("arxiv"):
        found.append(f"{_ARXIV_DOI}{arxiv_version(arxiv)[0].lower()}")
    return list(dict.fromkeys(found))


def crossref_doi(ids: Mapping[str, str]) -> str:
    """The DOI in lower case where Crossref may have registered it, else "": those of arXiv are registered elsewhere."""
    doi = ids.get("doi", "").lower()
    return "" if doi.startswith(_ARXIV_DOI) else doi


def marks(ids: Mapping[str, str]) -> frozenset[str]:
    """What two records of one paper have in common: "doi:10.1000/1", "s2:0123…"; arXiv ids as DOIs."""
    others = {f"{kind}:{value.lower()}" for kind, value in ids.items() if kind not in ("arxiv", "doi")}
    return frozenset(others | {f"doi:{doi}" for doi in dois(ids)})


def batches(values: Iterable[str], size: int) -> list[Sequence[str]]:
    """Different values in their order, `size` at a time."""
    unique = list(dict.fromkeys(values))
    return [unique[at : at + size] for at in range(0, len(unique), size)]

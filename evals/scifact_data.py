"""SciFact's files, read strictly: claims {id, claim, evidence, cited_doc_ids} and a corpus {doc_id, title, abstract[]}.

`evidence` maps document ids to [{"sentences": [0, 2], "label": "SUPPORT"}, …]; labels are SUPPORT and CONTRADICT,
REFUTE in some copies. Ids are integers or texts; 42 and "42" are the same document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..agents.claim_check import Document
from ..tools.text import stored
from .gold_lines import Ids, Where, field, objects, row_id, text_field
from .gold_rows import read_label
from .scifact_metrics import GoldAbstract

__all__ = ["GoldClaim", "ScifactSet", "read_set"]


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim with its gold abstracts (by document id as text) and the documents it cites."""

    id: int | str
    claim: str
    evidence: Mapping[str, GoldAbstract]
    cited: tuple[str, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """Cited documents and those with evidence, in order: what the oracle hands to the checker."""
        return tuple(dict.fromkeys((*self.cited, *self.evidence)))


@dataclass(frozen=True, slots=True)
class ScifactSet:
    """Claims, the corpus by document id, and how a contradiction is spelt in the claims ("CONTRADICT" or "REFUTE")."""

    claims: list[GoldClaim]
    corpus: dict[str, Document]
    spelling: str


def read_set(claims: Path, corpus: Path) -> ScifactSet:
    """Both files. Raises UserError (`file:line: reason`) for the first line that is wrong."""
    documents = _corpus(corpus)
    found, ids, spelling = [], Ids(), ""
    for where, row in objects(claims):
        key = row_id(row, where)
        ids.add(key, where)
        text = stored(text_field(row, "claim", where))
        evidence, spelt = _evidence(field(row, "evidence", where), documents, where)
        spelling = spelling or spelt
        cited = row.get("cited_doc_ids", [])
        if not isinstance(cited, list):
            raise where.wrong("'cited_doc_ids' must be a list of document ids")
        for doc in cited:
            if str(doc) not in documents:
                raise where.wrong(f"the cited document {doc!r} is not in {corpus}")
        found.append(GoldClaim(key, text, evidence, tuple(str(doc) for doc in cited)))
    return ScifactSet(found, documents, spelling or "CONTRADICT")


def _corpus(path: Path) -> dict[str, Document]:
    found: dict[str, Document] = {}
    ids = Ids()
    for where, row in objects(path):
        key = row_id(row, where, "doc_id")
        ids.add(key, where)
        abstract = field(row, "abstract", where)
        if not isinstance(abstract, list) or not all(isinstance(text, str) for text in abstract):
            raise where.wrong("'abstract' must be a list of sentences")
        title = row.get("title") or ""
        if not isinstance(title, str):
            raise where.wrong("'title' must be a text")
        found[str(key)] = Document(str(key), stored(title), tuple(stored(text) for text in abstract))
    return found


def _evidence(
    given: Any, documents: Mapping[str, Document], where: Where
) -> tuple[dict[str, GoldAbstract], str]:
    if not isinstance(given, dict):
        raise where.wrong("'evidence' must be an object from document ids to rationales")
    found, spelling = {}, ""
    for doc, rationales in given.items():
        if doc not in documents:
            raise where.wrong(f"the evidence document {doc!r} is not in the corpus")
        if not isinstance(rationales, list) or not rationales:
            raise where.wrong(f"empty evidence for document {doc!r}: it needs at least one rationale")
        labels, parts = set(), []
        for rationale in rationales:
            if not isinstance(rationale, dict):
                raise where.wrong(f"a rationale of document {doc!r} is not an object")
            raw, label = read_label(field(rationale, "label", where), where)
            if label == "NEI":
                raise where.wrong(f"unknown label {raw!r} in evidence; known: SUPPORT, CONTRADICT, REFUTE")
            if label == "REFUTE":
                spelling = spelling or ("REFUTE" if raw.upper().startswith("REFUTE") else "CONTRADICT")
            labels.add(label)
            parts.append(_sentences(field(rationale, "sentences", where), documents[doc], where))
        if len(labels) > 1:
            raise where.wrong(
                f"conflicting labels for document {doc!r}: one claim and abstract have one label"
            )
        found[doc] = GoldAbstract(labels.pop(), tuple(parts))
    return found, spelling


def _sentences(given: Any, document: Document, where: Where) -> tuple[int, ...]:
    if not isinstance(given, list) or not all(type(at) is int for at in given):
        raise where.wrong("'sentences' must be a list of sentence numbers")
    beyond = [at for at in given if not 0 <= at < len(document.sentences)]
    if beyond:
        raise where.wrong(
            f"document {document.id} has {len(document.sentences)} sentences; there is no sentence {beyond[0]}"
        )
    return tuple(given)

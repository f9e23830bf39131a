"""`assignee eval retrieval`: does the index find a claim's abstracts? SciFact's files, two readings of "relevant".

A: claims that have evidence, relevant are their gold abstracts. B: all claims that cite anything, relevant are the cited
documents. Rankings: what the index gives ("index"), its words alone, its vectors alone (of the records it embedded).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assignee.errors import UserError
from assignee.settings import Settings

from ..agents.claim_check import Document, index_documents
from ..tools.hybrid_index import PROPOSED, Hit
from ..tools.toolbox import Toolbox
from .metrics import bootstrap, intervals, mean_measure
from .output import Progress, Table
from .provenance import SEED, peak_mb, provenance
from .ranking import CUTS, measures
from .run_loop import quiet
from .scifact_data import GoldClaim, read_set

__all__ = ["embed_all", "measure", "notes", "tables"]

_SETS = {"A": "claims with evidence, gold abstracts", "B": "all claims, cited documents"}
_MAIN = "index"
_CHUNK = 200


def measure(
    claims: Path, corpus: Path, *, seed: int = SEED, progress: Progress = quiet
) -> tuple[dict[str, Any], None]:
    """The figures of A and B for each ranking, with 95 % intervals of the index's own from resampling claims.

    Raises UserError for bad rows, and when no claim has anything relevant.
    """
    given = read_set(claims, corpus)
    wanted = [(claim, _relevant(claim)) for claim in given.claims]
    if not any(sets for _, sets in wanted):
        raise UserError(f"{claims}: no claim has evidence or cited documents; there is nothing to find")
    rows: list[dict[str, Any]] = []
    with Toolbox.open(Settings.from_env()) as box:
        keys = index_documents(given.corpus.values(), box)
        documents: dict[str, list[str]] = {}
        for doc, key in keys.items():
            documents.setdefault(key, []).append(doc)
        members = sorted(documents)
        embed_all(given.corpus.values(), len(given.claims), box, progress)
        began = time.perf_counter()
        for at, (claim, sets) in enumerate(wanted):
            progress(at, len(wanted), "claims searched")
            if sets:
                hits = box.index.search([claim.claim], among=members, limit=len(members))
                found = {
                    name: [doc for key in order for doc in documents[key]]
                    for name, order in _orders(hits).items()
                }
                rows.append({"id": claim.id, **{s: _all(found, docs) for s, docs in sets.items()}})
        seconds = time.perf_counter() - began
        progress(len(wanted), len(wanted), "claims searched")
    body: dict[str, Any] = {"n": len(given.claims), "documents": len(given.corpus)}
    for name in _SETS:
        body[name] = _summary([row[name] for row in rows if name in row], seed)
    body["claims_per_second"] = round(len(rows) / seconds, 2) if seconds else None
    body["peak_mb"] = peak_mb()
    body |= provenance([claims, corpus], engine=None, seed=seed, labelled=[claims])
    body["rows"] = [{"id": row["id"], **{s: row[s][_MAIN] for s in _SETS if s in row}} for row in rows]
    return body, None


def embed_all(documents: Iterable[Document], queries: int, box: Toolbox, progress: Progress) -> None:
    """Embed a corpus with its progress shown, where so many queries will ask for most of it anyway."""
    texts = list(dict.fromkeys(document.text for document in documents))
    if queries * PROPOSED < 4 * len(texts):
        return
    for start in range(0, len(texts), _CHUNK):
        progress(start, len(texts), "abstracts embedded")
        box.index.vectors(texts[start : start + _CHUNK])
    progress(len(texts), len(texts), "abstracts embedded")


def tables(body: dict[str, Any]) -> list[Table]:
    """One table a set: a row a measure, a column a ranking."""
    found = []
    for name, title in _SETS.items():
        held = body[name]
        if not held["n"]:
            continue
        columns = tuple(held["rankings"])
        shown = [
            (measure, *(held["rankings"][column][measure] for column in columns), held["ci95"][measure])
            for measure in held["rankings"][_MAIN]
        ]
        found.append(
            Table(
                f"{name}: {title} ({held['n']:,} claims)", ("", *columns, "index, 95 % interval"), list(shown)
            )
        )
    return found


def notes(body: dict[str, Any]) -> list[str]:
    """Speed and memory."""
    return [
        f"{body['documents']:,} documents; {body['claims_per_second']} claims a second, peak memory {body['peak_mb']} MB; "
        "nothing here is trained on the claims"
    ]


def _relevant(claim: GoldClaim) -> dict[str, list[str]]:
    sets = {"A": list(claim.evidence), "B": list(dict.fromkeys(claim.cited))}
    return {name: docs for name, docs in sets.items() if docs}


def _orders(hits: Sequence[Hit]) -> dict[str, list[str]]:
    words = sorted(
        (h for h in hits if h.lexical_rank is not None), key=lambda h: (h.lexical_rank, h.text_hash)
    )
    near = sorted((h for h in hits if h.vector_rank is not None), key=lambda h: (h.vector_rank, h.text_hash))
    return {
        _MAIN: [hit.text_hash for hit in hits],
        "words": [hit.text_hash for hit in words],
        "vectors": [hit.text_hash for hit in near],
    }


def _all(found: Mapping[str, Sequence[str]], relevant: Sequence[str]) -> dict[str, dict[str, float]]:
    return {name: measures(ranking, relevant, CUTS) for name, ranking in found.items()}


def _summary(rows: Sequence[Mapping[str, Mapping[str, float]]], seed: int) -> dict[str, Any]:
    if not rows:
        return {"n": 0, "rankings": {}, "ci95": {}}
    rankings = {
        name: {m: round(float(np.mean([row[name][m] for row in rows])), 6) for m in rows[0][name]}
        for name in rows[0]
    }
    drawn = bootstrap(mean_measure([row[_MAIN] for row in rows]), range(len(rows)), seed=seed)
    return {"n": len(rows), "rankings": rankings, "ci95": intervals(drawn)}

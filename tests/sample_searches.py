"""Variants of the sample report by how its search went: five databases and a chase, three services down, 300 excluded.

All papers are made up by us; the counts of every variant fit its papers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from sample_report import sample

from assignee.claims import Flow, Paper, Report, Status

__all__ = ["five_databases", "many_excluded", "three_down"]

FIVE = ("arxiv", "crossref", "europe_pmc", "openalex", "semantic_scholar")
_QUERIES = {
    "arxiv": ('(ti:"intermediate-task training" OR abs:"intermediate-task training") AND all:"cross-lingual"', 40),
    "crossref": ("intermediate-task training cross-lingual transfer XTREME-R", 1204),
    "europe_pmc": ('(TITLE:"intermediate-task training" OR ABSTRACT:"intermediate-task training")', 0),
    "openalex": ('title_and_abstract.search:"intermediate-task training" AND ("cross-lingual transfer" OR XTREME)', 61),
    "semantic_scholar": ("intermediate-task training zero-shot cross-lingual transfer", 88),
}  # fmt: skip
_KINDS = {
    "off topic": "words in common only: nothing on language models",
    "unsure": "names cross-lingual transfer but no intermediate training",
    "beyond the limit": "relevant, but 40 papers are the limit of this review",
    "excluded by you": "excluded by you: a workshop summary",
}


def _query(source: str, text: str, hits: int, batch: int, round: int = 0) -> dict[str, Any]:
    return {
        "source": source,
        "query": text,
        "hits": hits,
        "round": round,
        "batch": batch,
        "date": "2026-11-20",
    }


def _excluded(number: int, kind: str) -> Paper:
    return Paper(
        id=f"W99{number:05d}",
        title=f"On Something Else, Part {number}: What “Transfer” Means in Another Field",
        authors=("Ida Nord", f"Writer Number-{number}"),
        year=2000 + number % 25,
        ids={"doi": f"10.9999/other.{number}"},
        sources=("openalex",) if number % 3 else ("crossref", "openalex"),
        work_id=f"w-{number}",
        reason=_KINDS[kind],
        relevance=round(0.3 - number / 2000, 3),
        publication=("published", "preprint", "")[number % 3],
        found_by="references" if number % 7 == 0 else "search",
        screening={"unsure": "unsure", "beyond the limit": "include"}.get(kind, "exclude"),
        given_by={"title": "openalex", "abstract": "openalex", "authors": "crossref", "year": "crossref"},
    )


def _more(report: Report) -> tuple[Paper, ...]:
    """The sample's papers as five databases would give them."""
    lind, marc, naka, *rest = report.papers
    differ = {
        "field": "abstract",
        "values": [{"source": "arxiv", "value": "ab" * 32}, {"source": "crossref", "value": "0c" * 32}],
        "note": "9 of 10 sentences are the same",
    }
    spelt = {
        "field": "authors",
        "values": [
            {"source": "arxiv", "value": ["Lucia Marchetti", "Pablo Ruíz"]},
            {"source": "openalex", "value": ["L. Marchetti"]},
        ],
        "note": "",
    }  # fmt: skip
    given = {
        "title": "crossref",
        "authors": "arxiv",
        "year": "crossref",
        "venue": "crossref",
        "abstract": "arxiv",
    }
    here = {
        "url": "https://repository.example/marc21.pdf",
        "source": "unpaywall",
        "note": "accepted manuscript, no licence",
    }
    return (
        replace(lind, sources=("arxiv", "crossref", "openalex"), given_by=given, conflicts=(*lind.conflicts, differ),
                notices=("crossref: corrected by 10.9999/ex.1c (2021)",)),
        replace(marc, sources=("openalex",), found_by="references", conflicts=(spelt,), where_open=(here,),
                given_by=dict.fromkeys(given, "openalex")),
        replace(naka, sources=("arxiv", "semantic_scholar"), found_by="citations", screening="unsure",
                reason="included by you: it is the one that disagrees", given_by=dict.fromkeys(given, "arxiv")),
        *(replace(paper, sources=("semantic_scholar",)) for paper in rest[:-1]),
        replace(rest[-1], sources=("crossref", "openalex"),
                notices=("crossref: retraction notice 10.9999/ex.9 (2022)", "openalex: marked as retracted")),
    )  # fmt: skip


def five_databases(excluded: int = 12) -> Report:
    """Five databases asked twice, then references and citations chased twice, until a batch brought nothing new."""
    report = sample()
    kinds = [
        kind
        for at in range(excluded)
        for kind in [("off topic", "unsure", "off topic", "beyond the limit", "off topic")[at % 5]]
    ]
    kinds[-1:] = ["excluded by you"]
    others = [_excluded(at, kind) for at, kind in enumerate(kinds, start=1)]
    papers = (*_more(report), *others)
    out = [paper for paper in papers if not paper.included]
    by = Counter(
        "retracted" if paper.retracted else "off topic" for paper in report.papers if not paper.included
    )
    by.update(kinds)
    identified_by = {
        "arxiv": 41,
        "crossref": 12,
        "europe_pmc": 3,
        "openalex": len(out) + 40,
        "semantic_scholar": 60,
    }
    identified = sum(identified_by.values()) + 57
    flow = Flow(
        identified=identified, duplicates=identified - len(papers), screened=len(papers), excluded=len(out),
        included=len(papers) - len(out), read_full=1, identified_by=identified_by, chased=57, left_out=9,
        excluded_by=dict(by), sought=6, not_retrieved=5, preprints=1,
    )  # fmt: skip
    queries = [_query(name, text, hits, 1) for name, (text, hits) in _QUERIES.items()]
    queries += [
        _query(name, "XTREME-R OR “cross-lingual transfer evaluation of multilingual encoders”", 7, 2)
        for name in FIVE
    ]
    queries += [
        {"source": "openalex", "query": "cites:W1|W2", "hits": 50, "round": 0, "batch": 3, "what": "chase"},
        {
            "source": "crossref",
            "query": "10.9999/ex.1, 10.9999/ex.9",
            "hits": 2,
            "round": 0,
            "batch": 0,
            "what": "look_up",
        },
    ]
    batches = (
        {"batch": 1, "round": 0, "what": "queries", "records": 101, "new": 62, "relevant": 5},
        {"batch": 2, "round": 0, "what": "acronyms", "records": 35, "new": 9, "relevant": 1},
        {"batch": 3, "round": 0, "what": "chase", "records": 50, "new": 22, "relevant": 2},
        {"batch": 4, "round": 0, "what": "chase", "records": 7, "new": 4, "relevant": 0},
    )
    overlap = (
        {"sources": ["arxiv"], "works": 12, "included": 1},
        {"sources": ["openalex"], "works": 3, "included": 1},
        {"sources": ["arxiv", "openalex"], "works": 9, "included": 2},
        {"sources": ["semantic_scholar"], "works": 4, "included": 1},
        {"sources": ["arxiv", "crossref", "openalex"], "works": 5, "included": 1},
        {"sources": ["europe_pmc"], "works": 1, "included": 0},
    )
    manifest = replace(
        report.manifest, queries=tuple(queries), batches=batches, overlap=overlap, library=(),
        stopped="the second chase brought no relevant work among 4 new ones",
        settings={"sources": ["arxiv", "openalex"], "chase": 2},
    )  # fmt: skip
    abstract = report.abstract
    return replace(report, papers=papers, flow=flow, manifest=manifest, abstract=abstract)


def three_down() -> Report:
    """The same with one database and two services silent."""
    report = five_databases()
    silent = ("crossref", "unpaywall", "semantic_scholar (citations)")
    manifest = replace(
        report.manifest, not_answered=silent,
        queries=tuple(query for query in report.manifest.queries if query["source"] != "crossref"),
        problems=("crossref: did not answer: three times 503", "unpaywall: did not answer: no connection"),
    )  # fmt: skip
    kept = {name: count for name, count in report.flow.identified_by.items() if name != "crossref"}
    lost = report.flow.identified_by["crossref"]
    flow = replace(
        report.flow,
        identified_by=kept,
        identified=report.flow.identified - lost,
        duplicates=report.flow.duplicates - lost,
    )
    return replace(report, manifest=manifest, flow=flow, status=Status.PARTIAL)


def many_excluded() -> Report:
    """Three hundred excluded papers and more."""
    return five_databases(300)

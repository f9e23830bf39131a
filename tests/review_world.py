"""A little world of databases for whole reviews: one stand-in server, seven works written by us, and all who are asked.

arXiv finds `base`, whose source it hands out; OpenAlex finds `gone`, which Crossref calls retracted, and `base` again. `base`
refers to `same`, which finds the same, and to `walls`, which is about heat; `late` cites it. Nobody else answers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from finding_world import abstract_index
from full_text_world import archive
from stand_in_database import Reply, WallTimeOfTests, feed

from assignee.registry import load, names
from assignee.tools.database_settings import DATABASES, SERVICES, DatabaseSettings
from assignee.tools.toolbox import Toolbox

__all__ = ["FULL", "QUESTION", "WORKS", "answer", "as_entry", "as_work", "parts", "settings"]

QUESTION = "Does intermediate training on natural language inference improve zero-shot question answering?"
WORKS: dict[str, dict[str, Any]] = {
    "base": {
        "number": 90001,
        "arxiv": "2101.00001",
        "title": "Inference First: Intermediate Training for Cross-Lingual Question Answering",
        "authors": ["Marta Lindqvist", "Jonas Oyelaran"],
        "year": 2021,
        "abstract": "We first train a multilingual encoder for question answering (QA). Intermediate training on "
        "natural language inference improves zero-shot question answering on XQuAD by 3.1 F1 points over direct "
        "fine-tuning. The recipe adds four hours of training.",
        "cites": ["same", "walls"],
    },
    "same": {
        "number": 90002,
        "doi": "10.1000/same",
        "title": "Two-Stage Fine-Tuning of Multilingual Encoders, Revisited",
        "authors": ["Ana Petrescu", "Wei Chen Ho"],
        "year": 2020,
        "abstract": "We repeat published recipes with five seeds. Zero-shot question answering on XQuAD benefits from "
        "intermediate training on natural language inference, with gains of 2.7 F1 over direct fine-tuning.",
        "cites": [],
    },
    "walls": {
        "number": 90003,
        "doi": "10.1000/walls",
        "title": "Walls of Heat Exchangers",
        "authors": ["Tom Field"],
        "year": 2010,
        "abstract": "Heat exchangers move heat between two fluids. Their walls are thin and their noise is low.",
        "cites": [],
    },
    "gone": {
        "number": 90004,
        "doi": "10.1000/gone",
        "title": "Natural Language Inference Solves Zero-Shot Question Answering",
        "authors": ["Max Poe"],
        "year": 2019,
        "abstract": "Intermediate training on natural language inference improves zero-shot question answering on XQuAD "
        "by 30 F1 points over direct fine-tuning. All languages gain alike.",
        "cites": [],
    },
    "late": {
        "number": 90005,
        "doi": "10.1000/late",
        "title": "When Does Intermediate Training Help Zero-Shot Question Answering?",
        "authors": ["Ines Duarte"],
        "year": 2022,
        "abstract": "Nobody knew which tasks help. Intermediate training on natural language inference raises zero-shot "
        "question answering on XQuAD by 2.2 F1 points over direct fine-tuning in our runs.",
        "cites": ["base"],
    },
}
FULL = "In Swahili the gain of intermediate training on natural language inference is 4.4 F1 points over direct fine-tuning."
_SOURCE = rf"""\documentclass{{article}}\title{{{WORKS["base"]["title"]}}}\author{{Marta Lindqvist and Jonas Oyelaran}}
\begin{{document}}\maketitle\begin{{abstract}}{WORKS["base"]["abstract"]}\end{{abstract}}
\section{{Results}} {FULL} Training is short.\end{{document}}"""


def as_entry(work: Mapping[str, Any]) -> str:
    """A work in arXiv's feed."""
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in work["authors"])
    return (
        f"<entry><id>http://arxiv.org/abs/{work['arxiv']}v2</id><title>{escape(work['title'])}</title>"
        f"<summary>{escape(work['abstract'])}</summary><published>{work['year']}-02-03T00:00:00Z</published>"
        f"{authors}</entry>"
    )


def as_work(name: str) -> dict[str, Any]:
    """A work as OpenAlex gives it."""
    work = WORKS[name]
    doi = work.get("doi") or f"10.48550/arxiv.{work['arxiv']}"
    return {
        "id": f"https://openalex.org/W{work['number']}",
        "doi": f"https://doi.org/{doi}",
        "display_name": work["title"],
        "publication_year": work["year"],
        "publication_date": f"{work['year']}-02-03",
        "authorships": [{"author": {"display_name": name}} for name in work["authors"]],
        "abstract_inverted_index": abstract_index(work["abstract"]),
        "cited_by_count": sum(name in other["cites"] for other in WORKS.values()),
        "referenced_works": [f"https://openalex.org/W{WORKS[cited]['number']}" for cited in work["cites"]],
    }


def settings(url: str) -> DatabaseSettings:
    """Everybody at one server."""
    return DatabaseSettings(urls={name: f"{url}/{name}" for name in (*DATABASES, *SERVICES)})


def parts(toolbox: Toolbox, url: str) -> dict[str, Any]:
    """`sources` (arxiv and openalex) and `services` (all that are registered), on a clock that nobody waits for."""
    made: dict[str, Any] = {
        "settings": settings(url),
        "clock": WallTimeOfTests(),
        "rng": random.Random(0),
    }
    groups = ("chasers", "look_ups", "full_texts")
    return {
        "sources": {name: load("sources", name)(toolbox, **made) for name in ("arxiv", "openalex")},
        "services": {
            group: {name: load(group, name)(toolbox, **made) for name in names(group)} for group in groups
        },
    }


def answer(path: str, params: dict[str, str]) -> Reply:
    """The answer of whomever the first part of the path names."""
    _, who, *rest = unquote(path).split("/")
    if who == "arxiv" and ("search_query" in params or "2101.00001" in params.get("id_list", "")):
        return Reply(feed(as_entry(WORKS["base"])))
    if who == "arxiv":
        return Reply(feed())
    if who == "openalex":
        return _openalex(params)
    if who == "crossref":
        return _crossref("/".join(rest), params)
    if who == "arxiv_files" and rest[:1] == ["e-print"]:
        return Reply(archive(main_dot_tex=_SOURCE), headers={"content-type": "application/gzip"})
    return Reply("Not found", 404)


def _openalex(params: Mapping[str, str]) -> Reply:
    kind, _, values = params["filter"].partition(":")
    asked = {value.lower() for value in values.partition(",")[0].split("|")}
    works = [as_work(name) for name in WORKS]
    ids = {
        "openalex_id": lambda work: {work["id"].rsplit("/", 1)[1].lower()},
        "doi": lambda work: {work["doi"].removeprefix("https://doi.org/")},
        "cites": lambda work: {one.rsplit("/", 1)[1].lower() for one in work["referenced_works"]},
    }
    found = [work for work in works if kind in ids and ids[kind](work) & asked]
    if kind not in (*ids, "pmid"):
        found = [as_work("base"), as_work("gone")]
    size = int(params.get("per_page", 50))
    return Reply({"meta": {"count": len(found), "page": 1, "per_page": size}, "results": found})


def _crossref(path: str, params: Mapping[str, str]) -> Reply:
    note = {
        "type": "retraction",
        "DOI": "10.1000/notice",
        "source": "publisher",
        "label": "Retraction",
        "updated": {"date-time": "2021-03-04T00:00:00Z"},
    }
    gone = "10.1000/gone" in str(params) and params.get("filter", "").startswith("doi:")
    items = [{"DOI": "10.1000/gone", "updated-by": [note]}] if gone else []
    return Reply({"status": "ok", "message": {"total-results": len(items), "items": items}})

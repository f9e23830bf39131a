"""Withdrawals on arXiv: the newest version of a paper says so in its comment or its abstract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assignee.claims import Paper

from .asks_database import AsksDatabase
from .finding_more import Learned
from .http_client import Params
from .identifiers import arxiv_version
from .notices import notice
from .paper_ids import batches
from .record import iso_date
from .source_arxiv import Arxiv

__all__ = ["LookUpArxiv"]

_AT_ONCE = 50


class LookUpArxiv(AsksDatabase):
    """By arXiv id, 50 at a time, in the one line that all requests to arXiv stand in."""

    name = "arxiv"
    database = Arxiv

    def look_up(self, papers: Sequence[Paper]) -> tuple[list[Learned], list[str]]:
        """What is told of the papers on arXiv; ids that it leaves out are named. Raises NoAnswer where nothing was answered."""
        wanted = {
            paper.id: arxiv_version(paper.ids["arxiv"])[0] for paper in papers if paper.ids.get("arxiv")
        }
        if not wanted:
            return [], []
        newest: dict[str, Mapping[str, Any]] = {}
        asked: set[str] = set()
        with self.patient() as patient:
            for batch in batches(wanted.values(), _AT_ONCE):
                for params, page in patient.get_all(batch, _list, self._database.read):
                    asked.update(map(_bare, dict(params)["id_list"].split(",")))
                    for record in page.records:
                        newest.setdefault(_bare(str(record["arxiv"])), record)
        problems = patient.settled()
        dropped = [name for name in dict.fromkeys(wanted.values()) if _bare(name) in asked - newest.keys()]
        if dropped:
            problems.append(f"arxiv has no paper {', '.join(dropped)}")
        known = [paper for paper in papers if _bare(wanted.get(paper.id, "")) in newest]
        return [_learned(paper, newest[_bare(wanted[paper.id])]) for paper in known], problems


def _list(names: Sequence[str]) -> tuple[str, Params]:
    return "/query", (("id_list", ",".join(names)), ("max_results", str(len(names))))


def _learned(paper: Paper, record: Mapping[str, Any]) -> Learned:
    if record.get("retracted") is not True:
        return Learned(paper.id)
    line = notice("withdrawn", "arXiv", str(record["arxiv"]), iso_date(str(record.get("revised") or "")))
    return Learned(paper.id, retracted=True, notices=(line,))


def _bare(name: str) -> str:
    """Without version and subject class: arXiv answers "math.GT/0309136" with "math/0309136v1"."""
    return re.sub(r"\.[a-z]{2}/", "/", arxiv_version(name)[0].lower())

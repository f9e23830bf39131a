"""references.csl.json: the included papers in the JSON that citation processors take (CSL 1.0.2)."""

from __future__ import annotations

import json
import re
from typing import Any

from assignee.claims import Report

from .entry import Entry, entries
from .names import Name
from .renderer import Renderer, Texts

__all__ = ["RENDERER", "render"]

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_TYPES = {"meeting": "paper-conference", "journal": "article-journal", "other": "article"}


def render(report: Report, texts: Texts) -> str:
    """A JSON array in the order of the references.

    Citation processors read some HTML tags in a title as formatting, so a "<" that would open or close a tag is
    written as "‹", which looks alike and formats nothing.
    """
    items = [_item(entry) for entry in entries(report.papers)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {"id": entry.key, "type": _TYPES[entry.kind], "title": _plain(entry.title)}
    if entry.authors:
        item["author"] = [_name(name) for name in entry.authors]
    if entry.date:
        item["issued"] = {"date-parts": [list(entry.date)]}
    given = {
        "container-title": _plain(entry.venue),
        "DOI": entry.doi,
        "PMID": entry.pmid,
        "number": f"arXiv:{entry.arxiv}" if entry.arxiv else "",
        "URL": entry.url,
        "note": _plain(entry.note),
    }
    return item | {name: value for name, value in given.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": _plain(name.literal)}
    given = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: _plain(value) for part, value in given.items() if value}


def _plain(text: str) -> str:
    return _TAG.sub("‹", text)


RENDERER = Renderer("csl-json", "references.csl.json", render)

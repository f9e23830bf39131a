"""references.ris: one record for each included paper, as reference managers read it."""

from __future__ import annotations

from assignee.claims import Report

from .entry import Entry, entries
from .names import Name
from .renderer import Renderer, Texts

__all__ = ["RENDERER", "render"]

_TYPES = {"meeting": "CPAPER", "journal": "JOUR", "other": "GEN"}


def render(report: Report, texts: Texts) -> str:
    """RIS in UTF-8, lines ended by CR LF. A value stands on one line whatever it holds, so none can open a tag."""
    return "".join(f"{line}\r\n" for entry in entries(report.papers) for line in _record(entry))


def _record(entry: Entry) -> list[str]:
    fields = [("TY", "UNPB" if entry.kind == "other" and entry.arxiv else _TYPES[entry.kind])]
    fields += [("AU", _author(name)) for name in entry.authors]
    fields += [("TI", entry.title)]
    fields += [("T2", entry.venue)]
    fields += [("PY", "" if entry.year is None else f"{entry.year:04d}")]
    if len(entry.date) > 1:
        fields += [("DA", "/".join(f"{part:02d}" for part in entry.date) + "/" * (3 - len(entry.date)))]
    fields += [("DO", entry.doi), ("UR", entry.url), ("AN", _number(entry))]
    fields += [("N1", entry.note), ("ID", entry.key)]
    return [*(f"{tag}  - {value}" for tag, value in fields if value), "ER  - ", ""]


def _author(name: Name) -> str:
    """ "Family, Given, Suffix"; a group is written with a closing comma left out, as one name."""
    if name.literal:
        return name.literal.replace(",", " ")
    return ", ".join(part for part in (name.family, name.given, name.suffix) if part)


def _number(entry: Entry) -> str:
    return f"arXiv:{entry.arxiv}" if entry.arxiv else entry.pmid


RENDERER = Renderer("ris", "references.ris", render)

"""The PRISMA 2020 flow of a review as boxes with counts, for every format that draws or tables it.

The wording is that of the PRISMA 2020 flow diagram for new systematic reviews (Page et al. 2021, BMJ 372:n71), as far as
a box applies: one whose count is zero and that leads nowhere is left out. Every number comes from the records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assignee.claims import Basis, Flow, Paper, Report

from .labels import BASIS, plural, spoken
from .names import one_line

__all__ = ["Box", "FlowStep", "flow_rows", "flow_steps", "flow_told"]

LIBRARY = "library"
_IDENTIFICATION, _SCREENING, _INCLUDED = "Identification", "Screening", "Included"


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its words, its count (None where its parts alone count), parts as (words, count), and remarks."""

    title: str
    count: int | None
    parts: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step of the flow: the box on the way to inclusion, and beside it what leaves (or, with `joins`, comes in)."""

    stage: str
    main: Box | None
    side: Box | None = None
    joins: bool = False


def flow_steps(report: Report) -> tuple[FlowStep, ...]:
    """The steps from top to bottom; a review of a library alone has three or four."""
    flow = report.flow
    named = sum(paper.found_by == "named" for paper in report.papers)
    steps = [FlowStep(_IDENTIFICATION, _identified(flow, named), _others(flow), joins=True)]
    if flow.duplicates or flow.left_out:
        steps.append(FlowStep(_IDENTIFICATION, None, _removed(flow)))
    steps.append(FlowStep(_SCREENING, Box("Records screened", flow.screened), _excluded(flow)))
    if flow.sought or flow.not_retrieved:
        sought = Box("Reports sought for retrieval", flow.sought, notes=("full texts of included papers",))
        missing = Box("Reports not retrieved", flow.not_retrieved, notes=("not read in full text",))
        steps.append(FlowStep(_SCREENING, sought, missing if flow.not_retrieved else None))
    steps.append(FlowStep(_INCLUDED, _included(report), _retracted(report.papers)))
    return tuple(steps)


def flow_rows(steps: tuple[FlowStep, ...]) -> list[tuple[str, str, int | None]]:
    """The same as rows (stage, words, count) of a table; parts follow their box with a dash before them."""
    rows: list[tuple[str, str, int | None]] = []
    for step in steps:
        for box in (step.main, step.side):
            if box is not None:
                told = f"{box.title} ({'; '.join(box.notes)})" if box.notes else box.title
                rows.append((step.stage, told, box.count))
                rows += [(step.stage, f"– {words}", count) for words, count in box.parts]
    return rows


def flow_told(steps: tuple[FlowStep, ...]) -> str:
    """The same as one line of text, for those who cannot see the drawing."""
    told = "; ".join(_line(box) for step in steps for box in (step.main, step.side) if box)
    return f"PRISMA 2020 flow: {told}."


def _line(box: Box) -> str:
    told = box.title if box.count is None else f"{box.title}: {box.count}"
    parts = ", ".join([f"{words} {count}" for words, count in box.parts] + list(box.notes))
    return f"{told} ({parts})" if parts else told


def _identified(flow: Flow, named: int) -> Box:
    sources = _counted(flow.identified_by)
    count = max(flow.identified - flow.chased, 0)
    databases = [words for words, _ in sources if words != LIBRARY]
    title = "Records identified"
    if sources:
        from_library = "your library" if len(databases) < len(sources) else ""
        from_databases = "databases" if len(databases) != 1 else "one database"
        title += " from " + " and ".join(
            part for part in (databases and from_databases, from_library) if part
        )
    parts = sources if len(sources) > 1 else () if not databases else sources
    notes = (f"{plural(named, 'paper')} only by the id that you gave",) if named else ()
    return Box(title, count, parts, notes)


def _others(flow: Flow) -> Box | None:
    if not flow.chased:
        return None
    return Box("Records identified from other methods", flow.chased, (("citation searching", flow.chased),))


def _removed(flow: Flow) -> Box:
    parts = (("duplicates and versions folded", flow.duplicates),) if flow.duplicates else ()
    besides = f"{plural(flow.left_out, 'record')} without title or abstract left out, not counted above"
    return Box("Records removed before screening", None, parts, (besides,) if flow.left_out else ())


def _excluded(flow: Flow) -> Box | None:
    if not flow.excluded:
        return None
    parts = _counted(flow.excluded_by)
    rest = flow.excluded - sum(count for _, count in parts)
    return Box(
        "Records excluded", flow.excluded, (*parts, ("other reasons", rest)) if parts and rest > 0 else parts
    )


def _included(report: Report) -> Box:
    flow = report.flow
    bases = [paper.basis for paper in report.papers if paper.included and paper.basis is not Basis.FULL_TEXT]
    parts = [("read in full text", flow.read_full)] if flow.read_full else []
    parts += [(f"read as {BASIS[basis]}", bases.count(basis)) for basis in Basis if basis in bases]
    parts += [("preprints among them", flow.preprints)] if flow.preprints else []
    return Box("Studies included in review", flow.included, tuple(parts))


def _retracted(papers: tuple[Paper, ...]) -> Box | None:
    count = sum(paper.retracted for paper in papers)
    if not count:
        return None
    return Box("Retracted or withdrawn", count, notes=("shown apart, evidence for nothing",))


def _counted(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Largest first, then by name; zeros are left out."""
    return tuple(sorted(_named(counts), key=lambda item: (-item[1], item[0])))


def _named(counts: dict[str, int]) -> Iterator[tuple[str, int]]:
    for name, count in counts.items():
        if count > 0:
            yield spoken(one_line(name)) or "unknown", count

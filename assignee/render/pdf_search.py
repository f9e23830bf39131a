"""What the PDF prints of the search and of the papers, as plain JSON."""

from __future__ import annotations

from typing import Any

from .excluded import ExcludedGroup
from .labels import plural, sentence
from .loose import Query
from .paper_record import Listed
from .search_told import Asked
from .search_view import SearchView
from .view import Reference

__all__ = ["drawn_flow", "excluded", "reference", "searched"]


def drawn_flow(search: SearchView) -> dict[str, Any]:
    """The boxes, stage bars and arrows of the PRISMA flow, with its text for those who cannot see it."""
    drawing = search.drawing()
    return {
        "told": search.flow_told,
        "caption": "Flow of records (PRISMA 2020)."
        + (f" Without {', '.join(search.silent)}, which did not answer." if search.silent else ""),
        "width": drawing.width,
        "height": drawing.height,
        "boxes": [
            {
                "x": box.x, "y": box.y, "width": box.width, "height": box.height, "kind": box.kind,
                "lines": [[line.x, line.y, line.kind, line.text] for line in box.lines],
            }
            for box in drawing.boxes
        ],
        "stages": [[stage.y, stage.height, stage.text] for stage in drawing.stages],
        "arrows": [[[list(point) for point in points], way] for points, way in drawing.arrows],
    }  # fmt: skip


def reference(item: Reference) -> dict[str, Any]:
    """A reference: number, text before and after its title, link, lines of its record."""
    listed, paper = item.listed, item.paper
    told = [
        f"{paper.venue}." if paper.venue else "",
        f"{item.label}.",
        f"Read as: {item.basis}.",
        *_badges(listed),
        f"Versions folded into it: {', '.join(listed.folded)}." if listed.folded else "",
    ]
    lines = [f"Screening: {listed.decision}. Reason: {sentence(listed.reason)}"] if paper.screening else []
    return {
        **_titled(listed),
        "number": f"[{item.number}]",
        "text": " ".join(part for part in told if part),
        "link": item.link or "",
        "record": [*lines, *listed.merged, *_record(listed)],
    }


def excluded(group: ExcludedGroup) -> dict[str, Any]:
    """A kind of reason with its papers."""
    kind = f"{group.kind[:1].upper()}{group.kind[1:]}"
    return {
        "heading": f"{kind}: {plural(len(group.papers), 'paper')}",
        "papers": [
            {
                **_titled(listed),
                "text": " ".join([f"{listed.paper.id}.", *_badges(listed), f"Reason: {listed.reason}"]),
                "record": _record(listed),
            }
            for listed in group.papers
        ],
    }


def searched(search: SearchView) -> dict[str, Any]:
    """Why the search stopped, the batches with the lengths of their bars in percent, the overlap, the queries."""
    found = search.overlap
    return {
        "stopped": search.stopped,
        "batches": [
            [
                f"{batch.number} ({batch.revision})" if batch.revision else batch.number,
                batch.what, str(batch.records), str(batch.new), str(batch.relevant),
                100 * batch.new // search.most_new, min(100 * batch.relevant // search.most_new, 100),
            ]
            for batch in search.batches
        ] if len(search.batches) > 1 else [],
        "batches_told": search.batches_told,
        "columns": list(found.columns) if found else [],
        "overlap": [
            [*("●" if mark else "·" for mark in row.marks), str(row.works), str(row.included)]
            for row in (found.rows if found else ())
        ],
        "totals": [f"{works} ({alone} alone)" for _, works, alone in (found.totals if found else ())],
        "overlap_told": found.told if found else "",
        "asked": [_asked(source) for source in search.asked],
    }  # fmt: skip


def _asked(source: Asked) -> dict[str, Any]:
    told = [source.source, source.purpose, source.told]
    return {
        "source": ", ".join(part for part in told if part),
        "queries": [_query(query) for query in source.queries],
    }


def _titled(listed: Listed) -> dict[str, Any]:
    notices = sentence("; ".join(listed.notices)) if listed.notices else ""
    return {
        "who": listed.who,
        "title": sentence(listed.paper.title),
        "retracted": listed.paper.retracted,
        "notices": f"Retracted or withdrawn. {notices}" if listed.paper.retracted else notices,
    }


def _badges(listed: Listed) -> list[str]:
    return [f"{word[:1].upper()}{word[1:]}." for word in listed.badges]


def _record(listed: Listed) -> list[str]:
    lines = []
    for item in listed.conflicts:
        told = "; ".join(f"{source}: {value}" for source, value in item.values)
        lines.append(f"Records differ in {item.field}. {told}. {sentence(item.note) if item.note else ''}")
    lines += [f"An open copy that was not read: {item.url or ''} {item.told}" for item in listed.open_copies]
    return lines


def _query(query: Query) -> list[str]:
    told = ["hits not counted" if query.hits is None else plural(query.hits, "hit"), query.date]
    told += [f"batch {query.batch}" if query.batch not in ("", "0") else ""]
    told += [f"revision {query.round}" if query.round not in ("", "0") else ""]
    return [query.text, " · ".join(part for part in told if part)]

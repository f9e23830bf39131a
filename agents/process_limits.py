"""What a reader should know of how the papers came together: wishes, retractions, silence, where the search ended."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Flow, Paper, RunManifest
from assignee.settings import ReviewRequest

from ..tools.database_settings import online
from .overrides import EXCLUDED, INCLUDED
from .prose import counted, listed, opened

__all__ = ["process_limits"]

_NAMED = 10  # papers of one override list that are named
_LOOK_UP = "look_up"
_NOT_FOR_NOTICES = frozenset({"unpaywall"})  # it tells where open copies lie


def process_limits(
    request: ReviewRequest, papers: Sequence[Paper], flow: Flow, manifest: RunManifest
) -> list[str]:
    """Whole sentences, all from records; those that do not apply are left out."""
    found = [_overrides(request, papers), _retractions(request, manifest)]
    if flow.left_out:
        found.append(
            f"{opened(counted(flow.left_out, 'record'))} without title or abstract could not be screened."
        )
    if manifest.not_answered:
        found.append(
            f"Did not answer: {_spoken(manifest.not_answered)}. What only they could have told is missing."
        )
    found.append(manifest.stopped)
    return [line for line in found if line]


def _overrides(request: ReviewRequest, papers: Sequence[Paper]) -> str:
    """Which papers screening did not decide on; that the limit was passed, where it was."""
    taken = [paper for paper in papers if paper.included and paper.reason.startswith(INCLUDED)]
    dropped = [paper for paper in papers if not paper.included and paper.reason.startswith(EXCLUDED)]
    parts = [f"{what} {_names(some)}" for what, some in (("included", taken), ("excluded", dropped)) if some]
    if not parts:
        return ""
    told = f"Not by screening but because the asker said so: {'; '.join(parts)}."
    if taken and sum(paper.included for paper in papers) > request.max_papers:
        told += f" With these, more papers were included than the limit of {request.max_papers}."
    return told


def _names(papers: Sequence[Paper]) -> str:
    """Some papers by their ids, and how many more there are."""
    shown = [paper.id for paper in papers[:_NAMED]]
    more = len(papers) - len(shown)
    return listed([*shown, counted(more, "other paper")] if more else shown)


def _retractions(request: ReviewRequest, manifest: RunManifest) -> str:
    """Where notices of retraction were looked up, or that nobody was asked."""
    silent = [name for name in manifest.not_answered if name.endswith("(look-up)")]
    asked = dict.fromkeys(
        str(query["source"])
        for query in manifest.queries
        if query.get("what") == _LOOK_UP and query.get("source") not in _NOT_FOR_NOTICES
    )
    if asked:
        but = f"; {_spoken(silent)} did not answer" if silent else ""
        return f"Retractions of the included papers were looked up at {_spoken(list(asked))}{but}."
    if online(request.sources):
        why = (
            f"{_spoken(silent)} did not answer" if silent else "nothing was included that could be asked for"
        )
        return f"Retractions were not looked up: {why}."
    return (
        "Retractions were not looked up, as no database was asked: a paper counts as retracted only where its own record "
        "says so."
    )


def _spoken(names: Sequence[str]) -> str:
    return listed([name.replace("_", " ") for name in names])

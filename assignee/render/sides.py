"""Agreements and contradictions as pairs: two quotes side by side, and where their settings differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assignee.claims import Paper, Report

from .labels import sentence
from .loose import items, maps, words

__all__ = ["Pair", "Side", "pairs"]


@dataclass(frozen=True, slots=True)
class Side:
    """A quote with its paper (None outside the set); `claim_id` where the quote is a claim of the report, else ""."""

    quote: str
    paper_id: str
    paper: Paper | None
    claim_id: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides and the writer's remark.

    `settings` rows are (field, one's words, other's words, relation); () where neither quote names any, None where
    the writer did not look.
    """

    one: Side
    other: Side
    settings: tuple[tuple[str, str, str, str], ...] | None
    text: str


def pairs(report: Report, part: str, listed: str) -> tuple[Pair, ...]:
    """The pairs of "agreements" (`listed` "with") or "contradictions" ("against"), each pair of quotes once."""
    found: list[Pair] = []
    seen: set[frozenset[tuple[str, int]]] = set()
    held = {papers.id: papers for papers in report.papers if papers.included}
    claims = {item.claim.id: item.claim for item in report.claims}
    places = {(item.claim.paper_id, item.claim.start): item.claim.id for item in report.claims}
    for entry in maps(report.sections.get(part)):
        claim = claims.get(str(entry.get("claim_id")))
        if claim is None:
            continue
        one = Side(claim.quote, claim.paper_id, held.get(claim.paper_id), claim.id)
        for given in maps(entry.get(listed)):
            paper_id, start = str(given.get("paper_id")), given.get("start")
            place = (paper_id, start if isinstance(start, int) else 0)
            key = frozenset({(claim.paper_id, claim.start), place})
            if key in seen:
                continue
            seen.add(key)
            other = Side(words(given.get("quote")), paper_id, held.get(paper_id), places.get(place, ""))
            looked = isinstance(given.get("settings"), (list, tuple))
            settings = tuple(_rows(given["settings"])) if looked else None
            found.append(Pair(one, other, settings, _remark(entry, looked)))
    return tuple(found)


def _remark(entry: Mapping[str, Any], looked: bool) -> str:
    """The writer's text, and its line on the settings where there is no table of them."""
    text, settings = words(entry.get("text")), words(entry.get("settings"))
    return text if looked or not settings else f"{text} Settings: {sentence(settings)}"


def _rows(given: object) -> Iterable[tuple[str, str, str, str]]:
    for row in maps(given):
        one, other = (_told(row.get(name)) for name in ("one", "other"))
        yield words(row.get("field")), one, other, words(row.get("relation"))


def _told(values: object) -> str:
    """The quote's own words in quotation marks, or that it names nothing."""
    return ", ".join(f"“{value}”" for value in items(values)) or "not named"

"""Seat: numbers, units, polarity and direction, by rules. Says nothing where there is nothing to compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assignee.claims import Claim, Evidence, Kind, Passage, Stance, Verdict

from ..tools.corpus import Corpus
from ..tools.language import is_english
from ..tools.number_conflicts import Conflict, conflicts, names, restated
from ..tools.polarity import read
from ..tools.statement_check import alterations
from ..tools.text import content_stems
from .attribution import asserted, of_others
from .comparability import NOT_COMPARABLE, relate
from .verifier import evidence_of, overlaps

__all__ = ["Numbers"]

_SILENT = "no number, unit or direction to compare elsewhere"
_TURNED = frozenset({"up", "down"})
_MAX_EVIDENCE = 3
_SURE = 0.6  # match from which a comparable finding of the same paper is named


class _Found(NamedTuple):
    passage: Passage
    stance: Stance
    reason: str


class Numbers:
    """Compares a claim with its quote and with the other sentences of its own paper.

    No probability is given: the rules were built for precision, not calibrated.
    """

    name = "numbers"

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        """Contradict on an altered or a conflicting number or direction, support on a restated one, else neutral."""
        return [self._one(claim, corpus) for claim in claims]

    def _one(self, claim: Claim, corpus: Corpus) -> Verdict:
        if claim.paper_id not in corpus.papers:
            reason = f"{claim.paper_id} is not among the included papers"
            return Verdict(verifier=self.name, stance=Stance.NOT_ADJUDICATED, probability=None, reason=reason)
        if not is_english(claim.statement):
            reason = "the rules for numbers and direction read English only"
            return Verdict(verifier=self.name, stance=Stance.NOT_ADJUDICATED, probability=None, reason=reason)
        altered = alterations(claim.statement, claim.quote)
        if altered:
            return Verdict(
                verifier=self.name, stance=Stance.CONTRADICT, probability=None, reason="; ".join(altered)
            )
        found = list(_elsewhere(claim, corpus))
        for stance in (Stance.CONTRADICT, Stance.SUPPORT):
            chosen = [item for item in found if item.stance is stance][:_MAX_EVIDENCE]
            if chosen:
                return Verdict(
                    verifier=self.name,
                    stance=stance,
                    probability=None,
                    reason=chosen[0].reason,
                    evidence=tuple(_evidence(item) for item in chosen),
                )
        return Verdict(verifier=self.name, stance=Stance.NEUTRAL, probability=None, reason=_SILENT)


def _elsewhere(claim: Claim, corpus: Corpus) -> Iterator[_Found]:
    """Sentences of the claim's own paper that restate or contradict it, in order.

    Other papers are left to the corroboration seat: that two studies measure different sizes is no contradiction.
    """
    stems = frozenset(content_stems(claim.statement))
    for row in corpus.rows(claim.paper_id):
        passage = corpus.passages[row]
        if overlaps(claim, passage.paper_id, passage.start, passage.end) or passage.text == claim.quote:
            continue
        if len(stems & corpus.stems[row]) < 2:
            continue
        found = _compare(claim.statement, passage, stems, corpus.stems[row]) or _turned(claim, passage)
        if found is not None:
            yield found


def _compare(statement: str, passage: Passage, ours: frozenset[str], theirs: frozenset[str]) -> _Found | None:
    differing = conflicts(statement, passage.text)
    # Two findings that are not comparable may well give two numbers for what only looks like one thing.
    apart = f"{NOT_COMPARABLE}: different"
    if differing and not relate(statement, passage.text).reason.startswith(apart):
        return _Found(passage, Stance.CONTRADICT, _told(differing[0], statement, passage.text))
    if restated(statement, passage.text):
        return _Found(
            passage, Stance.SUPPORT, "the same number is given for the same thing in another sentence"
        )
    alike = len(ours & theirs) >= 0.75 * max(len(ours), len(theirs)) and len(ours & theirs) >= 4
    ways = {read(statement).direction, read(passage.text).direction}
    if alike and ways == _TURNED and names(statement) == names(passage.text):
        return _Found(
            passage, Stance.CONTRADICT, "another sentence gives the opposite direction for the same thing"
        )
    return None


def _turned(claim: Claim, passage: Passage) -> _Found | None:
    """A comparable finding of the claim's own paper that goes the same way, or the other."""
    relation = relate(claim.statement, passage.text)
    if relation.stance is Stance.CONTRADICT and claim.kind is not Kind.BACKGROUND:
        return None  # a paper denies views that it reports, hardly ever its own findings
    if (
        relation.stance is Stance.NEUTRAL
        or relation.match < _SURE
        or not asserted(passage.text)
        or of_others(passage.text)
    ):
        return None
    return _Found(passage, relation.stance, f"in another sentence of the same paper: {relation.reason}")


def _told(conflict: Conflict, statement: str, other: str) -> str:
    here = statement[conflict.claim.start : conflict.claim.end]
    there = other[conflict.evidence.start : conflict.evidence.end]
    return f"{here} here, {there} in another sentence about the same thing ({', '.join(conflict.about)})"


def _evidence(found: _Found) -> Evidence:
    passage = found.passage
    return evidence_of(passage, found.stance, note=found.reason)

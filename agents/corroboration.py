"""The seat that asks the other works: does an independent paper report the same, or the opposite?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assignee.claims import Claim, Evidence, Passage, Stance, Verdict

from ..tools.corpus import Corpus
from .comparability import Relation, relate
from .finding import frames
from .independence import independent
from .own_findings import OwnFindings
from .verifier import evidence_of

__all__ = ["Corroboration", "compared", "voiced"]

_CANDIDATES = 24  # nearest sentences of other works that are compared with a claim
_NEAR = 0.35  # cosine below which a sentence is not looked at
_ON_MATTER = (
    0.5  # cosine from which a finding counts as one on the claim's matter, so that the claim was examined
)
_SURE = 0.6  # match below which a stance is not voiced
_NOTHING = "no other included work has a finding on this matter"
_COMPARED = " compared)"  # how a reason ends that says how many findings were looked at
_SHOWN = 6  # pieces of evidence kept, surest first


class Corroboration:
    """Cross-paper evidence from comparable findings only (`comparability`).

    A sentence counts when it is a finding of its own paper: not an aim, not a remark on earlier work. Support
    needs an independent work; agreement within one group of authors is shown as "same group" and counts for
    nothing. Disagreement counts from any other work: a group that contradicts itself is no less a contradiction.
    """

    name = "corroboration"

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        """One verdict per claim. Sentences of a claim's own paper are never looked at."""
        if not claims:
            return []
        findings = OwnFindings.of(corpus)
        cosines = corpus.embed([claim.statement for claim in claims]) @ corpus.vectors.T
        return [
            self._verdict(claim, row, corpus, findings) for claim, row in zip(claims, cosines, strict=True)
        ]

    def _verdict(self, claim: Claim, cosines: np.ndarray, corpus: Corpus, findings: OwnFindings) -> Verdict:
        paper = corpus.papers[claim.paper_id]
        found: list[tuple[Relation, Passage]] = []
        count, told = 0, bool(frames(claim.statement))
        nearest = _NOTHING
        for row in _nearest(cosines, corpus, claim):
            passage = corpus.passages[row]
            if not frames(passage.text) or not findings.own(row):
                continue
            count += bool(cosines[row] >= _ON_MATTER and told)
            relation = relate(claim.statement, passage.text)
            if voiced(relation) is not Stance.NEUTRAL:
                found.append((relation, passage))
            elif count and nearest is _NOTHING:
                nearest = f"{relation.reason}; nearest: {corpus.papers[passage.paper_id].cite}"
        if not found:
            reason = f"{nearest} ({count}{_COMPARED}" if count else nearest
            return Verdict(verifier=self.name, stance=Stance.NEUTRAL, probability=None, reason=reason)
        evidence = []
        best: dict[tuple[str, Stance], tuple[Relation, Passage]] = {}
        for relation, passage in sorted(
            found, key=lambda item: (-item[0].match, item[1].paper_id, item[1].start)
        ):
            best.setdefault((passage.paper_id, relation.stance), (relation, passage))
        for relation, passage in list(best.values())[:_SHOWN]:
            apart = independent(paper, corpus.papers[passage.paper_id])
            note = relation.reason if apart else f"{relation.reason}; same group"
            evidence.append(evidence_of(passage, relation.stance, independent=apart, note=note))
        against = [item for item in evidence if item.stance is Stance.CONTRADICT]
        backing = [item for item in evidence if item.stance is Stance.SUPPORT and item.independent]
        stance = Stance.CONTRADICT if against else Stance.SUPPORT if backing else Stance.NEUTRAL
        parts = []
        if backing:
            parts.append(f"supported by {_cited(backing, corpus)}")
        if against:
            parts.append(f"contradicted by {_cited(against, corpus)}")
        same = [item for item in evidence if item.stance is Stance.SUPPORT and not item.independent]
        if same:
            parts.append(f"same group: {_cited(same, corpus)}")
        return Verdict(
            verifier=self.name,
            stance=stance,
            probability=None,
            reason="; ".join(parts),
            evidence=tuple(evidence),
        )


def voiced(relation: Relation) -> Stance:
    """The stance that the seat would print for a relation: neutral where the match is not sure enough."""
    return relation.stance if relation.match >= _SURE else Stance.NEUTRAL


def compared(verdict: Verdict) -> bool:
    """Whether a verdict is this seat's, and the claim was compared with a finding of another work on its matter."""
    judged = verdict.verifier == Corroboration.name and verdict.stance is not Stance.NOT_ADJUDICATED
    return judged and (bool(verdict.evidence) or verdict.reason.endswith(_COMPARED))


def _nearest(cosines: np.ndarray, corpus: Corpus, claim: Claim) -> list[int]:
    order = np.argsort(-np.round(cosines.astype(np.float64), 6), kind="stable")
    chosen: list[int] = []
    for row in order:
        if cosines[row] < _NEAR or len(chosen) == _CANDIDATES:
            break
        passage = corpus.passages[int(row)]
        if passage.paper_id != claim.paper_id:
            chosen.append(int(row))
    return chosen


def _cited(evidence: Sequence[Evidence], corpus: Corpus) -> str:
    return ", ".join(dict.fromkeys(corpus.papers[item.paper_id].cite for item in evidence))

"""What the page and the Markdown file both print: numbered references, claims with context, counts in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assignee.claims import (
    AnswerStrength,
    Basis,
    CheckedClaim,
    Claim,
    Evidence,
    Outcome,
    Paper,
    Report,
    Verdict,
)
from assignee.tools.text import fold

from .context import Context, context_of
from .labels import BASIS, DIRECTION, OUTCOME, STATUS, STRENGTH
from .links import arxiv_id, link_of

__all__ = ["ClaimView", "EvidenceView", "Reference", "View"]

# A text of an abstract's length is shown whole around a quote, a longer one by sentences.
_WHOLE = 4000
_AROUND = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """An included paper with its number in the list of references."""

    number: int
    paper: Paper

    @property
    def anchor(self) -> str:
        return f"ref-{self.number}"

    @property
    def link(self) -> str | None:
        return link_of(self.paper)

    @property
    def basis(self) -> str:
        return BASIS[self.paper.basis]

    @property
    def label(self) -> str:
        """arXiv id with version, DOI or id: what a reader can search for."""
        arxiv, doi = arxiv_id(self.paper), self.paper.ids.get("doi")
        return f"arXiv:{arxiv}" if arxiv else f"doi:{doi}" if doi else self.paper.id


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence with its reference (None for a paper outside the set) and one sentence either side.

    `relation` is "own source", "same group" or ""; `is_quote` tells that it is the claim's own quote again.
    """

    item: Evidence
    reference: Reference | None
    context: Context
    relation: str
    is_quote: bool


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as printed. `text` has quotation marks around a bare quote; `needs_quote` tells whether it holds it."""

    checked: CheckedClaim
    anchor: str
    reference: Reference | None
    context: Context
    verdicts: tuple[tuple[Verdict, tuple[EvidenceView, ...]], ...]

    @property
    def id(self) -> str:
        return self.checked.claim.id

    @property
    def text(self) -> str:
        claim = self.checked.claim
        return f"“{claim.quote}”" if claim.text.strip() == claim.quote.strip() else claim.text

    @property
    def needs_quote(self) -> bool:
        return self.checked.claim.quote not in self.text

    @property
    def confidence(self) -> str:
        value = self.checked.confidence
        return "not calibrated" if value is None else f"{value:.3f}".rstrip("0").ljust(4, "0")

    @property
    def outcome(self) -> str:
        return self.checked.outcome.value.replace("_", " ")

    @property
    def outcome_means(self) -> str:
        return OUTCOME[self.checked.outcome]

    @property
    def source(self) -> str:
        """The place of the quote in words: section, characters."""
        claim = self.checked.claim
        section = f"{claim.section}, " if claim.section else ""
        return f"{section}characters {claim.start}–{claim.end}"


class View:
    """A report ready to print. `texts` gives stored texts by paper id; an unknown id leaves a quote without context."""

    def __init__(self, report: Report, texts: Callable[[str], str]) -> None:
        self.report = report
        self._texts = texts
        taken = [paper for paper in report.papers if paper.included]
        self.references = tuple(Reference(at, paper) for at, paper in enumerate(taken, start=1))
        self._by_id = {item.paper.id: item for item in self.references}
        self.excluded = tuple(paper for paper in report.papers if not paper.included)

    def reference(self, paper_id: str) -> Reference | None:
        """The numbered reference of an included paper; None for any other id."""
        return self._by_id.get(paper_id)

    @cached_property
    def claims(self) -> tuple[ClaimView, ...]:
        """All claims in the order of the report."""
        return tuple(self._claim(checked, at) for at, checked in enumerate(self.report.claims, start=1))

    @cached_property
    def keys(self) -> tuple[ClaimView, ...]:
        """The claims that the answer rests on, in the answer's order."""
        return tuple(found for name in self.report.answer.claim_ids if (found := self.claim(name)))

    def claim(self, claim_id: str) -> ClaimView | None:
        """The claim of that id, None where there is none."""
        return next((item for item in self.claims if item.id == claim_id), None)

    @cached_property
    def themes(self) -> tuple[tuple[str, tuple[ClaimView, ...]], ...]:
        """(heading, claims); claims that no theme names come last under "Other findings"."""
        found: list[tuple[str, tuple[ClaimView, ...]]] = []
        seen: set[str] = set()
        for theme in self.section_list("themes"):
            members = [item for name in theme.get("claim_ids") or () if (item := self.claim(str(name)))]
            members = [item for item in members if item.id not in seen]
            seen |= {item.id for item in members}
            if members:
                found.append((str(theme.get("heading") or "Findings"), tuple(members)))
        rest = tuple(item for item in self.claims if item.id not in seen)
        if rest:
            found.append(("Other findings" if found else "Findings", rest))
        return tuple(found)

    def section_list(self, name: str) -> list[Any]:
        """A list of the report's sections; [] where it is missing."""
        return list(self.report.sections.get(name) or ())

    def section_text(self, name: str) -> str:
        """A text of the report's sections; "" where it is missing."""
        return str(self.report.sections.get(name) or "")

    @cached_property
    def not_covered(self) -> str:
        """The sentence that opens the answer where names of the question are in no included paper; else ""."""
        names = self.report.answer.not_covered
        start = fold(self.report.answer.text[:600])
        if not names or all(fold(name) in start for name in names):
            return ""
        listed = " or ".join(f"“{name}”" for name in names)
        return f"No included paper mentions {listed}."

    @cached_property
    def agreements(self) -> tuple[dict[str, Any], ...]:
        """What the writer says of works that agree, each with its claim and references."""
        return tuple(
            {
                "text": str(entry.get("text") or ""),
                "claim": self.claim(str(entry.get("claim_id"))),
                "references": [
                    item for name in entry.get("paper_ids") or () if (item := self.reference(str(name)))
                ],
            }
            for entry in self.section_list("agreements")
        )

    @cached_property
    def contradictions(self) -> tuple[dict[str, Any], ...]:
        """Claim and counter-quotes side by side, each quote with its reference."""
        return tuple(
            {
                "text": str(entry.get("text") or ""),
                "settings": str(entry.get("settings") or ""),
                "claim": self.claim(str(entry.get("claim_id"))),
                "against": [
                    (str(side.get("quote") or ""), self.reference(str(side.get("paper_id"))))
                    for side in entry.get("against") or ()
                ],
            }
            for entry in self.section_list("contradictions")
        )

    @cached_property
    def outcomes(self) -> tuple[tuple[Outcome, int], ...]:
        """How many claims came to each outcome, in the order of the vocabulary, zeros left out."""
        held = [item.outcome for item in self.report.claims]
        return tuple((outcome, held.count(outcome)) for outcome in Outcome if outcome in held)

    @property
    def score(self) -> str:
        """The score as printed: "7.4 / 10", or "no score"."""
        value = self.report.decision.score
        return "no score" if value is None else f"{value:.2f} / 10"

    @property
    def date(self) -> str:
        """The date the report is stamped with, "" where it has none."""
        return self.report.manifest.date

    @property
    def sources(self) -> tuple[str, ...]:
        """The databases that were asked, sorted."""
        return tuple(
            sorted(
                {str(query.get("source")) for query in self.report.manifest.queries if query.get("source")}
            )
        )

    @property
    def direction(self) -> str:
        return DIRECTION[self.report.answer.direction]

    @property
    def strength(self) -> str:
        return STRENGTH[self.report.answer.strength]

    @property
    def rests_on(self) -> str:
        """What to call the answer's claims: where no work answers the question they are only near it."""
        none = self.report.answer.strength is AnswerStrength.NONE
        return "The nearest findings, none of which answers it" if none else "What the answer rests on"

    @property
    def status(self) -> str:
        return STATUS[self.report.status]

    def basis_counts(self) -> str:
        """What was read of the included papers: "4 as abstracts, 1 as a full text"."""
        held = [item.paper.basis for item in self.references]
        parts = [f"{held.count(basis)} as {BASIS[basis]}" for basis in Basis if basis in held]
        return ", ".join(parts)

    def _claim(self, checked: CheckedClaim, number: int) -> ClaimView:
        claim = checked.claim
        context = context_of(self._text(claim.paper_id), claim.start, claim.end, claim.quote, _WHOLE, _AROUND)
        verdicts = tuple(
            (verdict, tuple(self._evidence(item, claim) for item in verdict.evidence))
            for verdict in checked.verdicts
        )
        return ClaimView(checked, f"claim-{number}", self.reference(claim.paper_id), context, verdicts)

    def _evidence(self, item: Evidence, claim: Claim) -> EvidenceView:
        context = context_of(self._text(item.paper_id), item.start, item.end, item.quote, 0, 1)
        own = item.paper_id == claim.paper_id
        relation = "own source" if own else "same group" if item.independent is False else ""
        is_quote = own and (item.start, item.end) == (claim.start, claim.end)
        return EvidenceView(item, self.reference(item.paper_id), context, relation, is_quote)

    def _text(self, paper_id: str) -> str:
        try:
            return self._texts(paper_id)
        except KeyError:
            return ""

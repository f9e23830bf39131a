"""What the page and the Markdown file both print: numbered references, claims with context, counts in words."""

from __future__ import annotations

import re
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
from assignee.tools.text import fold, sentences

from .context import Context, context_of
from .evidence_map import EvidenceMap, evidence_map
from .excluded import excluded_groups, picks
from .figures import FigureRow, figure_table
from .labels import BASIS, DIRECTION, OUTCOME, STATUS, STRENGTH
from .loose import Library, items, libraries, maps, words
from .measured import MeasuredOutcome, measured_outcomes
from .paper_record import Listed
from .search_view import SearchView
from .sides import Pair, pairs

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
    def listed(self) -> Listed:
        """The paper as lists print it."""
        return Listed(self.paper)

    @property
    def link(self) -> str | None:
        return self.listed.link

    @property
    def basis(self) -> str:
        return BASIS[self.paper.basis]

    @property
    def label(self) -> str:
        return self.listed.label


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
    def paraphrase(self) -> bool:
        """Whether the claim says in our words what its quote says."""
        return not self.checked.claim.verbatim

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
        self.excluded = excluded_groups(report)
        self.picks = picks(self.excluded)
        self.search = SearchView(report)

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
        for theme in maps(self.report.sections.get("themes")):
            members = [item for name in items(theme.get("claim_ids")) if (item := self.claim(str(name)))]
            members = [item for item in members if item.id not in seen]
            seen |= {item.id for item in members}
            if members:
                found.append((words(theme.get("heading")) or "Findings", tuple(members)))
        rest = tuple(item for item in self.claims if item.id not in seen)
        if rest:
            found.append(("Other findings" if found else "Findings", rest))
        return tuple(found)

    def section_list(self, name: str) -> list[str]:
        """The lines of a list of the report's sections; [] where it is missing."""
        return [words(line) for line in items(self.report.sections.get(name)) if words(line)]

    def section_text(self, name: str) -> str:
        """A text of the report's sections; "" where it is missing."""
        given = self.report.sections.get(name)
        return given if isinstance(given, str) else ""

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
    def agreement_pairs(self) -> tuple[Pair, ...]:
        """Quotes of works that agree, side by side."""
        return pairs(self.report, "agreements", "with")

    @cached_property
    def contradiction_pairs(self) -> tuple[Pair, ...]:
        """Quotes of works that disagree, side by side."""
        return pairs(self.report, "contradictions", "against")

    @cached_property
    def agreements(self) -> tuple[dict[str, Any], ...]:
        """What a writer says of works that agree without giving the other side's quote."""
        return tuple(
            {
                "text": words(entry.get("text")),
                "claim": self.claim(str(entry.get("claim_id"))),
                "references": [
                    item for name in items(entry.get("paper_ids")) if (item := self.reference(str(name)))
                ],
            }
            for entry in maps(self.report.sections.get("agreements"))
            if not items(entry.get("with"))
        )

    @cached_property
    def figures(self) -> tuple[FigureRow, ...]:
        """The figures of the claims with their protocols."""
        return figure_table(self.report)

    @cached_property
    def evidence_map(self) -> EvidenceMap:
        """Which works bear on which claims."""
        return evidence_map(self.report, self._number)

    @cached_property
    def measured(self) -> tuple[MeasuredOutcome, ...]:
        """How often outcomes were wrong where that was measured."""
        return measured_outcomes(self.report)

    def error_of(self, outcome: Outcome) -> str:
        """The measured error rate of an outcome: "61 % wrong", or "not measured"."""
        return next((item.error for item in self.measured if item.outcome is outcome), "not measured")

    @cached_property
    def answer(self) -> tuple[str, tuple[str, ...], str]:
        """The answer's first sentence, its sentences on what is not covered, and the rest of it."""
        text = self.report.answer.text
        told = [text[start:end] for start, end in sentences(text)]
        if not told:
            return "The question is not answered.", (), ""
        gaps = tuple(line for line in told[1:] if line.startswith("No included paper"))
        gaps = (self.not_covered, *gaps) if self.not_covered else gaps
        return told[0], gaps, " ".join(line for line in told[1:] if line not in gaps)

    def citations(self, text: str) -> list[tuple[str, ClaimView | None]]:
        """A text cut at the ids of claims in brackets, "[c1]": (text, None) and ("[c1]", claim), in order."""
        found: list[tuple[str, ClaimView | None]] = []
        for part in re.split(r"(\[[\w-]+\])", text):
            claim = self.claim(part[1:-1]) if part[:1] == "[" else None
            if claim and len(found) > 1 and found[-1][0].isspace():
                last = found[-2][1]
                if last and last.reference is claim.reference:  # "[c1] [c2]" of one paper: its number once
                    found.pop()
                    continue
            if part:
                found.append((part, claim))
        return found

    @cached_property
    def made_of(self) -> tuple[tuple[str, str, str], ...]:
        """The manifest as (part, name, version or hash): what was asked for and what made the report."""
        made = self.report.manifest
        rows = [("setting", name, words(value)) for name, value in sorted(made.settings.items())]
        rows += [("until", "papers published until", made.until)] if made.until else []
        for part, named in (("model", made.models), ("prompt", made.prompts), ("package", made.packages)):
            rows += [(part, name, value) for name, value in sorted(named.items())]
        rows += [("library", item.path, item.sha256) for item in self.libraries]
        if made.tokens:
            rows.append(("use", "tokens", str(made.tokens)))
        if made.cost is not None:
            rows.append(("use", "cost", f"{made.cost:g}"))
        return tuple(rows)

    def _number(self, paper_id: str) -> int | None:
        found = self.reference(paper_id)
        return found.number if found else None

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

    @cached_property
    def libraries(self) -> tuple[Library, ...]:
        """The libraries that were given."""
        return libraries(self.report)

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

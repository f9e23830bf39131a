"""What the PDF prints, as plain JSON: every value is a string, a number or a list of them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from .labels import plural, reviewer_title, sentence
from .pdf_search import drawn_flow, excluded, reference, searched
from .sides import Pair, Side
from .view import ClaimView, Reference, View

__all__ = ["pdf_data"]

# Controls, lone surrogates, and bidirectional controls: typst orders right-to-left text by itself.
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ud800-\udfff]"
)


def pdf_data(view: View) -> dict[str, Any]:
    """The content of the PDF in its order."""
    report = view.report
    first, gaps, rest = view.answer
    decision, head = report.decision, report.headline
    data = {
        "title": report.title,
        "question": report.question,
        "kicker": " · ".join(
            part for part in ("assignee", f"{report.engine} engine", view.date, view.status) if part
        ),
        "answer": {
            "first": _cited(view, first),
            "strength": f"Direction: {view.direction}. Strength: {view.strength} "
            f"({plural(report.answer.independent_works, 'independent work')}).",
            "gaps": " ".join(gaps),
            "rest": _cited(view, rest),
            "change": view.section_list("would_change"),
            "rests_on": view.rests_on,
            "keys": [_finding(claim) for claim in view.keys],
        },
        "tiles": [
            [str(head.quoted), f"of {plural(head.claims, 'claim')} quoted word for word"],
            [str(head.examined), "examined against other works"],
            [str(head.corroborated), "corroborated by an independent work"],
            ["–" if decision.score is None else f"{decision.score:.1f}", f"of 10; {_words(decision.grade)}"],
        ],
        "abstract": report.abstract or "There is no abstract: no claim was found.",
        "introduction": view.section_text("introduction"),
        "seed": report.seed_paper or "",
        "method": _method(view),
        "silent": ", ".join(view.search.silent),
        "flow": drawn_flow(view.search),
        "themes": [
            {"heading": heading, "claims": [_finding(claim) for claim in claims]}
            for heading, claims in view.themes
        ],
        "pairs": [_pair(view, "Agreement", item) for item in view.agreement_pairs]
        + [_pair(view, "Contradiction", item) for item in view.contradiction_pairs],
        "agreements": [
            f"{entry['text']} {' '.join(_ref(item) for item in entry['references'])}"
            for entry in view.agreements
        ],
        "map": {
            "columns": [f"[{number}]" for number in view.evidence_map.columns],
            "rows": [
                [row.claim_id, *(word if sign else "" for sign, word in row.cells)]
                for row in view.evidence_map.rows
            ],
            "alone": ", ".join(view.evidence_map.alone),
        },
        "not_comparable": view.section_list("not_comparable"),
        "figures": [
            [
                f"{row.claim_id} {_ref(_reference(view, row.claim_id))}",
                f"“{row.figure}” ({row.role})",
                "; ".join(
                    [f"{field}: {words}" for field, words in row.named]
                    + ([f"not named: {', '.join(row.unnamed)}"] if row.unnamed else [])
                ),
                row.compared,
            ]
            for row in view.figures
        ],
        "limits_evidence": view.section_list("limitations_evidence") or ["None was recorded."],
        "limits_process": [
            *view.section_list("limitations_process"),
            "This report is a machine-made synthesis. Its score is an automated assessment and no peer review; "
            "consult the sources.",
        ],
        "claims": [_claim(view, claim) for claim in view.claims],
        "measured": [
            [
                _words(item.outcome),
                str(item.claims),
                "none" if item.confidence is None else f"{item.confidence:.2f}",
                "not measured" if item.agreed is None else f"{item.agreed:.2f}",
                item.told,
            ]
            for item in view.measured
        ],
        "confidence_note": sentence(note) if (note := view.section_text("confidence_note")) else "",
        "panel": {
            "score": f"Score: {view.score}. Decision: {_words(decision.decision)}. Grade: {_words(decision.grade)}."
            + ("" if decision.spread is None else f" Spread between reviewers: {decision.spread:.2f}."),
            "lines": [f"Reason: {line}" for line in decision.reasons]
            + [f"Cap: {line}" for line in decision.caps]
            + [f"Deduction: {line}" for line in decision.deductions],
            "reviews": [
                {
                    "name": reviewer_title(review.reviewer),
                    "mandate": review.mandate,
                    "scores": " · ".join(
                        f"{_words(name)} {score:.1f}" for name, score in sorted(review.scores.items())
                    ),
                    "comments": list(review.comments) or ["No objection."],
                }
                for review in report.reviews
            ],
        },
        "references": [reference(item) for item in view.references],
        "excluded": [excluded(group) for group in view.excluded],
        "search": searched(view.search),
        "problems": list(report.manifest.problems),
        "made_of": [list(row) for row in view.made_of],
    }
    cleaned: dict[str, Any] = _clean(data)
    return cleaned | {"title": cleaned["title"] or cleaned["question"] or "Report"}


def _method(view: View) -> list[str]:
    report = view.report
    lines = []
    search = view.search
    if search.sources:
        until = f", published until {report.manifest.until}" if report.manifest.until else ""
        more = f"; references and citations of included papers gave {report.flow.chased} more"
        chased = more if report.flow.chased else ""
        lines.append(
            f"{plural(search.sent, 'query', 'queries')} to {plural(len(search.sources), 'source')} "
            f"({', '.join(search.sources)}) returned {plural(search.returned, 'record')}{until}{chased}."
        )
    if view.references:
        lines.append(f"Read of the included papers: {view.basis_counts()}.")
    return lines


def _finding(claim: ClaimView) -> dict[str, Any]:
    return {
        "mark": claim.checked.outcome.mark,
        "text": claim.text,
        "quote": f"“{claim.checked.claim.quote}”" if claim.needs_quote else "",
        "paraphrase": claim.paraphrase,
        "ref": _ref(claim.reference),
        "note": f"{claim.reference.basis if claim.reference else 'unknown text'}; {claim.outcome}",
    }


def _claim(view: View, claim: ClaimView) -> dict[str, Any]:
    checked = claim.checked
    return {
        **_finding(claim),
        "id": claim.id,
        "verified": f"{checked.outcome.mark} ({view.error_of(checked.outcome)})",
        "confidence": claim.confidence,
        "outcome": claim.outcome,
        "source": f"{_ref(claim.reference)} {claim.reference.basis if claim.reference else checked.claim.paper_id}, "
        f"{claim.source}",
        "why": checked.why,
        "verdicts": [
            {
                "line": f"{_words(verdict.verifier)}: {_words(verdict.stance)}"
                + ("" if verdict.probability is None else f" ({verdict.probability:.3f})")
                + f". {verdict.reason}",
                "evidence": [
                    f"{_words(piece.item.stance)}: “{piece.item.quote}” {_ref(piece.reference)}"
                    for piece in evidence
                    if not piece.is_quote
                ],
            }
            for verdict, evidence in claim.verdicts
        ],
    }


def _pair(view: View, word: str, item: Pair) -> dict[str, Any]:
    return {
        "word": word,
        "text": item.text,
        "sides": [_side(view, item.one), _side(view, item.other)],
        "settings": None if item.settings is None else [list(row) for row in item.settings],
    }


def _side(view: View, side: Side) -> list[str]:
    who = side.paper.cite if side.paper else side.paper_id
    return [f"{who} {_ref(view.reference(side.paper_id))}", f"“{side.quote}”"]


def _cited(view: View, text: str) -> str:
    return "".join(_ref(claim.reference) if claim else part for part, claim in view.citations(text))


def _reference(view: View, claim_id: str) -> Reference | None:
    claim = view.claim(claim_id)
    return claim.reference if claim else None


def _ref(reference: Reference | None) -> str:
    return f"[{reference.number}]" if reference else "[outside the set]"


def _words(name: str) -> str:
    return str(name).replace("_", " ")


def _clean(value: Any) -> Any:
    """On one line, without controls; signs that no font can hold (private, unassigned) become U+FFFD."""
    if isinstance(value, str):
        plain = " ".join(_DROPPED.sub(" ", value).split())
        return plain if plain.isascii() else "".join(map(_shown, plain))
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    return value


def _shown(char: str) -> str:
    return "\ufffd" if unicodedata.category(char) in ("Cn", "Co", "Cs") else char

"""Which claims and papers of a report a question speaks of."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from assignee.authors import surname
from assignee.claims import CheckedClaim, Claim, Evidence, Paper, Report, Stance
from assignee.follow_up_types import Quoted
from assignee.tools.text import content_stems, fold, stem, words

__all__ = ["Records"]

_NUMBERED = re.compile(
    r"\bclaims?\s*(?:no\.?|numbers?|#)?\s*c?(\d+)((?:\s*(?:,|and|or|&)\s*c?\d+)*)|\bc(\d+)\b", re.I
)
_TASKS = re.compile(r"\bquestion[- ]answering\b|\bclaim[- ]verification\b|\breport[- ]generation\b", re.I)
_ENOUGH = 0.6  # share of the question's words, by weight, that a claim must have
_PAPER_ENOUGH = 0.7  # likewise for the name of a paper
# Words that ask about a run; they name no subject.
_ASKING = frozenset(
    stem(word)
    for word in (
        "which what why how who where when show list tell give find found finding say said says report reports reported "
        "papers paper works work study studies article articles claim claims evidence contradict contradicts contradicted "
        "contradiction disagree disagrees against oppose opposes dispute support supports supported supporting corroborate "
        "corroborates agree agrees confirm confirms back backs quote quotes verbatim exact words source run review question "
        "answer excluded exclude exclusion included include including left out omitted omit screened read used chosen "
        "result results anything something there any all about regarding concerning according please explain speak speaks "
        "mention mentions mentioned think does did was were is are be been being has have had not no yes can could would "
        "should will do the a an of in on for to and or that this these those it its from by with as at into but than then "
        "et al known know their they them our we you me my i us also only other more most much many"
    ).split()
)


class Records:
    """A report and a question about it."""

    def __init__(self, report: Report, question: str) -> None:
        self.report = report
        self.question = question
        self.papers = {paper.id: paper for paper in report.papers}
        self.by_id = {item.claim.id: item for item in report.claims}
        kept = content_stems(" ".join(_TASKS.findall(question)))  # tasks whose names are words that ask
        self.subject = tuple(
            dict.fromkeys(s for s in content_stems(question) if s not in _ASKING or s in kept)
        )

    def unknown_claims(self) -> list[str]:
        """Numbers of claims that the question names and the report does not have."""
        return [name for name in self._named() if name not in self.by_id]

    def named_claims(self) -> list[CheckedClaim]:
        """The claims that the question names by number: "claim 3", "claims 2 and 4", "c7"."""
        return [self.by_id[name] for name in self._named() if name in self.by_id]

    def _named(self) -> list[str]:
        found = []
        for match in _NUMBERED.finditer(self.question):
            found += [f"c{int(number)}" for number in re.findall(r"\d+", match.group())]
        return list(dict.fromkeys(found))

    def claims_about(self) -> list[CheckedClaim]:
        """The claims whose words hold most of the question's subject, the nearest first.

        A word weighs the more the fewer claims have it, and most where none has it: a question about what the run
        never saw finds nothing.
        """
        return [item for score, item in self._ranked() if score >= _ENOUGH]

    def _ranked(self) -> list[tuple[float, CheckedClaim]]:
        bags = [self._bag(item.claim) for item in self.report.claims]
        counts = Counter(word for bag in bags for word in bag)
        weights = {word: math.log((1 + len(bags)) / (0.5 + counts[word])) for word in self.subject}
        weights = {word: max(weight, 0.1) for word, weight in weights.items()}
        total = sum(weights.values())
        if not total:
            return []
        ranked = [
            (sum(weights[word] for word in self.subject if word in bag) / total, item)
            for bag, item in zip(bags, self.report.claims, strict=True)
        ]
        return sorted(ranked, key=lambda entry: -round(entry[0], 9))

    def _bag(self, claim: Claim) -> set[str]:
        return {
            *content_stems(claim.statement),
            *content_stems(claim.quote),
            *self._names(self.papers.get(claim.paper_id)),
        }

    def _names(self, paper: Paper | None) -> set[str]:
        """Words by which a question may name a paper beside its title: authors, year."""
        if paper is None:
            return set()
        named = {stem(word) for author in paper.authors for word in words(surname(author))}
        return named | ({str(paper.year)} if paper.year else set())

    def named_papers(self, among: Iterable[Paper] | None = None) -> list[Paper]:
        """The papers that the question names: by id, by author (and year), or by words of the title."""
        given = list(self.report.papers if among is None else among)
        asked = fold(self.question)
        by_id = [p for p in given if re.search(rf"(?<![\w.-]){re.escape(fold(p.id))}(?![\w-])", asked)]
        named = by_id or [p for p in given if fold(p.cite) in asked]
        if named or not self.subject:
            return named
        known = {
            word
            for paper in self.report.papers
            for word in (*content_stems(paper.title), *self._names(paper))
        }
        titles = Counter(word for paper in self.report.papers for word in set(content_stems(paper.title)))
        weights = {
            word: math.log((1 + len(self.report.papers)) / (0.5 + titles[word])) if word in known else 3.0
            for word in self.subject
        }
        weights = {word: max(weight, 0.1) for word, weight in weights.items()}
        total = sum(weights.values())
        scored = []
        for paper in given:
            has = {*content_stems(paper.title), *self._names(paper)}
            share = sum(weight for word, weight in weights.items() if word in has) / total if total else 0.0
            if share >= _PAPER_ENOUGH:
                scored.append((share, paper))
        best = max((share for share, _ in scored), default=0.0)
        return [paper for share, paper in scored if share >= best - 1e-9]

    def cite(self, paper_id: str) -> str:
        """Author and year, or the id where the paper is not among the records."""
        paper = self.papers.get(paper_id)
        return paper.cite if paper else paper_id

    def quoted_claim(self, item: CheckedClaim) -> Quoted:
        """The claim's own quote with its place."""
        claim = item.claim
        place = f"{claim.section}, " if claim.section else ""
        where = f"{claim.id}: {place}{self._place(claim.paper_id, claim.start, claim.end)}"
        return Quoted(text=claim.quote, cite=self.cite(claim.paper_id), paper_id=claim.paper_id, where=where)

    def quoted_evidence(self, item: CheckedClaim, found: Evidence) -> Quoted:
        """A piece of evidence on a claim, with how it bears on it and its place."""
        does = {Stance.SUPPORT: "supports", Stance.CONTRADICT: "contradicts"}.get(found.stance, "stands near")
        group = {True: "", False: " (same group)", None: ""}[found.independent]
        where = f"{does} {item.claim.id}{group}: {self._place(found.paper_id, found.start, found.end)}"
        return Quoted(text=found.quote, cite=self.cite(found.paper_id), paper_id=found.paper_id, where=where)

    def _place(self, paper_id: str, start: int, end: int) -> str:
        paper = self.papers.get(paper_id)
        basis = f", read as {str(paper.basis).replace('_', ' ')}" if paper else ""
        return f"characters {start}–{end}{basis}"

    def evidence(self, item: CheckedClaim, stance: Stance) -> list[Evidence]:
        """What other sentences say of a claim, each span once; the claim's own quote is no evidence for it."""
        claim, seen, found = item.claim, set(), []
        for verdict in item.verdicts:
            for piece in verdict.evidence:
                own = piece.paper_id == claim.paper_id and piece.start < claim.end and claim.start < piece.end
                key = (piece.paper_id, piece.start, piece.end)
                if piece.stance is stance and not own and key not in seen:
                    seen.add(key)
                    found.append(piece)
        return found

    def unmet(self) -> Sequence[str]:
        """Words of the question's subject, as asked, that no claim and no paper of the run has."""
        have = {word for item in self.report.claims for word in self._bag(item.claim)}
        have |= {
            word
            for paper in self.report.papers
            for word in (*content_stems(paper.title), *self._names(paper))
        }
        found = []
        for word in words(self.question):
            stems = content_stems(word)
            if stems and all(s in self.subject and s not in have for s in stems):
                found.append(word)
        return list(dict.fromkeys(found))

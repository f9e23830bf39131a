"""The reader's advocate: is the question answered, first, whole and in our words? In the embedded engine a checklist."""

from __future__ import annotations

import re

from assignee.claims import Kind, Report, Review

from ..tools.quantities import quantities
from ..tools.text import fold, sentences
from .answer_check import answer_faults
from .prose_check import cut_faults, foreign_sentences, taken_passages
from .question import parse
from .record_checks import duplicates
from .reviewer import Texts
from .scoring import SERIOUS, SLIGHT, Fault, marked
from .topic_check import off_question, off_topic
from .wording import fillers

__all__ = ["ReadersAdvocate"]

_BACKGROUND = frozenset({Kind.BACKGROUND, Kind.ANNOUNCEMENT})


class ReadersAdvocate:
    """Reads as a reader who wants the answer: first things first, nothing cut, nothing twice, nothing beside the point."""

    name = "readers_advocate"
    mandate = "Checklist: is the question answered first, from works on it, in whole sentences and in our own words?"

    def review(self, draft: Report, texts: Texts) -> Review:
        """Coverage, question answered, readability; every comment quotes its ground."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        found = {
            "coverage": [
                *off_topic(draft, texts),
                *_not_covered(draft, texts),
                *_background(draft),
                *off_question(draft),
            ],
            "question_answered": [*answer_faults(draft, texts), *foreign_sentences(draft), *_abstract(draft)],
            "readability": [*cut_faults(draft), *taken_passages(draft, texts), *_economy(draft)],
        }
        return marked(self.name, self.mandate, found)


def _not_covered(report: Report, texts: Texts) -> list[Fault]:
    """Names of the question that no included paper holds and the answer does not list; and listed ones that one holds."""
    read = []
    for paper in report.papers:
        if paper.included:
            try:
                read.append(fold(f"{paper.title} {texts(paper.id)}"))
            except KeyError:
                return []
    listed = [fold(item) for item in report.answer.not_covered]
    answer = fold(report.answer.text)
    found = []
    for name in parse(report.question).names:
        low = re.compile(rf"(?<!\w){re.escape(fold(name))}(?![\w-])")
        held = any(low.search(text) for text in read)
        named = any(low.search(item) for item in listed)
        if not held and not named:
            found.append(
                Fault(
                    SERIOUS,
                    f"no included paper mentions “{name}” of the question, and the answer does not say so",
                )
            )
        # A gap may also be that the name stands in no paper on what the question asks about.
        apart = re.search(
            rf"no included paper (?:that mentions )?.{{3,120}} mentions {re.escape(fold(name))}", answer
        )
        if held and fold(name) in listed and not apart and not low.search(answer):
            found.append(
                Fault(SLIGHT, f"“{name}” is listed as not covered, and an included paper mentions it")
            )
    return found


def _economy(report: Report) -> list[Fault]:
    found = [Fault(SERIOUS, fault.text) for fault in duplicates(report)]
    for where, text in (("the answer", report.answer.text), ("the abstract", report.abstract)):
        found += [Fault(SLIGHT, f"{where} says “{phrase}”") for phrase in fillers(text)]
        told = [fold(text[start:end]) for start, end in sentences(text)]
        twice = [line for line in dict.fromkeys(told) if told.count(line) > 1]
        found += [Fault(SERIOUS, f"{where} says twice: “{line}”") for line in twice]
    return found


def _background(report: Report) -> list[Fault]:
    held = [item.claim for item in report.claims if item.claim.kind in _BACKGROUND]
    share = len(held) / len(report.claims)
    if share <= 0.2:
        return []
    told = f"{share:.0%} of the claims are background or announcements, at most 20 % may be"
    return [Fault(SLIGHT, f"{told}; one is “{held[0].text}”")]


def _abstract(report: Report) -> list[Fault]:
    """The abstract must tell what this review did: of how many papers or claims it speaks."""
    text = report.abstract
    if not text.strip():
        return [Fault(SERIOUS, "there is no abstract")]
    numbers = {one.value for one in quantities(text.replace(report.question, " "))}
    if not numbers & {float(len(report.claims)), float(report.flow.included), float(report.headline.claims)}:
        return [Fault(SERIOUS, f"the abstract gives none of this review's counts: “{text}”")]
    return []

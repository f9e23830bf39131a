"""The reader's advocate: is the question answered, first, whole and in our words? In the embedded engine a checklist."""

from __future__ import annotations

import re

from assignee.claims import Direction, Kind, Report, Review

from ..tools.quantities import quantities
from ..tools.text import content_stems, fold, sentences
from .question import parse
from .record_checks import count_faults, duplicates
from .reviewer import Texts
from .scoring import marked
from .wording import fillers, incomplete, own_words, shared_run

__all__ = ["ReadersAdvocate"]

_OPEN = re.compile(
    r"\b(?:no included|none of|undetermined|not (?:answer|compare|determin|enough|directly)\w*|cannot|open)\b",
    re.I,
)
_FIRST_PERSON = re.compile(
    r"\b(?:we|our|ours|in this paper|in this work|this paper (?:presents|proposes))\b", re.IGNORECASE
)
_BACKGROUND = frozenset({Kind.BACKGROUND, Kind.ANNOUNCEMENT})


class ReadersAdvocate:
    """Reads as a reader who wants the answer: first things first, nothing cut, nothing twice, counts that agree."""

    name = "readers_advocate"
    mandate = "Checklist: is the question answered first, in whole sentences, in our own words, with counts that agree?"

    def review(self, draft: Report, texts: Texts) -> Review:
        """Eight dimensions, 0..10 each; every comment quotes its ground."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        found = {
            "answer_first": (6.0, _answer(draft)),
            "not_covered": (5.0, _not_covered(draft, texts)),
            "whole_sentences": (3.0, _whole(draft)),
            "economy": (3.0, _economy(draft)),
            "background": (6.0, _background(draft)),
            "bearing": (10.0 / len(draft.claims), _off_question(draft)),
            "own_words": (10.0, _own_words(draft, texts)),
            "counts": (5.0, [fault.text for fault in count_faults(draft)] + _loose_numbers(draft)),
        }
        return marked(self.name, self.mandate, found)


def _answer(report: Report) -> list[str]:
    answer = report.answer
    if not answer.text.strip():
        return ["there is no answer"]
    found = []
    asked = frozenset(content_stems(report.question))
    shared = asked & frozenset(content_stems(answer.text))
    if len(shared) < min(2, len(asked)):
        found.append(f"the answer does not speak of what was asked: “{answer.text}”")
    if answer.direction is Direction.UNDETERMINED and not _OPEN.search(answer.text):
        found.append(f"the direction is undetermined and the answer does not say so: “{answer.text}”")
    if answer.direction is not Direction.UNDETERMINED and not answer.claim_ids:
        found.append(f"the answer gives a direction ({answer.direction.value}) and rests on no claim")
    return found


def _not_covered(report: Report, texts: Texts) -> list[str]:
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
                f"no included paper mentions “{name}” of the question, and the answer does not say so"
            )
        # A gap may also be that the name stands in no paper on what the question asks about.
        apart = re.search(
            rf"no included paper that mentions .{{3,120}} mentions {re.escape(fold(name))}", answer
        )
        if held and fold(name) in listed and not apart:
            found.append(f"“{name}” is listed as not covered, and an included paper mentions it")
    return found


def _whole(report: Report) -> list[str]:
    parts = [("the answer", report.answer.text), ("the abstract", report.abstract)]
    parts += [(item.claim.id, item.claim.text) for item in report.claims]
    parts += [(f"the quote of {item.claim.id}", item.claim.quote) for item in report.claims]
    return [f"{where} is cut: {fault}" for where, text in parts if (fault := incomplete(text))]


def _economy(report: Report) -> list[str]:
    found = [fault.text for fault in duplicates(report)]
    for where, text in (("the answer", report.answer.text), ("the abstract", report.abstract)):
        found += [f"{where} says “{phrase}”" for phrase in fillers(text)]
        told = [fold(text[start:end]) for start, end in sentences(text)]
        found += [f"{where} says twice: “{line}”" for line in dict.fromkeys(told) if told.count(line) > 1]
    return found


def _background(report: Report) -> list[str]:
    held = [item.claim for item in report.claims if item.claim.kind in _BACKGROUND]
    share = len(held) / len(report.claims)
    if share <= 0.2:
        return []
    return [
        f"{share:.0%} of the claims are background or announcements, at most 20 % may be; one is “{held[0].text}”"
    ]


def _off_question(report: Report) -> list[str]:
    """Claims that hold fewer than two of the question's content words (one, where it has fewer than three)."""
    asked = frozenset(content_stems(report.question))
    least = 2 if len(asked) > 2 else 1
    return [
        f"{item.claim.id} hardly speaks of what was asked: “{item.claim.quote}”"
        for item in report.claims
        if asked
        and len(asked & frozenset(content_stems(f"{item.claim.quote} {item.claim.statement}"))) < least
    ]


def _own_words(report: Report, texts: Texts) -> list[str]:
    """The abstract of the report: no run of eight words from a source, no first person, on the question."""
    text = report.abstract.replace(report.question, " ").replace(report.question.rstrip("?"), " ")
    for paper in report.papers:
        text = text.replace(paper.title, " ") if paper.title else text
    sources = []
    for paper in report.papers:
        try:
            sources.append((paper.id, texts(paper.id)))
        except KeyError:
            continue
    found = []
    run = shared_run(text, sources)
    if run:
        found.append(f"the abstract takes “{run[1]}” from {run[0]}")
    first = _FIRST_PERSON.search(own_words(text))
    if first:
        found.append(f"the abstract speaks as a source does (“{first.group()}”)")
    if report.claims and not quantities(report.abstract):
        found.append("the abstract gives none of this review's counts")
    return found


def _loose_numbers(report: Report) -> list[str]:
    """Numbers in abstract and answer, outside quotation marks, that neither records nor quotes hold."""
    allowed: set[float] = {float(len(report.answer.claim_ids)), float(report.answer.independent_works)}
    allowed |= {
        float(value) for value in (*report.headline.to_dict().values(), *report.flow.to_dict().values())
    }
    allowed |= {float(paper.year) for paper in report.papers if paper.year is not None}
    outcomes = [item.outcome for item in report.claims]
    allowed |= {float(outcomes.count(outcome)) for outcome in outcomes}
    allowed |= {
        float(len({item.claim.paper_id for item in report.claims})),
        float(len(report.manifest.queries)),
    }
    for text in (report.question, report.title, *(item.claim.quote for item in report.claims)):
        allowed |= {one.value for one in quantities(text)}
    found = []
    for where, text in (("the answer", report.answer.text), ("the abstract", report.abstract)):
        own = own_words(text)
        for one in quantities(own):
            if own[one.start : one.start + 1].isdigit() and one.value not in allowed:
                found.append(f"{where} says “{own[one.start : one.end]}”, which no record and no quote holds")
    return found

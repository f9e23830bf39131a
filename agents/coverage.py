"""What the question names and the included papers do not: the gaps that an answer must lead with."""

from __future__ import annotations

from dataclasses import dataclass

from ..tools.corpus import Corpus
from ..tools.text import content_stems
from .question import Question
from .question_words import is_name, specific_stems
from .relevance import covers, mentions

__all__ = ["Gap", "gaps"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A phrase of the question that is not covered, and the sentence that says so."""

    phrase: str
    sentence: str


def gaps(question: Question, corpus: Corpus) -> list[Gap]:
    """The names, benchmarks, populations and measures that no included paper mentions, in the question's order.

    A phrase also counts as a gap when it is mentioned, but by no paper that mentions the question's subject:
    a paper on sign languages and another on intermediate training say nothing of the two together.
    """
    wanted = _wanted(question)
    if not wanted:
        return []
    mentioned = {phrase: _papers(phrase, corpus) for phrase in wanted}
    subject = [phrase for phrase in wanted if _acts(phrase, question)]
    acting = frozenset.intersection(*(mentioned[phrase] for phrase in subject)) if subject else frozenset()
    rest = [phrase for phrase in wanted if phrase not in subject]
    missing = [phrase for phrase in wanted if not mentioned[phrase]]
    apart = [phrase for phrase in rest if mentioned[phrase] and acting and not mentioned[phrase] & acting]
    name = " and ".join(subject)
    found = [Gap(phrase, _absent(phrase)) for phrase in missing]
    found += [Gap(phrase, f"No included paper that mentions {name} mentions {phrase}.") for phrase in apart]
    return sorted(found, key=lambda gap: wanted.index(gap.phrase))


def _absent(phrase: str) -> str:
    return f"No included paper mentions {phrase}."


def _wanted(question: Question) -> list[str]:
    phrases: list[str] = []
    for phrase in question.phrases:
        names = [word for word in phrase.split() if is_name(word.strip("’'s"))]
        rest = " ".join(word for word in phrase.split() if word not in names)
        phrases += names
        if specific_stems(rest):
            phrases.append(rest if names else phrase)
    return list(dict.fromkeys(phrases))


def _acts(phrase: str, question: Question) -> bool:
    """Whether the phrase is part of what acts: the intervention of an effect or polar question."""
    where = question.subject or question.first
    return bool(where) and phrase in where and not is_name(phrase)


def _papers(phrase: str, corpus: Corpus) -> frozenset[str]:
    found = set()
    for paper in corpus.papers.values():
        spans = [(frozenset(content_stems(paper.title)), paper.title)]
        spans += [(corpus.stems[row], corpus.passages[row].text) for row in corpus.rows(paper.id)]
        if is_name(phrase):
            hit = any(mentions(phrase, text) for _, text in spans)
        else:
            hit = any(covers(phrase, stems, text) for stems, text in spans)
        if hit:
            found.add(paper.id)
    return frozenset(found)

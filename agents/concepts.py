"""What a question is about, as groups of words that a paper on it would use: the stuff of boolean queries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from ..tools.text import words
from .acronyms import pairs as defined
from .question import Question
from .question_words import MEASURES, is_name, specific_stems
from .spellings import spellings

__all__ = ["Forms", "Group", "concept_queries", "forms_of", "named_query", "noun"]

Group = tuple[str, ...]
"""Terms of which one is to be found."""

Forms = Sequence[tuple[str, str]]
"""Pairs of an acronym and its long form, in either order."""

_MOST_GROUPS = 5
_WORDS = 2  # of one phrase
_MOST_TERMS = 8  # of one group
# Words at the end of a phrase that say how something is, not what it is.
_HOW = frozenset("well useful good bad quality abilities ability capabilities based".split())
# Verbs that a question's noun phrases may hold behind their noun ("mutation testing find"); none of them is often a noun.
_VERBS = frozenset(
    "achieve achieves beat beats capture captures detect detects encode encodes explain explains fail fails find finds "
    "generalise generalises generalize generalizes generate generates get gets give gives hold holds learn learns match "
    "matches need needs predict predicts produce produces require requires save saves solve solves suffice suffices "
    "write writes".split()
)


def concept_queries(question: Question, forms: Forms = ()) -> list[list[Group]]:
    """Groups for boolean queries, one of each group to be found, the most telling query first; three at most.

    The two sides of the question as phrases; then, looser, as two words of each, wherever they stand. Of a comparison: what
    it is about with either thing compared; both things; the words. Each term comes with its other spellings and with the
    other form of an acronym (`forms`, and what the question spells out itself). Benchmarks and measures that are not
    themselves compared are left out: papers that answer may not name them (`named_query`).
    """
    known = [*defined(question.text), *forms]
    found: list[list[Group]] = []
    asked = _compared if question.form == "comparison" else _two_sides
    for groups in (one[:_MOST_GROUPS] for one in asked(question, known)):
        if len(groups) > 1 and groups not in found:
            found.append(groups)
    return found


def named_query(question: Question, forms: Forms = ()) -> list[Group]:
    """A name of the question that its sides do not hold (a benchmark, a population), with either side; [] without one."""
    sides = [question.first, question.second] if question.form == "comparison" else _sides(question)
    known = [*defined(question.text), *forms]
    told = " ".join(form for side in sides for form in forms_of(side, known))
    names = [
        topic
        for topic in question.topics
        if len(words(topic)) == 1 and is_name(topic) and topic.casefold() not in told.casefold()
    ]
    if not names or not sides:
        return []
    return [_phrase(names[:1], known), _phrase(sides, known)]


def forms_of(term: str, forms: Forms) -> tuple[str, ...]:
    """The term, and what it is when an acronym in it is spelled out, or a long form in it abbreviated."""
    found = {term.casefold(): term}
    for one, other in forms:
        for this, that in ((one, other), (other, one)):
            case = re.NOFLAG if is_name(this) else re.I  # "AT" is not "at"
            found_there = re.search(rf"(?<![\w-]){_loose(this)}(?![\w-])", term, case)
            if found_there:
                said = f"{term[: found_there.start()]}{that}{term[found_there.end() :]}"
                found.setdefault(said.casefold(), said)
    return tuple(found.values())


def _compared(question: Question, forms: Forms) -> list[list[Group]]:
    first, second = words(noun(question.first)), words(noun(question.second))
    shared = 0
    while shared < min(len(first), len(second)) - 1 and (
        first[-1 - shared].casefold() == second[-1 - shared].casefold()
    ):
        shared += 1
    thing = " ".join(first[len(first) - shared :])
    thing = thing if specific_stems(thing) else ""  # shared words such as "models" are no thing
    one, other = (" ".join(part[: len(part) - shared]) for part in (first, second))
    apart = frozenset(
        stem
        for part in (question.first, question.second)
        for form in forms_of(part, forms)
        for stem in specific_stems(form)
    )
    frame = next((topic for topic in _topics(question) if not specific_stems(topic) & apart), "")
    compared = (thing,) if thing else (" ".join(first), " ".join(second))
    either = [_phrase(compared, forms), _phrase((frame,), forms)] if frame else []
    both = [_phrase((part,), forms, number=not shared) for part in (one, other)]
    both += _words(thing or frame, forms) if shared else []
    return [either, both, [*_words(thing, forms), *_words(frame, forms)] if thing and frame else []]


def _two_sides(question: Question, forms: Forms) -> list[list[Group]]:
    sides = _sides(question)
    return [
        [_phrase((side,), forms) for side in sides],
        list(dict.fromkeys(group for side in sides for group in _words(side, forms))),
    ]


def _sides(question: Question) -> list[str]:
    """The phrases that tell its subject and its outcome, two at most."""
    topics = _topics(question)
    subjects = [topic for topic in topics if topic in question.subject]
    outcomes = [topic for topic in topics if topic in question.outcome and topic not in subjects]
    return [subjects[0], outcomes[0]] if subjects and outcomes else topics[:2]


def _topics(question: Question) -> list[str]:
    """The topics in which a paper must be at home: those of several words before single ones, subject before outcome.

    A name alone (a benchmark, a model) is one only where it is what the question is about.
    """
    about = f"{question.subject} {question.outcome_head} {question.first} {question.second}"
    found = [
        topic
        for topic in question.topics
        if (topic in about if len(words(topic)) == 1 and is_name(topic) else True)
        and topic.casefold() not in MEASURES
        and noun(topic)
    ]
    sides = (question.subject, question.outcome, "")

    def place(topic: str) -> tuple[bool, int]:
        side = next(at for at, text in enumerate(sides) if topic in text or not text)
        return (len(words(topic)) == 1 and "-" not in topic and not is_name(topic), side)

    return sorted(found, key=place)


def noun(phrase: str) -> str:
    """A phrase of a question up to a verb in it, without what trails behind: "adapters" of "adapters match well"; maybe ""."""
    tokens = words(phrase)
    cut = next((at for at, token in enumerate(tokens) if token.casefold() in _VERBS), len(tokens))
    tokens = tokens[:cut]
    while len(tokens) > 1 and tokens[-1].casefold() in _HOW:
        tokens.pop()
    return " ".join(tokens)


def _core(phrase: str) -> str:
    """The term at the end of a long phrase: "cross-lingual transfer" of "zero-shot cross-lingual transfer"."""
    tokens = noun(phrase).split()
    return " ".join(tokens[-2:] if any("-" in token for token in tokens[-2:]) else tokens[-3:])


def _phrase(phrases: Sequence[str], forms: Forms, number: bool = True) -> Group:
    """One group: the phrases as terms, each in its forms and spellings, by turns, so that none crowds another out."""
    spelled = [
        [other for form in forms_of(_core(phrase), forms) for other in spellings(form, number)]
        for phrase in phrases
    ]
    turns = (term for turn in zip_longest(*spelled) for term in turn if term)
    return tuple(dict.fromkeys(turns))[:_MOST_TERMS]


def _words(phrase: str, forms: Forms) -> list[Group]:
    """A group for each of the last two words of a phrase that tell its subject, compounds whole."""
    tokens = words(noun(phrase))
    telling = [token for token in dict.fromkeys(tokens) if is_name(token) or specific_stems(token)][-_WORDS:]
    return [
        tuple(other for form in forms_of(token, forms) for other in spellings(form, token == tokens[-1]))[
            :_MOST_TERMS
        ]
        for token in telling or tokens[-_WORDS:]
    ]


def _loose(text: str) -> str:
    """A pattern for a text whose words are joined by hyphens or spaces."""
    return r"[-\s]+".join(re.escape(part) for part in re.split(r"[-\s]+", text) if part) or r"(?!)"

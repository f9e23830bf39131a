"""Matters that a paper names without saying them in one breath: a technique and a task, a treatment and an outcome, two
techniques, each known by the last word of its name (`question_topics`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assignee.claims import Passage

from ..tools.text import words
from .noun_phrases import cut, noun_phrase, running
from .protocol import protocol
from .question_patterns import Matter, acting, of_title, taken
from .question_topics import Topic, acts, aims, kind
from .question_words import is_name, specific_stems

__all__ = ["paired"]

_AGAINST = re.compile(
    r"\b(?:outperform\w*|surpass\w*|compar\w+|versus|vs\.?|rather than|instead of|unlike|in contrast to|"
    r"as opposed to|superior to|"
    r"inferior to|over|than|alternative to|replac\w+)\b",
    re.I,
)
_BESIDE = re.compile(r"^(?:,)?\s*(?:and|or|,|and the|versus|vs\.?)\s*$")
_TIE = re.compile(
    r"\b(?:in|on|for|against|is|are|was|were|can|may|(?:\w+)(?:uce|ease|it|ent|ate|ance|ct|ote|air)s?|\w+ed)\b",
    re.I,
)
_BROKEN = re.compile(r"[,;:()]|\b(?:but|while|whereas|although|and|or|than|of)\b", re.I)
_SHORTEST = 2  # letters of a name that is none of a gene, a drug or a cell
_REACH = 90  # characters between what acts and what it acts on
_OTHER_CLAUSE = re.compile(r"[;:]|\b(?:but|while|whereas|although|not|no|than|that|which|unlike)\b", re.I)
_USED = re.compile(
    r"\b(?:using|via|through|by means of|leverag(?:es?|ing)|incorporat(?:es?|ing)|exploit(?:s|ing)?|appl(?:y|"
    r"ies|ying)|employ(?:s|ing)?|"
    r"adopt(?:s|ing)?|introduc(?:es?|ing)|integrat(?:es?|ing)|utili[sz](?:es?|ing)|based on|augmented with|combined with)\s+"
    r"(?P<what>[^,;:.?!()]{6,90})",
    re.I,
)
_BEHIND = re.compile(
    r"\s(?:and|or|for|in|on|from|to|at|across|between|with|into|as|of the|over|trained|available|provided)\s.*$",
    re.I,
)
_NO_MEANS = re.compile(
    r"\b(?:data ?sets?|data|corpus|corpora|metrics?|scores?|experiments?|evaluation|articles?|tweets|languages?|"
    r"domains?|tasks?|"
    r"knowledge|information|amounts?|resources?|samples?|cells?|mice|patients|study|studies|analys[ie]s|models?|"
    r"systems?|test|set|"
    r"interviews?|questionnaires?|criteria|regression|years|field sites|records|library|toolkit|platform|rules|"
    r"sentences|work|"
    r"texts?|insights?|properties|claims|examples|words|questions|instances|efforts?|advances|progress)$",
    re.I,
)
# An adjective or a deed alone at either end: "earned attention", "distilled low-resource".
_NO_FIRST = re.compile(
    r"\w+ing an?\b|(?!(?:pre-?trained|weighted|shared|distributed|gated|masked|supervised|guided|structured)\b)\w+ed\b|"
    r".*(?:ical|ive|ous|-resource|"
    r"structures?|formulations?|attention|\w+ly)$|.*\w+ly\b",
    re.I,
)
_USED_WORDS = 5
_OFTEN = 2  # sentences that name the paper's main task, if the title names none


def paired(title: str, passages: Sequence[Passage], text: str) -> Iterator[tuple[Matter, Passage]]:
    """Comparisons first, then effects; each with a sentence that names what acts. `title` is in running case."""
    main = _main(title, passages)
    for passage in passages:
        for one, other in _set_against(passage.text):
            told = _aim(passage.text, main, one, other)
            if told:
                yield (
                    Matter("comparison", _said(one, text), _said(other, text), _said(told, text), "compared"),
                    passage,
                )
    named = [(passage, act) for passage in passages for act in acts(passage.text)]
    for passage, act in named:
        for aim in aims(passage.text):
            if aim.medical == act.medical and _differ(act.text, aim.text) and _apart(act, aim):
                if act.medical and not _tied(passage.text, act, aim):
                    continue
                yield Matter("effect", _said(act.text, text), _said(aim.text, text), "", "named"), passage
    yield from _followed(title, passages, text)
    yield from _alternatives(named, main, text)
    for passage, act in named:
        for aim in main:
            if (
                aim.medical == act.medical
                and _differ(act.text, aim.text)
                and kind(act.text) != kind(aim.text)
                and (not act.medical or specific_stems(aim.text) & specific_stems(passage.text))
            ):
                yield Matter("effect", _said(act.text, text), _said(aim.text, text), "", "named"), passage
    for passage in passages:
        for means in _means(passage.text):
            for aim in main:
                if not aim.medical and _differ(means, aim.text):
                    for matter in taken("effect", means, _said(aim.text, text), "", "named"):
                        yield matter, passage


def _followed(title: str, passages: Sequence[Passage], text: str) -> Iterator[tuple[Matter, Passage]]:
    """What the title says acts, or names, with what its sentences go on to name: "IL-2 … T cell proliferation"."""
    told = [matter.one for matter in of_title(title)]
    medical = sum(aim.medical for passage in passages for aim in aims(passage.text)) >= _OFTEN
    if medical:
        told += [word for word in words(title) if is_name(word) and len(word) > _SHORTEST]
        held = Counter(
            word
            for passage in passages
            for word in {*words(passage.text)}
            if is_name(word) and len(word) > _SHORTEST
        )
        told += [word for word, count in sorted(held.items()) if count > _OFTEN and not word.isupper()]
    for subject in dict.fromkeys(told):
        found = re.compile(rf"(?<![\w-]){re.escape(subject)}(?![\w-])", re.I)
        if sum(bool(found.search(passage.text)) for passage in passages) < _OFTEN:
            continue
        role = "role" if is_name(subject) else "effect"
        for passage in passages:
            at = found.search(passage.text)
            for aim in aims(passage.text) if at else ():
                between = passage.text[at.end() : aim.start] if at else ""
                if (
                    0 < len(between) <= _REACH
                    and not _OTHER_CLAUSE.search(between)
                    and _differ(subject, aim.text)
                ):
                    yield from (
                        (matter, passage)
                        for matter in taken(role, subject, _said(aim.text, text), "", "named")
                    )


def _means(sentence: str) -> Iterator[str]:
    """What a sentence says was used: "beam search" of "by using beam search to …"."""
    for match in _USED.finditer(sentence):
        phrase = noun_phrase(acting(cut(_BEHIND.sub("", match["what"]))))
        if (
            2 <= len(phrase.split()) <= _USED_WORDS
            and specific_stems(phrase)
            and not (_NO_MEANS.search(phrase) or _NO_FIRST.match(phrase))
        ):
            yield phrase


def _alternatives(
    named: Sequence[tuple[Passage, Topic]], main: Sequence[Topic], text: str
) -> Iterator[tuple[Matter, Passage]]:
    """Two things of a kind that the paper names for its main task: two ways to learn, two kinds of data."""
    first: dict[str, tuple[Passage, Topic]] = {}
    for passage, act in named:
        first.setdefault(act.text.casefold(), (passage, act))
    told = list(first.values())
    for at, (_, one) in enumerate(told):
        for passage, other in told[at + 1 :]:
            if (
                kind(one.text) != kind(other.text)
                or one.medical != other.medical
                or not _differ(one.text, other.text)
            ):
                continue
            aim = next(
                (a for a in main if a.medical == one.medical and _differ(a.text, f"{one.text} {other.text}")),
                None,
            )
            if aim:
                matter = Matter(
                    "comparison",
                    _said(one.text, text),
                    _said(other.text, text),
                    _said(aim.text, text),
                    "named",
                )
                yield matter, passage


def _main(title: str, passages: Sequence[Passage]) -> list[Topic]:
    """What the paper is about: the tasks of its title, else the one that most of its sentences name."""
    told = list(aims(title))
    if told:
        return told
    acted = [matter.other for matter in of_title(title)]
    if acted:
        medical = sum(aim.medical for passage in passages for aim in aims(passage.text)) >= _OFTEN
        return [Topic(acted[0], 0, 0, medical)]
    count: Counter[str] = Counter()
    first: dict[str, Topic] = {}
    for passage in passages:
        for aim in aims(passage.text):
            count[aim.text.casefold()] += 1
            first.setdefault(aim.text.casefold(), aim)
    best = max(count, key=lambda name: count[name], default="")
    if best and (count[best] >= _OFTEN or best in protocol(best).task):
        return [first[best]]
    named = [
        act for act in acts(title)[-1:] if kind(act.text) == "embeddings"
    ]  # "cross-lingual embeddings": what is learnt can be better or worse too
    return [*named] or ([first[best]] if best and not first[best].medical else [])


def _set_against(sentence: str) -> Iterator[tuple[str, str]]:
    """Pairs of techniques, treatments or models that a sentence sets against each other or names side by side."""
    found = [(topic.start, topic.end, topic.text, kind(topic.text)) for topic in acts(sentence)]
    for name in protocol(sentence).model:
        at = sentence.find(name)
        if not any(start < at + len(name) and at < end for start, end, _, _ in found):
            found.append((at, at + len(name), name, "model"))
    found.sort()
    for at, (_, end, one, sort) in enumerate(found):
        for start, _, other, too in found[at + 1 :]:
            between = sentence[end:start]
            beside = _BESIDE.match(between)
            if sort != too or not _differ(one, other) or not (beside or _AGAINST.search(between)):
                continue
            if beside or len(between) <= 120:
                yield one, other


def _aim(sentence: str, main: Sequence[Topic], one: str, other: str) -> str:
    for aim in (*aims(sentence), *main):
        if _differ(aim.text, one) and _differ(aim.text, other):
            return aim.text
    return ""


def _differ(one: str, other: str) -> bool:
    """Whether two names share no specific word."""
    return not specific_stems(one) & specific_stems(other)


def _tied(sentence: str, act: Topic, aim: Topic) -> bool:
    """Whether a verb stands between a treatment and an outcome that follows, in one clause."""
    between = sentence[act.end : aim.start]
    return 0 < len(between) <= 80 and bool(_TIE.search(between)) and not _BROKEN.search(between)


def _apart(one: Topic, other: Topic) -> bool:
    return one.end <= other.start or other.end <= one.start


def _said(phrase: str, text: str) -> str:
    """A name in running case: "Domain Adaptation" is no proper name."""
    last = phrase.split()[-1]
    return running(phrase, text) if last[0].isupper() and not is_name(last) else phrase

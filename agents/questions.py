"""Research questions that a seed paper raises, each with the sentence of the paper that it comes from.

Embedded rules: a paper's matters (`question_patterns`, `question_clauses`) in the frames that reviews answer best, what it names
together (`question_pairs`), and its main matters in the settings that its sentences name (`protocol`): two tasks, languages or
populations against each other, or one that it leaves open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assignee.claims import Basis, Paper, Passage

from ..tools.corpus import Corpus
from ..tools.text import content_stems
from .acronyms import pairs
from .noun_phrases import running
from .own_findings import OwnFindings
from .protocol import protocol
from .question_checks import coined, fault, names_any
from .question_clauses import acted
from .question_pairs import paired
from .question_patterns import Matter, left_open, of_sentence, of_title, taken
from .question_words import is_name, specific_stems

__all__ = ["HEAD", "Derived", "derive"]

_ORDER = {
    "asked": 0,
    "title": 1,
    "left open": 2,
    "compared": 3,
    "found": 4,
    "held": 5,
    "named": 6,
    "setting": 7,
}
# How far from a question of the paper's own; what was asked already, and what the paper is not about, adds to it (`_spread`).
_WEIGHT = {
    "asked": 0.0,
    "title": 0.0,
    "left open": 0.2,
    "compared": 0.2,
    "found": 0.3,
    "held": 0.8,
    "named": 1.0,
    "setting": 1.2,
}
_FIELDS = (("task", "for"), ("data", "on"), ("language", "for"), ("population", "in"))
HEAD = 4000  # characters in which a paper says what it is about
_FINDING = 0.02  # P(finding) from which a sentence with a frame is a finding, as in `extractor.Limits.told`
_TOGETHER = 0.6  # share of a title's stems that a sentence must name to stand for it


# A sentence that names where something was tried, not the parts that something is made of.
_TRIED = re.compile(
    r"\b(?:results?|experiment\w*|evaluat\w+|improve\w*|gains?|outperform\w*|performance|tested|benchmarks?|tasks|languages|"
    r"effective\w*|better|worse|help\w*|accuracy|F1|BLEU)\b",
    re.I,
)
# "In low-resource settings": where the field asks next whether something holds.
_SCENE = re.compile(
    r"(?<![\w-])(low-resource|zero-shot|few-shot|cross-domain|out-of-domain|cross-lingual)(?![\w-])", re.I
)
_OURS = re.compile(r"\b(?:we|our|this (?:paper|work|study))\b", re.I)


_BEFORE = re.compile(r"\s(?:of|for|in|on|with|from|to|between|across)\s")
_NOUN_OF = re.compile(
    r"(?:presence|absence|process|structure|use|addition|size|fraction|concentration|ability|rate|volume|"
    r"formation|degree|proportion|"
    r"spread|quality|risk|incidence|regulation|control|maintenance|activation|inhibition|deletion|loss|"
    r"development|expression|degradation|"
    r"duration|severity|progression|extraction|survival) of\b"
)
_COUNTED = frozenset(
    """discriminator encoder decoder autoencoder transformer inhibitor agonist antagonist network mutation setup device
    objective polymorphism intervention classifier model mechanism module layer vocabulary curriculum lexicon corpus graph
    gate""".split()
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A question and the sentence it comes from: `quote` is at `[start, end)` of the paper's stored text, or its title
    (`section` "Title", no place). `why` is "asked", "title", "found", "compared", "left open", "held" (told of
    others), "named" (one sentence names it) or "setting"."""

    question: str
    why: str
    quote: str
    section: str
    start: int | None = None
    end: int | None = None


def derive(paper: Paper, corpus: Corpus) -> list[Derived]:
    """All questions of a paper that stand alone, the best of each matter first; near-duplicates are in it.

    `corpus` holds the paper alone.
    """
    passages = corpus.of(paper.id)
    text = corpus.text(paper.id)
    title = running(paper.title, text[:HEAD])
    made = coined(paper.title, text[:HEAD])
    long = {short: full for short, full in pairs(text[:HEAD]) if full.lower() != short.lower()}
    main: list[tuple[Matter, Passage | None]] = []
    for matter in of_title(title):
        main.append((matter, _telling(matter, passages)))
    own = OwnFindings.of(corpus)
    rows = list(zip(corpus.rows(paper.id), passages, strict=True))
    for row, passage in rows:
        if own.remark(row) and not left_open(passage.text):
            for kind, one, other in acted(passage.text):
                main += [(matter, passage) for matter in taken(kind, one, other, "", "held")]
            continue
        finding = own.own(row) and own.likely[row] >= _FINDING
        main += [(matter, passage) for matter in of_sentence(passage.text, finding)]
    main += paired(title, [passage for _, passage in rows], text[:HEAD])
    main = [(m, p) for m, p in main if not names_any(f"{m.one} {m.other} {m.outcome}", made)]
    main = [
        (_placed(_spelled(_inside(matter, passage, text[:HEAD]), long), paper), passage)
        for matter, passage in main
    ]
    main = [(matter, passage) for matter, passage in main if matter.kind != "comparison" or matter.outcome]
    found = [_derived(_asked(matter), matter.why, passage, paper) for matter, passage in main]
    found += [
        Derived(f"{part.strip()[0].upper()}{part.strip()[1:]}?", "title", paper.title, "Title")
        for part in re.findall(r"([^:?!.–—]{12,200})\?", title)
    ]
    effects = [
        matter for matter, _ in main if matter.kind == "effect" and not fault(_asked(matter))
    ]  # the title's first
    told = [
        passage
        for row, passage in rows
        if _TRIED.search(passage.text) and (own.own(row) or _OURS.search(passage.text))
    ]
    for matter in effects[:2]:
        found += _in_settings(matter, told, paper, long)
    good = [item for item in found if not fault(item.question)]
    order = sorted(enumerate(good), key=lambda item: (_ORDER[item[1].why], item[0]))
    return _spread(
        specific_stems(f"{paper.title} {_lead(paper, text)}"),
        list({item.question.casefold(): item for _, item in reversed(order)}.values())[::-1],
    )


def _lead(paper: Paper, text: str) -> str:
    """What tells what a paper is about: its abstract, or as much of the beginning of a full text."""
    return text if paper.basis is Basis.ABSTRACT else text[: HEAD // 2]


def _spread(about: frozenset[str], items: Sequence[Derived]) -> list[Derived]:
    """The same questions, those later that ask of what those before them asked, or of what the paper is not about."""
    left, chosen = list(items), []
    asked: Counter[str] = Counter()
    while left:
        weighed = []
        for at, item in enumerate(left):
            stems = specific_stems(item.question)
            known = sum(asked[stem] for stem in stems) / max(1, len(stems))
            aside = len(stems - about) / max(1, len(stems))
            weighed.append((_WEIGHT[item.why] + known + 2 * aside, at))
        best = left.pop(min(weighed)[1])
        asked.update(specific_stems(best.question))
        chosen.append(best)
    return chosen


def _sentence(passages: Iterable[Passage], stems: frozenset[str]) -> Passage | None:
    """The sentence that names most of the stems, if it names at least six in ten; the first of equals."""
    best, most = None, 0
    for passage in passages:
        held = len(stems & set(content_stems(passage.text)))
        if held > most:
            best, most = passage, held
    return best if most >= _TOGETHER * len(stems) else None


def _telling(matter: Matter, passages: Sequence[Passage]) -> Passage | None:
    return _sentence(passages, specific_stems(f"{matter.one} {matter.other}"))


def _inside(matter: Matter, passage: Passage | None, text: str) -> Matter:
    """Phrases that began their sentence stand inside one now: "Fine-tuning" becomes "fine-tuning"."""

    def inside(phrase: str) -> str:
        first, _, rest = phrase.partition(" ")
        if (
            first.capitalize() != first
            or is_name(first)
            or (rest[:1].isupper() and not is_name(rest.split()[0]))
        ):
            return phrase
        if (
            len(first) < 2
            or protocol(first).language
            or re.search(rf"[a-z,] {re.escape(first)}\b(?! [A-Z])", text)
        ):
            return phrase
        if passage is not None and f" {first}" in passage.text and not passage.text.startswith(first):
            return phrase
        return f"{first.lower()} {rest}".strip()

    return (
        matter
        if matter.why == "title"
        else replace(matter, one=inside(matter.one), other=inside(matter.other))
    )


def _spelled(matter: Matter, long: Mapping[str, str]) -> Matter:
    """Acronyms that the paper defines are spelled out as it does, where that is not said beside them."""

    def spelled(phrase: str) -> str:
        words = [
            long[word] if word in long and long[word].casefold() not in phrase.casefold() else word
            for word in phrase.split()
        ]
        return " ".join(words)

    return replace(
        matter, one=spelled(matter.one), other=spelled(matter.other), outcome=spelled(matter.outcome)
    )


def _placed(matter: Matter, paper: Paper) -> Matter:
    """A comparison that does not say for what gets what the paper's title is about."""
    if matter.kind != "comparison" or matter.outcome:
        return matter
    known = specific_stems(f"{matter.one} {matter.other}")
    for told in of_title(running(paper.title, "")):
        if not specific_stems(told.other) & known:
            return replace(matter, outcome=told.other)
    return matter


def _asked(matter: Matter, setting: str = "") -> str:
    matter = replace(matter, one=_counted(matter.one), other=_counted(matter.other))
    if matter.kind == "effect":
        return f"What is the effect of {matter.one} on {matter.other}{setting}?"
    if matter.kind == "role":
        return f"What is the role of {matter.one} in {matter.other}{setting}?"
    aid = "do" if _plural(matter.one) else "does"
    outcome = f" for {_counted(matter.outcome)}" if matter.outcome else ""
    return f"How {aid} {matter.one} compare to {matter.other}{outcome}{setting}?"


def _in_settings(
    matter: Matter, passages: Sequence[Passage], paper: Paper, long: Mapping[str, str]
) -> Iterator[Derived]:
    """The matter in the settings that a sentence names and it does not: two against each other, or one."""
    known = specific_stems(f"{matter.one} {matter.other}")
    for passage in passages:
        named = protocol(passage.text.replace("uestion-answering", "uestion answering"))
        why = "left open" if left_open(passage.text) else "setting"
        for scene in dict.fromkeys(match.casefold() for match in _SCENE.findall(passage.text)):
            if not specific_stems(scene) & known:
                yield _derived(_asked(matter, f" in {scene} settings"), why, passage, paper)
        for field, word in _FIELDS:
            distinct: list[str] = []
            for value in (long.get(name, name) for name in named.of(field)):
                stems = specific_stems(value)
                heard = any(stems & specific_stems(other) for other in distinct)
                if stems and not stems <= known and not heard and _settles(field, value, long):
                    distinct.append(value)
            # One setting alone gives a narrower form of a question that is there already, unless it was left open.
            if len(distinct) >= 2 and field != "data":
                yield _derived(
                    _asked(matter, f" {word} {distinct[0]} versus {distinct[1]}"), why, passage, paper
                )
            elif distinct and why == "left open":
                yield _derived(_asked(matter, f" {word} {distinct[0]}"), why, passage, paper)


def _settles(field: str, value: str, long: Mapping[str, str]) -> bool:
    """Whether a value of the protocol is a setting that one would ask for."""
    if field == "population":
        return " " in value
    if field == "language":
        return value.istitle() or "resource" in value
    return len(value) > 2 and not (field == "data" and value in long.values())


def _derived(question: str, why: str, passage: Passage | None, paper: Paper) -> Derived:
    if passage is None:
        return Derived(question, why, paper.title, "Title")
    return Derived(question, why, passage.text, passage.section, passage.start, passage.end)


def _counted(phrase: str) -> str:
    """ "a discriminator": a thing that is counted, with its article."""
    head = _BEFORE.split(phrase)[0].split()[-1].casefold()
    if _NOUN_OF.match(phrase):
        return f"the {phrase}"
    return f"{'an' if phrase[0].casefold() in 'aeiou' else 'a'} {phrase}" if head in _COUNTED else phrase


def _plural(phrase: str) -> bool:
    last = re.split(r" (?:of|for|in|on|with|from|to|trained) ", phrase)[0].split()[-1].lower()
    return (last.endswith("s") and not last.endswith(("ss", "us", "is"))) or " and " in phrase

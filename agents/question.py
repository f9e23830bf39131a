"""What a question asks: its form, the things it compares, and the names that an answer must cover."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..tools.text import STOPWORDS, content_stems, words
from .question_words import BREAKERS, MEASURES, is_name, specific_stems

__all__ = ["Form", "Question", "parse"]

Form = Literal["comparison", "polar", "effect", "open"]

# Words that a phrase is named without: "XTREME-R benchmark", "F1 score metrics".
_TRAILING = frozenset(
    {
        "performance",
        "benchmark",
        "benchmarks",
        "metric",
        "metrics",
        "score",
        "scores",
        "suite",
        "results",
        "improvements",
    }
)
_BY_MEANS = frozenset({"via", "using", "used"})
_POLAR = re.compile(
    r"^(?:does|do|did|is|are|was|were|can|could|has|have|will|would|should|may|might)\b\s*(?P<rest>.+)$", re.I
)
_EFFECT = re.compile(
    r"\b(?:impact|effect|influence|role|consequences?|benefits?)\s+of\s+(?P<subject>.+?)\s+(?:on|"
    r"upon|in|for|to)\s+(?P<outcome>.+)$",
    re.I,
)
_AFFECT = re.compile(
    r"^(?:how|to what extent|in what way|how much)\s+(?:does|do|did|can|could|is|are)\s+(?P<subject>.+?)\s+"
    r"(?:affect|influence|impact|change|improve|reduce|increase|decrease|contribute to|shape|"
    r"alter|help)\b\s*(?P<outcome>.*)$",
    re.I,
)
_COMPARE = (
    re.compile(
        r"\b(?:does|do|did|would|will)\s+(?P<first>.+?)\s+(?:compare|differ)d?\s+(?:to|with|from|"
        r"against)\s+(?P<second>.+)$",
        re.I,
    ),
    re.compile(
        r"\b(?:does|do|did|can|could|will|would)\s+(?P<first>.+?)\s+(?:outperform|surpass|beat|exceed)\s+(?P<second>.+)$",
        re.I,
    ),
    re.compile(
        r"\b(?:is|are|was|were|does|do|can)\s+(?P<first>.+?)\s+(?:\w+ly\s+)?(?:better|worse|superior|"
        r"inferior|more|less|as|higher|lower|faster|stronger|work better)\b"
        r".*?\b(?:than|to|as)\s+(?P<second>.+)$",
        re.I,
    ),
    re.compile(r"\bdifferences?\s+(?:\w+\s+)?between\s+(?P<first>.+?)\s+and\s+(?P<second>.+)$", re.I),
    re.compile(
        r"\b(?P<first>[^,;]+?)\s+(?:versus|vs\.?|compared (?:to|with)|in comparison (?:to|with)|"
        r"rather than|as opposed to|instead of|relative to)\s+(?P<second>.+)$",
        re.I,
    ),
)
_TAIL = re.compile(
    r"\s*(?:,|;|\?|\.$|\(|\bwhen\b|\bon\b|\bin\b|\bwithin\b|\bfor\b|\bunder\b|\bin terms of\b|"
    r"\bacross\b|\bduring\b|\bat\b|\bas measured\b|\bevaluated\b|\bmeasured\b|\bwith respect\b|"
    r"\band how\b).*$",
    re.I,
)
_ASIDE = re.compile(r"\([^()]*\)")
_HEAD = re.compile(r"^.*\b(?:of|for|on|in|with|via|by|using|between|through|from|to)\s+", re.I)
_LEAD = re.compile(
    r"^(?:the|a|an|there|any|using|use of|effectiveness of|the effectiveness of|performance of)\s+", re.I
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    `first` and `second` are the things compared (both empty unless `form` is "comparison"); `subject` and
    `outcome` the two sides of a polar or effect question. `phrases` are its noun phrases in order; `names` the
    proper names, acronyms and benchmarks among its words. `stems` are its specific content stems.
    """

    text: str
    form: Form
    first: str
    second: str
    subject: str
    outcome: str
    phrases: tuple[str, ...]
    names: tuple[str, ...]
    stems: frozenset[str]

    @property
    def outcome_head(self) -> str:
        """The outcome in short: "zero-shot transfer" of "zero-shot transfer in XTREME, when …", "risk of stroke"."""
        held = sorted((phrase for phrase in self.phrases if phrase in self.outcome), key=self.outcome.index)
        if not held:
            return self.outcome
        whole = f"{held[0]} of {held[1]}" if len(held) > 1 else ""
        # A single word ("risk", "rate") says nothing without what it is of.
        return whole if " " not in held[0] and whole and whole in self.outcome else held[0]

    @property
    def topics(self) -> tuple[str, ...]:
        """The phrases that tell the subject: no measures, and no phrase whose words are all in a longer one."""
        told = [phrase for phrase in self.phrases if phrase.casefold() not in MEASURES]
        stems = {phrase: specific_stems(phrase) for phrase in told}
        return tuple(
            phrase
            for phrase in told
            if not any(stems[phrase] < stems[other] for other in told if other != phrase)
        )

    @property
    def first_only(self) -> frozenset[str]:
        """Stems that tell the first thing compared from the second ("english")."""
        return frozenset(content_stems(self.first)) - frozenset(content_stems(self.second))

    @property
    def second_only(self) -> frozenset[str]:
        """Stems that tell the second thing compared from the first ("multilingual")."""
        return frozenset(content_stems(self.second)) - frozenset(content_stems(self.first))


def _phrases(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for piece in re.split(r"[,;:?!()\[\]\"“”]|\.(?=\s|$)|(?<=\s)[-–—](?=\s)|’s\b|'s\b", text):
        run: list[str] = []
        for word in [*words(piece), ""]:
            low = word.casefold().rstrip(".")
            if word and low not in STOPWORDS and low not in BREAKERS:
                run.append(word)
                continue
            if run and specific_stems(" ".join(run)):
                while len(run) > 1 and run[-1].casefold() in _TRAILING:
                    run.pop()
                found.append(" ".join(run))
            run = []
    return tuple(dict.fromkeys(found))


def _clean(part: str) -> str:
    part = part.strip(" ,.;?")
    while True:
        shorter = _LEAD.sub("", part)
        if shorter == part:
            return part
        part = shorter


def _compared(text: str) -> tuple[str, str]:
    for pattern in _COMPARE:
        match = pattern.search(text)
        if not match:
            continue
        first, second = match.group("first"), _TAIL.sub("", match.group("second"))
        if pattern is _COMPARE[-1]:
            # "… of transfer for NER versus NLI": only the phrase next to "versus" is compared.
            first = _HEAD.sub("", first)
        first, second = _noun_phrase(_clean(first)), _clean(second)
        # "cross-lingual transfer via English X … transfer via multilingual X": the shared frame is not compared.
        if " via " in first and " via " in second:
            first, second = first.split(" via ", 1)[1], second.split(" via ", 1)[1]
        if specific_stems(first) - specific_stems(second) and specific_stems(second) - specific_stems(first):
            return first, second
    return "", ""


def _noun_phrase(text: str) -> str:
    """Up to the verb: "metformin" of "metformin reduce mortality"."""
    tokens = text.split()
    cut = next(
        (at for at, token in enumerate(tokens) if at and token.casefold().strip(",") in BREAKERS - _BY_MEANS),
        len(tokens),
    )
    return " ".join(tokens[:cut])


@lru_cache(maxsize=64)
def parse(text: str) -> Question:
    """Take a question apart by its surface form. Never raises; a form it does not know is "open"."""
    text = " ".join(text.split())
    first, second = _compared(_ASIDE.sub(" ", text))
    subject = outcome = ""
    form: Form = "open"
    effect = _EFFECT.search(text) or _AFFECT.search(text)
    polar = _POLAR.search(text)
    if first:
        form = "comparison"
        if effect and first not in effect["subject"]:
            # "the impact of S on O for A versus B": A and B are settings of the same effect.
            subject, outcome = _clean(effect["subject"]), _clean(effect["outcome"])
    elif effect:
        form = "effect"
        subject, outcome = _clean(effect["subject"]), _clean(effect["outcome"])
    elif polar and not re.search(r"\b(?:not|never|no longer)\b", text, re.I):
        form = "polar"
        rest = polar["rest"].rstrip("?. ")
        tokens = rest.split()
        cut = next(
            (at for at, token in enumerate(tokens) if at and token.casefold().strip(",") in BREAKERS),
            len(tokens),
        )
        subject, outcome = _clean(" ".join(tokens[:cut])), _clean(" ".join(tokens[cut + 1 :]))
    plain = words(text)
    names = tuple(dict.fromkeys(word for word in plain if is_name(word)))
    return Question(
        text=text,
        form=form,
        first=first,
        second=second,
        subject=subject,
        outcome=outcome,
        phrases=_phrases(text),
        names=names,
        stems=specific_stems(text),
    )

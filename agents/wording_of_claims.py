"""From a sentence of a paper to a claim that stands alone: the quote, and the words that attribute it.

The quote is always a verbatim stretch up to the end of its sentence. Reporting frames ("We show that …") are left
outside it; first person and demonstratives inside it are resolved in square brackets, as an editor would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assignee.claims import Kind, Paper

from .finding_clauses import bare
from .question_words import is_name

__all__ = ["Statement", "attribute", "statement"]

_DEPENDENT = re.compile(
    r"^(?:beyond (?:that|this)|apart from (?:that|this)|for (?:example|instance)|in addition to (?:that|this)|as such|so far)\b|"
    r"^(?:(?:moreover|furthermore|additionally|finally|however|thus|therefore|hence|also|in addition|interestingly|"
    r"surprisingly|notably|consequently|for example|for instance|specifically|as a result|in particular|similarly|"
    r"in contrast|on the other hand|besides|meanwhile|overall|more importantly|"
    r"importantly|further)\s*,?\s+)?"
    r"(?:this|these|that|those|such|it|its|they|their|he|she|both|the former|the latter|one|another|others|neither|"
    r"each|the (?:same|first|second|third|other|last|two|three|latter|former|improvement|gain|effect|result|results|"
    r"idea|reason|goal|problem|framework|dataset|corpus|task|experiments?))\b(?!\s+(?:work|paper|study|article)\b)",
    re.I,
)
# "We apply these techniques", "doing so", "using both methods": what is meant stands in another sentence, unless it
# stands earlier in this one.
_POINTING = re.compile(
    r"\b(?:these|those|such|this) (?:same |two |three |new |simple )?(?:\w+ )?(?:techniques?|methods?|approach(?:es)?|steps?|"
    r"languages?|tasks?|datasets?|settings?|problems?|models?|features?|improvements?|results?|strategy|strategies|"
    r"representations?|systems?|phenomenon|gap|issue|limitation|end|way|process|framework|transfer)\b|\bdoing so\b|\bhere\b|"
    r"\b(?:using |with )?both (?:methods|approaches|techniques|models|tasks|datasets|languages|settings)\b",
    re.I,
)
_EARLY = 0.6
# "For generation tasks, it also outperforms …": the subject stands in another sentence.
_LATE_PRONOUN = re.compile(r"^[^,]{3,80},\s+(?:it|they|this|these|its|their)\b", re.I)
_METHOD = re.compile(
    r"\b(?:we|this paper|this work|the paper|the authors)\s+(?:\w+ly\s+)?(?:propose|present|"
    r"introduce|develop|describe|describes|"
    r"presents|proposes|introduces|design|devise)\s+(?:(?:a|an|the|our)\s+)?(?:(?:novel|new|simple|effective|efficient|"
    r"simple yet effective|unified|general)\s+)*(?P<name>[^,.;:()]{3,70}?)"
    r"(?=\s+(?:that|which|to|for|by|based|in|where|with|using|on|from|and|as|called|named|via)\b|"
    r"[,.;:()]|$)(?:\s*\((?P<short>[A-Z][\w-]{1,14})\))?",
    re.I,
)
_NAMED = re.compile(
    r"\b(?:called|named|dubbed|termed)\s+(?P<name>[A-Z][\w.+-]{1,20})|\b(?P<colon>[A-Z][\w-]*[A-Z0-9][\w-]*)\s*:"
)
_OWN_METHOD = re.compile(
    r"\b(?:our|the proposed|this|the presented|our proposed|our new|our best|the resulting)\s+"
    r"(?=(?:method|approach|model|models|system|framework|technique|architecture|algorithm|objective|"
    r"strategy|procedure|methods|approaches|training|pipeline|solution|network)\b)",
    re.I,
)
_PRONOUNS = (
    (re.compile(r"\bwe(?=['’](?:ve|re|ll))", re.I), "[the authors]"),
    (re.compile(r"\bwe\b"), "[the authors]"),
    (re.compile(r"\bWe\b"), "[The authors]"),
    (re.compile(r"\bour\b"), "[the authors’]"),
    (re.compile(r"\bOur\b"), "[The authors’]"),
    (re.compile(r"\bours\b", re.I), "[the authors’ own]"),
    (re.compile(r"\bus\b"), "[the authors]"),
    (re.compile(r"\bthe proposed\b"), "[the authors’]"),
    (re.compile(r"\bThe proposed\b"), "[The authors’]"),
    (re.compile(r"\b[Ii]n this (?:paper|work|study|article)\b"), "[in the paper]"),
    (re.compile(r"\b[Tt]h(?:is|e present) (?:paper|work|study|article)\b"), "[the paper]"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A quote at `[start, end)` of the stored text and the same words with their references resolved."""

    start: int
    end: int
    text: str


def statement(sentence: str, start: int, abstract: str, whole: bool = False) -> Statement | None:
    """What a sentence at `start` of a stored text states, or None where it leans on a neighbour for its meaning.

    `abstract` is the text in which the paper names its method. `whole` keeps the reporting frame: who held a view
    is part of a sentence about earlier views.
    """
    rest, cut = (sentence, 0) if whole else bare(sentence)
    if len(rest.split()) < 5:
        rest, cut = sentence, 0
    pointed = _POINTING.search(rest)
    if pointed and pointed.start() < _EARLY * len(rest):
        return None
    if (_DEPENDENT.match(rest) or _LATE_PRONOUN.match(rest)) and not _OWN_METHOD.match(rest):
        return None
    return Statement(start + cut, start + len(sentence), _resolve(rest, abstract))


def attribute(paper: Paper, text: str, kind: Kind) -> str:
    """The claim as the report says it: who reports what, the source's words in quotation marks."""
    inner = text.replace("“", "‘").replace("”", "’")
    verb = "relate as an earlier view" if kind is Kind.BACKGROUND else "report"
    if len(paper.authors) <= 1:
        verb = verb.replace("relate", "relates").replace("report", "reports")
    return f"{paper.cite} {verb}: “{inner}”"


def _resolve(text: str, abstract: str) -> str:
    method = _method(abstract)
    if method and method in text:
        method = ""  # the sentence names it itself

    def named(match: re.Match[str]) -> str:
        head = "The" if match.group()[0].isupper() else "the"
        return f"[{head} authors’] " if not method else f"[{head} authors’ {method}] "

    out = _OWN_METHOD.sub(named, text, count=1)
    # "[the authors' WEAM] method" reads badly: the bracket takes the noun with it.
    out = re.sub(
        r"(\[[Tt]he authors’ [^\]]+\]) (?:proposed |new |best )?(?:method|approach|model|system|"
        r"framework|technique|algorithm|objective|strategy|procedure|solution)\b",
        r"\1",
        out,
    )
    for pattern, replacement in _PRONOUNS:
        out = pattern.sub(replacement, out)
    return out


def _method(abstract: str) -> str:
    found = _METHOD.search(abstract)
    if found is None:
        return ""
    name = found["short"] or found["name"].strip()
    words = name.split()
    if not any(is_name(word) for word in words):
        return ""
    return (
        name
        if len(words) <= 6 and words[0].casefold() not in {"to", "two", "three", "several", "how", "that"}
        else ""
    )

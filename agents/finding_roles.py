"""The phrases around a cue: what is changed, compared with what, by which means, in which setting."""

from __future__ import annotations

import re

from .finding_cues import AUXILIARIES, CIRCUMSTANCE_MARKERS, COMPARATIVE_MARKERS, MEANS_MARKERS, PLACE_MARKERS

__all__ = ["Roles", "first_marker", "roles", "trimmed"]

# Sizes are not settings: "by 2.3 points", "with an average of 7 BLEU".
_AMOUNT = re.compile(
    r"^(?:an? |up to |about |over |around |more than |average (?:of )?|margin of )*[+−-]?\d[\d.,]*\s*(?:%|\w+)?"
    r"(?:\s+(?:points?|accuracy))?$",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(?:patients?|adults?|children|women|men|people|persons?|participants?|individuals?|students?|pupils|subjects|"
    r"learners|languages?|models?)$",
    re.I,
)
_PRONOUN = frozenset({"", "those", "that", "the one", "the ones", "ones"})
_MARKERS = tuple(
    (re.compile(rf"(?<![\w-]){re.escape(marker)}(?![\w-])", re.I), role)
    for role, group in (
        ("comparator", COMPARATIVE_MARKERS),
        ("means", MEANS_MARKERS),
        ("place", PLACE_MARKERS),
        ("circumstance", CIRCUMSTANCE_MARKERS),
    )
    for marker in group
)

Roles = dict[str, list[str]]
"""Phrases by role: "head", "comparator", "means", "place", "circumstance"."""


def first_marker(text: str, markers: tuple[str, ...]) -> tuple[int, int] | None:
    """Span of the first of the markers in a text, the longest where two begin together."""
    spans = [
        match.span()
        for marker in markers
        if (match := re.search(rf"(?<![\w-]){re.escape(marker)}(?![\w-])", text, re.I))
    ]
    return min(spans, key=lambda span: (span[0], -span[1]), default=None)


def roles(text: str) -> Roles:
    """Cut the words after a cue into roles at their prepositions."""
    parts: Roles = {"head": [], "comparator": [], "means": [], "place": [], "circumstance": []}
    role, at = "head", 0
    markers = [(*match.span(), name) for pattern, name in _MARKERS for match in pattern.finditer(text)]
    for start, end, name in sorted(markers, key=lambda item: (item[0], -item[1])):
        if start < at:
            continue
        piece = text[at:start].strip(" ,")
        if (
            role == "comparator"
            and not parts["comparator"]
            and piece.casefold() in _PRONOUN
            and name != "comparator"
        ):
            # "than in the placebo group", "than those on placebo": the comparator comes behind the preposition.
            at = end
            continue
        if (
            role == "means"
            and text[start:end].casefold() in {"on", "of", "in"}
            and re.search(r"ing\b", piece)
        ):
            # "by training the model on an intermediate task": the setting belongs to the act.
            continue
        if role == "place" and text[start:end].casefold() == "with" and _PEOPLE.search(piece):
            # "in patients with heart failure" is one population.
            continue
        parts[role].append(piece)
        role, at = name, end
    parts[role].append(text[at:].strip(" ,"))
    return {key: [item for item in value if item and not _AMOUNT.match(item)] for key, value in parts.items()}


def trimmed(text: str) -> str:
    """A phrase without auxiliaries, adverbs and articles at its ends."""
    tokens = text.split()
    while tokens and tokens[-1].strip(",").casefold() in AUXILIARIES:
        tokens.pop()
    while tokens and tokens[0].strip(",").casefold() in AUXILIARIES | {"the", "a", "an", "and"}:
        tokens.pop(0)
    return " ".join(tokens).strip(" ,")

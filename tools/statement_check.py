"""Whether a statement says what the quote it was made from says: numbers, units, direction, negation."""

from __future__ import annotations

from .number_conflicts import clauses
from .polarity import negations, read, tokens
from .quantities import quantities, same_value
from .text import STOPWORDS, stem

__all__ = ["alterations"]

_OPPOSITE = frozenset({"up", "down"})


def alterations(statement: str, quote: str) -> tuple[str, ...]:
    """What the statement alters of its quote, each in words; () where nothing was found. Both are one sentence."""
    if statement == quote:
        return ()
    found = [*_numbers(statement, quote), *_negations(statement, quote)]
    return tuple(found or _direction(statement, quote))


def _numbers(statement: str, quote: str) -> list[str]:
    """Numbers of the statement that the quote lacks, or has with another unit. Years may come from the citation."""
    held = quantities(quote)
    found = []
    for clause in clauses(statement):
        item = clause.quantity
        alike = [other for other in held if same_value(item.value, other.value)]
        shown = statement[item.start : item.end]
        if not alike:
            found.append(f"the number {shown} is not in the quote")
        elif all(other.unit != item.unit for other in alike):
            there = quote[alike[0].start : alike[0].end]
            found.append(f"the unit differs: {shown} here, {there} in the quote")
    return found


def _negations(statement: str, quote: str) -> list[str]:
    """A word negated on one side only, though it stands on both."""
    ours, theirs = _negated(statement), _negated(quote)
    here, there = _occurrences(statement), _occurrences(quote)
    found = []
    for word in sorted(theirs):
        if here.get(word, 0) and word not in ours and there[word] == theirs[word]:
            found.append(f"the quote negates “{word}”, the statement does not")
    for word in sorted(ours):
        if there.get(word, 0) and word not in theirs and here[word] == ours[word]:
            found.append(f"the statement negates “{word}”, the quote does not")
    return found


def _direction(statement: str, quote: str) -> list[str]:
    """A cue of the statement that the quote lacks, opposite to a cue of the quote that the statement lacks."""
    ours, theirs = _cues(statement), _cues(quote)
    added = {word: way for word, way in ours.items() if word not in theirs}
    dropped = {word: way for word, way in theirs.items() if word not in ours}
    return [
        f"the direction is turned: “{here}” here, “{there}” in the quote"
        for here, way in sorted(added.items())
        for there, other in sorted(dropped.items())
        if {way, other} == _OPPOSITE
    ][:1]


def _cues(sentence: str) -> dict[str, str]:
    """Directions of the cues of change and preference that are not negated, by stem."""
    kinds = {"change", "preference", "comparison"}
    return {
        stem(cue.text): cue.direction for cue in read(sentence).cues if cue.group in kinds and not cue.negated
    }


def _negated(sentence: str) -> dict[str, int]:
    """Stems of the first content word after each negator, with how often."""
    words = tokens(sentence)
    found: dict[str, int] = {}
    for cue in negations(sentence):
        after = [t.word for t in words if t.start >= cue.end][:5]
        content = next((word for word in after if word[0].isalpha() and word not in STOPWORDS), "")
        if content:
            found[stem(content)] = found.get(stem(content), 0) + 1
    return found


def _occurrences(sentence: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for token in tokens(sentence):
        found[stem(token.word)] = found.get(stem(token.word), 0) + 1
    return found

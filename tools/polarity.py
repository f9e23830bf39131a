"""Which way a sentence says things go: cues of change and preference, negation, hedges, quantifiers.

Rules over tokens, no model. A cue is a word whose group has a surface direction: "improve" up, "hurt" down,
"comparable" none. A negated cue has direction "none": "does not improve" says neither better nor worse.
`Reading.direction` is the surface direction of change; `Reading.quality` turns it over when what changes is better
when smaller ("reduces error" is down, and better). Cues of purpose ("to improve X, we …") state no result and are left out.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from .polarity_words import (
    CHANGE,
    COMPARISON,
    HEDGES,
    LOWER_IS_BETTER,
    NEGATORS,
    NULL,
    NULL_PHRASES,
    PREFERENCE,
    PURPOSE,
    QUANTIFIERS,
    SCOPE_ENDS,
    SIZE,
)

__all__ = [
    "Cue",
    "Direction",
    "Reading",
    "Token",
    "direction",
    "hedges",
    "negations",
    "quantifiers",
    "read",
    "tokens",
]

Direction = Literal["up", "down", "none", "mixed", "unknown"]


class Token(NamedTuple):
    """A word with its span; `word` is lower case, "n't" is split off as "not"."""

    word: str
    start: int
    end: int


class Cue(NamedTuple):
    """A cue word or phrase at `[start, end)` of the sentence.

    `group` is "change", "preference", "comparison", "size", "null", "hedge", "quantifier" or "negation";
    `direction` is "up", "down" or "none", after negation.
    """

    start: int
    end: int
    text: str
    group: str
    direction: Direction
    negated: bool


class Reading(NamedTuple):
    """What a sentence says of a direction. `noun` is what changes ("error rate"), "" where it was not found."""

    direction: Direction
    quality: Direction
    noun: str
    cues: tuple[Cue, ...]


_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]")
_NOT = re.compile(r"(?:n['’]t)$")
_DETERMINERS = frozenset(
    "the a an its their our this that these those both all any of in on for over upon from".split()
)
_PHRASE_ENDS = frozenset("by to with than when across compared and or as is are was were between".split())
_AUXILIARIES = frozenset(
    "is are was were be been has have had can may might will does do did even further also".split()
)


def tokens(sentence: str) -> list[Token]:
    """Words and punctuation marks with their spans; hyphenated words whole."""
    found: list[Token] = []
    for match in _TOKEN.finditer(sentence):
        word, start, end = match.group().lower(), match.start(), match.end()
        if _NOT.search(word) or word == "cannot":
            found.append(Token(word[:-3], start, end - 3))
            start, word = end - 3, "not"
        found.append(Token(word, start, end))
    return found


def direction(sentence: str) -> Direction:
    """The surface direction of change that the sentence states; "unknown" without a cue."""
    return read(sentence).direction


def read(sentence: str) -> Reading:
    """All cues of a sentence, its direction on the surface and in quality, and the noun that changes."""
    words = tokens(sentence)
    cues = _null_cues(sentence, words) + _cues(words)
    taken: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: (cue.start, -cue.end)):
        if not taken or cue.start >= taken[-1].end:
            taken.append(cue)
    # "smaller models help": the size is an attribute, not a result, where a verb of change or preference stands
    telling = [cue for cue in taken if cue.group != "size"] or taken
    nouns = [(cue, _noun(words, cue)) for cue in telling]
    surface = _fold([cue.direction for cue in telling])
    quality = _fold([_turn(cue, noun) for cue, noun in nouns])
    return Reading(surface, quality, next((noun for _, noun in nouns if noun), ""), tuple(taken))


def negations(sentence: str) -> tuple[Cue, ...]:
    """Every negator of the sentence ("not", "no", "without", "fails to"), with its span."""
    words = tokens(sentence)
    found = []
    for at, token in enumerate(words):
        if _is_negator(words, at):
            found.append(Cue(token.start, token.end, token.word, "negation", "none", False))
    return tuple(found)


def hedges(sentence: str) -> tuple[Cue, ...]:
    """Words that weaken: may, suggest, often, some, …"""
    return _listed(sentence, HEDGES, "hedge")


def quantifiers(sentence: str) -> tuple[Cue, ...]:
    """Words that generalise: all, always, every, consistently, …"""
    return _listed(sentence, QUANTIFIERS, "quantifier")


def _listed(sentence: str, lexicon: frozenset[str], group: str) -> tuple[Cue, ...]:
    return tuple(
        Cue(token.start, token.end, token.word, group, "unknown", False)
        for token in tokens(sentence)
        if token.word in lexicon
    )


def _null_cues(sentence: str, words: list[Token]) -> list[Cue]:
    found = [
        Cue(match.start(), match.end(), match.group().lower(), "null", "none", False)
        for match in NULL_PHRASES.finditer(sentence)
    ]
    for token in words:
        if token.word in NULL:
            found.append(Cue(token.start, token.end, token.word, "null", "none", False))
    return found


def _cues(words: list[Token]) -> list[Cue]:
    found: list[Cue] = []
    for at, token in enumerate(words):
        group, way = _look_up(words, at)
        if not group:
            continue
        negated = _negated(words, at) or _little(words, at)
        if _purpose(words, at) and not negated:
            continue
        found.append(Cue(token.start, token.end, token.word, group, "none" if negated else way, negated))
    return found


def _look_up(words: list[Token], at: int) -> tuple[str, Direction]:
    word = words[at].word
    before = words[at - 1].word if at else ""
    after = words[at + 1].word if at + 1 < len(words) else ""
    if word in {"more", "less"} and after in {
        "accurate",
        "robust",
        "effective",
        "efficient",
        "reliable",
        "stable",
    }:
        return "comparison", "up" if word == "more" else "down"
    if word in {
        "affect",
        "affects",
        "affected",
        "impact",
        "impacts",
        "impacted",
        "influence",
        "influences",
        "effect",
    }:
        # a verb of effect has the direction of its adverb, or none when it is negated
        near = {token.word for token in words[max(0, at - 2) : at + 3]}
        if near & {"negatively", "negative", "adversely", "adverse", "detrimental", "detrimentally"}:
            return "preference", "down"
        if near & {"positively", "positive", "beneficial", "favorable", "favourable"}:
            return "preference", "up"
        return ("preference", "none") if _negated(words, at) else ("", "unknown")
    if word in {"fail", "fails", "failed"}:
        return ("", "unknown") if after == "to" else ("preference", "down")
    if word == "help" and (after == "of" or before == "the"):
        return "", "unknown"
    if word.startswith("gain") and after in {
        "insight",
        "insights",
        "popularity",
        "attention",
        "access",
        "knowledge",
    }:
        return "", "unknown"
    if word in {"rise"} and before in {"give", "gives", "gave", "giving"}:
        return "", "unknown"
    for group, lexicon in (
        ("change", CHANGE),
        ("preference", PREFERENCE),
        ("comparison", COMPARISON),
        ("size", SIZE),
    ):
        way = lexicon.get(word)
        if way is None:
            continue
        if word in {"outperformed", "surpassed"} and after == "by":
            return group, "down"
        return group, "up" if way == "up" else "down"
    return "", "unknown"


def _is_negator(words: list[Token], at: int) -> bool:
    word = words[at].word
    after = words[at + 1].word if at + 1 < len(words) else ""
    if word == "not" and after in {"only", "just", "merely"}:
        return False
    if word in {"fail", "fails", "failed", "failing"}:
        return after == "to"
    if word == "little":
        return not (at and words[at - 1].word == "a")
    return word in NEGATORS


def _negated(words: list[Token], at: int) -> bool:
    """A negator stands before the word in its clause: within 4 words; "neither" and a subject's "no" within 9."""
    for back in range(1, 10):
        here = at - back
        if here < 0 or words[here].word in SCOPE_ENDS:
            return False
        word = words[here].word
        far = word in {"neither", "none"} or (
            word == "no" and (here == 0 or words[here - 1].word in {"that", ","})
        )
        if (back <= 4 or far) and _is_negator(words, here):
            return True
    return False


def _little(words: list[Token], at: int) -> bool:
    """ "improves little", "improves only marginally"."""
    after = [token.word for token in words[at + 1 : at + 3]]
    return "little" in after[:1] or after[:2] in (["only", "marginally"], ["very", "little"])


def _purpose(words: list[Token], at: int) -> bool:
    """ "to improve X", but not "was found to improve", "leads X to improve"."""
    if at == 0 or words[at - 1].word != "to":
        return False
    before = words[at - 2].word if at > 1 else ""
    return at == 1 or before in PURPOSE or before in SCOPE_ENDS


def _noun(words: list[Token], cue: Cue) -> str:
    """What changes: the object of "reduces", the noun after "higher", else the subject of "the error drops"."""
    phrase: list[str] = []
    for token in [token for token in words if token.start >= cue.end][:7]:
        if not phrase and (token.word in _DETERMINERS or token.word.endswith("ly")):
            continue
        if not token.word[0].isalpha() or token.word in SCOPE_ENDS | _DETERMINERS | _PHRASE_ENDS:
            break
        phrase.append(token.word)
    if phrase or cue.group not in {"change", "size"}:
        return " ".join(phrase[:4])
    before = [token.word for token in words if token.end <= cue.start][-4:]
    subject = [word for word in before if word[0].isalpha() and word not in _DETERMINERS | _AUXILIARIES]
    return " ".join(word for word in subject if not word.endswith("ly"))


def _turn(cue: Cue, noun: str) -> Direction:
    smaller_is_better = any(
        word in LOWER_IS_BETTER or word.rstrip("s") in LOWER_IS_BETTER for word in noun.split()
    )
    if smaller_is_better and cue.group in {"change", "size"} and cue.direction in {"up", "down"}:
        return "down" if cue.direction == "up" else "up"
    return cue.direction


def _fold(ways: list[Direction]) -> Direction:
    told = {way for way in ways if way != "unknown"}
    if not told:
        return "unknown"
    return told.pop() if len(told) == 1 else "mixed"

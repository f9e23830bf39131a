"""Training pairs made from real abstracts: a finding beside its own abstract, altered, or beside a neighbour's.

Every alteration is made on the claim's side or on the evidence's side, and sometimes on both, so that a negated or
lowered claim is as often right as wrong: what decides is whether the two agree. Deterministic for a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache

__all__ = ["ALTERATIONS", "alter", "plain", "reworded", "shortened"]

_LEAD = re.compile(
    r"^(?:(?:moreover|furthermore|in addition|additionally|finally|however|first|second|third|also|overall|in fact|"
    r"in particular|specifically|interestingly|importantly|surprisingly|notably|in conclusion|in summary|"
    r"conclusions?|results?|findings|here|in this (?:paper|work|study|article|review)|thus|therefore|hence|"
    r"as a result|consequently|to this end|background|objectives?|methods?)[,:]\s+)+",
    re.I,
)
_FRAME = re.compile(
    r"^(?:(?:our|the|these|extensive|empirical|experimental|further|several|all|both)\s+)*(?:(?:experimental|empirical|"
    r"evaluation|preliminary|extensive|qualitative|quantitative|human|automatic)\s+)*"
    r"(?:we|results?|experiments?|findings?|analys[ie]s|evaluations?|data|studies|study|observations?|authors|evidence|"
    r"comparisons?|simulations?)(?:\s+(?:on|of|in|with|from|across|for)\s[^,;.]{1,80}?)?,?"
    r"\s+(?:also |further |then |clearly |consistently |additionally |empirically |have |has )*"
    r"(?:shows?|showed|shown|finds?|found|demonstrates?d?|indicates?d?|reveals?|revealed|suggests?|suggested|observes?d?|"
    r"confirms?|confirmed|proves?|proved|concludes?d?|reports?|reported|argues?|highlights?)\s+that,?\s+",
    re.I,
)
_BRACKET = re.compile(r"\s*\((?:[^()]{1,120})\)")
_TAIL = re.compile(
    r"(?:,| -| –|;)\s+(?:which|while|whereas|demonstrating|suggesting|showing|indicating|thus|thereby|where|making|"
    r"leading|although|even|especially|particularly|highlighting|and (?:that|we|it|they|show|demonstrate|achieve))\b.*$"
)

_SAME: tuple[tuple[str, ...], ...] = tuple(
    tuple(group.split(" / "))
    for group in """outperforms / performs better than / surpasses / is superior to
outperform / perform better than / surpass / are superior to
significantly / substantially / markedly / considerably
improves / enhances / boosts
improve / enhance / boost
improved / enhanced
improvement / gain
improvements / gains
reduces / decreases / lowers / diminishes
reduced / decreased / lowered
reduce / decrease / lower
increases / raises / elevates
increased / elevated / raised
leads to / results in / causes
lead to / result in / cause
achieves / reaches / obtains / attains
achieve / reach / obtain / attain
approach / method
approaches / methods
performance / results / quality
effective / useful
beneficial / helpful
important / crucial / essential
demonstrate / show
demonstrates / shows
such as / like / including
due to / because of / owing to
is able to / can
are able to / can
a large number of / many
a number of / several
various / different / diverse
utilizing / using / employing
use / employ / utilize
uses / employs / utilizes
existing / previous / prior
baseline / reference system
is associated with / is linked to / correlates with
was associated with / was linked to / correlated with
are associated with / are linked to / correlate with
contributes to / plays a role in
inhibits / suppresses / blocks
inhibited / suppressed / blocked
promotes / stimulates
induces / triggers
required for / necessary for / needed for
patients / people
individuals / persons / people
mortality / death
elderly / older
children / young people
higher / greater / larger
lower / smaller
mice / animals
prior to / before
approximately / about / around
compared to / compared with / relative to
compared with / compared to / in comparison with
difficult / hard / challenging
rapid / fast / quick
large / big
small / little
show / demonstrate
demonstrated / showed
identify / detect
identifies / detects
dataset / data set / corpus
datasets / data sets / corpora""".splitlines()
)

_OPPOSITE: tuple[tuple[str, str], ...] = tuple(
    (pair.split(" / ")[0], pair.split(" / ")[1])
    for pair in """improves / degrades
improve / degrade
improved / degraded
improving / degrading
improvement / deterioration
improvements / deteriorations
increases / decreases
increase / decrease
increased / decreased
increasing / decreasing
raises / reduces
higher / lower
better / worse
best / worst
more / less
larger / smaller
greater / smaller
faster / slower
stronger / weaker
strong / weak
high / low
outperforms / underperforms
outperform / underperform
outperformed / underperformed
outperforming / underperforming
effective / ineffective
effectively / ineffectively
beneficial / harmful
helps / hurts
help / hurt
positive / negative
positively / negatively
before / after
with / without
most / least
early / late
earlier / later
longer / shorter
long / short
inhibits / activates
inhibit / activate
inhibited / activated
inhibition / activation
promotes / prevents
promote / prevent
promoted / prevented
upregulated / downregulated
upregulation / downregulation
up-regulated / down-regulated
sensitive / resistant
sensitivity / resistance
presence / absence
necessary / unnecessary
essential / dispensable
required / dispensable
similar / different
common / rare
easy / difficult
superior / inferior
robust / brittle
reduces / increases
reduce / increase
reduced / increased
reducing / increasing
reduction / increase
lowers / raises
decline / rise
gains / losses
gain / loss
accurate / inaccurate
successful / unsuccessful
successfully / unsuccessfully
safe / unsafe
benefits / harms
protects / endangers
protective / harmful
supervised / unsupervised
significant / negligible
significantly / hardly
all / none of the
always / never
large / small
able / unable
likely / unlikely
possible / impossible
many / few
majority / minority
first / last""".splitlines()
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|does|do|did|has|have|had|will|may|might|should|would)\b(?! not)"
)
_VERB = re.compile(
    r"\b(improve|increase|reduce|outperform|achieve|help|require|depend|lead|provide|show|play|affect|inhibit|promote|"
    r"cause|induce|predict|benefit|learn|perform|contain|differ|support|enable|allow|capture|produce|yield|generate|"
    r"protect|regulate|bind|express|activate|decrease|prevent|work|exhibit|correlate|contribute)(s?)\b"
)
_NEGATED = re.compile(
    r"\b(?:does not|do not|did not|is not|are not|was not|were not|cannot|can not|not|no)\b ?"
)
_POSITIVE = {
    "does not": "does", "do not": "do", "did not": "did", "is not": "is", "are not": "are", "was not": "was",
    "were not": "were", "cannot": "can", "can not": "can", "not": "", "no": "a",
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w]|[.,]\d|-)")
_NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_BETTER = re.compile(
    r"^(?P<a>.{3,80}?) (?P<verb>(?:significantly |substantially |consistently |clearly |also |can |even )*"
    r"(?:outperforms?|surpass(?:es)?|exceeds?|beats?|(?:is|are|was|were|performs?|works?) (?:\w+ )?"
    r"(?:better|superior|worse|inferior|higher|lower|more \w+|less \w+|\w+er)(?: (?:than|to))))"
    r" (?P<b>.{3,80}?)(?P<rest>(?:[,.;]| on | in | by | for | when | at | with | across ).*|)$"
)
_NAME = re.compile(r"\b(?:[A-Z][A-Za-z]*[A-Z0-9][\w-]*|[A-Z]{2,}[\w-]*|[a-z]+[A-Z]\w*)\b")


def plain(sentence: str) -> str:
    """The finding itself: without leading adverbs, reporting frame and "we"."""
    text = _LEAD.sub("", sentence)
    text = _FRAME.sub("", text)
    text = re.sub(r"\b[Ww]e\b", "the authors", text)
    text = re.sub(r"\b[Oo]ur (?=proposed)", "the ", text)
    text = re.sub(r"\b[Oo]ur\b", "the", text)
    return text[:1].upper() + text[1:]


def shortened(text: str) -> str:
    """Without brackets and trailing subordinate clauses: what is left still follows from the sentence."""
    short = _TAIL.sub("", _BRACKET.sub("", text)).rstrip(" ,;")
    if len(short.split()) < 6:
        return text
    return short if short.endswith(".") else short + "."


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", re.I)


@cache
def _any(pairs: str) -> re.Pattern[str]:
    """One pattern that finds any phrase of a table, longest first."""
    table = _SAME if pairs == "same" else _OPPOSITE
    phrases = sorted({phrase for row in table for phrase in row}, key=lambda p: (-len(p), p))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, phrases))})(?![\w-])", re.I)


def reworded(text: str, rng: random.Random, share: float = 0.6) -> str:
    """With words exchanged for others of the same meaning."""

    def swap(match: re.Match[str]) -> str:
        found = match.group().casefold()
        groups = [row for row in _SAME if found in row]
        if not groups or rng.random() > share:
            return match.group()
        chosen = rng.choice([phrase for phrase in rng.choice(groups) if phrase != found])
        return chosen[:1].upper() + chosen[1:] if match.group()[:1].isupper() else chosen

    return _any("same").sub(swap, text)


def _direction(text: str, rng: random.Random) -> str | None:
    found = list(_any("opposite").finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    word = match.group().casefold()
    others = [b if word == a else a for a, b in _OPPOSITE if word in (a, b)]
    chosen = rng.choice(others)
    if match.group()[:1].isupper():
        chosen = chosen[:1].upper() + chosen[1:]
    return text[: match.start()] + chosen + text[match.end() :]


def _negation(text: str, rng: random.Random) -> str | None:
    negated = _NEGATED.search(text)
    if negated and rng.random() < 0.8:
        word = negated.group().strip().casefold()
        put = _POSITIVE.get(word, "")
        return text[: negated.start()] + (put + " " if put else "") + text[negated.end() :]
    verb, helper = _VERB.search(text), _AUXILIARY.search(text)
    if verb and text[: verb.start()].rstrip().endswith(" to"):
        verb = None
    if helper and (not verb or helper.start() < verb.start()):
        word = "cannot" if helper.group(1) == "can" else f"{helper.group(1)} not"
        return text[: helper.start()] + word + text[helper.end() :]
    if verb:
        does = rng.choice(("does not", "fails to")) if verb.group(2) else rng.choice(("do not", "fail to"))
        return f"{text[: verb.start()]}{does} {verb.group(1)}{text[verb.end() :]}"
    return None


def _number(text: str, rng: random.Random) -> str | None:
    found = [m for m in _NUMBER.finditer(text) if not re.fullmatch(r"(?:19|20)\d\d", m.group())]
    if not found:
        words = [m for w in _NUMBER_WORDS for m in _pattern(w).finditer(text)]
        if not words:
            return None
        match = rng.choice(words)
        chosen = rng.choice([w for w in _NUMBER_WORDS if w != match.group().casefold()])
        return text[: match.start()] + chosen + text[match.end() :]
    match = rng.choice(found)
    raw = match.group()
    value = float(raw.replace(",", ""))
    places = len(raw.split(".")[1]) if "." in raw else 0
    for _ in range(8):
        factor = rng.choice((0.1, 0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5, 2.0, 10.0))
        new = f"{value * factor + rng.choice((0, 0, 1)):.{places}f}"
        if float(new) != value:
            return text[: match.start()] + new + text[match.end() :]
    return None


def _comparator(text: str, rng: random.Random) -> str | None:
    match = _BETTER.match(text)
    if not match or match["a"].casefold() in ("it", "they", "this", "which", "the authors"):
        return None
    one, two = match["a"], match["b"]
    return f"{two[:1].upper()}{two[1:]} {match['verb']} {one[:1].lower() + one[1:] if one[1:2].islower() else one}{match['rest']}"


def entity(text: str, rng: random.Random, others: Sequence[str]) -> str | None:
    """One name exchanged for a name that the others have; None where there is none."""
    names = _NAME.findall(text)
    known = sorted({n for other in others for n in _NAME.findall(other)} - set(names))
    if not names or not known:
        return None
    return re.sub(rf"\b{re.escape(rng.choice(names))}\b", rng.choice(known), text)


ALTERATIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "direction": _direction,
    "negation": _negation,
    "number": _number,
    "comparator": _comparator,
}
_CHANCES = {"direction": 4, "negation": 3, "number": 4, "comparator": 3}


def alter(text: str, rng: random.Random) -> tuple[str, str] | None:
    """The text saying something else, and which alteration did it; None where none applies."""
    kinds = list(ALTERATIONS)
    while kinds:
        kind = rng.choices(kinds, [_CHANCES[k] for k in kinds])[0]
        changed = ALTERATIONS[kind](text, rng)
        if changed is not None and changed != text:
            return changed, kind
        kinds.remove(kind)
    return None

"""Does the checker notice when a supported claim is made false by one small change?

`corrupt` takes a claim that its evidence supports and changes one thing: a number, a unit, a negation, a direction, an
entity, a quantifier, the name of a benchmark. A change is made only where the claim is surely not supported any more:
what is put in its place stands nowhere in the evidence (numbers, entities, benchmarks), or turns the claim's own
finding over (negation, direction, quantifier, unit), and hedged or partial statements, of which both readings may
hold, are left alone. `measure` counts the pairs of which the original is judged SUPPORT *and* the corruption is not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..agents.pair_checker import Judgement, Pair
from ..tools.quantities import quantities, same_value
from .corruption_words import BENCHMARKS, DIRECTIONS, ENTITIES, QUANTIFIERS, UNITS
from .gold_rows import LABELS, GoldRow, read_claims
from .metrics import Floats, bootstrap, intervals
from .output import Progress, Table

__all__ = ["GOLD", "KINDS", "Corruption", "corrupt", "measure", "tables"]

GOLD = Path(__file__).parent / "gold" / "verification.jsonl"
SEED = 20261121
_SHOWN = 20  # corruptions called SUPPORT that are written out


class Corruption(NamedTuple):
    """A claim made false: its kind, its text, and what was put for what."""

    kind: str
    text: str
    was: str
    became: str


def corrupt(claim: str, evidence: Sequence[str], seed: int = SEED) -> tuple[Corruption, ...]:
    """At most one corruption of each kind, no two alike; () where none is sure. Same input and seed, same output."""
    found: dict[str, Corruption] = {}
    for kind, make in KINDS.items():
        made = make(claim, " ".join(evidence), _draw(seed, kind, claim))
        if made is None:
            continue
        start, end, became = made
        text = claim[:start] + became + claim[end:]
        if start == 0 and claim[:1].isupper() and became.split(" ")[0].islower():
            text = text[:1].upper() + text[1:]
        if text.casefold() != claim.casefold():
            found.setdefault(text, Corruption(kind, text, claim[start:end], became))
    return tuple(found.values())


def measure(
    gold: Sequence[Path], judge: Callable[[Sequence[Pair]], list[Judgement]], progress: Progress
) -> dict[str, Any]:
    """Corrupt every SUPPORT row and have both judged, original and corruption. Without `gold`: the set of our own.

    Per kind and overall: `n`, `original_support`, `corruption_not_support`, `both` (the goal's figure), `both_strict`
    (the corruption called REFUTE); `both_mean_of_kinds` gives each kind the same weight. A pair not adjudicated counts
    against every figure. Raises UserError for wrong rows.
    """
    rows = [row for row in read_claims(tuple(gold) or (GOLD,)) if row.label == "SUPPORT"]
    made = [(row, item) for row in rows for item in corrupt(row.claim, row.evidence)]
    pairs = [Pair(row.claim, row.evidence) for row in rows]
    pairs += [Pair(item.text, row.evidence) for row, item in made]
    progress(0, len(pairs), "pairs of corruptions")
    labels = [_label(judged) for judged in judge(pairs)]
    progress(len(pairs), len(pairs), "pairs of corruptions")
    own = {str(row.id): label for row, label in zip(rows, labels, strict=False)}
    said = labels[len(rows) :]
    kinds = {}
    for kind in KINDS:
        at = [n for n, (_, item) in enumerate(made) if item.kind == kind]
        kinds[kind] = _figures([made[n] for n in at], [said[n] for n in at], own)
    return {
        "n_support_rows": len(rows),
        "n_rows_corrupted": len({str(row.id) for row, _ in made}),
        **_figures(made, said, own),
        "both_mean_of_kinds": _mean([part["both"] for part in kinds.values()]),
        "kinds": kinds,
        "called_support": [
            {"id": row.id, "kind": item.kind, "was": item.was, "became": item.became, "claim": item.text}
            for (row, item), label in zip(made, said, strict=True)
            if label == "SUPPORT" and own[str(row.id)] == "SUPPORT"
        ][:_SHOWN],
    }


def tables(body: dict[str, Any]) -> list[Table]:
    """One row a kind, and all together."""
    rows: list[tuple[object, ...]] = []
    for name, part in (*body["kinds"].items(), ("all", body)):
        rows.append(
            (
                name,
                part["n"],
                part["original_support"],
                part["corruption_not_support"],
                part["both"],
                part["ci95"],
                part["both_strict"],
            )
        )
    rows.append(("mean of kinds", None, None, None, body["both_mean_of_kinds"], None, None))
    columns = (
        "corruption",
        "n",
        "original SUPPORT",
        "corruption not SUPPORT",
        "both",
        "95 %",
        "… and REFUTE",
    )
    return [Table("Corruptions: the original is SUPPORT and its corruption is not", columns, rows)]


def _figures(
    made: Sequence[tuple[GoldRow, Corruption]], said: Sequence[str | None], own: dict[str, str | None]
) -> dict[str, Any]:
    first = np.array([own[str(row.id)] == "SUPPORT" for row, _ in made], bool)
    second = np.array([label is not None and label != "SUPPORT" for label in said], bool)
    strict = np.array([label == "REFUTE" for label in said], bool)
    shares = {
        "original_support": first,
        "corruption_not_support": second,
        "both": first & second,
        "both_strict": first & strict,
    }
    if not made:
        return {"n": 0, **dict.fromkeys(shares), "ci95": None}

    def both(weights: Floats) -> dict[str, Floats]:
        return {"both": np.asarray(weights @ (first & second) / weights.sum(axis=1))}

    drawn = bootstrap(both, [str(row.id) for row, _ in made])
    return {
        "n": len(made),
        **{name: round(float(share.mean()), 6) for name, share in shares.items()},
        "ci95": intervals(drawn)["both"],
    }


def _mean(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return round(sum(known) / len(known), 6) if known else None


def _label(judged: Judgement) -> str | None:
    return None if judged.probs is None else LABELS[int(np.argmax(judged.probs))]


# A corruption: where in the claim, and what comes there; None where none is sure.
_Change = tuple[int, int, str]
_Made = Callable[[str, str, int], _Change | None]

_HEDGED = re.compile(
    r"\b(?:may|might|could|can|some|sometimes|partly|possibly|perhaps|either|or|whether|if|unless|not only|"
    r"no longer|little|hardly|often|many|most|several|few)\b",
    re.I,
)
_LOWER_BOUND = re.compile(
    r"\b(?:more than|over|at least|above|exceed\w*|greater than|from)\s+(?:\w+\s+)?$", re.I
)
_UPPER_BOUND = re.compile(r"\b(?:less than|under|at most|below|fewer than|up to|within)\s+(?:\w+\s+)?$", re.I)
_ABOUT = re.compile(
    r"\b(?:about|around|some|nearly|almost|approximately|roughly|close to|ca\.?)\s+$|~\s?$", re.I
)
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|can|will|(?:has|have)(?= (?:been|\w+ed)\b))\b(?! (?:not|no|only|just|also|little)\b)(?= \w)",
    re.I,
)
# What stands behind one of these belongs to another clause: negating it need not negate the claim.
_SUBORDINATE = re.compile(
    r"\b(?:that|which|who|whose|what|how|when|where|while|than|if|as|because|particularly|and|until)\b", re.I
)
_NOT = re.compile(
    r"\b(?:does|do|did|is|are|was|were|has|have|can|will)( not)\b(?! (?:only|just|necessarily)\b)", re.I
)
_VERB = re.compile(
    r"(?:\b\w+ly )?\b(improves|increases|decreases|reduces|causes|affects|leads|requires|helps|enhances|"
    r"inhibits|promotes|induces|"
    r"regulates|prevents|contributes|correlates|plays|provides|contains|depends|outperforms|beats|works|"
    r"needs|predicts|protects|shows|makes|transfers|activates|encodes|binds|alters|interacts)\b"
)
_GIVE_RISE = re.compile(r"\b(?:give|gives|gave|giving)\s+$", re.I)
# Before these a word that is a noun or a verb ("gains", "rise") is a noun.
_NOUN_AFTER = re.compile(
    r"(?:^|\b(?:a|an|the|further|show|shows|larger?|small|with|of|bring|brings|consistent|no)\s+)$", re.I
)
_NOUN_OR_VERB = frozenset({"gain", "gains", "loss", "losses"})


def _draw(seed: int, *parts: str) -> int:
    return int.from_bytes(hashlib.sha256("|".join((str(seed), *parts)).encode()).digest()[:4], "big")


def _number(claim: str, evidence: str, draw: int) -> _Change | None:
    """A number that the evidence gives, changed to one that it does not give, beyond its bound where it has one."""
    held = [item.value for item in quantities(evidence)]
    fit = [
        item
        for item in quantities(claim)
        if item.role not in {"year", "spread"}
        and item.unit != "p"
        and abs(item.value) not in (0.0, 1.0)
        and claim[item.start - 1 : item.start] != "@"
        and any(same_value(abs(item.value), abs(value)) for value in held)
    ]
    if not fit:
        return None
    item = fit[draw % len(fit)]
    shown = re.search(r"\d+(?:,\d{3})*(?:\.\d+)?", claim[item.start : item.end])
    before = claim[: item.start]
    if shown is None:
        word = claim[item.start : item.end].split()[0].casefold()
        if word not in _WORDS[2:15]:
            return None
        became = _WORDS[_WORDS.index(word) + 2 + draw % 3]
        end = item.start + len(word)
        return None if _taken(became, evidence) else (item.start, end, became)
    start, end = item.start + shown.start(), item.start + shown.end()
    digits = shown.group().replace(",", "")
    places = len(digits.split(".")[1]) if "." in digits else 0
    value = float(digits)
    down = bool(_UPPER_BOUND.search(before))
    far = bool(_LOWER_BOUND.search(before) or _ABOUT.search(before))
    # A count is only raised: of five tasks, four are also true.
    for factor in (
        (0.45, 0.3)
        if down
        else (1.9, 2.6)
        if far
        else (1.2, 1.4, 1.9)
        if item.role == "count"
        else (1.2, 0.8, 1.4)
    ):
        changed = round(value * factor, places)
        if changed == value:
            changed = value + (-1 if down else 1)
        became = f"{changed:,.{places}f}" if "," in shown.group() else f"{changed:.{places}f}"
        if became != digits and changed > 0 and not _taken(became, evidence):
            return start, end, became
    return None


def _unit(claim: str, evidence: str, draw: int) -> _Change | None:
    """The unit behind a number of the evidence, changed for another of the same sort."""
    fit = [
        match
        for match in re.finditer(r"\d[\s-]?([A-Za-z]+)\b|\b(?:hundred|thousand|million|billion)\b", claim)
        if (match[1] or match.group()) in UNITS
    ]
    for match in fit[draw % len(fit) :] if fit else ():
        word = match[1] or match.group()
        start = match.start(1) if match[1] else match.start()
        if re.search(rf"(?<![A-Za-z]){re.escape(word.rstrip('s'))}", evidence):
            return start, start + len(word), UNITS[word]
    return None


def _negation(claim: str, evidence: str, draw: int) -> _Change | None:
    """A "not" taken away, or put behind the first auxiliary or before the main verb."""
    if _HEDGED.search(claim):
        return None
    taken = _NOT.search(claim)
    if taken:
        return taken.start(1), taken.end(1), ""
    if re.search(r"\b(?:no|not|never|neither|nor|without|none|nothing|only|need not)\b", claim, re.I):
        return None
    found = [match for match in (_VERB.search(claim), _AUXILIARY.search(claim)) if match]
    first = min(found, key=lambda match: match.start(), default=None)
    if first is None or _SUBORDINATE.search(claim[: first.start()]):
        return None
    if first.re is _AUXILIARY:
        return first.end(), first.end(), " not"
    return first.start(), first.end(), f"does not {first.group()[:-1]}"


def _direction(claim: str, evidence: str, draw: int) -> _Change | None:
    """The claim's one word of direction turned over; none where there are two, or where it is negated."""
    if re.search(r"\b(?:no|not|neither|nor|never|without|hardly|little|nothing)\b", claim, re.I):
        return None
    fit = [
        match
        for match in re.finditer(r"(?<![\w-])[A-Za-z]+(?![\w-])", claim)
        if match.group().casefold() in DIRECTIONS
        and not (
            match.group().casefold() in {"more", "less"}
            and re.match(r"\s+than\s+[\d~]", claim[match.end() :])
        )
        and not _GIVE_RISE.search(claim[: match.start()])
        and (match.group().casefold() not in _NOUN_OR_VERB or _NOUN_AFTER.search(claim[: match.start()]))
    ]
    if len(fit) != 1:
        return None
    word = fit[0].group()
    became = DIRECTIONS[word.casefold()]
    return fit[0].start(), fit[0].end(), became.capitalize() if word[0].isupper() else became


def _entity(claim: str, evidence: str, draw: int) -> _Change | None:
    """A thing that the evidence names, changed for one of the same sort that neither names."""
    fit = []
    for group in ENTITIES:
        match = _whole(group[0], claim) if _whole(group[0], evidence) else None
        other = next(
            (item for item in group[1:] if not _whole(item, evidence) and not _whole(item, claim)), None
        )
        if match and other:
            fit.append((match.start(), match.end(), other))
    return fit[draw % len(fit)] if fit else None


_DETERMINERS = frozenset({"most", "all"})


def _quantifier(claim: str, evidence: str, draw: int) -> _Change | None:
    """A quantifier turned over, in claims without negation."""
    if re.search(r"\b(?:no|not|neither|nor|without|hardly)\b", claim, re.I):
        return None
    for word, became in QUANTIFIERS.items():
        match = re.search(rf"(?<![\w-]){word}(?![\w-])", claim, re.I)
        if match is None or (
            word in _DETERMINERS and not re.match(r"\s+(?:[a-z-]+\s+)?[a-z]{3,}s\b", claim[match.end() :])
        ):
            continue
        if word in {"more than", "less than", "at least", "fewer than"} and not re.match(
            r"\s+(?:~\s?)?(?:\d|half|twice|two|three|a\s)", claim[match.end() :]
        ):
            continue
        return match.start(), match.end(), became.capitalize() if match.start() == 0 else became
    return None


def _benchmark(claim: str, evidence: str, draw: int) -> _Change | None:
    """The name of a benchmark that the evidence names, changed for a name like it."""
    fit = []
    for name, became in BENCHMARKS.items():
        match = _whole(name, claim)
        if match and _whole(name, evidence) and not _whole(became, evidence) and not _whole(became, claim):
            fit.append((match.start(), match.end(), became))
    return fit[draw % len(fit)] if fit else None


def _whole(name: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-]|\s\d)", text)


def _taken(shown: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(shown)}(?![\w]|\.\d)", text, re.I) is not None


KINDS: dict[str, _Made] = {
    "number": _number,
    "unit": _unit,
    "negation": _negation,
    "direction": _direction,
    "entity": _entity,
    "quantifier": _quantifier,
    "benchmark": _benchmark,
}

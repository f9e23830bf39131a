"""Count what the differences that the numbers seat finds mean, on training rows: `agents/weights/pair_numbers.json`.

    python evals/train/fit_pair_numbers.py --data DIR [--out FILE]

Stance: SciFact and Check-COVID train rows; ACLSum train, whose summaries by people are claims that the sentences marked
for them support, and those of the next paper say nothing about; and the SUPPORT rows of all three corrupted
(`evals.corruptions`; a changed entity or benchmark counts as NEI, the rest as REFUTE). Grounding: Citation-Integrity
train. A kind of difference speaks where, of at least 8 rows, the lower bound of its share of not-SUPPORT (Wilson, 90 %)
lies above that share over all rows. Counts and bounds are numbers told in words, and count with these.

Names are judged apart (`renamed`): supported claims that share a name with their evidence, as they stand and with that
name changed for one of another row. Among all rows a name is missing because biomedical claims call a gene otherwise, and
hardly ever because it is the wrong one.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assignee.evals.corruptions import SEED, corrupt
from assignee.evals.fitting import asked, file_hashes, read_rows, write_weights
from assignee.evals.gold_rows import LABELS, read_claims
from assignee.tools.claim_conflicts import KINDS, conflicts
from assignee.tools.number_conflicts import names
from assignee.tools.text import sentences, stored, words

FILES = {
    "stance": ("claims/verify_scifact_train.jsonl", "claims/verify_checkcovid_train.jsonl"),
    "grounding": ("claims/verify_citint_train.jsonl",),
}
ACLSUM = "extraction/aclsum_train.jsonl"
ASPECTS = ("challenge", "approach", "outcome")
SAME = {"count": "number", "bound": "number", "version": "name"}
LEAST = 8
PRIOR = 3.0  # rows with which the overall shares are mixed in
_NAMES = frozenset({"entity", "benchmark"})
Row = tuple[str, tuple[str, ...], str]  # claim, evidence, label
_RENAMED = frozenset({"name"})


def main() -> None:
    data, out = asked(__doc__, Path(__file__).parents[2] / "agents" / "weights" / "pair_numbers.json")
    shares: dict[str, Any] = {}
    counted: dict[str, Any] = {}
    for task, files in FILES.items():
        shares[task], counted[task] = fit(data, task, files)
    write_weights(
        out,
        {
            "script": "evals/train/fit_pair_numbers.py",
            "seed": SEED,
            "data": file_hashes(data, [ACLSUM, *(name for files in FILES.values() for name in files)]),
            "labels": list(LABELS),
            "shares": shares,
            "counted": counted,
        },
    )


def fit(data: Path, task: str, files: tuple[str, ...]) -> tuple[dict[str, list[float]], dict[str, Any]]:
    """Shares of the labels by kind of difference, for the kinds that speak, and the counts of all kinds."""
    overall: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    rows = [(row.claim, row.evidence, row.label) for row in read_claims([data / name for name in files])]
    rows += summaries(data) if task == "stance" else []
    for claim, texts, label in rows:
        evidence = [text[start:end] for text in texts for start, end in sentences(text)]
        told = [(claim, label)]
        if task == "stance" and label == "SUPPORT":
            made = corrupt(claim, texts)
            told += [(item.text, "NEI" if item.kind in _NAMES else "REFUTE") for item in made]
        for text, called in told:
            overall[called] += 1
            for kind in _found(text, evidence):
                seen[kind][called] += 1
    shares = _shares(
        overall, {kind: seen[kind] for kind in KINDS if task != "stance" or kind not in _RENAMED}
    )
    counts: dict[str, Any] = {"all": overall, **{kind: seen[kind] for kind in KINDS}}
    if task == "stance":
        apart, by_name = renamed([row for row in rows if row[2] == "SUPPORT"])
        shares |= _shares(apart, by_name, overall)
        counts |= {"renamed": apart, **{f"{kind} (renamed)": by_name[kind] for kind in sorted(by_name)}}
    shares |= {kind: shares[other] for kind, other in SAME.items() if other in shares}
    return shares, {name: {label: count[label] for label in LABELS} for name, count in counts.items()}


def renamed(rows: Sequence[Row]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """All rows counted by label, and by kind, of supported claims as they stand (SUPPORT) and renamed (NEI)."""
    overall: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = {kind: Counter() for kind in sorted(_RENAMED)}
    before = ""
    for claim, texts, _ in rows:
        evidence = [text[start:end] for text in texts for start, end in sentences(text)]
        whole = " ".join(evidence)
        shared = [name for name in spelt(claim) if name.casefold() in names(whole)]
        if shared and before and before.casefold() not in whole.casefold():
            changed = claim.replace(shared[0], before)
            for text, label in ((claim, "SUPPORT"), (changed, "NEI")):
                overall[label] += 1
                for kind in _found(text, evidence) & _RENAMED:
                    seen[kind][label] += 1
        before = shared[0] if shared else before
    return overall, seen


def _found(claim: str, evidence: Sequence[str]) -> set[str]:
    return {SAME.get(item.kind, item.kind) for item in conflicts(claim, evidence)}


def spelt(claim: str) -> list[str]:
    """The names of a claim as written, in order."""
    told = names(claim)
    return [word for word in words(claim) if word.casefold() in told]


def _shares(
    overall: Counter[str], seen: Mapping[str, Counter[str]], prior: Counter[str] | None = None
) -> dict[str, list[float]]:
    """Smoothed shares of the labels, for the kinds that tell something; `prior` are the rows mixed in."""
    silent = 1 - overall["SUPPORT"] / overall.total()
    base = prior or overall
    shares = {}
    for kind, count in seen.items():
        n = count.total()
        if n >= LEAST and _lower((n - count["SUPPORT"]) / n, n) > silent:
            shares[kind] = [
                round((count[label] + PRIOR * base[label] / base.total()) / (n + PRIOR), 3)
                for label in LABELS
            ]
    return shares


def summaries(data: Path) -> list[Row]:
    """(summary, marked sentences, label): each with its own paper's sentences, and with those of the next paper."""
    found, before = [], ""
    for row in read_rows(data, ACLSUM):
        for aspect in ASPECTS:
            claim = stored(row["summary"][aspect])
            marked = tuple(untokenised(item["text"]) for item in row["sentences"] if item[aspect])
            if claim and marked:
                found.append((claim, marked, "SUPPORT"))
                found += [(before, marked, "NEI")] if before else []
                before = claim
    return found


def untokenised(text: str) -> str:
    """ "score , and 5.2 %" as it would be printed."""
    return stored(re.sub(r"(?<=[(\[]) | (?=[,.;:!?%)\]]| ?['’]s\b)", "", text))


def _lower(share: float, n: int, z: float = 1.2816) -> float:
    middle = share + z * z / (2 * n)
    return (middle - z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)


if __name__ == "__main__":
    main()

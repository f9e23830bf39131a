"""The pairs that the cross-encoder learns from: gold sets, general pairs, and pairs made from real abstracts.

SciFact, Check-COVID, CliniFact, Citation-Integrity (train splits), SNLI (dev and test), the ACL Anthology's abstracts.
Premises are what the checker will read: the three sentences most like the claim, in document order.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from nli_made import alter, entity, plain, reworded, shortened

from assignee.agents.claim_sentences import score
from assignee.agents.pair_reading import cleaned, read
from assignee.agents.pair_seat import LABELS, Pair, Reading
from assignee.evals.fitting import read_rows
from assignee.tools.embedder import Embedder
from assignee.tools.language import is_english
from assignee.tools.text import sentences, stored

__all__ = [
    "TASKS",
    "Example",
    "Gold",
    "folds",
    "gold",
    "made",
    "made_from_gold",
    "rows_of",
    "snli",
    "turned",
]

TASKS = ("stance", "grounding")
LIBRARY = "library/acl-anthology-2016-2021.jsonl.gz"
_SNLI = {"entailment": "SUPPORT", "contradiction": "REFUTE", "neutral": "NEI"}
Target = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A claim beside a premise. `target` holds the probabilities of `LABELS`; `group` what may not be split by folds."""

    claim: str
    premise: tuple[str, ...]
    target: Target
    task: int
    source: str
    group: str
    weight: float = 1.0


def hard(label: str) -> Target:
    """All the mass on one label."""
    at = LABELS.index(label)
    return float(at == 0), float(at == 1), float(at == 2)


@dataclass(frozen=True, slots=True)
class Gold:
    """One row of a gold set, as the checker reads it. `group` is shared by rows that share a claim or a document."""

    reading: Reading
    label: int
    group: str
    source: str

    @property
    def task(self) -> int:
        return TASKS.index("grounding" if self.source.startswith("citint") else "stance")


def rows_of(data: Path, name: str, *, whole: bool = False) -> list[Gold]:
    """A gold set. Rows without a label of ours (CliniFact's INCONCLUSIVE) and without evidence are left out.

    Check-COVID labels sentences, and its abstracts come with two labels for one claim: the labelled sentences are
    taken, unless `whole` asks for all evidence of a row, as `eval verification` does.
    """
    rows = []
    for row in read_rows(data, f"claims/verify_{name}.jsonl"):
        evidence = [stored(text) for text in row["evidence"]]
        if name.startswith("checkcovid") and not whole:
            evidence = [evidence[at] for group in row["rationales"] for at in group if at < len(evidence)]
        evidence = [text for text in evidence if text]
        if evidence and row["label"] in LABELS:
            rows.append((Pair(row["claim"], tuple(evidence)), row))
    groups = components(
        (cleaned(pair.claim), str(row.get("doc_id", row.get("title", "")))) for pair, row in rows
    )
    readings = read([pair for pair, _ in rows])
    return [
        Gold(reading, LABELS.index(row["label"]), f"{name}-{group}", name)
        for reading, group, (_, row) in zip(readings, groups, rows, strict=True)
    ]


def gold(rows: Sequence[Gold], count: int = 3) -> list[Example]:
    """Gold rows as examples, beside the `count` sentences most like the claim."""
    return [
        Example(
            each.reading.claim,
            each.reading.premise(count),
            hard(LABELS[each.label]),
            each.task,
            each.source,
            each.group,
        )
        for each in rows
    ]


def folds(rows: Sequence[Gold], count: int, seed: int) -> list[int]:
    """The fold of each row, groups whole, dealt out in a shuffled order."""
    names = sorted({each.group for each in rows})
    random.Random(seed).shuffle(names)
    place = {name: at % count for at, name in enumerate(names)}
    return [place[each.group] for each in rows]


def components(pairs: Iterable[tuple[str, str]]) -> list[int]:
    """For each (claim, document) the number of the set of rows that share claims or documents with it."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    listed = [(f"c{claim}", f"d{document}") for claim, document in pairs]
    for claim, document in listed:
        parent[root(claim)] = root(document)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(root(claim), len(numbers)) for claim, _ in listed]


def snli(data: Path) -> list[Example]:
    """SNLI's dev and test pairs (its training part is not in the data folder)."""
    found = []
    for part in ("dev", "test"):
        for row in read_rows(data, f"nli/nli_snli_{part}.jsonl"):
            if row["label"] in _SNLI:
                premise, claim = stored(row["premise"]), stored(row["hypothesis"])
                found.append(Example(claim, (premise,), hard(_SNLI[row["label"]]), 0, "snli", premise))
    return found


def turned(examples: Sequence[Example], seed: int, share: float = 1.0) -> list[Example]:
    """Supported claims with a number, direction, negation or comparator changed: the same evidence refutes them."""
    rng = random.Random(seed)
    found = []
    for each in examples:
        if each.target[0] == 1.0 and each.task == 0 and rng.random() < share:
            changed = alter(each.claim, rng)
            if changed is not None:
                found.append(
                    replace(each, claim=changed[0], target=hard("REFUTE"), source=f"{each.source}/turned")
                )
    return found


def made(data: Path, abstracts: int, seed: int) -> list[Example]:
    """Pairs from `abstracts` records of the library, with near neighbours for the hard negatives."""
    with gzip.open(data / LIBRARY, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rng = random.Random(seed)
    texts = [stored(row["abstract"]) for row in rows]
    kept = [at for at, text in enumerate(texts) if is_english(text) and 3 <= len(list(sentences(text))) <= 14]
    kept = sorted(rng.sample(kept, min(abstracts, len(kept))))
    documents = [[texts[at][s:e] for s, e in sentences(texts[at])] for at in kept]
    titles = [stored(rows[at]["title"]) for at in kept]
    return list(_made(documents, titles, "acl", rng, first=2))


def made_from_gold(data: Path, names: Sequence[str], seed: int) -> list[Example]:
    """Pairs from the evidence of gold sets, which is about medicine; labels of the sets are not used."""
    rng = random.Random(seed)
    found: list[Example] = []
    for name in names:
        documents: dict[str, list[str]] = {}
        for row in read_rows(data, f"claims/verify_{name}.jsonl"):
            texts = [stored(text) for text in row["evidence"]]
            parts = [text[s:e] for text in texts for s, e in sentences(text)]
            if 3 <= len(parts) <= 30:
                documents.setdefault(str(row.get("doc_id", row.get("title", ""))), parts)
        made_here = _made(list(documents.values()), None, name, rng, first=1, keys=list(documents))
        found.extend(made_here)
    return found


def _made(
    documents: list[list[str]],
    titles: list[str] | None,
    source: str,
    rng: random.Random,
    first: int,
    keys: list[str] | None = None,
) -> Iterator[Example]:
    """Examples of each document: its findings in turn, each in one of the roles below."""
    flat = [text for document in documents for text in document]
    vectors = Embedder(threads=os.cpu_count() or 1).embed(flat)
    ends = np.cumsum([len(document) for document in documents])
    blocks = [vectors[end - len(document) : end] for document, end in zip(documents, ends, strict=True)]
    means = np.array([block.mean(axis=0) for block in blocks])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    for at, (document, block) in enumerate(zip(documents, blocks, strict=True)):
        group = f"{source}/{keys[at]}" if keys else f"{source}/{at}"
        alike = means @ means[at]
        near = [int(n) for n in np.argsort(-alike)[1:9] if alike[n] < 0.97]
        chances = score(document)
        findings = sorted(range(first - 1, len(document)), key=lambda s: -chances[s])[:4]
        for line in findings:
            if not 6 <= len(document[line].split()) <= 60:
                continue
            yield from _of_finding(document, block, line, near, documents, blocks, source, group, rng)
        if titles and re.search(
            r"\b(?:is|are|does|do|can|improves?|helps?|makes?|need|matters?|outperforms?|learns?)\b",
            titles[at],
        ):
            claim = re.split(r":\s", titles[at])[-1]
            if len(claim.split()) >= 5 and not claim.rstrip().endswith("?"):
                yield Example(
                    claim, _nearest(claim, document), hard("SUPPORT"), 0, f"made/{source}/title", group
                )


def _of_finding(
    document: list[str],
    block: np.ndarray,
    line: int,
    near: list[int],
    documents: list[list[str]],
    blocks: list[np.ndarray],
    source: str,
    group: str,
    rng: random.Random,
) -> Iterator[Example]:
    """One or two examples of the finding in `document[line]`."""
    sentence = document[line]
    claim = plain(sentence)
    if rng.random() < 0.6:
        claim = shortened(claim)
    short = reworded(claim, rng) if rng.random() < 0.7 else claim
    context = [int(n) for n in np.argsort(-(block @ block[line])) if n != line]
    room = rng.choice((0, 1, 2, 2, 2))

    def shown(text: str) -> tuple[str, ...]:
        lines = sorted([line, *context[:room]])
        return tuple(text if n == line else document[n] for n in lines)

    def example(said: str, premise: tuple[str, ...], target: Target, role: str) -> Example:
        return Example(said, premise, target, 0, f"made/{source}/{role}", group)

    role = rng.choices(("same", "altered", "evidence", "both", "rest", "near"), (26, 20, 16, 6, 12, 20))[0]
    if role == "near" and near:
        other = rng.choice(near[:5])
        ranks = np.argsort(-(blocks[other] @ block[line]))[:3]
        changed = alter(short, rng) if rng.random() < 0.4 else None
        premise = tuple(documents[other][n] for n in sorted(int(n) for n in ranks))
        yield example(changed[0] if changed else short, premise, (0.02, 0.02, 0.96), "near")
        return
    if role == "rest" and len(context) >= 3:
        yield example(short, tuple(document[n] for n in sorted(context[:3])), (0.12, 0.03, 0.85), "rest")
        return
    changed = alter(sentence if role in ("evidence", "both") else short, rng)
    if changed is None or role == "same":
        named = entity(short, rng, document) if rng.random() < 0.15 else None
        if named is not None and named != short:
            yield example(named, shown(sentence), (0.04, 0.48, 0.48), "entity")
        else:
            yield example(short, shown(sentence), hard("SUPPORT"), "same")
    elif role == "evidence":
        yield example(short, shown(changed[0]), (0.04, 0.9, 0.06), f"evidence-{changed[1]}")
    elif role == "both":
        yield example(plain(changed[0]), shown(changed[0]), hard("SUPPORT"), f"both-{changed[1]}")
    else:
        yield example(changed[0], shown(sentence), (0.02, 0.93, 0.05), f"altered-{changed[1]}")


def _nearest(claim: str, document: list[str]) -> tuple[str, ...]:
    [reading] = read([Pair(claim, tuple(document))])
    return reading.premise()

"""Abstracts of the data folder as sentences that state a finding or do not: what the claim sentence model learns from.

- CSAbstruct (Apache-2.0): roles by several annotators; a result is a finding.
- ACLSum (MIT / CC BY 4.0): the sentences of its abstracts that annotators marked as outcomes.
- SciFact's corpus (ODC-By): the abstracts that print their own headings; what stands under a heading for conclusions is
  a finding, the rest is not. Nobody labelled these for us: the authors did. The other abstracts are read unlabelled.
- ACL Anthology (CC BY 4.0): unlabelled.
- sent_claim (no licence stated): to measure, never to fit.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from ..tools.text import sentences, stored
from .fitting import read_rows

__all__ = ["FILES", "Abstract", "aclsum", "claims", "csabstruct", "detokenised", "structured", "unlabelled"]

FILES = {
    "csabstruct_train": "extraction/sent_csabstruct_train.jsonl",
    "csabstruct_dev": "extraction/sent_csabstruct_dev.jsonl",
    "claim_validation": "extraction/sent_claim_validation.jsonl",
    "claim_train": "extraction/sent_claim_train.jsonl",
    "aclsum_train": "extraction/aclsum_train.jsonl",
    "aclsum_val": "extraction/aclsum_val.jsonl",
    "corpus": "scifact/corpus.jsonl",
    "anthology": "library/acl-anthology-2016-2021.jsonl.gz",
}
_FEWEST = 4  # sentences of an abstract whose order tells something
_HEADED = re.compile(r"((?:[A-Z][A-Z&/,()-]+)(?: [A-Z&/,()-]{2,})*):?\.? (.*)")
_HEADINGS = (
    ("finding", re.compile(r"CONCLUSION|INTERPRETATION|SIGNIFICANCE|RELEVANCE|IMPLICATION")),
    ("result", re.compile(r"RESULT|FINDING|SYNTHESIS")),
    ("background", re.compile(r"BACKGROUND|CONTEXT|INTRODUCTION|RATIONALE|IMPORTANCE|MOTIVATION")),
    ("objective", re.compile(r"OBJECTIVE|PURPOSE|AIM")),
    (
        "method",
        re.compile(
            r"METHOD|DESIGN|SETTING|PARTICIPANT|PATIENT|OUTCOME|SUBJECT|INTERVENTION|SOURCE|SELECTION|EXTRACTION|"
            r"MEASURE|EXPOSURE"
        ),
    ),
    ("other", re.compile(r"FUNDING|TRIAL REGISTRATION|AVAILABILITY")),
)


@dataclass(frozen=True, slots=True)
class Abstract:
    """The sentences of one abstract in order, whether each is a finding, what each label weighs, and its role if known."""

    texts: tuple[str, ...]
    findings: tuple[bool, ...]
    weights: tuple[float, ...]
    roles: tuple[str, ...] = ()


def csabstruct(data: Path, split: str) -> list[Abstract]:
    """CSAbstruct, "train" or "dev". The share of the annotators behind a label, squared, is its weight."""
    rows = read_rows(data, FILES[f"csabstruct_{split}"])
    return [
        Abstract(
            tuple(row["sentence"] for row in group),
            tuple(row["label"] == "result" for row in group),
            tuple(row["conf"] ** 2 for row in group),
            tuple(row["label"] for row in group),
        )
        for group in _grouped(rows, "abstract_id")
    ]


def aclsum(data: Path, split: str) -> list[Abstract]:
    """The abstracts of ACLSum, "train" or "val"."""
    found = []
    for paper in read_rows(data, FILES[f"aclsum_{split}"]):
        marked = [row for row in paper["sentences"] if row["sec"] == "abstract"]
        if marked:
            texts = tuple(detokenised(row["text"]) for row in marked)
            found.append(Abstract(texts, tuple(bool(row["outcome"]) for row in marked), (1.0,) * len(texts)))
    return found


def detokenised(text: str) -> str:
    """ACLSum sets spaces around marks: "( QA ) ." becomes "(QA)."."""
    return re.sub(r"\s+([,.;:!?)\]%])", r"\1", re.sub(r"([(\[])\s+", r"\1", text))


def claims(data: Path, split: str) -> list[Abstract]:
    """sent_claim, "train" or "validation": to measure only."""
    rows = read_rows(data, FILES[f"claim_{split}"])
    return [
        Abstract(
            tuple(row["sentence"] for row in group),
            tuple(row["label"] == 1 for row in group),
            (1.0,) * len(group),
        )
        for group in _grouped(rows, "paper_id")
    ]


def structured(data: Path) -> list[Abstract]:
    """The abstracts of SciFact's corpus with headings from first to last, one of them for conclusions; headings cut off."""
    found = (_unheaded(record["abstract"]) for record in read_rows(data, FILES["corpus"]))
    return [
        Abstract(
            tuple(text for text, _ in pairs),
            tuple(role == "finding" for _, role in pairs),
            (1.0,) * len(pairs),
        )
        for pairs in found
        if _whole(pairs)
    ]


def unlabelled(data: Path, anthology: int) -> list[tuple[str, ...]]:
    """The other abstracts of SciFact's corpus, and about so many of the anthology's, evenly spread."""
    found = [
        tuple(record["abstract"])
        for record in read_rows(data, FILES["corpus"])
        if not _whole(_unheaded(record["abstract"]))
    ]
    with gzip.open(data / FILES["anthology"], "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    for record in records[:: max(1, len(records) // anthology)]:
        text = stored(record["abstract"])
        found.append(tuple(text[start:end] for start, end in sentences(text)))
    return [texts for texts in found if len(texts) >= _FEWEST]


def _unheaded(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Each sentence without its heading, and the role of the section it stands in ("" before the first heading)."""
    role, found = "", []
    for text in map(stored, texts):
        match = _HEADED.match(text)
        named = match and next((name for name, pattern in _HEADINGS if pattern.search(match[1])), None)
        if match and named:
            role = named
            text = match[2] if len(match[2]) > 10 else text
        found.append((text, role))
    return found


def _whole(pairs: Sequence[tuple[str, str]]) -> bool:
    roles = [role for _, role in pairs]
    return len(roles) >= _FEWEST and bool(roles[0]) and "finding" in roles


def _grouped(rows: Iterable[dict[str, Any]], key: str) -> list[list[dict[str, Any]]]:
    return [list(group) for _, group in groupby(rows, lambda row: row[key])]

"""The example library and the planted libraries: well formed, ours, and true to their sources."""

from __future__ import annotations

import gzip
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from planted import CASES, DOMAINS, HELD_OUT, INJECTION, PAIRS, Pair, PlantedCase, write

from assignee.tools.text import sentences, stored

_LIBRARY = Path(__file__).parents[1] / "examples" / "library" / "intermediate-task-transfer.jsonl"
_RECORDS: list[dict[str, Any]] = [json.loads(line) for line in _LIBRARY.read_text("utf-8").splitlines()]
_RUN = 8
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _tokens(text)
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def test_every_record_is_a_labelled_digest_in_stored_form() -> None:
    for record in _RECORDS:
        assert set(record) - {"doi", "arxiv"} == {
            "id", "title", "authors", "year", "venue", "url", "basis", "abstract",
        }  # fmt: skip
        assert record["basis"] == "digest"
        assert record["authors"]
        assert stored(record["abstract"]) == record["abstract"]
        assert 3 <= len(list(sentences(record["abstract"]))) <= 7
    assert len({record["id"] for record in _RECORDS}) == len(_RECORDS)


def test_one_work_stands_in_two_versions_with_different_digests() -> None:
    titles = Counter(record["title"] for record in _RECORDS)
    twice = [record for record in _RECORDS if titles[record["title"]] == 2]
    assert [record["id"] for record in twice] == ["2020.aacl-main.56", "arXiv:2005.13013"]
    assert not _runs(twice[0]["abstract"]) & _runs(twice[1]["abstract"])
    assert not _NUMBER.search(twice[1]["abstract"])


def test_readme_counts_the_digests() -> None:
    readme = (_LIBRARY.parents[1] / "README.md").read_text("utf-8")
    assert f"holds {len(_RECORDS)} digests" in readme
    for identifier in re.findall(r"`((?:\d{4}\.[\w-]+\.\d+)|[A-Z]\d\d-\d{4}|arXiv:[\d.]+)`", readme):
        assert any(record["id"] == identifier for record in _RECORDS), identifier


@pytest.mark.parametrize("planted", CASES, ids=lambda planted: planted.name)
def test_planted_case_is_well_formed(planted: PlantedCase, tmp_path: Path) -> None:
    path = write(planted, tmp_path)
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert read == [dict(record) for record in planted.records]
    assert len({record["id"] for record in read}) == len(read)
    for finding, outcomes in planted.expected.items():
        assert sum(finding in record["abstract"] for record in read) == 1
        assert outcomes <= {"quoted", "grounded", "corroborated", "contested"}
    for record in read:
        assert stored(record["abstract"]) == record["abstract"]
        assert 4 <= len(list(sentences(record["abstract"]))) <= 8


def test_planted_cases_cover_every_domain_alike() -> None:
    kinds = {
        domain: sorted(c.name.removeprefix(domain) for c in CASES if c.domain == domain) for domain in DOMAINS
    }
    first = next(iter(kinds.values()))
    assert all(names == first for names in kinds.values())
    assert sum(INJECTION in json.dumps(c.records) for c in CASES) == len(DOMAINS)


@pytest.mark.parametrize(("pairs", "least"), [(PAIRS, 60), (HELD_OUT, 40)], ids=["pairs", "held-out"])
def test_pairs_are_balanced_and_distinct(pairs: tuple[Pair, ...], least: int) -> None:
    labels = Counter(pair.label for pair in pairs)
    assert set(labels) == {"support", "contradict", "not_comparable"}
    assert len(pairs) >= least
    assert labels["not_comparable"] >= 0.4 * len(pairs)
    assert len({(pair.claim, pair.evidence) for pair in pairs}) == len(pairs)
    assert all(pair.claim_title != pair.evidence_title for pair in pairs)


def test_held_out_pairs_share_no_claim_with_the_others() -> None:
    assert not {pair.claim for pair in PAIRS} & {pair.claim for pair in HELD_OUT}


def test_claims_of_pairs_stand_together() -> None:
    # A claim's pairs follow each other, so that a reader sees its support beside its hard negatives.
    claims = [pair.claim for pair in PAIRS]
    changes = sum(one != other for one, other in pairwise(claims)) + 1
    assert changes == len(set(claims))


def _data() -> Path:
    folder = os.environ.get("ASSIGNEE_DATA")
    if not folder:
        pytest.skip("ASSIGNEE_DATA does not name the data folder")
    return Path(folder) / "library"


def _abstracts() -> Iterator[dict[str, Any]]:
    with (_data() / "acl-anthology-transfer.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
    with gzip.open(_data() / "acl-anthology-2016-2021.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.mark.data
def test_no_run_of_eight_words_is_shared_with_any_abstract() -> None:
    ours = {run: record["id"] for record in _RECORDS for run in _runs(record["abstract"])}
    shared = {
        (ours[run], record["id"], " ".join(run))
        for record in _abstracts()
        for run in _runs(record["abstract"]) & ours.keys()
    }
    assert not shared


@pytest.mark.data
def test_facts_are_those_of_the_cited_paper() -> None:
    known = {record["id"]: record for record in _abstracts()}
    for record in _RECORDS:
        if "arxiv" in record:
            continue
        source = known[record["id"]]
        assert {key: record[key] for key in ("title", "authors", "year", "venue", "url")} == {
            key: source[key] for key in ("title", "authors", "year", "venue", "url")
        }
        assert record.get("doi") == source.get("doi")
        said = _NUMBER.findall(f"{source['year']} {source['title']} {source['abstract']}")
        for number in _NUMBER.findall(record["abstract"]):
            assert number in said, (record["id"], number)

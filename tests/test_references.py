"""BibTeX, RIS and CSL-JSON, each read back by a reader that shares no code with its writer."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sample_report import sample, texts_of

from assignee.claims import Paper, Report
from assignee.registry import load
from assignee.render.names import Name, name_of

NASTY = [
    r"On $\alpha$-stable $x_1$ & 100% of \textbf{things} #1 {unbalanced ~ ^",
    "<script>alert('x')</script> <i>slanted</i> p < 0.05",
    "عنوان من اليمين \u202eto the left\u202c and \u2067isolated",
    "line one\nTY  - JOUR\r\nER  - \nline two",
    "word " * 1000,
    'a "quoted" title, with, commas; and @at | bar',
    "broken hyphen\u00ad-\nation \x00\x07\u2028end",
]


def made(name: str, report: Report) -> str:
    text = load("renderers", name).render(report, texts_of(report))
    assert isinstance(text, str)
    return text


def only(**fields: Any) -> Report:
    paper = Paper(**{"id": "p", "title": "T", "included": True, **fields})
    return replace(sample(), papers=(paper,))


def flat(text: str) -> str:
    text = re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]", "", text)
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", " ", text).split())


def read_ris(text: str) -> list[dict[str, list[str]]]:
    """As a reference manager reads it: a tag of two signs, two spaces, a dash, a space, the value."""
    assert "\n" not in text.replace("\r\n", "")
    records: list[dict[str, list[str]]] = []
    for line in text.split("\r\n"):
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        if not match:
            assert line == "", line
            continue
        if match[1] == "TY":
            records.append({})
        records[-1].setdefault(match[1], []).append(match[2])
    assert all(next(iter(record)) == "TY" and list(record)[-1] == "ER" for record in records)
    return records


def read_csl(text: str) -> list[dict[str, Any]]:
    """As a citation processor reads it, with the rules of the CSL-JSON schema that apply to what we write."""
    items: list[dict[str, Any]] = json.loads(text)
    for item in items:
        assert item["type"] in {"paper-conference", "article-journal", "article"}
        assert set(item) <= {
            "id", "type", "title", "author", "issued", "container-title", "DOI", "PMID", "number", "URL", "note",
        }  # fmt: skip
        for name in item.get("author", ()):
            assert set(name) <= {"family", "given", "suffix", "literal"}
            assert ("literal" in name) != ("family" in name)
        for parts in item.get("issued", {}).get("date-parts", ()):
            assert 1 <= len(parts) <= 3
            assert all(isinstance(part, int) for part in parts)
    assert len({item["id"] for item in items}) == len(items)
    return items


def test_the_sample_in_ris() -> None:
    records = read_ris(made("ris", sample()))
    assert len(records) == 6
    first = records[0]
    assert first["AU"] == ["Lindqvist, Ada", "Okafor, Chidi", "Brandt, Jan"]
    assert (first["PY"], first["DO"]) == (["2020"], ["10.9999/ex.1"])
    assert first["UR"] == ["https://arxiv.org/abs/9999.00001v2"]
    assert records[4]["AU"][0] == "van der Berg, Mia"
    assert {record["ID"][0] for record in records} == {
        item["id"] for item in read_csl(made("csl-json", sample()))
    }


def test_the_sample_in_csl_json() -> None:
    items = read_csl(made("csl-json", sample()))
    assert [item["issued"]["date-parts"][0][0] for item in items] == [2020, 2021, 2019, 2021, 2022, 2021]
    assert items[4]["author"][0] == {"family": "van der Berg", "given": "Mia"}
    assert items[0]["DOI"] == "10.9999/ex.1"


def test_dates_kinds_and_retraction_are_told() -> None:
    report = only(
        date="2021-06-04", year=2021, venue="Proceedings of a Meeting", retracted=True, ids={"pmid": "123"},
        authors=("The ATLAS Collaboration", "Martin Luther King Jr.", "Plato"),
    )  # fmt: skip
    (record,), (item,) = read_ris(made("ris", report)), read_csl(made("csl-json", report))
    assert record["TY"] == ["CPAPER"]
    assert record["DA"] == ["2021/06/04"]
    assert record["N1"] == ["Retracted."]
    assert record["AU"] == ["The ATLAS Collaboration", "King, Martin Luther, Jr.", "Plato"]
    assert item["issued"] == {"date-parts": [[2021, 6, 4]]}
    assert item["note"] == "Retracted."
    assert item["author"][1] == {"family": "King", "given": "Martin Luther", "suffix": "Jr."}
    assert "note = {Retracted.}" in made("bib", report)


def test_a_date_that_contradicts_the_year_is_left_out() -> None:
    (item,) = read_csl(made("csl-json", only(date="2020-01-01", year=2021)))
    assert item["issued"] == {"date-parts": [[2021]]}


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_hostile_fields_stay_fields(bad: str) -> None:
    paper = replace(
        sample().papers[0], title=bad, venue=bad, authors=(bad, "Lee, Kim"), ids={"doi": bad, "arxiv": bad, "pmid": bad}
    )  # fmt: skip
    report = replace(sample(), papers=(paper, *sample().papers[1:]))
    records, items = read_ris(made("ris", report)), read_csl(made("csl-json", report))
    assert len(records) == len(items) == 6
    assert records[0]["TI"] == [flat(bad)]
    assert items[0]["title"].replace("‹", "<") == flat(bad)
    assert not re.search(r"<[A-Za-z/!?]", json.dumps(items[0], ensure_ascii=False))
    assert "DOI" not in items[0]
    assert "PMID" not in items[0]


@given(st.text(max_size=40), st.text(max_size=40))
@example("ER  - ", "TY  - JOUR")
@example("\r\nER  - \r\n", "\x85AU  - x")
def test_any_text_makes_one_record_that_reads_back(title: str, author: str) -> None:
    report = only(title=title, authors=(author,), venue=author, year=2020)
    (record,), (item,) = read_ris(made("ris", report)), read_csl(made("csl-json", report))
    assert record.get("TI", [""]) == [flat(title)]
    assert item["title"].replace("‹", "<").replace("<", "‹") == flat(title).replace("<", "‹")
    text = made("bib", report)
    assert text.count("{") == text.count("}")
    assert text.count("\n@") + text.startswith("@") == 1


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Mia van der Berg", Name("van der Berg", "Mia")),
        ("Lee, Kim", Name("Lee", "Kim")),
        ("Ada Lovelace III", Name("Lovelace", "Ada", "III")),
        ("Smith and Sons", Name(literal="Smith and Sons")),
        ("Doe, Jr., Jane", Name(literal="Doe, Jr., Jane")),
        ("Plato", Name(literal="Plato")),
        ("Lee,", Name(literal="Lee")),
        ("", Name()),
    ],
)
def test_names(author: str, name: Name) -> None:
    assert name_of(author) == name


@given(st.text(max_size=40))
def test_no_part_of_a_name_is_lost(author: str) -> None:
    found = name_of(author)
    told = sorted(
        " ".join((found.given, found.family, found.suffix, found.literal)).replace(",", " ").split()
    )
    assert told == sorted(unicodedata.normalize("NFC", flat(author)).replace(",", " ").split())

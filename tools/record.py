"""One bibliographic record, from whatever file, to a `Document`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assignee.claims import Basis, Paper

from .identifiers import identifiers, link
from .source import Document, Problem
from .text import stored

__all__ = ["NO_ABSTRACT", "document", "iso_date", "people", "year_of"]

NO_ABSTRACT = "no abstract"

_IDS = {
    "doi": ("doi", "DOI"),
    "arxiv": ("arxiv", "arxiv_id", "arXiv", "arxivId", "eprint"),
    "acl": ("acl", "acl_id", "anthology_id"),
    "s2": ("s2", "s2_id", "paperId", "semantic_scholar_id"),
    "openalex": ("openalex", "openalex_id"),
    "pmid": ("pmid", "PMID", "pubmed_id"),
    "pmcid": ("pmcid", "PMCID", "PubMedCentral"),
}
_RETRACTED = re.compile(
    r"^\W*(?:retracted\b|retraction\b|withdrawn:)|[(\[](?:retracted|withdrawn)[^)\]]{0,40}[)\]]$", re.I
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d{2}|20\d{2})(?!\d)")
_DATE = re.compile(r"^(1[5-9]\d{2}|20\d{2})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?=$|[T\s])")


def document(record: Mapping[str, Any], fallback_id: str, *, line: int | None = None) -> Document | Problem:
    """A record as a document whose text is exactly the stored form of its abstract.

    Known keys: id (or paper_id, doc_id), title, authors, year, date, venue, abstract, url, doi, arxiv and other ids
    (also together under `ids`), version, licence, retracted, basis. Unknown keys are left alone. Returns a Problem
    for a record without title or abstract.
    """
    title = _text(record.get("title"))
    if not title:
        return Problem("record without a title", line, malformed=True)
    abstract = record.get("abstract")
    text = _text(" ".join(map(_text, abstract)) if isinstance(abstract, list) else abstract)
    if not text:
        return Problem(NO_ABSTRACT, line)
    given = record.get("ids") or record.get("externalIds")
    nested: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    named: dict[str, str] = {}
    for name, keys in _IDS.items():
        for key in keys:
            value = _text(record.get(key)) or _text(nested.get(key))
            if value:
                named.setdefault(name, value)
    if _text(record.get("archiveprefix") or record.get("archivePrefix")).lower() not in ("", "arxiv"):
        named.pop("arxiv", None)
    identifier = _text(record.get("id")) or _text(record.get("paper_id")) or _text(record.get("doc_id"))
    url = _text(record.get("url"))
    ids = identifiers([identifier, url], **named)
    date = iso_date(_text(record.get("date")))
    year = year_of(record.get("year")) or year_of(date)
    version = _text(record.get("version")) or None
    return Document(
        Paper(
            id=identifier or fallback_id,
            title=title,
            authors=people(record.get("authors") or record.get("author")),
            year=year,
            date=date,
            venue=_text(record.get("venue") or record.get("journal")) or None,
            url=url or link(ids),
            ids=ids,
            version=version,
            licence=_text(record.get("licence") or record.get("license")) or None,
            retracted=_true(record.get("retracted")) or bool(_RETRACTED.search(title)),
            basis=Basis.DIGEST if _text(record.get("basis")).lower() == "digest" else Basis.ABSTRACT,
        ),
        text,
    )


def people(value: Any) -> tuple[str, ...]:
    """Names out of a list of strings or of name records, or out of one string ("A; B", "A and B", "A, B").

    A single comma in one string is "Last, First": "Doe, Jane" is one person, "Jane Doe, Max Poe" are two.
    """
    if isinstance(value, str):
        text = stored(value)
        if ";" in text:
            parts = text.split(";")
        elif re.search(r"\sand\s", text):
            parts = [part for piece in re.split(r"\s+and\s+", text) for part in _commas(piece)]
        else:
            parts = _commas(text)
        return tuple(name for part in parts if (name := part.strip(" ,")))
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(name for item in value if (name := _name(item)))


def year_of(value: Any) -> int | None:
    """A plausible year (1500 to 2099) out of a number or a text."""
    if isinstance(value, bool) or value is None:
        return None
    match = _YEAR.search(
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)[:40]
    )
    return int(match.group(1)) if match else None


def iso_date(text: str) -> str | None:
    """ "2020-05-01", "2020-05" or "2020" of such a date, also with slashes and a time behind; None otherwise."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = match.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year
    if day is None or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}"


def _commas(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) == 2 and (" " not in parts[0] or " " not in parts[1]):
        return [text]
    return parts if all(" " in part for part in parts) else [text]


def _name(item: Any) -> str:
    if isinstance(item, str):
        return stored(item)
    if not isinstance(item, Mapping):
        return ""
    for key in ("name", "full_name", "display_name"):
        if name := _text(item.get(key)):
            return name
    middle = item.get("middle")
    middles = middle if isinstance(middle, list) else [middle]
    first = _text(item.get("first") or item.get("given"))
    last = _text(item.get("last") or item.get("family"))
    return " ".join(part for part in (first, *(_text(part) for part in middles), last) if part)


def _text(value: Any) -> str:
    """A scalar in stored form; lists, objects and nulls give the empty string."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return stored(str(value))


def _true(value: Any) -> bool:
    return value is True or (
        isinstance(value, (str, int)) and str(value).strip().lower() in ("true", "yes", "1")
    )

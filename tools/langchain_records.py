"""What LangChain's retrievers hand out, read as papers: their metadata by one table, their pieces put together.

`KEYS` is the whole mapping. Keys are compared without case, blanks, "-" and "_", so that "Published Date",
"published_date" and "publishedDate" are one. The first key of a row that holds something wins. What the table
does not name is not read: metadata may hold any object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from assignee.claims import Basis

from .identifiers import KINDS, arxiv_version, identifiers
from .record import document, iso_date, people, year_of
from .source import Document, Problem
from .text import content_hash, fold, stored
from .text_store import Section

__all__ = ["KEYS", "LONGEST", "Piece", "paper_of", "piece_of"]

# ArxivRetriever: Title, Authors, Published, Entry ID (abstracts) or entry_id, published_first_time, doi, Summary (texts).
# PubMedRetriever: uid, Title, Published, Copyright Information. WikipediaRetriever: title, summary, source.
# BM25Retriever, TFIDFRetriever, vector stores: whatever was put in, with source, page, start_index of the loaders.
KEYS: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle"),
    "authors": ("authors", "author", "creators", "creator"),
    "date": (
        "publishedfirsttime",
        "publicationdate",
        "publisheddate",
        "datepublished",
        "published",
        "date",
        "year",
    ),
    "year": ("year", "publicationyear"),
    "venue": ("venue", "journal", "journalref", "journaltitle", "booktitle", "containertitle"),
    "url": ("entryid", "url", "pageurl", "link", "source"),
    "doi": ("doi",),
    "arxiv": ("arxivid", "arxiv", "eprint"),
    "acl": ("aclid", "acl", "anthologyid"),
    "pmid": ("pmid", "pubmedid", "uid"),
    "pmcid": ("pmcid",),
    "s2": ("s2id", "semanticscholarid", "paperid"),
    "openalex": ("openalexid", "openalex"),
    "licence": ("licence", "license"),
    "version": ("version",),
    "retracted": ("retracted", "isretracted"),
    "abstract": ("summary", "abstract"),
    "basis": ("basis",),
    "place": ("startindex", "page", "chunk", "chunkindex", "seqnum"),
    "source": ("source", "filepath", "filename", "file"),
    "id": ("id", "docid", "documentid"),
}
LONGEST = 2_000_000  # characters of one document; a long paper has 200,000
_LONGEST_TITLE = 1000
_OVERLAP, _LEAST = 1000, 20  # characters that two pieces of one text may share, at most and at least
_ARXIV_MONTH = re.compile(r"^(\d\d)(0[1-9]|1[0-2])\.\d{4,5}")
# What wrappers say in place of a text.
_NO_TEXT = re.compile(
    r"^(?:no abstract available|no good \w+ (?:search )?results? (?:was|were) found)\.?$", re.I
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One of a retriever's documents: the record it is of, its own text, and where in the record it stands, if told.

    `key` is the same for pieces of one record.
    """

    key: str
    record: Mapping[str, Any]
    text: str
    basis: Basis
    place: float | None
    revised: str | None = None


def piece_of(found: object, basis: Basis) -> Piece | Problem:
    """A document of LangChain as a piece; `basis` is what its text is where its metadata does not tell.

    A Problem names what keeps it from being read: it is no document, has no text, is too long, or has no title. A
    document without a title is named after the file or page that it came from.
    """
    content, given = getattr(found, "page_content", None), getattr(found, "metadata", None)
    if not isinstance(content, str):
        return Problem("not documents of LangChain")
    if len(content) > LONGEST:
        return Problem(f"longer than {LONGEST:,} characters")
    text = stored(content)
    if not text or _NO_TEXT.match(text):
        return Problem("without a text")
    told = _known(given if isinstance(given, Mapping) else {})
    title = told.get("title") or _named_after(told.get("source") or told.get("url") or "")
    if not title or len(title) > _LONGEST_TITLE:
        return Problem("without a title")
    unread = ("abstract", "basis", "place", "source")
    record: dict[str, Any] = {name: value for name, value in told.items() if name not in unread}
    record |= {"title": title, "authors": people(_of(given, "authors"))}
    record["url"] = told.get("url") if re.match(r"https?://", told.get("url", "")) else None
    if record.get("pmid") and not re.fullmatch(r"\d{1,9}", record["pmid"]):
        del record["pmid"]
    ids = identifiers(
        [record["url"] or "", told.get("id", "")], **{k: told[k] for k in KINDS if k in told and k in record}
    )
    record |= {"ids": ids, "year": year_of(told.get("year"))} | dict.fromkeys(KINDS)
    record["date"], revised = _dates(iso_date(told.get("date", "").strip("- ")), ids)
    if "arxiv" in ids:
        number = arxiv_version(ids["arxiv"])[1]
        record["version"] = record.get("version") or (f"v{number}" if number else None)
    return Piece(
        key=_key(ids, record, told),
        record=record,
        text=text,
        basis=_basis(text, told, ids, basis),
        place=_number(told.get("place")),
        revised=revised,
    )


def paper_of(pieces: Sequence[Piece]) -> Document:
    """The pieces of one record as one document, in their places or else in the order given.

    Pieces that overlap are joined where they do; a piece that another holds is dropped; a gap ends a paragraph. Several
    pieces are a digest, whatever they say of themselves: what lies between them was not read.
    """
    if all(piece.place is not None for piece in pieces):
        pieces = sorted(pieces, key=lambda piece: piece.place or 0.0)
    first = max(pieces, key=lambda piece: len([value for value in piece.record.values() if value]))
    text, spans = "", list[tuple[int, int]]()
    for piece in pieces:
        if piece.text in text:
            continue
        if shared := _shared(text, piece.text):
            text += piece.text[shared:]
            spans[-1] = (spans[-1][0], len(text))
            continue
        start = len(text) + 1 if text else 0
        text = f"{text} {piece.text}" if text else piece.text
        spans.append((start, len(text)))
    names = {"id": first.record.get("id") or _name(first)}
    got = document({**first.record, **names, "abstract": text}, "")
    assert isinstance(got, Document)  # it has a title and a text
    basis = first.basis if len(spans) == 1 and len({piece.text for piece in pieces}) == 1 else Basis.DIGEST
    sections = () if len(spans) == 1 else tuple(Section("Digest", start, end, None) for start, end in spans)
    return Document(replace(got.paper, basis=basis), got.text, sections)


def _known(metadata: Mapping[Any, Any]) -> dict[str, str]:
    """The rows of `KEYS` that hold a scalar, as stored text."""
    plain = _plain(metadata)
    found: dict[str, str] = {}
    for name, keys in KEYS.items():
        for key in keys:
            if (text := _text(plain.get(key))) and (name not in ("url",) or "/" in text or "." in text):
                found[name] = text
                break
    if (
        "uid" in plain
        and "copyrightinformation" not in plain
        and "pmid" not in plain
        and "pubmedid" not in plain
    ):
        found.pop("pmid", None)  # only PubMed's own records call their number so
    return found


def _of(metadata: object, name: str) -> Any:
    plain = _plain(metadata if isinstance(metadata, Mapping) else {})
    value = next((plain[key] for key in KEYS[name] if plain.get(key)), None)
    return list(value) if isinstance(value, (tuple, set, frozenset)) else value


def _plain(metadata: Mapping[Any, Any]) -> dict[str, Any]:
    """Metadata by plain keys; of two keys that are the same then, the first."""
    found: dict[str, Any] = {}
    for key, value in metadata.items():
        if isinstance(key, str):
            found.setdefault(re.sub(r"[\s_-]+", "", key).lower(), value)
    return found


def _text(value: Any) -> str:
    """A scalar or a date as stored text; "" for everything else."""
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else ""
    return stored(str(value)) if isinstance(value, (str, int, float)) else ""


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text) else None


def _named_after(source: str) -> str:
    """The name of the file or page, "" where it has none: "smith2020.pdf" of "papers/smith2020.pdf"."""
    path = urlsplit(source).path if re.match(r"https?://", source) else source
    last = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    return last if any(char.isalpha() for char in last) else ""


def _dates(told: str | None, ids: Mapping[str, str]) -> tuple[str | None, str | None]:
    """When it was published, and when what was read was revised, if later.

    ArxivRetriever's "Published" is the day of the last version; the month of the first stands in an arXiv id.
    """
    month = _ARXIV_MONTH.match(ids.get("arxiv", ""))
    if month is None:
        return told, None
    first = f"20{month[1]}-{month[2]}"
    if told is None or told[: len(first)] > first[: len(told)]:
        return first, told
    return told, None


def _key(ids: Mapping[str, str], record: Mapping[str, Any], told: Mapping[str, str]) -> str:
    for name in KINDS:
        if name in ids:
            return f"{name}:{arxiv_version(ids[name])[0] if name == 'arxiv' else ids[name]}"
    whose = " ".join(record["authors"][:1])
    return "|".join(
        fold(part) for part in (record["title"], whose, told.get("source") or told.get("url", ""))
    )


def _name(piece: Piece) -> str:
    """What the paper is called in the run: its best identifier, or a hash of what tells it from others."""
    ids: Mapping[str, str] = piece.record["ids"]
    shown = {"arxiv": "arXiv:{}", "doi": "DOI:{}", "acl": "{}", "pmid": "PMID:{}"}
    for name, form in shown.items():
        if name in ids:
            return form.format(ids[name])
    return f"{piece.record['title'].split()[0][:20].casefold()}-{content_hash(piece.key)[:8]}"


def _basis(text: str, told: Mapping[str, str], ids: Mapping[str, str], otherwise: Basis) -> Basis:
    """What the text is: as the metadata say; an abstract where it is theirs, or arXiv's or PubMed's; else as given."""
    if told.get("basis") in set(Basis):
        return Basis(told["basis"])
    if told.get("abstract") == text:
        return Basis.ABSTRACT
    services = ("arxiv.org/abs/" in told.get("url", "") and "arxiv" in ids) or "pmid" in told
    return Basis.ABSTRACT if services and "abstract" not in told else otherwise


def _shared(one: str, other: str) -> int:
    """How many characters the end of one and the beginning of the other share, 0 for fewer than twenty."""
    for size in range(min(len(one), len(other), _OVERLAP), _LEAST - 1, -1):
        if one.endswith(other[:size]):
            return size
    return 0

"""OpenAlex: works of all fields. Since February 2026 a search wants a key (free; about 1,000 searches a day)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .database import Database, Page, Request
from .database_query import Asked
from .http_client import Garbled, Params
from .identifiers import arxiv_version, identifiers
from .json_answer import inner, items, number, parsed, word
from .markup_text import title_text, unmarked
from .until import last_day

__all__ = ["FIELDS", "OpenAlex", "record_of"]

FIELDS = (
    "id,doi,ids,display_name,publication_year,publication_date,primary_location,locations,authorships,"
    "is_retracted,abstract_inverted_index"
)
_LONGEST = 20_000  # words of an abstract


class OpenAlex(Database):
    """Works of OpenAlex. Its abstracts are put together from an index of words; retractions are marked by it."""

    name = "openalex"
    interval = 0.2

    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """By id, else a phrase, groups of phrases or any of the words in title or abstract."""
        if asked.ids:
            doi, arxiv = asked.id("doi"), asked.id("arxiv")
            if arxiv and not doi:
                doi = f"10.48550/arxiv.{arxiv_version(arxiv)[0]}"
            known = (
                ("openalex", asked.id("openalex")),
                ("doi", doi if doi and not set(doi) & set(",|!") else None),  # signs of its syntax
                ("pmid", asked.id("pmid")),
            )
            query = next((f"{kind}:{value}" for kind, value in known if value), None)
        elif asked.groups:
            found = (" OR ".join(f'"{term}"' for term in group) for group in asked.groups)
            query = f"title_and_abstract.search:{' AND '.join(f'({terms})' for terms in found)}"
        elif asked.phrase:
            query = f'title_and_abstract.search:"{" ".join(asked.words)}"'
        else:
            query = f"title_and_abstract.search:{' OR '.join(asked.words)}" if asked.words else None
        if query is None:
            return None
        if until:
            query += f",to_publication_date:{last_day(until)}"
        paging = (("per_page", str(size)), ("page", place or "1"))
        return Request("/works", (("filter", query), ("select", FIELDS), *paging), query)

    def read(self, body: bytes) -> Page:
        """A page of works."""
        answer = parsed(body)
        if not isinstance(answer.get("results"), list):
            raise Garbled("it holds no results")
        works = items(answer, "results")
        total, page, size = (number(answer, "meta", key) for key in ("count", "page", "per_page"))
        more = bool(works) and page * size < total
        return Page([record_of(work) for work in works], total, str(page + 1) if more else None)

    def secret_params(self) -> Params:
        """The key, and the contact where it is an address."""
        key, mail = self._settings.keys.get(self.name), self._settings.mail
        found = [("api_key", key.reveal())] if key else []
        return [*found, ("mailto", mail)] if mail else found


def record_of(work: Mapping[str, Any]) -> Mapping[str, Any]:
    """A work in the form that `record.document` takes."""
    name = word(work, "id").rsplit("/", 1)[-1]
    places = [word(place, "landing_page_url") for place in items(work, "locations")]
    return {
        "id": f"OpenAlex:{name}" if name else "",
        "openalex": name,
        "doi": word(work, "doi"),
        "pmid": word(work, "ids", "pmid").rsplit("/", 1)[-1],
        "pmcid": word(work, "ids", "pmcid").rstrip("/").rsplit("/", 1)[-1],
        "arxiv": identifiers(places).get("arxiv"),
        "title": title_text(word(work, "display_name")),
        "abstract": unmarked(_abstract(work.get("abstract_inverted_index"))),
        "authors": [
            word(who, "author", "display_name") or word(who, "raw_author_name")
            for who in items(work, "authorships")
        ],
        "year": work.get("publication_year"),
        "date": word(work, "publication_date"),
        "venue": word(work, "primary_location", "source", "display_name"),
        "licence": word(work, "primary_location", "license"),
        "retracted": inner(work, "is_retracted") is True,
    }


def _abstract(index: Any) -> str:
    """The words of an inverted index (word -> places) in their order; a null index is no abstract."""
    if not isinstance(index, Mapping):
        return ""
    placed = [
        (at, str(term))
        for term, places in index.items()
        for at in (places if isinstance(places, list) else ())
        if isinstance(at, int)
    ]
    return " ".join(term for _, term in sorted(placed)[:_LONGEST])

"""DOI, arXiv, ACL Anthology, Semantic Scholar, OpenAlex, PubMed and PubMed Central ids: recognised, normalised, linked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

__all__ = ["KINDS", "arxiv_version", "identifiers", "link"]

KINDS = ("doi", "arxiv", "acl", "pmid", "pmcid", "s2", "openalex")
"""The kinds of identifiers that are known, those that most others know too first."""

# Signs that are not printed (controls, marks of direction, of no width) end a DOI: they belong to none.
_UNSEEN = "\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_DOI = re.compile(
    rf"(?:^|doi(?:\.org)?[/:\s]\s*|(?<=[/\s]))(10\.\d{{4,9}}/[^\s\"<>{{}}|\\^`{_UNSEEN}]{{1,200}})", re.I
)
_NEW_ARXIV = r"\d{4}\.\d{4,5}"
_OLD_ARXIV = r"[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV_MARKED = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html|e-print)/|arxiv[:.\s]\s*)({_NEW_ARXIV}|{_OLD_ARXIV})(v\d{{1,2}})?(?!\d)",
    re.I,
)
_ARXIV_BARE = re.compile(rf"^({_NEW_ARXIV}|{_OLD_ARXIV})(v\d{{1,2}})?$")
_ACL_ID = r"(?:[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+|\d{4}\.[a-z]+\.\d+)"
_ACL_MARKED = re.compile(
    rf"(?:aclanthology\.org/|aclweb\.org/anthology/|aclanthology\.info/papers/)({_ACL_ID})(?![\w-])"
)
_ACL_BARE = re.compile(rf"^({_ACL_ID})$")
_S2 = re.compile(r"semanticscholar\.org/paper/(?:[^/\s]*/)?([0-9a-f]{40})\b", re.I)
_OPENALEX = re.compile(r"openalex\.org/(?:works/)?(W\d{4,12})\b", re.I)
_PMID = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/|\bPMID:?\s*)(\d{1,9})\b", re.I
)
_PMCID = re.compile(
    r"(?:(?:ncbi\.nlm\.nih\.gov|europepmc\.org)/(?:pmc/)?(?:articles?|api/fulltextRepo\?pmcId=)/?(?:PMC/)?|^|\bPMCID:?\s*)"
    r"(PMC\d{3,9})(?!\w)",
    re.I,
)
_DOI_OF_ARXIV = re.compile(rf"^10\.48550/arxiv\.({_NEW_ARXIV}|{_OLD_ARXIV})(v\d+)?$", re.I)
_DOI_OF_ACL = re.compile(rf"^10\.(?:18653/v1|3115/v1)/({_ACL_ID})$", re.I)


def identifiers(values: Iterable[str], **named: str) -> dict[str, str]:
    """The identifiers found in free fields (an id, a link, a note), after those given by name.

    `named` keys are of `KINDS`; a value in no known form is dropped, because a wrong identifier is worse than none.
    DOIs come in lower case without resolver, arXiv ids with their version. Keys come sorted.
    """
    found: dict[str, str] = {}
    for key, value in named.items():
        value = value.strip()
        text = {
            "arxiv": f"arXiv:{_plain_arxiv(value)}",
            "pmid": f"PMID:{value}",
            "pmcid": f"PMC{value}" if value.isdigit() else value,
        }.get(key, value)
        if key == "s2" and re.fullmatch(r"[0-9a-f]{40}", value, re.I):
            found[key] = value.lower()
        elif key == "openalex" and re.fullmatch(r"W\d{4,12}", value, re.I):
            found[key] = value.upper()
        elif (hit := _recognise(text).get(key)) is not None:
            found[key] = hit
    for value in values:
        for key, hit in _recognise(value.strip()).items():
            found.setdefault(key, hit)
    if "doi" in found:
        if match := _DOI_OF_ARXIV.match(found["doi"]):
            found.setdefault("arxiv", match.group(1) + (match.group(2) or ""))
        elif match := _DOI_OF_ACL.match(found["doi"]):
            acl = match.group(1)
            found.setdefault("acl", acl.upper() if acl[0].isalpha() else acl)
    return {key: found[key] for key in sorted(found)}


def arxiv_version(identifier: str) -> tuple[str, int | None]:
    """("2005.13013", 2) of "2005.13013v2"; the number is None where the id bears none."""
    match = re.fullmatch(r"(.*?)(?:v(\d+))?", identifier)
    if match is None:
        return identifier, None
    return match.group(1), int(match.group(2)) if match.group(2) else None


def link(ids: dict[str, str]) -> str | None:
    """The page of a paper by the best of its identifiers, None without any."""
    if "arxiv" in ids:
        return f"https://arxiv.org/abs/{ids['arxiv']}"
    if "doi" in ids:
        return f"https://doi.org/{ids['doi']}"
    if "acl" in ids:
        return f"https://aclanthology.org/{ids['acl']}/"
    if "pmid" in ids:
        return f"https://pubmed.ncbi.nlm.nih.gov/{ids['pmid']}/"
    if "pmcid" in ids:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{ids['pmcid']}/"
    if "openalex" in ids:
        return f"https://openalex.org/{ids['openalex']}"
    if "s2" in ids:
        return f"https://www.semanticscholar.org/paper/{ids['s2']}"
    return None


def _plain_arxiv(value: str) -> str:
    match = re.search(rf"({_NEW_ARXIV}|{_OLD_ARXIV})(v\d{{1,2}})?", value)
    return match.group() if match else value


def _recognise(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if match := _DOI.search(unquote(value) if "%" in value else value):
        found["doi"] = _trim(match.group(1)).lower()
    if match := _ARXIV_MARKED.search(value) or _ARXIV_BARE.match(value):
        found["arxiv"] = match.group(1) + (match.group(2) or "").lower()
    if match := _ACL_MARKED.search(value) or _ACL_BARE.match(value):
        found["acl"] = match.group(1)
    if match := _S2.search(value):
        found["s2"] = match.group(1).lower()
    if match := _OPENALEX.search(value):
        found["openalex"] = match.group(1).upper()
    if match := _PMID.search(value):
        found["pmid"] = match.group(1)
    if match := _PMCID.search(value):
        found["pmcid"] = match.group(1).upper()
    return found


def _trim(doi: str) -> str:
    """A DOI out of running text, without the punctuation that follows it."""
    while doi and (
        doi[-1] in ".,;:'\"”’"
        or (doi[-1] in ")]" and doi.count("(") + doi.count("[") < doi.count(")") + doi.count("]"))
    ):
        doi = doi[:-1]
    return doi

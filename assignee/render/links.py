"""Where a paper can be found: a safe address from its ids."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from assignee.claims import Paper

__all__ = ["arxiv_id", "link_of", "safe_url"]

_ARXIV = re.compile(r"^(?:arxiv:)?((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}))(v\d+)?$", re.IGNORECASE)


def arxiv_id(paper: Paper) -> str | None:
    """The arXiv id with its version where that is known ("2005.13013v2"), else without; None where there is none."""
    match = _ARXIV.match(paper.ids.get("arxiv", "").strip())
    if not match:
        return None
    version = match.group(2) or ""
    if not version and paper.version and re.fullmatch(r"v?\d+", paper.version):
        version = f"v{paper.version.lstrip('v')}"
    return match.group(1) + version


def link_of(paper: Paper) -> str | None:
    """The address of a paper: arXiv (versioned where known), DOI, ACL Anthology, PubMed, else its own url if safe."""
    arxiv = arxiv_id(paper)
    if arxiv:
        return f"https://arxiv.org/abs/{arxiv}"
    doi = paper.ids.get("doi", "").strip().removeprefix("https://doi.org/")
    if doi.startswith("10."):
        return f"https://doi.org/{quote(doi, safe='/:;().-_')}"
    if paper.ids.get("acl"):
        return f"https://aclanthology.org/{quote(paper.ids['acl'].strip(), safe='.-')}"
    if paper.ids.get("pmid", "").strip().isdigit():
        return f"https://pubmed.ncbi.nlm.nih.gov/{paper.ids['pmid'].strip()}/"
    return safe_url(paper.url)


def safe_url(url: str | None) -> str | None:
    """A web address as it may stand in a link, percent-encoded; None for any other scheme or a broken one."""
    if not url or len(url) > 2000:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not re.fullmatch(r"[\w.\-:\[\]]+", parts.netloc):
        return None
    return quote(url.strip(), safe="/:?&=#%@+,;~!*()[]-._$").replace("(", "%28").replace(")", "%29")

"""Whether a record is of a published version or of a preprint, by its venue, its identifiers and its DOI's prefix.

Free comments ("accepted at …") are not believed: what is accepted is not yet what was published.
"""

from __future__ import annotations

import re

from assignee.claims import Paper

__all__ = ["preprint_doi", "publication", "standing"]

_PREPRINT_VENUE = re.compile(
    r"\b(?:\w*arxiv|\w*rxiv|corr|ssrn|openreview|preprints?|research square|authorea|osf|zenodo|hal|working papers?|"
    r"technical reports?|discussion papers?|manuscript|under review|submitted|in preparation|unpublished|to appear)\b",
    re.I,
)
_PREPRINT_DOI = re.compile(
    r"10\.(?:48550/|1101/\d|64898/|2139/ssrn|21203/rs\.|31234/|31219/|31222/|31235/|31124/|35542/|20944/preprints|"
    r"26434/chemrxiv|36227/techrxiv|22541/|7287/peerj\.preprints|33774/|32388/|2196/preprints|5281/zenodo|"
    r"5194/[^/]*(?:discuss|-\d{4}-)|14293/s2199-1006|15200/winn|51094/)",
    re.I,
)
_WHOLE_DOI = ("acl", "pmid")


def publication(paper: Paper) -> str:
    """ "published", "preprint" or "" (not known) of one record or of a folded work, whose own word comes first."""
    if paper.publication:
        return paper.publication
    return ("published", "published", "preprint", "")[standing(paper)]


def standing(paper: Paper) -> int:
    """0 the published version itself, 1 another version of what has a publisher's DOI, 2 a preprint, 3 not known."""
    venue, doi = (paper.venue or "")[:300], paper.ids.get("doi", "")
    preprint = bool(_PREPRINT_VENUE.search(venue))
    if any(name in paper.ids for name in _WHOLE_DOI) and not preprint:
        return 0
    if venue and not preprint and not preprint_doi(doi):
        return 0
    if doi and not preprint_doi(doi):
        return 1
    return 2 if preprint or doi or "arxiv" in paper.ids else 3


def preprint_doi(doi: str) -> bool:
    """Whether a server of preprints gave this DOI."""
    return bool(_PREPRINT_DOI.match(doi))

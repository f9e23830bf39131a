"""Which hosts a copy of a paper is fetched from: well-known open repositories and publishers, and those you name.

ASSIGNEE_PDF_HOSTS    more host names, with commas between: "papers.example.org, localhost:8080"

A host counts letter for letter: no subdomains, no numbers in place of a name, no name and password, no port. This
machine may be named with a port, and is then asked without https; every other host with https only, also where an
address says http.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from assignee.errors import UserError

__all__ = ["KNOWN_HOSTS", "Place", "host_of", "hosts_of", "known_place"]

KNOWN_HOSTS = frozenset(
    """aclanthology.org www.aclweb.org arxiv.org www.arxiv.org export.arxiv.org
    openreview.net proceedings.mlr.press papers.nips.cc papers.neurips.cc proceedings.neurips.cc jmlr.org www.jmlr.org
    openaccess.thecvf.com www.isca-speech.org www.isca-archive.org ojs.aaai.org www.ijcai.org drops.dagstuhl.de
    ceur-ws.org direct.mit.edu transacl.org
    europepmc.org www.ebi.ac.uk pmc.ncbi.nlm.nih.gov www.ncbi.nlm.nih.gov
    www.biorxiv.org biorxiv.org www.medrxiv.org medrxiv.org psyarxiv.com osf.io
    journals.plos.org www.frontiersin.org www.mdpi.com mdpi.com mdpi-res.com
    elifesciences.org cdn.elifesciences.org peerj.com f1000research.com wellcomeopenresearch.org
    www.nature.com link.springer.com bmcmedicine.biomedcentral.com www.pnas.org royalsocietypublishing.org
    www.cambridge.org academic.oup.com bmjopen.bmj.com downloads.hindawi.com
    zenodo.org hal.science hal.archives-ouvertes.fr inria.hal.science www.research-collection.ethz.ch
    dspace.mit.edu dash.harvard.edu escholarship.org discovery.ucl.ac.uk eprints.whiterose.ac.uk figshare.com
    ndownloader.figshare.com dl.acm.org""".split()
)
"""Compared letter for letter. Some ask for a subscription for part of what they have: their answer is told."""

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1):[1-9]\d{0,4}")
# What is allowed in an address; blanks, backslashes, quotes and letters beyond ASCII are read differently by different readers.
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.:-]{1,260}(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)

Place = tuple[str, str]
"""Base address ("https://host") and path with query ("/a/b.pdf?c=d")."""


def hosts_of(setting: str) -> frozenset[str]:
    """The hosts of ASSIGNEE_PDF_HOSTS. Raises UserError for what is no host name."""
    found = set()
    for name in filter(None, (item.strip().lower() for item in setting.split(","))):
        if not (_HOST.fullmatch(name) or _LOOPBACK.fullmatch(name)):
            raise UserError(
                f"ASSIGNEE_PDF_HOSTS names {name!r:.80}; give host names with commas between, such as papers.example.org"
            )
        found.add(name)
    return frozenset(found)


def host_of(url: str) -> str:
    """The host as a message may name it, "" for what is no plain address."""
    match = re.match(r"https?://([A-Za-z0-9.-]{1,253})(?::\d{1,5})?(?:[/?#]|$)", url)
    return match.group(1).lower() if match else ""


def known_place(url: str, more: frozenset[str] = frozenset()) -> Place | None:
    """Where to ask for `url`: None unless it lies at a known host or one of `more`.

    The place is put together anew from what was compared, so that no other reading of the address counts.
    """
    url = url.strip().partition("#")[0]
    if len(url) > 2000 or not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if port is not None and f"{host}:{port}" in more and _LOOPBACK.fullmatch(f"{host}:{port}"):
        return f"http://{host}:{port}", rest
    usual = {"https": (None, 443), "http": (None, 80)}[parts.scheme]
    if port not in usual or not _HOST.fullmatch(host):
        return None
    return (f"https://{host}", rest) if host in KNOWN_HOSTS or host in more else None

"""How the databases are asked, from the environment.

ASSIGNEE_CONTACT                a mail address or page that goes into the User-Agent; arXiv asks for it
ASSIGNEE_<DATABASE>_URL         another base address (a mirror, a proxy): ARXIV, OPENALEX, SEMANTIC_SCHOLAR,
                                CROSSREF, EUROPE_PMC, UNPAYWALL, ARXIV_FILES
ASSIGNEE_<DATABASE>_KEY         a key, where the database gives any: OPENALEX, SEMANTIC_SCHOLAR
ASSIGNEE_PDF_HOSTS              hosts from which open copies are fetched beside those known (tools/open_hosts.py)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assignee.errors import UserError

from .model_secret import Secret
from .open_hosts import hosts_of

__all__ = ["DATABASES", "SERVICES", "WITH_KEY", "DatabaseSettings", "online"]

DATABASES = {
    "arxiv": "https://export.arxiv.org/api",
    "openalex": "https://api.openalex.org",
    "semantic_scholar": "https://api.semanticscholar.org/graph/v1",
    "crossref": "https://api.crossref.org",
    "europe_pmc": "https://www.ebi.ac.uk/europepmc/webservices/rest",
}
"""The databases that are built in, with the address each is asked at."""

SERVICES = {
    "unpaywall": "https://api.unpaywall.org/v2",
    "arxiv_files": "https://export.arxiv.org",
}
"""What else may be asked in a run that names a database: where open copies lie, and arXiv's sources and PDFs."""

WITH_KEY = ("openalex", "semantic_scholar")
"""Those that give keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """Addresses and keys by database; `contact` as given; `pdf_hosts` beside the known ones."""

    contact: str = ""
    urls: Mapping[str, str] = field(default_factory=lambda: {**DATABASES, **SERVICES})
    keys: Mapping[str, Secret] = field(default_factory=dict)
    pdf_hosts: frozenset[str] = frozenset()

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> DatabaseSettings:
        """Read `env` (default: the process environment). Raises UserError for what cannot be what it is to be."""
        env = os.environ if env is None else env
        contact = env.get("ASSIGNEE_CONTACT", "").strip()
        if not all(" " <= char <= "~" and char not in "()<>\\" for char in contact):
            raise UserError("ASSIGNEE_CONTACT cannot stand in a header; set it to a mail address or a page")
        urls, keys = {}, {}
        for name, known in {**DATABASES, **SERVICES}.items():
            setting = f"ASSIGNEE_{name.upper()}_URL"
            urls[name] = _address(setting, env[setting]) if env.get(setting, "").strip() else known
        for name in WITH_KEY:
            setting = f"ASSIGNEE_{name.upper()}_KEY"
            keys[name] = Secret(env.get(setting, ""), setting)
            if keys[name] and not _private(urls[name]):
                raise UserError(
                    f"{setting} would be sent unencrypted; give ASSIGNEE_{name.upper()}_URL with https"
                )
        pdf_hosts = hosts_of(env.get("ASSIGNEE_PDF_HOSTS", ""))
        return cls(contact=contact, urls=urls, keys=keys, pdf_hosts=pdf_hosts)

    @property
    def mail(self) -> str:
        """The contact where it is a mail address, for the parameters that want one."""
        at = self.contact.removeprefix("mailto:")
        return at if "@" in at and not any(char.isspace() for char in at) else ""

    def user_agent(self, version: str) -> str:
        """ "assignee/0.1.0 (literature reviews; contact: a@b.org)"."""
        return f"assignee/{version} (literature reviews; contact: {self.contact or 'not given'})"


def online(sources: Iterable[str]) -> bool:
    """Whether a database is among the sources. Only then does a run ask anybody about what it has found."""
    return not DATABASES.keys().isdisjoint(sources)


def _address(setting: str, raw: str) -> str:
    raw = raw.strip().rstrip("/")
    try:
        parts = urlsplit(raw)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.username
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment:
        raise UserError(f"{setting} is {raw!r}; give an address such as https://host/path")
    return raw


def _private(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")

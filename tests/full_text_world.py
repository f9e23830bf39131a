"""A small paper in the forms that repositories hand out, and readers of it against a stand-in. Made by hand."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from pathlib import Path
from typing import Any

from stand_in_database import Reply, StandInDatabase, WallTimeOfTests

from assignee.claims import Paper
from assignee.settings import Settings
from assignee.tools.database_settings import DATABASES, SERVICES, DatabaseSettings
from assignee.tools.toolbox import Toolbox

__all__ = [
    "ABSTRACT",
    "JATS",
    "LATEX",
    "SOURCE",
    "TITLE",
    "archive",
    "maker",
    "of_another",
    "paper",
    "services",
]

TITLE = "Short Naps Help the Keepers of Lighthouses"
ABSTRACT = (
    "We measure how well lighthouse keepers sleep. In 40 stations, keepers who took short naps made 12% fewer errors "
    "at their instruments than keepers who did not."
)
LATEX = rf"""\documentclass{{article}}\title{{{TITLE}}}\author{{Ada Brandt}}\begin{{document}}\maketitle
\begin{{abstract}}{ABSTRACT.replace("%", chr(92) + "%")}\end{{abstract}}
\section{{Results}} Naps reduce errors from 8.3 to 7.3 a month. The difference is larger in winter than in summer.
\begin{{thebibliography}}{{1}}\bibitem{{poe}} M. Poe. Naps are good for all. 2001.\end{{thebibliography}}
\end{{document}}"""
JATS = f"""<article><front><article-meta><article-id pub-id-type="doi">10.1000/naps</article-id><title-group>
<article-title>{TITLE}</article-title></title-group><permissions><license license-type="open-access"
xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://creativecommons.org/licenses/by/4.0/"><license-p>Open.
</license-p></license></permissions><abstract><p>{ABSTRACT}</p></abstract></article-meta></front><body><sec><title>Results
</title><p>Naps reduce errors from 8.3 to 7.3 a month. The difference is larger in winter than in summer.</p></sec></body>
</article>"""


def archive(**files: str | tarfile.TarInfo) -> bytes:
    """A gzipped tar; in names "__" is "/" and "_dot_" is ".". A TarInfo is put in as it is."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            member = tarfile.TarInfo(name.replace("__", "/").replace("_dot_", "."))
            member.size = len(content.encode())
            tar.addfile(member, io.BytesIO(content.encode()))
    return gzip.compress(held.getvalue(), mtime=0)


SOURCE = archive(main_dot_tex=LATEX)


def of_another(text: str) -> str:
    """The same file with another title and every word of the abstract replaced."""
    return (
        text.replace(TITLE, "On Owls")
        .replace(ABSTRACT.partition(".")[0], "Owls hunt")
        .replace("keepers who", "owls that")
        .replace("made 12", "caught 4")
        .replace("10.1000/naps", "10.1000/owls")
        .replace("at their instruments", "by night")
    )


def services(path: str, _: dict[str, str]) -> Reply:
    """arXiv's files and Europe PMC's full texts by the first part of the path, as the clients' base addresses have it."""
    name = 'attachment; filename="arXiv-2001.00001v2.tar.gz"'
    return {
        "/arxiv_files/e-print/2001.00001": Reply(SOURCE, headers={"content-disposition": name}),
        "/europe_pmc/PMC123456/fullTextXML": Reply(JATS, headers={"content-type": "application/xml"}),
    }.get(path, Reply("none", 404))


def paper(toolbox: Toolbox, **more: Any) -> Paper:
    """The record of the paper, its abstract stored."""
    given: dict[str, Any] = {
        "id": "arXiv:2001.00001v2",
        "title": TITLE,
        "authors": ("Ada Brandt",),
        "ids": {"arxiv": "2001.00001v2"},
        "sources": ("arxiv",),
        "given_by": {"abstract": "arxiv"},
        "text_hash": toolbox.texts.put(ABSTRACT),
    }
    return Paper(**given | more)


def maker(kind: Any, server: StandInDatabase | str, home: Path, clock: WallTimeOfTests | None = None) -> Any:
    """A place of full texts whose every address, also those of open copies at this machine, is the server.

    Of an address in place of a server, each service is a folder.
    """
    if isinstance(server, str):
        urls = {
            **DATABASES,
            **SERVICES,
            **{name: f"{server}/{name}" for name in ("arxiv_files", "europe_pmc")},
        }
        hosts: frozenset[str] = frozenset()
    else:
        urls = {**DATABASES, **SERVICES, "arxiv_files": server.url, "europe_pmc": server.url}
        hosts = frozenset({server.url.removeprefix("http://")})
    settings = DatabaseSettings(urls=urls, pdf_hosts=hosts)
    toolbox = Toolbox.open(Settings(home=home))
    return kind(toolbox, settings=settings, clock=clock or WallTimeOfTests(), rng=random.Random(0))

"""Full texts from arXiv, Europe PMC and open copies, against a loopback server; every bad answer is made by hand."""

from __future__ import annotations

import base64
import gzip
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from full_text_world import ABSTRACT, JATS, LATEX, SOURCE, TITLE, archive, maker, of_another, paper
from pdf_maker import make_pdf, paper_pdf
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests

from assignee.claims import Basis
from assignee.registry import load, names
from assignee.tools import child_readers, full_text_base
from assignee.tools.finding_more import Location
from assignee.tools.full_text_arxiv import ArxivFiles
from assignee.tools.full_text_europe_pmc import EuropePmcTexts
from assignee.tools.full_text_open_access import OpenAccess
from assignee.tools.http_client import MOST_FILE_BYTES
from assignee.tools.http_errors import NoAnswer
from assignee.tools.passages import passages
from assignee.tools.source import Unreadable

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

LOGIN = "<!DOCTYPE html><html><title>Log in</title><body>Please log in.</body></html>"


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Readers without their child process, which costs half a second each; two tests below keep it."""

    def read_in_child(form: Any, data: bytes) -> Any:
        path = tmp_path / "paper"
        path.write_bytes(data)
        try:
            return list(form.read(path))
        except Unreadable as error:
            return error

    monkeypatch.setattr(full_text_base, "read_in_child", read_in_child)


def serving(**by_path: Reply | bytes) -> Callable[[str, dict[str, str]], Reply]:
    """Answers by the first part of the path, with "_" for "-"; 404 for the rest."""

    def answer(path: str, _: dict[str, str]) -> Reply:
        found = by_path.get(path.split("/")[1].replace("-", "_"), Reply("none", 404))
        return found if isinstance(found, Reply) else Reply(found)

    return answer


def test_they_are_registered_in_the_order_they_are_asked_in() -> None:
    assert names("full_texts") == ("arxiv", "europe_pmc", "open_access")
    assert [load("full_texts", name).name for name in names("full_texts")] == list(names("full_texts"))


def test_the_source_of_the_version_named_is_read_once_and_kept(tmp_path: Path) -> None:
    clock = WallTimeOfTests()
    with StandInDatabase(serving(e_print=SOURCE)) as server:
        files = maker(ArxivFiles, server, tmp_path, clock)
        record = paper(files._toolbox)
        found, again = files.fetch(record, ()), files.fetch(record, ())
    assert [path for path, _ in server.asked] == ["/e-print/2001.00001v2"]
    assert found == again
    assert (found.paper.basis, found.paper.version, found.paper.id) == (Basis.FULL_TEXT, "v2", record.id)
    assert (found.paper.title, found.paper.authors, found.paper.ids) == (TITLE, record.authors, record.ids)
    assert found.paper.given_by == {"abstract": "arxiv", "text": "arxiv"}
    quoted = passages(found.paper, found.text, found.sections)
    assert [item.section for item in quoted] == ["Abstract", "Abstract", "Results", "Results"]
    assert all(found.text[item.start : item.end] == item.text for item in quoted)
    assert ABSTRACT in found.text
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(SOURCE in path.read_bytes() or LATEX.encode() in path.read_bytes() for path in kept)


@pytest.mark.usefixtures("in_process")
def test_without_a_version_the_newest_is_read_and_its_number_told_by_the_file(tmp_path: Path) -> None:
    clock = WallTimeOfTests()
    named = {"content-disposition": 'attachment; filename="arXiv-2001.00001v7.tar.gz"'}
    with StandInDatabase(serving(e_print=Reply(SOURCE, headers=named))) as server:
        files = maker(ArxivFiles, server, tmp_path, clock)
        record = paper(files._toolbox, ids={"arxiv": "2001.00001"})
        assert files.fetch(record, ()).paper.version == "v7"
        clock.sleep(86400)
        files.fetch(record, ())
        old = paper(files._toolbox, ids={"arxiv": "2001.00001"}, version="v3")
        assert files.fetch(old, ()).paper.version == "v3"
    assert [path for path, _ in server.asked] == [
        "/e-print/2001.00001", "/e-print/2001.00001", "/e-print/2001.00001v3",
    ]  # fmt: skip


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    "source",
    [
        Reply("none", 404),
        Reply(LOGIN, headers={"content-type": "text/html"}),
        Reply(gzip.compress(b"%!PS-Adobe-3.0 no source")),
        Reply(SOURCE[: len(SOURCE) // 2]),
        Reply(gzip.compress(bytes(65 << 20), 1)),
        Reply(b"x" * (MOST_FILE_BYTES + 1)),
        Reply(archive(main_dot_tex=of_another(LATEX))),
    ],
    ids=["404", "login", "postscript", "cut", "bomb", "33 MB", "another paper"],
)  # fmt: skip
def test_the_pdf_is_read_where_the_source_cannot_be(source: Reply, tmp_path: Path) -> None:
    with StandInDatabase(serving(e_print=source, pdf=paper_pdf())) as server:
        files = maker(ArxivFiles, server, tmp_path)
        found = files.fetch(paper(files._toolbox), ())
    assert [path.split("/")[1] for path, _ in server.asked] == ["e-print", "pdf"]
    assert "Naps reduce errors" in found.text.replace("naps", "Naps")


@pytest.mark.usefixtures("in_process")
def test_a_source_that_is_a_pdf_is_read_as_one_and_asked_for_once(tmp_path: Path) -> None:
    with StandInDatabase(serving(e_print=paper_pdf(), pdf=paper_pdf())) as server:
        files = maker(ArxivFiles, server, tmp_path)
        assert files.fetch(paper(files._toolbox), ()).paper.basis is Basis.FULL_TEXT
        other = paper(files._toolbox, ids={"arxiv": "2001.00009v1"}, title="Owls", text_hash="")
        with pytest.raises(Unreadable, match="its source is another paper"):
            files.fetch(other, ())
    assert [path for path, _ in server.asked] == ["/e-print/2001.00001v2", "/e-print/2001.00009v1"]


@pytest.mark.usefixtures("in_process")
def test_what_is_wrong_with_source_and_pdf_is_told_in_one_line(tmp_path: Path) -> None:
    with StandInDatabase(serving(e_print=Reply("no", 403), pdf=Reply(LOGIN))) as server:
        files = maker(ArxivFiles, server, tmp_path)
        with pytest.raises(Unreadable) as told:
            files.fetch(paper(files._toolbox), ())
        server.answer = serving(e_print=SOURCE)
        longer = paper(files._toolbox, text_hash=files._toolbox.texts.put(ABSTRACT + " More was done." * 30))
        with pytest.raises(Unreadable, match="its source holds no more than the abstract"):
            files.fetch(longer, ())
    assert str(told.value) == "its source was not given (403 Forbidden); its PDF is an HTML page"


def test_what_is_not_there_is_asked_for_again_the_next_day_only(tmp_path: Path) -> None:
    clock = WallTimeOfTests()
    with StandInDatabase(serving()) as server:
        for later, asked in ((0.0, 2), (3600.0, 2), (24 * 3600.0, 4)):
            clock.sleep(later)
            files = maker(ArxivFiles, server, tmp_path, clock)
            assert files.fetch(paper(files._toolbox), ()) is None
            assert len(server.asked) == asked


def test_nothing_there_is_none_and_fifteen_hours_are_not_waited_for(tmp_path: Path) -> None:
    clock = WallTimeOfTests()
    with StandInDatabase(serving()) as server:
        first = maker(ArxivFiles, server, tmp_path / "first", clock)
        assert first.fetch(paper(first._toolbox), ()) is None
        files = maker(ArxivFiles, server, tmp_path, clock)
        server.answer = serving(e_print=Reply("", 429, {"retry-after": "54000"}))
        for expected in ("asks to wait 15 h", "left alone"):
            with pytest.raises(NoAnswer, match=expected):
                files.fetch(paper(files._toolbox), ())
    assert len(server.asked) == 3
    assert sum(clock.slept) < 10
    assert (tmp_path / "http" / "arxiv.json").exists()  # the line that the API stands in


@pytest.mark.usefixtures("in_process")
def test_names_and_links_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("Never to be read by anyone.")
    link = tarfile.TarInfo("linked.tex")
    link.type, link.linkname = tarfile.SYMTYPE, str(secret)
    hostile = LATEX.replace(
        r"\section", r"\input{linked}\input{../../secret}\input{" + str(secret) + r"}\section"
    )
    source = archive(main_dot_tex=hostile, linked_dot_tex=link, **{".._/.._/escaped_dot_tex": "Out."})
    with StandInDatabase(serving(e_print=source)) as server:
        files = maker(ArxivFiles, server, tmp_path / "home")
        found = files.fetch(paper(files._toolbox), ())
    assert "Never to be read" not in found.text
    assert not list(tmp_path.rglob("escaped*"))


@pytest.mark.usefixtures("in_process")
def test_an_article_of_europe_pmc_keeps_the_record_and_brings_its_licence(tmp_path: Path) -> None:
    with StandInDatabase(serving(PMC123456=JATS.encode())) as server:
        files = maker(EuropePmcTexts, server, tmp_path)
        record = paper(files._toolbox, ids={"doi": "10.1000/naps", "pmcid": "PMC123456"})
        found = files.fetch(record, ())
        copy = Location("https://pmc.ncbi.nlm.nih.gov/articles/PMC123456/pdf/a.pdf", "pdf", "unpaywall")
        bare = paper(files._toolbox, ids={})
        assert files.offers(bare, (copy,))
        assert not files.offers(bare, ())
        assert files.fetch(bare, (copy,)).text == found.text
        assert files.fetch(paper(files._toolbox, ids={"pmcid": "PMC9"}), ()) is None
    assert [path for path, _ in server.asked] == ["/PMC123456/fullTextXML", "/PMC9/fullTextXML"]
    assert found.paper.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert (found.paper.given_by["text"], found.paper.ids) == ("europe_pmc", record.ids)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("body", "what"),
    [
        (LOGIN, "HTML page"),
        ("<article><front/></article>", "holds no full text"),
        (JATS.replace("<body>", "<!ELEMENT x><body>"), "well-formed"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><article>&b;</article>", "entities"),
        (of_another(JATS), "another paper"),
        (JATS[:600], "well-formed"),
    ],
)  # fmt: skip
def test_what_europe_pmc_may_send_instead(body: str, what: str, tmp_path: Path) -> None:
    with StandInDatabase(serving(PMC1234=body.encode())) as server:
        files = maker(EuropePmcTexts, server, tmp_path)
        with pytest.raises(Unreadable, match=what):
            files.fetch(paper(files._toolbox, ids={"pmcid": "PMC1234", "doi": "10.1000/naps"}), ())


@pytest.mark.usefixtures("in_process")
def test_open_copies_are_read_at_known_hosts_only_and_others_are_told(tmp_path: Path) -> None:
    with StandInDatabase(serving(a=Reply(LOGIN), b=paper_pdf())) as server:
        files = maker(OpenAccess, server, tmp_path)
        elsewhere = Location("https://evil.example.com/paper.pdf", "pdf", "unpaywall")
        page = Location(f"{server.url}/c", "page", "unpaywall")
        wrong = Location(f"{server.url}/a/1.pdf", "pdf", "unpaywall")
        right = Location(f"{server.url}/b/1.pdf?download=1", "pdf", "openalex", "acceptedVersion", "cc-by")
        record = paper(files._toolbox, ids={}, licence="")
        found = files.fetch(record, (elsewhere, page, wrong, right))
        with pytest.raises(Unreadable) as told:
            files.fetch(record, (elsewhere, wrong, elsewhere))
        assert not files.offers(record, (page,))
        assert files.offers(record, (elsewhere,))
    host = server.url.removeprefix("http://").partition(":")[0]
    assert str(told.value) == (
        f"the copy at {host} is no PDF but an HTML page (to log in, or an error?); "
        "an open copy lies at evil.example.com, which is not among the known hosts"
    )
    assert (found.paper.version, found.paper.licence) == ("acceptedVersion", "cc-by")
    assert server.asked == [("/a/1.pdf", {}), ("/b/1.pdf", {"download": "1"}), ("/a/1.pdf", {})]


@pytest.mark.usefixtures("in_process")
def test_a_redirect_is_followed_to_known_hosts_only(tmp_path: Path) -> None:
    with StandInDatabase(serving(b=paper_pdf())) as target:

        def answer(path: str, _: dict[str, str]) -> Reply:
            there = {
                "/known": f"{target.url}/b/2.pdf",
                "/other": "https://evil.example.com/x",
                "/loop": "/loop",
            }
            return Reply("", 302, {"location": there.get(path, "http://127.0.0.1:1/x")})

        with StandInDatabase(answer) as server:
            files = maker(OpenAccess, server, tmp_path)
            hosts = {target.url.removeprefix("http://"), *files._settings.pdf_hosts}
            object.__setattr__(files._settings, "pdf_hosts", frozenset(hosts))
            record = paper(files._toolbox, ids={})

            def fetched(path: str) -> Any:
                return files.fetch(record, (Location(server.url + path, "pdf", "unpaywall"),))

            assert fetched("/known").paper.basis is Basis.FULL_TEXT
            for path, told in (
                ("/other", "it redirects to evil.example.com, which is not among"),
                ("/local", "it redirects to 127.0.0.1, which is not among"),
                ("/loop", "in circles"),
            ):
                with pytest.raises(Unreadable, match=told):
                    fetched(path)
            server.answer = serving(refused=Reply("", 403), busy=Reply("", 503))
            with pytest.raises(Unreadable, match=r"not given \(403 Forbidden\)"):
                fetched("/refused")
            with pytest.raises(NoAnswer, match=r"503 Service Unavailable \(asked 3 times\)"):
                fetched("/busy")


@pytest.mark.parametrize("body", [b"%PDF-1.4\n" + b"\x00" * 2000, paper_pdf()[:900], make_pdf([[]])])
def test_a_hostile_pdf_costs_one_line(body: bytes, tmp_path: Path) -> None:
    with StandInDatabase(serving(x=body)) as server:
        files = maker(OpenAccess, server, tmp_path)
        with pytest.raises(Unreadable, match=r"the copy at 127\.0\.0\.1 (?:is|holds|made)"):
            files.fetch(paper(files._toolbox), (Location(f"{server.url}/x", "pdf", "openalex"),))


def test_a_file_lies_nowhere_while_it_is_read_and_its_reader_has_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = {"OPENAI_API_KEY": "k", "ASSIGNEE_OPENALEX_KEY": "k", "SLACK_BOT_TOKEN": "t", "PATH": "/bin"}
    assert child_readers._harmless(env) == {"PATH": "/bin"}
    with child_readers._path_of({"data": base64.b64encode(b"a paper").decode()}) as path:
        assert path.read_bytes() == b"a paper"
        assert str(path).startswith("/proc/self/fd/") == hasattr(os, "memfd_create")
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(child_readers.tempfile, "tempdir", str(tmp_path))
    with child_readers._path_of({"data": base64.b64encode(b"a paper").decode()}) as path:
        assert (path.parent.parent, path.read_bytes()) == (tmp_path, b"a paper")
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()


@pytest.mark.usefixtures("in_process")
def test_what_was_refused_once_is_asked_for_again_and_a_licence_may_become_known(tmp_path: Path) -> None:
    with StandInDatabase(serving(e_print=archive(main_dot_tex=of_another(LATEX)))) as server:
        files = maker(ArxivFiles, server, tmp_path / "home")
        with pytest.raises(Unreadable, match="another paper"):
            files.fetch(paper(files._toolbox), ())
        server.answer = serving(e_print=SOURCE)
        assert files.fetch(paper(files._toolbox), ()).paper.basis is Basis.FULL_TEXT
        server.answer = serving(x=paper_pdf())
        copies = maker(OpenAccess, server, tmp_path / "home")
        for licence in ("", "cc-by", "cc0"):
            place = Location(f"{server.url}/x", "pdf", "openalex", licence=licence)
            assert (copies.fetch(paper(files._toolbox), (place,)).paper.licence or "") == licence
    assert len([path for path, _ in server.asked if path == "/x"]) == 1

"""What a reader sees of the search: the PRISMA flow, what was asked, batches, overlap, silence, papers and their records."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import TEXTS, sample
from sample_searches import five_databases, many_excluded, three_down

from assignee.agents.exclusion import KINDS
from assignee.claims import Flow, Paper, Report
from assignee.registry import load
from assignee.render.excluded import excluded_groups
from assignee.render.flow_drawing import draw
from assignee.render.flow_figure import flow_rows, flow_steps, flow_told
from assignee.render.paper_record import Listed
from assignee.render.pdf_data import pdf_data
from assignee.render.printed_text import as_printed
from assignee.render.search_told import asked, overlap
from assignee.render.summary import summary
from assignee.render.view import View

SEARCHES = {"library": sample, "five": five_databases, "down": three_down, "many": many_excluded}


def texts(paper_id: str) -> str:
    return TEXTS[paper_id]


def file(name: str, report: Report) -> str:
    text = load("renderers", name).render(report, texts)
    assert isinstance(text, str)
    return text


class Drawn(HTMLParser):
    """Texts, rectangles and labels of every drawing of a page, and how often each tag stands."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.drawings: list[dict[str, list[str]]] = []
        self.tags: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "svg" and "flow" in str(given.get("class")):
            self.drawings.append({"text": [], "label": [str(given.get("aria-label"))]})
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "text" in self._inside and "svg" in self._inside:
            self.drawings[-1]["text"].append(data)


def read(page: str) -> str:
    """The words of a page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- the flow ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SEARCHES)
def test_every_number_of_the_flow_is_of_the_records(name: str) -> None:
    report = SEARCHES[name]()
    flow = report.flow
    rows = {words.split(" (")[0]: count for _, words, count in flow_rows(flow_steps(report))}
    identified = sum(count or 0 for words, count in rows.items() if words.startswith("Records identified"))
    assert identified == flow.identified
    assert rows["– duplicates and versions folded"] == flow.identified - flow.screened
    assert rows["Records screened"] == flow.screened == len(report.papers)
    assert rows["Records excluded"] == sum(not paper.included for paper in report.papers)
    assert rows["Studies included in review"] == sum(paper.included for paper in report.papers)
    assert rows.get("Reports not retrieved", 0) == flow.not_retrieved
    assert rows["Retracted or withdrawn"] == sum(paper.retracted for paper in report.papers)
    for kind, count in flow.excluded_by.items():
        assert rows[f"– {kind}"] == count


@pytest.mark.parametrize("name", SEARCHES)
def test_the_drawings_and_their_texts_hold_the_same_counts(name: str) -> None:
    report = SEARCHES[name]()
    wide, narrow = Drawn(file("html", report)).drawings
    pdf = pdf_data(View(report, texts))["flow"]
    counts = [
        f"n = {count}"
        for _, words, count in flow_rows(flow_steps(report))
        if count is not None and words[0] != "–"
    ]
    for lines in (wide["text"], narrow["text"], [line[3] for box in pdf["boxes"] for line in box["lines"]]):
        assert [line for line in lines if line.startswith("n = ")] == counts
    assert wide["label"] == narrow["label"] == [flow_told(flow_steps(report))] == [pdf["told"]]
    table = file("md", report).split("Flow of records", 1)[1].split("\n\n", 2)[1].splitlines()
    assert len(table) == 2 + len(flow_rows(flow_steps(report)))


def test_the_wording_is_that_of_prisma() -> None:
    told = flow_told(flow_steps(five_databases()))
    for words in (
        "Records identified from databases: 170 (semantic scholar 60, openalex 54, arxiv 41, crossref 12, europe pmc 3)",
        "Records identified from other methods: 57 (citation searching 57)", "Records removed before screening",
        "9 records without title or abstract left out", "Records screened: 20", "Records excluded: 14",
        "Reports sought for retrieval: 6", "Reports not retrieved: 5", "Studies included in review: 6",
    ):  # fmt: skip
        assert words in told


def test_what_does_not_apply_is_left_out() -> None:
    told = flow_told(flow_steps(sample()))
    assert "Records identified from your library: 10;" in told
    for words in ("other methods", "sought", "retrieved", "without title", "databases"):
        assert words not in told
    bare = replace(sample(), papers=(), flow=Flow())
    assert [step.side for step in flow_steps(bare)] == [None, None, None]
    assert "Without" not in file("html", sample()).split("PRISMA 2020).", 1)[1][:200]


def test_records_of_a_kind_that_nobody_counted_are_other_reasons() -> None:
    report = replace(
        sample(), flow=replace(sample().flow, excluded=5, excluded_by={"off topic": 2, "unsure": 0})
    )
    rows = {words: count for _, words, count in flow_rows(flow_steps(report))}
    assert (rows["– off topic"], rows["– other reasons"]) == (2, 3)
    assert "– unsure" not in rows


def test_papers_that_only_their_id_found_are_told_beside_the_databases() -> None:
    papers = tuple(replace(paper, found_by="named") for paper in sample().papers[:2])
    report = replace(sample(), papers=(*papers, *sample().papers[2:]))
    assert "2 papers only by the id that you gave" in flow_told(flow_steps(report)).split(";")[0]


_COUNTS = st.integers(0, 10**9)


@given(
    st.dictionaries(st.text(max_size=40), _COUNTS, max_size=30), st.dictionaries(st.text(max_size=400), _COUNTS, max_size=4),
    _COUNTS, st.booleans(),
)  # fmt: skip
def test_boxes_hold_their_lines_and_never_meet(
    sources: dict[str, int], kinds: dict[str, int], some: int, narrow: bool
) -> None:
    flow = Flow(
        identified=some, duplicates=some, screened=some, excluded=some, included=some, identified_by=sources, chased=some // 2,
        left_out=some, excluded_by=kinds, sought=some, not_retrieved=some,
    )  # fmt: skip
    drawing = draw(flow_steps(replace(sample(), flow=flow)), narrow)
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
        assert all(box.y < line.y < box.y + box.height for line in box.lines)
        assert max(len(line.text) for line in box.lines) <= 42
        for other in drawing.boxes:
            apart = box.x + box.width <= other.x or other.x + other.width <= box.x
            apart = apart or box.y + box.height <= other.y or other.y + other.height <= box.y
            assert apart or box == other
    assert drawing.height < 4000


# --- queries, batches, overlap, silence -------------------------------------------------------------------------


def test_what_a_revision_asked_whose_draft_was_not_kept_returned_none_of_the_records() -> None:
    report = five_databases()
    manifest = report.manifest
    again = [{**query, "round": 1, "batch": 9} for query in manifest.queries if query["source"] == "arxiv"]
    batch = {"batch": 9, "round": 1, "what": "queries", "records": 7, "new": 1, "relevant": 0}
    manifest = replace(
        manifest, queries=(*manifest.queries, *again), batches=(*manifest.batches, batch), settings={"kept_round": 0}
    )  # fmt: skip
    before, after = View(report, texts).search, View(replace(report, manifest=manifest), texts).search
    assert again
    assert (after.sent, after.sources) == (before.sent, before.sources)
    assert [item.purpose for item in after.asked][-1] == "for a revision whose draft was not kept"
    assert after.asked[-1].queries == tuple(query for query in after.asked[-1].queries if query.dropped)
    for name in ("md", "html"):
        assert "revision 1, its draft not kept" in file(name, replace(report, manifest=manifest))
    kept = replace(report, manifest=replace(manifest, settings={"kept_round": 1}))
    assert View(kept, texts).search.sent > before.sent


def test_each_query_stands_byte_for_byte_with_hits_date_and_batch() -> None:
    report = five_databases()
    page, text = file("html", report), file("md", report)
    seen = read(page).replace("&#34;", '"')
    for query in report.manifest.queries:
        if query.get("what") == "look_up":
            continue
        told = f"{query['hits']} {'hit' if query['hits'] == 1 else 'hits'}"
        chase = " (references and citations)" if query.get("what") == "chase" else ""
        source = query["source"].replace("_", " ")
        assert f"{query['query']} {told} · 2026-11-20 · batch {query['batch']}" in seen
        assert f"- {source}{chase}: `{query['query']}` ({told}), 2026-11-20, batch {query['batch']}\n" in text


def test_what_followed_citations_or_looked_things_up_is_told_apart_from_the_search() -> None:
    report = five_databases()
    assert [(item.source, item.purpose[:10], item.told) for item in asked(report)] == [
        ("arxiv", "", "2 queries, 47 hits"), ("crossref", "", "2 queries, 1211 hits"),
        ("europe pmc", "", "2 queries, 7 hits"), ("openalex", "", "2 queries, 68 hits"),
        ("semantic scholar", "", "2 queries, 95 hits"), ("openalex", "references", "1 query, 50 hits"),
        ("crossref", "looked up:", "1 query, 2 hits"),
    ]  # fmt: skip
    text = file("md", report)
    assert (
        "10 queries to 5 sources (arxiv, crossref, europe pmc, openalex, semantic scholar) returned 170 records; "
        "references and citations of included papers gave 57 more." in text
    )
    assert (
        "- crossref (looked up: notices, identifiers, open copies): `10.9999/ex.1, 10.9999/ex.9` (2 hits), 2026-11-20\n"
        in text
    )


def test_a_revision_is_named_and_a_query_without_a_date_has_the_report_s() -> None:
    query = {"source": "arxiv", "query": "all:x", "hits": None, "round": 1, "batch": 3}
    report = replace(sample(), manifest=replace(sample().manifest, queries=(query,)))
    assert "- arxiv: `all:x`, 2026-11-20, batch 3, revision 1" in file("md", report)
    assert "hits not counted · 2026-11-20 · batch 3 · revision 1" in read(file("html", report))


def test_batches_say_what_each_brought_and_what_that_does_not_say() -> None:
    text = file("md", five_databases())
    assert "| 1 | queries | 101 | 62 | 5 |" in text
    assert "| 4 | references and citations | 7 | 4 | 0 |" in text
    assert "is used up. It says nothing of works that use other words" in text
    assert "is used up, as far as those asked answered: some did not." in file("md", three_down())
    assert "Why the search stopped: The second chase brought no relevant work among 4 new ones." in text
    bars = re.findall(r'class="(new|relevant)" width="(\d+)"', file("html", five_databases()))
    assert bars == [("new", "1000"), ("relevant", "80"), ("new", "145"), ("relevant", "16"), ("new", "354"),
                    ("relevant", "32"), ("new", "64"), ("relevant", "0")]  # fmt: skip
    assert "What each batch brought" not in file("html", sample())  # one batch is no comparison


def test_overlap_counts_works_by_the_sources_that_returned_them() -> None:
    found = overlap(five_databases())
    assert found is not None
    assert found.totals == (("arxiv", 26, 12), ("crossref", 5, 0), ("europe pmc", 1, 1), ("openalex", 17, 3),
                            ("semantic scholar", 4, 4))  # fmt: skip
    assert found.told.startswith(
        "Of 34 works that the searches returned and screening kept or was unsure of, 20 came from one source only and 14 from "
        "several; what only citations brought is not among them. This is no proof"
    )
    text = file("md", five_databases())
    assert "| arxiv, crossref, openalex | 5 | 1 |" in text
    assert "| arxiv | 26 | 12 |" in text
    assert "This is no proof that the search is complete" in text
    assert read(file("html", five_databases())).count("● yes") == 9
    assert overlap(sample()) is None


def test_what_did_not_answer_stands_before_the_results_and_again_in_the_search() -> None:
    silent = "crossref, unpaywall, semantic scholar (citations)"
    page, text = read(file("html", three_down())), file("md", three_down())
    assert page.count(f"Did not answer: {silent} . What only they know is missing") == 2
    assert page.index("Did not answer") < page.index("examined against other works")
    assert text.index("**Did not answer: crossref") < text.index("## Answer")
    assert f"Without {silent}, which did not answer." in page
    assert "Did not answer" not in file("md", five_databases())


def test_the_last_lines_on_a_terminal_tell_it_too() -> None:
    told = " ".join(summary(three_down(), None, "0123").split())
    assert (
        "215 records found (57 of them references and citations), 20 papers screened, 6 included, 1 of these read in full text. "
        "Did not answer, so that what only they know is missing: crossref, unpaywall, semantic scholar (citations)."
        in told
    )
    assert "10 records found, 8 papers screened" in summary(sample(), None, "0123")
    assert "Did not answer" not in summary(sample(), None, "0123")


@pytest.mark.parametrize(("kind", "old", "new"), [
    ("md", "| Records screened | 20 |", "| Records screened | 200 |"), ("md", "(40 hits)", "(41 hits)"),
    ("html", '<td>Records screened</td><td class="num">20</td>', '<td>Records screened</td><td class="num">200</td>'),
])  # fmt: skip
def test_a_page_with_another_count_is_caught(kind: str, old: str, new: str) -> None:
    report = five_databases()
    page = file(kind, report)
    assert not as_printed(report, page, texts).faults
    assert page.count(old) == 1
    assert as_printed(report, page.replace(old, new), texts).faults


# --- papers -----------------------------------------------------------------------------------------------------


def test_a_retracted_paper_is_struck_and_says_who_says_so() -> None:
    page, text = file("html", five_databases()), file("md", five_databases())
    assert "<s><i>Every Task Gains.</i></s>" in page
    who = "crossref: retraction notice 10.9999/ex.9 (2022); openalex: marked as retracted"
    assert f"Retracted or withdrawn. {who}." in read(page)
    assert f"~~Every Task Gains.~~ gone20. **Retracted or withdrawn.** {who}. Reason: retracted" in text
    assert "who retracted it was not recorded" in file("md", replace(
        sample(), papers=(*sample().papers[:-1], replace(sample().papers[-1], notices=()))))  # fmt: skip
    # A notice that is no retraction is shown beside a reference that stands.
    assert read(page).index("crossref: corrected by 10.9999/ex.1c (2021).") < read(page).index(
        "[2] Lucia Marchetti"
    )


def test_references_say_how_they_were_found_and_judged() -> None:
    text = file("md", five_databases())
    assert "Read as: abstract. Published. Found in the references of an included paper." in text
    assert "Preprint. Found among papers that cite an included one. Screening unsure." in text
    assert (
        "- Screening: unsure; then included. Reason: included by you: it is the one that disagrees." in text
    )
    page = read(file("html", five_databases()))
    assert "abstract preprint found among papers that cite an included one screening unsure" in page


def test_the_record_of_a_paper_shows_where_its_sources_differ() -> None:
    for name in ("md", "html"):
        told = re.sub(r" (?=[:;])", "", read(file(name, five_databases())))
        assert "arxiv: text abababababab; crossref: text 0c0c0c0c0c0c" in told
        assert "9 of 10 sentences are the same." in told
        assert "“A Detour through English Helps Zero-Shot Transfer”" in told
        assert "“Lucia Marchetti, Pablo Ruíz”" in told
        assert "From arxiv: abstract, authors." in told
        assert "accepted manuscript, no licence" in told
    assert 'href="https://repository.example/marc21.pdf"' in file("html", five_databases())


def test_an_open_copy_at_no_web_address_is_no_link() -> None:
    copy = {"url": "javascript:alert(1)", "source": "unpaywall", "note": ""}
    (found,) = Listed(Paper(id="a", title="t", where_open=(copy,))).open_copies
    assert (found.url, found.told) == (None, "unpaywall; javascript:alert(1)")


def test_three_hundred_excluded_papers_are_grouped_counted_and_closed() -> None:
    report = many_excluded()
    groups = excluded_groups(report)
    assert [group.kind for group in groups][:2] == ["retracted", "excluded by you"]
    assert {group.kind for group in groups} == set(
        KINDS
    )  # a kind that has no place here would lose its papers
    assert sum(len(group.papers) for group in groups) == report.flow.excluded == 302
    assert {group.kind: len(group.papers) for group in groups} == report.flow.excluded_by
    page = file("html", report)
    assert page.count('<details class="fold" open><summary>Retracted') == 1
    opened = re.findall(r'<details class="fold" open><summary>(?!<bdi>)(\w+)', page)
    assert opened == ["Retracted"]
    for kind in ("published", "preprint", "chased", "unsure"):
        shown = len(re.findall(rf'<li class="p[^"]*\b{kind}\b', page))
        assert 0 < shown < 302
        assert f"#references:has(#pick-{kind}:checked) :is(.p:not(.{kind}), .fold:not(:has(.{kind})))" in page
        assert re.search(rf'id="pick-{kind}"> [a-z ]+ {shown}</label>', page)
    assert 'name="pick"' not in file("html", five_databases())


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("kind", ["md", "html", "json"])
def test_same_bytes_whatever_the_order_of_maps(name: str, kind: str) -> None:
    report = SEARCHES[name]()

    def turned(value: dict[str, object]) -> dict[str, object]:
        return dict(reversed(list(value.items())))

    flow = replace(
        report.flow,
        identified_by=turned(report.flow.identified_by),
        excluded_by=turned(report.flow.excluded_by),
    )  # type: ignore[arg-type]
    papers = tuple(replace(paper, given_by=turned(paper.given_by)) for paper in report.papers)  # type: ignore[arg-type]
    manifest = replace(report.manifest, batches=tuple(map(turned, report.manifest.batches)))
    assert file(kind, replace(report, flow=flow, papers=papers, manifest=manifest)) == file(kind, report)


@pytest.mark.parametrize("name", SEARCHES)
def test_the_records_of_the_search_are_written_and_read_back(name: str) -> None:
    from assignee.render.report_json import read as read_json

    text = file("json", SEARCHES[name]())
    assert file("json", read_json(json.loads(text))) == text


def test_notices_go_with_the_citation() -> None:
    note = "crossref: corrected by 10.9999/ex.1c (2021)."
    assert f"  note = {{{note}}}," in file("bib", five_databases())
    assert f"N1  - {note}\r\n" in file("ris", five_databases())
    assert json.loads(file("csl-json", five_databases()))[0]["note"] == note
    gone = replace(sample().papers[0], retracted=True, notices=("x & y\nz",))
    assert r"note = {Retracted. x \& y z.}" in file("bib", replace(sample(), papers=(gone,)))

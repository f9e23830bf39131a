"""The renderers that give text: same bytes, same counts, nothing cut, and nothing of a source that acts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sample_report import TEXTS, sample, texts_of, with_claim

from assignee.agents.rescore import rescore
from assignee.claims import Answer, AnswerStrength, Basis, Direction, Flow, Headline, Paper, Report, Status
from assignee.registry import load, names
from assignee.render.context import context_of
from assignee.render.escape import markdown
from assignee.render.links import arxiv_id, link_of, safe_url
from assignee.tools.text import stored

FILES = tuple(name for name in names("renderers") if name != "pdf")
NASTY = [
    r"On $\alpha$-stable $x_1$ & 100% of \textbf{things} #1 {unbalanced ~ ^",
    "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "a | b | c `code` *stars* _under_ [link](javascript:alert(1)) ![i](http://x.example/i.png)",
    "عنوان من اليمين \u202eto the left\u202c and \u2067isolated",
    "line one\nline two\r\n\r\n# heading\n- list",
    "word " * 1000,
    "&lt;b&gt; &amp;amp; &#x3c;",
    "{{ 7 * 7 }} {% for x in y %} ${jndi}",
    "-->]]></style></title></textarea><svg onload=alert(1)>",
    "1. first www.example.org https://example.org a@b.example",
]


def judged() -> Report:
    return rescore(sample(), texts_of(sample()))[0]


def file(name: str, report: Report, texts: Callable[[str], str] | None = None) -> str:
    text = load("renderers", name).render(report, texts or texts_of(report))
    assert isinstance(text, str)
    return text


def empty(status: Status = Status.NO_EVIDENCE) -> Report:
    answer = Answer(
        text="No included paper answers this.", direction=Direction.UNDETERMINED, strength=AnswerStrength.NONE,
        independent_works=0, not_covered=("sign languages",), claim_ids=(),
    )  # fmt: skip
    return replace(
        sample(), status=status, claims=(), papers=(), answer=answer, abstract="", sections={}, flow=Flow(),
        headline=Headline(), title="",
    )  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of the page, as far as these tests ask."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.marked: list[str] = []
        self.inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("mark", "script", "style"):
            self.inside.append(tag)
            if tag == "mark":
                self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "script" not in self.inside and "style" not in self.inside:
            self.text.append(data)
        if self.inside and self.inside[-1] == "mark":
            self.marked[-1] += data


def plain_markdown(text: str) -> str:
    """The text a reader of the rendered Markdown sees."""
    found: list[str] = []
    for block in MarkdownIt("commonmark").enable("table").parse(text):
        for child in block.children or ():
            assert child.type not in ("image", "html_inline"), child.content
            if child.type == "link_open":
                assert str(child.attrs["href"]).startswith("https://")
            if child.type in ("text", "code_inline"):
                found.append(child.content)
        assert block.type != "html_block", block.content
    return " ".join(found)


@pytest.mark.parametrize("name", FILES)
def test_same_report_same_bytes(name: str) -> None:
    assert file(name, judged()) == file(name, judged())
    shuffled = replace(
        judged(), papers=tuple(replace(p, ids=dict(reversed(list(p.ids.items())))) for p in judged().papers)
    )
    assert file(name, shuffled) == file(name, judged())


@pytest.mark.parametrize("name", FILES)
def test_an_empty_report_is_a_report(name: str) -> None:
    for status in Status:
        text = file(name, empty(status))
        assert text == "" or text.endswith("\n")
    if name in ("md", "html", "json"):
        assert "sign languages" in file(name, empty())


@pytest.mark.parametrize("name", ["md", "html", "json"])
def test_counts_agree_everywhere(name: str) -> None:
    report = judged()
    text = file(name, report)
    if name == "json":
        data = json.loads(text)
        assert data["headline"] == report.headline.to_dict()
        assert len(data["claims"]) == data["headline"]["claims"]
        return
    if name == "html":
        text = re.sub(r"\s+", " ", " ".join(Page(text).text))
        assert re.search(r"12 of 12 claims quoted", text)
        assert re.search(r"6 examined against other works 3 corroborated", text)
        assert text.count("characters ") == report.headline.claims
    else:
        assert (
            "**12** of 12 claims quoted word for word · **6** examined against other works · **3** corr"
            in text
        )
        rows = [
            line
            for line in text.splitlines()
            if re.search(r"\| [✓±–×] \((?:not measured|\d+ % wrong)\) \|", line)
        ]
        assert len(rows) == report.headline.claims
        assert "| Screening | Records screened | 8 |" in text
    assert report.abstract in text
    assert "returned 10 records" in text


@pytest.mark.parametrize("name", ["md", "html"])
def test_every_quote_stands_whole_in_quotation_marks(name: str) -> None:
    text = file(name, judged())
    text = plain_markdown(text) if name == "md" else "".join(Page(text).text)
    for item in sample().claims:
        assert f"“{item.claim.quote}”" in text


def test_a_quote_is_highlighted_inside_its_abstract() -> None:
    page = Page(file("html", judged()))
    for item in sample().claims:
        assert item.claim.quote in page.marked
    assert stored(TEXTS["lind20"]) in stored("".join(page.text))


def test_a_quote_from_a_full_text_has_three_sentences_on_each_side() -> None:
    text = " ".join(f"Sentence {at} stands here." for at in range(40))
    quote = "Sentence 20 stands here."
    start = text.index(quote)
    found = context_of(text, start, start + len(quote), quote, 100, 3)
    assert found.before == "Sentence 17 stands here. Sentence 18 stands here. Sentence 19 stands here. "
    assert found.after == " Sentence 21 stands here. Sentence 22 stands here. Sentence 23 stands here."
    assert (found.cut_before, found.cut_after) == (True, True)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 80))
def test_context_is_a_slice_of_the_text_around_the_quote(text: str, start: int, end: int, whole: int) -> None:
    quote = text[start:end]
    found = context_of(text, start, end, quote, whole, 1)
    assert found.quote == quote
    assert found.found == bool(quote)
    if found.found:
        assert text.find(found.before + found.quote + found.after) >= 0
        assert found.cut_before or text.startswith(found.before + found.quote)


def test_a_quote_that_is_not_at_its_place_is_shown_as_such() -> None:
    report = with_claim(judged(), "c1", start=0, end=10)
    assert "not at its place" in file("html", report)
    unread = file("html", judged(), {}.__getitem__)
    assert "not at its place" not in unread
    assert unread.count("The text around this quote is not at hand here.") >= judged().headline.claims


def test_basis_stands_beside_each_quote() -> None:
    text = file("md", judged())
    for line in text.splitlines():
        if line.startswith(("- ✓", "- ±", "- –", "- ×")):
            assert re.search(r"\b(abstract|digest|full text)\b", line), line
    assert "Which Language Before the Task? dua21. Read as: digest." in text


def test_the_answer_comes_first_in_one_sentence_then_strength_and_gaps() -> None:
    text = file("md", judged())
    after = text.split("## Answer", 1)[1].strip()
    assert after.startswith("**Yes, with disagreement: most of the included works")
    lines = after.splitlines()
    assert lines[2].startswith("Direction: **yes**. Strength: several independent works, inconsistent")
    assert lines[4] == "**Not covered.** No included paper mentions “XTREME-R”."
    html = file("html", judged())
    assert html.index('class="answer"') < html.index('class="tiles"') < html.index('id="abstract"')


def test_null_confidence_is_called_not_calibrated_with_the_reason() -> None:
    text = file("md", judged())
    assert "| × (not measured) | not calibrated | not adjudicated |" in text
    assert "No calibration set covers this domain for two of the claims." in text


def test_versioned_links_excluded_papers_queries_and_problems_are_listed() -> None:
    text = file("md", judged())
    assert "<https://arxiv.org/abs/9999.00001v2>" in text
    assert "Reason: words in common only: nothing on language models" in text
    assert '- library: `zero-shot "cross-lingual" | transfer` (3 hits), 2026-11-20, batch 1' in text
    assert "scan.pdf: no text could be read from it (image only)" in text


def test_missing_sections_are_empty_sections() -> None:
    for name in FILES:
        assert file(name, replace(judged(), sections={}))


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_the_machine_is_printed(name: str) -> None:
    text = file(name, judged())
    assert not re.search(r"\b\d{2}:\d{2}:\d{2}\b|/home/|/tmp/|/root/", text)


# --- what a source may not do -----------------------------------------------------------------------------------


def hostile(bad: str) -> tuple[Report, Callable[[str], str]]:
    """The sample with `bad` wherever a source, a question or a seat can put text."""
    report, text = judged(), stored(bad)
    paper = replace(
        report.papers[0],
        title=bad,
        authors=(bad, "B. and C."),
        venue=bad,
        url=bad,
        id="lind20",
        ids={"doi": bad, "arxiv": bad},
        reason=bad,
        notices=(bad,),
        sources=(bad,),
        given_by={bad: bad, "title": "arxiv"},
        conflicts=(
            {
                "field": bad,
                "values": [{"source": bad, "value": bad}, {"source": "x", "value": [bad]}],
                "note": bad,
            },
        ),
        where_open=({"url": bad, "source": bad, "note": bad},),
    )
    gone = replace(report.papers[-1], title=bad, authors=(bad,), notices=(bad,), conflicts=paper.conflicts)
    off = replace(report.papers[-2], reason=bad, where_open=paper.where_open, ids={"doi": bad})
    flow = replace(report.flow, identified_by={bad: 9, "library": 1}, excluded_by={bad: 1, "retracted": 1})
    report = replace(report, papers=(paper, *report.papers[1:-2], off, gone), flow=flow)
    report = replace(report, question=bad, title=bad, seed_paper=bad)
    report = with_claim(report, "c1", quote=text, start=0, end=len(text), text=bad, why=bad, section=bad)
    query = {"source": bad, "query": bad, "hits": 1, "date": bad, "batch": bad, "round": bad}
    batch = {"batch": bad, "round": bad, "what": bad, "records": 3, "new": 2, "relevant": 1}
    manifest = replace(
        report.manifest,
        queries=(query,),
        problems=(bad,),
        calibration={bad: {bad: bad}},
        batches=(batch, batch),
        overlap=({"sources": [bad, "arxiv"], "works": 2, "included": 1},),
        stopped=bad,
        not_answered=(bad,),
    )
    return replace(
        report,
        manifest=manifest,
        abstract=bad,
        answer=replace(report.answer, text=bad, not_covered=(bad,)),
        sections={
            **report.sections,
            "themes": [{"heading": bad, "claim_ids": ["c1"]}],
            "introduction": bad,
            "limitations_evidence": [bad],
        },
    ), ({**TEXTS, "lind20": text}).__getitem__


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_html_runs_and_loads_nothing_of_a_source(bad: str) -> None:
    page = Page(file("html", *hostile(bad)))
    names_seen = [tag for tag, _ in page.tags]
    assert names_seen.count("script") == names_seen.count("style") == names_seen.count("title") == 1
    assert not {"img", "iframe", "link", "object", "embed", "form", "textarea", "base"} & set(names_seen)
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name in ("style", "src", "srcset")], (
            tag
        )
        if "href" in attrs:
            assert re.match(r"#|https?://", str(attrs["href"]))
    seen = "".join(page.text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", seen)
    assert stored(re.sub("[\u202a-\u202e\u2066-\u2069]", "", bad)) in stored(seen)


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_markdown_shows_a_source_as_it_is(bad: str) -> None:
    report, texts = hostile(bad)
    seen = plain_markdown(file("md", report, texts))
    bare = re.sub("[\u2066-\u2069\u202a-\u202e]", "", stored(bad))
    assert " ".join(bare.split()) in re.sub("[\u2066-\u2069]", "", seen)
    width = 0
    for line in file("md", report, texts).splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert bars in (0, width) or not width, line
        width = bars


@pytest.mark.parametrize(
    "bad", ["a \udcff b \ud800", "\x00\x1b[31m\x07 y", "x" * 20_000], ids=["surrogates", "controls", "huge"]
)
@pytest.mark.parametrize("name", names("renderers"))
def test_what_no_encoding_holds_and_what_is_huge_is_rendered(name: str, bad: str) -> None:
    report, texts = hostile(bad[:800] if name == "pdf" else bad)  # typst is slow with long words
    made = load("renderers", name).render(report, texts)
    assert made if isinstance(made, bytes) else made.encode("utf-8")


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_bibtex_stays_in_balance(bad: str) -> None:
    text = file("bib", *hostile(bad))
    entries = parse_bibtex(text)
    assert len(entries) == sum(paper.included for paper in sample().papers)
    assert len({key for key, _ in entries}) == len(entries)
    title = entries[0][1]["title"]
    assert not re.search(r"(?<!\\)[$&#%_^~]|\n", title)


def parse_bibtex(text: str) -> list[tuple[str, dict[str, str]]]:
    """As BibTeX reads it: braces are counted, backslashes hide none of them."""
    entries, at = [], 0
    while (at := text.find("@", at)) >= 0:
        head = re.compile(r"@(\w+)\{([a-z0-9-]+),\n").match(text, at)
        assert head, text[at : at + 60]
        at, fields = head.end(), {}
        while text[at] != "}":
            field = re.compile(r"  (\w+) = \{").match(text, at)
            assert field, text[at : at + 60]
            at, depth, start = field.end(), 1, field.end()
            while depth:
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
            fields[field[1]] = text[start : at - 1]
            assert text[at : at + 2] == ",\n"
            at += 2
        entries.append((head[2], fields))
        at += 1
    return entries


@given(st.text(max_size=80))
@example("_a_b_ __c__ 1) x")
@example("a\\|b\\")
@example("&copy; &#60; <a@b.example>")
def test_escaped_markdown_reads_as_the_text_itself(text: str) -> None:
    wanted = " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).split())
    wanted = re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]", "", wanted)
    wanted = " ".join(wanted.split())
    for frame in ("x {} y", "{}", "| a |\n|---|\n| {} |"):
        seen = plain_markdown(frame.format(markdown(text)))
        assert wanted in re.sub("[\u2068\u2069]", "", seen)


def test_the_policy_names_the_one_style_and_the_one_script() -> None:
    html = file("html", judged())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    told = policy[1].replace("&#39;", "'")
    assert told.startswith("default-src 'none'")
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert body
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in told


def test_every_link_inside_the_page_has_its_target() -> None:
    page = Page(file("html", judged()))
    targets = [str(attrs["id"]) for _, attrs in page.tags if "id" in attrs]
    assert len(targets) == len(set(targets))
    for _, attrs in page.tags:
        if str(attrs.get("href", "")).startswith("#"):
            assert str(attrs["href"])[1:] in targets


@pytest.mark.parametrize(
    ("paper", "link"),
    [
        (Paper(id="a", title="t", ids={"arxiv": "2005.13013v2"}), "https://arxiv.org/abs/2005.13013v2"),
        (
            Paper(id="a", title="t", ids={"arxiv": "2005.13013"}, version="v3"),
            "https://arxiv.org/abs/2005.13013v3",
        ),
        (Paper(id="a", title="t", ids={"arxiv": "cs/0112017"}), "https://arxiv.org/abs/cs/0112017"),
        (
            Paper(id="a", title="t", ids={"arxiv": "javascript:1", "doi": '10.1/a b"c'}),
            "https://doi.org/10.1/a%20b%22c",
        ),
        (Paper(id="a", title="t", ids={"acl": "P19-1439"}), "https://aclanthology.org/P19-1439"),
        (Paper(id="a", title="t", url="javascript:alert(1)"), None),
        (Paper(id="a", title="t", url="https://example.org/a b"), "https://example.org/a%20b"),
        (Paper(id="a", title="t", basis=Basis.DIGEST), None),
    ],
)
def test_links(paper: Paper, link: str | None) -> None:
    assert link_of(paper) == link


def test_an_arxiv_id_that_carries_its_version_keeps_it() -> None:
    assert arxiv_id(Paper(id="a", title="t", ids={"arxiv": "2005.13013v2"}, version="5")) == "2005.13013v2"


@given(st.text(max_size=50))
def test_no_address_but_a_web_address_is_a_link(text: str) -> None:
    for url in (text, f"https://{text}", f"javascript:{text}", f"https://example.org/{text}"):
        found = safe_url(url)
        assert found is None or re.fullmatch(r"https?://[^\s<>\"'`{}|\\()]+", found)


def with_sides() -> Report:
    """The sample with both sides of an agreement, settings, figures and what was measured of outcomes."""
    report = sample()
    told = {item.claim.id: item.claim for item in report.claims}
    rows = [
        {"field": "language", "one": ["eleven languages"], "other": [], "relation": "one side only"},
        {"field": "measure", "one": ["accuracy"], "other": ["F1 | score"], "relation": "differs"},
    ]

    def entry(mine: str, other: str, listed: str) -> dict[str, object]:
        side = told[other]
        place = {"paper_id": side.paper_id, "quote": side.quote, "start": side.start, "end": side.end}
        return {
            "claim_id": mine,
            "paper_ids": [side.paper_id],
            "text": "So it is.",
            listed: [{**place, "settings": rows}],
        }

    numbers = [
        {"claim_id": "c2", "figure": "4.6 points", "role": "change", "measure": ["accuracy"], "data": [],
         "comparable_with": [], "why": "other units"},
        {"claim_id": "c6", "figure": "3.2 points", "role": "change", "measure": ["accuracy"], "data": ["XNLI"],
         "comparable_with": ["c2"], "why": ""},
    ]  # fmt: skip
    by_outcome = {"corroborated": {"outcomes": 23, "agreed": 0.391, "confidence": 0.405}}
    return replace(
        judged(),
        sections={
            **judged().sections,
            "agreements": [entry("c1", "c2", "with"), entry("c2", "c1", "with")],
            "contradictions": [entry("c4", "c5", "against"), entry("c5", "c4", "against"), entry("c6", "c5", "against")],
            "numbers": numbers,
            "would_change": ["A second work on sign languages."],
        },
        manifest=replace(report.manifest, calibration={"measured": {"outcomes": 298, "by_outcome": by_outcome}}),
    )  # fmt: skip


def test_each_pair_stands_once_side_by_side_with_its_settings() -> None:
    text = file("md", with_sides())
    part = text.split("## 4 Agreements", 1)[1].split("### Which works", 1)[0]
    assert part.count("**Agreement.**") == 1
    assert part.count("**Contradiction.**") == 2  # c4 against c5 and c5 against c4 are one pair
    assert "| | Lindqvist et al. (2020) [1] | Marchetti and Ruiz (2021) [2] | |" in part
    assert "| language | “eleven languages” | not named | one side only |" in part
    assert r"| measure | “accuracy” | “F1 \| score” | differs |" in part
    page = " ".join(" ".join(Page(file("html", with_sides())).text).split())
    assert page.count("Agreement.") == 1
    assert page.count("Contradiction.") == 2
    assert "language “eleven languages” not named one side only" in page


def test_settings_that_nobody_looked_for_are_not_said_to_be_missing() -> None:
    for name in ("md", "html"):
        text = file(name, judged())
        assert "question answering against nine mixed tasks." in text
        assert "no task, data, language or model" not in text
        assert "Neither quote names" not in text
    none = {"settings": []}
    entry = judged().sections["contradictions"][0]
    entry = {**entry, "against": [{**side, **none} for side in entry["against"]]}
    text = file("md", replace(judged(), sections={**judged().sections, "contradictions": [entry]}))
    assert "| settings | not named | not named | no task, data, language or model to compare |" in text


def test_figures_say_with_what_they_compare_or_that_they_do_not() -> None:
    text = file("md", with_sides())
    assert (
        "| c2 [2] | “4.6 points” (change) | measure: “accuracy”; not named: data, task, language, model | "
        "not comparable: other units |" in text
    )
    assert "| c6 [6] | “3.2 points” (change) |" in text
    assert "not named: task, language, model | with c2 |" in text
    assert "No claim holds a figure" in file("md", judged())


def test_the_measured_error_stands_beside_the_word_verified() -> None:
    text = file("md", with_sides())
    assert "| Claim | Verified (measured error) | Confidence |" in text
    assert "| ✓ (61 % wrong) |" in text
    assert "| corroborated | 3 | 0.76 | 0.39 | 14 of 23 read were wrong |" in text
    assert re.search(r"\| contested \| 2 \| 0\.5\d \| not measured \| no outcome of this kind was read", text)
    page = " ".join(Page(file("html", with_sides())).text)
    assert "(61 % wrong)" in page


def test_the_map_says_in_words_which_work_bears_on_which_claim() -> None:
    report = with_sides()
    rows: dict[str, list[str]] = {}
    for line in file("md", report).split("### Which works", 1)[1].split("## 5", 1)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows[cells[0]] = cells[1:]
    columns = rows["Claim"]
    evidence = {
        (item.claim.id, piece.paper_id, piece.stance.value)
        for item in report.claims
        for verdict in item.verdicts
        for piece in verdict.evidence
        if verdict.verifier != "quote_check" and piece.stance.value in ("support", "contradict")
    }
    numbers = {f"[{at}]": paper.id for at, paper in enumerate(
        [paper for paper in report.papers if paper.included], start=1)}  # fmt: skip
    told = {
        (name, numbers[column], word.rstrip("s"))
        for name, cells in rows.items() if name.startswith("c") and name != "claim"
        for column, word in zip(columns, cells, strict=True) if word not in ("", "its source")
    }  # fmt: skip
    assert told == evidence


def test_a_paraphrase_and_its_quote_are_told_apart() -> None:
    report = judged()
    (claim,) = [item.claim for item in report.claims if item.outcome.value == "grounded"]
    assert not claim.verbatim
    assert f"In our words; its source says: “{claim.quote}”" in plain_markdown(file("md", report))
    page = " ".join(" ".join(Page(file("html", report)).text).split())
    assert f"in our words; its source says “{claim.quote}”" in page
    verbatim = file("md", with_claim(report, claim.id, verbatim=True))
    assert verbatim.count("In our words") == file("md", report).count("In our words") - 2


def test_what_made_the_report_is_listed() -> None:
    text = file("md", judged())
    assert "| model | embedder | all-MiniLM-L6-v2 int8 |" in text
    assert f"| library | library | {'0' * 64} |" in text


def test_citations_in_the_answer_are_numbered_and_lead_to_their_claim() -> None:
    report = judged()
    report = replace(
        report, answer=replace(report.answer, text="Yes [c1]. But [c5] says no, and [c99] is nothing.")
    )
    text = file("md", report)
    assert "**Yes [1].**" in text
    assert r"But [3] says no, and \[c99\] is nothing." in text
    tags = Page(file("html", report)).tags
    links = [attrs.get("href") for tag, attrs in tags if tag == "a"]
    assert "#claim-1" in links
    assert "#claim-5" in links


def test_the_page_can_be_walked_without_eyes() -> None:
    page = Page(file("html", with_sides()))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("main") == tags.count("h1") == tags.count("nav") == tags.count("footer") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    for tag, attrs in page.tags:
        if tag == "svg":
            assert attrs.get("aria-hidden") == "true" or attrs.get("aria-label")
        if attrs.get("tabindex") is not None:
            assert attrs["tabindex"] == "0"
            assert attrs.get("aria-labelledby")
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert all(attrs["aria-labelledby"] in ids for _, attrs in page.tags if "aria-labelledby" in attrs)


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


def test_no_eight_words_of_a_source_stand_outside_quotation_marks() -> None:
    # Titles of papers are quoted by nobody, and the words of a paraphrase are checked by its seats.
    report = with_sides()
    text = plain_markdown(file("md", report).split("## 9 References", 1)[0])
    own = re.sub(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”", " | ", text)
    for item in report.claims:
        own = own.replace(item.claim.text, " | ")
    sources = set().union(*(runs(source) for source in TEXTS.values()))
    assert len(sources) > 100
    assert not runs(own) & sources


def test_bibtex_keys_are_unique_and_names_with_and_are_braced() -> None:
    paper = replace(sample().papers[0], authors=("Smith and Sons", "Lee, Kim"))
    text = file("bib", replace(sample(), papers=(paper, paper, *sample().papers)))
    keys = [key for key, _ in parse_bibtex(text)]
    assert len(keys) == len(set(keys)) == 8
    assert "author = {{Smith and Sons} and Lee, Kim}" in text


# --- what can be read -------------------------------------------------------------------------------------------


def colours(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """The named colours of the light and the dark page."""
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    pick = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});")
    return dict(pick.findall(light)), {**dict(pick.findall(light)), **dict(pick.findall(dark))}


def luminance(colour: str) -> float:
    value = colour.lstrip("#")
    value = "".join(2 * char for char in value) if len(value) == 3 else value
    parts = [int(value[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [(ink, ground) for ink in ("ink", "soft", "accent", "good", "bad", "plain") for ground in ("paper", "card")]
    + [(name, f"{name}-bg") for name in ("good", "bad", "split", "plain")]
    + [("card", "good"), ("card", "bad"), ("card", "accent"), ("mark-ink", "mark"), ("ink", "plain-bg"),
       ("accent", "split-bg")],
)  # fmt: skip
def test_text_stands_out_from_its_ground(ink: str, ground: str, theme: int) -> None:
    html = file("html", judged())
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    held = colours(style[1])[theme]
    light, dark = sorted((luminance(held[ink]), luminance(held[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5, (held[ink], held[ground])


ODD: list[object] = [5, "x", [], [5], {}, [{}], None, [None], {"a": [1]}, [["x"]], True]
FREE = (
    "themes", "agreements", "contradictions", "numbers", "would_change", "not_comparable", "limitations_evidence",
    "limitations_process", "introduction", "confidence_note",
)  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_what_the_schema_leaves_open_may_hold_anything(value: object) -> None:
    """A report sealed by someone else's program: odd, but every format of it is made."""
    report = judged()
    inner = {name: [{"claim_id": "c1", "claim_ids": value, "against": value, "with": value, "paper_ids": value,
                     "settings": value, "measure": value, "comparable_with": value}] for name in FREE}  # fmt: skip
    held = value if isinstance(value, dict) else {"measured": value}
    manifest = replace(
        report.manifest,
        queries=({"source": value, "query": value, "hits": value, "batch": value, "date": value}, {}),
        batches=({"batch": value, "what": value, "records": value, "new": 1, "relevant": value}, {}, held),
        overlap=(
            {"sources": value, "works": value, "included": value},
            {"sources": ["a", "b"], "works": 1},
            held,
        ),
        library=({"path": value, "documents": value, "unreadable": value}, {}),
        settings={"max_papers": value},
        calibration={**held, "measured": {"by_outcome": {"quoted": value}}},
    )
    conflicts = (
        {"field": value, "values": value, "note": value},
        {"values": [{"source": value, "value": value}]},
        held,
    )
    papers = tuple(
        replace(paper, conflicts=conflicts, where_open=({}, {"url": ""})) for paper in report.papers
    )
    for sections in (dict.fromkeys(FREE, value), inner):
        for name in names("renderers"):
            odd = replace(report, sections=sections, manifest=manifest, papers=papers)
            assert load("renderers", name).render(odd, texts_of(odd))

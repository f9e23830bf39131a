"""The four files: same bytes, same counts, nothing cut, and nothing of a source that acts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

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

FILES = names("renderers")
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
    text = load("renderers", name)(report, texts or texts_of(report))
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
    if name != "references.bib":
        assert "sign languages" in file(name, empty())


@pytest.mark.parametrize("name", ["report.md", "report.html", "report.json"])
def test_counts_agree_everywhere(name: str) -> None:
    report = judged()
    text = file(name, report)
    if name == "report.json":
        data = json.loads(text)
        assert data["headline"] == report.headline.to_dict()
        assert len(data["claims"]) == data["headline"]["claims"]
        return
    if name == "report.html":
        text = re.sub(r"\s+", " ", " ".join(Page(text).text))
        assert re.search(r"12 of 12 claims quoted", text)
        assert re.search(r"6 examined against other works 3 corroborated", text)
        assert text.count("characters ") == report.headline.claims
    else:
        assert (
            "**12** of 12 claims quoted word for word · **6** examined against other works · **3** corr"
            in text
        )
        rows = [line for line in text.splitlines() if re.search(r"\| [✓±–×] \|", line)]
        assert len(rows) == report.headline.claims
        assert "| Screened | 8 |" in text
    assert report.abstract in text
    assert "returned 10 records" in text


@pytest.mark.parametrize("name", ["report.md", "report.html"])
def test_every_quote_stands_whole_in_quotation_marks(name: str) -> None:
    text = file(name, judged())
    text = plain_markdown(text) if name == "report.md" else "".join(Page(text).text)
    for item in sample().claims:
        assert f"“{item.claim.quote}”" in text


def test_a_quote_is_highlighted_inside_its_abstract() -> None:
    page = Page(file("report.html", judged()))
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
    assert "not at its place" in file("report.html", report)
    assert "not at its place" in file("report.html", judged(), {}.__getitem__)


def test_basis_stands_beside_each_quote() -> None:
    text = file("report.md", judged())
    for line in text.splitlines():
        if line.startswith(("- ✓", "- ±", "- –", "- ×")):
            assert re.search(r"\b(abstract|digest|full text)\b", line), line
    assert "Which Language Before the Task? dua21. Read as: digest." in text


def test_answer_comes_first_and_starts_with_what_is_not_covered() -> None:
    text = file("report.md", judged())
    after = text.split("## 1 Answer", 1)[1].strip()
    assert after.startswith("**Not covered.** No included paper mentions “XTREME-R”.")
    html = file("report.html", judged())
    assert html.index('class="answer"') < html.index('class="tiles"') < html.index('id="abstract"')


def test_null_confidence_is_called_not_calibrated_with_the_reason() -> None:
    text = file("report.md", judged())
    assert "| × | not calibrated | not adjudicated |" in text
    assert "Confidence: No calibration set covers this domain for two of the claims." in text


def test_versioned_links_excluded_papers_queries_and_problems_are_listed() -> None:
    text = file("report.md", judged())
    assert "<https://arxiv.org/abs/9999.00001v2>" in text
    assert "Reason: words in common only: nothing on language models" in text
    assert '- library: `zero-shot "cross-lingual" | transfer` (3 hits)' in text
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
    )
    report = replace(report, question=bad, title=bad, papers=(paper, *report.papers[1:]), seed_paper=bad)
    report = with_claim(report, "c1", quote=text, start=0, end=len(text), text=bad, why=bad, section=bad)
    query = {"source": bad, "query": bad, "hits": 1}
    manifest = replace(report.manifest, queries=(query,), problems=(bad,), calibration={bad: {bad: bad}})
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
    page = Page(file("report.html", *hostile(bad)))
    names_seen = [tag for tag, _ in page.tags]
    assert names_seen.count("script") == names_seen.count("style") == names_seen.count("title") == 1
    assert not {"img", "iframe", "link", "object", "embed", "form", "textarea", "base"} & set(names_seen)
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name in ("style", "src", "srcset")], (
            tag
        )
        if "href" in attrs:
            assert re.match(r"#|https?://", str(attrs["href"]))
    assert stored(bad) in stored("".join(page.text))


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_markdown_shows_a_source_as_it_is(bad: str) -> None:
    report, texts = hostile(bad)
    seen = plain_markdown(file("report.md", report, texts))
    bare = re.sub("[\u2066-\u2069\u202a-\u202e]", "", stored(bad))
    assert " ".join(bare.split()) in re.sub("[\u2066-\u2069]", "", seen)
    rows = [line for line in file("report.md", report, texts).splitlines() if line.startswith("| ")]
    for line in rows:
        assert len(re.findall(r"(?<!\\)\|", line)) in (3, 4, 6), line


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_bibtex_stays_in_balance(bad: str) -> None:
    text = file("references.bib", *hostile(bad))
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
    html = file("report.html", judged())
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
    page = Page(file("report.html", judged()))
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


def test_bibtex_keys_are_unique_and_names_with_and_are_braced() -> None:
    paper = replace(sample().papers[0], authors=("Smith and Sons", "Lee, Kim"))
    text = file("references.bib", replace(sample(), papers=(paper, paper, *sample().papers)))
    keys = [key for key, _ in parse_bibtex(text)]
    assert len(keys) == len(set(keys)) == 8
    assert "author = {{Smith and Sons} and Lee, Kim}" in text

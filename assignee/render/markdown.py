"""report.md: the report as plain Markdown, readable as it stands."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from assignee.claims import Report

from .escape import Markdown, markdown
from .labels import plural, reviewer_title, sentence
from .renderer import Renderer, Texts
from .sides import Side
from .view import Reference, View

__all__ = ["RENDERER", "render"]


def render(report: Report, texts: Texts) -> str:
    """The report as Markdown (CommonMark with tables). Everything that is not ours is escaped, nothing is cut."""
    page = _template().render(view=View(report, texts), report=report)
    lines = [line.rstrip() for line in page.splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip() + "\n"


@cache
def _template() -> Template:
    # Every expression is escaped as Markdown by `finalize`; what is Markdown already says so by its type.
    loader = PackageLoader("assignee.render", "templates")
    env = Environment(
        loader=loader,
        finalize=markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    env.filters.update(ref=_ref, link=_link, code=_code, quoted=_quoted, counted=plural, words=_words)
    env.filters.update(reviewer=reviewer_title, sentence=sentence, cited=_cited, side=_side, raw=Markdown)
    return env.get_template("report.md.j2")


def _ref(reference: Reference | None) -> Markdown:
    return Markdown(f"[{reference.number}]" if reference else "[outside the set]")


def _link(url: str) -> Markdown:
    return Markdown(f"<{url}>")


def _quoted(text: str) -> Markdown:
    """Source text in quotation marks."""
    return Markdown(f"“{markdown(text)}”")


def _cited(text: str, view: View) -> Markdown:
    """Running text in which each claim id in brackets is the number of the claim's reference."""
    told: list[str] = []
    for part, claim in view.citations(text):
        space = " " if told and part[:1].isspace() else "", " " if part[-1:].isspace() else ""
        told.append(_ref(claim.reference) if claim else f"{space[0]}{markdown(part)}{space[1]}")
    return Markdown("".join(told))


def _side(side: Side, view: View) -> Markdown:
    """Who says it: author, year, number."""
    who = side.paper.cite if side.paper else side.paper_id
    return Markdown(f"{markdown(who)} {_ref(view.reference(side.paper_id))}")


def _words(name: str) -> str:
    return str(name).replace("_", " ")


def _code(value: object) -> Markdown:
    """Text byte for byte in a code span, fenced by more backticks than it holds; a line break shows as ⏎."""
    text = "".join("⏎" if char in "\r\n\u2028\u2029" else char for char in str(value))
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    ticks = "`"
    while ticks in text:
        ticks += "`"
    space = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return Markdown(f"{ticks}{space}{text}{space}{ticks}")


RENDERER = Renderer("md", "report.md", render, default=True)

"""report.html: one file that loads nothing, works without scripts, and shows every quote in its place."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from assignee.claims import Report

from .escape import BIDI
from .labels import plural, reviewer_title, sentence
from .renderer import Renderer, Texts
from .view import View

__all__ = ["RENDERER", "render"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def render(report: Report, texts: Texts) -> str:
    """The report as one HTML page. Everything that is not ours is escaped; its content security policy allows no
    request, no inline handler, and only the one style and the one script whose hashes it names."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _template().render(
        view=View(report, texts), report=report, style=Markup(style), script=Markup(script), policy=policy
    )
    return re.sub(r"\n\s*\n+", "\n", page).strip() + "\n"


@cache
def _template() -> Template:
    loader = PackageLoader("assignee.render", "templates")
    env = Environment(
        loader=loader,
        autoescape=True,
        finalize=_clean,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(counted=plural, words=_words, reviewer=reviewer_title, sentence=sentence)
    return env.get_template("report.html.j2")


def _asset(name: str) -> str:
    # Blank lines go here already: the hash in the policy is that of the bytes that are served.
    text = files("assignee.render").joinpath("templates", name).read_text(encoding="utf-8")
    return re.sub(r"\n\s*\n+", "\n", text).strip()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _clean(value: object) -> object:
    """Control characters and lone surrogates have no place in HTML; bidirectional controls would reorder our words."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _CONTROL.sub("\ufffd", BIDI.sub("", value))


def _words(name: str) -> str:
    return str(name).replace("_", " ")


RENDERER = Renderer("html", "report.html", render, default=True)

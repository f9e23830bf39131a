"""The files that a review writes, and one report in one format."""

from __future__ import annotations

from assignee.claims import Report
from assignee.registry import load, names

from .renderer import Renderer, Texts

__all__ = ["render_as", "report_files"]


def report_files(report: Report, texts: Texts) -> dict[str, str]:
    """File name to text, for every renderer that is a default one, in the order of the registry."""
    found: dict[str, str] = {}
    for name in names("renderers"):
        renderer: Renderer = load("renderers", name)
        if renderer.default:
            content = renderer.render(report, texts)
            found[renderer.file] = content if isinstance(content, str) else content.decode("utf-8")
    return found


def render_as(name: str, report: Report, texts: Texts) -> tuple[str, bytes]:
    """(file name, content) of a report in one format. Raises UserError for an unknown format or a missing extra."""
    renderer: Renderer = load("renderers", name)
    content = renderer.render(report, texts)
    return renderer.file, content.encode("utf-8") if isinstance(content, str) else content

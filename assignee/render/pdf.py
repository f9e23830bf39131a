"""report.pdf: the report set by typst, which needs no system library and brings its fonts.

The typst source is a template that never changes. All of the report goes in as JSON and is set as strings, which
typst does not parse as markup: there is nothing to escape, whatever a title or a quote holds.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from assignee.claims import Report
from assignee.errors import UserError

from .pdf_data import pdf_data
from .renderer import Renderer, Texts
from .view import View

__all__ = ["RENDERER", "render"]

_NO_FONT = re.compile(r"the text `(.+?)` could not be displayed with font")
# What the fonts inside typst hold: Latin, Greek, Cyrillic, Hebrew, punctuation and common signs.
_HELD = re.compile("[\u0000-\u058f\u0590-\u05ff\u1e00-\u1fff\u2000-\u23ff\u2500-\u27bf\ufb00-\ufb4f\ufffd]*")


def render(report: Report, texts: Texts) -> bytes:
    """The report as PDF, the same bytes for the same report where typst is the same.

    System fonts are looked at only where the report holds signs that typst's own fonts lack. Raises UserError, in one
    line, where typst is not installed or cannot set the page.
    """
    try:
        import typst
    except ImportError as error:
        raise UserError("PDF needs typst; install it: pip install 'assignee[pdf]'") from error
    data = json.dumps(pdf_data(View(report, texts)), ensure_ascii=False)
    try:
        made = typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"report": data},
            ignore_system_fonts=bool(_HELD.fullmatch(data)),
            pdf_standards="ua-1",  # tagged, so that a screen reader can follow it
        )
    except (RuntimeError, ValueError) as error:
        told = " ".join(str(error).split())
        if missing := _NO_FONT.search(told):
            raise UserError(
                f"PDF needs a font for {missing[1]}: install one that holds it (the Noto fonts do), or take another format"
            ) from error
        raise UserError(f"typst cannot set the PDF: {told}") from error
    if not isinstance(made, bytes):
        raise UserError("typst gave no PDF")
    return made


@cache
def _template() -> bytes:
    return files("assignee.render").joinpath("templates", "report.typ").read_bytes()


RENDERER = Renderer("pdf", "report.pdf", render)

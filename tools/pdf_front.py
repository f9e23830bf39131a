"""Title, authors, year and identifiers of a PDF, from its first page and its document information.

Guessed conservatively: what is not clear stays empty, because a wrong author or year is a wrong citation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .identifiers import identifiers
from .pdf_layout import Flow
from .pdf_lines import Line, Pdf
from .record import people
from .text import fold, stored

__all__ = ["Front", "front"]

_JUNK_TITLE = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|title|paper|manuscript|document|main|template|arxiv|doi|pii)\b|"
    r"\.(?:docx?|pdf|tex|dvi|indd|qxd)$|^[\w-]+$|formatting instructions|^\W*$",
    re.I,
)
_AFFILIATION = re.compile(
    r"universit|institut|department|school|college|laborator|\blabs?\b|research|center|centre|academy|hospital|"
    r"faculty|division|foundation|inc\.|\bltd\b|gmbh|corporation|\bAI\b|google|microsoft|facebook|meta\b|amazon|"
    r"tencent|alibaba|baidu|bytedance|ibm|nvidia|openai|deepmind|allen|street|road|china|usa|germany|france|japan|"
    r"kingdom|switzerland|canada|india|korea|italy|@|http|www\.|e-?mail|abstract|demo:",
    re.I,
)
_NAME = re.compile(
    r"^(?:[A-Z][\w'’.-]*\.?|[A-Z]\.(?:-?[A-Z]\.)*)(?:\s+(?:van|von|de|der|den|del|della|di|da|dos|la|le|ten|ter|bin|al|el))*"
    r"(?:\s+(?:[A-Z][\w'’.-]*|(?:van|von|de|der|den|del|della|di|da|dos|la|le|ten|ter)))*\s+[A-Z][\w'’-]*(?:\s+(?:Jr|Sr)\.?)?$"
)
_MARKS = re.compile(r"[\d¹²³⁴⁵⁶⁷⁸⁹⁰*∗†‡§¶♠♣♥♦◇⋄△\ufffd]+")
_BETWEEN = re.compile(r",|;|(?:^|\s)and\s|\s&\s")
_STAMP = re.compile(r"arXiv:\s*(\S+?)\s*\[[^\]]*\]\s*(\d{1,2})\s+([A-Z][a-z]{2})[a-z]*\s+(\d{4})")
_STAMP_ID = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)")
_VENUE_YEAR = re.compile(
    r"(?:proceedings|conference|association|workshop|journal|©|\(c\)|copyright|published|\bc\s(?=20))\D{0,160}?((?:19|20)\d{2})(?!\d)",
    re.I,
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page says."""

    title: str
    authors: tuple[str, ...]
    year: int | None
    date: str | None
    ids: dict[str, str]


def front(pdf: Pdf, flow: Flow, head: Sequence[Line]) -> Front:
    """`head` is the lines of the first page before its abstract or first heading."""
    page_text = fold(" ".join(line.text for line in (pdf.pages[0].lines if pdf.pages else ())))
    printed, after = _printed_title(head, flow.body) if pdf.placed else ("", list(head))
    told = stored(pdf.info.get("Title", ""))
    words = [word for word in re.findall(r"\w+", fold(told)) if len(word) > 2]
    on_page = words and sum(word in page_text for word in words) >= 0.8 * len(words)
    title = told if on_page and len(told) >= 10 and not _JUNK_TITLE.search(told) else printed
    notices = " ".join(flow.notices)
    ids = _ids(pdf, notices)
    year, date = _when(notices)
    return Front(title, _authors(pdf, after, page_text), year, date, ids)


def _printed_title(head: Sequence[Line], body: float) -> tuple[str, list[Line]]:
    """The largest print above the abstract, and the lines below it."""
    candidates = [
        line for line in head if len(line.text) >= 4 and line.size > 1.1 * body and "@" not in line.text
    ]
    if not candidates:
        return "", list(head)
    top = max(candidates, key=lambda line: line.y)
    # A logo may be larger than the title below which it stands; a title has words and stands first.
    clear = len(top.text.split()) >= 4 and top.size >= 1.2 * body
    size = top.size if clear else max(line.size for line in candidates)
    at = next(place for place, line in enumerate(head) if line in candidates and abs(line.size - size) <= 0.6)
    end = at
    while end < len(head) and abs(head[end].size - size) <= 0.6:
        end += 1
    title = ""
    for line in head[at:end]:
        title = (
            title[:-1] + line.text
            if title.endswith("-") and line.text[:1].islower()
            else f"{title} {line.text}"
        )
    title = stored(_MARKS.sub("", title) if title.rstrip()[-1:] in "*∗†‡" else title)
    if not 2 <= len(title.split()) <= 40:
        return "", list(head)
    return title, list(head[end:])


def _authors(pdf: Pdf, after: Sequence[Line], page_text: str) -> tuple[str, ...]:
    told = people(stored(pdf.info.get("Author", "")))
    if told and all(_on_page(name, page_text) for name in told[:50]):
        return told
    if not pdf.placed:
        return ()
    rows: list[str] = []
    for line in after[:8]:
        if _AFFILIATION.search(line.text):
            break
        rows.append(line.pieces)
    # A name may be broken over two lines; each way must give nothing but names.
    for between in ("; ", " "):
        pieces = [piece.strip(" .,;") for piece in _BETWEEN.split(_MARKS.sub("; ", between.join(rows)))]
        names = [stored(piece) for piece in pieces if piece]
        if names and all(_NAME.match(name) and len(name.split()) <= 4 for name in names):
            return tuple(names)
    return ()


def _on_page(name: str, page_text: str) -> bool:
    last = re.findall(r"\w+", fold(name.split(",")[0] if "," in name else name.split()[-1]))
    return bool(last) and all(part in page_text for part in last)


def _ids(pdf: Pdf, notices: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if match := _STAMP_ID.search(notices):
        found["arxiv"] = match.group(1)
    text = " ".join(line.text for line in pdf.pages[0].lines) if pdf.pages else ""
    dois = {match.group().rstrip(".,;)").lower() for match in _DOI.finditer(text)}
    if len(dois) == 1:
        found["doi"] = dois.pop()
    return identifiers([], **found)


def _when(notices: str) -> tuple[int | None, str | None]:
    """Year and date: of the proceedings or copyright line, else of arXiv's stamp."""
    if match := _VENUE_YEAR.search(notices):
        return int(match.group(1)), None
    if match := _STAMP.search(notices):
        day, month, year = match.group(2), match.group(3), match.group(4)
        place = _MONTHS.find(month)
        if place >= 0 and place % 3 == 0:
            return int(year), f"{year}-{place // 3 + 1:02}-{int(day):02}"
    return None, None

"""Whether a claim's text says what its quote says: nothing added, turned, cut or swapped. Pure comparison of two texts."""

from __future__ import annotations

import re
from functools import lru_cache

from assignee.claims import Claim, Report

from ..tools.statement_check import alterations
from ..tools.text import content_stems, fold
from .scoring import SERIOUS, SLIGHT, Fault
from .wording import hedged, own_words

__all__ = ["wording_faults"]

_BRACKETS = re.compile(r"\[[^\]]*\]")
_TOKEN = re.compile(r"[^\W_]+")
# What a claim may say in its own words besides the finding: who reports it, and how.
_FRAME = frozenset(
    stem
    for word in (
        "report find show observe state note argue conclude write relate earlier view according paper author study work "
        "result finding claim suggest indicate demonstrate describe give see hold measure compare et al"
    ).split()
    for stem in content_stems(word)
)
_LEAST_HELD = 0.5  # share of a statement's content that its quote must hold
_LEAST_KEPT = 0.6  # share of a quote's words that a claim which repeats it must give


def wording_faults(report: Report) -> list[Fault]:
    """What the texts and statements of the claims add to, turn in or leave out of their quotes."""
    found = []
    for item in report.claims:
        fault = _of(item.claim, _context(report, item.claim))
        if fault is not None:
            found.append(fault)
    return found


def _context(report: Report, claim: Claim) -> str:
    paper = next((paper for paper in report.papers if paper.id == claim.paper_id), None)
    return f"{paper.cite} {paper.title} {report.question}" if paper else report.question


def _of(claim: Claim, context: str) -> Fault | None:
    text, quote = claim.text.strip(), claim.quote.strip()
    ours = own_words(text)
    quoted = text[text.find("“") + 1 : text.rfind("”")] if "“" in text and "”" in text else ""
    if claim.verbatim:
        repeated = quoted or text
        why = _repeats(repeated, quote)
        if why is None and claim.statement.strip() != quote:
            why = _repeats(claim.statement, quote)
        if why is None and quoted:
            why = _added(ours, quote, context)
        return Fault(SERIOUS, f"{claim.id} {why}: “{text}”, its quote is “{quote}”") if why else None
    for said in dict.fromkeys((claim.statement, ours)):
        altered = alterations(_plain(said, context), quote) if said.strip() else ()
        if altered:
            return Fault(SERIOUS, f"{claim.id}: {altered[0]}: “{said.strip()}”, its quote is “{quote}”")
        why = _added(said, quote, context)
        if why:
            return Fault(SERIOUS, f"{claim.id} {why}: “{said.strip()}”, its quote is “{quote}”")
    lost = hedged(quote)
    if lost and not hedged(f"{ours} {claim.statement}"):
        return Fault(SLIGHT, f"{claim.id} drops “{lost}” of its quote “{quote}”")
    return None


def _plain(text: str, context: str) -> str:
    """Without the years in brackets of a citation."""
    return re.sub(r"\((?:19|20)\d\d[a-z]?\)", " ", text)


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(fold(text)))


def _repeats(text: str, quote: str) -> str | None:
    """None where the text gives the quote's words in their order, [editor's words] apart; else what it does."""
    kept, whole = _tokens(_BRACKETS.sub(" ", text)), _tokens(quote)
    if not whole:
        return "has no quote"
    at = 0
    for token in kept:
        try:
            at = whole.index(token, at) + 1
        except ValueError:
            return f"says “{token}”, which its quote does not say there"
    if len(kept) < _LEAST_KEPT * len(whole) and not _BRACKETS.search(text):
        return "leaves out much of its quote"
    if kept and kept[-1] != whole[-1] and not text.rstrip(" .”’!?)").endswith("]"):
        return "breaks off before its quote ends"
    return None


def _added(text: str, quote: str, context: str) -> str | None:
    """What a text in our own words says that neither its quote nor the citation gives."""
    said = [stem for stem in dict.fromkeys(content_stems(text)) if stem not in _FRAME]
    known = frozenset(content_stems(f"{quote} {context}"))
    near = {stem[:5] for stem in known}
    strange = [stem for stem in said if stem not in known and stem[:5] not in near]
    if len(strange) >= 2 and len(strange) > (1 - _LEAST_HELD) * len(said):
        return f"says what its quote does not ({', '.join(strange[:4])})"
    return None

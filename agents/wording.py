"""How a text is worded: what the reviewers' checklists read. Pure functions over strings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..tools.text import fold, sentences

__all__ = [
    "fillers",
    "hedged",
    "incomplete",
    "overclaims",
    "own_words",
    "shared_run",
]

_QUOTED = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”|\"[^\"]*\"|«[^»]*»")
_OVERCLAIM = re.compile(
    r"\b(?:prov(?:e[sdn]?|ing) (?:that|beyond)|proven|beyond (?:any |all )?doubt|undoubtedly|unquestionably|definitively|"
    r"conclusively|indisputabl[ey]|it is (?:certain|clear) that|clearly (?:shows?|demonstrates?)|always|never fails?|"
    r"guarantees?|without exception|in all cases|revolutionary|groundbreaking|breakthrough|game[- ]chang\w+|"
    r"universally|all researchers agree|everyone agrees|settled|overwhelming(?:ly)?)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|can|suggest\w*|appears?|seems?|possibl[ey]|potential(?:ly)?|likely|probabl[ey]|often|sometimes|"
    r"usually|generally|in some cases|some of|under certain|preliminary|tend(?:s|ed)? to|limited|partly|partial(?:ly)?)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:it is (?:important|worth|interesting) (?:to note|noting)|it should be noted|in today['’]s world|needless to say|"
    r"as we all know|in the realm of|delv(?:e|es|ing) into|plays? an? (?:crucial|pivotal|vital|key) role|rich tapestry|"
    r"ever[- ]evolving|in conclusion, it|at the end of the day|sheds? light on|testament to|paves? the way|"
    r"a growing body of (?:research|evidence|literature))\b",
    re.IGNORECASE,
)
_TERMINAL = re.compile(r"[.!?…:;][\"”’')\]»]*$|[)\]]$")


def own_words(text: str) -> str:
    """The text without what stands in quotation marks; each quotation leaves one space."""
    return _QUOTED.sub(" ", text)


def overclaims(text: str) -> list[str]:
    """Phrases in our own words that claim more certainty than any evidence gives."""
    return [match.group() for match in _OVERCLAIM.finditer(own_words(text))]


def fillers(text: str) -> list[str]:
    """Phrases in our own words that say nothing."""
    return [match.group() for match in _FILLER.finditer(own_words(text))]


def hedged(text: str) -> str | None:
    """The first word of a text that limits what it claims ("may", "often"), None where there is none."""
    match = _HEDGE.search(text)
    return match.group() if match else None


def incomplete(text: str) -> str | None:
    """How a text that should be whole sentences is cut, in words; None for a whole one."""
    text = text.strip()
    if not text:
        return "it is empty"
    tail = text[-40:]
    bare = re.sub(r"[\"”’')\]»]+$", "", text)
    if bare.endswith(("…", "...")):
        return f"it trails off: {tail!r}"
    if not _TERMINAL.search(text) and not re.search(r"[.!?:;)\]]$", bare):
        return f"it ends without a full stop: {tail!r}"
    if text.count("“") != text.count("”"):
        return f"a quotation in it is not closed: {tail!r}"
    return None


def shared_run(text: str, sources: Iterable[tuple[str, str]], size: int = 8) -> tuple[str, str] | None:
    """The first run of `size` words shared with a source, as (source id, the run); None where there is none."""
    wanted = {run: " ".join(run) for run in _runs(text, size)}
    if not wanted:
        return None
    for name, source in sources:
        for run in _runs(source, size):
            if run in wanted:
                return name, wanted[run]
    return None


def _runs(text: str, size: int) -> Iterator[tuple[str, ...]]:
    for start, end in sentences(text):
        tokens = re.findall(r"[^\W_]+", fold(text[start:end]))
        for at in range(len(tokens) - size + 1):
            yield tuple(tokens[at : at + size])

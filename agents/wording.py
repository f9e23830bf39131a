"""How a text is worded: what the reviewers' checklists read. Pure functions over strings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..tools.text import fold, sentences

__all__ = [
    "fillers",
    "hedged",
    "incomplete",
    "mild_overclaims",
    "overclaims",
    "own_words",
    "shared_run",
]

_QUOTED = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”|\"[^\"]*\"|«[^»]*»")
_OVERCLAIM = re.compile(
    r"\b(?:prov(?:e[sdn]?|ing)\b|proofs? that|(?:beyond|without|leaves? no|no) (?:any |all |a |shadow of )*doubt|undoubtedly|"
    r"unquestionabl[ey]|undeniabl[ey]|irrefutabl[ey]|incontrovertibl[ey]|definitive(?:ly)?|conclusive(?:ly)?|"
    r"indisputabl[ey]|certainly|it is (?:certain|clear|evident|obvious|established|beyond)|"
    r"clearly (?:shows?|demonstrates?|establish\w*|confirms?|proves?)|always|never fails?|invariably|inevitably|"
    r"guarantees?d?|without (?:any )?exceptions?|in (?:all|every) (?:cases?|settings?|languages?|tasks?|conditions?|situations?)|"
    r"(?:for|across|on) (?:all|every|any) (?:\w+ )?(?:languages?|tasks?|settings?|datasets?|domains?|models?|populations?|"
    r"benchmarks?|patients?|conditions?)|all (?:researchers|experts|studies|scholars|scientists)|"
    r"every (?:study|expert|researcher)|"
    r"everyone agrees|unanimous(?:ly)?|universal(?:ly)?|scientific consensus|revolutionary|revolutioni[sz]es?|"
    r"ground-?breaking|breakthrough|game[- ]chang\w+|unprecedented|"
    r"(?:is|are|now) settled|settles? (?:the|this) (?:question|matter|debate)|"
    r"overwhelming(?:ly)?|perfect(?:ly)?|completely (?:solves?|eliminates?|removes?)|solves? the problem|"
    r"established fact|no (?:further|more) (?:research|evidence|study) is (?:needed|required)|"
    r"(?:can|could|may) be no (?:question|doubt|dispute)|no question|(?:nobody|no one|none) (?:can|could|will|would|may)\b|"
    r"(?:beyond|without|past) (?:any |all )?(?:question|dispute)|"
    r"(?:is|are|as) (?:now )?(?:a|an) (?:\w+ )?(?:facts?|certaint(?:y|ies))|"
    r"(?:always|ever|will) holds?|everywhere|everyone|everybody|needs? no (?:further|more)|incontestabl[ey]|self-evident(?:ly)?|"
    r"once and for all|must (?:be|now be) (?:accepted|regarded|considered)|(?:it|this) is (?:a )?proven|"
    r"(?:strong|compelling|robust|solid) (?:and \w+ )?(?:evidence|proof)|should (?:always|be adopted)|must be adopted)\b",
    re.IGNORECASE,
)
_MILD = re.compile(
    r"\b(?:clearly|obviously|evidently|of course|dramatic(?:ally)?|massive(?:ly)?|remarkabl[ey]|extraordinar(?:y|ily)|"
    r"striking(?:ly)?|vastly|hugely|enormous(?:ly)?|undisputed|superior in every|the best (?:known|possible)|"
    r"highly effective|very strong(?:ly)?|extremely|tremendous(?:ly)?|never)\b",
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


def mild_overclaims(text: str) -> list[str]:
    """Words in our own prose that praise or press where a number would do."""
    return [match.group() for match in _MILD.finditer(own_words(text))]


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
    wanted = list(_runs(text, size))
    if not wanted:
        return None
    for name, source in sources:
        held = _run_set(source, size)
        for run in wanted:
            if run in held:
                return name, " ".join(run)
    return None


@lru_cache(maxsize=512)
def _run_set(source: str, size: int) -> frozenset[tuple[str, ...]]:
    return frozenset(_runs(source, size))


def _runs(text: str, size: int) -> Iterator[tuple[str, ...]]:
    for start, end in sentences(text):
        tokens = re.findall(r"[^\W_]+", fold(text[start:end]))
        for at in range(len(tokens) - size + 1):
            yield tuple(tokens[at : at + size])

"""How else a term is spelled: with a hyphen or in one word, one or many, British or American."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["MOST_SPELLINGS", "spellings"]

MOST_SPELLINGS = 6

_PREFIXES = (
    "anti auto bi bio co cross cyber fine health hyper inter intra macro meta micro mono multi nano neuro non over para "
    "photo poly post pre pro pseudo psycho semi sub super tele trans tri ultra under uni back"
).split()
_BEGUN = re.compile(rf"\b({'|'.join(sorted(_PREFIXES, key=len, reverse=True))})[- ]?(?=([a-z]+)\b)", re.I)
_HYPHENED = re.compile(rf"\b({'|'.join(_PREFIXES)})-(?=[a-z])", re.I)
# What a prefix is taken off from where the two are written together. Elsewhere "prediction" would be "pre-diction".
_STEMS = frozenset(
    """lingual linguistic linguality task tasks modal domain domains training trained train tuning tuned tune shot
    supervised supervision class turn document documents view line translation translated care
    operative clinical invasive morbid morbidity surgical menopausal analysis analyses""".split()
)
_BRITISH = (
    (r"isation(s?)\b", r"ization\1"),
    (
        r"\b(?!\w*(?:superv|improv|exerc|compr|advert|prom|prem|disgu|rev)is)([a-z]{4,})is(ed|ing)\b",
        r"\1iz\2",
    ),
    (r"(label|model|signal|travel|channel|cancel|level|tunnel|total)l(ed|ing)\b", r"\1\2"),
    (r"\b(behavi|tum|col|fav|neighb|lab|hum|rum|fl?av|harb|vap|odo)our", r"\1or"),
    (r"\b(cent|fib|lit|met|theat)re(s?)\b", r"\1er\2"),
    (r"\b(an|par|cat|hydro)alys(e|ed|es|ing)\b", r"\1alyz\2"),
    (r"\b(dia|cata|ana)logue(s?)\b", r"\1log\2"),
    (r"\b(p)ae(di)", r"\1e\2"),
    (r"\b(an|leuk|isch|glyc|hypoglyc)aem", r"\1em"),
    (r"\bhaem", "hem"),
    (r"\boe(str|dem|soph)", r"e\1"),
    (r"\bfoet", "fet"),
    (r"\bdefence\b", "defense"),
    (r"\bageing\b", "aging"),
    (r"\bjudgement", "judgment"),
)
_AMERICAN = (
    (r"ization(s?)\b", r"isation\1"),
    (r"\b([a-z]{4,})iz(ed|ing)\b", r"\1is\2"),
    (r"(label|model|signal|travel|channel|cancel|tunnel)(ed|ing)\b", r"\1l\2"),
    (r"\b(behavi|tum|col|fav|neighb|lab|hum|rum|harb|vap)or(?!at|es\b)", r"\1our"),
    (r"\b(cent|fib|theat)er(s?)\b", r"\1re\2"),
    (r"\b(an|par|cat|hydro)alyz(e|ed|es|ing)\b", r"\1alys\2"),
    (r"\b(dia|cata|ana)log(s?)\b", r"\1logue\2"),
    (r"\bpediatr", "paediatr"),
    (r"\b(an|leuk|isch|glyc|hypoglyc)em(?=i)", r"\1aem"),
    (r"\bhem(?=o|at)", "haem"),
    (r"\be(strogen|dema|sophag)", r"oe\1"),
    (r"\bfet(?=us|al)", "foet"),
    (r"\bdefense\b", "defence"),
    (r"\baging\b", "ageing"),
    (r"\bjudgment", "judgement"),
)
_NO_PLURAL = re.compile(
    r"(?:ing|ness|ics|ism|ity|ance|ence|ure|al|ed|transfer|-shot|resource|health|care|data|\d)$"
    r"|(?<!presenta)(?<!terven)(?<!opula)(?<!uta)(?<!plica)(?<!nota)(?<!ela)(?<!unc)(?<!ues)(?<!fec)tion$",
    re.I,
)
_NO_SINGULAR = re.compile(r"(?:ss|us|is|ics|news|series|species|diabetes)$", re.I)


def spellings(term: str, number: bool = True) -> tuple[str, ...]:
    """The term as it stands, then its other spellings, six at most, each once (case, and hyphen or space, aside).

    `number`: also in singular or plural, where its last word is a noun.
    """
    found = {_key(term): term}
    for change in (_joined, _split, _english, *((_number,) if number else ())):
        for spelled in list(found.values()):
            for other in change(spelled):
                found.setdefault(_key(other), other)
    return tuple(found.values())[:MOST_SPELLINGS]


def _joined(term: str) -> Iterator[str]:
    """ "crosslingual" of "cross-lingual": only behind a prefix that papers join."""
    joined = _HYPHENED.sub(r"\1", term)
    if joined != term:
        yield joined


def _split(term: str) -> Iterator[str]:
    """ "cross-lingual" of "crosslingual"."""
    split = _BEGUN.sub(_apart, term)
    if split != term:
        yield split


def _apart(match: re.Match[str]) -> str:
    written_together = match.group() == match.group(1)
    return f"{match.group(1)}-" if written_together and match.group(2).lower() in _STEMS else match.group()


def _number(term: str) -> Iterator[str]:
    """Its last word in the other number."""
    head, _, last = term.rpartition(" ")
    head += " " if head else ""
    if (
        len(last) < 3
        or not last.isascii()
        or not (
            last[1:].islower()
            or (last.isupper() and len(last) < 5)
            or ("-" in last and not last[-1].isupper())
        )
    ):
        return  # a name such as mBERT
    if last.endswith("s") and not _NO_SINGULAR.search(last):
        if last.endswith("ies") and len(last) > 4:
            yield f"{head}{last[:-3]}y"
        elif re.search(r"(?:x|ch|sh|ss)es$", last):
            yield head + last[:-2]
        else:
            yield head + last[:-1]
    elif not last.endswith("s") and not _NO_PLURAL.search(last):
        if last.endswith("y") and last[-2].lower() not in "aeiou":
            yield f"{head}{last[:-1]}ies"
        else:
            yield head + last + ("es" if re.search(r"(?:x|ch|sh)$", last) else "s")


def _english(term: str) -> Iterator[str]:
    """In the other English."""
    for changes in (_BRITISH, _AMERICAN):
        other = term
        for pattern, replacement in changes:
            other = re.sub(pattern, replacement, other, flags=re.I)
        if other != term:
            yield other


def _key(term: str) -> str:
    return re.sub(r"[-\s]+", " ", term.casefold()).strip()

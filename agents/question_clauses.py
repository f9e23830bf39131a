"""Subject, verb and object of a sentence whose verb says that one thing acts on another; English surface order only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .noun_phrases import noun_phrase

__all__ = ["acted", "has_verb", "is_verb"]

# What the verb makes of the two: "effect" of the one on the other, or its "role" in it.
_EFFECT = r"""inhibit(?:s|ed)?|suppress(?:es|ed)?|reduce[sd]?|increase[sd]?|decrease[sd]?|enhance[sd]?|promote[sd]?|
    impair(?:s|ed)?|attenuate[sd]?|blocks|blocked|stimulate[sd]?|activate[sd]?|improve[sd]?|accelerate[sd]?|delays|delayed|
    abolish(?:es|ed)?|restore[sd]?|augment(?:s|ed)?|modulate[sd]?|affect(?:s|ed)?|influence[sd]?|alter(?:s|ed)?|lowers|lowered|
    raise[sd]?|repress(?:es|ed)?|boosts|boosted|hurts?|helps|helped|benefits|benefited|safeguards?|potentiate[sd]?|sensiti[sz]e[sd]?|rescue[sd]|
    worsen(?:s|ed)?|exacerbate[sd]?|ameliorate[sd]?|alleviate[sd]?|mitigate[sd]?|hinder(?:s|ed)?|degrade[sd]?|antagoni[sz]e[sd]?|
    prolong(?:s|ed)?|extend(?:s|ed)|elevate[sd]?|limits|confers?|stabili[sz]e[sd]?|prolonged|enables?|enabled|protect(?:s|ed)?|facilitate[sd]?|disrupt(?:s|ed)?|prevent(?:s|ed)?|
    cause[sd]?|induce[sd]?|triggers|triggered|leads?\ to|led\ to|result(?:s|ed)?\ in|
    upregulate[sd]?|downregulate[sd]?|up-regulate[sd]?|down-regulate[sd]?|protect(?:s|ed)?\ (?:against|from)|
    (?:is|are|was|were)\ (?:\w+ly\ )?(?:associated|correlated)\ with|correlate[sd]?\ with|predict(?:s|ed)|
    (?:is|are|was|were)\ (?:\w+ly\ )?(?:beneficial|helpful|effective|useful)\ (?:for|in)"""
_ROLE = r"""mediate[sd]?|regulate[sd]?|control(?:s|led)|contribute[sd]?\ to|participate[sd]?\ in|
    (?:is|are|was|were)\ (?:also\ |\w+ly\ )?(?:required|essential|necessary|critical|crucial|indispensable|important|needed|
    responsible)\ for|(?:is|are|was|were)\ (?:also\ |\w+ly\ )?involved\ in|play(?:s|ed)?\ (?:\w+\ ){0,3}roles?\ in|
    (?:is|are|was|were)\ (?:also\ |\w+ly\ )?(?:required|needed|necessary)\ to\ \w+|underl(?:ies|ie)|drives?|governs?|
    coordinate[sd]?|maintain(?:s|ed)|sustain(?:s|ed)?|determine[sd]|shapes|account(?:s|ed)?\ for|opens|direct(?:s|ed)\ the"""
_BY = r"""(?:is|are|was|were)\ (?:also\ |\w+ly\ )?(?:mediated|regulated|induced|inhibited|suppressed|reduced|enhanced|controlled|
    driven|caused|improved|blocked|increased|decreased|activated|affected|influenced)\ by|depend(?:s|ed)?\ on"""
_VERB = re.compile(
    rf"(?<![\w-])(?:(?P<effect>{_EFFECT})|(?P<role>{_ROLE})|(?P<by>{_BY}))(?![\w-])", re.X | re.I
)
_AUXILIARY = re.compile(
    r"(?:\s+(?:can|could|may|might|will|would|also|not|does|do|did|to|has|have|been|is|are|was|were|further|directly|"
    r"shown|found|known|able|appears?|tends?|consistently|significantly|both|\w+ly))+$",
    re.I,
)
# Where a subject may begin: what stands before it.
_START = re.compile(
    r"(?:^|[.,;:—–]\s|\b(?:that|whether|if|how|because|since|while|whereas|although|but|hypothesis)\s)"
    r"(?:(?:the|a|an|here|both|of)\s)*(?=[^\s])",
    re.I,
)
_AMOUNTS = re.compile(
    r"^(?:the |an? |its |their )?(?:(?:marked|higher|lower|increased|decreased|reduced|elevated|significant|"
    r"enhanced|prolonged|"
    r"impaired|improved|robust|strong|substantial|greater|subsequent|early|dramatic|rapid|severe|complete|certain|overall|"
    r"significantly|markedly|strongly|greatly|the)\s+)*"
    r"(?:(?:levels?|numbers?|amounts?|rates?|degree|extent|accumulation|decreases?|increases?|"
    r"reductions?|changes?|improvements?|gains?|inhibition|suppression|induction|loss)"
    r" (?:of|in|on)\s+)?(?:the )?",
    re.I,
)
_STOPS = re.compile(
    r"[,;:.()\[\]]|\s(?:by|via|through|when|while|that|which|who|whose|where|and|or|but|as|is|are|was|were|has|"
    r"have|had|can|could|may|might|"
    r"will|would|with|without|using|after|before|during|than|"
    r"(?<!resistance )(?<!response )(?<!responses )(?<!sensitivity )(?<!exposure )to|because|since|if|at|from|"
    r"compared|relative|under|following|both|upon|"
    r"leading|resulting|thereby|thus|suggesting|indicating|\d[\d.]*)(?=\s)",
    re.I,
)
_PLAIN = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)")
_ENDING = re.compile(
    r"(?:\s(?!need|speed|breed|feed|seed)\w+ed|\sin(?: the)?|\sof(?: the)?|\sto(?: the)?)+$", re.I
)
_AMOUNT_OF = re.compile(r"\s(?:at (?:a |the )?(?:daily )?doses? of|for \d|\(?\d).*$", re.I)
_THEIRS = re.compile(r"(?:its|their|this|these|those|our|such|each|both)\b", re.I)
_LABEL = re.compile(r"^(?:[A-Z&]{4,}:?\s+)(?:[A-Z&]{2,}:?\s+)*(?=[A-Z])")
_COINED = re.compile(
    r"(?<![\w-])(?<!\b\w\s)(?P<one>(?!(?i:age|dose|time|concentration|context|type|state|time|well|self|non|"
    r"cells?|antibody|receptor|virus|strain|mitogen|population|rule|gene|drug|model|data|task|stimulus|agonist|"
    r"\w|treatment|ligand|placebo|nonsense|case|methylation)-)[A-Za-zα-ωΑ-Ω][\w-]*?)-"
    r"(?P<verb>induced|mediated)\s(?P<other>[^\W\d][\w-]+(?:\s[^\W\d][\w-]+){0,3})"
)
_LIST_ENDS = re.compile(
    r"[;:.()\[\]]|\s(?:by|via|through|when|while|that|which|who|whose|where|but|as|is|are|was|were|has|have|had|"
    r"can|could|may|might|will|"
    r"would|with|without|using|after|before|during|than|because|since|if|at|from|compared|under|upon|leading|"
    r"thereby|thus|in|on|we)\s",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(?:one-third|minority of .*|majority of .*|researchers|practitioners|scientists|clinicians|makers|\w+icians)$",
    re.I,
)
_PLACED = re.compile(r"\s(?:on|in|of|for|among)\s")
_ABSTRACT = re.compile(r"[a-z]\w*(?:tion|sion|ity|ness|ment|ance|ence|s?is)$")
_ROLES = re.compile("mediat|regulat|control|driv|depend", re.I)
_LISTED = 5  # words of a thing in a list
_LONGEST = 8  # words of either


# "Suggesting that", "using X": what begins so names no thing that acts.
_DOES = re.compile(
    r"(?:suggest|indicat|show|lead|result|provid|us|includ|demonstrat|reveal|confirm|imply|respond|be|hav|follow|accord|increas|"
    r"reduc|enhanc|caus|promot|support|prevent|inhibit|induc|improv|affect|mak|giv|tak|allow|enabl|ensur|highlight|underscor|"
    r"rais|contribut|compar|find|tak|understand|identify|determin|investigat|depend|remain|prolong|impair|interven)ing\b",
    re.I,
)


def _listed(after: str, first: str) -> Iterator[str]:
    """The things listed after the first: "A, B and C"."""
    rest = _LIST_ENDS.split(after[after.find(first) + len(first) :])[0]
    if not re.match(r",|\s(?:and|or)\s", rest):
        return
    for item in re.split(r",?\s(?:and|or)\s|,\s", rest)[1:4]:
        phrase = noun_phrase(_ENDING.sub("", _AMOUNTS.sub("", item.strip(), count=1)))
        if 2 <= len(phrase.split()) <= _LISTED and not _DOES.match(phrase) and not _VERB.search(phrase):
            yield phrase


def is_verb(word: str) -> bool:
    """Whether a word alone says that one thing acts on another."""
    return bool(_VERB.fullmatch(word))


def has_verb(text: str) -> bool:
    """Whether a stretch holds such a verb."""
    return bool(_VERB.search(text))


def acted(sentence: str) -> Iterator[tuple[str, str, str]]:
    """Kind ("effect" or "role"), what acts and what it acts on, for each verb with both beside it."""
    text = _LABEL.sub("", _PLAIN.sub("", sentence))
    last, ended = "", 0
    for verb in _VERB.finditer(text):
        before = _AUXILIARY.sub("", text[: verb.start()].rstrip())
        starts = [match.end() for match in _START.finditer(before) if match.end() < len(before)]
        raw = _AMOUNT_OF.sub("", before[starts[-1] :]) if starts else ""
        one = "" if _THEIRS.match(raw) else noun_phrase(raw)
        if last and before.endswith(" and") and not re.search(r"[.;:]", text[ended : verb.start()]):
            one = last  # "X improves A and reduces B"
        elif re.search(r"(?:,|\s(?:and|or))$", before, re.I):
            continue
        after = text[verb.end() :].lstrip()
        last, ended = one, verb.end()
        if not one or len(one.split()) > _LONGEST:
            continue
        stop = _STOPS.search(after)
        if (
            stop
            and stop.group().strip() in {"and", "or"}
            and re.match(
                r"\s?(?:and|or)\s\S+\s(?:of|in|expression|levels?|activity|activation|production|signall?ing|secretion|growth)\b",
                after[stop.start() :],
            )
        ):
            stop = _STOPS.search(after, stop.start())
        other = after[: stop.start()] if stop else after
        if _THEIRS.match(other):
            continue
        while (shorter := _AMOUNTS.sub("", other, count=1)) != other:
            other = shorter
        other = noun_phrase(_ENDING.sub("", other))
        if not other or len(other.split()) > _LONGEST or other not in text or one not in text:
            continue
        if any(_DOES.match(side) or _VERB.search(side, len(side.split()[0])) for side in (one, other)):
            continue
        if _ABSTRACT.fullmatch(one) or _PEOPLE.search(other) or re.match(r"\w+ed an?\b", one):
            continue
        kind = "effect" if verb["effect"] else "role"
        if verb["by"]:
            yield "role" if _ROLES.search(verb["by"]) else "effect", other, one
            continue
        yield kind, one, other
        yield from ((kind, one, item) for item in _listed(after, other))
    for match in _COINED.finditer(text):
        one, other = match["one"], noun_phrase(_PLACED.split(_STOPS.split(match["other"])[0])[0])
        if other and len(one) > 2 and not _DOES.match(other):
            yield ("effect" if match["verb"] == "induced" else "role", one, other)

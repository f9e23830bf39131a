"""Plain noun phrases: the stretches of a sentence that may stand as a thing in a question."""

from __future__ import annotations

import re
from itertools import pairwise

from ..tools.text import STOPWORDS
from .finding_roles import trimmed
from .protocol import protocol
from .question_words import BREAKERS, is_name, specific_stems

__all__ = ["cut", "noun_phrase", "running"]

_LONGEST = 9  # words
_INSIDE = frozenset(
    "of for in on with from to between across under via and or by at within among during over into".split()
)
_NEVER = frozenset(
    """we our ours us it its they their them this that these those which who whose what how why when where there here he she
    i you is are was were be been being has have had do does did can could may might will would shall should must not no
    nor than as such so but if while whereas although though because since however moreover thus therefore et al e.g i.e
    etc proposed novel new existing previous prior recent above following same other another others both each every
    several many various different some any all more most less least much few very also only even just still yet already
    often usually significantly substantially consistently strong stronger better best worse good great high higher low
    lower state-of-the-art sota outperforms outperform achieves achieve shows show demonstrates improves improve contains
    contain using used use uses based propose present introduce find despite due one ones first second third latter former
    respectively according compared relative without against per up competitive comparable similar means revealed
    revealing showed showing demonstrated reported indicate suggest results alleviate mitigate preselect represent collect
    leverage exploit capture predict detect identify out about around somewhat thereby suggesting supports applies apply
    except none seeks seek breaks confers fails varies abrogated remain remains appear appears failed found occurred
    greatest together involving reveals acquire acquires binds bind encodes encode represents requires require provides
    provide identifies reflects uncouples reprogram explains underlies suggests indicates occurs arises produces produce
    generates allows lacks lack exhibit exhibits displays display yields depends differs serves acts strengthens beyond
    attempts attempt experience prepares greater longer shorter receive hydrolyze reminiscent cooperate including
    consisting""".split()
)
_BAD_END = _INSIDE | frozenset(
    """the a an mild irregular away dominant large small available able general specific particular multiple single given
    overall final""".split()
)
_BAD_START = frozenset(
    "of for in on with from to between across under via and or by at within among during over into".split()
)
_HOLLOW = frozenset(
    """system systems approach approaches method methods model models technique techniques framework algorithm algorithms
    results result performance experiments experiment paper work study task tasks problem problems baseline baselines data
    dataset datasets setting settings language languages text texts research field literature analysis improvement
    improvements gain gains architecture architectures strategy strategies way ways use quality accuracy knowledge
    information training learning evaluation number set sets size case cases example examples component components feature
    features researchers attention precision recall average score scores interest success progress community people
    authors challenge challenges""".split()
)
_CASED = 0.6  # share of a title's longer words in lower case from which it is in running case already
_NUMBERS = frozenset("two three four five six seven eight nine ten dozens several".split())
_NO_NOUN = re.compile(r"^.{0,3}$|(?:ic|al|ive|ous|ful|less|able|ible|ed)$")
_STOP = re.compile(
    r"\s+(?:and (?:show|find|found|demonstrate|propose|present|that|we|to|how|what|whether|is|are|"
    r"its|their|then|thus|provide|"
    r"report|can|analy[sz]e|evaluate|discuss|introduce|observe|investigate|therefore|also|explore|compare|identify|examine)|"
    r"but|while|whereas|although|though|because|since|as|which|who|whose|where|we|is|are|was|were|"
    r"has|have|had|can|could|will|"
    r"may|might|should|would|do|does|did|so|by|thereby|thus|hence|than|without|if|when|that|using|to \w+|through|after|"
    r"before)\b.*$",
    re.I,
)
_ARTICLES = re.compile(
    r"^(?:the|an?|improved|better|effective|efficient|versatile|using|use of|the use of|usage of|"
    r"application of|their|its)\s+",
    re.I,
)


def cut(text: str) -> str:
    """A stretch up to where a clause or a means begins."""
    return _STOP.sub("", " ".join(text.split()))


def noun_phrase(text: str) -> str:
    """The phrase without article, "" where it is none that can stand alone.

    At most nine words; no verb, pronoun or comparison; not hollow as a whole ("the models"), not an amount.
    """
    phrase = trimmed(re.sub(r" too$", "", " ".join(text.split()).strip(" ,;:.–—-'\"“”‘’?")))
    while (shorter := _ARTICLES.sub("", phrase)) != phrase:
        phrase = shorter
    words = phrase.split()
    low = [word.casefold().strip(",") for word in words]
    if (
        not words
        or len(words) > _LONGEST
        or re.search(r"[()\[\]{}\\$%<>@#/=;:\"“”‘]|\d[.,]\d|--|[a-z]\.|-(?: |$)", phrase)
    ):
        return ""
    if low[0] in _BAD_START or low[-1] in _BAD_END or low[0].endswith("ly") or low[-1].endswith("ly"):
        return ""
    if re.search(r"[^e]ed$", low[-1]) and "-" not in low[-1]:
        return ""
    if any(word in _NEVER for word in low) or any(
        word in BREAKERS and not word.endswith("ing") for word in low
    ):
        return ""
    if any(word in STOPWORDS and word not in _INSIDE | {"the", "a", "an"} for word in low):
        return ""
    if "," in phrase and " and " not in phrase:
        return ""
    if low[-1].isdigit() or re.match(r"\w+ed (?:in|by|on|with|from|at|to)\b", phrase):
        return ""
    if (
        low[0] in _NUMBERS
        or low[0][0].isdigit()
        or any(a in _INSIDE and b in _INSIDE for a, b in pairwise(low))
    ):
        return ""
    if all(word in _HOLLOW or word in STOPWORDS for word in low) or not specific_stems(phrase):
        return ""
    if "differences" in low or "difference" in low or (len(words) == 1 and _NO_NOUN.search(phrase)):
        return ""
    return phrase


def running(title: str, text: str) -> str:
    """A title in running case: its words in lower case, save names and languages.

    A word that `text`, the paper's abstract, writes with a capital inside a sentence and nowhere without is a name too,
    unless it stands there beside another capital: "Domain Adaptation (DA)" names nothing.
    """
    plain = re.findall(r"(?<=\s)[^\W\d_]{4,}", title)
    if plain and sum(word[0].islower() for word in plain) >= _CASED * len(plain):
        first, _, rest = title.partition(" ")
        kept = is_name(first) or not first.istitle() or re.search(rf"[a-z,] {re.escape(first)}\b", text)
        return title if kept else f"{first.lower()} {rest}".strip()
    alone = set(re.findall(r"(?<![\w-])[a-z][\w’'-]*[,;]? (?=([A-Z][a-z]+)(?: [^A-Z(]|[,;.]))", text))
    lower = set(re.findall(r"\b[a-z][a-z]*", text))

    def one(match: re.Match[str]) -> str:
        part = match.group()
        names = (
            is_name(part)
            or (part.isupper() and part != "A")
            or (part in alone and not any(word.startswith(part.lower()) for word in lower))
        )
        return part if names or (part.istitle() and protocol(f"{part} languages").language) else part.lower()

    return re.sub(r"[^\W_][\w'’]*", one, title)

"""Whether two phrases name the same thing, by their content words, names and numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..tools.text import STOPWORDS, stem, words
from .finding_cues import AUXILIARIES, CARRIERS, CHANGE_NOUNS, COMPARATIVES
from .question_words import GENERIC, MEASURES, is_name

__all__ = [
    "ACTS",
    "DULL",
    "ENOUGH",
    "PLAIN",
    "Match",
    "Role",
    "alternatives",
    "apart",
    "join",
    "match",
    "opposite",
    "pair",
    "role",
    "scaled",
    "size",
    "without",
]

ENOUGH = 0.6  # match from which two roles are taken for the same

# Alternatives: a phrase with one of a group is not about a phrase with another of the same group.
_ALTERNATIVES: tuple[frozenset[str], ...] = tuple(
    frozenset(stem(word)[:7] for word in group.split())
    for group in (
        "english multilingual translated bilingual code-mixed",
        "monolingual multilingual bilingual",
        "single multi",
        "supervised unsupervised self-supervised semi-supervised",
        "pretrain finetune",
        "men women male female",
        "adults children infants adolescents elderly older toddlers neonates",
        "undergraduates pupils primary secondary",
        "acute chronic",
        "oral intravenous topical subcutaneous",
        "small large base",
        "zeroshot fewshot",
        "lowresource highresource",
        "crosslingual monolingual",
        "train test",
        "short long",
        "early late",
        "in-domain out-of-domain",
        "encoder decoder",
        "monotherapy combination",
        "biomedical legal financial scientific clinical",
        "parsing tagging classification translation summarization recognition answering inference retrieval generation",
        "vowels consonants",
        "hot cold",
        "source target",
        "students teachers nurses managers employees",
        "image language speech audio video music",
        "summer winter spring autumn",
        "preoperative postoperative",
        "boys girls",
    )
)
# Words for the same thing in findings. Applied to both sides, for matching only.
_SAME = {
    stem(word): stem(group.split()[0])
    for group in (
        "train training trained transfer learning learn finetuning finetuned finetune tuning tuned",
        "pretrain pretraining pretrained",
        "switched switching mixed",
        "mobilisation mobilization",
        "aluminium aluminum al",
        "model models modelling modeling",
        "children pediatric paediatric",
        "older elderly",
        "summarisation summarization",
        "normalisation normalization",
        "mt translation",
        "readmission readmissions rehospitalisation",
        "exam examination exams examinations",
        "scores score grades marks",
        "flu influenza",
    )
    for word in group.split()
}
_EMPTY = frozenset(
    stem(word)
    for word in """performance transfer result score accuracy quality gain improvement average overall general downstream
    target many various natural language understanding nlp learn learning model models task tasks baseline baselines
    approach method setting large extent margin point points percent rate level group participants patients study
    train add adding addition treat treated treatment supplementation therapy use using layer passivation passivate
    group administration introduce incorporate apply employ initialise initialising receive receiving student taught
    teach conduct objective pretrain stage keep keeping plain alone without additional simply consistent number rate
    incidence frequency day week month year hour minute text corpus corpora data article articles knowledge nlp ai ml
    art sota competitive strong wide automatic human evaluation experiment experimental recent attention together both
    method methods doing combination usual usually trained section class leave continue continuing many kind typologically
    distribution especially particularly well most""".split()
)
DULL = frozenset(item[:7] for item in GENERIC | _EMPTY)
# Generic words that still tell one act from another: spaced practice is not spaced testing.
ACTS = frozenset(item[:7] for item in GENERIC - _EMPTY) - frozenset(item[:7] for item in COMPARATIVES)
PLAIN = frozenset(
    stem(word)[:7]
    for word in """baseline baselines placebo control controls vanilla standard usual no without untreated none direct
    plain previous existing prior state art strong conventional care""".split()
)
# Compounds that mean one thing: "fine-tuning" is not "fine", "zero-shot" is not "shot".
_COMPOUND = re.compile(
    r"\b(fine|pre|zero|few|one|cross|low|high|multi|mono|bi|semi|self|in|out-of|code|back|re|co|non|un)-(\w+)",
    re.I,
)
_ACRONYMS = {
    "NER": "named entity recognition", "NLI": "natural language inference", "QA": "question answering",
    "MT": "machine translation", "NMT": "neural machine translation", "POS": "part-of-speech",
    "MLM": "masked language modelling", "SA": "sentiment analysis", "QE": "quality estimation",
    "DST": "dialogue state tracking", "MRC": "machine reading comprehension", "RCT": "randomised trial",
    "ICU": "intensive care", "LLMs": "large language models", "LLM": "large language model", "PLM": "pretrained language model",
}  # fmt: skip
_ACRONYM = re.compile(r"\b(?:" + "|".join(sorted(_ACRONYMS, key=len, reverse=True)) + r")\b")
_SIZE = re.compile(
    r"\b(?:by|of|with)?\s*(?:up to\s+|about\s+|around\s+|over\s+|an average (?:improvement )?of\s+)?[+−-]?(\d+(?:\.\d+)?)\s*(%|"
    r"percent|points?|pp|bleu|f1|las|uas|accuracy|kg|percentage|fold|x)\b",
    re.I,
)
_COUNTED = re.compile(
    r"\b\d+\s+(?:\w+\s+){0,2}?(?:tasks?|languages?|datasets?|benchmarks?|studies|domains?|models?|"
    r"patients|participants)\b",
    re.I,
)
# Ends of one scale: "best between similar languages" and "worse between distant ones" say the same.
_OPPOSITES = tuple(
    (frozenset(stem(word)[:7] for word in one.split()), frozenset(stem(word)[:7] for word in other.split()))
    for one, other in (
        ("similar related close proximal", "distant dissimilar unrelated different"),
        ("frequent common", "rare infrequent"),
        ("large larger long longer", "small smaller short shorter"),
        ("highresource", "lowresource"),
        ("young younger", "old older elderly"),
        ("mild", "severe"),
    )
)
_ENDS = frozenset[str]().union(*(one | other for one, other in _OPPOSITES))
_FROM_TO = re.compile(r"\bfrom\s+[\d.]+\s*%?\s+to\s+[\d.]+\s*%?", re.I)


@dataclass(frozen=True, slots=True)
class Role:
    """A phrase as sets: stems of its words, names as spelt in lower case, numbers as written."""

    terms: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]

    @property
    def content(self) -> frozenset[str]:
        """Specific terms and names."""
        return self.specific | self.names

    @property
    def specific(self) -> frozenset[str]:
        """The terms that tell a subject."""
        return frozenset(term for term in self.terms if term not in DULL)


@lru_cache(maxsize=65536)
def role(text: str) -> Role:
    """A phrase taken apart; sizes of effects and counts of things ("33 tasks") are left out."""
    text = _SIZE.sub(" ", _FROM_TO.sub(" ", _COUNTED.sub(" ", text)))
    text = _ACRONYM.sub(lambda match: _ACRONYMS[match.group()], text)
    terms: set[str] = set()
    names: set[str] = set()
    numbers: set[str] = set()
    for word in words(text):
        if re.fullmatch(r"\d+(?:[.,]\d+)*", word):
            numbers.add(word)
            continue
        # That two findings are both told in F1 makes them no more alike: a measure is no setting.
        if is_name(word) and word.casefold() not in MEASURES:
            names.add(word.casefold())
            continue
        for part in re.split(r"[-/]", _COMPOUND.sub(r"\1\2", word)):
            low = part.casefold()
            if part.isdigit():
                numbers.add(part)  # "30-day readmissions"
                continue
            if not part or low in STOPWORDS or low in AUXILIARIES or len(part) == 1:
                continue
            item = stem(part)
            item = _SAME.get(item, item)
            if item not in CARRIERS and item not in COMPARATIVES and item not in CHANGE_NOUNS:
                terms.add(item[:7])
    return Role(frozenset(terms), frozenset(names), frozenset(numbers))


def _weight(terms: frozenset[str]) -> float:
    return sum(0.25 if term in DULL else 1.0 for term in terms)


def apart(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether both hold something and nothing in common."""
    return bool(left and right) and not left & right


def alternatives(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether each names another member of one group of alternatives ("zero-shot", "few-shot")."""
    return any(apart(left & group, right & group) for group in _ALTERNATIVES)


@dataclass(frozen=True, slots=True)
class Match:
    """How far two roles name the same thing (0..1), and what differs on both sides ("" where nothing does)."""

    score: float
    clash: str


def match(left: Role, right: Role, rest: tuple[Role, Role] | None = None, strict: bool = False) -> Match:
    """How far two roles name the same thing: 0..1, and the first thing that differs on both sides.

    `rest` holds the other roles of the two findings: a word that the other finding has elsewhere is not missing.
    `strict` lets nothing differ on both sides.
    """
    if rest:
        left, right = without(left, rest[1], right), without(right, rest[0], left)
    if alternatives(left.terms, right.terms):
        return Match(0.0, pair(left.terms - right.terms, right.terms - left.terms))
    if apart(left.names, right.names):
        return Match(0.0, pair(left.names, right.names))
    if apart(left.numbers, right.numbers):
        return Match(0.0, pair(left.numbers, right.numbers))
    acts = (left.terms - right.terms) & ACTS, (right.terms - left.terms) & ACTS
    if strict and acts[0] and acts[1]:
        return Match(0.0, pair(*acts))
    mine, theirs = left.specific, right.specific
    if not mine and not theirs:
        shared_names = left.names & right.names
        return Match(1.0 if shared_names or left.names == right.names else 0.7, "")
    if not mine or not theirs:
        if (left.names if not mine else right.names) and not left.names & right.names:
            return Match(0.0, pair(mine or left.names, theirs or right.names))
        return Match(0.8 if left.names & right.names else 0.35, "")
    shared = mine & theirs
    only_left, only_right = mine - theirs, theirs - mine
    both = _weight(shared)
    smaller = min(_weight(mine), _weight(theirs))
    contained = both / smaller if smaller else 0.0
    if only_left and only_right and strict:
        return Match(0.0, pair(only_left, only_right))
    if only_left and only_right:
        lost = min(_weight(only_left), _weight(only_right))
        return Match(
            max(0.0, (both - 0.5 * lost) / (both + lost)) if shared else 0.0, pair(only_left, only_right)
        )
    if strict:
        # What only one names must not outweigh what both name.
        whole = _weight(mine | theirs)
        contained = min(contained, 2 * both / (whole + both)) if whole else contained
    return Match(contained, "")


def without(role: Role, elsewhere: Role, counterpart: Role) -> Role:
    """A role less what the other finding has elsewhere, and not in the same place."""
    return Role(
        role.terms - (elsewhere.terms - counterpart.terms),
        role.names - (elsewhere.names - counterpart.names),
        role.numbers - (elsewhere.numbers - counterpart.numbers),
    )


def pair(left: frozenset[str], right: frozenset[str]) -> str:
    """What differs, in words: "aluminium against gallium"."""
    return f"{'/'.join(sorted(left)[:2]) or '–'} against {'/'.join(sorted(right)[:2]) or '–'}"


def opposite(left: Role, right: Role) -> bool:
    """Whether they name the two ends of one scale."""
    return any(
        (one & left.terms and other & right.terms) or (other & left.terms and one & right.terms)
        for one, other in _OPPOSITES
    )


def scaled(role: Role) -> Role:
    """A role without the words for the ends of a scale."""
    return Role(role.terms - _ENDS, role.names, role.numbers)


def join(left: Role, right: Role) -> Role:
    """Both roles together."""
    return Role(left.terms | right.terms, left.names | right.names, left.numbers | right.numbers)


def size(clause: str) -> tuple[float, str] | None:
    """The size of an effect and its unit ("5.4", "point"), None where the clause gives none."""
    found = _SIZE.search(_FROM_TO.sub(" ", clause))
    return (float(found[1]), found[2].casefold().rstrip("s")) if found else None

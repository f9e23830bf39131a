"""Whether two findings of different papers are about the same thing, and if so whether they agree.

Two findings are comparable when the intervention and the measured outcome are the same and nothing that both
name differs (benchmark, population, comparator, dose). The sign that two findings are *not* comparable is a
substitution: in one role each names something that the other does not. A detail named by one only is a
specialisation and is let pass. Precision before recall: whatever is unclear is neutral.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assignee.claims import Stance

from ..tools.text import STOPWORDS, stem, words
from .finding import Frame, frames
from .finding_cues import AUXILIARIES, CARRIERS, CHANGE_NOUNS, COMPARATIVES
from .question_words import GENERIC, is_name

__all__ = ["NOT_COMPARABLE", "Relation", "relate"]

NOT_COMPARABLE = "not comparable"

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
    )
)
# Words for the same thing in findings. Applied to both sides, for matching only.
_SAME = {
    stem(word): stem(group.split()[0])
    for group in (
        "train training trained finetuning finetuned finetune tuning tuned",
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
        "articles text texts corpus corpora data",
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
    incidence frequency knowledge section class leave continue continuing many kind typologically
    distribution especially particularly well most""".split()
)
_DULL = frozenset(item[:7] for item in GENERIC | _EMPTY)
_PLAIN_COMPARATORS = frozenset(
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
_ACT = re.compile(r"(?:(?:the|simply|further|also|when|by)\s+)*(\w{3,}ing)\b(?!-)", re.I)
_FROM_TO = re.compile(r"\bfrom\s+[\d.]+\s*%?\s+to\s+[\d.]+\s*%?", re.I)


@dataclass(frozen=True, slots=True)
class Relation:
    """How one sentence bears on another: the stance, why in a few words, and how sure the match is (0..1)."""

    stance: Stance
    reason: str
    match: float


@dataclass(frozen=True, slots=True)
class _Role:
    terms: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]

    @property
    def specific(self) -> frozenset[str]:
        return frozenset(term for term in self.terms if term not in _DULL)


@lru_cache(maxsize=65536)
def _role(text: str) -> _Role:
    text = _SIZE.sub(" ", _FROM_TO.sub(" ", _COUNTED.sub(" ", text)))
    text = _ACRONYM.sub(lambda match: _ACRONYMS[match.group()], text)
    terms: set[str] = set()
    names: set[str] = set()
    numbers: set[str] = set()
    for word in words(text):
        if re.fullmatch(r"\d+(?:[.,]\d+)*", word):
            numbers.add(word)
            continue
        if is_name(word) and word not in {"NLP", "ML", "AI"}:
            names.add(word.casefold())
            continue
        for part in re.split(r"[-/]", _COMPOUND.sub(r"\1\2", word)):
            low = part.casefold()
            if not part or low in STOPWORDS or low in AUXILIARIES or len(part) == 1:
                continue
            item = stem(part)
            item = _SAME.get(item, item)
            if item not in CARRIERS and item not in COMPARATIVES and item not in CHANGE_NOUNS:
                terms.add(item[:7])
    return _Role(frozenset(terms), frozenset(names), frozenset(numbers))


def _weight(terms: frozenset[str]) -> float:
    return sum(0.25 if term in _DULL else 1.0 for term in terms)


def _alternatives(left: frozenset[str], right: frozenset[str]) -> bool:
    for group in _ALTERNATIVES:
        mine, theirs = left & group, right & group
        if mine and theirs and not mine & theirs:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Match:
    score: float
    clash: str


def _match(left: _Role, right: _Role, rest: tuple[_Role, _Role] | None = None) -> _Match:
    """How far two roles name the same thing: 0..1, and the first thing that differs on both sides.

    `rest` holds the other roles of the two findings: a word that the other finding has elsewhere is not missing.
    """
    if rest:
        left, right = _without(left, rest[1], right), _without(right, rest[0], left)
    if _alternatives(left.terms - right.terms, right.terms - left.terms) and _alternatives(
        left.terms, right.terms
    ):
        return _Match(0.0, _pair(left.terms - right.terms, right.terms - left.terms))
    if left.names and right.names and not left.names & right.names:
        return _Match(0.0, _pair(left.names, right.names))
    if left.numbers and right.numbers and not left.numbers & right.numbers:
        return _Match(0.0, _pair(left.numbers, right.numbers))
    mine, theirs = left.specific, right.specific
    if not mine and not theirs:
        shared_names = left.names & right.names
        return _Match(1.0 if shared_names or left.names == right.names else 0.7, "")
    if not mine or not theirs:
        if (left.names if not mine else right.names) and not left.names & right.names:
            return _Match(0.0, _pair(mine or left.names, theirs or right.names))
        return _Match(0.5 if left.names & right.names else 0.35, "")
    shared = mine & theirs
    only_left, only_right = mine - theirs, theirs - mine
    both = _weight(shared)
    smaller = min(_weight(mine), _weight(theirs))
    contained = both / smaller if smaller else 0.0
    if only_left and only_right:
        lost = min(_weight(only_left), _weight(only_right))
        return _Match(
            max(0.0, (both - 0.5 * lost) / (both + lost)) if shared else 0.0, _pair(only_left, only_right)
        )
    return _Match(contained, "")


def _without(role: _Role, elsewhere: _Role, counterpart: _Role) -> _Role:
    return _Role(
        role.terms - (elsewhere.terms - counterpart.terms),
        role.names - (elsewhere.names - counterpart.names),
        role.numbers - (elsewhere.numbers - counterpart.numbers),
    )


def _pair(left: frozenset[str], right: frozenset[str]) -> str:
    return f"{'/'.join(sorted(left)[:2]) or '–'} against {'/'.join(sorted(right)[:2]) or '–'}"


def _size(clause: str) -> tuple[float, str] | None:
    found = _SIZE.search(_FROM_TO.sub(" ", clause))
    return (float(found[1]), found[2].casefold().rstrip("s")) if found else None


def _compare(left: Frame, right: Frame) -> Relation:
    neutral = Relation(Stance.NEUTRAL, NOT_COMPARABLE, 0.0)
    if left.own or right.own:
        return Relation(Stance.NEUTRAL, f"{NOT_COMPARABLE}: a method of the paper's own", 0.0)
    agent_left, agent_right = _role(left.agent), _role(right.agent)
    target_left, target_right = _role(f"{left.outcome} {left.scope}"), _role(f"{right.outcome} {right.scope}")
    other_left, other_right = _role(left.comparator), _role(right.comparator)
    if not (agent_left.specific or agent_left.names) or not (agent_right.specific or agent_right.names):
        return neutral
    sign_left, sign_right = left.direction, right.direction
    agents = _match(agent_left, agent_right)
    others = _Match(0.8, "")
    flipped = False
    compared_left = left.comparator and not other_left.terms <= _PLAIN_COMPARATORS
    compared_right = right.comparator and not other_right.terms <= _PLAIN_COMPARATORS
    if compared_left and compared_right:
        others = _match(other_left, other_right)
        crossed = _match(agent_left, other_right), _match(other_left, agent_right)
        if min(item.score for item in crossed) > min(agents.score, others.score):
            agents, others = crossed
            sign_right, flipped = -sign_right, True
        if others.score < 0.6:
            return Relation(
                Stance.NEUTRAL, f"{NOT_COMPARABLE}: compared with different things ({others.clash})", 0.0
            )
    if bool(compared_left) != bool(compared_right) and 0 in (sign_left, sign_right):
        # "A is no better than B" does not deny that A helps.
        return Relation(Stance.NEUTRAL, f"{NOT_COMPARABLE}: only one names what it compares with", 0.0)
    for one, other in ((left.agent, agent_right), (right.agent, agent_left)):
        # "Translating the intermediate data" is about translating, whatever else it shares.
        act = _ACT.match(one)
        if act and not flipped and _role(act[1]).specific - other.terms:
            return Relation(
                Stance.NEUTRAL, f"{NOT_COMPARABLE}: different interventions ({act[1].casefold()})", 0.0
            )
    if agents.score < 0.6:
        return Relation(
            Stance.NEUTRAL, f"{NOT_COMPARABLE}: different interventions ({agents.clash})", agents.score
        )
    outcomes = (
        _without(_role(left.outcome), agent_right, _role(right.outcome)),
        _without(_role(right.outcome), agent_left, _role(left.outcome)),
    )
    rest = _join(agent_left, other_left), _join(agent_right, other_right)
    same = _agreement(sign_left)
    if _opposite(target_left, target_right) and sign_left * sign_right < 0:
        target_left, target_right = _scaled(target_left), _scaled(target_right)
        sign_right, same = sign_left, "both report that the effect runs the same way along one scale"
    targets = _match(target_left, target_right, rest)
    if all(item.specific or item.names for item in outcomes):
        shared = (outcomes[0].specific | outcomes[0].names) & (target_right.specific | target_right.names)
        shared |= (outcomes[1].specific | outcomes[1].names) & (target_left.specific | target_left.names)
        if not shared:
            targets = _Match(
                0.0, _pair(outcomes[0].terms | outcomes[0].names, outcomes[1].terms | outcomes[1].names)
            )
    whole = _match(_join(agent_left, target_left), _join(agent_right, target_right))
    if targets.score < 0.6:
        reason = (
            f"different outcomes or settings ({targets.clash})" if targets.clash else "one is more general"
        )
        return Relation(Stance.NEUTRAL, f"{NOT_COMPARABLE}: {reason}", targets.score)
    sure = round(min(agents.score, targets.score, max(others.score, 0.6), max(whole.score, 0.5)), 3)
    if sign_left == sign_right:
        sizes = _size(left.clause), _size(right.clause)
        if sizes[0] and sizes[1] and sizes[0][1] == sizes[1][1] and sizes[0][0] and sizes[1][0]:
            ratio = sizes[0][0] / sizes[1][0]
            if ratio > 3 or ratio < 1 / 3:
                return Relation(
                    Stance.NEUTRAL, "same direction, but sizes differ by more than a factor of three", sure
                )
        return Relation(Stance.SUPPORT, same, sure)
    if sign_left * sign_right < 0:
        return Relation(Stance.CONTRADICT, "opposite directions", sure)
    silent = right if sign_left else left
    if silent.denied and silent.denied != (sign_left or sign_right):
        return Relation(Stance.NEUTRAL, "no gain and a loss can both hold", sure)
    return Relation(Stance.CONTRADICT, "an effect against none", sure)


def _opposite(left: _Role, right: _Role) -> bool:
    return any(
        (one & left.terms and other & right.terms) or (other & left.terms and one & right.terms)
        for one, other in _OPPOSITES
    )


def _scaled(role: _Role) -> _Role:
    ends = frozenset().union(*(one | other for one, other in _OPPOSITES))
    return _Role(role.terms - ends, role.names, role.numbers)


def _join(left: _Role, right: _Role) -> _Role:
    return _Role(left.terms | right.terms, left.names | right.names, left.numbers | right.numbers)


def _agreement(sign: int) -> str:
    return {
        1: "both report an improvement",
        -1: "both report a deterioration",
        0: "both report no difference",
    }[sign]


def relate(claim: str, evidence: str) -> Relation:
    """The stance of an evidence sentence towards a claim sentence of another paper.

    Among the pairs of frames the surest match decides; when the matches disagree, the relation is neutral.
    """
    related = [_compare(left, right) for left in frames(claim) for right in frames(evidence)]
    if not related:
        return Relation(Stance.NEUTRAL, "no finding to compare", 0.0)
    voiced = [item for item in related if item.stance is not Stance.NEUTRAL]
    if not voiced:
        return max(related, key=lambda item: item.match)
    stances = {item.stance for item in voiced}
    if len(stances) > 1:
        return Relation(Stance.NEUTRAL, "agrees in part and disagrees in part", 0.0)
    return max(voiced, key=lambda item: item.match)

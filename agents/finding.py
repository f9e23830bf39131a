"""Findings taken apart: who did what to which outcome, which way, and compared with what.

A shallow, rule-based parse of one English sentence into frames. It knows only surface order and the cues of
`finding_cues`; what it cannot parse gives no frame, and no frame means no cross-paper vote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ..tools.text import content_stems, stem
from .finding_clauses import bare, clauses
from .finding_cue import Cue, locate, tokens
from .finding_cues import AUXILIARIES, CARRIERS, COMPARATIVE_MARKERS, LOWER_IS_BETTER, NEGATIONS, QUANTITY
from .finding_roles import first_marker, roles, trimmed

__all__ = ["Frame", "frames"]

_FIRST_PERSON = re.compile(
    r"^(?:we|our|ours|i|it|they|this|these|the authors|there|results?|experiments?|one)\b", re.I
)
_SELF = re.compile(
    r"\b(?:our|the proposed|this|the presented|proposed|the new|the resulting)\b|^(?:it|its|they|their|these)\b",
    re.I,
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|get|gets)\s+(?:\w+ly\s+|also\s+|further\s+|not\s+|n't\s+|even\s+)*$",
    re.I,
)
# "We investigate A and B, but neither helps": what is studied is the subject of what follows.
_STUDIED = re.compile(
    r"\b(?:investigate|explore|study|examine|consider|compare|evaluate|test)[sd]?\s+(.+)$", re.I
)
# "On XNLI, …", "Among women, …": a setting before the subject.
_LEADING = re.compile(
    r"^((?:on|in|for|at|across|among|within|under|over|during|with|without|using|when|after|"
    r"averaged over|compared with|"
    r"compared to|relative to|contrary to|unlike|given|by)\s[^,]{2,120}),\s+(?=\S)",
    re.I,
)
_INTRANSITIVE = frozenset(
    stem(word)
    for word in """drops drop decreases decrease increases increase rises rise rose risen improves improve degrades degrade
    declines decline declined deteriorates deteriorate worsens worsen worsened falls fall fell fallen gains suffers suffer
    suffered benefits benefit benefited grow grows grew shrink shrinks shrank narrow narrows narrowed slow slows slowed
    lessen lessened""".split()
)
_UNDER = re.compile(
    r"(?:in|under|with|for|among|after|on|at|during)\s+(.+?)\s+than\s+(?:(?:in|under|with|for|"
    r"among|after|on|at|during|that of)\s+)?(.+)$",
    re.I,
)
_LEADING_COMPARATORS = tuple(item for item in COMPARATIVE_MARKERS if item not in {"over", "against", "than"})
_WHEN = re.compile(r"(?:when|if|after|with|using)\b", re.I)
# A subject that opens with a preposition was not found: "With few tasks the stage hurts".
_UNPARSED = re.compile(r"(?:with|without|in|on|at|under|during|of|for)\b", re.I)
_POINTING = re.compile(r"\b(?:these|those|such|this) (?!is\b|are\b|of\b|was\b|were\b)\w+", re.I)
_QUALIFIED = re.compile(r"\bonly (?!when\b)\w+|\bexplains? why\b|\bneeds? more\b|\bas in previous\b", re.I)
# "Dropping A hurts", "less A improves": what acts is the lack of A.
_TAKEN_AWAY = re.compile(
    r"(?:dropping|removing|omitting|excluding|withholding|eliminating|ablating|disabling|stopping|"
    r"lack|absence|removal|less|fewer|"
    r"no|without)\b",
    re.I,
)
# "was expected to improve", "would improve", "we fail to find that A improves".
_IRREAL = re.compile(
    r"\b(?:expected|claimed|believed|thought|assumed|hypothesi[sz]ed|predicted|supposed|said|"
    r"designed|intended|planned|hoped|"
    r"meant|needs?|aims?|tries|tried) to\b|\b(?:would|should)\b|\b(?:fail(?:s|ed)? to|(?:do|"
    r"did|does|could|can) not|cannot|no evidence)\b.*\b(?:find|show|"
    r"observe|see|confirm|replicate|that)\b",
    re.I,
)
_INSIGNIFICANT = re.compile(r"\bnot (?:statistically )?significant\b|\b(?:non-?|in)significant\b", re.I)
_NONE_AFTER = re.compile(
    r"\b(?:none|neither|nowhere|nobody|less)\b(?!\s+(?:error|noise|data|time|memory))", re.I
)
_NO_SIZE = re.compile(r"\bby (?:[−-]\s*\d|0(?:\.0+)?(?!\.?\d))", re.I)
# "improves A most when B": told of B, not of A in general.
_MOST_WHEN = re.compile(r"\b(?:most|best|more|better) (?:when|if|where|for)\b", re.I)
_REVERSED = re.compile(
    r"(?:the |a |any )?(?:\w+ )?(?:decreases?|drops?|reductions?|degradations?|declines?|deterioration)\b",
    re.I,
)
# "The models", "the other three results": what acts stands in another sentence.
_UNNAMED = re.compile(
    r"(?:the )?(?:resulting |final |full |whole |same |other |all |both |first |second |three |two |latter |former |"
    r"combination of )*"
    r"(?:models?|systems?|methods?|approach(?:es)?|results?|ones?|variants?|strateg(?:y|ies)|settings?)",
    re.I,
)
# "We test if A helps": not told yet.
_ASKED = re.compile(
    r"\b(?:test|ask|examin|investigat|explor|stud(?:y|ied)|evaluat|analy[sz]|assess|wonder|determin)\w*\b.*\b(?:if|whether|how)\b",
    re.I,
)
# "Some sources may hurt", "can outperform in some tasks": a case that exists denies nothing.
_MAY = re.compile(r"\b(?:can|may|might|could)\b", re.I)
_SOME = re.compile(r"\bsome\b", re.I)
# "Matches the distributions": a deed, no tie.
_SHAPES = re.compile(r"\b(?:distributions?|representations?|patterns?|features?|words|sentences)\b", re.I)
# "Needs more samples", "degrades more slowly": more or less of a cost, or of a change.
_COSTS = re.compile(r"\b(?:needs?|needed|requires?|required|takes?|took|costs?)\s+(?:\w+\s+){0,2}\w+$", re.I)
_HOW_FAST = re.compile(r"\s+(?:\w+\s+)?(?:more slowly|slower|faster|more quickly|less)\b", re.I)
_WITHOUT = re.compile(r"\bwithout\b", re.I)
_CIRCUMSTANCE = re.compile(r"(?:when|with|using|after|if|by|without)\b", re.I)
# A setting that is a condition, not a place.
_CONDITION = re.compile(r"(?:at|under|during|over|with|without|using|when|after|given|by)\b", re.I)
_APPOSITION = re.compile(r",\s+(?:a|an|the)\s")
_BETWEEN = re.compile(r"\bbetween\s+(.+?)\s+and\s+(.+)$", re.I)
_WITH_AND_WITH = re.compile(
    r"(?:with|under|in|for|after)\s+(.+?)\s+and\s+(?:with|under|in|for|after)\s+(.+)$", re.I
)
_WHAT_BETWEEN = re.compile(
    r"(?:in|of|for|on)\s+(.+?)\s+(?:(?:was|were) (?:found|observed|seen)\s+)?between\b", re.I
)
_OF_OVER = re.compile(
    r"(?:of|from|for|in|with)\s+(.+?)\s+(?:over|compared (?:to|with)|relative to|versus|on|in|for)\s+(.+)$",
    re.I,
)
_INDEPENDENT = frozenset(
    {
        "not depend",
        "not affected",
        "unrelated to",
        "independent of",
        "orthogonal to",
        "unaffected",
        "unchanged",
    }
)
_LIKE = frozenset({"comparable", "similar to", "on par", "as good as", "as well as", "equivalent to"})
_EQUALLY = frozenset({"equally", "comparable", "similar", "indistinguishable", "on par", "same performance"})
# "A and B do equally well"
_ALIKE = re.compile(r"(?:both )?(.+) and (.+)", re.I)
_ENDS_SUBJECT = AUXILIARIES - {"both", "further", "small", "large", "strong"} | {
    "tend",
    "tends",
    "tended",
    "need",
}
_NOUNS = frozenset({"result", "results", "work", "works", "report", "to"})


@dataclass(frozen=True, slots=True)
class Frame:
    """One finding of a sentence.

    `direction` is +1, -1 or 0 (no effect, no difference). Measures where lower is better are turned, so that
    +1 always means the outcome got better for verbs of merit and of amount alike. `agent`, `outcome`,
    `comparator` are phrases of the sentence; `place` is where it holds (task, population, benchmark),
    `circumstance` under what conditions. `own` marks a subject such as "our method", or one that
    cannot be told.
    `denied` is the direction that a negated cue denies ("does not improve": direction 0, denied +1).
    """

    agent: str
    direction: int
    outcome: str
    comparator: str
    place: str
    circumstance: str
    own: bool
    comparative: bool
    denied: int
    clause: str


@lru_cache(maxsize=65536)
def frames(sentence: str) -> tuple[Frame, ...]:
    """The frames of one sentence, in order; none where no cue of direction is found."""
    found: list[Frame] = []
    last_agent, owned = "", False
    doubted = bool(_INSIGNIFICANT.search(sentence))
    for clause in clauses(sentence):
        frame = _clause(clause, owned)
        if frame is None:
            studied = _STUDIED.search(clause)
            last_agent = studied[1] if studied else last_agent
            continue
        if not frame.agent and not frame.own and last_agent:
            frame = replace(frame, agent=last_agent)
        last_agent, owned = frame.agent or last_agent, frame.own
        found.append(replace(frame, own=True) if doubted and frame.direction else frame)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Draft:
    """The phrases of a clause before merit and negation are weighed; `lead` is the grammatical subject."""

    agent: str
    outcome: str
    comparator: str
    place: str
    circumstance: str
    lead: str
    own: bool


def _clause(clause: str, owned: bool) -> Frame | None:
    """The frame of one clause; `owned` tells that the subject before, which may still hold, was the paper's own."""
    setting = ""
    while (leading := _LEADING.match(clause)) and locate(clause[leading.end() :]):
        setting, clause = f"{setting} {leading[1]}".strip(), bare(clause[leading.end() :])[0]
    cue = locate(clause)
    if cue is None:
        return None
    draft = _draft(clause, cue, setting)
    if cue.kind == "equality":
        draft = _equal(draft, clause, cue)
    elif cue.kind == "comparative" and not draft.own:
        draft = _acted(draft, clause[cue.end :].strip(" ,"))
    direction = _merit(draft, clause, cue)
    return Frame(
        agent=trimmed(draft.agent),
        direction=0 if cue.negated else direction,
        outcome=trimmed(draft.outcome),
        comparator=trimmed(draft.comparator),
        place=trimmed(draft.place),
        circumstance=trimmed(draft.circumstance),
        own=draft.own or (owned and not draft.lead) or _unsettled(draft, clause, cue),
        denied=direction if cue.negated else 0,
        comparative=cue.kind == "comparative_verb" or bool(trimmed(draft.comparator)),
        clause=clause,
    )


def _unsettled(draft: _Draft, clause: str, cue: Cue) -> bool:
    """Whether what acts, where, or what is asserted cannot be told from the clause: then it is compared with nothing."""
    agent, before, after = trimmed(draft.agent), clause[: cue.start], clause[cue.end :]
    if _COSTS.search(f"{before}{clause[cue.start : cue.end]}") or _HOW_FAST.match(after):
        return True
    if _UNNAMED.fullmatch(agent) or _ASKED.search(before) or (_MAY.search(before) and _SOME.search(clause)):
        return True
    if cue.kind == "equality" and _SHAPES.search(after):
        return True
    if (
        _UNPARSED.match(agent)
        or _TAKEN_AWAY.match(agent)
        or _QUALIFIED.search(before)
        or _IRREAL.search(before)
    ):
        return True
    if _MOST_WHEN.search(after):
        return True
    if cue.direction and not cue.negated and (_NONE_AFTER.search(after) or _NO_SIZE.search(after)):
        return True
    # "Mitigates the decrease in retention" turns back; "a larger reduction of severity" is plain.
    turned = _REVERSED.match(draft.outcome) and not LOWER_IS_BETTER & set(content_stems(draft.outcome))
    if turned or _WITHOUT.search(f"{agent} {draft.outcome} {draft.place}"):
        return True
    return bool(_POINTING.search(f"{agent} {draft.outcome} {draft.place} {draft.comparator}"))


def _draft(clause: str, cue: Cue, setting: str) -> _Draft:
    """The phrases by their usual places: subject before the cue, object and settings behind it."""
    before = clause[: cue.start]
    after = clause[cue.end :].strip(" ,")
    if clause[cue.start : cue.end].casefold() in {"inferior", "superior", "preferable"}:
        after = re.sub(r"^to\b", "than", after)
    parts = roles(after)
    head, comparator, means = (" ".join(parts[role]) for role in ("head", "comparator", "means"))
    place, circumstance = " ".join(parts["place"]), " ".join(parts["circumstance"])
    lead = _APPOSITION.split(_subject(before))[0]
    own = bool(_SELF.search(lead)) or bool(_FIRST_PERSON.match(lead))
    if marker := first_marker(lead, _LEADING_COMPARATORS):
        comparator = comparator or lead[marker[1] :].strip(" ,")
        lead = lead[: marker[0]].strip(" ,")
    passive = bool(_PASSIVE.search(before)) and cue.kind in {"verb", "comparative_verb"}
    agent, condition = lead, ""
    if cue.kind == "comparative_verb":
        comparator, head = f"{head} {comparator}".strip(), ""
        if passive:
            agent, comparator = means, lead
    elif passive:
        agent, head, own = means, lead, False
    elif _happens(cue, clause, head) and (means or _WHEN.match(setting)):
        # "F1 drops when …", "NER benefits from …", "When A is used, F1 drops": the subject is the outcome.
        agent, head, setting = (means, lead, setting) if means else (setting, lead, "")
    if not agent or _FIRST_PERSON.match(agent):
        agent = means
    elif means and agent != means and not passive:
        if comparator and agent.split()[-1].casefold() == comparator.split()[-1].casefold():
            # "Plain mortar outperforms mortar with B": what tells the two apart belongs to the second.
            comparator = f"{comparator} with {means}"
        else:
            condition = means
    if not agent and _CIRCUMSTANCE.match(setting):
        agent, setting = setting, ""
    if _CONDITION.match(setting):
        condition = f"{setting} {condition}"
    else:
        place = f"{setting} {place}"
    return _Draft(agent, head, comparator, place, f"{circumstance} {condition}", lead, own and not means)


def _happens(cue: Cue, clause: str, head: str) -> bool:
    """Whether the verb has no object: "drops", "improves strongly"."""
    alone = all(word.endswith("ly") for word in head.split())
    return cue.kind == "verb" and alone and stem(clause[cue.start : cue.end]) in _INTRANSITIVE


def _subject(before: str) -> str:
    """The subject of a clause: what stands before whatever carries the cue ("leads to", "achieves", "fails to")."""
    subject = trimmed(re.sub(r"^neither\s+", "", before, flags=re.I))
    for token in tokens(subject)[1:]:
        carries = token.stem in CARRIERS or token.low in _ENDS_SUBJECT or token.low in NEGATIONS
        if carries and not token.low.endswith("ing") and token.low not in _NOUNS:
            return subject[: token.start].strip(" ,")
    return subject


def _acted(draft: _Draft, after: str) -> _Draft:
    """ "Mortality was lower under A than under B": the subject is the outcome, the setting is what acted."""
    found = _UNDER.match(after)
    if not found:
        return draft
    rest = roles(found[2])
    return replace(
        draft,
        agent=found[1],
        outcome=draft.lead,
        comparator=" ".join(rest["head"]),
        place=" ".join(rest["place"]),
        circumstance=" ".join(rest["circumstance"]),
    )


def _equal(draft: _Draft, clause: str, cue: Cue) -> _Draft:
    """ "No difference between A and B", "A is comparable to B", "no advantage of A over B"."""
    after, phrase = clause[cue.end :].strip(" ,"), clause[cue.start : cue.end].casefold()
    named = draft.lead if not _FIRST_PERSON.match(draft.lead) else ""
    between = _BETWEEN.search(after) or _WITH_AND_WITH.match(after)
    if between:
        rest = roles(between[2])
        what = _WHAT_BETWEEN.match(after)
        return replace(
            draft,
            agent=between[1],
            outcome=what[1] if what else named,
            comparator=" ".join(rest["head"]),
            place=" ".join(rest["place"]),
            own=False,
        )
    if phrase in _INDEPENDENT and named:
        # "The gain does not depend on Y", "X is unaffected by Y": Y is what was varied.
        varied = re.sub(r"^(?:by|of|on|upon|to|with)\s+", "", after, flags=re.I)
        return replace(draft, agent=varied, outcome=named, place="", own=False)
    of = _OF_OVER.match(after)
    if of and not named:
        versus = of[2] if re.search(r"\b(?:over|compared|relative|versus)\b", after) else ""
        return replace(draft, agent=of[1], outcome="", comparator=versus, own=False)
    both = _ALIKE.fullmatch(named) if not draft.comparator and phrase in _EQUALLY else None
    if both:
        return replace(draft, agent=both[1], comparator=both[2], own=False)
    if phrase in _LIKE or phrase.startswith("match"):
        parts = roles(after)
        told = draft.comparator or " ".join([*parts["place"][:1], *parts["means"][:1]]) or draft.outcome
        return replace(draft, comparator=told, outcome="")
    return draft


def _head(phrase: str) -> str:
    """A phrase up to where it says for whom: in "admissions for heart failure", failure is not what changes."""
    return re.split(r"\s(?:for|in|among|on|with|at|under|during|after)\s", phrase, maxsplit=1)[0]


def _subject_of(lead: str, before: str) -> bool:
    """Whether nothing but auxiliaries stands between the subject and the verb."""
    return bool(lead) and trimmed(before).endswith(lead)


def _merit(draft: _Draft, clause: str, cue: Cue) -> int:
    """The cue's direction in terms of merit: less of a measure where lower is better is an improvement."""
    amount = stem(clause[cue.start : cue.end].split()[0]) in QUANTITY
    measure = f"{_head(draft.outcome)} {draft.place if cue.kind == 'noun' else ''}"
    if not draft.outcome and (
        (cue.kind == "comparative" and not draft.comparator)
        or (cue.kind == "verb" and _subject_of(draft.lead, clause[: cue.start]))
    ):
        measure = _head(draft.lead)
    lowered = any(item in LOWER_IS_BETTER for item in content_stems(measure))
    return -cue.direction if lowered and amount else cue.direction

"""Whether two findings of different papers are about the same thing, and if so whether they agree.

Two findings are comparable when the intervention and the measured outcome are the same and nothing that both
name differs (benchmark, population, comparator, dose). The sign that two findings are *not* comparable is a
substitution: in one role each names something that the other does not. A detail named by one only is a
specialisation and is let pass. Precision before recall: whatever is unclear is neutral.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assignee.claims import Stance

from ..tools.text import content_stems
from .finding import Frame, frames
from .finding_cues import LOWER_IS_BETTER
from .role_match import (
    DULL,
    ENOUGH,
    PLAIN,
    Match,
    Role,
    alternatives,
    apart,
    join,
    match,
    opposite,
    pair,
    role,
    scaled,
    size,
    without,
)
from .same_matter import same_matter, told_apart

__all__ = ["NOT_COMPARABLE", "Relation", "relate"]

NOT_COMPARABLE = "not comparable"
_SAME_MATTER = 0.75  # share of telling words that both hold, from which findings of other build are compared
_OPPOSED = 0.75  # match below which two findings are not set against each other
_NEARLY = 0.8  # match of the interventions from which a comparator that only one names is let pass

_WHEN = re.compile(r"\b(?:when|if|once|unless|provided)\b", re.I)
_CAPITAL = re.compile(r"(?<=[\s-])[A-Z][A-Za-z]*[a-z]{2}[A-Za-z]*\b")
_ACT = re.compile(r"(?:(?:the|simply|further|also|when|by)\s+)*(\w{3,}ing)\b(?!-)", re.I)


@dataclass(frozen=True, slots=True)
class Relation:
    """How one sentence bears on another: the stance, why in a few words, and how sure the match is (0..1)."""

    stance: Stance
    reason: str
    match: float


def _related(left: Frame, right: Frame) -> Relation:
    """By roles, and where these do not meet, by all words."""
    if differing := told_apart(left, right):
        return _unlike(differing)
    relation = _compare(left, right)
    if relation.match == 0.0 and relation.stance is Stance.NEUTRAL:
        sure = same_matter(left, right)
        if sure >= _SAME_MATTER:
            return _stance(left, right, [left.direction, right.direction], sure, "")
    return relation


def _compare(left: Frame, right: Frame) -> Relation:
    if left.own or right.own:
        return _unlike("a method of the paper's own")
    left, right = _forward(left), _forward(right)
    sides = _Side.of(left), _Side.of(right)
    signs = [left.direction, right.direction]
    crossed = left.comparator != "" and right.comparator != "" and _crossed(*sides)
    if crossed:
        sides = sides[0], sides[1].turned()
        signs[1] = -signs[1]
    one, other = sides
    if not (one.agent.content and other.agent.content):
        return _unlike("one names no intervention")
    if not (one.agent.specific and other.agent.specific) and not (one.compared and other.compared):
        # "BERT improves": a model's name is no intervention unless it is compared with another.
        return _unlike("a model is named, but nothing that was done with it")
    if left.comparator and right.comparator and one.compared != other.compared and signs[0] == signs[1]:
        return _unlike("compared with different things")
    denies = 0 in signs
    if one.compared and other.compared:
        others = match(one.comparator, other.comparator)
        if others.score < ENOUGH:
            return _unlike(f"compared with different things{_told(others)}")
    elif one.compared != other.compared and (
        denies or match(one.agent, other.agent, strict=True).score < _NEARLY
    ):
        # "A is no better than B" does not deny that A helps.
        return _unlike("only one names what it compares with")
    for phrase, against in ((left.agent, other.agent), (right.agent, one.agent)):
        # "Translating the intermediate data" is about translating, whatever else it shares.
        act = _ACT.match(phrase)
        if act and not crossed and role(act[1]).specific - against.terms:
            return _unlike(f"different interventions ({act[1].casefold()})")
    agents = match(
        without(one.agent, other.outcome, other.agent),
        without(other.agent, one.outcome, one.agent),
        strict=True,
    )
    if agents.score < ENOUGH:
        return _unlike(f"different interventions{_told(agents)}")
    same = ""
    if opposite(one.target, other.target) and signs[0] * signs[1] < 0:
        one, other = one.scaled(), other.scaled()
        signs[1] = signs[0]
        same = "both report that the effect runs the same way along one scale"
    targets = _targets(one, other)
    if targets.score < ENOUGH:
        return _unlike(
            f"different outcomes or settings{_told(targets)}" if targets.clash else "one is more general"
        )
    sure = round(min(agents.score, targets.score), 3)
    return _stance(left, right, signs, sure, same)


def _stance(left: Frame, right: Frame, signs: list[int], sure: float, same: str) -> Relation:
    """What two comparable findings are to each other, by their directions."""
    if signs[0] == signs[1]:
        sizes = size(left.clause), size(right.clause)
        if sizes[0] and sizes[1] and sizes[0][1] == sizes[1][1] and sizes[0][0] and sizes[1][0]:
            ratio = sizes[0][0] / sizes[1][0]
            if ratio > 3 or ratio < 1 / 3:
                return Relation(
                    Stance.NEUTRAL, "same direction, but sizes differ by more than a factor of three", sure
                )
        return Relation(Stance.SUPPORT, same or _agreement(signs[0]), sure)
    if sure < _OPPOSED and not (left.comparator and right.comparator):
        return _unlike("too loosely alike to be set against each other")
    one, other = role(left.circumstance), role(right.circumstance)
    if _under_condition(left, one, other, right) or _under_condition(right, other, one, left):
        return _unlike("one holds under a condition that the other does not name")
    if _lower(left) != _lower(right):
        return _unlike("one measures what should be low")
    if signs[0] * signs[1] < 0:
        return Relation(Stance.CONTRADICT, "opposite directions", sure)
    silent = right if signs[0] else left
    if silent.denied and silent.denied != (signs[0] or signs[1]):
        return Relation(Stance.NEUTRAL, "no gain and a loss can both hold", sure)
    return Relation(Stance.CONTRADICT, "an effect against none", sure)


def _lower(frame: Frame) -> bool:
    """Whether the clause names a measure of which less is better: then its direction was turned, perhaps wrongly."""
    return bool(LOWER_IS_BETTER & set(content_stems(frame.clause)))


def _named(sentence: str) -> frozenset[str]:
    """Capitalised words after the first: languages, corpora, people."""
    return frozenset(_CAPITAL.findall(sentence[1:]))


def _under_condition(frame: Frame, mine: Role, theirs: Role, other: Frame) -> bool:
    """ "Degrades when trained with noisy data" does not deny that it helps."""
    told = role(" ".join((other.agent, other.clause, other.place, other.circumstance)))
    return bool(_WHEN.search(frame.clause)) and bool(mine.specific - told.terms - theirs.terms)


def _unlike(why: str) -> Relation:
    return Relation(Stance.NEUTRAL, f"{NOT_COMPARABLE}: {why}", 0.0)


def _told(match: Match) -> str:
    return f" ({match.clash})" if match.clash else ""


@dataclass(frozen=True, slots=True)
class _Side:
    """One finding as sets of terms."""

    agent: Role
    comparator: Role
    outcome: Role
    place: Role
    circumstance: Role

    @classmethod
    def of(cls, frame: Frame) -> _Side:
        parts = (frame.agent, frame.comparator, frame.outcome, frame.place, frame.circumstance)
        return cls(*(role(part) for part in parts))

    @property
    def compared(self) -> bool:
        """Whether it names a comparator that is more than a baseline ("untreated cells", "undoped LLZO")."""
        told = join(self.agent, join(self.outcome, self.place))
        rest = self.comparator.terms - told.terms - PLAIN - DULL
        return bool(self.comparator.names - told.names or any(not term.startswith("un") for term in rest))

    @property
    def target(self) -> Role:
        """Outcome and place together."""
        return join(self.outcome, self.place)

    def turned(self) -> _Side:
        """With agent and comparator exchanged."""
        return replace(self, agent=self.comparator, comparator=self.agent)

    def scaled(self) -> _Side:
        """Without the words for the ends of a scale."""
        return replace(self, outcome=scaled(self.outcome), place=scaled(self.place))


def _forward(frame: Frame) -> Frame:
    """ "The baseline outperforms A" said of A: A does worse than the baseline."""
    agent, comparator = role(frame.agent), role(frame.comparator)
    plain = agent.specific - PLAIN
    if (
        not agent.names
        and (plain <= comparator.specific if plain else bool(comparator.content))
        and comparator.content != plain
    ):
        return replace(
            frame,
            agent=frame.comparator,
            comparator=frame.agent,
            direction=-frame.direction,
            denied=-frame.denied,
        )
    return frame


def _crossed(one: _Side, other: _Side) -> bool:
    """Whether "A beats B" stands against "B … A": the agents fit crosswise better than straight."""
    across = min(match(one.agent, other.comparator).score, match(one.comparator, other.agent).score)
    straight = min(match(one.agent, other.agent).score, match(one.comparator, other.comparator).score)
    return across > straight


def _targets(one: _Side, other: _Side) -> Match:
    """Whether the outcomes are the same and the places do not clash."""
    rest = join(one.agent, one.comparator), join(other.agent, other.comparator)
    mine = without(one.outcome, rest[1], other.outcome)
    theirs = without(other.outcome, rest[0], one.outcome)
    if mine.content and theirs.content:
        outcome = match(mine, theirs, strict=True)
        # "F1 on TyDiQA question answering" and "question answering on TyDiQA": one's outcome is the other's place.
        if outcome.score < ENOUGH and not (
            mine.content <= other.target.content or theirs.content <= one.target.content
        ):
            return outcome
    for first, second in ((one.circumstance, other.circumstance), (one.place, other.place)):
        if alternatives(first.terms, second.terms) or apart(first.numbers, second.numbers):
            return Match(0.0, pair(first.content | first.numbers, second.content | second.numbers))
    if apart(one.circumstance.specific, other.circumstance.specific):
        return Match(0.0, pair(one.circumstance.specific, other.circumstance.specific))
    return match(one.target, other.target, rest)


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
    ours, theirs = _named(claim), _named(evidence)
    if ours - theirs and theirs - ours:
        return _unlike(f"different names ({min(ours - theirs)} against {min(theirs - ours)})")
    related = [_related(left, right) for left in frames(claim) for right in frames(evidence)]
    if not related:
        return Relation(Stance.NEUTRAL, "no finding to compare", 0.0)
    voiced = [item for item in related if item.stance is not Stance.NEUTRAL]
    if not voiced:
        return max(related, key=lambda item: item.match)
    stances = {item.stance for item in voiced}
    if len(stances) > 1:
        return Relation(Stance.NEUTRAL, "agrees in part and disagrees in part", 0.0)
    return max(voiced, key=lambda item: item.match)

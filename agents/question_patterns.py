"""What acts and what it acts on, as one sentence or the title of a paper names them: the matter of a research question.

Surface patterns and the frames of `finding`, English only. The phrases are the paper's own words; what is no plain noun
phrase is not taken, so that most sentences give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .finding import frames
from .finding_roles import trimmed
from .noun_phrases import cut, noun_phrase
from .protocol import protocol
from .question_clauses import acted
from .question_topics import acts
from .question_words import BREAKERS

__all__ = ["Matter", "acting", "left_open", "of_sentence", "of_title", "taken"]

_ANY = r"[^,;:.?!()\[\]]"
_CAUSE = (
    r"effects?|impacts?|influence|role|contribution|benefits?|efficacy|effectiveness|importance|usefulness"
)
_EFFECT_OF = re.compile(
    rf"\b(?:{_CAUSE}) (?:of|from) (?P<one>{_ANY}{{3,90}}?) (?:on|upon|in|for|against) (?P<other>{_ANY}{{3,110}})",
    re.I,
)
_TIED = re.compile(
    rf"\b(?:associations?|relationships?|relations?|links?|correlations?) (?:between|"
    rf"of) (?P<one>{_ANY}{{3,80}}?) (?:and|with) "
    rf"(?P<other>{_ANY}{{3,90}})|"
    rf"\b(?:treatment|prevention|management|therapy) of (?P<second>{_ANY}{{3,80}}?) (?:with|by|"
    rf"using) (?P<first>{_ANY}{{3,80}})",
    re.I,
)
_REGULATION = re.compile(
    r"(?:regulation|control|modulation|development|pathogenesis|maintenance|formation) of ", re.I
)
_HOW = re.compile(
    rf"\bhow (?:much |well |strongly )?(?:does |do |can )?(?P<one>{_ANY}{{3,80}}?) (?:can |could |may |will )?"
    rf"(?:affects?|influences?|impacts?|improves?|helps?|hurts?|changes?|shapes?|contributes? to|"
    rf"reduces?|increases?|enhances?|"
    rf"benefits?) (?P<other>{_ANY}{{3,110}})",
    re.I,
)
_WHETHER = re.compile(
    rf"\b(?:whether|if) (?P<one>{_ANY}{{3,80}}?) (?:can |could |may |will |"
    rf"would )?(?:\w+ly )?(?:helps?|improves?|hurts?|affects?|"
    rf"benefits?|increases?|reduces?|enhances?|(?:is|are) (?:still |also |\w+ly )?(?:helpful|"
    rf"useful|beneficial|harmful|effective|"
    rf"necessary|sufficient|important)(?: for| on| in| to)) (?P<other>{_ANY}{{3,110}})",
    re.I,
)
# "we propose an X approach for Y"
_MEANT = re.compile(
    rf"\b(?:we|paper|work|study) (?:\w+ly |also |further |then |first )?(?:propose|present|"
    rf"introduce|investigate|explore|study|examine|"
    rf"apply|use|leverage|develop|describe|employ|show|evaluate|analy[sz]e|"
    rf"suggest)s? (?:how to use |the use of |the application of |"
    rf"that |using |applying )?(?P<one>[^,;:.?!]{{4,90}}?) (?:for|to (?:\w+ly )?(?:improve|enhance|"
    rf"boost|help|increase|reduce|facilitate)) "
    rf"(?P<other>{_ANY}{{4,110}})",
    re.I,
)
_COMPARE = re.compile(
    rf"\bcompar(?:e|ed|es|ing) (?P<one>{_ANY}{{3,70}}?) (?:with|to|against|and|versus) (?P<other>{_ANY}{{3,90}})|"
    rf"\b(?:comparisons?|differences?) (?:of|between) (?P<first>{_ANY}{{3,70}}?) (?:and|with|"
    rf"versus|vs\.) (?P<second>{_ANY}{{3,90}})",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:future (?:work|research|studies)|remains? (?:an )?(?:open|unclear|unknown|to be|challenging|difficult)|"
    r"(?:not|little|poorly) (?:well |yet )?(?:been )?(?:understood|studied|explored|known|clear)|"
    r"unclear|unknown|underexplored|"
    r"under-explored|understudied|open question|limitations?|limited to|further (?:research|work|study|studies))\b",
    re.I,
)
# Titles: "Y via X", "X for Y".
_VIA = re.compile(
    r"^(?P<other>.{4,110}?) (?:via|using|through|by means of) (?P<one>.{4,90})$|"
    r"^(?P<second>(?:(?! for ).){4,90}?) (?:with|by) (?P<first>.{4,90})$",
    re.I,
)
_CARE = re.compile(
    r"^(?P<one>.{3,80}?) (?:in|for) (?:the )?(?:treatment|prevention|management|pathogenesis|development|"
    r"regulation) of (?P<other>.{4,90})$|"
    r"^(?P<first>.{4,70}?) and (?:the )?(?P<second>(?:risks?|incidence|prevalence|mortality|survival|onset|"
    r"progression|severity) .{3,80})$",
    re.I,
)
_BASED_ON = re.compile(r"^.* based on (?=\w)", re.I)
# "Improving Y for Z with X": what acts is X.
_BY = re.compile(r"^(?P<other>.{4,120}?) (?:via|using|with|through|by means of|by) (?P<one>.{4,90})$", re.I)
_BETTERED = re.compile(r"^(?:improving|enhancing|boosting|accelerating|strengthening)\b", re.I)
_FOR = re.compile(
    r"^(?P<one>.{4,90}?) (?:for|improves?|helps?|boosts?|benefits?|hurts?) (?P<other>.{4,90})$", re.I
)
_OPENERS = re.compile(
    r"^(?:best practices for|powering|reconstructing|learning to \w+|pushing the limits of|"
    r"overcoming|towards?|on|investigating|exploring|analy[sz]ing|evaluating|"
    r"understanding|improving|enhancing|studying|assessing|"
    r"examining|revisiting|rethinking|leveraging|exploiting|using|applying|utili[sz]ing|"
    r"boosting|measuring|learning|an? (?:empirical |"
    r"systematic |comparative |thorough )?(?:study|analysis|investigation|evaluation|comparison|"
    r"exploration) (?:of|on|into))\s+",
    re.I,
)
# "Finding X", "publishing Y": what authors do, no thing that acts.
_DEED = re.compile(
    r"\b(?:benchmark|find|publish|generat|bring|build|detect|predict|identify|extract|creat|"
    r"develop|introduc|mak|gett|check|search|verify|"
    r"recogni[sz]|classify|answer|understand|explor|investigat|improv|enhanc|exploit|connect|"
    r"design|collect|measur|evaluat|estimat|"
    r"tackl|address|solv|handl|describ|propos|present|discover|obtain|provid|promot|achiev|"
    r"enabl|preserv|unify|bridg|seek|ask|say|"
    r"know|do|go|tak|giv|show|report|study|organi[sz]|maintain)ing\b",
    re.I,
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NEW = re.compile(
    r"^(?:an?|the|our|some|several|two|three)?\s*(?:(?:novel|new|simple|effective|efficient|yet|"
    r"and|general|unified|improved|first|"
    r"various|different|multiple|several|many|extensive|strong|powerful|alternative|lightweight|but) )+|^(?:an?|the|our) ",
    re.I,
)
_TAIL = re.compile(
    r"(?:[- ](?:based|driven))?(?:\s+(?:approach(?:es)?|methods?|frameworks?|techniques?|"
    r"strateg(?:y|ies)|algorithms?|mechanisms?|"
    r"architectures?|models?|systems?|procedures?|solutions?|schemes?|objectives?))+$",
    re.I,
)
_NO_CAUSE = re.compile(
    r"(?:effects?|impact|influence|role|methodolog(?:y|ies)|leverage|participation|definition|"
    r"formal definition|problems?|challenges?|potential|possibility|"
    r"ability|feasibility|question|usefulness|effectiveness|importance|performance|limitations?|reasons?|"
    r"results?|solutions?|"
    r"ways?|extent|degree|use case|case study|evaluation|baselines?|recipes?|guidelines?|tools?|"
    r"interface|website|pipeline|highs|lows|inability|interplay|numbers?|amounts?|combination|ensemble of|"
    r"defect|none|lack|development of|mechanisms?|distinct|common|alterations?|pathophysiologic|options?|fold|margin)\b",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:shared task|(?:sub-?)?task ?\d|workshop|challenge|competition|university|team)\b", re.I
)
_NO_RESULT = re.compile(
    r"(?:associations?|relationships?|relations?|correlations?|comparisons?|evaluation|assessment|analysis|"
    r"studies|study|causal relation|variability|variations?)\b|"
    r"(?:function|volume|likelihood|stability|conformation|field|levels?|size|structure|quality|performance)$",
    re.I,
)
_SIDE = 6  # words of a thing compared
_LOOKS = re.compile(
    r"(?:examining|studying|measuring|imaging|mapping|visuali[sz]ing|probing|analy[sz]\w+|comparison|characteri[sz]\w+)\b",
    re.I,
)
_DOES = re.compile(
    r"(?!(?:learning|training|tuning|parsing|tagging|labell?ing|linking|mining|ranking|reasoning|modell?ing|"
    r"captioning|reading|spelling|"
    r"signall?ing|aging|detecting|identifying|predicting|extracting|classifying|verifying|filtering)\b)\w+ing\s",
    re.I,
)
_WHO = re.compile(
    r"\b(?:women|men|patients?|children|adults|infants|people|persons|subjects|individuals|mice|rats|cells)$",
    re.I,
)
_ADJECTIVE = re.compile(r"\w(?:itive|ional|ical|istic|ative)$")
_BARE = re.compile(r"(?:multi|two|cross|single|low|high|large|small|hybrid)(?:-\w+)?", re.I)
# What the first thing is, its last word before a preposition: one of these acts on nothing.
_HEAD = re.compile(
    r"(?:^|[\s-])(?:assistants?|pipelines?|charts?|expansion|investigation|construction|evaluation|"
    r"insights?|tools?|interface|"
    r"applications?|functionality|recommendation|review|overview|comparison|analysis|study|studies|explanations?|questions?|"
    r"papers?|claims?|news|languages?|domains?|tasks?|errors?|performance|accuracy|results?|data ?sets?|corpus|corpora|"
    r"benchmarks?|treebanks?|toolkit|library|platform|survey|tutorial|lexicon|resources?|"
    r"submissions?|demo|experiments?|ecosystem|"
    r"simple|(?:multi-?|bi|mono|cross-)lingual|neural|statistical|semantic|syntactic|\S+-based|(?:un|"
    r"semi-|self-)?supervised|deep|"
    r"joint|lexical|contextual|hierarchical|generative|adversarial|textual|linguistic|automatic|"
    r"(?:in|cross|multi)-domain|\w+[’']s|"
    r"\S+-(?:aware|grained|level|specific|guided|agnostic|driven|free))$",
    re.I,
)
# Where something is tried, and nothing that can be better or worse.
_WHERE = re.compile(
    r"(?:^|\s)(?:domains?|languages?|texts?|data|tweets|reviews|articles|documents|claims|tasks|news|"
    r"models?|approach(?:es)?|guidance|information|performances?|agents|biomedicine|papers|"
    r"sentences|words)$",
    re.I,
)
_BEFORE = re.compile(r"\s(?:of|for|in|on|with|from|to|between|across|under|over)\s", re.I)
_CLAUSES = re.compile(r"\s*[:?!–—]\s+|\?$|\s-\s")


@dataclass(frozen=True, slots=True)
class Matter:
    """`kind` is "effect" (of `one` on `other`), "role" (of `one` in `other`) or "comparison" (of `one` with `other`, for
    `outcome` where it is told).

    `why` is how the paper came to name it: "title", "asked", "found", "compared", "left open", "held" or "named".
    """

    kind: str
    one: str
    other: str
    outcome: str
    why: str


def left_open(sentence: str) -> bool:
    """Whether a sentence names a limit, or what is not known yet."""
    return bool(_OPEN.search(sentence))


def of_sentence(sentence: str, found: bool) -> Iterator[Matter]:
    """The matters of a sentence of running text; those of its findings only where it is one (`found`)."""
    left = left_open(sentence)
    for pattern in (_EFFECT_OF, _HOW, _WHETHER):
        for match in pattern.finditer(sentence):
            yield from taken(
                "effect", match["one"], cut(match["other"]), "", "left open" if left else "asked"
            )
    for match in _TIED.finditer(sentence):
        one, other = match["one"] or match["first"], match["other"] or match["second"]
        yield from taken("effect", cut(one), cut(other), "", "left open" if left else "asked")
    for match in _MEANT.finditer(sentence):
        if match["one"].startswith("to "):
            continue  # "we propose to align": a deed
        why = "left open" if left else "asked"
        yield from taken("effect", acting(match["one"]), cut(match["other"]), "", why)
    for match in _COMPARE.finditer(sentence):
        one, other = match["one"] or match["first"], match["other"] or match["second"]
        head, _, place = _parted(cut(other))
        yield from taken("comparison", one, head, place, "compared")
    clauses = list(acted(sentence))
    for kind, one, other in clauses:
        yield from taken(kind, one, other, "", "found" if found else "left open" if left else "asked")
    if not found:
        return
    for frame in frames(sentence):
        if frame.own or not frame.agent or frame.agent not in sentence or " the " in frame.agent:
            continue
        if frame.comparator and frame.comparator in sentence:
            outcome = frame.outcome or frame.place
            if outcome in sentence:
                yield from taken("comparison", frame.agent, frame.comparator, outcome, "found")
        elif (
            frame.outcome
            and frame.outcome in sentence
            and not any(one == frame.agent for _, one, _ in clauses)
        ):
            whole = f"{frame.outcome} in {frame.place}" if frame.place else frame.outcome
            yield from taken(
                "effect", frame.agent, whole if whole in sentence else frame.outcome, "", "found"
            )


def of_title(title: str) -> Iterator[Matter]:
    """The matters of a title in running case (`running`)."""
    for part in _CLAUSES.split(title):
        effect = _EFFECT_OF.search(part)
        if effect:
            yield from taken("effect", effect["one"], effect["other"], "", "title")
            continue
        compared = _COMPARE.search(part) or re.search(
            r"^(?P<one>.{4,60}) (?:versus|vs\.?) (?P<other>.{4,60})$", part
        )
        if compared:
            one, other = (
                (compared[1] or compared[3], compared[2] or compared[4])
                if compared.re is _COMPARE
                else (compared[1], compared[2])
            )
            head, _, place = _parted(other)
            yield from taken("comparison", one, head, place, "title")
            continue
        acting_on = list(acted(part))
        for kind, one, other in acting_on:
            yield from taken(kind, one, other, "", "title")
        if acting_on:
            continue
        for pattern in (_CARE, _BY) if _BETTERED.match(part) else (_CARE, _VIA, _FOR):
            match = pattern.match(part)
            if match:
                told = match.groupdict()
                if (
                    told.get("second")
                    and pattern is _VIA
                    and (_WHO.search(told["second"]) or _LOOKS.match(part))
                ):
                    break  # "carcinoma in women with a biopsy" tells who they are
                one, other = told["one"] or told["first"], told["other"] or told["second"]
                if not (pattern is _FOR and _DOES.match(other)):
                    yield from taken("effect", acting(_opened(one)), _opened(other), "", "title")
                break


def taken(kind: str, one: str, other: str, outcome: str, why: str) -> Iterator[Matter]:
    """The matter, where its phrases are things of the right sort; else nothing."""
    one, other, outcome = noun_phrase(one), noun_phrase(other), noun_phrase(outcome)
    if not one or not other:
        return
    if kind == "comparison" and (
        (outcome and (outcome in other or other in outcome)) or len(one.split()) > _SIDE
    ):
        return
    if kind == "comparison" and " " not in one and one.islower() and not acts(one):
        return
    if (
        _ADJECTIVE.search(one)
        or _BARE.fullmatch(one)
        or one in BREAKERS
        or one in {"induce", "requires", "combination"}
        or _NO_RESULT.match(other)
    ):
        return
    if _DEED.search(one) or _DEED.match(other) or _NO_CAUSE.match(one) or _EVENT.search(f"{one} {other}"):
        return
    if _HEAD.search(_BEFORE.split(one)[0]) or " for " in one:
        return
    if kind == "effect" and (_WHERE.search(_BEFORE.split(other)[0]) or other in protocol(other).language):
        return
    if kind == "effect" and _REGULATION.match(other):
        kind = "role"
    if one.casefold() not in other.casefold() and other.casefold() not in one.casefold():
        yield Matter(kind, one, other, outcome, why)


def acting(text: str) -> str:
    """What acts, without what it is called: "joint learning" of "a novel joint learning (JL) approach"."""
    return _TAIL.sub("", _NEW.sub("", _BASED_ON.sub("", _BRACKETS.sub("", text))))


def _opened(part: str) -> str:
    while (shorter := _OPENERS.sub("", part)) != part:
        part = shorter
    return part


def _parted(text: str) -> tuple[str, str, str]:
    """ "B on C" as B, "on", C."""
    match = re.match(r"(.+?) (on|for|in) (.+)$", trimmed(text))
    return (match[1], match[2], match[3]) if match else (text, "", "")

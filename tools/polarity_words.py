"""The cue lexicons of `polarity`, grouped, as data. Inflected forms are listed: no stemming, no surprise."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ANTONYMS",
    "CHANGE",
    "COMPARISON",
    "HEDGES",
    "LOWER_IS_BETTER",
    "NEGATORS",
    "NULL",
    "NULL_PHRASES",
    "PREFERENCE",
    "PURPOSE",
    "QUANTIFIERS",
    "SCOPE_ENDS",
    "SIZE",
]


def _verbs(stems: str) -> set[str]:
    """ "reduc-e" gives reduce, reduces, reduced, reducing; "help-" gives help, helps, helped, helping."""
    found: set[str] = set()
    for entry in stems.split():
        root, tail = entry.split("-")
        if tail == "e":
            found |= {root + "e", root + "es", root + "ed", root + "ing"}
        elif tail == "y":
            found |= {root + "y", root + "ies", root + "ied", root + "ying"}
        elif tail:  # a doubled consonant: "drop-p"
            found |= {root, root + "s", root + tail + "ed", root + tail + "ing"}
        else:
            found |= {root, root + "s", root + "ed", root + "ing"}
    return found


def _ways(up: set[str], down: set[str]) -> dict[str, str]:
    return {**dict.fromkeys(sorted(up), "up"), **dict.fromkeys(sorted(down), "down")}


# More or less of something; which is better depends on what changes.
CHANGE: Final = _ways(
    _verbs("increas-e rais-e elevat-e amplif-y extend- heighten- upregulat-e accelerat-e")
    | set("rise rises rose risen grew grows growth up-regulated elevation acceleration".split()),
    _verbs(
        "decreas-e reduc-e lower- diminish- shrink- declin-e drop-p lessen- alleviat-e mitigat-e minimiz-e"
    )
    | _verbs("downregulat-e suppress- inhibit- attenuat-e")
    | set(
        "reduction reductions shrinks shrank fell falls diminishes down-regulated inhibition mitigation".split()
    )
    | set("suppression attenuation suppresses".split()),
)
# Better or worse, whatever changes.
PREFERENCE: Final = _ways(
    _verbs(
        "improv-e enhanc-e boost- benefit- help- outperform- surpass- exceed- strengthen- facilitat-e gain-"
    )
    | _verbs("excel-l aid- outscor-e")
    | set("improvement improvements beneficial helpful beats beat surpasses advantageous enhancement".split())
    | set("effective useful superiority outdoes".split()),
    _verbs("hurt- harm- degrad-e worsen- deteriorat-e underperform- impair- damag-e suffer- hamper- hinder-")
    | _verbs("imped-e")
    | set(
        "harmful detrimental detrimentally degradation degradations deterioration losses ineffective".split()
    )
    | set("underperformance impairment lag lags lagging".split()),
)
COMPARISON: Final = _ways(
    set("better superior best favorably favourably".split()),
    set("worse inferior poorer worst unfavorably poorly".split()),
)
SIZE: Final = _ways(
    set("higher larger greater faster more stronger longer bigger".split()),
    set("lower smaller fewer slower less weaker shorter".split()),
)
NULL: Final = frozenset(
    {"comparable", "comparably", "unchanged", "insensitive", "equivalent", "indistinguishable"}
)
_STRENGTH = (
    "significant(?:ly)?|clear|consistent|measurable|noticeable|substantial|systematic|real|statistically"
)
_CHANGED = (
    "effects?|impacts?|influence|differences?|different|differ|changes?|association|correlation|relationship"
)
NULL_PHRASES: Final = re.compile(
    rf"\b(?:no|not|little|without|lack of) (?:an? |any )?(?:(?:{_STRENGTH}) )*(?:\w+ )?(?:{_CHANGED})\b"
    r"|\b(?:do|does|did) not (?:significantly |necessarily )?(?:differ|change|vary|affect)\b"
    r"|\bon (?:a )?par\b|\bas (?:well|good|effective|accurate) as\b|\bsimilarly well\b"
    r"|\b(?:similar|equal|same) (?:performance|accuracy|results?|scores?|quality|levels?)\b",
    re.IGNORECASE,
)
NEGATORS: Final = frozenset(
    """not no never neither nor none without hardly barely scarcely rarely seldom little unable cannot lack
    lacks lacking nothing nobody""".split()
)
SCOPE_ENDS: Final = frozenset(
    """, ; : . ( ) but while whereas although though however because since which who yet – —""".split()
)
PURPOSE: Final = frozenset(
    """aim aims aimed aiming seek seeks try tries trying attempt attempts want propose proposed goal order
    designed used use intended method methods approach approaches strategy technique techniques way ways how
    needed required framework hope hopes potential ability objective effort efforts work works""".split()
)
HEDGES: Final = frozenset(
    """may might could can suggest suggests suggesting suggested appear appears appeared seem seems seemed
    likely possibly potentially probably perhaps often sometimes generally usually typically some most
    mostly partly partially tend tends roughly approximately about nearly largely relatively potential
    possible putative presumably""".split()
)
QUANTIFIERS: Final = frozenset(
    """all always every never none each any consistently universally only entirely completely fully both""".split()
)
# Things of which less is better, as stems without a plural "s".
LOWER_IS_BETTER: Final = frozenset(
    """error loss perplexity cost latency gap forgetting bias wer ter cer overfitting noise time memory
    mortality risk death mismatch discrepancy hallucination interference complexity ambiguity toxicity
    overhead effort burden infection symptom pain incidence relapse uncertainty sparsity variance divergence
    runtime""".split()
)
# Pairs of which one side cannot stand for the other.
ANTONYMS: Final[tuple[tuple[frozenset[str], frozenset[str]], ...]] = tuple(
    (frozenset(left.split()), frozenset(right.split()))
    for left, right in (
        ("high higher highest", "low lower lowest"),
        ("more", "less fewer"),
        (
            "increase increases increased increasing",
            "decrease decreases decreased decreasing reduce reduces reduced",
        ),
        ("before", "after"),
        ("positive positively", "negative negatively"),
        ("better superior", "worse inferior"),
        ("presence present", "absence absent"),
        ("upregulated activates activation activate", "downregulated inhibits inhibition inhibit"),
        ("effective", "ineffective"),
        ("safe", "unsafe"),
        ("common frequent often", "rare rarely seldom infrequent"),
        ("always", "never"),
        ("all every", "none no"),
        ("similar same equal", "different distinct"),
        ("early earlier", "late later"),
        ("young younger", "old older"),
        ("strong stronger", "weak weaker"),
        ("fast faster", "slow slower"),
        ("supervised", "unsupervised"),
        ("multilingual", "cross-lingual crosslingual monolingual bilingual"),
        ("zero-shot", "few-shot one-shot"),
        ("in-domain", "out-of-domain cross-domain"),
        ("short shorter", "long longer"),
        ("small smaller", "large larger"),
        ("promote promotes promoted", "prevent prevents prevented suppress suppresses"),
        ("improve improves improved help helps", "hurt hurts worsen worsens degrade degrades harm harms"),
        ("success successful succeed", "failure fail fails failed"),
        ("sensitive", "resistant insensitive"),
        ("necessary required", "unnecessary dispensable"),
        ("gain gains", "loss losses"),
        ("first", "last"),
        ("minimum minimal", "maximum maximal"),
    )
)

"""The words by which a finding says which way something went. Data for `finding`."""

from __future__ import annotations

from ..tools.text import stem

__all__ = [
    "AUXILIARIES",
    "CARRIERS",
    "CHANGE_NOUNS",
    "CIRCUMSTANCE_MARKERS",
    "COMPARATIVES",
    "COMPARATIVE_MARKERS",
    "COMPARATIVE_VERBS",
    "EQUALITY",
    "LOWER_IS_BETTER",
    "MEANS_MARKERS",
    "NEGATIONS",
    "PLACE_MARKERS",
    "QUANTITY",
    "VERBS",
]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


_UP = """improve improves improved improving boost boosts boosted enhance enhances enhanced benefit benefits benefited
help helps helped increase increases increased raise raises raised strengthen strengthens strengthened facilitate
facilitates facilitated promote promotes promoted accelerate accelerates accelerated elevate elevates elevated
augment ameliorate ameliorates alleviate alleviates alleviated extend extends prolong prolongs prolonged
rise rises rose risen grow grows grew lift lifts lifted accelerates accelerate speed speeds sped gain gains gained"""
_DOWN = """hurt hurts harm harms harmed degrade degrades degraded decrease decreases decreased reduce reduces reduced
reducing worsen worsens worsened impair impairs impaired lower lowers lowered deteriorate deteriorates deteriorated
damage damages damaged drop drops dropped diminish diminishes diminished hinder hinders hindered lessen lessens
undermine undermines undermined shorten shortens shortened weaken weakens weakened inhibit inhibits inhibited
suppress suppresses suppressed attenuate attenuates attenuated cut cuts mitigate mitigates mitigated curb curbs
decline declines declined fall falls fell suffer suffers suffered narrow narrows narrowed slow slows slowed
shrink shrinks shrank prevent prevents prevented"""

# Verb stem -> +1 or -1: which way the object goes when the subject acts.
VERBS: dict[str, int] = {**dict.fromkeys(_stems(_UP), 1), **dict.fromkeys(_stems(_DOWN), -1)}

# Verbs that speak of amount, not of merit: on a measure where lower is better their merit is reversed.
QUANTITY = _stems(
    """increase increases increased raise raises raised elevate elevates elevated decrease decreases decreased reduce
    reduces reduced reducing lower lowers lowered drop drops dropped diminish diminishes diminished lessen lessens
    shorten shortens shortened extend extends prolong prolongs prolonged cut cuts inhibit inhibits inhibited suppress
    suppresses suppressed attenuate attenuates attenuated mitigate mitigates mitigated curb curbs accelerate promote
    rise rises rose grow grows grew lift lifts declines declined fall falls fell narrow narrows narrowed slow slows slowed
    shrink shrinks shrank prevent prevents prevented
    higher lower more fewer less greater reduction increase decrease rise decline"""
)

# "A outperforms B": the object is what A is compared with.
COMPARATIVE_VERBS: dict[str, int] = {
    **dict.fromkeys(
        _stems(
            "outperform outperforms outperformed outperforming surpass surpasses surpassed exceed exceeds exceeded beat "
            "beats beaten outdo outscore outscores outscored"
        ),
        1,
    ),
    **dict.fromkeys(
        _stems("underperform underperforms underperformed trail trails trailed lag lags lagged"), -1
    ),
}

COMPARATIVES: dict[str, int] = {
    **dict.fromkeys(
        _stems(
            "better superior higher greater stronger faster larger more longer best highest effective beneficial "
            "helpful useful advantageous favourable favorable"
        ),
        1,
    ),
    **dict.fromkeys(
        _stems(
            "worse inferior lower poorer weaker slower smaller fewer less shorter worst lowest detrimental harmful "
            "ineffective useless counterproductive adverse"
        ),
        -1,
    ),
}

CHANGE_NOUNS: dict[str, int] = {
    **dict.fromkeys(
        _stems(
            "improvement improvements gain gains boost boosts increase increases benefit benefits enhancement advantage "
            "advantages rise uplift superiority"
        ),
        1,
    ),
    **dict.fromkeys(
        _stems(
            "drop drops degradation degradations decrease decreases reduction reductions decline declines "
            "deterioration harm disadvantage worsening impairment"
        ),
        -1,
    ),
}

# Verbs that only carry a change noun or a comparative: "yields gains", "leads to better accuracy".
CARRIERS = _stems(
    """yield yields yielded yielding give gives gave bring brings brought lead leads led result results resulted
    produce produces produced show shows showed shown obtain obtains obtained achieve achieves achieved provide
    provides provided see sees saw observe observes observed report reports find finds found get gets offer offers
    deliver delivers have has had make makes cause causes induce induces derive derives attain attains reach
    experience experiences exhibit exhibits confer confers perform performs performed performing work works worked
    remain remains prove proves proved is are was were be been being become becomes associated linked culminate
    generate generates suffer suffers record records recorded affect affects affected impact impacts impacted
    influence influences influenced compare compares compared"""
)

EQUALITY = (
    "on par",
    "comparable",
    "similar to",
    "as well as",
    "as good as",
    "equivalent to",
    "no difference",
    "no significant difference",
    "not differ",
    "no consistent advantage",
    "no significant advantage",
    "no significant improvement",
    "no significant effect",
    "no consistent improvement",
    "no measurable effect",
    "no clear advantage",
    "no significant relation",
    "no significant correlation",
    "intact",
    "similar",
    "equally",
    "same performance",
    "indistinguishable",
    "no better",
    "no worse",
    "no effect",
    "no impact",
    "no influence",
    "unaffected",
    "not affected",
    "unrelated to",
    "no harm",
    "unchanged",
    "independent of",
    "orthogonal to",
    "not depend",
    "no benefit",
    "no advantage",
    "no gain",
    "no improvement",
    "match",
    "matches",
    "matched",
)

NEGATIONS = frozenset(
    [
        "not",
        "rarely",
        "seldom",
        "infrequently",
        "no",
        "never",
        "neither",
        "nor",
        "without",
        "cannot",
        "hardly",
        "barely",
        "scarcely",
        "little",
        "fail",
        "fails",
        "failed",
        "failing",
        "unable",
        "lack",
        "lacks",
        "don't",
        "doesn't",
        "didn't",
        "can't",
        "won't",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "couldn't",
        "nothing",
    ]
)

COMPARATIVE_MARKERS = (
    "more than",
    "less than",
    "compared to",
    "compared with",
    "in comparison to",
    "in comparison with",
    "relative to",
    "as opposed to",
    "rather than",
    "instead of",
    "versus",
    "vs",
    "than",
    "over",
    "against",
)

MEANS_MARKERS = (
    "by means of",
    "as a result of",
    "because of",
    "upon",
    "with the number of",
    "due to",
    "thanks to",
    "attributable to",
    "from",
    "by",
    "with",
    "using",
    "via",
    "through",
    "after",
    "when",
    "if",
)

# Where a finding holds. "of" is no marker: it belongs to the phrase before it.
PLACE_MARKERS = (
    "with respect to",
    "in terms of",
    "for",
    "on",
    "in",
    "across",
    "to",
    "among",
    "within",
    "between",
)

CIRCUMSTANCE_MARKERS = ("at", "under", "during")

AUXILIARIES = frozenset(
    [
        "can",
        "could",
        "may",
        "might",
        "will",
        "would",
        "shall",
        "should",
        "must",
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "also",
        "often",
        "usually",
        "generally",
        "typically",
        "consistently",
        "significantly",
        "substantially",
        "considerably",
        "greatly",
        "further",
        "even",
        "always",
        "sometimes",
        "frequently",
        "slightly",
        "marginally",
        "markedly",
        "strongly",
        "largely",
        "mostly",
        "only",
        "still",
        "thus",
        "therefore",
        "hence",
        "already",
        "most",
        "clearly",
        "positively",
        "negatively",
        "effectively",
        "generally",
        "overall",
        "actually",
        "both",
        "simply",
        "merely",
        "to",
        "that",
        "which",
        "significant",
        "substantial",
        "considerable",
        "large",
        "small",
        "modest",
        "moderate",
        "consistent",
        "further",
        "additional",
        "clear",
        "slight",
        "notable",
        "impressive",
        "strong",
        "little",
        "much",
        "any",
        "no",
        "not",
        "never",
        "n't",
        "statistically",
    ]
)

LOWER_IS_BETTER = _stems(
    """error errors loss perplexity mortality death deaths risk risks wer latency pain symptoms symptom toxicity bias
    noise cost costs infection infections incidence relapse recurrence bleeding dropout absenteeism anxiety depression
    severity time memory overhead hallucination hallucinations forgetting inflammation complications complication
    readmission readmissions failure failures corrosion wear friction resistivity burnout stress fatigue overfitting
    cracking degradation misconceptions defects leakage stroke strokes tumor tumour mass weight pressure glucose
    hba1c cholesterol ldl viremia hospitalisation hospitalization hospitalisations hospitalizations"""
)

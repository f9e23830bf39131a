"""A sentence cut into clauses, its reporting frame ("We show that …") left off."""

from __future__ import annotations

import re

__all__ = ["bare", "clauses"]

_OPENERS = (
    r"in (?:addition|particular|contrast|general|conclusion|"
    r"this (?:paper|work|study)|(?:extensive |our )?experiments?|our (?:experiments?|study|work))|"
    r"moreover|furthermore|additionally|finally|specifically|overall|interestingly|surprisingly|notably|however|"
    r"crucially|importantly|remarkably|similarly|second(?:ly)?|first(?:ly)?|third(?:ly)?|also|empirically|"
    r"as a result|consequently|conversely|departing from [^,]{3,60}|contrary to [^,]{3,60}|to \w+ [^,]{2,80}|"
    r"taken together|on the other hand|on the contrary|conclusions?|results?"
)
_REPORTERS = (
    r"we|the authors|they|i|it|"
    r"(?:our|the|these|this|extensive|experimental|empirical|further|comprehensive|quantitative|several|both|detailed|"
    r"main|primary|key|human|automatic|preliminary|earlier|previous|prior|recent)?\s*(?:\w+\s+){0,3}?"
    r"(?:results?|experiments?|evaluations?|analys[ie]s|findings?|studies|study|evidence|data|tests?|investigations?|"
    r"observations?|work|works|research|paper|simulations?|trials?|comparisons?|outcomes?)"
    r"(?:\s+(?:on|in|of|with|from|for|across|over|using)\s+[^,;]{1,90}?)?"
)
_ADVERBS = (
    r"also|further|empirically|clearly|consistently|then|have|has|had|can|could|are able to|experimentally|"
    r"additionally|thus|therefore|were able to|was|is|been"
)
_SAYS = (
    r"shows?|showed|shown|finds?|found|demonstrate[sd]?|observe[sd]?|reveal(?:s|ed)?|report(?:s|ed)?|suggest(?:s|ed)?|"
    r"indicate[sd]?|conclude[sd]?|confirm(?:s|ed)?|discover(?:s|ed)?|note[sd]?|see|saw|establish(?:ed)?|prove[sd]?|"
    r"verify|verified|argue[sd]?|highlights?|believe[sd]?|held|holds?|claim(?:s|ed)?|assume[sd]?"
)
_REPORTING = re.compile(
    rf"^(?:(?:{_OPENERS})\s*[,:]\s*)*"
    rf"(?:(?:{_REPORTERS})\s+(?:(?:{_ADVERBS})\s+)*(?:{_SAYS})\s*,?\s*(?:(?:here|empirically|clearly|on the contrary|"
    r"in addition|however|for example)\s*,?\s+)?that\s+)?",
    re.I,
)
_SAYING = (
    r"(?:showing|finding|demonstrating|indicating|suggesting|revealing|and (?:find|show|"
    r"observe|demonstrate|conclude)) that\s"
)
_VERB = (
    r"(?:does|do|did|is|are|was|were|can|hurts?|harms?|reduces?|improves?|increases?|decreases?|"
    r"degrades?|outperforms?|lowers?|leads?|yields?)\b"
)
_BREAK = re.compile(
    rf"[;:]\s+|\s[–—]\s|,?\s+(?={_SAYING})|,\s+(?=that\s)|"
    r"(?:,\s+|(?<!nothing)(?<!all)(?<!anything)\s+)(?:but|while|whereas|although|though|yet|however)\s+|"
    rf",\s+and\s+(?=\w+\s+\w+)|\s+and\s+(?={_VERB})",
    re.I,
)
_THAT = re.compile(
    r"^(?:and |to )?(?:(?:show|find|demonstrat|indicat|suggest|reveal|observ|conclud)\w*\s+)?that\s+", re.I
)
_BRACKET = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# "Training—on labelled data first—helps", "selection, which is cheap, outperforms": an aside.
_ASIDE = re.compile(
    r"—[^—]{8,160}—|,\s+(?:which|who|such as|including|for example|e\.g\.,?)\s[^,]{3,120},\s(?!and\b|or\b)",
    re.I,
)
# "Under these conditions strength falls": the conditions are the paper's own and no part of the finding.
_CONDITIONS = re.compile(
    r"^(?:under|in|for|with|at) (?:these|this|such|all) "
    r"(?:conditions?|settings?|circumstances?|cases?|experiments?|trials?),?\s+",
    re.I,
)
# "While A shows x, B shows y": two clauses.
_SUBORDINATE = re.compile(
    r"^((?:while|although|though|whereas|even though|despite the fact that)\s[^,;]+),\s", re.I
)
# "…, above all when data is scarce": where the effect is strongest, not where it holds.
_EMPHASIS = re.compile(
    r",\s*(?:above all|especially|particularly|in particular|most of all|notably)\b[^,;]*", re.I
)
# "more than had been believed" compares with an opinion, not with a thing.
_OPINION = re.compile(
    r"\s(?:more|less|better|worse)?\s?than (?:had been |has been |was |is )?(?:previously |commonly |generally )?"
    r"(?:thought|believed|assumed|reported|expected|known|recognised|recognized)\b",
    re.I,
)


def bare(sentence: str) -> tuple[str, int]:
    """The sentence without its reporting frame, and where the rest begins in it."""
    match = _REPORTING.match(sentence)
    at = match.end() if match else 0
    return sentence[at:], at


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence in order, brackets and asides left out, each without its reporting frame."""
    plain = _OPINION.sub("", _BRACKET.sub(" ", sentence.rstrip(" .!?")))
    plain = _EMPHASIS.sub("", _ASIDE.sub(" ", plain))
    rest = _CONDITIONS.sub("", bare(plain)[0])
    return [
        bare(_THAT.sub("", " ".join(clause.split())))[0]
        for clause in _BREAK.split(_SUBORDINATE.sub(r"\1; ", rest))
    ]

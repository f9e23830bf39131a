"""Cue and position features of a sentence of an abstract: is it a finding, and what is its role?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .polarity import read
from .quantities import quantities

__all__ = ["FEATURES", "features", "relative_positions"]

_SHOW = r"show\w*|find|finds|found|demonstrat\w+|observ\w+|reveal\w*|indicat\w+|suggest\w*|confirm\w*|prov(?:e|es|ed)"
_SHOW += r"|conclud\w+|verif(?:y|ies|ied)|establish\w*|illustrat\w+|discover\w*|highlight\w*|report\w*"
_PATTERNS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "we_show": rf"\b(?:we|i)\b(?: \w+){{0,3}} (?:{_SHOW})\b",
        "results_show": rf"\b(?:results?|experiments?|evaluations?|findings?|analys[ei]s|stud(?:y|ies)|data|evidence)\b"
        rf"(?: [^\s.]+){{0,8}} (?:{_SHOW})\b",
        "that_clause": rf"\b(?:{_SHOW})(?: also)? (?:that|how)\b",
        "achieve": r"\b(?:achiev\w+|attain\w*|obtain\w*|reach\w*|yield\w*|perform(?:s|ed)|lead(?:s)? to|led to|result(?:s|ed)? "
        r"in|rank(?:s|ed)|set(?:s)? a new)\b",
        "outperform": r"\b(?:outperform\w*|surpass\w*|exceed\w*|superior|beats?|better than|worse than|over baselines?)\b",
        "result_noun": r"\b(?:results?|experiments?|experimental|evaluations?|findings?|empirical(?:ly)?)\b",
        "comparison": r"\b(?:than|compar\w+|baselines?|state[- ]of[- ]the[- ]art|sota|previous(?:ly)?|prior)\b",
        "conclusion": r"\b(?:conclu\w+|overall|in summary|thus|therefore|hence|finally|moreover|furthermore|in "
        r"particular|interestingly|surprisingly|notably|importantly)\b",
        "we_do": r"\b(?:we|authors?|paper|article)\b(?: \w+){0,2} (?:propos\w+|present\w*|introduc\w+|develop\w*|describ\w+|"
        r"us(?:e|ed)|appl(?:y|ied)|design\w*|train\w*|adopt\w*|employ\w*|build|built|construct\w*|collect\w*|creat\w+|"
        r"extend\w*|combin\w+|formulat\w+|leverag\w+|incorporat\w+|explor\w+|exploit\w*)\b",
        "this_paper": r"\b(?:in this|this|the present|our) (?:paper|work|article|study|thesis|research|report|survey|demo)\b",
        "objective": r"\b(?:aim\w*|goal|objective|purpose|address\w*|investigat\w+|examin\w+|stud(?:y|ied) (?:the|how|whether)|"
        r"tackl\w+|focus\w*|propos\w+|seek|in order to|task of|we ask|whether)\b",
        "evaluate": r"\b(?:evaluat\w+|conduct\w*|experiment(?:ed)? (?:with|on)|test(?:ed)? (?:on|with)|compare)\b",
        "method_noun": r"\b(?:model|method|approach|algorithm|framework|system|architecture|technique|mechanism|module)s?\b",
        "background": r"\b(?:recent\w*|has been|have been|widely|important\w*|challeng\w+|problem\w*|traditional\w*|existing|"
        r"typically|often|usually|commonly|most|many|become|essential|crucial|difficult|previous work|increasing\w*)\b",
        "contrast_start": r"^(?:however|although|despite|while|yet|but|unfortunately|though|nevertheless)\b",
        "announcement": r"\b(?:available|releas\w+|open[- ]source\w*|github|https?|download\w*|publicly|website|made public)\b",
        "future": r"\b(?:future|will|further research|directions?|discuss\w*|implications?|outlin\w+|provide insights?)\b",
        "first_person": r"\b(?:we|our|us|i|my)\b",
        "copula": r"\b(?:is|are)\b",
        "past": r"\b(?:was|were|had|did)\b",
        "gap": r"\b(?:remains?|lack\w*|little (?:is|work|attention)|not been|few|unclear|unknown|limited|suffer\w*|ignor\w+)\b",
        "can": r"\b(?:can|could|may|might)\b",
    }.items()
}
FEATURES: tuple[str, ...] = (
    *_PATTERNS,
    "position",
    "position_squared",
    "first",
    "last",
    "measured_number",
    "count_number",
    "directed",
    "null_result",
    "length",
    "question",
)


def relative_positions(count: int) -> list[float]:
    """Positions 0..1 of the sentences of one abstract, first to last."""
    return [at / (count - 1) if count > 1 else 0.0 for at in range(count)]


def features(sentences: Sequence[str], positions: Sequence[float]) -> npt.NDArray[np.float64]:
    """Feature rows (n, len(FEATURES)). `positions` are relative places 0..1 within an abstract or section."""
    rows = [_row(sentence, place) for sentence, place in zip(sentences, positions, strict=True)]
    return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))


def _row(sentence: str, position: float) -> list[float]:
    found = quantities(sentence)
    reading = read(sentence)
    measured = any(
        item.unit in {"%", "points", "x", "p"} or (item.role == "level" and item.value % 1) for item in found
    )
    return [
        *(float(pattern.search(sentence) is not None) for pattern in _PATTERNS.values()),
        position,
        position * position,
        float(position <= 0.0),
        float(position >= 1.0),
        float(measured),
        float(any(item.role == "count" for item in found)),
        float(reading.direction != "unknown"),
        float(reading.direction == "none"),
        math.log1p(len(sentence.split())),
        float(sentence.rstrip().endswith("?")),
    ]

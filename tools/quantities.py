"""Numbers in running text: value, canonical unit, role and place. Regular expressions; never raises on text.

Units: "%", "points" (percentage points, "BLEU points", "5 BLEU"), "x" (multipliers), "p" (p-values), a
singular name for time, mass, length and memory ("day", "mg"), and "" for the rest. Roles: "change", "level", "count",
"year", "spread" (± values and the 95 of a 95 % interval). Citation marks, enumerators, versions, reference
numbers ("Table 3") and digits inside names (GPT-2, mT5, 2020.acl-main.1) are no quantities.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from assignee.claims import Quantity

__all__ = ["quantities", "same_value"]

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_TENTHS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORD_VALUES = {
    word: float(value) for value, word in enumerate(f"{_SMALL} sixteen seventeen eighteen nineteen".split())
}
_WORD_VALUES.update({word: 10.0 * (place + 2) for place, word in enumerate(_TENTHS.split())})
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}
_TENS = _TENTHS.replace(" ", "|")
_ONES = "one|two|three|four|five|six|seven|eight|nine"

_NUMBER = re.compile(
    rf"""(?P<digits>(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)
         (?:(?P<suffix>[kKMB]|bn)(?![\w]))?
       | \b(?P<word>(?:{_TENS})-(?:{_ONES})|{"|".join(sorted(_WORD_VALUES, key=len, reverse=True))}|
            twice|a(?=\s+(?:hundred|thousand|million|billion)\b))\b""",
    re.VERBOSE | re.IGNORECASE,
)
_SCALE = re.compile(r"[\s-]{1,2}(hundred|thousand|million|billion)\b", re.IGNORECASE)
_MEASURES = (
    r"(?:Sacre)?BLEU|F-?1(?:-score)?|F-score|ROUGE(?:-\w+)?|METEOR|[TWC]ER|[LU]AS|chrF(?:\+\+)?|MRR|AUC"
)
_POINT_OF = r"absolute|relative|average|mean|percentage|percent|accuracy|correlation|score|[A-Z][\w+-]*|%"
_POINTS = re.compile(
    rf"[\s-]{{1,2}}(?:(?:{_POINT_OF})\s+){{0,3}}points?\b"
    rf"|\s?(?:pp|p\.p\.|%[\s-]points?)(?!\w)"
    rf"|\s+(?:absolute\s+)?(?:{_MEASURES})(?![\w-])"
)
_PERCENT = re.compile(r"[\s~]?\\?%|[\s-]{1,2}(?:percent(?:age)?|per\s+cent)\b", re.IGNORECASE)
_MORE = (
    "as|more|less|fewer|faster|slower|larger|smaller|higher|lower|better|greater|cheaper|longer|shorter|the"
)
_TIMES = re.compile(rf"\s?[xX×](?!\w)|[\s-]?fold\b|\s+times\s+(?=(?:{_MORE})\b)")
_PLAIN_UNITS = {
    "ms": "ms|milliseconds?",
    "second": "seconds?|secs?",
    "minute": "minutes?|mins?",
    "hour": "hours?|hrs?",
    "day": "days?",
    "week": "weeks?",
    "month": "months?",
    "year": "years?",
    "kg": "kg",
    "mg": "mg",
    "g": "g",
    "ml": "ml|mL",
    "mm": "mm",
    "cm": "cm",
    "km": "km",
    "nm": "nm",
    "GB": "GB|gigabytes?",
    "MB": "MB|megabytes?",
}
_PLAIN = re.compile(
    r"[\s-]?(?:"
    + "|".join(f"(?P<u{i}>{form})" for i, form in enumerate(_PLAIN_UNITS.values()))
    + r")(?![\w])"
)
_UNIT_NAMES = tuple(_PLAIN_UNITS)

_SIGN = re.compile(r"(?:(?P<spread>±|\+/[-−])|(?P<sign>[+\-−–]))\s?$")
_P_VALUE = re.compile(r"\bp(?:[\s-]values?)?\s*(?:[<>=≤≥]|<=|>=|of)\s*$", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:tables?|tab\.|figures?|figs?\.?|sections?|sec\.|eqs?\.?|equations?|appendix|chapters?|steps?|subtasks?|tasks?|"
    r"tracks?|phases?|types?|stages?|grades?|layers?|levels?|parts?|versions?|fold|class|algorithm|theorem|lemma|rq|"
    r"gpt|llama|page|pages|pp\.|no\.|vol\.)\s*\(?$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\[[0-9]+(?:\s*[,;–-]\s*[0-9]+)*\]")
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|until|from|during|year|of|by|before|after|to|early|late|mid)\s|[(,’']\s?)$", re.I
)
_COUNTED = re.compile(r"[\s-]{1,2}(?:[A-Z][\w-]* ){0,2}[a-z]")
_CHANGE_BEFORE = re.compile(
    r"\b(?:by|gains?|improv\w+|increas\w+|decreas\w+|reduc\w+|drops?|boosts?|rises?|reductions?|declines?|loss(?:es)?|"
    r"outperform\w*|surpass\w*|exceed\w*|margin|differences?|gap)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(
    r"^\s*(?:absolute |relative |average |on average |[A-Z][\w-]* )*(?:improvements?|gains?|increases?|"
    r"decreases?|drops?|reductions?|boosts?|higher|lower|better|worse|more|less|fewer|faster|slower|larger|smaller|"
    r"over|above|below)\b"
)
_NOT_CHANGE_BEFORE = re.compile(r"\b(?:from|(?<!up )to|at)\s+(?:\w+ )?$")
_VERSIONED = re.compile(r"\b(?=\w*[A-Z])\w+[A-Z][\w-]*\s$|\b[Vv]ersion\s$")
_INTERVAL = re.compile(r"^\s*(?:CI\b|C\.I\.|confidence|credible)")
_BETWEEN = re.compile(r"^\s*(?:-|–|—|to|and|or|,|/|, and|, or)\s*$")


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order; `[start, end)` covers sign, number and unit, in code points."""
    marks = [match.span() for match in _BRACKETS.finditer(text)]
    found: list[Quantity] = []
    resume = 0
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if start < resume or any(left <= start < right for left, right in marks):
            continue
        quantity = _read_word(text, match) if match.group("word") else _read_digits(text, match)
        if quantity is not None and math.isfinite(quantity.value):
            found.append(quantity)
            resume = max(end, quantity.end)
    return tuple(_spread_units(text, found))


def same_value(first: float, second: float) -> bool:
    """Equal, or equal once the one with more decimals is rounded to those of the other."""
    if math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12):
        return True
    places = min(_decimals(first), _decimals(second))
    coarse = min(abs(round(first, places)), abs(round(second, places)))
    # 5.38 is 5.4, but 0.73 is not 0.7: one digit says too little
    return (
        places > 0 and coarse * 10**places >= 10 and math.isclose(round(first, places), round(second, places))
    )


def _decimals(value: float) -> int:
    digits = f"{value:.6f}".rstrip("0")
    return len(digits) - digits.index(".") - 1


def _read_digits(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    after = text[end : end + 60]
    before = text[max(0, start - 60) : start]
    if re.match(r"[A-Za-z_]", after) and not match.group("suffix") and _unit(text, end)[1] == end:
        return None  # "3rd", "2D"
    if re.match(r"\.[A-Za-z0-9]|-[A-Z]|[-/][0-9]+[-./][0-9]", after):
        return None  # "2020.acl-main.1", "1.2.3", "4-PBA", dates
    if re.match(r"[0-9]{1,2}\)", text[start : end + 1]) and re.search(r"(?:^|\s)\(?$", before):
        return None  # the enumerators "1)" and "(1)"
    if (
        re.fullmatch(r"[1-9]\.[0-9]", match.group("digits"))
        and _VERSIONED.search(before)
        and after[:1] != "%"
    ):
        return None  # "VQA 2.0", "MultiWOZ 2.1"
    sign = _SIGN.search(before)
    attached = re.search(r"[\w.\-–−/’']+$", before)
    if attached and any(char.isalpha() for char in attached.group()):
        return None  # part of a name: GPT-2, mT5, P19-1439
    if _LABEL.search(before):
        return None
    value = float(match.group("digits").replace(",", ""))
    if match.group("suffix"):
        value *= _SUFFIXES[match.group("suffix").lower()]
    role = ""
    if sign is not None:
        lead = before[: sign.start()]
        tight = not sign.group().endswith(" ")
        if sign.group("spread"):
            role, start = "spread", start - len(sign.group())
        elif tight and not re.search(r"[\w%)]$|[0-9%]\s$", lead):
            value = value if sign.group("sign") == "+" else -value
            role, start = "change", start - len(sign.group())
    return _finish(text, value, start, end, role, whole="." not in match.group("digits"))


def _read_word(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    word = match.group("word").lower()
    after = text[end : end + 40]
    if (start and text[start - 1] in "-–/") or (word in {"zero", "one"} and re.match(r"[-–/]", after)):
        return None  # "twenty-two" is matched whole; "zero-shot" is a term
    if word == "twice":
        twice = Quantity(value=2.0, unit="x", start=start, end=end, role="change")
        return twice if after.startswith(" as ") else None
    value = 1.0 if word == "a" else sum(_WORD_VALUES[part] for part in word.split("-"))
    quantity = _finish(text, value, start, end, "", whole=True)
    if word == "one" and not quantity.unit and quantity.end == end:
        return None  # a pronoun more often than a number
    return quantity


def _finish(text: str, value: float, start: int, end: int, role: str, *, whole: bool) -> Quantity:
    while (scale := _SCALE.match(text, end)) is not None:
        value, end = value * _SCALES[scale.group(1).lower()], scale.end()
    if _P_VALUE.search(text[max(0, start - 20) : start]):
        return Quantity(value=value, unit="p", start=start, end=end, role="level")
    unit, stop = _unit(text, end)
    whole = whole or value.is_integer()
    after = text[stop : stop + 60]
    if not role and unit == "%" and _INTERVAL.match(after):
        role = "spread"
    if not role and unit == "" and end - start == 4 and _is_year(text, value, start, end):
        return Quantity(value=value, unit="", start=start, end=end, role="year")
    if not role:
        before = text[max(0, start - 60) : start]
        if _CHANGE_AFTER.match(after) or unit == "x":
            role = "change"
        elif _CHANGE_BEFORE.search(before) and not _NOT_CHANGE_BEFORE.search(before):
            role = "change" if unit or not whole else "count"
        elif unit == "" and whole and _COUNTED.match(after):
            role = "count"
        else:
            role = "level"
    return Quantity(value=value, unit=unit, start=start, end=stop, role=role)


def _unit(text: str, end: int) -> tuple[str, int]:
    """The unit that follows position `end`, and where it ends."""
    for unit, pattern in (("points", _POINTS), ("%", _PERCENT), ("x", _TIMES)):
        match = pattern.match(text, end)
        if match:
            return unit, end + len(match.group().rstrip())
    match = _PLAIN.match(text, end)
    if match and match.lastgroup:
        return _UNIT_NAMES[int(match.lastgroup[1:])], match.end()
    return "", end


def _is_year(text: str, value: float, start: int, end: int) -> bool:
    if not (text[start:end].isdigit() and 1900 <= value <= 2039):
        return False
    if _YEAR_BEFORE.search(text[max(0, start - 12) : start]):
        return True
    return re.match(r"\s[a-z]+s\b(?<!ss)", text[end : end + 30]) is None


def _spread_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give the earlier members of a range or list ("1 to 5 points", "1.2 and 3.4 %") the unit of the last."""
    for at in range(len(found) - 2, -1, -1):
        one, two = found[at], found[at + 1]
        if one.unit == "" and two.unit not in {"", "p"} and one.role != "year":
            gap = text[one.end : two.start]
            if two.role == "spread" and not gap.strip():
                found[at] = replace(one, unit=two.unit, role="level")
            elif two.role != "spread" and _BETWEEN.match(gap):
                found[at] = replace(one, unit=two.unit, role=two.role)
    return found

"""A report.md beside its report.json: what the text says otherwise than the records, brought back into the records.

The records are rendered again and the two texts compared line by line, then word by word. Where a changed stretch
belongs to a text of the records (answer, abstract, a claim, a quote), that text is taken as the page prints it, so that
the panel judges what a reader reads: a reworded sentence is judged as such, an altered number fails its quote. Where it
belongs to no text (a count, an outcome, a score), it is a fault. Nothing hangs on the layout of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from assignee.agents.scoring import SERIOUS, SLIGHT, Fault
from assignee.claims import Report
from assignee.tools.text import sentences

from .html import render as render_html
from .html_text import page_text
from .markdown import render

__all__ = ["Printed", "as_printed"]

_REFERENCE = re.compile(r"\s*\[(?:c?\d+|outside the set)\]")
_MARKUP = re.compile(r"\\(?=[^\w\s])|[*_`]{1,3}|^#{1,6} |^[-–+] |^\|\s*|\s*\|$")
_TELLING = re.compile(
    r"\d|[✓±×]|\b(?:corroborated|contested|refuted|grounded|quoted|unsupported|approve|reject|revise|draft|source checked|"
    r"undetermined|supports|contradicts|contradiction|agreement)\b",
    re.IGNORECASE,
)
_WAY = re.compile(r"\b(?:yes|no|mixed|first|second|none|single|several)\b", re.IGNORECASE)
_OF_THE_ANSWER = re.compile(r"\b(?:direction|strength)\b", re.IGNORECASE)
_HTML = re.compile(r"\s*<(?:!doctype|html)\b", re.IGNORECASE)
_TOKEN = re.compile(r"\w+|[^\w\s]")
_PIECE = "sentence"  # marks the path of one sentence of a text
_SAME = 0.5  # share of lines that two renderings of one report have in common, whoever damaged one


@dataclass(frozen=True, slots=True)
class Printed:
    """The report with its texts as a page prints them, and what the page says that no text of the records holds."""

    report: Report
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Texts:
    """The texts of a report by their path, in the plain form in which pages are compared; `changed` collects patches."""

    plain: dict[tuple[Any, ...], str]
    whole: dict[str, str]
    changed: dict[tuple[Any, ...], str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def as_printed(report: Report, page: str, texts: Callable[[str], str]) -> Printed:
    """The report as `page`, a report.md or report.html of it, tells it.

    A page that another version made, or one of another report, is only searched for our texts.
    """
    html = _HTML.match(page) is not None
    made = page_text(render_html(report, texts)) if html else render(report, texts)
    expected = [line for line in map(_plain, made.splitlines()) if line]
    given = [line for line in map(_plain, (page_text(page) if html else page).splitlines()) if line]
    whole = {"answer": _plain(report.answer.text), "abstract": _plain(report.abstract)}
    held = _Texts(dict(_pieces(report, expected)), whole)
    matcher = SequenceMatcher(None, expected, given, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < _SAME * len(expected):
        return Printed(report, tuple(_missing(held, " ".join(given))))
    all_lines = " ".join(given)
    heading = ""
    at = 0
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for line in given[at:j1]:
            heading = _heading(line, heading)
        at = j1
        if tag == "equal":
            continue
        pairs, gone, new = _paired(expected[i1:i2], given[j1:j2])
        for old, now in pairs:
            _compare(held, old, now)
        for line in gone:
            _deleted(held, line, all_lines)
        for line in new:
            _inserted(held, line, heading, expected)
    return Printed(_patched(report, held.changed), tuple(dict.fromkeys(held.faults)))


def _plain(text: str) -> str:
    text = _MARKUP.sub("", _REFERENCE.sub("", text.strip()))
    return " ".join(_MARKUP.sub("", text).split())


def _heading(line: str, before: str) -> str:
    low = line.casefold()
    return low if low in ("answer", "abstract") or re.match(r"\d+ \w+", low) else before


def _pieces(report: Report, lines: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """The texts in plain form; one that no line holds whole (a page may set it in parts) by its sentences."""
    for path, text in _paths(report):
        plain = _plain(text)
        if len(plain.split()) < 2:
            continue
        spans = list(sentences(plain))
        if len(spans) < 2 or any(plain in line for line in lines):
            yield path, plain
        else:
            for number, (start, end) in enumerate(spans):
                yield (*path, _PIECE, number), plain[start:end]


def _paths(report: Report) -> Iterator[tuple[tuple[Any, ...], str]]:
    """(path, text) of every text of the records that a page prints."""
    yield ("answer",), report.answer.text
    yield ("abstract",), report.abstract
    yield ("title",), report.title
    for number, item in enumerate(report.claims):
        yield ("claims", number, "text"), item.claim.text
        yield ("claims", number, "quote"), item.claim.quote
        for at, verdict in enumerate(item.verdicts):
            for place, evidence in enumerate(verdict.evidence):
                if evidence.quote != item.claim.quote:
                    yield ("evidence", number, at, place), evidence.quote
    for name, value in report.sections.items():
        if isinstance(value, str) and value:
            yield ("sections", name), value
        for number, entry in enumerate(value if isinstance(value, (list, tuple)) else ()):
            if isinstance(entry, str):
                yield ("sections", name, number), entry
            elif isinstance(entry, dict) and entry.get("text"):
                yield ("sections", name, number, "text"), str(entry["text"])


def _paired(old: Sequence[str], new: Sequence[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """Lines that were changed into each other, lines that are gone, lines that are new."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True)), [], []
    left, right, pairs = list(old), list(new), []
    for line in old:
        words = set(line.split())
        best = max(right, key=lambda other: len(words & set(other.split())), default="")
        if best and 2 * len(words & set(best.split())) >= max(len(words), 1):
            pairs.append((line, best))
            left.remove(line)
            right.remove(best)
    return pairs, left, right


def _compare(held: _Texts, old: str, now: str) -> None:
    """Bring the difference of two lines into the texts that the old one holds; what is left over is a fault."""
    before, after = list(_TOKEN.finditer(old)), list(_TOKEN.finditer(now))
    matcher = SequenceMatcher(None, [t.group() for t in before], [t.group() for t in after], autojunk=False)
    codes = matcher.get_opcodes()
    covered: set[int] = set()
    for path, text in held.plain.items():
        at = old.find(text)
        if at < 0:
            continue
        inside = [
            n for n, token in enumerate(before) if at <= token.start() and token.end() <= at + len(text)
        ]
        if not inside:
            continue
        covered |= set(range(inside[0], inside[-1] + 2))
        low, high = _project(codes, inside[0]), _project(codes, inside[-1] + 1)
        said = now[after[low].start() : after[high - 1].end()] if low < high else ""
        if said != text and path not in held.changed:
            held.changed[path] = said
    for tag, i1, i2, j1, j2 in codes:
        if tag == "equal" or (covered and set(range(i1, max(i2, i1 + 1))) <= covered):
            continue
        was, told = (" ".join(t.group() for t in tokens) for tokens in (before[i1:i2], after[j1:j2]))
        turned = bool(_OF_THE_ANSWER.search(old)) and bool(_WAY.search(f"{was} {told}"))
        if turned or _TELLING.search(f"{was} {told}") or j2 - j1 > 6:
            held.faults.append(
                Fault(SERIOUS, f"the text says “{told}” where the records give “{was}”: “{now}”")
            )


def _project(codes: Sequence[tuple[str, int, int, int, int]], at: int) -> int:
    """Where a place between tokens of the old line lies in the new one, behind what was put in there; 0 stays 0."""
    found = 0
    for tag, i1, i2, j1, j2 in codes:
        if at and i1 <= at <= i2:
            found = j1 + (at - i1) if tag == "equal" else j2
    return found


def _deleted(held: _Texts, line: str, whole: str) -> None:
    inside = [path for path, text in held.plain.items() if text in line]
    for path in inside:
        if held.plain[path] in whole:
            continue
        if path[0] in ("claims", "evidence"):
            held.faults.append(
                Fault(SERIOUS, f"the text leaves out what the records hold: “{held.plain[path]}”")
            )
        else:
            held.changed.setdefault(path, "")
    if not inside and _TELLING.search(line):
        held.faults.append(Fault(SLIGHT, f"the text leaves out a line of the records: “{line}”"))


def _inserted(held: _Texts, line: str, heading: str, expected: Sequence[str]) -> None:
    if len(line.split()) < 3:
        return
    if line in expected:
        held.faults.append(Fault(SERIOUS, f"the text says twice: “{line}”"))
    elif heading in ("answer", "abstract"):
        path = (heading,)
        held.changed[path] = f"{held.changed.get(path, held.whole[heading])} {line}".strip()
    else:
        held.faults.append(Fault(SERIOUS, f"the text says what the records do not hold: “{line}”"))


def _missing(held: _Texts, whole: str) -> Iterator[Fault]:
    for path, text in held.plain.items():
        if path[0] in ("answer", "abstract", "claims") and text not in whole:
            yield Fault(SERIOUS, f"the text does not hold what the records do: “{text}”")


def _patched(report: Report, changed: dict[tuple[Any, ...], str]) -> Report:
    for path, text in _joined(report, changed).items():
        if path == ("answer",):
            report = replace(report, answer=replace(report.answer, text=text))
        elif path[0] in ("abstract", "title"):
            report = replace(report, **{path[0]: text})  # type: ignore[arg-type]
        elif path[0] == "evidence":
            _, number, at, place = path
            report = _with_evidence(report, number, at, place, text)
        elif path[0] == "claims":
            _, number, name = path
            claims = list(report.claims)
            claims[number] = replace(claims[number], claim=replace(claims[number].claim, **{name: text}))
            report = replace(report, claims=tuple(claims))
        else:
            report = replace(report, sections=_put(report.sections, path[1:], text))
    # A contradiction whose text is gone from the page is gone for its reader.
    entries = [entry for entry in report.sections.get("contradictions") or () if entry.get("text") != ""]
    if len(entries) != len(report.sections.get("contradictions") or ()):
        report = replace(report, sections={**report.sections, "contradictions": entries})
    return report


def _joined(report: Report, changed: dict[tuple[Any, ...], str]) -> dict[tuple[Any, ...], str]:
    """The patches, those of single sentences put back into their texts."""
    whole = {path: text for path, text in changed.items() if _PIECE not in path}
    texts = dict(_paths(report))
    for path in dict.fromkeys(path[:-2] for path in changed if _PIECE in path):
        plain = _plain(texts[path])
        told = [changed.get((*path, _PIECE, n), plain[i:j]) for n, (i, j) in enumerate(sentences(plain))]
        extra = whole.get(path, "").removeprefix(plain).strip()
        whole[path] = " ".join(part for part in (*told, extra) if part)
    return whole


def _with_evidence(report: Report, number: int, at: int, place: int, quote: str) -> Report:
    claims = list(report.claims)
    verdicts = list(claims[number].verdicts)
    evidence = list(verdicts[at].evidence)
    evidence[place] = replace(evidence[place], quote=quote)
    verdicts[at] = replace(verdicts[at], evidence=tuple(evidence))
    claims[number] = replace(claims[number], verdicts=tuple(verdicts))
    return replace(report, claims=tuple(claims))


def _put(value: Any, path: Sequence[Any], text: str) -> Any:
    if not path:
        return text
    if isinstance(value, dict):
        return {**value, path[0]: _put(value[path[0]], path[1:], text)}
    return [_put(item, path[1:], text) if at == path[0] else item for at, item in enumerate(value)]

"""Section headings of papers: which lines are one, what they are called, and which sections are no prose."""

from __future__ import annotations

import re

__all__ = [
    "NOTES",
    "caption_label",
    "carries_over",
    "float_label",
    "is_apart",
    "is_reference_list",
    "known_heading",
    "numbered_heading",
    "run_in_abstract",
]

NOTES = "Notes"
"""The section that footnotes and endnotes are kept in."""

_KNOWN = frozenset(
    """abstract|summary|introduction|background|related work|related works|prior work|previous work|motivation|
    preliminaries|problem statement|problem definition|problem formulation|task definition|approach|our approach|method|
    methods|methodology|materials and methods|methods and materials|patients and methods|model|models|
    proposed method|data|dataset|datasets|data and methods|experiments|experiment|experimental setup|
    experimental setting|experimental settings|experimental results|experiments and results|setup|implementation|
    implementation details|evaluation|evaluation metrics|baselines|results|main results|results and discussion|
    results and analysis|findings|analysis|ablation study|ablation studies|ablations|error analysis|case study|
    discussion|discussion and conclusion|discussion and conclusions|general discussion|limitations|ethics|
    ethics statement|ethical considerations|broader impact|impact statement|future work|conclusion|conclusions|
    conclusion and future work|conclusions and future work|concluding remarks|acknowledgments|acknowledgements|
    acknowledgment|acknowledgement|references|reference|bibliography|literature cited|works cited|appendix|
    appendices|supplementary material|supplementary materials|supplemental material|supporting information|
    author contributions|funding|competing interests|conflict of interest|conflicts of interest|
    data availability|declarations""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_REFERENCES = frozenset(
    ("references", "reference", "bibliography", "literature cited", "works cited", "references and notes")
)
_CARRYING = frozenset(
    """results|result|main results|experimental results|results and discussion|results and analysis|findings|discussion|
    discussion and conclusion|discussion and conclusions|general discussion|conclusion|conclusions|concluding remarks|
    acknowledgments|acknowledgements|acknowledgment|acknowledgement|author contributions|funding|declarations|
    competing interests|conflict of interest|conflicts of interest|data availability""".replace(
        "\n    ", ""
    ).split("|")
)
_NUMBERED = re.compile(
    r"^((?:Appendix\s+)?(?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2}){0,3})(?:[.:)]\s*|\s+)([^\W\d_][^\n]{1,90})$"
)
_ABSTRACT = re.compile(r"^(?:abstract|summary)\s*(?:[—–:.]|-{1,3}(?=\s|[A-Z]))\s*(?=\S)", re.I)
_FLOAT = re.compile(
    r"^((?:(?:supplementary|supplemental|extended data|online)\s+)?)"
    r"(fig|figure|table|tab|algorithm|listing|scheme|box|chart)\b\.?"
    r"\s*((?:[A-Z][.-]?)?\d{1,3}(?:\.\d{1,2})?|[IVX]{1,5})?\b",
    re.I,
)
_FLOATS = {"fig": "Figure", "tab": "Table"}
_SPACED = re.compile(r"^(?:[A-Z] ){3,}[A-Z]$")


def known_heading(line: str) -> str | None:
    """The name of a usual heading, with its number off and in usual case; None for any other line."""
    text = line.strip().strip("*#").strip()
    if _SPACED.match(text):
        text = text.replace(" ", "")
    match = _NUMBERED.match(text)
    name = (match.group(2) if match else text).strip().rstrip(".:").strip()
    if name.casefold() not in _KNOWN:
        return None
    return name.capitalize() if name.isupper() else name


def numbered_heading(line: str) -> tuple[str, str] | None:
    """("3.1", "Training data") of such a line; None for prose, list items and table rows.

    The text must begin with a capital and not read as a sentence: at most 12 words, no mark at its end, no
    'Label: what it is', few words with digits.
    """
    match = _NUMBERED.match(line.strip())
    if match is None:
        return None
    number, name = match.group(1), match.group(2).strip()
    words = name.split()
    if not name[0].isupper() or len(words) > 12 or name[-1] in ".,;:" or name.endswith("-"):
        return None
    if re.search(r":\s+[a-z]", name) and len(words) > 5:
        return None
    if sum(any(char.isdigit() for char in word) for word in words) * 2 >= len(words):
        return None
    return number, name


def run_in_abstract(text: str) -> str | None:
    """The abstract that follows its heading on the same line ("Abstract—We …"); None where there is none."""
    match = _ABSTRACT.match(text)
    return text[match.end() :] if match else None


def is_reference_list(name: str) -> bool:
    """Whether a section of that name lists references."""
    return name.casefold().strip(" .:") in _REFERENCES


def carries_over(name: str) -> bool:
    """Whether what stands in a section of that name is told by it: results, conclusions, thanks, references."""
    return name.casefold() in _CARRYING or is_reference_list(name)


def float_label(caption: str, kind: str = "Table") -> str:
    """ "Table 3" of "Tab. 3: What it shows"; `kind` alone of a caption that names neither."""
    match = _FLOAT.match(caption.strip())
    if match is None or match.group(3) is None:
        return kind
    before, name, number = match.groups()
    name = _FLOATS.get(name.casefold(), name.capitalize())
    return f"{before.strip().capitalize()} {name.lower()} {number}" if before else f"{name} {number}"


def caption_label(paragraph: str) -> str | None:
    """ "Figure 2" of a paragraph "Fig. 2: …", "Figure 2. …"; None for any other, also for "Figure 2 shows …"."""
    match = _FLOAT.match(paragraph.strip())
    if match is None or match.group(3) is None:
        return None
    if not paragraph.strip()[match.end() :].lstrip().startswith((".", ":", "|", "—", "–")):
        return None
    return float_label(paragraph)


def is_apart(section: str) -> bool:
    """Whether a section of that name holds no running text: a list of references, a table, a caption, notes.

    Its text is kept and can be looked at; no sentence of it becomes a claim or evidence.
    """
    match = _FLOAT.match(section)
    whole = (
        match is not None
        and match.end() == len(section)
        and (match.group(3) or section in ("Table", "Figure"))
    )
    return bool(whole) or section == NOTES or is_reference_list(section.partition(": ")[0])

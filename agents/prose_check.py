"""Whether the report's own prose is about this review: the question, its claims, its search, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assignee.claims import Report

from ..tools.text import content_stems, fold, sentences
from .question_words import specific_stems
from .reviewer import Texts
from .scoring import SERIOUS, SLIGHT, Fault
from .wording import incomplete, own_words, shared_run

__all__ = ["cut_faults", "foreign_sentences", "taken_passages"]

# What a review says of itself, whatever its question.
_REVIEWING = frozenset(
    stem
    for word in (
        "review synthesis report question answer ask take search library given source database identify record duplicate "
        "fold remove screen include exclude paper work study article claim extract draw quote verbatim sentence finding "
        "result examine compare hold outcome corroborate contest refute ground unsupported adjudicate direction undetermined "
        "open determine settle independent group author bear rest support contradict disagree agree cover mention name read "
        "abstract digest full text evidence literature conclude conclusion suggest report show find state say tell count "
        "number total one two three four five six seven eight nine ten several consistent inconsistent strength confidence "
        "calibrate yes no mixed first second difference nearest direct directly exact word other side both limit lean "
        "question-answer against within across whole part however although while also each every none provide present "
        "observation exactly addition therefore thus overall publication document reference check verify confirm unclear "
        "collection retrieve initial together quotation come close closest far near hold held drawn "
        "likely possible answerable enough remain stand unique repeat twice concern relate address consider look"
    ).split()
    for stem in (*content_stems(word), word)
)
_STRANGE = 4  # content words that neither question, claims nor titles hold
_SHARE = 0.5
_SELF = 0.7  # the same for a sentence that gives a count of works or claims: it is likely ours
_ENDED = re.compile(r"[.!?…][\"”’')\]»]*\s*$")
_IDS = re.compile(r"\[c?\d+\]|\bc\d+\b")
_COUNT = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|no) (?:\w+ )?(?:claims?|papers?|works?|records?)\b",
    re.I,
)
_FIRST_PERSON = re.compile(
    r"\b(?:we|our|ours) (?:\w+ly )?(?:propose|present|introduce|train|develop|evaluate|achieve|experiment|outperform|"
    r"demonstrate|method|model|approach|system|dataset|results|code)\w*\b|\bin this (?:paper|work)\b|"
    r"\bthis (?:paper|work) (?:presents|proposes|introduces|describes)\b",
    re.IGNORECASE,
)


def foreign_sentences(report: Report) -> list[Fault]:
    """Sentences of answer, abstract and introduction that are about something other than this review and its claims."""
    known = _known(report)
    found = []
    for where, text in _parts(report):
        for line in _sentences(text):
            own = own_words(line)
            said = [stem for stem in dict.fromkeys(content_stems(_IDS.sub(" ", own))) if not stem.isdigit()]
            strange = [stem for stem in said if stem not in known and stem[:6] not in known]
            if len(strange) >= _STRANGE and len(strange) >= (_SELF if _COUNT.search(own) else _SHARE) * len(
                said
            ):
                told = ", ".join(strange[:4])
                found.append(Fault(SERIOUS, f"{where} speaks of what no claim does ({told}): “{line}”"))
            elif first := _FIRST_PERSON.search(own):
                found.append(Fault(SERIOUS, f"{where} speaks as a source does (“{first.group()}”): “{line}”"))
    return found


def taken_passages(report: Report, texts: Texts) -> list[Fault]:
    """Sentences of our own prose, quotations apart, that share a run of eight words with a source."""
    sources = []
    for paper in report.papers:
        try:
            sources.append((paper.id, texts(paper.id)))
        except KeyError:
            continue
    found = []
    asked = " ".join(re.findall(r"[^\W_]+", fold(report.question)))
    for where, text in _parts(report):
        for line in _sentences(text):
            own = own_words(line)
            for known in (
                report.question,
                report.question.rstrip("?"),
                *(paper.title for paper in report.papers),
            ):
                own = own.replace(known, " ") if len(known.split()) >= 4 else own
            run = shared_run(own, sources)
            if run and run[1] not in asked:
                found.append(Fault(SERIOUS, f"{where} takes “{run[1]}” from {run[0]}"))
    return found


def cut_faults(report: Report) -> list[Fault]:
    """Texts that end before their sentence does, or in a word that neither the claims nor the question know."""
    parts = [("the answer", report.answer.text), ("the abstract", report.abstract)]
    parts += [(item.claim.id, item.claim.text) for item in report.claims]
    parts += [(f"the quote of {item.claim.id}", item.claim.quote) for item in report.claims]
    for name, value in report.sections.items():
        parts += [
            (name, entry)
            for entry in (value if isinstance(value, (list, tuple)) else ())
            if isinstance(entry, str)
        ]
        parts += [(name, value)] if isinstance(value, str) and value and name != "confidence_note" else []
    found = []
    for where, text in parts:
        fault = incomplete(text)
        if fault is None and where.startswith("the a") and not _ENDED.search(text):
            fault = f"it ends without a full stop: {text[-40:]!r}"
        if fault:
            level = SERIOUS if where.startswith(("the a", "c")) else SLIGHT
            found.append(Fault(level, f"{where} is cut: {fault}"))
    for title in (report.title, *(paper.title for paper in report.papers if paper.included)):
        if title.rstrip().endswith(("…", "...")):
            found.append(Fault(SLIGHT, f"a title is cut: “{title}”"))
    return found


def _parts(report: Report) -> Iterator[tuple[str, str]]:
    yield "the answer", report.answer.text
    yield "the abstract", report.abstract
    yield "the introduction", str(report.sections.get("introduction") or "")


def _sentences(text: str) -> Sequence[str]:
    return [text[start:end] for start, end in sentences(text)]


def _known(report: Report) -> frozenset[str]:
    """Stems, and their first six letters, of everything that this review may speak of."""
    named = [paper for paper in report.papers if paper.included]
    texts = [
        report.question,
        report.title,
        *report.answer.not_covered,
        *(paper.title for paper in named),
        *(paper.cite for paper in named),
        *(name for paper in named for name in paper.authors),
        *(item.claim.quote for item in report.claims),
        *(item.claim.statement for item in report.claims),
        *(query for entry in report.manifest.queries if isinstance(query := entry.get("source"), str)),
    ]
    stems = frozenset(stem for text in texts for stem in content_stems(text)) | _REVIEWING
    stems |= specific_stems(report.question) | frozenset(fold(word) for word in report.question.split())
    return stems | frozenset(stem[:6] for stem in stems if len(stem) > 6)

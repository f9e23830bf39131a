"""One claim against a library: which papers support or contradict it, with the sentences that decide.

    from assignee import verify_claim
    found = verify_claim("Aspirin lowers the risk of colorectal cancer.", library="papers")
    found.label, found.probability          # "SUPPORT", 0.86
    found.papers[0].quotes[0].text          # verbatim, at [start, end) of the paper's stored text

Retrieval proposes, the pair checker judges, and each quote is a sentence of a paper as it was read
(`agents/claim_check.py`, `agents/pair_checker.py`). No model is asked and nothing is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.claims import Paper, Passage
from assignee.errors import UserError
from assignee.json_form import Record
from assignee.request import check_library
from assignee.settings import Settings

if TYPE_CHECKING:
    from assignee.agents.claim_check import Finding
    from assignee.agents.pair_checker import Judgement, Pair
    from assignee.tools.corpus import Corpus
    from assignee.tools.toolbox import Toolbox

__all__ = ["MAX_CLAIM", "ClaimQuote", "ClaimVerdict", "Verification", "verify_claim"]

MAX_CLAIM = 2000  # characters
_WINDOW = 12  # sentences: what the checkers were fitted on are abstracts, so a full text is judged in pieces of that size

PathArgument = str | PathLike[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuote(Record):
    """A sentence of a paper: `text` is its stored text at [start, end), code points; `page` where the paper has pages."""

    text: str
    start: int
    end: int
    section: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVerdict(Record):
    """What one paper says of the claim.

    `label` is SUPPORT or REFUTE; `probability` is the checkers' pooled, calibrated one of that label, None where they
    were not calibrated on topics like this. `seats` holds each checker's own (SUPPORT, REFUTE, NEI), None where it
    abstained. `quotes` are the one to three sentences that decide, the surest first.
    """

    paper_id: str
    cite: str
    title: str
    basis: str
    label: str
    probability: float | None
    seats: dict[str, Any]
    quotes: tuple[ClaimQuote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Record):
    """A claim against a library.

    `label` is that of the surest paper, NEI (not enough information) where none bears on the claim; `contested` says
    that papers speak on both sides. `probability` is that paper's, None for NEI and where papers disagree. `papers` are
    those that bear on the claim, the surest first; `read` counts all that were looked through. `note` says why a claim
    was not adjudicated, and `problems` names documents that could not be read or may not count.
    """

    claim: str
    label: str
    probability: float | None
    contested: bool
    papers: tuple[ClaimVerdict, ...]
    read: int
    note: str = ""
    problems: tuple[str, ...] = ()


def verify_claim(
    claim: str,
    library: PathArgument | Iterable[PathArgument],
    *,
    verifiers: Sequence[str] = (),
    settings: Settings | None = None,
    toolbox: Toolbox | None = None,
) -> Verification:
    """Check one claim against a folder or file with papers.

    `verifiers` names pair seats of the registry, () takes all that ship; `toolbox` is one already open. Raises
    UserError for an empty or huge claim and an unknown verifier, LibraryError for a library that is not there or
    holds nothing to read.
    """
    from assignee.tools.toolbox import Toolbox

    asked = " ".join(claim.split())
    if not any(char.isalnum() for char in asked):
        raise UserError(
            'the claim is empty; give one, for example: "Aspirin lowers the risk of colorectal cancer."'
        )
    if len(asked) > MAX_CLAIM:
        raise UserError(f"the claim has {len(asked):,} characters; at most {MAX_CLAIM:,} are read")
    given = [library] if isinstance(library, (str, PathLike)) else list(library)
    paths = [Path(path).expanduser() for path in given]
    if not paths:
        raise UserError("no library given; point it at a folder or file with papers")
    for path in paths:
        check_library(path)
    if toolbox is not None:
        return _verify(asked, paths, verifiers, toolbox)
    with Toolbox.open(settings or Settings.from_env()) as opened:
        return _verify(asked, paths, verifiers, opened)


def _verify(claim: str, paths: Sequence[Path], verifiers: Sequence[str], toolbox: Toolbox) -> Verification:
    from assignee.agents.claim_check import ClaimCheck, Document
    from assignee.agents.pair_checker import PairChecker
    from assignee.tools.corpus import Corpus
    from assignee.tools.language import is_english

    checker = PairChecker("stance", verifiers)
    papers, problems = _papers(paths, toolbox)
    if not is_english(claim):
        note = "not adjudicated: the claim does not read as English, which is all that the checkers know"
        return _result(claim, [], len(papers), note, problems)
    corpus = Corpus(papers, toolbox)
    windows = _windows(corpus)
    documents = {
        name: Document(name, corpus.papers[part[0].paper_id].title, tuple(item.text for item in part))
        for name, part in windows.items()
    }
    said: dict[tuple[str, ...], Judgement] = {}

    def judge(pairs: Sequence[Pair]) -> list[Judgement]:
        found = checker.judge(pairs)
        said.update((pair.evidence, one) for pair, one in zip(pairs, found, strict=True))
        return found

    [findings] = ClaimCheck(documents, toolbox, judge).check([claim])
    kept: dict[str, ClaimVerdict] = {}
    for finding in findings:  # the surest first: the first piece of a paper speaks for it
        part = windows[finding.document]
        judgement = said[documents[finding.document].sentences]
        calibrated = checker.calibrated_on is not None and judgement.like
        verdict = _verdict(corpus.papers[part[0].paper_id], part, finding, judgement, calibrated)
        kept.setdefault(verdict.paper_id, verdict)
    return _result(claim, list(kept.values()), len(corpus.papers), "", problems)


def _papers(paths: Sequence[Path], toolbox: Toolbox) -> tuple[list[Paper], list[str]]:
    """One paper a work, retracted ones left out, and what could not be read."""
    from assignee.tools.folding import fold_versions
    from assignee.tools.library import LibrarySource

    source = LibrarySource(toolbox, paths)
    works, _ = fold_versions(source.papers())
    problems = list(source.problems())
    gone = [paper for paper in works if paper.retracted]
    problems += [f"{paper.cite}, “{paper.title}” is marked as retracted and is no evidence" for paper in gone]
    return [replace(paper, included=True) for paper in works if not paper.retracted], problems


def _windows(corpus: Corpus) -> dict[str, list[Passage]]:
    """Pieces of papers, each inside one section where the paper has several, by a name for the piece."""
    found: dict[str, list[Passage]] = {}
    for paper_id in corpus.papers:
        passages = corpus.of(paper_id)
        if len(passages) <= _WINDOW * 2:
            pieces = [passages] if passages else []
        else:
            pieces = []
            for passage in passages:
                last = pieces[-1] if pieces else None
                if last is None or len(last) == _WINDOW or last[-1].section != passage.section:
                    pieces.append([passage])
                else:
                    last.append(passage)
        found |= {f"{paper_id}#{number}": piece for number, piece in enumerate(pieces)}
    return found


def _verdict(
    paper: Paper, part: Sequence[Passage], finding: Finding, judgement: Judgement, calibrated: bool
) -> ClaimVerdict:
    quotes = tuple(
        ClaimQuote(
            text=part[at].text,
            start=part[at].start,
            end=part[at].end,
            section=part[at].section,
            page=part[at].page,
        )
        for at in finding.sentences
    )
    chance = finding.probs[0 if finding.label == "SUPPORT" else 1]
    return ClaimVerdict(
        paper_id=paper.id,
        cite=paper.cite,
        title=paper.title,
        basis=str(paper.basis),
        label=finding.label,
        probability=round(chance, 3) if calibrated else None,
        seats={
            name: probs and [round(value, 3) for value in probs] for name, probs in judgement.seats.items()
        },
        quotes=quotes,
    )


def _result(
    claim: str, papers: Sequence[ClaimVerdict], read: int, note: str, problems: Sequence[str]
) -> Verification:
    contested = len({paper.label for paper in papers}) > 1
    return Verification(
        claim=claim,
        label=papers[0].label if papers else "NEI",
        probability=papers[0].probability if papers and not contested else None,
        contested=contested,
        papers=tuple(papers),
        read=read,
        note=note,
        problems=tuple(problems),
    )

"""Findings read by a model: each in our words beside the sentence it rests on, or verbatim, or not at all.

Papers are read side by side, and what is to be checked of a paper's findings is begun as soon as that paper is read.
A finding is dropped, and counted, when its quote is not in the sentence it names or its statement has a number that the
sentence has not. Wording that leans on its source (first person, eight words in a row) gives way to the sentence itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assignee.claims import Claim, Kind, Passage
from assignee.errors import AssigneeError, UserError

from ..tools.corpus import Corpus
from ..tools.quantities import quantities
from ..tools.text import fold, stored
from . import extractor
from .attribution import doubtful
from .model_calls import ModelCalls, why
from .model_passages import located, number_tokens, numbered
from .own_findings import OwnFindings
from .question import Question
from .relevance import Relevance
from .selection import thinned
from .wording import incomplete, shared_run
from .wording_of_claims import attribute, statement

if TYPE_CHECKING:
    from ..prompts.answers import Finding

__all__ = ["ModelExtractor"]

_READ = 80  # sentences of a paper that the model sees, those most likely to report a finding that bears
_CHUNK = 40  # sentences a call
_SHORTEST, _LONGEST = 5, 60  # words of a statement
_FIRST_PERSON = re.compile(
    r"\b(?:we|our|ours|us|I|my)\b|\bth(?:is|e present|e proposed) (?:paper|study|work|method)\b", re.I
)
# Marks that our sentences do not have, and citations of works that we have not read.
_MARKS = re.compile(r"[“”\"<>\[\]{}|]|\bet al\b|\((?:[^()]*\b)?(?:19|20)\d\d[a-z]?\)")
_KINDS = {"finding": Kind.FINDING, "comparison": Kind.COMPARISON, "null_result": Kind.NULL_RESULT}

Begin = Callable[[Claim], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class _Read:
    paper_id: str
    claims: tuple[Claim, ...]
    failure: str = ""
    untrue: bool = False  # findings were returned, and each had a quote or a number that is not in the paper


@dataclass(frozen=True, slots=True)
class _Chunk:
    claims: tuple[Claim, ...]
    returned: int
    untrue: int


class ModelExtractor:
    """Reads the papers of a corpus for one question. `total` claims are looked for, at most `per_paper` of each."""

    def __init__(
        self, calls: ModelCalls, corpus: Corpus, question: Question, total: int, per_paper: int
    ) -> None:
        self._calls, self._corpus, self._question = calls, corpus, question
        papers = max(1, len(corpus.papers))
        self._total, self._quota = total, max(1, min(per_paper, -(-total // papers)))
        self._relevance = Relevance(question, corpus) if corpus.passages else None

    def claims(self, begin: Begin, fallback: extractor.Limits) -> list[Claim]:
        """The claims, most relevant first, numbered c1, c2, …; `begin` is called with each as soon as it is known.

        Papers that the model could not read, and those of whose findings none could be used, give the embedded
        engine's claims instead, and the run says so.
        """
        if not self._corpus.passages:
            return []
        sentences = {paper_id: self._sentences(paper_id) for paper_id in self._corpus.papers}
        reads = self._calls.run(lambda: self._all(sentences, begin))
        failed = [read for read in reads if read.failure or read.untrue]
        claims = [claim for read in reads for claim in read.claims]
        if failed:
            claims += self._instead([read.paper_id for read in failed], fallback)
            reasons = sorted({read.failure or "none of its findings stands in the paper" for read in failed})
            self._calls.tell(
                "extract",
                failure=f"{len(failed)} of {len(reads)} included papers were not read by the model "
                f"({'; '.join(reasons)}): their claims are sentences chosen by the embedded rules",
                fact=("papers_not_read", f"{len(failed)} of {len(reads)}"),
            )
        return [replace(claim, id=f"c{at}") for at, claim in enumerate(self._chosen(claims), start=1)]

    async def _all(self, sentences: dict[str, list[Passage]], begin: Begin) -> list[_Read]:
        return list(
            await asyncio.gather(*(self._paper(name, found, begin) for name, found in sentences.items()))
        )

    async def _paper(self, paper_id: str, sentences: Sequence[Passage], begin: Begin) -> _Read:
        """One paper, all its chunks at once; nothing here waits for another paper."""
        chunks = [sentences[at : at + _CHUNK] for at in range(0, len(sentences), _CHUNK)]
        try:
            parts = await asyncio.gather(*(self._chunk(part) for part in chunks))
        except UserError:
            raise
        except AssigneeError as error:
            return _Read(paper_id, (), why(error))
        found: dict[int, Claim] = {}
        returned, untrue = sum(part.returned for part in parts), sum(part.untrue for part in parts)
        for claim in (claim for part in parts for claim in part.claims):
            found.setdefault(claim.start, claim)
        kept = tuple(sorted(found.values(), key=_by_relevance)[: self._quota])
        for claim in kept:
            self._calls.begin(begin(claim))
        return _Read(paper_id, kept, untrue=0 < returned == untrue)

    async def _chunk(self, sentences: Sequence[Passage]) -> _Chunk:
        """One call; a chunk that does not fit into the model's context is halved."""
        from ..prompts.answers import Findings
        from ..tools.gateway import ContextTooSmall

        shown = numbered(sentences)
        data = {
            "most": self._quota,
            "question": self._question.text,
            "sentences": {name: passage.text for name, passage in shown.items()},
        }
        try:
            answer = await self._calls.ask("extractor", "extractor", Findings, data)
        except ContextTooSmall:
            if len(sentences) < 2:
                raise
            half = len(sentences) // 2
            one, other = await asyncio.gather(self._chunk(sentences[:half]), self._chunk(sentences[half:]))
            return _Chunk(one.claims + other.claims, one.returned + other.returned, one.untrue + other.untrue)
        claims: list[Claim] = []
        untrue = 0
        for finding in answer.findings:
            passage = located(finding.sentence, finding.quote, shown)
            if passage is None or not self._numbers_stand(finding, passage):
                untrue += 1
                self._calls.tell("extract", quotes=int(passage is None), numbers=int(passage is not None))
                continue
            claim = self._claim(finding, passage)
            if claim is not None:
                claims.append(claim)
        return _Chunk(tuple(claims), len(answer.findings), untrue)

    def _numbers_stand(self, finding: Finding, passage: Passage) -> bool:
        known = number_tokens(passage.text) | number_tokens(self._corpus.papers[passage.paper_id].title)
        return number_tokens(finding.statement) <= known

    def _claim(self, finding: Finding, passage: Passage) -> Claim | None:
        """The finding as a claim on the whole sentence; None, counted, where it cannot be told by itself."""
        words, paper = stored(finding.statement), self._corpus.papers[passage.paper_id]
        words = words if words.endswith((".", "!", "?")) else f"{words}."
        count = len(words.split())
        ours = (
            _SHORTEST <= count <= _LONGEST
            and not _FIRST_PERSON.search(words)
            and not _MARKS.search(words)
            and incomplete(words) is None
            and shared_run(words, [(paper.id, self._corpus.text(paper.id))]) is None
        )
        return self._own_words(words, finding, passage) if ours else self._verbatim(finding, passage)

    def _own_words(self, words: str, finding: Finding, passage: Passage) -> Claim:
        verb = "reports" if len(self._corpus.papers[passage.paper_id].authors) <= 1 else "report"
        return Claim(
            id="",
            text=f"{self._corpus.papers[passage.paper_id].cite} {verb}: {words}",
            statement=words,
            quote=passage.text,
            paper_id=passage.paper_id,
            section=passage.section,
            start=passage.start,
            end=passage.end,
            kind=_KINDS[finding.kind],
            quantities=quantities(words),
            relevance=self._bears(passage),
            verbatim=False,
        )

    def _verbatim(self, finding: Finding, passage: Passage) -> Claim | None:
        paper = self._corpus.papers[passage.paper_id]
        head = " ".join(item.text for item in self._corpus.of(paper.id)[:12])
        stated = statement(passage.text, passage.start, head)
        if stated is None or doubtful(stated.text):
            self._calls.tell("extract", wordings=1)
            return None
        quote = self._corpus.text(paper.id)[stated.start : stated.end]
        kind = _KINDS[finding.kind]
        return Claim(
            id="",
            text=attribute(paper, stated.text, kind),
            statement=quote,
            quote=quote,
            paper_id=paper.id,
            section=passage.section,
            start=stated.start,
            end=stated.end,
            kind=kind,
            quantities=quantities(quote),
            relevance=self._bears(passage),
        )

    def _sentences(self, paper_id: str) -> list[Passage]:
        """The sentences of a paper that the model sees, in order."""
        rows = list(self._corpus.rows(paper_id))
        if len(rows) > _READ and self._relevance is not None:
            likely = OwnFindings.of(self._corpus).likely
            worth = {row: round(self._relevance.of(row) * (0.5 + 0.5 * likely[row]), 6) for row in rows}
            rows = sorted(sorted(rows, key=lambda row: (-worth[row], row))[:_READ])
        return [self._corpus.passages[row] for row in rows]

    def _bears(self, passage: Passage) -> float:
        assert self._relevance is not None
        rows = self._corpus.rows(passage.paper_id)
        row = next(row for row in rows if self._corpus.passages[row].start == passage.start)
        return round(self._relevance.of(row), 3)

    def _instead(self, papers: Sequence[str], fallback: extractor.Limits) -> list[Claim]:
        found = extractor.extract(self._corpus, self._question, replace(fallback, per_paper=self._quota))
        return [claim for claim in found if claim.paper_id in papers]

    def _chosen(self, claims: Sequence[Claim]) -> list[Claim]:
        """Without what two papers say in the same words, thinned until no paper has too large a share."""
        seen: set[str] = set()
        kept = []
        for claim in sorted(claims, key=_by_relevance):
            words = fold(claim.statement)
            if words not in seen:
                seen.add(words)
                kept.append(claim)
        return thinned(
            kept[: self._total], lambda claim: claim.paper_id, lambda claim: claim.kind is Kind.BACKGROUND
        )


def _by_relevance(claim: Claim) -> tuple[float, str, int]:
    return -claim.relevance, claim.paper_id, claim.start

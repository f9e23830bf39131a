"""What an answer to a question about a run consists of."""

from __future__ import annotations

from dataclasses import dataclass

from assignee.json_form import Record

__all__ = ["FollowUp", "Quoted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted(Record):
    """A verbatim quote with its source.

    `cite` is "Phang et al. (2020)", `where` says how it bears on the claim, and its place in the stored text:
    "contradicts c3; Abstract, characters 120–310, read as abstract".
    """

    text: str
    cite: str
    paper_id: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Record):
    """An answer. `held` is False where the run does not hold one; `text` then says so.

    `text` is plain text, its lines separated by line breaks; what a paper says stands in it only in “quotation marks”.
    """

    text: str
    held: bool
    quotes: tuple[Quoted, ...] = ()
    claim_ids: tuple[str, ...] = ()

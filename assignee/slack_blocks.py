"""What our messages in Slack look like: a review at work, its result, the evidence of a claim, an answer, a reason.

Limits (https://docs.slack.dev/reference/block-kit/blocks, read 2026-11): 50 blocks a message, 100 a modal, 3,000
characters a section, 2,000 a button's value, 24 a modal's title. Beyond what is documented, Slack refuses messages
whose blocks together pass about 13,000 characters; ours stay below 12,000.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assignee.claims import CheckedClaim, Outcome, Report, Stance, Status
from assignee.follow_up import FollowUp
from assignee.render.labels import BASIS, STATUS, plural
from assignee.render.view import ClaimView, View
from assignee.slack_text import MAX_SECTION, escape, pieces

__all__ = [
    "MAX_BLOCKS",
    "MAX_MESSAGE",
    "Message",
    "answer_message",
    "button",
    "evidence_blocks",
    "evidence_view",
    "reason_message",
    "result_message",
    "section",
]

MAX_BLOCKS = 50
MAX_MESSAGE = 12_000  # characters of all blocks as JSON
_MAX_FALLBACK = 3000  # characters of the text for notifications and screen readers
_TOP = 5  # claims in a result

Block = dict[str, Any]

_ORDER = (
    Outcome.CORROBORATED,
    Outcome.CONTESTED,
    Outcome.GROUNDED,
    Outcome.QUOTED,
    Outcome.REFUTED,
    Outcome.UNSUPPORTED,
    Outcome.NOT_ADJUDICATED,
)
_MARKS = {Stance.SUPPORT: "+", Stance.CONTRADICT: "−"}


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks within Slack's limits, and the text for those who do not see blocks."""

    text: str
    blocks: list[Block]


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """A section; `verbatim` keeps Slack from making links and names of what stands in it."""
    made: Block = {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}
    return made if accessory is None else made | {"accessory": accessory}


def button(label: str, action: str, value: str, style: str = "") -> Block:
    """A button; `action` is what its click is called."""
    text = {"type": "plain_text", "text": label, "emoji": False}
    made: Block = {"type": "button", "text": text, "action_id": action, "value": value}
    return made | {"style": style} if style else made


def reason_message(told: str, question: str = "", buttons: Sequence[Block] = ()) -> Message:
    """Why there is no result, or what else there is to say. `told` is foreign text."""
    blocks = [section(f"*{head}*") for head in pieces(question[:300] + "…" * (len(question) > 300), 2900)]
    blocks += [section(part) for part in pieces(told)]
    if buttons:
        blocks.append({"type": "actions", "elements": list(buttons)})
    return message(told, blocks)


def result_message(report: Report, job: str, user: str) -> Message:
    """The result of a review: question, answer, score, the top claims with a button each, what comes next."""
    view = View(report, _no_text)
    first, gaps, rest = view.answer
    decision, head = report.decision, report.headline
    grade = decision.grade.replace("_", " ")
    works = len({item.claim.paper_id for item in report.claims})
    blocks = [section(f"*{part}*") for part in pieces(report.question, 2900)]
    blocks += _labelled("Answer", " ".join((first, *gaps, rest)))
    blocks.append(
        section(
            f"*Score:* {escape(view.score)} ({decision.decision}, {grade}) · *Status:* {escape(STATUS[report.status])}\n"
            f"{plural(head.claims, 'claim')} from {plural(works, 'paper')}: {head.quoted} quoted, "
            f"{head.examined} examined against other works, {head.corroborated} corroborated. "
            f"{plural(report.flow.screened, 'paper')} screened, {report.flow.included} included."
        )
    )
    end: list[Block] = []
    if report.status is not Status.COMPLETE and report.manifest.problems:
        told = "; ".join(report.manifest.problems[:3])
        end += _labelled("Problems", told if len(told) <= 1500 else told[:1500] + "…")
    asker = f"Asked by {mention(user)}. " if mention(user) else ""
    end.append(_context(f"{asker}Reply in this thread to ask about this review. Run {escape(job)}"))
    chosen = _top(view)
    claims = [_claim_block(item, job) for item in chosen]
    shown = _fitting([*blocks, {"type": "divider"}], claims, end)
    left = len(report.claims) - len(shown)
    if left and shown:
        end.insert(0, _context(f"{plural(left, 'more claim')} in the report."))
    body = [*blocks, {"type": "divider"}, *shown, *end] if shown else [*blocks, *end]
    return message(f"{report.question} {first} Score: {view.score}.", body)


def evidence_blocks(report: Report, claim_id: str) -> list[Block]:
    """One claim in full: what it says, its quote and place, every seat's verdict with its evidence."""
    view = View(report, _no_text)
    item = view.claim(claim_id)
    if item is None:
        return [section(f"The run has no claim {escape(claim_id[:80])}.")]
    claim = item.checked.claim
    blocks = _labelled(f"{item.checked.outcome.mark} {item.outcome}", item.text)
    blocks.append(
        _context(f"{escape(item.outcome_means)} · confidence: {item.confidence} · {escape(claim.id)}")
    )
    blocks += _labelled("Quote", f"“{claim.quote}”")
    blocks += [section(part) for part in _place(item)]
    blocks += _labelled("Why", item.checked.why)
    blocks.append({"type": "divider"})
    for verdict, found in item.verdicts:
        sure = "" if verdict.probability is None else f" ({verdict.probability:.3g})"
        seat = verdict.verifier.replace("_", " ")
        blocks += _labelled(f"{escape(seat)}: {verdict.stance.replace('_', ' ')}{sure}", verdict.reason)
        for shown in found:
            if not shown.is_quote:
                who = shown.reference.paper.cite if shown.reference else shown.item.paper_id
                related = f" ({shown.relation})" if shown.relation else ""
                told = f"{_MARKS.get(shown.item.stance, '·')} {who}{related}: “{shown.item.quote}”"
                blocks += [section(part) for part in pieces(told)]
    return blocks


def evidence_view(report: Report, claim_id: str) -> dict[str, Any]:
    """The same as a modal."""
    blocks = evidence_blocks(report, claim_id)
    if len(blocks) > 2 * MAX_BLOCKS:
        blocks = [*blocks[: 2 * MAX_BLOCKS - 1], _context("The rest is in the report.")]
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Evidence"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def answer_message(found: FollowUp, job: str) -> Message:
    """The answer to a question about a run, with its quotes."""
    blocks = [section(part) for part in pieces(found.text)]
    quotes = [
        section(part)
        for item in found.quotes
        for part in pieces(f"“{item.text}” — {item.cite}" + (f", {item.where}" if item.where else ""))
    ]
    elements = [
        button(f"Evidence {id}"[:70], f"evidence_{id}"[:200], f"{job}:{id}") for id in found.claim_ids[:5]
    ]
    end: list[Block] = [{"type": "actions", "elements": elements}] if elements else []
    shown = _fitting(blocks, quotes, end)
    if len(shown) < len(quotes):
        end.insert(0, _context(f"{plural(len(quotes) - len(shown), 'more quote')} in the report."))
    return message(found.text, [*blocks, *shown, *end])


def message(text: str, blocks: Sequence[Block]) -> Message:
    """A message with its fallback text; blocks beyond Slack's limits are left out, and the message says so."""
    kept = list(blocks)
    if not _fits(kept):
        last = _context("This message is longer than Slack allows; the whole text is in the report.")
        while kept and not _fits([*kept, last]):
            kept.pop()
        kept.append(last)
    fallback = next(pieces(text, _MAX_FALLBACK), "assignee")
    return Message(fallback, kept)


def mention(user: str) -> str:
    """What notifies the person who asked; "" for what is no user id."""
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{1,20}", user) else ""


def _claim_block(item: ClaimView, job: str) -> Block:
    basis = f", read as {item.reference.basis}" if item.reference else ""
    cite = escape(item.reference.paper.cite) if item.reference else escape(item.checked.claim.paper_id)
    cite = "" if escape(item.text).startswith(cite) else f"{cite}, "
    tail = f"\n{cite}{escape(item.source)}{escape(basis)}"
    id = item.checked.claim.id
    head = f"*{item.checked.outcome.mark} {item.outcome}* · {escape(id)} · "
    room = MAX_SECTION - len(head) - len(tail) - 40
    told = list(pieces(item.text, room)) or ["–"]
    text = told[0] if len(told) == 1 else f"{told[0]} … (whole on the button)"
    return section(f"{head}{text}{tail}", button("Evidence", f"evidence_{id}"[:200], f"{job}:{id}"))


def _place(item: ClaimView) -> Iterable[str]:
    if item.reference is None:
        return pieces(f"from {item.checked.claim.paper_id}, {item.source}")
    paper = item.reference.paper
    told = f"{paper.cite}, {paper.title}, {item.source}, read as {BASIS[paper.basis]}"
    link = item.reference.link
    if link is None:
        return pieces(told)
    address = link.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    label = escape(item.reference.label)
    if len(address) + len(label) > 1000:
        return pieces(told)
    *parts, last = pieces(told, MAX_SECTION - len(address) - len(label) - 10)
    return [*parts, f"{last} (<{address}|{label}>)"]


def _top(view: View) -> list[ClaimView]:
    """Claims worth showing: those that the answer rests on, then by outcome; the last place is for one that failed."""
    rests = set(view.report.answer.claim_ids)
    ranked = sorted(
        view.claims,
        key=lambda item: (item.id not in rests, _ORDER.index(item.checked.outcome)),
    )
    chosen = ranked[:_TOP]
    failed = next((item for item in ranked if _failed(item.checked)), None)
    if failed is not None and not any(_failed(item.checked) for item in chosen):
        chosen[_TOP - 1 :] = [failed]
    return chosen


def _failed(item: CheckedClaim) -> bool:
    return item.outcome in (Outcome.REFUTED, Outcome.UNSUPPORTED, Outcome.CONTESTED)


def _labelled(label: str, text: str) -> list[Block]:
    """`label` in bold before foreign text, which goes on in further sections where it is long."""
    first, *rest = list(pieces(text, MAX_SECTION - len(label) - 10)) or ["–"]
    return [section(f"*{label}:* {first}"), *(section(part) for part in rest)]


def _context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn, "verbatim": True}]}


def _fitting(before: Sequence[Block], given: Sequence[Block], after: Sequence[Block]) -> list[Block]:
    """As many of the given blocks as fit between the others, with room for a note on those left out."""
    kept = list(given)
    while kept and not _fits([*before, *kept, *after, _context("x" * 60)]):
        kept.pop()
    return kept


def _fits(blocks: Sequence[Block]) -> bool:
    return len(blocks) <= MAX_BLOCKS and len(json.dumps(blocks, ensure_ascii=False)) <= MAX_MESSAGE


def _no_text(paper_id: str) -> str:
    raise KeyError(paper_id)

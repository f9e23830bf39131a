"""Questions about a finished run, answered from its records only, or not at all.

    found = answer_from(report, "which papers contradict claim 3?")
    found.text, found.quotes        # or found.held is False: the run does not hold the answer

Rules over the records, no model: the question's form picks the record (`follow_up_replies`), its other words pick the
claim or paper (`follow_up_match`). Nothing is said that no record says; texts from papers are only ever quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assignee import follow_up_replies as replies
from assignee.claims import Report
from assignee.errors import UserError
from assignee.follow_up_match import Records
from assignee.follow_up_types import FollowUp, Quoted

__all__ = ["MAX_FOLLOW_UP", "FollowUp", "Quoted", "answer_from"]

MAX_FOLLOW_UP = 2000  # characters

_SAY = r"(?:say|said|think|thought|find|found|report|show|object|judge|note|conclude)"
# The first form that fits and whose reply finds its record answers; a reply may pass (None) to the next.
_FORMS: tuple[tuple[str, Callable[[Records], FollowUp | None]], ...] = (
    (r"\bhow many\b|\bnumber of\b|\bcount of\b", replies.counts),
    (r"\b(?:panel|reviewers?|challenger|auditor|advocate|chair|referees?)\b", replies.panel),
    (r"\bscored?\b|\bgrade\b|\brating\b|\bapproved?\b|\brejected?\b|\bdecision\b|\bdeductions?\b", replies.decision),
    (r"\bexclu\w+|\bleft out\b|\bscreened out\b|\bdiscard\w*|\bomit\w*|\bnot (?:been )?(?:includ|read|us|chos)\w*"
     r"|\bfound but\b|n[o']t\b[^?]*\binclud\w+|\bunread\b", replies.excluded),
    (r"\bretract\w+", replies.retracted),
    (r"\bcontradict\w*|\bdisagree\w*|\bcontrary\b|\bdisput\w+|\boppos\w+|\bagainst\b|\brefut\w+\s+(?:by|claim|c\d)"
     r"|\bconflict\w*|\bden(?:y|ies)\b|\bcounter\w*", replies.against),
    (r"\bsupport\w*|\bcorroborate[sd]? (?:claim|c\d|by|it|that|this)|\bcorroborates?\b|\bback(?:s|ed)?\b|\bagree\w*"
     r"|\bconfirm\w*|\bin favou?r\b|\bevidence for\b", replies.in_favour),
    (r"\bquot(?:e|es|ation)\b|\bverbatim\b|\bexact words\b|\bword for word\b|\bwhere (?:does|do|is|are)\b.*\bclaim"
     r"|\bsource of\b", replies.quote),
    (r"\bclaims?\s*(?:no\.?|number|#)?\s*c?\d+|\bc\d+\b", replies.claim),
    (r"\bwhich claims?\b|\bwhat claims?\b|\blist\b.*\bclaims?\b|\ball claims\b|\bshow\b.*\bclaims\b", replies.claims),
    (r"\bquer(?:y|ies)\b|\bsearch\w*\b|\bdatabases?\b|\bsources? (?:were|was|did)\b", replies.searched),
    (r"\blimit\w*|\bweakness\w*|\bcaveats?\b|\bchange the answer\b|\bmissing\b|\bgaps?\b|\bproblems?\b", replies.limits),
    (r"\b(?:why|was|were|is|are)\b.*\b(?:includ|chos|read|select)\w*", replies.included),
    (rf"\bwhat (?:do|does|did)\b.*\b{_SAY}\b|\baccording to\b|\bfindings? of\b", replies.of_paper),
    (r"\b(?:which|what|list|show)\b.*\b(?:papers?|works?|studies|references|articles)\b.*"
     r"\b(?:includ|read|us|cit|chos|found|review)\w*"
     r"|\b(?:list|show)\b.*\b(?:papers|references|works|studies|articles)\b", replies.included),
    (r"\b(?:answer|conclusion|conclude|summary|summari[sz]e|bottom line|result of the (?:review|run))\b", replies.answer),
    (r"\bwhich (?:engine|model)\b|\bwhat (?:engine|model)s?\b|\bwhen was (?:this|the) (?:run|review)\b", replies.made_by),
    (r"\bconfidence\b|\bcalibrat\w+", replies.confidence),
)  # fmt: skip
_COMPILED = tuple((re.compile(form, re.I), reply) for form, reply in _FORMS)


def answer_from(report: Report, question: str) -> FollowUp:
    """Answer a question about the report. Raises UserError for an empty or a huge one.

    `held` is False where no record answers it; `text` then says what was looked for.
    """
    asked = " ".join(question.split())
    if not any(char.isalnum() for char in asked):
        raise UserError('the question is empty; ask one, for example: "which papers contradict claim 3?"')
    if len(asked) > MAX_FOLLOW_UP:
        raise UserError(f"the question has {len(asked):,} characters; at most {MAX_FOLLOW_UP:,} are read")
    records = Records(report, asked)
    unknown = records.unknown_claims()
    if unknown:
        known = records.report.claims
        has = f"its claims are {known[0].claim.id} to {known[-1].claim.id}" if known else "it has no claims"
        return FollowUp(text=f"The run has no claim {', '.join(unknown)}; {has}.", held=False)
    for form, reply in _COMPILED:
        if form.search(asked):
            found = reply(records)
            if found is not None:
                return found
    return replies.about(records)

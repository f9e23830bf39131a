"""Research questions that a model derives from a seed paper, held to the same checks as those of the rules.

A question is dropped, and counted, when its quote is not in the sentence it names, when it does not stand alone or cannot be
read (`question_checks`), or when it names what the sentences shown do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assignee.claims import Paper, Passage
from assignee.errors import AssigneeError, UserError

from ..tools.corpus import Corpus
from ..tools.text import fold, stored
from .model_calls import why
from .model_passages import located, numbered
from .own_findings import OwnFindings
from .question import parse
from .question_checks import coined, fault, names_any
from .question_patterns import left_open
from .questions import HEAD, Derived

if TYPE_CHECKING:
    from ..prompts.answers import Raised
    from .model_session import Session

__all__ = ["derive"]

_READ = 40  # sentences that the model sees: the first, then those most likely to report a finding or a limit
_FIRST = 12
_LONGEST = 20  # questions of one answer


def derive(session: Session, paper: Paper, corpus: Corpus, most: int) -> tuple[list[Derived], list[str]]:
    """The questions in the model's order, and one line for each thing that went wrong. Closes the session.

    Asks for twice `most`, because near-duplicates will be refused. Raises ModelSetupError.
    """
    from ..prompts.answers import Research

    shown = numbered(_shown(corpus, paper))
    data = {
        "title": paper.title,
        "most": min(_LONGEST, 2 * most),
        "sentences": {name: passage.text for name, passage in shown.items()},
    }
    try:
        answer = session.calls.run(lambda: session.calls.ask("questioner", "questioner", Research, data))
    except UserError:
        raise
    except AssigneeError as error:
        return [], [f"the model derived no question: {why(error)}"]
    finally:
        session.close()
    made = coined(paper.title, corpus.text(paper.id)[:HEAD])
    seen = fold(" ".join([paper.title, *(passage.text for passage in shown.values())]))
    found: list[Derived] = []
    dropped: Counter[str] = Counter()
    for raised in answer.questions:
        item = _kept(raised, shown, made, seen)
        if isinstance(item, Derived):
            found.append(item)
        else:
            dropped[item] += 1
    return found, [
        f"{count} of the model's questions dropped: {reason}" for reason, count in sorted(dropped.items())
    ]


def _kept(raised: Raised, shown: dict[str, Passage], made: frozenset[str], seen: str) -> Derived | str:
    question = stored(raised.question)
    passage = located(raised.sentence, raised.quote, shown)
    if passage is None:
        return "its quote is not in the sentence that it names"
    if reason := fault(question):
        return reason
    if names_any(question, made):
        return "it asks about something that the paper alone has"
    if any(fold(name) not in seen for name in parse(question).names):
        return "it names what the sentences shown do not"
    reason = "left open" if left_open(passage.text) else "model"
    return Derived(question, reason, passage.text, passage.section, passage.start, passage.end)


def _shown(corpus: Corpus, paper: Paper) -> Sequence[Passage]:
    """At most forty sentences, in the paper's order."""
    passages, rows = corpus.of(paper.id), corpus.rows(paper.id)
    likely = OwnFindings.of(corpus).likely
    told = sorted(
        range(len(passages)), key=lambda at: (-(left_open(passages[at].text) + likely[rows[at]]), at)
    )
    chosen = dict.fromkeys([*range(min(_FIRST, len(passages))), *told])
    return [passages[at] for at in sorted(list(chosen)[:_READ])]

"""Screening by a model: its grounds become include, unsure or exclude, and nothing is asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from small_corpus import paper, toolbox

from assignee.agents.model_calls import ModelCalls
from assignee.agents.model_search import screen
from assignee.claims import Paper
from assignee.errors import RunError
from assignee.prompts.answers import Screening
from assignee.settings import ReviewRequest
from assignee.tools.toolbox import Toolbox

__all__ = ["toolbox"]

QUESTION = "Does spaced practice improve vocabulary retention of pupils?"
GROUNDS = {
    "whole": "answers_the_question",
    "part": "answers_a_part",
    "survey": "same_subject_no_result",
    "adults": "other_population_or_setting",
    "other": "other_subject",
}


class Scripted:
    """Stands in for `ModelCalls`: answers by the title, and keeps what it was asked about."""

    def __init__(self, failing: bool = False) -> None:
        self.asked: list[str] = []
        self.told: list[dict[str, Any]] = []
        self._failing = failing

    def run(self, work: Callable[[], Any]) -> Any:
        return asyncio.run(work())

    def tell(self, stage: str, **what: Any) -> None:
        self.told.append(what)

    async def ask(self, role: str, prompt: str, answer: Any, data: dict[str, Any]) -> Screening:
        if self._failing:
            raise RunError("no answer")
        rows = []
        for name, text in data["papers"].items():
            title = text.split()[1]
            self.asked.append(title)
            ground = GROUNDS[title]
            decision = "include" if ground.startswith("answers") else "exclude"
            rows.append({"paper": name, "ground": ground, "decision": decision})
        return Screening.model_validate({"papers": rows})


def papers(toolbox: Toolbox, *names: str) -> list[Paper]:
    text = "Spaced practice improves vocabulary retention of pupils in study {}."
    return [
        paper(
            name, title=f"Study {name} of it", included=False, text_hash=toolbox.texts.put(text.format(name))
        )
        for name in names
    ]


def screened(
    model: Scripted, given: list[Paper], toolbox: Toolbox, **fields: Any
) -> tuple[list[Paper], dict[str, str]]:
    request = ReviewRequest(question=QUESTION, **fields)
    found = screen(cast(ModelCalls, model), given, request, toolbox, False)
    return found, {item.id: item.screening for item in found}


def test_grounds_become_include_unsure_or_exclude(toolbox: Toolbox) -> None:
    found, said = screened(Scripted(), papers(toolbox, *GROUNDS), toolbox)
    assert said == {
        "whole": "include",
        "part": "include",
        "survey": "unsure",
        "adults": "unsure",
        "other": "exclude",
    }
    for item in found:
        assert item.included == (item.screening == "include")
        assert item.reason.startswith("unsure: ") == (item.screening == "unsure")
        assert item.relevance is not None


def test_what_was_judged_before_is_not_asked_again(toolbox: Toolbox) -> None:
    first, said = screened(Scripted(), papers(toolbox, *list(GROUNDS)[:4]), toolbox)
    again = Scripted()
    more, now = screened(again, [*first, *papers(toolbox, "other")], toolbox)
    assert again.asked == ["other"]
    assert {name: now[name] for name in said} == said
    assert [item.reason for item in more[:-1]] == [item.reason for item in first]


def test_what_was_beyond_the_limit_is_judged_all_the_same(toolbox: Toolbox) -> None:
    first, _ = screened(Scripted(), papers(toolbox, "whole", "part"), toolbox, max_papers=1)
    [beyond] = [item for item in first if not item.included]
    assert beyond.screening == "include"
    assert "beyond the 1 most relevant" in beyond.reason
    again = Scripted()
    assert screened(again, first, toolbox, max_papers=1)[0] == first
    assert again.asked == []


def test_overrides_are_not_asked_about_and_come_on_top(toolbox: Toolbox) -> None:
    model = Scripted()
    found, _ = screened(
        model, papers(toolbox, *GROUNDS), toolbox, max_papers=1, include=("other # mine",), exclude=("whole",)
    )
    assert set(model.asked) == {"part", "survey", "adults"} & set(model.asked)
    assert {item.id for item in found if item.included} == {"other", "part"}
    reasons = {item.id: item.reason for item in found}
    assert (reasons["other"], reasons["whole"]) == ("included by you: mine", "excluded by you")


def test_a_reason_of_the_asker_is_no_judgement_of_the_model(toolbox: Toolbox) -> None:
    [given] = papers(toolbox, "adults")
    before = replace(given, screening="exclude", reason="included by you: reports a result on the question")
    model = Scripted()
    _, said = screened(model, [before], toolbox, include=("adults # reports a result on the question",))
    assert model.asked == []
    assert said["adults"] == "include", "the rules' own judgement, as no model was asked"


def test_without_the_model_the_rules_decide_and_it_is_said_and_asked_for_later(toolbox: Toolbox) -> None:
    model = Scripted(failing=True)
    found, said = screened(model, papers(toolbox, "whole", "other"), toolbox)
    assert set(said.values()) == {"include"}
    assert all(item.reason.endswith("(not judged by the model)") for item in found)
    assert any("failure" in what for what in model.told)
    later = Scripted()
    _, now = screened(later, found, toolbox)
    assert sorted(later.asked) == ["other", "whole"]
    assert now["other"] == "exclude"

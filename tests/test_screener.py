"""Which papers are included, each with its reason; nothing retracted, nothing off the subject."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from small_corpus import paper, toolbox

from assignee.agents.overrides import Overrides
from assignee.agents.question import parse
from assignee.agents.relevance import covers, mentions, names_it
from assignee.agents.screener import INCLUDE, screen
from assignee.claims import Paper
from assignee.settings import ReviewRequest
from assignee.tools.text import content_stems
from assignee.tools.toolbox import Toolbox

__all__ = ["toolbox"]

QUESTION = "Does spaced practice improve vocabulary retention of pupils?"
TEXTS = {
    "on": "Spaced practice improves vocabulary retention of pupils by 9 points.",
    "near": "Massed practice lowers vocabulary retention of pupils.",
    "half": "Pupils learn vocabulary from songs in the first school year.",
    "off": "Zinc coatings reduce rust on steel in salt water.",
    "words": "Heat exchangers improve retention of heat in practice.",
}


def screened(
    toolbox: Toolbox,
    names: Sequence[str] = tuple(TEXTS),
    seed: str | None = None,
    most: int = 20,
    **options: object,
) -> dict[str, Paper]:
    papers = []
    for name in names:
        made = paper(name, title=f"Study {name}", included=False, text_hash=toolbox.texts.put(TEXTS[name]))
        papers.append(replace(made, **options.get(name, {})))  # type: ignore[arg-type]
    overrides = options.get("overrides")
    assert overrides is None or isinstance(overrides, Overrides)
    found = screen(papers, parse(QUESTION), seed, most, toolbox, bool(options.get("widen")), overrides)
    assert [item.id for item in found] == list(names)
    for item in found:
        assert item.reason
        assert item.relevance is not None
        assert 0.0 <= item.relevance <= 2.0
        assert item.relevance == round(item.relevance, 3)
    return {item.id: item for item in found}


def test_what_is_on_the_subject_is_included_and_what_is_not_is_not(toolbox: Toolbox) -> None:
    found = screened(toolbox)
    assert {name for name, item in found.items() if item.included} >= {"on", "near"}
    assert not found["off"].included
    assert not found["words"].included
    assert "mentions spaced practice" in found["on"].reason
    assert found["off"].reason.startswith("off topic: shares no word of the question")
    assert "shares only single words" in found["words"].reason


def test_what_was_judged_and_what_was_done_agree(toolbox: Toolbox) -> None:
    found = screened(toolbox)
    for item in found.values():
        assert item.included == (item.screening == "include")
        if item.included:
            assert (item.relevance or 0) >= INCLUDE
        assert (item.screening == "unsure") == item.reason.startswith("unsure: ")
        assert (item.screening == "exclude") == item.reason.startswith("off topic: ")
    assert {item.screening for item in found.values()} >= {"include", "exclude"}


def test_a_question_that_no_paper_is_near_to_as_a_whole_includes_none(toolbox: Toolbox) -> None:
    for item in screened(toolbox, ["off", "words", "half"]).values():
        assert item.screening == "exclude"


def test_the_reason_says_published_or_preprint_where_that_is_known(toolbox: Toolbox) -> None:
    given = {"on": {"ids": {"arxiv": "2005.13013"}}, "near": {"venue": "ACL"}}
    found = screened(toolbox, **given)
    assert found["on"].reason.endswith("; a preprint")
    assert found["near"].reason.endswith("; published")
    assert "publish" not in found["off"].reason


def test_overrides_come_on_top_of_the_limit(toolbox: Toolbox) -> None:
    lines = ReviewRequest(question=QUESTION, include=("off # read in class", "near"), exclude=("half # no",))
    found = screened(toolbox, most=1, overrides=Overrides.of(lines))
    assert {name for name, item in found.items() if item.included} == {"on", "off", "near"}
    assert found["off"].reason == "included by you: read in class"
    assert found["off"].screening == "exclude", "what screening thinks of it is kept"
    assert found["half"].reason == "excluded by you: no"


def test_what_the_asker_excludes_is_out_even_the_seed(toolbox: Toolbox) -> None:
    lines = ReviewRequest(question=QUESTION, exclude=("on",))
    found = screened(toolbox, seed="on", overrides=Overrides.of(lines))
    assert found["on"].reason == "excluded by you"
    assert found["near"].included


def test_a_retracted_paper_is_not_included_on_request_either(toolbox: Toolbox) -> None:
    lines = ReviewRequest(question=QUESTION, include=("on # please",))
    told = {"retracted": True, "notices": ("crossref: retraction of 2020-01-02",)}
    found = screened(toolbox, overrides=Overrides.of(lines), on=told)
    assert not found["on"].included
    assert found["on"].reason == "you asked for it; it is retracted: crossref: retraction of 2020-01-02"


def test_at_most_so_many_the_most_relevant_first(toolbox: Toolbox) -> None:
    found = screened(toolbox, most=1)
    assert [name for name, item in found.items() if item.included] == ["on"]
    assert "beyond the 1 most relevant" in found["near"].reason


@pytest.mark.parametrize("seed", ["off", "STUDY OFF", "2020.x-main.9", "off-v1"])
def test_the_seed_paper_is_always_included(toolbox: Toolbox, seed: str) -> None:
    given = {"ids": {"acl": "2020.x-main.9"}, "versions": ("off-v1",)}
    found = screened(toolbox, seed=seed, most=1, off=given)
    assert [name for name, item in found.items() if item.included] == ["off"]
    assert found["off"].reason == "the seed paper; published"


def test_a_retracted_paper_never_is_even_as_the_seed(toolbox: Toolbox) -> None:
    found = screened(toolbox, seed="on", on={"retracted": True})
    assert not found["on"].included
    assert "retracted" in found["on"].reason
    assert found["near"].included


def test_the_order_of_the_papers_decides_nothing(toolbox: Toolbox) -> None:
    usual = screened(toolbox)
    for number in range(3):
        names = random.Random(number).sample(sorted(TEXTS), len(TEXTS))
        assert screened(toolbox, names) == usual


def test_a_second_round_lets_no_fewer_in(toolbox: Toolbox) -> None:
    first, second = screened(toolbox), screened(toolbox, widen=True)
    assert {name for name, item in first.items() if item.included} <= {
        name for name, item in second.items() if item.included
    }
    assert not second["off"].included


def test_no_papers_are_screened_to_none(toolbox: Toolbox) -> None:
    assert screen([], parse(QUESTION), None, 20, toolbox, False) == []


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("XTREME", "Results on XTREME are good.", True),
        ("XTREME", "Results on XTREME-R are good.", False),
        ("XTREME", "(XTREME)", True),
        ("F1", "F10 is another key.", False),
        ("BERT", "mBERT differs.", False),
        ("C++", "We use C++ here.", True),
    ],
)
def test_a_name_is_found_as_a_word_of_its_own(name: str, text: str, there: bool) -> None:
    assert mentions(name, text) is there


@pytest.mark.parametrize(
    ("phrase", "text", "covered", "named"),
    [
        ("sign languages", "Sign languages have a grammar.", True, True),
        ("named entity recognition", "Entity recognition was named first.", True, True),
        ("named entity recognition", "Speech recognition is hard.", False, False),
        ("XTREME-R benchmark", "We report XTREME results.", False, False),
    ],
)
def test_a_phrase_is_covered_by_most_of_its_words(phrase: str, text: str, covered: bool, named: bool) -> None:
    stems = frozenset(content_stems(text))
    assert covers(phrase, stems, text) is covered
    # Naming is what a claim does: its last word and half of the rest are enough.
    assert names_it(phrase, stems, text) is named

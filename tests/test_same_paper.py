"""Whether a full text is the paper it was fetched for: by DOI, title, or the abstract in its opening."""

from __future__ import annotations

import pytest

from assignee.claims import Paper
from assignee.tools.same_paper import same_paper
from assignee.tools.source import Document

TITLE = "Intermediate training on parsing helps transfer to twelve distant languages and four scripts"
ABSTRACT = (
    "We train a shared encoder on parsing before the target task and measure transfer to twelve distant languages. "
    "Accuracy rises in nine of them, most where the script is shared, and falls in two that lack any training text."
)
OTHER = "Rivers carry silt to the delta, and storms move it along the coast until it settles in quiet bays. "


def fetched(title: str, text: str = "x") -> Document:
    return Document(Paper(id="file", title=title), text)


@pytest.mark.parametrize(
    "other",
    [
        f"Correction to: {TITLE}",
        f"Retraction: {TITLE}",
        f"Supplementary material for {TITLE}",
        f"{TITLE}: Part II",
        f"{TITLE} revisited",
    ],
)
def test_a_title_that_says_it_is_another_thing_is_no_title_of_the_paper(other: str) -> None:
    paper = Paper(id="p", title=TITLE)
    assert same_paper(paper, "", fetched(TITLE.replace("distant ", "")))
    assert not same_paper(paper, ABSTRACT, fetched(other, ABSTRACT))


def test_a_volume_that_holds_the_paper_somewhere_is_not_the_paper() -> None:
    paper = Paper(id="p", title=TITLE)
    assert same_paper(paper, ABSTRACT, fetched("", "A line of authors. " + ABSTRACT + OTHER * 400))
    assert not same_paper(paper, ABSTRACT, fetched("Proceedings", OTHER * 400 + ABSTRACT + OTHER * 400))

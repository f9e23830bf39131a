"""One claim against a corpus: what is found, what is named, what stays unnamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assignee.agents.claim_check import CANDIDATES, ClaimCheck, Document, model, rationale
from assignee.agents.claim_check_features import (
    CANDIDATE,
    SENTENCE,
    candidate_rows,
    judged_row,
    sentence_rows,
)
from assignee.agents.pair_checker import Judgement, Pair
from assignee.agents.pair_reading import read
from assignee.settings import Settings
from assignee.tools.toolbox import Toolbox

ASPIRIN = Document(
    "10",
    "Aspirin and colorectal cancer",
    (
        "Colorectal cancer is common.",
        "We followed 1,000 adults for ten years.",
        "",
        "Daily aspirin lowered the risk of colorectal cancer by 24 %.",
        "The authors thank the participants.",
    ),
)
DROPOUT = Document(
    "11", "Dropout", ("We train deep networks.", "Dropout reduces overfitting in all of them.")
)
STATINS = Document("12", "Statins", ("Statins are widely used.", "We review their use in older adults."))
EMPTY = Document("13", "Aspirin lowers the risk of colorectal cancer", ())
CLAIM = "Aspirin lowers the risk of colorectal cancer."
DOCUMENTS = {each.id: each for each in (ASPIRIN, DROPOUT, STATINS, EMPTY)}

Said = tuple[float, float, float] | None


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Toolbox]:
    with Toolbox.open(Settings(home=tmp_path)) as toolbox:
        yield toolbox


def saying(answer: Callable[[Pair], Said]) -> Callable[[Sequence[Pair]], list[Judgement]]:
    return lambda pairs: [Judgement(answer(pair), {"one": answer(pair)}, ()) for pair in pairs]


def by_words(pair: Pair) -> Said:
    near = any("aspirin" in text.lower() for text in pair.evidence) and "Aspirin" in pair.claim
    return (0.9, 0.05, 0.05) if near else (0.02, 0.03, 0.95)


def test_the_document_that_bears_on_the_claim_is_named_with_its_sentence(box: Toolbox) -> None:
    check = ClaimCheck(DOCUMENTS, box, saying(by_words))
    [found, nothing] = check.check([CLAIM, "Quantum computers factor large integers."])
    assert [(each.document, each.label) for each in found] == [("10", "SUPPORT")]
    assert found[0].sentences[0] == 3
    assert len(found[0].sentences) <= 3
    assert nothing == []


def test_the_checkers_word_decides_between_support_and_refute(box: Toolbox) -> None:
    refuting = saying(lambda pair: (0.05, 0.9, 0.05) if by_words(pair)[0] > 0.5 else (0.02, 0.03, 0.95))  # type: ignore[index]
    [found] = ClaimCheck(DOCUMENTS, box, refuting).check([CLAIM])
    assert [each.label for each in found] == ["REFUTE"]


def test_what_is_not_adjudicated_is_not_named(box: Toolbox) -> None:
    check = ClaimCheck(DOCUMENTS, box, saying(lambda pair: None))
    assert check.check([CLAIM]) == [[]]
    assert check.check_given([CLAIM], [["10"]]) == [[]]


def test_given_documents_are_judged_without_retrieval(box: Toolbox) -> None:
    check = ClaimCheck(DOCUMENTS, box, saying(by_words))
    [one, other] = check.check_given([CLAIM, CLAIM], [["12", "10"], ["11"]])
    assert [each.document for each in one] == ["10"]
    assert one[0].probability == pytest.approx(0.95)
    assert other == []


def test_a_document_without_sentences_is_no_candidate(box: Toolbox) -> None:
    names = [each.document.id for each in ClaimCheck(DOCUMENTS, box, saying(by_words)).candidates(CLAIM)]
    assert names[0] == "10"
    assert "13" not in names
    assert len(names) <= CANDIDATES


def test_the_answer_does_not_hang_on_the_claims_beside_it(box: Toolbox) -> None:
    check = ClaimCheck(DOCUMENTS, box, saying(by_words))
    [alone] = check.check([CLAIM])
    assert check.check(["Dropout reduces overfitting.", CLAIM])[1] == alone


def test_an_empty_sentence_keeps_its_number_and_is_never_named() -> None:
    named = rationale(CLAIM, ASPIRIN)
    assert named[0] == 3
    assert 2 not in named


def test_feature_rows_have_the_columns_that_were_fitted(box: Toolbox) -> None:
    candidates = ClaimCheck(DOCUMENTS, box, saying(by_words)).candidates(CLAIM)
    readings = read([Pair(CLAIM, each.document.sentences) for each in candidates])
    assert candidate_rows(candidates, readings).shape == (len(candidates), len(CANDIDATE))
    assert sentence_rows(readings[0], ASPIRIN.sentences).shape == (5, len(SENTENCE))
    assert model("candidate").features == CANDIDATE
    assert candidate_rows([], []).shape == (0, len(CANDIDATE))
    # A probability of nought or one gives no infinite feature.
    assert np.isfinite(judged_row(0.0, (1.0, 0.0, 0.0))).all()

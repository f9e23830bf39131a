"""The seats that need no model of the world: quote check, numbers, entailment; and the finding classifier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assignee.agents import claim_sentences, entailment
from assignee.agents.entailment import Entailment
from assignee.agents.numbers import Numbers
from assignee.agents.quote_check import QuoteCheck
from assignee.claims import Claim, Kind, Paper, Stance
from assignee.settings import Settings
from assignee.tools.corpus import Corpus
from assignee.tools.text import content_hash
from assignee.tools.toolbox import Toolbox

QUOTE = "Intermediate training on MNLI raises zero-shot XQuAD exact match by 4.2 points."
RESTATED = "On XQuAD, exact match in the zero-shot setting rises by 4.2 points when MNLI is used for intermediate training."
FILLER = "The corpus was collected from news sites in nine languages."


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    with Toolbox.open(Settings(home=tmp_path_factory.mktemp("seats"))) as opened:
        yield opened


@pytest.fixture
def corpus(toolbox: Toolbox) -> Callable[..., Corpus]:
    """Build a corpus of papers "A", "B", … from their texts."""

    def build(*texts: str) -> Corpus:
        papers = []
        for name, text in zip("ABCDEF", texts, strict=False):
            assert toolbox.texts.put(text) == content_hash(text)
            papers.append(Paper(id=name, title=f"Paper {name}", text_hash=content_hash(text), included=True))
        return Corpus(papers, toolbox)

    return build


def claim(text: str, quote: str = QUOTE, statement: str | None = None, paper_id: str = "A") -> Claim:
    start = text.index(quote)
    return Claim(
        id="c1",
        text=f"A (2020) report: “{quote}”",
        statement=quote if statement is None else statement,
        quote=quote,
        paper_id=paper_id,
        section="abstract",
        start=start,
        end=start + len(quote),
        kind=Kind.FINDING,
    )


def test_an_exact_quote_is_supported_by_its_own_span(corpus: Callable[..., Corpus]) -> None:
    text = f"{FILLER} {QUOTE}"
    (verdict,) = QuoteCheck().check([claim(text)], corpus(text))
    assert verdict.stance is Stance.SUPPORT
    assert verdict.probability == 1.0
    (evidence,) = verdict.evidence
    assert text[evidence.start : evidence.end] == evidence.quote == QUOTE


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda c: {"quote": c.quote.replace("4.2", "4.3")}, "U+0033"),
        (lambda c: {"quote": c.quote.replace("-", "‐")}, "U+2010"),
        (lambda c: {"start": c.start + 1, "end": c.end + 1}, "the same words stand at character"),
        (lambda c: {"end": c.end + 10_000}, "outside"),
        (lambda c: {"paper_id": "Z"}, "not among the included papers"),
        (lambda c: {"quote": ""}, "empty"),
    ],
)
def test_any_difference_is_contradicted_and_named(
    corpus: Callable[..., Corpus], change: Callable[[Claim], dict[str, object]], word: str
) -> None:
    text = f"{FILLER} {QUOTE} {FILLER}"
    good = claim(text)
    bad = Claim.from_dict({**good.to_dict(), **change(good)})
    (verdict,) = QuoteCheck().check([bad], corpus(text))
    assert verdict.stance is Stance.CONTRADICT
    assert word in verdict.reason
    assert not verdict.evidence


def test_numbers_support_with_a_restatement_elsewhere(corpus: Callable[..., Corpus]) -> None:
    text = f"{QUOTE} {FILLER} {RESTATED}"
    (verdict,) = Numbers().check([claim(text)], corpus(text))
    assert verdict.stance is Stance.SUPPORT
    assert [item.quote for item in verdict.evidence] == [RESTATED]


def test_numbers_never_cite_the_own_span_or_a_copy_of_it(corpus: Callable[..., Corpus]) -> None:
    text = f"{QUOTE} {FILLER} {QUOTE}"
    (verdict,) = Numbers().check([claim(text)], corpus(text))
    assert verdict.stance is Stance.NEUTRAL
    assert not verdict.evidence
    assert "no number, unit or direction" in verdict.reason


def test_numbers_contradict_a_differing_value_in_the_paper(corpus: Callable[..., Corpus]) -> None:
    other = "Zero-shot XQuAD exact match rises by 2.4 points with intermediate training on MNLI."
    text = f"{QUOTE} {FILLER} {other}"
    (verdict,) = Numbers().check([claim(text)], corpus(text))
    assert verdict.stance is Stance.CONTRADICT
    assert "2.4 points" in verdict.reason
    assert [item.quote for item in verdict.evidence] == [other]


def test_numbers_leave_other_papers_to_corroboration(corpus: Callable[..., Corpus]) -> None:
    other = "Zero-shot XQuAD exact match rises by 2.4 points with intermediate training on MNLI."
    (verdict,) = Numbers().check([claim(QUOTE)], corpus(QUOTE, f"{FILLER} {other}"))
    assert (verdict.stance, verdict.evidence) == (Stance.NEUTRAL, ())


@pytest.mark.parametrize(
    "statement",
    [
        QUOTE.replace("4.2", "5.2"),
        QUOTE.replace("4.2 points", "4.2 %"),
        QUOTE.replace("raises", "does not raise"),
    ],
)
def test_numbers_contradict_a_statement_that_alters_its_quote(
    corpus: Callable[..., Corpus], statement: str
) -> None:
    (verdict,) = Numbers().check([claim(QUOTE, statement=statement)], corpus(QUOTE))
    assert verdict.stance is Stance.CONTRADICT
    assert not verdict.evidence


@pytest.mark.parametrize("seat", [Numbers, Entailment])
def test_another_language_is_not_adjudicated(corpus: Callable[..., Corpus], seat: type) -> None:
    quote = "Nous montrons que les résultats sont meilleurs dans toutes les langues du corpus."
    (verdict,) = seat().check([claim(quote, quote)], corpus(quote))
    assert verdict.stance is Stance.NOT_ADJUDICATED
    assert "English" in verdict.reason


def test_entailment_shows_the_nearest_sentence_and_its_measured_accuracy(
    corpus: Callable[..., Corpus],
) -> None:
    text = f"{QUOTE} {FILLER} {RESTATED}"
    (verdict,) = Entailment().check([claim(text)], corpus(text))
    assert verdict.stance in {Stance.SUPPORT, Stance.NEUTRAL}
    assert verdict.evidence[0].quote == RESTATED
    figure = entailment.model().measured["cross_validation"]["scifact_train"]["macro_f1"]
    assert f"macro-F1 {figure:.2f} on SciFact" in verdict.reason
    assert "triage signal" in verdict.reason


def test_entailment_abstains_without_grounds(corpus: Callable[..., Corpus]) -> None:
    text = f"{QUOTE} {FILLER} Annotators were paid by the hour."
    (verdict,) = Entailment().check([claim(text)], corpus(text))
    assert verdict.stance is Stance.NEUTRAL
    assert "unsure" in verdict.reason
    assert verdict.evidence
    assert all(item.start >= len(QUOTE) for item in verdict.evidence)


def test_entailment_has_nothing_to_say_of_a_lone_sentence(corpus: Callable[..., Corpus]) -> None:
    (verdict,) = Entailment().check([claim(QUOTE)], corpus(QUOTE))
    assert (verdict.stance, verdict.evidence) == (Stance.NEUTRAL, ())
    (absent,) = Entailment().check(
        [Claim.from_dict({**claim(QUOTE).to_dict(), "paper_id": "Z"})], corpus(QUOTE)
    )
    assert absent.stance is Stance.NOT_ADJUDICATED


def test_seats_answer_in_order_and_alike_twice(corpus: Callable[..., Corpus]) -> None:
    text = f"{QUOTE} {FILLER} {RESTATED}"
    claims = [claim(text), claim(text, FILLER), claim(text, RESTATED)]
    for seat in (QuoteCheck(), Numbers(), Entailment()):
        once, again = seat.check(claims, corpus(text)), seat.check(claims, corpus(text))
        assert once == again
        assert [verdict.verifier for verdict in once] == [seat.name] * 3
        assert seat.check([], corpus(text)) == []


def test_findings_outrank_background_and_announcements() -> None:
    abstract = [
        "Pretrained models have become the standard in recent years.",
        "In this paper, we propose a new way to pick intermediate tasks.",
        "We train five models on nine tasks.",
        "Our experiments show that intermediate training improves accuracy by 4.2 points over the baseline.",
        "Our code is available at https://example.org/code.",
    ]
    scores = claim_sentences.score(abstract)
    assert int(scores.argmax()) == 3
    assert scores[3] >= claim_sentences.threshold() > max(scores[:3])
    roles = claim_sentences.roles(abstract)
    assert roles.shape == (5, len(claim_sentences.ROLES))
    assert np.allclose(roles.sum(axis=1), 1.0)
    assert [claim_sentences.ROLES[at] for at in roles.argmax(axis=1)][:4] == [
        "background",
        "objective",
        "method",
        "result",
    ]
    assert claim_sentences.score([]).shape == (0,)


def test_weights_are_package_data() -> None:
    folder = Path(claim_sentences.__file__).parent / "weights"
    assert {"claim_sentences.json", "entailment.json"} <= {path.name for path in folder.iterdir()}

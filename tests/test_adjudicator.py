"""From verdicts to outcomes: the table of DESIGN section 3, and that a missing voice is never a vote."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_corpus import UNCALIBRATED, Build, build, claim_on, evidence_on, toolbox, verdict

from assignee.agents.adjudicator import adjudicate
from assignee.claims import CheckedClaim, Evidence, Kind, Outcome, Stance, Verdict
from assignee.tools.corpus import Corpus

__all__ = ["build", "toolbox"]

OWN = "Naps improve recall."
ELSE = "Naps make recall worse in the evening."
TEXTS = (f"{OWN} {ELSE}", "Naps raise recall.", "Naps lower recall.", "Naps raise recall too.")
SUPPORT, CONTRADICT, NEUTRAL, SILENT = (
    Stance.SUPPORT,
    Stance.CONTRADICT,
    Stance.NEUTRAL,
    Stance.NOT_ADJUDICATED,
)
QUOTE = verdict("quote_check", SUPPORT)
QUIET = (verdict("entailment", NEUTRAL), verdict("numbers", NEUTRAL), verdict("corroboration", NEUTRAL))


@pytest.fixture
def corpus(build: Build) -> Corpus:
    # D shares an author with A.
    return build(*TEXTS, D={"authors": ("Ada Alund", "Dora Field")})


def judged(corpus: Corpus, *verdicts: Verdict, **fields: object) -> CheckedClaim:
    claim = claim_on(corpus, OWN, **fields)
    (found,) = adjudicate([claim], {"c1": verdicts}, corpus, UNCALIBRATED)
    assert found.claim is claim
    assert found.verdicts == verdicts
    assert found.confidence is None
    assert found.why
    return found


def on(corpus: Corpus, name: str, stance: Stance) -> Evidence:
    text = corpus.text(name) if name != "A" else ELSE
    return evidence_on(corpus, text, name, stance)


def test_a_quote_nothing_bears_on_is_quoted(corpus: Corpus) -> None:
    found = judged(corpus, QUOTE, *QUIET)
    assert (found.outcome, found.examined) == (Outcome.QUOTED, False)


def test_independent_support_corroborates(corpus: Corpus) -> None:
    crossing = verdict("corroboration", SUPPORT, [on(corpus, "B", SUPPORT)])
    found = judged(corpus, QUOTE, *QUIET[:2], crossing)
    assert (found.outcome, found.examined) == (Outcome.CORROBORATED, True)
    assert corpus.papers["B"].cite in found.why


def test_support_of_the_same_group_does_not(corpus: Corpus) -> None:
    crossing = verdict("corroboration", NEUTRAL, [on(corpus, "D", SUPPORT)])
    found = judged(corpus, QUOTE, *QUIET[:2], crossing)
    assert found.outcome is Outcome.QUOTED
    assert "share an author" in found.why


@pytest.mark.parametrize("sides", [["C"], ["B", "C"], ["D", "C"]])
def test_contradiction_by_another_work_contests(corpus: Corpus, sides: list[str]) -> None:
    items = [on(corpus, name, CONTRADICT if name == "C" else SUPPORT) for name in sides]
    found = judged(corpus, QUOTE, *QUIET[:2], verdict("corroboration", CONTRADICT, items))
    assert found.outcome is Outcome.CONTESTED
    assert corpus.papers["C"].cite in found.why


def test_an_earlier_view_that_is_contradicted_is_refuted(corpus: Corpus) -> None:
    against = verdict("corroboration", CONTRADICT, [on(corpus, "C", CONTRADICT)])
    assert judged(corpus, QUOTE, against, kind=Kind.BACKGROUND).outcome is Outcome.REFUTED
    both = verdict("corroboration", CONTRADICT, [on(corpus, "C", CONTRADICT), on(corpus, "B", SUPPORT)])
    assert judged(corpus, QUOTE, both, kind=Kind.BACKGROUND).outcome is Outcome.CONTESTED


def test_its_own_paper_against_it_needs_more_than_the_triage_seat(corpus: Corpus) -> None:
    own = [on(corpus, "A", CONTRADICT)]
    alone = judged(corpus, QUOTE, verdict("entailment", CONTRADICT, own), *QUIET[1:])
    assert alone.outcome is Outcome.QUOTED
    numbers = judged(corpus, QUOTE, QUIET[0], verdict("numbers", CONTRADICT, own), QUIET[2])
    assert numbers.outcome is Outcome.CONTESTED
    assert ELSE in numbers.why


def test_a_quote_that_is_not_there_is_unsupported_whatever_others_say(corpus: Corpus) -> None:
    crossing = verdict("corroboration", SUPPORT, [on(corpus, "B", SUPPORT)])
    found = judged(corpus, verdict("quote_check", CONTRADICT), *QUIET[:2], crossing)
    assert found.outcome is Outcome.UNSUPPORTED


def test_words_that_alter_their_quote_are_unsupported(corpus: Corpus) -> None:
    altered = verdict("numbers", CONTRADICT, reason="4.3 is not in the quote")
    found = judged(corpus, QUOTE, QUIET[0], altered, QUIET[2])
    assert found.outcome is Outcome.UNSUPPORTED
    assert "4.3" in found.why


def test_our_own_words_need_two_seats(corpus: Corpus) -> None:
    seats = [verdict(name, SUPPORT, [on(corpus, "A", SUPPORT)]) for name in ("entailment", "numbers")]
    assert judged(corpus, QUOTE, seats[0], *QUIET[1:], verbatim=False).outcome is Outcome.UNSUPPORTED
    assert judged(corpus, QUOTE, *seats, QUIET[2], verbatim=False).outcome is Outcome.GROUNDED
    # A verbatim sentence is not grounded by its own neighbours: it stays what it is.
    assert judged(corpus, QUOTE, *seats, QUIET[2]).outcome is Outcome.QUOTED


@pytest.mark.parametrize(
    "verdicts",
    [
        (),
        (QUOTE,),
        (verdict("quote_check", SILENT), *QUIET),
        (QUOTE, *(verdict(item.verifier, SILENT) for item in QUIET)),
        (QUOTE, *QUIET[:2], verdict("corroboration", SILENT)),
    ],
    ids=["none", "quote-only", "no-quote-check", "all-silent", "not-compared"],
)
def test_where_checkers_failed_nothing_is_adjudicated(corpus: Corpus, verdicts: tuple[Verdict, ...]) -> None:
    found = judged(corpus, *verdicts)
    assert (found.outcome, found.examined) == (Outcome.NOT_ADJUDICATED, False)


def test_each_claim_gets_its_own_verdicts_in_order(corpus: Corpus) -> None:
    claims = [claim_on(corpus, OWN), claim_on(corpus, ELSE, id="c2"), claim_on(corpus, OWN, id="c3")]
    verdicts = {
        "c2": [QUOTE, *QUIET[:2], verdict("corroboration", SUPPORT, [on(corpus, "B", SUPPORT)])],
        "c1": [QUOTE, *QUIET],
    }
    found = adjudicate(claims, verdicts, corpus, UNCALIBRATED)
    assert [item.outcome for item in found] == [
        Outcome.QUOTED,
        Outcome.CORROBORATED,
        Outcome.NOT_ADJUDICATED,
    ]


_SEATS = ("entailment", "numbers", "corroboration")
_STANCES = st.sampled_from(list(Stance))
_ITEMS = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from([SUPPORT, CONTRADICT, NEUTRAL])), max_size=4
)
_SEATED = st.lists(
    st.tuples(st.sampled_from(_SEATS), _STANCES, _ITEMS), max_size=3, unique_by=lambda seat: seat[0]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_SEATED, _STANCES, st.booleans(), st.sampled_from(list(Kind)))
def test_every_outcome_rests_on_what_it_says(
    corpus: Corpus,
    seated: list[tuple[str, Stance, list[tuple[str, Stance]]]],
    quote: Stance,
    verbatim: bool,
    kind: Kind,
) -> None:
    seats = [
        verdict(name, stance, [on(corpus, *item) for item in items] if stance is not SILENT else [])
        for name, stance, items in seated
    ]
    found = judged(corpus, verdict("quote_check", quote), *seats, verbatim=verbatim, kind=kind)
    evidence = [item for seat in seats for item in seat.evidence]
    told = {(item.paper_id, item.stance) for item in evidence}
    match found.outcome:
        case Outcome.CORROBORATED:
            assert told & {("B", SUPPORT), ("C", SUPPORT)}
            assert not told & {(name, CONTRADICT) for name in "BCD"}
        case Outcome.CONTESTED | Outcome.REFUTED:
            assert any(stance is CONTRADICT for _, stance in told)
        case Outcome.QUOTED:
            assert verbatim
            assert not told & {("B", SUPPORT), ("C", SUPPORT), ("B", CONTRADICT), ("C", CONTRADICT)}
        case Outcome.GROUNDED:
            assert not verbatim
            assert sum(seat.stance is SUPPORT for seat in seats) >= 2
    # The quote check decides first, and silence of every other seat decides nothing.
    if quote is CONTRADICT or quote is NEUTRAL:
        assert found.outcome is Outcome.UNSUPPORTED
    if quote is SILENT or all(seat.stance is SILENT for seat in seats):
        assert found.outcome in (Outcome.NOT_ADJUDICATED, Outcome.UNSUPPORTED)
    # The order in which seats answer decides nothing.
    again = judged(corpus, *reversed(seats), verdict("quote_check", quote), verbatim=verbatim, kind=kind)
    assert again.outcome is found.outcome

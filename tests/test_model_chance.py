"""A model that answers at random: an honest report, at most a draft, never an approval and never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
import report_invariants
from model_world import RECORDS, world_in
from sensible_model import guessing, quoting_at_random
from stand_in_server import Bad

from assignee.claims import Decided, Grade, Outcome

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
RECORDS_BY_ID = {record["id"]: record for record in RECORDS}


@pytest.mark.parametrize(
    "answer",
    [guessing(1), quoting_at_random(1), lambda request: Bad("prose")],
    ids=["made up", "true quotes, stances by lot", "prose"],
)
def test_chance_is_not_approved(tmp_path: Path, answer: object) -> None:
    with world_in(tmp_path, answer=answer) as world:
        report = world.review().report
    report_invariants.holds(report, RECORDS_BY_ID)
    assert report.decision.decision is not Decided.APPROVE
    assert report.decision.grade in (Grade.REJECTED, Grade.DRAFT)
    assert not [item for item in report.claims if item.outcome is Outcome.GROUNDED]
    told = " ".join((*report.manifest.problems, *report.decision.reasons))
    assert "control" in told or "not read by the model" in told

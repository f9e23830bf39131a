"""Seat of the pair checker: any 3-class NLI model that `ASSIGNEE_NLI_MODEL` names. Shown, not counted, uncalibrated."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.errors import UserError
from assignee.settings import Settings

from ..tools.nli_folder import NliModel, open_model
from .pair_seat import Probs, Reading, Task

__all__ = ["Nli"]


class Nli:
    """A model of your own as a seat: what it calls entailment is SUPPORT, contradiction REFUTE, neutral NEI.

    It reads the three sentences most like the claim. Of several windows the one least neutral speaks.
    """

    name = "nli"

    def __init__(self) -> None:
        name = Settings.from_env().nli_model
        if not name:
            raise UserError("the seat nli needs ASSIGNEE_NLI_MODEL: the folder of a 3-class NLI model")
        self._model: NliModel = open_model(name)

    def judge(self, task: Task, readings: Sequence[Reading]) -> list[Probs | None]:
        """The model's own probabilities, the same for either task."""
        found: list[Probs | None] = []
        for reading in readings:
            windows = self._model.probabilities(reading.premise(), reading.claim)
            row = windows[int(windows[:, 2].argmin())]
            found.append((float(row[0]), float(row[1]), float(row[2])))
        return found

"""From texts to judged claims: extract, one node per verifier seat, adjudicate."""

from __future__ import annotations

from collections.abc import Sequence

from langgraph.types import Send

from assignee.claims import Claim, Stance, Verdict
from assignee.errors import RunError, UserError
from assignee.request import from_dict

from .engine_extras import patience, told
from .events import Phase, Progress, emit, stage
from .nodes_search import describe
from .state import Batch, Json, Node, ReviewState, dicts
from .workbench import Slot, Workbench

__all__ = ["MAX_SENDS", "ClaimNodes"]

MAX_SENDS = 200  # tasks a super-step: LangGraph's cost grows with their square


class ClaimNodes:
    """The nodes that make claims, have them checked seat by seat, and weigh the verdicts."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    async def extract(self, state: ReviewState) -> Json:
        """Findings that bear on the question, from all included papers."""
        with stage("extract", state["round"]) as counts:
            request, key = from_dict(state["request"]), state["corpus"]
            claims = await self._bench.run(
                lambda: self._bench.engine.extract(
                    self._bench.corpus(key), request, state["round"], state["demands"]
                )
            )
            if len({claim.id for claim in claims}) != len(claims):
                raise RunError("two claims have the same id; the engine must number them apart")
            counts["claims"] = len(claims)
        return {"claims": dicts(claims)} | told(self._bench.engine, "extract", state["round"])

    def to_seats(self, state: ReviewState) -> list[Send] | str:
        """One `Send` per seat and batch of claims; beyond `MAX_SENDS`, several batches travel in one."""
        claims, size = state["claims"], self._bench.settings.batch_size
        batches = [claims[at : at + size] for at in range(0, len(claims), size)]
        if not batches:
            return "adjudicate"
        sends_a_seat = MAX_SENDS // len(self._bench.engine.seats)
        each = -(-len(batches) // sends_a_seat)
        return [
            Send(seat, Batch(batches=batches[at : at + each], corpus=state["corpus"], round=state["round"]))
            for seat in self._bench.engine.seats
            for at in range(0, len(batches), each)
        ]

    def seat(self, name: str) -> Node[Batch]:
        """The node of one verifier seat."""

        async def check(state: Batch) -> Json:
            batch = state
            entries: list[Json] = []
            async with self._bench.slot() as slot:
                with stage(name, batch["round"]) as counts:
                    for part in batch["batches"]:
                        claims = [Claim.from_dict(item) for item in part]
                        verdicts = await self._verdicts(slot, name, claims, batch)
                        entries.extend(
                            {"round": batch["round"], "claim": claim.id, "verdict": verdict.to_dict()}
                            for claim, verdict in zip(claims, verdicts, strict=True)
                        )
                    counts["claims"] = len(entries)
                slot.until_saved(entries)
            given = [Verdict.from_dict(entry["verdict"]) for entry in entries]
            failed = sorted({item.reason for item in given if _gave_up(item)})
            said = told(self._bench.engine, name, batch["round"])
            failed += [line for line in said.get("failures", ()) if line not in failed]
            return said | {"verdicts": entries, "failures": failed}

        return check

    async def _verdicts(self, slot: Slot, seat: str, claims: Sequence[Claim], batch: Batch) -> list[Verdict]:
        """The seat's verdicts; a seat that raises, hangs or answers badly has not adjudicated, and says why."""
        verifier = self._bench.engine.seats[seat]
        limit = patience(verifier, self._bench.settings.timeout)
        try:
            verdicts = await slot.run(
                lambda: verifier.check(claims, self._bench.corpus(batch["corpus"])), limit
            )
            if len(verdicts) == len(claims) and all(verdict.verifier == seat for verdict in verdicts):
                for why in sorted({item.reason for item in verdicts if _gave_up(item)}):
                    emit(Progress(stage=seat, phase=Phase.FAILED, round=batch["round"], note=why))
                return verdicts
            reason = (
                f"{seat} failed: {len(verdicts)} verdicts for {len(claims)} claims, or under another name"
            )
        except UserError:  # the engine is not set up as asked: nothing that a report could make good
            raise
        except TimeoutError:
            reason = f"{seat} failed: no answer within {limit or 0:g} s"
        except Exception as error:
            reason = f"{seat} failed: {describe(error)}"
        emit(Progress(stage=seat, phase=Phase.FAILED, round=batch["round"], note=reason))
        return [
            Verdict(verifier=seat, stance=Stance.NOT_ADJUDICATED, probability=None, reason=reason)
            for _ in claims
        ]

    async def adjudicate(self, state: ReviewState) -> Json:
        """Outcome and confidence of every claim from the verdicts of this round, in seat order."""
        with stage("adjudicate", state["round"]) as counts:
            claims = [Claim.from_dict(item) for item in state["claims"]]
            verdicts: dict[str, list[Verdict]] = {claim.id: [] for claim in claims}
            for entry in state.get("verdicts", ()):
                if entry["round"] == state["round"]:
                    verdicts[entry["claim"]].append(Verdict.from_dict(entry["verdict"]))
            order = {name: at for at, name in enumerate(self._bench.engine.seats)}
            for given in verdicts.values():
                given.sort(key=lambda verdict: order[verdict.verifier])
            key = state["corpus"]
            checked = await self._bench.run(
                lambda: self._bench.engine.adjudicate(claims, verdicts, self._bench.corpus(key))
            )
            for outcome in sorted({str(item.outcome) for item in checked}):
                counts[outcome] = sum(str(item.outcome) == outcome for item in checked)
        return {"checked": dicts(checked)}


def _gave_up(verdict: Verdict) -> bool:
    """Whether a seat failed, which a run tells; that it abstains from one claim is its verdict."""
    return verdict.stance is Stance.NOT_ADJUDICATED and verdict.reason.startswith(
        f"{verdict.verifier} failed: "
    )

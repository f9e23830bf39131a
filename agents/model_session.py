"""What a model engine holds open for one run: gateway, cache, budget, and what was spent, kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignee.settings import ReviewRequest, Settings

from ..tools.gateway import ROLES, Budget, Clock, Gateway, Ledger, ModelCache, ModelSettings
from ..tools.gateway_thread import GatewayThread
from .model_calls import ModelCalls
from .model_controls import Controls

__all__ = ["ANSWERS", "SPENT", "Session"]

ANSWERS, SPENT = "model_answers.sqlite", "model_spent.sqlite"  # in the run's folder


@dataclass(slots=True)
class Session:
    """Opened once a run, in whatever thread asks first."""

    gateway: Gateway
    calls: ModelCalls
    controls: Controls
    cache: ModelCache
    ledger: Ledger | None

    @classmethod
    def open(
        cls, request: ReviewRequest, settings: Settings, folder: Path | None, clock: Clock | None = None
    ) -> Session:
        """With `no_cache`, answers of other runs are not used; the run's own are kept in its folder, so that a resumed
        run pays for nothing twice. What was spent counts for the run as a whole. Raises ModelSetupError or UserError."""
        models = ModelSettings.from_env()
        for role in ROLES:
            models.for_role(role)
        budget = Budget(max_cost=request.max_cost, max_tokens=request.max_tokens, max_calls=request.max_calls)
        own = request.no_cache and folder is not None
        path = folder / ANSWERS if own and folder is not None else settings.home / "models" / "answers.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        cache = ModelCache(path)
        ledger = Ledger(folder / SPENT) if folder is not None else None
        gateway = Gateway(models, cache=cache, budget=budget, clock=clock, ledger=ledger)
        calls = ModelCalls(GatewayThread(gateway))
        return cls(gateway, calls, Controls(calls, max(1, 3 * models.concurrency // 4)), cache, ledger)

    def usage(self) -> dict[str, Any]:
        """Role by role, and how each server was asked."""
        roles = {role: item.to_dict() for role, item in self.gateway.usage().items()}
        return {"roles": roles, "servers": self.gateway.profiles()}

    def close(self) -> None:
        """Stop what is in flight, close the connections and the files."""
        self.calls.close()
        self.cache.close()
        if self.ledger is not None:
            self.ledger.close()

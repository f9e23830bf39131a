"""What the model calls of a run took, role by role: calls, tokens, money, time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assignee.json_form import Record

from .model_ledger import Ledger
from .model_prices import NANO

__all__ = ["RoleUsage", "Usage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUsage(Record):
    """The calls of one role.

    `calls` were answered by the model, `cached` from what was paid before (this run's or an earlier one's),
    `attempts` are the requests sent, `bad` the calls without a valid answer. `cached_tokens` is the part of
    `prompt_tokens` that the provider had cached. `approximate` where a server did not count and we estimated;
    `unconfirmed` counts attempts that the server may charge for and never answered. `cost` is in US dollars,
    None where no price is known. `seconds` is the sum over attempts, waiting not counted.
    """

    calls: int = 0
    cached: int = 0
    attempts: int = 0
    bad: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    approximate: bool = False
    unconfirmed: int = 0
    cost: float | None = None
    seconds: float = 0.0
    answered_by: tuple[str, ...] = ()


class Usage:
    """Adds up. Money is counted in billionths of a dollar, so that the order of calls does not show."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        """With a ledger, what earlier processes of the same run used counts too."""
        self._ledger = ledger
        self._roles: dict[str, RoleUsage] = {}
        self._nano: dict[str, int | None] = {}  # None once a call had no price
        for role, body in (ledger.roles() if ledger else {}).items():
            self._nano[role] = body.pop("nano")
            self._roles[role] = RoleUsage.from_dict(body)

    def attempt(
        self,
        role: str,
        *,
        prompt: int,
        completion: int,
        cached: int,
        cost: int | None,
        seconds: float,
        approximate: bool,
        unconfirmed: bool = False,
    ) -> None:
        """One request was sent."""
        was, paid = self._roles.get(role, RoleUsage()), self._nano.get(role, 0)
        self._nano[role] = None if paid is None or cost is None else paid + cost
        self._keep(
            role,
            replace(
                was,
                attempts=was.attempts + 1,
                prompt_tokens=was.prompt_tokens + prompt,
                completion_tokens=was.completion_tokens + completion,
                cached_tokens=was.cached_tokens + cached,
                seconds=was.seconds + seconds,
                approximate=was.approximate or approximate,
                unconfirmed=was.unconfirmed + unconfirmed,
            ),
        )

    def answered(self, role: str, by: str, *, free: bool = False, bad: bool = False) -> None:
        """One call ended with what the model `by` said. `free`: it was paid for before."""
        was = self._roles.get(role, RoleUsage())
        names = {*was.answered_by, by} - {""}
        calls, cached = was.calls + (not free), was.cached + free
        self._keep(
            role,
            replace(was, calls=calls, cached=cached, bad=was.bad + bad, answered_by=tuple(sorted(names))),
        )

    def to_roles(self) -> dict[str, RoleUsage]:
        """Role -> usage, roles in alphabetical order."""
        return {role: self._shown(role, item) for role, item in sorted(self._roles.items())}

    def _keep(self, role: str, item: RoleUsage) -> None:
        self._roles[role] = item
        if self._ledger is not None:
            self._ledger.keep(role, item.to_dict() | {"nano": self._nano.get(role, 0)})

    def _shown(self, role: str, item: RoleUsage) -> RoleUsage:
        paid = self._nano.get(role, 0)
        return replace(item, cost=None if paid is None else paid / NANO, seconds=round(item.seconds, 3))

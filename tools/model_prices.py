"""What a token costs: from a table in a data file, or from the user's settings; else it is unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from assignee.errors import UserError

__all__ = ["NANO", "Price", "from_settings", "price_of", "table_date"]

NANO = 10**9
"""Money is counted in whole billionths of a US dollar, so that sums are exact."""

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. `cached` is for prompt tokens that the provider had seen shortly before."""

    input: float
    output: float
    cached: float | None = None

    def nano(self, prompt: int, completion: int, cached: int = 0) -> int:
        """The cost of one call in billionths of a dollar, rounded up. `cached` is a part of `prompt`."""
        reused = min(max(cached, 0), prompt)
        rate = self.input if self.cached is None else self.cached
        # One dollar per million tokens is 1000 billionths a token; prices have at most six decimals.
        millionths = (
            (prompt - reused) * round(self.input * NANO)
            + reused * round(rate * NANO)
            + completion * round(self.output * NANO)
        )
        return -(-millionths // 10**6)


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files(__package__) / "prices.json").read_text(encoding="utf-8"))
    return found


def table_date() -> str:
    """The month of the prices in the table."""
    return str(_table()["as_of"])


def price_of(base_url: str, model: str) -> Price | None:
    """The table's price of a model at its maker's own address; None for every other address and model.

    A name with a date behind it (name-2024-07-18) is looked up without the date too.
    """
    models = _table()["hosts"].get(urlsplit(base_url).hostname or "", {})
    row = models.get(model) or models.get(_DATED.sub("", model))
    return Price(row["input"], row["output"], row.get("cached_input")) if row else None


def from_settings(env: Mapping[str, str], role: str) -> Price | None:
    """The price the user gives (`ASSIGNEE_PRICE_INPUT`, `_OUTPUT`, `_CACHED_INPUT`, each also with the role behind).

    Raises UserError where one of input and output is given without the other, or is no number from 0 up.
    """
    given = {
        name: _dollars(env, f"ASSIGNEE_PRICE_{name}", role) for name in ("INPUT", "OUTPUT", "CACHED_INPUT")
    }
    if given["INPUT"] is None and given["OUTPUT"] is None:
        return None
    if given["INPUT"] is None or given["OUTPUT"] is None:
        raise UserError("set both ASSIGNEE_PRICE_INPUT and ASSIGNEE_PRICE_OUTPUT, or neither")
    return Price(given["INPUT"], given["OUTPUT"], given["CACHED_INPUT"])


def _dollars(env: Mapping[str, str], name: str, role: str) -> float | None:
    for setting in (f"{name}_{role.upper()}", name):
        raw = env.get(setting, "").strip()
        if not raw:
            continue
        try:
            value = float(raw)
        except ValueError:
            value = -1.0
        if not 0 <= value < 1e6:
            raise UserError(f"{setting} is {raw!r}; it must be US dollars per million tokens, 0 or more")
        return value
    return None

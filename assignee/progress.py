"""Progress of a run on standard error: live on a terminal, one quiet line a finished stage when piped."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.status import Status

    from assignee.graphs.events import Progress

__all__ = ["ProgressLines"]

_QUIET = ("expand",)  # says something only where it found something


class ProgressLines:
    """A context manager; call it with every event. Work done side by side (batches of a seat) is added up."""

    def __init__(self) -> None:
        self._live: Status | None = None
        self._held: list[str] = []
        self._open: dict[tuple[int, int, str], int] = {}
        self._counts: dict[tuple[int, int, str], dict[str, int]] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self._live = Console(stderr=True, highlight=False).status("starting")
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, event: Progress) -> None:
        """Show one event."""
        key = (event.round, event.batch, event.stage)
        if event.phase == "failed":
            self._line(f"{_label(event)}: {event.note}")
            return
        if event.phase == "started":
            self._open[key] = self._open.get(key, 0) + 1
        else:
            self._open[key] -= 1
            counts = self._counts.setdefault(key, {})
            for name, value in event.counts.items():
                counts[name] = counts.get(name, 0) + value
            if not self._open[key]:
                told = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in counts.items())
                if told or event.stage not in _QUIET:
                    self._line(f"{_label(event)}: {told or 'done'}", wait=event.stage == "plan")
        if self._live is not None:
            running = [stage for (_, _, stage), count in self._open.items() if count]
            self._live.update(" · ".join(running) or "…")

    def _line(self, text: str, wait: bool = False) -> None:
        """Print a line; `wait` holds it back until the next, so that a search that fails leaves only its error."""
        if wait:
            self._held.append(text)
            return
        held, self._held = self._held, []
        for line in (*held, text):
            self._print(line)

    def _print(self, text: str) -> None:
        if self._live is not None:
            self._live.console.print(text, markup=False)
        else:
            print(text, file=sys.stderr, flush=True)


def _label(event: Progress) -> str:
    """ "screen", "screen (batch 2)", "look_up (revision 1)"; the first batch of a search is called by no number."""
    parts = [f"revision {event.round}"] if event.round else []
    parts += [f"batch {event.batch}"] if event.batch > 1 else []
    return f"{event.stage} ({', '.join(parts)})" if parts else event.stage

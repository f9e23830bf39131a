"""What a database's answer may be instead of an answer.

NoAnswer          the request failed; the run goes on without it
├── NotThere      404 or 410: what was asked for by name is not there
└── Refused       400, 401, 403 and the like: asking again would change nothing
    └── Elsewhere it redirects to another host
"""

from __future__ import annotations

from assignee.errors import RunError

__all__ = ["Elsewhere", "NoAnswer", "NotThere", "Refused"]


class NoAnswer(RunError):
    """The message is a clause without hosts, times and keys: "503 Service Unavailable, asked 3 times"."""


class NotThere(NoAnswer):
    """404 or 410."""


class Refused(NoAnswer):
    """A status that asking again will not change."""


class Elsewhere(Refused):
    """A redirect to another host. `url` is where to, as the answer gave it: data, not to be followed unseen."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url

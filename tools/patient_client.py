"""Several requests to one service, for which a failure is told and only a service that is down ends the asking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from .http_client import Client, Params
from .http_errors import NoAnswer, NotThere, Refused

__all__ = ["Patient"]

_HALVINGS = 6  # of lists that were refused

T = TypeVar("T")


class Patient:
    """Asks through `client` and remembers: `answered` requests, and why the others `failed`.

    After a failure before any answer, or a second one, nothing more is sent: one dead service costs seconds.
    A refusal (400, 401, 403) alone says nothing of the next request, a second one before any answer does.
    """

    def __init__(self, client: Client, name: str) -> None:
        self._client, self._name = client, name
        self.answered = 0
        self.failed: list[str] = []
        self._down = False
        self._halvings = _HALVINGS

    def get(self, path: str, params: Params, read: Callable[[bytes], T], *, named: bool = False) -> T | None:
        """What `read` makes of the answer; None where there was none.

        Where the path names one thing (`named`), 404 is an answer: it raises NotThere.
        """
        if self._down:
            return None
        try:
            got = self._client.get(path, params, read)
        except NoAnswer as error:
            if named and isinstance(error, NotThere):
                self.answered += 1
                raise
            self._note(error)
            return None
        self.answered += 1
        return got

    def get_all(
        self,
        values: Sequence[str],
        request: Callable[[Sequence[str]], tuple[str, Params]],
        read: Callable[[bytes], T],
    ) -> list[tuple[Params, T]]:
        """The answers to `request(values)`, each with its parameters: one, or none.

        Where the service refuses such a list (400), its halves are asked for, and so on, a few times: one value that it
        does not like takes few others with it.
        """
        if self._down:
            return []
        path, params = request(values)
        try:
            got = self._client.get(path, params, read)
        except NoAnswer as error:
            if len(values) == 1 or not self._halvings or not _disliked(error):
                self._note(error)
                return []
            self._halvings -= 1
            half = len(values) // 2
            return [
                *self.get_all(values[:half], request, read),
                *self.get_all(values[half:], request, read),
            ]
        self.answered += 1
        return [(params, got)]

    def settled(self) -> list[str]:
        """One line where not all was answered, [] otherwise. Raises NoAnswer where nothing was answered at all."""
        if self.failed and not self.answered:
            raise NoAnswer(self.failed[-1])
        return [f"{self._name} did not answer all requests: {self.failed[-1]}"] if self.failed else []

    def _note(self, error: NoAnswer) -> None:
        self.failed.append(str(error))
        again = len(self.failed) > 1
        if isinstance(error, Refused):
            self._down = again and not self.answered
        else:
            self._down = again or not self.answered


def _disliked(error: NoAnswer) -> bool:
    """Whether it was refused for what it asked, and not for who asks."""
    return isinstance(error, Refused) and str(error).startswith(("400", "422", "it refuses"))

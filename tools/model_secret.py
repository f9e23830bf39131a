"""A key that shows itself to nobody but the one who asks for it by name."""

from __future__ import annotations

from typing import Any, NoReturn

from assignee.errors import UserError

__all__ = ["Secret"]


class Secret:
    """Holds a key. `repr`, `str`, f-strings and `copy` never show it; pickling and JSON raise TypeError."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "", setting: str = "the key") -> None:
        """Strip blanks around the key. Raises UserError, naming `setting`, where it cannot stand in a header."""
        value = value.strip()
        if not all("!" <= char <= "~" for char in value):
            raise UserError(f"{setting} holds a blank or a character that no key has; set it anew")
        self._value = value

    def reveal(self) -> str:
        """The key itself, for the Authorization header only."""
        return self._value

    def scrub(self, text: str) -> str:
        """`text` without the key, for messages that come back from a server."""
        return text.replace(self._value, "[key]") if self._value else text

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return f"Secret({'set' if self._value else 'not set'})"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")

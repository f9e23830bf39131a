"""Fences around what others wrote, so that a model can tell data from instructions.

The code in a fence is a hash of all the data of the call: the same call has the same code, and who writes a paper
cannot know it, because the code of a text that holds a code is another code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["Fenced", "Fences"]


class Fenced(str):
    """Text that stands inside fences; the only kind of text that a prompt prints."""

    __slots__ = ()


class Fences:
    """The fences of one call. `code` is ten hexadecimal digits that occur in none of its data."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        plain = json.dumps(data, sort_keys=True, ensure_ascii=True)
        round_ = 0
        while True:
            self.code = hashlib.sha256(f"{round_}{plain}".encode("ascii")).hexdigest()[:10]
            if self.code not in plain:
                break
            round_ += 1

    def __call__(self, label: str, content: str | Mapping[str, str]) -> Fenced:
        """A block of one text, or of one line an id; white space is folded, so that a text never begins a line."""
        if isinstance(content, str):
            lines = [" ".join(content.split())]
        else:
            lines = [f"[{name} {self.code}] {' '.join(text.split())}" for name, text in content.items()]
        return Fenced("\n".join([f"<<<{label} {self.code}", *lines, f">>>{self.code}"]))

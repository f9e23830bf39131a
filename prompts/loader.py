"""Prompts as files: front matter in TOML (name, version, schema, limit), then a Jinja body of two blocks.

The front matter stands between lines of +++. The system block is the stable prefix: it prints no variable, so it is
the same in every call and a provider can keep it in its prompt cache. The user block holds what varies, and prints
text in fences only (`fences`). Templates run in Jinja's sandbox, and an undefined variable is an error.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from assignee.errors import AssigneeError

from .fences import Fenced, Fences

if TYPE_CHECKING:
    from jinja2 import Template

    from .answers import Answer

__all__ = ["Prompt", "PromptError", "Rendered", "load_prompt", "parse_prompt", "prompt_names"]

_MARK = "+++"


class PromptError(AssigneeError):
    """A prompt file is not in order: a mistake in the file, not of the user."""


class Rendered(NamedTuple):
    """The two messages of a call."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt. `hash` is the SHA-256 of the file's bytes, `answer` the name of its schema in `answers`, `limit` the
    most tokens that an answer may take."""

    name: str
    version: str
    answer: str
    limit: int
    hash: str
    template: Template

    @property
    def schema(self) -> type[Answer]:
        """The pydantic model of the answer."""
        from .answers import ANSWERS

        return ANSWERS[self.answer]

    def render(self, data: Mapping[str, Any]) -> Rendered:
        """System and user message. Raises PromptError for a variable that is missing or printed without a fence."""
        from jinja2 import TemplateError

        try:
            system = "".join(self.template.blocks["system"](self.template.new_context({})))
            given = {**data, "fence": Fences(data)}
            user = "".join(self.template.blocks["user"](self.template.new_context(given)))
        except TemplateError as error:
            raise PromptError(f"prompt {self.name}: {error.message}") from error
        return Rendered(system.strip(), user.strip())


def prompt_names() -> tuple[str, ...]:
    """The names of all prompts, sorted."""
    found = (item.name for item in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".jinja") for name in found if name.endswith(".jinja")))


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt of that name. Raises PromptError when there is none, or its file is not in order."""
    try:
        raw = files(__package__).joinpath(f"{name}.jinja").read_bytes()
    except FileNotFoundError:
        raise PromptError(
            f"there is no prompt {name!r}; the prompts are {', '.join(prompt_names())}"
        ) from None
    found = parse_prompt(raw)
    if found.name != name:
        raise PromptError(f"the prompt in {name}.jinja is named {found.name!r}")
    return found


def parse_prompt(raw: bytes) -> Prompt:
    """A prompt out of a file's bytes. Raises PromptError, naming what is wrong."""
    from jinja2 import TemplateSyntaxError

    from .answers import ANSWERS

    text = raw.decode("utf-8")
    parts = text.split(f"{_MARK}\n", 2)
    if len(parts) != 3 or parts[0]:
        raise PromptError("a prompt begins with front matter between two lines of +++")
    try:
        front = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"front matter: {error}") from None
    kinds = {name: type(value) for name, value in front.items()}
    if kinds != {"name": str, "version": str, "schema": str, "limit": int}:
        raise PromptError("front matter has name, version and schema, each a text, and limit, a whole number")
    if front["schema"] not in ANSWERS:
        raise PromptError(f"unknown schema {front['schema']!r}; known: {', '.join(ANSWERS)}")
    try:
        template = _environment().from_string(parts[2])
    except TemplateSyntaxError as error:
        raise PromptError(f"line {error.lineno}: {error.message}") from error
    if set(template.blocks) != {"system", "user"}:
        raise PromptError("a prompt has two blocks, system and user")
    digest = hashlib.sha256(raw).hexdigest()
    return Prompt(front["name"], front["version"], front["schema"], front["limit"], digest, template)


@cache
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, finalize=_printable
    )


def _printable(value: Any) -> Any:
    """What a template may print: whole numbers, and text inside fences."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError

    if isinstance(value, (Fenced, StrictUndefined)) or (
        isinstance(value, int) and not isinstance(value, bool)
    ):
        return value
    raise SecurityError(f"text printed without a fence: {str(value)[:40]!r}")

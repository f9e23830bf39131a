"""Which model answers for which role, where, with which key: read from the environment.

    ASSIGNEE_MODEL          the model's name; needed, there is no default
    OPENAI_BASE_URL         where it is served, with its /v1; OpenAI's own address when it is not set
    OPENAI_API_KEY          the key; a local server needs none
    ASSIGNEE_MODEL_SCEPTIC, ASSIGNEE_BASE_URL_SCEPTIC, ASSIGNEE_API_KEY_SCEPTIC
                            the same for one role: any of `ROLES` in capitals
    ASSIGNEE_MODEL_CONCURRENCY   requests in flight at one endpoint (8)
    ASSIGNEE_MODEL_TIMEOUT       seconds for one request (120)
    ASSIGNEE_MODEL_MAX_OUTPUT    tokens of one answer where a prompt does not say (4096)
    ASSIGNEE_PRICE_INPUT, ASSIGNEE_PRICE_CACHED_INPUT, ASSIGNEE_PRICE_OUTPUT, and each with a role behind it
                            US dollars per million tokens, where the price table does not know the model

A key goes to the endpoint it was set for and to no other: a role with a base URL of its own gets its own key
or none. `ASSIGNEE_BASE_URL` and `ASSIGNEE_API_KEY` come before the two `OPENAI_` names, for who needs both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from assignee.errors import UserError

from .gateway_errors import ModelSetupError
from .model_prices import Price, from_settings
from .model_secret import Secret

__all__ = ["OPENAI_URL", "ROLES", "Endpoint", "ModelSettings", "RoleModel"]

OPENAI_URL = "https://api.openai.com/v1"
_SHARED_URL = ("ASSIGNEE_BASE_URL", "OPENAI_BASE_URL")
ROLES = (
    "searcher",
    "screener",
    "extractor",
    "advocate",
    "sceptic",
    "evidence_first",
    "challenger",
    "evidence_auditor",
    "readers_advocate",
    "chair",
    "writer",
    "questioner",
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and its key; `url_setting` and `key_setting` name the variables they came from."""

    base_url: str
    key: Secret = field(default_factory=Secret)
    url_setting: str = "OPENAI_BASE_URL"
    key_setting: str = "OPENAI_API_KEY"

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.base_url).netloc

    @property
    def shared(self) -> bool:
        """Whether it is the endpoint of all roles, and not one role's own."""
        return self.url_setting in _SHARED_URL


@dataclass(frozen=True, slots=True)
class RoleModel:
    """What answers for one role. `price` is the user's own, None where the price table has to know."""

    model: str
    endpoint: Endpoint
    model_setting: str = "ASSIGNEE_MODEL"
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Every role's model, and what holds for all requests. `timeout` in seconds, `max_output` in tokens."""

    roles: Mapping[str, RoleModel]
    concurrency: int = 8
    timeout: float = 120.0
    max_output: int = 4096
    temperature: float = 0.0

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> ModelSettings:
        """Read the variables above. Roles without a model are left out. Raises UserError on a bad value."""
        env = os.environ if env is None else env
        found: dict[str, RoleModel] = {}
        for role in ROLES:
            model, model_setting = _first(env, f"ASSIGNEE_MODEL_{role.upper()}", "ASSIGNEE_MODEL")
            if model:
                found[role] = RoleModel(model, _endpoint(env, role), model_setting, from_settings(env, role))
        return cls(
            roles=found,
            concurrency=int(_number(env, "ASSIGNEE_MODEL_CONCURRENCY", 8, whole=True)),
            timeout=_number(env, "ASSIGNEE_MODEL_TIMEOUT", 120.0),
            max_output=int(_number(env, "ASSIGNEE_MODEL_MAX_OUTPUT", 4096, whole=True)),
        )

    @property
    def configured(self) -> bool:
        """Whether a model is set for every role and each has a key or an address of its own."""
        return all(role in self.roles and _usable(self.roles[role]) for role in ROLES)

    def for_role(self, role: str) -> RoleModel:
        """Raises ModelSetupError, naming the variable, where no model or no key is set."""
        found = self.roles.get(role)
        if found is None:
            raise ModelSetupError(
                f"no model is set for the {role.replace('_', ' ')}: "
                f"set ASSIGNEE_MODEL or ASSIGNEE_MODEL_{role.upper()} to a model's name"
            )
        if not _usable(found):
            raise ModelSetupError(
                f"{found.endpoint.key_setting} is not set: set it, or set {found.endpoint.url_setting} "
                f"to a server of your own"
            )
        return found

    def describe(self) -> dict[str, dict[str, Any]]:
        """Role -> model, host, whether a key is set. For `doctor` and run.json; holds no key."""
        return {
            role: {"model": item.model, "host": item.endpoint.host, "key": bool(item.endpoint.key)}
            for role, item in self.roles.items()
        }


def _usable(item: RoleModel) -> bool:
    return bool(item.endpoint.key) or item.endpoint.base_url != OPENAI_URL


def _endpoint(env: Mapping[str, str], role: str) -> Endpoint:
    shared_url, shared_setting = _first(env, *_SHARED_URL)
    url, url_setting = _first(env, f"ASSIGNEE_BASE_URL_{role.upper()}")
    own_key = f"ASSIGNEE_API_KEY_{role.upper()}"
    shared = _address(shared_url, shared_setting) if shared_url else OPENAI_URL
    address = _address(url, url_setting) if url else shared
    names = [own_key] if address != shared else [own_key, "ASSIGNEE_API_KEY", "OPENAI_API_KEY"]
    key, key_setting = _first(env, *names)
    return Endpoint(address, Secret(key, key_setting), url_setting if url else shared_setting, key_setting)


def _first(env: Mapping[str, str], *names: str) -> tuple[str, str]:
    """The first of the variables that is set, and its name; else "" and the last name."""
    for name in names:
        if env.get(name, "").strip():
            return env[name].strip(), name
    return "", names[-1]


def _address(url: str, setting: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UserError(f"{setting} must be an address such as {OPENAI_URL}")
    if parts.username or parts.password:
        raise UserError(f"{setting} holds a user name or password; give the key by itself, as a key setting")
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, parts.query, ""))


def _number(env: Mapping[str, str], name: str, default: float, whole: bool = False) -> float:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    try:
        value = float(raw)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9 or (whole and value != int(value)):
        raise UserError(f"{name} is {raw!r}; it must be a {'whole ' if whole else ''}number above 0")
    return value

"""`assignee doctor`: what this installation can do, without touching the network or showing a secret."""

from __future__ import annotations

import os
import platform
from importlib.metadata import metadata
from importlib.util import find_spec

from assignee import __version__
from assignee.errors import UserError
from assignee.registry import GROUPS, entries, names
from assignee.settings import Settings

__all__ = ["doctor_command"]

_KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


def doctor_command() -> int:
    """Print what was found; returns 0, or 1 when something that a review needs is missing."""
    settings = Settings.from_env()
    print(f"assignee {__version__}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"home: {settings.home} ({'there' if settings.home.is_dir() else 'made at the first review'})")
    broken = 0
    for group in GROUPS:
        found = [entry for entry in entries() if entry.group == group]
        told = []
        for entry in found:
            ready = find_spec(entry.target.partition(":")[0]) is not None
            broken += not ready
            origin = "" if entry.origin == "assignee" else f" (from {entry.origin})"
            told.append(entry.name + origin + ("" if ready else " (MISSING)"))
        print(f"{group.replace('_', ' ')}: {', '.join(told) or 'none'}")
    from assignee.graphs.engine_choice import choose_engine

    try:
        print(f"engine that auto takes: {choose_engine('auto').name}")
    except UserError as error:
        broken += 1
        print(f"engine that auto takes: none; {error}")
    extras = metadata("assignee").get_all("Provides-Extra") or []
    print(f"extras: {', '.join(f'{name} ({_extra(name)})' for name in sorted(extras)) or 'none'}")
    keys = [f"{name} {'set' if os.environ.get(name) else 'not set'}" for name in _KEYS]
    print(f"keys: {', '.join(keys)}")
    print(f"models: {_models()}")
    print(f"databases: {_databases()}")
    print(f"beside databases: {_beside()}")
    print(f"index: {_index(settings)}")
    return 1 if broken else 0


def _models() -> str:
    """Which model at which host answers for which role; never a key."""
    from assignee.tools.gateway import ModelSettings

    try:
        models = ModelSettings.from_env()
    except UserError as error:
        return str(error)
    if not models.roles:
        return "none; set ASSIGNEE_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL, for the engine openai"
    told: dict[str, list[str]] = {}
    for role, item in models.describe().items():
        told.setdefault(
            f"{item['model']} at {item['host']}, key {'set' if item['key'] else 'not set'}", []
        ).append(role)
    if len(told) == 1:
        return f"{next(iter(told))}, for all roles"
    return "; ".join(f"{model}: {', '.join(roles)}" for model, roles in told.items())


def _databases() -> str:
    """Which databases can be asked, as whom, with which keys; nothing is asked here."""
    from assignee.tools.database_settings import DATABASES, WITH_KEY, DatabaseSettings

    try:
        settings = DatabaseSettings.from_env()
    except UserError as error:
        return str(error)
    told = []
    for name in (name for name in names("sources") if name in DATABASES):
        moved = settings.urls[name] != DATABASES[name]
        facts = (
            [f"ASSIGNEE_{name.upper()}_KEY {'set' if settings.keys[name] else 'not set'}"]
            if name in WITH_KEY
            else ["no key needed"]
        )
        facts += [f"at {settings.urls[name]}"] if moved else []
        told.append(f"{name} ({', '.join(facts)})")
    contact = (
        f"contact {settings.contact}" if settings.contact else "set ASSIGNEE_CONTACT, arXiv asks for one"
    )
    return f"{', '.join(told)}; {contact}"


def _beside() -> str:
    """Who else is asked about what databases found, and under which condition."""
    from assignee.tools.database_settings import SERVICES, DatabaseSettings

    try:
        settings = DatabaseSettings.from_env()
    except UserError:
        return "not asked while the settings of databases cannot be used"
    told = []
    for name in SERVICES:
        facts = []
        if name == "unpaywall":
            given = (
                "a mail address" if settings.mail else "asked only with a mail address in ASSIGNEE_CONTACT"
            )
            facts = [f"contact is {given}" if settings.mail else given]
        facts += [f"at {settings.urls[name]}"] if settings.urls[name] != SERVICES[name] else []
        told.append(name + (f" ({', '.join(facts)})" if facts else ""))
    return f"{', '.join(told)}; only in reviews that name a database"


def _extra(name: str) -> str:
    """Whether every package of an extra is installed."""
    from importlib.metadata import PackageNotFoundError, requires, version

    wanted = [
        line for line in requires("assignee") or [] if line.replace('"', "'").endswith(f"extra == '{name}'")
    ]
    missing = []
    for line in wanted:
        package = line.split(";")[0].strip()
        for mark in "<>=!~[ ":
            package = package.split(mark)[0]
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    return "installed" if not missing else f"missing {', '.join(missing)}"


def _index(settings: Settings) -> str:
    if not settings.index.is_dir():
        return "empty"
    from assignee.tools.toolbox import Toolbox

    with Toolbox.open(settings) as toolbox:
        size = toolbox.index.size()
    used = sum(path.stat().st_size for path in settings.index.rglob("*") if path.is_file())
    return f"{size['texts']:,} texts, {size['vectors']:,} vectors, {used / 1e6:.1f} MB"

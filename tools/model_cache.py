"""Answers paid for once, kept by content: the same question to the same model is free ever after."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .model_ladder import Profile
from .model_settings import RoleModel
from .model_wire import Message, PromptRef
from .sqlite_file import SqliteFile

__all__ = ["ModelCache", "call_key"]

_FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""


def call_key(
    model: RoleModel, messages: Sequence[Message], schema_hash: str, prompt: PromptRef, temperature: float
) -> str:
    """SHA-256 over what decides an answer: address, model, prompt hash, schema, messages. No key, no role."""
    parts = [
        _FORM,
        model.endpoint.base_url,
        model.model,
        prompt.hash,
        schema_hash,
        temperature,
        [[item.role, item.content] for item in messages],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


class ModelCache:
    """A SQLite file that processes share. It holds hashes and answers: no messages, no keys, no headers."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises UserError where it cannot be written."""
        self._file = SqliteFile(path, _SCHEMA)

    def get(self, key: str) -> dict[str, Any] | None:
        """What was put under the key; None where nothing was or where it cannot be read back."""
        with self._file.reading() as connection:
            row = connection.execute("SELECT body FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        try:
            found = json.loads(zlib.decompress(row[0]))
        except (zlib.error, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def put(self, key: str, body: dict[str, Any]) -> None:
        """Keep an answer. The first one stays, so that processes that asked at once agree from then on."""
        packed = zlib.compress(json.dumps(body, ensure_ascii=False).encode())
        with self._file.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, packed))

    def drop(self, key: str) -> None:
        """Forget an answer that is no longer valid."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM answers WHERE key = ?", (key,))

    def profile(self, base_url: str, model: str) -> Profile | None:
        """What was learned about how this server wants to be asked."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT body FROM profiles WHERE key = ?", (_profile_key(base_url, model),)
            ).fetchone()
        try:
            return Profile.from_dict(json.loads(row[0])) if row else None
        except (ValueError, KeyError, TypeError):
            return None

    def keep_profile(self, base_url: str, model: str, profile: Profile) -> None:
        """Remember what was learned."""
        body = json.dumps(profile.to_dict())
        with self._file.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO profiles VALUES (?, ?)", (_profile_key(base_url, model), body)
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _profile_key(base_url: str, model: str) -> str:
    return hashlib.sha256(json.dumps([base_url, model]).encode()).hexdigest()

"""A key is shown to the server it was set for and to nothing else."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from pathlib import Path

import pytest
from gateway_kit import GOOD, ask, gateway_on
from stand_in_server import Bad, StandIn

from assignee.errors import UserError
from assignee.tools.gateway import ModelCache, ModelSettings
from assignee.tools.model_secret import Secret

CANARY = "canary.9f2c7d41e8b6"  # of no form that could be recognised without knowing it


def told_by(error: BaseException) -> list[str]:
    """All that an exception can show: with local variables, and with what a traceback leaves out."""
    trace = (
        error.__traceback__.tb_next if error.__traceback__ else None
    )  # the test's own frame knows the canary
    told = list(traceback.TracebackException(type(error), error, trace, capture_locals=True).format())
    at: BaseException | None = error
    while at is not None:
        told += [str(at), repr(at), repr(vars(at))]
        at = at.__cause__ or at.__context__
    return told


def files_with(what: bytes, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and what in path.read_bytes()]


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize(
    "bad",
    [
        None,
        Bad("key", body=CANARY),
        Bad("status", 400, {"error": {"message": f"bad header Bearer {CANARY}"}}),
        Bad("status", 500, f"<html>Authorization: Bearer {CANARY}</html>"),
        Bad("html"),
        Bad("cut"),
        Bad("refusal"),
    ],
    ids=lambda bad: bad.how + str(bad.status) if bad else "good",
)
async def test_the_canary_is_found_nowhere(
    bad: Bad | None, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "openai", "httpx2", "httpcore2", "httpx", "httpcore", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    told = []
    cache = ModelCache(tmp_path / "answers.db")
    with (
        StandIn(lambda request: bad or GOOD) as server,
        gateway_on(server, cache=cache, OPENAI_API_KEY=CANARY) as gateway,
    ):
        try:
            await ask(gateway)
        except Exception as error:
            told += told_by(error)
        finally:
            told += [repr(gateway.usage()), repr(gateway.profiles()), repr(vars(gateway))]
            await gateway.close()
    assert server.headers[0]["authorization"] == f"Bearer {CANARY}"
    cache.close()
    told += [record.getMessage() + repr(record.args) for record in caplog.records] + list(capfd.readouterr())
    assert caplog.records, "nothing was logged, so nothing was looked at"
    assert CANARY not in "\n".join(told)
    assert not files_with(CANARY.encode(), tmp_path)
    assert files_with(b"SQLite format", tmp_path)


def test_a_secret_shows_itself_in_no_form() -> None:
    env = {"ASSIGNEE_MODEL": "m", "OPENAI_API_KEY": CANARY, "ASSIGNEE_API_KEY_SCEPTIC": CANARY}
    settings = ModelSettings.from_env(env)
    secret = settings.roles["writer"].endpoint.key
    assert secret.reveal() == CANARY
    forms = [repr(settings), str(secret), f"{secret}", f"{secret:>40}", json.dumps(settings.describe())]
    forms += [repr(dataclasses.asdict(settings)), repr(copy.deepcopy(settings)), "%s" % secret]  # noqa: UP031
    assert CANARY not in "".join(forms)
    for way in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError):
            way(secret)
    assert secret == Secret(CANARY) != Secret("other")


@pytest.mark.parametrize("key", ["sk-line\nbreak", "sk-ümlaut", "sk with blank", "sk-\x00"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(UserError, match="OPENAI_API_KEY holds a blank") as caught:
        ModelSettings.from_env({"ASSIGNEE_MODEL": "m", "OPENAI_API_KEY": key})
    assert key not in str(caught.value)
    assert Secret(" sk-blanks-around \n").reveal() == "sk-blanks-around"

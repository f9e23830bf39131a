"""Which model answers for which role: what the environment says, and what it must not say."""

from __future__ import annotations

import pytest

from assignee.errors import UserError
from assignee.tools.gateway import ROLES, ModelSettings, ModelSetupError

LOCAL = "http://127.0.0.1:8000/v1"


def test_nothing_is_configured_by_a_key_alone() -> None:
    """A key that is set for other programs does not make a run cost money."""
    settings = ModelSettings.from_env({"OPENAI_API_KEY": "k"})
    assert not settings.configured
    with pytest.raises(ModelSetupError, match="no model is set for the screener: set ASSIGNEE_MODEL or"):
        settings.for_role("screener")


def test_a_model_needs_a_key_or_a_server_of_ones_own() -> None:
    settings = ModelSettings.from_env({"ASSIGNEE_MODEL": "m"})
    assert not settings.configured
    with pytest.raises(ModelSetupError, match=r"OPENAI_API_KEY is not set.*or set OPENAI_BASE_URL"):
        settings.for_role("writer")
    assert ModelSettings.from_env({"ASSIGNEE_MODEL": "m", "OPENAI_API_KEY": "k"}).configured
    assert ModelSettings.from_env({"ASSIGNEE_MODEL": "m", "OPENAI_BASE_URL": LOCAL}).configured


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_have_its_own(role: str) -> None:
    name = role.upper()
    env = {
        "ASSIGNEE_MODEL": "shared",
        "OPENAI_API_KEY": "k",
        f"ASSIGNEE_MODEL_{name}": "own",
        f"ASSIGNEE_BASE_URL_{name}": LOCAL,
        f"ASSIGNEE_PRICE_INPUT_{name}": "1",
        f"ASSIGNEE_PRICE_OUTPUT_{name}": "2",
    }
    settings = ModelSettings.from_env(env)
    own = settings.roles[role]
    assert (own.model, own.endpoint.base_url, own.endpoint.key.reveal()) == ("own", LOCAL, "")
    assert own.price is not None
    assert own.price.output == 2
    assert own.model_setting == f"ASSIGNEE_MODEL_{name}"
    assert own.endpoint.url_setting == f"ASSIGNEE_BASE_URL_{name}"
    others = {item.model for other, item in settings.roles.items() if other != role}
    assert others == {"shared"}
    assert {item.endpoint.key.reveal() for other, item in settings.roles.items() if other != role} == {"k"}


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://LocalHost:8000/v1/", "http://localhost:8000/v1"),
        ("http://localhost:8000/v1/chat/completions", "http://localhost:8000/v1"),
        ("https://host/openai/v1?api-version=preview", "https://host/openai/v1?api-version=preview"),
    ],
)
def test_addresses_are_brought_into_one_form(url: str, base: str) -> None:
    settings = ModelSettings.from_env({"ASSIGNEE_MODEL": "m", "OPENAI_BASE_URL": url})
    assert settings.roles["writer"].endpoint.base_url == base


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("OPENAI_BASE_URL", "localhost:8000", "OPENAI_BASE_URL must be an address"),
        ("OPENAI_BASE_URL", "ftp://host/v1", "must be an address"),
        ("OPENAI_BASE_URL", "http://[::1", "must be an address"),
        ("OPENAI_BASE_URL", "http://host:99999/v1", "must be an address"),
        ("ASSIGNEE_BASE_URL_CHAIR", "https://user:pass@host/v1", "ASSIGNEE_BASE_URL_CHAIR holds a user name"),
        ("ASSIGNEE_MODEL_CONCURRENCY", "0", "whole number above 0"),
        ("ASSIGNEE_MODEL_CONCURRENCY", "2.5", "whole number above 0"),
        ("ASSIGNEE_MODEL_TIMEOUT", "soon", "ASSIGNEE_MODEL_TIMEOUT is 'soon'"),
        ("ASSIGNEE_MODEL_MAX_OUTPUT", "nan", "above 0"),
        ("ASSIGNEE_PRICE_INPUT", "1", "set both"),
        ("ASSIGNEE_PRICE_OUTPUT", "-1", "US dollars per million tokens"),
    ],
)
def test_bad_values_are_one_line_that_names_the_setting(name: str, value: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        ModelSettings.from_env({"ASSIGNEE_MODEL": "m", "OPENAI_API_KEY": "k", name: value})
    assert "\n" not in str(caught.value)
    assert "pass" not in str(caught.value).replace("password", "")


def test_a_broken_price_table_is_not_shipped() -> None:
    """Every row has an input and an output price, and reading what was cached is never dearer."""
    from assignee.tools.model_prices import price_of, table_date

    assert len(table_date()) == 7
    for model in ("gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini", "gpt-5-nano"):
        price = price_of("https://api.openai.com/v1", model)
        assert price is not None
        assert 0 < (price.cached or 0) < price.input < price.output

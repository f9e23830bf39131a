"""A home of its own for the whole session, no tracing, and data tests skipped where the data is absent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from recording import model_env, pytest_recording_configure, service_url, vcr_config  # noqa: F401

from assignee.tools.database_settings import DATABASES, SERVICES

# The same examples in every run: a test that fails once fails again. HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

# Whoever runs the tests with a model set up for their own reviews pays for nothing and gets the same results.
_NOT_INHERITED = (
    "LANGSMITH_",
    "LANGCHAIN_",
    "OPENAI_",
    "ASSIGNEE_MODEL",
    "ASSIGNEE_BASE_URL",
    "ASSIGNEE_API_KEY",
    "ASSIGNEE_PRICE_",
    "ASSIGNEE_CONTACT",
    "ASSIGNEE_ARXIV_",
    "ASSIGNEE_OPENALEX_",
    "ASSIGNEE_SEMANTIC_SCHOLAR_",
    "ASSIGNEE_CROSSREF_",
    "ASSIGNEE_EUROPE_PMC_",
    "ASSIGNEE_UNPAYWALL_",
    "ASSIGNEE_ARXIV_FILES_",
    "ASSIGNEE_PDF_",
)


@pytest.fixture(scope="session", autouse=True)
def assignee_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`ASSIGNEE_HOME` for this session; also for the processes that tests start."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSIGNEE_HOME", str(home))
        for name in list(os.environ):
            if name.startswith(_NOT_INHERITED):
                patch.delenv(name)
        for name in (*DATABASES, *SERVICES):  # what a test does not stand in for does not answer
            patch.setenv(f"ASSIGNEE_{name.upper()}_URL", "http://127.0.0.1:9")
        yield home


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder that `ASSIGNEE_DATA` names."""
    return Path(os.environ["ASSIGNEE_DATA"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    given = os.environ.get("ASSIGNEE_DATA")
    if given and Path(given).is_dir():
        return
    why = f"ASSIGNEE_DATA is {given!r}, which is no folder" if given else "ASSIGNEE_DATA is not set"
    for item in items:
        if "data" in item.keywords:
            item.add_marker(pytest.mark.skip(reason=why))

"""Which addresses are fetched: exact known hosts, https, nothing that two readers could read differently."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.errors import UserError
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.open_hosts import KNOWN_HOSTS, host_of, hosts_of, known_place

MORE = hosts_of("papers.example.org, LOCALHOST:8080,")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://arxiv.org/pdf/2001.00001", ("https://arxiv.org", "/pdf/2001.00001")),
        ("http://aclanthology.org/P18-1001.pdf", ("https://aclanthology.org", "/P18-1001.pdf")),
        ("https://openreview.net/pdf?id=a_b-c#page=2", ("https://openreview.net", "/pdf?id=a_b-c")),
        ("https://papers.example.org:443/a%20b", ("https://papers.example.org", "/a%20b")),
        ("http://localhost:8080/a", ("http://localhost:8080", "/a")),
    ],
)
def test_known_places(url: str, place: tuple[str, str]) -> None:
    assert known_place(url, MORE) == place


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org@evil.example.com/x",
        "https://user:pass@arxiv.org/x",
        "https://evil.example.com\\@arxiv.org/x",
        "https://evil.example.com#@arxiv.org/x",
        "https://evil.example.com?@arxiv.org/x",
        "https://arxiv.org:8443/x",
        "https://arxiv.org.evil.example.com/x",
        "https://evil-arxiv.org/x",
        "https://sub.arxiv.org/x",
        "https://arxiv.org./x",
        "https://аrxiv.org/x",
        "https://arxiv。org/x",
        "https://xn--rxiv-53d.org/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "http://localhost/x",
        "http://localhost:8081/x",
        "http://127.0.0.1:8080/x",
        "http://169.254.169.254/latest/meta-data",
        "ftp://arxiv.org/x",
        "file:///etc/passwd",
        "//arxiv.org/x",
        "https://arxiv.org/a b",
        "https://arxiv.org/a\r\nHost: evil",
        "https://arxiv.org/" + "a" * 3000,
        "",
    ],
)
def test_no_other_address_is_fetched(url: str) -> None:
    assert known_place(url, MORE) is None


@given(
    st.text(max_size=40),
    st.sampled_from(["https://", "http://", "https://arxiv.org", "//"]),
    st.text(max_size=20),
)
def test_whatever_the_address_only_known_hosts_come_out(head: str, middle: str, tail: str) -> None:
    place = known_place(head + middle + tail, MORE)
    if place is not None:
        assert urlsplit(place[0] + place[1]).netloc in KNOWN_HOSTS | MORE
        assert place[1].startswith("/")


@pytest.mark.parametrize(
    "bad", ["https://a.org", "a.org/x", "*.org", "org", "10.0.0.1", "a.org:8080", "a b.org", "[::1]:80"]
)
def test_what_is_no_host_is_refused_in_one_line(bad: str) -> None:
    with pytest.raises(UserError, match="ASSIGNEE_PDF_HOSTS names"):
        DatabaseSettings.from_env({"ASSIGNEE_PDF_HOSTS": f"a.org,{bad}"})


def test_hosts_come_from_the_environment_and_are_named_without_more() -> None:
    assert DatabaseSettings.from_env({"ASSIGNEE_PDF_HOSTS": "a.org, B.org"}).pdf_hosts == {"a.org", "b.org"}
    assert host_of("https://Evil.example.com:99/x?y") == "evil.example.com"
    assert host_of("https://a@b.org/") == host_of("nonsense") == ""

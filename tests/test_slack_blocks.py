"""What stands in our Slack messages: within Slack's limits whatever the report, and no markup but ours."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_slack import faults, words
from hypothesis import given
from hypothesis import strategies as st
from sample_report import sample, with_claim

from assignee.claims import CheckedClaim, Outcome, Report, Status
from assignee.cli import main
from assignee.follow_up import FollowUp, Quoted
from assignee.slack_blocks import (
    MAX_MESSAGE,
    answer_message,
    evidence_blocks,
    evidence_view,
    reason_message,
    result_message,
)
from assignee.slack_intake import SHORTCUT, read
from assignee.slack_status import SoFar
from assignee.slack_store import Asked, SlackStore
from assignee.slack_text import escape, pieces, plain

ROOT = Path(__file__).parents[1]
JOB = "0123456789ab"
TEXTS = st.text(alphabet=st.sampled_from("ab c&<>*_~`@:!/|#\n\u200b\u202ewww.http"), max_size=60) | st.text(
    max_size=60
)


def claim(report: Report, id: str) -> CheckedClaim:
    return next(item for item in report.claims if item.claim.id == id)


@given(TEXTS)
def test_foreign_text_makes_no_markup(text: str) -> None:
    told = escape(text)
    assert "<" not in told
    assert ">" not in told
    assert not re.search(r"&(?!amp;|lt;|gt;)", told)
    assert "://" not in told
    assert not re.search(r"@\w", told)
    assert not re.search(r":[a-z0-9_+'-]+:", html.unescape(told))
    for sign in "*_~`":
        assert not re.search(rf"(?<!\w){re.escape(sign)}\S[^\n]*{re.escape(sign)}", told)


@given(
    st.text(alphabet=st.characters(exclude_characters="*_~`@:/.", exclude_categories=["C", "Z"]), max_size=80)
)
def test_text_without_markup_reads_as_it_was(text: str) -> None:
    assert html.unescape(escape(text)) == text


@given(TEXTS, st.integers(min_value=8, max_value=40))
def test_pieces_lose_nothing_and_cut_no_entity(text: str, limit: int) -> None:
    found = list(pieces(text, limit))
    assert all(0 < len(part) <= limit for part in found)
    assert "".join(found).replace(" ", "") == escape(text).replace(" ", "")
    assert not any(re.search(r"&(?!amp;|lt;|gt;)", part) for part in found)


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("<@U0BOT0> does *A* help?", "does *A* help?"),
        ("see <https://x.test/a|x.test/a> and <#C1|general>, <!here>", "see x.test/a and #general, @here"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
        ("<@U7|ada> <!subteam^S1|@team> \n a\x00b", "@ada @team a b"),
    ],
)
def test_what_slack_sends_is_read_as_it_was_written(sent: str, read_as: str) -> None:
    assert plain(sent, "U0BOT0") == read_as


def huge(report: Report) -> Report:
    """Everything as long as it gets."""
    long = "<b> & " * 2000
    claims = tuple(
        replace(
            item,
            claim=replace(item.claim, id=f"c{number}", text=long, quote=long),
            why=long,
            verdicts=tuple(
                replace(v, reason=long, evidence=tuple(replace(e, quote=long) for e in v.evidence))
                for v in item.verdicts
            ),
        )
        for number in range(40)
        for item in (report.claims[number % len(report.claims)],)
    )
    return replace(
        report,
        question="<!channel> " * 180,
        answer=replace(report.answer, text="A & B. " * 900),
        claims=claims,
        papers=tuple(replace(paper, title=long) for paper in report.papers),
        status=Status.PARTIAL,
        manifest=replace(report.manifest, problems=(long, long)),
    )


@pytest.mark.parametrize("report", [sample(), huge(sample())], ids=["sample", "huge"])
def test_every_message_is_within_slacks_limits(report: Report) -> None:
    quotes = tuple(Quoted(text=item.claim.quote, cite="A", paper_id="a", where="b") for item in report.claims)
    ids = tuple(item.claim.id for item in report.claims)
    for made in (
        result_message(report, JOB, "U123"),
        reason_message("x " * 30_000, report.question),
        answer_message(FollowUp(text="y & " * 2000, held=True, quotes=quotes, claim_ids=ids), JOB),
    ):
        assert faults(made.blocks) == []
        assert len(json.dumps(made.blocks, ensure_ascii=False)) <= MAX_MESSAGE
        assert 0 < len(made.text) <= 3000
    for item in report.claims[:6]:
        view = evidence_view(report, item.claim.id)
        assert faults(view["blocks"], 100) == []
        assert len(view["title"]["text"]) <= 24


def test_the_result_has_answer_score_top_claims_and_one_that_failed() -> None:
    report = sample()
    report = replace(report, decision=replace(report.decision, score=7.4))
    made = result_message(report, JOB, "U123")
    told = words({"blocks": made.blocks})
    assert report.question in told
    assert "Yes, with disagreement" in told
    assert "7.40 / 10" in told
    assert "No included paper mentions “XTREME-R”" in told
    shown = re.findall(r"\*([✓±–×]) (\w+)\*", told)
    assert [mark for mark, _ in shown] == ["✓", "✓", "±", "±", "✓"]
    assert "7 more claims in the report." in told
    values = [block["accessory"]["value"] for block in made.blocks if "accessory" in block]
    assert values == [f"{JOB}:{id}" for id in ("c1", "c2", "c4", "c6", "c3")]
    assert report.question in made.text


def test_where_claims_failed_one_of_them_is_shown() -> None:
    report = sample()
    kept = tuple(item for item in report.claims if item.outcome not in (Outcome.CONTESTED,))
    made = result_message(replace(report, claims=kept), JOB, "U123")
    assert re.findall(r"\*([✓±–×]) \w+\*", words({"blocks": made.blocks}))[-1] == "×"


def test_the_evidence_has_quote_place_and_every_verdict() -> None:
    report = sample()
    item = claim(report, "c4")
    told = words({"blocks": evidence_blocks(report, "c4")})
    assert f"“{item.claim.quote}”" in told
    assert f"characters {item.claim.start}–{item.claim.end}" in told
    assert "read as full text" in told
    assert "(<https://example.org/berg22|berg22>)" in told
    for verdict in item.verdicts:
        assert f"*{verdict.verifier.replace('_', ' ')}: {verdict.stance}" in told
    assert "+ Marchetti and Ruiz (2021): “" in told
    assert "− Nakamura (2019): “" in told
    assert "no claim c99" in words({"blocks": evidence_blocks(report, "c99")})


@given(TEXTS)
def test_the_evidence_of_any_claim_text_is_well_formed(text: str) -> None:
    report = with_claim(sample(), "c1", text=text, quote=text or "q", why=text)
    assert faults(evidence_view(report, "c1")["blocks"], 100) == []
    assert faults(result_message(report, JOB, text).blocks) == []


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.sampled_from(["message", "app_mention", "C1", "im", ""]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["event", "type", "user", "text", "channel", "ts", "thread_ts", "command", "channel_type"]
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_any_delivery_is_read_or_left(body: Any) -> None:
    if isinstance(body, dict):
        found = read(body, "U0", lambda channel, ts: None)
        assert found is None or isinstance(found[1], Asked)


def test_the_store_takes_a_delivery_once_also_when_opened_anew(tmp_path: Path) -> None:
    clock = [1000.0]
    asked = Asked(kind="review", user="U1", channel="C1", thread="", text="A?")
    store = SlackStore(tmp_path / "slack.db", lambda: clock[0])
    kept = store.take(("event:1", "message:C1:1"), asked)
    assert kept is not None
    assert store.take(("event:2", "message:C1:1"), asked) is None
    store.thread("C1", "1", store.change(kept, job="j"))
    store.close()
    store = SlackStore(tmp_path / "slack.db", lambda: clock[0])
    assert store.take(("event:1",), asked) is None
    assert not store.first("event:1")
    assert [item.job for item in store.unfinished()] == ["j"]
    assert store.review_of("C1", "1") == replace(kept, job="j")
    store.close()
    clock[0] += 30 * 24 * 3600  # what is long past is forgotten, requests are not
    store = SlackStore(tmp_path / "slack.db", lambda: clock[0])
    assert store.first("event:1")
    assert store.get(kept.number) == replace(kept, job="j")
    store.close()


@pytest.mark.parametrize(
    ("options", "env", "told"),
    [
        ([], {}, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN must be set"),
        (["--http"], {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET must be set"),
        (["--http", "--socket"], {}, "give one of them"),
        (
            [],
            {"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_APP_TOKEN": "xapp-1"},
            "SLACK_BOT_TOKEN does not begin with xoxb-",
        ),
        (
            ["--channel", "general=x"],
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
            "a channel's id",
        ),
        (["--library", "gone"], {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, "is not there"),
        ([], {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, "no library and no source given"),
        (
            [],
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "ftp://x"},
            "must begin with https://",
        ),
    ],
)
def test_misuse_of_the_command_is_one_line(
    options: list[str],
    env: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert main(["slack", *options]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not any(value in error for value in env.values())


def test_the_manifest_asks_for_what_the_app_uses_and_the_page_names_it() -> None:
    manifest = yaml.safe_load((ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    features, settings = manifest["features"], manifest["settings"]
    assert [item["command"] for item in features["slash_commands"]] == ["/assignee"]
    assert [(item["type"], item["callback_id"]) for item in features["shortcuts"]] == [("message", SHORTCUT)]
    assert settings["event_subscriptions"]["bot_events"] == [
        "app_mention",
        "message.channels",
        "message.groups",
        "message.im",
    ]
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(scopes)
    assert set(scopes) == {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "im:history",
        "im:write",
    }
    assert all(scope in page for scope in scopes)
    assert settings["socket_mode_enabled"] is True
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "slack-manifest.yaml"):
        assert name in page


def test_a_question_as_long_as_it_may_be_leaves_room_for_the_status() -> None:
    for question in ("&" * 2000, "& " * 20_000):
        made = SoFar(question, "U1", 7, "The server was started anew.").message()
        assert faults(made.blocks) == []
        assert made.blocks[-1]["type"] == "actions"
        assert "Working on it" in words({"blocks": made.blocks})

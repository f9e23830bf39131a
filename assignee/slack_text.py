"""Text on its way to Slack and from it: whatever a title, a quote or a question holds, it prints as itself.

What Slack takes for markup: https://docs.slack.dev/messaging/formatting-message-text (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assignee.render.escape import BIDI

__all__ = ["MAX_SECTION", "escape", "pieces", "plain"]

MAX_SECTION = 3000  # characters in the text of a section, escapes included

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ud800-\udfff]+")
_BROKEN = "\u200b"  # a space without width: breaks what Slack would take for an address or a name
_ADDRESS = re.compile(r"(?i)(?<=\w)(:)(?=//)|\b(www)(?=\.)|\b(mailto|tel)(?=:)|(@)(?=\w)")
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)")
# Characters that format when they come in pairs, and what looks the same and means nothing.
_ALIKE = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_PAIRED = {char: re.compile(rf"(?<!\w){re.escape(char)}(?=\S)[^\n]*?{re.escape(char)}") for char in "*_~`"}

_TOKEN = re.compile(r"<([^<>]*)>")
_ENTITY = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def escape(text: str) -> str:
    """Foreign text for a `mrkdwn` field: no link, mention, emoji or formatting can come of it; one line.

    &, < and > become entities, as Slack asks. Addresses and @names are broken by a space without width. Signs that
    would format are replaced by ones that look the same, where they come in pairs; the files of a report hold
    them as they are.
    """
    line = " ".join(BIDI.sub("", _CONTROL.sub(" ", text)).split())
    for char, pair in _PAIRED.items():
        if line.count(char) > 1 and pair.search(line):
            line = line.replace(char, char.translate(_ALIKE))
    line = _ADDRESS.sub(lambda match: match[0] + _BROKEN, line)
    line = _EMOJI.sub(":" + _BROKEN, line)
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(text: str, limit: int = MAX_SECTION) -> Iterator[str]:
    """Foreign text, escaped and cut between words into pieces of at most `limit` characters; nothing is lost."""
    held = ""
    for word in escape(text).split(" "):
        for part in _parts(word, limit):
            if held and len(held) + 1 + len(part) > limit:
                yield held
                held = part
            else:
                held = f"{held} {part}" if held else part
    if held:
        yield held


def plain(text: str, bot_user: str = "") -> str:
    """What somebody wrote, from the form in which Slack sends it; the mention of ourselves is left out.

    >>> plain("<@U0BOT> is <https://x.test|x.test> &lt; y?", "U0BOT")
    'is x.test < y?'
    """
    told = _TOKEN.sub(lambda match: _token(match[1], bot_user), text)
    for entity, char in _ENTITY.items():
        told = told.replace(entity, char)
    return " ".join(_CONTROL.sub(" ", told).split())


def _parts(word: str, limit: int) -> Iterator[str]:
    """A word that is longer than a section, cut, but never inside an entity."""
    while len(word) > limit:
        at = limit
        entity = word.rfind("&", max(0, at - 5), at)
        if entity >= 0 and ";" not in word[entity:at]:
            at = entity
        yield word[:at]
        word = word[at:]
    yield word


def _token(inner: str, bot_user: str) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return "" if target[1:] == bot_user else f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    return label or target

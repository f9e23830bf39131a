"""Plain text and Markdown: one paper a file, with an optional front matter of `key: value` lines."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from assignee.claims import Basis

from .composer import Composer
from .decoding import read_text
from .headings import caption_label, known_heading, numbered_heading
from .record import document
from .source import Document, Format, Problem, Unreadable
from .text import stored

__all__ = ["FORMAT", "front_matter", "parse", "read", "unmark"]

_FENCE = re.compile(r"^(?P<mark>`{3,}+|~{3,}+)[^\n]*\n.*?(?:^(?P=mark)[`~]*[ \t]*$|\Z)", re.M | re.S)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>\n]*)?/?>")
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^)\n]{0,1000}\)|\[[^\]\n]{0,200}\])")
_LINK = re.compile(r"\[([^\[\]\n]+)\](?:\((?:<[^>\n]*>|[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])")
_NOTE = re.compile(r"\[\^[^\]\n]{1,100}\]")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S[^\n]*$", re.M)
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_STRONG = re.compile(r"(?<![\w*\\])(\*\*|__)(?=\S)([^*_\n]+(?:\n[^*_\n]+)*?)(?<=\S)\1(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w*_\\])([*_])(?=[^\s*_])([^*_\n]+(?:\n[^*_\n]+)*?)(?<=[^\s*_])\1(?![\w*_])")
_CODE = re.compile(r"(?<!`)(`{1,4})(?!`)([^`\n]+)\1(?!`)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$")
_RULE = re.compile(r"^ {0,3}(?:[-*_][ \t]*){3,}$")
_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_QUOTE = re.compile(r"^[ \t]*>+[ \t]?")
_UNDERLINE = re.compile(r"^(?:=+|-+)[ \t]*$")
_KEY = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)$")
_LONGEST_TITLE = 250
_TABLE = -1  # the level of a block that holds the rows of a table
_RULED = re.compile(r"^[\s|:+-]+$")


def read(path: Path) -> Iterator[Document | Problem]:
    """The one document of a file. Raises Unreadable when it cannot be opened or holds no text."""
    text = read_text(path)
    name = path.name.lower().removesuffix(".gz")
    yield parse(text, stem=_stem(path.name), markdown=name.endswith((".md", ".markdown")))


def parse(text: str, *, stem: str, markdown: bool) -> Document:
    """A document of a text. Title: the front matter's, else the first heading or line, else `stem`.

    A first line is a title when it is short, does not end in a full stop, and what follows does not continue it.
    Headings open sections; each block between blank lines is a paragraph. Raises Unreadable for a text that holds
    nothing.
    """
    given, body = front_matter(text)
    title = stored(str(given.get("title") or ""))
    blocks = list(_markdown_blocks(body) if markdown else _plain_blocks(body))
    if not title:
        at = _title_block(blocks)
        title = stored(blocks.pop(at)[1]) if at is not None else stem
    composer, label = Composer("Text"), None
    for level, block in blocks:
        if level == _TABLE:
            composer.apart(label or "Table", block.split("\n"))
            label = None
        elif level == 0 and (label := caption_label(block)) is not None:
            composer.apart(label, [block])
        elif level == 0:
            composer.paragraph(block)
        elif stored(block) != title:
            composer.heading(known_heading(block) or block, printed=block, level=level)
    if not composer.holds_text:
        raise Unreadable("holds no text")
    made = document({**given, "title": title, "abstract": composer.text}, stem)
    if isinstance(made, Problem):
        raise Unreadable(made.what)
    basis = made.paper.basis if made.paper.basis is Basis.DIGEST else Basis.FULL_TEXT
    return Document(replace(made.paper, basis=basis), composer.text, composer.sections)


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The `key: value` lines between two `---` lines at the very top, and the rest.

    Values are strings, or lists written `[a, b]` or as `- item` lines below the key. Not YAML: quotation marks
    around a value go, nothing else is interpreted. Without a closing line there is no front matter.
    """
    lines = text.lstrip("\ufeff").split("\n")
    if not lines or lines[0].strip() != "---":
        return {}, text
    close = next(
        (at for at, line in enumerate(lines[1:200], start=1) if line.strip() in ("---", "...")), None
    )
    if close is None:
        return {}, text
    found: dict[str, Any] = {}
    key = ""
    for line in lines[1:close]:
        if match := _KEY.match(line):
            key, value = match.group(1).lower(), match.group(2).strip()
            if value.startswith("[") and value.endswith("]"):
                found[key] = [_unquote(item) for item in value[1:-1].split(",") if item.strip()]
            else:
                found[key] = _unquote(value)
        elif key and line.strip().startswith("- "):
            items = found[key] if isinstance(found.get(key), list) else []
            found[key] = [*items, _unquote(line.strip()[2:])]
        elif key and line.startswith((" ", "\t")) and isinstance(found[key], str):
            found[key] = f"{found[key]} {line.strip()}".strip(" >|")
    return found, "\n".join(lines[close + 1 :])


def unmark(text: str) -> str:
    """Inline Markdown without its marks; link texts stay, pictures and notes go; snake_case and 2 * 3 stay."""
    text = _LINK.sub(r"\1", _NOTE.sub("", _IMAGE.sub("", text)))
    text = _AUTOLINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _CODE.sub(r"\2", text)
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return html.unescape(_ESCAPE.sub(r"\1", text))


def _title_block(blocks: list[tuple[int, str]]) -> int | None:
    """Which block is the title: the first heading of the top level, or a first block that looks like one."""
    top = next((at for at, (level, _) in enumerate(blocks) if level == 1), None)
    if top is not None or len(blocks) < 2:
        return top
    level, first = blocks[0]
    if level or (
        "\n" not in first.strip() and len(first) <= _LONGEST_TITLE and not first.rstrip().endswith(".")
    ):
        return 0
    return None


def _markdown_blocks(text: str) -> Iterator[tuple[int, str]]:
    """(heading level, text) of each block; level 0 is a paragraph, -1 the rows of a table."""
    text = _DEFINITION.sub("", _COMMENT.sub("", _FENCE.sub("\n", text)))
    held: list[str] = []
    rows: list[str] = []
    for line in [*text.split("\n"), ""]:
        bare = _QUOTE.sub("", line)
        heading = _ATX.match(bare)
        if _UNDERLINE.match(bare) and len(held) == 1:
            yield (1 if bare.startswith("=") else 2), unmark(held.pop())
            continue
        ends = not bare.strip() or heading is not None or _RULE.match(bare) is not None
        row = bare.lstrip().startswith("|")
        if held and (ends or row or _BULLET.match(bare)):
            yield 0, unmark("\n".join(held))
            held = []
        if rows and not row:
            yield _TABLE, "\n".join(rows)
            rows = []
        if row and not _RULED.match(bare):
            cells = (unmark(cell).strip() for cell in bare.strip().strip("|").split("|"))
            rows.append(" | ".join(filter(None, cells)))
        if heading is not None:
            yield len(heading.group(1)), unmark(_without_closing(heading.group(2)))
        elif not ends and not row:
            held.append(_BULLET.sub("", bare))


def _without_closing(heading: str) -> str:
    """A heading without the number signs that may close it ("Results ##"); those of "C#" stay."""
    text = heading.rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else text


def _plain_blocks(text: str) -> Iterator[tuple[int, str]]:
    """As `_markdown_blocks`; headings are known by their words or their numbers, the first line by what follows."""
    lines = text.strip().split("\n")
    if len(lines) > 1 and not lines[1].lstrip()[:1].islower():
        # A first line that the second does not continue is a block of its own, blank line or not.
        lines.insert(1, "")
    held: list[str] = []
    for line in [*lines, ""]:
        heading = known_heading(line) or (None if held else numbered_heading(line))
        if held and (heading or not line.strip()):
            yield 0, "\n".join(held)
            held = []
        if heading:
            numbered = numbered_heading(line)
            yield (numbered[0].count(".") + 1 if numbered else 1), line.strip()
        elif line.strip():
            held.append(line)


def _unquote(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" else value


def _stem(name: str) -> str:
    bare = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    return bare.rsplit(".", 1)[0] or bare


FORMAT = Format("text", (".txt", ".md", ".markdown", ".text", ".txt.gz", ".md.gz"), "1", read)

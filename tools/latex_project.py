"""The LaTeX source of one paper: its files out of an archive in memory, its inputs joined, its macros expanded."""

from __future__ import annotations

import io
import posixpath
import re
import tarfile
import zlib
from collections.abc import Mapping

from .decoding import decode
from .source import Unreadable

__all__ = ["MOST_OPEN", "argument", "joined", "source_files", "without_groups"]

_MEMBERS, _MOST = 5000, 16 << 20
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*(?!\s*\n))?")
_INPUT = re.compile(r"\\(?:input|include|subfile)\s*(?:\{([^{}]{1,200})\}|([\w./-]{1,200}))")
_MACRO = re.compile(
    r"\\(?:(?:re)?newcommand\*?|providecommand\*?|DeclareRobustCommand\*?|def)\s*\{?\s*\\([A-Za-z]{1,40})\s*\}?\s*"
    r"(?:\[(\d)\])?(\[[^\]\n]{0,100}\])?((?:#\d){0,9})\s*(?=\{)"
)
_COLOUR = re.compile(r"\\(?:definecolor|colorlet)\s*(?:\{[^{}]{0,80}\}\s*){2,3}")
MOST_OPEN = 100
"""How many groups without an end are looked for in one text."""

_LONGEST_MACRO = 1000


def source_files(data: bytes) -> dict[str, str]:
    """Texts of the .tex and .bbl files by name; one plain source is "main.tex". Nothing is written to disk.

    At most 5000 members and 16 MB of text are read. Raises Unreadable for what is neither a tar nor LaTeX.
    """
    if b"\x00" not in data[:512]:
        text = decode(data[:_MOST])
        if "\\begin{" not in text and "\\section" not in text:
            raise Unreadable("holds no LaTeX source")
        return {"main.tex": text}
    found: dict[str, str] = {}
    left = _MOST
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for number, member in enumerate(archive):
                if number >= _MEMBERS:
                    break
                name = posixpath.normpath(member.name)
                if not member.isfile() or not name.lower().endswith((".tex", ".ltx", ".bbl")):
                    continue
                if posixpath.basename(name).startswith(".") or member.size > left:
                    continue
                stream = archive.extractfile(member)
                if stream is not None:
                    left -= member.size
                    found[name] = decode(stream.read(member.size))
    except (tarfile.TarError, EOFError, zlib.error, ValueError, OSError):
        if not found:
            raise Unreadable("is not a whole tar archive") from None
    if not found:
        raise Unreadable("is an archive without LaTeX source")
    return found


def joined(files: Mapping[str, str]) -> str:
    """The main file (with a document class and a body; the longest of several) with its inputs in place.

    Comments go; each file is put in at most once per place and ten deep; simple macros of the paper are expanded.
    """
    bare = {name: _COMMENT.sub(r"\1", text) for name, text in sorted(files.items())}
    tex = {name: text for name, text in bare.items() if not name.lower().endswith(".bbl")} or bare
    mains = [
        name for name, text in tex.items() if "\\begin{document}" in text and "\\document" in text
    ] or list(tex)
    sizes = {name: len(_with_inputs(tex[name], tex, 0, [_MOST])) for name in mains}
    text = _with_inputs(tex[max(mains, key=lambda name: sizes[name])], tex, 0, [_MOST])
    return _expanded(text)


def _with_inputs(text: str, files: Mapping[str, str], depth: int, left: list[int]) -> str:
    def put(match: re.Match[str]) -> str:
        name = posixpath.normpath((match.group(1) or match.group(2)).strip())
        inner = next((files[item] for item in (name, f"{name}.tex") if item in files), "")
        if depth >= 10 or len(inner) > left[0]:
            return ""
        left[0] -= len(inner)
        return _with_inputs(inner, files, depth + 1, left)

    return _INPUT.sub(put, text)


def argument(text: str, at: int) -> tuple[str, int] | None:
    """What stands in the braces that open at or after `at` (space between), and where it ends; None without."""
    while at < len(text) and text[at] in " \t\n":
        at += 1
    if at >= len(text) or text[at] != "{":
        return None
    depth, begin = 0, at + 1
    for match in re.compile(r"\\.|[{}]", re.S).finditer(text, at):
        mark = match.group()
        depth += (mark == "{") - (mark == "}")
        if depth == 0 and mark == "}":
            return text[begin : match.start()], match.end()
        if match.start() - at > 100_000:
            break
    return None


def without_groups(text: str, command: re.Pattern[str]) -> str:
    """The text without each match of `command` and the braced argument that follows it."""
    kept, at, open_ones = [], 0, 0
    for match in command.finditer(text):
        if match.start() < at:
            continue
        # Many braces that are never closed are no paper's; looking on would take minutes.
        found = argument(text, match.end()) if open_ones < MOST_OPEN else None
        open_ones += found is None
        kept.append(text[at : match.start()])
        at = found[1] if found else match.end()
    return "".join(kept) + text[at:]


def _expanded(text: str) -> str:
    macros: dict[str, tuple[int, str]] = {}
    for match in _MACRO.finditer(text):
        body = argument(text, match.end())
        if body and len(body[0]) <= _LONGEST_MACRO and match.group(3) is None:
            macros[match.group(1)] = (int(match.group(2) or len(match.group(4)) // 2), body[0])
    preamble, begin, rest = text.partition("\\begin{document}")
    if not begin:
        return text
    # Definitions in the body go before what they define is put in.
    rest = _COLOUR.sub("", without_groups(rest, _MACRO))
    if not macros:
        return preamble + begin + rest
    # What is defined is expanded in the body and, for the title, in the preamble's \title.
    title = re.search(r"\\title\s*(?:\[[^\]]{0,300}\])?\s*(?=\{)", preamble)
    held = argument(preamble, title.end()) if title else None
    rest = (f"\\title{{{held[0]}}}\n" if held else "") + rest
    use = re.compile(
        r"\\(" + "|".join(sorted(macros, key=lambda name: (-len(name), name))) + r")(?![A-Za-z])"
    )
    for _ in range(4):
        changed = _once(rest, use, macros)
        if changed == rest or len(changed) > _MOST:
            break
        rest = changed
    return preamble + begin + rest


def _once(text: str, use: re.Pattern[str], macros: Mapping[str, tuple[int, str]]) -> str:
    kept, at = [], 0
    for match in use.finditer(text):
        if match.start() < at:
            continue
        count, body = macros[match.group(1)]
        end = match.end()
        for number in range(1, count + 1):
            given = argument(text, end)
            if given is None:
                break
            body, end = body.replace(f"#{number}", given[0]), given[1]
        if not count:
            if text.startswith("{}", end):
                end += 2
            elif not body.rstrip().endswith("\\xspace"):
                while text[end : end + 1] in (" ", "\t"):  # TeX eats the space behind a command
                    end += 1
        kept += [text[at : match.start()], body]
        at = end
    return "".join(kept) + text[at:]

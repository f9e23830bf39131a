"""LaTeX sources (.tex, arXiv's .gz and .tar.gz): prose by section; tables, captions, notes apart; formulas stay out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assignee.claims import Basis

from .composer import Composer
from .headings import known_heading
from .latex_floats import Float, numbered, taken_out, unmarked
from .latex_project import argument, joined, source_files, without_groups
from .latex_text import plain
from .record import document
from .source import Document, Format, Problem, Unreadable
from .text import stored
from .unpacked import read_bytes

__all__ = ["FORMAT", "parse", "read"]

_APART = frozenset(
    """figure table wrapfigure wraptable tabular tabularx tabulary longtable array equation align gather multline
    eqnarray alignat flalign displaymath math verbatim lstlisting minted algorithm algorithmic tikzpicture picture
    comment thebibliography CCSXML sidewaystable sidewaysfigure subfigure minipage tcolorbox""".split()
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([A-Za-z]{1,30})\*?\}")
_OPTIONS = re.compile(
    r"(\\begin\s*\{(?:itemize|enumerate|description|inparaenum|compactitem|compactenum)\*?\})\s*\[[^\[\]]{0,300}\]"
)
_DISPLAY = re.compile(r"\\\[.{0,5000}?\\\]|\$\$.{0,5000}?\$\$", re.S)
_NOTES = re.compile(
    r"\\(?:footnote|footnotetext|thanks|todo|caption|marginpar|affiliation|email|institute)\*?(?:\[[^\]]*\])?(?=\s*\{)"
)
_SILENT = re.compile(
    r"\\(?:includegraphics|vspace|hspace|setlength|setcounter|addtocounter|bibliographystyle|bibliography|pagestyle|"
    r"thispagestyle|definecolor|colorlet|hypersetup|newcommand|renewcommand|newtheorem|label|vskip|phantomsection|"
    r"addcontentsline|textcolor|color|raisebox|rule|hyphenation|nocite|footnotemark|title|author|date|resizebox|"
    r"scalebox|usepackage|PassOptionsToPackage)\*?(?:\s*\[[^\]]{0,300}\])*(?=\s*\{)"
)
_CITED = re.compile(r"[~ \t]*\\[cC]ite[A-Za-z]*\*?\s*(?:\[[^\]]{0,300}\]\s*){0,2}\{[^{}]{0,2000}\}")
# Citations and references that are words of their sentence: without them it would say something else.
_NAMED = re.compile(
    r"\\(?:[cC]itet|textcite|newcite|citeauthor|shortciteN|citeN)\*?\s*(?:\[[^\]]{0,300}\]\s*){0,2}\{([^{}]{0,500})\}"
)
_POINTER = re.compile(r"\\(?:eqref|autoref|[cC]ref|ref|pageref|nameref)\*?\s*\{([^{}]{0,200})\}")
_LABEL = re.compile(
    r"\\bibitem\s*\[\{?([^()\[\]]{1,100})\((\d{4}[a-z]?)\)[^\]]{0,500}\]\s*\{([^{}]{1,200})\}"
)
_BARE = re.compile(
    r"\\(?:maketitle|centering|noindent|newpage|clearpage|appendix|xspace|bigskip|medskip|smallskip|hfill|par|"
    r"tableofcontents|footnotemark|indent|vfill|onecolumn|twocolumn|raggedright|nobreakdash|aclfinalcopy|left|right|"
    r"newline|linebreak|pagebreak|sloppy|balance|protect|textmd|normalfont|selectfont)(?![A-Za-z])\*?"
)
_BREAK = re.compile(r"\\\\\*?\s*\[-?[\d.]{1,6}\s*(?:pt|mm|cm|em|ex|in|\\\w{1,20})\]")
_SECTION = re.compile(
    r"\\(?:chapter|(?:sub){0,2}section|paragraph|subparagraph|item)(?![A-Za-z])\*?\s*(?:\[[^\]]{0,300}\])?"
)
_PARTED = re.compile(r"\n[ \t]*\n|\\par(?![A-Za-z])|\\\\(?:\[[^\]]{0,20}\])?")
_ORGANISATION = re.compile(
    r"Universit|Institut|Department|Dept|School|College|Laborator|\bLab\b|\bInc\b|Research|Cent(?:er|re)|Google|"
    r"Microsoft|Facebook|Academy|Corporation|Group|@|Equal"
)
_PERSON = re.compile(
    r"^[^\W\d_a-z][\w.'’-]*(?: (?:van|von|de|der|den|del|da|di|la|le|[^\W\d_a-z][\w.'’-]*)){1,4}$"
)


def read(path: Path) -> Iterator[Document | Problem]:
    """The one paper of a file. Raises Unreadable for what holds no LaTeX."""
    stem = re.sub(r"(?:\.tar)?\.(?:gz|tgz|tex|tar)$", "", path.name, flags=re.I)
    yield parse(source_files(read_bytes(path)), stem=stem or path.name)


def parse(files: Mapping[str, str], *, stem: str) -> Document:
    """The paper of these files (name to text). References come from the list in the text or from a .bbl file."""
    text = joined(files)
    head = (
        re.search(r"\\title\s*(?:\[[^\]]{0,300}\])?\s*(?=\{)", text[text.rfind("\\begin{document}") :])
        or None
    )
    preamble, _, body = text.partition("\\begin{document}")
    body = (body or preamble).partition("\\end{document}")[0]
    body = _NAMED.sub(_cited_by(body, files), body)
    title = _argument_of(body if head else text, "title") or stem
    running, floats = taken_out(body)
    number = numbered(floats)
    running = _pointed(running, number)
    apart = [replace(item, rows=tuple(_pointed(row, number) for row in item.rows)) for item in floats]
    composer = Composer("Text")
    for name, part in _parts(_DISPLAY.sub("\n\n", without_groups(running, _NOTES))):
        if name == "abstract":
            composer.heading("Abstract", printed="Abstract")
            _prose(part, composer, apart)
            composer.heading("Text")
        else:
            _prose(part, composer, apart)
    for reference in _references(body, files):
        if composer.section != "References":
            composer.heading("References", printed="References")
        composer.paragraph(_plain(reference))
    if not composer.holds_text:
        raise Unreadable("holds no text")
    made = document({"title": title, "authors": _authors(text), "url": stem, "abstract": composer.text}, stem)
    if isinstance(made, Problem):
        raise Unreadable(made.what)
    url = made.paper.url if made.paper.url != stem else None
    return Document(replace(made.paper, basis=Basis.FULL_TEXT, url=url), composer.text, composer.sections)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The text between environments that are apart, and the abstract's, each with the name it stands under."""
    skipping, depth, at, name = "", 0, 0, ""
    for match in _ENVIRONMENT.finditer(text):
        kind, environment = match.groups()
        if skipping:
            depth += (environment == skipping) * (1 if kind == "begin" else -1)
            if depth == 0:
                skipping, at = "", match.end()
            continue
        if environment in _APART and kind == "begin":
            yield name, text[at : match.start()]
            skipping, depth = environment, 1
        elif environment == "abstract":
            yield name, text[at : match.start()]
            name, at = ("abstract" if kind == "begin" else ""), match.end()
    if not skipping:
        yield name, text[at:]


def _pointed(text: str, number: Callable[[str], str | None]) -> str:
    """References as they are printed: the number of a float, else the label in brackets."""
    return _POINTER.sub(lambda match: number(match.group(1).strip()) or f"[{match.group(1)}]", text)


def _prose(text: str, composer: Composer, floats: Sequence[Float]) -> None:
    text = without_groups(_CITED.sub("", text), _SILENT)
    text = _ENVIRONMENT.sub("\n\n", _OPTIONS.sub(r"\1", text))
    at = 0
    for match in _SECTION.finditer(text):
        if match.start() < at:
            continue
        _paragraphs(text[at : match.start()], composer, floats)
        at = match.end()
        found = None if match.group().startswith("\\item") else argument(text, at)
        if found:
            bare, marks = unmarked(found[0])
            heading, at = stored(_plain(bare)), found[1]
            if "paragraph" in match.group():
                composer.heading("", printed=heading)
            elif heading:
                level = 1 + match.group().count("sub")
                composer.heading(known_heading(heading) or heading, printed=heading, level=level)
            _apart(marks, composer, floats)
    _paragraphs(text[at:], composer, floats)


def _paragraphs(text: str, composer: Composer, floats: Sequence[Float]) -> None:
    for block in _PARTED.split(text):
        prose, marks = unmarked(block)
        composer.paragraph(_plain(prose))
        _apart(marks, composer, floats)


def _apart(marks: Sequence[int], composer: Composer, floats: Sequence[Float]) -> None:
    for mark in marks:
        rows = (without_groups(_CITED.sub("", row), _SILENT) for row in floats[mark].rows)
        composer.apart(floats[mark].name, [_plain(row) for row in rows])


def _plain(text: str) -> str:
    text = stored(plain(_BARE.sub("", _BREAK.sub(" ", text))))
    return re.sub(r"\s*[(\[][\s,;]*[)\]]", "", re.sub(r"\s+([.,;:)])", r"\1", text))


def _cited_by(body: str, files: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    """What a citation in words is printed as: "Lo et al. (2020)" where the list of references says so, else [key]."""
    listed = (body, *(text for name, text in sorted(files.items()) if name.endswith(".bbl")))
    names = {
        match.group(3).strip(): f"{_plain(match.group(1))} ({match.group(2)})"
        for text in listed
        for match in _LABEL.finditer(re.sub(r"%[ \t]*\n", "", text))
    }

    def printed(match: re.Match[str]) -> str:
        keys = [key.strip() for key in match.group(1).split(",")]
        return ", ".join(names.get(key, f"[{key}]") for key in keys)

    return printed


def _references(body: str, files: Mapping[str, str]) -> list[str]:
    listed = re.search(
        r"\\begin\{thebibliography\}(.{0,2000000}?)(?:\\end\{thebibliography\}|\Z)", body, re.S
    )
    lists = (
        [listed.group(1)]
        if listed
        else [text for name, text in sorted(files.items()) if name.endswith(".bbl")]
    )
    items = (
        re.split(r"\\bibitem\s*(?:\[(?:[^\[\]]|\[[^\]]*\]){0,500}\])?\s*\{[^{}]*\}", lists[0])[1:]
        if lists
        else []
    )
    return [re.sub(r"\\(?:newblock|end\{thebibliography\})", " ", item) for item in items]


def _argument_of(text: str, command: str) -> str:
    match = re.search(rf"\\{command}(?![A-Za-z])\s*(?:\[[^\]]{{0,300}}\])?\s*(?=\{{)", text)
    found = argument(text, match.end()) if match else None
    return stored(_plain(re.sub(r"\\\\", " ", without_groups(found[0], _NOTES)))) if found else ""


def _authors(text: str) -> list[str]:
    """What in \\author reads as a person's name, never an affiliation; rather none than a wrong one."""
    names: list[str] = []
    for match in re.finditer(r"\\author(?![A-Za-z])\s*(?:\[[^\]]{0,300}\])?\s*(?=\{)", text):
        found = argument(text, match.end())
        for line in re.split(
            r"\\\\|\\and\b|\\And\b|\\AND\b|\\q?quad\b|\n\s*\n",
            without_groups(found[0], _NOTES) if found else "",
        ):
            bare = _plain(
                re.sub(
                    r"\$[^$]{0,200}\$|\\(?:textsuperscript|thanks|Thanks|footnotemark)\s*(?:\{[^{}]*\}|\[\d\])",
                    " ",
                    line,
                )
            )
            if not _ORGANISATION.search(bare):
                names += [name for part in re.split(r",| and ", bare) if _PERSON.match(name := part.strip())]
    return list(dict.fromkeys(names))


FORMAT = Format("latex", (".tex", ".tar.gz", ".tgz", ".gz", ".tex.gz"), "2", read, slow=True)

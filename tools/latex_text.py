"""LaTeX as it stands in bibliographies, to plain Unicode text. Never fails; linear in the length of the text."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain"]

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
_LETTER = r"(\\[ij](?![A-Za-z])|[^\W\d_])"
_ACCENT = re.compile(
    rf"\\(?:([`'^~=.\"])\s*(?:\{{\s*{_LETTER}\s*\}}|{_LETTER})|([uHvdckbrt])(?:\s*\{{\s*{_LETTER}\s*\}}|\s+{_LETTER}))"
)
# Letters: a space after the command ends it and is not printed, as in TeX.
_LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
}
# Signs: a space after the command is kept, because the command mostly stands in math, where spacing was free.
_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "pm": "±", "mp": "∓", "times": "×", "cdot": "·", "div": "÷",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "simeq": "≃",
    "triangleq": "≜", "propto": "∝", "notin": "∉", "mid": "|",
    "equiv": "≡", "ll": "≪", "gg": "≫", "to": "→", "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔",
    "Rightarrow": "⇒", "uparrow": "↑", "downarrow": "↓", "infty": "∞", "in": "∈", "cup": "∪", "cap": "∩",
    "subset": "⊂", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "sqrt": "√", "circ": "°",
    "degree": "°", "textdegree": "°", "prime": "′", "ell": "ℓ", "ldots": "…", "dots": "…", "textellipsis": "…",
    "textgreater": ">", "textless": "<", "lt": "<", "gt": ">", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbar": "|", "textbullet": "•", "bullet": "•", "textendash": "–", "textemdash": "—",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”",
    "guillemotleft": "«", "guillemotright": "»", "copyright": "©", "textcopyright": "©", "textregistered": "®",
    "texttrademark": "™", "pounds": "£", "euro": "€", "texteuro": "€", "S": "§", "P": "¶", "dag": "†", "ddag": "‡",
    "dagger": "†", "ddagger": "‡",
    "textmu": "µ", "star": "⋆", "ast": "∗", "langle": "⟨", "rangle": "⟩", "quad": " ", "qquad": " ", "newline": " ",
    "textdollar": "$", "TeX": "TeX", "LaTeX": "LaTeX", "log": "log", "max": "max", "min": "min",
}  # fmt: skip
# Commands that say how, not what: they go, and their argument stays.
_MANNER = frozenset(
    """textit textbf texttt textsc textrm textsf textsl textup textmd textnormal emph em it bf tt sc rm sf sl
    itshape bfseries ttfamily scshape rmfamily sffamily mathrm mathbf mathit mathcal mathbb mathsf mathtt
    mathds mathscr mathfrak mathsfit bm bold widehat widetilde dot ddot underbrace overbrace
    text mbox hbox small footnotesize normalsize large Large left right bigl bigr displaystyle underline
    uppercase lowercase url path ensuremath protect noopsort natexlab relax par noindent textsuperscript
    textsubscript boldsymbol operatorname hat bar tilde vec overline mathbin mathrel limits nobreak""".split()
)
_DROPPED = re.compile(
    r"\\(?:cite[a-z]*|label|ref|eqref|footnote|index|vspace|hspace)\*?\s*(?:\[[^\]]{0,200}\])?\s*\{[^{}]{0,1000}\}"
)
_HREF = re.compile(r"\\href\s*\{[^{}]{0,1000}\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?([ \t\n]*)")
_MATH = re.compile(r"\$\$?((?:[^$\\]|\\.){1,400}?)\$\$?", re.S)
_SUPER = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_RAISED = re.compile(r"\\textsuperscript\s*\{\s*([0-9n+\-−]+)\s*\}")
_RAISED_MARK = re.compile(
    r"\^\{?\s*(?:\\(?:text|textrm|mathrm|rm)(?![A-Za-z])\s*\{?)?\s*(?:(st|nd|rd|th)|\\d?dag(?:ger)?|\*|\\ast|[†‡∗])\s*\}{0,2}"
)
_ORDINAL = re.compile(
    r"(?<=\d)\^\{?\s*(?:\\(?:text|textrm|mathrm|rm)(?![A-Za-z])\s*\{?)?\s*(st|nd|rd|th)\s*\}{0,2}"
)
_EXPONENT = re.compile(r"\^(?:\{\s*([0-9n+\-−]+)\s*\}|([0-9n]))")
_QUOTED = {
    "&": "&",
    "%": "%",
    "#": "#",
    "_": "_",
    "$": "\ue002",
    "{": "\ue000",
    "}": "\ue001",
    " ": " ",
    "\\": " ",
    "\n": " ",
}
_ESCAPED = re.compile(r"\\([&%#_${} \\\n])")
_SPACING = re.compile(r"\\[,;:!/\-@>]")


def plain(text: str) -> str:
    """Accents composed (NFC), known signs in Unicode, commands and braces off, quotes and dashes typeset.

    An unknown command without an argument keeps its name without the backslash; dollars that enclose no mathematics stay.
    """
    if not any(mark in text for mark in "\\{}$~`'-"):
        return text
    text = _ESCAPED.sub(lambda match: _QUOTED[match.group(1)], text)
    text = _ACCENT.sub(_accent, text)
    text = _SPACING.sub(lambda match: "" if match.group() in (r"\-", r"\/", r"\!", r"\@") else " ", text)
    text = _HREF.sub("", _DROPPED.sub("", text))
    text = _RAISED.sub(lambda power: power.group(1).translate(_SUPER), text)
    text = _MATH.sub(_math, text)
    text = _COMMAND.sub(_command, text)
    text = text.replace("{", "").replace("}", "")
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”").replace("~", " ")
    text = text.replace("\\", "")
    for private, char in (("\ue000", "{"), ("\ue001", "}"), ("\ue002", "$"), ("\ue003", "~")):
        text = text.replace(private, char)
    return unicodedata.normalize("NFC", text)


def _accent(match: re.Match[str]) -> str:
    mark = match.group(1) or match.group(4)
    letter = next(
        group for group in (match.group(2), match.group(3), match.group(5), match.group(6)) if group
    )
    return unicodedata.normalize("NFC", letter.lstrip("\\") + _COMBINING[mark])


def _math(match: re.Match[str]) -> str:
    inner = match.group(1)
    if inner != inner.strip() or (inner[-1] in ",.;:" and "\\" not in inner):
        return match.group()
    if mark := _RAISED_MARK.fullmatch(inner):
        return mark.group(1) or ""  # "44$^{th}$" keeps its ending, "$^\\dagger$" points at a note
    if len(inner) > 3 and not re.search(r"[\\^_={}<>+*/|]", inner) and re.search(r"\s", inner):
        return match.group()
    inner = _ORDINAL.sub(r"\1", inner)
    return _EXPONENT.sub(lambda power: (power.group(1) or power.group(2)).translate(_SUPER), inner)


def _command(match: re.Match[str]) -> str:
    name, space = match.groups()
    if name in _LETTERS:
        return _LETTERS[name]
    if name in _SIGNS:
        sign = _SIGNS[name]
        return ("\ue003" if sign == "~" else sign) + space
    if name in _MANNER:
        return ""
    # Of a command that is not known the text counts that it was given, else its name is all there is.
    return "" if match.string[match.end() : match.end() + 1] == "{" and len(name) > 1 else name + space

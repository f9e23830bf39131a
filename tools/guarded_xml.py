"""XML of files with a document type: read without fetching it, without entities of its own, in bounded depth.

`safe_xml` refuses every document type, which is right for web services; JATS files always name theirs.
"""

from __future__ import annotations

from html.entities import name2codepoint
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from .source import Unreadable

__all__ = ["local", "parse_guarded"]

_DEEPEST = 200


class _Refused(Exception):
    """Why the file is not read further."""


def parse_guarded(data: bytes, *, most: int = 64 << 20) -> Element:
    """The root element; tags keep their namespace as "uri name".

    Raises Unreadable for what is no XML, larger than `most` bytes, nested deeper than 200 elements, or declares
    entities ("billion laughs"). An external DTD is not fetched; the names of characters that HTML knows (&nbsp;)
    are read, others are left out.
    """
    if len(data) > most:
        raise Unreadable("is larger than is read")
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Refused("is nested too deeply")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def declared(*_: object) -> None:
        raise _Refused("declares entities, which are not read")

    def skipped(name: str, parameter: bool) -> None:
        if not parameter and depth and name in name2codepoint:
            builder.data(chr(name2codepoint[name]))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = declared
    parser.SkippedEntityHandler = skipped
    parser.UseForeignDTD(True)  # without it a character's name (&nbsp;) in a file with no DTD is an error
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(data, True)
        return builder.close()
    except _Refused as error:
        raise Unreadable(str(error)) from None
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as error:
        where = f" (line {error.lineno})" if isinstance(error, expat.ExpatError) else ""
        raise Unreadable(f"is no well-formed XML{where}") from None


def local(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition(" ")[2]

"""XML from strangers: no document type, no entities of its own, nothing fetched."""

from __future__ import annotations

from xml.etree import ElementTree

__all__ = ["parse_xml"]


def parse_xml(body: bytes) -> ElementTree.Element:
    """The root element of a UTF-8 document. Raises ValueError with a clause: "it is no XML".

    A document type is refused, so that no entity is defined, expanded or fetched ("billion laughs").
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it brings a document type, which is not read")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise ValueError("it is no XML") from None

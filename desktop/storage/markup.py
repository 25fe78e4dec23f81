"""The XML of an OpenRaster stack, read without trust: elements and attributes, nothing else.

Document types, and with them every kind of entity, are refused before any is expanded.
"""

from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from desktop.storage.fields import BadField

DEEPEST = 64
MOST_ELEMENTS = 5_000


class NotMarkup(ValueError):
    """The text is no XML that may be read."""


class TooMany(NotMarkup, BadField):
    """More layers, or groups more deeply in each other, than may be: of a stack or a manifest."""


@dataclass(slots=True)
class Element:
    """A tag, its attributes and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    children: list["Element"] = field(default_factory=list["Element"])


def parse(content: bytes) -> Element:
    """Return the root element; NotMarkup when it is damaged, too large, or has a document type."""
    parser = expat.ParserCreate()
    outside = Element("")
    path = [outside]
    count = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(path) > DEEPEST or count > MOST_ELEMENTS:
            raise TooMany("elements")
        element = Element(tag, dict(attributes))
        path[-1].children.append(element)
        path.append(element)

    def refuse(*_: object) -> None:
        raise NotMarkup("a document type")

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _tag: path.pop()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except TooMany:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotMarkup(str(error)) from error
    return outside.children[0]


def text_of(element: Element) -> bytes:
    """Return an XML document of `element`, indented, UTF-8."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", *_lines(element, 0)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _lines(element: Element, depth: int) -> list[str]:
    indent = " " * depth
    pairs = "".join(f" {key}={quoteattr(_legal(v))}" for key, v in element.attributes.items())
    if not element.children:
        return [f"{indent}<{element.tag}{pairs}/>"]
    inner = [line for child in element.children for line in _lines(child, depth + 1)]
    return [f"{indent}<{element.tag}{pairs}>", *inner, f"{indent}</{element.tag}>"]


def _legal(text: str) -> str:
    """Replace what XML 1.0 cannot say at all."""
    return "".join(
        c
        if c in "\t\n\r"
        or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
        else "\ufffd"
        for c in text
    )

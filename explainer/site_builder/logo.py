"""Checks the logo: a small picture that runs nothing and fetches nothing, even where it is opened by itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from explainer.kb.source import UnreadableError, read_file

MAX_LOGO = 1_000_000
"""Bytes: it is loaded with every page."""

_PNG = b"\x89PNG\r\n\x1a\n"
_NO_PICTURE = "is no SVG or PNG file"
_ACTIVE = frozenset({"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "set", "handler"})
_LINK = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE)
_FETCHES = re.compile(r"@import|url\(\s*[\"']?(?!\s*[\"']?(?:#|data:image/))|javascript:|expression\(", re.IGNORECASE)


def find_logo_fault(path: Path) -> str:
    """Return what is wrong with a logo, or nothing."""
    try:
        data = read_file(path, MAX_LOGO)
    except UnreadableError as error:
        return str(error)
    if path.suffix == ".png":
        return "" if data.startswith(_PNG) else _NO_PICTURE
    return _find_svg_fault(data) if path.suffix == ".svg" else _NO_PICTURE


def _find_svg_fault(data: bytes) -> str:
    if b"<!ENTITY" in data or b"\0" in data:
        return "declares entities, or is not UTF-8; save it as plain SVG"
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - entities were refused
    except (ElementTree.ParseError, ValueError, LookupError):
        return _NO_PICTURE
    if _name(root.tag) != "svg":
        return _NO_PICTURE
    found = next((fault for element in root.iter() for fault in _list_faults(element)), "")
    return f"{found}; save it as plain SVG" if found else ""


def _list_faults(element: "ElementTree.Element") -> Iterator[str]:
    name = _name(element.tag)
    if name in _ACTIVE:
        yield f"holds <{name}>"
    if _FETCHES.search(element.text or "") and name == "style":
        yield "fetches something from elsewhere"
    for key, value in element.attrib.items():
        attribute = _name(key)
        if attribute.startswith("on"):
            yield f"runs a script in `{attribute}`"
        elif (attribute in ("href", "src") and not _LINK.match(value)) or _FETCHES.search(value):
            yield f"leads elsewhere in `{attribute}`"


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()

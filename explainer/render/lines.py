"""Findings in logs, one by one: as text for a terminal, JSON lines, Markdown, and SARIF for code scanners."""

import os
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import msgspec

from explainer.match.mask import make_printable, mask_path
from explainer.model.log import Hit, Sight
from explainer.render.markdown import escape_markdown
from explainer.render.terminal import Look, cut, plain
from explainer.render.text import STYLES

INDENT = "    "
MOST = 1000
"""Columns of a line that are shown in text; more is cut, but not where the error stands."""

SEPARATOR = "--\n"
"""Stands between lines that do not follow each other, where lines around hits are shown."""


def word_file(path: str) -> str:
    """Return a path as people read it."""
    if path == "-":
        return "(standard input)"
    return make_printable(_to_unicode(path)).replace("\n", "\\n").replace("\t", "\\t")


def _to_unicode(path: str) -> str:
    """Return a path with the bytes that are no UTF-8 as escapes."""
    return mask_path(os.fsencode(path).decode("utf-8", "backslashreplace"))


def to_heading(hit: Hit, look: Look, *, with_path: bool, with_number: bool) -> str:
    """Return `path:line: rule-id  title  [retry]` for a hit."""
    sight = hit.sights[0]
    place = look.paint(f"{word_file(hit.path)}:", "dim") if with_path else ""
    number = look.paint(f"{hit.line}:", "dim") if with_number else ""
    parts = [
        look.paint(sight.rule_id, "cyan"),
        look.paint(plain(sight.title), "bold"),
        look.paint(f"[{sight.retry}]", *STYLES[sight.urgency]),
    ]
    return f"{place}{number}{' ' if place or number else ''}{'  '.join(parts)}\n"


def to_line(hit: Hit, look: Look) -> str:
    """Return the line of a hit with the part marked that says the error, or a line beside it, indented."""
    mark = hit.sights[0].mark if hit.sights else ""
    text = cut(hit.text, MOST, mark) if len(hit.text) > MOST else hit.text
    start = text.find(mark) if mark else -1
    if start >= 0:
        end = start + len(mark)
        text = text[:start] + look.paint(text[start:end], "red", "bold") + text[end:]
    return f"{INDENT}{text if hit.sights else look.paint(text, 'dim')}\n"


def to_markdown_item(hit: Hit, *, with_path: bool) -> str:
    """Return a hit as an item of a list."""
    sight = hit.sights[0]
    place = escape_markdown(f"{word_file(hit.path)}:{hit.line}" if with_path else str(hit.line))
    fence = "`" * (max((len(run) for run in _runs_of_backticks(hit.text)), default=0) + 1)
    return f"- {place}: **{sight.title}** ({sight.rule_id}, {sight.retry})  \n  {fence} {hit.text} {fence}\n"


def _runs_of_backticks(text: str) -> list[str]:
    import re

    return re.findall("`+", text)


class _Line(msgspec.Struct):
    path: str
    line: int
    time: str | None
    text: str
    explanations: tuple[Sight, ...]


def to_json_line(hit: Hit) -> str:
    """Return a hit as one line of JSON; docs/json.md describes it."""
    time = hit.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if hit.at else None
    return msgspec.json.encode(_Line(_to_unicode(hit.path), hit.line, time, hit.text, hit.sights)).decode() + "\n"


_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "harmless": "note"}


def to_sarif(hits: Sequence[Hit], version: str) -> str:
    """Return hits as a SARIF 2.1.0 log."""
    rules: dict[str, Any] = {}
    results = []
    for hit in hits:
        for sight in hit.sights:
            rules.setdefault(
                sight.rule_id,
                {
                    "id": sight.rule_id,
                    "shortDescription": {"text": plain(sight.title)},
                    "fullDescription": {"text": plain(sight.title)},
                    "help": {"text": f"explain show {sight.rule_id} --full"},
                    "properties": {"category": sight.category, "retry": sight.retry, "urgency": sight.urgency},
                },
            )
            results.append(_to_result(hit, sight))
    driver = {
        "name": "exchange-explainer",
        "version": version,
        "rules": sorted(rules.values(), key=lambda rule: str(rule["id"])),
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _to_result(hit: Hit, sight: Sight) -> dict[str, Any]:
    from urllib.parse import quote

    location = {
        "artifactLocation": {"uri": quote(mask_path(hit.path).encode("utf-8", "surrogateescape"))},
        "region": {"startLine": hit.line, "snippet": {"text": hit.text}},
    }
    return {
        "ruleId": sight.rule_id,
        "level": _LEVELS[sight.urgency],
        "message": {"text": plain(sight.title)},
        "locations": [{"physicalLocation": location}],
        "properties": {"exchange": sight.exchange, "code": sight.code, "captures": sight.captures},
    }

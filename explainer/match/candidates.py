"""Finds the selections that hold for each event, through the index. Ranks nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from explainer.kb.store import KnowledgeBase
from explainer.kb.template import WORD
from explainer.match.normal import Normal
from explainer.match.origin import Place
from explainer.match.signals import Event

_WORD = re.compile(WORD)
_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]{2,80}(?![A-Za-z0-9_])")
NEAR = 2_000
"""How far from an event a selection's further condition may stand, in characters."""

_MARGIN = 420
"""How far from its anchor words a template may begin or end, in characters."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A template found in the text."""

    template: int
    start: int
    end: int
    captures: dict[str, str]
    is_whole: bool  # it is all that its sentence or message field says


@dataclass(frozen=True, slots=True)
class Named:
    """An exception class or errno name in the text."""

    name: str
    start: int
    end: int


def find_hits(kb: KnowledgeBase, normal: Normal) -> list[Hit]:
    """Return every template that stands in the text, in order of place."""
    index, text = kb.index, normal.text
    words = [(m.start(), m.end(), m.group(0).lower()) for m in _WORD.finditer(text)]
    found: dict[tuple[int, int], Hit] = {}
    anchors = index.anchors
    count = len(words)
    for i in range(count):
        key = words[i][2]
        for size in (1, 2, 3):
            if size > 1:
                if i + size > count:
                    break
                key = f"{key} {words[i + size - 1][2]}"
            for template in anchors.get(key, ()):
                hit = _verify(kb, normal, template, words[i][0], words[i + size - 1][1])
                if hit:
                    found[(template, hit.start)] = hit
    return sorted(found.values(), key=lambda hit: (hit.start, -hit.end))


def _verify(kb: KnowledgeBase, normal: Normal, template: int, start: int, end: int) -> Hit | None:
    """Match a template around its anchor words."""
    pattern = _compiled(kb, template)
    low = max(0, start - _MARGIN)
    at = low
    for _ in range(8):
        match = pattern.search(normal.text, at, end + _MARGIN)
        if not match or match.start() > start:
            return None
        if match.end() >= end:
            captures = {name: value.strip("\"'` ") for name, value in match.groupdict().items() if value is not None}
            return Hit(template, match.start(), match.end(), captures, _is_whole(normal.text, *match.span()))
        at = match.start() + 1
    return None


def _compiled(kb: KnowledgeBase, template: int) -> re.Pattern[str]:
    """Return a template's regular expression, compiled at its first use."""
    key = f"template {template}"
    if key not in kb.memory:
        kb.memory[key] = re.compile(kb.index.templates[template].pattern, re.ASCII | re.IGNORECASE)
    pattern: re.Pattern[str] = kb.memory[key]
    return pattern


def stands_near(kb: KnowledgeBase, normal: Normal, template: int, event: Event) -> bool:
    """Tell whether a condition's pattern stands near an event."""
    low, high = max(0, event.start - NEAR), event.end + NEAR
    return bool(_compiled(kb, template).search(normal.text, low, high))


_BEFORE = re.compile(
    r"(?:^|[\n:：=>\"'`\]\[(){,;，|-]|\b(?:binance|kucoin|bigone|msg|message))[\s\"'`]{0,4}$", re.IGNORECASE
)
_AFTER = re.compile(r"[.!。]{0,3}[\s\"'`]{0,3}(?:$|[\n})\]|<(,;，]|\bat\b)")


def _is_whole(text: str, start: int, end: int) -> bool:
    return bool(_BEFORE.search(text, max(0, start - 24), start) and _AFTER.match(text, end))


def find_exceptions(kb: KnowledgeBase, normal: Normal) -> Iterator[Named]:
    """Yield every exception class or errno name that a rule knows."""
    by_exception = kb.index.by_exception
    if not by_exception:
        return
    for match in _NAME.finditer(normal.text):
        if match.group(0) in by_exception:
            yield Named(match.group(0), match.start(), match.end())


def belongs(hit: Hit, event: Event, place: Place, next_start: int) -> bool:
    """Tell whether a template hit is the message of an event."""
    if event.message:
        start, end = event.message
        if hit.start < end and hit.end > start:
            return True
    if hit.start < event.end and hit.end > event.start:
        return True
    if event.message and event.keys:
        return False
    if place.line_start <= hit.start < min(max(place.line_end, event.end), next_start):
        return True
    return event.end <= hit.start <= min(event.end + 160, next_start)

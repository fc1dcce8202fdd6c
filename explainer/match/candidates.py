"""Finds the selections that hold for each event, through the index. Ranks nothing."""

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from explainer.kb.store import KnowledgeBase
from explainer.kb.template import WORD
from explainer.match.normal import Normal
from explainer.match.origin import Place
from explainer.match.signals import MAX_EVENTS, Event

_WORD = re.compile(WORD)
_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]{2,80}(?![A-Za-z0-9_])")
NEAR = 2_000
"""How far from an event, in characters, its message on a long line or a selection's further condition may stand."""

_MARGIN = 420
"""How far from anchor words a template may begin or end, in characters."""


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
    """Return every template that stands in the text, in order of place; of one that stands often, the last."""
    words = _WORD.findall(normal.lower)
    starts = [match.start() for match in _WORD.finditer(normal.lower)]
    anchors = _find_anchors(kb, words, starts)
    leads = {template: _lead(kb, template) for template in anchors}
    places: dict[str | None, list[int]] = {lead: [] for lead in leads.values() if lead}
    for word, start in zip(words, starts, strict=True) if places else ():
        if word in places:
            places[word].append(start)
    found: list[Hit] = []
    for template, spans in anchors.items():
        matches = _find_matches(_compiled(kb, template), normal.text, spans, places.get(leads[template]))
        found += (_read_hit(normal.text, template, match) for match in deque(matches, MAX_EVENTS))
    return sorted(found, key=lambda hit: (hit.start, -hit.end))


Span = tuple[int, int]


def _find_anchors(kb: KnowledgeBase, words: list[str], starts: list[int]) -> dict[int, list[Span]]:
    """Return where the anchor words of each template stand."""
    begun = _list_beginnings(kb)
    found: dict[int, list[Span]] = defaultdict(list)
    count = len(words)
    for i, word in enumerate(words):
        key, last = word, i
        while (templates := begun.get(key)) is not None:
            for template in templates:
                found[template].append((starts[i], starts[last] + len(words[last])))
            last += 1
            if last == count:
                break
            key = f"{key} {words[last]}"
    return found


def _list_beginnings(kb: KnowledgeBase) -> dict[str, list[int]]:
    """Return the templates of each anchor, and none for the words with which an anchor begins."""
    if "beginnings" not in kb.memory:
        begun: dict[str, list[int]] = {}
        for anchor in kb.index.anchors:
            gap = anchor.find(" ")
            while gap >= 0:
                begun[anchor[:gap]] = []
                gap = anchor.find(" ", gap + 1)
        kb.memory["beginnings"] = begun | kb.index.anchors
    beginnings: dict[str, list[int]] = kb.memory["beginnings"]
    return beginnings


def _find_matches(
    pattern: re.Pattern[str], text: str, anchors: list[Span], starts: list[int] | None
) -> Iterator[re.Match[str]]:
    """Yield the matches of a template that hold an anchor: the first, then the first behind it, and so on.

    They begin at one of `starts`, if these are known. What stands around the anchors is read once, however many
    they are: a text that is full of them takes no longer.
    """
    for first, last in _stretches(anchors):
        at, end, high = max(0, anchors[first][0] - _MARGIN), anchors[last][0], anchors[last][1] + _MARGIN
        while match := _next_match(pattern, text, (at, end, high), starts):
            anchor = bisect_left(anchors, (match.start(), 0))
            if anchors[anchor][1] <= match.end():
                yield match
                at = match.end()
            else:
                at = match.start() + 1


def _stretches(anchors: list[Span]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of anchors that stand so near that what is read around them meets."""
    first = 0
    for i in range(1, len(anchors)):
        if anchors[i][0] - _MARGIN > anchors[i - 1][1] + _MARGIN:
            yield first, i - 1
            first = i
    yield first, len(anchors) - 1


def _next_match(
    pattern: re.Pattern[str], text: str, stretch: tuple[int, int, int], starts: list[int] | None
) -> re.Match[str] | None:
    """Return the first match that begins between two places and ends before a third, perhaps at one of `starts`."""
    at, end, high = stretch
    if starts is None:
        match = pattern.search(text, at, high) if at <= end else None
        return match if match and match.start() <= end else None
    for i in range(bisect_left(starts, at), len(starts)):
        if starts[i] > end:
            return None
        if match := pattern.match(text, starts[i], high):
            return match
    return None


def _read_hit(text: str, template: int, match: re.Match[str]) -> Hit:
    found = match.groupdict() if match.lastindex else {}
    captures = {name: value.strip("\"'` ") for name, value in found.items() if value is not None}
    return Hit(template, match.start(), match.end(), captures, _is_whole(text, *match.span()))


def _compiled(kb: KnowledgeBase, template: int) -> re.Pattern[str]:
    """Return a template's regular expression, compiled at its first use."""
    key = f"template {template}"
    if key not in kb.memory:
        kb.memory[key] = re.compile(kb.index.templates[template].pattern, re.ASCII | re.IGNORECASE)
    pattern: re.Pattern[str] = kb.memory[key]
    return pattern


_LEAD = re.compile(r"\\b([A-Za-z0-9]+)(?:\\b|\\s\{1,|(?:[ _:;,'<>=-]|\\[.()/\[\]{}]|\[\"'`\])(?![?*+{]))[^|]*")
"""A pattern without alternatives that begins with a whole word."""


def _lead(kb: KnowledgeBase, template: int) -> str | None:
    """Return the word with which every match of a template begins, if there is one."""
    key = f"lead {template}"
    if key not in kb.memory:
        found = _LEAD.fullmatch(kb.index.templates[template].pattern)
        kb.memory[key] = found[1].lower() if found else None
    lead: str | None = kb.memory[key]
    return lead


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
    if not any(name in normal.text for name in by_exception):
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
    if max(place.line_start, event.start - NEAR) <= hit.start < min(max(place.line_end, event.end), next_start):
        return True
    return event.end <= hit.start <= min(event.end + 160, next_start)

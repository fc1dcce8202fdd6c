"""Finds what a text shows: events (codes, messages, statuses as printed) and marks of exchanges. Judges nothing."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from explainer.kb.store import KnowledgeBase
from explainer.kb.template import escape
from explainer.match.normal import Normal
from explainer.model.index import Index

MAX_EVENTS = 400
"""Events kept from one text, the last ones: enough for any paste; a whole log belongs to `scan`."""

_PAIRS = 4 * MAX_EVENTS
"""Pairs of key and value that are read, the last ones."""

_GAP = 300
_AFTERTHOUGHT = 20
_STATUS = re.compile(r"[45]\d\d")
_LABEL = re.compile(
    r"(?!E(?:CONN|TIMED|SOCKET|AI_|NOT|HOST|NET|PIPE|PROTO|ADDR|LIFE|PERM|ACC)|ERR_)[A-Z][A-Z0-9_]{3,60}"
)
_NUMBER = re.compile(r"-?\d{1,7}")
_HOST = re.compile(r"(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,10}(?![\w-])")
_URL = re.compile(r"(?:https?|wss?)://([a-z0-9.-]{3,120})")


@dataclass(frozen=True, slots=True)
class Event:
    """One error as it stands in the text. Spans are positions in the normalised text."""

    start: int
    end: int
    code: str | None = None
    code_at: int = -1
    message: tuple[int, int] | None = None
    status: str | None = None
    status_at: int = -1
    keys: frozenset[str] = frozenset()
    is_string: bool = False
    is_loose: bool = False
    ccxt: str | None = None


@dataclass(frozen=True, slots=True)
class MarkHit:
    """A mark of an exchange in the text."""

    start: int
    end: int
    exchange: str
    product: str | None
    is_strong: bool
    is_path: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """All that a text shows."""

    events: list[Event]
    marks: list[MarkHit]
    exchanges: frozenset[str]  # those that it names or bears marks of
    is_foreign: bool  # it names a service that is no exchange
    has_other_host: bool  # it shows the address of a server that is no exchange's


def find_signals(kb: KnowledgeBase, normal: Normal) -> Signals:
    """Return events and marks of a normalised text."""
    events = _merge([*_find_pairs(kb, normal), *_find_envelopes(kb, normal)])
    marks = find_marks(kb.index, normal, events)
    events = [event for event in events if event.code or event.status or event.message]
    has_strong = any(mark.is_strong for mark in marks)
    return Signals(
        events[-MAX_EVENTS:],
        marks,
        exchanges=frozenset(mark.exchange for mark in marks),
        is_foreign=not has_strong and any(word in normal.lower for word in kb.index.foreign),
        has_other_host=not has_strong and _has_other_host(kb.index, normal),
    )


@dataclass(slots=True)
class _Pair:
    kind: str
    key: str
    value: str
    start: int
    value_start: int
    end: int
    is_string: bool


def _pair_pattern(kb: KnowledgeBase) -> re.Pattern[str]:
    if "pairs" not in kb.memory:
        keys = kb.index.keys
        known = {key for kind in keys.values() for key in kind}
        others = sorted({key for shape in kb.index.shapes for key in shape.keys} - known, key=len, reverse=True) or [
            "\x00"
        ]

        def names(kind: str) -> str:
            return "|".join(escape(key) for key in sorted(keys[kind], key=len, reverse=True))

        quoted = "|".join(
            rf"{mark}(?P<{name}{{0}}>(?:[^{mark}{{{{]|{{{{(?!\s{{{{0,4}}}}{mark})|{mark}(?![\s,;}}}}\])]|$)){{{{0,1000}}}})(?:{mark}|$)"
            for mark, name in (('"', "dq"), ("'", "sq"))
        )
        separator = r"[\"'`\]]{0,2}\s{0,4}(?:=>|[:：=])\s{0,24}"
        opens_body = r"(?![\"'`]\s{0,4}[{\[])"
        bare_code, bare_message = r"[^\s,;，；{}()\[\]\"'<>]{1,64}", r"[^\s\"'{}\[(][^\n{}\"]{0,300}"
        kb.memory["pairs"] = re.compile(
            rf"(?<![\w-])(?<!tatus )(?:"
            rf"(?P<code>{names('code')}){separator}(?:{quoted.format(1)}|(?P<b1>{bare_code}))"
            rf"|(?P<message>{names('message')}){separator}{opens_body}(?:{quoted.format(2)}|(?P<b2>{bare_message}))"
            rf"|(?P<status>{names('status')}){separator}[\"']?(?P<b3>[45]\d\d)\b"
            rf"|(?P<other>{'|'.join(escape(key) for key in others)})[\"'`]{{1,2}}\s{{0,4}}:)"
        )
    pattern: re.Pattern[str] = kb.memory["pairs"]
    return pattern


def _read_pairs(kb: KnowledgeBase, text: str) -> Iterator[_Pair]:
    for match in deque(_pair_pattern(kb).finditer(text), _PAIRS):
        if other := match.group("other"):
            yield _Pair("other", other, "", match.start(), match.end(), match.end(), is_string=False)
            continue
        for kind, number in (("code", "1"), ("message", "2"), ("status", "3")):
            key = match.group(kind)
            if key is None:
                continue
            for group in (f"dq{number}", f"sq{number}", f"b{number}"):
                value = match.groupdict().get(group)
                if value is not None and not _leads_to_body(text, match.end(group), group):
                    start = match.start(group)
                    yield _Pair(kind, key, value, match.start(), start, match.end(), not group.startswith("b"))


def _leads_to_body(text: str, end: int, group: str) -> bool:
    """Tell whether a bare message is only what stands in front of a body, as in `Message: binance {…}`."""
    return group == "b2" and text[end : end + 1] in ("{", "[")


def _find_pairs(kb: KnowledgeBase, normal: Normal) -> Iterator[Event]:
    """Group neighbouring key and value pairs into events, as JSON, Python, node, Go, Java and PHP print errors."""
    current: Event | None = None
    for pair in _read_pairs(kb, normal.text):
        if pair.kind == "code" and not (_is_code(kb.index, pair.value) or _LABEL.fullmatch(pair.value)):
            continue
        between = normal.text[current.end : pair.start] if current else ""
        if current and (not _fits(current, pair) or len(between) > _GAP or re.search(r"\}[^{}]*\{", between)):
            yield from _worth(current)
            current = None
        current = _add(current, pair)
    if current:
        yield from _worth(current)


def _is_code(index: Index, value: str) -> bool:
    return bool(_NUMBER.fullmatch(value)) or value in index.by_code


def _fits(event: Event, pair: _Pair) -> bool:
    return {"code": event.code, "message": event.message, "status": event.status}.get(pair.kind) is None


def _add(event: Event | None, pair: _Pair) -> Event:
    event = event or Event(pair.start, pair.end)
    event = replace(event, end=max(event.end, pair.end), keys=event.keys | {pair.key})
    if pair.kind == "other":
        return event
    if pair.kind == "code":
        status = pair.value if _STATUS.fullmatch(pair.value) and event.status is None else event.status
        return replace(event, code=pair.value, code_at=pair.value_start, is_string=pair.is_string, status=status)
    if pair.kind == "message":
        return replace(event, message=(pair.value_start, pair.value_start + len(pair.value)))
    return replace(event, status=pair.value, status_at=pair.value_start)


def _worth(event: Event) -> Iterator[Event]:
    if event.code is not None or event.status is not None or (event.message and event.message[1] > event.message[0]):
        yield event


def _find_envelopes(kb: KnowledgeBase, normal: Normal) -> Iterator[Event]:
    for number, envelope in enumerate(kb.index.envelopes):
        if not any(word in normal.lower for word in envelope.needs):
            continue
        key = f"envelope {number}"
        if key not in kb.memory:
            kb.memory[key] = re.compile(envelope.pattern, re.ASCII | re.IGNORECASE)
        for match in deque(kb.memory[key].finditer(normal.text), MAX_EVENTS):
            event = _read_envelope(match, is_loose=envelope.is_loose)
            if event.code is None or _is_code(kb.index, event.code):
                yield event


def _read_envelope(match: re.Match[str], *, is_loose: bool) -> Event:
    found = match.groupdict()
    code, status, ccxt = found.get("code"), found.get("status"), found.get("exchange")
    return Event(
        start=match.start("code") if code and is_loose else match.start(),
        end=match.end(),
        code=code,
        code_at=match.start("code") if code else -1,
        message=match.span("message") if found.get("message") else None,
        status=status or (code if code and _STATUS.fullmatch(code) else None),
        status_at=match.start("status") if status else -1,
        is_loose=is_loose,
        ccxt=ccxt.lower() if ccxt else None,
    )


def _merge(events: list[Event]) -> list[Event]:
    """Join readings of the same code, and a status with the code that follows it on the line."""
    by_code: dict[int, Event] = {}
    statuses: dict[int, Event] = {}
    messages: list[Event] = []
    for event in events:
        if event.code is not None:
            known = by_code.get(event.code_at)
            by_code[event.code_at] = _join(known, event) if known else event
        elif event.status is not None:
            known = statuses.get(event.status_at)
            statuses[event.status_at] = _join(known, event) if known else event
        else:
            messages.append(event)
    for at, event in list(by_code.items()):
        if event.is_loose and event.code == event.status and at in statuses and not statuses[at].is_loose:
            del by_code[at]
    coded = _take_statuses(sorted(by_code.values(), key=lambda e: e.start))
    code_starts = {e.code_at for e in coded} | {e.status_at for e in coded}
    alone = sorted((e for e in statuses.values() if e.status_at not in code_starts), key=lambda e: e.start)
    return sorted([*coded, *alone, *messages], key=lambda e: e.start)


def _take_statuses(events: list[Event]) -> list[Event]:
    """Let what clients print behind a body, as in `{…} (error code 401)`, be the status of that body's event."""
    kept: list[Event] = []
    for event in events:
        before = kept[-1] if kept else None
        is_status = event.status is not None and event.status == event.code and not event.keys
        if is_status and before and before.status in (None, event.status) and event.start - before.end <= _AFTERTHOUGHT:
            kept[-1] = replace(before, status=event.status, status_at=event.code_at)
        else:
            kept.append(event)
    return kept


def _join(first: Event, second: Event) -> Event:
    if first.is_loose and not second.is_loose:
        first, second = second, first
    return replace(
        first,
        start=min(first.start, second.start),
        end=max(first.end, second.end),
        message=first.message or second.message,
        status=first.status or second.status,
        status_at=max(first.status_at, second.status_at),
        keys=first.keys | second.keys,
        is_string=first.is_string or second.is_string,
        is_loose=first.is_loose and second.is_loose,
        ccxt=first.ccxt or second.ccxt,
    )


def find_marks(index: Index, normal: Normal, events: list[Event]) -> list[MarkHit]:
    """Return every mark of an exchange in the text, in order."""
    lower = normal.lower
    hits = [*_find_hosts(index, lower), *_find_texts(index, lower), *_find_names(index, lower)]
    for event in events:
        if event.ccxt and (known := index.ccxt.get(event.ccxt)):
            end = event.start + len(event.ccxt)
            hits.append(MarkHit(event.start, end, known.exchange, known.product, is_strong=True))
    return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _find_hosts(index: Index, lower: str) -> Iterator[MarkHit]:
    for match in _HOST.finditer(lower):
        host = match.group(0)
        if mark := index.hosts.get(host):
            yield MarkHit(*match.span(), mark.exchange, mark.product, is_strong=True)
        elif exchange := index.domains.get(".".join(host.split(".")[-2:])):
            yield MarkHit(*match.span(), exchange, None, is_strong=True)


def _find_texts(index: Index, lower: str) -> Iterator[MarkHit]:
    for literal, mark in index.texts.items():
        if literal in lower:
            for at in _all(lower, literal):
                if _stands_free(lower, at, literal):
                    yield MarkHit(at, at + len(literal), mark.exchange, mark.product, is_strong=True)
    for path, mark in index.paths.items():
        if path in lower:
            for at in _all(lower, path):
                yield MarkHit(at, at + len(path), mark.exchange, mark.product, is_strong=True, is_path=True)


def _find_names(index: Index, lower: str) -> Iterator[MarkHit]:
    for name, exchange in index.names.items():
        if name in lower:
            for at in _all(lower, name):
                if len(name) > _SHORT_NAME or _is_word(lower, at, at + len(name)):
                    yield MarkHit(at, at + len(name), exchange, None, is_strong=False)


def _stands_free(text: str, at: int, literal: str) -> bool:
    """Tell whether a mark is not part of a longer word."""
    end = at + len(literal)
    is_joined_before = at > 0 and literal[0].isalnum() and text[at - 1].isalnum()
    return not is_joined_before and not (literal[-1].isalnum() and text[end : end + 1].isalnum())


_SHORT_NAME = 4


def _is_word(text: str, start: int, end: int) -> bool:
    """Tell whether a short name is a word, and no accident inside an id; `mexc3` and `okx_` are words too."""
    return not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalpha()


def _all(text: str, literal: str) -> Iterator[int]:
    """Yield where a literal stands, the last places first."""
    at = text.rfind(literal)
    for _ in range(MAX_EVENTS):
        if at < 0:
            return
        yield at
        at = text.rfind(literal, 0, at)


def _has_other_host(index: Index, normal: Normal) -> bool:
    hosts = (match.group(1) for match in _URL.finditer(normal.lower))
    return any(not _is_private(host) and not host.endswith(tuple(index.neutral)) for host in hosts)


def _is_private(host: str) -> bool:
    """Tell whether a host is the user's own proxy or gateway, which says nothing about whose error it is."""
    return "." not in host or bool(re.fullmatch(r"[\d.]+", host)) or host.endswith((".local", ".internal", ".lan"))

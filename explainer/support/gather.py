"""Gathers a support ticket from a text in which an error stands. Everything in it is masked and printable."""

import platform
import re
from bisect import bisect_left
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from explainer.kb.store import KnowledgeBase
from explainer.logs.times import find_stamp, read_epoch, read_stamp
from explainer.match.credible import Told
from explainer.match.engine import MAX_TEXT, explain_text, recognise
from explainer.match.facts import TEXT_FIGURES
from explainer.match.mask import Masker, find_word, make_printable
from explainer.match.normal import Normal
from explainer.match.signals import Event, find_signals
from explainer.model.answer import Explanation, Language
from explainer.model.ticket import ClockState, Seen, Ticket
from explainer.support.clock import read_clock
from explainer.support.traces import find_clients, find_endpoint, find_request_ids

WHOLE = 40
"""Lines of a text that a ticket shows whole; of a longer one those around the error."""

_BEFORE, _AFTER = 15, 8
_LONGEST_LINE = 4_000
_LONGEST_MESSAGE = 1_000
_WORD = re.compile(r"[^\W\d_]{3}")
_NEAR = 4_000  # characters in which a time is looked for


class Said(Struct, frozen=True):
    """What the user said beside the text; empty: nothing."""

    at: datetime | None = None
    tried: str = ""
    changed: str = ""


class Source(Struct, frozen=True):
    """The text, and what is known of it."""

    text: str
    line: int = 0  # where the error stands, from 1; 0: to be found
    seen: Seen | None = None
    rule: str | None = None  # the rule that explains it; None: the best one


class Here(Struct, frozen=True):
    """The machine at which the ticket is made. Times that name no zone are in its zone."""

    now: datetime
    zone: tzinfo
    clock: ClockState
    system: str


def look_around(zone: tzinfo) -> Here:
    """Return the state of this machine."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Here(datetime.now(UTC), zone, read_clock(), system)


def gather(
    kb: KnowledgeBase,
    source: Source,
    *,
    told: Told,
    here: Here,
    language: Language,
    masker: Masker,
) -> Ticket:
    """Return the ticket on the error of a text, as `explain` chooses it if the text holds several."""
    text = source.text[find_word(source.text, len(source.text) - MAX_TEXT) :]
    normal = Normal(text)
    masker.mask(normal.text)  # so that a secret has its token before any part of it is shown
    explanation = _explain(kb, text, source, told, language, here.now, masker)
    place = _find_place(kb, normal, source, explanation)
    exchange, code = (explanation.exchange, explanation.code) if explanation else recognise(kb, text)
    exchange = told.exchange or exchange
    product = explanation.product if explanation else told.product
    profile = kb.profile(exchange) or {"products": {}, "links": {}, "name": {}}

    def show(part: str) -> str:
        return make_printable(masker.mask(part))

    endpoint = find_endpoint(kb.index, normal.text, place.at)
    moment = _find_moment(normal.text, place.at, here)
    shown, left_out = _cut(text, place.line, show)
    return Ticket(
        explanation=explanation,
        exchange=exchange,
        exchange_name=profile["name"].get(language),
        product=product,
        product_name=profile["products"].get(product, {}).get(language),
        code=code,
        http_status=explanation.http_status if explanation else place.event.status if place.event else None,
        message=show(_find_message(normal, place, explanation)),
        text=shown,
        lines_left_out=0 if source.seen else left_out,  # of a log nobody expects the whole
        method=endpoint.method,
        url=show(endpoint.url),
        request_ids={
            name: show(f"{name}: {value}").removeprefix(f"{name}: ")  # by its name it is told from a key
            for name, value in find_request_ids(normal.text, place.at).items()
        },
        clients=tuple(show(name) for name in find_clients(normal.text)),
        at_utc=moment.at.astimezone(UTC) if moment else None,
        at_local=moment.at.astimezone(here.zone) if moment else None,
        at_source=moment.source if moment else "",
        seen=replace(source.seen, files=tuple(map(show, source.seen.files))) if source.seen else None,
        clock=here.clock,
        system=here.system,
        made=here.now.astimezone(UTC),
        tried="",
        changed="",
        support_page=profile["links"].get("support"),
        status_page=profile["links"].get("status"),
        language=language,
    )


def add_said(ticket: Ticket, said: Said, here: Here, masker: Masker) -> Ticket:
    """Return the ticket with what the user said; of the time the text knows more."""
    tried, changed = (make_printable(masker.mask(words)) for words in (said.tried, said.changed))
    ticket = replace(ticket, tried=tried, changed=changed)
    if ticket.at_utc or not said.at:
        return ticket
    return replace(ticket, at_utc=said.at.astimezone(UTC), at_local=said.at.astimezone(here.zone), at_source="said")


def _explain(
    kb: KnowledgeBase, text: str, source: Source, told: Told, language: Language, now: datetime, masker: Masker
) -> Explanation | None:
    """Return the explanation of the text, or of the line and by the rule that were found in a log."""
    if source.line:
        text = text.split("\n")[source.line - 1]
    found = explain_text(kb, text, told=told, language=language, now=now, masker=masker)
    wanted = [one for one in found if one.rule_id == source.rule]
    return next(iter([*wanted, *found]), None)


class Place(NamedTuple):
    """Where the error stands."""

    line: int  # of the text, from 1
    at: int  # in the normalised text
    event: Event | None


def _find_place(kb: KnowledgeBase, normal: Normal, source: Source, explanation: Explanation | None) -> Place:
    events = find_signals(kb, normal).events
    line = source.line or (explanation.line if explanation else 0)
    if not line:
        words = (word.start() for word in _WORD.finditer(normal.text))  # the last line may be nothing but a brace
        line = normal.line(events[-1].start if events else max(words, default=0))
    here = [event for event in events if normal.line(event.start) == line]
    code = explanation.code if explanation else None
    event = next((event for event in here if event.code == code), here[0] if here else None)
    start = bisect_left(range(len(normal.text)), line, key=normal.line)
    return Place(line, event.start if event else start, event)


def _find_message(normal: Normal, place: Place, explanation: Explanation | None) -> str:
    """Return the exchange's own words, whole; where nothing tells them apart, the line in which they stand."""
    if place.event and place.event.message:
        return normal.text[slice(*place.event.message)].strip()
    told = [item.text for item in explanation.evidence if item.kind == "message"] if explanation else []
    line = normal.text[slice(*normal.line_span(place.at))].strip()
    code = explanation.code if explanation else None
    return told[0] if told else line[:_LONGEST_MESSAGE] if line != code else ""


class Moment(NamedTuple):
    """When it happened, and what tells so."""

    at: datetime
    source: Literal["line", "zoneless", "request", "server"]


_ELSEWHERE = timezone(timedelta(hours=-11, minutes=-45))
"""A zone in which nobody lives: a time that is another one there names no zone itself."""


def _find_moment(text: str, at: int, here: Here) -> Moment | None:
    """Return when it happened: the time of its line, or of the nearest before it, else what was sent or answered."""
    end = text.find("\n", at)
    for line in reversed(text[max(0, at - _NEAR) : end if end >= 0 else None].split("\n")):
        stamp = find_stamp(line)
        if stamp and (when := read_stamp(line[stamp.start : stamp.end], stamp.kind, here.zone, here.now)):
            elsewhere = read_stamp(line[stamp.start : stamp.end], stamp.kind, _ELSEWHERE, here.now)
            return Moment(when, "line" if when == elsewhere else "zoneless")
    near = text[max(0, at - _NEAR) : at + _NEAR]
    if (sent := TEXT_FIGURES["request_time"].search(near)) and (when := read_epoch(sent.group(1))):
        return Moment(when, "request")
    if answered := TEXT_FIGURES["server_date"].search(near):
        with suppress(ValueError):
            return Moment(parsedate_to_datetime(answered.group(1)), "server")
    return None


_HERE = "\ue001"
"""Stands before the line of the error while the text is masked, which may join lines."""


def _cut(text: str, line: int, show: Callable[[str], str]) -> tuple[str, int]:
    """Return the lines around the error as they may be shown, and how many were left out."""
    lines = text.replace(_HERE, "").split("\n")
    lines.insert(line - 1, _HERE)
    before, _, after = show("\n".join(lines)).partition(_HERE + "\n")
    above, below = before.split("\n")[:-1], after.rstrip("\n").split("\n")
    count = len(above) + len(below)
    if count > WHOLE:
        above, below = above[-_BEFORE:], below[: _AFTER + 1]
    kept = [part.rstrip()[:_LONGEST_LINE] for part in [*above, *below]]
    return "\n".join(kept).strip("\n"), count - len(kept)

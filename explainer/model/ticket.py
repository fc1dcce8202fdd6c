"""A support ticket, as types: all that an exchange or a maintainer asks for. None of it holds a secret."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from explainer.model.answer import Explanation, Language


class ClockState(Struct, frozen=True):
    """What the operating system says of its own clock, without asking anybody else."""

    is_synchronised: bool | None  # None: it does not say
    error: float | None = None  # seconds by which it may be off at most, in its own estimate


class Seen(Struct, frozen=True):
    """How often a problem stands in logs."""

    lines: int
    files: tuple[str, ...]
    first: datetime | None  # aware
    last: datetime | None


class Ticket(Struct, frozen=True, kw_only=True):
    """One error with its circumstances. What the text does not tell is empty."""

    explanation: Explanation | None  # None: no rule explains it
    exchange: str | None
    exchange_name: str | None
    product: str | None
    product_name: str | None
    code: str | None
    http_status: str | None
    message: str  # whole
    text: str  # the error and the lines around it
    lines_left_out: int
    method: str
    url: str  # without its query
    request_ids: dict[str, str]  # by the name under which the exchange or its gateway prints them
    clients: tuple[str, ...]  # programs and libraries, with versions where the text has them
    at_utc: datetime | None
    at_local: datetime | None  # the same moment, by this machine's clock or the zone that was asked for
    at_source: Literal["", "line", "zoneless", "request", "server", "said"]
    seen: Seen | None  # None: from a paste
    clock: ClockState
    system: str
    made: datetime
    tried: str
    changed: str
    support_page: str | None
    status_page: str | None
    language: Language

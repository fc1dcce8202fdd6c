"""Computes what a text implies: when a ban ends, how far a clock is off, the nearest quantity. Words nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

Facts = dict[str, str]

_LATEST = 4_102_444_800  # 2100-01-01, beyond which a number is no time of ours

_DIGITS = 20  # what is longer before or behind the point is no quantity or price

_NUMBER = r"(\d{1,15}(?:\.\d{1,20})?)\b"


def _keyed(keys: str, value: str = _NUMBER) -> re.Pattern[str]:
    """Compile the pattern of a figure behind one of these keys, as JSON, Python and query strings print it."""
    return re.compile(
        rf"(?<![A-Za-z])(?:{keys})[\"']?\s{{0,4}}[:=]\s{{0,4}}[\"'\[]{{0,2}}{value}", re.ASCII | re.IGNORECASE
    )


TEXT_FIGURES: dict[str, re.Pattern[str]] = {
    "retry_after": _keyed("retry-after", r"(\d{1,6})\b"),
    "used": _keyed(r"x-(?:mbx|sapi)-used-(?:ip-|uid-)?weight-1m", r"(\d{1,7})\b"),
    "limit": _keyed("gw-ratelimit-limit", r"(\d{1,7})\b"),
    "request_time": _keyed("timestamp", r"(\d{13})\b"),
    "server_time": _keyed("server_?time", r"(\d{13})\b"),
    "server_date": _keyed("date", r"((?:mon|tue|wed|thu|fri|sat|sun), \d\d \w{3} \d{4} [\d:]{8} gmt)"),
    "quantity": _keyed("quantity|qty|origqty|amount|size|volume"),
    "step": _keyed("stepsize|step_size|step|lotsize|baseincrement"),
    "price": _keyed("price|limitprice|stopprice"),
    "tick": _keyed("ticksize|tick_size|tick|priceincrement"),
    "min_quantity": _keyed("minqty|min_qty|baseminsize"),
    "min_notional": _keyed("minnotional|min_notional|minfunds"),
    "symbol": _keyed("symbol", r"([A-Z0-9]{2,15}[-_/]?[A-Z0-9]{2,15})\b"),
}
"""Figures that clients print beside an error; the first of each counts."""


def compute_facts(captures: dict[str, str], text: str, now: datetime) -> Facts:
    """Return the facts that follow from captures and from the figures around them.

    Times are ISO 8601 in UTC (`ban_end_local` in the local zone), durations seconds, quantities decimal text.
    """
    figures = {name: match.group(1) for name, pattern in TEXT_FIGURES.items() if (match := pattern.search(text))}
    values = {**figures, **captures}
    facts = {name: value for name, value in figures.items() if name not in captures and name not in _PRIVATE}
    for compute in _COMPUTATIONS:
        facts.update(compute(values, now))
    return facts


_PRIVATE = ("request_time", "server_time", "server_date")


def _ban(values: dict[str, str], now: datetime) -> Facts:
    end = _instant(values.get("until", ""))
    if end is None:
        return {}
    facts = {"ban_end": _iso(end), "ban_end_local": end.astimezone().isoformat(timespec="seconds")}
    left = (end - now).total_seconds()
    return facts | ({"ban_left": _seconds(left)} if left > 0 else {"ban_over": _seconds(abs(left))})


def _clock(values: dict[str, str], _now: datetime) -> Facts:
    client = _instant(values.get("client_time") or values.get("request_time", ""))
    server = _instant(values.get("server_time", "")) or _http_date(values.get("server_date", ""))
    if client is None or server is None:
        return {}
    ahead = (client - server).total_seconds()
    if "server_time" not in values:  # a Date header has no fractions: between 0 and 1 s later than it says
        ahead -= 0.5
    if abs(ahead) < 0.0005:
        return {}
    return {"clock_ahead": _seconds(ahead)} if ahead > 0 else {"clock_late": _seconds(-ahead)}


def _nearest(values: dict[str, str], _now: datetime) -> Facts:
    facts = {}
    for value, step, name in (("quantity", "step", "nearest_quantity"), ("price", "tick", "nearest_price")):
        wanted, unit = _decimal(values.get(value)), _decimal(values.get(step))
        if wanted is None or not unit or unit <= 0:
            continue
        nearest = (wanted / unit).to_integral_value(rounding=ROUND_DOWN) * unit
        if nearest != wanted:
            facts[name] = f"{nearest.normalize():f}"
    return facts


def _notional(values: dict[str, str], _now: datetime) -> Facts:
    price, quantity = _decimal(values.get("price")), _decimal(values.get("quantity"))
    if not price or not quantity:
        return {}
    return {"notional": f"{(price * quantity).normalize():f}"}


_COMPUTATIONS: tuple[Callable[[dict[str, str], datetime], Facts], ...] = (_ban, _clock, _nearest, _notional)


def _instant(text: str) -> datetime | None:
    """Read a Unix time in s, ms, µs or ns, or an ISO date and time (UTC where no zone is given)."""
    if text.isascii() and text.isdigit():
        unit = {10: 1, 13: 1e3, 16: 1e6, 19: 1e9}.get(len(text))
        seconds = int(text) / unit if unit else 0
        if not 0 < seconds < _LATEST:
            return None
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1970 <= when.year < 2100:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _http_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _decimal(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) <= _DIGITS else None

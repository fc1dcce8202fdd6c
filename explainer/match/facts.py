"""Computes what the text implies: when a ban ends, how far a clock is off, the nearest allowed quantity. Words nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

Facts = dict[str, str]

_LATEST = 4_102_444_800  # 2100-01-01, beyond which a number is no time of ours

TEXT_FIGURES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.ASCII | re.IGNORECASE)
    for name, pattern in {
        "retry_after": r"\bretry-after[\"']?\s{0,4}[:=,]\s{0,4}[\"'\[]{0,2}(\d{1,6})\b",
        "used": r"\bx-(?:mbx|sapi)-used-(?:ip-|uid-)?weight-1m[\"']?\s{0,4}[:=,]\s{0,4}[\"'\[]{0,2}(\d{1,7})\b",
        "request_time": r"[?&\s\"'{,]timestamp[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{13})\b",
        "server_time": r"\bserver_?time[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{13})\b",
        "server_date": r"\bdate[\"']?\s{0,2}[:=]\s{0,2}[\"']?((?:mon|tue|wed|thu|fri|sat|sun), \d\d \w{3} \d{4} [\d:]{8} gmt)",
        "quantity": r"(?<![A-Za-z])(?:quantity|qty|origqty|amount|size|volume)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{1,15}(?:\.\d{1,20})?)\b",
        "step": r"(?<![A-Za-z])(?:stepsize|step_size|step|lotsize|baseincrement)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{1,15}(?:\.\d{1,20})?)\b",
        "price": r"(?<![A-Za-z])(?:price|limitprice|stopprice)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{1,15}(?:\.\d{1,20})?)\b",
        "tick": r"(?<![A-Za-z])(?:ticksize|tick_size|tick|priceincrement)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{1,15}(?:\.\d{1,20})?)\b",
        "min_quantity": r"(?<![A-Za-z])(?:minqty|min_qty|baseminsize)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{1,15}(?:\.\d{1,20})?)\b",
        "min_notional": r"(?<![A-Za-z])(?:minnotional|min_notional|minfunds)[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{1,15}(?:\.\d{1,20})?)\b",
        "symbol": r"(?<![A-Za-z])symbol[\"']?\s{0,2}[:=]\s{0,2}[\"']?([A-Z0-9]{2,15}[-_/]?[A-Z0-9]{2,15})\b",
    }.items()
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
    return facts | ({"ban_left": _seconds(left)} if left > 0 else {"ban_over": _seconds(-left)})


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
        seconds = int(text) / {10: 1, 13: 1e3, 16: 1e6, 19: 1e9}.get(len(text), 1e99)
        if not 0 < seconds < _LATEST:
            return None
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
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
        return Decimal(text) if text else None
    except InvalidOperation:
        return None

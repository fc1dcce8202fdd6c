"""Reads the times and zones that a person gives, such as `--since 2h --tz +08:00`."""

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo

from explainer.logs.times import EPOCH, find_stamp, is_offset, read_epoch, read_stamp

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO = re.compile(r"(?:[0-9]{1,9}[smhdw])+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_OF_DAY = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
_FORMS = (
    "a date or time (2026-03-01, 2026-03-01 12:00, 2026-03-01T12:00:00Z), a time today (14:05), "
    "how long ago (90s, 30m, 2h30m, 1d, 1w), now, today, yesterday, or a Unix time (1772366400)"
)


def parse_moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the time that a person gave; what has no zone is in `zone`. ValueError says what can be given."""
    text = text.strip()
    try:
        at = _read_moment(text, now, zone)
    except (ValueError, OverflowError):  # a 30th of February, 25:00, a million weeks ago
        raise ValueError(f"there is no such time as {text!r}; give {_FORMS}") from None
    if at is None:
        raise ValueError(f"{text!r} is no time that I can read; give {_FORMS}")
    return at


def _read_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    word = text.lower()
    today = now.astimezone(zone).date()
    if word == "now":
        return now
    if word in ("today", "yesterday"):
        day = today if word == "today" else today - timedelta(days=1)
        return datetime.combine(day, time(), zone)
    if _AGO.fullmatch(word):
        ago = sum((timedelta(**{_UNITS[u]: int(n)}) for n, u in re.findall(r"([0-9]+)(.)", word)), timedelta())
        return now.astimezone(UTC) - ago  # in a zone with summer time, a day is not always 24 hours
    if EPOCH.fullmatch(word):
        return _demand(read_epoch(word))
    written = text
    if _TIME_OF_DAY.fullmatch(text):
        written = f"{today} {text}"
    elif _DATE.fullmatch(text):
        written = f"{text} 00:00"
    stamp = find_stamp(written)
    if not stamp or stamp[:2] != (0, len(written)) or stamp.kind not in ("iso", "ymd"):
        return None
    return _demand(read_stamp(written, stamp.kind, zone, now))


def _demand(at: datetime | None) -> datetime:
    if at is None:
        raise ValueError
    return at


class _Local(tzinfo):
    """The zone of this computer, with the summer time of each date; can be sent to another process."""

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return at.replace(tzinfo=None).astimezone().utcoffset() if at else None

    def dst(self, at: datetime | None) -> timedelta | None:  # noqa: ARG002 - part of the offset
        return None

    def tzname(self, at: datetime | None) -> str | None:
        return at.replace(tzinfo=None).astimezone().tzname() if at else None

    def fromutc(self, at: datetime) -> datetime:
        local = at.replace(tzinfo=UTC).astimezone()
        return local.replace(tzinfo=self)


LOCAL = _Local()

_FIXED = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)


def parse_zone(text: str) -> tzinfo:
    """Return the zone that a person named. ValueError says what can be given."""
    from zoneinfo import ZoneInfo, available_timezones

    text = text.strip()
    if text.lower() == "local":
        return LOCAL
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC
    if fixed := _FIXED.fullmatch(text):
        sign, hours, minutes = fixed.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if is_offset(ahead):
            return timezone(ahead if sign == "+" else -ahead)
    try:
        return ZoneInfo(text)
    except (ValueError, LookupError, OSError):  # no such file, a folder, no path at all
        if available_timezones():
            raise ValueError(
                f"{text!r} is no time zone; give local, UTC, +08:00 or a name such as Asia/Shanghai"
            ) from None
        raise ValueError(
            f"{text!r} cannot be looked up: this computer has no time zone database; give local, UTC or +08:00, "
            "or install it with: pip install tzdata"
        ) from None

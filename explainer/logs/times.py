"""Finds the time of a log line, and reads times as logs and people write them.

Finding looks at the form of a line only, never at the value of a digit: lines of one form have their time at one place,
so it need be looked for but once. Whether that is a real time is found out by reading.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import partial
from typing import NamedTuple

SEEN = 400
"""Characters of a line that are looked at: a time begins in the first 300."""

_FIRST_CHARACTERS = 300

YEARS = range(1971, 2101)
EPOCH_YEARS = range(2009, 2101)
"""Years in which a written date, and a number, is taken for a time: a zero date is none, and an order's id is none."""


class Stamp(NamedTuple):
    """Where in a line its time stands, and in which format."""

    start: int
    end: int
    kind: str


_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DAY = r"(?P<day>[0-9]{1,2})"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAME = rf"(?P<month>{'|'.join(_MONTHS)})"
_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_FRACTION = r"(?:[.,](?P<fraction>[0-9]{1,9})(?![0-9]))?+"
_SECONDS = rf"(?::(?P<second>[0-9]{{2}}){_FRACTION})"
_CLOCK = rf"(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}}){_SECONDS}(?!:?[0-9])"
_MERIDIEM = r"\s?(?P<meridiem>[AaPp]\.?[Mm]\.?)(?!\w)"
_NOT_MERIDIEM = r"(?!\s?[AaPp]\.?[Mm]\b)"

# A number with a minus behind a space is more likely an error's code than an offset.
_ZONE = (
    r"(?:Z(?!\w)"
    r"|\s?(?:UTC|GMT)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?(?!\w)"
    r"|[+-][0-9]{2}(?::?[0-9]{2})?(?![\w-]|[.:,][0-9])"
    r"|\s(?:[+-][0-9]{2}:[0-9]{2}|\+[0-9]{4}|-[0-9]{4}(?=\]|\s[ECMP][SD]T\b))(?![\w.%]))?"
)
_MAIL_ZONE = rf"(?:\s[+-][0-9]{{4}}(?![\w.])|{_ZONE})"
_BROWSER_ZONE = r"(?:\sGMT(?:[+-][0-9]{4})?(?:\s\([^()]{1,60}\))?)?"

# How each kind of time is written, and the zone behind it; the first that fits.
_DATED: dict[str, tuple[str, str]] = {
    "iso": (
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[T ]"
        rf"(?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}}){_SECONDS}?+(?!:?[0-9]){_NOT_MERIDIEM}",
        _ZONE,
    ),
    "ymd": (
        rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}(?:T|\]\[|,?\s{{1,2}})(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})"
        r"(?::(?P<second>[0-9]{2})(?:(?:[.,](?P<fraction>[0-9]{1,9})|:(?P<thousandths>[0-9]{3}))(?![0-9]))?+)?+"
        rf"(?!:?[0-9])(?:{_MERIDIEM})?",
        _ZONE,
    ),
    "mdy": (rf"{_MONTH}/{_DAY}/{_YEAR},?\s{{1,2}}{_CLOCK}\s?(?P<meridiem>[AP]M)(?!\w)", _ZONE),
    # With slashes and no comma, nobody can tell the day from the month.
    "dmy": (
        rf"(?![0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{4}}\s){_DAY}[-/.]{_MONTH}[-/.]{_YEAR},?\s{{1,2}}{_CLOCK}"
        rf"(?:{_MERIDIEM})?",
        _ZONE,
    ),
    "apache": (rf"{_DAY}/{_NAME}/{_YEAR}:{_CLOCK}", _ZONE),
    "mail": (rf"(?:{_WEEKDAY},\s)?{_DAY}[ -]{_NAME}[ -]{_YEAR}\s{_CLOCK}", _MAIL_ZONE),
    "browser": (rf"{_WEEKDAY}\s{_NAME}\s{_DAY}\s{_YEAR}\s{_CLOCK}", _BROWSER_ZONE),
    "ctime": (rf"{_WEEKDAY}\s{_NAME}\s{{1,2}}{_DAY}\s{_CLOCK}(?P<zone>\s(?:UTC|GMT))?\s{_YEAR}(?![0-9:])", ""),
}
_YEARLESS: dict[str, tuple[str, str]] = {
    "syslog": (rf"{_NAME}\s{{1,2}}{_DAY}\s{_CLOCK}{_NOT_MERIDIEM}", ""),
    "klog": (rf"[IWEF](?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})\s{_CLOCK}", ""),
}
_EPOCH = r"(?P<epoch>(?:[0-9]{10}|[0-9]{13})(?:\.[0-9]{1,9})?|[0-9]{16}|[0-9]{19})"


def _join(forms: dict[str, tuple[str, str]]) -> str:
    """Return one pattern whose only named groups are the kinds."""
    bare = {kind: re.sub(r"\(\?P<\w+>", "(?:", form + zone) for kind, (form, zone) in forms.items()}
    return "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in bare.items())


_READ = {
    kind: re.compile(form + (r"(?P<zone>.*)" if zone else ""), re.DOTALL)
    for kind, (form, zone) in {**_DATED, **_YEARLESS}.items()
}

_COLOUR = r"\x1b\[[0-9;]{0,12}m"
_OPENING = rf"(?:{_COLOUR}|[\s\[(\"'])" + r"{0,40}+"
_CONTAINER = rf"(?:(?:{_COLOUR})?[0-9|]{{0,4}}[A-Za-z_][\w.:@/-]{{0,80}}\s{{0,60}}\|)"
"""The name that docker compose and pm2 put before each line."""

_WRITTEN_FIRST = re.compile(rf"{_CONTAINER}??{_OPENING}(?:{_join({**_DATED, **_YEARLESS})})")
# Indented, or in a list, it is data.
_EPOCH_FIRST = re.compile(rf"(?:{_CONTAINER}\s{{0,4}})??(\[)?{_EPOCH}(?(1)\]|(?=[\s:|;]|,[^\s\"]))")
_UNREADABLE_FIRST = re.compile(
    rf"{_CONTAINER}??{_OPENING}(?:[0-9]{{1,4}}[-/.][0-9]{{1,2}}(?:[-/.][0-9]{{2,4}})?,?\s{{1,2}})?"
    r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?![\w:])"
)
"""A clock without a date, or a date in which nobody can tell the day from the month: the line has no other time."""

_KEYS = r"(?:@?timestamp|ts|time|asctime|datetime|date)"
_VALUE = re.compile(rf"{_join(_DATED)}|{_EPOCH}(?![\w.%/&-])")
_LOGFMT = re.compile(
    rf"{_CONTAINER}??\s{{0,4}}(?:[\w.@-]{{1,40}}+=(?:\"(?:[^\"\\]|\\.)*+\"|[^\s\"]*+)\s{{1,4}}){{0,20}}?"
    rf"(?i:{_KEYS}|t)=\"?(?=[0-9]{{4}}|[0-9]{{1,2}}[-/.]|[A-Z][a-z])"
)
_JSON_LINE = re.compile(
    rf"{_CONTAINER}??\s{{0,4}}(?:\[[^\[\]{{\"]{{0,40}}\]\s{{0,4}}|[A-Z]{{3,8}}:?\s{{1,4}}(?:-\s)?){{0,4}}(?=\{{\s{{0,4}}\")"
)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]')
_JSON_TIME = re.compile(rf'"(?i:{_KEYS})"\s{{0,4}}:\s{{0,4}}"?')
_JSON_MESSAGE = re.compile(r'"(?i:log|msg|message|text)"\s{0,4}:\s{0,4}"')

_LATER = re.compile(rf"(?<![\w./-])(?:{_join(_DATED)})")
_PROSE = re.compile(r"(?:\b[a-z]{2,30}[,;]? ){3}")
_OTHER_TIME = re.compile(
    r"(?:[a-z](?:At|On|Time|Date)|_(?:at|on|time|date)"
    r"|\b(?i:created|updated|expire[sd]?|expiry|until|till|since|after|before|started|start|ends?|from|to|next|last|due))"
    r"[\"']?\s?[:=]?\s?[\"'(\[]?$"
)
_FIELD = re.compile(
    r"(?P<before>[&?])?(?<![\w@.-])(?P<name>[\w@.-]{1,40})(?P<quote>\\{0,3}[\"'])?\s?(?P<sign>=>|[:=])\s?\\{0,3}[\"']?$"
)
_TAIL = 64


def find_stamp(line: str) -> Stamp | None:
    """Return where the line's own time stands: at its start, else in its time field, else the first in its head."""
    head = line[:SEEN]
    found = _WRITTEN_FIRST.match(head) or _EPOCH_FIRST.match(head)
    if not found and not _UNREADABLE_FIRST.match(head):
        found = _find_in_fields(head)
    if not found or not found.lastgroup:
        return None
    start, end = found.span(found.lastgroup)
    return Stamp(start, end, found.lastgroup) if start < _FIRST_CHARACTERS else None


def _find_in_fields(head: str) -> re.Match[str] | None:
    """Return the time field of a line of JSON or logfmt, else the first date in the line."""
    if json := _JSON_LINE.match(head):
        return _find_in_json(head, json.end())
    if logfmt := _LOGFMT.match(head):
        return _VALUE.match(head, logfmt.end())
    return _find_later(head)


def _find_in_json(head: str, start: int) -> re.Match[str] | None:
    """Return the time field of the outermost object, else the time with which its message begins."""
    depth, message = 0, None
    for token in _JSON_TOKEN.finditer(head, start):
        sign = token.group()
        if sign in ("{", "["):
            depth += 1
        elif sign in ("}", "]"):
            depth -= 1
        elif depth == 1:
            key = _JSON_TIME.match(head, token.start())
            if key and (found := _VALUE.match(head, key.end())):
                return found
            key = _JSON_MESSAGE.match(head, token.start())
            message = message or (key and _WRITTEN_FIRST.match(head, key.end()))
        if not depth:
            break
    return message


def _find_later(head: str) -> re.Match[str] | None:
    """Return the first date that is not part of what the line says."""
    for found in _LATER.finditer(head):
        before = head[: found.start()]
        if _PROSE.search(before):
            return None
        if not _tells_other_time(before[-_TAIL:]):
            return found
    return None


def _tells_other_time(before: str) -> bool:
    """Return whether these words announce a date that is not when the line was written: an expiry, a field of data."""
    if _OTHER_TIME.search(before):
        return True
    field = _FIELD.search(before)
    if not field or field["name"].lower() == "date":  # an answer's Date header is as good as a time of one's own
        return False
    if field["sign"] == "=":
        return bool(field["before"]) or not re.fullmatch(f"{_KEYS}|t", field["name"], re.IGNORECASE)
    return bool(field["quote"])


def read_stamp(text: str, kind: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Return the time at a stamp, aware; without a zone of its own it is in `zone`. None if there is no such time."""
    if kind == "iso":
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            pass  # no such day, or a zone in letters
        else:
            if at.tzinfo is None:
                return _check_year(at.replace(tzinfo=zone))
            if at.tzinfo is UTC or is_offset(at.utcoffset()):
                return _check_year(at)
    return read_epoch(text) if kind == "epoch" else _read_written(text, kind, zone, now)


def _check_year(at: datetime) -> datetime | None:
    return at if at.year in YEARS else None


EPOCH = re.compile(_EPOCH)
"""A Unix time in seconds, milli-, micro- or nanoseconds."""

_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


def read_epoch(text: str) -> datetime | None:
    """Return the time of a number, whose size says what it counts: seconds, or their 1000th, millionth, billionth."""
    if not EPOCH.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    digits = f"{whole}{fraction:0<6}"
    at = _EPOCH_START + timedelta(seconds=int(digits[:10]), microseconds=int(digits[10:16]))
    return at if at.year in EPOCH_YEARS else None


def _read_written(text: str, kind: str, zone: tzinfo, now: datetime) -> datetime | None:
    match = _READ[kind].fullmatch(text)
    if not match:
        return None
    parts = match.groupdict()
    name, hour = parts["month"], int(parts["hour"])
    if (meridiem := parts.get("meridiem")) and hour <= 12:
        hour = hour % 12 + (12 if meridiem[0] in "Pp" else 0)
    fraction = parts["fraction"] or parts.get("thousandths") or ""
    build = partial(
        datetime,
        month=_MONTHS.index(name) + 1 if name in _MONTHS else int(name),
        day=int(parts["day"]),
        hour=hour,
        minute=int(parts["minute"]),
        second=int(parts["second"] or 0),
        microsecond=int(f"{fraction[:6]:0<6}"),
        tzinfo=_read_offset(parts.get("zone") or "", zone),
    )
    year = parts.get("year")
    for candidate in (
        [int(year)] if year else range(now.year + 1, now.year - 9, -1)
    ):  # 8 years from leap day to leap day
        try:
            at = build(candidate)
        except ValueError:
            continue
        if year or at <= now + timedelta(days=1):
            return _check_year(at)
    return None


_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{1,2}?)(?::?(?P<minutes>[0-9]{2}))?(?![0-9])")
_FARTHEST, _STEP = timedelta(hours=14), timedelta(minutes=15)


def _read_offset(text: str, zone: tzinfo) -> tzinfo:
    """Return the zone in what stands behind a time."""
    offset = _OFFSET.search(text)
    if not offset:
        return UTC if text.strip() else zone
    ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
    if not is_offset(ahead):
        return zone
    return timezone(ahead if offset["sign"] == "+" else -ahead)


def is_offset(ahead: timedelta | None) -> bool:
    """Return whether clocks are set so; what is not is another number that follows the time."""
    return ahead is not None and abs(ahead) <= _FARTHEST and not ahead % _STEP

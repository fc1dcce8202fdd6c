import contextlib
import pickle
import re
import time
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.logs.moments import LOCAL, parse_moment, parse_zone
from explainer.logs.times import SEEN, find_stamp, read_stamp

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
EAST = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_EAST = datetime(2026, 3, 1, 12, tzinfo=EAST)


def read(line: str, zone: tzinfo = EAST, now: datetime = NOW) -> datetime | None:
    """Return the line's time, as the callers do it."""
    stamp = find_stamp(line)
    return read_stamp(line[stamp.start : stamp.end], stamp.kind, zone, now) if stamp else None


TIMES: list[tuple[str, datetime, str]] = [
    # ISO 8601
    ("2026-03-01 12:00:00 INFO started", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00,123 - bot - INFO - x", NOON_EAST + timedelta(milliseconds=123), "iso"),
    ("2026-03-01T12:00:00.5Z x", NOON + timedelta(milliseconds=500), "iso"),
    ("2026-03-01T12:00:00.123456789Z stdout F x", NOON + timedelta(microseconds=123456), "iso"),
    ("2026-03-01T12:00:00+08:00 x", NOON_EAST, "iso"),
    ("2026-03-01T12:00:00+0800 host bot[12]: x", NOON_EAST, "iso"),
    ("2026-03-01T12:00:00+08 x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00-05:00 x", NOON + timedelta(hours=5), "iso"),
    ("2026-03-01T12:00:00.123456+00:00 app[web.1]: x", NOON + timedelta(microseconds=123456), "iso"),
    ("2026-03-01 12:00:00 +0800 CST x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00 +08:00: x", NOON_EAST, "iso"),
    ("[2026-03-01 12:00:00 -0500] [7] [INFO] x", NOON + timedelta(hours=5), "iso"),
    ("2026-03-01 12:00:00 -0500 EST x", NOON + timedelta(hours=5), "iso"),
    ("2026-03-01 12:00:00 UTC [62] FATAL: x", NOON, "iso"),
    ("2026-03-01 12:00:00.000 GMT x", NOON, "iso"),
    ("2026-03-01 12:00:00 UTC+8 x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00 GMT+0800 x", NOON_EAST, "iso"),
    ("2026-03-01 12:00 x", NOON_EAST, "iso"),
    ("[2026-03-01 12:00:00.123] x", NOON_EAST + timedelta(milliseconds=123), "iso"),
    ("[2026-03-01 12:00:00,000: INFO] x", NOON_EAST, "iso"),
    ("2026-03-01T12:00:00: pm2 x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00.000 | INFO     | bot:run:12 - x", NOON_EAST, "iso"),
    ("\x1b[32m2026-03-01 12:00:00.000\x1b[0m | \x1b[1mINFO\x1b[0m | x", NOON_EAST, "iso"),
    ("    2026-03-01 12:00:00 x", NOON_EAST, "iso"),
    # other orders and separators
    ("2026/03/01 12:00:00 x", NOON_EAST, "ymd"),
    ("2026/03/01 12:00:00.250000 x", NOON_EAST + timedelta(milliseconds=250), "ymd"),
    ("2026.03.01 12:00:00:364 | Warning", NOON_EAST + timedelta(milliseconds=364), "ymd"),
    ("[2026/03/01][12:00:00] x", NOON_EAST, "ymd"),
    ("2026/3/1 12:00:00 x", NOON_EAST, "ymd"),
    ("2026-03-01 4:20:12 PM x", NOON_EAST.replace(hour=16, minute=20, second=12), "ymd"),
    ("2026-03-01 12:00:00 a.m. x", NOON_EAST.replace(hour=0), "ymd"),
    ("2026-03-01 16:00:00 PM x", NOON_EAST.replace(hour=16), "ymd"),
    ("01-03-2026 12:00:00 x", NOON_EAST, "dmy"),
    ("01.03.2026 12:00:00 x", NOON_EAST, "dmy"),
    ("25/03/2021, 16:20:12 x", datetime(2021, 3, 25, 16, 20, 12, tzinfo=EAST), "dmy"),
    ("[3/25/2021, 4:20:12 PM] INFO: x", datetime(2021, 3, 25, 16, 20, 12, tzinfo=EAST), "mdy"),
    ("3/1/2026, 12:00:00\u202fAM x", NOON_EAST.replace(hour=0), "mdy"),
    # names of months
    ("Mar  1 12:00:00 host cron[1]: x", NOON_EAST, "syslog"),
    ("Mar 01 12:00:00 host bot[123]: x", NOON_EAST, "syslog"),
    ('192.0.2.1 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 401', NOON, "apache"),
    ('192.0.2.1 - - [01/Mar/2026:12:00:00 -0500] "GET / HTTP/1.1" 401', NOON + timedelta(hours=5), "apache"),
    ("Sun, 01 Mar 2026 12:00:00 GMT x", NOON, "mail"),
    ("Sun, 01 Mar 2026 12:00:00 -0500", NOON + timedelta(hours=5), "mail"),
    ("< Date: Sun, 01 Mar 2026 12:00:00 GMT", NOON, "mail"),
    ("    date: 'Sun, 01 Mar 2026 12:00:00 GMT',", NOON, "mail"),
    ("headers: {'Content-Length': '42', 'Date': 'Sun, 01 Mar 2026 12:00:00 GMT'}", NOON, "mail"),
    ("1:M 01 Mar 2026 12:00:00.000 # x", NOON_EAST, "mail"),
    ("[Sun Mar 01 2026 12:00:00 GMT+0800 (China Standard Time)] ERROR x", NOON_EAST, "browser"),
    ("Sun Mar 01 2026 12:00:00 GMT-0500 (Eastern Standard Time)", NOON + timedelta(hours=5), "browser"),
    ("Sun Mar  1 12:00:00 2026 x", NOON_EAST, "ctime"),
    ("Sun Mar  1 12:00:00 UTC 2026 x", NOON, "ctime"),
    ("[Sun Mar 01 12:00:00.000000 2026] [core:error] x", NOON_EAST, "ctime"),
    ("I0301 12:00:00.123456       1 file.go:1] x", NOON_EAST + timedelta(microseconds=123456), "klog"),
    # numbers
    ("1772366400 INFO x", NOON, "epoch"),
    ("1772366400.123 INFO x", NOON + timedelta(milliseconds=123), "epoch"),
    ("[1772366400.123456] x", NOON + timedelta(microseconds=123456), "epoch"),
    ("1772366400123,BTCUSDT,x", NOON + timedelta(milliseconds=123), "epoch"),
    ("1772366400123.5 x", NOON + timedelta(microseconds=123500), "epoch"),
    ("1772366400123456: x", NOON + timedelta(microseconds=123456), "epoch"),
    ("1772366400123456789 x", NOON + timedelta(microseconds=123456), "epoch"),
    # JSON
    ('{"level":"error","ts":1772366400.123,"msg":"x"}', NOON + timedelta(milliseconds=123), "epoch"),
    ('{"time":1772366400000,"msg":"x"}', NOON, "epoch"),
    ('{"msg":"x","ts":"1772366400000"}', NOON, "epoch"),
    ('{"level":"info","timestamp":"2026-03-01T12:00:00Z"}', NOON, "iso"),
    ('{"@timestamp": "2026-03-01T12:00:00.000+08:00", "message": "x"}', NOON_EAST, "iso"),
    ('{"asctime": "2026-03-01 12:00:00,000", "message": "x"}', NOON_EAST, "iso"),
    ('{"Timestamp":"2026-03-01T12:00:00Z"}', NOON, "iso"),
    ('{"datetime":"2026-03-01T12:00:00+00:00","channel":"app"}', NOON, "iso"),
    ('[bot] INFO: {"time":"2026-03-01T12:00:00Z"}', NOON, "iso"),
    ('{"msg":"failed at 2020-01-01T00:00:00Z","time":"2026-03-01T12:00:00Z"}', NOON, "iso"),
    ('{"msg":"\\"time\\":\\"2020-01-01T00:00:00Z\\"","time":1772366400}', NOON, "epoch"),
    ('{"order":{"id":[1],"time":1499827319559},"time":1772366400000}', NOON, "epoch"),
    ('{"time":"12:00:00","timestamp":"2026-03-01T12:00:00Z"}', NOON, "iso"),
    ('{"log":"2026-03-01 12:00:00 ERROR x\\n","stream":"stderr"}', NOON_EAST, "iso"),
    # logfmt
    ('time="2026-03-01T12:00:00Z" level=error msg="x"', NOON, "iso"),
    ('level=error msg="a \\"b\\" ts=1" ts=1772366400.5 x=1', NOON + timedelta(milliseconds=500), "epoch"),
    ("t=2026-03-01T12:00:00+0800 lvl=eror msg=x", NOON_EAST, "iso"),
    ("ts=2026-03-01T12:00:00Z caller=x", NOON, "iso"),
    ('WARN[0012] slow time="2026-03-01T12:00:00Z"', NOON, "iso"),
    # wrappers
    ("bot_1  | 2026-03-01 12:00:00 x", NOON_EAST, "iso"),
    ("\x1b[36mbot-1  |\x1b[0m 2026-03-01T12:00:00Z x", NOON, "iso"),
    ('bot-1  | {"ts":1772366400,"msg":"x"}', NOON, "epoch"),
    ("bot-1  | 1772366400 x", NOON, "epoch"),
    ("0|bot      | 2026-03-01 12:00:00: x", NOON_EAST, "iso"),
    ("bot-1  | level=info ts=1772366400", NOON, "epoch"),
    ("bot.log:12:2026-03-01 12:00:00 x", NOON_EAST, "iso"),
    ("[pod/bot-5f/bot] 2026-03-01T12:00:00.000Z x", NOON, "iso"),
    # a wrapper's time is before the one within
    ('2026-03-01T12:00:00.000000000Z {"time":"2020-01-01T00:00:00Z"}', NOON, "iso"),
    ("2026-03-01T12:00:00+00:00 app[web.1]: 2020-01-01 00:00:00 x", NOON, "iso"),
    ("Mar 01 12:00:00 host bot[1]: 2020-01-01 00:00:00,000 x", NOON_EAST, "syslog"),
    # behind a level, a thread, a name
    ("INFO 2026-03-01 12:00:00,000 views 12 34 x", NOON_EAST, "iso"),
    ("ERROR: 2026-03-01 12:00:00 x", NOON_EAST, "iso"),
    ("30687 [main] 2026-03-01 12:00:00,000 ERROR x", NOON_EAST, "iso"),
    ("ERROR - 2026/03/01 12:00:00 - x", NOON_EAST, "ymd"),
    ("订单失败 2026-03-01 12:00:00", NOON_EAST, "iso"),
    # numbers behind a time that are no zone
    ("2026-03-01 12:00:00 -1021 x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00,000-15-bot.connector x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00,000-1021 x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00 +1.5% x", NOON_EAST, "iso"),
    ("2026-03-01 12:00:00,1234567890,x", NOON_EAST, "iso"),
]


@pytest.mark.parametrize(("line", "at", "kind"), TIMES)
def test_a_time_is_found_and_read(line: str, at: datetime, kind: str) -> None:
    stamp = find_stamp(line)
    assert stamp is not None
    assert (stamp.kind, read(line)) == (kind, at)


UNTIMED = [
    "",
    "Traceback (most recent call last):",
    "12:00:00 INFO x",
    "12:00:00 INFO order of 2026-03-01 12:00:00",
    "[12:00:00.123] 2026-03-01 12:00:00",
    "bot_1  | 12:00:00 2026-03-01 12:00:00",
    "03/03 20:40:43.884258 order of 2026-03-01 12:00:00",
    "03/04/2026 12:00:00 day or month first",
    "26/03/01 12:00:00 INFO spark",
    "2026-03-01 only a date",
    "2026-03-01T12-00-00.log",
    "/logs/2026-03-01 12:00:00.log",
    "GET https://api.binance.com/api/v3/account?timestamp=1772366400000&recvWindow=5000",
    "x url:/fapi/v1/order?symbol=ADAUSDT&timestamp=1772366400000&signature=s",
    "timestamp=1772366400000&signature=s",
    "symbol=BTCUSDT&timestamp=2026-03-01T12:00:00Z",
    "GET https://example.com/klines?timestamp=2026-03-01T12:00:00Z HTTP/1.1",
    "GET https://example.com/klines?startTime=2026-03-01T12:00:00Z HTTP/1.1",
    "IP banned until 1772366400000. Please use WebSocket",
    "IP banned until 2026-03-01 12:00:00 UTC",
    "the order was placed on 2026-03-01 12:00:00",
    "  createdAt: 2026-03-01T12:00:00Z,",
    'failed {"created": "2026-03-01T12:00:00Z"}',
    "failed {'placed': '2026-03-01T12:00:00Z'}",
    "Order(placed='2026-03-01 12:00:00')",
    "  expires: 'Sun, 01 Mar 2026 12:00:00 GMT',",
    'ERROR x {"code":"UNAUTH","timestamp":1772366400000}',
    "  1499040000000,",
    '[1499040000000,"0.016"]',
    "1772366400-17 x",
    "12345678901 eleven digits",
    '{"msg":"failed at 2020-01-01T00:00:00Z"}',
    '{"a":{"time":"2026-03-01T12:00:00Z"}}',
    '{"a":1} {"time":"2026-03-01T12:00:00Z"}',
    '{"time":null,"created":"2026-03-01T12:00:00Z"}',
    '{"level":"error","message":"' + "x " * 50 + "2020-01-01 00:00:00" + " x" * 150 + '","time":1772366400}',
    "ts=12 x=2026-03-01T12:00:00Z",
    "ts=2026x level=info",
]


@pytest.mark.parametrize("line", UNTIMED)
def test_what_is_not_the_lines_own_time_is_left_alone(line: str) -> None:
    assert find_stamp(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "2026-02-30 12:00:00 x",
        "2026-13-01T12:00:00Z",
        "2026-03-01 25:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59+00:00",
        "2026/02/30 12:00:00",
        "Feb 30 12:00:00 host x",
        "13/13/2026, 12:00:00 AM",
        "00-00-2026 12:00:00",
        "I1399 12:00:00.123456 1 x.go:1]",
        "1230767999 the year 2008",
        "4133980800 the year 2101",
        "9999999999999999 x",
    ],
)
def test_a_stamp_that_is_no_real_time_reads_as_none(line: str) -> None:
    assert find_stamp(line) is not None
    assert read(line) is None


def test_epochs_reach_from_2009_to_2100() -> None:
    assert read("1230768000 x") == datetime(2009, 1, 1, tzinfo=UTC)
    assert read("4133980799 x") == datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_text_of_another_kind_reads_as_none() -> None:
    assert read_stamp("Mar  1 12:00:00", "iso", EAST, NOW) is None
    assert read_stamp("Mar  1 12:00:00", "epoch", EAST, NOW) is None


@pytest.mark.parametrize(
    ("line", "now", "year"),
    [
        ("Mar  3 11:00:00 host x", NOW, 2026),  # the clocks of two computers differ
        ("Mar  3 13:00:00 host x", NOW, 2025),
        ("Dec 31 23:00:00 host x", NOW, 2025),
        ("Jan  1 00:30:00 host x", datetime(2025, 12, 31, 23, tzinfo=UTC), 2026),
        ("Feb 29 12:00:00 host x", NOW, 2024),
        ("Feb 29 12:00:00 host x", datetime(2028, 2, 20, tzinfo=UTC), 2024),
        ("E1231 23:00:00.000000 1 x.go:1]", NOW, 2025),
    ],
)
def test_a_time_without_a_year_is_the_latest_not_in_the_future(line: str, now: datetime, year: int) -> None:
    at = read(line, UTC, now)
    assert at is not None
    assert at.year == year


def test_a_zone_of_its_own_outranks_the_callers() -> None:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    assert read("2026-07-01 12:00:00 x", berlin) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read("2026-01-01 12:00:00 x", berlin) == datetime(2026, 1, 1, 11, tzinfo=UTC)
    assert read("2026-01-01 12:00:00Z x", berlin) == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_only_the_head_of_a_line_is_looked_at() -> None:
    assert find_stamp("-" * 298 + " 2026-03-01 12:00:00") == (299, 318, "iso")
    assert find_stamp("-" * 299 + " 2026-03-01 12:00:00") is None
    assert find_stamp("-" * 200_000 + " 2026-03-01 12:00:00") is None


def change_digits(line: str, digits: Iterator[str]) -> str:
    return re.sub("[0-9]", lambda _: next(digits), line)


LINES = st.one_of(
    st.sampled_from([line for line, _, _ in TIMES] + UNTIMED),
    st.lists(st.sampled_from([line for line, _, _ in TIMES] + UNTIMED), min_size=2, max_size=3).map(" ".join),
    st.lists(
        st.sampled_from(
            [*"0123456789", "2026", "-", "/", ".", ":", ",", " ", "T", "Z", "+", "|", "[", "]", "{", "}", '"', "'", "=",
             "\\", "Mar", "Sun", "UTC", "PM", "time", "ts", "I", "12:00:00", "03-01", "bot", "until", "\n", "١"]
        ),
        max_size=60,
    ).map("".join),
    st.text(max_size=80),
)  # fmt: skip


@given(LINES, st.randoms(use_true_random=False))
def test_a_stamp_depends_on_the_form_of_the_line_only(line: str, random: object) -> None:
    digits = iter(lambda: random.choice("0123456789"), None)  # type: ignore[attr-defined]
    other = change_digits(line, digits)
    stamp = find_stamp(line)
    assert find_stamp(other) == stamp
    assert find_stamp(change_digits(line, iter(lambda: "0", None))) == stamp
    if stamp:
        for text in (line[stamp.start : stamp.end], other[stamp.start : stamp.end]):
            at = read_stamp(text, stamp.kind, EAST, NOW)
            assert at is None or at.astimezone(UTC).tzinfo is UTC


@given(LINES, st.text(max_size=500))
def test_a_stamp_depends_on_what_is_seen_only(line: str, rest: str) -> None:
    head = f"{line:{SEEN}}"[:SEEN]
    assert find_stamp(head + rest) == find_stamp(head)


@given(st.datetimes(datetime(1971, 1, 2), datetime(2100, 12, 30)), st.sampled_from(["T", " "]))
def test_iso_times_are_read_to_the_microsecond(at: datetime, separator: str) -> None:
    assert read(f"{at.isoformat(separator, 'microseconds')} x") == at.replace(tzinfo=EAST)
    assert read(f"{at.isoformat(separator, 'microseconds')}Z x") == at.replace(tzinfo=UTC)


MIDNIGHT = datetime(2026, 3, 2, tzinfo=EAST)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01", MIDNIGHT - timedelta(days=1)),
        ("2026-03-01 12:00", NOON_EAST),
        (" 2026-03-01 12:00:00 ", NOON_EAST),
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00.250+00:00", NOON + timedelta(milliseconds=250)),
        ("2026-03-01 12:00:00 UTC", NOON),
        ("2026/03/01 12:00", NOON_EAST),
        ("14:05", MIDNIGHT + timedelta(hours=14, minutes=5)),
        ("9:05:30", MIDNIGHT + timedelta(hours=9, minutes=5, seconds=30)),
        ("90s", NOW - timedelta(seconds=90)),
        ("30m", NOW - timedelta(minutes=30)),
        ("2h30m", NOW - timedelta(minutes=150)),
        ("1D", NOW - timedelta(days=1)),
        ("1w", NOW - timedelta(weeks=1)),
        ("now", NOW),
        ("Today", MIDNIGHT),
        ("yesterday", MIDNIGHT - timedelta(days=1)),
        ("1772366400", NOON),
        ("1772366400.5", NOON + timedelta(milliseconds=500)),
        ("1772366400000", NOON),
    ],
)
def test_a_moment_is_read_as_people_write_it(text: str, at: datetime) -> None:
    assert parse_moment(text, NOW, EAST) == at


def test_a_day_ago_is_24_hours_also_when_clocks_are_changed() -> None:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 29, 12, tzinfo=berlin)
    assert now.astimezone(UTC) - parse_moment("1d", now, berlin) == timedelta(hours=24)
    assert now.astimezone(UTC) - parse_moment("today", now, berlin) == timedelta(hours=11)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "2026-03-01 25:00", "25:99", "99:99", "999999999w", "900000w", "5x", "-2h",
     "0000-00-00", "0001-01-01", "9999999999", "12", "2026-03-01 12:00:00 and more",
     "[2026-03-01 12:00:00]", "Mar  1 12:00:00", "١h"],
)  # fmt: skip
def test_a_moment_that_cannot_be_read_says_what_can(text: str) -> None:
    with pytest.raises(ValueError, match=r"14:05.*2h30m.*yesterday") as error:
        parse_moment(text, NOW, EAST)
    assert repr(text) in str(error.value)


@given(st.text(max_size=30))
def test_any_moment_reads_or_raises_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_moment(text, NOW, EAST).tzinfo


@pytest.mark.parametrize(
    ("text", "hours"),
    [("UTC", 0), ("z", 0), ("GMT", 0), ("+08:00", 8), ("+0800", 8), ("-5", -5), ("UTC+8", 8), ("+05:30", 5.5)],
)
def test_fixed_zones(text: str, hours: float) -> None:
    assert parse_zone(text).utcoffset(NOW) == timedelta(hours=hours)


def test_named_zones_have_summer_time() -> None:
    zone = parse_zone(" Europe/Berlin ")
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)
    assert datetime(2026, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=1)
    assert parse_zone("Asia/Shanghai").utcoffset(NOW) == timedelta(hours=8)


@pytest.mark.parametrize(
    "text", ["", "Mars/Phobos", "Asia", "../etc/passwd", "/etc/passwd", "+99:00", "a\x00b", "x" * 999]
)
def test_an_unknown_zone_says_what_can_be_given(text: str) -> None:
    with pytest.raises(ValueError, match="is no time zone; give local, UTC"):
        parse_zone(text)


def test_without_a_time_zone_database_it_says_so() -> None:
    old = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    try:
        with pytest.raises(ValueError, match="no time zone database"):
            parse_zone("Asia/Shanghai")
        assert parse_zone("+08:00").utcoffset(NOW) == timedelta(hours=8)
    finally:
        zoneinfo.reset_tzpath(to=old)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of this computer cannot be changed")
@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_local_zone_is_that_of_the_computer_on_that_day(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", name)
    time.tzset()
    try:
        check_local_zone(zoneinfo.ZoneInfo(name))
    finally:
        monkeypatch.undo()
        time.tzset()


def check_local_zone(same: tzinfo) -> None:
    zone = parse_zone("local")
    for month in (1, 7):
        naive = datetime(2026, month, 1, 12)
        at = naive.replace(tzinfo=zone)
        assert at.utcoffset() == naive.replace(tzinfo=same).utcoffset()
        assert at.timestamp() == naive.timestamp()
        assert at.tzname() == naive.astimezone().tzname()
        assert at.astimezone(UTC).astimezone(zone) == at
    assert zone is LOCAL
    assert zone.dst(NOW) is None
    assert (zone.utcoffset(None), zone.tzname(None)) == (None, None)
    assert pickle.loads(pickle.dumps(NOON_EAST.astimezone(zone))) == NOON_EAST

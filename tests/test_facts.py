import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.match.facts import compute_facts
from explainer.match.wording import word_facts

NOW = datetime(2022, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("captures", "text", "facts"),
    [
        ({}, "nothing here", {}),
        ({}, "POST /order?timestamp=1660090425228 Date: Wed, 10 Aug 2022 00:13:43 GMT", {"clock_ahead": "1.728"}),
        ({}, "{'Date': 'Wed, 10 Aug 2022 00:13:43 GMT'} timestamp=1660090422000", {"clock_late": "1.500"}),
        ({}, '"timestamp":"1660090423228","serverTime":1660090425228', {"clock_late": "2.000"}),
        ({}, "timestamp=1660090423228 server_time: 1660090421226", {"clock_ahead": "2.002"}),
        ({}, "timestamp=1660090423228 serverTime=1660090423228", {}),
        ({}, "timestamp=1660090423228", {}),
        ({}, "timestamp=1660090423228 date: Wed, 99 Aug 2022 00:13:42 GMT", {}),
        ({"client_time": "1660090424", "server_time": "1660090423"}, "", {"clock_ahead": "1.000"}),
        ({"client_time": "1660090423000000000", "server_time": "1660090423000500"}, "", {"clock_late": "0.001"}),
        ({}, "Retry-After: 17", {"retry_after": "17"}),
        ({}, "'retry-after': ['30']", {"retry_after": "30"}),
        ({"retry_after": "5"}, "Retry-After: 17", {}),
        ({}, "X-MBX-USED-WEIGHT-1M: 1201", {"used": "1201"}),
        ({}, "x-sapi-used-ip-weight-1m=12000", {"used": "12000"}),
        ({}, "gw-ratelimit-limit: 2000\ngw-ratelimit-remaining: 0", {"limit": "2000"}),
        ({"quantity": "0.0123456", "step": "0.001"}, "", {"nearest_quantity": "0.012"}),
        ({"price": "27123.4567", "tick": "0.10"}, "", {"nearest_price": "27123.4"}),
        ({"quantity": "1999", "step": "1000"}, "", {"nearest_quantity": "1000"}),
        ({"quantity": "5", "step": "1"}, "", {}),
        ({"quantity": "5", "step": "0"}, "", {}),
        ({"quantity": "many", "step": "1"}, "", {}),
        ({"price": "NaN", "tick": "0.1"}, "", {}),
        ({"price": "1e999", "quantity": "1"}, "", {}),
        ({"price": "100.0", "quantity": "0.05"}, "", {"notional": "5"}),
        (
            {},
            'stepSize": "0.01", minQty=0.02 minNotional: 10',
            {"step": "0.01", "min_quantity": "0.02", "min_notional": "10"},
        ),
        (
            {},
            "symbol=BTCUSDT&side=BUY&quantity=1.5&price=3",
            {"symbol": "BTCUSDT", "quantity": "1.5", "price": "3", "notional": "4.5"},
        ),
        ({}, "symbol: 'BTC-USDT'", {"symbol": "BTC-USDT"}),
        ({}, "origQty=2 origQty=3", {"quantity": "2"}),
        ({}, "myprice=3 entryPrice=4", {}),
    ],
)
def test_facts_follow_from_captures_and_printed_figures(
    captures: dict[str, str], text: str, facts: dict[str, str]
) -> None:
    assert compute_facts(captures, text, NOW) == facts


@pytest.fixture
def zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("until", "end", "name", "seconds"),
    [
        ("1660090423228", "2022-08-10T00:13:43.228Z", "ban_left", "823.228"),
        ("1660090423", "2022-08-10T00:13:43.000Z", "ban_left", "823.000"),
        ("2022-08-10 00:13:43", "2022-08-10T00:13:43.000Z", "ban_left", "823.000"),
        ("2022-08-10T00:13:43Z", "2022-08-10T00:13:43.000Z", "ban_left", "823.000"),
        ("2022-08-10 00:13:43+08:00", "2022-08-09T16:13:43.000Z", "ban_over", "27977.000"),
        ("1660089600", "2022-08-10T00:00:00.000Z", "ban_over", "0.000"),
    ],
)
def test_a_ban_is_counted_against_now(until: str, end: str, name: str, seconds: str) -> None:
    facts = compute_facts({"until": until}, "", NOW)
    assert facts.pop("ban_end_local")
    assert facts == {"ban_end": end, name: seconds}


def test_a_ban_ends_in_the_local_zone_too(zone: None) -> None:
    facts = compute_facts({"until": "1660090423228"}, "", NOW)
    assert facts["ban_end_local"] == "2022-08-10T08:13:43+08:00"
    assert word_facts(facts, "en")["ban_end_local"] == "2022-08-10 08:13 +0800"


@pytest.mark.parametrize(
    "until",
    [
        "",
        "soon",
        "0000000000",
        "9999999999999",
        "166009042",
        "١٦٦٠٠٩٠٤٢٣",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_time_of_ours_ends_no_ban(until: str) -> None:
    assert compute_facts({"until": until}, "", NOW) == {}


NAMES = ("until", "client_time", "server_time", "quantity", "step", "price", "tick", "retry_after")


@given(st.dictionaries(st.sampled_from(NAMES), st.text(alphabet="0123456789-+.:TZeEnaNifty ", max_size=30)), st.text())
def test_no_capture_and_no_text_is_too_odd(captures: dict[str, str], text: str) -> None:
    facts = compute_facts(captures, text, NOW)
    assert all(isinstance(value, str) and len(value) < 120 for value in facts.values())
    assert set(word_facts(facts, "zh")) == set(facts)


@given(st.decimals("0.001", 99_999, places=6), st.sampled_from(["0.001", "0.5", "1", "0.00001"]))
def test_the_nearest_quantity_is_allowed_and_not_more(quantity: Decimal, step: str) -> None:
    facts = compute_facts({"quantity": str(quantity), "step": step}, "", NOW)
    nearest = Decimal(facts.get("nearest_quantity", str(quantity)))
    assert nearest % Decimal(step) == 0
    assert 0 <= quantity - nearest < Decimal(step)


@pytest.mark.parametrize(
    ("name", "value", "en", "zh"),
    [
        ("ban_end", "2022-08-10T00:13:43.228Z", "2022-08-10 00:13 UTC", "2022-08-10 00:13 UTC"),
        ("ban_left", "823.228", "13 minutes left", "还剩 13 分钟"),
        ("ban_left", "60", "1 minute left", "还剩 1 分钟"),
        ("ban_left", "59.9", "59 seconds left", "还剩 59 秒"),
        ("ban_left", "0.2", "less than a second left", "还剩 不到 1 秒"),
        ("ban_over", "7200", "ended 2 hours ago", "已于 2 小时前结束"),
        ("ban_over", "86400", "ended 1 day ago", "已于 1 天前结束"),
        ("ban_over", "135168228.043", "ended 4 years ago", "已于 4 年前结束"),
        ("clock_ahead", "1.002", "1.002 s", "1.002 秒"),
        ("clock_late", "2.000", "2 s", "2 秒"),
        ("clock_late", "119.5", "119.5 s", "119.5 秒"),
        ("clock_late", "28800.000", "8 hours", "8 小时"),
        ("retry_after", "17", "17 s", "17 秒"),
        ("retry_after", "120", "2 minutes", "2 分钟"),
        ("nearest_price", "27123.4", "27123.4", "27123.4"),
    ],
)
def test_facts_are_worded_in_both_languages(name: str, value: str, en: str, zh: str) -> None:
    assert word_facts({name: value}, "en") == {name: en}
    assert word_facts({name: value}, "zh") == {name: zh}

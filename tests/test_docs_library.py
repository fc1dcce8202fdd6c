"""The programs of docs/library.md do what the page says: at most one order, no blind repeat, no false alarm."""

import asyncio
import logging
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

import explainer
from explainer.model.answer import Explanation
from tests.docs_pages import ROOT, read_blocks
from tests.docs_reader import PACKAGES, run_python, stand_in

PAGE = ROOT / "docs" / "library.md"
CCXT: Any = SimpleNamespace(**PACKAGES["ccxt"])
LOST = '{"code":-1007,"msg":"Timeout waiting for response from backend server. Send status unknown."}'
BUSY = '{"code":-1003,"msg":"Too many requests; current limit is 1200 request weight per 1 MINUTE."}'
BANNED = '{"code":-1003,"msg":"Way too much request weight used; IP banned until %d."}'
POOR = '{"code":-2010,"msg":"Account has insufficient balance for requested action."}'
ABSENT = '{"code":-2013,"msg":"Order does not exist."}'
TWICE = '{"code":-2010,"msg":"Duplicate order sent."}'
ORDER = {"orderId": 1}


@pytest.fixture
def names(cache: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the programs of the page define."""
    for name, attributes in PACKAGES.items():
        monkeypatch.setitem(sys.modules, name, stand_in(name, **attributes))
    monkeypatch.chdir(ROOT)
    found: dict[str, Any] = {}
    for block in read_blocks(PAGE):
        if block.kind == "python":
            run_python(block, found)
    return found


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that are made, which take no time."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


@dataclass
class Exchange:
    """Answers orders and look-ups, one after the other; remembers the calls with the order's own id."""

    answers: list[Any]
    calls: list[tuple[str, str]] = field(default_factory=list)

    def create_order(self, symbol: str, kind: str, side: str, amount: float, price: float, params: Any) -> Any:
        return self.answer("send", params["clientOrderId"])

    def fetch_order_with_client_order_id(self, own_id: str, symbol: str) -> Any:
        return self.answer("look", own_id)

    def answer(self, what: str, own_id: str) -> Any:
        self.calls.append((what, own_id))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def lost() -> Exception:
    """Return a time-out as ccxt raises it: the cause stands only in the exception before it."""
    error = CCXT.RequestTimeout("binance POST https://api.binance.com/api/v3/order")
    error.__context__ = TimeoutError("HTTPSConnectionPool(host='api.binance.com', port=443): Read timed out.")
    return error  # type: ignore[no-any-return]


def absent() -> Exception:
    return CCXT.OrderNotFound(f"binance {ABSENT}")  # type: ignore[no-any-return]


def of_binance(body: str, kind: str = "BaseError") -> Exception:
    return getattr(CCXT, kind)(f"binance {body}")  # type: ignore[no-any-return]


BAN_LEFT = {"short": 10, "long": 600}
CASES: dict[str, tuple[Callable[[], list[Any]], str, bool]] = {
    "placed at once": (lambda: [ORDER], "send", True),
    "lost, but there": (lambda: [lost(), absent(), ORDER], "send look look", True),
    "lost, not there, sent again": (
        lambda: [of_binance(LOST, "RequestTimeout"), absent(), absent(), absent(), ORDER],
        "send look look look send",
        True,
    ),
    "sent again, and the first one came": (
        lambda: [lost(), absent(), absent(), absent(), of_binance(TWICE), ORDER],
        "send look look look send look",
        True,
    ),
    "lost, and the look-up fails": (lambda: [lost(), lost()], "send look", False),
    "too fast": (lambda: [of_binance(BUSY), ORDER], "send send", True),
    "a ban that ends soon": (lambda: [of_binance(BANNED % ((time.time() + 10) * 1000)), ORDER], "send send", True),
    "a ban that an order cannot wait for": (lambda: [of_binance(BANNED % ((time.time() + 600) * 1000))], "send", False),
    "too poor": (lambda: [of_binance(POOR, "InsufficientFunds")], "send", False),
    "never heard of": (lambda: [of_binance('{"code":-77,"msg":"Quux."}')], "send", False),
    "always lost": (lambda: [lost(), absent(), absent(), absent()] * 5, "send look look look " * 5, False),
}


@pytest.mark.parametrize("case", CASES)
def test_an_order_is_placed_at_most_once_through_ccxt(names: dict[str, Any], slept: list[float], case: str) -> None:
    answers, calls, is_placed = CASES[case]
    exchange = Exchange(answers())
    if is_placed:
        assert names["place"](exchange, "BTC/USDT", "buy", 1, 65000) == ORDER
    else:
        with pytest.raises(CCXT.BaseError):
            names["place"](exchange, "BTC/USDT", "buy", 1, 65000)
    assert [what for what, _ in exchange.calls] == calls.split()
    assert len({own_id for _, own_id in exchange.calls}) == 1
    assert exchange.answers == []
    assert len(slept) == calls.count("look") + calls.count("send send")
    assert all(pause <= 30 for pause in slept)


def response(status: int, body: str, **headers: str) -> Any:
    return SimpleNamespace(
        ok=status < 400, status_code=status, text=body, headers=headers, json=lambda: msgspec.json.decode(body)
    )


class ReadTimeoutError(OSError):
    """Stands for that of requests."""


GIVEN = msgspec.json.encode(ORDER).decode()
RESPONSES: dict[str, tuple[Callable[[], list[Any]], str, bool]] = {
    "placed at once": (lambda: [response(200, GIVEN)], "post", True),
    "lost, but there": (lambda: [response(408, LOST), response(200, GIVEN)], "post get", True),
    "lost on the way, not there, sent again": (
        lambda: [
            ReadTimeoutError("HTTPSConnectionPool(host='api.binance.com', port=443): Read timed out."),
            *[response(400, ABSENT)] * 3,
            response(200, GIVEN),
        ],
        "post get get get post",
        True,
    ),
    "lost, and the look-up fails": (lambda: [response(408, LOST), response(400, POOR)], "post get", False),
    "too fast": (lambda: [response(429, BUSY, **{"Retry-After": "7"}), response(200, GIVEN)], "post post", True),
    "too fast for an order": (lambda: [response(429, BUSY, **{"Retry-After": "120"})], "post", False),
    "too poor": (lambda: [response(400, POOR)], "post", False),
}


@pytest.mark.parametrize("case", RESPONSES)
def test_an_order_is_placed_at_most_once_by_hand(names: dict[str, Any], slept: list[float], case: str) -> None:
    answers, calls, is_placed = RESPONSES[case]
    rest, made, ids = answers(), [], set()

    def send(what: str, own_id: str) -> Callable[[str, dict[str, str]], Any]:
        def answer(path: str, params: dict[str, str]) -> Any:
            made.append(what)
            ids.add(params[own_id])
            found = rest.pop(0)
            if isinstance(found, Exception):
                raise found
            return found

        return answer

    post, get = send("post", "newClientOrderId"), send("get", "origClientOrderId")
    if is_placed:
        assert names["place_order"](post, get, {"symbol": "BTCUSDT"}) == ORDER
    else:
        with pytest.raises(names["Refused"]):
            names["place_order"](post, get, {"symbol": "BTCUSDT"})
    assert (made, rest, len(ids)) == (calls.split(), [], 1)
    assert slept == ([8.0] if case == "too fast" else [5] * calls.count("get"))


def test_the_formatter_explains_and_masks_what_is_an_error(names: dict[str, Any]) -> None:
    formatter = names["ExplainingFormatter"]("%(levelname)s %(message)s")
    secret = "hunter2" * 3

    def show(level: int, message: str) -> str:
        return str(formatter.format(logging.LogRecord("bot", level, "", 0, message, (), None)))

    assert show(logging.ERROR, f"lost: binance {LOST} api_secret={secret}") == (
        f"ERROR lost: binance {LOST} api_secret=[secret 1]\n"
        "    Binance timed out: nobody knows yet whether it went through [verify_first] "
        "explain show binance/backend-timeout"
    )
    assert show(logging.ERROR, "price 429") == "ERROR price 429"
    assert show(logging.INFO, f"binance {LOST}") == f"INFO binance {LOST}"


def test_events_of_sentry_are_grouped_by_rule(names: dict[str, Any]) -> None:
    def send(error: Exception) -> dict[str, Any]:
        try:
            raise error
        except Exception:
            return names["before_send"]({}, {"exc_info": sys.exc_info()})  # type: ignore[no-any-return]

    event = send(of_binance(LOST, "RequestTimeout"))
    assert event["fingerprint"] == ["binance/backend-timeout"]
    assert event["tags"] == {"exchange": "binance", "rule": "binance/backend-timeout", "retry": "verify_first"}
    assert event["contexts"]["explain"]["title"].startswith("Binance timed out")
    assert send(ValueError("429")) == {}
    assert names["before_send"]({"message": "x"}, {}) == {"message": "x"}


def test_the_chat_bot_answers_or_asks_for_more(names: dict[str, Any]) -> None:
    said: list[str] = []

    async def reply_text(text: str) -> None:
        said.append(text)

    message = SimpleNamespace(text=f"binance {LOST}", reply_text=reply_text)
    asyncio.run(names["reply"](SimpleNamespace(message=message), None))
    assert said[0].startswith("Binance timed out: nobody knows yet whether it went through\n")
    assert "\n→ " in said[0]
    assert names["answer"]("good morning").startswith("I do not know this error.")
    assert names["answer"](f"binance {LOST}", "zh").startswith("币安后端超时")


def test_every_field_has_a_line() -> None:
    table = PAGE.read_text(encoding="utf-8").split("## `Explanation`")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(Explanation.__struct_fields__)


def test_what_is_public_is_named() -> None:
    stays = PAGE.read_text(encoding="utf-8").split("## What stays")[1]
    named = re.findall(r"`(\w+)`", stays.split("(", 1)[1].split(")", 1)[0])
    assert sorted(named) == sorted(explainer.__all__)

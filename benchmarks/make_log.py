"""Writes a bot's log of any size: what a trading bot prints all day, and errors of three exchanges among it.

    .venv/bin/python benchmarks/make_log.py --size 800MB --errors 0.01 --out bot.log

The same seed writes the same bytes. Times, symbols, prices, ids and signatures differ from line to line.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SYMBOLS = [
    base + "USDT"
    for base in "BTC ETH BNB SOL XRP DOGE ADA AVAX LINK DOT LTC TRX UNI ATOM ETC FIL APT ARB OP NEAR".split()
]
PAIRS = [symbol.removesuffix("USDT") + "-USDT" for symbol in SYMBOLS]

QUIET = [
    "INFO [strategy] {symbol} signal=LONG rsi={small} ema_fast={price} ema_slow={price} spread_bps={small}",
    "INFO [orders] order filled id={id} symbol={symbol} side=BUY price={price} quantity={quantity} fee={quantity}",
    "INFO [orders] placed LIMIT {symbol} side=SELL price={price} quantity={quantity} clientOrderId=x-{hex32}",
    "DEBUG [http] GET https://api.binance.com/api/v3/account?timestamp={ms}&recvWindow=5000&signature={hex64} 200 in {count} ms",
    'DEBUG [http] POST https://api.kucoin.com/api/v1/orders 200 {{"code":"200000","data":{{"orderId":"{hex24}"}}}}',
    'DEBUG [ws] {{"e":"bookTicker","u":{id},"s":"{symbol}","b":"{price}","B":"{quantity}","a":"{price}","A":"{quantity}"}}',
    'DEBUG [ws] {{"type":"message","topic":"/market/ticker:{pair}","data":{{"price":"{price}","size":"{quantity}","sequence":"{id}"}}}}',
    "INFO [risk] position {symbol} qty={quantity} entry={price} mark={price} pnl=-{small} margin_ratio={small}",
    "INFO [heartbeat] loop took {count} ms, used weight {count}/6000, open orders {count}, balance {price} USDT",
    "INFO [freqtrade.worker] Bot heartbeat. PID={count}, version='2026.3', state='RUNNING'",
    "DEBUG [bigone] GET https://big.one/api/v3/asset_pairs/{pair}/depth 200 in {count} ms",
    "WARN [strategy] {symbol} spread {small} above the limit {small}, no trade this round",
]

ERRORS = [
    'ERROR [orders] ccxt.base.errors.InvalidNonce: binance {{"code":-1021,"msg":"Timestamp for this request was {count}ms ahead of the server\'s time."}}',
    "ERROR [orders] binance.exceptions.BinanceAPIException: APIError(code=-2010): Account has insufficient balance for requested action.",
    "ERROR [orders] {symbol} order failed: APIError(code=-1013): Filter failure: LOT_SIZE qty={quantity} price={price}",
    'ERROR [orders] {symbol} binance {{"code":-2019,"msg":"Margin is insufficient."}}',
    "ERROR [http] 429 Client Error: Too Many Requests for url: https://api.binance.com/api/v3/order?symbol={symbol}&timestamp={ms}&signature={hex64}",
    'ERROR [http] binance 418 I\'m a teapot {{"code":-1003,"msg":"Way too much request weight used; IP banned until {ms}. Please use WebSocket Streams for live updates to avoid bans."}}',
    'ERROR [auth] binance {{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 203.0.113.{byte}"}}',
    'ERROR [orders] -2011 cancel {id} on {symbol}: binance {{"code":-2011,"msg":"Unknown order sent."}}',
    'ERROR [orders] kucoin {{"code":"200004","msg":"Balance insufficient!"}} order {hex24}',
    'ERROR [http] kucoin POST https://api.kucoin.com/api/v1/orders 400 Bad Request {{"code":"400100","msg":"Order size below the minimum requirement."}}',
    'ERROR [auth] kucoin {{"code":"400005","msg":"Invalid KC-API-SIGN"}}',
    'WARN [http] kucoin {{"code":"429000","msg":"Too Many Requests"}} retrying in {count} ms',
    'ERROR [orders] bigone {{"code":10013,"message":"Resource not found"}} GET https://big.one/api/v3/viewer/orders/{id}',
    'ERROR [orders] bigone {{"code":10014,"message":"Insufficient funds"}} {pair} amount={quantity} price={price}',
    "ERROR [http] requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.binance.com', port=443): Read timed out. (read timeout=10)",
    "ERROR [ws] binance websocket closed: ConnectionResetError: [Errno 104] Connection reset by peer wss://stream.binance.com:9443/ws/{symbol}",
]


def make_fillers(rng: random.Random) -> dict[str, Callable[[], str]]:
    """Return what fills each hole."""
    return {
        "symbol": lambda: rng.choice(SYMBOLS),
        "pair": lambda: rng.choice(PAIRS),
        "price": lambda: f"{rng.choice((0.1, 3, 60, 600, 60_000)) * (1 + rng.random() / 10):.2f}",
        "quantity": lambda: f"{rng.random() * 2:.3f}",
        "small": lambda: f"{rng.random() * 100:.1f}",
        "id": lambda: str(rng.randrange(10**9, 10**10)),
        "ms": lambda: str(rng.randrange(1772000000000, 1774000000000)),
        "count": lambda: str(rng.randrange(1, 5000)),
        "byte": lambda: str(rng.randrange(1, 255)),
        "hex64": lambda: f"{rng.getrandbits(256):064x}",
        "hex32": lambda: f"{rng.getrandbits(128):032x}",
        "hex24": lambda: f"{rng.getrandbits(96):024x}",
    }


def make_lines(errors: float, seed: int = 1) -> Iterator[str]:
    """Yield lines without end, of which the share `errors` are errors."""
    rng = random.Random(seed)
    fillers = make_fillers(rng)
    quiet = [_compile(text) for text in QUIET]
    loud = [_compile(text) for text in ERRORS]
    weights = [1 / (n + 1) for n in range(len(loud))]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    while True:
        at += timedelta(milliseconds=rng.randrange(5, 400))
        ((text, holes),) = rng.choices(loud, weights) if rng.random() < errors else rng.choices(quiet)
        stamp = at.strftime("%Y-%m-%d %H:%M:%S,") + f"{at.microsecond // 1000:03d}"
        yield f"{stamp} {text % tuple([fillers[hole]() for hole in holes])}\n"


def _compile(text: str) -> tuple[str, list[str]]:
    holes = re.findall(r"(?<!\{)\{(\w+)\}", text)
    return re.sub(r"(?<!\{)\{\w+\}", "%s", text.replace("%", "%%")).replace("{{", "{").replace("}}", "}"), holes


def write_log(path: Path, size: int, errors: float, seed: int = 1) -> None:
    """Write a log of about `size` bytes."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in make_lines(errors, seed):
            written += file.write(line)
            if written >= size:
                return


def read_size(text: str) -> int:
    """Return the bytes of a size such as 800MB."""
    units = {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
    number, unit = re.fullmatch(r"([\d.]+)\s*([kMG]?B?)", text).groups()  # type: ignore[union-attr]
    return int(float(number) * units[unit])


def main() -> None:
    """Write the log that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=read_size, default="100MB")
    parser.add_argument("--errors", type=float, default=0.01, help="share of error lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write_log(options.out, options.size, options.errors, options.seed)


if __name__ == "__main__":
    main()

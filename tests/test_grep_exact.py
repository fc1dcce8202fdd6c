"""The law of `explain grep`: it reports of every line what `explainer.scan` reports, rule by rule, capture by capture.

What one line says never leaks into the answer for another, however alike they are.
"""

import codecs
import gzip
import json
import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explainer
from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, find_rules
from explainer.logs.forms import Memory
from explainer.logs.search import Lines, Part, Search, to_sight
from explainer.logs.sieve import Sieve, find_lines, load_sieve
from explainer.logs.tally import Clock, Filter, show
from explainer.logs.work import search_parts
from explainer.match.credible import Told
from explainer.match.engine import explain_line
from explainer.match.mask import Masker
from explainer.model.log import Notice

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOLD = Told(is_log=True)
Found = list[tuple[int, list[tuple[str, dict[str, str]]]]]


def list_texts() -> dict[str, list[str]]:
    """Return every example and counterexample, by rule."""
    base, problems = load_trees([find_rules()])
    assert problems == []
    return {
        rule: [
            text if isinstance(text, str) else text.text
            for text in [*source.document.examples, *source.document.counterexamples]
        ]
        for rule, source in base.rules.items()
    }


TEXTS = list_texts()
EXAMPLES = list(
    dict.fromkeys(
        line
        for texts in TEXTS.values()
        for text in texts
        for line in text.replace("\r", "").split("\n")
        if line.strip()
    )
)

WRAPPERS: list[Callable[[str], str]] = [
    lambda s: f"2026-11-21 09:45:03,118 - bot.orders - ERROR - {s}",
    lambda s: json.dumps({"log": s, "stream": "stderr", "time": "2026-11-21T09:45:03.118Z"}),
    lambda s: json.dumps({"message": json.dumps({"error": s})}, ensure_ascii=False),
    lambda s: f"\x1b[31mERROR\x1b[0m {s}\x1b[0m",
    lambda s: '2026-11-21 09:45:03,"' + s.replace('"', '""') + '"',
    lambda s: s.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;"),
    lambda s: s.replace('"', "\\u0022").replace("'", "\\u0027"),
    lambda s: s.replace('"', "&#34;").replace("'", "&#39;"),
    lambda s: s.replace(" ", "\t"),
    lambda s: s.replace(" ", "  "),
    lambda s: s.replace(" ", "   "),
    lambda s: s.replace(" ", "      "),
    lambda s: s.replace(" ", "\u00a0"),
    lambda s: re.sub(r"(?<=[a-z])(?=[a-z])", "\u200b", s, count=9),
    lambda s: s.replace("'", "’").replace('"', "”"),
    lambda s: f"{s} \udcff\udcfe",
    lambda s: re.sub(r"(?<=[a-z]) ", " \udcc3 ", s, count=1),
    str.upper,
    str.lower,
    lambda s: f"E1121 09:45:03.118236 12345 trader.go:217] {s} in 429 ms",
    lambda s: f"{s}\u3000{s}",
    lambda s: f'level=error ts=2026-11-21T09:45:03Z caller=order.go:88 symbol=BTCUSDT err="{s}"',
]

QUIET = [
    "2026-11-21 09:45:03,118 - bot.orders - INFO - filled 0.013 BTCUSDT @ 97250.10 id=88123456 fee=0.00001300",
    '{"level":"info","ts":1795254303.118,"msg":"tick","symbol":"ETHUSDT","bid":3120.55,"ask":3120.56,"status":200}',
    '10.1.2.3 - - [21/Nov/2026:09:45:03 +0000] "GET /api/v3/ticker?symbol=BTCUSDT HTTP/1.1" 200 1021 "-" "bot/2.1"',
    "I1121 09:45:03.118236       1 controller.go:117] Synced default/trader in 429 ms, 401 items, 503 kept",
    "binance GET https://api.binance.com/api/v3/time 200 in 31 ms, weight 1021 of 6000",
    "kucoin ws pong 1795254303118, sequence 400100, 230003 messages, no error",
    'DEBUG urllib3.connectionpool: https://api.kucoin.com:443 "GET /api/v1/timestamp HTTP/1.1" 200 57',
    "",
    "   ",
    "deployed v1.4.2 (sha 9f8e7d6c5b4a39281706f5e4d3c2b1a0) to prod",
    '{"code":"200000","data":{"orderId":"5bd6e9286d99522a52e458de"}}',
]


def list_lines() -> list[bytes]:
    """Return every example, bare and in some of the wrappers in turn, between lines that say nothing."""
    wholes = [json.dumps({"log": text}) for texts in TEXTS.values() for text in texts if "\n" in text.strip()]
    lines: list[str] = []
    for number, line in enumerate(EXAMPLES):
        wrapped = [WRAPPERS[(number + step) % len(WRAPPERS)](line) for step in (0, 11)]
        lines += [line, QUIET[number % len(QUIET)], *wrapped]
    return [line.encode("utf-8", "surrogateescape") for line in [*lines, *wholes]]


@pytest.fixture(scope="session")
def log() -> list[bytes]:
    return list_lines()


@pytest.fixture(scope="session")
def wanted(log: list[bytes]) -> Found:
    return scan(log)


def scan(lines: Sequence[bytes]) -> Found:
    found = explainer.scan(line.decode("utf-8", "replace") for line in lines)
    return [(one.line, [(e.rule_id, e.captures) for e in one.explanations]) for one in found]


def grep(parts: Sequence[Part], workers: int = 1) -> Found:
    found: Found = []
    before = 0
    for _, message in search_parts(Search("en", TOLD, Filter(), Clock()), parts, workers):
        assert not isinstance(message, Notice)
        if isinstance(message, Lines):
            found += [(before + hit.line, [(s.rule_id, s.captures) for s in hit.sights]) for hit in message.hits]
            before += message.count
    return found


def cut(path: Path, parts: int, seed: int) -> list[Part]:
    """Cut a file at any places, also inside of lines."""
    size = path.stat().st_size
    starts = [0, *sorted(random.Random(seed).sample(range(1, size), parts - 1))]
    return [Part(str(path), start, end) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def assert_same(got: Found, wanted: Found, log: Sequence[bytes]) -> None:
    """Show the first line that differs, which pytest would look for in megabytes."""
    answers = dict(got), dict(wanted)
    differing = [number for number in range(1, len(log) + 1) if answers[0].get(number) != answers[1].get(number)]
    first = [(log[n - 1], answers[0].get(n), answers[1].get(n)) for n in differing[:1]]
    assert first == []
    assert [number for number, _ in got] == [number for number, _ in wanted]


def test_every_rule_is_found(wanted: Found) -> None:
    found = {rule for _, sights in wanted for rule, _ in sights}
    assert [rule for rule in TEXTS if rule not in found] == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_plain(tmp_path: Path, log: list[bytes], wanted: Found, end: bytes) -> None:
    path = tmp_path / "bot.log"
    path.write_bytes(end.join(log) + end)
    assert_same(grep([Part(str(path))]), wanted, log)


@pytest.mark.parametrize(("parts", "workers", "seed"), [(40, 1, 1), (7, 2, 2)])
def test_parts(tmp_path: Path, log: list[bytes], wanted: Found, parts: int, workers: int, seed: int) -> None:
    path = tmp_path / "bot.log"
    path.write_bytes(b"\n".join(log) + b"\n")
    assert_same(grep(cut(path, parts, seed), workers), wanted, log)


def test_gzip(tmp_path: Path, log: list[bytes], wanted: Found) -> None:
    path = tmp_path / "bot.log.gz"
    path.write_bytes(gzip.compress(b"\n".join(log)))
    assert_same(grep([Part(str(path))]), wanted, log)


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_utf16(tmp_path: Path, log: list[bytes], wanted: Found, mark: bytes, encoding: str) -> None:
    some = log[:: 1 if encoding == "utf-16-le" else 5]
    path = tmp_path / "bot.log"
    path.write_bytes(mark + b"\n".join(some).decode("utf-8", "replace").encode(encoding))
    assert_same(grep([Part(str(path))]), wanted if some == log else scan(some), some)


# --- lines that are nearly the same


@pytest.fixture(scope="session")
def sieve(kb: KnowledgeBase) -> Sieve:
    return load_sieve(kb)


@pytest.fixture(scope="session")
def memory(kb: KnowledgeBase, sieve: Sieve) -> Memory:
    """Return a memory that is never emptied: what it has seen before must not matter."""
    return Memory(kb, sieve, TOLD, "en")


Sights = list[tuple[str, str | None, str | None, str | None, str | None, str, str, dict[str, str]]]


def judge(kb: KnowledgeBase, line: bytes) -> Sights:
    found = explain_line(kb, line.decode("utf-8", "replace"), told=TOLD, language="en", masker=Masker())
    return [(e.rule_id, e.exchange, e.product, e.code, e.http_status, e.confidence, e.title, e.captures) for e in found]


def recall(memory: Memory, line: bytes) -> Sights:
    sights = [to_sight(seen, line, show(line), NOW) for seen in memory.look(line).seen]
    return [
        (s.rule_id, s.exchange, s.product, s.code, s.http_status, s.confidence, s.title, s.captures) for s in sights
    ]


ALIKE = [
    # codes, where clients print them
    ("KucoinAPIException 400100: Parameter Error", "KucoinAPIException 400110: Parameter Error"),
    ("KucoinAPIException 230003: insufficient balance", "KucoinAPIException 230004: insufficient balance"),
    ('binance {"code":-1021,"msg":"x"}', 'binance {"code":-1022,"msg":"x"}'),
    ("错误码：10005 bigone nonce expired", "错误码：10015 bigone nonce expired"),
    (
        "{&quot;code&quot;:&quot;400005&quot;,&quot;msg&quot;:&quot;Signature error&quot;}",
        "{&quot;code&quot;:&quot;400105&quot;,&quot;msg&quot;:&quot;Signature error&quot;}",
    ),
    ('kucoin\u00a0{"code":\u00a0"400100"}', 'kucoin\u00a0{"code":\u00a0"400110"}'),
    ('kucoin {"co\u200bde":"400100"}', 'kucoin {"co\u200bde":"400110"}'),
    ('kucoin {"code"      :      "400100"}', 'kucoin {"code"      :      "400110"}'),
    ("kucoin 503: Foo bar baz", "kucoin 706: Foo bar baz"),
    # statuses, the first of which is none
    ("kucoin GET https://api.kucoin.com/api/v1/a 200", "kucoin GET https://api.kucoin.com/api/v1/a 429"),
    ("https://api.binance.com/a status: 200", "https://api.binance.com/a status: 429"),
    ("https://api.binance.com/a status: 200.5", "https://api.binance.com/a status: 429.5"),
    (
        "https://api.kucoin.com/a status code does not indicate success: 200",
        "https://api.kucoin.com/a status code does not indicate success: 429",
    ),
    (
        '10.0.0.1 "-" 200 5 "https://api.binance.com" HTTP 429',
        '10.0.0.1 "-" 700 5 "https://api.binance.com" HTTP 429',
    ),
    # symbols that are more than symbols
    ("RETRY of api.kucoin.com: HTTP 429", "ENTRY of api.kucoin.com: HTTP 429"),
    ('{"code":"BTCUSDT"} binance HTTP 429', '{"code":"ETHUSDT"} binance HTTP 429'),
    ("&quot;code&quot;:&quot;BTCUSDT&quot; binance HTTP 429", "&quot;code&quot;:&quot;ETHUSDT&quot; binance HTTP 429"),
    ("la\u200bbel=BTCUSDT binance HTTP 429", "la\u200bbel=ETHUSDT binance HTTP 429"),
    ("binance APIError(code=-1121): Invalid symbol. BTCUSDT", "binance APIError(code=-1121): Invalid symbol. OKXUSDT"),
    ('FAILUSDT binance HTTP 451 {"code":0,"msg":"x"} x', 'PPDNUSDT binance HTTP 451 {"code":0,"msg":"x"} x'),
    ("GATE-USDT Insufficient balance error", "ETHW-USDT Insufficient balance error"),
    # ids that are all digits, or nearly
    ("binance id 1234567890123456 HTTP 429", "binance id 123456789012345a HTTP 429"),
    # addresses that patterns know
    ("dial tcp 31.13.94.7:443: i/o timeout api.binance.com", "dial tcp 47.13.94.7:443: i/o timeout api.binance.com"),
    (
        "Cannot connect to host 127.0.0.1:7890 ssl:default",
        "Cannot connect to host 550.0.0.1:7890 ssl:default",
    ),
    # captures that stand also elsewhere
    (
        '{"code":-1015,"msg":"Too many new orders; current limit is 300 orders per 10 SECOND."}',
        '{"code":-1015,"msg":"Too many new orders; current limit is 300 orders per 20 SECOND."}',
    ),
    (
        '{"code":-4201,"msg":"Users in your location/country can only access a maximum leverage of 20"}',
        '{"code":-4201,"msg":"Users in your location/country can only access a maximum leverage of 45"}',
    ),
    # numbers of a message by which the engine tells how much of it is ours
    (
        'bigone {"code":"10007","msg":"amount 11 of assetpair 11"}',
        'bigone {"code":"10007","msg":"amount 11 of assetpair 12"}',
    ),
    # the same, where the first line gives nothing
    (
        'kucoin {"code":"UNAUTH","msg":"error 11 later 12 xyzzy"}',
        'kucoin {"code":"UNAUTH","msg":"error 11 later 11 xyzzy"}',
    ),
]


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_an_answer_is_for_its_own_line(kb: KnowledgeBase, sieve: Sieve, first: str, second: str) -> None:
    for lines in ((first, second, first), (second, first, second)):
        memory = Memory(kb, sieve, TOLD, "en")
        for line in lines:
            assert recall(memory, line.encode()) == judge(kb, line.encode())


@pytest.mark.parametrize("size", [3_990, 4_010, 99_950, 100_050, 399_000])
def test_long_lines(kb: KnowledgeBase, memory: Memory, sieve: Sieve, size: int) -> None:
    for at in (0, size // 2, size):
        for code in ("-1021", "-1022"):
            error = f'binance {{"code":{code},"msg":"x"}} é '.encode()
            line = b"x " * (at // 2) + error + b"y " * ((size - at) // 2)
            assert recall(memory, line) == judge(kb, line)
            assert find_lines(sieve, line) or not judge(kb, line)


@pytest.mark.parametrize("gap", ["\\n", "\\t", "\\u0020", "\u00a0", "      "])
def test_a_line_whose_words_show_only_when_gaps_are_undone(kb: KnowledgeBase, sieve: Sieve, gap: str) -> None:
    line = "binance: connect: no route to host".replace(" ", gap).encode()
    assert judge(kb, line)
    assert find_lines(sieve, line) == [(0, len(line))]


SYMBOLS = [
    *("BTCUSDT", "ETHUSDT", "GATEUSDT", "OKBUSDT", "HTXUSDT", "MEXCUSDT", "KCSUSDT", "LINKUSDT"),
    *("RETRY", "ENTRY", "FAILUSDT", "BTC-USDT", "OKX-USDT", "IP-USDT"),
]
PARTS = [
    *(
        "binance ",
        "kucoin ",
        "bigone ",
        "币安 ",
        "错误码：10005 ",
        "HTTP 401 ",
        "status 503 ",
        "code: 40014 ",
        "[429] ",
    ),
    *(
        "INFO ",
        "DEBUG ",
        "\t",
        "-1021 ",
        "503: Foo bar baz ",
        "50111 Invalid ",
        "\\n50111 Invalid ",
        "in 429 ms ",
        "#429 ",
    ),
    *("GET https://api.kucoin.com/api/v1/x?symbol=ETHUSDT 503 ", "POST https://foo.example.com/a 502 ", "{", '"x": {'),
    *(
        "KucoinAPIException 400100: ",
        "Error: (401, -2015, 'x') ",
        "400-{",
        "ETIMEDOUT 31.13.94.7:443 ",
        "HTTP/1.1 200 ",
    ),
    *("label=BTC_USDT ", 'symbol: "ETHUSDT", ', "amount 10BTC ", "1008 too many requests ", "okex5 {", "-1022 - Foo "),
    *(
        "orderId=9f8e7d6c5b4a39281706f5e4d3c2b1a0 ",
        "id=12345678901234567890 ",
        "uid 7f1c2a3b-1111-4222-8333-123456789abc ",
    ),
    *(
        "2026-11-21 09:45:03,118 ERROR ",
        "[21/Nov/2026:09:45:03 -0500] ",
        '"GET /x HTTP/1.1" 429 52 "-" ',
        "1700000000.123 ",
    ),
    *(
        "secret=abcdef123456 ",
        "Retry-After: 30 ",
        "quantity=1.5 stepSize=0.1 ",
        "limit 10 of 10 ",
        "x-mbx-used-weight-1m: 12 ",
    ),
]
PIECES = [
    *" \t\"'\\:,.-()[]{}=/&;#%0159aEx",
    "429",
    "\\n",
    "\\u0022",
    "&quot;",
    "&#39;",
    "\u200b",
    "\u00a0",
    "é",
    "错误",
]
STATUSES = [
    *("200", "302", "400", "401", "403", "404", "408", "418", "429", "451"),
    *("500", "502", "503", "504", "520", "524", "599", "600", "706"),
]
NUMBER = re.compile(r"[0-9]+")
ID = re.compile(r"\b(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
SYMBOL = re.compile(r"\b[A-Z0-9]{2,12}[-/_]?(?:USDT|BTC|ETH|TRY)\b")


class Mutator:
    """Changes lines as a dice says: first in form, then into others of nearly the same form."""

    def __init__(self, kb: KnowledgeBase, seed: int) -> None:
        self.dice = random.Random(seed)
        self.codes: dict[int, list[str]] = {}
        for code in kb.index.by_code:
            self.codes.setdefault(len(code.strip("-")), []).append(code.strip("-"))

    def make(self) -> str:
        pick, chance = self.dice.choice, self.dice.random
        line = pick(EXAMPLES) if chance() < 0.9 else f"{pick(EXAMPLES)} {pick(EXAMPLES)}"
        line = "".join(pick(PARTS) for _ in range(pick([0, 1, 1, 2]))) + line + (pick(PARTS) if chance() < 0.3 else "")
        for _ in range(pick([0, 0, 1, 3])):
            at = self.dice.randrange(len(line) + 1)
            line = line[:at] + pick([*PIECES, ""]) + line[at + pick([0, 0, 1, 3]) :]
        line = pick(WRAPPERS)(line) if chance() < 0.4 else line
        return line.replace("\n", "").replace("\r", "")

    def vary(self, line: str) -> str:
        pattern, change = self.dice.choice(
            [(NUMBER, self.number), (NUMBER, self.number), (NUMBER, self.number), (ID, self.id), (SYMBOL, self.symbol)]
        )
        found = list(pattern.finditer(line))
        for match in reversed(self.dice.sample(found, min(len(found), self.dice.choice([1, 1, 2, 9])))):
            line = line[: match.start()] + change(match[0]) + line[match.end() :]
        return line

    def number(self, old: str) -> str:
        kinds = [[str(self.dice.randrange(10 ** len(old))).zfill(len(old))], self.codes.get(len(old), [old])]
        return self.dice.choice(self.dice.choice([*kinds, STATUSES] if len(old) == len(STATUSES[0]) else kinds))

    def id(self, old: str) -> str:
        digits = self.dice.choice(["0123456789", "0123456789abcdef", "a"])
        return re.sub("[0-9a-f]", lambda _: self.dice.choice(digits), old)

    def symbol(self, old: str) -> str:
        return self.dice.choice([symbol for symbol in SYMBOLS if len(symbol) == len(old)] or SYMBOLS)


@settings(max_examples=800)
@given(st.integers(0, 2**32))
def test_no_answer_leaks_into_another(kb: KnowledgeBase, sieve: Sieve, memory: Memory, seed: int) -> None:
    mutator = Mutator(kb, seed)
    first = mutator.make()
    for text in (first, mutator.vary(first), mutator.vary(first), mutator.vary(mutator.vary(first)), first):
        line = text.encode("utf-8", "surrogateescape")
        truth = judge(kb, line)
        assert recall(memory, line) == truth
        assert not truth or find_lines(sieve, line) == [(0, len(line))]

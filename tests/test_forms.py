"""Lines of one form are judged once: what counts as one form, and what is read from each line anew."""

import random
import re
import tracemalloc
from collections.abc import Sequence

import pytest

from explainer.kb.store import KnowledgeBase
from explainer.logs import forms
from explainer.logs.forms import Memory, read_values
from explainer.logs.literals import Reader, blur, find_places, list_readers, list_words
from explainer.logs.sieve import load_sieve
from explainer.match.credible import Told


@pytest.fixture
def memory(kb: KnowledgeBase) -> Memory:
    return Memory(kb, load_sieve(kb), Told(is_log=True), "en")


@pytest.fixture(scope="session")
def readers(kb: KnowledgeBase) -> list[Reader]:
    return list_readers(kb.index)


@pytest.mark.parametrize(
    ("pattern", "blurred"),
    [
        (r"HTTP 42[69]", r"HTTP (?P<digit1>[0-9])(?P<digit2>[0-9])(?P<digit3>[690-9])"),
        (r"(?P<code>-?\d{4,5})\b", r"(?P<code>-?\d{4,5})\b"),
        (r"[A-Za-z0-9_]{1,64}[^45]\[", r"[A-Za-z0-9_]{1,64}[^45]\["),
        (r"\/v1\/x", r"\/v(?P<digit1>[0-9])\/x"),
    ],
)
def test_blur(pattern: str, blurred: str) -> None:
    assert blur(pattern) == blurred
    re.compile(blurred)


def test_readers_of_a_small_base(tiny_kb: KnowledgeBase) -> None:
    found = list_readers(tiny_kb.index)
    patterns = [reader.pattern for reader in found]
    assert r"\bHTTP\s{1,3}(?P<status>(?P<digit1>[450-9])\d\d)\b" in patterns
    assert all("digit" in pattern or re.search(r"\?P<(?:code|status|message)>", pattern) for pattern in patterns)
    assert all(word == word.lower() for reader in found for word in reader.words)
    assert "http" in list_words(tiny_kb.index)


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("filled 12 at 97250.10 in 429 ms, port 8443", []),
        ('{"code":-1021,"msg":"in 12 s"}', ["1021"]),
        ('{\\"code\\": \\"400100\\"}', ["400100"]),
        ("{&quot;code&quot;:&quot;400100&quot;}", ["400100"]),
        ("KucoinAPIException 400100: x", ["400100"]),
        ("错误码：10005", ["10005"]),
        ("GET https://api.kucoin.com/x?a=12 200", ["200"]),
        ("status: 200.5 after 17 tries", ["200"]),
        ("status code does not indicate success: 200", ["200"]),
        ("connect ETIMEDOUT 47.52.13.7:443", ["47", "52"]),
        ("https://api1.binance.com/x/12", ["1"]),
        ('"-" 200 5 "x"', ["2"]),
        ("\x1b[31mcode=40014\x1b[0m 12", ["40014"]),
        ("[Errno 111] Connection refused", []),
        ("Failed to establish a new connection: [Errno 111] Connection refused", ["111"]),
    ],
)
def test_the_digits_that_count(readers: list[Reader], line: str, numbers: list[str]) -> None:
    data = ("x" * 80 + " " + line).encode()  # so that a number alone is no code
    places = find_places(readers, data)
    assert places
    assert [data[start:end].decode() for start, end in places.spans] == numbers


def test_what_cannot_be_told(readers: list[Reader]) -> None:
    assert find_places(readers, b"a \\u0031\\u0032 code=1") is None


@pytest.mark.parametrize(
    ("line", "is_worded"),
    [
        ('{"code":-1021,"msg":"took 12 s"}', True),
        ('{"code":-1021,"msg":"took long"}', False),
        ("12 " + "x" * 90 + ' {"code":-1021,"msg":"took long"}', False),
        ("12 " + "x" * 90 + ' {"code":-1021,"msg":"took long"} 12', True),
        ("x" * 90 + ' {"code":-1021,"msg":"took 12 s"} 12', True),
        ("short 12", True),
    ],
)
def test_numbers_in_messages(readers: list[Reader], line: str, is_worded: bool) -> None:
    places = find_places(readers, line.encode())
    assert places
    assert places.is_worded is is_worded


def judged_once(memory: Memory, lines: Sequence[str]) -> bool:
    """Tell whether all lines share one answer."""
    answers = [memory.look(line.encode()) for line in lines]
    return all(answer is answers[0] for answer in answers)


ERROR = '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (f"2026-11-21 09:45:03,118 took 12 ms {ERROR}", f"2026-11-22 10:00:00,001 took 99 ms {ERROR}"),
        (f"symbol BTCUSDT {ERROR}", f"symbol ETHUSDT {ERROR}"),
        (f"id 9f8e7d6c5b4a39281706 {ERROR}", f"id 1a2b3c4d5e6f7a8b9c0d {ERROR}"),
        (
            f"id 7f1c2a3b-1111-4222-8333-123456789abc {ERROR}",
            f"id 11112222-aaaa-4bbb-8ccc-ddddeeeeffff {ERROR}",
        ),
        ("IP banned until 1735134578159. binance", "IP banned until 1735134999999. binance"),
    ],
)
def test_one_form(memory: Memory, line: str, other: str) -> None:
    assert memory.look(line.encode()).seen
    assert judged_once(memory, [line, other, line])


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (ERROR, ERROR.replace("1021", "1022")),  # another code
        (f"took 1 ms {ERROR}", f"took 12 ms {ERROR}"),  # another length
        (f"RETRY {ERROR}", f"ENTRY {ERROR}"),  # words of rules
        (f"GATE-BTC {ERROR}", f"LINK-BTC {ERROR}"),  # the name of an exchange
        (f"code: ABCDBTC {ERROR}", f"code: EFGHBTC {ERROR}"),  # a symbol where codes stand
        (f"id 9f8e7d6c5b4a39281706 {ERROR}", f"id 12345678901234567890 {ERROR}"),
        (f"a\\u0031b {ERROR}", f"a\\u0032b {ERROR}"),
        (f"a&#49;b {ERROR}", f"a&#50;b {ERROR}"),
        (f"{'x' * 4000} {ERROR}", f"{'x' * 4000} {ERROR}"),
        (f"code=1a2b3c4d5e6f7a8b9 {ERROR}", f"code=9a2b3c4d5e6f7a8b9 {ERROR}"),  # an id whose digits count
    ],
)
def test_not_one_form(memory: Memory, line: str, other: str) -> None:
    assert not judged_once(memory, [line, other])


def test_captures_are_the_lines_own(memory: Memory) -> None:
    text = 'binance {{"code":-1015,"msg":"Too many new orders; current limit is {} orders per {} SECOND."}}'
    for numbers in (("300", "10"), ("301", "20"), ("300", "10")):
        line = text.format(*numbers).encode()
        (seen,) = memory.look(line).seen
        values = dict(read_values(seen, line))
        assert (values["limit"], values["window"]) == numbers


def test_what_stands_twice_is_judged_anew(memory: Memory) -> None:
    text = 'binance {{"code":-1015,"msg":"Too many new orders; current limit is {} orders per {} SECOND."}}'
    for numbers in (("10", "10"), ("20", "10"), ("30", "30")):
        line = text.format(*numbers).encode()
        (seen,) = memory.look(line).seen
        values = dict(read_values(seen, line))
        assert (values["limit"], values["window"]) == numbers


def test_memory_is_bounded(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_MOST_FORMS", 2)
    for number in range(1000, 1010):
        letters = chr(ord("a") + number % 10) * 3
        line = f"{letters.upper()}BTC {letters} " + ERROR.replace("1021", str(number))
        other = "xyz " + ERROR.replace("1021", str(number))
        for text in (line, other):
            assert memory.look(text.encode()).seen
    sizes = [len(memory._forms), len(memory._general), len(memory._symbols)]
    assert max([*sizes, *(len(form.answers) for form in memory._forms.values())]) <= 3


def test_lines_that_differ_in_their_ids_take_no_room(memory: Memory) -> None:
    dice = random.Random(1)
    lines = [f"{dice.getrandbits(128):032x} {'x' * 2000} {ERROR}".encode() for _ in range(1000)]
    memory.look(lines[0])
    tracemalloc.start()
    try:
        assert judged_once(memory, [line.decode() for line in lines])
        assert tracemalloc.get_traced_memory()[0] < len(lines[0]) * len(lines) // 10
    finally:
        tracemalloc.stop()


def test_an_explanation_at_length(memory: Memory) -> None:
    line = ERROR.encode()
    (seen,) = memory.look(line).seen
    whole = memory.explain(seen, line)
    assert whole.rule_id == seen.explanation.rule_id
    assert whole.causes
    assert memory.explain(seen, line) is whole

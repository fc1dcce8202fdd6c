"""What is looked for in raw bytes is looser than what the engine looks for in normalised text, never stricter."""

import json
import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from explainer.kb.store import KnowledgeBase
from explainer.logs.pieces import read_branches, split, strip, weigh, write
from explainer.logs.trigger import ODD, Trigger, choose_words, list_triggers


class Finder:
    """Finds lines as the sieve does, without hyperscan."""

    def __init__(self, triggers: Sequence[Trigger]) -> None:
        found = [*triggers, *(Trigger(pattern, is_caseless=False) for pattern in ODD)]
        wholes = {trigger.whole: re.compile(trigger.whole.encode(), re.IGNORECASE) for trigger in found}
        self.patterns = [
            (re.compile(trigger.pattern.encode(), re.IGNORECASE if trigger.is_caseless else 0), wholes[trigger.whole])
            for trigger in found
        ]

    def finds(self, line: str) -> bool:
        """Tell whether a trigger stands in a line, or it is looked at for its form alone."""
        data = line.encode("utf-8", "surrogatepass")
        return any(pattern.search(data) and whole.search(data) for pattern, whole in self.patterns)


def choose(pattern: str) -> list[str]:
    return list(choose_words(read_branches(pattern)))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bLeverage\s{1,40}reduction\b", ["reductio"]),
        (r"\bLeverage reduction|\bUnknown symbol\b", ["reductio", r"\bunknown[ \t]{1,4}symbol\b"]),
        (r"\bexceeded|\bexceeds", ["exceed"]),  # one for both
        (r"\btoo[ ]many", [r"\btoo[ \t\x80-\xff]+many"]),
    ],
)
def test_words(pattern: str, words: list[str]) -> None:
    for text in re.sub(r"\\b|\\s\{1,40\}", " ", pattern).replace("[ ]", " ").split("|"):
        chosen = choose(pattern)
        assert any(re.search(word, text.strip(), re.IGNORECASE) for word in chosen), (words, chosen)
    assert len(choose(pattern)) <= len(words)


def test_parts_of_a_pattern() -> None:
    (pieces,) = read_branches(r"one\s{1,4}two[^\n]{0,80}three 'four'/(?P<n>\d{1,3})")
    first, second = split(pieces)
    assert re.fullmatch(write(first).encode(), "one\u00a0\ttwo".encode())
    assert re.fullmatch(write(second).encode(), b'three \\"four\\"\\/123')
    assert weigh(first) == len("onetwo")
    assert write(strip([*first, *read_branches(r"\s{0,4}[^\n]{0,9}")[0]])) == write(first)
    assert strip([]) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"[^x]y",
        r"[^\n]{2}(?:é|[一-龥])\Z",
        r"(?!no)\W\S\D",
        r"^.[\w-]{1,60}?$",
        r"(?:ab|c[0-9]){2,50}",
        r"(?:a|b)c",
        r"[\s]{0,3}[\d]",
        r"[^\\]",
        "~{2,}",
    ],
)
def test_every_construct_is_loosened(pattern: str) -> None:
    loose = "|".join(write(branch) for branch in read_branches(pattern))

    @settings(max_examples=40)
    @given(st.from_regex(re.compile(pattern, re.ASCII | re.IGNORECASE), fullmatch=True))
    def check(text: str) -> None:
        assume("\n" not in text and "ſ" not in text and "K" not in text)
        assert re.search(loose.encode(), text.encode("utf-8", "surrogatepass"), re.IGNORECASE)

    check()


WRAPPERS: list[Callable[[str], str]] = [
    str,
    lambda s: f"2026-11-21 09:45:03,118 ERROR {s} in 3 ms",
    json.dumps,
    lambda s: json.dumps(json.dumps(s)),
    lambda s: json.dumps({"log": json.dumps(s, ensure_ascii=False)}, ensure_ascii=False),
    lambda s: s.replace('"', "&quot;").replace("'", "&apos;"),
    lambda s: s.replace(" ", "\u3000"),
    lambda s: s.replace(" ", "\t\t\t"),
    lambda s: s.replace("'", "’").replace('"', "“"),
    lambda s: s.replace("/", "\\/"),
    lambda s: re.sub("(?<=[a-z])(?=[a-z])", "\u200d", s, count=1),
    lambda s: f"\x1b[1m{s}\x1b[0m",
    lambda s: json.dumps(f"\x1b[1m{s}\x1b[0m"),
    str.upper,
]


@pytest.fixture(scope="session")
def finder(kb: KnowledgeBase) -> Finder:
    return Finder(list_triggers(kb.index))


@settings(max_examples=150)
@given(st.data())
def test_what_fits_a_shipped_template_holds_a_trigger(kb: KnowledgeBase, finder: Finder, data: st.DataObject) -> None:
    numbers = sorted({number for found in kb.index.anchors.values() for number in found})
    pattern = kb.index.templates[data.draw(st.sampled_from(numbers))].pattern
    found = re.compile(rf"(?:{pattern})", re.ASCII | re.IGNORECASE)
    text = data.draw(st.from_regex(found, fullmatch=True, alphabet=st.characters(codec="utf-8")))
    assume("\n" not in text)
    line = data.draw(st.sampled_from(WRAPPERS))(text)
    assert finder.finds(line)


def test_codes_statuses_and_exceptions_have_triggers(kb: KnowledgeBase, finder: Finder) -> None:
    codes = [code for code in kb.index.by_code if re.fullmatch(r"-\d+", code)]
    lines = [
        *(f"x {code}" for code in codes[::7]),
        *(f"a.{name}: b" for name in kb.index.by_exception),
        *('{"code":"400100"}', "{'code': 40014}", 'retCode="10003"', "status = 503", "'http_status' : '429'"),
        *("HTTP/1.1 429", "429 Client Error", "<title>502 Bad", "Error fetching [503]", "EAPI:Invalid nonce"),
    ]
    assert [line for line in lines if not finder.finds(line)] == []


def test_success_and_prose_have_none(finder: Finder) -> None:
    lines = ['{"code":"200000"}', '{"code": 0}', "status=200", "filled 0.5 BTCUSDT at 97250.1", "GET /x 200 12", ""]
    assert [line for line in lines if finder.finds(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        *("a\\nb", "a\\u0022b", "a&#39;b", "a&quot;b", "a\u00a0b", "a\u200bb", "a\u2028b", "a\u2060b", "a\u3000b"),
        *("a\ufeffb", "a\u00adb", "a     b", "a\x1b[0mb", "a\x00b", "a\x0bb", "a\x0cb", "a\rb"),
    ],
)
def test_what_normalising_changes_is_odd(line: str) -> None:
    assert Finder([]).finds(line)


@pytest.mark.parametrize("line", ["a b", "a    b", "a\\b", "a&b", "ab\r", "é “x”", "错误", "a & b;", "C:\\temp"])
def test_what_it_leaves_is_not(line: str) -> None:
    assert not Finder([]).finds(line.replace("\\t", "\\x"))

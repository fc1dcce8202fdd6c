"""Owns hostile texts: shapes that make careless programs slow, and each pattern of the rules turned against itself."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, find_rules

BODY = '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
UNITS: dict[str, str] = {
    "one error": f"binance {BODY}\n",
    "one error, one line": f"binance {BODY} ",
    "three errors": f'2026-03-01 ERROR binance {BODY}\n kucoin {{"code":"429000","msg":"Too Many Requests"}}\n'
    'binance {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}\n',
    "codes": "-1021 ",
    "code words": "error code 1008 ",
    "statuses": "HTTP 429 ",
    "statuses of orders": "HTTP 400 order ",
    "near misses": "IP banned until ",
    "open bodies": '{"code":-1021,"msg":',
    "keys": '{"code":',
    "messages in messages": '{"msg":"',
    "key=value": "code=a msg=b status=4 data=c ",
    "letter": "x",
    "letters in front of a code": "A" * 190 + " (-1021 ",
    "words in front of a code": "a " * 95 + "(-1021 ",
    "digits": "7",
    "numbers": "1 ",
    "spaces": " ",
    "line ends": "\n",
    "carriage returns": "\r",
    "no-break spaces": "\u00a0",
    "zero-width": "\u200b",
    "NUL": "\0",
    "brackets": "[",
    "braces": "{",
    "closing braces": "}{",
    "quotes": '"',
    "doubled quotes": '{""a"":',
    "quotes over lines": '" +\n"x',
    "quote and spaces": '"' + " " * 80,
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "escaped line ends": "\\n",
    "\\uXXXX": "\\u4fe1",
    "half \\uXXXX": "\\ud83d",
    "entities": "&quot;",
    "colours": "\x1b[31m",
    "half a title": "\x1b]0;",
    "CJK": "\u4fe1",
    "emoji": "\U0001f600",
    "halves of characters": "\ud83d",
    "urls": "https://api.example.com/v1/orders?symbol=BTCUSDT&x=1 ",
    "short urls": "https://a.b/c?d=e&",
    "hosts": "a.b.c.d.e.f.",
    "marks": "api.binance.com/fapi/v1 kucoin ",
    "requests": "GET http://",
    "headers": "X-MBX-APIKEY: abc\nKC-API-SIGN: def\n",
    "secret=": "secret=abcdef ",
    "secret of many": "secret=",
    "PEM starts": "-----BEGIN PRIVATE KEY-----",
    "JWT starts": "eyJaaaaaaaaaaa.",
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo+/",
    "cookies": 'cookie: "',
    "seed words": "mnemonic: abc def ",
    "uuids": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "IPv6": "a::b:",
    "addresses": "1.2.3.4:",
    "HTML": "<title>503 </title><h1>",
    "traceback": 'Traceback (most recent call last):\n  File "x", line 1\nValueError: 1008\n',
    "chain of Python": "During handling of the above exception, another exception occurred:\nRead timed out.\n",
    "chain of Java": "Caused by: Read timed out.\n",
    "exceptions": "ECONNRESET ETIMEDOUT ",
    "times": "timestamp=1767225600123&quantity=1.5&price=2.5 ",
    "access log": '"GET /x HTTP/1.1" 429 ',
    "long line of an access log": '"GET /x',
}


def repeat(unit: str, size: int) -> str:
    """Return a unit so often that the text has a size."""
    return (unit * (size // len(unit) + 1))[:size]


def list_shapes(kb: KnowledgeBase) -> dict[str, str]:
    """Return the unit of every shape by its name."""
    base, _ = load_trees([find_rules()])
    examples = [e for source in base.rules.values() for e in source.document.examples]
    messages = [kb.record(owner.record).get("message") or owner.id for owner in kb.index.owners if not owner.is_rule]
    bodies = [f'{o.exchange} {{"code":{o.code},"msg":"x"}}' for o in kb.index.owners if o.code and not o.is_rule]
    nested = BODY
    for _ in range(6):
        nested = '{"log":"' + nested.replace("\\", "\\\\").replace('"', '\\"') + '"}'
    return {
        **UNITS,
        "20,000 bodies deep": '{"a":' * 20_000 + "1" + "}" * 20_000,
        "JSON in JSON": nested,
        "examples of all rules": "\n".join(e if isinstance(e, str) else e.text for e in examples) + "\n",
        "examples on one line": " ".join(e if isinstance(e, str) else e.text for e in examples).replace("\n", " ")
        + " ",
        "messages of all catalogues": "\n".join(messages) + "\n",
        "codes of all catalogues": "\n".join(bodies) + "\n",
        "all anchors": " ".join(kb.index.anchors) + " ",
        "all keys": " ".join(f'"{key}":"4' for kind in kb.index.keys.values() for key in kind) + " ",
    }


def attack(kb: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Yield names and units that repeat what a template or an envelope reads, or nearly reads."""
    for number, template in enumerate(kb.index.templates):
        yield from _attack_one(f"template {number}", template.pattern)
    for envelope in kb.index.envelopes:
        yield from _attack_one(envelope.name, envelope.pattern)


def _attack_one(name: str, pattern: str) -> Iterator[tuple[str, str]]:
    from re import _parser  # type: ignore[attr-defined]  # the only one who knows what a pattern reads

    parsed = list(_parser.parse(pattern))
    branches = parsed[0][1][1] if len(parsed) == 1 and str(parsed[0][0]) == "BRANCH" else [parsed]
    for branch in branches:
        least, most, over = (
            _spell(branch, count)
            for count in (lambda low, _: low, lambda _, high: high, lambda _, high: high + (high > 1))
        )
        words = re.findall(r"\w+", least) or [least]
        for kind, unit in {
            "as it is": least,
            "half of it": least[: max(3, len(least) // 2)],
            "wrong end": f"{least[:-1]}~",
            "holes full": most,
            "full, wrong end": f"{most[:-1]}~",
            "holes overfull": over,
            "first word": words[0],
            "last word": words[-1],
        }.items():
            yield f"{name}: {kind}", f"{unit} "
        yield f"{name}: glued", most[:-1]


def _spell(nodes: Any, count: Callable[[int, int], int]) -> str:
    """Write what a parsed pattern reads, with as many repeats as a function of least and most says."""
    out = []
    for operation, argument in nodes:
        match str(operation):
            case "LITERAL":
                out.append(chr(argument))
            case "NOT_LITERAL" | "ANY":
                out.append("~")
            case "IN":
                out.append(_member(argument))
            case "MAX_REPEAT" | "MIN_REPEAT":
                low, high, inner = argument
                out.append(_spell(inner, count) * count(int(low), int(high)))
            case "SUBPATTERN":
                out.append(_spell(argument[3], count))
            case "BRANCH":
                out.append(max((_spell(branch, count) for branch in argument[1]), key=len))
            case _:  # what takes no character
                pass
    return "".join(out)


_CLASSES = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "x", "CATEGORY_SPACE": " "}


def _member(items: Any) -> str:
    """Return a character of a class; of one that excludes some, the first of a few that it lets in."""
    operation, argument = items[0]
    match str(operation):
        case "NEGATE":
            return next(char for char in "x1 -~\u4fe1" if not any(_holds(item, char) for item in items[1:]))
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            return chr(argument[0])
    return _CLASSES.get(str(argument), "~")


def _holds(item: Any, char: str) -> bool:
    operation, argument = item
    match str(operation):
        case "LITERAL":
            return ord(char) == argument
        case "RANGE":
            return bool(argument[0] <= ord(char) <= argument[1])
    is_in = {"CATEGORY_DIGIT": char.isdigit(), "CATEGORY_WORD": char.isalnum(), "CATEGORY_SPACE": char.isspace()}
    return is_in.get(str(argument), False)

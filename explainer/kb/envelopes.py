"""Checks the regular expressions that are found in texts as they stand: of envelopes, harmless lines and shapes."""

import re
from collections.abc import Iterator
from itertools import accumulate

from explainer.kb.effort import MOST_WAYS, NOTHING, Rest, count_ways
from explainer.kb.load import Source
from explainer.model.answer import Problem
from explainer.model.document import EnvelopesDocument

MAX_GROUPS = 12
_GROUPS = frozenset({"code", "message", "status", "exchange"})
_FORBIDDEN = [
    (re.compile(r"\(\?(?!:|P<[a-z]+>|<?[=!])"), "a group that not all engines know"),
    (re.compile(r"\\(?![dDwWsSbntr.^$*+?()\[\]{}|/\\\"'`-])"), "an escape outside the portable subset"),
]
_UNBOUNDED = re.compile(r"(?<!\\)(?:\\\\)*(?:[*+]|\{\d*,\})")


def check_envelopes(source: Source[EnvelopesDocument]) -> Iterator[Problem]:
    """Yield what is wrong with the patterns of envelopes and of harmless lines."""
    for i, envelope in enumerate(source.document.envelopes):
        path = f"envelopes[{i}]"
        if fault := find_regex_fault(envelope.pattern) or _find_unbounded(envelope.pattern):
            yield source.problem(f"{path}.pattern", fault)
            continue
        pattern = re.compile(envelope.pattern, re.ASCII | re.IGNORECASE)
        if unknown := set(pattern.groupindex) - _GROUPS:
            yield source.problem(f"{path}.pattern", f"unknown groups: {', '.join(sorted(unknown))}")
        if not pattern.search(envelope.example):
            yield source.problem(f"{path}.example", "the pattern does not find its own example")
        elif not any(word in envelope.example.lower() for word in envelope.needs):
            yield source.problem(f"{path}.needs", "none of these words stands in the example")
    for i, harmless in enumerate(source.document.harmless):
        if fault := _find_harmless_fault(harmless):
            yield source.problem(f"harmless[{i}]", fault)


def find_regex_fault(pattern: str, rest: Rest = NOTHING) -> str:
    """Return why a regular expression cannot be used: it is none, is none in JavaScript, or may take too long."""
    bare = _strip_classes(pattern)
    if max(accumulate((char == "(") - (char == ")") for char in re.sub(r"\\.", "", bare)), default=0) > MAX_GROUPS:
        return f"groups are nested more than {MAX_GROUPS} deep"
    try:
        re.compile(pattern, re.ASCII | re.IGNORECASE)
        ways = count_ways(pattern, rest)
    except (re.error, OverflowError) as error:
        return f"not a regular expression: {error}"
    except ValueError as error:
        return str(error)
    if fault := next((message for expression, message in _FORBIDDEN if expression.search(bare)), ""):
        return fault
    if ways > MOST_WAYS:
        return "some text would take too long: let each repeat be followed by what it cannot take, and nest none"
    return ""


def _find_unbounded(pattern: str) -> str:
    return "an unbounded repeat; write {0,80}" if _UNBOUNDED.search(_strip_classes(pattern)) else ""


def _find_harmless_fault(pattern: str) -> str:
    if fault := find_regex_fault(pattern) or _find_unbounded(pattern):
        return fault
    compiled = re.compile(pattern, re.ASCII)
    if compiled.groups:
        return "has a group that captures; write (?:…)"
    return "it matches the empty text" if compiled.match("") else ""


def _strip_classes(pattern: str) -> str:
    return re.sub(
        r"\\\\|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", lambda match: match[0] if match[0][0] == "\\" else "[]", pattern
    )

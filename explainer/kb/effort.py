r"""Bounds the work of a regular expression: how many ways through it a text can make a matcher try from one place.

The bound is computed from the pattern alone, and never too low: what can follow a repeat decides whether it can end in
several places, and such places multiply. `(a{1,9}){1,9}b` has hundreds of millions, `\d{1,9},` has one.
"""

import re
from collections.abc import Sequence
from math import inf
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MOST_WAYS = 100_000
"""Ways that a pattern may have."""

_OTHER, _END = 128, 129
"""Stand for every character beyond ASCII, and for the end of the text."""

Chars = frozenset[int]
_ALL: Chars = frozenset(range(_OTHER + 1))
_ANYTHING = _ALL | {_END}
_CLASSES: dict[Any, Chars] = {
    op.CATEGORY_DIGIT: frozenset(map(ord, "0123456789")),
    op.CATEGORY_SPACE: frozenset(map(ord, " \t\n\r\f\v")),
    op.CATEGORY_WORD: frozenset(code for code in range(128) if chr(code).isalnum() or chr(code) == "_"),
}
_CLASSES |= {
    op.CATEGORY_NOT_DIGIT: _ALL - _CLASSES[op.CATEGORY_DIGIT],
    op.CATEGORY_NOT_SPACE: _ALL - _CLASSES[op.CATEGORY_SPACE],
    op.CATEGORY_NOT_WORD: _ALL - _CLASSES[op.CATEGORY_WORD],
}
_WORD = _CLASSES[op.CATEGORY_WORD]

Node = tuple[Any, Any]


class Rest(NamedTuple):
    r"""What must follow a node: one of `chars`, or one of `edge` behind `\b`; if both are empty, nothing must."""

    chars: Chars = frozenset()
    edge: Chars = frozenset()

    def behind(self, run: Chars) -> Chars:
        """Return what must follow a run of these characters: a word does not end before a character of words."""
        edge = self.edge - _WORD if run <= _WORD else self.edge if run & _WORD else self.edge & _WORD
        return self.chars | edge

    def anything(self) -> Chars:
        """Return what must follow where more than the next character is asked for."""
        return self.chars | self.edge or _ANYTHING


NOTHING = Rest()
WHOLE = Rest(frozenset({_END}))
"""The pattern must reach the end of the text."""


def count_ways(pattern: str, rest: Rest = NOTHING) -> float:
    """Return how many ways a text can make a matcher try, at most; raises re.error, and ValueError for what has none.

    Letter case counts for nothing, as in most patterns of the rules.
    """
    return _ways(list(parser.parse(pattern, re.ASCII | re.IGNORECASE)), rest)


def _ways(nodes: Sequence[Node], rest: Rest) -> float:
    ways: float = 1
    for node in reversed(nodes):
        ways *= _ways_of(node, rest)
        rest = _before(node, rest)
    return ways


def _ways_of(node: Node, rest: Rest) -> float:
    kind, what = node
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, body = what
        return _repeat(least, inf if most is op.MAXREPEAT else most, list(body), rest)
    if kind is op.SUBPATTERN:
        return _ways(list(what[3]), rest)
    if kind is op.BRANCH:
        return _branch([list(branch) for branch in what[1]], rest)
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return _ways(list(what[1]), NOTHING)
    if kind is not op.AT and _chars(node) is None:
        raise ValueError(f"{str(kind).lower().replace('_', ' ')} is outside the portable subset")
    return 1


def _repeat(least: int, most: float, body: list[Node], rest: Rest) -> float:
    first = _first(body, NOTHING)
    chars = _chars(body[0]) if len(body) == 1 else None
    follows = rest.behind(chars or _ANYTHING)
    ends = most - least + 1 if first & follows else 1
    if chars is not None:
        return ends
    once = _ways(body, Rest(first | rest.chars, rest.edge))
    if once == 1 or most <= 1:
        return once - 1 + ends
    ways: float = 0
    times = least
    while times <= most and ways <= MOST_WAYS:
        ways += once**times
        times += 1
    return ways if times > most else inf


def _branch(branches: list[list[Node]], rest: Rest) -> float:
    """Return the ways of branches that the same text can take."""
    ways = [_ways(branch, rest) for branch in branches]
    return max(
        sum(ways[n] for n, other in enumerate(branches) if other is own or not _is_other(own, other))
        for own in branches
    )


def _is_other(one: list[Node], other: list[Node]) -> bool:
    """Tell whether no text begins as both: at some place behind single characters they want different ones."""
    for mine, theirs in zip(one, other, strict=False):
        first, second = _first([mine], NOTHING), _first([theirs], NOTHING)
        if not _is_nullable(mine) and not _is_nullable(theirs) and not first & second:
            return True
        if _chars(mine) is None or _chars(theirs) is None:
            return False
    return False


def _before(node: Node, rest: Rest) -> Rest:
    """Return what must follow whatever stands in front of a node."""
    kind, what = node
    if kind is op.AT:
        if what is op.AT_BOUNDARY:
            return Rest(edge=rest.anything())
        if what in (op.AT_END, op.AT_END_STRING):
            return Rest(frozenset({_END, ord("\n")}))
        return rest if what in (op.AT_BEGINNING, op.AT_BEGINNING_STRING) else Rest(rest.anything())
    if kind is op.ASSERT and what[0] > 0 and not all(map(_is_nullable, what[1])):
        ahead = _first(list(what[1]), NOTHING)
        return Rest(ahead & rest.anything())
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return Rest(rest.anything())
    if not _is_nullable(node):
        return Rest(_first([node], NOTHING))
    return Rest(_first([node], NOTHING) | rest.chars, rest.edge)


def _first(nodes: Sequence[Node], rest: Rest) -> Chars:
    """Return the characters with which a match may begin."""
    found: set[int] = set()
    for node in nodes:
        kind, what = node
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            found |= _first(list(what[2]), NOTHING)
        elif kind is op.SUBPATTERN:
            found |= _first(list(what[3]), NOTHING)
        elif kind is op.BRANCH:
            found |= {char for branch in what[1] for char in _first(list(branch), NOTHING)}
        else:
            found |= _chars(node) or frozenset()
        if not _is_nullable(node):
            return frozenset(found)
    return frozenset(found | rest.chars | rest.edge)


def _is_nullable(node: Node) -> bool:
    kind, what = node
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return what[0] == 0 or all(map(_is_nullable, what[2]))
    if kind is op.SUBPATTERN:
        return all(map(_is_nullable, what[3]))
    if kind is op.BRANCH:
        return any(all(map(_is_nullable, branch)) for branch in what[1])
    return _chars(node) is None


def _chars(node: Node) -> Chars | None:
    """Return the characters that a node of exactly one can be; None for any other node."""
    kind, what = node
    if kind is op.LITERAL:
        return _both_cases(what)
    if kind is op.NOT_LITERAL:
        return _ALL - _both_cases(what) if what < _OTHER else _ALL
    if kind is op.ANY:
        return _ALL - {ord("\n")}
    if kind is not op.IN:
        return None
    found: set[int] = set()
    is_negated = what[0][0] is op.NEGATE
    for part, value in what[is_negated:]:
        if part is op.LITERAL:
            found |= _both_cases(value)
        elif part is op.RANGE:
            found |= {one for code in range(value[0], min(value[1], _OTHER) + 1) for one in _both_cases(code)}
        else:
            found |= _CLASSES[value]
    return (_ALL - found) | {_OTHER} if is_negated else frozenset(found)


def _both_cases(code: int) -> Chars:
    char = chr(min(code, _OTHER))
    return frozenset(min(ord(one), _OTHER) for one in (char, char.lower(), char.upper()))

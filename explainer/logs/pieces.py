"""Turns a regular expression over normalised text into one over raw bytes that is looser, never stricter."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Literal

_SPACE = r"[ \t\r\x0b\x0c\x80-\xff]"  # a no-break or a wide space is two or three bytes
_QUOTE = r"[\\\"'`\x80-\xff]"  # a quote has backslashes before it, or is a curly one


Kind = Literal["space", "mark", ""]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern, and how much it says: the letters and digits that stand there as they are."""

    pattern: str
    letters: float = 0
    is_spread: bool = False  # of any length
    is_gap: bool = False  # holds nearly anything
    letter: str = ""  # it is this one letter, in either case
    kind: Kind = ""  # all of it is white space; or marks that belong to no word, or a boundary


def read_branches(pattern: str, known: Mapping[int, Piece] | None = None) -> list[list[Piece]]:
    """Return the parts that stand in every match of each branch of a pattern; `known` stands for groups, by number."""
    items = list(_parser.parse(pattern, re.ASCII | re.IGNORECASE))
    choices = [n for n, (kind, _) in enumerate(items) if kind is op.BRANCH]
    branches = [items]
    if len(choices) == 1 and all(kind in (op.AT, op.BRANCH) for kind, _ in items):
        n = choices[0]
        branches = [[*items[:n], *branch, *items[n + 1 :]] for branch in items[n][1][1]]
    return [_flatten(branch, known or {}) for branch in branches]


def split(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut a pattern at its gaps."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.is_gap:
            runs.append([])
        else:
            runs[-1].append(piece)
    return runs


def weigh(run: Sequence[Piece]) -> float:
    """Return how much a run of parts says, in letters."""
    return sum(piece.letters for piece in run)


def write(run: Sequence[Piece]) -> str:
    """Return a run of parts as one pattern."""
    return "".join(piece.pattern for piece in run)


def strip(run: list[Piece]) -> list[Piece]:
    """Drop what says nothing at both ends: a pattern that ends in a repeat is reported at each of its ends."""
    while run and not run[0].letters and run[0].pattern != r"\b":
        run = run[1:]
    while run and (run[-1].is_spread or run[-1].is_gap):
        run = run[:-1]
    return run


def _flatten(items: Sequence[Any], known: Mapping[int, Piece]) -> list[Piece]:
    return [piece for kind, value in items for piece in _piece(kind, value, known)]


_ANY = Piece(r"[^\n]", is_gap=True)


def _piece(kind: Any, value: Any, known: Mapping[int, Piece]) -> list[Piece]:
    if kind is op.LITERAL:
        return [_literal(chr(value))]
    if kind is op.IN:
        return [_class(value)]
    if kind is op.SUBPATTERN:
        return [known[value[0]]] if value[0] in known else _flatten(value[3], known)
    if kind is op.BRANCH:
        return [_branch([_flatten(branch, known) for branch in value[1]])]
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = value
        return [_repeat(least, most, inner, known)]
    if kind is op.AT and value is op.AT_BOUNDARY:
        return [Piece(r"\b", kind="mark")]
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return []
    if kind is op.NOT_LITERAL:
        return [Piece(f"[^{_escape({chr(value)} - {chr(92)})}\\n]", is_gap=True)]
    return [_ANY]


def _literal(char: str) -> Piece:
    if char.isspace():
        return Piece(_SPACE + "+", is_spread=True, kind="space")
    if char in "\"'`":
        return Piece(_QUOTE + "+", is_spread=True, kind="mark")
    if char == "/":
        return Piece(r"\\*/", 0.5, kind="mark")
    if ord(char) > 127:
        return Piece("".join(f"\\x{byte:02x}" for byte in char.encode()), 3)
    if char.isalnum() or char == "_":
        return Piece(char, 1, letter="" if char.isdigit() else char.lower())
    return Piece(re.escape(char), 0.5, kind="mark")


_ASCII = {chr(code) for code in range(128)}
_WORD = {char for char in _ASCII if char.isalnum() or char == "_"}
_CATEGORIES = {
    op.CATEGORY_DIGIT: set("0123456789"),
    op.CATEGORY_SPACE: set(" \t\n\r\x0b\x0c"),
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_WORD: _ASCII - _WORD,
    op.CATEGORY_NOT_SPACE: _ASCII - set(" \t\n\r\x0b\x0c"),
    op.CATEGORY_NOT_DIGIT: _ASCII - set("0123456789"),
}
_RESHAPED = set(" \t\n\"'`/")
"""What may be written otherwise in the raw line: with backslashes before it, or in several bytes."""

_FEW = 3


def _class(members: Sequence[Any]) -> Piece:
    """Return a class of characters; one that may take raw bytes of another kind is repeated, to take them all."""
    chars: set[str] = set()
    is_negated = members[0][0] is op.NEGATE
    is_wide = is_negated
    for kind, value in members[is_negated:]:
        if kind is op.LITERAL:
            chars.add(chr(value))
        elif kind is op.RANGE:
            chars.update(map(chr, range(value[0], min(value[1], 127) + 1)))
            is_wide |= value[1] > 127
        else:
            chars |= _CATEGORIES[value]
            is_wide |= value in (op.CATEGORY_NOT_WORD, op.CATEGORY_NOT_SPACE, op.CATEGORY_NOT_DIGIT)
    if is_negated:
        return Piece(f"[^{_escape((chars & _ASCII) - {chr(92)})}\\n]", is_gap=True)
    if is_wide or chars & _RESHAPED or chars - _ASCII:
        is_space = not is_wide and chars <= _CATEGORIES[op.CATEGORY_SPACE]
        what: Kind = "space" if is_space else "" if chars & _WORD else "mark"
        return Piece(f"[{_escape((chars & _ASCII) - {chr(10)} | {chr(92)})}\\x80-\\xff]+", is_spread=True, kind=what)
    letters = 1 if len({char.lower() for char in chars}) == 1 else 0.7 if len(chars) <= _FEW else 0.4
    if len(chars) > len("0123456789"):
        letters = 0
    cases = {char.lower() for char in chars}
    return Piece(f"[{_escape(chars)}]", letters, letter=cases.pop() if len(cases) == 1 else "")


def _escape(chars: set[str]) -> str:
    """Return the members of a class, escaped."""
    return "".join(char if char.isalnum() else f"\\x{ord(char):02x}" for char in sorted(chars))


def _repeat(least: int, most: int, items: Any, known: Mapping[int, Piece]) -> Piece:
    inner = _flatten(items, known)
    pattern = write(inner)
    is_gap = any(piece.is_gap for piece in inner)
    if len(inner) == 1 and (is_gap or inner[0].is_spread):
        bare = pattern.removesuffix("+")
        kind = inner[0].kind if least else ""
        return Piece(bare + ("+" if least else "*"), is_gap=is_gap, is_spread=True, kind=kind)
    repeat = f"{{{least},{most}}}" if most <= 40 else f"{{{least},}}"
    return Piece(f"(?:{pattern}){repeat}", least * weigh(inner), is_gap=is_gap, is_spread=least < most)


def _branch(branches: list[list[Piece]]) -> Piece:
    """Return alternatives as one part."""
    is_gap = any(piece.is_gap for branch in branches for piece in branch)
    return Piece(f"(?:{'|'.join(map(write, branches))})", min(map(weigh, branches)), is_gap=is_gap)

"""Undoes what clients, logs and chat programs do to a text, so that templates can match it. Finds nothing itself."""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

_VANISHING = "[\x00\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]"
_ODD = re.compile("[“”„‟″＂‘’‚‛′＇\u00a0\u2000-\u200a\u202f\u3000\u2028\u2029\x0b\x0c\x85]|" + _VANISHING)
_ESCAPE = re.compile(
    r"(?:\x1b|\\{1,8}u001[bB])\[[0-9;?]{0,20}[ -/]{0,4}[@-~]"  # terminal colours
    r"|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)"  # terminal titles and links
    r"|\\{1,8}u(?P<hex>00[2-7a-fA-F][0-9a-fA-F]|(?!00|[dD][89a-fA-F])[0-9a-fA-F]{4})"  # no control, no half of a pair
    r"|&#(?P<entity>3[2-9]|[4-9]\d|1[01]\d|12[0-6]);|&(?P<named>quot|apos|amp|lt|gt);"
    r"|\\{1,8}(?P<mark>[\"'`/])"
    r"|\\{1,8}(?P<space>[nrt])",
    re.ASCII,
)
_NEEDS_ESCAPE = re.compile(r"&(?:#\d|quot|apos|amp|lt|gt)|[\x1b\\]")
_JOIN = re.compile(r"([\"'])[ \t]{0,40}\+?[ \t]{0,40}\n[ \t]{0,120}\1(?=[^\s,:}\]])")
_DOUBLED = re.compile(r'\{""\w|""\w{1,40}"":')

Shift = tuple[int, int]
"""From which position on the lines of a text are how many more than it shows."""


class Normal:
    """A normalised text that still knows the line numbers of the original."""

    __slots__ = ("_found", "_moved", "_places", "_starts", "lower", "shown", "text")

    def __init__(self, text: str, lines_before: int = 0) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if _ODD.search(text):
            text = text.translate(_PLAIN_OR_NOTHING)
        shifts: list[Shift] = [(0, lines_before)]
        if _NEEDS_ESCAPE.search(text):
            text = _undo_escapes(text, shifts)
        if '""' in text and _DOUBLED.search(text):
            text = text.replace('""', '"')
        text = _join_literals(text, shifts)
        self.text = text
        self.lower = lower_ascii(text)
        self.shown = len(text.strip())
        self._found: dict[re.Pattern[str], bool] = {}
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._places = [at for at, _ in shifts]
        self._moved = list(accumulate(delta for _, delta in shifts))

    def line(self, position: int) -> int:
        """Return the line number (from 1) in the original text of a position in the normalised one."""
        shown = bisect_right(self._starts, position)
        return max(1, shown + self._moved[bisect_right(self._places, position) - 1])

    def holds(self, pattern: re.Pattern[str], *, is_small: bool = False) -> bool:
        """Tell whether a pattern, perhaps one of small letters, stands anywhere in the text; it is looked for once."""
        if pattern not in self._found:
            self._found[pattern] = bool(pattern.search(self.lower if is_small else self.text))
        return self._found[pattern]

    def line_span(self, position: int) -> tuple[int, int]:
        """Return start and end of the normalised line around a position."""
        i = bisect_right(self._starts, position)
        end = self._starts[i] - 1 if i < len(self._starts) else len(self.text)
        return self._starts[i - 1], end


_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">"}


def lower_ascii(text: str) -> str:
    """Return a text of the same length in which only ASCII letters are folded: what bytes do, fast at any size."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _undo_escapes(text: str, shifts: list[Shift]) -> str:
    """Put what escapes stand for, and note where that makes or takes away line ends."""
    lost = 0

    def undo(match: re.Match[str]) -> str:
        nonlocal lost
        new = _read_escape(match)
        lost += match.end() - match.start() - len(new)
        if (new == "\n" or not new) and (change := match[0].count("\n") - len(new)):
            shifts.append((match.end() - lost, change))
        return new

    return _ESCAPE.sub(undo, text)


def _read_escape(match: re.Match[str]) -> str:
    """Return what stands for a match of `_ESCAPE`; nothing for what steers a terminal."""
    kind = match.lastgroup
    if kind is None:
        return ""
    value = match[kind]
    if kind == "mark":
        return value
    if kind == "space":
        return "\n" if value == "n" else " "
    if kind == "named":
        return _ENTITIES[value]
    char = chr(int(value, 16 if kind == "hex" else 10))
    return _PLAIN_OR_NOTHING.get(ord(char), char)


def _join_literals(text: str, shifts: list[Shift]) -> str:
    """Join string literals that stand on several lines; what was noted of lines moves with the text."""
    joints = list(_JOIN.finditer(text))
    if not joints:
        return text
    ends = [0, *(joint.end() for joint in joints)]
    lost = [0, *accumulate(joint.end() - joint.start() for joint in joints)]
    moved = [(at - lost[bisect_left(ends, at, 1) - 1], delta) for at, delta in shifts]
    moved += [(end - gone, 1) for end, gone in zip(ends[1:], lost[1:], strict=True)]
    shifts[:] = sorted(moved)
    return _JOIN.sub("", text)


PLAIN = {
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict.fromkeys("\u00a0\u202f\u3000\u2028\u2029\x0b\x0c\x85", " "),
    **{chr(code): " " for code in range(0x2000, 0x200B)},
    "\r": "\n",
}
"""What one character becomes; those not named here (escapes, NUL, zero-width and bidi marks) vanish."""

_SPANS = [part.split("-") for part in re.findall(r".-.|.", _VANISHING[1:-1], re.DOTALL)]
_PLAIN_OR_NOTHING = {ord(char): plain for char, plain in PLAIN.items()} | {
    code: "" for first, *last in _SPANS for code in range(ord(first), ord(last[0] if last else first) + 1)
}

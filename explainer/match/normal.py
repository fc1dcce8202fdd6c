"""Undoes what clients, logs and chat programs do to a text, so that templates can match it. Finds nothing itself."""

import re
from bisect import bisect_right
from collections.abc import Callable

_VANISHING = "[\x00\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]"
_FIX = re.compile(
    r"(?:\x1b|\\{1,8}u001[bB])\[[0-9;?]{0,20}[ -/]{0,4}[@-~]"  # terminal colours
    r"|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)"  # terminal titles and links
    r"|\\{1,8}u(?P<hex>00[2-7a-fA-F][0-9a-fA-F]|(?!00|[dD][89a-fA-F])[0-9a-fA-F]{4})"  # no control, no half of a pair
    r"|&#(?P<entity>3[2-9]|[4-9]\d|1[01]\d|12[0-6]);|&(?P<named>quot|apos|amp|lt|gt);"
    r"|\\{1,8}(?P<mark>[\"'`/])"
    r"|\\{1,8}(?P<space>[nrt])"
    r"|[“”„‟″＂]|[‘’‚‛′＇]"
    r"|\r\n?"
    r"|[\u00a0\u2000-\u200a\u202f\u3000\u2028\u2029\x0b\x0c\x85]"
    r"|" + _VANISHING,
    re.ASCII,
)
_NEEDS_FIX = re.compile(
    r"&(?:#\d|quot|apos|amp|lt|gt)|[\x1b\\\r\x00\x0b\x0c\x85\u00a0\u00ad\u2000-\u206f\u3000\ufeff“”″‘’′＂＇]"
)
_JOIN = re.compile(r"([\"'])[ \t]{0,40}\+?[ \t]{0,40}\n[ \t]{0,120}\1(?=[^\s,:}\]])")
_DOUBLED = re.compile(r'\{""\w|""\w{1,40}"":')


class Normal:
    """A normalised text that still knows the line numbers of the original."""

    __slots__ = ("_shifts", "_starts", "lower", "text")

    def __init__(self, text: str, lines_before: int = 0) -> None:
        shifts: list[tuple[int, int]] = [(0, lines_before)] if lines_before else []
        if _NEEDS_FIX.search(text):
            text = _substitute(_FIX, _fix, text, shifts)
        if '""' in text and _DOUBLED.search(text):
            text = text.replace('""', '"')
        text = _substitute(_JOIN, lambda _: "", text, shifts)
        self.text = text
        self.lower = text.lower() if text.isascii() else text.translate(_ASCII_LOWER)
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._shifts = shifts

    def line(self, position: int) -> int:
        """Return the line number (from 1) in the original text of a position in the normalised one."""
        shown = bisect_right(self._starts, position)
        return max(1, shown + sum(delta for at, delta in self._shifts if at <= position))

    def line_span(self, position: int) -> tuple[int, int]:
        """Return start and end of the normalised line around a position."""
        i = bisect_right(self._starts, position)
        end = self._starts[i] - 1 if i < len(self._starts) else len(self.text)
        return self._starts[i - 1], end


_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">"}
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _substitute(
    pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str, shifts: list[tuple[int, int]]
) -> str:
    """Like `pattern.sub`, but notes where the number of line ends changes."""
    out: list[str] = []
    last = length = 0
    for match in pattern.finditer(text):
        new = replace(match)
        out.append(text[last : match.start()])
        out.append(new)
        length += match.start() - last + len(new)
        last = match.end()
        change = match.group(0).count("\n") + (match.group(0) == "\r") - new.count("\n")
        if change:
            shifts.append((length, change))
    if not out:
        return text
    out.append(text[last:])
    return "".join(out)


def _fix(match: re.Match[str]) -> str:
    """Return what stands for a match of `_FIX`."""
    groups = match.groupdict()
    if code := groups["hex"] or "":
        char = chr(int(code, 16))
        return PLAIN.get(char, "" if re.match(_VANISHING, char) else char)
    if number := groups["entity"] or "":
        return chr(int(number))
    if groups["named"]:
        return _ENTITIES[groups["named"]]
    if groups["mark"]:
        return str(groups["mark"])
    if groups["space"]:
        return "\n" if groups["space"] == "n" else " "
    return PLAIN.get(match.group(0)[0], "")


PLAIN = {
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict.fromkeys("\u00a0\u202f\u3000\u2028\u2029\x0b\x0c\x85", " "),
    **{chr(code): " " for code in range(0x2000, 0x200B)},
    "\r": "\n",
}
"""What one character becomes; those not named here (escapes, NUL, zero-width and bidi marks) vanish."""

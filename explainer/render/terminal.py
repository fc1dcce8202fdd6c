"""Terminal text: widths that count Chinese characters as two, wrapping, colour as plain escape codes."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
RESET = "\x1b[0m"
_ESCAPE = r"\x1b\[[0-9;]*m"
_ESCAPES = re.compile(_ESCAPE)

INLINE = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|`(?P<code>[^`]+)`|\\(?P<mark>[\[\]])")
_HELD = "\ue000"
"""Stands for a space at which no line may be broken."""

HELD_CODE = 24
"""Code of up to this many characters stays on one line."""


@dataclass(frozen=True)
class Look:
    """How to print: width in columns, and whether colour is wanted."""

    width: int = 80
    color: bool = False

    def paint(self, text: str, *styles: str) -> str:
        """Return the text in the given styles, or plain where colour is not wanted."""
        if not self.color or not text or not styles:
            return text
        return f"\x1b[{';'.join(CODES[style] for style in styles)}m{text}{RESET}"

    def inline(self, markdown: str) -> str:
        """Return inline Markdown ready to wrap: code coloured, or between its backticks where colour is not wanted."""
        return INLINE.sub(self._inline, markdown)

    def _inline(self, match: re.Match[str]) -> str:
        if code := match["code"]:
            held = code.replace(" ", _HELD) if len(code) <= HELD_CODE else code
            return self.paint(held, "cyan") if self.color else f"`{held}`"
        return self.paint(match["bold"], "bold") if match["bold"] else match["mark"]


def plain(markdown: str) -> str:
    """Return inline Markdown as plain text: marks of code and weight are dropped."""
    return INLINE.sub(lambda match: match[match.lastgroup or 0], markdown)


def width_of(text: str) -> int:
    """Return the columns that a text takes; colour takes none."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1
        for char in _ESCAPES.sub("", text)
    )


def cut(text: str, width: int, mark: str = "") -> str:
    """Return a line cut to this width; its start is left out if `mark` would not be seen otherwise."""
    at = max(text.find(mark), 0) if mark else 0
    if width_of(text[:at]) + min(len(mark), width // 2) > width - 1:
        text = "…" + text[max(at - width // 8, 0) :]
    if width_of(text) <= width:
        return text
    room, end = width - 1, 0
    while end < len(text) and (room := room - width_of(text[end])) >= 0:
        end += 1
    return text[:end].rstrip() + "…"


def cut_left(text: str, width: int) -> str:
    """Return a path cut to this width at its start: its end tells more."""
    if width_of(text) <= width:
        return text
    room, start = width - 1, len(text)
    while (room := room - width_of(text[start - 1])) >= 0:
        start -= 1
    return "…" + text[start:]


def wrap(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Yield the lines of a text, broken at spaces and between Chinese characters; long words stay whole.

    `first` stands before the first line, `indent` before the others. A colour that a break cuts goes on after it.
    """
    start = indent if first is None else first
    line, style = start, ""
    for token in _TOKEN.findall(text.replace("\n", " ")):
        if line != start and width_of(line + token.rstrip()) > width:
            yield _finish(line, style)
            line = start = indent + style
        line += token if line != start else token.lstrip()
        for escape in _ESCAPES.findall(token):
            style = "" if escape == RESET else escape
    yield _finish(line, style)


def _finish(line: str, style: str) -> str:
    return line.rstrip().replace(_HELD, " ") + (RESET if style else "")


_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING, _CLOSING = "（「『《【", "，。；：！？、）」』》】"
_TOKEN = re.compile(rf"(?:{_ESCAPE}|[{_OPENING}])*(?:[{_WIDE}]|[^\s{_WIDE}]+)(?:{_ESCAPE}|[{_CLOSING}])*\s*|\s+")
"""What stays together: no line begins with a closing mark or ends with an opening one."""

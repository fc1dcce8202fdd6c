"""Terminal text: widths that count Chinese characters as two, wrapping, colour as plain escape codes."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


@dataclass(frozen=True)
class Look:
    """How to print: width in columns, and whether colour is wanted."""

    width: int = 80
    color: bool = False

    def paint(self, text: str, *styles: str) -> str:
        """Return the text in the given styles, or plain where colour is not wanted."""
        if not self.color or not text:
            return text
        return f"\x1b[{';'.join(CODES[style] for style in styles)}m{text}\x1b[0m"


def width_of(text: str) -> int:
    """Return the columns that a text takes."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text
    )


def wrap(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Yield the lines of a text, broken at spaces and between Chinese characters; long words stay whole."""
    prefix = indent if first is None else first
    line, used = prefix, width_of(prefix)
    is_empty = True
    for token in _tokens(text):
        size = width_of(token)
        if not is_empty and used + width_of(token.rstrip()) > width and token.strip() and token not in _CLOSING:
            yield line.rstrip()
            line, used, is_empty = indent, width_of(indent), True
        if is_empty:
            token = token.lstrip()
            size = width_of(token)
        line += token
        used += size
        is_empty = is_empty and not token
    yield line.rstrip()


_CLOSING = "，。；：！？、）」』》"


def _tokens(text: str) -> Iterator[str]:
    """Cut a text where a line may be broken."""
    yield from re.findall(
        r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]|[^\s\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]+\s*|\s+", text
    )


def plain(markdown: str) -> str:
    """Return inline Markdown as plain text: marks of code and weight are dropped."""
    return re.sub(r"\*\*([^*]+)\*\*|`([^`]+)`|\\([\[\]])", lambda m: m.group(1) or m.group(2) or m.group(3), markdown)

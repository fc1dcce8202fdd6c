"""The lines around findings, across the ends of blocks."""

import re
from collections.abc import Iterator
from itertools import groupby, islice

from explainer.logs.tally import show
from explainer.match.mask import Masker
from explainer.model.log import Hit


class Context:
    """Puts the lines around hits beside them, also across the ends of blocks, and stops after so many hits."""

    def __init__(self, before: int, after: int, most: int | None) -> None:
        self._before, self._after, self._left = before, after, most
        self._kept: list[bytes] = []  # the last lines of the block before, as far as they were not shown
        self._owed = 0  # lines still to be shown after the last hit
        self._keys = _Keys()

    @property
    def is_done(self) -> bool:
        """Tell whether nothing that follows is wanted."""
        return self._left == 0 and self._owed <= 0

    def add(self, hits: Iterator[Hit], block: bytes) -> list[Hit]:
        """Return hits and the lines around them, in order; a line around has no sights."""
        if self._left is not None:
            hits = islice(hits, self._left)
        wanted = list(hits)
        if self._left is not None:
            self._left -= len(wanted)
        if not (self._before or self._after):
            return wanted
        lines = self._keys.hide(block.removesuffix(b"\n").split(b"\n"))
        found = {hit.line: hit for hit in wanted}
        near = set(range(1, min(self._owed, len(lines)) + 1))
        for number in found:
            near.update(
                range(max(1 - len(self._kept), number - self._before), min(len(lines), number + self._after) + 1)
            )
        shown = [*_show_lines(self._kept, lines, sorted(near), found)]
        self._owed = max(0, max(found, default=0) + self._after - len(lines)) if found else self._owed - len(lines)
        last = max(near, default=1 - len(self._kept) - 1)
        unshown = [*self._kept, *lines][last + len(self._kept) :]
        self._kept = unshown[-self._before :] if self._before else []
        return shown


def _show_lines(kept: list[bytes], lines: list[bytes], numbers: list[int], found: dict[int, Hit]) -> Iterator[Hit]:
    """Yield hits and the lines around them; a secret may stand in the line below its name."""
    for _, run in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        together = [number for _, number in run]
        texts = [
            found[number].text if number in found else show((lines if number > 0 else kept)[number - 1].rstrip(b"\r"))
            for number in together
        ]
        masked = Masker().mask("\n".join(texts)).split("\n")
        for number, text, alone in zip(together, masked, texts, strict=len(masked) == len(texts)):
            yield found.get(number) or Hit(path="", line=number, text=text if len(masked) == len(texts) else alone)


class _Keys:
    """Hides the lines of private keys, which nothing tells from others when they stand alone."""

    def __init__(self) -> None:
        self._left = 0  # lines that the key which has begun may still have

    def hide(self, lines: list[bytes]) -> list[bytes]:
        """Return lines that follow those that were given before, without what belongs to a key."""
        return [self._hide(line, below) for line, below in zip(lines, [*lines[1:], b""], strict=True)]

    def _hide(self, line: bytes, below: bytes) -> bytes:
        if b"PRIVATE KEY-----" in line:
            self._left = _MOST_OF_KEY if line.rfind(b"-----BEGIN") > line.rfind(b"-----END") else 0
            return line
        if not self._left:
            return line
        self._left -= 1
        is_last = b"-----END" in below
        return (_LAST_OF_KEY if is_last else _PART_OF_KEY).sub(b"[secret 1]", line)


_MOST_OF_KEY = 200
_LINE_END = rb"(?=(?:\\r)?(?:\\n)?[\s\"',}]{0,8}$)"
_LAST_OF_KEY = re.compile(rb"(?<![^\s\"'])[A-Za-z0-9+/]{1,200}={0,2}" + _LINE_END)
_PART_OF_KEY = re.compile(rb"(?<![^\s\"'])[A-Za-z0-9+/]{16,200}={0,2}" + _LINE_END)
"""The last word of a line, if it may be a line of a key."""

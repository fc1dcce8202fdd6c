"""The lines around findings, across the ends of blocks."""

from collections.abc import Iterator
from itertools import islice

from explainer.logs.tally import show
from explainer.model.log import Hit


class Context:
    """Puts the lines around hits beside them, also across the ends of blocks, and stops after so many hits."""

    def __init__(self, before: int, after: int, most: int | None) -> None:
        self._before, self._after, self._left = before, after, most
        self._kept: list[bytes] = []  # the last lines of the block before, as far as they were not shown
        self._owed = 0  # lines still to be shown after the last hit

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
        lines = block.removesuffix(b"\n").split(b"\n")
        found = {hit.line: hit for hit in wanted}
        near = set(range(1, min(self._owed, len(lines)) + 1))
        for number in found:
            near.update(
                range(max(1 - len(self._kept), number - self._before), min(len(lines), number + self._after) + 1)
            )
        shown = [found.get(number) or _beside(self._kept, lines, number) for number in sorted(near)]
        self._owed = max(0, max(found, default=0) + self._after - len(lines)) if found else self._owed - len(lines)
        last = max(near, default=1 - len(self._kept) - 1)
        unshown = [*self._kept, *lines][last + len(self._kept) :]
        self._kept = unshown[-self._before :] if self._before else []
        return shown


def _beside(kept: list[bytes], lines: list[bytes], number: int) -> Hit:
    line = lines[number - 1] if number > 0 else kept[number - 1]
    return Hit(path="", line=number, text=show(line.rstrip(b"\r")))

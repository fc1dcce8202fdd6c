"""A progress bar on standard error, for long work on a terminal only."""

import os
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE = 0.5  # seconds without a bar: short work needs none
_PAUSE = 0.1  # seconds between two drawings


class Progress:
    """Shows bytes, rate and findings; shows nothing where nobody looks, and leaves no trace behind."""

    def __init__(self, paths: Sequence[str], *, is_wanted: bool) -> None:
        is_terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._is_shown = is_wanted and is_terminal
        self._total = 0
        for path in paths:
            with suppress(OSError):
                self._total += Path(path).stat().st_size
        self._done = 0
        self._started = time.monotonic()
        self._drawn = self._started + _PATIENCE - _PAUSE
        self._is_drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def add(self, size: int, found: int) -> None:
        """Note that some bytes were read."""
        self._done += size
        now = time.monotonic()
        if self._is_shown and now - self._drawn >= _PAUSE:
            self._drawn = now
            self._is_drawn = True
            rate = self._done / max(now - self._started, 0.001)
            share = f" of {self._total / 1e6:,.0f}" if self._total else ""
            part = f"{min(1.0, self._done / self._total):4.0%}  " if self._total else ""
            text = f"{part}{self._done / 1e6:,.0f}{share} MB  {rate / 1e6:,.0f} MB/s  {found:,} found"
            width = shutil.get_terminal_size().columns - 1  # a bar that wraps could not be taken away
            self._draw(f"\r{text[:width]}\x1b[K")

    def clear(self) -> None:
        """Take the bar away, so that other text can be printed."""
        if self._is_drawn:
            self._is_drawn = False
            self._draw("\r\x1b[K")

    def _draw(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:  # the terminal is gone; the search goes on
            self._is_shown = False

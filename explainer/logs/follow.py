"""Owns the reading of logs that grow, as `tail -F` does: new lines as they come, through rotation and truncation.

Looks again and again instead of being told, which works on every file system. Between two looks, a file that is cut and
grows beyond its old size cannot be told from one that only grows.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path

from explainer.logs.faults import CutShort, Skipped, say, to_notice
from explainer.logs.joiner import LineJoiner
from explainer.logs.source import read_blocks
from explainer.model.log import Notice, NoticeCode

_CHUNK = 1 << 20

Piece = tuple[str, bytes] | Notice


def follow(
    names: Sequence[str], *, from_start: bool = False, poll: float = 0.25, stop: Callable[[], bool] = lambda: False
) -> Iterator[Piece]:
    """Yield the new lines of each file, in blocks, until `stop`; notices tell what becomes of the files.

    A file that is there is read from its end on, one that appears later from its start. A line is yielded when it has
    its end, or when its file is replaced or cut. Standard input ("-") is read to its end before files are looked at.
    """
    with ExitStack() as stack:
        logs = [_Log(name) for name in names if name != "-"]
        for log in logs:
            stack.callback(log.close)
            yield from log.begin(at_end=not from_start)
        if "-" in names:
            yield from _read_input()
        while logs and not stop():
            is_quiet = True
            for log in logs:
                for piece in log.look():
                    is_quiet = False
                    yield piece
            if is_quiet:
                time.sleep(poll)


def make_room(files: int) -> int:
    """Let this process hold so many files open at once; return how many of them the system allows."""
    try:
        import resource
    except ImportError:  # Windows
        return files
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files + _OWN_FILES
    if resource.RLIM_INFINITY != soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _OWN_FILES
    return files


_OWN_FILES = 32
"""Files that the program itself opens: streams, modules, and the new one of a log that is replaced."""


def _read_input() -> Iterator[Piece]:
    try:
        for block in read_blocks("-"):
            yield "-", bytes(block)
    except (Skipped, CutShort, OSError) as fault:
        yield to_notice("-", fault)


class _Log:
    """A name, the file that it stands for, and the line begun in it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._file: FileIO | None = None
        self._at = 0
        self._lines = LineJoiner()
        self._fault: OSError | None = None
        self._told: Notice | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()

    def begin(self, *, at_end: bool) -> Iterator[Notice]:
        """Open the file if it is there already."""
        try:
            self._file = _open(self._name)
        except OSError as error:
            yield from self._tell(error)
            return
        if at_end and _is_regular(self._file):
            self._at = self._file.seek(0, os.SEEK_END)

    def look(self) -> Iterator[Piece]:
        """Yield one block of what is new, so that other files have their turn; if there is none, what has happened."""
        try:
            if self._file is None:
                yield self._take(_open(self._name), "appeared")
            elif block := self._read(self._file):
                yield self._name, block
            else:
                yield from self._check(self._file)
        except OSError as error:
            yield from self._tell(error)

    def _read(self, file: FileIO) -> bytes:
        """Return new lines; nothing at the end, or where reading fails: the file may have been replaced."""
        try:
            while chunk := file.read(_CHUNK):
                self._at += len(chunk)
                if block := self._lines.feed(chunk):
                    return block
        except OSError as error:
            self._fault = error
        return b""

    def _check(self, file: FileIO) -> Iterator[Piece]:
        """Yield what follows if the file was replaced or cut."""
        named, held = Path(self._name).stat(), os.fstat(file.fileno())
        if (named.st_dev, named.st_ino) != (held.st_dev, held.st_ino):
            while block := self._read(file):  # written before it was replaced, and after it was read
                yield self._name, block
            yield from self._end_line()
            notice = self._take(_open(self._name), "replaced")
            file.close()
            yield notice
        elif _is_regular(file) and held.st_size < self._at:
            yield from self._end_line()
            self._at = file.seek(0)
            yield Notice(self._name, "cut", is_error=False)
        elif self._fault:
            fault, self._fault = self._fault, None
            raise fault
        else:
            self._told = None

    def _end_line(self) -> Iterator[Piece]:
        if rest := self._lines.finish():
            yield self._name, rest

    def _take(self, file: FileIO, code: NoticeCode) -> Notice:
        self._file, self._at, self._fault, self._told = file, 0, None, None
        return Notice(self._name, code, is_error=False)

    def _tell(self, error: OSError) -> Iterator[Notice]:
        """Yield why there is nothing to read, once: it is tried again at each look."""
        if isinstance(error, FileNotFoundError):
            notice = Notice(self._name, "awaited", is_error=False)
        else:
            notice = Notice(self._name, "retried", is_error=True, detail=say(error))
        if notice != self._told:
            self._told = notice
            yield notice


def _open(name: str) -> FileIO:
    """Open a file, or a pipe without waiting for its other end."""
    return FileIO(name, opener=lambda path, flags: os.open(path, flags | getattr(os, "O_NONBLOCK", 0)))


def _is_regular(file: FileIO) -> bool:
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)

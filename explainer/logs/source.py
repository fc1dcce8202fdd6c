"""Owns how a file is read: as bytes, in blocks of whole lines, of plain files also in ranges."""

import codecs
import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from io import BufferedReader, FileIO
from pathlib import Path
from typing import cast

from explainer.logs import joiner
from explainer.logs.faults import CutShort, say
from explainer.logs.stream import PACKED, SNIFFED, UTF16, looks_binary, read_stream


def is_plain(name: str, *, force: bool = False) -> bool:
    """Tell whether a file may be cut into ranges: regular, neither compressed nor UTF-16 nor, unless forced, binary."""
    try:
        if name == "-" or not Path(name).is_file():
            return False
        with Path(name).open("rb", buffering=0) as file:
            return _is_plain(file, force=force)
    except OSError:
        return False


def _is_plain(file: FileIO, *, force: bool) -> bool:
    """Tell it of a file just opened. What says it has no size, as all in /proc does, may hold something: a stream."""
    about = os.fstat(file.fileno())
    if not stat.S_ISREG(about.st_mode) or not about.st_size:
        return False
    head = file.read(SNIFFED)
    file.seek(0)
    return not (PACKED.match(head) or head.startswith(tuple(UTF16)) or (not force and looks_binary(head)))


def read_blocks(
    name: str,
    start: int = 0,
    end: int | None = None,
    *,
    force: bool = False,
    size: int = 1 << 20,
    count: Callable[[int], None] | None = None,
) -> Iterator[bytes | memoryview]:
    r"""Yield a file in blocks of whole lines, each valid until the next is asked for; "-" is standard input.

    Each block ends with \n, but for the last. Yielded are the lines that begin in [start, end); of a file that is not
    plain, all belong to the range that starts at 0. A growing file ends where it ended when it was opened.
    `count` is told how many bytes of the file were used up, `force` reads binary files.
    Raises Skipped, CutShort, and OSError for a file that cannot be opened.
    """
    tell = count or (lambda _: None)
    if name == "-" and sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed", name)
    with nullcontext() if name == "-" else Path(name).open("rb", buffering=0) as file:
        try:
            if file is None:
                yield from read_stream(cast("BufferedReader", sys.stdin.buffer).read1, size, tell, force=force)
            elif _is_plain(file, force=force):
                yield from _read_plain(file, start, end, size, tell)
            elif start == 0:
                yield from read_stream(file.read, size, tell, force=force)
        except OSError as error:
            raise CutShort("io", say(error)) from error


# Plain files: one buffer, filled anew from where the line begins that did not fit into it.


def _read_plain(
    file: FileIO, start: int, end: int | None, size: int, tell: Callable[[int], None]
) -> Iterator[bytes | memoryview]:
    buffer = bytearray(max(size, joiner.MAX_LINE_BYTES + 1))
    view = memoryview(buffer)
    there = os.fstat(file.fileno()).st_size
    limit = there if end is None else min(end, there)
    at = start
    if 0 < start < limit:
        at = _find_line(file, start - 1, limit, buffer)
    elif start < limit and _fill(file, 0, buffer) and buffer.startswith(codecs.BOM_UTF8):
        at, limit = 3, max(limit, 4)  # the first line begins behind it, and belongs to where 0 belongs
        tell(at)
    while at < limit:
        got = _fill(file, at, buffer)
        if not got:
            return  # it has shrunk
        cut = _find_cut(buffer, got, limit - at)
        if cut:
            tell(cut)
            yield joiner.shorten(buffer, cut) or view[:cut]
            at += cut
        else:
            head = bytes(view[: joiner.MAX_LINE_BYTES]) + b"\n"
            after = _find_line(file, at + got, sys.maxsize, buffer)
            tell(after - at)
            yield head
            at = after


def _fill(file: FileIO, at: int, buffer: bytearray) -> int:
    file.seek(at)
    return file.readinto(buffer) or 0


def _find_line(file: FileIO, at: int, limit: int, buffer: bytearray) -> int:
    """Return where the line behind the first newline from `at` on begins; about the limit if none does before it."""
    while at < limit and (got := _fill(file, at, buffer)):
        found = buffer.find(b"\n", 0, got) + 1
        if found:
            return at + found
        at += got
    return at


def _find_cut(buffer: bytearray, got: int, room: int) -> int:
    """Return where the last whole line ends that begins in the first `room` bytes; 0 if the first does not end."""
    last = buffer.find(b"\n", room - 1, got) if room <= got else -1
    if last < 0:
        last = buffer.rfind(b"\n", 0, got)
    if last < 0 and got < len(buffer):
        return got  # the file's last line
    return last + 1

"""Owns which files are read and how: as bytes, in blocks of whole lines. Leaves what the lines say to others.

Compressed files and UTF-16 are known by their first bytes, not by their names. Memory is bounded whatever they hold.
"""

import codecs
import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from fnmatch import fnmatchcase
from functools import partial
from io import BufferedReader, FileIO
from itertools import chain
from pathlib import Path
from typing import Any, cast

from explainer.model.log import Notice

MAX_LINE_BYTES = 400_000
"""What a line has beyond this is skipped."""

_SNIFFED = 65_536
_PIECE = 256
"""How much is unpacked at once: zstd makes up to 8 MB of it, and no more than this is lost in front of damage."""
_MAX_PART = 1 << 20
_MAX_XZ_MEMORY = 1 << 28

_PACKED = re.compile(
    rb"(?P<gzip>\x1f\x8b\x08)"
    rb"|(?P<bzip2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))"
    rb"|(?P<xz>\xfd7zXZ\x00)"
    rb"|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"  # the second is a frame to skip, with which pzstd begins
)
_LONGEST_MARK = 10
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class _Stopped(Exception):  # noqa: N818
    """Why a file was not read to its end: `code` for programs, `reason` in English."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)  # both, so that it can be sent between processes
        self.code = code
        self.reason = reason


class Skipped(_Stopped):
    """A file that is left out."""


class CutShort(_Stopped):
    """A file of which only a part could be read; raised after that part was yielded."""


# --- which files


def find_files(names: Sequence[str], *, recursive: bool, globs: Sequence[str]) -> Iterator[str | Notice]:
    """Yield the files of these names and of all folders among them, in natural order; "-" is standard input.

    No names: standard input, or the current folder if `recursive`. Globs, the last that fits decides, are for what lies
    in folders. A file that a folder holds twice (a link) is given once, so that nothing is counted twice.
    """
    seen: set[tuple[int, int]] = set()
    for name in names or (["."] if recursive else ["-"]):
        if name == "-":
            yield name
            continue
        try:
            found = _examine(name)
        except OSError as error:
            yield Notice(name, _say(error), is_error=True)
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from _search(name, _parse_globs(globs), seen)
        else:
            seen.add((found.st_dev, found.st_ino))
            yield name


def _examine(path: str) -> os.stat_result:
    """Return what a path is; raise OSError if it is missing or forbidden."""
    found = os.stat(path)  # noqa: PTH116
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return found


def _say(error: OSError) -> str:
    return "no such file or folder" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"


Globs = list[tuple[bool, bool, list[str]]]
"""Of each glob: whether it lets in, whether it is for folders only, and its parts between slashes."""


def _search(top: str, globs: Globs, seen: set[tuple[int, int]]) -> Iterator[str | Notice]:
    """Yield the files below a folder. A stack, for folders may be nested deeper than calls may."""
    stack: list[tuple[str, list[str], bool]] = [(top, [], True)]
    while stack:
        path, below, is_folder = stack.pop()
        try:
            if is_folder:
                stack += _list(path, below, globs)
                continue
            found = _examine(path)
        except OSError as error:
            yield Notice(path, _say(error), is_error=True)
            continue
        if (found.st_dev, found.st_ino) not in seen:
            seen.add((found.st_dev, found.st_ino))
            yield path


def _list(folder: str, below: list[str], globs: Globs) -> Iterator[tuple[str, list[str], bool]]:
    """Yield what is wanted of a folder, the last first: path, parts of the path below the top, is it a folder."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: _natural(entry.name), reverse=True):
            is_folder = entry.is_dir(follow_symlinks=False)
            is_file = entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path)  # noqa: PTH113
            parts = [*below, entry.name]
            if (is_folder or is_file) and not entry.name.startswith(".") and _is_wanted(parts, is_folder, globs):
                yield entry.path, parts, is_folder


def _natural(name: str) -> tuple[list[str | int], str]:
    """Return what sorts bot.log.2 before bot.log.10."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"([0-9]+)", name))], name


def _parse_globs(globs: Sequence[str]) -> Globs:
    parsed: Globs = []
    for glob in globs:
        for one in _expand(glob.removeprefix("!")):
            parts = one.strip("/").split("/")
            is_anywhere = "/" not in one.rstrip("/")
            parsed.append((not glob.startswith("!"), one.endswith("/"), ["**", *parts] if is_anywhere else parts))
    return parsed


def _expand(glob: str) -> list[str]:
    """Return a glob for each choice in {braces}."""
    choice = re.search(r"\{([^{}]*)\}", glob)
    if not choice:
        return [glob]
    before, after = glob[: choice.start()], glob[choice.end() :]
    return [one for option in choice[1].split(",") for one in _expand(before + option + after)]


def _is_wanted(path: list[str], is_folder: bool, globs: Globs) -> bool:
    """Tell whether the last glob that fits lets it in. If none fits: folders are, files unless some glob lets in."""
    for lets_in, for_folders, parts in reversed(globs):
        if (is_folder or not for_folders) and _fits(path, parts):
            return lets_in
    return is_folder or not any(lets_in for lets_in, _, _ in globs)


def _fits(path: list[str], parts: list[str]) -> bool:
    if not parts:
        return not path
    if parts[0] == "**":
        return any(_fits(path[i:], parts[1:]) for i in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], parts[0]) and _fits(path[1:], parts[1:])


# --- what is in them


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
    head = file.read(_SNIFFED)
    file.seek(0)
    return not (_PACKED.match(head) or head.startswith(tuple(_UTF16)) or (b"\0" in head and not force))


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
                yield from _read_stream(cast("BufferedReader", sys.stdin.buffer).read1, size, tell, force=force)
            elif _is_plain(file, force=force):
                yield from _read_plain(file, start, end, size, tell)
            elif start == 0:
                yield from _read_stream(file.read, size, tell, force=force)
        except OSError as error:
            raise CutShort("io", f"reading stopped: {error.strerror or error}") from error


# --- plain files: one buffer, filled anew from where the line begins that did not fit into it


def _read_plain(
    file: FileIO, start: int, end: int | None, size: int, tell: Callable[[int], None]
) -> Iterator[bytes | memoryview]:
    buffer = bytearray(max(size, MAX_LINE_BYTES + 1))
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
            yield shorten(buffer, cut) or view[:cut]
            at += cut
        else:
            head = bytes(view[:MAX_LINE_BYTES]) + b"\n"
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


# --- streams: standard input, pipes, and all that has to be decoded


def _read_stream(
    read: Callable[[int], bytes | None], size: int, tell: Callable[[int], None], *, force: bool
) -> Iterator[bytes]:
    head, rest = _peek(_read_chunks(read, size, tell))
    packed = _PACKED.match(head)
    chunks: Iterator[bytes] = chain([head], rest)
    if packed:
        chunks = _unpack(chunks, str(packed.lastgroup), size)
    chunks = _decode(chunks)
    return _join(chunks if force else _refuse_binary(chunks))


def _read_chunks(read: Callable[[int], bytes | None], size: int, tell: Callable[[int], None]) -> Iterator[bytes]:
    while chunk := read(size):
        tell(len(chunk))
        yield chunk


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, and what follows them. A whole line is enough: a slow pipe is not waited for."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _LONGEST_MARK or b"\n" in head:
            break
    return head, chunks


def _unpack(chunks: Iterable[bytes], kind: str, size: int) -> Iterator[bytes]:
    """Yield what is packed, about `size` at a time, and no later than the chunk that holds it has been read."""
    unpacker = _Unpacker(kind)
    ready: list[bytes] = []
    try:
        for chunk in chunks:
            held = 0
            for at in range(0, len(chunk), _PIECE):
                for part in unpacker.feed(chunk[at : at + _PIECE]):
                    ready.append(part)
                    held += len(part)
                    if held >= size:
                        yield b"".join(ready)
                        ready, held = [], 0
            yield b"".join(ready)
            ready = []
        unpacker.check_end()
    except (CutShort, OSError):
        yield b"".join(ready)
        raise


class _Unpacker:
    """Unpacks pieces of a compressed file, which may have several members one after the other."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._make, self._broken = _find_unpacker(kind)
        self._member: Any = None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield what the piece gives, in parts of bounded size."""
        while piece:
            if self._member is None:
                piece = piece.lstrip(b"\0")  # padding behind a member
                if not piece:
                    return
                self._member = self._make()
            try:
                yield from _expand_piece(self._member, piece)
            except self._broken as error:
                raise CutShort(
                    "damaged", f"damaged {self._kind} data ({error}); only what stands before was read"
                ) from error
            if not self._member.eof:
                return
            piece = self._member.unused_data
            self._member = None

    def check_end(self) -> None:
        """Raise CutShort if the last member has no end."""
        if self._member is not None:
            raise CutShort("truncated", "the compressed file ends too early; what is there was read")


def _expand_piece(member: Any, piece: bytes) -> Iterator[bytes]:
    if not hasattr(member, "needs_input"):
        yield member.decompress(piece)
        return
    yield member.decompress(piece, _MAX_PART)  # bzip2 can make a gigabyte of a kilobyte
    while not (member.eof or member.needs_input):
        yield member.decompress(b"", _MAX_PART)


def _find_unpacker(kind: str) -> tuple[Callable[[], Any], type[Exception]]:
    """Return what begins a member, and what is raised for damaged data."""
    if kind == "gzip":
        import zlib

        return partial(zlib.decompressobj, wbits=31), zlib.error
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, OSError
    if kind == "xz":
        import lzma

        return partial(lzma.LZMADecompressor, memlimit=_MAX_XZ_MEMORY), lzma.LZMAError
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj, zstandard.ZstdError


def _decode(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield UTF-16 as UTF-8, and UTF-8 without its mark."""
    head, rest = _peek(chunks)
    encoding = _UTF16.get(head[:2])
    if encoding is None:
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chain([head[2:]], rest):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _refuse_binary(chunks: Iterable[bytes]) -> Iterator[bytes]:
    left = _SNIFFED
    for chunk in chunks:
        if left > 0 and b"\0" in chunk[:left]:
            raise Skipped("binary", "binary file; -a reads it all the same")
        left -= len(chunk)
        yield chunk


def _join(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield whole lines, and what was read of the last even if its end cannot be read."""
    joiner = LineJoiner()
    fault: Exception | None = None
    try:
        for chunk in chunks:
            if block := joiner.feed(chunk):
                yield block
    except (CutShort, OSError) as error:
        fault = error
    if rest := joiner.finish():
        yield rest
    if fault:
        raise fault


# --- lines


class LineJoiner:
    """Makes blocks of whole lines, none too long, from chunks that end anywhere."""

    def __init__(self) -> None:
        self._begun = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Return the lines that are whole with this chunk."""
        cut = chunk.rfind(b"\n") + 1
        block = b""
        if cut:
            block = b"".join((self._begun, memoryview(chunk)[:cut]))
            block = shorten(block, len(block)) or block
            self._begun.clear()
        self._begun += chunk[cut : cut + MAX_LINE_BYTES + 1 - len(self._begun)]
        return block

    def finish(self) -> bytes:
        """Return the line that has no end, and begin anew."""
        rest = bytes(self._begun)
        self._begun.clear()
        return shorten(rest, len(rest)) or rest


def shorten(data: bytes | bytearray, size: int) -> bytes | None:
    """Return the first `size` bytes with no line longer than MAX_LINE_BYTES; None if none is."""
    kept: list[bytes] = []
    at = done = 0
    while size - at > MAX_LINE_BYTES:
        after = data.rfind(b"\n", at, at + MAX_LINE_BYTES + 1) + 1
        if not after:
            kept += [bytes(data[done : at + MAX_LINE_BYTES]), b"\n"]
            after = done = (data.find(b"\n", at + MAX_LINE_BYTES, size) + 1) or size
        at = after
    return b"".join((*kept, data[done:size])) if kept else None

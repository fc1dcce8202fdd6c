"""Owns what cannot be cut into ranges: standard input, pipes, compressed files, UTF-16. Memory is bounded in any case.

Compressed files and UTF-16 are known by their first bytes, not by their names.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from explainer.logs.faults import CutShort, Skipped
from explainer.logs.joiner import LineJoiner

SNIFFED = 65_536
"""In how many bytes at the start a file shows that it is binary."""

PACKED = re.compile(
    rb"(?P<gzip>\x1f\x8b\x08)"
    rb"|(?P<bzip2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))"
    rb"|(?P<xz>\xfd7zXZ\x00)"
    rb"|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"  # the second is a frame to skip, with which pzstd begins
)
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

_LONGEST_MARK = 10
_PIECE = 256
"""How much is unpacked at once: zstd makes up to 8 MB of it, and no more than this is lost in front of damage."""
_MAX_PART = 1 << 20
_MAX_XZ_MEMORY = 1 << 28


def read_stream(
    read: Callable[[int], bytes | None], size: int, tell: Callable[[int], None], *, force: bool
) -> Iterator[bytes]:
    """Yield what a stream holds, unpacked and as UTF-8, in whole lines; `tell` is told what was read of it."""
    head, rest = _peek(_read_chunks(read, size, tell))
    packed = PACKED.match(head)
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
                raise CutShort("damaged", f"{self._kind}: {error}") from error
            if not self._member.eof:
                return
            piece = self._member.unused_data
            self._member = None

    def check_end(self) -> None:
        """Raise CutShort if the last member has no end."""
        if self._member is not None:
            raise CutShort("truncated")


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
    encoding = UTF16.get(head[:2])
    if encoding is None:
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chain([head[2:]], rest):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


_CONTROLS = bytes(sorted({*range(1, 32), 127} - {*b"\t\n\v\f\r\x1b\b"}))


def looks_binary(head: bytes) -> bool:
    """Tell whether bytes are no text: NULs here and there, or many control characters.

    A few NULs, or one hole of them such as a power cut or a truncation leaves, are no reason to leave out a log.
    """
    if b"\0" not in head:
        return False
    holes = len(re.findall(rb"\0+", head))
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return holes > 2 + len(head) // 2000 or controls > len(head) // 100 or not head.strip(b"\0")


def _refuse_binary(chunks: Iterable[bytes]) -> Iterator[bytes]:
    left = SNIFFED
    for chunk in chunks:
        if left > 0 and looks_binary(chunk[:left]):
            raise Skipped("binary")
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

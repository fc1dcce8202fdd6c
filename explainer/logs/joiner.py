"""Makes blocks of whole lines from bytes that are cut anywhere. Memory is bounded however long a line is."""

MAX_LINE_BYTES = 400_000
"""What a line has beyond this is skipped."""


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

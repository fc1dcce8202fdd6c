"""Picks from logs the problem that a ticket is about, and the lines around its first sight."""

from contextlib import suppress
from pathlib import Path

from explainer.logs.faults import CutShort, Skipped
from explainer.logs.search import Search, Tools
from explainer.logs.source import read_blocks
from explainer.logs.tally import find_answers, read_time
from explainer.model.log import Row
from explainer.model.ticket import Seen
from explainer.support.gather import WHOLE, Source

_TAIL = 200_000
"""Bytes of the block before that are kept for the lines in front of an error."""


def read_around(search: Search, tools: Tools, row: Row) -> Source:
    """Return the lines around the first sight of a problem, in the file in which it was seen first."""
    explanation = row.explanation
    seen = Seen(row.count, tuple(row.files), row.first, row.last)
    source = Source(row.sample.text, 1, seen, explanation.rule_id)
    if not Path(row.sample.path).is_file():  # a pipe, which can be read but once
        return source
    with suppress(Skipped, CutShort, OSError):  # the file is gone or damaged since: the line itself is known
        before = b""
        blocks = read_blocks(row.sample.path, force=search.force)
        for view in blocks:
            block = bytes(view)
            start = _find(search, tools, row, block)
            if start is None:
                before = (before + block)[-_TAIL:]
                continue
            above = (before + block[:start]).split(b"\n")[-WHOLE - 1 : -1]
            below = block[start:].split(b"\n", WHOLE)[:WHOLE]
            text = b"\n".join([*above, *below]).decode("utf-8", "replace")
            return Source(text, len(above) + 1, seen, explanation.rule_id)
    return source


def _find(search: Search, tools: Tools, row: Row, block: bytes) -> int | None:
    """Return where the first line of the problem starts in a block."""
    for start, line, answer in find_answers(tools.sieve, tools.memory, block):
        for seen in answer.seen:
            is_same = (seen.explanation.rule_id, seen.explanation.exchange) == (
                row.explanation.rule_id,
                row.explanation.exchange,
            )
            if is_same and search.wanted.wants_time(read_time(block, start, line, answer, search.clock)):
                return start
    return None

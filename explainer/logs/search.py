"""Searches one part of a log, or one block: what is wanted, and what comes of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from explainer.kb.store import KnowledgeBase, load_base
from explainer.logs.context import Context
from explainer.logs.faults import CutShort, Skipped, to_notice
from explainer.logs.forms import Memory, Seen, read_values
from explainer.logs.sieve import Sieve, load_sieve
from explainer.logs.source import read_blocks
from explainer.logs.tally import Clock, Filter, Tally, find_answers, read_time, show
from explainer.match.credible import Told
from explainer.match.facts import compute_facts
from explainer.match.mask import Masker, make_printable
from explainer.match.normal import Normal
from explainer.model.answer import Language
from explainer.model.log import Hit, Notice, Sight, Summary


class Part(NamedTuple):
    """A range of a file; lines belong to the part in which they begin. `end` None: to the end of the file."""

    path: str
    start: int = 0
    end: int | None = None


class Search(Struct, frozen=True):
    """What is searched for, and how; the same in every process."""

    language: Language
    told: Told
    wanted: Filter
    clock: Clock
    rules: tuple[Path, ...] = ()
    is_summary: bool = False
    with_timeline: bool = False
    force: bool = False  # binary files too
    before: int = 0  # lines of context
    after: int = 0
    most: int | None = None  # lines with findings in a file, after which it is left; not for summaries

    def begin_context(self) -> Context:
        """Return what puts the lines around findings of one file beside them."""
        return Context(self.before, self.after, self.most)


class Lines(Struct):
    """What was found in a block: hits with line numbers from the part's own first line on, and the block's lines."""

    hits: list[Hit]
    count: int
    unknown: int = 0  # lines that look like errors and have no rule


Message = Summary | Lines | Notice | int
"""What a search gives for a part: its summary or its lines block by block, notices, and bytes read as they are read."""


class Tools(NamedTuple):
    """What searching needs and every process loads once."""

    kb: KnowledgeBase
    sieve: Sieve
    memory: Memory


def load_tools(search: Search) -> Tools:
    """Return what searching needs; raises RulesError if a rules file has a fault."""
    kb = load_base(search.rules)
    sieve = load_sieve(kb)
    return Tools(kb, sieve, Memory(kb, sieve, search.told, search.language))


def search_part(
    search: Search, part: Part, tools: Tools, is_stopped: Callable[[], bool] = lambda: False
) -> Iterator[Message]:
    """Yield what is found in a part; what cannot be read is told in a Notice, and ends the part.

    An interrupt gives what was counted until then, and is raised again.
    """
    tally = _begin_tally(search, tools, part.path)
    try:
        yield from _search_blocks(search, part, tools, tally, is_stopped)
    except KeyboardInterrupt:
        if search.is_summary:
            yield tally.finish()
        raise
    except (Skipped, CutShort, OSError) as fault:
        yield to_notice(part.path, fault)
    if search.is_summary:
        yield tally.finish()


_TOLD = 8 << 20
"""Bytes that are read before the progress is told."""


def _search_blocks(
    search: Search, part: Part, tools: Tools, tally: Tally, is_stopped: Callable[[], bool]
) -> Iterator[Message]:
    read = 0

    def count(size: int) -> None:
        nonlocal read
        read += size

    context = search.begin_context()
    for view in read_blocks(part.path, part.start, part.end, force=search.force, count=count):
        if search.is_summary:
            tally.add_block(view)
        else:
            block = bytes(view)
            yield search_lines(search, tools, part.path, block, context)
        if read >= _TOLD:
            yield read
            read = 0
        if context.is_done or is_stopped():
            break
    yield read


def _begin_tally(search: Search, tools: Tools, path: str) -> Tally:
    return Tally(path, tools.sieve, tools.memory, search.clock, search.wanted, with_timeline=search.with_timeline)


def search_block(search: Search, tools: Tools, path: str, block: bytes, context: Context) -> Message:
    """Return what is found in one block of a log that grows."""
    if search.is_summary:
        tally = _begin_tally(search, tools, path)
        tally.add_block(block)
        return tally.finish()
    return search_lines(search, tools, path, block, context)


def count_lines(block: bytes) -> int:
    """Return the number of lines of a block, of which the last may lack its end."""
    return block.count(b"\n") + (not block.endswith(b"\n"))


def search_lines(search: Search, tools: Tools, path: str, block: bytes, context: Context) -> Lines:
    """Return the hits of a block, and what else it holds."""
    unknown: list[int] = []
    hits = context.add(find_hits(search, tools, path, block, unknown.append), block)
    return Lines(hits, count_lines(block), len(unknown))


def find_hits(search: Search, tools: Tools, path: str, block: bytes, miss: Callable[[int], None]) -> Iterator[Hit]:
    """Yield the lines of a block that hold a wanted error; line numbers are the block's own.

    `miss` is told where a line starts that looks like an error and has no rule.
    """
    line_number, counted = 1, 0
    wanted = search.wanted
    for start, line, answer in find_answers(tools.sieve, tools.memory, block):
        if not answer.seen:
            miss(start)
        seen = [one for one in answer.seen if wanted.wants(one.explanation)]
        if not seen:
            continue
        at = read_time(block, start, line, answer, search.clock)
        if not wanted.wants_time(at):
            continue
        masker = Masker()
        text = show(line, masker)
        line_number += block.count(b"\n", counted, start)
        counted = start
        sights = tuple(to_sight(one, line, text, search.clock.now, masker) for one in seen)
        yield Hit(path=path, line=line_number, text=text, at=at, sights=sights)


def to_sight(seen: Seen, line: bytes, text: str, now: datetime, masker: Masker | None = None) -> Sight:
    """Return an error as it was seen in a line, which is shown as `text`, with the line's own captures."""
    masker = masker or Masker()
    explanation = seen.explanation
    values = dict(read_values(seen, line, masker))
    captures = {name: values.get(name, value) for name, value in explanation.captures.items()}
    facts = compute_facts(captures, Normal(line.decode("utf-8", "replace")).text, now)
    mark = line[slice(*seen.mark)].decode("utf-8", "replace") if seen.mark else ""
    return Sight(
        rule_id=explanation.rule_id,
        is_rule=explanation.is_rule,
        exchange=explanation.exchange,
        product=explanation.product,
        code=explanation.code,
        http_status=explanation.http_status,
        category=explanation.category,
        retry=explanation.retry,
        urgency=explanation.urgency,
        confidence=explanation.confidence,
        title=explanation.title,
        captures=captures,
        facts={name: make_printable(masker.mask(value)) for name, value in facts.items()},
        mark=mark if mark in text else "",  # what is masked in the line is not shown beside it
    )

"""Searches logs: cuts files into parts, shares them among processes, and gives what was found in the files' order."""

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from explainer.kb.store import KnowledgeBase, load_base
from explainer.logs.faults import CutShort, Skipped, to_notice
from explainer.logs.forms import Memory, Seen, read_values
from explainer.logs.sieve import Sieve, load_sieve
from explainer.logs.source import is_plain, read_blocks
from explainer.logs.tally import Clock, Filter, Tally, find_answers, read_time, show
from explainer.match.credible import Told
from explainer.match.facts import compute_facts
from explainer.match.normal import Normal
from explainer.model.answer import Language
from explainer.model.log import Hit, Notice, Sight, Summary

_LEAST_PART = 16 << 20
"""Bytes of a part at least: so many that a part's own cost is nothing beside them."""

_ROUNDS = 4
"""Parts of a large file for each process: so many that the last ones end together."""

_WORTH = 24 << 20
"""Bytes below which one process is done before a second one has begun."""


_STOP = getattr(signal, "SIGUSR1", None)
"""Asks a process for what it has counted; None: this system cannot."""


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


class WorkerLost(Exception):  # noqa: N818 - its text is for people
    """A process ended before its work was done."""


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


def plan_parts(paths: Sequence[str], *, force: bool, workers: int) -> list[Part]:
    """Cut large plain files into parts for so many processes, in the files' order; with one, each file is a part."""
    parts = []
    for path in paths:
        with contextlib.suppress(OSError):
            size = Path(path).stat().st_size if path != "-" else 0
            step = max(_LEAST_PART, size // (workers * _ROUNDS) + 1)
            if workers > 1 and size > step and is_plain(path, force=force):
                starts = range(0, size, step)
                parts += [Part(path, start, start + step if start + step < size else None) for start in starts]
                continue
        parts.append(Part(path))
    return parts


def count_workers(paths: Sequence[str], asked: int | None) -> int:
    """Return how many processes are worth while; 1: this one does it all, as it does standard input."""
    if "-" in paths:
        return 1
    size = 0
    for path in set(paths):
        with contextlib.suppress(OSError):
            size += Path(path).stat().st_size
    return asked or (os.cpu_count() or 1 if size > _WORTH else 1)


def search_parts(search: Search, parts: Sequence[Part], workers: int) -> Iterator[tuple[Part, Message]]:
    """Yield what is found, part by part in their order, however many processes search.

    An interrupt gives what was counted until then, and is raised again.
    """
    workers = min(workers, len(parts))
    if workers < 2:
        tools = load_tools(search)
        for part in parts:
            yield from ((part, message) for message in search_part(search, part, tools))
        return
    load_tools(search)  # a fault in the rules is told once; and processes that are forked have the rules already
    context = multiprocessing.get_context()
    ends: list[Connection] = []
    processes: list[BaseProcess] = []
    try:
        with _hold_interrupts():
            for number in range(workers):
                mine, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(search, parts[number::workers], theirs), daemon=True)
                process.start()
                theirs.close()
                ends.append(mine)
                processes.append(process)
        left = list(enumerate(parts))
        try:
            while left:
                number, part = left[0]
                while (message := _receive(ends[number % workers], processes[number % workers])) is not None:
                    yield part, message
                del left[0]
        except KeyboardInterrupt:
            if search.is_summary:
                yield from _collect(left, ends, processes)
            raise
    finally:
        for started in processes:
            started.kill()  # one that waits until it is read would not end otherwise


@contextlib.contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait. Processes that start meanwhile begin without it, and so cannot die of it noisily."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _receive(end: Connection, process: BaseProcess) -> Message | None:
    try:
        end.poll(None)
        with _hold_interrupts():  # half a message would make nonsense of all that follow
            message: Message | None = end.recv()
    except (EOFError, OSError) as error:
        process.join(1)
        code = process.exitcode
        reason = f"was killed by signal {-code} (out of memory?)" if code and code < 0 else "failed"
        raise WorkerLost(f"a process that searched {reason}; try again with --jobs 1") from error
    return message


def _collect(
    left: Sequence[tuple[int, Part]], ends: Sequence[Connection], processes: Sequence[BaseProcess]
) -> Iterator[tuple[Part, Message]]:
    """Tell the processes to stop, and yield what they have counted."""
    for process in processes:
        if _STOP and process.pid and process.is_alive():
            os.kill(process.pid, _STOP)
        else:
            process.terminate()
    for number, part in left:
        with contextlib.suppress(EOFError, OSError):  # this process has nothing more
            while (message := ends[number % len(ends)].recv()) is not None:
                yield part, message


def _work(search: Search, parts: Sequence[Part], end: Connection) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides what an interrupt means
    is_stopped = is_sending = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal is_stopped
        is_stopped = True
        if not is_sending:  # what is sent is sent whole; but a pipe that is silent is not waited for
            raise KeyboardInterrupt

    def send(message: Message | None) -> None:
        nonlocal is_sending
        is_sending = True
        end.send(message)
        is_sending = False

    gc.disable()  # caches are bounded, and nothing here refers to itself
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        if _STOP:
            signal.signal(_STOP, stop)
        tools = load_tools(search)
        for part in parts:
            for message in search_part(search, part, tools, lambda: is_stopped):
                send(message)
            if is_stopped:
                return
            send(None)


def search_part(
    search: Search, part: Part, tools: Tools, is_stopped: Callable[[], bool] = lambda: False
) -> Iterator[Message]:
    """Yield what is found in a part; what cannot be read is told in a Notice, and ends the part.

    An interrupt gives what was counted until then, and is raised again.
    """
    tally = Tally(part.path, tools.sieve, tools.memory, search.clock, search.wanted, with_timeline=search.with_timeline)
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

    context = Context(search)
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


def search_block(search: Search, tools: Tools, path: str, block: bytes, context: "Context") -> Message:
    """Return what is found in one block of a log that grows."""
    if search.is_summary:
        tally = Tally(path, tools.sieve, tools.memory, search.clock, search.wanted, with_timeline=search.with_timeline)
        tally.add_block(block)
        return tally.finish()
    return search_lines(search, tools, path, block, context)


def count_lines(block: bytes) -> int:
    """Return the number of lines of a block, of which the last may lack its end."""
    return block.count(b"\n") + (not block.endswith(b"\n"))


def search_lines(search: Search, tools: Tools, path: str, block: bytes, context: "Context") -> Lines:
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
        line_number += block.count(b"\n", counted, start)
        counted = start
        sights = tuple(to_sight(one, line, search.clock.now) for one in seen)
        yield Hit(path=path, line=line_number, text=show(line), at=at, sights=sights)


def to_sight(seen: Seen, line: bytes, now: datetime) -> Sight:
    """Return an error as it was seen in a line, with the line's own captures."""
    explanation = seen.explanation
    values = dict(read_values(seen, line))
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
        facts=facts,
        mark=mark,
    )


class Context:
    """Puts the lines around hits beside them, also across the ends of blocks, and stops after so many hits."""

    def __init__(self, search: Search) -> None:
        self._before, self._after, self._left = search.before, search.after, search.most
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

"""Shares a search among processes: cuts files into parts, and gives what was found in the files' order."""

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from explainer.logs.search import Message, Part, Search, load_tools, search_part
from explainer.logs.source import is_plain

_LEAST_PART = 16 << 20
"""Bytes of a part at least: so many that a part's own cost is nothing beside them."""

_ROUNDS = 4
"""Parts of a large file for each process: so many that the last ones end together."""

_WORTH = 24 << 20
"""Bytes below which one process is done before a second one has begun."""

_REQUESTS = signal.SIGINT, signal.SIGTERM
"""Ask to end, and reach every process: from a terminal, `timeout` or `systemctl stop`."""

_STOP = getattr(signal, "SIGUSR1", None)
"""Asks a process for what it has counted; None: this system cannot."""


class WorkerLost(Exception):  # noqa: N818 - its text is for people
    """A process ended before its work was done."""


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
    if asked:
        return asked
    return (os.cpu_count() or 1) if size > _WORTH else 1


def search_parts(search: Search, parts: Sequence[Part], workers: int) -> Iterator[tuple[Part, Message]]:
    """Yield what is found, part by part in their order, however many processes search.

    An interrupt gives what was counted until then, and is raised again.
    """
    workers = min(workers, len(parts))
    tools = load_tools(search)  # a fault in the rules is told once; and processes that are forked have the rules
    ends: list[Connection] = []
    processes: list[BaseProcess] = []
    try:
        if workers < 2 or not _start(search, parts, workers, ends, processes):
            for part in parts:
                yield from ((part, message) for message in search_part(search, part, tools))
            return
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


def _start(
    search: Search, parts: Sequence[Part], workers: int, ends: list[Connection], processes: list[BaseProcess]
) -> bool:
    """Start processes, and return whether the system allows so many."""
    context = multiprocessing.get_context()
    try:
        with _hold_interrupts():
            for number in range(workers):
                mine, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(search, parts[number::workers], theirs), daemon=True)
                process.start()
                theirs.close()
                ends.append(mine)
                processes.append(process)
    except OSError:
        for started in processes:
            started.kill()
        return False
    return True


@contextlib.contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Let requests to end wait. Processes that start meanwhile begin without, and so cannot die of them noisily."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _REQUESTS)
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
        raise WorkerLost(f"a process that searched {reason}") from error
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
    for request in _REQUESTS:
        signal.signal(request, signal.SIG_IGN)  # the first process decides what it means
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

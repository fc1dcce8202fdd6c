"""Finds, in blocks of raw bytes, the lines that the engine must look at. Decides nothing about them."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from explainer.kb.store import KnowledgeBase, keep
from explainer.logs.literals import Reader


class Literals(msgspec.Struct, frozen=True):
    """What the engine tells apart by its very digits and letters; see literals.py."""

    readers: tuple[Reader, ...]
    words: frozenset[str]


@dataclass(frozen=True)
class Sieve:
    """The compiled patterns, with the literals of the same rules."""

    database: Any
    literals: Literals
    wholes: tuple[re.Pattern[bytes], ...]  # see Trigger.whole; in the order of the matches' numbers, from 1


class _Head(msgspec.Struct):
    literals: Literals
    wholes: list[str]


def load_sieve(kb: KnowledgeBase) -> Sieve:
    """Return the compiled patterns of a knowledge base; processes that are forked afterwards have them too."""
    if "sieve" not in kb.memory:
        kb.memory["sieve"] = keep("sieve", f"{_name(kb)}.hsdb", _read, lambda: _build(kb))
    sieve: Sieve = kb.memory["sieve"]
    return sieve


def _name(kb: KnowledgeBase) -> str:
    """Return a short name for the rules, the compiler, and the code that turns rules into patterns."""
    import hyperscan

    state = hashlib.sha256(f"{kb.index.version} {Path(hyperscan.__file__).stat().st_mtime_ns}".encode())
    for name in ("common_words.txt", "literals.py", "pieces.py", "sieve.py", "trigger.py"):
        state.update(Path(__file__).with_name(name).read_bytes())
    return state.hexdigest()[:20]


def _build(kb: KnowledgeBase) -> bytes:
    import hyperscan

    from explainer.logs.literals import list_readers, list_words
    from explainer.logs.trigger import ODD, Trigger, list_triggers

    triggers = [*list_triggers(kb.index), *(Trigger(pattern, is_caseless=False) for pattern in ODD)]
    wholes = list(dict.fromkeys(trigger.whole for trigger in triggers if trigger.whole))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[f"(?:{trigger.pattern}){_TO_THE_END}".encode() for trigger in triggers],
        ids=[wholes.index(trigger.whole) + 1 if trigger.whole else 0 for trigger in triggers],
        flags=[hyperscan.HS_FLAG_CASELESS if trigger.is_caseless else 0 for trigger in triggers],
    )
    literals = Literals(tuple(list_readers(kb.index)), frozenset(list_words(kb.index)))
    return msgspec.json.encode(_Head(literals, wholes)) + b"\n" + bytes(hyperscan.dumpb(database))


_TO_THE_END = r"[^\n]*\n"
"""Lets every trigger of a line end where the line ends, where all of them together are reported once."""


def _read(data: bytes) -> Sieve:
    """Read what `_build` wrote; raises ValueError if it is none, or made on another kind of machine."""
    import hyperscan

    cut = data.index(b"\n") + 1
    head = msgspec.json.decode(data[:cut], type=_Head)
    wholes = tuple(re.compile(whole.encode(), re.IGNORECASE) for whole in head.wholes)
    try:
        database = hyperscan.loadb(data[cut:], mode=hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error as error:
        raise ValueError("the compiled patterns do not fit") from error
    return Sieve(database, head.literals, wholes)


Block = bytes | memoryview
"""Whole lines; a view shows the beginning of a buffer."""


def text_of(block: Block) -> bytes | bytearray:
    """Return what can be searched at the places of a block; behind its end may stand what does not belong to it."""
    if isinstance(block, bytes):
        return block
    buffer = block.obj
    return buffer if isinstance(buffer, bytes | bytearray) else bytes(block)


def find_lines(sieve: Sieve, block: Block) -> list[tuple[int, int]]:
    """Return start and end (without the line end) of every line of a block that holds a trigger, in order."""
    text, size = text_of(block), len(block)
    if size and block[-1] != ord("\n"):
        block = bytes(block) + b"\n"
    sure: set[int] = set()
    doubtful: list[tuple[int, int]] = []
    add = sure.add

    def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        if number:
            doubtful.append((end, number))
        else:
            add(end)

    sieve.database.scan(block, match_event_handler=note)
    for end, number in doubtful:
        if end not in sure:
            start = text.rfind(b"\n", 0, end - 1) + 1
            if end - start > _LONG or sieve.wholes[number - 1].search(text, start, min(end - 1, size)):
                add(end)
    rfind = text.rfind
    found = [(rfind(b"\n", 0, end - 1) + 1, end - 1) for end in sorted(sure)]
    if found and found[-1][1] > size:
        found[-1] = found[-1][0], size
    return found


_LONG = 4_000
"""Bytes of a line above which it is not searched twice."""

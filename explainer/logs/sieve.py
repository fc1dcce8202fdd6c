"""Finds, in blocks of raw bytes, the lines that the engine must look at. Decides nothing about them."""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from explainer.kb.store import KnowledgeBase, cache_folder, write_atomically
from explainer.logs.literals import list_code_words, list_neighbours, list_numbers, list_status_words, list_words
from explainer.logs.trigger import ODD, RARE, RARE_BYTES, Trigger, list_triggers


class Literals(msgspec.Struct, frozen=True):
    """What the engine tells apart by its very digits and letters; see literals.py."""

    numbers: frozenset[str]
    code_words: frozenset[str]
    status_words: frozenset[str]
    beside: dict[str, frozenset[str]]
    along: dict[str, frozenset[str]]
    words: frozenset[str]


@dataclass(frozen=True)
class Sieve:
    """The compiled patterns, with the literals of the same rules."""

    common: Any
    careful: Any  # also looks for rare bytes
    literals: Literals


class _Head(msgspec.Struct):
    literals: Literals
    size: int  # of the first database, in bytes; the second follows it


def load_sieve(kb: KnowledgeBase) -> Sieve:
    """Return the compiled patterns of a knowledge base, from the cache if they are there and fit this machine."""
    import hyperscan

    path = cache_folder() / f"sieve-{_name(kb)}.hsdb"
    with contextlib.suppress(OSError, ValueError, hyperscan.error):
        return _read(path.read_bytes())
    data = _build(kb)
    write_atomically(path, data)
    return _read(data)


def _name(kb: KnowledgeBase) -> str:
    """Return a short name for the rules, and for the code that turns them into patterns."""
    state = hashlib.sha256(f"{kb.index.version} {version('hyperscan')}".encode())
    for name in ("common_words.txt", "literals.py", "pieces.py", "sieve.py", "trigger.py"):
        state.update(Path(__file__).with_name(name).read_bytes())
    return state.hexdigest()[:20]


def _build(kb: KnowledgeBase) -> bytes:
    triggers = list_triggers(kb.index)
    odd = [Trigger(pattern, is_caseless=False) for pattern in ODD]
    rare = [Trigger(pattern, is_caseless=False) for pattern in RARE]
    common, careful = _compile([*triggers, *odd]), _compile([*triggers, *odd, *rare])
    index = kb.index
    beside, along = list_neighbours(index)
    literals = Literals(
        frozenset(list_numbers(index)),
        frozenset(list_code_words(index)),
        frozenset(list_status_words(index)),
        {word: frozenset(numbers) for word, numbers in beside.items()},
        {word: frozenset(numbers) for word, numbers in along.items()},
        frozenset(list_words(index)),
    )
    head = _Head(literals, len(common))
    return msgspec.json.encode(head) + b"\n" + common + careful


def _compile(triggers: Sequence[Trigger]) -> bytes:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[trigger.pattern.encode() for trigger in triggers],
        ids=[0] * len(triggers),
        flags=[hyperscan.HS_FLAG_CASELESS if trigger.is_caseless else 0 for trigger in triggers],
    )
    return bytes(hyperscan.dumpb(database))


def _read(data: bytes) -> Sieve:
    """Read what `_build` wrote; raises ValueError or hyperscan's error if it is none, or of another kind of machine."""
    cut = data.index(b"\n") + 1
    head = msgspec.json.decode(data[:cut], type=_Head)
    databases = data[cut : cut + head.size], data[cut + head.size :]
    common, careful = map(_revive, databases)
    return Sieve(common, careful, head.literals)


def _revive(data: bytes) -> Any:
    import hyperscan

    database = hyperscan.loadb(data, mode=hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database


def find_lines(sieve: Sieve, block: bytes) -> list[tuple[int, int]]:
    """Return start and end (without the line end) of every line of a block that holds a trigger, in order."""
    database = sieve.careful if any(byte in block for byte in RARE_BYTES) else sieve.common
    ends: list[int] = []
    add = ends.append

    def note(_id: int, _start: int, end: int, _flags: int, _context: object) -> None:
        add(end)

    database.scan(block, match_event_handler=note)
    ends.sort()  # nearly sorted already; the order of matches is not promised
    found = []
    done = -1
    for end in ends:
        if end > done:
            start = block.rfind(b"\n", 0, end - 1) + 1
            done = block.find(b"\n", end - 1)
            if done < 0:
                done = len(block)
            found.append((start, done))
    return found

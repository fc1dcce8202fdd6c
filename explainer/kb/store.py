"""Finds the knowledge base: the artefact shipped in the wheel, a cached one, or one built now."""

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from explainer.model.answer import RulesError
from explainer.model.index import FORMAT, Index

SHIPPED = Path(__file__).resolve().parents[1] / "shipped"
CHECKOUT = Path(__file__).resolve().parents[2] / "rules"


T = TypeVar("T")


class KnowledgeBase:
    """The index in memory, and the text records behind it, decoded when asked for."""

    def __init__(self, data: bytes) -> None:
        """Read an artefact; raises ValueError if it is none."""
        cut = data.index(b"\n")
        self.index = msgspec.json.decode(data[:cut], type=Index)
        self._texts = data[cut + 1 :]
        if len(self._texts) != self.index.offsets[-1]:
            raise ValueError("the artefact is cut short")
        self._records: dict[int, dict[str, Any]] = {}
        self.memory: dict[str, Any] = {}  # what matching compiles once, such as regular expressions

    def record(self, number: int) -> dict[str, Any]:
        """Return a text record."""
        if number not in self._records:
            start, end = self.index.offsets[number : number + 2]
            self._records[number] = msgspec.json.decode(self._texts[start:end])
        return self._records[number]

    def category(self, name: str) -> dict[str, Any]:
        """Return the texts of a category."""
        return self.record(self.index.categories[name])

    def profile(self, exchange: str | None) -> dict[str, Any] | None:
        """Return an exchange's profile, if there is one."""
        number = self.index.profiles.get(exchange or "")
        return None if number is None else self.record(number)


def find_rules() -> Path:
    """Return the folder of the shipped rules: inside the wheel, or in the checkout that this package runs from."""
    return SHIPPED / "rules" if (SHIPPED / "rules").is_dir() else CHECKOUT


@cache
def load_base(extra: tuple[Path, ...] = ()) -> KnowledgeBase:
    """Return the knowledge base of the shipped rules, with the trees in `extra` beside or over them.

    Raises RulesError if a rules file has a fault.
    """
    shipped = SHIPPED / "kb.jsonl"
    if not extra:
        with contextlib.suppress(OSError, ValueError):  # none in a checkout; a damaged one is built anew
            return KnowledgeBase(shipped.read_bytes())
    return _load_cached((find_rules(), *extra))


def _load_cached(roots: Sequence[Path]) -> KnowledgeBase:
    return keep("kb", f"{FORMAT}-{fingerprint(roots)}.jsonl", KnowledgeBase, lambda: build_trees(roots))


def keep(kind: str, name: str, read: Callable[[bytes], T], build: Callable[[], bytes]) -> T:
    """Return what was built and kept under a name, or build it now, and keep it where that is possible.

    `read` raises ValueError for data of another machine; the newest of each kind stay (KEPT).
    """
    folder = cache_folder()
    if folder is None:
        return read(build())
    path = folder / f"{kind}-{name}"
    with contextlib.suppress(OSError, ValueError):
        return read(_unseal(path.read_bytes()))
    data = build()
    with contextlib.suppress(OSError):
        write_atomically(path, _seal(data))
        _prune(path, kind)
    return read(data)


def _seal(data: bytes) -> bytes:
    """Put a checksum in front: a disk, or a copy of a home folder, may damage what was kept."""
    return b"%08x\n" % zlib.crc32(data) + data


def _unseal(sealed: bytes) -> bytes:
    data = sealed[9:]
    if sealed[:9] != b"%08x\n" % zlib.crc32(data):
        raise ValueError("what was kept is damaged")
    return data


KEPT = 8
"""Artefacts of a kind that stay: one for each set of rules that is in use."""


def _prune(fresh: Path, kind: str) -> None:
    """Keep the artefacts nearest in time to the one just written: clocks may have been set back."""
    now = fresh.stat().st_mtime
    for path in sorted(fresh.parent.glob(f"{kind}-*"), key=lambda p: abs(p.stat().st_mtime - now))[KEPT:]:
        path.unlink(missing_ok=True)


def build_trees(roots: Sequence[Path]) -> bytes:
    """Build the artefact from trees of rules; raises RulesError if a file has a fault."""
    from explainer.kb.build import build
    from explainer.kb.check import check_documents
    from explainer.kb.load import load_trees

    base, problems = load_trees(roots)
    problems = problems or check_documents(base)
    if problems:
        raise RulesError(problems)
    return build(base)


def fingerprint(roots: Sequence[Path]) -> str:
    """Return a short name for the present state of trees of rules and of the code that compiles them.

    Made of what the files hold, not of their times, which tell nothing once a clock was set back.
    """
    state = hashlib.sha256()
    for root in roots:
        _add_state(state, root, (".yaml", ".yml", "domains.txt"))
    for folder in (Path(__file__).parent, Path(__file__).parents[1] / "model"):
        _add_state(state, folder, (".py",))
    return state.hexdigest()[:20]


def _add_state(state: "hashlib._Hash", root: Path, endings: tuple[str, ...]) -> None:
    state.update(f"{root}\n".encode(errors="surrogateescape"))  # also one that does not exist
    for path in sorted(_walk(root, endings)):
        data = b""
        with contextlib.suppress(OSError), Path(path).open("rb", buffering=0) as file:  # whoever loads it, tells
            data = file.read(_MOST)
        state.update(f"{path}\0{len(data)}\n".encode(errors="surrogateescape") + data)


_MOST = 1 << 23
"""Bytes: a rules file that is half as large is refused."""


def _walk(root: Path, endings: tuple[str, ...]) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        for name in names:
            path = f"{folder}/{name}"
            if name.endswith(endings) and os.path.isfile(path):  # noqa: PTH113 (no pipe, which would not end)
                yield path


def cache_folder() -> Path | None:
    """Return the folder for rebuilt artefacts, in which nothing of what a user pastes is ever written; None: no place.

    A user without a home, as services may be, has none unless EXPLAIN_CACHE or XDG_CACHE_HOME names it.
    """
    if told := os.environ.get("EXPLAIN_CACHE"):
        return Path(told)
    import platformdirs

    with contextlib.suppress(RuntimeError):
        folder = Path(platformdirs.user_cache_dir("exchange-explainer", appauthor=False))
        return folder if folder.is_absolute() else None  # `~` stays as it is where nobody knows what it means
    return None


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it, whatever ends us; raises OSError and leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".explain-{os.urandom(8).hex()}.new")
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a power cut must not leave the new name with nothing in it
            _sweep(fresh)
        with contextlib.suppress(OSError):
            fresh.chmod(path.stat().st_mode & 0o777)
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


_HOUR = 3600


def _sweep(fresh: Path) -> None:
    """Remove what processes that were killed have left beside a file that is being written."""
    now = fresh.stat().st_mtime
    for path in fresh.parent.glob(".explain-*.new"):
        with contextlib.suppress(OSError):
            if abs(path.stat().st_mtime - now) > _HOUR:
                path.unlink()

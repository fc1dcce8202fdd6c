"""Finds the knowledge base: the artefact shipped in the wheel, a cached one, or one built now."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
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
    if not extra and shipped.is_file():
        return KnowledgeBase(shipped.read_bytes())
    return _load_cached((find_rules(), *extra))


def _load_cached(roots: Sequence[Path]) -> KnowledgeBase:
    return keep("kb", f"{FORMAT}-{fingerprint(roots)}.jsonl", KnowledgeBase, lambda: build_trees(roots))


def keep(kind: str, name: str, read: Callable[[bytes], T], build: Callable[[], bytes]) -> T:
    """Return what was built and kept under a name, or build it now, and keep it where that is possible.

    `read` raises ValueError for data that is damaged, or of another machine; the newest of each kind stay (KEPT).
    """
    path = cache_folder() / f"{kind}-{name}"
    with contextlib.suppress(OSError, ValueError):
        return read(path.read_bytes())
    data = build()
    if write_atomically(path, data):
        _prune(path.parent, kind)
    return read(data)


KEPT = 8
"""Artefacts of a kind that stay, the newest: one for each set of rules that is in use."""


def _prune(folder: Path, kind: str) -> None:
    """Remove artefacts that nobody has asked for lately."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(f"{kind}-*"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
            path.unlink()


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
    """Return a short name for the present state of trees of rules and of the code that compiles them."""
    state = hashlib.sha256()
    code = [Path(__file__).parent, Path(__file__).parents[1] / "model"]
    for root in [*roots, *code]:
        state.update(f"{root}\n".encode(errors="surrogateescape"))  # also one that does not exist
        for path in sorted(root.rglob("*.py" if root in code else "*")):
            if path.is_file():
                info = path.stat()
                state.update(f"{path}\0{info.st_mtime_ns}\0{info.st_size}\n".encode(errors="surrogateescape"))
    return state.hexdigest()[:20]


def cache_folder() -> Path:
    """Return the folder for rebuilt artefacts; nothing that a user pastes is ever written there."""
    if told := os.environ.get("EXPLAIN_CACHE"):
        return Path(told)
    import platformdirs

    return Path(platformdirs.user_cache_dir("exchange-explainer", appauthor=False))


def write_atomically(path: Path, data: bytes) -> bool:
    """Write a file so that no reader ever sees half of it; return False where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        return False
    return True

"""Reads files, and YAML into plain values with the line of everything. Knows nothing of what the documents mean.

Every scalar is a string, so that `no`, `-1021` and dates stay what the author typed.
Anchors, aliases, tags, duplicate keys and several documents in one file are refused,
and so are size and depth beyond any honest rule file.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from explainer.model.answer import Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 12
MAX_FOLDERS = 8
"""Folders inside folders: deeper than any layout here."""
MOST_FAULTS = 100
"""Faults of one file, or of one kind in all of them, that are told; nobody reads more at once."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Lines = dict[str, int]


class _RefusedError(Exception):
    """YAML that is well-formed, but more than a rules file needs."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Open:
    """A mapping or sequence that is being read."""

    __slots__ = ("key", "path", "value")

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path
        self.key: str | None = None

    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None

    def child_path(self) -> str:
        if isinstance(self.value, list):
            return f"{self.path}[{len(self.value)}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)


class UnreadableError(Exception):
    """A file that cannot be read; its text says why."""


def read_file(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return what a plain file holds. Raises UnreadableError, also for pipes and devices, which may never end."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise UnreadableError("is no plain file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UnreadableError("cannot be read: its name holds a NUL") from error
    if len(data) > most:
        raise UnreadableError(f"the file is larger than {most:,} bytes")
    return data


def walk(root: Path) -> Iterator[Path]:
    """Yield all but folders that lies below a folder, no deeper than MAX_FOLDERS.

    Hidden names are left out. Links to folders are yielded, not followed: they may lead in a circle.
    """
    stack = [(root, 0)]
    while stack:
        folder, depth = stack.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:  # `UnreadableError` tells it of what lies there and is asked for
            continue
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield path
            elif depth < MAX_FOLDERS:
                stack.append((path, depth + 1))


def is_folder(path: Path) -> bool:
    """Tell whether there is such a folder, whatever its name holds."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for names that are too long


def read_yaml(path: Path, shown: str) -> tuple[Any, Lines, list[Problem]]:
    """Return the document's value (None if it cannot be read), the line of each path in it, and the faults.

    `shown` is how problems name the file. Never raises for anything that a file can hold.
    """
    try:
        return parse_yaml(read_file(path), shown)
    except UnreadableError as error:
        return None, {}, [Problem(shown, 0, "", str(error))]


def parse_yaml(data: bytes, shown: str) -> tuple[Any, Lines, list[Problem]]:
    """Return value, lines and faults of YAML text; see `read_yaml`."""
    lines: Lines = {}
    problems: list[Problem] = []
    try:
        data.decode()
        value = _compose(data, shown, lines, problems)
    except yaml.YAMLError as error:
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        return None, lines, [*problems, Problem(shown, _line_of_error(error, data), "", f"not YAML: {what}")]
    except _RefusedError as refused:
        return None, lines, [*problems, Problem(shown, refused.line, "", str(refused))]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, lines, [*problems, Problem(shown, line, "", f"not UTF-8 text: {error.reason}")]
    return value, lines, problems


def _line_of_error(error: yaml.YAMLError, data: bytes) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark:
        return int(mark.line) + 1
    return data.count(b"\n", 0, getattr(error, "position", 0)) + 1


def _compose(data: bytes, shown: str, lines: Lines, problems: list[Problem]) -> Any:
    """Build the value from the parser's events, without recursion, so that depth is a count and not a crash."""
    root: Any = None
    stack: list[_Open] = []
    documents = 0
    for event in yaml.parse(data, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError("more than one document in the file", line)
        elif isinstance(event, yaml.AliasEvent):
            raise _RefusedError("anchors and aliases are not allowed; repeat the text", line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
        elif isinstance(event, (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _check_node(event, len(stack), line)
            if stack and stack[-1].wants_key():
                _open_key(stack[-1], event, shown, line, problems)
                lines[stack[-1].child_path()] = line
                continue
            value = _start(event)
            path = stack[-1].child_path() if stack else ""
            lines.setdefault(path, line)  # of a key's value: the line of the key
            if stack:
                _place(stack[-1], value)
            else:
                root = value
            if not isinstance(event, yaml.ScalarEvent):
                stack.append(_Open(value, path))
    return root


def _check_node(event: Any, depth: int, line: int) -> None:
    if event.tag not in (None, "!"):
        raise _RefusedError(f"tags are not allowed: {event.tag}", line)
    if event.anchor:
        raise _RefusedError("anchors and aliases are not allowed; repeat the text", line)
    if depth > MAX_DEPTH:
        raise _RefusedError(f"nested more than {MAX_DEPTH} deep", line)


def _start(event: Any) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def _open_key(parent: _Open, event: Any, shown: str, line: int, problems: list[Problem]) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise _RefusedError("a key must be a plain word", line)
    parent.key = key = event.value
    if key in parent.value:
        problems.append(Problem(shown, line, parent.child_path(), "this key stands here twice"))
    if len(problems) >= MOST_FAULTS:
        raise _RefusedError("too many faults; the rest was not read", line)


def _place(parent: _Open, value: Any) -> None:
    if isinstance(parent.value, list):
        parent.value.append(value)
    else:
        parent.value[parent.key] = value
        parent.key = None


def line_of(lines: Lines, path: str) -> int:
    """Return the line of a path, or of the nearest enclosing path that has one."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get("", 0)


def tell_hidden(value: Any, shown: str, lines: Lines) -> list[Problem]:
    """Refuse what nobody sees, or what turns the direction, but in examples: those are shown with escapes."""
    found = (place for place in _find_hidden(value, "") if not _PASTED.match(place[0]))
    return [
        Problem(shown, line_of(lines, path), path, f"holds a character that cannot be seen: {char}")
        for path, char in islice(found, MOST_FAULTS)
    ]


_PASTED = re.compile(r"(?:counter)?examples\b|envelopes\[\d+\]\.example\b")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _find_hidden(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each text with such a character, and the first of them."""
    if isinstance(value, str):
        if char := next((char for char in value if char != "\n" and unicodedata.category(char) in _UNSEEN), ""):
            yield path, f"U+{ord(char):04X}"
    elif isinstance(value, dict):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else key
            yield from _find_hidden(key, below)
            yield from _find_hidden(inner, below)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _find_hidden(inner, f"{path}[{n}]")

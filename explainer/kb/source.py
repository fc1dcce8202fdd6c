"""Reads YAML into plain values and remembers the line of everything. Knows nothing of what the documents mean.

Every scalar is a string, so that `no`, `-1021` and dates stay what the author typed.
Anchors, aliases, tags, duplicate keys and several documents in one file are refused,
and so are size and depth beyond any honest rule file.
"""

from pathlib import Path
from typing import Any

import yaml

from explainer.model.answer import Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 12

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


def read_yaml(path: Path, shown: str) -> tuple[Any, Lines, list[Problem]]:
    """Return the document's value (None if it cannot be read), the line of each path in it, and the faults.

    `shown` is how problems name the file. Never raises for anything that a file can hold.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            return None, {}, [Problem(shown, 0, "", f"the file is larger than {MAX_BYTES:,} bytes")]
        data = path.read_bytes()
    except OSError as error:
        return None, {}, [Problem(shown, 0, "", f"cannot be read: {error.strerror}")]
    return parse_yaml(data, shown)


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

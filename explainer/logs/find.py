"""Owns which files are read: names and folders of the user, globs. Opens none."""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from explainer.logs.faults import to_notice
from explainer.model.log import Notice


def find_files(names: Sequence[str], *, recursive: bool, globs: Sequence[str]) -> Iterator[str | Notice]:
    """Yield the files of these names and of all folders among them, in natural order; "-" is standard input.

    No names: standard input, or the current folder if `recursive`. Globs, the last that fits decides, are for what lies
    in folders. A file that a folder holds twice (a link) is given once, so that nothing is counted twice.
    """
    seen: set[tuple[int, int]] = set()
    for name in names or (["."] if recursive else ["-"]):
        if name == "-":
            yield name
            continue
        try:
            found = _examine(name)
        except OSError as error:
            yield to_notice(name, error)
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from _search(name, _parse_globs(globs), seen)
        else:
            seen.add((found.st_dev, found.st_ino))
            yield name


def _examine(path: str) -> os.stat_result:
    """Return what a path is; raise OSError if it is missing or forbidden."""
    found = os.stat(path)  # noqa: PTH116
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return found


Globs = list[tuple[bool, bool, list[str]]]
"""Of each glob: whether it lets in, whether it is for folders only, and its parts between slashes."""


def _search(top: str, globs: Globs, seen: set[tuple[int, int]]) -> Iterator[str | Notice]:
    """Yield the files below a folder. A stack, for folders may be nested deeper than calls may."""
    stack: list[tuple[str, list[str], bool]] = [(top, [], True)]
    while stack:
        path, below, is_folder = stack.pop()
        try:
            if is_folder:
                stack += _list(path, below, globs)
                continue
            found = _examine(path)
        except OSError as error:
            yield to_notice(path, error)
            continue
        if (found.st_dev, found.st_ino) not in seen:
            seen.add((found.st_dev, found.st_ino))
            yield path


def _list(folder: str, below: list[str], globs: Globs) -> Iterator[tuple[str, list[str], bool]]:
    """Yield what is wanted of a folder, the last first: path, parts of the path below the top, is it a folder."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: _natural(entry.name), reverse=True):
            is_folder = entry.is_dir(follow_symlinks=False)
            is_file = entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path)  # noqa: PTH113
            parts = [*below, entry.name]
            if (is_folder or is_file) and not entry.name.startswith(".") and _is_wanted(parts, is_folder, globs):
                yield entry.path, parts, is_folder


def _natural(name: str) -> tuple[list[str | int], str]:
    """Return what sorts bot.log.2 before bot.log.10."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"([0-9]+)", name))], name


def _parse_globs(globs: Sequence[str]) -> Globs:
    parsed: Globs = []
    for glob in globs:
        for one in _expand(glob.removeprefix("!")):
            parts = one.strip("/").split("/")
            is_anywhere = "/" not in one.rstrip("/")
            parsed.append((not glob.startswith("!"), one.endswith("/"), ["**", *parts] if is_anywhere else parts))
    return parsed


def _expand(glob: str) -> list[str]:
    """Return a glob for each choice in {braces}."""
    choice = re.search(r"\{([^{}]*)\}", glob)
    if not choice:
        return [glob]
    before, after = glob[: choice.start()], glob[choice.end() :]
    return [one for option in choice[1].split(",") for one in _expand(before + option + after)]


def _is_wanted(path: list[str], is_folder: bool, globs: Globs) -> bool:
    """Tell whether the last glob that fits lets it in. If none fits: folders are, files unless some glob lets in."""
    for lets_in, for_folders, parts in reversed(globs):
        if (is_folder or not for_folders) and _fits(path, parts):
            return lets_in
    return is_folder or not any(lets_in for lets_in, _, _ in globs)


def _fits(path: list[str], parts: list[str]) -> bool:
    if not parts:
        return not path
    if parts[0] == "**":
        return any(_fits(path[i:], parts[1:]) for i in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], parts[0]) and _fits(path[1:], parts[1:])

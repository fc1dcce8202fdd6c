"""Puts a whole site in place at once: a build that fails or is interrupted leaves the old site as it was."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = ".explainer-site"
"""A file by which a folder is known as one that this program made."""


class OutputError(Exception):
    """A folder that must not, or cannot, be written."""


@contextmanager
def replace_folder(out: Path) -> Iterator[Path]:
    """Give a fresh folder beside `out`, which takes its place if nothing fails.

    Raises OutputError if `out` is something that this program did not make.
    """
    out = out.absolute()
    fresh, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    _recover(out, old)
    _refuse_foreign(out)
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        (fresh / MARK).write_text("Made by `explain site build`, which replaces this folder as a whole.\n")
    except OSError as error:
        raise OutputError(f"cannot write beside {out}: {error.strerror}") from error
    try:
        yield fresh
        if out.exists():
            out.rename(old)
        fresh.rename(out)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        _recover(out, old)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _recover(out: Path, old: Path) -> None:
    """Undo what a kill between the two renames has left."""
    if old.exists() and not out.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _refuse_foreign(out: Path) -> None:
    if out.is_symlink():
        raise OutputError(f"{out} is a link; name the folder that it leads to")
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file, not a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise OutputError(
            f"{out} holds files that `explain site build` did not make; name an empty folder, or a new one"
        )

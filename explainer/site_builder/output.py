"""Puts a whole site in place at once: a build that fails or is interrupted leaves the old site as it was."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

MARK = ".explainer-site"
"""A file by which a folder is known as one that this program made; it names what lies beside it."""


class OutputError(Exception):
    """A folder that must not, or cannot, be written."""


@contextmanager
def replace_folder(out: Path) -> Iterator[Path]:
    """Give a fresh folder beside `out`, which takes its place if nothing fails.

    Raises OutputError if `out` is, or holds, something that this program did not make, and while another build
    is writing it.
    """
    try:
        out = out.absolute()
    except FileNotFoundError:
        raise OutputError("the folder that you are in is gone; name the whole path of the site's folder") from None
    _refuse_foreign(out)
    fresh, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    with _hold(fresh):
        _recover(out, old)
        try:
            yield fresh
            _write_mark(fresh)
            _refuse_foreign(out)  # it may have changed meanwhile
            if out.exists():
                out.rename(old)
            fresh.rename(out)
            (out / LOCK).unlink(missing_ok=True)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            _recover(out, old)
            raise
    _remove(old)


@contextmanager
def _hold(fresh: Path) -> Iterator[None]:
    """Make an empty folder and hold it against other builds, where the system can; a kill lets go of it."""
    out = fresh.with_name(fresh.name[1:-4])
    try:
        fresh.mkdir(parents=True, exist_ok=True)
        lock = (fresh / LOCK).open("w")
    except OSError as error:
        raise OutputError(f"cannot write beside {out}: {error.strerror}") from error
    with lock, _claim(fresh, lock):
        for path in fresh.iterdir():  # what a killed build has left
            if path.name != LOCK:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        yield


LOCK = ".lock"
"""A file that a build holds. The lock is the process's own: those that it starts do not keep it after a kill."""


_CLAIMED: set[Path] = set()
"""What this process itself is writing: its own locks do not keep it out."""


@contextmanager
def _claim(fresh: Path, file: TextIO) -> Iterator[None]:
    """Hold a folder by its lock file; raises OutputError if another build does."""
    try:
        if fresh in _CLAIMED:
            raise BlockingIOError
        with suppress(ImportError):  # Windows has no such locks
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise OutputError(
            f"another build is writing {fresh.name[1:-4]} in {fresh.parent}; wait until it is done"
        ) from None
    _CLAIMED.add(fresh)
    try:
        yield
    finally:
        _CLAIMED.discard(fresh)


def _write_mark(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
    (folder / MARK).write_text("".join(f"{name}\n" for name in (MARK, *names)), encoding="utf-8")


def _recover(out: Path, old: Path) -> None:
    """Undo what a kill between the two renames has left."""
    if old.exists() and not out.exists():
        old.rename(out)
    _remove(old)


def _remove(folder: Path) -> None:
    """Remove a folder of ours; raises OutputError with its name if that cannot be."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise OutputError(f"cannot remove {folder}: {error.strerror}; remove it yourself") from error


def _refuse_foreign(out: Path) -> None:
    with suppress(FileNotFoundError):  # where we are may be gone
        if not out.name or Path.cwd().is_relative_to(out):
            raise OutputError(f"{out} holds the folder that you are in; name a new folder, such as public")
    if out.is_symlink():
        raise OutputError(f"{out} is a link; name the folder that it leads to")
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file, not a folder")
    names = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if names and MARK not in names:
        raise OutputError(
            f"{out} holds files that `explain site build` did not make; name an empty folder, or a new one"
        )
    if names and (strange := names - {LOCK} - set((out / MARK).read_text(encoding="utf-8").splitlines())):
        raise OutputError(f"{out} holds {', '.join(sorted(strange))}, which would be lost; keep it elsewhere")

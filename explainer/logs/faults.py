"""Why a file was not read, or not to its end."""

import errno

from explainer.model.log import Notice, NoticeCode


class _Stopped(Exception):  # noqa: N818
    """Why a file was not read to its end; `detail` is the system's own word for it."""

    def __init__(self, code: NoticeCode, detail: str = "") -> None:
        super().__init__(code, detail)  # both, so that it can be sent between processes
        self.code = code
        self.detail = detail


class Skipped(_Stopped):
    """A file that is left out."""


class CutShort(_Stopped):
    """A file of which only a part could be read; raised after that part was yielded."""


def to_notice(path: str, fault: Skipped | CutShort | OSError) -> Notice:
    """Return what is told of a file that was not read, or not to its end."""
    if not isinstance(fault, OSError):
        return Notice(path, fault.code, is_error=isinstance(fault, CutShort), detail=fault.detail)
    code = _CODES.get(fault.errno or 0)
    return Notice(path, code, is_error=True) if code else Notice(path, "unreadable", is_error=True, detail=say(fault))


def say(error: OSError) -> str:
    """Return the system's reason."""
    return error.strerror or str(error)


_CODES: dict[int, NoticeCode] = {errno.ENOENT: "missing", errno.EBADF: "closed"}

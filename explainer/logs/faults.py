"""Why a file was not read, or not to its end."""


class _Stopped(Exception):  # noqa: N818
    """Why a file was not read to its end: `code` for programs, `reason` in English."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)  # both, so that it can be sent between processes
        self.code = code
        self.reason = reason


class Skipped(_Stopped):
    """A file that is left out."""


class CutShort(_Stopped):
    """A file of which only a part could be read; raised after that part was yielded."""

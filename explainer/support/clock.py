"""Reads what the operating system knows about its own clock. Asks no server."""

import ctypes
import sys

from explainer.model.ticket import ClockState

_UNSYNCHRONISED = 0x40  # STA_UNSYNC of <sys/timex.h>
_UNKNOWN = ClockState(is_synchronised=None)


class _Timex(ctypes.Structure):
    """The head of Linux' `struct timex`, with room for the rest (adjtimex(2))."""

    _fields_ = [
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 40),
    ]


def read_clock() -> ClockState:
    """Return whether the clock is kept right, as the kernel has been told by chrony, ntpd or the like (Linux only)."""
    if not sys.platform.startswith("linux"):
        return _UNKNOWN
    state = _Timex()  # modes 0: only read, which everybody may
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state))
    except (OSError, AttributeError):  # a C library that has no such call
        return _UNKNOWN
    if answer < 0:  # forbidden in some containers
        return _UNKNOWN
    if state.status & _UNSYNCHRONISED:
        return ClockState(is_synchronised=False)
    return ClockState(is_synchronised=True, error=state.maxerror / 1e6)

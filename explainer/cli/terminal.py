"""Talks to the terminal: language, width, colour, reading what is pasted or piped, and clear errors."""

import codecs
import contextlib
import locale
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from types import EllipsisType
from typing import NoReturn, TextIO

from explainer.kb.store import KnowledgeBase, load_base
from explainer.match.mask import mask_message
from explainer.model.answer import Language, RulesError
from explainer.render.terminal import Look

USAGE, TERMINATED = 2, 143
MAX_INPUT = 64_000_000


class Terminated(KeyboardInterrupt):
    """What `docker stop`, `systemctl stop` and `timeout` ask for: end, as with Ctrl-C."""


def end_on_request() -> None:
    """Let Ctrl-C raise KeyboardInterrupt and SIGTERM raise Terminated, so that the program can tidy up.

    `timeout` asks twice at once, which means no more than once. Who asks again later does not want to wait.
    """
    asked = 0.0

    def end(number: int, _frame: object) -> None:
        nonlocal asked
        if not asked:
            asked = time.monotonic()
            raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
        if time.monotonic() - asked > 1:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def fail(message: str, hint: str = "") -> NoReturn:
    """Print a usage or input error and exit 2."""
    write(mask_message(f"explain: {message}\n" + (f"  {hint}\n" if hint else "")), sys.stderr)
    raise SystemExit(USAGE)


_PLAIN = {
    "→": "->",
    "·": "-",
    "✗": "x",
    "…": "...",
    "“": '"',
    "”": '"',
    "’": "'",
    "×": "x",
    "—": "-",
    "≥": ">=",
    "≤": "<=",
}


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what the terminal's encoding lacks: arrows and dots in ASCII, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(char, "?") for char in error.object[error.start : error.end]), error.end


codecs.register_error("explain-replace", _replace)


def write(text: str, stream: TextIO | EllipsisType | None = ...) -> None:
    """Write text to a stream (standard output), as far as its encoding can show it; None: the shell has closed it.

    A closed pipe ends the program quietly. What cannot be said on standard error is not said: the answer counts.
    """
    if isinstance(stream, EllipsisType):
        stream = sys.stdout
    if stream is None:
        return
    encoding = stream.encoding or "ascii"
    try:
        stream.write(text.encode(encoding, "explain-replace").decode(encoding))
        stream.flush()
    except OSError as error:
        if stream is not sys.stderr:
            give_up(error, stream)
        _drop(stream)


def give_up(error: OSError, stream: TextIO | None) -> NoReturn:
    """End after a failed write: quietly for a closed pipe, else with the reason."""
    if stream is not None:
        _drop(stream)
    if isinstance(error, BrokenPipeError):
        raise SystemExit(0) from None
    fail(f"cannot write: {error.strerror or error}")


def _drop(stream: TextIO) -> None:
    """Send what is still to be written to nowhere, so that the interpreter's end raises nothing."""
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def choose_language(told: str | None) -> Language:
    """Return the language: as told, else EXPLAIN_LANG, else the locale's, else English."""
    for value in (told, os.environ.get("EXPLAIN_LANG"), _locale()):
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def _locale() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value
    with contextlib.suppress(ValueError):
        return locale.getlocale()[0] or ""
    return ""


def look_of(stream: TextIO | None) -> Look:
    """Return width and colour for a stream: colour only on a terminal, never with NO_COLOR or a dumb one."""
    is_terminal = stream is not None and stream.isatty()
    color = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if os.environ.get("FORCE_COLOR"):
        color = True
    width = shutil.get_terminal_size((80, 24)).columns if is_terminal or os.environ.get("COLUMNS") else 100
    return Look(width=min(max(width, 30), 110), color=color)


_PROMPT = {
    "en": "Paste the error, then an empty line (or Ctrl-D). Nothing leaves this machine.\n",
    "zh": "粘贴报错内容，最后按一次空行（或 Ctrl-D）。内容不会离开本机。\n",
}


def read_paste(language: Language = "en") -> str:
    """Return what is piped in, or what a person pastes at the prompt (ended by an empty line or Ctrl-D)."""
    if sys.stdin is None or sys.stdin.closed:
        fail("no text given, and standard input is closed", "try: explain 'APIError(code=-1021): …'")
    try:
        if not sys.stdin.isatty():
            return decode(sys.stdin.buffer.read(MAX_INPUT))
        write(_PROMPT[language], sys.stderr)
        return "\n".join(_typed_lines())
    except OSError as error:  # such as a terminal that has hung up
        fail(f"standard input cannot be read: {error.strerror or error}")


def _typed_lines() -> Iterator[str]:
    seen = False
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a paste may hold what is no text in the terminal's encoding
    while True:
        try:
            line = input()
        except EOFError:
            return
        if not line.strip() and seen and not _has_more():
            return
        seen = seen or bool(line.strip())
        yield line


def _has_more() -> bool:
    """Tell whether a paste goes on after its empty line: what is not read here would be run by the shell."""
    try:
        return bool(select.select([sys.stdin], [], [], 0.1)[0])
    except (OSError, ValueError):  # Windows can only wait for sockets
        return False


def decode(data: bytes) -> str:
    """Decode input as it comes: UTF-16 with its mark (PowerShell), else UTF-8 with faults replaced."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def is_file(text: str) -> bool:
    """Tell whether a text names a file, which its user perhaps wants to be read."""
    try:
        return len(text) < _LONGEST_PATH and Path(text).is_file()
    except (OSError, ValueError):
        return False


_LONGEST_PATH = 4_096


def count_faults(problems: Sequence[object]) -> str:
    """Return the number of faults in words, such as `1 fault`."""
    return f"{len(problems)} fault" + ("s" if len(problems) != 1 else "")


def open_base(rules: Sequence[Path]) -> KnowledgeBase:
    """Return the knowledge base, or explain what is wrong with the user's rules and exit 2."""
    try:
        return load_base(tuple(rules))
    except RulesError as error:
        for problem in error.problems:
            write(mask_message(f"{problem}\n"), sys.stderr)
        fail(
            f"{count_faults(error.problems)} in the rules; nothing was explained",
            "explain rules check DIR shows them too",
        )


def check_exchange(kb: KnowledgeBase, exchange: str | None, product: str | None) -> str | None:
    """Return the exchange's id for an id or old name, or exit 2 with a suggestion."""
    if exchange is None:
        if product is not None:
            known = sorted({name for names in kb.index.products.values() for name in names})
            if product not in known:
                fail(f"unknown product {product!r}", f"known: {', '.join(known)}")
        return None
    name = exchange.lower()
    mark = kb.index.ccxt.get(name)
    if name not in kb.index.products and mark:
        name = mark.exchange
    if name not in kb.index.products:
        from explainer.kb.schema import suggest

        fail(
            f"unknown exchange {exchange!r}{suggest(name, sorted(kb.index.products))}",
            f"known: {', '.join(kb.index.products)}",
        )
    if product is not None and product not in kb.index.products[name]:
        fail(f"unknown product {product!r} of {name}", f"known: {', '.join(kb.index.products[name])}")
    return name

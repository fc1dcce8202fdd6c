"""The prompt at which a person pastes an error, in a terminal of its own."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence

import pytest

CLOCK = 'binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
ENTER, CTRL_D = "\n", "\x04"


def paste(
    typed: str,
    *args: str,
    columns: int = 80,
    changes: dict[str, str] | None = None,
    answers: Sequence[tuple[str, str]] = (),
) -> tuple[int, str]:
    """Run the command in a terminal, type a text at its prompt, and return exit status and screen.

    `answers` are typed one by one, each when its question is on the screen.
    """
    left = list(answers)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "explainer.cli.entry", *args]
    environment = {**os.environ, "TERM": "xterm", **(changes or {})}
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        screen = b""
        while chunk := _read(master):
            screen += chunk
            if typed and (not screen.startswith(b"Paste") or b"\n" in screen):
                os.write(master, typed.encode())
                typed = ""
            elif left and left[0][0].encode() in screen:
                question, answer = left.pop(0)
                screen = screen.replace(question.encode(), question.upper().encode())  # it may be asked again
                os.write(master, answer.encode())
        status = process.wait()
    os.close(master)
    return status, screen.decode().replace("\r\n", "\n")


def _read(master: int) -> bytes:
    try:
        return os.read(master, 4096)
    except OSError:  # Linux: the other side is closed
        return b""


@pytest.mark.parametrize(
    "typed",
    [
        CLOCK + ENTER + ENTER,
        ENTER + CLOCK + ENTER + ENTER,  # empty lines before the text do not end it
        CLOCK + ENTER + CTRL_D,
        "Traceback:" + ENTER + ENTER + CLOCK + ENTER + ENTER,  # nor does one within a paste
    ],
)
def test_a_paste_ends_with_an_empty_line_or_ctrl_d(typed: str) -> None:
    status, screen = paste(typed)
    assert screen.startswith("Paste the error, then an empty line (or Ctrl-D). Nothing leaves this machine.\n")
    assert "Binance" in re.sub(r"\x1b\[[0-9;]*m", "", screen).split(CLOCK)[-1]
    assert status == 0


def test_ctrl_d_alone_ends_it_without_an_answer() -> None:
    status, screen = paste(CTRL_D)
    assert status == 2
    assert "no text given" in screen


def test_rules_new_asks_for_a_paste_too(tmp_path: os.PathLike[str]) -> None:
    status, screen = paste(CLOCK + ENTER + ENTER, "rules", "new", "--out", os.fspath(tmp_path), columns=200)
    assert status == 0
    assert f"{os.fspath(tmp_path)}/exchanges/binance/timestamp-for-this-request-is.yaml\n" in screen


@pytest.mark.parametrize(
    ("changes", "has_color"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True)],
)
def test_a_terminal_gets_colour_unless_it_is_refused(changes: dict[str, str], has_color: bool) -> None:
    _, screen = paste("", CLOCK, changes=changes)
    assert ("\x1b[" in screen) is has_color


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_the_verdict_stands_at_the_right_edge_of_the_terminal(columns: int) -> None:
    _, screen = paste("", "HTTP 429", "--lang", "en", columns=columns, changes={"NO_COLOR": "1"})
    header = next(line for line in screen.splitlines() if "wait, then retry" in line)
    assert len(header) == min(columns, 110) or header == "wait, then retry"

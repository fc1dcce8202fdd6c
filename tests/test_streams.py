"""How the command meets the terminal: streams, encodings, language, width and colour, within this process."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from explainer.cli import entry
from explainer.cli.terminal import choose_language, decode, look_of, read_paste, write
from explainer.render.terminal import Look


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    """Return both sides of a terminal: what a person types into, and the stream that the program has."""
    master, slave = os.openpty()
    with os.fdopen(slave, "r+b", buffering=0) as raw, io.TextIOWrapper(raw, write_through=True) as stream:
        yield master, stream
    os.close(master)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("one\n\n", "one"),
        ("\n \none\ntwo\n\n", "\n \none\ntwo"),
        ("one\n\ntwo\n\n", "one\n\ntwo"),
        ("one\n\x04", "one"),
        ("\x04", ""),
    ],
)
def test_a_paste_ends_with_the_last_empty_line_or_ctrl_d(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    terminal: tuple[int, TextIO],
    typed: str,
    text: str,
) -> None:
    master, stream = terminal
    monkeypatch.setattr(sys, "stdin", stream)
    os.write(master, typed.encode())
    assert read_paste() == text
    assert capsys.readouterr().err.startswith("Paste the error")


def test_what_is_piped_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("one\n\ntwo".encode("utf-16"))))
    assert read_paste() == "one\n\ntwo"


def test_a_closed_input_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit, match="2"):
        read_paste()
    assert capsys.readouterr().err.startswith("explain: no text given, and standard input is closed\n  try: explain ")


@pytest.mark.parametrize(
    ("told", "variable", "locale", "language"),
    [
        ("zh", "en", "en_US", "zh"),
        (None, "zh-CN", "en_US", "zh"),
        (None, "fr", "zh_CN", "en"),
        (None, "", "zh_CN.UTF-8", "zh"),
        (None, "", "", "en"),
    ],
)
def test_language_falls_back(
    monkeypatch: pytest.MonkeyPatch, told: str | None, variable: str, locale: str, language: str
) -> None:
    monkeypatch.setenv("EXPLAIN_LANG", variable)
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.delenv("LANG", raising=False)
    assert choose_language(told) == language


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("错误".encode(), "错误"),
        ("错误".encode("utf-16"), "错误"),
        (b"\xef\xbb\xbfx", "x"),
        (b"a\xff", "a\ufffd"),
        (b"\xff\xfea\x00b", "a\ufffd"),
    ],
)
def test_input_is_decoded_without_fail(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("changes", "look"),
    [
        ({"TERM": "xterm"}, Look(40, color=True)),
        ({"TERM": "dumb"}, Look(40)),
        ({"TERM": "xterm", "NO_COLOR": "1"}, Look(40)),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, Look(40, color=True)),
        ({"TERM": "xterm", "COLUMNS": "500"}, Look(110, color=True)),
        ({"TERM": "xterm", "COLUMNS": "7"}, Look(30, color=True)),
    ],
)
def test_a_terminal_has_colour_and_a_width(
    monkeypatch: pytest.MonkeyPatch, terminal: tuple[int, TextIO], changes: dict[str, str], look: Look
) -> None:
    for name, value in {"COLUMNS": "40", **changes}.items():
        monkeypatch.setenv(name, value)
    assert look_of(terminal[1]) == look


def test_a_file_or_closed_stream_has_a_width_of_its_own() -> None:
    assert look_of(io.StringIO()) == look_of(None) == Look(100)


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "错 ✗ ?"), ("ascii", "? x ?"), ("gbk", "错 x ?"), ("latin-1", "? x ?")]
)
def test_what_the_encoding_cannot_show_is_replaced(encoding: str, shown: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    write("错 ✗ \udcff", stream)
    assert stream.buffer.getvalue().decode(encoding) == shown


def test_nothing_is_written_to_a_closed_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    write("x")  # raises nothing


class Gone(io.TextIOWrapper):
    """A stream whose reader has gone away; a real pipe may still be open in a process that was forked meanwhile."""

    is_gone = True

    def flush(self) -> None:
        if self.is_gone:
            raise BrokenPipeError


def test_a_closed_pipe_ends_the_program_quietly(tmp_path: Path) -> None:
    stream = Gone((tmp_path / "gone").open("wb"))
    with pytest.raises(SystemExit, match="0"):
        write("x", stream)
    stream.is_gone = False
    stream.close()


def test_output_that_cannot_be_written_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "read-only"
    path.touch()
    handle = os.open(path, os.O_RDONLY)
    with os.fdopen(handle, "r+b", buffering=0) as raw, pytest.raises(SystemExit, match="2"):
        write("x", io.TextIOWrapper(raw))
    assert capsys.readouterr().err == "explain: cannot write: Bad file descriptor\n"


@pytest.fixture
def _signals() -> Iterator[None]:
    """Give the tests their own signals back, which a run takes."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize(("text", "status"), [("HTTP 429", 0), ("all is well", 1)])
def test_a_run_ends_with_its_status(monkeypatch: pytest.MonkeyPatch, text: str, status: int) -> None:
    monkeypatch.setattr(sys, "argv", ["explain", text])
    with pytest.raises(SystemExit, match=str(status)):
        entry.run()


@pytest.mark.usefixtures("_signals")
def test_ctrl_c_ends_a_run_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "_run", interrupt)
    with pytest.raises(SystemExit, match="130"):
        entry.run()

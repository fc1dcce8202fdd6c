"""`explain grep` as a process: terminals, pipes, signals, other processes, and logs that grow."""

import contextlib
import fcntl
import gc
import json
import multiprocessing
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pytest

from explainer.cli import progress
from explainer.cli.entry import _run
from explainer.cli.progress import Progress
from explainer.logs.search import Message, Part, Search
from explainer.logs.tally import Clock, Filter
from explainer.logs.work import _work
from explainer.match.credible import Told
from explainer.model.log import Summary

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Result = tuple[int, str, str]

EXPLAIN = str(Path(sys.executable).parent / "explain")
CLOCK = 'ERROR binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}\n'
CLOCK_ID = "binance/timestamp-outside-recv-window"
BUSY = 'ERROR kucoin {"code":"429000","msg":"Too Many Requests"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a log in which every tenth line is an error."""
    (tmp_path / "bot.log").write_text(("INFO all is well\n" * 9 + CLOCK) * 20, encoding="utf-8")
    return tmp_path


def run(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which `explain` is this project's command."""
    path = f"{Path(EXPLAIN).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        timeout=60,
    )


@contextlib.contextmanager
def started(folder: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [EXPLAIN, "grep", *args],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Press Ctrl-C, which a terminal sends to all processes of a command; return status, output and messages."""
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


class Feed:
    """A log that has more to come: a named pipe."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._path = path
        self._file: IO[bytes] | None = None

    def write(self, text: str) -> None:
        """Write, and wait until it was read."""
        self._file = self._file or self._path.open("wb", buffering=0)
        self._file.write(text.encode())
        wait_until(lambda: self._unread() == 0)
        time.sleep(0.2)  # read, and now worked on

    def _unread(self) -> int:
        assert self._file
        size: int = struct.unpack("i", fcntl.ioctl(self._file, termios.FIONREAD, b"\0" * 4))[0]
        return size

    def close(self) -> None:
        if self._file:
            self._file.close()


@pytest.fixture
def feeds(folder: Path) -> Iterator[list[Feed]]:
    both = [Feed(folder / "a.log"), Feed(folder / "b.log")]
    yield both
    for feed in both:
        feed.close()


# Ctrl-C, and processes that die


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_prints_the_summary_so_far(folder: Path, feeds: list[Feed], jobs: str) -> None:
    with started(folder, "--summary", "--format", "jsonl", "-j", jobs, "a.log", "b.log") as process:
        feeds[0].write(CLOCK * 3)
        if jobs == "2":
            feeds[1].write(CLOCK * 4)
        status, out, err = interrupt(process)
    found = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (130, "")
    assert [row["count"] for row in found if row.get("rule_id") == CLOCK_ID] == [3 if jobs == "1" else 7]


def test_ctrl_c_says_how_far_it_came(folder: Path, feeds: list[Feed]) -> None:
    with started(folder, "a.log") as process:
        feeds[0].write(CLOCK * 2)
        status, out, err = interrupt(process)
    assert status == 130
    assert out.count(CLOCK_ID) == 2
    assert err == "explain: stopped after 2 lines with an error\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_who_is_asked_to_end_prints_the_summary_so_far_too(folder: Path, feeds: list[Feed], jobs: str) -> None:
    with started(folder, "--summary", "--format", "jsonl", "-j", jobs, "a.log", "b.log") as process:
        feeds[0].write(CLOCK * 3)
        time.sleep(0.3)
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (143, "")
    assert CLOCK_ID in out


def test_processes_that_are_all_asked_to_end_give_the_summary_so_far(folder: Path, feeds: list[Feed]) -> None:
    with started(folder, "--summary", "--format", "jsonl", "-j", "2", "a.log", "b.log") as process:
        feeds[0].write(CLOCK * 3)
        feeds[1].write(CLOCK * 4)
        os.killpg(process.pid, signal.SIGTERM)  # as `timeout` and `systemctl stop` do
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (143, "")
    assert [row["count"] for row in map(json.loads, out.splitlines()) if row.get("rule_id") == CLOCK_ID] == [7]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the children of a process from /proc")
def test_a_process_that_was_killed_is_told(folder: Path, feeds: list[Feed]) -> None:
    with started(folder, "--summary", "-j", "2", "a.log", "b.log") as process:
        feeds[0].write(CLOCK)
        feeds[1].write(CLOCK)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(children[0]), signal.SIGKILL)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err == "explain: a process that searched was killed by signal 9 (out of memory?); try again with --jobs 1\n"
    assert "interrupted" in out


def test_two_processes_find_what_one_does(folder: Path) -> None:
    (folder / "other.log").write_text(BUSY * 3, encoding="utf-8")
    one, two = (run(folder, f"explain grep -j {jobs} -C 1 bot.log other.log") for jobs in (1, 2))
    assert one.stdout.count(CLOCK_ID.encode()) == 20
    assert (two.returncode, two.stdout, two.stderr) == (0, one.stdout, b"")


# Pipes, full disks, streams that are closed


@pytest.mark.parametrize(
    "args", ["bot.log", "-j 2 bot.log bot.log", "-l bot.log", "--format jsonl bot.log", "-c -H bot.log"]
)
def test_a_closed_pipe_ends_quietly(folder: Path, args: str) -> None:
    done = run(folder, f"explain grep {args} | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == (b"0\n", b"")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs a device that is always full")
@pytest.mark.parametrize("args", ["bot.log", "-l bot.log", "--summary bot.log"])
def test_a_full_disk_is_told(folder: Path, args: str) -> None:
    done = run(folder, f"explain grep {args} > /dev/full")
    assert done.returncode == 2
    assert done.stderr.startswith(b"explain: cannot write: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("command", "status", "out", "err"),
    [
        ("explain grep <&-", 2, b"", b"explain: (standard input): "),
        ("explain grep bot.log >&-", 0, b"", b""),
        ("explain grep -l bot.log >&-", 0, b"", b""),
        ("explain grep missing.log 2>&-", 2, b"", b""),
        ("explain grep -c bot.log <&-", 0, b"20\n", b""),
    ],
)
def test_closed_streams_do_no_harm(folder: Path, command: str, status: int, out: bytes, err: bytes) -> None:
    done = run(folder, command)
    assert (done.returncode, done.stdout) == (status, out)
    assert done.stderr.startswith(err)
    assert done.stderr.count(b"\n") == bool(err)


def test_names_go_to_programs_byte_by_byte(folder: Path) -> None:
    name = b"new\nline \xff\x1b.log"
    (folder / os.fsdecode(name)).write_text(CLOCK, encoding="utf-8")
    assert run(folder, "explain grep -l -r -g 'new*'").stdout == b"./" + name + b"\n"
    assert run(folder, "explain grep -c -r -g 'new*'").stdout == b"./" + name + b":1\n"


def test_a_cache_that_cannot_be_written_is_not_needed(folder: Path) -> None:
    done = run(folder, "explain grep -c bot.log", EXPLAIN_CACHE=str(folder / "bot.log"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"20\n", b"")


def test_plain_ascii_will_do(folder: Path) -> None:
    done = run(folder, "explain grep --summary bot.log", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0
    assert done.stdout.startswith(b"20x  Binance refused")


def test_a_narrow_terminal_gets_narrow_lines(folder: Path) -> None:
    done = run(folder, "explain grep --summary bot.log", COLUMNS="40")
    assert max(len(line) for line in done.stdout.decode().splitlines()) <= 40


# On a terminal


def on_terminal(folder: Path, *args: str, **environment: str) -> tuple[int, str]:
    """Run `explain grep` on a terminal of its own; return status and all that it shows."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [EXPLAIN, "grep", *args], cwd=folder, stdin=other, stdout=other, stderr=other, env=os.environ | environment
    )
    os.close(other)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal's end
        while data := os.read(main, 65536):
            shown += data
    os.close(main)
    return process.wait(30), shown.decode().replace("\r\n", "\n")


def test_a_terminal_shows_colour_and_no_bar_for_short_work(folder: Path) -> None:
    status, shown = on_terminal(folder, "-m1", "bot.log", TERM="xterm")
    assert status == 0
    assert shown.startswith("\x1b[2mbot.log:\x1b[0m\x1b[2m10:\x1b[0m ")
    assert "\r" not in shown
    assert "MB/s" not in on_terminal(folder, "--summary", "bot.log", TERM="xterm")[1]


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour_is_possible(folder: Path, environment: dict[str, str]) -> None:
    assert "\x1b" not in on_terminal(folder, "--summary", "bot.log", **environment)[1]


def test_names_are_harmless_on_a_terminal(folder: Path) -> None:
    (folder / "bad\x1b[31m\n.log").write_text(CLOCK, encoding="utf-8")
    assert on_terminal(folder, "-l", "-r", "-g", "bad*") == (0, "./bad\\x1b[31m\\n.log\n")


def test_a_person_is_told_that_input_is_awaited(folder: Path) -> None:
    main, other = pty.openpty()
    process = subprocess.Popen([EXPLAIN, "grep"], cwd=folder, stdin=other, stdout=other, stderr=other)
    os.close(other)
    assert os.read(main, 100) == b"explain: reading what you type or paste; Ctrl-D ends it\r\n"
    os.write(main, CLOCK.encode() + b"\x04")
    assert process.wait(30) == 0
    os.close(main)


@contextlib.contextmanager
def terminal() -> Iterator[Callable[[], str]]:
    """Put a terminal in the place of standard error; return what reads what it shows."""
    main, other = pty.openpty()

    def read() -> str:
        shown = b""
        while select.select([main], [], [], 0.2)[0]:  # a terminal passes on what it gets a little later
            shown += os.read(main, 65536)
        return shown.decode()

    with os.fdopen(other, "w", encoding="utf-8") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", file)
        patch.setattr(progress, "_PATIENCE", 0)
        patch.setattr(progress, "_PAUSE", 0)
        patch.setenv("TERM", "xterm")
        patch.setenv("COLUMNS", "80")
        yield read
    os.close(main)


def test_long_work_shows_bytes_rate_and_findings_and_leaves_no_trace(folder: Path) -> None:
    size = (folder / "bot.log").stat().st_size
    with terminal() as read:
        with Progress([str(folder / "bot.log")], is_wanted=True) as bar:
            bar.add(size // 2, 1234)
            shown = read()
            bar.clear()
            assert read() == "\r\x1b[K"
            bar.add(size, 1234)
            assert "100%" in read()
        assert read() == "\r\x1b[K"
    assert shown.startswith("\r 50%  0 of 0 MB  ")
    assert shown.endswith(" MB/s  1,234 found\x1b[K")


def test_the_bar_of_a_stream_has_no_share_and_fits_the_terminal() -> None:
    with terminal() as read, pytest.MonkeyPatch.context() as patch, Progress(["-"], is_wanted=True) as bar:
        bar.add(5_000_000, 0)
        assert read().startswith("\r5 MB  ")
        patch.setenv("COLUMNS", "10")
        bar.add(5_000_000, 0)
        assert len(read().removeprefix("\r").removesuffix("\x1b[K")) == 9


@pytest.mark.parametrize(("is_wanted", "name"), [(False, "xterm"), (True, "dumb")])
def test_the_bar_stays_away(is_wanted: bool, name: str) -> None:
    with terminal() as read, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", name)
        with Progress(["-"], is_wanted=is_wanted) as bar:
            bar.add(5_000_000, 0)
        assert read() == ""


# Logs that grow


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def read_one(process: subprocess.Popen[str], path: Path, text: str = CLOCK) -> str:
    """Append a line again and again until the first is answered: nobody says when following has begun."""
    assert process.stdout
    output = process.stdout.fileno()
    shown = ""

    def is_answered() -> bool:
        nonlocal shown
        append(path, text)
        if select.select([output], [], [], 0.3)[0]:
            shown += os.read(output, 65536).decode()
        return shown.count("\n") >= 2

    wait_until(is_answered)
    return shown


def test_following_shows_new_lines_at_once_and_goes_on_after_rotation(folder: Path) -> None:
    log = folder / "bot.log"
    with started(folder, "--follow", "bot.log", "later.log") as process:
        assert read_one(process, log).startswith(f"bot.log: {CLOCK_ID}  ")
        log.rename(folder / "bot.log.1")
        assert f"bot.log: {CLOCK_ID}  " in read_one(process, log)
        assert "later.log: kucoin/" in read_one(process, folder / "later.log", BUSY)
        status, _, err = interrupt(process)
    assert status == 130
    assert [line.split(": ")[1] for line in err.splitlines()] == ["later.log", "bot.log", "later.log"]


def test_following_ends_with_the_summary(folder: Path) -> None:
    (folder / "empty.log").touch()
    with started(folder, "--follow", "--summary", "--report", "page.html", "bot.log", "empty.log") as process:
        feed_until_read(process, folder / "bot.log")
        status, out, err = interrupt(process)
    assert (status, err) == (130, "explain: report in page.html\n")
    assert "Binance refused the timestamp as too late" in out
    assert "nterrupted" not in out
    assert CLOCK_ID in (folder / "page.html").read_text(encoding="utf-8")


def feed_until_read(process: subprocess.Popen[str], path: Path) -> None:
    """Append lines until following has begun and some were read: here nothing is printed before the end."""
    for _ in range(8):
        append(path, CLOCK)
        time.sleep(0.3)
    assert process.poll() is None


@pytest.mark.parametrize(
    ("args", "out"),
    [
        (["-q"], ""),
        (["-l"], "bot.log\n"),
        (["-m", "1", "--format", "markdown"], "- bot.log:1: **Binance"),
        (["-m", "1", "-n", "-A", "1"], "bot.log:1: "),
    ],
)
def test_following_ends_by_itself_with_what_was_asked_for(folder: Path, args: list[str], out: str) -> None:
    with started(folder, "--follow", *args, "bot.log") as process:

        def is_done() -> bool:
            append(folder / "bot.log", CLOCK)
            time.sleep(0.2)
            return process.poll() is not None

        wait_until(is_done)
        shown, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert shown.startswith(out)
    assert shown.count(CLOCK_ID) == ("-m" in args)


def test_following_shows_the_lines_around(folder: Path) -> None:
    with started(folder, "--follow", "-B", "1", "--explain", "bot.log") as process:
        shown = read_one(process, folder / "bot.log", "INFO before\n" + CLOCK)
        status, out, _ = interrupt(process)
    assert status == 130
    assert shown.startswith("    INFO before\nbot.log: ")
    assert (shown + out).count("\nMore: explain show ") == 1


# The same within this process


@pytest.fixture
def call(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return `explain grep` as a function during which another thread does something."""
    monkeypatch.chdir(folder)

    def start(act: Callable[[], None], *args: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["explain", "grep", *args])
        other = threading.Thread(target=act)
        other.start()
        try:
            with pytest.raises(SystemExit) as end:
                _run(sys.argv[1:])
        finally:
            other.join()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return start


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("view", "out"), [(["-c", "-I"], "3\n"), ([], "a.log:1: "), (["--summary"], "3×  Binance ")])
def test_an_interrupt_gives_what_was_found(
    call: Callable[..., Result], feeds: list[Feed], jobs: str, view: list[str], out: str
) -> None:
    def act() -> None:
        feeds[0].write(CLOCK * 3)
        press_ctrl_c()

    status, shown, err = call(act, "-j", jobs, *view, "a.log", "b.log")
    assert status == 130
    assert shown.startswith(out)
    assert err == ("" if view else "explain: stopped after 3 lines with an error\n")


def test_a_lost_process_gives_what_the_others_found(call: Callable[..., Result], feeds: list[Feed]) -> None:
    def act() -> None:
        feeds[0].write(CLOCK)
        multiprocessing.active_children()[0].kill()
        multiprocessing.active_children()[-1].kill()

    status, out, err = call(act, "-j", "2", "a.log", "b.log")
    assert status == 2
    assert out.count(CLOCK_ID) == 1
    assert "killed by signal 9 (out of memory?)" in err
    assert err.endswith("explain: stopped after 1 line with an error\n")


class End:
    """The end of a pipe on which a process writes, with something that happens behind the first message."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self.messages: list[Message | None] = []

    def send(self, message: Message | None) -> None:
        self.messages.append(message)
        if len(self.messages) == 1:
            self._act()


@pytest.mark.parametrize(
    ("act", "counts"),
    [
        (lambda: None, [20, 20]),
        (lambda: signal.raise_signal(signal.SIGUSR1), [20]),
        (lambda: (_ for _ in ()).throw(BrokenPipeError), []),
    ],
)
def test_a_process_sends_what_it_has_counted(folder: Path, act: Callable[[], None], counts: list[int]) -> None:
    search = Search(language="en", told=Told(None, None, is_log=True), wanted=Filter(), clock=Clock(), is_summary=True)
    end = End(act)
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)}
    try:
        _work(search, [Part(str(folder / "bot.log"))] * 2, cast("Connection", end))
    finally:
        gc.enable()
        for name, handler in before.items():
            signal.signal(name, handler)
    assert [message.known_lines for message in end.messages if isinstance(message, Summary)] == counts


def test_a_process_stops_while_it_waits_for_more(folder: Path, feeds: list[Feed]) -> None:
    search = Search(language="en", told=Told(None, None, is_log=True), wanted=Filter(), clock=Clock(), is_summary=True)

    def act() -> None:
        feeds[0].write(CLOCK * 2)
        os.kill(os.getpid(), signal.SIGUSR1)

    end = End(lambda: None)
    other = threading.Thread(target=act)
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)}
    try:
        other.start()
        _work(search, [Part(str(folder / "a.log"))], cast("Connection", end))
    finally:
        gc.enable()
        for name, handler in before.items():
            signal.signal(name, handler)
        other.join()
    assert [message.known_lines for message in end.messages if isinstance(message, Summary)] == [2]


@pytest.mark.parametrize("view", [[], ["-q"], ["-l"]])
def test_following_ends_with_the_first_error(call: Callable[..., Result], folder: Path, view: list[str]) -> None:
    is_over = threading.Event()

    def act() -> None:
        while not is_over.wait(0.1):
            append(folder / "bot.log", CLOCK)

    other = threading.Thread(target=act)
    other.start()
    try:
        status, out, err = call(lambda: None, "--follow", "-m", "1", *view, "bot.log")
    finally:
        is_over.set()
        other.join()
    assert (status, err) == (0, "")
    assert out.startswith({"": f"bot.log: {CLOCK_ID}", "-q": "", "-l": "bot.log\n"}["".join(view)])


def test_following_tells_of_files_that_are_not_there(call: Callable[..., Result], folder: Path) -> None:
    def act() -> None:
        time.sleep(0.5)
        press_ctrl_c()

    status, out, err = call(act, "--follow", "none.log")
    assert (status, out) == (130, "")
    assert err.startswith("explain: none.log: ")

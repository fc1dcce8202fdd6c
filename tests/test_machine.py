"""Faults of the machine: whatever is missing, full, broken or impatient, nothing is lost and a reason is told."""

import errno
import os
import pty
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

import explainer
from explainer.cli.entry import _run
from explainer.kb.store import KEPT, cache_folder, keep, write_atomically
from explainer.model.answer import RulesError

TESTS = Path(__file__).parent
ROOT = TESTS.parent
BIN = Path(sys.executable).parent
CLOCK = 'ERROR binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}\n'
CLOCK_ID = "binance/timestamp-outside-recv-window"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a log."""
    (tmp_path / "bot.log").write_text("INFO all is well\n" * 9 + CLOCK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def call(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what runs the command in the folder, within this process, and returns what it prints."""
    monkeypatch.chdir(folder)

    def run(*args: str, status: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["explain", *args])
        with pytest.raises(SystemExit) as end:
            _run(list(args))
        assert end.value.code == status
        return capsys.readouterr().out

    return run


def shell(folder: Path, line: str, **environment: str) -> tuple[int, str, str]:
    """Run a line of shell in which `explain` is this project's command; return status, output and messages."""
    names = {"PATH": f"{BIN}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=os.environ | names | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def python(folder: Path, code: str, *args: str, **environment: str) -> subprocess.Popen[str]:
    """Start a program with the little rules in the place of ours, so that a cold cache costs next to nothing."""
    begin = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom explainer.kb import store\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which who started the tests may have ignored
        f"store.CHECKOUT, store.SHIPPED = Path({str(TESTS / 'rules')!r}), Path('/nowhere')\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", begin + code, *args],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


RUN = "from explainer.cli.entry import run\nrun()"


# Streams that are closed or full, for every command

COMMANDS = {
    "explain 'HTTP 429'": 0,
    "explain 'all is well'": 1,
    "explain list --exchange binance": 0,
    "explain rules new 'binance error: Boom happened' --out $RANDOM": 0,
    "explain grep --report page.html bot.log": 0,
    "explain grep --since never bot.log": 2,
    "explain --nope": 2,
}


@pytest.mark.parametrize("redirect", ["<&- >&- 2>&-", "2>/dev/full"])
def test_streams_that_are_closed_or_full_change_no_status(folder: Path, redirect: str) -> None:
    lines = "\n".join(f'{command} {redirect}; echo "$?" >> statuses' for command in COMMANDS)
    _, out, err = shell(folder, lines)
    assert (folder / "statuses").read_text(encoding="utf-8").split() == [str(status) for status in COMMANDS.values()]
    assert "Traceback" not in out + err
    assert (folder / "page.html").stat().st_size > 1000


def test_output_that_cannot_be_written_is_status_2_although_nobody_can_be_told(folder: Path) -> None:
    lines = "\n".join(f'{command} >/dev/full 2>&1; echo "$?" >> statuses' for command in COMMANDS)
    shell(folder, lines)
    statuses = (folder / "statuses").read_text(encoding="utf-8").split()
    says_nothing = {"explain 'all is well'"}  # on standard output, that is
    assert statuses == ["1" if command in says_nothing else "2" for command in COMMANDS]
    assert CLOCK_ID in (folder / "page.html").read_text(encoding="utf-8")


def test_whoever_reads_only_the_messages_and_goes_away_costs_no_finding(folder: Path) -> None:
    status, out, _ = shell(folder, "explain grep none.log bot.log 2> >(true); echo $?")
    assert (status, CLOCK_ID in out, out.splitlines()[-1]) == (0, True, "2")


def test_whoever_reads_only_the_first_line_still_gets_the_report(folder: Path) -> None:
    status, _, err = shell(folder, "explain grep --report page.html bot.log | true; exit ${PIPESTATUS[0]}")
    assert (status, err) == (0, "explain: report in page.html\n")
    assert CLOCK_ID in (folder / "page.html").read_text(encoding="utf-8")


def test_messages_never_go_to_standard_output(folder: Path) -> None:
    assert shell(folder, "explain 'all is well' 2>&-") == (1, "", "")


def test_input_that_cannot_be_read_is_told(folder: Path) -> None:
    code = "import io\nfrom explainer.cli import terminal\nfrom explainer.cli.entry import run\n"
    broken = (
        "class Broken(io.RawIOBase):\n readable = lambda _: True\n"
        " def readinto(self, _): raise OSError(5, 'I/O error')\n"
    )
    with python(folder, code + broken + "sys.stdin = io.TextIOWrapper(io.BufferedReader(Broken()))\nrun()") as process:
        assert process.communicate(timeout=60) == (
            "",
            "explain: standard input cannot be read: I/O error\n",
        )
    assert process.returncode == 2


# No room


FULL = "ulimit -f 0;"  # a file of no size at all is as full as a disk can be


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("explain rules new 'binance error: Boom happened' --out rules", "cannot write rules/any/boom-happened.yaml"),
        ("explain rules schema --out schemas", "cannot write schemas/rule.schema.json"),
        ("explain grep -q --report page.html bot.log", "the report cannot be written to page.html"),
    ],
)
def test_a_full_disk_is_told_with_its_reason_and_leaves_nothing(folder: Path, command: str, message: str) -> None:
    (folder / "page.html").write_text("<!doctype html>old", encoding="utf-8")
    status, out, err = shell(folder, FULL + command)
    assert (status, out) == (2, "")
    assert err.startswith(f"explain: {message}: File too large\n  name another ")
    files = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert files == ["bot.log", "page.html"]
    assert (folder / "page.html").read_text(encoding="utf-8") == "<!doctype html>old"


def test_a_cache_on_a_full_disk_is_not_needed(folder: Path) -> None:
    line = f'{FULL} {sys.executable} -c "$0" grep -c bot.log'
    code = f"from explainer.kb import store\nstore.CHECKOUT = store.Path({str(TESTS / 'rules')!r})\n{RUN}"
    (folder / "bot.log").write_text('acme {"code":-7001,"msg":"Key refused."}\n', encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", line, code],
        cwd=folder,
        env=os.environ | {"EXPLAIN_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"1\n", b"")
    assert list((folder / "cache").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_fills_up_keeps_the_old_file(small_disk: Path) -> None:
    file = small_disk / "page.html"
    write_atomically(file, b"old")
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"x" * 100_000)
    assert [path.name for path in small_disk.iterdir()] == ["page.html"]
    assert file.read_bytes() == b"old"


def test_there_are_more_logs_than_files_may_be_open(folder: Path) -> None:
    (folder / "logs").mkdir()
    for number in range(300):
        (folder / "logs" / f"{number}.log").write_text(CLOCK, encoding="utf-8")
    status, out, err = shell(folder, "ulimit -n 24; explain grep -j 2 -l logs | wc -l")
    assert (status, out.strip(), err) == (0, "300", "")


def test_more_logs_than_may_be_open_cannot_be_followed(folder: Path) -> None:
    names = " ".join(f"{number}.log" for number in range(40))
    assert shell(folder, f"ulimit -n 64; explain grep --follow {names}") == (
        2,
        "",
        "explain: 40 files are too many to follow: the system allows 32\n  see `ulimit -n`\n",
    )


def test_the_limit_of_open_files_is_raised_where_that_is_allowed(folder: Path) -> None:
    code = "import resource\nfrom explainer.logs.follow import make_room\n"
    code += "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 256))\nprint(*map(make_room, (32, 33, 200, 300)))"
    with python(folder, code) as process:
        assert process.communicate(timeout=60) == ("32 33 200 224\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory so")
def test_too_little_memory_is_told(folder: Path) -> None:
    code = (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2)\nhold = bytearray(250_000_000)\n"
    )
    code += "from explainer.cli import entry\nentry._run = lambda _: bytearray(900_000_000)\nentry.run()"
    with python(folder, code) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("explain: there is not enough memory\n")


def test_where_no_process_can_be_started_one_does_it_all(
    folder: Path, call: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "other.log").write_text(CLOCK * 3, encoding="utf-8")
    alone = call("grep", "bot.log", "other.log")
    started: list[BaseProcess] = []
    start = BaseProcess.start

    def start_one(process: BaseProcess) -> None:
        if started:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(process)
        start(process)

    monkeypatch.setattr(BaseProcess, "start", start_one)
    assert call("grep", "-j", "3", "bot.log", "other.log", "bot.log") == alone
    started[0].join(10)
    assert not started[0].is_alive()


def test_where_processes_cannot_be_forked_they_are_spawned(folder: Path) -> None:
    (folder / "other.log").write_text(CLOCK * 3, encoding="utf-8")
    code = "import multiprocessing, sys\nif __name__ == '__main__':\n multiprocessing.set_start_method('spawn')\n"
    (folder / "spawn.py").write_text(code + " from explainer.cli.entry import run\n run()\n", encoding="utf-8")
    status, out, err = shell(folder, f"{sys.executable} spawn.py grep -j 2 -c bot.log other.log", PYTHONPATH=str(ROOT))
    assert (status, out, err) == (0, "bot.log:1\nother.log:3\n", "")


# The cache: no place for it, damage, several at once, clocks


def test_a_user_without_a_home_has_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nobody(_: int) -> None:
        raise KeyError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pwd, "getpwuid", find_nobody)
    for name in ("EXPLAIN_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder() is None
    assert keep("kind", "name", bytes, lambda: b"built") == b"built"
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: "~/.cache/exchange-explainer")  # before 4.3
    assert cache_folder() is None


@pytest.mark.parametrize("place", ["/dev/null", "/proc/1/none", "/" + "x" * 300, "bot.log"])
def test_a_cache_that_cannot_be_is_not_needed(folder: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EXPLAIN_CACHE", place)
    assert keep("kind", "name", bytes, lambda: b"built") == b"built"
    assert [path.name for path in folder.iterdir()] == ["bot.log"]


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLAIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_damage_of_a_single_bit_is_noticed(cached: Path) -> None:
    data = bytes(range(20))
    assert keep("kind", "name", bytes, lambda: data) == data
    (file,) = cached.iterdir()
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert keep("kind", "name", bytes, lambda: data) == data
        assert file.read_bytes() == whole


def test_compiled_patterns_of_another_machine_are_compiled_anew(folder: Path, cached: Path) -> None:
    (folder / "bot.log").write_text('acme {"code":-7001,"msg":"Key refused."}\n', encoding="utf-8")
    foreign = (
        "from explainer.logs import sieve\nbuild = sieve._build\n"
        "def build_foreign(kb):\n"
        "    head, _, database = build(kb).partition(b'\\n')\n"
        "    return head + b'\\n' + database[:12] + bytes(byte ^ 255 for byte in database[12:20]) + database[20:]\n"
        "import sys\n"
        "if sys.argv.pop(1) == 'foreign': sieve._read, sieve._build = bytes, build_foreign\n"
        "kb = store.load_base()\nprint(type(sieve.load_sieve(kb)).__name__)\n"
    )
    for machine, kind in (("foreign", "bytes"), ("ours", "Sieve"), ("ours", "Sieve")):
        with python(folder, foreign, machine) as process:
            assert process.communicate(timeout=60) == (f"{kind}\n", "")
    assert len(list(cached.glob("sieve-*"))) == 1


@pytest.mark.parametrize("count", [2, 8])
def test_processes_that_all_find_the_cache_cold_do_each_other_no_harm(folder: Path, cached: Path, count: int) -> None:
    (folder / "bot.log").write_text('acme {"code":-7001,"msg":"Key refused."}\n', encoding="utf-8")
    started = [python(folder, RUN, "grep", "-c", "bot.log") for _ in range(count)]
    assert [process.communicate(timeout=120) for process in started] == [("1\n", "")] * count
    assert sorted(path.name.split("-")[0] for path in cached.iterdir()) == ["kb", "sieve"]


YEAR = 365 * 24 * 3600


@pytest.mark.parametrize("jump", [-80 * YEAR, 80 * YEAR])
def test_what_was_just_kept_stays_when_the_clock_was_set(cached: Path, jump: int) -> None:
    for number in range(KEPT):
        keep("kind", f"{number}", bytes, lambda: b"old")
        os.utime(cached / f"kind-{number}", (time.time() + jump,) * 2)
    keep("kind", "new", bytes, lambda: b"new")
    assert len(list(cached.iterdir())) == KEPT
    assert (cached / "kind-new").is_file()


# Kills


WRITE = """
from explainer.kb.store import write_atomically
print("begun", flush=True)
for number in range(10_000):
    write_atomically(Path(sys.argv[1]), b"%d" % (number % 10) * 4_000_000)
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path, sign: signal.Signals) -> None:
    file = tmp_path / "page.html"
    for delay in (0.01, 0.05, 0.09):
        with python(tmp_path, WRITE, str(file)) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(delay)
            process.send_signal(sign)
        data = file.read_bytes() if file.exists() else b""
        assert len(set(data)) <= 1
        assert len(data) in (0, 4_000_000)
    left = [path for path in tmp_path.iterdir() if path != file]
    assert len(left) <= 3
    assert sign != signal.SIGINT or left == []  # an exception tidies up


def test_what_killed_processes_have_left_is_removed_after_an_hour(tmp_path: Path) -> None:
    names = {".explain-0a.new": -7200, ".explain-0b.new": 7200, ".explain-0c.new": -60, ".explain-mine.txt": -7200}
    for name, age in names.items():
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() + age,) * 2)
    write_atomically(tmp_path / "file", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".explain-0c.new", ".explain-mine.txt", "file"]


def test_a_written_file_has_the_rights_that_the_user_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "new", b"")
        (tmp_path / "old").touch()
        (tmp_path / "old").chmod(0o604)
        write_atomically(tmp_path / "old", b"")
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "old")] == [0o640, 0o604]


def test_the_command_begins_with_next_to_nothing_so_that_ctrl_c_is_quiet_from_the_start(folder: Path) -> None:
    code = (
        "import sys; before = set(sys.modules); import explainer.cli.entry; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["explainer", "explainer.cli", "explainer.cli.entry"]


def test_what_programs_import_is_there_all_the_same() -> None:
    assert set(explainer.__all__) < set(dir(explainer))
    assert explainer.explain("HTTP 429")[0].rule_id == "any/http-429"
    assert explainer.RulesError is RulesError
    with pytest.raises(AttributeError, match="module 'explainer' has no attribute 'explian'"):
        getattr(explainer, "explian")  # noqa: B009 (a type checker would find it)


KILL = "from explainer.cli import entry\nentry._run = lambda _: os.kill(os.getpid(), signal.%s)\nentry.run()"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_who_ends_it_while_there_is_nothing_to_tidy_up_ends_it_at_once(folder: Path, name: str) -> None:
    with python(folder, KILL % name) as process:
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == -signal.Signals[name]


def test_what_the_shell_lets_ignore_stays_ignored(folder: Path) -> None:
    code = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + KILL % "SIGINT"
    tidy = "\nfrom explainer.cli.terminal import end_on_request\nend_on_request()\nos.kill(os.getpid(), signal.SIGINT)"
    with python(folder, code + tidy) as process:
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0


TIDY = """
import time
from explainer.cli import terminal
terminal.end_on_request()
end = lambda: os.kill(os.getpid(), signal.SIGTERM)
try:
    end()
except terminal.Terminated:
    end()  # as `timeout` does
    print("tidy", flush=True)
    time.monotonic = lambda now=time.monotonic(): now + 2
    end()
    print("too late")
"""


def test_who_is_asked_twice_at_once_tidies_up_and_who_is_asked_again_does_not(folder: Path) -> None:
    with python(folder, TIDY) as process:
        assert process.communicate(timeout=60) == ("tidy\n", "")
    assert process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("args", [[], ["grep"]])
def test_a_terminal_that_hangs_up_ends_it(folder: Path, args: list[str]) -> None:
    child, terminal = pty.fork()
    if not child:  # pragma: no cover - becomes another program
        os.chdir(folder)
        os.execv(BIN / "explain", ["explain", *args])
    shown = b""
    while b"Paste the error" not in shown and b"Ctrl-D ends it" not in shown:
        shown += os.read(terminal, 1000)
    os.close(terminal)
    end = time.monotonic() + 30
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_paste_may_hold_what_is_no_text_in_the_terminals_encoding() -> None:
    child, terminal = pty.fork()
    if not child:  # pragma: no cover - becomes another program
        os.execve(BIN / "explain", ["explain"], os.environ | {"PYTHONIOENCODING": "utf-8:strict", "NO_COLOR": "1"})
    shown = b""
    while b"Paste the error" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"\xff\xfe HTTP 429\n\n")
    while b"any/http-429" not in shown:
        shown += os.read(terminal, 1000)
    assert os.waitpid(child, 0)[1] == 0
    os.close(terminal)


# Odd surroundings


@pytest.mark.parametrize(
    "changes",
    [
        {"TZ": "Nonsense/Zone"},
        {"TZ": ":/etc/passwd"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "xx_YY.UTF-8"},
        {"LC_ALL": "", "LANG": "zh_CN.GBK", "EXPLAIN_LANG": "en", "PYTHONIOENCODING": "gbk"},
        {"TMPDIR": "/nonexistent"},
        {"PYTHONOPTIMIZE": "2"},
        {"HOME": "relative", "EXPLAIN_LANG": "\udcff"},
    ],
)
def test_odd_settings_do_no_harm(folder: Path, changes: dict[str, str]) -> None:
    status, out, err = shell(folder, "explain grep --summary bot.log && explain 'HTTP 429'", **changes)
    err = "".join(line for line in err.splitlines() if not line.startswith("bash: warning: setlocale"))
    assert (status, err) == (0, "")
    assert CLOCK_ID in out
    assert "HTTP 429" in out.splitlines()[-1] or "any/http-429" in out


@pytest.mark.parametrize("columns", ["1", "10", "20", "0", "-5", "abc", "9" * 30, ""])
def test_no_width_is_too_odd(call: Callable[..., str], columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for args in (["HTTP 429", "--full"], ["list", "--exchange", "binance"], ["grep", "--summary", "bot.log"]):
        assert max(len(line) for line in call(*args).splitlines() if " " in line.strip()) <= 110


def test_python_without_its_surroundings_will_do(folder: Path) -> None:
    assert shell(folder, f"{sys.executable} -I -m explainer.cli.entry grep -c bot.log") == (0, "1\n", "")


def test_a_current_folder_that_is_gone_does_no_harm(folder: Path) -> None:
    gone = "mkdir gone; cd gone; rmdir ../gone;"
    assert shell(folder, f"{gone} explain grep -c {folder}/bot.log") == (0, "1\n", "")
    status, out, err = shell(folder, f"{gone} explain rules schema --out schemas")
    assert (status, out, err) == (
        2,
        "",
        "explain: cannot write schemas/rule.schema.json: No such file or directory\n  name another folder with --out\n",
    )


def test_paths_that_are_no_text_are_paths(folder: Path) -> None:
    strange = folder / os.fsdecode(b"logs \xff\n")
    strange.mkdir()
    (strange / "bot.log").write_bytes(CLOCK.encode())
    (strange / "any").mkdir()
    rule = (TESTS / "little" / "any" / "timeout.yaml").read_text(encoding="utf-8")
    rule = rule.replace("net/timeout", "network/timeout")
    (strange / "any" / "own-timeout.yaml").write_text(rule, encoding="utf-8")
    assert shell(folder, "cd logs*; explain grep -q --rules . --report page.html .") == (0, "", "")
    assert CLOCK_ID in (strange / "page.html").read_text(encoding="utf-8")


def test_a_clock_far_from_the_truth_does_no_harm(call: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime as real

    from explainer.cli import wanted
    from explainer.match import engine

    for year, told in ((1970, "52 years left"), (2100, "ended 77 years ago")):

        class Clock(real):
            @classmethod
            def now(cls, tz: object = None, *, year: int = year) -> real:  # type: ignore[override]
                return real(year, 1, 1, tzinfo=tz)  # type: ignore[arg-type]

        monkeypatch.setattr(wanted, "datetime", Clock)
        monkeypatch.setattr(engine, "datetime", Clock)
        banned = "Way too much request weight used; IP banned until 1660090423228."
        assert told in call(banned).replace("\n", " ")
        assert CLOCK_ID in call("grep", "--summary", "bot.log")
        call("grep", "--since", "2h", "--until", "now", "bot.log", status=1)  # no line has a time

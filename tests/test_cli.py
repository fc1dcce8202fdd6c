"""The command as people start it: a process of its own, with its streams, locale and exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXPLAIN = [sys.executable, "-m", "explainer.cli.entry"]
CLOCK = 'binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'


def run(*args: str, stdin: bytes = b"", changes: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run the command and return its exit status and what it printed."""
    done = subprocess.run(
        [*EXPLAIN, *args],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(changes or {})},
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize(
    ("args", "stdin", "status"),
    [
        ([CLOCK], b"", 0),
        ([], CLOCK.encode(), 0),
        (["--full"], CLOCK.encode(), 0),
        (["-1021", "--exchange", "binance"], b"", 0),
        (["--exchange", "binance", "-1021"], b"", 0),
        (["-e", "binance", "--", "-1021"], b"", 0),
        (["HTTP", "429"], b"", 0),
        (["show", "binance/credentials-rejected"], b"", 0),
        (["all is well"], b"", 1),
        ([], b"", 2),
        ([""], CLOCK.encode(), 2),  # an empty text is a text
        (["show", "binance/no-such-rule"], b"", 1),
        (["--nope"], b"", 2),
        (["text", "--nope"], b"", 2),
        ([CLOCK, "--lang", "fr"], b"", 2),
        ([CLOCK, "--exchange", "binanc"], b"", 2),
        ([CLOCK, "--rules", "/no/such/folder"], b"", 2),
        (["rules", "check", "/no/such/folder"], b"", 2),
    ],
)
def test_exit_status_is_0_explained_1_unknown_2_usage(args: list[str], stdin: bytes, status: int) -> None:
    code, out, err = run(*args, stdin=stdin)
    assert (code, bool(out), "Traceback" in err) == (status, status == 0, False)


@pytest.mark.parametrize(
    "stdin",
    [
        CLOCK.encode(),
        b"\xef\xbb\xbf" + CLOCK.encode(),
        CLOCK.encode("utf-16"),  # with its mark, as PowerShell pipes it
        b"\xfe\xff" + CLOCK.encode("utf-16-be"),
        b"\xff\xfe" + CLOCK.encode("utf-16-le") + b"\x00",  # cut within a character
        b"caf\xe9 \xff\n" + CLOCK.encode(),
        CLOCK.encode() + b"\x00\x1b[31m",
        CLOCK.encode().replace(b" ", b"\r\n"),
    ],
)
def test_input_is_read_in_whatever_encoding_it_comes(stdin: bytes) -> None:
    status, out, err = run(stdin=stdin)
    assert (status, err) == (0, "")
    assert out.startswith("binance · -1021")


def test_arguments_of_invalid_utf_8_are_explained() -> None:
    done = subprocess.run([*EXPLAIN, "--format", "json", b"\xff " + CLOCK.encode()], capture_output=True, check=True)
    assert b'"binance/timestamp-outside-recv-window"' in done.stdout


@pytest.mark.parametrize(
    "args", [[CLOCK], [CLOCK, "--full"], [CLOCK, "--format", "json"], ["list", "--codes"], ["show", "-1021"]]
)
def test_a_closed_pipe_ends_it_quietly(args: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*EXPLAIN, *args], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_is_an_error_of_output(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        script = f"ulimit -f 0; exec {' '.join(EXPLAIN)} 'HTTP 429'"
        done = subprocess.run(["sh", "-c", script], stdout=out, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"explain: cannot write: File too large\n")


@pytest.mark.parametrize(
    ("redirect", "status", "message"),
    [("<&-", 2, "explain: no text given, and standard input is closed"), (">&-", 1, "No rule explains this text")],
)
def test_closed_streams_raise_nothing(redirect: str, status: int, message: str) -> None:
    done = subprocess.run(["sh", "-c", f"{' '.join(EXPLAIN)} {redirect}"], input=b"x", capture_output=True, check=False)
    assert done.returncode == status
    assert done.stderr.decode().startswith(message)


@pytest.mark.parametrize(
    ("changes", "args", "word"),
    [
        ({}, [], "Check: "),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}, [], "检查："),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, [], "检查："),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, [], "Check: "),
        ({"EXPLAIN_LANG": "zh"}, [], "检查："),
        ({"EXPLAIN_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, [], "Check: "),
        ({"EXPLAIN_LANG": "zh"}, ["--lang", "en"], "Check: "),
        ({"LC_ALL": "C"}, ["--lang", "zh"], "检查："),
    ],
)
def test_language_is_as_told_else_explain_lang_else_the_locale_s(
    changes: dict[str, str], args: list[str], word: str
) -> None:
    status, out, _ = run(CLOCK, *args, changes=changes)
    assert (status, word in out) == (0, True)


def test_an_encoding_that_cannot_show_it_raises_nothing() -> None:
    status, out, err = run(CLOCK, "--lang", "zh", changes={"PYTHONIOENCODING": "ascii"})
    assert (status, err) == (0, "")
    assert out.startswith("binance - -1021 - ?")


@pytest.mark.parametrize(
    ("changes", "has_color"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_pipe_gets_colour_only_where_forced(changes: dict[str, str], has_color: bool) -> None:
    _, out, _ = run(CLOCK, changes=changes)
    assert ("\x1b[" in out) is has_color


@pytest.mark.parametrize(("columns", "widest"), [("40", 40), ("72", 72), ("500", 110), ("1", 30)])
def test_columns_sets_the_width(columns: str, widest: int) -> None:
    _, out, _ = run("HTTP 429", changes={"COLUMNS": columns})
    header = out.splitlines()[0]
    assert len(header) <= widest
    assert max(len(line) for line in out.splitlines() if "://" not in line and "--full" not in line) > widest - 12


def test_a_plain_text_is_explained_without_the_command_line_library() -> None:
    code = (
        "import sys, explainer.cli.entry as entry\n"
        "try: entry._run(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({'typer', 'yaml', 'jsonschema', 'rich', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, CLOCK], capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"

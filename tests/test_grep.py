"""What `explain grep` prints for each option, and what it refuses."""

import errno
import gzip
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explainer.cli.entry import _run

CLOCK = '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
CLOCK_ID = "binance/timestamp-outside-recv-window"
BUSY = '{"code":"429000","msg":"Too Many Requests"}'
BUSY_ID = "kucoin/too-many-requests"
DENIED = '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"}'
DENIED_ID = "binance/credentials-rejected"
SECRET = "Zk3v9QpL0sXw7TnB2yRc8HdF5mJg1UaE"
Call = Callable[..., tuple[int, str, str]]


def at(second: int, text: str) -> str:
    return f"2026-03-01 08:00:{second:02},123 {text}"


LINES = [at(second, "INFO bot order filled BTCUSDT 0.1 @ 65000") for second in range(60)]
LINES[5] = at(5, f"ERROR bot binance {CLOCK}")
LINES[6] = at(6, f"ERROR bot binance {CLOCK} apiSecret={SECRET}")
LINES[20] = at(20, f"ERROR bot kucoin {BUSY}")
LINES[50] = at(50, f"ERROR bot binance {DENIED}")
BOT = "\n".join(LINES) + "\n"
FOUND = [6, 7, 21, 51]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Return `explain grep` as a function that runs in a folder with logs: status, output and messages out."""
    monkeypatch.chdir(tmp_path)
    Path("bot.log").write_text(BOT, encoding="utf-8")
    Path("clean.log").write_text("all is well\n" * 10, encoding="utf-8")
    Path("more/deep").mkdir(parents=True)
    Path("more/a b.log").write_text(f"binance {CLOCK}\n", encoding="utf-8")
    Path("more/deep/x.txt").write_text(f"kucoin {BUSY}\n", encoding="utf-8")

    def start(*args: str, stdin: bytes | None = None) -> tuple[int, str, str]:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        monkeypatch.setattr(sys, "argv", ["explain", "grep", *args])
        with pytest.raises(SystemExit) as end:
            _run(sys.argv[1:])
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return start


def headings(out: str) -> list[str]:
    """Return the first part of each heading: where a finding is."""
    return [line.split(" ")[0] for line in out.splitlines() if line[:1] not in (" ", "-")]


# Findings, line by line


def test_a_finding_is_place_rule_title_and_verdict_with_its_line_below(call: Call) -> None:
    status, out, err = call("bot.log", "--rule", BUSY_ID)
    assert (status, err) == (0, "")
    heading, line = out.splitlines()
    assert (
        heading
        == f"bot.log:21: {BUSY_ID}  KuCoin answered 429: quota used up, or KuCoin itself overloaded  [after_wait]"
    )
    assert line == "    " + LINES[20]


def test_every_error_is_found_at_its_line(call: Call) -> None:
    assert headings(call("bot.log")[1]) == [f"bot.log:{number}:" for number in FOUND]


@pytest.mark.parametrize(
    "pack", [lambda b: b, gzip.compress, lambda b: b.decode().encode("utf-16"), lambda b: b.replace(b"\n", b"\r\n")]
)
def test_it_is_found_in_whatever_form_the_log_has(call: Call, pack: Callable[[bytes], bytes]) -> None:
    Path("some.log").write_bytes(pack(BOT.encode()))
    plain, packed = call("bot.log")[1], call("some.log")[1]
    assert packed == plain.replace("bot.log:", "some.log:")


def test_nothing_found_is_status_1_and_silence(call: Call) -> None:
    Path("empty.log").touch()
    assert call("clean.log", "empty.log") == (1, "", "")


def test_standard_input_is_read_without_a_name_and_has_none(call: Call) -> None:
    status, out, _ = call(stdin=BOT.encode())
    assert status == 0
    assert headings(out) == [f"{number}:" for number in FOUND]


def test_standard_input_among_files_has_a_name(call: Call) -> None:
    _, out, _ = call("-m", "1", "-", "bot.log", stdin=BOT.encode())
    assert next(line for line in out.splitlines() if line[0] != " ").startswith("(standard input):6: ")
    assert "\nbot.log:6: " in out
    assert call("-H", stdin=BOT.encode())[1].startswith("(standard input):6: ")


def test_names_and_numbers_are_shown_or_not(call: Call) -> None:
    one = ["-m", "1", "bot.log"]
    starts = [call(*args, *one)[1].split(CLOCK_ID)[0] for args in (["-I"], ["-N"], ["-I", "-N"], ["-H", "-n"])]
    assert starts == ["6: ", "bot.log: ", "", "bot.log:6: "]


def test_a_file_named_twice_is_read_once(call: Call) -> None:
    assert call("bot.log", "bot.log") == call("bot.log")
    assert call("-c", "bot.log", "bot.log", "-I")[1] == "4\n"


def test_folders_are_searched_with_globs(call: Call) -> None:
    assert call("-l", "more")[1] == "more/a b.log\nmore/deep/x.txt\n"
    assert call("-l", "-g", "*.log", "more")[1] == "more/a b.log\n"
    assert call("-l", "-g", "!*.log", "more")[1] == "more/deep/x.txt\n"
    assert call("-l", "-r", "-g", "!bot*")[1] == "./more/a b.log\n./more/deep/x.txt\n"
    assert call("-g", "*.nothing", "more") == (1, "", "")


def test_color_marks_the_part_that_says_it(call: Call) -> None:
    plain, colored = call("-m1", "bot.log")[1], call("-m1", "--color", "always", "bot.log")[1]
    assert "\x1b[31;1m-1021\x1b[0m" in colored
    assert "\x1b" not in plain
    assert "\x1b" not in call("-m1", "--color", "never", "bot.log")[1]


# Filters


@pytest.mark.parametrize(
    ("args", "numbers"),
    [
        (["--exchange", "kucoin"], [21]),
        (["--category", "auth"], [51]),
        (["--category", "time/clock-skew"], [6, 7]),
        (["--rule", DENIED_ID], [51]),
        (["--retry", "after_wait"], [21]),
        (["--min-urgency", "high"], [6, 7, 51]),
        (["--since", "2026-03-01T08:00:20Z", "--tz", "UTC"], [21, 51]),
        (["--until", "2026-03-01 08:00:06", "--tz", "UTC"], [6]),
        (["--since", "2026-03-01T00:00:20Z", "--until", "2026-03-01T00:00:21Z", "--tz", "+08:00"], [21]),
        (["--since", "2026-03-02"], []),
    ],
)
def test_filters_keep_what_is_wanted(call: Call, args: list[str], numbers: list[int]) -> None:
    status, out, _ = call(*args, "bot.log")
    assert headings(out) == [f"bot.log:{number}:" for number in numbers]
    assert status == (0 if numbers else 1)
    assert call("-c", *args, "bot.log")[1] == f"{len(numbers)}\n"


# -c -l -q -m -A -B -C


def test_count_names_the_files_if_there_are_several(call: Call) -> None:
    assert call("-c", "bot.log")[:2] == (0, "4\n")
    assert call("-c", "bot.log", "clean.log")[1] == "bot.log:4\nclean.log:0\n"
    assert call("-c", "clean.log")[:2] == (1, "0\n")
    assert call("-c", "-H", "bot.log")[1] == "bot.log:4\n"
    assert call("-c", "more", "-g", "*.log")[1] == "more/a b.log:1\n"
    assert call("-c", "-m", "3", "bot.log", "clean.log")[1] == "bot.log:3\nclean.log:0\n"
    assert call("-c", "-", "clean.log", stdin=BOT.encode())[1] == "(standard input):4\nclean.log:0\n"


def test_list_names_each_file_with_a_finding_once(call: Call) -> None:
    assert call("-l", "bot.log", "clean.log", "more")[:2] == (0, "bot.log\nmore/a b.log\nmore/deep/x.txt\n")
    assert call("-l", "clean.log")[:2] == (1, "")
    assert call("-l", stdin=BOT.encode())[1] == "(standard input)\n"


def test_quiet_prints_nothing(call: Call) -> None:
    assert call("-q", "bot.log") == (0, "", "")
    assert call("-q", "clean.log") == (1, "", "")


def test_quiet_stops_at_the_first_finding(call: Call) -> None:
    assert call("-q", "bot.log", "more", "-C", "2", stdin=b"")[0] == 0
    status, out, _ = call("-q", "missing.log", "bot.log")  # as grep -q: a finding outweighs a fault
    assert (status, out) == (0, "")


def test_max_count_is_for_each_file(call: Call) -> None:
    assert headings(call("-m", "2", "bot.log", "more")[1].replace("a b", "ab")) == [
        "bot.log:6:",
        "bot.log:7:",
        "more/ab.log:1:",
        "more/deep/x.txt:1:",
    ]


def test_context_shows_the_lines_around(call: Call) -> None:
    out = call("-C", "1", "bot.log")[1]
    shown = [line.strip() for line in out.splitlines() if line.startswith("    ") or line == "--"]
    masked = LINES[6].replace(SECRET, "[secret 1]")
    assert shown == [
        *LINES[4:6], masked, LINES[7], "--", *LINES[19:22], "--", *LINES[49:52],
    ]  # fmt: skip


def test_before_and_after_go_before_context(call: Call) -> None:
    assert call("-A", "0", "-C", "1", "bot.log")[1] == call("-B", "1", "bot.log")[1]
    assert call("-B", "0", "-C", "1", "bot.log")[1] == call("-A", "1", "bot.log")[1]


def test_context_follows_the_last_line_that_counts(call: Call) -> None:
    out = call("-m", "1", "-A", "2", "bot.log")[1]
    assert out.count("[after_fix]") == 1
    assert out.endswith(f"apiSecret=[secret 1]\n    {LINES[7]}\n")


# Formats


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_json_lines_are_one_object_a_line(call: Call) -> None:
    status, out, _ = call("--format", "jsonl", "bot.log", "--tz", "UTC")
    found = rows(out)
    assert status == 0
    assert [row["line"] for row in found] == FOUND
    assert found[0].keys() == {"path", "line", "time", "text", "explanations"}
    assert found[3]["path"] == "bot.log"
    assert found[3]["time"] == "2026-03-01T08:00:50.123Z"
    assert found[3]["text"] == LINES[50]
    (sight,) = found[3]["explanations"]
    assert sight.keys() == {
        "rule_id", "is_rule", "exchange", "product", "code", "http_status", "category", "retry", "urgency",
        "confidence", "title", "captures", "facts", "mark",
    }  # fmt: skip
    assert (sight["rule_id"], sight["code"], sight["captures"]["ip"]) == (DENIED_ID, "-2015", "203.0.113.7")


def test_sarif_is_one_valid_document(call: Call) -> None:
    status, out, _ = call("--format", "sarif", "more", "bot.log")
    log = json.loads(out)
    (run,) = log["runs"]
    assert (status, log["version"]) == (0, "2.1.0")
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted({CLOCK_ID, BUSY_ID, DENIED_ID})
    assert len(run["results"]) == 6
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] in ids
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        assert place["region"]["startLine"] >= 1
        assert " " not in place["artifactLocation"]["uri"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "more/a%20b.log"


def test_sarif_of_nothing_is_a_document_too(call: Call) -> None:
    status, out, _ = call("--format", "sarif", "clean.log")
    assert status == 1
    assert json.loads(out)["runs"][0]["results"] == []


def test_markdown_is_a_list(call: Call) -> None:
    out = call("--format", "markdown", "-m1", "bot.log")[1]
    assert out == (
        f"- bot.log:6: **Binance refused the timestamp as too late** ({CLOCK_ID}, after_fix)  \n  ` {LINES[5]} `\n"
    )


def test_markdown_is_safe_against_what_stands_in_logs(call: Call) -> None:
    Path("x`y*z.log").write_text(f"`` <script>alert(1)</script> ```` binance {CLOCK}\n", encoding="utf-8")
    out = call("--format", "markdown", "x`y*z.log")[1]
    from markdown_it import MarkdownIt

    page = MarkdownIt().render(out)
    assert "<script>" not in page
    assert "x`y*z.log:1" in page
    assert page.count("<li>") == 1


HOSTILE = "bad\x1b[31m\n`*<b>.log"


@pytest.mark.parametrize("form", ["text", "jsonl", "markdown", "sarif"])
def test_names_and_lines_cannot_command_the_terminal(call: Call, form: str) -> None:
    Path(HOSTILE).write_text(f"\x1b]0;title\x07\x9b31m \u202e binance {CLOCK} \x08\x00", encoding="utf-8")
    status, out, err = call("--format", form, "-a", HOSTILE)
    assert status == 0
    assert all(char.isprintable() or char == "\n" for char in out + err)
    if form == "text":
        assert headings(out) == ["bad\\x1b[31m\\n`*<b>.log:1:"]


def test_a_name_that_is_no_utf8_is_shown_with_its_bytes(call: Call) -> None:
    name = os.fsdecode(b"bad\xff.log")
    Path(name).write_text(f"binance {CLOCK}\n", encoding="utf-8")
    assert headings(call(name)[1]) == ["bad\\xff.log:1:"]
    assert rows(call("--format", "jsonl", name)[1])[0]["path"] == "bad\\xff.log"
    sarif = json.loads(call("--format", "sarif", name)[1])["runs"][0]["results"][0]
    assert sarif["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad%FF.log"


SECRETS = [
    "Zk3v9QpL0sXw7TnB2yRc8HdF5mJg1UaEZk3v9QpL0sXw7TnB2yRc8HdF5mJg1UaE",
    "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    "ab12" * 16,
    "hunter2secret",
    "my very secret words",
]
TELLING = f"""\
binance {{"code":-1022,"msg":"Signature for this request is not valid."}} url=/order?side=BUY&signature={SECRETS[2]}
kucoin {{"code":"400003","msg":"KC-API-KEY not exists"}} KC-API-PASSPHRASE: {SECRETS[3]}
binance {{"code":-2014,"msg":"API-key format invalid."}} X-MBX-APIKEY: {SECRETS[1]}
binance {{"code":-2014,"msg":"API-key format invalid."}} secret={SECRETS[0]} passphrase="{SECRETS[4]}"
binance {{"code":-1102,"msg":"Mandatory parameter '{SECRETS[0]}' was not sent, was empty/null, or malformed."}}
binance {{"code":-1105,"msg":"Parameter '{SECRETS[1]}' was empty."}}
binance {{"code":-1130,"msg":"Data sent for parameter 'apiKey={SECRETS[1]}' is not valid."}}
binance {{"code":-9876,"msg":"Something new."}} secret={SECRETS[0]}
"""


@pytest.mark.parametrize(
    "args",
    [
        ["--explain", "-C", "3"],
        ["--format", "jsonl"],
        ["--format", "markdown"],
        ["--format", "sarif"],
        ["--summary", "--explain"],
        ["--summary", "--format", "jsonl"],
        ["--summary", "--format", "markdown"],
        ["-q", "--report", "report.html"],
    ],
)
def test_no_secret_is_ever_printed(call: Call, args: list[str]) -> None:
    Path("telling.log").write_text(TELLING, encoding="utf-8")
    status, out, err = call(*args, "telling.log")
    report = Path("report.html")
    printed = out + err + (report.read_text(encoding="utf-8") if report.exists() else "")
    assert status == 0
    assert [secret for secret in SECRETS if secret in printed] == []
    assert "[key 1]" in printed


# Summaries


def test_summary_has_a_row_for_each_problem(call: Call) -> None:
    status, out, _ = call("--summary", "bot.log")
    assert status == 0
    assert [line.split("  ")[0] for line in out.splitlines() if "×  " in line] == ["2×", "1×", "1×"]
    assert "4 lines with a known error" in out


@pytest.mark.parametrize("form", ["text", "jsonl", "markdown"])
def test_a_summary_is_short_of_nothing_in_any_format(call: Call, form: str) -> None:
    status, out, _ = call("--summary", "--format", form, "bot.log", "more")
    assert status == 0
    assert all(rule_id in out for rule_id in (CLOCK_ID, BUSY_ID, DENIED_ID))


def test_summary_of_nothing_says_so(call: Call) -> None:
    status, out, _ = call("--summary", "clean.log")
    assert status == 1
    assert out.startswith("No exchange-API error was found")


@pytest.mark.parametrize(("args", "count"), [(["--summary"], 3), ([], 3), (["--rule", BUSY_ID], 1)])
def test_explain_explains_each_problem_once(call: Call, args: list[str], count: int) -> None:
    out = call("--explain", *args, "bot.log")[1]
    assert out.count("\nMore: explain show ") == count


def test_the_language_is_told(call: Call) -> None:
    assert "先排除问题" in call("--summary", "--lang", "zh", "bot.log")[1]
    assert "币安" in call("-m1", "--lang", "zh", "bot.log")[1]


# Reports


def test_a_report_is_written_beside_the_summary(call: Call) -> None:
    status, out, err = call("--report", "report.html", "bot.log")
    page = Path("report.html").read_text(encoding="utf-8")
    assert (status, err) == (0, "explain: report in report.html\n")
    assert "4 lines with a known error" in out
    assert page.startswith("<!doctype html>")
    assert DENIED_ID in page


def test_a_quiet_report_is_only_written(call: Call) -> None:
    assert call("-q", "--report", "report.html", "bot.log") == (0, "", "")
    assert call("-q", "--report", "report.html", "clean.log") == (1, "", "")
    assert "No exchange-API error was found" in Path("report.html").read_text(encoding="utf-8")


def test_a_report_is_written_through_a_link_and_into_a_pipe(call: Call) -> None:
    Path("link.html").symlink_to("report.html")
    assert call("-q", "--report", "link.html", "bot.log")[0] == 0
    assert Path("link.html").is_symlink()
    assert Path("report.html").is_file()
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert call("-q", "--report", "pipe", "bot.log")[0] == 0
        assert os.read(reader, 15) == b"<!doctype html>"
    finally:
        os.close(reader)
    assert Path("pipe").is_fifo()


def test_a_report_replaces_only_pages(call: Call) -> None:
    status, out, err = call("--report", "bot.log", stdin=b"")
    assert (status, out) == (2, "")
    assert err.startswith("explain: --report bot.log: this file is no HTML page and is not overwritten\n")
    assert Path("bot.log").read_text(encoding="utf-8") == BOT


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none/report.html", "--report none/report.html: there is no folder none\n  make it first: mkdir -p none\n"),
        ("more", "--report more: this is a folder\n  name the page too: --report more/errors.html\n"),
    ],
)
def test_a_report_that_cannot_be_written_is_told_before_the_search(call: Call, path: str, message: str) -> None:
    assert call("--report", path, "bot.log") == (2, "", f"explain: {message}")


def test_a_report_that_cannot_be_written_in_the_end_is_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("explainer.cli.printer.write_atomically", fail)
    assert call("-q", "--report", "report.html", "bot.log") == (
        2,
        "",
        "explain: the report cannot be written to report.html: No space left on device\n"
        "  name another file with --report\n",
    )


# What cannot be read


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(call: Call) -> None:
    status, out, err = call("missing.log", "bot.log", "gone/x.log")
    assert status == 2
    assert headings(out) == [f"bot.log:{number}:" for number in FOUND]
    assert [line.split(": ")[:2] for line in err.splitlines()] == [
        ["explain", "missing.log"],
        ["explain", "gone/x.log"],
    ]


@pytest.mark.parametrize("view", [[], ["-c"], ["--summary"]])
def test_a_truncated_archive_gives_what_is_there(call: Call, view: list[str]) -> None:
    Path("cut.log.gz").write_bytes(gzip.compress(BOT.encode() * 50, 1)[:-200])
    status, out, err = call(*view, "cut.log.gz")
    assert status == 2
    assert out
    assert err.startswith("explain: cut.log.gz: ")


def test_a_binary_file_is_left_out_with_a_notice(call: Call) -> None:
    Path("binary").write_bytes(b"\0\1\2\n" + LINES[5].encode() + b"\n")
    status, out, err = call("binary")
    assert (status, out) == (1, "")
    assert err.startswith("explain: binary: ")
    assert "-a" in err
    status, out, err = call("-a", "binary")
    assert (status, headings(out), err) == (0, ["binary:2:"], "")


def test_a_closed_standard_input_is_named(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    status, out, err = call()
    assert (status, out) == (2, "")
    assert err.startswith("explain: (standard input): ")


# What is refused


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-c", "-l"], "-c and -l cannot go together\n  choose one of them\n"),
        (["-c", "--summary"], "-c and -l cannot go with --summary or --report\n"),
        (["-m", "1", "--summary"], "-m cannot go with --summary or --report, which count every line\n"),
        (["-C", "1", "--summary"], "-A, -B and -C cannot go with --summary or --report"),
        (["-A", "1", "--format", "jsonl"], "-A, -B and -C cannot go with --format: "),
        (["-c", "--format", "jsonl"], "-c and -l cannot go with --format: they print plain text\n"),
        (["--summary", "--format", "sarif"], "a summary has no SARIF form\n  take --format jsonl or markdown\n"),
        (["--follow", "--format", "sarif"], "--follow cannot go with --format sarif"),
        (["--explain", "-c"], "--explain cannot go with -c, -l, -q or --format\n"),
        (["--explain", "--format", "jsonl"], "--explain cannot go with "),
        (["--since", "soon"], "'soon' is no time that I can read; "),
        (["--tz", "Mars"], "'Mars' is no time zone; "),
        (["--since", "now", "--until", "yesterday"], "--since is later than --until: "),
        (["--category", "rat"], "unknown category 'rat'"),
        (["--category", "none"], "unknown category 'none'\n  known: account/mode, "),
        (["--rule", "binance/credentials-rejectd"], f"(did you mean `{DENIED_ID}`?)\n  explain list shows the rules"),
        (["--exchange", "kucoi"], "unknown exchange 'kucoi' (did you mean `kucoin`?)\n  known: "),
        (["--product", "sopt"], "unknown product 'sopt'\n  known: "),
        (["--follow", "more/deep", "-g", "*.none"], "there is no file to follow\n"),
        (["--rules", "none"], ""),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_the_reason(call: Call, args: list[str], message: str) -> None:
    status, out, err = call(*args, *([] if "--follow" in args and "-g" in args else ["bot.log"]))
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("explain: ") == 1


@pytest.mark.parametrize(
    "args", [["-m", "0"], ["-m", "x"], ["-A", "-1"], ["-j", "0"], ["--retry", "x"], ["--color", "x"], ["--nope"]]
)
def test_values_that_are_none_are_refused(call: Call, args: list[str]) -> None:
    status, out, err = call(*args, "bot.log")
    assert (status, out) == (2, "")
    assert args[0] in err
    assert err.startswith("Usage: explain grep ")

"""Support tickets: what stands in them, from pastes and logs, and how they look."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from explainer.cli.entry import _run
from explainer.cli.terminal import Terminated
from explainer.kb.store import KnowledgeBase
from explainer.logs.work import WorkerLost
from explainer.match.credible import Told
from explainer.match.engine import MAX_TEXT
from explainer.match.mask import Masker
from explainer.model.answer import Language
from explainer.model.ticket import ClockState, Seen, Ticket
from explainer.render.reply import to_reply
from explainer.render.ticket import to_ticket
from explainer.support.clock import read_clock
from explainer.support.gather import Here, Said, Source, add_said, gather
from tests.test_paste import CTRL_D, ENTER, paste

Golden = Callable[[str, str], None]
Call = Callable[..., tuple[int, str, str]]

SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "aB3xZ9qK" * 8  # no key of anybody
CLOCK = 'binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
BANNED = 'binance {"code":-1003,"msg":"Way too much request weight used; IP banned until 1772366400000."}'
TRACE = f"""2026-03-01 11:58:00,120 INFO bot starting ccxt 4.4.82
2026-03-01 12:00:05,001 DEBUG POST https://api.acme.example.com/fut/order?signature={KEY} x-request-id: a1b2c3d4
X-ACME-KEY: {KEY} mail bob@example.org uid: 123456789
acme {{"code":-7001,"msg":"Key refused, address 203.0.113.7."}}
2026-03-01 12:00:06,500 INFO bot stopped
"""


def here(clock: ClockState | None = None) -> Here:
    return Here(NOW, SHANGHAI, clock or ClockState(is_synchronised=True, error=0.0123), "Linux 6.1 x86_64")


def write_ticket(
    kb: KnowledgeBase,
    text: str,
    *,
    line: int = 0,
    seen: Seen | None = None,
    rule: str | None = None,
    said: Said | None = None,
    told: Told | None = None,
    language: Language = "en",
    clock: ClockState | None = None,
) -> Ticket:
    masker = Masker(hide_private=True)
    source = Source(text, line, seen, rule)
    ticket = gather(kb, source, told=told or Told(), here=here(clock), language=language, masker=masker)
    return add_said(ticket, said or Said(), here(clock), masker)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_ticket_and_a_reply(tiny_kb: KnowledgeBase, golden: Golden, language: Language) -> None:
    said = Said(tried="restarted it, `no` <b>change</b>", changed="a new key")
    ticket = write_ticket(tiny_kb, TRACE, said=said, language=language)
    golden(f"ticket.{language}.md", to_ticket(ticket))
    golden(f"reply.{language}.txt", to_reply(ticket, has_secret=False))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_ticket_on_what_nobody_knows(tiny_kb: KnowledgeBase, golden: Golden, language: Language) -> None:
    seen = Seen(1_200, ("a.log", "b.log"), NOW - timedelta(hours=2), NOW)
    ticket = write_ticket(tiny_kb, 'acme {"code":-7777,"msg":"zzz"}', seen=seen, language=language)
    assert ticket.explanation is None
    golden(f"ticket-unknown.{language}.md", to_ticket(ticket))
    golden(f"reply-unknown.{language}.txt", to_reply(ticket, has_secret=True))


def test_what_the_text_tells_is_found(kb: KnowledgeBase) -> None:
    text = (
        "2026-03-01T12:00:05+01:00 POST https://fapi.binance.com/fapi/v1/order?a=1 HTTP/1.1 400\n"
        "x-mbx-uuid: 3f2504e0-4f89-11d3-9a0c-0305e82c3301\n"
        'ccxt 4.4.82 ccxt.base.errors.InvalidNonce: binance {"code":-1021,"msg":"Timestamp for this request was '
        "1000ms ahead of the server's time.\"}"
    )
    ticket = write_ticket(kb, text)
    assert (ticket.exchange, ticket.product, ticket.code) == ("binance", "usdm", "-1021")
    assert ticket.message == "Timestamp for this request was 1000ms ahead of the server's time."
    assert (ticket.method, ticket.url) == ("POST", "https://fapi.binance.com/fapi/v1/order")
    assert ticket.request_ids == {"x-mbx-uuid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}
    assert ticket.clients == ("ccxt 4.4.82",)
    assert ticket.at_utc == datetime(2026, 3, 1, 11, 0, 5, tzinfo=UTC)
    assert str(ticket.at_local) == "2026-03-01 19:00:05+08:00"
    assert ticket.explanation
    assert ticket.explanation.rule_id == "binance/timestamp-ahead-of-server"


@pytest.mark.parametrize(
    ("text", "said", "at", "source"),
    [
        (f"2026-03-01 08:00:05 {CLOCK}", None, "00:00:05", "zoneless"),  # a time without zone is Shanghai's
        (f"2026-03-01T08:00:05+08:00 {CLOCK}", None, "00:00:05", "line"),
        (f"2026-03-01 08:00:05 started\n{CLOCK}\n2026-03-01 09:00:00 retry", None, "00:00:05", "zoneless"),
        (f"{CLOCK} for order?timestamp=1772323205001", None, "00:00:05", "request"),
        (f"{CLOCK}\nDate: Sun, 01 Mar 2026 00:00:05 GMT", None, "00:00:05", "server"),
        (CLOCK, datetime(2026, 3, 1, 0, 0, 5, tzinfo=UTC), "00:00:05", "said"),
        (f"2026-03-01 08:00:05 {CLOCK}", datetime(2026, 3, 1, 5, tzinfo=UTC), "00:00:05", "zoneless"),
        (CLOCK, None, "", ""),
        (f"{CLOCK}\nDate: Sun, 99 Mar 2026 00:00:05 GMT", None, "", ""),
    ],
)
def test_when_it_happened(kb: KnowledgeBase, text: str, said: datetime | None, at: str, source: str) -> None:
    ticket = write_ticket(kb, text, said=Said(at=said))
    assert ticket.at_source == source
    assert (f"{ticket.at_utc:%H:%M:%S}" if ticket.at_utc else "") == at
    words = to_ticket(ticket)
    assert ("not in the text" in words) is not bool(at)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (ClockState(is_synchronised=None), "the operating system does not say"),
        (ClockState(is_synchronised=False), "NOT synchronised"),
        (ClockState(is_synchronised=True, error=0.0123), "off by at most 12 ms"),
    ],
)
def test_the_clock_of_this_machine(kb: KnowledgeBase, clock: ClockState, words: str) -> None:
    assert words in to_ticket(write_ticket(kb, CLOCK, clock=clock))


def test_how_far_the_clocks_are_apart_is_told(kb: KnowledgeBase) -> None:
    text = f'{CLOCK} timestamp=1772323205000 {{"serverTime":1772323203000}}'
    assert "2.000 s ahead of the server's" in to_ticket(write_ticket(kb, text))


def test_long_texts_are_cut_around_the_error(kb: KnowledgeBase) -> None:
    noise = [f"line {n} is quiet" for n in range(500)]
    text = "\n".join([*noise[:300], CLOCK, *noise[300:]])
    ticket = write_ticket(kb, text)
    lines = ticket.text.split("\n")
    assert lines.index(CLOCK) == 15
    assert (lines[0], lines[-1]) == ("line 285 is quiet", "line 307 is quiet")
    assert ticket.lines_left_out == 501 - len(lines)
    assert f"({501 - len(lines)} lines left out)" in to_ticket(ticket)


def test_a_key_that_the_cut_would_halve_stays_hidden(kb: KnowledgeBase) -> None:
    body = "\n".join("MC4CAQAw" * 7 for _ in range(60))
    text = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n" + "quiet\n" * 20 + CLOCK + "\nquiet" * 60
    ticket = write_ticket(kb, text)
    assert "MC4CAQAw" not in to_ticket(ticket)


def test_a_text_cannot_leave_its_block(kb: KnowledgeBase) -> None:
    ticket = write_ticket(kb, f"````\n# heading\n```\n{CLOCK}\x1b[31m \u202e")
    written = to_ticket(ticket)
    assert "`````text\n````\n# heading\n```\n" in written
    assert not re.search("[\x1b\u202e]", written)


def test_several_errors_give_the_ticket_on_the_first_to_read(kb: KnowledgeBase) -> None:
    ticket = write_ticket(kb, f"{CLOCK}\n{BANNED}\n")
    assert (ticket.code, ticket.message[:20]) == ("-1003", "Way too much request")


def test_the_last_line_with_words_stands_for_an_error_that_nobody_knows(kb: KnowledgeBase) -> None:
    assert write_ticket(kb, "{\n  it all went wrong\n}\n").message == "it all went wrong"
    assert write_ticket(kb, "???").message == "???"


def test_what_the_user_says_outranks_the_text(kb: KnowledgeBase) -> None:
    ticket = write_ticket(kb, "10007", told=Told("bigone", None))
    assert (ticket.exchange, ticket.exchange_name) == ("bigone", "BigONE")
    assert write_ticket(kb, "zzzz", told=Told("kucoin", "futures")).product == "futures"


# The command


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Return the command as a function: arguments in; status, output and warnings out."""

    def start(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["explain", "report", *args])
        with pytest.raises(SystemExit) as end:
            _run(["report", *args])
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return start


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "bot.log"
    lines = [f"2026-03-01 08:{n // 60:02}:{n % 60:02} INFO quiet {n}" for n in range(600)]
    lines[200] = f"2026-03-01 08:03:20 ERROR {CLOCK}"
    lines[400] = f"2026-03-01 08:06:40 ERROR {BANNED}"
    lines[410] = f"2026-03-01 08:06:50 ERROR {BANNED}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_paste_as_argument(call: Call) -> None:
    status, out, err = call("--lang", "en", "-1021", "--exchange", "binance")
    assert (status, err) == (0, "")
    assert out.startswith("# Binance · spot · `-1021`: an error without a message\n")


def test_what_no_rule_explains_gets_a_ticket_and_status_1(call: Call) -> None:
    status, out, _ = call("everything went wrong")
    assert status == 1
    assert "No rule explains this error." in out


def test_the_gravest_problem_of_a_log(call: Call, log: Path) -> None:
    status, out, err = call("--log", str(log), "--tz", "UTC")
    assert status == 0
    assert "`-1003`" in out.split("\n")[0]
    assert f"2 lines in `{log}`, 2026-03-01 08:06 UTC" in out
    assert "- **Time (UTC)**: 2026-03-01 08:06:40 (the text names no zone; taken for +00:00)\n" in out
    assert "quiet 390" in out
    assert "quiet 407" in out
    assert err == (
        "explain: the ticket is about binance/ip-banned, the gravest problem; "
        "--rule ID takes another: binance/timestamp-outside-recv-window\n"
    )


def test_another_problem_of_a_log_by_rule_or_time(call: Call, log: Path) -> None:
    for option in (
        ["--rule", "binance/timestamp-outside-recv-window"],
        ["--until", "2026-03-01 08:04", "--tz", "UTC"],
    ):
        status, out, err = call("--log", str(log), *option)
        assert (status, err) == (0, "")
        assert "`-1021`" in out.split("\n")[0]
        assert CLOCK in out


def test_packed_logs_and_errors_far_behind_the_first_block(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bot.log.gz"
    noise = b"2026-03-01 08:00:00 INFO all is quiet in here, nothing to be seen\n" * 40_000
    path.write_bytes(gzip.compress(noise + CLOCK.encode() + b"\nthe end\n"))
    status, out, _ = call("--log", str(path), "--tz", "UTC")
    assert status == 0
    assert f"nothing to be seen\n{CLOCK}\nthe end\n```" in out


def test_logs_without_an_error(call: Call, tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.log"
    quiet.write_text("all is well\n", encoding="utf-8")
    assert call("--log", str(quiet)) == (1, "", "explain: no exchange-API error was found in the logs\n")
    status, out, err = call("--log", str(tmp_path / "none.log"))
    assert (status, out) == (2, "")
    assert "none.log" in err


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (["--log", "a.log", "some text"], "a text and --log cannot go together"),
        (["--log", "-"], "--log reads files, which it reads twice"),
        (["--rule", "binance/ip-banned", "text"], "--rule chooses among the errors of logs"),
        (["--since", "2h", "text"], "--since chooses among the errors of logs"),
        (["--when", "soon", "text"], "'soon' is no time"),
        (["--tz", "Mars", "text"], "'Mars' is no time zone"),
        (["--exchange", "binnance", "text"], "unknown exchange"),
        ([" "], "no text given"),
    ],
)
def test_wrong_use_is_told(call: Call, args: list[str], fault: str) -> None:
    status, out, err = call(*args)
    assert (status, out) == (2, "")
    assert err.startswith(f"explain: {fault}")


def test_a_reply_is_three_lines(call: Call) -> None:
    for text in (CLOCK, f"{CLOCK} apiSecret={KEY}", "nobody knows"):
        _, out, _ = call("--reply", text)
        assert out.count("\n") == 3
        assert all(line.strip() for line in out.splitlines())
        assert ("delete that API key now" in out) is (KEY in text)


def test_json_holds_ticket_and_reply(call: Call) -> None:
    status, out, _ = call("--format", "json", "--when", "2026-03-01T12:00:00Z", f"{CLOCK} apiSecret={KEY}")
    found = json.loads(out)
    assert status == 0
    assert found["version"] == 1
    assert found["ticket"]["code"] == "-1021"
    assert found["ticket"]["at_utc"] == "2026-03-01T12:00:00Z"
    assert found["secrets"] == ["[secret 1]"]
    assert found["reply"].count("\n") == 3
    assert KEY not in out


def test_what_was_tried_is_masked_too(call: Call) -> None:
    _, out, err = call("--tried", f"set apiSecret={KEY}", "--changed", "mail bob@example.org", CLOCK)
    assert KEY not in out
    assert "bob@example.org" not in out
    assert "revoke it now" in err


WHEN, TRIED, CHANGED = "When did it happen", "What have you tried", "What changed lately (key"


def test_a_person_is_asked() -> None:
    moment = "2026-03-01T12:00:00Z"
    answers = [(WHEN, "soon\n"), (WHEN, f"{moment}\n"), (TRIED, "a restart\n"), (CHANGED, "nothing\n")]
    status, screen = paste(CLOCK + ENTER + ENTER, "report", answers=answers)
    assert status == 0
    asked, ticket = screen.split("# Binance")
    assert "'soon' is no time that I can read" in asked
    assert "2026-03-01 12:00:00 (as told by the user)" in ticket
    assert "## What was tried\n\na restart\n" in ticket
    assert "## What changed lately\n\nnothing\n" in ticket


def test_questions_may_be_left_open() -> None:
    answers = [(WHEN, ENTER), (TRIED, CTRL_D), (CHANGED, CTRL_D)]
    status, screen = paste(CLOCK + ENTER + ENTER, "report", answers=answers)
    assert status == 0
    assert "(please fill in: what you did" in screen


@pytest.mark.parametrize("args", [["--no-ask"], ["--reply"]])
def test_nothing_need_be_asked(args: list[str]) -> None:
    status, screen = paste(CLOCK + ENTER + ENTER, "report", *args)
    assert status == 0
    assert WHEN not in screen
    assert "Binance" in screen


# What once went wrong


def test_own_rules_are_for_logs_too(call: Call, tmp_path: Path) -> None:
    own, log = tmp_path / "own", tmp_path / "bot.log"
    shutil.copytree(Path(__file__).parent / "rules" / "exchanges" / "acme", own / "exchanges" / "acme")
    shutil.copytree(Path(__file__).parent / "rules" / "categories", own / "categories")
    (own / "domains.txt").write_text("docs.example.com\n", encoding="utf-8")
    log.write_text('acme {"code":-7001,"msg":"Key refused."}\n', encoding="utf-8")
    status, out, _ = call("--log", str(log), "--rules", str(own))
    assert status == 0
    assert out.startswith("# Acme · `-7001`")


def test_a_file_given_as_text_is_told(call: Call, log: Path) -> None:
    status, out, err = call(str(log))
    assert (status, out) == (2, "")
    assert err.startswith(f"explain: {log} is a file")


def test_a_pipe_as_log_is_read_but_once(call: Call, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", 'printf "%s\\n" "$1" > "$2"', "sh", CLOCK, str(pipe)]):
        status, out, _ = call("--log", str(pipe))
    assert status == 0
    assert CLOCK in out


@pytest.mark.parametrize("zone", ["-05:00", "+05:30"])
def test_zones_west_of_greenwich_are_no_options(call: Call, zone: str) -> None:
    _, out, _ = call(
        "--tz", zone, "--tried", "-1021 before", "-1021", "--when", "2026-03-01T12:00:00Z", "-e", "binance"
    )
    assert zone in out
    assert "\n\n-1021 before\n" in out.replace("\\", "")


@pytest.mark.parametrize("answer", ["---", "# x", "1. x", "=", "> x", "@all"])
def test_answers_are_paragraphs(kb: KnowledgeBase, answer: str) -> None:
    written = to_ticket(write_ticket(kb, CLOCK, said=Said(tried=answer)))
    assert f"## What was tried\n\n{answer}\n" not in written


def test_names_of_logs_hide_what_is_private(kb: KnowledgeBase) -> None:
    seen = Seen(1, ("/home/wangwei/bot.log",), None, None)
    assert "wangwei" not in to_ticket(write_ticket(kb, CLOCK, seen=seen))


def test_a_secret_at_the_cut_of_a_huge_paste_stays_hidden(kb: KnowledgeBase) -> None:
    text = f"secret={KEY} {'x ' * ((MAX_TEXT - 60 - len(CLOCK)) // 2)}\n{CLOCK}"
    assert len(text) > MAX_TEXT
    assert KEY[-12:] not in write_ticket(kb, text).text


class Kernel:
    """A C library whose adjtimex answers so."""

    def __init__(self, answer: int, status: int) -> None:
        self.answer, self.status = answer, status

    def adjtimex(self, state: Any) -> int:
        state._obj.status, state._obj.maxerror = self.status, 250_000
        return self.answer


@pytest.mark.parametrize(
    ("platform", "kernel", "state"),
    [
        ("linux", Kernel(0, 0x2001), ClockState(is_synchronised=True, error=0.25)),
        ("linux", Kernel(5, 0x40), ClockState(is_synchronised=False)),
        ("linux", Kernel(-1, 0), ClockState(is_synchronised=None)),
        ("linux", object(), ClockState(is_synchronised=None)),
        ("darwin", Kernel(0, 0), ClockState(is_synchronised=None)),
    ],
)
def test_what_the_kernel_says_of_its_clock(
    monkeypatch: pytest.MonkeyPatch, platform: str, kernel: object, state: ClockState
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("ctypes.CDLL", lambda *_args, **_options: kernel)
    assert read_clock() == state


def test_a_reply_names_what_there_is(call: Call) -> None:
    _, out, _ = call("--reply", "getaddrinfo ENOTFOUND api.example.org")
    assert out.startswith("The host name does not exist for your resolver. It will")
    _, out, _ = call("--reply", "HTTP 429")
    assert out.startswith("HTTP 429: ")


def test_one_line_is_left_out_in_the_singular(kb: KnowledgeBase) -> None:
    ticket = msgspec.structs.replace(write_ticket(kb, CLOCK), lines_left_out=1)
    assert "\n(1 line left out)\n" in to_ticket(ticket)


@pytest.mark.parametrize(
    ("end", "status", "told"),
    [
        (
            WorkerLost("a process that searched was killed by signal 9"),
            2,
            "explain: a process that searched was killed",
        ),
        (Terminated(), 143, ""),
    ],
)
def test_a_search_that_is_ended_is_told(
    call: Call, log: Path, monkeypatch: pytest.MonkeyPatch, end: BaseException, status: int, told: str
) -> None:
    def stop(*_args: object) -> None:
        raise end

    monkeypatch.setattr("explainer.cli.ticket.search_files", stop)
    found, out, err = call("--log", str(log))
    assert (found, out) == (status, "")
    assert err.startswith(told)

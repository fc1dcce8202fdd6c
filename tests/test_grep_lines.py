"""How `explain grep` shows a line: without colours, cut to what says the error, with nothing beside what is masked."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer.cli.entry import _run

CLOCK = 'binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
Call = Callable[..., tuple[str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Return `explain grep` as a function of a log: output and messages out."""

    def start(log: str, *args: str) -> tuple[str, str]:
        (tmp_path / "bot.log").write_text(log, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["explain", "grep", *args, str(tmp_path / "bot.log")])
        with pytest.raises(SystemExit):
            _run(sys.argv[1:])
        return capsys.readouterr()

    return start


def test_the_colours_of_a_log_are_not_shown(call: Call) -> None:
    out, _ = call(f"\x1b[1;31mERROR\x1b[0m {CLOCK}\x1b[m\n")
    assert out.splitlines()[1] == f"    ERROR {CLOCK}"


@pytest.mark.parametrize("before", [0, 400, 5_000])
def test_a_long_line_is_cut_around_what_says_the_error(call: Call, before: int) -> None:
    out, _ = call("x " * before + CLOCK + " y" * 2_000)
    line = out.splitlines()[1].strip()
    assert "-1021" in line
    assert len(line) <= 1_000
    assert line.startswith("…") == (before > 400)
    assert line.endswith("…")


def test_what_is_masked_in_a_line_is_not_named_beside_it(call: Call) -> None:
    out, _ = call("api.binance.com Cookie: session=abc; code=-1021\n", "--format", "jsonl")
    found = json.loads(out)
    assert found["text"] == "api.binance.com Cookie: [secret 1]"
    assert [sight["mark"] for sight in found["explanations"]] == [""]


def test_lines_that_no_rule_explains_are_counted(call: Call) -> None:
    unknown = 'binance {"code":-9876,"msg":"Something new."}'
    said = "2 lines may hold an error that no rule explains"
    assert said in call("\n".join([unknown, CLOCK, unknown]))[1]
    assert said not in call(CLOCK)[1]

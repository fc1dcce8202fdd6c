"""What the Tab key offers, asked as the shells ask it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer.cli import complete
from explainer.cli.entry import _run
from explainer.kb.store import KnowledgeBase

EXPLAIN = Path(sys.executable).parent / "explain"
Offered = Callable[..., list[str]]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tiny_kb: KnowledgeBase) -> Offered:
    """Return what asks, as bash does, for the words that fit the last one of a line; the rules are those of tests/."""
    monkeypatch.setattr(complete, "load_base", lambda: tiny_kb)

    def ask(*words: str) -> list[str]:
        monkeypatch.setenv("_EXPLAIN_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["explain", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit) as end:
            _run([])
        assert end.value.code == 0
        return sorted(capsys.readouterr().out.split())

    return ask


@pytest.mark.parametrize(
    ("words", "fitting"),
    [
        ([""], ["grep", "list", "report", "rules", "show", "site"]),
        (["gr"], ["grep"]),
        (["--ex"], ["--exchange"]),
        (["--v"], ["--version"]),
        (["'acme -7001'", "--w"], ["--why"]),
        (["-7001", "--exchange", "ac"], ["acme"]),
        (["-e", "acme", "-p", ""], ["spot", "usdm"]),
        (["-p", "sp"], ["spot"]),
        (["--lang", ""], ["en", "zh"]),
        (["show", "--lang=z"], ["zh"]),
        (["show", "acme/key"], ["acme/key-refused"]),
        (["show", "700"], []),
        (["show", "acme/key-refused", "-f", "m"], ["markdown"]),
        (["list", "--category", "auth"], ["auth", "auth/key-refused"]),
        (["grep", "--rule", "acme/or"], ["acme/order-outcome-unknown"]),
        (["grep", "--color", ""], ["always", "auto", "never"]),
        (["grep", "--format", "s"], ["sarif"]),
        (["rules", ""], ["check", "new", "schema", "stats"]),
        (["site", "build", "--no"], ["--no-search"]),
        (["'some text'", ""], []),  # the shell offers files then
        (["grep", ""], []),
        (["grep", "--report", "rep"], []),
    ],
)
def test_what_fits_is_offered(offered: Offered, words: list[str], fitting: list[str]) -> None:
    assert offered(*words) == fitting


def test_a_fault_in_the_rules_is_not_told_at_the_prompt(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> KnowledgeBase:
        raise OSError

    monkeypatch.setattr(complete, "load_base", fail)
    assert offered("--exchange", "") == []


def test_a_real_bash_asks_and_gets_an_answer() -> None:
    script = subprocess.run(
        [EXPLAIN], env=os.environ | {"_EXPLAIN_COMPLETE": "source_bash"}, capture_output=True, text=True, check=True
    ).stdout
    line = "COMP_WORDS=(explain show binance/credentials-rej); COMP_CWORD=2; _explain_completion explain"
    done = subprocess.run(
        ["bash", "-c", f'{script}\n{line}\necho "${{COMPREPLY[@]}}"'],
        env=os.environ | {"PATH": f"{EXPLAIN.parent}:{os.environ['PATH']}"},
        input="a text that must not be read",
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("binance/credentials-rejected\n", "")

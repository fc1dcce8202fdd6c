"""The commands of `explain site`: what they print, and with which status they end."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.cli.entry import _run
from explainer.site_builder import build, search

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Return the command as a function: arguments in; status, output and warnings out."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    def start(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["explain", "site", *args])
        with pytest.raises(SystemExit) as end:
            _run(["site", *args])
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return start


@pytest.fixture
def make(little: "Little", call: Call) -> Call:
    """Return `explain site build` of the little site, without search."""
    return lambda *args: call("build", "--out", str(little.out), "--no-search", *args)


def test_alone_it_tells_its_commands(call: Call) -> None:
    status, out, err = call()
    assert status == 2
    assert "build" in out + err
    assert "serve" in out + err


@pytest.mark.parametrize("command", ["build", "serve"])
def test_help(call: Call, command: str) -> None:
    status, out, err = call(command, "--help")
    assert (status, err) == (0, "")
    assert "site.yaml" in out
    assert "--rules DIR" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["build"], "Missing option '--out'"),
        (["biuld"], "No such command 'biuld'"),
        (["serve", "--port", "65536"], "less than or equal to 65535"),
        (["build", "--out", "x", "--rules", "/nowhere"], "/nowhere: no such folder of rules"),
    ],
)
def test_wrong_usage(call: Call, args: list[str], told: str) -> None:
    status, out, err = call(*args)
    assert (status, out) == (2, "")
    assert told in err


def test_it_tells_what_it_built(little: "Little", make: Call) -> None:
    status, out, err = make()
    assert (status, err) == (0, "")
    number = len(little.read_all()) - 1  # but for the mark
    assert out.startswith(f"50 pages in {little.out} ({number} files, 0.")
    assert out.endswith(" s)\n")


def test_settings_and_rules(little: "Little", make: Call) -> None:
    rule = (little.folder / "rules/exchanges/betaex/closed.yaml").read_text(encoding="utf-8")
    little.write("house/exchanges/betaex/shut.yaml", rule.replace("9001", "9002"))
    config = little.write("site.yaml", "languages: [zh]\n")
    assert make("--config", str(config), "--rules", str(little.folder / "house"))[0] == 0
    assert '<html lang="zh-CN">' in little.read("betaex/shut/index.html")


def test_faults_of_the_settings_are_told_and_nothing_is_built(little: "Little", make: Call) -> None:
    make()
    before = little.read_all()
    config = little.write("site.yaml", "nam: a\nlogo: b.svg\ncolors: {light: red}\n")
    status, out, err = make("-c", str(config))
    assert (status, out) == (2, "")
    assert err.splitlines()[0].startswith(f"{config}:1: nam: unknown key (did you mean `name`?)")
    assert err.splitlines()[-1] == "explain: 2 faults; nothing was built"
    config.write_text("exchanges: [acm]\n", encoding="utf-8")
    status, _, err = make("-c", str(config))
    assert (status, err) == (
        2,
        f"{config}:1: exchanges[0]: no exchange is called 'acm' (did you mean `acme`?)\n"
        "explain: 1 fault; nothing was built\n",
    )
    assert little.read_all() == before


def test_faults_of_own_rules_are_told(little: "Little", make: Call) -> None:
    little.write("house/exchanges/betaex/shut.yaml", "titel: {en: a, zh: b}\n")
    status, _, err = make("--rules", str(little.folder / "house"))
    assert status == 2
    assert "house/exchanges/betaex/shut.yaml:1: titel: unknown key (did you mean `title`?)" in err
    assert err.endswith("nothing was built\n")


def test_a_folder_of_others_is_refused(little: "Little", make: Call) -> None:
    little.write("out/thesis.txt", "mine")
    status, out, err = make()
    assert (status, out) == (2, "")
    assert err == (
        f"explain: {little.out} holds files that `explain site build` did not make; "
        "name an empty folder, or a new one\n"
    )
    assert little.read_all() == {"thesis.txt": b"mine"}


def test_a_full_disk_is_told(little: "Little", make: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    make()
    before = little.read_all()

    def fail(_out: Path, path: str, _text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr(build, "_write", fail)
    status, _, err = make()
    assert status == 2
    assert err == (
        "explain: cannot write the site: No space left on device: index.html\n"
        "  the site from before, if any, is untouched\n"
    )
    assert little.read_all() == before


def test_an_interrupted_build_ends_quietly(little: "Little", make: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    make()
    before = little.read_all()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "_write", interrupt)
    assert make() == (130, "", "")
    assert little.read_all() == before


def test_a_place_that_cannot_be_written(little: "Little", call: Call) -> None:
    file = little.write("file", "")
    status, _, err = call("build", "--no-search", "--out", str(file / "site"))
    assert (status, err) == (2, f"explain: cannot write beside {file / 'site'}: Not a directory\n")


# Search


def test_without_pagefind_the_site_has_no_search_and_says_so(
    little: "Little", call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "has_pagefind", lambda: False)
    status, _, err = call("build", "--out", str(little.out))
    assert status == 0
    assert err == (
        "explain: pagefind is not installed, so the site gets no search (pip install 'exchange-explainer[site]')\n"
    )
    assert not (little.out / "pagefind").exists()
    assert 'id="open-search"' not in little.read("index.html")
    assert "wasm-unsafe-eval" not in little.read("index.html")


def test_whether_pagefind_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    there: set[str] = set()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if name in there else None)
    assert not search.has_pagefind()
    there.add("pagefind")
    assert not search.has_pagefind()
    there.add("pagefind_bin")
    assert search.has_pagefind()


def stand_in(monkeypatch: pytest.MonkeyPatch, status: int, told: str) -> list[list[str]]:
    """Put something in place of pagefind, and return the commands it gets."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        folder = Path(command[command.index("--output-path") + 1])
        folder.mkdir()
        for name in ("pagefind.js", "pagefind-ui.js", "pagefind-modular-ui.css"):
            (folder / name).write_text("", encoding="utf-8")
        return subprocess.CompletedProcess(command, status, "", told)

    monkeypatch.setattr(search, "has_pagefind", lambda: True)
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_with_pagefind_the_pages_have_search(little: "Little", call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = stand_in(monkeypatch, 0, "")
    assert call("build", "--out", str(little.out))[0] == 0
    assert len(commands) == 1
    assert [path.name for path in (little.out / "pagefind").iterdir()] == ["pagefind.js"]
    assert 'data-index="/pagefind/pagefind.js"' in little.read("index.html")
    assert "'wasm-unsafe-eval'" in little.read("index.html")


def test_a_failure_of_pagefind_is_told_in_its_words(
    little: "Little", call: Call, make: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    make()
    before = little.read_all()
    stand_in(monkeypatch, 1, "Error: out of patience\n")
    status, out, err = call("build", "--out", str(little.out))
    assert (status, out) == (2, "")
    assert err == ("explain: pagefind failed: Error: out of patience\n  --no-search builds the site without it\n")
    assert little.read_all() == before

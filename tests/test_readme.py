"""What the README shows is what the command prints."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
MAKEFILE = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")


def run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "explain"
    environment = os.environ | {"COLUMNS": "80", "EXPLAIN_LANG": "en"}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "explain"), *words[1:]], capture_output=True, text=True, env=environment
    )
    return done.stdout + done.stderr


def shown() -> list[tuple[str, str]]:
    """Return every command of the README that stands above its output, with that output."""
    demo = re.search(r"explain '.*'", MAKEFILE)
    output = re.search(r"<!-- output of make demo -->\n```text\n(.*?)```", README, re.DOTALL)
    assert demo
    assert output
    blocks = re.findall(r"```console\n\$ (explain [^|\n]*?)\n((?!\$).+?)```", README, re.DOTALL)
    return [(demo.group(0), output.group(1)), *blocks]


@pytest.mark.parametrize(("command", "output"), shown())
def test_the_readme_shows_real_output(command: str, output: str) -> None:
    printed = re.sub(r"ended \d+ years ago", "ended N years ago", run(command))
    assert re.sub(r"ended \d+ years ago", "ended N years ago", output) == printed


def test_it_shows_the_demo_and_at_least_one_more() -> None:
    assert len(shown()) >= 2


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    for target in ("demo", "test"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)

"""What `--help` teaches: that every command has examples which work, says its exit status, and fits a terminal."""

import re
import shlex
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from explainer.cli.main import DEFAULT, app

WIDTH = 80


def walk(command: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    below = [walk(child, (*path, name)) for name, child in getattr(command, "commands", {}).items() if name != DEFAULT]
    return {path: command} | {name: child for part in below for name, child in part.items()}


PAGES = walk(typer.main.get_command(app))
LEAVES = [path for path, command in PAGES.items() if not getattr(command, "commands", {})]


def read(path: tuple[str, ...]) -> str:
    shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": str(WIDTH)}, prog_name="explain")
    assert shown.exit_code == 0
    return shown.output


def find_examples(text: str) -> list[list[str]]:
    """Return the arguments of the examples: without comments, and without what they are piped from and to."""
    lines = re.findall(r"^ {4}(?:[a-z][^|\n]* \| )?explain((?: (?! ).*?)?)(?= {2,}| [|>] |$)", text, re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_terminal_and_has_examples(path: tuple[str, ...]) -> None:
    text = read(path)
    assert max(map(len, text.splitlines())) <= WIDTH
    examples = find_examples(text)
    assert len(examples) >= 2
    assert [example for example in examples if tuple(example[: len(path)]) == path]


@pytest.mark.parametrize("path", [(), *LEAVES])
def test_a_page_says_what_the_exit_status_means(path: tuple[str, ...]) -> None:
    assert len(re.findall("^ *Exit status: ", read(path), re.MULTILINE)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_its_examples_are_understood(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    command = typer.main.get_command(app)
    understood = []
    for part in [*walk(command).values(), command.commands[DEFAULT]]:  # type: ignore[attr-defined]
        if not getattr(part, "commands", {}):
            monkeypatch.setattr(part, "callback", lambda **values: understood.append(values))
    examples = find_examples(read(path))
    for example in examples:
        command.main(example, prog_name="explain", standalone_mode=False)  # raises if it cannot be read
    assert len(understood) == len(examples)


def test_the_first_page_names_what_is_read_from_the_environment() -> None:
    text = read(())
    for name in ("EXPLAIN_LANG", "EXPLAIN_CACHE", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        assert re.search(rf"^ +{name}  ", text, re.MULTILINE)

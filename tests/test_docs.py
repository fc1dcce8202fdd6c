"""Whatever the documentation shows works: commands are run, programs and files tried, links followed."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer

from explainer.cli.main import app
from tests.docs_pages import (
    PAGES,
    ROOT,
    Block,
    find_code_spans,
    find_links,
    is_like,
    is_part,
    read_blocks,
    read_commands,
)
from tests.docs_reader import (
    FOREIGN_YAML,
    NO_PROGRAM,
    NOT_RUN,
    PACKAGES,
    Reader,
    find_reason,
    furnish,
    program_of,
    stand_in,
    without_comment,
)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.fixture
def scratch(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the furnished folder in which all is tried."""
    furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}/.venv/bin:{os.environ['PATH']}",
        "COLUMNS": "80",
        "TZ": "UTC",
    }.items():
        monkeypatch.setenv(name, value)
    for name, attributes in PACKAGES.items():
        monkeypatch.setitem(sys.modules, name, stand_in(name, **attributes))
    return tmp_path


@every_page
def test_everything_on_a_page_works(page: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLAIN_LANG", "zh" if page.name.endswith(".zh.md") else "en")
    reader = Reader(scratch)
    for block in read_blocks(page):
        reader.read(block)


def all_blocks() -> Iterator[Block]:
    for page in PAGES:
        yield from read_blocks(page)


def commands_of(page: Path) -> list[str]:
    blocks = read_blocks(page)
    shells = [block for block in blocks if block.kind in ("sh", "console")]
    units = "".join(block.text for block in blocks if block.kind == "ini")
    return [c.line for block in shells for c in read_commands(block)] + re.findall(r"^ExecStart=(.*)$", units, re.M)


def test_nothing_is_excused_that_no_page_has() -> None:
    excused = [line for page in PAGES for line in commands_of(page) if find_reason(line)]
    assert {*map(without_comment, excused), *map(program_of, excused)} >= NOT_RUN.keys()
    assert {block.kind for block in all_blocks()} >= NO_PROGRAM.keys()
    keys = {key for block in all_blocks() if block.kind == "yaml" for key in msgspec.yaml.decode(block.text)}
    assert keys >= FOREIGN_YAML.keys()


def test_what_make_is_asked_for_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = [line.split() for page in PAGES for line in [*commands_of(page), *find_code_spans(page)]]
    named = {words[1] for words in asked if words[0] == "make" and len(words) > 1}
    assert {"demo", "test", "bench"} <= named <= targets


def options_of(command: Any) -> set[str]:
    return {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}


def options_for(words: list[str]) -> set[str]:
    """Return the options of the command that words call."""
    command: Any = typer.main.get_command(app)
    found = options_of(command)
    for word in words or [""]:
        if not hasattr(command, "commands"):
            break
        command = command.commands.get(word) or command.commands.get("text") or command
        found |= options_of(command)
    return found | {"--help", "-h"}


@every_page
def test_every_command_has_the_options_that_are_named(page: Path) -> None:
    for line in [*commands_of(page), *find_code_spans(page)]:
        for part in re.split(r" ?[|;&]+ ", line):
            words = part.split()
            if words and words[0].rpartition("/")[2] == "explain":
                named = {word for word in words if re.fullmatch(r"--[a-z-]+|-[a-zA-Z]", word)}
                assert named <= options_for(words[1:]), part


@every_page
def test_every_option_is_one_of_some_command(page: Path) -> None:
    def collect(command: Any) -> set[str]:
        return options_of(command).union(*map(collect, getattr(command, "commands", {}).values()))

    named = {span.split()[0] for span in find_code_spans(page) if re.match(r"--[a-z]", span)}
    assert named <= collect(typer.main.get_command(app)) | {"--help"}


def anchor_of(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for address in find_links(page):
        path, _, anchor = address.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), address
        headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        assert not anchor or anchor in map(anchor_of, headings), address
    for name in re.findall(r"(?<![\w/-])docs/[\w./-]+\.\w+", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_the_index_names_every_page() -> None:
    listed = {link for link in find_links(ROOT / "docs" / "README.md") if "/" not in link}
    assert listed == {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nb\n", "a\nb\n", True),
        ("a\n…\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\nd\n", "a\nb\n", False),
        ("a.\n", "ab\n", False),
        ("it ended 4 years ago\n", "it ended 5 years ago\n", True),
    ],
)
def test_output_may_be_shown_in_part(shown: str, printed: str, fits: bool) -> None:
    assert is_like(shown, printed) is fits


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "c": 3}, {"a": 1, "b": 2}, False),
        ({"a": "…"}, {"a": {"b": 2}}, True),
        ({"a": "…"}, {}, False),
        ([2], [1, 2, 3], True),
        ([3, 1], [1, 2, 3], False),
        ([{"a": 1}], [{"a": 2}, {"a": 1, "b": 1}], True),
        ({"a": None}, {"a": 0}, False),
    ],
)
def test_json_may_be_shown_in_part(shown: Any, printed: Any, fits: bool) -> None:
    assert is_part(shown, printed) is fits


PAGE = """\
# Page

    explain x      # says what
    explain y \\
      --full

```text
out
```

Words
```console
$ explain z
1

2
$ explain w
```
"""


def test_blocks_and_commands_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.docs_pages.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    shell, text, console = read_blocks(page)
    assert (shell.place, shell.kind, shell.follows) == ("page.md:3", "sh", False)
    assert (text.place, text.kind, text.text, text.follows) == ("page.md:7", "text", "out\n", True)
    assert (console.kind, console.follows) == ("console", False)
    assert [tuple(command) for command in read_commands(shell)] == [
        ("explain x      # says what", None),
        ("explain y    --full", None),
    ]
    assert [tuple(command) for command in read_commands(console)] == [("explain z", "1\n\n2\n"), ("explain w", None)]

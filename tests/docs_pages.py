"""Reads the pages of the documentation: their blocks of code, their commands, and what they say is printed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
MORE = "…"
"""As a line of its own, or a value of JSON: whatever the command prints there."""

_FENCE = re.compile(r"^```(\w*)$")
_AGO = re.compile(r"ended \d+ years ago|已于 \d+ 年前结束")


class Block(NamedTuple):
    """A block of code on a page."""

    place: str  # page:line
    kind: str  # the language after the fence; `sh` for an indented block
    text: str
    follows: bool  # nothing but blank lines stands between the block before and this one


class Command(NamedTuple):
    """A command and what the page says it prints; None: the page does not say."""

    line: str
    output: str | None = None


def read_blocks(page: Path) -> list[Block]:
    """Return the blocks of a page: fenced ones, and indented ones, which hold commands."""
    blocks: list[Block] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    number, between = 0, True
    while number < len(lines):
        start = number
        if fence := _FENCE.match(lines[number]):
            number = lines.index("```", number + 1) + 1
            kind, body = fence[1], lines[start + 1 : number - 1]
        elif lines[number].startswith("    ") and not lines[number - 1].strip():
            while number < len(lines) and (lines[number].startswith("    ") or not lines[number].strip()):
                number += 1
            kind, body = "sh", "\n".join(line[4:] for line in lines[start:number]).rstrip().splitlines()
        else:
            between = between or bool(lines[number].strip())
            number += 1
            continue
        place = f"{page.relative_to(ROOT).as_posix()}:{start + 1}"
        blocks.append(Block(place, kind, "".join(f"{line}\n" for line in body), not between))
        between = False
    return blocks


def read_commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a block; in a `console` they stand behind `$`, and what they print below them."""
    text = block.text.replace("\\\n", " ")
    if block.kind == "sh":
        yield from (Command(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))
        return
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield Command(line, output or None)


def is_like(shown: str, printed: str) -> bool:
    """Tell whether a page shows what is printed, apart from what it leaves out and what time changes."""
    lines = _AGO.sub("", shown).splitlines()
    pattern = "".join("(?:.*\n)*?" if line == MORE else re.escape(line) + "\n" for line in lines)
    return re.fullmatch(pattern, _AGO.sub("", printed)) is not None


def is_part(shown: Any, printed: Any) -> bool:
    """Tell whether all JSON that a page shows stands in what is printed; lists may be shown in part."""
    if shown == MORE:
        return True
    if isinstance(shown, dict):
        return isinstance(printed, dict) and all(
            name in printed and is_part(value, printed[name]) for name, value in shown.items()
        )
    if isinstance(shown, list):
        rest = iter(printed)
        return isinstance(printed, list) and all(any(is_part(one, other) for other in rest) for one in shown)
    return bool(shown == printed)


def find_code_spans(page: Path) -> list[str]:
    """Return what stands between backticks in the text of a page."""
    text = re.sub(r"^```\w*$.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def find_links(page: Path) -> list[str]:
    """Return the relative addresses to which a page links."""
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [address for address in found if not re.match(r"[a-z]+:", address)]

"""The README: short, true figures, the two commands, a picture that is there and small; its Chinese twin likewise."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from explainer.model.document import Retry

ROOT = Path(__file__).parents[1]
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")}
MEASURED = {"README.md": "- **It is measured.**", "README.zh.md": "- **有数据**"}
FIGURES = ("rules", "codes", "meanings", "examples", "counterexamples")


@pytest.fixture(scope="module")
def stats(cache: Path) -> dict[str, int]:
    """Return what `explain rules stats` counts."""
    command = [str(Path(sys.executable).parent / "explain"), "rules", "stats", "--format", "json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    known = [row["exchange"] for row in found["by_exchange"] if row["exchange"] != "any"]
    full = [row["exchange"] for row in found["by_exchange"] if row["rules"] and row["exchange"] != "any"]
    return {**{name: found[name] for name in FIGURES}, "recognised": len(known) - len(full)}


@pytest.mark.parametrize("name", READMES)
def test_its_figures_are_those_of_the_rules(name: str, stats: dict[str, int]) -> None:
    """They are rounded down. That rules explain their examples and no counterexample: tests/test_accuracy.py."""
    (line,) = (line for line in READMES[name].splitlines() if line.startswith(MEASURED[name]))
    named = sorted(int(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*", line))
    counted = sorted(stats.values())
    assert len(named) == len(counted)
    for said, found in zip(named, counted, strict=True):
        assert said <= found < 1.2 * said, f"it says {said}, there are {found}"


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_near_the_top(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"    make {target} " in "\n".join(READMES[name].splitlines()[:10])
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("name", READMES)
def test_it_is_short_and_leads_to_its_twin(name: str) -> None:
    lines = READMES[name].splitlines()
    assert len(lines) <= 160
    (twin,) = READMES.keys() - {name}
    assert f"]({twin})" in lines[0]


@pytest.mark.parametrize("name", READMES)
def test_it_shows_a_picture_that_loads_fast(name: str) -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", READMES[name])
    content = (ROOT / picture).read_bytes()
    assert content[8:12] == b"WEBP"
    assert len(content) < 150_000


def test_both_have_the_same_verdicts() -> None:
    english, chinese = (re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for text in READMES.values())
    assert english == chinese == ["retry", *get_args(get_args(Retry)[0])]

"""Each fuzzer with some hundred inputs, always the same: `python tests/fuzz/run.py` tries new ones for longer."""

import importlib.util
import os
from pathlib import Path

import pytest

from tests.fuzz.laws import assert_inert, assert_printable, assert_safe_path
from tests.fuzz.run import NAMES, fuzz

INPUTS = 600


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="no atheris here (pip install atheris; Linux)")
@pytest.mark.parametrize("name", NAMES)
def test_no_input_is_too_odd(tmp_path: Path, cache: Path, name: str) -> None:
    run = fuzz(name, tmp_path, "-seed=7", f"-runs={INPUTS}", "-max_len=1000", limit=120, seeds=60)
    assert run.faults == (), run.tail
    assert run.inputs >= INPUTS, run.tail
    assert run.coverage > 0


@pytest.mark.parametrize("text", ["a\x1b[31m", "a\u202eb", "\x00", "\ud800", "\r", "\x85", "\u2066"])
def test_the_law_of_print_sees_what_is_raw(text: str) -> None:
    with pytest.raises(AssertionError):
        assert_printable(text)


@pytest.mark.parametrize(
    "html",
    [
        "<script>",
        "<img src=//x>",
        "<p onclick=x>",
        '<a href="java\tscript:x">',
        "<a href=data:x>",
        "<a href='&#106;avascript:x'>",
        "<p style=x>",
        "<svg/>",
        "<!doctype x>",
    ],
)
def test_the_law_of_pages_sees_what_acts(html: str) -> None:
    with pytest.raises(AssertionError):
        assert_inert(html)


@pytest.mark.parametrize("path", ["x/", "/../", "/a/./", "/a b/", "/a\\b/", "/a\n", "/a%2e/"])
def test_the_law_of_paths_sees_what_leads_elsewhere(path: str) -> None:
    with pytest.raises(AssertionError):
        assert_safe_path(path)


def test_a_fault_is_told_with_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    if not importlib.util.find_spec("atheris"):
        pytest.skip("no atheris here (pip install atheris; Linux)")
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "from explainer.site_builder import urls\nurls.code_path = lambda code: f'/{code}/../'\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])]))
    run = fuzz("addresses", tmp_path / "out", "-seed=7", "-runs=200", limit=60)
    assert len(run.faults) == 1
    assert "AssertionError: /x/a/../" in run.faults[0]
    assert len(list((tmp_path / "out").glob("fault-laws-*"))) == 2

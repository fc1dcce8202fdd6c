"""The compiled patterns: kept, read again, and never trusted when damaged."""

import os
from pathlib import Path

import pytest

from explainer.kb.store import KEPT, KnowledgeBase, keep
from explainer.logs import sieve as module
from explainer.logs.sieve import find_lines, load_sieve

LOG = b"order filled 12\nbinance Invalid symbol.\nprice 429\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLAIN_CACHE", str(tmp_path))
    return tmp_path


def fresh(kb: KnowledgeBase) -> KnowledgeBase:
    """Return the same knowledge base without what it has compiled, as another process has it."""
    other = KnowledgeBase.__new__(KnowledgeBase)
    other.index, other.memory = kb.index, {}
    return other


def test_patterns_are_compiled_once_and_kept(
    tiny_kb: KnowledgeBase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fresh(tiny_kb)
    assert load_sieve(first) is load_sieve(first)
    (kept,) = folder.glob("sieve-*.hsdb")
    monkeypatch.setattr(module, "_build", lambda _: pytest.fail("compiled again"))
    again = load_sieve(fresh(tiny_kb))
    assert find_lines(again, LOG) == find_lines(load_sieve(first), LOG)
    assert kept.exists()


@pytest.mark.parametrize("damage", [b"", b"no line end", b"{}\n", b"\xff" * 100, None])
def test_damaged_patterns_are_compiled_again(kb: KnowledgeBase, folder: Path, damage: bytes | None) -> None:
    want = find_lines(load_sieve(fresh(kb)), LOG)
    (kept,) = folder.glob("sieve-*.hsdb")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert find_lines(load_sieve(fresh(kb)), LOG) == want != []
    assert kept.read_bytes() == whole


def test_of_each_kind_the_newest_are_kept(folder: Path) -> None:
    (folder / "kb-other").write_bytes(b"x")
    for number in range(KEPT + 3):
        assert keep("sieve", f"{number}", bytes, lambda number=number: b"%d" % number) == b"%d" % number  # type: ignore[misc]
        os.utime(folder / f"sieve-{number}", (number, number))
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["kb-other", *(f"sieve-{number}" for number in range(3, KEPT + 3))]
    )

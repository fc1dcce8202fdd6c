"""Shared by all tests: the knowledge bases, a cache of their own, and goldens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from explainer.kb.build import build
from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, load_base

TESTS = Path(__file__).parent

settings.register_profile("untimed", deadline=None)  # a slow machine is no fault
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/goldens/ anew instead of comparing")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what the tests build out of the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLAIN_CACHE", str(folder))
        for name in ("EXPLAIN_LANG", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            patch.delenv(name, raising=False)
        patch.setenv("LC_ALL", "C.UTF-8")
        yield folder


@pytest.fixture(scope="session")
def kb(cache: Path) -> KnowledgeBase:
    """Return the knowledge base of the shipped rules."""
    return load_base()


@pytest.fixture(scope="session")
def tiny_kb() -> KnowledgeBase:
    """Return the knowledge base of tests/rules, whose texts change only with the tests."""
    base, problems = load_trees([TESTS / "rules"])
    assert problems == []
    return KnowledgeBase(build(base))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a comparison of a text with a file in tests/goldens/; `--update-golden` writes the file."""

    def compare(name: str, text: str) -> None:
        path = TESTS / "goldens" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare

"""Shared by all tests: the knowledge bases, a cache of their own, and goldens."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings

from explainer.kb.build import build
from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, load_base
from explainer.match.engine import explain_text
from explainer.model.answer import Cause, Explanation, Language
from explainer.model.log import Notice, Place, Row, Summary, Unknown

pytest_plugins = ["tests.site_fixtures"]

TESTS = Path(__file__).parent
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script> `a` ``b`` **c** | [x](http://y) <x onload=y> \"q\" 'q' {{ 7 * 7 }} ]]> --> "
    "\x1b[31m \u202e \udc80 <!-- &amp;"
)

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


@pytest.fixture
def make_summary(tiny_kb: KnowledgeBase) -> Callable[[Language], Summary]:
    """Return what makes, in a language, the summary of a search in three days of logs."""
    return partial(summarize, tiny_kb)


@pytest.fixture
def hostile(tiny_kb: KnowledgeBase) -> Summary:
    """Return a summary with hostile text wherever a log, a rule or a file's name can put it."""
    explanation = msgspec.structs.replace(
        explain(tiny_kb, 'acme {"code":-7001,"msg":"Key refused."}', "en"),
        title=f"Title {HOSTILE}",
        summary=f"Summary {HOSTILE}",
        code=HOSTILE,
        product=HOSTILE,
        assumption=HOSTILE,
        confidence="guess",
        causes=(Cause(HOSTILE, HOSTILE, (HOSTILE,)),),
        dont=(HOSTILE,),
        links=("javascript:alert(1)", 'https://x/"onclick="y'),
    )
    place = Place(HOSTILE, 1, HOSTILE)
    row = Row(
        explanation=explanation,
        count=1,
        first=NOON,
        files={HOSTILE: 1},
        sample=place,
        values={HOSTILE: {HOSTILE: 1}, "until": {HOSTILE: 1}},
        timeline={int(NOON.timestamp()): 1},
    )
    unknown = Unknown(shape=HOSTILE, count=1, exchange=HOSTILE, code=HOSTILE, files={HOSTILE: 1}, sample=place)
    notices = [Notice(HOSTILE, "io", is_error=True, detail=HOSTILE), Notice(HOSTILE, "binary", is_error=False)]
    return Summary(rows=[row], unknown=[unknown], files=1, known_lines=1, unknown_lines=1, notices=notices)


def summarize(kb: KnowledgeBase, language: Language) -> Summary:
    """Return what a search in three days of logs may find."""
    lost = 'acme {"code":-7002,"msg":"No answer in time."}'
    refused = 'acme {"code":-7001,"msg":"Key refused, address 203.0.113.7."}'
    start = int(NOON.timestamp())
    return Summary(
        rows=[
            Row(
                explanation=explain(kb, lost, language),
                count=7,
                first=NOON,
                last=NOON + timedelta(minutes=61),
                files={"bot.log": 7},
                sample=Place("bot.log", 12, f"2026-03-01 12:00:00,123 ERROR trader.orders [worker-3] sent: {lost}"),
                timeline={start: 5, start + 3660: 2},
            ),
            Row(
                explanation=explain(kb, refused, language),
                count=1204,
                first=NOON,
                last=NOON + timedelta(days=2),
                files={"bot.log": 1000, "/var/log/bots/of/the/second/account/bot.log.1": 204},
                sample=Place("/var/log/bots/of/the/second/account/bot.log.1", 99, f"ERROR {refused}"),
                values={
                    "ip": {"203.0.113.7": 1200, "198.51.100.23": 4},
                    "until": {"1772366400000": 3, "1772370000": 2, "soon": 1},
                    "order_id": {str(number): 1 for number in range(50)},
                },
                timeline={start + 60 * minute: 1 for minute in range(0, 2880, 3)},
            ),
            Row(
                explanation=explain(kb, "acme -7001", language),
                count=1,
                files={"-": 1},
                sample=Place("-", 0, "acme -7001"),
                values={"symbol": {"BTCUSDT": 5, "ETHUSDT": 4, "XRPUSDT": 3, "SOLUSDT": 2}},
            ),
            Row(
                explanation=explain(kb, "HTTP 429", language),
                count=2,
                first=NOON,
                files={"bot.log": 2},
                sample=Place("bot.log", 3, "HTTP 429"),
            ),
        ],
        unknown=[
            Unknown(
                shape="ERROR acme said # to order #",
                count=30,
                exchange="acme",
                code="-7999",
                first=NOON,
                last=NOON,
                files={"bot.log": 30},
                sample=Place("bot.log", 77, "ERROR acme said -7999 to order 8812"),
            ),
            Unknown(shape="WARN HTTP #", count=3, files={"-": 3}, sample=Place("-", 0, "WARN HTTP 599")),
        ],
        files=3,
        bytes=1_234_567_890,
        known_lines=1214,
        unknown_lines=33,
        seconds=12.34,
        notices=[
            Notice("bot.log.2.gz", "truncated", is_error=True),
            Notice("core", "binary", is_error=False),
        ],
    )


def explain(kb: KnowledgeBase, text: str, language: Language) -> Explanation:
    return explain_text(kb, text, language=language)[0]

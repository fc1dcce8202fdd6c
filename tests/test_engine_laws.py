import random
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.kb.store import KnowledgeBase, build_trees, find_rules
from explainer.match.credible import Told
from explainer.match.engine import explain_text, scan_lines
from explainer.model.answer import Explanation
from explainer.model.index import Index

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLES_OF_A_RULE = 2
PIECES = [
    *("binance", "kucoin ", "bigone", "-1021", "400100", "40004", "429", "HTTP/1.1 ", "币安", "错误码：", "Caused by:"),
    *("code", "msg", '"code":', "'msg': '", "APIError(code=", "): ", "secret=abcdef123456", "<b>", "%s", "%(x)s"),
    *("{", "}", "{{", "[", "]", '"', '\\"', '""', "'", "`", "\\", "\\n", "\\u0022", "\\ud83d", "{name}", "{limit:int}"),
    *("\ud800", "\udfff", "“", "&quot;", "&#39;", "\n", "\r", "\t", "\x00", "\x1b[31m"),
    *("timestamp=1660090423228 ", "serverTime: 1660090423000 ", "quantity=1.5 stepSize=0.1 "),
    "Timestamp for this request is outside of the recvWindow.",
    "IP banned until 1660090423228",
    "Filter failure: LOT_SIZE",
]
PASTES = st.one_of(
    st.text(), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=25).map("".join)
)
TOLD = st.sampled_from(
    [Told(), Told("binance"), Told("kucoin", "futures"), Told("no-such-exchange", "no-such-product")]
)


def examples_of(kb: KnowledgeBase) -> list[str]:
    """List the first examples of every full rule."""
    owners = {owner.id: owner for owner in kb.index.owners if owner.is_rule}.values()
    texts = [text for owner in owners for text in kb.record(owner.record)["examples"][:EXAMPLES_OF_A_RULE]]
    assert len(texts) > 200
    return texts


@settings(max_examples=300, deadline=None)
@given(PASTES, TOLD, st.sampled_from(["en", "zh"]))
def test_no_text_is_too_odd(kb: KnowledgeBase, text: str, told: Told, language: str) -> None:
    for found in explain_text(kb, text, told=told, language="zh" if language == "zh" else "en"):
        assert found.title
        assert found.summary
        assert found.causes
        assert found.line >= 1
        assert msgspec.json.decode(msgspec.json.encode(found), type=Explanation) == found
    for finding in scan_lines(kb, text.splitlines()):
        assert finding.explanations


def test_json_and_back_is_the_identity(kb: KnowledgeBase) -> None:
    for text in examples_of(kb):
        for found in explain_text(kb, text, language="zh"):
            assert msgspec.json.decode(msgspec.json.encode(found), type=Explanation) == found


@pytest.mark.parametrize(
    "prefix",
    [
        "2026-11-21 09:45:03,118 - bot.orders - ERROR - ",
        "[2026-11-21T09:45:03.118Z] WARN trader/main: ",
        "E1121 09:45:03 ! ",
    ],
)
def test_a_log_prefix_does_not_change_the_rule(kb: KnowledgeBase, prefix: str) -> None:
    moved = [text for text in examples_of(kb) if first_rule(kb, prefix + text) != first_rule(kb, text)]
    assert moved == []


LINES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,!-_/()<>", max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_line_of_no_import_in_front_does_not_change_the_rule(kb: KnowledgeBase, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(examples_of(kb)))
    assert first_rule(kb, data.draw(LINES) + "\n" + text) == first_rule(kb, text)


def first_rule(kb: KnowledgeBase, text: str) -> str | None:
    found = explain_text(kb, text, now=NOW)
    return found[0].rule_id if found else None


def shuffle(artefact: bytes, seed: int) -> KnowledgeBase:
    """Return a knowledge base whose owners and selections stand in another order."""
    cut = artefact.index(b"\n")
    index = msgspec.json.decode(artefact[:cut], type=Index)
    dice = random.Random(seed)
    owners = dice.sample(range(len(index.owners)), len(index.owners))
    selections = dice.sample(range(len(index.selections)), len(index.selections))
    owner_at = {old: new for new, old in enumerate(owners)}
    selection_at = {old: new for new, old in enumerate(selections)}

    def move(numbers: list[int]) -> list[int]:
        return dice.sample([selection_at[number] for number in numbers], len(numbers))

    rows = [index.selections[old] for old in selections]
    shuffled = msgspec.structs.replace(
        index,
        owners=[index.owners[old] for old in owners],
        selections=[msgspec.structs.replace(row, owner=owner_at[row.owner]) for row in rows],
        by_template=[move(numbers) for numbers in index.by_template],
        by_code={key: move(numbers) for key, numbers in index.by_code.items()},
        by_status={key: move(numbers) for key, numbers in index.by_status.items()},
        by_exception={key: move(numbers) for key, numbers in index.by_exception.items()},
        shapes=dice.sample(index.shapes, len(index.shapes)),
    )
    return KnowledgeBase(msgspec.json.encode(shuffled) + artefact[cut:])


def test_the_order_of_the_rules_changes_nothing(kb: KnowledgeBase) -> None:
    other = shuffle(build_trees((find_rules(),)), seed=7)
    codes = [code for code in kb.index.by_code if code.startswith("-")]
    texts = [*examples_of(kb)[::4], *codes[::2], *(f"binance {code}" for code in codes[1::2])]
    changed = [text for text in texts if explain_text(kb, text, now=NOW) != explain_text(other, text, now=NOW)]
    assert changed == []

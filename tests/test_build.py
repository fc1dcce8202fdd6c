import re
import shutil
from pathlib import Path

import msgspec
import pytest

from explainer.kb.build import build
from explainer.kb.load import Base, load_trees
from explainer.kb.store import KnowledgeBase
from explainer.model.answer import RulesError
from explainer.model.index import Envelope, Mark, Selection, Shape

LITTLE = Path(__file__).parent / "little"


def load(root: Path) -> Base:
    base, problems = load_trees([root])
    assert problems == []
    return base


@pytest.fixture
def built() -> KnowledgeBase:
    return KnowledgeBase(build(load(LITTLE)))


def test_every_rule_and_meaning_is_an_owner_with_the_verdicts_nearest_to_it(built: KnowledgeBase) -> None:
    assert [list(msgspec.structs.astuple(owner)) for owner in built.index.owners] == [
        ["acme/limit-reached", True, "acme", None, "net/timeout", "after_wait", "medium", 0, "-1003", 2],
        ["any/timeout", True, None, None, "net/timeout", "verify_first", "high", 1, None, 2],
        ["acme/spot/-1001", False, "acme", "spot", "net/timeout", "verify_first", "high", 2, "-1001", 0],
        ["acme/spot/-1002", False, "acme", "spot", "net/timeout", "never", "low", 3, "-1002", 0],
    ]


def test_every_selection_keeps_its_keys(built: KnowledgeBase) -> None:
    assert built.index.selections == [
        Selection(0, "-1003", 0, None, None, "spot", None),
        Selection(0, None, 1, None, None, None, None),
        Selection(1, None, None, None, "ReadTimeout", None, None),
        Selection(1, None, None, "504", None, None, 2),
        Selection(1, None, 3, None, None, None, None),
        Selection(2, "-1001", 4, None, None, None, None),
        Selection(3, "-1002", None, None, None, None, None),
    ]


def test_a_selection_is_found_by_its_template_its_code_its_status_or_its_exception(built: KnowledgeBase) -> None:
    assert built.index.by_template == [[0], [1], [], [4], [5]]
    assert built.index.by_code == {"-1003": [0], "-1001": [5], "-1002": [6]}
    assert built.index.by_status == {"504": [3]}
    assert built.index.by_exception == {"ReadTimeout": [2]}


def test_every_branch_of_a_template_is_found_by_its_rarest_words(built: KnowledgeBase) -> None:
    assert built.index.anchors == {
        "calls reached": [0],
        "calls reached wait": [1],
        "gave up": [3],
        "socket hang up": [3],
        "timed out": [4],
    }


def test_a_template_of_few_words_or_letters_is_loose(tmp_path: Path) -> None:
    tree = shutil.copytree(LITTLE, tmp_path / "rules")
    codes = tree / "exchanges/acme/codes/spot.yaml"
    text = codes.read_text(encoding="utf-8")
    loose = {}
    for message in ("Timeout.", "Unauthorizedly", "Not so long no", "Not so longest", "Not found at all"):
        codes.write_text(text.replace("Order {id:int} timed out.", message).replace("{id}", ""), encoding="utf-8")
        loose[message] = KnowledgeBase(build(load(tree))).index.templates[4].is_loose
    assert loose == {
        "Timeout.": True,
        "Unauthorizedly": True,
        "Not so long no": True,
        "Not so longest": False,
        "Not found at all": False,
    }


def test_the_marks_of_an_exchange_lead_to_it_and_its_product(built: KnowledgeBase) -> None:
    index = built.index
    assert index.names == {"acme": "acme"}
    assert index.ccxt == {"acme": Mark("acme", None), "acmeswap": Mark("acme", "swap")}
    assert index.hosts == {"api.acme.example": Mark("acme", "spot")}
    assert index.domains == {"acme.example": "acme"}
    assert index.paths == {"/swap/": Mark("acme", "swap")}
    assert index.texts == {"x-acme-key": Mark("acme", None), "acme.errors": Mark("acme", None)}
    assert index.shapes == [Shape("acme", ("code", "msg"), None, "number", "spot")]
    assert index.products == {"acme": ["spot", "swap"]}


def test_the_forms_of_errors_are_taken_over(built: KnowledgeBase) -> None:
    index = built.index
    assert index.envelopes == [Envelope("bracket-code", r"\[code (?P<code>-\d{4})\]", ("[code",), is_loose=True)]
    assert index.keys == {"code": ["code"], "message": ["msg"], "status": ["status"]}
    assert (index.foreign, index.success, index.neutral, index.harmless) == (
        ["postgres"],
        ["0"],
        ["w3.org"],
        ["^print"],
    )


def test_the_records_hold_the_texts(built: KnowledgeBase) -> None:
    rule = built.record(0)
    assert rule["title"] == {"en": "Acme allows {limit} calls", "zh": "Acme 允许 {limit} 次"}
    assert rule["causes"][1]["when"] == "wait"
    assert rule["not"] == {"en": ["Do not hurry."], "zh": ["不要着急。"]}
    assert (rule["links"], rule["related"], rule["verified"]) == (
        ["https://docs.acme.example/limits"],
        ["any/timeout"],
        "2026-01-02",
    )
    assert rule["examples"] == [
        "acme [code -1003] Limit of 5 calls reached.",
        "Limit of 5 calls reached, wait 3 minutes",
    ]
    assert built.record(2) == {
        "code": "-1001",
        "name": "TIMEOUT",
        "message": "Order {id:int} timed out.",
        "summary": {"en": "Order {id} may exist.", "zh": "订单 {id} 可能已存在。"},
        "until": "2026-06-01",
        "verified": "2026-01-02",
    }
    absent = built.record(3)
    assert (absent["name"], absent["message"], absent["until"]) == (None, None, None)
    assert built.category("net/timeout")["title"]["zh"] == "响应超时"


def test_a_rule_captures_what_finds_it_but_not_what_only_narrows(built: KnowledgeBase) -> None:
    assert built.record(0)["captures"] == ["limit", "wait"]
    assert built.record(1)["captures"] == ["gate"]


def test_a_profile_is_found_by_its_exchange_only(built: KnowledgeBase) -> None:
    profile = built.profile("acme")
    assert profile is not None
    assert profile["facts"] == {"status_page": {"en": "the status page", "zh": "状态页"}}
    assert built.profile("other") is None
    assert built.profile(None) is None


def test_the_same_documents_give_the_same_bytes_in_whatever_order_they_were_read() -> None:
    base = load(LITTLE)
    turned = load(LITTLE)
    turned.rules = dict(reversed(turned.rules.items()))
    assert list(turned.rules) != list(base.rules)
    assert build(turned) == build(base)


def test_two_selections_with_one_message_share_its_template(tmp_path: Path) -> None:
    tree = shutil.copytree(LITTLE, tmp_path / "rules")
    rule = tree / "exchanges/acme/limit-reached.yaml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace(" reached, wait {wait:text}", " reached!"), encoding="utf-8")
    index = KnowledgeBase(build(load(tree))).index
    assert [selection.template for selection in index.selections[:2]] == [0, 0]
    assert index.by_template[0] == [0, 1]


def test_a_code_of_several_kinds_also_has_a_general_meaning_in_its_own_category(tmp_path: Path) -> None:
    tree = shutil.copytree(LITTLE, tmp_path / "rules")
    shutil.copy(tree / "categories/net/timeout.yaml", tree / "categories/net/lost.yaml")
    codes = tree / "exchanges/acme/codes/spot.yaml"
    text = codes.read_text(encoding="utf-8")
    second = "meanings:\n      - {message: Order is lost., category: net/lost, en: Lost., zh: 丢失。}\n"
    codes.write_text(text.replace("meanings:\n", second, 1), encoding="utf-8")
    kb = KnowledgeBase(build(load(tree)))
    owners = [kb.index.owners[kb.index.selections[number].owner] for number in kb.index.by_code["-1001"]]
    told = [(owner.category, (kb.record(owner.record)["summary"] or {"en": "-"})["en"]) for owner in owners]
    assert sorted(told) == [("net/lost", "Lost."), ("net/timeout", "-"), ("net/timeout", "Order {id} may exist.")]


def test_another_text_gives_another_version(tmp_path: Path) -> None:
    tree = shutil.copytree(LITTLE, tmp_path / "rules")
    rule = tree / "any/timeout.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("Nothing came", "Naught came"), encoding="utf-8")
    versions = [KnowledgeBase(build(load(root))).index.version for root in (LITTLE, tree)]
    assert len(set(versions)) == 2
    assert all(re.fullmatch(r"\d+-[0-9a-f]{12}", version) for version in versions)


def test_the_artefact_is_one_line_of_index_and_one_line_for_each_record() -> None:
    data = build(load(LITTLE))
    index, *records = data.decode().splitlines()
    kb = KnowledgeBase(data)
    assert msgspec.json.encode(kb.index).decode() == index
    assert [kb.record(number) for number in range(len(records))] == [msgspec.json.decode(line) for line in records]
    assert len(kb.index.offsets) == len(records) + 1


def test_without_envelopes_nothing_is_built(tmp_path: Path) -> None:
    tree = shutil.copytree(LITTLE, tmp_path / "rules")
    (tree / "envelopes.yaml").unlink()
    with pytest.raises(RulesError) as caught:
        build(load(tree))
    assert str(caught.value) == "rules: envelopes.yaml is missing"

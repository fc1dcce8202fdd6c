"""Matching on a small tree of two exchanges that share keys, codes and sentences, so that every decision shows."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from explainer.kb.build import build
from explainer.kb.load import Base, load_trees
from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import explain_text, scan_lines
from explainer.match.judge import find_matches, judge
from explainer.match.normal import Normal
from explainer.match.rank import Level
from explainer.match.signals import MAX_EVENTS, find_signals
from explainer.match.texts import describe
from explainer.match.trial import check_base
from explainer.model.answer import Problem

VERIFIED = {"date": "2026-11-21", "source": "the tests"}


def text(en: str) -> dict[str, str]:
    return {"en": en, "zh": f"{en}。"}


def cause(name: str, when: str | None = None) -> dict[str, Any]:
    said = {"cause": f"{name}.", "check": f"Look at {name}.", "fix": [f"Mend {name}."]}
    return {"en": said, "zh": said, **({"when": when} if when else {})}


def category(title: str, retry: str, urgency: str) -> dict[str, Any]:
    meaning = text(f"{title} at {{exchange|some exchange}}.")
    return {"title": text(title), "meaning": meaning, "retry": retry, "urgency": urgency, "causes": [cause(title)]}


def rule(title: str, kind: str, match: list[dict[str, str]], examples: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "title": text(title),
        "category": kind,
        "match": match,
        "summary": text(f"{title}."),
        "causes": [cause("the first"), cause("the second")],
        "links": ["https://docs.example.com/"],
        "verified": VERIFIED,
        "examples": examples,
        "counterexamples": ["nothing that is known here"],
        **more,
    }


def exchange(name: str, products: list[str], marks: dict[str, Any], shapes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": text(name),
        "products": {product: text(product) for product in products},
        "marks": marks,
        "shapes": shapes,
        "facts": {"key_page": text(f"{name} keys")},
        "links": {name: f"https://{name}.example.com/" for name in ("docs", "errors")},
        "verified": VERIFIED,
    }


def codes(product: str, entries: dict[str, list[tuple[str, str | None]]]) -> dict[str, Any]:
    catalogue = {
        code: {
            "category": meanings[0][0],
            "name": f"NAME{code}",
            "meanings": [
                {"category": kind, **text(f"Entry {code} of {product}."), **({"message": said} if said else {})}
                for kind, said in meanings
            ],
        }
        for code, meanings in entries.items()
    }
    return {"product": product, "verified": VERIFIED, "codes": catalogue}


SHAPE = {"keys": ["code", "msg"], "code": "-[0-9]{4}", "kind": "number"}
SAID = "the peer machine reset the line"
ELSEWHERE = f"elsewhere: {SAID}"
LIMIT = "Limit of {limit:int} orders reached"
TREE: dict[str, Any] = {
    "categories/rate/limit.yaml": category("Too fast", "after_wait", "medium"),
    "categories/auth/key.yaml": category("Key refused", "after_fix", "high"),
    "categories/order/lost.yaml": category("Order lost", "verify_first", "critical"),
    "categories/net/down.yaml": category("Line down", "verify_first", "low"),
    "envelopes.yaml": {
        "keys": {"code": ["code", "retCode"], "message": ["msg", "error"], "status": ["status"]},
        "envelopes": [
            {
                "name": "client",
                "pattern": r"(?P<exchange>[a-z]{3,12})\s{1,4}(?=\{)",
                "needs": ["{"],
                "example": "acme {x",
            },
            {
                "name": "http",
                "pattern": r"\bHTTP\s{1,3}(?P<status>[45]\d\d)\b",
                "needs": ["http "],
                "example": "HTTP 429",
            },
            {
                "name": "bare",
                "pattern": r"(?<![\w.-])(?P<code>-\d{4})(?![\w.])",
                "needs": ["-"],
                "example": "got -1001",
                "loose": "true",
            },
        ],
        "foreign": ["mailer"],
        "success": ["0"],
        "neutral": ["python.org"],
        "harmless": [r"^\s{0,40}except\b"],
    },
    "exchanges/acme/exchange.yaml": exchange(
        "Acme",
        ["spot", "futures"],
        {
            "names": ["acme"],
            "ccxt": {"acme": "all", "acmefutures": "futures"},
            "hosts": {"api.acmetrade.com": "spot", "f.acmetrade.com": "futures"},
            "paths": {"/fut/": "futures"},
            "headers": {"X-ACME-KEY": "all"},
            "texts": {"AcmeError": "all"},
        },
        [SHAPE, {"keys": ["code", "msg", "trace"], "kind": "number", "code": "-[0-9]{4}", "product": "futures"}],
    ),
    "exchanges/beta/exchange.yaml": exchange(
        "Beta",
        ["spot"],
        {"names": ["beta"], "ccxt": {"beta": "all"}, "hosts": {"api.betamarkets.com": "spot"}},
        [SHAPE],
    ),
    "exchanges/acme/codes/spot.yaml": codes(
        "spot",
        {
            "-1001": [("rate/limit", "Too many orders for this account today")],
            "-1003": [("rate/limit", "The first meaning of it"), ("auth/key", "The other meaning which nobody met")],
            "-1004": [("auth/key", None)],
            "-1005": [("rate/limit", None)],
            "0": [("auth/key", "The account has been closed for good")],
        },
    ),
    "exchanges/acme/codes/futures.yaml": codes(
        "futures", {"-1001": [("auth/key", "The signature does not fit this request at all")]}
    ),
    "exchanges/beta/codes/spot.yaml": codes(
        "spot", {"-1001": [("order/lost", "The order was lost on its way to the book")]}
    ),
    "exchanges/acme/limit-reached.yaml": rule(
        "Limit of orders",
        "rate/limit",
        [{"code": "-1002", "message": LIMIT}, {"message": LIMIT}],
        [
            {"text": 'acme {"code":-1002,"msg":"Limit of 5 orders reached"}', "captures": {"limit": "5"}},
            "say: Limit of 7 orders reached.",
        ],
    ),
    "exchanges/acme/too-fast.yaml": rule(
        "Slow down",
        "rate/limit",
        [{"http_status": "429"}, {"code": "-1005", "product": "spot"}],
        ["acme HTTP 429", "https://api.acmetrade.com/ -1005"],
    ),
    "any/status-429.yaml": rule(
        "Somebody is too fast", "rate/limit", [{"http_status": "429"}], ["HTTP 429", "an answer: HTTP 429"]
    ),
    "any/status-429-on-order.yaml": rule(
        "An order was too fast",
        "order/lost",
        [{"http_status": "429", "pattern": "POST /orders"}],
        ["POST /orders HTTP 429", "POST /orders was HTTP 429"],
    ),
    "any/status-429-raised.yaml": rule(
        "A client raised it",
        "rate/limit",
        [{"http_status": "429", "exception": "RateError"}],
        ["RateError: HTTP 429", "HTTP 429 became a RateError"],
    ),
    "any/timeout.yaml": rule(
        "No answer", "net/down", [{"exception": "ReadTimeout"}], ["ReadTimeout", "x: ReadTimeout"]
    ),
    "any/reset.yaml": rule("Cut off", "net/down", [{"message": SAID}], [SAID, ELSEWHERE]),
}


def load(folder: Path, tree: dict[str, Any]) -> Base:
    for name, content in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    (folder / "domains.txt").write_text("example.com\n", encoding="utf-8")
    base, problems = load_trees([folder])
    assert problems == []
    return base


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return KnowledgeBase(build(load(tmp_path_factory.mktemp("two"), TREE)))


@pytest.mark.parametrize(
    ("pasted", "told", "exchange", "product", "rule_id"),
    [
        ('https://api.betamarkets.com/x {"code":-1001,"msg":"?"}', Told(), "beta", "spot", "beta/spot/-1001"),
        ('https://api.acmetrade.com/x {"code":-1001,"msg":"?"}', Told(), "acme", "spot", "acme/spot/-1001"),
        ('https://f.acmetrade.com/x {"code":-1001,"msg":"?"}', Told(), "acme", "futures", "acme/futures/-1001"),
        ('https://api.acmetrade.com/fut/x {"code":-1001,"msg":"?"}', Told(), "acme", "futures", "acme/futures/-1001"),
        ('https://other.acmetrade.com/x {"code":-1001,"msg":"?"}', Told(), "acme", "spot", "acme/spot/-1001"),
        ('acmefutures {"code":-1001,"msg":"?"}', Told(), "acme", "futures", "acme/futures/-1001"),
        ('x-acme-key: k {"code":-1001,"msg":"?"}', Told(), "acme", "spot", "acme/spot/-1001"),
        ('{"code":-1001,"msg":"?","trace":1}', Told(), "acme", "futures", "acme/futures/-1001"),
        ('the beta bot: {"code":-1001,"msg":"?"}', Told(), "beta", "spot", "beta/spot/-1001"),
        ('the alphabeta bot: {"code":-1001,"msg":"?"}', Told(), "acme", "spot", "acme/spot/-1001"),
        ("beta and acme: HTTP 429", Told(), "acme", None, "acme/too-fast"),
        ('gamma and acme: {"code":-1001,"msg":"?"}', Told(), "acme", "spot", "acme/spot/-1001"),
        ("-1002", Told(), "acme", None, "acme/limit-reached"),
        ('{"code":-1001,"msg":"?"}', Told("beta"), "beta", "spot", "beta/spot/-1001"),
        ('{"code":-1001,"msg":"?"}', Told("acme", "futures"), "acme", "futures", "acme/futures/-1001"),
        ('{"code":-1001,"msg":"?"}', Told(None, "futures"), "acme", "futures", "acme/futures/-1001"),
        ('AcmeError {"code":-1001,"msg":"?"}', Told("beta"), "beta", "spot", "beta/spot/-1001"),
        ('{"code":-1001,"msg":"The order was lost on its way to the book"}', Told(), "beta", "spot", "beta/spot/-1001"),
        ("The signature does not fit this request at all.", Told(), "acme", "futures", "acme/futures/-1001"),
        ("got -1001", Told("beta"), "beta", "spot", "beta/spot/-1001"),
        ("acme says HTTP 429", Told(), "acme", None, "acme/too-fast"),
        ("HTTP 429", Told("acme"), "acme", None, "acme/too-fast"),
        ("HTTP 429", Told(), None, None, "any/status-429"),
        ("beta: HTTP 429", Told(), "beta", None, "any/status-429"),
    ],
)
def test_exchange_and_product_come_from_what_is_told_then_marks_then_shape_then_name(
    two: KnowledgeBase, pasted: str, told: Told, exchange: str | None, product: str | None, rule_id: str
) -> None:
    first = explain_text(two, pasted, told=told)[0]
    assert (first.exchange, first.product, first.rule_id) == (exchange, product, rule_id)


def test_the_nearest_mark_decides(two: KnowledgeBase) -> None:
    pasted = 'https://api.betamarkets.com/x\nfine\nhttps://api.acmetrade.com/x {"code":-1001,"msg":"?"}'
    assert [e.exchange for e in explain_text(two, pasted)] == ["acme"]
    assert [e.exchange for e in explain_text(two, "\n".join(reversed(pasted.split("\n"))))] == ["acme"]


def test_a_shape_of_several_exchanges_says_what_it_might_be(two: KnowledgeBase) -> None:
    (found,) = explain_text(two, '{"code":-1001,"msg":"?"}')
    assert [(a.exchange, a.category) for a in found.alternatives] == [("acme", "auth/key"), ("beta", "order/lost")]
    assert found.confidence == "guess"
    assert found.assumption.startswith("Taken for Acme by the form of the code and message")
    assert "The text shows no product; spot is assumed" in found.assumption
    assert "Code -1001 has several meanings" in found.assumption


@pytest.mark.parametrize(
    ("pasted", "level", "confidence"),
    [
        ('acme {"code":-1002,"msg":"Limit of 5 orders reached"}', Level.EXCHANGE_CODE_MESSAGE, "exact"),
        ('{"code":-1002,"msg":"Limit of 5 orders reached"}', Level.EXCHANGE_CODE_MESSAGE, "likely"),
        ('acme {"msg":"Limit of 5 orders reached"}', Level.EXCHANGE_MESSAGE, "exact"),
        ("so: Limit of 5 orders reached yesterday", Level.EXCHANGE_MESSAGE, "likely"),
        ('acme {"code":-1002}', Level.EXCHANGE_CODE, "likely"),
        ("-1004", Level.EXCHANGE_CODE, "guess"),
        ("then the peer machine reset the line", Level.MESSAGE, "likely"),
        ("acme HTTP 429", Level.EXCHANGE_STATUS, "guess"),
        ("requests.ReadTimeout: x", Level.EXCEPTION, "guess"),
        ("HTTP 429", Level.STATUS, "guess"),
    ],
)
def test_what_held_decides_level_and_confidence(two: KnowledgeBase, pasted: str, level: Level, confidence: str) -> None:
    verdicts, _ = judge(two, Normal(pasted), Told())
    (found,) = explain_text(two, pasted)
    assert ([v.best.level for v in verdicts], found.confidence) == ([level], confidence)


@pytest.mark.parametrize(
    ("pasted", "rule_id"),
    [
        ("POST /orders HTTP 429", "any/status-429-on-order"),
        ("POST /orders" + " " * 1900 + "HTTP 429", "any/status-429-on-order"),
        ("POST /orders" + " " * 2100 + "HTTP 429", "any/status-429"),
        ("RateError\nHTTP 429", "any/status-429-raised"),
        ("HTTP 429" + " " * 2100 + "RateError", "any/status-429"),
        ('acme {"code":-1002}', "acme/limit-reached"),
        ('acme {"code":-1005}', "acme/too-fast"),
        ('acmefutures {"code":-1005}', "acme/spot/-1005"),
        ('acme {"code":-1002,"msg":"%s"}' % ("a new wording " * 9), None),
        ('acme {"code":0,"msg":"The account has been closed for good"}', "acme/spot/0"),
        ('acme {"code":0,"msg":"fine"}', None),
        ('acme {"code":-1003,"msg":"the other meaning, which you met"}', "acme/spot/-1003"),
        ('{"code":-1004,"msg":"anything"} from the mailer', "acme/spot/-1004"),
        ("HTTP 429 from the mailer", None),
        ("ReadTimeout in the mailer", None),
        ("the peer machine reset the line of the mailer", None),
    ],
)
def test_every_key_of_a_selection_must_hold(two: KnowledgeBase, pasted: str, rule_id: str | None) -> None:
    found = explain_text(two, pasted)
    assert (found[0].rule_id if found else None) == rule_id


def test_words_shared_with_an_unknown_message_decide_between_meanings(two: KnowledgeBase) -> None:
    first = [
        explain_text(two, f'acme {{"code":-1003,"msg":"{said}"}}')[0].category
        for said in ("the first meaning, again", "some other meaning: nobody knows", "Other!")
    ]
    assert first == ["rate/limit", "auth/key", "auth/key"]


def test_an_entry_yields_to_a_rule_of_its_category(two: KnowledgeBase) -> None:
    (found,) = explain_text(two, 'https://api.acmetrade.com {"code":-1005,"msg":"said otherwise"}')
    assert (found.rule_id, found.is_rule) == ("acme/too-fast", True)


def test_a_told_exchange_overrules_a_foreign_service(two: KnowledgeBase) -> None:
    assert explain_text(two, "HTTP 429 from the mailer", told=Told("acme"))[0].rule_id == "acme/too-fast"


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ('acme {"code":-1002,"msg":"Limit of 5 orders reached"}', ["acme/limit-reached"]),
        ("Limit of 5 orders reached", ["acme/limit-reached"]),
        ("the peer machine reset the line", ["any/reset"]),
        ("the peer machine reset the line of https://shop.example.com/x", []),
        ("the peer machine reset the line of https://docs.python.org/x", ["any/reset"]),
        (
            "the peer machine reset the line of http://10.0.0.7:80/x and http://gateway/x and http://a.local/",
            ["any/reset"],
        ),
        ('acme {"code":-1004,"msg":"x"}', ["acme/spot/-1004"]),
        ('{"code":-1004,"msg":"x"}', []),
        ('{"retCode":-1004,"msg":"x"} of acme', ["acme/spot/-1004"]),
        ("acme -1004", []),
        ("AcmeError -1004", []),
        ("HTTP 429", []),
        ("acme HTTP 429", []),
        ("AcmeError HTTP 429", ["acme/too-fast"]),
        ("requests.ReadTimeout: x", []),
        ("acme requests.ReadTimeout: x", ["any/timeout"]),
        ("acme ReadTimeout", []),
        ("except AcmeError -1002 Limit of 5 orders reached", []),
    ],
)
def test_a_log_needs_an_error_context(two: KnowledgeBase, line: str, rules: list[str]) -> None:
    assert [e.rule_id for finding in scan_lines(two, [line]) for e in finding.explanations] == rules


def test_a_message_that_belongs_to_one_event_is_not_another_s(two: KnowledgeBase) -> None:
    pasted = '{"code":-1004,"msg":"x"} {"code":-1002,"msg":"Limit of 5 orders reached"}'
    assert [(e.code, e.captures) for e in explain_text(two, pasted)] == [("-1004", {}), ("-1002", {"limit": "5"})]


def test_a_message_on_the_line_of_its_code_belongs_to_it(two: KnowledgeBase) -> None:
    for pasted in ("AcmeError -1002 (Limit of 5 orders reached)", "Limit of 5 orders reached, -1002"):
        assert [(e.code, e.captures["limit"]) for e in explain_text(two, pasted)] == [("-1002", "5")]


def test_a_text_of_very_many_errors_is_read_up_to_a_limit(two: KnowledgeBase) -> None:
    pasted = 'AcmeError: {"code":-1004,"msg":"x"}\n' * (MAX_EVENTS + 50)
    normal = Normal(pasted)
    signals = find_signals(two, normal)
    assert len(signals.events) == MAX_EVENTS
    assert len(list(find_matches(two, normal, signals, Told()))) == MAX_EVENTS
    assert [e.line for e in explain_text(two, pasted)] == [MAX_EVENTS + 50]


def test_texts_are_those_of_the_rule_or_else_of_the_category(two: KnowledgeBase) -> None:
    (full,) = explain_text(two, "Limit of 5 orders reached")
    assert (full.title, [c.cause for c in full.causes]) == ("Limit of orders", ["the first.", "the second."])
    assert full.links == ("https://docs.example.com/",)
    (entry,) = explain_text(two, 'acme {"code":-1004}', language="zh")
    assert (entry.title, entry.summary, entry.name) == ("Key refused。", "Entry -1004 of spot.。", "NAME-1004")
    assert [c.fix for c in entry.causes] == [("Mend Key refused.",)]
    assert (entry.links, entry.exchange_name) == (("https://errors.example.com/",), "Acme。")


def test_an_owner_is_described_without_a_text(two: KnowledgeBase) -> None:
    owners = {owner.id: owner for owner in two.index.owners}
    shown = describe(two, owners["acme/spot/-1004"], "en")
    assert (shown.code, shown.product, shown.category, shown.exchange_name) == ("-1004", "spot", "auth/key", "Acme")
    assert (shown.line, shown.evidence, shown.captures) == (0, (), {})
    bare = describe(two, owners["any/timeout"], "zh")
    assert (bare.exchange, bare.exchange_name, bare.title) == (None, None, "No answer。")


def test_a_cause_with_a_condition_comes_first_or_not_at_all(tmp_path: Path) -> None:
    tree = copy.deepcopy(TREE)
    limit = tree["exchanges/acme/limit-reached.yaml"]
    limit["causes"] = [cause("always"), cause("with a limit", "limit"), cause("with a ban", "ban_end")]
    kb = KnowledgeBase(build(load(tmp_path, tree)))
    assert [c.cause for c in explain_text(kb, "Limit of 5 orders reached")[0].causes] == ["with a limit.", "always."]
    assert [c.cause for c in explain_text(kb, 'acme {"code":-1002}')[0].causes] == ["always."]
    limit["causes"] = [cause("with a ban", "ban_end")]
    kb = KnowledgeBase(build(load(tmp_path, tree)))
    assert [c.cause for c in explain_text(kb, "Limit of 5 orders reached")[0].causes] == ["with a ban."]


def test_what_was_captured_acts_neither_as_markdown_nor_as_a_placeholder(tmp_path: Path) -> None:
    tree = copy.deepcopy(TREE)
    tree["any/reset.yaml"]["match"] = [{"message": "refused by {who:quoted} at once"}]
    tree["any/reset.yaml"]["summary"] = text("By {who}, as `{who}`.")
    kb = KnowledgeBase(build(load(tmp_path, tree)))
    (found,) = explain_text(kb, 'refused by "*<b>[x](y)|\\{limit}*" at once')
    assert found.summary == "By ∗‹b›(x)(y)¦/{limit}∗, as `*<b>[x](y)|\\{limit}*`."
    assert found.captures == {"who": "*<b>[x](y)|\\{limit}*"}


def problems(folder: Path, path: str, change: dict[str, Any]) -> list[Problem]:
    """Return the faults of the tree with one file changed."""
    tree = copy.deepcopy(TREE)
    tree[path].update(change)
    return check_base(load(folder, tree))


def of_matching(found: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in found]


def test_the_small_tree_has_no_fault(tmp_path: Path) -> None:
    assert of_matching(check_base(load(tmp_path, TREE))) == []


RESET = "any/reset.yaml"


@pytest.mark.parametrize(
    ("change", "path", "fault"),
    [
        ({"examples": [ELSEWHERE, "nothing at all"]}, "examples[1]", "explained first by nothing, not by this rule"),
        ({"examples": [ELSEWHERE, "x HTTP 429"]}, "examples[1]", "explained first by any/status-429, not by this rule"),
        ({"counterexamples": [ELSEWHERE]}, "counterexamples[0]", "explained first by this very rule"),
        ({"match": [{"message": SAID}, {"message": "never said by anybody"}]}, "match[1]", "fires on no example"),
        (
            {"examples": [ELSEWHERE, {"text": SAID, "captures": {"a": "5"}}]},
            "examples[1].captures.a",
            "got None, not '5'",
        ),
        (
            {"examples": [ELSEWHERE, {"text": SAID, "facts": {"used": "5"}}]},
            "examples[1].facts.used",
            "got None, not '5'",
        ),
        ({"examples": [ELSEWHERE, SAID + " secret=ab12cd34ef"]}, "examples[1]", "this looks like a live key or secret"),
        ({"examples": [ELSEWHERE, ELSEWHERE]}, "examples", "all examples stand in the same wrapper"),
        (
            {"match": [{"http_status": "429"}], "examples": ["HTTP 429", "an answer: HTTP 429"]},
            "examples[0]",
            "explained first by any/status-429, not by this rule",
        ),
    ],
)
def test_a_rule_is_tried_on_its_own_examples(tmp_path: Path, change: dict[str, Any], path: str, fault: str) -> None:
    assert any(p.path == path and fault in p.message for p in problems(tmp_path, RESET, change))


def test_rules_that_hold_equally_are_a_tie(tmp_path: Path) -> None:
    change = {"match": [{"http_status": "429"}], "examples": ["HTTP 429", "an answer: HTTP 429"]}
    found = of_matching(problems(tmp_path, RESET, change))
    assert ("examples[0]", "a tie for first place with any/reset") in found


def test_an_example_may_say_exchange_and_product(tmp_path: Path) -> None:
    examples = [{"text": "-1005", "exchange": "acme", "product": "spot"}, "acme HTTP 429"]
    assert problems(tmp_path, "exchanges/acme/too-fast.yaml", {"examples": examples}) == []


def test_faults_of_the_documents_come_before_those_of_the_matching(tmp_path: Path) -> None:
    change = {"category": "no/such", "counterexamples": [ELSEWHERE]}
    assert {p.path for p in problems(tmp_path, RESET, change)} == {"category"}

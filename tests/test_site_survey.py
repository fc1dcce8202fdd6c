"""What the pages show of rules and codes, in which order."""

import pytest

from explainer.kb.store import KnowledgeBase
from explainer.site_builder.survey import code_order, take_survey


def test_rules_and_codes_are_gathered_from_all_selections(tiny_kb: KnowledgeBase) -> None:
    survey = take_survey(tiny_kb)
    assert survey.exchanges == ("acme",)
    assert [owner.id for owner in survey.rules_of("acme")] == ["acme/key-refused", "acme/order-outcome-unknown"]
    assert [owner.id for owner in survey.rules_of(None)] == ["any/http-429"]
    assert survey.codes_of == {
        "acme/key-refused": ("-7001",),
        "acme/order-outcome-unknown": ("-7002",),
        "any/http-429": (),
    }
    assert {status: [owner.id for owner in owners] for status, owners in survey.statuses.items()} == {
        "429": ["any/http-429"]
    }
    assert survey.statuses_of["any/http-429"] == ("429",)
    assert set(survey.categories) == {"auth/key-refused", "order/unknown-outcome", "rate/limit"}


def test_a_code_has_its_meanings_and_the_rules_that_speak_of_it(tiny_kb: KnowledgeBase) -> None:
    codes = take_survey(tiny_kb).codes_in("acme")
    assert [code.name for code in codes] == ["acme/-7001", "acme/-7002", "acme/-7003"]
    assert [(len(code.meanings), [owner.id for owner in code.rules]) for code in codes] == [
        (1, ["acme/key-refused"]),
        (0, ["acme/order-outcome-unknown"]),
        (1, []),
    ]


def test_only_chosen_exchanges(tiny_kb: KnowledgeBase) -> None:
    survey = take_survey(tiny_kb, ["nobody"])
    assert survey.exchanges == ("nobody",)
    assert list(survey.rules) == ["any/http-429"]
    assert survey.codes == {}


def test_most_is_known_first(kb: KnowledgeBase) -> None:
    assert take_survey(kb).exchanges[:3] == ("binance", "kucoin", "bigone")


def test_alike_are_rules_of_the_same_code_then_of_the_same_kind(kb: KnowledgeBase) -> None:
    survey = take_survey(kb)
    for rule_id, owner in survey.rules.items():
        alike = survey.alike(rule_id)
        codes = set(survey.codes_of[rule_id])
        sharing = [bool(codes & set(survey.codes_of[other.id])) for other in alike]
        assert sharing == sorted(sharing, reverse=True)
        assert len(alike) <= 8
        for other, is_sharing in zip(alike, sharing, strict=True):
            assert other.exchange == owner.exchange
            assert other.id != rule_id
            assert is_sharing or other.category == owner.category


@pytest.mark.parametrize(
    "codes",
    [["-1000", "-1001", "-1121", "-2010"], ["400001", "400100", "Order.Invalid", "session_expired"], ["1", "1a"]],
)
def test_codes_stand_in_the_order_of_a_catalogue(codes: list[str]) -> None:
    assert sorted({*codes}, key=code_order) == codes

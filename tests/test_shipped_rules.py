"""The laws of docs/rules.md, on the rules that ship."""

from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, find_rules
from explainer.match.trial import check_base


def test_the_shipped_rules_have_no_fault() -> None:
    base, problems = load_trees([find_rules()])
    assert [str(problem) for problem in problems] == []
    assert [str(problem) for problem in check_base(base)] == []


def test_the_exchanges_in_scope_have_a_profile_a_catalogue_and_rules(kb: KnowledgeBase) -> None:
    for exchange in ("binance", "kucoin", "bigone"):
        own = [owner for owner in kb.index.owners if owner.exchange == exchange]
        assert kb.profile(exchange)
        assert any(owner.is_rule for owner in own)
        assert any(not owner.is_rule for owner in own)


def test_the_codes_that_everybody_meets_are_known(kb: KnowledgeBase) -> None:
    known = {(owner.exchange, owner.code) for owner in kb.index.owners}
    wanted = {
        ("binance", "-1021"),
        ("binance", "-2015"),
        ("binance", "-1003"),
        ("kucoin", "400005"),
        ("kucoin", "400100"),
    }
    assert wanted <= known

"""The edition of the rules, as `explain --version` names it."""

from explainer.kb.edition import Edition, find_edition
from explainer.kb.store import KnowledgeBase


def test_it_counts_rules_and_codes_and_has_the_date_of_the_latest_check(tiny_kb: KnowledgeBase) -> None:
    assert find_edition(tiny_kb) == Edition("2026-01-02", rules=3, codes=2, mark=tiny_kb.index.version)

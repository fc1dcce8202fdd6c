"""The figures of the page that says how far to trust an answer."""

from typing import TYPE_CHECKING

import pytest

from explainer.kb.build import build
from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase
from explainer.site_builder.accuracy import Figures, measure
from explainer.site_builder.survey import take_survey

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]


def figures_of(kb: KnowledgeBase) -> dict[str, Figures]:
    return {row.exchange: row for row in measure(kb, take_survey(kb))["rows"]}


@pytest.fixture(scope="module")
def shipped(kb: KnowledgeBase) -> dict[str, Figures]:
    return figures_of(kb)


def test_all_examples_and_counterexamples_are_tried(tiny_kb: KnowledgeBase) -> None:
    figures = measure(tiny_kb, take_survey(tiny_kb))
    acme, general = figures["rows"]
    assert (acme.exchange, acme.rules, acme.codes, acme.meanings) == ("acme", 2, 3, 2)
    assert (acme.examples, acme.first, acme.kind, acme.in_log) == (4, 4, 4, 4)
    assert (acme.counterexamples, acme.alarms, acme.oldest) == (2, 0, "2026-01-02")
    assert (general.exchange, general.rules, general.examples, general.codes) == ("any", 1, 2, 0)
    total = figures["total"]
    assert (total.exchange, total.rules, total.examples, total.counterexamples) == ("", 3, 6, 3)
    assert figures["without"] == []


def test_what_a_rule_misses_and_where_it_speaks_wrongly_is_counted(little: "Little") -> None:
    name = "rules/exchanges/betaex/closed.yaml"
    refused = """'acme {"code":-7001,"msg":"Key refused."}'"""
    little.change(name, "examples: ['betaex", f"examples: [nothing of the kind, {refused}, 'betaex")
    little.change(name, "counterexamples: [", """counterexamples: ['betaex {"code":9001}', """)
    base, _ = load_trees([little.folder / "rules"])
    figures = figures_of(KnowledgeBase(build(base)))["betaex"]
    assert (figures.examples, figures.first, figures.certain, figures.in_log) == (4, 2, 0, 2)
    assert figures.kind == 3  # Acme's refusal is of the same kind
    assert (figures.counterexamples, figures.alarms) == (2, 1)


def test_exchanges_of_which_only_the_profile_is_known_are_named(little: "Little") -> None:
    (little.folder / "rules/exchanges/betaex/closed.yaml").unlink()
    base, _ = load_trees([little.folder / "rules"])
    kb = KnowledgeBase(build(base))
    assert set(figures_of(kb)) == {"acme", "any"}
    assert measure(kb, take_survey(kb))["without"] == ["betaex"]


def test_the_page_shows_the_figures(built_little: "Little") -> None:
    page = built_little.read("accuracy/index.md")
    assert "| Acme | 4 | 4 |" in page
    assert "| Acme | 2 | 3 | 2 | 2026-01-02 |" in page


@pytest.mark.parametrize("exchange", ["binance", "kucoin", "bigone", "any"])
def test_the_shipped_rules_explain_all_their_examples_first(shipped: dict[str, Figures], exchange: str) -> None:
    figures = shipped[exchange]
    assert figures.first == figures.kind == figures.examples >= 2 * figures.rules
    assert 0.8 * figures.examples < figures.in_log <= figures.examples
    assert figures.alarms == 0
    assert figures.counterexamples >= figures.rules

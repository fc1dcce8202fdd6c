"""What the shell offers at the Tab key: names out of the shipped rules. The library keeps those that fit the word."""

from contextlib import suppress

import typer

from explainer.kb.store import KnowledgeBase, load_base
from explainer.model.answer import RulesError


def complete_exchange() -> list[str]:
    """Offer exchanges."""
    return [name for kb in _load() for name in kb.index.products]


def complete_product(ctx: typer.Context) -> list[str]:
    """Offer products: those of the exchange, if one is named."""
    exchange = ctx.params.get("exchange")
    products = [item for kb in _load() for item in kb.index.products.items() if exchange in (None, item[0])]
    return sorted({product for _, names in products for product in names})


def complete_category() -> list[str]:
    """Offer kinds of fault, and the groups that they belong to."""
    names = [name for kb in _load() for name in kb.index.categories]
    return sorted({*names, *(name.split("/")[0] for name in names)})


def complete_rule() -> list[str]:
    """Offer the ids of rules."""
    return [owner.id for kb in _load() for owner in kb.index.owners if owner.is_rule]


def complete_rule_or_code(incomplete: str) -> list[str]:
    """Offer the ids of rules, or codes once a digit is typed; a code with a sign in front is taken for an option."""
    if not incomplete[:1].isdecimal():
        return complete_rule()
    return sorted({code for kb in _load() for code in kb.index.by_code})


def _load() -> list[KnowledgeBase]:
    """Return the knowledge base, or none: a fault of the rules is told by commands, not at the prompt."""
    with suppress(RulesError, OSError):
        return [load_base()]
    return []

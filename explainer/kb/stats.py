"""Counts what the knowledge base holds, by exchange and product, and how old its oldest verification is."""

from collections import Counter

from msgspec import Struct

from explainer.kb.load import Base, exchange_of


class ExchangeStats(Struct, frozen=True):
    """What is known of one exchange; `products` gives the codes of each catalogue."""

    exchange: str
    rules: int
    codes: int
    meanings: int
    products: dict[str, int]
    oldest: str


class Stats(Struct, frozen=True):
    """What the knowledge base holds."""

    rules: int
    codes: int
    meanings: int
    categories: int
    examples: int
    counterexamples: int
    languages: tuple[str, ...]
    oldest: str
    oldest_id: str
    by_exchange: tuple[ExchangeStats, ...]
    by_category: dict[str, int]


def count(base: Base) -> Stats:
    """Return the figures of a base; `any` stands for rules of no exchange."""
    dates = {rule.document.verified.date: rule.id for rule in base.rules.values()}
    dates |= {source.document.verified.date: source.id for source in base.catalogues.values()}
    oldest = min(dates, default="")
    names = ["any", *base.exchanges]
    return Stats(
        rules=len(base.rules),
        codes=sum(len(source.document.codes) for source in base.catalogues.values()),
        meanings=sum(
            len(entry.meanings) for source in base.catalogues.values() for entry in source.document.codes.values()
        ),
        categories=len(base.categories),
        examples=sum(len(rule.document.examples) for rule in base.rules.values()),
        counterexamples=sum(len(rule.document.counterexamples) for rule in base.rules.values()),
        languages=("en", "zh"),
        oldest=oldest,
        oldest_id=dates.get(oldest, ""),
        by_exchange=tuple(_count_exchange(base, name) for name in names),
        by_category=dict(sorted(Counter(rule.document.category for rule in base.rules.values()).items())),
    )


def _count_exchange(base: Base, name: str) -> ExchangeStats:
    rules = [rule for rule in base.rules.values() if (exchange_of(rule.id) or "any") == name]
    catalogues = [source for source in base.catalogues.values() if source.id.split("/")[0] == name]
    dates = [rule.document.verified.date for rule in rules] + [c.document.verified.date for c in catalogues]
    return ExchangeStats(
        exchange=name,
        rules=len(rules),
        codes=sum(len(source.document.codes) for source in catalogues),
        meanings=sum(len(entry.meanings) for source in catalogues for entry in source.document.codes.values()),
        products={source.document.product: len(source.document.codes) for source in catalogues},
        oldest=min(dates, default=""),
    )

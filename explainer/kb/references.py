"""Checks the names by which documents refer to each other: of kinds of fault, rules, exchanges and products."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from explainer.kb.load import Base, Source, exchange_of
from explainer.kb.schema import suggest
from explainer.kb.source import MOST_FAULTS
from explainer.model.answer import Problem


def check_references(base: Base) -> list[Problem]:
    """Return every name in the documents that leads nowhere."""
    checks = (_check_rule_names, _check_selections, _check_catalogue_names, _check_profile_names)
    return [problem for check in checks for problem in islice(check(base), MOST_FAULTS)]


def _check_rule_names(base: Base) -> Iterator[Problem]:
    owners = _list_former(base)
    for source in base.rules.values():
        rule = source.document
        exchange = exchange_of(source.id)
        if rule.category not in base.categories:
            yield source.problem("category", _unknown("category", rule.category, base.categories))
        for i, related in enumerate(rule.related or []):
            if related not in base.rules:
                yield source.problem(f"related[{i}]", _unknown("rule", related, base.rules))
        for i, old in enumerate(rule.formerly or []):
            if fault := _check_former(base, old, owners[old]):
                yield source.problem(f"formerly[{i}]", fault)
        if exchange and exchange not in base.exchanges:
            yield source.problem("", _unknown("exchange", exchange, base.exchanges))


def _list_former(base: Base) -> dict[str, list[str]]:
    """Return which rules had an id before."""
    owners: dict[str, list[str]] = defaultdict(list)
    for source in base.rules.values():
        for old in source.document.formerly or []:
            owners[old].append(source.id)
    return owners


def _check_selections(base: Base) -> Iterator[Problem]:
    for source in base.rules.values():
        for i, selection in enumerate(source.document.match):
            if selection.product:
                place = f"match[{i}].product"
                yield from _check_product(base, source, place, exchange_of(source.id), selection.product)


def _check_former(base: Base, old: str, owners: list[str]) -> str:
    """Return what is wrong with an id that a rule had before: its address must be free and lead to one rule."""
    exchange, _, slug = old.partition("/")
    if old in base.rules:
        return f"`{old}` is the id of a rule"
    if exchange != "any" and exchange not in base.exchanges:
        return _unknown("exchange", exchange, base.exchanges)
    if any(c.id.startswith(f"{exchange}/") and slug in c.document.codes for c in base.catalogues.values()):
        return f"`{old}` is the address of a code"
    return "" if len(owners) == 1 else f"`{old}` stands here more than once, or at another rule too"


def _check_catalogue_names(base: Base) -> Iterator[Problem]:
    for source in base.catalogues.values():
        exchange, product = source.id.split("/")
        if exchange not in base.exchanges:
            yield source.problem("", _unknown("exchange", exchange, base.exchanges))
        if product != source.document.product:
            yield source.problem("product", f"must be `{product}`, like the file's name")
        yield from _check_product(base, source, "product", exchange, product)
        for code, entry in source.document.codes.items():
            places = {f"codes.{code}.category": entry.category}
            for i, meaning in enumerate(entry.meanings):
                if meaning.category:
                    places[f"codes.{code}.meanings[{i}].category"] = meaning.category
            for path, name in places.items():
                if name not in base.categories:
                    yield source.problem(path, _unknown("category", name, base.categories))


def _check_profile_names(base: Base) -> Iterator[Problem]:
    for source in base.exchanges.values():
        for group in ("ccxt", "hosts", "paths", "headers", "texts"):
            for mark, product in getattr(source.document.marks, group).items():
                yield from _check_product(base, source, f"marks.{group}.{mark}", source.id, product)
        for i, shape in enumerate(source.document.shapes):
            yield from _check_product(base, source, f"shapes[{i}].product", source.id, shape.product)


def _check_product(base: Base, source: Source[Any], path: str, exchange: str | None, product: str) -> list[Problem]:
    profile = base.exchanges.get(exchange or "")
    if product == "all" or profile is None or product in profile.document.products:
        return []
    return [source.problem(path, _unknown("product", product, [*profile.document.products, "all"]))]


_FEW, _MANY = 20, 60


def _unknown(what: str, word: str, names: Iterable[str]) -> str:
    known = sorted(names)
    near = suggest(word, known)
    shown = f"; known: {', '.join(known)}" if len(known) <= (_FEW if near else _MANY) else ""
    if what == "exchange":
        shown += f"; a new one needs its profile: exchanges/{word}/exchange.yaml"
    return f"unknown {what} `{word}`{near}{shown}"

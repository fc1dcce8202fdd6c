"""Reads a tree of rules into checked documents. Every fault of every file is collected; nothing stops at the first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from explainer.kb.schema import find_problems, make_schema, suggest
from explainer.kb.source import Lines, line_of, read_yaml
from explainer.model.answer import Problem
from explainer.model.document import (
    KINDS,
    CatalogueDocument,
    CategoryDocument,
    EnvelopesDocument,
    ExchangeDocument,
    GlossaryDocument,
    RuleDocument,
)

D = TypeVar("D")


@dataclass(frozen=True)
class Source(Generic[D]):
    """A document and where it stands."""

    id: str
    file: str
    document: D
    lines: Lines

    def problem(self, path: str, message: str) -> Problem:
        """Return a problem at a path of this document."""
        return Problem(self.file, line_of(self.lines, path), path, message)


@dataclass
class Base:
    """All documents of one or several trees; a later tree overrides an earlier one by id."""

    rules: dict[str, Source[RuleDocument]] = field(default_factory=dict)
    categories: dict[str, Source[CategoryDocument]] = field(default_factory=dict)
    exchanges: dict[str, Source[ExchangeDocument]] = field(default_factory=dict)
    catalogues: dict[str, Source[CatalogueDocument]] = field(default_factory=dict)
    envelopes: Source[EnvelopesDocument] | None = None
    glossary: Source[GlossaryDocument] | None = None
    domains: tuple[str, ...] = ()


def list_files(root: Path) -> list[Path]:
    """List the YAML files of a tree, in a stable order."""
    return sorted(path for path in root.rglob("*.y*ml") if path.suffix in (".yaml", ".yml") and path.is_file())


def load_trees(roots: Iterable[Path]) -> tuple[Base, list[Problem]]:
    """Read every file of the trees; return what could be read, and every fault found."""
    base = Base()
    problems: list[Problem] = []
    for root in roots:
        if not root.is_dir():
            problems.append(Problem(str(root), 0, "", "not a folder"))
            continue
        files = list_files(root)
        if not files:
            problems.append(Problem(str(root), 0, "", "no .yaml file in this folder; docs/rules.md shows the layout"))
        for path in files:
            problems += _load_file(base, root, path)
        problems += [
            Problem(_shown(root, path), 0, "", "stands beside a .yaml file of the same name; keep one")
            for path in files
            if path.suffix == ".yml" and path.with_suffix(".yaml") in files
        ]
        domains = root / "domains.txt"
        if domains.is_file():
            base.domains += tuple(_read_lines(domains))
    return base, sorted(problems)


def _read_lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def _shown(root: Path, path: Path) -> str:
    return f"{root.absolute().name}/{path.relative_to(root).as_posix()}"


def _load_file(base: Base, root: Path, path: Path) -> list[Problem]:
    shown = _shown(root, path)
    place = _place(path.relative_to(root).as_posix())
    if place is None:
        return [
            Problem(
                shown,
                0,
                "",
                "this file has no place in the layout; expected any/<slug>.yaml, exchanges/<exchange>/<slug>.yaml, "
                "exchanges/<exchange>/exchange.yaml, exchanges/<exchange>/codes/<product>.yaml, "
                "categories/<area>/<name>.yaml, envelopes.yaml or glossary.yaml",
            )
        ]
    kind, name = place
    value, lines, problems = read_yaml(path, shown)
    if problems:
        return problems
    if value is None or value == "":
        return [Problem(shown, 1, "", "the file is empty")]
    problems = find_problems(make_schema(kind), value, shown, lines)
    problems += _check_slug(shown, name)
    if problems:
        return problems
    document = msgspec.convert(value, KINDS[kind], strict=False)
    _keep(base, kind, Source(name, shown, document, lines))
    return []


def _check_slug(shown: str, name: str) -> list[Problem]:
    if all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", part) for part in name.split("/")):
        return []
    return [Problem(shown, 0, "", "file and folder names are lower-case words joined by `-`")]


def _place(relative: str) -> tuple[str, str] | None:
    """Return the kind of document that a path holds, and its id."""
    parts = relative.rsplit(".", 1)[0].split("/")
    match parts:
        case ["envelopes" | "glossary" as kind]:
            return kind, kind
        case ["any", slug]:
            return "rule", f"any/{slug}"
        case ["categories", area, name]:
            return "category", f"{area}/{name}"
        case ["exchanges", "any", *_]:
            return None
        case ["exchanges", exchange, "exchange"]:
            return "exchange", exchange
        case ["exchanges", exchange, "codes", product]:
            return "catalogue", f"{exchange}/{product}"
        case ["exchanges", exchange, slug]:
            return "rule", f"{exchange}/{slug}"
    return None


def _keep(base: Base, kind: str, source: Source[Any]) -> None:
    if kind in ("envelopes", "glossary"):
        setattr(base, kind, source)
    else:
        shelf = {"rule": "rules", "category": "categories", "exchange": "exchanges", "catalogue": "catalogues"}[kind]
        getattr(base, shelf)[source.id] = source


def exchange_of(rule_id: str) -> str | None:
    """Return the exchange of a rule id, or None for rules that belong to none."""
    exchange = rule_id.split("/")[0]
    return None if exchange == "any" else exchange


def check_references(base: Base) -> list[Problem]:
    """Return every name in the documents that leads nowhere."""
    checks = (_check_rule_names, _check_catalogue_names, _check_profile_names)
    return [problem for check in checks for problem in check(base)]


def _check_rule_names(base: Base) -> Iterator[Problem]:
    for source in base.rules.values():
        rule = source.document
        exchange = exchange_of(source.id)
        if rule.category not in base.categories:
            yield source.problem("category", _unknown("category", rule.category, base.categories))
        for i, related in enumerate(rule.related or []):
            if related not in base.rules:
                yield source.problem(f"related[{i}]", _unknown("rule", related, base.rules))
        for i, old in enumerate(rule.formerly or []):
            if fault := _check_former(base, source.id, old):
                yield source.problem(f"formerly[{i}]", fault)
        if exchange and exchange not in base.exchanges:
            yield source.problem("", _unknown("exchange", exchange, base.exchanges))
        for i, selection in enumerate(rule.match):
            if selection.product:
                yield from _check_product(base, source, f"match[{i}].product", exchange, selection.product)


def _check_former(base: Base, own: str, old: str) -> str:
    """Return what is wrong with an id that a rule had before: its address must be free and lead to one rule."""
    exchange, _, slug = old.partition("/")
    if old in base.rules:
        return f"`{old}` is the id of a rule"
    if exchange != "any" and exchange not in base.exchanges:
        return _unknown("exchange", exchange, base.exchanges)
    if any(c.id.startswith(f"{exchange}/") and slug in c.document.codes for c in base.catalogues.values()):
        return f"`{old}` is the address of a code"
    owners = [rule_id for rule_id, rule in base.rules.items() for name in rule.document.formerly or [] if name == old]
    return "" if owners == [own] else f"`{old}` stands here more than once, or at another rule too"


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


def _unknown(what: str, word: str, names: Iterable[str]) -> str:
    known = sorted(names)
    shown = f"; known: {', '.join(known)}" if len(known) <= 20 else ""
    return f"unknown {what} `{word}`{suggest(word, known)}{shown}"

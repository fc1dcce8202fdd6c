"""Reads a tree of rules into checked documents. Every fault of every file is collected; nothing stops at the first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from explainer.kb.schema import find_problems, make_schema
from explainer.kb.source import (
    MOST_FAULTS,
    Lines,
    UnreadableError,
    is_folder,
    line_of,
    read_file,
    read_yaml,
    tell_hidden,
    walk,
)
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
    return sorted(path for path in walk(root) if path.suffix in (".yaml", ".yml"))


def load_trees(roots: Iterable[Path]) -> tuple[Base, list[Problem]]:
    """Read every file of the trees; return what could be read, and every fault found."""
    base = Base()
    problems: list[Problem] = []
    for root in roots:
        if not is_folder(root):
            problems.append(Problem(str(root), 0, "", "not a folder"))
            continue
        files = list_files(root)
        if not files:
            problems.append(Problem(str(root), 0, "", "no .yaml file in this folder; docs/rules.md shows the layout"))
        home = root.resolve()
        for path in files:
            problems += _refuse(home, root, path) or load_file(base, root, path)
        problems += [
            Problem(_shown(root, path), 0, "", "stands beside a .yaml file of the same name; keep one")
            for path in sorted({path.with_suffix(".yml") for path in files} & set(files))
            if path.with_suffix(".yaml") in files
        ]
        problems += _load_domains(base, root)
    return base, sorted(problems)


def _load_domains(base: Base, root: Path) -> list[Problem]:
    path = root / "domains.txt"
    if not path.exists() and not path.is_symlink():
        return []
    try:
        text = read_file(path).decode()
    except UnreadableError as error:
        return [Problem(_shown(root, path), 0, "", str(error))]
    except UnicodeDecodeError:
        return [Problem(_shown(root, path), 0, "", "not UTF-8 text")]
    lines = [(number, line.split("#")[0].strip()) for number, line in enumerate(text.splitlines(), start=1)]
    base.domains += tuple(line for _, line in lines if _DOMAIN.fullmatch(line))
    strange = [Problem(_shown(root, path), number, "", _NO_DOMAIN) for number, line in lines if _is_strange(line)]
    return strange[:MOST_FAULTS]


_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*")
_NO_DOMAIN = "must be a domain, such as binance.com, or a path below one, such as github.com/binance"


def _is_strange(line: str) -> bool:
    return bool(line) and not _DOMAIN.fullmatch(line)


def _refuse(home: Path, root: Path, path: Path) -> list[Problem]:
    """Return why a file is not read at all: it leads elsewhere, or is none."""
    if path.is_symlink() and not _resolve(path).is_relative_to(home):
        return [Problem(_shown(root, path), 0, "", "is a link that leads out of the folder; put the file itself here")]
    if path.is_dir():
        return [Problem(_shown(root, path), 0, "", "is a link to a folder, which is not followed")]
    return []


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself
        return path.absolute()


def _shown(root: Path, path: Path) -> str:
    return f"{root.absolute().name}/{path.relative_to(root).as_posix()}"


def load_file(base: Base, root: Path, path: Path) -> list[Problem]:
    """Read one file of a tree into the base; return its faults, with which it is left out."""
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
    problems = find_problems(_schema(kind), value, shown, lines)
    problems += _check_slug(shown, name)
    problems += tell_hidden(value, shown, lines)
    if problems:
        return problems
    document = msgspec.convert(value, KINDS[kind], strict=False)
    _keep(base, kind, Source(name, shown, document, lines))
    return []


_schema = cache(make_schema)


def _check_slug(shown: str, name: str) -> list[Problem]:
    parts = name.split("/")
    if not all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", part) for part in parts):
        return [Problem(shown, 0, "", "file and folder names are lower-case words joined by `-`")]
    return [Problem(shown, 0, "", f"Windows keeps the name `{part}` for itself") for part in parts if part in _DEVICES]


_DEVICES = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])


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

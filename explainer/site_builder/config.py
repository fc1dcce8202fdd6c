"""Reads `site.yaml`: what a team that publishes the site for its own users may set. Leaves building to others."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from explainer.kb.schema import DIALECT, find_problems, suggest
from explainer.kb.source import is_folder, line_of, read_yaml, tell_hidden
from explainer.kb.store import KnowledgeBase
from explainer.model.answer import Language, Problem, RulesError
from explainer.model.document import Document, Name, Text, TextList
from explainer.site_builder.content import LANGUAGES
from explainer.site_builder.logo import find_logo_fault

Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", description="A colour such as #0b6e66.")]
Address = Annotated[str, Meta(pattern=r"^(https?://|mailto:)[^\s\"'<>]+$", description="https://…, or mailto:…")]


class ColorsDocument(Document, frozen=True):
    """The one colour of links and buttons, for light and for dark pages."""

    light: Color = "#0b6b64"
    dark: Color = "#5fd0c5"


class SupportDocument(Document, frozen=True):
    """Where users turn to when they are still stuck, and what to send along."""

    name: Text
    url: Address
    send: TextList | UnsetType = UNSET


class SiteDocument(Document, frozen=True):
    """The settings of a site; every one may be left out."""

    name: Text = Text(en="Exchange error help", zh="交易所报错帮助")
    base_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9.-]+(:\d+)?(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*/?$",
            description="https://host, or https://host/path",
        ),
    ] = "http://localhost:8000"
    logo: Annotated[str, Meta(min_length=1, description="An SVG or PNG file, seen from this file.")] | UnsetType = UNSET
    colors: ColorsDocument = ColorsDocument()
    languages: Annotated[list[Language], Meta(min_length=1, description="The first one stands at the root.")] = (
        msgspec.field(default_factory=lambda: list(LANGUAGES))
    )
    exchanges: Annotated[list[Name], Meta(min_length=1)] | UnsetType = UNSET
    support: SupportDocument | UnsetType = UNSET
    notes: Annotated[
        dict[str, Text], Meta(description="House notes, by rule (binance/ip-banned) or kind of fault (rate/limit).")
    ] = msgspec.field(default_factory=dict)
    rules: Annotated[list[str], Meta(description="Folders of your own rules, seen from this file.")] = msgspec.field(
        default_factory=list
    )
    repository: (
        Annotated[str, Meta(pattern=r"^https://[^\s\"'<>]+$", description="For the links to edit and to report.")]
        | UnsetType
    ) = UNSET


class Config(msgspec.Struct, frozen=True):
    """A site's settings, checked, with its files found."""

    document: SiteDocument
    logo: Path | None
    rules: tuple[Path, ...]
    path: Path | None

    @property
    def base_url(self) -> str:
        """Return the address of the site without a slash at its end."""
        return self.document.base_url.rstrip("/")

    @property
    def prefix(self) -> str:
        """Return the path under which the site lies on its host: nothing, or `/help`."""
        return urlsplit(self.base_url).path


def make_schema() -> dict[str, Any]:
    """Return the JSON Schema of `site.yaml`."""
    return {"$schema": DIALECT, "title": "exchange-explainer site", **msgspec.json.schema(SiteDocument)}


def read_config(path: Path | None, extra_rules: tuple[Path, ...] = ()) -> Config:
    """Return the settings of a file, or the defaults; raises RulesError with every fault of the file."""
    if path is None:
        return Config(SiteDocument(), None, extra_rules, None)
    value, lines, problems = read_yaml(path, str(path))
    if not problems:
        problems = find_problems(make_schema(), {} if value is None else value, str(path), lines)
        problems += tell_hidden(value, str(path), lines)
    if problems:
        raise RulesError(problems)
    document = msgspec.convert(value or {}, SiteDocument)
    logo = path.parent / document.logo if document.logo else None
    rules = tuple(path.parent / folder for folder in document.rules)

    def problem(where: str, message: str) -> Problem:
        return Problem(str(path), line_of(lines, where), where, message)

    if logo and (fault := find_logo_fault(logo)):
        problems.append(problem("logo", f"`{document.logo}` {fault}"))
    for name, page in PAGES.items():
        if find_contrast(getattr(document.colors, name), page) < LEAST_CONTRAST:
            problems.append(
                problem(f"colors.{name}", f"cannot be read on {page}: the contrast must be {LEAST_CONTRAST} to 1")
            )
    problems += [
        problem(f"rules[{n}]", f"`{document.rules[n]}` is no folder") for n, r in enumerate(rules) if not is_folder(r)
    ]
    lists = {"languages": list(map(str, document.languages)), "exchanges": list(document.exchanges or [])}
    for key, names in lists.items():
        twice = sorted({name for name in names if names.count(name) > 1})
        problems += [problem(key, f"`{name}` stands here twice") for name in twice]
    if problems:
        raise RulesError(problems)
    return Config(document, logo, (*rules, *extra_rules), path)


PAGES = {"light": "#ffffff", "dark": "#12191a"}
"""The colours on which links stand; the style has the same."""

LEAST_CONTRAST = 4.5
"""What WCAG 2.2 AA asks of text."""


def find_contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    dark, light = sorted(map(_find_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _find_luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def at_home(config: Config) -> Config:
    """Return the settings for a look on this machine: everything lies at the root of the host."""
    return replace(config, document=replace(config.document, base_url="http://127.0.0.1"))


def check_names(config: Config, kb: KnowledgeBase) -> None:
    """Raise RulesError for exchanges, rules and kinds of fault that the settings name and the rules do not know."""
    if config.path is None:
        return
    document, shown = config.document, str(config.path)
    _, lines, _ = read_yaml(config.path, shown)
    owners = [owner.id for owner in kb.index.owners if owner.is_rule]
    problems = [
        Problem(
            shown, line_of(lines, f"exchanges[{n}]"), f"exchanges[{n}]", _unknown("exchange", name, kb.index.profiles)
        )
        for n, name in enumerate(document.exchanges or ())
        if name not in kb.index.profiles
    ]
    problems += [
        Problem(shown, line_of(lines, f"notes.{name}"), "notes", _unknown("rule or kind of fault", name, known))
        for known in [[*owners, *kb.index.categories]]
        for name in document.notes
        if name not in known
    ]
    if problems:
        raise RulesError(problems)


def _unknown(what: str, name: str, known: Any) -> str:
    return f"no {what} is called {re.sub(r'[^!-~]', '?', name)!r}{suggest(name, list(known))}"

"""What pages show of rules, codes, kinds of fault and exchanges in their lists and tables, in one language."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from explainer.kb.placeholder import fill
from explainer.match.texts import describe, profile_values
from explainer.model.answer import Language
from explainer.model.index import Owner
from explainer.site_builder.model import Site
from explainer.site_builder.survey import Code
from explainer.site_builder.urls import PATHS, code_path, rule_path

FACTS_OF = {
    "account": ("position_mode", "margin_mode", "region"),
    "auth": ("key_page", "ip_setting", "permissions", "key_rules", "signing"),
    "market": ("filters",),
    "network": ("status_page", "region"),
    "order": ("filters", "order_lookup", "position_mode", "margin_mode"),
    "position": ("position_mode", "margin_mode"),
    "rate": ("limits", "limit_headers", "ban"),
    "request": ("signing",),
    "service": ("status_page", "order_lookup"),
    "stream": ("stream_key",),
    "time": ("clock_window", "server_time"),
}
"""What of an exchange's profile tells how it does a kind of thing, by the area of the kind of fault."""


describe_once = lru_cache(maxsize=20_000)(describe)
"""`describe`, remembered: many pages speak of the same rule."""


def make_exchange_card(site: Site, exchange: str, language: Language) -> dict[str, Any]:
    """Return what a list shows of an exchange."""
    return {
        "id": exchange,
        "name": name_exchange(site, exchange, language),
        "path": PATHS["exchange"](exchange),
        "rules": len(site.survey.rules_of(exchange)),
        "codes": len(site.survey.codes_in(exchange)),
        "products": name_products(site, exchange, language),
    }


def name_products(site: Site, exchange: str, language: Language) -> dict[str, str]:
    """Return the names of an exchange's products, by their id."""
    profile = site.kb.profile(exchange) or {}
    return {product: text[language] for product, text in profile.get("products", {}).items()}


def name_exchange(site: Site, exchange: str | None, language: Language) -> str:
    """Return what an exchange is called; for none: what its page is called."""
    profile = site.kb.profile(exchange)
    return str(profile["name"][language]) if profile else site.words(language)["any"]


def make_card(site: Site, owner: Owner, language: Language) -> dict[str, Any]:
    """Return what a list shows of a rule."""
    about = describe_once(site.kb, owner, language)
    return {
        "id": owner.id,
        "path": rule_path(owner.id),
        "title": about.title,
        "summary": about.summary,
        "exchange": name_exchange(site, owner.exchange, language) if owner.exchange else "",
        "codes": _code_links(site, owner),
        "statuses": site.survey.statuses_of[owner.id],
        "category": owner.category,
        "fault": name_category(site, owner.category, language),
        "fault_path": PATHS["cause"](owner.category),
        "retry": owner.retry,
        "urgency": owner.urgency,
    }


def _code_links(site: Site, owner: Owner) -> list[tuple[str, str]]:
    return [(code, code_path(f"{owner.exchange}/{code}")) for code in site.survey.codes_of[owner.id]]


def name_category(site: Site, name: str, language: Language) -> str:
    """Return what a kind of fault is called."""
    category = site.kb.category(name)["title"][language]
    return str(fill_text(site, None, category, language))


def fill_text(site: Site, exchange: str | None, text: str, language: Language) -> str:
    """Return a text of a category with an exchange's own facts filled in."""
    return fill(text, profile_values(site.kb, exchange, language))


def list_areas(site: Site, language: Language) -> list[dict[str, Any]]:
    """Return the kinds of fault by area."""
    areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name in site.survey.categories:
        areas[name.partition("/")[0]].append(
            {"name": name, "title": name_category(site, name, language), "path": PATHS["cause"](name)}
        )
    words = site.words(language)
    return [{"id": area, "name": words.name("area", area), "kinds": kinds} for area, kinds in areas.items()]


def list_guides(site: Site, language: Language) -> list[dict[str, Any]]:
    """Return the guides that the site publishes."""
    return [
        {"path": page.path, "guide": site.content.guides[page.subject][language]}
        for page in site.pages
        if page.kind == "guide"
    ]


def make_code_row(site: Site, code: Code, language: Language) -> dict[str, Any]:
    """Return what a table shows of a code: its first rule's title, or the first meaning's sentence."""
    owner = (code.rules or code.meanings)[0]
    about = describe_once(site.kb, owner, language)
    names = [name for meaning in code.meanings if (name := site.kb.record(meaning.record)["name"])]
    products = dict.fromkeys(meaning.product for meaning in code.meanings if meaning.product)
    known = name_products(site, code.exchange, language)
    return {
        "code": code.code,
        "name": names[0] if names else "",
        "path": code_path(code.name),
        "text": about.title if owner.is_rule else about.summary,
        "fault": name_category(site, owner.category, language),
        "products": [known.get(product, product) for product in products],
        "retry": owner.retry,
    }


def find_notes(site: Site, names: Iterable[str], language: Language) -> list[str]:
    """Return the house notes on a rule and its kind of fault."""
    found = [site.config.document.notes[name] for name in names if name in site.config.document.notes]
    return [getattr(note, language) for note in found]


def list_meanings(site: Site, code: Code, language: Language) -> list[dict[str, Any]]:
    """Return the meanings of a code, those of several products that say the same in one row."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    known = name_products(site, code.exchange, language)
    for owner in code.meanings:
        record = site.kb.record(owner.record)
        if not record["summary"]:
            continue
        about = describe_once(site.kb, owner, language)
        row = rows.setdefault(
            (about.summary, owner.category),
            {
                "about": about,
                "name": record["name"] or "",
                "fault": name_category(site, owner.category, language),
                "fault_path": PATHS["cause"](owner.category),
                "products": [],
                "messages": {},
            },
        )
        product = known.get(owner.product or "", "")
        row["products"] += [product] if product and product not in row["products"] else []
        if record["message"]:
            row["messages"].setdefault(record["message"], record["until"])
    return list(rows.values())


def make_cause_row(site: Site, name: str, exchange: str, language: Language) -> dict[str, Any] | None:
    """Return how one exchange does a kind of thing: its rules, codes, and the facts of its profile that matter."""
    words = site.words(language)
    rules = [owner for owner in site.survey.rules_of(exchange) if owner.category == name]
    codes = [
        (code.code, code_path(code.name))
        for code in site.survey.codes_in(exchange)
        if any(owner.category == name for owner in (*code.meanings, *code.rules))
    ]
    facts = (site.kb.profile(exchange) or {}).get("facts", {})
    told = [
        (words.name("fact", fact), facts[fact][language])
        for fact in FACTS_OF.get(name.partition("/")[0], ())
        if fact in facts
    ]
    if not rules and not codes and not told:
        return None
    return {
        "name": name_exchange(site, exchange, language),
        "path": PATHS["exchange"](exchange),
        "rules": [make_card(site, owner, language) for owner in rules],
        "codes": codes,
        "facts": told,
    }


def group_meanings(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a code's meanings under the products that they hold for."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[" · ".join(row["products"])].append(row)
    return dict(groups)

"""What stands on each kind of page, in one language: plain data for the templates. Writes no HTML."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from explainer.kb.placeholder import close_gaps
from explainer.match.texts import Texts, read_texts
from explainer.model.answer import Language
from explainer.model.index import Owner
from explainer.render.words import EVIDENCE
from explainer.site_builder.cards import (
    describe_once,
    fill_text,
    find_notes,
    group_meanings,
    list_areas,
    list_guides,
    list_meanings,
    make_card,
    make_cause_row,
    make_code_row,
    make_exchange_card,
    name_category,
    name_exchange,
    name_products,
)
from explainer.site_builder.model import Page, Site
from explainer.site_builder.prose import to_plain
from explainer.site_builder.survey import list_by_depth
from explainer.site_builder.urls import PATHS, code_path

MOST_NAMED = 3
"""Exchanges that the first page's description names."""


def view(site: Site, page: Page, language: Language) -> dict[str, Any]:
    """Return what a page's template shows: always `title` and `description`, and what its kind needs."""
    return VIEWS[page.kind](site, page.subject, language)


def _view_home(site: Site, _subject: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    shown = [name_exchange(site, exchange, language) for exchange in site.survey.exchanges]
    asked = [site.survey.rules[name] for name in site.content.home.asked if name in site.survey.rules]
    return {
        "title": site.config.document.name.en if language == "en" else site.config.document.name.zh,
        "description": close_gaps(words["home_description"].format(exchanges=words["comma"].join(shown[:MOST_NAMED]))),
        "asked": [make_card(site, owner, language) for owner in asked],
        "areas": list_areas(site, language),
        "guides": list_guides(site, language),
        "exchanges_shown": [make_exchange_card(site, exchange, language) for exchange in site.survey.exchanges],
        "choices": [make_exchange_card(site, exchange, language) for exchange in list_by_depth(site.kb)],
        "samples": site.content.home.samples,
        "notes": [(name, getattr(note, language)) for name, note in site.config.document.notes.items()],
        "EVIDENCE": EVIDENCE[language],
    }


def _view_exchange(site: Site, exchange: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    name = name_exchange(site, exchange, language)
    profile = site.kb.profile(exchange) or {}
    rules = [make_card(site, owner, language) for owner in site.survey.rules_of(exchange or None)]
    codes = [make_code_row(site, code, language) for code in site.survey.codes_in(exchange)]
    kind = "any" if not exchange else "exchange" if rules or codes else "profile"
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for card in rules:
        groups[card["category"].partition("/")[0]].append(card)
    facts = {fact: text[language] for fact, text in profile.get("facts", {}).items()}
    return {
        "title": words[f"{kind}_title"].format(exchange=name),
        "description": words[f"{kind}_description"].format(exchange=name),
        "id": exchange,
        "name": name,
        "facts": [(words.name("fact", fact), text) for fact, text in facts.items()],
        "links": [(words.name("link", link), url) for link, url in profile.get("links", {}).items() if url],
        "products": name_products(site, exchange, language),
        "groups": [(words.name("area", area), area, cards) for area, cards in groups.items()],
        "codes": codes,
        "guides": [card for card in list_guides(site, language) if card["guide"].exchange == exchange and exchange],
        "verified": profile.get("verified", {}),
    }


def _view_rule(site: Site, rule_id: str, language: Language) -> dict[str, Any]:
    owner = site.survey.rules[rule_id]
    about = describe_once(site.kb, owner, language)
    record = site.kb.record(owner.record)
    related = [site.survey.rules[other] for other in about.related if other in site.survey.rules]
    alike = [other for other in site.survey.alike(rule_id) if other not in related]
    card = make_card(site, owner, language)
    return card | {
        "title": about.title,
        "page_title": _head(to_plain(about.title), card["exchange"], site.survey.codes_of[rule_id]),
        "description": to_plain(about.summary),
        "about": about,
        "examples": record["examples"],
        "related": [make_card(site, other, language) for other in related],
        "alike": [make_card(site, other, language) for other in alike],
        "notes": find_notes(site, (rule_id, owner.category), language),
        "file": _find_file(rule_id),
    }


def _head(title: str, exchange: str, codes: Sequence[str]) -> str:
    """Return a title for search engines: with the exchange, unless it says so itself, and with its first codes."""
    named = title if not exchange or exchange.lower() in title.lower() else f"{exchange}: {title}"
    return f"{named} ({', '.join(codes[:MOST_CODES])})" if codes else named


MOST_CODES = 3


def _find_file(rule_id: str) -> str:
    return f"rules/{rule_id}.yaml" if rule_id.startswith("any/") else f"rules/exchanges/{rule_id}.yaml"


def _view_code(site: Site, name: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    code = site.survey.codes[name]
    exchange = name_exchange(site, code.exchange, language)
    meanings = list_meanings(site, code, language)
    rules = [make_card(site, owner, language) for owner in code.rules]
    covered = {owner.category for owner in code.rules}
    advice = {
        owner.category: describe_once(site.kb, owner, language)
        for owner in code.meanings
        if owner.category not in covered
    }
    official = next((row["name"] for row in meanings if row["name"]), "")
    first = rules[0]["title"] if rules else meanings[0]["about"].summary
    return {
        "title": f"{exchange} {code.code}" + (f" {official}" if official else ""),
        "description": to_plain(words["code_description"].format(exchange=exchange, code=code.code, first=first)),
        "code": code.code,
        "json": f"api/v1/codes{code_path(name).rstrip('/')}.json",
        "name": official,
        "exchange": exchange,
        "exchange_path": PATHS["exchange"](code.exchange),
        "rules": rules,
        "meanings": meanings,
        "groups": group_meanings(meanings),
        "advice": [
            (name_category(site, category, language), PATHS["cause"](category), about)
            for category, about in advice.items()
        ],
        "notes": find_notes(site, dict.fromkeys(owner.category for owner in code.meanings or code.rules), language),
        "links": list(
            dict.fromkeys(link for owner in code.meanings for link in describe_once(site.kb, owner, language).links)
        ),
        "verified": max(
            (site.kb.record(owner.record)["verified"] for owner in code.meanings or code.rules), default=""
        ),
    }


def _view_causes(site: Site, _subject: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    areas = list_areas(site, language)
    for area in areas:
        for kind in area["kinds"]:
            category = site.kb.category(kind["name"])
            kind |= {
                "meaning": fill_text(site, None, category["meaning"][language], language),
                "retry": category["retry"],
                "urgency": category["urgency"],
            }
    return {"title": words["causes"], "description": words["causes_description"], "areas": areas}


def _view_cause(site: Site, name: str, language: Language) -> dict[str, Any]:
    category = site.kb.category(name)
    meaning = fill_text(site, None, category["meaning"][language], language)
    title = name_category(site, name, language)
    general = _advise(site, name, language)
    return {
        "title": title,
        "description": to_plain(meaning),
        "id": name,
        "area": site.words(language).name("area", name.partition("/")[0]),
        "meaning": meaning,
        "retry": category["retry"],
        "urgency": category["urgency"],
        "about": general,
        "rows": [row for e in site.survey.exchanges if (row := make_cause_row(site, name, e, language))],
        "general": [make_card(site, owner, language) for owner in site.survey.rules_of(None) if owner.category == name],
        "notes": find_notes(site, (name,), language),
    }


def _advise(site: Site, name: str, language: Language) -> Texts:
    """Return the general advice of a kind of fault, whatever the exchange."""
    number = site.kb.index.categories[name]
    owner = Owner(name, False, None, None, name, "", "", number, None, 0)  # noqa: FBT003
    return read_texts(site.kb, owner, None, {}, language)


def _view_statuses(site: Site, _subject: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    rows = [
        (status, PATHS["http"](status), [make_card(site, owner, language) for owner in owners])
        for status, owners in site.survey.statuses.items()
    ]
    return {"title": words["statuses"], "description": words["statuses_description"], "rows": rows}


def _view_status(site: Site, status: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    owners = site.survey.statuses[status]
    general = [owner for owner in owners if not owner.exchange]
    main = next((owner for owner in general if owner.id == f"any/http-{status}"), (general or list(owners))[0])
    about = describe_once(site.kb, main, language)
    return {
        "title": words["status_title"].format(status=status),
        "description": to_plain(f"{about.title}. {about.summary}"),
        "status": status,
        "main": make_card(site, main, language),
        "about": about,
        "general": [make_card(site, owner, language) for owner in general if owner is not main],
        "own": [make_card(site, owner, language) for owner in owners if owner.exchange],
    }


def _view_guides(site: Site, _subject: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    return {
        "title": words["guides"],
        "description": words["guides_description"],
        "guides": list_guides(site, language),
    }


def _view_guide(site: Site, name: str, language: Language) -> dict[str, Any]:
    guide = site.content.guides[name][language]
    return {"title": guide.title, "description": guide.description, "text": guide}


def _view_prose(site: Site, name: str, language: Language) -> dict[str, Any]:
    text = site.content.pages[name][language]
    return {"title": text.title, "description": text.description, "text": text}


def _view_accuracy(site: Site, _subject: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    return {"title": words["accuracy"], "description": words["accuracy_description"], "figures": site.figures}


def _view_glossary(site: Site, _subject: str, language: Language) -> dict[str, Any]:
    words = site.words(language)
    return {
        "title": words["glossary"],
        "description": words["glossary_description"],
        "terms": site.content.terms,
        "areas": list_areas(site, language),
    }


VIEWS: dict[str, Callable[[Site, str, Language], dict[str, Any]]] = {
    "home": _view_home,
    "exchange": _view_exchange,
    "rule": _view_rule,
    "code": _view_code,
    "causes": _view_causes,
    "cause": _view_cause,
    "statuses": _view_statuses,
    "status": _view_status,
    "guides": _view_guides,
    "guide": _view_guide,
    "prose": _view_prose,
    "accuracy": _view_accuracy,
    "glossary": _view_glossary,
}

"""The knowledge base for programs: one JSON per rule and per code, an index of all, and the schemas of both."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from explainer.kb.schema import DIALECT
from explainer.kb.schema import make_schema as make_rules_schema
from explainer.model.answer import Cause, Explanation
from explainer.model.document import KINDS
from explainer.model.index import Owner
from explainer.render.json import dump
from explainer.site_builder import config
from explainer.site_builder.cards import describe_once, name_category
from explainer.site_builder.model import Site
from explainer.site_builder.survey import Code
from explainer.site_builder.urls import code_path, rule_path

VERSION = 1


class RuleText(Struct, frozen=True):
    """A rule's texts in one language; texts are inline Markdown."""

    url: str
    title: str
    summary: str
    causes: tuple[Cause, ...]
    dont: tuple[str, ...] = msgspec.field(name="not")


class RuleAnswer(Struct, frozen=True):
    """One rule."""

    version: int
    id: str
    exchange: str | None
    category: str
    retry: str
    urgency: str
    codes: tuple[str, ...]
    http_statuses: tuple[str, ...]
    texts: dict[str, RuleText]  # by language
    examples: tuple[str, ...]
    links: tuple[str, ...]
    related: tuple[str, ...]
    verified: str


class Meaning(Struct, frozen=True):
    """What one message of a code means, in one product (null: any)."""

    product: str | None
    name: str | None
    message: str | None
    until: str | None  # the day from which on the exchange words it otherwise
    category: str
    retry: str
    urgency: str
    summary: dict[str, str]  # by language


class CodeAnswer(Struct, frozen=True):
    """One code of an exchange."""

    version: int
    exchange: str
    code: str
    url: dict[str, str]  # by language
    meanings: tuple[Meaning, ...]
    rules: tuple[str, ...]  # ids of the full rules that speak of it, the likeliest first
    verified: str


class Entry(Struct, frozen=True):
    """Where a rule or code is found."""

    title: dict[str, str]  # by language; of a code: what it means first
    url: dict[str, str]  # by language
    json: str
    category: str
    retry: str
    urgency: str


class IndexAnswer(Struct, frozen=True):
    """Everything that the site publishes; rules by id, codes by exchange and code."""

    version: int
    knowledge: str  # the version of the knowledge base
    rules: dict[str, Entry]
    codes: dict[str, dict[str, Entry]]
    categories: dict[str, dict[str, str]]  # title by language
    exchanges: dict[str, dict[str, str]]  # name by language
    schemas: dict[str, str]


def make_files(site: Site) -> Iterator[tuple[str, str]]:
    """Yield path and text of every JSON file."""
    for owner in site.survey.rules.values():
        yield rule_file(owner.id), _compact(_answer_rule(site, owner))
    for code in site.survey.codes.values():
        yield code_file(code.name), _compact(_answer_code(site, code))
    schemas = {**{kind: make_rules_schema(kind) for kind in KINDS}, "site": config.make_schema()}
    for name, form in (("api-rule", RuleAnswer), ("api-code", CodeAnswer), ("api-index", IndexAnswer)):
        schemas[name] = {"$schema": DIALECT, "title": f"exchange-explainer {name}", **msgspec.json.schema(form)}
    schemas["explanation"] = {"$schema": DIALECT, **msgspec.json.schema(Explanation)}
    for name, schema in schemas.items():
        yield f"schemas/{name}.schema.json", dump(schema)
    yield "api/v1/index.json", _compact(_answer_index(site, sorted(schemas)))


def _compact(answer: Struct) -> str:
    return msgspec.json.encode(answer).decode() + "\n"


def rule_file(rule_id: str) -> str:
    """Return the path of a rule's JSON."""
    return f"api/v1/rules/{rule_id}.json"


def code_file(name: str) -> str:
    """Return the path of a code's JSON, for `binance/-1021`."""
    return f"api/v1/codes{code_path(name).rstrip('/')}.json"


def _answer_rule(site: Site, owner: Owner) -> RuleAnswer:
    texts = {language: describe_once(site.kb, owner, language) for language in site.places.languages}
    about = next(iter(texts.values()))
    return RuleAnswer(
        version=VERSION,
        id=owner.id,
        exchange=owner.exchange,
        category=owner.category,
        retry=owner.retry,
        urgency=owner.urgency,
        codes=site.survey.codes_of[owner.id],
        http_statuses=site.survey.statuses_of[owner.id],
        texts={
            language: RuleText(
                site.places.absolute(rule_path(owner.id), language), text.title, text.summary, text.causes, text.dont
            )
            for language, text in texts.items()
        },
        examples=tuple(site.kb.record(owner.record)["examples"]),
        links=about.links,
        related=tuple(other for other in about.related if other in site.survey.rules),
        verified=about.verified,
    )


def _answer_code(site: Site, code: Code) -> CodeAnswer:
    owners = [owner for owner in code.meanings if site.kb.record(owner.record)["summary"]]
    return CodeAnswer(
        version=VERSION,
        exchange=code.exchange,
        code=code.code,
        url=_urls(site, code_path(code.name)),
        meanings=tuple(_answer_meaning(site, owner) for owner in owners),
        rules=tuple(owner.id for owner in code.rules),
        verified=max(str(site.kb.record(owner.record)["verified"]) for owner in (*code.meanings, *code.rules)),
    )


def _answer_meaning(site: Site, owner: Owner) -> Meaning:
    record = site.kb.record(owner.record)
    return Meaning(
        product=owner.product,
        name=record["name"],
        message=record["message"],
        until=record["until"],
        category=owner.category,
        retry=owner.retry,
        urgency=owner.urgency,
        summary={language: describe_once(site.kb, owner, language).summary for language in site.places.languages},
    )


def _answer_index(site: Site, schemas: list[str]) -> IndexAnswer:
    base = site.config.base_url
    codes: dict[str, dict[str, Entry]] = {}
    for code in site.survey.codes.values():
        entry = _enter(site, (code.rules or code.meanings)[0], code_path(code.name), code_file(code.name))
        codes.setdefault(code.exchange, {})[code.code] = entry
    return IndexAnswer(
        version=VERSION,
        knowledge=site.kb.index.version,
        rules={o.id: _enter(site, o, rule_path(o.id), rule_file(o.id)) for o in site.survey.rules.values()},
        codes=codes,
        categories={
            name: {language: name_category(site, name, language) for language in site.places.languages}
            for name in site.survey.categories
        },
        exchanges={
            name: {language: (site.kb.profile(name) or {})["name"][language] for language in site.places.languages}
            for name in site.survey.exchanges
        },
        schemas={name: f"{base}/schemas/{name}.schema.json" for name in schemas},
    )


def _enter(site: Site, owner: Owner, path: str, file: str) -> Entry:
    titles: dict[str, str] = {}
    for language in site.places.languages:
        about = describe_once(site.kb, owner, language)
        titles[language] = about.title if owner.is_rule else about.summary
    address = f"{site.config.base_url}/{file}"
    return Entry(titles, _urls(site, path), address, owner.category, owner.retry, owner.urgency)


def _urls(site: Site, path: str) -> dict[str, str]:
    return {language: site.places.absolute(path, language) for language in site.places.languages}

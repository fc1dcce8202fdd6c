"""Reads an owner's texts in one language and fills them. The only place that turns records into sentences."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from explainer.kb.placeholder import fill
from explainer.kb.store import KnowledgeBase
from explainer.model.answer import Cause, Explanation, Language
from explainer.model.index import Owner


class Texts(Struct, frozen=True, kw_only=True):
    """What is said about an owner, filled."""

    title: str
    summary: str
    causes: tuple[Cause, ...]
    dont: tuple[str, ...]
    links: tuple[str, ...]
    related: tuple[str, ...]
    name: str | None
    verified: str


def read_texts(
    kb: KnowledgeBase, owner: Owner, exchange: str | None, values: Mapping[str, str], language: Language
) -> Texts:
    """Return an owner's texts; a catalogue entry's causes are those of its category."""
    record = kb.record(owner.record)
    category = kb.category(owner.category)
    body = record if owner.is_rule else category
    title = record.get("title") or category["title"]
    return Texts(
        title=fill(title[language], values),
        summary=fill((record.get("summary") or category["meaning"])[language], values),
        causes=_causes(body, values, language),
        dont=tuple(fill(text, values) for text in (body.get("not") or {}).get(language, [])),
        links=tuple(record.get("links") or _profile_links(kb, exchange)),
        related=tuple(record.get("related") or ()),
        name=record.get("name"),
        verified=record.get("verified", ""),
    )


def read_title(
    kb: KnowledgeBase, owner: Owner, _exchange: str | None, values: Mapping[str, str], language: Language
) -> Texts:
    """Return an owner's title and name alone, for lines of which there are many."""
    record = kb.record(owner.record)
    title = record.get("title") or kb.category(owner.category)["title"]
    return Texts(
        title=fill(title[language], values),
        summary="",
        causes=(),
        dont=(),
        links=(),
        related=(),
        name=record.get("name"),
        verified=record.get("verified", ""),
    )


def profile_values(kb: KnowledgeBase, exchange: str | None, language: Language) -> dict[str, str]:
    """Return what an exchange's profile fills into texts: its facts, and its name as `exchange`."""
    profile = kb.profile(exchange)
    if not profile:
        return {}
    facts = {name: text[language] for name, text in profile.get("facts", {}).items()}
    return facts | {"exchange": profile["name"][language]}


def describe(kb: KnowledgeBase, owner: Owner, language: Language) -> Explanation:
    """Return an owner as an explanation of no text in particular, as `show` prints it."""
    texts = read_texts(kb, owner, owner.exchange, profile_values(kb, owner.exchange, language), language)
    profile = kb.profile(owner.exchange)
    return Explanation(
        rule_id=owner.id,
        is_rule=owner.is_rule,
        exchange=owner.exchange,
        exchange_name=profile["name"][language] if profile else None,
        product=owner.product,
        code=owner.code,
        name=texts.name,
        http_status=None,
        category=owner.category,
        retry=owner.retry,
        urgency=owner.urgency,
        confidence="exact",
        title=texts.title,
        summary=texts.summary,
        causes=texts.causes,
        dont=texts.dont,
        links=texts.links,
        related=texts.related,
        captures={},
        facts={},
        evidence=(),
        assumption="",
        alternatives=(),
        is_root=None,
        line=0,
        excerpt="",
        verified=texts.verified,
        language=language,
    )


def _causes(body: dict[str, Any], values: Mapping[str, str], language: Language) -> tuple[Cause, ...]:
    """Fill the causes; those whose condition holds come first, those whose condition fails are left out."""
    shown = [cause for cause in body["causes"] if not cause.get("when") or values.get(cause["when"])]
    shown = shown or body["causes"]
    shown.sort(key=lambda cause: 0 if cause.get("when") else 1)
    return tuple(
        Cause(
            fill(text["cause"], values), fill(text["check"], values), tuple(fill(step, values) for step in text["fix"])
        )
        for text in (cause[language] for cause in shown)
    )


def _profile_links(kb: KnowledgeBase, exchange: str | None) -> list[str]:
    links = (kb.profile(exchange) or {}).get("links", {})
    return [links[name] for name in ("errors", "docs") if links.get(name)][:1]

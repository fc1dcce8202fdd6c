"""Lists the pages of a site. What stands on them is for the views."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from explainer.site_builder.config import Config
from explainer.site_builder.content import Content
from explainer.site_builder.model import Page
from explainer.site_builder.survey import Survey
from explainer.site_builder.urls import PATHS, Places, rule_path

if TYPE_CHECKING:
    from explainer.model.answer import Language


class PageError(ValueError):
    """Pages that cannot stand beside each other."""


def list_pages(survey: Survey, content: Content) -> list[Page]:
    """Return every page; raises PageError if two want the same path (letter case does not tell paths apart)."""
    pages = list(_list_pages(survey, content))
    taken: dict[str, Page] = {}
    for page in pages:
        other = taken.setdefault(page.path.lower(), page)
        if other is not page:
            raise PageError(f"two pages want the path {page.path}: {other.kind} and {page.kind} {page.subject}")
    return pages


def _list_pages(survey: Survey, content: Content) -> Iterator[Page]:
    yield Page("home", "/")
    for exchange in survey.exchanges:
        yield Page("exchange", PATHS["exchange"](exchange), exchange, exchange)
    yield Page("exchange", "/any/", "")
    for rule_id, owner in survey.rules.items():
        yield Page("rule", rule_path(rule_id), rule_id, owner.exchange or "")
    for name, code in survey.codes.items():
        yield Page("code", PATHS["code"](name), name, code.exchange)
    yield Page("causes", "/causes/")
    for category in survey.categories:
        yield Page("cause", PATHS["cause"](category), category)
    yield Page("statuses", "/http/")
    for status in survey.statuses:
        yield Page("status", PATHS["http"](status), status)
    yield Page("guides", "/guides/")
    about = {name: guide["en"].exchange for name, guide in content.guides.items()}
    for exchange in (*survey.exchanges, ""):
        for name in sorted(name for name, other in about.items() if other == exchange):
            yield Page("guide", PATHS["guide"](name), name, exchange)
    for name in content.pages:
        yield Page("prose", PATHS["page"](name), name)
    yield Page("accuracy", "/accuracy/")
    yield Page("glossary", "/glossary/")


def find_places(config: Config, pages: Iterable[Page], everything: Iterable[Page]) -> Places:
    """Return where the pages lie; `everything` holds those of a site that leaves no exchange out."""
    paths = frozenset(page.path for page in pages)
    languages: tuple[Language, ...] = tuple(config.document.languages)
    left_out = frozenset(page.path for page in everything) - paths
    return Places(config.base_url, config.prefix, languages, paths, left_out)

"""Lists the pages of a site. What stands on them is for the views."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from explainer.site_builder.config import Config
from explainer.site_builder.content import Content
from explainer.site_builder.model import Page
from explainer.site_builder.prose import find_anchors
from explainer.site_builder.survey import Survey
from explainer.site_builder.urls import PATHS, Places, rule_path

if TYPE_CHECKING:
    from explainer.model.answer import Language


class PageError(ValueError):
    """A page that cannot be made."""


RESERVED = frozenset(
    {
        "404.html",
        "api",
        "assets",
        "en",
        "feed.xml",
        "pagefind",
        "robots.txt",
        "schemas",
        "sitemap.xml",
        "worker.js",
        "zh",
    }
)
"""What lies at the root beside the pages."""


def list_pages(survey: Survey, content: Content, moved: Iterable[str] = ()) -> list[Page]:
    """Return every page; `moved` are ids that rules had before, which have addresses too.

    Raises PageError if two want the same path (letter case does not tell paths apart), or one that is reserved.
    """
    pages = list(_list_pages(survey, content))
    taken: dict[str, str] = {}
    for path, what in [
        *((page.path, f"{page.kind} {page.subject}") for page in pages),
        *((rule_path(name), f"the former id {name}") for name in moved),
    ]:
        other = taken.setdefault(path.lower(), what)
        if other is not what:
            raise PageError(f"two pages want the path {path}: {other.strip()} and {what.strip()}")
        if path.split("/")[1].lower() in RESERVED:
            raise PageError(f"{what.strip()} cannot have the path {path}: other files lie there")
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


def find_places(config: Config, content: Content, pages: Iterable[Page], everything: Iterable[Page]) -> Places:
    """Return where the pages lie; `everything` holds those of a site that leaves no exchange out."""
    paths = frozenset(page.path for page in pages)
    languages: tuple[Language, ...] = tuple(config.document.languages)
    left_out = frozenset(page.path for page in everything) - paths
    anchors = {PATHS["page"](name): find_anchors(text["en"].body) for name, text in content.pages.items()}
    for name, guide in content.guides.items():
        checks = content.checklists[name].checks if name in content.checklists else ()
        anchors[PATHS["guide"](name)] = find_anchors(guide["en"].body) | {check.id for check in checks} | {"sources"}
    return Places(config.base_url, config.prefix, languages, paths, left_out, anchors)

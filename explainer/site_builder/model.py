"""The site's types: what a page is, and what all pages share."""

from typing import Any

from jinja2 import Environment
from msgspec import Struct

from explainer.kb.store import KnowledgeBase
from explainer.model.answer import Language
from explainer.site_builder.config import Config
from explainer.site_builder.content import Content, Words
from explainer.site_builder.survey import Survey
from explainer.site_builder.urls import Places


class Page(Struct, frozen=True):
    """A page in every language. `kind` names its template and its view, `subject` what it is about."""

    kind: str
    path: str
    subject: str = ""
    exchange: str = ""


class Site(Struct, frozen=True):
    """All that pages are made of."""

    config: Config
    kb: KnowledgeBase
    survey: Survey
    content: Content
    places: Places
    pages: tuple[Page, ...]
    assets: dict[str, str]  # the path under which a file of site/ is published, by its name
    figures: dict[str, Any]  # measured for the page on accuracy
    environment: Environment
    has_search: bool

    def words(self, language: Language) -> Words:
        """Return the site's own words in a language."""
        return self.content.words[language]

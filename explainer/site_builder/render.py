"""Turns pages into HTML and into their Markdown twins, through the templates in `site/templates/`."""

from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from explainer.match.mask import make_printable
from explainer.model.answer import Language
from explainer.render.markdown import escape_markdown, fence
from explainer.render.words import CONFIDENCE, LABELS, RETRY, URGENCY, forbid
from explainer.site_builder.cards import make_card, name_exchange
from explainer.site_builder.content import WordError
from explainer.site_builder.model import Page, Site
from explainer.site_builder.pages import PageError
from explainer.site_builder.prose import (
    resolve_source,
    show_template,
    to_breakable,
    to_html,
    to_inline,
    to_plain,
    to_source,
)
from explainer.site_builder.search import CHINESE
from explainer.site_builder.urls import LinkError
from explainer.site_builder.views import view

TAGS: dict[Language, str] = {"en": "en", "zh": "zh-CN"}
"""What HTML calls the languages."""


def make_environment(folder: Path) -> Environment:
    """Return the templates of a folder; everything that they show is escaped, but in Markdown."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: not (name or "").endswith(".md"),  # noqa: S701 (Markdown is escaped by `md`)
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters |= {"inline": to_inline, "plain": to_plain, "md": escape_markdown, "template": show_template}
    environment.filters |= {"breakable": to_breakable, "source": to_source, "fence": fence, "printable": make_printable}
    return environment


def render_page(site: Site, page: Page, language: Language) -> dict[str, str]:
    """Return the files of a page in one language: HTML and Markdown, by their path in the site.

    Raises LinkError for a link to a page that does not exist, with the text in which it stands.
    """
    try:
        return _render_page(site, page, language)
    except (LinkError, PageError) as error:
        raise type(error)(f"{page.kind} {page.subject} ({language}): {error}") from error
    except KeyError as error:  # a word that is missing, or a hole in one that nothing fills
        what = error if isinstance(error, WordError) else f"words.yaml: nothing fills {{{error.args[0]}}}"
        raise PageError(f"{page.kind} {page.subject} ({language}): {what}") from error


def _render_page(site: Site, page: Page, language: Language) -> dict[str, str]:
    folder = site.places.local(page.path, language).lstrip("/")
    shown = view(site, page, language)
    shared = _share(site, page, language)
    return {
        f"{folder}index.html": _fill(site, f"{page.kind}.html", shared | shown),
        f"{folder}index.md": _fill(site, f"markdown/{page.kind}.md", _link_wholly(site, language, shared) | shown),
    }


def render_missing(site: Site) -> str:
    """Return the page that a server shows in place of one that does not exist, in the first language."""
    language = site.places.languages[0]
    page = Page("missing", "/404.html")
    words = site.words(language)
    shown = {"title": words["missing"], "description": words["missing_text"]}
    return _fill(site, "missing.html", _share(site, page, language) | shown)


def _fill(site: Site, template: str, values: dict[str, Any]) -> str:
    """Return a filled template; raises PageError for a fault in it, with its file and line where they are known."""
    try:
        return site.environment.get_template(template).render(values)
    except TemplateSyntaxError as error:
        raise PageError(f"{error.name or template}:{error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        raise PageError(f"there is no template {error}") from error
    except TemplateError as error:
        raise PageError(f"{_find_place(error)}: {error}") from error


def _find_place(error: BaseException) -> str:
    """Return file and line of the template in which an error arose."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith((".html", ".md"))]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "a template"


def _share(site: Site, page: Page, language: Language) -> dict[str, Any]:
    """Return what every template may use."""
    document = site.config.document
    return {
        "t": site.words(language),
        "language": language,
        "tag": TAGS[language],
        "tags": TAGS,
        "page": page,
        "kind": page.kind,
        "places": site.places,
        "url": partial(site.places.url, language=language),
        "absolute": partial(site.places.absolute, language=language),
        "asset": partial(_find_asset, site),
        "config": document,
        "site_name": getattr(document.name, language),
        "has_search": site.has_search,
        "search_language": CHINESE if language == "zh" else TAGS[language],
        "kb_version": site.kb.index.version,
        "exchanges": {exchange: name_exchange(site, exchange, language) for exchange in site.survey.exchanges},
        "L": LABELS[language],
        "RETRY": RETRY[language],
        "URGENCY": URGENCY[language],
        "CONFIDENCE": CONFIDENCE[language],
        "forbid": partial(forbid, language),
        "guide_html": partial(_write_guide, site, page, language),
        "guide_source": partial(_write_source, site, page, language),
    }


def _find_asset(site: Site, name: str) -> str:
    if name not in site.assets:
        raise PageError(f"no file of the site is published as {name}")
    return f"{site.places.prefix}/{site.assets[name]}"


def _link_wholly(site: Site, language: Language, shared: dict[str, Any]) -> dict[str, Any]:
    """Let links carry the host too: a Markdown page is read elsewhere."""
    return shared | {"url": partial(site.places.absolute, language=language)}


def _resolve(site: Site, language: Language, target: str, *, is_whole: bool) -> str | None:
    found = site.places.resolve(target)
    if found is None:
        return None
    path, anchor = found
    return (site.places.absolute if is_whole else site.places.url)(path, language) + anchor


def _write_guide(site: Site, page: Page, language: Language, text: str) -> tuple[Markup, list[tuple[str, str]]]:
    """Return a text of `site/content/` as HTML, and its sections."""
    return to_html(
        text, partial(_resolve, site, language, is_whole=False), partial(_insert, site, page, language, "inserts.html")
    )


def _write_source(site: Site, page: Page, language: Language, text: str) -> str:
    return resolve_source(
        text,
        partial(_resolve, site, language, is_whole=True),
        partial(_insert, site, page, language, "markdown/inserts.md"),
    )


def _insert(site: Site, page: Page, language: Language, template: str, what: str, name: str) -> str:
    """Return what stands for a line such as `:: rule binance/ip-banned` or `:: checklist`.

    Raises LinkError for a rule, or a kind of line, that does not exist.
    """
    values: dict[str, Any] = {"card": None, "checks": []}
    if what == "rule":
        if site.places.resolve(f"rule:{name}") is None:
            return ""
        values["card"] = make_card(site, site.survey.rules[name], language)
    elif what == "checklist" and page.subject in site.content.checklists:
        values["checks"] = site.content.checklists[page.subject].checks
    else:
        raise LinkError(f"nothing is known to put in place of `:: {what} {name}`".rstrip())
    shared = _share(site, page, language)
    if template.endswith(".md"):
        shared = _link_wholly(site, language, shared)
    return _fill(site, template, shared | values | {"say": partial(_say, site, language, template.endswith(".md"))})


def _say(site: Site, language: Language, is_source: bool, text: str) -> str:
    """Return a checklist's text with its targets resolved."""
    resolve = partial(_resolve, site, language, is_whole=is_source)
    if is_source:
        return resolve_source(text, resolve, lambda what, _: what)
    html, _ = to_html(text, resolve, lambda what, _: what)
    return Markup(html.strip().removeprefix("<p>").removesuffix("</p>"))  # noqa: S704 (raw HTML is off)

"""What machines read to find the pages: the site map, the word to robots, the feed of changes, redirects."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from explainer.match.mask import make_printable
from explainer.model.answer import Language
from explainer.site_builder.cards import describe_once
from explainer.site_builder.model import Page, Site
from explainer.site_builder.prose import to_plain
from explainer.site_builder.render import TAGS
from explainer.site_builder.urls import rule_path

MOST_CHANGES = 100


def make_feeds(site: Site) -> Iterator[tuple[str, str]]:
    """Yield path and text of every such file."""
    yield "sitemap.xml", "".join(_site_map(site))
    yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.config.base_url}/sitemap.xml\n"
    for language in site.places.languages:
        path = site.places.local("/feed.xml", language).lstrip("/")
        yield path, "".join(_feed(site, language))
    yield from _redirects(site)


def _site_map(site: Site) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for page in site.pages:
        for language in site.places.languages:
            yield f"<url><loc>{escape(site.places.absolute(page.path, language))}</loc>"
            if date := _date_of(site, page):
                yield f"<lastmod>{date}</lastmod>"
            for other in site.places.languages:
                address = quoteattr(site.places.absolute(page.path, other))
                yield f'<xhtml:link rel="alternate" hreflang="{TAGS[other]}" href={address}/>'
            yield "</url>\n"
    yield "</urlset>\n"


def _date_of(site: Site, page: Page) -> str:
    """Return the day on which what a page says was last checked, if it is about one thing."""
    if page.kind == "rule":
        return str(site.kb.record(site.survey.rules[page.subject].record)["verified"])
    if page.kind == "code":
        code = site.survey.codes[page.subject]
        return max(str(site.kb.record(owner.record)["verified"]) for owner in (*code.meanings, *code.rules))
    return ""


def _feed(site: Site, language: Language) -> Iterator[str]:
    """Write the rules checked last as an Atom feed."""
    places, words = site.places, site.content.words[language]
    about = [describe_once(site.kb, owner, language) for owner in site.survey.rules.values()]
    newest = sorted(about, key=lambda rule: rule.rule_id)
    newest.sort(key=lambda rule: rule.verified, reverse=True)
    home = escape(places.absolute("/", language))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{TAGS[language]}">\n'
    yield f"<title>{_clean(getattr(site.config.document.name, language))}: {escape(words['feed'])}</title>\n"
    yield f'<id>{home}</id><link href="{home}"/><link rel="self" href="{home}feed.xml"/>\n'
    yield f"<author><name>{_clean(getattr(site.config.document.name, language))}</name></author>\n"
    yield f"<updated>{newest[0].verified}T00:00:00Z</updated>\n"
    for rule in newest[:MOST_CHANGES]:
        address = escape(places.absolute(rule_path(rule.rule_id), language))
        yield f"<entry><title>{_clean(to_plain(rule.title))}</title><id>{address}</id>"
        yield f'<link href="{address}"/><updated>{rule.verified}T00:00:00Z</updated>'
        yield f"<summary>{_clean(to_plain(rule.summary))}</summary></entry>\n"
    yield "</feed>\n"


def _clean(text: str) -> str:
    """Return a text for XML, which takes no control characters even as escapes."""
    return escape(make_printable(text))


def _redirects(site: Site) -> Iterator[tuple[str, str]]:
    """Yield a page for every id that a rule had before, which leads to the rule."""
    for owner in site.survey.rules.values():
        for old in site.kb.record(owner.record)["formerly"]:
            for language in site.places.languages:
                path = site.places.local(rule_path(old), language).lstrip("/")
                address = site.places.absolute(rule_path(owner.id), language)
                template = site.environment.get_template("moved.html")
                yield f"{path}index.html", template.render(address=address, tag=TAGS[language], t=site.words(language))

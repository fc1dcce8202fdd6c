"""Every link of the site leads somewhere: in pages, in their Markdown twins, and in what machines read."""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree import ElementTree

import pytest

from explainer.kb.check import is_official
from explainer.kb.load import load_trees
from explainer.kb.store import find_rules
from tests.site_fixtures import LANGUAGES, Parse, Parsed, Served, file_of, in_language

BASES = {"": "http://localhost:8000", "/errors": "https://help.example.com/errors"}
ALLOWED = ("https://github.com/example/help/",)
MARKDOWN_LINK = re.compile(r"\]\(<?([^)>\s]+)>?\)|<(https?://[^>\s]+)>")
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1|(`+)(?!`).*?(?<!`)\2(?!`)|\\[!-/:-@\[-`{-~]", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module", params=["site", "prefixed"])
def served(request: pytest.FixtureRequest) -> Served:
    found: Served = request.getfixturevalue(request.param)
    return found


def find_faults(served: Served, pages: dict[str, Parsed], source: str, link: str) -> Iterator[str]:
    """Say what is wrong with a link on a page."""
    base = BASES[served.prefix]
    address, anchor = urldefrag(urljoin(f"{base}{source}", link))
    if not address.startswith(f"{base}/"):
        if not is_official(address, DOMAINS) and not address.startswith(ALLOWED):
            yield f"{source} leads to a host of nobody we know: {link}"
        return
    path = unquote(address.removeprefix(base))
    if not file_of(served, path).is_file():
        yield f"{source} leads nowhere: {link}"
    elif anchor and unquote(anchor) not in pages[path].ids:
        yield f"{source} leads to no place on the page: {link}"


DOMAINS = load_trees([find_rules()])[0].domains


def test_every_link_and_anchor_of_every_page_leads_somewhere(served: Served, parse: Parse) -> None:
    pages = parse(served)
    links = {(path, link) for path, page in pages.items() for link in page.links}
    assert [fault for path, link in sorted(links) for fault in find_faults(served, pages, path, link)] == []


def test_every_link_of_every_markdown_twin_leads_somewhere(served: Served, parse: Parse) -> None:
    pages = parse(served)
    links = set()
    for file in served.folder.rglob("*.md"):
        source = f"/{file.relative_to(served.folder).as_posix()}"
        text = CODE.sub("", file.read_text(encoding="utf-8"))
        links |= {(source, first or second) for first, second in MARKDOWN_LINK.findall(text)}
    assert len(links) > len(pages)
    assert [fault for path, link in sorted(links) for fault in find_faults(served, pages, path, link)] == []


def test_the_site_map_names_every_page_in_every_language(served: Served, parse: Parse) -> None:
    base = BASES[served.prefix]
    root = ElementTree.parse(served.folder / "sitemap.xml").getroot()
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    named = [loc.text or "" for loc in root.findall("s:url/s:loc", names)]
    others = {link.get("href") for link in root.findall("s:url/x:link", names)}
    assert len(named) == len(set(named))
    assert set(named) == others == {base + path for path in parse(served) if path != "/404.html"}
    robots = (served.folder / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {base}/sitemap.xml\n" in robots


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_leads_to_pages(served: Served, parse: Parse, language: str) -> None:
    path = "/feed.xml" if language == "en" else "/zh/feed.xml"
    root = ElementTree.parse(file_of(served, path)).getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    links = [link.get("href", "") for link in root.iter(f"{atom}link")]
    ids = [entry.findtext(f"{atom}id") for entry in root.iter(f"{atom}entry")]
    assert len(ids) == len(set(ids)) > 20
    assert [fault for link in links for fault in find_faults(served, parse(served), path, link)] == []


def test_the_index_for_programs_leads_to_pages_files_and_schemas(served: Served, parse: Parse) -> None:
    index = json.loads((served.folder / "api/v1/index.json").read_bytes())
    entries = [*index["rules"].values(), *(code for codes in index["codes"].values() for code in codes.values())]
    links = [link for entry in entries for link in (entry["json"], *entry["url"].values())]
    links += index["schemas"].values()
    assert [fault for link in links for fault in find_faults(served, parse(served), "/api/v1/", link)] == []
    published = {file for file in (served.folder / "api/v1").rglob("*.json") if file.name != "index.json"}
    base = BASES[served.prefix]
    assert {file_of(served, entry["json"].removeprefix(base)) for entry in entries} == published


def test_both_languages_have_the_same_pages_and_each_page_its_twin(served: Served, parse: Parse) -> None:
    paths = set(parse(served)) - {"/404.html"}
    english = {path for path in paths if not path.startswith("/zh/")}
    assert paths - english == {in_language(path, "zh") for path in english}
    twins = {f"/{file.relative_to(served.folder).as_posix()}" for file in served.folder.rglob("*.md")}
    assert twins == {f"{path}index.md" for path in paths}

"""Site map, robots and feed."""

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from explainer.site_builder import feeds

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ATOM = "{http://www.w3.org/2005/Atom}"
HOST = "http://localhost:8000"


def test_the_site_map_names_every_page_with_its_other_language(built_little: "Little") -> None:
    urls = list(ET.fromstring(built_little.read("sitemap.xml")))
    found = {str(url.findtext(f"{MAP}loc")): url for url in urls}
    pages = {name.removesuffix("index.html") for name in built_little.read_all() if name.endswith("index.html")}
    assert set(found) == {f"{HOST}/{page}" for page in pages}
    assert len(urls) == len(found)
    for name in ("acme/-7001/", "zh/acme/-7001/"):
        others = {link.get("hreflang"): link.get("href") for link in found[f"{HOST}/{name}"].iter(LINK)}
        assert others == {"en": f"{HOST}/acme/-7001/", "zh-CN": f"{HOST}/zh/acme/-7001/"}


def test_what_was_checked_tells_when(built_little: "Little") -> None:
    urls = ET.fromstring(built_little.read("sitemap.xml"))
    dates = {str(url.findtext(f"{MAP}loc")).removeprefix(HOST): url.findtext(f"{MAP}lastmod") for url in urls}
    assert dates["/betaex/closed/"] == dates["/zh/betaex/closed/"] == "2026-01-03"
    assert dates["/acme/-7003/"] == "2026-01-02"
    assert dates["/betaex/9001/"] == "2026-01-03"
    assert dates["/guides/first-steps/"] is None


def test_robots_find_the_site_map(built_little: "Little") -> None:
    assert built_little.read("robots.txt") == f"User-agent: *\nAllow: /\nSitemap: {HOST}/sitemap.xml\n"


@pytest.mark.parametrize(("path", "folder"), [("feed.xml", ""), ("zh/feed.xml", "zh/")])
def test_the_feed_has_the_rules_checked_last_on_top(built_little: "Little", path: str, folder: str) -> None:
    feed = ET.fromstring(built_little.read(path))
    assert feed.findtext(f"{ATOM}id") == f"{HOST}/{folder}"
    assert feed.findtext(f"{ATOM}updated") == "2026-01-03T00:00:00Z"
    assert [link.get("href") for link in feed.findall(f"{ATOM}link")] == [f"{HOST}/{folder}", f"{HOST}/{path}"]
    entries = [
        (entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in feed.findall(f"{ATOM}entry")
    ]
    assert entries == [
        (f"{HOST}/{folder}betaex/closed/", "2026-01-03T00:00:00Z"),
        (f"{HOST}/{folder}acme/key-refused/", "2026-01-02T00:00:00Z"),
        (f"{HOST}/{folder}acme/order-outcome-unknown/", "2026-01-02T00:00:00Z"),
        (f"{HOST}/{folder}any/http-429/", "2026-01-02T00:00:00Z"),
    ]


def test_the_feed_says_it_in_plain_words_of_its_language(built_little: "Little") -> None:
    english, chinese = built_little.read("feed.xml"), built_little.read("zh/feed.xml")
    assert "<summary>Acme folds several faults into one answer and does not say which.</summary>" in english
    assert "<title>贝塔已关闭</title>" in chinese
    assert 'xml:lang="zh-CN"' in chinese


def test_the_feed_does_not_grow_without_end(little: "Little", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_CHANGES", 2)
    little.build()
    assert little.read("feed.xml").count("<entry>") == 2

"""The site in Chromium: checklists, tables, both languages, phones, paper, without scripts, under a path."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explainer.kb.store import KnowledgeBase
from explainer.match.engine import explain_text
from explainer.model.answer import Language
from tests.site_fixtures import EVERY_KIND, KINDS, LANGUAGES, LEAKY, Browse, Served, file_of, in_language
from tests.site_paste import HOSTILE, IPS, check_answer, search, shown

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_language_is_one_click_away_on_the_same_page(browse: Browse, site: Served, kind: str) -> None:
    page = browse(KINDS[kind])
    page.locator("a.language").click()
    page.wait_for_url(site.url(in_language(KINDS[kind], "zh")))
    page.locator("a.language").click()
    page.wait_for_url(site.url(KINDS[kind]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_checklist_keeps_its_ticks_and_can_start_over(browse: Browse, language: Language) -> None:
    page = browse(in_language(KINDS["guide"], language))
    boxes, progress = page.locator("[data-check]"), page.locator(".progress output")
    count = boxes.count()
    assert count > 3
    boxes.nth(0).check()
    boxes.nth(2).check()
    expect(progress).to_have_text(re.compile(rf"\b2\b.*\b{count}\b"))
    page.reload()
    expect(progress).to_have_text(re.compile(rf"\b2\b.*\b{count}\b"))
    assert [box.is_checked() for box in boxes.all()[:4]] == [True, False, True, False]
    page.locator("[data-reset]").click()
    expect(progress).to_have_text(re.compile(rf"\b0\b.*\b{count}\b"))
    page.reload()
    expect(progress).to_have_text(re.compile(rf"\b0\b.*\b{count}\b"))
    expect(page.locator("[data-check]:checked")).to_have_count(0)


@pytest.mark.parametrize(("table", "words", "wanted"), [("fault", "400006", "IP"), ("code", "400100", "400100")])
def test_a_table_shows_only_rows_with_the_words(browse: Browse, table: str, words: str, wanted: str) -> None:
    page = browse("/kucoin/")
    rows = page.locator(f"#{table}-table tbody tr:not(.group)")
    box = page.locator(f"[data-filter='#{table}-table']")
    count = rows.count()
    box.fill(words)
    seen = [row.inner_text() for row in rows.all() if row.is_visible()]
    assert 0 < len(seen) < count
    assert all(words in text for text in seen)
    assert wanted in seen[0]
    box.fill("no row has that")
    expect(rows.filter(visible=True)).to_have_count(0)
    expect(page.locator(".filter").filter(has=box).get_by_role("status")).not_to_have_text("")
    box.fill("")
    expect(rows.filter(visible=True)).to_have_count(count)


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["phone", "narrow"])
def test_no_page_scrolls_sideways_on_a_phone(browse: Browse, site: Served, size: dict[str, int]) -> None:
    page = browse("/", viewport=size)
    wide = []
    for path in [*EVERY_KIND, "/binance/", "/any/", "/okx/", "/binance/-1021/"]:
        page.goto(site.url(path))
        if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            wide.append(path)
    page.goto(site.url("/"))
    page.locator("#error").fill("\n\n".join([LEAKY, HOSTILE, "x" * 500]))
    expect(page.locator("article.answer").first).to_be_visible()
    page.evaluate("document.querySelectorAll('#answers details').forEach((part) => (part.open = true))")
    if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
        wide.append("answers")
    assert wide == []


def test_paper_gets_the_text_without_what_only_a_screen_can_use(browse: Browse, site: Served) -> None:
    page = browse("/")
    page.emulate_media(media="print")
    for kind in ("rule", "exchange", "guide", "code"):
        page.goto(site.url(KINDS[kind]))
        expect(page.locator("h1")).to_be_visible()
        for part in ("header.top nav", "header.top .tools", "footer nav", ".filter", "button:visible"):
            expect(page.locator(part).filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("rule", "ol.causes > li"),
        ("exchange", "#code-table tbody tr"),
        ("guide", "ol.checklist > li"),
        ("home", ".card"),
    ],
)
def test_pages_show_all_and_no_dead_button_without_scripts(browse: Browse, kind: str, wanted: str) -> None:
    page = browse(KINDS[kind], java_script_enabled=False)
    expect(page.locator(wanted).first).to_be_visible()
    expect(page.locator("button, input, select, textarea, [data-sample]").filter(visible=True)).to_have_count(0)


@pytest.fixture
def under_a_path(browse: Browse, prefixed: Served) -> Iterator[Page]:
    """Give a site that lies under a path of its host; every request must stay below it."""
    yield browse("/", prefixed)
    assert [request for request in browse.requests if "/errors/" not in request] == []


def test_all_of_it_works_under_a_path(under_a_path: Page, prefixed: Served, kb: KnowledgeBase) -> None:
    page = under_a_path
    page.locator("#error").fill(IPS)
    check_answer(page, explain_text(kb, IPS)[0], "en")
    expect(page.locator("html")).to_have_attribute("data-kept", "true")
    shown(page, "page").first.click()
    page.wait_for_url(prefixed.url("/kucoin/ip-not-in-whitelist/"))
    expect(page.locator("ol.causes > li").first).to_be_visible()
    found = [link.get_attribute("href") or "" for link in search(page, "400005").all()]
    assert [path for path in found if not file_of(prefixed, path.removeprefix("/errors")).is_file()] == []
    page.locator("#search-words").press("Enter")
    page.wait_for_url(f"{prefixed.origin}{found[0]}")
    page.locator("a.language").click()
    page.wait_for_url(f"{prefixed.origin}{found[0].replace('/errors/', '/errors/zh/')}")
    page.context.set_offline(True)
    page.goto(prefixed.url("/"))
    expect(page.locator("h1")).to_be_visible()


def test_a_site_of_some_exchanges_links_to_no_page_that_it_has_not(under_a_path: Page) -> None:
    page = under_a_path
    page.locator("#error").fill('binance {"code":-1121,"msg":"Invalid symbol."}')
    expect(page.locator("article.answer")).to_have_count(1)
    expect(shown(page, "page")).to_be_hidden()
    expect(page.locator("[data-act=share]")).to_be_hidden()


def test_the_module_for_other_sites_names_data_that_is_there(site: Served) -> None:
    """Other sites import it from an address that never changes, and it fetches its data from beside itself."""
    module = (site.folder / "assets" / "explain.js").read_text(encoding="utf-8")
    files = json.loads(module[module.index("{") : module.index("}") + 1])
    assert [name for name in files.values() if not Path(site.folder / "assets" / name).is_file()] == []

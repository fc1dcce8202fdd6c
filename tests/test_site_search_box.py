"""The search in Chromium: words of both languages, codes, exchanges, keys."""

import re

import pytest
from playwright.sync_api import expect

from explainer.model.answer import Language
from tests.site_fixtures import LANGUAGES, Browse, Served, file_of, in_language
from tests.site_paste import search


@pytest.mark.parametrize(
    ("language", "words", "wanted"),
    [
        ("en", "timestamp", "/binance/timestamp-outside-recv-window/"),
        ("zh", "时间戳", "/zh/binance/timestamp-outside-recv-window/"),
    ],
)
def test_search_finds_words(browse: Browse, site: Served, language: Language, words: str, wanted: str) -> None:
    page = browse(in_language("/guides/", language))
    links = search(page, words)
    expect(page.locator(f"#search-results a[href='{wanted}']")).to_have_count(1)
    found = [link.get_attribute("href") or "" for link in links.all()]
    assert [path for path in found if not file_of(site, path).is_file()] == []
    assert [path for path in found if path.startswith("/zh/") != (language == "zh")] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["binance/-1021", "binance/-1003", "kucoin/400006", "bigone/10403"])
def test_search_for_a_code_finds_its_page_first(browse: Browse, language: Language, code: str) -> None:
    page = browse(in_language("/guides/", language))
    search(page, code.partition("/")[2])
    first = page.locator("#search-results a").first
    expect(first).to_have_attribute("href", in_language(f"/{code}/", language))


def test_search_takes_the_code_out_of_an_error(browse: Browse) -> None:
    page = browse("/guides/")
    search(page, "APIError(code=-2015)")
    expect(page.locator("#search-results a").first).to_have_attribute("href", "/binance/-2015/")


@pytest.mark.parametrize("word", ["密钥", "白名单", "权限", "限频", "签名"])
def test_search_finds_most_pages_that_hold_a_chinese_word(browse: Browse, site: Served, word: str) -> None:
    files = (site.folder / "zh").glob("*/*/index.html")
    texts = [file.read_text(encoding="utf-8").partition("<main")[2].partition("</main")[0] for file in files]
    holding = sum(word in text for text in texts)
    assert holding > 20
    page = browse("/zh/guides/")
    search(page, word)
    counted = re.search(r"\d+", page.locator("#search-state").inner_text())
    assert counted
    assert int(counted[0]) >= holding / 2


def test_search_keeps_to_an_exchange_and_enter_opens_the_first(browse: Browse, site: Served) -> None:
    page = browse("/causes/")
    search(page, "signature")
    page.locator("#search-exchange").select_option("kucoin")
    expect(page.locator("#search-results a:not([href*='kucoin'])")).to_have_count(0)
    wanted = page.locator("#search-results a").first.get_attribute("href") or ""
    assert "kucoin" in wanted
    page.locator("#search-words").press("Enter")
    page.wait_for_url(site.url(wanted))


def test_search_is_left_by_escape_and_says_when_it_finds_nothing(browse: Browse) -> None:
    page = browse("/http/")
    page.locator("#open-search").click()
    dialog = page.locator("#search")
    expect(dialog).to_be_visible()
    state = page.locator("#search-state")
    page.keyboard.type("qqqqzzzzxxxx")
    expect(state).to_have_text(state.get_attribute("data-none") or "")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(page.url.replace("/http/", "/"))
    page.locator("#error").press_sequentially("a/b")
    expect(page.locator("#error")).to_have_value("a/b")
    expect(dialog).to_be_hidden()

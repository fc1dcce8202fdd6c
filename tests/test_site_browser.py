"""The site in Chromium: the paste box, search, checklists, tables, both languages, without a network, on paper."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, find_rules
from explainer.match.credible import Told
from explainer.match.engine import explain_text
from explainer.model.answer import Explanation, Language
from explainer.render.words import RETRY
from explainer.site_builder.prose import to_plain
from tests.site_fixtures import EVERY_KIND, KINDS, LANGUAGES, LEAKY, SECRET, Browse, Served, file_of, in_language, serve

PASTED = (
    "binance/timestamp-ahead-of-server",
    "binance/order-below-min-notional",
    "kucoin/signature-invalid",
    "kucoin/ip-not-in-whitelist",
    "bigone/access-denied-page",
    "any/dns-name-not-found",
)
IPS = 'kucoin {"code":"400006","msg":"The requested ip address is not in the api whitelist"}'
HOSTILE = (
    """binance {"code":-1121,"msg":"Invalid symbol."} """
    """<img src=x onerror="document.title='broken'"> javascript:alert(1)"""
)
CLIPBOARD = ["clipboard-read", "clipboard-write"]
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """Return the examples of every rule that need nothing told beside them."""
    base, _ = load_trees([find_rules()])
    found: dict[str, tuple[str, ...]] = {}
    for source in base.rules.values():
        texts = [msgspec.to_builtins(example) for example in source.document.examples]
        found[source.id] = tuple(text if isinstance(text, str) else text["text"] for text in texts)
    return found


def home_of(language: Language) -> str:
    return in_language("/", language)


def pages_of(found: tuple[Explanation, ...], language: Language) -> list[str]:
    """Return the page of every explanation, as the answers link to it."""
    return [in_language(f"/{one.rule_id}/", language) for one in found if one.is_rule]


def shown(page: Page, slot: str) -> Locator:
    return page.locator(f"article.answer [data-slot={slot}]")


def check_answer(page: Page, explanation: Explanation, language: Language) -> None:
    """Compare the first answer on the page with what Python says."""
    expect(shown(page, "title").first).to_have_text(to_plain(explanation.title))
    expect(shown(page, "retry").first).to_have_text(RETRY[language][explanation.retry])
    cause = explanation.causes[0]
    expect(shown(page, "cause").first).to_have_text(to_plain(cause.cause))
    expect(shown(page, "check").first).to_have_text(to_plain(cause.check))
    expect(shown(page, "fix").first).to_contain_text(to_plain(cause.fix[0]))


def check_pages(page: Page, found: tuple[Explanation, ...], language: Language = "en") -> None:
    """Compare the pages that the answers lead to with the rules that Python finds; waits for the answers."""
    expect(shown(page, "page")).to_have_count(len(found))
    links = [link.get_attribute("href") for link in shown(page, "page").all() if link.is_visible()]
    assert [link for link in links if link in pages_of(found, language)] == pages_of(found, language)


def paste(page: Page, text: str) -> None:
    """Paste as a person does: from the clipboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator("#error").focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def copied(page: Page) -> str:
    """Return what a button has put on the clipboard; waits until it says so."""
    state = page.locator("#paste-state")
    expect(state).to_have_text(state.get_attribute("data-copied") or "")
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pasted_error_is_answered_at_once(browse: Browse, kb: KnowledgeBase, language: Language) -> None:
    page = browse(home_of(language), permissions=CLIPBOARD)
    for rule_id in PASTED:
        text = examples()[rule_id][0]
        found = explain_text(kb, text, language=language)
        assert found[0].rule_id == rule_id
        paste(page, text)
        check_answer(page, found[0], language)
        check_pages(page, found, language)


def test_answers_come_while_one_types(browse: Browse, kb: KnowledgeBase) -> None:
    page = browse("/")
    page.locator("#error").press_sequentially("kucoin 400005")
    check_answer(page, explain_text(kb, "kucoin 400005")[0], "en")


def test_several_errors_are_answered_in_the_order_of_python(browse: Browse, kb: KnowledgeBase) -> None:
    text = "\n\n".join(examples()[rule_id][0] for rule_id in PASTED)
    found = explain_text(kb, text)
    assert len(found) > 3
    page = browse("/")
    page.locator("#error").fill(text)
    check_pages(page, found)
    expect(page.locator("#paste-state")).to_contain_text(str(len(found)))


def test_every_example_is_explained_as_in_python(browse: Browse, kb: KnowledgeBase) -> None:
    """The whole JSON of every explanation, in both languages, through the module that other sites may import."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    texts = [text for own in examples().values() for text in own]
    page = browse("/glossary/")
    answers: dict[Language, list[Any]] = page.evaluate(
        """async ({ texts, languages, now }) => {
            const { explain } = await import("/assets/explain.js");
            const answers = {};
            for (const lang of languages) {
                answers[lang] = [];
                for (const text of texts) answers[lang].push(await explain(text, { lang, now: new Date(now) }));
            }
            return answers;
        }""",
        {"texts": texts, "languages": LANGUAGES, "now": now.isoformat()},
    )
    assert len(texts) > 1000
    differing = [
        (language, text)
        for language in LANGUAGES
        for text, answer in zip(texts, answers[language], strict=True)
        if answer != json.loads(msgspec.json.encode(explain_text(kb, text, language=language, now=now)))
    ]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_secret_is_warned_of_masked_and_kept_here(browse: Browse, language: Language) -> None:
    page = browse(home_of(language), permissions=CLIPBOARD)
    page.locator("#error").fill(LEAKY)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(shown(page, "masked").or_(page.locator("[data-slot=masked]"))).to_contain_text("[secret 1]")
    page.locator("article.answer summary").first.click()
    assert SECRET not in page.locator("body").inner_text()
    assert SECRET not in (page.locator("#answers").text_content() or "")
    page.locator("[data-act=markdown]").first.click()
    markdown = copied(page)
    assert "-2015" in markdown
    assert SECRET not in markdown
    page.locator("[data-act=share]").first.click()
    kept = page.evaluate(
        """async () => {
            const named = [];
            for (const name of await caches.keys()) {
                for (const { url } of await (await caches.open(name)).keys()) named.push(url);
            }
            const bases = (await indexedDB.databases()).map(({ name }) => name);
            const stores = [{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state];
            return JSON.stringify([location.href, document.title, ...stores, named, bases]);
        }"""
    )
    for text in (kept, copied(page), *browse.requests):
        assert SECRET not in text
        assert "2015" not in text


def test_hostile_text_stays_text(browse: Browse) -> None:
    page = browse("/")
    title = page.title()
    page.locator("#error").fill(HOSTILE)
    page.locator("article.answer summary").first.click()
    expect(shown(page, "excerpt").first).to_contain_text("<img src=x onerror=")
    assert page.locator("#answers img, #answers [onerror], #answers script").count() == 0
    assert page.locator("a[href^='javascript:' i]").count() == 0
    assert page.title() == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_share_copies_the_address_of_the_rule(browse: Browse, site: Served, language: Language) -> None:
    page = browse(home_of(language), permissions=CLIPBOARD)
    page.locator("#error").fill(IPS)
    page.locator("[data-act=share]").first.click()
    assert copied(page) == site.url(in_language("/kucoin/ip-not-in-whitelist/", language))
    page.goto(copied(page))
    expect(page.locator("h1")).to_have_count(1)


def test_what_is_chosen_outranks_the_text(browse: Browse, kb: KnowledgeBase) -> None:
    page = browse("/")
    page.locator("#error").fill("-1003")
    exchange, product = page.locator("#exchange"), page.locator("#product")
    expect(product).to_be_disabled()
    for told in (Told("binance"), Told("binance", "usdm"), Told("kucoin"), Told("kucoin", "futures")):
        exchange.select_option(told.exchange)
        expect(product).to_be_enabled()
        if told.product:
            product.select_option(told.product)
        found = explain_text(kb, "-1003", told=told)
        if found:
            check_answer(page, found[0], "en")
            expect(shown(page, "subject").first).to_contain_text(found[0].exchange_name or "")
        else:
            expect(page.locator("#answers .notice")).to_be_visible()
        expect(shown(page, "page")).to_have_count(len(found))
    exchange.select_option("")
    expect(product).to_be_disabled()


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"Tab never reaches {wanted}")


def test_all_of_it_works_by_keyboard(browse: Browse, kb: KnowledgeBase) -> None:
    page = browse("/", permissions=CLIPBOARD)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, "#error")
    page.keyboard.type("-1021")
    tab_to(page, "#exchange")
    page.keyboard.type("Binance")
    check_answer(page, explain_text(kb, "-1021", told=Told("binance"))[0], "en")
    tab_to(page, "form#paste [type=submit]")
    page.keyboard.press("Enter")
    tab_to(page, "[data-act=markdown]")
    page.keyboard.press("Enter")
    assert "-1021" in copied(page)


@pytest.mark.parametrize(("language", "told"), [("en", "so far: OKX · 50111"), ("zh", "：欧易 · 50111")])
def test_an_error_without_a_rule_is_told_by_its_exchange_and_code(
    browse: Browse, language: Language, told: str
) -> None:
    page = browse(home_of(language))
    page.locator("#error").fill('okx {"code":"50111","msg":"Invalid OK-ACCESS-KEY"}')
    expect(page.locator("#answers .notice [data-slot=seen]")).to_contain_text(told)
    page.locator("#error").fill("the weather is fine today")
    expect(page.locator("#answers .notice [data-slot=seen]")).to_be_hidden()


def test_an_answer_names_the_product_and_how_to_choose_another(browse: Browse) -> None:
    page = browse("/")
    page.locator("#error").fill('fapi binance {"code":-1003,"msg":"Too many requests queued."}')
    answer = page.locator("article.answer")
    expect(answer).to_have_count(1)
    expect(answer).not_to_contain_text("--")
    page.locator("#error").fill('{"code":-4061,"msg":"Order\'s position side does not match user\'s setting."}')
    expect(answer.locator("[data-slot=assumption]")).to_contain_text("choose it above")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_text_gets_the_honest_answer_and_clear_empties(browse: Browse, language: Language) -> None:
    page = browse(home_of(language))
    address = page.url
    page.locator("#error").fill("the weather is fine today")
    expect(page.locator("#answers .notice h2")).to_have_count(1)
    expect(page.locator("article.answer")).to_have_count(0)
    page.locator("#error").fill(IPS)
    expect(page.locator("article.answer")).to_have_count(1)
    page.locator("form#paste [type=reset]").click()
    expect(page.locator("#answers")).to_be_hidden()
    expect(page.locator("#error")).to_have_value("")
    expect(page.locator("#paste-state")).to_have_text("")
    assert page.url == address


def test_a_sample_is_explained_at_a_click(browse: Browse) -> None:
    page = browse("/")
    for sample in page.locator("[data-sample]").all():
        sample.click()
        expect(page.locator("#error")).to_have_value(sample.get_attribute("data-sample") or "")
        expect(page.locator("article.answer").first).to_be_visible()
        page.locator("form#paste [type=reset]").click()
        expect(page.locator("article.answer")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paste_box_works_without_a_network_after_its_first_use(
    browse: Browse, site: Served, kb: KnowledgeBase, language: Language
) -> None:
    with serve(site.folder) as origin:
        page = browse(home_of(language), Served(site.folder, origin))
        page.locator("#error").fill("binance -1021")
        expect(page.locator("html")).to_have_attribute("data-kept", "true")
        page.context.set_offline(True)
    page.reload()
    page.locator("#error").fill(IPS)
    check_answer(page, explain_text(kb, IPS, language=language)[0], language)


def search(page: Page, words: str) -> Locator:
    """Open the search by its key, type, and return the links that were found."""
    page.keyboard.press("/")
    expect(page.locator("#search-words")).to_be_focused()
    page.keyboard.type(words)
    links = page.locator("#search-results a")
    expect(links).not_to_have_count(0)
    return links


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

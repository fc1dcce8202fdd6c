"""The paste box in Chromium: answers as Python has them, at once, by keyboard, without a network, and kept here."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, find_rules
from explainer.match.credible import Told
from explainer.match.engine import explain_text
from explainer.model.answer import Explanation, Language
from tests.site_fixtures import LANGUAGES, LEAKY, SECRET, Browse, Served, in_language, serve
from tests.site_paste import CLIPBOARD, IPS, check_answer, copied, home_of, paste, shown

PASTED = (
    "binance/timestamp-ahead-of-server",
    "binance/order-below-min-notional",
    "kucoin/signature-invalid",
    "kucoin/ip-not-in-whitelist",
    "bigone/access-denied-page",
    "any/dns-name-not-found",
)


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """Return the examples of every rule that need nothing told beside them."""
    base, _ = load_trees([find_rules()])
    found: dict[str, tuple[str, ...]] = {}
    for source in base.rules.values():
        texts = [msgspec.to_builtins(example) for example in source.document.examples]
        found[source.id] = tuple(text if isinstance(text, str) else text["text"] for text in texts)
    return found


def pages_of(found: tuple[Explanation, ...], language: Language) -> list[str]:
    """Return the page of every explanation, as the answers link to it."""
    return [in_language(f"/{one.rule_id}/", language) for one in found if one.is_rule]


def check_pages(page: Page, found: tuple[Explanation, ...], language: Language = "en") -> None:
    """Compare the pages that the answers lead to with the rules that Python finds; waits for the answers."""
    expect(shown(page, "page")).to_have_count(len(found))
    links = [link.get_attribute("href") for link in shown(page, "page").all() if link.is_visible()]
    assert [link for link in links if link in pages_of(found, language)] == pages_of(found, language)


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

"""What tests do with the paste box and the search of a page, as a person does."""

from playwright.sync_api import Locator, Page, expect

from explainer.model.answer import Explanation, Language
from explainer.render.words import RETRY
from explainer.site_builder.prose import to_plain
from tests.site_fixtures import in_language

IPS = 'kucoin {"code":"400006","msg":"The requested ip address is not in the api whitelist"}'
HOSTILE = (
    """binance {"code":-1121,"msg":"Invalid symbol."} """
    """<img src=x onerror="document.title='broken'"> javascript:alert(1)"""
)
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def home_of(language: Language) -> str:
    return in_language("/", language)


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


def copied(page: Page) -> str:
    """Return what a button has put on the clipboard; waits until it says so."""
    state = page.locator("#paste-state")
    expect(state).to_have_text(state.get_attribute("data-copied") or "")
    return str(page.evaluate("navigator.clipboard.readText()"))


def paste(page: Page, text: str) -> None:
    """Paste as a person does: from the clipboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator("#error").focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def search(page: Page, words: str) -> Locator:
    """Open the search by its key, type, and return the links that were found."""
    page.keyboard.press("/")
    expect(page.locator("#search-words")).to_be_focused()
    page.keyboard.type(words)
    links = page.locator("#search-results a")
    expect(links).not_to_have_count(0)
    return links

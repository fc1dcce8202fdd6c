"""axe-core finds nothing on any kind of page: in both languages, in light and dark, with answers and search open."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.site_fixtures import EVERY_KIND, LANGUAGES, LEAKY, TOOLS, Browse, Served, need

AXE = TOOLS / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browse: Browse) -> Page:
    """Return a page in light or dark."""
    need(AXE.is_file(), "no axe-core here (make build/check/.installed)")
    return browse("/", color_scheme=request.param)


def find_faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{page.url} {fault['id']} ({fault['impact']}): {fault['help']}: {node['html'][:200]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def test_every_kind_of_page_is_accessible(page: Page, site: Served) -> None:
    faults = []
    for path in EVERY_KIND:
        page.goto(site.url(path))
        faults += find_faults(page)
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_are_accessible(page: Page, site: Served, language: str) -> None:
    page.goto(site.url("/" if language == "en" else "/zh/"))
    page.locator("#error").fill(LEAKY)
    expect(page.locator("article.answer").first).to_be_visible()
    page.locator("article.answer summary").first.click()
    faults = find_faults(page)
    page.locator("#error").fill("the weather is fine today")
    expect(page.locator("article.answer")).to_have_count(0)
    assert faults + find_faults(page) == []


def test_search_is_accessible(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("timestamp")
    expect(page.locator("#search-results a")).not_to_have_count(0)
    assert find_faults(page) == []

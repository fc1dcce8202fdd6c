"""What a team adds to its site: notes, support, logo, colours, repository, rules."""

import json
from typing import TYPE_CHECKING

import pytest

from explainer.site_builder.build import build_site
from explainer.site_builder.config import read_config

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

PICTURE = b"\x89PNG\r\n\x1a\npicture"


def test_house_notes_stand_wherever_their_rule_or_kind_of_fault_does(little: "Little") -> None:
    little.build(
        """\
notes:
  acme/key-refused: {en: "Ask **Ann** for `ACME_KEY`.", zh: 找**安**要 `ACME_KEY`。}
  rate/limit: {en: Our proxy waits for you., zh: 我们的代理会等待。}
"""
    )
    note = "Ask <strong>Ann</strong> for <code>ACME_KEY</code>."
    assert f"<strong>Exchange error help: </strong>{note}</aside>" in little.read("acme/key-refused/index.html")
    assert "<code>ACME_KEY</code>。" in little.read("zh/acme/key-refused/index.html")
    assert "> Ask **Ann** for `ACME_KEY`." in little.read("acme/key-refused/index.md")
    for page in ("any/http-429", "causes/rate/limit"):
        assert "Our proxy waits for you." in little.read(f"{page}/index.html")
        assert "> Our proxy waits for you." in little.read(f"{page}/index.md")
    home = little.read("index.html")
    assert f'data-note="acme/key-refused"><strong>Exchange error help: </strong>{note}</aside>' in home
    assert 'data-note="rate/limit"' in home
    assert "Ann" not in little.read("betaex/closed/index.html")


def test_a_note_on_a_kind_of_fault_stands_on_the_pages_of_its_codes(little: "Little") -> None:
    little.build("notes: {auth/key-refused: {en: Ask Ann., zh: 找安。}}\n")
    assert "Ask Ann." in little.read("betaex/9001/index.html")
    assert "Ask Ann." in little.read("betaex/9001/index.md")


def test_the_place_to_turn_to_stands_on_every_page(little: "Little") -> None:
    little.build(
        """\
support:
  name: {en: Trading desk, zh: 交易台}
  url: https://help.example.com/ask?a=1&b=2
  send: {en: [The `order id`], zh: [订单号]}
"""
    )
    for name, page in little.read_all().items():
        if name.endswith("index.html"):
            assert b'<a href="https://help.example.com/ask?a=1&amp;b=2">' in page, name
    assert "<li>The <code>order id</code></li>" in little.read("index.html")
    assert ">交易台</a>" in little.read("zh/index.html")
    little.build("support: {name: {en: Desk, zh: 台}, url: 'mailto:desk@example.com'}\n")
    assert '<a href="mailto:desk@example.com">Desk</a>' in little.read("index.html")


def test_logo_and_colours(little: "Little") -> None:
    (little.folder / "brand.png").write_bytes(PICTURE)
    little.build('logo: brand.png\ncolors: {light: "#123456", dark: "#abcdef"}\n')
    (logo,) = (little.out / "assets").glob("logo.*")
    assert logo.suffix == ".png"
    assert logo.read_bytes() == PICTURE
    assert f'<link rel="icon" href="/assets/{logo.name}">' in little.read("index.html")
    (style,) = (little.out / "assets").glob("site.*.css")
    assert style.read_text(encoding="utf-8").startswith(":root{--accent-light:#123456;--accent-dark:#abcdef}\n")


def test_without_a_repository_no_page_links_to_one(built_little: "Little") -> None:
    assert 'href="/about/#wrong"' in built_little.read("acme/key-refused/index.html")
    assert "/edit/main/" not in built_little.read("acme/key-refused/index.html")


def test_a_repository_is_linked_to_from_each_rule(little: "Little") -> None:
    little.build("repository: https://github.com/example/help\n")
    rule = little.read("acme/key-refused/index.html")
    assert 'href="https://github.com/example/help/edit/main/rules/exchanges/acme/key-refused.yaml"' in rule
    assert 'href="https://github.com/example/help/issues/new?title=Wrong%20match%3A%20acme/key-refused"' in rule
    general = little.read("any/http-429/index.html")
    assert "/edit/main/rules/any/http-429.yaml" in general


@pytest.mark.parametrize("is_in_the_settings", [True, False])
def test_own_rules_get_pages(little: "Little", is_in_the_settings: bool) -> None:
    rule = (little.folder / "rules/exchanges/betaex/closed.yaml").read_text(encoding="utf-8")
    own = rule.replace('"9001"', '"9002"').replace("9001", "9002").replace("Beta is closed", "Beta is open")
    folder = little.write("house/exchanges/betaex/open.yaml", own).parents[2]
    config = read_config(None, (folder,)) if not is_in_the_settings else little.config("rules: [house]\n")
    build_site(config, little.out, has_search=False, workers=1)
    assert "<h1>Beta is open</h1>" in little.read("betaex/open/index.html")
    assert "betaex/9002/" in little.read("sitemap.xml")
    assert "betaex/open" in json.loads(little.read("api/v1/index.json"))["rules"]


def test_own_kinds_of_fault_and_facts_go_by_their_own_names(little: "Little") -> None:
    category = (little.folder / "rules/categories/auth/key-refused.yaml").read_text(encoding="utf-8")
    little.write("rules/categories/custody/locked.yaml", category)
    little.change("rules/exchanges/betaex/closed.yaml", "auth/key-refused", "custody/locked")
    little.change(
        "rules/exchanges/betaex/exchange.yaml", "facts: {}", "facts: {cold_wallet: {en: in a vault, zh: 在金库}}"
    )
    little.build()
    page = little.read("betaex/index.html")
    assert "<dt>cold wallet</dt><dd>in a vault</dd>" in page.replace("\n", "")
    assert '<h2 id="custody">custody</h2>' in little.read("causes/index.html")

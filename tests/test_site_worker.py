"""What the service worker keeps for use without a network: each site its own, of its newest state."""

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from explainer.site_builder.build import build_site
from tests.site_fixtures import Browse, Served, serve

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]


def publish(little: "Little", host: Path, name: str, color: str) -> None:
    settings = f'base_url: https://help.example.com/{name}\ncolors: {{light: "{color}"}}\n'
    build_site(little.config(settings), host / name, has_search=False, workers=1)


def use(page: Page, address: str) -> None:
    """Use the paste box of a site until it is kept."""
    page.goto(address)
    page.locator("#error").fill('acme {"code":-7001,"msg":"Key refused."}')
    expect(page.locator("article.answer")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-kept", "true")


def kept(page: Page) -> dict[str, list[str]]:
    """Return the addresses in each cache of the host."""
    found = page.evaluate(
        """async () => {
            const named = {};
            for (const name of await caches.keys()) {
                named[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
            }
            return named;
        }"""
    )
    return dict(found)


def test_two_sites_of_one_host_keep_their_own(browse: Browse, little: "Little", tmp_path: Path) -> None:
    host = tmp_path / "host"
    for name in ("desk", "help"):
        publish(little, host, name, "#0b6b64")
    with serve(host) as origin:
        page = browse("/desk/", Served(host, origin))
        use(page, f"{origin}/desk/")
        use(page, f"{origin}/help/")
        first = kept(page)
        owners = {name: {path.split("/")[1] for path in paths} for name, paths in first.items()}
        assert sorted(owners.values(), key=min) == [{"desk"}, {"help"}]
        publish(little, host, "desk", "#0b5b64")
        use(page, f"{origin}/desk/")
        page.wait_for_function(
            "async (old) => !(await caches.keys()).includes(old)",
            arg=next(name for name, own in owners.items() if own == {"desk"}),
        )
        use(page, f"{origin}/desk/")
        second = kept(page)
        assert len(second) == 2
        assert [name for name, own in owners.items() if own == {"help"} and second.get(name) != first[name]] == []
        page.context.set_offline(True)
    for name in ("help", "desk"):
        page.goto(f"{origin}/{name}/")
        page.locator("#error").fill("acme -7001")
        expect(page.locator("article.answer")).to_have_count(1)

"""What the settings change on the built site, and that the same sources always give the same bytes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.site_builder.build import Built
from explainer.site_builder.output import MARK
from explainer.site_builder.pages import PageError

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

ROOT = Path(__file__).parents[1]


def pages(files: dict[str, bytes]) -> set[str]:
    return {name.removesuffix("index.html") for name in files if name.endswith("index.html")}


def texts(files: dict[str, bytes]) -> str:
    """Return all pages, feeds and answers for programs; not the engine's data, which know every exchange."""
    chosen = (name for name in files if name.endswith((".html", ".md", ".json", ".xml")) and "assets/" not in name)
    return "\n".join(files[name].decode() for name in sorted(chosen))


def test_it_tells_what_it_made(little: "Little") -> None:
    built = little.build()
    files = little.read_all()
    del files[MARK]
    assert built == Built(len(pages(files)), len(files), sum(map(len, files.values())), built.knowledge)
    assert built.knowledge == json.loads(little.read("api/v1/index.json"))["knowledge"]


def test_both_languages_have_the_same_pages(built_little: "Little") -> None:
    found = pages(built_little.read_all())
    chinese = {page.removeprefix("zh/") for page in found if page.startswith("zh/")}
    assert chinese == {page for page in found if not page.startswith("zh/")}
    assert {"", "acme/", "acme/-7001/", "acme/key-refused/", "any/", "causes/rate/limit/", "http/429/"} <= chinese
    assert {f"{page}index.md" for page in found} <= set(built_little.read_all())


def test_the_first_language_stands_at_the_root(little: "Little") -> None:
    little.build("languages: [zh, en]\n")
    assert '<html lang="zh-CN">' in little.read("index.html")
    assert '<html lang="en">' in little.read("en/index.html")
    assert '<html lang="zh-CN">' in little.read("404.html")
    assert "zh" not in {path.name for path in little.out.iterdir()}
    assert 'hreflang="x-default" href="http://localhost:8000/acme/"' in little.read("en/acme/index.html")
    assert 'xml:lang="zh-CN"' in little.read("feed.xml")


def test_one_language_alone(little: "Little") -> None:
    little.build("languages: [zh]\n")
    files = little.read_all()
    assert not {name for name in files if name.startswith(("en/", "zh/"))}
    assert not {name for name in files if "texts.en" in name}
    assert "hreflang=en" not in texts(files)
    assert 'hreflang="en"' not in texts(files)
    assert 'class="language"' not in texts(files)
    assert "The exchange counts requests" not in texts(files)
    rule = json.loads(little.read("api/v1/rules/acme/key-refused.json"))
    assert list(rule["texts"]) == ["zh"]


def test_a_site_of_one_exchange_says_nothing_of_others(little: "Little") -> None:
    little.build("exchanges: [betaex]\n")
    files = little.read_all()
    assert "betaex/closed/" in pages(files)
    assert not {name for name in files if "acme" in name.lower()}
    about = little.read("about/index.html")
    assert 'See <span>acme</span>, <a href="/betaex/closed/">beta</a>, <span>a code</span>' in about
    text = re.sub(r"<span>acme</span>|<option .*?</option>", "", texts(files))  # the paste box knows it all the same
    assert "/acme" not in text
    assert "Acme" not in text
    assert "7001" not in text
    index = json.loads(little.read("api/v1/index.json"))
    assert (set(index["rules"]), set(index["codes"]), set(index["exchanges"])) == (
        {"any/http-429", "betaex/closed"},
        {"betaex"},
        {"betaex"},
    )
    assert 'data-exchanges="betaex"' in little.read("index.html")


def test_guides_of_exchanges_that_are_left_out_are_left_out(little: "Little") -> None:
    little.build("exchanges: [betaex]\n")
    found = pages(little.read_all())
    assert {page for page in found if page.startswith("guides/")} == {
        "guides/",
        "guides/beta-keys/",
        "guides/first-steps/",
    }


def test_the_exchanges_stand_in_the_order_of_the_settings(little: "Little") -> None:
    little.build("exchanges: [betaex, acme]\n")
    home = little.read("index.html")
    assert home.index('href="/betaex/"') < home.index('href="/acme/"')


def test_every_link_inside_carries_the_path_of_the_address(little: "Little") -> None:
    little.build("base_url: https://help.example.com/errors/\n")
    files = little.read_all()
    for name in (name for name in files if name.endswith(".html")):
        for link in re.findall(r'(?:href|src|data-engine|data-root|data-index)="([^"]*)"', files[name].decode()):
            is_inside = link.startswith(("/errors/", "https://help.example.com/errors/"))
            is_outside = link.startswith(("https://example.com/", "https://docs.example.com/", "#"))
            assert is_inside or is_outside, (name, link)
    for name in ("sitemap.xml", "feed.xml", "robots.txt", "api/v1/index.json", "index.md"):
        addresses = re.findall(r"https?://[a-z.]*example\.com[^\s\"<)]*", files[name].decode())
        assert addresses
        assert all(address.startswith("https://help.example.com/errors/") for address in addresses), name


def test_a_rule_that_changed_its_name_leads_from_the_old_address(little: "Little") -> None:
    little.change("rules/exchanges/betaex/closed.yaml", "category:", "formerly: [betaex/shut]\ncategory:")
    little.build("base_url: https://help.example.com\n")
    for folder in ("", "zh/"):
        old = little.read(f"{folder}betaex/shut/index.html")
        address = f"https://help.example.com/{folder}betaex/closed/"
        assert f'<meta http-equiv="refresh" content="0; url={address}">' in old
        assert f'<link rel="canonical" href="{address}">' in old


@pytest.mark.parametrize("name", ["acme", "guides"])
def test_two_pages_of_one_path_are_a_fault(little: "Little", name: str) -> None:
    for language in ("en", "zh"):
        little.write(f"site/content/pages/{name}.{language}.md", "---\ntitle: A\ndescription: B\n---\n")
    with pytest.raises(PageError, match=f"two pages want the path /{name}/: .* and prose {name}"):
        little.build()


def test_codes_that_differ_in_letter_case_only_are_a_fault(little: "Little") -> None:
    entry = "{category: rate/limit, meanings: [{en: A., zh: 甲。}]}"
    little.change("rules/exchanges/acme/codes/spot.yaml", "codes:\n", f"codes:\n  Busy: {entry}\n  busy: {entry}\n")
    with pytest.raises(PageError, match="two pages want the path /acme/busy/: code acme/Busy and code acme/busy"):
        little.build()


BUILD = """
import os, sys
from pathlib import Path
from explainer.kb import store
from explainer.site_builder import build, config, content

folder, out, workers, umask = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4], 8)
os.umask(umask)
store.CHECKOUT = content.CHECKOUT = folder / "rules"
build.build_site(config.read_config(folder / "site.yaml"), out, has_search=False, workers=workers)
"""


def test_the_same_sources_give_the_same_bytes(little: "Little", tmp_path: Path) -> None:
    little.build("languages: [zh, en]\n")
    before = little.read_all()
    for workers, umask, seed, zone, locale in (
        (1, "077", "1", "Asia/Shanghai", "zh_CN.UTF-8"),
        (3, "002", "2", "UTC", "C"),
    ):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "EXPLAIN_CACHE": str(tmp_path / f"cache{seed}"),
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-c", BUILD, str(little.folder), "site", str(workers), umask]
        cwd = tmp_path / seed
        cwd.mkdir()
        subprocess.run(command, cwd=cwd, env=environment, check=True)
        little.out.rename(tmp_path / f"old{seed}")
        (cwd / "site").rename(little.out)
        assert little.read_all() == before

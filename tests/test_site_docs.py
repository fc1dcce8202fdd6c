"""What docs/site.md says is true, and its example builds."""

import re
import sys
from pathlib import Path

import msgspec
import pytest

from explainer.cli.entry import _run
from explainer.site_builder.build import build_site
from explainer.site_builder.config import SiteDocument, read_config

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "site"
DOCS = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
NOTE = "our bots leave through <code>203.0.113.10</code>"


def section(name: str) -> str:
    """Return the text below a heading, up to the next heading of its level or above."""
    level = re.findall(rf"^(#+) {name}$", DOCS, re.MULTILINE)[0]
    text = re.split(rf"^{level} {name}$", DOCS, flags=re.MULTILINE)[1]
    return re.split(rf"^#{{1,{len(level)}}} ", text, flags=re.MULTILINE)[0]


@pytest.fixture(scope="module")
def site(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the example."""
    out = tmp_path_factory.mktemp("example") / "public"
    build_site(read_config(EXAMPLE / "site.yaml"), out, has_search=False)
    return out


def test_every_setting_has_a_line_and_stands_in_the_example() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("Settings"), re.MULTILINE)
    assert sorted(rows) == sorted(SiteDocument.__struct_fields__)
    assert set(msgspec.yaml.decode((EXAMPLE / "site.yaml").read_bytes())) == set(rows)


def test_the_notes_in_the_text_are_settings(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(re.findall(r"```yaml\n(.*?)```", section("House notes"), re.DOTALL)[0], encoding="utf-8")
    assert set(read_config(file).document.notes) == {"binance/credentials-rejected", "rate/limit"}


def test_the_rules_of_the_example_are_without_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["rules", "check", str(EXAMPLE / "rules")]
    assert " ".join(["explain", *args]).replace(f"{ROOT}/", "") in section("Your own rules")
    monkeypatch.setattr(sys, "argv", ["explain", *args])
    with pytest.raises(SystemExit) as end:
        _run(args)
    assert not end.value.code
    assert capsys.readouterr().out.startswith("no faults")


def test_every_address_exists(site: Path) -> None:
    """Other exchanges than those of the example stand only in its paste box."""
    addresses = [
        a for cell in re.findall(r"^\| (`.*`) \|", section("Addresses"), re.MULTILINE) for a in cell.split("`")
    ]
    addresses = [address for address in addresses if address.startswith("/") and address != "/pagefind/"]
    assert len(addresses) > 20
    for address in addresses:
        assert (site / address.lstrip("/")).exists(), address
        assert (
            not address.endswith("/") or (site / address.lstrip("/") / "index.html").exists() or address == "/assets/"
        )
    for page in site.rglob("index.html"):
        assert page.with_suffix(".md").exists()


def test_the_example_is_what_its_settings_say(site: Path) -> None:
    home = (site / "index.html").read_text(encoding="utf-8")
    places = [home.index(f'<a href="/errors/{exchange}/">') for exchange in ("harbor", "binance", "kucoin")]
    assert places == sorted(places)
    assert not (site / "bigone").exists()
    rule = (site / "harbor" / "daily-loss-limit" / "index.html").read_text(encoding="utf-8")
    assert "daily loss limit is used up</h1>" in rule
    assert 'href="https://github.com/example/errors/edit/main/rules/exchanges/harbor/daily-loss-limit.yaml"' in rule
    assert 'href="https://chat.example.com/bots"' in rule
    for page in ("binance/credentials-rejected", "binance/-2015"):
        text = (site / page / "index.html").read_text(encoding="utf-8")
        assert (NOTE in text.lower()) == (page == "binance/credentials-rejected")
    for page in ("causes/rate/limit", "kucoin/too-many-requests", "any/http-429"):
        assert "The gateway already waits" in (site / page / "index.html").read_text(encoding="utf-8")
    assert (site / "harbor" / "70017" / "index.html").exists()
    assert "--accent-light:#1d4f91" in next((site / "assets").glob("site.*.css")).read_text(encoding="utf-8")
    assert next((site / "assets").glob("logo.*")).read_bytes() == (EXAMPLE / "logo.svg").read_bytes()


def test_the_servers_rule_keeps_exactly_the_assets_named_by_their_content(site: Path) -> None:
    pattern = re.findall(r'"~(/assets/.*)"  +"public', section("nginx"))[0]
    kept = {path.name for path in (site / "assets").iterdir() if re.search(pattern, f"/errors/assets/{path.name}")}
    assert {path.name for path in (site / "assets").iterdir()} - kept == {"explain.js"}
    assert {path.name for path in (site / "assets").glob("*.*.*")} == kept  # as the commands for object stores say


def test_the_workflow_is_yaml_and_builds_the_site() -> None:
    source = re.findall(r"```yaml\n(.*?)```", section("GitHub Pages"), re.DOTALL)[0]
    steps = msgspec.yaml.decode(source)["jobs"]["site"]["steps"]
    assert "explain site build --config site.yaml --out public" in [step.get("run") for step in steps]
    assert [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")] == ["public"]


def test_what_other_pages_may_import_is_exported(site: Path) -> None:
    engine = (site / "assets" / "explain.js").read_text(encoding="utf-8")
    for name in ("explain", "load", "mask"):
        assert re.search(rf"^export (async )?(function {name}\b|{{[^}}]*\b{name}\b)", engine, re.MULTILINE), name

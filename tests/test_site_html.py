"""The HTML of every page: valid, described, in order, and light."""

import gzip
import json
import re
import shutil
import subprocess
from collections import Counter

import pytest
from jsonschema import Draft202012Validator

from tests.site_fixtures import EVERY_KIND, KINDS, ROOT, TOOLS, Parse, Parsed, Served, file_of, need

TEMPLATES_OF_NO_KIND = {"base", "macros", "inserts", "moved"}
VALIDATOR = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULE_PAGE = 40_000  # bytes, compressed, with all that it loads
BASE = "http://localhost:8000"


def test_the_kinds_of_pages_are_those_of_the_templates(site: Served) -> None:
    kinds = {file.stem for file in (ROOT / "site" / "templates").glob("*.html")} - TEMPLATES_OF_NO_KIND
    assert {*KINDS, "missing"} == kinds
    assert [path for path in EVERY_KIND if not file_of(site, path).is_file()] == []


def test_the_nu_validator_finds_nothing_on_any_page(site: Served, parse: Parse) -> None:
    """Pages are asked for over HTTP, where their policy on sources holds as it does for readers."""
    need(shutil.which("java"), "no Java here, for the Nu validator (Debian: apt-get install default-jre-headless)")
    need(VALIDATOR.is_file(), "no Nu validator here (make build/check/.installed)")
    command = ["java", "-Dnu.validator.servlet.allow-forbidden-hosts=true", "-jar", str(VALIDATOR), "--stdout"]
    # A page about an English message is mostly English in Chinese, too.
    options = ["--no-langdetect", "--format", "json"]
    addresses = [site.url(path) for path in sorted(parse(site))]
    done = subprocess.run([*command, *options, *addresses], capture_output=True, text=True, check=False)
    messages = json.loads(done.stdout)["messages"]
    counted = Counter(message["message"] for message in messages)
    first = {message["message"]: message.get("url") for message in reversed(messages)}
    assert [f"{count} × {text} ({first[text]})" for text, count in counted.items()] == []


def describe(path: str, page: Parsed) -> list[str]:
    """Say what a page lacks."""
    is_zh = path.startswith("/zh/")
    english = path.removeprefix("/zh") if is_zh else path
    wanted = {
        "title": bool(page.title.strip()),
        "description": bool(page.metas.get("description")),
        "viewport": "viewport" in page.metas,
        "language": page.language == ("zh-CN" if is_zh else "en"),
        "one h1": page.levels.count(1) == 1,
        "h1 first": page.levels[0] == 1,
        "levels": all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False)),
        "ids": len(page.ids) == len(set(page.ids)),
    }
    if path != "/404.html":
        both = {"en": BASE + english, "zh-CN": f"{BASE}/zh{english}", "x-default": BASE + english}
        wanted |= {"canonical": page.canonical == BASE + path, "languages": page.languages == both}
    return [f"{path}: {what}" for what, is_there in wanted.items() if not is_there]


def test_every_page_is_described_and_in_order(site: Served, parse: Parse) -> None:
    assert [fault for path, page in parse(site).items() for fault in describe(path, page)] == []


def test_titles_tell_pages_apart(site: Served, parse: Parse) -> None:
    counted = Counter((page.language, page.title) for page in parse(site).values())
    assert [title for title, count in counted.items() if count > 1] == []


def test_no_page_holds_styles_scripts_or_handlers_of_its_own(site: Served) -> None:
    inline = re.compile(
        r"<style|<script(?![^>]*\ssrc=)[^>]*>|<[a-z][^>]*\s(?:style|on[a-z]+)=|<(?:iframe|object|embed)\b"
    )
    faults = [file for file in site.folder.rglob("*.html") if inline.search(file.read_text(encoding="utf-8"))]
    assert faults == []


@pytest.mark.parametrize("kind", ["rule", "code", "index"])
def test_the_json_for_programs_fits_its_schema(site: Served, kind: str) -> None:
    schema = json.loads((site.folder / "schemas" / f"api-{kind}.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    api = site.folder / "api" / "v1"
    files = [api / "index.json"] if kind == "index" else sorted((api / f"{kind}s").rglob("*.json"))
    assert files
    faults = [f"{file}: {e.message}" for file in files for e in validator.iter_errors(json.loads(file.read_bytes()))]
    assert faults == []


def test_every_schema_is_one(site: Served) -> None:
    files = sorted((site.folder / "schemas").iterdir())
    assert len(files) > 5
    for file in files:
        Draft202012Validator.check_schema(json.loads(file.read_bytes()))


def test_a_rule_page_is_light_with_all_that_it_loads(site: Served, parse: Parse) -> None:
    """What a page loads by itself is its styles, its script and the logo; all of it once, since names tell versions."""
    index = json.loads((site.folder / "api/v1/index.json").read_bytes())
    addresses = [address for entry in index["rules"].values() for address in entry["url"].values()]
    sizes = {address: weigh(site, parse, address.removeprefix(BASE)) for address in addresses}
    heaviest = max(sizes, key=lambda address: sizes[address])
    print(f"heaviest rule page: {sizes[heaviest]:,} bytes, {heaviest}")  # noqa: T201 (shown by pytest -s)
    assert sizes[heaviest] <= RULE_PAGE, heaviest


def weigh(site: Served, parse: Parse, path: str) -> int:
    """Return the compressed bytes of a page and of all that it loads by itself."""
    assets = {link for link in parse(site)[path].links if link.startswith("/assets/")}
    return sum(len(gzip.compress(file_of(site, part).read_bytes())) for part in (path, *assets))

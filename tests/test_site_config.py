"""The settings of the help site: what site.yaml may say, and how each fault of it is told."""

import re
from pathlib import Path

import msgspec
import pytest

from explainer.kb.store import KnowledgeBase
from explainer.model.answer import RulesError
from explainer.site_builder.config import SiteDocument, at_home, check_names, find_contrast, make_schema, read_config

NAME = "name: {en: House help, zh: 内部帮助}\n"


def faults(path: Path, kb: KnowledgeBase | None = None) -> list[str]:
    """Return every fault of a file as it is told, without the folder."""
    with pytest.raises(RulesError) as caught:
        check_names(read_config(path), kb) if kb else read_config(path)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in caught.value.problems]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "site.yaml"


def test_without_a_file_everything_has_its_default(tiny_kb: KnowledgeBase) -> None:
    config = read_config(None)
    assert (config.document, config.logo, config.rules, config.path) == (SiteDocument(), None, (), None)
    assert (config.base_url, config.prefix) == ("http://localhost:8000", "")
    assert config.document.languages == ["en", "zh"]
    check_names(config, tiny_kb)


def test_an_empty_file_is_the_same(file: Path) -> None:
    file.write_text("# nothing yet\n", encoding="utf-8")
    assert read_config(file).document == SiteDocument()


def test_every_setting_is_read(file: Path, tmp_path: Path, tiny_kb: KnowledgeBase) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "house").mkdir()
    file.write_text(
        f"""\
{NAME}base_url: https://help.example.com/errors/
logo: logo.png
colors: {{light: "#0B6E66"}}
languages: [zh]
exchanges: [acme]
support: {{name: {{en: Desk, zh: 客服}}, url: "mailto:desk@example.com", send: {{en: [The order id], zh: [订单号]}}}}
notes: {{acme/key-refused: {{en: Ask Ann., zh: 问安。}}, rate/limit: {{en: Slow., zh: 慢。}}}}
rules: [house]
repository: https://github.com/example/help
""",
        encoding="utf-8",
    )
    extra = tmp_path / "more"
    config = read_config(file, (extra,))
    check_names(config, tiny_kb)
    assert (config.base_url, config.prefix) == ("https://help.example.com/errors", "/errors")
    assert config.logo == tmp_path / "logo.png"
    assert config.rules == (tmp_path / "house", extra)
    assert (config.document.colors.light, config.document.colors.dark) == ("#0B6E66", "#5fd0c5")
    assert config.document.languages == ["zh"]
    assert config.document.support
    assert config.document.support.name.zh == "客服"


def test_a_look_at_home_has_no_address_of_its_own(file: Path) -> None:
    file.write_text(f"{NAME}base_url: https://help.example.com/errors\n", encoding="utf-8")
    config = at_home(read_config(file))
    assert (config.base_url, config.prefix, config.document.name.zh) == ("http://127.0.0.1", "", "内部帮助")


ALL_AT_ONCE = """\
name: {en: House help}
base_urll: https://help.example.com
colors:
  light: red
  drak: "#000000"
languages: [en, fr]
logo: ''
support:
  name: {en: Desk, zh: 客服}
  url: javascript:alert(1)
repository: javascript:alert(1)
base_url: ftp://help.example.com
notes: []
rules: house
"""


def test_all_faults_are_told_at_once_with_line_reason_and_remedy(file: Path) -> None:
    file.write_text(ALL_AT_ONCE, encoding="utf-8")
    told = faults(file)
    places = [re.match(r"site\.yaml:(\d+): ([^:]+): ", fault) for fault in told]
    assert [(int(place[1]), place[2]) for place in places if place] == [
        (1, "name"),
        (2, "base_urll"),
        (4, "colors.light"),
        (5, "colors.drak"),
        (6, "languages[1]"),
        (7, "logo"),
        (10, "support.url"),
        (11, "repository"),
        (12, "base_url"),
        (13, "notes"),
        (14, "rules"),
    ] or [place and place[2] for place in places] == []
    by_path = {place[2]: fault[place.end() :] for place, fault in zip(places, told, strict=True) if place}
    assert by_path["name"] == "key `zh` is missing"
    assert by_path["base_urll"].startswith("unknown key (did you mean `base_url`?); allowed: base_url, colors, ")
    assert by_path["colors.light"].startswith("`red` has the wrong form; ")
    assert by_path["colors.light"].endswith("(A colour such as #0b6e66)")
    assert by_path["colors.drak"] == "unknown key (did you mean `dark`?); allowed: dark, light"
    assert by_path["languages[1]"] == "`fr` is not allowed; allowed: en, zh"
    assert by_path["support.url"].endswith("(https://…, or mailto:…)")
    assert "javascript:alert(1)" in by_path["repository"]
    assert by_path["base_url"].endswith("(https://host, or https://host/path)")
    assert by_path["notes"] == "must be a mapping of keys, not a list"
    assert by_path["rules"] == "must be a list, not the text `house`"


@pytest.mark.parametrize(
    "address",
    [
        "help.example.com",
        "//help.example.com",
        "javascript:alert(1)",
        "file:///srv/help",
        "https://",
        "https:///help",
        "https://help.example.com/?a=1",
        "https://help.example.com/#top",
        "https://help.example.com/a b",
        'https://help.example.com/"onload="x',
        "https://help.example.com/<b>",
        "https://help.example.com//",
        "https://help.example.com\n",
        "https://help.example.com/../x",
        "https://name:secret@help.example.com",
    ],
)
def test_an_address_under_which_nothing_can_be_published_is_refused(file: Path, address: str) -> None:
    file.write_text(msgspec.yaml.encode({"base_url": address}).decode(), encoding="utf-8")
    (told,) = faults(file)
    assert told.startswith("site.yaml:1: base_url: ")
    assert "has the wrong form" in told


@pytest.mark.parametrize(
    "color",
    ["#fff", "#12345g", "red", "#0b6b64;}", "#0b6b64 }body{display:none", "#0b6b64\n"],
)
def test_a_colour_can_be_nothing_else(file: Path, color: str) -> None:
    file.write_text(msgspec.yaml.encode({"colors": {"dark": color}}).decode(), encoding="utf-8")
    (told,) = faults(file)
    assert re.match(r"site\.yaml:[12]: colors\.dark: `.*` has the wrong form", told)


def test_an_exchange_that_stands_twice_is_told(file: Path, tiny_kb: KnowledgeBase) -> None:
    file.write_text("exchanges: [acme, acme]\n", encoding="utf-8")
    (told,) = faults(file, tiny_kb)
    assert told.startswith("site.yaml:1: exchanges")


def test_files_that_are_not_there_are_told_together(file: Path, tmp_path: Path) -> None:
    (tmp_path / "house.txt").write_text("no folder", encoding="utf-8")
    file.write_text("logo: logo.svg\nlanguages: [en, en]\nrules:\n  - nowhere\n  - house.txt\n", encoding="utf-8")
    assert sorted(faults(file)) == [
        "site.yaml:1: logo: `logo.svg` cannot be read: No such file or directory",
        "site.yaml:2: languages: `en` stands here twice",
        "site.yaml:4: rules[0]: `nowhere` is no folder",
        "site.yaml:5: rules[1]: `house.txt` is no folder",
    ]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("logo.txt", "is no SVG or PNG file"),
        ("folder.svg", "cannot be read: Is a directory"),
        ("/etc/hosts", "is no SVG or PNG file"),
    ],
)
def test_a_logo_is_a_picture_file(file: Path, tmp_path: Path, name: str, fault: str) -> None:
    (tmp_path / "logo.txt").write_text("no picture", encoding="utf-8")
    (tmp_path / "folder.svg").mkdir()
    file.write_text(f"logo: {name}\n", encoding="utf-8")
    assert faults(file) == [f"site.yaml:1: logo: `{name}` {fault}"]


def test_names_that_no_rule_knows_are_told_with_the_nearest(file: Path, tiny_kb: KnowledgeBase) -> None:
    file.write_text(
        """\
exchanges:
  - acme
  - acmee
notes:
  acme/key-refuse: {en: a, zh: a}
  rate/limits: {en: a, zh: a}
  "no rule": {en: a, zh: a}
""",
        encoding="utf-8",
    )
    assert faults(file, tiny_kb) == [
        "site.yaml:3: exchanges[1]: no exchange is called 'acmee' (did you mean `acme`?)",
        "site.yaml:5: notes: no rule or kind of fault is called 'acme/key-refuse' (did you mean `acme/key-refused`?)",
        "site.yaml:6: notes: no rule or kind of fault is called 'rate/limits' (did you mean `rate/limit`?)",
        "site.yaml:7: notes: no rule or kind of fault is called 'no?rule'",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: [\n", "site.yaml:2: not YAML"),
        ("- a\n", "site.yaml:1: must be a mapping of keys, not a list"),
        ("just words\n", "site.yaml:1: must be a mapping of keys, not the text `just words`"),
        ("name: &a {en: a, zh: b}\n", "site.yaml:1: anchors and aliases are not allowed"),
        ("languages: [en]\nlanguages: [zh]\n", "site.yaml:2: languages: this key stands here twice"),
        ("languages: []\n", "site.yaml:1: languages: must have at least this many items: 1"),
        ("exchanges: []\n", "site.yaml:1: exchanges: must have at least this many items: 1"),
    ],
)
def test_a_file_that_is_no_settings(file: Path, text: str, told: str) -> None:
    file.write_text(text, encoding="utf-8")
    (fault,) = faults(file)
    assert fault.startswith(told)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path.name}: cannot be read: Is a directory"]
    assert faults(tmp_path / "nowhere.yaml") == ["nowhere.yaml: cannot be read: No such file or directory"]
    broken = tmp_path / "utf16.yaml"
    broken.write_bytes("name: {}".encode("utf-16"))
    (told,) = faults(broken)
    assert told.startswith("utf16.yaml:1: not UTF-8 text")


def test_the_schema_knows_every_setting() -> None:
    schema = make_schema()
    assert set(schema["$defs"]["SiteDocument"]["properties"]) == set(SiteDocument.__struct_fields__)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_file_that_is_a_list_is_told(file: Path) -> None:
    file.write_text("[]\n", encoding="utf-8")
    (told,) = faults(file)
    assert "must be a mapping of keys" in told


@pytest.mark.parametrize(("key", "color"), [("light", "#ffffff"), ("light", "#9fd8d2"), ("dark", "#0b6b64")])
def test_a_colour_that_cannot_be_read_is_told(file: Path, key: str, color: str) -> None:
    file.write_text(f'colors: {{{key}: "{color}"}}\n', encoding="utf-8")
    (told,) = faults(file)
    assert told.startswith(f"site.yaml:1: colors.{key}: cannot be read on ")


def test_contrast_is_that_of_wcag() -> None:
    assert find_contrast("#ffffff", "#000000") == pytest.approx(21)
    assert find_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("name", "data"), [("logo.svg", b"<svg"), ("logo.svg", b"<p/>"), ("logo.png", b"GIF89a")])
def test_a_logo_that_is_no_picture_is_told(file: Path, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    file.write_text(f"logo: {name}\n", encoding="utf-8")
    assert faults(file) == [f"site.yaml:1: logo: `{name}` is no SVG or PNG file"]

"""Hostile texts in rules and settings are words on the pages, never markup, and break no file."""

import json
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import msgspec
import pytest
from markdown_it import MarkdownIt

from explainer.model.answer import RulesError

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

HIDDEN = "holds a character that cannot be seen"
SHOWN = (
    "<script>alert(1)</script> \"q\" 'q' ]]> --> </pre></code></template></title> {{ 7*7 }} `a` ``b`` & &amp; | "
    '[x](javascript:alert(1)) <img src=x onerror=alert(1)> " onclick="alert(1) ' + "W" * 5000
)
TEXT = SHOWN.replace("{{", "{{{{").replace("}}", "}}}}")
CONTROLS = "\x1b[31m \x07 \x00 \u202e \u2066 \x85"


def write_rule(little: "Little", text: str, example: str) -> None:
    """Write a rule that says one thing wherever it can."""

    def both(text: str) -> dict[str, str]:
        return {"en": text, "zh": f"中 {text}"}

    cause = {"cause": f"C {text}", "check": f"K {text}", "fix": [f"F {text}", "G"]}
    rule = {
        "title": both(f"T {text}"),
        "category": "auth/key-refused",
        "match": [{"code": "9666"}],
        "summary": both(f"S {text}"),
        "causes": [{"en": cause, "zh": cause}],
        "not": {"en": [f"N {text}"], "zh": [f"N {text}"]},
        "links": ["https://docs.example.com/beta"],
        "verified": {"date": "2026-01-02", "source": "docs"},
        "examples": [f'betaex {{"code":9666}} {example}', "betaex error 9666\n````\n<script>\n# x"],
        "counterexamples": ['acme {"code":-7001}'],
    }
    little.write("house/exchanges/betaex/hostile.yaml", msgspec.yaml.encode(rule).decode())


def settings(text: str) -> str:
    said = {"en": text, "zh": text}
    document = {
        "rules": ["house"],
        "name": said,
        "support": {"name": said, "url": "https://example.com/?a=1&b=2", "send": {"en": [text], "zh": [text]}},
        "notes": {"betaex/hostile": said, "auth/key-refused": said},
    }
    return msgspec.yaml.encode(document).decode()


class Tags(HTMLParser):
    """Collects what a browser would run or fetch from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag in ("script", "img") and not str(own.get("src")).startswith("/assets/"):
            self.bad.append(tag)
        self.bad += [name for name in own if name.startswith("on")]
        self.bad += [value for value in (own.get("href"), own.get("src")) if value and "javascript:" in value]


def bad_tags(html: str) -> list[str]:
    tags = Tags()
    tags.feed(html)
    return tags.bad


@pytest.fixture
def hostile_site(little: "Little") -> "Little":
    write_rule(little, TEXT, SHOWN)
    little.build(settings(SHOWN))
    return little


def files(little: "Little", suffix: str) -> Iterator[tuple[str, str]]:
    for name, data in little.read_all().items():
        if name.endswith(suffix):
            yield name, data.decode()


def test_pages_run_nothing(hostile_site: "Little") -> None:
    shown = 0
    for name, html in files(hostile_site, ".html"):
        assert bad_tags(html) == [], name
        assert "<script>" not in html, name
        assert ">49<" not in html, name
        shown += "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert shown > 30
    rule = hostile_site.read("betaex/hostile/index.html")
    assert "{{ 7*7 }}" in rule
    assert rule.count("W" * 5000) > 8


def test_answers_for_programs_hold_the_very_text(hostile_site: "Little") -> None:
    for _, text in files(hostile_site, ".json"):
        json.loads(text)
    rule = json.loads(hostile_site.read("api/v1/rules/betaex/hostile.json"))
    assert rule["texts"]["en"]["title"] == f"T {SHOWN}"
    assert rule["examples"][0].endswith(SHOWN)


def test_feeds_are_well_formed(hostile_site: "Little") -> None:
    for _, text in files(hostile_site, ".xml"):
        ET.fromstring(text)
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring(hostile_site.read("feed.xml"))
    titles = [title.text or "" for title in feed.iter(f"{atom}title")]
    assert titles[0].startswith(SHOWN)
    assert any(title.startswith('T <script>alert(1)</script> "q"') for title in titles)


def test_markdown_twins_run_nothing_where_they_are_shown(hostile_site: "Little") -> None:
    parser = MarkdownIt("commonmark").enable("table")
    for name, source in files(hostile_site, ".md"):
        assert bad_tags(parser.render(source)) == [], name


def test_an_example_cannot_leave_its_block(little: "Little") -> None:
    write_rule(little, "plain", "plain")
    little.build("rules: [house]\n")
    html = MarkdownIt("commonmark").render(little.read("betaex/hostile/index.md"))
    assert "<h1>x</h1>" not in html
    assert "<script>" not in html


def controls(text: str) -> set[str]:
    """Return the control characters and those that turn the direction of a line, but for line ends."""
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\t\u200d"}


def test_control_characters_of_examples_are_shown_as_escapes(little: "Little") -> None:
    write_rule(little, "plain", CONTROLS.replace("\x00", ""))
    little.build("rules: [house]\n")
    for name in ("index.html", "index.md"):
        assert controls(little.read(f"betaex/hostile/{name}")) == set()


@pytest.mark.parametrize("char", ["\x1b", "\u202e", "\u2066", "\x85", "\u200b"])
def test_control_characters_of_texts_are_refused(little: "Little", char: str) -> None:
    write_rule(little, "plain", "plain")
    with pytest.raises(RulesError, match=rf"site.yaml:\d+: name.en: {HIDDEN}: U\+{ord(char):04X}"):
        little.build(settings(char))
    write_rule(little, char, "plain")
    with pytest.raises(RulesError, match=rf"house/exchanges/betaex/hostile.yaml:\d+: title.en: {HIDDEN}"):
        little.build(settings("plain"))

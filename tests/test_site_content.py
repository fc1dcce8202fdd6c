"""Faults in the site's own words, guides and templates are told with their file, before anything is written."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.cli.entry import _run
from explainer.site_builder.content import find_site, read_content

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

ABOUT = "site/content/pages/about.en.md"
WORDS = "site/content/words.yaml"
HEAD = "---\ntitle: A\ndescription: B\n---\n\n"
CHECK = "{title: '[t](rule:acme/key-refused)', how: [h], fails: f, fix: [x, y]}"
Told = Callable[[], str]


@pytest.fixture
def told(little: "Little", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what builds the little site and gives what is told about it; nothing is, if all is well."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    args = ["site", "build", "--no-search", "--out", str(little.out)]
    monkeypatch.setattr(sys, "argv", ["explain", *args])

    def start() -> str:
        with pytest.raises(SystemExit) as end:
            _run(args)
        err = capsys.readouterr().err
        assert end.value.code == (2 if err else 0)
        assert "Traceback" not in err
        return err.replace(f"{little.folder}/", "")

    return start


def test_the_shipped_content_is_whole() -> None:
    content = read_content(find_site() / "content")
    assert set(content.words["en"]) == set(content.words["zh"])
    assert all(text.strip() for words in content.words.values() for text in words.values())
    for texts in (*content.guides.values(), *content.pages.values()):
        assert set(texts) == {"en", "zh"}
        assert texts["en"].exchange == texts["zh"].exchange
        assert texts["en"].sources == texts["zh"].sources
    assert content.checklists.keys() <= content.guides.keys()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Hello", "is missing, or does not begin with a head between ---"),
        ("---\ntitle: [\n---\nx", "3: not YAML: did not find expected node content"),
        ("---\ntitle: A\ndescription: B\ntitel: C\n---\nx", "Object contains unknown field `titel`"),
        ("---\ndescription: B\n---\nx", "Object missing required field `title`"),
    ],
)
def test_a_text_with_a_wrong_head(little: "Little", told: Told, text: str, fault: str) -> None:
    little.write(ABOUT, text)
    line, end = told().splitlines()
    assert line.startswith(ABOUT)
    assert line.endswith(fault)
    assert end == "explain: 1 fault; nothing was built"


def test_a_text_that_lacks_its_other_language(little: "Little", told: Told) -> None:
    little.write("site/content/guides/new.en.md", HEAD)
    assert told().startswith("site/content/guides/new.zh.md: is missing, or does not begin with a head between ---\n")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (WORDS, "a: [\n", ":2: not YAML"),
        (WORDS, "skip: Skip\n", ": Expected `object`, got `str`"),
        (WORDS, "skip: {en: a, zh: b, fr: c}\n", ": Object contains unknown field `fr`"),
        ("site/content/home.yaml", "asked: []\n", ": Object missing required field `samples`"),
        ("site/content/home.yaml", "asked: []\nsamples: []\naskd: []\n", ": Object contains unknown field `askd`"),
        ("site/content/guides/acme-keys.yaml", "checks: [{id: a}]\n", ": Object missing required field `en`"),
    ],
)
def test_a_file_of_the_wrong_form(little: "Little", told: Told, name: str, text: str, fault: str) -> None:
    little.write(name, text)
    assert told().startswith(f"{name}{fault}")


def test_all_faults_of_the_content_are_told_at_once(little: "Little", told: Told) -> None:
    little.write(ABOUT, "Hello")
    little.write("site/content/home.yaml", "asked: []\n")
    (little.folder / WORDS).unlink()
    lines = told().splitlines()
    assert [line.partition(": ")[0] for line in lines] == [WORDS, ABOUT, "site/content/home.yaml", "explain"]
    assert lines[-1] == "explain: 3 faults; nothing was built"


@pytest.mark.parametrize(
    "link", ["rule:acme/none", "code:acme/1", "guide:none", "page:none", "cause:a/b", "exchange:x"]
)
def test_a_link_to_no_page_is_told_with_the_page(little: "Little", told: Told, link: str) -> None:
    little.write(ABOUT, f"{HEAD}[a]({link})")
    assert told() == f"explain: prose about (en): no page for `{link}`\n"


def test_a_checklist_stands_in_its_guide(little: "Little", told: Told) -> None:
    little.write("site/content/guides/acme-keys.yaml", f"checks: [{{id: first, en: {CHECK}, zh: {CHECK}}}]\n")
    for language in ("en", "zh"):
        little.write(f"site/content/guides/acme-keys.{language}.md", f"{HEAD}:: checklist\n")
    assert told() == ""
    html, source = (little.read(f"guides/acme-keys/index.{suffix}") for suffix in ("html", "md"))
    assert '<li id="first">' in html
    assert '<a href="/acme/key-refused/">t</a>' in html
    assert "### 1. [t](http://localhost:8000/acme/key-refused/)" in source
    assert "2. y" in source


def test_two_pages_of_one_path(little: "Little", told: Told) -> None:
    for language in ("en", "zh"):
        little.write(f"site/content/pages/acme.{language}.md", HEAD)
    assert told() == "explain: two pages want the path /acme/: exchange acme and prose acme\n"


def change_words(old: str, new: str) -> Callable[["Little"], object]:
    return lambda little: little.change(WORDS, old, new)


def change_base(new: str) -> Callable[["Little"], object]:
    return lambda little: little.change("site/templates/base.html", "{{ t.skip }}", new)


def write_about(text: str | bytes) -> Callable[["Little"], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda little: (little.folder / ABOUT).write_bytes(data)


def remove(name: str) -> Callable[["Little"], object]:
    return lambda little: (little.folder / name).unlink()


TOLD = {
    "a rule that does not exist": (write_about(f"{HEAD}:: rule acme/none"), "acme/none"),
    "a rule without a name": (write_about(f"{HEAD}:: rule"), "about"),
    "a line for nothing": (write_about(f"{HEAD}:: nothing"), "nothing"),
    "a checklist that is not there": (write_about(f"{HEAD}:: checklist"), "about"),
    "the line of a fault in a head": (write_about("---\ntitle: A\ntitle: A\n---\nx"), "about.en.md:3: title"),
    "a head that is a list": (write_about("---\n- a\n---\nx"), "about.en.md"),
    "an empty head": (write_about("---\n\n---\nx"), "about.en.md"),
    "no UTF-8": (write_about(b"\xff\xfe"), "about.en.md"),
    "a word without its Chinese": (change_words(", zh: 跳到正文", ""), "words.yaml"),
    "a word that is missing": (change_words("skip:", "skp:"), "skip"),
    "a word of a view that is missing": (change_words("home_description:", "home_descriptn:"), "home_description"),
    "a hole of a word that nothing fills": (change_words('"{exchange} API errors', '"{exchnge} API errors'), "exchnge"),
    "a word that no file knows": (change_base("{{ t.skp }}"), "base.html"),
    "a name that no page has": (change_base("{{ nothing }}"), "base.html"),
    "a filter that does not exist": (change_base("{{ t.skip | nothing }}"), "base.html"),
    "broken syntax": (change_base("{{ t.skip }"), "base.html"),
    "a file that is not published": (change_base("{{ asset('nothing.css') }}"), "nothing.css"),
    "a template that is missing": (remove("site/templates/rule.html"), "rule.html"),
    "a module that is missing": (remove("site/scripts/engine/decimal.js"), "decimal.js"),
    "a text without its English": (remove(ABOUT), "about.en.md"),
    "a guide of an exchange that does not exist": (
        lambda little: little.change("site/content/guides/first-steps.en.md", "title:", "exchange: acm\ntitle:"),
        "acm",
    ),
    "a page where the other language stands": (
        lambda little: [little.write(f"site/content/pages/zh.{language}.md", HEAD) for language in ("en", "zh")],
        "/zh/",
    ),
    "an anchor that is not there": (write_about(f"{HEAD}[a](page:about#nowhere)"), "nowhere"),
    "a kind of link that does not exist": (write_about(f"{HEAD}[a](ruel:acme/none)"), "ruel:acme/none"),
}
"""Faults, and what is told of each."""


@pytest.mark.parametrize(("spoil", "word"), TOLD.values(), ids=TOLD)
def test_faults_of_texts_words_and_templates(
    little: "Little", told: Told, spoil: Callable[["Little"], object], word: str
) -> None:
    spoil(little)
    assert word in told()


def test_a_style_that_is_missing_is_told(little: "Little", told: Told) -> None:
    (little.folder / "site/styles/site.css").unlink()
    assert "No such file or directory: site/styles/site.css" in told()


def test_in_a_wheel_the_site_lies_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("explainer.site_builder.content.SHIPPED", tmp_path)
    assert find_site() != tmp_path / "site"
    (tmp_path / "site").mkdir()
    assert find_site() == tmp_path / "site"

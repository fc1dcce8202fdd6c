"""Hostile settings, logos and content: each is told with file and reason, or does no harm; none hangs, none raises."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.model.answer import RulesError
from explainer.site_builder.config import read_config
from explainer.site_builder.logo import MAX_LOGO, find_logo_fault
from explainer.site_builder.pages import PageError
from explainer.site_builder.prose import to_html
from explainer.site_builder.urls import LinkError
from tests.fuzz.laws import assert_inert

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HARMLESS = [
    '<path d="M0 0"/><use href="#a"/><g fill="url(#b)" style="fill:url(\'#b\')"><title>on</title></g>',
    '<image href="data:image/png;base64,AA=="/><style>a{fill:url(#x)}</style>',
    "<metadata><a xmlns='http://example.com/ns' about=''/></metadata>",
]
HOSTILE = [
    ("<script>alert(1)</script>", "holds <script>"),
    ("<SCRIPT/>", "holds <script>"),
    ('<x:script xmlns:x="http://www.w3.org/2000/svg"/>', "holds <script>"),
    ("<foreignObject><p/></foreignObject>", "holds <foreignobject>"),
    ('<g onload="alert(1)"/>', "runs a script in `onload`"),
    ('<g ONCLICK="alert(1)"/>', "runs a script in `onclick`"),
    ('<a href="javascript:alert(1)"/>', "leads elsewhere in `href`"),
    ('<a xlink:href=" java&#10;script:alert(1)"/>', "leads elsewhere in `href`"),
    ('<image href="//evil.example/x.png"/>', "leads elsewhere in `href`"),
    ('<image href="data:image/svg+xml,x"/>', "leads elsewhere in `href`"),
    ('<use xlink:href="https://evil.example/x#y"/>', "leads elsewhere in `href`"),
    ('<set attributeName="href" to="javascript:alert(1)"/>', "holds <set>"),
    ('<animate attributeName="href" values="javascript:alert(1)"/>', "leads elsewhere in `values`"),
    ("<style>@import 'https://evil.example/x';</style>", "fetches something from elsewhere"),
    ("<style>a{fill:url(https://evil.example/x)}</style>", "fetches something from elsewhere"),
    ("<g style=\"fill:url( '//evil.example/x')\"/>", "leads elsewhere in `style`"),
]


@pytest.mark.parametrize("body", HARMLESS)
def test_a_logo_that_only_draws_is_taken(tmp_path: Path, body: str) -> None:
    (tmp_path / "logo.svg").write_text(SVG.format(body), encoding="utf-8")
    assert find_logo_fault(tmp_path / "logo.svg") == ""


@pytest.mark.parametrize(("body", "fault"), HOSTILE)
def test_a_logo_that_acts_is_refused(tmp_path: Path, body: str, fault: str) -> None:
    (tmp_path / "logo.svg").write_text(SVG.format(body), encoding="utf-8")
    assert find_logo_fault(tmp_path / "logo.svg") == f"{fault}; save it as plain SVG"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (f"<!DOCTYPE svg [<!ENTITY l0 'ha'>{LAUGHS}]>{SVG.format('&l9;')}".encode(), "declares entities"),
        (b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + SVG.format("&x;").encode(), "declares entities"),
        (SVG.format("<script/>").encode("utf-16"), "is not UTF-8"),
        (b"\xff", "is no SVG or PNG file"),
        (b"<?xml version='1.0' encoding='none-such'?><svg/>", "is no SVG or PNG file"),
        (SVG.format("<g>" * 5000 + "</g>" * 5000).encode(), ""),
        (b" " * (MAX_LOGO + 1), "the file is larger than 1,000,000 bytes"),
    ],
    ids=["laughs", "system", "utf16", "bytes", "encoding", "deep", "large"],
)
def test_a_logo_that_is_a_trap_is_refused(tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "logo.svg").write_bytes(data)
    found = find_logo_fault(tmp_path / "logo.svg")
    assert fault in found
    assert bool(fault) == bool(found)


def faults(path: Path) -> list[str]:
    with pytest.raises(RulesError) as caught:
        read_config(path)
    told = [str(problem).removeprefix(f"{path.parent}/") for problem in caught.value.problems]
    assert all(fault.isprintable() for fault in told)
    return told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('logo: "a\\0b.svg"\n', "site.yaml:1: logo: holds a character that cannot be seen: U+0000"),
        ('rules: ["a\\0b"]\n', "site.yaml:1: rules[0]: holds a character that cannot be seen: U+0000"),
        (f"logo: {'x' * 300}.svg\n", f"site.yaml:1: logo: `{'x' * 300}.svg` cannot be read: File name too long"),
        (f"rules: [{'x' * 300}]\n", f"site.yaml:1: rules[0]: `{'x' * 300}` is no folder"),
        ("logo: /dev/zero\n", "site.yaml:1: logo: `/dev/zero` is no plain file"),
        ("rules: [/dev/null]\n", "site.yaml:1: rules[0]: `/dev/null` is no folder"),
        (
            'name: {en: "\\u202eecruos", zh: 源}\n',
            "site.yaml:1: name.en: holds a character that cannot be seen: U+202E",
        ),
        ('notes: {"\\e[2J": {en: a, zh: a}}\n', "site.yaml:1: notes.\\u001b[2J: holds a character that cannot be seen"),
        ("&a [*a, *a]\n", "site.yaml:1: anchors and aliases are not allowed"),
        ("a: " * 30, "site.yaml:1: not YAML"),
        ("[" * 50, "site.yaml:1: nested more than 12 deep"),
    ],
)
def test_settings_that_are_a_trap_are_told(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    assert any(told.startswith(fault) for told in faults(tmp_path / "site.yaml"))


def test_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "site.yaml")
    assert faults(tmp_path / "site.yaml") == ["site.yaml: is no plain file"]
    assert faults(Path("/dev/zero")) == ["zero: is no plain file"]
    os.mkfifo(tmp_path / "logo.png")
    (tmp_path / "other.yaml").write_text("logo: logo.png\n", encoding="utf-8")
    assert faults(tmp_path / "other.yaml") == ["other.yaml:1: logo: `logo.png` is no plain file"]


@pytest.mark.parametrize("name", ["zh", "api", "assets", "feed", "causes", "http", "guides"])
def test_an_exchange_cannot_take_the_place_of_what_the_site_has(little: "Little", name: str) -> None:
    for file in ("exchange", "closed"):
        text = (little.folder / f"rules/exchanges/betaex/{file}.yaml").read_text(encoding="utf-8")
        text = text.replace("betaex", f"{name}x").replace("api.beta", "api.gamma").replace("9001", "9009")
        little.write(f"rules/exchanges/{name}/{file}.yaml", text.replace("any/http-429", "betaex/closed"))
    if name == "feed":  # only feed.xml is taken
        little.build()
    else:
        with pytest.raises(PageError, match=f"/{name}/"):
            little.build()


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("pages/Upper.en.md", b"---\ntitle: a\n", "names are lower-case words joined by `-`"),
        ("pages/a b.en.md", b"", "names are lower-case words joined by `-`"),
        ("pages/<b>.en.md", b"", "names are lower-case words joined by `-`"),
        ("pages/..en.md", b"", "names are lower-case words joined by `-`"),
        ("pages/odd.en.md", b"\xff", "not UTF-8 text"),
        ("pages/odd.en.md", b"---\ntitle: &a x\n---\n", "anchors and aliases are not allowed"),
        (
            "pages/odd.en.md",
            "---\ntitle: a\ndescription: b\n---\n\nx\n\u202ey\n".encode(),
            "odd.en.md:7: holds a character that cannot be seen: U+202E",
        ),
        ("pages/odd.en.md", b"---\ntitle: a\ndescription: b\n---\n" + b"x" * 4_000_001, "is larger than 4,000,000"),
        ("words.yaml", b'a: {en: "\\e[2J", zh: a}\n', "words.yaml:1: a.en: holds a character that cannot be seen"),
        ("home.yaml", b"asked: &a [*a]\n", "anchors and aliases are not allowed"),
        ("guides/first-steps.yaml", b"checks: [[]]\n", "Expected `object`, got `array`"),
    ],
)
def test_content_that_is_a_trap_is_told(little: "Little", name: str, data: bytes, fault: str) -> None:
    (little.folder / "site/content" / name).write_bytes(data)
    with pytest.raises(RulesError) as caught:
        little.build()
    assert fault in str(caught.value)


def test_content_that_is_a_pipe_is_told(little: "Little") -> None:
    path = little.folder / "site/content/pages/about.en.md"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(RulesError, match=r"about\.en\.md: is no plain file"):
        little.build()


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/x.png)",
        "![x][y]\n\n[y]: https://evil.example/x",
        "<img src=x onerror=alert(1)>",
        "<https://evil.example/>",
        '[x](https://a.example/ "t\' onclick=alert(1)")',
        "```html\n<script>\n```",
        "<!-- <script> -->",
        "a\n\n    <script>",
    ],
)
def test_a_guide_fetches_and_runs_nothing(text: str) -> None:
    assert_inert(to_html(text, lambda _: "/", lambda what, _: what)[0])


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "//evil.example/x.png 't'",
        "/x",
        "ftp://x",
        "&#106;avascript:x",
    ],
)
def test_a_guide_leads_only_where_links_may_lead(link: str) -> None:
    try:
        html, _ = to_html(f"[x]({link})", lambda _: "/", lambda what, _: what)
    except LinkError:
        return
    assert "<a" not in html

"""Hostile pastes and addresses in Chromium: they run nothing, send nothing, freeze nothing and show nothing raw."""

import json
import unicodedata
import urllib.request
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Page, expect

from tests.site_fixtures import Browse, Served
from tests.site_paste import HOSTILE, shown

ERROR = 'binance {"code":-1121,"msg":"Invalid symbol."} '
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
RUNS = (
    "<script>window.hit = 1</script>",
    "<img src=//evil.example/x onerror='window.hit = 1'>",
    "</textarea></template></pre><svg onload='window.hit = 1'>",
    "<iframe srcdoc='<script>parent.hit = 1</script>'></iframe>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<form action=//evil.example/><button autofocus onfocus='window.hit = 1'>",
    "[x](javascript:window.hit=1) ![x](//evil.example/x) `<b onclick=window.hit=1>` **<i>**",
    "{{constructor.constructor('window.hit = 1')()}} ${window.hit = 1} #{window.hit = 1}",
    "__proto__ constructor hasOwnProperty toString",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E &lt;script&gt;window.hit=1&lt;/script&gt; \\u003cscript\\u003e",
)
RAW = (
    "\x1b[31mred\x1b]0;title\x07 \x1b[2J",
    "a\x00b \x00\x00 \x08\x08\x7f\x85",
    "\u202egnp.exe \u2066x\u2069 \u200b\u200f",
    "\ud800 \udfff \ud83d x",
    "خطأ في الخادم שגיאה \u200f",
    "e\u0301\u0302\u0303" * 300,
    "\r\r\n\u2028\u2029",
)


def put(page: Page, text: str) -> None:
    """Put any text into the box, also one that no keyboard can type, and wait until it was dealt with."""
    page.evaluate(
        """async (text) => {
            const box = document.getElementById("error");
            box.value = JSON.parse(text);
            document.getElementById("answers").replaceChildren();
            box.dispatchEvent(new Event("input"));
        }""",
        json.dumps(text),
    )
    expect(page.locator("#answers > *").first).to_be_visible()


def find_active(page: Page) -> list[str]:
    """Return what on the page could run, fetch or lead elsewhere, and was not there before."""
    return list(
        page.evaluate(
            """() => {
                const places = [document.getElementById("answers"), document.getElementById("paste-state")];
                const all = places.flatMap((place) => [...place.querySelectorAll("*")]);
                const isActive = (node) =>
                    /^(script|img|svg|iframe|object|embed|base|meta|link|form|style|video)$/i.test(node.tagName) ||
                    [...node.attributes].some(({ name, value }) =>
                        /^on|^src|^style$|action$/i.test(name) ||
                        (name === "href" && !/^(https:\\/\\/|\\/)(?!\\/)/.test(value)));
                return all.filter(isActive).map((node) => node.outerHTML.slice(0, 200));
            }"""
        )
    )


def find_raw(text: str) -> set[str]:
    return {
        char for char in text if (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t") or char in TURNING
    }


def test_nothing_of_a_paste_runs_or_is_sent(browse: Browse) -> None:
    page = browse("/")
    put(page, ERROR)
    expect(page.locator("html")).to_have_attribute("data-kept", "true")
    before, title, address = list(browse.requests), page.title(), page.url
    for text in (HOSTILE, *RUNS, *RAW):
        for paste in (
            ERROR + text,
            text + "\n" + ERROR,
            f"x {text}",
            f'binance {{"code":-2015,"msg":{json.dumps(text)}}}',
        ):
            put(page, paste)
            page.evaluate("document.querySelectorAll('#answers details').forEach((part) => (part.open = true))")
            assert find_active(page) == [], paste
            assert find_raw(page.locator("#answers").text_content() or "") == set(), ascii(paste)
    assert page.evaluate("window.hit") is None
    assert (page.title(), page.url) == (title, address)
    assert browse.requests == before


@pytest.mark.parametrize("secret", ["\u202e", "\x1b[31m", "<img src=x onerror=hit=1>", "\x00"])
def test_a_masked_paste_is_shown_without_what_is_raw(browse: Browse, secret: str) -> None:
    page = browse("/")
    put(page, f'{ERROR} apiSecret="{"aB3" * 21}x" {secret} ')
    masked = page.locator("[data-slot=masked]")
    expect(masked).to_contain_text("[secret 1]")
    assert find_raw(masked.text_content() or "") == set()
    assert find_active(page) == []


MEGABYTES = 5_000_000
LONG = {
    "letters": "a",
    "digits": "1",
    "braces": "{",
    "quotes": '"',
    "backslashes": "\\",
    "spaces": " ",
    "lines": "\n",
    "errors": ERROR + "\n",
    "keys": '"code":',
    "secrets": "secret=abcdef123456 ",
    "halves": "\ud800",
    "chinese": "错误",
    "escapes": "\\u0022",
    "words": "Timestamp for this request ",
    "hosts": "api.binance.com/",
    "base64": "eyJhbGciOi",
}


@pytest.mark.parametrize("kind", LONG)
def test_megabytes_do_not_freeze_the_page_for_long(browse: Browse, kind: str) -> None:
    page = browse("/")
    put(page, ERROR)
    piece = LONG[kind]
    taken = page.evaluate(
        """async ([piece, count, error]) => {
            const { explain, mask, recognise } = await import(document.getElementById("paste").dataset.engine);
            const text = JSON.parse(piece).repeat(count) + error;
            const start = performance.now();
            const found = await explain(text);
            mask(text);
            await recognise(text);
            return [found.length > 0, performance.now() - start];
        }""",
        [json.dumps(piece), MEGABYTES // len(piece), "\n" + ERROR],
    )
    assert taken[0]
    assert taken[1] < 20_000, taken


ADDRESSES = [
    '?error=<script>hit=1</script>&q="><img src=x onerror=hit=1>',
    "?text=binance%20-1021#binance%20-1021",
    "#error=binance%20-1021",
    "#<img src=x onerror=hit=1>",
    "#javascript:hit=1",
    "#:~:text=<script>",
    "?__proto__[hit]=1&constructor.prototype.hit=1",
    "#main'\"]<b>,[",
    "?lang=%2e%2e%2f&exchange=binance&prefix=//evil.example",
    "#%E2%80%AE%00%1B[31m",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("path", ["/", "/zh/binance/-1003/"])
def test_nothing_is_read_from_the_address(browse: Browse, path: str, address: str) -> None:
    """No part of it is explained, shown, searched or sent: an address may be made by anybody."""
    plain = browse(path)
    content, asked = plain.locator("body").inner_html(), len(browse.requests)
    page = browse(path + address)
    page.wait_for_load_state("networkidle")
    assert page.locator("body").inner_html() == content
    assert page.title() == plain.title()
    assert page.evaluate("window.hit") is None
    assert set(browse.requests[asked + 1 :]) <= set(browse.requests[:asked])
    if path == "/":
        expect(page.locator("#error")).to_have_value("")
        expect(shown(page, "title")).to_have_count(0)


@pytest.mark.parametrize(
    "path", ["/%3Cscript%3E", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%00", "/%0d%0aX: y"]
)
def test_an_address_that_leads_nowhere_says_nothing_of_itself(site: Served, path: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(site.origin + path.replace(" ", "%20"))
    body = refused.value.read().decode()
    assert refused.value.code == 404
    assert "script%3E" not in body
    assert "root:" not in body
    assert body == (site.folder / "404.html").read_text(encoding="utf-8")
    assert "X" not in refused.value.headers

"""Markdown of rules and guides as HTML, as plain words, and as Markdown for readers elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.site_builder.prose import resolve_source, show_template, to_breakable, to_html, to_inline, to_plain
from explainer.site_builder.urls import LinkError, Places, code_path, is_target, rule_path

PLACES = Places("https://x.example/h", "/h", ("en", "zh"), frozenset({"/", "/acme/a/"}), frozenset({"/beta/b/"}))


def resolve(target: str) -> str | None:
    found = PLACES.resolve(target)
    return None if found is None else "/h" + "".join(found)


def insert(what: str, name: str) -> str:
    return f"<ins>{what} {name}</ins>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`a<b` and **c** and *d*", "<code>a&lt;b</code> and <strong>c</strong> and <em>d</em>"),
        ("<b>x</b> & &amp; \"q\" 'q'", "&lt;b&gt;x&lt;/b&gt; &amp; &amp;amp; &quot;q&quot; 'q'"),
        ("[x](https://y) ![x](y) <https://y>", "[x](https://y) ![x](y) &lt;https://y&gt;"),
        ("# no heading", "# no heading"),
        (r"\*no stress\*", "*no stress*"),
        ("{{ 7*7 }} ]]> --> </pre>", "{{ 7*7 }} ]]&gt; --&gt; &lt;/pre&gt;"),
    ],
)
def test_a_rules_text_has_code_and_stress_and_nothing_else(text: str, html: str) -> None:
    assert to_inline(text) == html


@given(st.text())
def test_no_text_of_a_rule_makes_a_tag_of_its_own(text: str) -> None:
    html = str(to_inline(text))
    for tag in ("code", "strong", "em", "br"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "").replace(f"<{tag} />", "")
    assert "<" not in html
    assert ">" not in html
    assert '"' not in html


def test_plain_words() -> None:
    assert to_plain("Set `recvWindow` to **less** than 5 * 6") == "Set recvWindow to less than 5 * 6"


def test_a_message_template_is_shown_with_named_holes() -> None:
    assert show_template("Limit of {limit:int} calls by {ip}, not {Not}") == "Limit of ‹limit› calls by ‹ip›, not {Not}"


def html_of(text: str) -> str:
    return str(to_html(text, resolve, insert)[0])


def test_headings_carry_their_anchor_and_make_the_contents() -> None:
    html, sections = to_html("## A `b` c {#a-b}\n\n### D {#d}\n\n## E\n\n## F {#G}\n", resolve, insert)
    assert '<h2 id="a-b">A <code>b</code> c</h2>' in html
    assert '<h3 id="d">D</h3>' in html
    assert "<h2>E</h2>" in html
    assert sections == [("a-b", "A b c")]


def test_links_lead_to_pages_and_to_nothing_that_is_left_out() -> None:
    html = html_of("[a **b**](rule:acme/a#x), [b](rule:beta/b), [c](https://c.example/?a=1&b=2)")
    assert '<a href="/h/acme/a/#x">a <strong>b</strong></a>' in html
    assert "<span>b</span>" in html
    assert '<a href="https://c.example/?a=1&amp;b=2">c</a>' in html


@pytest.mark.parametrize("text", ["[a](rule:acme/none)", "| a |\n|---|\n| [a](code:acme/1) |", "* [a](guide:none)"])
def test_a_link_to_no_page_is_a_fault(text: str) -> None:
    with pytest.raises(LinkError, match=r"no page for `(rule:acme/none|code:acme/1|guide:none)`"):
        html_of(text)
    with pytest.raises(LinkError):
        resolve_source(text, resolve, insert)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "![a](javascript:alert(1))",
        "<javascript:alert(1)>",
        "```\n</code></pre><script>\n```",
        '[a](https://x.example/"onclick="alert(1))',
    ],
)
def test_raw_html_and_scripts_are_never_let_through(text: str) -> None:
    html = html_of(text)
    assert "<script" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert 'src="javascript' not in html
    assert 'href="data:' not in html
    assert '"onclick=' not in html


def test_tables_can_be_scrolled() -> None:
    assert '<div class="wide" tabindex="0"><table>' in html_of("| a |\n|---|\n| b |\n")


def test_lines_of_their_own_stand_for_something_else() -> None:
    html = html_of("before\n\n:: rule acme/a\n\n:: checklist\n\nafter :: rule x\n")
    assert html == "<p>before</p>\n<ins>rule acme/a</ins><ins>checklist </ins><p>after :: rule x</p>\n"


def test_the_source_for_other_readers_has_whole_addresses() -> None:
    text = "## Head {#head}\n\n[a](rule:acme/a#x) [c](https://c.example)\n\n:: rule acme/a\n\n:: Not this\n"
    source = resolve_source(text, resolve, insert)
    assert source == "## Head\n\n[a](/h/acme/a/#x) [c](https://c.example)\n\n<ins>rule acme/a</ins>\n\n:: Not this\n"


def test_the_source_has_mere_words_for_what_is_left_out() -> None:
    assert resolve_source("[b](rule:beta/b) c", resolve, insert) == "b c"


# Addresses


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("acme/-1021", "/acme/-1021/"),
        ("acme/Order not found", "/acme/Order-not-found/"),
        ("acme/../../etc", "/acme/..-..-etc/"),
        ("acme/<b>", "/acme/-b-/"),
    ],
)
def test_a_code_makes_one_folder(code: str, path: str) -> None:
    assert code_path(code) == path


def test_addresses_by_language() -> None:
    assert rule_path("acme/a") == "/acme/a/"
    assert (PLACES.local("/a/", "en"), PLACES.local("/a/", "zh")) == ("/a/", "/zh/a/")
    assert (PLACES.url("/a/", "en"), PLACES.url("/a/", "zh")) == ("/h/a/", "/h/zh/a/")
    assert PLACES.absolute("/a/", "zh") == "https://x.example/h/zh/a/"


def test_what_is_a_target() -> None:
    assert is_target("rule:acme/a")
    assert is_target("http:429")
    assert not is_target("https://x.example")
    assert not is_target("mailto:x@y.example")
    assert PLACES.resolve("rule:beta/b#x") is None
    with pytest.raises(LinkError, match="no page for `ruel:acme/a`"):
        PLACES.resolve("ruel:acme/a")


def test_a_long_name_may_break_and_is_copied_whole() -> None:
    assert to_breakable("A_B<c>") == "A_<wbr>B&lt;c&gt;"


def test_a_column_stands_by_class_since_pages_allow_no_style() -> None:
    html, _ = to_html("|a|b|c|\n|:-|-:|:-:|\n|1|2|3|\n", resolve, insert)
    assert "style" not in html
    assert '<td class="left">1</td>\n<td class="right">2</td>\n<td class="center">3</td>' in html

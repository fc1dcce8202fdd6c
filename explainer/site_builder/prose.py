"""Turns Markdown into HTML and into plain words. Raw HTML is never let through."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from explainer.match.mask import make_printable
from explainer.site_builder.urls import is_target

Resolve = Callable[[str], str | None]
"""Turns a target such as `rule:binance/ip-banned` into an address; None: this site has no such page."""

Insert = Callable[[str, str], str]
"""Returns the HTML for a line such as `:: rule binance/ip-banned`: what, and its name."""


@cache
def _inline_parser() -> Any:
    return MarkdownIt("zero").enable(["backticks", "emphasis", "escape"])


@lru_cache(maxsize=50_000)
def to_inline(text: str) -> Markup:
    """Return a rule's text as HTML: code and stress, nothing else."""
    return Markup(_inline_parser().renderInline(make_printable(text)))  # noqa: S704 (the parser escapes everything else)


def to_breakable(text: str) -> Markup:
    """Return a long name that may break behind each underscore; what is copied from the page has nothing in between."""
    return escape(text).replace("_", Markup("_<wbr>"))


def to_plain(text: str) -> str:
    """Return a rule's text without its marks."""
    return re.sub(r"`([^`]*)`|\*\*([^*]*)\*\*", lambda match: match[1] or match[2] or "", make_printable(text))


def to_source(text: str) -> str:
    """Return a rule's text as Markdown in which nothing acts but code and stress."""
    return re.sub(
        r"`[^`]*`|[<>\[\]]", lambda match: match[0] if match[0][0] == "`" else f"\\{match[0]}", make_printable(text)
    )


def find_anchors(text: str) -> frozenset[str]:
    """Return the anchors that a guide's headings give themselves."""
    return frozenset(re.findall(r"^#+ .*\{#([a-z0-9-]+)\}$", text, re.MULTILINE))


def show_template(message: str) -> str:
    """Return a message template as a person reads it: its holes as names in angle brackets."""
    return re.sub(r"\{([a-z][a-z0-9_]*)(?::[^{}]*)?\}", r"‹\1›", message)


_HEADING = re.compile(r"^(?P<text>.*?)\s*\{#(?P<anchor>[a-z0-9-]+)\}$")
_LINE = re.compile(r"^:: (?P<what>[a-z]+)(?: (?P<name>\S+))?$")


def to_html(text: str, resolve: Resolve, insert: Insert) -> tuple[Markup, list[tuple[str, str]]]:
    """Return a guide as HTML, and its sections: anchor and heading."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")  # which a page would fetch
    tokens = parser.parse(text)
    sections = _anchor_headings(tokens)
    _insert_lines(tokens, insert)
    for token in tokens:
        _resolve_links(token, resolve)
        if style := token.attrs.pop("style", None):  # how a table's column stands; pages allow no style of their own
            token.attrJoin("class", str(style).removeprefix("text-align:"))
    html = parser.renderer.render(tokens, parser.options, {})
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")
    return Markup(html), sections  # noqa: S704 (raw HTML is off)


def _anchor_headings(tokens: list[Token]) -> list[tuple[str, str]]:
    sections = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        last = (inline.children or [inline])[-1]
        match = _HEADING.match(last.content)
        if match:
            last.content = match["text"]
            opening.attrSet("id", match["anchor"])
            if opening.tag == "h2":
                sections.append((match["anchor"], "".join(child.content for child in inline.children or [])))
    return sections


def _insert_lines(tokens: list[Token], insert: Insert) -> None:
    """Put what lines such as `:: checklist` stand for in place of their paragraphs."""
    for n in range(len(tokens) - 2):
        match = _LINE.match(tokens[n + 1].content) if tokens[n].type == "paragraph_open" else None
        if match:
            html = insert(match["what"], match["name"] or "")
            tokens[n : n + 3] = [Token("html_block", "", 0, content=html), _nothing(), _nothing()]


def _nothing() -> Token:
    return Token("html_block", "", 0)


def _resolve_links(token: Token, resolve: Resolve) -> None:
    children = token.children or []
    open_at: list[Token] = []
    for child in children:
        if child.type == "link_open":
            open_at.append(child)
            href = str(child.attrGet("href"))
            address = resolve(href) if is_target(href) else href
            if address is None:
                child.tag, child.attrs = "span", {}
            else:
                child.attrSet("href", address)
        elif child.type == "link_close":
            child.tag = open_at.pop().tag


_TARGET = re.compile(r"\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<link>[a-z]+:[^)\s]+)\)")


def resolve_source(text: str, resolve: Resolve, insert: Insert) -> str:
    """Return a guide's Markdown with addresses in place of targets, and Markdown for its `::` lines."""

    def replace(match: re.Match[str]) -> str:
        address = resolve(match["link"]) if is_target(match["link"]) else match["link"]
        return f"[{match['words']}]({address})" if address else match["words"]

    lines = []
    for line in re.sub(r"[ \t]*\{#[a-z0-9-]+\}$", "", _TARGET.sub(replace, text), flags=re.MULTILINE).split("\n"):
        match = _LINE.match(line)
        lines.append(insert(match["what"], match["name"] or "") if match else line)
    return "\n".join(lines)

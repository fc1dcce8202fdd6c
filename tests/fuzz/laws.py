"""What must hold of all that comes out: nothing raw for a terminal, nothing that acts on a page."""

import re
import unicodedata
from html.parser import HTMLParser

UNSEEN = ("Cc", "Cs")
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def assert_printable(text: str) -> None:
    """No control character but line ends and tabs, none that turns the direction, no half of a pair."""
    raw = {char for char in text if unicodedata.category(char) in UNSEEN or char in TURNING} - {"\n", "\t"}
    assert raw == set(), f"raw {sorted(map(ascii, raw))}"


class Acts(HTMLParser):
    """Collects what a browser would run, fetch or send."""

    HARMLESS = frozenset(
        ["a", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"]
    ) | {"span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.HARMLESS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            link = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in ("style", "srcdoc", "src"):
                self.found.append(name)
            elif name == "href" and not link.startswith(("https://", "mailto:", "#", "/")):
                self.found.append(f"href={link[:40]}")

    handle_startendtag = handle_starttag

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl[:20]}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data[:20]}")


def assert_inert(html: str) -> None:
    """Nothing but text, links and their like."""
    acts = Acts()
    acts.feed(html)
    acts.close()
    assert acts.found == []


def assert_safe_path(path: str) -> None:
    """A path of a page stays below the root, and is one that every server and file system takes as it stands."""
    assert re.fullmatch(r"/(?:[A-Za-z0-9._~-]+/)*(?:[A-Za-z0-9._~-]+)?", path), path
    assert not {".", ".."} & set(path.split("/")), path

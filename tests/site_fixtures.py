"""The whole help site as its readers meet it: built once, served on this machine, opened in one real Chromium."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from explainer.model.answer import Language
from explainer.site_builder.serve import make_server

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / "build" / "check" / "node_modules"
"""Where `make` puts axe-core and the Nu validator."""
LANGUAGES: tuple[Language, ...] = ("en", "zh")
KINDS = {
    "home": "/",
    "exchange": "/kucoin/",
    "rule": "/binance/timestamp-ahead-of-server/",
    "code": "/binance/-1003/",
    "causes": "/causes/",
    "cause": "/causes/rate/limit/",
    "statuses": "/http/",
    "status": "/http/429/",
    "guides": "/guides/",
    "guide": "/guides/kucoin-permission-check/",
    "prose": "/about/",
    "accuracy": "/accuracy/",
    "glossary": "/glossary/",
}
"""A page of each kind; `missing`, the kind of 404.html, is in the first language only."""
PREFIXED = """\
base_url: https://help.example.com/errors
exchanges: [kucoin, bigone]
repository: https://github.com/example/help
"""
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
LEAKY = f'binance {{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}} apiSecret="{SECRET}"'
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
expect.set_options(timeout=20_000)


def in_language(path: str, language: Language) -> str:
    """Return the path of a page in a language, on a site with English at its root."""
    return path if language == "en" else f"/{language}{path}"


EVERY_KIND = [in_language(path, language) for path in KINDS.values() for language in LANGUAGES] + ["/404.html"]


def need(found: object, what: str) -> None:
    """Skip a test whose tool is missing, and say how to get it; CI has every tool, so that there it is a fault."""
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@dataclass(frozen=True)
class Served:
    """A built site and its address."""

    folder: Path
    origin: str
    prefix: str = ""

    def url(self, path: str) -> str:
        return f"{self.origin}{self.prefix}{path}"


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; give the origin."""
    with make_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def build(out: Path, *options: str) -> None:
    command = [str(Path(sys.executable).parent / "explain"), "site", "build", "--out", str(out), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.fixture(scope="session")
def site(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return the site as it is published without settings."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    build(folder)
    with serve(folder) as origin:
        yield Served(folder, origin)


@pytest.fixture(scope="session")
def prefixed(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a site of two exchanges that lies under a path of its host."""
    top = tmp_path_factory.mktemp("prefixed")
    settings = top / "site.yaml"
    settings.write_text(PREFIXED, encoding="utf-8")
    build(top / "host" / "errors", "--config", str(settings))
    with serve(top / "host") as origin:
        yield Served(top / "host" / "errors", origin, "/errors")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the one browser of all tests."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    need(program, "no Chromium here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Browse:
    """Opens pages of a site, and notes what they ask for, say and get wrong."""

    browser: Browser
    site: Served
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def __call__(self, path: str, site: Served | None = None, **options: Any) -> Page:
        served = site or self.site
        context = self.browser.new_context(**options)
        context.on("request", lambda request: self._note(request, served))
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        page = context.new_page()
        self.pages.append(page)
        page.goto(served.url(path))
        return page

    def _note(self, request: Request, served: Served) -> None:
        self.requests.append(f"{request.method} {request.url} {request.post_data or ''}")
        if not request.url.startswith(served.url("/")):
            self.faults.append(f"asks for {request.url}")

    def _hear(self, message: ConsoleMessage) -> None:
        self.faults.append(f"{message.type}: {message.text} ({message.location['url']})")


@pytest.fixture
def browse(chromium: Browser, site: Served) -> Iterator[Browse]:
    """Return what opens pages; a message on the console, an error or a request to another host fails the test."""
    opened = Browse(chromium, site)
    yield opened
    for page in opened.pages:
        page.context.close()
    assert opened.faults == []


class Parsed(HTMLParser):
    """What the tests ask of a page's HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.metas: dict[str, str] = {}
        self.canonical = ""
        self.languages: dict[str, str] = {}  # address by hreflang
        self.language = ""
        self.title = ""
        self._is_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self._is_title = tag == "title"
        if "id" in found:
            self.ids.append(found["id"])
        self.links += [found[name] for name in ("href", "src", "data-engine", "data-index") if name in found]
        self.links += found.get("data-keep", "").split()
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        elif tag == "html":
            self.language = found.get("lang", "")
        elif tag == "meta" and "name" in found:
            self.metas[found["name"]] = found["content"]
        elif tag == "link" and found["rel"] == "canonical":
            self.canonical = found["href"]
        elif tag == "link" and "hreflang" in found:
            self.languages[found["hreflang"]] = found["href"]

    def handle_endtag(self, tag: str) -> None:
        self._is_title = self._is_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title += data


Parse = Callable[[Served], dict[str, Parsed]]


@pytest.fixture(scope="session")
def parse() -> Parse:
    """Return what reads every page of a site, by path; each site is read once."""
    known: dict[Path, dict[str, Parsed]] = {}

    def read(site: Served) -> dict[str, Parsed]:
        if site.folder not in known:
            known[site.folder] = {
                path_of(site, file): Parsed(file.read_text(encoding="utf-8")) for file in site.folder.rglob("*.html")
            }
        return known[site.folder]

    return read


def path_of(site: Served, file: Path) -> str:
    """Return the path of a page, without the site's prefix."""
    return f"/{file.relative_to(site.folder).as_posix()}".removesuffix("index.html")


def file_of(site: Served, path: str) -> Path:
    """Return the file that a static host gives for a path; it may be missing."""
    path = urlsplit(path).path
    return site.folder / f"{path.removeprefix('/')}{'index.html' if path.endswith('/') else ''}"

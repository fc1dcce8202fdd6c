"""A little site for the tests of its builder: the rules of tests/rules, a second exchange, and next to no content."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from explainer.kb import store
from explainer.site_builder import content
from explainer.site_builder.build import Built, build_site, plan_site
from explainer.site_builder.config import Config, read_config
from explainer.site_builder.model import Site

TESTS = Path(__file__).parent
BETA = """\
name: {en: Beta, zh: 贝塔}
products: {spot: {en: spot, zh: 现货}}
marks: {names: [betaex], ccxt: {betaex: all}, hosts: {api.beta.example.com: spot}, paths: {}, headers: {}, texts: {}}
shapes: []
facts: {}
links: {docs: https://docs.example.com/beta}
verified: {date: 2026-01-03, source: docs}
"""
RULE = """\
title: {en: Beta is closed, zh: 贝塔已关闭}
category: auth/key-refused
match:
  - code: "9001"
summary: {en: Beta takes no orders., zh: 贝塔不接受下单。}
causes:
  - en: {cause: It is night., check: Look out., fix: [Sleep.]}
    zh: {cause: 现在是夜里。, check: 看窗外。, fix: [睡觉。]}
links: [https://docs.example.com/beta]
related: [any/http-429]
verified: {date: 2026-01-03, source: docs}
examples: ['betaex {"code":9001,"msg":"closed"}', 'api.beta.example.com {"code":9001}']
counterexamples: ['acme {"code":-7001,"msg":"Key refused."}']
"""
ABOUT = """\
---
title: {title}
description: {title} in a line
---

## Head {{#head}}

See [acme](rule:acme/key-refused), [beta](rule:betaex/closed), [a code](code:acme/-7001) and [out](https://example.com/).

:: rule any/http-429
"""


@dataclass
class Little:
    """The sources of a little site, which a test may change, and what builds it."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def config(self, text: str = "") -> Config:
        return read_config(self.write("site.yaml", text))

    def build(self, settings: str = "", workers: int = 1) -> Built:
        return build_site(self.config(settings), self.out, has_search=False, workers=workers)

    def plan(self, settings: str = "", *, has_search: bool = False) -> Site:
        return plan_site(self.config(settings), self.out, has_search=has_search)

    def read(self, path: str) -> str:
        return (self.out / path).read_text(encoding="utf-8")

    def read_all(self) -> dict[str, bytes]:
        """Return the bytes of every file of the built site, by path."""
        return {p.relative_to(self.out).as_posix(): p.read_bytes() for p in self.out.rglob("*") if p.is_file()}


def make_little(folder: Path) -> Little:
    """Write the sources of a little site into a folder."""
    root = TESTS.parent
    shutil.copytree(TESTS / "rules", folder / "rules")
    shutil.copytree(root / "site", folder / "site", ignore=shutil.ignore_patterns("guides", "pages"))
    little = Little(folder)
    little.write("rules/glossary.yaml", "terms:\n  - {en: leverage, zh: 杠杆, avoid: [举债倍数]}\n")
    little.write("rules/exchanges/betaex/exchange.yaml", BETA)
    little.write("rules/exchanges/betaex/closed.yaml", RULE)
    little.write("site/content/home.yaml", "asked: [acme/key-refused, betaex/closed]\nsamples: [HTTP 429]\n")
    for language in ("en", "zh"):
        little.write(f"site/content/pages/about.{language}.md", ABOUT.format(title="About"))
        for name, exchange in (("acme-keys", "acme"), ("beta-keys", "betaex"), ("first-steps", "")):
            head = ABOUT.format(title=name).replace(
                "---\n\n", f"exchange: {exchange}\n---\n\n" if exchange else "---\n\n"
            )
            little.write(f"site/content/guides/{name}.{language}.md", head)
    return little


@contextmanager
def use(little: Little) -> Iterator[Little]:
    """Let the program take its rules and its site from here for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "CHECKOUT", little.folder / "rules")
        patch.setattr(content, "CHECKOUT", little.folder / "rules")
        store.load_base.cache_clear()
        yield little
    store.load_base.cache_clear()


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Little]:
    """Return a little site of which every part may be changed."""
    with use(make_little(tmp_path / "little")) as made:
        yield made


@pytest.fixture(scope="session")
def built_little(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Little:
    """Return a little site built with the default settings; for reading only."""
    with use(make_little(tmp_path_factory.mktemp("site") / "little")) as made:
        made.build()
        return made

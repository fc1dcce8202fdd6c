"""Owns the addresses of the site: paths of pages, and targets such as `rule:binance/ip-banned` that texts link to."""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from explainer.model.answer import Language


class LinkError(ValueError):
    """A link to a page that does not exist."""


def rule_path(rule_id: str) -> str:
    """Return the path of a rule's page."""
    return f"/{rule_id}/"


def code_path(code: str) -> str:
    """Return the path of a code's page, for `binance/-1021`."""
    exchange, _, code = code.partition("/")
    return f"/{exchange}/{re.sub(r'[^A-Za-z0-9._~-]+', '-', code)}/"


PATHS: Mapping[str, Callable[[str], str]] = {
    "rule": rule_path,
    "code": code_path,
    "cause": lambda name: f"/causes/{name}/",
    "http": lambda status: f"/http/{status}/",
    "exchange": lambda name: f"/{name}/",
    "guide": lambda name: f"/guides/{name}/",
    "page": lambda name: f"/{name}/",
}
"""What a text can link to, by the word before the colon."""


class Places(Struct, frozen=True):
    """Where the site lies, and which pages it has; `left_out` names those of exchanges that it does not publish."""

    base_url: str
    prefix: str
    languages: tuple[Language, ...]
    paths: frozenset[str]
    left_out: frozenset[str] = frozenset()
    anchors: dict[str, frozenset[str]] = {}  # of the pages whose anchors are known: those with a text of their own

    def local(self, path: str, language: Language) -> str:
        """Return the path of a page in a language, as seen from the root of the site."""
        return path if language == self.languages[0] else f"/{language}{path}"

    def url(self, path: str, language: Language) -> str:
        """Return the address of a page for links inside the site."""
        return self.prefix + self.local(path, language)

    def absolute(self, path: str, language: Language) -> str:
        """Return the whole address of a page."""
        return self.base_url + self.local(path, language)

    def resolve(self, target: str) -> tuple[str, str] | None:
        """Return path and anchor of a target; None for a page that this site leaves out on purpose.

        Raises LinkError for a page that no site has.
        """
        target, _, anchor = target.partition("#")
        kind, _, name = target.partition(":")
        path = PATHS[kind](name) if kind in PATHS else ""
        if path in self.paths:
            if anchor and anchor not in self.anchors.get(path, (anchor,)):
                raise LinkError(f"no heading `#{anchor}` on the page for `{target}`")
            return path, f"#{anchor}" if anchor else ""
        if path in self.left_out:
            return None
        raise LinkError(f"no page for `{target}`")


def is_target(link: str) -> bool:
    """Tell whether a link is one of the site's own targets; raises LinkError for one of no kind that is allowed."""
    kind = link.partition(":")[0]
    if kind not in PATHS and not link.startswith(("https://", "mailto:", "#")):
        raise LinkError(
            f"`{link}` is neither https://…, mailto:… nor one of {', '.join(f'{name}:…' for name in PATHS)}"
        )
    return kind in PATHS

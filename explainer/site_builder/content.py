"""Reads `site/content/`: the site's own words, guides, pages and checklists. Leaves showing them to others."""

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from explainer.kb.source import UnreadableError, parse_yaml, read_file, read_yaml, tell_hidden
from explainer.kb.store import CHECKOUT, SHIPPED, KnowledgeBase, find_rules
from explainer.model.answer import Language, Problem, RulesError
from explainer.model.document import GlossaryDocument, TermDocument, Text

LANGUAGES: tuple[Language, ...] = ("en", "zh")


class WordError(KeyError):
    """A word of the site that `words.yaml` lacks."""

    def __str__(self) -> str:
        """Say which."""
        return f"words.yaml has no `{self.args[0]}`"


class Words(dict[str, str]):
    """The site's own words in one language, by their key."""

    def __missing__(self, key: str) -> str:
        """Raise WordError."""
        raise WordError(key)

    def name(self, kind: str, key: str) -> str:
        """Return what an area, fact or link is called; one that only own rules know goes by its key."""
        return self.get(f"{kind}_{key}", key.replace("_", " "))


class Prose(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands at the head of a text, and the text."""

    title: str
    description: str
    body: str = ""
    verified: str = ""
    exchange: str = ""  # the guide is left out of a site that leaves this one out
    sources: list[str] = []


class CheckText(Struct, frozen=True, forbid_unknown_fields=True):
    """One check in one language."""

    title: str
    how: list[str]
    fails: str
    fix: list[str]


class Check(Struct, frozen=True, forbid_unknown_fields=True):
    """One item of a checklist, with the rules and codes that it concerns."""

    id: str
    en: CheckText
    zh: CheckText
    rules: list[str] = []
    codes: list[str] = []


class Checklist(Struct, frozen=True, forbid_unknown_fields=True):
    """The checks of a guide, in order."""

    checks: list[Check]


class Home(Struct, frozen=True, forbid_unknown_fields=True):
    """What the first page shows before anything is pasted: ids of rules, and errors to try."""

    asked: list[str]
    samples: list[str]


class Content(Struct, frozen=True):
    """Everything that the site says beside the rules, by name and language."""

    words: dict[Language, Words]
    guides: dict[str, dict[Language, Prose]]
    pages: dict[str, dict[Language, Prose]]
    checklists: dict[str, Checklist]
    home: Home
    terms: list[TermDocument]


def find_site() -> Path:
    """Return the folder of templates, styles, scripts and content: inside the wheel, or in the checkout."""
    return SHIPPED / "site" if (SHIPPED / "site").is_dir() else CHECKOUT.parent / "site"


def read_content(folder: Path) -> Content:
    """Return what a folder of content holds; raises RulesError with every fault."""
    problems: list[Problem] = []
    words = _read(folder / "words.yaml", problems, dict[str, Text]) or {}
    glossary = _read(find_rules() / "glossary.yaml", problems, GlossaryDocument)
    content = Content(
        words={
            language: Words({key: getattr(text, language) for key, text in words.items()}) for language in LANGUAGES
        },
        guides=_read_texts(folder / "guides", problems),
        pages=_read_texts(folder / "pages", problems),
        checklists={
            path.stem: checklist
            for path in sorted((folder / "guides").glob("*.yaml"))
            if (checklist := _read(path, problems, Checklist))
        },
        home=_read(folder / "home.yaml", problems, Home) or Home([], []),
        terms=glossary.terms if glossary else [],
    )
    if problems:
        raise RulesError(problems)
    return content


def check_content(content: Content, kb: KnowledgeBase, folder: Path) -> None:
    """Raise RulesError for exchanges and rules that the content names and the knowledge base does not know."""
    rules = {owner.id for owner in kb.index.owners}
    problems = []
    for name, guide in content.guides.items():
        for language, text in guide.items():
            if text.exchange and text.exchange not in kb.index.profiles:
                place = str(folder / "guides" / f"{name}.{language}.md")
                problems.append(Problem(place, 0, "exchange", f"no exchange is called `{text.exchange}`"))
    named = {"home.yaml": content.home.asked}
    for name, checklist in content.checklists.items():
        named[f"guides/{name}.yaml"] = [rule for check in checklist.checks for rule in check.rules]
    for file, names in named.items():
        problems += [Problem(str(folder / file), 0, "", f"no rule is called `{n}`") for n in names if n not in rules]
    if problems:
        raise RulesError(problems)


def _read(path: Path, problems: list[Problem], form: Any) -> Any:
    value, lines, faults = read_yaml(path, str(path))
    faults += tell_hidden(value, str(path), lines)
    problems += faults
    return None if faults else _convert(value, form, str(path), problems)


def _convert(value: Any, form: Any, shown: str, problems: list[Problem]) -> Any:
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        problems.append(Problem(shown, 0, "", str(error)))
        return None


_HEAD = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)


def _read_texts(folder: Path, problems: list[Problem]) -> dict[str, dict[Language, Prose]]:
    """Read `name.en.md` and `name.zh.md`; a text that lacks a language is a fault."""
    names = sorted({path.name.removesuffix(".md").rpartition(".")[0] for path in folder.glob("*.*.md")})
    found: dict[str, dict[Language, Prose]] = {}
    for name in names:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            problems.append(Problem(str(folder / name), 0, "", "names are lower-case words joined by `-`"))
            continue
        texts: dict[Language, Prose] = {}
        for language in LANGUAGES:
            prose = _read_text(folder / f"{name}.{language}.md", problems)
            if prose:
                texts[language] = prose
        found[name] = texts
    return found


def _read_text(path: Path, problems: list[Problem]) -> Prose | None:
    """Return a text with its head; notes what is wrong with it."""
    try:
        text = read_file(path).decode().replace("\r\n", "\n") if path.exists() else ""
    except (UnreadableError, UnicodeDecodeError) as error:
        what = str(error) if isinstance(error, UnreadableError) else "not UTF-8 text"
        problems.append(Problem(str(path), 0, "", what))
        return None
    match = _HEAD.fullmatch(text)
    if not match:
        problems.append(Problem(str(path), 0, "", "is missing, or does not begin with a head between ---"))
        return None
    value, lines, faults = parse_yaml(b"\n" + match[1].encode(), str(path))  # so that lines are those of the file
    faults += tell_hidden(value, str(path), lines)
    below = match[1].count("\n") + 4
    for number, line in enumerate(match[2].split("\n"), start=below):
        faults += tell_hidden(line, str(path), {"": number})
    problems += faults
    if faults:
        return None
    if not isinstance(value, dict):
        problems.append(Problem(str(path), 0, "", "its head between --- must be a mapping of keys"))
        return None
    prose: Prose | None = _convert(value | {"body": match[2]}, Prose, str(path), problems)
    return prose

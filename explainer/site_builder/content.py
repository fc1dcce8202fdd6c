"""Reads `site/content/`: the site's own words, guides, pages and checklists. Leaves showing them to others."""

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from explainer.kb.source import parse_yaml, read_yaml
from explainer.kb.store import CHECKOUT, SHIPPED, find_rules
from explainer.model.answer import Language, Problem, RulesError
from explainer.model.document import GlossaryDocument, TermDocument


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

    words: dict[Language, dict[str, str]]
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
    words = _read(folder / "words.yaml", problems, dict[str, dict[Language, str]])
    glossary = _read(find_rules() / "glossary.yaml", problems, GlossaryDocument)
    content = Content(
        words={language: {key: text[language] for key, text in (words or {}).items()} for language in ("en", "zh")},
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


def _read(path: Path, problems: list[Problem], form: Any) -> Any:
    value, _, faults = read_yaml(path, str(path))
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
    found: dict[str, dict[Language, Prose]] = {}
    for path in sorted(folder.glob("*.en.md")):
        name = path.name.removesuffix(".en.md")
        found[name] = {}
        for language in ("en", "zh"):
            source = folder / f"{name}.{language}.md"
            text = source.read_text(encoding="utf-8") if source.is_file() else ""
            match = _HEAD.fullmatch(text)
            if not match:
                problems.append(Problem(str(source), 0, "", "is missing, or does not begin with a head between ---"))
                continue
            value, _, faults = parse_yaml(match[1].encode(), str(source))
            problems += faults
            prose = None if faults else _convert(value | {"body": match[2]}, Prose, str(source), problems)
            if prose:
                found[name][language] = prose
    return found

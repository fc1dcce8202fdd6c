"""Enforces the laws that need no matching: references, templates, placeholders, shapes, links.

The laws on examples are in `match.trial`.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from explainer.kb.build import is_condition
from explainer.kb.effort import WHOLE
from explainer.kb.envelopes import check_envelopes, find_regex_fault
from explainer.kb.load import Base, Source, exchange_of
from explainer.kb.placeholder import CANONICAL, COMPUTED, FillError, fill, find_placeholders
from explainer.kb.references import check_references
from explainer.kb.schema import suggest
from explainer.kb.source import MOST_FAULTS
from explainer.kb.template import check_pattern, compile_template, parse_template
from explainer.model.answer import Problem
from explainer.model.document import CauseDocument, MeaningDocument, RuleDocument, SelectionDocument, Text, TextList

UNWRITTEN = "…"
"""With this begins what `explain rules new` leaves for the author."""

_STILL = f"still to be written: {UNWRITTEN} is what `explain rules new` leaves for you"


def check_documents(base: Base) -> list[Problem]:
    """Return the faults that can be told from the documents themselves, every one but for absurdly many."""
    checks = (_check_rules, _check_categories, _check_catalogues, _check_profiles)
    problems = check_references(base)
    for check in checks:
        problems += islice(check(base), MOST_FAULTS)
    if base.envelopes:
        problems += islice(check_envelopes(base.envelopes), MOST_FAULTS)
    return sorted(set(problems))


def _check_rules(base: Base) -> Iterator[Problem]:
    for rule in base.rules.values():
        for i, selection in enumerate(rule.document.match):
            yield from _check_selection(rule, f"match[{i}]", selection)
        yield from _check_links(base, rule, "links", rule.document.links)
        yield from _check_texts(rule, rule.document)
        yield from _check_evidence(rule, rule.document)
        yield from _check_placeholders(base, rule, rule.document)


def _check_evidence(source: Source[Any], rule: RuleDocument) -> Iterator[Problem]:
    """Check that what shows the rule to be true was given: a real day, a source, examples and counterexamples."""
    try:
        date.fromisoformat(rule.verified.date)
    except ValueError:
        yield source.problem("verified.date", f"there is no such day as {rule.verified.date}")
    if rule.verified.source.startswith(UNWRITTEN):
        yield source.problem("verified.source", _STILL)
    for name in ("examples", "counterexamples"):
        for i, given in enumerate(getattr(rule, name)):
            if (given if isinstance(given, str) else given.text).startswith(UNWRITTEN):
                yield source.problem(f"{name}[{i}]", _STILL)


def _check_categories(base: Base) -> Iterator[Problem]:
    for category in base.categories.values():
        yield from _check_texts(category, category.document)
        yield from _check_placeholders(base, category, None)


def _check_catalogues(base: Base) -> Iterator[Problem]:
    for catalogue in base.catalogues.values():
        for code, entry in catalogue.document.codes.items():
            for i, meaning in enumerate(entry.meanings):
                yield from _check_meaning(catalogue, f"codes.{code}.meanings[{i}]", meaning)


def _check_profiles(base: Base) -> Iterator[Problem]:
    for profile in base.exchanges.values():
        links = profile.document.links
        urls = [getattr(links, name) for name in ("docs", "errors", "status", "support", "keys")]
        yield from _check_links(base, profile, "links", [url for url in urls if url])
        for i, shape in enumerate(profile.document.shapes):
            if shape.code and (fault := find_regex_fault(shape.code, WHOLE)):
                yield profile.problem(f"shapes[{i}].code", fault)


def _check_selection(source: Source[Any], path: str, selection: SelectionDocument) -> Iterator[Problem]:
    keys = (selection.code, selection.message, selection.pattern, selection.http_status, selection.exception)
    if not any(keys):
        yield source.problem(path, "selects nothing; give code, message, pattern, http_status or exception")
    if selection.message:
        for fault in _check_message(selection.message):
            yield source.problem(f"{path}.message", fault)
    if selection.pattern:
        faults = check_pattern(selection.pattern, needs_anchor=not is_condition(selection))
        if not faults and (fault := find_regex_fault(selection.pattern)):
            faults = [fault]
        for fault in faults:
            yield source.problem(f"{path}.pattern", fault)
    if source.id.startswith("any/") and (selection.code or selection.product):
        yield source.problem(path, "a rule of no exchange cannot select by code or product: they are an exchange's own")


def _check_message(message: str) -> list[str]:
    _, faults = parse_template(message)
    if not faults and not all(compile_template(message).anchors):
        faults = ["no literal word apart from the holes by which it could be found"]
    return faults


def _check_meaning(source: Source[Any], path: str, meaning: MeaningDocument) -> Iterator[Problem]:
    names: set[str] = set()
    if meaning.message:
        for fault in _check_message(meaning.message):
            yield source.problem(f"{path}.message", fault)
        names = {part.name for part in parse_template(meaning.message)[0] if part.hole}
    for language in ("en", "zh"):
        place = f"{path}.{language}"
        text = getattr(meaning, language)
        try:
            fill(text, {})
        except FillError as error:
            yield source.problem(place, str(error))
            continue
        for name, _ in find_placeholders(text):
            if name not in names | COMPUTED:
                yield source.problem(place, f"nothing fills {{{name}}}{suggest(name, sorted(names))}")


def _check_links(base: Base, source: Source[Any], path: str, links: list[str]) -> Iterator[Problem]:
    for i, link in enumerate(links):
        if not is_official(link, base.domains):
            place = f"{path}[{i}]" if path == "links" and hasattr(source.document, "match") else path
            yield source.problem(place, f"{link} is on no official domain; domains.txt lists them")


def is_official(link: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a link leads to an official domain, or below an official path such as github.com/binance."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    is_plain = not re.search(r"[@\\]", parts.netloc) and not re.search(r"/(?:\.|%2e){2}", parts.path, re.IGNORECASE)
    if parts.scheme != "https" or not parts.hostname or not is_plain:
        return False
    for domain in domains:
        host, _, path = domain.partition("/")
        is_host = parts.hostname == host or parts.hostname.endswith("." + host)
        if is_host and (not path or f"{parts.path}/".startswith(f"/{path}/")):
            return True
    return False


def _check_texts(source: Source[Any], document: Any) -> Iterator[Problem]:
    for i, cause in enumerate(document.causes):
        yield from _check_cause(source, f"causes[{i}]", cause)
    if document.dont:
        yield from _check_same_length(source, "not", document.dont)


def _check_cause(source: Source[Any], path: str, cause: CauseDocument) -> Iterator[Problem]:
    if len(cause.en.fix) != len(cause.zh.fix):
        yield source.problem(f"{path}.zh.fix", f"{len(cause.zh.fix)} steps, but {len(cause.en.fix)} in en")


def _check_same_length(source: Source[Any], path: str, texts: TextList) -> Iterator[Problem]:
    if len(texts.en) != len(texts.zh):
        yield source.problem(f"{path}.zh", f"{len(texts.zh)} items, but {len(texts.en)} in en")


def list_texts(document: Any) -> Iterator[tuple[str, str, str | None]]:
    """Yield path, text and condition of every text of a rule or category, in both languages."""
    for name in ("title", "summary", "meaning"):
        text: Text | None = getattr(document, name, None)
        if text:
            yield f"{name}.en", text.en, None
            yield f"{name}.zh", text.zh, None
    for i, cause in enumerate(document.causes):
        when = cause.when or None
        for language in ("en", "zh"):
            words = getattr(cause, language)
            yield f"causes[{i}].{language}.cause", words.cause, when
            yield f"causes[{i}].{language}.check", words.check, when
            for j, step in enumerate(words.fix):
                yield f"causes[{i}].{language}.fix[{j}]", step, when
    if document.dont:
        for language in ("en", "zh"):
            for j, item in enumerate(getattr(document.dont, language)):
                yield f"not.{language}[{j}]", item, None


def _find_fault(text: str) -> str:
    """Return what is wrong with a text by itself; nothing if it is in order."""
    if text.strip() == UNWRITTEN:
        return _STILL
    try:
        fill(text, {})
    except FillError as error:
        return str(error)
    return ""


def _check_placeholders(base: Base, source: Source[Any], rule: RuleDocument | None) -> Iterator[Problem]:
    always, sometimes = _captures(rule) if rule else (set[str](), set[str]())
    exchange = exchange_of(source.id) if rule else None
    profile = base.exchanges.get(exchange or "")
    facts = set(profile.document.facts) | {"exchange"} if profile else set()
    possible = {name for other in base.exchanges.values() for name in other.document.facts} | {"exchange"}
    known = always | sometimes | (COMPUTED if rule else CANONICAL) | (facts if profile else possible)
    for path, text, when in list_texts(source.document):
        if fault := _find_fault(text):
            yield source.problem(path, fault)
            continue
        for name, may_be_absent in find_placeholders(text):
            if name not in known:
                yield source.problem(path, f"nothing fills {{{name}}}{suggest(name, sorted(known))}")
            elif not may_be_absent and name not in always | facts and name != when:
                yield source.problem(path, f"{{{name}}} may be absent; write {{{name}|…}} or {{{name}?…}}")
    if rule:
        for i, cause in enumerate(rule.causes):
            if cause.when and cause.when not in known:
                yield source.problem(f"causes[{i}].when", f"no capture or fact is called `{cause.when}`")


def _captures(rule: RuleDocument) -> tuple[set[str], set[str]]:
    """Return the names that every selection captures, and those that some do."""
    names = []
    for selection in rule.match:
        if selection.message:
            names.append({part.name for part in parse_template(selection.message)[0] if part.hole})
        elif selection.pattern and not is_condition(selection):
            names.append(_groups(selection.pattern))
        else:
            names.append(set())
    return set.intersection(*names), set.union(*names)


def _groups(pattern: str) -> set[str]:
    try:
        return set(re.compile(pattern).groupindex)
    except re.error:  # told by the check of the pattern itself
        return set()

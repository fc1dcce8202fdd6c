"""Compiles checked documents into the one artefact that Python and the browser read.

The artefact is text: the first line is the index as JSON, each further line one text record as JSON.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from explainer.kb.load import Base, exchange_of
from explainer.kb.template import Compiled, compile_pattern, compile_template, parse_template
from explainer.model.answer import Problem, RulesError
from explainer.model.document import CodeDocument, EnvelopesDocument, MeaningDocument, RuleDocument, SelectionDocument
from explainer.model.index import FORMAT, Envelope, Index, Mark, Owner, Selection, Shape, Template

LOOSE_WORDS = 2
LOOSE_LETTERS = 12
"""A template of fewer words or letters must be the whole message to count."""


class _Builder:
    """The parts of an index while they grow."""

    def __init__(self) -> None:
        self.owners: list[Owner] = []
        self.selections: list[Selection] = []
        self.templates: list[Compiled] = []
        self.template_ids: dict[tuple[str, str], int] = {}
        self.records: list[bytes] = []

    def add_record(self, value: Any) -> int:
        self.records.append(msgspec.json.encode(value))
        return len(self.records) - 1

    def add_template(self, kind: str, source: str) -> int:
        compiled = compile_template(source) if kind == "message" else compile_pattern(source)
        if kind == "condition":
            compiled = replace(compiled, anchors=())
        key = (kind, compiled.pattern)
        if key not in self.template_ids:
            self.template_ids[key] = len(self.templates)
            self.templates.append(compiled)
        return self.template_ids[key]

    def add_selection(self, owner: int, selection: SelectionDocument) -> None:
        template = also = None
        if selection.message:
            template = self.add_template("message", selection.message)
        if selection.pattern and is_condition(selection):
            also = self.add_template("condition", selection.pattern)
        elif selection.pattern:
            template = self.add_template("pattern", selection.pattern)
        self.selections.append(
            Selection(
                owner=owner,
                code=selection.code or None,
                template=template,
                status=selection.http_status or None,
                exception=selection.exception or None,
                product=None if selection.product in (msgspec.UNSET, "all") else selection.product,
                also=also,
            )
        )


def is_condition(selection: SelectionDocument) -> bool:
    """Tell whether the pattern of a selection only narrows it: it is found by another key."""
    return bool(selection.message or selection.http_status or selection.exception)


def build(base: Base) -> bytes:
    """Return the artefact for a base without faults.

    Raises RulesError if there is no envelopes.yaml, without which nothing can be read from a text.
    """
    if base.envelopes is None:
        raise RulesError([Problem("rules", 0, "", "envelopes.yaml is missing")])
    builder = _Builder()
    _add_rules(builder, base)
    _add_catalogues(builder, base)
    categories = {name: builder.add_record(source.document) for name, source in sorted(base.categories.items())}
    profiles = {name: builder.add_record(source.document) for name, source in sorted(base.exchanges.items())}
    content = b"\n".join(builder.records)
    index = _index(builder, base, base.envelopes.document, categories, profiles, content)
    return msgspec.json.encode(index) + b"\n" + content + b"\n"


def _add_rules(builder: _Builder, base: Base) -> None:
    for rule_id, source in sorted(base.rules.items()):
        rule = source.document
        category = base.categories[rule.category].document
        codes = {selection.code for selection in rule.match if selection.code}
        owner = Owner(
            id=rule_id,
            is_rule=True,
            exchange=exchange_of(rule_id),
            product=None,
            category=rule.category,
            retry=rule.retry or category.retry,
            urgency=rule.urgency or category.urgency,
            record=builder.add_record(_rule_record(rule)),
            code=codes.pop() if len(codes) == 1 else None,
            examples=len(rule.examples),
        )
        builder.owners.append(owner)
        for selection in rule.match:
            builder.add_selection(len(builder.owners) - 1, selection)


def _rule_record(rule: RuleDocument) -> dict[str, Any]:
    return {
        "title": rule.title,
        "summary": rule.summary,
        "causes": rule.causes,
        "not": rule.dont or None,
        "links": rule.links,
        "related": rule.related or [],
        "verified": rule.verified.date,
        "formerly": rule.formerly or [],
        "examples": [e if isinstance(e, str) else e.text for e in rule.examples],
        "counterexamples": rule.counterexamples,
        "captures": sorted(_names_of(rule.match)),
    }


def _names_of(selections: Iterable[SelectionDocument]) -> set[str]:
    names: set[str] = set()
    for selection in selections:
        if selection.message:
            names |= {part.name for part in parse_template(selection.message)[0] if part.hole}
        elif selection.pattern and not is_condition(selection):
            names |= set(re.compile(selection.pattern).groupindex)
    return names


def _add_catalogues(builder: _Builder, base: Base) -> None:
    for source in sorted(base.catalogues.values(), key=lambda s: s.id):
        exchange, product = source.id.split("/")
        for code, entry in source.document.codes.items():
            for meaning in [*entry.meanings, *_general(entry)]:
                name = meaning.category or entry.category
                category = base.categories[name].document
                record = _meaning_record(code, entry.name or None, meaning, source.document.verified.date)
                owner = Owner(
                    id=f"{exchange}/{product}/{code}",
                    is_rule=False,
                    exchange=exchange,
                    product=None if product == "all" else product,
                    category=name,
                    retry=meaning.retry or entry.retry or category.retry,
                    urgency=meaning.urgency or entry.urgency or category.urgency,
                    record=builder.add_record(record),
                    code=code,
                    examples=0,
                )
                builder.owners.append(owner)
                selection = SelectionDocument(code=code, message=meaning.message)
                builder.add_selection(len(builder.owners) - 1, selection)


def _general(entry: CodeDocument) -> list[MeaningDocument]:
    """Return what a code with several meanings says by itself: no more than its category."""
    if len(entry.meanings) == 1 or any(not meaning.message for meaning in entry.meanings):
        return []
    return [MeaningDocument(en="", zh="")]


def _meaning_record(code: str, name: str | None, meaning: MeaningDocument, verified: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "message": meaning.message or None,
        "summary": {"en": meaning.en, "zh": meaning.zh} if meaning.en else None,
        "until": meaning.until or None,
        "verified": verified,
    }


def _index(
    builder: _Builder,
    base: Base,
    envelopes: EnvelopesDocument,
    categories: dict[str, int],
    profiles: dict[str, int],
    content: bytes,
) -> Index:
    by_template: list[list[int]] = [[] for _ in builder.templates]
    by_code: dict[str, list[int]] = {}
    by_status: dict[str, list[int]] = {}
    by_exception: dict[str, list[int]] = {}
    for i, selection in enumerate(builder.selections):
        if selection.template is not None:
            by_template[selection.template].append(i)
        if selection.code:
            by_code.setdefault(selection.code, []).append(i)
        elif selection.template is None and selection.status:
            by_status.setdefault(selection.status, []).append(i)
        elif selection.template is None and selection.exception:
            by_exception.setdefault(selection.exception, []).append(i)
        if selection.exception:
            by_exception.setdefault(selection.exception, [])
    offsets = [0]
    for record in builder.records:
        offsets.append(offsets[-1] + len(record) + 1)
    marks = _Marks(base)
    return Index(
        version=f"{FORMAT}-{hashlib.sha256(content).hexdigest()[:12]}",
        owners=builder.owners,
        selections=builder.selections,
        templates=[_template(compiled) for compiled in builder.templates],
        anchors=_anchors(builder.templates),
        by_template=by_template,
        by_code=by_code,
        by_status=by_status,
        by_exception=by_exception,
        names=marks.names,
        ccxt=marks.ccxt,
        hosts=marks.hosts,
        domains=marks.domains,
        paths=marks.paths,
        texts=marks.texts,
        shapes=marks.shapes,
        products={name: list(source.document.products) for name, source in sorted(base.exchanges.items())},
        envelopes=[Envelope(e.name, e.pattern, tuple(e.needs), e.loose == "true") for e in envelopes.envelopes],
        keys={"code": envelopes.keys.code, "message": envelopes.keys.message, "status": envelopes.keys.status},
        foreign=[mark.lower() for mark in envelopes.foreign],
        neutral=envelopes.neutral,
        success=envelopes.success,
        harmless=envelopes.harmless,
        categories=categories,
        profiles=profiles,
        offsets=offsets,
    )


def _template(compiled: Compiled) -> Template:
    is_loose = compiled.words < LOOSE_WORDS or compiled.letters < LOOSE_LETTERS
    return Template(compiled.pattern, compiled.words, compiled.letters, is_loose)


def _anchors(templates: list[Compiled]) -> dict[str, list[int]]:
    """Give each branch of a template its rarest word sequence: few candidates for a text, however many rules."""
    frequency = Counter(
        anchor for compiled in templates for anchor in {a for branch in compiled.anchors for a in branch}
    )
    anchors: dict[str, list[int]] = {}
    for i, compiled in enumerate(templates):
        for branch in compiled.anchors:
            best = min(branch, key=lambda a: (frequency[a], -a.count(" "), -len(a), a))
            anchors.setdefault(best, []).append(i)
    return anchors


class _Marks:
    """The marks of all profiles, by kind."""

    def __init__(self, base: Base) -> None:
        self.names: dict[str, str] = {}
        self.ccxt: dict[str, Mark] = {}
        self.hosts: dict[str, Mark] = {}
        self.domains: dict[str, str] = {}
        self.paths: dict[str, Mark] = {}
        self.texts: dict[str, Mark] = {}
        self.shapes: list[Shape] = []
        for exchange, source in sorted(base.exchanges.items()):
            marks = source.document.marks
            self.names |= {name.lower(): exchange for name in marks.names}
            self.ccxt |= {key.lower(): _mark(exchange, product) for key, product in marks.ccxt.items()}
            self.hosts |= {host: _mark(exchange, product) for host, product in marks.hosts.items()}
            self.domains |= {".".join(host.split(".")[-2:]): exchange for host in marks.hosts}
            self.paths |= {path.lower(): _mark(exchange, product) for path, product in marks.paths.items()}
            for key, product in (marks.headers | marks.texts).items():
                self.texts[key.lower()] = _mark(exchange, product)
            for shape in source.document.shapes:
                mark = _mark(exchange, shape.product)
                self.shapes.append(Shape(exchange, tuple(shape.keys), shape.code or None, shape.kind, mark.product))


def _mark(exchange: str, product: str) -> Mark:
    return Mark(exchange, None if product == "all" else product)

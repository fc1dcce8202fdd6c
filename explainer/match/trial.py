"""Tries every rule on its own examples and counterexamples, with all rules loaded: laws that only matching can tell."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from explainer.kb.build import build
from explainer.kb.check import check_documents
from explainer.kb.load import Base, Source
from explainer.kb.prose import lint_prose
from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import explain_text
from explainer.match.judge import find_matches, judge
from explainer.match.mask import Masker
from explainer.match.normal import Normal
from explainer.match.rank import score
from explainer.match.signals import find_signals
from explainer.model.answer import Explanation, Problem
from explainer.model.document import ExampleDocument, RuleDocument

MIN_WRAPPERS = 2
NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment at which examples are read, so that a ban in them is always over or always not."""


def check_base(base: Base) -> list[Problem]:
    """Return every fault of a base: those of the documents first, and only then those of the matching."""
    problems = check_documents(base)
    if problems:
        return problems
    problems = lint_prose(base)
    kb = KnowledgeBase(build(base))
    for source in base.rules.values():
        problems += _check_rule(kb, source)
    return sorted(set(problems))


def _check_rule(kb: KnowledgeBase, source: Source[RuleDocument]) -> Iterator[Problem]:
    fired: set[int] = set()
    wrappers: set[str] = set()
    for i, example in enumerate(source.document.examples):
        given = ExampleDocument(text=example) if isinstance(example, str) else example
        path = f"examples[{i}]"
        if Masker().mask(given.text) != given.text:
            yield source.problem(
                path, "this looks like a live key or secret; use an obviously made-up one, such as xxx"
            )
        told = Told(given.exchange or None, given.product or None)
        found = explain_text(kb, given.text, told=told, now=NOW)
        if not found or found[0].rule_id != source.id:
            yield source.problem(path, f"explained first by {_name(found)}, not by this rule")
            continue
        yield from _check_captures(source, path, given, found[0])
        yield from _check_tie(kb, source, path, given.text, told)
        fired |= _fired(kb, given.text, told, source.id)
        wrappers.add(_wrapper(kb, given.text, told))
    if len(wrappers) < MIN_WRAPPERS:
        yield source.problem(
            "examples", "all examples stand in the same wrapper; show another client's way of printing"
        )
    for i, text in enumerate(source.document.counterexamples):
        found = explain_text(kb, text, now=NOW)
        if found and found[0].rule_id == source.id:
            yield source.problem(f"counterexamples[{i}]", "explained first by this very rule")
    own = [n for n, selection in enumerate(kb.index.selections) if kb.index.owners[selection.owner].id == source.id]
    for position, number in enumerate(own):
        if number not in fired:
            yield source.problem(f"match[{position}]", "this selection fires on no example; add one or drop it")


def _name(found: tuple[Explanation, ...]) -> str:
    return found[0].rule_id if found else "nothing"


def _check_captures(
    source: Source[RuleDocument], path: str, example: ExampleDocument, found: Explanation
) -> Iterator[Problem]:
    for what, wanted, got in (("captures", example.captures, found.captures), ("facts", example.facts, found.facts)):
        for name, value in (wanted or {}).items():
            if got.get(name) != value:
                yield source.problem(f"{path}.{what}.{name}", f"got {got.get(name)!r}, not {value!r}")


def _check_tie(kb: KnowledgeBase, source: Source[RuleDocument], path: str, text: str, told: Told) -> Iterator[Problem]:
    verdicts, _ = judge(kb, Normal(text), told)
    best = verdicts[0].best
    for other in verdicts[0].others:
        if other.owner.is_rule and other.owner.id != source.id and score(other, kb.index) == score(best, kb.index):
            yield source.problem(path, f"a tie for first place with {other.owner.id}")


def _wrapper(kb: KnowledgeBase, text: str, told: Told) -> str:
    """Return what a client wrote around the message: the words of the text without message, code and figures."""
    normal = Normal(text)
    verdicts, _ = judge(kb, normal, told)
    hit = verdicts[0].best.hit
    around = normal.lower[: hit.start] + " " + normal.lower[hit.end :] if hit else normal.lower
    return re.sub(r"[\W\d_]+", " ", around).strip()


def _fired(kb: KnowledgeBase, text: str, told: Told, rule_id: str) -> set[int]:
    """Return the numbers of the rule's selections that hold somewhere in a text."""
    normal = Normal(text)
    matches = find_matches(kb, normal, find_signals(kb, normal), told)
    return {match.number for event in matches for match in event if match.owner.id == rule_id}

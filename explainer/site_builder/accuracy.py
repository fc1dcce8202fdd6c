"""Measures the rules on their own examples, for the page that says how far to trust an answer."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import explain_line, explain_text
from explainer.match.mask import Masker
from explainer.model.index import Owner
from explainer.site_builder.survey import Survey


class Figures(Struct):
    """What was measured of one exchange, or of the rules of none."""

    exchange: str
    rules: int = 0
    codes: int = 0
    meanings: int = 0
    examples: int = 0
    first: int = 0  # examples that their own rule explains first, without being told exchange or product
    kind: int = 0  # examples whose first explanation has the right kind of fault
    in_log: int = 0  # examples of which some line gets this rule first in a log, where more is asked of a text
    certain: int = 0  # of the first ones: those told as an exact match
    counterexamples: int = 0
    alarms: int = 0  # counterexamples that the rule explains all the same
    oldest: str = ""


def measure(kb: KnowledgeBase, survey: Survey) -> dict[str, Any]:
    """Return the figures of every exchange of which something is known, and their sum."""
    rows = [_measure(kb, survey, exchange) for exchange in (*survey.exchanges, None)]
    rows = [row for row in rows if row.rules or row.codes]
    total = Figures("")
    for row in rows:
        for name in Figures.__struct_fields__[1:-1]:
            setattr(total, name, getattr(total, name) + getattr(row, name))
    total.oldest = min(row.oldest for row in rows if row.oldest)
    return {
        "rows": rows,
        "total": total,
        "without": [e for e in survey.exchanges if e not in {r.exchange for r in rows}],
    }


def _measure(kb: KnowledgeBase, survey: Survey, exchange: str | None) -> Figures:
    owners = survey.rules_of(exchange)
    codes = survey.codes_in(exchange or "")
    meanings = [owner for code in codes for owner in code.meanings if kb.record(owner.record)["summary"]]
    dates = [kb.record(owner.record)["verified"] for owner in (*owners, *meanings)]
    tried = Counter(result for owner in owners for result in _try(kb, owner))
    return Figures(
        exchange or "any",
        rules=len(owners),
        codes=len(codes),
        meanings=len(meanings),
        oldest=min(dates, default=""),
        **tried,
    )


def _try(kb: KnowledgeBase, owner: Owner) -> Iterable[str]:
    """Yield the names of the figures to which each example and counterexample of a rule adds one."""
    record = kb.record(owner.record)
    for text in record["examples"]:
        yield "examples"
        found = explain_text(kb, text, is_brief=True)
        if found and found[0].rule_id == owner.id:
            yield "first"
            if found[0].confidence == "exact":
                yield "certain"
        if found and found[0].category == owner.category:
            yield "kind"
        if any(_is_told_first(kb, line, owner) for line in text.splitlines()):
            yield "in_log"
    for text in record["counterexamples"]:
        yield "counterexamples"
        if any(answer.rule_id == owner.id for answer in explain_text(kb, text, is_brief=True)):
            yield "alarms"


def _is_told_first(kb: KnowledgeBase, line: str, owner: Owner) -> bool:
    found = explain_line(kb, line, told=Told(is_log=True), language="en", masker=Masker(), is_brief=True)
    return bool(found) and found[0].rule_id == owner.id

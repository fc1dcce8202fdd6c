"""`show` and `list`: looking into the knowledge base without a text."""

import sys
from collections.abc import Iterator

import typer

from explainer.cli.terminal import check_exchange, fail, look_of, write
from explainer.kb.store import KnowledgeBase
from explainer.match.mask import mask_message
from explainer.match.texts import describe
from explainer.model.answer import Explanation, Language
from explainer.model.index import Owner
from explainer.render.json import dump, to_json
from explainer.render.markdown import to_markdown
from explainer.render.terminal import Look, plain, wrap
from explainer.render.text import to_text
from explainer.render.words import LABELS, RETRY


def show(kb: KnowledgeBase, name: str, exchange: str | None, language: Language, form: str, *, full: bool) -> None:
    """Print a rule by its id, or every meaning of a code; exits 1 if there is none."""
    known = check_exchange(kb, exchange, None)
    owners = find_owners(kb, name, known)
    if not owners:
        from explainer.kb.schema import suggest

        ids = sorted({owner.id for owner in kb.index.owners})
        write(f"No rule or code is called {mask_message(repr(name))}{suggest(name, ids)}.\n", sys.stderr)
        raise typer.Exit(1)
    explanations = [describe(kb, owner, language) for owner in owners]
    if form == "json":
        write(to_json(explanations))
    elif form == "markdown":
        write(to_markdown(explanations, language))
    else:
        look = look_of(sys.stdout)
        parts = [to_text([explanation], look, full=full) for explanation in explanations]
        write("\n".join(parts))
        if full and len(owners) == 1 and owners[0].is_rule:
            write("\n" + "".join(f"{line}\n" for line in _examples(kb, owners[0], language, look.width)))


def find_owners(kb: KnowledgeBase, name: str, exchange: str | None) -> list[Owner]:
    """Return the owners with this id, or those that explain this code, full rules first."""
    owners = kb.index.owners
    by_id = [owner for owner in owners if owner.id == name]
    by_id = by_id or [owner for owner in owners if owner.is_rule and name in kb.record(owner.record)["formerly"]]
    if by_id:
        return by_id
    asked, _, code = name.rpartition("/")
    exchange = exchange or asked or None
    selections = [*kb.index.by_code.get(code, ()), *kb.index.by_status.get(code, ())]
    numbers = dict.fromkeys(kb.index.selections[n].owner for n in selections)
    found = [owners[n] for n in numbers if exchange is None or owners[n].exchange == exchange]
    rules = [owner for owner in found if owner.is_rule]
    explained = {(owner.exchange, owner.category) for owner in rules}
    entries = [owner for owner in found if not owner.is_rule and (owner.exchange, owner.category) not in explained]
    return rules + entries


def _examples(kb: KnowledgeBase, owner: Owner, language: Language, width: int) -> Iterator[str]:
    yield LABELS[language]["examples"]
    for example in kb.record(owner.record)["examples"]:
        for number, line in enumerate(example.splitlines()):
            yield from wrap(line, width, "    ", "  - " if number == 0 else "    ")


def list_rules(
    kb: KnowledgeBase,
    exchange: str | None,
    category: str | None,
    retry: str | None,
    search: str | None,
    language: Language,
    form: str,
    *,
    with_codes: bool,
) -> None:
    """Print the rules that fit all conditions; exits 1 if none does."""
    known = check_exchange(kb, exchange, None)
    if category and not any(name == category or name.startswith(category + "/") for name in kb.index.categories):
        fail(f"unknown category {category!r}", f"known: {', '.join(kb.index.categories)}")
    words = (search or "").lower().split()
    found = [
        explanation
        for owner in kb.index.owners
        if (owner.is_rule or with_codes)
        and (known is None or owner.exchange == known)
        and (category is None or owner.category == category or owner.category.startswith(category + "/"))
        and (retry is None or owner.retry == retry)
        and _holds(explanation := describe(kb, owner, language), words)
    ]
    if form == "json":
        write(dump({"version": 1, "rules": [_row(explanation) for explanation in found]}))
    elif form == "markdown":
        write("".join(f"- `{e.rule_id}`: {e.title} ({RETRY[language][e.retry]})\n" for e in found))
    else:
        write("".join(f"{line}\n" for e in found for line in _lines(e, look_of(sys.stdout))))
    if not found:
        write("No rule fits.\n", sys.stderr)
        raise typer.Exit(1)


def _lines(explanation: Explanation, look: Look) -> Iterator[str]:
    rule_id = look.paint(explanation.rule_id, "cyan")
    yield from wrap(f"{rule_id}  {plain(explanation.title)}", look.width, "    ", "")
    yield look.paint(f"    {explanation.category}  {RETRY[explanation.language][explanation.retry]}", "dim")


def _holds(explanation: Explanation, words: list[str]) -> bool:
    if not words:
        return True
    text = " ".join(
        [
            explanation.rule_id,
            explanation.code or "",
            explanation.name or "",
            explanation.title,
            explanation.summary,
            *(cause.cause for cause in explanation.causes),
        ]
    ).lower()
    return all(word in text for word in words)


def _row(explanation: Explanation) -> dict[str, str | None]:
    names = ("rule_id", "exchange", "product", "code", "name", "category", "retry", "urgency", "title")
    return {name: getattr(explanation, name) for name in names}

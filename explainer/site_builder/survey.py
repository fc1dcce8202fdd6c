"""Gathers once what the pages show: rules and codes by exchange, kind of fault and HTTP status."""

import re
from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from explainer.kb.store import KnowledgeBase
from explainer.model.index import Owner


class Code(Struct, frozen=True):
    """One code of an exchange: what the catalogues say, and the full rules that speak of it."""

    exchange: str
    code: str
    meanings: tuple[Owner, ...]
    rules: tuple[Owner, ...]

    @property
    def name(self) -> str:
        """Return the name by which texts link to it."""
        return f"{self.exchange}/{self.code}"


class Survey(Struct, frozen=True):
    """Rules and codes in every order in which pages show them; exchanges that are left out are in none."""

    exchanges: tuple[str, ...]
    rules: dict[str, Owner]
    codes: dict[str, Code]
    codes_of: dict[str, tuple[str, ...]]  # by rule id
    statuses_of: dict[str, tuple[str, ...]]  # by rule id
    statuses: dict[str, tuple[Owner, ...]]  # rules by status
    categories: tuple[str, ...]

    def rules_of(self, exchange: str | None) -> list[Owner]:
        """Return the full rules of an exchange, those met most often first; of none: None."""
        found = [owner for owner in self.rules.values() if owner.exchange == exchange]
        return sorted(found, key=lambda owner: (-owner.examples, owner.id))

    def codes_in(self, exchange: str) -> list[Code]:
        """Return the codes of an exchange."""
        return [code for code in self.codes.values() if code.exchange == exchange]

    def alike(self, rule_id: str) -> list[Owner]:
        """Return the other rules of the same exchange that share a code with this one, or have its kind of fault."""
        own = self.rules[rule_id]
        codes = set(self.codes_of[rule_id])
        others = [owner for owner in self.rules.values() if owner.exchange == own.exchange and owner.id != rule_id]
        sharing = [owner for owner in others if codes & set(self.codes_of[owner.id])]
        kin = [owner for owner in others if owner.category == own.category and owner not in sharing]
        return [*sharing, *kin][:MOST_ALIKE]


MOST_ALIKE = 8


def take_survey(kb: KnowledgeBase, exchanges: Iterable[str] | None = None) -> Survey:
    """Return the survey of a knowledge base, limited to some exchanges if they are named."""
    index = kb.index
    chosen = tuple(exchanges or list_by_depth(kb))
    owners = [owner for owner in index.owners if owner.exchange is None or owner.exchange in chosen]
    codes_of: dict[str, set[str]] = defaultdict(set)
    statuses_of: dict[str, set[str]] = defaultdict(set)
    for selection in index.selections:
        owner = index.owners[selection.owner]
        if owner.is_rule and selection.code:
            codes_of[owner.id].add(selection.code)
        if owner.is_rule and selection.status:
            statuses_of[owner.id].add(selection.status)
    rules = {owner.id: owner for owner in owners if owner.is_rule}
    statuses: dict[str, list[Owner]] = defaultdict(list)
    for owner in rules.values():
        for status in statuses_of[owner.id]:
            statuses[status].append(owner)
    return Survey(
        exchanges=chosen,
        rules=rules,
        codes=_gather_codes(owners, codes_of),
        codes_of={rule_id: tuple(sorted(codes_of[rule_id], key=code_order)) for rule_id in rules},
        statuses_of={rule_id: tuple(sorted(statuses_of[rule_id])) for rule_id in rules},
        statuses={status: tuple(sorted(found, key=_rule_order)) for status, found in sorted(statuses.items())},
        categories=tuple(index.categories),
    )


def _gather_codes(owners: Iterable[Owner], codes_of: dict[str, set[str]]) -> dict[str, Code]:
    meanings: dict[tuple[str, str], list[Owner]] = defaultdict(list)
    rules: dict[tuple[str, str], list[Owner]] = defaultdict(list)
    for owner in owners:
        if owner.exchange is None:
            continue
        if owner.is_rule:
            for code in codes_of[owner.id]:
                rules[owner.exchange, code].append(owner)
        elif owner.code:
            meanings[owner.exchange, owner.code].append(owner)
    keys = sorted({*meanings, *rules}, key=lambda key: (key[0], code_order(key[1])))
    found = [
        Code(exchange, code, tuple(meanings[exchange, code]), tuple(sorted(rules[exchange, code], key=_rule_order)))
        for exchange, code in keys
    ]
    return {code.name: code for code in found}


def _rule_order(owner: Owner) -> tuple[bool, int, str]:
    return owner.exchange is not None, -owner.examples, owner.id


def code_order(code: str) -> tuple[bool, int, str]:
    """Return the key that puts codes in the order of a catalogue: -1000 before -1001, words last."""
    number = re.fullmatch(r"-?(\d+)", code)
    return number is None, int(number[1]) if number else 0, code


def list_by_depth(kb: KnowledgeBase) -> list[str]:
    """Return every exchange, the one of which most is known first."""
    known: dict[str, int] = defaultdict(int)
    for owner in kb.index.owners:
        known[owner.exchange or ""] += 1
    return sorted(kb.index.profiles, key=lambda exchange: (-known[exchange], exchange))

"""Names the state of the rules: how many there are, when the newest was checked, and a mark of their content."""

from msgspec import Struct

from explainer.kb.store import KnowledgeBase


class Edition(Struct, frozen=True):
    """The state of a knowledge base; the same rules have the same edition, wherever and whenever they are built."""

    date: str
    """The day on which the latest rule or code catalogue was checked against its source."""
    rules: int
    codes: int
    mark: str


def find_edition(kb: KnowledgeBase) -> Edition:
    """Return the edition of a knowledge base."""
    owners = kb.index.owners
    return Edition(
        date=max((kb.record(owner.record)["verified"] for owner in owners), default=""),
        rules=sum(owner.is_rule for owner in owners),
        codes=len({owner.id for owner in owners if not owner.is_rule}),
        mark=kb.index.version,
    )

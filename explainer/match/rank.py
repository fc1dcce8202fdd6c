"""Ranks matches by how specific they are, computed from what held, never from files or numbers that authors set."""

from dataclasses import dataclass
from enum import IntEnum

from explainer.match.candidates import Hit, Named
from explainer.match.origin import Origin
from explainer.match.signals import Event
from explainer.model.index import Index, Owner, Selection


class Level(IntEnum):
    """What held, from the least to the most telling."""

    STATUS = 1
    EXCEPTION = 2
    EXCHANGE_STATUS = 3
    EXCHANGE_FAMILY = 4
    MESSAGE = 5
    EXCHANGE_CODE = 6
    EXCHANGE_MESSAGE = 7
    EXCHANGE_CODE_MESSAGE = 8


URGENCY = {"critical": 4, "high": 3, "medium": 2, "low": 1, "harmless": 0}


@dataclass(frozen=True, slots=True)
class Match:
    """A selection that holds for an event."""

    owner: Owner
    number: int  # of the selection
    selection: Selection
    level: Level
    event: Event
    hit: Hit | None
    exception: Named | None
    origin: Origin
    product_fit: int  # 2: the text shows this product; 1: it shows none, or the owner has none; 0: it shows another
    overlap: int = 0  # words that a code's own message shares with a message that is worded otherwise


def score(match: Match, index: Index) -> tuple[int, ...]:
    """Return the specificity of a match; the greater tuple is the more specific match.

    First that the product is not surely another one; then what held; then further conditions, how much of the message
    the template covers, its literal length, the product, what speaks for a code without its message;
    then full rule before catalogue entry, nearer exchange, likelier product, plainer message.
    """
    template = index.templates[match.hit.template] if match.hit else None
    product = match.owner.product or match.selection.product
    exchanges = match.origin.exchanges
    order = index.products.get(match.owner.exchange or "", [])
    return (
        1 if match.product_fit or not match.origin.is_product_sure else 0,
        match.level,
        sum(key is not None for key in (match.selection.status, match.selection.also, match.selection.exception)),
        1 if match.hit and match.hit.is_whole else 0,
        template.letters if template else 0,
        match.product_fit,
        match.overlap,
        1 if match.owner.is_rule else 0,
        -(exchanges.index(match.owner.exchange) if match.owner.exchange in exchanges else len(exchanges)),
        -(order.index(product) if product in order else len(order)),
        -(index.templates[match.selection.template].letters if match.selection.template is not None else 0),
    )

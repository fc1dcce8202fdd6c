"""Decides which exchange and product an event comes from, from the marks and the shape of its body. Knows no rules."""

import re
from dataclasses import dataclass

from explainer.match.normal import Normal
from explainer.match.signals import Event, MarkHit, Signals
from explainer.model.index import Index


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from. `exchanges` is empty if nothing tells; several if the text fits several."""

    exchanges: tuple[str, ...] = ()
    is_sure: bool = False
    product: str | None = None
    is_product_sure: bool = False
    mark: MarkHit | None = None
    product_mark: MarkHit | None = None
    reason: str = "nothing"  # or told, mark, shape, name

    @property
    def exchange(self) -> str | None:
        """The exchange, if there is only one."""
        return self.exchanges[0] if len(self.exchanges) == 1 else None


def decide_origin(
    index: Index, normal: Normal, signals: Signals, event: Event, told: str | None, product: str | None
) -> Origin:
    """Return the origin of an event; what the caller told outranks what the text shows."""
    named = [mark for mark in signals.marks if not mark.is_strong]
    strong = [mark for mark in signals.marks if mark.is_strong]
    if told or strong:
        nearest = None if told else _nearest(strong, event, normal)
        exchange = told or (nearest.exchange if nearest else "")
        found, mark = _find_product([m for m in strong if m.exchange == exchange], event, normal)
        return Origin(
            exchanges=(exchange,),
            is_sure=True,
            product=product or found,
            is_product_sure=bool(product or mark),
            mark=nearest,
            product_mark=None if product else mark,
            reason="told" if told else "mark",
        )
    if shapes := _find_shapes(index, event):
        return _decide_by_shape(shapes, named, event, normal, product)
    if named:
        near = sorted(named, key=lambda mark: _distance(mark, event, normal))
        names = tuple(dict.fromkeys(mark.exchange for mark in near))
        return Origin(names, product=product, is_product_sure=bool(product), mark=near[0], reason="name")
    return Origin(product=product, is_product_sure=bool(product))


def _decide_by_shape(
    shapes: list[tuple[str, str | None]], named: list[MarkHit], event: Event, normal: Normal, told: str | None
) -> Origin:
    exchanges = tuple(dict.fromkeys(exchange for exchange, _ in shapes))
    agreeing = [mark for mark in named if mark.exchange in exchanges]
    if agreeing:
        mark = _nearest(agreeing, event, normal)
        exchanges = (mark.exchange,)
    elif named:
        mark = _nearest(named, event, normal)
        exchanges = tuple(dict.fromkeys((mark.exchange, *exchanges)))
    else:
        mark = None
    products = {product for exchange, product in shapes if exchange == exchanges[0]}
    product = told or (products.pop() if len(products) == 1 else None)
    return Origin(exchanges, bool(agreeing), product, is_product_sure=bool(told), mark=mark, reason="shape")


def _find_shapes(index: Index, event: Event) -> list[tuple[str, str | None]]:
    """List exchange and product of every shape that the event has; the most demanding shapes win."""
    found: list[tuple[int, str, str | None]] = []
    for shape in index.shapes:
        if shape.code is not None and (event.code is None or not re.fullmatch(shape.code, event.code)):
            continue
        if event.keys:
            if not set(shape.keys) <= event.keys:
                continue
            if shape.kind != "any" and (shape.kind == "string") != event.is_string and event.code is not None:
                continue
            demand = 2 * len(shape.keys) + (shape.code is not None) * 2 + (shape.kind != "any")
        elif shape.code is None or set(shape.keys) - {"code", "msg", "message"}:
            continue
        else:
            demand = 1
        found.append((demand, shape.exchange, shape.product))
    if not event.keys:
        owners = (index.owners[index.selections[n].owner] for n in index.by_code.get(event.code or "", ()))
        knowing = {owner.exchange for owner in owners}
        found = [item for item in found if item[1] in knowing]
    if not found:
        return []
    best = max(demand for demand, _, _ in found)
    return [(exchange, product) for demand, exchange, product in found if demand == best]


def _find_product(marks: list[MarkHit], event: Event, normal: Normal) -> tuple[str | None, MarkHit | None]:
    telling = [mark for mark in marks if mark.product]
    if not telling:
        return None, None
    nearest = min(_distance(mark, event, normal) for mark in telling)
    close = [mark for mark in telling if _distance(mark, event, normal) == nearest]
    mark = _nearest([mark for mark in close if mark.is_path] or close, event, normal)
    return mark.product, mark


def _nearest(marks: list[MarkHit], event: Event, normal: Normal) -> MarkHit:
    return min(marks, key=lambda mark: (_distance(mark, event, normal), -len(range(mark.start, mark.end)), mark.start))


def _distance(mark: MarkHit, event: Event, normal: Normal) -> int:
    """How far a mark is from an event: none within its span or lines, else in characters."""
    start, _ = normal.line_span(event.start)
    _, end = normal.line_span(max(event.start, event.end - 1))
    if start <= mark.start <= end:
        return 0
    return min(abs(mark.start - event.end), abs(event.start - mark.start))

"""Decides which exchange and product an event comes from, from the marks and the shape of its body. Knows no rules."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from explainer.match.normal import Normal
from explainer.match.signals import Event, MarkHit
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: its span, and that of its lines (a span may end with a line end)."""

    start: int
    end: int
    line_start: int
    line_end: int


def place_of(event: Event, normal: Normal) -> Place:
    """Return where an event stands."""
    line_start, _ = normal.line_span(event.start)
    _, line_end = normal.line_span(max(event.start, event.end - 1))
    return Place(event.start, event.end, line_start, line_end)


class Marks:
    """Marks in their order in the text, among which the nearest to an event are found without looking at all."""

    __slots__ = ("_memory", "_starts", "all")

    def __init__(self, marks: Iterable[MarkHit]) -> None:
        self.all = list(marks)
        self._starts = [mark.start for mark in self.all]
        self._memory: dict[tuple[int, int], tuple[MarkHit, MarkHit | None]] = {}

    def nearest(self, place: Place) -> MarkHit:
        """Return the nearest mark; of equally near ones the longest, then the first."""
        return self._find(place)[0]

    def nearest_path(self, place: Place) -> MarkHit | None:
        """Return the longest path among the nearest marks, if there is one."""
        return self._find(place)[1]

    def _find(self, place: Place) -> tuple[MarkHit, MarkHit | None]:
        low, high = bisect_left(self._starts, place.line_start), bisect_right(self._starts, place.line_end)
        if low == high:
            at = min((n for n in (low - 1, low) if 0 <= n < len(self.all)), key=lambda n: distance(self.all[n], place))
            low, high = bisect_left(self._starts, self._starts[at]), bisect_right(self._starts, self._starts[at])
        if (low, high) not in self._memory:
            close = self.all[low:high]
            paths = [mark for mark in close if mark.is_path]
            self._memory[low, high] = max(close, key=_length), max(paths, key=_length, default=None)
        return self._memory[low, high]


def _length(mark: MarkHit) -> int:
    return mark.end - mark.start


def distance(mark: MarkHit, place: Place) -> int:
    """How far a mark is from an event: none within its lines, else in characters."""
    if place.line_start <= mark.start <= place.line_end:
        return 0
    return min(abs(mark.start - place.end), abs(place.start - mark.start))


class MarkGroups:
    """The marks of a text, as the questions of `decide_origin` need them."""

    __slots__ = ("named", "named_of", "products_of", "strong")

    def __init__(self, marks: Iterable[MarkHit]) -> None:
        marks = list(marks)
        strong = [mark for mark in marks if mark.is_strong]
        named = [mark for mark in marks if not mark.is_strong]
        self.strong, self.named = Marks(strong), Marks(named)
        self.named_of = _by_exchange(named)
        self.products_of = _by_exchange(mark for mark in strong if mark.product)


def _by_exchange(marks: Iterable[MarkHit]) -> dict[str, Marks]:
    groups: dict[str, list[MarkHit]] = defaultdict(list)
    for mark in marks:
        groups[mark.exchange].append(mark)
    return {exchange: Marks(found) for exchange, found in groups.items()}


def decide_origin(
    index: Index, marks: MarkGroups, place: Place, event: Event, told: str | None, product: str | None
) -> Origin:
    """Return the origin of an event; what the caller told outranks what the text shows."""
    if told or (marks.strong.all and not _is_named_otherwise(marks, place)):
        nearest = None if told else marks.strong.nearest(place)
        exchange = told or (nearest.exchange if nearest else "")
        telling = marks.products_of.get(exchange)
        mark = (telling.nearest_path(place) or telling.nearest(place)) if telling else None
        return Origin(
            exchanges=(exchange,),
            is_sure=True,
            product=product or (mark.product if mark else None),
            is_product_sure=bool(product or mark),
            mark=nearest,
            product_mark=None if product else mark,
            reason="told" if told else "mark",
        )
    if shapes := _find_shapes(index, event):
        return _decide_by_shape(shapes, marks, place, product)
    if marks.named.all:
        near = _nearest_of_each(marks.named_of.values(), place)
        names = tuple(mark.exchange for mark in near)
        return Origin(names, product=product, is_product_sure=bool(product), mark=near[0], reason="name")
    return Origin(product=product, is_product_sure=bool(product))


def _is_named_otherwise(marks: MarkGroups, place: Place) -> bool:
    """Tell whether an event's own lines name an exchange, and all that marks one surely stands on other lines."""
    if not marks.named.all:
        return False
    sure, name = marks.strong.nearest(place), marks.named.nearest(place)
    return distance(sure, place) > 0 and distance(name, place) == 0 and name.exchange != sure.exchange


def _nearest_of_each(lists: Iterable[Marks], place: Place) -> list[MarkHit]:
    """Return the nearest mark of each list, the nearest of all first."""
    near = [marks.nearest(place) for marks in lists]
    return sorted(near, key=lambda mark: (distance(mark, place), mark.start))


def _decide_by_shape(shapes: list[tuple[str, str | None]], marks: MarkGroups, place: Place, told: str | None) -> Origin:
    exchanges = tuple(dict.fromkeys(exchange for exchange, _ in shapes))
    agreeing = [marks.named_of[exchange] for exchange in exchanges if exchange in marks.named_of]
    mark = None
    if agreeing:
        near = [found.nearest(place) for found in agreeing]
        mark = min(near, key=lambda found: (distance(found, place), -_length(found), found.start))
        exchanges = (mark.exchange,)
    elif marks.named.all:
        mark = marks.named.nearest(place)
        exchanges = tuple(dict.fromkeys((mark.exchange, *exchanges)))
    products = {product for exchange, product in shapes if exchange == exchanges[0]}
    product = told or (products.pop() if len(products) == 1 else None)
    return Origin(exchanges, bool(agreeing), product, is_product_sure=bool(told), mark=mark, reason="shape")


def _find_shapes(index: Index, event: Event) -> list[tuple[str, str | None]]:
    """List exchange and product of every shape that the event has; the most demanding shapes win."""
    found: list[tuple[int, str, str | None]] = []
    for shape in index.shapes:
        if shape.code is not None and (event.code is None or not re.fullmatch(shape.code, event.code, re.ASCII)):
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

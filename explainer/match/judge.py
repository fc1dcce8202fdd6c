"""Judges a text: cuts it into events, finds what holds for each, and chooses. Words nothing."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeVar

from explainer.kb.store import KnowledgeBase
from explainer.match.candidates import NEAR, Hit, Named, belongs, find_exceptions, find_hits
from explainer.match.choice import Verdict, absorb, choose, complete, order
from explainer.match.credible import Told, is_credible
from explainer.match.hold import Scene, find_selections, pick_hits
from explainer.match.normal import Normal
from explainer.match.origin import MarkGroups, Place, decide_origin, place_of
from explainer.match.rank import Match
from explainer.match.signals import Event, Signals, find_signals


def judge(kb: KnowledgeBase, normal: Normal, told: Told) -> tuple[list[Verdict], Signals]:
    """Return the verdicts on every event of a text, the one to read first at the front."""
    signals = find_signals(kb, normal)
    verdicts = [choose(kb, matches) for matches in find_matches(kb, normal, signals, told)]
    return order(complete(absorb(verdicts), signals)), signals


def find_matches(kb: KnowledgeBase, normal: Normal, signals: Signals, told: Told) -> Iterator[list[Match]]:
    """Yield, for each event that is known, every selection that holds for it and may be believed."""
    hits = find_hits(kb, normal)
    exceptions = list(find_exceptions(kb, normal))
    marks = MarkGroups(signals.marks)
    starts = [exception.start for exception in exceptions]
    for event, place, own_hits, exception in _events(normal, signals, hits, exceptions):
        origin = decide_origin(kb.index, marks, place, event, told.exchange, told.product)
        low, high = bisect_left(starts, event.start - NEAR), bisect_right(starts, event.end + NEAR)
        near = {named.name: named for named in exceptions[low:high]}
        matches = find_selections(Scene(kb, normal, event, pick_hits(own_hits), exception, near, origin))
        matches = [match for match in matches if is_credible(kb, normal, signals, match, told)]
        if matches:
            yield matches


def _events(
    normal: Normal, signals: Signals, hits: list[Hit], exceptions: list[Named]
) -> Iterator[tuple[Event, Place, list[Hit], Named | None]]:
    """Yield every event with the template hits that belong to it; hits and exceptions by themselves are events too."""
    taken: set[int] = set()
    events = signals.events
    starts = [hit.start for hit in hits]
    longest = max((hit.end - hit.start for hit in hits), default=0)
    for i, event in enumerate(events):
        next_start = max(events[i + 1].start if i + 1 < len(events) else len(normal.text), event.end)
        place = place_of(event, normal)
        low = bisect_left(starts, max(place.line_start, event.start - NEAR) - longest)
        high = bisect_right(starts, next_start)
        own = [n for n in range(low, high) if belongs(hits[n], event, place, next_start)]
        if event.code is not None:
            taken.update(own)
        yield event, place, [hits[n] for n in own], None
    alone = _first_and_last([hit for n, hit in enumerate(hits) if n not in taken], lambda hit: hit.template)
    for group in _group(alone[-MAX_ALONE:]):
        event = Event(min(hit.start for hit in group), max(hit.end for hit in group))
        yield event, place_of(event, normal), group, None
    for exception in _first_and_last(exceptions, lambda exception: exception.name):
        event = Event(exception.start, exception.end)
        yield event, place_of(event, normal), [], exception


MAX_ALONE = 1_000
"""Sentences without a code that are judged in one text, the last ones."""

_REPEATS = 20
"""Of a sentence or an exception that stands more often, the first and so many of the last are judged."""

T = TypeVar("T")


def _first_and_last(things: list[T], kind: Callable[[T], object]) -> list[T]:
    """Return the first and the last of each kind, in their order."""
    places: dict[object, list[int]] = defaultdict(list)
    for n, thing in enumerate(things):
        places[kind(thing)].append(n)
    kept = {n for numbers in places.values() for n in (numbers[0], *numbers[-_REPEATS:])}
    return [things[n] for n in sorted(kept)]


def _group(hits: list[Hit]) -> Iterator[list[Hit]]:
    """Put overlapping hits together; they come in order of place."""
    group: list[Hit] = []
    end = 0
    for hit in hits:
        if group and hit.start >= end:
            yield group
            group, end = [], 0
        group.append(hit)
        end = max(end, hit.end)
    if group:
        yield group

"""Chooses the best match of an event, and the order in which several errors of one text are read."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from explainer.kb.store import KnowledgeBase
from explainer.match.candidates import Hit
from explainer.match.hold import ALIKE
from explainer.match.rank import URGENCY, Level, Match, score
from explainer.match.signals import Signals


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best match of one event, and the others that held."""

    best: Match
    others: tuple[Match, ...]
    first: int  # where in the text this error stands first; `best` is its last


def choose(kb: KnowledgeBase, matches: list[Match]) -> Verdict:
    """Return the most specific match of an event, and the others in their order."""
    matches = _prefer_common(matches)
    ordered = sorted(matches, key=lambda match: (score(match, kb.index), *_identity(kb, match)), reverse=True)
    best = ordered[0]
    if not best.owner.is_rule:
        best = next((match for match in ordered if _covers(match, best)), best)
    best = _be_general(best, ordered)
    others: dict[int, Match] = {}
    for match in ordered:
        if match.selection.owner != best.selection.owner:
            others.setdefault(match.selection.owner, match)
    return Verdict(best, tuple(others.values()), best.event.start)


def _identity(kb: KnowledgeBase, match: Match) -> tuple[str, str]:
    """Return what tells equal matches apart, so that the order of the files never decides."""
    template = match.selection.template
    return match.owner.id, "" if template is None else kb.index.templates[template].pattern


def _prefer_common(matches: list[Match]) -> list[Match]:
    """Drop an exchange's claim to a sentence that a rule of no exchange claims too, if the text names no exchange."""
    common = [match.hit for match in matches if match.level is Level.MESSAGE and match.hit]
    if not common:
        return matches
    return [
        match
        for match in matches
        if match.level < Level.EXCHANGE_CODE
        or match.origin.exchanges
        or not any(_overlaps(match, hit) for hit in common)
    ]


def _overlaps(match: Match, hit: Hit) -> bool:
    place = match.hit or match.event
    return hit.start < place.end and place.start < hit.end


def _be_general(best: Match, ordered: list[Match]) -> Match:
    """Return what a code says by itself, if nothing tells which of its several kinds of meanings is meant."""
    if best.level is not Level.EXCHANGE_CODE or best.hit or best.overlap >= ALIKE:
        return best
    rivals = [m for m in ordered if m.level is best.level and m.owner.exchange == best.owner.exchange and not m.hit]
    rules = {rival.owner.id for rival in rivals if rival.owner.is_rule}
    if len({rival.owner.category for rival in rivals}) == 1 and len(rules) < 2:
        return best
    general = [rival for rival in rivals if not rival.owner.is_rule and rival.selection.template is None]
    return general[0] if general else best


def _covers(match: Match, entry: Match) -> bool:
    """Tell whether a full rule of the same exchange and category also speaks of an entry's code or message."""
    return (
        match.owner.is_rule
        and match.owner.exchange == entry.owner.exchange
        and match.owner.category == entry.owner.category
        and match.level >= Level.EXCHANGE_CODE
    )


class _Spans:
    """Where an exchange's own errors stand; found by halving, since a text may hold many."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        events = sorted((v.best.event for v in verdicts if v.best.level >= Level.EXCHANGE_CODE), key=lambda e: e.start)
        self._starts = [event.start for event in events]
        self._ends = list(accumulate((event.end for event in events), max))

    def hold(self, verdict: Verdict) -> bool:
        """Tell whether a verdict stands inside one of them."""
        event = verdict.best.event
        before = bisect_right(self._starts, event.start)
        return before > 0 and event.end <= self._ends[before - 1]


def absorb(verdicts: list[Verdict]) -> list[Verdict]:
    """Drop what only wraps a more telling verdict: the status line or exception class around a message."""
    if not verdicts:
        return []
    top = max(verdict.best.level for verdict in verdicts)
    kept: list[Verdict] = []
    wrappers: list[Verdict] = []
    spans = _Spans(verdicts)
    for verdict in verdicts:
        (wrappers if _is_wrapper(verdict, top, spans) else kept).append(verdict)
    firsts: dict[str, int] = {}
    for wrapper in wrappers:
        category = wrapper.best.owner.category
        firsts[category] = min(wrapper.first, firsts.get(category, wrapper.first))
    return _take_status([_take_first(verdict, firsts) for verdict in kept], verdicts)


def _is_wrapper(verdict: Verdict, top: Level, spans: _Spans) -> bool:
    """Tell whether a verdict says less than the best one of the text, about the same thing as far as can be told."""
    level = verdict.best.level
    if level < min(top, Level.MESSAGE):
        return True
    return level is Level.MESSAGE and top >= Level.EXCHANGE_CODE and spans.hold(verdict)


def _take_first(verdict: Verdict, firsts: dict[str, int]) -> Verdict:
    """Let an error begin where its wrapper stands: the status line of the same kind of fault, further up."""
    return replace(verdict, first=min(verdict.first, firsts.get(verdict.best.owner.category, verdict.first)))


def _take_status(kept: list[Verdict], verdicts: list[Verdict]) -> list[Verdict]:
    """Give the one error that is left the one status that the text prints."""
    owners = {verdict.best.selection.owner for verdict in kept}
    statuses = {verdict.best.event.status for verdict in verdicts} - {None}
    if len(owners) != 1 or len(statuses) != 1:
        return kept
    (status,) = statuses
    return [replace(v, best=replace(v.best, event=replace(v.best.event, status=status))) for v in kept]


def complete(verdicts: list[Verdict], signals: Signals) -> list[Verdict]:
    """Give a verdict without a code the only code that the text prints."""
    codes = {event.code: event for event in signals.events if event.code is not None and not event.is_loose}
    if len(codes) != 1:
        return verdicts
    ((code, source),) = codes.items()
    completed = []
    for verdict in verdicts:
        event = verdict.best.event
        if event.code is None and verdict.best.level >= Level.EXCHANGE_STATUS:
            event = replace(event, code=code, code_at=source.code_at)
            verdict = replace(verdict, best=replace(verdict.best, event=event))
        completed.append(verdict)
    return completed


def order(verdicts: list[Verdict]) -> list[Verdict]:
    """Put what to read first in front: what an exchange said before what the network did, the graver, then the last."""
    last: dict[tuple[int, str | None], Verdict] = {}
    for verdict in verdicts:
        key = (verdict.best.selection.owner, verdict.best.owner.exchange or verdict.best.origin.exchange)
        known = last.get(key)
        if known is None:
            last[key] = verdict
        else:
            later = max(known, verdict, key=lambda v: v.best.event.start)
            last[key] = replace(later, first=min(known.first, verdict.first))
    return sorted(last.values(), key=_weight, reverse=True)


def _weight(verdict: Verdict) -> tuple[int, int, int]:
    match = verdict.best
    told = match.level > Level.EXCHANGE_CODE or (match.level is Level.EXCHANGE_CODE and not match.event.is_loose)
    return (2 if told else 1 if match.level is Level.MESSAGE else 0, URGENCY[match.owner.urgency], match.event.start)

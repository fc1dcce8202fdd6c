"""Judges each event: which selections hold, which one says most, and what of it may be believed. Words nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from explainer.kb.store import KnowledgeBase
from explainer.match.candidates import NEAR, Exception_, Hit, belongs, find_exceptions, find_hits, stands_near
from explainer.match.normal import Normal
from explainer.match.origin import Origin, decide_origin
from explainer.match.rank import URGENCY, Level, Match, score
from explainer.match.signals import Event, Signals, find_signals
from explainer.model.index import Owner, Selection


_SHORT = 80
"""A text of fewer characters is hardly more than its code, so that the code may speak for itself."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best match of one event, and the others that held."""

    best: Match
    others: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller said about the text."""

    exchange: str | None = None
    product: str | None = None
    is_log: bool = False  # the text is a line of a log, in which anything may stand


def judge(kb: KnowledgeBase, normal: Normal, told: Told) -> tuple[list[Verdict], Signals]:
    """Return the verdicts on every event of a text, the one to read first at the front."""
    signals = find_signals(kb, normal)
    verdicts = [_choose(kb, matches) for matches in find_matches(kb, normal, signals, told)]
    return _order(_complete(_absorb(verdicts), signals)), signals


def find_matches(kb: KnowledgeBase, normal: Normal, signals: Signals, told: Told) -> Iterator[list[Match]]:
    """Yield, for each event that is known, every selection that holds for it and may be believed."""
    hits = find_hits(kb, normal)
    exceptions = list(find_exceptions(kb, normal))
    for event, own_hits, exception in _events(normal, signals, hits, exceptions):
        origin = decide_origin(kb.index, normal, signals, event, told.exchange, told.product)
        near = {e.name: e for e in exceptions if event.start - NEAR <= e.start <= event.end + NEAR}
        matches = _find_matches(kb, normal, event, own_hits, exception, near, origin)
        matches = [match for match in matches if _is_credible(kb, normal, signals, match, told)]
        if matches:
            yield matches


def _events(
    normal: Normal, signals: Signals, hits: list[Hit], exceptions: list[Exception_]
) -> Iterator[tuple[Event, list[Hit], Exception_ | None]]:
    """Yield every event with the template hits that belong to it; hits and exceptions by themselves are events too."""
    taken: set[int] = set()
    events = signals.events
    for i, event in enumerate(events):
        next_start = events[i + 1].start if i + 1 < len(events) else len(normal.text)
        own = [(n, hit) for n, hit in enumerate(hits) if belongs(hit, event, normal, max(next_start, event.end))]
        if event.code is not None:
            taken |= {n for n, _ in own}
        yield event, [hit for _, hit in own], None
    group: list[Hit] = []
    for n, hit in enumerate(hits):
        if n in taken:
            continue
        if group and hit.start >= max(h.end for h in group):
            yield _event_of(group), group, None
            group = []
        group.append(hit)
    if group:
        yield _event_of(group), group, None
    for exception in exceptions:
        yield Event(exception.start, exception.end), [], exception


def _event_of(group: list[Hit]) -> Event:
    return Event(min(hit.start for hit in group), max(hit.end for hit in group))


def _find_matches(
    kb: KnowledgeBase,
    normal: Normal,
    event: Event,
    hits: list[Hit],
    exception: Exception_ | None,
    near: dict[str, Exception_],
    origin: Origin,
) -> list[Match]:
    index = kb.index
    by_template: dict[int, Hit] = {}
    for hit in hits:
        known = by_template.get(hit.template)
        if known is None or (hit.is_whole, hit.start) > (known.is_whole, known.start):
            by_template[hit.template] = hit
    numbers: set[int] = set()
    for template in by_template:
        numbers.update(index.by_template[template])
    if event.code is not None:
        numbers.update(index.by_code.get(event.code, ()))
    if event.status is not None:
        numbers.update(index.by_status.get(event.status, ()))
    if exception:
        numbers.update(index.by_exception.get(exception.name, ()))
    held = (_hold(kb, normal, event, by_template, near, origin, number) for number in sorted(numbers))
    return [match for match in held if match]


def _hold(
    kb: KnowledgeBase,
    normal: Normal,
    event: Event,
    hits: dict[int, Hit],
    near: dict[str, Exception_],
    origin: Origin,
    number: int,
) -> Match | None:
    """Return the match if every key of a selection holds."""
    selection = kb.index.selections[number]
    owner = kb.index.owners[selection.owner]
    if owner.exchange and origin.exchanges and owner.exchange not in origin.exchanges:
        return None
    fit = _fit_product(selection.product or owner.product, origin)
    if selection.product and fit == 0:
        return None
    if selection.status and selection.status != event.status:
        return None
    exception = near.get(selection.exception) if selection.exception else None
    if selection.exception and exception is None:
        return None
    hit = hits.get(selection.template) if selection.template is not None else None
    if selection.also is not None and not stands_near(kb, normal, selection.also, event):
        return None
    has_code = selection.code is not None and selection.code == event.code
    if owner.is_rule:
        is_bare = has_code and not _has_message(event) and len(normal.text.strip()) < _SHORT
        if (selection.code and not has_code) or (selection.template is not None and hit is None and not is_bare):
            return None
    elif not has_code and (hit is None or _prints_other_code(kb, event, owner)):
        return None
    if hit and not has_code and kb.index.templates[hit.template].is_loose and not (hit.is_whole and owner.exchange in origin.exchanges):
        return None
    if owner.exchange and not hit and not has_code and owner.exchange not in origin.exchanges:
        return None
    if hit and not has_code and not owner.is_rule and not _is_telling(kb, hit, owner, origin):
        return None
    if hit is None and has_code and selection.code in kb.index.success:
        return None
    level = _level(owner, hit is not None, has_code, selection)
    overlap = _overlap(kb, normal, event, selection) if level is Level.EXCHANGE_CODE and not hit else 0
    return Match(owner, number, selection, level, event, hit, exception, origin, fit, overlap)


_TELLING_WORDS = 5
_TELLING_LETTERS = 24


def _is_telling(kb: KnowledgeBase, hit: Hit, owner: Owner, origin: Origin) -> bool:
    """A catalogue message names its exchange by itself only if it is long; short ones are everybody's words."""
    template = kb.index.templates[hit.template]
    return owner.exchange in origin.exchanges or (template.words >= _TELLING_WORDS and template.letters >= _TELLING_LETTERS)


def _has_message(event: Event) -> bool:
    return event.message is not None and event.message[1] - event.message[0] > 1


def _prints_other_code(kb: KnowledgeBase, event: Event, owner: Owner) -> bool:
    if event.code is None or event.code == owner.code:
        return False
    return any(
        kb.index.owners[kb.index.selections[number].owner].exchange == owner.exchange
        for number in kb.index.by_code.get(event.code, ())
    )


def _level(owner: Owner, has_message: bool, has_code: bool, selection: Selection) -> Level:
    if owner.exchange:
        if has_message:
            return Level.EXCHANGE_CODE_MESSAGE if has_code else Level.EXCHANGE_MESSAGE
        if has_code:
            return Level.EXCHANGE_CODE
        return Level.EXCHANGE_STATUS if selection.status else Level.EXCEPTION
    if has_message:
        return Level.MESSAGE
    return Level.EXCEPTION if selection.exception else Level.STATUS


def _fit_product(product: str | None, origin: Origin) -> int:
    if product is None or origin.product is None:
        return 1
    return 2 if product == origin.product else 0


def _overlap(kb: KnowledgeBase, normal: Normal, event: Event, selection: Selection) -> int:
    """Count what speaks for a meaning of a code whose message is not ours: the words they share, or else its selections."""
    if event.message is None:
        numbers = kb.index.by_code.get(event.code or "", ())
        return sum(kb.index.selections[number].owner == selection.owner for number in numbers)
    if selection.template is None:
        return 0
    said = set(normal.lower[event.message[0] : event.message[1]].split())
    pattern = kb.index.templates[selection.template].pattern.lower()
    return len(said & set(pattern.replace(r"\s{1,40}", " ").replace("\\", "").split()))


# --- credibility -------------------------------------------------------------------------------------------------------


def _is_credible(kb: KnowledgeBase, normal: Normal, signals: Signals, match: Match, told: Told) -> bool:
    """Tell whether a match may be believed where it stands: pasted text is an error, a line of a log may be anything."""
    if signals.is_foreign and match.level <= Level.MESSAGE and told.exchange is None:
        return False
    if match.level is Level.EXCHANGE_CODE and not _is_code_credible(normal, match):
        return False
    if not told.is_log:
        return True
    return _is_credible_in_log(kb, normal, match)


def _is_code_credible(normal: Normal, match: Match) -> bool:
    """A code without its message counts only if the exchange is known, or if the text is hardly more than the code."""
    if match.origin.reason in ("told", "mark"):
        return True
    if _has_message(match.event):
        return bool(match.origin.exchanges) and (match.origin.reason == "shape" or not match.event.is_loose)
    if match.origin.exchanges:
        return True
    return len(normal.text.strip()) < _SHORT


def _is_credible_in_log(kb: KnowledgeBase, normal: Normal, match: Match) -> bool:
    has_origin = match.origin.reason in ("told", "mark")
    if match.level in (Level.EXCHANGE_CODE_MESSAGE, Level.EXCHANGE_MESSAGE, Level.MESSAGE):
        return match.hit is not None and (match.level is Level.EXCHANGE_CODE_MESSAGE or not kb.index.templates[match.hit.template].is_loose or has_origin)
    if match.level is Level.EXCHANGE_CODE:
        return not match.event.is_loose and (has_origin or bool(match.event.keys & _TELLING) or match.origin.is_sure)
    if match.level is Level.EXCEPTION:
        return bool(match.origin.exchanges) and ":" in normal.text
    return has_origin and not match.event.is_loose


_TELLING = frozenset({"retCode", "ret_code", "err-code", "err_code", "sCode", "ErrCode", "error_code", "errorCode"})


# --- choice ------------------------------------------------------------------------------------------------------------


def _choose(kb: KnowledgeBase, matches: list[Match]) -> Verdict:
    matches = _prefer_common(matches)
    ordered = sorted(matches, key=lambda match: (score(match, kb.index), match.owner.id), reverse=True)
    best = ordered[0]
    if not best.owner.is_rule:
        best = next((match for match in ordered if _covers(match, best)), best)
    others: dict[int, Match] = {}
    for match in ordered:
        if match.selection.owner != best.selection.owner:
            others.setdefault(match.selection.owner, match)
    return Verdict(best, tuple(others.values()))


def _prefer_common(matches: list[Match]) -> list[Match]:
    """Where a text names no exchange, drop an exchange's claim to a sentence that a rule of no exchange claims as well."""
    common = [match.hit for match in matches if match.level is Level.MESSAGE and match.hit]
    if not common:
        return matches
    return [
        match
        for match in matches
        if match.level is not Level.EXCHANGE_MESSAGE
        or match.origin.exchanges
        or not any(match.hit and hit.start < match.hit.end and match.hit.start < hit.end for hit in common)
    ]


def _covers(match: Match, entry: Match) -> bool:
    """A catalogue entry yields to a full rule of the same exchange and category that speaks of the same code or message."""
    return (
        match.owner.is_rule
        and match.owner.exchange == entry.owner.exchange
        and match.owner.category == entry.owner.category
        and match.level >= Level.EXCHANGE_CODE
    )


def _absorb(verdicts: list[Verdict]) -> list[Verdict]:
    """Drop what only wraps a more telling verdict: the status line or exception class around a message."""
    if not verdicts:
        return []
    top = max(verdict.best.level for verdict in verdicts)
    statuses = {v.best.event.status for v in verdicts if v.best.event.status}
    status = statuses.pop() if len(statuses) == 1 else None
    kept = []
    for verdict in verdicts:
        level = verdict.best.level
        if top >= Level.MESSAGE and level < Level.MESSAGE:
            continue
        if top >= Level.EXCHANGE_CODE and level is Level.MESSAGE and _stands_in(verdict, verdicts):
            continue
        if top < Level.MESSAGE and level < top:
            continue
        if verdict.best.event.status is None and status:
            verdict = replace(verdict, best=replace(verdict.best, event=replace(verdict.best.event, status=status)))
        kept.append(verdict)
    return kept


def _complete(verdicts: list[Verdict], signals: Signals) -> list[Verdict]:
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


def _stands_in(verdict: Verdict, verdicts: Iterable[Verdict]) -> bool:
    event = verdict.best.event
    return any(
        other.best.level >= Level.EXCHANGE_CODE and other.best.event.start <= event.start and event.end <= other.best.event.end
        for other in verdicts
        if other is not verdict
    )


def _order(verdicts: list[Verdict]) -> list[Verdict]:
    """Put the verdict to read first in front: what an exchange said before what the network did, graver first, then the last."""
    last: dict[tuple[int, str | None], Verdict] = {}
    for verdict in verdicts:
        key = (verdict.best.selection.owner, verdict.best.origin.exchange)
        known = last.get(key)
        if known is None or verdict.best.event.start >= known.best.event.start:
            last[key] = verdict
    return sorted(last.values(), key=_weight, reverse=True)


def _weight(verdict: Verdict) -> tuple[int, int, int]:
    match = verdict.best
    told = match.level >= Level.EXCHANGE_CODE
    return (2 if told else 1 if match.level is Level.MESSAGE else 0, URGENCY[match.owner.urgency], match.event.start)

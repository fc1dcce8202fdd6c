"""Adds up what was found: a row for each distinct problem, clusters of lines that nothing explains. Reads no files."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from operator import itemgetter
from typing import Any

from explainer.logs.forms import MAX_BYTES, ZEROS, Answer, Memory, Seen
from explainer.logs.sieve import Block, Sieve, find_lines, text_of
from explainer.logs.times import SEEN, find_stamp, read_stamp
from explainer.match.engine import show_line
from explainer.match.mask import Masker, cut, make_printable
from explainer.match.rank import URGENCY
from explainer.model.answer import Explanation
from explainer.model.log import MOST_VALUES, Place, Row, Summary, Unknown

_MOST_BUCKETS = 2_000
_MOST_CLUSTERS = 500
_LOOK_BACK = 4_000  # bytes in front of a line without a time of its own, in which the time is looked for


@dataclass(frozen=True)
class Filter:
    """Which findings are wanted; None: any."""

    category: str | None = None  # a whole name, or its first part
    rule: str | None = None
    retry: str | None = None
    min_urgency: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def wants(self, explanation: Explanation) -> bool:
        """Tell whether an explanation is wanted, whatever its time."""
        category = self.category
        return (
            (category is None or explanation.category == category or explanation.category.startswith(f"{category}/"))
            and (self.rule is None or explanation.rule_id == self.rule)
            and (self.retry is None or explanation.retry == self.retry)
            and (self.min_urgency is None or URGENCY[explanation.urgency] >= URGENCY[self.min_urgency])
        )

    def wants_time(self, at: datetime | None) -> bool:
        """Tell whether a line of this time is wanted; one without a time only if no time was asked for."""
        if self.since is None and self.until is None:
            return True
        return at is not None and (not self.since or at >= self.since) and (not self.until or at <= self.until)


@dataclass(frozen=True)
class Clock:
    """How times in logs are read."""

    zone: tzinfo = UTC
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def find_answers(sieve: Sieve, memory: Memory, block: Block) -> Iterator[tuple[int, bytes, Answer]]:
    """Yield start, text and answer of every line of a block in which something stands or seems to stand."""
    text, spans = text_of(block), find_lines(sieve, block)
    is_dense = len(spans) * _USUAL > len(block) // 4
    zeros = text.translate(ZEROS) if is_dense else b""  # cheaper at once than line by line
    for start, end in spans:
        line = bytes(text[start:end])
        zero = bytes(zeros[start:end]) if is_dense else line.translate(ZEROS)
        if line.endswith(b"\r"):
            line, zero = line.rstrip(b"\r"), zero.rstrip(b"\r")
        answer = memory.look_up(line, zero)
        if answer.seen or answer.guess:
            yield start, line, answer


_USUAL = 150
"""Bytes of a usual line."""


def read_time(block: Block, start: int, line: bytes, answer: Answer, clock: Clock) -> datetime | None:
    """Return the time of a line: its own, or that of the nearest line before it that has one."""
    if answer.stamp:
        text = line[answer.stamp.start : answer.stamp.end].decode("latin-1")
        return read_stamp(text, answer.stamp.kind, clock.zone, clock.now)
    for before in reversed(text_of(block)[max(0, start - _LOOK_BACK) : start].split(b"\n")[1:]):
        text = bytes(before[:SEEN]).decode("latin-1")
        stamp = find_stamp(text)
        if stamp:
            return read_stamp(text[stamp.start : stamp.end], stamp.kind, clock.zone, clock.now)
    return None


class _Bucket:
    """Lines that were judged at once."""

    __slots__ = ("answer", "count", "cut", "first", "last", "line", "minutes", "seen", "values")

    def __init__(self, answer: Answer, seen: Seen | None, line: bytes) -> None:
        self.answer, self.seen, self.line = answer, seen, line
        self.count = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.minutes: dict[int, int] = {}
        places = [slice(start, end) for _, start, end in seen.values if start >= 0] if seen else []
        self.cut: Callable[[bytes], tuple[bytes, ...]] | None = itemgetter(slice(0, 0), *places) if places else None
        self.values: dict[tuple[bytes, ...], int] = {}


class Tally:
    """What was found in one file, or in a part of one."""

    def __init__(
        self, path: str, sieve: Sieve, memory: Memory, clock: Clock, wanted: Filter, *, with_timeline: bool
    ) -> None:
        self.summary = Summary()
        self._sieve, self._memory = sieve, memory
        self._path, self._clock, self._wanted, self._with_timeline = path, clock, wanted, with_timeline
        self._rows: dict[tuple[str, str | None], Row] = {}
        self._clusters: dict[str, Unknown] = {}
        self._buckets: dict[int, _Bucket] = {}

    def add_block(self, block: Block) -> None:
        """Count what stands in a block of whole lines."""
        summary, buckets, clock = self.summary, self._buckets, self._clock
        summary.bytes += len(block)
        last: dict[int, tuple[int, bytes]] = {}
        is_timed = self._with_timeline or self._wanted.since is not None or self._wanted.until is not None
        for start, line, answer in find_answers(self._sieve, self._memory, block):
            key = id(answer)
            bucket = buckets.get(key)
            if bucket is None:
                seen = next((seen for seen in answer.seen if self._wanted.wants(seen.explanation)), None)
                bucket = buckets[key] = _Bucket(answer, seen, line)
                bucket.first = read_time(block, start, line, answer, clock)
            if is_timed and not self._is_in_time(bucket, block, start, line):
                continue
            bucket.count += 1
            last[key] = start, line
            if bucket.cut:
                cut = bucket.cut(line)
                count = bucket.values.get(cut)
                if count is not None or len(bucket.values) < MOST_VALUES:
                    bucket.values[cut] = (count or 0) + 1
        for key, (start, line) in last.items():
            bucket = buckets[key]
            at = read_time(block, start, line, bucket.answer, clock)
            bucket.last = max(filter(None, (bucket.last, at)), default=None)
        if len(buckets) > _MOST_BUCKETS:
            self._fold()

    def _is_in_time(self, bucket: _Bucket, block: Block, start: int, line: bytes) -> bool:
        """Tell whether a line is wanted for its time, and note the time for the timeline."""
        at = read_time(block, start, line, bucket.answer, self._clock)
        if not self._wanted.wants_time(at):
            return False
        if at:
            bucket.first = at if bucket.first is None or not bucket.count else min(bucket.first, at)
            minute = int(at.timestamp()) // 60 * 60
            bucket.minutes[minute] = bucket.minutes.get(minute, 0) + 1
        return True

    def finish(self) -> Summary:
        """Return what was counted."""
        self._fold()
        self.summary.rows = list(self._rows.values())
        self.summary.unknown = list(self._clusters.values())
        return self.summary

    def _fold(self) -> None:
        for bucket in self._buckets.values():
            if not bucket.count:
                continue
            if bucket.seen:
                self._fold_known(bucket, bucket.seen)
            elif bucket.answer.guess:
                self._fold_unknown(bucket, *bucket.answer.guess)
        self._buckets.clear()

    def _fold_known(self, bucket: _Bucket, seen: Seen) -> None:
        explanation = seen.explanation
        key = explanation.rule_id, explanation.exchange
        row = self._rows.get(key)
        if row is None:
            whole = self._memory.explain(seen, bucket.line)
            row = self._rows[key] = Row(explanation=whole, sample=Place(self._path, 0, show(bucket.line)))
        self.summary.known_lines += bucket.count
        _add_up(row, bucket, self._path)
        if self._with_timeline:
            for minute, count in bucket.minutes.items():
                row.timeline[minute] = row.timeline.get(minute, 0) + count
        names = [name for name, start, _ in seen.values if start >= 0]
        for taken, count in bucket.values.items():
            for name, value in zip(names, taken[1:], strict=True):
                _count(row, name, make_printable(Masker().mask(value.decode("utf-8", "replace"))), count)
        for name, start, _ in seen.values:
            if start < 0:
                _count(row, name, explanation.captures.get(name) or explanation.facts[name], bucket.count)

    def _fold_unknown(self, bucket: _Bucket, exchange: str | None, code: str | None) -> None:
        self.summary.unknown_lines += bucket.count
        text = show(bucket.line)
        shape = cut_to_shape(text, bucket.answer)
        cluster = self._clusters.get(shape)
        if cluster is None:
            if len(self._clusters) >= _MOST_CLUSTERS:
                return
            cluster = Unknown(shape=shape, exchange=exchange, code=code, sample=Place(self._path, 0, text))
            self._clusters[shape] = cluster
        _add_up(cluster, bucket, self._path)


def _add_up(row: Row | Unknown, bucket: _Bucket, path: str) -> None:
    row.count += bucket.count
    row.files[path] = row.files.get(path, 0) + bucket.count
    row.first = min(filter(None, (row.first, bucket.first)), default=None)
    row.last = max(filter(None, (row.last, bucket.first, bucket.last)), default=None)


def _count(row: Row, name: str, value: str, count: int) -> None:
    values = row.values.setdefault(name, {})
    if value in values or len(values) < MOST_VALUES:
        values[value] = values.get(value, 0) + count


def show(line: bytes, masker: Masker | None = None) -> str:
    """Return a line as it may be shown; the masker knows its secrets from then on."""
    text = line[:MAX_BYTES].decode("utf-8", "replace")
    if len(line) >= MAX_BYTES:
        text = cut(text, len(text) - 1)
    return show_line(text, masker or Masker())


_VARIABLE = re.compile(
    r"\[(?:secret|key|private) \d+\]|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b(?=\w*\d)[0-9A-Za-z_]{8,}\b|\d+(?:[.,:]\d+)*"
)
_SHAPE = 160


def cut_to_shape(text: str, answer: Answer) -> str:
    """Return a line without its time, numbers and ids: what lines of one kind have in common."""
    if answer.stamp:
        text = text[: answer.stamp.start] + text[answer.stamp.end :]
    return re.sub(r"\s+", " ", _VARIABLE.sub("…", text)).strip()[:_SHAPE]


def merge(total: Summary, part: Summary) -> None:
    """Add the summary of a part to the whole, in the order of the files."""
    total.bytes += part.bytes
    total.known_lines += part.known_lines
    total.unknown_lines += part.unknown_lines
    total.notices += part.notices
    _merge(total.rows, part.rows, lambda row: (row.explanation.rule_id, row.explanation.exchange))
    _merge(total.unknown, part.unknown, lambda cluster: cluster.shape)


def _merge(whole: list[Any], part: Sequence[Any], key_of: Callable[[Any], Any]) -> None:
    known = {key_of(item): item for item in whole}
    for item in part:
        same = known.get(key_of(item))
        if same is None:
            whole.append(item)
            continue
        same.count += item.count
        for path, count in item.files.items():
            same.files[path] = same.files.get(path, 0) + count
        same.first = min(filter(None, (same.first, item.first)), default=None)
        same.last = max(filter(None, (same.last, item.last)), default=None)
        if isinstance(item, Row):
            for minute, count in item.timeline.items():
                same.timeline[minute] = same.timeline.get(minute, 0) + count
            for name, values in item.values.items():
                for value, count in values.items():
                    _count(same, name, value, count)


def put_in_order(summary: Summary) -> None:
    """Sort the rows, the gravest first, and the clusters, the most frequent first."""
    summary.rows.sort(key=lambda row: (-URGENCY[row.explanation.urgency], -row.count, row.explanation.rule_id))
    summary.unknown.sort(key=lambda cluster: (-cluster.count, cluster.shape))

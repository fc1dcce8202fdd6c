"""When lines were seen, as bars over one axis that all problems share. Draws nothing: the template does."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTE, HOUR, DAY = 60, 3_600, 86_400
MOST_BARS = 90
FEWEST_BARS = 30
MOST_TICKS = 6
LOWEST = 2.0
"""Percent of the plot: a bar that is there can be seen."""

_LONG = 300 * DAY
"""From here on a date without its year may be misread."""

_STEPS = (
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 4, 7, 14, 28)),
)

WORDS = {
    "en": {
        "bar": "{time} UTC: {count}",
        "text": "Peak: {peak} in {bucket} from {time} UTC. Seen in {filled} of {bars} bars of {bucket} each.",
    },
    "zh": {
        "bar": "{time} UTC：{count}",
        "text": "最高：{time} UTC 起的 {bucket}内 {peak} 行。共 {bars} 格，每格 {bucket}，其中 {filled} 格有报错。",
    },
}
UNITS = {
    "en": ((DAY, "1 day", "{n} days"), (HOUR, "1 hour", "{n} hours"), (MINUTE, "1 minute", "{n} minutes")),
    "zh": ((DAY, "1 天", "{n} 天"), (HOUR, "1 小时", "{n} 小时"), (MINUTE, "1 分钟", "{n} 分钟")),
}


@dataclass(frozen=True)
class Tick:
    """A labelled place on the axis, in percent of its width."""

    x: float
    text: str


@dataclass(frozen=True)
class Axis:
    """What the bars of all problems stand on; times are Unix times."""

    start: int
    bucket: int  # seconds that one bar stands for
    bars: int
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Bar:
    """One bar, in percent of the plot."""

    x: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Chart:
    """The bars of one problem, and the same in words."""

    bars: tuple[Bar, ...]
    peak: int
    text: str


def make_axis(timelines: Iterable[Mapping[int, int]]) -> Axis | None:
    """Return the axis that all minutes of all timelines fit on; None if there are none."""
    minutes = [minute for timeline in timelines for minute in timeline]
    if not minutes:
        return None
    first, last = min(minutes), max(minutes)
    bucket = next(step for step in _steps() if _count(first, last, step) <= MOST_BARS)
    start = first // bucket * bucket
    bars = max(_count(first, last, bucket), FEWEST_BARS)
    return Axis(start, bucket, bars, tuple(_ticks(start, bucket * bars)))


def make_chart(timeline: Mapping[int, int], axis: Axis, language: str) -> Chart:
    """Return the bars of one timeline, which must not be empty, and what they show."""
    counts: Counter[int] = Counter()
    for minute, count in timeline.items():
        counts[(minute - axis.start) // axis.bucket] += count
    best = max(counts, key=lambda place: (counts[place], -place))
    words, step, peak = WORDS[language], 100 / axis.bars, max(counts[best], 1)

    def say(name: str, place: int) -> str:
        return words[name].format(
            time=_word(axis.start + place * axis.bucket, "%Y-%m-%d %H:%M"),
            count=f"{counts[place]:,}",
            peak=f"{peak:,}",
            bucket=word_length(axis.bucket, language),
            filled=len(counts),
            bars=axis.bars,
        )

    bars = tuple(
        Bar(round(place * step, 3), round(step * 0.8, 3), max(round(100 * count / peak, 1), LOWEST), say("bar", place))
        for place, count in sorted(counts.items())
    )
    return Chart(bars, peak, say("text", best))


def word_length(seconds: int, language: str) -> str:
    """Return a whole number of minutes, hours or days in words."""
    size, one, many = next(unit for unit in UNITS[language] if seconds % unit[0] == 0)
    count = seconds // size
    return one if count == 1 else many.format(n=count)


def _steps() -> Iterator[int]:
    yield from _STEPS
    step = _STEPS[-1]
    while True:
        step *= 2
        yield step


def _count(first: int, last: int, step: int) -> int:
    return last // step - first // step + 1


def _ticks(start: int, length: int) -> Iterator[Tick]:
    step = next(step for step in _steps() if length / step <= MOST_TICKS)
    date = "%Y-%m-%d" if length >= _LONG else "%m-%d"
    first = -(-start // step) * step
    for when in range(first, start + length, step):
        clock = f"{date} %H:%M" if when == first else "%H:%M"
        form = clock if when % DAY else date
        yield Tick(round(100 * (when - start) / length, 3), _word(when, form))


_EPOCH = datetime.fromtimestamp(0, UTC)


def _word(unix: int, form: str) -> str:
    """Word a Unix time; the axis may reach a little beyond the last year that there is."""
    try:
        return (_EPOCH + timedelta(seconds=unix)).strftime(form)
    except OverflowError:
        return "—"

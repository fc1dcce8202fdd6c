"""Words computed facts for people, in each language. Computes none."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from explainer.kb.placeholder import DURATIONS, TIMES


def word_facts(facts: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the facts as a person reads them: times as `2022-08-10 00:13 UTC`, durations as `12 minutes left`."""
    worded = dict(facts)
    for name, value in facts.items():
        if name in TIMES:
            worded[name] = _word_time(value, is_local=name.endswith("_local"))
        elif name in DURATIONS:
            worded[name] = _WORDINGS.get(name, _plain)(float(value), language)
    return worded


def _word_time(value: str, *, is_local: bool) -> str:
    when = datetime.fromisoformat(value)
    if is_local:
        return when.strftime("%Y-%m-%d %H:%M %z")
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


_UNITS = (
    (31_536_000, "year", "年"),
    (86_400, "day", "天"),
    (3_600, "hour", "小时"),
    (60, "minute", "分钟"),
    (1, "second", "秒"),
)


def _rough(seconds: float, language: str) -> str:
    for size, en, zh in _UNITS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {en}{'s' if count != 1 else ''}" if language == "en" else f"{count} {zh}"
    return "less than a second" if language == "en" else "不到 1 秒"


def _left(seconds: float, language: str) -> str:
    return f"{_rough(seconds, language)} left" if language == "en" else f"还剩 {_rough(seconds, language)}"


def _over(seconds: float, language: str) -> str:
    return f"ended {_rough(seconds, language)} ago" if language == "en" else f"已于 {_rough(seconds, language)}前结束"


def _plain(seconds: float, language: str) -> str:
    if seconds >= 120:
        return _rough(seconds, language)
    number = f"{seconds:.3f}".rstrip("0").rstrip(".")
    return f"{number} s" if language == "en" else f"{number} 秒"


_WORDINGS: dict[str, Callable[[float, str], str]] = {"ban_left": _left, "ban_over": _over}

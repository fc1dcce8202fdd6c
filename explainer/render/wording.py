"""What was found in logs, in words that all views share: times, places, sizes, counts, totals. Times are in UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime

from explainer.match.mask import make_printable, mask_path
from explainer.model.answer import Explanation
from explainer.model.log import Place, Row, Summary, Unknown
from explainer.render.words import RETRY, URGENCY

LONGEST_LINE = 20_000

NEW_RULE = "explain rules new --exchange NAME"

WORDS = {
    "en": {
        "say_critical": "Act now: money is at risk ({count} of {all}).",
        "say_high": "Trading has stopped somewhere: see the gravest {count} of {all} first.",
        "say_medium": "Something needs attention ({count} of {all}); nothing stops trading.",
        "say_low": "Only minor problems were found ({all}).",
        "say_harmless": "Nothing needs to be done: what was found is harmless ({all}).",
        "say_unknown": "No known problem was found, but some lines look like errors that no rule explains.",
        "say_nothing": "No exchange-API error was found.",
        "found": "{known} with a known error, {unknown} with one that no rule explains.",
        "nothing": "No exchange-API error was found in {read}.",
        "nothing_read": "Nothing was read, so nothing was found.",
        "nothing_yet": "No exchange-API error was found, but the search was interrupted after {read}.",
        "interrupted": "Interrupted: only what was read until then is counted.",
        "unknown": "No rule explains {lines} yet ({shapes}):",
        "rest": "{shapes} more.",
        "hint": "Begin a rule for one: paste its line to {command}",
        "span": "{first} to {last}",
        "more": "{n} more",
        "more_at_least": "{n} or more others",
        "different": "{n} different values",
        "join": ", ",
        "rate": "{time} ({size}/s)",
        "seconds": "{n} s",
        "minutes": "{minutes} min {n} s",
        "stdin": "standard input",
    },
    "zh": {
        "say_critical": "立即处理：资金有风险（{all}中有 {count} 个）。",
        "say_high": "交易已中断：先看 {all}中最紧急的 {count} 个。",
        "say_medium": "{all}中有 {count} 个需要处理，但都不会中断交易。",
        "say_low": "只发现影响较小的问题（{all}）。",
        "say_harmless": "无需处理：发现的报错都不要紧（{all}）。",
        "say_unknown": "没有发现已知问题，但有些行看起来是报错，还没有规则能解释。",
        "say_nothing": "没有发现交易所 API 报错。",
        "found": "{known}有已知报错，{unknown}有报错但还没有规则。",
        "nothing": "没有发现交易所 API 报错（{read}）。",
        "nothing_read": "没有读到任何内容，因此也没有发现报错。",
        "nothing_yet": "没有发现交易所 API 报错，但搜索中途被打断（{read}）。",
        "interrupted": "搜索中途被打断：只统计了此前读到的部分。",
        "unknown": "以下 {lines}还没有规则能解释（{shapes}）：",
        "rest": "另有 {shapes}。",
        "hint": "可为其中一种新建规则，把该行粘贴给 {command}",
        "span": "{first} 至 {last}",
        "more": "另有 {n} 个",
        "more_at_least": "另有至少 {n} 个",
        "different": "{n} 个不同的值",
        "join": "、",
        "rate": "{time}（{size}/s）",
        "seconds": "{n} 秒",
        "minutes": "{minutes} 分 {n} 秒",
        "stdin": "标准输入",
    },
}

SAID = {
    "en": {
        "typing": "reading what you type or paste; Ctrl-D ends it",
        "stopped": "stopped after {lines} with an error",
        "unknown": "{lines} may hold an error that no rule explains; --summary lists them",
        "report": "report in {path}",
        "nothing": "no exchange-API error was found in the logs",
        "others": "the ticket is about {chosen}, the gravest problem; --rule ID takes another: {others}",
    },
    "zh": {
        "typing": "正在读取输入或粘贴的内容，按 Ctrl-D 结束",
        "stopped": "已停止，此前有 {lines}报错",
        "unknown": "另有 {lines}看起来是报错，但还没有规则，可加 --summary 查看",
        "report": "报告已写入 {path}",
        "nothing": "日志中没有发现交易所 API 报错",
        "others": "工单针对最紧急的 {chosen}；可用 --rule ID 改选：{others}",
    },
}
"""What is told beside the findings, on standard error."""

COUNTED = {
    "en": {
        "files": ("{n} file", "{n} files"),
        "lines": ("{n} line", "{n} lines"),
        "shapes": ("{n} shape", "{n} shapes"),
        "problems": ("{n} problem", "{n} problems"),
    },
    "zh": {
        "files": ("{n} 个文件",) * 2,
        "lines": ("{n} 行",) * 2,
        "shapes": ("{n} 种形式",) * 2,
        "problems": ("{n} 个问题",) * 2,
    },
}


def say_totals(summary: Summary, language: str) -> list[str]:
    """Return what was read and what was found in it, in one sentence each."""
    words, read = WORDS[language], word_read(summary, language)
    if not summary.rows and not summary.unknown:
        name = "nothing" if summary.files else "nothing_read"
        return [words[name if summary.is_complete else "nothing_yet"].format(read=read)]
    found = words["found"].format(
        known=counted("lines", summary.known_lines, language), unknown=counted("lines", summary.unknown_lines, language)
    )
    end = "." if language == "en" else "。"
    return [found, read + end, *([] if summary.is_complete else [words["interrupted"]])]


def say_unknown(summary: Summary, language: str) -> str:
    """Return how many lines no rule explains, before they are listed."""
    return WORDS[language]["unknown"].format(
        lines=counted("lines", summary.unknown_lines, language),
        shapes=counted("shapes", len(summary.unknown), language),
    )


def word_read(summary: Summary, language: str) -> str:
    """Return how much was read, in what time."""
    seconds = summary.seconds
    parts = [counted("files", summary.files, language), word_size(summary.bytes)]
    if seconds >= 0.01:
        parts.append(
            WORDS[language]["rate"].format(
                time=word_seconds(seconds, language), size=word_size(summary.bytes / seconds)
            )
        )
    return WORDS[language]["join"].join(parts)


def word_seconds(seconds: float, language: str) -> str:
    """Word a duration with the precision that a person wants."""
    minutes, rest = divmod(round(seconds), 60)
    if seconds < 10:
        return WORDS[language]["seconds"].format(n=f"{seconds:.2g}")
    return WORDS[language]["minutes" if minutes else "seconds"].format(minutes=f"{minutes:,}", n=rest)


def word_size(size: float) -> str:
    """Word a number of bytes in decimal units."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 9.95 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def counted(name: str, count: int, language: str) -> str:
    """Word a number of things, in the singular for one."""
    one, many = COUNTED[language][name]
    return (one if count == 1 else many).format(n=f"{count:,}")


def find_span(summary: Summary) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last time at which anything was seen."""
    times = [when for item in list_seen(summary) for when in (item.first, item.last) if when]
    return (min(times), max(times)) if times else (None, None)


def list_seen(summary: Summary) -> list[Row | Unknown]:
    """Return all that was seen, with a rule and without."""
    return [*summary.rows, *summary.unknown]


def word_time(when: datetime) -> str:
    """Word a time to the minute."""
    return to_utc(when).strftime("%Y-%m-%d %H:%M UTC")


def word_span(first: datetime, last: datetime | None, language: str) -> str:
    """Word two times; what they have in common is said once."""
    begin, end = word_time(first), word_time(last or first)
    if begin == end:
        return begin
    day, clock = end.split(" ", 1)
    return WORDS[language]["span"].format(
        first=begin.removesuffix(" UTC"), last=clock if begin.startswith(day) else end
    )


def to_utc(when: datetime) -> datetime:
    """Return a time in UTC, as far as a datetime can hold it."""
    try:
        return when.astimezone(UTC)
    except OverflowError:  # in the very first or last hours that a datetime can hold
        return when.replace(tzinfo=UTC)


def word_place(place: Place, language: str) -> str:
    """Word where a line stands, as `path:line`."""
    path = word_path(place.path, language)
    return f"{path}:{place.line}" if place.line else path


def word_path(path: str, language: str) -> str:
    """Word a path; `-` is standard input."""
    return WORDS[language]["stdin"] if path == "-" else one_line(mask_path(path))


def word_subject(explanation: Explanation, *, short: bool = False) -> str:
    """Word exchange, product and code; in short, without an exchange that the rule's id names already."""
    is_named = explanation.rule_id.startswith(f"{explanation.exchange}/")
    parts = [None if short and is_named else explanation.exchange, explanation.product, explanation.code]
    if explanation.http_status and not explanation.code:
        parts.append(f"HTTP {explanation.http_status}")
    return one_line(" ".join(part for part in parts if part))


def word_verdict(explanation: Explanation, language: str) -> str:
    """Word whether to retry, and that something is grave or harmless."""
    verdict = RETRY[language][explanation.retry]
    if explanation.urgency in ("critical", "harmless"):
        return f"{URGENCY[language][explanation.urgency]} · {verdict}"
    return verdict


def find_first_step(row: Row) -> Sequence[str]:
    """Return what to do first, if a rule says it."""
    return [step for cause in row.explanation.causes[:1] for step in cause.fix[:1]]


def find_mark(row: Row) -> str:
    """Return the part of the sample that says what is wrong, "" if it is nowhere in one piece."""
    wanted = [item.text for kind in ("message", "code") for item in row.explanation.evidence if item.kind == kind]
    return next((text for text in wanted if text in row.sample.text), "")


def one_line(text: str) -> str:
    """Return any text as one printable line of bounded length."""
    return " ".join(make_printable(text[:LONGEST_LINE]).split())


def say_verdict(summary: Summary, language: str) -> str:
    """Return in one sentence how bad it is."""
    words = WORDS[language]
    if not summary.rows:
        return words["say_unknown" if summary.unknown else "say_nothing"]
    worst = next(name for name in URGENCY["en"] if any(row.explanation.urgency == name for row in summary.rows))
    count = sum(row.explanation.urgency == worst for row in summary.rows)
    return words[f"say_{worst}"].format(count=f"{count:,}", all=counted("problems", len(summary.rows), language))

"""What was found in logs, in short: for a terminal, as Markdown, as JSON lines. Times are in UTC."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from explainer.match.facts import compute_facts
from explainer.match.mask import make_printable
from explainer.match.wording import word_facts
from explainer.model.answer import Explanation
from explainer.model.log import Notice, Place, Row, Summary, Unknown
from explainer.render.markdown import escape_markdown
from explainer.render.terminal import Look, plain, width_of, wrap
from explainer.render.text import STYLES
from explainer.render.words import COLON, CONFIDENCE, RETRY, URGENCY

SHORT_CAPTURES = 3
SHORT_VALUES = 3
SHORT_UNKNOWN = 10
MOST_VALUES = 1000
"""How many values of a capture are counted; what comes later is not."""

WIDE = 60
"""From here on counts stand in a column of their own."""

LONGEST_VALUE = 32
LONGEST_LINE = 20_000
LONGEST_SAMPLE = 300

WORDS = {
    "en": {
        "heading": "Exchange-API errors in logs",
        "found": "{known} with a known error, {unknown} with one that no rule explains.",
        "nothing": "No exchange-API error was found in {read}.",
        "nothing_read": "Nothing was read, so nothing was found.",
        "nothing_yet": "No exchange-API error was found, but the search was interrupted after {read}.",
        "interrupted": "Interrupted: only what was read until then is counted.",
        "unknown": "No rule explains these {lines} yet ({shapes}):",
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
        "seen": "Seen",
        "first_step": "First step",
        "lines": "Lines",
        "problem": "Problem",
        "retry": "Retry",
        "urgency": "Urgency",
        "first": "First seen (UTC)",
        "last": "Last seen (UTC)",
        "files": "Files",
        "rule": "Rule",
        "unknown_title": "Without a rule",
        "notices": "Not read, or not wholly",
    },
    "zh": {
        "heading": "日志中的交易所 API 报错",
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
        "seen": "出现",
        "first_step": "第一步",
        "lines": "行数",
        "problem": "问题",
        "retry": "能否重试",
        "urgency": "紧急程度",
        "first": "首次出现（UTC）",
        "last": "最近出现（UTC）",
        "files": "文件数",
        "rule": "规则",
        "unknown_title": "还没有规则",
        "notices": "未读或未读全",
    },
}

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

CAPTURES = {
    "en": {
        "symbol": "symbol",
        "asset": "asset",
        "ip": "IP",
        "until": "banned until (latest first)",
        "limit": "limit",
        "interval": "interval",
        "used": "used",
        "retry_after": "retry after",
        "param": "parameter",
        "filter": "filter",
        "min_notional": "least value",
        "min_quantity": "least quantity",
        "leverage": "leverage",
        "threshold": "threshold",
        "host": "host",
    },
    "zh": {
        "symbol": "交易对",
        "asset": "币种",
        "ip": "IP",
        "until": "封禁至（最晚的在前）",
        "limit": "上限",
        "interval": "周期",
        "used": "已用",
        "retry_after": "需等待",
        "param": "参数",
        "filter": "过滤器",
        "min_notional": "最小金额",
        "min_quantity": "最小数量",
        "leverage": "杠杆",
        "threshold": "阈值",
        "host": "主机",
    },
}
"""Names of captures, those that tell most first; others go by their own."""

NEW_RULE = "explain rules new --exchange NAME"


def to_summary(summary: Summary, language: str, look: Look) -> str:
    """Return what was found for a terminal: a block for each problem, the gravest first, then what has no rule."""
    column = max((width_of(_times(row.count)) for row in _seen(summary)), default=0)
    room = column + 2 if look.width >= WIDE else 2
    blocks = [list(_block(row, language, look, room)) for row in summary.rows]
    blocks.append(list(_unknown_block(summary, language, look, room)))
    blocks.append(list(_close(summary, language, look)))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _block(row: Row, language: str, look: Look, room: int) -> Iterator[str]:
    """Yield one problem: what it is, where and when, its values, a line, the first step."""
    indent = " " * room
    yield from _head(row, language, look, room)
    yield from _about(row, language, look, indent)
    for name, counts in order_values(row.values, language)[:SHORT_CAPTURES]:
        values = word_values(counts, language, lambda value: cut(value, min(LONGEST_VALUE, look.width - room)))
        yield from wrap(label_capture(name, language) + COLON[language] + values, look.width, indent + "  ", indent)
    yield from _sample(row.sample, find_mark(row), language, look, indent)
    for step in _first_step(row):
        arrow = look.paint("→", "green", "bold")
        yield from wrap(look.inline(one_line(step)), look.width, indent + "  ", f"{indent}{arrow} ")


def _head(row: Row, language: str, look: Look, room: int) -> Iterator[str]:
    """Yield count and title, with the verdict at the right edge if there is room, else below."""
    explanation = row.explanation
    count = _times(row.count)
    first = look.paint(count, "bold") + " " * max(room - width_of(count), 1)
    if look.width >= WIDE:
        first = " " * (room - 2 - width_of(count)) + look.paint(count, "bold") + "  "
    title = look.paint(one_line(plain(explanation.title)), "bold")
    verdict = look.paint(word_verdict(explanation, language), *STYLES[explanation.urgency])
    gap = look.width - width_of(first + title + verdict)
    if gap >= 2:
        yield first + title + " " * gap + verdict
    else:
        yield from wrap(title, look.width, " " * room, first)
        yield from wrap(verdict, look.width, " " * room, " " * room)


def _about(row: Row, language: str, look: Look, indent: str) -> Iterator[str]:
    """Yield code and rule, where and when: in one line if there is room."""
    which = [word_subject(row.explanation, short=True), row.explanation.rule_id]
    if row.explanation.confidence == "guess":
        which.append(CONFIDENCE[language]["guess"])
    where = [counted("files", len(row.files), language)]
    if row.first:
        where.append(word_span(row.first, row.last, language))
    whole = _join([*which, *where])
    for line in [whole] if width_of(indent + whole) <= look.width else [_join(which), _join(where)]:
        yield from wrap(look.paint(line, "dim"), look.width, indent, indent)


def _join(parts: Iterable[str | None]) -> str:
    return " · ".join(part for part in parts if part)


def _first_step(row: Row) -> Sequence[str]:
    return [step for cause in row.explanation.causes[:1] for step in cause.fix[:1]]


def _sample(place: Place, mark: str, language: str, look: Look, indent: str) -> Iterator[str]:
    """Yield a line of the log: behind its place if that leaves at least half of the width, else below it."""
    room = max(look.width - len(indent), 1)
    where, text = cut_left(word_place(place, language), room), one_line(place.text)
    if width_of(where) + 2 <= room // 2:
        rest = cut(text, room - width_of(where) - 2, mark)
        yield indent + look.paint(where, "cyan") + "  " + rest
    else:
        yield indent + look.paint(where, "cyan")
        yield indent + cut(text, room, mark)


def _unknown_block(summary: Summary, language: str, look: Look, room: int) -> Iterator[str]:
    if not summary.unknown:
        return
    words, indent = WORDS[language], " " * room
    yield from wrap(look.paint(_say_unknown(summary, language), "bold"), look.width)
    for cluster in summary.unknown[:SHORT_UNKNOWN]:
        count = _times(cluster.count)
        lead = " " * (room - 2 - width_of(count)) + count + "  " if look.width >= WIDE else f"{count} "
        span = word_span(cluster.first, cluster.last, language) if cluster.first else None
        about = _join([cluster.exchange, cluster.code, counted("files", len(cluster.files), language), span])
        yield look.paint(lead, "bold") + cut(one_line(cluster.shape), look.width - width_of(lead))
        yield from wrap(look.paint(one_line(about), "dim"), look.width, indent, indent)
        yield from _sample(cluster.sample, cluster.code or "", language, look, indent)
    if (rest := len(summary.unknown) - SHORT_UNKNOWN) > 0:
        yield from wrap(words["rest"].format(shapes=counted("shapes", rest, language)), look.width, indent, indent)
    arrow = look.paint("→", "green", "bold")
    hint = words["hint"].format(command=f"`{NEW_RULE}`")
    yield from wrap(look.inline(hint), look.width, "  ", f"{arrow} ")


def _close(summary: Summary, language: str, look: Look) -> Iterator[str]:
    for notice in summary.notices:
        mark = look.paint("✗", "red", "bold") if notice.is_error else "-"
        yield from wrap(word_notice(notice, language), look.width, "  ", f"{mark} ")
    for sentence in say_totals(summary, language):
        yield from wrap(sentence, look.width)


def _say_unknown(summary: Summary, language: str) -> str:
    return WORDS[language]["unknown"].format(
        lines=counted("lines", summary.unknown_lines, language),
        shapes=counted("shapes", len(summary.unknown), language),
    )


def to_summary_markdown(summary: Summary, language: str) -> str:
    """Return what was found as Markdown: a table, then a short section for each problem."""
    return "\n".join(_markdown(summary, language)).rstrip() + "\n"


def _markdown(summary: Summary, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield from (f"## {words['heading']}", "")
    for sentence in say_totals(summary, language):
        yield from (sentence, "")
    if summary.rows:
        names = ("lines", "problem", "urgency", "retry", "first", "last", "files", "rule")
        yield f"| {' | '.join(words[name] for name in names)} |"
        yield "| --: | --- | --- | --- | --- | --- | --: | --- |"
        yield from (_table_row(row, language) for row in summary.rows)
        yield ""
    for row in summary.rows:
        yield from _section(row, language)
    if summary.unknown:
        yield from (f"### {words['unknown_title']}", "", _say_unknown(summary, language), "")
        for cluster in summary.unknown:
            yield f"- ×{cluster.count:,} {mark_code(cut(one_line(cluster.shape), LONGEST_SAMPLE))}"
            yield f"  - {_mark_place(cluster.sample, cluster.code or '', language)}"
        yield from ("", words["hint"].format(command=mark_code(NEW_RULE)), "")
    if summary.notices:
        yield from (f"### {words['notices']}", "")
        for notice in summary.notices:
            yield f"- {'**✗** ' if notice.is_error else ''}{mark_text(word_notice(notice, language))}"


def _table_row(row: Row, language: str) -> str:
    explanation = row.explanation
    cells = (
        f"{row.count:,}",
        mark_text(explanation.title),
        URGENCY[language][explanation.urgency],
        RETRY[language][explanation.retry],
        word_time(row.first).removesuffix(" UTC") if row.first else "",
        word_time(row.last or row.first).removesuffix(" UTC") if row.first else "",
        f"{len(row.files):,}",
        mark_code(explanation.rule_id).replace("|", "\\|"),
    )
    return f"| {' | '.join(cells)} |"


def _section(row: Row, language: str) -> Iterator[str]:
    words, explanation = WORDS[language], row.explanation
    subject = word_subject(explanation)
    yield from (f"### {mark_text(explanation.title)}", "")
    verdict = f"**{RETRY[language][explanation.retry]}** · {URGENCY[language][explanation.urgency]}"
    yield from (verdict + (f" · {mark_code(subject)}" if subject else ""), "")
    if row.first:
        yield f"- {words['seen']}{COLON[language]}{word_span(row.first, row.last, language)}"
    for name, counts in order_values(row.values, language):
        values = word_values(counts, language, lambda value: mark_code(cut(value, LONGEST_VALUE)))
        yield f"- {mark_text(label_capture(name, language))}{COLON[language]}{values}"
    for step in _first_step(row):
        yield f"- {words['first_step']}{COLON[language]}{mark_text(step)}"
    yield f"- {_mark_place(row.sample, find_mark(row), language)}"
    yield ""


def _mark_place(place: Place, mark: str, language: str) -> str:
    text = cut(one_line(place.text), LONGEST_SAMPLE, mark)
    return f"{mark_code(word_place(place, language))} {mark_code(text)}".rstrip()


INLINE = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|`(?P<code>[^`]+)`|\\(?P<mark>[\[\]])")


def mark_text(text: str) -> str:
    """Return a rule's text, which may hold what a log said, as Markdown: only its code and weight act."""
    text, out, end = one_line(text), [], 0
    for match in INLINE.finditer(text):
        bold, code, bracket = match.groups()
        out.append(escape_markdown(text[end : match.start()]))
        out.append(f"**{escape_markdown(bold)}**" if bold else "")
        out.append(mark_code(code).replace("|", "\\|") if code else "")
        out.append(escape_markdown(bracket or ""))
        end = match.end()
    return "".join(out) + escape_markdown(text[end:])


def mark_code(text: str) -> str:
    """Return any text as Markdown code; nothing in it can end the code."""
    text = one_line(text)
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def to_summary_json(summary: Summary) -> str:
    """Return one JSON object a line: each problem, each unknown shape, at the end the totals."""
    lines = [
        *(_problem_json(row) for row in summary.rows),
        *(_unknown_json(cluster) for cluster in summary.unknown),
        _totals_json(summary),
    ]
    return "".join(msgspec.json.encode(_printable(line)).decode() + "\n" for line in lines)


def _problem_json(row: Row) -> dict[str, Any]:
    explanation = row.explanation
    names = ("rule_id", "exchange", "product", "code", "category", "retry", "urgency", "title")
    return {
        "kind": "problem",
        **{name: getattr(explanation, name) for name in names},
        "count": row.count,
        "first": _iso(row.first),
        "last": _iso(row.last),
        "files": row.files,
        "values": row.values,
        "sample": msgspec.to_builtins(row.sample),
    }


def _unknown_json(cluster: Unknown) -> dict[str, Any]:
    return {
        "kind": "unknown",
        "shape": cluster.shape,
        "exchange": cluster.exchange,
        "code": cluster.code,
        "count": cluster.count,
        "first": _iso(cluster.first),
        "last": _iso(cluster.last),
        "files": cluster.files,
        "sample": msgspec.to_builtins(cluster.sample),
    }


def _totals_json(summary: Summary) -> dict[str, Any]:
    first, last = find_span(summary)
    return {
        "kind": "totals",
        "files": summary.files,
        "bytes": summary.bytes,
        "known_lines": summary.known_lines,
        "unknown_lines": summary.unknown_lines,
        "first": _iso(first),
        "last": _iso(last),
        "seconds": summary.seconds,
        "is_complete": summary.is_complete,
        "notices": [msgspec.to_builtins(notice) for notice in summary.notices],
    }


def _iso(when: datetime | None) -> str | None:
    return _utc(when).isoformat(timespec="milliseconds").replace("+00:00", "Z") if when else None


def _printable(value: Any) -> Any:
    """Escape what no terminal should see and JSON cannot hold, such as the odd bytes of a file's name."""
    if isinstance(value, str):
        return make_printable(value)
    if isinstance(value, dict):
        return {make_printable(name): _printable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value


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
    times = [when for item in _seen(summary) for when in (item.first, item.last) if when]
    return (min(times), max(times)) if times else (None, None)


def _seen(summary: Summary) -> list[Row | Unknown]:
    return [*summary.rows, *summary.unknown]


def word_time(when: datetime) -> str:
    """Word a time to the minute."""
    return _utc(when).strftime("%Y-%m-%d %H:%M UTC")


def word_span(first: datetime, last: datetime | None, language: str) -> str:
    """Word two times; what they have in common is said once."""
    begin, end = word_time(first), word_time(last or first)
    if begin == end:
        return begin
    day, clock = end.split(" ", 1)
    return WORDS[language]["span"].format(
        first=begin.removesuffix(" UTC"), last=clock if begin.startswith(day) else end
    )


def _utc(when: datetime) -> datetime:
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
    return WORDS[language]["stdin"] if path == "-" else one_line(path)


def word_notice(notice: Notice, language: str) -> str:
    """Word what was not read, and why."""
    return word_path(notice.path, language) + COLON[language] + one_line(notice.text)


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


def label_capture(name: str, language: str) -> str:
    """Return what a capture is called."""
    return CAPTURES[language].get(name) or one_line(name.replace("_", " "))


def order_values(values: Mapping[str, Mapping[str, int]], language: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return captures, those that tell most first, each with its values, the most frequent first."""
    names = list(CAPTURES["en"])
    known = sorted(values, key=lambda name: (names.index(name) if name in names else len(names), name))
    return [(name, _order(name, values[name], language)) for name in known if values[name]]


def _order(name: str, counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    if name != "until":
        return sorted(
            ((one_line(value), count) for value, count in counts.items()), key=lambda item: (-item[1], item[0])
        )
    ends: dict[str, int] = {}
    for value, count in counts.items():
        worded = _word_until(value, language)
        ends[worded] = ends.get(worded, 0) + count
    return sorted(ends.items(), key=lambda item: (item[0].endswith(" UTC"), item[0]), reverse=True)


def _word_until(value: str, language: str) -> str:
    """Word the end of a ban to the minute; as it stands if it is no time."""
    facts = compute_facts({"until": value}, "", datetime.now(UTC))
    return word_facts(facts, language).get("ban_end") or one_line(value)


def word_values(counts: Sequence[tuple[str, int]], language: str, show: Callable[[str], str]) -> str:
    """Word the most frequent values and how many more there are; values that never recur are only counted."""
    if len(counts) > SHORT_VALUES and max(count for _, count in counts) == 1:
        return WORDS[language]["different"].format(n=f"{len(counts):,}")
    shown = [f"{show(value)} ×{count:,}" for value, count in counts[:SHORT_VALUES]]
    return WORDS[language]["join"].join(shown + word_rest(len(counts) - SHORT_VALUES, len(counts), language))


def word_rest(rest: int, known: int, language: str) -> list[str]:
    """Return the words for what is left out of a list of values, if anything is."""
    name = "more_at_least" if known >= MOST_VALUES else "more"
    return [WORDS[language][name].format(n=f"{rest:,}")] if rest > 0 else []


def find_mark(row: Row) -> str:
    """Return the part of the sample that says what is wrong, "" if it is nowhere in one piece."""
    wanted = [item.text for kind in ("message", "code") for item in row.explanation.evidence if item.kind == kind]
    return next((text for text in wanted if text in row.sample.text), "")


def one_line(text: str) -> str:
    """Return any text as one printable line of bounded length."""
    return " ".join(make_printable(text[:LONGEST_LINE]).split())


def cut(text: str, width: int, mark: str = "") -> str:
    """Return a line cut to this width; its start is left out if `mark` would not be seen otherwise."""
    at = max(text.find(mark), 0) if mark else 0
    if width_of(text[:at]) + min(len(mark), width // 2) > width - 1:
        text = "…" + text[max(at - width // 8, 0) :]
    if width_of(text) <= width:
        return text
    room, end = width - 1, 0
    while end < len(text) and (room := room - width_of(text[end])) >= 0:
        end += 1
    return text[:end].rstrip() + "…"


def cut_left(text: str, width: int) -> str:
    """Return a path cut to this width at its start: its end tells more."""
    if width_of(text) <= width:
        return text
    room, start = width - 1, len(text)
    while (room := room - width_of(text[start - 1])) >= 0:
        start -= 1
    return "…" + text[start:]


def _times(count: int) -> str:
    return f"{count:,}×"

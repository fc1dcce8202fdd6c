"""What was found in logs as one HTML page that needs nothing else: no script, no network, for screen and paper."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from explainer.match.mask import make_printable
from explainer.model.answer import Explanation
from explainer.model.log import Row, Summary
from explainer.render.notices import word_reason
from explainer.render.terminal import INLINE, cut
from explainer.render.timeline import make_axis, make_chart
from explainer.render.values import label_capture, order_values, word_rest
from explainer.render.wording import (
    NEW_RULE,
    counted,
    find_mark,
    find_span,
    one_line,
    say_verdict,
    word_path,
    word_place,
    word_read,
    word_span,
    word_subject,
    word_time,
)
from explainer.render.words import COLON, CONFIDENCE, LABELS, RETRY, URGENCY, forbid
from explainer.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

MOST_SHOWN = 10
"""Values and files that are shown of one problem."""

MOST_UNKNOWN = 100
LONGEST_SAMPLE = 2_000
LONGEST_SHAPE = 400

WORDS = {
    "en": {
        "heading": "Exchange-API errors in logs",
        "read": "Read",
        "span": "Time",
        "known": "Known errors",
        "unknown": "Without a rule",
        "no_times": "no line has a time",
        "contents": "Problems, the gravest first",
        "lines": "Lines",
        "problem": "Problem",
        "verdict": "What it means",
        "seen": "Seen",
        "first": "First seen",
        "last": "Last seen",
        "files": "Files",
        "values": "Values and files",
        "timeline": "Over time (UTC)",
        "first_line": "Figures in this text are those of the first line that was seen.",
        "sample": "A line of the log",
        "todo": "What to do",
        "not": "What not to do",
        "shapes": "Lines that no rule explains",
        "shapes_help": "They look like errors of an exchange. Begin a rule for one: paste its line to",
        "shape": "Shape of the line, and one of them",
        "notices": "Not read, or not wholly",
        "broken": "fault",
        "left_out": "left out",
        "made": "How this report was made",
        "made_text": "exchange-explainer {version} compared every line with its rules, on this machine. "
        "No data left it, and this page loads nothing.",
        "share": "Secrets are masked, but the page quotes lines of your logs: look it through before you pass it on.",
        "times": "Times are in UTC. All timelines have the same time axis; the height of bars is each problem's own.",
        "interrupted": "Interrupted: only what was read until then is in this report.",
        "back": "to the list",
    },
    "zh": {
        "heading": "日志中的交易所 API 报错",
        "read": "读取",
        "span": "时间",
        "known": "已知报错",
        "unknown": "还没有规则",
        "no_times": "日志行中没有时间",
        "contents": "问题一览（最紧急的在前）",
        "lines": "行数",
        "problem": "问题",
        "verdict": "结论",
        "seen": "出现时间",
        "first": "首次出现",
        "last": "最近出现",
        "files": "文件",
        "values": "报错中的值与文件",
        "timeline": "时间分布（UTC）",
        "first_line": "文中的数值取自最早读到的那一行。",
        "sample": "日志原文示例",
        "todo": "怎么处理",
        "not": "不要做",
        "shapes": "还没有规则能解释的行",
        "shapes_help": "这些行看起来是交易所报错。可为其中一种新建规则，把该行粘贴给",
        "shape": "行的形式与示例",
        "notices": "未读或未读全",
        "broken": "出错",
        "left_out": "跳过",
        "made": "报告如何生成",
        "made_text": "由 exchange-explainer {version} 在本机逐行比对规则生成。"
        "数据没有离开本机，本页也不加载任何外部内容。",
        "share": "密钥已打码，但本页引用了日志原文：转发前请先检查一遍。",
        "times": "时间均为 UTC。所有时间图的时间轴相同；柱高按各个问题自己的最大值。",
        "interrupted": "搜索中途被打断：本报告只包含此前读到的部分。",
        "back": "回到一览",
    },
}


def to_report(summary: Summary, language: str) -> str:
    """Return the whole page."""
    from importlib.resources import files

    template = _environment().from_string(
        files("explainer.render").joinpath("report.html.j2").read_text(encoding="utf-8")
    )
    axis = make_axis(row.timeline for row in summary.rows)
    first, last = find_span(summary)
    words = {**LABELS[language], **WORDS[language]}
    return template.render(
        summary=summary,
        language="zh-Hans" if language == "zh" else "en",
        words=words,
        retry=RETRY[language],
        urgency=URGENCY[language],
        confidence=CONFIDENCE[language],
        colon=COLON[language],
        verdict=say_verdict(summary, language),
        read=word_read(summary, language),
        span=word_span(first, last, language) if first else words["no_times"],
        axis=axis,
        problems=[_problem(row, language) for row in summary.rows],
        charts=[make_chart(row.timeline, axis, language) if axis and row.timeline else None for row in summary.rows],
        unknown=summary.unknown[:MOST_UNKNOWN],
        unknown_rest=word_rest(len(summary.unknown) - MOST_UNKNOWN, 0, language),
        made=words["made_text"].format(version=__version__),
        new_rule=NEW_RULE,
        **_functions(language),
    )


def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined

    def finish(value: Any) -> Any:
        """Escape control and bidi characters in whatever is printed."""
        return make_printable(value) if type(value) is str else value

    return Environment(
        autoescape=True, undefined=StrictUndefined, finalize=finish, trim_blocks=True, lstrip_blocks=True
    )


def _functions(language: str) -> dict[str, Callable[..., Any]]:
    """Return what the template calls to word its values."""

    def span(first: datetime, last: datetime | None) -> str:
        return word_span(first, last, language)

    def count(name: str, number: int) -> str:
        return counted(name, number, language)

    def place(where: Any) -> str:
        return word_place(where, language)

    return {
        "span_of": span,
        "time": word_time,
        "count": count,
        "place": place,
        "reason": lambda notice: word_reason(notice, language),
        "path": lambda name: word_path(name, language),
        "inline": to_html,
        "forbid": lambda text: to_html(forbid(language, text)),
        "shape": lambda text: cut(one_line(text), LONGEST_SHAPE),
        "sample": lambda text, mark: cut(one_line(text), LONGEST_SAMPLE, mark),
    }


def to_html(markdown: str) -> "Markup":
    """Return inline Markdown as HTML: escaped first, so that code and weight are all that can come of it."""
    from markupsafe import Markup, escape

    def mark(match: re.Match[str]) -> str:
        if code := match["code"]:
            return f"<code>{code}</code>"
        return f"<strong>{match['bold']}</strong>" if match["bold"] else match["mark"]

    return Markup(INLINE.sub(mark, str(escape(make_printable(markdown)))))  # noqa: S704


def _problem(row: Row, language: str) -> dict[str, Any]:
    """Return what the template prints of one problem besides its explanation."""
    by_count = sorted(row.files.items(), key=lambda item: (-item[1], item[0]))
    values = order_values(row.values, language)
    return {
        "row": row,
        "subject": word_subject(row.explanation),
        "mark": find_mark(row),
        "links": [link for link in row.explanation.links if re.match("https?://", link)],
        "doubts": _doubts(row.explanation),
        "is_first_line": any(len(counts) > 1 for _, counts in values),
        "values": [
            (
                label_capture(name, language),
                counts[:MOST_SHOWN],
                word_rest(len(counts) - MOST_SHOWN, len(counts), language),
            )
            for name, counts in values
        ],
        "files": by_count[:MOST_SHOWN],
        "files_rest": word_rest(len(by_count) - MOST_SHOWN, 0, language),
    }


def _doubts(explanation: Explanation) -> list[str]:
    if explanation.confidence == "exact":
        return []
    return [f"{other.title} ({other.rule_id})" for other in explanation.alternatives]

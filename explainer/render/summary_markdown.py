"""What was found in logs, in short, as Markdown. Times are in UTC."""

import re
from collections.abc import Iterator

from explainer.model.log import Place, Row, Summary
from explainer.render.markdown import escape_markdown
from explainer.render.notices import word_notice
from explainer.render.terminal import INLINE, cut
from explainer.render.values import label_capture, order_values, word_values
from explainer.render.wording import (
    NEW_RULE,
    find_first_step,
    find_mark,
    one_line,
    say_totals,
    say_unknown,
    word_place,
    word_span,
    word_subject,
    word_time,
)
from explainer.render.wording import WORDS as SHARED
from explainer.render.words import COLON, RETRY, URGENCY

LONGEST_VALUE = 32
LONGEST_SAMPLE = 300

WORDS = {
    "en": {
        "heading": "Exchange-API errors in logs",
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
        yield from (f"### {words['unknown_title']}", "", say_unknown(summary, language), "")
        for cluster in summary.unknown:
            yield f"- ×{cluster.count:,} {mark_code(cut(one_line(cluster.shape), LONGEST_SAMPLE))}"
            yield f"  - {_mark_place(cluster.sample, cluster.code or '', language)}"
        yield from ("", SHARED[language]["hint"].format(command=mark_code(NEW_RULE)), "")
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
    for step in find_first_step(row):
        yield f"- {words['first_step']}{COLON[language]}{mark_text(step)}"
    yield f"- {_mark_place(row.sample, find_mark(row), language)}"
    yield ""


def _mark_place(place: Place, mark: str, language: str) -> str:
    text = cut(one_line(place.text), LONGEST_SAMPLE, mark)
    return f"{mark_code(word_place(place, language))} {mark_code(text)}".rstrip()


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

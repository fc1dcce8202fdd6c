"""What was found in logs, in short, for a terminal. Times are in UTC."""

from collections import Counter
from collections.abc import Iterable, Iterator

from explainer.model.log import Place, Row, Summary
from explainer.render.notices import word_notice
from explainer.render.terminal import Look, cut, cut_left, plain, width_of, wrap
from explainer.render.text import STYLES
from explainer.render.values import label_capture, order_values, word_values
from explainer.render.wording import (
    NEW_RULE,
    WORDS,
    counted,
    find_first_step,
    find_mark,
    list_seen,
    one_line,
    say_totals,
    say_unknown,
    say_verdict,
    word_place,
    word_span,
    word_subject,
    word_verdict,
)
from explainer.render.words import COLON, CONFIDENCE, URGENCY

SHORT_CAPTURES = 3
SHORT_UNKNOWN = 10
LONGEST_VALUE = 32

WIDE = 60
"""From here on counts stand in a column of their own."""


def to_summary(summary: Summary, language: str, look: Look) -> str:
    """Return what was found for a terminal: a block for each problem, the gravest first, then what has no rule."""
    column = max((width_of(_times(row.count)) for row in list_seen(summary)), default=0)
    room = column + 2 if look.width >= WIDE else 2
    blocks = [list(_open(summary, language, look))]
    blocks += [list(_block(row, language, look, room)) for row in summary.rows]
    blocks.append(list(_unknown_block(summary, language, look, room)))
    blocks.append(list(_close(summary, language, look)))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _open(summary: Summary, language: str, look: Look) -> Iterator[str]:
    """Yield how bad it is, and how many problems are how urgent, where there are several."""
    if len(summary.rows) > 1:
        yield from wrap(look.paint(say_verdict(summary, language), "bold"), look.width)
        counts = Counter(row.explanation.urgency for row in summary.rows)
        parts = (f"{word} ×{counts[name]:,}" for name, word in URGENCY[language].items() if counts[name])
        yield from wrap(look.paint(" · ".join(parts), "dim"), look.width)


def _block(row: Row, language: str, look: Look, room: int) -> Iterator[str]:
    """Yield one problem: what it is, where and when, its values, a line, the first cause and step."""
    indent = " " * room
    yield from _head(row, language, look, room)
    yield from _about(row, language, look, indent)
    for name, counts in order_values(row.values, language)[:SHORT_CAPTURES]:
        values = word_values(counts, language, lambda value: cut(value, min(LONGEST_VALUE, look.width - room)))
        yield from wrap(label_capture(name, language) + COLON[language] + values, look.width, indent + "  ", indent)
    yield from _sample(row.sample, find_mark(row), language, look, indent)
    for cause in row.explanation.causes[:1]:
        yield from wrap(look.inline(one_line(cause.cause)), look.width, indent, indent)
    for step in find_first_step(row):
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
    yield from wrap(look.paint(say_unknown(summary, language), "bold"), look.width)
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


def _times(count: int) -> str:
    return f"{count:,}×"

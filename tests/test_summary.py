"""What was found in logs, in short: goldens of every form, and text that is hostile, wide or missing."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import msgspec
import pytest

from explainer.kb.store import KnowledgeBase
from explainer.match.facts import TEXT_FIGURES
from explainer.model.answer import Language
from explainer.model.log import Notice, NoticeCode, Place, Summary, Unknown
from explainer.render import summary_markdown
from explainer.render.captures import CAPTURES
from explainer.render.notices import NOTICES, word_reason
from explainer.render.summary import to_summary
from explainer.render.summary_json import to_summary_json
from explainer.render.summary_markdown import mark_code, mark_text, to_summary_markdown
from explainer.render.terminal import Look, cut, cut_left, width_of
from explainer.render.values import label_capture, order_values, word_values
from explainer.render.wording import (
    COUNTED,
    LONGEST_LINE,
    WORDS,
    one_line,
    word_seconds,
    word_size,
    word_span,
    word_time,
)

Golden = Callable[[str, str], None]
Make = Callable[[Language], Summary]

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LANGUAGES: tuple[Language, Language] = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 80])
def test_terminal_form(make_summary: Make, golden: Golden, width: int, language: Language) -> None:
    golden(f"summary-{width}.{language}.txt", to_summary(make_summary(language), language, Look(width)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_form(make_summary: Make, golden: Golden, language: Language) -> None:
    golden(f"summary.{language}.md", to_summary_markdown(make_summary(language), language))


def test_json_form(make_summary: Make, golden: Golden) -> None:
    golden("summary.jsonl", to_summary_json(make_summary("en")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [30, 40, 59, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(make_summary: Make, width: int, language: Language) -> None:
    for color in (False, True):
        text = to_summary(make_summary(language), language, Look(width, color=color))
        assert [line for line in text.splitlines() if width_of(line) > width] == []


def test_colour_changes_nothing_but_the_marks_of_code(make_summary: Make) -> None:
    def words(look: Look) -> str:
        text = to_summary(make_summary("en"), "en", look).replace("`", "")
        return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())

    assert words(Look(80)) == words(Look(80, color=True))
    assert "\x1b[31;1m" in to_summary(make_summary("en"), "en", Look(80, color=True))


@pytest.mark.parametrize(
    ("summary", "language", "says"),
    [
        (Summary(files=7, bytes=1200, seconds=0.5), "en", "was found in 7 files, 1.2 kB, 0.5 s (2.4 kB/s).\n"),
        (Summary(files=1, bytes=0), "en", "No exchange-API error was found in 1 file, 0 B.\n"),
        (Summary(files=1, bytes=0), "zh", "没有发现交易所 API 报错（1 个文件、0 B）。\n"),
        (Summary(), "en", "Nothing was read, so nothing was found.\n"),
        (Summary(files=2, is_complete=False), "en", "but the search was interrupted after 2 files, 0 B.\n"),
    ],
)
def test_nothing_found_is_one_honest_sentence(summary: Summary, language: str, says: str) -> None:
    text = to_summary(summary, language, Look(200))
    assert text.endswith(says)
    assert text.count("\n") == 1
    assert says in to_summary_markdown(summary, language)


def test_nothing_found_still_tells_what_was_not_read() -> None:
    text = to_summary(
        Summary(files=1, notices=[Notice("a.gz", "damaged", is_error=True, detail="xz: why")]), "en", Look(80)
    )
    assert text.splitlines()[0] == "✗ a.gz: damaged data (xz: why); only what stands before was read"


def test_an_interrupted_search_says_so(make_summary: Make) -> None:
    summary = msgspec.structs.replace(make_summary("en"), is_complete=False)
    assert WORDS["en"]["interrupted"] in to_summary(summary, "en", Look(80))
    assert json.loads(to_summary_json(summary).splitlines()[-1])["is_complete"] is False


def test_an_advice_less_row_has_no_step(make_summary: Make) -> None:
    summary = make_summary("en")
    for row in summary.rows:
        row.explanation = msgspec.structs.replace(row.explanation, causes=())
    summary.unknown = []
    assert "→" not in to_summary(summary, "en", Look(80))
    assert summary_markdown.WORDS["en"]["first_step"] not in to_summary_markdown(summary, "en")


def test_only_the_most_frequent_unknown_shapes_are_listed() -> None:
    def make(number: int) -> Unknown:
        return Unknown(shape=f"shape {number}", count=1, files={"a": 1}, sample=Place("a", number, f"line {number}"))

    text = to_summary(Summary(unknown=[make(number) for number in range(12)], unknown_lines=12), "en", Look(80))
    assert "shape 9" in text
    assert "shape 10" not in text
    assert "2 shapes more." in text


def test_hostile_text_reaches_no_terminal(hostile: Summary) -> None:
    for text in (to_summary(hostile, "en", Look(80)), to_summary_markdown(hostile, "en"), to_summary_json(hostile)):
        assert re.findall("[\x00-\x09\x0b-\x1f\u202e\ud800-\udfff]", text) == []
        text.encode()


def test_hostile_text_does_not_act_in_markdown(hostile: Summary) -> None:
    text = to_summary_markdown(hostile, "en")
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"\\.", "", text))
    assert not re.search(r"[<>\[\]]", outside)
    (row,) = [line for line in text.splitlines() if line.startswith("| 1 |")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 9


def test_marks_of_rules_act_and_those_of_logs_do_not() -> None:
    assert mark_text("a `b|c` **d_e** \\[f\\] g*") == r"a `b\|c` **d\_e** \[f\] g\*"
    assert mark_code("a ``b`` c") == "``` a ``b`` c ```"
    assert mark_code("") == ""


def test_json_lines_are_objects_with_utc_times(make_summary: Make) -> None:
    summary = make_summary("en")
    summary.rows[0].first = NOON.astimezone(timezone(timedelta(hours=8)))
    lines = [json.loads(line) for line in to_summary_json(summary).splitlines()]
    assert [line["kind"] for line in lines] == ["problem"] * 4 + ["unknown"] * 2 + ["totals"]
    assert lines[0]["first"] == "2026-03-01T12:00:00.000Z"
    assert lines[2]["first"] is None
    assert lines[-1]["notices"][0] == {
        "path": "bot.log.2.gz",
        "code": "truncated",
        "text": NOTICES["en"]["truncated"],
        "is_error": True,
    }


def test_values_are_ordered_by_what_they_tell(make_summary: Make) -> None:
    values = make_summary("en").rows[1].values
    names = [name for name, _ in order_values({**values, "none": {}}, "en")]
    assert names == ["ip", "until", "order_id"]


def test_bans_are_worded_and_the_latest_is_first(tiny_kb: KnowledgeBase) -> None:
    values = {"until": {"1772366400000": 3, "1772366459000": 1, "1772366400": 2, "1772370000000": 1}}
    ((_, counts),) = order_values(values, "en")
    assert counts == [("2026-03-01 13:00 UTC", 1), ("2026-03-01 12:00 UTC", 6)]


def test_an_end_that_is_no_time_comes_last() -> None:
    ((_, counts),) = order_values({"until": {"soon": 9, "1772366400": 1, "tomorrow": 1}}, "en")
    assert [value for value, _ in counts] == ["2026-03-01 12:00 UTC", "tomorrow", "soon"]


def test_a_very_narrow_terminal_is_bearable(make_summary: Make) -> None:
    for width in range(1, 20):
        assert to_summary(make_summary("zh"), "zh", Look(width))


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({"a": 3}, "a ×3"),
        ({"a": 3, "b": 2, "c": 1, "d": 1}, "a ×3, b ×2, c ×1, 1 more"),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, "4 different values"),
        ({"x" * 40: 2}, f"{'x' * 9}… ×2"),
        ({str(n): 2 for n in range(250)}, "0 ×2, 1 ×2, 10 ×2, 247 or more others"),
    ],
)
def test_values_in_words(counts: dict[str, int], says: str) -> None:
    ((_, ordered),) = order_values({"x": counts}, "en")
    assert word_values(ordered, "en", lambda value: cut(value, 10)) == says


def test_lines_are_cut_around_what_matters() -> None:
    line = "2026-03-01 12:00:00,123 ERROR trader [worker-3] order 12 failed: code -1021 and so on, and so on"
    assert cut(line, 30) == "2026-03-01 12:00:00,123 ERROR…"
    assert "-1021" in cut(line, 30, "-1021")
    assert cut(line, 200, "-1021") == line
    assert cut(line, 30, "absent") == cut(line, 30)
    assert cut("短短的一行文字", 8) == "短短的…"
    assert width_of(cut("一" * 50, 9)) <= 9
    assert len(one_line("e\u0301" * 50_000)) <= LONGEST_LINE


def test_paths_keep_their_end() -> None:
    assert cut_left("/var/log/bot.log:12", 12) == "…/bot.log:12"
    assert cut_left("bot.log", 7) == "bot.log"
    assert cut_left("日志/机器人.log", 9) == "…器人.log"


def test_times_are_said_once_in_utc() -> None:
    east = timezone(timedelta(hours=8))
    assert word_time(datetime(2026, 3, 1, 20, 0, 59, tzinfo=east)) == "2026-03-01 12:00 UTC"
    assert word_span(NOON, None, "en") == "2026-03-01 12:00 UTC"
    assert word_span(NOON, NOON + timedelta(hours=1), "en") == "2026-03-01 12:00 to 13:00 UTC"
    assert word_span(NOON, NOON + timedelta(days=1), "zh") == "2026-03-01 12:00 至 2026-03-02 12:00 UTC"
    assert word_time(datetime.min.replace(tzinfo=east)).endswith("-01-01 00:00 UTC")


@pytest.mark.parametrize(
    ("size", "says"),
    [(0, "0 B"), (999, "999 B"), (1200, "1.2 kB"), (12_345, "12 kB"), (999_900, "1.0 MB"), (5e15, "5,000.0 TB")],
)
def test_sizes(size: float, says: str) -> None:
    assert word_size(size) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0.123, "0.12 s"), (3.21, "3.2 s"), (12.3, "12 s"), (59.7, "1 min 0 s"), (5000, "83 min 20 s")],
)
def test_durations(seconds: float, says: str) -> None:
    assert word_seconds(seconds, "en") == says


def test_every_notice_has_words_and_its_detail_cannot_act() -> None:
    for language in LANGUAGES:
        assert set(NOTICES[language]) == set(get_args(NoticeCode))
        for code in get_args(NoticeCode):
            said = word_reason(Notice("a", code, is_error=True, detail="why {0} \x1b[31m"), language)
            assert ("why {0} \\x1b[31m" in said) == ("{detail}" in NOTICES[language][code])


def test_every_word_is_there_in_both_languages() -> None:
    for table in (WORDS, summary_markdown.WORDS, COUNTED, CAPTURES, NOTICES):
        assert list(table["en"]) == list(table["zh"])
    for table in (WORDS, NOTICES):
        for name, text in table["en"].items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", table["zh"][name]))


def test_every_value_that_a_rule_takes_has_a_name_for_people(kb: KnowledgeBase) -> None:
    taken = {name for template in kb.index.templates for name in re.findall(r"\(\?P<(\w+)>", template.pattern)}
    for language in LANGUAGES:
        assert sorted((taken | TEXT_FIGURES.keys()) - CAPTURES[language].keys()) == []


def test_a_value_without_a_name_is_readable_all_the_same() -> None:
    for language in LANGUAGES:
        assert label_capture("order_id", language) == "order id"

"""The report as a page: what is on it, that hostile text stays text, that bars share one axis."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import msgspec
import pytest

from explainer.model.answer import Language
from explainer.model.log import Place, Row, Summary, Unknown
from explainer.render import timeline, wording
from explainer.render.notices import NOTICES
from explainer.render.report import WORDS, to_html, to_report
from explainer.render.timeline import FEWEST_BARS, MOST_BARS, MOST_TICKS, make_axis, make_chart, word_length
from explainer.render.wording import say_verdict
from explainer.version import __version__

VOID = {"meta"}
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
START = int(NOON.timestamp())
LANGUAGES: tuple[Language, Language] = ("en", "zh")
Make = Callable[[Language], Summary]


class Page(HTMLParser):
    """Collects elements, attributes and text; checks that what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.comments = 0
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs))
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs))
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments += 1

    def values(self, name: str) -> Iterator[str]:
        """Yield the values of an attribute wherever it stands."""
        return (attributes[name] or "" for _, attributes in self.elements if name in attributes)

    def text(self) -> str:
        """Return all text with single spaces."""
        return " ".join("".join(self.texts).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_everything(make_summary: Make, language: Language) -> None:
    summary = make_summary(language)
    page = Page(to_report(summary, language))
    text = page.text()
    for row in summary.rows:
        assert text.count(re.sub(r"[`*]", "", row.explanation.title)) >= 2
        assert row.explanation.rule_id in text
        for cause in row.explanation.causes:
            assert re.sub("`", "", cause.check) in text
        for link in row.explanation.links:
            assert link in list(page.values("href"))
    for said in (
        "1,204",
        "198.51.100.23 ×4",
        "ERROR acme said -7999 to order 8812",
        NOTICES[language]["truncated"],
        "1.2 GB",
    ):
        assert said in text
    assert __version__ in text
    assert WORDS[language]["interrupted"] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else(make_summary: Make, language: Language) -> None:
    html = to_report(make_summary(language), language)
    page = Page(html)
    assert {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "object", "base", "form"} == set()
    assert not list(page.values("src"))
    assert not re.search(r"@import|url\(", html)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in list(page.values("content"))
    assert next(page.values("lang")) == {"en": "en", "zh": "zh-Hans"}[language]


def test_links_inside_lead_somewhere_and_ids_are_unique(make_summary: Make) -> None:
    page = Page(to_report(make_summary("en"), "en"))
    ids = list(page.values("id"))
    assert len(ids) == len(set(ids))
    targets = {link[1:] for link in page.values("href") if link.startswith("#")}
    named = {name for names in page.values("aria-labelledby") for name in names.split()}
    assert targets | named <= set(ids)


def test_hostile_text_stays_text(hostile: Summary) -> None:
    html = to_report(hostile, "en")
    page = Page(html)
    assert {tag for tag, _ in page.elements} & {"script", "b", "x"} == set()
    assert page.comments == 0
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert [link for link in page.values("href") if not link.startswith("#")] == ['https://x/"onclick="y']
    assert re.findall("[\x00-\x09\x0b-\x1f\u202e\ud800-\udfff]", html) == []
    assert page.text().count("<script>alert(1)</script>") >= 12
    html.encode()


def test_markdown_of_rules_acts_and_is_escaped_first(hostile: Summary) -> None:
    assert to_html("a `b<c` **d&e** \\[f\\]") == "a <code>b&lt;c</code> <strong>d&amp;e</strong> [f]"
    html = to_html(hostile.rows[0].sample.text)
    assert html.count("<") == html.count("<code>") * 2 + 2


def test_nothing_found_is_a_short_page() -> None:
    page = Page(to_report(Summary(files=2), "en"))
    assert wording.WORDS["en"]["say_nothing"] in page.text()
    assert {tag for tag, _ in page.elements} & {"table", "section", "svg"} == set()


def test_what_is_missing_leaves_no_trace(make_summary: Make) -> None:
    summary = make_summary("en")
    bare = msgspec.structs.replace(summary.rows[2].explanation, causes=(), dont=(), links=(), assumption="", code=None)
    row = Row(explanation=bare, count=1, files={"a": 1}, sample=Place("a", 1, "x"))
    page = Page(to_report(Summary(rows=[row], is_complete=False), "en"))
    words = WORDS["en"]
    assert words["interrupted"] in page.text()
    assert words["no_times"] in page.text()
    for name in ("todo", "not", "values", "timeline", "notices", "shapes"):
        assert words[name] not in page.text()


def test_advice_in_general_and_doubt_are_called_so(make_summary: Make) -> None:
    summary = make_summary("en")
    summary.rows = [summary.rows[2]]
    assert "Could also be: Too many requests (acme/spot/-7001)" in Page(to_report(summary, "en")).text()
    summary.rows[0].explanation = msgspec.structs.replace(
        summary.rows[0].explanation, is_rule=False, confidence="exact"
    )
    text = Page(to_report(summary, "en")).text()
    assert "General advice for this kind of error:" in text
    assert "Could also be" not in text


def test_long_lists_are_cut_and_say_so(make_summary: Make) -> None:
    row = make_summary("en").rows[0]
    row.files = {f"log.{number}": 1 for number in range(13)}
    row.values = {"id": {str(number): 1 for number in range(25)}}
    row.sample = Place("a", 1, "x" * 10_000)
    unknown = [Unknown(shape="x", files={"a": 1}, sample=Place("a", 1, "x"))] * 140
    text = Page(to_report(Summary(rows=[row], unknown=unknown), "en")).text()
    for said in ("3 more", "15 more", "40 more"):
        assert said in text
    assert "x" * 3000 not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_is_that_of_the_gravest(make_summary: Make, language: Language) -> None:
    (row, *_) = make_summary(language).rows
    said = {
        say_verdict(Summary(), language),
        say_verdict(Summary(unknown=make_summary(language).unknown), language),
    }
    for urgency in ("critical", "high", "medium", "low", "harmless"):
        explanation = msgspec.structs.replace(row.explanation, urgency=urgency)
        said.add(say_verdict(Summary(rows=[msgspec.structs.replace(row, explanation=explanation)]), language))
    assert len(said) == 7


def test_every_word_is_there_in_both_languages() -> None:
    for table in (WORDS, timeline.WORDS):
        assert list(table["en"]) == list(table["zh"])
        for name, text in table["en"].items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", table["zh"][name]))


@pytest.mark.parametrize("theme", [0, 1])
def test_text_stands_out_in_both_themes(theme: int) -> None:
    style = to_report(Summary(), "en")
    colors = dict(re.findall(r"--(\w+): (#\w+)", style.split("color-scheme: ")[2 if theme else 1]))
    for name in colors.keys() - {"page", "panel", "rule"}:
        for ground in ("page", "panel"):
            assert contrast(colors[name], colors[ground]) >= (3 if name == "bar" else 4.5), (name, ground)


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("minutes", [0, 1, 29, 30, 89, 90, 600, 3 * 1440, 9_000, 50_000, 500_000, 60_000_000])
def test_bars_are_few_enough_to_read_and_many_enough_to_tell(minutes: int) -> None:
    axis = make_axis([{START: 1}, {}, {START + 60 * minutes: 2}])
    assert axis
    assert FEWEST_BARS <= axis.bars <= MOST_BARS
    assert axis.start <= START
    assert START + 60 * minutes < axis.start + axis.bars * axis.bucket
    assert 1 <= len(axis.ticks) <= MOST_TICKS + 1
    assert all(0 <= tick.x < 100 for tick in axis.ticks)


def test_no_times_have_no_axis() -> None:
    assert make_axis([]) is None
    assert make_axis([{}]) is None


def test_a_chart_counts_by_bar_and_says_its_peak() -> None:
    axis = make_axis([{START: 1, START + 60: 4, START + 3 * 86_400: 2}])
    assert axis
    chart = make_chart({START: 1, START + 60: 4, START + 3 * 86_400: 2}, axis, "en")
    assert [(bar.height, bar.text) for bar in chart.bars] == [
        (100, "2026-03-01 12:00 UTC: 5"),
        (40, "2026-03-04 12:00 UTC: 2"),
    ]
    assert chart.text == "Peak: 5 in 1 hour from 2026-03-01 12:00 UTC. Seen in 2 of 73 bars of 1 hour each."
    assert chart.bars[-1].x + chart.bars[-1].width <= 100
    assert make_chart({START: 0}, axis, "zh").peak == 1


def test_ticks_name_the_day_first_and_at_midnight() -> None:
    axis = make_axis([{START: 1, START + 17 * 3600: 1}])
    assert axis
    assert [tick.text for tick in axis.ticks] == ["03-01 12:00", "15:00", "18:00", "21:00", "03-02", "03:00"]
    years = make_axis([{START: 1, START + 900 * 86_400: 1}])
    assert years
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", tick.text) for tick in years.ticks)


def test_the_ends_of_time_are_bearable() -> None:
    last = int(datetime(9999, 12, 31, 23, 59, tzinfo=UTC).timestamp())
    axis = make_axis([{last: 1}])
    assert axis
    assert make_chart({last: 1}, axis, "en").peak == 1
    assert make_axis([{int(timedelta(days=-700_000).total_seconds()): 1, last: 1}])


@pytest.mark.parametrize(
    ("seconds", "says"), [(60, "1 minute"), (300, "5 minutes"), (7200, "2 hours"), (86_400, "1 day")]
)
def test_lengths(seconds: int, says: str) -> None:
    assert word_length(seconds, "en") == says

"""Widths, wrapping and colour of terminal text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.render.terminal import Look, plain, width_of, wrap

COLOR = Look(color=True)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("限频", 4),
        ("，a", 3),
        ("e\u0301", 1),
        ("\x1b[31;1mred\x1b[0m", 3),
        ("→ ✗", 3),
    ],
)
def test_width_counts_columns(text: str, width: int) -> None:
    assert width_of(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two\nthree", 30, ["one  two three"]),
        ("a verylongwordindeed b", 6, ["a", "verylongwordindeed", "b"]),
        ("密钥没有权限", 6, ["密钥没", "有权限"]),
        ("密钥没，有权", 6, ["密钥", "没，有", "权"]),  # no line begins with a comma
        ("密钥「没有」", 6, ["密钥", "「没", "有」"]),  # or ends with an opening bracket
        ("用 curl，再试", 7, ["用", "curl，", "再试"]),
        ("IP 会变就换", 7, ["IP 会变", "就换"]),
    ],
)
def test_lines_break_at_spaces_and_between_chinese_characters(text: str, width: int, lines: list[str]) -> None:
    assert list(wrap(text, width)) == lines


def test_first_line_and_others_have_their_own_indent() -> None:
    assert list(wrap("one two three", 9, "    ", "1 ")) == ["1 one two", "    three"]


def test_colour_takes_no_room() -> None:
    red = COLOR.paint("1  ", "bold")
    assert list(wrap("one two", 10, "   ", red)) == ["\x1b[1m1  \x1b[0mone two"]


def test_colour_that_a_break_cuts_goes_on_after_it() -> None:
    painted = COLOR.paint("one two", "red") + " three"
    assert list(wrap(painted, 5, "  ")) == ["  \x1b[31mone\x1b[0m", "  \x1b[31mtwo\x1b[0m", "  three"]


@pytest.mark.parametrize(
    ("look", "markdown", "shown"),
    [
        (Look(), "run `date -u` **now** \\[1\\]", "run `date -u` now [1]"),
        (COLOR, "run `date -u` **now**", "run \x1b[36mdate -u\x1b[0m \x1b[1mnow\x1b[0m"),
    ],
)
def test_code_shows_as_colour_or_between_backticks(look: Look, markdown: str, shown: str) -> None:
    assert list(wrap(look.inline(markdown), 60)) == [shown]


def test_short_code_stays_on_one_line_and_long_code_may_break() -> None:
    look = Look()
    assert list(wrap(look.inline("now run `date -u +%s` here"), 16)) == ["now run", "`date -u +%s`", "here"]
    assert list(wrap(look.inline("`curl -s https://a.example.com/time`"), 20)) == [
        "`curl -s",
        "https://a.example.com/time`",
    ]


def test_plain_drops_the_marks_of_markdown() -> None:
    assert plain("**A** `b` \\[c\\] *d*") == "A b [c] *d*"


def test_paint_leaves_text_alone_without_colour_text_or_style() -> None:
    assert Look().paint("x", "red") == "x"
    assert COLOR.paint("", "red") == ""
    assert COLOR.paint("x") == "x"


LETTERS = "ab *限频，「」（）\n"


@given(st.text(st.sampled_from(LETTERS + "`"), max_size=60), st.integers(5, 40), st.booleans())
def test_wrapping_keeps_every_character(markdown: str, width: int, color: bool) -> None:
    text = Look(color=color).inline(markdown)
    shown = "".join(ESCAPES.sub("", line) for line in wrap(text, width))
    assert re.sub(r"\s", "", shown) == re.sub(r"[\s\ue000]", "", ESCAPES.sub("", text))


@given(st.text(st.sampled_from(LETTERS), max_size=60), st.integers(5, 40))
def test_a_line_is_too_wide_only_where_it_cannot_be_broken(text: str, width: int) -> None:
    for line in wrap(text, width):
        assert width_of(line) <= width or not re.search(r"\S\s|[限频][限频]", line)
